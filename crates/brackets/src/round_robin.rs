//! Round robin: everyone meets everyone in a group, once or twice.
//!
//! The schedule is arithmetic (circle method in the numbering of the Berger tables): nothing of it is
//! stored. With an odd number a phantom opponent makes the bye. Sides differ by at most one.
//!
//! Not here: who is in which group (`seeding`), tie-breakers (`standings`).

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::{Deserialize, Serialize};

use crate::entrant::Entrant;
use crate::fixture::{Change, Filed, Fixture, Status, on_file, put_on_file};
use crate::lengths::Lengths;
use crate::match_id::MatchId;
use crate::outcome::{How, Outcome, Verdict};
use crate::refusal::BadSetup;
use crate::seeding::into_groups;
use crate::slot::{EntrantId, Side, Slot};
use crate::standings::figures::Figures;
use crate::standings::{Decision, Played, Results, Scoring, Table, TieBreak, Value, rank, rank_columns};

/// Most entrants of one round robin stage.
pub const MOST_ENTRANTS: usize = 4096;

/// What becomes of the matches of an entrant who withdraws.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Withdrawals {
    /// Open matches are walkovers; played ones stand.
    #[default]
    Forfeit,
    /// As `Forfeit`, but if fewer than half were played, none of them counts for anyone.
    AnnulUnderHalf,
}

/// A round robin stage.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RoundRobin {
    /// Number of groups.
    pub groups: u16,
    /// Who is in which group; `None` snakes the seed order into them.
    pub members: Option<Vec<Vec<EntrantId>>>,
    /// Whether the snake keeps organisations and regions apart.
    pub keep_apart: bool,
    /// 1 or 2: how often everyone meets everyone.
    pub legs: u8,
    /// Whether matches may be drawn.
    pub draws: bool,
    /// Lengths of the matches.
    pub lengths: Lengths,
    /// Points.
    pub scoring: Scoring,
    /// Tie-breakers in order, points included.
    pub tie_breaks: Vec<TieBreak>,
    /// What a withdrawal does.
    pub withdrawals: Withdrawals,
}

impl Default for RoundRobin {
    fn default() -> Self {
        Self {
            groups: 1,
            members: None,
            keep_apart: false,
            legs: 1,
            draws: false,
            lengths: Lengths::default(),
            scoring: Scoring::default(),
            tie_breaks: vec![TieBreak::Points, TieBreak::HeadToHead, TieBreak::GameDifference, TieBreak::GamesWon],
            withdrawals: Withdrawals::default(),
        }
    }
}

/// The living groups.
#[derive(Clone, Debug)]
pub(crate) struct Groups {
    config: RoundRobin,
    groups: Vec<Vec<EntrantId>>,
    group_of: HashMap<EntrantId, usize>,
    files: BTreeMap<MatchId, Vec<Filed>>,
    gone: BTreeSet<EntrantId>,
}

/// Positions (from 0) of the two sides of match `number` in `round` of a group of `size`, or `None`
/// if there is no such match. Rounds and numbers count from 1.
#[must_use]
pub fn berger(size: usize, round: usize, number: usize) -> Option<[usize; 2]> {
    let even = size + size % 2;
    // In an odd group the first pair of each round holds the phantom: it is the bye.
    let pair = if size.is_multiple_of(2) { number } else { number + 1 };
    if size < 2 || !(1..even).contains(&round) || number == 0 || pair > even / 2 {
        return None;
    }
    let turn = |seat: usize| if seat == even { even } else { (seat - 1 + (round - 1) * (even / 2)) % (even - 1) + 1 };
    let (a, b) = (turn(pair), turn(even + 1 - pair));
    let sides = if pair == 1 && round.is_multiple_of(2) { [b, a] } else { [a, b] };
    Some(sides.map(|seat| seat - 1))
}

/// Rounds of one leg in a group of `size`.
#[must_use]
pub fn rounds_of(size: usize) -> usize {
    (size + size % 2).saturating_sub(1)
}

impl Groups {
    pub fn new(entrants: &[Entrant], config: &RoundRobin) -> Result<Self, BadSetup> {
        config.lengths.check(config.draws)?;
        if !(1..=2).contains(&config.legs) {
            return Err(BadSetup::Options("a round robin has one or two legs"));
        }
        let order: Vec<EntrantId> = entrants.iter().map(|entrant| entrant.id).collect();
        let groups: Vec<Vec<EntrantId>> = match &config.members {
            Some(members) => check_members(&order, members)?,
            None => into_groups(entrants, usize::from(config.groups), config.keep_apart)
                .groups
                .iter()
                .map(|group| group.iter().map(|entrant| entrant.id).collect())
                .collect(),
        };
        if groups.is_empty() || groups.iter().any(|group| group.len() < 2) {
            return Err(BadSetup::Options("every group needs at least two entrants; use fewer groups"));
        }
        let group_of =
            groups.iter().enumerate().flat_map(|(at, group)| group.iter().map(move |who| (*who, at))).collect();
        Ok(Self { config: config.clone(), groups, group_of, files: BTreeMap::new(), gone: BTreeSet::new() })
    }

    pub fn groups(&self) -> &[Vec<EntrantId>] {
        &self.groups
    }

    pub fn rounds(&self, group: usize) -> usize {
        rounds_of(self.groups[group].len()) * usize::from(self.config.legs)
    }

    fn total(&self) -> usize {
        self.groups.iter().map(|group| group.len() * (group.len() - 1) / 2 * usize::from(self.config.legs)).sum()
    }

    pub fn ids(&self) -> impl Iterator<Item = MatchId> + '_ {
        (0..self.groups.len()).flat_map(move |group| self.ids_of(group))
    }

    fn ids_of(&self, group: usize) -> impl Iterator<Item = MatchId> + '_ {
        let per_round = self.groups[group].len() / 2;
        (1..=self.rounds(group)).flat_map(move |round| {
            (1..=per_round).map(move |number| MatchId::Group {
                group: short(group + 1),
                round: short(round),
                number: u32::try_from(number).unwrap_or(u32::MAX),
            })
        })
    }

    pub fn pair(&self, id: MatchId) -> Option<[EntrantId; 2]> {
        let MatchId::Group { group, round, number } = id else { return None };
        let members = self.groups.get(usize::from(group).checked_sub(1)?)?;
        let (round, cycle) = (usize::from(round), rounds_of(members.len()));
        let number = usize::try_from(number).ok()?;
        let swap = round > cycle;
        let inner = if swap { round - cycle } else { round };
        if round > cycle * usize::from(self.config.legs) {
            return None;
        }
        // Two legs: the last two rounds of the first change places, so that nobody has a side three
        // times in a row where the legs join.
        let inner = match (self.config.legs, swap) {
            (2, false) if cycle >= 3 && inner == cycle => cycle - 1,
            (2, false) if cycle >= 3 && inner + 1 == cycle => cycle,
            _ => inner,
        };
        let [a, b] = berger(members.len(), inner, number)?;
        Some(if swap { [members[b], members[a]] } else { [members[a], members[b]] })
    }

    pub fn fixture(&self, id: MatchId) -> Option<Fixture> {
        let pair = self.pair(id)?;
        let series = self.config.lengths.series(id, self.config.draws);
        let outcome = self.files.get(&id).and_then(|files| on_file(files, pair)).cloned();
        let filed = outcome.as_ref().map(|outcome| series.verdict(outcome).ok().flatten());
        let gone = pair.map(|who| self.gone.contains(&who));
        let (status, verdict) = match filed {
            _ if pair.iter().any(|who| self.is_annulled(*who)) => (Status::Annulled, None),
            Some(Some(verdict)) => (Status::Done, Some(verdict)),
            other => match walkover(gone, series.needed()) {
                Some(verdict) => (Status::Done, Some(verdict)),
                None if other.is_some() => (Status::Live, None),
                None => (Status::Ready, None),
            },
        };
        Some(Fixture { id, slots: pair.map(Slot::Entrant), status, series, outcome, verdict }.tidy())
    }

    fn is_annulled(&self, who: EntrantId) -> bool {
        if self.config.withdrawals != Withdrawals::AnnulUnderHalf || !self.gone.contains(&who) {
            return false;
        }
        let ids = self.matches_of(who);
        let played = ids
            .iter()
            .filter(|id| {
                let series = self.config.lengths.series(**id, self.config.draws);
                self.pair(**id)
                    .and_then(|pair| on_file(self.files.get(id)?, pair))
                    .is_some_and(|outcome| matches!(series.verdict(outcome), Ok(Some(_))))
            })
            .count();
        2 * played < ids.len()
    }

    fn matches_of(&self, who: EntrantId) -> Vec<MatchId> {
        let Some(&group) = self.group_of.get(&who) else { return vec![] };
        self.ids_of(group).filter(|id| self.pair(*id).is_some_and(|pair| pair.contains(&who))).collect()
    }

    pub fn put(&mut self, id: MatchId, pair: [EntrantId; 2], outcome: Option<Outcome>, changes: &mut Vec<Change>) {
        let mut touched = vec![id];
        for who in pair.iter().filter(|who| self.gone.contains(who)) {
            touched.extend(self.matches_of(*who));
        }
        self.change(touched, changes, |groups| {
            let files = groups.files.entry(id).or_default();
            put_on_file(files, pair, outcome);
            if files.is_empty() {
                groups.files.remove(&id);
            }
        });
    }

    pub fn set_gone(&mut self, who: EntrantId, gone: bool, changes: &mut Vec<Change>) {
        let touched = self.matches_of(who);
        self.change(touched, changes, |groups| {
            if gone {
                groups.gone.insert(who);
            } else {
                groups.gone.remove(&who);
            }
        });
    }

    pub fn is_gone(&self, who: EntrantId) -> bool {
        self.gone.contains(&who)
    }

    fn change(&mut self, mut touched: Vec<MatchId>, changes: &mut Vec<Change>, act: impl FnOnce(&mut Self)) {
        touched.sort_unstable();
        touched.dedup();
        let before: Vec<Option<Fixture>> = touched.iter().map(|id| self.fixture(*id)).collect();
        act(self);
        for (id, before) in touched.into_iter().zip(before) {
            report_difference(before.as_ref(), self.fixture(id).as_ref(), id, changes);
        }
    }

    pub fn is_finished(&self) -> bool {
        self.decided().count() == self.total()
    }

    /// Matches that are done or annulled: those on file and those of withdrawn entrants.
    fn decided(&self) -> impl Iterator<Item = Fixture> + '_ {
        let mut ids: BTreeSet<MatchId> = self.files.keys().copied().collect();
        ids.extend(self.gone.iter().flat_map(|who| self.matches_of(*who)));
        ids.into_iter().filter_map(|id| self.fixture(id)).filter(|fixture| fixture.status.is_settled())
    }

    fn results<'a>(
        &'a self,
        members: &'a [EntrantId],
        played: Vec<Played>,
        open: bool,
        decisions: &'a [Decision],
    ) -> Results<'a> {
        Results { entrants: members, played, sat: vec![], scoring: self.config.scoring, decisions, provisional: open }
    }

    /// One table a group.
    pub fn tables(&self, decisions: &[Decision]) -> Vec<Table> {
        let mut played: Vec<Vec<Played>> = vec![vec![]; self.groups.len()];
        let mut settled = vec![0; self.groups.len()];
        for fixture in self.decided() {
            if let MatchId::Group { group, .. } = fixture.id {
                settled[usize::from(group) - 1] += 1;
                played[usize::from(group) - 1].extend(played_of(&fixture));
            }
        }
        let legs = usize::from(self.config.legs);
        let of = |((members, played), settled): ((&Vec<EntrantId>, Vec<Played>), usize)| {
            let open = settled < members.len() * (members.len() - 1) / 2 * legs;
            rank(&self.results(members, played, open, decisions), &self.config.tie_breaks)
        };
        self.groups.iter().zip(played).zip(settled).map(of).collect()
    }

    /// All groups in one table: by place in the group, then by the tie-breakers across groups.
    pub fn overall(&self, order: &[EntrantId], decisions: &[Decision]) -> Table {
        let mut tables = self.tables(decisions);
        if tables.len() == 1 {
            return tables.remove(0);
        }
        let places: HashMap<EntrantId, u32> =
            tables.iter().flat_map(|table| table.rows.iter().map(|row| (row.entrant, row.rank))).collect();
        let played = self.decided().filter_map(|fixture| played_of(&fixture)).collect();
        let open = tables.iter().any(|table| table.provisional);
        let results = self.results(order, played, open, decisions);
        let figures = Figures::new(&results);
        let mut by = vec![TieBreak::GroupPlace];
        by.extend(&self.config.tie_breaks);
        let mut columns = vec![Some(order.iter().map(|who| Value::Whole(-i64::from(places[who]))).collect())];
        columns.extend(self.config.tie_breaks.iter().map(|rule| figures.of(*rule)));
        rank_columns(order, &by, columns, &|set| figures.among(set), decisions, open)
    }
}

pub(crate) fn walkover(gone: [bool; 2], needed: u16) -> Option<Verdict> {
    let by = |winner: Side| {
        let mut score = [0; 2];
        score[winner.index()] = needed;
        Some(Verdict { winner: Some(winner), score, how: How::Walkover })
    };
    match gone {
        [false, false] => None,
        [true, false] => by(Side::B),
        [false, true] => by(Side::A),
        [true, true] => Some(Verdict { winner: None, score: [0; 2], how: How::DoubleForfeit }),
    }
}

/// A decided fixture as standings see it.
pub(crate) fn played_of(fixture: &Fixture) -> Option<Played> {
    let (verdict, pair) = (fixture.verdict?, fixture.pair()?);
    let mut played = Played { round: fixture.id.round(), pair, verdict, drawn: 0, points: [0; 2] };
    if let (Some(Outcome::Played(games)), How::Played) = (&fixture.outcome, verdict.how) {
        for game in fixture.series.counted(games) {
            played.drawn += u32::from(game.winner.is_none());
            for side in Side::BOTH {
                played.points[side.index()] += u64::from(game.points.map_or(0, |points| points[side.index()]));
            }
        }
    }
    Some(played)
}

pub(crate) fn report_difference(
    before: Option<&Fixture>,
    after: Option<&Fixture>,
    at: MatchId,
    changes: &mut Vec<Change>,
) {
    let (Some(before), Some(after)) = (before, after) else { return };
    if before.status != after.status {
        changes.push(Change::Status { at, now: after.status });
    }
    if before.verdict != after.verdict {
        changes.push(Change::Verdict { at, now: after.verdict });
    }
}

pub(crate) fn short(number: usize) -> u16 {
    u16::try_from(number).unwrap_or(u16::MAX)
}

fn check_members(order: &[EntrantId], members: &[Vec<EntrantId>]) -> Result<Vec<Vec<EntrantId>>, BadSetup> {
    let mut left: BTreeSet<EntrantId> = order.iter().copied().collect();
    let known = members.iter().flatten().all(|who| left.remove(who));
    if !known || !left.is_empty() {
        return Err(BadSetup::Options("the groups must hold every entrant exactly once"));
    }
    Ok(members.to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_players_meet_as_in_the_berger_table() {
        let round = |r| (1..=5).map(|k| berger(10, r, k).unwrap().map(|s| s + 1)).collect::<Vec<_>>();
        assert_eq!(round(1), [[1, 10], [2, 9], [3, 8], [4, 7], [5, 6]]);
        assert_eq!(round(2), [[10, 6], [7, 5], [8, 4], [9, 3], [1, 2]]);
        assert_eq!(round(3), [[2, 10], [3, 1], [4, 9], [5, 8], [6, 7]]);
    }

    #[test]
    fn everyone_meets_everyone_once_with_balanced_sides() {
        for size in 2..=64usize {
            let mut met = std::collections::HashSet::new();
            let mut balance = vec![0i32; size];
            for round in 1..=rounds_of(size) {
                let mut busy = std::collections::HashSet::new();
                for number in 1..=size / 2 {
                    let [a, b] = berger(size, round, number).expect("in range");
                    assert!(busy.insert(a) && busy.insert(b), "{size}: once a round");
                    assert!(met.insert([a.min(b), a.max(b)]), "{size}: once a pair");
                    balance[a] += 1;
                    balance[b] -= 1;
                }
                assert_eq!(berger(size, round, size / 2 + 1), None);
            }
            assert_eq!(met.len(), size * (size - 1) / 2);
            assert!(balance.iter().all(|b| b.abs() <= 1), "{size}: {balance:?}");
        }
        assert_eq!(berger(1, 1, 1), None);
        assert_eq!(berger(4, 0, 1), None);
        assert_eq!(berger(4, 4, 1), None);
        assert_eq!(berger(4, 1, 0), None);
    }

    #[test]
    fn two_legs_never_give_a_side_three_times_running() {
        for size in 4..=32u32 {
            let config = RoundRobin { legs: 2, ..RoundRobin::default() };
            let groups = Groups::new(&crate::entrant::entrants(size), &config).unwrap();
            let mut sides: HashMap<EntrantId, Vec<usize>> = HashMap::new();
            let mut met: HashMap<[EntrantId; 2], usize> = HashMap::new();
            for id in groups.ids() {
                let pair = groups.pair(id).unwrap();
                *met.entry(pair).or_default() += 1;
                for (side, who) in pair.into_iter().enumerate() {
                    sides.entry(who).or_default().push(side);
                }
            }
            assert_eq!(met.len(), (size * (size - 1)) as usize, "each pair once at home, once away");
            assert!(met.values().all(|times| *times == 1));
            for (who, sides) in sides {
                let worst = sides.windows(3).filter(|w| w[0] == w[1] && w[1] == w[2]).count();
                assert_eq!(worst, 0, "{size} entrants, {who}: {sides:?}");
            }
        }
    }
}
