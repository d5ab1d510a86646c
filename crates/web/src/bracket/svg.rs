//! The same drawing as one SVG file that stands alone: for paper, slides and other sites.
//!
//! Presentation attributes only: it needs no style sheet, and no policy forbids them.

use std::collections::HashMap;

use brackets::{
    MatchId, Section, Slot,
    view::{Block, Cell},
};

use super::{Drawing, Kind, StageView, markup, words};

const BOX: u32 = 190;
const LINE: u32 = 20;
const COLUMN: u32 = 230;
/// Height of a row of the tree: two lines and room between.
const ROW: u32 = 56;
const HEAD: u32 = 26;
const EDGE: u32 = 20;
/// Letters of a name that fit.
const LETTERS: usize = 22;

/// Where the middle of a match's left edge is.
type Places = HashMap<MatchId, (u32, u32)>;

struct Pen {
    out: String,
    width: u32,
}

impl Pen {
    fn text(&mut self, x: u32, y: u32, more: &str, text: &str) {
        markup::plain(&mut self.out, format_args!("<text x=\"{x}\" y=\"{y}\"{more}>"));
        markup::text(&mut self.out, text);
        self.out.push_str("</text>");
    }

    /// A match whose left edge's middle is there.
    fn cell(&mut self, stage: &StageView, cell: &Cell, x: u32, middle: u32) {
        let lines = u32::try_from(cell.lines.len()).unwrap_or(2).max(1);
        let (top, height) = (middle - lines * LINE / 2, lines * LINE);
        self.width = self.width.max(x + BOX + EDGE);
        self.out.push_str("<g><title>");
        markup::text(&mut self.out, &words::sentence(stage, cell));
        markup::plain(
            &mut self.out,
            format_args!(
                "</title><rect x=\"{x}\" y=\"{top}\" width=\"{BOX}\" height=\"{height}\" rx=\"4\" fill=\"#fff\" stroke=\"#667\"/>"
            ),
        );
        let scores = words::scores(stage, cell);
        for (at, line) in cell.lines.iter().enumerate() {
            let y = top + LINE * u32::try_from(at).unwrap_or(0) + 14;
            let weight = if line.won { " font-weight=\"700\"" } else { "" };
            let name = match line.slot {
                Slot::Entrant(who) => {
                    if let Some(seed) = line.seed {
                        self.text(x + 26, y, " text-anchor=\"end\" fill=\"#667\" font-size=\"10\"", &seed.to_string());
                    }
                    stage.entrant_name(who).into_owned()
                }
                Slot::Bye => "bye".to_owned(),
                Slot::Vacant => "nobody".to_owned(),
                Slot::Tbd => {
                    let side = if at == 0 { brackets::Side::A } else { brackets::Side::B };
                    words::origin(stage, cell.id, side, line)
                }
            };
            let grey = if line.slot.entrant().is_none() { " fill=\"#667\" font-style=\"italic\"" } else { weight };
            self.text(x + 32, y, grey, &short(&name));
            let score = scores.get(at).cloned().flatten().or_else(|| line.score.map(|score| score.to_string()));
            if let Some(score) = score {
                self.text(x + BOX - 8, y, &format!(" text-anchor=\"end\"{weight}"), &score);
            }
        }
        self.out.push_str("</g>");
    }
}

pub(super) fn draw(drawing: &Drawing, title: &str) -> String {
    let mut pen = Pen { out: String::new(), width: 600 };
    let mut y = EDGE + 24;
    for stage in &drawing.stages {
        if !stage.name.is_empty() {
            pen.text(EDGE, y + 16, " font-size=\"16\" font-weight=\"700\"", &stage.name);
            y += 30;
        }
        y = match stage.kind {
            Kind::Elimination => tree(&mut pen, stage, y),
            Kind::RoundRobin | Kind::Swiss | Kind::FreeForAll => rounds(&mut pen, stage, y),
        };
        y += EDGE;
    }
    let (width, height) = (pen.width, y);
    let mut out = String::with_capacity(pen.out.len() + 512);
    markup::plain(
        &mut out,
        format_args!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" \
             font-family=\"system-ui, sans-serif\" font-size=\"13\" fill=\"#112\" role=\"img\"><title>"
        ),
    );
    markup::text(&mut out, title);
    markup::plain(&mut out, format_args!("</title><rect width=\"{width}\" height=\"{height}\" fill=\"#fff\"/>"));
    let mut head = Pen { out, width };
    head.text(EDGE, EDGE + 6, " font-size=\"18\" font-weight=\"700\"", title);
    head.out.push_str(&pen.out);
    head.out.push_str("</svg>");
    head.out
}

/// Winners above losers, the grand final to their right, the others below; returns where it ends.
fn tree(pen: &mut Pen, stage: &StageView, top: u32) -> u32 {
    let blocks = &stage.board.blocks;
    let height = |block: &Block| 2 * HEAD + block.rows.max(1) * ROW;
    let mut places = Places::new();
    let mut y = top;
    for block in blocks.iter().filter(|block| block.section != Section::GrandFinal) {
        part(pen, stage, block, y, &mut places);
        y += height(block);
    }
    if let Some(last) = blocks.iter().find(|block| block.section == Section::GrandFinal) {
        let beside = |block: &&Block| matches!(block.section, Section::Winners | Section::Losers);
        let span: u32 = blocks.iter().filter(beside).map(height).sum();
        part(pen, stage, last, top + span.saturating_sub(height(last)) / 2, &mut places);
    }
    pen.out.push_str("<g fill=\"none\" stroke=\"#99a\">");
    for (from, to) in &stage.goes_on_in_order() {
        let (Some((x, y)), Some((to_x, to_y))) = (places.get(from), places.get(to)) else { continue };
        let start = x + BOX;
        let bend = to_x.saturating_sub(20).max(start);
        markup::plain(&mut pen.out, format_args!("<path d=\"M{start} {y}H{bend}V{to_y}H{to_x}\"/>"));
    }
    pen.out.push_str("</g>");
    y
}

fn part(pen: &mut Pen, stage: &StageView, block: &Block, top: u32, places: &mut Places) {
    pen.text(EDGE + block.columns.first().map_or(0, |c| c.at) * COLUMN, top + 16, " font-weight=\"700\"", &block.title);
    for column in &block.columns {
        let x = EDGE + column.at * COLUMN;
        pen.text(x, top + HEAD + 14, " fill=\"#667\" font-size=\"12\"", &column.title);
        for cell in &column.cells {
            let middle = top + 2 * HEAD + (2 * cell.row + cell.span) * ROW / 2;
            places.insert(cell.id, (x, middle));
            pen.cell(stage, cell, x, middle);
        }
    }
}

/// Rounds side by side, matches below one another; returns where it ends.
fn rounds(pen: &mut Pen, stage: &StageView, top: u32) -> u32 {
    let mut y = top;
    for block in &stage.board.blocks {
        pen.text(EDGE, y + 16, " font-weight=\"700\"", &block.title);
        let mut end = y + HEAD;
        for (x, column) in (0u32..).map(|at| EDGE + at * COLUMN).zip(&block.columns) {
            pen.text(x, y + HEAD + 14, " fill=\"#667\" font-size=\"12\"", &column.title);
            let mut down = y + 2 * HEAD;
            for cell in &column.cells {
                let height = LINE * u32::try_from(cell.lines.len()).unwrap_or(2).max(1);
                pen.cell(stage, cell, x, down + height / 2);
                down += height + 12;
            }
            end = end.max(down);
        }
        y = end + 12;
    }
    y
}

impl StageView {
    /// Which match's winner goes where, in the order of the board: the same drawing gives the same text.
    fn goes_on_in_order(&self) -> Vec<(MatchId, MatchId)> {
        let cells = self.board.blocks.iter().flat_map(|block| &block.columns).flat_map(|column| &column.cells);
        cells.filter_map(|cell| Some((cell.id, *self.goes_on.get(&cell.id)?))).collect()
    }
}

fn short(name: &str) -> String {
    if name.chars().count() <= LETTERS {
        return name.to_owned();
    }
    let mut text: String = name.chars().take(LETTERS - 1).collect();
    text.push('…');
    text
}
