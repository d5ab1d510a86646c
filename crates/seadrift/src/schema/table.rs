//! Tables and what hangs on them: indexes, foreign keys, checks.

use serde::{Deserialize, Serialize};

use super::{Column, Expression};

/// One table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Table {
    /// Name in the database.
    pub name: String,
    /// The app whose migrations own this table. Empty in a schema read from a live database.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub app: String,
    /// The model's name within the app, e.g. `Tournament`. Empty in a schema read from a live database.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub model: String,
    /// Columns of the primary key, in key order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub primary_key: Vec<String>,
    /// Columns in the order in which they are created; the order is not compared.
    pub columns: Vec<Column>,
    /// Indexes, unique ones included. Uniqueness is always a unique index.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub indexes: Vec<Index>,
    /// Foreign keys.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub foreign_keys: Vec<ForeignKey>,
    /// Named checks.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub checks: Vec<Check>,
}

impl Table {
    /// An empty table.
    pub fn new(app: impl Into<String>, model: impl Into<String>, name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            app: app.into(),
            model: model.into(),
            primary_key: Vec::new(),
            columns: Vec::new(),
            indexes: Vec::new(),
            foreign_keys: Vec::new(),
            checks: Vec::new(),
        }
    }

    /// `app.Model`, as soft references and messages name it; the table's name when it has no model.
    pub fn label(&self) -> String {
        if self.model.is_empty() { self.name.clone() } else { format!("{}.{}", self.app, self.model) }
    }

    /// The column of this name.
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|c| c.name == name)
    }

    /// The index of this name.
    pub fn index(&self, name: &str) -> Option<&Index> {
        self.indexes.iter().find(|i| i.name == name)
    }

    /// The foreign key of this name.
    pub fn foreign_key(&self, name: &str) -> Option<&ForeignKey> {
        self.foreign_keys.iter().find(|f| f.name == name)
    }

    /// The check of this name.
    pub fn check(&self, name: &str) -> Option<&Check> {
        self.checks.iter().find(|c| c.name == name)
    }

    /// The same table in canonical form; see [`Schema::canonical`](super::Schema::canonical).
    pub fn canonical(&self) -> Self {
        let mut table = self.clone();
        table.columns = table.columns.iter().map(Column::canonical).collect();
        table.columns.sort_by(|a, b| a.name.cmp(&b.name));
        table.indexes = table.indexes.iter().map(Index::canonical).collect();
        table.indexes.sort_by(|a, b| a.name.cmp(&b.name));
        table.foreign_keys.sort_by(|a, b| a.name.cmp(&b.name));
        for check in &mut table.checks {
            check.expression = check.expression.canonical();
        }
        table.checks.sort_by(|a, b| a.name.cmp(&b.name));
        table
    }
}

/// An index, unique or not, whole or partial.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Index {
    /// Name, unique in the database.
    pub name: String,
    /// What is indexed, in order.
    pub keys: Vec<IndexKey>,
    /// Whether two rows may not have equal keys.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unique: bool,
    /// Only rows for which this holds are indexed.
    #[serde(default, skip_serializing_if = "Option::is_none", rename = "where")]
    pub predicate: Option<Expression>,
}

impl Index {
    /// A plain index on columns.
    pub fn on<S: Into<String>>(name: impl Into<String>, columns: impl IntoIterator<Item = S>) -> Self {
        let keys = columns.into_iter().map(|c| IndexKey::Column(c.into())).collect();
        Self { name: name.into(), keys, unique: false, predicate: None }
    }

    /// The same index, unique.
    pub fn unique(mut self) -> Self {
        self.unique = true;
        self
    }

    /// The same index over the rows for which this holds.
    pub fn filtered(mut self, predicate: impl Into<Expression>) -> Self {
        self.predicate = Some(predicate.into());
        self
    }

    fn canonical(&self) -> Self {
        let keys = self
            .keys
            .iter()
            .map(|key| match key {
                IndexKey::Expression { sql, descending } => {
                    IndexKey::Expression { sql: sql.canonical(), descending: *descending }
                }
                IndexKey::Descending { desc } => IndexKey::Descending { desc: desc.clone() },
                IndexKey::Column(name) => IndexKey::Column(name.clone()),
            })
            .collect();
        let predicate = self.predicate.as_ref().map(Expression::canonical);
        Self { keys, predicate, ..self.clone() }
    }
}

/// One part of an index's key. In files: `"name"`, `{ desc = "created_at" }`, `{ sql = "lower(name)" }`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    untagged,
    deny_unknown_fields,
    expecting = "expected \"column\", { desc = \"column\" } or { sql = \"…\", descending = true }"
)]
pub enum IndexKey {
    /// A column, ascending.
    Column(String),
    /// A column, descending.
    Descending {
        /// The column's name.
        desc: String,
    },
    /// An expression.
    Expression {
        /// The expression, without outer parentheses.
        sql: Expression,
        /// Whether it is sorted downwards.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        descending: bool,
    },
}

impl IndexKey {
    /// The column, unless this is an expression.
    pub fn column(&self) -> Option<&str> {
        match self {
            Self::Column(name) | Self::Descending { desc: name } => Some(name),
            Self::Expression { .. } => None,
        }
    }
}

/// A foreign key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ForeignKey {
    /// Name of the constraint.
    pub name: String,
    /// The columns that point.
    pub columns: Vec<String>,
    /// The table pointed at.
    pub references: String,
    /// The columns pointed at; as many as `columns`.
    pub referenced_columns: Vec<String>,
    /// What happens to the row when the row pointed at goes.
    #[serde(default, skip_serializing_if = "ReferentialAction::is_default")]
    pub on_delete: ReferentialAction,
    /// What happens to the row when the key pointed at changes.
    #[serde(default, skip_serializing_if = "ReferentialAction::is_default")]
    pub on_update: ReferentialAction,
}

/// What a foreign key does when its target goes or changes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReferentialAction {
    /// Refuse, at the end of the statement.
    #[default]
    NoAction,
    /// Refuse at once.
    Restrict,
    /// Follow.
    Cascade,
    /// Become NULL.
    SetNull,
    /// Become the default.
    SetDefault,
}

impl ReferentialAction {
    fn is_default(&self) -> bool {
        *self == Self::default()
    }

    /// The words of SQL, the same in both databases.
    pub fn sql(self) -> &'static str {
        match self {
            Self::NoAction => "NO ACTION",
            Self::Restrict => "RESTRICT",
            Self::Cascade => "CASCADE",
            Self::SetNull => "SET NULL",
            Self::SetDefault => "SET DEFAULT",
        }
    }
}

/// A rule that every row must keep.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Check {
    /// Name of the constraint.
    pub name: String,
    /// The rule, without outer parentheses.
    pub expression: Expression,
}

impl Check {
    /// A check of this name.
    pub fn new(name: impl Into<String>, expression: impl Into<Expression>) -> Self {
        Self { name: name.into(), expression: expression.into() }
    }
}
