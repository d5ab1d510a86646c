//! Stage graphs and drawings.

mod common;

use brackets::view::Carries;
use brackets::*;
use common::*;

fn groups() -> Plan {
    let groups = RoundRobin { groups: 4, ..RoundRobin::default() };
    Plan::groups_to_playoffs(entrants(16), groups, 2, Format::single_elimination())
}

/// Plays a stage of an event to its end; the lower number wins.
fn play(event: &mut Event, index: usize) {
    loop {
        let stage = &event.stage(index).unwrap().stage;
        let Some(at) = ready(stage).first().copied() else { return };
        let command = report(stage, at, favourite(&stage.fixture(at).unwrap()));
        event.apply(index, command).unwrap();
    }
}

#[test]
fn group_mates_meet_again_in_the_final_at_the_earliest() {
    let mut event = Event::new(groups()).unwrap();
    assert!(matches!(event.begin(1), Err(EventRefusal::NotBegun(name)) if name == "Groups"));
    event.begin(0).unwrap();
    assert!(matches!(event.begin(1), Err(EventRefusal::NotFinished(_))));
    play(&mut event, 0);
    let open = event.begin(1).unwrap();
    assert_eq!(open.too_close, []);
    assert_eq!(open.qualified[..4], [e(1), e(2), e(3), e(4)], "group winners are seeded first");
    let group_of = |who: EntrantId| (who.0 - 1) % 8;
    let half = |stage: &Stage, from: u32| -> Vec<u32> {
        (from..from + 2)
            .flat_map(|number| stage.fixture(MatchId::Winners { round: 1, number }).unwrap().pair().unwrap())
            .map(group_of)
            .collect()
    };
    let stage = &open.stage;
    for from in [1, 3] {
        // Groups are {1,8}, {2,7}, {3,6}, {4,5}: numbers that add up to 9.
        let half = half(stage, from);
        assert!(half.iter().all(|x| !half.contains(&(7 - x))), "{half:?}");
    }
}

#[test]
fn qualification_is_frozen_and_a_later_correction_is_told() {
    let mut event = Event::new(groups()).unwrap();
    event.begin(0).unwrap();
    play(&mut event, 0);
    event.begin(1).unwrap();
    // In the first group 8 beat 9 for second place; the right result is the other way round.
    let stage = &event.stage(0).unwrap().stage;
    let fixture = stage.fixtures().find(|f| f.side_of(e(8)).is_some() && f.side_of(e(9)).is_some()).unwrap();
    let outcome = Outcome::Played(vec![won(fixture.side_of(e(9)).unwrap())]);
    let between = fixture.pair().unwrap();
    let correct = Command::Correct { at: fixture.id, between, outcome, later: Later::Keep };
    let before = event.clone();
    let told = event.preview(0, correct.clone()).unwrap();
    assert_eq!(event, before, "a preview changes nothing");
    assert_eq!(told.len(), 1);
    assert!(told[0].frozen.contains(&e(8)) && told[0].today.as_ref().unwrap().contains(&e(9)));
    let (_, stale) = event.apply(0, correct).unwrap();
    assert_eq!(stale, told);
    assert!(event.stage(1).unwrap().qualified.contains(&e(8)), "the playoffs stand as begun");
    assert!(matches!(event.close(0), Err(EventRefusal::Feeds(_))));
    event.close(1).unwrap();
    event.begin(1).unwrap();
    assert!(event.stage(1).unwrap().qualified.contains(&e(9)));
    assert!(event.stale().is_empty());
    let text = serde_json::to_string(&event).unwrap();
    assert_eq!(serde_json::from_str::<Event>(&text).unwrap(), event);
}

#[test]
fn one_stage_may_be_fed_by_several() {
    let swiss = |from: u32| (from..from + 4).map(Entrant::new).collect::<Vec<_>>();
    let qualifier = |name: &str, from| PlannedStage {
        name: name.to_owned(),
        format: Format::RoundRobin(RoundRobin::default()),
        sources: vec![Source::Direct(swiss(from))],
        keep_apart: false,
    };
    let best = |index| Source::Stage { index, take: Take::Places { from: 1, through: 1 } };
    let next = |index| Source::Stage { index, take: Take::Places { from: 2, through: 3 } };
    let main = PlannedStage {
        name: "Main event".to_owned(),
        format: Format::double_elimination(),
        sources: vec![Source::Direct(vec![Entrant::new(100), Entrant::new(101)]), best(0), best(1), next(0), next(1)],
        keep_apart: true,
    };
    let plan = Plan { stages: vec![qualifier("North", 1), qualifier("South", 11), main] };
    let mut event = Event::new(plan.clone()).unwrap();
    for index in 0..2 {
        event.begin(index).unwrap();
        play(&mut event, index);
    }
    let qualified: Vec<u32> = event.qualified(2).unwrap().iter().map(|entrant| entrant.id.0).collect();
    assert_eq!(qualified, [100, 101, 1, 11, 2, 3, 12, 13]);
    event.begin(2).unwrap();
    play(&mut event, 2);
    assert_eq!(event.stage(2).unwrap().stage.champion(), Some(e(1)));
    let mut circular = plan;
    circular.stages[0].sources = vec![best(2)];
    assert!(matches!(Event::new(circular), Err(EventRefusal::NotBefore { index: 2, .. })));
}

#[test]
fn a_tie_on_the_line_blocks_the_next_stage() {
    let groups = RoundRobin { tie_breaks: vec![TieBreak::Wins], ..RoundRobin::default() };
    let mut event = Event::new(Plan::groups_to_playoffs(entrants(3), groups, 2, Format::single_elimination())).unwrap();
    event.begin(0).unwrap();
    for (winner, loser) in [(1, 2), (2, 3), (3, 1)] {
        let stage = &event.stage(0).unwrap().stage;
        let fixture =
            stage.fixtures().find(|f| f.side_of(e(winner)).is_some() && f.side_of(e(loser)).is_some()).unwrap();
        let command = report(stage, fixture.id, fixture.side_of(e(winner)).unwrap());
        event.apply(0, command).unwrap();
    }
    let refused = event.begin(1).unwrap_err();
    assert!(
        matches!(&refused, EventRefusal::Stage { why: Refusal::TieOnCut { tied, .. }, .. } if tied.len() == 3),
        "{refused}"
    );
    event.apply(0, Command::BreakTie { order: vec![e(2), e(3), e(1)], how: TieDecision::Playoff }).unwrap();
    assert_eq!(event.begin(1).unwrap().qualified, [e(2), e(3)]);
}

#[test]
fn a_double_elimination_is_drawn() {
    let mut stage = double(8);
    let board = stage.board();
    let titles: Vec<&str> = board.blocks.iter().map(|block| block.title.as_str()).collect();
    assert_eq!(titles, ["Winners bracket", "Losers bracket", "Grand final"]);
    let cell = |stage: &Stage, at: &str| {
        let board = stage.board();
        let cells = board.blocks.into_iter().flat_map(|block| block.columns).flat_map(|column| column.cells);
        cells.into_iter().find(|cell| cell.id == id(at)).unwrap()
    };
    assert_eq!(cell(&stage, "L1.1").lines[0].origin.as_deref(), Some("Loser of winners round 1 match 1"));
    assert_eq!(cell(&stage, "L2.1").lines[0].origin.as_deref(), Some("Loser of winners round 2 match 2"));
    assert_eq!(cell(&stage, "GF").lines[1].origin.as_deref(), Some("Winner of losers final"));
    assert_eq!((cell(&stage, "W2.2").row, cell(&stage, "W2.2").span), (2, 2));
    for block in &board.blocks {
        for column in &block.columns {
            let covered: u32 = column.cells.iter().map(|cell| cell.span).sum();
            assert!(covered <= block.rows);
            assert!(column.cells.windows(2).all(|two| two[0].row + two[0].span <= two[1].row), "cells do not overlap");
        }
        assert!(block.columns.windows(2).all(|two| two[0].at < two[1].at), "{}: time goes on", block.title);
    }
    // Every match but the grand finals passes its winner on; every winners match drops its loser.
    let winners = board.connectors.iter().filter(|c| c.carries == Carries::Winner).count();
    let losers = board.connectors.iter().filter(|c| c.carries == Carries::Loser).count();
    assert_eq!((winners, losers), (13, 7));
    win(&mut stage, "W1.1", 8);
    let name = |who: EntrantId| format!("Team {}", who.0);
    assert_eq!(cell(&stage, "W1.1").describe(name), "Winners round 1, match 1: Team 1 0, Team 8 1; Team 8 wins");
    assert_eq!(
        cell(&stage, "W2.1").describe(name),
        "Winners round 2, match 1: Team 8, Winner of winners round 1 match 2"
    );
    let path: Vec<String> = stage.path(e(1)).iter().map(ToString::to_string).collect();
    assert_eq!(path, ["W1.1", "L1.1", "L2.1", "L3.1", "L4.1", "GF"]);
}

#[test]
fn leagues_swiss_and_heats_are_drawn() {
    let mut league = stage(6, Format::RoundRobin(RoundRobin { groups: 2, ..RoundRobin::default() }));
    play_out(&mut league, favourite);
    let board = league.board();
    assert_eq!(board.blocks.iter().map(|block| block.title.as_str()).collect::<Vec<_>>(), ["Group A", "Group B"]);
    let cross = league.cross_table(0);
    assert_eq!(cross[0], [None, Some([1, 0]), Some([1, 0])]);
    assert_eq!(cross[2], [Some([0, 1]), Some([0, 1]), None]);
    assert!(league.cross_table(9).is_empty());
    let mut swiss = stage(8, Format::Swiss(Swiss::rounds(3)));
    for seed in 1..=2 {
        swiss.apply_mut(Command::Pair { seed, rematches: false }).unwrap();
        play_out(&mut swiss, favourite);
    }
    let second = &swiss.board().blocks[0].columns[1];
    let buckets: Vec<_> = second.cells.iter().map(|cell| cell.bucket.unwrap()).collect();
    assert_eq!(buckets, [(1, 0), (1, 0), (0, 1), (0, 1)]);
    let heats = stage(4, Format::FreeForAll(FreeForAll::default()));
    assert_eq!(heats.board().blocks[0].columns[0].cells[0].lines.len(), 4);
}

#[test]
fn rounds_of_a_single_elimination_have_their_names() {
    let board = single(16).board();
    let titles: Vec<&str> = board.blocks[0].columns.iter().map(|column| column.title.as_str()).collect();
    assert_eq!(titles, ["Round of 16", "Quarter-finals", "Semi-finals", "Final"]);
}
