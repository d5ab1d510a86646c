//! The operations, one file a subject. A function here reads its input, calls a service and says what came
//! of it; it decides nothing.

mod disputes;
mod draw;
mod entries;
mod matches;
mod me;
mod members;
mod notifications;
mod questions;
mod results;
mod sessions;
mod settings;
mod teams;
mod tournaments;
mod uploads;
mod wallet;

use std::sync::{Arc, LazyLock};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::table::Operation;

/// The table.
static ALL: LazyLock<Vec<Arc<Operation>>> = LazyLock::new(|| {
    let parts = [
        sessions::operations(),
        me::operations(),
        wallet::operations(),
        notifications::operations(),
        uploads::operations(),
        teams::operations(),
        members::operations(),
        tournaments::operations(),
        settings::operations(),
        questions::operations(),
        entries::operations(),
        draw::operations(),
        matches::operations(),
        results::operations(),
        disputes::operations(),
    ];
    parts.into_iter().flatten().map(Arc::new).collect()
});

/// All operations, in the order of the document.
pub(crate) fn all() -> Vec<Arc<Operation>> {
    ALL.clone()
}

/// What an operation takes: a struct whose fields are parts of the path, of the query or of the body.
macro_rules! input {
    ($($(#[$about:meta])* $name:ident { $($(#[$meta:meta])* $field:ident: $kind:ty,)* })*) => {$(
        $(#[$about])*
        #[derive(Clone, serde::Deserialize, schemars::JsonSchema)]
        #[serde(deny_unknown_fields)]
        struct $name { $($(#[$meta])* $field: $kind,)* }
    )*};
}

/// What an operation answers.
macro_rules! output {
    ($($(#[$about:meta])* $name:ident { $($(#[$meta:meta])* $field:ident: $kind:ty,)* })*) => {$(
        $(#[$about])*
        #[derive(serde::Serialize, schemars::JsonSchema)]
        pub(crate) struct $name { $($(#[$meta])* pub(crate) $field: $kind,)* }
    )*};
}

pub(crate) use {input, output};

/// An operation that takes nothing.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Nothing {}

/// How many rows an act has changed.
#[derive(Serialize, JsonSchema)]
struct Changed {
    /// How many.
    changed: u64,
}
