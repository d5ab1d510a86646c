//! Several stages fed from one another: groups to playoffs, open qualifiers to a main event.
//!
//! Who qualifies is frozen when a stage opens. A later change of an earlier stage never rewrites a
//! stage that has begun; it is reported, and the organiser keeps the stage or opens it anew.

use serde::{Deserialize, Serialize};

use crate::command::Command;
use crate::entrant::Entrant;
use crate::fixture::Change;
use crate::refusal::{BadSetup, Refusal};
use crate::seeding::{TooClose, apart_in_bracket};
use crate::setup::{Format, Setup};
use crate::slot::EntrantId;
use crate::stage::Stage;
use crate::standings::Table;

/// Which places of a stage go on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Take {
    /// Places `from` to `through` of the overall standings.
    Places {
        /// First place, from 1.
        from: usize,
        /// Last place.
        through: usize,
    },
    /// Places `from` to `through` of every group: all firsts, then all seconds, ...
    OfEachGroup {
        /// First place, from 1.
        from: usize,
        /// Last place.
        through: usize,
    },
    /// The best few of those who came to one place in their groups.
    BestOfPlace {
        /// The place in the group, from 1.
        place: usize,
        /// How many go on.
        count: usize,
    },
}

/// Where entrants of a stage come from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// From outside, in seed order.
    Direct(Vec<Entrant>),
    /// From an earlier stage of the plan.
    Stage {
        /// Its position in the plan, from 0.
        index: usize,
        /// Which places.
        take: Take,
    },
}

/// One stage of a plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedStage {
    /// What to call it.
    pub name: String,
    /// Its format.
    pub format: Format,
    /// Where its entrants come from; earlier sources are seeded higher.
    pub sources: Vec<Source>,
    /// Whether group-mates, organisations and regions are kept apart in an elimination bracket.
    pub keep_apart: bool,
}

/// The stages of an event, each fed by earlier ones only.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// In order.
    pub stages: Vec<PlannedStage>,
}

/// A stage of an event that has begun.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OpenStage {
    /// The stage.
    pub stage: Stage,
    /// Who qualified, in seed order, as frozen when the stage opened.
    pub qualified: Vec<EntrantId>,
    /// Bonds that could not be kept apart.
    pub too_close: Vec<TooClose>,
}

/// An event: a plan and the stages that have begun.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Event {
    plan: Plan,
    open: Vec<Option<OpenStage>>,
}

/// Why an event refuses something. It is as it was.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EventRefusal {
    /// The plan has no such stage.
    #[error("the plan has no stage {0}")]
    NoSuchStage(usize),
    /// A source that is not an earlier stage.
    #[error("stage \"{name}\" takes from stage {index}, which is not before it")]
    NotBefore {
        /// The taking stage.
        name: String,
        /// The position it takes from.
        index: usize,
    },
    /// Places that cannot be.
    #[error("stage \"{name}\" takes places {from} to {through}; count from 1 upwards")]
    BadPlaces {
        /// The taking stage.
        name: String,
        /// First place.
        from: usize,
        /// Last place.
        through: usize,
    },
    /// Already begun.
    #[error("stage \"{0}\" has begun; open it anew only if its results may be lost")]
    HasBegun(String),
    /// Not begun.
    #[error("stage \"{0}\" has not begun")]
    NotBegun(String),
    /// A source is not finished.
    #[error("stage \"{0}\" is not finished; its places are provisional")]
    NotFinished(String),
    /// A stage that took from this one has begun.
    #[error("stage \"{0}\" has begun on these results; close it first")]
    Feeds(String),
    /// Refused by the stage.
    #[error("stage \"{name}\": {why}")]
    Stage {
        /// The stage.
        name: String,
        /// Why.
        why: Refusal,
    },
}

/// A begun stage whose qualification would be another today.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stale {
    /// The stage's position in the plan.
    pub index: usize,
    /// As frozen.
    pub frozen: Vec<EntrantId>,
    /// As it would be; `None` if it could not be told (a tie, an open match).
    pub today: Option<Vec<EntrantId>>,
}

impl Plan {
    /// Groups, then a bracket of the best `through` of each.
    #[must_use]
    pub fn groups_to_playoffs(
        entrants: Vec<Entrant>,
        groups: crate::RoundRobin,
        through: usize,
        playoffs: Format,
    ) -> Self {
        let first = PlannedStage {
            name: "Groups".to_owned(),
            format: Format::RoundRobin(groups),
            sources: vec![Source::Direct(entrants)],
            keep_apart: false,
        };
        let take = Take::OfEachGroup { from: 1, through };
        let second = PlannedStage {
            name: "Playoffs".to_owned(),
            format: playoffs,
            sources: vec![Source::Stage { index: 0, take }],
            keep_apart: true,
        };
        Self { stages: vec![first, second] }
    }

    fn check(&self) -> Result<(), EventRefusal> {
        for (at, stage) in self.stages.iter().enumerate() {
            for source in &stage.sources {
                let Source::Stage { index, take } = source else { continue };
                if *index >= at {
                    return Err(EventRefusal::NotBefore { name: stage.name.clone(), index: *index });
                }
                let (from, through) = match take {
                    Take::Places { from, through } | Take::OfEachGroup { from, through } => (*from, *through),
                    Take::BestOfPlace { place, .. } => (*place, *place),
                };
                if from == 0 || through < from {
                    return Err(EventRefusal::BadPlaces { name: stage.name.clone(), from, through });
                }
            }
        }
        Ok(())
    }
}

impl Event {
    /// An event none of whose stages has begun.
    ///
    /// # Errors
    /// A stage that takes from itself or a later one; impossible places.
    pub fn new(plan: Plan) -> Result<Self, EventRefusal> {
        plan.check()?;
        Ok(Self { open: vec![None; plan.stages.len()], plan })
    }

    /// The plan.
    #[must_use]
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// A stage that has begun.
    #[must_use]
    pub fn stage(&self, index: usize) -> Option<&OpenStage> {
        self.open.get(index)?.as_ref()
    }

    fn planned(&self, index: usize) -> Result<&PlannedStage, EventRefusal> {
        self.plan.stages.get(index).ok_or(EventRefusal::NoSuchStage(index))
    }

    /// Begins a stage: its qualification is read from its sources and frozen.
    ///
    /// # Errors
    /// Begun already; a source unfinished, or tied on the line; a setup the format cannot be.
    pub fn begin(&mut self, index: usize) -> Result<&OpenStage, EventRefusal> {
        let planned = self.planned(index)?;
        if self.stage(index).is_some() {
            return Err(EventRefusal::HasBegun(planned.name.clone()));
        }
        let mut entrants = self.qualified(index)?;
        let mut too_close = vec![];
        if planned.keep_apart && matches!(planned.format, Format::Elimination { places: None, .. }) {
            let apart = apart_in_bracket(&entrants);
            (entrants, too_close) = (apart.order, apart.too_close);
        }
        let qualified = entrants.iter().map(|entrant| entrant.id).collect();
        let refused = |why: BadSetup| EventRefusal::Stage { name: planned.name.clone(), why: why.into() };
        let stage = Stage::new(Setup { entrants, format: planned.format.clone() }).map_err(refused)?;
        Ok(self.open[index].insert(OpenStage { stage, qualified, too_close }))
    }

    /// Takes a begun stage back with all its results.
    ///
    /// # Errors
    /// Not begun; a stage that takes from it has begun.
    pub fn close(&mut self, index: usize) -> Result<OpenStage, EventRefusal> {
        let name = self.planned(index)?.name.clone();
        if let Some(later) = self.fed_by(index).find(|later| self.stage(*later).is_some()) {
            return Err(EventRefusal::Feeds(self.plan.stages[later].name.clone()));
        }
        self.open[index].take().ok_or(EventRefusal::NotBegun(name))
    }

    /// Positions of the stages that take from one.
    fn fed_by(&self, index: usize) -> impl Iterator<Item = usize> + '_ {
        let takes = move |source: &Source| matches!(source, Source::Stage { index: from, .. } if *from == index);
        self.plan.stages.iter().enumerate().filter(move |(_, stage)| stage.sources.iter().any(takes)).map(|(at, _)| at)
    }

    /// Carries out a command on a stage. What it means for stages begun on its results is told, and
    /// left to the organiser.
    ///
    /// # Errors
    /// As the stage.
    pub fn apply(&mut self, index: usize, command: Command) -> Result<(Vec<Change>, Vec<Stale>), EventRefusal> {
        let name = self.planned(index)?.name.clone();
        let Some(open) = self.open[index].as_mut() else { return Err(EventRefusal::NotBegun(name)) };
        let changes = open.stage.apply_mut(command).map_err(|why| EventRefusal::Stage { name, why })?;
        Ok((changes, self.stale()))
    }

    /// What a command would make stale, without carrying it out.
    ///
    /// # Errors
    /// As [`Event::apply`].
    pub fn preview(&self, index: usize, command: Command) -> Result<Vec<Stale>, EventRefusal> {
        self.clone().apply(index, command).map(|(_, stale)| stale)
    }

    /// Begun stages whose qualification would be another today.
    #[must_use]
    pub fn stale(&self) -> Vec<Stale> {
        let mut found = vec![];
        for (index, open) in self.open.iter().enumerate() {
            let Some(open) = open else { continue };
            let today =
                self.qualified(index).ok().map(|list| list.into_iter().map(|entrant| entrant.id).collect::<Vec<_>>());
            let set = |list: &[EntrantId]| list.iter().copied().collect::<std::collections::BTreeSet<_>>();
            if today.as_ref().is_none_or(|today| set(today) != set(&open.qualified)) {
                found.push(Stale { index, frozen: open.qualified.clone(), today });
            }
        }
        found
    }

    /// Who would qualify for a stage today, in seed order, before bonds are kept apart.
    ///
    /// # Errors
    /// A source that has not begun, is not finished, or is tied on the line.
    pub fn qualified(&self, index: usize) -> Result<Vec<Entrant>, EventRefusal> {
        let planned = self.planned(index)?;
        let mut entrants: Vec<Entrant> = vec![];
        for source in &planned.sources {
            match source {
                Source::Direct(list) => entrants.extend(list.iter().cloned()),
                Source::Stage { index, take } => entrants.extend(self.taken(*index, take)?),
            }
        }
        Ok(entrants)
    }

    fn taken(&self, index: usize, take: &Take) -> Result<Vec<Entrant>, EventRefusal> {
        let name = &self.planned(index)?.name;
        let open = self.stage(index).ok_or_else(|| EventRefusal::NotBegun(name.clone()))?;
        if !open.stage.is_finished() {
            return Err(EventRefusal::NotFinished(name.clone()));
        }
        let refused = |why| EventRefusal::Stage { name: name.clone(), why };
        let chosen = match take {
            Take::Places { from, through } => places(&open.stage.standings(), *from, *through).map_err(refused)?,
            Take::OfEachGroup { from, through } => {
                let tables = open.stage.tables();
                let mut by_group = vec![];
                for table in &tables {
                    by_group.push(each_place(table, *from, *through).map_err(refused)?);
                }
                (0..=through - from).flat_map(|nth| by_group.iter().filter_map(move |g| g.get(nth).copied())).collect()
            }
            Take::BestOfPlace { place, count } => {
                let mut candidates = vec![];
                for table in open.stage.tables() {
                    candidates.extend(each_place(&table, *place, *place).map_err(refused)?);
                }
                let mut overall = open.stage.standings();
                overall.rows.retain(|row| candidates.contains(&row.entrant));
                overall.cut(*count).map_err(refused)?
            }
        };
        Ok(chosen.into_iter().map(|who| self.entrant(index, who)).collect())
    }

    /// The entrant as it goes on: known by what it shares, and by the group it comes from.
    fn entrant(&self, index: usize, who: EntrantId) -> Entrant {
        let stage = self.stage(index).map(|open| &open.stage);
        let known = stage.and_then(|stage| stage.setup().entrants.iter().find(|entrant| entrant.id == who)).cloned();
        let groups = stage.map(Stage::groups).unwrap_or_default();
        let group = groups.iter().position(|group| group.contains(&who)).filter(|_| groups.len() > 1);
        // Groups of different stages must not look alike.
        let tag = group.and_then(|group| u32::try_from(index * 65_536 + group).ok());
        Entrant { group: tag, ..known.unwrap_or_else(|| Entrant::new(who.0)) }
    }
}

/// Entrants on places `from` to `through`; refused if a tie lies on either line.
fn places(table: &Table, from: usize, through: usize) -> Result<Vec<EntrantId>, Refusal> {
    table.cut(from - 1)?;
    Ok(table.cut(through)?.split_off((from - 1).min(table.rows.len())))
}

/// As [`places`], and refused if two share a place, because each place goes another way.
fn each_place(table: &Table, from: usize, through: usize) -> Result<Vec<EntrantId>, Refusal> {
    for line in from - 1..=through {
        table.cut(line)?;
    }
    places(table, from, through)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::standings::Row;

    #[test]
    fn places_are_taken_from_both_lines() {
        let row = |id, rank, through| Row::shared(EntrantId(id), rank, through);
        let table = Table {
            by: vec![],
            rows: vec![row(1, 1, 1), row(2, 2, 3), row(3, 2, 3), row(4, 4, 4)],
            provisional: false,
        };
        let ids =
            |list: Result<Vec<EntrantId>, Refusal>| list.map(|l| l.into_iter().map(|id| id.0).collect::<Vec<_>>()).ok();
        assert_eq!(ids(places(&table, 2, 3)), Some(vec![2, 3]));
        assert_eq!(ids(places(&table, 1, 2)), None, "the lower line runs through a tie");
        assert_eq!(ids(places(&table, 3, 4)), None, "the upper line runs through a tie");
        assert_eq!(ids(each_place(&table, 2, 3)), None, "second and third are not told apart");
        assert_eq!(ids(places(&table, 4, 9)), Some(vec![4]), "no more than there are");
    }
}
