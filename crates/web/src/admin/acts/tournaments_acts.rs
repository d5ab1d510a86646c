//! Tournaments: approved or sent back, moved on, paid out, cancelled, put away. Not here: entries, payments and helpers
//! (`entries_acts`), matches and disputes (`matches_acts`).

use tournaments::{
    rules::status::Step,
    service::{lifecycle, prize},
};

use super::run::through;
use crate::admin::act::{AREA, Act, Context, Failure, Outcome, Question, Run};

const TOURNAMENT: &str = "tournaments_tournament";

const fn step(step: Step, label: &'static str, help: &'static str, run: Run) -> Act {
    Act::new(TOURNAMENT, step.as_str(), label, help, run)
}

pub(crate) const ACTS: &[Act] = &[
    step(Step::Approve, "Approve", "Lets a large tournament pass: all see it from then on.", |context| {
        Box::pin(take(context, Step::Approve))
    })
    .when("status", &["pending_approval"]),
    step(Step::SendBack, "Send back", "It becomes a draft again. Its organizer reads what you write.", |context| {
        Box::pin(take(context, Step::SendBack))
    })
    .asking(&[Question::new("reason", "What is to be changed?", AREA)])
    .when("status", &["pending_approval"]),
    step(
        Step::Publish,
        "Publish",
        "All see it from then on. Prize coins leave the organizer's wallet, or the treasury when it is official.",
        |context| Box::pin(take(context, Step::Publish)),
    )
    .when("status", &["draft"])
    .for_superusers(),
    step(Step::OpenRegistration, "Open registration", "Takes entries from now on.", |context| {
        Box::pin(take(context, Step::OpenRegistration))
    })
    .when("status", &["published"])
    .for_superusers(),
    step(Step::CloseRegistration, "Close registration", "Takes no more entries.", |context| {
        Box::pin(take(context, Step::CloseRegistration))
    })
    .when("status", &["registration_open"])
    .for_superusers(),
    step(Step::OpenCheckIn, "Open check-in", "All who play are told to check in.", |context| {
        Box::pin(take(context, Step::OpenCheckIn))
    })
    .when("status", &["registration_closed"])
    .for_superusers(),
    step(
        Step::ReopenRegistration,
        "Open registration again",
        "Takes entries again, until the end of registration in the settings.",
        |context| Box::pin(take(context, Step::ReopenRegistration)),
    )
    .when("status", &["registration_closed"])
    .for_superusers(),
    step(Step::Start, "Start", "Play begins; entries and bracket are fixed from then on.", |context| {
        Box::pin(take(context, Step::Start))
    })
    .when("status", &["registration_closed", "check_in"])
    .for_superusers(),
    Act::new(
        TOURNAMENT,
        "pay_prizes",
        "Pay prizes",
        "Pays the prize coins, once; money is then handed over and noted at each prize.",
        |context| Box::pin(pay_prizes(context)),
    )
    .one()
    .when("status", &["completed"])
    .for_superusers(),
    step(
        Step::Archive,
        "Archive",
        "It leaves the lists and stays as it is for good: no result and no setting changes any more.",
        |context| Box::pin(take(context, Step::Archive)),
    )
    .when("status", &["completed", "cancelled"]),
    step(
        Step::Cancel,
        "Cancel tournament",
        "It does not take place, and this cannot be undone. Entries end, fees in coins and prize coins go back, fees in \
         money show among the refunds that are due, and all concerned read your reason.",
        |context| Box::pin(take(context, Step::Cancel)),
    )
    .asking(&[Question::new("reason", "Why? Those concerned read it.", AREA)])
    .when(
        "status",
        &["draft", "pending_approval", "published", "registration_open", "registration_closed", "check_in", "live"],
    )
    .danger(),
];

async fn take(context: Context<'_>, step: Step) -> Result<Outcome, Failure> {
    let (id, games) = (context.id, &*context.shared.games);
    let reason = context.sent.get("reason").unwrap_or_default();
    through!(context, |tx, cx, _| async {
        match step {
            Step::Publish => lifecycle::publish(tx, cx, games, id).await,
            Step::Approve => lifecycle::approve(tx, cx, games, id).await,
            Step::SendBack => lifecycle::send_back(tx, cx, id, reason).await,
            Step::OpenRegistration => lifecycle::open_registration(tx, cx, id).await,
            Step::CloseRegistration => lifecycle::close_registration(tx, cx, id).await,
            Step::ReopenRegistration => lifecycle::reopen_registration(tx, cx, id).await,
            Step::OpenCheckIn => lifecycle::open_check_in(tx, cx, id).await,
            Step::Start => lifecycle::start(tx, cx, id).await,
            Step::Archive => lifecycle::archive(tx, cx, id).await,
            // The last match completes a tournament, and its organizer takes it back: neither is offered here.
            Step::Cancel | Step::Complete | Step::Recall => lifecycle::cancel(tx, cx, id, reason).await,
        }
    })
}

async fn pay_prizes(context: Context<'_>) -> Result<Outcome, Failure> {
    let id = context.id;
    through!(context, |tx, cx, _| prize::pay(tx, cx, id))
}
