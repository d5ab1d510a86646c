//! Played matches: what a match adds to the figures of its teams, and taking it back.

use chrono::{DateTime, Utc};
use kernel::{Clock, DbError, Tx};
use sea_orm::{ActiveValue::Set, ConnectionTrait, prelude::Json};

use crate::{
    model::{
        analytics::{
            match_record::{self as record_row, Model as MatchRecord},
            team_analytics::{self as figures_row, Model as TeamFigures},
        },
        core::team::Model as Team,
    },
    rules::record::{Figures, Outcome},
    store,
};

/// A side of a match.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Side {
    /// The team.
    pub team_id: i64,
    /// What it scored.
    pub score: i32,
}

/// A match that was played to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlayedMatch {
    /// The match.
    pub match_id: i64,
    /// Its tournament.
    pub tournament_id: Option<i64>,
    /// Code of the game.
    pub game: String,
    /// When it was played.
    pub played_at: DateTime<Utc>,
    /// The two teams.
    pub sides: [Side; 2],
    /// The team that won; nothing after a draw.
    pub winner: Option<i64>,
}

impl PlayedMatch {
    fn outcome(&self, team: i64) -> Outcome {
        match self.winner {
            None => Outcome::Draw,
            Some(winner) if winner == team => Outcome::Win,
            Some(_) => Outcome::Loss,
        }
    }
}

/// Adds a match to the record and the figures of its teams. A match that is told again changes nothing; a
/// team that is gone is passed over. Answers whether anything was added.
///
/// # Errors
/// When the database fails.
pub async fn record_match(tx: &Tx, clock: &dyn Clock, played: &PlayedMatch) -> Result<bool, DbError> {
    let [one, other] = played.sides;
    // The lock makes the second telling wait until the first is kept.
    let teams = store::team::locked(tx, &[one.team_id, other.team_id]).await?;
    let known = store::record::of_match(tx, played.match_id).await?;
    let mut added = false;
    for (side, opponent) in [(one, other), (other, one)] {
        let find = |id: i64| teams.iter().find(|team| team.id == id);
        let Some(team) = find(side.team_id) else { continue };
        if known.iter().any(|record| record.team_id == team.id) {
            continue;
        }
        let row = record(clock, played, (side, team), (opponent, find(opponent.team_id)));
        store::record::insert(tx, row).await?;
        let (before, id) = figures(tx, team.id, &played.game).await?;
        let after = before.with(played.outcome(team.id));
        keep(tx, clock, (team.id, &played.game, id), after, Some(played.played_at)).await?;
        added = true;
    }
    Ok(added)
}

fn record(
    clock: &dyn Clock,
    played: &PlayedMatch,
    (side, team): (Side, &Team),
    (opponent, opposing): (Side, Option<&Team>),
) -> record_row::ActiveModel {
    record_row::ActiveModel {
        team_id: Set(team.id),
        tournament_id: Set(played.tournament_id),
        match_id: Set(Some(played.match_id)),
        opponent_name: Set(opposing.map_or_else(|| "a former team".to_owned(), |team| team.name.clone())),
        opponent_team_id: Set(opposing.map(|team| team.id)),
        match_date: Set(played.played_at),
        game: Set(played.game.clone()),
        result: Set(played.outcome(team.id).as_str().to_owned()),
        score: Set(format!("{}-{}", side.score, opponent.score)),
        team_score: Set(side.score),
        opponent_score: Set(opponent.score),
        game_specific_data: Set(Json::Object(serde_json::Map::new())),
        created_at: Set(clock.now()),
        updated_at: Set(clock.now()),
        ..Default::default()
    }
}

/// The figures of a team in a game, and their row if there is one.
async fn figures(tx: &Tx, team: i64, game: &str) -> Result<(Figures, Option<i64>), DbError> {
    let Some(row) = store::record::figures(tx, team, game).await? else { return Ok((Figures::default(), None)) };
    let (won, lost, drawn) = (row.matches_won, row.matches_lost, row.matches_drawn);
    Ok((Figures { won, lost, drawn, streak: row.current_streak, best: row.best_win_streak }, Some(row.id)))
}

async fn keep(
    tx: &Tx,
    clock: &dyn Clock,
    (team, game, id): (i64, &str, Option<i64>),
    figures: Figures,
    played_at: Option<DateTime<Utc>>,
) -> Result<(), DbError> {
    let now = clock.now();
    let mut row = figures_row::ActiveModel {
        total_matches: Set(figures.played()),
        matches_won: Set(figures.won),
        matches_lost: Set(figures.lost),
        matches_drawn: Set(figures.drawn),
        win_rate: Set(figures.win_rate()),
        current_streak: Set(figures.streak),
        best_win_streak: Set(figures.best),
        updated_at: Set(now),
        ..Default::default()
    };
    if played_at.is_some() {
        row.last_match_date = Set(played_at);
    }
    if let Some(id) = id {
        return store::record::update_figures(tx, id, row).await;
    }
    let row = figures_row::ActiveModel {
        team_id: Set(team),
        game: Set(game.to_owned()),
        points_history: Set(Json::Array(Vec::new())),
        game_specific_stats: Set(Json::Object(serde_json::Map::new())),
        created_at: Set(now),
        ..row
    };
    store::record::insert_figures(tx, row).await
}

/// Takes a match back, whose result was undone: its records go and the figures are as if it had not been
/// played. Answers whether there was anything to take back.
///
/// # Errors
/// When the database fails.
pub async fn forget_match(tx: &Tx, clock: &dyn Clock, match_id: i64) -> Result<bool, DbError> {
    let teams: Vec<i64> = store::record::of_match(tx, match_id).await?.iter().map(|record| record.team_id).collect();
    store::team::locked(tx, &teams).await?;
    // Read again: somebody else may have taken it back while this waited for the lock.
    let records = store::record::of_match(tx, match_id).await?;
    for record in &records {
        store::record::delete(tx, record.id).await?;
        let Some(outcome) = Outcome::parse(&record.result) else { continue };
        let left = store::record::results(tx, record.team_id, &record.game).await?;
        let left: Vec<Outcome> = left.iter().filter_map(|result| Outcome::parse(result)).collect();
        let (before, id) = figures(tx, record.team_id, &record.game).await?;
        if id.is_some() {
            keep(tx, clock, (record.team_id, &record.game, id), before.without(outcome, &left), None).await?;
        }
    }
    Ok(!records.is_empty())
}

/// The last matches of a team, newest first.
///
/// # Errors
/// When the database fails.
pub async fn matches_of(db: &impl ConnectionTrait, team: i64, most: u64) -> Result<Vec<MatchRecord>, DbError> {
    store::record::of_team(db, team, most).await
}

/// The figures of a team in a game; nothing before its first match.
///
/// # Errors
/// When the database fails.
pub async fn figures_of(db: &impl ConnectionTrait, team: i64, game: &str) -> Result<Option<TeamFigures>, DbError> {
    store::record::figures(db, team, game).await
}
