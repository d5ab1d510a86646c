//! Tournaments and their versions.

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect,
};

use crate::model::{bracket, game, r#match, tournament, tournament_version};

pub(crate) async fn insert(
    db: &impl ConnectionTrait,
    row: tournament::ActiveModel,
) -> Result<tournament::Model, DbErr> {
    tournament::Entity::insert(row).exec_with_returning(db).await
}

/// Writes these columns of a row whose lock is held.
pub(crate) async fn update(
    db: &impl ConnectionTrait,
    id: i64,
    row: tournament::ActiveModel,
) -> Result<tournament::Model, DbErr> {
    tournament::Entity::update_many().set(row).filter(tournament::Column::Id.eq(id)).exec(db).await?;
    let found = tournament::Entity::find_by_id(id).one(db).await?;
    found.ok_or_else(|| DbErr::RecordNotFound(format!("tournament {id}")))
}

/// Those of these slugs that live tournaments have.
pub(crate) async fn taken_slugs(db: &impl ConnectionTrait, base: &str) -> Result<Vec<String>, DbErr> {
    tournament::Entity::find()
        .select_only()
        .column(tournament::Column::Slug)
        .filter(tournament::Column::IsDeleted.eq(false))
        .filter(tournament::Column::Slug.starts_with(base))
        .into_tuple()
        .all(db)
        .await
}

pub(crate) async fn game(db: &impl ConnectionTrait, id: i64) -> Result<Option<game::Model>, DbErr> {
    game::Entity::find_by_id(id).one(db).await
}

/// Whether a draw was made.
pub(crate) async fn is_drawn(db: &impl ConnectionTrait, id: i64) -> Result<bool, DbErr> {
    let drawn = bracket::Entity::find()
        .filter(bracket::Column::TournamentId.eq(id))
        .filter(bracket::Column::Status.ne("pending"))
        .count(db)
        .await?;
    Ok(drawn > 0)
}

/// Ends every match that is not decided; answers how many.
pub(crate) async fn cancel_open_matches(db: &impl ConnectionTrait, id: i64, now: DateTime<Utc>) -> Result<u64, DbErr> {
    let row = r#match::ActiveModel {
        state: Set("cancelled".to_owned()),
        confirm_by: Set(None),
        updated_at: Set(now),
        ..Default::default()
    };
    let done = r#match::Entity::update_many()
        .set(row)
        .filter(r#match::Column::TournamentId.eq(id))
        .filter(r#match::Column::State.is_not_in(["completed", "forfeit", "cancelled"]))
        .exec(db)
        .await?;
    Ok(done.rows_affected)
}

pub(crate) async fn insert_version(
    db: &impl ConnectionTrait,
    row: tournament_version::ActiveModel,
) -> Result<(), DbErr> {
    tournament_version::Entity::insert(row).exec_without_returning(db).await.map(drop)
}

/// The versions, newest first.
pub(crate) async fn versions(
    db: &impl ConnectionTrait,
    tournament: i64,
    below: Option<i32>,
    limit: u64,
) -> Result<Vec<tournament_version::Model>, DbErr> {
    let mut query = tournament_version::Entity::find()
        .filter(tournament_version::Column::TournamentId.eq(tournament))
        .order_by_desc(tournament_version::Column::VersionNumber)
        .limit(limit);
    if let Some(below) = below {
        query = query.filter(tournament_version::Column::VersionNumber.lt(below));
    }
    query.all(db).await
}

pub(crate) async fn version(
    db: &impl ConnectionTrait,
    tournament: i64,
    number: i32,
) -> Result<Option<tournament_version::Model>, DbErr> {
    tournament_version::Entity::find()
        .filter(tournament_version::Column::TournamentId.eq(tournament))
        .filter(tournament_version::Column::VersionNumber.eq(number))
        .one(db)
        .await
}

/// The highest number of a version: adopted tournaments have versions and no number of the current one.
pub(crate) async fn last_version(db: &impl ConnectionTrait, tournament: i64) -> Result<i32, DbErr> {
    let last: Option<i32> = tournament_version::Entity::find()
        .select_only()
        .column(tournament_version::Column::VersionNumber)
        .filter(tournament_version::Column::TournamentId.eq(tournament))
        .order_by_desc(tournament_version::Column::VersionNumber)
        .limit(1)
        .into_tuple()
        .one(db)
        .await?;
    Ok(last.unwrap_or(0))
}
