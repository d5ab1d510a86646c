//! A team's figures in one game.

use sea_orm::entity::prelude::*;

/// A team's figures in one game, kept up by every match.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, seadrift::Declare)]
#[sea_orm(table_name = "teams_analytics_team_stats")]
#[seadrift(
    app = "teams",
    model = "TeamAnalytics",
    label = "team statistics",
    plural = "team statistics",
    ordering("-total_points"),
    list("team_id", "game", "total_matches", "matches_won", "win_rate", "total_points", "current_streak"),
    search("game"),
    filter("game"),
    check(
        name = "ck_teams_analytics_team_stats_results_add_up",
        sql = "matches_won + matches_lost + matches_drawn = total_matches"
    ),
    check(
        name = "ck_teams_analytics_team_stats_titles_were_entered",
        sql = "tournaments_won <= tournaments_participated"
    ),
    check(name = "ck_teams_analytics_team_stats_best_streak_holds", sql = "current_streak <= best_win_streak"),
    index(columns("team_id", "game"), unique),
    index(columns("game", "-total_points")),
    index(columns("win_rate")),
    index(columns("-total_points"))
)]
pub struct Model {
    /// Id.
    #[sea_orm(primary_key)]
    #[seadrift(readonly)]
    pub id: i64,
    /// The team.
    #[seadrift(label = "team")]
    pub team_id: i64,
    /// Code of the game.
    #[sea_orm(column_type = "String(StringLen::N(50))")]
    #[seadrift(label = "game")]
    pub game: String,
    /// Matches played.
    #[sea_orm(default_value = 0)]
    #[seadrift(label = "matches", min = 0)]
    pub total_matches: i32,
    /// Matches won.
    #[sea_orm(default_value = 0)]
    #[seadrift(label = "won", min = 0)]
    pub matches_won: i32,
    /// Matches lost.
    #[sea_orm(default_value = 0)]
    #[seadrift(label = "lost", min = 0)]
    pub matches_lost: i32,
    /// Matches drawn.
    #[sea_orm(default_value = 0)]
    #[seadrift(label = "drawn", min = 0)]
    pub matches_drawn: i32,
    /// Percentage of matches won, 0 to 100.
    #[sea_orm(default_value = 0.0)]
    #[seadrift(label = "win rate", help = "Per cent of the matches played.", min = 0, max = 100, readonly)]
    pub win_rate: f64,
    /// Points from all matches.
    #[sea_orm(default_value = 0)]
    #[seadrift(label = "points", min = 0)]
    pub total_points: i32,
    /// How the points came, a list of `date`, `points`, `change` and `reason`.
    #[sea_orm(column_type = "JsonBinary", default_value = "[]")]
    #[seadrift(label = "points over time", readonly)]
    pub points_history: Json,
    /// Tournaments entered.
    #[sea_orm(default_value = 0)]
    #[seadrift(label = "tournaments", min = 0)]
    pub tournaments_participated: i32,
    /// Tournaments won.
    #[sea_orm(default_value = 0)]
    #[seadrift(label = "titles", min = 0)]
    pub tournaments_won: i32,
    /// Figures that only this game has; the game plugin names them.
    #[sea_orm(column_type = "JsonBinary", default_value = "{}")]
    #[seadrift(label = "figures of the game")]
    pub game_specific_stats: Json,
    /// Wins in a row; losses in a row when negative.
    #[sea_orm(default_value = 0)]
    #[seadrift(label = "streak", help = "Wins in a row; negative for losses in a row.")]
    pub current_streak: i32,
    /// The most wins in a row.
    #[sea_orm(default_value = 0)]
    #[seadrift(label = "best streak", min = 0)]
    pub best_win_streak: i32,
    /// When the last match was.
    #[seadrift(label = "last match", readonly)]
    pub last_match_date: Option<DateTimeUtc>,
    /// When it last changed.
    #[seadrift(label = "updated", readonly)]
    pub updated_at: DateTimeUtc,
    /// When it was made.
    #[seadrift(label = "created", readonly)]
    pub created_at: DateTimeUtc,
    /// The team.
    #[sea_orm(belongs_to, from = "team_id", to = "id", on_delete = "Cascade")]
    pub team: BelongsTo<crate::model::core::team::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
