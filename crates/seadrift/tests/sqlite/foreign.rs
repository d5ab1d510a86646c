//! Tables that other tools made, and what SQLite itself says about them.

use seadrift::{
    dialect::sqlite::{inspect, render},
    operation::Operation,
    schema::{Column, ColumnType, ReferentialAction, Schema, Table},
    sqlx::SqliteConnection,
};

use crate::support::{applied, assert_live, open, rows, run, sql};

const TABLES: &str = r#"
    -- a table as Django writes it
    CREATE TABLE "auth_user" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "username" varchar(150) NOT NULL UNIQUE,
        "is_staff" bool NOT NULL, "joined" datetime NOT NULL, "age" smallint unsigned NOT NULL CHECK ("age" >= 0),
        "team_id" bigint NULL REFERENCES "team" ("id") DEFERRABLE INITIALLY DEFERRED,
        "uid" char(32) NOT NULL, CONSTRAINT "adult" CHECK ("age" > 17));
    CREATE INDEX "auth_user_team_id_f00" ON "auth_user" ("team_id");
    CREATE TABLE [team] (`id` INTEGER PRIMARY KEY, 'name' TEXT /* , no column */, "odd ""one""" , KEEP numeric(10, 2) DEFAULT 1.50,
        UNIQUE(name COLLATE NOCASE), CHECK(name<>'a,b'), CHECK ("name" NOT LIKE '%)%') FOREIGN KEY (KEEP, "odd ""one""") REFERENCES other);
    CREATE TABLE other(a INT, b, c REFERENCES team ON DELETE SET NULL, PRIMARY KEY (B, a)) WITHOUT ROWID;
    CREATE TABLE "select" AS SELECT 1 AS "from", 'x' AS "where";
    CREATE UNIQUE INDEX [odd index] ON other (b DESC, lower(c), "a") WHERE c IS NOT NULL AND b>'(';
"#;

async fn opened() -> (SqliteConnection, Schema) {
    let mut connection = open().await;
    sql(&mut connection, TABLES).await;
    let schema = inspect(&mut connection).await.unwrap();
    (connection, schema)
}

fn types(table: &Table) -> Vec<String> {
    table.columns.iter().map(|c| format!("{} {}", c.name, c.ty)).collect()
}

#[tokio::test]
async fn tables_of_other_tools_are_read() {
    let (_, schema) = opened().await;
    let user = schema.table("auth_user").unwrap();
    assert_eq!(
        types(user),
        [
            "id bigint",
            "username other(varchar(150) without its check)",
            "is_staff other(bool)",
            "joined other(datetime)",
            "age other(smallint unsigned)",
            "team_id other(bigint deferrable initially deferred without its check)",
            "uid other(char(32))",
        ]
    );
    let checks: Vec<_> = user.checks.iter().map(|c| (c.name.as_str(), c.expression.as_str())).collect();
    assert_eq!(checks, [("ck_auth_user_age", "\"age\" >= 0"), ("adult", "\"age\" > 17")]);
    let indexes: Vec<_> = user.indexes.iter().map(|i| (i.name.as_str(), i.unique)).collect();
    assert_eq!(indexes, [("uq_auth_user_username", true), ("auth_user_team_id_f00", false)]);
    assert_eq!(user.foreign_keys[0].name, "fk_auth_user_team_id");

    let team = schema.table("team").unwrap();
    let columns = [
        "id other(INTEGER without its check)",
        "name other(TEXT unique collate unique nocase without its check)",
        "odd \"one\" other(untyped)",
        "KEEP other(numeric(10,2))",
    ];
    assert_eq!(types(team), columns);
    assert!(!team.column("id").unwrap().nullable && !team.column("id").unwrap().identity);
    let names: Vec<_> = team.checks.iter().map(|c| c.name.as_str()).collect();
    assert_eq!(names, ["ck_team_name", "ck_team_name_2"]);
    assert_eq!(team.foreign_keys[0].referenced_columns, ["b", "a"], "the parent's key, as the parent spells it");
    assert_eq!(team.foreign_keys[0].columns, ["KEEP", "odd \"one\""]);

    let other = schema.table("other").unwrap();
    assert_eq!(other.primary_key, ["b", "a"]);
    assert_eq!(other.foreign_keys[0].on_delete, ReferentialAction::SetNull);
    assert_eq!(other.indexes[0].predicate.as_ref().unwrap().as_str(), "c IS NOT NULL AND b>'('");
    assert_eq!(types(schema.table("select").unwrap()), ["from other(untyped)", "where other(untyped)"]);
}

/// The texts are read by our own parser; SQLite's pragmas are the judge.
#[tokio::test]
async fn the_parser_agrees_with_sqlite() {
    let (mut connection, schema) = opened().await;
    for table in schema.tables.values() {
        let name = table.name.replace('\'', "''");
        let key = |column: &str| table.primary_key.iter().position(|k| k == column).map_or(0, |i| i + 1);
        let columns: Vec<_> = table.columns.iter().map(|c| format!("{},{}", c.name, key(&c.name))).collect();
        let query = format!("SELECT name, pk FROM pragma_table_xinfo('{name}') ORDER BY cid");
        assert_eq!(rows(&mut connection, &query).await, columns, "{name}");

        let mut keys: Vec<_> = table
            .foreign_keys
            .iter()
            .flat_map(|f| {
                f.columns.iter().map(|c| format!("{},{c},{},{}", f.references, f.on_delete.sql(), f.on_update.sql()))
            })
            .collect();
        keys.sort();
        let query = format!(
            "SELECT \"table\", \"from\", on_delete, on_update FROM pragma_foreign_key_list('{name}') ORDER BY 1, 2"
        );
        assert_eq!(rows(&mut connection, &query).await, keys, "{name}");

        let mut indexes: Vec<_> =
            table.indexes.iter().map(|i| format!("{},{}", i.unique, i.predicate.is_some())).collect();
        indexes.sort();
        let query = format!(
            "SELECT iif(\"unique\", 'true', 'false') AS u, iif(partial, 'true', 'false') AS p FROM pragma_index_list('{name}') \
             WHERE origin <> 'pk' ORDER BY u, p"
        );
        assert_eq!(rows(&mut connection, &query).await, indexes, "{name}");
    }
}

/// The way of an adopted table: read as it is, every column given a type of the schema, rows kept.
#[tokio::test]
async fn a_foreign_table_becomes_one_of_ours() {
    let (mut connection, before) = opened().await;
    sql(
        &mut connection,
        "INSERT INTO team (id, name) VALUES (4, 'crown');
         INSERT INTO auth_user VALUES (9, 'ann', 1, '2024-02-29 10:00:00.250000', 30, 4, '6fa459eaee8a3ca4894edb77e160355e'),
             (12, 'bob', 0, '2024-03-01 00:00:00', 18, NULL, '7fa459eaee8a3ca4894edb77e160355e');
         DELETE FROM auth_user WHERE id = 12;",
    )
    .await;
    let alter = |column: Column| Operation::AlterColumn { table: "auth_user".into(), column, fill: None };
    let mut operations = vec![
        alter(Column::new("username", ColumnType::Varchar(150))),
        alter(Column::new("is_staff", ColumnType::Boolean)),
        alter(Column::new("joined", ColumnType::TimestampTz)),
        alter(Column::new("age", ColumnType::SmallInt)),
        alter(Column::new("team_id", ColumnType::BigInt).null()),
    ];
    let half = render(&operations[..4], &before).unwrap_err().to_string();
    assert!(half.contains("column \"team_id\" of table \"auth_user\" has the type \"bigint deferrable"), "{half}");
    operations.push(alter(Column::new("uid", ColumnType::Uuid)));
    let ran = run(&mut connection, &operations, &before).await.unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(ran.rebuilds.len(), 1);
    assert_live(&mut connection, &applied(&operations, &before), "adopted").await;
    let query = "SELECT id, username, is_staff, joined, age, team_id, length(uid) FROM auth_user";
    assert_eq!(rows(&mut connection, query).await, ["9,ann,1,2024-02-29T10:00:00.250000+00:00,30,4,16"]);
    sql(
        &mut connection,
        "INSERT INTO auth_user (username, is_staff, joined, age, uid) SELECT 'cid', 0, joined, 20, uid FROM auth_user",
    )
    .await;
    assert_eq!(rows(&mut connection, "SELECT max(id) FROM auth_user").await, ["13"], "numbers go on where they were");
}
