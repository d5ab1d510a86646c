//! Who may do what in a team: one table of roles and acts, asked by every act.
//!
//! The role decides; the captain's badge lets its holder speak for the team in tournaments and nothing more.
//! Nobody acts on their own rank or above. Staff may what an owner may. Not here: whether the act is
//! possible (a full roster, say), which each act finds out.

use super::roster::Role;
use crate::model::core::team::Model as Team;

/// What somebody does in a team.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// Change the team's page and settings.
    Edit,
    /// Read the settings.
    SeeSettings,
    /// Close the team down.
    Disband,
    /// Make somebody else the owner.
    HandOver,
    /// Offer somebody a role.
    Invite {
        /// The role.
        role: Role,
        /// Whether the team lets members without a say invite.
        members_may: bool,
    },
    /// Take back somebody else's invitation.
    CancelInvitation,
    /// Accept or reject who asks to join.
    Review,
    /// Take a member out.
    Remove {
        /// The role of the member.
        of: Role,
    },
    /// Give a member another role.
    ChangeRole {
        /// The role before.
        from: Role,
        /// The role after.
        to: Role,
    },
    /// Give a member a role within the game.
    ChangeGameRole {
        /// The role in the team of the member.
        of: Role,
        /// Whether it is one's own.
        own: bool,
    },
    /// Give or take the captain's badge.
    Badge,
    /// Enter the team into tournaments, speak for it there and report its results.
    Represent,
    /// See the whole roster, whatever strangers see.
    SeeRoster,
    /// Leave the team.
    Leave,
}

impl Act {
    /// The act in words, and who may, to follow "You may not".
    pub const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Edit => ("change this team", "Its owner and managers may."),
            Self::SeeSettings => ("see the settings of this team", "Its owner, managers and coaches may."),
            Self::Disband => ("disband this team", "Only its owner may."),
            Self::HandOver => ("hand this team over", "Only its owner may."),
            Self::Invite { role: Role::Manager, .. } => ("invite a manager", "Only the owner may."),
            Self::Invite { .. } => {
                ("offer this role in this team", "Its owner and managers may, below their own role.")
            }
            Self::CancelInvitation => ("cancel this invitation", "The team's owner and managers may."),
            Self::Review => ("answer join requests of this team", "Its owner and managers may."),
            Self::Remove { .. } => ("remove this member", "Owner and managers remove members below their own role."),
            Self::ChangeRole { .. } => (
                "give this member this role",
                "Owner and managers change roles below their own; ownership is handed over.",
            ),
            Self::ChangeGameRole { .. } => {
                ("change this member's role in the game", "Owner and managers may, below their own role.")
            }
            Self::Badge => ("choose the captain of this team", "Its owner and managers may."),
            Self::Represent => ("speak for this team", "Its owner, managers and captain may."),
            Self::SeeRoster => ("see who plays for this team", "Its members may."),
            Self::Leave => ("leave this team", "Its members may, except the owner, who first hands it over."),
        }
    }
}

/// How somebody stands to a team.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// The role of an active member.
    pub role: Option<Role>,
    /// Whether this member is the captain.
    pub is_captain: bool,
    /// Whether staff rights apply.
    pub is_staff: bool,
}

impl Standing {
    /// Whether an active member stands so.
    pub const fn is_member(self) -> bool {
        self.role.is_some()
    }

    /// Whether somebody who stands so may do this.
    pub fn may(self, act: Act) -> bool {
        if act == Act::Leave {
            return self.role.is_some_and(|role| role != Role::Owner);
        }
        let Some(role) = (if self.is_staff { Some(Role::Owner) } else { self.role }) else { return false };
        // Ranks go from the most say to the least: what is below is greater.
        match act {
            Act::Disband | Act::HandOver => role == Role::Owner,
            Act::Edit | Act::CancelInvitation | Act::Review | Act::Badge => role.runs_team(),
            Act::SeeSettings => role <= Role::Coach,
            Act::Invite { role: offered, .. } if role.runs_team() => role < offered,
            Act::Invite { role: offered, members_may } => members_may && offered.takes_place(),
            Act::Remove { of } => role.runs_team() && role < of,
            Act::ChangeRole { from, to } => role.runs_team() && role < from && role < to,
            Act::ChangeGameRole { of, own } => role.runs_team() && (own || self.is_staff || role < of),
            Act::Represent => role.runs_team() || self.is_captain,
            Act::SeeRoster => true,
            Act::Leave => false,
        }
    }
}

/// How much of a roster somebody sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sees {
    /// All of it.
    All,
    /// The captain alone.
    Captain,
    /// None of it.
    Nothing,
}

/// Whether somebody sees a team's page at all.
pub fn sees_team(team: &Team, standing: Standing) -> bool {
    standing.is_staff || (team.is_active && (team.is_public || standing.is_member()))
}

/// How much of this team's roster somebody sees.
pub fn sees_roster(team: &Team, standing: Standing) -> Sees {
    if standing.may(Act::SeeRoster) {
        return Sees::All;
    }
    match (sees_team(team, standing) && team.show_roster_publicly, team.show_captain_only) {
        (false, _) => Sees::Nothing,
        (true, true) => Sees::Captain,
        (true, false) => Sees::All,
    }
}
