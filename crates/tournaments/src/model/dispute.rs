//! An objection to a match's result.

use sea_orm::entity::prelude::*;

/// An objection to a match's result. A match can have several, one of them open at a time.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, seadrift::Declare)]
#[sea_orm(table_name = "tournament_engine_match_dispute")]
#[seadrift(
    app = "tournaments",
    model = "Dispute",
    label = "dispute",
    plural = "disputes",
    ordering("-created_at", "-id"),
    list("disputed_match", "reason", "status", "initiated_by", "created_at", "resolved_at"),
    search("description", "resolution_notes"),
    filter("status", "reason", "initiated_by_id", "resolved_by_id"),
    name("reason", "status"),
    date = "created_at",
    check(
        name = "chk_dispute_closed_has_time",
        sql = "(status IN ('resolved', 'dismissed', 'withdrawn')) = (resolved_at IS NOT NULL)"
    ),
    check(
        name = "chk_dispute_final_scores_together",
        sql = "(final_participant1_score IS NULL) = (final_participant2_score IS NULL)"
    ),
    index(
        columns("match_id"),
        unique,
        filter = "status IN ('open', 'under_review', 'escalated')",
        name = "unique_open_dispute_per_match"
    ),
    index(columns("match_id", "status")),
    index(columns("status", "created_at")),
    index(columns("reason"))
)]
pub struct Model {
    /// Id.
    #[sea_orm(primary_key)]
    #[seadrift(label = "id")]
    pub id: i64,
    /// The match.
    #[seadrift(label = "match")]
    pub match_id: i64,
    /// Who objects; nobody when two reports disagreed.
    #[seadrift(
        label = "opened by",
        help = "Empty when the platform opened it because two reports disagreed.",
        readonly
    )]
    pub initiated_by_id: Option<i64>,
    /// What is wrong.
    #[sea_orm(column_type = "String(StringLen::N(30))")]
    #[seadrift(
        label = "reason",
        choices(
            "score_mismatch" = "Scores do not match",
            "no_show" = "Opponent did not show up",
            "cheating" = "Cheating",
            "technical_issue" = "Technical problem",
            "other" = "Other"
        )
    )]
    pub reason: String,
    /// What happened.
    #[sea_orm(column_type = "Text")]
    #[seadrift(label = "description", help = "What happened, in the words of who objects.", multiline)]
    pub description: String,
    /// Storage path of a picture.
    #[sea_orm(column_type = "String(StringLen::N(100))")]
    #[seadrift(label = "screenshot", format = "image")]
    pub evidence_screenshot: Option<String>,
    /// A film.
    #[sea_orm(column_type = "String(StringLen::N(200))", default_value = "")]
    #[seadrift(label = "video", format = "url")]
    pub evidence_video_url: String,
    /// Where it stands.
    #[sea_orm(column_type = "String(StringLen::N(20))", default_value = "open")]
    #[seadrift(
        label = "status",
        section = "Decision",
        help = "Changed by reviewing, escalating, resolving, dismissing or withdrawing, not by hand.",
        readonly,
        choices(
            "open" = "Open",
            "under_review" = "Under review",
            "escalated" = "Escalated",
            "resolved" = "Resolved",
            "dismissed" = "Dismissed",
            "withdrawn" = "Withdrawn"
        )
    )]
    pub status: String,
    /// Who closed it.
    #[seadrift(label = "closed by", readonly)]
    pub resolved_by_id: Option<i64>,
    /// Why it was decided so.
    #[sea_orm(column_type = "Text", default_value = "")]
    #[seadrift(label = "decision", help = "Why it was decided so; both sides read it.", multiline)]
    pub resolution_notes: String,
    /// Score of the first side as decided.
    #[seadrift(label = "first score", help = "As decided; empty when the result stands.", min = 0, readonly)]
    pub final_participant1_score: Option<i32>,
    /// Score of the second side as decided.
    #[seadrift(label = "second score", help = "As decided; empty when the result stands.", min = 0, readonly)]
    pub final_participant2_score: Option<i32>,
    /// When it was closed.
    #[seadrift(label = "closed", readonly)]
    pub resolved_at: Option<DateTimeUtc>,
    /// When it was opened.
    #[seadrift(label = "opened", section = "Record", readonly)]
    pub created_at: DateTimeUtc,
    /// When it last changed.
    #[seadrift(label = "updated", readonly)]
    pub updated_at: DateTimeUtc,
    /// The match.
    #[sea_orm(belongs_to, from = "match_id", to = "id", on_delete = "Cascade")]
    pub disputed_match: BelongsTo<super::r#match::Entity>,
    /// Who objects.
    #[sea_orm(belongs_to, relation_enum = "InitiatedBy", from = "initiated_by_id", to = "id", on_delete = "SetNull")]
    pub initiated_by: BelongsTo<Option<accounts::model::user::Entity>>,
    /// Who closed it.
    #[sea_orm(belongs_to, relation_enum = "ResolvedBy", from = "resolved_by_id", to = "id", on_delete = "SetNull")]
    pub resolved_by: BelongsTo<Option<accounts::model::user::Entity>>,
}

impl ActiveModelBehavior for ActiveModel {}
