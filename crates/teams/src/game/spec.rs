//! A game as data, and what a game plugin answers from it. The data stands in one file a game.

use kernel::plugin::{ConfigRefusal, GameIdField, GameIdRefusal, GamePlugin, GameRegion, GameRole, RosterRule};
use serde_json::Value;

use super::setting::{self, Setting};
use crate::rules::id::IdFormat;

/// A game: everything about it that is not a table.
#[derive(Clone, Copy, Debug)]
pub struct Game {
    /// Its code, in lower case: what teams and matches store.
    pub code: &'static str,
    /// The name that people see.
    pub name: &'static str,
    /// A line about it.
    pub about: &'static str,
    /// What kind of game it is.
    pub category: Category,
    /// What it is played on.
    pub platforms: &'static [Platform],
    /// Its colour, as `#RRGGBB`.
    pub colour: &'static str,
    /// How a roster is made up.
    pub roster: RosterRule,
    /// The roles that players have.
    pub roles: &'static [GameRole],
    /// The regions that it is played in.
    pub regions: &'static [GameRegion],
    /// The ids that it knows players by.
    pub ids: &'static [Id],
    /// The settings of a match.
    pub settings: &'static [Setting],
    /// How a match ends.
    pub ending: Ending,
    /// Names of the figures kept of a player.
    pub player_stats: &'static [&'static str],
}

/// An id that a game knows players by.
#[derive(Clone, Copy, Debug)]
pub struct Id {
    /// Where it stands, and what people call it.
    pub field: GameIdField,
    /// What it looks like.
    pub format: IdFormat,
}

/// What kind of game it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Category {
    /// Two teams of shooters.
    Shooter,
    /// Two teams of heroes, who take each other's base.
    Moba,
    /// Many teams, the last of which wins.
    BattleRoyale,
    /// A sport.
    Sports,
}

/// What a game is played on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Platform {
    /// A computer.
    Pc,
    /// A phone or a tablet.
    Mobile,
    /// A console.
    Console,
}

/// How a match ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// Two sides have a score each: `{"sides": [{"name", "score"}, …], "map"}`.
    Score,
    /// Many have a place each: `{"places": [{"name", "place", "kills"}, …]}`.
    Places,
}

impl GamePlugin for Game {
    fn name(&self) -> String {
        self.code.to_owned()
    }

    fn display_name(&self) -> String {
        self.name.to_owned()
    }

    fn description(&self) -> String {
        self.about.to_owned()
    }

    fn min_team_size(&self) -> u32 {
        self.roster.min_starters
    }

    fn max_team_size(&self) -> u32 {
        self.roster.max_size()
    }

    fn supports_solo(&self) -> bool {
        self.roster.min_starters == 1
    }

    fn requires_roster(&self) -> bool {
        self.roster.max_starters > 1
    }

    fn roster_rule(&self) -> RosterRule {
        self.roster
    }

    fn roles(&self) -> &'static [GameRole] {
        self.roles
    }

    fn regions(&self) -> &'static [GameRegion] {
        self.regions
    }

    fn id_fields(&self) -> Vec<GameIdField> {
        self.ids.iter().map(|id| id.field).collect()
    }

    fn validate_id(&self, column: &str, id: &str) -> Result<(), GameIdRefusal> {
        let field = self.id_field(column)?;
        let label = field.label.to_owned();
        if id.trim().is_empty() {
            let missing = GameIdRefusal::Missing { label, help: field.help.to_owned() };
            return if field.required { Err(missing) } else { Ok(()) };
        }
        let format = self.ids.iter().find(|known| known.field == field).map(|known| known.format);
        format.map_or(Ok(()), |format| format.check(id)).map_err(|reason| GameIdRefusal::Format { label, reason })
    }

    fn colour(&self) -> &'static str {
        self.colour
    }

    fn validate_match_config(&self, config: &Value) -> Result<(), ConfigRefusal> {
        setting::validate(self.settings, config)
    }

    fn default_match_config(&self) -> Value {
        setting::defaults(self.settings)
    }

    fn format_match_result(&self, result: &Value) -> String {
        let told = match self.ending {
            Ending::Score => score(result),
            Ending::Places => places(result),
        };
        told.unwrap_or_else(|| "no result".to_owned())
    }

    fn player_stats(&self) -> Vec<String> {
        self.player_stats.iter().map(|name| (*name).to_owned()).collect()
    }
}

/// `Dhaka Lions 13–7 Storm on Ascent`; nothing when it is not told of two sides.
fn score(result: &Value) -> Option<String> {
    let [one, other] = result.get("sides")?.as_array()?.as_slice() else { return None };
    let side = |side: &Value| Some((side.get("name")?.as_str()?.to_owned(), side.get("score")?.as_i64()?));
    let ((home, ours), (guest, theirs)) = (side(one)?, side(other)?);
    let map = result.get("map").and_then(Value::as_str).map_or_else(String::new, |map| format!(" on {map}"));
    Some(format!("{home} {ours}–{theirs} {guest}{map}"))
}

/// `1. Storm (12 kills), 2. Dhaka Lions (8 kills)`, by place; nothing when it is not told of places.
fn places(result: &Value) -> Option<String> {
    let mut places = Vec::new();
    for entry in result.get("places")?.as_array()? {
        let (place, name) = (entry.get("place")?.as_u64()?, entry.get("name")?.as_str()?);
        let kills = match entry.get("kills").and_then(Value::as_u64) {
            Some(1) => " (1 kill)".to_owned(),
            Some(kills) => format!(" ({kills} kills)"),
            None => String::new(),
        };
        places.push((place, format!("{place}. {name}{kills}")));
    }
    places.sort();
    let lines: Vec<String> = places.into_iter().map(|(_, line)| line).collect();
    if lines.is_empty() { None } else { Some(lines.join(", ")) }
}
