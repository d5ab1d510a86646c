//! Playing stages without people: results follow from a seed.

use brackets::{Command, Game, HeatRow, Side, Stage, Status};

/// Reports a match with these games won.
pub fn report(stage: &mut Stage, at: &str, winner: Side, score: [usize; 2]) {
    let at = at.parse().expect("a match");
    let between = stage.fixture(at).and_then(|fixture| fixture.pair()).expect("both are known");
    // The loser's games come first: the series ends with the winner's last.
    let loser = winner.other();
    let games = std::iter::repeat_n(Game::won_by(loser), score[loser.index()])
        .chain(std::iter::repeat_n(Game::won_by(winner), score[winner.index()]))
        .collect();
    stage.apply_mut(Command::Report { at, between, games }).expect("it can be reported");
}

/// Plays so many matches, or all there are; Swiss rounds are paired as they are needed.
pub fn play(stage: &mut Stage, most: usize, seed: u64) {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let mut played = 0;
    while played < most {
        let ready: Vec<_> = stage.fixtures().filter(|fixture| fixture.status == Status::Ready).collect();
        if !ready.is_empty() {
            for fixture in ready.into_iter().take(most - played) {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                let winner = if (state >> 33).is_multiple_of(3) { Side::B } else { Side::A };
                let games = vec![Game::won_by(winner); usize::from(fixture.series.needed())];
                let between = fixture.pair().expect("a ready match has two sides");
                stage.apply_mut(Command::Report { at: fixture.id, between, games }).expect("it can be reported");
                played += 1;
            }
            continue;
        }
        let heat = stage.match_ids().filter_map(|id| stage.heat(id)).find(|heat| heat.status == Status::Ready);
        if let Some(heat) = heat {
            let row = |(place, who): (u32, &brackets::EntrantId)| HeatRow {
                entrant: *who,
                place: Some(place),
                kills: place % 4,
            };
            let rows = (1u32..).zip(heat.lobby.iter().rev()).map(row).collect();
            stage.apply_mut(Command::Heat { at: heat.id, rows }).expect("it can be entered");
            played += 1;
            continue;
        }
        let pair = |rematches| Command::Pair { seed, rematches };
        if stage.apply_mut(pair(false)).is_err() && stage.apply_mut(pair(true)).is_err() {
            return;
        }
    }
}
