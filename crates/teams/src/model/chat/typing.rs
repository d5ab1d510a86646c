//! Who is writing right now.

use sea_orm::entity::prelude::*;

/// Who is writing in a team's chat; counts for ten seconds.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, seadrift::Declare)]
#[sea_orm(table_name = "teams_chat_typing")]
#[seadrift(
    app = "teams",
    model = "ChatTypingIndicator",
    label = "typing indicator",
    plural = "typing indicators",
    ordering("-started_typing_at", "id"),
    list("user_id", "team_id", "started_typing_at"),
    index(columns("user_id", "team_id"), unique),
    index(columns("team_id", "started_typing_at"))
)]
pub struct Model {
    /// Id.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// Who is writing.
    #[seadrift(label = "profile")]
    pub user_id: i64,
    /// The team.
    #[seadrift(label = "team")]
    pub team_id: i64,
    /// When a key was last pressed.
    #[seadrift(label = "typing since", help = "Counts for ten seconds.", readonly)]
    pub started_typing_at: DateTimeUtc,
    /// Who is writing.
    #[sea_orm(belongs_to, from = "user_id", to = "id", on_delete = "Cascade")]
    pub user: BelongsTo<profiles::model::user_profile::Entity>,
    /// The team.
    #[sea_orm(belongs_to, from = "team_id", to = "id", on_delete = "Cascade")]
    pub team: BelongsTo<crate::model::core::team::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
