//! Changing the past: replay equivalence, previews, the way back.

mod common;

use brackets::chance::Chance;
use brackets::*;
use common::*;
use proptest::prelude::*;

fn formats() -> Vec<Format> {
    let single = |third_place, consolation| Format::Elimination {
        kind: Elimination::Single { third_place, consolation },
        lengths: Lengths::best_of(3),
        places: None,
    };
    let double = |grand_final| Format::Elimination {
        kind: Elimination::Double { grand_final },
        lengths: Lengths::best_of(1),
        places: None,
    };
    vec![
        single(true, false),
        single(false, true),
        double(Final::None),
        double(Final::Single),
        double(Final::Reset),
        Format::RoundRobin(RoundRobin { draws: true, ..RoundRobin::default() }),
        Format::RoundRobin(RoundRobin {
            withdrawals: Withdrawals::AnnulUnderHalf,
            groups: 2,
            legs: 2,
            ..RoundRobin::default()
        }),
        Format::Swiss(Swiss { draws: true, ..Swiss::rounds(4) }),
        Format::Swiss(Swiss::major()),
        Format::FreeForAll(FreeForAll {
            rounds: 3,
            lobbies: 2,
            mixing: ffa::Lobbies::Rotating,
            ..FreeForAll::default()
        }),
    ]
}

/// Any command, mostly sensible, sometimes not.
fn any_command(stage: &Stage, chance: &mut Chance) -> Command {
    let ids: Vec<MatchId> = stage.match_ids().collect();
    let at = match chance.below(12) {
        0 => MatchId::Winners { round: chance.below(9) as u16, number: chance.below(9) as u32 },
        1 => [MatchId::GrandFinal, MatchId::GrandFinalReset, MatchId::ThirdPlace][chance.below(3)],
        _ if ids.is_empty() => MatchId::Swiss { round: 1, number: 1 },
        _ => ids[chance.below(ids.len())],
    };
    let anyone = |chance: &mut Chance| EntrantId(1 + chance.below(stage.entrants().len() + 2) as u32);
    let fixture = stage.fixture(at);
    let pair = fixture.as_ref().and_then(Fixture::pair).filter(|_| chance.below(12) > 0);
    let between = pair.unwrap_or_else(|| [anyone(chance), anyone(chance)]);
    let best_of = fixture.as_ref().map_or(1, |f| f.series.best_of);
    let side = if chance.coin() { Side::A } else { Side::B };
    let games = match chance.below(8) {
        0 => vec![Game::scored(chance.below(3) as u32, chance.below(3) as u32); chance.below(4)],
        1 => vec![Game { winner: None, points: None }; usize::from(best_of)],
        _ => vec![won(side); usize::from(best_of / 2 + 1)],
    };
    let later = if chance.coin() { Later::Keep } else { Later::Repair };
    let rows = || {
        let lobby = stage.heat(at).map(|heat| heat.lobby).unwrap_or_default();
        lobby
            .into_iter()
            .zip(1..)
            .map(|(entrant, place)| HeatRow { entrant, place: Some(place), kills: place })
            .collect::<Vec<_>>()
    };
    match chance.below(24) {
        0 => Command::Withdraw { who: anyone(chance) },
        1 => Command::Reinstate { who: anyone(chance) },
        2 => Command::Undo,
        3 => Command::Redo,
        4 => Command::Reopen { at, later },
        5 => Command::Forfeit { at, between, by: between[chance.below(2)] },
        6 => Command::NoShow { at, between, by: between[chance.below(2)] },
        7 => Command::DoubleForfeit { at, between, no_show: chance.coin() },
        8 => Command::Rule { at, between, winner: Some(between[0]), score: [1, 0] },
        9 => Command::Game { at, between, number: chance.below(4) as u8, game: won(side) },
        10 | 11 => Command::Correct { at, between, outcome: Outcome::Played(games), later },
        12 => Command::Enter { entrant: Entrant::new(anyone(chance).0) },
        13 => Command::Absent { who: anyone(chance) },
        14 => Command::Unpair { round: chance.below(4) as u16 },
        15 => Command::BreakTie { order: vec![between[0], between[1]], how: TieDecision::Lot(1) },
        16 => Command::ReopenTie { tied: vec![between[1], between[0]] },
        17 => Command::CorrectHeat { at, rows: rows() },
        18 => Command::Heat { at, rows: rows() },
        19 | 20 => Command::Pair { seed: chance.next_u64(), rematches: chance.coin() },
        _ => Command::Report { at, between, games },
    }
}

/// Carries out arbitrary commands; a refusal must leave the stage as it was.
fn wander(stage: &mut Stage, chance: &mut Chance, steps: usize) {
    for _ in 0..steps {
        let command = any_command(stage, chance);
        let before = stage.clone();
        if stage.apply_mut(command.clone()).is_err() {
            assert_eq!(*stage, before, "{command:?} was refused and changed something");
            assert_eq!(stage.log(), before.log());
        }
    }
}

/// Sees that all that can be read can be read.
fn look(stage: &Stage) {
    let (_, tables, board) = (stage.standings(), stage.tables(), stage.board());
    assert_eq!(tables.iter().map(|table| table.rows.len()).sum::<usize>(), stage.entrants().len());
    let drawn: usize = board.blocks.iter().flat_map(|block| &block.columns).map(|column| column.cells.len()).sum();
    assert_eq!(drawn, stage.match_ids().count(), "every match is drawn once");
    for who in stage.entrants() {
        let _ = stage.path(*who);
    }
    let _ = (stage.champion(), stage.cross_table(0));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_command_sequence_panics_and_the_log_is_the_stage(seed: u64, n in 2u32..20, format in 0usize..10, steps in 1usize..60) {
        let Ok(mut stage) = Stage::new(setup(n, formats()[format].clone())) else { return Ok(()) };
        let fresh = stage.clone();
        let mut chance = Chance::new(seed);
        wander(&mut stage, &mut chance, steps);
        look(&stage);
        let again = Stage::replay(stage.setup().clone(), stage.log().to_vec()).expect("a log can be replayed");
        prop_assert!(again == stage);
        let text = serde_json::to_string(&stage).expect("plain data");
        let read: Stage = serde_json::from_str(&text).expect("what was written can be read");
        prop_assert!(read == stage);
        let counting = stage.effective_log().len();
        for _ in 0..counting {
            stage.apply_mut(Command::Undo).expect("something to undo");
        }
        prop_assert!(stage == fresh);
        prop_assert_eq!(stage.apply_mut(Command::Undo), Err(Refusal::NothingToUndo));
        for _ in 0..counting {
            stage.apply_mut(Command::Redo).expect("something to redo");
        }
        prop_assert!(stage == again);
    }

    #[test]
    fn a_correction_equals_the_right_result_at_first(seed: u64, n in 3u32..24, format in 0usize..9) {
        let Ok(mut stage) = Stage::new(setup(n, formats()[format].clone())) else { return Ok(()) };
        let mut chance = Chance::new(seed);
        play_some(&mut stage, &mut chance);
        let Some((at, between)) = decided(&stage, &mut chance) else { return Ok(()) };
        let best_of = stage.fixture(at).unwrap().series.best_of;
        let side = if chance.coin() { Side::A } else { Side::B };
        let games = vec![won(side); usize::from(best_of / 2 + 1)];
        let outcome = Outcome::Played(games.clone());
        let corrected = stage.apply(Command::Correct { at, between, outcome, later: Later::Keep }).expect("decided").0;

        // The log with the right result in the place of the wrong one. A report that finds another pair
        // than its own waits for its pair.
        let log: Vec<Command> = stage.effective_log().into_iter().cloned().collect();
        let about = |command: &Command| match command {
            Command::Report { at: x, between: y, .. } => *x == at && *y == between,
            Command::Forfeit { at: x, between: y, .. } => *x == at && *y == between,
            _ => false,
        };
        let right = Command::Report { at, between, games };
        let edited = log.into_iter().map(|command| if about(&command) { right.clone() } else { command });
        let mut replayed = Stage::new(stage.setup().clone()).unwrap();
        let mut waiting: Vec<Command> = vec![];
        for command in edited {
            waiting.push(command);
            loop {
                let before = waiting.len();
                waiting.retain(|command| !enter(&mut replayed, command));
                if waiting.len() == before {
                    break;
                }
            }
        }
        prop_assert!(replayed == corrected, "{}", shown(&replayed, &corrected));
    }

    #[test]
    fn the_way_back_leads_back(seed: u64, n in 3u32..24, format in 0usize..10) {
        let Ok(mut stage) = Stage::new(setup(n, formats()[format].clone())) else { return Ok(()) };
        let mut chance = Chance::new(seed);
        wander(&mut stage, &mut chance, 10);
        play_some(&mut stage, &mut chance);
        let later = if chance.coin() { Later::Keep } else { Later::Repair };
        let command = match decided(&stage, &mut chance) {
            Some((at, _)) if chance.below(3) == 0 => Command::Reopen { at, later },
            Some((at, between)) => {
                let games = vec![won(Side::B); usize::from(stage.fixture(at).unwrap().series.best_of / 2 + 1)];
                Command::Correct { at, between, outcome: Outcome::Played(games), later }
            }
            None => any_command(&stage, &mut chance),
        };
        let stakes = Stakes { cuts: vec![2], prizes: vec![700, 300] };
        let Ok(correction) = stage.preview(command.clone(), &stakes) else { return Ok(()) };
        prop_assert!(stage.apply(command.clone()).unwrap().0 == correction.after, "the preview is the change");
        let mut back = correction.after.clone();
        for step in correction.way_back {
            back.apply_mut(step.clone()).unwrap_or_else(|refusal| panic!("{step:?}: {refusal}"));
        }
        prop_assert!(back == stage, "{}", shown(&back, &stage));
        let nothing = Preview::between(&stage, &back, &stakes);
        prop_assert!(nothing.is_empty());
        prop_assert_eq!(correction.preview.is_empty(), Preview::between(&stage, &correction.after, &stakes).is_empty());
    }
}

/// Enters a result as of its own time: a match that was played before one of the two withdrew is no
/// walkover, even if the pair only comes about now.
fn enter(stage: &mut Stage, command: &Command) -> bool {
    if stage.apply_mut(command.clone()).is_ok() {
        return true;
    }
    let (at, between, outcome) = match command {
        Command::Report { at, between, games } => (*at, *between, Outcome::Played(games.clone())),
        Command::Forfeit { at, between, by } => {
            let by = if between[0] == *by { Side::A } else { Side::B };
            (*at, *between, Outcome::Forfeit { by, no_show: false })
        }
        _ => return false,
    };
    let walkover = stage.fixture(at).is_some_and(|f| f.outcome.is_none() && f.status == Status::Done);
    walkover && stage.apply_mut(Command::Correct { at, between, outcome, later: Later::Keep }).is_ok()
}

/// Where two stages differ, briefly.
fn shown(x: &Stage, y: &Stage) -> String {
    let different = Preview::between(x, y, &Stakes::default());
    let log: Vec<String> = y.log().iter().map(|command| format!("{command:?}")).collect();
    format!("{:?}\n{}", different.matches, log.join("\n"))
}

/// Plays on for a while: mostly reports, some forfeits and withdrawals.
fn play_some(stage: &mut Stage, chance: &mut Chance) {
    for _ in 0..chance.below(3 * stage.entrants().len()) {
        let open = ready(stage);
        if open.is_empty() {
            if stage.apply_mut(Command::Pair { seed: chance.next_u64(), rematches: true }).is_err() {
                return;
            }
            continue;
        }
        let at = open[chance.below(open.len())];
        let pair = stage.fixture(at).unwrap().pair().unwrap();
        let command = match chance.below(14) {
            0 => Command::Forfeit { at, between: pair, by: pair[0] },
            1 => Command::Withdraw { who: pair[1] },
            _ => report(stage, at, if chance.coin() { Side::A } else { Side::B }),
        };
        stage.apply_mut(command).expect("ready");
    }
}

/// A match that was decided by a report or forfeit.
fn decided(stage: &Stage, chance: &mut Chance) -> Option<(MatchId, [EntrantId; 2])> {
    let all: Vec<Fixture> = stage.fixtures().filter(|f| f.status == Status::Done && f.outcome.is_some()).collect();
    if all.is_empty() {
        return None;
    }
    let fixture = &all[chance.below(all.len())];
    Some((fixture.id, fixture.pair()?))
}

#[test]
fn a_preview_names_everything_that_hangs_on_a_result() {
    let mut stage = single(4);
    for (at, winner) in [("W1.1", 1), ("W1.2", 2), ("W2.1", 1)] {
        win(&mut stage, at, winner);
    }
    let outcome = Outcome::Played(vec![won(Side::B)]);
    let correct = Command::Correct { at: id("W1.1"), between: [e(1), e(4)], outcome, later: Later::Keep };
    let stakes = Stakes { cuts: vec![1], prizes: vec![100, 50] };
    let correction = stage.preview(correct, &stakes).unwrap();
    let preview = &correction.preview;
    assert_eq!(preview.matches.iter().map(|m| m.at).collect::<Vec<_>>(), [id("W1.1"), id("W2.1")]);
    let final_after = preview.matches[1].after.as_ref().unwrap();
    assert_eq!((final_after.pair(), final_after.status), (Some([e(4), e(2)]), Status::Ready));
    assert_eq!(preview.champion, Some((Some(e(1)), None)));
    assert_eq!(preview.cuts[0].before, Some(vec![e(1)]));
    assert_eq!(preview.cuts[0].after, None, "two are still in");
    assert!(preview.prizes.contains(&correction::PrizeDifference { entrant: e(1), before: 100, after: 0 }));
    assert_eq!(stage.champion(), Some(e(1)), "a preview changes nothing");
    // The final is played anew, then the first correction turns out wrong: the first final counts again.
    let mut after = correction.after;
    win(&mut after, "W2.1", 4);
    assert_eq!(after.champion(), Some(e(4)));
    for step in correction.way_back {
        after.apply_mut(step).unwrap();
    }
    assert_eq!(after, stage);
}

#[test]
fn repairing_a_swiss_round_withdraws_what_came_after() {
    let mut stage = stage(8, Format::Swiss(Swiss::rounds(3)));
    for round in 1..=2 {
        stage.apply_mut(Command::Pair { seed: round, rematches: false }).unwrap();
        play_out(&mut stage, favourite);
    }
    let outcome = Outcome::Played(vec![won(Side::B)]);
    let correct = |later| Command::Correct { at: id("S1.1"), between: [e(1), e(5)], outcome: outcome.clone(), later };
    let kept = stage.apply(correct(Later::Keep)).unwrap().0;
    assert_eq!(kept.match_ids().count(), 8, "published pairings stand");
    let (repaired, changes) = stage.apply(correct(Later::Repair)).unwrap();
    assert_eq!(repaired.match_ids().count(), 4);
    assert!(changes.contains(&Change::Unpaired { round: 2 }));
    let back = stage.preview(correct(Later::Repair), &Stakes::default()).unwrap();
    let restored = back.way_back.into_iter().fold(back.after, |stage, step| stage.apply(step).unwrap().0);
    assert_eq!(restored, stage);
}
