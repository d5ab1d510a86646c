//! How an entry goes from its form to the draw.

use chrono::{DateTime, TimeDelta, Utc};

use super::status::{Status, words};
use crate::model::{registration, tournament};

words! {
    /// Where an entry stands.
    EntryStatus {
        /// It holds a place, and its fee is not paid.
        Pending "pending" "Pending";
        /// Somebody has to look for its payment.
        PaymentSubmitted "payment_submitted" "Payment submitted";
        /// It plays.
        Confirmed "confirmed" "Confirmed";
        /// It waits for a place.
        Waitlisted "waitlisted" "On the waiting list";
        /// The organizer said no.
        Rejected "rejected" "Rejected";
        /// It was given up.
        Cancelled "cancelled" "Cancelled";
        /// It was not there when play began.
        NoShow "no_show" "Did not show up";
        /// It was taken out.
        Disqualified "disqualified" "Disqualified";
    }
}

impl EntryStatus {
    /// Those that hold a place.
    pub const HOLDING: [Self; 3] = [Self::Pending, Self::PaymentSubmitted, Self::Confirmed];
    /// Those that are over and leave room for another entry of the same.
    pub const GONE: [Self; 2] = [Self::Rejected, Self::Cancelled];

    /// Whether it holds a place.
    pub fn holds_place(self) -> bool {
        Self::HOLDING.contains(&self)
    }

    /// Whether the same player or team can have no other entry.
    pub fn is_live(self) -> bool {
        !Self::GONE.contains(&self)
    }
}

words! {
    /// What happens to an entry.
    EntryStep {
        /// All is in order: it plays.
        Confirm "confirm" "confirm";
        /// A payment is to be looked for.
        SubmitPayment "submit_payment" "pay for";
        /// The payment was not there.
        PaymentRejected "payment_rejected" "reopen";
        /// A place became free.
        Promote "promote" "give a place to";
        /// Its people give it up.
        Withdraw "withdraw" "withdraw";
        /// The fee was not paid in time.
        Expire "expire" "end";
        /// The organizer says no.
        Reject "reject" "reject";
        /// It is taken out for what somebody did.
        Disqualify "disqualify" "disqualify";
        /// It was not there.
        NoShow "no_show" "mark as absent";
        /// It is let in again.
        Reinstate "reinstate" "let in again";
    }
}

/// Where a step leads from a state; nothing when there is no such step.
pub const fn target(from: EntryStatus, step: EntryStep) -> Option<EntryStatus> {
    use EntryStatus as S;
    Some(match (from, step) {
        (S::Pending | S::PaymentSubmitted, EntryStep::Confirm) => S::Confirmed,
        (S::Pending, EntryStep::SubmitPayment) => S::PaymentSubmitted,
        // Paid ahead: it waits on, and pays no more once it has a place.
        (S::Waitlisted, EntryStep::SubmitPayment) => S::Waitlisted,
        (S::PaymentSubmitted, EntryStep::PaymentRejected) => S::Pending,
        // To be paid for or confirmed at once, by what it costs.
        (S::Waitlisted, EntryStep::Promote) => S::Pending,
        (S::Pending | S::PaymentSubmitted | S::Confirmed | S::Waitlisted, EntryStep::Withdraw) => S::Cancelled,
        (S::Pending, EntryStep::Expire) => S::Cancelled,
        (S::Pending | S::PaymentSubmitted | S::Confirmed | S::Waitlisted, EntryStep::Reject) => S::Rejected,
        (S::Pending | S::PaymentSubmitted | S::Confirmed | S::Waitlisted | S::NoShow, EntryStep::Disqualify) => {
            S::Disqualified
        }
        (S::Confirmed, EntryStep::NoShow) => S::NoShow,
        (S::NoShow | S::Disqualified, EntryStep::Reinstate) => S::Confirmed,
        _ => return None,
    })
}

/// The states from which a step can be taken.
pub fn sources(step: EntryStep) -> Vec<EntryStatus> {
    EntryStatus::ALL.iter().copied().filter(|from| target(*from, step).is_some()).collect()
}

/// Whether an entry costs a fee.
pub const fn owes(tournament: &tournament::Model, entry: &registration::Model) -> bool {
    tournament.has_entry_fee && !entry.has_fee_waiver
}

/// How much of its fee an entry has paid.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Paid {
    /// Nothing that counts.
    #[default]
    Nothing,
    /// Money that somebody has to look for.
    ToCheck,
    /// All of it.
    All,
}

/// Where an entry that waited stands once it has a place.
pub const fn promoted(owes: bool, paid: Paid) -> EntryStatus {
    match (owes, paid) {
        (false, _) | (true, Paid::All) => EntryStatus::Confirmed,
        (true, Paid::ToCheck) => EntryStatus::PaymentSubmitted,
        (true, Paid::Nothing) => EntryStatus::Pending,
    }
}

/// Until when a place is held for an entry that is to pay from now on: never longer than to the beginning of play.
pub fn payment_due(tournament: &tournament::Model, now: DateTime<Utc>) -> DateTime<Utc> {
    (now + TimeDelta::hours(i64::from(tournament.payment_deadline_hours))).min(tournament.tournament_start)
}

/// When check-in opens: never before registration closes.
pub fn check_in_opens(tournament: &tournament::Model) -> DateTime<Utc> {
    let window = TimeDelta::minutes(i64::from(tournament.check_in_minutes_before));
    (tournament.tournament_start - window).max(tournament.registration_end)
}

/// What those who stand for an entry have to do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// Pay by then.
    Pay {
        /// When the place goes on.
        by: Option<DateTime<Utc>>,
    },
    /// Wait until somebody has found the payment.
    PaymentIsChecked,
    /// Wait for a place.
    WaitForPlace,
    /// Check in from then on.
    CheckInOpens {
        /// When it opens.
        at: DateTime<Utc>,
    },
    /// Check in now.
    CheckIn {
        /// When it closes.
        by: DateTime<Utc>,
    },
    /// Wait for play.
    Starts {
        /// When it begins.
        at: DateTime<Utc>,
    },
    /// Play.
    Play,
    /// Nothing any more.
    Nothing,
}

/// What those who stand for an entry have to do next.
pub fn next(tournament: &tournament::Model, entry: &registration::Model, now: DateTime<Utc>) -> Next {
    let status = EntryStatus::parse(&entry.status).unwrap_or(EntryStatus::Cancelled);
    let stage = Status::parse(&tournament.status).unwrap_or(Status::Archived);
    if stage == Status::Live && status == EntryStatus::Confirmed {
        return Next::Play;
    }
    if !stage.is_before_play() {
        return Next::Nothing;
    }
    let window_is_open = stage == Status::CheckIn && now < tournament.tournament_start && !entry.checked_in;
    match status {
        EntryStatus::Pending => Next::Pay { by: entry.payment_due_at },
        EntryStatus::PaymentSubmitted | EntryStatus::Confirmed | EntryStatus::Waitlisted if window_is_open => {
            Next::CheckIn { by: tournament.tournament_start }
        }
        EntryStatus::PaymentSubmitted => Next::PaymentIsChecked,
        EntryStatus::Waitlisted => Next::WaitForPlace,
        EntryStatus::Confirmed if tournament.enable_check_in && stage != Status::CheckIn => {
            Next::CheckInOpens { at: check_in_opens(tournament) }
        }
        EntryStatus::Confirmed => Next::Starts { at: tournament.tournament_start },
        EntryStatus::Rejected | EntryStatus::Cancelled | EntryStatus::NoShow | EntryStatus::Disqualified => {
            Next::Nothing
        }
    }
}
