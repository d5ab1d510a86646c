//! What a tournament pays in coins.

use sea_orm::entity::prelude::*;

/// What a tournament pays in coins; without a tournament, the policy of the platform.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, seadrift::Declare)]
#[sea_orm(table_name = "economy_coinpolicy")]
#[seadrift(
    app = "economy",
    model = "CoinPolicy",
    label = "coin policy",
    plural = "coin policies",
    ordering("id"),
    list("tournament_id", "enabled", "participation", "top4", "runner_up", "winner"),
    filter("enabled"),
    name("tournament_id"),
    date = "created_at",
    index(columns("tournament_id"), unique),
    index(
        sql = "tournament_id IS NULL",
        unique,
        filter = "tournament_id IS NULL",
        name = "uq_economy_coinpolicy_platform"
    )
)]
pub struct Model {
    /// Id.
    #[sea_orm(primary_key)]
    #[seadrift(label = "id")]
    pub id: i64,
    /// The tournament; at most one policy each, and one of the platform.
    #[seadrift(
        label = "tournament",
        soft_ref = "tournaments.Tournament",
        help = "At most one policy a tournament; empty for the policy of the platform."
    )]
    pub tournament_id: Option<i64>,
    /// Whether coins are paid at all.
    #[sea_orm(default_value = true)]
    #[seadrift(label = "enabled", help = "Off pays nothing.")]
    pub enabled: bool,
    /// Coins for taking part.
    #[sea_orm(default_value = 5)]
    #[seadrift(label = "participation", help = "Coins for taking part.", min = 0)]
    pub participation: i64,
    /// Coins for a lost semi-final.
    #[sea_orm(default_value = 25)]
    #[seadrift(label = "top 4", help = "Coins for a lost semi-final.", min = 0)]
    pub top4: i64,
    /// Coins for a lost final.
    #[sea_orm(default_value = 50)]
    #[seadrift(label = "runner-up", help = "Coins for a lost final.", min = 0)]
    pub runner_up: i64,
    /// Coins for the title.
    #[sea_orm(default_value = 100)]
    #[seadrift(label = "winner", help = "Coins for the title.", min = 0)]
    pub winner: i64,
    /// When it was made.
    #[seadrift(label = "created", readonly)]
    pub created_at: DateTimeUtc,
    /// When it last changed.
    #[seadrift(label = "updated", readonly)]
    pub updated_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
