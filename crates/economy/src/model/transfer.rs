//! One movement of coins from one wallet to another.

use sea_orm::entity::prelude::*;

/// One movement of coins. Its two entries say the same from each wallet's side. Never changed and never deleted: a
/// mistake is put right by another transfer that reverses it.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, seadrift::Declare)]
#[sea_orm(table_name = "economy_transfer")]
#[seadrift(
    app = "economy",
    model = "Transfer",
    label = "transfer",
    plural = "transfers",
    ordering("-created_at", "-id"),
    list("created_at", "from_wallet", "to_wallet", "amount", "reason", "note", "created_by"),
    search("note", "idempotency_key"),
    filter("reason", "from_wallet_id", "to_wallet_id", "tournament_id", "created_by_id"),
    name("reason", "amount"),
    date = "created_at",
    append_only,
    check(name = "ck_economy_transfer_two_wallets", sql = "from_wallet_id <> to_wallet_id"),
    index(columns("created_at")),
    index(columns("tournament_id", "reason")),
    index(columns("reverses_id"), unique)
)]
pub struct Model {
    /// Id.
    #[sea_orm(primary_key)]
    #[seadrift(label = "id")]
    pub id: i64,
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
    /// The same key never makes a second transfer.
    #[sea_orm(column_type = "String(StringLen::N(128))", unique)]
    #[seadrift(label = "idempotency key", help = "The same key never makes a second transfer.")]
    pub idempotency_key: String,
    /// The wallet that pays.
    #[seadrift(label = "from", help = "The wallet that pays.")]
    pub from_wallet_id: i64,
    /// The wallet that gets.
    #[seadrift(label = "to", help = "The wallet that gets.")]
    pub to_wallet_id: i64,
    /// Coins.
    #[seadrift(label = "amount", help = "Coins that move.", min = 1)]
    pub amount: i64,
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
    /// The transfer that this one takes back.
    #[seadrift(label = "takes back", help = "The transfer that this one takes back; each at most once.")]
    pub reverses_id: Option<i64>,
    /// When it was made.
    #[seadrift(label = "created", readonly)]
    pub created_at: DateTimeUtc,
    /// The wallet that pays.
    #[sea_orm(belongs_to, relation_enum = "FromWallet", from = "from_wallet_id", to = "id", on_delete = "Restrict")]
    pub from_wallet: BelongsTo<super::wallet::Entity>,
    /// The wallet that gets.
    #[sea_orm(belongs_to, relation_enum = "ToWallet", from = "to_wallet_id", to = "id", on_delete = "Restrict")]
    pub to_wallet: BelongsTo<super::wallet::Entity>,
    /// Who made it by hand.
    #[sea_orm(belongs_to, from = "created_by_id", to = "id", on_delete = "Restrict")]
    pub created_by: BelongsTo<Option<accounts::model::user::Entity>>,
    /// The transfer that this one takes back.
    #[sea_orm(self_ref, relation_enum = "Reverses", from = "reverses_id", to = "id", on_delete = "Restrict")]
    pub reverses: BelongsTo<Option<Entity>>,
}

impl ActiveModelBehavior for ActiveModel {}
