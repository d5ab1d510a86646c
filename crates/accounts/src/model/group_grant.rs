//! What a group may do.

use sea_orm::entity::prelude::*;

/// One act on one app that the members of a group may do.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, seadrift::Declare)]
#[sea_orm(table_name = "auth_group_permissions")]
#[seadrift(
    app = "accounts",
    model = "GroupGrant",
    label = "group grant",
    plural = "group grants",
    ordering("group_id", "app", "act"),
    list("group_id", "app", "act"),
    filter("group_id", "act"),
    search("app"),
    name("app", "act"),
    index(columns("group_id", "app", "act"), unique)
)]
pub struct Model {
    /// Id.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// Whose members may.
    #[seadrift(label = "group")]
    pub group_id: i64,
    /// The app, for example `tournaments`.
    #[sea_orm(column_type = "String(StringLen::N(64))")]
    #[seadrift(label = "app")]
    pub app: String,
    /// The act.
    #[sea_orm(column_type = "String(StringLen::N(16))")]
    #[seadrift(
        label = "act",
        choices("view" = "View", "add" = "Add", "change" = "Change", "delete" = "Delete", "export" = "Export")
    )]
    pub act: String,
    /// The group.
    #[sea_orm(belongs_to, from = "group_id", to = "id", on_delete = "Cascade")]
    pub group: BelongsTo<super::group::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
