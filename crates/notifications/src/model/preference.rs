//! How one person wants to be told.

use sea_orm::entity::prelude::*;

/// How one person wants to be told: channels by kind, digest, opt-outs. A channel list holds
/// `in_app`, `email` and `discord`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, seadrift::Declare)]
#[sea_orm(table_name = "notifications_notificationpreference")]
#[seadrift(
    app = "notifications",
    model = "NotificationPreference",
    label = "preference",
    plural = "preferences",
    ordering("id"),
    list("user_id", "enable_daily_digest", "opt_out_email", "opt_out_in_app")
)]
pub struct Model {
    /// Id.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// Whose preferences they are.
    #[sea_orm(unique)]
    #[seadrift(label = "user")]
    pub user_id: i64,
    /// Channels for: invite sent.
    #[sea_orm(column_type = "JsonBinary", default_value = "[]")]
    #[seadrift(label = "invite sent")]
    pub invite_sent_channels: Json,
    /// Channels for: invite accepted.
    #[sea_orm(column_type = "JsonBinary", default_value = "[]")]
    #[seadrift(label = "invite accepted")]
    pub invite_accepted_channels: Json,
    /// Channels for: roster changed.
    #[sea_orm(column_type = "JsonBinary", default_value = "[]")]
    #[seadrift(label = "roster changed")]
    pub roster_changed_channels: Json,
    /// Channels for: tournament registered.
    #[sea_orm(column_type = "JsonBinary", default_value = "[]")]
    #[seadrift(label = "tournament registered")]
    pub tournament_registered_channels: Json,
    /// Channels for: match result.
    #[sea_orm(column_type = "JsonBinary", default_value = "[]")]
    #[seadrift(label = "match result")]
    pub match_result_channels: Json,
    /// Channels for: ranking changed.
    #[sea_orm(column_type = "JsonBinary", default_value = "[]")]
    #[seadrift(label = "ranking changed")]
    pub ranking_changed_channels: Json,
    /// Channels for: sponsor approved.
    #[sea_orm(column_type = "JsonBinary", default_value = "[]")]
    #[seadrift(label = "sponsor approved")]
    pub sponsor_approved_channels: Json,
    /// Channels for: promotion started.
    #[sea_orm(column_type = "JsonBinary", default_value = "[]")]
    #[seadrift(label = "promotion started")]
    pub promotion_started_channels: Json,
    /// Channels for: payout received.
    #[sea_orm(column_type = "JsonBinary", default_value = "[]")]
    #[seadrift(label = "payout received")]
    pub payout_received_channels: Json,
    /// Channels for: achievement earned.
    #[sea_orm(column_type = "JsonBinary", default_value = "[]")]
    #[seadrift(label = "achievement earned")]
    pub achievement_earned_channels: Json,
    /// Whether one mail a day gathers what is unread.
    #[sea_orm(default_value = true)]
    #[seadrift(label = "daily digest")]
    pub enable_daily_digest: bool,
    /// When the digest goes out, in the person's own zone.
    #[sea_orm(default_value = "08:00:00")]
    #[seadrift(label = "digest time")]
    pub digest_time: Time,
    /// No mail at all.
    #[sea_orm(default_value = false)]
    #[seadrift(label = "no e-mail")]
    pub opt_out_email: bool,
    /// No notices on the site.
    #[sea_orm(default_value = false)]
    #[seadrift(label = "no notices on the site")]
    pub opt_out_in_app: bool,
    /// No Discord messages.
    #[sea_orm(default_value = false)]
    #[seadrift(label = "no Discord")]
    pub opt_out_discord: bool,
    /// When they were made.
    #[seadrift(label = "created")]
    pub created_at: DateTimeUtc,
    /// When they last changed.
    #[seadrift(label = "updated")]
    pub updated_at: DateTimeUtc,
    /// The user.
    #[sea_orm(belongs_to, from = "user_id", to = "id", on_delete = "Cascade")]
    pub user: BelongsTo<accounts::model::user::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
