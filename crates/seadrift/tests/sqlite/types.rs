//! Every type and every default: what SeaORM writes passes the implied check and comes back; what is
//! no value of the type is refused, from SeaORM and by hand.

use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ConnectOptions, ConnectionTrait, Database, DatabaseConnection, EntityTrait,
    entity::prelude::*,
};
use seadrift::{
    dialect::{
        Step,
        sqlite::{implied_check, render},
    },
    operation::Operation,
    schema::{Column, ColumnType, DefaultValue, Expression, Schema, Table},
    sqlx::SqliteConnection,
};

use crate::support::{assert_live, create, open, rows, sql, table, try_sql};

mod thing {
    use super::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "thing")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub small: Option<i16>,
        pub int: Option<i32>,
        pub big: Option<i64>,
        pub real: Option<f32>,
        pub double: Option<f64>,
        pub yes: Option<bool>,
        pub short: Option<String>,
        pub long: Option<String>,
        pub bytes: Option<Vec<u8>>,
        pub date: Option<chrono::NaiveDate>,
        pub time: Option<chrono::NaiveTime>,
        pub local: Option<chrono::NaiveDateTime>,
        pub moment: Option<chrono::DateTime<chrono::Utc>>,
        pub zoned: Option<chrono::DateTime<chrono::FixedOffset>>,
        pub json: Option<serde_json::Value>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

fn thing() -> Schema {
    let column = |name: &str, ty| Column::new(name, ty).null();
    Schema::of([table(
        "thing",
        [
            column("small", ColumnType::SmallInt),
            column("int", ColumnType::Integer),
            column("big", ColumnType::BigInt),
            column("real", ColumnType::Real),
            column("double", ColumnType::Double),
            column("yes", ColumnType::Boolean),
            column("short", ColumnType::Varchar(5)),
            column("long", ColumnType::Text),
            column("bytes", ColumnType::Bytes),
            column("date", ColumnType::Date),
            column("time", ColumnType::Time),
            column("local", ColumnType::Timestamp),
            column("moment", ColumnType::TimestampTz),
            column("zoned", ColumnType::TimestampTz),
            column("json", ColumnType::Json),
        ],
    )])
}

async fn orm() -> DatabaseConnection {
    let mut options = ConnectOptions::new("sqlite::memory:");
    options.max_connections(1).sqlx_logging(false);
    let database = Database::connect(options).await.unwrap();
    let steps = render(&thing().tables.into_values().map(Operation::create).collect::<Vec<_>>(), &Schema::default());
    for step in steps.unwrap() {
        let Step::Sql(sql) = step else { panic!("{step:?}") };
        database.execute_unprepared(&sql).await.unwrap();
    }
    database
}

fn full(nanos: u32) -> thing::ActiveModel {
    let date = chrono::NaiveDate::from_ymd_opt(2028, 2, 29).unwrap();
    let time = chrono::NaiveTime::from_hms_nano_opt(23, 59, 59, nanos).unwrap();
    thing::ActiveModel {
        small: Set(Some(i16::MIN)),
        int: Set(Some(i32::MAX)),
        big: Set(Some(i64::MIN)),
        real: Set(Some(1.5)),
        double: Set(Some(2.0)),
        yes: Set(Some(true)),
        short: Set(Some("žluťo".into())),
        long: Set(Some("12".into())),
        bytes: Set(Some(vec![0, 255])),
        date: Set(Some(date)),
        time: Set(Some(time)),
        local: Set(Some(date.and_time(time))),
        moment: Set(Some(date.and_time(time).and_utc())),
        zoned: Set(Some(date.and_time(time).and_utc().fixed_offset())),
        json: Set(Some(serde_json::json!({"a": [1, null, "x"]}))),
        ..Default::default()
    }
}

#[tokio::test]
async fn what_seaorm_writes_passes_and_comes_back() {
    let database = orm().await;
    for nanos in [0, 500_000_000, 123_456_000, 123_456_789] {
        let written = full(nanos).insert(&database).await.unwrap();
        assert_eq!(thing::Entity::find_by_id(written.id).one(&database).await.unwrap(), Some(written));
    }
    let empty = thing::ActiveModel { big: Set(None), ..Default::default() }.insert(&database).await.unwrap();
    assert_eq!(thing::Entity::find_by_id(empty.id).one(&database).await.unwrap(), Some(empty));
    // Documents that look like numbers stay documents.
    for json in [serde_json::json!(5), serde_json::json!(5.0), serde_json::json!("5"), serde_json::Value::Null] {
        let written = thing::ActiveModel { json: Set(Some(json.clone())), ..full(0) }.insert(&database).await.unwrap();
        let read = thing::Entity::find_by_id(written.id).one(&database).await.unwrap().unwrap();
        assert_eq!(read.json, Some(json));
    }
}

#[tokio::test]
async fn what_is_no_value_is_refused_from_seaorm() {
    let database = orm().await;
    let east = chrono::FixedOffset::east_opt(7200).unwrap();
    let zoned = chrono::DateTime::from_timestamp(0, 0).unwrap().with_timezone(&east);
    for (what, model) in [
        ("short", thing::ActiveModel { short: Set(Some("sixsix".into())), ..full(0) }),
        ("zoned", thing::ActiveModel { zoned: Set(Some(zoned)), ..full(0) }),
    ] {
        let error = model.insert(&database).await.unwrap_err().to_string();
        assert!(error.contains("CHECK constraint failed") && error.contains(what), "{what}: {error}");
    }
}

/// Each type with values that are of it and values that are not, as SQL.
fn values() -> Vec<(ColumnType, &'static [&'static str], &'static [&'static str])> {
    vec![
        (ColumnType::SmallInt, &["-32768", "32767", "'5'", "5.0"], &["32768", "-32769", "'x'", "1.5", "x'00'"]),
        (ColumnType::Integer, &["2147483647", "-2147483648"], &["2147483648", "'x'", "1.5"]),
        (ColumnType::BigInt, &["9223372036854775807", "'12'"], &["9223372036854775808", "1e30", "'12x'", "''"]),
        (ColumnType::Real, &["1", "1.5", "'2'"], &["'x'", "x'00'"]),
        (ColumnType::Double, &["1", "1e300"], &["'x'", "''"]),
        (ColumnType::Decimal(5, 2), &["1", "999.99", "-999.99"], &["1000", "'x'"]),
        (ColumnType::Boolean, &["0", "1", "true", "1.0"], &["2", "-1", "'true'", "''", "0.5"]),
        (ColumnType::Varchar(3), &["''", "'abc'", "'žžž'", "123"], &["'abcd'", "1234", "x'61'"]),
        (ColumnType::Text, &["''", "5"], &["x'61'"]),
        (ColumnType::Bytes, &["x''", "x'00ff'"], &["'a'", "5"]),
        (
            ColumnType::Date,
            &["'2028-02-29'"],
            &["'2027-02-29'", "'2028-2-1'", "'today'", "20280229", "'2028-01-01 00:00:00'"],
        ),
        (
            ColumnType::Time,
            &["'00:00:00'", "'23:59:59.123456'"],
            &["'24:00:00'", "'1:00:00'", "'12:00'", "5", "'x'", "'12:00:00+02:00'"],
        ),
        (
            ColumnType::Timestamp,
            &["'2028-02-29 23:59:59'", "'2028-02-29 23:59:59.5'"],
            &[
                "'2027-02-29 00:00:00'",
                "'2028-02-29T00:00:00'",
                "'2028-02-29 00:00:00Z'",
                "'2028-02-29 00:00:00+00:00'",
                "5",
                "'x'",
            ],
        ),
        (
            ColumnType::TimestampTz,
            &["'2028-02-29T23:59:59+00:00'", "'2028-02-29T23:59:59.123456789+00:00'"],
            &[
                "'2027-02-29T00:00:00+00:00'",
                "'2028-02-29 00:00:00+00:00'",
                "'2028-02-29T00:00:00Z'",
                "'2028-02-29T00:00:00+02:00'",
                "'2028-02-29T00:00:00'",
                "CURRENT_TIMESTAMP",
                "'now'",
                "0",
                "''",
            ],
        ),
        (ColumnType::Json, &["'{}'", "'5'", "5", "'\"x\"'", "'null'"], &["'{'", "''", "'x'", "x'7b7d'"]),
        (
            ColumnType::Uuid,
            &["x'6fa459eaee8a3ca4894edb77e160355e'"],
            &["'6fa459ea-ee8a-3ca4-894e-db77e160355e'", "x'00'", "5"],
        ),
    ]
}

#[tokio::test]
async fn every_type_takes_its_values_and_no_others() {
    for (ty, good, bad) in values() {
        let mut connection = open().await;
        let schema = Schema::of([table("t", [Column::new("c", ty.clone()).null()])]);
        create(&mut connection, &schema).await;
        assert_live(&mut connection, &schema, "created").await;
        for value in good.iter().chain(&["NULL"]) {
            let done = try_sql(&mut connection, &format!("INSERT INTO t (c) VALUES ({value})")).await;
            assert!(done.is_ok(), "{ty} should take {value}: {done:?}");
        }
        for value in bad {
            let done = try_sql(&mut connection, &format!("INSERT INTO t (c) VALUES ({value})")).await;
            assert!(done.is_err(), "{ty} should refuse {value}");
        }
        let count = (good.len() + 1).to_string();
        assert_eq!(rows(&mut connection, "SELECT count(*) FROM t").await, [count], "{ty}");
    }
}

#[tokio::test]
async fn not_null_is_not_null() {
    for (ty, ..) in values() {
        let mut connection = open().await;
        create(&mut connection, &Schema::of([table("t", [Column::new("c", ty.clone())])])).await;
        assert!(try_sql(&mut connection, "INSERT INTO t (c) VALUES (NULL)").await.is_err(), "{ty}");
        assert!(try_sql(&mut connection, "INSERT INTO t (id) VALUES (1)").await.is_err(), "{ty}");
    }
}

fn keyed(ty: ColumnType, identity: bool) -> Schema {
    let mut table = Table::new("app", "T", "t");
    table.columns = vec![Column { identity, ..Column::new("id", ty) }, Column::new("n", ColumnType::Text).null()];
    table.primary_key = vec!["id".into()];
    Schema::of([table])
}

#[tokio::test]
async fn keys_number_themselves_only_as_identity() {
    for (ty, largest) in [
        (ColumnType::SmallInt, "32767"),
        (ColumnType::Integer, "2147483647"),
        (ColumnType::BigInt, "9223372036854775807"),
    ] {
        for identity in [true, false] {
            let mut connection: SqliteConnection = open().await;
            let schema = keyed(ty.clone(), identity);
            create(&mut connection, &schema).await;
            assert_live(&mut connection, &schema, "key").await;
            let numbered = try_sql(&mut connection, "INSERT INTO t (n) VALUES ('a')").await;
            assert_eq!(numbered.is_ok(), identity, "{ty} {identity}: {numbered:?}");
            sql(&mut connection, &format!("INSERT INTO t (id) VALUES ({largest})")).await;
            let over = try_sql(&mut connection, "INSERT INTO t (n) VALUES ('b')").await;
            assert!(over.is_err(), "{ty} {identity}: past {largest}");
        }
    }
    assert_eq!(implied_check(&Column::new("id", ColumnType::BigInt).identity()), None);
}

#[tokio::test]
async fn every_default_is_given_and_comes_back() {
    let text = |sql: &str| DefaultValue::from(Expression::from(sql));
    for (ty, default, given) in [
        (ColumnType::Boolean, true.into(), "1"),
        (ColumnType::Boolean, false.into(), "0"),
        (ColumnType::BigInt, i64::MIN.into(), "-9223372036854775808"),
        (ColumnType::SmallInt, 0.into(), "0"),
        (ColumnType::Double, 3.into(), "3.0"),
        (ColumnType::Double, text("-0.5"), "-0.5"),
        (ColumnType::Decimal(4, 1), text("0.5"), "0.5"),
        (ColumnType::Varchar(9), "it's".into(), "it's"),
        (ColumnType::Text, "".into(), ""),
        (ColumnType::Text, "12".into(), "12"),
        (ColumnType::Text, "NULL".into(), "NULL"),
        (ColumnType::Text, text("lower('ABC') || 'd'"), "abcd"),
        (ColumnType::Json, "[]".into(), "[]"),
        (ColumnType::Bytes, "hi".into(), "[68, 69]"),
        (ColumnType::Date, "2028-02-29".into(), "2028-02-29"),
        (ColumnType::Time, "12:30:00".into(), "12:30:00"),
        (ColumnType::Timestamp, "2028-02-29 12:30:00".into(), "2028-02-29 12:30:00"),
        (ColumnType::TimestampTz, "2028-02-29T12:30:00+00:00".into(), "2028-02-29T12:30:00+00:00"),
        (
            ColumnType::Uuid,
            "6fa459ea-ee8a-3ca4-894e-db77e160355e".into(),
            "[6f, a4, 59, ea, ee, 8a, 3c, a4, 89, 4e, db, 77, e1, 60, 35, 5e]",
        ),
    ] {
        let mut connection = open().await;
        let schema = Schema::of([table("t", [Column::new("c", ty.clone()).default(default)])]);
        create(&mut connection, &schema).await;
        assert_live(&mut connection, &schema, &format!("default of {ty}")).await;
        sql(&mut connection, "INSERT INTO t (id) VALUES (1)").await;
        assert_eq!(rows(&mut connection, "SELECT c FROM t").await, [given], "{ty}");
    }
}

#[tokio::test]
async fn current_timestamp_is_a_value_of_both_kinds_of_moment() {
    let mut connection = open().await;
    let now = || DefaultValue::from(Expression::from("CURRENT_TIMESTAMP"));
    let columns = [
        Column::new("local", ColumnType::Timestamp).default(now()),
        Column::new("moment", ColumnType::TimestampTz).default(now()),
    ];
    let schema = Schema::of([table("t", columns)]);
    create(&mut connection, &schema).await;
    assert_live(&mut connection, &schema, "now").await;
    sql(&mut connection, "INSERT INTO t (id) VALUES (1)").await;
    let same = "SELECT abs(julianday(local) - julianday(moment)) < 0.001 FROM t";
    assert_eq!(rows(&mut connection, same).await, ["1"]);
}

/// Values that a change of type keeps, and values that it refuses: from, value, to, result.
#[tokio::test]
async fn values_follow_their_column_to_another_type() {
    use ColumnType::*;
    let uuid = "6fa459ea-ee8a-3ca4-894e-db77e160355e";
    let bytes = "x'6fa459eaee8a3ca4894edb77e160355e'";
    let quoted = format!("'{uuid}'");
    let digits = format!("'{}'", uuid.replace('-', ""));
    for (from, value, to, result) in [
        (Text, "'12'", BigInt, Some("12")),
        (Text, "'12x'", BigInt, None),
        (Text, "'1.5'", Double, Some("1.5")),
        (Double, "1.0", BigInt, Some("1")),
        (Double, "1.5", BigInt, None),
        (BigInt, "70000", SmallInt, None),
        (BigInt, "5", Text, Some("'5'")),
        (BigInt, "5", Json, Some("'5'")),
        (BigInt, "1", Boolean, Some("1")),
        (BigInt, "2", Boolean, None),
        (Boolean, "1", Text, Some("'true'")),
        (Boolean, "0", Json, Some("'false'")),
        (Boolean, "1", BigInt, Some("1")),
        (Text, "'Yes'", Boolean, Some("1")),
        (Text, "'f'", Boolean, Some("0")),
        (Text, "'maybe'", Boolean, None),
        (Text, "'abcd'", Varchar(3), None),
        (Text, "'abc'", Varchar(3), Some("'abc'")),
        (Text, "'{'", Json, None),
        (Text, &quoted, Uuid, Some(bytes)),
        (Text, &digits, Uuid, Some(bytes)),
        (Text, "'zz'", Uuid, None),
        (Uuid, bytes, Text, Some(&quoted)),
        (Date, "'2028-02-29'", TimestampTz, Some("'2028-02-29T00:00:00+00:00'")),
        (Date, "'2028-02-29'", Timestamp, Some("'2028-02-29 00:00:00'")),
        (Timestamp, "'2028-02-29 10:00:00.5'", TimestampTz, Some("'2028-02-29T10:00:00.5+00:00'")),
        (TimestampTz, "'2028-02-29T10:00:00.5+00:00'", Timestamp, Some("'2028-02-29 10:00:00.5'")),
        (TimestampTz, "'2028-02-29T10:00:00+00:00'", Date, None),
        (TimestampTz, "'2028-02-29T00:00:00+00:00'", Date, Some("'2028-02-29'")),
        (Text, "'2028-02-29 10:00:00Z'", TimestampTz, Some("'2028-02-29T10:00:00+00:00'")),
        (Text, "'2028-02-29T10:00:00.25'", TimestampTz, Some("'2028-02-29T10:00:00.25+00:00'")),
        (Text, "'2028-02-29T10:00:00+02:00'", TimestampTz, None),
        (Text, "'2028-02-29T10:00:00-02:00'", TimestampTz, None),
        (Text, "'soon'", TimestampTz, None),
        (Text, "NULL", TimestampTz, Some("NULL")),
        (Uuid, "NULL", Text, Some("NULL")),
        (Boolean, "NULL", Text, Some("NULL")),
    ] {
        let mut connection = open().await;
        let before = Schema::of([table("t", [Column::new("c", from.clone()).null()])]);
        create(&mut connection, &before).await;
        sql(&mut connection, &format!("INSERT INTO t (c) VALUES ({value})")).await;
        let column = Column::new("c", to.clone()).null();
        let change = Operation::AlterColumn { table: "t".into(), column, fill: None };
        let done = crate::support::run(&mut connection, &[change], &before).await;
        let what = format!("{from} {value} to {to}");
        match result {
            Some(result) => {
                done.unwrap_or_else(|e| panic!("{what}: {e}"));
                assert_eq!(rows(&mut connection, "SELECT quote(c) FROM t").await, [result_text(result)], "{what}");
            }
            None => {
                let error = done.expect_err(&what).to_string();
                assert!(
                    error.contains(&format!("1 row: column \"c\" holds what is no {to} (for example id = 1)")),
                    "{what}: {error}"
                );
                assert_live(&mut connection, &before, &what).await;
            }
        }
    }
}

/// `quote()` writes bytes in capitals.
fn result_text(sql: &str) -> String {
    if sql.starts_with("x'") { sql.to_ascii_uppercase() } else { sql.to_owned() }
}

/// Older libraries can lose a write when the write-ahead log is reset, and lack functions used here.
#[tokio::test]
async fn the_bundled_library_is_new_enough() {
    let mut connection = open().await;
    let version = rows(&mut connection, "SELECT sqlite_version()").await.remove(0);
    let parts: Vec<u32> = version.split('.').map(|part| part.parse().unwrap()).collect();
    assert!(parts >= vec![3, 51, 3], "{version}");
}
