//! Column types in SQLite: the declared word, the check that gives it meaning, and the way back.
//!
//! SQLite takes any value into any column. Seadrift declares the type in words that can be read
//! back and adds an unnamed check that holds what the type promises. The check is implied by the
//! type and is not part of the schema value.

use super::token;
use crate::{
    dialect::{Dialect, RenderError, quote},
    schema::{Column, ColumnType, Table},
};

/// The word in the definition.
///
/// `json_text` and not `json`: the latter would have numeric affinity and turn the document `5.0`
/// into the number 5.
pub(super) fn declared(ty: &ColumnType) -> String {
    match ty {
        ColumnType::Bytes => "blob".to_owned(),
        ColumnType::Json => "json_text".to_owned(),
        ColumnType::Other(native) => native.clone(),
        other => other.to_string(),
    }
}

/// The type behind a word that [`declared`] gives; of other tools' words there is none.
pub(in crate::dialect) fn from_declared(word: &str) -> Option<ColumnType> {
    let word = word.to_ascii_lowercase();
    match word.as_str() {
        "blob" => Some(ColumnType::Bytes),
        "json_text" => Some(ColumnType::Json),
        "int" => Some(ColumnType::Integer),
        "bytes" | "json" => None,
        _ => match word.parse() {
            Ok(ColumnType::Other(_)) | Err(_) => None,
            Ok(ty) => Some(ty),
        },
    }
}

/// The word for this column of this table.
///
/// An `integer` that alone is the primary key would number its rows by itself; without identity it
/// is spelled `int`, which does not.
pub(in crate::dialect) fn declared_in(table: &Table, column: &Column) -> String {
    if column.identity {
        return "integer".to_owned();
    }
    let alone = matches!(table.primary_key.as_slice(), [only] if *only == column.name);
    if alone && column.ty == ColumnType::Integer { "int".to_owned() } else { declared(&column.ty) }
}

/// The rule that the column's type implies, over the column's quoted name. NULL always passes it.
///
/// Moments are held to one spelling in UTC (`2026-01-31T20:15:00.5+00:00`), so that the order of the
/// texts is the order in time.
pub fn implied_check(column: &Column) -> Option<String> {
    let name = quote(&column.name);
    let kind = |kind: &str| format!("typeof({name}) IN ('{kind}', 'null')");
    let text = |rule: String| format!("typeof({name}) IN ('text', 'null') AND {rule}");
    if column.identity {
        return match column.ty {
            ColumnType::SmallInt => Some(format!("{name} BETWEEN -32768 AND 32767")),
            ColumnType::Integer => Some(format!("{name} BETWEEN -2147483648 AND 2147483647")),
            _ => None,
        };
    }
    Some(match &column.ty {
        ColumnType::SmallInt => format!("{} AND {name} BETWEEN -32768 AND 32767", kind("integer")),
        ColumnType::Integer => format!("{} AND {name} BETWEEN -2147483648 AND 2147483647", kind("integer")),
        ColumnType::BigInt => kind("integer"),
        ColumnType::Real | ColumnType::Double => kind("real"),
        ColumnType::Decimal(precision, scale) => {
            let digits = precision.saturating_sub(*scale);
            format!("typeof({name}) IN ('integer', 'real', 'null') AND abs({name}) < 1e{digits}")
        }
        ColumnType::Boolean => format!("{name} IN (0, 1)"),
        ColumnType::Varchar(limit) => text(format!("length({name}) <= {limit}")),
        ColumnType::Text => kind("text"),
        ColumnType::Bytes => kind("blob"),
        ColumnType::Date => text(format!("date({name}, '+0 days') IS {name}")),
        ColumnType::Time => text(format!("time({name}, '+0 days') IS substr({name}, 1, 8)")),
        ColumnType::Timestamp => text(format!(
            "datetime({name}, '+0 days') IS substr({name}, 1, 19) AND substr({name}, 20) NOT GLOB '*[-+Zz ]*'"
        )),
        ColumnType::TimestampTz => text(format!(
            "datetime({name}, '+0 days') IS replace(substr({name}, 1, 19), 'T', ' ') AND {name} GLOB '*T*+00:00'"
        )),
        ColumnType::Json => text(format!("json_valid({name})")),
        ColumnType::Uuid => format!("typeof({name}) IN ('blob', 'null') AND length({name}) = 16"),
        ColumnType::Other(_) => return None,
    })
}

/// Words that end a type in a definition, so that no type may hold them.
const CONSTRAINT_WORDS: [&str; 14] = [
    "constraint",
    "primary",
    "not",
    "null",
    "unique",
    "check",
    "default",
    "collate",
    "references",
    "generated",
    "as",
    "on",
    "without",
    "foreign",
];

/// Refuses a type that cannot be written into a definition.
pub(super) fn writable(table: &Table, column: &Column) -> Result<(), RenderError> {
    let ColumnType::Other(native) = &column.ty else { return Ok(()) };
    let sound = token::stands_alone(native)
        && token::tokens(native).iter().all(|t| match t.kind {
            token::Kind::Word => !CONSTRAINT_WORDS.iter().any(|w| t.is(w)),
            token::Kind::Number => true,
            token::Kind::Symbol => matches!(t.text, "(" | ")" | ","),
            _ => false,
        });
    if sound {
        return Ok(());
    }
    Err(RenderError::Unsupported {
        dialect: Dialect::Sqlite,
        what: format!("column {:?} of table {:?} has the type {native:?}", column.name, table.name),
        advice: "that is how a live column is described, not a type to create; give it a type of the schema, \
                 such as varchar(40) or bigint"
            .to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_comes_back_from_its_word() {
        for word in [
            "smallint",
            "integer",
            "bigint",
            "real",
            "double",
            "decimal(10,2)",
            "boolean",
            "varchar(7)",
            "text",
            "bytes",
            "date",
            "time",
            "timestamp",
            "timestamptz",
            "json",
            "uuid",
        ] {
            let ty: ColumnType = word.parse().unwrap();
            assert_eq!(from_declared(&declared(&ty)), Some(ty), "{word}");
        }
        for foreign in ["json", "datetime", "bool", "integer unsigned", "", "bytes", "other(x)"] {
            assert_eq!(from_declared(foreign), None, "{foreign}");
        }
    }

    #[test]
    fn only_words_of_a_type_are_written() {
        for (native, sound) in [
            ("citext", true),
            ("numeric(10, 2)", true),
            ("double precision", true),
            ("text without its check", false),
            ("text collate nocase", false),
            ("text); drop table x; --", false),
            ("text default 'x'", false),
            ("", false),
        ] {
            let column = Column::new("c", ColumnType::Other(native.to_owned()));
            assert_eq!(writable(&Table::new("a", "M", "t"), &column).is_ok(), sound, "{native}");
        }
    }
}
