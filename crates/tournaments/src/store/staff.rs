//! Who helps with a tournament.

use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect};

use crate::model::staff_member;

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
