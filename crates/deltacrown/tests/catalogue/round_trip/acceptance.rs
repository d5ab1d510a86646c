//! What must go in and come back: the least row, the fullest, and changes.

use sea_orm::{DatabaseConnection, TransactionTrait, Value};
use seadrift::{entity::rows::Row, schema::Table};

use super::{
    build::{Builder, Draft, Fill, column, whole},
    catalogue::Catalogue,
    solver::{Solver, passing},
    values,
};

/// What is not accepted, or does not come back as it went in.
pub async fn faults(catalogue: &Catalogue, solver: &Solver, db: &DatabaseConnection, table: &Table) -> Vec<String> {
    let mut faults = Vec::new();
    for (name, fill) in [("the least row", Fill::Least), ("the full row", Fill::Full)] {
        let tx = db.begin().await.expect("a transaction");
        let builder = Builder::new(catalogue, solver, &tx);
        if let Err(fault) = comes_back(&builder, table, fill).await {
            faults.push(format!("{name}: {fault}"));
        }
        tx.rollback().await.expect("a rollback");
    }
    faults
}

async fn comes_back(builder: &Builder<'_>, table: &Table, fill: Fill) -> Result<(), String> {
    let rows = builder.catalogue.rows(&table.name);
    let draft = builder.draft(table, fill, &Row::new()).await?;
    let inserted = rows.insert(builder.tx, &draft.said).await;
    let inserted = inserted.map_err(|error| format!("refused: {error}; it was {:?}", draft.said))?;
    let mut expected = draft.whole.clone();
    expected.retain(|name, _| !column(table, name).identity);
    differences("after the insert", &expected, &inserted)?;
    let key = key(table, &inserted);
    expect_one(builder, table, &key, &expected, "read back").await?;
    if fill == Fill::Full {
        let changed = changed(builder, table, &draft).await?;
        if changed.is_empty() {
            return Ok(());
        }
        let updated =
            rows.update(builder.tx, &key, &changed).await.map_err(|error| format!("the change is refused: {error}"))?;
        if updated != 1 {
            return Err(format!("the change met {updated} rows instead of one"));
        }
        let mut after = expected;
        after.extend(changed);
        expect_one(builder, table, &key, &after, "after the change").await?;
    }
    Ok(())
}

/// Other values for all columns that neither identify the row nor point.
async fn changed(builder: &Builder<'_>, table: &Table, draft: &Draft) -> Result<Row, String> {
    let points = |name: &String| table.foreign_keys.iter().any(|key| key.columns.contains(name));
    let mut given: Row = draft
        .whole
        .iter()
        .filter(|(c, _)| table.primary_key.contains(c) || points(c))
        .map(|(c, v)| (c.clone(), v.clone()))
        .collect();
    let mut said = draft.said.clone();
    for (name, value) in said.iter_mut().filter(|(name, _)| !given.contains_key(*name)) {
        let declared = builder.catalogue.declared(&table.name, name);
        *value = values::fit(column(table, name), declared, 700 + i64::from(u8::try_from(name.len()).unwrap_or(0)));
    }
    let mut other = Draft { whole: whole(table, &said), said, parents: draft.parents.clone() };
    let conditions = passing(&table.checks);
    if builder.settle(table, &mut other, &given, &conditions).await.is_err() {
        // Checks tie what it points at to the rest.
        given.retain(|name, _| table.primary_key.contains(name));
        builder.settle(table, &mut other, &given, &conditions).await?;
    }
    other.said.retain(|name, _| !given.contains_key(name));
    Ok(other.said)
}

async fn expect_one(builder: &Builder<'_>, table: &Table, key: &Row, expected: &Row, when: &str) -> Result<(), String> {
    let found =
        builder.catalogue.rows(&table.name).find(builder.tx, key).await.map_err(|error| format!("{when}: {error}"))?;
    match found.as_slice() {
        [only] => differences(when, expected, only),
        several => Err(format!("{when}: {} rows instead of one", several.len())),
    }
}

fn differences(when: &str, expected: &Row, found: &Row) -> Result<(), String> {
    let differ = |(name, value): (&String, &Value)| {
        let is = found.get(name);
        (is != Some(value)).then(|| format!("{name} is {is:?} instead of {value:?}"))
    };
    let differences: Vec<String> = expected.iter().filter_map(differ).collect();
    if differences.is_empty() { Ok(()) } else { Err(format!("{when}: {}", differences.join("; "))) }
}

/// The values that identify a row.
pub fn key(table: &Table, row: &Row) -> Row {
    table.primary_key.iter().map(|name| (name.clone(), row[name].clone())).collect()
}
