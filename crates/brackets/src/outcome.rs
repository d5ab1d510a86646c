//! The result of one match: games of a series, forfeits, rulings, and the verdict they amount to.
//!
//! A series is complete exactly when one side has won more than half of its games (or, where draws
//! are legal, when all games are played). Not here: what a result does to other matches.

use serde::{Deserialize, Serialize};

use crate::refusal::BadSeries;
use crate::slot::Side;

/// One game (map) of a series.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Game {
    /// Who won it; `None` is a drawn game.
    pub winner: Option<Side>,
    /// Rounds or goals of either side, where the game counts them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub points: Option<[u32; 2]>,
}

impl Game {
    /// A game won by `side`.
    #[must_use]
    pub fn won_by(side: Side) -> Self {
        Self { winner: Some(side), points: None }
    }

    /// A game with its points; more points win, equal points draw.
    #[must_use]
    pub fn scored(a: u32, b: u32) -> Self {
        let winner = match a.cmp(&b) {
            std::cmp::Ordering::Greater => Some(Side::A),
            std::cmp::Ordering::Less => Some(Side::B),
            std::cmp::Ordering::Equal => None,
        };
        Self { winner, points: Some([a, b]) }
    }
}

/// How long a match is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Series {
    /// Number of games, at least 1.
    pub best_of: u8,
    /// Whether games after the decision are played too. They are kept, but never counted:
    /// otherwise losing the last map could pay.
    pub play_all: bool,
    /// Whether a drawn match is legal here.
    pub draws: bool,
}

/// What was decided about a match between two known entrants.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It was played; the games in order.
    Played(Vec<Game>),
    /// One side gave the match up, or did not appear.
    Forfeit {
        /// The side that loses.
        by: Side,
        /// Whether it never appeared.
        no_show: bool,
    },
    /// Neither side gets anything: both lose, nobody advances.
    DoubleForfeit {
        /// Whether both never appeared.
        no_show: bool,
    },
    /// A referee's decision, with the score to record: the only way to a 1-0 in a best of three.
    Ruling {
        /// The winner; `None` is a draw and needs a stage where draws are legal.
        winner: Option<Side>,
        /// Games credited to either side.
        score: [u16; 2],
    },
}

/// How a verdict came about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// By playing.
    Played,
    /// Without playing, because the other side forfeited, withdrew or did not appear.
    Walkover,
    /// Both sides forfeited.
    DoubleForfeit,
    /// By a referee.
    Ruling,
}

/// What an outcome amounts to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Verdict {
    /// The winner; `None` is a draw, or a loss of both ([`How::DoubleForfeit`]).
    pub winner: Option<Side>,
    /// Games won by either side, counted up to the decision.
    pub score: [u16; 2],
    /// How it came about.
    pub how: How,
}

impl Series {
    /// Games one side needs: more than half.
    #[must_use]
    pub fn needed(&self) -> u16 {
        u16::from(self.best_of) / 2 + 1
    }

    /// The verdict of the games so far; `None` while the series goes on.
    ///
    /// # Errors
    /// Games that cannot happen in this series: too many, after the decision, drawn where draws are not legal.
    pub fn judge(&self, games: &[Game]) -> Result<Option<Verdict>, BadSeries> {
        if games.len() > usize::from(self.best_of) {
            return Err(BadSeries::TooManyGames { best_of: self.best_of, games: games.len() });
        }
        let mut score = [0u16; 2];
        let mut winner = None;
        for (index, game) in games.iter().enumerate() {
            let number = index + 1;
            if winner.is_some() && !self.play_all {
                return Err(BadSeries::GameAfterDecision { number });
            }
            if game.winner.is_none() && !self.draws {
                return Err(BadSeries::DrawnGame { number });
            }
            if let Some([a, b]) = game.points {
                let (winning, losing) = if game.winner == Some(Side::B) { (b, a) } else { (a, b) };
                if winning < losing || (game.winner.is_none() && a != b) {
                    return Err(BadSeries::PointsAgainstWinner { number });
                }
            }
            if let (Some(side), None) = (game.winner, winner) {
                score[side.index()] += 1;
                if score[side.index()] == self.needed() {
                    winner = Some(side);
                }
            }
        }
        let all = games.len() == usize::from(self.best_of);
        if all && winner.is_none() {
            winner = match score[0].cmp(&score[1]) {
                std::cmp::Ordering::Greater => Some(Side::A),
                std::cmp::Ordering::Less => Some(Side::B),
                std::cmp::Ordering::Equal => None,
            };
            if winner.is_none() && !self.draws {
                return Err(BadSeries::DrawnMatch);
            }
            return Ok(Some(Verdict { winner, score, how: How::Played }));
        }
        let over = winner.is_some() && (all || !self.play_all);
        Ok(over.then_some(Verdict { winner, score, how: How::Played }))
    }

    /// The verdict of an outcome; `None` if its games do not decide the series yet.
    ///
    /// # Errors
    /// As [`Series::judge`]; a ruled draw where draws are not legal; a ruled score above the series.
    pub fn verdict(&self, outcome: &Outcome) -> Result<Option<Verdict>, BadSeries> {
        match outcome {
            Outcome::Played(games) => self.judge(games),
            Outcome::Forfeit { by, .. } => {
                let winner = by.other();
                let mut score = [0; 2];
                score[winner.index()] = self.needed();
                Ok(Some(Verdict { winner: Some(winner), score, how: How::Walkover }))
            }
            Outcome::DoubleForfeit { .. } => Ok(Some(Verdict { winner: None, score: [0; 2], how: How::DoubleForfeit })),
            Outcome::Ruling { winner, score } => {
                if winner.is_none() && !self.draws {
                    return Err(BadSeries::DrawnMatch);
                }
                if score.iter().map(|s| u32::from(*s)).sum::<u32>() > u32::from(self.best_of) {
                    return Err(BadSeries::ScoreAboveSeries { best_of: self.best_of });
                }
                Ok(Some(Verdict { winner: *winner, score: *score, how: How::Ruling }))
            }
        }
    }

    /// As [`Series::verdict`], but an undecided series is an error too.
    ///
    /// # Errors
    /// As [`Series::verdict`], and [`BadSeries::Undecided`].
    pub fn settle(&self, outcome: &Outcome) -> Result<Verdict, BadSeries> {
        self.verdict(outcome)?.ok_or(BadSeries::Undecided { needed: self.needed(), best_of: self.best_of })
    }

    /// The games that count: up to the decision.
    pub(crate) fn counted<'a>(&self, games: &'a [Game]) -> &'a [Game] {
        let mut score = [0u16; 2];
        for (index, game) in games.iter().enumerate() {
            if let Some(side) = game.winner {
                score[side.index()] += 1;
                if score[side.index()] == self.needed() {
                    return &games[..=index];
                }
            }
        }
        games
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: Game = Game { winner: Some(Side::A), points: None };
    const B: Game = Game { winner: Some(Side::B), points: None };
    const D: Game = Game { winner: None, points: None };

    #[test]
    fn a_series_ends_at_more_than_half() {
        let bo = |best_of| Series { best_of, play_all: false, draws: false };
        type Case<'a> = (u8, &'a [Game], Result<Option<[u16; 2]>, BadSeries>);
        let cases: [Case<'_>; 8] = [
            (1, &[A], Ok(Some([1, 0]))),
            (3, &[A], Ok(None)),
            (3, &[A, B], Ok(None)),
            (3, &[A, B, B], Ok(Some([1, 2]))),
            (3, &[A, A], Ok(Some([2, 0]))),
            (3, &[A, A, B], Err(BadSeries::GameAfterDecision { number: 3 })),
            (1, &[A, A], Err(BadSeries::TooManyGames { best_of: 1, games: 2 })),
            (3, &[D], Err(BadSeries::DrawnGame { number: 1 })),
        ];
        for (best_of, games, expected) in cases {
            assert_eq!(bo(best_of).judge(games).map(|v| v.map(|v| v.score)), expected, "Bo{best_of} {games:?}");
        }
    }

    #[test]
    fn playing_all_games_counts_only_up_to_the_decision() {
        let all = Series { best_of: 3, play_all: true, draws: false };
        assert_eq!(all.judge(&[A, A]), Ok(None));
        let verdict = all.judge(&[A, A, B]).unwrap().unwrap();
        assert_eq!((verdict.winner, verdict.score), (Some(Side::A), [2, 0]));
        assert_eq!(all.counted(&[A, A, B]).len(), 2);
    }

    #[test]
    fn an_even_series_may_be_drawn_where_draws_are_legal() {
        let two = Series { best_of: 2, play_all: false, draws: true };
        assert_eq!(two.judge(&[A, B]).unwrap().unwrap().winner, None);
        assert_eq!(two.judge(&[A, D]).unwrap().unwrap().winner, Some(Side::A));
        assert_eq!(two.judge(&[A]), Ok(None));
    }

    #[test]
    fn points_must_agree_with_the_winner() {
        let one = Series { best_of: 1, play_all: false, draws: true };
        let wrong = Game { winner: Some(Side::A), points: Some([7, 13]) };
        assert_eq!(one.judge(&[wrong]), Err(BadSeries::PointsAgainstWinner { number: 1 }));
        let drawn = Game { winner: None, points: Some([1, 2]) };
        assert_eq!(one.judge(&[drawn]), Err(BadSeries::PointsAgainstWinner { number: 1 }));
    }
}
