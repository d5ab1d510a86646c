//! Swiss system: rounds of equal scores, without rematches; a fixed number of rounds, or until a
//! number of wins or losses (as the CS majors play it).
//!
//! A published pairing is a fact and is frozen. Not here: how a round is paired (`pairing`), what it
//! costs (`cost`), why it came out so (`explain`).

mod cost;
mod explain;
mod major;
mod pairing;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use serde::{Deserialize, Serialize};

pub use cost::{CostPart, PART_COUNT, Parts};
pub use explain::{Explanation, Reason};
pub use pairing::{Pairing, Relaxed};

use crate::command::Frozen;
use crate::entrant::Entrant;
use crate::fixture::{Change, Filed, Fixture, Status, on_file, put_on_file};
use crate::lengths::Lengths;
use crate::match_id::MatchId;
use crate::outcome::{How, Outcome, Series};
use crate::refusal::{BadSetup, Refusal};
use crate::round_robin::{played_of, report_difference, short, walkover};
use crate::slot::{EntrantId, Slot};
use crate::standings::{Decision, Results, Sat, SatOut, Scoring, Table, TieBreak, rank};

/// Most entrants of a Swiss stage.
pub const MOST_ENTRANTS: usize = 1 << 14;

/// When a Swiss stage ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SwissLength {
    /// After this many rounds.
    Rounds(u16),
    /// Each entrant plays until it has so many wins (through) or losses (out).
    Cut {
        /// Wins that advance.
        wins: u16,
        /// Losses that eliminate.
        losses: u16,
    },
}

/// Whom a rule would like to see together within a score group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pattern {
    /// Top half against bottom half in order: 1-5, 2-6, 3-7, 4-8 (Dutch).
    Slide,
    /// Best against worst: 1-8, 2-7, 3-6, 4-5.
    Fold,
    /// Neighbours: 1-2, 3-4, 5-6, 7-8 (Monrad).
    Adjacent,
    /// Drawn by the seed.
    Random,
    /// The rule book of the CS majors: highest against lowest possible, groups of six by its table.
    Major,
}

/// What a late entrant gets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LateEntry {
    /// Nobody enters after the first round is paired.
    #[default]
    Closed,
    /// Open until this many rounds are paired; missed rounds score [`Scoring::late`] each.
    Until(u16),
}

/// A Swiss stage.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Swiss {
    /// When it ends.
    pub length: SwissLength,
    /// Pattern of the first round.
    pub first: Pattern,
    /// Pattern of later rounds.
    pub pattern: Pattern,
    /// Whether matches may be drawn.
    pub draws: bool,
    /// Lengths of the matches.
    pub lengths: Lengths,
    /// With a cut: another length for matches in which someone can advance or go out.
    pub decisive_best_of: Option<u8>,
    /// Points.
    pub scoring: Scoring,
    /// Tie-breakers in order, points included.
    pub tie_breaks: Vec<TieBreak>,
    /// Late entrants.
    pub late: LateEntry,
}

impl Default for Swiss {
    fn default() -> Self {
        Self {
            length: SwissLength::Rounds(5),
            first: Pattern::Slide,
            pattern: Pattern::Slide,
            draws: false,
            lengths: Lengths::default(),
            decisive_best_of: None,
            scoring: Scoring::default(),
            tie_breaks: vec![
                TieBreak::Points,
                TieBreak::Buchholz { cut_low: 1, cut_high: 0 },
                TieBreak::Buchholz { cut_low: 0, cut_high: 0 },
                TieBreak::HeadToHead,
                TieBreak::GameDifference,
            ],
            late: LateEntry::Closed,
        }
    }
}

impl Swiss {
    /// A fixed number of rounds.
    #[must_use]
    pub fn rounds(rounds: u16) -> Self {
        Self { length: SwissLength::Rounds(rounds), ..Self::default() }
    }

    /// As the CS majors: three wins advance, three losses are out, decisive matches are best of three.
    #[must_use]
    pub fn major() -> Self {
        Self {
            length: SwissLength::Cut { wins: 3, losses: 3 },
            pattern: Pattern::Major,
            decisive_best_of: Some(3),
            scoring: Scoring::WINS,
            tie_breaks: vec![TieBreak::Wins, TieBreak::FewestLosses, TieBreak::Difficulty, TieBreak::Seed],
            ..Self::default()
        }
    }
}

/// Rounds that give a field of `entrants` a single perfect score: the binary logarithm, rounded up.
#[must_use]
pub fn enough_rounds(entrants: usize) -> u16 {
    short(entrants.next_power_of_two().trailing_zeros() as usize)
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Round {
    pub pairs: Vec<[EntrantId; 2]>,
    pub bye: Option<EntrantId>,
    pub absent: Vec<EntrantId>,
    pub seed: Option<u64>,
    /// Length of each match, frozen when the round was published.
    pub lengths: Vec<u8>,
    files: Vec<Vec<Filed>>,
}

/// The living Swiss stage.
#[derive(Clone, Debug)]
pub(crate) struct Field {
    config: Swiss,
    entrants: Vec<Entrant>,
    ids: Vec<EntrantId>,
    joined: BTreeMap<EntrantId, u16>,
    rounds: Vec<Round>,
    gone: BTreeSet<EntrantId>,
    absent: BTreeSet<EntrantId>,
}

impl Field {
    pub fn new(entrants: &[Entrant], config: &Swiss) -> Result<Self, BadSetup> {
        config.lengths.check(config.draws)?;
        if let Some(best_of) = config.decisive_best_of {
            Lengths::best_of(best_of).check(config.draws)?;
        }
        match config.length {
            SwissLength::Rounds(0) => return Err(BadSetup::Options("a Swiss stage has at least one round")),
            SwissLength::Cut { wins, losses } if wins == 0 || losses == 0 => {
                return Err(BadSetup::Options("a cut needs at least one win and one loss"));
            }
            _ => {}
        }
        if config.first == Pattern::Major {
            return Err(BadSetup::Options(
                "the rule book of the majors pairs the first round by sliding; choose slide",
            ));
        }
        let ids = entrants.iter().map(|entrant| entrant.id).collect();
        Ok(Self {
            config: config.clone(),
            entrants: entrants.to_vec(),
            ids,
            joined: BTreeMap::new(),
            rounds: vec![],
            gone: BTreeSet::new(),
            absent: BTreeSet::new(),
        })
    }

    pub fn config(&self) -> &Swiss {
        &self.config
    }

    pub fn rounds(&self) -> &[Round] {
        &self.rounds
    }

    /// Who will sit the next round out.
    pub fn pending_absent(&self) -> &BTreeSet<EntrantId> {
        &self.absent
    }

    pub fn entrant_ids(&self) -> &[EntrantId] {
        &self.ids
    }

    pub fn round_limit(&self) -> u16 {
        match self.config.length {
            SwissLength::Rounds(rounds) => rounds,
            SwissLength::Cut { wins, losses } => wins.saturating_add(losses).saturating_sub(1),
        }
    }

    pub fn ids(&self) -> impl Iterator<Item = MatchId> + '_ {
        self.rounds.iter().enumerate().flat_map(|(round, data)| {
            (1..=data.pairs.len()).map(move |number| MatchId::Swiss {
                round: short(round + 1),
                number: u32::try_from(number).unwrap_or(u32::MAX),
            })
        })
    }

    fn locate(&self, id: MatchId) -> Option<(usize, usize)> {
        let MatchId::Swiss { round, number } = id else { return None };
        let round = usize::from(round).checked_sub(1)?;
        let number = usize::try_from(number).ok()?.checked_sub(1)?;
        (number < self.rounds.get(round)?.pairs.len()).then_some((round, number))
    }

    pub fn fixture(&self, id: MatchId) -> Option<Fixture> {
        let (round, number) = self.locate(id)?;
        let data = &self.rounds[round];
        let pair = data.pairs[number];
        let series = Series { best_of: data.lengths[number], ..self.config.lengths.series(id, self.config.draws) };
        let outcome = on_file(&data.files[number], pair).cloned();
        let (status, verdict) = match outcome.as_ref().map(|outcome| series.verdict(outcome).ok().flatten()) {
            Some(Some(verdict)) => (Status::Done, Some(verdict)),
            filed => match walkover(pair.map(|who| self.gone.contains(&who)), series.needed()) {
                Some(verdict) => (Status::Done, Some(verdict)),
                None if filed.is_some() => (Status::Live, None),
                None => (Status::Ready, None),
            },
        };
        Some(Fixture { id, slots: pair.map(Slot::Entrant), status, series, outcome, verdict }.tidy())
    }

    /// What the rules fix about the next round: lengths, and who sits out.
    pub fn freeze(&self, pairs: &[[EntrantId; 2]]) -> Frozen {
        let records = self.records();
        let round = short(self.rounds.len() + 1);
        let plain = self.config.lengths.series(MatchId::Swiss { round, number: 1 }, self.config.draws).best_of;
        let decisive = |who: &EntrantId| match self.config.length {
            SwissLength::Rounds(_) => false,
            SwissLength::Cut { wins, losses } => {
                let (won, lost) = records.get(who).copied().unwrap_or_default();
                won + 1 >= wins || lost + 1 >= losses
            }
        };
        let of =
            |pair: &[EntrantId; 2]| self.config.decisive_best_of.filter(|_| pair.iter().any(decisive)).unwrap_or(plain);
        Frozen { lengths: pairs.iter().map(of).collect(), absent: self.absent.iter().copied().collect() }
    }

    /// Whether `who` won its match; `None` for a draw or an open match.
    fn result_of(&self, round: usize, number: usize, who: EntrantId) -> Option<bool> {
        let id = MatchId::Swiss { round: short(round + 1), number: u32::try_from(number + 1).unwrap_or(u32::MAX) };
        let fixture = self.fixture(id)?;
        let verdict = fixture.verdict?;
        match (fixture.winner(), verdict.how) {
            (Some(winner), _) => Some(winner == who),
            (None, How::DoubleForfeit) => Some(false),
            (None, _) => None,
        }
    }

    pub fn put(&mut self, id: MatchId, pair: [EntrantId; 2], outcome: Option<Outcome>, changes: &mut Vec<Change>) {
        let Some((round, number)) = self.locate(id) else { return };
        self.change(vec![id], changes, |field| put_on_file(&mut field.rounds[round].files[number], pair, outcome));
    }

    fn change(&mut self, touched: Vec<MatchId>, changes: &mut Vec<Change>, act: impl FnOnce(&mut Self)) {
        let before: Vec<Option<Fixture>> = touched.iter().map(|id| self.fixture(*id)).collect();
        act(self);
        for (id, before) in touched.into_iter().zip(before) {
            report_difference(before.as_ref(), self.fixture(id).as_ref(), id, changes);
        }
    }

    pub fn is_gone(&self, who: EntrantId) -> bool {
        self.gone.contains(&who)
    }

    pub fn set_gone(&mut self, who: EntrantId, gone: bool, changes: &mut Vec<Change>) {
        let touched: Vec<MatchId> = self
            .ids()
            .filter(|id| self.fixture(*id).and_then(|f| f.pair()).is_some_and(|pair| pair.contains(&who)))
            .collect();
        self.change(touched.clone(), changes, |field| {
            if gone {
                field.gone.insert(who);
                field.absent.remove(&who);
                return;
            }
            // Rounds that were closed by the walkover stay closed: coming back does not mint points.
            let last = short(field.rounds.len());
            for id in touched.into_iter().filter(|id| id.round() < last) {
                field.file_walkover(id);
            }
            field.gone.remove(&who);
        });
    }

    fn file_walkover(&mut self, id: MatchId) {
        let (Some(fixture), Some((round, number))) = (self.fixture(id), self.locate(id)) else { return };
        let (Some(verdict), Some(pair)) = (fixture.verdict, fixture.pair()) else { return };
        let decided_on_file =
            fixture.outcome.as_ref().is_some_and(|o| matches!(fixture.series.verdict(o), Ok(Some(_))));
        if decided_on_file {
            return;
        }
        let outcome = match verdict.winner {
            Some(winner) => Outcome::Forfeit { by: winner.other(), no_show: false },
            None => Outcome::DoubleForfeit { no_show: false },
        };
        put_on_file(&mut self.rounds[round].files[number], pair, Some(outcome));
    }

    pub fn open_matches(&self) -> usize {
        self.ids().filter(|id| self.fixture(*id).is_some_and(|f| !f.status.is_settled())).count()
    }

    /// Who is still in: not withdrawn and, with a cut, not yet through or out.
    pub fn active(&self) -> Vec<EntrantId> {
        let records = self.records();
        let playing = |who: &EntrantId| match self.config.length {
            SwissLength::Rounds(_) => true,
            SwissLength::Cut { wins, losses } => {
                let (won, lost) = records.get(who).copied().unwrap_or_default();
                won < wins && lost < losses
            }
        };
        self.ids.iter().copied().filter(|who| !self.gone.contains(who) && playing(who)).collect()
    }

    /// Wins and losses of everyone; byes are wins.
    pub fn records(&self) -> HashMap<EntrantId, (u16, u16)> {
        let mut records: HashMap<EntrantId, (u16, u16)> = HashMap::new();
        for (at, round) in self.rounds.iter().enumerate() {
            if let Some(who) = round.bye {
                records.entry(who).or_default().0 += 1;
            }
            for (number, pair) in round.pairs.iter().enumerate() {
                for who in pair {
                    match self.result_of(at, number, *who) {
                        Some(true) => records.entry(*who).or_default().0 += 1,
                        Some(false) => records.entry(*who).or_default().1 += 1,
                        None => {}
                    }
                }
            }
        }
        records
    }

    pub fn is_finished(&self) -> bool {
        if self.open_matches() > 0 {
            return false;
        }
        match self.config.length {
            SwissLength::Rounds(rounds) => self.rounds.len() >= usize::from(rounds) || self.active().len() < 2,
            SwissLength::Cut { .. } => self.active().len() < 2,
        }
    }

    /// Whether the next round may be paired now.
    pub fn check_next(&self) -> Result<u16, Refusal> {
        let open = self.open_matches();
        if open > 0 {
            return Err(Refusal::RoundRunning { round: short(self.rounds.len()), open });
        }
        if let SwissLength::Rounds(rounds) = self.config.length
            && self.rounds.len() >= usize::from(rounds)
        {
            return Err(Refusal::NoMoreRounds(rounds));
        }
        let playing = self.playing_next().len();
        if playing < 2 {
            return Err(Refusal::TooFewToPair(playing));
        }
        Ok(short(self.rounds.len() + 1))
    }

    fn playing_next(&self) -> Vec<EntrantId> {
        self.active().into_iter().filter(|who| !self.absent.contains(who)).collect()
    }

    /// Whether a new pairing is one of all who play the next round.
    pub fn check_publish(&self, round: u16, pairs: &[[EntrantId; 2]], bye: Option<EntrantId>) -> Result<(), Refusal> {
        let next = self.check_next()?;
        let bad = |what: String| Err(Refusal::BadPairing { round, what });
        if round != next {
            return bad(format!("the next round is {next}"));
        }
        let playing = self.playing_next();
        let mut left: HashSet<EntrantId> = playing.iter().copied().collect();
        for who in pairs.iter().flatten().copied().chain(bye) {
            if !left.remove(&who) {
                return bad(format!("{who} does not play this round, or is listed twice"));
            }
        }
        if let Some(who) = playing.iter().find(|who| left.contains(who)) {
            return bad(format!("{who} is missing"));
        }
        if bye.is_some() != (playing.len() % 2 == 1) {
            return bad("an odd field has one bye, an even field none".to_owned());
        }
        Ok(())
    }

    /// Whether a frozen pairing has the form of one: what was published is a fact, whoever has
    /// withdrawn or been corrected since.
    pub fn check_restore(
        &self,
        round: u16,
        pairs: &[[EntrantId; 2]],
        bye: Option<EntrantId>,
        frozen: &Frozen,
    ) -> Result<(), Refusal> {
        let bad = |what: &str| Err(Refusal::BadPairing { round, what: what.to_owned() });
        if usize::from(round) != self.rounds.len() + 1 || round > self.round_limit() {
            return bad("it is not the next round");
        }
        let mut left: HashSet<EntrantId> = self.ids.iter().copied().collect();
        if !pairs.iter().flatten().copied().chain(bye).chain(frozen.absent.iter().copied()).all(|who| left.remove(&who))
        {
            return bad("somebody is unknown or listed twice");
        }
        if pairs.is_empty() {
            return bad("it has no pair");
        }
        let usable = |best_of: &u8| Lengths::best_of(*best_of).check(self.config.draws).is_ok();
        if frozen.lengths.len() != pairs.len() || !frozen.lengths.iter().all(usable) {
            return bad("every pair needs a length this stage can play");
        }
        Ok(())
    }

    pub fn publish(
        &mut self,
        pairs: Vec<[EntrantId; 2]>,
        bye: Option<EntrantId>,
        seed: Option<u64>,
        frozen: Frozen,
        changes: &mut Vec<Change>,
    ) {
        self.absent.clear();
        let Frozen { lengths, absent } = frozen;
        let files = vec![vec![]; pairs.len()];
        self.rounds.push(Round { pairs, bye, absent, seed, lengths, files });
        let round = short(self.rounds.len());
        changes.push(Change::Paired { round });
        for id in self.ids().filter(|id| id.round() == round) {
            changes.push(Change::Status { at: id, now: Status::Ready });
        }
    }

    /// Withdraws all rounds from `round` (from 1) on.
    pub fn unpair_from(&mut self, round: u16, changes: &mut Vec<Change>) {
        while self.rounds.len() >= usize::from(round).max(1) {
            // Whoever asked to sit this round out still does when it is paired again.
            self.absent = self.rounds.pop().map(|round| round.absent.into_iter().collect()).unwrap_or_default();
            self.absent.retain(|who| !self.gone.contains(who));
            changes.push(Change::Unpaired { round: short(self.rounds.len() + 1) });
        }
    }

    pub fn check_enter(&self, who: EntrantId) -> Result<(), Refusal> {
        if self.ids.contains(&who) {
            return Err(Refusal::AlreadyEntered(who));
        }
        if self.ids.len() >= MOST_ENTRANTS {
            return Err(Refusal::NoLateEntry("it is full"));
        }
        let open = match self.config.late {
            LateEntry::Closed => self.rounds.is_empty(),
            LateEntry::Until(rounds) => self.rounds.len() <= usize::from(rounds),
        };
        if !open || self.rounds.len() >= usize::from(self.round_limit()) {
            return Err(Refusal::NoLateEntry("entries are closed"));
        }
        Ok(())
    }

    pub fn enter(&mut self, entrant: Entrant, changes: &mut Vec<Change>) {
        let who = entrant.id;
        self.joined.insert(who, short(self.rounds.len() + 1));
        self.ids.push(who);
        self.entrants.push(entrant);
        changes.push(Change::Entered { who });
    }

    pub fn absent(&mut self, who: EntrantId, changes: &mut Vec<Change>) {
        if self.absent.insert(who) {
            changes.push(Change::Absent { who });
        }
    }

    /// All decided matches and rounds sat out of the first `rounds` rounds.
    fn results<'a>(&'a self, rounds: usize, decisions: &'a [Decision]) -> Results<'a> {
        let played = self
            .ids()
            .filter(|id| usize::from(id.round()) <= rounds)
            .filter_map(|id| played_of(&self.fixture(id)?))
            .collect();
        let mut sat = vec![];
        let mut excused: BTreeMap<EntrantId, u16> = BTreeMap::new();
        for (at, data) in self.rounds.iter().enumerate().take(rounds) {
            let round = short(at + 1);
            sat.extend(data.bye.map(|who| Sat { round, who, why: SatOut::Bye }));
            for who in &data.absent {
                let times = excused.entry(*who).or_default();
                *times += 1;
                let why = if *times == 1 { SatOut::Absent } else { SatOut::Missed };
                sat.push(Sat { round, who: *who, why });
            }
            let playing = |who: &EntrantId| data.bye == Some(*who) || data.pairs.iter().any(|pair| pair.contains(who));
            let late = self.joined.iter().filter(|(who, joined)| round < **joined && !playing(who)).map(|(who, _)| who);
            sat.extend(late.map(|who| Sat { round, who: *who, why: SatOut::Late }));
        }
        let provisional = !self.is_finished();
        Results { entrants: &self.ids, played, sat, scoring: self.config.scoring, decisions, provisional }
    }

    pub fn standings(&self, decisions: &[Decision]) -> Table {
        self.standings_after(self.rounds.len(), decisions)
    }

    pub fn standings_after(&self, rounds: usize, decisions: &[Decision]) -> Table {
        rank(&self.results(rounds, decisions), &self.config.tie_breaks)
    }

    /// Whether two stages stand alike, results aside.
    pub fn is_like(&self, other: &Self) -> bool {
        let alike = |x: &Round, y: &Round| {
            x.pairs == y.pairs && x.bye == y.bye && x.absent == y.absent && x.lengths == y.lengths
        };
        self.rounds.len() == other.rounds.len()
            && self.rounds.iter().zip(&other.rounds).all(|(x, y)| alike(x, y))
            && self.absent == other.absent
            && self.joined == other.joined
    }
}
