//! How many games the matches of a stage have, round by round.

use serde::{Deserialize, Serialize};

use crate::match_id::{MatchId, Section};
use crate::outcome::Series;
use crate::refusal::BadSetup;

/// The lengths of a stage's matches.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lengths {
    /// Games of a match for which nothing else is said.
    pub best_of: u8,
    /// Whether games after the decision are played too (kept, never counted).
    #[serde(default)]
    pub play_all: bool,
    /// Exceptions; the last one that applies counts.
    #[serde(default)]
    pub special: Vec<SpecialLength>,
}

/// Another length for a section, or one round of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SpecialLength {
    /// The section.
    pub section: Section,
    /// The round; `None` is every round of the section.
    #[serde(default)]
    pub round: Option<u16>,
    /// Games.
    pub best_of: u8,
}

impl Default for Lengths {
    fn default() -> Self {
        Self::best_of(1)
    }
}

impl Lengths {
    /// The same length everywhere.
    #[must_use]
    pub fn best_of(best_of: u8) -> Self {
        Self { best_of, play_all: false, special: vec![] }
    }

    /// Another length for a section, or for one round of it.
    #[must_use]
    pub fn but(mut self, section: Section, round: Option<u16>, best_of: u8) -> Self {
        self.special.push(SpecialLength { section, round, best_of });
        self
    }

    pub(crate) fn series(&self, id: MatchId, draws: bool) -> Series {
        let best_of = self
            .special
            .iter()
            .rev()
            .find(|special| special.section == id.section() && special.round.is_none_or(|round| round == id.round()))
            .map_or(self.best_of, |special| special.best_of);
        Series { best_of, play_all: self.play_all, draws }
    }

    /// Every length must be at least 1, and odd where a winner is needed.
    pub(crate) fn check(&self, draws: bool) -> Result<(), BadSetup> {
        for best_of in self.special.iter().map(|special| special.best_of).chain([self.best_of]) {
            if best_of == 0 {
                return Err(BadSetup::Length { best_of, why: "a match has at least one game" });
            }
            if best_of.is_multiple_of(2) && !draws {
                return Err(BadSetup::Length {
                    best_of,
                    why: "an even series can end level, and this stage needs winners",
                });
            }
        }
        Ok(())
    }
}
