//! A match is named by its role, never by its position in a list, so that "the final" is the final
//! whatever was drawn first. Written `W2.3`, `L4.1`, `GF`, `GF2`, `3P`, `C1.2`, `G1.5.2`, `S3.12`, `H2.1`.
//!
//! Not here: how one match feeds another (`elimination::shape`).

use serde::{Deserialize, Serialize};

/// The role of a match. Rounds, numbers and groups count from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum MatchId {
    /// Main bracket of single elimination, winners bracket of double elimination.
    Winners {
        /// Round.
        round: u16,
        /// Number within the round, from the top.
        number: u32,
    },
    /// Losers bracket.
    Losers {
        /// Round.
        round: u16,
        /// Number within the round, from the top.
        number: u32,
    },
    /// Winners champion against losers champion.
    GrandFinal,
    /// Played only if the losers champion won the grand final.
    GrandFinalReset,
    /// Losers of the semi-finals.
    ThirdPlace,
    /// Bracket of those who lost in the first round.
    Consolation {
        /// Round.
        round: u16,
        /// Number within the round, from the top.
        number: u32,
    },
    /// Round robin.
    Group {
        /// Group.
        group: u16,
        /// Round.
        round: u16,
        /// Number within the round.
        number: u32,
    },
    /// Swiss.
    Swiss {
        /// Round.
        round: u16,
        /// Table.
        number: u32,
    },
    /// One game of a free-for-all.
    Heat {
        /// Round.
        round: u16,
        /// Lobby.
        number: u32,
    },
}

/// A part of a stage that has rounds of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Section {
    /// Main or winners bracket.
    Winners,
    /// Losers bracket.
    Losers,
    /// Grand final (round 1) and its reset (round 2).
    GrandFinal,
    /// Third-place match.
    ThirdPlace,
    /// Consolation bracket.
    Consolation,
    /// Round robin.
    Group,
    /// Swiss.
    Swiss,
    /// Free-for-all.
    Heat,
}

impl MatchId {
    /// The part of the stage the match belongs to.
    #[must_use]
    pub fn section(self) -> Section {
        match self {
            Self::Winners { .. } => Section::Winners,
            Self::Losers { .. } => Section::Losers,
            Self::GrandFinal | Self::GrandFinalReset => Section::GrandFinal,
            Self::ThirdPlace => Section::ThirdPlace,
            Self::Consolation { .. } => Section::Consolation,
            Self::Group { .. } => Section::Group,
            Self::Swiss { .. } => Section::Swiss,
            Self::Heat { .. } => Section::Heat,
        }
    }

    /// The number within the round; 1 for matches that stand alone.
    #[must_use]
    pub fn number(self) -> u32 {
        match self {
            Self::Winners { number, .. }
            | Self::Losers { number, .. }
            | Self::Consolation { number, .. }
            | Self::Group { number, .. }
            | Self::Swiss { number, .. }
            | Self::Heat { number, .. } => number,
            Self::GrandFinal | Self::GrandFinalReset | Self::ThirdPlace => 1,
        }
    }

    /// The round within the match's own section; the reset is round 2 of the grand final.
    #[must_use]
    pub fn round(self) -> u16 {
        match self {
            Self::Winners { round, .. }
            | Self::Losers { round, .. }
            | Self::Consolation { round, .. }
            | Self::Group { round, .. }
            | Self::Swiss { round, .. }
            | Self::Heat { round, .. } => round,
            Self::GrandFinal | Self::ThirdPlace => 1,
            Self::GrandFinalReset => 2,
        }
    }
}

impl std::fmt::Display for MatchId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Winners { round, number } => write!(f, "W{round}.{number}"),
            Self::Losers { round, number } => write!(f, "L{round}.{number}"),
            Self::GrandFinal => f.write_str("GF"),
            Self::GrandFinalReset => f.write_str("GF2"),
            Self::ThirdPlace => f.write_str("3P"),
            Self::Consolation { round, number } => write!(f, "C{round}.{number}"),
            Self::Group { group, round, number } => write!(f, "G{group}.{round}.{number}"),
            Self::Swiss { round, number } => write!(f, "S{round}.{number}"),
            Self::Heat { round, number } => write!(f, "H{round}.{number}"),
        }
    }
}

/// A text that is no match name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" names no match; write W2.3, L4.1, GF, GF2, 3P, C1.2, G1.5.2, S3.12 or H2.1")]
pub struct NotAMatch(pub String);

impl std::str::FromStr for MatchId {
    type Err = NotAMatch;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        parse(text).ok_or_else(|| NotAMatch(text.to_owned()))
    }
}

fn parse(text: &str) -> Option<MatchId> {
    match text {
        "GF" => return Some(MatchId::GrandFinal),
        "GF2" => return Some(MatchId::GrandFinalReset),
        "3P" => return Some(MatchId::ThirdPlace),
        _ => {}
    }
    let (letter, rest) = text.split_at_checked(1)?;
    let parts: Vec<u32> = rest.split('.').map(count).collect::<Option<_>>()?;
    let short = |part: u32| u16::try_from(part).ok();
    match (letter, parts.as_slice()) {
        ("W", &[r, number]) => Some(MatchId::Winners { round: short(r)?, number }),
        ("L", &[r, number]) => Some(MatchId::Losers { round: short(r)?, number }),
        ("C", &[r, number]) => Some(MatchId::Consolation { round: short(r)?, number }),
        ("S", &[r, number]) => Some(MatchId::Swiss { round: short(r)?, number }),
        ("H", &[r, number]) => Some(MatchId::Heat { round: short(r)?, number }),
        ("G", &[g, r, number]) => Some(MatchId::Group { group: short(g)?, round: short(r)?, number }),
        _ => None,
    }
}

/// A positive number without sign or leading zero: one name for one match.
fn count(text: &str) -> Option<u32> {
    if text.starts_with(['0', '+']) { None } else { text.parse().ok() }
}

impl TryFrom<String> for MatchId {
    type Error = NotAMatch;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<MatchId> for String {
    fn from(id: MatchId) -> Self {
        id.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_back() {
        for name in ["W2.3", "L4.1", "GF", "GF2", "3P", "C1.2", "G1.5.2", "S3.12", "H2.1"] {
            let id: MatchId = name.parse().expect(name);
            assert_eq!(id.to_string(), name);
        }
    }

    #[test]
    fn other_texts_are_refused() {
        for text in ["", "W", "W1", "W0.1", "W01.1", "W+1.1", "W1.1.1", "G1.1", "X1.1", "W70000.1", "é1.1", "GF3"] {
            assert_eq!(text.parse::<MatchId>(), Err(NotAMatch(text.to_owned())), "{text}");
        }
    }
}
