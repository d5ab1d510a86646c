//! The apps of the platform: the one list that the program, its tests and its benchmarks share.

use std::sync::Arc;

use kernel::{PluginRegistry, text};
use seadrift::{adopt::ValueFunction, project::Project};

/// Every app, lowest first.
pub fn project() -> Project {
    Project::new()
        .app(kernel::app())
        .app(accounts::app())
        .app(profiles::app())
        .app(notifications::app())
        .app(economy::app())
        .app(teams::app())
        .app(tournaments::app())
        .value("fold", of_one(text::fold))
        .value("fold_name", of_one(text::fold_name))
}

/// Every game that can be played.
pub(crate) fn games() -> PluginRegistry {
    let games = PluginRegistry::new();
    for game in teams::games() {
        if let Err(error) = games.register(game) {
            tracing::error!("{error}");
        }
    }
    games
}

/// A function of one text, for the columns of a database that is adopted; NULL stays NULL.
fn of_one(function: fn(&str) -> String) -> ValueFunction {
    Arc::new(move |values| match values {
        [value] => Ok(value.as_deref().map(function)),
        several => Err(format!("it takes one column, not {}", several.len())),
    })
}
