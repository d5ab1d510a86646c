//! A small cup to try the tables on: two people, a team, a game, a tournament with two entries and a
//! bracket. Rows are written as they are, without services: the database itself is on trial.

use accounts::model::user;
use chrono::{DateTime, TimeDelta, Utc};
use kernel::{Clock, Db, DbError, TestClock, db::Constraint};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, PrimaryKeyTrait, QueryFilter,
    prelude::Json,
};
use seadrift::project::Project;
use teams::model::core::team;
use testkit::{Kind, TestDatabase};
use tournaments::model::{
    bracket, bracket_node as node, dispute, game, r#match as meeting, payment, registration, tournament,
};

use crate::support;

/// A database with this app's tables and those that it stands on.
pub async fn migrated(kind: Kind) -> Option<TestDatabase> {
    let below = Project::new().app(accounts::app()).app(profiles::app()).app(notifications::app()).app(teams::app());
    support::migrated(kind, below.app(tournaments::app())).await
}

/// The ids of the rows that every test begins with.
pub struct Scene {
    pub db: Db,
    pub ann: i64,
    pub bob: i64,
    pub team: i64,
    pub game: i64,
    pub cup: i64,
    pub anns: i64,
    pub bobs: i64,
    pub bracket: i64,
}

/// The moment of all rows.
pub fn now() -> DateTime<Utc> {
    TestClock::at_text("2026-03-01T18:00:00Z").now()
}

/// So many hours after [`now`].
pub fn later(hours: i64) -> DateTime<Utc> {
    now() + TimeDelta::hours(hours)
}

impl Scene {
    pub async fn on(database: &TestDatabase) -> Self {
        let db = support::open(database).await;
        let ann = insert(&db, person("ann")).await.expect("a person").id;
        let bob = insert(&db, person("bob")).await.expect("a person").id;
        let team = insert(&db, squad("Reds")).await.expect("a team").id;
        let game = insert(&db, game_row("Chess")).await.expect("a game").id;
        let mut scene = Self { db, ann, bob, team, game, cup: 0, anns: 0, bobs: 0, bracket: 0 };
        scene.cup = insert(&scene.db, scene.tournament("cup")).await.expect("a tournament").id;
        scene.anns = insert(&scene.db, scene.entry(ann)).await.expect("an entry").id;
        scene.bobs = insert(&scene.db, scene.entry(bob)).await.expect("an entry").id;
        scene.bracket = insert(&scene.db, scene.draw(scene.cup)).await.expect("a bracket").id;
        scene
    }

    /// A tournament of this slug.
    pub fn tournament(&self, slug: &str) -> tournament::ActiveModel {
        tournament::ActiveModel {
            name: Set("Cup".to_owned()),
            slug: Set(slug.to_owned()),
            description: Set("A cup.".to_owned()),
            organizer_id: Set(self.ann),
            game_id: Set(self.game),
            participation_type: Set("solo".to_owned()),
            max_participants: Set(8),
            registration_start: Set(later(1)),
            registration_end: Set(later(2)),
            tournament_start: Set(later(3)),
            created_at: Set(now()),
            updated_at: Set(now()),
            ..Default::default()
        }
    }

    /// An entry of this player in the cup.
    pub fn entry(&self, user: i64) -> registration::ActiveModel {
        registration::ActiveModel {
            tournament_id: Set(self.cup),
            user_id: Set(Some(user)),
            registered_at: Set(now()),
            created_at: Set(now()),
            updated_at: Set(now()),
            ..Default::default()
        }
    }

    /// An entry of the team in the cup.
    pub fn team_entry(&self) -> registration::ActiveModel {
        registration::ActiveModel { user_id: Set(None), team_id: Set(Some(self.team)), ..self.entry(self.ann) }
    }

    /// Ann's payment of fifty taka by bKash.
    pub fn payment(&self) -> payment::ActiveModel {
        payment::ActiveModel {
            registration_id: Set(self.anns),
            payment_method: Set("bkash".to_owned()),
            amount: Set(5000),
            transaction_id: Set("8FK2".to_owned()),
            status: Set("submitted".to_owned()),
            submitted_at: Set(now()),
            updated_at: Set(now()),
            ..Default::default()
        }
    }

    /// A bracket of this tournament.
    pub fn draw(&self, tournament: i64) -> bracket::ActiveModel {
        bracket::ActiveModel {
            tournament_id: Set(tournament),
            created_at: Set(now()),
            updated_at: Set(now()),
            ..Default::default()
        }
    }

    /// Ann against Bob, the first match of this number.
    pub fn meeting(&self, number: i32) -> meeting::ActiveModel {
        meeting::ActiveModel {
            tournament_id: Set(self.cup),
            bracket_id: Set(Some(self.bracket)),
            round_number: Set(1),
            match_number: Set(number),
            participant1_id: Set(Some(self.anns)),
            participant2_id: Set(Some(self.bobs)),
            created_at: Set(now()),
            updated_at: Set(now()),
            ..Default::default()
        }
    }

    /// The node at this position.
    pub fn node(&self, position: i32) -> node::ActiveModel {
        node::ActiveModel {
            bracket_id: Set(self.bracket),
            position: Set(position),
            round_number: Set(1),
            match_number_in_round: Set(position),
            ..Default::default()
        }
    }

    /// Ann objects to this match.
    pub fn objection(&self, of: i64) -> dispute::ActiveModel {
        dispute::ActiveModel {
            match_id: Set(of),
            initiated_by_id: Set(Some(self.ann)),
            reason: Set("no_show".to_owned()),
            description: Set("Nobody came.".to_owned()),
            created_at: Set(now()),
            updated_at: Set(now()),
            ..Default::default()
        }
    }
}

pub fn person(username: &str) -> user::ActiveModel {
    let email = format!("{username}@example.org");
    user::ActiveModel {
        password: Set("!".to_owned()),
        username: Set(username.to_owned()),
        username_ci: Set(username.to_owned()),
        email: Set(email.clone()),
        email_ci: Set(email),
        date_joined: Set(now()),
        ..Default::default()
    }
}

pub fn squad(name: &str) -> team::ActiveModel {
    let folded = name.to_lowercase();
    team::ActiveModel {
        name: Set(name.to_owned()),
        name_ci: Set(folded.clone()),
        tag: Set(name.to_owned()),
        tag_ci: Set(folded.clone()),
        slug: Set(folded),
        created_at: Set(now()),
        updated_at: Set(now()),
        ..Default::default()
    }
}

pub fn game_row(name: &str) -> game::ActiveModel {
    game::ActiveModel {
        name: Set(name.to_owned()),
        slug: Set(name.to_lowercase()),
        icon: Set("games/icon.webp".to_owned()),
        profile_id_field: Set("steam_id".to_owned()),
        created_at: Set(now()),
        ..Default::default()
    }
}

/// The JSON text as a value.
pub fn json(text: &str) -> Json {
    text.parse().expect("JSON")
}

pub async fn insert<A>(db: &Db, row: A) -> Result<<A::Entity as EntityTrait>::Model, DbError>
where
    A: ActiveModelTrait + Send + Sync,
    <A::Entity as EntityTrait>::Model: IntoActiveModel<A>,
{
    let row = &row;
    db.write(|tx| async move { Ok(A::Entity::insert(row.clone()).exec_with_returning(&tx).await?) }).await
}

/// Deletes the row of this id.
pub async fn delete<E>(db: &Db, id: i64) -> Result<u64, DbError>
where
    E: EntityTrait,
    E::PrimaryKey: PrimaryKeyTrait<ValueType = i64>,
{
    db.write(|tx| async move { Ok(E::delete_by_id(id).exec(&tx).await?.rows_affected) }).await
}

/// Sets columns of the row of this id.
pub async fn change<E>(db: &Db, id: i64, key: E::Column, row: E::ActiveModel) -> Result<u64, DbError>
where
    E: EntityTrait,
    E::ActiveModel: Send + Sync,
{
    let row = &row;
    db.write(
        |tx| async move { Ok(E::update_many().set(row.clone()).filter(key.eq(id)).exec(&tx).await?.rows_affected) },
    )
    .await
}

/// The rule that a row breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Broken {
    /// The check of this name.
    Check(&'static str),
    /// A key that another row has.
    Unique,
    /// A row that is not there, or that is still needed.
    Reference,
}

impl Broken {
    /// Fails unless the refusal is for this rule.
    pub fn by(self, refusal: &DbError, what: &dyn std::fmt::Debug) {
        let kind = match self {
            Self::Check(_) => Constraint::Check,
            Self::Unique => Constraint::Unique,
            Self::Reference => Constraint::ForeignKey,
        };
        assert_eq!(refusal.constraint(), Some(kind), "{what:?}: {refusal}");
        if let Self::Check(name) = self {
            assert!(refusal.to_string().contains(name), "not {name} but {refusal}: {what:?}");
        }
    }
}

/// Each row breaks its rule.
pub async fn refuses<A>(db: &Db, cases: impl IntoIterator<Item = (Broken, A)>)
where
    A: ActiveModelTrait + Send + Sync + std::fmt::Debug,
    <A::Entity as EntityTrait>::Model: IntoActiveModel<A>,
{
    for (rule, row) in cases {
        match insert(db, row.clone()).await {
            Ok(_) => panic!("{rule:?} let it pass: {row:?}"),
            Err(refusal) => rule.by(&refusal, &row),
        }
    }
}

/// Each row is sound.
pub async fn accepts<A>(db: &Db, rows: impl IntoIterator<Item = A>)
where
    A: ActiveModelTrait + Send + Sync + std::fmt::Debug,
    <A::Entity as EntityTrait>::Model: IntoActiveModel<A>,
{
    for row in rows {
        if let Err(refusal) = insert(db, row.clone()).await {
            panic!("{refusal}: {row:?}");
        }
    }
}
