//! The words of serde and toml turned into the words of the file format, with the nearest spelling.

use crate::migration::nearest::nearest;

/// What is wrong with an operation, from the error of its deserializer.
pub(super) fn explain(error: &toml::de::Error) -> String {
    let message = error.message().trim_end();
    if let Some((wrong, known)) =
        message.strip_prefix("unexpected keys in table: ").and_then(|rest| rest.split_once(", available keys: "))
    {
        return unknown_key(wrong.split(", ").next().unwrap_or(wrong), &known.split(", ").collect::<Vec<_>>());
    }
    if message.starts_with("unknown field") || message.starts_with("unknown variant") {
        // `wrong`, expected one of `known`, `known`
        let words: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
        let Some((wrong, known)) = words.split_first() else { return message.to_owned() };
        return unknown(if message.starts_with("unknown field") { "key" } else { "word" }, wrong, known);
    }
    if let Some(rest) = message.strip_prefix("missing field") {
        return format!("missing key{rest}");
    }
    let message =
        message.replace("expected a sequence", "expected a list").replace("invalid type: map", "invalid type: table");
    let message = match message.split_once("expected struct ") {
        Some((before, _)) => format!("{before}expected a table"),
        None => message,
    };
    match key_of(error) {
        Some(key) => format!("{key}: {message}"),
        None => message,
    }
}

/// The complaint about a key that is none of the known ones.
pub(super) fn unknown_key(wrong: &str, known: &[&str]) -> String {
    unknown("key", wrong, known)
}

fn unknown(what: &str, wrong: &str, known: &[&str]) -> String {
    let list = known.iter().map(|k| format!("`{k}`")).collect::<Vec<_>>().join(", ");
    let of = if known.len() == 1 { "expected" } else { "expected one of" };
    let guess = nearest(wrong, known.iter().copied()).map(|k| format!("; did you mean `{k}`?")).unwrap_or_default();
    format!("unknown {what} `{wrong}`, {of} {list}{guess}")
}

/// The key within the operation: the error ends in a line "in `column.nullable`".
fn key_of(error: &toml::de::Error) -> Option<String> {
    let shown = error.to_string();
    shown.trim_end().lines().last()?.strip_prefix("in `")?.strip_suffix('`').map(str::to_owned)
}
