//! The rows of a list as a file, CSV or JSON, sent while they are read: memory holds one batch. The
//! history notes who took what; secrets are never in it.

use std::sync::Arc;

use accounts::{Act, service::history};
use axum::{
    body::{Body, Bytes},
    extract::{Path, State},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use futures_util::stream;
use kernel::{Db, DbError, Tx};
use sea_orm::sea_query::Condition;
use serde_json::{Map, Value as Json, json};

use super::{
    catalogue::{Model, Sort},
    field::Kind,
    link::Pairs,
    list::viewable,
    request::{Ask, Place},
    select,
    sent::Sent,
    staff::Staff,
    value::Cell,
};
use crate::{csrf::Form, error::Trouble, site::Shared};

/// Rows read at once.
const BATCH: usize = 500;

/// What the file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    Csv,
    Json,
}

pub(crate) async fn export(
    State(shared): State<Shared>,
    staff: Staff,
    Path((app, slug)): Path<(String, String)>,
    Form(fields): Form<Vec<(String, String)>>,
) -> Result<Response, Trouble> {
    let model = viewable(&staff, &app, &slug)?;
    staff.must(model, Act::Export)?;
    let sent = Sent(fields);
    let (format, media) = match sent.get("format") {
        Some("csv") => (Format::Csv, "text/csv; charset=utf-8; header=present"),
        Some("json") => (Format::Json, "application/json"),
        _ => return Err(Trouble::refused(StatusCode::BAD_REQUEST, "Files are made as csv or json.")),
    };
    let query = sent.get("query").unwrap_or_default().trim_start_matches('?').to_owned();
    let ask = Ask::parse(model, &Pairs::parse(&query))?;
    note(&shared, &staff, model, format, &query).await?;
    let conditions = select::conditions(shared.db.kind(), model, &ask);
    let file =
        format!("{}-{}.{}", model.slug, shared.clock.now().format("%Y-%m-%d"), sent.get("format").unwrap_or_default());
    let mut response = Body::from_stream(rows(shared.db.clone(), model, conditions, format)).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media));
    if let Ok(disposition) = HeaderValue::from_str(&format!("attachment; filename=\"{file}\"")) {
        headers.insert(header::CONTENT_DISPOSITION, disposition);
    }
    Ok(response)
}

async fn note(shared: &Shared, staff: &Staff, model: &Model, format: Format, query: &str) -> Result<(), DbError> {
    let entry = &history::Entry {
        act: "export".to_owned(),
        app: model.app.to_owned(),
        model: model.name.to_owned(),
        object_id: String::new(),
        object: model.plural.clone(),
        changes: json!({ "format": format!("{format:?}").to_lowercase(), "query": query }),
    };
    shared.db.write(|tx: Tx| async move { history::note(&tx, &*shared.clock, staff.user(), entry.clone()).await }).await
}

/// Where a file has come to.
struct Writing {
    db: Db,
    model: &'static Model,
    conditions: Condition,
    format: Format,
    fields: Arc<[usize]>,
    place: Option<Place>,
    begun: bool,
}

/// The file, batch by batch, in the order of the keys.
fn rows(
    db: Db,
    model: &'static Model,
    conditions: Condition,
    format: Format,
) -> impl stream::Stream<Item = Result<Bytes, DbError>> + Send {
    let fields = model.open_fields().collect();
    let writing = Writing { db, model, conditions, format, fields, place: Some(Place::First), begun: false };
    stream::unfold(writing, |mut writing| async move {
        let batch = writing.batch().await.transpose()?;
        Some((batch, writing))
    })
}

impl Writing {
    /// The next part; nothing at the end.
    async fn batch(&mut self) -> Result<Option<Bytes>, DbError> {
        let Some(place) = self.place.take() else { return Ok(None) };
        let (model, order) = (self.model, [Sort { field: self.model.key, descending: false }]);
        let conditions = self.conditions.clone();
        let page = select::page(self.db.read(), model, &self.fields, conditions, &order, (&place, BATCH)).await?;
        let mut text = String::new();
        if !self.begun {
            match self.format {
                Format::Csv => line(&mut text, self.fields.iter().map(|at| model.fields[*at].column.to_owned())),
                Format::Json => text.push('['),
            }
        }
        for row in &page.rows {
            let cells = self.fields.iter().map(|at| (&model.fields[*at], page.cell(row, *at)));
            match self.format {
                Format::Csv => line(&mut text, cells.map(|(field, cell)| safe(cell, field.kind))),
                Format::Json => {
                    text.push_str(if self.begun { ",\n" } else { "\n" });
                    let row: Map<String, Json> =
                        cells.map(|(field, cell)| (field.column.to_owned(), cell.json())).collect();
                    text.push_str(&Json::Object(row).to_string());
                }
            }
            self.begun = true;
        }
        self.begun = true;
        match page.rows.last() {
            Some(last) if page.after => self.place = Some(Place::After(page.position(last, &order))),
            _ if self.format == Format::Json => text.push_str("\n]\n"),
            _ => {}
        }
        Ok(Some(text.into()))
    }
}

/// A value that no spreadsheet takes for a formula: a text that begins like one gets an apostrophe
/// in front. Numbers stay numbers.
///
/// Source: OWASP, CSV Injection.
fn safe(cell: &Cell, kind: Kind) -> String {
    let text = cell.plain();
    let formula = |c: char| {
        matches!(c, '=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '\u{ff1d}' | '\u{ff0b}' | '\u{ff0d}' | '\u{ff20}')
    };
    // What stands before it may be dropped when the file is read.
    let begins = text.trim_start_matches([' ', '\u{a0}', '\u{feff}', '\'', '"']).starts_with(formula)
        || text.starts_with(formula);
    if begins && !kind.is_number() { format!("'{text}") } else { text }
}

/// One record. Source: RFC 4180, section 2.
fn line(out: &mut String, cells: impl Iterator<Item = String>) {
    for (at, cell) in cells.enumerate() {
        if at > 0 {
            out.push(',');
        }
        if cell.contains([',', '"', '\r', '\n']) || cell.starts_with(' ') || cell.ends_with(' ') {
            out.push('"');
            out.push_str(&cell.replace('"', "\"\""));
            out.push('"');
        } else {
            out.push_str(&cell);
        }
    }
    out.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_becomes_a_formula_and_numbers_stay_numbers() {
        let text = Kind::Text(None);
        for (cell, kind, expected) in [
            (Cell::Text("=1+1".into()), text, "'=1+1"),
            (Cell::Text("+1".into()), text, "'+1"),
            (Cell::Text("-1".into()), text, "'-1"),
            (Cell::Text("@SUM(A1)".into()), text, "'@SUM(A1)"),
            (Cell::Text("\t=1".into()), text, "'\t=1"),
            (Cell::Text("\r=1".into()), text, "'\r=1"),
            (Cell::Text("\n=1".into()), text, "'\n=1"),
            (Cell::Text(" =1".into()), text, "' =1"),
            (Cell::Text("\"=1".into()), text, "'\"=1"),
            (Cell::Text("\u{ff1d}1".into()), text, "'\u{ff1d}1"),
            (Cell::Text("a=1".into()), text, "a=1"),
            (Cell::Text(String::new()), text, ""),
            (Cell::Int(-5), Kind::Int(64), "-5"),
            (Cell::Float(-0.5), Kind::Double, "-0.5"),
            (Cell::Null, Kind::Int(64), ""),
        ] {
            assert_eq!(safe(&cell, kind), expected);
        }
    }

    #[test]
    fn records_are_those_of_rfc_4180() {
        let mut out = String::new();
        line(&mut out, ["a", "b,c", "d\"e", "f\ng", " h", ""].map(str::to_owned).into_iter());
        assert_eq!(out, "a,\"b,c\",\"d\"\"e\",\"f\ng\",\" h\",\r\n");
    }
}
