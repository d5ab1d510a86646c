//! What a team's ranking points are made of.

use sea_orm::entity::prelude::*;

/// What a team's ranking points are made of; one row a team. The database keeps the sums right.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, seadrift::Declare)]
#[sea_orm(table_name = "teams_ranking_breakdown")]
#[seadrift(
    app = "teams",
    model = "TeamRankingBreakdown",
    label = "ranking breakdown",
    plural = "ranking breakdowns",
    ordering("-final_total"),
    list("team_id", "calculated_total", "manual_adjustment_points", "final_total", "last_calculated"),
    check(
        name = "ck_teams_ranking_breakdown_calculated_is_the_sum",
        sql = "calculated_total = tournament_participation_points + tournament_winner_points + tournament_runner_up_points + tournament_top_4_points + member_count_points + team_age_points + achievement_points"
    ),
    check(
        name = "ck_teams_ranking_breakdown_final_follows",
        sql = "(final_total = calculated_total + manual_adjustment_points) OR (final_total = 0 AND calculated_total + manual_adjustment_points < 0)"
    )
)]
pub struct Model {
    /// The team.
    #[sea_orm(primary_key, auto_increment = false)]
    #[seadrift(label = "team")]
    pub team_id: i64,
    /// Points for taking part.
    #[sea_orm(default_value = 0)]
    #[seadrift(label = "taking part", min = 0, readonly)]
    pub tournament_participation_points: i32,
    /// Points for titles.
    #[sea_orm(default_value = 0)]
    #[seadrift(label = "titles", min = 0, readonly)]
    pub tournament_winner_points: i32,
    /// Points for lost finals.
    #[sea_orm(default_value = 0)]
    #[seadrift(label = "lost finals", min = 0, readonly)]
    pub tournament_runner_up_points: i32,
    /// Points for top 4.
    #[sea_orm(column_name = "tournament_top_4_points", default_value = 0)]
    #[seadrift(label = "top 4", min = 0, readonly)]
    pub tournament_top_4_points: i32,
    /// Points for members.
    #[sea_orm(default_value = 0)]
    #[seadrift(label = "members", min = 0, readonly)]
    pub member_count_points: i32,
    /// Points for age.
    #[sea_orm(default_value = 0)]
    #[seadrift(label = "age", min = 0, readonly)]
    pub team_age_points: i32,
    /// Points for achievements.
    #[sea_orm(default_value = 0)]
    #[seadrift(label = "achievements", min = 0, readonly)]
    pub achievement_points: i32,
    /// Points that staff gave or, when negative, took.
    #[sea_orm(default_value = 0)]
    #[seadrift(label = "adjustment by hand", help = "Points that staff gave; negative for points taken.")]
    pub manual_adjustment_points: i32,
    /// The sum of all but the adjustment.
    #[sea_orm(default_value = 0)]
    #[seadrift(label = "calculated", min = 0, readonly)]
    pub calculated_total: i32,
    /// The calculated points and the adjustment, never below zero.
    #[sea_orm(default_value = 0)]
    #[seadrift(label = "total", help = "Never below zero.", min = 0, readonly)]
    pub final_total: i32,
    /// When it was last calculated.
    #[seadrift(label = "calculated at", readonly)]
    pub last_calculated: DateTimeUtc,
    /// The team.
    #[sea_orm(belongs_to, from = "team_id", to = "id", on_delete = "Cascade")]
    pub team: BelongsTo<crate::model::core::team::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
