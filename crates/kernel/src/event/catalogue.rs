//! The facts that more than one app speaks of.
//!
//! They carry row ids and little else: a handler that needs more reads it, so it sees the newest
//! state and nothing private travels. Facts that stay between one app and its listeners are
//! declared in that app.
//!
//! An event without its data is no event:
//!
//! ```compile_fail,E0063
//! let event = kernel::event::catalogue::TournamentCreated {};
//! ```

use serde::Serialize;

use super::Event;

macro_rules! facts {
    ($(
        $(#[$about:meta])*
        $name:ident = $event_type:literal {
            $($(#[$field_about:meta])* $field:ident: $kind:ty,)*
        }
    )*) => {
        $(
            $(#[$about])*
            #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
            pub struct $name {
                $($(#[$field_about])* pub $field: $kind,)*
            }

            impl Event for $name {
                const TYPE: &'static str = $event_type;
            }
        )*

        /// Every type name in this catalogue.
        pub const TYPES: &[&str] = &[$($event_type),*];
    };
}

facts! {
    /// A tournament now exists, as a draft or open.
    TournamentCreated = "tournament.created" {
        /// The tournament.
        tournament_id: i64,
    }
    /// A tournament's description or settings changed.
    TournamentUpdated = "tournament.updated" {
        /// The tournament.
        tournament_id: i64,
    }
    /// A tournament became visible to all.
    TournamentPublished = "tournament.published" {
        /// The tournament.
        tournament_id: i64,
    }
    /// The first round is on.
    TournamentStarted = "tournament.started" {
        /// The tournament.
        tournament_id: i64,
    }
    /// The last match is decided.
    TournamentCompleted = "tournament.completed" {
        /// The tournament.
        tournament_id: i64,
        /// The winning registration.
        winner_id: i64,
    }
    /// A player or team asked for a place.
    RegistrationCreated = "registration.created" {
        /// The registration.
        registration_id: i64,
        /// The tournament.
        tournament_id: i64,
        /// The team, unless a single player registered.
        team_id: Option<i64>,
    }
    /// A place is taken.
    RegistrationConfirmed = "registration.confirmed" {
        /// The registration.
        registration_id: i64,
        /// The tournament.
        tournament_id: i64,
        /// The account that registered.
        user_id: Option<i64>,
    }
    /// A match has a time.
    MatchScheduled = "match.scheduled" {
        /// The match.
        match_id: i64,
        /// The tournament.
        tournament_id: i64,
    }
    /// A match is over.
    MatchCompleted = "match.completed" {
        /// The match.
        match_id: i64,
        /// The winning registration; none after a draw.
        winner_id: Option<i64>,
    }
    /// A match's result stands: both sides agree or an organiser decided.
    MatchResultVerified = "match.result_verified" {
        /// The match.
        match_id: i64,
        /// The tournament.
        tournament_id: i64,
        /// The winning registration; none after a draw.
        winner_id: Option<i64>,
    }
    /// A payment was found good.
    PaymentVerified = "payment.verified" {
        /// The payment.
        payment_id: i64,
        /// The registration that it pays for.
        registration_id: i64,
        /// What was paid, in minor units of the payment's currency.
        amount: i64,
    }
    /// A team now exists.
    TeamCreated = "team.created" {
        /// The team.
        team_id: i64,
        /// The account of its captain.
        captain_id: i64,
    }
    /// A team's name, tag or page changed.
    TeamUpdated = "team.updated" {
        /// The team.
        team_id: i64,
    }
    /// Somebody became a member of a team.
    TeamMemberJoined = "team.member_joined" {
        /// The team.
        team_id: i64,
        /// The account of the new member.
        user_id: i64,
    }
    /// Somebody is no longer a member of a team.
    TeamMemberLeft = "team.member_left" {
        /// The team.
        team_id: i64,
        /// The account of the former member.
        user_id: i64,
    }
    /// A team invited somebody.
    TeamInviteSent = "team.invite_sent" {
        /// The invitation.
        invite_id: i64,
        /// The team.
        team_id: i64,
    }
    /// Somebody accepted a team's invitation.
    TeamInviteAccepted = "team.invite_accepted" {
        /// The invitation.
        invite_id: i64,
        /// The team.
        team_id: i64,
    }
    /// An account now exists.
    UserCreated = "user.created" {
        /// The account.
        user_id: i64,
    }
    /// An account's particulars changed.
    UserUpdated = "user.updated" {
        /// The account.
        user_id: i64,
    }
    /// An account is gone.
    UserDeleted = "user.deleted" {
        /// The account's former id.
        user_id: i64,
    }
}
