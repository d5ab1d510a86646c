//! What a team sells.

use sea_orm::entity::prelude::*;

/// One thing that a team sells, here or elsewhere.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, seadrift::Declare)]
#[sea_orm(table_name = "teams_teammerchitem")]
#[seadrift(
    app = "teams",
    model = "TeamMerchItem",
    label = "merchandise",
    plural = "merchandise",
    ordering("team_id", "display_order", "-created_at", "id"),
    list("team_id", "title", "sku", "category", "price", "currency", "stock", "is_active"),
    search("title", "sku", "description"),
    filter("category", "is_active", "is_featured", "is_in_stock"),
    name("title"),
    date = "created_at",
    check(name = "ck_teams_teammerchitem_in_stock", sql = "unlimited_stock OR is_in_stock = (stock > 0)"),
    check(name = "ck_teams_teammerchitem_currency_iso", sql = "length(currency) = 3 AND currency = upper(currency)"),
    check(
        name = "ck_teams_teammerchitem_external_link_scheme",
        sql = "external_link = '' OR lower(substr(external_link, 1, 7)) = 'http://' OR lower(substr(external_link, 1, 8)) = 'https://'"
    ),
    check(
        name = "ck_teams_teammerchitem_affiliate_link_scheme",
        sql = "affiliate_link = '' OR lower(substr(affiliate_link, 1, 7)) = 'http://' OR lower(substr(affiliate_link, 1, 8)) = 'https://'"
    ),
    index(columns("slug"), unique, filter = "slug <> ''"),
    index(columns("team_id", "is_active")),
    index(columns("is_featured", "is_active"))
)]
pub struct Model {
    /// Id.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// The team that sells it.
    #[seadrift(label = "team")]
    pub team_id: i64,
    /// What it is called.
    #[sea_orm(column_type = "String(StringLen::N(200))")]
    #[seadrift(label = "title")]
    pub title: String,
    /// Its name in addresses.
    #[sea_orm(column_type = "String(StringLen::N(220))", default_value = "")]
    #[seadrift(label = "slug", help = "Made from team and title when it is left empty.")]
    pub slug: String,
    /// Stock-keeping unit.
    #[sea_orm(column_type = "String(StringLen::N(100))", unique)]
    #[seadrift(label = "SKU", help = "Unique over all teams.")]
    pub sku: String,
    /// Its kind.
    #[sea_orm(column_type = "String(StringLen::N(20))", default_value = "tshirt")]
    #[seadrift(label = "category", choices("jersey" = "Jersey", "hoodie" = "Hoodie", "tshirt" = "T-shirt", "cap" = "Cap", "accessory" = "Accessory", "collectible" = "Collectible", "digital" = "Digital", "other" = "Other"))]
    pub category: String,
    /// What it is like.
    #[sea_orm(column_type = "Text")]
    #[seadrift(label = "description", multiline)]
    pub description: String,
    /// Price in minor units of the currency.
    #[seadrift(label = "price", min = 0, section = "Price and stock", money = "currency")]
    pub price: i64,
    /// ISO 4217 code of the amounts.
    #[sea_orm(column_type = "String(StringLen::N(3))", default_value = "USD")]
    #[seadrift(label = "currency", help = "ISO 4217 code, such as USD or BDT.")]
    pub currency: String,
    /// Lower price while it is on sale, in minor units.
    #[seadrift(label = "sale price", help = "Counts while it is below the price.", min = 0, money = "currency")]
    pub sale_price: Option<i64>,
    /// How many there are.
    #[sea_orm(default_value = 0)]
    #[seadrift(label = "stock", min = 0)]
    pub stock: i32,
    /// Whether it can be had.
    #[sea_orm(default_value = false)]
    #[seadrift(label = "in stock", help = "Follows from the stock.", readonly)]
    pub is_in_stock: bool,
    /// Whether it never runs out.
    #[sea_orm(default_value = false)]
    #[seadrift(label = "never runs out")]
    pub unlimited_stock: bool,
    /// Storage path of the picture.
    #[sea_orm(column_type = "String(StringLen::N(100))")]
    #[seadrift(label = "picture", section = "Picture and links", format = "image")]
    pub image: Option<String>,
    /// Address of the picture when it lies elsewhere.
    #[sea_orm(column_type = "String(StringLen::N(200))", default_value = "")]
    #[seadrift(label = "picture address", format = "url")]
    pub image_url: String,
    /// Where it can be bought.
    #[sea_orm(column_type = "String(StringLen::N(200))", default_value = "")]
    #[seadrift(label = "shop link", help = "http or https.", format = "url")]
    pub external_link: String,
    /// Where it can be bought, with a share for the team.
    #[sea_orm(column_type = "String(StringLen::N(200))", default_value = "")]
    #[seadrift(label = "affiliate link", help = "http or https; goes before the shop link.", format = "url")]
    pub affiliate_link: String,
    /// Whether it comes in sizes or colours.
    #[sea_orm(default_value = false)]
    #[seadrift(label = "variants")]
    pub has_variants: bool,
    /// Sizes and colours, an object of lists.
    #[sea_orm(column_type = "JsonBinary", default_value = "{}")]
    #[seadrift(label = "sizes and colours", help = "Such as {\"sizes\": [\"M\"], \"colors\": [\"black\"]}.")]
    pub variant_options: Json,
    /// Whether it comes first.
    #[sea_orm(default_value = false)]
    #[seadrift(label = "featured", section = "Display")]
    pub is_featured: bool,
    /// Whether it is offered.
    #[sea_orm(default_value = true)]
    #[seadrift(label = "offered")]
    pub is_active: bool,
    /// Place in the shop, the least first.
    #[sea_orm(default_value = 0)]
    #[seadrift(label = "place", help = "The least comes first.", min = 0)]
    pub display_order: i32,
    /// Views.
    #[sea_orm(default_value = 0)]
    #[seadrift(label = "views", min = 0, readonly)]
    pub view_count: i32,
    /// Clicks.
    #[sea_orm(default_value = 0)]
    #[seadrift(label = "clicks", min = 0, readonly)]
    pub click_count: i32,
    /// When it was made.
    #[seadrift(label = "created", readonly)]
    pub created_at: DateTimeUtc,
    /// When it last changed.
    #[seadrift(label = "updated", readonly)]
    pub updated_at: DateTimeUtc,
    /// The team that sells it.
    #[sea_orm(belongs_to, from = "team_id", to = "id", on_delete = "Cascade")]
    pub team: BelongsTo<crate::model::core::team::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
