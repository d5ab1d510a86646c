//! Whom a chat message names.

use sea_orm::entity::prelude::*;

/// One person named in one chat message.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, seadrift::Declare)]
#[sea_orm(table_name = "teams_chat_message_mentions")]
#[seadrift(
    app = "teams",
    model = "TeamChatMessage_mentions",
    label = "mention",
    plural = "mentions",
    ordering("id"),
    list("teamchatmessage_id", "userprofile_id"),
    index(columns("teamchatmessage_id", "userprofile_id"), unique)
)]
pub struct Model {
    /// Id.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// The message.
    #[seadrift(label = "message")]
    pub teamchatmessage_id: i64,
    /// Who is named.
    #[seadrift(label = "profile")]
    pub userprofile_id: i64,
    /// The message.
    #[sea_orm(belongs_to, from = "teamchatmessage_id", to = "id", on_delete = "Cascade")]
    pub teamchatmessage: BelongsTo<super::message::Entity>,
    /// Who is named.
    #[sea_orm(belongs_to, from = "userprofile_id", to = "id", on_delete = "Cascade")]
    pub userprofile: BelongsTo<profiles::model::user_profile::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
