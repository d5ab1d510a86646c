//! Matches: when and where they are played. Their results are in `results`, disputes in `disputes`.

use ::tournaments::{
    Match,
    error::play::{FurnishRefusal, MatchCheckInRefusal, ScheduleRefusal, StartRefusal},
    model::result_submission::Model as Submission,
    rules::match_state::State,
    service::{
        matches::{self as service, Lobby},
        play::{self, Filter, MatchPage, Shown},
    },
};
use kernel::Tx;
use serde_json::Value;

use super::{
    Nothing,
    disputes::{DisputeView, view as dispute},
    draw::MatchSide,
    input, output,
    tournaments::{TournamentSummary, find, summary as cup},
};
use crate::api::{
    ask::Ask,
    moment::Moment,
    page::{self, Page},
    problem::{Problem, code_of},
    table::{Operation, get, post, put},
    words::{Word, Words as _},
};

pub(super) fn operations() -> Vec<Operation> {
    vec![
        get(
            "matches.list",
            "/tournaments/{tournament}/matches",
            "Matches of a published bracket, in the order of play.",
        )
        .public()
        .alone(list),
        get("matches.mine", "/me/matches", "One's own undecided matches, soonest first.").alone(mine),
        get("matches.get", "/matches/{id}", "A match, and what one can do now.").public().alone(show),
        post("matches.schedule", "/matches/{id}/schedule", "Says when a match is played.")
            .refuses::<ScheduleRefusal>()
            .within(schedule),
        put("matches.lobby", "/matches/{id}/lobby", "Gives a match its room, for those who play in it.")
            .refuses::<FurnishRefusal>()
            .within(lobby),
        put("matches.stream", "/matches/{id}/stream", "Says where a match can be watched.")
            .refuses::<FurnishRefusal>()
            .within(stream),
        post("matches.check_in", "/matches/{id}/check-in", "Says that a side is there.")
            .refuses::<MatchCheckInRefusal>()
            .within(check_in),
        post("matches.start", "/matches/{id}/start", "Begins a match.").refuses::<StartRefusal>().within(start),
    ]
}

input! {
    ListMatches {
        /// The tournament's name in addresses.
        tournament: String,
        /// In this state.
        state: Option<Word<State>>,
        /// Of this round.
        round: Option<i32>,
        /// Of this stage.
        stage: Option<i16>,
        /// In which this entry plays.
        entry_id: Option<i64>,
        /// Where to go on: `next` of the page before.
        cursor: Option<String>,
        /// How many at most, up to 100.
        limit: Option<u32>,
    }
    OneMatch {
        /// Id of the match.
        id: i64,
    }
    ScheduleMatch {
        /// Id of the match.
        id: i64,
        /// Revision of the match that was looked at.
        revision: i32,
        /// When it is played.
        at: Moment,
        /// Although a side plays elsewhere at that time.
        #[serde(default)]
        overlapping: bool,
    }
    FurnishMatch {
        /// Id of the match.
        id: i64,
        /// The mode of the game.
        #[serde(default)]
        mode: String,
        /// The map, or the maps.
        #[serde(default)]
        map: String,
        /// The server or the region.
        #[serde(default)]
        server: String,
        /// The code of the room.
        #[serde(default)]
        code: String,
        /// Its password.
        #[serde(default)]
        password: String,
        /// Anything else.
        #[serde(default)]
        note: String,
    }
    StreamMatch {
        /// Id of the match.
        id: i64,
        /// Where it can be watched; empty for nowhere.
        url: String,
    }
    CheckInMatch {
        /// Id of the match.
        id: i64,
        /// Which side; one's own unless said.
        side: Option<MatchSide>,
    }
}

output! {
    /// A match.
    MatchSummary {
        /// Id.
        id: i64,
        /// Its tournament.
        tournament_id: i64,
        /// The stage, from 1.
        stage: i16,
        /// Its role in the bracket, such as `W1.2`.
        code: String,
        /// The round, from 1.
        round: i32,
        /// Its number in the round.
        number: i32,
        /// The entries that meet, first side first.
        entries: [Option<i64>; 2],
        /// Their names.
        names: [String; 2],
        /// Games at most.
        best_of: i32,
        /// Where it stands.
        state: String,
        /// Games won, first side first.
        score: [i32; 2],
        /// The entry that won.
        winner_id: Option<i64>,
        /// Whether it ended level.
        is_draw: bool,
        /// How it was decided, or empty.
        decided_by: String,
        /// Which sides have said that they are there.
        checked_in: [bool; 2],
        /// When it is played.
        scheduled_at: Option<Moment>,
        /// Until when a side must say that it is there.
        check_in_deadline: Option<Moment>,
        /// Until when a report must be answered.
        confirm_by: Option<Moment>,
        /// Where it can be watched, or empty.
        stream_url: String,
        /// Grows with every change of the meeting or its result.
        revision: i32,
    }
    /// A match, and what one can do now.
    MatchDetail {
        /// The match.
        #[serde(rename = "match")]
        meeting: MatchSummary,
        /// Its tournament.
        tournament: TournamentSummary,
        /// What it is called.
        title: String,
        /// The entries that meet.
        sides: [Option<MatchEntry>; 2],
        /// The sides for which one stands.
        mine: [bool; 2],
        /// The games, as they were decided.
        games: Value,
        /// The room, for those who play in it and its referees.
        lobby: Option<MatchLobby>,
        /// Reports that one may see.
        reports: Vec<MatchReport>,
        /// Disputes, for both sides and referees.
        disputes: Vec<DisputeView>,
        /// When the check-in opens.
        check_in_opens: Option<Moment>,
        /// Until when the result can be disputed.
        disputable_until: Option<Moment>,
        /// Whether it may end level.
        may_be_level: bool,
        /// What one can do now.
        can: Vec<String>,
    }
    /// An entry in a match.
    MatchEntry {
        /// Id of the entry.
        entry_id: i64,
        /// Its name.
        name: String,
        /// Its seed.
        seed: Option<i32>,
        /// Its team.
        team_id: Option<i64>,
    }
    /// The room of a match.
    MatchLobby {
        /// The mode of the game.
        mode: String,
        /// The map, or the maps.
        map: String,
        /// The server or the region.
        server: String,
        /// The code of the room.
        code: String,
        /// Its password.
        password: String,
        /// Anything else.
        note: String,
    }
    /// A report of a result.
    MatchReport {
        /// Id.
        id: i64,
        /// The side that says so: 1 or 2.
        side: i16,
        /// The games.
        games: Value,
        /// Games won, first side first.
        score: [i32; 2],
        /// Anything else.
        note: String,
        /// Token of a picture.
        screenshot: Option<String>,
        /// Where it stands.
        status: String,
        /// When it was sent.
        submitted_at: Moment,
    }
}

pub(super) fn summary(row: &Match) -> MatchSummary {
    MatchSummary {
        id: row.id,
        tournament_id: row.tournament_id,
        stage: row.stage,
        code: row.code.clone(),
        round: row.round_number,
        number: row.match_number,
        entries: [row.participant1_id, row.participant2_id],
        names: [row.participant1_name.clone(), row.participant2_name.clone()],
        best_of: row.best_of,
        state: row.state.clone(),
        score: [row.participant1_score, row.participant2_score],
        winner_id: row.winner_id,
        is_draw: row.is_draw,
        decided_by: row.decided_by.clone(),
        checked_in: [row.participant1_checked_in, row.participant2_checked_in],
        scheduled_at: row.scheduled_time.map(Moment),
        check_in_deadline: row.check_in_deadline.map(Moment),
        confirm_by: row.confirm_by.map(Moment),
        stream_url: row.stream_url.clone(),
        revision: row.revision,
    }
}

async fn list(ask: &Ask, input: ListMatches) -> Result<Page<MatchSummary>, Problem> {
    let (tournament, _) = find(ask.db().read(), ask, &input.tournament).await?;
    let filter = &Filter {
        tournament: Some(tournament.id),
        states: input.state.map(|state| state.0.word().to_owned()).into_iter().collect(),
        round: input.round,
        stage: input.stage,
        entry: input.entry_id,
    };
    let more = |after| async move {
        let list = play::matches(ask.db(), filter, after, u64::from(page::MOST)).await?;
        Ok((list.matches, list.next))
    };
    let place = |row: &Match| (row.round_number, row.match_number, row.id);
    let found = page::gather("matches.list", input.cursor.as_deref(), input.limit, more, place).await?;
    Ok(found.map(|row| summary(&row)))
}

async fn mine(ask: &Ask, _: Nothing) -> Result<Page<MatchSummary>, Problem> {
    let found = play::my_open_matches(ask.db(), ask.person()?).await?;
    Ok(Page::whole(found.iter().map(summary)))
}

async fn show(ask: &Ask, input: OneMatch) -> Result<MatchDetail, Problem> {
    let found = play::match_page(ask.db(), &ask.cx(), input.id).await?;
    let MatchPage { tournament, row, title, sides, mine, lobby, reports, disputes, .. } = match &found {
        Some(page) => page.clone(),
        None => return Err(Problem::not_found("match")),
    };
    let Some(page) = found else { return Err(Problem::not_found("match")) };
    let side = |shown: Shown| MatchEntry {
        entry_id: shown.registration,
        name: shown.name,
        seed: shown.seed,
        team_id: shown.team,
    };
    Ok(MatchDetail {
        meeting: summary(&row),
        tournament: cup(&tournament),
        title,
        sides: sides.map(|shown| shown.map(side)),
        mine,
        games: row.games,
        lobby: lobby.map(room),
        reports: reports.into_iter().map(reported).collect(),
        disputes: disputes.into_iter().map(|(row, evidence)| dispute(row, evidence)).collect(),
        check_in_opens: page.check_in_opens.map(Moment),
        disputable_until: page.disputable_until.map(Moment),
        may_be_level: page.may_be_level,
        can: page.can.deeds.iter().map(code_of).collect(),
    })
}

fn room(lobby: Lobby) -> MatchLobby {
    let Lobby { mode, map, server, code, password, note } = lobby;
    MatchLobby { mode, map, server, code, password, note }
}

fn reported(report: Submission) -> MatchReport {
    MatchReport {
        id: report.id,
        side: report.side,
        games: report.games,
        score: [report.participant1_score, report.participant2_score],
        note: report.note,
        screenshot: report.screenshot,
        status: report.status,
        submitted_at: report.submitted_at.into(),
    }
}

async fn schedule(tx: &Tx, ask: &Ask, input: ScheduleMatch) -> Result<MatchSummary, Problem> {
    let ScheduleMatch { id, revision, at, overlapping } = input;
    Ok(summary(&service::schedule(tx, &ask.cx(), id, revision, at.0, overlapping).await?))
}

async fn lobby(tx: &Tx, ask: &Ask, input: FurnishMatch) -> Result<MatchLobby, Problem> {
    let FurnishMatch { id, mode, map, server, code, password, note } = input;
    let lobby = Lobby { mode, map, server, code, password, note };
    service::set_lobby(tx, &ask.cx(), id, &lobby).await?;
    Ok(room(lobby))
}

async fn stream(tx: &Tx, ask: &Ask, input: StreamMatch) -> Result<MatchSummary, Problem> {
    Ok(summary(&service::set_stream(tx, &ask.cx(), input.id, &input.url).await?))
}

async fn check_in(tx: &Tx, ask: &Ask, input: CheckInMatch) -> Result<MatchSummary, Problem> {
    Ok(summary(&service::check_in(tx, &ask.cx(), input.id, input.side.map(Into::into)).await?))
}

async fn start(tx: &Tx, ask: &Ask, input: OneMatch) -> Result<MatchSummary, Problem> {
    Ok(summary(&service::start(tx, &ask.cx(), input.id).await?))
}
