//! Reachability: of each node a bit for every node that a chain of edges leads to. At 10,000 nodes
//! at most 12 MB.

#[derive(Clone, Debug)]
pub(in crate::migration) struct Reach {
    rows: Vec<Vec<u64>>,
}

impl Reach {
    /// The transitive closure of a graph whose edges all lead to lower nodes: a node reaches its
    /// parents and what they reach.
    pub(super) fn of<'g>(parents: impl ExactSizeIterator<Item = &'g [usize]>) -> Self {
        let mut reach = Self { rows: Vec::with_capacity(parents.len()) };
        for (at, parents) in parents.enumerate() {
            let mut row = vec![0_u64; at / 64 + 1];
            for parent in parents {
                join(&mut row, &reach.rows[*parent], *parent);
            }
            reach.rows.push(row);
        }
        reach
    }

    /// Whether a chain of edges leads from one node to the other.
    pub(in crate::migration) fn leads_to(&self, from: usize, to: usize) -> bool {
        bit(&self.rows[from], to)
    }

    /// Adds an edge in whatever direction: what reaches its beginning now reaches its end and on.
    pub(in crate::migration) fn add(&mut self, from: usize, to: usize) {
        if self.leads_to(from, to) {
            return;
        }
        let beyond = self.rows[to].clone();
        for (at, row) in self.rows.iter_mut().enumerate() {
            if at == from || bit(row, from) {
                join(row, &beyond, to);
            }
        }
    }
}

fn bit(row: &[u64], at: usize) -> bool {
    row.get(at / 64).is_some_and(|word| word >> (at % 64) & 1 == 1)
}

fn join(row: &mut Vec<u64>, other: &[u64], at: usize) {
    row.resize(row.len().max(other.len()).max(at / 64 + 1), 0);
    for (own, theirs) in row.iter_mut().zip(other) {
        *own |= theirs;
    }
    row[at / 64] |= 1 << (at % 64);
}
