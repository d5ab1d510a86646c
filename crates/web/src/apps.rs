//! The apps of the platform: the one list that the program, its tests and its benchmarks share.

use seadrift::project::Project;

/// Every app, lowest first.
pub fn project() -> Project {
    Project::new()
        .app(accounts::app())
        .app(profiles::app())
        .app(notifications::app())
        .app(economy::app())
        .app(teams::app())
        .app(tournaments::app())
}
