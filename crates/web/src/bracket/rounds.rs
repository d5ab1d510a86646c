//! Round robin, Swiss and free-for-all: rounds side by side, and the tables that belong to them.

use brackets::view::{Block, Cell, Column};

use super::{
    HeatLine, Kind, StageView,
    article::{self, Common},
    markup, table, tree,
};

pub(super) fn write(out: &mut String, stage: &StageView) {
    let kind = match stage.kind {
        Kind::Swiss => "swiss",
        Kind::FreeForAll => "heats",
        Kind::RoundRobin | Kind::Elimination => "league",
    };
    if stage.board.blocks.is_empty() {
        out.push_str("<p class=\"drawing planned\">No round is paired yet.</p>");
        return;
    }
    let many = stage.board.blocks.len() > 1;
    for (number, block) in stage.board.blocks.iter().enumerate() {
        markup::plain(out, format_args!("<section class=\"drawing {kind}\">"));
        if many {
            out.push_str("<h3>");
            markup::text(out, &block.title);
            out.push_str("</h3>");
        }
        if stage.kind == Kind::RoundRobin {
            if let Some(cross) = stage.crosses.get(number) {
                table::cross(out, stage, cross, &block.title);
            }
            if let Some(standings) = stage.standings.get(number) {
                table::standings(out, stage, standings);
            }
        }
        list(out, stage, block);
        out.push_str("</section>");
    }
}

fn list(out: &mut String, stage: &StageView, block: &Block) {
    let named = !article::many(stage);
    out.push_str("<ol class=rounds>");
    for column in &block.columns {
        out.push_str("<li class=round><h4>");
        markup::text(out, &column.title);
        let common = Common::of(stage, &column.cells);
        tree::above(out, common);
        out.push_str("</h4>");
        match stage.kind {
            Kind::Swiss => by_record(out, stage, column, common, named),
            Kind::FreeForAll => column.cells.iter().for_each(|cell| heat(out, stage, cell, named)),
            Kind::RoundRobin | Kind::Elimination => matches(out, stage, &column.cells, common, named),
        }
        out.push_str("</li>");
    }
    out.push_str("</ol>");
}

fn matches<'a>(
    out: &mut String,
    stage: &StageView,
    cells: impl IntoIterator<Item = &'a Cell>,
    common: Common,
    named: bool,
) {
    out.push_str("<ol>");
    for cell in cells {
        out.push_str("<li>");
        article::write(out, stage, cell, common, named);
        out.push_str("</li>");
    }
    out.push_str("</ol>");
}

/// A round of a Swiss: best record first, each under its wins and losses; then who sits out.
fn by_record(out: &mut String, stage: &StageView, column: &Column, common: Common, named: bool) {
    let mut records: Vec<(u16, u16)> = column.cells.iter().filter_map(|cell| cell.bucket).collect();
    records.sort_by_key(|(wins, losses)| (std::cmp::Reverse(*wins), *losses));
    records.dedup();
    for record in records.iter().map(|record| Some(*record)).chain([None]) {
        let mut cells = column.cells.iter().filter(|cell| cell.bucket == record).peekable();
        if cells.peek().is_none() {
            continue;
        }
        if let Some((wins, losses)) = record {
            markup::plain(out, format_args!("<h5 aria-label=\"{wins} won, {losses} lost\">{wins}–{losses}</h5>"));
        }
        matches(out, stage, cells, common, named);
    }
    for (_, who, why) in stage.sat_out.iter().filter(|(round, ..)| *round == column.round) {
        out.push_str("<p class=sat>");
        markup::text(out, &stage.entrant_name(*who));
        markup::plain(out, format_args!(" <span>{why}</span></p>"));
    }
}

fn heat(out: &mut String, stage: &StageView, cell: &Cell, named: bool) {
    article::open(out, stage, cell);
    out.push_str("<h5>");
    let close = article::link(out, stage, cell, named);
    markup::plain(out, format_args!("Lobby {}", cell.id.number()));
    out.push_str(close);
    out.push_str("</h5><table class=table><thead><tr><th scope=col>Place</th><th scope=col>Entrant</th><th scope=col class=num>Kills</th><th scope=col class=num>Points</th></tr></thead><tbody>");
    let out_of_none: &[HeatLine] = &[];
    let lines = stage.heats.get(&cell.id).map_or(out_of_none, Vec::as_slice);
    for line in lines {
        let seed = cell.lines.iter().find(|l| l.slot.entrant() == Some(line.entrant)).and_then(|l| l.seed).unwrap_or(0);
        let place = line.place.map_or_else(|| "–".to_owned(), |place| place.to_string());
        let figure = |figure: Option<i64>| figure.map_or_else(|| "–".to_owned(), |figure| figure.to_string());
        let won = if line.place == Some(1) { " w" } else { "" };
        let own = if stage.entrants.get(&line.entrant).is_some_and(|entrant| entrant.own) { " me" } else { "" };
        markup::plain(out, format_args!("<tr class=\"e{seed}{won}{own}\"><td>{place}</td><th scope=row>"));
        table::entrant(out, stage, line.entrant);
        let (kills, points) = (figure(line.kills.map(i64::from)), figure(line.points));
        markup::plain(out, format_args!("</th><td class=num>{kills}</td><td class=num>{points}</td></tr>"));
    }
    out.push_str("</tbody></table></article>");
}
