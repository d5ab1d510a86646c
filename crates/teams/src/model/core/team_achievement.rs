//! What a team has won.

use sea_orm::entity::prelude::*;

/// What a team has won: a placement in a tournament, or anything else worth showing.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, seadrift::Declare)]
#[sea_orm(table_name = "teams_teamachievement")]
#[seadrift(
    app = "teams",
    model = "TeamAchievement",
    label = "achievement",
    plural = "achievements",
    ordering("-year", "title"),
    list("team_id", "title", "placement", "year"),
    search("title", "notes"),
    filter("placement", "year"),
    name("title"),
    index(columns("team_id", "-year")),
    index(columns("year"))
)]
pub struct Model {
    /// Id.
    #[sea_orm(primary_key)]
    #[seadrift(readonly)]
    pub id: i64,
    /// The team.
    #[seadrift(label = "team")]
    pub team_id: i64,
    /// What was won, in words.
    #[sea_orm(column_type = "String(StringLen::N(160))")]
    #[seadrift(label = "title", help = "Such as the name of the tournament.")]
    pub title: String,
    /// How the team was placed.
    #[sea_orm(column_type = "String(StringLen::N(20))", default_value = "PARTICIPANT")]
    #[seadrift(label = "placement", choices("WINNER" = "Winner", "RUNNER_UP" = "Runner-up", "TOP4" = "Top 4", "TOP8" = "Top 8", "PARTICIPANT" = "Participant"))]
    pub placement: String,
    /// The year of it.
    #[seadrift(label = "year", min = 1970, max = 9999)]
    pub year: Option<i32>,
    /// More words.
    #[sea_orm(column_type = "String(StringLen::N(255))", default_value = "")]
    #[seadrift(label = "notes")]
    pub notes: String,
    /// The tournament; nothing for what was won elsewhere.
    #[seadrift(
        label = "tournament",
        help = "Leave empty for what was won elsewhere.",
        soft_ref = "tournaments.Tournament"
    )]
    pub tournament_id: Option<i64>,
    /// When it was made.
    #[seadrift(label = "created", readonly)]
    pub created_at: DateTimeUtc,
    /// The team.
    #[sea_orm(belongs_to, from = "team_id", to = "id", on_delete = "Cascade")]
    pub team: BelongsTo<super::team::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
