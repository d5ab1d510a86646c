//! Queries of memberships, and of the people behind them.

use std::collections::BTreeMap;

use accounts::model::user;
use profiles::model::user_profile as profile;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};

use super::Stored;
use crate::{
    model::core::{
        team,
        team_membership::{ActiveModel, Column, Entity, Model},
    },
    rules::roster::Role,
};

const ACTIVE: &str = "ACTIVE";
const REMOVED: &str = "REMOVED";

/// A person: the account and the profile.
pub(crate) type Person = (user::Model, profile::Model);

/// The columns that a role decides.
pub(crate) fn role_columns(role: Role) -> ActiveModel {
    ActiveModel {
        role: Set(role.as_str().to_owned()),
        can_manage_roster: Set(role.runs_team()),
        can_edit_team: Set(role.runs_team()),
        can_register_tournaments: Set(role.runs_team()),
        ..Default::default()
    }
}

/// The active members of a team, by id.
pub(crate) async fn active(db: &impl ConnectionTrait, team: i64) -> Stored<Vec<Model>> {
    let members = Entity::find().filter(Column::TeamId.eq(team)).filter(Column::Status.eq(ACTIVE));
    Ok(members.order_by_asc(Column::Id).all(db).await?)
}

/// The active membership of a profile in a team.
pub(crate) async fn of(db: &impl ConnectionTrait, team: i64, profile: i64) -> Stored<Option<Model>> {
    let found = Entity::find().filter(Column::TeamId.eq(team)).filter(Column::ProfileId.eq(profile));
    Ok(found.filter(Column::Status.eq(ACTIVE)).one(db).await?)
}

/// The active membership of a user in a team.
pub(crate) async fn of_user(db: &impl ConnectionTrait, team: i64, user: i64) -> Stored<Option<Model>> {
    let found = Entity::find().inner_join(profile::Entity).filter(profile::Column::UserId.eq(user));
    Ok(found.filter(Column::TeamId.eq(team)).filter(Column::Status.eq(ACTIVE)).one(db).await?)
}

/// Whether a profile is active in a team of this game.
pub(crate) async fn plays(db: &impl ConnectionTrait, profile: i64, game: &str) -> Stored<bool> {
    if game.is_empty() {
        return Ok(false);
    }
    let found = Entity::find().filter(Column::ProfileId.eq(profile)).filter(Column::Game.eq(game));
    Ok(found.filter(Column::Status.eq(ACTIVE)).count(db).await? > 0)
}

/// Makes a profile an active member, who may have been one before.
pub(crate) async fn add(db: &impl ConnectionTrait, row: ActiveModel, team: i64, profile: i64) -> Stored<()> {
    let row = ActiveModel { status: Set(ACTIVE.to_owned()), ..row };
    let again = Entity::update_many()
        .set(row.clone())
        .filter(Column::TeamId.eq(team))
        .filter(Column::ProfileId.eq(profile))
        .filter(Column::Status.ne(ACTIVE));
    if again.exec(db).await?.rows_affected == 0 {
        let row = ActiveModel { team_id: Set(team), profile_id: Set(profile), ..row };
        Entity::insert(row).exec_without_returning(db).await?;
    }
    Ok(())
}

/// Changes an active membership.
pub(crate) async fn update(db: &impl ConnectionTrait, id: i64, row: ActiveModel) -> Stored<()> {
    let active = Entity::update_many().set(row).filter(Column::Id.eq(id)).filter(Column::Status.eq(ACTIVE));
    active.exec(db).await?;
    Ok(())
}

/// Ends an active membership.
pub(crate) async fn remove(db: &impl ConnectionTrait, id: i64) -> Stored<()> {
    update(db, id, ActiveModel { status: Set(REMOVED.to_owned()), is_captain: Set(false), ..Default::default() }).await
}

/// Takes the captain's badge from whoever has it.
pub(crate) async fn clear_captain(db: &impl ConnectionTrait, team: i64) -> Stored<()> {
    let row = ActiveModel { is_captain: Set(false), ..Default::default() };
    let captain = Entity::update_many().set(row).filter(Column::TeamId.eq(team)).filter(Column::IsCaptain.eq(true));
    captain.exec(db).await?;
    Ok(())
}

/// The active teams of a profile with its memberships, by the teams' names.
pub(crate) async fn teams_of(db: &impl ConnectionTrait, profile: i64) -> Stored<Vec<(team::Model, Model)>> {
    let found = Entity::find()
        .filter(Column::ProfileId.eq(profile))
        .filter(Column::Status.eq(ACTIVE))
        .find_also_related(team::Entity)
        .filter(team::Column::IsActive.eq(true))
        .order_by_asc(team::Column::NameCi)
        .all(db)
        .await?;
    Ok(found.into_iter().filter_map(|(membership, team)| Some((team?, membership))).collect())
}

/// The people behind these profiles, by the profiles' ids.
pub(crate) async fn people(db: &impl ConnectionTrait, profiles: &[i64]) -> Stored<BTreeMap<i64, Person>> {
    let found = profile::Entity::find()
        .filter(profile::Column::Id.is_in(profiles.iter().copied()))
        .find_also_related(user::Entity)
        .all(db)
        .await?;
    Ok(found.into_iter().filter_map(|(profile, user)| Some((profile.id, (user?, profile)))).collect())
}

/// The users of these profiles.
pub(crate) async fn user_ids(db: &impl ConnectionTrait, profiles: &[i64]) -> Stored<Vec<i64>> {
    let found = profile::Entity::find().select_only().column(profile::Column::UserId);
    let wanted = found.filter(profile::Column::Id.is_in(profiles.iter().copied()));
    Ok(wanted.order_by_asc(profile::Column::Id).into_tuple().all(db).await?)
}

/// The user of this id, when signing in is allowed.
pub(crate) async fn user(db: &impl ConnectionTrait, id: i64) -> Stored<Option<user::Model>> {
    Ok(user::Entity::find_by_id(id).filter(user::Column::IsActive.eq(true)).one(db).await?)
}

/// The user of this folded name, when signing in is allowed.
pub(crate) async fn user_by_name(db: &impl ConnectionTrait, username_ci: &str) -> Stored<Option<user::Model>> {
    let named = user::Entity::find().filter(user::Column::UsernameCi.eq(username_ci));
    Ok(named.filter(user::Column::IsActive.eq(true)).one(db).await?)
}
