//! What a match adds to a team's figures, and what taking it back leaves. Pure.

/// How a match ended for one team.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Won.
    Win,
    /// Lost.
    Loss,
    /// Neither.
    Draw,
}

impl Outcome {
    /// The outcome as it is stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Win => "win",
            Self::Loss => "loss",
            Self::Draw => "draw",
        }
    }

    /// The outcome that is stored so.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Win, Self::Loss, Self::Draw].into_iter().find(|outcome| outcome.as_str() == text)
    }
}

/// A team's figures in one game.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// Matches won.
    pub won: i32,
    /// Matches lost.
    pub lost: i32,
    /// Matches drawn.
    pub drawn: i32,
    /// Wins in a row; losses in a row when negative.
    pub streak: i32,
    /// The most wins in a row.
    pub best: i32,
}

impl Figures {
    /// Matches played.
    pub const fn played(self) -> i32 {
        self.won.saturating_add(self.lost).saturating_add(self.drawn)
    }

    /// Per cent of the matches that were won.
    pub fn win_rate(self) -> f64 {
        if self.played() == 0 { 0.0 } else { f64::from(self.won) * 100.0 / f64::from(self.played()) }
    }

    /// The figures with one match more.
    pub fn with(self, outcome: Outcome) -> Self {
        let count = self.counted(outcome, 1);
        let streak = longer(self.streak, outcome);
        Self { streak, best: self.best.max(streak), ..count }
    }

    /// The figures with one match less; `left` is how the others ended, oldest first. Where older data counted
    /// matches that nobody recorded, the best streak stays as it was.
    pub fn without(self, outcome: Outcome, left: &[Outcome]) -> Self {
        let count = self.counted(outcome, -1);
        let replayed = left.iter().fold(Self::default(), |figures, outcome| figures.with(*outcome));
        let best = if replayed.played() == count.played() { replayed.best } else { self.best.max(replayed.best) };
        Self { streak: replayed.streak, best, ..count }
    }

    fn counted(self, outcome: Outcome, by: i32) -> Self {
        let add = |count: i32| count.saturating_add(by).max(0);
        match outcome {
            Outcome::Win => Self { won: add(self.won), ..self },
            Outcome::Loss => Self { lost: add(self.lost), ..self },
            Outcome::Draw => Self { drawn: add(self.drawn), ..self },
        }
    }
}

const fn longer(streak: i32, outcome: Outcome) -> i32 {
    match outcome {
        Outcome::Win if streak > 0 => streak.saturating_add(1),
        Outcome::Win => 1,
        Outcome::Loss if streak < 0 => streak.saturating_sub(1),
        Outcome::Loss => -1,
        Outcome::Draw => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::{
        Figures,
        Outcome::{self, Draw, Loss, Win},
    };

    fn after(outcomes: &[Outcome]) -> Figures {
        outcomes.iter().fold(Figures::default(), |figures, outcome| figures.with(*outcome))
    }

    #[test]
    fn every_match_counts_and_streaks_break() {
        for (outcomes, won, lost, drawn, streak, best) in [
            (&[][..], 0, 0, 0, 0, 0),
            (&[Win, Win], 2, 0, 0, 2, 2),
            (&[Win, Win, Loss], 2, 1, 0, -1, 2),
            (&[Loss, Loss, Loss], 0, 3, 0, -3, 0),
            (&[Win, Draw], 1, 0, 1, 0, 1),
            (&[Win, Draw, Win], 2, 0, 1, 1, 1),
            (&[Loss, Win], 1, 1, 0, 1, 1),
        ] {
            assert_eq!(after(outcomes), Figures { won, lost, drawn, streak, best }, "{outcomes:?}");
        }
        assert_eq!(after(&[]).win_rate(), 0.0);
        assert_eq!(after(&[Win, Loss, Draw, Win]).win_rate(), 50.0);
    }

    #[test]
    fn a_match_taken_back_was_never_played() {
        let played = [Win, Win, Loss, Win, Draw, Win, Win, Win];
        for position in 0..played.len() {
            let mut left = played.to_vec();
            let taken = left.remove(position);
            assert_eq!(after(&played).without(taken, &left), after(&left), "without the match at {position}");
        }
        let older = Figures { won: 10, best: 7, ..after(&[Win]) };
        assert_eq!(older.without(Win, &[]), Figures { won: 9, best: 7, streak: 0, ..older });
    }
}
