//! Who acts: passed to every act of a service, so that rules can ask and logs can tell.
//!
//! Not here: what an actor may do with a given thing (each app's rules) and how a request is
//! tied to a person (sessions, in `accounts`).

use std::fmt;

use serde::{Deserialize, Serialize};

/// The one on whose behalf something is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Actor {
    /// A visitor who has not signed in.
    Anonymous,
    /// A person who has signed in.
    User {
        /// Row id of the account.
        id: i64,
        /// May use the staff pages.
        staff: bool,
        /// May do everything that staff may, without further grants.
        superuser: bool,
    },
    /// The program itself: a job, a command of the operator, a migration.
    System,
}

impl Actor {
    /// A signed-in person without staff rights.
    pub const fn user(id: i64) -> Self {
        Self::User { id, staff: false, superuser: false }
    }

    /// A signed-in member of staff.
    pub const fn staff(id: i64) -> Self {
        Self::User { id, staff: true, superuser: false }
    }

    /// A signed-in superuser.
    pub const fn superuser(id: i64) -> Self {
        Self::User { id, staff: true, superuser: true }
    }

    /// The account's id, when a person acts.
    pub const fn user_id(&self) -> Option<i64> {
        match self {
            Self::User { id, .. } => Some(*id),
            Self::Anonymous | Self::System => None,
        }
    }

    /// Whether somebody known acts: a signed-in person or the program itself.
    pub const fn is_authenticated(&self) -> bool {
        !matches!(self, Self::Anonymous)
    }

    /// Whether staff rights apply. A superuser has them, and so has the program itself.
    pub const fn is_staff(&self) -> bool {
        match self {
            Self::User { staff, superuser, .. } => *staff || *superuser,
            Self::System => true,
            Self::Anonymous => false,
        }
    }

    /// Whether every right applies: a superuser's or the program's own.
    pub const fn is_superuser(&self) -> bool {
        match self {
            Self::User { superuser, .. } => *superuser,
            Self::System => true,
            Self::Anonymous => false,
        }
    }
}

/// `anonymous`, `user 7` or `system`: for logs.
impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Anonymous => f.write_str("anonymous"),
            Self::User { id, .. } => write!(f, "user {id}"),
            Self::System => f.write_str("system"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rights_follow_from_the_kind_of_actor() {
        let odd = Actor::User { id: 4, staff: false, superuser: true };
        let cases = [
            (Actor::Anonymous, None, false, false, false, "anonymous"),
            (Actor::user(1), Some(1), true, false, false, "user 1"),
            (Actor::staff(2), Some(2), true, true, false, "user 2"),
            (Actor::superuser(3), Some(3), true, true, true, "user 3"),
            (odd, Some(4), true, true, true, "user 4"),
            (Actor::System, None, true, true, true, "system"),
        ];
        for (actor, id, known, staff, superuser, text) in cases {
            assert_eq!(actor.user_id(), id, "{actor:?}");
            assert_eq!(actor.is_authenticated(), known, "{actor:?}");
            assert_eq!(actor.is_staff(), staff, "{actor:?}");
            assert_eq!(actor.is_superuser(), superuser, "{actor:?}");
            assert_eq!(actor.to_string(), text);
        }
    }
}
