//! Disputes: those that wait, those that are closed, and one with all that was brought forward, taken up, handed on,
//! settled.

use ::tournaments::{
    model::{dispute::Model as Dispute, dispute_evidence::Model as EvidenceRow},
    rules::{
        access::Act,
        dispute::{Deed, State as DisputeState},
        result::{read_games, told},
    },
    service::{
        correction::CorrectionPreview,
        dispute::{self as acts, Evidence, Resolution},
        play::{self, MatchPage},
    },
};
use askama::Template;
use axum::{
    extract::{Path, Query, State},
    http::StatusCode,
    response::Response,
};
use serde::Deserialize;

use super::{
    Choice, Desk, Done, Errors, Typed, Visit,
    ask::{Question, ask},
    frame::{Frame, frame},
    meeting::{dispute_status, found, hidden, names, reason_label},
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

struct Line {
    href: String,
    title: String,
    sides: String,
    reason: &'static str,
    status: &'static str,
    by: String,
    when: String,
    when_machine: String,
}

#[derive(Template)]
#[template(path = "desk/disputes.html")]
struct ListPage {
    layout: Layout,
    frame: Frame,
    shows: Vec<Choice>,
    closed: bool,
    lines: Vec<Line>,
    /// Where the next page begins.
    more: Option<i64>,
}

/// Closed disputes on one page.
const PAGE: u64 = 50;

#[derive(Deserialize, Default)]
#[serde(default)]
pub(crate) struct Wanted {
    show: String,
    below: Option<i64>,
    done: Option<String>,
}

pub(crate) async fn list(
    State(shared): State<Shared>,
    visit: Visit,
    Path(slug): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Trouble> {
    let desk = open(&shared, &visit, &slug, &[Act::ReviewDispute]).await?;
    let cx = visit.cx(&shared);
    let closed = wanted.show == "closed";
    let mut found = if closed {
        play::closed_disputes(&shared.db, &cx, desk.tournament(), wanted.below, PAGE + 1).await?
    } else {
        play::dispute_queue(&shared.db, &cx, Some(desk.tournament()), None, 200).await?
    };
    let full = closed && found.len() > PAGE as usize;
    if full {
        found.truncate(PAGE as usize);
    }
    let more = found.last().filter(|_| full).map(|(dispute, _)| dispute.id);
    let people: Vec<i64> = found.iter().filter_map(|(dispute, _)| dispute.initiated_by_id).collect();
    let people = accounts::service::people::names(&shared.db, &people).await?;
    let titles = play::titles(&shared.db, &found.iter().map(|(_, row)| row).collect::<Vec<_>>()).await?;
    let line = |(dispute, row): &(Dispute, ::tournaments::Match)| Line {
        title: titles.get(&row.id).cloned().unwrap_or_default(),
        href: desk.path(&format!("disputes/{}/{}", row.id, dispute.id)),
        sides: format!("{} against {}", row.participant1_name, row.participant2_name),
        reason: reason_label(&dispute.reason),
        status: dispute_status(&dispute.status).0,
        by: opener(dispute, &people),
        when: moment(&dispute.created_at),
        when_machine: machine(&dispute.created_at),
    };
    let lines = found.iter().map(line).collect();
    let shows = [("", "Waiting"), ("closed", "Closed")];
    let shows = shows.iter().map(|(word, label)| Choice::new(*word, *label, if closed { "closed" } else { "" }));
    let (layout, mut frame) = frame(&shared, &visit, &desk, "disputes", wanted.done.as_deref()).await?;
    frame.live = true;
    Ok(pages::show(&ListPage { layout, frame, shows: shows.collect(), closed, lines, more }))
}

fn opener(dispute: &Dispute, people: &std::collections::BTreeMap<i64, String>) -> String {
    match dispute.initiated_by_id {
        Some(id) => people.get(&id).cloned().unwrap_or_default(),
        None => "two reports that disagree".to_owned(),
    }
}

struct Exhibit {
    by: String,
    text: String,
    url: String,
    file: Option<String>,
    when: String,
    when_machine: String,
}

struct Report {
    side: String,
    score: String,
    note: String,
    picture: Option<String>,
    /// The fields of the form that resolves the dispute as this report has it.
    resolves: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "desk/dispute.html")]
struct Page {
    layout: Layout,
    frame: Frame,
    id: i64,
    meeting: i64,
    title: String,
    names: [String; 2],
    score: [i32; 2],
    decided: bool,
    reason: &'static str,
    status: &'static str,
    open: bool,
    description: String,
    by: String,
    when: String,
    when_machine: String,
    resolution: String,
    exhibits: Vec<Exhibit>,
    reports: Vec<Report>,
    form: ResultForm,
    may_review: bool,
    may_escalate: bool,
    may_settle: bool,
    may_add: bool,
    typed: Typed,
    errors: Errors,
}

/// A dispute about a match of this tournament.
async fn one(
    shared: &Shared,
    visit: &Visit,
    desk: &Desk,
    meeting: i64,
    id: i64,
) -> Result<(MatchPage, Dispute, Vec<EvidenceRow>), Trouble> {
    let page = found(shared, visit, desk, meeting).await?;
    let dispute = page.disputes.iter().find(|(dispute, _)| dispute.id == id).cloned();
    let gone = || Trouble::refused(StatusCode::NOT_FOUND, "There is no such dispute in this tournament.");
    let (dispute, evidence) = dispute.ok_or_else(gone)?;
    Ok((page, dispute, evidence))
}

async fn page(
    shared: &Shared,
    visit: &Visit,
    desk: &Desk,
    (meeting, id): (i64, i64),
    typed: Typed,
    errors: Errors,
    done: Option<&str>,
) -> Result<Response, Trouble> {
    let (found, dispute, evidence) = one(shared, visit, desk, meeting, id).await?;
    let state = DisputeState::parse(&dispute.status).unwrap_or(DisputeState::Withdrawn);
    // Nobody judges their own match, whatever their duty.
    let judges = found.mine == [false, false];
    let may = |deed: Deed| judges && deed.states().contains(&state) && deed.act(state).is_some_and(|act| desk.may(act));
    let mut people: Vec<i64> = evidence.iter().filter_map(|row| row.user_id).collect();
    people.extend(dispute.initiated_by_id);
    let people = accounts::service::people::names(&shared.db, &people).await?;
    let exhibit = |row: &EvidenceRow| Exhibit {
        by: row.user_id.and_then(|id| people.get(&id).cloned()).unwrap_or_default(),
        text: row.text.clone(),
        url: row.url.clone(),
        file: row.upload.as_ref().map(|_| desk.path(&format!("disputes/{meeting}/{id}/file/{}", row.id))),
        when: moment(&row.created_at),
        when_machine: machine(&row.created_at),
    };
    let names = names(&found);
    let report = |one: &::tournaments::model::result_submission::Model| Report {
        side: names[usize::from(one.side != 1)].clone(),
        score: told([one.participant1_score, one.participant2_score], &one.games),
        note: one.note.clone(),
        picture: one.screenshot.as_ref().map(|_| desk.path(&format!("matches/{meeting}/report/{}", one.id))),
        resolves: read_games(&one.games).as_deref().map(outcome::played).unwrap_or_default(),
    };
    let stated = |status: &str| matches!(status, "open" | "disputed" | "agreed" | "stands");
    let mut reports: Vec<_> = found.reports.iter().filter(|one| stated(&one.status)).collect();
    reports.sort_by_key(|one| one.side);
    let (status, is_open) = dispute_status(&dispute.status);
    let (layout, mut frame) = frame(shared, visit, desk, "disputes", done).await?;
    frame.live = errors.is_empty();
    Ok(pages::show(&Page {
        layout,
        frame,
        id,
        meeting,
        title: found.title.clone(),
        score: [found.row.participant1_score, found.row.participant2_score],
        decided: found.row.winner_id.is_some() || found.row.is_draw,
        reason: reason_label(&dispute.reason),
        status,
        open: is_open,
        description: dispute.description.clone(),
        by: opener(&dispute, &people),
        when: moment(&dispute.created_at),
        when_machine: machine(&dispute.created_at),
        resolution: dispute.resolution_notes.clone(),
        exhibits: evidence.iter().map(exhibit).collect(),
        reports: reports.into_iter().map(report).collect(),
        form: outcome::form(&found.row, &typed),
        may_review: may(Deed::Review),
        may_escalate: may(Deed::Escalate),
        may_settle: may(Deed::Resolve),
        may_add: may(Deed::AddEvidence),
        names,
        typed,
        errors,
    }))
}

pub(crate) async fn show(
    State(shared): State<Shared>,
    visit: Visit,
    Path((slug, meeting, id)): Path<(String, i64, i64)>,
    Query(Done { done }): Query<Done>,
) -> Result<Response, Trouble> {
    let desk = open(&shared, &visit, &slug, &[Act::ReviewDispute]).await?;
    page(&shared, &visit, &desk, (meeting, id), Typed::default(), Errors::default(), done.as_deref()).await
}

/// A file that was brought forward.
pub(crate) async fn file(
    State(shared): State<Shared>,
    visit: Visit,
    Path((slug, meeting, id, exhibit)): Path<(String, i64, i64, i64)>,
) -> Result<Response, Trouble> {
    let desk = open(&shared, &visit, &slug, &[Act::ReviewDispute]).await?;
    let (_, _, evidence) = one(&shared, &visit, &desk, meeting, id).await?;
    let token = evidence.into_iter().find(|row| row.id == exhibit).and_then(|row| row.upload);
    upload::hand_out(&shared, &token.unwrap_or_default()).await
}

/// What is done to a dispute at the desk.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Doing {
    Review,
    Escalate,
    Resolve,
    Dismiss,
    Evidence,
}

impl Doing {
    fn find(word: &str) -> Option<(Self, &'static str)> {
        Some(match word {
            "review" => (Self::Review, "review"),
            "escalate" => (Self::Escalate, "escalate"),
            "resolve" => (Self::Resolve, "resolve"),
            "dismiss" => (Self::Dismiss, "dismiss"),
            "evidence" => (Self::Evidence, "evidence"),
            _ => return None,
        })
    }
}

pub(crate) async fn act(
    State(shared): State<Shared>,
    visit: Visit,
    Path((slug, meeting, id, act)): Path<(String, i64, i64, String)>,
    Form(typed): Form<Typed>,
) -> Result<Response, Trouble> {
    let desk = open(&shared, &visit, &slug, &[Act::ReviewDispute, Act::ResolveDispute]).await?;
    let gone = || Trouble::refused(StatusCode::NOT_FOUND, "There is no such act.");
    let (doing, word) = Doing::find(&act).ok_or_else(gone)?;
    let (found, ..) = one(&shared, &visit, &desk, meeting, id).await?;
    let here = (meeting, id);
    let mut resolution = Resolution::Stands;
    if doing == Doing::Resolve && typed.get("kind") != "stands" {
        match outcome::read(&typed) {
            Ok(Some(outcome)) => {
                let seen = Some(typed.number("seen_revision").unwrap_or(0));
                resolution = Resolution::Result { outcome, anew: typed.on("anew"), seen };
            }
            Ok(None) => {
                let errors = Errors::one("kind", "Choose what stands.");
                return Ok(unprocessable(page(&shared, &visit, &desk, here, typed, errors, None).await?));
            }
            Err(errors) => return Ok(unprocessable(page(&shared, &visit, &desk, here, typed, errors, None).await?)),
        }
    }
    let asks = matches!(doing, Doing::Resolve | Doing::Dismiss | Doing::Escalate);
    let first = async |typed: Typed, error: Option<String>| {
        let preview = match &resolution {
            Resolution::Stands => Ok(None),
            Resolution::Result { outcome, anew, .. } => {
                acts::preview(&shared.db, &visit.cx(&shared), id, outcome, *anew).await.map(Some)
            }
        };
        match preview {
            Ok(preview) => {
                let question = question(&desk, &found, here, (doing, word), (&resolution, preview), &typed);
                ask(&shared, &visit, &desk, "disputes", question, error).await
            }
            Err(refusal) => {
                let errors = Errors::one(word, Stop::from(refusal).said()?);
                Ok(unprocessable(page(&shared, &visit, &desk, here, typed, errors, None).await?))
            }
        }
    };
    if asks && !typed.on("sure") {
        return first(typed, None).await;
    }
    let (cx, why, resolution) = (visit.cx(&shared), typed.get("reason"), &resolution);
    let evidence =
        &Evidence { text: typed.get("text").trim().to_owned(), url: typed.get("url").trim().to_owned(), upload: None };
    let done = shared.db.write(|tx| async move {
        match doing {
            Doing::Review => acts::review(&tx, &cx, id).await.map_err(Stop::from),
            Doing::Escalate => acts::escalate(&tx, &cx, id, why).await.map_err(Stop::from),
            Doing::Resolve => acts::resolve(&tx, &cx, id, resolution, why).await.map_err(Stop::from),
            Doing::Dismiss => acts::dismiss(&tx, &cx, id, why).await.map_err(Stop::from),
            Doing::Evidence => acts::add_evidence(&tx, &cx, id, evidence).await.map(drop).map_err(Stop::from),
        }
    });
    match done.await {
        Ok(()) => Ok(see_other(&format!("{}?done={word}", desk.path(&format!("disputes/{meeting}/{id}"))))),
        Err(stop) if asks => first(typed.clone(), Some(stop.said()?)).await,
        Err(stop) => {
            let errors = Errors::one(word, stop.said()?);
            Ok(unprocessable(page(&shared, &visit, &desk, here, typed.clone(), errors, None).await?))
        }
    }
}

fn question(
    desk: &Desk,
    found: &MatchPage,
    (meeting, id): (i64, i64),
    (doing, word): (Doing, &'static str),
    (resolution, preview): (&Resolution, Option<CorrectionPreview>),
    typed: &Typed,
) -> Question {
    let names = names(found);
    let mut kept = vec![("sure", "yes".to_owned())];
    kept.extend(preview.as_ref().map(|preview| ("seen_revision", preview.revision.to_string())));
    let (effects, lines) = preview.as_ref().map(outcome::effects).unwrap_or_default();
    let (title, text, button) = match doing {
        Doing::Escalate => (
            "Hand this dispute to the platform?",
            vec!["From then on only staff of the platform settle it.".to_owned()],
            "Hand it over",
        ),
        Doing::Dismiss => (
            "Dismiss this dispute?",
            vec!["It is found to be nothing: the result stands as it is.".to_owned()],
            "Dismiss it",
        ),
        _ => {
            let mut text = match resolution {
                Resolution::Stands => vec!["The result stands as it is, or as the one report has it.".to_owned()],
                Resolution::Result { outcome, .. } => vec![outcome::words(Some(outcome), &names)],
            };
            if let Resolution::Result { anew, .. } = resolution
                && found.row.completed_at.is_some()
            {
                let kept = if *anew { "is made again" } else { "stands" };
                text.push(format!(
                    "What was paired or drawn on an old result {kept}; the bracket goes on from this one."
                ));
            }
            text.extend(effects);
            ("Resolve this dispute?", text, "Resolve it")
        }
    };
    Question {
        title: title.to_owned(),
        text,
        lines,
        action: desk.path(&format!("disputes/{meeting}/{id}/{word}")),
        button: button.to_owned(),
        danger: doing != Doing::Resolve,
        back: desk.path(&format!("disputes/{meeting}/{id}")),
        hidden: hidden(typed, &kept),
        reason: Some(("Why? Both sides read it.", typed.get("reason").to_owned())),
    }
}
