//! How far a person has read a team's chat.

use sea_orm::entity::prelude::*;

/// How far one person has read one team's chat; what is newer is unread.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, seadrift::Declare)]
#[sea_orm(table_name = "teams_chat_read_receipt")]
#[seadrift(
    app = "teams",
    model = "ChatReadReceipt",
    label = "read receipt",
    plural = "read receipts",
    ordering("id"),
    list("user_id", "team_id", "last_read_message_id", "last_read_at"),
    index(columns("user_id", "team_id"), unique)
)]
pub struct Model {
    /// Id.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// Who read.
    #[seadrift(label = "profile")]
    pub user_id: i64,
    /// The team.
    #[seadrift(label = "team")]
    pub team_id: i64,
    /// The newest message that was read.
    #[seadrift(label = "last read message")]
    pub last_read_message_id: i64,
    /// When it was read.
    #[seadrift(label = "last read at", readonly)]
    pub last_read_at: DateTimeUtc,
    /// Who read.
    #[sea_orm(belongs_to, from = "user_id", to = "id", on_delete = "Cascade")]
    pub user: BelongsTo<profiles::model::user_profile::Entity>,
    /// The team.
    #[sea_orm(belongs_to, from = "team_id", to = "id", on_delete = "Cascade")]
    pub team: BelongsTo<crate::model::core::team::Entity>,
    /// The newest message that was read.
    #[sea_orm(belongs_to, from = "last_read_message_id", to = "id", on_delete = "Cascade")]
    pub last_read_message: BelongsTo<super::message::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
