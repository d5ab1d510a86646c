//! Queries of entries that are seeded, and of their seeds.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{CaseStatement, Expr},
};

use teams::model::core::team;

use super::draw::Stored;
use crate::model::registration;

/// Seeds that one statement gives.
const BLOCK: usize = 400;

/// Confirmed entries of a tournament, in the order in which they were made; with `checked_in`, only those who said
/// that they are there.
pub(crate) async fn entries(
    db: &impl ConnectionTrait,
    tournament: i64,
    checked_in: bool,
) -> Stored<Vec<registration::Model>> {
    let mut query = registration::Entity::find()
        .filter(registration::Column::TournamentId.eq(tournament))
        .filter(registration::Column::IsDeleted.eq(false))
        .filter(registration::Column::Status.eq("confirmed"));
    if checked_in {
        query = query.filter(registration::Column::CheckedIn.eq(true));
    }
    let ordered = query.order_by_asc(registration::Column::RegisteredAt).order_by_asc(registration::Column::Id);
    Ok(ordered.all(db).await?)
}

/// Locks the entries of a tournament until the unit's end, by id.
pub(crate) async fn lock_entries(db: &impl ConnectionTrait, tournament: i64) -> Stored<()> {
    registration::Entity::find()
        .select_only()
        .column(registration::Column::Id)
        .filter(registration::Column::TournamentId.eq(tournament))
        .order_by_asc(registration::Column::Id)
        .lock_exclusive()
        .into_tuple::<i64>()
        .all(db)
        .await?;
    Ok(())
}

/// Gives the seeds 1, 2, 3… in this order and takes all others away, so that no two ever have the same.
pub(crate) async fn set_seeds(
    db: &impl ConnectionTrait,
    tournament: i64,
    order: &[i64],
    now: DateTime<Utc>,
) -> Stored<()> {
    let nothing = registration::ActiveModel { seed: Set(None), ..Default::default() };
    registration::Entity::update_many()
        .set(nothing)
        .filter(registration::Column::TournamentId.eq(tournament))
        .filter(registration::Column::Seed.is_not_null())
        .exec(db)
        .await?;
    for (block, first) in order.chunks(BLOCK).zip((1_i32..).step_by(BLOCK)) {
        let case = block
            .iter()
            .zip(first..)
            .fold(CaseStatement::new(), |case, (id, seed)| case.case(registration::Column::Id.eq(*id), seed));
        registration::Entity::update_many()
            .col_expr(registration::Column::Seed, Expr::Case(Box::new(case)))
            .col_expr(registration::Column::UpdatedAt, Expr::value(now))
            .filter(registration::Column::Id.is_in(block.iter().copied()))
            .exec(db)
            .await?;
    }
    Ok(())
}

/// Points of the teams of these entries in the ranking, by team; teams without any are not in it.
pub(crate) async fn points(db: &impl ConnectionTrait, entries: &[registration::Model]) -> Stored<BTreeMap<i64, i64>> {
    let ids: Vec<i64> = entries.iter().filter_map(|entry| entry.team_id).collect();
    let mut found = BTreeMap::new();
    for block in ids.chunks(1_000) {
        let rows: Vec<(i64, i32)> = team::Entity::find()
            .select_only()
            .columns([team::Column::Id, team::Column::TotalPoints])
            .filter(team::Column::Id.is_in(block.iter().copied()))
            .filter(team::Column::TotalPoints.gt(0))
            .into_tuple()
            .all(db)
            .await?;
        found.extend(rows.into_iter().map(|(team, points)| (team, i64::from(points))));
    }
    Ok(found)
}
