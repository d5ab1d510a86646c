//! What happened in tournaments, told to those who watch.
//!
//! News of a tournament goes to the topic `tournament:<id>`, and personal news to `user:<id>`; the facts themselves
//! are the kernel's [`catalogue`](kernel::event::catalogue) and those declared here.

use kernel::{DbError, Event, Tx, outbox};
use serde::Serialize;

use crate::context::Context;

/// The topic of a tournament's news.
pub fn topic(tournament: i64) -> String {
    format!("tournament:{tournament}")
}

/// Tells those who watch a tournament, and this process's listeners, in the caller's unit of work.
///
/// # Errors
/// When the database fails.
pub async fn tell<E: Event>(tx: &Tx, cx: &Context<'_>, tournament: i64, event: E) -> Result<(), DbError> {
    outbox::tell(tx, cx.clock, &topic(tournament), event).await
}

/// Tells one person as well: what was told to the tournament's watchers, or what only they should know.
///
/// # Errors
/// When the database fails.
pub async fn tell_person<E: Event>(tx: &Tx, cx: &Context<'_>, user: i64, event: &E) -> Result<(), DbError> {
    outbox::tell_also(tx, cx.clock, cx.random, &format!("user:{user}"), event).await
}

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
    /// A tournament went from one state to another.
    StatusChanged = "tournament.status_changed" {
        /// The tournament.
        tournament_id: i64,
        /// The state before.
        from: &'static str,
        /// The state now.
        to: &'static str,
    }
    /// An entry went from one state to another.
    EntryChanged = "registration.changed" {
        /// The registration.
        registration_id: i64,
        /// The tournament.
        tournament_id: i64,
        /// The state now.
        status: &'static str,
    }
    /// An entrant said that they are there, or no longer.
    EntryCheckedIn = "registration.checked_in" {
        /// The registration.
        registration_id: i64,
        /// The tournament.
        tournament_id: i64,
        /// Whether they are there.
        checked_in: bool,
    }
    /// Something changed that those who work at the desk of a tournament see, and nobody else.
    DeskChanged = "tournament.desk_changed" {
        /// The tournament.
        tournament_id: i64,
    }
    /// A payment went from one state to another.
    PaymentChanged = "payment.changed" {
        /// The payment.
        payment_id: i64,
        /// The registration.
        registration_id: i64,
        /// The tournament.
        tournament_id: i64,
        /// The state now.
        status: &'static str,
    }
}
