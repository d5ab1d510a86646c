//! Who is told of answers to a discussion.

use sea_orm::entity::prelude::*;

/// One person who follows one discussion.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, seadrift::Declare)]
#[sea_orm(table_name = "teams_discussion_subscription")]
#[seadrift(
    app = "teams",
    model = "DiscussionSubscription",
    label = "subscription",
    plural = "subscriptions",
    ordering("-subscribed_at", "id"),
    list("user_id", "post_id", "notify_on_comment", "notify_on_like", "subscribed_at"),
    filter("notify_on_comment", "notify_on_like"),
    date = "subscribed_at",
    index(columns("user_id", "post_id"), unique),
    index(columns("user_id", "subscribed_at"))
)]
pub struct Model {
    /// Id.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// Who follows it.
    #[seadrift(label = "profile")]
    pub user_id: i64,
    /// The discussion.
    #[seadrift(label = "discussion")]
    pub post_id: i64,
    /// Whether comments are told.
    #[sea_orm(default_value = true)]
    #[seadrift(label = "tell of comments")]
    pub notify_on_comment: bool,
    /// Whether likes are told.
    #[sea_orm(default_value = false)]
    #[seadrift(label = "tell of likes")]
    pub notify_on_like: bool,
    /// Since when.
    #[seadrift(label = "subscribed", readonly)]
    pub subscribed_at: DateTimeUtc,
    /// Who follows it.
    #[sea_orm(belongs_to, from = "user_id", to = "id", on_delete = "Cascade")]
    pub user: BelongsTo<profiles::model::user_profile::Entity>,
    /// The discussion.
    #[sea_orm(belongs_to, from = "post_id", to = "id", on_delete = "Cascade")]
    pub post: BelongsTo<super::post::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
