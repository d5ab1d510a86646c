//! What a person is told about a discussion.

use sea_orm::entity::prelude::*;

/// One notice to one person about one discussion. Nobody is told of their own acts.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, seadrift::Declare)]
#[sea_orm(table_name = "teams_discussion_notification")]
#[seadrift(
    app = "teams",
    model = "DiscussionNotification",
    label = "discussion notice",
    plural = "discussion notices",
    ordering("-created_at", "id"),
    list("recipient_id", "notification_type", "post_id", "actor_id", "is_read", "created_at"),
    filter("notification_type", "is_read"),
    date = "created_at",
    check(name = "ck_teams_discussion_notification_actor", sql = "actor_id <> recipient_id"),
    check(name = "ck_teams_discussion_notification_read_at", sql = "is_read = (read_at IS NOT NULL)"),
    index(columns("recipient_id", "-created_at")),
    index(columns("recipient_id", "is_read", "-created_at"))
)]
pub struct Model {
    /// Id.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// Who is told.
    #[seadrift(label = "recipient")]
    pub recipient_id: i64,
    /// What happened.
    #[sea_orm(column_type = "String(StringLen::N(20))")]
    #[seadrift(label = "kind", choices("new_comment" = "New comment", "new_reply" = "New reply", "post_liked" = "Discussion liked", "comment_liked" = "Comment liked", "post_pinned" = "Discussion pinned", "mentioned" = "Mentioned"))]
    pub notification_type: String,
    /// The discussion.
    #[seadrift(label = "discussion")]
    pub post_id: i64,
    /// The comment, when it is about one.
    #[seadrift(label = "comment")]
    pub comment_id: Option<i64>,
    /// Who did it.
    #[seadrift(label = "actor")]
    pub actor_id: i64,
    /// Whether it has been read.
    #[sea_orm(default_value = false)]
    #[seadrift(label = "read")]
    pub is_read: bool,
    /// When it happened.
    #[seadrift(label = "created", readonly)]
    pub created_at: DateTimeUtc,
    /// When it was read.
    #[seadrift(label = "read at", readonly)]
    pub read_at: Option<DateTimeUtc>,
    /// Who is told.
    #[sea_orm(belongs_to, relation_enum = "Recipient", from = "recipient_id", to = "id", on_delete = "Cascade")]
    pub recipient: BelongsTo<profiles::model::user_profile::Entity>,
    /// The discussion.
    #[sea_orm(belongs_to, from = "post_id", to = "id", on_delete = "Cascade")]
    pub post: BelongsTo<super::post::Entity>,
    /// The comment, when it is about one.
    #[sea_orm(belongs_to, from = "comment_id", to = "id", on_delete = "Cascade")]
    pub comment: BelongsTo<Option<super::comment::Entity>>,
    /// Who did it.
    #[sea_orm(belongs_to, relation_enum = "Actor", from = "actor_id", to = "id", on_delete = "Cascade")]
    pub actor: BelongsTo<profiles::model::user_profile::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
