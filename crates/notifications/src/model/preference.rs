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
    list("user", "enable_daily_digest", "opt_out_email", "opt_out_in_app", "opt_out_discord"),
    filter("enable_daily_digest", "opt_out_email", "opt_out_in_app", "opt_out_discord")
)]
pub struct Model {
    /// Id.
    #[sea_orm(primary_key)]
    #[seadrift(label = "id")]
    pub id: i64,
    /// Whose preferences they are.
    #[sea_orm(unique)]
    #[seadrift(label = "user")]
    pub user_id: i64,
    /// Channels for: invite sent.
    #[sea_orm(column_type = "JsonBinary", default_value = "[]")]
    #[seadrift(label = "invite sent", section = "Channels", help = "A list of in_app, email and discord.")]
    pub invite_sent_channels: Json,
    /// Channels for: invite accepted.
    #[sea_orm(column_type = "JsonBinary", default_value = "[]")]
    #[seadrift(label = "invite accepted", help = "A list of in_app, email and discord.")]
    pub invite_accepted_channels: Json,
    /// Channels for: roster changed.
    #[sea_orm(column_type = "JsonBinary", default_value = "[]")]
    #[seadrift(label = "roster changed", help = "A list of in_app, email and discord.")]
    pub roster_changed_channels: Json,
    /// Channels for: tournament registered.
    #[sea_orm(column_type = "JsonBinary", default_value = "[]")]
    #[seadrift(label = "tournament registered", help = "A list of in_app, email and discord.")]
    pub tournament_registered_channels: Json,
    /// Channels for: match result.
    #[sea_orm(column_type = "JsonBinary", default_value = "[]")]
    #[seadrift(label = "match result", help = "A list of in_app, email and discord.")]
    pub match_result_channels: Json,
    /// Channels for: ranking changed.
    #[sea_orm(column_type = "JsonBinary", default_value = "[]")]
    #[seadrift(label = "ranking changed", help = "A list of in_app, email and discord.")]
    pub ranking_changed_channels: Json,
    /// Channels for: sponsor approved.
    #[sea_orm(column_type = "JsonBinary", default_value = "[]")]
    #[seadrift(label = "sponsor approved", help = "A list of in_app, email and discord.")]
    pub sponsor_approved_channels: Json,
    /// Channels for: promotion started.
    #[sea_orm(column_type = "JsonBinary", default_value = "[]")]
    #[seadrift(label = "promotion started", help = "A list of in_app, email and discord.")]
    pub promotion_started_channels: Json,
    /// Channels for: payout received.
    #[sea_orm(column_type = "JsonBinary", default_value = "[]")]
    #[seadrift(label = "payout received", help = "A list of in_app, email and discord.")]
    pub payout_received_channels: Json,
    /// Channels for: achievement earned.
    #[sea_orm(column_type = "JsonBinary", default_value = "[]")]
    #[seadrift(label = "achievement earned", help = "A list of in_app, email and discord.")]
    pub achievement_earned_channels: Json,
    /// Whether one mail a day gathers what is unread.
    #[sea_orm(default_value = true)]
    #[seadrift(label = "daily digest", section = "Digest", help = "One mail a day gathers what is unread.")]
    pub enable_daily_digest: bool,
    /// When the digest goes out, in the person's own zone.
    #[sea_orm(default_value = "08:00:00")]
    #[seadrift(label = "digest time", help = "When the digest goes out, in the person's own zone.")]
    pub digest_time: Time,
    /// No mail at all.
    #[sea_orm(default_value = false)]
    #[seadrift(label = "no e-mail", section = "Silence", help = "No mail at all, but what the account needs.")]
    pub opt_out_email: bool,
    /// No notices on the site.
    #[sea_orm(default_value = false)]
    #[seadrift(label = "no notices on the site", help = "Nothing in the bell.")]
    pub opt_out_in_app: bool,
    /// No Discord messages.
    #[sea_orm(default_value = false)]
    #[seadrift(label = "no Discord", help = "No messages there.")]
    pub opt_out_discord: bool,
    /// When they were made.
    #[seadrift(label = "created", section = "Record", readonly)]
    pub created_at: DateTimeUtc,
    /// When they last changed.
    #[seadrift(label = "updated", readonly)]
    pub updated_at: DateTimeUtc,
    /// The user.
    #[sea_orm(belongs_to, from = "user_id", to = "id", on_delete = "Cascade")]
    pub user: BelongsTo<accounts::model::user::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
