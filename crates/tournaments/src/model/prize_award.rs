//! What an entry has won.

use sea_orm::entity::prelude::*;

/// What an entry has won. Coins are paid by the ledger once the time to dispute is over; money is
/// handed over by the organizer, who says so.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, seadrift::Declare)]
#[sea_orm(table_name = "tournaments_prizeaward")]
#[seadrift(
    app = "tournaments",
    model = "PrizeAward",
    label = "prize",
    plural = "prizes",
    ordering("tournament_id", "place", "id"),
    list("tournament", "place", "registration", "coins", "amount", "status", "paid_at"),
    filter("status", "tournament_id", "place"),
    name("place"),
    date = "created_at",
    check(name = "chk_prizeaward_places_in_order", sql = "through >= place"),
    check(name = "chk_prizeaward_currency_iso", sql = "length(currency) = 3 AND currency = upper(currency)"),
    check(name = "chk_prizeaward_paid_has_time", sql = "(status = 'paid') = (paid_at IS NOT NULL)"),
    index(columns("tournament_id", "registration_id"), unique),
    index(columns("registration_id")),
    index(columns("status"))
)]
pub struct Model {
    /// Id.
    #[sea_orm(primary_key)]
    #[seadrift(label = "id")]
    pub id: i64,
    /// The tournament.
    #[seadrift(label = "tournament")]
    pub tournament_id: i64,
    /// The entry.
    #[seadrift(label = "registration")]
    pub registration_id: i64,
    /// The place, from 1.
    #[seadrift(label = "place", min = 1)]
    pub place: i32,
    /// The last of the places that are shared; the place itself when it is not shared.
    #[seadrift(label = "shared through", help = "The last of the places that are shared.", min = 1)]
    pub through: i32,
    /// Coins.
    #[sea_orm(default_value = 0)]
    #[seadrift(label = "coins", min = 0)]
    pub coins: i64,
    /// Money, in minor units.
    #[sea_orm(default_value = 0)]
    #[seadrift(label = "money", money = "currency", min = 0)]
    pub amount: i64,
    /// ISO 4217 code of the money.
    #[sea_orm(column_type = "String(StringLen::N(3))", default_value = "BDT")]
    #[seadrift(label = "currency", help = "Three letters, e.g. BDT.")]
    pub currency: String,
    /// Where it stands.
    #[sea_orm(column_type = "String(StringLen::N(20))", default_value = "held")]
    #[seadrift(
        label = "status",
        help = "Changed by paying, not by hand.",
        readonly,
        choices(
            "held" = "Held",
            "to_hand_over" = "Money to be handed over",
            "paid" = "Paid",
            "withdrawn" = "Withdrawn"
        )
    )]
    pub status: String,
    /// When the last of it was paid.
    #[seadrift(label = "paid", readonly)]
    pub paid_at: Option<DateTimeUtc>,
    /// Who said that the money was handed over.
    #[seadrift(label = "handed over by", readonly)]
    pub paid_by_id: Option<i64>,
    /// How the money was handed over.
    #[sea_orm(column_type = "String(StringLen::N(200))", default_value = "")]
    #[seadrift(label = "reference", help = "How the money was handed over, e.g. the reference of the transfer.")]
    pub reference: String,
    /// When it was made.
    #[seadrift(label = "created", readonly)]
    pub created_at: DateTimeUtc,
    /// When it last changed.
    #[seadrift(label = "updated", readonly)]
    pub updated_at: DateTimeUtc,
    /// The tournament.
    #[sea_orm(belongs_to, from = "tournament_id", to = "id", on_delete = "Restrict")]
    pub tournament: BelongsTo<super::tournament::Entity>,
    /// The entry.
    #[sea_orm(belongs_to, from = "registration_id", to = "id", on_delete = "Restrict")]
    pub registration: BelongsTo<super::registration::Entity>,
    /// Who said that the money was handed over.
    #[sea_orm(belongs_to, from = "paid_by_id", to = "id", on_delete = "SetNull")]
    pub paid_by: BelongsTo<Option<accounts::model::user::Entity>>,
}

impl ActiveModelBehavior for ActiveModel {}
