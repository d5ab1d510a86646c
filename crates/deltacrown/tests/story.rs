//! The first walk through the whole house, as a user goes it, on both databases: build, prove, serve;
//! then damage the database by hand, and see each damage named once, with what mends it.

mod support;

use seadrift::history::History;
use support::{on, program};
use testkit::{Kind, TestDatabase, http::Client, process::Served};

testkit::on_both! {
    /// `migrate`, `verify-schema`, `check`, `serve`, and the home page is there.
    async fn from_nothing_to_a_served_page(db: &TestDatabase) {
        let migrated = on(db.url(), &["migrate"]).success();
        for app in ["accounts", "profiles", "notifications", "economy"] {
            assert!(migrated.stdout.contains(&format!("applied {app}.0001_initial")), "{migrated}");
        }
        assert!(on(db.url(), &["migrate"]).success().stdout.contains("Nothing to do"));
        assert!(on(db.url(), &["migrate", "--check"]).success().stdout.contains("Nothing to do"));
        let verified = on(db.url(), &["verify-schema"]).success();
        let tables = history().schema().tables.len();
        assert!(verified.stdout.contains(&format!("agrees with the history: {tables} tables")), "{verified}");
        assert!(on(db.url(), &["check"]).success().stdout.starts_with("No issues"));
        assert!(on(db.url(), &["makemigrations", "--check", "--dry-run"]).success().stdout.contains("No changes detected"));
        let shown = on(db.url(), &["showmigrations"]).success();
        assert_eq!(shown.stdout.matches("[x] ").count(), history().graph().order().count(), "{shown}");

        let served = serve(db);
        let visitor = Client::new(served.address());
        let home = visitor.get("/");
        assert_eq!(home.status(), 200);
        assert!(home.text().contains("One bracket."));
        assert_eq!(visitor.get("/readiness").status(), 200);
        let stopped = served.stop();
        assert_eq!(stopped.code, 0, "{stopped}");
    }

    /// An empty database is built by `serve` itself; a database with pending migrations is not touched.
    async fn serve_builds_only_an_empty_database(db: &TestDatabase) {
        let served = serve(db);
        let migrations = history().graph().order().count();
        let built = format!("Built the database: {migrations} migrations");
        assert!(served.printed().contains(&built), "{}", served.printed());
        served.stop();
        on(db.url(), &["migrate", "economy", "zero"]).success();
        let refused = on(db.url(), &["serve", "--bind", "127.0.0.1:0"]).expect_code(1);
        assert!(refused.stderr.contains("has not run economy.0001_initial"), "{refused}");
        assert!(refused.stderr.contains("deltacrown migrate"), "{refused}");
        assert_eq!(on(db.url(), &["migrate", "--check"]).code, 1);
    }

    /// Backwards to nothing and forwards again, proven each time.
    async fn backwards_and_forwards(db: &TestDatabase) {
        on(db.url(), &["migrate"]).success();
        let plan = on(db.url(), &["migrate", "accounts", "zero", "--plan"]).success();
        assert!(plan.stdout.contains("undo accounts.0001_initial"), "{plan}");
        assert!(plan.stdout.contains("Drop table accounts_user   (loses data)"), "{plan}");
        on(db.url(), &["migrate", "accounts", "zero"]).success();
        // Nothing of the kernel leans on accounts.
        on(db.url(), &["migrate", "kernel", "zero"]).success();
        assert!(db.tables().await.iter().all(|table| table == "seadrift_migration"), "{:?}", db.tables().await);
        on(db.url(), &["migrate", "economy", "0001"]).success();
        on(db.url(), &["migrate"]).success();
        on(db.url(), &["verify-schema"]).success();
    }

    /// A scratch database is migrated, proven and removed; the real one is not touched.
    async fn a_fresh_database_is_proven_and_removed(db: &TestDatabase) {
        let fresh = on(db.url(), &["verify-schema", "--fresh"]).success();
        assert!(fresh.stdout.contains("A fresh database agrees"), "{fresh}");
        assert!(db.tables().await.is_empty());
    }

    /// Six damages, one at a time: each is named exactly once, with both sides and what mends it.
    async fn every_damage_is_named_once(db: &TestDatabase) {
        on(db.url(), &["migrate"]).success();
        let stray = "INSERT INTO seadrift_migration (app, name, hash, applied_at) \
                     VALUES ('teams', '0009_gone', 'x', '2026-01-01T00:00:00Z')";
        for (damage, mended, code, object, parts) in [
            (
                "ALTER TABLE economy_coinpolicy DROP COLUMN updated_at",
                Mended::By("economy"),
                "SD303",
                "economy_coinpolicy.updated_at",
                &["timestamptz not null", "repair economy"][..],
            ),
            (
                "DROP INDEX uq_accounts_user_email_ci",
                Mended::By("accounts"),
                "SD307",
                "accounts_user.uq_accounts_user_email_ci",
                &["unique (email_ci)", "repair accounts"],
            ),
            (
                "DROP TABLE notifications_notificationpreference",
                Mended::By("notifications"),
                "SD301",
                "notifications_notificationpreference",
                &["19 columns", "repair notifications"],
            ),
            (
                "CREATE TABLE left_behind (id bigint)",
                Mended::Sql("DROP TABLE left_behind"),
                "SD302",
                "left_behind",
                &["DROP TABLE \"left_behind\""],
            ),
            (
                stray,
                Mended::Sql("DELETE FROM seadrift_migration WHERE name = '0009_gone'"),
                "SD202",
                "teams.0009_gone",
                &["2026-01-01", "DELETE FROM seadrift_migration"],
            ),
            (
                "UPDATE seadrift_migration SET hash = 'another meaning' WHERE app = 'tournaments' AND name = '0001_initial'",
                Mended::Not,
                "SD203",
                "tournaments.0001_initial",
                &["edited after it ran", "new migration"],
            ),
        ] {
            db.execute(damage).await;
            let report = on(db.url(), &["verify-schema"]).expect_code(1);
            let json = on(db.url(), &["verify-schema", "--json"]).expect_code(1);
            let findings = findings(&json.stdout);
            assert_eq!(findings, [(code.to_owned(), object.to_owned())], "{damage}: {report}");
            assert_eq!(report.stdout.matches(&format!("{code} ")).count(), 1, "{damage}: {report}");
            for part in parts {
                assert!(report.stdout.contains(part), "{damage}: no {part:?} in {report}");
            }
            match mended {
                Mended::Not => continue,
                Mended::Sql(sql) => db.execute(sql).await,
                Mended::By(app) => {
                    let shown = on(db.url(), &["repair", app]).expect_code(1);
                    assert!(shown.stdout.contains("Nothing was changed"), "{shown}");
                    assert_eq!(on(db.url(), &["verify-schema"]).code, 1, "nothing was changed");
                    on(db.url(), &["repair", app, "--yes"]).success();
                }
            }
            on(db.url(), &["verify-schema"]).success();
        }
    }

    /// A repair keeps rows, asks what fills a column that is gone, and leaves strays alone.
    async fn a_repair_keeps_rows(db: &TestDatabase) {
        on(db.url(), &["migrate"]).success();
        let now = "2026-01-01T00:00:00+00:00";
        db.execute(&format!("INSERT INTO economy_coinpolicy (tournament_id, winner, created_at, updated_at) VALUES (7, 250, '{now}', '{now}')")).await;
        db.execute("ALTER TABLE economy_coinpolicy ADD COLUMN remark text").await;
        db.execute("ALTER TABLE economy_coinpolicy DROP COLUMN updated_at").await;
        db.execute("UPDATE economy_coinpolicy SET remark = 'mine'").await;
        let asked = on(db.url(), &["repair", "--yes"]).expect_code(1);
        assert!(asked.stderr.contains("economy_coinpolicy.updated_at") && asked.stderr.contains("--answers"), "{asked}");
        let folder = tempfile::tempdir().expect("a folder");
        let answers = folder.path().join("answers.toml");
        std::fs::write(&answers, format!("fill.\"economy_coinpolicy.updated_at\" = \"{now}\"\n")).expect("written");
        on(db.url(), &["repair", "--yes", "--answers", &answers.display().to_string()]).success();
        // Only the stray is left to tell; the row has all it had.
        let left = on(db.url(), &["verify-schema", "--json"]).expect_code(1);
        assert_eq!(findings(&left.stdout), [("SD304".to_owned(), "economy_coinpolicy.remark".to_owned())]);
        let kept = "UPDATE economy_coinpolicy SET winner = winner / 0 WHERE NOT (tournament_id = 7 AND winner = 250 AND remark = 'mine')";
        db.execute(kept).await;
        db.execute("INSERT INTO economy_coinpolicy (tournament_id, created_at, updated_at) SELECT 8, created_at, updated_at FROM economy_coinpolicy WHERE remark = 'mine'").await;
    }

    /// A table that a half-run migration of another program left, with `recipient` pointing at a
    /// profile: found before anything runs or is served, with each difference.
    async fn a_zombie_table_is_found_before_it_hurts(db: &TestDatabase) {
        on(db.url(), &["migrate", "profiles"]).success();
        let id = match db.kind() {
            Kind::Sqlite => "integer NOT NULL PRIMARY KEY AUTOINCREMENT",
            Kind::Postgres => "bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY",
        };
        db.execute(&format!(
            "CREATE TABLE notifications_notification (id {id}, title varchar(140) NOT NULL, recipient_id bigint NOT NULL \
             REFERENCES user_profile_userprofile (id))"
        ))
        .await;
        let report = on(db.url(), &["verify-schema"]).expect_code(1);
        assert_eq!(report.stdout.matches("SD205").count(), 1, "{report}");
        for part in ["created by notifications.0001_initial", "user_profile_userprofile", "accounts_user", "half-way"] {
            assert!(report.stdout.contains(part), "no {part:?} in {report}");
        }
        for verb in [&["migrate"][..], &["serve", "--migrate", "--bind", "127.0.0.1:0"]] {
            let refused = on(db.url(), verb).expect_code(1);
            assert!(refused.stderr.contains("SD205"), "{refused}");
        }
        let tables = db.tables().await;
        assert!(!tables.iter().any(|table| table.starts_with("economy")), "nothing was run: {tables:?}");
    }

    /// A superuser from the command line signs in on the site.
    async fn a_superuser_signs_in(db: &TestDatabase) {
        on(db.url(), &["migrate"]).success();
        let mut command = program(&["createsuperuser", "--username", "Ann", "--email", "ann@example.org"]);
        command.args(["--password-stdin", "--database", db.url()]);
        let made = testkit::process::run_with_input(&mut command, "river lamp cactus\n").success();
        assert!(made.stdout.contains("Superuser Ann"), "{made}");
        let again = testkit::process::run_with_input(&mut command, "river lamp cactus\n").expect_code(1);
        assert!(again.stderr.contains("is taken") && !again.stderr.contains("cactus"), "{again}");
        let served = serve(db);
        let visitor = Client::new(served.address());
        let form = visitor.get("/sign-in");
        let csrf = form.hidden("csrf").expect("a form with a token");
        let fields = [("csrf", csrf.as_str()), ("name", "ANN"), ("password", "river lamp cactus"), ("next", "/profile")];
        let signed_in = visitor.post("/sign-in", &fields);
        assert_eq!(signed_in.status(), 303, "{}", signed_in.text());
        assert!(visitor.get("/profile").text().contains("@Ann"));
        served.stop();
    }
}

/// How a damage is mended.
enum Mended {
    /// By `repair APP --yes`.
    By(&'static str),
    /// By the statement that the finding says.
    Sql(&'static str),
    /// It is the last one.
    Not,
}

/// All migrations of the program.
fn history() -> History {
    History::load(&web::project()).unwrap_or_else(|report| panic!("{report}"))
}

fn serve(db: &TestDatabase) -> Served {
    Served::start(program(&["serve", "--bind", "127.0.0.1:0"]).args(["--database", db.url()]))
}

/// Codes and objects of a report in JSON.
fn findings(json: &str) -> Vec<(String, String)> {
    let report: serde_json::Value = serde_json::from_str(json).expect("JSON");
    let text = |value: &serde_json::Value| value.as_str().expect("text").to_owned();
    let all = report["findings"].as_array().expect("findings");
    all.iter().map(|finding| (text(&finding["code"]), text(&finding["object"]))).collect()
}
