//! What bracket engines are known to get wrong, one test each.

mod common;

use brackets::elimination::drops;
use brackets::*;
use common::*;

fn bo3(kind: Elimination) -> Format {
    Format::Elimination { kind, lengths: Lengths::best_of(3), places: None }
}

const SINGLE: Elimination = Elimination::Single { third_place: true, consolation: false };
const DOUBLE: Elimination = Elimination::Double { grand_final: Final::Reset };

#[test]
fn the_third_place_winner_is_not_the_champion() {
    let mut stage = stage(4, bo3(SINGLE));
    for (at, winner) in [("W1.1", 1), ("W1.2", 2), ("W2.1", 2), ("3P", 4)] {
        assert_eq!(stage.champion(), if at == "3P" { Some(e(2)) } else { None });
        win(&mut stage, at, winner);
    }
    assert_eq!(stage.champion(), Some(e(2)));
    assert_eq!(stage.standings().order(), [e(2), e(1), e(4), e(3)]);
}

#[test]
fn the_champion_is_known_by_role_and_not_by_side() {
    for (reset_winner, champion) in [(Side::A, 1), (Side::B, 2)] {
        let mut stage = double(2);
        win(&mut stage, "W1.1", 1);
        win(&mut stage, "GF", 2);
        let command = report(&stage, id("GF2"), reset_winner);
        stage.apply_mut(command).unwrap();
        assert_eq!(stage.champion(), Some(e(champion)));
    }
}

#[test]
fn two_entrants_still_play_a_double_elimination() {
    let stage = double(2);
    let ids: Vec<String> = stage.match_ids().map(|id| id.to_string()).collect();
    assert_eq!(ids, ["W1.1", "GF", "GF2"], "the loser of one match has only one loss");
}

#[test]
fn a_bye_is_never_mistaken_for_an_open_side() {
    let texts =
        [Slot::Bye, Slot::Tbd, Slot::Vacant, Slot::Entrant(e(0))].map(|slot| serde_json::to_string(&slot).unwrap());
    assert_eq!(texts, ["\"bye\"", "\"tbd\"", "\"vacant\"", "{\"entrant\":0}"]);
    // Three entrants in a double elimination: the losers bracket starts with a bye and does not wait for it.
    let mut stage = double(3);
    assert_eq!(stage.fixture(id("L1.1")).unwrap().slots, [Slot::Bye, Slot::Tbd]);
    win(&mut stage, "W1.2", 2);
    assert_eq!(stage.fixture(id("L2.1")).unwrap().slots[1], Slot::Entrant(e(3)));
}

#[test]
fn one_nil_in_a_best_of_three_needs_a_ruling() {
    let mut stage = stage(2, bo3(Elimination::Single { third_place: false, consolation: false }));
    let (at, between) = (id("W1.1"), [e(1), e(2)]);
    let refused = stage.apply_mut(Command::Report { at, between, games: vec![won(Side::A)] }).unwrap_err();
    assert!(matches!(refused, Refusal::Series { why: BadSeries::Undecided { needed: 2, best_of: 3 }, .. }));
    stage.apply_mut(Command::Rule { at, between, winner: Some(e(1)), score: [1, 0] }).unwrap();
    assert_eq!(stage.champion(), Some(e(1)));
    assert_eq!(stage.fixture(at).unwrap().verdict.unwrap().how, How::Ruling);
}

#[test]
fn a_game_sent_again_replaces_itself() {
    let mut stage = stage(2, bo3(Elimination::Single { third_place: false, consolation: false }));
    let (at, between) = (id("W1.1"), [e(1), e(2)]);
    let game = |number, side| Command::Game { at, between, number, game: won(side) };
    stage.apply_mut(game(1, Side::A)).unwrap();
    stage.apply_mut(game(1, Side::A)).unwrap();
    assert_eq!(stage.fixture(at).unwrap().status, Status::Live, "once is once");
    assert_eq!(stage.apply(game(3, Side::A)).unwrap_err(), Refusal::GameNumber { at, number: 3, next: 2 });
    stage.apply_mut(game(1, Side::B)).unwrap();
    stage.apply_mut(game(2, Side::B)).unwrap();
    assert_eq!(stage.champion(), Some(e(2)));
}

#[test]
fn losing_the_last_map_cannot_pay() {
    let lengths = Lengths { play_all: true, ..Lengths::best_of(3) };
    let config = RoundRobin { lengths, tie_breaks: vec![TieBreak::GameDifference], ..RoundRobin::default() };
    let mut stage = stage(2, Format::RoundRobin(config));
    let games = vec![won(Side::A), won(Side::A), won(Side::B)];
    stage.apply_mut(Command::Report { at: id("G1.1.1"), between: [e(1), e(2)], games }).unwrap();
    assert_eq!(stage.standings().rows[0].values[0], Some(standings::Value::Whole(2)));
}

#[test]
fn a_report_for_an_earlier_pair_does_not_hit_the_present_one() {
    let mut stage = single(4);
    win(&mut stage, "W1.1", 1);
    win(&mut stage, "W1.2", 2);
    let late = report(&stage, id("W2.1"), Side::A);
    let outcome = Outcome::Played(vec![won(Side::B)]);
    stage.apply_mut(Command::Correct { at: id("W1.1"), between: [e(1), e(4)], outcome, later: Later::Keep }).unwrap();
    assert_eq!(stage.apply_mut(late), Err(Refusal::PairChanged { at: id("W2.1"), now_a: e(4), now_b: e(2) }));
}

#[test]
fn a_double_forfeit_does_not_stop_a_bracket() {
    let mut stage = stage(4, bo3(DOUBLE));
    for (at, between) in [("W1.1", [e(1), e(4)]), ("W1.2", [e(2), e(3)])] {
        stage.apply_mut(Command::DoubleForfeit { at: id(at), between, no_show: true }).unwrap();
    }
    assert!(stage.is_finished(), "nobody is left, and nothing waits");
    assert_eq!(stage.champion(), None);
}

#[test]
fn rematches_stay_rare_where_defaults_make_them_certain() {
    // Dropping in natural order gives about 54 and 219 rematches here.
    for rounds in [8, 10, 12] {
        let found = drops::rematches(rounds);
        assert!(found.expected < 0.706, "{} places: {}", 1 << rounds, found.expected);
        assert!(f64::from(found.first_round) > 0.6 * f64::from(found.rounds));
    }
}

#[test]
fn the_best_two_are_never_in_one_half() {
    for n in [33u32, 64, 100, 128, 1000] {
        let stage = single(n);
        let half = |who| stage.fixtures().find(|f| f.side_of(e(who)).is_some()).map(|f| f.id.number());
        let first = stage.match_ids().filter(|id| id.round() == 1).count() as u32;
        assert_ne!(half(1).unwrap() * 2 <= first, half(2).unwrap() * 2 <= first, "{n} entrants");
    }
}

#[test]
fn a_long_swiss_stays_a_swiss() {
    let mut stage = stage(4, Format::Swiss(Swiss::rounds(3)));
    stage.apply_mut(Command::Pair { seed: 1, rematches: false }).unwrap();
    assert_eq!(stage.match_ids().count(), 2, "rounds are paired one by one, never as a round robin");
    assert_eq!(stage.format().name(), "swiss");
}

#[test]
fn pairing_reads_confirmed_results_only() {
    let mut stage = stage(8, Format::Swiss(Swiss::rounds(3)));
    stage.apply_mut(Command::Pair { seed: 1, rematches: false }).unwrap();
    win(&mut stage, "S1.1", 1);
    let refused = stage.apply_mut(Command::Pair { seed: 2, rematches: false });
    assert_eq!(refused, Err(Refusal::RoundRunning { round: 1, open: 3 }));
}

#[test]
fn wrong_setups_are_named() {
    let new = |entrants: Vec<Entrant>, format| Stage::new(Setup { entrants, format }).unwrap_err();
    let single = Format::single_elimination;
    let even = Format::Elimination { kind: SINGLE, lengths: Lengths::best_of(2), places: None };
    let places =
        Format::Elimination { kind: SINGLE, lengths: Lengths::default(), places: Some(vec![Some(e(1)), Some(e(1))]) };
    assert!(matches!(new(entrants(1), single()), BadSetup::Entrants { count: 1, least: 2, .. }));
    assert_eq!(new(vec![Entrant::new(1), Entrant::new(1)], single()), BadSetup::DuplicateEntrant(e(1)));
    assert!(matches!(new(entrants(4), even), BadSetup::Length { best_of: 2, .. }));
    assert!(matches!(new(entrants(2), places), BadSetup::Places { .. }));
    for format in [
        Format::RoundRobin(RoundRobin { groups: 0, ..RoundRobin::default() }),
        Format::RoundRobin(RoundRobin { groups: 3, ..RoundRobin::default() }),
        Format::RoundRobin(RoundRobin { legs: 3, ..RoundRobin::default() }),
        Format::Swiss(Swiss::rounds(0)),
        Format::FreeForAll(FreeForAll { lobbies: 3, ..FreeForAll::default() }),
    ] {
        assert!(matches!(new(entrants(4), format), BadSetup::Options(_)));
    }
}
