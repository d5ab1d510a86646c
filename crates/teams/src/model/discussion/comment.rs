//! An answer in a discussion.

use sea_orm::entity::prelude::*;

/// An answer in a discussion. Deleting hides it and keeps the row.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, seadrift::Declare)]
#[sea_orm(table_name = "teams_discussion_comment")]
#[seadrift(
    app = "teams",
    model = "TeamDiscussionComment",
    label = "discussion comment",
    plural = "discussion comments",
    ordering("created_at", "id"),
    list("post_id", "author_id", "content", "is_deleted", "created_at"),
    search("content"),
    filter("is_deleted"),
    name("content"),
    date = "created_at",
    check(name = "ck_teams_discussion_comment_edited_at", sql = "is_edited = (edited_at IS NOT NULL)"),
    check(name = "ck_teams_discussion_comment_deleted_at", sql = "is_deleted = (deleted_at IS NOT NULL)"),
    index(columns("post_id", "created_at")),
    index(columns("author_id", "-created_at")),
    index(columns("reply_to_id", "created_at"))
)]
pub struct Model {
    /// Id.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// The discussion.
    #[seadrift(label = "discussion")]
    pub post_id: i64,
    /// Who wrote it.
    #[seadrift(label = "author")]
    pub author_id: i64,
    /// What was written, in Markdown.
    #[sea_orm(column_type = "Text")]
    #[seadrift(label = "text", help = "Markdown; at most 5000 characters.", multiline)]
    pub content: String,
    /// The comment that it answers.
    #[seadrift(label = "reply to")]
    pub reply_to_id: Option<i64>,
    /// Whether it was changed after it was sent.
    #[sea_orm(default_value = false)]
    #[seadrift(label = "edited", readonly)]
    pub is_edited: bool,
    /// Whether it was deleted; the row stays.
    #[sea_orm(default_value = false)]
    #[seadrift(label = "deleted", help = "Hidden from the team, kept for disputes.", readonly)]
    pub is_deleted: bool,
    /// When it was made.
    #[seadrift(label = "created", readonly)]
    pub created_at: DateTimeUtc,
    /// When it was last changed.
    #[seadrift(label = "edited at", readonly)]
    pub edited_at: Option<DateTimeUtc>,
    /// When it was deleted.
    #[seadrift(label = "deleted at", readonly)]
    pub deleted_at: Option<DateTimeUtc>,
    /// The discussion.
    #[sea_orm(belongs_to, from = "post_id", to = "id", on_delete = "Cascade")]
    pub post: BelongsTo<super::post::Entity>,
    /// Who wrote it.
    #[sea_orm(belongs_to, from = "author_id", to = "id", on_delete = "Cascade")]
    pub author: BelongsTo<profiles::model::user_profile::Entity>,
    /// The comment that it answers.
    #[sea_orm(self_ref, relation_enum = "ReplyTo", from = "reply_to_id", to = "id", on_delete = "SetNull")]
    pub reply_to: BelongsTo<Option<Entity>>,
}

impl ActiveModelBehavior for ActiveModel {}
