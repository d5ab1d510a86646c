//! A post on a team's page.

use sea_orm::entity::prelude::*;

/// A post on a team's page; a draft until it is published.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, seadrift::Declare)]
#[sea_orm(table_name = "teams_teampost")]
#[seadrift(
    app = "teams",
    model = "TeamPost",
    label = "team post",
    plural = "team posts",
    ordering("-is_pinned", "-created_at", "id"),
    list("team_id", "title", "post_type", "visibility", "author_id", "is_pinned", "published_at"),
    search("title", "content"),
    filter("post_type", "visibility", "is_pinned", "is_featured"),
    name("title", "team_id"),
    date = "created_at",
    index(columns("team_id", "-created_at")),
    index(columns("visibility", "-created_at")),
    index(columns("is_featured", "-created_at"))
)]
pub struct Model {
    /// Id.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// The team.
    #[seadrift(label = "team")]
    pub team_id: i64,
    /// Who wrote it.
    #[seadrift(label = "author")]
    pub author_id: i64,
    /// Its kind.
    #[sea_orm(column_type = "String(StringLen::N(20))", default_value = "status")]
    #[seadrift(label = "kind", choices("status" = "Status", "announcement" = "Announcement", "achievement" = "Achievement", "media" = "Media", "blog" = "Blog", "match_result" = "Match result", "recruitment" = "Recruitment"))]
    pub post_type: String,
    /// One line; may be empty.
    #[sea_orm(column_type = "String(StringLen::N(200))", default_value = "")]
    #[seadrift(label = "title")]
    pub title: String,
    /// What was written.
    #[sea_orm(column_type = "Text")]
    #[seadrift(label = "text", help = "At most 5000 characters.", multiline)]
    pub content: String,
    /// Who may see it.
    #[sea_orm(column_type = "String(StringLen::N(20))", default_value = "public")]
    #[seadrift(label = "visibility", choices("public" = "Everybody", "followers" = "Followers and members", "members" = "Members", "private" = "Author and managers"))]
    pub visibility: String,
    /// Whether it stays on top.
    #[sea_orm(default_value = false)]
    #[seadrift(label = "pinned")]
    pub is_pinned: bool,
    /// Whether the platform shows it to all.
    #[sea_orm(default_value = false)]
    #[seadrift(label = "featured", help = "Chosen by the staff for the front page.")]
    pub is_featured: bool,
    /// Likes.
    #[sea_orm(default_value = 0)]
    #[seadrift(label = "likes", min = 0, readonly)]
    pub likes_count: i32,
    /// Comments.
    #[sea_orm(default_value = 0)]
    #[seadrift(label = "comments", min = 0, readonly)]
    pub comments_count: i32,
    /// Shares.
    #[sea_orm(default_value = 0)]
    #[seadrift(label = "shares", min = 0, readonly)]
    pub shares_count: i32,
    /// Views.
    #[sea_orm(default_value = 0)]
    #[seadrift(label = "views", min = 0, readonly)]
    pub views_count: i32,
    /// When it was made.
    #[seadrift(label = "created", readonly)]
    pub created_at: DateTimeUtc,
    /// When it last changed.
    #[seadrift(label = "updated", readonly)]
    pub updated_at: DateTimeUtc,
    /// When it appears; a draft without it.
    #[seadrift(label = "published", help = "Empty for a draft; a time to come for a post that waits.")]
    pub published_at: Option<DateTimeUtc>,
    /// Whether it was changed after it appeared.
    #[sea_orm(default_value = false)]
    #[seadrift(label = "edited", readonly)]
    pub is_edited: bool,
    /// The team.
    #[sea_orm(belongs_to, from = "team_id", to = "id", on_delete = "Cascade")]
    pub team: BelongsTo<crate::model::core::team::Entity>,
    /// Who wrote it.
    #[sea_orm(belongs_to, from = "author_id", to = "id", on_delete = "Cascade")]
    pub author: BelongsTo<profiles::model::user_profile::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
