//! The economy: a balance put right through the ledger, a transfer taken back.

use economy::{Holder, Reason, service};
use kernel::Tx;

use super::run::{Before, stopped, through};
use crate::admin::act::{Act, Context, Failure, ONCE, Outcome, Question};

pub(crate) const ACTS: &[Act] = &[
    Act::new(
        "economy_deltacrownwallet",
        "adjust",
        "Adjust balance",
        "Gives coins of the treasury, or takes them. The ledger gets a transfer with your reason; nothing is rewritten.",
        |context| Box::pin(adjust(context)),
    )
    .one()
    .asking(&[
        Question::new("coins", "Coins", "number").help("How many more; with a minus, how many fewer."),
        Question::new("reason", "Reason", "text").help("It stands in the ledger, and its owner reads it."),
        Question::new("once", "", ONCE),
    ]),
    Act::new(
        "economy_transfer",
        "reverse",
        "Take back",
        "Moves the coins back by another transfer, once. Who got them must still have them.",
        |context| Box::pin(reverse(context)),
    )
    .asking(&[Question::new("reason", "Reason", "text").help("It stands in the ledger, and both owners read it.")]),
];

/// A reason that was given.
fn reason(context: Context<'_>) -> Result<&str, Failure> {
    let reason = context.sent.get("reason").map(str::trim).filter(|reason| !reason.is_empty());
    reason.ok_or_else(|| Failure::Wrong(vec![(Some("reason"), "Please write why.".to_owned())]))
}

async fn adjust(context: Context<'_>) -> Result<Outcome, Failure> {
    let reason = reason(context)?;
    let coins = context.sent.get("coins").and_then(|coins| coins.trim().parse::<i64>().ok());
    let Some(coins) = coins else {
        return Err(Failure::Wrong(vec![(Some("coins"), "Use a whole number.".to_owned())]));
    };
    let once = context.sent.get("once").map(|once| format!("adjust:{once}"));
    let (clock, actor, once) = (&*context.shared.clock, context.staff.person.actor(), once.as_deref());
    through!(context, |tx, _, before| async {
        let holder = match before.text(context, "kind").as_str() {
            "player" => Holder::Player(before.number(context, "profile_id")),
            "team" => Holder::Team(before.number(context, "team_id")),
            "escrow" => Holder::Escrow(before.number(context, "tournament_id")),
            _ => Holder::Treasury,
        };
        service::adjust(tx, clock, &actor, holder, coins, reason, once).await
    })
}

/// Reasons of transfers that belong to a tournament, which must know of what is given back.
const OF_TOURNAMENTS: [Reason; 5] =
    [Reason::EntryFee, Reason::Refund, Reason::Prize, Reason::PrizeFunding, Reason::EscrowClose];

async fn reverse(context: Context<'_>) -> Result<Outcome, Failure> {
    let reason = reason(context)?;
    let Context { shared, staff, id, .. } = context;
    let unit = |tx: Tx| async move {
        let before = Before::read(&tx, context).await?;
        if Reason::parse(&before.text(context, "reason")).is_some_and(|reason| OF_TOURNAMENTS.contains(&reason)) {
            let text = "These coins are a tournament's: they go back by refunding the payment, withdrawing the entry, \
                        correcting the result or cancelling the tournament.";
            return Err(Failure::Wrong(vec![(None, text.to_owned())]));
        }
        let key = format!("taken_back:{id}");
        let operator = Some(staff.user().id);
        let receipt = service::reverse(&tx, &*shared.clock, id, &key, reason, operator).await.map_err(stopped)?;
        if receipt.replayed { Ok(Outcome::Same) } else { before.note(&tx, context).await }
    };
    shared.db.write(unit).await
}
