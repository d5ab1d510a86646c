//! Standings and cross tables.

use brackets::{EntrantId, standings::Row};

use super::{CrossView, StageView, StandingsView, markup, words};

/// The name of an entrant, as a link where it has a page.
pub(super) fn entrant(out: &mut String, stage: &StageView, who: EntrantId) {
    let link = stage.entrants.get(&who).and_then(|entrant| entrant.link.as_deref());
    if let Some(link) = link {
        out.push_str("<a");
        markup::attribute(out, "href", link);
        out.push('>');
    }
    markup::text(out, &stage.entrant_name(who));
    if link.is_some() {
        out.push_str("</a>");
    }
}

pub(super) fn standings(out: &mut String, stage: &StageView, view: &StandingsView) {
    let table = &view.table;
    let title = if view.title.is_empty() { "Standings" } else { &view.title };
    out.push_str("<div class=\"scroll standings\" role=region tabindex=0 aria-label=\"");
    markup::text(out, title);
    out.push_str("\"><table class=table><caption>");
    markup::text(out, title);
    if table.provisional {
        out.push_str(" <span class=\"badge wait\">provisional</span>");
    }
    out.push_str("</caption><thead><tr><th scope=col>Place</th><th scope=col>Entrant</th>");
    for rule in &table.by {
        out.push_str("<th scope=col class=num><abbr title=\"");
        markup::text(out, &words::tie_break_words(rule));
        out.push_str("\">");
        markup::text(out, words::tie_break_name(rule));
        out.push_str("</abbr></th>");
    }
    // The rule that split two neighbours is told only if it was not the first one.
    let split = |row: &Row| match &row.decided_by {
        Some(brackets::standings::DecidedBy::Rule(rule)) if table.by.first() == Some(rule) => None,
        other => other.as_ref().map(words::decided),
    };
    let told = !table.by.is_empty() && table.rows.iter().any(|row| split(row).is_some());
    if told {
        out.push_str("<th scope=col>Decided by</th>");
    }
    out.push_str("</tr></thead><tbody>");
    for (at, row) in table.rows.iter().enumerate() {
        let own = stage.entrants.get(&row.entrant).is_some_and(|entrant| entrant.own);
        let cut = view.through == Some(at + 1) && at + 1 < table.rows.len();
        let class = match (own, cut) {
            (false, false) => "",
            (true, false) => " class=me",
            (false, true) => " class=cut",
            (true, true) => " class=\"me cut\"",
        };
        markup::plain(out, format_args!("<tr{class}><td>{}</td><th scope=row>", words::place(row)));
        entrant(out, stage, row.entrant);
        out.push_str("</th>");
        for value in &row.values {
            let shown = value.as_ref().map_or_else(|| "–".to_owned(), brackets::standings::Value::display);
            markup::plain(out, format_args!("<td class=num>{shown}</td>"));
        }
        if told {
            out.push_str("<td class=why>");
            if let Some(why) = split(row) {
                markup::text(out, &why);
            }
            out.push_str("</td>");
        }
        out.push_str("</tr>");
    }
    out.push_str("</tbody></table></div>");
    if table.by.len() > 1 {
        out.push_str("<details class=tie-breaks><summary>How ties are broken</summary><ol>");
        for rule in &table.by {
            out.push_str("<li><b>");
            markup::text(out, words::tie_break_name(rule));
            out.push_str("</b> ");
            markup::text(out, &words::tie_break_words(rule));
            out.push_str("</li>");
        }
        out.push_str("</ol></details>");
    }
}

pub(super) fn cross(out: &mut String, stage: &StageView, view: &CrossView, title: &str) {
    out.push_str("<div class=\"scroll cross\" role=region tabindex=0 aria-label=\"");
    markup::text(out, title);
    out.push_str(", everybody against everybody\"><table class=table><thead><tr><th scope=col>Against</th>");
    for (at, who) in view.members.iter().enumerate() {
        out.push_str("<th scope=col class=num><abbr title=\"");
        markup::text(out, &stage.entrant_name(*who));
        markup::plain(out, format_args!("\">{}</abbr></th>", at + 1));
    }
    out.push_str("</tr></thead><tbody>");
    for (at, who) in view.members.iter().enumerate() {
        let own = stage.entrants.get(who).is_some_and(|entrant| entrant.own);
        let class = if own { " class=me" } else { "" };
        markup::plain(out, format_args!("<tr{class}><th scope=row><i>{}</i> ", at + 1));
        entrant(out, stage, *who);
        out.push_str("</th>");
        for (other, score) in view.scores.get(at).into_iter().flatten().enumerate() {
            match score {
                _ if other == at => out.push_str("<td class=self><span class=visually-hidden>themselves</span></td>"),
                None => out.push_str("<td class=num>·</td>"),
                Some([ours, theirs]) => {
                    let (class, word) = match ours.cmp(theirs) {
                        std::cmp::Ordering::Greater => ("w", "won"),
                        std::cmp::Ordering::Less => ("lost", "lost"),
                        std::cmp::Ordering::Equal => ("drawn", "drawn"),
                    };
                    markup::plain(
                        out,
                        format_args!(
                            "<td class=\"num {class}\"><span class=visually-hidden>{word} </span>{ours}–{theirs}</td>"
                        ),
                    );
                }
            }
        }
        out.push_str("</tr>");
    }
    out.push_str("</tbody></table></div>");
}
