//! What a game says of its players: how many they are, what they can be, where they play, and by
//! which ids the game knows them. Values only: who is on a roster is not here.

use serde::Serialize;
use thiserror::Error;

/// How a roster of a game is made up. Starters play; substitutes wait for their turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct RosterRule {
    /// The fewest starters, which is also the fewest players of a team.
    pub min_starters: u32,
    /// The most starters.
    pub max_starters: u32,
    /// The most substitutes.
    pub max_substitutes: u32,
    /// Whether no two starters may have the same role.
    pub unique_roles: bool,
    /// Whether one player may have a second role.
    pub second_role: bool,
}

impl RosterRule {
    /// The most players of a team: starters and substitutes.
    pub const fn max_size(&self) -> u32 {
        self.max_starters + self.max_substitutes
    }
}

/// A role within a game, such as duelist.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct GameRole {
    /// The role, as it is stored and shown.
    pub name: &'static str,
    /// What it does, in a line.
    pub help: &'static str,
}

/// A region of a game. Codes mean something within one game only: `SA` is South Asia in one and
/// South America in another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct GameRegion {
    /// The code, as it is stored.
    pub code: &'static str,
    /// The name that people see.
    pub name: &'static str,
}

/// An id by which a game, or those who play it, know a player.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct GameIdField {
    /// The column of the profile that holds it.
    pub column: &'static str,
    /// What people call it.
    pub label: &'static str,
    /// What it looks like, for a form.
    pub help: &'static str,
    /// Whether nobody plays without it.
    pub required: bool,
}

/// Why an id is not one of a game. The text is for the player.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum GameIdRefusal {
    /// Nothing was said where something is needed.
    #[error("{label} is missing: {help}")]
    Missing {
        /// What people call the id.
        label: String,
        /// What it looks like.
        help: String,
    },
    /// It does not look like one.
    #[error("this is no {label}: {reason}")]
    Format {
        /// What people call the id.
        label: String,
        /// What it should look like.
        reason: String,
    },
    /// The game has no such id.
    #[error("{game} has no id {column:?}; it has {known}")]
    Unknown {
        /// The game's display name.
        game: String,
        /// The column that was asked for.
        column: String,
        /// The columns that there are.
        known: String,
    },
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::plugin::{ConfigRefusal, DEFAULT_COLOUR, GamePlugin};

    struct Chess;

    impl GamePlugin for Chess {
        fn name(&self) -> String {
            "chess".to_owned()
        }

        fn display_name(&self) -> String {
            "Chess".to_owned()
        }

        fn min_team_size(&self) -> u32 {
            4
        }

        fn max_team_size(&self) -> u32 {
            6
        }

        fn id_fields(&self) -> Vec<GameIdField> {
            vec![
                GameIdField { column: "fide_id", label: "FIDE ID", help: "six to eight digits", required: true },
                GameIdField { column: "club", label: "club", help: "its name", required: false },
            ]
        }

        fn validate_match_config(&self, _: &Value) -> Result<(), ConfigRefusal> {
            Ok(())
        }

        fn default_match_config(&self) -> Value {
            json!({})
        }

        fn format_match_result(&self, result: &Value) -> String {
            result.to_string()
        }
    }

    #[test]
    fn a_game_that_says_only_its_sizes_has_a_roster_of_starters() {
        let rule = Chess.roster_rule();
        assert_eq!((rule.min_starters, rule.max_starters, rule.max_substitutes, rule.max_size()), (4, 6, 0, 6));
        assert!(!rule.unique_roles && !rule.second_role);
        assert!(Chess.roles().is_empty() && Chess.regions().is_empty());
        assert_eq!(Chess.colour(), DEFAULT_COLOUR);
        let five = RosterRule { max_starters: 5, max_substitutes: 2, ..rule };
        assert_eq!(five.max_size(), 7);
    }

    #[test]
    fn an_id_is_asked_of_the_game_that_has_it() {
        for (column, id, expected) in [
            ("fide_id", "1503014", None),
            ("fide_id", " ", Some("FIDE ID is missing: six to eight digits")),
            ("club", "", None),
            ("steam_id", "1", Some("Chess has no id \"steam_id\"; it has fide_id, club")),
        ] {
            let refusal = Chess.validate_id(column, id).err().map(|refusal| refusal.to_string());
            assert_eq!(refusal.as_deref(), expected, "{column} {id:?}");
        }
    }
}
