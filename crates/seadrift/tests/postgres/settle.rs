//! Where the canonical form does not suffice, the server is asked, and leaves no trace of it.

use seadrift::{
    dialect::postgres,
    schema::{Check, Column, ColumnType as T, DefaultValue, Expression, Index, IndexKey, Schema, Table},
    sqlx::Connection as _,
};

use crate::{
    bench::{Bench, on_bench},
    typed,
};

/// A table whose parts PostgreSQL spells in ways that no canonical form foresees.
fn odd() -> Schema {
    let sql = |text: &str| DefaultValue::from(Expression::from(text));
    let mut table = Table::new("", "", "odd");
    table.columns = vec![
        Column::new("n", T::SmallInt),
        Column::new("at", T::TimestampTz).default("2024-02-29T10:00:00+03:00"),
        Column::new("data", T::Json).default("{\"b\":1,\"a\":2}"),
        Column::new("name", T::Varchar(9)).default(sql("substring('abc' from 1 for 2)")),
        Column::new("price", T::Decimal(6, 2)).default(sql("1e2")),
        Column::new("day", T::Date).default("20240229"),
        Column::new("tags", T::Other("varchar(5)[]".to_owned())).default("{ a, b }"),
    ];
    table.checks = vec![
        Check::new("ck_cast", "CAST(n AS text) <> '5'"),
        Check::new("ck_mod", "n % 2 = 0"),
        Check::new("ck_extract", "extract(year from at) > 2000"),
        Check::new("ck_position", "position('a' in name) > 0"),
        Check::new("ck_row", "(n, day) <> (1, '2024-01-01')"),
        Check::new("ck_in", "n IN (n + 1, 2, 3)"),
        Check::new("ck_any", "n = ANY ('{1,2}')"),
        Check::new("ck_at", "at >= '2024-02-29T10:00:00+03:00'"),
    ];
    table.indexes = vec![
        Index {
            name: "ix_expression".to_owned(),
            keys: vec![IndexKey::Expression { sql: "substring(name from 1 for 2)".into(), descending: true }],
            unique: true,
            predicate: Some("n % 3 = 0".into()),
        },
        Index {
            name: "ix_collate".to_owned(),
            keys: vec![IndexKey::Expression { sql: "name COLLATE \"C\"".into(), descending: false }],
            unique: false,
            predicate: None,
        },
    ];
    Schema::of([table])
}

async fn unsettled(bench: &mut Bench) -> Schema {
    postgres::inspect(&mut bench.connection).await.unwrap()
}

#[test]
fn the_server_tells_what_the_canonical_form_cannot() {
    on_bench(async |bench| {
        bench.create(&odd()).await;
        let found = unsettled(bench).await.canonical();
        let expected = odd().canonical();
        let differs = expected.tables["odd"].checks.iter().zip(&found.tables["odd"].checks).filter(|(a, b)| a != b);
        assert!(differs.count() > 5, "the cases are about what the canonical form cannot tell");
        bench.expect(&odd(), "settled").await;
    });
}

#[test]
fn a_part_that_differs_stays_beside_parts_that_do_not() {
    on_bench(async |bench| {
        bench.create(&odd()).await;
        bench.sql("ALTER TABLE odd DROP CONSTRAINT ck_mod, ADD CONSTRAINT ck_mod CHECK (n % 2 = 1)").await;
        bench.sql("ALTER TABLE odd ALTER COLUMN day SET DEFAULT '2024-02-28'").await;
        let found = bench.live(&odd()).await.canonical();
        let mut expected = odd();
        let table = expected.tables.get_mut("odd").unwrap();
        let day = table.columns.iter_mut().find(|c| c.name == "day").unwrap();
        day.default = Some("2024-02-28".into());
        let check = table.checks.iter_mut().find(|c| c.name == "ck_mod").unwrap();
        assert_ne!(found.tables["odd"].check("ck_mod"), Some(&*check));
        check.expression = found.tables["odd"].check("ck_mod").unwrap().expression.clone();
        assert_eq!(found, expected.canonical());
    });
}

/// What was expected need not be something that this server can do.
#[test]
fn what_the_server_refuses_stays_a_difference_and_keeps_nothing_else_from_being_asked() {
    on_bench(async |bench| {
        bench.create(&odd()).await;
        let mut expected = odd();
        let table = expected.tables.get_mut("odd").unwrap();
        table.checks[0].expression = "no_such_function(n) AND (".into();
        table.indexes[0].predicate = Some("no_such_column = 1".into());
        table.columns[5].default = Some("not a day".into());
        table.columns.push(Column::new("new", T::Other("no_such_type".to_owned())));
        let found = bench.live(&expected).await.canonical();
        let mut left = odd().canonical();
        let left = left.tables.get_mut("odd").unwrap();
        let found = &found.tables["odd"];
        assert_eq!(found.checks.iter().filter(|c| left.checks.contains(c)).count(), left.checks.len() - 1);
        assert_eq!(found.indexes.iter().filter(|i| left.indexes.contains(i)).count(), left.indexes.len() - 1);
        assert_eq!(found.columns.iter().filter(|c| left.columns.contains(c)).count(), left.columns.len() - 1);
    });
}

#[test]
fn asking_leaves_no_trace_and_no_transaction() {
    on_bench(async |bench| {
        bench.create(&odd()).await;
        bench.sql("INSERT INTO odd (n, name) VALUES (2, 'abc')").await;
        bench.expect(&odd(), "outside a transaction").await;
        assert_eq!(bench.text("SELECT count(*)::text FROM pg_class WHERE relname = 'odd'").await, "1");
        assert_eq!(bench.text("SELECT count(*)::text FROM odd").await, "1");
        // Inside a transaction of the caller's, which goes on.
        bench.sql("BEGIN; INSERT INTO odd (n, name) VALUES (2, 'abd')").await;
        bench.expect(&odd(), "inside a transaction").await;
        bench.sql("COMMIT").await;
        assert_eq!(bench.text("SELECT count(*)::text FROM odd").await, "2");
        let mut transaction = bench.connection.begin().await.unwrap();
        let mut found = postgres::inspect(&mut transaction).await.unwrap();
        postgres::settle(&mut transaction, &odd(), &mut found).await.unwrap();
        transaction.commit().await.unwrap();
        assert!(found.same_as(&odd()));
    });
}

/// A standby cannot be asked; that is an error, not a finding.
#[test]
fn a_server_that_cannot_be_asked_is_an_error() {
    on_bench(async |bench| {
        bench.create(&odd()).await;
        bench.sql("SET default_transaction_read_only TO on").await;
        let mut found = unsettled(bench).await;
        let error = postgres::settle(&mut bench.connection, &odd(), &mut found).await.unwrap_err();
        assert!(error.to_string().contains("read-only transaction"), "{error}");
        bench.sql("SET default_transaction_read_only TO off").await;
        bench.expect(&odd(), "the connection goes on").await;
    });
}

/// Random conditions as checks: none of them is ever a false finding, and most need no asking.
#[test]
fn generated_checks_have_no_false_difference() {
    on_bench(async |bench| {
        let mut asked = 0;
        for (place, conditions) in typed::conditions(9, 300).chunks(50).enumerate() {
            let mut table = Table::new("", "", "sample");
            table.columns = vec![
                Column::new("n", T::Integer).null(),
                Column::new("b", T::BigInt).null(),
                Column::new("s", T::Varchar(20)).null(),
                Column::new("x", T::Text).null(),
                Column::new("ok", T::Boolean).null(),
            ];
            let name = |(number, text): (usize, &String)| Check::new(format!("ck_{number}"), text.as_str());
            table.checks = conditions.iter().enumerate().map(name).collect();
            let schema = Schema::of([table]);
            bench.create(&schema).await;
            let (found, written) = (unsettled(bench).await.canonical(), schema.canonical());
            let found = found.tables["sample"].checks.iter();
            asked += found.zip(&written.tables["sample"].checks).filter(|(found, written)| found != written).count();
            bench.expect(&schema, &format!("seed 9, part {place}")).await;
        }
        assert!(asked < 40, "{asked} of 300 conditions had to be settled by the server");
    });
}
