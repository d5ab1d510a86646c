//! Final places of an elimination bracket: who went out in the same round shares a place.
//!
//! The third-place match separates 3rd from 4th, a consolation bracket those who lost in round 1.
//! An entrant still in the bracket shares the top places with all others still in.

use std::collections::HashMap;

use super::Bracket;
use crate::fixture::Status;
use crate::match_id::MatchId;
use crate::outcome::How;
use crate::slot::{EntrantId, Slot};
use crate::standings::{Row, Table};

/// Steps between tiers, so that side matches can rank within one.
const STEP: u32 = 64;
const IN: u32 = u32::MAX - 1;
const CHAMPION: u32 = u32::MAX;

impl Bracket {
    /// Places of all entrants, best first; the order within a shared place is the seed order.
    pub fn standings(&self, order: &[EntrantId]) -> Table {
        let mut tiers: HashMap<EntrantId, u32> = order.iter().map(|who| (*who, IN)).collect();
        for index in 0..self.shape.len() {
            self.rank_out(index, &mut tiers);
        }
        let champion = self.champion();
        if let Some(tier) = champion.and_then(|who| tiers.get_mut(&who)) {
            *tier = CHAMPION;
        }
        let finished = self.is_finished();
        // Without a champion first place stays empty.
        let offset = u32::from(finished && champion.is_none());
        let mut sorted: Vec<(u32, EntrantId)> = order.iter().map(|who| (tiers[who], *who)).collect();
        sorted.sort_by_key(|(tier, _)| std::cmp::Reverse(*tier));
        let mut rows = Vec::with_capacity(sorted.len());
        for tied in sorted.chunk_by(|x, y| x.0 == y.0) {
            let rank = u32::try_from(rows.len()).unwrap_or(u32::MAX).saturating_add(1 + offset);
            let through = rank + u32::try_from(tied.len()).unwrap_or(u32::MAX) - 1;
            rows.extend(tied.iter().map(|(_, entrant)| Row::shared(*entrant, rank, through)));
        }
        Table { by: vec![], rows, provisional: !finished }
    }

    /// Writes down who a match put out of the running, and how far they had come.
    fn rank_out(&self, index: usize, tiers: &mut HashMap<EntrantId, u32>) {
        let cell = &self.cells[index];
        let id = self.shape.id(index);
        if cell.status == Status::Passed {
            return self.rank_alone(index, tiers);
        }
        let (Status::Done, Some(verdict)) = (cell.status, cell.verdict) else { return };
        let [Slot::Entrant(a), Slot::Entrant(b)] = cell.slots else { return };
        let out: &[EntrantId] = match verdict.winner {
            Some(side) => &[[b, a][side.index()]],
            None if verdict.how == How::DoubleForfeit => &[a, b],
            None => &[],
        };
        let falls = verdict.winner.is_some() && self.shape.loser_to(index).is_some();
        let last_losers = u32::from(self.shape.losers_rounds());
        match id {
            MatchId::ThirdPlace => {
                let tier = STEP * u32::from(self.shape.rounds - 1);
                for (slot, won) in
                    [(a, verdict.winner.map(|s| s.index() == 0)), (b, verdict.winner.map(|s| s.index() == 1))]
                {
                    tiers.insert(slot, tier + if won == Some(true) { 2 } else { 1 });
                }
            }
            MatchId::Consolation { round, .. } => {
                for who in [a, b] {
                    tiers.insert(who, STEP + u32::from(round) + u32::from(!out.contains(&who)));
                }
            }
            MatchId::Winners { round, .. } if !self.shape.is_double() => {
                for who in out {
                    tiers.insert(*who, STEP * u32::from(round));
                }
            }
            MatchId::Winners { round, .. } if !falls => {
                let like = (2 * u32::from(round)).saturating_sub(2).max(1);
                for who in out {
                    tiers.insert(*who, STEP * like);
                }
            }
            MatchId::Losers { round, .. } => {
                for who in out {
                    tiers.insert(*who, STEP * u32::from(round));
                }
                // Without a grand final the losers bracket is won, and that is second place.
                if u32::from(round) == last_losers && self.shape.winner_to(index).is_none() {
                    for who in [a, b].iter().filter(|who| !out.contains(who)) {
                        tiers.insert(*who, STEP * (last_losers + 1));
                    }
                }
            }
            MatchId::GrandFinal if self.shape.reset().is_some_and(|at| self.cells[at].status != Status::NotNeeded) => {}
            MatchId::GrandFinal | MatchId::GrandFinalReset => {
                for who in out {
                    tiers.insert(*who, STEP * (last_losers + 1));
                }
            }
            _ => {}
        }
    }

    /// A losers final that nobody else reached, where there is no grand final.
    fn rank_alone(&self, index: usize, tiers: &mut HashMap<EntrantId, u32>) {
        let MatchId::Losers { round, .. } = self.shape.id(index) else { return };
        if round == self.shape.losers_rounds() && self.shape.winner_to(index).is_none() {
            for who in self.cells[index].slots.iter().filter_map(|slot| slot.entrant()) {
                tiers.insert(who, STEP * (u32::from(round) + 1));
            }
        }
    }
}
