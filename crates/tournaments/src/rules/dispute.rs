//! The states of a dispute, and who may do what in each: one table, asked by every act.

use thiserror::Error;

use super::access::Act;

/// Where a dispute stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum State {
    /// Nobody has taken it up.
    Open,
    /// A referee looks at it.
    UnderReview,
    /// It was handed to the platform.
    Escalated,
    /// Decided: the result stands, or another does.
    Resolved,
    /// Found to be nothing.
    Dismissed,
    /// Taken back by who opened it.
    Withdrawn,
}

impl State {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Open, Self::UnderReview, Self::Escalated, Self::Resolved, Self::Dismissed, Self::Withdrawn];

    /// Its spelling in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::UnderReview => "under_review",
            Self::Escalated => "escalated",
            Self::Resolved => "resolved",
            Self::Dismissed => "dismissed",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// The state of this spelling.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }

    /// Its words, to follow "The dispute".
    pub const fn words(self) -> &'static str {
        match self {
            Self::Open => "is open",
            Self::UnderReview => "is under review",
            Self::Escalated => "was handed to the platform",
            Self::Resolved => "was resolved",
            Self::Dismissed => "was dismissed",
            Self::Withdrawn => "was withdrawn",
        }
    }

    /// Whether it waits for a decision.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Open | Self::UnderReview | Self::Escalated)
    }
}

/// What a dispute is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reason {
    /// Two reports disagree.
    ScoreMismatch,
    /// The opponent was not there.
    NoShow,
    /// Somebody cheated.
    Cheating,
    /// Something did not work.
    TechnicalIssue,
    /// Anything else.
    Other,
}

impl Reason {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::ScoreMismatch, Self::NoShow, Self::Cheating, Self::TechnicalIssue, Self::Other];

    /// Its spelling in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ScoreMismatch => "score_mismatch",
            Self::NoShow => "no_show",
            Self::Cheating => "cheating",
            Self::TechnicalIssue => "technical_issue",
            Self::Other => "other",
        }
    }

    /// Its words for people.
    pub const fn label(self) -> &'static str {
        match self {
            Self::ScoreMismatch => "Scores do not match",
            Self::NoShow => "Opponent did not show up",
            Self::Cheating => "Cheating",
            Self::TechnicalIssue => "Technical problem",
            Self::Other => "Other",
        }
    }

    /// The reason of this spelling.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == text)
    }
}

/// What somebody does to a dispute.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Deed {
    /// Bring something forward.
    AddEvidence,
    /// Take it up.
    Review,
    /// Hand it to the platform.
    Escalate,
    /// Decide it.
    Resolve,
    /// Find it to be nothing.
    Dismiss,
    /// Take it back.
    Withdraw,
}

impl Deed {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::AddEvidence, Self::Review, Self::Escalate, Self::Resolve, Self::Dismiss, Self::Withdraw];

    /// Its words, to follow "cannot be".
    pub const fn words(self) -> &'static str {
        match self {
            Self::AddEvidence => "added to",
            Self::Review => "taken up",
            Self::Escalate => "handed to the platform",
            Self::Resolve => "resolved",
            Self::Dismiss => "dismissed",
            Self::Withdraw => "withdrawn",
        }
    }

    /// What somebody must be allowed in the tournament to do this to a dispute in this state; nothing where no
    /// right of the tournament suffices.
    pub const fn act(self, state: State) -> Option<Act> {
        match (self, state) {
            (Self::Resolve | Self::Dismiss, State::Escalated) => Some(Act::ResolveEscalated),
            (Self::Resolve | Self::Dismiss, _) => Some(Act::ResolveDispute),
            (Self::AddEvidence | Self::Review | Self::Escalate, _) => Some(Act::ReviewDispute),
            (Self::Withdraw, _) => None,
        }
    }

    /// The states in which it is done.
    pub const fn states(self) -> &'static [State] {
        use State::{Escalated, Open, UnderReview};
        match self {
            Self::AddEvidence | Self::Resolve | Self::Dismiss => &[Open, UnderReview, Escalated],
            Self::Review => &[Open],
            Self::Escalate | Self::Withdraw => &[Open, UnderReview],
        }
    }
}

/// Who somebody is to a dispute.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Part {
    /// Stands for a side of the match.
    pub side: bool,
    /// Opened it.
    pub opener: bool,
    /// Has the right that [`Deed::act`] names.
    pub staff: bool,
}

/// Why a deed is not done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum NotDone {
    /// It stands elsewhere; somebody else may have been faster.
    #[error("The dispute {} and cannot be {} any more.", .state.words(), .deed.words())]
    NotNow {
        /// What was to be done.
        deed: Deed,
        /// Where it stands.
        state: State,
    },
    /// It is for others.
    #[error(
        "{}",
        match .deed {
            Deed::Withdraw => "Only who opened the dispute may withdraw it.",
            Deed::AddEvidence => "Only both sides and the referees may bring something forward.",
            _ if matches!(.state, State::Escalated) => "The dispute was handed to the platform, which decides it.",
            _ => "Only referees of this tournament may do this.",
        }
    )]
    NotYours {
        /// What was to be done.
        deed: Deed,
        /// Where it stands.
        state: State,
    },
    /// A judge in their own cause.
    #[error("You stand for a side of this match, so somebody else must judge it. Ask another referee.")]
    OwnMatch(Deed),
}

/// Passes when this is done in this state, by somebody who is this to the dispute.
///
/// # Errors
/// [`NotDone`]; who may not do it at all hears that first.
pub fn permit(state: State, deed: Deed, part: Part) -> Result<(), NotDone> {
    let allowed = match deed {
        Deed::AddEvidence => part.side || part.staff,
        Deed::Withdraw => part.opener,
        Deed::Review | Deed::Escalate | Deed::Resolve | Deed::Dismiss => {
            if part.staff && part.side {
                return Err(NotDone::OwnMatch(deed));
            }
            part.staff
        }
    };
    if !allowed {
        return Err(NotDone::NotYours { deed, state });
    }
    if deed.states().contains(&state) { Ok(()) } else { Err(NotDone::NotNow { deed, state }) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::access::{Duty, Standing};

    #[test]
    fn every_state_deed_and_person() {
        let person =
            |duty: Option<Duty>, staff: bool| Standing { duty, staff, user_id: Some(1), ..Standing::default() };
        // A row a deed, a column a state in the order of `State::ALL`: o opener, s side, r referee, p the platform's
        // staff, x a stranger.
        let table: [(Deed, [&str; 6]); 6] = [
            (Deed::AddEvidence, ["osrp", "osrp", "osrp", "", "", ""]),
            (Deed::Review, ["rp", "", "", "", "", ""]),
            (Deed::Escalate, ["rp", "rp", "", "", "", ""]),
            (Deed::Resolve, ["rp", "rp", "p", "", "", ""]),
            (Deed::Dismiss, ["rp", "rp", "p", "", "", ""]),
            (Deed::Withdraw, ["o", "o", "", "", "", ""]),
        ];
        let mut tried = 0;
        for (deed, row) in table {
            for (state, expected) in State::ALL.into_iter().zip(row) {
                for letter in ['o', 's', 'r', 'p', 'x'] {
                    let standing = match letter {
                        'r' => person(Some(Duty::Referee), false),
                        'p' => person(None, true),
                        _ => person(None, false),
                    };
                    let staff = deed.act(state).is_some_and(|act| standing.may(act));
                    let part = Part { side: matches!(letter, 'o' | 's'), opener: letter == 'o', staff };
                    let done = permit(state, deed, part);
                    assert_eq!(done.is_ok(), expected.contains(letter), "{deed:?} in {state:?} by {letter}: {done:?}");
                    tried += 1;
                }
            }
        }
        assert_eq!(tried, 180);
    }

    #[test]
    fn nobody_judges_their_own_match() {
        let part = Part { side: true, opener: true, staff: true };
        for deed in [Deed::Review, Deed::Escalate, Deed::Resolve, Deed::Dismiss] {
            assert_eq!(permit(State::Open, deed, part), Err(NotDone::OwnMatch(deed)));
        }
        assert_eq!(permit(State::Open, Deed::AddEvidence, part), Ok(()));
    }

    #[test]
    fn spellings_read_back() {
        assert!(State::ALL.into_iter().all(|state| State::parse(state.as_str()) == Some(state)));
        assert!(Reason::ALL.into_iter().all(|reason| Reason::parse(reason.as_str()) == Some(reason)));
    }
}
