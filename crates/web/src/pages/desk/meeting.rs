//! One match at the desk: its time, its room, who is there, and its result: decided, or corrected with everything that
//! this changes shown before.

use ::tournaments::{
    rules::{match_state::Deed, result::told},
    service::{
        correction,
        matches::{self as acts, Lobby},
        play::{self, MatchPage},
        result,
    },
};
use askama::Template;
use axum::{
    extract::{Path, Query, State},
    http::StatusCode,
    response::Response,
};
use brackets::Side;

use super::{
    Desk, Done, Errors, Nothing, Typed, Visit,
    ask::{Question, ask},
    form::{moment as typed_moment, parse_moment},
    frame::{Frame, acts_of, frame},
    matches::{side, state_of},
    open,
    outcome::{self, ResultForm},
    see_other,
    stop::Stop,
    unprocessable,
};
use crate::{
    csrf::Form,
    error::Trouble,
    layout::{Layout, machine, moment},
    pages,
    site::Shared,
    upload,
};

struct Report {
    side: String,
    score: String,
    note: String,
    status: &'static str,
    when: String,
    when_machine: String,
    picture: Option<String>,
}

struct DisputeLine {
    href: String,
    reason: &'static str,
    status: &'static str,
    open: bool,
}

#[derive(Template)]
#[template(path = "desk/match.html")]
struct Page {
    layout: Layout,
    frame: Frame,
    id: i64,
    title: String,
    names: [String; 2],
    score: [i32; 2],
    decided: bool,
    state: &'static str,
    class: &'static str,
    facts: Vec<(&'static str, String)>,
    there: [bool; 2],
    lobby: Lobby,
    stream: String,
    revision: i32,
    schedule: String,
    form: ResultForm,
    level: bool,
    reports: Vec<Report>,
    disputes: Vec<DisputeLine>,
    may: May,
    errors: Errors,
    overlaps: bool,
}

/// What whoever looks can do now.
struct May {
    schedule: bool,
    furnish: bool,
    check_in: bool,
    start: bool,
    decide: bool,
    correct: bool,
}

fn how(decided_by: &str) -> &'static str {
    match decided_by {
        "agreement" => "Both sides said the same",
        "timeout" => "One side said so, and the other did not answer",
        "organizer" => "A referee decided",
        "dispute" => "A dispute was resolved",
        "forfeit" => "Forfeit",
        "no_show" => "One side was not there",
        "correction" => "A referee corrected it",
        _ => "",
    }
}

/// A match of this tournament.
pub(super) async fn found(shared: &Shared, visit: &Visit, desk: &Desk, id: i64) -> Result<MatchPage, Trouble> {
    let found = play::match_page(&shared.db, &visit.cx(shared), id).await?;
    let found = found.filter(|page| page.tournament.id == desk.id());
    found.ok_or_else(|| Trouble::refused(StatusCode::NOT_FOUND, "There is no such match in this tournament."))
}

pub(super) fn names(page: &MatchPage) -> [String; 2] {
    [side(&page.row.participant1_name), side(&page.row.participant2_name)]
}

pub(super) fn dispute_status(status: &str) -> (&'static str, bool) {
    match status {
        "open" => ("Open", true),
        "under_review" => ("Under review", true),
        "escalated" => ("Handed to the platform", true),
        "resolved" => ("Resolved", false),
        "dismissed" => ("Dismissed", false),
        _ => ("Withdrawn", false),
    }
}

pub(super) fn reason_label(reason: &str) -> &'static str {
    ::tournaments::rules::dispute::Reason::parse(reason).map_or("Other", |reason| reason.label())
}

fn reports(desk: &Desk, page: &MatchPage) -> Vec<Report> {
    let names = names(page);
    let report = |one: &::tournaments::model::result_submission::Model| Report {
        side: names[usize::from(one.side != 1)].clone(),
        score: told([one.participant1_score, one.participant2_score], &one.games),
        note: one.note.clone(),
        status: match one.status.as_str() {
            "open" => "waits for the other side",
            "agreed" => "agreed",
            "stands" => "unanswered, stands",
            "disputed" => "disputed",
            "replaced" => "replaced by a later one",
            _ => "void",
        },
        when: moment(&one.submitted_at),
        when_machine: machine(&one.submitted_at),
        picture: one.screenshot.as_ref().map(|_| desk.path(&format!("matches/{}/report/{}", page.row.id, one.id))),
    };
    page.reports.iter().map(report).collect()
}

#[derive(Default)]
struct Attempt {
    typed: Typed,
    errors: Errors,
    overlaps: bool,
}

async fn page(
    shared: &Shared,
    visit: &Visit,
    desk: &Desk,
    found: &MatchPage,
    attempt: Attempt,
    done: Option<&str>,
) -> Result<Response, Trouble> {
    let row = &found.row;
    let (state, class) = state_of(row);
    let mut facts = vec![("Best of", row.best_of.to_string())];
    if let Some(at) = row.scheduled_time {
        facts.push(("Planned", moment(&at)));
    }
    if let Some(at) = found.check_in_opens {
        facts.push(("Check-in opens", moment(&at)));
    }
    if let Some(at) = row.confirm_by.filter(|_| row.state == "pending_result") {
        facts.push(("The report stands at", moment(&at)));
    }
    if let Some(at) = row.completed_at {
        facts.push(("Decided", moment(&at)));
    }
    if !how(&row.decided_by).is_empty() {
        facts.push(("How", how(&row.decided_by).to_owned()));
    }
    if let Some(at) = found.disputable_until {
        facts.push(("Can be disputed until", moment(&at)));
    }
    let typed = &attempt.typed;
    let mut lobby = found.lobby.clone().unwrap_or_default();
    for (name, field) in [
        ("mode", &mut lobby.mode),
        ("map", &mut lobby.map),
        ("server", &mut lobby.server),
        ("code", &mut lobby.code),
        ("password", &mut lobby.password),
        ("note", &mut lobby.note),
    ] {
        if let Some(text) = typed.find(name) {
            *field = text.to_owned();
        }
    }
    let may = |deed| found.can.do_(deed);
    let dispute = |dispute: &::tournaments::model::dispute::Model| {
        let (status, open) = dispute_status(&dispute.status);
        DisputeLine {
            href: desk.path(&format!("disputes/{}/{}", row.id, dispute.id)),
            reason: reason_label(&dispute.reason),
            status,
            open,
        }
    };
    let (layout, mut frame) = frame(shared, visit, desk, "matches", done).await?;
    frame.live = attempt.errors.is_empty();
    Ok(pages::show(&Page {
        layout,
        frame,
        id: row.id,
        title: found.title.clone(),
        names: names(found),
        score: [row.participant1_score, row.participant2_score],
        decided: matches!(row.state.as_str(), "completed" | "forfeit"),
        state,
        class,
        facts,
        there: [row.participant1_checked_in, row.participant2_checked_in],
        lobby,
        stream: typed.find("stream").map_or_else(|| row.stream_url.clone(), str::to_owned),
        revision: row.revision,
        schedule: match typed.find("at") {
            Some(typed) => typed.to_owned(),
            None => row.scheduled_time.as_ref().map(typed_moment).unwrap_or_default(),
        },
        form: outcome::form(row, typed),
        level: found.may_be_level,
        reports: reports(desk, found),
        disputes: found.disputes.iter().map(|(one, _)| dispute(one)).collect(),
        may: May {
            schedule: may(Deed::Schedule),
            furnish: may(Deed::Furnish),
            check_in: may(Deed::CheckIn),
            start: may(Deed::Start),
            decide: may(Deed::Decide),
            correct: may(Deed::Correct),
        },
        errors: attempt.errors,
        overlaps: attempt.overlaps,
    }))
}

pub(crate) async fn show(
    State(shared): State<Shared>,
    visit: Visit,
    Path((slug, id)): Path<(String, i64)>,
    Query(Done { done }): Query<Done>,
) -> Result<Response, Trouble> {
    let desk = open(&shared, &visit, &slug, acts_of("matches")).await?;
    let found = found(&shared, &visit, &desk, id).await?;
    page(&shared, &visit, &desk, &found, Attempt::default(), done.as_deref()).await
}

/// The picture that came with a report.
pub(crate) async fn picture(
    State(shared): State<Shared>,
    visit: Visit,
    Path((slug, id, report)): Path<(String, i64, i64)>,
) -> Result<Response, Trouble> {
    let desk = open(&shared, &visit, &slug, acts_of("matches")).await?;
    let found = found(&shared, &visit, &desk, id).await?;
    let token = found.reports.iter().find(|one| one.id == report).and_then(|one| one.screenshot.clone());
    upload::hand_out(&shared, &token.unwrap_or_default()).await
}

/// The page again, as the match is now, with what was refused beside its place.
async fn again(shared: &Shared, visit: &Visit, slug: &str, id: i64, attempt: Attempt) -> Result<Response, Trouble> {
    let desk = open(shared, visit, slug, acts_of("matches")).await?;
    let found = found(shared, visit, &desk, id).await?;
    Ok(unprocessable(page(shared, visit, &desk, &found, attempt, None).await?))
}

/// Answers an act that changes nothing but the match.
async fn answer(
    shared: &Shared,
    visit: &Visit,
    (desk, slug, id): (&Desk, &str, i64),
    typed: Typed,
    done: Result<(), Stop>,
    (place, word): (&str, &str),
) -> Result<Response, Trouble> {
    match done {
        Ok(()) => Ok(see_other(&format!("{}?done={word}", desk.path(&format!("matches/{id}"))))),
        Err(stop) => {
            let errors = Errors::one(place, stop.said()?);
            again(shared, visit, slug, id, Attempt { typed, errors, overlaps: false }).await
        }
    }
}

pub(crate) async fn schedule(
    State(shared): State<Shared>,
    visit: Visit,
    Path((slug, id)): Path<(String, i64)>,
    Form(typed): Form<Typed>,
) -> Result<Response, Trouble> {
    use ::tournaments::error::play::ScheduleRefusal;
    let desk = open(&shared, &visit, &slug, &[::tournaments::rules::access::Act::Schedule]).await?;
    found(&shared, &visit, &desk, id).await?;
    let Some(at) = parse_moment(typed.get("at")) else {
        let errors = Errors::one("at", "Write a day and a time (UTC), such as 2026-03-01T18:00.");
        return again(&shared, &visit, &slug, id, Attempt { typed, errors, overlaps: false }).await;
    };
    let (cx, revision, overlapping) =
        (visit.cx(&shared), typed.number("revision").unwrap_or(0), typed.on("overlapping"));
    let done = shared
        .db
        .write(|tx| async move { acts::schedule(&tx, &cx, id, revision, at, overlapping).await.map(drop) })
        .await;
    match done {
        Err(refusal @ ScheduleRefusal::Overlap { .. }) => {
            let errors = Errors::one("at", refusal.to_string());
            again(&shared, &visit, &slug, id, Attempt { typed, errors, overlaps: true }).await
        }
        done => answer(&shared, &visit, (&desk, &slug, id), typed, done.map_err(Stop::from), ("at", "scheduled")).await,
    }
}

pub(crate) async fn lobby(
    State(shared): State<Shared>,
    visit: Visit,
    Path((slug, id)): Path<(String, i64)>,
    Form(typed): Form<Typed>,
) -> Result<Response, Trouble> {
    let desk = open(&shared, &visit, &slug, &[::tournaments::rules::access::Act::RunMatches]).await?;
    found(&shared, &visit, &desk, id).await?;
    let text = |name: &str| typed.get(name).trim().to_owned();
    let lobby = Lobby {
        mode: text("mode"),
        map: text("map"),
        server: text("server"),
        code: text("code"),
        password: text("password"),
        note: text("note"),
    };
    let (cx, lobby) = (visit.cx(&shared), &lobby);
    let done = shared
        .db
        .write(|tx| async move { acts::set_lobby(&tx, &cx, id, lobby).await.map(drop).map_err(Stop::from) })
        .await;
    answer(&shared, &visit, (&desk, &slug, id), typed, done, ("lobby", "furnished")).await
}

pub(crate) async fn stream(
    State(shared): State<Shared>,
    visit: Visit,
    Path((slug, id)): Path<(String, i64)>,
    Form(typed): Form<Typed>,
) -> Result<Response, Trouble> {
    let desk = open(&shared, &visit, &slug, &[::tournaments::rules::access::Act::RunMatches]).await?;
    found(&shared, &visit, &desk, id).await?;
    let (cx, url) = (visit.cx(&shared), typed.get("stream"));
    let done = shared
        .db
        .write(|tx| async move { acts::set_stream(&tx, &cx, id, url).await.map(drop).map_err(Stop::from) })
        .await;
    answer(&shared, &visit, (&desk, &slug, id), typed.clone(), done, ("stream", "stream")).await
}

pub(crate) async fn check_in(
    State(shared): State<Shared>,
    visit: Visit,
    Path((slug, id)): Path<(String, i64)>,
    Form(typed): Form<Typed>,
) -> Result<Response, Trouble> {
    let desk = open(&shared, &visit, &slug, &[::tournaments::rules::access::Act::CheckInOthers]).await?;
    found(&shared, &visit, &desk, id).await?;
    let side = match typed.get("side") {
        "a" => Side::A,
        _ => Side::B,
    };
    let cx = visit.cx(&shared);
    let done = shared
        .db
        .write(|tx| async move { acts::check_in(&tx, &cx, id, Some(side)).await.map(drop).map_err(Stop::from) })
        .await;
    answer(&shared, &visit, (&desk, &slug, id), Typed::default(), done, ("there", "checked-in")).await
}

pub(crate) async fn start(
    State(shared): State<Shared>,
    visit: Visit,
    Path((slug, id)): Path<(String, i64)>,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Trouble> {
    let desk = open(&shared, &visit, &slug, &[::tournaments::rules::access::Act::RunMatches]).await?;
    found(&shared, &visit, &desk, id).await?;
    let cx = visit.cx(&shared);
    let done = shared.db.write(|tx| async move { acts::start(&tx, &cx, id).await.map(drop).map_err(Stop::from) }).await;
    answer(&shared, &visit, (&desk, &slug, id), Typed::default(), done, ("start", "started")).await
}

/// The fields of a form about a result, to be sent again with the answer to a question.
pub(super) fn hidden(typed: &Typed, more: &[(&str, String)]) -> Vec<(String, String)> {
    let keep = |name: &str| {
        name != "csrf" && name != "sure" && name != "reason" && more.iter().all(|(other, _)| *other != name)
    };
    let kept = typed.iter().filter(|(name, _)| keep(name));
    let mut hidden: Vec<(String, String)> = kept.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    hidden.extend(more.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
    hidden
}

pub(crate) async fn decide(
    State(shared): State<Shared>,
    visit: Visit,
    Path((slug, id)): Path<(String, i64)>,
    Form(typed): Form<Typed>,
) -> Result<Response, Trouble> {
    let desk = open(&shared, &visit, &slug, &[::tournaments::rules::access::Act::DecideMatch]).await?;
    let found = found(&shared, &visit, &desk, id).await?;
    let outcome = match outcome::read(&typed) {
        Ok(Some(outcome)) => outcome,
        Ok(None) => {
            let errors = Errors::one("kind", "Choose how the match ended.");
            return again(&shared, &visit, &slug, id, Attempt { typed, errors, overlaps: false }).await;
        }
        Err(errors) => return again(&shared, &visit, &slug, id, Attempt { typed, errors, overlaps: false }).await,
    };
    let revision: i32 = typed.number("revision").unwrap_or(0);
    if !typed.on("sure") {
        let question = Question {
            title: format!("Decide {}?", found.title),
            text: vec![
                outcome::words(Some(&outcome), &names(&found)),
                "The result stands, and the bracket goes on. It can be disputed and corrected.".to_owned(),
            ],
            action: desk.path(&format!("matches/{id}/decide")),
            button: "Decide the match".to_owned(),
            back: desk.path(&format!("matches/{id}")),
            hidden: hidden(&typed, &[("sure", "yes".to_owned())]),
            reason: Some(("Why? Both sides read it.", typed.get("reason").to_owned())),
            ..Question::default()
        };
        return ask(&shared, &visit, &desk, "matches", question, None).await;
    }
    let (cx, outcome, reason) = (visit.cx(&shared), &outcome, typed.get("reason"));
    let done = shared
        .db
        .write(|tx| async move { result::decide(&tx, &cx, id, revision, outcome, reason).await.map_err(Stop::from) })
        .await;
    answer(&shared, &visit, (&desk, &slug, id), typed.clone(), done, ("result", "decided")).await
}

/// Shows what a correction would change, and carries it out when what was shown is still so.
pub(crate) async fn correct(
    State(shared): State<Shared>,
    visit: Visit,
    Path((slug, id)): Path<(String, i64)>,
    Form(typed): Form<Typed>,
) -> Result<Response, Trouble> {
    use ::tournaments::error::play::CorrectRefusal;
    let desk = open(&shared, &visit, &slug, &[::tournaments::rules::access::Act::CorrectResult]).await?;
    let found = found(&shared, &visit, &desk, id).await?;
    let outcome = match outcome::read(&typed) {
        Ok(outcome) => outcome,
        Err(errors) => return again(&shared, &visit, &slug, id, Attempt { typed, errors, overlaps: false }).await,
    };
    let (cx, anew) = (visit.cx(&shared), typed.on("anew"));
    let mut error = None;
    if typed.on("seen_revision") {
        let seen: i32 = typed.number("seen_revision").unwrap_or(0);
        let (outcome, reason) = (outcome.as_ref(), typed.get("reason"));
        let done = shared
            .db
            .write(|tx| async move { correction::correct(&tx, &cx, id, seen, outcome, anew, reason).await })
            .await;
        match done {
            Ok(_) => return Ok(see_other(&format!("{}?done=corrected", desk.path(&format!("matches/{id}"))))),
            // Shown again, with what it changes now.
            Err(refusal @ (CorrectRefusal::Outdated { .. } | CorrectRefusal::NoReason)) => {
                error = Some(refusal.to_string());
            }
            Err(refusal) => {
                let errors = Errors::one("result", Stop::from(refusal).said()?);
                return again(&shared, &visit, &slug, id, Attempt { typed, errors, overlaps: false }).await;
            }
        }
    }
    let preview = correction::preview_correction(&shared.db, &cx, id, outcome.as_ref(), anew).await;
    let preview = match preview {
        Ok(preview) => preview,
        Err(refusal) => {
            let errors = Errors::one("result", Stop::from(refusal).said()?);
            return again(&shared, &visit, &slug, id, Attempt { typed, errors, overlaps: false }).await;
        }
    };
    let mut text = vec![outcome::words(outcome.as_ref(), &names(&found))];
    text.push(if anew {
        "What was paired or drawn on the old result is made again.".to_owned()
    } else {
        "What was paired or drawn on the old result stands.".to_owned()
    });
    let (effects, lines) = outcome::effects(&preview);
    text.extend(effects);
    let question = Question {
        title: format!("Correct {}?", found.title),
        text,
        lines,
        action: desk.path(&format!("matches/{id}/correct")),
        button: "Correct it".to_owned(),
        danger: true,
        back: desk.path(&format!("matches/{id}")),
        hidden: hidden(&typed, &[("seen_revision", preview.revision.to_string())]),
        reason: Some(("Why? Both sides read it.", typed.get("reason").to_owned())),
    };
    ask(&shared, &visit, &desk, "matches", question, error).await
}
