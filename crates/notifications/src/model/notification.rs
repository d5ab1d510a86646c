//! One notice to one person.

use sea_orm::entity::prelude::*;

/// One notice to one person.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, seadrift::Declare)]
#[sea_orm(table_name = "notifications_notification")]
#[seadrift(
    app = "notifications",
    model = "Notification",
    label = "notification",
    plural = "notifications",
    ordering("-created_at", "-id"),
    list("recipient", "type", "title", "is_read", "created_at"),
    search("title", "body", "event"),
    filter("type", "is_read", "event", "recipient_id"),
    name("title"),
    date = "created_at",
    check(name = "notification_title_not_empty", sql = "title <> ''"),
    index(columns("event")),
    index(columns("type")),
    index(columns("recipient_id", "is_read", "created_at")),
    index(columns("recipient_id", "type")),
    index(columns("recipient_id", "-created_at", "-id"))
)]
pub struct Model {
    /// Id.
    #[sea_orm(primary_key)]
    #[seadrift(label = "id")]
    pub id: i64,
    /// The event that it tells of, a free word.
    #[sea_orm(column_type = "String(StringLen::N(64))", default_value = "generic")]
    #[seadrift(label = "event", help = "What happened, a free word such as team_invite.")]
    pub event: String,
    /// Its kind.
    #[sea_orm(column_type = "String(StringLen::N(40))", default_value = "generic")]
    #[seadrift(
        label = "type",
        help = "Its kind; decides by which channels a person is told.",
        choices(
            "reg_confirmed" = "Registration confirmed",
            "bracket_ready" = "Bracket ready",
            "match_scheduled" = "Match scheduled",
            "result_verified" = "Result verified",
            "payment_verified" = "Payment verified",
            "checkin_open" = "Check-in open",
            "generic" = "Other",
            "invite_sent" = "Team invitation",
            "invite_accepted" = "Invitation accepted",
            "roster_changed" = "Roster changed",
            "tournament_registered" = "Tournament entered",
            "match_result" = "Match result",
            "ranking_changed" = "Ranking changed",
            "sponsor_approved" = "Sponsor approved",
            "promotion_started" = "Promotion started",
            "payout_received" = "Payout received",
            "achievement_earned" = "Achievement earned"
        )
    )]
    pub r#type: String,
    /// One line.
    #[sea_orm(column_type = "String(StringLen::N(140))")]
    #[seadrift(label = "title", help = "One line, at most 140 characters.")]
    pub title: String,
    /// The rest.
    #[sea_orm(column_type = "Text", default_value = "")]
    #[seadrift(label = "text", multiline)]
    pub body: String,
    /// Where it leads.
    #[sea_orm(column_type = "String(StringLen::N(300))", default_value = "")]
    #[seadrift(label = "link", help = "A path of this site, e.g. /wallet; empty when it leads nowhere.")]
    pub url: String,
    /// Whether it has been read.
    #[sea_orm(default_value = false)]
    #[seadrift(label = "read")]
    pub is_read: bool,
    /// When it was made.
    #[seadrift(label = "created", readonly)]
    pub created_at: DateTimeUtc,
    /// Who gets it.
    #[seadrift(label = "recipient")]
    pub recipient_id: i64,
    /// The tournament it is about.
    #[seadrift(label = "tournament", soft_ref = "tournaments.Tournament", help = "The tournament it is about.")]
    pub tournament_id: Option<i64>,
    /// The match it is about.
    #[seadrift(label = "match", soft_ref = "tournaments.Match", help = "The match it is about.")]
    pub match_id: Option<i64>,
    /// The user who gets it.
    #[sea_orm(belongs_to, from = "recipient_id", to = "id", on_delete = "Cascade")]
    pub recipient: BelongsTo<accounts::model::user::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
