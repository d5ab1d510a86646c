//! Dota 2.

use super::{Category, DISCORD, Ending, FIVE, Game, Platform, RosterRule, Rule, STEAM, Setting};

crate::game_squad! {
    app: "teams",
    code: "dota2",
    team: "teams_dota2_team" "Dota2Team" ("Dota 2 squad", "Dota 2 squads") {},
    membership: "teams_dota2_membership" "Dota2PlayerMembership" ("Dota 2 player", "Dota 2 players") [
        #[seadrift(index(
            columns("team_id", "role"),
            unique,
            filter = "is_starter AND status = 'ACTIVE'",
            name = "uq_teams_dota2_membership_one_starter_a_position"
        ))]
    ] {
        /// Matchmaking rating.
        #[seadrift(label = "MMR", help = "Matchmaking rating.", min = 0)]
        pub mmr: Option<i32>,
    },
    roles: {
        "Position 1 (Carry)" = "Farms first and decides the late fights.",
        "Position 2 (Mid)" = "Plays the middle lane and sets the pace.",
        "Position 3 (Offlane)" = "Holds the hard lane and starts fights.",
        "Position 4 (Soft Support)" = "Roams, and makes room for the others.",
        "Position 5 (Hard Support)" = "Protects the carry and places wards.",
    },
    regions: {
        "SEA" = "Southeast Asia",
        "SA" = "South Asia",
        "CN" = "China",
        "EEU" = "Eastern Europe",
        "WEU" = "Western Europe",
        "NA" = "North America",
        "SAM" = "South America",
        "MEA" = "Middle East and Africa",
    },
}

/// The game.
pub static GAME: Game = Game {
    code: "dota2",
    name: "Dota 2",
    about: "Five heroes against five, until one side's Ancient falls.",
    category: Category::Moba,
    platforms: &[Platform::Pc],
    colour: "#B01E26",
    roster: RosterRule { unique_roles: true, second_role: false, ..FIVE },
    roles: ROLES,
    regions: REGIONS,
    ids: &[STEAM, DISCORD],
    settings: &[
        Setting { name: "best_of", rule: Rule::Numbers(&[1, 2, 3, 5]) },
        Setting { name: "game_mode", rule: Rule::Words(&["captains_mode", "captains_draft", "all_pick"]) },
        Setting {
            name: "server",
            rule: Rule::Words(&["automatic", "dubai", "india", "singapore", "stockholm", "us_east"]),
        },
    ],
    ending: Ending::Score,
    player_stats: &[
        "kills",
        "deaths",
        "assists",
        "kda_ratio",
        "average_gpm",
        "average_xpm",
        "hero_damage",
        "tower_damage",
        "hero_healing",
        "last_hits",
        "denies",
        "favorite_hero",
        "favorite_role",
        "hero_stats",
        "rampage_count",
        "ultra_kill_count",
    ],
};
