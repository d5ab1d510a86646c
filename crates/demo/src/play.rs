//! Playing a bracket: matches one after the other, reported by both captains, disputed now and then.

use brackets::{Game, Outcome, Side};
use chrono::TimeDelta;
use kernel::{Actor, Clock};
use tournaments::{
    Match, Tournament,
    rules::{dispute::Reason, entry::EntryStatus},
    service::{self, dispute::Resolution, matches::Lobby, play::Filter, result::Report},
};

use crate::{
    cups::stronger,
    people::{Crowd, Person},
    squads::Squad,
    town::{Site, Stuck, act},
};

/// How far a cup is played.
#[derive(Clone, Copy)]
pub(crate) enum Until {
    /// To the end; the match of this number, from 0, is disputed and decided by a referee.
    Over { disputed: Option<usize> },
    /// So many matches; those after them have begun, and one has a report that waits for the other side.
    Matches(usize),
}

/// How long a referee looks at a dispute.
const SETTLING: TimeDelta = TimeDelta::minutes(6);

const MAPS: [&str; 6] = ["Ascent", "Bind", "Haven", "Icebox", "Lotus", "Split"];

/// Entries that play, with their teams.
pub(crate) async fn entries(site: &Site<'_>, cup: i64) -> Result<Vec<(i64, Option<i64>)>, Stuck> {
    let found = service::query::entries(site.db.read(), cup, &[EntryStatus::Confirmed], None).await;
    let (rows, _) = found.map_err(|error| Stuck::new("reading the entries", error))?;
    Ok(rows.into_iter().map(|row| (row.entry.id, row.entry.team_id)).collect())
}

pub(crate) async fn play(
    site: &Site<'_>,
    crowd: &Crowd,
    squads: &[Squad],
    cup: &Tournament,
    until: Until,
) -> Result<(), Stuck> {
    let teams = entries(site, cup.id).await?;
    let team = |entry: Option<i64>| teams.iter().find(|(id, _)| Some(*id) == entry).and_then(|(_, team)| *team);
    let captain = |entry: Option<i64>| {
        let found = squads.iter().find(|squad| Some(squad.team) == team(entry));
        found.map(Squad::captain).ok_or_else(|| Stuck::new("finding a captain", format!("entry {entry:?} has none")))
    };
    let mut played = 0;
    loop {
        let ready = ready(site, cup.id).await?;
        let Some(due) = ready.iter().filter_map(|row| row.scheduled_time).min() else { return Ok(()) };
        // Those of about one time are played side by side; their check-ins are open together.
        let soon = |row: &&Match| row.scheduled_time.is_some_and(|at| at <= due + TimeDelta::minutes(10));
        let batch: Vec<&Match> = ready.iter().filter(soon).collect();
        site.at((due - TimeDelta::minutes(1)).max(site.clock.now()));
        for row in &batch {
            gather(site, crowd, row, [captain(row.participant1_id)?, captain(row.participant2_id)?]).await?;
        }
        let last = batch.iter().filter_map(|row| row.scheduled_time).max().unwrap_or(due);
        site.at(last.max(site.clock.now()));
        for row in &batch {
            start(site, crowd, row.id).await?;
        }
        let over = matches!(until, Until::Matches(most) if played >= most);
        let end = if over { site.now - TimeDelta::minutes(4) } else { site.clock.now() + TimeDelta::minutes(31) };
        // Others whose time comes meanwhile say so in time; they play when it is their turn.
        for row in ready.iter().filter(|row| !soon(row)) {
            let Some(time) = row.scheduled_time.filter(|time| *time <= end + SETTLING) else { continue };
            site.at((time - TimeDelta::minutes(1)).max(site.clock.now()));
            gather(site, crowd, row, [captain(row.participant1_id)?, captain(row.participant2_id)?]).await?;
        }
        site.at(end.max(site.clock.now()));
        for row in &batch {
            let sides = [captain(row.participant1_id)?, captain(row.participant2_id)?];
            let winner = stronger(squads, [team(row.participant1_id), team(row.participant2_id)], site.random.number());
            let games = games(site, row.best_of, winner);
            report(site, row.id, sides[0], games.clone()).await?;
            if over {
                return Ok(());
            }
            if matches!(until, Until::Over { disputed: Some(number) } if number == played) {
                dispute(site, crowd, (cup, row.id), sides[1], games).await?;
            } else {
                report(site, row.id, sides[1], games).await?;
            }
            played += 1;
        }
    }
}

/// Matches of two known entrants that are not over, in the order of play.
async fn ready(site: &Site<'_>, cup: i64) -> Result<Vec<Match>, Stuck> {
    let states = ["scheduled", "check_in", "ready", "live"].map(str::to_owned).to_vec();
    let filter = Filter { tournament: Some(cup), states, ..Filter::default() };
    let found = service::play::matches(site.db, &filter, None, 64).await;
    let found = found.map_err(|error| Stuck::new("reading the matches", error))?.matches;
    Ok(found.into_iter().filter(|row| row.participant1_id.is_some() && row.participant2_id.is_some()).collect())
}

/// The lobby is told, and both sides say that they are there, unless they have.
async fn gather(site: &Site<'_>, crowd: &Crowd, row: &Match, sides: [&Person; 2]) -> Result<(), Stuck> {
    if !matches!(row.state.as_str(), "scheduled" | "check_in") {
        return Ok(());
    }
    let (id, organizer) = (row.id, crowd.organizer.actor());
    let lobby = &Lobby {
        map: MAPS[site.random.number() as usize % MAPS.len()].to_owned(),
        server: "Mumbai".to_owned(),
        code: format!("DC-{id:04}"),
        ..Lobby::default()
    };
    act!(site, organizer, "opening the lobby", |tx, cx| service::matches::set_lobby(tx, cx, id, lobby))?;
    act!(site, Actor::System, "the clock of a match", |tx, cx| service::matches::advance(tx, cx, id))?;
    for side in sides {
        act!(site, side.actor(), "saying that they are there", |tx, cx| service::matches::check_in(tx, cx, id, None))?;
    }
    Ok(())
}

async fn start(site: &Site<'_>, crowd: &Crowd, id: i64) -> Result<(), Stuck> {
    let organizer = crowd.organizer.actor();
    if page(site, id, organizer).await?.is_some_and(|page| page.row.state != "live") {
        act!(site, organizer, "starting a match", |tx, cx| service::matches::start(tx, cx, id))?;
    }
    Ok(())
}

async fn page(site: &Site<'_>, id: i64, actor: Actor) -> Result<Option<service::play::MatchPage>, Stuck> {
    let by = &tournaments::By::from(actor);
    let context = tournaments::Context::new(&site.clock, site.random, by);
    let found = service::play::match_page(site.db, &context, id).await;
    found.map_err(|error| Stuck::new("reading a match", error))
}

/// Scores of a series that this side wins.
fn games(site: &Site<'_>, best_of: i32, winner: Side) -> Vec<Game> {
    let needed = best_of / 2 + 1;
    let lost = if best_of > 1 { site.random.number() as i32 % needed } else { 0 };
    let score = |winner: Side| {
        let other = 4 + (site.random.number() % 8) as u32;
        if winner == Side::A { Game::scored(13, other) } else { Game::scored(other, 13) }
    };
    // The loser's games come first: the last game is always the winner's.
    (0..lost.abs()).map(|_| score(winner.other())).chain((0..needed).map(|_| score(winner))).collect()
}

async fn report(site: &Site<'_>, id: i64, by: &Person, games: Vec<Game>) -> Result<(), Stuck> {
    let what = || format!("{} reporting", by.name);
    let Some(page) = page(site, id, by.actor()).await? else { return Err(Stuck::new(what(), "the match is gone")) };
    let (Some(a), Some(b)) = (page.row.participant1_id, page.row.participant2_id) else {
        return Err(Stuck::new(what(), "nobody plays"));
    };
    let report = &Report { revision: page.row.revision, between: [a, b], games, note: String::new(), screenshot: None };
    act!(site, by.actor(), what(), |tx, cx| service::result::report(tx, cx, id, report)).map(drop)
}

/// The other side says something else; a referee looks at it and decides for the first report.
async fn dispute(
    site: &Site<'_>,
    crowd: &Crowd,
    (cup, id): (&Tournament, i64),
    by: &Person,
    games: Vec<Game>,
) -> Result<(), Stuck> {
    let turned = games.iter().map(|game| {
        let [a, b] = game.points.unwrap_or_default();
        Game::scored(b, a)
    });
    report(site, id, by, turned.collect()).await?;
    let organizer = crowd.organizer.actor();
    let queue = {
        let by = &tournaments::By::from(organizer);
        let context = tournaments::Context::new(&site.clock, site.random, by);
        service::play::dispute_queue(site.db, &context, Some(cup), None, 10).await
    };
    let queue = queue.map_err(|refusal| Stuck::new("reading the disputes", refusal))?;
    let Some((dispute, _)) =
        queue.into_iter().find(|(dispute, row)| row.id == id && dispute.reason == Reason::ScoreMismatch.as_str())
    else {
        return Err(Stuck::new("finding the dispute", "two reports that differ opened none"));
    };
    let resolution = &Resolution::Result { outcome: Outcome::Played(games), anew: false, seen: None };
    site.at(site.clock.now() + SETTLING);
    act!(site, organizer, "deciding the dispute", |tx, cx| {
        service::dispute::resolve(tx, cx, dispute.id, resolution, "The recording of the stream shows the first score.")
    })
    .map(drop)
}
