//! Editing a migration file in place: comments, order and layout stay as they are.

use std::{ops::Range, path::Path};

use toml::de::{DeTable, DeValue};

use super::FileError;
use crate::migration::MigrationId;

/// The text with this dependency added at the end of its list; the same text when it is there already.
///
/// # Errors
/// When the text is no migration file: no TOML, without `app`, or with `dependencies` that are no list.
pub fn add_dependency(text: &str, file: &Path, dependency: &MigrationId) -> Result<String, FileError> {
    let document = DeTable::parse(text).map_err(|error| {
        let line = error.span().map(|s| text[..s.start.min(text.len())].matches('\n').count() + 1);
        FileError::new(file, line.and_then(|l| u32::try_from(l).ok()), error.message())
    })?;
    let written = format!("\"{dependency}\"");
    let Some(list) = document.get_ref().get("dependencies") else {
        let app = document.get_ref().get("app").ok_or_else(|| FileError::new(file, 1, "the key \"app\" is missing"))?;
        let end = end_of_line(text, app.span().end);
        let nl = newline(text);
        return Ok(insert(text, &[(end, format!("{nl}dependencies = [{nl}    {written},{nl}]"))]));
    };
    let DeValue::Array(items) = list.get_ref() else {
        return Err(FileError::new(file, None, "dependencies must be a list of migrations"));
    };
    if items.iter().any(|item| item.get_ref().as_str() == Some(&dependency.to_string())) {
        return Ok(text.to_owned());
    }
    Ok(match items.last() {
        None => {
            let nl = newline(text);
            insert(text, &[(list.span().start + 1, format!("{nl}    {written},{nl}"))])
        }
        Some(last) => append(text, list.span(), last.span(), &written),
    })
}

/// The text with each dependency replaced by what `to` says of it, if it says something. One that is
/// there already afterwards is taken out.
///
/// # Errors
/// When the text is no TOML.
pub fn rewire(text: &str, file: &Path, to: impl Fn(&MigrationId) -> Option<MigrationId>) -> Result<String, FileError> {
    let document = DeTable::parse(text).map_err(|error| FileError::new(file, None, error.message()))?;
    let list = document.get_ref().get("dependencies").and_then(|list| list.get_ref().as_array());
    let items = list.into_iter().flatten().filter_map(|item| Some((item.get_ref().as_str()?.to_owned(), item.span())));
    let mut seen = Vec::new();
    let mut edited = String::with_capacity(text.len());
    let mut from = 0;
    for (written, span) in items {
        let wanted = written.parse().ok().and_then(|id| to(&id)).map_or(written.clone(), |id| id.to_string());
        let (cut, new) = if seen.contains(&wanted) {
            (without(text, span), String::new())
        } else if wanted == written {
            (span, format!("\"{written}\""))
        } else {
            (span, format!("\"{wanted}\""))
        };
        edited.push_str(&text[from..cut.start]);
        edited.push_str(&new);
        from = cut.end;
        seen.push(wanted);
    }
    edited.push_str(&text[from..]);
    Ok(edited)
}

/// What goes with an item: its comma, and its line when it stands there alone.
fn without(text: &str, item: Range<usize>) -> Range<usize> {
    let line_start = text[..item.start].rfind('\n').map_or(0, |newline| newline + 1);
    let alone_before = text[line_start..item.start].trim().is_empty();
    let after = &text[item.end..];
    let comma = after.len() - after.trim_start().len();
    let end = if after[comma..].starts_with(',') { item.end + comma + 1 } else { item.end };
    let line_end = end_of_line(text, end);
    if alone_before && text[end..line_end].trim().is_empty() {
        return line_start..(line_end + newline(text).len()).min(text.len());
    }
    let blanks = text[end..line_end].len() - text[end..line_end].trim_start().len();
    item.start..end + blanks
}

/// Adds an item after the last one: on the same line in a list of one line, else on its own line,
/// after a comment that belongs to the last item.
fn append(text: &str, list: Range<usize>, last: Range<usize>, written: &str) -> String {
    let inside = list.end - 1;
    let comma = comma_after(&text[..inside], last.end);
    let from = comma.map_or(last.end, |comma| comma + 1);
    let line_end = end_of_line(text, from);
    if line_end > inside {
        let item = if comma.is_some() { format!(" {written},") } else { format!(", {written}") };
        return insert(text, &[(from, item)]);
    }
    let line_start = text[..last.start].rfind('\n').map_or(0, |newline| newline + 1);
    let before = &text[line_start..last.start];
    let indent = if before.trim().is_empty() { before } else { "    " };
    let missing = if comma.is_some() { "" } else { "," };
    insert(text, &[(from, missing.to_owned()), (line_end, format!("{}{indent}{written},", newline(text)))])
}

/// Where the comma after an item stands, behind blanks and comments.
fn comma_after(text: &str, mut at: usize) -> Option<usize> {
    loop {
        at += text[at..].len() - text[at..].trim_start().len();
        match text[at..].chars().next()? {
            ',' => return Some(at),
            '#' => at = end_of_line(text, at),
            _ => return None,
        }
    }
}

fn newline(text: &str) -> &'static str {
    if text.contains("\r\n") { "\r\n" } else { "\n" }
}

/// Where the line ends that `at` stands on, before its newline and a carriage return.
fn end_of_line(text: &str, at: usize) -> usize {
    let end = text[at..].find('\n').map_or(text.len(), |newline| at + newline);
    if text[at..end].ends_with('\r') { end - 1 } else { end }
}

/// The text with insertions at places that rise.
fn insert(text: &str, insertions: &[(usize, String)]) -> String {
    let mut edited = String::with_capacity(text.len() + 80);
    let mut from = 0;
    for (at, new) in insertions {
        edited.push_str(&text[from..*at]);
        edited.push_str(new);
        from = *at;
    }
    edited.push_str(&text[from..]);
    edited
}
