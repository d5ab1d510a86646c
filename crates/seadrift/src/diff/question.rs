//! What the differ cannot know: renames and fills. Facts from the entities ([`Hints`]),
//! questions ([`Question`]) and their answers ([`Answers`]), from a file or a person.
//! Not here: when a question arises.

use std::{collections::BTreeMap, fmt};

use serde::{Deserialize, Serialize};

use crate::schema::{ColumnType, DefaultValue, Expression, Literal};

/// Former names that entities declare with `was = "…"`. One that was acted upon long ago does no harm.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hints {
    /// Former names of tables, the newest last, by the table's present name.
    pub tables: BTreeMap<String, Vec<String>>,
    /// Former names of columns, the newest last, by present name, by the table's present name.
    pub columns: BTreeMap<String, BTreeMap<String, Vec<String>>>,
}

impl Hints {
    /// Adds that a table was called otherwise.
    pub fn table(mut self, name: impl Into<String>, was: impl Into<String>) -> Self {
        self.tables.entry(name.into()).or_default().push(was.into());
        self
    }

    /// Adds that a column of a table was called otherwise.
    pub fn column(mut self, table: impl Into<String>, name: impl Into<String>, was: impl Into<String>) -> Self {
        self.columns.entry(table.into()).or_default().entry(name.into()).or_default().push(was.into());
        self
    }
}

/// Something that both schemas together do not tell.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "question", rename_all = "snake_case")]
pub enum Question {
    /// Whether a table was renamed, or dropped and another one added.
    RenamedTable {
        /// The table that went.
        from: String,
        /// The table that came.
        to: String,
    },
    /// Whether a column was renamed, or dropped and another one added.
    RenamedColumn {
        /// The table, by its name after.
        table: String,
        /// The column that went.
        from: String,
        /// The column that came.
        to: String,
    },
    /// What rows that exist already hold in a column that does not allow NULL and has no default.
    Fill {
        /// The table, by its name after.
        table: String,
        /// The column.
        column: String,
        /// The column's type.
        #[serde(rename = "type")]
        ty: ColumnType,
        /// Whether the column is new; else it is there and allowed NULL.
        added: bool,
    },
}

impl Question {
    /// The table that is asked about.
    pub fn table(&self) -> &str {
        match self {
            Self::RenamedTable { to, .. } => to,
            Self::RenamedColumn { table, .. } | Self::Fill { table, .. } => table,
        }
    }

    /// The question for a person.
    pub fn prompt(&self) -> String {
        match self {
            Self::RenamedTable { from, to } => format!("Was table {from} renamed to {to}?"),
            Self::RenamedColumn { table, from, to } => format!("Was column {from} of {table} renamed to {to}?"),
            Self::Fill { table, column, ty, added: true } => format!(
                "Column {column} ({ty}) is new in {table}, does not allow NULL and has no default. \
                 What do the rows that exist get?"
            ),
            Self::Fill { table, column, ty, added: false } => {
                format!("Column {column} ({ty}) of {table} no longer allows NULL. What do the rows that hold NULL get?")
            }
        }
    }

    /// What can be answered, short, for after the prompt.
    pub fn choices(&self) -> &'static str {
        match self {
            Self::RenamedTable { .. } | Self::RenamedColumn { .. } => "[y/n]",
            Self::Fill { .. } => "[a value, sql: EXPRESSION, or none if there is no such row]",
        }
    }

    /// Every answer as it stands in an answers file, one a line, all but the first commented out.
    pub fn answer_lines(&self) -> String {
        let key = toml::Value::String(self.key());
        match self {
            Self::RenamedTable { from, to } => format!(
                "rename.{key} = true   # yes: the rows are kept\n\
                 # rename.{key} = false  # no: {from} is dropped with its rows, {to} is created empty"
            ),
            Self::RenamedColumn { from, to, .. } => format!(
                "rename.{key} = true   # yes: the values are kept\n\
                 # rename.{key} = false  # no: {from} is dropped with its values, {to} is added"
            ),
            Self::Fill { ty, .. } => {
                let example = match ty {
                    ColumnType::Boolean => "false",
                    ColumnType::SmallInt | ColumnType::Integer | ColumnType::BigInt => "0",
                    ColumnType::Real | ColumnType::Double | ColumnType::Decimal(..) => "{ sql = \"0.0\" }",
                    ColumnType::Json => "\"{}\"",
                    _ => "\"\"",
                };
                format!(
                    "fill.{key} = {example}  # this value, another one, or {{ sql = \"an expression\" }}\n\
                     # fill.{key} = {{ none = true }}  # there is no such row; fail if there is"
                )
            }
        }
    }

    /// The name of the question in an answers file.
    fn key(&self) -> String {
        match self {
            Self::RenamedTable { from, to } => table_key(from, to),
            Self::RenamedColumn { table, from, to } => column_key(table, from, to),
            Self::Fill { table, column, .. } => format!("{table}.{column}"),
        }
    }
}

impl fmt::Display for Question {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.prompt())
    }
}

fn table_key(from: &str, to: &str) -> String {
    format!("{from} -> {to}")
}

fn column_key(table: &str, from: &str, to: &str) -> String {
    format!("{table}.{from} -> {to}")
}

/// Answers to questions. As a file, lines such as [`Question::answer_lines`] gives:
///
/// ```toml
/// rename."accounts_user.nick -> nickname" = true
/// fill."accounts_user.country" = "DE"
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answers {
    /// Whether it was renamed, by `old -> new` for tables and `table.old -> new` for columns.
    #[serde(default)]
    rename: BTreeMap<String, bool>,
    /// What fills a column, by `table.column`.
    #[serde(default)]
    fill: BTreeMap<String, Fill>,
}

/// What rows get that exist when a column begins to refuse NULL.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged, expecting = "expected a value, { sql = \"…\" } or { none = true }")]
pub enum Fill {
    /// This value, or what this expression gives.
    Value(DefaultValue),
    /// There is no such row; the migration fails where there is one.
    Nothing(Nothing),
}

/// `{ none = true }`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Nothing {
    none: True,
}

/// The one value `true`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "bool", into = "bool")]
struct True;

impl From<True> for bool {
    fn from(_: True) -> Self {
        true
    }
}

impl TryFrom<bool> for True {
    type Error = &'static str;

    fn try_from(value: bool) -> Result<Self, Self::Error> {
        if value { Ok(Self) } else { Err("write `none = true`, or the value that rows get") }
    }
}

impl Fill {
    /// No row needs a value.
    pub const NONE: Self = Self::Nothing(Nothing { none: True });

    /// The value that an operation carries.
    pub(crate) fn value(&self) -> Option<DefaultValue> {
        match self {
            Self::Value(value) => Some(value.clone()),
            Self::Nothing(_) => None,
        }
    }
}

impl Answers {
    /// Answers whether something was renamed; a question about a fill stays as it was.
    pub fn renamed(mut self, question: &Question, yes: bool) -> Self {
        if !matches!(question, Question::Fill { .. }) {
            self.rename.insert(question.key(), yes);
        }
        self
    }

    /// Answers what fills a column.
    pub fn filled(mut self, table: &str, column: &str, fill: Fill) -> Self {
        self.fill.insert(format!("{table}.{column}"), fill);
        self
    }

    /// Takes a person's answer to this question.
    ///
    /// # Errors
    /// When the answer is not one; the text says what would be.
    pub fn answer(&mut self, question: &Question, text: &str) -> Result<(), String> {
        match question {
            Question::Fill { ty, .. } => {
                let fill = parse_fill(ty, text.trim())?;
                self.fill.insert(question.key(), fill);
            }
            _ => {
                let yes = match text.trim().to_ascii_lowercase().as_str() {
                    "y" | "yes" => true,
                    "n" | "no" => false,
                    _ => {
                        return Err("answer y (renamed, what it holds is kept) or n (dropped, and another one added)"
                            .to_owned());
                    }
                };
                self.rename.insert(question.key(), yes);
            }
        }
        Ok(())
    }

    pub(super) fn table_renamed(&self, from: &str, to: &str) -> Option<bool> {
        if self.rename.is_empty() { None } else { self.rename.get(&table_key(from, to)).copied() }
    }

    pub(super) fn column_renamed(&self, table: &str, from: &str, to: &str) -> Option<bool> {
        if self.rename.is_empty() { None } else { self.rename.get(&column_key(table, from, to)).copied() }
    }

    pub(crate) fn fill(&self, table: &str, column: &str) -> Option<&Fill> {
        self.fill.get(&format!("{table}.{column}"))
    }
}

fn parse_fill(ty: &ColumnType, text: &str) -> Result<Fill, String> {
    if text == "none" {
        return Ok(Fill::NONE);
    }
    if let Some(sql) = text.strip_prefix("sql:") {
        let sql = sql.trim();
        return if sql.is_empty() {
            Err("write the expression after sql:".to_owned())
        } else {
            Ok(value(Expression::from(sql)))
        };
    }
    match ty {
        ColumnType::Boolean => match text {
            "true" => Ok(value(true)),
            "false" => Ok(value(false)),
            _ => Err(format!("{text:?} is not true or false")),
        },
        ColumnType::SmallInt | ColumnType::Integer | ColumnType::BigInt => {
            text.parse::<i64>().map(value).map_err(|_| format!("{text:?} is not a whole number"))
        }
        ColumnType::Real | ColumnType::Double | ColumnType::Decimal(..) => match text.parse::<f64>() {
            Ok(number) if number.is_finite() => Ok(value(Expression::from(text))),
            _ => Err(format!("{text:?} is not a number")),
        },
        _ => match text.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')) {
            Some(quoted) => Ok(value(quoted.replace("''", "'").as_str())),
            None if text.is_empty() => Err("write '' for an empty text".to_owned()),
            None => Ok(value(text)),
        },
    }
}

fn value(value: impl Into<DefaultValue>) -> Fill {
    Fill::Value(value.into())
}

impl From<Literal> for Fill {
    fn from(literal: Literal) -> Self {
        Self::Value(DefaultValue::Literal(literal))
    }
}
