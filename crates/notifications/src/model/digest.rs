//! A day's notices in one mail.

use sea_orm::entity::prelude::*;

/// A day's notices in one mail: at most one a person and day.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, seadrift::Declare)]
#[sea_orm(table_name = "notifications_notificationdigest")]
#[seadrift(
    app = "notifications",
    model = "NotificationDigest",
    label = "digest",
    plural = "digests",
    ordering("-digest_date"),
    list("user", "digest_date", "is_sent", "sent_at"),
    filter("is_sent", "user_id"),
    name("digest_date"),
    date = "digest_date",
    check(name = "notificationdigest_sent_has_time", sql = "is_sent = (sent_at IS NOT NULL)"),
    index(columns("user_id", "digest_date"), unique),
    index(columns("user_id", "digest_date", "is_sent"))
)]
pub struct Model {
    /// Id.
    #[sea_orm(primary_key)]
    #[seadrift(label = "id")]
    pub id: i64,
    /// Who gets it.
    #[seadrift(label = "user")]
    pub user_id: i64,
    /// The person's day.
    #[seadrift(label = "day", help = "The person's own day; at most one digest each.")]
    pub digest_date: Date,
    /// When it was sent.
    #[seadrift(label = "sent at", readonly)]
    pub sent_at: Option<DateTimeUtc>,
    /// Whether it was sent.
    #[sea_orm(default_value = false)]
    #[seadrift(label = "sent", readonly)]
    pub is_sent: bool,
    /// When it was made.
    #[seadrift(label = "created", readonly)]
    pub created_at: DateTimeUtc,
    /// The user.
    #[sea_orm(belongs_to, from = "user_id", to = "id", on_delete = "Cascade")]
    pub user: BelongsTo<accounts::model::user::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
