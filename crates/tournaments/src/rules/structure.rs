//! What a bracket is made of, as one stored value, and how it moves on.
//!
//! The value is the mathematics of `brackets` with the registrations behind its numbers. Rows of matches
//! and nodes are made from it (`meeting`) and never the other way round.

use std::collections::BTreeMap;

use brackets::{
    Command, Entrant, EntrantId, Event, EventRefusal, Fixture, Format, MatchId, Outcome, Plan, Refusal, Setup, Slot,
    Source, Stage, Status, Take, standings::Table,
};
use serde::{Deserialize, Serialize};

use super::draw::{Settings, Unplayable};

/// The version of the stored form.
const VERSION: u32 = 1;

/// The name of a match in a bracket: its stage from 1, and its role there.
pub type Role = (i16, MatchId);

/// A drawn bracket.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Structure {
    version: u32,
    /// The registration of each entrant, by number from 1.
    entrants: Vec<i64>,
    event: Event,
}

/// Why a bracket waits for somebody although everything has been played.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HeldUp {
    /// A tie lies on the line of who goes on: it is played off, drawn by lot or ruled.
    Tie {
        /// The stage, from 1.
        stage: i16,
        /// The registrations that are tied.
        tied: Vec<i64>,
        /// How many of them go on.
        places: usize,
    },
    /// The next Swiss round cannot be paired without a rematch, which the organizer may allow.
    OnlyRematches {
        /// The stage, from 1.
        stage: i16,
        /// The round.
        round: u16,
    },
    /// Anything else that the mathematics says.
    Other {
        /// The stage that cannot go on, from 1.
        stage: i16,
        /// Why.
        why: String,
    },
}

impl Structure {
    /// A bracket of these registrations, best seed first, with its first stage begun.
    ///
    /// # Errors
    /// [`Unplayable`] when the settings do not fit so many entries.
    pub fn new(settings: &Settings, registrations: Vec<i64>) -> Result<Self, Unplayable> {
        let count = u32::try_from(registrations.len()).unwrap_or(u32::MAX);
        let plan = settings.plan(brackets::entrants(count))?;
        let refused = |why: EventRefusal| Unplayable::Brackets(why.to_string());
        let mut event = Event::new(plan).map_err(refused)?;
        event.begin(0).map_err(refused)?;
        Ok(Self { version: VERSION, entrants: registrations, event })
    }

    /// Reads what was stored; nothing for brackets of the old platform, which have no such value.
    ///
    /// # Errors
    /// A value of ours that does not read.
    pub fn read(stored: &serde_json::Value) -> Result<Option<Self>, serde_json::Error> {
        match stored.get("version") {
            Some(_) => Self::deserialize(stored).map(Some),
            None => Ok(None),
        }
    }

    /// The form that is stored.
    ///
    /// # Errors
    /// When a value has no JSON form, which does not happen.
    pub fn write(&self) -> Result<serde_json::Value, serde_json::Error> {
        serde_json::to_value(self)
    }

    /// The mathematics.
    pub fn event(&self) -> &Event {
        &self.event
    }

    /// How many stages are planned.
    pub fn stages(&self) -> usize {
        self.event.plan().stages.len()
    }

    /// A stage that has begun, counted from 1.
    pub fn stage(&self, stage: i16) -> Option<&Stage> {
        Some(&self.event.stage(index(stage)?)?.stage)
    }

    /// The registrations, best seed of the draw first.
    pub fn registrations(&self) -> &[i64] {
        &self.entrants
    }

    /// The registration behind a number.
    pub fn registration(&self, who: EntrantId) -> Option<i64> {
        self.entrants.get(usize::try_from(who.0).ok()?.checked_sub(1)?).copied()
    }

    /// The number of a registration.
    pub fn entrant(&self, registration: i64) -> Option<EntrantId> {
        let at = self.entrants.iter().position(|entrant| *entrant == registration)?;
        u32::try_from(at + 1).ok().map(EntrantId)
    }

    /// The pair of registrations as the mathematics knows it.
    pub fn pair(&self, between: [i64; 2]) -> Option<[EntrantId; 2]> {
        Some([self.entrant(between[0])?, self.entrant(between[1])?])
    }

    /// Carries out a command on a stage, and moves on as far as that goes without anybody's decision.
    /// Without `chance` no Swiss round is paired.
    ///
    /// # Errors
    /// What the stage refuses; nothing has changed then.
    pub fn apply(
        &self,
        stage: i16,
        command: Command,
        chance: Option<u64>,
    ) -> Result<(Self, Vec<HeldUp>), EventRefusal> {
        let at = index(stage).ok_or(EventRefusal::NoSuchStage(usize::MAX))?;
        let mut next = self.clone();
        next.event.apply(at, command)?;
        let held_up = next.run_on(chance);
        Ok((next, held_up))
    }

    /// Changes a result of the past: `outcome` takes its place, or the match is open again without one. With
    /// `anew`, what was paired or drawn on the old result is withdrawn and made again; otherwise it stands.
    ///
    /// # Errors
    /// What the stage refuses; nothing has changed then.
    pub fn correct(
        &self,
        role: Role,
        outcome: Option<Outcome>,
        anew: bool,
        chance: Option<u64>,
    ) -> Result<(Self, Vec<HeldUp>), EventRefusal> {
        let (stage, at) = role;
        let position = index(stage).ok_or(EventRefusal::NoSuchStage(usize::MAX))?;
        let later = if anew { brackets::Later::Repair } else { brackets::Later::Keep };
        let mut next = self.clone();
        let between = next.stage(stage).and_then(|stage| stage.fixture(at)).and_then(|fixture| fixture.pair());
        let command = match (outcome, between) {
            (Some(outcome), Some(between)) => Command::Correct { at, between, outcome, later },
            _ => Command::Reopen { at, later },
        };
        let (_, stale) = next.event.apply(position, command)?;
        if anew {
            for later in stale.iter().rev().filter(|stale| stale.index > position) {
                next.event.close(later.index)?;
            }
        }
        let held_up = next.run_on(chance);
        Ok((next, held_up))
    }

    /// Pairs Swiss rounds and begins stages, as far as that goes by itself.
    pub fn run_on(&mut self, chance: Option<u64>) -> Vec<HeldUp> {
        let mut held_up = Vec::new();
        for at in 0..self.stages() {
            let stage = number(at);
            if self.event.stage(at).is_none() {
                // Only a stage whose sources are finished can begin.
                match self.event.begin(at) {
                    Ok(_) => {}
                    Err(EventRefusal::NotBegun(_) | EventRefusal::NotFinished(_)) => continue,
                    Err(EventRefusal::Stage { why: Refusal::TieOnCut { tied, places }, .. }) => {
                        let tied = tied.into_iter().filter_map(|who| self.registration(who)).collect();
                        held_up.push(HeldUp::Tie { stage: stage - 1, tied, places });
                        continue;
                    }
                    Err(other) => {
                        held_up.push(HeldUp::Other { stage, why: other.to_string() });
                        continue;
                    }
                }
            }
            if !self.awaits_pairing(stage) {
                continue;
            }
            let paired = match chance {
                Some(seed) => self.event.apply(at, Command::Pair { seed, rematches: false }).map(drop),
                None => self.could_pair(at),
            };
            match paired {
                Ok(()) => {}
                Err(EventRefusal::Stage { why: Refusal::OnlyRematches(round), .. }) => {
                    held_up.push(HeldUp::OnlyRematches { stage, round });
                }
                Err(other) => held_up.push(HeldUp::Other { stage, why: other.to_string() }),
            }
        }
        held_up
    }

    fn could_pair(&self, at: usize) -> Result<(), EventRefusal> {
        let name = || self.plan().stages.get(at).map(|stage| stage.name.clone()).unwrap_or_default();
        let stage = self.event.stage(at).ok_or_else(|| EventRefusal::NotBegun(name()))?;
        stage.stage.propose(0, false).map(drop).map_err(|why| EventRefusal::Stage { name: name(), why })
    }

    /// Whether a Swiss stage has played all that is paired, and is not over.
    pub fn awaits_pairing(&self, stage: i16) -> bool {
        self.stage(stage).is_some_and(|stage| {
            matches!(stage.format(), Format::Swiss(_))
                && !stage.is_finished()
                && stage.fixtures().all(|fixture| fixture.status.is_settled())
        })
    }

    /// What a bracket waits for; as [`Structure::run_on`] would tell, without moving on.
    pub fn held_up(&self) -> Vec<HeldUp> {
        self.clone().run_on(None)
    }

    /// Whether everything is decided.
    pub fn is_finished(&self) -> bool {
        (0..self.stages()).all(|at| self.event.stage(at).is_some_and(|open| open.stage.is_finished()))
    }

    /// Whether any match has been decided by what somebody entered.
    pub fn has_results(&self) -> bool {
        (0..self.stages())
            .filter_map(|at| self.event.stage(at))
            .any(|open| open.stage.fixtures().any(|fixture| fixture.outcome.is_some()))
    }

    /// The winner, when there is one alone.
    pub fn champion(&self) -> Option<i64> {
        let last = self.stages().checked_sub(1)?;
        let champion = self.event.stage(last)?.stage.champion()?;
        self.registration(champion)
    }

    /// The standings of the whole bracket: the last stage's, and below it those who did not reach it.
    pub fn standings(&self) -> Table {
        let mut tables: Vec<Table> =
            (0..self.stages()).rev().filter_map(|at| self.event.stage(at)).map(|open| open.stage.standings()).collect();
        let provisional = !self.is_finished();
        if tables.is_empty() {
            return Table { by: vec![], rows: vec![], provisional };
        }
        let mut whole = tables.remove(0);
        for earlier in tables {
            let above = u32::try_from(whole.rows.len()).unwrap_or(u32::MAX);
            let rest: Vec<_> = earlier.rows.into_iter().filter(|row| whole.row(row.entrant).is_none()).collect();
            let mut place = above;
            for tied in rest.chunk_by(|x, y| x.rank == y.rank) {
                let through = place.saturating_add(u32::try_from(tied.len()).unwrap_or(u32::MAX));
                whole.rows.extend(tied.iter().cloned().map(|row| brackets::standings::Row {
                    rank: place + 1,
                    through,
                    ..row
                }));
                place = through;
            }
        }
        Table { provisional, ..whole }
    }

    /// Every match that is played or will be, and every place where nobody needs to play, by role. Stages that
    /// have not begun are there with all their sides open.
    pub fn fixtures(&self) -> BTreeMap<Role, Fixture> {
        let mut all = BTreeMap::new();
        for at in 0..self.stages() {
            let stage = number(at);
            match self.event.stage(at) {
                Some(open) => all.extend(open.stage.fixtures().map(|fixture| ((stage, fixture.id), fixture))),
                None => {
                    let open = self.ahead(at);
                    let open = open.iter().flat_map(|stage| stage.fixtures());
                    all.extend(open.map(|fixture| ((stage, fixture.id), unknown(fixture))));
                }
            }
        }
        all
    }

    /// A stage, or the one that it will be when it begins: its shape follows from how many reach it.
    pub(crate) fn shape(&self, stage: i16) -> Option<Stage> {
        let at = index(stage)?;
        match self.event.stage(at) {
            Some(open) => Some(open.stage.clone()),
            None => self.ahead(at),
        }
    }

    /// What a match is called, such as "Semi-final 1"; nothing when its stage cannot be told.
    pub fn title(&self, role: Role) -> Option<String> {
        let (stage, at) = role;
        match self.stage(stage) {
            Some(stage) => Some(stage.title(at)),
            None => Some(self.ahead(index(stage)?)?.title(at)),
        }
    }

    fn ahead(&self, at: usize) -> Option<Stage> {
        let planned = self.event.plan().stages.get(at)?;
        let count = planned.sources.iter().map(|source| self.reaching(source)).sum::<usize>();
        let entrants = (1..=u32::try_from(count).ok()?).map(Entrant::new).collect();
        Stage::new(Setup { entrants, format: planned.format.clone() }).ok()
    }

    fn reaching(&self, source: &Source) -> usize {
        match source {
            Source::Direct(entrants) => entrants.len(),
            Source::Stage { index: from, take } => {
                let groups = self.event.stage(*from).map(|open| open.stage.groups()).unwrap_or_default();
                match take {
                    Take::Places { from, through } => through + 1 - from,
                    Take::OfEachGroup { from, through } => {
                        groups.iter().map(|group| (*through).min(group.len()).saturating_sub(from - 1)).sum()
                    }
                    Take::BestOfPlace { count, .. } => *count,
                }
            }
        }
    }

    /// The plan, for those who read it.
    pub fn plan(&self) -> &Plan {
        self.event.plan()
    }
}

/// A fixture of which nobody knows yet who stands in it.
fn unknown(fixture: Fixture) -> Fixture {
    let slots = fixture.slots.map(|slot| if slot == Slot::Bye { Slot::Bye } else { Slot::Tbd });
    let status = if fixture.status == Status::Ready { Status::Waiting } else { fixture.status };
    Fixture { slots, status, outcome: None, verdict: None, ..fixture }
}

/// The position of a stage in the plan.
pub(crate) fn index(stage: i16) -> Option<usize> {
    usize::try_from(stage).ok()?.checked_sub(1)
}

/// The number of the stage at a position.
pub(crate) fn number(at: usize) -> i16 {
    i16::try_from(at + 1).unwrap_or(i16::MAX)
}
