//! How a tournament goes from its announcement to its end: one table of states and steps.
//!
//! Not here: what a step needs beyond the state (a time, enough entrants, a draw), which its act finds out.

use thiserror::Error;

use super::access::{Act, NotAllowed, Standing};

macro_rules! words {
    ($(#[$about:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident $spelling:literal $label:literal;)+ }) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($(#[$doc])* $variant,)+ }

        impl $name {
            /// All of them, in their order.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// Its spelling in the database.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $spelling,)+ }
            }

            /// Its words for people.
            pub const fn label(self) -> &'static str {
                match self { $(Self::$variant => $label,)+ }
            }

            /// The one of this spelling.
            pub fn parse(text: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.as_str() == text)
            }
        }
    };
}
pub(crate) use words;

words! {
    /// Where a tournament stands.
    Status {
        /// Being written; nobody else sees it.
        Draft "draft" "Draft";
        /// Large enough that the platform looks at it first.
        PendingApproval "pending_approval" "Waiting for approval";
        /// All see it; registration has not begun.
        Published "published" "Published";
        /// Entries are taken.
        RegistrationOpen "registration_open" "Registration open";
        /// Entries are not taken any more.
        RegistrationClosed "registration_closed" "Registration closed";
        /// Entrants say that they are there.
        CheckIn "check_in" "Check-in";
        /// Being played.
        Live "live" "Live";
        /// All is decided.
        Completed "completed" "Completed";
        /// Put away.
        Archived "archived" "Archived";
        /// It does not take place.
        Cancelled "cancelled" "Cancelled";
    }
}

impl Status {
    /// Whether play has not begun and still can.
    pub const fn is_before_play(self) -> bool {
        matches!(
            self,
            Self::Draft
                | Self::PendingApproval
                | Self::Published
                | Self::RegistrationOpen
                | Self::RegistrationClosed
                | Self::CheckIn
        )
    }

    /// Whether entries can still be given up and places still be given, before play.
    pub const fn takes_changes_of_entries(self) -> bool {
        matches!(self, Self::RegistrationOpen | Self::RegistrationClosed | Self::CheckIn)
    }
}

words! {
    /// A step from one state to another.
    Step {
        /// Show it to all, or to the platform first.
        Publish "publish" "publish";
        /// The platform lets it pass.
        Approve "approve" "approve";
        /// The platform sends it back to be changed.
        SendBack "send_back" "send back";
        /// Take it back from approval.
        Recall "recall" "take back";
        /// Begin to take entries.
        OpenRegistration "open_registration" "open registration of";
        /// Take no more entries.
        CloseRegistration "close_registration" "close registration of";
        /// Take entries again, after all.
        ReopenRegistration "reopen_registration" "open registration again of";
        /// Begin the check-in.
        OpenCheckIn "open_check_in" "open check-in of";
        /// Begin play.
        Start "start" "start";
        /// All is decided.
        Complete "complete" "complete";
        /// Put it away.
        Archive "archive" "archive";
        /// It does not take place.
        Cancel "cancel" "cancel";
    }
}

impl Step {
    /// What somebody must be allowed to do for it.
    pub const fn act(self) -> Act {
        match self {
            Self::Approve | Self::SendBack => Act::Approve,
            Self::Cancel => Act::Cancel,
            Self::Archive => Act::Archive,
            Self::Publish
            | Self::Recall
            | Self::OpenRegistration
            | Self::CloseRegistration
            | Self::ReopenRegistration
            | Self::OpenCheckIn
            | Self::Start
            | Self::Complete => Act::Publish,
        }
    }
}

/// More places than this and the platform looks at a tournament before all see it.
pub const LARGE: i32 = 64;

/// What of a tournament decides where a step leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// Places.
    pub places: i32,
    /// Whether entrants check in before play.
    pub check_in: bool,
}

/// Where a step leads, whoever takes it; nothing when there is no such step.
pub const fn target(from: Status, step: Step, size: Size, trusted: bool) -> Option<Status> {
    use Status as S;
    Some(match (from, step) {
        (S::Draft, Step::Publish) if size.places > LARGE && !trusted => S::PendingApproval,
        (S::Draft, Step::Publish) | (S::PendingApproval, Step::Approve) => S::Published,
        (S::PendingApproval, Step::SendBack | Step::Recall) => S::Draft,
        (S::Published, Step::OpenRegistration) | (S::RegistrationClosed, Step::ReopenRegistration) => {
            S::RegistrationOpen
        }
        (S::RegistrationOpen, Step::CloseRegistration) => S::RegistrationClosed,
        (S::RegistrationClosed, Step::OpenCheckIn) if size.check_in => S::CheckIn,
        (S::RegistrationClosed, Step::Start) if !size.check_in => S::Live,
        (S::CheckIn, Step::Start) => S::Live,
        (S::Live, Step::Complete) => S::Completed,
        (S::Completed | S::Cancelled, Step::Archive) => S::Archived,
        (
            S::Draft
            | S::PendingApproval
            | S::Published
            | S::RegistrationOpen
            | S::RegistrationClosed
            | S::CheckIn
            | S::Live,
            Step::Cancel,
        ) => S::Cancelled,
        _ => return None,
    })
}

/// Where a step leads somebody who stands so.
///
/// # Errors
/// Who may not is told so before they learn where the tournament stands.
pub fn step(from: Status, step: Step, size: Size, standing: &Standing) -> Result<Status, StepRefusal> {
    standing.require(step.act())?;
    let trusted = standing.superuser || standing.system;
    target(from, step, size, trusted).ok_or(StepRefusal::NotNow { step, from })
}

/// Why a step is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum StepRefusal {
    /// They may not.
    #[error(transparent)]
    NotAllowed(#[from] NotAllowed),
    /// Not from this state.
    #[error("Nobody can {} a tournament that is in the state \"{}\". {}", .step.label(), .from.label(), hint(*.step))]
    NotNow {
        /// The step.
        step: Step,
        /// Where the tournament stands.
        from: Status,
    },
}

/// From where a step is taken, for people.
const fn hint(step: Step) -> &'static str {
    match step {
        Step::Publish => "Drafts are published, once.",
        Step::Approve | Step::SendBack | Step::Recall => "That is for tournaments that wait for approval.",
        Step::OpenRegistration => "Publish it first.",
        Step::CloseRegistration => "Its registration must be open.",
        Step::ReopenRegistration => "That is for tournaments whose registration was closed and that have not gone on.",
        Step::OpenCheckIn => "Close registration first, and see that check-in is switched on.",
        Step::Start => "It starts after registration, and after check-in when there is one.",
        Step::Complete => "It must be live.",
        Step::Archive => "It must be completed or cancelled.",
        Step::Cancel => "What is over stays as it is.",
    }
}
