//! What staff may do: acts on apps, granted to people and to groups. Pure.
//!
//! Not here: who holds which grant (the tables), and asking (the administration site).

use std::{collections::BTreeSet, fmt};

use thiserror::Error;

use kernel::DbError;

/// What can be done to the rows of an app.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Act {
    /// Look at them.
    View,
    /// Make new ones.
    Add,
    /// Change them, and run the acts of their domain.
    Change,
    /// Delete them.
    Delete,
    /// Take them out as a file.
    Export,
}

impl Act {
    /// All, in the order in which people read them.
    pub const ALL: [Self; 5] = [Self::View, Self::Add, Self::Change, Self::Delete, Self::Export];

    /// The word in the database and in forms.
    pub const fn word(self) -> &'static str {
        match self {
            Self::View => "view",
            Self::Add => "add",
            Self::Change => "change",
            Self::Delete => "delete",
            Self::Export => "export",
        }
    }

    /// The act of this word.
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|act| act.word() == word)
    }
}

impl fmt::Display for Act {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// An app and what may be done there.
pub type Grant = (String, Act);

/// What one person may do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Access {
    everything: bool,
    grants: BTreeSet<Grant>,
}

impl Access {
    /// Everything, without being asked: a superuser's.
    pub fn everything() -> Self {
        Self { everything: true, grants: BTreeSet::new() }
    }

    /// These grants and no more.
    pub fn of(grants: impl IntoIterator<Item = Grant>) -> Self {
        Self { everything: false, grants: grants.into_iter().collect() }
    }

    /// Whether this is a superuser's.
    pub fn is_everything(&self) -> bool {
        self.everything
    }

    /// Whether this act on this app is allowed. Who may do anything to an app may look at it too.
    pub fn may(&self, app: &str, act: Act) -> bool {
        let holds = |act: Act| self.grants.contains(&(app.to_owned(), act));
        self.everything || holds(act) || (act == Act::View && Act::ALL.into_iter().any(holds))
    }

    /// Whether nothing at all is allowed.
    pub fn is_nothing(&self) -> bool {
        !self.everything && self.grants.is_empty()
    }

    /// The first of these grants that is not held; nobody may hand it on.
    pub fn lacks<'a>(&self, grants: impl IntoIterator<Item = &'a Grant>) -> Option<&'a Grant> {
        grants.into_iter().find(|(app, act)| !self.may(app, *act))
    }
}

/// Why somebody's rights or standing stay as they are.
#[derive(Debug, Error)]
pub enum AccessRefusal {
    /// The person may not change accounts at all.
    #[error("You may not change accounts. Ask a superuser for the grant \"change\" on accounts.")]
    NotAllowed,
    /// Grants are handed on by those who hold them.
    #[error(
        "You do not hold \"{act}\" on {app} yourself, so you can neither give nor take it. Ask somebody who holds it, or a superuser."
    )]
    NotHeld {
        /// The app.
        app: String,
        /// The act.
        act: Act,
    },
    /// Own rights are somebody else's affair.
    #[error("Your own rights are changed by somebody else.")]
    Own,
    /// Staff is made and changed by superusers.
    #[error("Only a superuser can change staff, and who is staff.")]
    SuperuserOnly,
    /// Nobody locks themselves out.
    #[error("This is your own account: you would lock yourself out. Another superuser can do it.")]
    OwnAccount,
    /// Somebody must be able to enter.
    #[error("This is the last active superuser; the platform would have none. Make another one first.")]
    LastSuperuser,
    /// There is nobody of this id any more.
    #[error("This is gone; somebody may have deleted it in the meantime.")]
    Gone,
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DbError),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_granted_is_allowed_and_nothing_else() {
        let access = Access::of([("teams".to_owned(), Act::Change), ("economy".to_owned(), Act::View)]);
        for (app, act, expected) in [
            ("teams", Act::Change, true),
            ("teams", Act::View, true),
            ("teams", Act::Delete, false),
            ("teams", Act::Export, false),
            ("economy", Act::View, true),
            ("economy", Act::Change, false),
            ("accounts", Act::View, false),
            ("team", Act::Change, false),
        ] {
            assert_eq!(access.may(app, act), expected, "{act} on {app}");
            assert!(Access::everything().may(app, act));
            assert!(!Access::default().may(app, act));
        }
        assert!(Access::default().is_nothing() && !access.is_nothing() && !Access::everything().is_nothing());
    }

    #[test]
    fn nobody_hands_on_what_they_do_not_hold() {
        let access = Access::of([("teams".to_owned(), Act::Change)]);
        let held = ("teams".to_owned(), Act::Change);
        let other = ("teams".to_owned(), Act::Delete);
        assert_eq!(access.lacks([&held]), None);
        assert_eq!(access.lacks([&held, &other]), Some(&other));
        assert_eq!(Access::everything().lacks([&held, &other]), None);
    }

    #[test]
    fn words_lead_back_to_their_acts() {
        for act in Act::ALL {
            assert_eq!(Act::of(act.word()), Some(act));
        }
        assert_eq!(Act::of("View"), None);
    }
}
