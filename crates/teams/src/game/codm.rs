//! Call of Duty Mobile.

use super::{Category, DISCORD, Ending, FIVE, Game, IdFormat, Platform, Rule, Setting, required};

crate::game_squad! {
    app: "teams",
    code: "codm",
    team: "teams_codm_team" "CODMTeam" ("Call of Duty Mobile squad", "Call of Duty Mobile squads") {},
    membership: "teams_codm_membership" "CODMPlayerMembership" ("Call of Duty Mobile player", "Call of Duty Mobile players") {
        /// The player's rank.
        #[sea_orm(column_type = "String(StringLen::N(50))", default_value = "")]
        #[seadrift(label = "rank", help = "Such as Legendary.")]
        pub rank: String,
    },
    roles: {
        "IGL" = "Calls what the team does.",
        "Slayer" = "Wins the fights.",
        "Anchor" = "Holds where the team comes back.",
        "Support" = "Covers the others.",
        "Objective Player" = "Plays for the objective.",
    },
    regions: {
        "ASIA" = "Asia",
        "EU" = "Europe",
        "NA" = "North America",
        "SAM" = "South America",
        "MEA" = "Middle East and Africa",
        "OCE" = "Oceania",
    },
}

/// The game.
pub static GAME: Game = Game {
    code: "codm",
    name: "Call of Duty Mobile",
    about: "Five against five on the phone, in several modes.",
    category: Category::Shooter,
    platforms: &[Platform::Mobile],
    colour: "#000000",
    roster: FIVE,
    roles: ROLES,
    regions: REGIONS,
    ids: &[required("codm_uid", "UID", "as it stands in the game's profile", IdFormat::Line { max: 100 }), DISCORD],
    settings: &[
        Setting { name: "best_of", rule: Rule::Numbers(&[5, 1, 3, 7]) },
        Setting { name: "modes", rule: Rule::Names(&["Hardpoint", "Search and Destroy", "Domination"]) },
        Setting { name: "map_pool", rule: Rule::Names(&["Firing Range", "Raid", "Standoff", "Summit", "Tunisia"]) },
    ],
    ending: Ending::Score,
    player_stats: &[
        "kills",
        "deaths",
        "assists",
        "kd_ratio",
        "accuracy",
        "headshot_percentage",
        "scorestreaks_earned",
        "objectives_captured",
        "favorite_weapon",
        "favorite_mode",
        "weapon_stats",
    ],
};
