//! Mobile Legends: Bang Bang.

use super::{Category, DISCORD, Ending, FIVE, Game, IdFormat, Platform, Rule, Setting, required};

crate::game_squad! {
    app: "teams",
    code: "mlbb",
    team: "teams_mlbb_team" "MLBBTeam" ("Mobile Legends: Bang Bang squad", "Mobile Legends: Bang Bang squads") {},
    membership: "teams_mlbb_membership" "MLBBPlayerMembership" ("Mobile Legends: Bang Bang player", "Mobile Legends: Bang Bang players") {
        /// The server that this player plays on.
        #[sea_orm(column_type = "String(StringLen::N(50))", default_value = "")]
        #[seadrift(label = "server", help = "The number in brackets behind the game ID.")]
        pub server: String,
    },
    roles: {
        "Gold Laner" = "Farms the gold lane and deals the late damage.",
        "EXP Laner" = "Holds the experience lane and joins the fights.",
        "Mid Laner" = "Clears the middle and helps both sides.",
        "Jungler" = "Takes the jungle and the lords.",
        "Roamer" = "Protects the others and starts fights.",
    },
    regions: {
        "SEA_PH" = "Southeast Asia: Philippines",
        "SEA_ID" = "Southeast Asia: Indonesia",
        "SEA_MY" = "Southeast Asia: Malaysia",
        "SEA_SG" = "Southeast Asia: Singapore",
        "SEA_TH" = "Southeast Asia: Thailand",
        "SA" = "South Asia",
        "EA" = "East Asia",
        "MENA" = "Middle East and North Africa",
        "EU" = "Europe",
        "LATAM" = "Latin America",
    },
}

/// The game.
pub static GAME: Game = Game {
    code: "mlbb",
    name: "Mobile Legends: Bang Bang",
    about: "Five heroes against five on the phone.",
    category: Category::Moba,
    platforms: &[Platform::Mobile],
    colour: "#4169E1",
    roster: FIVE,
    roles: ROLES,
    regions: REGIONS,
    ids: &[
        required("mlbb_id", "Game ID", "6 to 12 digits", IdFormat::Digits { min: 6, max: 12 }),
        required(
            "mlbb_server_id",
            "Server ID",
            "the number in brackets behind the game ID",
            IdFormat::Line { max: 50 },
        ),
        DISCORD,
    ],
    settings: &[
        Setting { name: "best_of", rule: Rule::Numbers(&[3, 1, 5, 7]) },
        Setting { name: "draft", rule: Rule::Words(&["tournament", "draft_pick", "classic"]) },
    ],
    ending: Ending::Score,
    player_stats: &[
        "kills",
        "deaths",
        "assists",
        "kda_ratio",
        "savage_count",
        "maniac_count",
        "triple_kill_count",
        "mvp_count",
        "gold_earned",
        "damage_dealt",
        "damage_taken",
        "favorite_hero",
        "favorite_role",
        "hero_stats",
    ],
};
