//! The doctor, one planted damage a kind, on both databases: the root cause is named first and its
//! symptoms with it, the plan says what is safe, and what the plan says mends it.
#![allow(dead_code, reason = "an entity's macro makes more than a test calls")]

use std::{fs, path::Path};

use seadrift::{
    history::History,
    project::{App, MigrationFiles, Project},
    report::{
        check,
        doctor::{Diagnosis, Pair, State, diagnose},
        verify,
    },
    run::{
        Connection, DatabaseUrl, doctor,
        migrate::{self, Goal, MigrateError, Options},
        repair,
    },
};
use tempfile::TempDir;
use testkit::{Kind, TestDatabase};

mod tournament {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "tournaments_tournament")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub name: String,
    }
    impl ActiveModelBehavior for ActiveModel {}
}

/// An entity that points at a tournament.
macro_rules! pointing {
    ($module:ident $table:tt) => {
        mod $module {
            use sea_orm::entity::prelude::*;

            #[sea_orm::model]
            #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
            #[sea_orm(table_name = $table)]
            pub struct Model {
                #[sea_orm(primary_key)]
                pub id: i64,
                #[sea_orm(indexed)]
                pub note: Option<String>,
                pub tournament_id: i64,
                #[sea_orm(belongs_to, from = "tournament_id", to = "id")]
                pub tournament: BelongsTo<super::tournament::Entity>,
            }
            impl ActiveModelBehavior for ActiveModel {}
        }
    };
}

pointing!(transaction "economy_transaction");
pointing!(notification "notifications_notification");
pointing!(achievement "teams_achievement");
pointing!(profile "user_profile_profile");

const APPS: [&str; 5] = ["economy", "notifications", "teams", "tournaments", "user_profile"];

/// The project of the incident, its files in a folder that a test may change.
fn project(folder: &TempDir) -> Project {
    let app = |name: &str| {
        let path = folder.path().join(name).display().to_string();
        App::new(name).migrations(MigrationFiles { folder: path.leak(), files: &[] })
    };
    Project::new()
        .app(app("economy").plain::<transaction::Entity>("Transaction"))
        .app(app("notifications").plain::<notification::Entity>("Notification"))
        .app(app("teams").plain::<achievement::Entity>("Achievement"))
        .app(app("tournaments").plain::<tournament::Entity>("Tournament"))
        .app(app("user_profile").plain::<profile::Entity>("Profile"))
}

fn url(db: &TestDatabase) -> DatabaseUrl {
    db.url().parse().expect("a URL")
}

/// Files written, and everything run.
async fn healthy(db: &TestDatabase) -> (TempDir, Project) {
    let folder = tempfile::tempdir().expect("a folder");
    let project = project(&folder);
    let fixed = doctor::fix(&project, &url(db), |_| ()).await;
    if db.kind() == Kind::Sqlite && !fixed.diagnosis.agrees() {
        // A file that is not there is made by nobody but `migrate`.
        migrate(&project, &url(db)).await.expect("it runs");
    }
    let diagnosis = diagnose(&project, &url(db)).await;
    assert!(diagnosis.agrees() && diagnosis.is_complete() && diagnosis.plan.is_empty(), "{diagnosis:#?}");
    (folder, project)
}

async fn migrate(project: &Project, url: &DatabaseUrl) -> Result<usize, MigrateError> {
    let history = History::load(project).map_err(MigrateError::Disagree)?;
    let options = Options::default();
    Ok(migrate::migrate(&history, &project.functions, url, &Goal::Everything, &options, |_| ()).await?.count)
}

async fn verifies(project: &Project, url: &DatabaseUrl) -> bool {
    let history = History::load(project).expect("a sound history");
    let mut connection = Connection::open(url, false).await.expect("it opens");
    verify::verify(&history, &mut connection, &verify::Options::default()).await.expect("it can be told").agrees()
}

/// `code object` of the causes, and of all their symptoms.
fn told(diagnosis: &Diagnosis) -> (Vec<String>, Vec<String>) {
    let text = |finding: &seadrift::report::Finding| format!("{} {}", finding.code, finding.object);
    let symptoms = diagnosis.causes.iter().flat_map(|cause| &cause.symptoms).map(text);
    (diagnosis.causes.iter().map(|cause| text(&cause.finding)).collect(), symptoms.collect())
}

fn plan(diagnosis: &Diagnosis) -> Vec<(String, bool)> {
    diagnosis.plan.iter().map(|step| (step.command.clone(), step.safe)).collect()
}

fn state(diagnosis: &Diagnosis, pair: Pair) -> &State {
    &diagnosis.pairs.iter().find(|told| told.pair == pair).expect("every pair is told").state
}

fn file(folder: &TempDir, app: &str) -> std::path::PathBuf {
    folder.path().join(app).join("0001_initial.toml")
}

/// Takes the dependencies out of a file.
fn without_edges(path: &Path) {
    let text = fs::read_to_string(path).expect("a file");
    let from = text.find("dependencies").expect("it has some");
    let to = from + text[from..].find("]\n").expect("an end") + 2;
    fs::write(path, format!("{}{}", &text[..from], &text[to..])).expect("written");
}

testkit::on_both! {
    /// Four histories point at `tournaments_tournament`, and no edge leads there: refused before the
    /// first statement, told with every fact, mended by `--fix`; then the history runs.
    async fn references_without_an_edge(db: &TestDatabase) {
        let folder = tempfile::tempdir().expect("a folder");
        let project = project(&folder);
        let none: DatabaseUrl = "sqlite::memory:".parse().expect("a URL");
        doctor::fix(&project, &none, |_| ()).await;
        let apps: Vec<&str> = APPS.into_iter().filter(|app| *app != "tournaments").collect();
        apps.iter().for_each(|app| without_edges(&file(&folder, app)));
        assert_eq!(check::check(&project).findings.len(), 4);
        let refused = migrate(&project, &url(db)).await.expect_err("refused").to_string();
        assert!(refused.contains("the edge teams.0001_initial → tournaments.0001_initial is missing"), "{refused}");
        assert!(db.tables().await.is_empty(), "nothing was run");

        let before = diagnose(&project, &url(db)).await;
        let (causes, symptoms) = told(&before);
        assert_eq!(causes.len(), 4, "{causes:?}");
        assert!(causes.iter().all(|cause| cause.starts_with("SD103")) && symptoms.is_empty(), "{causes:?}");
        assert_eq!(plan(&before), [("doctor --fix".to_owned(), true)]);
        assert_eq!(before.plan[0].what.len(), 4);
        assert!(matches!(state(&before, Pair::RecordLive), State::Unknown { .. }));

        let fixed = doctor::fix(&project, &url(db), |_| ()).await;
        assert!(fixed.failed.is_none(), "{fixed:?}");
        assert!(History::missing_edges(&project).is_empty());
        for app in apps {
            assert!(fs::read_to_string(file(&folder, app)).expect("a file").contains("\"tournaments.0001_initial\""));
        }
        if db.kind() == Kind::Sqlite {
            migrate(&project, &url(db)).await.expect("it runs");
        }
        assert!(verifies(&project, &url(db)).await);
        assert!(diagnose(&project, &url(db)).await.agrees());
    }

    /// One damage of the database a kind.
    async fn damages_of_the_database(db: &TestDatabase) {
        let (_folder, project) = healthy(db).await;
        let url = url(db);
        let sqlite = db.kind() == Kind::Sqlite;
        let cascade = if sqlite { "" } else { " CASCADE" };
        let forget = |app: &str| format!("DELETE FROM seadrift_migration WHERE app = '{app}'");
        let record = "INSERT INTO seadrift_migration (app, name, hash, applied_at) VALUES ('teams', '0009_later', 'x', 'y')";
        for (damage, cause, symptoms, steps, mend) in [
            // The record lost a row; everything is there.
            (
                vec![forget("tournaments")],
                "SD204 economy.0001_initial",
                vec!["SD204 notifications.0001_initial", "SD204 teams.0001_initial", "SD204 user_profile.0001_initial"],
                vec![("migrate tournaments 0001_initial --fake", true)],
                vec![],
            ),
            // The last migration was lost with its table: it only has to run.
            (
                vec![forget("teams"), format!("DROP TABLE teams_achievement{cascade}")],
                "SD201 teams.0001_initial",
                vec![],
                vec![("migrate", true)],
                vec![],
            ),
            // It is there and not recorded, just as it would be made.
            (vec![forget("teams")], "SD205 teams_achievement", vec![], vec![("migrate teams 0001_initial --fake", true)], vec![]),
            // A table of another make without rows stands in the way.
            (
                vec![
                    forget("teams"), forget("user_profile"),
                    format!("DROP TABLE teams_achievement{cascade}"), format!("DROP TABLE user_profile_profile{cascade}"),
                    "CREATE TABLE teams_achievement (id bigint, colour text)".to_owned(),
                ],
                "SD205 teams_achievement",
                vec!["SD201 user_profile.0001_initial"],
                vec![("repair teams --yes", true), ("migrate", false)],
                vec![],
            ),
            (vec!["ALTER TABLE teams_achievement DROP COLUMN id2".replace("id2", "tournament_id")].into_iter().filter(|_| !sqlite).collect(),
                "SD303 teams_achievement.tournament_id", vec![], vec![("repair teams --yes", true)], vec![]),
            (vec!["DROP INDEX ix_teams_achievement_note".to_owned()], "SD307 teams_achievement.ix_teams_achievement_note", vec![], vec![("repair teams --yes", true)], vec![]),
            (vec![format!("DROP TABLE teams_achievement{cascade}")], "SD301 teams_achievement", vec![], vec![("repair teams --yes", true)], vec![]),
            // A newer program was here: its table is only there because of it.
            (
                vec![record.to_owned(), "CREATE TABLE teams_later (id bigint)".to_owned()],
                "SD202 teams.0009_later",
                vec!["SD302 teams_later"],
                vec![("", false)],
                vec!["DELETE FROM seadrift_migration WHERE name = '0009_later'".to_owned(), "DROP TABLE teams_later".to_owned()],
            ),
            (vec!["CREATE TABLE left_behind (id bigint)".to_owned()], "SD302 left_behind", vec![], vec![("", false)], vec!["DROP TABLE left_behind".to_owned()]),
            (
                vec!["UPDATE seadrift_migration SET hash = 'meant-otherwise' WHERE app = 'teams'".to_owned()],
                "SD203 teams.0001_initial",
                vec![],
                vec![("", false)],
                vec![forget("teams"), format!("DROP TABLE teams_achievement{cascade}")],
            ),
        ] {
            if damage.is_empty() {
                continue;
            }
            for sql in &damage {
                db.execute(sql).await;
            }
            let diagnosis = diagnose(&project, &url).await;
            assert_eq!(told(&diagnosis), (vec![cause.to_owned()], symptoms.iter().map(|s| (*s).to_owned()).collect()), "{damage:?}: {diagnosis:#?}");
            let found = plan(&diagnosis);
            assert_eq!(found.iter().map(|(_, safe)| *safe).collect::<Vec<_>>(), steps.iter().map(|(_, safe)| *safe).collect::<Vec<_>>(), "{damage:?}: {found:?}");
            for ((command, _), (wanted, _)) in found.iter().zip(&steps) {
                assert!(wanted.is_empty() || command == wanted, "{damage:?}: {found:?}");
            }
            assert!(diagnosis.plan.iter().all(|step| step.safe == step.why.is_empty() && !step.mends.is_empty() || step.command == "migrate"), "{diagnosis:#?}");
            for sql in mend {
                db.execute(&sql).await;
            }
            let fixed = doctor::fix(&project, &url, |_| ()).await;
            assert!(fixed.failed.is_none() && fixed.diagnosis.agrees(), "{damage:?}: {fixed:#?}");
            assert!(verifies(&project, &url).await);
        }
    }

    /// Rows that would be in quarantine only are a decision; `--fix` leaves it, the command mends it.
    async fn a_zombie_with_rows_is_a_decision(db: &TestDatabase) {
        let (_folder, project) = healthy(db).await;
        let url = url(db);
        db.execute("DELETE FROM seadrift_migration WHERE app = 'teams'").await;
        db.execute("DROP TABLE teams_achievement").await;
        db.execute("CREATE TABLE teams_achievement (id bigint NOT NULL, note varchar(100))").await;
        db.execute("INSERT INTO teams_achievement VALUES (5, 'first')").await;
        let fixed = doctor::fix(&project, &url, |_| ()).await;
        assert!(fixed.done.is_empty() && fixed.failed.is_none(), "{fixed:#?}");
        let step = &fixed.diagnosis.plan[0];
        assert_eq!((step.command.as_str(), step.safe), ("repair teams --yes", false));
        assert!(step.why.contains("1 of 1 rows would be in quarantine only") && step.why.contains("tournament_id"), "{}", step.why);
        db.execute("UPDATE teams_achievement SET note = note").await;

        let history = History::load(&project).expect("a sound history");
        let options = repair::Options { apps: vec!["teams".to_owned()], run: true, ..repair::Options::default() };
        repair::repair(&history, &project.functions, &url, options, |_| ()).await.expect("it repairs");
        let after = diagnose(&project, &url).await;
        assert!(after.agrees(), "{after:#?}");
        assert_eq!(after.notes.iter().map(|note| note.code.id()).collect::<Vec<_>>(), ["SD401"]);
    }

    /// Sources that cannot be read: the rest is still told, and nothing is touched.
    async fn damages_of_the_files(db: &TestDatabase) {
        let (folder, project) = healthy(db).await;
        let url = url(db);
        let path = file(&folder, "teams");
        let text = fs::read_to_string(&path).expect("a file");
        fs::write(&path, "app = ").expect("written");
        let broken = diagnose(&project, &url).await;
        assert!(told(&broken).0[0].starts_with("SD102"), "{broken:#?}");
        assert!(plan(&broken).iter().all(|(_, safe)| !safe));
        assert_eq!(*state(&broken, Pair::LiveCode), State::Agree, "code and database are still told");
        assert!(matches!(state(&broken, Pair::HistoryRecord), State::Unknown { .. }));

        // The file is gone: the model has no migration, and the database knows one too many.
        fs::remove_file(&path).expect("removed");
        let gone = diagnose(&project, &url).await;
        let (causes, symptoms) = told(&gone);
        assert_eq!(causes, ["SD202 teams.0001_initial", "SD105 app teams: 1 change"], "{gone:#?}");
        assert_eq!(symptoms, ["SD302 teams_achievement"]);
        fs::write(&path, text).expect("written");
        assert!(diagnose(&project, &url).await.agrees());
    }

    /// No database, or one that does not answer: the files are told, the rest is said to be unknown.
    async fn a_database_that_is_not_there(db: &TestDatabase) {
        let (folder, project) = healthy(db).await;
        let missing: DatabaseUrl = format!("sqlite://{}/none.db", folder.path().display()).parse().expect("a URL");
        let fixed = doctor::fix(&project, &missing, |_| ()).await;
        assert_eq!(told(&fixed.diagnosis).0, ["SD201 all 5 migrations"]);
        assert_eq!(plan(&fixed.diagnosis), [("migrate".to_owned(), false)]);
        assert!(!missing.file().expect("a path").exists(), "nothing was made");
        let deaf: DatabaseUrl = "postgres://ann:s3cret@127.0.0.1:1/cups".parse().expect("a URL");
        let unknown = diagnose(&project, &deaf).await;
        assert!(unknown.agrees() && !unknown.is_complete(), "{unknown:#?}");
        assert_eq!(*state(&unknown, Pair::CodeHistory), State::Agree);
        assert!(!format!("{unknown:?}").contains("s3cret"));
    }
}

/// A missing table leaves rows that point at nothing: one cause, and the rows told with it.
#[tokio::test]
async fn rows_that_point_at_a_missing_table() {
    let db = TestDatabase::sqlite();
    let (_folder, project) = healthy(&db).await;
    db.execute("INSERT INTO tournaments_tournament (id, name) VALUES (1, 'Cup')").await;
    db.execute("INSERT INTO teams_achievement (tournament_id) VALUES (1)").await;
    db.execute("PRAGMA foreign_keys = OFF; DROP TABLE tournaments_tournament").await;
    let diagnosis = diagnose(&project, &url(&db)).await;
    assert_eq!(
        told(&diagnosis),
        (vec!["SD301 tournaments_tournament".to_owned()], vec!["SD316 teams_achievement".to_owned()])
    );
}
