//! How much of a limit is used up.

use sea_orm::entity::prelude::*;

/// How much of a limit one key has used up, as one moment in time.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, seadrift::Declare)]
#[sea_orm(table_name = "kernel_ratelimit")]
#[seadrift(
    app = "kernel",
    model = "RateLimit",
    label = "rate limit",
    plural = "rate limits",
    ordering("-updated_at"),
    list("key", "value", "updated_at"),
    search("key"),
    name("key"),
    date = "updated_at",
    index(columns("value"))
)]
pub struct Model {
    /// Id.
    #[sea_orm(primary_key)]
    #[seadrift(label = "id")]
    pub id: i64,
    /// What is limited, e.g. `sign-in:192.0.2.1`.
    #[sea_orm(column_type = "String(StringLen::N(200))", unique)]
    #[seadrift(label = "key", help = "What is limited, e.g. sign-in:192.0.2.1.", readonly)]
    pub key: String,
    /// When all of it is there again, in microseconds since 1970.
    #[seadrift(label = "full again", help = "In microseconds since 1970.", readonly)]
    pub value: i64,
    /// When something was last taken.
    #[seadrift(label = "last taken", readonly)]
    pub updated_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
