//! Refusals of team life, one enum an act.

use kernel::DbError;
use thiserror::Error;

use crate::rules::{
    permission::Act,
    roster::{Full, RosterIssue},
};

/// Which field of a form about a team.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Field {
    /// `name`
    Name,
    /// `tag`
    Tag,
    /// `game`
    Game,
    /// `game_role`
    GameRole,
    /// `region`
    Region,
    /// `description`
    Description,
    /// `tagline`
    Tagline,
    /// `twitter`
    Twitter,
    /// `instagram`
    Instagram,
    /// `discord`
    Discord,
    /// `youtube`
    Youtube,
    /// `twitch`
    Twitch,
    /// `linktree`
    Linktree,
    /// `min_rank_requirement`
    WantedRank,
}

impl Field {
    /// The name of the field in a form.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Tag => "tag",
            Self::Game => "game",
            Self::GameRole => "game_role",
            Self::Region => "region",
            Self::Description => "description",
            Self::Tagline => "tagline",
            Self::Twitter => "twitter",
            Self::Instagram => "instagram",
            Self::Discord => "discord",
            Self::Youtube => "youtube",
            Self::Twitch => "twitch",
            Self::Linktree => "linktree",
            Self::WantedRank => "min_rank_requirement",
        }
    }
}

/// What is wrong with one field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Invalid {
    /// Nothing was written.
    #[error("Please fill this in.")]
    Empty,
    /// Too short.
    #[error("Use at least {0} characters.")]
    Short(usize),
    /// Too long.
    #[error("Use at most {0} characters.")]
    Long(usize),
    /// Characters that a name may not have, or none that can be read.
    #[error("Use letters, digits, spaces and simple signs; no brackets.")]
    NameCharacters,
    /// Characters that a tag may not have.
    #[error("Use the letters A to Z and digits only.")]
    TagCharacters,
    /// Another team has this name.
    #[error("Another team has this name, or one that looks like it. Choose another one.")]
    NameTaken,
    /// Another team has this tag.
    #[error("Another team has this tag, or one that looks like it. Choose another one.")]
    TagTaken,
    /// Not one of the choices.
    #[error("Choose one of the list.")]
    Choice,
    /// The person plays this game for another team.
    #[error("You are in a team of this game already. Leave it first, or choose another game.")]
    InTeam,
    /// A member plays this game for another team.
    #[error("A member of this team is in another team of this game. One of the two memberships must end first.")]
    MemberInTeam,
    /// Not a link to the web.
    #[error("Write a whole link that begins with https://.")]
    Link,
    /// Characters that nobody can see.
    #[error("Remove the characters that cannot be seen.")]
    Invisible,
}

/// Why somebody may not act on a team at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Denied {
    /// Nobody acts, or nobody who has a profile.
    #[error("Sign in first.")]
    SignedOut,
    /// There is no such team any more.
    #[error("This team is gone. It may have been disbanded in the meantime.")]
    NoTeam,
    /// The role does not allow it.
    #[error("You may not {}. {}", .0.words().0, .0.words().1)]
    NotAllowed(Act),
}

/// What every act can stop at; each refusal takes it in.
#[derive(Debug, Error)]
pub(crate) enum Stop {
    #[error(transparent)]
    Denied(#[from] Denied),
    #[error(transparent)]
    Database(#[from] DbError),
}

macro_rules! refusals {
    ($(
        $(#[$about:meta])*
        $name:ident {
            $($(#[$meta:meta])* $variant:ident $(($($inner:tt)*))? $({ $($fields:tt)* })?,)*
        }
    )*) => {$(
        $(#[$about])*
        #[derive(Debug, Error)]
        pub enum $name {
            $($(#[$meta])* $variant $(($($inner)*))? $({ $($fields)* })?,)*
            /// Whoever acts may not.
            #[error(transparent)]
            Denied(#[from] Denied),
            /// The database failed.
            #[error(transparent)]
            Database(#[from] DbError),
        }

        impl From<Stop> for $name {
            fn from(stop: Stop) -> Self {
                match stop {
                    Stop::Denied(denied) => Self::Denied(denied),
                    Stop::Database(error) => Self::Database(error),
                }
            }
        }
    )*};
}

refusals! {
    /// Why a team was not made or changed.
    TeamRefusal {
        /// Fields are wrong; all of them at once.
        #[error("fields of the form are wrong: {0:?}")]
        Invalid(Vec<(Field, Invalid)>),
    }
    /// Why a team has no other logo.
    LogoRefusal {
        /// The file is not there, or somebody else's.
        #[error("Give the picture again.")]
        Gone,
    }
    /// Why a team was not disbanded.
    DisbandRefusal {}
    /// Why nobody was invited.
    InviteRefusal {
        /// Nobody is called so.
        #[error("Nobody here is called {username}. Ask for the exact username; it stands on the profile.")]
        Nobody {
            /// What was written.
            username: String,
        },
        /// People do not invite themselves.
        #[error("This is you. Write the username of somebody else.")]
        Yourself,
        /// The person is in the team.
        #[error("{name} is a member of this team already.")]
        Member {
            /// Who.
            name: String,
        },
        /// The person has an invitation.
        #[error("{name} has an invitation into this team already. Wait for the answer, or cancel it first.")]
        Invited {
            /// Who.
            name: String,
        },
        /// The person asked to join.
        #[error("{name} has asked to join this team. Accept the request instead.")]
        Asked {
            /// Who.
            name: String,
        },
        /// The message cannot be kept.
        #[error("The message: {0}")]
        Message(Invalid),
        /// No place is left.
        #[error("{0}")]
        Full(#[from] Full),
    }
    /// Why an invitation was not cancelled.
    CancelRefusal {
        /// It was answered or has run out.
        #[error("This invitation is over: it was answered, cancelled or has run out.")]
        Over,
    }
    /// Why an invitation was not accepted.
    AcceptRefusal {
        /// It is somebody else's, or there is none.
        #[error("There is no such invitation for you. Sign in as the person who was invited.")]
        NotYours,
        /// It was answered or cancelled.
        #[error("This invitation is over: it was answered or cancelled. Ask the team for a new one.")]
        Over,
        /// It has run out.
        #[error("This invitation has run out. Ask the team for a new one.")]
        Expired,
        /// The person is in the team.
        #[error("You are a member of this team already.")]
        Member,
        /// The person plays this game for another team.
        #[error("You are in another team of this game. Leave it first, then accept.")]
        InAnotherTeam,
        /// No place is left.
        #[error("The team has no place left. Ask its owner or a manager to make room.")]
        Full(#[source] Full),
    }
    /// Why an invitation was not declined.
    DeclineRefusal {
        /// It is somebody else's, or there is none.
        #[error("There is no such invitation for you. Sign in as the person who was invited.")]
        NotYours,
        /// It was answered, cancelled or has run out.
        #[error("This invitation is over: it was answered, cancelled or has run out.")]
        Over,
    }
    /// Why somebody could not ask to join.
    AskRefusal {
        /// The team takes no requests.
        #[error("This team takes no requests to join. Its owner or a manager can invite you.")]
        Closed,
        /// The team wants a word.
        #[error("This team wants a message with a request: say who you are and what you play.")]
        MessageMissing,
        /// The message cannot be kept.
        #[error("The message: {0}")]
        Message(Invalid),
        /// The person is in the team.
        #[error("You are a member of this team already.")]
        Member,
        /// The team has invited this person.
        #[error("This team has invited you. Accept the invitation instead.")]
        Invited,
        /// The person has asked.
        #[error("You have asked already. The team has not answered yet.")]
        Asked,
        /// The person plays this game for another team.
        #[error("You are in another team of this game. Leave it first, then ask.")]
        InAnotherTeam,
    }
    /// Why a request was not withdrawn.
    WithdrawRefusal {
        /// There is none of this person that waits.
        #[error("You have no such request that waits for an answer.")]
        Over,
    }
    /// Why a request was not accepted or rejected.
    ReviewRefusal {
        /// It was answered or withdrawn.
        #[error("This request is over: it was answered or withdrawn.")]
        Over,
        /// The person is in the team.
        #[error("This player is a member of this team already.")]
        Member,
        /// The person plays this game for another team.
        #[error("This player has joined another team of this game in the meantime, and must leave it first.")]
        InAnotherTeam,
        /// No place is left.
        #[error("{0}")]
        Full(#[from] Full),
    }
    /// Why somebody did not leave.
    LeaveRefusal {
        /// The person is not in the team.
        #[error("You are not a member of this team.")]
        NotMember,
        /// A team has an owner.
        #[error("You own this team. Hand it over to another member first, or disband it.")]
        Owner,
    }
    /// Why nobody was removed.
    RemoveRefusal {
        /// The person is not in the team.
        #[error("This person is no member of the team any more.")]
        NotMember,
        /// A team has an owner.
        #[error("The owner cannot be removed. The team is handed over first.")]
        Owner,
    }
    /// Why somebody's role stayed.
    RoleRefusal {
        /// The person is not in the team.
        #[error("This person is no member of the team any more.")]
        NotMember,
        /// No place is left.
        #[error("{0}")]
        Full(#[from] Full),
    }
    /// Why somebody's role in the game stayed.
    GameRoleRefusal {
        /// The person is not in the team.
        #[error("This person is no member of the team any more.")]
        NotMember,
        /// The team plays nothing.
        #[error("This team has no game, and so no roles in one. Choose its game first.")]
        NoGame,
        /// The roster would be wrong.
        #[error("{0}")]
        Roster(#[from] RosterIssue),
        /// No place is left.
        #[error("{0}")]
        Full(#[from] Full),
    }
    /// Why the badge of the captain stayed.
    BadgeRefusal {
        /// The person is not in the team.
        #[error("This person is no member of the team any more.")]
        NotMember,
        /// Captains play.
        #[error("A captain plays, and this member is {0}. Make it a player or a substitute first.")]
        DoesNotPlay(&'static str),
        /// An owner plays by having a role in the game.
        #[error("A captain plays, and this owner does not. Give the owner a role in the game first.")]
        OwnerDoesNotPlay,
    }
    /// Why a team was not handed over.
    HandOverRefusal {
        /// The person is not in the team.
        #[error("Only a member can own the team. Invite this person first.")]
        NotMember,
        /// It is the owner's already.
        #[error("This person owns the team already.")]
        Owner,
    }
}
