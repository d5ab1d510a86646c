//! Who did what to a tournament.

use sea_orm::entity::prelude::*;

/// One sensitive act: who, what, when and from where. Never changed and never deleted; each row
/// holds the hash of the one before it, so that a change made behind the program's back shows.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, seadrift::Declare)]
#[sea_orm(table_name = "tournaments_auditlog")]
#[seadrift(
    app = "tournaments",
    model = "AuditLog",
    label = "audit entry",
    plural = "audit log",
    ordering("-timestamp", "-id"),
    list("timestamp", "action", "user", "tournament", "ip_address"),
    search("action", "ip_address"),
    filter("action", "user_id", "tournament_id"),
    name("action"),
    date = "timestamp",
    append_only,
    check(name = "auditlog_action_not_empty", sql = "action <> ''"),
    index(columns("action", "timestamp")),
    index(columns("user_id", "timestamp")),
    index(columns("tournament_id", "timestamp")),
    index(columns("timestamp"))
)]
pub struct Model {
    /// Id.
    #[sea_orm(primary_key)]
    #[seadrift(label = "id")]
    pub id: i64,
    /// Who did it; nobody when the platform did.
    #[seadrift(label = "user", help = "Empty when the platform did it.")]
    pub user_id: Option<i64>,
    /// What was done, e.g. `payment_verify`.
    #[sea_orm(column_type = "String(StringLen::N(50))")]
    #[seadrift(label = "action")]
    pub action: String,
    /// The tournament concerned.
    #[seadrift(label = "tournament")]
    pub tournament_id: Option<i64>,
    /// When.
    #[seadrift(label = "time")]
    pub timestamp: DateTimeUtc,
    /// Ids, before and after, reasons.
    #[sea_orm(column_type = "JsonBinary", default_value = "{}")]
    #[seadrift(label = "details")]
    pub metadata: Json,
    /// Where it came from.
    #[sea_orm(column_type = "String(StringLen::N(45))")]
    #[seadrift(label = "address")]
    pub ip_address: Option<String>,
    /// The browser, in its own words.
    #[sea_orm(column_type = "Text")]
    #[seadrift(label = "browser")]
    pub user_agent: Option<String>,
    /// Hash of the row before; empty for the first, and for rows older than the chain.
    #[sea_orm(column_type = "String(StringLen::N(64))", unique)]
    #[seadrift(label = "hash of the entry before")]
    pub previous_hash: Option<String>,
    /// SHA-256 of this row and of the hash before it, in hexadecimal.
    #[sea_orm(column_type = "String(StringLen::N(64))", unique)]
    #[seadrift(label = "hash")]
    pub hash: Option<String>,
    /// Who did it.
    #[sea_orm(belongs_to, from = "user_id", to = "id", on_delete = "Restrict")]
    pub user: BelongsTo<Option<accounts::model::user::Entity>>,
    /// The tournament concerned.
    #[sea_orm(belongs_to, from = "tournament_id", to = "id", on_delete = "Restrict")]
    pub tournament: BelongsTo<Option<super::tournament::Entity>>,
}

impl ActiveModelBehavior for ActiveModel {}
