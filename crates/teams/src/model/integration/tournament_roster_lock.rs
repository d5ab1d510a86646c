//! A locking or unlocking of a roster.

use sea_orm::entity::prelude::*;

/// A roster was locked, or unlocked with a reason.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, seadrift::Declare)]
#[sea_orm(table_name = "teams_tournament_roster_lock")]
#[seadrift(
    app = "teams",
    model = "TournamentRosterLock",
    label = "roster lock entry",
    plural = "roster lock history",
    ordering("-created_at"),
    list("registration_id", "is_unlock", "locked_by_system", "unlocked_by_id", "created_at"),
    search("reason"),
    filter("is_unlock"),
    date = "created_at",
    append_only,
    check(
        name = "ck_teams_tournament_roster_lock_unlock_is_by_a_person",
        sql = "NOT (is_unlock AND locked_by_system)"
    ),
    check(name = "ck_teams_tournament_roster_lock_unlock_has_reason", sql = "NOT is_unlock OR reason <> ''"),
    index(columns("registration_id", "-created_at"))
)]
pub struct Model {
    /// Id.
    #[sea_orm(primary_key)]
    #[seadrift(readonly)]
    pub id: i64,
    /// The entry whose roster it is.
    #[seadrift(label = "entry")]
    pub registration_id: i64,
    /// Whether it was unlocked, and not locked.
    #[sea_orm(default_value = false)]
    #[seadrift(label = "unlocked")]
    pub is_unlock: bool,
    /// Whether the platform locked it when the tournament began.
    #[sea_orm(default_value = false)]
    #[seadrift(label = "by the platform", help = "Locked when the tournament began, by nobody in particular.")]
    pub locked_by_system: bool,
    /// Who unlocked it.
    #[seadrift(label = "unlocked by")]
    pub unlocked_by_id: Option<i64>,
    /// Why.
    #[sea_orm(column_type = "Text", default_value = "")]
    #[seadrift(label = "reason", help = "Needed for an unlocking.", multiline)]
    pub reason: String,
    /// When it was made.
    #[seadrift(label = "at", readonly)]
    pub created_at: DateTimeUtc,
    /// The entry.
    #[sea_orm(belongs_to, from = "registration_id", to = "id", on_delete = "Cascade")]
    pub registration: BelongsTo<super::tournament_registration::Entity>,
    /// Who unlocked it.
    #[sea_orm(belongs_to, from = "unlocked_by_id", to = "id", on_delete = "SetNull")]
    pub unlocked_by: BelongsTo<Option<accounts::model::user::Entity>>,
}

impl ActiveModelBehavior for ActiveModel {}
