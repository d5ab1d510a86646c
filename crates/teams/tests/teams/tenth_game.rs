//! A game more, by the public macro alone: its tables are generated, migrated and used.

use std::time::Duration;

use kernel::db::Constraint;
use sea_orm::{ActiveValue::Set, EntityTrait};
use seadrift::{
    diff::{self, Answers},
    history::History,
    project::{App, MigrationFiles, Project},
    report::verify,
    run::{
        Connection, DatabaseUrl,
        migrate::{self, Goal, Options},
    },
};
use teams::game::{Category, DISCORD, Ending, Game, GamePlugin, Platform, RosterRule, Rule, Setting};
use tempfile::TempDir;
use testkit::TestDatabase;

use crate::support::{assert_outcome, insert, now, open, player, project};

/// What the file of a game holds.
mod rocket {
    use super::*;

    teams::game_squad! {
        app: "rocket",
        code: "rocket",
        team: "teams_rocket_team" "RocketTeam" ("Rocket squad", "Rocket squads") {},
        membership: "teams_rocket_membership" "RocketPlayerMembership" ("Rocket player", "Rocket players") [
            #[seadrift(check(name = "ck_teams_rocket_membership_rated_keepers", sql = "role <> 'Keeper' OR rating IS NOT NULL"))]
        ] {
            /// Points in ranked matches.
            #[seadrift(label = "rating", min = 0)]
            pub rating: Option<i32>,
        },
        roles: { "Striker" = "Scores.", "Keeper" = "Keeps the goal." },
        regions: { "EU" = "Europe", "SAM" = "South America" },
    }

    pub static GAME: Game = Game {
        code: "rocket",
        name: "Rocket",
        about: "Football with cars.",
        category: Category::Sports,
        platforms: &[Platform::Pc],
        colour: "#123456",
        roster: RosterRule {
            min_starters: 3,
            max_starters: 3,
            max_substitutes: 1,
            unique_roles: false,
            second_role: false,
        },
        roles: ROLES,
        regions: REGIONS,
        ids: &[DISCORD],
        settings: &[Setting { name: "best_of", rule: Rule::Numbers(&[5, 7]) }],
        ending: Ending::Score,
        player_stats: &["goals"],
    };
}

/// The platform, and the game in an app of its own whose migrations lie in this folder.
fn with_rocket(folder: &TempDir) -> Project {
    // A program knows its folder when it is built; a test's folder must live as long.
    let files = MigrationFiles { folder: folder.path().display().to_string().leak(), files: &[] };
    project().app(rocket::register(App::new("rocket")).migrations(files))
}

/// What `makemigrations` does; the names of the files.
fn make_migrations(project: &Project) -> Vec<String> {
    let history = History::load(project).unwrap_or_else(|report| panic!("{report}"));
    let code = project.schema().expect("entities that fit");
    let operations = diff::diff(history.schema(), &code, &project.hints(), &Answers::default()).expect("no question");
    let made = history.arrange(operations, None).expect("it can be arranged");
    made.iter()
        .map(|migration| {
            project.write(migration).expect("written");
            migration.id.to_string()
        })
        .collect()
}

testkit::on_both! {
    async fn a_tenth_game_is_a_file_and_a_migration(database: &TestDatabase) {
        let folder = tempfile::tempdir().expect("a folder");
        let project = with_rocket(&folder);
        assert_eq!(make_migrations(&project), ["rocket.0001_initial"]);
        assert!(make_migrations(&project).is_empty(), "everything is written");

        let history = History::load(&project).unwrap_or_else(|report| panic!("{report}"));
        let url: DatabaseUrl = database.url().parse().expect("a URL");
        let options = Options { fake: false, lock_wait: Duration::from_secs(60) };
        migrate::migrate(&history, &project.functions, &url, &Goal::Everything, &options, |_| ()).await.expect("it runs");
        let mut connection = Connection::open(&url, false).await.expect("it opens");
        let report = verify::verify(&history, &mut connection, &verify::Options { data: true }).await.expect("it can be told");
        assert_eq!(report.findings, []);

        let db = open(database).await;
        let (ann, bob) = (player(&db, "ann").await, player(&db, "bob").await);
        let squad = insert(&db, rocket::team::ActiveModel {
            name: Set("Comets".to_owned()),
            name_ci: Set("comets".to_owned()),
            tag: Set("COM".to_owned()),
            tag_ci: Set("com".to_owned()),
            slug: Set("comets".to_owned()),
            region: Set("SAM".to_owned()),
            created_at: Set(now()),
            updated_at: Set(now()),
            ..Default::default()
        });
        let squad = squad.await.expect("a squad");
        assert_eq!(squad.game, "rocket");
        let member = |profile: i64, role: &str, rating: Option<i32>| rocket::membership::ActiveModel {
            team_id: Set(squad.id),
            profile_id: Set(profile),
            role: Set(role.to_owned()),
            status: Set("ACTIVE".to_owned()),
            rating: Set(rating),
            joined_at: Set(now()),
            ..Default::default()
        };
        for (case, row, expected) in [
            ("a striker", member(ann, "Striker", None), None),
            ("the same player", member(ann, "Striker", None), Some(Constraint::Unique)),
            ("a role of another game", member(bob, "Duelist", None), Some(Constraint::Check)),
            ("against the game's own rule", member(bob, "Keeper", None), Some(Constraint::Check)),
            ("a keeper", member(bob, "Keeper", Some(900)), None),
        ] {
            assert_outcome(insert(&db, row).await, expected, case);
        }
        let found = rocket::membership::Entity::find().all(db.read()).await.expect("readable");
        assert_eq!(found.iter().map(|member| member.rating).collect::<Vec<_>>(), [None, Some(900)]);
        assert_eq!((rocket::GAME.display_name(), rocket::GAME.max_team_size()), ("Rocket".to_owned(), 4));
    }
}
