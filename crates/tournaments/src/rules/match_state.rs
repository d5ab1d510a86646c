//! The states of a match, and who may do what in each: one table, asked by every act.
//!
//! Not here: times and deadlines, and whether a report fits, which each act looks at.

use thiserror::Error;

use super::access::Act;

macro_rules! states {
    ($($(#[$doc:meta])* $name:ident $spelling:literal $label:literal;)+) => {
        /// Where a match stands.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum State { $($(#[$doc])* $name,)+ }

        impl State {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$name),+];

            /// Its spelling in the database.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $spelling,)+ }
            }

            /// Its words, to follow "The match".
            pub const fn words(self) -> &'static str {
                match self { $(Self::$name => $label,)+ }
            }
        }
    };
}

states! {
    /// It has a time, or waits for its sides.
    Scheduled "scheduled" "has not begun";
    /// Its sides say that they are there.
    CheckIn "check_in" "is checking in";
    /// It can begin.
    Ready "ready" "is ready to begin";
    /// It is being played.
    Live "live" "is being played";
    /// One side has reported.
    PendingResult "pending_result" "waits for an answer to the reported result";
    /// It has a result.
    Completed "completed" "is over";
    /// Its result is disputed.
    Disputed "disputed" "is disputed";
    /// It was decided without being played.
    Forfeit "forfeit" "was decided by forfeit";
    /// It is not played.
    Cancelled "cancelled" "is not played";
}

impl State {
    /// The state of this spelling.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|state| state.as_str() == text)
    }

    /// Whether it is decided, and what follows may have begun.
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Completed | Self::Forfeit)
    }
}

/// What somebody does to a match.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Deed {
    /// Say when it is played.
    Schedule,
    /// Say where it is played, and where it can be watched.
    Furnish,
    /// Open the check-in.
    OpenCheckIn,
    /// Say that a side is there.
    CheckIn,
    /// End the check-in.
    CloseCheckIn,
    /// Begin it.
    Start,
    /// Report its result for a side.
    Report,
    /// Let an unanswered report stand.
    LetStand,
    /// Give it up for a side.
    GiveUp,
    /// Decide it in the place of its sides.
    Decide,
    /// Object to its result.
    Dispute,
    /// Settle a dispute.
    Settle,
    /// Change the result that stands.
    Correct,
}

impl Deed {
    /// All of them.
    pub const ALL: [Self; 13] = [
        Self::Schedule,
        Self::Furnish,
        Self::OpenCheckIn,
        Self::CheckIn,
        Self::CloseCheckIn,
        Self::Start,
        Self::Report,
        Self::LetStand,
        Self::GiveUp,
        Self::Decide,
        Self::Dispute,
        Self::Settle,
        Self::Correct,
    ];

    /// Its words, to follow "cannot be".
    pub const fn words(self) -> &'static str {
        match self {
            Self::Schedule => "scheduled",
            Self::Furnish => "given a room",
            Self::OpenCheckIn | Self::CheckIn => "checked in to",
            Self::CloseCheckIn => "closed for check-in",
            Self::Start => "started",
            Self::Report => "reported",
            Self::LetStand => "let stand",
            Self::GiveUp => "given up",
            Self::Decide => "decided",
            Self::Dispute => "disputed",
            Self::Settle => "settled",
            Self::Correct => "corrected",
        }
    }

    /// The states in which it is done.
    pub const fn states(self) -> &'static [State] {
        use State::{CheckIn, Completed, Disputed, Forfeit, Live, PendingResult, Ready, Scheduled};
        match self {
            Self::Schedule => &[Scheduled, CheckIn, Ready],
            Self::Furnish => &[Scheduled, CheckIn, Ready, Live, PendingResult, Disputed],
            Self::OpenCheckIn => &[Scheduled],
            Self::CheckIn | Self::CloseCheckIn => &[Scheduled, CheckIn],
            Self::Start => &[Ready],
            Self::Report => &[Ready, Live, PendingResult],
            Self::LetStand => &[PendingResult],
            Self::GiveUp => &[Scheduled, CheckIn, Ready, Live],
            Self::Decide => &[Scheduled, CheckIn, Ready, Live, PendingResult],
            Self::Dispute => &[PendingResult, Completed, Forfeit],
            Self::Settle => &[Disputed],
            Self::Correct => &[Completed, Forfeit],
        }
    }

    /// Whether a side does it.
    pub const fn is_for_sides(self) -> bool {
        matches!(self, Self::CheckIn | Self::Start | Self::Report | Self::GiveUp | Self::Dispute)
    }

    /// Whether the clock does it.
    pub const fn is_for_the_clock(self) -> bool {
        matches!(self, Self::OpenCheckIn | Self::CloseCheckIn | Self::LetStand)
    }

    /// What somebody must be allowed in the tournament who does it without playing; nothing where nobody else
    /// does it.
    pub const fn act(self) -> Option<Act> {
        match self {
            Self::Schedule => Some(Act::Schedule),
            Self::Furnish | Self::Start => Some(Act::RunMatches),
            Self::CheckIn => Some(Act::CheckInOthers),
            Self::GiveUp | Self::Decide => Some(Act::DecideMatch),
            Self::Settle => Some(Act::ResolveDispute),
            Self::Correct => Some(Act::CorrectResult),
            Self::OpenCheckIn | Self::CloseCheckIn | Self::LetStand | Self::Report | Self::Dispute => None,
        }
    }

    /// Whether who plays in the match may not do it for the tournament: nobody is a judge in their own cause.
    pub const fn is_judging(self) -> bool {
        matches!(self, Self::Decide | Self::Settle | Self::Correct)
    }
}

/// Who somebody is to a match.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Part {
    /// Stands for one of its sides.
    pub side: bool,
    /// May do this for the tournament.
    pub staff: bool,
    /// Is the clock.
    pub clock: bool,
}

/// Why a deed is not done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum NotDone {
    /// The match is in another state.
    #[error("The match {} and cannot be {} now.", .state.words(), .deed.words())]
    NotNow {
        /// What was to be done.
        deed: Deed,
        /// Where the match stands.
        state: State,
    },
    /// It is for others.
    #[error("Only those who play in this match{} may do this.", if .0.act().is_some() { ", and its referees," } else { "" })]
    NotYours(Deed),
    /// It is for referees.
    #[error("Only referees of this tournament may do this.")]
    NotReferee(Deed),
    /// A judge in their own cause.
    #[error("You stand for a side of this match, so somebody else must judge it. Ask another referee.")]
    OwnMatch(Deed),
}

/// Passes when this is done in this state, by somebody who is this to the match.
///
/// # Errors
/// [`NotDone`]; who may not do it at all hears that first.
pub fn permit(state: State, deed: Deed, part: Part) -> Result<(), NotDone> {
    if deed.is_judging() && part.side && part.staff && !part.clock {
        return Err(NotDone::OwnMatch(deed));
    }
    let by_side = deed.is_for_sides() && part.side;
    let by_staff = deed.act().is_some() && part.staff;
    let by_clock = part.clock && (deed.is_for_the_clock() || deed.act().is_some());
    if !(by_side || by_staff || by_clock) {
        return Err(if deed.is_for_sides() { NotDone::NotYours(deed) } else { NotDone::NotReferee(deed) });
    }
    if deed.states().contains(&state) { Ok(()) } else { Err(NotDone::NotNow { deed, state }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Who may do what when, written down a second time: a row a deed, a column a state, `s` for sides, `r` for
    /// referees, `c` for the clock, in the order of [`State::ALL`].
    const TABLE: [(Deed, [&str; 9]); 13] = [
        (Deed::Schedule, ["rc", "rc", "rc", "", "", "", "", "", ""]),
        (Deed::Furnish, ["rc", "rc", "rc", "rc", "rc", "", "rc", "", ""]),
        (Deed::OpenCheckIn, ["c", "", "", "", "", "", "", "", ""]),
        (Deed::CheckIn, ["src", "src", "", "", "", "", "", "", ""]),
        (Deed::CloseCheckIn, ["c", "c", "", "", "", "", "", "", ""]),
        (Deed::Start, ["", "", "src", "", "", "", "", "", ""]),
        (Deed::Report, ["", "", "s", "s", "s", "", "", "", ""]),
        (Deed::LetStand, ["", "", "", "", "c", "", "", "", ""]),
        (Deed::GiveUp, ["src", "src", "src", "src", "", "", "", "", ""]),
        (Deed::Decide, ["rc", "rc", "rc", "rc", "rc", "", "", "", ""]),
        (Deed::Dispute, ["", "", "", "", "s", "s", "", "s", ""]),
        (Deed::Settle, ["", "", "", "", "", "", "rc", "", ""]),
        (Deed::Correct, ["", "", "", "", "", "rc", "", "rc", ""]),
    ];

    #[test]
    fn every_state_deed_and_person() {
        let side = Part { side: true, ..Part::default() };
        let referee = Part { staff: true, ..Part::default() };
        let clock = Part { clock: true, ..Part::default() };
        let mut tried = 0;
        for (deed, row) in TABLE {
            for (state, allowed) in State::ALL.iter().copied().zip(row) {
                for (letter, part) in [('s', side), ('r', referee), ('c', clock), ('-', Part::default())] {
                    let done = permit(state, deed, part);
                    assert_eq!(done.is_ok(), allowed.contains(letter), "{deed:?} in {state:?} by {part:?}: {done:?}");
                    tried += 1;
                }
            }
        }
        assert_eq!(tried, Deed::ALL.len() * State::ALL.len() * 4);
    }

    #[test]
    fn nobody_judges_their_own_match() {
        let both = Part { side: true, staff: true, clock: false };
        for deed in Deed::ALL {
            for state in State::ALL {
                let refused = permit(*state, deed, both) == Err(NotDone::OwnMatch(deed));
                assert_eq!(refused, matches!(deed, Deed::Decide | Deed::Settle | Deed::Correct), "{deed:?}");
            }
        }
        assert!(permit(State::Ready, Deed::Start, both).is_ok(), "who only runs it may play in it");
    }

    #[test]
    fn spellings_read_back() {
        for state in State::ALL {
            assert_eq!(State::parse(state.as_str()), Some(*state));
        }
        assert_eq!(State::parse("Completed"), None);
    }
}
