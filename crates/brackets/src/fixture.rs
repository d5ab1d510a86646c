//! A match as it stands now, and what a command changed about it.
//!
//! Not here: results as entered (`outcome`).

use serde::{Deserialize, Serialize};

use crate::match_id::MatchId;
use crate::outcome::{Outcome, Series, Verdict};
use crate::slot::{EntrantId, Side, Slot};

/// Where a match stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// A side is not known yet.
    Waiting,
    /// Both sides are known; it can be played.
    Ready,
    /// Games were reported, but the series goes on.
    Live,
    /// It has a verdict.
    Done,
    /// A side is empty: nobody plays, the other side (if any) passes.
    Passed,
    /// Played only if an earlier match ends in a certain way, which is still open.
    Conditional,
    /// The condition did not come true.
    NotNeeded,
    /// It does not count, because an entrant withdrew before playing half of its matches.
    Annulled,
}

impl Status {
    /// Whether nothing more happens to the match unless something is corrected.
    #[must_use]
    pub fn is_settled(self) -> bool {
        matches!(self, Self::Done | Self::Passed | Self::NotNeeded | Self::Annulled)
    }
}

/// A match between two sides as it stands now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fixture {
    /// Its role.
    pub id: MatchId,
    /// Its sides, A first.
    pub slots: [Slot; 2],
    /// Where it stands.
    pub status: Status,
    /// Its length.
    pub series: Series,
    /// What was entered for the present pair; walkovers by withdrawal have a verdict without this.
    pub outcome: Option<Outcome>,
    /// What it amounts to.
    pub verdict: Option<Verdict>,
}

impl Fixture {
    /// Unfinished games of a match that became a walkover are no outcome, though they stay on file.
    pub(crate) fn tidy(mut self) -> Self {
        if self.verdict.is_some() && self.outcome.as_ref().is_some_and(|outcome| self.series.settle(outcome).is_err()) {
            self.outcome = None;
        }
        self
    }

    /// The two entrants, if both are known.
    #[must_use]
    pub fn pair(&self) -> Option<[EntrantId; 2]> {
        Some([self.slots[0].entrant()?, self.slots[1].entrant()?])
    }

    /// The side an entrant stands on.
    #[must_use]
    pub fn side_of(&self, who: EntrantId) -> Option<Side> {
        Side::BOTH.into_iter().find(|side| self.slots[side.index()] == Slot::Entrant(who))
    }

    /// The winner, if there is one.
    #[must_use]
    pub fn winner(&self) -> Option<EntrantId> {
        self.slots[self.verdict?.winner?.index()].entrant()
    }
}

/// One thing a command changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// Another entrant (or nobody) stands on a side.
    Slot {
        /// The match.
        at: MatchId,
        /// The side.
        side: Side,
        /// What stands there now.
        now: Slot,
    },
    /// A match moved to another status.
    Status {
        /// The match.
        at: MatchId,
        /// Its status now.
        now: Status,
    },
    /// A match has another verdict, or none any more.
    Verdict {
        /// The match.
        at: MatchId,
        /// Its verdict now.
        now: Option<Verdict>,
    },
    /// A Swiss round was published.
    Paired {
        /// The round.
        round: u16,
    },
    /// A Swiss round was withdrawn.
    Unpaired {
        /// The round.
        round: u16,
    },
    /// A heat has another table, or none any more.
    Heat {
        /// The heat.
        at: MatchId,
    },
    /// An entrant joined.
    Entered {
        /// Who.
        who: EntrantId,
    },
    /// An entrant left.
    Withdrew {
        /// Who.
        who: EntrantId,
    },
    /// An entrant is back.
    Reinstated {
        /// Who.
        who: EntrantId,
    },
    /// An entrant sits the next round out.
    Absent {
        /// Who.
        who: EntrantId,
    },
    /// A tie was broken or reopened by decision.
    Tie {
        /// The entrants of the decision.
        order: Vec<EntrantId>,
    },
}

/// What was entered for one pair of one match. Kept when the pair changes and read again if it comes
/// back, so that the state is a function of the facts and not of the order they were corrected in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Filed {
    pub pair: [EntrantId; 2],
    pub outcome: Outcome,
}

/// The fact on file for `pair`.
pub(crate) fn on_file(files: &[Filed], pair: [EntrantId; 2]) -> Option<&Outcome> {
    files.iter().find(|filed| filed.pair == pair).map(|filed| &filed.outcome)
}

/// Puts, replaces or removes the fact for `pair`.
pub(crate) fn put_on_file(files: &mut Vec<Filed>, pair: [EntrantId; 2], outcome: Option<Outcome>) {
    files.retain(|filed| filed.pair != pair);
    if let Some(outcome) = outcome {
        files.push(Filed { pair, outcome });
    }
}
