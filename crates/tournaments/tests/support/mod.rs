//! A platform with people, teams and tournaments, for tests of acts. People and teams are rows, because signing up has
//! its own tests and is slow; tournaments are made by services. Every act runs in a unit of work of its own.
#![allow(dead_code, reason = "each test program uses a part of it")]

#[path = "../../../accounts/tests/support/mod.rs"]
mod base;

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use economy::Holder;
use kernel::{Actor, Clock, Db, DbError, PluginRegistry, SeededRandom, TestClock, text::fold_name, upload};
use notifications::Notification;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder};
use seadrift::project::Project;
use teams::model::core::{team, team_membership};
use testkit::{Kind, TestDatabase};
use tournaments::{
    By, Context,
    error::entry::EnterRefusal,
    model::{audit_log, game, registration, tournament},
    rules::settings::{Entrants, Method, Settings},
    service::{self, enter::Form},
};

/// A database with this app's tables and those that it stands on.
pub async fn migrated(kind: Kind) -> Option<TestDatabase> {
    let project = Project::new()
        .app(kernel::app())
        .app(accounts::app())
        .app(profiles::app())
        .app(notifications::app())
        .app(economy::app())
        .app(teams::app())
        .app(tournaments::app());
    base::migrated(kind, project).await
}

/// Runs an act in a unit of work of its own: `act!(world, actor, |tx, cx| an_act(tx, cx, …))`.
macro_rules! act {
    ($world:expr, $by:expr, |$tx:ident, $cx:ident| $call:expr) => {{
        let world = &$world;
        let by = &tournaments::By::from($by);
        world
            .db
            .write(|$tx| async move {
                let context = tournaments::Context::new(&world.clock, &world.random, by);
                let ($tx, $cx) = (&$tx, &context);
                $call.await
            })
            .await
    }};
}
#[allow(unused_imports, reason = "each program of tests uses its part")]
pub(crate) use act;

/// Somebody with an account and a profile, who has an id in every game.
#[derive(Clone, Debug)]
pub struct Person {
    pub name: String,
    pub user: i64,
    pub profile: i64,
}

impl Person {
    pub fn actor(&self) -> Actor {
        Actor::user(self.user)
    }

    pub fn staff(&self) -> Actor {
        Actor::staff(self.user)
    }
}

pub struct World {
    pub db: Db,
    pub clock: TestClock,
    pub random: SeededRandom,
    pub games: PluginRegistry,
    /// Who holds the tournaments.
    pub organizer: Person,
    /// A game of teams of five: Valorant.
    pub game: i64,
    /// A game of single players: eFootball.
    pub solo_game: i64,
}

impl World {
    pub async fn on(database: &TestDatabase) -> Self {
        let db = base::open(database).await;
        let clock = TestClock::at_text("2026-03-01T12:00:00Z");
        let games = PluginRegistry::new();
        for game in teams::games() {
            games.register(game).expect("it has a name");
        }
        let organizer = person(&db, "olga", clock.now()).await;
        let game = insert(&db, game_row("Valorant", "valorant", "riot_id")).await.id;
        let solo_game = insert(&db, game_row("eFootball", "efootball", "efootball_id")).await.id;
        Self { db, clock, random: SeededRandom::new(7), games, organizer, game, solo_game }
    }

    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// Moves the clock to a moment.
    pub fn at(&self, moment: DateTime<Utc>) {
        self.clock.set(moment);
    }

    pub async fn person(&self, name: &str) -> Person {
        person(&self.db, name, self.now()).await
    }

    /// So many people: `ann1`, `ann2` and so on.
    pub async fn people(&self, name: &str, count: usize) -> Vec<Person> {
        let mut people = Vec::new();
        for number in 1..=count {
            people.push(self.person(&format!("{name}{number}")).await);
        }
        people
    }

    /// A team of Valorant with five players, of which the first owns it and the second is captain.
    pub async fn team(&self, name: &str) -> (team::Model, Vec<Person>) {
        let people = self.people(&name.to_lowercase(), 5).await;
        (self.team_of(name, &people).await, people)
    }

    /// A team of Valorant of these people; the first owns it, the second is captain.
    pub async fn team_of(&self, name: &str, people: &[Person]) -> team::Model {
        let tag: String = name.chars().filter(char::is_ascii_alphanumeric).take(10).collect();
        let row = team::ActiveModel {
            name: Set(name.to_owned()),
            name_ci: Set(fold_name(name)),
            tag: Set(tag.to_uppercase()),
            tag_ci: Set(fold_name(&tag)),
            slug: Set(name.to_lowercase().replace(' ', "-")),
            game: Set("valorant".to_owned()),
            region: Set("SA".to_owned()),
            is_active: Set(true),
            created_at: Set(self.now()),
            updated_at: Set(self.now()),
            ..Default::default()
        };
        let team = insert(&self.db, row).await;
        for (number, person) in people.iter().enumerate() {
            let owner = number == 0;
            let row = team_membership::ActiveModel {
                team_id: Set(team.id),
                profile_id: Set(person.profile),
                game: Set("valorant".to_owned()),
                role: Set(if owner { "OWNER" } else { "PLAYER" }.to_owned()),
                status: Set("ACTIVE".to_owned()),
                joined_at: Set(self.now()),
                player_role: Set(if owner { "IGL".to_owned() } else { String::new() }),
                is_captain: Set(number == 1),
                can_manage_roster: Set(owner),
                can_edit_team: Set(owner),
                can_register_tournaments: Set(owner),
                ..Default::default()
            };
            insert(&self.db, row).await;
        }
        team
    }

    /// Gives somebody coins of the treasury.
    pub async fn give(&self, person: &Person, coins: i64) {
        let (clock, holder) = (&self.clock, Holder::Player(person.profile));
        self.db
            .write(|tx| async move {
                economy::service::adjust(&tx, clock, &Actor::System, holder, coins, "for a test", None).await.map(drop)
            })
            .await
            .expect("the treasury gives");
    }

    /// What somebody has.
    pub async fn coins(&self, person: &Person) -> i64 {
        economy::service::wallet_of(&self.db, &self.clock, person.profile).await.expect("a wallet").cached_balance
    }

    /// All coins are where they should be.
    pub async fn assert_ledger_is_sound(&self) {
        let report = economy::service::verify(&self.db).await.expect("readable");
        assert!(report.is_sound(), "{:?}", report.findings);
    }

    /// The settings of a free tournament of single players: registration is open for a day and play begins two hours
    /// later.
    pub fn solo(&self, places: i32) -> Settings {
        let now = self.now();
        Settings {
            participation_type: Entrants::Solo,
            registration_end: now + TimeDelta::days(1),
            tournament_start: now + TimeDelta::hours(26),
            ..Settings::new("Friday Cup", self.solo_game, places, now)
        }
    }

    /// The same, for teams.
    pub fn teams(&self, places: i32) -> Settings {
        Settings { participation_type: Entrants::Team, game_id: self.game, ..self.solo(places) }
    }

    /// The same, with a fee of 500.00 by bKash or 50 coins.
    pub fn paid(&self, places: i32) -> Settings {
        Settings {
            has_entry_fee: true,
            entry_fee_amount: 50_000,
            entry_fee_deltacoin: 50,
            payment_methods: vec![Method::Deltacoin, Method::Bkash],
            payment_accounts: [(Method::Bkash, "01711111111".to_owned())].into(),
            ..self.solo(places)
        }
    }

    /// A draft with these settings.
    pub async fn draft(&self, settings: &Settings) -> tournament::Model {
        let games = &self.games;
        let made =
            act!(self, self.organizer.actor(), |tx, cx| { service::settings::create(tx, cx, games, settings.clone()) });
        made.unwrap_or_else(|refusal| panic!("{refusal:?}"))
    }

    /// A published tournament with these settings; with the usual ones its registration is open.
    pub async fn cup(&self, settings: &Settings) -> tournament::Model {
        let (id, games) = (self.draft(settings).await.id, &self.games);
        let shown = act!(self, self.organizer.actor(), |tx, cx| service::lifecycle::publish(tx, cx, games, id));
        shown.unwrap_or_else(|refusal| panic!("{refusal:?}"))
    }

    /// Somebody enters alone.
    pub async fn try_enter(&self, who: &Person, cup: i64, form: &Form) -> Result<registration::Model, EnterRefusal> {
        let games = &self.games;
        act!(self, who.actor(), |tx, cx| service::enter::enter(tx, cx, games, cup, form.clone()))
    }

    /// Somebody enters alone, as they must be able to.
    pub async fn enter(&self, who: &Person, cup: i64) -> registration::Model {
        let entered = self.try_enter(who, cup, &Form::default()).await;
        entered.unwrap_or_else(|refusal| panic!("{}: {refusal}", who.name))
    }

    /// Somebody enters a team.
    pub async fn try_enter_team(&self, who: &Person, cup: i64, team: i64) -> Result<registration::Model, EnterRefusal> {
        self.try_enter(who, cup, &Form { team: Some(team), ..Form::default() }).await
    }

    /// Has the time do what is due.
    pub async fn tick(&self, cup: i64) -> tournament::Model {
        let done = act!(self, Actor::System, |tx, cx| service::clock::advance(tx, cx, cup));
        done.unwrap_or_else(|refusal| panic!("{refusal:?}"))
    }

    /// A file of somebody, e.g. a [receipt](service::upload::RECEIPT).
    pub async fn file(&self, of: &Person, purpose: &str, content_type: &str) -> String {
        let (clock, random) = (&self.clock, &self.random);
        let new = &upload::NewUpload {
            purpose: purpose.to_owned(),
            content_type: content_type.to_owned(),
            content: vec![1, 2, 3],
            file_name: String::new(),
            owner_id: Some(of.user),
        };
        self.db.write(|tx| async move { upload::store(&tx, clock, random, new.clone()).await }).await.expect("stored")
    }

    pub async fn tournament(&self, id: i64) -> tournament::Model {
        tournament::Entity::find_by_id(id).one(self.db.read()).await.expect("readable").expect("it is there")
    }

    pub async fn entry(&self, id: i64) -> registration::Model {
        registration::Entity::find_by_id(id).one(self.db.read()).await.expect("readable").expect("it is there")
    }

    /// Where the entries of a tournament stand, by id.
    pub async fn states(&self, cup: i64) -> Vec<String> {
        let found = registration::Entity::find()
            .filter(registration::Column::TournamentId.eq(cup))
            .order_by_asc(registration::Column::Id)
            .all(self.db.read())
            .await
            .expect("readable");
        found.into_iter().map(|entry| entry.status).collect()
    }

    /// What the audit log says of a tournament, oldest first.
    pub async fn audited(&self, cup: i64) -> Vec<audit_log::Model> {
        audit_log::Entity::find()
            .filter(audit_log::Column::TournamentId.eq(cup))
            .order_by_asc(audit_log::Column::Id)
            .all(self.db.read())
            .await
            .expect("readable")
    }

    /// The titles of what somebody was told, oldest first.
    pub async fn told(&self, whom: &Person) -> Vec<String> {
        let page = notifications::service::list(&self.db, whom.user, None).await.expect("readable");
        let mut notices: Vec<Notification> = page.notices;
        notices.sort_by_key(|notice| notice.id);
        notices.into_iter().map(|notice| notice.title).collect()
    }

    /// A context on somebody's behalf.
    pub fn context<'a>(&'a self, by: &'a By) -> Context<'a> {
        Context::new(&self.clock, &self.random, by)
    }
}

/// Adds the row.
pub async fn insert<A>(db: &Db, row: A) -> <A::Entity as EntityTrait>::Model
where
    A: ActiveModelTrait + Clone + Send + Sync,
    <A::Entity as EntityTrait>::Model: IntoActiveModel<A>,
{
    let row = &row;
    let done =
        db.write(|tx| async move { Ok::<_, DbError>(A::Entity::insert(row.clone()).exec_with_returning(&tx).await?) });
    done.await.unwrap_or_else(|error| panic!("{error}"))
}

fn game_row(name: &str, code: &str, column: &str) -> game::ActiveModel {
    game::ActiveModel {
        name: Set(name.to_owned()),
        slug: Set(code.to_owned()),
        code: Set(Some(code.to_owned())),
        icon: Set(String::new()),
        profile_id_field: Set(column.to_owned()),
        is_active: Set(true),
        created_at: Set(TestClock::at_text("2026-01-01T00:00:00Z").now()),
        ..Default::default()
    }
}

async fn person(db: &Db, name: &str, now: DateTime<Utc>) -> Person {
    let user = accounts::model::user::ActiveModel {
        password: Set("unusable".to_owned()),
        username: Set(name.to_owned()),
        username_ci: Set(fold_name(name)),
        email: Set(format!("{name}@example.org")),
        email_ci: Set(format!("{name}@example.org")),
        is_active: Set(true),
        date_joined: Set(now),
        ..Default::default()
    };
    let user = insert(db, user).await;
    let profile = profiles::model::user_profile::ActiveModel {
        user_id: Set(user.id),
        display_name: Set(name.to_owned()),
        riot_id: Set(format!("Player{}#BD1", user.id)),
        efootball_id: Set(format!("{:09}", 100_000_000 + user.id)),
        created_at: Set(now),
        ..Default::default()
    };
    let profile = insert(db, profile).await;
    Person { name: name.to_owned(), user: user.id, profile: profile.id }
}

/// Longer than anything here takes; what hangs fails.
pub const PATIENCE: Duration = Duration::from_secs(60);
