//! A team's entry into a tournament.

use sea_orm::entity::prelude::*;

/// A team's entry into a tournament, with its roster as it was. A team has one live entry a tournament;
/// what was rejected or cancelled may be tried again.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, seadrift::Declare)]
#[sea_orm(table_name = "teams_tournament_registration")]
#[seadrift(
    app = "teams",
    model = "TeamTournamentRegistration",
    label = "tournament entry",
    plural = "tournament entries",
    ordering("-registered_at"),
    list(
        "team_id",
        "tournament_id",
        "status",
        "validation_passed",
        "is_roster_locked",
        "payment_verified",
        "registered_at"
    ),
    search("payment_reference", "admin_notes"),
    filter("status", "is_roster_locked", "payment_verified"),
    date = "registered_at",
    check(
        name = "ck_teams_tournament_registration_lock_is_dated",
        sql = "NOT is_roster_locked OR locked_at IS NOT NULL"
    ),
    check(
        name = "ck_teams_tournament_registration_payment_is_dated",
        sql = "NOT payment_verified OR payment_verified_at IS NOT NULL"
    ),
    check(
        name = "ck_teams_tournament_registration_starters_fit_the_roster",
        sql = "min_starters IS NULL OR max_roster_size IS NULL OR min_starters <= max_roster_size"
    ),
    index(
        columns("team_id", "tournament_id"),
        unique,
        filter = "status IN ('pending', 'approved', 'confirmed')",
        name = "uq_teams_tournament_registration_one_live"
    ),
    index(columns("team_id", "tournament_id")),
    index(columns("tournament_id", "status")),
    index(columns("status", "-registered_at"))
)]
pub struct Model {
    /// Id.
    #[sea_orm(primary_key)]
    #[seadrift(readonly)]
    pub id: i64,
    /// The team.
    #[seadrift(label = "team")]
    pub team_id: i64,
    /// The tournament; unknown in some older data.
    #[seadrift(label = "tournament", soft_ref = "tournaments.Tournament")]
    pub tournament_id: Option<i64>,
    /// Who entered the team.
    #[seadrift(label = "entered by")]
    pub registered_by_id: i64,
    /// How far the entry is.
    #[sea_orm(column_type = "String(StringLen::N(16))", default_value = "pending")]
    #[seadrift(label = "status", help = "Confirmed means that the payment was verified.", choices("pending" = "Pending", "approved" = "Approved", "rejected" = "Rejected", "cancelled" = "Cancelled", "confirmed" = "Confirmed"))]
    pub status: String,
    /// The roster as it was: `captured_at` and `roster`, a list of players.
    #[sea_orm(column_type = "JsonBinary", default_value = "{}")]
    #[seadrift(label = "roster", help = "The roster as it was when the team entered.", section = "Roster", readonly)]
    pub roster_snapshot: Json,
    /// Whether the last check of the roster found nothing.
    #[sea_orm(default_value = false)]
    #[seadrift(label = "roster valid", readonly)]
    pub validation_passed: bool,
    /// What the last check of the roster found, a list of texts.
    #[sea_orm(column_type = "JsonBinary", default_value = "[]")]
    #[seadrift(label = "roster errors", readonly)]
    pub validation_errors: Json,
    /// The most players, where the tournament says other than the game.
    #[seadrift(label = "largest roster", help = "Only where it differs from the game's rule.", min = 1)]
    pub max_roster_size: Option<i32>,
    /// The fewest starters, where the tournament says other than the game.
    #[seadrift(label = "fewest starters", help = "Only where it differs from the game's rule.", min = 1)]
    pub min_starters: Option<i32>,
    /// Roles in the game that may enter, a list; empty for all.
    #[sea_orm(column_type = "JsonBinary", default_value = "[]")]
    #[seadrift(label = "allowed roles", help = "Empty for all.")]
    pub allowed_roles: Json,
    /// Whether the roster may no longer change.
    #[sea_orm(default_value = false)]
    #[seadrift(label = "roster locked", help = "Locked when the tournament begins.")]
    pub is_roster_locked: bool,
    /// When it was locked.
    #[seadrift(label = "locked", readonly)]
    pub locked_at: Option<DateTimeUtc>,
    /// What the payer gave as a reference.
    #[sea_orm(column_type = "String(StringLen::N(100))", default_value = "")]
    #[seadrift(label = "payment reference", section = "Payment")]
    pub payment_reference: String,
    /// Whether staff saw the payment.
    #[sea_orm(default_value = false)]
    #[seadrift(label = "payment verified")]
    pub payment_verified: bool,
    /// When staff saw the payment.
    #[seadrift(label = "payment verified at", readonly)]
    pub payment_verified_at: Option<DateTimeUtc>,
    /// Who saw the payment.
    #[seadrift(label = "payment verified by", readonly)]
    pub payment_verified_by_id: Option<i64>,
    /// Notes that only staff read.
    #[sea_orm(column_type = "Text", default_value = "")]
    #[seadrift(label = "staff notes", help = "Only staff read this.", section = "Decision", multiline)]
    pub admin_notes: String,
    /// Why it was rejected; the team reads it.
    #[sea_orm(column_type = "Text", default_value = "")]
    #[seadrift(label = "reason of rejection", help = "The team reads this.", multiline)]
    pub rejection_reason: String,
    /// When the team entered.
    #[seadrift(label = "entered", readonly)]
    pub registered_at: DateTimeUtc,
    /// When it last changed.
    #[seadrift(label = "updated", readonly)]
    pub updated_at: DateTimeUtc,
    /// The team.
    #[sea_orm(belongs_to, from = "team_id", to = "id", on_delete = "Cascade")]
    pub team: BelongsTo<crate::model::core::team::Entity>,
    /// Who entered the team.
    #[sea_orm(belongs_to, from = "registered_by_id", to = "id", on_delete = "Restrict")]
    pub registered_by: BelongsTo<profiles::model::user_profile::Entity>,
    /// Who saw the payment.
    #[sea_orm(belongs_to, from = "payment_verified_by_id", to = "id", on_delete = "SetNull")]
    pub payment_verified_by: BelongsTo<Option<accounts::model::user::Entity>>,
}

impl ActiveModelBehavior for ActiveModel {}
