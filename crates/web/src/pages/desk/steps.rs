//! The overview of a desk: where the tournament stands, what to do next, what the clock will do by itself, and what
//! needs a look; and the steps from one state to the next.

use ::tournaments::{
    rules::{
        access::Act,
        entry::EntryStatus,
        status::{LARGE, Size, Status, Step, target},
    },
    service::{
        draw, lifecycle, play,
        query::{There, Waiting},
    },
};
use askama::Template;
use axum::{
    extract::{Path, Query, State},
    http::StatusCode,
    response::Response,
};

use super::{
    Desk, Done, Typed, Visit,
    ask::{Question, ask},
    frame::{Frame, frame},
    home, money, open, see_other,
    stop::Stop,
};
use crate::{
    csrf::Form,
    error::Trouble,
    layout::{Layout, machine, moment, number},
    pages,
    site::Shared,
};

struct Stage {
    label: &'static str,
    done: bool,
    here: bool,
}

/// A step that whoever looks can take now.
struct Button {
    label: &'static str,
    href: String,
    /// Whether it is asked about first.
    asks: bool,
    big: bool,
}

struct Coming {
    what: String,
    when: String,
    when_machine: String,
}

struct Warning {
    text: String,
    href: String,
    link: &'static str,
}

#[derive(Template)]
#[template(path = "desk/overview.html")]
struct Page {
    layout: Layout,
    frame: Frame,
    stages: Vec<Stage>,
    next: String,
    buttons: Vec<Button>,
    /// Where to go on when the next thing is no step.
    goes: Option<(&'static str, String)>,
    coming: Vec<Coming>,
    warnings: Vec<Warning>,
    facts: Vec<(&'static str, String)>,
    cancel: Option<String>,
    cancelled: Option<String>,
    error: Option<String>,
    duty: String,
}

fn size(desk: &Desk) -> Size {
    let tournament = desk.tournament();
    Size { places: tournament.max_participants, check_in: tournament.enable_check_in }
}

/// Whether whoever looks can take a step now, as far as the state goes.
fn can(desk: &Desk, step: Step) -> bool {
    let standing = desk.standing();
    standing.may(step.act()) && target(desk.status(), step, size(desk), standing.superuser).is_some()
}

fn stages(desk: &Desk) -> Vec<Stage> {
    use Status as S;
    let check_in = desk.tournament().enable_check_in;
    let all = [S::Draft, S::Published, S::RegistrationOpen, S::RegistrationClosed, S::CheckIn, S::Live, S::Completed];
    let here = match desk.status() {
        S::PendingApproval => S::Draft,
        S::Archived => S::Completed,
        status => status,
    };
    let wanted = all.into_iter().filter(|stage| *stage != S::CheckIn || check_in);
    let archived = desk.status() == S::Archived;
    let stage = |stage: S| Stage {
        label: match stage {
            S::RegistrationOpen => "Registration",
            S::RegistrationClosed => "Closed",
            stage => stage.label(),
        },
        done: here != S::Cancelled && (stage < here || archived),
        here: stage == here,
    };
    wanted.map(stage).collect()
}

const fn label(step: Step) -> &'static str {
    match step {
        Step::Publish => "Publish…",
        Step::Approve => "Approve",
        Step::SendBack => "Send back…",
        Step::Recall => "Take it back to change it",
        Step::OpenRegistration => "Open registration now",
        Step::CloseRegistration => "Close registration now",
        Step::ReopenRegistration => "Open registration again",
        Step::OpenCheckIn => "Open check-in now",
        Step::Start => "Start…",
        Step::Complete => "Complete",
        Step::Archive => "Archive…",
        Step::Cancel => "Cancel the tournament…",
    }
}

/// Whether a step is asked about first.
const fn asks(step: Step) -> bool {
    matches!(step, Step::Publish | Step::SendBack | Step::Start | Step::Archive | Step::Cancel)
}

/// The steps that whoever looks can take, the next one first.
fn buttons(desk: &Desk, published: bool) -> Vec<Button> {
    let order = [
        Step::Publish,
        Step::Approve,
        Step::SendBack,
        Step::Recall,
        Step::OpenRegistration,
        Step::CloseRegistration,
        Step::OpenCheckIn,
        Step::Start,
        Step::ReopenRegistration,
        Step::Archive,
    ];
    let now = order.into_iter().filter(|step| can(desk, *step)).filter(|step| *step != Step::Start || published);
    let button = |(at, step): (usize, Step)| Button {
        label: label(step),
        href: desk.path(&format!("step/{}", step.as_str())),
        asks: asks(step),
        big: at == 0,
    };
    now.enumerate().map(button).collect()
}

/// Where the next work is done, when that is no step.
fn goes(desk: &Desk, payments: i64, drawn: bool, published: bool) -> Option<(&'static str, String)> {
    let before = matches!(desk.status(), Status::RegistrationClosed | Status::CheckIn);
    match desk.status() {
        _ if payments > 0 => Some(("Check the payments", desk.path("payments"))),
        _ if before && !drawn && desk.may(Act::Draw) => Some(("Draw the bracket", desk.path("draw"))),
        _ if before && !published && desk.may(Act::Draw) => {
            Some(("Look at the draw and publish it", desk.path("draw")))
        }
        Status::Live if desk.may(Act::RunMatches) => Some(("Run the matches", desk.path("matches"))),
        Status::Completed if desk.may(Act::PayPrizes) && desk.tournament().prizes_paid_at.is_none() => {
            Some(("See to the prizes", desk.path("prizes")))
        }
        _ => None,
    }
}

fn coming(desk: &Desk) -> Vec<Coming> {
    let (tournament, status) = (desk.tournament(), desk.status());
    let mut coming = Vec::new();
    let mut add = |what: &str, when| {
        coming.push(Coming { what: what.to_owned(), when: moment(&when), when_machine: machine(&when) });
    };
    if status == Status::Published {
        add("Registration opens", tournament.registration_start);
    }
    if matches!(status, Status::Published | Status::RegistrationOpen) {
        add("Registration closes", tournament.registration_end);
    }
    let before_check_in = matches!(status, Status::Published | Status::RegistrationOpen | Status::RegistrationClosed);
    if let Some(opens) = desk.facts.check_in_opens.filter(|_| before_check_in && tournament.enable_check_in) {
        add("Check-in opens, and all who play are told", opens);
    }
    if before_check_in || status == Status::CheckIn {
        if tournament.enable_check_in {
            add("Check-in closes: who is not there loses the place", tournament.tournament_start);
        }
        add("Play begins, if enough are there and the bracket is published", tournament.tournament_start);
    }
    coming
}

async fn warnings(shared: &Shared, visit: &Visit, desk: &Desk, published: bool) -> Result<Vec<Warning>, Trouble> {
    let (tournament, status, counts) = (desk.tournament(), desk.status(), &desk.facts.counts);
    let pending = counts.by_state.get(&EntryStatus::Pending).copied().unwrap_or(0);
    let payments = desk.waiting.payments;
    let mut warnings = Vec::new();
    let mut warn = |text: String, part: &str, link| warnings.push(Warning { text, href: desk.path(part), link });
    let held = counts.held;
    let takes = status.takes_changes_of_entries();
    if takes && held < i64::from(tournament.min_participants) {
        let text = format!(
            "{held} of at least {} entries hold a place. With fewer it does not start.",
            tournament.min_participants
        );
        warn(text, "entries", "See the entries");
    }
    if takes && pending > 0 {
        let text = match pending {
            1 => "1 entry is not paid for yet.".to_owned(),
            many => format!("{many} entries are not paid for yet."),
        };
        warn(text, "entries?status=pending", "See them");
    }
    if payments > 0 && desk.may(Act::VerifyPayments) {
        let text = match payments {
            1 => "1 payment waits to be checked.".to_owned(),
            many => format!("{many} payments wait to be checked."),
        };
        warn(text, "payments", "Check them");
    }
    if status == Status::CheckIn && !published && desk.may(Act::Draw) {
        warn("The bracket is not published: play cannot begin without it.".to_owned(), "draw", "Go to the draw");
    }
    if tournament.tournament_start <= shared.clock.now() && status.is_before_play() && status != Status::Draft {
        let text = "Play was due and has not begun: too few are there, or the bracket is not published.".to_owned();
        warn(text, "settings#when", "Put the start off");
    }
    if desk.may(Act::ReviewDispute) && matches!(status, Status::Live | Status::Completed) {
        let waiting = play::dispute_queue(&shared.db, &visit.cx(shared), Some(tournament), None, 200).await?.len();
        if waiting > 0 {
            let text = if waiting == 1 { "1 dispute waits.".to_owned() } else { format!("{waiting} disputes wait.") };
            warn(text, "disputes", "See to them");
        }
    }
    if status == Status::Completed && desk.may(Act::PayPrizes) {
        let prizes = play::prizes(&shared.db, desk.id()).await?;
        let text = match prizes.iter().filter(|prize| prize.award.status == "to_hand_over").count() {
            0 => None,
            1 => Some("1 prize in money is to be handed over.".to_owned()),
            many => Some(format!("{many} prizes in money are to be handed over.")),
        };
        text.into_iter().for_each(|text| warn(text, "prizes", "See to the prizes"));
    }
    if status == Status::Live && desk.may(Act::Draw) {
        let drawing = play::drawing(&shared.db, &visit.cx(shared), tournament).await?;
        if drawing.is_some_and(|drawing| !drawing.waits.is_empty()) {
            warn("The bracket waits for a decision of yours.".to_owned(), "draw", "Decide");
        }
    }
    Ok(warnings)
}

fn facts(desk: &Desk) -> Vec<(&'static str, String)> {
    let (tournament, counts) = (desk.tournament(), &desk.facts.counts);
    let mut facts = vec![
        ("Places taken", format!("{} of {}", counts.held, tournament.max_participants)),
        ("Confirmed", counts.by_state.get(&EntryStatus::Confirmed).copied().unwrap_or(0).to_string()),
        ("Waiting", counts.waiting.to_string()),
    ];
    if tournament.enable_check_in && desk.status() == Status::CheckIn {
        let There { there, of } = desk.waiting.there;
        facts.push(("Checked in", format!("{there} of {of}")));
    }
    if tournament.has_entry_fee && desk.may(Act::VerifyPayments) && desk.status().is_before_play() {
        facts.push(("Payments to check", desk.waiting.payments.to_string()));
    }
    if tournament.total_matches > 0 {
        facts.push(("Matches played", format!("{} of {}", tournament.completed_matches, tournament.total_matches)));
    }
    if tournament.has_entry_fee {
        let mut fee = Vec::new();
        if tournament.entry_fee_amount > 0 {
            fee.push(format!("{} {}", money::show(tournament.entry_fee_amount), tournament.entry_fee_currency));
        }
        if tournament.entry_fee_deltacoin > 0 {
            fee.push(format!("{} coins", number(tournament.entry_fee_deltacoin)));
        }
        facts.push(("Entry fee", fee.join(" or ")));
    }
    if tournament.prize_pool > 0 {
        facts.push(("Prize money", format!("{} {}", money::show(tournament.prize_pool), tournament.prize_currency)));
    }
    if tournament.prize_deltacoin > 0 {
        facts.push(("Prize coins", number(tournament.prize_deltacoin)));
    }
    facts
}

async fn overview(
    shared: &Shared,
    visit: &Visit,
    desk: &Desk,
    error: Option<String>,
    done: Option<&str>,
) -> Result<Response, Trouble> {
    let published = draw::is_published(shared.db.read(), desk.id()).await?;
    let tournament = desk.tournament();
    let payments = if desk.may(Act::VerifyPayments) { desk.waiting.payments } else { 0 };
    let drawn = tournament.total_matches > 0;
    let warnings = warnings(shared, visit, desk, published).await?;
    let (layout, mut frame) = frame(shared, visit, desk, "", done).await?;
    frame.live = error.is_none();
    let cancelled = desk.status() == Status::Cancelled || !tournament.cancel_reason.is_empty();
    Ok(pages::show(&Page {
        layout,
        frame,
        stages: stages(desk),
        next: home::next(desk.status(), tournament, Waiting { payments, ..desk.waiting }),
        buttons: buttons(desk, published),
        goes: goes(desk, payments, drawn, published),
        coming: coming(desk),
        warnings,
        facts: facts(desk),
        cancel: can(desk, Step::Cancel).then(|| desk.path("step/cancel")),
        cancelled: cancelled.then(|| tournament.cancel_reason.clone()),
        error,
        duty: desk.standing().duty.map_or_else(|| "staff of the platform".to_owned(), |duty| duty.label().to_owned()),
    }))
}

pub(crate) async fn show(
    State(shared): State<Shared>,
    visit: Visit,
    Path(slug): Path<String>,
    Query(Done { done }): Query<Done>,
) -> Result<Response, Trouble> {
    let desk = open(&shared, &visit, &slug, &[]).await?;
    overview(&shared, &visit, &desk, None, done.as_deref()).await
}

fn find(step: &str) -> Result<Step, Trouble> {
    // All is decided by the last match, and by nothing else.
    let step = Step::parse(step).filter(|step| *step != Step::Complete);
    step.ok_or_else(|| Trouble::refused(StatusCode::NOT_FOUND, "There is no such step."))
}

/// What a step will do, for the page that asks.
fn about(desk: &Desk, step: Step) -> (String, Vec<String>) {
    let tournament = desk.tournament();
    let name = &tournament.name;
    match step {
        Step::Publish => {
            let trusted = desk.standing().superuser;
            let mut text = if tournament.max_participants > LARGE && !trusted {
                vec![format!(
                    "With more than {LARGE} places it goes to the platform first, which looks at it before all see it."
                )]
            } else {
                vec!["All see it from then on, and it can no longer become a draft.".to_owned()]
            };
            if tournament.prize_deltacoin > 0 {
                let from = if tournament.is_official { "the treasury of the platform" } else { "your wallet" };
                text.push(format!(
                    "{} coins leave {from} and are held for the winners.",
                    number(tournament.prize_deltacoin)
                ));
            }
            text.push(format!("Registration opens on {}.", moment(&tournament.registration_start)));
            (format!("Publish {name}?"), text)
        }
        Step::Start => (
            format!("Start {name}?"),
            vec![
                "Play begins: matches can be played and results reported.".to_owned(),
                "Entries and the bracket are fixed from then on.".to_owned(),
            ],
        ),
        Step::SendBack => (
            format!("Send {name} back?"),
            vec!["It becomes a draft again. Its organizer reads what you write.".to_owned()],
        ),
        Step::Archive => (
            format!("Archive {name}?"),
            vec![
                "It leaves the lists and stays as it is for good: no result and no setting changes any more."
                    .to_owned(),
            ],
        ),
        Step::Cancel => {
            let mut text = vec!["It does not take place, and this cannot be undone.".to_owned()];
            if desk.facts.counts.held + desk.facts.counts.waiting > 0 {
                text.push(format!(
                    "All {} entries end, and their people are told, with your reason.",
                    desk.facts.counts.held + desk.facts.counts.waiting
                ));
            }
            if tournament.has_entry_fee {
                text.push(
                    "Fees in coins go back at once. Fees in money show among the payments that are to be given back."
                        .to_owned(),
                );
            }
            if tournament.prize_deltacoin > 0 {
                text.push("The prize coins go back to whoever gave them.".to_owned());
            }
            if desk.status() == Status::Live {
                text.push("Matches that are not decided end without a result.".to_owned());
            }
            (format!("Cancel {name}?"), text)
        }
        step => (format!("{} – {name}", label(step)), Vec::new()),
    }
}

async fn asked(
    shared: &Shared,
    visit: &Visit,
    desk: &Desk,
    step: Step,
    reason: &str,
    error: Option<String>,
) -> Result<Response, Trouble> {
    let (title, text) = about(desk, step);
    let danger = matches!(step, Step::Cancel | Step::SendBack);
    let question = Question {
        title,
        text,
        action: desk.path(&format!("step/{}", step.as_str())),
        button: label(step).trim_end_matches('…').to_owned(),
        danger,
        back: desk.path(""),
        reason: danger.then(|| ("Why? Those concerned read it.", reason.to_owned())),
        ..Question::default()
    };
    ask(shared, visit, desk, "", question, error).await
}

pub(crate) async fn question(
    State(shared): State<Shared>,
    visit: Visit,
    Path((slug, step)): Path<(String, String)>,
) -> Result<Response, Trouble> {
    let step = find(&step)?;
    let desk = open(&shared, &visit, &slug, &[step.act()]).await?;
    if !can(&desk, step) {
        return Ok(see_other(&desk.path("")));
    }
    asked(&shared, &visit, &desk, step, "", None).await
}

pub(crate) async fn take(
    State(shared): State<Shared>,
    visit: Visit,
    Path((slug, step)): Path<(String, String)>,
    Form(typed): Form<Typed>,
) -> Result<Response, Trouble> {
    let step = find(&step)?;
    let desk = open(&shared, &visit, &slug, &[step.act()]).await?;
    let (cx, games, id, reason) = (visit.cx(&shared), &*shared.games, desk.id(), typed.get("reason"));
    let done = shared.db.write(|tx| async move {
        let moved = match step {
            Step::Publish => lifecycle::publish(&tx, &cx, games, id).await,
            Step::Approve => lifecycle::approve(&tx, &cx, games, id).await,
            Step::SendBack => lifecycle::send_back(&tx, &cx, id, reason).await,
            Step::Recall => lifecycle::recall(&tx, &cx, id).await,
            Step::OpenRegistration => lifecycle::open_registration(&tx, &cx, id).await,
            Step::CloseRegistration => lifecycle::close_registration(&tx, &cx, id).await,
            Step::ReopenRegistration => lifecycle::reopen_registration(&tx, &cx, id).await,
            Step::OpenCheckIn => lifecycle::open_check_in(&tx, &cx, id).await,
            Step::Start => lifecycle::start(&tx, &cx, id).await,
            Step::Archive => lifecycle::archive(&tx, &cx, id).await,
            Step::Cancel => lifecycle::cancel(&tx, &cx, id, reason).await,
            Step::Complete => return Err(Stop::Said("The last match completes it.".to_owned())),
        };
        moved.map_err(Stop::from)
    });
    match done.await {
        Ok(moved) => {
            let sent = moved.status == Status::PendingApproval.as_str();
            let done = if sent { "sent" } else { step.as_str() };
            Ok(see_other(&format!("{}?done={done}", desk.path(""))))
        }
        Err(stop) => {
            let text = stop.said()?;
            // The clock may have moved it on meanwhile.
            let desk = open(&shared, &visit, &slug, &[step.act()]).await?;
            if asks(step) && can(&desk, step) {
                return asked(&shared, &visit, &desk, step, reason, Some(text)).await;
            }
            Ok(super::unprocessable(overview(&shared, &visit, &desk, Some(text), None).await?))
        }
    }
}
