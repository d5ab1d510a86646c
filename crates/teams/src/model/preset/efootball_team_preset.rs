//! A saved pair of eFootball players.

use sea_orm::entity::prelude::*;

/// A pair of eFootball players that somebody saved, to register faster the next time.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, seadrift::Declare)]
#[sea_orm(table_name = "teams_efootballteampreset")]
#[seadrift(
    app = "teams",
    model = "EfootballTeamPreset",
    label = "eFootball preset",
    plural = "eFootball presets",
    ordering("-created_at"),
    list("name", "team_name", "profile_id", "created_at"),
    search("name", "team_name"),
    name("name"),
    index(columns("profile_id", "-created_at"))
)]
pub struct Model {
    /// Id.
    #[sea_orm(primary_key)]
    #[seadrift(readonly)]
    pub id: i64,
    /// Whose preset it is.
    #[seadrift(label = "player")]
    pub profile_id: i64,
    /// What the preset is called.
    #[sea_orm(column_type = "String(StringLen::N(120))")]
    #[seadrift(label = "name")]
    pub name: String,
    /// What the pair is called.
    #[sea_orm(column_type = "String(StringLen::N(120))", default_value = "")]
    #[seadrift(label = "team name")]
    pub team_name: String,
    /// Storage path of the logo.
    #[sea_orm(column_type = "String(StringLen::N(100))")]
    #[seadrift(label = "logo", format = "image")]
    pub team_logo: Option<String>,
    /// Name of the captain.
    #[sea_orm(column_type = "String(StringLen::N(120))", default_value = "")]
    #[seadrift(label = "captain")]
    pub captain_name: String,
    /// The captain's name in the game.
    #[sea_orm(column_type = "String(StringLen::N(120))", default_value = "")]
    #[seadrift(label = "captain in the game")]
    pub captain_ign: String,
    /// Name of the partner.
    #[sea_orm(column_type = "String(StringLen::N(120))", default_value = "")]
    #[seadrift(label = "partner")]
    pub mate_name: String,
    /// The partner's name in the game.
    #[sea_orm(column_type = "String(StringLen::N(120))", default_value = "")]
    #[seadrift(label = "partner in the game")]
    pub mate_ign: String,
    /// When it was made.
    #[seadrift(label = "saved", readonly)]
    pub created_at: DateTimeUtc,
    /// Whose preset it is.
    #[sea_orm(belongs_to, from = "profile_id", to = "id", on_delete = "Cascade")]
    pub profile: BelongsTo<profiles::model::user_profile::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
