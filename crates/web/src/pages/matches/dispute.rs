//! Disputing a result, from the side of those who play: saying what is wrong, bringing things forward, taking it back.
//!
//! Not here: deciding it, which referees do at the desk.

use std::collections::BTreeMap;

use ::tournaments::{
    error::{
        dispute::{DisputeRefusal, EvidenceRefusal, OpenDisputeRefusal, ResolveRefusal},
        play::Unreachable,
    },
    model::{dispute, dispute_evidence},
    rules::{
        access::Act,
        dispute::{NotDone, Reason, State as DisputeState},
        match_state::Deed,
    },
    service::{
        access,
        dispute::{self as acts, Evidence},
        play::MatchPage,
    },
};
use askama::Template;
use axum::{
    extract::{Path, Query, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Utc};
use kernel::DbError;
use serde::Deserialize;

use super::{Stop, files, find, gone, room, see_other, sign_in_first};
use crate::{
    csrf::Form,
    error::Trouble,
    layout::Layout,
    pages::{
        self,
        teams::{Choice, Done},
        tournaments::{
            visit::{Member, Visit},
            when::When,
        },
    },
    site::Shared,
    upload::{FileForm, Given, Kinds},
};

struct Piece {
    who: String,
    when: When,
    text: String,
    url: String,
    /// Address of the file.
    file: Option<String>,
}

struct Shown {
    id: i64,
    reason: String,
    text: String,
    by: String,
    when: When,
    state: &'static str,
    class: &'static str,
    decision: String,
    closed: Option<When>,
    pieces: Vec<Piece>,
    film: String,
}

/// What was typed.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Fields {
    dispute: i64,
    reason: String,
    description: String,
    text: String,
    url: String,
    kept: String,
}

type Errors = BTreeMap<&'static str, String>;

#[derive(Template)]
#[template(path = "matches/dispute.html")]
struct Page {
    layout: Layout,
    csrf: String,
    id: i64,
    title: String,
    slug: String,
    tournament: String,
    tournament_id: i64,
    live: bool,
    names: [String; 2],
    /// The one that is open.
    open: Option<Shown>,
    adds: bool,
    withdraws: bool,
    past: Vec<Shown>,
    /// Whether a new one can be opened.
    opens: bool,
    reasons: Vec<Choice>,
    until: Option<When>,
    fields: Fields,
    errors: Errors,
    said: Option<&'static str>,
}

impl Page {
    fn error(&self, field: &str) -> Option<&str> {
        self.errors.get(field).map(String::as_str)
    }
}

const fn words(state: DisputeState) -> (&'static str, &'static str) {
    match state {
        DisputeState::Open => ("Waits for a referee", "wait"),
        DisputeState::UnderReview => ("A referee looks at it", "info"),
        DisputeState::Escalated => ("Handed to the platform", "info"),
        DisputeState::Resolved => ("Resolved", "done"),
        DisputeState::Dismissed => ("Dismissed", "off"),
        DisputeState::Withdrawn => ("Withdrawn", "off"),
    }
}

fn state(dispute: &dispute::Model) -> DisputeState {
    DisputeState::parse(&dispute.status).unwrap_or(DisputeState::Resolved)
}

fn shown(
    match_id: i64,
    (dispute, evidence): &(dispute::Model, Vec<dispute_evidence::Model>),
    names: &BTreeMap<i64, String>,
    now: DateTime<Utc>,
) -> Shown {
    let name = |user: Option<i64>| user.and_then(|user| names.get(&user).cloned());
    let file = |token: &String| format!("/matches/{match_id}/files/{token}");
    let piece = |one: &dispute_evidence::Model| Piece {
        who: name(one.user_id).unwrap_or_else(|| "Somebody".to_owned()),
        when: When::new(&one.created_at, now),
        text: one.text.clone(),
        url: Some(one.url.clone()).filter(|url| url.starts_with("https://")).unwrap_or_default(),
        file: one.upload.as_ref().map(file),
    };
    let (words, class) = words(state(dispute));
    Shown {
        id: dispute.id,
        reason: room::reason(dispute).to_owned(),
        text: dispute.description.clone(),
        by: name(dispute.initiated_by_id).unwrap_or_else(|| "the platform, because the reports disagree".to_owned()),
        when: When::new(&dispute.created_at, now),
        state: words,
        class,
        decision: dispute.resolution_notes.clone(),
        closed: dispute.resolved_at.map(|at| When::new(&at, now)),
        pieces: evidence.iter().map(piece).collect(),
        film: Some(dispute.evidence_video_url.clone()).filter(|url| url.starts_with("https://")).unwrap_or_default(),
    }
}

fn open_one(page: &MatchPage) -> Option<&(dispute::Model, Vec<dispute_evidence::Model>)> {
    page.disputes.iter().find(|(dispute, _)| state(dispute).is_open())
}

async fn page(
    shared: &Shared,
    visit: &Visit,
    id: i64,
    (fields, errors): (Fields, Errors),
    said: Option<&'static str>,
) -> Result<Response, Trouble> {
    let page = find(shared, visit, id).await?;
    let standing = access::standing(shared.db.read(), &visit.actor(), &page.tournament).await?;
    let referee = standing.may(Act::ReviewDispute);
    let plays = page.mine.contains(&true);
    if !(plays || referee || !page.disputes.is_empty()) {
        let text = "Disputes are seen by those who play in the match and by its referees.";
        return Err(Trouble::refused(StatusCode::FORBIDDEN, text));
    }
    let now = shared.clock.now();
    let ids = page.disputes.iter().flat_map(|(dispute, evidence)| {
        let givers = evidence.iter().filter_map(|one| one.user_id);
        dispute.initiated_by_id.into_iter().chain(givers)
    });
    let mut ids: Vec<i64> = ids.collect();
    ids.sort_unstable();
    ids.dedup();
    let names =
        if ids.is_empty() { BTreeMap::new() } else { accounts::service::people::names(&shared.db, &ids).await? };
    let open = open_one(&page);
    let past = page.disputes.iter().filter(|(dispute, _)| !state(dispute).is_open());
    let reasons = Reason::ALL.into_iter().map(|reason| Choice::new(reason.as_str(), reason.label(), &fields.reason));
    let wrong = !errors.is_empty();
    let html = pages::show(&Page {
        layout: Layout::of(shared, visit.person.as_ref(), &visit.csrf, "matches").await?,
        csrf: visit.token(),
        id,
        title: page.title.clone(),
        slug: page.tournament.slug.clone(),
        tournament: page.tournament.name.clone(),
        tournament_id: page.tournament.id,
        live: page.tournament.enable_live_updates && !wrong,
        names: [0, 1].map(|at| page.sides[at].as_ref().map(|side| side.name.clone()).unwrap_or_default()),
        adds: open.is_some() && (plays || referee),
        withdraws: open.is_some_and(|(dispute, _)| visit.user().is_some() && dispute.initiated_by_id == visit.user()),
        past: past.map(|dispute| shown(id, dispute, &names, now)).collect(),
        opens: open.is_none() && plays && page.can.do_(Deed::Dispute),
        open: open.map(|dispute| shown(id, dispute, &names, now)),
        reasons: reasons.collect(),
        until: page.disputable_until.map(|until| When::new(&until, now)),
        fields,
        errors,
        said,
    });
    Ok(if wrong { (StatusCode::UNPROCESSABLE_ENTITY, html).into_response() } else { html })
}

pub(crate) async fn show(
    State(shared): State<Shared>,
    Member(visit): Member,
    Path(id): Path<i64>,
    Query(Done { done }): Query<Done>,
) -> Result<Response, Trouble> {
    let said = match done.as_deref() {
        Some("opened") => Some("The result is disputed. The referees have been told."),
        Some("added") => Some("It is added. It stays as it is."),
        _ => None,
    };
    page(&shared, &visit, id, (Fields::default(), Errors::new()), said).await
}

/// The file of a form: stored now, or when the form was sent before.
async fn file(
    shared: &Shared,
    visit: &Visit,
    fields: &mut Fields,
    files: Vec<Given>,
    errors: &mut Errors,
) -> Result<Option<String>, Trouble> {
    let mut token = files::kept(shared, visit, &fields.kept).await?;
    if let Some(file) = files.into_iter().find(|file| file.field == "file") {
        match files::keep(shared, visit, file, Kinds::PicturesAndPdf).await? {
            Ok(new) => token = Some(new),
            Err(refusal) => drop(errors.insert("file", refusal.to_string())),
        }
    }
    fields.kept = token.clone().unwrap_or_default();
    Ok(token)
}

enum Refused {
    Open(OpenDisputeRefusal),
    Evidence(EvidenceRefusal),
}

impl From<DbError> for Refused {
    fn from(error: DbError) -> Self {
        Self::Open(error.into())
    }
}

/// What a refusal says, and beside which field.
fn beside(refusal: Refused) -> Result<(&'static str, String), Trouble> {
    let forbidden = |text: String| Trouble::refused(StatusCode::FORBIDDEN, text);
    Ok(match refusal {
        Refused::Open(OpenDisputeRefusal::Database(error)) | Refused::Evidence(EvidenceRefusal::Database(error)) => {
            return Err(error.into());
        }
        Refused::Open(OpenDisputeRefusal::Unreachable(why)) => ("page", Stop::from(why).said()?.1),
        Refused::Open(why @ (OpenDisputeRefusal::NothingSaid | OpenDisputeRefusal::TooLong(_))) => {
            ("description", why.to_string())
        }
        Refused::Open(why) => ("page", why.to_string()),
        Refused::Evidence(EvidenceRefusal::NoSuchDispute(_)) => return Err(gone()),
        Refused::Evidence(why @ EvidenceRefusal::NotDone(NotDone::NotYours { .. })) => {
            return Err(forbidden(why.to_string()));
        }
        Refused::Evidence(why @ EvidenceRefusal::NotAnAddress) => ("url", why.to_string()),
        Refused::Evidence(why @ EvidenceRefusal::FileGone) => ("file", why.to_string()),
        Refused::Evidence(why @ (EvidenceRefusal::NothingSaid | EvidenceRefusal::TooLong(_))) => {
            ("text", why.to_string())
        }
        Refused::Evidence(why) => ("page", why.to_string()),
    })
}

pub(crate) async fn open(
    State(shared): State<Shared>,
    visit: Visit,
    Path(id): Path<i64>,
    FileForm { mut fields, files }: FileForm<Fields>,
) -> Result<Response, Trouble> {
    if let Some(elsewhere) = sign_in_first(&visit, id) {
        return Ok(elsewhere);
    }
    find(&shared, &visit, id).await?;
    let mut errors = Errors::new();
    let token = file(&shared, &visit, &mut fields, files, &mut errors).await?;
    let reason = Reason::parse(&fields.reason);
    if reason.is_none() {
        errors.insert("reason", "Choose what it is about.".to_owned());
    }
    let (Some(reason), true) = (reason, errors.is_empty()) else {
        return page(&shared, &visit, id, (fields, errors), None).await;
    };
    let brings = token.is_some() || !fields.url.trim().is_empty();
    let evidence = &Evidence { text: String::new(), upload: token, url: fields.url.clone() };
    let (cx, description) = (&visit.cx(&shared), &*fields.description);
    let done = shared.db.write(|tx| async move {
        let opened = acts::open(&tx, cx, id, reason, description).await.map_err(Refused::Open)?;
        if brings {
            acts::add_evidence(&tx, cx, opened.id, evidence).await.map_err(Refused::Evidence)?;
        }
        Ok(())
    });
    match done.await {
        Ok(()) => Ok(see_other(&format!("/matches/{id}/dispute?done=opened"))),
        Err(refusal) => {
            let (field, text) = beside(refusal)?;
            errors.insert(field, text);
            page(&shared, &visit, id, (fields, errors), None).await
        }
    }
}

pub(crate) async fn add(
    State(shared): State<Shared>,
    visit: Visit,
    Path(id): Path<i64>,
    FileForm { mut fields, files }: FileForm<Fields>,
) -> Result<Response, Trouble> {
    if let Some(elsewhere) = sign_in_first(&visit, id) {
        return Ok(elsewhere);
    }
    let seen = find(&shared, &visit, id).await?;
    // A dispute of another match is not brought forward here.
    let open = open_one(&seen).map(|(dispute, _)| dispute.id).filter(|open| *open == fields.dispute);
    let mut errors = Errors::new();
    let Some(dispute) = open else {
        errors.insert("page", "This dispute is closed, so nothing can be added to it.".to_owned());
        return page(&shared, &visit, id, (fields, errors), None).await;
    };
    let token = file(&shared, &visit, &mut fields, files, &mut errors).await?;
    if !errors.is_empty() {
        return page(&shared, &visit, id, (fields, errors), None).await;
    }
    let evidence = &Evidence { text: fields.text.clone(), upload: token, url: fields.url.clone() };
    let cx = &visit.cx(&shared);
    let done = shared.db.write(|tx| async move {
        acts::add_evidence(&tx, cx, dispute, evidence).await.map(drop).map_err(Refused::Evidence)
    });
    match done.await {
        Ok(()) => Ok(see_other(&format!("/matches/{id}/dispute?done=added"))),
        Err(refusal) => {
            let (field, text) = beside(refusal)?;
            errors.insert(field, text);
            page(&shared, &visit, id, (fields, errors), None).await
        }
    }
}

#[derive(Deserialize)]
pub(crate) struct Withdrawn {
    dispute: i64,
}

pub(crate) async fn withdraw(
    State(shared): State<Shared>,
    Member(visit): Member,
    Path(id): Path<i64>,
    Form(Withdrawn { dispute }): Form<Withdrawn>,
) -> Result<Response, Trouble> {
    let seen = find(&shared, &visit, id).await?;
    if seen.disputes.iter().all(|(known, _)| known.id != dispute) {
        return Err(gone());
    }
    let cx = &visit.cx(&shared);
    let text = match shared.db.write(|tx| async move { acts::withdraw(&tx, cx, dispute).await }).await {
        Ok(()) => return Ok(see_other(&format!("/matches/{id}?done=withdrawn"))),
        Err(ResolveRefusal::Dispute(DisputeRefusal::Database(error))) => return Err(error.into()),
        Err(ResolveRefusal::Dispute(DisputeRefusal::Unreachable(Unreachable::Database(error)))) => {
            return Err(error.into());
        }
        Err(refusal) => refusal.to_string(),
    };
    page(&shared, &visit, id, (Fields::default(), Errors::from([("page", text)])), None).await
}
