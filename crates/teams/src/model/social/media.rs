//! Files that belong to a post.

use sea_orm::entity::prelude::*;

/// One picture, video or document of one post.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, seadrift::Declare)]
#[sea_orm(table_name = "teams_teampostmedia")]
#[seadrift(
    app = "teams",
    model = "TeamPostMedia",
    label = "post media",
    plural = "post media",
    ordering("created_at", "id"),
    list("post_id", "media_type", "file", "caption", "created_at"),
    search("caption", "alt_text"),
    filter("media_type"),
    name("file"),
    date = "created_at",
    check(name = "ck_teams_teampostmedia_file", sql = "file <> ''"),
    index(columns("post_id", "created_at"))
)]
pub struct Model {
    /// Id.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// The post.
    #[seadrift(label = "post")]
    pub post_id: i64,
    /// What the file is.
    #[sea_orm(column_type = "String(StringLen::N(20))", default_value = "image")]
    #[seadrift(label = "kind", choices("image" = "Picture", "video" = "Video", "document" = "Document"))]
    pub media_type: String,
    /// Storage path.
    #[sea_orm(column_type = "String(StringLen::N(100))")]
    #[seadrift(label = "file", format = "file")]
    pub file: String,
    /// A line under it.
    #[sea_orm(column_type = "String(StringLen::N(500))", default_value = "")]
    #[seadrift(label = "caption")]
    pub caption: String,
    /// What it shows, for those who cannot see it.
    #[sea_orm(column_type = "String(StringLen::N(200))", default_value = "")]
    #[seadrift(label = "description for screen readers")]
    pub alt_text: String,
    /// Bytes.
    #[seadrift(label = "size", help = "Bytes.", min = 0, readonly)]
    pub file_size: Option<i32>,
    /// Seconds, for a video.
    #[seadrift(label = "duration", help = "Seconds.", min = 0, readonly)]
    pub duration: Option<i32>,
    /// Pixels.
    #[seadrift(label = "width", help = "Pixels.", min = 0, readonly)]
    pub width: Option<i32>,
    /// Pixels.
    #[seadrift(label = "height", help = "Pixels.", min = 0, readonly)]
    pub height: Option<i32>,
    /// When it was uploaded.
    #[seadrift(label = "created", readonly)]
    pub created_at: DateTimeUtc,
    /// The post.
    #[sea_orm(belongs_to, from = "post_id", to = "id", on_delete = "Cascade")]
    pub post: BelongsTo<super::post::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
