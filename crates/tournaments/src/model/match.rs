//! A match between two entrants.

use sea_orm::entity::prelude::*;

/// A match between two entrants. It is taken back by marking it deleted.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, seadrift::Declare)]
#[sea_orm(table_name = "tournament_engine_match_match")]
#[seadrift(
    app = "tournaments",
    model = "Match",
    label = "match",
    plural = "matches",
    ordering("tournament_id", "round_number", "match_number", "id"),
    list(
        "tournament",
        "round_number",
        "match_number",
        "participant1_name",
        "participant2_name",
        "participant1_score",
        "participant2_score",
        "state",
        "scheduled_time"
    ),
    search("participant1_name", "participant2_name"),
    filter("state", "tournament_id", "round_number", "is_draw", "is_deleted"),
    name("participant1_name", "participant2_name"),
    date = "scheduled_time",
    check(name = "chk_match_participants_differ", sql = "participant1_id <> participant2_id"),
    check(
        name = "chk_match_winner_takes_part",
        sql = "winner_id IS NULL OR winner_id IS NOT DISTINCT FROM participant1_id OR winner_id IS NOT DISTINCT FROM participant2_id"
    ),
    check(
        name = "chk_match_loser_takes_part",
        sql = "loser_id IS NULL OR loser_id IS NOT DISTINCT FROM participant1_id OR loser_id IS NOT DISTINCT FROM participant2_id"
    ),
    check(name = "chk_match_winner_is_not_loser", sql = "winner_id <> loser_id"),
    check(
        name = "chk_match_completed_has_winner",
        sql = "state <> 'completed' OR is_draw OR (winner_id IS NOT NULL AND loser_id IS NOT NULL)"
    ),
    check(
        name = "chk_match_draw_is_even",
        sql = "NOT is_draw OR (winner_id IS NULL AND loser_id IS NULL AND participant1_score = participant2_score)"
    ),
    check(name = "chk_match_completed_after_start", sql = "completed_at >= started_at"),
    check(name = "chk_match_check_in_before_start", sql = "check_in_deadline <= scheduled_time"),
    check(name = "chk_match_best_of_is_odd", sql = "best_of % 2 = 1"),
    check(name = "chk_match_confirmation_is_pending", sql = "confirm_by IS NULL OR state = 'pending_result'"),
    check(name = "match_deleted_has_time", sql = "is_deleted = (deleted_at IS NOT NULL)"),
    index(
        columns("tournament_id", "bracket_id", "round_number", "match_number"),
        unique,
        filter = "bracket_id IS NOT NULL AND NOT is_deleted",
        name = "unique_match_per_bracket"
    ),
    index(
        columns("tournament_id", "round_number", "match_number"),
        unique,
        filter = "bracket_id IS NULL AND NOT is_deleted",
        name = "unique_match_outside_brackets"
    ),
    index(
        columns("bracket_id", "stage", "code"),
        unique,
        filter = "bracket_id IS NOT NULL AND code <> '' AND NOT is_deleted",
        name = "unique_match_role_per_bracket"
    ),
    index(columns("tournament_id", "round_number", "match_number")),
    index(columns("bracket_id", "round_number")),
    index(columns("state")),
    index(columns("scheduled_time")),
    index(columns("participant1_id", "participant2_id")),
    index(columns("check_in_deadline", "state"), filter = "state = 'check_in'", name = "idx_match_check_in"),
    index(columns("tournament_id", "state"), filter = "state = 'live'", name = "idx_match_live")
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
    /// The bracket that it belongs to.
    #[seadrift(label = "bracket", help = "Empty for a match outside of the bracket.")]
    pub bracket_id: Option<i64>,
    /// Stage of the bracket, from 1: groups are the first, their playoffs the second.
    #[sea_orm(default_value = 1)]
    #[seadrift(label = "stage", help = "Stage of the bracket, from 1.", min = 1)]
    pub stage: i16,
    /// The match's role in its stage: `W2.3`, `L4.1`, `GF`.
    #[sea_orm(column_type = "String(StringLen::N(32))", default_value = "")]
    #[seadrift(label = "role", help = "The role of the match, e.g. W2.3, L4.1 or GF; once a stage.")]
    pub code: String,
    /// Round, from 1.
    #[seadrift(label = "round", min = 1)]
    pub round_number: i32,
    /// Number within the round, from 1, through all parts of the bracket.
    #[seadrift(label = "number", help = "Number within the round, from 1, through all parts and groups.", min = 1)]
    pub match_number: i32,
    /// One side.
    #[seadrift(label = "first entrant", section = "Meeting")]
    pub participant1_id: Option<i64>,
    /// Its name when the match was made.
    #[sea_orm(column_type = "String(StringLen::N(100))", default_value = "")]
    #[seadrift(label = "first name")]
    pub participant1_name: String,
    /// The other side.
    #[seadrift(label = "second entrant")]
    pub participant2_id: Option<i64>,
    /// Its name when the match was made.
    #[sea_orm(column_type = "String(StringLen::N(100))", default_value = "")]
    #[seadrift(label = "second name")]
    pub participant2_name: String,
    /// Games, at the most.
    #[sea_orm(default_value = 1)]
    #[seadrift(label = "best of", help = "Games at the most; an odd number.", min = 1, max = 9)]
    pub best_of: i32,
    /// When it is to begin.
    #[seadrift(label = "scheduled", help = "UTC; empty while nobody knows.")]
    pub scheduled_time: Option<DateTimeUtc>,
    /// Until when both must have checked in.
    #[seadrift(label = "check-in ends", help = "UTC; not after the match is to begin.")]
    pub check_in_deadline: Option<DateTimeUtc>,
    /// Where to meet: map, server, lobby.
    #[sea_orm(column_type = "JsonBinary", default_value = "{}")]
    #[seadrift(label = "lobby", help = "Where to meet: game mode, map, server, lobby code and password.")]
    pub lobby_info: Json,
    /// Where it can be watched.
    #[sea_orm(column_type = "String(StringLen::N(200))", default_value = "")]
    #[seadrift(label = "stream", format = "url")]
    pub stream_url: String,
    /// Where it stands.
    #[sea_orm(column_type = "String(StringLen::N(20))", default_value = "scheduled")]
    #[seadrift(
        label = "state",
        section = "Result",
        help = "Changed by checking in, starting, reporting, confirming or disputing, not by hand.",
        readonly,
        choices(
            "scheduled" = "Scheduled",
            "check_in" = "Check-in",
            "ready" = "Ready",
            "live" = "Live",
            "pending_result" = "Result to be confirmed",
            "completed" = "Completed",
            "disputed" = "Disputed",
            "forfeit" = "Forfeit",
            "cancelled" = "Cancelled"
        )
    )]
    pub state: String,
    /// Whether the first side is there.
    #[sea_orm(default_value = false)]
    #[seadrift(label = "first checked in", readonly)]
    pub participant1_checked_in: bool,
    /// Whether the second side is there.
    #[sea_orm(default_value = false)]
    #[seadrift(label = "second checked in", readonly)]
    pub participant2_checked_in: bool,
    /// Score of the first side.
    #[sea_orm(default_value = 0)]
    #[seadrift(label = "first score", min = 0, readonly)]
    pub participant1_score: i32,
    /// Score of the second side.
    #[sea_orm(default_value = 0)]
    #[seadrift(label = "second score", min = 0, readonly)]
    pub participant2_score: i32,
    /// The games, a list of both scores each.
    #[sea_orm(column_type = "JsonBinary", default_value = "[]")]
    #[seadrift(label = "games", help = "Score of each game, e.g. [[13, 9], [7, 13], [13, 11]].", readonly)]
    pub games: Json,
    /// How the result came about.
    #[sea_orm(column_type = "String(StringLen::N(20))", default_value = "")]
    #[seadrift(
        label = "decided by",
        readonly,
        choices(
            "" = "Not decided",
            "agreement" = "Both sides",
            "timeout" = "One side, unanswered",
            "organizer" = "Organizer",
            "dispute" = "Dispute",
            "forfeit" = "Forfeit",
            "no_show" = "No-show",
            "correction" = "Correction"
        )
    )]
    pub decided_by: String,
    /// When an unanswered report stands.
    #[seadrift(
        label = "stands from",
        help = "When the reported result stands unless the other side answers.",
        readonly
    )]
    pub confirm_by: Option<DateTimeUtc>,
    /// Counts the meetings and results that this match has had; a report names the one it is about.
    #[sea_orm(default_value = 1)]
    #[seadrift(
        label = "revision",
        help = "Counts the meetings and results that this match has had.",
        min = 1,
        readonly
    )]
    pub revision: i32,
    /// Who won.
    #[seadrift(label = "winner", help = "One of the two.", readonly)]
    pub winner_id: Option<i64>,
    /// Who lost.
    #[seadrift(label = "loser", help = "The other of the two.", readonly)]
    pub loser_id: Option<i64>,
    /// Whether nobody won, where the format allows it.
    #[sea_orm(default_value = false)]
    #[seadrift(label = "draw", help = "Nobody won; round robin and Swiss only.", readonly)]
    pub is_draw: bool,
    /// When it began.
    #[seadrift(label = "started", readonly)]
    pub started_at: Option<DateTimeUtc>,
    /// When it ended.
    #[seadrift(label = "completed", readonly)]
    pub completed_at: Option<DateTimeUtc>,
    /// When it was made.
    #[seadrift(label = "created", section = "Record", readonly)]
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
    /// The bracket; it is not deleted while it has matches.
    #[sea_orm(belongs_to, from = "bracket_id", to = "id")]
    pub bracket: BelongsTo<Option<super::bracket::Entity>>,
    /// One side.
    #[sea_orm(belongs_to, relation_enum = "Participant1", from = "participant1_id", to = "id")]
    pub participant1: BelongsTo<Option<super::registration::Entity>>,
    /// The other side.
    #[sea_orm(belongs_to, relation_enum = "Participant2", from = "participant2_id", to = "id")]
    pub participant2: BelongsTo<Option<super::registration::Entity>>,
    /// Who won.
    #[sea_orm(belongs_to, relation_enum = "Winner", from = "winner_id", to = "id")]
    pub winner: BelongsTo<Option<super::registration::Entity>>,
    /// Who lost.
    #[sea_orm(belongs_to, relation_enum = "Loser", from = "loser_id", to = "id")]
    pub loser: BelongsTo<Option<super::registration::Entity>>,
    /// Who took it back.
    #[sea_orm(belongs_to, from = "deleted_by_id", to = "id", on_delete = "SetNull")]
    pub deleted_by: BelongsTo<Option<accounts::model::user::Entity>>,
}

impl ActiveModelBehavior for ActiveModel {}
