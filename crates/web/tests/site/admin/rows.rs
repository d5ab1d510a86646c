//! Rows of any table, made from nothing but its schema and declaration.

use std::collections::{BTreeMap, BTreeSet};

use kernel::{Db, DbError, text};
use sea_orm::{
    ConnectionTrait, Value,
    prelude::{ChronoDate, ChronoDateTime, ChronoDateTimeUtc, ChronoTime, Json},
    sea_query::{Expr, Query},
};
use seadrift::{
    entity::{Declaration, Format, Number},
    project::Project,
    schema::{Column, ColumnType, Literal, Schema, Table},
};

/// The tables, those that others refer to first, firmly or softly.
pub fn in_order(schema: &Schema) -> Vec<Table> {
    let (mut done, mut order) = (BTreeSet::new(), Vec::new());
    while order.len() < schema.tables.len() {
        let open = || schema.tables.values().filter(|table| !done.contains(&table.name));
        let own = |table: &Table, name: &String| *name == table.name || done.contains(name);
        let softly = |table: &Table| {
            let labels = table.columns.iter().filter_map(|column| column.soft_ref.as_ref());
            labels.filter_map(|label| schema.model(&label.0)).all(|target| own(table, &target.name))
        };
        let whole = |table: &&Table| table.foreign_keys.iter().all(|key| own(table, &key.references)) && softly(table);
        let enough = |table: &&Table| {
            table.foreign_keys.iter().all(|key| own(table, &key.references) || optional(table, &key.columns))
        };
        let mut ready: Vec<&Table> = open().filter(whole).collect();
        if ready.is_empty() {
            ready = open().filter(enough).take(1).collect();
        }
        assert!(!ready.is_empty(), "the tables refer to each other in a circle");
        for table in ready {
            done.insert(table.name.clone());
            order.push(table.clone());
        }
    }
    order
}

fn optional(table: &Table, columns: &[String]) -> bool {
    columns.iter().any(|column| table.column(column).is_some_and(|column| column.nullable))
}

/// The values that a row needs, by column, as a form would hold them. Rows of one number fit together.
pub fn sample(table: &Table, declaration: &Declaration, number: i64) -> BTreeMap<String, String> {
    let mut row = BTreeMap::new();
    for (at, column) in table.columns.iter().enumerate() {
        let distinct = table
            .indexes
            .iter()
            .any(|index| index.unique && index.keys.len() == 1 && index.keys[0].column() == Some(column.name.as_str()));
        let left_out = column.identity || column.nullable || (column.default.is_some() && !distinct);
        if !left_out {
            row.insert(column.name.clone(), value(table, declaration, column, (at, number)));
        }
    }
    for (name, given) in exceptions(&table.name, number) {
        row.insert((*name).to_owned(), given);
    }
    let folded: Vec<(String, String)> = row
        .keys()
        .filter_map(|name| Some((name.clone(), name.strip_suffix("_ci")?.to_owned())))
        .filter_map(|(name, from)| {
            let fold = if from.contains("mail") { text::fold } else { text::fold_name };
            Some((name, fold(row.get(&from)?)))
        })
        .collect();
    row.extend(folded);
    row
}

/// What checks ask beyond types and bounds.
fn exceptions(table: &str, number: i64) -> Vec<(&'static str, String)> {
    match table {
        "accounts_emailotp" | "tournaments_registration" => vec![("user_id", number.to_string())],
        "accounts_user" => vec![("username", format!("user{number}x")), ("email", format!("user{number}@example.org"))],
        // One row is the active one.
        "teams_ranking_criteria" | "teams_ranking_settings" => vec![("is_active", (number == 1).to_string())],
        "teams_ranking_history" => {
            let points = [("points_before", "1"), ("points_change", "2"), ("points_after", "3")];
            points.map(|(column, value)| (column, value.to_owned())).to_vec()
        }
        // One policy is the platform's; the others are each of a tournament.
        "economy_coinpolicy" => vec![("tournament_id", number.to_string())],
        "economy_deltacrownwallet" => vec![("profile_id", number.to_string())],
        // From one wallet to another.
        "economy_transfer" => vec![("to_wallet_id", if number == 1 { 2 } else { 1 }.to_string())],
        "tournaments_disputeevidence" => vec![("text", format!("seen {number}"))],
        "teams_teampostlike" => vec![("post_id", number.to_string())],
        "teams_discussion_notification" => vec![("actor_id", if number == 1 { 2 } else { 1 }.to_string())],
        "tournaments_payment" => vec![("amount", "500".to_owned())],
        _ => Vec::new(),
    }
}

fn value(table: &Table, declaration: &Declaration, column: &Column, (at, number): (usize, i64)) -> String {
    if table.foreign_keys.iter().any(|key| key.columns.contains(&column.name)) && column.ty == ColumnType::BigInt {
        return number.to_string();
    }
    let declared = declaration.column(&column.name);
    let allowed = declared.map(|declared| declared.allowed()).unwrap_or_default();
    match allowed.first() {
        Some(Literal::Text(text)) => return text.clone(),
        Some(Literal::Int(number)) => return number.to_string(),
        _ => {}
    }
    match declared.and_then(|declared| declared.format) {
        Some(Format::Email) => return format!("a{number}@example.org"),
        Some(Format::Url) => return format!("https://example.org/{number}"),
        _ => {}
    }
    let moment = format!("2026-01-{:02}T{:02}:{:02}:00", 1 + number % 28, at % 24, number % 60);
    let least = match declared.and_then(|declared| declared.min) {
        Some(Number::Int(least)) => least.max(1),
        _ => 1,
    };
    match &column.ty {
        ColumnType::SmallInt | ColumnType::Integer | ColumnType::BigInt => (least - 1 + number).to_string(),
        ColumnType::Real | ColumnType::Double => "0.5".to_owned(),
        ColumnType::Boolean => "true".to_owned(),
        ColumnType::Date => moment[..10].to_owned(),
        ColumnType::Time => moment[11..].to_owned(),
        ColumnType::Timestamp | ColumnType::TimestampTz => moment,
        ColumnType::Json => "{}".to_owned(),
        ColumnType::Varchar(length) if *length < 8 => format!("X{number}").chars().take(*length as usize).collect(),
        ColumnType::Varchar(length) => format!("{number}{}", column.name).chars().take(*length as usize).collect(),
        _ => format!("{number}{}", column.name),
    }
}

fn bind(column: &Column, text: &str) -> Value {
    let utc = |text: &str| format!("{text}Z").parse::<ChronoDateTimeUtc>().expect("a moment");
    match &column.ty {
        ColumnType::SmallInt | ColumnType::Integer | ColumnType::BigInt => {
            text.parse::<i64>().expect("a number").into()
        }
        ColumnType::Real | ColumnType::Double => text.parse::<f64>().expect("a number").into(),
        ColumnType::Boolean => (text == "true").into(),
        ColumnType::Date => text.parse::<ChronoDate>().expect("a day").into(),
        ColumnType::Time => text.parse::<ChronoTime>().expect("a time").into(),
        ColumnType::Timestamp => text.parse::<ChronoDateTime>().expect("a moment").into(),
        ColumnType::TimestampTz => utc(text).into(),
        ColumnType::Json => serde_json::from_str::<Json>(text).expect("a document").into(),
        ColumnType::Bytes => text.as_bytes().to_vec().into(),
        _ => text.into(),
    }
}

/// Inserts a row behind the administration's back.
pub async fn insert(db: &Db, table: &Table, row: &BTreeMap<String, String>) -> Result<(), DbError> {
    let mut insert = Query::insert();
    insert.into_table(table.name.clone()).columns(row.keys().cloned());
    let value = |(name, text): (&String, &String)| Expr::val(bind(table.column(name).expect("a column"), text));
    insert.values(row.iter().map(value)).expect("as many values as columns");
    let insert = &insert;
    db.write(|tx| async move {
        tx.execute(insert).await?;
        Ok(())
    })
    .await
}

/// What each table's model declares.
pub fn declarations(project: &Project) -> BTreeMap<&'static str, &'static Declaration> {
    project.models().filter_map(|model| Some((model.table_name, model.declaration?))).collect()
}
