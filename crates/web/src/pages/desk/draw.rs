//! The draw of a tournament: made, looked at, published, made again; and what a bracket that is played waits for.

use ::tournaments::{
    rules::{access::Act, seeding::Method, status::Status, structure::HeldUp},
    service::{
        draw,
        play::{self, Drawing},
    },
};
use askama::Template;
use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use brackets::TieDecision;
use serde::Deserialize;

use super::{
    Choice, Desk, Errors, Nothing, Typed, Visit,
    ask::{Question, ask},
    frame::{Frame, frame},
    open, see_other,
    stop::Stop,
    unprocessable,
};
use crate::{
    bracket::{Drawing as Picture, EntrantView, MatchView},
    csrf::Form,
    error::Trouble,
    layout::Layout,
    pages,
    site::Shared,
};

#[derive(Deserialize, Default)]
#[serde(default)]
pub(crate) struct Wanted {
    done: Option<String>,
    /// The Swiss round whose pairings are explained.
    explain: Option<u16>,
}

struct Tied {
    id: i64,
    name: String,
}

struct Waits {
    text: String,
    /// Entries whose order is asked for.
    tied: Vec<Tied>,
    pairs: bool,
}

#[derive(Template)]
#[template(path = "desk/draw.html")]
struct Page {
    layout: Layout,
    frame: Frame,
    /// The bracket as HTML of our own making.
    bracket: Option<String>,
    standings: String,
    published: bool,
    before_play: bool,
    entries: usize,
    matches: i32,
    methods: Vec<Choice>,
    drawn_by: String,
    waits: Vec<Waits>,
    rounds: Vec<u16>,
    explained: Option<(u16, Vec<String>)>,
    typed: Typed,
    errors: Errors,
}

/// The ways to seed for a draw.
fn methods(desk: &Desk, chosen: &str) -> Vec<Choice> {
    let chosen = match chosen {
        "" if desk.tournament().enable_dynamic_seeding => Method::Ranked.as_str(),
        "" => Method::Manual.as_str(),
        chosen => chosen,
    };
    let groups = desk.tournament().format == "group_playoff";
    let words = |method: Method| match method {
        Method::Manual => "By the seeds as they stand",
        Method::Ranked => "By the ranking",
        Method::Random => "By lot",
        Method::SlotOrder => "In the order of entry",
        Method::Snake => "By the ranking, laid over the groups like a snake",
    };
    let all = [Method::Manual, Method::Ranked, Method::Random, Method::SlotOrder, Method::Snake];
    let wanted = all.into_iter().filter(|method| *method != Method::Snake || groups);
    wanted.map(|method| Choice::new(method.as_str(), words(method), chosen)).collect()
}

/// The bracket as a picture in HTML, with links to the matches at the desk once they can be run.
fn picture(desk: &Desk, drawing: &Drawing) -> Picture {
    let structure = &drawing.structure;
    let entrant = |who| EntrantView { name: drawing.name(who).to_owned(), ..EntrantView::default() };
    let runs = desk.may(Act::RunMatches) && drawing.bracket.is_finalized;
    let at = |_: usize, id: brackets::MatchId| {
        let pinned = drawing.matches.get(&id.to_string());
        MatchView {
            link: pinned.filter(|_| runs).map(|pinned| desk.path(&format!("matches/{}", pinned.match_id))),
            at: pinned.and_then(|pinned| pinned.scheduled),
            ..MatchView::default()
        }
    };
    Picture::of_event(structure.event(), entrant, at)
}

fn waits(drawing: &Drawing) -> Vec<Waits> {
    let name = |id: &i64| drawing.entries.get(id).map(|entry| entry.name.clone()).unwrap_or_default();
    let one = |held_up: &HeldUp| match held_up {
        HeldUp::Tie { tied, places, .. } => Waits {
            text: format!(
                "{} entries are tied for {places} {}. Put them in order, best first, and say how that was found.",
                tied.len(),
                if *places == 1 { "place" } else { "places" }
            ),
            tied: tied.iter().map(|id| Tied { id: *id, name: name(id) }).collect(),
            pairs: false,
        },
        HeldUp::OnlyRematches { round, .. } => Waits {
            text: format!(
                "Round {round} cannot be paired without a rematch: only entries that have met are left to meet. Allow rematches to go on."
            ),
            tied: Vec::new(),
            pairs: true,
        },
        HeldUp::Other { why, .. } => Waits { text: why.clone(), tied: Vec::new(), pairs: false },
    };
    drawing.waits.iter().map(one).collect()
}

/// Rounds of a Swiss stage that are paired.
fn rounds(drawing: &Drawing) -> Vec<u16> {
    let Some(stage) = drawing.structure.stage(1) else { return Vec::new() };
    if !matches!(stage.format(), brackets::Format::Swiss(_)) {
        return Vec::new();
    }
    let mut rounds: Vec<u16> = stage.match_ids().map(|id| id.round()).collect();
    rounds.sort_unstable();
    rounds.dedup();
    rounds
}

/// Why each entry has its opponent in a round: each pair once.
fn explain(drawing: &Drawing, round: u16) -> Vec<String> {
    let Some(stage) = drawing.structure.stage(1) else { return Vec::new() };
    let mut told: Vec<String> = Vec::new();
    for who in stage.entrants() {
        let Ok(why) = stage.explain(round, *who) else { continue };
        // Each pair is found twice, and told at its first side.
        if why.pair.0 == *who {
            told.push(why.text(|who| drawing.name(who).to_owned()));
        }
    }
    told
}

async fn page(
    shared: &Shared,
    visit: &Visit,
    desk: &Desk,
    wanted: &Wanted,
    typed: Typed,
    errors: Errors,
) -> Result<Response, Trouble> {
    let drawing = play::drawing(&shared.db, &visit.cx(shared), desk.tournament()).await?;
    let picture = drawing.as_ref().map(|drawing| picture(desk, drawing));
    let playing =
        super::entries::all(shared, desk.id(), &[::tournaments::rules::entry::EntryStatus::Confirmed]).await?;
    let must_be_there = super::seeding::only_there(shared, desk);
    let entries = playing.iter().filter(|row| !must_be_there || row.entry.checked_in).count();
    let drawn_by = drawing.as_ref().map_or("", |drawing| match drawing.bracket.seeding_method.as_str() {
        "random" => "drawn by lot",
        "ranked" => "by ranking",
        "manual" => "by the seeds given by hand",
        "snake" => "by ranking, like a snake over the groups",
        _ => "in the order of entry",
    });
    let methods = methods(desk, typed.get("method"));
    let before_play = matches!(
        desk.status(),
        Status::Published | Status::RegistrationOpen | Status::RegistrationClosed | Status::CheckIn
    );
    let (layout, frame) = frame(shared, visit, desk, "draw", wanted.done.as_deref()).await?;
    Ok(pages::show(&Page {
        layout,
        frame,
        bracket: picture.as_ref().map(Picture::html),
        standings: match &picture {
            Some(picture) if desk.status() != Status::CheckIn && !before_play => picture.standings_html(),
            _ => String::new(),
        },
        published: drawing.as_ref().is_some_and(|drawing| drawing.bracket.is_finalized),
        before_play,
        entries,
        matches: drawing.as_ref().map_or(0, |drawing| drawing.bracket.total_matches),
        methods,
        drawn_by: drawn_by.to_owned(),
        waits: drawing.as_ref().map(waits).unwrap_or_default(),
        rounds: drawing.as_ref().filter(|drawing| drawing.bracket.is_finalized).map(rounds).unwrap_or_default(),
        explained: wanted.explain.zip(drawing.as_ref()).map(|(round, drawing)| (round, explain(drawing, round))),
        typed,
        errors,
    }))
}

pub(crate) async fn show(
    State(shared): State<Shared>,
    visit: Visit,
    Path(slug): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Trouble> {
    let desk = open(&shared, &visit, &slug, &[Act::Draw]).await?;
    page(&shared, &visit, &desk, &wanted, Typed::default(), Errors::default()).await
}

async fn refused(
    shared: &Shared,
    visit: &Visit,
    desk: &Desk,
    typed: Typed,
    (place, text): (&str, String),
) -> Result<Response, Trouble> {
    let errors = Errors::one(place, text);
    Ok(unprocessable(page(shared, visit, desk, &Wanted::default(), typed, errors).await?))
}

pub(crate) async fn generate(
    State(shared): State<Shared>,
    visit: Visit,
    Path(slug): Path<String>,
    Form(typed): Form<Typed>,
) -> Result<Response, Trouble> {
    let desk = open(&shared, &visit, &slug, &[Act::Draw]).await?;
    let Some(method) = Method::parse(typed.get("method")) else {
        return refused(&shared, &visit, &desk, typed, ("method", "Choose how to seed.".to_owned())).await;
    };
    let (cx, id) = (visit.cx(&shared), desk.id());
    let done = shared
        .db
        .write(|tx| async move { draw::generate(&tx, &cx, id, method).await.map(drop).map_err(Stop::from) })
        .await;
    match done {
        Ok(()) => Ok(see_other(&format!("{}?done=drawn#bracket", desk.path("draw")))),
        Err(stop) => refused(&shared, &visit, &desk, typed, ("method", stop.said()?)).await,
    }
}

async fn asked(
    shared: &Shared,
    visit: &Visit,
    desk: &Desk,
    publish: bool,
    error: Option<String>,
) -> Result<Response, Trouble> {
    let question = if publish {
        Question {
            title: "Publish the bracket?".to_owned(),
            text: vec![
                "All see it from then on, and every entrant is told.".to_owned(),
                "Until a match is played it can be taken back and drawn again.".to_owned(),
            ],
            action: desk.path("draw/publish"),
            button: "Publish the bracket".to_owned(),
            back: desk.path("draw"),
            ..Question::default()
        }
    } else {
        Question {
            title: "Take the bracket back?".to_owned(),
            text: vec!["Nobody else sees it any more, and seeds and draw can be changed. Entrants have seen it: say why it changes.".to_owned()],
            action: desk.path("draw/unpublish"),
            button: "Take it back".to_owned(),
            danger: true,
            back: desk.path("draw"),
            ..Question::default()
        }
    };
    ask(shared, visit, desk, "draw", question, error).await
}

pub(crate) async fn publish_question(
    State(shared): State<Shared>,
    visit: Visit,
    Path(slug): Path<String>,
) -> Result<Response, Trouble> {
    let desk = open(&shared, &visit, &slug, &[Act::Draw]).await?;
    asked(&shared, &visit, &desk, true, None).await
}

pub(crate) async fn unpublish_question(
    State(shared): State<Shared>,
    visit: Visit,
    Path(slug): Path<String>,
) -> Result<Response, Trouble> {
    let desk = open(&shared, &visit, &slug, &[Act::Draw]).await?;
    asked(&shared, &visit, &desk, false, None).await
}

pub(crate) async fn publish(
    State(shared): State<Shared>,
    visit: Visit,
    Path(slug): Path<String>,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Trouble> {
    let desk = open(&shared, &visit, &slug, &[Act::Draw]).await?;
    let (cx, id) = (visit.cx(&shared), desk.id());
    let done =
        shared.db.write(|tx| async move { draw::publish(&tx, &cx, id).await.map(drop).map_err(Stop::from) }).await;
    match done {
        Ok(()) => Ok(see_other(&format!("{}?done=draw-published", desk.path("draw")))),
        Err(stop) => asked(&shared, &visit, &desk, true, Some(stop.said()?)).await,
    }
}

pub(crate) async fn unpublish(
    State(shared): State<Shared>,
    visit: Visit,
    Path(slug): Path<String>,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Trouble> {
    let desk = open(&shared, &visit, &slug, &[Act::Draw]).await?;
    let (cx, id) = (visit.cx(&shared), desk.id());
    let done =
        shared.db.write(|tx| async move { draw::unpublish(&tx, &cx, id).await.map(drop).map_err(Stop::from) }).await;
    match done {
        Ok(()) => Ok(see_other(&format!("{}?done=draw-unpublished", desk.path("draw")))),
        Err(stop) => asked(&shared, &visit, &desk, false, Some(stop.said()?)).await,
    }
}

pub(crate) async fn pair(
    State(shared): State<Shared>,
    visit: Visit,
    Path(slug): Path<String>,
    Form(typed): Form<Typed>,
) -> Result<Response, Trouble> {
    let desk = open(&shared, &visit, &slug, &[Act::Draw]).await?;
    let (cx, id, rematches) = (visit.cx(&shared), desk.id(), typed.on("rematches"));
    let done =
        shared.db.write(|tx| async move { draw::pair_round(&tx, &cx, id, rematches).await.map_err(Stop::from) }).await;
    match done {
        Ok(round) => Ok(see_other(&format!("{}?done=paired&explain={round}", desk.path("draw")))),
        Err(stop) => refused(&shared, &visit, &desk, typed, ("waits", stop.said()?)).await,
    }
}

/// The places that were typed, each with its entry; nothing when two have the same, or one has none.
fn places(typed: &Typed) -> Option<Vec<(u32, i64)>> {
    let mut order: Vec<(u32, i64)> = Vec::new();
    for (name, value) in typed.iter() {
        let Some(id) = name.strip_prefix("place_").and_then(|id| id.parse::<i64>().ok()) else { continue };
        let place = value.trim().parse::<u32>().ok()?;
        if order.iter().any(|(other, _)| *other == place) {
            return None;
        }
        order.push((place, id));
    }
    Some(order)
}

pub(crate) async fn tie(
    State(shared): State<Shared>,
    visit: Visit,
    Path(slug): Path<String>,
    Form(typed): Form<Typed>,
) -> Result<Response, Trouble> {
    let desk = open(&shared, &visit, &slug, &[Act::Draw]).await?;
    let Some(mut order) = places(&typed) else {
        let text = "Give each entry a place of its own: 1, 2, 3 and so on.".to_owned();
        return refused(&shared, &visit, &desk, typed, ("waits", text)).await;
    };
    order.sort_unstable();
    // A lot is drawn here and now: the order that was typed is not asked for.
    let lot = shared.random.number();
    let how = match typed.get("how") {
        "playoff" => TieDecision::Playoff,
        "ruling" => TieDecision::Ruling,
        "lot" => {
            let mut drawn: Vec<i64> = order.iter().map(|(_, id)| *id).collect();
            brackets::chance::Chance::new(lot).shuffle(&mut drawn);
            order = drawn.into_iter().enumerate().map(|(at, id)| (u32::try_from(at).unwrap_or(u32::MAX), id)).collect();
            TieDecision::Lot(lot)
        }
        _ => {
            let text = "Say how the order was found.".to_owned();
            return refused(&shared, &visit, &desk, typed, ("waits", text)).await;
        }
    };
    let order: Vec<i64> = order.into_iter().map(|(_, id)| id).collect();
    let (cx, id, order) = (visit.cx(&shared), desk.id(), &order);
    let done = shared
        .db
        .write(|tx| async move { draw::break_tie(&tx, &cx, id, order.clone(), how).await.map_err(Stop::from) })
        .await;
    match done {
        Ok(_) => Ok(see_other(&format!("{}?done=tie", desk.path("draw")))),
        Err(stop) => refused(&shared, &visit, &desk, typed, ("waits", stop.said()?)).await,
    }
}
