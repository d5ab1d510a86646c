//! Who helps with a tournament.

use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
    sea_query::{SelectStatement, UnionType},
};

use crate::{
    model::{staff_member, tournament},
    rules::access::Duty,
};

/// The ids of the tournaments in which somebody has one of these duties, to be looked for in.
pub(crate) fn tournaments_of(user: i64, duties: &[Duty]) -> SelectStatement {
    let helps = staff_member::Entity::find()
        .select_only()
        .column(staff_member::Column::TournamentId)
        .filter(staff_member::Column::UserId.eq(user))
        .filter(staff_member::Column::AcceptedAt.is_not_null())
        .filter(staff_member::Column::Role.is_in(duties.iter().map(|duty| duty.as_str())));
    let mut of = helps.into_query();
    if duties.contains(&Duty::Organizer) {
        let holds = tournament::Entity::find()
            .select_only()
            .column(tournament::Column::Id)
            .filter(tournament::Column::OrganizerId.eq(user));
        of.union(UnionType::All, holds.into_query());
    }
    of
}

/// The duty that this person has accepted.
pub(crate) async fn duty(db: &impl ConnectionTrait, tournament: i64, user: i64) -> Result<Option<String>, DbErr> {
    staff_member::Entity::find()
        .select_only()
        .column(staff_member::Column::Role)
        .filter(staff_member::Column::TournamentId.eq(tournament))
        .filter(staff_member::Column::UserId.eq(user))
        .filter(staff_member::Column::AcceptedAt.is_not_null())
        .into_tuple()
        .one(db)
        .await
}

/// Who has accepted one of these duties.
pub(crate) async fn with_duty(db: &impl ConnectionTrait, tournament: i64, duties: &[&str]) -> Result<Vec<i64>, DbErr> {
    staff_member::Entity::find()
        .select_only()
        .column(staff_member::Column::UserId)
        .filter(staff_member::Column::TournamentId.eq(tournament))
        .filter(staff_member::Column::Role.is_in(duties.iter().copied()))
        .filter(staff_member::Column::AcceptedAt.is_not_null())
        .order_by_asc(staff_member::Column::Id)
        .into_tuple()
        .all(db)
        .await
}

pub(crate) async fn by_id(db: &impl ConnectionTrait, id: i64) -> Result<Option<staff_member::Model>, DbErr> {
    staff_member::Entity::find_by_id(id).one(db).await
}

pub(crate) async fn of_person(
    db: &impl ConnectionTrait,
    tournament: i64,
    user: i64,
) -> Result<Option<staff_member::Model>, DbErr> {
    staff_member::Entity::find()
        .filter(staff_member::Column::TournamentId.eq(tournament))
        .filter(staff_member::Column::UserId.eq(user))
        .one(db)
        .await
}

/// All who were asked, with their accounts.
pub(crate) async fn all(
    db: &impl ConnectionTrait,
    tournament: i64,
) -> Result<Vec<(staff_member::Model, Option<accounts::model::user::Model>)>, DbErr> {
    use accounts::model::user;
    let members = staff_member::Entity::find()
        .filter(staff_member::Column::TournamentId.eq(tournament))
        .order_by_asc(staff_member::Column::Id)
        .all(db)
        .await?;
    let ids: Vec<i64> = members.iter().map(|member| member.user_id).collect();
    let users = user::Entity::find().filter(user::Column::Id.is_in(ids)).all(db).await?;
    let of = |id: i64| users.iter().find(|user| user.id == id).cloned();
    Ok(members.into_iter().map(|member| (of(member.user_id), member)).map(|(user, member)| (member, user)).collect())
}

/// What this person helps with or was asked to, newest first.
pub(crate) async fn of_user(db: &impl ConnectionTrait, user: i64) -> Result<Vec<staff_member::Model>, DbErr> {
    staff_member::Entity::find()
        .filter(staff_member::Column::UserId.eq(user))
        .order_by_desc(staff_member::Column::Id)
        .all(db)
        .await
}

pub(crate) async fn insert(
    db: &impl ConnectionTrait,
    row: staff_member::ActiveModel,
) -> Result<staff_member::Model, DbErr> {
    staff_member::Entity::insert(row).exec_with_returning(db).await
}

pub(crate) async fn update(db: &impl ConnectionTrait, id: i64, row: staff_member::ActiveModel) -> Result<(), DbErr> {
    staff_member::Entity::update_many().set(row).filter(staff_member::Column::Id.eq(id)).exec(db).await.map(drop)
}

/// Whether this person still had to answer, and has accepted now.
pub(crate) async fn accept(db: &impl ConnectionTrait, id: i64, row: staff_member::ActiveModel) -> Result<bool, DbErr> {
    let done = staff_member::Entity::update_many()
        .set(row)
        .filter(staff_member::Column::Id.eq(id))
        .filter(staff_member::Column::AcceptedAt.is_null())
        .exec(db)
        .await?;
    Ok(done.rows_affected == 1)
}

pub(crate) async fn delete(db: &impl ConnectionTrait, id: i64) -> Result<bool, DbErr> {
    Ok(staff_member::Entity::delete_by_id(id).exec(db).await?.rows_affected == 1)
}
