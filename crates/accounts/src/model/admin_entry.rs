//! What somebody of the staff did to something.

use sea_orm::entity::prelude::*;

/// What somebody of the staff did to something: written with the change, in one unit of work.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, seadrift::Declare)]
#[sea_orm(table_name = "accounts_adminentry")]
#[seadrift(
    app = "accounts",
    model = "AdminEntry",
    label = "history entry",
    plural = "history entries",
    ordering("-id"),
    list("created_at", "username", "act", "app", "model", "object"),
    filter("act", "app", "user_id"),
    search("username", "object", "object_id"),
    name("act", "object"),
    date = "created_at",
    append_only,
    index(columns("app", "model", "object_id")),
    index(columns("created_at"))
)]
pub struct Model {
    /// Id.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// When.
    #[seadrift(label = "when", readonly)]
    pub created_at: DateTimeUtc,
    /// Who, as long as the account exists.
    #[seadrift(label = "user")]
    pub user_id: Option<i64>,
    /// Who, as the account was called then.
    #[sea_orm(column_type = "String(StringLen::N(150))")]
    #[seadrift(label = "who", help = "As the account was called then.")]
    pub username: String,
    /// What was done: `add`, `change`, `delete`, `export`, or the name of a domain's act.
    #[sea_orm(column_type = "String(StringLen::N(40))")]
    #[seadrift(label = "act")]
    pub act: String,
    /// The app of the object.
    #[sea_orm(column_type = "String(StringLen::N(64))")]
    #[seadrift(label = "app")]
    pub app: String,
    /// The model of the object.
    #[sea_orm(column_type = "String(StringLen::N(64))")]
    #[seadrift(label = "model")]
    pub model: String,
    /// Its primary key, as text; empty when it is about many.
    #[sea_orm(column_type = "String(StringLen::N(64))", default_value = "")]
    #[seadrift(label = "object id")]
    pub object_id: String,
    /// What it was called then.
    #[sea_orm(column_type = "String(StringLen::N(200))", default_value = "")]
    #[seadrift(label = "object", help = "What it was called then.")]
    pub object: String,
    /// Fields with their values before and after; a secret's values are never here.
    #[sea_orm(column_type = "JsonBinary", default_value = "{}")]
    #[seadrift(label = "changes", help = "Fields with their values before and after.")]
    pub changes: Json,
    /// The user.
    #[sea_orm(belongs_to, from = "user_id", to = "id", on_delete = "SetNull")]
    pub user: BelongsTo<Option<super::user::Entity>>,
}

impl ActiveModelBehavior for ActiveModel {}
