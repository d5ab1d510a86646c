//! Valorant.

use super::{Category, DISCORD, Ending, FIVE, Game, IdFormat, Platform, Rule, Setting, required};

crate::game_squad! {
    app: "teams",
    code: "valorant",
    team: "teams_valorant_team" "ValorantTeam" ("Valorant squad", "Valorant squads") {
        /// The usual rank of its players.
        #[sea_orm(column_type = "String(StringLen::N(50))", default_value = "")]
        #[seadrift(label = "average rank", help = "Such as Immortal 2.")]
        pub average_rank: String,
    },
    membership: "teams_valorant_membership" "ValorantPlayerMembership" ("Valorant player", "Valorant players") {
        /// The agents that this player plays, a list of names.
        #[sea_orm(column_type = "JsonBinary", default_value = "[]")]
        #[seadrift(label = "agents", help = "The agents that this player plays.")]
        pub agent_pool: Json,
        /// The player's rank.
        #[sea_orm(column_type = "String(StringLen::N(50))", default_value = "")]
        #[seadrift(label = "rank", help = "Such as Immortal 2.")]
        pub competitive_rank: String,
    },
    roles: {
        "Duelist" = "Enters first and takes the duels.",
        "Controller" = "Closes sight lines and holds ground.",
        "Initiator" = "Finds the enemy and opens the way.",
        "Sentinel" = "Guards a flank and slows an attack.",
        "IGL" = "Calls what the team does.",
        "Flex" = "Plays whatever is missing.",
    },
    regions: {
        "SA" = "South Asia",
        "PAC" = "Pacific",
        "EA" = "East Asia",
        "EMEA" = "Europe, Middle East and Africa",
        "AMER" = "Americas",
        "OCE" = "Oceania",
    },
}

/// The game.
pub static GAME: Game = Game {
    code: "valorant",
    name: "Valorant",
    about: "Five against five, round by round, with agents of different powers.",
    category: Category::Shooter,
    platforms: &[Platform::Pc],
    colour: "#FF4655",
    roster: FIVE,
    roles: ROLES,
    regions: REGIONS,
    ids: &[required("riot_id", "Riot ID", "Name#TAG", IdFormat::Riot), DISCORD],
    settings: &[
        Setting { name: "best_of", rule: Rule::Numbers(&[1, 2, 3, 5]) },
        Setting { name: "rounds_to_win", rule: Rule::Between(11, 16, 13) },
        Setting {
            name: "map_pool",
            rule: Rule::Names(&["Ascent", "Bind", "Breeze", "Fracture", "Haven", "Icebox", "Lotus", "Pearl", "Split"]),
        },
        Setting { name: "overtime", rule: Rule::Words(&["win_by_two", "sudden_death", "none"]) },
    ],
    ending: Ending::Score,
    player_stats: &[
        "kills",
        "deaths",
        "assists",
        "kda_ratio",
        "headshot_percentage",
        "average_combat_score",
        "first_bloods",
        "clutches",
        "aces",
        "plants",
        "defuses",
        "favorite_agent",
        "agent_stats",
    ],
};
