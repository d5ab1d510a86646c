//! Who follows a team.

use sea_orm::entity::prelude::*;

/// One person who follows one team, and what of it they hear.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, seadrift::Declare)]
#[sea_orm(table_name = "teams_teamfollower")]
#[seadrift(
    app = "teams",
    model = "TeamFollower",
    label = "follower",
    plural = "followers",
    ordering("-followed_at", "id"),
    list("team_id", "follower_id", "notify_posts", "notify_matches", "followed_at"),
    filter("notify_posts", "notify_matches", "notify_achievements"),
    date = "followed_at",
    index(columns("team_id", "follower_id"), unique),
    index(columns("team_id", "-followed_at")),
    index(columns("follower_id", "-followed_at"))
)]
pub struct Model {
    /// Id.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// The team.
    #[seadrift(label = "team")]
    pub team_id: i64,
    /// Who follows it.
    #[seadrift(label = "follower")]
    pub follower_id: i64,
    /// Whether posts are told.
    #[sea_orm(default_value = true)]
    #[seadrift(label = "tell of posts")]
    pub notify_posts: bool,
    /// Whether matches are told.
    #[sea_orm(default_value = true)]
    #[seadrift(label = "tell of matches")]
    pub notify_matches: bool,
    /// Whether achievements are told.
    #[sea_orm(default_value = false)]
    #[seadrift(label = "tell of achievements")]
    pub notify_achievements: bool,
    /// Since when.
    #[seadrift(label = "following since", readonly)]
    pub followed_at: DateTimeUtc,
    /// The team.
    #[sea_orm(belongs_to, from = "team_id", to = "id", on_delete = "Cascade")]
    pub team: BelongsTo<crate::model::core::team::Entity>,
    /// Who follows it.
    #[sea_orm(belongs_to, from = "follower_id", to = "id", on_delete = "Cascade")]
    pub follower: BelongsTo<profiles::model::user_profile::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
