//! Seventy-four files: four apps with histories of 2, 6, 56 and 10 migrations become four fresh ones.
//! A database at the old end, one half-way, one that is new, on both databases.

use std::{collections::BTreeSet, fs, time::Instant};

use seadrift::{
    history::History,
    migration::{
        Migration,
        rewrite::{self, Rewrite},
    },
    operation::Operation,
    report::Code,
    run::{
        migrate::{Goal, MigrateError},
        proof,
    },
    schema::{Column, ColumnType},
};
use testkit::TestDatabase;

use super::histories::{APPS, REGENERATED, histories};
use super::project::{Files, add, create, foreign_key, id, migration, record, rows, touched, url};

fn files() -> Files {
    let files = Files::of(&APPS, &histories());
    // What a person wrote into a file that stays must stay.
    let path = files.path("siteui.0001_initial");
    let text = fs::read_to_string(&path).expect("a file");
    fs::write(
        &path,
        text.replace("    \"teams.0030_step\",", "    # Banners show a team.\n    \"teams.0030_step\", # since 2024"),
    )
    .expect("written");
    files
}

fn regenerate(files: &Files) -> (History, Rewrite) {
    let history = files.history();
    let apps: BTreeSet<String> = REGENERATED.iter().map(|(app, _)| (*app).to_owned()).collect();
    let done = rewrite::regenerate(&history, &files.project, &apps, false).unwrap_or_else(|error| panic!("{error}"));
    (history, done)
}

const KEPT: [&str; 3] = ["accounts.0001_initial", "siteui.0001_initial", "siteui.0002_order"];

/// The record of a database that ran, or was moved to, the new history.
fn new_record() -> Vec<String> {
    let mut names: Vec<String> = KEPT.iter().map(|id| (*id).to_owned()).collect();
    names.extend(REGENERATED.iter().map(|(app, _)| format!("{app}.0001_initial")));
    names.sort();
    names
}

/// Four new files, each with what it replaces; the file that stays keeps its remarks.
#[test]
fn four_fresh_files() {
    let files = files();
    let begun = Instant::now();
    let (_, done) = regenerate(&files);
    println!("regenerated 74 files in {:?}", begun.elapsed());
    for (app, count) in REGENERATED {
        assert_eq!(files.names(app).len(), count, "nothing is written yet");
        let new: Vec<&Migration> = done.new.iter().filter(|migration| migration.id.app == app).collect();
        assert_eq!(new.len(), 1, "{app}");
        assert_eq!(new[0].id.name, "0001_initial");
        assert_eq!(new[0].replaces.len(), count);
        assert!(new[0].operations.iter().all(|o| matches!(o, Operation::CreateTable(_))), "{:?}", new[0].operations);
        assert!(new[0].dependencies.iter().all(|id| id.name == "0001_initial"), "{:?}", new[0].dependencies);
    }
    let kept = done.write(&files.project).expect("written");
    assert_eq!(kept["teams"].to_string(), "the folder replaced/1", "there is no repository");
    for (app, count) in REGENERATED {
        assert_eq!(files.names(app), ["0001_initial.toml"], "{app}");
        let old = fs::read_dir(files.folder.path().join(app).join("replaced/1")).expect("a folder").count();
        assert_eq!(old, count, "{app}");
        let text = files.read(&format!("{app}.0001_initial"));
        assert!(
            text.contains(&format!(
                "# Takes the place of {count} migrations; their files are in the folder replaced/1."
            )),
            "{text}"
        );
    }
    let text = files.read("siteui.0001_initial");
    assert!(
        text.contains(
            "# Banners show a team.\n    \"teams.__first__\", # since 2024\n    \"tournaments.__first__\",\n]"
        ),
        "{text}"
    );
    assert!(files.history().schema().same_as(done.history.schema()));
    let again = rewrite::regenerate(&files.history(), &files.project, &BTreeSet::from(["teams".to_owned()]), false);
    assert!(again.is_err_and(|error| error.to_string().contains("nothing to regenerate")));
}

testkit::on_both! {
    /// The proof that comes before a file is written.
    async fn old_and_new_are_proven_equal(db: &TestDatabase) {
        let files = files();
        let (old, done) = regenerate(&files);
        proof::prove(&old, &done.history, &files.project, &url(db)).await.unwrap_or_else(|error| panic!("{error}"));
        assert!(db.tables().await.is_empty(), "the database itself is left alone");
    }

    /// A database at the old end is re-recorded and keeps every row; no table is touched.
    async fn a_database_at_the_old_end(db: &TestDatabase) {
        let files = files();
        assert_eq!(files.migrate(db, Goal::Everything).await.expect("it runs").count, 77);
        db.execute("INSERT INTO accounts_user (id, name) VALUES (7, 'ann')").await;
        db.execute("INSERT INTO teams_team (id, name, accounts_user_id) VALUES (3, 'Red', 7)").await;
        db.execute("INSERT INTO siteui_banner (name, teams_team_id) VALUES ('Hello', 3)").await;
        let before = touched(db).await;
        regenerate(&files).1.write(&files.project).expect("written");

        let report = files.verify(db).await;
        assert_eq!(report.findings.len(), 4, "{report}");
        assert_eq!(report.of(Code::Replaced).len(), 4, "{report}");
        assert!(report.to_string().contains("exactly the 56 migrations that it replaces are recorded"), "{report}");
        let plan = files.history().plan(&Default::default(), &Goal::Everything).expect("a plan");
        assert_eq!(plan.steps.len(), 7);

        let done = files.migrate(db, Goal::Everything).await.expect("it is re-recorded");
        assert_eq!((done.count, done.rerecorded), (0, 4));
        assert_eq!(record(db).await, new_record());
        assert_eq!(touched(db).await, before);
        assert_eq!(files.verify(db).await.findings, []);
        let kept = rows(db, "SELECT t.name, b.name FROM teams_team t JOIN siteui_banner b ON b.teams_team_id = t.id").await;
        assert_eq!(kept, [[Some("Red".to_owned()), Some("Hello".to_owned())]]);
        let done = files.migrate(db, Goal::Everything).await.expect("nothing is left");
        assert_eq!((done.count, done.rerecorded), (0, 0));
    }

    /// A new database runs only the new files.
    async fn a_new_database(db: &TestDatabase) {
        let files = files();
        regenerate(&files).1.write(&files.project).expect("written");
        assert_eq!(files.migrate(db, Goal::Everything).await.expect("it runs").count, 7);
        assert_eq!(record(db).await, new_record());
        assert_eq!(files.verify(db).await.findings, []);
    }

    /// A database half-way is told what to do, and nothing is run; with the old files it gets there.
    async fn a_database_half_way(db: &TestDatabase) {
        let files = files();
        files.migrate(db, Goal::Target(id("teams.0030_step"))).await.expect("it runs");
        let (before, ran) = (touched(db).await, record(db).await);
        let (_, done) = regenerate(&files);
        done.write(&files.project).expect("written");

        let refused = files.migrate(db, Goal::Everything).await.expect_err("it is half-way");
        assert!(matches!(refused, MigrateError::Disagree(_)), "{refused}");
        let said = refused.to_string();
        for part in [
            "SD502",
            "teams.0001_initial",
            "30 of 56 have run; not: teams.0031_step, ",
            "the first lines of",
            "migrate teams",
        ] {
            assert!(said.contains(part), "no {part:?} in {said}");
        }
        assert_eq!(said.matches("SD").count(), 1, "one finding for one cause: {said}");
        assert_eq!((touched(db).await, record(db).await), (before, ran), "nothing was run");
        let report = files.verify(db).await;
        assert_eq!(report.of(Code::PartlyReplaced).len(), 1, "{report}");
        assert_eq!(report.findings.iter().filter(|f| f.object.starts_with("teams")).count(), 1, "{report}");

        // The old files, as the new ones say where they are.
        let old = Files::of(&APPS, &histories());
        for app in ["teams", "tournaments", "economy", "notifications"] {
            for entry in fs::read_dir(files.folder.path().join(app).join("replaced/1")).expect("the old files") {
                let path = entry.expect("a file").path();
                fs::copy(&path, old.folder.path().join(app).join(path.file_name().expect("a name"))).expect("copied");
            }
        }
        old.migrate(db, Goal::Everything).await.expect("the rest runs");
        let done = files.migrate(db, Goal::Everything).await.expect("then it is re-recorded");
        assert_eq!((done.count, done.rerecorded), (0, 4));
        assert_eq!(files.verify(db).await.findings, []);
    }

    /// Something else ran under the old names: it is not the state that is replaced.
    async fn a_database_of_another_history(db: &TestDatabase) {
        let files = files();
        files.migrate(db, Goal::Everything).await.expect("it runs");
        regenerate(&files).1.write(&files.project).expect("written");
        db.execute("UPDATE seadrift_migration SET hash = 'another' WHERE app = 'teams' AND name = '0031_step'").await;
        let ran = record(db).await;
        let refused = files.migrate(db, Goal::Everything).await.expect_err("it is another").to_string();
        assert!(refused.contains("SD203") && refused.contains("teams.0031_step"), "{refused}");
        assert_eq!(record(db).await, ran, "nothing was re-recorded, also not of the other apps");
    }
}

/// Two apps that point at each other: the one that waits gets a second migration, and both are one replacement.
#[test]
fn apps_that_point_at_each_other() {
    testkit::database::run(testkit::Kind::Sqlite, async |db: &TestDatabase| {
        let captain = Column::new("captain_id", ColumnType::BigInt).null();
        let history = [
            migration("a.0001_initial", &[], vec![create("a", "Team", &[])]),
            migration("b.0001_initial", &["a.0001_initial"], vec![create("b", "Player", &["a_team"])]),
            migration(
                "a.0002_captain",
                &["a.0001_initial", "b.0001_initial"],
                vec![
                    Operation::AddColumn { table: "a_team".into(), column: captain, fill: None },
                    Operation::AddForeignKey {
                        table: "a_team".into(),
                        foreign_key: foreign_key("a_team", "captain_id", "b_player"),
                    },
                ],
            ),
            migration("b.0002_more", &["b.0001_initial"], vec![add("b_player", "more")]),
            migration("c.0001_initial", &["a.0002_captain"], vec![create("c", "Page", &["a_team"])]),
        ];
        let files = Files::of(&["a", "b", "c"], &history);
        files.migrate(db, Goal::Target(id("a.0001_initial"))).await.expect("it runs");
        let apps = BTreeSet::from(["a".to_owned(), "b".to_owned()]);
        let done =
            rewrite::regenerate(&files.history(), &files.project, &apps, false).unwrap_or_else(|e| panic!("{e}"));
        proof::prove(&files.history(), &done.history, &files.project, &url(db)).await.unwrap_or_else(|e| panic!("{e}"));
        let of_a: Vec<&Migration> = done.new.iter().filter(|m| m.replaces.iter().any(|r| r.id.app == "a")).collect();
        assert_eq!(of_a.len() + done.new.iter().filter(|m| m.id.app == "b").count(), 3, "{:#?}", done.new);
        // Half-way: only one of two is run. Told, though the first of the new ones bears an old name.
        done.write(&files.project).expect("written");
        let refused = files.migrate(db, Goal::Everything).await.expect_err("it is half-way").to_string();
        assert!(refused.contains("SD502"), "{refused}");
    });
}
