//! Results as sides report them: their stored form, whether two say the same, and what they amount to.

use brackets::{BadSeries, Fixture, Game, Outcome, Series, Side, Verdict};
use serde_json::{Value, json};

/// The stored form of games: the score of each, `[1, 0]` where only the winner is known.
pub fn write_games(games: &[Game]) -> Value {
    games.iter().map(|game| json!(score(game))).collect()
}

/// The score of one game.
fn score(game: &Game) -> [u32; 2] {
    match (game.points, game.winner) {
        (Some(points), _) => points,
        (None, Some(Side::A)) => [1, 0],
        (None, Some(Side::B)) => [0, 1],
        (None, None) => [0, 0],
    }
}

/// Games from their stored form; nothing when it is no list of scores. A score of 1 to 0 is a game of which only
/// the winner is known.
pub fn read_games(stored: &Value) -> Option<Vec<Game>> {
    let one = |value: &Value| {
        let [a, b] = value.as_array()?.as_slice() else { return None };
        let (a, b) = (u32::try_from(a.as_u64()?).ok()?, u32::try_from(b.as_u64()?).ok()?);
        Some(match (a, b) {
            (1, 0) => Game::won_by(Side::A),
            (0, 1) => Game::won_by(Side::B),
            _ => Game::scored(a, b),
        })
    };
    stored.as_array()?.iter().map(one).collect()
}

/// What somebody reported, for people: `2:1 (3:1, 0:2, 4:3)`, with the scores of the games where they are known.
pub fn told(score: [i32; 2], games: &Value) -> String {
    let points = read_games(games).unwrap_or_default().into_iter().filter_map(|game| game.points);
    let points: Vec<String> = points.map(|[a, b]| format!("{a}:{b}")).collect();
    let games = if points.is_empty() { String::new() } else { format!(" ({})", points.join(", ")) };
    format!("{}:{}{games}", score[0], score[1])
}

/// Whether two reports say the same: the same games with the same scores.
pub fn same(one: &[Game], other: &[Game]) -> bool {
    one.len() == other.len() && one.iter().zip(other).all(|(one, other)| score(one) == score(other))
}

/// The series of a match as sides may report it.
pub fn series(best_of: i32, draws: bool) -> Series {
    Series { best_of: u8::try_from(best_of).unwrap_or(1).max(1), play_all: false, draws }
}

/// What games amount to.
///
/// # Errors
/// Games that cannot be: too many, after the decision, level where that is not allowed, undecided.
pub fn judge(series: &Series, games: &[Game]) -> Result<Verdict, BadSeries> {
    series.settle(&Outcome::Played(games.to_vec()))
}

/// The outcome of a decision by score alone, as a dispute is resolved: more games won is the winner.
///
/// # Errors
/// A level score where that is not allowed; more games than the series has.
pub fn ruling(series: &Series, score: [u16; 2]) -> Result<Outcome, BadSeries> {
    let winner = match score[0].cmp(&score[1]) {
        std::cmp::Ordering::Greater => Some(Side::A),
        std::cmp::Ordering::Less => Some(Side::B),
        std::cmp::Ordering::Equal => None,
    };
    let outcome = Outcome::Ruling { winner, score };
    series.settle(&outcome).map(|_| outcome)
}

/// An outcome that somebody decided, looked at without the bracket: it settles the series, a draw is level,
/// and a ruled winner has not fewer games than the loser.
///
/// # Errors
/// What is wrong with it.
pub fn check(series: &Series, outcome: &Outcome) -> Result<Verdict, BadSeries> {
    let verdict = series.settle(outcome)?;
    let level = verdict.score[0] == verdict.score[1];
    match (outcome, verdict.winner) {
        (Outcome::Ruling { .. }, None) if !level => Err(BadSeries::DrawnMatch),
        (Outcome::Ruling { .. }, Some(winner))
            if verdict.score[winner.index()] < verdict.score[winner.other().index()] =>
        {
            Err(BadSeries::PointsAgainstWinner { number: 1 })
        }
        _ => Ok(verdict),
    }
}

/// Whether a fixture may end level.
pub fn may_be_level(fixture: &Fixture) -> bool {
    fixture.series.draws
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reports_are_told_with_their_games() {
        for (score, games, expected) in [
            ([2, 1], json!([[3, 1], [0, 2], [4, 3]]), "2:1 (3:1, 0:2, 4:3)"),
            ([1, 0], json!([[13, 7]]), "1:0 (13:7)"),
            ([0, 1], json!([[0, 1]]), "0:1"),
            ([0, 0], json!(null), "0:0"),
        ] {
            assert_eq!(told(score, &games), expected);
        }
    }

    #[test]
    fn games_read_back() {
        for games in [
            vec![],
            vec![Game::won_by(Side::A), Game::won_by(Side::B)],
            vec![Game::scored(13, 9), Game::scored(7, 13), Game::scored(2, 2)],
            vec![Game { winner: None, points: Some([0, 0]) }],
        ] {
            assert_eq!(read_games(&write_games(&games)), Some(games));
        }
        for wrong in [json!({}), json!([1]), json!([[1]]), json!([[1, -1]]), json!([[1, 2, 3]]), json!([["1", 2]])] {
            assert_eq!(read_games(&wrong), None, "{wrong}");
        }
    }

    #[test]
    fn the_same_is_the_same_games() {
        let (a, b) = (Game::scored(13, 9), Game::scored(9, 13));
        assert!(same(&[a, b], &[a, b]));
        assert!(!same(&[a, b], &[b, a]), "another order is another report");
        assert!(!same(&[a], &[a, b]));
        assert!(!same(&[a], &[Game::scored(13, 8)]), "another score is another report");
        assert!(same(&[Game::won_by(Side::A)], &[Game::scored(1, 0)]), "both are stored as 1 to 0");
    }

    #[test]
    fn rulings_by_score() {
        let three = series(3, false);
        let one = series(1, true);
        let ruled = |winner, score| Ok(Outcome::Ruling { winner, score });
        assert_eq!(ruling(&three, [2, 1]), ruled(Some(Side::A), [2, 1]));
        assert_eq!(ruling(&three, [0, 2]), ruled(Some(Side::B), [0, 2]));
        assert_eq!(ruling(&three, [1, 1]), Err(BadSeries::DrawnMatch));
        assert_eq!(ruling(&three, [2, 2]), Err(BadSeries::DrawnMatch));
        assert_eq!(ruling(&three, [3, 1]), Err(BadSeries::ScoreAboveSeries { best_of: 3 }));
        assert_eq!(ruling(&one, [0, 0]), ruled(None, [0, 0]));
    }

    #[test]
    fn decisions_are_looked_at() {
        let one = series(1, true);
        let ruling = |winner, score| Outcome::Ruling { winner, score };
        assert!(check(&one, &ruling(Some(Side::A), [1, 0])).is_ok());
        assert!(check(&one, &ruling(Some(Side::A), [0, 0])).is_ok(), "won without a game");
        assert!(check(&one, &ruling(Some(Side::A), [0, 1])).is_err(), "the winner has fewer games");
        assert!(check(&one, &ruling(None, [1, 0])).is_err(), "a draw is level");
        assert!(check(&one, &ruling(None, [0, 0])).is_ok());
        assert!(check(&series(3, false), &Outcome::Played(vec![Game::won_by(Side::A)])).is_err(), "undecided");
    }
}
