//! Free-for-all (battle royale): heats of many entrants, points for placement and kills.
//!
//! Lobbies are arithmetic: a snake over the seed order; rotating lobbies shift each row of the snake
//! by its own step every round, so that entrants keep meeting others.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::fixture::{Change, Status};
use crate::match_id::MatchId;
use crate::refusal::{BadSetup, Refusal};
use crate::round_robin::short;
use crate::slot::EntrantId;
use crate::standings::{Decision, Table, TieBreak, Value, rank_columns};

/// Most entrants of a free-for-all stage.
pub const MOST_ENTRANTS: usize = 1 << 16;

/// How lobbies change from round to round.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lobbies {
    /// The same lobbies every round.
    #[default]
    Fixed,
    /// Row r of the snake moves on by r lobbies each round.
    Rotating,
}

/// A free-for-all stage.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct FreeForAll {
    /// Rounds.
    pub rounds: u16,
    /// Lobbies (heats) of each round.
    pub lobbies: u16,
    /// How lobbies change.
    pub mixing: Lobbies,
    /// Points for 1st, 2nd, ... place; none beyond the list.
    pub by_place: Vec<i32>,
    /// Points for each kill.
    pub per_kill: i32,
    /// Tie-breakers in order, points included.
    pub tie_breaks: Vec<TieBreak>,
}

impl Default for FreeForAll {
    fn default() -> Self {
        Self {
            rounds: 1,
            lobbies: 1,
            mixing: Lobbies::Fixed,
            by_place: vec![10, 6, 5, 4, 3, 2, 1, 1],
            per_kill: 1,
            tie_breaks: vec![TieBreak::Points, TieBreak::HeatWins, TieBreak::Kills, TieBreak::LastHeat],
        }
    }
}

/// One line of a heat's table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeatRow {
    /// Who.
    pub entrant: EntrantId,
    /// The placement from 1; entrants may share one; `None` did not play.
    pub place: Option<u32>,
    /// Kills.
    pub kills: u32,
}

/// A heat as it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heat {
    /// Its role.
    pub id: MatchId,
    /// Who is in the lobby, by seed.
    pub lobby: Vec<EntrantId>,
    /// Ready or done.
    pub status: Status,
    /// The table as entered, with the points of each line.
    pub rows: Vec<(HeatRow, i64)>,
}

/// The living heats.
#[derive(Clone, Debug)]
pub(crate) struct Heats {
    config: FreeForAll,
    order: Vec<EntrantId>,
    files: BTreeMap<MatchId, Vec<HeatRow>>,
    gone: BTreeSet<EntrantId>,
}

impl Heats {
    pub fn new(order: Vec<EntrantId>, config: &FreeForAll) -> Result<Self, BadSetup> {
        if config.rounds == 0 || config.lobbies == 0 {
            return Err(BadSetup::Options("a free-for-all has at least one round and one lobby"));
        }
        if order.len() < 2 * usize::from(config.lobbies) {
            return Err(BadSetup::Options("every lobby needs at least two entrants; use fewer lobbies"));
        }
        Ok(Self { config: config.clone(), order, files: BTreeMap::new(), gone: BTreeSet::new() })
    }

    pub fn ids(&self) -> impl Iterator<Item = MatchId> + '_ {
        (1..=self.config.rounds)
            .flat_map(|round| (1..=u32::from(self.config.lobbies)).map(move |number| MatchId::Heat { round, number }))
    }

    pub fn lobby(&self, id: MatchId) -> Option<Vec<EntrantId>> {
        let MatchId::Heat { round, number } = id else { return None };
        let lobbies = usize::from(self.config.lobbies);
        let wanted = usize::try_from(number).ok()?.checked_sub(1).filter(|at| *at < lobbies)?;
        if !(1..=self.config.rounds).contains(&round) {
            return None;
        }
        let turns = if self.config.mixing == Lobbies::Rotating { usize::from(round) - 1 } else { 0 };
        let lobby_of = |seed: usize| {
            let (row, column) = (seed / lobbies, seed % lobbies);
            let column = if row.is_multiple_of(2) { column } else { lobbies - 1 - column };
            (column + row * turns) % lobbies
        };
        Some(self.order.iter().enumerate().filter(|(seed, _)| lobby_of(*seed) == wanted).map(|(_, who)| *who).collect())
    }

    pub fn heat(&self, id: MatchId) -> Option<Heat> {
        let lobby = self.lobby(id)?;
        let rows = self.files.get(&id);
        let status = if rows.is_some() { Status::Done } else { Status::Ready };
        let rows = rows.into_iter().flatten().map(|row| (*row, self.points(row))).collect();
        Some(Heat { id, lobby, status, rows })
    }

    fn points(&self, row: &HeatRow) -> i64 {
        let by_place =
            row.place.and_then(|place| self.config.by_place.get(usize::try_from(place).ok()?.checked_sub(1)?));
        i64::from(by_place.copied().unwrap_or(0)) + i64::from(row.kills) * i64::from(self.config.per_kill)
    }

    /// A table must list the lobby, each once; only withdrawn entrants may be missing.
    pub fn check(&self, at: MatchId, rows: &[HeatRow]) -> Result<(), Refusal> {
        let lobby = self.lobby(at).ok_or(Refusal::NoSuchMatch(at))?;
        let bad = |what: String| Err(Refusal::BadHeat { at, what });
        let mut left: BTreeSet<EntrantId> = lobby.into_iter().collect();
        for row in rows {
            if !left.remove(&row.entrant) {
                return bad(format!("{} is not in this lobby, or listed twice", row.entrant));
            }
            if row.place.is_none() && row.kills > 0 {
                return bad(format!("{} has kills without having played", row.entrant));
            }
        }
        if let Some(who) = left.iter().find(|who| !self.gone.contains(who)) {
            return bad(format!("{who} is missing; list who did not play without a place"));
        }
        let mut places: Vec<u32> = rows.iter().filter_map(|row| row.place).collect();
        places.sort_unstable();
        for (index, place) in places.iter().enumerate() {
            let better = u32::try_from(places.partition_point(|p| p < place)).unwrap_or(u32::MAX);
            if *place != better.saturating_add(1) {
                return bad(format!("place {place} cannot follow {index} better ones"));
            }
        }
        Ok(())
    }

    pub fn is_filed(&self, id: MatchId) -> bool {
        self.files.contains_key(&id)
    }

    pub fn put(&mut self, at: MatchId, rows: Option<Vec<HeatRow>>, changes: &mut Vec<Change>) {
        match rows {
            Some(rows) => self.files.insert(at, rows),
            None => self.files.remove(&at),
        };
        changes.push(Change::Heat { at });
    }

    pub fn set_gone(&mut self, who: EntrantId, gone: bool) {
        if gone {
            self.gone.insert(who);
        } else {
            self.gone.remove(&who);
        }
    }

    pub fn is_gone(&self, who: EntrantId) -> bool {
        self.gone.contains(&who)
    }

    pub fn is_finished(&self) -> bool {
        self.files.len() == usize::from(self.config.rounds) * usize::from(self.config.lobbies)
    }

    pub fn standings(&self, decisions: &[Decision]) -> Table {
        let at: std::collections::HashMap<EntrantId, usize> =
            self.order.iter().enumerate().map(|(at, who)| (*who, at)).collect();
        let mut sums = vec![[0, 0, 0, -i64::from(u32::MAX)]; self.order.len()];
        let last = self.files.keys().map(|id| id.round()).max().unwrap_or(short(0));
        for (id, rows) in &self.files {
            for row in rows {
                let Some(sum) = at.get(&row.entrant).map(|at| &mut sums[*at]) else { continue };
                sum[0] += self.points(row);
                sum[1] += i64::from(row.kills);
                sum[2] += i64::from(row.place == Some(1));
                if id.round() == last {
                    sum[3] = -row.place.map_or(i64::from(u32::MAX), i64::from);
                }
            }
        }
        let column = |part: usize| Some(sums.iter().map(|sum| Value::Whole(sum[part])).collect());
        let columns = self.config.tie_breaks.iter().map(|rule| match rule {
            TieBreak::Points => column(0),
            TieBreak::Kills => column(1),
            TieBreak::HeatWins | TieBreak::Wins => column(2),
            TieBreak::LastHeat => column(3),
            TieBreak::Seed => {
                Some((0..sums.len()).map(|at| Value::Whole(-i64::try_from(at).unwrap_or(i64::MAX))).collect())
            }
            _ => None,
        });
        rank_columns(&self.order, &self.config.tie_breaks, columns.collect(), &|_| None, decisions, !self.is_finished())
    }
}
