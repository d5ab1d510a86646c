//! One message in a team's chat.

use sea_orm::entity::prelude::*;

/// One message in a team's chat. Deleting hides it and keeps the row.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, seadrift::Declare)]
#[sea_orm(table_name = "teams_chat_message")]
#[seadrift(
    app = "teams",
    model = "TeamChatMessage",
    label = "chat message",
    plural = "chat messages",
    ordering("created_at", "id"),
    list("team_id", "sender_id", "message", "is_pinned", "is_deleted", "created_at"),
    search("message"),
    filter("is_pinned", "is_deleted", "attachment_type"),
    name("message"),
    date = "created_at",
    check(name = "ck_teams_chat_message_edited_at", sql = "is_edited = (edited_at IS NOT NULL)"),
    check(name = "ck_teams_chat_message_deleted_at", sql = "is_deleted = (deleted_at IS NOT NULL)"),
    index(columns("team_id", "created_at")),
    index(columns("sender_id", "created_at"))
)]
pub struct Model {
    /// Id.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// The team whose chat it stands in.
    #[seadrift(label = "team")]
    pub team_id: i64,
    /// Who wrote it.
    #[seadrift(label = "sender")]
    pub sender_id: i64,
    /// What was written.
    #[sea_orm(column_type = "Text")]
    #[seadrift(label = "message", help = "At most 5000 characters.", multiline)]
    pub message: String,
    /// The message that it answers.
    #[seadrift(label = "reply to")]
    pub reply_to_id: Option<i64>,
    /// Storage path of the attached file.
    #[sea_orm(column_type = "String(StringLen::N(100))")]
    #[seadrift(label = "attachment", help = "Pictures, documents, video or sound.", format = "file")]
    pub attachment: Option<String>,
    /// What the attached file is; empty without one.
    #[sea_orm(column_type = "String(StringLen::N(20))", default_value = "")]
    #[seadrift(label = "attachment type", choices("" = "None", "image" = "Picture", "document" = "Document", "video" = "Video", "audio" = "Sound", "other" = "Other"))]
    pub attachment_type: String,
    /// Whether it was changed after it was sent.
    #[sea_orm(default_value = false)]
    #[seadrift(label = "edited", readonly)]
    pub is_edited: bool,
    /// Whether it was deleted; the row stays.
    #[sea_orm(default_value = false)]
    #[seadrift(label = "deleted", help = "Hidden from the team, kept for disputes.", readonly)]
    pub is_deleted: bool,
    /// Whether it is kept in sight.
    #[sea_orm(default_value = false)]
    #[seadrift(label = "pinned", help = "Owners and managers pin what the team should not miss.")]
    pub is_pinned: bool,
    /// When it was sent.
    #[seadrift(label = "created", readonly)]
    pub created_at: DateTimeUtc,
    /// When it was last changed.
    #[seadrift(label = "edited at", readonly)]
    pub edited_at: Option<DateTimeUtc>,
    /// When it was deleted.
    #[seadrift(label = "deleted at", readonly)]
    pub deleted_at: Option<DateTimeUtc>,
    /// The team whose chat it stands in.
    #[sea_orm(belongs_to, from = "team_id", to = "id", on_delete = "Cascade")]
    pub team: BelongsTo<crate::model::core::team::Entity>,
    /// Who wrote it.
    #[sea_orm(belongs_to, from = "sender_id", to = "id", on_delete = "Cascade")]
    pub sender: BelongsTo<profiles::model::user_profile::Entity>,
    /// The message that it answers.
    #[sea_orm(self_ref, relation_enum = "ReplyTo", from = "reply_to_id", to = "id", on_delete = "SetNull")]
    pub reply_to: BelongsTo<Option<Entity>>,
}

impl ActiveModelBehavior for ActiveModel {}
