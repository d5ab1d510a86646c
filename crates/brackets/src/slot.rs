//! What can stand on one side of a match. Four values that must never be confused.
//!
//! Not here: who the entrants are (`entrant`), how slots are filled (`elimination`).

use serde::{Deserialize, Serialize};

/// The caller's number for an entrant (a team or a player). Unique within a stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EntrantId(pub u32);

impl std::fmt::Display for EntrantId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "#{}", self.0)
    }
}

/// One side of a match.
///
/// The algebra (`win`/`lose` of a match with one empty side): `win(Bye, x) = x`,
/// `lose(Bye, x) = Bye`, `win(Vacant, x) = x`, `lose(Vacant, x) = Vacant`.
/// `Tbd` is the only value that may still change without a correction.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Slot {
    /// A known entrant.
    Entrant(EntrantId),
    /// Nobody was ever going to stand here: the field is smaller than the bracket.
    Bye,
    /// Somebody will stand here once an earlier match is decided.
    #[default]
    Tbd,
    /// Somebody should have stood here, but every candidate was removed (double forfeit, withdrawal).
    Vacant,
}

impl Slot {
    /// The entrant, if one is known.
    #[must_use]
    pub fn entrant(self) -> Option<EntrantId> {
        match self {
            Self::Entrant(id) => Some(id),
            _ => None,
        }
    }

    /// Whether nobody will ever stand here.
    #[must_use]
    pub fn is_empty(self) -> bool {
        matches!(self, Self::Bye | Self::Vacant)
    }
}

/// The two sides of a match, in drawing order: `A` is upper (or home), `B` lower (or away).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// Upper or home side.
    A,
    /// Lower or away side.
    B,
}

impl Side {
    /// Both sides in order.
    pub const BOTH: [Self; 2] = [Self::A, Self::B];

    /// The opposite side.
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Self::A => Self::B,
            Self::B => Self::A,
        }
    }

    /// 0 for `A`, 1 for `B`.
    #[must_use]
    pub fn index(self) -> usize {
        match self {
            Self::A => 0,
            Self::B => 1,
        }
    }

    pub(crate) fn of_parity(number: usize) -> Self {
        if number.is_multiple_of(2) { Self::A } else { Self::B }
    }
}
