//! Macros of Seadrift; use them through the `seadrift` crate, which re-exports them.
//!
//! `Declare` reads what SeaORM's attributes cannot say and implements
//! `seadrift::entity::Declared`; `migrations!` embeds a crate's migration files.
//! What the declaration means for tables is decided in `seadrift::entity`, not here.

mod attribute;
mod expand;
mod fields;
mod migrations;
mod presentation;
#[cfg(test)]
mod refusals;
mod sql;
mod verify;
mod words;

use proc_macro::TokenStream;
use syn::{DeriveInput, parse_macro_input};

/// Declares a model: its app and name, and what SeaORM's own attributes have no words for.
///
/// Goes on the `Model` of an entity, in the dense format (`#[sea_orm::model]`) or the plain one,
/// and implements `seadrift::entity::Declared` for its `Entity`.
///
/// ```text
/// #[sea_orm::model]
/// #[derive(Clone, Debug, PartialEq, DeriveEntityModel, seadrift::Declare)]
/// #[sea_orm(table_name = "tournaments_registration")]
/// #[seadrift(
///     app = "tournaments", model = "Registration",
///     label = "registration", plural = "registrations",
///     was = "tournaments_signup",
///     ordering("-created_at", "id"), list("user", "status"), search("note"),
///     check(name = "registration_user_xor_team", sql = "(user_id IS NULL) <> (team_id IS NULL)"),
///     index(columns("tournament_id", "-created_at")),
///     index(columns("tournament_id", "slot"), unique, filter = "slot IS NOT NULL", name = "unique_slot"),
///     index(sql = "lower(note)"),
/// )]
/// pub struct Model { … }
/// ```
///
/// On the struct:
///
/// | word | meaning |
/// | --- | --- |
/// | `app = "…"` | the app that owns the table; required |
/// | `model = "…"` | the model's name within the app, in CamelCase; required |
/// | `label = "…"`, `plural = "…"` | how people call one and many; the model's words without it |
/// | `was = "…"` | a former name of the table; repeatable, the newest last |
/// | `ordering("-a", "b")` | the usual order of rows; `-` is downwards |
/// | `list("a", "b")` | columns and belongs-to relations shown in lists |
/// | `search("a")` | columns that a search looks into |
/// | `filter("a", "b")` | columns that lists can be narrowed by |
/// | `name("a", "b")` | columns whose values name a row where something refers to it |
/// | `date = "…"` | the date column that lists drill down by: year, month, day |
/// | `append_only` | rows are added, and never changed or deleted by anybody |
/// | `check(name = "…", sql = "…")` | a rule that every row must keep |
/// | `index(columns("a", "-b"), unique, filter = "…", name = "…")` | an index on columns |
/// | `index(sql = "lower(a)", …)` | an index on an expression |
///
/// On a column:
///
/// | word | meaning |
/// | --- | --- |
/// | `label = "…"`, `help = "…"` | what forms and lists call it, and what they explain |
/// | `choices("a", "b" = "Label B")` | the only values allowed; becomes a check |
/// | `min = 0`, `max = 100` | the bounds of a number; becomes a check |
/// | `soft_ref = "app.Model"` | the integer points at this model without a constraint |
/// | `was = "…"` | a former name of the column; repeatable, the newest last |
/// | `secret` | never shown, exported, searched or edited: hashes, tokens |
/// | `readonly` | shown, but set by the program alone: times, counters, folded names |
/// | `multiline` | a text of several lines |
/// | `format = "…"` | what a text holds: `email`, `url`, `image` or `file` (storage paths) |
/// | `money = "currency"` | minor units of the currency whose ISO code stands in that column |
/// | `section = "…"` | begins a section of forms, which lasts until the next one |
///
/// Every column named anywhere, inside the SQL of checks and filters too, must exist on the
/// struct; what does not is a compile error with the nearest name.
///
/// Fields of the types `i8`, `u8`, `u16`, `u32` and `u64` are refused, since SeaORM cannot keep them in PostgreSQL.
/// Clippy takes two `index(…, unique)` for a repetition: allow `clippy::duplicated_attributes`.
#[proc_macro_derive(Declare, attributes(seadrift))]
pub fn declare(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    expand::declare(&input).unwrap_or_else(syn::Error::into_compile_error).into()
}

/// Embeds the migration files of the calling crate: the `*.toml` in its folder `migrations/`.
///
/// The value is a `seadrift::project::MigrationFiles`, empty when there is no such folder.
/// Cargo follows the files that exist but does not notice a new one, so give the crate a `build.rs`:
///
/// ```text
/// fn main() {
///     println!("cargo::rerun-if-changed=migrations");
/// }
/// ```
#[proc_macro]
pub fn migrations(input: TokenStream) -> TokenStream {
    migrations::expand(input.into()).unwrap_or_else(syn::Error::into_compile_error).into()
}
