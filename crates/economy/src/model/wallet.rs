//! A player's coins.

use sea_orm::entity::prelude::*;

/// A player's coins. The balance is a cache: the sum of the wallet's transactions is the truth.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, seadrift::Declare)]
#[sea_orm(table_name = "economy_deltacrownwallet")]
#[seadrift(
    app = "economy",
    model = "DeltaCrownWallet",
    label = "wallet",
    plural = "wallets",
    ordering("id"),
    list("profile", "cached_balance", "updated_at"),
    filter("profile_id"),
    date = "created_at"
)]
pub struct Model {
    /// Id.
    #[sea_orm(primary_key)]
    #[seadrift(label = "id")]
    pub id: i64,
    /// Whose wallet it is.
    #[sea_orm(unique)]
    #[seadrift(label = "profile", help = "Whose wallet it is; one each.")]
    pub profile_id: i64,
    /// Coins; the sum of all transactions.
    #[sea_orm(default_value = 0)]
    #[seadrift(label = "balance", help = "Coins. Written by the ledger only.", min = 0, readonly)]
    pub cached_balance: i64,
    /// When it was made.
    #[seadrift(label = "created", readonly)]
    pub created_at: DateTimeUtc,
    /// When the balance last changed.
    #[seadrift(label = "updated", readonly)]
    pub updated_at: DateTimeUtc,
    /// The profile.
    #[sea_orm(belongs_to, from = "profile_id", to = "id", on_delete = "Cascade")]
    pub profile: BelongsTo<profiles::model::user_profile::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
