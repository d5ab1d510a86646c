//! What only the operator of a database knows, from a TOML file. Not here: what must be answered.
//!
//! ```toml
//! rename."user -> accounts_user" = true                     # a table, rows kept
//! rename."accounts_user.mail -> email" = true               # a column, values kept
//! fill."accounts_user.joined_at" = { sql = "last_login" }   # for rows that hold nothing
//! map."accounts_user.role" = { "ADMIN" = "admin" }          # values that become others
//! convert."shop_item.price" = { minor = 2, of = "price" }   # 12.50 becomes 1250
//! convert."accounts_user.name_ci" = { function = "fold", of = ["name"] }
//! aside."accounts_user.fax" = true                          # kept in a table of its own
//! aside."accounts_grant" = true                             # a whole table, beside ours that is made new
//! drop."accounts_user.pager" = "nobody has one"
//! data_step."shop.0001_initial" = "skip"                    # or "run"
//! after."grants" = "INSERT INTO … SELECT …"                 # a statement of yours, at the end
//! ```

use std::{collections::BTreeMap, fmt, str::FromStr};

use serde::{Deserialize, de::Error as _};

use crate::diff;

/// The answers of an operator.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answers {
    /// Renames and fills, as `makemigrations` knows them.
    pub diff: diff::Answers,
    /// What was renamed: `old -> new` of tables, `table.old -> new` of columns, by the table's new name.
    pub rename: BTreeMap<String, bool>,
    /// Values that become others, by `table.column`.
    pub map: BTreeMap<String, BTreeMap<String, String>>,
    /// Where the values of a column come from, by `table.column`.
    pub convert: BTreeMap<String, Convert>,
    /// Columns whose values are kept in a table of their own, and tables that are kept under another name.
    pub aside: BTreeMap<String, bool>,
    /// Columns that go with their values, and why.
    pub drop: BTreeMap<String, String>,
    /// Whether the data steps of a migration are run.
    pub data_step: BTreeMap<String, Choice>,
    /// Statements that both databases understand, by what they are for; run at the end, in this order.
    pub after: BTreeMap<String, String>,
}

/// Where values come from.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(
    untagged,
    expecting = "expected { sql = \"…\" }, { minor = 2, of = \"column\" } or { function = \"…\", of = [\"column\"] }"
)]
pub enum Convert {
    /// An expression over the old row.
    Sql(Sql),
    /// A sum of money with a point, as a whole number of its smallest units.
    Minor(Minor),
    /// A function that the program has registered.
    Function(Function),
}

/// `{ sql = "…" }`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sql {
    /// The expression.
    pub sql: String,
}

/// `{ minor = 2, of = "price" }`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Minor {
    /// How many decimal places the currency has.
    pub minor: u32,
    /// The column that holds the sum.
    pub of: String,
}

/// `{ function = "fold", of = ["name"] }`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Function {
    /// Its registered name.
    pub function: String,
    /// The columns whose values it takes.
    pub of: Vec<String>,
}

/// What becomes of a data step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Choice {
    /// It runs at the end of the adoption.
    Run,
    /// It is recorded as run; what it would do is there.
    Skip,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    rename: BTreeMap<String, bool>,
    #[serde(default)]
    fill: toml::Table,
    #[serde(default)]
    map: BTreeMap<String, BTreeMap<String, String>>,
    #[serde(default)]
    convert: BTreeMap<String, Convert>,
    #[serde(default)]
    aside: BTreeMap<String, bool>,
    #[serde(default)]
    drop: BTreeMap<String, String>,
    #[serde(default)]
    data_step: BTreeMap<String, Choice>,
    #[serde(default)]
    after: BTreeMap<String, String>,
}

impl<'de> Deserialize<'de> for Answers {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let File { rename, fill, map, convert, aside, drop, data_step, after } = File::deserialize(deserializer)?;
        let mut known = toml::Table::new();
        known.insert("fill".to_owned(), fill.into());
        let diff = diff::Answers::deserialize(toml::Value::Table(known)).map_err(D::Error::custom)?;
        Ok(Self { diff, rename, map, convert, aside, drop, data_step, after })
    }
}

impl FromStr for Answers {
    type Err = toml::de::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        toml::from_str(text)
    }
}

impl Answers {
    /// The new name of a table.
    pub fn table(&self, old: &str) -> Option<&str> {
        let renamed = self.rename.iter().filter(|(key, yes)| **yes && !key.contains('.'));
        renamed.filter_map(|(key, _)| key.split_once(" -> ")).find(|(from, _)| *from == old).map(|(_, to)| to)
    }

    /// The columns of a table that were renamed: old name and new name.
    pub fn columns(&self, table: &str) -> Vec<(&str, &str)> {
        let renamed = self.rename.iter().filter(|(_, yes)| **yes);
        renamed
            .filter_map(|(key, _)| {
                let (from, to) = key.split_once(" -> ")?;
                let (of, column) = from.split_once('.')?;
                (of == table).then_some((column, to))
            })
            .collect()
    }

    /// The columns that the conversions of a table read, each with what it makes of them.
    pub fn conversions<'a>(&'a self, table: &'a str) -> impl Iterator<Item = (&'a str, &'a Convert)> {
        self.convert.iter().filter_map(move |(key, convert)| {
            let (of, column) = key.split_once('.')?;
            (of == table).then_some((column, convert))
        })
    }

    /// Every `table.column` that an answer is about, with the word of the answer.
    pub fn objects(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.map
            .keys()
            .map(|key| ("map", key.as_str()))
            .chain(self.convert.keys().map(|key| ("convert", key.as_str())))
            .chain(self.aside.keys().filter(|key| key.contains('.')).map(|key| ("aside", key.as_str())))
            .chain(self.drop.keys().map(|key| ("drop", key.as_str())))
    }
}

impl Convert {
    /// Whether it reads this column.
    pub fn reads(&self, column: &str) -> bool {
        match self {
            Self::Sql(Sql { sql }) => crate::schema::Expression::from(sql.as_str()).mentions(column),
            Self::Minor(Minor { of, .. }) => of == column,
            Self::Function(Function { of, .. }) => of.iter().any(|name| name == column),
        }
    }
}

impl fmt::Display for Convert {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sql(Sql { sql }) => f.write_str(sql),
            Self::Minor(Minor { minor, of }) => write!(f, "{of}, {minor} decimal places as smallest units"),
            Self::Function(Function { function, of }) => write!(f, "function {function} of {}", of.join(", ")),
        }
    }
}
