//! Who likes a post or a comment under it.

use sea_orm::entity::prelude::*;

/// One person who likes one post or one comment: exactly one of the two.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, seadrift::Declare)]
#[sea_orm(table_name = "teams_teampostlike")]
#[seadrift(
    app = "teams",
    model = "TeamPostLike",
    label = "post like",
    plural = "post likes",
    ordering("-created_at", "id"),
    list("user_id", "content_type", "post_id", "comment_id", "created_at"),
    filter("content_type"),
    date = "created_at",
    check(
        name = "ck_teams_teampostlike_target",
        sql = "(content_type = 'post') = (post_id IS NOT NULL) AND (content_type = 'comment') = (comment_id IS NOT NULL)"
    ),
    index(columns("user_id", "post_id"), unique),
    index(columns("user_id", "comment_id"), unique),
    index(columns("content_type", "created_at"))
)]
pub struct Model {
    /// Id.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// Who likes it.
    #[seadrift(label = "profile")]
    pub user_id: i64,
    /// What is liked.
    #[sea_orm(column_type = "String(StringLen::N(10))")]
    #[seadrift(label = "liked", choices("post" = "Post", "comment" = "Comment"))]
    pub content_type: String,
    /// The post, when a post is liked.
    #[seadrift(label = "post")]
    pub post_id: Option<i64>,
    /// The comment, when a comment is liked.
    #[seadrift(label = "comment")]
    pub comment_id: Option<i64>,
    /// When it was liked.
    #[seadrift(label = "created", readonly)]
    pub created_at: DateTimeUtc,
    /// Who likes it.
    #[sea_orm(belongs_to, from = "user_id", to = "id", on_delete = "Cascade")]
    pub user: BelongsTo<profiles::model::user_profile::Entity>,
    /// The post, when a post is liked.
    #[sea_orm(belongs_to, from = "post_id", to = "id", on_delete = "Cascade")]
    pub post: BelongsTo<Option<super::post::Entity>>,
    /// The comment, when a comment is liked.
    #[sea_orm(belongs_to, from = "comment_id", to = "id", on_delete = "Cascade")]
    pub comment: BelongsTo<Option<super::comment::Entity>>,
}

impl ActiveModelBehavior for ActiveModel {}
