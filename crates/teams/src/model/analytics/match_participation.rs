//! A player in a match.

use sea_orm::entity::prelude::*;

/// A player in a recorded match, and what that player did.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, seadrift::Declare)]
#[sea_orm(table_name = "teams_analytics_match_participation")]
#[seadrift(
    app = "teams",
    model = "MatchParticipation",
    label = "match player",
    plural = "match players",
    ordering("match_id", "-performance_score"),
    list("match_id", "player_id", "role_played", "was_starter", "was_mvp", "performance_score"),
    search("role_played"),
    filter("was_starter", "was_mvp"),
    index(columns("match_id", "player_id"), unique),
    index(columns("match_id"), unique, filter = "was_mvp", name = "uq_teams_analytics_match_participation_one_mvp")
)]
pub struct Model {
    /// Id.
    #[sea_orm(primary_key)]
    #[seadrift(readonly)]
    pub id: i64,
    /// The match.
    #[seadrift(label = "match")]
    pub match_id: i64,
    /// Who played.
    #[seadrift(label = "player")]
    pub player_id: i64,
    /// The role in the game.
    #[sea_orm(column_type = "String(StringLen::N(50))")]
    #[seadrift(label = "role in the game", help = "Such as duelist or jungler.")]
    pub role_played: String,
    /// Whether this player started.
    #[sea_orm(default_value = true)]
    #[seadrift(label = "starter")]
    pub was_starter: bool,
    /// Whether this player was the best of the match.
    #[sea_orm(default_value = false)]
    #[seadrift(label = "best player", help = "At most one a match.")]
    pub was_mvp: bool,
    /// How well this player did.
    #[sea_orm(default_value = 0.0)]
    #[seadrift(label = "score", min = 0)]
    pub performance_score: f64,
    /// Figures that only this game has; the game plugin names them.
    #[sea_orm(column_type = "JsonBinary", default_value = "{}")]
    #[seadrift(label = "figures of the game")]
    pub game_specific_performance: Json,
    /// When it was made.
    #[seadrift(label = "created", readonly)]
    pub created_at: DateTimeUtc,
    /// The match.
    #[sea_orm(belongs_to, from = "match_id", to = "id", on_delete = "Cascade")]
    pub r#match: BelongsTo<super::match_record::Entity>,
    /// Who played.
    #[sea_orm(belongs_to, from = "player_id", to = "id", on_delete = "Cascade")]
    pub player: BelongsTo<profiles::model::user_profile::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
