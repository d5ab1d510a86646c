//! What a tournament's settings were at one time.

use sea_orm::entity::prelude::*;

/// What a tournament's settings were at one time. Never changed: going back to a version adds
/// another one that names it.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, seadrift::Declare)]
#[sea_orm(table_name = "tournaments_tournamentversion")]
#[seadrift(
    app = "tournaments",
    model = "TournamentVersion",
    label = "version",
    plural = "versions",
    ordering("-version_number", "-id"),
    list("tournament", "version_number", "change_summary", "changed_by", "changed_at"),
    search("change_summary"),
    filter("tournament_id", "changed_by_id"),
    name("version_number", "change_summary"),
    date = "changed_at",
    append_only,
    index(columns("tournament_id", "version_number"), unique),
    index(columns("changed_at"))
)]
pub struct Model {
    /// Id.
    #[sea_orm(primary_key)]
    #[seadrift(label = "id")]
    pub id: i64,
    /// The tournament.
    #[seadrift(label = "tournament")]
    pub tournament_id: i64,
    /// Counts from 1 in each tournament, without gaps.
    #[seadrift(label = "version", min = 1)]
    pub version_number: i32,
    /// The settings.
    #[sea_orm(column_type = "JsonBinary")]
    #[seadrift(label = "settings")]
    pub version_data: Json,
    /// What changed.
    #[sea_orm(column_type = "Text")]
    #[seadrift(label = "change", multiline)]
    pub change_summary: String,
    /// The version that this one went back to.
    #[seadrift(label = "back to", help = "The version that this one went back to.")]
    pub restores_id: Option<i64>,
    /// Who changed it; nobody when the clock did.
    #[seadrift(label = "changed by")]
    pub changed_by_id: Option<i64>,
    /// When.
    #[seadrift(label = "changed")]
    pub changed_at: DateTimeUtc,
    /// The tournament.
    #[sea_orm(belongs_to, from = "tournament_id", to = "id", on_delete = "Restrict")]
    pub tournament: BelongsTo<super::tournament::Entity>,
    /// The version that this one went back to.
    #[sea_orm(self_ref, relation_enum = "Restores", from = "restores_id", to = "id", on_delete = "Restrict")]
    pub restores: BelongsTo<Option<Entity>>,
    /// Who changed it.
    #[sea_orm(belongs_to, from = "changed_by_id", to = "id", on_delete = "Restrict")]
    pub changed_by: BelongsTo<Option<accounts::model::user::Entity>>,
}

impl ActiveModelBehavior for ActiveModel {}
