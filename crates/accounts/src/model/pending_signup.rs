//! A sign-up that waits for its e-mail code.

use sea_orm::entity::prelude::*;

/// A sign-up that waits for its e-mail code; there is no user before that.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, seadrift::Declare)]
#[sea_orm(table_name = "accounts_pendingsignup")]
#[seadrift(
    app = "accounts",
    model = "PendingSignup",
    label = "pending sign-up",
    plural = "pending sign-ups",
    ordering("-created_at"),
    list("email", "username", "created_at"),
    search("email", "username")
)]
pub struct Model {
    /// Id.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// Folded address that the code was sent to.
    #[sea_orm(column_type = "String(StringLen::N(254))", unique)]
    #[seadrift(label = "e-mail")]
    pub email: String,
    /// Wanted username.
    #[sea_orm(column_type = "String(StringLen::N(150))", unique)]
    #[seadrift(label = "username")]
    pub username: String,
    /// Argon2id hash in PHC form.
    #[sea_orm(column_type = "String(StringLen::N(128))")]
    #[seadrift(label = "password hash")]
    pub password_hash: String,
    /// When it began.
    #[seadrift(label = "created")]
    pub created_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
