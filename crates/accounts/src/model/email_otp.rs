//! A one-time code sent by e-mail.

use sea_orm::entity::prelude::*;

/// A one-time code sent by e-mail, for a user or a pending sign-up.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, seadrift::Declare)]
#[sea_orm(table_name = "accounts_emailotp")]
#[seadrift(
    app = "accounts",
    model = "EmailOTP",
    label = "e-mail code",
    plural = "e-mail codes",
    ordering("-created_at"),
    list("purpose", "user", "pending_signup", "created_at", "expires_at", "attempts", "is_used"),
    filter("purpose", "is_used"),
    name("purpose", "created_at"),
    date = "created_at",
    check(name = "emailotp_user_xor_pending", sql = "(user_id IS NULL) <> (pending_signup_id IS NULL)"),
    check(name = "emailotp_expires_after_creation", sql = "expires_at > created_at")
)]
pub struct Model {
    /// Id.
    #[sea_orm(primary_key)]
    #[seadrift(label = "id")]
    pub id: i64,
    /// Hash of the six digits.
    #[sea_orm(column_type = "String(StringLen::N(128))")]
    #[seadrift(label = "code", help = "Hash of the six digits; never the digits.", secret)]
    pub code: String,
    /// What it is for.
    #[sea_orm(column_type = "String(StringLen::N(16))", default_value = "signup")]
    #[seadrift(label = "purpose", readonly, choices("signup" = "Sign-up"))]
    pub purpose: String,
    /// Whose address is verified.
    #[seadrift(label = "user", readonly)]
    pub user_id: Option<i64>,
    /// Which sign-up is completed.
    #[seadrift(label = "pending sign-up", readonly)]
    pub pending_signup_id: Option<i64>,
    /// When it was sent.
    #[seadrift(label = "created", readonly)]
    pub created_at: DateTimeUtc,
    /// Until when it is good.
    #[seadrift(label = "expires", readonly)]
    pub expires_at: DateTimeUtc,
    /// Wrong tries so far.
    #[sea_orm(default_value = 0)]
    #[seadrift(label = "attempts", help = "Wrong tries so far.", min = 0, readonly)]
    pub attempts: i16,
    /// Whether it has been used.
    #[sea_orm(default_value = false)]
    #[seadrift(label = "used", readonly)]
    pub is_used: bool,
    /// The user.
    #[sea_orm(belongs_to, from = "user_id", to = "id", on_delete = "Cascade")]
    pub user: BelongsTo<Option<super::user::Entity>>,
    /// The pending sign-up.
    #[sea_orm(belongs_to, from = "pending_signup_id", to = "id", on_delete = "Cascade")]
    pub pending_signup: BelongsTo<Option<super::pending_signup::Entity>>,
}

impl ActiveModelBehavior for ActiveModel {}
