//! FC 26.

use super::{Category, DISCORD, Ending, Game, IdFormat, Platform, RosterRule, Rule, Setting, required};

crate::game_squad! {
    app: "teams",
    code: "fc26",
    team: "teams_fc26_team" "FC26Team" ("FC 26 squad", "FC 26 squads") {},
    membership: "teams_fc26_membership" "FC26PlayerMembership" ("FC 26 player", "FC 26 players") {
        /// What this player plays on.
        #[sea_orm(column_type = "String(StringLen::N(50))", default_value = "")]
        #[seadrift(label = "platform", help = "Such as PlayStation 5 or mobile.")]
        pub platform: String,
    },
    roles: {
        "Player" = "Plays.",
    },
    regions: {
        "ASIA" = "Asia",
        "EU" = "Europe",
        "NA" = "North America",
        "SAM" = "South America",
        "AF" = "Africa",
        "ME" = "Middle East",
        "OCE" = "Oceania",
    },
}

/// The game.
pub static GAME: Game = Game {
    code: "fc26",
    name: "FC 26",
    about: "Football, one against one.",
    category: Category::Sports,
    platforms: &[Platform::Console, Platform::Pc],
    colour: "#00A0DC",
    roster: RosterRule {
        min_starters: 1,
        max_starters: 1,
        max_substitutes: 1,
        unique_roles: false,
        second_role: false,
    },
    roles: ROLES,
    regions: REGIONS,
    ids: &[
        required("ea_id", "EA ID", "3 to 50 letters, digits, underscores and hyphens", IdFormat::HyphenWord),
        DISCORD,
    ],
    settings: &[
        Setting { name: "best_of", rule: Rule::Numbers(&[1, 2, 3, 5]) },
        Setting { name: "match_minutes", rule: Rule::Between(6, 20, 12) },
        Setting { name: "extra_time", rule: Rule::Switch(true) },
        Setting { name: "penalties", rule: Rule::Switch(true) },
    ],
    ending: Ending::Score,
    player_stats: &[
        "goals",
        "assists",
        "shots",
        "shots_on_target",
        "pass_accuracy",
        "tackles",
        "interceptions",
        "saves",
        "clean_sheets",
        "yellow_cards",
        "red_cards",
        "minutes_played",
        "favorite_position",
        "rating_avg",
    ],
};
