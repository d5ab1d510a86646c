//! The weights of the power rank.

use sea_orm::entity::prelude::*;

/// The weights of the power rank, a second score beside the ranking points. At most one set of weights
/// is active.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, seadrift::Declare)]
#[sea_orm(table_name = "teams_ranking_settings")]
#[seadrift(
    app = "teams",
    model = "TeamRankingSettings",
    label = "power rank settings",
    plural = "power rank settings",
    ordering("-is_active", "-updated_at"),
    list("id", "is_active", "tournament_victory_points", "verified_team_multiplier", "updated_at"),
    filter("is_active"),
    index(columns("is_active"), unique, filter = "is_active", name = "uq_teams_ranking_settings_one_active")
)]
pub struct Model {
    /// Id.
    #[sea_orm(primary_key)]
    #[seadrift(readonly)]
    pub id: i64,
    /// Points for a title.
    #[sea_orm(default_value = 100)]
    #[seadrift(label = "winner", help = "Points for a title.", min = 1)]
    pub tournament_victory_points: i32,
    /// Points for a lost final.
    #[sea_orm(default_value = 60)]
    #[seadrift(label = "runner-up", help = "Points for a lost final.", min = 1)]
    pub runner_up_points: i32,
    /// Points for a lost semi-final.
    #[sea_orm(default_value = 40)]
    #[seadrift(label = "top 4", help = "Points for a lost semi-final.", min = 1)]
    pub top4_finish_points: i32,
    /// Points for a lost quarter-final.
    #[sea_orm(default_value = 20)]
    #[seadrift(label = "top 8", help = "Points for a lost quarter-final.", min = 1)]
    pub top8_finish_points: i32,
    /// Points for each tournament entered.
    #[sea_orm(default_value = 10)]
    #[seadrift(label = "taking part", help = "Points for each tournament.", min = 1)]
    pub participation_points: i32,
    /// Points for each achievement.
    #[sea_orm(default_value = 50)]
    #[seadrift(label = "achievement", help = "Points for each achievement.", min = 1)]
    pub general_achievement_points: i32,
    /// Points for each active member.
    #[sea_orm(default_value = 5)]
    #[seadrift(label = "member", help = "Points for each active member.", min = 1)]
    pub member_points: i32,
    /// Points for each calendar month since the team was made.
    #[sea_orm(default_value = 2)]
    #[seadrift(label = "month of age", help = "Points for each calendar month.", min = 1)]
    pub monthly_age_points: i32,
    /// What the score of a verified team is multiplied by.
    #[sea_orm(default_value = 1.1)]
    #[seadrift(label = "factor of verified teams", help = "1 is no advantage.", min = 1, max = 10)]
    pub verified_team_multiplier: f64,
    /// Points that a featured team gets on top.
    #[sea_orm(default_value = 50)]
    #[seadrift(label = "bonus of featured teams", help = "Points on top.", min = 0)]
    pub featured_team_bonus: i32,
    /// Whether the power rank is computed from these.
    #[sea_orm(default_value = true)]
    #[seadrift(label = "active", help = "At most one set of weights is active.")]
    pub is_active: bool,
    /// When it was made.
    #[seadrift(label = "created", readonly)]
    pub created_at: DateTimeUtc,
    /// When it last changed.
    #[seadrift(label = "updated", readonly)]
    pub updated_at: DateTimeUtc,
    /// Who changed it last.
    #[seadrift(label = "updated by", readonly)]
    pub updated_by_id: Option<i64>,
    /// Who changed it last.
    #[sea_orm(belongs_to, from = "updated_by_id", to = "id", on_delete = "SetNull")]
    pub updated_by: BelongsTo<Option<accounts::model::user::Entity>>,
}

impl ActiveModelBehavior for ActiveModel {}
