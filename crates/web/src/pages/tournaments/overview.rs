//! A tournament's first page, and its rules.

use ::tournaments::{
    Tournament,
    rules::{settings::Entrants, status::Status},
    service::{
        glance,
        play::{self, Filter},
        query::Facts,
    },
};
use askama::Template;
use axum::{
    extract::{Path, State},
    response::Response,
};
use chrono::{DateTime, TimeDelta, Utc};

use super::{
    card::picture,
    drawing::look,
    frame::{Action, Frame, find, frame, own_ids},
    prizes::{Share, shares},
    visit::Visit,
    when::{When, span},
};
use crate::{
    error::Trouble,
    layout::{Layout, number},
    pages::{self, matches::row::Row},
    site::Shared,
};

/// Matches on the first page.
const MATCHES: usize = 6;

/// A step of a tournament's life.
struct Step {
    name: &'static str,
    when: When,
    /// `done`, `now` or nothing.
    class: &'static str,
}

/// One of the best three.
struct Best {
    place: String,
    /// The class of its colour.
    class: &'static str,
    name: String,
    id: i64,
}

#[derive(Template)]
#[template(path = "tournaments/overview.html")]
struct Page {
    layout: Layout,
    frame: Frame,
    text: String,
    podium: Vec<Best>,
    rows: Vec<Row>,
    rows_title: &'static str,
    steps: Vec<Step>,
    terms: Vec<(&'static str, String)>,
    shares: Vec<Share>,
    streams: Vec<(&'static str, String)>,
}

fn steps(facts: &Facts, now: DateTime<Utc>) -> Vec<Step> {
    let tournament = &facts.card.tournament;
    let mut times = vec![
        ("Registration opens", tournament.registration_start),
        ("Registration closes", tournament.registration_end),
    ];
    if let Some(opens) = facts.check_in_opens {
        times.push(("Check-in opens", opens));
    }
    times.push(("Play begins", tournament.tournament_start));
    if let Some(over) = tournament.completed_at {
        times.push(("The last match is decided", over));
    }
    if let Some(paid) = tournament.prizes_paid_at {
        times.push(("Prizes are paid", paid));
    }
    let next = times.iter().position(|(_, at)| *at > now);
    let class = |at: usize| match next {
        Some(next) if at < next => "done",
        Some(next) if at == next => "now",
        Some(_) => "",
        None => "done",
    };
    let step = |(at, (name, time)): (usize, &(&'static str, DateTime<Utc>))| Step {
        name,
        when: When::new(time, now),
        class: class(at),
    };
    times.iter().enumerate().map(step).collect()
}

fn minutes(count: i32) -> String {
    span(TimeDelta::minutes(i64::from(count))).unwrap_or_else(|| "no time".to_owned())
}

/// What one has to know before one enters.
fn terms(tournament: &Tournament) -> Vec<(&'static str, String)> {
    let best_of = |count: i32| if count == 1 { "one game".to_owned() } else { format!("best of {count}") };
    let series = if tournament.best_of == tournament.best_of_final {
        best_of(tournament.best_of)
    } else {
        format!("{}, the final {}", best_of(tournament.best_of), best_of(tournament.best_of_final))
    };
    let who = Entrants::parse(&tournament.participation_type).map_or("", Entrants::label);
    let size = format!("{who}, {} to {}", tournament.min_participants, number(tournament.max_participants));
    let mut terms = vec![("Who enters", size), ("Matches", series)];
    if let Some(rounds) = tournament.swiss_rounds.filter(|_| tournament.format == "swiss") {
        terms.push(("Rounds", rounds.to_string()));
    }
    if let Some(groups) = tournament.group_count.filter(|_| tournament.format == "group_playoff") {
        terms.push(("Groups", format!("{groups}, the best {} of each go on", tournament.group_qualifiers)));
    }
    if tournament.format.ends_with("elimination") {
        let third =
            if tournament.third_place_match { "played for" } else { "shared by those who lose the semi-finals" };
        if tournament.format == "single_elimination" {
            terms.push(("Third place", third.to_owned()));
        }
    }
    let check_in = if tournament.enable_check_in {
        format!("opens {} before play", minutes(tournament.check_in_minutes_before))
    } else {
        "none".to_owned()
    };
    terms.push(("Check-in", check_in));
    terms.push((
        "Results",
        format!("both sides report; an unanswered report stands after {}", minutes(tournament.result_confirm_minutes)),
    ));
    let regions: Vec<&str> =
        tournament.allowed_regions.as_array().into_iter().flatten().filter_map(|code| code.as_str()).collect();
    if !regions.is_empty() {
        terms.push(("Regions", regions.join(", ")));
    }
    let points = match (tournament.min_ranking_points, tournament.max_ranking_points) {
        (Some(least), Some(most)) => Some(format!("{} to {}", number(least), number(most))),
        (Some(least), None) => Some(format!("{} or more", number(least))),
        (None, Some(most)) => Some(format!("{} at most", number(most))),
        (None, None) => None,
    };
    terms.extend(points.map(|points| ("Ranking points", points)));
    if tournament.enable_fee_waiver && tournament.fee_waiver_top_n_teams > 0 && tournament.has_entry_fee {
        terms.push(("Free entry", format!("for the best {} teams", tournament.fee_waiver_top_n_teams)));
    }
    let list = if tournament.waitlist_enabled { "who comes too late waits for a place" } else { "none" };
    terms.push(("Waiting list", list.to_owned()));
    terms
}

async fn podium(shared: &Shared, tournament: &Tournament) -> Result<Vec<Best>, Trouble> {
    let Some(standings) = play::standings(&shared.db, tournament.id).await? else { return Ok(Vec::new()) };
    let class = |rank: u32| match rank {
        1 => "first",
        2 => "second",
        _ => "third",
    };
    let best = standings.overall.rows.iter().filter(|row| row.rank <= 3).take(4);
    let best = best.filter_map(|row| {
        let (id, name) = standings.names.get(&row.entrant)?;
        let place = if row.is_shared() { format!("{}–{}", row.rank, row.through) } else { row.rank.to_string() };
        Some(Best { place, class: class(row.rank), name: name.clone(), id: *id })
    });
    Ok(best.collect())
}

/// What is played now, else what comes next, else how it ended.
async fn shown(
    shared: &Shared,
    visit: &Visit,
    facts: &Facts,
    now: DateTime<Utc>,
) -> Result<(&'static str, Vec<Row>), Trouble> {
    let id = facts.card.tournament.id;
    let own = own_ids(facts);
    let seen = look(shared, visit, facts).await?;
    let structure = seen.as_deref().map(|seen| &seen.structure);
    let of = |states: &[&str]| Filter {
        tournament: Some(id),
        states: states.iter().map(|state| (*state).to_owned()).collect(),
        ..Filter::default()
    };
    let row = |row: &::tournaments::Match| Row::of(row, play::title(structure, row), &own, now);
    if facts.card.status == Status::Live {
        let rank = |row: &::tournaments::Match| match row.state.as_str() {
            "live" => 0,
            "pending_result" | "disputed" => 1,
            _ => 2,
        };
        let current = of(&["check_in", "ready", "live", "pending_result", "disputed"]);
        let mut open = play::matches(&shared.db, &current, None, 200).await?.matches;
        if open.is_empty() {
            open = play::matches(&shared.db, &of(&["scheduled"]), None, 50).await?.matches;
        }
        open.retain(|row| row.participant1_id.is_some() && row.participant2_id.is_some());
        open.sort_by_key(|row| (rank(row), row.scheduled_time, row.id));
        return Ok(("Now and next", open.iter().take(MATCHES).map(row).collect()));
    }
    // The last rounds are enough for the last matches.
    let rounds = glance::rounds(shared.db.read(), id).await?;
    let last = rounds.iter().map(|round| round.round).max().unwrap_or(0);
    let after = Some((last.saturating_sub(3), i32::MAX, i64::MAX));
    let over = of(&["completed", "forfeit", "disputed"]);
    let mut over = play::matches(&shared.db, &over, after, 200).await?.matches;
    over.sort_by_key(|row| std::cmp::Reverse((row.completed_at, row.id)));
    Ok(("The last matches", over.iter().take(MATCHES).map(row).collect()))
}

pub(crate) async fn show(
    State(shared): State<Shared>,
    visit: Visit,
    Path(slug): Path<String>,
) -> Result<Response, Trouble> {
    let facts = find(&shared, &visit, &slug).await?;
    let (layout, frame) = frame(&shared, &visit, &facts, "").await?;
    let (tournament, status, now) = (&facts.card.tournament, facts.card.status, shared.clock.now());
    let over = matches!(status, Status::Completed | Status::Archived);
    let podium = if over { podium(&shared, tournament).await? } else { Vec::new() };
    let (rows_title, rows) =
        if over || status == Status::Live { shown(&shared, &visit, &facts, now).await? } else { ("", Vec::new()) };
    let streams = [
        ("Twitch", &tournament.stream_twitch_url),
        ("YouTube", &tournament.stream_youtube_url),
        ("Film", &tournament.promo_video_url),
    ];
    let streams = streams.into_iter().filter(|(_, link)| link.starts_with("https://"));
    Ok(pages::show(&Page {
        layout,
        frame,
        text: tournament.description.trim().to_owned(),
        podium,
        rows,
        rows_title,
        steps: steps(&facts, now),
        terms: terms(tournament),
        shares: shares(tournament),
        streams: streams.map(|(name, link)| (name, link.clone())).collect(),
    }))
}

#[derive(Template)]
#[template(path = "tournaments/rules.html")]
struct RulesPage {
    layout: Layout,
    frame: Frame,
    text: String,
    document: Option<String>,
    terms: Vec<(&'static str, String)>,
}

pub(crate) async fn rules(
    State(shared): State<Shared>,
    visit: Visit,
    Path(slug): Path<String>,
) -> Result<Response, Trouble> {
    let facts = find(&shared, &visit, &slug).await?;
    let (layout, frame) = frame(&shared, &visit, &facts, "rules").await?;
    let tournament = &facts.card.tournament;
    Ok(pages::show(&RulesPage {
        layout,
        frame,
        text: tournament.rules_text.trim().to_owned(),
        document: tournament.rules_pdf.as_deref().and_then(picture),
        terms: terms(tournament),
    }))
}
