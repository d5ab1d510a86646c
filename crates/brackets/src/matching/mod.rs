//! Minimum-cost perfect matching in general graphs, exact in whole numbers of any size that fits.
//!
//! The solver works on a list of edges ([`perfect`]); for large complete graphs [`perfect_dense`] starts
//! from a few cheap edges a vertex and proves, by the dual values, that no other edge could improve the
//! result, adding those that could until none is left.
//!
//! Not here: the primal-dual search itself (`blossom`), what the costs mean (`swiss`).

mod blossom;

use blossom::Solver;

/// An edge between two vertices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Edge {
    /// One end.
    pub a: usize,
    /// The other end.
    pub b: usize,
    /// Its cost; may be negative. Keep within 2^(120 - log2 n).
    pub cost: i128,
}

/// A perfect matching of least cost, with the proof that it is one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Matching {
    /// The partner of each vertex.
    pub mate: Vec<usize>,
    /// The sum of the costs.
    pub cost: i128,
    vertex_duals: Vec<i128>,
    /// Members and dual of every odd set with a positive dual.
    sets: Vec<(Vec<usize>, i128)>,
}

/// Costs are doubled inside, so that half-integral duals stay whole.
const SCALE: i128 = 2;

impl Matching {
    /// The slack of an edge in the dual solution. A matching all of whose edges have slack 0, with
    /// every other edge at 0 or more and no negative set dual, has least cost (Edmonds).
    #[must_use]
    pub fn slack(&self, a: usize, b: usize, cost: i128) -> i128 {
        let plain = self.vertex_duals[a] + self.vertex_duals[b] + 2 * SCALE * cost;
        let common = self.sets.iter().filter(|(members, _)| members.contains(&a) && members.contains(&b));
        plain + common.map(|(_, dual)| 2 * dual).sum::<i128>()
    }

    /// Whether an edge that was left out could make the matching cheaper.
    fn would_gain(&self, a: usize, b: usize, cost: i128) -> bool {
        self.vertex_duals[a] + self.vertex_duals[b] + 2 * SCALE * cost < 0 && self.slack(a, b, cost) < 0
    }

    /// The pairs, smaller vertex first, in order.
    pub fn pairs(&self) -> impl Iterator<Item = (usize, usize)> + '_ {
        self.mate.iter().enumerate().filter(|(a, b)| a < *b).map(|(a, b)| (a, *b))
    }
}

/// A perfect matching of least cost, or `None` if there is no perfect matching.
///
/// Edges with an end outside `0..n`, and loops, are ignored. The same input gives the same result.
#[must_use]
pub fn perfect(n: usize, edges: &[Edge]) -> Option<Matching> {
    if !n.is_multiple_of(2) {
        return None;
    }
    let usable: Vec<Edge> = edges.iter().copied().filter(|e| e.a != e.b && e.a < n && e.b < n).collect();
    Solver::new(n, &usable).solve()
}

/// As [`perfect`], for a graph given by a cost for each pair (`None`: no edge).
///
/// Memory grows with `n` times a small number as long as cheap edges decide; the full graph is only
/// built if they do not suffice.
#[must_use]
pub fn perfect_dense(n: usize, cost: impl Fn(usize, usize) -> Option<i128>) -> Option<Matching> {
    if !n.is_multiple_of(2) {
        return None;
    }
    let mut keep = 10;
    let mut edges = cheapest(n, keep, &cost);
    loop {
        let all = edges.len() == usize::MAX || keep >= n;
        match perfect(n, &edges) {
            None if all => return None,
            None => {
                keep *= 4;
                edges = cheapest(n, keep, &cost);
            }
            Some(found) => {
                let missing = gainful(n, &found, &cost);
                if missing.is_empty() {
                    return Some(found);
                }
                edges.extend(missing);
            }
        }
    }
}

/// The `keep` cheapest edges of every vertex, each edge once.
fn cheapest(n: usize, keep: usize, cost: &impl Fn(usize, usize) -> Option<i128>) -> Vec<Edge> {
    let mut chosen = std::collections::BTreeSet::new();
    let mut row: Vec<(i128, usize)> = Vec::with_capacity(n);
    for a in 0..n {
        row.clear();
        row.extend((0..n).filter(|b| *b != a).filter_map(|b| Some((cost(a.min(b), a.max(b))?, b))));
        if row.len() > keep {
            row.select_nth_unstable(keep - 1);
            row.truncate(keep);
        }
        chosen.extend(row.iter().map(|(_, b)| (a.min(*b), a.max(*b))));
    }
    chosen.into_iter().filter_map(|(a, b)| Some(Edge { a, b, cost: cost(a, b)? })).collect()
}

/// Edges outside the solution's graph that could improve it, at most a handful a vertex.
fn gainful(n: usize, found: &Matching, cost: &impl Fn(usize, usize) -> Option<i128>) -> Vec<Edge> {
    let mut missing = vec![];
    for a in 0..n {
        let mut row: Vec<(i128, Edge)> = (a + 1..n)
            .filter_map(|b| {
                let cost = cost(a, b)?;
                found.would_gain(a, b, cost).then(|| (found.slack(a, b, cost), Edge { a, b, cost }))
            })
            .collect();
        row.sort_by_key(|(slack, edge)| (*slack, edge.b));
        missing.extend(row.into_iter().take(8).map(|(_, edge)| edge));
    }
    missing
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chance::Chance;

    /// The least cost over all perfect matchings, by trying them.
    fn brute(n: usize, cost: &dyn Fn(usize, usize) -> Option<i128>) -> Option<i128> {
        fn go(left: &mut Vec<usize>, cost: &dyn Fn(usize, usize) -> Option<i128>) -> Option<i128> {
            let Some(a) = left.pop() else { return Some(0) };
            let mut best: Option<i128> = None;
            for at in 0..left.len() {
                let b = left.remove(at);
                if let Some(sum) = cost(b.min(a), a.max(b)).and_then(|c| Some(c + go(left, cost)?)) {
                    best = Some(best.map_or(sum, |best| best.min(sum)));
                }
                left.insert(at, b);
            }
            left.push(a);
            best
        }
        go(&mut (0..n).collect(), cost)
    }

    fn check(n: usize, found: &Matching, cost: &dyn Fn(usize, usize) -> Option<i128>) {
        let mut sum = 0;
        for a in 0..n {
            assert_eq!(found.mate[found.mate[a]], a);
            assert_ne!(found.mate[a], a);
        }
        for (a, b) in found.pairs() {
            let cost = cost(a, b).expect("matched along an edge");
            assert_eq!(found.slack(a, b, cost), 0, "matched edges are tight");
            sum += cost;
        }
        assert_eq!(sum, found.cost);
        assert!(found.sets.iter().all(|(members, dual)| *dual > 0 && members.len() % 2 == 1));
        for a in 0..n {
            for b in a + 1..n {
                assert!(cost(a, b).is_none_or(|c| found.slack(a, b, c) >= 0), "no edge could improve it");
            }
        }
    }

    #[test]
    fn least_cost_agrees_with_trying_everything() {
        let mut chance = Chance::new(5);
        for round in 0..3000 {
            let n = 2 * (1 + chance.below(5));
            let (spread, density) = (1 + chance.below(30), 2 + chance.below(9));
            let table: Vec<Option<i128>> =
                (0..n * n).map(|_| (chance.below(10) < density).then(|| chance.below(spread) as i128 - 5)).collect();
            let cost = |a: usize, b: usize| table[a * n + b];
            let found = perfect_dense(n, cost);
            assert_eq!(found.as_ref().map(|m| m.cost), brute(n, &cost), "round {round}");
            if let Some(found) = found {
                check(n, &found, &cost);
            }
        }
    }

    #[test]
    fn large_matchings_carry_their_proof() {
        let mut chance = Chance::new(9);
        for n in [20, 50, 100, 200] {
            for spread in [3, 100, 1_000_000] {
                let table: Vec<i128> = (0..n * n).map(|_| chance.below(spread) as i128).collect();
                let cost = |a: usize, b: usize| Some(table[a * n + b]);
                let found = perfect_dense(n, cost).expect("a complete graph");
                check(n, &found, &cost);
            }
            // Points on a line and clusters, where blossoms nest.
            let places: Vec<i128> = (0..n).map(|_| chance.below(40) as i128 * 100 + chance.below(3) as i128).collect();
            let cost = |a: usize, b: usize| Some((places[a] - places[b]).pow(2));
            check(n, &perfect_dense(n, cost).expect("complete"), &cost);
            // Odd cliques joined by dear edges.
            let cost = |a: usize, b: usize| Some(if a / 5 == b / 5 { 1 } else { 1000 + (a * b % 17) as i128 });
            check(n, &perfect_dense(n, cost).expect("complete"), &cost);
        }
    }

    #[test]
    fn graphs_without_a_perfect_matching_are_told() {
        let star = |a: usize, _: usize| (a == 0).then_some(1);
        assert_eq!(perfect_dense(4, star), None);
        assert_eq!(perfect_dense(3, |_, _| Some(1)), None);
        let odd_cliques = |a: usize, b: usize| (a / 5 == b / 5).then_some(0);
        assert_eq!(perfect_dense(10, odd_cliques), None);
        assert_eq!(perfect_dense(0, star).map(|m| m.cost), Some(0));
    }
}
