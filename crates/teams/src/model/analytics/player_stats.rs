//! A player's figures in one team.

use sea_orm::entity::prelude::*;

/// A player's figures in one team and game.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, seadrift::Declare)]
#[sea_orm(table_name = "teams_analytics_player_stats")]
#[seadrift(
    app = "teams",
    model = "PlayerStats",
    label = "player statistics",
    plural = "player statistics",
    ordering("-contribution_score"),
    list("player_id", "team_id", "game", "matches_played", "contribution_score", "individual_rating", "mvp_count"),
    search("game"),
    filter("game", "is_active"),
    check(name = "ck_teams_analytics_player_stats_wins_were_played", sql = "matches_won <= matches_played"),
    index(columns("player_id", "team_id", "game"), unique),
    index(columns("team_id", "game")),
    index(columns("player_id", "game")),
    index(columns("-contribution_score")),
    index(columns("-mvp_count"))
)]
pub struct Model {
    /// Id.
    #[sea_orm(primary_key)]
    #[seadrift(readonly)]
    pub id: i64,
    /// The player.
    #[seadrift(label = "player")]
    pub player_id: i64,
    /// The team.
    #[seadrift(label = "team")]
    pub team_id: i64,
    /// Code of the game.
    #[sea_orm(column_type = "String(StringLen::N(50))")]
    #[seadrift(label = "game")]
    pub game: String,
    /// Tournaments played.
    #[sea_orm(default_value = 0)]
    #[seadrift(label = "tournaments", min = 0)]
    pub tournaments_played: i32,
    /// Matches played.
    #[sea_orm(default_value = 0)]
    #[seadrift(label = "matches", min = 0)]
    pub matches_played: i32,
    /// Matches won.
    #[sea_orm(default_value = 0)]
    #[seadrift(label = "won", min = 0)]
    pub matches_won: i32,
    /// Percentage of the team's matches that this player played, 0 to 100.
    #[sea_orm(default_value = 100.0)]
    #[seadrift(label = "attendance", help = "Per cent of the team's matches.", min = 0, max = 100)]
    pub attendance_rate: f64,
    /// How often this player was the best of a match.
    #[sea_orm(default_value = 0)]
    #[seadrift(label = "best player", help = "How often this player was the best of a match.", min = 0)]
    pub mvp_count: i32,
    /// Mean of the scores in matches.
    #[sea_orm(default_value = 0.0)]
    #[seadrift(label = "contribution", help = "Mean of the scores in matches.", min = 0)]
    pub contribution_score: f64,
    /// Rating of the player alone; everybody begins at 1000.
    #[sea_orm(default_value = 1000.0)]
    #[seadrift(label = "rating", help = "Everybody begins at 1000.", min = 0)]
    pub individual_rating: f64,
    /// Figures that only this game has; the game plugin names them.
    #[sea_orm(column_type = "JsonBinary", default_value = "{}")]
    #[seadrift(label = "figures of the game")]
    pub game_specific_stats: Json,
    /// When this player last played.
    #[seadrift(label = "last active", readonly)]
    pub last_active: Option<DateTimeUtc>,
    /// Whether this player still plays for the team.
    #[sea_orm(default_value = true)]
    #[seadrift(label = "active", help = "Whether this player still plays for the team.")]
    pub is_active: bool,
    /// When it last changed.
    #[seadrift(label = "updated", readonly)]
    pub updated_at: DateTimeUtc,
    /// When it was made.
    #[seadrift(label = "created", readonly)]
    pub created_at: DateTimeUtc,
    /// The player.
    #[sea_orm(belongs_to, from = "player_id", to = "id", on_delete = "Cascade")]
    pub player: BelongsTo<profiles::model::user_profile::Entity>,
    /// The team.
    #[sea_orm(belongs_to, from = "team_id", to = "id", on_delete = "Cascade")]
    pub team: BelongsTo<crate::model::core::team::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
