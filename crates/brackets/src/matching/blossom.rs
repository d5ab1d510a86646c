//! The primal-dual blossom search.
//!
//! Method: Edmonds 1965; the organisation in stages with one alternating forest from all free vertices,
//! lazy slack bounds per vertex and blossom, and duals kept as whole numbers follows Z. Galil, "Efficient
//! algorithms for finding maximum matching in graphs", ACM Computing Surveys 1986, and the arrangement
//! that J. van Rantwijk made widely known. O(n·m) per change of blossoms, O(n³) on dense graphs.
//!
//! Differences from those: perfect matchings only, so duals may have any sign, which allows a start from
//! duals under which most vertices are matched at once.

use super::{Edge, Matching, SCALE};

const NONE: usize = usize::MAX;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Label {
    Free,
    /// At even distance from a root.
    Outer,
    /// At odd distance from a root.
    Inner,
    /// Outer, and passed by the search for a common root.
    Marked,
}

/// A half-edge is `2·edge` (pointing to its `a`) or `2·edge + 1` (pointing to its `b`).
pub(super) struct Solver<'a> {
    n: usize,
    edges: &'a [Edge],
    /// Half-edges leaving each vertex, pointing to the neighbour.
    around: Vec<Vec<usize>>,
    /// Half-edge to the partner of each vertex.
    mate: Vec<usize>,
    /// Vertices are 0..n, blossoms n..2n; labels of blossoms count for their vertices.
    label: Vec<Label>,
    /// Half-edge through which a label came, pointing back.
    label_end: Vec<usize>,
    top: Vec<usize>,
    parent: Vec<usize>,
    children: Vec<Vec<usize>>,
    /// Half-edges from each child to the next.
    links: Vec<Vec<usize>>,
    base: Vec<usize>,
    /// The edge of least slack to an outer vertex (for free vertices) or other outer blossom.
    best: Vec<usize>,
    best_list: Vec<Option<Vec<usize>>>,
    unused: Vec<usize>,
    dual: Vec<i128>,
    tight: Vec<bool>,
    queue: Vec<usize>,
    best_to: Vec<usize>,
}

enum Step {
    Grow(usize),
    Expand(usize),
}

impl<'a> Solver<'a> {
    pub fn new(n: usize, edges: &'a [Edge]) -> Self {
        let mut around = vec![vec![]; n];
        for (index, edge) in edges.iter().enumerate() {
            around[edge.a].push(2 * index + 1);
            around[edge.b].push(2 * index);
        }
        Self {
            n,
            edges,
            around,
            mate: vec![NONE; n],
            label: vec![Label::Free; 2 * n],
            label_end: vec![NONE; 2 * n],
            top: (0..n).collect(),
            parent: vec![NONE; 2 * n],
            children: vec![vec![]; 2 * n],
            links: vec![vec![]; 2 * n],
            base: (0..n).chain(std::iter::repeat_n(NONE, n)).collect(),
            best: vec![NONE; 2 * n],
            best_list: vec![None; 2 * n],
            unused: (n..2 * n).rev().collect(),
            dual: vec![0; 2 * n],
            tight: vec![false; edges.len()],
            queue: vec![],
            best_to: vec![NONE; 2 * n],
        }
    }

    pub fn solve(mut self) -> Option<Matching> {
        if self.around.iter().any(Vec::is_empty) {
            return None;
        }
        self.start();
        while self.mate.contains(&NONE) {
            if !self.stage() {
                return None;
            }
        }
        Some(self.finish())
    }

    fn end(&self, half: usize) -> usize {
        let edge = &self.edges[half / 2];
        if half.is_multiple_of(2) { edge.a } else { edge.b }
    }

    fn slack(&self, edge: usize) -> i128 {
        let Edge { a, b, cost } = self.edges[edge];
        self.dual[a] + self.dual[b] + 2 * SCALE * cost
    }

    /// Feasible even duals, then greedily as many tight edges as come for free.
    fn start(&mut self) {
        for v in 0..self.n {
            let least = self.around[v].iter().map(|half| self.edges[half / 2].cost).min().unwrap_or(0);
            self.dual[v] = -SCALE * least;
        }
        for v in 0..self.n {
            if self.mate[v] != NONE {
                continue;
            }
            let spare = self.around[v].iter().map(|half| self.slack(half / 2)).min().unwrap_or(0);
            self.dual[v] -= spare;
            let partner = self.around[v]
                .iter()
                .copied()
                .find(|half| self.slack(half / 2) == 0 && self.mate[self.end(*half)] == NONE);
            if let Some(half) = partner {
                let w = self.end(half);
                self.mate[v] = half;
                self.mate[w] = half ^ 1;
            }
        }
    }

    fn leaves(&self, blossom: usize) -> Vec<usize> {
        let (mut leaves, mut open) = (vec![], vec![blossom]);
        while let Some(b) = open.pop() {
            if b < self.n {
                leaves.push(b);
            } else {
                open.extend(&self.children[b]);
            }
        }
        leaves
    }

    /// Grows the forest from all free vertices until one path can be augmented. False: there is none.
    fn stage(&mut self) -> bool {
        self.label.fill(Label::Free);
        self.best.fill(NONE);
        self.best_list.iter_mut().for_each(|list| *list = None);
        self.tight.fill(false);
        self.queue.clear();
        for v in 0..self.n {
            if self.mate[v] == NONE && self.label[self.top[v]] == Label::Free {
                self.assign(v, Label::Outer, NONE);
            }
        }
        loop {
            if self.search() {
                break;
            }
            let Some((delta, step)) = self.least_delta() else { return false };
            self.shift(delta);
            match step {
                Step::Grow(edge) => {
                    self.tight[edge] = true;
                    let Edge { a, b, .. } = self.edges[edge];
                    let outer = if self.label[self.top[a]] == Label::Outer { a } else { b };
                    self.queue.push(outer);
                }
                Step::Expand(blossom) => self.expand(blossom, false),
            }
        }
        for b in self.n..2 * self.n {
            if self.parent[b] == NONE && self.base[b] != NONE && self.label[b] == Label::Outer && self.dual[b] == 0 {
                self.expand(b, true);
            }
        }
        true
    }

    /// Scans outer vertices along tight edges. True once the matching was augmented.
    fn search(&mut self) -> bool {
        while let Some(v) = self.queue.pop() {
            for at in 0..self.around[v].len() {
                let half = self.around[v][at];
                let (edge, w) = (half / 2, self.end(half));
                if self.top[v] == self.top[w] {
                    continue;
                }
                let mut slack = 0;
                if !self.tight[edge] {
                    slack = self.slack(edge);
                    self.tight[edge] = slack <= 0;
                }
                let there = self.label[self.top[w]];
                if self.tight[edge] {
                    if there == Label::Free {
                        self.assign(w, Label::Inner, half ^ 1);
                    } else if there == Label::Outer {
                        let root = self.common_root(v, w);
                        if root == NONE {
                            self.augment(edge);
                            return true;
                        }
                        self.shrink(root, edge);
                    } else if self.label[w] == Label::Free {
                        // Reached, but inside an inner blossom: remembered for its expansion.
                        self.label[w] = Label::Inner;
                        self.label_end[w] = half ^ 1;
                    }
                } else if there == Label::Outer {
                    self.offer(self.top[v], edge, slack);
                } else if self.label[w] == Label::Free {
                    self.offer(w, edge, slack);
                }
            }
        }
        false
    }

    fn offer(&mut self, to: usize, edge: usize, slack: i128) {
        if self.best[to] == NONE || slack < self.slack(self.best[to]) {
            self.best[to] = edge;
        }
    }

    fn assign(&mut self, w: usize, label: Label, half: usize) {
        let b = self.top[w];
        for x in [w, b] {
            self.label[x] = label;
            self.label_end[x] = half;
            self.best[x] = NONE;
        }
        if label == Label::Outer {
            let leaves = self.leaves(b);
            self.queue.extend(leaves);
        } else {
            let to = self.mate[self.base[b]];
            self.assign(self.end(to), Label::Outer, to ^ 1);
        }
    }

    /// The base of the blossom that a tight edge between outer v and w closes, or NONE if they hang on
    /// different roots.
    fn common_root(&mut self, v: usize, w: usize) -> usize {
        let (mut v, mut w) = (v, w);
        let (mut path, mut root) = (vec![], NONE);
        while v != NONE {
            let b = self.top[v];
            if self.label[b] == Label::Marked {
                root = self.base[b];
                break;
            }
            path.push(b);
            self.label[b] = Label::Marked;
            if self.label_end[b] == NONE {
                v = NONE;
            } else {
                let inner = self.top[self.end(self.label_end[b])];
                v = self.end(self.label_end[inner]);
            }
            if w != NONE {
                std::mem::swap(&mut v, &mut w);
            }
        }
        for b in path {
            self.label[b] = Label::Outer;
        }
        root
    }

    /// Makes a blossom of the odd cycle through `root` that the edge closes.
    fn shrink(&mut self, root: usize, edge: usize) {
        let Edge { a, b: w, .. } = self.edges[edge];
        let (stem, b) = (self.top[root], self.unused.pop().unwrap_or(NONE));
        debug_assert_ne!(b, NONE, "there are never more than n blossoms");
        let (mut path, mut links) = (vec![], vec![]);
        let mut x = self.top[a];
        while x != stem {
            path.push(x);
            links.push(self.label_end[x]);
            x = self.top[self.end(self.label_end[x])];
        }
        path.push(stem);
        path.reverse();
        links.reverse();
        links.push(2 * edge);
        x = self.top[w];
        while x != stem {
            path.push(x);
            links.push(self.label_end[x] ^ 1);
            x = self.top[self.end(self.label_end[x])];
        }
        for child in &path {
            self.parent[*child] = b;
        }
        self.base[b] = root;
        self.parent[b] = NONE;
        self.label[b] = Label::Outer;
        self.label_end[b] = self.label_end[stem];
        self.dual[b] = 0;
        self.children[b] = path;
        self.links[b] = links;
        for v in self.leaves(b) {
            if self.label[self.top[v]] == Label::Inner {
                self.queue.push(v);
            }
            self.top[v] = b;
        }
        self.gather_best(b);
    }

    /// The best edges of a new blossom to each other outer blossom, from those of its children.
    fn gather_best(&mut self, b: usize) {
        let mut reached = vec![];
        for at in 0..self.children[b].len() {
            let child = self.children[b][at];
            let edges = match self.best_list[child].take() {
                Some(list) => list,
                None => {
                    self.leaves(child).into_iter().flat_map(|v| self.around[v].iter().map(|half| half / 2)).collect()
                }
            };
            for edge in edges {
                let Edge { a, b: w, .. } = self.edges[edge];
                let outside = if self.top[w] == b { a } else { w };
                let there = self.top[outside];
                if there == b || self.label[there] != Label::Outer {
                    continue;
                }
                if self.best_to[there] == NONE {
                    reached.push(there);
                    self.best_to[there] = edge;
                } else if self.slack(edge) < self.slack(self.best_to[there]) {
                    self.best_to[there] = edge;
                }
            }
            self.best[child] = NONE;
        }
        let list: Vec<usize> =
            reached.into_iter().map(|there| std::mem::replace(&mut self.best_to[there], NONE)).collect();
        self.best[b] = list.iter().copied().min_by_key(|edge| self.slack(*edge)).unwrap_or(NONE);
        self.best_list[b] = Some(list);
    }

    /// How far duals may move, and what becomes possible there.
    fn least_delta(&self) -> Option<(i128, Step)> {
        let mut least: Option<(i128, Step)> = None;
        let mut consider = |delta: i128, step: Step| {
            if least.as_ref().is_none_or(|(best, _)| delta < *best) {
                least = Some((delta, step));
            }
        };
        for v in 0..self.n {
            if self.label[self.top[v]] == Label::Free && self.best[v] != NONE {
                consider(self.slack(self.best[v]), Step::Grow(self.best[v]));
            }
        }
        for b in 0..2 * self.n {
            if self.parent[b] != NONE || self.base[b] == NONE {
                continue;
            }
            if self.label[b] == Label::Outer && self.best[b] != NONE {
                // Outer duals all have the same parity, so this is whole.
                consider(self.slack(self.best[b]) / 2, Step::Grow(self.best[b]));
            } else if b >= self.n && self.label[b] == Label::Inner {
                consider(self.dual[b], Step::Expand(b));
            }
        }
        least
    }

    fn shift(&mut self, delta: i128) {
        for v in 0..self.n {
            match self.label[self.top[v]] {
                Label::Outer => self.dual[v] -= delta,
                Label::Inner => self.dual[v] += delta,
                _ => {}
            }
        }
        for b in self.n..2 * self.n {
            if self.base[b] != NONE && self.parent[b] == NONE {
                match self.label[b] {
                    Label::Outer => self.dual[b] += delta,
                    Label::Inner => self.dual[b] -= delta,
                    _ => {}
                }
            }
        }
    }

    /// Dissolves a blossom; within a stage the labels are carried on along its even path.
    fn expand(&mut self, b: usize, end_of_stage: bool) {
        let children = self.children[b].clone();
        for child in &children {
            self.parent[*child] = NONE;
            if *child < self.n {
                self.top[*child] = *child;
            } else if end_of_stage && self.dual[*child] == 0 {
                self.expand(*child, true);
            } else {
                for v in self.leaves(*child) {
                    self.top[v] = *child;
                }
            }
        }
        if !end_of_stage && self.label[b] == Label::Inner {
            self.relabel(b, &children);
        }
        self.label[b] = Label::Free;
        self.label_end[b] = NONE;
        self.children[b].clear();
        self.links[b].clear();
        self.base[b] = NONE;
        self.best[b] = NONE;
        self.best_list[b] = None;
        self.unused.push(b);
    }

    /// Walks the children of a dissolved inner blossom from where it was entered to its base.
    fn relabel(&mut self, b: usize, children: &[usize]) {
        let links = self.links[b].clone();
        let entry = self.top[self.end(self.label_end[b] ^ 1)];
        let mut walk = Walk::new(children, entry);
        let mut half = self.label_end[b];
        while walk.at != 0 {
            // An inner child, then (by `assign`) the outer one it is matched with.
            let link = walk.link(&links);
            let (entered, matched) = (self.end(half ^ 1), self.end(link ^ 1));
            self.label[entered] = Label::Free;
            self.label[matched] = Label::Free;
            self.assign(entered, Label::Inner, half);
            self.tight[link / 2] = true;
            walk.step();
            half = walk.link(&links);
            self.tight[half / 2] = true;
            walk.step();
        }
        let (inside, child) = (self.end(half ^ 1), children[0]);
        for x in [inside, child] {
            self.label[x] = Label::Inner;
            self.label_end[x] = half;
        }
        self.best[child] = NONE;
        // The rest was not on the path: it is free, unless something outer reaches it directly.
        walk.step();
        while children[walk.index()] != entry {
            let child = children[walk.index()];
            walk.step();
            if self.label[child] == Label::Outer {
                continue;
            }
            let reached = self.leaves(child).into_iter().find(|v| self.label[*v] != Label::Free);
            if let Some(v) = reached {
                self.label[v] = Label::Free;
                let partner = self.end(self.mate[self.base[child]]);
                self.label[partner] = Label::Free;
                self.assign(v, Label::Inner, self.label_end[v]);
            }
        }
    }

    /// Moves the base of a blossom to vertex v by alternating its even path.
    fn rebase(&mut self, b: usize, v: usize) {
        let mut child = v;
        while self.parent[child] != b {
            child = self.parent[child];
        }
        if child >= self.n {
            self.rebase(child, v);
        }
        let children = self.children[b].clone();
        let links = self.links[b].clone();
        let mut walk = Walk::new(&children, child);
        let start = walk.index();
        while walk.at != 0 {
            walk.step();
            let half = walk.link(&links);
            let first = children[walk.index()];
            if first >= self.n {
                self.rebase(first, self.end(half));
            }
            walk.step();
            let second = children[walk.index()];
            if second >= self.n {
                self.rebase(second, self.end(half ^ 1));
            }
            let (to, from) = (self.end(half), self.end(half ^ 1));
            self.mate[to] = half ^ 1;
            self.mate[from] = half;
        }
        self.children[b].rotate_left(start);
        self.links[b].rotate_left(start);
        self.base[b] = self.base[self.children[b][0]];
    }

    /// Flips the path between two roots that a tight edge joins.
    fn augment(&mut self, edge: usize) {
        let Edge { a, b, .. } = self.edges[edge];
        for (mut s, mut half) in [(a, 2 * edge + 1), (b, 2 * edge)] {
            loop {
                let outer = self.top[s];
                if outer >= self.n {
                    self.rebase(outer, s);
                }
                self.mate[s] = half;
                if self.label_end[outer] == NONE {
                    break;
                }
                let inner = self.top[self.end(self.label_end[outer])];
                let back = self.label_end[inner];
                s = self.end(back);
                let inside = self.end(back ^ 1);
                if inner >= self.n {
                    self.rebase(inner, inside);
                }
                self.mate[inside] = back;
                half = back ^ 1;
            }
        }
    }

    fn finish(self) -> Matching {
        let mate: Vec<usize> = self.mate.iter().map(|half| self.end(*half)).collect();
        let cost = self.mate.iter().map(|half| self.edges[half / 2].cost).sum::<i128>() / 2;
        let sets = (self.n..2 * self.n)
            .filter(|b| self.base[*b] != NONE && self.dual[*b] > 0)
            .map(|b| (self.leaves(b), self.dual[b]))
            .collect();
        Matching { mate, cost, vertex_duals: self.dual[..self.n].to_vec(), sets }
    }
}

/// A walk around a blossom from a child to the base, in the direction with an even number of steps.
struct Walk {
    at: isize,
    step: isize,
    len: isize,
}

impl Walk {
    fn new(children: &[usize], from: usize) -> Self {
        let len = children.len().cast_signed();
        let at = children.iter().position(|child| *child == from).unwrap_or(0).cast_signed();
        if at % 2 == 1 { Self { at: at - len, step: 1, len } } else { Self { at, step: -1, len } }
    }

    fn index(&self) -> usize {
        self.at.rem_euclid(self.len).cast_unsigned()
    }

    fn step(&mut self) {
        self.at += self.step;
    }

    /// The half-edge between here and the next child, pointing as seen along the walk.
    fn link(&self, links: &[usize]) -> usize {
        if self.step == 1 { links[self.index()] } else { links[(self.at - 1).rem_euclid(self.len).cast_unsigned()] ^ 1 }
    }
}
