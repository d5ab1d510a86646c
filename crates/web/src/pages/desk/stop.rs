//! Why an act of the desk was not done, whichever it was: a sentence for its place, or an answer of its own. The
//! administration, which runs the same services, says it in the same words.

use ::tournaments::{
    error::{self, Trouble as Below, lifecycle, play::Unreachable},
    rules::{match_state, status::StepRefusal},
    service::log::LogRefusal,
};
use axum::http::StatusCode;
use kernel::DbError;

use crate::error::Trouble;

pub(crate) enum Stop {
    /// A sentence for the place of the act.
    Said(String),
    /// They may not, whatever they change.
    Denied(String),
    Database(DbError),
}

impl Stop {
    /// The sentence, or the answer that takes the place of the page.
    pub(super) fn said(self) -> Result<String, Trouble> {
        match self {
            Self::Said(text) => Ok(text),
            other => Err(other.into()),
        }
    }
}

impl From<DbError> for Stop {
    fn from(error: DbError) -> Self {
        Self::Database(error)
    }
}

impl From<Stop> for Trouble {
    fn from(stop: Stop) -> Self {
        match stop {
            Stop::Said(text) => Self::refused(StatusCode::UNPROCESSABLE_ENTITY, text),
            Stop::Denied(text) => Self::refused(StatusCode::FORBIDDEN, text),
            Stop::Database(error) => error.into(),
        }
    }
}

macro_rules! stops {
    ($($refusal:ty { denied: $denied:pat, database: $pattern:pat => $error:expr })+) => {$(
        impl From<$refusal> for Stop {
            fn from(refusal: $refusal) -> Self {
                let text = refusal.to_string();
                match refusal {
                    $denied => Self::Denied(text),
                    $pattern => Self::Database($error),
                    _ => Self::Said(text),
                }
            }
        }
    )+};
}

use error::{
    dispute::{DisputeRefusal, EvidenceRefusal, ResolveRefusal},
    draw::{DrawRefusal, GoOnRefusal, PublishDrawRefusal, SeedRefusal},
    entry::{CheckInRefusal, EntryRefusal},
    payment::PaymentRefusal,
    play::{CorrectRefusal, DecideRefusal, FurnishRefusal, MatchCheckInRefusal, ScheduleRefusal, StartRefusal},
    prize::{HandOverRefusal, PayRefusal},
    settings::{EditRefusal, QuestionRefusal, RollbackRefusal},
};
use lifecycle::{MoveRefusal, StaffRefusal};
use match_state::NotDone::{NotReferee, NotYours, OwnMatch};

stops! {
    MoveRefusal {
        denied: MoveRefusal::Step(StepRefusal::NotAllowed(_)),
        database: MoveRefusal::Trouble(Below::Database(error)) => error
    }
    StaffRefusal { denied: StaffRefusal::NotAllowed(_) | StaffRefusal::NotYours, database: StaffRefusal::Database(error) => error }
    QuestionRefusal { denied: QuestionRefusal::NotAllowed(_), database: QuestionRefusal::Database(error) => error }
    EditRefusal { denied: EditRefusal::NotAllowed(_), database: EditRefusal::Trouble(Below::Database(error)) => error }
    RollbackRefusal {
        denied: RollbackRefusal::Edit(EditRefusal::NotAllowed(_)),
        database: RollbackRefusal::Edit(EditRefusal::Trouble(Below::Database(error))) => error
    }
    EntryRefusal {
        denied: EntryRefusal::NotAllowed(_) | EntryRefusal::NotYours(_),
        database: EntryRefusal::Trouble(Below::Database(error)) => error
    }
    CheckInRefusal { denied: CheckInRefusal::NotYours(_), database: CheckInRefusal::Trouble(Below::Database(error)) => error }
    PaymentRefusal { denied: PaymentRefusal::NotAllowed(_), database: PaymentRefusal::Trouble(Below::Database(error)) => error }
    SeedRefusal { denied: SeedRefusal::NotAllowed(_), database: SeedRefusal::Database(error) => error }
    DrawRefusal { denied: DrawRefusal::NotAllowed(_), database: DrawRefusal::Database(error) => error }
    PublishDrawRefusal { denied: PublishDrawRefusal::NotAllowed(_), database: PublishDrawRefusal::Database(error) => error }
    GoOnRefusal { denied: GoOnRefusal::NotAllowed(_), database: GoOnRefusal::Database(error) => error }
    Unreachable {
        denied: Unreachable::NotAllowed(_) | Unreachable::NotDone(NotYours(_) | NotReferee(_) | OwnMatch(_)),
        database: Unreachable::Database(error) => error
    }
    HandOverRefusal { denied: HandOverRefusal::NotAllowed(_), database: HandOverRefusal::Database(error) => error }
    PayRefusal { denied: PayRefusal::NotAllowed(_), database: PayRefusal::Database(error) => error }
    EvidenceRefusal {
        denied: EvidenceRefusal::NotDone(::tournaments::rules::dispute::NotDone::NotYours { .. }),
        database: EvidenceRefusal::Database(error) => error
    }
}

impl From<LogRefusal> for Stop {
    fn from(refusal: LogRefusal) -> Self {
        match refusal {
            LogRefusal::NotAllowed(denied) => Self::Denied(denied.to_string()),
            LogRefusal::Database(error) => Self::Database(error),
        }
    }
}

/// Refusals of acts on a match: most of them are those of reaching it.
macro_rules! stops_at_matches {
    ($($refusal:ident)+) => {$(
        impl From<$refusal> for Stop {
            fn from(refusal: $refusal) -> Self {
                match refusal {
                    $refusal::Unreachable(unreachable) => unreachable.into(),
                    $refusal::Database(error) => Self::Database(error),
                    other => Self::Said(other.to_string()),
                }
            }
        }
    )+};
}

stops_at_matches! { ScheduleRefusal FurnishRefusal MatchCheckInRefusal StartRefusal DecideRefusal CorrectRefusal }

impl From<DisputeRefusal> for Stop {
    fn from(refusal: DisputeRefusal) -> Self {
        let text = refusal.to_string();
        match refusal {
            DisputeRefusal::Unreachable(unreachable) => unreachable.into(),
            DisputeRefusal::NotDone(::tournaments::rules::dispute::NotDone::NotYours { .. }) => Self::Denied(text),
            DisputeRefusal::Database(error) => Self::Database(error),
            _ => Self::Said(text),
        }
    }
}

impl From<ResolveRefusal> for Stop {
    fn from(refusal: ResolveRefusal) -> Self {
        match refusal {
            ResolveRefusal::Dispute(refusal) => refusal.into(),
            ResolveRefusal::Decide(refusal) => refusal.into(),
            ResolveRefusal::Correct(refusal) => refusal.into(),
            other => Self::Said(other.to_string()),
        }
    }
}
