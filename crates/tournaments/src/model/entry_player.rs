//! Who plays for an entry.

use sea_orm::entity::prelude::*;

/// One player of an entry, as the roster was when the entry was made. Over all live entries of a
/// tournament a player stands once, whatever the team.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, seadrift::Declare)]
#[sea_orm(table_name = "tournaments_entryplayer")]
#[seadrift(
    app = "tournaments",
    model = "EntryPlayer",
    label = "player of an entry",
    plural = "players of entries",
    ordering("registration_id", "id"),
    list("registration", "user", "player_role", "is_captain", "is_substitute", "is_live"),
    search("display_name", "game_id"),
    filter("tournament_id", "is_live", "is_captain", "is_substitute", "user_id"),
    name("display_name"),
    index(columns("tournament_id", "user_id"), unique, filter = "is_live", name = "unique_player_per_tournament"),
    index(columns("registration_id", "user_id"), unique),
    index(columns("user_id", "is_live"))
)]
pub struct Model {
    /// Id.
    #[sea_orm(primary_key)]
    #[seadrift(label = "id")]
    pub id: i64,
    /// The tournament.
    #[seadrift(label = "tournament")]
    pub tournament_id: i64,
    /// The entry.
    #[seadrift(label = "registration")]
    pub registration_id: i64,
    /// The player.
    #[seadrift(label = "player")]
    pub user_id: i64,
    /// The player's name when the entry was made.
    #[sea_orm(column_type = "String(StringLen::N(100))", default_value = "")]
    #[seadrift(label = "name", help = "As it was when the entry was made.")]
    pub display_name: String,
    /// The id by which the game knows the player.
    #[sea_orm(column_type = "String(StringLen::N(100))", default_value = "")]
    #[seadrift(
        label = "game id",
        help = "The id by which the game knows the player, as it was when the entry was made."
    )]
    pub game_id: String,
    /// The role within the game.
    #[sea_orm(column_type = "String(StringLen::N(50))", default_value = "")]
    #[seadrift(label = "role in the game")]
    pub player_role: String,
    /// Whether this player leads.
    #[sea_orm(default_value = false)]
    #[seadrift(label = "captain")]
    pub is_captain: bool,
    /// Whether this player waits for a turn.
    #[sea_orm(default_value = false)]
    #[seadrift(label = "substitute")]
    pub is_substitute: bool,
    /// Whether the entry still counts; follows the entry.
    #[sea_orm(default_value = true)]
    #[seadrift(label = "live", help = "Whether the entry still counts; follows the entry.", readonly)]
    pub is_live: bool,
    /// The tournament.
    #[sea_orm(belongs_to, from = "tournament_id", to = "id", on_delete = "Cascade")]
    pub tournament: BelongsTo<super::tournament::Entity>,
    /// The entry.
    #[sea_orm(belongs_to, from = "registration_id", to = "id", on_delete = "Cascade")]
    pub registration: BelongsTo<super::registration::Entity>,
    /// The player.
    #[sea_orm(belongs_to, from = "user_id", to = "id", on_delete = "Cascade")]
    pub user: BelongsTo<accounts::model::user::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
