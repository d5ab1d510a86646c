//! Attention that a team pays for.

use sea_orm::entity::prelude::*;

/// Attention that a team pays for, from one moment to another.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, seadrift::Declare)]
#[sea_orm(table_name = "teams_teampromotion")]
#[seadrift(
    app = "teams",
    model = "TeamPromotion",
    label = "promotion",
    plural = "promotions",
    ordering("-start_at", "id"),
    list("team_id", "title", "promotion_type", "status", "start_at", "end_at", "paid_amount", "currency"),
    search("title", "transaction_ref"),
    filter("status", "promotion_type", "is_active"),
    name("title"),
    date = "start_at",
    check(name = "ck_teams_teampromotion_times", sql = "end_at > start_at"),
    check(name = "ck_teams_teampromotion_active", sql = "NOT is_active OR status IN ('paid', 'active')"),
    check(name = "ck_teams_teampromotion_approved_by", sql = "approved_by_id IS NULL OR approved_at IS NOT NULL"),
    check(name = "ck_teams_teampromotion_currency_iso", sql = "length(currency) = 3 AND currency = upper(currency)"),
    index(columns("team_id", "status")),
    index(columns("status", "is_active")),
    index(columns("start_at", "end_at")),
    index(columns("promotion_type", "is_active"))
)]
pub struct Model {
    /// Id.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// The team that is promoted.
    #[seadrift(label = "team")]
    pub team_id: i64,
    /// Where it is shown.
    #[sea_orm(column_type = "String(StringLen::N(30))")]
    #[seadrift(label = "kind", choices("featured_homepage" = "Featured on the home page", "featured_hub" = "Featured on the team hub", "banner_ad" = "Banner", "spotlight" = "Spotlight", "boosted_ranking" = "Boosted in lists", "social_media" = "Social media", "newsletter" = "Newsletter"))]
    pub promotion_type: String,
    /// One line.
    #[sea_orm(column_type = "String(StringLen::N(200))")]
    #[seadrift(label = "title")]
    pub title: String,
    /// What is promised.
    #[sea_orm(column_type = "Text", default_value = "")]
    #[seadrift(label = "description", multiline)]
    pub description: String,
    /// From when.
    #[seadrift(label = "starts")]
    pub start_at: DateTimeUtc,
    /// Until when.
    #[seadrift(label = "ends")]
    pub end_at: DateTimeUtc,
    /// Whether it runs now.
    #[sea_orm(default_value = false)]
    #[seadrift(label = "running", help = "Follows from the status and the times.", readonly)]
    pub is_active: bool,
    /// What the team pays, in minor units of the currency.
    #[seadrift(label = "amount", min = 0, section = "Payment", money = "currency")]
    pub paid_amount: i64,
    /// ISO 4217 code of the amounts.
    #[sea_orm(column_type = "String(StringLen::N(3))", default_value = "USD")]
    #[seadrift(label = "currency", help = "ISO 4217 code, such as USD or BDT.")]
    pub currency: String,
    /// How far it has come.
    #[sea_orm(column_type = "String(StringLen::N(20))", default_value = "pending")]
    #[seadrift(label = "status", choices("pending" = "Waiting for payment", "paid" = "Paid", "active" = "Running", "completed" = "Completed", "cancelled" = "Cancelled"))]
    pub status: String,
    /// Reference of the payment.
    #[sea_orm(column_type = "String(StringLen::N(200))", default_value = "")]
    #[seadrift(label = "payment reference")]
    pub transaction_ref: String,
    /// How it was paid.
    #[sea_orm(column_type = "String(StringLen::N(50))", default_value = "")]
    #[seadrift(label = "payment method")]
    pub payment_method: String,
    /// When it was paid.
    #[seadrift(label = "paid at")]
    pub paid_at: Option<DateTimeUtc>,
    /// How often it was shown.
    #[sea_orm(default_value = 0)]
    #[seadrift(label = "impressions", min = 0, section = "Results", readonly)]
    pub impression_count: i32,
    /// Clicks.
    #[sea_orm(default_value = 0)]
    #[seadrift(label = "clicks", min = 0, readonly)]
    pub click_count: i32,
    /// Clicks that led to what was wished for.
    #[sea_orm(default_value = 0)]
    #[seadrift(label = "conversions", min = 0, readonly)]
    pub conversion_count: i32,
    /// Who approved it.
    #[seadrift(label = "approved by", section = "Handling", readonly)]
    pub approved_by_id: Option<i64>,
    /// When it was approved.
    #[seadrift(label = "approved at", readonly)]
    pub approved_at: Option<DateTimeUtc>,
    /// Notes for the staff; never public.
    #[sea_orm(column_type = "Text", default_value = "")]
    #[seadrift(label = "notes", help = "For the staff; never public.", multiline)]
    pub admin_notes: String,
    /// When it was made.
    #[seadrift(label = "created", readonly)]
    pub created_at: DateTimeUtc,
    /// When it last changed.
    #[seadrift(label = "updated", readonly)]
    pub updated_at: DateTimeUtc,
    /// The team that is promoted.
    #[sea_orm(belongs_to, from = "team_id", to = "id", on_delete = "Cascade")]
    pub team: BelongsTo<crate::model::core::team::Entity>,
    /// Who approved it.
    #[sea_orm(belongs_to, from = "approved_by_id", to = "id", on_delete = "SetNull")]
    pub approved_by: BelongsTo<Option<accounts::model::user::Entity>>,
}

impl ActiveModelBehavior for ActiveModel {}
