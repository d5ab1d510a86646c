//! Counter-Strike 2.

use super::{Category, DISCORD, Ending, FIVE, Game, Platform, Rule, STEAM, Setting};

crate::game_squad! {
    app: "teams",
    code: "cs2",
    team: "teams_cs2_team" "CS2Team" ("Counter-Strike 2 squad", "Counter-Strike 2 squads") {},
    membership: "teams_cs2_membership" "CS2PlayerMembership" ("Counter-Strike 2 player", "Counter-Strike 2 players") {
        /// The player's rating on FACEIT.
        #[seadrift(label = "FACEIT Elo", help = "The rating on FACEIT.", min = 0)]
        pub faceit_elo: Option<i32>,
    },
    roles: {
        "IGL" = "Calls what the team does.",
        "Entry Fragger" = "Enters a site first.",
        "AWPer" = "Holds long sight lines with the sniper rifle.",
        "Lurker" = "Works alone, behind the enemy.",
        "Support" = "Throws the grenades that let others in.",
        "Rifler" = "Wins the fights with the rifle.",
    },
    regions: {
        "ASIA" = "Asia",
        "EU_W" = "Western Europe",
        "EU_E" = "Eastern Europe",
        "NA" = "North America",
        "SA" = "South America",
        "CIS" = "Commonwealth of Independent States",
        "MEA" = "Middle East and Africa",
        "OCE" = "Oceania",
    },
}

/// The game.
pub static GAME: Game = Game {
    code: "cs2",
    name: "Counter-Strike 2",
    about: "Five against five, round by round: plant the bomb, or keep it from being planted.",
    category: Category::Shooter,
    platforms: &[Platform::Pc],
    colour: "#F7941D",
    roster: FIVE,
    roles: ROLES,
    regions: REGIONS,
    ids: &[STEAM, DISCORD],
    settings: &[
        Setting { name: "best_of", rule: Rule::Numbers(&[1, 2, 3, 5]) },
        Setting { name: "rounds_to_win", rule: Rule::Numbers(&[13, 8, 16]) },
        Setting {
            name: "map_pool",
            rule: Rule::Names(&["Ancient", "Anubis", "Dust II", "Inferno", "Mirage", "Nuke", "Train"]),
        },
        Setting { name: "overtime", rule: Rule::Switch(true) },
    ],
    ending: Ending::Score,
    player_stats: &[
        "kills",
        "deaths",
        "assists",
        "kd_ratio",
        "adr",
        "hltv_rating",
        "headshot_percentage",
        "clutches",
        "clutch_success_rate",
        "1v1_won",
        "multi_kills",
        "favorite_weapon",
        "mvp_stars",
    ],
};
