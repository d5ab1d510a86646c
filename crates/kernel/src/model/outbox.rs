//! What was told, for every node.

use sea_orm::entity::prelude::*;

/// A fact that was told: the row is stored with the change that it is about, or not at all.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, seadrift::Declare)]
#[sea_orm(table_name = "kernel_outbox")]
#[seadrift(
    app = "kernel",
    model = "Outbox",
    label = "news item",
    plural = "news",
    ordering("-id"),
    list("topic", "event_type", "created_at"),
    search("topic", "event_type"),
    filter("event_type"),
    name("topic", "event_type"),
    date = "created_at",
    check(name = "outbox_topic_not_empty", sql = "topic <> ''"),
    index(columns("topic", "id")),
    index(columns("created_at"))
)]
pub struct Model {
    /// Id; grows with the order of telling, which is not always the order of commits.
    #[sea_orm(primary_key)]
    #[seadrift(label = "id")]
    pub id: i64,
    /// Random; the same as the event's on the bus of the process that told it.
    #[sea_orm(column_type = "String(StringLen::N(64))", unique)]
    #[seadrift(label = "event id", help = "Random; the same as in the history of events.", readonly)]
    pub event_id: String,
    /// The kind of fact, e.g. `match.completed`.
    #[sea_orm(column_type = "String(StringLen::N(100))")]
    #[seadrift(label = "event", help = "The kind of fact, e.g. match.completed.", readonly)]
    pub event_type: String,
    /// Whom it is for, e.g. `tournament:12` or `user:7`.
    #[sea_orm(column_type = "String(StringLen::N(100))")]
    #[seadrift(label = "topic", help = "Whom it is for, e.g. tournament:12 or user:7.", readonly)]
    pub topic: String,
    /// The event without its secrets.
    #[sea_orm(column_type = "JsonBinary")]
    #[seadrift(label = "data", help = "The event without its secrets.", readonly)]
    pub payload: Json,
    /// When it was told; old ones are removed.
    #[seadrift(label = "told", readonly)]
    pub created_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
