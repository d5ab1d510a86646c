//! A stage as a value: a setup, and the log of commands since. Everything else follows from them.
//!
//! Not here: how each format lives (`elimination`, `round_robin`, `swiss`, `ffa`), what a command
//! does to the state (`state`).

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::command::Command;
use crate::ffa::Heat;
use crate::fixture::{Change, Fixture};
use crate::match_id::MatchId;
use crate::refusal::{BadSetup, Refusal};
use crate::setup::{Format, Setup};
use crate::slot::EntrantId;
use crate::standings::{Decision, Table};
use crate::state::State;
use crate::swiss::{Explanation, Pairing};

/// A stage of a tournament. Stored and sent as its setup and log; reading it back replays the log, so
/// a stored stage is always consistent.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(try_from = "Saved", into = "Saved")]
pub struct Stage {
    setup: Arc<Setup>,
    log: Vec<Command>,
    state: State,
}

#[derive(Clone, Serialize, Deserialize)]
struct Saved {
    setup: Setup,
    log: Vec<Command>,
}

impl From<Stage> for Saved {
    fn from(stage: Stage) -> Self {
        Self { setup: (*stage.setup).clone(), log: stage.log }
    }
}

impl TryFrom<Saved> for Stage {
    type Error = Refusal;

    fn try_from(saved: Saved) -> Result<Self, Self::Error> {
        Self::replay(saved.setup, saved.log)
    }
}

/// Two stages are equal if they stand alike: setup and state, whatever way led there.
impl PartialEq for Stage {
    fn eq(&self, other: &Self) -> bool {
        self.setup == other.setup && self.state.is_like(&other.state)
    }
}

impl Stage {
    /// Creates a stage. Byes are carried through at once.
    ///
    /// # Errors
    /// [`BadSetup`], naming what cannot be.
    pub fn new(setup: Setup) -> Result<Self, BadSetup> {
        let state = State::new(&setup)?;
        Ok(Self { setup: Arc::new(setup), log: vec![], state })
    }

    /// Creates a stage and carries out a log.
    ///
    /// # Errors
    /// The first command that is refused.
    pub fn replay(setup: Setup, log: impl IntoIterator<Item = Command>) -> Result<Self, Refusal> {
        let mut stage = Self::new(setup)?;
        for command in log {
            stage.apply_mut(command)?;
        }
        Ok(stage)
    }

    /// Carries out a command on a copy: the new value, and what changed.
    ///
    /// # Errors
    /// A [`Refusal`], naming why not.
    pub fn apply(&self, command: Command) -> Result<(Self, Vec<Change>), Refusal> {
        let mut next = self.clone();
        let changes = next.apply_mut(command)?;
        Ok((next, changes))
    }

    /// Carries out a command in place. A refused command changes nothing.
    ///
    /// # Errors
    /// A [`Refusal`], naming why not.
    pub fn apply_mut(&mut self, command: Command) -> Result<Vec<Change>, Refusal> {
        if matches!(command, Command::Undo | Command::Redo) {
            return self.travel(command);
        }
        let command = self.state.normal(command)?;
        let changes = self.state.apply(&command)?;
        self.log.push(command);
        Ok(changes)
    }

    /// Undo and redo: the state is made again from the commands that count.
    fn travel(&mut self, command: Command) -> Result<Vec<Change>, Refusal> {
        let (mut counting, mut undone) = counting(&self.log);
        if command == Command::Undo {
            counting.pop().ok_or(Refusal::NothingToUndo)?;
        } else {
            counting.push(undone.pop().ok_or(Refusal::NothingToRedo)?);
        }
        let mut state = State::new(&self.setup)?;
        for at in counting {
            state.apply(&self.log[at])?;
        }
        let changes = self.state.differences(&state);
        self.state = state;
        self.log.push(command);
        Ok(changes)
    }

    /// Entrants and format.
    #[must_use]
    pub fn setup(&self) -> &Setup {
        &self.setup
    }

    /// Every command so far, undone ones and undos included.
    #[must_use]
    pub fn log(&self) -> &[Command] {
        &self.log
    }

    /// The commands that count: without those undone, and without undo and redo.
    #[must_use]
    pub fn effective_log(&self) -> Vec<&Command> {
        counting(&self.log).0.into_iter().map(|at| &self.log[at]).collect()
    }

    /// The format.
    #[must_use]
    pub fn format(&self) -> &Format {
        &self.setup.format
    }

    /// The entrants in seed order, late ones last.
    #[must_use]
    pub fn entrants(&self) -> &[EntrantId] {
        self.state.entrants()
    }

    /// The names of all matches there are now (Swiss rounds appear as they are paired).
    pub fn match_ids(&self) -> Box<dyn Iterator<Item = MatchId> + '_> {
        self.state.ids()
    }

    /// All matches between two sides. Heats of a free-for-all are read with [`Stage::heat`].
    pub fn fixtures(&self) -> impl Iterator<Item = Fixture> + '_ {
        self.match_ids().filter_map(|id| self.fixture(id))
    }

    /// One match between two sides.
    #[must_use]
    pub fn fixture(&self, id: MatchId) -> Option<Fixture> {
        self.state.fixture(id)
    }

    /// One heat of a free-for-all.
    #[must_use]
    pub fn heat(&self, id: MatchId) -> Option<Heat> {
        self.state.heat(id)
    }

    /// Whether an entrant has withdrawn.
    #[must_use]
    pub fn has_withdrawn(&self, who: EntrantId) -> bool {
        self.state.is_gone(who)
    }

    /// Whether everything is decided.
    #[must_use]
    pub fn is_finished(&self) -> bool {
        self.state.is_finished()
    }

    /// The winner of the stage: by role in elimination, else the one entrant in first place at the end.
    #[must_use]
    pub fn champion(&self) -> Option<EntrantId> {
        self.state.champion()
    }

    /// The standings of the whole stage. Several groups: by place in the group, then across groups.
    #[must_use]
    pub fn standings(&self) -> Table {
        self.state.standings()
    }

    /// The standings of each group; one table if there are no groups.
    #[must_use]
    pub fn tables(&self) -> Vec<Table> {
        self.state.tables()
    }

    /// The groups of a round robin, else one group of all.
    #[must_use]
    pub fn groups(&self) -> Vec<Vec<EntrantId>> {
        self.state.groups()
    }

    /// Swiss: how the next round would be paired, with its cost and what could not be kept.
    ///
    /// # Errors
    /// As [`Command::Pair`].
    pub fn propose(&self, seed: u64, rematches: bool) -> Result<Pairing, Refusal> {
        let wrong = || Refusal::WrongFormat { command: "pair", format: self.setup.format.name() };
        self.state.field().ok_or_else(wrong)?.pair(seed, rematches, self.state.decisions())
    }

    /// Swiss: why `who` has its opponent (or the bye) in a published round.
    ///
    /// # Errors
    /// Another format, or not paired in that round.
    pub fn explain(&self, round: u16, who: EntrantId) -> Result<Explanation, Refusal> {
        let wrong = || Refusal::WrongFormat { command: "explain", format: self.setup.format.name() };
        self.state.field().ok_or_else(wrong)?.explain(round, who, self.state.decisions())
    }

    /// Swiss: the bye and the entrants excused in a published round.
    #[must_use]
    pub fn sat_out(&self, round: u16) -> Option<(Option<EntrantId>, &[EntrantId])> {
        let round = self.state.field()?.rounds().get(usize::from(round).checked_sub(1)?)?;
        Some((round.bye, &round.absent))
    }

    /// Swiss: wins and losses of an entrant, byes counted as wins.
    #[must_use]
    pub fn record(&self, who: EntrantId) -> Option<(u16, u16)> {
        let field = self.state.field()?;
        field.entrant_ids().contains(&who).then(|| field.records().get(&who).copied().unwrap_or_default())
    }

    /// Ties broken by decision.
    #[must_use]
    pub fn decisions(&self) -> &[Decision] {
        self.state.decisions()
    }

    pub(crate) fn state(&self) -> &State {
        &self.state
    }
}

/// Positions in the log of the commands that count, and of those that can be redone.
fn counting(log: &[Command]) -> (Vec<usize>, Vec<usize>) {
    let (mut counting, mut undone) = (vec![], vec![]);
    for (at, command) in log.iter().enumerate() {
        match command {
            Command::Undo => undone.extend(counting.pop()),
            Command::Redo => counting.extend(undone.pop()),
            _ => {
                undone.clear();
                counting.push(at);
            }
        }
    }
    (counting, undone)
}
