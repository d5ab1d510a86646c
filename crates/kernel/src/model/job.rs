//! Work that is to be done later.

use sea_orm::entity::prelude::*;

/// Work that is to be done later, once or again and again, by whichever node takes it first.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, seadrift::Declare)]
#[sea_orm(table_name = "kernel_job")]
#[seadrift(
    app = "kernel",
    model = "Job",
    label = "job",
    plural = "jobs",
    ordering("-id"),
    list("kind", "status", "run_at", "attempts", "last_error"),
    search("kind", "dedupe_key", "last_error"),
    filter("status", "kind"),
    name("kind", "dedupe_key"),
    date = "created_at",
    check(name = "job_kind_not_empty", sql = "kind <> ''"),
    check(name = "job_finished_has_time", sql = "(finished_at IS NULL) = (status IN ('queued', 'running'))"),
    check(
        name = "job_running_has_lease",
        sql = "status <> 'running' OR (locked_by <> '' AND locked_until IS NOT NULL)"
    ),
    index(columns("dedupe_key"), unique, filter = "finished_at IS NULL", name = "uq_kernel_job_unfinished_key"),
    index(columns("run_at", "id"), filter = "status = 'queued'", name = "ix_kernel_job_queued"),
    index(columns("locked_until"), filter = "status = 'running'", name = "ix_kernel_job_running"),
    index(columns("finished_at"))
)]
pub struct Model {
    /// Id.
    #[sea_orm(primary_key)]
    #[seadrift(label = "id")]
    pub id: i64,
    /// Which handler does it.
    #[sea_orm(column_type = "String(StringLen::N(100))")]
    #[seadrift(label = "kind", help = "Which part of the program does it.", readonly)]
    pub kind: String,
    /// What the handler needs to know.
    #[sea_orm(column_type = "JsonBinary", default_value = "{}")]
    #[seadrift(label = "data", help = "What the handler needs to know.", readonly)]
    pub payload: Json,
    /// Not before then.
    #[seadrift(label = "due", readonly)]
    pub run_at: DateTimeUtc,
    /// How it stands.
    #[sea_orm(column_type = "String(StringLen::N(16))", default_value = "queued")]
    #[seadrift(
        label = "status",
        help = "Dead: given up after its last attempt; it waits for somebody to try it again.",
        readonly,
        choices("queued" = "Queued", "running" = "Running", "done" = "Done", "dead" = "Dead")
    )]
    pub status: String,
    /// How often it was begun since it was queued.
    #[sea_orm(default_value = 0)]
    #[seadrift(label = "attempts", help = "How often it was begun since it was queued.", min = 0, readonly)]
    pub attempts: i32,
    /// After so many failures it is dead.
    #[sea_orm(default_value = 10)]
    #[seadrift(label = "most attempts", help = "After so many failures it is dead.", min = 1, readonly)]
    pub max_attempts: i32,
    /// Who took it last, and a token of that very time.
    #[sea_orm(column_type = "String(StringLen::N(120))", default_value = "")]
    #[seadrift(label = "worker", help = "Who took it last.", readonly)]
    pub locked_by: String,
    /// Until then nobody else takes it, unless its worker says that it is still at it.
    #[seadrift(label = "taken until", readonly)]
    pub locked_until: Option<DateTimeUtc>,
    /// When it was last begun.
    #[seadrift(label = "begun", readonly)]
    pub started_at: Option<DateTimeUtc>,
    /// What went wrong last.
    #[sea_orm(column_type = "Text", default_value = "")]
    #[seadrift(label = "last error", help = "What went wrong last.", multiline, readonly)]
    pub last_error: String,
    /// Among unfinished jobs there is one with this key at most.
    #[sea_orm(column_type = "String(StringLen::N(200))")]
    #[seadrift(label = "key", help = "Among unfinished jobs there is one with this key at most.", readonly)]
    pub dedupe_key: Option<String>,
    /// It was asked for again while it was running: it runs once more, not before then.
    #[seadrift(label = "again", readonly)]
    pub rerun_at: Option<DateTimeUtc>,
    /// A recurring job's period in milliseconds.
    #[seadrift(label = "period", help = "Of a recurring job, in milliseconds.", min = 1, readonly)]
    pub period_ms: Option<i64>,
    /// When it was asked for.
    #[seadrift(label = "created", readonly)]
    pub created_at: DateTimeUtc,
    /// When it was done or given up; done ones are removed after a while.
    #[seadrift(label = "finished", readonly)]
    pub finished_at: Option<DateTimeUtc>,
}

impl ActiveModelBehavior for ActiveModel {}
