//! The order that keeps every edge.

use std::{cmp::Reverse, collections::BinaryHeap};

/// Nodes after all their parents; of those that can be next always the lowest (Kahn's algorithm).
/// What lies on a circle or behind one is left out.
pub(in crate::migration) fn order(parents: &[Vec<usize>]) -> Vec<usize> {
    let mut children = vec![Vec::new(); parents.len()];
    let mut waits: Vec<usize> = parents.iter().map(Vec::len).collect();
    for (node, parents) in parents.iter().enumerate() {
        for parent in parents {
            children[*parent].push(node);
        }
    }
    let mut ready: BinaryHeap<Reverse<usize>> = (0..waits.len()).filter(|n| waits[*n] == 0).map(Reverse).collect();
    let mut order = Vec::with_capacity(waits.len());
    while let Some(Reverse(node)) = ready.pop() {
        order.push(node);
        for child in &children[node] {
            waits[*child] -= 1;
            if waits[*child] == 0 {
                ready.push(Reverse(*child));
            }
        }
    }
    order
}
