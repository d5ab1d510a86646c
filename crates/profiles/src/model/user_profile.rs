//! A person as a player.

use sea_orm::entity::prelude::*;

/// A person as a player: the name others see, where they play, and their ids in the games.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, seadrift::Declare)]
#[sea_orm(table_name = "user_profile_userprofile")]
#[seadrift(
    app = "profiles",
    model = "UserProfile",
    label = "profile",
    plural = "profiles",
    ordering("display_name"),
    list("display_name", "user", "region", "is_private", "created_at"),
    search("display_name", "riot_id", "steam_id", "discord_id"),
    filter("region", "is_private"),
    name("display_name"),
    date = "created_at",
    check(name = "userprofile_display_name_not_empty", sql = "display_name <> ''"),
    index(columns("region"))
)]
pub struct Model {
    /// Id.
    #[sea_orm(primary_key)]
    #[seadrift(label = "id")]
    pub id: i64,
    /// Whose profile it is.
    #[sea_orm(unique)]
    #[seadrift(label = "user")]
    pub user_id: i64,
    /// The name others see.
    #[sea_orm(column_type = "String(StringLen::N(80))")]
    #[seadrift(label = "display name", help = "The name others see.")]
    pub display_name: String,
    /// Where this person plays.
    #[sea_orm(column_type = "String(StringLen::N(2))", default_value = "BD")]
    #[seadrift(
        label = "region",
        help = "Where this person plays.",
        choices("BD" = "Bangladesh", "SA" = "South Asia", "AS" = "Asia (other)", "EU" = "Europe", "NA" = "North America")
    )]
    pub region: String,
    /// Storage path of the picture.
    #[sea_orm(column_type = "String(StringLen::N(100))")]
    #[seadrift(label = "avatar", format = "image")]
    pub avatar: Option<String>,
    /// About this person.
    #[sea_orm(column_type = "Text", default_value = "")]
    #[seadrift(label = "about", multiline)]
    pub bio: String,
    /// Channel on YouTube.
    #[sea_orm(column_type = "String(StringLen::N(200))", default_value = "")]
    #[seadrift(label = "YouTube", section = "Channels", format = "url")]
    pub youtube_link: String,
    /// Channel on Twitch.
    #[sea_orm(column_type = "String(StringLen::N(200))", default_value = "")]
    #[seadrift(label = "Twitch", format = "url")]
    pub twitch_link: String,
    /// Codes of the games this person likes, a list.
    #[sea_orm(column_type = "JsonBinary", default_value = "[]")]
    #[seadrift(label = "preferred games", help = "A list of codes, e.g. [\"valorant\", \"cs2\"].")]
    pub preferred_games: Json,
    /// Discord.
    #[sea_orm(column_type = "String(StringLen::N(64))", default_value = "")]
    #[seadrift(label = "Discord", help = "name#1234, @name or name.")]
    pub discord_id: String,
    /// Riot ID.
    #[sea_orm(column_type = "String(StringLen::N(100))", default_value = "")]
    #[seadrift(label = "Riot ID", section = "Game ids", help = "The part before the #.")]
    pub riot_id: String,
    /// Riot tagline.
    #[sea_orm(column_type = "String(StringLen::N(50))", default_value = "")]
    #[seadrift(label = "Riot tagline", help = "The part after the #.")]
    pub riot_tagline: String,
    /// eFootball ID.
    #[sea_orm(column_type = "String(StringLen::N(100))", default_value = "")]
    #[seadrift(label = "eFootball ID")]
    pub efootball_id: String,
    /// Steam ID.
    #[sea_orm(column_type = "String(StringLen::N(100))", default_value = "")]
    #[seadrift(label = "Steam ID", help = "17 digits, beginning with 7656119.")]
    pub steam_id: String,
    /// MLBB ID.
    #[sea_orm(column_type = "String(StringLen::N(100))", default_value = "")]
    #[seadrift(label = "MLBB ID")]
    pub mlbb_id: String,
    /// MLBB server.
    #[sea_orm(column_type = "String(StringLen::N(50))", default_value = "")]
    #[seadrift(label = "MLBB server")]
    pub mlbb_server_id: String,
    /// PUBG Mobile ID.
    #[sea_orm(column_type = "String(StringLen::N(100))", default_value = "")]
    #[seadrift(label = "PUBG Mobile ID")]
    pub pubg_mobile_id: String,
    /// Free Fire ID.
    #[sea_orm(column_type = "String(StringLen::N(100))", default_value = "")]
    #[seadrift(label = "Free Fire ID")]
    pub free_fire_id: String,
    /// EA ID.
    #[sea_orm(column_type = "String(StringLen::N(100))", default_value = "")]
    #[seadrift(label = "EA ID")]
    pub ea_id: String,
    /// CODM UID.
    #[sea_orm(column_type = "String(StringLen::N(100))", default_value = "")]
    #[seadrift(label = "CODM UID")]
    pub codm_uid: String,
    /// When it was made.
    #[seadrift(label = "created", section = "Privacy", readonly)]
    pub created_at: DateTimeUtc,
    /// Whether strangers see only the name.
    #[sea_orm(default_value = false)]
    #[seadrift(label = "private", help = "Strangers see only the name.")]
    pub is_private: bool,
    /// Whether the e-mail address is shown.
    #[sea_orm(default_value = false)]
    #[seadrift(label = "show e-mail", help = "On the public profile.")]
    pub show_email: bool,
    /// Whether the phone number is shown.
    #[sea_orm(default_value = false)]
    #[seadrift(label = "show phone", help = "On the public profile.")]
    pub show_phone: bool,
    /// Whether channels and game ids are shown.
    #[sea_orm(default_value = true)]
    #[seadrift(label = "show channels and game ids", help = "On the public profile.")]
    pub show_socials: bool,
    /// The user.
    #[sea_orm(belongs_to, from = "user_id", to = "id", on_delete = "Cascade")]
    pub user: BelongsTo<accounts::model::user::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
