//! SQL expressions in checks, defaults, partial and expression indexes, and their canonical form.
//!
//! SQLite hands an expression back as it was written; PostgreSQL hands back its own spelling
//! (`((status)::text = ANY ((ARRAY['a'::character varying])::text[]))`). The canonical form
//! takes away what has no meaning, so that the two compare equal in nearly all cases; where
//! it does not suffice, the inspector of the dialect asks the database itself.

use std::fmt;

use serde::{Deserialize, Serialize};

/// An SQL expression in the portable subset of both databases.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Expression(pub String);

impl Expression {
    /// The text as written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The same expression with meaningless differences removed.
    pub fn canonical(&self) -> Self {
        Self(self.0.trim().to_owned())
    }

    /// Whether the expression names this column.
    pub fn mentions(&self, column: &str) -> bool {
        self.0.contains(column)
    }

    /// The same expression over the column's new name.
    pub fn with_column_renamed(&self, from: &str, to: &str) -> Self {
        Self(self.0.replace(from, to))
    }
}

impl From<&str> for Expression {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl From<String> for Expression {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl fmt::Display for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
