//! The audit log: sensitive acts, each chained by hash to the one before it.
//!
//! A row's hash covers all that it says and the previous row's hash, so a change, an insertion, a deletion
//! or another order shows ([`verify`](chain::Chain)). Rows cut off at the end show against a [`Head`] that
//! was exported before. The id is the order of the rows and is not part of the hash.

pub mod chain;

use kernel::{DbError, Tx, db::Constraint};
use sea_orm::ActiveValue::Set;
use serde_json::Value;

pub use chain::{GENESIS, Head, Problem, Report, hash, verify};

use crate::{context::Context, model::audit_log, store};

macro_rules! actions {
    ($($(#[$doc:meta])* $name:ident $spelling:literal $label:literal;)+) => {
        /// What was done, as the column `action` spells it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Action { $($(#[$doc])* $name,)+ }

        impl Action {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$name),+];

            /// Its spelling in the database.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $spelling,)+ }
            }

            /// Its words for people.
            pub const fn label(self) -> &'static str {
                match self { $(Self::$name => $label,)+ }
            }
        }
    };
}

actions! {
    /// A payment was found to be there.
    PaymentVerify "payment_verify" "Payment verified";
    /// A payment was found not to be there.
    PaymentReject "payment_reject" "Payment rejected";
    /// A payment was given back.
    PaymentRefund "payment_refund" "Payment refunded";
    /// A payment was given back by the platform, against the order of things.
    PaymentForceRefund "payment_force_refund" "Payment refunded by the platform";
    /// The draw was made.
    BracketGenerate "bracket_generate" "Bracket drawn";
    /// The draw was made again.
    BracketRegenerate "bracket_regenerate" "Bracket drawn again";
    /// The draw was locked.
    BracketFinalize "bracket_finalize" "Bracket finalized";
    /// The draw was unlocked.
    BracketUnfinalize "bracket_unfinalize" "Bracket unlocked";
    /// A result was disputed.
    DisputeCreate "dispute_create" "Dispute opened";
    /// A dispute was settled.
    DisputeResolve "dispute_resolve" "Dispute resolved";
    /// A dispute was handed to the platform.
    DisputeEscalate "dispute_escalate" "Dispute escalated";
    /// A dispute was closed without a decision.
    DisputeClose "dispute_close" "Dispute closed";
    /// A result was set or changed.
    MatchScoreUpdate "match_score_update" "Score changed";
    /// A match was given to one side.
    MatchForceWin "match_force_win" "Match decided";
    /// A match was taken back to its beginning.
    MatchReset "match_reset" "Match reset";
    /// An entrant was taken out.
    AdminBanParticipant "admin_ban_participant" "Entrant disqualified";
    /// An entrant was let in again.
    AdminUnbanParticipant "admin_unban_participant" "Entrant let in again";
    /// The tournament was cancelled.
    AdminCancelTournament "admin_cancel_tournament" "Tournament cancelled";
    /// Play was stopped.
    AdminEmergencyStop "admin_emergency_stop" "Play stopped";
    /// An entry was changed by others than its own people.
    RegistrationOverride "registration_override" "Entry changed by the organizer";
    /// Somebody was checked in, or out, by others.
    RegistrationForceCheckin "registration_force_checkin" "Checked in by the organizer";
    /// Settings were changed.
    TournamentEdit "tournament_edit" "Settings changed";
    /// The tournament went on to another state.
    TournamentStatus "tournament_status" "State changed";
    /// The platform approved it.
    TournamentApprove "tournament_approve" "Approved";
    /// The platform sent it back.
    TournamentReject "tournament_reject" "Sent back";
    /// Settings went back to a version.
    TournamentRollback "tournament_rollback" "Went back to a version";
    /// The duties of those who help were changed.
    StaffChange "staff_change" "Staff changed";
    /// Prizes were paid.
    PrizePay "prize_pay" "Prizes paid";
    /// Matches were scheduled by hand.
    MatchSchedule "match_schedule" "Match scheduled";
    /// Seeds were given by hand.
    SeedingChange "seeding_change" "Seeding changed";
}

/// Writes one entry, in the caller's unit of work. Call it last: on PostgreSQL the end of the chain stays locked
/// from here to the unit's end.
///
/// What `metadata` says is kept so that both databases give it back unchanged: fractions become text.
///
/// # Errors
/// When the database fails.
pub async fn record(
    tx: &Tx,
    cx: &Context<'_>,
    action: Action,
    tournament: Option<i64>,
    metadata: Value,
) -> Result<(), DbError> {
    // Boxed: every act holds it, and futures within futures grow beyond a thread's stack.
    Box::pin(record_unboxed(tx, cx, action, tournament, metadata)).await
}

async fn record_unboxed(
    tx: &Tx,
    cx: &Context<'_>,
    action: Action,
    tournament: Option<i64>,
    metadata: Value,
) -> Result<(), DbError> {
    loop {
        let previous = store::audit::lock_end(tx).await?;
        let mut row = audit_log::Model {
            id: 0,
            user_id: cx.user(),
            action: action.as_str().to_owned(),
            tournament_id: tournament,
            timestamp: cx.now(),
            metadata: chain::storable(metadata.clone()),
            ip_address: cx.by.ip.as_deref().map(|ip| chain::plain(ip, 45)),
            user_agent: cx.by.user_agent.as_deref().map(|agent| chain::plain(agent, 300)),
            previous_hash: Some(previous.unwrap_or_else(|| GENESIS.to_owned())),
            hash: None,
        };
        row.hash = Some(hash(&row));
        let new = audit_log::ActiveModel {
            user_id: Set(row.user_id),
            action: Set(row.action),
            tournament_id: Set(row.tournament_id),
            timestamp: Set(row.timestamp),
            metadata: Set(row.metadata),
            ip_address: Set(row.ip_address),
            user_agent: Set(row.user_agent),
            previous_hash: Set(row.previous_hash),
            hash: Set(row.hash),
            ..Default::default()
        };
        let insert = |part: Tx| async move { Ok::<_, DbError>(store::audit::insert(&part, new).await?) };
        match tx.savepoint(insert).await {
            Ok(()) => return Ok(()),
            // Only the very first row of all has nothing to lock: somebody else was first.
            Err(error) if error.constraint() == Some(Constraint::Unique) => {}
            Err(error) => return Err(error),
        }
    }
}
