//! A column's values when its type changes: carried over, or an error; never cut.

use seadrift::{
    operation::Operation,
    schema::{Column, ColumnType as T, Schema, Table},
};

use crate::bench::{Bench, on_bench};

const UUID: &str = "00000000-0000-0000-0000-0000000000ff";

/// From, a value as SQL, to, and the value then as text.
fn kept() -> Vec<(T, &'static str, T, &'static str)> {
    let varchar = || T::Varchar(12);
    vec![
        (T::Integer, "7", T::BigInt, "7"),
        (T::BigInt, "7", T::SmallInt, "7"),
        (T::Integer, "7", T::Double, "7"),
        (T::Double, "1.25", T::Decimal(6, 2), "1.25"),
        (T::Decimal(6, 2), "1.25", T::Real, "1.25"),
        (T::Decimal(6, 2), "7", T::Integer, "7"),
        (T::Integer, "7", varchar(), "7"),
        (T::Integer, "7", T::Text, "7"),
        (varchar(), "'7'", T::Integer, "7"),
        (T::Text, "'7'", T::BigInt, "7"),
        (T::Text, "'1.5'", T::Decimal(4, 1), "1.5"),
        (T::Text, "'true'", T::Boolean, "true"),
        (T::Boolean, "true", T::SmallInt, "1"),
        (T::Boolean, "false", T::BigInt, "0"),
        (T::Boolean, "true", T::Decimal(3, 1), "1.0"),
        (T::Boolean, "true", T::Text, "true"),
        (T::SmallInt, "2", T::Boolean, "true"),
        (T::Double, "0", T::Boolean, "false"),
        (varchar(), "'abc'", T::Text, "abc"),
        (T::Text, "'abc'", T::Varchar(3), "abc"),
        (T::Varchar(3), "'abc'", T::Varchar(9), "abc"),
        (T::Text, "'é'", T::Bytes, "\\xc3a9"),
        (T::Bytes, "'\\xc3a9'", T::Varchar(1), "é"),
        (T::Text, "'[1]'", T::Json, "[1]"),
        (T::Json, "'[1]'", T::Text, "[1]"),
        (T::Text, "'2024-02-29'", T::Date, "2024-02-29"),
        (T::Date, "'2024-02-29'", varchar(), "2024-02-29"),
        (T::Date, "'2024-02-29'", T::Timestamp, "2024-02-29 00:00:00"),
        (T::Date, "'2024-02-29'", T::TimestampTz, "2024-02-28 19:00:00-05"),
        (T::Timestamp, "'2024-02-29 10:00'", T::TimestampTz, "2024-02-29 05:00:00-05"),
        (T::TimestampTz, "'2024-02-29 10:00Z'", T::Timestamp, "2024-02-29 10:00:00"),
        (T::TimestampTz, "'2024-02-29 01:00Z'", T::Date, "2024-02-29"),
        (T::TimestampTz, "'2024-02-29 10:00Z'", T::Time, "10:00:00"),
        (T::TimestampTz, "'2024-02-29 10:00Z'", T::Text, "2024-02-29 10:00:00+00"),
        (T::Text, "'2024-02-29 10:00:00+00'", T::TimestampTz, "2024-02-29 05:00:00-05"),
        (T::Text, "'10:30'", T::Time, "10:30:00"),
        (T::Text, "'00000000-0000-0000-0000-0000000000ff'", T::Uuid, UUID),
        (T::Uuid, "'00000000-0000-0000-0000-0000000000ff'", T::Text, UUID),
        (T::Text, "'10.0.0.1'", T::Other("inet".to_owned()), "10.0.0.1/32"),
        (T::Json, "'5'", T::Integer, "5"),
    ]
}

/// What would be lost is refused.
fn refused() -> Vec<(T, &'static str, T)> {
    vec![
        (T::Text, "'abcd'", T::Varchar(3)),
        (T::Varchar(4), "'abcd'", T::Varchar(3)),
        (T::Integer, "1234", T::Varchar(3)),
        (T::Uuid, "'00000000-0000-0000-0000-0000000000ff'", T::Varchar(20)),
        (T::BigInt, "5000000000", T::Integer),
        (T::Text, "'x'", T::Integer),
        (T::Text, "'{'", T::Json),
        (T::Decimal(6, 2), "1000", T::Decimal(4, 2)),
        (T::Date, "'2024-02-29'", T::Integer),
    ]
}

fn before(ty: &T) -> Schema {
    let mut table = Table::new("zoo", "Case", "case");
    table.columns = vec![Column::new("Value", ty.clone())];
    Schema::of([table])
}

async fn alter(bench: &mut Bench, from: &T, value: &str, to: &T) -> Result<(), seadrift::sqlx::Error> {
    bench.create(&before(from)).await;
    bench.sql(&format!("INSERT INTO \"case\" VALUES ({value})")).await;
    let operation =
        Operation::AlterColumn { table: "case".to_owned(), column: Column::new("Value", to.clone()), fill: None };
    for step in seadrift::dialect::postgres::render(&[operation], &before(from)).unwrap() {
        let seadrift::dialect::Step::Sql(statement) = step else { panic!("{step:?}") };
        bench.try_sql(&statement).await?;
    }
    Ok(())
}

#[test]
fn values_are_carried_over_in_utc_whatever_the_session_says() {
    on_bench(async |bench| {
        bench.sql("SET timezone TO 'Etc/GMT+5'").await;
        for (from, value, to, expected) in kept() {
            let what = format!("{value} from {from} to {to}");
            alter(bench, &from, value, &to).await.unwrap_or_else(|error| panic!("{what}: {error}"));
            assert_eq!(bench.text("SELECT \"Value\"::text FROM \"case\"").await, expected, "{what}");
            bench.expect(&before(&to), &what).await;
        }
    });
}

#[test]
fn what_does_not_fit_is_refused() {
    on_bench(async |bench| {
        for (from, value, to) in refused() {
            assert!(alter(bench, &from, value, &to).await.is_err(), "{value} from {from} to {to}");
        }
    });
}
