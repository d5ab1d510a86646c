//! A team's sponsor.

use sea_orm::entity::prelude::*;

/// A sponsor of a team: shown from its first day to its last once it is approved.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, seadrift::Declare)]
#[sea_orm(table_name = "teams_teamsponsor")]
#[seadrift(
    app = "teams",
    model = "TeamSponsor",
    label = "sponsor",
    plural = "sponsors",
    ordering("team_id", "display_order", "-start_date", "id"),
    list("team_id", "sponsor_name", "sponsor_tier", "status", "start_date", "end_date", "is_active"),
    search("sponsor_name", "contact_name", "contact_email"),
    filter("status", "sponsor_tier", "is_active"),
    name("sponsor_name"),
    date = "start_date",
    check(name = "ck_teams_teamsponsor_dates", sql = "end_date >= start_date"),
    check(name = "ck_teams_teamsponsor_active", sql = "NOT is_active OR status = 'active'"),
    check(name = "ck_teams_teamsponsor_approved_by", sql = "approved_by_id IS NULL OR approved_at IS NOT NULL"),
    check(name = "ck_teams_teamsponsor_currency_iso", sql = "length(currency) = 3 AND currency = upper(currency)"),
    check(
        name = "ck_teams_teamsponsor_sponsor_link_scheme",
        sql = "lower(substr(sponsor_link, 1, 7)) = 'http://' OR lower(substr(sponsor_link, 1, 8)) = 'https://'"
    ),
    index(columns("team_id", "status")),
    index(columns("status", "is_active")),
    index(columns("start_date", "end_date"))
)]
pub struct Model {
    /// Id.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// The team.
    #[seadrift(label = "team")]
    pub team_id: i64,
    /// Name of the sponsor.
    #[sea_orm(column_type = "String(StringLen::N(200))")]
    #[seadrift(label = "name")]
    pub sponsor_name: String,
    /// Storage path of the logo.
    #[sea_orm(column_type = "String(StringLen::N(100))")]
    #[seadrift(label = "logo", format = "image")]
    pub sponsor_logo: Option<String>,
    /// Address of the logo when it lies elsewhere.
    #[sea_orm(column_type = "String(StringLen::N(200))", default_value = "")]
    #[seadrift(label = "logo address", format = "url")]
    pub sponsor_logo_url: String,
    /// Where a click leads.
    #[sea_orm(column_type = "String(StringLen::N(200))")]
    #[seadrift(label = "link", help = "Where a click leads; http or https.", format = "url")]
    pub sponsor_link: String,
    /// How large the sponsorship is.
    #[sea_orm(column_type = "String(StringLen::N(20))", default_value = "bronze")]
    #[seadrift(label = "tier", choices("platinum" = "Platinum", "gold" = "Gold", "silver" = "Silver", "bronze" = "Bronze", "partner" = "Partner"))]
    pub sponsor_tier: String,
    /// Whom to talk to.
    #[sea_orm(column_type = "String(StringLen::N(200))", default_value = "")]
    #[seadrift(label = "contact", section = "Contact")]
    pub contact_name: String,
    /// Where mail to the contact goes.
    #[sea_orm(column_type = "String(StringLen::N(254))", default_value = "")]
    #[seadrift(label = "contact e-mail", format = "email")]
    pub contact_email: String,
    /// Phone number of the contact.
    #[sea_orm(column_type = "String(StringLen::N(50))", default_value = "")]
    #[seadrift(label = "contact phone")]
    pub contact_phone: String,
    /// First day.
    #[seadrift(label = "first day", section = "Deal")]
    pub start_date: Date,
    /// Last day.
    #[seadrift(label = "last day")]
    pub end_date: Date,
    /// How far it has come.
    #[sea_orm(column_type = "String(StringLen::N(20))", default_value = "pending")]
    #[seadrift(label = "status", choices("pending" = "Waiting for approval", "active" = "Active", "expired" = "Expired", "rejected" = "Rejected", "cancelled" = "Cancelled"))]
    pub status: String,
    /// Whether it is shown today.
    #[sea_orm(default_value = false)]
    #[seadrift(label = "active", help = "Follows from the status and the days.", readonly)]
    pub is_active: bool,
    /// What the sponsor pays, in minor units of the currency.
    #[seadrift(label = "value", help = "What the sponsor pays.", min = 0, money = "currency")]
    pub deal_value: Option<i64>,
    /// ISO 4217 code of the amounts.
    #[sea_orm(column_type = "String(StringLen::N(3))", default_value = "USD")]
    #[seadrift(label = "currency", help = "ISO 4217 code, such as USD or BDT.")]
    pub currency: String,
    /// Clicks.
    #[sea_orm(default_value = 0)]
    #[seadrift(label = "clicks", min = 0, readonly)]
    pub click_count: i32,
    /// How often it was shown.
    #[sea_orm(default_value = 0)]
    #[seadrift(label = "impressions", min = 0, readonly)]
    pub impression_count: i32,
    /// Notes for the staff; never public.
    #[sea_orm(column_type = "Text", default_value = "")]
    #[seadrift(label = "notes", help = "For the staff; never public.", multiline)]
    pub notes: String,
    /// What the sponsor gets, one a line.
    #[sea_orm(column_type = "Text", default_value = "")]
    #[seadrift(label = "benefits", help = "One a line.", multiline)]
    pub benefits: String,
    /// Place among the sponsors, the least first.
    #[sea_orm(default_value = 0)]
    #[seadrift(label = "place", help = "The least comes first.", min = 0, section = "Display")]
    pub display_order: i32,
    /// Whether the page of the team shows it.
    #[sea_orm(default_value = true)]
    #[seadrift(label = "on the team page")]
    pub show_on_profile: bool,
    /// Whether it stands on the jerseys.
    #[sea_orm(default_value = false)]
    #[seadrift(label = "on the jerseys")]
    pub show_on_jerseys: bool,
    /// When it was made.
    #[seadrift(label = "created", readonly)]
    pub created_at: DateTimeUtc,
    /// When it last changed.
    #[seadrift(label = "updated", readonly)]
    pub updated_at: DateTimeUtc,
    /// Who approved it.
    #[seadrift(label = "approved by", readonly)]
    pub approved_by_id: Option<i64>,
    /// When it was approved.
    #[seadrift(label = "approved at", readonly)]
    pub approved_at: Option<DateTimeUtc>,
    /// The team.
    #[sea_orm(belongs_to, from = "team_id", to = "id", on_delete = "Cascade")]
    pub team: BelongsTo<crate::model::core::team::Entity>,
    /// Who approved it.
    #[sea_orm(belongs_to, from = "approved_by_id", to = "id", on_delete = "SetNull")]
    pub approved_by: BelongsTo<Option<accounts::model::user::Entity>>,
}

impl ActiveModelBehavior for ActiveModel {}
