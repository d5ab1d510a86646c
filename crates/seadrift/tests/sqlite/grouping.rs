//! Which operations become which steps: one rebuild a table, and nothing runs out of order.

use seadrift::{
    dialect::{
        RenderError, Step,
        sqlite::{Rebuild, render},
    },
    operation::{Operation, SqlPerDialect},
    schema::{Check, Column, ColumnType, Expression, Index, ReferentialAction, Schema},
};

use crate::support::{applied, assert_live, create, open, points, run, sql, table};

fn schema() -> Schema {
    let mut team = table("team", [Column::new("name", ColumnType::Text)]);
    team.indexes = vec![Index::on("ix_name", ["name"])];
    let mut player = table(
        "player",
        [
            Column::new("nick", ColumnType::Text),
            Column::new("age", ColumnType::Integer).null(),
            Column::new("team_id", ColumnType::BigInt),
        ],
    );
    player.foreign_keys = vec![points("player", "team_id", "team", ReferentialAction::Cascade)];
    Schema::of([team, player])
}

fn check(table: &str, name: &str, rule: &str) -> Operation {
    Operation::AddCheck { table: table.into(), check: Check::new(name, rule) }
}

fn add(table: &str, column: Column) -> Operation {
    Operation::AddColumn { table: table.into(), column, fill: None }
}

fn drop_column(table: &str, column: &str) -> Operation {
    Operation::DropColumn { table: table.into(), column: column.into() }
}

fn rename(table: &str, from: &str, to: &str) -> Operation {
    Operation::RenameColumn { table: table.into(), from: from.into(), to: to.into() }
}

fn drop_index(table: &str, index: &str) -> Operation {
    Operation::DropIndex { table: table.into(), index: index.into() }
}

fn add_index(table: &str, index: Index) -> Operation {
    Operation::AddIndex { table: table.into(), index }
}

fn run_sql(sql: &str) -> Operation {
    let forward = SqlPerDialect { postgres: vec![], sqlite: vec![sql.into()] };
    Operation::RunSql { about: String::new(), forward, backward: None }
}

/// Steps in short: `rebuild player`, or the first words of a statement.
fn short(steps: &[Step]) -> Vec<String> {
    let words = |sql: &str| sql.split_whitespace().take(3).collect::<Vec<_>>().join(" ");
    let one = |step: &Step| match step {
        Step::Sql(sql) => words(sql),
        Step::Rebuild(rebuild) => format!("rebuild {}", rebuild.after.name),
        Step::Run(name) => format!("run {name}"),
    };
    steps.iter().map(one).collect()
}

fn cases() -> Vec<(&'static str, Vec<Operation>, Vec<&'static str>)> {
    let age = |ty| Operation::AlterColumn { table: "player".into(), column: Column::new("age", ty).null(), fill: None };
    let select = Some(Expression::from("(SELECT max(name) FROM team)").into());
    let named_by_team = Operation::AddColumn {
        table: "player".into(),
        column: Column::new("team", ColumnType::Text).null(),
        fill: select,
    };
    let mut cup = table("cup", [Column::new("player_id", ColumnType::BigInt)]);
    cup.indexes = vec![Index::on("ix_cup", ["player_id"])];
    let to_player = points("cup", "player_id", "player", ReferentialAction::Cascade);
    let to_cup = points("player", "age", "cup", ReferentialAction::SetNull);
    let foreign_key = |table: &str, foreign_key| Operation::AddForeignKey { table: table.into(), foreign_key };
    vec![
        (
            "everything of one table, with other tables between",
            vec![
                check("player", "ck_a", "age > 0"),
                check("team", "ck_t", "name <> ''"),
                age(ColumnType::BigInt),
                add("player", Column::new("note", ColumnType::Text).null()),
                add_index("player", Index::on("ix_note", ["note"])),
                drop_column("player", "nick"),
                check("team", "ck_u", "name <> 'x'"),
            ],
            vec!["rebuild player", "rebuild team"],
        ),
        (
            "nothing but statements of SQLite's own, in order",
            vec![
                add("player", Column::new("note", ColumnType::Text).null()),
                add_index("player", Index::on("ix_note", ["note"])),
                rename("player", "note", "remark"),
                drop_index("player", "ix_note"),
                drop_column("player", "remark"),
            ],
            vec![
                "ALTER TABLE \"player\"",
                "CREATE INDEX \"ix_note\"",
                "ALTER TABLE \"player\"",
                "DROP INDEX \"ix_note\"",
                "ALTER TABLE \"player\"",
            ],
        ),
        (
            "a renaming runs before the rebuild that it belongs to",
            vec![
                check("player", "ck_a", "age > 0"),
                rename("player", "age", "years"),
                check("player", "ck_b", "years < 99"),
            ],
            vec!["ALTER TABLE \"player\"", "rebuild player"],
        ),
        (
            "a renaming onto a column that goes",
            vec![check("player", "ck_b", "id > 0"), drop_column("player", "nick"), rename("player", "age", "nick")],
            vec!["rebuild player", "ALTER TABLE \"player\""],
        ),
        (
            "a renaming of a key that others point at",
            vec![
                check("team", "ck_t", "name <> ''"),
                check("player", "ck_a", "age > 0"),
                rename("team", "id", "no"),
                check("player", "ck_b", "age < 99"),
            ],
            vec!["rebuild team", "rebuild player", "ALTER TABLE \"team\"", "rebuild player"],
        ),
        (
            "hand-written statements part the groups",
            vec![
                check("player", "ck_a", "age > 0"),
                run_sql("UPDATE player SET age = 1"),
                check("player", "ck_b", "age < 99"),
            ],
            vec!["rebuild player", "UPDATE player SET", "rebuild player"],
        ),
        (
            "a fill that asks other tables stays in its place",
            vec![
                check("team", "ck_t", "name <> ''"),
                named_by_team,
                check("team", "ck_u", "name <> 'x'"),
                age(ColumnType::BigInt),
            ],
            vec!["rebuild team", "rebuild player", "rebuild team", "rebuild player"],
        ),
        (
            "the name of an index moves to another table",
            vec![
                add_index("player", Index::on("ix_age", ["age"])),
                drop_index("team", "ix_name"),
                add_index("player", Index::on("ix_name", ["nick"])),
            ],
            vec!["CREATE INDEX \"ix_age\"", "DROP INDEX \"ix_name\"", "CREATE INDEX \"ix_name\""],
        ),
        (
            "a new table takes its later changes, so that a cycle of foreign keys needs no rebuild of it",
            vec![
                Operation::create(cup),
                foreign_key("cup", to_player),
                foreign_key("player", to_cup),
                rename("cup", "player_id", "winner_id"),
            ],
            vec!["CREATE TABLE \"cup\"", "CREATE INDEX \"ix_cup\"", "rebuild player"],
        ),
        (
            "there and back is nothing but the way",
            vec![
                check("player", "ck_a", "age > 0"),
                Operation::DropCheck { table: "player".into(), check: "ck_a".into() },
            ],
            vec!["rebuild player"],
        ),
    ]
}

#[tokio::test]
async fn groups_are_as_large_as_order_allows() {
    for (what, operations, expected) in cases() {
        let before = schema();
        let steps = render(&operations, &before).unwrap_or_else(|e| panic!("{what}: {e}"));
        assert_eq!(short(&steps), expected, "{what}");

        let mut connection = open().await;
        create(&mut connection, &before).await;
        sql(&mut connection, "INSERT INTO team VALUES (1, 'Crown'); INSERT INTO player VALUES (1, 'ann', 1, 1)").await;
        if what.contains("cycle") {
            sql(&mut connection, "UPDATE player SET age = NULL").await;
        }
        run(&mut connection, &operations, &before).await.unwrap_or_else(|e| panic!("{what}: {e}"));
        assert_live(&mut connection, &applied(&operations, &before), what).await;
    }
}

#[test]
fn the_statements_of_a_rebuild_can_be_shown() {
    let steps = render(&[check("team", "ck_t", "name <> ''")], &schema()).unwrap();
    let [Step::Rebuild(rebuild)] = steps.as_slice() else { panic!("{steps:?}") };
    let expected = [
        "CREATE TABLE \"seadrift_new_team\" (\n    \"id\" integer NOT NULL PRIMARY KEY AUTOINCREMENT,\n    \
         \"name\" text NOT NULL CHECK (typeof(\"name\") IN ('text', 'null')),\n    \
         CONSTRAINT \"ck_t\" CHECK (name <> '')\n)",
        "INSERT OR ABORT INTO \"seadrift_new_team\" (\"id\", \"name\") SELECT \"id\", \"name\" FROM \"team\"",
        "DROP TABLE \"team\"",
        "PRAGMA legacy_alter_table = ON",
        "ALTER TABLE \"seadrift_new_team\" RENAME TO \"team\"",
        "PRAGMA legacy_alter_table = OFF",
        "CREATE INDEX \"ix_name\" ON \"team\" (\"name\")",
    ];
    assert_eq!(rebuild.plain_statements(), expected);
    let elsewhere = Rebuild { after: table("other", []), ..(**rebuild).clone() };
    assert!(elsewhere.plain_statements()[0].starts_with("-- sqlite cannot do this: a rebuild of \"team\""));
}

#[test]
fn what_sqlite_cannot_do_is_refused_by_name() {
    let age = |column: Column| Operation::AlterColumn { table: "player".into(), column, fill: None };
    for (operation, said) in [
        (age(Column::new("age", ColumnType::Integer).identity()), "identity on column \"age\" of table \"player\""),
        (age(Column::new("age", ColumnType::Other("text without its check".into()))), "how a live column is described"),
        (check("player", "ck", "age > 0); DROP TABLE team; --"), "check \"ck\" is the expression"),
        (add_index("player", Index::on("ix", ["agee"])), "has no column \"agee\""),
        (Operation::create(seadrift::schema::Table::new("a", "M", "empty")), "without columns"),
        (
            Operation::AddColumn {
                table: "player".into(),
                column: Column::new("token", ColumnType::Uuid).default("abc"),
                fill: None,
            },
            "\"abc\" as the value of a uuid column",
        ),
        (drop_column("player", "nope"), "has no column \"nope\""),
    ] {
        let error: RenderError = render(std::slice::from_ref(&operation), &schema()).unwrap_err();
        assert!(error.to_string().contains(said), "{error}\nshould contain {said}");
    }
}
