//! Games as plugins: what a game must answer, and the registry of the games on this platform.
//!
//! Not here: the games themselves and their squads' tables (the app that brings them), and the
//! play of a tournament, which asks a plugin and decides nothing about a game by itself.

mod game;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex};

use serde::Serialize;
use serde_json::Value;
use thiserror::Error;

use crate::sync::lock;

pub use game::{GameIdField, GameIdRefusal, GameRegion, GameRole, RosterRule};

/// The colour of a game that has none of its own.
pub const DEFAULT_COLOUR: &str = "#6366F1";

/// What a game needs to know of a team to say whether it may play.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TeamFacts {
    /// Players who would take part.
    pub size: u32,
    /// Whether they are named in a roster.
    pub has_roster: bool,
}

/// Why a team may not play a game. The text is for the captain.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum TeamRefusal {
    /// Too few or too many players.
    #[error("Team size must be from {min} to {max} players for this game, but the team has {size}")]
    Size {
        /// Players of the team.
        size: u32,
        /// The fewest that may play.
        min: u32,
        /// The most that may play.
        max: u32,
    },
    /// A single player where a team must play.
    #[error("Team size is 1, but this game is not played alone: at least {min} players are needed")]
    Alone {
        /// The fewest that may play.
        min: u32,
    },
    /// The players are not named.
    #[error("this game needs a roster: name the players first")]
    NoRoster,
    /// A rule of this one game.
    #[error("{0}")]
    Rule(String),
}

/// Why a match's configuration does not fit a game. The text is for the organiser.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("the match setting {field} does not fit this game: {reason}")]
pub struct ConfigRefusal {
    /// Name of the setting.
    pub field: String,
    /// What is wrong with it.
    pub reason: String,
}

/// One game. Its answers are pure: values in, values or refusals out.
pub trait GamePlugin: Send + Sync {
    /// Short unique name, for example `valorant`. Read once, at registration.
    fn name(&self) -> String;

    /// The name that people see.
    fn display_name(&self) -> String;

    /// Version of the plugin.
    fn version(&self) -> String {
        "1.0.0".to_owned()
    }

    /// A line about the game, for people.
    fn description(&self) -> String {
        String::new()
    }

    /// The fewest players of a team.
    fn min_team_size(&self) -> u32 {
        1
    }

    /// The most players of a team, substitutes included.
    fn max_team_size(&self) -> u32 {
        5
    }

    /// Whether a single player may register.
    fn supports_solo(&self) -> bool {
        false
    }

    /// Whether a team must name its players.
    fn requires_roster(&self) -> bool {
        true
    }

    /// How a roster is made up: as many starters as a team has players, unless a game has more to say.
    fn roster_rule(&self) -> RosterRule {
        RosterRule {
            min_starters: self.min_team_size(),
            max_starters: self.max_team_size(),
            max_substitutes: 0,
            unique_roles: false,
            second_role: false,
        }
    }

    /// The roles that players have; none when the game knows no roles.
    fn roles(&self) -> &'static [GameRole] {
        &[]
    }

    /// The regions that the game is played in; none when it is played in one.
    fn regions(&self) -> &'static [GameRegion] {
        &[]
    }

    /// The ids by which the game knows a player.
    fn id_fields(&self) -> Vec<GameIdField> {
        Vec::new()
    }

    /// Whether a text can be the id that stands in this column of the profile. Without a rule of its
    /// own, a game takes any text for the ids that it has.
    ///
    /// # Errors
    /// What is wrong with it, or that the game has no such id.
    fn validate_id(&self, column: &str, id: &str) -> Result<(), GameIdRefusal> {
        let field = self.id_field(column)?;
        if id.trim().is_empty() && field.required {
            return Err(GameIdRefusal::Missing { label: field.label.to_owned(), help: field.help.to_owned() });
        }
        Ok(())
    }

    /// The id that stands in this column of the profile.
    ///
    /// # Errors
    /// [`GameIdRefusal::Unknown`] when the game has none there.
    fn id_field(&self, column: &str) -> Result<GameIdField, GameIdRefusal> {
        let fields = self.id_fields();
        fields.iter().copied().find(|field| field.column == column).ok_or_else(|| {
            let columns: Vec<&str> = fields.iter().map(|field| field.column).collect();
            let known = if columns.is_empty() { "none".to_owned() } else { columns.join(", ") };
            GameIdRefusal::Unknown { game: self.display_name(), column: column.to_owned(), known }
        })
    }

    /// The colour of the game, as `#RRGGBB`.
    fn colour(&self) -> &'static str {
        DEFAULT_COLOUR
    }

    /// Whether a team may play: by its size and roster, unless a game has more to say.
    ///
    /// # Errors
    /// The first rule that the team breaks.
    fn validate_team(&self, team: &TeamFacts) -> Result<(), TeamRefusal> {
        let (min, max) = (self.min_team_size(), self.max_team_size());
        if team.size == 1 && self.supports_solo() {
            return Ok(());
        }
        if !(min..=max).contains(&team.size) {
            return Err(TeamRefusal::Size { size: team.size, min, max });
        }
        if team.size == 1 {
            return Err(TeamRefusal::Alone { min: min.max(2) });
        }
        if self.requires_roster() && !team.has_roster {
            return Err(TeamRefusal::NoRoster);
        }
        Ok(())
    }

    /// Whether a match may be played with this configuration.
    ///
    /// # Errors
    /// The first setting that does not fit.
    fn validate_match_config(&self, config: &Value) -> Result<(), ConfigRefusal>;

    /// The configuration of a match for which nobody chose one. It is valid.
    fn default_match_config(&self) -> Value;

    /// A match's result in the words of the game, for people.
    fn format_match_result(&self, result: &Value) -> String;

    /// A draft of tournament rules, when the game brings one.
    fn rules_template(&self) -> Option<String> {
        None
    }

    /// Names of the figures that the game keeps of a player.
    fn player_stats(&self) -> Vec<String> {
        Vec::new()
    }
}

/// Why a plugin was not registered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum RegisterError {
    /// It has no name to be found by.
    #[error("a game plugin without a name cannot be registered: let its name() answer one")]
    EmptyName,
}

/// What a registration did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Registered {
    /// A game was added.
    New,
    /// A game of the same name was replaced.
    Replaced,
}

/// Figures of a registry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PluginStatistics {
    /// Games, enabled or not.
    pub total_plugins: usize,
    /// Those that can be played.
    pub enabled: usize,
    /// Those that cannot.
    pub disabled: usize,
    /// All names, sorted.
    pub plugin_names: Vec<String>,
}

struct Entry {
    plugin: Arc<dyn GamePlugin>,
    enabled: bool,
}

/// The games of this platform, by name. Owned by the program's wiring and shared as an `Arc`.
#[derive(Default)]
pub struct PluginRegistry {
    entries: Mutex<BTreeMap<String, Entry>>,
}

impl PluginRegistry {
    /// An empty registry.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a game, enabled, under the name that it answers now. A game of that name is replaced,
    /// which is logged and answered.
    ///
    /// # Errors
    /// [`RegisterError::EmptyName`] when the name is empty or blank.
    pub fn register(&self, plugin: Arc<dyn GamePlugin>) -> Result<Registered, RegisterError> {
        let name = plugin.name();
        if name.trim().is_empty() {
            return Err(RegisterError::EmptyName);
        }
        let entry = Entry { plugin, enabled: true };
        let replaced = lock(&self.entries).insert(name.clone(), entry);
        if replaced.is_none() {
            return Ok(Registered::New);
        }
        tracing::warn!(plugin = name, "a registered game plugin was replaced");
        Ok(Registered::Replaced)
    }

    /// Removes a game. `false`: there is none of that name.
    pub fn unregister(&self, name: &str) -> bool {
        let removed = lock(&self.entries).remove(name);
        removed.is_some()
    }

    /// The game of that name, when there is one and it is enabled.
    pub fn get(&self, name: &str) -> Option<Arc<dyn GamePlugin>> {
        let entries = lock(&self.entries);
        let entry = entries.get(name).filter(|entry| entry.enabled)?;
        Some(Arc::clone(&entry.plugin))
    }

    /// Lets a game be played again. `false`: there is none of that name.
    pub fn enable(&self, name: &str) -> bool {
        self.set_enabled(name, true)
    }

    /// Takes a game out of play. `false`: there is none of that name.
    pub fn disable(&self, name: &str) -> bool {
        self.set_enabled(name, false)
    }

    fn set_enabled(&self, name: &str, enabled: bool) -> bool {
        match lock(&self.entries).get_mut(name) {
            Some(entry) => {
                entry.enabled = enabled;
                true
            }
            None => false,
        }
    }

    /// The games, sorted by name.
    pub fn list(&self, enabled_only: bool) -> Vec<Arc<dyn GamePlugin>> {
        let entries = lock(&self.entries);
        let wanted = entries.values().filter(|entry| entry.enabled || !enabled_only);
        wanted.map(|entry| Arc::clone(&entry.plugin)).collect()
    }

    /// Name and display name of each enabled game, for a form.
    pub fn choices(&self) -> Vec<(String, String)> {
        // Collected first: a plugin's code does not run under the lock.
        let enabled: Vec<(String, Arc<dyn GamePlugin>)> = lock(&self.entries)
            .iter()
            .filter(|(_, entry)| entry.enabled)
            .map(|(name, entry)| (name.clone(), Arc::clone(&entry.plugin)))
            .collect();
        let choice = |(name, plugin): (String, Arc<dyn GamePlugin>)| (name, plugin.display_name());
        enabled.into_iter().map(choice).collect()
    }

    /// Figures of the registry.
    pub fn statistics(&self) -> PluginStatistics {
        let entries = lock(&self.entries);
        let enabled = entries.values().filter(|entry| entry.enabled).count();
        PluginStatistics {
            total_plugins: entries.len(),
            enabled,
            disabled: entries.len() - enabled,
            plugin_names: entries.keys().cloned().collect(),
        }
    }
}

impl fmt::Debug for PluginRegistry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("PluginRegistry").field(&self.statistics()).finish()
    }
}
