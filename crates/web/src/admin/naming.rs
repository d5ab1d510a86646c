//! What rows are called where something refers to them: `ann`, not `user 7`.
//!
//! A name may lie behind a reference (a wallet is called as its profile is): one statement with left
//! joins fetches the names of any number of rows.

use std::collections::{BTreeSet, HashMap};

use kernel::DbError;
use sea_orm::{
    ConnectionTrait, DbErr,
    sea_query::{Expr, ExprTrait, JoinType, Query, SelectStatement},
};

use super::{
    catalogue::{Catalogue, Model, catalogue},
    value::Cell,
};

/// How deep a name may lie.
const DEPTH: usize = 3;
/// The most parts that a name has.
const PARTS: usize = 4;
/// The most characters of a name.
const LONGEST: usize = 120;

/// How the rows of a model are named.
#[derive(Debug, Default)]
pub(crate) struct Naming {
    /// Positions of the fields that the declaration gives.
    declared: Vec<usize>,
    /// The parts, once every model is known.
    parts: Vec<Part>,
}

/// One part of a name: the references to follow, and the field at their end.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Part {
    /// Positions of the fields that point, each in the model that the one before points at.
    path: Vec<usize>,
    model: usize,
    field: usize,
}

impl Naming {
    pub(super) fn declared(fields: Vec<usize>) -> Self {
        Self { declared: fields, parts: Vec::new() }
    }

    pub(super) fn of(catalogue: &Catalogue, at: usize) -> Self {
        let mut parts = Vec::new();
        collect(catalogue, at, &mut Vec::new(), &mut parts);
        parts.truncate(PARTS);
        let declared = catalogue.models[at].naming.declared.clone();
        Self { declared, parts }
    }

    /// Positions of the texts of the row itself that are in its name.
    pub(super) fn own_texts(&self, model: &Model) -> Vec<usize> {
        let own = self.parts.iter().filter(|part| part.path.is_empty()).map(|part| part.field);
        own.filter(|at| model.fields[*at].kind.is_text()).collect()
    }
}

/// The fields that name a row: those declared, else its first text, else what it points at.
fn fields(model: &Model) -> Vec<usize> {
    if !model.naming.declared.is_empty() {
        return model.naming.declared.clone();
    }
    let text = |at: &&usize| {
        let field = &model.fields[**at];
        field.kind.is_text() && field.choices.is_empty() && !field.secret
    };
    let listed = model.list.iter().find(text).or_else(|| model.search.iter().find(text));
    let pointing = || model.list.iter().find(|at| model.fields[**at].target.is_some_and(|target| !target.soft));
    listed.or_else(pointing).copied().into_iter().collect()
}

fn collect(catalogue: &Catalogue, at: usize, path: &mut Vec<usize>, parts: &mut Vec<Part>) {
    let model = &catalogue.models[at];
    for field in fields(model) {
        let target = model.fields[field].target.filter(|target| !target.soft).and_then(|target| target.model);
        match target {
            Some(target) if path.len() < DEPTH => {
                path.push(field);
                collect(catalogue, target, path, parts);
                path.pop();
            }
            _ => parts.push(Part { path: path.clone(), model: at, field }),
        }
    }
}

/// The name of the alias of a joined table.
fn alias(number: usize) -> String {
    format!("n{number}")
}

/// A query for key and parts of names of this model's rows, as `n0`.
fn query(model: &'static Model) -> SelectStatement {
    let all = &catalogue().models;
    let mut query = Query::select();
    query.from_as(model.table, alias(0));
    query.expr(Cell::select(model.key_field(), Some(alias(0))));
    // Each path of references is joined once.
    let mut joined: Vec<&[usize]> = vec![&[]];
    for part in &model.naming.parts {
        let mut from = model;
        for depth in 1..=part.path.len() {
            let (prefix, pointing) = (&part.path[..depth], part.path[depth - 1]);
            let Some(target) = from.fields[pointing].target.and_then(|target| target.model) else { break };
            if !joined.contains(&prefix) {
                let before = joined.iter().position(|path| *path == &part.path[..depth - 1]).unwrap_or(0);
                let (left, right) = (alias(before), alias(joined.len()));
                let target = &all[target];
                let on =
                    Expr::col((left, from.fields[pointing].column)).equals((right.clone(), target.key_field().column));
                query.join_as(JoinType::LeftJoin, target.table, right, on);
                joined.push(prefix);
            }
            from = &all[target];
        }
        let at = joined.iter().position(|path| *path == part.path.as_slice()).unwrap_or(0);
        query.expr(Cell::select(&all[part.model].fields[part.field], Some(alias(at))));
    }
    query
}

/// Runs a query that [`query`] began: keys and names.
async fn run(db: &impl ConnectionTrait, model: &Model, query: &SelectStatement) -> Result<Vec<(Cell, String)>, DbErr> {
    let rows = db.query_all(query).await?;
    rows.iter()
        .map(|row| {
            let key = Cell::read(row, 0, model.key_field().kind)?;
            let mut words = Vec::new();
            for (at, part) in model.naming.parts.iter().enumerate() {
                let field = &catalogue().models[part.model].fields[part.field];
                let text = Cell::read(row, at + 1, field.kind)?.shown(field);
                if !text.is_empty() {
                    words.push(text);
                }
            }
            let name = if words.is_empty() { nameless(model, &key) } else { words.join(" \u{b7} ") };
            Ok((key, short(&name, LONGEST)))
        })
        .collect()
}

/// What a row without a name is called.
pub(crate) fn nameless(model: &Model, key: &Cell) -> String {
    format!("{} {}", model.label, key.plain())
}

/// The beginning of a text, and a sign that there is more.
pub(crate) fn short(text: &str, longest: usize) -> String {
    let mut chars = text.chars();
    let beginning: String = chars.by_ref().take(longest).collect();
    if chars.next().is_some() { format!("{}\u{2026}", beginning.trim_end()) } else { beginning }
}

/// The names of these rows by the plain text of their keys; what is missing does not exist. One
/// statement, and none for no keys.
pub(crate) async fn names(
    db: &impl ConnectionTrait,
    model: &'static Model,
    keys: &BTreeSet<String>,
) -> Result<HashMap<String, String>, DbError> {
    let kind = model.key_field().kind;
    let values: Vec<_> = keys.iter().filter_map(|key| Cell::from_plain(kind, key)).map(|key| key.bind(kind)).collect();
    if values.is_empty() {
        return Ok(HashMap::new());
    }
    let mut query = query(model);
    query.and_where(Expr::col((alias(0), model.key_field().column)).is_in(values));
    let found = run(db, model, &query).await?;
    Ok(found.into_iter().map(|(key, name)| (key.plain(), name)).collect())
}

/// The name of one row; nothing when there is none.
pub(crate) async fn name(
    db: &impl ConnectionTrait,
    model: &'static Model,
    key: &Cell,
) -> Result<Option<String>, DbError> {
    Ok(names(db, model, &BTreeSet::from([key.plain()])).await?.into_values().next())
}

/// Keys and names of the first rows that a search finds, at most `limit`.
pub(crate) async fn find(
    db: &impl ConnectionTrait,
    model: &'static Model,
    filter: impl FnOnce(&mut SelectStatement, &str),
    limit: u64,
) -> Result<Vec<(String, String)>, DbError> {
    let mut query = query(model);
    filter(&mut query, &alias(0));
    let texts = model.naming.own_texts(model);
    if let Some(text) = texts.first() {
        query.order_by((alias(0), model.fields[*text].column), sea_orm::Order::Asc);
    }
    query.order_by((alias(0), model.key_field().column), sea_orm::Order::Asc).limit(limit);
    let found = run(db, model, &query).await?;
    Ok(found.into_iter().map(|(key, name)| (key.plain(), name)).collect())
}
