//! A player of a team's entry.

use sea_orm::entity::prelude::*;

/// A player of a team's entry into a tournament, and what that player did there.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, seadrift::Declare)]
#[sea_orm(table_name = "teams_tournament_participation")]
#[seadrift(
    app = "teams",
    model = "TournamentParticipation",
    label = "tournament player",
    plural = "tournament players",
    ordering("-created_at"),
    list("registration_id", "player_id", "role", "is_starter", "matches_played", "mvp_count"),
    filter("role", "is_starter"),
    index(columns("registration_id", "player_id"), unique),
    index(columns("player_id", "registration_id")),
    index(columns("registration_id", "is_starter"))
)]
pub struct Model {
    /// Id.
    #[sea_orm(primary_key)]
    #[seadrift(readonly)]
    pub id: i64,
    /// The entry.
    #[seadrift(label = "entry")]
    pub registration_id: i64,
    /// Who plays.
    #[seadrift(label = "player")]
    pub player_id: i64,
    /// The role in the team when it entered.
    #[sea_orm(column_type = "String(StringLen::N(16))")]
    #[seadrift(label = "role", help = "The role in the team when it entered.", choices("OWNER" = "Owner", "MANAGER" = "Manager", "COACH" = "Coach", "PLAYER" = "Player", "SUBSTITUTE" = "Substitute"))]
    pub role: String,
    /// Whether this player starts, and does not sit on the bench.
    #[sea_orm(default_value = true)]
    #[seadrift(label = "starter")]
    pub is_starter: bool,
    /// Matches played in this tournament.
    #[sea_orm(default_value = 0)]
    #[seadrift(label = "matches", min = 0)]
    pub matches_played: i32,
    /// How often this player was the best of a match.
    #[sea_orm(default_value = 0)]
    #[seadrift(label = "best player", help = "How often this player was the best of a match.", min = 0)]
    pub mvp_count: i32,
    /// When it was made.
    #[seadrift(label = "created", readonly)]
    pub created_at: DateTimeUtc,
    /// When it last changed.
    #[seadrift(label = "updated", readonly)]
    pub updated_at: DateTimeUtc,
    /// The entry.
    #[sea_orm(belongs_to, from = "registration_id", to = "id", on_delete = "Cascade")]
    pub registration: BelongsTo<super::tournament_registration::Entity>,
    /// Who plays.
    #[sea_orm(belongs_to, from = "player_id", to = "id", on_delete = "Cascade")]
    pub player: BelongsTo<profiles::model::user_profile::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
