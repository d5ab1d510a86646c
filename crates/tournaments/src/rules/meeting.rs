//! The matches and nodes of a bracket as rows: one projection, and what differs between two of them.
//!
//! Not here: what a row has of its own (its time, its room, who has checked in), which the bracket does
//! not know.

use std::collections::BTreeMap;

use brackets::{
    Elimination, Fixture, Format, Game, How, MatchId, Outcome, Section, Side, Slot, Stage, Status, Swiss, SwissLength,
    Verdict,
    view::{Carries, Connector},
};

use super::structure::{Role, Structure, number};

/// A match that is played, or will be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Meeting {
    /// Its stage from 1, and its role there.
    pub role: Role,
    /// The round through the whole bracket, from 1: matches of a round can be played together.
    pub round: i32,
    /// The number within that round, from 1.
    pub number: i32,
    /// Games at the most.
    pub best_of: u8,
    /// The registrations that meet, as far as they are known.
    pub sides: [Option<i64>; 2],
    /// Where the bracket stands with it.
    pub standing: Standing,
}

/// Where a bracket stands with a match.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It is to be played; both sides may be known or not.
    Open,
    /// It is decided.
    Decided(Decided),
    /// It is not played: nobody is there to play, or it is not needed.
    Off,
}

/// A decision as rows tell it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decided {
    /// Who won, if anybody.
    pub winner: Option<Side>,
    /// Games won by either side.
    pub score: [u16; 2],
    /// How it came about.
    pub how: How,
    /// Whether a side, or both, did not appear.
    pub no_show: bool,
    /// The games, when it was played.
    pub games: Vec<Game>,
}

impl Decided {
    /// Whether it was level: played or ruled, and nobody won.
    pub fn is_draw(&self) -> bool {
        self.winner.is_none() && self.how != How::DoubleForfeit
    }

    /// Whether it was decided without a result.
    pub fn is_forfeit(&self) -> bool {
        matches!(self.how, How::Walkover | How::DoubleForfeit)
    }
}

/// A place of a bracket, byes included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// Its stage from 1, and its role there.
    pub role: Role,
    /// The spelling of its part in the column `bracket_type`.
    pub part: &'static str,
    /// Its group, when there are groups.
    pub group: Option<i32>,
    /// The round within its part, from 1.
    pub round: i32,
    /// The number within that round, from 1.
    pub number: i32,
    /// Who stands there, as far as is known.
    pub sides: [Option<i64>; 2],
    /// Who won.
    pub winner: Option<i64>,
    /// Whether one side has nobody to meet.
    pub is_bye: bool,
}

/// Where somebody goes from a place: from, to, the side there, and whether the winner goes that way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link {
    /// From here.
    pub from: Role,
    /// To there.
    pub to: Role,
    /// To this side of it.
    pub side: Side,
    /// Whether the winner goes this way, or the loser.
    pub winner: bool,
}

/// How many matches a tournament has, and how many are over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Rounds through the whole bracket.
    pub rounds: i32,
    /// Matches that are played or will be, as far as is known.
    pub total: i32,
    /// Those of them that are decided.
    pub completed: i32,
}

/// A bracket as rows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Projection {
    /// Matches by role.
    pub meetings: BTreeMap<Role, Meeting>,
    /// Places by role.
    pub nodes: BTreeMap<Role, Node>,
    /// How many.
    pub counts: Counts,
}

/// The rows of a bracket.
pub fn project(structure: &Structure) -> Projection {
    let fixtures = structure.fixtures();
    let mut projection = Projection::default();
    let (mut before, mut stage_before, mut rounds_here) = (0, 0, 0);
    let mut numbers: BTreeMap<i32, i32> = BTreeMap::new();
    let mut timing = Timing::default();
    for (role, fixture) in &fixtures {
        let (stage, at) = *role;
        if stage != stage_before {
            (before, stage_before) = (before + rounds_here, stage);
            timing = structure.shape(stage).map(|stage| Timing::of(&stage)).unwrap_or_default();
            rounds_here = timing.planned;
        }
        let column = timing.column(at) + 1;
        rounds_here = rounds_here.max(column);
        let round = before + column;
        let within = numbers.entry(round).or_insert(0);
        *within += 1;
        let sides = fixture.slots.map(|slot| slot.entrant().and_then(|who| structure.registration(who)));
        let winner = fixture.winner().and_then(|who| structure.registration(who));
        projection.nodes.insert(*role, node(*role, fixture, sides, winner));
        if is_bye(fixture) {
            continue;
        }
        match fixture.status {
            Status::Waiting | Status::Ready | Status::Live => projection.counts.total += 1,
            Status::Done => {
                projection.counts.total += 1;
                projection.counts.completed += 1;
            }
            Status::Passed | Status::Conditional | Status::NotNeeded | Status::Annulled => {}
        }
        let meeting = Meeting {
            role: *role,
            round,
            number: *within,
            best_of: fixture.series.best_of,
            sides,
            standing: standing(fixture),
        };
        projection.meetings.insert(*role, meeting);
    }
    projection.counts.rounds = before + rounds_here;
    projection.counts.total += (1..=structure.stages())
        .filter_map(|at| structure.stage(number(at - 1)))
        .map(unpaired)
        .fold(0, i32::saturating_add);
    projection
}

/// Where somebody goes from each place, as far as stages have a bracket.
pub fn links(structure: &Structure) -> Vec<Link> {
    let of = |at: usize| {
        let stage = number(at);
        let connectors = structure.shape(stage).map(|shape| shape.board().connectors).unwrap_or_default();
        connectors.into_iter().map(move |Connector { from, to, side, carries }| Link {
            from: (stage, from),
            to: (stage, to),
            side,
            winner: carries == Carries::Winner,
        })
    };
    (0..structure.stages()).flat_map(of).collect()
}

/// Whether a side has nobody to meet. A reset that is not needed has no sides either, and is no bye.
fn is_bye(fixture: &Fixture) -> bool {
    fixture.status != Status::NotNeeded && fixture.slots.contains(&Slot::Bye)
}

fn standing(fixture: &Fixture) -> Standing {
    match (fixture.status, fixture.verdict) {
        (Status::Passed | Status::NotNeeded | Status::Annulled, _) => Standing::Off,
        (_, Some(verdict)) => Standing::Decided(decided(fixture, verdict)),
        _ => Standing::Open,
    }
}

fn decided(fixture: &Fixture, verdict: Verdict) -> Decided {
    let (no_show, games) = match &fixture.outcome {
        Some(Outcome::Played(games)) => (false, games.clone()),
        Some(Outcome::Forfeit { no_show, .. } | Outcome::DoubleForfeit { no_show }) => (*no_show, vec![]),
        Some(Outcome::Ruling { .. }) | None => (false, vec![]),
    };
    Decided { winner: verdict.winner, score: verdict.score, how: verdict.how, no_show, games }
}

fn node(role: Role, fixture: &Fixture, sides: [Option<i64>; 2], winner: Option<i64>) -> Node {
    let (_, at) = role;
    let part = match at.section() {
        Section::Winners => "main",
        Section::Losers => "losers",
        Section::GrandFinal => "grand_final",
        Section::ThirdPlace => "third_place",
        Section::Consolation => "consolation",
        Section::Group => "group",
        Section::Swiss | Section::Heat => "swiss",
    };
    let group = if let MatchId::Group { group, .. } = at { Some(i32::from(group)) } else { None };
    Node {
        role,
        part,
        group,
        round: i32::from(at.round()),
        number: i32::try_from(at.number()).unwrap_or(i32::MAX),
        sides,
        winner,
        is_bye: is_bye(fixture),
    }
}

/// Matches of Swiss rounds that are not paired yet.
fn unpaired(stage: &Stage) -> i32 {
    let Format::Swiss(Swiss { length: SwissLength::Rounds(rounds), .. }) = stage.format() else { return 0 };
    if stage.is_finished() {
        return 0;
    }
    let paired = stage.match_ids().map(MatchId::round).max().unwrap_or(0);
    let playing = stage.entrants().iter().filter(|who| !stage.has_withdrawn(**who)).count() / 2;
    i32::from(rounds.saturating_sub(paired)).saturating_mul(i32::try_from(playing).unwrap_or(i32::MAX))
}

/// When the matches of a stage are played, in rounds that can be played together.
#[derive(Clone, Copy, Debug, Default)]
struct Timing {
    /// Rounds of the winners bracket, in elimination.
    winners: i32,
    double: bool,
    /// Rounds that are planned, in a Swiss.
    planned: i32,
}

impl Timing {
    fn of(stage: &Stage) -> Self {
        let winners = stage.match_ids().filter(|at| at.section() == Section::Winners).map(MatchId::round).max();
        let double = matches!(stage.format(), Format::Elimination { kind: Elimination::Double { .. }, .. });
        let planned = match stage.format() {
            Format::Swiss(Swiss { length: SwissLength::Rounds(rounds), .. }) => i32::from(*rounds),
            _ => 0,
        };
        Self { winners: i32::from(winners.unwrap_or(0)), double, planned }
    }

    /// The round in time, from 0. Losers meet while the winners go on; the grand final comes after both.
    fn column(self, at: MatchId) -> i32 {
        let round = i32::from(at.round());
        let after = if self.double { 2 * self.winners - 1 } else { self.winners };
        match at {
            MatchId::Winners { round: 1, .. } => 0,
            MatchId::Winners { .. } if self.double => 2 * round - 3,
            MatchId::Losers { .. } | MatchId::Consolation { .. } => round,
            MatchId::Winners { .. } | MatchId::Group { .. } | MatchId::Swiss { .. } | MatchId::Heat { .. } => round - 1,
            MatchId::ThirdPlace => self.winners - 1,
            MatchId::GrandFinal => after,
            MatchId::GrandFinalReset => after + 1,
        }
    }
}

/// What two projections differ in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Difference {
    /// Matches that exist before and after, and differ: before, after.
    pub changed: Vec<(Meeting, Meeting)>,
    /// Matches that came.
    pub came: Vec<Meeting>,
    /// Matches that went.
    pub went: Vec<Meeting>,
    /// Places that came or changed.
    pub nodes: Vec<Node>,
    /// Places that went.
    pub nodes_gone: Vec<Role>,
}

/// What differs between two projections of one bracket.
pub fn difference(before: &Projection, after: &Projection) -> Difference {
    let mut difference = Difference::default();
    for (role, is) in &after.meetings {
        match before.meetings.get(role) {
            None => difference.came.push(is.clone()),
            Some(was) if was != is => difference.changed.push((was.clone(), is.clone())),
            Some(_) => {}
        }
    }
    let gone = before.meetings.iter().filter(|(role, _)| !after.meetings.contains_key(role));
    difference.went.extend(gone.map(|(_, meeting)| meeting.clone()));
    let nodes = after.nodes.iter().filter(|(role, node)| before.nodes.get(role) != Some(node));
    difference.nodes.extend(nodes.map(|(_, node)| node.clone()));
    difference.nodes_gone.extend(before.nodes.keys().filter(|role| !after.nodes.contains_key(role)));
    difference
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use brackets::Command;

    use super::*;
    use crate::rules::draw::{Kind, Settings};

    fn settings(kind: Kind) -> Settings {
        Settings {
            kind,
            best_of: 1,
            best_of_final: 3,
            third_place: true,
            reset: true,
            swiss_rounds: None,
            groups: None,
            qualifiers: 2,
        }
    }

    fn drawn(kind: Kind, entries: i64) -> Structure {
        let mut structure =
            Structure::new(&settings(kind), (1..=entries).map(|entry| 100 + entry).collect()).expect("it can be drawn");
        assert!(structure.run_on(Some(1)).is_empty());
        structure
    }

    /// Plays the next open match; the better seed wins, so that nobody is ever tied by surprise.
    fn play(structure: &Structure) -> Option<Structure> {
        let open = structure.fixtures().into_iter().find(|(_, fixture)| fixture.status == Status::Ready);
        let ((stage, at), fixture) = open?;
        let between = fixture.pair()?;
        let side = if between[0] < between[1] { Side::A } else { Side::B };
        let games = vec![Game::won_by(side); usize::from(fixture.series.needed())];
        let (next, held_up) =
            structure.apply(stage, Command::Report { at, between, games }, Some(7)).expect("it can be reported");
        for held_up in &held_up {
            assert!(matches!(held_up, super::super::structure::HeldUp::OnlyRematches { .. }), "{held_up:?}");
        }
        Some(next)
    }

    #[test]
    fn every_bracket_of_every_size_projects_consistently_until_it_is_over() {
        for kind in Kind::ALL {
            // A table of everyone against everyone grows with the square.
            let most = if matches!(kind, Kind::RoundRobin | Kind::Groups) { 13 } else { 64 };
            for entries in (2..=20).chain([31, 32, 33, 64]).filter(|entries| *entries <= most) {
                let mut structure = drawn(kind, entries);
                let mut rounds = None;
                loop {
                    let projection = project(&structure);
                    let places: BTreeSet<(i32, i32)> =
                        projection.meetings.values().map(|meeting| (meeting.round, meeting.number)).collect();
                    assert_eq!(places.len(), projection.meetings.len(), "{kind:?} {entries}: a place is given twice");
                    let codes: BTreeSet<String> = projection.nodes.keys().map(|(_, at)| at.to_string()).collect();
                    assert_eq!(codes.len(), projection.nodes.len(), "{kind:?} {entries}: a role is given twice");
                    let last = projection.meetings.values().map(|meeting| meeting.round).max();
                    assert!(last <= Some(projection.counts.rounds), "{kind:?} {entries}");
                    assert_eq!(*rounds.get_or_insert(projection.counts.rounds), projection.counts.rounds);
                    assert!(projection.counts.completed <= projection.counts.total);
                    let Some(next) = play(&structure) else { break };
                    // A result changes what hangs on it, and nothing else.
                    let after = project(&next);
                    let changes = difference(&projection, &after);
                    if kind == Kind::Single || kind == Kind::Double {
                        assert!(
                            changes.changed.len() <= 4 && changes.came.is_empty() && changes.went.is_empty(),
                            "{kind:?} {entries}: {changes:#?}"
                        );
                    }
                    structure = next;
                }
                let over = project(&structure);
                if structure.is_finished() {
                    assert_eq!(over.counts.completed, over.counts.total, "{kind:?} {entries}");
                } else {
                    assert_eq!(kind, Kind::Swiss, "only a Swiss waits for somebody here");
                }
            }
        }
    }

    #[test]
    fn rounds_that_can_be_played_together_share_a_number() {
        let rounds = |kind, entries| -> Vec<(String, i32, i32)> {
            let projection = project(&drawn(kind, entries));
            let mut rows: Vec<_> =
                projection.meetings.values().map(|m| (m.role.1.to_string(), m.round, m.number)).collect();
            rows.sort_by_key(|(_, round, number)| (*round, *number));
            rows
        };
        let row = |code: &str, round, number| (code.to_owned(), round, number);
        assert_eq!(
            rounds(Kind::Double, 4),
            [
                row("W1.1", 1, 1),
                row("W1.2", 1, 2),
                row("W2.1", 2, 1),
                row("L1.1", 2, 2),
                row("L2.1", 3, 1),
                row("GF", 4, 1),
                row("GF2", 5, 1)
            ]
        );
        assert_eq!(rounds(Kind::Single, 4), [row("W1.1", 1, 1), row("W1.2", 1, 2), row("W2.1", 2, 1), row("3P", 2, 2)]);
        let groups = rounds(Kind::Groups, 8);
        assert_eq!(groups.last(), Some(&row("3P", 5, 2)), "the playoffs follow the groups' three rounds");
    }

    #[test]
    fn playoffs_stand_there_before_anybody_has_reached_them() {
        let projection = project(&drawn(Kind::Groups, 7));
        let ahead: Vec<_> = projection.meetings.values().filter(|meeting| meeting.role.0 == 2).collect();
        assert_eq!(ahead.len(), 4, "two semi-finals, the final and the third place");
        assert!(ahead.iter().all(|meeting| meeting.sides == [None, None] && meeting.standing == Standing::Open));
    }

    #[test]
    fn a_bye_is_a_place_and_no_match() {
        let projection = project(&drawn(Kind::Single, 3));
        let byes: Vec<_> = projection.nodes.values().filter(|node| node.is_bye).collect();
        assert_eq!(byes.len(), 1);
        assert_eq!(byes[0].sides, [Some(101), None]);
        assert!(!projection.meetings.contains_key(&byes[0].role));
        let last = &projection.meetings[&(1, "W2.1".parse().expect("a role"))];
        assert_eq!(last.sides, [Some(101), None], "who has a bye waits in the next round");
    }

    #[test]
    fn links_lead_from_every_match_but_the_last_ones() {
        for entries in 2..=33 {
            for kind in [Kind::Single, Kind::Double, Kind::Groups] {
                let structure = drawn(kind, entries);
                let (projection, links) = (project(&structure), links(&structure));
                let known = |role: &Role| projection.nodes.contains_key(role);
                assert!(links.iter().all(|link| known(&link.from) && known(&link.to)), "{kind:?} {entries}");
                let filled: BTreeSet<_> = links.iter().map(|link| (link.to, link.side)).collect();
                assert_eq!(filled.len(), links.len(), "{kind:?} {entries}: two lead to one side");
            }
        }
    }
}
