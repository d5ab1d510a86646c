//! What one person may do, beside what the groups give.

use sea_orm::entity::prelude::*;

/// One act on one app that one person may do.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, seadrift::Declare)]
#[sea_orm(table_name = "accounts_user_user_permissions")]
#[seadrift(
    app = "accounts",
    model = "UserGrant",
    label = "personal grant",
    plural = "personal grants",
    ordering("user_id", "app", "act"),
    list("user_id", "app", "act"),
    filter("user_id", "act"),
    search("app"),
    name("app", "act"),
    index(columns("user_id", "app", "act"), unique)
)]
pub struct Model {
    /// Id.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// Who may.
    #[seadrift(label = "user")]
    pub user_id: i64,
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
    /// The user.
    #[sea_orm(belongs_to, from = "user_id", to = "id", on_delete = "Cascade")]
    pub user: BelongsTo<super::user::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
