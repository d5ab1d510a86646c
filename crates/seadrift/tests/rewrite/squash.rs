//! Squash: fewer operations, data steps in their places, and databases that ran the old ones.

use std::sync::Arc;

use seadrift::{
    migration::{
        Migration,
        rewrite::{self, RegenerateError, SquashError},
    },
    operation::{Operation, SqlPerDialect},
    report::Code,
    run::{migrate::Goal, proof},
    schema::{Column, ColumnType},
};
use testkit::TestDatabase;

use super::project::{Files, add, create, id, migration, record, rows, url};

fn sql(about: &str, statement: &str) -> Operation {
    let both = |text: &str| SqlPerDialect { postgres: vec![text.into()], sqlite: vec![text.into()] };
    Operation::RunSql { about: about.into(), forward: both(statement), backward: Some(both("SELECT 1")) }
}

fn drop_column(table: &str, column: &str) -> Operation {
    Operation::DropColumn { table: table.into(), column: column.into() }
}

/// A name is split into two by a data step between, and a function counts.
fn history() -> Vec<Migration> {
    let text = |name: &str| Operation::AddColumn {
        table: "a_player".into(),
        column: Column::new(name, ColumnType::Varchar(80)).default(""),
        fill: None,
    };
    vec![
        migration("a.0001_initial", &[], vec![create("a", "Player", &[])]),
        migration("a.0002_given", &["a.0001_initial"], vec![text("given")]),
        migration("a.0003_family", &["a.0002_given"], vec![text("family"), add("a_player", "mistake")]),
        migration(
            "a.0004_split",
            &["a.0003_family"],
            vec![
                sql("split the name", "UPDATE a_player SET given = substr(name, 1, 3), family = substr(name, 5)"),
                Operation::Run { forward: "count".into(), backward: Some("count".into()) },
            ],
        ),
        migration(
            "a.0005_without",
            &["a.0004_split"],
            vec![drop_column("a_player", "name"), drop_column("a_player", "mistake")],
        ),
        migration("a.0006_rating", &["a.0005_without"], vec![add("a_player", "rating")]),
        migration("b.0001_initial", &["a.0003_family", "a.0002_given"], vec![create("b", "Page", &["a_player"])]),
    ]
}

fn files() -> Files {
    let mut files = Files::of(&["a", "b"], &history());
    let count: seadrift::run::Function = Arc::new(|connection| {
        Box::pin(async move {
            connection.execute("UPDATE a_player SET family = family || '!'").await?;
            Ok(())
        })
    });
    files.project = std::mem::take(&mut files.project).function("count", count);
    files
}

testkit::on_both! {
    /// 0002 to 0005 become one. A database that ran them is re-recorded; on a new one the data steps run
    /// where they stood.
    async fn data_steps_are_kept(db: &TestDatabase) {
        let files = files();
        let old = files.history();
        let done = rewrite::squash(&old, &files.project, &id("a.0002_given"), &id("a.0005_without"), Some("names"));
        let done = done.unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(done.new.len(), 1);
        let new = &done.new[0];
        let described: Vec<String> = new.operations.iter().map(Operation::describe).collect();
        assert_eq!(
            described,
            [
                "Add column given varchar(80) not null to a_player",
                "Add column family varchar(80) not null to a_player",
                "Add column mistake integer not null to a_player",
                "Run SQL: split the name",
                "Run function count",
                "Drop column name of a_player",
                "Drop column mistake of a_player",
            ],
            "a data step may need what goes after it"
        );
        proof::prove(&old, &done.history, &files.project, &url(db)).await.unwrap_or_else(|error| panic!("{error}"));

        files.migrate(db, Goal::Everything).await.expect("it runs");
        done.write(&files.project).expect("written");
        assert_eq!(files.names("a"), ["0001_initial.toml", "0002_names.toml", "0006_rating.toml"]);
        assert!(files.read("a.0006_rating").contains("\"a.0002_names\""));
        let other = files.read("b.0001_initial");
        assert_eq!(other.matches("a.0002_names").count(), 1, "two dependencies became one: {other}");
        assert_eq!(files.verify(db).await.of(Code::Replaced).len(), 1);
        let moved = files.migrate(db, Goal::Everything).await.expect("it is re-recorded");
        assert_eq!((moved.count, moved.rerecorded), (0, 1));
        assert_eq!(record(db).await, ["a.0001_initial", "a.0002_names", "a.0006_rating", "b.0001_initial"]);
        assert_eq!(files.verify(db).await.findings, []);

        // Back to the first, a row as it was then, and forwards: the row goes the way it always went.
        db.execute("DELETE FROM seadrift_migration").await;
        db.execute("DROP TABLE b_page").await;
        db.execute("DROP TABLE a_player").await;
        files.migrate(db, Goal::Target(id("a.0001_initial"))).await.expect("it runs");
        db.execute("INSERT INTO a_player (name) VALUES ('Ann Lee')").await;
        files.migrate(db, Goal::Everything).await.expect("it runs");
        let split = rows(db, "SELECT given, family FROM a_player").await;
        assert_eq!(split, [[Some("Ann".to_owned()), Some("Lee!".to_owned())]]);
    }

    /// Regenerating would lose data steps: refused with the list; kept in their order when told.
    async fn regenerating_with_data_steps(db: &TestDatabase) {
        let files = files();
        let (old, apps) = (files.history(), ["a".to_owned(), "b".to_owned()].into());
        let refused = rewrite::regenerate(&old, &files.project, &apps, false).expect_err("data steps would be lost");
        assert!(matches!(&refused, RegenerateError::DataSteps(steps) if steps.len() == 2), "{refused}");
        for part in ["a.0004_split (", "Run SQL: split the name", "Run function count", "squash", "--keep-data-steps"] {
            assert!(refused.to_string().contains(part), "no {part:?} in {refused}");
        }
        let kept = rewrite::regenerate(&old, &files.project, &apps, true).unwrap_or_else(|error| panic!("{error}"));
        let of_a: Vec<&Migration> = kept.new.iter().filter(|new| new.id.app == "a").collect();
        let steps = of_a[0].operations.iter().filter(|o| matches!(o, Operation::RunSql { .. } | Operation::Run { .. }));
        assert_eq!(steps.count(), 2);
        assert!(matches!(&of_a[0].operations[0], Operation::CreateTable(table) if table.column("family").is_some()));
        proof::prove(&old, &kept.history, &files.project, &url(db)).await.unwrap_or_else(|error| panic!("{error}"));
    }
}

#[test]
fn what_is_refused() {
    let mut history = history();
    // b stands between: it needs a.0002, and a.0005 needs it.
    history[4].dependencies.push(id("b.0001_initial"));
    let files = Files::of(&["a", "b"], &history);
    let squash = |from: &str, to: &str, name| {
        rewrite::squash(&files.history(), &files.project, &id(from), &id(to), name).expect_err("refused")
    };
    let between = squash("a.0002_given", "a.0005_without", None);
    assert!(matches!(between, SquashError::Between(_)), "{between}");
    assert_eq!(
        between.to_string(),
        "b.0001_initial needs a.0003_family, and a.0005_without needs it in turn: it stands between them. Squash up to \
         a.0003_family, or regenerate both apps"
    );
    assert!(matches!(squash("a.0005_without", "a.0002_given", None), SquashError::Order { .. }));
    assert!(matches!(squash("a.0002_given", "a.0002_given", None), SquashError::One(_)));
    let name = squash("a.0002_given", "a.0003_family", Some("Not A Name"));
    assert!(name.to_string().contains("0002_Not A Name"), "{name}");
    rewrite::squash(&files.history(), &files.project, &id("a.0002_given"), &id("a.0003_family"), None)
        .expect("up to there");
}

/// Another app's migration stands between two of the app that is regenerated alone.
#[test]
fn an_app_between() {
    let point = |table: &str, column: &str, target: &str| {
        vec![
            Operation::AddColumn {
                table: table.into(),
                column: Column::new(column, ColumnType::BigInt).null(),
                fill: None,
            },
            Operation::AddForeignKey {
                table: table.into(),
                foreign_key: super::project::foreign_key(table, column, target),
            },
        ]
    };
    let history = [
        migration("a.0001_initial", &[], vec![create("a", "One", &[])]),
        migration("b.0001_initial", &["a.0001_initial"], vec![create("b", "Two", &["a_one"])]),
        migration("a.0002_two", &["a.0001_initial", "b.0001_initial"], point("a_one", "two_id", "b_two")),
    ];
    let files = Files::of(&["a", "b"], &history);
    let alone = rewrite::regenerate(&files.history(), &files.project, &["a".to_owned()].into(), false);
    let refused = alone.expect_err("b stands between").to_string();
    for part in [
        "a: a_one points at b_two, which b.0001_initial creates",
        "b.0001_initial needs a.0001_initial",
        "regenerate these apps as well: b",
    ] {
        assert!(refused.contains(part), "no {part:?} in {refused}");
    }
}
