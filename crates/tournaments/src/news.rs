//! What happens while a tournament is played, told to those who watch it.
//!
//! Not here: facts that other apps speak of too ([`kernel::event::catalogue`]), and those from before play
//! ([`event`](crate::event)).

use kernel::Event;
use serde::Serialize;

macro_rules! facts {
    ($(
        $(#[$about:meta])*
        $name:ident = $event_type:literal {
            $($(#[$field_about:meta])* $field:ident: $kind:ty,)*
        }
    )*) => {$(
        $(#[$about])*
        #[derive(Clone, Debug, PartialEq, Eq, Serialize)]
        pub struct $name {
            $($(#[$field_about])* pub $field: $kind,)*
        }

        impl Event for $name {
            const TYPE: &'static str = $event_type;
        }
    )*};
}

facts! {
    /// The bracket of a tournament can be seen by all.
    BracketPublished = "bracket.published" {
        /// The tournament.
        tournament_id: i64,
        /// How often the bracket has changed.
        revision: i32,
    }
    /// The bracket was taken back before anything was played.
    BracketUnpublished = "bracket.unpublished" {
        /// The tournament.
        tournament_id: i64,
    }
    /// Matches of a bracket changed: their sides, their results, or whether they are played.
    BracketUpdated = "bracket.updated" {
        /// The tournament.
        tournament_id: i64,
        /// How often the bracket has changed.
        revision: i32,
        /// The matches.
        matches: Vec<i64>,
    }
    /// A match went from one state to another.
    MatchChanged = "match.changed" {
        /// The match.
        match_id: i64,
        /// The tournament.
        tournament_id: i64,
        /// The state now.
        state: &'static str,
    }
    /// A side said that it is there.
    MatchCheckedIn = "match.checked_in" {
        /// The match.
        match_id: i64,
        /// The tournament.
        tournament_id: i64,
        /// The registration.
        registration_id: i64,
    }
    /// A dispute was opened, moved on or was closed.
    DisputeChanged = "dispute.changed" {
        /// The dispute.
        dispute_id: i64,
        /// The match.
        match_id: i64,
        /// The tournament.
        tournament_id: i64,
        /// The state now.
        status: &'static str,
    }
    /// The prizes were paid.
    PrizesPaid = "prizes.paid" {
        /// The tournament.
        tournament_id: i64,
    }
}
