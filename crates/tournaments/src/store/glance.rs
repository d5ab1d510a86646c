//! Many tournaments, entries and matches at once, as lists and front pages show them.

use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::model::{r#match as meeting, tournament};

/// These tournaments.
pub(crate) async fn tournaments(db: &impl ConnectionTrait, ids: &[i64]) -> Result<Vec<tournament::Model>, DbErr> {
    let these = tournament::Column::Id.is_in(ids.iter().copied());
    tournament::Entity::find().filter(these).filter(tournament::Column::IsDeleted.eq(false)).all(db).await
}

/// How many published tournaments stand in each state, and how many of their matches are played.
pub(crate) async fn totals(db: &impl ConnectionTrait) -> Result<Vec<(String, i64, Option<i64>)>, DbErr> {
    tournament::Entity::find()
        .select_only()
        .column(tournament::Column::Status)
        .column_as(tournament::Column::Id.count(), "tournaments")
        .column_as(tournament::Column::CompletedMatches.sum(), "matches")
        .filter(tournament::Column::IsDeleted.eq(false))
        .filter(tournament::Column::PublishedAt.is_not_null())
        .group_by(tournament::Column::Status)
        .into_tuple()
        .all(db)
        .await
}

/// Stages and rounds of a tournament, in the order of play, each with the number of its matches.
pub(crate) async fn rounds(db: &impl ConnectionTrait, tournament: i64) -> Result<Vec<(i16, i32, i64)>, DbErr> {
    meeting::Entity::find()
        .select_only()
        .column(meeting::Column::Stage)
        .column(meeting::Column::RoundNumber)
        .column_as(meeting::Column::Id.count(), "matches")
        .filter(meeting::Column::TournamentId.eq(tournament))
        .filter(meeting::Column::IsDeleted.eq(false))
        .group_by(meeting::Column::Stage)
        .group_by(meeting::Column::RoundNumber)
        .order_by_asc(meeting::Column::Stage)
        .order_by_asc(meeting::Column::RoundNumber)
        .into_tuple()
        .all(db)
        .await
}
