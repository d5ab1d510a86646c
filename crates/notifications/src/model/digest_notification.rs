//! Which notices a digest holds.

use sea_orm::entity::prelude::*;

/// One notice in one digest.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, seadrift::Declare)]
#[sea_orm(table_name = "notifications_notificationdigest_notifications")]
#[seadrift(
    app = "notifications",
    model = "NotificationDigest_notifications",
    label = "digest entry",
    plural = "digest entries",
    ordering("id"),
    list("notificationdigest", "notification"),
    filter("notificationdigest_id"),
    index(columns("notificationdigest_id", "notification_id"), unique)
)]
pub struct Model {
    /// Id.
    #[sea_orm(primary_key)]
    #[seadrift(label = "id")]
    pub id: i64,
    /// The digest.
    #[seadrift(label = "digest")]
    pub notificationdigest_id: i64,
    /// The notice.
    #[seadrift(label = "notification")]
    pub notification_id: i64,
    /// The digest.
    #[sea_orm(belongs_to, from = "notificationdigest_id", to = "id", on_delete = "Cascade")]
    pub notificationdigest: BelongsTo<super::digest::Entity>,
    /// The notice.
    #[sea_orm(belongs_to, from = "notification_id", to = "id", on_delete = "Cascade")]
    pub notification: BelongsTo<super::notification::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
