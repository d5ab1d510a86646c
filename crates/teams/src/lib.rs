//! Teams: rosters, game squads, and what teams do together.

pub mod model;

/// This app: its entities and its migrations.
pub fn app() -> seadrift::project::App {
    seadrift::project::App::new("teams")
        .model::<model::core::team::Entity>()
        .model::<model::core::team_membership::Entity>()
        .migrations(seadrift::migrations!())
}
