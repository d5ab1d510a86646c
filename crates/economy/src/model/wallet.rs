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
    list("profile_id", "cached_balance", "updated_at")
)]
pub struct Model {
    /// Id.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// Whose wallet it is.
    #[sea_orm(unique)]
    #[seadrift(label = "profile")]
    pub profile_id: i64,
    /// Coins; the sum of all transactions.
    #[sea_orm(default_value = 0)]
    #[seadrift(label = "balance", help = "Coins. Written by the ledger only.", min = 0)]
    pub cached_balance: i64,
    /// When it was made.
    #[seadrift(label = "created")]
    pub created_at: DateTimeUtc,
    /// When the balance last changed.
    #[seadrift(label = "updated")]
    pub updated_at: DateTimeUtc,
    /// The profile.
    #[sea_orm(belongs_to, from = "profile_id", to = "id", on_delete = "Cascade")]
    pub profile: BelongsTo<profiles::model::user_profile::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
