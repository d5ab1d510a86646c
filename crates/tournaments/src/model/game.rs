//! A game that tournaments are played in.

use sea_orm::entity::prelude::*;

/// A game that tournaments are played in. Its rules are in the game plugin of the same code.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, seadrift::Declare)]
#[sea_orm(table_name = "tournaments_game")]
#[seadrift(
    app = "tournaments",
    model = "Game",
    label = "game",
    plural = "games",
    ordering("name"),
    list("name", "code", "default_team_size", "default_result_type", "is_active"),
    search("name", "slug", "code"),
    filter("is_active", "default_result_type", "default_team_size"),
    name("name"),
    check(name = "game_name_not_empty", sql = "name <> ''"),
    check(name = "game_slug_not_empty", sql = "slug <> ''"),
    index(columns("is_active", "name"))
)]
pub struct Model {
    /// Id.
    #[sea_orm(primary_key)]
    #[seadrift(label = "id")]
    pub id: i64,
    /// What players call it.
    #[sea_orm(column_type = "String(StringLen::N(100))", unique)]
    #[seadrift(label = "name", help = "What players call it, e.g. Counter-Strike 2.")]
    pub name: String,
    /// Its word in addresses.
    #[sea_orm(column_type = "String(StringLen::N(120))", unique)]
    #[seadrift(label = "slug", help = "Its word in addresses: lower-case letters, digits and hyphens.")]
    pub slug: String,
    /// Code of the plugin that knows its rules.
    #[sea_orm(column_type = "String(StringLen::N(32))", unique)]
    #[seadrift(
        label = "plugin",
        help = "Code of the game plugin with its rosters, roles and id formats, e.g. cs2. Empty for a game without one."
    )]
    pub code: Option<String>,
    /// Storage path of its picture.
    #[sea_orm(column_type = "String(StringLen::N(100))")]
    #[seadrift(label = "icon", help = "Shown in lists and on tournament cards; square.", format = "image")]
    pub icon: String,
    /// Players in a line-up; 0 when tournaments decide.
    #[sea_orm(default_value = 5)]
    #[seadrift(
        label = "team size",
        help = "Players in a line-up, without substitutes.",
        choices(1 = "1 player", 2 = "2 players", 3 = "3 players", 4 = "4 players", 5 = "5 players", 0 = "Variable")
    )]
    pub default_team_size: i32,
    /// The column of the profile that holds a player's id in this game.
    #[sea_orm(column_type = "String(StringLen::N(50))")]
    #[seadrift(
        label = "profile field",
        help = "The profile's column with a player's id in this game, e.g. riot_id; registrations are filled from it."
    )]
    pub profile_id_field: String,
    /// How results are counted.
    #[sea_orm(column_type = "String(StringLen::N(20))", default_value = "map_score")]
    #[seadrift(
        label = "results",
        help = "How results are counted unless a tournament says otherwise.",
        choices("map_score" = "Map score", "best_of" = "Best of several games", "point_based" = "Points")
    )]
    pub default_result_type: String,
    /// Whether new tournaments may be held in it.
    #[sea_orm(default_value = true)]
    #[seadrift(label = "active", help = "New tournaments can be held in active games only.")]
    pub is_active: bool,
    /// A few sentences.
    #[sea_orm(column_type = "Text", default_value = "")]
    #[seadrift(label = "description", help = "A few sentences for players who do not know it.", multiline)]
    pub description: String,
    /// When it was added.
    #[seadrift(label = "created", readonly)]
    pub created_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
