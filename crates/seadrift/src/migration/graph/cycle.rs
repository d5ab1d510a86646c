//! Finding the circles of a graph that has no order.

use super::{CycleStep, GraphError, build::Edge, order::order};
use crate::migration::file::LoadedMigration;

/// Circles that have no migration in common, until without them there is an order.
pub(super) fn cycles(live: &[LoadedMigration], edges: &[Vec<Edge>]) -> Vec<GraphError> {
    let mut left = vec![true; live.len()];
    let mut found = Vec::new();
    loop {
        peel(edges, &mut left);
        let Some(start) = left.iter().position(|left| *left) else { return found };
        let ring = walk(start, edges, &left);
        for (rank, _) in &ring {
            left[*rank] = false;
        }
        found.push(GraphError::Cycle { path: describe(live, &ring) });
    }
}

/// Takes away what has an order.
fn peel(edges: &[Vec<Edge>], left: &mut [bool]) {
    let parents = |edges: &Vec<Edge>| edges.iter().map(|edge| edge.parent).filter(|parent| left[*parent]).collect();
    let parents: Vec<Vec<usize>> = edges.iter().map(parents).collect();
    for rank in order(&parents) {
        left[rank] = false;
    }
}

/// Follows dependencies until one comes again. Whatever is left depends on something that is left,
/// so this ends, and what lies between is a circle; it begins at its lowest rank.
fn walk(start: usize, edges: &[Vec<Edge>], left: &[bool]) -> Vec<(usize, Edge)> {
    let mut came: Vec<Option<usize>> = vec![None; left.len()];
    let mut path: Vec<(usize, Edge)> = Vec::new();
    let mut rank = start;
    while came[rank].is_none() {
        came[rank] = Some(path.len());
        let next = edges[rank].iter().filter(|edge| left[edge.parent]).min_by_key(|edge| edge.parent);
        let edge = *next.expect("what is left depends on something that is left");
        path.push((rank, edge));
        rank = edge.parent;
    }
    let mut ring = path.split_off(came[rank].unwrap_or_default());
    let lowest = (0..ring.len()).min_by_key(|at| ring[*at].0).unwrap_or_default();
    ring.rotate_left(lowest);
    ring
}

fn describe(live: &[LoadedMigration], ring: &[(usize, Edge)]) -> Vec<CycleStep> {
    let step = |(rank, edge): &(usize, Edge)| {
        let loaded = &live[*rank];
        let written = &loaded.migration.dependencies[edge.dependency];
        CycleStep {
            migration: loaded.id().clone(),
            place: loaded.dependency_place(edge.dependency),
            written: Some(written).filter(|written| *written != live[edge.parent].id()).cloned(),
        }
    };
    ring.iter().map(step).collect()
}
