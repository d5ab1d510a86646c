//! The room of a match: who meets, where it stands, what there is to do, and what has happened.

use ::tournaments::{
    Match,
    model::{dispute, entry_player, result_submission as submission},
    rules::{
        access::Act,
        dispute::{Reason, State as DisputeState},
        match_state::{Deed, State as MatchState},
        status::Status,
    },
    service::{access, glance, play::MatchPage},
};
use askama::Template;
use axum::{
    extract::{Path, Query, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Utc};

use super::{
    find,
    report::{self, Draft, ReportForm},
    row::{class_of, score, state, words},
};
use crate::{
    error::Trouble,
    layout::{Layout, moment},
    pages::{
        self,
        teams::Done,
        tournaments::{
            card::initials,
            visit::Visit,
            when::{When, relative},
        },
    },
    site::Shared,
};

struct Player {
    name: String,
    role: String,
    /// For those who play against each other.
    game_id: String,
    captain: bool,
    substitute: bool,
}

struct Side {
    entry: Option<i64>,
    name: String,
    initials: String,
    seed: Option<i32>,
    mine: bool,
    won: bool,
    /// Whether it said that it is there, while that matters.
    there: Option<bool>,
    players: Vec<Player>,
}

struct Step {
    name: &'static str,
    done: bool,
    now: bool,
}

/// What there is to do.
struct Todo {
    title: String,
    text: String,
    urgent: bool,
}

/// A report, as it is shown.
pub(super) struct Said {
    pub(super) id: i64,
    who: String,
    score: String,
    games: Vec<[String; 2]>,
    note: String,
    picture: Option<String>,
    when: When,
}

impl Said {
    /// Whether the games tell more than the score.
    fn tells_games(&self) -> bool {
        let bare = |game: &[String; 2]| matches!([game[0].as_str(), game[1].as_str()], ["1", "0"] | ["0", "1"]);
        self.games.len() > 1 || !self.games.iter().all(bare)
    }
}

struct Happened {
    at: DateTime<Utc>,
    when: When,
    text: String,
    note: String,
    class: &'static str,
}

#[derive(Template)]
#[template(path = "matches/room.html")]
struct Page {
    layout: Layout,
    csrf: String,
    id: i64,
    title: String,
    slug: String,
    tournament: String,
    tournament_id: i64,
    live: bool,
    /// Whether all parts are as everybody sees them.
    shared: bool,
    state: &'static str,
    class: &'static str,
    score: String,
    /// What stands below the score.
    score_note: String,
    best_of: i32,
    sides: [Side; 2],
    steps: Vec<Step>,
    todo: Todo,
    checks_in: bool,
    starts: bool,
    gives_up: bool,
    disputes: bool,
    disputed: bool,
    /// Whether the visitor plays in it, or referees it.
    inside: bool,
    theirs: Option<Said>,
    /// Whether agreeing is possible.
    agrees: bool,
    own: Option<Said>,
    form: Option<ReportForm>,
    games: Vec<[String; 2]>,
    lobby: Vec<(&'static str, String)>,
    facts: Vec<(&'static str, When)>,
    stream: Option<String>,
    history: Vec<Happened>,
    desk: Option<String>,
    said: Option<&'static str>,
    error: Option<String>,
}

impl Page {
    /// Whether what went wrong is said in the report's form.
    fn error_in_form(&self) -> bool {
        self.form.as_ref().is_some_and(|form| form.wrong)
    }

    fn has_buttons(&self) -> bool {
        self.checks_in
            || self.starts
            || self.agrees
            || self.disputed
            || self.disputes
            || self.stream.is_some()
            || self.desk.is_some()
    }
}

fn steps(page: &MatchPage, state: MatchState) -> Vec<Step> {
    let mut names = vec!["Sides"];
    if page.tournament.enable_check_in {
        names.push("Check-in");
    }
    names.extend(["Play", if state == MatchState::Disputed { "Dispute" } else { "Result" }, "Over"]);
    let at = |name: &str| names.iter().position(|one| *one == name).unwrap_or(0);
    let now = match state {
        MatchState::Scheduled if page.sides.iter().any(Option::is_none) => 0,
        MatchState::Scheduled | MatchState::CheckIn => 1,
        MatchState::Ready | MatchState::Live => at("Play"),
        MatchState::PendingResult => at("Result"),
        MatchState::Disputed => at("Dispute"),
        MatchState::Completed | MatchState::Forfeit | MatchState::Cancelled => names.len(),
    };
    names.iter().enumerate().map(|(at, name)| Step { name, done: at < now, now: at == now }).collect()
}

/// The game scores of a stored list, `1 : 0` as it was typed.
pub(super) fn games(stored: &serde_json::Value) -> Vec<[String; 2]> {
    let score = |value: &serde_json::Value| value.as_i64().unwrap_or(0).to_string();
    let game = |game: &serde_json::Value| Some([score(game.get(0)?), score(game.get(1)?)]);
    stored.as_array().into_iter().flatten().filter_map(game).collect()
}

const fn side_of(report: &submission::Model) -> usize {
    if report.side == 1 { 0 } else { 1 }
}

fn name(page: &MatchPage, side: usize) -> String {
    let shown = page.sides.get(side).and_then(Option::as_ref);
    shown.map_or_else(|| "Not known yet".to_owned(), |side| side.name.clone())
}

fn said(page: &MatchPage, report: &submission::Model, now: DateTime<Utc>) -> Said {
    Said {
        id: report.id,
        who: name(page, side_of(report)),
        score: format!("{} : {}", report.participant1_score, report.participant2_score),
        games: games(&report.games),
        note: report.note.clone(),
        picture: report.screenshot.as_ref().map(|token| format!("/matches/{}/files/{token}", page.row.id)),
        when: When::new(&report.submitted_at, now),
    }
}

/// The report of a side that waits for an answer.
pub(super) fn open_of(page: &MatchPage, side: usize) -> Option<&submission::Model> {
    let open = |report: &&submission::Model| report.status == "open" && report.revision == page.row.revision;
    page.reports.iter().filter(open).find(|report| side_of(report) == side)
}

/// The one side for which the visitor stands.
pub(super) fn my_side(page: &MatchPage) -> Option<usize> {
    match page.mine {
        [true, false] => Some(0),
        [false, true] => Some(1),
        _ => None,
    }
}

fn todo(page: &MatchPage, now: DateTime<Utc>) -> Todo {
    let row = &page.row;
    let new = |title: &str, text: String| Todo { title: title.to_owned(), text, urgent: false };
    let due = |at: &DateTime<Utc>| format!("{} ({})", moment(at), relative(at, now));
    let me = my_side(page);
    let other = me.map(|side| name(page, 1 - side));
    let starts = row.scheduled_time.map(|at| format!("It is set for {}.", due(&at))).unwrap_or_default();
    match (state(row), &other) {
        (MatchState::Scheduled, _) if page.sides.iter().any(Option::is_none) => {
            new("Not known yet who meets", "The matches before this one decide it.".to_owned())
        }
        (MatchState::Scheduled, Some(_)) => match page.check_in_opens {
            Some(opens) if page.tournament.enable_check_in => {
                new("Your match is coming up", format!("{starts} Check-in opens {}.", due(&opens)))
            }
            _ => new("Your match is coming up", starts),
        },
        (MatchState::Scheduled, None) => new("Coming up", starts),
        (MatchState::CheckIn, Some(other)) => {
            let there = [row.participant1_checked_in, row.participant2_checked_in];
            let until = row.check_in_deadline.map(|at| due(&at)).unwrap_or_default();
            if me.is_some_and(|side| there[side]) {
                new("You are checked in", format!("Waiting for {other}, until {until}."))
            } else {
                Todo { urgent: true, ..new("Check in now", format!("Who is not there by {until} loses the match.")) }
            }
        }
        (MatchState::CheckIn, None) => new("Both sides are checking in", starts),
        (MatchState::Ready, Some(other)) => Todo {
            urgent: true,
            ..new("Play your match", format!("You meet {other}. Say when you begin, and report the result when it is over."))
        },
        (MatchState::Ready, None) => new("About to begin", starts),
        (MatchState::Live, Some(_)) => Todo {
            urgent: true,
            ..new("The match is on", "When the last game is over, report its games below. The other side then agrees, or reports what it saw.".to_owned())
        },
        (MatchState::Live, None) => new("Being played", "The result stands here as soon as both sides agree on it.".to_owned()),
        (MatchState::PendingResult, Some(other)) => {
            let stands = row.confirm_by.map(|at| due(&at)).unwrap_or_default();
            if me.is_some_and(|side| open_of(page, 1 - side).is_some()) {
                let text = format!("Agree, or report it as you saw it. Without an answer it stands from {stands}.");
                Todo { urgent: true, ..new(&format!("{other} has reported the result"), text) }
            } else {
                new(&format!("Waiting for {other}"), format!("Your report stands from {stands}, unless they answer before."))
            }
        }
        (MatchState::PendingResult, None) => {
            new("A result is reported", "It counts when the other side agrees, or does not answer in time.".to_owned())
        }
        (MatchState::Disputed, Some(_)) => {
            Todo { urgent: true, ..new("A referee decides", "Add what you know to the dispute: pictures, recordings, words.".to_owned()) }
        }
        (MatchState::Disputed, None) => new("A referee decides", "The two sides do not agree on the result.".to_owned()),
        (MatchState::Cancelled, _) => new("This match is not played", String::new()),
        (MatchState::Completed | MatchState::Forfeit, other) => {
            let winner = page.sides.iter().flatten().find(|side| Some(side.registration) == row.winner_id);
            let title = match (winner, row.is_draw) {
                (Some(winner), _) => format!("{} won", winner.name),
                (None, true) => "A draw".to_owned(),
                (None, false) => "Nobody won".to_owned(),
            };
            let until = page.disputable_until.filter(|until| other.is_some() && *until > now);
            let text = until.map(|until| format!("The result can be disputed until {}.", due(&until)));
            new(&title, text.unwrap_or_else(|| decided(row).to_owned()))
        }
    }
}

fn decided(row: &Match) -> &'static str {
    match row.decided_by.as_str() {
        "agreement" => "Both sides said so.",
        "timeout" => "One side reported it, and the other did not answer in time.",
        "organizer" => "A referee decided it.",
        "dispute" => "It was decided in a dispute.",
        "forfeit" => "The other side gave it up.",
        "no_show" => "The other side was not there.",
        "correction" => "The result was corrected.",
        _ => "",
    }
}

fn history(page: &MatchPage, now: DateTime<Utc>) -> Vec<Happened> {
    let mut history = Vec::new();
    let mut add = |at: &DateTime<Utc>, class: &'static str, text: String, note: &str| {
        history.push(Happened { at: *at, when: When::new(at, now), text, note: note.to_owned(), class });
    };
    let row = &page.row;
    if let Some(at) = &row.started_at {
        add(at, "done", "Play began".to_owned(), "");
    }
    for report in &page.reports {
        let what = match report.status.as_str() {
            "replaced" => " (replaced by a later report)",
            "void" => " (no longer counts)",
            "stands" => " (stands, because nobody answered)",
            "disputed" => " (disputed)",
            _ => "",
        };
        let who = name(page, side_of(report));
        let text = format!("{who} reported {} : {}{what}", report.participant1_score, report.participant2_score);
        add(&report.submitted_at, "", text, &report.note);
    }
    for (dispute, _) in &page.disputes {
        add(&dispute.created_at, "now", format!("Disputed: {}", reason(dispute)), &dispute.description);
        if let Some(at) = &dispute.resolved_at {
            let state = DisputeState::parse(&dispute.status).map_or("is closed", DisputeState::words);
            add(at, "done", format!("The dispute {state}"), &dispute.resolution_notes);
        }
    }
    if let Some(at) = &row.completed_at {
        let score = format!("{} : {}", row.participant1_score, row.participant2_score);
        add(at, "done", format!("Decided, {score}"), decided(row));
    }
    history.sort_by_key(|one| one.at);
    history
}

pub(super) fn reason(dispute: &dispute::Model) -> &str {
    Reason::parse(&dispute.reason).map_or(dispute.reason.as_str(), |reason| reason.label())
}

fn side(page: &MatchPage, at: usize, players: Option<&Vec<entry_player::Model>>, inside: bool) -> Side {
    let shown = page.sides[at].as_ref();
    let name = name(page, at);
    let there = [page.row.participant1_checked_in, page.row.participant2_checked_in][at];
    let matters =
        page.tournament.enable_check_in && matches!(state(&page.row), MatchState::CheckIn | MatchState::Ready);
    let player = |player: &entry_player::Model| Player {
        name: player.display_name.clone(),
        role: player.player_role.clone(),
        game_id: if inside { player.game_id.clone() } else { String::new() },
        captain: player.is_captain,
        substitute: player.is_substitute,
    };
    Side {
        entry: shown.map(|shown| shown.registration),
        initials: if shown.is_some() { initials(&name) } else { "?".to_owned() },
        seed: shown.and_then(|shown| shown.seed),
        mine: page.mine[at],
        won: shown.is_some_and(|shown| Some(shown.registration) == page.row.winner_id),
        there: matters.then_some(there),
        players: players.into_iter().flatten().map(player).collect(),
        name,
    }
}

const fn said_of(done: &str) -> Option<&'static str> {
    Some(match done.as_bytes() {
        b"checked-in" => "You are checked in.",
        b"started" => "The match has begun. Good luck.",
        b"reported" => "Your report is sent. The other side has been told.",
        b"agreed" => "Both sides agree: the result counts.",
        b"disputed" => "Your reports disagree, so a referee decides. Add what you know to the dispute.",
        b"given-up" => "You gave the match up.",
        b"withdrawn" => "The dispute is withdrawn.",
        _ => return None,
    })
}

/// What stands in a page besides the match.
#[derive(Default)]
pub(super) struct Extra {
    pub(super) said: Option<&'static str>,
    pub(super) error: Option<String>,
    /// What was typed into the report, and what is wrong with it.
    pub(super) draft: Option<Draft>,
}

pub(super) async fn page(shared: &Shared, visit: &Visit, id: i64, extra: Extra) -> Result<Response, Trouble> {
    let page = find(shared, visit, id).await?;
    let now = shared.clock.now();
    let entries: Vec<i64> = page.sides.iter().flatten().map(|side| side.registration).collect();
    let rosters = glance::rosters(shared.db.read(), &entries).await?;
    let user = visit.user();
    let plays = user.is_some() && rosters.values().flatten().any(|player| Some(player.user_id) == user);
    let standing = access::standing(shared.db.read(), &visit.actor(), &page.tournament).await?;
    let referee =
        [Act::RunMatches, Act::DecideMatch, Act::Schedule, Act::ReviewDispute].iter().any(|act| standing.may(*act));
    let inside = plays || referee || page.mine.contains(&true);
    let now_state = state(&page.row);
    let roster = |at: usize| page.sides[at].as_ref().and_then(|side| rosters.get(&side.registration));
    let me = my_side(&page);
    let theirs = me.and_then(|side| open_of(&page, 1 - side));
    let own = me.and_then(|side| open_of(&page, side));
    let reports = page.can.do_(Deed::Report);
    let over = matches!(Status::parse(&page.tournament.status), Some(Status::Archived | Status::Cancelled) | None);
    let lobby = page.lobby.clone().unwrap_or_default();
    let lobby = [
        ("Mode", lobby.mode),
        ("Map", lobby.map),
        ("Server", lobby.server),
        ("Code", lobby.code),
        ("Password", lobby.password),
        ("Note", lobby.note),
    ];
    let times = [
        ("Set for", page.row.scheduled_time),
        (
            "Check-in ends",
            page.row.check_in_deadline.filter(|_| matches!(now_state, MatchState::Scheduled | MatchState::CheckIn)),
        ),
        ("Began", page.row.started_at),
        ("Decided", page.row.completed_at),
    ];
    let html = pages::show(&Page {
        layout: Layout::of(shared, visit.person.as_ref(), &visit.csrf, "matches").await?,
        csrf: visit.token(),
        id,
        slug: page.tournament.slug.clone(),
        tournament: page.tournament.name.clone(),
        tournament_id: page.tournament.id,
        // What answers a form cannot be asked for again.
        live: page.tournament.enable_live_updates && !over && extra.error.is_none(),
        shared: standing.public && !inside,
        state: words(now_state),
        class: class_of(now_state),
        score: score(&page.row),
        score_note: if now_state == MatchState::Live {
            "being played".to_owned()
        } else {
            format!("best of {}", page.row.best_of)
        },
        best_of: page.row.best_of,
        sides: [0, 1].map(|at| side(&page, at, roster(at), inside)),
        steps: steps(&page, now_state),
        todo: todo(&page, now),
        checks_in: page.can.do_(Deed::CheckIn) && page.mine.contains(&true),
        starts: page.can.do_(Deed::Start) && page.mine.contains(&true),
        gives_up: page.can.do_(Deed::GiveUp) && me.is_some(),
        // Who has reported waits for the answer; whoever answers may object.
        disputes: page.can.do_(Deed::Dispute) && page.mine.contains(&true) && own.is_none(),
        disputed: inside && !page.disputes.is_empty(),
        inside,
        agrees: reports && theirs.is_some(),
        theirs: theirs.map(|report| said(&page, report, now)),
        form: reports.then(|| report::form(&page, own, extra.draft)),
        own: own.map(|report| said(&page, report, now)),
        games: games(&page.row.games),
        lobby: lobby.into_iter().filter(|(_, value)| !value.is_empty()).collect(),
        facts: times.into_iter().filter_map(|(name, at)| Some((name, When::new(&at?, now)))).collect(),
        stream: Some(page.row.stream_url.clone()).filter(|link| link.starts_with("https://")),
        history: history(&page, now),
        desk: referee.then(|| format!("/organize/{}/matches/{id}", page.tournament.slug)),
        said: extra.said,
        error: extra.error,
        title: page.title,
    });
    Ok(html)
}

/// The page with what was refused.
pub(super) async fn refused(
    shared: &Shared,
    visit: &Visit,
    id: i64,
    (status, text): (StatusCode, String),
    draft: Option<Draft>,
) -> Result<Response, Trouble> {
    let extra = Extra { error: Some(text), draft, ..Extra::default() };
    Ok((status, page(shared, visit, id, extra).await?).into_response())
}

pub(crate) async fn show(
    State(shared): State<Shared>,
    visit: Visit,
    Path(id): Path<i64>,
    Query(Done { done }): Query<Done>,
) -> Result<Response, Trouble> {
    let said = done.as_deref().and_then(said_of);
    page(&shared, &visit, id, Extra { said, ..Extra::default() }).await
}
