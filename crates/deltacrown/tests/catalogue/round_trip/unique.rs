//! Unique indexes: a second row with the same key is refused, and outside of a partial index accepted.

use kernel::db::Constraint;
use sea_orm::{DatabaseTransaction, DbErr, TransactionTrait};
use seadrift::{
    entity::rows::Row,
    schema::{Index, IndexKey, Table, name},
};

use super::{
    acceptance::key,
    build::{Draft, Fill, is_null},
    refusal::{Subject, refusal, update},
    solver::{Condition, passing},
};

/// What is wrong with the primary key.
pub async fn primary_key(subject: &Subject<'_>) -> Option<String> {
    let Subject { builder, table, .. } = subject;
    let savepoint = builder.tx.begin().await.expect("a savepoint");
    let answer = match builder.draft(table, Fill::Full, &Row::new()).await {
        Ok(mut second) => {
            second.said.extend(subject.key.clone());
            insert(subject, &savepoint, &second).await
        }
        Err(fault) => return Some(format!("a second row: {fault}")),
    };
    savepoint.rollback().await.expect("a rollback");
    let columns = named(table, &table.primary_key);
    refusal(answer, Constraint::Unique, &[&name::fit(format!("pk_{}", table.name)), &columns])
        .map(|fault| format!("the primary key: {fault}"))
}

/// What is wrong with this index.
pub async fn faults(subject: &Subject<'_>, index: &Index) -> Vec<String> {
    let mut faults = Vec::new();
    if subject.table.primary_key.iter().all(|column| keys(subject.table, index).contains(column)) {
        // There to be pointed at: rows that differ in the primary key differ in it too.
        return faults;
    }
    let copied = copied(subject.table, index);
    // Two rows are alike in what is not NULL.
    let present = index.keys.iter().map(|key| match key {
        IndexKey::Column(column) | IndexKey::Descending { desc: column } => Condition::Present(column.clone()),
        IndexKey::Expression { sql, .. } => Condition::Known(sql.clone()),
    });
    let inside = index.predicate.iter().map(|filter| Condition::Inside(filter.clone())).chain(present).collect();
    match twice(subject, index, &copied, inside).await {
        Err(fault) => faults.push(fault),
        Ok(answer) => {
            let columns = named(subject.table, &keys(subject.table, index));
            faults.extend(refusal(answer, Constraint::Unique, &[&index.name, &columns]));
        }
    }
    if let Some(filter) = &index.predicate {
        let copied = not_unique_elsewhere(subject.table, index, copied);
        match twice(subject, index, &copied, vec![Condition::Outside(filter.clone())]).await {
            Err(fault) => faults.push(fault),
            Ok(Err(error)) => faults.push(format!("two rows outside of it are refused: {error}")),
            Ok(Ok(())) => {}
        }
    }
    faults.into_iter().map(|fault| format!("{}: {fault}", index.name)).collect()
}

/// What becomes of a second row with the key of the first, both of which keep the conditions.
async fn twice(
    subject: &Subject<'_>,
    index: &Index,
    copied: &[String],
    mut conditions: Vec<Condition>,
) -> Result<Result<(), DbErr>, String> {
    let Subject { builder, table, .. } = subject;
    conditions.extend(passing(&table.checks));
    conditions.extend(apart(table, index, copied));
    let savepoint = builder.tx.begin().await.expect("a savepoint");
    let answer = async {
        let mut first = Draft {
            said: subject.draft.said.clone(),
            whole: subject.draft.whole.clone(),
            parents: subject.draft.parents.clone(),
        };
        builder.settle(table, &mut first, &Row::new(), &conditions).await?;
        let change = subject.change_to(&first.whole);
        if !change.is_empty() {
            let changed = update(&savepoint, &table.name, &subject.key, &change).await;
            changed.map_err(|error| format!("the first row is refused: {error}"))?;
        }
        let mut given: Row = copied.iter().map(|name| (name.clone(), first.whole[name].clone())).collect();
        let mut second = match builder.draft(table, Fill::Full, &given).await {
            Ok(second) => second,
            Err(fault) => return Err(format!("a second row: {fault}")),
        };
        given.extend(table.primary_key.iter().filter_map(|c| Some((c.clone(), second.whole.get(c)?.clone()))));
        builder.settle(table, &mut second, &given, &conditions).await?;
        Ok(insert(subject, &savepoint, &second).await)
    }
    .await;
    savepoint.rollback().await.expect("a rollback");
    answer
}

async fn insert(subject: &Subject<'_>, tx: &DatabaseTransaction, draft: &Draft) -> Result<(), DbErr> {
    let row = subject.builder.catalogue.rows(&subject.table.name).insert(tx, &draft.said).await?;
    assert!(!key(subject.table, &row).values().any(is_null));
    Ok(())
}

/// The columns as SQLite names them in a refusal.
fn named(table: &Table, columns: &[String]) -> String {
    columns.iter().map(|column| format!("{}.{column}", table.name)).collect::<Vec<_>>().join(", ")
}

/// The columns of the index's key, those inside of expressions too.
fn keys(table: &Table, index: &Index) -> Vec<String> {
    let named = |key: &IndexKey, name: &str| match key {
        IndexKey::Column(column) | IndexKey::Descending { desc: column } => column == name,
        IndexKey::Expression { sql, .. } => sql.mentions(name),
    };
    index
        .keys
        .iter()
        .flat_map(|key| table.columns.iter().filter(|c| named(key, &c.name)).map(|c| c.name.clone()))
        .collect()
}

/// The columns that the second row has from the first: those of the key and of the filter.
fn copied(table: &Table, index: &Index) -> Vec<String> {
    let mut copied = keys(table, index);
    let filter =
        table.columns.iter().filter(|c| index.predicate.as_ref().is_some_and(|filter| filter.mentions(&c.name)));
    for column in filter {
        if !copied.contains(&column.name) {
            copied.push(column.name.clone());
        }
    }
    copied
}

/// These columns without those of other unique indexes, which would refuse what this one must not.
fn not_unique_elsewhere(table: &Table, index: &Index, copied: Vec<String>) -> Vec<String> {
    let others = table.indexes.iter().filter(|other| other.unique && other.name != index.name);
    let elsewhere: Vec<String> = others
        .filter(|other| other.predicate.is_none())
        .map(|other| keys(table, other))
        .filter(|keys| keys.iter().all(|column| copied.contains(column)))
        .flatten()
        .collect();
    copied.into_iter().filter(|column| !elsewhere.contains(column)).collect()
}

/// That the second row is outside of the other partial unique indexes that its copied columns would break.
fn apart(table: &Table, index: &Index, copied: &[String]) -> Vec<Condition> {
    let others = table.indexes.iter().filter(|other| other.unique && other.name != index.name);
    let met = others.filter(|other| keys(table, other).iter().all(|c| copied.contains(c)));
    met.filter_map(|other| other.predicate.clone().map(Condition::Outside)).collect()
}
