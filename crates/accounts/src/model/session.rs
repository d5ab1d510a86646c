//! A signed-in browser.

use sea_orm::entity::prelude::*;

/// A signed-in browser. Deleting the row signs it out at once.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, seadrift::Declare)]
#[sea_orm(table_name = "accounts_session")]
#[seadrift(
    app = "accounts",
    model = "Session",
    label = "session",
    plural = "sessions",
    ordering("-created_at"),
    list("user", "user_agent", "created_at", "last_seen_at", "expires_at"),
    search("user_agent"),
    filter("user_id"),
    name("user_agent"),
    date = "created_at",
    index(columns("expires_at"))
)]
pub struct Model {
    /// Id.
    #[sea_orm(primary_key)]
    #[seadrift(label = "id")]
    pub id: i64,
    /// SHA-256 of the token, in hexadecimal.
    #[sea_orm(column_type = "String(StringLen::N(64))", unique)]
    #[seadrift(label = "token hash", help = "The token itself is only in the browser's cookie.", secret)]
    pub token_hash: String,
    /// Who is signed in.
    #[seadrift(label = "user", readonly)]
    pub user_id: i64,
    /// When it began.
    #[seadrift(label = "created", readonly)]
    pub created_at: DateTimeUtc,
    /// When it was last used; kept to the minute.
    #[seadrift(label = "last seen", readonly)]
    pub last_seen_at: DateTimeUtc,
    /// When it ends at the latest.
    #[seadrift(label = "expires", readonly)]
    pub expires_at: DateTimeUtc,
    /// The browser, in its own words.
    #[sea_orm(column_type = "String(StringLen::N(300))", default_value = "")]
    #[seadrift(label = "browser", help = "The browser, in its own words.", readonly)]
    pub user_agent: String,
    /// The user.
    #[sea_orm(belongs_to, from = "user_id", to = "id", on_delete = "Cascade")]
    pub user: BelongsTo<super::user::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
