//! Who likes a discussion.

use sea_orm::entity::prelude::*;

/// One person who likes one discussion.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, seadrift::Declare)]
#[sea_orm(table_name = "teams_discussion_post_likes")]
#[seadrift(
    app = "teams",
    model = "TeamDiscussionPost_likes",
    label = "discussion like",
    plural = "discussion likes",
    ordering("id"),
    list("teamdiscussionpost_id", "userprofile_id"),
    index(columns("teamdiscussionpost_id", "userprofile_id"), unique)
)]
pub struct Model {
    /// Id.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// The discussion.
    #[seadrift(label = "discussion")]
    pub teamdiscussionpost_id: i64,
    /// Who likes it.
    #[seadrift(label = "profile")]
    pub userprofile_id: i64,
    /// The discussion.
    #[sea_orm(belongs_to, from = "teamdiscussionpost_id", to = "id", on_delete = "Cascade")]
    pub teamdiscussionpost: BelongsTo<super::post::Entity>,
    /// Who likes it.
    #[sea_orm(belongs_to, from = "userprofile_id", to = "id", on_delete = "Cascade")]
    pub userprofile: BelongsTo<profiles::model::user_profile::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
