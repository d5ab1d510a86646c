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
    search("email", "username"),
    name("username"),
    date = "created_at",
    index(columns("created_at"))
)]
pub struct Model {
    /// Id.
    #[sea_orm(primary_key)]
    #[seadrift(label = "id")]
    pub id: i64,
    /// The address that the code was sent to, as it was typed.
    #[sea_orm(column_type = "String(StringLen::N(254))")]
    #[seadrift(label = "e-mail", format = "email", readonly)]
    pub email: String,
    /// The folded address.
    #[sea_orm(column_type = "String(StringLen::N(254))", unique)]
    #[seadrift(label = "e-mail, folded", help = "Computed; one sign-up at a time for an address.", readonly)]
    pub email_ci: String,
    /// The wanted username, as it was typed.
    #[sea_orm(column_type = "String(StringLen::N(150))")]
    #[seadrift(label = "username", readonly)]
    pub username: String,
    /// The folded username; see `kernel` for the folding.
    #[sea_orm(column_type = "String(StringLen::N(150))", unique)]
    #[seadrift(label = "username, folded", help = "Computed; one sign-up at a time for a username.", readonly)]
    pub username_ci: String,
    /// Argon2id hash in PHC form.
    #[sea_orm(column_type = "String(StringLen::N(128))")]
    #[seadrift(label = "password hash", secret)]
    pub password_hash: String,
    /// When it began.
    #[seadrift(label = "created", readonly)]
    pub created_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
