//! Finding the circles of a graph that has no order.

use super::{CycleStep, GraphError, build::Edge};
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

/// Takes away what waits for nothing that is left, again and again.
fn peel(edges: &[Vec<Edge>], left: &mut [bool]) {
    let mut children = vec![Vec::new(); left.len()];
    let mut waits = vec![0_usize; left.len()];
    for (rank, parents) in edges.iter().enumerate() {
        for edge in parents.iter().filter(|edge| left[edge.parent]) {
            children[edge.parent].push(rank);
            waits[rank] += 1;
        }
    }
    let mut free: Vec<usize> = (0..left.len()).filter(|rank| left[*rank] && waits[*rank] == 0).collect();
    while let Some(rank) = free.pop() {
        left[rank] = false;
        for child in &children[rank] {
            waits[*child] -= 1;
            if waits[*child] == 0 && left[*child] {
                free.push(*child);
            }
        }
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
