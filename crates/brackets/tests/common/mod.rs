//! Shared by the tests: playing stages through commands alone.
#![allow(dead_code, reason = "each test file uses its part")]

use brackets::*;

/// A game won by `side`.
pub fn won(side: Side) -> Game {
    Game::won_by(side)
}

pub fn setup(n: u32, format: Format) -> Setup {
    Setup { entrants: entrants(n), format }
}

pub fn stage(n: u32, format: Format) -> Stage {
    Stage::new(setup(n, format)).expect("a valid setup")
}

pub fn single(n: u32) -> Stage {
    stage(n, Format::single_elimination())
}

pub fn double(n: u32) -> Stage {
    stage(n, Format::double_elimination())
}

pub fn id(name: &str) -> MatchId {
    name.parse().expect("a match name")
}

pub fn e(number: u32) -> EntrantId {
    EntrantId(number)
}

/// The report that lets `side` win a match two games (or one) to nil.
pub fn report(stage: &Stage, at: MatchId, side: Side) -> Command {
    let fixture = stage.fixture(at).expect("the match exists");
    let between = fixture.pair().unwrap_or_else(|| panic!("{at} has no pair"));
    let games = if fixture.series.play_all { fixture.series.best_of } else { fixture.series.best_of / 2 + 1 };
    Command::Report { at, between, games: vec![won(side); usize::from(games)] }
}

/// Lets the entrant with number `winner` win.
pub fn win(stage: &mut Stage, name: &str, winner: u32) -> Vec<Change> {
    let at = id(name);
    let fixture = stage.fixture(at).expect("the match exists");
    let side = fixture.side_of(e(winner)).unwrap_or_else(|| panic!("#{winner} is not in {name}: {:?}", fixture.slots));
    stage.apply_mut(report(stage, at, side)).unwrap_or_else(|refusal| panic!("{name}: {refusal}"))
}

/// The matches that can be played now.
pub fn ready(stage: &Stage) -> Vec<MatchId> {
    stage.fixtures().filter(|f| f.status == Status::Ready).map(|f| f.id).collect()
}

/// Plays an elimination or round robin stage to its end, `choose` picking the winner.
pub fn play_out(stage: &mut Stage, mut choose: impl FnMut(&Fixture) -> Side) {
    loop {
        let open = ready(stage);
        if open.is_empty() {
            return;
        }
        for at in open {
            let fixture = stage.fixture(at).expect("listed");
            let side = choose(&fixture);
            stage.apply_mut(report(stage, at, side)).expect("a ready match takes a report");
        }
    }
}

/// The lower number wins.
pub fn favourite(fixture: &Fixture) -> Side {
    let [a, b] = fixture.pair().expect("ready");
    if a < b { Side::A } else { Side::B }
}

/// Matches lost by each entrant, as the fixtures show them.
pub fn losses(stage: &Stage) -> std::collections::HashMap<EntrantId, usize> {
    let mut losses: std::collections::HashMap<EntrantId, usize> =
        stage.entrants().iter().map(|who| (*who, 0)).collect();
    for fixture in stage.fixtures() {
        let (Some(verdict), Some(pair)) = (fixture.verdict, fixture.pair()) else { continue };
        for side in Side::BOTH {
            let lost = verdict.winner == Some(side.other()) || verdict.how == How::DoubleForfeit;
            *losses.get_mut(&pair[side.index()]).expect("an entrant") += usize::from(lost);
        }
    }
    losses
}
