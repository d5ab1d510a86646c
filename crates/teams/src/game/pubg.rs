//! PUBG Mobile.

use super::{Category, DISCORD, Ending, FOUR, Game, IdFormat, Platform, Rule, Setting, required};

crate::game_squad! {
    app: "teams",
    code: "pubg",
    team: "teams_pubg_team" "PUBGTeam" ("PUBG Mobile squad", "PUBG Mobile squads") {},
    membership: "teams_pubg_membership" "PUBGPlayerMembership" ("PUBG Mobile player", "PUBG Mobile players") {
        /// The player's tier.
        #[sea_orm(column_type = "String(StringLen::N(50))", default_value = "")]
        #[seadrift(label = "tier", help = "Such as Ace.")]
        pub tier: String,
    },
    roles: {
        "IGL/Shot Caller" = "Calls where the team goes and when it fights.",
        "Assaulter/Fragger" = "Wins the fights.",
        "Support" = "Covers and revives the others.",
        "Sniper/Scout" = "Watches far and shoots first.",
    },
    regions: {
        "SA" = "South Asia",
        "SEA" = "Southeast Asia",
        "EA" = "East Asia",
        "MEA" = "Middle East and Africa",
        "EU" = "Europe",
        "AMER" = "Americas",
        "OCE" = "Oceania",
    },
}

/// The game.
pub static GAME: Game = Game {
    code: "pubg",
    name: "PUBG Mobile",
    about: "Teams of four land on an island; the last one standing wins.",
    category: Category::BattleRoyale,
    platforms: &[Platform::Mobile],
    colour: "#F7B733",
    roster: FOUR,
    roles: ROLES,
    regions: REGIONS,
    ids: &[
        required("pubg_mobile_id", "Character ID", "3 to 50 letters, digits and underscores", IdFormat::Word),
        DISCORD,
    ],
    settings: &[
        Setting { name: "matches", rule: Rule::Between(1, 30, 6) },
        Setting { name: "map_pool", rule: Rule::Names(&["Erangel", "Miramar", "Sanhok", "Vikendi"]) },
        Setting { name: "perspective", rule: Rule::Words(&["third_person", "first_person"]) },
        Setting { name: "kill_points", rule: Rule::Between(0, 10, 1) },
    ],
    ending: Ending::Places,
    player_stats: &[
        "kills",
        "deaths",
        "assists",
        "damage_dealt",
        "kd_ratio",
        "average_damage",
        "headshot_kills",
        "headshot_percentage",
        "survival_time",
        "distance_traveled",
        "revives",
        "items_used",
        "vehicles_destroyed",
        "longest_kill",
    ],
};
