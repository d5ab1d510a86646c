//! A wallet: somebody's coins, or something's.

use sea_orm::entity::prelude::*;

/// Coins of a player, of a team, held for a tournament, or the treasury that issues them all. The balance is a
/// cache: the sum of the wallet's entries is the truth.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, seadrift::Declare)]
#[sea_orm(table_name = "economy_deltacrownwallet")]
#[seadrift(
    app = "economy",
    model = "DeltaCrownWallet",
    label = "wallet",
    plural = "wallets",
    ordering("id"),
    list("kind", "profile", "team_id", "tournament_id", "cached_balance", "updated_at"),
    filter("kind", "profile_id"),
    name("kind", "profile_id", "team_id", "tournament_id"),
    date = "created_at",
    check(
        name = "ck_economy_deltacrownwallet_player",
        sql = "(kind = 'player' AND profile_id IS NOT NULL) OR (kind <> 'player' AND profile_id IS NULL)"
    ),
    check(
        name = "ck_economy_deltacrownwallet_team",
        sql = "(kind = 'team' AND team_id IS NOT NULL) OR (kind <> 'team' AND team_id IS NULL)"
    ),
    check(
        name = "ck_economy_deltacrownwallet_escrow",
        sql = "(kind = 'escrow' AND tournament_id IS NOT NULL) OR (kind <> 'escrow' AND tournament_id IS NULL)"
    ),
    check(name = "ck_economy_deltacrownwallet_no_overdraft", sql = "allow_overdraft OR cached_balance >= 0"),
    check(name = "ck_economy_deltacrownwallet_issuer", sql = "kind = 'treasury' OR NOT allow_overdraft"),
    index(columns("team_id"), unique),
    index(columns("tournament_id"), unique),
    index(columns("kind"), unique, filter = "kind = 'treasury'", name = "uq_economy_deltacrownwallet_treasury")
)]
pub struct Model {
    /// Id.
    #[sea_orm(primary_key)]
    #[seadrift(label = "id")]
    pub id: i64,
    /// Whose it is: decides which of the ids is set.
    #[sea_orm(column_type = "String(StringLen::N(16))", default_value = "player")]
    #[seadrift(
        label = "kind",
        help = "Whose coins these are.",
        choices(
            "player" = "Player",
            "team" = "Team",
            "escrow" = "Tournament escrow",
            "treasury" = "Treasury"
        ),
        readonly
    )]
    pub kind: String,
    /// The player; of players' wallets only.
    #[sea_orm(unique)]
    #[seadrift(label = "profile", help = "The player whose wallet it is; one each.", readonly)]
    pub profile_id: Option<i64>,
    /// The team; of teams' wallets only.
    #[seadrift(
        label = "team",
        soft_ref = "teams.Team",
        help = "The team whose wallet it is; one each, kept when the team goes.",
        readonly
    )]
    pub team_id: Option<i64>,
    /// The tournament; of escrows only.
    #[seadrift(
        label = "tournament",
        soft_ref = "tournaments.Tournament",
        help = "The tournament that these coins are held for; one wallet each, kept when the tournament goes.",
        readonly
    )]
    pub tournament_id: Option<i64>,
    /// Coins; the sum of all entries.
    #[sea_orm(default_value = 0)]
    #[seadrift(label = "balance", help = "Coins. Written by the ledger only.", readonly)]
    pub cached_balance: i64,
    /// Whether it may fall below zero: the treasury, which issues coins.
    #[sea_orm(default_value = false)]
    #[seadrift(
        label = "may be overdrawn",
        help = "The treasury issues coins, so that its balance is what others hold, negative.",
        readonly
    )]
    pub allow_overdraft: bool,
    /// How many entries of transfers it has.
    #[sea_orm(default_value = 0)]
    #[seadrift(label = "version", help = "How many entries of transfers it has.", readonly)]
    pub version: i64,
    /// When it was made.
    #[seadrift(label = "created", readonly)]
    pub created_at: DateTimeUtc,
    /// When the balance last changed.
    #[seadrift(label = "updated", readonly)]
    pub updated_at: DateTimeUtc,
    /// The player.
    #[sea_orm(belongs_to, from = "profile_id", to = "id", on_delete = "Cascade")]
    pub profile: BelongsTo<Option<profiles::model::user_profile::Entity>>,
}

impl ActiveModelBehavior for ActiveModel {}
