//! Queries of played matches and of teams' figures.

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::Stored;
use crate::model::analytics::{match_record as record, team_analytics as figures};

/// The records of a match, by team.
pub(crate) async fn of_match(db: &impl ConnectionTrait, match_id: i64) -> Stored<Vec<record::Model>> {
    let found = record::Entity::find().filter(record::Column::MatchId.eq(match_id));
    Ok(found.order_by_asc(record::Column::TeamId).all(db).await?)
}

/// The matches of a team, newest first.
pub(crate) async fn of_team(db: &impl ConnectionTrait, team: i64, limit: u64) -> Stored<Vec<record::Model>> {
    let found = record::Entity::find().filter(record::Column::TeamId.eq(team));
    let ordered = found.order_by_desc(record::Column::MatchDate).order_by_desc(record::Column::Id);
    Ok(ordered.limit(limit).all(db).await?)
}

/// How the matches of a team in a game ended, oldest first.
pub(crate) async fn results(db: &impl ConnectionTrait, team: i64, game: &str) -> Stored<Vec<String>> {
    let found = record::Entity::find().select_only().column(record::Column::Result);
    let found = found.filter(record::Column::TeamId.eq(team)).filter(record::Column::Game.eq(game));
    let ordered = found.order_by_asc(record::Column::MatchDate).order_by_asc(record::Column::Id);
    Ok(ordered.into_tuple().all(db).await?)
}

pub(crate) async fn insert(db: &impl ConnectionTrait, row: record::ActiveModel) -> Stored<()> {
    record::Entity::insert(row).exec_without_returning(db).await?;
    Ok(())
}

pub(crate) async fn delete(db: &impl ConnectionTrait, id: i64) -> Stored<()> {
    record::Entity::delete_by_id(id).exec(db).await?;
    Ok(())
}

/// The figures of a team in a game.
pub(crate) async fn figures(db: &impl ConnectionTrait, team: i64, game: &str) -> Stored<Option<figures::Model>> {
    let found = figures::Entity::find().filter(figures::Column::TeamId.eq(team));
    Ok(found.filter(figures::Column::Game.eq(game)).one(db).await?)
}

pub(crate) async fn insert_figures(db: &impl ConnectionTrait, row: figures::ActiveModel) -> Stored<()> {
    figures::Entity::insert(row).exec_without_returning(db).await?;
    Ok(())
}

pub(crate) async fn update_figures(db: &impl ConnectionTrait, id: i64, row: figures::ActiveModel) -> Stored<()> {
    figures::Entity::update_many().set(row).filter(figures::Column::Id.eq(id)).exec(db).await?;
    Ok(())
}
