//! The draw of a tournament.

use sea_orm::entity::prelude::*;

/// The draw of a tournament: one each, with all its stages.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, seadrift::Declare)]
#[sea_orm(table_name = "tournament_engine_bracket_bracket")]
#[seadrift(
    app = "tournaments",
    model = "Bracket",
    label = "bracket",
    plural = "brackets",
    ordering("-id"),
    list("tournament", "format", "seeding_method", "status", "total_rounds", "total_matches", "is_finalized"),
    filter("format", "seeding_method", "status", "is_finalized"),
    date = "generated_at",
    index(columns("format"))
)]
pub struct Model {
    /// Id.
    #[sea_orm(primary_key)]
    #[seadrift(label = "id")]
    pub id: i64,
    /// The tournament.
    #[sea_orm(unique)]
    #[seadrift(label = "tournament", help = "At most one bracket a tournament.")]
    pub tournament_id: i64,
    /// How the winner is found; the tournament's format when it was drawn.
    #[sea_orm(column_type = "String(StringLen::N(50))", default_value = "single_elimination")]
    #[seadrift(
        label = "format",
        choices(
            "single_elimination" = "Single elimination",
            "double_elimination" = "Double elimination",
            "round_robin" = "Round robin",
            "swiss" = "Swiss",
            "group_playoff" = "Groups, then playoffs"
        )
    )]
    pub format: String,
    /// Where the seeds came from.
    #[sea_orm(column_type = "String(StringLen::N(30))", default_value = "slot_order")]
    #[seadrift(
        label = "seeding",
        help = "Where the seeds come from.",
        choices(
            "slot_order" = "Order of the slots",
            "random" = "Drawn by lot",
            "ranked" = "Ranking",
            "manual" = "By hand",
            "snake" = "Snake over the groups"
        )
    )]
    pub seeding_method: String,
    /// How far it has come.
    #[sea_orm(column_type = "String(StringLen::N(20))", default_value = "pending")]
    #[seadrift(
        label = "status",
        readonly,
        choices("pending" = "Not drawn", "generated" = "Drawn", "in_progress" = "Being played", "completed" = "Completed")
    )]
    pub status: String,
    /// Rounds.
    #[sea_orm(default_value = 0)]
    #[seadrift(label = "rounds", min = 0, readonly)]
    pub total_rounds: i32,
    /// Matches, byes left out.
    #[sea_orm(default_value = 0)]
    #[seadrift(label = "matches", min = 0, readonly)]
    pub total_matches: i32,
    /// Rounds with their names, and what the stages are made of.
    #[sea_orm(column_type = "JsonBinary", default_value = "{}")]
    #[seadrift(label = "structure", readonly)]
    pub bracket_structure: Json,
    /// Counts the changes of the draw and of its results.
    #[sea_orm(default_value = 0)]
    #[seadrift(label = "revision", help = "Counts the changes of the draw and of its results.", min = 0, readonly)]
    pub revision: i32,
    /// Whether it is locked.
    #[sea_orm(default_value = false)]
    #[seadrift(label = "finalized", help = "Locked: it is not drawn again.", readonly)]
    pub is_finalized: bool,
    /// When it was drawn.
    #[seadrift(label = "drawn", readonly)]
    pub generated_at: Option<DateTimeUtc>,
    /// When it was made.
    #[seadrift(label = "created", readonly)]
    pub created_at: DateTimeUtc,
    /// When it last changed.
    #[seadrift(label = "updated", readonly)]
    pub updated_at: DateTimeUtc,
    /// The tournament.
    #[sea_orm(belongs_to, from = "tournament_id", to = "id", on_delete = "Cascade")]
    pub tournament: BelongsTo<super::tournament::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
