//! What a stage is made of before the first command: entrants in seed order, and a format.

use serde::{Deserialize, Serialize};

use crate::elimination::{self, Elimination};
use crate::entrant::Entrant;
use crate::ffa::{self, FreeForAll};
use crate::lengths::Lengths;
use crate::refusal::BadSetup;
use crate::round_robin::{self, RoundRobin};
use crate::seeding::no_duplicates;
use crate::slot::EntrantId;
use crate::swiss::{self, Swiss};

/// The format of a stage.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// Single or double elimination.
    Elimination {
        /// Which.
        kind: Elimination,
        /// Lengths of the matches; all odd.
        #[serde(default)]
        lengths: Lengths,
        /// Who stands at which place of the first round, byes where nobody; `None` places by seed.
        #[serde(default)]
        places: Option<Vec<Option<EntrantId>>>,
    },
    /// Round robin, in one group or several.
    RoundRobin(RoundRobin),
    /// Swiss.
    Swiss(Swiss),
    /// Free-for-all.
    FreeForAll(FreeForAll),
}

impl Format {
    /// Plain single elimination, best of one.
    #[must_use]
    pub fn single_elimination() -> Self {
        let kind = Elimination::Single { third_place: false, consolation: false };
        Self::Elimination { kind, lengths: Lengths::default(), places: None }
    }

    /// Double elimination with a reset, best of one.
    #[must_use]
    pub fn double_elimination() -> Self {
        let kind = Elimination::Double { grand_final: elimination::Final::Reset };
        Self::Elimination { kind, lengths: Lengths::default(), places: None }
    }

    /// The format's name, for messages.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Elimination { kind: Elimination::Single { .. }, .. } => "single elimination",
            Self::Elimination { kind: Elimination::Double { .. }, .. } => "double elimination",
            Self::RoundRobin(_) => "round robin",
            Self::Swiss(_) => "swiss",
            Self::FreeForAll(_) => "free-for-all",
        }
    }

    fn most(&self) -> usize {
        match self {
            Self::Elimination { .. } => elimination::MOST_ENTRANTS,
            Self::RoundRobin(_) => round_robin::MOST_ENTRANTS,
            Self::Swiss(_) => swiss::MOST_ENTRANTS,
            Self::FreeForAll(_) => ffa::MOST_ENTRANTS,
        }
    }
}

/// Entrants and format.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Setup {
    /// In seed order, best first.
    pub entrants: Vec<Entrant>,
    /// The format.
    pub format: Format,
}

impl Setup {
    pub(crate) fn check(&self) -> Result<(), BadSetup> {
        let (count, most) = (self.entrants.len(), self.format.most());
        if !(2..=most).contains(&count) {
            return Err(BadSetup::Entrants { count, least: 2, most });
        }
        no_duplicates(&self.entrants)
    }
}
