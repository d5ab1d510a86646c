//! Disputes, prizes, and the audit log.

use ::tournaments::{
    audit::Action,
    error::{
        dispute::{DisputeRefusal, EvidenceRefusal, OpenDisputeRefusal, ResolveRefusal},
        prize::{HandOverRefusal, PayRefusal},
    },
    model::{audit_log::Model as Logged, dispute::Model as Dispute, dispute_evidence::Model as Evidence},
    rules::dispute::Reason,
    service::{
        dispute::{self as service, Resolution},
        log::{self, LogRefusal},
        play, prize,
    },
};
use kernel::Tx;
use serde_json::Value;

use super::{
    input,
    matches::{MatchSummary, summary as meeting},
    output,
    results::{CorrectionPreviewed, MatchOutcome, previewed},
    tournaments::find,
};
use crate::api::{
    ask::Ask,
    moment::Moment,
    page::{self, Page},
    problem::Problem,
    table::{Operation, get, post},
    words::Word,
};

pub(super) fn operations() -> Vec<Operation> {
    let mut all = vec![
        post("disputes.open", "/matches/{id}/disputes", "Objects to the result of a match.")
            .creates()
            .refuses::<OpenDisputeRefusal>()
            .within(open),
        get("disputes.of_tournament", "/tournaments/{tournament}/disputes", "Disputes that wait, for referees.")
            .alone(waiting),
        get("disputes.all", "/disputes", "Disputes of all tournaments that wait.").staff().alone(all_waiting),
        post("disputes.evidence", "/disputes/{id}/evidence", "Brings something forward.")
            .creates()
            .refuses::<EvidenceRefusal>()
            .within(evidence),
        post("disputes.review", "/disputes/{id}/review", "Takes a dispute up.")
            .refuses::<DisputeRefusal>()
            .within(review),
        post("disputes.escalate", "/disputes/{id}/escalate", "Hands a dispute to the platform.")
            .refuses::<DisputeRefusal>()
            .within(escalate),
        post(
            "disputes.preview_resolution",
            "/disputes/{id}/resolve/preview",
            "What resolving it with a result changes.",
        )
        .refuses::<ResolveRefusal>()
        .alone(preview),
        post("disputes.resolve", "/disputes/{id}/resolve", "Resolves a dispute.")
            .refuses::<ResolveRefusal>()
            .within(resolve),
        post("disputes.dismiss", "/disputes/{id}/dismiss", "Finds a dispute to be nothing.")
            .refuses::<ResolveRefusal>()
            .within(dismiss),
        post("disputes.withdraw", "/disputes/{id}/withdraw", "Takes one's own dispute back.")
            .refuses::<ResolveRefusal>()
            .within(withdraw),
    ];
    all.extend(endings());
    all
}

fn endings() -> Vec<Operation> {
    vec![
        get("prizes.list", "/tournaments/{tournament}/prizes", "Prizes, best place first.").public().alone(prizes),
        post("prizes.pay", "/tournaments/{tournament}/prizes/pay", "Pays the prizes out.")
            .refuses::<PayRefusal>()
            .within(pay),
        post("prizes.hand_over", "/prizes/{id}/hand-over", "Says that money was handed over.")
            .refuses::<HandOverRefusal>()
            .within(hand_over),
        get("audit.of_tournament", "/tournaments/{tournament}/audit", "What was done in a tournament, newest first.")
            .refuses::<LogRefusal>()
            .alone(logged),
        get("audit.all", "/audit", "What was done anywhere, newest first.").staff().alone(all_logged),
    ]
}

input! {
    OneTournament {
        /// The tournament's name in addresses.
        tournament: String,
    }
    OpenDispute {
        /// Id of the match.
        id: i64,
        /// What it is about.
        reason: Word<Reason>,
        /// What happened.
        description: String,
    }
    ListDisputes {
        /// The tournament's name in addresses.
        tournament: String,
        /// Where to go on: `next` of the page before.
        cursor: Option<String>,
        /// How many at most, up to 100.
        limit: Option<u32>,
    }
    ListAllDisputes {
        /// Where to go on: `next` of the page before.
        cursor: Option<String>,
        /// How many at most, up to 100.
        limit: Option<u32>,
    }
    AddEvidence {
        /// Id of the dispute.
        id: i64,
        /// In words.
        #[serde(default)]
        text: String,
        /// Token of an upload.
        upload: Option<String>,
        /// Where a video is, or empty.
        #[serde(default)]
        url: String,
    }
    OneDispute {
        /// Id of the dispute.
        id: i64,
    }
    ReasonedDispute {
        /// Id of the dispute.
        id: i64,
        /// Why.
        reason: String,
    }
    PreviewResolution {
        /// Id of the dispute.
        id: i64,
        /// The result that takes the place of the other.
        outcome: MatchOutcome,
        /// Whether what was paired or drawn on the old result is made anew.
        #[serde(default)]
        anew: bool,
    }
    ResolveDispute {
        /// Id of the dispute.
        id: i64,
        /// Revision of the bracket that the preview told; needed with an outcome.
        revision: Option<i32>,
        /// The result that takes the place of the other; null when that stands.
        outcome: Option<MatchOutcome>,
        /// Whether what was paired or drawn on the old result is made anew.
        #[serde(default)]
        anew: bool,
        /// Why; both sides read it.
        reason: String,
    }
    HandOverPrize {
        /// Id of the prize.
        id: i64,
        /// How it was sent, such as the reference of a transfer.
        reference: String,
    }
    ListLog {
        /// The tournament's name in addresses.
        tournament: String,
        /// Only this action.
        action: Option<Word<Action>>,
        /// Only what this account did.
        user_id: Option<i64>,
        /// Not before.
        since: Option<Moment>,
        /// Before.
        before: Option<Moment>,
        /// Where to go on: `next` of the page before.
        cursor: Option<String>,
        /// How many at most, up to 100.
        limit: Option<u32>,
    }
    ListAllLog {
        /// Only this tournament's.
        tournament_id: Option<i64>,
        /// Only this action.
        action: Option<Word<Action>>,
        /// Only what this account did.
        user_id: Option<i64>,
        /// Not before.
        since: Option<Moment>,
        /// Before.
        before: Option<Moment>,
        /// Where to go on: `next` of the page before.
        cursor: Option<String>,
        /// How many at most, up to 100.
        limit: Option<u32>,
    }
}

output! {
    /// A dispute.
    DisputeView {
        /// Id.
        id: i64,
        /// The match.
        match_id: i64,
        /// What it is about.
        reason: String,
        /// What happened.
        description: String,
        /// Where it stands.
        status: String,
        /// The account that opened it.
        opened_by_id: Option<i64>,
        /// Why it was decided so, or empty.
        resolution: String,
        /// When it was opened.
        opened_at: Moment,
        /// When it was decided.
        resolved_at: Option<Moment>,
        /// What was brought forward.
        evidence: Vec<EvidenceView>,
    }
    /// Something brought forward.
    EvidenceView {
        /// Id.
        id: i64,
        /// The account that brought it.
        user_id: Option<i64>,
        /// In words.
        text: String,
        /// Token of an upload.
        upload: Option<String>,
        /// Where a video is, or empty.
        url: String,
        /// When.
        at: Moment,
    }
    /// A dispute that waits.
    DisputeWaiting {
        /// The dispute.
        dispute: DisputeView,
        /// The match.
        #[serde(rename = "match")]
        disputed: MatchSummary,
    }
    /// A prize.
    PrizeView {
        /// Id.
        id: i64,
        /// The entry.
        entry_id: i64,
        /// Its name.
        name: String,
        /// The place, from 1.
        place: i32,
        /// The last of the shared places.
        through: i32,
        /// Coins.
        coins: i64,
        /// Money in minor units.
        amount: i64,
        /// Its currency.
        currency: String,
        /// Where it stands.
        status: String,
        /// When it was paid.
        paid_at: Option<Moment>,
    }
    /// What was paid.
    PrizesPaid {
        /// Coins that went to players.
        coins: i64,
        /// Prizes of money that are to be handed over.
        to_hand_over: u64,
        /// Coins that nobody won.
        rest: i64,
        /// Whether all was paid before.
        paid_before: bool,
    }
    /// Something that was done.
    AuditEntry {
        /// Id.
        id: i64,
        /// The account that did it; null for the program.
        user_id: Option<i64>,
        /// What.
        action: String,
        /// The tournament.
        tournament_id: Option<i64>,
        /// When.
        at: Moment,
        /// The particulars.
        metadata: Value,
        /// Its hash, in the chain of all.
        hash: Option<String>,
        /// The hash before it.
        previous_hash: Option<String>,
    }
}

pub(super) fn view(dispute: Dispute, evidence: Vec<Evidence>) -> DisputeView {
    DisputeView {
        id: dispute.id,
        match_id: dispute.match_id,
        reason: dispute.reason,
        description: dispute.description,
        status: dispute.status,
        opened_by_id: dispute.initiated_by_id,
        resolution: dispute.resolution_notes,
        opened_at: dispute.created_at.into(),
        resolved_at: dispute.resolved_at.map(Moment),
        evidence: evidence.into_iter().map(brought).collect(),
    }
}

fn brought(evidence: Evidence) -> EvidenceView {
    EvidenceView {
        id: evidence.id,
        user_id: evidence.user_id,
        text: evidence.text,
        upload: evidence.upload,
        url: evidence.url,
        at: evidence.created_at.into(),
    }
}

async fn open(tx: &Tx, ask: &Ask, input: OpenDispute) -> Result<DisputeView, Problem> {
    let opened = service::open(tx, &ask.cx(), input.id, input.reason.0, &input.description).await?;
    Ok(view(opened, Vec::new()))
}

/// How many are asked for at once.
const BLOCK: u64 = 100;

async fn waiting(ask: &Ask, input: ListDisputes) -> Result<Page<DisputeWaiting>, Problem> {
    use ::tournaments::rules::access::Act;

    let (tournament, standing) = find(ask.db().read(), ask, &input.tournament).await?;
    standing.require(Act::ReviewDispute)?;
    let tournament = &tournament;
    queue(ask, "disputes.of_tournament", Some(tournament), input.cursor.as_deref(), input.limit).await
}

async fn all_waiting(ask: &Ask, input: ListAllDisputes) -> Result<Page<DisputeWaiting>, Problem> {
    queue(ask, "disputes.all", None, input.cursor.as_deref(), input.limit).await
}

async fn queue(
    ask: &Ask,
    list: &str,
    tournament: Option<&::tournaments::Tournament>,
    cursor: Option<&str>,
    limit: Option<u32>,
) -> Result<Page<DisputeWaiting>, Problem> {
    let more = |after| async move {
        let found = play::dispute_queue(ask.db(), &ask.cx(), tournament, after, BLOCK).await?;
        let next = (found.len() >= BLOCK as usize).then(|| found.last().map(|(dispute, _)| dispute.id));
        Ok((found, next.flatten()))
    };
    let place = |(dispute, _): &(Dispute, ::tournaments::Match)| dispute.id;
    let found = page::gather(list, cursor, limit, more, place).await?;
    Ok(found.map(|(dispute, row)| DisputeWaiting { dispute: view(dispute, Vec::new()), disputed: meeting(&row) }))
}

async fn evidence(tx: &Tx, ask: &Ask, input: AddEvidence) -> Result<EvidenceView, Problem> {
    let new = service::Evidence { text: input.text, upload: input.upload, url: input.url };
    Ok(brought(service::add_evidence(tx, &ask.cx(), input.id, &new).await?))
}

async fn review(tx: &Tx, ask: &Ask, input: OneDispute) -> Result<(), Problem> {
    Ok(service::review(tx, &ask.cx(), input.id).await?)
}

async fn escalate(tx: &Tx, ask: &Ask, input: ReasonedDispute) -> Result<(), Problem> {
    Ok(service::escalate(tx, &ask.cx(), input.id, &input.reason).await?)
}

async fn preview(ask: &Ask, input: PreviewResolution) -> Result<CorrectionPreviewed, Problem> {
    let outcome = input.outcome.into();
    Ok(previewed(service::preview(ask.db(), &ask.cx(), input.id, &outcome, input.anew).await?))
}

async fn resolve(tx: &Tx, ask: &Ask, input: ResolveDispute) -> Result<(), Problem> {
    let resolution = match (input.outcome, input.revision) {
        (None, _) => Resolution::Stands,
        (Some(outcome), Some(seen)) => {
            Resolution::Result { outcome: outcome.into(), anew: input.anew, seen: Some(seen) }
        }
        (Some(_), None) => {
            let text = "Look at what the outcome changes first, and send the revision that the preview tells.";
            return Err(Problem::field("revision", "value", text));
        }
    };
    Ok(service::resolve(tx, &ask.cx(), input.id, &resolution, &input.reason).await?)
}

async fn dismiss(tx: &Tx, ask: &Ask, input: ReasonedDispute) -> Result<(), Problem> {
    Ok(service::dismiss(tx, &ask.cx(), input.id, &input.reason).await?)
}

async fn withdraw(tx: &Tx, ask: &Ask, input: OneDispute) -> Result<(), Problem> {
    Ok(service::withdraw(tx, &ask.cx(), input.id).await?)
}

async fn prizes(ask: &Ask, input: OneTournament) -> Result<Page<PrizeView>, Problem> {
    let (tournament, _) = find(ask.db().read(), ask, &input.tournament).await?;
    let found = play::prizes(ask.db(), tournament.id).await?;
    Ok(Page::whole(found.into_iter().map(|prize| PrizeView {
        id: prize.award.id,
        entry_id: prize.award.registration_id,
        name: prize.name,
        place: prize.award.place,
        through: prize.award.through,
        coins: prize.award.coins,
        amount: prize.award.amount,
        currency: prize.award.currency,
        status: prize.award.status,
        paid_at: prize.award.paid_at.map(Moment),
    })))
}

async fn pay(tx: &Tx, ask: &Ask, input: OneTournament) -> Result<PrizesPaid, Problem> {
    let (tournament, _) = find(tx, ask, &input.tournament).await?;
    let paid = prize::pay(tx, &ask.cx(), tournament.id).await?;
    Ok(PrizesPaid {
        coins: paid.coins,
        to_hand_over: paid.to_hand_over as u64,
        rest: paid.rest,
        paid_before: paid.replayed,
    })
}

async fn hand_over(tx: &Tx, ask: &Ask, input: HandOverPrize) -> Result<(), Problem> {
    Ok(prize::hand_over(tx, &ask.cx(), input.id, &input.reference).await?)
}

fn told(entry: Logged) -> AuditEntry {
    AuditEntry {
        id: entry.id,
        user_id: entry.user_id,
        action: entry.action,
        tournament_id: entry.tournament_id,
        at: entry.timestamp.into(),
        metadata: entry.metadata,
        hash: entry.hash,
        previous_hash: entry.previous_hash,
    }
}

async fn logged(ask: &Ask, input: ListLog) -> Result<Page<AuditEntry>, Problem> {
    let (tournament, _) = find(ask.db().read(), ask, &input.tournament).await?;
    let filter = &log::Filter {
        tournament: Some(tournament.id),
        user: input.user_id,
        action: input.action.map(|word| word.0),
        from: input.since.map(|at| at.0),
        until: input.before.map(|at| at.0),
    };
    let tournament = &tournament;
    let more = |below| async move {
        let page = log::of_tournament(ask.db().read(), ask.actor(), tournament, filter.clone(), below).await?;
        Ok((page.entries, page.next))
    };
    let place = |entry: &Logged| entry.id;
    Ok(page::gather("audit.of_tournament", input.cursor.as_deref(), input.limit, more, place).await?.map(told))
}

async fn all_logged(ask: &Ask, input: ListAllLog) -> Result<Page<AuditEntry>, Problem> {
    let filter = &log::Filter {
        tournament: input.tournament_id,
        user: input.user_id,
        action: input.action.map(|word| word.0),
        from: input.since.map(|at| at.0),
        until: input.before.map(|at| at.0),
    };
    let more = |below| async move {
        let page = log::page(ask.db().read(), filter, below).await?;
        Ok((page.entries, page.next))
    };
    let place = |entry: &Logged| entry.id;
    Ok(page::gather("audit.all", input.cursor.as_deref(), input.limit, more, place).await?.map(told))
}
