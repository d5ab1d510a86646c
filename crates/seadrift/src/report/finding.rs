//! One disagreement, and the list of them.

use std::fmt;

use serde::Serialize;

use super::{Code, Severity};

/// One disagreement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What kind it is.
    pub code: Code,
    /// How bad it is.
    pub severity: Severity,
    /// What it is about: `accounts_user.nickname`, `teams.0003_roster`, a file with its line.
    pub object: String,
    /// What one side says.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub expected: String,
    /// What the other side says.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub found: String,
    /// Why it is so, where that is known.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub cause: String,
    /// The command or the edit that mends it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub mend: String,
}

impl Finding {
    /// A finding without evidence yet.
    pub fn new(code: Code, object: impl Into<String>) -> Self {
        Self {
            code,
            severity: code.severity(),
            object: object.into(),
            expected: String::new(),
            found: String::new(),
            cause: String::new(),
            mend: String::new(),
        }
    }

    /// The same with what was expected and what was found.
    pub fn evidence(mut self, expected: impl Into<String>, found: impl Into<String>) -> Self {
        self.expected = expected.into();
        self.found = found.into();
        self
    }

    /// The same with its cause.
    pub fn cause(mut self, cause: impl Into<String>) -> Self {
        self.cause = cause.into();
        self
    }

    /// The same with what mends it.
    pub fn mend(mut self, mend: impl Into<String>) -> Self {
        self.mend = mend.into();
        self
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {}", self.code, self.code.title(), self.object)?;
        let lines =
            [("expected", &self.expected), ("found", &self.found), ("cause", &self.cause), ("mend", &self.mend)];
        for (word, text) in lines.into_iter().filter(|(_, text)| !text.is_empty()) {
            let mut rows = text.lines();
            write!(f, "\n    {word:<9} {}", rows.next().unwrap_or_default())?;
            for row in rows {
                write!(f, "\n              {row}")?;
            }
        }
        Ok(())
    }
}

/// All findings of one look.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// What was found, root causes first.
    pub findings: Vec<Finding>,
}

impl Report {
    /// Whether nothing disagrees. Notes do not count.
    pub fn agrees(&self) -> bool {
        self.findings.iter().all(|f| f.severity == Severity::Note)
    }

    /// The findings of this code.
    pub fn of(&self, code: Code) -> Vec<&Finding> {
        self.findings.iter().filter(|f| f.code == code).collect()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for finding in &self.findings {
            writeln!(f, "{finding}\n")?;
        }
        Ok(())
    }
}
