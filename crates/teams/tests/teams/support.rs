//! People and teams, as rows: signing up has its own tests and is slow.

#[path = "../../../accounts/tests/support/mod.rs"]
mod base;

pub use base::open;
use chrono::{DateTime, Utc};
use kernel::{Db, DbError, db::Constraint, text::fold_name};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, EntityTrait, IntoActiveModel};
use seadrift::project::Project;
use teams::model::core::team;
use testkit::{Kind, TestDatabase};

/// The apps that teams stand on, and teams.
pub fn project() -> Project {
    Project::new()
        .app(kernel::app())
        .app(accounts::app())
        .app(profiles::app())
        .app(notifications::app())
        .app(teams::app())
}

pub async fn migrated(kind: Kind) -> Option<TestDatabase> {
    base::migrated(kind, project()).await
}

/// The moment in which everything happens here.
pub fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_772_388_000, 0).expect("a moment")
}

/// Adds the row.
pub async fn insert<A>(db: &Db, row: A) -> Result<<A::Entity as EntityTrait>::Model, DbError>
where
    A: ActiveModelTrait + Clone + Send + Sync,
    <A::Entity as EntityTrait>::Model: IntoActiveModel<A>,
{
    let row = &row;
    db.write(|tx| async move { Ok(A::Entity::insert(row.clone()).exec_with_returning(&tx).await?) }).await
}

/// What of the database refused.
pub fn broken<T: std::fmt::Debug>(outcome: Result<T, DbError>) -> Option<Constraint> {
    outcome.expect_err("the database refuses").constraint()
}

/// Whether the outcome is the expected one: nothing for a success, else what refused.
pub fn assert_outcome<T: std::fmt::Debug>(outcome: Result<T, DbError>, expected: Option<Constraint>, case: &str) {
    match expected {
        None => drop(outcome.unwrap_or_else(|error| panic!("{case}: {error}"))),
        Some(_) => assert_eq!(broken(outcome), expected, "{case}"),
    }
}

/// The profile of a new person.
pub async fn player(db: &Db, name: &str) -> i64 {
    let user = accounts::model::user::ActiveModel {
        password: Set("unusable".to_owned()),
        username: Set(name.to_owned()),
        username_ci: Set(fold_name(name)),
        email: Set(format!("{name}@example.org")),
        email_ci: Set(format!("{name}@example.org")),
        date_joined: Set(now()),
        ..Default::default()
    };
    let user = insert(db, user).await.expect("a person");
    let profile = profiles::model::user_profile::ActiveModel {
        user_id: Set(user.id),
        display_name: Set(name.to_owned()),
        created_at: Set(now()),
        ..Default::default()
    };
    insert(db, profile).await.expect("a profile").id
}

/// A team that is not yet a row; its tag and address are made of its name.
pub fn team(name: &str, game: &str) -> team::ActiveModel {
    let tag: String = name.chars().filter(char::is_ascii_alphanumeric).take(10).collect();
    team::ActiveModel {
        name: Set(name.to_owned()),
        name_ci: Set(fold_name(name)),
        tag: Set(tag.to_uppercase()),
        tag_ci: Set(fold_name(&tag)),
        slug: Set(name.to_lowercase().replace(' ', "-")),
        game: Set(game.to_owned()),
        created_at: Set(now()),
        updated_at: Set(now()),
        ..Default::default()
    }
}

/// A new team.
pub async fn made(db: &Db, name: &str, game: &str) -> team::Model {
    insert(db, team(name, game)).await.expect("a team")
}
