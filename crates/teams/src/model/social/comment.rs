//! Comments under a team's posts.

use sea_orm::entity::prelude::*;

/// One comment under one post, or one answer to a comment.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, seadrift::Declare)]
#[sea_orm(table_name = "teams_teampostcomment")]
#[seadrift(
    app = "teams",
    model = "TeamPostComment",
    label = "post comment",
    plural = "post comments",
    ordering("created_at", "id"),
    list("post_id", "author_id", "content", "likes_count", "created_at"),
    search("content"),
    filter("is_edited"),
    name("content"),
    date = "created_at",
    index(columns("post_id", "created_at")),
    index(columns("parent_id", "created_at"))
)]
pub struct Model {
    /// Id.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// The post.
    #[seadrift(label = "post")]
    pub post_id: i64,
    /// Who wrote it.
    #[seadrift(label = "author")]
    pub author_id: i64,
    /// The comment that it answers; goes with it.
    #[seadrift(label = "answer to")]
    pub parent_id: Option<i64>,
    /// What was written.
    #[sea_orm(column_type = "Text")]
    #[seadrift(label = "text", help = "At most 1000 characters.", multiline)]
    pub content: String,
    /// Likes.
    #[sea_orm(default_value = 0)]
    #[seadrift(label = "likes", min = 0, readonly)]
    pub likes_count: i32,
    /// When it was made.
    #[seadrift(label = "created", readonly)]
    pub created_at: DateTimeUtc,
    /// When it last changed.
    #[seadrift(label = "updated", readonly)]
    pub updated_at: DateTimeUtc,
    /// Whether it was changed after it was sent.
    #[sea_orm(default_value = false)]
    #[seadrift(label = "edited", readonly)]
    pub is_edited: bool,
    /// The post.
    #[sea_orm(belongs_to, from = "post_id", to = "id", on_delete = "Cascade")]
    pub post: BelongsTo<super::post::Entity>,
    /// Who wrote it.
    #[sea_orm(belongs_to, from = "author_id", to = "id", on_delete = "Cascade")]
    pub author: BelongsTo<profiles::model::user_profile::Entity>,
    /// The comment that it answers; goes with it.
    #[sea_orm(self_ref, relation_enum = "Parent", from = "parent_id", to = "id", on_delete = "Cascade")]
    pub parent: BelongsTo<Option<Entity>>,
}

impl ActiveModelBehavior for ActiveModel {}
