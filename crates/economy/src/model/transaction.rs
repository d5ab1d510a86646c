//! One entry of the coin ledger.

use sea_orm::entity::prelude::*;

/// One entry of the coin ledger. Never changed and never deleted: a mistake is put right by another entry.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, seadrift::Declare)]
#[sea_orm(table_name = "economy_deltacrowntransaction")]
#[seadrift(
    app = "economy",
    model = "DeltaCrownTransaction",
    label = "transaction",
    plural = "transactions",
    ordering("-created_at", "id"),
    list("created_at", "wallet", "amount", "reason", "note", "created_by"),
    search("note", "idempotency_key"),
    filter("reason", "wallet_id", "created_by_id"),
    name("reason", "amount"),
    date = "created_at",
    append_only,
    check(name = "ck_economy_deltacrowntransaction_amount_not_zero", sql = "amount <> 0"),
    index(columns("reason", "created_at")),
    index(columns("wallet_id", "-created_at"))
)]
pub struct Model {
    /// Id.
    #[sea_orm(primary_key)]
    #[seadrift(label = "id")]
    pub id: i64,
    /// The wallet it belongs to.
    #[seadrift(label = "wallet")]
    pub wallet_id: i64,
    /// Coins; positive into the wallet, negative out of it.
    #[seadrift(label = "amount", help = "Coins; positive into the wallet, negative out of it.")]
    pub amount: i64,
    /// Why.
    #[sea_orm(column_type = "String(StringLen::N(32))")]
    #[seadrift(
        label = "reason",
        choices(
            "participation" = "Participation",
            "top4" = "Top 4",
            "runner_up" = "Runner-up",
            "winner" = "Winner",
            "entry_fee_debit" = "Entry fee",
            "refund" = "Refund",
            "manual_adjust" = "Manual adjustment",
            "correction" = "Correction"
        )
    )]
    pub reason: String,
    /// The tournament it came from.
    #[seadrift(
        label = "tournament",
        soft_ref = "tournaments.Tournament",
        help = "The tournament it came from; kept when the tournament goes."
    )]
    pub tournament_id: Option<i64>,
    /// The registration it came from.
    #[seadrift(
        label = "registration",
        soft_ref = "tournaments.Registration",
        help = "The registration it came from; kept when the registration goes."
    )]
    pub registration_id: Option<i64>,
    /// The match it came from.
    #[seadrift(
        label = "match",
        soft_ref = "tournaments.Match",
        help = "The match it came from; kept when the match goes."
    )]
    pub match_id: Option<i64>,
    /// A line for people.
    #[sea_orm(column_type = "String(StringLen::N(255))", default_value = "")]
    #[seadrift(label = "note", help = "A line for people.")]
    pub note: String,
    /// Who made it by hand.
    #[seadrift(label = "made by", help = "Who made it by hand; empty when the platform did.")]
    pub created_by_id: Option<i64>,
    /// The same key never makes a second entry.
    #[sea_orm(column_type = "String(StringLen::N(64))", unique)]
    #[seadrift(label = "idempotency key", help = "The same key never makes a second entry.")]
    pub idempotency_key: Option<String>,
    /// When it was made.
    #[seadrift(label = "created")]
    pub created_at: DateTimeUtc,
    /// The wallet.
    #[sea_orm(belongs_to, from = "wallet_id", to = "id", on_delete = "Restrict")]
    pub wallet: BelongsTo<super::wallet::Entity>,
    /// Who made it by hand.
    #[sea_orm(belongs_to, from = "created_by_id", to = "id", on_delete = "Restrict")]
    pub created_by: BelongsTo<Option<accounts::model::user::Entity>>,
}

impl ActiveModelBehavior for ActiveModel {}
