//! The statements of a list. They differ between the databases in nothing but how a text is
//! compared without regard to case.
//!
//! A page is found by its position (keyset), never by counting rows off, so the last page of a
//! million costs what the first does. Missing values come last, on both databases.

use kernel::{Db, DbError, db::DbKind};
use sea_orm::{
    ConnectionTrait, QueryResult,
    sea_query::{Condition, Expr, ExprTrait, Func, LikeExpr, NullOrdering, Order, Query, SelectStatement},
};

use super::{
    catalogue::{Model, Sort, catalogue},
    field::Field,
    request::{Ask, Filter, Place, midnight},
    value::Cell,
};

/// Rows on a page.
pub(crate) const PAGE: usize = 50;
/// Counting ends here: beyond it a list says "more than".
pub(crate) const COUNTED: u64 = 10_000;

/// The conditions of a list, but for its position. A number finds the row that has it, by the key and
/// at once; whoever wants it in the texts as well says so, because that reads every row.
pub(crate) fn conditions(kind: DbKind, model: &'static Model, ask: &Ask) -> Condition {
    let mut all = Condition::all();
    if let Some(number) = ask.number(model) {
        let key = model.key_field();
        all = all.add(named(key, None).eq(number.bind(key.kind)));
    } else {
        for word in &ask.words {
            all = all.add(search(kind, model, word, None));
        }
    }
    for filter in &ask.filters {
        all = all.add(one(model, filter));
    }
    if let (Some((_, first, next)), Some(at)) = (&ask.days, model.date) {
        let field = &model.fields[at];
        let column = || Expr::col(field.column);
        all = all.add(column().gte(midnight(field.kind, *first).bind(field.kind)));
        all = all.add(column().lt(midnight(field.kind, *next).bind(field.kind)));
    }
    all
}

fn one(model: &Model, filter: &Filter) -> Expr {
    let column = |at: &usize| (Expr::col(model.fields[*at].column), model.fields[*at].kind);
    match filter {
        Filter::Is(at, cell) => {
            let (column, kind) = column(at);
            column.eq(cell.bind(kind))
        }
        Filter::Missing(at, true) => column(at).0.is_null(),
        Filter::Missing(at, false) => column(at).0.is_not_null(),
        Filter::From(at, cell) => {
            let (column, kind) = column(at);
            column.gte(cell.bind(kind))
        }
        Filter::Until(at, cell) => {
            let (column, kind) = column(at);
            column.lt(cell.bind(kind))
        }
    }
}

/// A word is found in the texts searched, in the names of what the list's references point at, and
/// as the row's own key.
pub(crate) fn search(kind: DbKind, model: &'static Model, word: &str, table: Option<&str>) -> Condition {
    let mut any = Condition::any();
    for at in &model.search {
        any = any.add(contains(kind, &model.fields[*at], table, word));
    }
    for at in &model.list {
        let field = &model.fields[*at];
        let Some(target) = field.target.and_then(|target| target.model) else { continue };
        let target = &catalogue().models[target];
        let texts = target.naming.own_texts(target);
        if texts.is_empty() {
            continue;
        }
        let mut inside = Condition::any();
        for text in texts {
            inside = inside.add(contains(kind, &target.fields[text], None, word));
        }
        let mut those = Query::select();
        those.expr(Expr::col(target.key_field().column)).from(target.table).cond_where(inside);
        any = any.add(named(field, table).in_subquery(those));
    }
    let key = model.key_field();
    if let Some(cell) = Cell::from_plain(key.kind, word) {
        any = any.add(named(key, table).eq(cell.bind(key.kind)));
    }
    if any.is_empty() { any.add(Expr::val(1).eq(0)) } else { any }
}

fn named(field: &Field, table: Option<&str>) -> Expr {
    match table {
        Some(table) => Expr::col((table.to_owned(), field.column)),
        None => Expr::col(field.column),
    }
}

/// Whether a text has this word in it, whatever the case. ASCII letters are compared by the
/// database, alike on both (the collation C knows no others); the other letters stand in the
/// pattern as typed, in small and in capitals.
fn contains(kind: DbKind, field: &Field, table: Option<&str>, word: &str) -> Condition {
    let text = named(field, table);
    let text: Expr = match kind {
        // LIKE itself overlooks the case of ASCII letters here.
        DbKind::Sqlite => text,
        DbKind::Postgres => {
            let plain = Expr::cust_with_expr("$1 COLLATE \"C\"", text);
            Func::lower(plain).into()
        }
    };
    let mut variants = vec![word.to_ascii_lowercase()];
    for other in [word.to_lowercase(), word.to_uppercase().to_ascii_lowercase()] {
        if !variants.contains(&other) {
            variants.push(other);
        }
    }
    variants.into_iter().fold(Condition::any(), |any, variant| {
        any.add(text.clone().like(LikeExpr::new(format!("%{}%", escaped(&variant))).escape('!')))
    })
}

fn escaped(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut out, c| {
        if matches!(c, '!' | '%' | '_') {
            out.push('!');
        }
        out.push(c);
        out
    })
}

/// The whole order of a list: what was asked for, or the usual one, made total by the key. A table
/// that is `large` is not put into an order that no index gives, unless somebody asks for it.
pub(crate) fn order(model: &Model, asked: Option<Sort>, large: bool) -> Vec<Sort> {
    let mut order: Vec<Sort> = asked.map_or_else(|| model.ordering.clone(), |sort| vec![sort]);
    let quick = |sort: &Sort| model.fields[sort.field].indexed;
    if large && asked.is_none() && !order.first().is_some_and(quick) {
        let descending = order.first().is_some_and(|sort| sort.descending);
        order = vec![Sort { field: model.key, descending }];
    }
    if let Some(at) = order.iter().position(|sort| sort.field == model.key) {
        order.truncate(at + 1);
    } else {
        let descending = order.last().is_none_or(|sort| sort.descending);
        order.push(Sort { field: model.key, descending });
    }
    order
}

/// Rows that come after these values in this order. The first condition bounds the scan of an index.
fn after(model: &Model, order: &[Sort], values: &[Cell]) -> Condition {
    let Some((sort, rest)) = order.split_first() else { return Condition::any().add(Expr::val(1).eq(0)) };
    let Some((value, values)) = values.split_first() else { return Condition::all() };
    let field = &model.fields[sort.field];
    let column = || Expr::col(field.column);
    let bound = || value.bind(field.kind);
    // A missing value is greater than every other.
    let (mut beyond, equal) = match (value.is_null(), sort.descending) {
        (true, false) => (Condition::any(), column().is_null()),
        (true, true) => (Condition::any().add(column().is_not_null()), column().is_null()),
        (false, false) => (Condition::any().add(column().gt(bound())), column().eq(bound())),
        (false, true) => (Condition::any().add(column().lt(bound())), column().eq(bound())),
    };
    if field.nullable && !value.is_null() && !sort.descending {
        beyond = beyond.add(column().is_null());
    }
    if !rest.is_empty() {
        beyond = beyond.add(Condition::all().add(equal).add(after(model, rest, values)));
    }
    let mut all = Condition::all().add(beyond);
    if !field.nullable {
        all = all.add(if sort.descending { column().lte(bound()) } else { column().gte(bound()) });
    }
    all
}

fn reversed(order: &[Sort]) -> Vec<Sort> {
    order.iter().map(|sort| Sort { descending: !sort.descending, ..*sort }).collect()
}

fn put_in_order(query: &mut SelectStatement, model: &Model, order: &[Sort]) {
    for sort in order {
        let field = &model.fields[sort.field];
        let direction = if sort.descending { Order::Desc } else { Order::Asc };
        if field.nullable {
            // What PostgreSQL does by itself; only SQLite has to be told.
            let nulls = if sort.descending { NullOrdering::First } else { NullOrdering::Last };
            query.order_by_expr_with_nulls(Expr::col(field.column), direction, nulls);
        } else {
            query.order_by_expr(Expr::col(field.column), direction);
        }
    }
}

/// Values of rows, in the order of the fields that were asked for.
pub(crate) type Rows = Vec<Vec<Cell>>;

/// A page of a list.
pub(crate) struct Page {
    /// The fields that were read, by position.
    pub(crate) fields: Vec<usize>,
    pub(crate) rows: Rows,
    /// Whether rows come before and after this page.
    pub(crate) before: bool,
    pub(crate) after: bool,
}

impl Page {
    /// The value of a field in a row.
    pub(crate) fn cell<'a>(&self, row: &'a [Cell], field: usize) -> &'a Cell {
        const NOTHING: &Cell = &Cell::Null;
        self.fields.iter().position(|at| *at == field).and_then(|at| row.get(at)).unwrap_or(NOTHING)
    }

    /// Where a row stands in this order.
    pub(crate) fn position(&self, row: &[Cell], order: &[Sort]) -> Vec<Cell> {
        order.iter().map(|sort| self.cell(row, sort.field).clone()).collect()
    }
}

/// One page: these fields and those of the order. One statement.
pub(crate) async fn page(
    db: &impl ConnectionTrait,
    model: &'static Model,
    fields: &[usize],
    conditions: Condition,
    order: &[Sort],
    (place, size): (&Place, usize),
) -> Result<Page, DbError> {
    let mut wanted: Vec<usize> = Vec::new();
    for at in [model.key].iter().chain(fields).copied().chain(order.iter().map(|sort| sort.field)) {
        if !wanted.contains(&at) {
            wanted.push(at);
        }
    }
    let mut query = Query::select();
    query.from(model.table).cond_where(conditions).limit(size as u64 + 1);
    for at in &wanted {
        query.expr(Cell::select(&model.fields[*at], None));
    }
    let backwards = matches!(place, Place::Last | Place::Before(_));
    let direction = if backwards { reversed(order) } else { order.to_vec() };
    if let Place::After(values) | Place::Before(values) = place {
        query.cond_where(after(model, &direction, values));
    }
    put_in_order(&mut query, model, &direction);
    let found = db.query_all(&query).await?;
    let mut rows = found.iter().map(|row| cells(row, model, &wanted)).collect::<Result<Rows, _>>()?;
    let more = rows.len() > size;
    rows.truncate(size);
    if backwards {
        rows.reverse();
    }
    let (before, after) = match place {
        Place::First => (false, more),
        Place::Last => (more, false),
        Place::After(_) => (true, more),
        Place::Before(_) => (more, true),
    };
    Ok(Page { fields: wanted, rows, before, after })
}

/// The values of a row of a query for these fields.
pub(crate) fn cells(row: &QueryResult, model: &Model, fields: &[usize]) -> Result<Vec<Cell>, sea_orm::DbErr> {
    fields.iter().enumerate().map(|(at, field)| Cell::read(row, at, model.fields[*field].kind)).collect()
}

/// A query that counts at most `limit` and one rows of this table.
pub(crate) fn counting(table: &'static str, conditions: Condition, limit: u64) -> SelectStatement {
    let mut some = Query::select();
    some.expr(Expr::val(1)).from(table).cond_where(conditions).limit(limit + 1);
    let mut query = Query::select();
    query.expr(Func::count(Expr::col(sea_orm::sea_query::Asterisk))).from_subquery(some, "some_rows");
    query
}

/// Runs counting queries in one statement: how many each found.
pub(crate) async fn counts(db: &impl ConnectionTrait, queries: Vec<SelectStatement>) -> Result<Vec<u64>, DbError> {
    if queries.is_empty() {
        return Ok(Vec::new());
    }
    let many = queries.len();
    let mut all = Query::select();
    for query in queries {
        all.expr(Expr::SubQuery(None, Box::new(query.into())));
    }
    let Some(row) = db.query_one(&all).await? else { return Ok(vec![0; many]) };
    let counted = (0..many).map(|at| row.try_get_by_index::<i64>(at).map(i64::unsigned_abs));
    Ok(counted.collect::<Result<_, _>>()?)
}

/// How many rows of this list there are; [`COUNTED`] and one means more.
pub(crate) async fn count(db: &Db, model: &'static Model, conditions: Condition) -> Result<u64, DbError> {
    let counted = counts(db.read(), vec![counting(model.table, conditions, COUNTED)]).await?;
    Ok(counted.first().copied().unwrap_or(0))
}

/// A count for people.
pub(crate) fn counted(count: u64) -> String {
    if count > COUNTED { format!("{}+", crate::layout::number(COUNTED)) } else { crate::layout::number(count) }
}
