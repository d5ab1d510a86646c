//! One entry of the coin ledger: one side of a transfer.

use sea_orm::entity::prelude::*;

/// One entry of the coin ledger: what a transfer does to one wallet. Never changed and never deleted: a mistake is put right by another entry.
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
    check(
        name = "ck_economy_deltacrowntransaction_of_a_transfer",
        sql = "(transfer_id IS NULL AND balance_after IS NULL AND version IS NULL) \
               OR (transfer_id IS NOT NULL AND balance_after IS NOT NULL AND version IS NOT NULL)"
    ),
    index(columns("reason", "created_at")),
    index(columns("wallet_id", "-created_at")),
    index(columns("wallet_id", "version"), unique),
    index(columns("transfer_id", "wallet_id"), unique)
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
            "correction" = "Correction",
            "prize" = "Prize",
            "prize_funding" = "Prize funding",
            "escrow_close" = "Rest of a tournament",
            "transfer" = "Transfer"
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
    /// The key of an entry without a transfer: it never makes another movement.
    #[sea_orm(column_type = "String(StringLen::N(64))", unique)]
    #[seadrift(
        label = "idempotency key",
        help = "Of an entry of the old platform; the same key never pays again. Otherwise the transfer has it."
    )]
    pub idempotency_key: Option<String>,
    /// When it was made.
    #[seadrift(label = "created", readonly)]
    pub created_at: DateTimeUtc,
    /// The movement it is one side of; nothing for entries of the old platform.
    #[seadrift(label = "transfer", help = "The movement it is one side of; empty for entries of the old platform.")]
    pub transfer_id: Option<i64>,
    /// The wallet's balance with it; nothing for entries of the old platform.
    #[seadrift(label = "balance after", help = "The wallet's coins with this entry; empty without a transfer.")]
    pub balance_after: Option<i64>,
    /// Which entry of the wallet it is, counted from 1 without a gap; nothing for entries of the old platform.
    #[seadrift(label = "version", help = "Which entry of its wallet it is, from 1; empty without a transfer.")]
    pub version: Option<i64>,
    /// The wallet.
    #[sea_orm(belongs_to, from = "wallet_id", to = "id", on_delete = "Restrict")]
    pub wallet: BelongsTo<super::wallet::Entity>,
    /// Who made it by hand.
    #[sea_orm(belongs_to, from = "created_by_id", to = "id", on_delete = "Restrict")]
    pub created_by: BelongsTo<Option<accounts::model::user::Entity>>,
    /// The movement it is one side of.
    #[sea_orm(belongs_to, from = "transfer_id", to = "id", on_delete = "Restrict")]
    pub transfer: BelongsTo<Option<super::transfer::Entity>>,
}

impl ActiveModelBehavior for ActiveModel {}
