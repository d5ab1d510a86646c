//! The figure of each tie-breaker for each entrant, computed once from all results.
//!
//! Not here: head-to-head, which depends on who is tied (`rank`).

use std::collections::HashMap;

use super::{Played, Results, SatOut, TieBreak, Unplayed, Value};
use crate::outcome::How;
use crate::slot::EntrantId;

/// Sums of one entrant.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sums {
    pub points: i64,
    pub wins: i64,
    pub losses: i64,
    matches: i64,
    games: [i64; 2],
    drawn: i64,
    scored: [i64; 2],
    /// (round, opponent, points made)
    met: Vec<Meeting>,
    by_round: Vec<(u16, i64)>,
}

#[derive(Clone, Copy, Debug)]
struct Meeting {
    opponent: usize,
    points: i64,
    result: Kind,
    at_the_table: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Win,
    Draw,
    Loss,
}

/// All sums, by position in the seed order.
pub(crate) struct Figures<'a> {
    results: &'a Results<'a>,
    pub index: HashMap<EntrantId, usize>,
    pub sums: Vec<Sums>,
    rounds: u16,
}

impl<'a> Figures<'a> {
    pub fn new(results: &'a Results<'a>) -> Self {
        let index: HashMap<EntrantId, usize> =
            results.entrants.iter().enumerate().map(|(at, who)| (*who, at)).collect();
        let mut figures = Self { results, sums: vec![Sums::default(); results.entrants.len()], index, rounds: 0 };
        for played in &results.played {
            figures.add(played);
        }
        for sat in &results.sat {
            let Some(&at) = figures.index.get(&sat.who) else { continue };
            let points = i64::from(match sat.why {
                SatOut::Bye => results.scoring.bye,
                SatOut::Absent => results.scoring.absent,
                SatOut::Late => results.scoring.late,
                SatOut::Missed => 0,
            });
            figures.sums[at].points += points;
            figures.sums[at].by_round.push((sat.round, points));
            figures.rounds = figures.rounds.max(sat.round);
        }
        figures
    }

    fn add(&mut self, played: &Played) {
        let scoring = self.results.scoring;
        let [Some(a), Some(b)] = played.pair.map(|who| self.index.get(&who).copied()) else { return };
        self.rounds = self.rounds.max(played.round);
        let at_the_table = matches!(played.verdict.how, How::Played | How::Ruling);
        for (me, (own, opponent)) in [(a, b), (b, a)].into_iter().enumerate() {
            let result = match (played.verdict.winner, played.verdict.how) {
                (Some(side), _) if side.index() == me => Kind::Win,
                (Some(_), _) | (None, How::DoubleForfeit) => Kind::Loss,
                (None, _) => Kind::Draw,
            };
            let points = i64::from(match result {
                Kind::Win => scoring.win,
                Kind::Draw => scoring.draw,
                Kind::Loss if at_the_table => scoring.loss,
                Kind::Loss => scoring.forfeit,
            });
            let sums = &mut self.sums[own];
            sums.points += points;
            sums.matches += 1;
            sums.wins += i64::from(result == Kind::Win);
            sums.losses += i64::from(result == Kind::Loss);
            sums.games[0] += i64::from(played.verdict.score[me]);
            sums.games[1] += i64::from(played.verdict.score[1 - me]);
            sums.drawn += i64::from(played.drawn);
            sums.scored[0] += i64::try_from(played.points[me]).unwrap_or(i64::MAX);
            sums.scored[1] += i64::try_from(played.points[1 - me]).unwrap_or(i64::MAX);
            sums.met.push(Meeting { opponent, points, result, at_the_table });
            sums.by_round.push((played.round, points));
        }
    }

    /// The figures of one tie-breaker; `None` for those that need to know who is tied or belong to heats.
    pub fn of(&self, rule: TieBreak) -> Option<Vec<Value>> {
        let whole = |of: &dyn Fn(usize, &Sums) -> i64| Some(self.each(|at, sums| Value::Whole(of(at, sums))));
        match rule {
            TieBreak::Points => whole(&|_, s| s.points),
            TieBreak::Wins => whole(&|_, s| s.wins),
            TieBreak::FewestLosses => whole(&|_, s| -s.losses),
            TieBreak::GameDifference => whole(&|_, s| s.games[0] - s.games[1]),
            TieBreak::GamesWon => whole(&|_, s| s.games[0]),
            TieBreak::PointDifference => whole(&|_, s| s.scored[0] - s.scored[1]),
            TieBreak::PointsScored => whole(&|_, s| s.scored[0]),
            TieBreak::Seed => whole(&|at, _| -i64::try_from(at).unwrap_or(i64::MAX) - 1),
            TieBreak::Buchholz { cut_low, cut_high } => whole(&|at, _| self.buchholz(at, cut_low, cut_high)),
            TieBreak::Difficulty => {
                whole(&|_, s| s.met.iter().map(|m| self.sums[m.opponent].wins - self.sums[m.opponent].losses).sum())
            }
            TieBreak::SonnebornBerger => Some(self.each(|_, s| Value::ratio(self.sonneborn(s), 2))),
            TieBreak::Cumulative => whole(&|_, s| self.cumulative(s)),
            TieBreak::Koya => whole(&|_, s| self.koya(s)),
            TieBreak::OpponentMatchWin { floor } => {
                let own: Vec<Value> = self.each(|_, s| floored(s.points_at_matches(), self.win() * s.matches, floor));
                Some(self.mean_of_opponents(&own))
            }
            TieBreak::GameWin { floor } => Some(self.game_win(floor)),
            TieBreak::OpponentGameWin { floor } => Some(self.mean_of_opponents(&self.game_win(floor))),
            TieBreak::HeadToHead | TieBreak::GroupPlace | TieBreak::Kills | TieBreak::HeatWins | TieBreak::LastHeat => {
                None
            }
        }
    }

    fn each(&self, of: impl Fn(usize, &Sums) -> Value) -> Vec<Value> {
        self.sums.iter().enumerate().map(|(at, sums)| of(at, sums)).collect()
    }

    fn win(&self) -> i64 {
        i64::from(self.results.scoring.win)
    }

    /// Whether a meeting's opponent enters the sums of opponents' scores.
    fn counts(&self, meeting: &Meeting) -> bool {
        meeting.at_the_table || self.results.scoring.unplayed == Unplayed::AsPaired
    }

    fn buchholz(&self, at: usize, cut_low: u8, cut_high: u8) -> i64 {
        let own = &self.sums[at];
        let mut scores: Vec<i64> =
            own.met.iter().filter(|m| self.counts(m)).map(|m| self.sums[m.opponent].points).collect();
        if self.results.scoring.unplayed == Unplayed::AgainstOneself {
            let unplayed = own.by_round.len().saturating_sub(scores.len());
            scores.extend(std::iter::repeat_n(own.points, unplayed));
        }
        scores.sort_unstable();
        let low = usize::from(cut_low).min(scores.len());
        let high = scores.len().saturating_sub(usize::from(cut_high)).max(low);
        scores[low..high].iter().sum()
    }

    /// Twice the Sonneborn-Berger score, which has halves.
    fn sonneborn(&self, sums: &Sums) -> i64 {
        let met = sums.met.iter().filter(|m| self.counts(m));
        met.map(|m| {
            self.sums[m.opponent].points
                * match m.result {
                    Kind::Win => 2,
                    Kind::Draw => 1,
                    Kind::Loss => 0,
                }
        })
        .sum()
    }

    fn cumulative(&self, sums: &Sums) -> i64 {
        // Points of round r stand in the running score of every round from r on.
        sums.by_round.iter().map(|(round, points)| points * i64::from(self.rounds - round + 1)).sum()
    }

    fn koya(&self, sums: &Sums) -> i64 {
        let strong = |at: usize| {
            let opponent = &self.sums[at];
            2 * opponent.points >= self.win() * opponent.matches
        };
        sums.met.iter().filter(|m| strong(m.opponent)).map(|m| m.points).sum()
    }

    fn game_win(&self, floor: u8) -> Vec<Value> {
        let draw = i64::from(self.results.scoring.draw);
        self.each(|_, s| {
            let games = s.games[0] + s.games[1] + s.drawn;
            floored(self.win() * s.games[0] + draw * s.drawn, self.win() * games, floor)
        })
    }

    fn mean_of_opponents(&self, own: &[Value]) -> Vec<Value> {
        self.each(|_, s| {
            let opponents: Vec<Value> =
                s.met.iter().filter(|m| self.counts(m)).map(|m| own[m.opponent].clone()).collect();
            Value::mean(&opponents)
        })
    }

    /// Points an entrant had made before a round.
    pub fn points_before(&self, at: usize, round: u16) -> i64 {
        self.sums[at].by_round.iter().filter(|(r, _)| *r < round).map(|(_, points)| points).sum()
    }

    /// Points made among `set` only, and whether all of them have met.
    pub fn among(&self, set: &[usize]) -> Option<Vec<i64>> {
        let mut points = Vec::with_capacity(set.len());
        for me in set {
            let mut own = 0;
            for other in set.iter().filter(|other| *other != me) {
                let mut met = self.sums[*me].met.iter().filter(|m| m.opponent == *other).peekable();
                met.peek()?;
                own += met.map(|m| m.points).sum::<i64>();
            }
            points.push(own);
        }
        Some(points)
    }
}

impl Sums {
    fn points_at_matches(&self) -> i64 {
        self.met.iter().map(|m| m.points).sum()
    }
}

fn floored(part: i64, whole: i64, floor: u8) -> Value {
    Value::ratio(part, whole).max(Value::ratio(i64::from(floor), 100))
}
