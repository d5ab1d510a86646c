//! Putting the tie-breakers to work in their order, and head-to-head among whoever is tied.

use super::figures::Figures;
use super::{DecidedBy, Decision, Results, Row, Table, TieBreak, Value};
use crate::slot::EntrantId;

/// Ranks all entrants by the list.
pub(crate) fn rank(results: &Results<'_>, by: &[TieBreak]) -> Table {
    let figures = Figures::new(results);
    let columns: Vec<Option<Vec<Value>>> = by.iter().map(|rule| figures.of(*rule)).collect();
    rank_columns(results.entrants, by, columns, &|set| figures.among(set), results.decisions, results.provisional)
}

/// Ranks by ready figures; `among` answers for head-to-head.
pub(crate) fn rank_columns(
    entrants: &[EntrantId],
    by: &[TieBreak],
    columns: Vec<Option<Vec<Value>>>,
    among: &dyn Fn(&[usize]) -> Option<Vec<i64>>,
    decisions: &[Decision],
    provisional: bool,
) -> Table {
    let values = (0..entrants.len())
        .map(|at| columns.iter().map(|column| column.as_ref().map(|figures| figures[at].clone())).collect())
        .collect();
    let mut ranker = Ranker { entrants, by, columns, among, decisions, values, places: vec![] };
    ranker.split((0..entrants.len()).collect(), 0, None);
    ranker.table(provisional)
}

struct Ranker<'a> {
    entrants: &'a [EntrantId],
    by: &'a [TieBreak],
    columns: Vec<Option<Vec<Value>>>,
    among: &'a dyn Fn(&[usize]) -> Option<Vec<i64>>,
    decisions: &'a [Decision],
    values: Vec<Vec<Option<Value>>>,
    /// Tied sets, best first, with what put them below the one before.
    places: Vec<(Vec<usize>, Option<DecidedBy>)>,
}

impl Ranker<'_> {
    /// Splits a tied set by the rules from `from` on; `above` is what put the set where it is.
    fn split(&mut self, set: Vec<usize>, from: usize, above: Option<DecidedBy>) {
        if set.len() > 1 {
            for position in from..self.by.len() {
                let rule = self.by[position];
                let (parts, next) = if rule == TieBreak::HeadToHead {
                    // Whoever stays tied in the small table gets a smaller one.
                    (self.small_table(&set, position), position)
                } else {
                    (self.by_column(&set, position), position + 1)
                };
                if parts.len() > 1 {
                    for (nth, part) in parts.into_iter().enumerate() {
                        self.split(part, next, if nth == 0 { above } else { Some(DecidedBy::Rule(rule)) });
                    }
                    return;
                }
            }
            if let Some(decision) = self.decision(&set) {
                let how = DecidedBy::Decision(decision.how);
                let order: Vec<usize> =
                    decision.order.iter().filter_map(|who| self.entrants.iter().position(|e| e == who)).collect();
                for (nth, at) in order.into_iter().enumerate() {
                    self.places.push((vec![at], if nth == 0 { above } else { Some(how) }));
                }
                return;
            }
        }
        self.places.push((set, above));
    }

    fn by_column(&self, set: &[usize], position: usize) -> Vec<Vec<usize>> {
        let Some(column) = &self.columns[position] else { return vec![set.to_vec()] };
        let mut sorted = set.to_vec();
        sorted.sort_by(|x, y| column[*y].cmp(&column[*x]));
        sorted.chunk_by(|x, y| column[*x] == column[*y]).map(<[usize]>::to_vec).collect()
    }

    fn small_table(&mut self, set: &[usize], position: usize) -> Vec<Vec<usize>> {
        let Some(points) = (self.among)(set) else { return vec![set.to_vec()] };
        let mut sorted: Vec<(i64, usize)> = points.into_iter().zip(set.iter().copied()).collect();
        for (made, at) in &sorted {
            self.values[*at][position] = Some(Value::Whole(*made));
        }
        sorted.sort_by_key(|(made, _)| std::cmp::Reverse(*made));
        sorted.chunk_by(|x, y| x.0 == y.0).map(|part| part.iter().map(|(_, at)| *at).collect()).collect()
    }

    fn decision(&self, set: &[usize]) -> Option<&Decision> {
        self.decisions.iter().find(|decision| {
            decision.order.len() == set.len() && set.iter().all(|at| decision.order.contains(&self.entrants[*at]))
        })
    }

    fn table(mut self, provisional: bool) -> Table {
        let mut rows: Vec<Row> = Vec::with_capacity(self.entrants.len());
        for (set, above) in std::mem::take(&mut self.places) {
            let rank = u32::try_from(rows.len()).unwrap_or(u32::MAX).saturating_add(1);
            let through = rank + u32::try_from(set.len()).unwrap_or(u32::MAX) - 1;
            for (nth, at) in set.into_iter().enumerate() {
                rows.push(Row {
                    entrant: self.entrants[at],
                    rank,
                    through,
                    values: std::mem::take(&mut self.values[at]),
                    decided_by: above.filter(|_| nth == 0),
                });
            }
        }
        Table { by: self.by.to_vec(), rows, provisional }
    }
}
