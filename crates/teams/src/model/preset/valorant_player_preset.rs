//! A player of a saved Valorant line-up.

use sea_orm::entity::prelude::*;

/// A player of a saved Valorant line-up.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, seadrift::Declare)]
#[sea_orm(table_name = "teams_valorantplayerpreset")]
#[seadrift(
    app = "teams",
    model = "ValorantPlayerPreset",
    label = "player of a Valorant preset",
    plural = "players of Valorant presets",
    ordering("id"),
    list("preset_id", "in_game_name", "riot_id", "role"),
    search("in_game_name", "riot_id"),
    filter("role"),
    name("in_game_name")
)]
pub struct Model {
    /// Id.
    #[sea_orm(primary_key)]
    #[seadrift(readonly)]
    pub id: i64,
    /// The line-up.
    #[seadrift(label = "preset")]
    pub preset_id: i64,
    /// The player's name in the game.
    #[sea_orm(column_type = "String(StringLen::N(120))", default_value = "")]
    #[seadrift(label = "name in the game")]
    pub in_game_name: String,
    /// The player's Riot ID.
    #[sea_orm(column_type = "String(StringLen::N(120))", default_value = "")]
    #[seadrift(label = "Riot ID", help = "Name#TAG")]
    pub riot_id: String,
    /// The player's name on Discord.
    #[sea_orm(column_type = "String(StringLen::N(120))", default_value = "")]
    #[seadrift(label = "Discord")]
    pub discord: String,
    /// What the player is in the line-up.
    #[sea_orm(column_type = "String(StringLen::N(24))", default_value = "PLAYER")]
    #[seadrift(label = "part", choices("CAPTAIN" = "Captain", "PLAYER" = "Player", "SUB" = "Substitute"))]
    pub role: String,
    /// The line-up.
    #[sea_orm(belongs_to, from = "preset_id", to = "id", on_delete = "Cascade")]
    pub preset: BelongsTo<super::valorant_team_preset::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
