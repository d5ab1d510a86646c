//! Refusals of accounts and profiles.

use super::{Fields, Refusal};
use crate::api::problem::{BUSY, FieldError, KEY_REUSED, Kind, MALFORMED, Problem, UNDER_WAY, code_of};

impl Fields for Vec<(&'static str, profiles::error::Invalid)> {
    fn into_errors(self) -> Vec<FieldError> {
        let error = |(field, invalid): (&str, profiles::error::Invalid)| FieldError {
            field: field.to_owned(),
            code: code_of(&invalid),
            message: invalid.to_string(),
        };
        self.into_iter().map(error).collect()
    }
}

impl Refusal for accounts::Busy {
    fn kinds() -> Vec<Kind> {
        vec![BUSY]
    }

    fn problem(self) -> Problem {
        Problem::new(BUSY, self.to_string()).retry_after(5)
    }
}

/// The general problems of the door.
impl Refusal for accounts::KeyRefusal {
    fn kinds() -> Vec<Kind> {
        Vec::new()
    }

    fn problem(self) -> Problem {
        let detail = self.to_string();
        match self {
            Self::Malformed => Problem::new(MALFORMED, detail),
            Self::Reused => Problem::new(KEY_REUSED, detail),
            Self::UnderWay => Problem::new(UNDER_WAY, detail).retry_after(1),
            Self::Database(error) => error.into(),
        }
    }
}

refusals! {
    accounts::SignInRefusal {
        Wrong = 401 "wrong-name-or-password";
        @within Busy accounts::Busy;
        @database Database;
    }
    profiles::ProfileRefusal {
        @fields Invalid;
        @database Database;
    }
}
