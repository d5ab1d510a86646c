//! Queries of wishes to join.

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect, QueryTrait,
};

use super::{PENDING, Stored};
use crate::model::core::{
    team,
    team_join_request::{ActiveModel, Column, Entity, Model},
};

pub(crate) async fn by_id(db: &impl ConnectionTrait, id: i64) -> Stored<Option<Model>> {
    Ok(Entity::find_by_id(id).one(db).await?)
}

pub(crate) async fn locked(db: &impl ConnectionTrait, id: i64) -> Stored<Option<Model>> {
    Ok(Entity::find_by_id(id).lock_exclusive().one(db).await?)
}

pub(crate) async fn insert(db: &impl ConnectionTrait, row: ActiveModel) -> Stored<Model> {
    Ok(Entity::insert(row).exec_with_returning(db).await?)
}

pub(crate) async fn is_pending(db: &impl ConnectionTrait, team: i64, profile: i64) -> Stored<bool> {
    let open = Entity::find().filter(Column::TeamId.eq(team)).filter(Column::ProfileId.eq(profile));
    Ok(open.filter(Column::Status.eq(PENDING)).count(db).await? > 0)
}

/// Who decided about a wish, and when.
#[derive(Clone, Copy)]
pub(crate) struct Review {
    pub(crate) by: Option<i64>,
    pub(crate) at: DateTime<Utc>,
}

fn reviewed(status: &str, review: Review) -> ActiveModel {
    ActiveModel {
        status: Set(status.to_owned()),
        reviewed_by_id: Set(review.by),
        reviewed_at: Set(Some(review.at)),
        ..Default::default()
    }
}

/// Decides about a wish that waits; answers whether it did.
pub(crate) async fn review(db: &impl ConnectionTrait, id: i64, status: &str, review: Review) -> Stored<bool> {
    let open = Entity::update_many().set(reviewed(status, review)).filter(Column::Id.eq(id));
    Ok(open.filter(Column::Status.eq(PENDING)).exec(db).await?.rows_affected > 0)
}

/// Rejects what waits at this team.
pub(crate) async fn reject_all(db: &impl ConnectionTrait, team: i64, review: Review) -> Stored<()> {
    let open = Entity::update_many().set(reviewed("REJECTED", review)).filter(Column::TeamId.eq(team));
    open.filter(Column::Status.eq(PENDING)).exec(db).await?;
    Ok(())
}

/// Withdraws a wish of this profile that waits; answers whether it did.
pub(crate) async fn withdraw(db: &impl ConnectionTrait, id: i64, profile: i64) -> Stored<bool> {
    let row = ActiveModel { status: Set("WITHDRAWN".to_owned()), ..Default::default() };
    let own = Entity::update_many().set(row).filter(Column::Id.eq(id)).filter(Column::ProfileId.eq(profile));
    Ok(own.filter(Column::Status.eq(PENDING)).exec(db).await?.rows_affected > 0)
}

/// Withdraws what a profile who has joined this team wished of it and of the other teams of its game.
pub(crate) async fn withdraw_others(db: &impl ConnectionTrait, team: &team::Model, profile: i64) -> Stored<()> {
    let mut there = Condition::any().add(Column::TeamId.eq(team.id));
    if !team.game.is_empty() {
        let of_game = team::Entity::find().select_only().column(team::Column::Id);
        there = there.add(Column::TeamId.in_subquery(of_game.filter(team::Column::Game.eq(&team.game)).into_query()));
    }
    let row = ActiveModel { status: Set("WITHDRAWN".to_owned()), ..Default::default() };
    let open = Entity::update_many().set(row).filter(Column::ProfileId.eq(profile)).filter(there);
    open.filter(Column::Status.eq(PENDING)).exec(db).await?;
    Ok(())
}

/// What waits at a team, oldest first.
pub(crate) async fn of_team(db: &impl ConnectionTrait, team: i64) -> Stored<Vec<Model>> {
    let open = Entity::find().filter(Column::TeamId.eq(team)).filter(Column::Status.eq(PENDING));
    Ok(open.order_by_asc(Column::CreatedAt).order_by_asc(Column::Id).all(db).await?)
}

/// What of a profile waits, newest first, with the teams.
pub(crate) async fn of_profile(db: &impl ConnectionTrait, profile: i64) -> Stored<Vec<(Model, team::Model)>> {
    let found = Entity::find()
        .filter(Column::ProfileId.eq(profile))
        .filter(Column::Status.eq(PENDING))
        .find_also_related(team::Entity)
        .filter(team::Column::IsActive.eq(true))
        .order_by_desc(Column::CreatedAt)
        .order_by_desc(Column::Id)
        .all(db)
        .await?;
    Ok(found.into_iter().filter_map(|(request, team)| Some((request, team?))).collect())
}
