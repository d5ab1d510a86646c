//! Where cards stand. Tables that point at each other stand in columns, from what is pointed at to what
//! points, after the layered drawing of Sugiyama, Tagawa and Toda (1981): ranks, then fewer crossings
//! by medians. A line is drawn only between neighbouring columns, so that no line passes a card.

use std::collections::{BTreeMap, BTreeSet};

use super::{Reference, Selection};
use crate::schema::Table;

/// Height of one row of a card.
pub(super) const ROW: i32 = 20;
/// Height of a card's head.
pub(super) const HEAD: i32 = 46;
/// Below the last row.
pub(super) const FOOT: i32 = 8;
/// Between columns, where lines run.
const AISLE: i32 = 72;
/// Between cards of a column.
const GAP: i32 = 24;
/// How wide a drawing becomes before it goes on below.
const WIDTH: i32 = 1560;
/// A table that more tables point at is a hub: lines to it would hide everything else.
const HUB: usize = 8;
/// Width of a letter of the cards' type.
const LETTER: i32 = 7;

/// One table on the plane.
#[derive(Clone, Debug)]
pub(super) struct Card<'s> {
    pub(super) table: &'s Table,
    pub(super) references: Vec<Reference<'s>>,
    pub(super) x: i32,
    pub(super) y: i32,
    pub(super) width: i32,
    pub(super) height: i32,
}

/// A line from a row of one card to another card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) from: usize,
    pub(super) reference: usize,
    pub(super) to: usize,
}

/// Cards and lines, and the size of the whole.
#[derive(Clone, Debug)]
pub(super) struct Drawing<'s> {
    pub(super) cards: Vec<Card<'s>>,
    pub(super) lines: Vec<Line>,
    pub(super) width: i32,
    pub(super) height: i32,
}

impl<'s> Card<'s> {
    fn of(selection: &Selection<'s>, table: &'s Table) -> Self {
        let references = selection.references(table);
        let letters = |text: &str| i32::try_from(text.chars().count()).unwrap_or(i32::MAX / 64);
        let rows = table.columns.iter().map(|column| {
            let of = references.iter().find(|r| r.columns.first() == Some(&column.name.as_str()));
            let right = of.map_or_else(|| column.ty.to_string(), |r| format!("→ {}", r.target));
            letters(&column.name) + letters(&right) + 3
        });
        let longest = rows.chain([letters(&table.name) + 4]).max().unwrap_or(0);
        let count = i32::try_from(table.columns.len()).unwrap_or(0);
        let width = (longest * LETTER + 50).clamp(220, 520);
        Self { table, references, x: 0, y: 0, width, height: HEAD + count * ROW + FOOT }
    }

    /// Where the row of a column is, from the top of the drawing.
    pub(super) fn row(&self, column: &str) -> i32 {
        let at = self.table.columns.iter().position(|known| known.name == column);
        self.y + at.and_then(|at| i32::try_from(at).ok()).map_or(HEAD / 2, |at| HEAD + at * ROW + ROW / 2)
    }
}

/// The drawing of one app.
pub(super) fn draw<'s>(selection: &Selection<'s>, tables: &[&'s Table]) -> Drawing<'s> {
    let mut cards: Vec<Card<'s>> = tables.iter().map(|table| Card::of(selection, table)).collect();
    let edges = edges(&cards);
    let ranks = ranks(cards.len(), &edges);
    let lines: Vec<Line> = edges.into_iter().filter(|line| ranks[line.from] == ranks[line.to] + 1).collect();
    let (groups, singles) = groups(cards.len(), &lines);
    let mut shelf = Shelf::default();
    for group in groups {
        let (width, height) = arrange(&mut cards, &group, &lines, &ranks);
        let (x, y) = shelf.place(width, height);
        for at in group {
            cards[at].x += x;
            cards[at].y += y;
        }
    }
    let (mut width, top) = shelf.end();
    let height = masonry(&mut cards, &singles, top);
    width = cards.iter().map(|card| card.x + card.width).max().unwrap_or(width);
    Drawing { cards, lines, width, height }
}

/// All lines between cards of the app, but for those to hubs and to oneself.
fn edges(cards: &[Card<'_>]) -> Vec<Line> {
    let place: BTreeMap<&str, usize> =
        cards.iter().enumerate().map(|(at, card)| (card.table.name.as_str(), at)).collect();
    let mut edges = Vec::new();
    for (from, card) in cards.iter().enumerate() {
        for (reference, points) in card.references.iter().enumerate() {
            if let Some(to) = place.get(points.target).copied().filter(|to| *to != from) {
                edges.push(Line { from, reference, to });
            }
        }
    }
    let mut pointed_at: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
    for edge in &edges {
        pointed_at.entry(edge.to).or_default().insert(edge.from);
    }
    edges.retain(|edge| pointed_at[&edge.to].len() <= HUB);
    edges
}

/// The column of each card: one more than that of the last one it points at. In a circle the first by
/// name begins.
fn ranks(count: usize, edges: &[Line]) -> Vec<usize> {
    let mut ranks = vec![0; count];
    let mut done = vec![false; count];
    for _ in 0..count {
        let open = |at: &usize| !done[*at];
        let waits = |at: usize| edges.iter().filter(|edge| edge.from == at && !done[edge.to]).count();
        let Some(next) = (0..count).filter(open).min_by_key(|at| waits(*at)) else { break };
        let below = edges.iter().filter(|edge| edge.from == next && done[edge.to]).map(|edge| ranks[edge.to] + 1);
        ranks[next] = below.max().unwrap_or(0);
        done[next] = true;
    }
    ranks
}

/// Cards that lines join, the largest group first; and those that none does.
fn groups(count: usize, lines: &[Line]) -> (Vec<Vec<usize>>, Vec<usize>) {
    let mut group: Vec<usize> = (0..count).collect();
    for line in lines {
        let (from, to) = (group[line.from], group[line.to]);
        group.iter_mut().filter(|known| **known == from).for_each(|known| *known = to);
    }
    let mut members: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (at, of) in group.into_iter().enumerate() {
        members.entry(of).or_default().push(at);
    }
    let (mut groups, singles): (Vec<_>, Vec<_>) = members.into_values().partition(|group| group.len() > 1);
    groups.sort_by_key(|group| (std::cmp::Reverse(group.len()), group[0]));
    (groups, singles.concat())
}

/// Puts the cards of a group into columns; returns its size.
fn arrange(cards: &mut [Card<'_>], group: &[usize], lines: &[Line], ranks: &[usize]) -> (i32, i32) {
    let mut columns: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for at in group {
        columns.entry(ranks[*at]).or_default().push(*at);
    }
    let mut x = 0;
    for column in columns.values() {
        let widest = column.iter().map(|at| cards[*at].width).max().unwrap_or(0);
        for at in column {
            (cards[*at].x, cards[*at].width) = (x, widest);
        }
        x += widest + AISLE;
    }
    for round in 0..6 {
        // Forth, then back: each column is sorted by where its lines lead.
        let order: Vec<usize> =
            if round % 2 == 0 { columns.keys().copied().collect() } else { columns.keys().rev().copied().collect() };
        for rank in order {
            let column = columns.get_mut(&rank).expect("a column of the group");
            let wish = |at: usize| wish(cards, at, lines, round % 2 == 0);
            column.sort_by_key(|at| (wish(*at), *at));
            stack(cards, column, lines);
        }
    }
    for column in columns.values().rev() {
        settle(cards, column, lines);
    }
    let height = group.iter().map(|at| cards[*at].y + cards[*at].height).max().unwrap_or(0);
    (x - AISLE, height)
}

/// Where the lines of a card lead in the middle: to what it points at, or to what points at it.
fn wish(cards: &[Card<'_>], at: usize, lines: &[Line], forth: bool) -> i32 {
    let ends = lines.iter().filter_map(|line| match forth {
        true if line.from == at => Some(cards[line.to].y),
        false if line.to == at => Some(cards[line.from].row(cards[line.from].references[line.reference].columns[0])),
        _ => None,
    });
    let mut ends: Vec<i32> = ends.collect();
    ends.sort_unstable();
    ends.get(ends.len() / 2).copied().unwrap_or(cards[at].y)
}

/// Stacks a column, each card no higher than the first card that it points at.
fn stack(cards: &mut [Card<'_>], column: &[usize], lines: &[Line]) {
    let mut y = 0;
    for at in column {
        let targets = lines.iter().filter(|line| line.from == *at).map(|line| cards[line.to].y);
        cards[*at].y = y.max(targets.min().unwrap_or(0));
        y = cards[*at].y + cards[*at].height + GAP;
    }
}

/// Lets each card of a column sink to the middle of what points at it.
fn settle(cards: &mut [Card<'_>], column: &[usize], lines: &[Line]) {
    let mut y = 0;
    for at in column {
        let middle = wish(cards, *at, lines, false) - HEAD / 2;
        cards[*at].y = y.max(cards[*at].y.max(middle));
        y = cards[*at].y + cards[*at].height + GAP;
    }
}

/// Rows of groups, one below the other.
#[derive(Default)]
struct Shelf {
    x: i32,
    y: i32,
    height: i32,
    width: i32,
}

impl Shelf {
    fn place(&mut self, width: i32, height: i32) -> (i32, i32) {
        if self.x > 0 && self.x + width > WIDTH {
            (self.x, self.y, self.height) = (0, self.y + self.height + 2 * GAP, 0);
        }
        let at = (self.x, self.y);
        self.x += width + AISLE;
        self.height = self.height.max(height);
        self.width = self.width.max(at.0 + width);
        at
    }

    fn end(&self) -> (i32, i32) {
        (self.width, if self.height > 0 { self.y + self.height + 2 * GAP } else { 0 })
    }
}

/// Puts single cards into columns of one width, each where it comes to stand highest; returns the
/// height of the whole.
fn masonry(cards: &mut [Card<'_>], singles: &[usize], top: i32) -> i32 {
    let width = singles.iter().map(|at| cards[*at].width).max().unwrap_or(220);
    let count = usize::try_from((WIDTH + GAP) / (width + GAP)).unwrap_or(1).clamp(1, singles.len().max(1));
    let mut ends = vec![top; count];
    for at in singles {
        let column = (0..count).min_by_key(|column| (ends[*column], *column)).unwrap_or(0);
        let card = &mut cards[*at];
        card.width = width;
        card.x = i32::try_from(column).unwrap_or(0) * (width + GAP);
        card.y = ends[column];
        ends[column] += card.height + GAP;
    }
    cards.iter().map(|card| card.y + card.height).max().unwrap_or(0)
}
