//! Changing the past: first what would change, then the change as one value, then the way back.
//!
//! A result belongs to a pair in a match. If a correction puts another pair there, the old result no
//! longer shows; if a later correction brings the pair back, it counts again. So after a correction the
//! stage stands as if the right result had been entered at first.

use serde::{Deserialize, Serialize};

use crate::command::{Command, Frozen, Later};
use crate::ffa::Heat;
use crate::fixture::Fixture;
use crate::match_id::MatchId;
use crate::outcome::Outcome;
use crate::refusal::Refusal;
use crate::slot::{EntrantId, Side};
use crate::stage::Stage;
use crate::standings::prizes::divide;

/// What hangs on the standings of a stage.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stakes {
    /// Cut lines: how many of the overall standings pass.
    pub cuts: Vec<usize>,
    /// Prizes by place, in minor units.
    pub prizes: Vec<i64>,
}

/// A match before and after; `None` if it does not exist then.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MatchDifference {
    /// The match.
    pub at: MatchId,
    /// Before.
    pub before: Option<Fixture>,
    /// After.
    pub after: Option<Fixture>,
}

/// A heat before and after.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeatDifference {
    /// The heat.
    pub at: MatchId,
    /// Before.
    pub before: Heat,
    /// After.
    pub after: Heat,
}

/// A place before and after, each as first and last of the shared places.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlaceDifference {
    /// Who.
    pub entrant: EntrantId,
    /// Before; `None` if not yet in the stage.
    pub before: Option<(u32, u32)>,
    /// After.
    pub after: Option<(u32, u32)>,
}

/// Who passes a cut line before and after; `None` if a tie lies on the line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CutDifference {
    /// How many pass.
    pub places: usize,
    /// Before.
    pub before: Option<Vec<EntrantId>>,
    /// After.
    pub after: Option<Vec<EntrantId>>,
}

/// A prize before and after, in minor units.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PrizeDifference {
    /// Who.
    pub entrant: EntrantId,
    /// Before.
    pub before: i64,
    /// After.
    pub after: i64,
}

/// Everything a command would change.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preview {
    /// Matches.
    pub matches: Vec<MatchDifference>,
    /// Heats.
    pub heats: Vec<HeatDifference>,
    /// Places.
    pub places: Vec<PlaceDifference>,
    /// Cut lines.
    pub cuts: Vec<CutDifference>,
    /// Prizes.
    pub prizes: Vec<PrizeDifference>,
    /// The champion, if another: before and after.
    pub champion: Option<(Option<EntrantId>, Option<EntrantId>)>,
}

impl Preview {
    /// Whether nothing would change.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The differences between two values of one stage.
    #[must_use]
    pub fn between(before: &Stage, after: &Stage, stakes: &Stakes) -> Self {
        let mut preview = Self::default();
        let mut ids: Vec<MatchId> = before.match_ids().chain(after.match_ids()).collect();
        ids.sort_unstable();
        ids.dedup();
        for at in ids {
            let (was, is) = (before.fixture(at), after.fixture(at));
            if was != is {
                preview.matches.push(MatchDifference { at, before: was, after: is });
            }
            if let (Some(was), Some(is)) = (before.heat(at), after.heat(at))
                && was != is
            {
                preview.heats.push(HeatDifference { at, before: was, after: is });
            }
        }
        let (old, new) = (before.standings(), after.standings());
        let place = |table: &crate::standings::Table| -> std::collections::HashMap<EntrantId, (u32, u32)> {
            table.rows.iter().map(|row| (row.entrant, (row.rank, row.through))).collect()
        };
        let (was, is) = (place(&old), place(&new));
        for entrant in after.entrants().iter().chain(before.entrants().iter().filter(|who| !is.contains_key(who))) {
            let (before, after) = (was.get(entrant).copied(), is.get(entrant).copied());
            if before != after {
                preview.places.push(PlaceDifference { entrant: *entrant, before, after });
            }
        }
        for places in &stakes.cuts {
            let (before, after) = (old.cut(*places).ok(), new.cut(*places).ok());
            if before != after {
                preview.cuts.push(CutDifference { places: *places, before, after });
            }
        }
        let paid =
            |table| divide(table, &stakes.prizes).shares.into_iter().collect::<std::collections::HashMap<_, _>>();
        let (was, is) = (paid(&old), paid(&new));
        for entrant in after.entrants() {
            let (before, after) = (was.get(entrant).copied().unwrap_or(0), is.get(entrant).copied().unwrap_or(0));
            if before != after {
                preview.prizes.push(PrizeDifference { entrant: *entrant, before, after });
            }
        }
        let champions = (before.champion(), after.champion());
        preview.champion = (champions.0 != champions.1).then_some(champions);
        preview
    }
}

/// A change of the past, worked out but not yet made: keep `after` to make it.
#[derive(Clone, Debug)]
pub struct Correction {
    /// What changes.
    pub preview: Preview,
    /// The stage with the change.
    pub after: Stage,
    /// Commands that lead from `after` back to how things stood. For a corrected or reopened result
    /// they also work after other matches have been reported; for other commands this is an undo.
    pub way_back: Vec<Command>,
}

impl Stage {
    /// Works out what a command would change, with the way back.
    ///
    /// # Errors
    /// As [`Stage::apply`].
    pub fn preview(&self, command: Command, stakes: &Stakes) -> Result<Correction, Refusal> {
        let way_back = self.way_back(&command);
        let (after, _) = self.apply(command)?;
        Ok(Correction { preview: Preview::between(self, &after, stakes), after, way_back })
    }

    fn way_back(&self, command: &Command) -> Vec<Command> {
        let (at, later) = match command {
            Command::Correct { at, later, .. } | Command::Reopen { at, later } => (*at, *later),
            Command::CorrectHeat { at, .. } => {
                let rows =
                    self.heat(*at).map(|heat| heat.rows.into_iter().map(|(row, _)| row).collect()).unwrap_or_default();
                return vec![Command::CorrectHeat { at: *at, rows }];
            }
            Command::Undo => return vec![Command::Redo],
            _ => return vec![Command::Undo],
        };
        let Some(fixture) = self.fixture(at) else { return vec![Command::Undo] };
        let reopened = matches!(command, Command::Reopen { .. });
        let Some(pair) = fixture.pair() else { return vec![Command::Undo] };
        let mut back = match &fixture.outcome {
            _ if reopened => restore(self, &fixture),
            Some(outcome) if fixture.verdict.is_some() => {
                vec![Command::Correct { at, between: pair, outcome: outcome.clone(), later: Later::Keep }]
            }
            _ => {
                let mut commands = vec![Command::Reopen { at, later: Later::Keep }];
                commands.extend(restore(self, &fixture));
                commands
            }
        };
        if let (Some(field), Later::Repair) = (self.state().field(), later) {
            let rounds = self.rounds_after(at.round());
            if !rounds.is_empty() {
                back.extend(rounds);
                back.extend(field.pending_absent().iter().map(|who| Command::Absent { who: *who }));
            }
        }
        back
    }

    /// Commands that publish and report again all Swiss rounds after one.
    fn rounds_after(&self, round: u16) -> Vec<Command> {
        let mut commands = vec![];
        for round in round.saturating_add(1).. {
            let Some((bye, absent)) = self.sat_out(round) else { break };
            let fixtures: Vec<Fixture> = self.fixtures().filter(|fixture| fixture.id.round() == round).collect();
            commands.push(Command::Publish {
                round,
                pairs: fixtures.iter().filter_map(Fixture::pair).collect(),
                bye,
                seed: self.state().field().and_then(|field| field.rounds().get(usize::from(round) - 1)?.seed),
                frozen: Some(Frozen {
                    lengths: fixtures.iter().map(|fixture| fixture.series.best_of).collect(),
                    absent: absent.to_vec(),
                }),
            });
            commands.extend(fixtures.iter().flat_map(|fixture| restore(self, fixture)));
        }
        commands
    }
}

/// The commands that enter what is on file for a fixture.
fn restore(stage: &Stage, fixture: &Fixture) -> Vec<Command> {
    let (at, Some(between), Some(outcome)) = (fixture.id, fixture.pair(), &fixture.outcome) else { return vec![] };
    let of = |side: Side| between[side.index()];
    if between.into_iter().any(|who| stage.has_withdrawn(who)) {
        // The match is a walkover as soon as it exists; what was played before takes its place.
        return vec![Command::Correct { at, between, outcome: outcome.clone(), later: Later::Keep }];
    }
    match outcome {
        Outcome::Played(games) if fixture.series.settle(outcome).is_ok() => {
            vec![Command::Report { at, between, games: games.clone() }]
        }
        Outcome::Played(games) => {
            (1..).zip(games).map(|(number, game)| Command::Game { at, between, number, game: *game }).collect()
        }
        Outcome::Forfeit { by, no_show: false } => vec![Command::Forfeit { at, between, by: of(*by) }],
        Outcome::Forfeit { by, no_show: true } => vec![Command::NoShow { at, between, by: of(*by) }],
        Outcome::DoubleForfeit { no_show } => vec![Command::DoubleForfeit { at, between, no_show: *no_show }],
        Outcome::Ruling { winner, score } => {
            vec![Command::Rule { at, between, winner: winner.map(of), score: *score }]
        }
    }
}
