//! An act that must not happen twice.

use sea_orm::entity::prelude::*;

/// An act of one person that must not happen twice: its key, what was asked, and what was answered.
///
/// The row is made with the act, in one unit of work. The same key with the same request gets the
/// answer again; with another request it is refused; without an answer yet, the first is still under way.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, seadrift::Declare)]
#[sea_orm(table_name = "corelib_idempotencykey")]
#[seadrift(
    app = "accounts",
    model = "IdempotencyKey",
    label = "idempotency key",
    plural = "idempotency keys",
    ordering("-created_at", "-id"),
    list("user", "scope", "token", "response_status", "created_at"),
    search("scope", "token"),
    filter("scope", "user_id", "response_status"),
    name("scope", "token"),
    date = "created_at",
    check(name = "idempotencykey_scope_not_empty", sql = "scope <> ''"),
    check(name = "idempotencykey_token_not_empty", sql = "token <> ''"),
    check(name = "idempotencykey_answer_is_whole", sql = "(response_status IS NULL) = (response_body IS NULL)"),
    check(name = "idempotencykey_answer_has_request", sql = "response_status IS NULL OR request_hash IS NOT NULL"),
    index(columns("user_id", "scope", "token"), unique, name = "uq_idem_user_scope_token"),
    index(columns("created_at"))
)]
pub struct Model {
    /// Id.
    #[sea_orm(primary_key)]
    #[seadrift(label = "id")]
    pub id: i64,
    /// Whose act it is.
    #[seadrift(label = "user", readonly)]
    pub user_id: i64,
    /// What kind of act, e.g. `tournaments.registration.solo`.
    #[sea_orm(column_type = "String(StringLen::N(100))")]
    #[seadrift(label = "scope", help = "What kind of act, e.g. tournaments.registration.solo.", readonly)]
    pub scope: String,
    /// The key that the form or the client sent.
    #[sea_orm(column_type = "String(StringLen::N(64))")]
    #[seadrift(label = "key", help = "What the form or the client sent; once a person and scope.", readonly)]
    pub token: String,
    /// SHA-256 of what was asked, in hexadecimal.
    #[sea_orm(column_type = "String(StringLen::N(64))")]
    #[seadrift(
        label = "request",
        help = "SHA-256 of what was asked; another request under the same key is refused.",
        readonly
    )]
    pub request_hash: Option<String>,
    /// HTTP status of the answer; none while the act is under way.
    #[seadrift(
        label = "status",
        help = "HTTP status of the answer; empty while the act is under way.",
        min = 100,
        max = 599,
        readonly
    )]
    pub response_status: Option<i16>,
    /// Body of the answer; it can hold what only this person may read.
    #[sea_orm(column_type = "Text")]
    #[seadrift(label = "answer", secret)]
    pub response_body: Option<String>,
    /// When it was made; old ones are removed.
    #[seadrift(label = "created", readonly)]
    pub created_at: DateTimeUtc,
    /// The user.
    #[sea_orm(belongs_to, from = "user_id", to = "id", on_delete = "Cascade")]
    pub user: BelongsTo<super::user::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
