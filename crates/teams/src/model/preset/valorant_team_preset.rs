//! A saved Valorant line-up.

use sea_orm::entity::prelude::*;

/// A Valorant line-up that somebody saved, to register faster the next time; its players are rows of
/// their own.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, seadrift::Declare)]
#[sea_orm(table_name = "teams_valorantteampreset")]
#[seadrift(
    app = "teams",
    model = "ValorantTeamPreset",
    label = "Valorant preset",
    plural = "Valorant presets",
    ordering("-created_at"),
    list("name", "team_name", "team_tag", "profile_id", "created_at"),
    search("name", "team_name", "team_tag"),
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
    /// What the team is called.
    #[sea_orm(column_type = "String(StringLen::N(120))", default_value = "")]
    #[seadrift(label = "team name")]
    pub team_name: String,
    /// The team's short name.
    #[sea_orm(column_type = "String(StringLen::N(10))", default_value = "")]
    #[seadrift(label = "team tag")]
    pub team_tag: String,
    /// Storage path of the logo.
    #[sea_orm(column_type = "String(StringLen::N(100))")]
    #[seadrift(label = "logo", format = "image")]
    pub team_logo: Option<String>,
    /// Storage path of the banner.
    #[sea_orm(column_type = "String(StringLen::N(100))")]
    #[seadrift(label = "banner", format = "image")]
    pub banner_image: Option<String>,
    /// Where the team plays.
    #[sea_orm(column_type = "String(StringLen::N(48))", default_value = "")]
    #[seadrift(label = "region")]
    pub region: String,
    /// When it was made.
    #[seadrift(label = "saved", readonly)]
    pub created_at: DateTimeUtc,
    /// Whose preset it is.
    #[sea_orm(belongs_to, from = "profile_id", to = "id", on_delete = "Cascade")]
    pub profile: BelongsTo<profiles::model::user_profile::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
