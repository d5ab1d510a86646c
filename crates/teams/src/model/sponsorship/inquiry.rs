//! A company that asks to sponsor a team.

use sea_orm::entity::prelude::*;

/// A company that asks to sponsor a team; becomes a sponsor when both agree.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, seadrift::Declare)]
#[sea_orm(table_name = "teams_sponsorinquiry")]
#[seadrift(
    app = "teams",
    model = "SponsorInquiry",
    label = "sponsor inquiry",
    plural = "sponsor inquiries",
    ordering("-created_at", "id"),
    list("team_id", "company_name", "contact_name", "interested_tier", "status", "created_at"),
    search("company_name", "contact_name", "contact_email"),
    filter("status", "interested_tier"),
    name("company_name"),
    date = "created_at",
    check(name = "ck_teams_sponsorinquiry_sponsor", sql = "converted_to_sponsor_id IS NULL OR status = 'approved'"),
    check(
        name = "ck_teams_sponsorinquiry_website_scheme",
        sql = "website = '' OR lower(substr(website, 1, 7)) = 'http://' OR lower(substr(website, 1, 8)) = 'https://'"
    ),
    index(columns("team_id", "status")),
    index(columns("status", "created_at")),
    index(columns("contact_email")),
    index(columns("ip_address", "created_at"))
)]
pub struct Model {
    /// Id.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// The team that is asked.
    #[seadrift(label = "team")]
    pub team_id: i64,
    /// Name of the company.
    #[sea_orm(column_type = "String(StringLen::N(200))")]
    #[seadrift(label = "company")]
    pub company_name: String,
    /// Who asks.
    #[sea_orm(column_type = "String(StringLen::N(200))")]
    #[seadrift(label = "contact")]
    pub contact_name: String,
    /// Where the answer goes.
    #[sea_orm(column_type = "String(StringLen::N(254))")]
    #[seadrift(label = "e-mail", format = "email")]
    pub contact_email: String,
    /// Phone number.
    #[sea_orm(column_type = "String(StringLen::N(50))", default_value = "")]
    #[seadrift(label = "phone")]
    pub contact_phone: String,
    /// Page of the company.
    #[sea_orm(column_type = "String(StringLen::N(200))", default_value = "")]
    #[seadrift(label = "website", help = "http or https.", format = "url")]
    pub website: String,
    /// The tier that is wished for.
    #[sea_orm(column_type = "String(StringLen::N(20))", default_value = "")]
    #[seadrift(label = "tier", choices("" = "Not said", "platinum" = "Platinum", "gold" = "Gold", "silver" = "Silver", "bronze" = "Bronze", "partner" = "Partner"))]
    pub interested_tier: String,
    /// The budget, in the words of the company.
    #[sea_orm(column_type = "String(StringLen::N(100))", default_value = "")]
    #[seadrift(label = "budget")]
    pub budget_range: String,
    /// What the company writes.
    #[sea_orm(column_type = "Text")]
    #[seadrift(label = "message", multiline)]
    pub message: String,
    /// What the company does.
    #[sea_orm(column_type = "String(StringLen::N(100))", default_value = "")]
    #[seadrift(label = "industry")]
    pub industry: String,
    /// How large the company is.
    #[sea_orm(column_type = "String(StringLen::N(50))", default_value = "")]
    #[seadrift(label = "company size")]
    pub company_size: String,
    /// What it sponsored before.
    #[sea_orm(column_type = "Text", default_value = "")]
    #[seadrift(label = "previous sponsorships", multiline)]
    pub previous_sponsorships: String,
    /// How far the talks have come.
    #[sea_orm(column_type = "String(StringLen::N(20))", default_value = "pending")]
    #[seadrift(label = "status", section = "Handling", choices("pending" = "New", "contacted" = "Contacted", "negotiating" = "Negotiating", "approved" = "Approved", "rejected" = "Rejected"))]
    pub status: String,
    /// Who of the staff handles it.
    #[seadrift(label = "assigned to")]
    pub assigned_to_id: Option<i64>,
    /// Notes for the staff; never public.
    #[sea_orm(column_type = "Text", default_value = "")]
    #[seadrift(label = "notes", help = "For the staff; never public.", multiline)]
    pub admin_notes: String,
    /// The address that it came from.
    #[sea_orm(column_type = "String(StringLen::N(45))")]
    #[seadrift(label = "IP address", help = "Three inquiries a day are taken from one address.", readonly)]
    pub ip_address: Option<String>,
    /// The browser, in its own words.
    #[sea_orm(column_type = "String(StringLen::N(500))", default_value = "")]
    #[seadrift(label = "browser", readonly)]
    pub user_agent: String,
    /// The sponsor that came of it.
    #[seadrift(label = "became sponsor", readonly)]
    pub converted_to_sponsor_id: Option<i64>,
    /// When it came.
    #[seadrift(label = "created", readonly)]
    pub created_at: DateTimeUtc,
    /// When it last changed.
    #[seadrift(label = "updated", readonly)]
    pub updated_at: DateTimeUtc,
    /// When it was first answered.
    #[seadrift(label = "answered", readonly)]
    pub responded_at: Option<DateTimeUtc>,
    /// The team that is asked.
    #[sea_orm(belongs_to, from = "team_id", to = "id", on_delete = "Cascade")]
    pub team: BelongsTo<crate::model::core::team::Entity>,
    /// Who of the staff handles it.
    #[sea_orm(belongs_to, from = "assigned_to_id", to = "id", on_delete = "SetNull")]
    pub assigned_to: BelongsTo<Option<accounts::model::user::Entity>>,
    /// The sponsor that came of it.
    #[sea_orm(belongs_to, from = "converted_to_sponsor_id", to = "id", on_delete = "SetNull")]
    pub converted_to_sponsor: BelongsTo<Option<super::sponsor::Entity>>,
}

impl ActiveModelBehavior for ActiveModel {}
