//! Elimination brackets: every small case, many large ones.

mod common;

use std::collections::HashMap;

use brackets::chance::Chance;
use brackets::elimination::drops;
use brackets::*;
use common::*;

fn single_of(third_place: bool, consolation: bool) -> Format {
    let kind = Elimination::Single { third_place, consolation };
    Format::Elimination { kind, lengths: Lengths::default(), places: None }
}

fn double_of(grand_final: Final) -> Format {
    let kind = Elimination::Double { grand_final };
    Format::Elimination { kind, lengths: Lengths::default(), places: None }
}

/// What must hold of every finished single elimination.
fn check_single(stage: &Stage) {
    assert!(stage.is_finished());
    let n = stage.entrants().len();
    let decided = stage.fixtures().filter(|f| f.status == Status::Done).count();
    assert_eq!(decided, n - 1, "{n} entrants");
    let champion = stage.champion().expect("somebody won");
    for (who, lost) in losses(stage) {
        assert_eq!(lost, usize::from(who != champion), "{n} entrants, {who}");
    }
}

/// What must hold of every finished double elimination with a reset.
fn check_double(stage: &Stage) {
    assert!(stage.is_finished());
    let n = stage.entrants().len();
    let champion = stage.champion().expect("somebody won");
    let lost = losses(stage);
    for (who, lost) in &lost {
        if *who == champion {
            assert!(*lost <= 1, "{n} entrants, champion {who} lost {lost}");
        } else {
            assert_eq!(*lost, 2, "{n} entrants, {who}");
        }
    }
    let decided = stage.fixtures().filter(|f| f.status == Status::Done).count();
    assert_eq!(decided, 2 * n - 2 + lost[&champion], "{n} entrants");
}

/// Plays every order of results of a bracket, following both winners of each next match.
fn every_course(stage: &Stage, check: &dyn Fn(&Stage), seen: &mut usize) {
    let Some(at) = stage.match_ids().find(|at| stage.fixture(*at).is_some_and(|f| f.status == Status::Ready)) else {
        check(stage);
        *seen += 1;
        return;
    };
    for side in Side::BOTH {
        let (next, _) = stage.apply(report(stage, at, side)).expect("ready");
        every_course(&next, check, seen);
    }
}

#[test]
fn every_course_of_every_small_single_elimination() {
    for n in 2..=9 {
        let mut seen = 0;
        every_course(&single(n), &check_single, &mut seen);
        assert_eq!(seen, 1 << (n - 1), "{n} entrants have n-1 free results");
    }
}

#[test]
fn every_course_of_every_small_double_elimination() {
    for n in 2..=6 {
        let mut seen = 0;
        every_course(&double(n), &check_double, &mut seen);
        // 2n-2 matches, and half of the courses have one more.
        assert_eq!(seen, (1 << (2 * n - 2)) / 2 * 3, "{n} entrants");
    }
}

#[test]
fn every_bye_pattern_of_eight_places() {
    for mask in 0u32..256 {
        let n = mask.count_ones();
        // Fewer than five entrants have a bracket of four.
        if n < 5 {
            continue;
        }
        let mut next = 0;
        let places = (0..8).map(|place| {
            (mask >> place & 1 == 1).then(|| {
                next += 1;
                e(next)
            })
        });
        let places: Vec<Option<EntrantId>> = places.collect();
        for (kind, check) in [
            (Elimination::Single { third_place: false, consolation: false }, &check_single as &dyn Fn(&Stage)),
            (Elimination::Double { grand_final: Final::Reset }, &check_double),
        ] {
            let format = Format::Elimination { kind, lengths: Lengths::default(), places: Some(places.clone()) };
            for seed in 0..8 {
                let mut stage = stage(n, format.clone());
                let mut chance = Chance::new(u64::from(mask) << 8 | seed);
                play_out(&mut stage, |_| if chance.coin() { Side::A } else { Side::B });
                check(&stage);
            }
        }
    }
}

#[test]
fn every_size_finishes_whatever_happens() {
    let mut chance = Chance::new(2024);
    for n in (2..=140).chain([255, 256, 257, 513, 1000]) {
        for _ in 0..2 {
            let mut s = single(n);
            play_out(&mut s, |_| if chance.coin() { Side::A } else { Side::B });
            check_single(&s);
            let mut d = double(n);
            play_out(&mut d, |_| if chance.coin() { Side::A } else { Side::B });
            check_double(&d);
        }
    }
}

/// One of the matches, or all of them.
fn some_of(open: Vec<MatchId>, chance: &mut Chance) -> Vec<MatchId> {
    if chance.coin() { open } else { vec![open[chance.below(open.len())]] }
}

#[test]
fn forfeits_double_forfeits_and_withdrawals_never_block_a_bracket() {
    for seed in 0..406u64 {
        let mut chance = Chance::new(seed);
        // Mostly small, where everything happens to everyone; a few large.
        let n = 2 + chance.below(if seed < 400 { 40 } else { 1500 }) as u32;
        let format = [
            single_of(false, false),
            single_of(true, false),
            single_of(false, true),
            double_of(Final::None),
            double_of(Final::Single),
            double_of(Final::Reset),
        ][chance.below(6)]
        .clone();
        let mut stage = stage(n, format);
        loop {
            let open = ready(&stage);
            if open.is_empty() {
                break;
            }
            // A few at a time, so that withdrawals fall between the rounds.
            for at in some_of(open, &mut chance) {
                let fixture = stage.fixture(at).unwrap();
                if fixture.status != Status::Ready {
                    continue;
                }
                let pair = fixture.pair().unwrap();
                let command = match chance.below(10) {
                    0 => Command::DoubleForfeit { at, between: pair, no_show: chance.coin() },
                    1 => Command::NoShow { at, between: pair, by: pair[chance.below(2)] },
                    2 => Command::Forfeit { at, between: pair, by: pair[chance.below(2)] },
                    3 => Command::Withdraw { who: pair[chance.below(2)] },
                    _ => report(&stage, at, if chance.coin() { Side::A } else { Side::B }),
                };
                stage.apply_mut(command).unwrap_or_else(|refusal| panic!("seed {seed}: {refusal}"));
            }
        }
        assert!(stage.is_finished(), "seed {seed}");
        for fixture in stage.fixtures() {
            assert!(!fixture.slots.contains(&Slot::Tbd), "seed {seed}: {} still waits", fixture.id);
        }
        let table = stage.standings();
        assert_eq!(table.rows.len(), n as usize);
        let first = table.rows.iter().filter(|row| row.rank == 1).count();
        assert_eq!(first, usize::from(stage.champion().is_some()), "seed {seed}: first place is the champion's alone");
    }
}

#[test]
fn favourites_take_the_places_of_their_seeds() {
    for n in [4u32, 8, 16, 32] {
        let mut s = stage(n, single_of(true, false));
        play_out(&mut s, favourite);
        let table = s.standings();
        assert_eq!(table.order()[..4], [e(1), e(2), e(3), e(4)], "{n} entrants");
        assert_eq!((table.rows[2].rank, table.rows[3].rank), (3, 4));
        if n >= 8 {
            assert_eq!((table.rows[4].rank, table.rows[4].through), (5, 8));
        }
    }
    let mut d = double(16);
    play_out(&mut d, favourite);
    let places: Vec<(u32, u32)> = d.standings().rows.iter().map(|row| (row.rank, row.through)).collect();
    let expected = [(1, 1), (2, 2), (3, 3), (4, 4), (5, 6), (5, 6), (7, 8), (7, 8), (9, 12), (9, 12), (9, 12), (9, 12)];
    assert_eq!(places[..12], expected);
    assert!(places[12..].iter().all(|place| *place == (13, 16)));
}

#[test]
fn ends_of_a_double_elimination() {
    // None: winners champion first, losers champion second, each without another match.
    let mut none = stage(4, double_of(Final::None));
    play_out(&mut none, favourite);
    assert_eq!(none.standings().order()[..3], [e(1), e(2), e(3)]);
    assert_eq!(none.champion(), Some(e(1)));
    // Single: the losers champion wins it all with one match.
    let mut one = stage(4, double_of(Final::Single));
    for (at, winner) in [("W1.1", 1), ("W1.2", 2), ("W2.1", 1), ("L1.1", 4), ("L2.1", 2), ("GF", 2)] {
        win(&mut one, at, winner);
    }
    assert_eq!(one.champion(), Some(e(2)));
    assert!(one.is_finished());
    // Reset: the same result makes the second match ready.
    let mut reset = stage(4, double_of(Final::Reset));
    assert_eq!(reset.fixture(id("GF2")).unwrap().status, Status::Conditional);
    for (at, winner) in [("W1.1", 1), ("W1.2", 2), ("W2.1", 1), ("L1.1", 4), ("L2.1", 2), ("GF", 2)] {
        win(&mut reset, at, winner);
    }
    assert_eq!(reset.champion(), None);
    assert_eq!(reset.fixture(id("GF2")).unwrap().status, Status::Ready);
    let (decided, _) = reset.apply(report(&reset, id("GF2"), Side::A)).unwrap();
    assert_eq!(decided.champion(), Some(e(1)));
    // Reopening the grand final takes the reset back.
    reset.apply_mut(Command::Reopen { at: id("GF"), later: Later::Keep }).unwrap();
    assert_eq!(reset.fixture(id("GF2")).unwrap().status, Status::Conditional);
    win(&mut reset, "GF", 1);
    assert_eq!(reset.fixture(id("GF2")).unwrap().status, Status::NotNeeded);
    assert_eq!(reset.champion(), Some(e(1)));
}

#[test]
fn consolation_ranks_those_who_lost_first() {
    let mut stage = stage(8, single_of(false, true));
    play_out(&mut stage, favourite);
    let order = stage.standings().order();
    assert_eq!(order[..2], [e(1), e(2)]);
    assert_eq!(order[4], e(5), "the consolation winner is fifth");
    assert_eq!(stage.standings().rows[4].through, 5);
    assert_eq!(order[5], e(6));
}

#[test]
fn rematches_in_play_agree_with_the_formula() {
    for (rounds, events) in [(4u16, 1500u32), (5, 800), (6, 400), (8, 60)] {
        let n = 1u32 << rounds;
        let fresh = double(n);
        let mut chance = Chance::new(u64::from(n));
        let (mut total, mut first) = (0u32, u32::MAX);
        for _ in 0..events {
            let mut stage = fresh.clone();
            play_out(&mut stage, |_| if chance.coin() { Side::A } else { Side::B });
            let mut met: HashMap<[EntrantId; 2], ()> = HashMap::new();
            let key = |f: &Fixture| f.pair().map(|[a, b]| [a.min(b), a.max(b)]).expect("played");
            for fixture in stage.fixtures().filter(|f| f.status == Status::Done) {
                match fixture.id {
                    MatchId::Winners { .. } => {
                        met.insert(key(&fixture), ());
                    }
                    MatchId::Losers { round, .. } if met.contains_key(&key(&fixture)) => {
                        total += 1;
                        first = first.min(u32::from(round));
                    }
                    _ => {}
                }
            }
        }
        let expected = drops::rematches(rounds);
        let mean = f64::from(total) / f64::from(events);
        let tolerance = 4.0 * (expected.expected / f64::from(events)).sqrt();
        assert!((mean - expected.expected).abs() < tolerance, "{n}: {mean} against {}", expected.expected);
        assert!(first >= expected.first_round, "{n}: a rematch in round {first}");
    }
}

#[test]
fn four_thousand_entrants() {
    let mut stage = double(4096);
    play_out(&mut stage, favourite);
    check_double(&stage);
    assert_eq!(stage.champion(), Some(e(1)));
}
