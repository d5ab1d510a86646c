//! Carrying out commands: checked first, then done, so that a refusal changes nothing.
//!
//! Not here: undo and redo, which need the log (`stage`).

use std::collections::BTreeSet;

use crate::command::{Command, Later};
use crate::elimination::Bracket;
use crate::ffa::{Heat, HeatRow, Heats};
use crate::fixture::{Change, Fixture, Status};
use crate::match_id::MatchId;
use crate::outcome::{Game, Outcome};
use crate::refusal::{BadSetup, Refusal};
use crate::round_robin::Groups;
use crate::setup::{Format, Setup};
use crate::slot::{EntrantId, Side};
use crate::standings::{Decision, Table};
use crate::swiss::{Field, Pairing};

/// The living part of a stage.
#[derive(Clone, Debug)]
pub(crate) struct State {
    live: Live,
    order: Vec<EntrantId>,
    members: std::collections::HashSet<EntrantId>,
    decisions: Vec<Decision>,
    format: &'static str,
}

#[derive(Clone, Debug)]
enum Live {
    Bracket(Bracket),
    Groups(Groups),
    Field(Field),
    Heats(Heats),
}

impl State {
    pub fn new(setup: &Setup) -> Result<Self, BadSetup> {
        setup.check()?;
        let order: Vec<EntrantId> = setup.entrants.iter().map(|entrant| entrant.id).collect();
        let live = match &setup.format {
            Format::Elimination { kind, lengths, places } => {
                Live::Bracket(Bracket::new(&order, kind, lengths, places.as_deref())?)
            }
            Format::RoundRobin(config) => Live::Groups(Groups::new(&setup.entrants, config)?),
            Format::Swiss(config) => Live::Field(Field::new(&setup.entrants, config)?),
            Format::FreeForAll(config) => Live::Heats(Heats::new(order.clone(), config)?),
        };
        let members = order.iter().copied().collect();
        Ok(Self { live, order, members, decisions: vec![], format: setup.format.name() })
    }

    /// The command as it enters the log: a pairing request becomes the pairing.
    pub fn normal(&self, command: Command) -> Result<Command, Refusal> {
        match (&self.live, command) {
            (Live::Field(field), Command::Pair { seed, rematches }) => {
                let round = field.check_next()?;
                let Pairing { pairs, bye, .. } = field.pair(seed, rematches, &self.decisions)?;
                let frozen = Some(field.freeze(&pairs));
                Ok(Command::Publish { round, pairs, bye, seed: Some(seed), frozen })
            }
            (Live::Field(field), Command::Publish { round, pairs, bye, seed, frozen: None }) => {
                field.check_publish(round, &pairs, bye)?;
                let frozen = Some(field.freeze(&pairs));
                Ok(Command::Publish { round, pairs, bye, seed, frozen })
            }
            (_, command) => Ok(command),
        }
    }

    pub fn apply(&mut self, command: &Command) -> Result<Vec<Change>, Refusal> {
        let mut changes = vec![];
        match command {
            Command::Report { at, between, games } => {
                let (fixture, pair) = self.open_match(*at, Some(*between))?;
                let outcome = Outcome::Played(games.clone());
                fixture.series.settle(&outcome).map_err(|why| Refusal::Series { at: *at, why })?;
                self.put(*at, pair, Some(outcome), &mut changes);
            }
            Command::Game { at, between, number, game } => {
                let (fixture, pair) = self.open_match(*at, Some(*between))?;
                let outcome = with_game(&fixture, *number, *game)?;
                self.put(*at, pair, Some(outcome), &mut changes);
            }
            Command::Rule { at, between, winner, score } => {
                let (fixture, pair) = self.open_match(*at, Some(*between))?;
                let winner = winner.map(|who| side_in(&fixture, who)).transpose()?;
                self.decide(&fixture, pair, Outcome::Ruling { winner, score: *score }, &mut changes)?;
            }
            Command::Forfeit { at, between, by } => self.forfeit(*at, *between, *by, false, &mut changes)?,
            Command::NoShow { at, between, by } => self.forfeit(*at, *between, *by, true, &mut changes)?,
            Command::DoubleForfeit { at, between, no_show } => {
                let (fixture, pair) = self.open_match(*at, Some(*between))?;
                self.decide(&fixture, pair, Outcome::DoubleForfeit { no_show: *no_show }, &mut changes)?;
            }
            Command::Withdraw { who } | Command::Reinstate { who } => {
                self.leave(*who, matches!(command, Command::Withdraw { .. }), &mut changes)?;
            }
            Command::Reopen { at, later } => self.reopen(*at, *later, &mut changes)?,
            Command::Correct { at, between, outcome, later } => {
                let (fixture, pair) = self.match_between(*at, Some(*between))?;
                if fixture.status != Status::Done
                    && fixture.status != Status::Live
                    && fixture.status != Status::Annulled
                {
                    return Err(Refusal::NothingToCorrect(*at));
                }
                fixture.series.settle(outcome).map_err(|why| Refusal::Series { at: *at, why })?;
                self.put(*at, pair, Some(outcome.clone()), &mut changes);
                self.repair(*at, *later, &mut changes);
            }
            Command::Heat { at, rows } => self.heat_table(*at, rows, false, &mut changes)?,
            Command::CorrectHeat { at, rows } => self.heat_table(*at, rows, true, &mut changes)?,
            Command::BreakTie { order, how } => {
                self.check_tie(order)?;
                self.decisions.push(Decision { order: order.clone(), how: *how });
                changes.push(Change::Tie { order: order.clone() });
            }
            Command::ReopenTie { tied } => {
                let at = self
                    .decisions
                    .iter()
                    .position(|decision| same_set(&decision.order, tied))
                    .ok_or(Refusal::NotTied)?;
                changes.push(Change::Tie { order: self.decisions.remove(at).order });
            }
            Command::Pair { .. }
            | Command::Publish { .. }
            | Command::Unpair { .. }
            | Command::Enter { .. }
            | Command::Absent { .. }
            | Command::Undo
            | Command::Redo => self.swiss(command, &mut changes)?,
        }
        Ok(changes)
    }

    fn swiss(&mut self, command: &Command, changes: &mut Vec<Change>) -> Result<(), Refusal> {
        let Live::Field(field) = &mut self.live else { return Err(self.wrong(command.name())) };
        match command {
            Command::Publish { round, pairs, bye, seed, frozen } => {
                let frozen = frozen.clone().unwrap_or_else(|| field.freeze(pairs));
                field.check_restore(*round, pairs, *bye, &frozen)?;
                field.publish(pairs.clone(), *bye, *seed, frozen, changes);
            }
            Command::Unpair { round } => {
                let last = field.rounds().len();
                if last == 0 || usize::from(*round) != last {
                    return Err(Refusal::BadPairing {
                        round: *round,
                        what: format!("the last published round is {last}"),
                    });
                }
                field.unpair_from(*round, changes);
            }
            Command::Enter { entrant } => {
                field.check_enter(entrant.id)?;
                self.members.insert(entrant.id);
                self.order.push(entrant.id);
                field.enter(entrant.clone(), changes);
            }
            Command::Absent { who } => {
                if !self.members.contains(who) {
                    return Err(Refusal::NoSuchEntrant(*who));
                }
                if field.is_gone(*who) {
                    return Err(Refusal::AlreadyWithdrawn(*who));
                }
                field.absent(*who, changes);
            }
            _ => return Err(self.wrong(command.name())),
        }
        Ok(())
    }

    fn wrong(&self, command: &'static str) -> Refusal {
        Refusal::WrongFormat { command, format: self.format }
    }

    /// A match between two known entrants, who must be those meant.
    fn match_between(
        &self,
        at: MatchId,
        between: Option<[EntrantId; 2]>,
    ) -> Result<(Fixture, [EntrantId; 2]), Refusal> {
        let fixture = self.fixture(at).ok_or(Refusal::NoSuchMatch(at))?;
        match fixture.status {
            Status::Waiting | Status::Conditional => return Err(Refusal::NotReady(at)),
            Status::Passed => return Err(Refusal::NotPlayed(at)),
            Status::NotNeeded => return Err(Refusal::NotNeeded(at)),
            Status::Ready | Status::Live | Status::Done | Status::Annulled => {}
        }
        let pair = fixture.pair().ok_or(Refusal::NotReady(at))?;
        if between.is_some_and(|between| between != pair) {
            return Err(Refusal::PairChanged { at, now_a: pair[0], now_b: pair[1] });
        }
        Ok((fixture, pair))
    }

    fn open_match(&self, at: MatchId, between: Option<[EntrantId; 2]>) -> Result<(Fixture, [EntrantId; 2]), Refusal> {
        let (fixture, pair) = self.match_between(at, between)?;
        if matches!(fixture.status, Status::Done | Status::Annulled) {
            return Err(Refusal::AlreadyDecided(at));
        }
        Ok((fixture, pair))
    }

    fn decide(
        &mut self,
        fixture: &Fixture,
        pair: [EntrantId; 2],
        outcome: Outcome,
        changes: &mut Vec<Change>,
    ) -> Result<(), Refusal> {
        fixture.series.settle(&outcome).map_err(|why| Refusal::Series { at: fixture.id, why })?;
        self.put(fixture.id, pair, Some(outcome), changes);
        Ok(())
    }

    fn forfeit(
        &mut self,
        at: MatchId,
        between: [EntrantId; 2],
        by: EntrantId,
        no_show: bool,
        changes: &mut Vec<Change>,
    ) -> Result<(), Refusal> {
        let (fixture, pair) = self.open_match(at, Some(between))?;
        let by = side_in(&fixture, by)?;
        self.decide(&fixture, pair, Outcome::Forfeit { by, no_show }, changes)
    }

    fn put(&mut self, at: MatchId, pair: [EntrantId; 2], outcome: Option<Outcome>, changes: &mut Vec<Change>) {
        match &mut self.live {
            Live::Bracket(bracket) => bracket.put(at, pair, outcome, changes),
            Live::Groups(groups) => groups.put(at, pair, outcome, changes),
            Live::Field(field) => field.put(at, pair, outcome, changes),
            Live::Heats(_) => {}
        }
    }

    fn reopen(&mut self, at: MatchId, later: Later, changes: &mut Vec<Change>) -> Result<(), Refusal> {
        if let Live::Heats(heats) = &mut self.live {
            if heats.lobby(at).is_none() {
                return Err(Refusal::NoSuchMatch(at));
            }
            if !heats.is_filed(at) {
                return Err(Refusal::NothingToCorrect(at));
            }
            heats.put(at, None, changes);
            return Ok(());
        }
        let (fixture, pair) = self.match_between(at, None)?;
        if fixture.outcome.is_none() {
            return Err(Refusal::NothingToCorrect(at));
        }
        self.put(at, pair, None, changes);
        self.repair(at, later, changes);
        Ok(())
    }

    fn repair(&mut self, at: MatchId, later: Later, changes: &mut Vec<Change>) {
        if let (Live::Field(field), Later::Repair) = (&mut self.live, later) {
            field.unpair_from(at.round().saturating_add(1), changes);
        }
    }

    fn leave(&mut self, who: EntrantId, gone: bool, changes: &mut Vec<Change>) -> Result<(), Refusal> {
        if !self.members.contains(&who) {
            return Err(Refusal::NoSuchEntrant(who));
        }
        match (gone, self.is_gone(who)) {
            (true, true) => return Err(Refusal::AlreadyWithdrawn(who)),
            (false, false) => return Err(Refusal::NotWithdrawn(who)),
            (true, false) => changes.push(Change::Withdrew { who }),
            (false, true) => changes.push(Change::Reinstated { who }),
        }
        match &mut self.live {
            Live::Bracket(bracket) => bracket.set_gone(who, gone, changes),
            Live::Groups(groups) => groups.set_gone(who, gone, changes),
            Live::Field(field) => field.set_gone(who, gone, changes),
            Live::Heats(heats) => heats.set_gone(who, gone),
        }
        Ok(())
    }

    fn heat_table(
        &mut self,
        at: MatchId,
        rows: &[HeatRow],
        correct: bool,
        changes: &mut Vec<Change>,
    ) -> Result<(), Refusal> {
        let wrong = self.wrong(if correct { "correct heat" } else { "heat" });
        let Live::Heats(heats) = &mut self.live else { return Err(wrong) };
        heats.check(at, rows)?;
        match (heats.is_filed(at), correct) {
            (true, false) => return Err(Refusal::AlreadyDecided(at)),
            (false, true) => return Err(Refusal::NothingToCorrect(at)),
            _ => {}
        }
        heats.put(at, Some(rows.to_vec()), changes);
        Ok(())
    }

    /// The named entrants must share a place in some table, with nobody else.
    fn check_tie(&self, order: &[EntrantId]) -> Result<(), Refusal> {
        let mut tables = self.tables();
        tables.push(self.standings());
        let tied = tables.iter().flat_map(|table| table.rows.chunk_by(|x, y| x.rank == y.rank));
        let matches = |rows: &[crate::standings::Row]| {
            let tied: Vec<EntrantId> = rows.iter().map(|row| row.entrant).collect();
            tied.len() > 1 && same_set(&tied, order)
        };
        // Elimination ranks by rounds; its shared places are shared.
        if matches!(self.live, Live::Bracket(_)) {
            return Err(self.wrong("break tie"));
        }
        if tied.into_iter().any(matches) { Ok(()) } else { Err(Refusal::NotTied) }
    }

    pub fn entrants(&self) -> &[EntrantId] {
        &self.order
    }

    pub fn ids(&self) -> Box<dyn Iterator<Item = MatchId> + '_> {
        match &self.live {
            Live::Bracket(bracket) => Box::new(bracket.ids()),
            Live::Groups(groups) => Box::new(groups.ids()),
            Live::Field(field) => Box::new(field.ids()),
            Live::Heats(heats) => Box::new(heats.ids()),
        }
    }

    pub fn fixture(&self, id: MatchId) -> Option<Fixture> {
        match &self.live {
            Live::Bracket(bracket) => bracket.fixture(id),
            Live::Groups(groups) => groups.fixture(id),
            Live::Field(field) => field.fixture(id),
            Live::Heats(_) => None,
        }
    }

    pub fn heat(&self, id: MatchId) -> Option<Heat> {
        if let Live::Heats(heats) = &self.live { heats.heat(id) } else { None }
    }

    pub fn bracket(&self) -> Option<&Bracket> {
        if let Live::Bracket(bracket) = &self.live { Some(bracket) } else { None }
    }

    pub fn field(&self) -> Option<&Field> {
        if let Live::Field(field) = &self.live { Some(field) } else { None }
    }

    pub fn is_gone(&self, who: EntrantId) -> bool {
        match &self.live {
            Live::Bracket(bracket) => bracket.is_gone(who),
            Live::Groups(groups) => groups.is_gone(who),
            Live::Field(field) => field.is_gone(who),
            Live::Heats(heats) => heats.is_gone(who),
        }
    }

    pub fn is_finished(&self) -> bool {
        match &self.live {
            Live::Bracket(bracket) => bracket.is_finished(),
            Live::Groups(groups) => groups.is_finished(),
            Live::Field(field) => field.is_finished(),
            Live::Heats(heats) => heats.is_finished(),
        }
    }

    pub fn champion(&self) -> Option<EntrantId> {
        if let Live::Bracket(bracket) = &self.live {
            return bracket.champion();
        }
        let table = self.standings();
        let first = table.rows.first()?;
        (!table.provisional && !first.is_shared()).then_some(first.entrant)
    }

    pub fn standings(&self) -> Table {
        match &self.live {
            Live::Bracket(bracket) => bracket.standings(&self.order),
            Live::Groups(groups) => groups.overall(&self.order, &self.decisions),
            Live::Field(field) => field.standings(&self.decisions),
            Live::Heats(heats) => heats.standings(&self.decisions),
        }
    }

    pub fn tables(&self) -> Vec<Table> {
        match &self.live {
            Live::Groups(groups) => groups.tables(&self.decisions),
            _ => vec![self.standings()],
        }
    }

    pub fn groups(&self) -> Vec<Vec<EntrantId>> {
        match &self.live {
            Live::Groups(groups) => groups.groups().to_vec(),
            _ => vec![self.order.clone()],
        }
    }

    pub fn decisions(&self) -> &[Decision] {
        &self.decisions
    }

    /// Whether two states show the same to the outside.
    pub fn is_like(&self, other: &Self) -> bool {
        let gone =
            |state: &Self| state.order.iter().copied().filter(|who| state.is_gone(*who)).collect::<BTreeSet<_>>();
        let fields_alike = match (self.field(), other.field()) {
            (Some(x), Some(y)) => x.is_like(y),
            (x, y) => x.is_none() && y.is_none(),
        };
        self.order == other.order
            && self.decisions == other.decisions
            && gone(self) == gone(other)
            && fields_alike
            && self.ids().eq(other.ids())
            && self.ids().all(|id| self.fixture(id) == other.fixture(id) && self.heat(id) == other.heat(id))
    }

    /// What leads from this state to another.
    pub fn differences(&self, other: &Self) -> Vec<Change> {
        let mut changes = vec![];
        for who in &other.order {
            match (self.is_gone(*who), other.is_gone(*who)) {
                (false, true) => changes.push(Change::Withdrew { who: *who }),
                (true, false) => changes.push(Change::Reinstated { who: *who }),
                _ => {}
            }
        }
        let rounds = |state: &Self| state.field().map_or(0, |field| field.rounds().len());
        let number = |round: usize| u16::try_from(round).unwrap_or(u16::MAX);
        changes.extend((rounds(other)..rounds(self)).map(|r| Change::Unpaired { round: number(r + 1) }));
        changes.extend((rounds(self)..rounds(other)).map(|r| Change::Paired { round: number(r + 1) }));
        for at in other.ids() {
            if self.heat(at) != other.heat(at) {
                changes.push(Change::Heat { at });
            }
            let Some(now) = other.fixture(at) else { continue };
            let before = self.fixture(at);
            for side in Side::BOTH {
                let slot = now.slots[side.index()];
                if before.as_ref().is_none_or(|before| before.slots[side.index()] != slot) {
                    changes.push(Change::Slot { at, side, now: slot });
                }
            }
            if before.as_ref().map(|b| b.status) != Some(now.status) {
                changes.push(Change::Status { at, now: now.status });
            }
            if before.and_then(|b| b.verdict) != now.verdict {
                changes.push(Change::Verdict { at, now: now.verdict });
            }
        }
        changes
    }
}

fn side_in(fixture: &Fixture, who: EntrantId) -> Result<Side, Refusal> {
    fixture.side_of(who).ok_or(Refusal::NotInMatch { at: fixture.id, who })
}

fn same_set(x: &[EntrantId], y: &[EntrantId]) -> bool {
    let set = |list: &[EntrantId]| list.iter().copied().collect::<BTreeSet<_>>();
    x.len() == y.len() && set(x).len() == x.len() && set(x) == set(y)
}

/// The series with one game put in: a game sent again replaces its earlier self, never adds to it.
fn with_game(fixture: &Fixture, number: u8, game: Game) -> Result<Outcome, Refusal> {
    let at = fixture.id;
    let mut games = match &fixture.outcome {
        Some(Outcome::Played(games)) => games.clone(),
        _ => vec![],
    };
    let next = u8::try_from(games.len() + 1).unwrap_or(u8::MAX);
    match usize::from(number).checked_sub(1) {
        Some(index) if index < games.len() => games[index] = game,
        Some(index) if index == games.len() => games.push(game),
        _ => return Err(Refusal::GameNumber { at, number, next }),
    }
    fixture.series.judge(&games).map_err(|why| Refusal::Series { at, why })?;
    Ok(Outcome::Played(games))
}
