//! A form that was sent: its fields, as they were typed.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use super::{catalogue::Model, field::Field, parse::parse, value::Cell};

/// The fields of a form, in order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sent(pub(crate) Vec<(String, String)>);

impl Sent {
    /// The first value of a field; nothing when it is empty or missing.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.typed(name).filter(|value| !value.is_empty())
    }

    /// The first value of a field, empty or not.
    pub(crate) fn typed(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Every value of a field.
    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// What was typed for a column. A box that is not ticked is not sent.
    pub(crate) fn column(&self, field: &Field) -> Option<String> {
        let sent = self.typed(&format!("v.{}", field.column)).map(str::to_owned);
        if is_box(field) {
            Some(if sent.is_none_or(|value| value == "false") { "false" } else { "true" }.to_owned())
        } else {
            sent
        }
    }

    /// The form of a line within a form: the fields that begin with this, without it.
    pub(crate) fn within(&self, prefix: &str) -> Self {
        let strip = |(name, value): &(String, String)| match name.as_str() {
            "lookup" | "pick" => Some((name.clone(), value.strip_prefix(prefix)?.to_owned())),
            name => Some((name.strip_prefix(prefix)?.to_owned(), value.clone())),
        };
        Self(self.0.iter().filter_map(strip).collect())
    }

    /// The prints of the values that the form was made from, by column.
    pub(crate) fn prints(&self) -> BTreeMap<&str, &str> {
        let version = self.get("version").unwrap_or_default();
        version.split(',').filter_map(|part| part.split_once(':')).collect()
    }
}

/// Whether a field is a box to tick; one that may be missing has three answers and is chosen.
pub(crate) fn is_box(field: &Field) -> bool {
    field.kind == super::field::Kind::Bool && !field.nullable
}

/// What was typed, in the spelling in which the form would show it: `007` and `7` are the same.
pub(crate) fn canonical(field: &Field, text: &str) -> String {
    match parse(field, text) {
        Ok(cell) => cell.typed(),
        Err(_) => text.replace("\r\n", "\n"),
    }
}

/// A print of a value, to tell later whether it is still the same. 48 bits against chance; nothing
/// hangs on it that the person could not type anyway.
pub(crate) fn print(text: &str) -> String {
    Sha256::digest(text).iter().take(6).map(|byte| format!("{byte:02x}")).collect()
}

/// The prints of a row's values, for the hidden field `version`.
pub(crate) fn version(model: &Model, fields: &[usize], value: impl Fn(usize) -> Cell) -> String {
    let parts = fields.iter().map(|at| format!("{}:{}", model.fields[*at].column, print(&value(*at).typed())));
    parts.collect::<Vec<_>>().join(",")
}
