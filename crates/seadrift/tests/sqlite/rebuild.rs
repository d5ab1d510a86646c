//! A rebuild loses nothing: neither rows, nor those who point at them, nor what Seadrift does not know.

use seadrift::{
    dialect::{
        Step,
        sqlite::{Rebuild, inspect, render, violations},
    },
    operation::Operation,
    schema::{Check, Column, ColumnType, Index, ReferentialAction, Schema, Table},
    sqlx::SqliteConnection,
};

use crate::support::{Failed, Ran, applied, assert_live, create, open, points, rows, run, sql, table};

/// Parents with three kinds of children.
fn family() -> Schema {
    let mut parent =
        table("parent", [Column::new("name", ColumnType::Text), Column::new("old", ColumnType::Text).null()]);
    parent.columns.push(Column::new("boss_id", ColumnType::BigInt).null());
    parent.foreign_keys = vec![points("parent", "boss_id", "parent", ReferentialAction::SetNull)];
    let child = |name: &str, action| {
        let mut child = table(name, [Column::new("parent_id", ColumnType::BigInt).null()]);
        child.foreign_keys = vec![points(name, "parent_id", "parent", action)];
        child
    };
    Schema::of([
        parent,
        child("cascading", ReferentialAction::Cascade),
        child("emptied", ReferentialAction::SetNull),
        child("plain", ReferentialAction::NoAction),
        child("strict", ReferentialAction::Restrict),
        table("lonely", [Column::new("name", ColumnType::Text)]),
    ])
}

const ROWS: &str = "
    INSERT INTO parent (id, name, old, boss_id) VALUES (1, 'a', 'x', NULL), (2, 'b', NULL, 1);
    INSERT INTO cascading (parent_id) VALUES (1), (2);
    INSERT INTO emptied (parent_id) VALUES (1), (2);
    INSERT INTO plain (parent_id) VALUES (1), (2);
    INSERT INTO strict (parent_id) VALUES (1), (2);
    INSERT INTO lonely (name) VALUES ('a'), ('b'), ('b');";

fn check() -> Operation {
    Operation::AddCheck { table: "parent".into(), check: Check::new("ck_parent_name", "name <> ''") }
}

fn drop_old() -> Operation {
    Operation::DropColumn { table: "parent".into(), column: "old".into() }
}

/// The family with rows and something by hand.
async fn with(extra: &str) -> (SqliteConnection, Schema) {
    let mut connection = open().await;
    create(&mut connection, &family()).await;
    sql(&mut connection, ROWS).await;
    sql(&mut connection, extra).await;
    (connection, family())
}

async fn rebuilt(connection: &mut SqliteConnection, before: &Schema, operations: &[Operation]) -> Ran {
    let ran = run(connection, operations, before).await.unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(ran.rebuilds.len(), 1, "{:?}", ran.statements);
    ran
}

async fn refusal(connection: &mut SqliteConnection, before: &Schema, operations: &[Operation]) -> String {
    let master = "SELECT type, name, sql FROM sqlite_master ORDER BY 1, 2";
    let was = (rows(connection, master).await, rows(connection, "SELECT * FROM parent").await);
    let error = match run(connection, operations, before).await {
        Err(error @ Failed::Rebuild(_)) => error.to_string(),
        other => panic!("should be refused: {operations:?} {other:?}"),
    };
    let is = (rows(connection, master).await, rows(connection, "SELECT * FROM parent").await);
    assert_eq!(was, is, "a refusal changes nothing");
    assert_eq!(rows(connection, "PRAGMA legacy_alter_table").await, ["0"]);
    error
}

#[tokio::test]
async fn children_keep_their_rows_and_their_references() {
    let (mut connection, before) = with("").await;
    let text = "SELECT sql FROM sqlite_master WHERE name <> 'parent' ORDER BY name";
    let definitions = rows(&mut connection, text).await;
    let ran = rebuilt(&mut connection, &before, &[check(), drop_old()]).await;
    assert_eq!(ran.rebuilds[0].rows, 2);
    assert_eq!(rows(&mut connection, text).await, definitions);
    for child in ["cascading", "emptied", "plain", "strict"] {
        assert_eq!(rows(&mut connection, &format!("SELECT * FROM {child}")).await, ["1,1", "2,2"], "{child}");
    }
    assert_eq!(rows(&mut connection, "SELECT * FROM parent").await, ["1,a,NULL", "2,b,1"]);
    assert_live(&mut connection, &applied(&[check(), drop_old()], &before), "family").await;
    // The actions still act.
    sql(&mut connection, "DELETE FROM plain; DELETE FROM strict; DELETE FROM parent WHERE id = 1").await;
    assert_eq!(rows(&mut connection, "SELECT * FROM cascading").await, ["2,2"]);
    assert_eq!(rows(&mut connection, "SELECT * FROM emptied").await, ["1,NULL", "2,2"]);
    assert_eq!(rows(&mut connection, "SELECT * FROM parent").await, ["2,b,NULL"]);
}

#[tokio::test]
async fn triggers_and_views_go_on_working() {
    let (mut connection, before) = with(
        "CREATE TABLE log (what TEXT);
         CREATE TRIGGER parent_in AFTER INSERT ON parent BEGIN INSERT INTO log VALUES ('in ' || new.name); END;
         CREATE TRIGGER child_in AFTER INSERT ON plain BEGIN UPDATE parent SET name = name || '!' WHERE id = new.parent_id; END;
         CREATE VIEW bosses AS SELECT p.name, b.name AS boss FROM parent p JOIN parent b ON b.id = p.boss_id;
         CREATE TRIGGER boss_in INSTEAD OF INSERT ON bosses BEGIN INSERT INTO parent (name) VALUES (new.name); END;",
    )
    .await;
    let master = "SELECT name, sql FROM sqlite_master WHERE type IN ('view', 'trigger') ORDER BY name";
    let texts = rows(&mut connection, master).await;
    let ran = rebuilt(&mut connection, &before, &[check()]).await;
    assert_eq!(ran.rebuilds[0].kept.triggers.len(), 1);
    assert_eq!(rows(&mut connection, master).await, texts);
    assert_eq!(rows(&mut connection, "SELECT * FROM log").await, [""; 0], "copying rows fires no trigger");
    sql(&mut connection, "INSERT INTO bosses (name) VALUES ('c'); INSERT INTO plain (parent_id) VALUES (1)").await;
    assert_eq!(rows(&mut connection, "SELECT * FROM log").await, ["in c"]);
    assert_eq!(rows(&mut connection, "SELECT * FROM bosses").await, ["b,a!"]);
}

#[tokio::test]
async fn views_and_triggers_that_would_break_are_named() {
    for (extra, operations, said) in [
        (
            "CREATE VIEW olds AS SELECT id, old FROM parent",
            vec![check(), drop_old()],
            "error in view olds: no such column: old",
        ),
        (
            "CREATE VIEW olds AS SELECT id, \"old\" FROM parent",
            vec![check(), drop_old()],
            "view \"olds\" names the column \"old\" that would go",
        ),
        (
            "CREATE TRIGGER tr AFTER INSERT ON parent BEGIN DELETE FROM plain WHERE id = new.old; END",
            vec![check(), drop_old()],
            "error in trigger tr: no such column: new.old",
        ),
        (
            "CREATE TRIGGER tr AFTER INSERT ON plain BEGIN UPDATE parent SET old = 'z'; END",
            vec![check(), drop_old()],
            "trigger \"tr\" on \"plain\" would break; change or drop it in a migration first: no such column: old",
        ),
        (
            "CREATE VIEW gone AS SELECT * FROM nowhere",
            vec![check()],
            "is broken already; mend or drop it first: error in view gone",
        ),
        (
            "CREATE INDEX by_hand ON parent (lower(old))",
            vec![check(), drop_old()],
            "index \"by_hand\", which the history does not know, needs the column \"old\"",
        ),
        (
            "ALTER TABLE parent ADD COLUMN extra TEXT CHECK (extra <> old)",
            vec![check(), drop_old()],
            "column \"extra\", which the history does not know, needs the column \"old\"",
        ),
        (
            "ALTER TABLE parent ADD COLUMN extra TEXT",
            vec![
                check(),
                Operation::AddColumn {
                    table: "parent".into(),
                    column: Column::new("Extra", ColumnType::Text).null(),
                    fill: None,
                },
            ],
            "the database has a column \"extra\" already",
        ),
        ("ALTER TABLE parent DROP COLUMN old", vec![check()], "column \"old\" is missing in the database"),
    ] {
        let (mut connection, before) = with(extra).await;
        let error = refusal(&mut connection, &before, &operations).await;
        assert!(
            error.contains("table \"parent\" cannot be rebuilt") && error.contains(said),
            "{error}\nshould say: {said}"
        );
    }
}

#[tokio::test]
async fn what_seadrift_does_not_know_is_kept() {
    let (mut connection, before) = with(
        "ALTER TABLE parent ADD COLUMN extra TEXT NOT NULL DEFAULT 'e' COLLATE NOCASE;
         ALTER TABLE parent ADD COLUMN twice INT AS (id * 2) VIRTUAL;
         UPDATE parent SET extra = 'E' || id;
         CREATE INDEX by_hand ON parent (lower(name), extra DESC) WHERE extra <> '';
         CREATE UNIQUE INDEX by_hand_too ON parent (extra);
         ANALYZE;",
    )
    .await;
    let master = "SELECT sql FROM sqlite_master WHERE name LIKE 'by_hand%' ORDER BY name";
    let indexes = rows(&mut connection, master).await;
    let ran = rebuilt(&mut connection, &before, &[check()]).await;
    let kept = &ran.rebuilds[0].kept;
    let names: Vec<_> = kept.columns.iter().map(|c| c.name.as_str()).collect();
    assert_eq!((names, kept.indexes.len(), kept.analyzed), (vec!["extra", "twice"], 2, true));
    assert_eq!(rows(&mut connection, master).await, indexes);
    assert_eq!(rows(&mut connection, "SELECT id, extra, twice FROM parent WHERE extra = 'e1'").await, ["1,E1,2"]);
    assert_eq!(rows(&mut connection, "SELECT count(*) FROM sqlite_stat1 WHERE tbl = 'parent'").await, ["2"]);
    let live = inspect(&mut connection).await.unwrap();
    let ty = |name: &str| live.table("parent").unwrap().column(name).unwrap().ty.to_string();
    assert_eq!(ty("extra"), "other(TEXT collate nocase without its check)");
    assert_eq!(ty("twice"), "other(INT generated always as (id * 2) virtual without its check)");
}

#[tokio::test]
async fn constraints_by_hand_are_kept() {
    let mut connection = open().await;
    sql(
        &mut connection,
        "CREATE TABLE team (id integer NOT NULL PRIMARY KEY AUTOINCREMENT);
         CREATE TABLE player (
            id integer NOT NULL PRIMARY KEY AUTOINCREMENT,
            nick text NOT NULL CHECK (typeof(nick) IN ('text', 'null')) CHECK (nick <> 'admin') UNIQUE,
            team_id bigint CHECK (typeof(team_id) IN ('integer', 'null')) REFERENCES team ON DELETE CASCADE,
            CONSTRAINT uq_pair UNIQUE (team_id, nick),
            CONSTRAINT known CHECK (length(nick) > 1),
            CHECK (team_id > 0 OR team_id IS NULL));
         INSERT INTO team VALUES (1);
         INSERT INTO player VALUES (5, 'ann', 1);",
    )
    .await;
    // The history knows only one of the checks.
    let player = || {
        let mut player =
            table("player", [Column::new("nick", ColumnType::Text), Column::new("team_id", ColumnType::BigInt).null()]);
        player.checks = vec![Check::new("known", "length(nick) > 1")];
        player
    };
    let before = Schema::of([player(), table("team", [])]);
    let live = inspect(&mut connection).await.unwrap();
    let column = Column::new("nick", ColumnType::Varchar(30));
    let change = Operation::AlterColumn { table: "player".into(), column: column.clone(), fill: None };
    let ran = rebuilt(&mut connection, &before, &[change]).await;
    assert_eq!(ran.rebuilds[0].kept.constraints.len(), 5, "{:?}", ran.rebuilds[0].kept);
    let mut expected = live.clone();
    expected.tables.get_mut("player").unwrap().columns[1] = column;
    assert_live(&mut connection, &expected, "constraints").await;
    let player = live.table("player").unwrap();
    let names: Vec<_> = player.checks.iter().map(|c| c.name.as_str()).collect();
    assert_eq!(names, ["ck_player_nick", "known", "ck_player_team_id"]);
    let names: Vec<_> = player.indexes.iter().map(|c| c.name.as_str()).collect();
    assert_eq!(names, ["uq_player_nick", "uq_pair"]);
}

#[tokio::test]
async fn strict_without_rowid_and_the_sequence_are_kept() {
    let mut tag = Table::new("app", "Tag", "tag");
    tag.columns = vec![Column::new("name", ColumnType::Text), Column::new("note", ColumnType::Text).null()];
    tag.primary_key = vec!["name".into()];
    let before = Schema::of([tag]);
    let mut connection = open().await;
    let definition = "CREATE TABLE tag (name text NOT NULL CHECK (typeof(name) IN ('text', 'null')),
        note text CHECK (typeof(note) IN ('text', 'null')), PRIMARY KEY (name)) STRICT, WITHOUT ROWID";
    sql(&mut connection, &format!("{definition}; INSERT INTO tag VALUES ('b', NULL), ('a', 'n')")).await;
    let check = Operation::AddCheck { table: "tag".into(), check: Check::new("ck_tag", "name <> ''") };
    let ran = rebuilt(&mut connection, &before, &[check]).await;
    assert!(ran.rebuilds[0].kept.strict && ran.rebuilds[0].kept.without_rowid);
    let options = "SELECT strict, wr FROM pragma_table_list WHERE name = 'tag'";
    assert_eq!(rows(&mut connection, options).await, ["1,1"]);
    assert_eq!(rows(&mut connection, "SELECT * FROM tag").await, ["a,n", "b,NULL"]);

    let mut connection = open().await;
    sql(&mut connection, definition).await;
    let column = Column::new("note", ColumnType::Varchar(9)).null();
    let wider = Operation::AlterColumn { table: "tag".into(), column, fill: None };
    let error = run(&mut connection, &[wider], &before).await.unwrap_err().to_string();
    assert!(error.contains("it is STRICT, which has no type varchar(9) (column \"note\")"), "{error}");
    let bare = Operation::AlterPrimaryKey { table: "tag".into(), columns: vec![] };
    let error = run(&mut connection, &[bare], &before).await.unwrap_err().to_string();
    assert!(error.contains("it is WITHOUT ROWID"), "{error}");

    let (mut connection, before) = with("INSERT INTO parent (id, name) VALUES (99, 'z')").await;
    sql(&mut connection, "DELETE FROM parent WHERE id = 99").await;
    rebuilt(&mut connection, &before, &[self::check()]).await;
    sql(&mut connection, "INSERT INTO parent (name) VALUES ('next')").await;
    assert_eq!(rows(&mut connection, "SELECT id FROM parent").await, ["1", "2", "100"]);
    assert_eq!(rows(&mut connection, "SELECT count(*) FROM sqlite_sequence WHERE name LIKE '%parent%'").await, ["1"]);
}

#[tokio::test]
async fn row_numbers_without_a_column_stay() {
    let mut note = Table::new("app", "Note", "note");
    note.columns = vec![Column::new("body", ColumnType::Text)];
    let before = Schema::of([note]);
    let mut connection = open().await;
    create(&mut connection, &before).await;
    sql(&mut connection, "INSERT INTO note (rowid, body) VALUES (3, 'c'), (70, 'a')").await;
    let check = Operation::AddCheck { table: "note".into(), check: Check::new("ck_note", "body <> ''") };
    rebuilt(&mut connection, &before, &[check]).await;
    assert_eq!(rows(&mut connection, "SELECT rowid, body FROM note").await, ["3,c", "70,a"]);
}

#[tokio::test]
async fn many_changes_of_two_tables_are_two_rebuilds() {
    let (mut connection, before) = with("").await;
    let column = |name: &str, ty| Column::new(name, ty);
    let operations = [
        check(),
        Operation::AddColumn {
            table: "parent".into(),
            column: column("age", ColumnType::Integer),
            fill: Some(1.into()),
        },
        Operation::AddCheck { table: "plain".into(), check: Check::new("ck_plain", "parent_id > 0") },
        Operation::AlterColumn {
            table: "parent".into(),
            column: column("old", ColumnType::Varchar(5)),
            fill: Some("?".into()),
        },
        Operation::DropForeignKey { table: "parent".into(), foreign_key: "fk_parent_boss_id".into() },
        Operation::DropColumn { table: "parent".into(), column: "boss_id".into() },
        Operation::RenameColumn { table: "parent".into(), from: "name".into(), to: "title".into() },
        Operation::AddIndex { table: "parent".into(), index: Index::on("uq_parent_title", ["title"]).unique() },
        Operation::AddIndex { table: "plain".into(), index: Index::on("ix_plain_parent_id", ["parent_id"]) },
    ];
    let ran = run(&mut connection, &operations, &before).await.unwrap_or_else(|e| panic!("{e}"));
    let tables: Vec<_> = ran.rebuilds.iter().map(|r| r.table.as_str()).collect();
    assert_eq!(tables, ["parent", "plain"]);
    assert_eq!(ran.statements, ["ALTER TABLE \"parent\" RENAME COLUMN \"name\" TO title"]);
    assert_live(&mut connection, &applied(&operations, &before), "many").await;
    assert_eq!(rows(&mut connection, "SELECT id, title, old, age FROM parent").await, ["1,a,x,1", "2,b,?,1"]);
}

#[tokio::test]
async fn rows_that_do_not_fit_are_counted() {
    let alter = |column: Column| Operation::AlterColumn { table: "parent".into(), column, fill: None };
    let add = |column: Column| Operation::AddColumn { table: "parent".into(), column, fill: None };
    let many = "INSERT INTO parent (id, name) VALUES (3, 'b'), (4, 'ccc'), (5, 'dddd')";
    for (operations, said) in [
        (
            vec![alter(Column::new("old", ColumnType::Text))],
            "4 rows: column \"old\" would be null; give the migration a fill (for example id = 2, id = 3, id = 4)",
        ),
        (vec![add(Column::new("age", ColumnType::Integer))], "5 rows: column \"age\" would be null"),
        (
            vec![alter(Column::new("name", ColumnType::Varchar(2)))],
            "2 rows: column \"name\" holds what is no varchar(2) (for example id = 4, id = 5)",
        ),
        (
            vec![Operation::AddCheck { table: "parent".into(), check: Check::new("ck", "length(name) < 4") }],
            "1 row: check \"ck\" (length(name) < 4) (for example id = 5)",
        ),
        (
            vec![check(), Operation::AddIndex { table: "parent".into(), index: Index::on("uq", ["name"]).unique() }],
            "2 rows: not unique in \"uq\" (\"name\")",
        ),
        (
            vec![
                Operation::AlterColumn {
                    table: "lonely".into(),
                    column: Column::new("id", ColumnType::BigInt),
                    fill: None,
                },
                Operation::AlterPrimaryKey { table: "lonely".into(), columns: vec!["name".into()] },
            ],
            "2 rows: not unique in \"primary key\" (\"name\")",
        ),
    ] {
        let (mut connection, before) = with(many).await;
        let error = refusal(&mut connection, &before, &operations).await;
        assert!(error.contains(said), "{error}\nshould say: {said}");
    }
}

#[tokio::test]
async fn a_rebuild_needs_foreign_keys_off_and_a_transaction() {
    let (mut connection, before) = with("").await;
    let steps = render(&[check()], &before).unwrap();
    let [Step::Rebuild(rebuild)] = steps.as_slice() else { panic!("{steps:?}") };
    for (setup, said) in
        [("BEGIN IMMEDIATE", "foreign keys are on"), ("PRAGMA foreign_keys = OFF", "no transaction is open")]
    {
        sql(&mut connection, setup).await;
        let error = rebuild.run(&mut connection).await.unwrap_err().to_string();
        assert!(error.contains(said), "{error}");
        let _ = crate::support::try_sql(&mut connection, "ROLLBACK").await;
    }
    assert_eq!(rows(&mut connection, "SELECT count(*) FROM cascading").await, ["2"]);
}

#[tokio::test]
async fn a_missing_table_and_a_failing_statement_are_told() {
    let (mut connection, before) = with("").await;
    sql(&mut connection, "DROP TABLE plain; CREATE TABLE seadrift_new_strict (a)").await;
    for (table, said) in
        [("plain", "it does not exist in this database"), ("strict", "table \"seadrift_new_strict\" already exists")]
    {
        let check = Operation::AddCheck { table: table.into(), check: Check::new("ck", "id > 0") };
        let error = run(&mut connection, &[check], &before).await.unwrap_err().to_string();
        assert!(error.contains(said), "{error}");
    }
}

#[tokio::test]
async fn a_copy_that_loses_rows_is_refused() {
    let (mut connection, before) = with("").await;
    let steps = render(&[check()], &before).unwrap();
    let [Step::Rebuild(rebuild)] = steps.as_slice() else { panic!("{steps:?}") };
    // Put together by hand, so that the copy leaves a row out.
    let mut copy = rebuild.copy.clone();
    copy.last_mut().unwrap().1.push_str(" FROM parent WHERE id = 1 --");
    let broken = Rebuild { copy, ..(**rebuild).clone() };
    sql(&mut connection, "PRAGMA foreign_keys = OFF; BEGIN IMMEDIATE").await;
    let error = broken.run(&mut connection).await.unwrap_err().to_string();
    assert!(error.contains("of 2 rows, 1 would be there afterwards"), "{error}");
    sql(&mut connection, "ROLLBACK").await;
    assert_eq!(rows(&mut connection, "SELECT count(*) FROM parent").await, ["2"]);
}

#[tokio::test]
async fn rows_that_point_at_nothing_are_listed_by_constraint() {
    let (mut connection, _) = with("PRAGMA foreign_keys = OFF; DELETE FROM parent WHERE id = 2").await;
    sql(&mut connection, "CREATE TABLE pair (a INT REFERENCES parent, b INT, PRIMARY KEY (a, b)) WITHOUT ROWID; INSERT INTO pair VALUES (8, 9)").await;
    let found: Vec<_> = violations(&mut connection).await.unwrap().iter().map(ToString::to_string).collect();
    let expected = |table: &str| {
        format!("row 2 of table {table:?} points at no row of \"parent\" (foreign key \"fk_{table}_parent_id\")")
    };
    for table in ["cascading", "emptied", "plain", "strict"] {
        assert!(found.contains(&expected(table)), "{found:?}");
    }
    assert!(
        found
            .contains(&"a row of table \"pair\" points at no row of \"parent\" (foreign key \"fk_pair_a\")".to_owned()),
        "{found:?}"
    );
    assert_eq!(found.len(), 5);
}
