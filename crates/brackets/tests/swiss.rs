//! Swiss stages as played.

mod common;

use std::collections::HashSet;

use brackets::chance::Chance;
use brackets::swiss::{CostPart, LateEntry, Reason, Relaxed};
use brackets::*;
use common::*;

fn swiss(n: u32, config: Swiss) -> Stage {
    stage(n, Format::Swiss(config))
}

fn pair(stage: &mut Stage, seed: u64) {
    stage.apply_mut(Command::Pair { seed, rematches: false }).unwrap_or_else(|refusal| panic!("{refusal}"));
}

fn pairs_of(stage: &Stage, round: u16) -> Vec<[u32; 2]> {
    stage.fixtures().filter(|f| f.id.round() == round).map(|f| f.pair().unwrap().map(|who| who.0)).collect()
}

fn assert_no_rematch(stage: &Stage) {
    let mut met = HashSet::new();
    for fixture in stage.fixtures() {
        let [a, b] = fixture.pair().unwrap();
        assert!(met.insert([a.min(b), a.max(b)]), "{a} and {b} meet twice");
    }
}

#[test]
fn the_first_round_follows_its_pattern() {
    let cases = [
        (Pattern::Slide, vec![[1, 5], [2, 6], [3, 7], [4, 8]]),
        (Pattern::Fold, vec![[1, 8], [2, 7], [3, 6], [4, 5]]),
        (Pattern::Adjacent, vec![[1, 2], [3, 4], [5, 6], [7, 8]]),
    ];
    for (first, expected) in cases {
        let mut stage = swiss(8, Swiss { first, ..Swiss::rounds(3) });
        pair(&mut stage, 1);
        assert_eq!(pairs_of(&stage, 1), expected);
    }
    let drawn: HashSet<Vec<[u32; 2]>> = (0..20)
        .map(|seed| {
            let mut stage = swiss(8, Swiss { first: Pattern::Random, ..Swiss::rounds(3) });
            pair(&mut stage, seed);
            pairs_of(&stage, 1)
        })
        .collect();
    assert!(drawn.len() > 10, "draws differ by seed");
}

#[test]
fn whole_events_have_no_rematch_and_one_bye_each() {
    for n in 2..=33u32 {
        let rounds = swiss::enough_rounds(n as usize).max(1) + 1;
        let rounds = rounds.min((n - 1 + n % 2) as u16);
        let mut stage = swiss(n, Swiss::rounds(rounds));
        let mut chance = Chance::new(u64::from(n));
        let mut byes = HashSet::new();
        for round in 1..=rounds {
            pair(&mut stage, u64::from(n) * 100 + u64::from(round));
            if let Some(who) = stage.sat_out(round).unwrap().0 {
                assert!(byes.insert(who), "{n} entrants: {who} has two byes");
            }
            play_out(&mut stage, |_| if chance.coin() { Side::A } else { Side::B });
        }
        assert!(stage.is_finished());
        assert_no_rematch(&stage);
        assert_eq!(stage.apply(Command::Pair { seed: 0, rematches: true }).unwrap_err(), Refusal::NoMoreRounds(rounds));
    }
}

#[test]
fn a_swiss_as_long_as_a_round_robin_never_becomes_stuck_early() {
    for n in [4u32, 6, 8, 10] {
        let rounds = (n - 1) as u16;
        let mut played = 0;
        for seed in 0..10 {
            let mut stage = swiss(n, Swiss::rounds(rounds));
            let mut chance = Chance::new(seed);
            while stage.apply_mut(Command::Pair { seed, rematches: false }).is_ok() {
                played += 1;
                play_out(&mut stage, |_| if chance.coin() { Side::A } else { Side::B });
            }
            assert_no_rematch(&stage);
        }
        // One round of looking ahead is not all of them, but nearly every event gets through.
        assert!(played * 10 >= 10 * u32::from(rounds) * 8, "{n} entrants: {played} of {} rounds", 10 * rounds);
    }
}

#[test]
fn only_rematches_left_is_refused_and_needs_consent() {
    let mut stage = swiss(4, Swiss::rounds(5));
    for round in 1..=3 {
        pair(&mut stage, round);
        play_out(&mut stage, favourite);
    }
    let before = stage.clone();
    assert_eq!(stage.apply_mut(Command::Pair { seed: 4, rematches: false }), Err(Refusal::OnlyRematches(4)));
    assert_eq!(stage, before);
    assert_eq!(stage.propose(4, true).unwrap().relaxed, [Relaxed::Rematch]);
    stage.apply_mut(Command::Pair { seed: 4, rematches: true }).unwrap();
    assert_eq!(stage.propose(5, true), Err(Refusal::RoundRunning { round: 4, open: 2 }));
}

#[test]
fn the_same_seed_pairs_alike_and_the_published_round_is_frozen() {
    let play = |seed: u64| {
        let mut stage = swiss(20, Swiss::rounds(4));
        for round in 0..4 {
            pair(&mut stage, seed + round);
            play_out(&mut stage, favourite);
        }
        stage
    };
    assert_eq!(play(7), play(7));
    let stage = play(7);
    assert!(stage.log().iter().all(|command| !matches!(command, Command::Pair { .. })), "the log holds the pairings");
    let text = serde_json::to_string(&stage).unwrap();
    assert_eq!(serde_json::from_str::<Stage>(&text).unwrap(), stage);
}

#[test]
fn a_walkover_counts_as_a_bye_for_the_next_bye() {
    // Five entrants. 5 gets the bye of round 1; 4 wins by no-show.
    let mut stage = swiss(5, Swiss::rounds(3));
    pair(&mut stage, 1);
    assert_eq!(stage.sat_out(1).unwrap().0, Some(e(5)));
    assert_eq!(pairs_of(&stage, 1), [[1, 3], [2, 4]]);
    win(&mut stage, "S1.1", 1);
    stage.apply_mut(Command::NoShow { at: id("S1.2"), between: [e(2), e(4)], by: e(2) }).unwrap();
    pair(&mut stage, 2);
    let bye = stage.sat_out(2).unwrap().0.unwrap();
    assert!([e(2), e(3)].contains(&bye), "{bye} is one of the lowest who had nothing for free");
    assert_ne!(bye, e(4), "won without playing");
    assert_ne!(bye, e(5), "had the bye");
}

#[test]
fn the_value_of_a_bye_is_not_its_eligibility() {
    let mut config = Swiss::rounds(2);
    config.scoring.bye = 1;
    let mut stage = swiss(3, config);
    pair(&mut stage, 1);
    let first = stage.sat_out(1).unwrap().0.unwrap();
    play_out(&mut stage, favourite);
    pair(&mut stage, 2);
    assert_ne!(stage.sat_out(2).unwrap().0, Some(first), "a bye worth less than a win still was a bye");
    assert_eq!(stage.standings().row(first).unwrap().values[0], Some(standings::Value::Whole(1)));
}

#[test]
fn leaving_and_coming_back_mints_no_points() {
    let mut stage = swiss(6, Swiss::rounds(4));
    pair(&mut stage, 1);
    play_out(&mut stage, favourite);
    stage.apply_mut(Command::Withdraw { who: e(6) }).unwrap();
    pair(&mut stage, 2);
    play_out(&mut stage, favourite);
    stage.apply_mut(Command::Reinstate { who: e(6) }).unwrap();
    let points = |stage: &Stage, who| stage.standings().row(e(who)).unwrap().values[0].clone();
    assert_eq!(points(&stage, 6), Some(standings::Value::Whole(0)));
    // Withdrawn in mid-round: the walkover of a finished round stays when they return.
    pair(&mut stage, 3);
    let at = stage.fixtures().find(|f| f.id.round() == 3 && f.side_of(e(6)).is_some()).unwrap().id;
    stage.apply_mut(Command::Withdraw { who: e(6) }).unwrap();
    play_out(&mut stage, favourite);
    pair(&mut stage, 4);
    stage.apply_mut(Command::Reinstate { who: e(6) }).unwrap();
    assert_eq!(stage.fixture(at).unwrap().verdict.unwrap().how, How::Walkover);
    assert_eq!(points(&stage, 6), Some(standings::Value::Whole(0)));
}

#[test]
fn absence_is_no_bye_and_is_credited_once() {
    let mut config = Swiss::rounds(4);
    config.scoring.absent = 1;
    let mut stage = swiss(8, config);
    for round in 1..=2 {
        stage.apply_mut(Command::Absent { who: e(3) }).unwrap();
        pair(&mut stage, round);
        assert_eq!(stage.sat_out(round as u16).unwrap().1, [e(3)]);
        play_out(&mut stage, favourite);
    }
    assert_eq!(stage.standings().row(e(3)).unwrap().values[0], Some(standings::Value::Whole(1)));
}

#[test]
fn late_entry_follows_the_stated_policy() {
    let newcomer = || Command::Enter { entrant: Entrant::new(99) };
    let mut closed = swiss(4, Swiss::rounds(3));
    pair(&mut closed, 1);
    assert_eq!(closed.apply(newcomer()).unwrap_err(), Refusal::NoLateEntry("entries are closed"));
    let mut config = Swiss { late: LateEntry::Until(1), ..Swiss::rounds(3) };
    config.scoring.late = 1;
    let mut open = swiss(4, config);
    pair(&mut open, 1);
    play_out(&mut open, favourite);
    open.apply_mut(newcomer()).unwrap();
    assert_eq!(open.apply(newcomer()).unwrap_err(), Refusal::AlreadyEntered(e(99)));
    assert_eq!(open.standings().row(e(99)).unwrap().values[0], Some(standings::Value::Whole(1)));
    pair(&mut open, 2);
    assert!(open.fixtures().any(|f| f.side_of(e(99)).is_some()) || open.sat_out(2).unwrap().0 == Some(e(99)));
    play_out(&mut open, favourite);
    assert!(matches!(open.apply(Command::Enter { entrant: Entrant::new(98) }), Err(Refusal::NoLateEntry(_))));
}

#[test]
fn organisations_meet_later_if_scores_allow() {
    let entrants: Vec<Entrant> =
        (1..=8).map(|id| Entrant::new(id).of(if id == 1 || id == 5 { 7 } else { 100 + id })).collect();
    let mut stage = Stage::new(Setup { entrants, format: Format::Swiss(Swiss::rounds(3)) }).unwrap();
    pair(&mut stage, 1);
    assert!(!pairs_of(&stage, 1).contains(&[1, 5]));
    let why = stage.explain(1, e(1)).unwrap();
    assert_eq!(why.reasons[0], (e(1), Reason::Worse { wanted: e(5), rule: CostPart::Organisation }));
    assert!(why.text(|who| format!("Team {}", who.0)).contains("then two of one organisation would meet"));
}

#[test]
fn explanations_name_the_rule() {
    let mut stage = swiss(8, Swiss::rounds(4));
    pair(&mut stage, 1);
    assert_eq!(stage.explain(1, e(1)).unwrap().reasons[0].1, Reason::AsWanted);
    let mut chance = Chance::new(3);
    for round in 1..=4u16 {
        if round > 1 {
            pair(&mut stage, u64::from(round));
        }
        for who in 1..=8 {
            let why = stage.explain(round, e(who)).unwrap();
            assert_eq!(why.round, round);
            for (who, reason) in &why.reasons {
                assert!(!matches!(reason, Reason::OutsideTheRules { .. }), "round {round}, {who}: {reason:?}");
                if let Reason::Met { wanted } = reason {
                    let met = stage.fixtures().filter(|f| f.id.round() < round);
                    assert!(met.into_iter().any(|f| f.side_of(*who).is_some() && f.side_of(*wanted).is_some()));
                }
            }
            assert!(why.text(|who| who.to_string()).lines().count() >= 2);
        }
        play_out(&mut stage, |_| if chance.coin() { Side::A } else { Side::B });
    }
    assert!(stage.explain(9, e(1)).is_err());
    assert!(single(4).explain(1, e(1)).is_err());
}

#[test]
fn a_hand_made_round_is_checked() {
    let mut stage = swiss(5, Swiss::rounds(3));
    let publish = |round, pairs: &[[u32; 2]], bye: Option<u32>| Command::Publish {
        round,
        pairs: pairs.iter().map(|pair| pair.map(EntrantId)).collect(),
        bye: bye.map(EntrantId),
        seed: None,
        frozen: None,
    };
    for (command, part) in [
        (publish(2, &[[1, 2], [3, 4]], Some(5)), "the next round is 1"),
        (publish(1, &[[1, 2], [3, 4]], None), "#5 is missing"),
        (publish(1, &[[1, 2], [1, 4]], Some(5)), "#1 does not play this round, or is listed twice"),
        (publish(1, &[[1, 1], [3, 4]], Some(5)), "listed twice"),
        (publish(1, &[[1, 2], [3, 9]], Some(5)), "#9 does not play"),
    ] {
        let refusal = stage.apply_mut(command).unwrap_err();
        assert!(refusal.to_string().contains(part), "{refusal}");
    }
    stage.apply_mut(publish(1, &[[1, 2], [3, 4]], Some(5))).unwrap();
    assert_eq!(pairs_of(&stage, 1), [[1, 2], [3, 4]]);
}

#[test]
fn a_major_runs_by_its_rule_book() {
    for seed in 0..300 {
        let mut stage = swiss(16, Swiss::major());
        let mut chance = Chance::new(seed);
        let mut rounds = 0;
        while !stage.is_finished() {
            rounds += 1;
            pair(&mut stage, seed);
            if rounds == 1 {
                assert_eq!(pairs_of(&stage, 1)[..2], [[1, 9], [2, 10]]);
            }
            for fixture in stage.fixtures().filter(|f| f.status == Status::Ready) {
                let [a, b] = fixture.pair().unwrap();
                let (x, y) = (stage.record(a).unwrap(), stage.record(b).unwrap());
                assert_eq!(x, y, "opponents have the same record");
                let decisive = x.0 == 2 || x.1 == 2;
                assert_eq!(fixture.series.best_of, if decisive { 3 } else { 1 });
            }
            play_out(&mut stage, |_| if chance.coin() { Side::A } else { Side::B });
        }
        assert_eq!(rounds, 5);
        assert_no_rematch(&stage);
        let records: Vec<(u16, u16)> =
            stage.standings().rows.iter().map(|row| stage.record(row.entrant).unwrap()).collect();
        let count = |record| records.iter().filter(|r| **r == record).count();
        assert_eq!([(3, 0), (3, 1), (3, 2), (2, 3), (1, 3), (0, 3)].map(count), [2, 3, 3, 3, 3, 2]);
        assert_eq!(records[0], (3, 0), "standings put the unbeaten first");
        assert_eq!(stage.standings().cut(8).unwrap().len(), 8);
    }
}

#[test]
fn a_cut_works_for_any_number() {
    for n in 2..=40 {
        let mut chance = Chance::new(u64::from(n));
        let mut stage = swiss(n, Swiss::major());
        let mut rounds = 0;
        while !stage.is_finished() {
            rounds += 1;
            assert!(rounds < 40, "{n} entrants go on for ever");
            stage.apply_mut(Command::Pair { seed: 1, rematches: true }).unwrap_or_else(|r| panic!("{n}: {r}"));
            play_out(&mut stage, |_| if chance.coin() { Side::A } else { Side::B });
        }
    }
}
