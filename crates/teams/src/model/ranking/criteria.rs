//! What ranking points are given for.

use sea_orm::entity::prelude::*;

/// How many ranking points a team gets for what. At most one set of criteria is active, and the ranking
/// is computed from that one.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, seadrift::Declare)]
#[sea_orm(table_name = "teams_ranking_criteria")]
#[seadrift(
    app = "teams",
    model = "RankingCriteria",
    label = "ranking criteria",
    plural = "ranking criteria",
    ordering("-is_active", "-updated_at"),
    list("id", "is_active", "tournament_participation", "tournament_winner", "points_per_member", "updated_at"),
    filter("is_active"),
    index(columns("is_active"), unique, filter = "is_active", name = "uq_teams_ranking_criteria_one_active")
)]
pub struct Model {
    /// Id.
    #[sea_orm(primary_key)]
    #[seadrift(readonly)]
    pub id: i64,
    /// Points for each tournament entered.
    #[sea_orm(default_value = 50)]
    #[seadrift(label = "taking part", help = "Points for each tournament.", min = 0)]
    pub tournament_participation: i32,
    /// Points for a title.
    #[sea_orm(default_value = 500)]
    #[seadrift(label = "winner", help = "Points for a title.", min = 0)]
    pub tournament_winner: i32,
    /// Points for a lost final.
    #[sea_orm(default_value = 300)]
    #[seadrift(label = "runner-up", help = "Points for a lost final.", min = 0)]
    pub tournament_runner_up: i32,
    /// Points for a lost semi-final.
    #[sea_orm(column_name = "tournament_top_4", default_value = 150)]
    #[seadrift(label = "top 4", help = "Points for third and for fourth place.", min = 0)]
    pub tournament_top_4: i32,
    /// Points for each active member.
    #[sea_orm(default_value = 10)]
    #[seadrift(label = "member", help = "Points for each active member.", min = 0)]
    pub points_per_member: i32,
    /// Points for each thirty days since the team was made.
    #[sea_orm(default_value = 30)]
    #[seadrift(label = "month of age", help = "Points for each thirty days of a team's life.", min = 0)]
    pub points_per_month_age: i32,
    /// Points for each achievement outside tournaments.
    #[sea_orm(default_value = 100)]
    #[seadrift(label = "achievement", help = "Points for each achievement outside tournaments.", min = 0)]
    pub achievement_points: i32,
    /// Whether the ranking is computed from these.
    #[sea_orm(default_value = true)]
    #[seadrift(label = "active", help = "At most one set of criteria is active.")]
    pub is_active: bool,
    /// When it was made.
    #[seadrift(label = "created", readonly)]
    pub created_at: DateTimeUtc,
    /// When it last changed.
    #[seadrift(label = "updated", readonly)]
    pub updated_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
