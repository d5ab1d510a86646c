//! eFootball.

use super::{Category, DISCORD, Ending, Game, IdFormat, Platform, RosterRule, Rule, Setting, required};

crate::game_squad! {
    app: "teams",
    code: "efootball",
    team: "teams_efootball_team" "EFootballTeam" ("eFootball squad", "eFootball squads") {},
    membership: "teams_efootball_membership" "EFootballPlayerMembership" ("eFootball player", "eFootball players") {
        /// What this player plays on.
        #[sea_orm(column_type = "String(StringLen::N(50))", default_value = "")]
        #[seadrift(label = "platform", help = "Such as PlayStation 5 or mobile.")]
        pub platform: String,
    },
    roles: {
        "Player" = "Plays.",
        "Co-op Partner" = "Plays at the side of another.",
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
    code: "efootball",
    name: "eFootball",
    about: "Football, alone or in pairs.",
    category: Category::Sports,
    platforms: &[Platform::Mobile, Platform::Console, Platform::Pc],
    colour: "#00A0DC",
    roster: RosterRule {
        min_starters: 1,
        max_starters: 2,
        max_substitutes: 1,
        unique_roles: false,
        second_role: false,
    },
    roles: ROLES,
    regions: REGIONS,
    ids: &[required("efootball_id", "User ID", "8 to 12 digits", IdFormat::Digits { min: 8, max: 12 }), DISCORD],
    settings: &[
        Setting { name: "best_of", rule: Rule::Numbers(&[1, 2, 3, 5]) },
        Setting { name: "match_minutes", rule: Rule::Between(5, 15, 10) },
        Setting { name: "extra_time", rule: Rule::Switch(true) },
        Setting { name: "penalties", rule: Rule::Switch(true) },
        Setting { name: "strength_cap", rule: Rule::Between(0, 4000, 0) },
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
