//! Deleting: first a page that says everything that goes along, stays without, or stands in the way.

use accounts::Act;
use askama::Template;
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use kernel::{DbError, Tx};
use sea_orm::{
    ConnectionTrait,
    sea_query::{Condition, Expr, ExprTrait, Query},
};
use seadrift::schema::ReferentialAction;

use super::{
    catalogue::{Model, catalogue},
    frame::{Frame, Theme},
    hooks,
    list::viewable,
    naming,
    object::find,
    save::{Noted, Refusal, Row, note_named, told},
    select::{COUNTED, counted, counting, counts},
    staff::Staff,
    value::Cell,
};
use crate::{
    csrf::{Csrf, Form},
    error::Trouble,
    pages,
    site::Shared,
};

/// How far what goes along is followed.
const DEPTH: usize = 8;

/// What happens to the rows of one kind.
pub(crate) struct Along {
    pub(crate) label: String,
    pub(crate) count: String,
    /// Through what it hangs on the row.
    pub(crate) through: String,
}

/// Everything that a deletion touches.
#[derive(Default)]
pub(crate) struct Preview {
    pub(crate) deleted: Vec<Along>,
    pub(crate) emptied: Vec<Along>,
    pub(crate) blocking: Vec<Along>,
}

/// Rows of a model, as a condition, and how they hang on the first.
struct Level {
    model: &'static Model,
    rows: Condition,
    through: String,
}

/// What deleting these rows would do; one statement a level. Rows that are only ever added block it,
/// whatever their key says.
pub(crate) async fn preview(
    db: &impl ConnectionTrait,
    model: &'static Model,
    rows: Condition,
) -> Result<Preview, DbError> {
    let mut preview = Preview::default();
    let mut levels = vec![Level { model, rows, through: String::new() }];
    for _ in 0..DEPTH {
        let mut next = Vec::new();
        for level in &levels {
            for child in &level.model.children {
                let of = &catalogue().models[child.model];
                let field = &of.fields[child.field];
                let mut parents = Query::select();
                parents
                    .expr(Expr::col(level.model.key_field().column))
                    .from(level.model.table)
                    .cond_where(level.rows.clone());
                let rows = Condition::all().add(Expr::col(field.column).in_subquery(parents));
                let through = format!("{}{}", level.through, field.label.to_lowercase());
                next.push((child.on_delete, Level { model: of, rows, through }));
            }
        }
        let queries = next.iter().map(|(_, level)| counting(level.model.table, level.rows.clone(), COUNTED)).collect();
        let found = counts(db, queries).await?;
        levels = Vec::new();
        for ((action, level), count) in next.into_iter().zip(found).filter(|(_, count)| *count > 0) {
            let along =
                Along { label: level.model.plural.clone(), count: counted(count), through: level.through.clone() };
            match action {
                ReferentialAction::Cascade if level.model.append_only => preview.blocking.push(along),
                ReferentialAction::Cascade => {
                    preview.deleted.push(along);
                    levels.push(Level { through: format!("{} \u{203a} ", level.through), ..level });
                }
                ReferentialAction::SetNull | ReferentialAction::SetDefault => preview.emptied.push(along),
                ReferentialAction::Restrict | ReferentialAction::NoAction => preview.blocking.push(along),
            }
        }
        if levels.is_empty() {
            break;
        }
    }
    Ok(preview)
}

#[derive(Template)]
#[template(path = "admin/delete.html")]
struct DeletePage {
    frame: Frame,
    model: &'static Model,
    name: String,
    path: String,
    preview: Preview,
    errors: Vec<String>,
}

async fn page(
    shared: &Shared,
    (staff, csrf, theme): (&Staff, &Csrf, Theme),
    model: &'static Model,
    key: &Cell,
    errors: Vec<String>,
) -> Result<Response, Trouble> {
    let db = shared.db.read();
    let name = naming::name(db, model, key).await?.unwrap_or_else(|| naming::nameless(model, key));
    let path = model.row_path(&key.plain());
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::CONFLICT };
    let page = DeletePage {
        frame: Frame::of(staff, csrf, theme, Some(model), format!("{path}/delete")),
        model,
        name,
        preview: preview(db, model, only(model, key)).await?,
        errors,
        path,
    };
    Ok((status, pages::show(&page)).into_response())
}

/// The condition of one row.
pub(crate) fn only(model: &Model, key: &Cell) -> Condition {
    Condition::all().add(Expr::col(model.key_field().column).eq(key.bind(model.key_field().kind)))
}

pub(crate) async fn ask(
    State(shared): State<Shared>,
    staff: Staff,
    csrf: Csrf,
    theme: Theme,
    Path((app, slug, key)): Path<(String, String, String)>,
) -> Result<Response, Trouble> {
    let model = viewable(&staff, &app, &slug)?;
    staff.must(model, Act::Delete)?;
    let (key, _) = find(&shared, model, &key).await?;
    page(&shared, (&staff, &csrf, theme), model, &key, Vec::new()).await
}

pub(crate) async fn delete(
    State(shared): State<Shared>,
    staff: Staff,
    csrf: Csrf,
    theme: Theme,
    Path((app, slug, key)): Path<(String, String, String)>,
    Form(_): Form<Vec<(String, String)>>,
) -> Result<Response, Trouble> {
    let model = viewable(&staff, &app, &slug)?;
    staff.must(model, Act::Delete)?;
    let (key, row) = find(&shared, model, &key).await?;
    match remove(&shared, &staff, model, &key, &row).await {
        Ok(()) => Ok(Redirect::to(&format!("{}?done=deleted", model.path())).into_response()),
        Err(Refusal::Wrong(wrong)) => {
            let errors = wrong.into_iter().map(|(_, text)| text).collect();
            page(&shared, (&staff, &csrf, theme), model, &key, errors).await
        }
        Err(Refusal::Gone | Refusal::Changed(_)) => {
            Ok(Redirect::to(&format!("{}?done=deleted", model.path())).into_response())
        }
        Err(Refusal::Database(error)) => Err(error.into()),
    }
}

/// Deletes a row, unless something stands in the way, and notes what it was.
///
/// # Errors
/// What stands in the way.
pub(crate) async fn remove(
    shared: &Shared,
    staff: &Staff,
    model: &'static Model,
    key: &Cell,
    row: &Row,
) -> Result<(), Refusal> {
    let unit = |tx: Tx| async move { remove_within(&tx, shared, staff, model, key, row).await };
    shared.db.write(unit).await.map_err(|refusal: Refusal| refusal.explained(model))
}

/// The same in a unit of work that does more.
///
/// # Errors
/// What stands in the way.
pub(crate) async fn remove_within(
    tx: &Tx,
    shared: &Shared,
    staff: &Staff,
    model: &'static Model,
    key: &Cell,
    row: &Row,
) -> Result<(), Refusal> {
    hooks::before_delete(tx, staff, model, key).await?;
    let preview = preview(tx, model, only(model, key)).await?;
    if !preview.blocking.is_empty() {
        let blocking = preview.blocking.iter().map(|along| format!("{} {}", along.count, along.label.to_lowercase()));
        let text = format!("It cannot go as long as there are: {}.", blocking.collect::<Vec<_>>().join(", "));
        return Err(Refusal::Wrong(vec![(None, text)]));
    }
    let name = naming::name(tx, model, key).await?.unwrap_or_else(|| naming::nameless(model, key));
    let mut delete = Query::delete();
    delete.from_table(model.table).cond_where(only(model, key));
    if tx.execute(&delete).await?.rows_affected() == 0 {
        return Err(Refusal::Gone);
    }
    let noted: Vec<Noted> = row.iter().map(|(at, cell)| (*at, cell.clone(), Cell::Null)).collect();
    note_named(tx, shared, staff, model, (key, name), ("delete", told(model, &noted))).await?;
    Ok(())
}
