//! Elimination: parts of rounds, winners above losers, the grand final to their right.

use brackets::{Section, view::Block};

use super::{
    StageView,
    article::{self, Common},
    markup,
};

/// Above so many rows the drawing scrolls within its own frame, so that the names of the rounds stay in sight.
const TALL: u32 = 16;

pub(super) fn write(out: &mut String, stage: &StageView) {
    let double = stage.board.blocks.iter().any(|block| block.section == Section::Losers);
    let rows =
        |section| stage.board.blocks.iter().find(|block| block.section == section).map_or(1, |block| block.rows.max(1));
    let tall = rows(Section::Winners) > TALL;
    let name = if stage.name.is_empty() { "Bracket" } else { &stage.name };
    out.push_str("<div class=\"drawing tree");
    out.push_str(if double { " double" } else { "" });
    out.push_str(if tall { " tall" } else { "" });
    out.push_str("\" role=region tabindex=0 aria-label=\"");
    markup::text(out, name);
    out.push_str("\">");
    let named = !article::many(stage);
    // Columns of parts that stand above one another end together; the grand final stands beyond them.
    let beside = |block: &&Block| block.section != Section::GrandFinal;
    let ends = stage.board.blocks.iter().filter(beside).flat_map(|block| &block.columns).map(|column| column.at + 1);
    let end = ends.max().unwrap_or(1);
    for block in &stage.board.blocks {
        let place = match block.section {
            Section::Winners => "winners",
            Section::Losers => "losers",
            Section::GrandFinal => "final",
            Section::ThirdPlace => "third",
            _ => "consolation",
        };
        markup::plain(out, format_args!("<section class=\"part {place} n{}", power(block.rows)));
        if block.section == Section::GrandFinal {
            markup::plain(out, format_args!(" u{} l{}", power(rows(Section::Winners)), power(rows(Section::Losers))));
        }
        out.push_str("\"><h3>");
        markup::text(out, &block.title);
        out.push_str("</h3><ol class=rounds>");
        let first = if block.section == Section::GrandFinal { block.columns.first().map_or(0, |c| c.at) } else { 0 };
        let last = if block.section == Section::GrandFinal { u32::MAX } else { end };
        part(out, stage, block, first, last, named);
        out.push_str("</ol></section>");
    }
    out.push_str("</div>");
}

/// `first` is the time that the leftmost column stands for, `end` where the last one ends.
fn part(out: &mut String, stage: &StageView, block: &Block, first: u32, end: u32, named: bool) {
    let finals = stage.board.blocks.iter().any(|block| block.section == Section::GrandFinal);
    for (index, column) in block.columns.iter().enumerate() {
        let next = block.columns.get(index + 1);
        // How the lines run on: two to one, one to one, or out to the grand final.
        let run = match next {
            Some(next) if next.cells.len() == column.cells.len() => "flat",
            Some(_) => "join",
            None if finals && matches!(block.section, Section::Winners | Section::Losers) => "out",
            None => "last",
        };
        let at = column.at.saturating_sub(first);
        let span = next.map_or_else(
            || if end == u32::MAX { 1 } else { end.saturating_sub(column.at) },
            |next| next.at - column.at,
        );
        markup::plain(out, format_args!("<li class=\"round {run} a{at} s{}\"><h4>", span.max(1)));
        markup::text(out, &column.title);
        let common = Common::of(stage, &column.cells);
        above(out, common);
        out.push_str("</h4><ol>");
        for cell in &column.cells {
            out.push_str("<li>");
            article::write(out, stage, cell, common, named);
            out.push_str("</li>");
        }
        out.push_str("</ol></li>");
    }
}

/// What all matches of the round share.
pub(super) fn above(out: &mut String, common: Common) {
    if common == Common::default() {
        return;
    }
    out.push_str(" <small>");
    if let Some(best_of) = common.best_of {
        markup::plain(out, format_args!("<abbr title=\"Best of {best_of}\">Bo{best_of}</abbr>"));
    }
    if let Some(at) = common.at {
        out.push(' ');
        article::time(out, &at);
    }
    out.push_str("</small>");
}

/// The power of two that a number of rows is, rounded up.
fn power(rows: u32) -> u32 {
    rows.max(1).next_power_of_two().trailing_zeros()
}
