//! An entry of a player or a team in a tournament.

use sea_orm::entity::prelude::*;

/// An entry of a player or a team in a tournament: the participant that matches and brackets know.
///
/// It is live while it is neither deleted, cancelled nor rejected. Only live entries are unique, so
/// that who withdrew can enter again.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, seadrift::Declare)]
#[sea_orm(table_name = "tournaments_registration")]
#[seadrift(
    app = "tournaments",
    model = "Registration",
    label = "registration",
    plural = "registrations",
    ordering("-registered_at", "-id"),
    list("display_name", "tournament", "status", "checked_in", "seed", "slot_number", "registered_at"),
    search("display_name"),
    filter("status", "tournament_id", "checked_in", "has_fee_waiver", "user_id", "team_id", "is_deleted"),
    name("display_name"),
    date = "registered_at",
    check(name = "registration_user_xor_team", sql = "(user_id IS NULL) <> (team_id IS NULL)"),
    check(name = "registration_checked_in_has_time", sql = "checked_in = (checked_in_at IS NOT NULL)"),
    check(name = "registration_deleted_has_time", sql = "is_deleted = (deleted_at IS NOT NULL)"),
    index(
        columns("tournament_id", "user_id"),
        unique,
        filter = "NOT is_deleted AND status NOT IN ('cancelled', 'rejected')",
        name = "unique_user_per_tournament"
    ),
    index(
        columns("tournament_id", "team_id"),
        unique,
        filter = "NOT is_deleted AND status NOT IN ('cancelled', 'rejected')",
        name = "unique_team_per_tournament"
    ),
    index(
        columns("tournament_id", "slot_number"),
        unique,
        filter = "NOT is_deleted AND status NOT IN ('cancelled', 'rejected')",
        name = "unique_slot_per_tournament"
    ),
    index(
        columns("tournament_id", "seed"),
        unique,
        filter = "NOT is_deleted AND status NOT IN ('cancelled', 'rejected')",
        name = "unique_seed_per_tournament"
    ),
    index(columns("tournament_id", "status")),
    index(columns("user_id", "-created_at")),
    index(columns("team_id", "-created_at")),
    index(columns("status", "registered_at")),
    index(columns("payment_due_at"), filter = "payment_due_at IS NOT NULL", name = "idx_registration_payment_due")
)]
#[allow(clippy::duplicated_attributes)]
pub struct Model {
    /// Id.
    #[sea_orm(primary_key)]
    #[seadrift(label = "id")]
    pub id: i64,
    /// The tournament.
    #[seadrift(label = "tournament")]
    pub tournament_id: i64,
    /// The player, when players enter.
    #[seadrift(label = "player", help = "The player, when single players enter; otherwise empty.")]
    pub user_id: Option<i64>,
    /// The team, when teams enter.
    #[seadrift(label = "team", help = "The team, when teams enter; otherwise empty.")]
    pub team_id: Option<i64>,
    /// The name that brackets show.
    #[sea_orm(column_type = "String(StringLen::N(100))", default_value = "")]
    #[seadrift(label = "name", help = "The name that brackets show; kept as it was when the entry was made.")]
    pub display_name: String,
    /// Who entered the player or the team.
    #[seadrift(label = "entered by", help = "Who filled in the form.", readonly)]
    pub registered_by_id: Option<i64>,
    /// The answers of the form.
    #[sea_orm(column_type = "JsonBinary", default_value = "{}")]
    #[seadrift(label = "answers", help = "Game ids, contact, roster and custom fields, as entered.")]
    pub registration_data: Json,
    /// Where it stands.
    #[sea_orm(column_type = "String(StringLen::N(20))", default_value = "pending")]
    #[seadrift(
        label = "status",
        section = "Progress",
        help = "Changed by paying, confirming, rejecting or cancelling, not by hand.",
        readonly,
        choices(
            "pending" = "Pending",
            "payment_submitted" = "Payment submitted",
            "confirmed" = "Confirmed",
            "waitlisted" = "On the waiting list",
            "rejected" = "Rejected",
            "cancelled" = "Cancelled",
            "no_show" = "Did not show up",
            "disqualified" = "Disqualified"
        )
    )]
    pub status: String,
    /// When it was made.
    #[seadrift(label = "entered", readonly)]
    pub registered_at: DateTimeUtc,
    /// When it was confirmed.
    #[seadrift(label = "confirmed", readonly)]
    pub confirmed_at: Option<DateTimeUtc>,
    /// Until when the fee is to be paid; nothing when none is open.
    #[seadrift(
        label = "to be paid by",
        help = "Then the place is given to others; empty when nothing is open.",
        readonly
    )]
    pub payment_due_at: Option<DateTimeUtc>,
    /// Whether no fee is asked.
    #[sea_orm(default_value = false)]
    #[seadrift(label = "fee waived", readonly)]
    pub has_fee_waiver: bool,
    /// Why no fee is asked.
    #[sea_orm(column_type = "String(StringLen::N(200))", default_value = "")]
    #[seadrift(label = "reason of the waiver", readonly)]
    pub waiver_reason: String,
    /// Whether the entrant said that they are there.
    #[sea_orm(default_value = false)]
    #[seadrift(label = "checked in", readonly)]
    pub checked_in: bool,
    /// When they said so.
    #[seadrift(label = "checked in at", readonly)]
    pub checked_in_at: Option<DateTimeUtc>,
    /// Place in the draw, from 1.
    #[seadrift(label = "slot", section = "Draw", help = "Place in the draw, from 1; once a tournament.", min = 1)]
    pub slot_number: Option<i32>,
    /// Strength, from 1, the strongest first.
    #[seadrift(label = "seed", help = "1 is the strongest; once a tournament.", min = 1)]
    pub seed: Option<i32>,
    /// Remarks of the organizer.
    #[sea_orm(column_type = "Text", default_value = "")]
    #[seadrift(label = "notes", section = "Record", help = "Seen by organizers only.", multiline)]
    pub notes: String,
    /// When the row was made.
    #[seadrift(label = "created", readonly)]
    pub created_at: DateTimeUtc,
    /// When it last changed.
    #[seadrift(label = "updated", readonly)]
    pub updated_at: DateTimeUtc,
    /// Whether it was taken back.
    #[sea_orm(default_value = false)]
    #[seadrift(label = "deleted", readonly)]
    pub is_deleted: bool,
    /// When it was taken back.
    #[seadrift(label = "deleted at", readonly)]
    pub deleted_at: Option<DateTimeUtc>,
    /// Who took it back.
    #[seadrift(label = "deleted by", readonly)]
    pub deleted_by_id: Option<i64>,
    /// The tournament.
    #[sea_orm(belongs_to, from = "tournament_id", to = "id", on_delete = "Cascade")]
    pub tournament: BelongsTo<super::tournament::Entity>,
    /// The player.
    #[sea_orm(belongs_to, relation_enum = "User", from = "user_id", to = "id", on_delete = "Cascade")]
    pub user: BelongsTo<Option<accounts::model::user::Entity>>,
    /// The team.
    #[sea_orm(belongs_to, from = "team_id", to = "id", on_delete = "Cascade")]
    pub team: BelongsTo<Option<teams::model::core::team::Entity>>,
    /// Who entered the player or the team.
    #[sea_orm(belongs_to, relation_enum = "RegisteredBy", from = "registered_by_id", to = "id", on_delete = "SetNull")]
    pub registered_by: BelongsTo<Option<accounts::model::user::Entity>>,
    /// Who took it back.
    #[sea_orm(belongs_to, relation_enum = "DeletedBy", from = "deleted_by_id", to = "id", on_delete = "SetNull")]
    pub deleted_by: BelongsTo<Option<accounts::model::user::Entity>>,
}

impl ActiveModelBehavior for ActiveModel {}
