//! What is brought forward in a dispute.

use sea_orm::entity::prelude::*;

/// A statement, a picture or a link that somebody brings forward in a dispute. Never changed and
/// never deleted: a decision must be readable with what it rested on.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, seadrift::Declare)]
#[sea_orm(table_name = "tournaments_disputeevidence")]
#[seadrift(
    app = "tournaments",
    model = "DisputeEvidence",
    label = "piece of evidence",
    plural = "evidence",
    ordering("created_at", "id"),
    list("dispute", "user", "text", "created_at"),
    search("text"),
    filter("dispute_id", "user_id"),
    name("text"),
    date = "created_at",
    append_only,
    check(name = "chk_disputeevidence_says_something", sql = "text <> '' OR upload IS NOT NULL OR url <> ''"),
    index(columns("dispute_id", "created_at"))
)]
pub struct Model {
    /// Id.
    #[sea_orm(primary_key)]
    #[seadrift(label = "id")]
    pub id: i64,
    /// The dispute.
    #[seadrift(label = "dispute")]
    pub dispute_id: i64,
    /// Who brings it forward.
    #[seadrift(label = "user")]
    pub user_id: Option<i64>,
    /// In words.
    #[sea_orm(column_type = "Text", default_value = "")]
    #[seadrift(label = "statement", multiline)]
    pub text: String,
    /// Token of the uploaded file.
    #[sea_orm(column_type = "String(StringLen::N(64))")]
    #[seadrift(label = "file", format = "file")]
    pub upload: Option<String>,
    /// An address elsewhere, of a film for example.
    #[sea_orm(column_type = "String(StringLen::N(200))", default_value = "")]
    #[seadrift(label = "link", format = "url")]
    pub url: String,
    /// When.
    #[seadrift(label = "brought forward", readonly)]
    pub created_at: DateTimeUtc,
    /// The dispute.
    #[sea_orm(belongs_to, from = "dispute_id", to = "id", on_delete = "Restrict")]
    pub dispute: BelongsTo<super::dispute::Entity>,
    /// Who brings it forward.
    #[sea_orm(belongs_to, from = "user_id", to = "id", on_delete = "Restrict")]
    pub user: BelongsTo<Option<accounts::model::user::Entity>>,
}

impl ActiveModelBehavior for ActiveModel {}
