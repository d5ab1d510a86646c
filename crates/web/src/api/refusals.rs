//! Every refusal of the services, mapped once to its kind of problem.

use super::problem::{FieldError, Kind, Problem};

/// A refusal of an act.
pub(crate) trait Refusal: Sized {
    /// All kinds of problem that it may be.
    fn kinds() -> Vec<Kind>;
    /// This one.
    fn problem(self) -> Problem;
}

impl<R: Refusal> From<R> for Problem {
    fn from(refusal: R) -> Self {
        refusal.problem()
    }
}

/// Wrong fields of a form, whatever names and says them.
pub(crate) trait Fields {
    fn into_errors(self) -> Vec<FieldError>;
}

/// One line a variant: `Variant = STATUS "code";`. Then those that hold something: wrong fields (`@fields`; `@listed` under a kind of its own), what is
/// wrong with one field (`@field`), another refusal (`@within`), and the database's failure (`@database`).
macro_rules! refusals {
    ($($refusal:path {
        $($variant:ident = $status:literal $code:literal;)*
        $(@fields $fields:ident;)*
        $(@listed $listed:ident $listed_status:literal $listed_code:literal;)*
        $(@field $field:ident $name:literal;)*
        $(@within $inner:ident $kind:path;)*
        $(@database $database:ident;)?
    })*) => {$(
        impl Refusal for $refusal {
            fn kinds() -> Vec<Kind> {
                #[allow(unused_mut, reason = "not every refusal has others within")]
                let mut kinds = vec![$(Kind::new($status, $code),)* $(Kind::new($listed_status, $listed_code),)*];
                $(kinds.extend(<$kind as Refusal>::kinds());)*
                kinds
            }

            fn problem(self) -> Problem {
                #[allow(unused_variables, reason = "not every refusal has words of its own")]
                let detail = self.to_string();
                match self {
                    $(Self::$variant { .. } => Problem::new(Kind::new($status, $code), detail),)*
                    $(Self::$fields(wrong) => Problem::invalid(wrong.into_errors()),)*
                    $(Self::$listed(wrong) => {
                        Problem::new(Kind::new($listed_status, $listed_code), detail).with(wrong.into_errors())
                    })*
                    $(Self::$field(wrong) => Problem::field($name, &code_of(&wrong), wrong.to_string()),)*
                    $(Self::$inner(inner) => inner.problem(),)*
                    $(Self::$database(error) => error.into(),)?
                }
            }
        }
    )*};
}

mod people;
mod teams;
mod tournaments;
