//! Every query of tournaments, one file a subject.

pub(crate) mod audit;
pub(crate) mod cup;
pub(crate) mod dispute;
pub(crate) mod draw;
pub(crate) mod entry;
pub(crate) mod file;
pub(crate) mod game;
pub(crate) mod glance;
pub(crate) mod list;
pub(crate) mod matches;
pub(crate) mod payment;
pub(crate) mod people;
pub(crate) mod prize;
pub(crate) mod question;
pub(crate) mod report;
pub(crate) mod seeding;
pub(crate) mod staff;

use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect};

use crate::model::tournament;

/// The tournament, locked until the unit's end; nothing when it is not there or was deleted.
pub(crate) async fn lock_tournament(db: &impl ConnectionTrait, id: i64) -> Result<Option<tournament::Model>, DbErr> {
    live(id).lock_exclusive().one(db).await
}

/// The tournament; nothing when it is not there or was deleted.
pub(crate) async fn tournament(db: &impl ConnectionTrait, id: i64) -> Result<Option<tournament::Model>, DbErr> {
    live(id).one(db).await
}

fn live(id: i64) -> sea_orm::Select<tournament::Entity> {
    tournament::Entity::find_by_id(id).filter(tournament::Column::IsDeleted.eq(false))
}
