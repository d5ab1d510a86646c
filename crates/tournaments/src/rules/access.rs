//! Who may do what in a tournament: one table of duties and acts, asked by every act.
//!
//! Not here: whether the act is possible now (the state, the time), which each act finds out, and
//! how somebody's duty is read ([`service::access`](crate::service::access)).

use thiserror::Error;

/// What somebody does for one tournament.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Duty {
    /// Holds it and answers for it.
    Organizer,
    /// Does all that the organizer does, but cannot end it.
    CoOrganizer,
    /// Runs matches, decides them and settles disputes.
    Referee,
    /// Seeds, draws and schedules.
    BracketManager,
    /// Checks payments.
    PaymentVerifier,
    /// Keeps the peace.
    Moderator,
}

impl Duty {
    /// All of them, the one with the most say first.
    pub const ALL: [Self; 6] = [
        Self::Organizer,
        Self::CoOrganizer,
        Self::Referee,
        Self::BracketManager,
        Self::PaymentVerifier,
        Self::Moderator,
    ];

    /// Its spelling in the column `role`; the organizer is not in that table.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Organizer => "organizer",
            Self::CoOrganizer => "co_organizer",
            Self::Referee => "referee",
            Self::BracketManager => "bracket_manager",
            Self::PaymentVerifier => "payment_verifier",
            Self::Moderator => "moderator",
        }
    }

    /// Its words for people.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Organizer => "organizer",
            Self::CoOrganizer => "co-organizer",
            Self::Referee => "referee",
            Self::BracketManager => "bracket manager",
            Self::PaymentVerifier => "payment verifier",
            Self::Moderator => "moderator",
        }
    }

    /// The duty of this spelling, of those that can be given.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().filter(|duty| *duty != Self::Organizer).find(|duty| duty.as_str() == text)
    }
}

/// What somebody does in a tournament.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Act {
    /// See it at all.
    View,
    /// Change its settings and its form.
    Edit,
    /// Move it on: publish, open, close, start.
    Publish,
    /// Approve or reject what waits for approval.
    Approve,
    /// Cancel it.
    Cancel,
    /// Put it away when it is over.
    Archive,
    /// Ask others to help.
    ManageStaff,
    /// See what entrants wrote in their forms.
    SeeEntries,
    /// Reject entries, give places, withdraw for others.
    DecideEntries,
    /// Take an entrant out of the tournament for what they did.
    Disqualify,
    /// See, verify, reject and refund payments.
    VerifyPayments,
    /// Check others in.
    CheckInOthers,
    /// Give seeds and slots.
    Seed,
    /// Make, lock and unlock the draw.
    Draw,
    /// Say when matches are played.
    Schedule,
    /// Start matches and give them their rooms.
    RunMatches,
    /// Decide a match in the place of those who play it.
    DecideMatch,
    /// Change a result that stands.
    CorrectResult,
    /// Take up a dispute.
    ReviewDispute,
    /// Settle a dispute.
    ResolveDispute,
    /// Settle a dispute that was handed to the platform.
    ResolveEscalated,
    /// Pay the prizes.
    PayPrizes,
    /// Read the audit log.
    SeeAudit,
    /// Keep the peace in what people write.
    Moderate,
}

impl Act {
    /// All of them.
    pub const ALL: [Self; 24] = [
        Self::View,
        Self::Edit,
        Self::Publish,
        Self::Approve,
        Self::Cancel,
        Self::Archive,
        Self::ManageStaff,
        Self::SeeEntries,
        Self::DecideEntries,
        Self::Disqualify,
        Self::VerifyPayments,
        Self::CheckInOthers,
        Self::Seed,
        Self::Draw,
        Self::Schedule,
        Self::RunMatches,
        Self::DecideMatch,
        Self::CorrectResult,
        Self::ReviewDispute,
        Self::ResolveDispute,
        Self::ResolveEscalated,
        Self::PayPrizes,
        Self::SeeAudit,
        Self::Moderate,
    ];

    /// The act in words, to follow "You may not".
    pub const fn words(self) -> &'static str {
        match self {
            Self::View => "see this tournament",
            Self::Edit => "change this tournament",
            Self::Publish => "move this tournament on",
            Self::Approve => "approve this tournament",
            Self::Cancel => "cancel this tournament",
            Self::Archive => "archive this tournament",
            Self::ManageStaff => "choose who helps with this tournament",
            Self::SeeEntries => "see the forms of this tournament's entries",
            Self::DecideEntries => "decide about entries of this tournament",
            Self::Disqualify => "disqualify anybody from this tournament",
            Self::VerifyPayments => "check payments of this tournament",
            Self::CheckInOthers => "check others in",
            Self::Seed => "seed this tournament",
            Self::Draw => "draw this tournament",
            Self::Schedule => "schedule this tournament's matches",
            Self::RunMatches => "run this tournament's matches",
            Self::DecideMatch => "decide this tournament's matches",
            Self::CorrectResult => "correct results of this tournament",
            Self::ReviewDispute => "take up disputes of this tournament",
            Self::ResolveDispute => "settle disputes of this tournament",
            Self::ResolveEscalated => "settle disputes that were handed to the platform",
            Self::PayPrizes => "pay this tournament's prizes",
            Self::SeeAudit => "read this tournament's audit log",
            Self::Moderate => "moderate this tournament",
        }
    }

    /// The duties that may do it. Staff of the platform and superusers stand beside this table.
    pub const fn duties(self) -> &'static [Duty] {
        use Duty::{BracketManager, CoOrganizer, Moderator, Organizer, PaymentVerifier, Referee};
        match self {
            Self::View | Self::SeeEntries => {
                &[Organizer, CoOrganizer, Referee, BracketManager, PaymentVerifier, Moderator]
            }
            Self::Edit | Self::Publish | Self::ManageStaff | Self::DecideEntries | Self::PayPrizes | Self::SeeAudit => {
                &[Organizer, CoOrganizer]
            }
            Self::Cancel | Self::Archive => &[Organizer],
            Self::Approve | Self::ResolveEscalated => &[],
            Self::Disqualify => &[Organizer, CoOrganizer, Referee],
            Self::VerifyPayments => &[Organizer, CoOrganizer, PaymentVerifier],
            Self::CheckInOthers | Self::RunMatches => &[Organizer, CoOrganizer, Referee, BracketManager],
            Self::Seed | Self::Draw | Self::Schedule => &[Organizer, CoOrganizer, BracketManager],
            Self::DecideMatch | Self::CorrectResult | Self::ReviewDispute | Self::ResolveDispute => {
                &[Organizer, CoOrganizer, Referee]
            }
            Self::Moderate => &[Organizer, CoOrganizer, Moderator],
        }
    }

    /// Whether staff of the platform may do it in tournaments of others.
    const fn is_for_staff(self) -> bool {
        match self {
            Self::View
            | Self::Approve
            | Self::Cancel
            | Self::Archive
            | Self::SeeEntries
            | Self::DecideEntries
            | Self::Disqualify
            | Self::VerifyPayments
            | Self::CheckInOthers
            | Self::DecideMatch
            | Self::CorrectResult
            | Self::ReviewDispute
            | Self::ResolveDispute
            | Self::ResolveEscalated
            | Self::SeeAudit
            | Self::Moderate => true,
            Self::Edit
            | Self::Publish
            | Self::ManageStaff
            | Self::Seed
            | Self::Draw
            | Self::Schedule
            | Self::RunMatches
            | Self::PayPrizes => false,
        }
    }
}

/// How somebody stands to one tournament.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// What they do for it; accepted duties only.
    pub duty: Option<Duty>,
    /// Staff of the platform.
    pub staff: bool,
    /// May do everything.
    pub superuser: bool,
    /// The program itself; may do everything.
    pub system: bool,
    /// Their account, when they have signed in.
    pub user_id: Option<i64>,
    /// Whether the tournament is one that all may see.
    pub public: bool,
}

impl Standing {
    /// Whether somebody who stands so may do this.
    ///
    /// What the platform decides over a tournament's own people, approval and escalated disputes, nobody
    /// of the staff decides in a tournament that they help with.
    pub fn may(&self, act: Act) -> bool {
        if self.superuser || self.system || (act == Act::View && self.public) {
            return true;
        }
        let judged_from_outside = act.duties().is_empty();
        let by_staff = self.staff && act.is_for_staff() && !(judged_from_outside && self.duty.is_some());
        by_staff || self.duty.is_some_and(|duty| act.duties().contains(&duty))
    }

    /// Passes when somebody who stands so may do this.
    ///
    /// # Errors
    /// [`NotAllowed`] with the act.
    pub fn require(&self, act: Act) -> Result<(), NotAllowed> {
        if self.may(act) { Ok(()) } else { Err(NotAllowed { act, signed_in: self.user_id.is_some() }) }
    }
}

/// Somebody may not do this here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error(
    "You may not {}. {}", .act.words(),
    if *.signed_in { "Ask the organizer for a duty that may." } else { "Sign in first." }
)]
pub struct NotAllowed {
    /// What.
    pub act: Act,
    /// Whether they have signed in at all.
    pub signed_in: bool,
}
