//! Tie-breakers by worked examples, ties on cut lines, prizes, groups and heats.

mod common;

use brackets::standings::{DecidedBy, Unplayed, Value, prizes};
use brackets::*;
use common::*;

fn league(n: u32, tie_breaks: &[TieBreak], scoring: Scoring) -> Stage {
    let config = RoundRobin { draws: true, tie_breaks: tie_breaks.to_vec(), scoring, ..RoundRobin::default() };
    stage(n, Format::RoundRobin(config))
}

/// Enters results of a round robin as (entrant, score, score, entrant).
fn enter(stage: &mut Stage, results: &[(u32, u32, u32, u32)]) {
    for (a, x, y, b) in results {
        let fixture = stage.fixtures().find(|f| f.side_of(e(*a)).is_some() && f.side_of(e(*b)).is_some()).unwrap();
        let between = fixture.pair().unwrap();
        let game = if between[0] == e(*a) { Game::scored(*x, *y) } else { Game::scored(*y, *x) };
        stage.apply_mut(Command::Report { at: fixture.id, between, games: vec![game] }).unwrap();
    }
}

fn column(stage: &Stage, at: usize) -> Vec<(u32, String)> {
    let mut shown: Vec<(u32, String)> = stage
        .standings()
        .rows
        .iter()
        .map(|row| (row.entrant.0, row.values[at].as_ref().map_or("-".to_owned(), ToString::to_string)))
        .collect();
    shown.sort_unstable();
    shown
}

/// 1 beats 2, 3 and draws 4; 2 beats 3 and 4; 3 beats 4.
const FOUR: [(u32, u32, u32, u32); 6] =
    [(1, 3, 0, 2), (1, 2, 0, 3), (1, 1, 1, 4), (2, 4, 1, 3), (2, 1, 0, 4), (3, 5, 2, 4)];

#[test]
fn each_figure_by_hand() {
    let rules = [
        TieBreak::Points,
        TieBreak::Buchholz { cut_low: 0, cut_high: 0 },
        TieBreak::Buchholz { cut_low: 1, cut_high: 0 },
        TieBreak::Buchholz { cut_low: 1, cut_high: 1 },
        TieBreak::SonnebornBerger,
        TieBreak::PointDifference,
        TieBreak::PointsScored,
        TieBreak::Difficulty,
        TieBreak::OpponentMatchWin { floor: 33 },
        TieBreak::Koya,
        TieBreak::Wins,
        TieBreak::FewestLosses,
        TieBreak::GameWin { floor: 33 },
    ];
    // Points 3/1/0: 1 has 7, 2 has 6, 3 has 3, 4 has 1.
    let expected: [[&str; 4]; 13] = [
        ["7", "6", "3", "1"],
        ["10", "11", "14", "16"],
        ["9", "10", "13", "13"],
        ["3", "3", "6", "6"],
        ["19/2", "4", "1", "7/2"],
        ["5", "1", "-2", "-4"],
        ["6", "5", "6", "3"],
        // Opponents' wins minus losses: 1 is +2, 2 is +1, 3 is -1, 4 is -2.
        ["-2", "-1", "1", "2"],
        // Match-win shares 7/9, 6/9, 3/9, and 1/9 raised to 33/100; 1 has (6/9 + 3/9 + 33/100) / 3.
        ["133/300", "1297/2700", "1597/2700", "16/27"],
        // Strong are those with at least half of 9: entrants 1 and 2.
        ["3", "0", "0", "1"],
        ["2", "2", "1", "0"],
        ["0", "-1", "-2", "-2"],
        ["7/9", "2/3", "1/3", "33/100"],
    ];
    let mut stage = league(4, &rules, Scoring::THREE_ONE);
    enter(&mut stage, &FOUR);
    for (at, expected) in expected.iter().enumerate() {
        let expected: Vec<(u32, String)> = (1..).zip(expected.iter().map(|text| (*text).to_owned())).collect();
        assert_eq!(column(&stage, at), expected, "{:?}", rules[at]);
    }
}

#[test]
fn head_to_head_is_a_table_of_its_own_and_again_of_the_rest() {
    // 1, 2, 3, 4 all have 6 points; among them 1 has 6, then 2 and 3 with 4 are told apart by their match.
    let rules = [TieBreak::Wins, TieBreak::HeadToHead];
    let mut stage = league(3, &rules, Scoring::WINS);
    enter(&mut stage, &[(1, 1, 0, 2), (2, 1, 0, 3), (3, 1, 0, 1)]);
    let table = stage.standings();
    assert!(table.rows.iter().all(|row| (row.rank, row.through) == (1, 3)), "a circle stays a circle");
    let mut stage = league(4, &rules, Scoring::WINS);
    enter(&mut stage, &[(1, 1, 0, 2), (2, 1, 0, 3), (3, 1, 0, 1), (1, 1, 0, 4), (4, 1, 0, 2), (4, 1, 0, 3)]);
    // 1 and 4 have two wins, 1 beat 4; 2 and 3 have one, 2 beat 3.
    let table = stage.standings();
    assert_eq!(table.order(), [e(1), e(4), e(2), e(3)]);
    assert_eq!(table.rows[1].decided_by, Some(DecidedBy::Rule(TieBreak::HeadToHead)));
    assert_eq!(table.rows[2].decided_by, Some(DecidedBy::Rule(TieBreak::Wins)));
    // Five level on two wins. The table of the five is their whole group, so it says nothing...
    let circle = [(1, 1, 0, 2), (2, 1, 0, 3), (3, 1, 0, 4), (4, 1, 0, 5), (5, 1, 0, 1)];
    let star = [(1, 1, 0, 3), (3, 1, 0, 5), (5, 1, 0, 2), (2, 1, 0, 4), (4, 1, 0, 1)];
    let mut stage = league(5, &rules, Scoring::WINS);
    enter(&mut stage, &circle);
    enter(&mut stage, &star);
    assert!(stage.standings().rows.iter().all(|row| row.through == 5));
}

#[test]
fn whoever_stays_tied_in_the_small_table_gets_a_smaller_one() {
    // 1, 2, 3 and 4 have five points each. Among the four: 1 has 5, 4 has 3, 2 and 3 have 2 each. Among
    // these two: 2 beat 3.
    let results = [
        [(1, 1, 0, 2), (1, 1, 1, 3), (1, 1, 0, 4), (1, 0, 1, 5), (1, 0, 1, 6)],
        [(2, 1, 0, 3), (4, 1, 0, 2), (3, 1, 1, 4), (2, 1, 0, 5), (2, 1, 1, 6)],
        [(3, 1, 0, 5), (3, 1, 1, 6), (4, 1, 0, 5), (6, 1, 0, 4), (5, 1, 0, 6)],
    ];
    let mut stage = league(6, &[TieBreak::Points, TieBreak::HeadToHead], Scoring::TWO_ONE);
    enter(&mut stage, &results.concat());
    let table = stage.standings();
    assert_eq!(table.order().iter().map(|who| who.0).collect::<Vec<_>>(), [6, 1, 4, 2, 3, 5]);
    assert!(table.rows.iter().all(|row| !row.is_shared()));
    assert_eq!(table.row(e(2)).unwrap().values[1], Some(Value::Whole(2)), "the figure of the last small table");
}

#[test]
fn a_tie_on_the_line_is_refused_and_decided_by_record() {
    let mut stage = league(3, &[TieBreak::Wins], Scoring::WINS);
    enter(&mut stage, &[(1, 1, 0, 2), (2, 1, 0, 3), (3, 1, 0, 1)]);
    assert_eq!(stage.champion(), None);
    assert_eq!(stage.standings().cut(1), Err(Refusal::TieOnCut { tied: vec![e(1), e(2), e(3)], places: 1 }));
    let lot =
        |order: &[u32]| Command::BreakTie { order: order.iter().map(|id| e(*id)).collect(), how: TieDecision::Lot(7) };
    assert_eq!(stage.apply(lot(&[1, 2])).unwrap_err(), Refusal::NotTied);
    assert_eq!(stage.apply(lot(&[1, 2, 2])).unwrap_err(), Refusal::NotTied);
    stage.apply_mut(lot(&[3, 1, 2])).unwrap();
    assert_eq!(stage.standings().order(), [e(3), e(1), e(2)]);
    assert_eq!(stage.standings().rows[1].decided_by, Some(DecidedBy::Decision(TieDecision::Lot(7))));
    assert_eq!(stage.standings().cut(1), Ok(vec![e(3)]));
    // A correction that dissolves the tie dissolves the decision's effect.
    let fixture = stage.fixtures().find(|f| f.pair().is_some_and(|p| p.contains(&e(1)) && p.contains(&e(3)))).unwrap();
    let between = fixture.pair().unwrap();
    let side = fixture.side_of(e(1)).unwrap();
    let outcome = Outcome::Played(vec![won(side)]);
    stage.apply_mut(Command::Correct { at: fixture.id, between, outcome, later: Later::Keep }).unwrap();
    assert_eq!(stage.standings().order(), [e(1), e(2), e(3)]);
    stage.apply_mut(Command::ReopenTie { tied: vec![e(1), e(2), e(3)] }).unwrap();
    assert!(stage.decisions().is_empty());
}

#[test]
fn the_order_never_depends_on_ids() {
    // The same event with numbers exchanged has the same table with numbers exchanged.
    let name = |id: u32| 5 - id;
    let rules = [TieBreak::Points, TieBreak::HeadToHead, TieBreak::PointDifference];
    let mut one = league(4, &rules, Scoring::THREE_ONE);
    enter(&mut one, &FOUR);
    let mut other = league(4, &rules, Scoring::THREE_ONE);
    enter(&mut other, &FOUR.map(|(a, x, y, b)| (name(a), x, y, name(b))));
    let ranks = |stage: &Stage| stage.standings().rows.iter().map(|row| (row.entrant.0, row.rank)).collect::<Vec<_>>();
    assert_eq!(ranks(&one), ranks(&other).into_iter().map(|(id, rank)| (name(id), rank)).collect::<Vec<_>>());
}

#[test]
fn cumulative_score_weighs_early_points() {
    let config =
        Swiss { tie_breaks: vec![TieBreak::Points, TieBreak::Cumulative], scoring: Scoring::WINS, ..Swiss::rounds(3) };
    let mut stage = stage(4, Format::Swiss(config));
    for round in 1..=3 {
        stage.apply_mut(Command::Pair { seed: round, rematches: false }).unwrap();
        play_out(&mut stage, favourite);
    }
    // 1 wins all: 3 + 2 + 1. 4 loses all.
    assert_eq!(column(&stage, 1)[0].1, "6");
    assert_eq!(column(&stage, 1)[3].1, "0");
}

#[test]
fn byes_stay_out_of_averages_or_count_as_a_dummy() {
    let play = |unplayed| {
        let mut config = Swiss { ..Swiss::rounds(1) };
        config.scoring.unplayed = unplayed;
        config.tie_breaks = vec![
            TieBreak::Points,
            TieBreak::Buchholz { cut_low: 0, cut_high: 0 },
            TieBreak::OpponentMatchWin { floor: 33 },
        ];
        let mut stage = stage(3, Format::Swiss(config));
        stage.apply_mut(Command::Pair { seed: 1, rematches: false }).unwrap();
        play_out(&mut stage, favourite);
        let bye = stage.sat_out(1).unwrap().0.unwrap();
        stage.standings().row(bye).unwrap().values.clone()
    };
    assert_eq!(play(Unplayed::AsPaired)[1..], [Some(Value::Whole(0)), Some(Value::Whole(0))]);
    assert_eq!(play(Unplayed::AgainstOneself)[1], Some(Value::Whole(3)), "a dummy with one's own three points");
}

#[test]
fn prizes_follow_the_same_standings() {
    let mut stage = single(8);
    play_out(&mut stage, favourite);
    let payout = prizes::divide(&stage.standings(), &[1000, 600, 401, 200]);
    let of = |who| payout.shares.iter().find(|(id, _)| *id == e(who)).map(|(_, amount)| *amount);
    assert_eq!([of(1), of(2), of(3), of(4), of(5)], [Some(1000), Some(600), Some(300), Some(300), None]);
    assert_eq!(payout.undivided, [(3, 1)], "the odd unit is named, not given to the lower id");
}

#[test]
fn a_withdrawal_in_a_league() {
    let annul = RoundRobin { withdrawals: Withdrawals::AnnulUnderHalf, ..RoundRobin::default() };
    for (format, counted) in [(annul, false), (RoundRobin::default(), true)] {
        let mut stage = stage(5, Format::RoundRobin(format));
        let first = stage.fixtures().find(|f| f.side_of(e(5)).is_some()).unwrap();
        let side = first.side_of(e(5)).unwrap();
        stage.apply_mut(report(&stage, first.id, side)).unwrap();
        stage.apply_mut(Command::Withdraw { who: e(5) }).unwrap();
        let status = stage.fixture(first.id).unwrap().status;
        assert_eq!(status, if counted { Status::Done } else { Status::Annulled });
        let walkovers = stage.fixtures().filter(|f| f.verdict.is_some_and(|v| v.how == How::Walkover)).count();
        assert_eq!(walkovers, if counted { 3 } else { 0 });
        play_out(&mut stage, favourite);
        assert!(stage.is_finished());
    }
}

#[test]
fn groups_have_a_table_each_and_one_of_all() {
    let config = RoundRobin { groups: 4, ..RoundRobin::default() };
    let mut stage = stage(16, Format::RoundRobin(config));
    assert_eq!(stage.groups()[0], [e(1), e(8), e(9), e(16)]);
    play_out(&mut stage, favourite);
    for (table, group) in stage.tables().iter().zip(stage.groups()) {
        assert_eq!(table.order(), group, "favourites win in seed order");
    }
    let overall = stage.standings();
    assert_eq!((overall.rows[0].rank, overall.rows[0].through), (1, 4), "winners of equal groups are level");
    assert_eq!(overall.cut(8).unwrap().len(), 8);
    assert!(overall.cut(6).is_err());
}

#[test]
fn a_battle_royale_adds_placement_and_kills() {
    let config = FreeForAll { rounds: 2, by_place: vec![10, 6, 3], per_kill: 2, ..FreeForAll::default() };
    let mut stage = stage(4, Format::FreeForAll(config));
    let row = |id, place, kills| HeatRow { entrant: e(id), place, kills };
    let heat = |round, rows: &[HeatRow]| Command::Heat { at: MatchId::Heat { round, number: 1 }, rows: rows.to_vec() };
    let first = [row(1, Some(1), 2), row(2, Some(2), 5), row(3, Some(3), 0), row(4, Some(4), 1)];
    stage.apply_mut(heat(1, &first)).unwrap();
    assert_eq!(stage.apply(heat(1, &first)).unwrap_err(), Refusal::AlreadyDecided(id("H1.1")));
    for (bad, part) in [
        (vec![row(1, Some(1), 0)], "#2 is missing"),
        (vec![row(1, Some(1), 0), row(1, Some(2), 0), row(3, Some(3), 0), row(4, Some(4), 0)], "listed twice"),
        (vec![row(1, Some(1), 0), row(2, Some(3), 0), row(3, Some(4), 0), row(4, Some(5), 0)], "cannot follow"),
        (vec![row(1, Some(1), 0), row(2, None, 3), row(3, Some(2), 0), row(4, Some(3), 0)], "without having played"),
    ] {
        let refusal = stage.apply(heat(2, &bad)).unwrap_err().to_string();
        assert!(refusal.contains(part), "{refusal}");
    }
    stage.apply_mut(heat(2, &[row(1, Some(3), 0), row(2, Some(1), 0), row(3, Some(1), 1), row(4, None, 0)])).unwrap();
    // 1: 14 + 3; 2: 16 + 10; 3: 3 + 12; 4: 2.
    assert_eq!(column(&stage, 0), [(1, "17"), (2, "26"), (3, "15"), (4, "2")].map(|(id, v)| (id, v.to_owned())));
    assert_eq!(stage.champion(), Some(e(2)));
}

#[test]
fn rotating_lobbies_mix() {
    let config = FreeForAll { rounds: 5, lobbies: 5, mixing: ffa::Lobbies::Rotating, ..FreeForAll::default() };
    let stage = stage(25, Format::FreeForAll(config));
    let mut met = std::collections::HashMap::new();
    for at in stage.match_ids() {
        let lobby = stage.heat(at).unwrap().lobby;
        assert_eq!(lobby.len(), 5);
        for x in &lobby {
            for y in lobby.iter().filter(|y| x < *y) {
                *met.entry([*x, *y]).or_insert(0) += 1;
            }
        }
    }
    assert!(met.values().all(|times| *times == 1), "with a prime number of lobbies nobody meets twice");
}
