//! A change of a team's ranking points.

use sea_orm::entity::prelude::*;

/// A change of a team's ranking points: what came from what, and for which reason. The same award is
/// never entered twice.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, seadrift::Declare)]
#[sea_orm(table_name = "teams_ranking_history")]
#[seadrift(
    app = "teams",
    model = "TeamRankingHistory",
    label = "ranking entry",
    plural = "ranking history",
    ordering("-created_at"),
    list("team_id", "points_change", "points_after", "source", "created_at"),
    search("reason"),
    filter("source"),
    date = "created_at",
    append_only,
    check(name = "ck_teams_ranking_history_sum_is_right", sql = "points_after = points_before + points_change"),
    check(
        name = "ck_teams_ranking_history_related_has_kind",
        sql = "related_object_id IS NULL OR related_object_type <> ''"
    ),
    index(columns("team_id", "-created_at")),
    index(columns("source", "-created_at")),
    index(
        columns("team_id", "source", "related_object_type", "related_object_id"),
        unique,
        filter = "related_object_id IS NOT NULL",
        name = "uq_teams_ranking_history_one_award"
    )
)]
pub struct Model {
    /// Id.
    #[sea_orm(primary_key)]
    #[seadrift(readonly)]
    pub id: i64,
    /// The team.
    #[seadrift(label = "team")]
    pub team_id: i64,
    /// Points that came or, when negative, went.
    #[seadrift(label = "change")]
    pub points_change: i32,
    /// Points before it.
    #[seadrift(label = "before", min = 0)]
    pub points_before: i32,
    /// Points after it.
    #[seadrift(label = "after", min = 0)]
    pub points_after: i32,
    /// What the points are for.
    #[sea_orm(column_type = "String(StringLen::N(30))")]
    #[seadrift(label = "source", choices("tournament_participation" = "Taking part in a tournament", "tournament_winner" = "Tournament won", "tournament_runner_up" = "Final lost", "tournament_top_4" = "Top 4 of a tournament", "member_count" = "Members", "team_age" = "Age of the team", "achievement" = "Achievement", "manual_adjustment" = "Adjustment by hand", "recalculation" = "Recalculation"))]
    pub source: String,
    /// More words.
    #[sea_orm(column_type = "Text", default_value = "")]
    #[seadrift(label = "reason", multiline)]
    pub reason: String,
    /// What kind of thing the points came from, such as `tournament`.
    #[sea_orm(column_type = "String(StringLen::N(50))", default_value = "")]
    #[seadrift(label = "related kind", help = "Such as tournament or achievement.")]
    pub related_object_type: String,
    /// Id of that thing; of which table, the kind says.
    #[seadrift(label = "related id", help = "Of what kind it is, the related kind says.")]
    pub related_object_id: Option<i64>,
    /// Who made it by hand.
    #[seadrift(label = "by")]
    pub admin_user_id: Option<i64>,
    /// When it was made.
    #[seadrift(label = "created", readonly)]
    pub created_at: DateTimeUtc,
    /// The team.
    #[sea_orm(belongs_to, from = "team_id", to = "id", on_delete = "Cascade")]
    pub team: BelongsTo<crate::model::core::team::Entity>,
    /// Who made it by hand.
    #[sea_orm(belongs_to, from = "admin_user_id", to = "id", on_delete = "SetNull")]
    pub admin_user: BelongsTo<Option<accounts::model::user::Entity>>,
}

impl ActiveModelBehavior for ActiveModel {}
