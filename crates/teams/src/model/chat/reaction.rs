//! Emoji under chat messages.

use sea_orm::entity::prelude::*;

/// One emoji of one person under one message.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, seadrift::Declare)]
#[sea_orm(table_name = "teams_chat_reaction")]
#[seadrift(
    app = "teams",
    model = "ChatMessageReaction",
    label = "reaction",
    plural = "reactions",
    ordering("created_at", "id"),
    list("message_id", "user_id", "emoji", "created_at"),
    filter("emoji"),
    date = "created_at",
    check(name = "ck_teams_chat_reaction_emoji", sql = "emoji <> ''"),
    index(columns("message_id", "user_id", "emoji"), unique),
    index(columns("message_id", "emoji"))
)]
pub struct Model {
    /// Id.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// The message.
    #[seadrift(label = "message")]
    pub message_id: i64,
    /// Who reacted.
    #[seadrift(label = "profile")]
    pub user_id: i64,
    /// The emoji, or its short name.
    #[sea_orm(column_type = "String(StringLen::N(50))")]
    #[seadrift(label = "emoji")]
    pub emoji: String,
    /// When the person reacted.
    #[seadrift(label = "created", readonly)]
    pub created_at: DateTimeUtc,
    /// The message.
    #[sea_orm(belongs_to, from = "message_id", to = "id", on_delete = "Cascade")]
    pub message: BelongsTo<super::message::Entity>,
    /// Who reacted.
    #[sea_orm(belongs_to, from = "user_id", to = "id", on_delete = "Cascade")]
    pub user: BelongsTo<profiles::model::user_profile::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
