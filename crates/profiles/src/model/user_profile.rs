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
    list("display_name", "user_id", "region", "created_at"),
    search("display_name"),
    index(columns("region"))
)]
pub struct Model {
    /// Id.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// Whose profile it is.
    #[sea_orm(unique)]
    #[seadrift(label = "user")]
    pub user_id: i64,
    /// The name others see.
    #[sea_orm(column_type = "String(StringLen::N(80))")]
    #[seadrift(label = "display name")]
    pub display_name: String,
    /// Where this person plays.
    #[sea_orm(column_type = "String(StringLen::N(2))", default_value = "BD")]
    #[seadrift(
        label = "region",
        choices("BD" = "Bangladesh", "SA" = "South Asia", "AS" = "Asia (other)", "EU" = "Europe", "NA" = "North America")
    )]
    pub region: String,
    /// Storage path of the picture.
    #[sea_orm(column_type = "String(StringLen::N(100))")]
    #[seadrift(label = "avatar")]
    pub avatar: Option<String>,
    /// About this person.
    #[sea_orm(column_type = "Text", default_value = "")]
    #[seadrift(label = "about")]
    pub bio: String,
    /// Channel on YouTube.
    #[sea_orm(column_type = "String(StringLen::N(200))", default_value = "")]
    #[seadrift(label = "YouTube")]
    pub youtube_link: String,
    /// Channel on Twitch.
    #[sea_orm(column_type = "String(StringLen::N(200))", default_value = "")]
    #[seadrift(label = "Twitch")]
    pub twitch_link: String,
    /// Codes of the games this person likes, a list.
    #[sea_orm(column_type = "JsonBinary", default_value = "[]")]
    #[seadrift(label = "preferred games")]
    pub preferred_games: Json,
    /// Discord.
    #[sea_orm(column_type = "String(StringLen::N(64))", default_value = "")]
    #[seadrift(label = "Discord")]
    pub discord_id: String,
    /// Riot ID.
    #[sea_orm(column_type = "String(StringLen::N(100))", default_value = "")]
    #[seadrift(label = "Riot ID")]
    pub riot_id: String,
    /// Riot tagline.
    #[sea_orm(column_type = "String(StringLen::N(50))", default_value = "")]
    #[seadrift(label = "Riot tagline")]
    pub riot_tagline: String,
    /// eFootball ID.
    #[sea_orm(column_type = "String(StringLen::N(100))", default_value = "")]
    #[seadrift(label = "eFootball ID")]
    pub efootball_id: String,
    /// Steam ID.
    #[sea_orm(column_type = "String(StringLen::N(100))", default_value = "")]
    #[seadrift(label = "Steam ID")]
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
    #[seadrift(label = "created")]
    pub created_at: DateTimeUtc,
    /// Whether strangers see only the name.
    #[sea_orm(default_value = false)]
    #[seadrift(label = "private", help = "Strangers see only the name.")]
    pub is_private: bool,
    /// Whether the e-mail address is shown.
    #[sea_orm(default_value = false)]
    #[seadrift(label = "show e-mail")]
    pub show_email: bool,
    /// Whether the phone number is shown.
    #[sea_orm(default_value = false)]
    #[seadrift(label = "show phone")]
    pub show_phone: bool,
    /// Whether channels and game ids are shown.
    #[sea_orm(default_value = true)]
    #[seadrift(label = "show channels and game ids")]
    pub show_socials: bool,
    /// The user.
    #[sea_orm(belongs_to, from = "user_id", to = "id", on_delete = "Cascade")]
    pub user: BelongsTo<accounts::model::user::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
