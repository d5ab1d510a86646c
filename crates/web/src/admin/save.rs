//! Adding and changing a row: read from its form and checked, then guarded, written and noted in its history. Not here:
//! the form of a row together with those of its lines (`lines`).

use std::collections::BTreeMap;

use accounts::{AccessRefusal, service::history};
use kernel::{DbError, Tx};
use sea_orm::{
    ConnectionTrait,
    sea_query::{Expr, ExprTrait, Query},
};
use serde_json::{Value as Json, json};

use super::{
    catalogue::Model,
    field::{Field, Kind},
    hooks::{self, Change},
    naming,
    parse::parse,
    select::cells,
    sent::{Sent, canonical, print},
    show::target,
    staff::Staff,
    value::Cell,
    violation,
};
use crate::site::Shared;

/// The values of a row, by field.
pub(crate) type Row = BTreeMap<usize, Cell>;

/// Why nothing was written.
#[derive(Debug)]
pub(crate) enum Refusal {
    /// Fields, or the row as a whole, are wrong.
    Wrong(Vec<(Option<usize>, String)>),
    /// Somebody else changed the row since the form was made; as it is now.
    Changed(Box<Row>),
    /// The row does not exist any more.
    Gone,
    Database(DbError),
}

impl From<DbError> for Refusal {
    fn from(error: DbError) -> Self {
        Self::Database(error)
    }
}

impl From<sea_orm::DbErr> for Refusal {
    fn from(error: sea_orm::DbErr) -> Self {
        Self::Database(error.into())
    }
}

impl From<AccessRefusal> for Refusal {
    fn from(refusal: AccessRefusal) -> Self {
        match refusal {
            AccessRefusal::Gone => Self::Gone,
            AccessRefusal::Database(error) => Self::Database(error),
            other => Self::Wrong(vec![(None, other.to_string())]),
        }
    }
}

impl Refusal {
    /// The same, where a broken rule of the database is told beside its fields.
    pub(crate) fn explained(self, model: &Model) -> Self {
        match self {
            Self::Database(error) => match violation::told(model, &error) {
                Some(wrong) => Self::Wrong(wrong),
                None => Self::Database(error),
            },
            other => other,
        }
    }
}

/// What came of a change.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Saved {
    Changed,
    /// Nothing had been changed in the form.
    Same,
}

/// Whether a form for a new row has this field: also one that is set once and never again.
pub(crate) fn addable(field: &Field) -> bool {
    let once = field.readonly && !field.nullable && field.default.is_none() && !by_clock(field);
    let open = |field: &Field| !(field.secret || field.readonly || field.identity || field.folded.is_some());
    open(field) || (once && !field.secret && !field.identity && field.folded.is_none() && field.kind != Kind::Opaque)
}

/// Whether the program sets a new row's value by its clock.
fn by_clock(field: &Field) -> bool {
    field.readonly && !field.nullable && field.kind.is_day() && field.default.is_none()
}

/// Why no new row can be complete; nothing when it can.
pub(crate) fn never_complete(field: &Field) -> bool {
    let left_out = !field.nullable && field.default.is_none() && !field.identity && field.folded.is_none();
    left_out && !addable(field) && !by_clock(field)
}

fn now(shared: &Shared, kind: Kind) -> Cell {
    let now = shared.clock.now();
    match kind {
        Kind::Date => Cell::Date(now.date_naive()),
        Kind::Local => Cell::Local(now.naive_utc()),
        _ => Cell::Moment(now),
    }
}

/// Reads these columns of a form.
fn read(model: &Model, sent: &Sent, fields: impl Iterator<Item = usize>) -> Result<Vec<Change>, Refusal> {
    let (mut changes, mut wrong) = (Vec::new(), Vec::new());
    for at in fields {
        let field = &model.fields[at];
        let Some(text) = sent.column(field) else { continue };
        match parse(field, &text) {
            Ok(cell) => changes.push((at, cell)),
            Err(text) => wrong.push((Some(at), text)),
        }
    }
    wrong.extend(hooks::invalid(model, &changes).into_iter().map(|(at, text)| (Some(at), text)));
    if wrong.is_empty() { Ok(changes) } else { Err(Refusal::Wrong(wrong)) }
}

/// The folded columns beside those that change.
fn folded(model: &Model, changes: &[Change]) -> Result<Vec<Change>, Refusal> {
    let mut more = Vec::new();
    for (at, field) in model.fields.iter().enumerate() {
        let Some(folded) = field.folded else { continue };
        let Some((from, cell)) = changes.iter().find(|(from, _)| *from == folded.from) else { continue };
        let cell = if cell.is_null() { Cell::Null } else { Cell::Text((folded.fold)(&cell.plain())) };
        if let (Kind::Text(Some(longest)), Cell::Text(text)) = (field.kind, &cell)
            && text.chars().count() > longest as usize
        {
            return Err(Refusal::Wrong(vec![(Some(*from), "This is too long. Use fewer characters.".to_owned())]));
        }
        more.push((at, cell));
    }
    Ok(more)
}

/// Refuses what refers to nothing. The database says so too, but not which field it is.
async fn missing(tx: &Tx, model: &'static Model, changes: &[Change]) -> Result<(), Refusal> {
    let mut wrong = Vec::new();
    for (at, cell) in changes {
        let Some(target) = target(&model.fields[*at]).filter(|_| !cell.is_null()) else { continue };
        let mut query = Query::select();
        query.expr(Expr::val(1)).from(target.table);
        query.and_where(Expr::col(target.key_field().column).eq(cell.bind(target.key_field().kind)));
        if tx.query_one(&query).await?.is_none() {
            wrong.push((Some(*at), format!("There is no {} {}.", target.label, cell.plain())));
        }
    }
    if wrong.is_empty() { Ok(()) } else { Err(Refusal::Wrong(wrong)) }
}

/// A new row as it was typed, right in itself and not yet written.
pub(crate) struct New {
    typed: Vec<Change>,
    all: Vec<Change>,
}

/// Reads a new row: these fields, and what it belongs to where that is not typed.
///
/// # Errors
/// Every wrong field at once.
pub(crate) fn new(
    shared: &Shared,
    staff: &Staff,
    model: &'static Model,
    sent: &Sent,
    fields: &[usize],
    owner: Option<Change>,
) -> Result<New, Refusal> {
    let owned = owner.as_ref().map(|(at, _)| *at);
    let may = |at: &usize| addable(&model.fields[*at]) && !hooks::locked(staff, model, *at) && Some(*at) != owned;
    let mut typed = read(model, sent, fields.iter().copied().filter(may))?;
    typed.extend(owner);
    let left_out = model.fields.iter().enumerate().find(|(at, field)| {
        addable(field) && field.required() && field.default.is_none() && !typed.iter().any(|(typed, _)| typed == at)
    });
    if let Some((at, _)) = left_out {
        return Err(Refusal::Wrong(vec![(Some(at), "Please fill this in.".to_owned())]));
    }
    let mut all = typed.clone();
    all.extend(folded(model, &typed)?);
    for (at, field) in model.fields.iter().enumerate() {
        if by_clock(field) {
            all.push((at, now(shared, field.kind)));
        }
    }
    Ok(New { typed, all })
}

/// Writes a new row and its history; answers its key.
///
/// # Errors
/// What it refers to that is missing; a broken rule of the database.
pub(crate) async fn write_new(
    tx: &Tx,
    shared: &Shared,
    staff: &Staff,
    model: &'static Model,
    new: &New,
) -> Result<Cell, Refusal> {
    missing(tx, model, &new.typed).await?;
    let mut insert = Query::insert();
    insert.into_table(model.table).columns(new.all.iter().map(|(at, _)| model.fields[*at].column));
    let values = new.all.iter().map(|(at, cell)| Expr::val(cell.bind(model.fields[*at].kind)));
    // As many values as columns: both come from the same list.
    insert.values(values).map_err(|error| sea_orm::DbErr::Custom(error.to_string()))?;
    insert.returning_col(model.key_field().column).or_default_values();
    let row = tx.query_one(&insert).await?;
    let key = row.map(|row| Cell::read(&row, 0, model.key_field().kind)).transpose()?.unwrap_or(Cell::Null);
    let changes = new.typed.iter().map(|(at, cell)| (*at, Cell::Null, cell.clone())).collect::<Vec<_>>();
    note(tx, shared, staff, model, &key, ("add", &changes)).await?;
    Ok(key)
}

/// Adds a row; answers its key.
///
/// # Errors
/// Every wrong field at once.
pub(crate) async fn add(shared: &Shared, staff: &Staff, model: &'static Model, sent: &Sent) -> Result<Cell, Refusal> {
    let fields: Vec<usize> = (0..model.fields.len()).collect();
    let new = &new(shared, staff, model, sent, &fields, None)?;
    let unit = |tx: Tx| async move { write_new(&tx, shared, staff, model, new).await };
    shared.db.write(unit).await.map_err(|refusal: Refusal| refusal.explained(model))
}

/// A row as it is now; `keep` holds it for this unit of work.
pub(crate) async fn current(tx: &Tx, model: &Model, key: &Cell, keep: bool) -> Result<Option<Row>, DbError> {
    let fields: Vec<usize> = model.open_fields().collect();
    let mut query = Query::select();
    query.from(model.table).and_where(Expr::col(model.key_field().column).eq(key.bind(model.key_field().kind)));
    if keep {
        query.lock_exclusive();
    }
    for at in &fields {
        query.expr(Cell::select(&model.fields[*at], None));
    }
    let Some(row) = tx.query_one(&query).await? else { return Ok(None) };
    Ok(Some(fields.iter().copied().zip(cells(&row, model, &fields)?).collect()))
}

/// A changed row as it was typed, right in itself and not yet written.
pub(crate) struct Edit {
    /// Fields with the prints of what they were when the form was made.
    was: Vec<(usize, String)>,
    changes: Vec<Change>,
    all: Vec<Change>,
}

impl Edit {
    /// The form as it was made, whatever was typed into it.
    pub(crate) fn untouched(model: &Model, sent: &Sent) -> Self {
        let was =
            sent.prints().into_iter().filter_map(|(column, print)| Some((model.position(column)?, print.to_owned())));
        Self { was: was.collect(), changes: Vec::new(), all: Vec::new() }
    }

    /// Whether nothing was changed in the form.
    pub(crate) fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// Whether somebody else has changed the row since the form was made.
    pub(crate) fn is_stale(&self, row: &Row) -> bool {
        let now = |at: usize| print(&row.get(&at).map(Cell::typed).unwrap_or_default());
        self.was.iter().any(|(at, was)| *was != now(*at))
    }
}

/// Reads what was changed in the form of a row, of these fields. What is not asked for is not taken.
///
/// # Errors
/// Every wrong field at once.
pub(crate) fn edit(
    shared: &Shared,
    staff: &Staff,
    model: &'static Model,
    sent: &Sent,
    fields: &[usize],
) -> Result<Edit, Refusal> {
    let prints = sent.prints();
    let editable: Vec<usize> =
        fields.iter().copied().filter(|at| model.fields[*at].editable() && !hooks::locked(staff, model, *at)).collect();
    let was = |at: usize| prints.get(model.fields[at].column).copied();
    let touched = editable.iter().copied().filter(|at| {
        let field = &model.fields[*at];
        sent.column(field).is_some_and(|text| was(*at) != Some(&print(&canonical(field, &text))))
    });
    let changes = read(model, sent, touched)?;
    let strange = (0..model.fields.len())
        .filter(|at| !editable.contains(at) && sent.typed(&format!("v.{}", model.fields[*at].column)).is_some())
        .map(|at| (Some(at), format!("{} is not changed here by hand.", model.fields[at].label)));
    let strange: Vec<_> = strange.collect();
    if !strange.is_empty() {
        return Err(Refusal::Wrong(strange));
    }
    let mut all = changes.clone();
    all.extend(folded(model, &changes)?);
    if let Some(at) = model.position("updated_at").filter(|at| model.fields[*at].kind.is_day()) {
        all.push((at, now(shared, model.fields[at].kind)));
    }
    let was = editable.iter().filter_map(|at| Some((*at, was(*at)?.to_owned()))).collect();
    Ok(Edit { was, changes, all })
}

/// Writes what was changed in the form, and nothing else, with its history; `owner`: what the row must belong to.
///
/// # Errors
/// [`Refusal::Changed`] with the row as it is now, when somebody else changed it in the meantime.
pub(crate) async fn write_edit(
    tx: &Tx,
    shared: &Shared,
    staff: &Staff,
    model: &'static Model,
    key: &Cell,
    (edit, owner): (&Edit, Option<&Change>),
) -> Result<Saved, Refusal> {
    let row = current(tx, model, key, true).await?.ok_or(Refusal::Gone)?;
    if owner.is_some_and(|(at, cell)| row.get(at) != Some(cell)) {
        return Err(Refusal::Gone);
    }
    if edit.is_stale(&row) {
        return Err(Refusal::Changed(Box::new(row)));
    }
    if edit.is_empty() {
        return Ok(Saved::Same);
    }
    missing(tx, model, &edit.changes).await?;
    hooks::before_change(tx, staff, model, key, &edit.changes).await?;
    update(tx, model, key, &edit.all).await?;
    let before = |at: &usize| row.get(at).cloned().unwrap_or(Cell::Null);
    let noted: Vec<_> = edit.changes.iter().map(|(at, cell)| (*at, before(at), cell.clone())).collect();
    note(tx, shared, staff, model, key, ("change", &noted)).await?;
    Ok(Saved::Changed)
}

async fn update(tx: &Tx, model: &Model, key: &Cell, changes: &[Change]) -> Result<(), Refusal> {
    let mut update = Query::update();
    update.table(model.table);
    for (at, cell) in changes {
        let field = &model.fields[*at];
        update.value(field.column, Expr::val(cell.bind(field.kind)));
    }
    update.and_where(Expr::col(model.key_field().column).eq(key.bind(model.key_field().kind)));
    tx.execute(&update).await?;
    Ok(())
}

/// A field with its value before and after.
pub(crate) type Noted = (usize, Cell, Cell);

/// Writes the history of a row, in the unit of work of its change.
pub(crate) async fn note(
    tx: &Tx,
    shared: &Shared,
    staff: &Staff,
    model: &'static Model,
    key: &Cell,
    (act, changes): (&str, &[Noted]),
) -> Result<(), Refusal> {
    let name = naming::name(tx, model, key).await?.unwrap_or_else(|| naming::nameless(model, key));
    note_named(tx, shared, staff, model, (key, name), (act, told(model, changes))).await?;
    Ok(())
}

/// The same for a row whose name is known, because it is gone or about to go.
pub(crate) async fn note_named(
    tx: &Tx,
    shared: &Shared,
    staff: &Staff,
    model: &Model,
    (key, name): (&Cell, String),
    (act, changes): (&str, Json),
) -> Result<(), DbError> {
    let entry = history::Entry {
        act: act.to_owned(),
        app: model.app.to_owned(),
        model: model.name.to_owned(),
        object_id: key.plain().chars().take(64).collect(),
        object: name,
        changes,
    };
    history::note(tx, &*shared.clock, staff.user(), entry).await
}

/// Changes as the history keeps them: `{"column": [before, after]}`. A secret is never among them.
pub(crate) fn told(model: &Model, changes: &[Noted]) -> Json {
    let open = changes.iter().filter(|(at, ..)| !model.fields[*at].secret);
    let pairs =
        open.map(|(at, before, after)| (model.fields[*at].column.to_owned(), json!([before.json(), after.json()])));
    Json::Object(pairs.collect())
}
