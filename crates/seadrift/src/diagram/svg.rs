//! A drawing as SVG.

use std::fmt::Write as _;

use super::{
    Selection,
    layout::{Card, Drawing, FOOT, HEAD, ROW},
    lines::{curve, escape, many_end, one_end},
};
use crate::schema::Column;

/// Room at the edges: on the left for the ends of lines.
const EDGE: i32 = 26;

/// The drawing of an app.
pub(super) fn app(selection: &Selection<'_>, name: &str, drawing: &Drawing<'_>) -> String {
    let (width, height) = (drawing.width + 2 * EDGE, drawing.height + 2 * EDGE);
    let mut text = format!(
        "<svg width=\"{width}\" height=\"{height}\" viewBox=\"{} {} {width} {height}\" role=\"img\" aria-label=\"Tables of {}\">\n",
        -EDGE,
        -EDGE,
        escape(name)
    );
    for line in &drawing.lines {
        let (from, to) = (&drawing.cards[line.from], &drawing.cards[line.to]);
        let reference = &from.references[line.reference];
        let start = (from.x, from.row(reference.columns[0]));
        let end = (to.x + to.width, to.y + HEAD / 2);
        let class = if reference.soft { "line soft" } else { "line" };
        let title = format!("{}.{} → {}", from.table.name, reference.columns.join(", "), to.table.name);
        let _ = writeln!(
            text,
            "<path class=\"{class}\" d=\"{}\"><title>{}</title></path><path class=\"end\" d=\"{}{}\"/>",
            curve(start, end),
            escape(&title),
            many_end(start, reference.single),
            one_end(end, reference.optional)
        );
    }
    for (at, card) in drawing.cards.iter().enumerate() {
        let drawn = |reference: usize| drawing.lines.iter().any(|l| l.from == at && l.reference == reference);
        draw_card(&mut text, selection, card, drawn);
    }
    text.push_str("</svg>\n");
    text
}

fn draw_card(text: &mut String, selection: &Selection<'_>, card: &Card<'_>, drawn: impl Fn(usize) -> bool) {
    let table = card.table;
    let (x, y, width, height) = (card.x, card.y, card.width, card.height);
    let name = escape(&table.name);
    let _ = writeln!(text, "<g class=\"table\" id=\"{name}\">");
    let _ = writeln!(text, "<rect class=\"card\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" rx=\"8\"/>");
    let _ = writeln!(
        text,
        "<a href=\"#{name}\"><text class=\"name\" x=\"{}\" y=\"{}\">{name}</text></a><text class=\"model\" x=\"{}\" y=\"{}\">{}</text>",
        x + 12,
        y + 20,
        x + 12,
        y + 37,
        escape(&table.label())
    );
    let pointing =
        selection.tables().filter(|other| selection.references(other).iter().any(|r| r.target == table.name));
    let pointing: Vec<&str> = pointing.map(|other| other.name.as_str()).collect();
    if !pointing.is_empty() {
        let _ = writeln!(
            text,
            "<text class=\"in\" x=\"{}\" y=\"{}\">← {}<title>{}</title></text>",
            x + width - 12,
            y + 37,
            pointing.len(),
            escape(&pointing.join("\n"))
        );
    }
    let _ = writeln!(text, "<path class=\"rule\" d=\"M{x},{}h{width}\"/>", y + HEAD - FOOT / 2);
    for column in &table.columns {
        draw_row(text, selection, card, column, &drawn);
    }
    text.push_str("</g>\n");
}

fn draw_row(
    text: &mut String,
    selection: &Selection<'_>,
    card: &Card<'_>,
    column: &Column,
    drawn: impl Fn(usize) -> bool,
) {
    let middle = card.row(&column.name);
    let base = middle + 4;
    let key = if card.table.primary_key.contains(&column.name) { " key" } else { "" };
    let null = if column.nullable { "?" } else { "" };
    let _ = write!(
        text,
        "<text class=\"column{key}\" x=\"{}\" y=\"{base}\">{}{null}</text>",
        card.x + 12,
        escape(&column.name)
    );
    let right = card.x + card.width - 12;
    let points = card.references.iter().position(|r| r.columns.first() == Some(&column.name.as_str()));
    let Some(at) = points else {
        let _ =
            writeln!(text, "<text class=\"type\" x=\"{right}\" y=\"{base}\">{}</text>", escape(&column.ty.to_string()));
        return;
    };
    let reference = &card.references[at];
    let target = escape(reference.target);
    let soft = if reference.soft { " soft" } else { "" };
    let label = format!("<text class=\"to{soft}\" x=\"{right}\" y=\"{base}\">→ {target}</text>");
    if selection.shows(reference.target) {
        let _ = write!(text, "<a href=\"#{target}\">{label}</a>");
    } else {
        text.push_str(&label);
    }
    if !drawn(at) {
        let (x, y) = (card.x, middle);
        let end = if reference.optional {
            format!("M{},{y}a3,3 0 1,0 -6,0a3,3 0 1,0 6,0", x - 14)
        } else {
            format!("M{},{}v8", x - 15, y - 4)
        };
        let _ = write!(
            text,
            "<path class=\"line{soft}\" d=\"M{x},{y}h{}\"/><path class=\"end\" d=\"{}{end}\"/>",
            -ROW + 6,
            many_end((x, y), reference.single)
        );
    }
    text.push('\n');
}
