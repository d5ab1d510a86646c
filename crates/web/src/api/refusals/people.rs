//! Refusals of accounts, profiles and files.

use super::{Fields, Refusal};
use crate::{
    api::problem::{BUSY, FieldError, KEY_REUSED, Kind, MALFORMED, Problem, UNDER_WAY, code_of},
    upload::FileRefusal,
};

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

impl Fields for Vec<(accounts::Field, accounts::Invalid)> {
    fn into_errors(self) -> Vec<FieldError> {
        let name = |field: accounts::Field| match field {
            accounts::Field::Username => "username",
            accounts::Field::Email => "email",
            accounts::Field::Password | accounts::Field::PasswordAgain => "password",
        };
        let error = |(field, invalid): (accounts::Field, accounts::Invalid)| FieldError {
            field: name(field).to_owned(),
            code: code_of(&invalid),
            message: invalid.to_string(),
        };
        self.into_iter().map(error).collect()
    }
}

impl Fields for Vec<(String, kernel::plugin::GameIdRefusal)> {
    fn into_errors(self) -> Vec<FieldError> {
        let error = |(column, refusal): (String, kernel::plugin::GameIdRefusal)| FieldError {
            field: format!("ids.{column}"),
            code: code_of(&refusal),
            message: refusal.to_string(),
        };
        self.into_iter().map(error).collect()
    }
}

impl Refusal for FileRefusal {
    fn kinds() -> Vec<Kind> {
        vec![BUSY]
    }

    fn problem(self) -> Problem {
        match self {
            Self::Busy => Problem::new(BUSY, self.to_string()).retry_after(5),
            other => Problem::field("content", &code_of(&other), other.to_string()),
        }
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
    accounts::SignUpRefusal {
        @fields Invalid;
        @within Busy accounts::Busy;
        @database Database;
    }
    accounts::SignInRefusal {
        Wrong = 401 "wrong-name-or-password";
        @within Busy accounts::Busy;
        @database Database;
    }
    profiles::ProfileRefusal {
        @fields Invalid;
        @database Database;
    }
    profiles::GameIdsRefusal {
        @fields Invalid;
        @database Database;
    }
}
