//! What one side says about a match.

use sea_orm::entity::prelude::*;

/// What one side says about a match. It belongs to one revision of the match, so that a stale report
/// can never decide another meeting.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, seadrift::Declare)]
#[sea_orm(table_name = "tournaments_resultsubmission")]
#[seadrift(
    app = "tournaments",
    model = "ResultSubmission",
    label = "result report",
    plural = "result reports",
    ordering("-submitted_at", "-id"),
    list(
        "reported_match",
        "side",
        "participant1_score",
        "participant2_score",
        "status",
        "submitted_by",
        "submitted_at"
    ),
    search("note"),
    filter("status", "side", "match_id", "submitted_by_id"),
    name("participant1_score", "participant2_score"),
    date = "submitted_at",
    index(
        columns("match_id", "revision", "side"),
        unique,
        filter = "status = 'open'",
        name = "unique_open_report_per_side"
    ),
    index(columns("match_id", "submitted_at"))
)]
pub struct Model {
    /// Id.
    #[sea_orm(primary_key)]
    #[seadrift(label = "id")]
    pub id: i64,
    /// The match.
    #[seadrift(label = "match")]
    pub match_id: i64,
    /// The revision of the match that it is about.
    #[seadrift(label = "revision", help = "The revision of the match that it is about.", min = 1, readonly)]
    pub revision: i32,
    /// Which side says so.
    #[seadrift(label = "side", choices(1 = "First", 2 = "Second"))]
    pub side: i16,
    /// Who wrote it.
    #[seadrift(label = "reported by", readonly)]
    pub submitted_by_id: Option<i64>,
    /// The games, a list of both scores each.
    #[sea_orm(column_type = "JsonBinary", default_value = "[]")]
    #[seadrift(label = "games", help = "Score of each game, e.g. [[13, 9], [7, 13], [13, 11]].")]
    pub games: Json,
    /// Games that the first side won.
    #[seadrift(label = "first score", min = 0)]
    pub participant1_score: i32,
    /// Games that the second side won.
    #[seadrift(label = "second score", min = 0)]
    pub participant2_score: i32,
    /// A word to the other side and the referees.
    #[sea_orm(column_type = "Text", default_value = "")]
    #[seadrift(label = "note", multiline)]
    pub note: String,
    /// Token of the uploaded picture.
    #[sea_orm(column_type = "String(StringLen::N(64))")]
    #[seadrift(label = "screenshot", format = "image")]
    pub screenshot: Option<String>,
    /// What became of it.
    #[sea_orm(column_type = "String(StringLen::N(20))", default_value = "open")]
    #[seadrift(
        label = "status",
        readonly,
        choices(
            "open" = "Waiting for the other side",
            "agreed" = "Agreed",
            "stands" = "Unanswered, stands",
            "disputed" = "Disputed",
            "replaced" = "Replaced",
            "void" = "Void"
        )
    )]
    pub status: String,
    /// When it was made.
    #[seadrift(label = "reported", readonly)]
    pub submitted_at: DateTimeUtc,
    /// The match.
    #[sea_orm(belongs_to, from = "match_id", to = "id", on_delete = "Cascade")]
    pub reported_match: BelongsTo<super::r#match::Entity>,
    /// Who wrote it.
    #[sea_orm(belongs_to, from = "submitted_by_id", to = "id", on_delete = "SetNull")]
    pub submitted_by: BelongsTo<Option<accounts::model::user::Entity>>,
}

impl ActiveModelBehavior for ActiveModel {}
