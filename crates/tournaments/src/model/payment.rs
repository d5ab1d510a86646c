//! What an entrant paid, and whether somebody checked it.

use sea_orm::entity::prelude::*;

/// One payment of an entry fee. An entry can have several: a rejected one can be tried again, and
/// money and coins can be mixed; of one method, only one payment at a time is open or verified.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, seadrift::Declare)]
#[sea_orm(table_name = "tournaments_payment")]
#[seadrift(
    app = "tournaments",
    model = "Payment",
    label = "payment",
    plural = "payments",
    ordering("-submitted_at", "-id"),
    list("registration", "payment_method", "amount", "coin_amount", "transaction_id", "status", "submitted_at"),
    search("transaction_id", "payer_account"),
    filter("status", "payment_method", "currency", "verified_by_id"),
    name("payment_method", "transaction_id"),
    date = "submitted_at",
    check(name = "payment_amount_positive", sql = "amount + coin_amount > 0"),
    check(name = "payment_coins_are_deltacoin", sql = "coin_amount = 0 OR payment_method = 'deltacoin'"),
    check(name = "payment_currency_iso", sql = "length(currency) = 3 AND currency = upper(currency)"),
    check(name = "payment_verification_complete", sql = "status <> 'verified' OR verified_at IS NOT NULL"),
    index(
        columns("registration_id", "payment_method"),
        unique,
        filter = "status IN ('pending', 'submitted', 'verified')",
        name = "unique_open_payment_per_method"
    ),
    index(columns("payment_method", "transaction_id")),
    index(columns("payment_method", "status")),
    index(columns("status", "-submitted_at")),
    index(columns("verified_by_id", "verified_at"))
)]
pub struct Model {
    /// Id.
    #[sea_orm(primary_key)]
    #[seadrift(label = "id")]
    pub id: i64,
    /// What is paid for.
    #[seadrift(label = "registration")]
    pub registration_id: i64,
    /// How it was paid.
    #[sea_orm(column_type = "String(StringLen::N(20))")]
    #[seadrift(
        label = "method",
        choices(
            "bkash" = "bKash",
            "nagad" = "Nagad",
            "rocket" = "Rocket",
            "bank_transfer" = "Bank transfer",
            "deltacoin" = "DeltaCoin"
        )
    )]
    pub payment_method: String,
    /// Money, in minor units.
    #[sea_orm(default_value = 0)]
    #[seadrift(label = "amount", money = "currency", min = 0)]
    pub amount: i64,
    /// ISO 4217 code of the money.
    #[sea_orm(column_type = "String(StringLen::N(3))", default_value = "BDT")]
    #[seadrift(label = "currency", help = "Three letters, e.g. BDT.")]
    pub currency: String,
    /// Coins.
    #[sea_orm(default_value = 0)]
    #[seadrift(label = "coins", help = "DeltaCoins paid; 0 when money was.", min = 0)]
    pub coin_amount: i64,
    /// The provider's reference.
    #[sea_orm(column_type = "String(StringLen::N(200))", default_value = "")]
    #[seadrift(
        label = "transaction id",
        help = "The provider's reference. The same one can stand at several payments: look at those before verifying."
    )]
    pub transaction_id: String,
    /// Number or account that the money came from.
    #[sea_orm(column_type = "String(StringLen::N(64))", default_value = "")]
    #[seadrift(label = "paid from", help = "Number or account that the money came from.")]
    pub payer_account: String,
    /// Storage path of the receipt.
    #[sea_orm(column_type = "String(StringLen::N(200))", default_value = "")]
    #[seadrift(label = "receipt", help = "Screenshot or document of the transfer.", format = "file")]
    pub payment_proof: String,
    /// Where it stands.
    #[sea_orm(column_type = "String(StringLen::N(20))", default_value = "pending")]
    #[seadrift(
        label = "status",
        section = "Verification",
        help = "Changed by verifying, rejecting or refunding, not by hand.",
        readonly,
        choices(
            "pending" = "Pending",
            "submitted" = "Submitted",
            "verified" = "Verified",
            "rejected" = "Rejected",
            "refunded" = "Refunded"
        )
    )]
    pub status: String,
    /// Remarks, and why it was rejected or refunded.
    #[sea_orm(column_type = "Text", default_value = "")]
    #[seadrift(label = "notes", help = "Remarks, and why it was rejected or refunded.", multiline)]
    pub admin_notes: String,
    /// Who verified, rejected or refunded it.
    #[seadrift(label = "checked by", readonly)]
    pub verified_by_id: Option<i64>,
    /// When.
    #[seadrift(label = "checked", readonly)]
    pub verified_at: Option<DateTimeUtc>,
    /// When it was made.
    #[seadrift(label = "submitted", readonly)]
    pub submitted_at: DateTimeUtc,
    /// When it last changed.
    #[seadrift(label = "updated", readonly)]
    pub updated_at: DateTimeUtc,
    /// What is paid for.
    #[sea_orm(belongs_to, from = "registration_id", to = "id", on_delete = "Restrict")]
    pub registration: BelongsTo<super::registration::Entity>,
    /// Who verified, rejected or refunded it.
    #[sea_orm(belongs_to, from = "verified_by_id", to = "id", on_delete = "SetNull")]
    pub verified_by: BelongsTo<Option<accounts::model::user::Entity>>,
}

impl ActiveModelBehavior for ActiveModel {}
