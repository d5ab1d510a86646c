//! Who likes a comment in a discussion.

use sea_orm::entity::prelude::*;

/// One person who likes one comment in a discussion.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, seadrift::Declare)]
#[sea_orm(table_name = "teams_discussion_comment_likes")]
#[seadrift(
    app = "teams",
    model = "TeamDiscussionComment_likes",
    label = "discussion comment like",
    plural = "discussion comment likes",
    ordering("id"),
    list("teamdiscussioncomment_id", "userprofile_id"),
    index(columns("teamdiscussioncomment_id", "userprofile_id"), unique)
)]
pub struct Model {
    /// Id.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// The comment.
    #[seadrift(label = "comment")]
    pub teamdiscussioncomment_id: i64,
    /// Who likes it.
    #[seadrift(label = "profile")]
    pub userprofile_id: i64,
    /// The comment.
    #[sea_orm(belongs_to, from = "teamdiscussioncomment_id", to = "id", on_delete = "Cascade")]
    pub teamdiscussioncomment: BelongsTo<super::comment::Entity>,
    /// Who likes it.
    #[sea_orm(belongs_to, from = "userprofile_id", to = "id", on_delete = "Cascade")]
    pub userprofile: BelongsTo<profiles::model::user_profile::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
