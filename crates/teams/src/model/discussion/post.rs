//! A thread on a team's board.

use sea_orm::entity::prelude::*;

/// A thread on a team's board. Deleting hides it and keeps the row.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, seadrift::Declare)]
#[sea_orm(table_name = "teams_discussion_post")]
#[seadrift(
    app = "teams",
    model = "TeamDiscussionPost",
    label = "discussion",
    plural = "discussions",
    ordering("-is_pinned", "-last_activity_at", "id"),
    list("team_id", "title", "post_type", "author_id", "is_pinned", "is_locked", "last_activity_at"),
    search("title", "content"),
    filter("post_type", "is_public", "is_pinned", "is_locked", "is_deleted"),
    name("title"),
    date = "created_at",
    check(name = "ck_teams_discussion_post_deleted_at", sql = "is_deleted = (deleted_at IS NOT NULL)"),
    index(columns("team_id", "slug"), unique),
    index(columns("team_id", "-last_activity_at")),
    index(columns("team_id", "post_type", "-last_activity_at")),
    index(columns("author_id", "-created_at")),
    index(columns("-is_pinned", "-last_activity_at"))
)]
pub struct Model {
    /// Id.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// The team whose board it stands on.
    #[seadrift(label = "team")]
    pub team_id: i64,
    /// Who began it.
    #[seadrift(label = "author")]
    pub author_id: i64,
    /// Its kind.
    #[sea_orm(column_type = "String(StringLen::N(20))", default_value = "general")]
    #[seadrift(label = "kind", choices("general" = "General", "announcement" = "Announcement", "strategy" = "Strategy", "recruitment" = "Recruitment", "question" = "Question", "feedback" = "Feedback", "event" = "Event"))]
    pub post_type: String,
    /// One line.
    #[sea_orm(column_type = "String(StringLen::N(200))")]
    #[seadrift(label = "title")]
    pub title: String,
    /// Its name in addresses.
    #[sea_orm(column_type = "String(StringLen::N(250))")]
    #[seadrift(label = "slug", help = "Letters, digits and hyphens; unique within the team.")]
    pub slug: String,
    /// What was written, in Markdown.
    #[sea_orm(column_type = "Text")]
    #[seadrift(label = "text", help = "Markdown; at most 10000 characters.", multiline)]
    pub content: String,
    /// Whether everybody may read it.
    #[sea_orm(default_value = false)]
    #[seadrift(label = "public", help = "Otherwise only members of the team see it.")]
    pub is_public: bool,
    /// Whether it stays on top.
    #[sea_orm(default_value = false)]
    #[seadrift(label = "pinned")]
    pub is_pinned: bool,
    /// Whether nobody may answer any more.
    #[sea_orm(default_value = false)]
    #[seadrift(label = "locked", help = "No more comments.")]
    pub is_locked: bool,
    /// Whether it was deleted; the row stays.
    #[sea_orm(default_value = false)]
    #[seadrift(label = "deleted", help = "Hidden from the team, kept for disputes.", readonly)]
    pub is_deleted: bool,
    /// How often it was opened.
    #[sea_orm(default_value = 0)]
    #[seadrift(label = "views", min = 0, readonly)]
    pub views_count: i32,
    /// When it was made.
    #[seadrift(label = "created", readonly)]
    pub created_at: DateTimeUtc,
    /// When it last changed.
    #[seadrift(label = "updated", readonly)]
    pub updated_at: DateTimeUtc,
    /// When it was deleted.
    #[seadrift(label = "deleted at", readonly)]
    pub deleted_at: Option<DateTimeUtc>,
    /// When it was made or last answered.
    #[seadrift(label = "last activity", readonly)]
    pub last_activity_at: DateTimeUtc,
    /// The team whose board it stands on.
    #[sea_orm(belongs_to, from = "team_id", to = "id", on_delete = "Cascade")]
    pub team: BelongsTo<crate::model::core::team::Entity>,
    /// Who began it.
    #[sea_orm(belongs_to, from = "author_id", to = "id", on_delete = "Cascade")]
    pub author: BelongsTo<profiles::model::user_profile::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
