//! A rule of the database that a statement broke, told beside the field that it is about.

use kernel::{DbError, db::Constraint};

use super::catalogue::Model;

/// What is wrong, by field; without a field where it is about the row. Nothing when the database
/// failed for another reason.
pub(crate) fn told(model: &Model, error: &DbError) -> Option<Vec<(Option<usize>, String)>> {
    let text = error.to_string();
    match error.constraint()? {
        Constraint::Unique => Some(unique(model, &text)),
        Constraint::Check => Some(check(model, &text)),
        Constraint::NotNull => {
            let at = model.fields.iter().position(|field| names_column(model, &text, field.column));
            Some(vec![(at, "Please fill this in.".to_owned())])
        }
        Constraint::ForeignKey => {
            let text = "Something that this row refers to, or that refers to it, is in the way. It may have been \
                        deleted or added in the meantime; look again.";
            Some(vec![(None, text.to_owned())])
        }
    }
}

/// Whether a message names a column: PostgreSQL puts it into quotes, SQLite behind the table.
fn names_column(model: &Model, text: &str, column: &str) -> bool {
    let behind = format!("{}.{column}", model.table);
    let whole = |at: usize| !text[at + behind.len()..].starts_with(|c: char| c.is_alphanumeric() || c == '_');
    text.contains(&format!("\"{column}\"")) || text.match_indices(&behind).any(|(at, _)| whole(at))
}

fn unique(model: &Model, text: &str) -> Vec<(Option<usize>, String)> {
    let named = model.uniques.iter().find(|unique| {
        let quoted = [format!("\"{}\"", unique.name), format!("'{}'", unique.name)];
        quoted.iter().any(|name| text.contains(name))
    });
    let by_columns = || {
        model
            .uniques
            .iter()
            .filter(|unique| !unique.fields.is_empty())
            .filter(|unique| unique.fields.iter().all(|at| names_column(model, text, model.fields[*at].column)))
            .max_by_key(|unique| unique.fields.len())
    };
    let Some(unique) = named.or_else(by_columns) else {
        return vec![(None, format!("Another {} is the same in something that must differ.", model.label))];
    };
    // People type the name, not its folding.
    let typed = unique.fields.iter().map(|at| model.fields[*at].folded.map_or(*at, |folded| folded.from));
    let typed: Vec<usize> = typed.collect();
    let labels: Vec<String> = typed.iter().map(|at| model.fields[*at].label.to_lowercase()).collect();
    let folded = unique.fields.iter().any(|at| model.fields[*at].folded.is_some());
    let mut text = match labels.as_slice() {
        [] => format!("There is a {} already where there may be only one.", model.label),
        [label] if folded => format!("Another {} has this {label}, or one that looks like it.", model.label),
        [label] => format!("Another {} has this {label} already.", model.label),
        several => format!("Another {} has the same {} already.", model.label, several.join(" and ")),
    };
    if let Some(only) = &unique.only {
        text = format!("{text} Only rows where {only} are compared.");
    }
    let beside: Vec<_> =
        typed.iter().filter(|at| model.fields[**at].editable()).map(|at| (Some(*at), text.clone())).collect();
    if beside.is_empty() { vec![(None, text)] } else { beside }
}

fn check(model: &Model, text: &str) -> Vec<(Option<usize>, String)> {
    let Some((name, rule)) = model.checks.iter().find(|(name, _)| text.contains(name.as_str())) else {
        return vec![(None, "The row breaks a rule of its table.".to_owned())];
    };
    let words: Vec<&str> = rule.split(|c: char| !(c.is_alphanumeric() || c == '_')).collect();
    let about: Vec<usize> = (0..model.fields.len())
        .filter(|at| words.contains(&model.fields[*at].column) && model.fields[*at].editable())
        .collect();
    let told = format!("This must hold: {rule} (rule {name}).");
    if about.is_empty() {
        return vec![(None, told)];
    }
    about.into_iter().map(|at| (Some(at), told.clone())).collect()
}
