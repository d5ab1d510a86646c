//! A match of a team, and its result.

use sea_orm::entity::prelude::*;

/// A match of a team, and its result. Without a tournament it was a friendly one.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, seadrift::Declare)]
#[sea_orm(table_name = "teams_analytics_match_record")]
#[seadrift(
    app = "teams",
    model = "MatchRecord",
    label = "match record",
    plural = "match records",
    ordering("-match_date"),
    list("team_id", "opponent_name", "result", "score", "game", "match_date"),
    search("opponent_name", "map_played", "score"),
    filter("result", "game"),
    date = "match_date",
    check(
        name = "ck_teams_analytics_match_record_opponent_is_another",
        sql = "opponent_team_id IS NULL OR opponent_team_id <> team_id"
    ),
    index(columns("team_id", "match_id"), unique, filter = "match_id IS NOT NULL"),
    index(columns("team_id", "-match_date")),
    index(columns("tournament_id", "-match_date")),
    index(columns("game", "-match_date")),
    index(columns("result"))
)]
pub struct Model {
    /// Id.
    #[sea_orm(primary_key)]
    #[seadrift(readonly)]
    pub id: i64,
    /// The team.
    #[seadrift(label = "team")]
    pub team_id: i64,
    /// The tournament; nothing for a friendly match.
    #[seadrift(label = "tournament", help = "Leave empty for a friendly match.", soft_ref = "tournaments.Tournament")]
    pub tournament_id: Option<i64>,
    /// The match of the tournament; a match is recorded once a team.
    #[seadrift(label = "match", help = "A match is recorded once a team.", soft_ref = "tournaments.Match")]
    pub match_id: Option<i64>,
    /// What the opponent was called.
    #[sea_orm(column_type = "String(StringLen::N(200))")]
    #[seadrift(label = "opponent")]
    pub opponent_name: String,
    /// The opponent, when that is a team of this platform.
    #[seadrift(label = "opposing team", help = "When the opponent is a team of this platform.")]
    pub opponent_team_id: Option<i64>,
    /// When it was played.
    #[seadrift(label = "played")]
    pub match_date: DateTimeUtc,
    /// Code of the game.
    #[sea_orm(column_type = "String(StringLen::N(50))")]
    #[seadrift(label = "game")]
    pub game: String,
    /// How it ended for this team.
    #[sea_orm(column_type = "String(StringLen::N(10))")]
    #[seadrift(label = "result", choices("win" = "Win", "loss" = "Loss", "draw" = "Draw"))]
    pub result: String,
    /// The score in words.
    #[sea_orm(column_type = "String(StringLen::N(50))")]
    #[seadrift(label = "score", help = "Such as 13-7.")]
    pub score: String,
    /// What this team scored.
    #[sea_orm(default_value = 0)]
    #[seadrift(label = "own score", min = 0)]
    pub team_score: i32,
    /// What the opponent scored.
    #[sea_orm(default_value = 0)]
    #[seadrift(label = "opponent's score", min = 0)]
    pub opponent_score: i32,
    /// The map.
    #[sea_orm(column_type = "String(StringLen::N(100))", default_value = "")]
    #[seadrift(label = "map")]
    pub map_played: String,
    /// How long it took, in minutes.
    #[seadrift(label = "minutes", min = 0)]
    pub duration_minutes: Option<i32>,
    /// Points that came or, when negative, went.
    #[sea_orm(default_value = 0)]
    #[seadrift(label = "points")]
    pub points_earned: i32,
    /// Figures that only this game has; the game plugin names them.
    #[sea_orm(column_type = "JsonBinary", default_value = "{}")]
    #[seadrift(label = "figures of the game")]
    pub game_specific_data: Json,
    /// More words.
    #[sea_orm(column_type = "Text", default_value = "")]
    #[seadrift(label = "notes", multiline)]
    pub notes: String,
    /// Where the match can be watched.
    #[sea_orm(column_type = "String(StringLen::N(200))", default_value = "")]
    #[seadrift(label = "replay", format = "url")]
    pub replay_url: String,
    /// When it was made.
    #[seadrift(label = "created", readonly)]
    pub created_at: DateTimeUtc,
    /// When it last changed.
    #[seadrift(label = "updated", readonly)]
    pub updated_at: DateTimeUtc,
    /// The team.
    #[sea_orm(belongs_to, relation_enum = "Team", from = "team_id", to = "id", on_delete = "Cascade")]
    pub team: BelongsTo<crate::model::core::team::Entity>,
    /// The opposing team.
    #[sea_orm(belongs_to, relation_enum = "OpponentTeam", from = "opponent_team_id", to = "id", on_delete = "SetNull")]
    pub opponent_team: BelongsTo<Option<crate::model::core::team::Entity>>,
}

impl ActiveModelBehavior for ActiveModel {}

/// Of the two ways to a team, the one whose match it is.
impl Related<crate::model::core::team::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Team.def()
    }
}
