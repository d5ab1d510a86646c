//! Many people in few statements.
#![allow(dead_code, reason = "each benchmark uses its part")]

use accounts::model::user;
use chrono::{DateTime, Utc};
use kernel::{Db, DbError};
use profiles::model::user_profile;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

/// Rows of a statement.
const BLOCK: usize = 500;

/// Somebody with an account and a profile.
pub struct Player {
    /// Id of the account.
    pub user: i64,
    /// Id of the profile.
    pub profile: i64,
}

/// So many people with ids of Valorant.
pub async fn people(db: &Db, now: DateTime<Utc>, count: usize) -> Vec<Player> {
    let names: Vec<String> = (0..count).map(|number| format!("player{number:05}")).collect();
    for block in names.chunks(BLOCK) {
        let rows = block.iter().map(|name| user::ActiveModel {
            password: Set("unusable".to_owned()),
            username: Set(name.clone()),
            username_ci: Set(name.clone()),
            email: Set(format!("{name}@example.org")),
            email_ci: Set(format!("{name}@example.org")),
            is_active: Set(true),
            date_joined: Set(now),
            ..Default::default()
        });
        insert::<user::Entity>(db, rows.collect()).await;
    }
    let named = user::Column::Username.starts_with("player");
    let users = user::Entity::find().filter(named).order_by_asc(user::Column::Username).all(db.read()).await;
    let users = users.expect("readable");
    for block in users.chunks(BLOCK) {
        let rows = block.iter().map(|user| user_profile::ActiveModel {
            user_id: Set(user.id),
            display_name: Set(user.username.clone()),
            riot_id: Set(format!("Player{}#BD1", user.id)),
            created_at: Set(now),
            ..Default::default()
        });
        insert::<user_profile::Entity>(db, rows.collect()).await;
    }
    let profiles = user_profile::Entity::find().all(db.read()).await.expect("readable");
    let of: std::collections::HashMap<i64, i64> = profiles.iter().map(|one| (one.user_id, one.id)).collect();
    users.iter().map(|user| Player { user: user.id, profile: of[&user.id] }).collect()
}

/// Adds rows in one statement.
pub async fn insert<E: EntityTrait>(db: &Db, rows: Vec<E::ActiveModel>)
where
    E::ActiveModel: Clone + Send + Sync,
{
    let rows = &rows;
    let done = db.write(|tx| async move {
        E::insert_many(rows.iter().cloned()).exec_without_returning(&tx).await?;
        Ok::<_, DbError>(())
    });
    done.await.expect("rows of a benchmark");
}
