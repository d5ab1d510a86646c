//! Who is in which group.

use sea_orm::entity::prelude::*;

/// One person in one group.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, seadrift::Declare)]
#[sea_orm(table_name = "accounts_user_groups")]
#[seadrift(
    app = "accounts",
    model = "GroupMember",
    label = "group member",
    plural = "group members",
    ordering("group_id", "user_id"),
    list("group_id", "user_id"),
    filter("group_id", "user_id"),
    name("group_id", "user_id"),
    index(columns("user_id", "group_id"), unique)
)]
pub struct Model {
    /// Id.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// Who.
    #[seadrift(label = "user")]
    pub user_id: i64,
    /// Where.
    #[seadrift(label = "group")]
    pub group_id: i64,
    /// The user.
    #[sea_orm(belongs_to, from = "user_id", to = "id", on_delete = "Cascade")]
    pub user: BelongsTo<super::user::Entity>,
    /// The group.
    #[sea_orm(belongs_to, from = "group_id", to = "id", on_delete = "Cascade")]
    pub group: BelongsTo<super::group::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
