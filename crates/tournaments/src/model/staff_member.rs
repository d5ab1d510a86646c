//! Who helps an organizer with one tournament.

use sea_orm::entity::prelude::*;

/// Somebody whom an organizer asked to help with one tournament, once they have agreed.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, seadrift::Declare)]
#[sea_orm(table_name = "tournaments_staffmember")]
#[seadrift(
    app = "tournaments",
    model = "StaffMember",
    label = "staff member",
    plural = "staff members",
    ordering("tournament_id", "role", "id"),
    list("tournament", "user", "role", "accepted_at", "created_at"),
    filter("role", "tournament_id", "user_id"),
    date = "created_at",
    index(columns("tournament_id", "user_id"), unique),
    index(columns("user_id"))
)]
pub struct Model {
    /// Id.
    #[sea_orm(primary_key)]
    #[seadrift(label = "id")]
    pub id: i64,
    /// The tournament.
    #[seadrift(label = "tournament")]
    pub tournament_id: i64,
    /// Who helps.
    #[seadrift(label = "user", help = "Who helps; one role a tournament.")]
    pub user_id: i64,
    /// As what.
    #[sea_orm(column_type = "String(StringLen::N(20))")]
    #[seadrift(
        label = "role",
        help = "Decides what this person may do in the tournament.",
        choices(
            "co_organizer" = "Co-organizer",
            "referee" = "Referee",
            "bracket_manager" = "Bracket manager",
            "payment_verifier" = "Payment verifier",
            "moderator" = "Moderator"
        )
    )]
    pub role: String,
    /// Who asked them.
    #[seadrift(label = "asked by", readonly)]
    pub invited_by_id: Option<i64>,
    /// When they agreed; the role counts from then on.
    #[seadrift(label = "agreed", help = "The role counts from then on; empty while it was not answered.", readonly)]
    pub accepted_at: Option<DateTimeUtc>,
    /// When they were asked.
    #[seadrift(label = "asked", readonly)]
    pub created_at: DateTimeUtc,
    /// The tournament.
    #[sea_orm(belongs_to, from = "tournament_id", to = "id", on_delete = "Cascade")]
    pub tournament: BelongsTo<super::tournament::Entity>,
    /// Who helps.
    #[sea_orm(belongs_to, relation_enum = "User", from = "user_id", to = "id", on_delete = "Cascade")]
    pub user: BelongsTo<accounts::model::user::Entity>,
    /// Who asked them.
    #[sea_orm(belongs_to, relation_enum = "InvitedBy", from = "invited_by_id", to = "id", on_delete = "SetNull")]
    pub invited_by: BelongsTo<Option<accounts::model::user::Entity>>,
}

impl ActiveModelBehavior for ActiveModel {}
