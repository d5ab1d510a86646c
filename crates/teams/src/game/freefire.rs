//! Free Fire.

use super::{Category, DISCORD, Ending, FOUR, Game, IdFormat, Platform, Rule, Setting, required};

crate::game_squad! {
    app: "teams",
    code: "freefire",
    team: "teams_freefire_team" "FreeFireTeam" ("Free Fire squad", "Free Fire squads") {},
    membership: "teams_freefire_membership" "FreeFirePlayerMembership" ("Free Fire player", "Free Fire players") {},
    roles: {
        "Rusher" = "Runs in first.",
        "Flanker" = "Comes from the side.",
        "Support" = "Covers and revives the others.",
        "Shot Caller" = "Calls where the team goes and when it fights.",
    },
    regions: {
        "SA" = "South Asia",
        "SEA" = "Southeast Asia",
        "MENA" = "Middle East and North Africa",
        "EU" = "Europe",
        "LATAM" = "Latin America",
        "AF" = "Africa",
        "BR" = "Brazil",
        "NA" = "North America",
    },
}

/// The game.
pub static GAME: Game = Game {
    code: "freefire",
    name: "Free Fire",
    about: "Teams of four on an island that shrinks; the last one standing wins.",
    category: Category::BattleRoyale,
    platforms: &[Platform::Mobile],
    colour: "#FF6B35",
    roster: FOUR,
    roles: ROLES,
    regions: REGIONS,
    ids: &[required("free_fire_id", "Player ID", "9 to 12 digits", IdFormat::Digits { min: 9, max: 12 }), DISCORD],
    settings: &[
        Setting { name: "matches", rule: Rule::Between(1, 30, 6) },
        Setting { name: "map_pool", rule: Rule::Names(&["Bermuda", "Kalahari", "Purgatory"]) },
        Setting { name: "kill_points", rule: Rule::Between(0, 10, 1) },
    ],
    ending: Ending::Places,
    player_stats: &[
        "kills",
        "deaths",
        "kd_ratio",
        "damage_dealt",
        "headshot_kills",
        "headshot_percentage",
        "survival_time",
        "revives",
        "favorite_character",
        "favorite_weapon",
    ],
};
