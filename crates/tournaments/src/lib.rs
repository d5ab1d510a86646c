//! Tournaments: from announcement to prize money.

pub mod model;

pub use model::{
    bracket::Model as Bracket, bracket_node::Model as BracketNode, game::Model as Game, r#match::Model as Match,
    registration::Model as Registration, tournament::Model as Tournament,
};

/// This app: its entities and its migrations.
pub fn app() -> seadrift::project::App {
    seadrift::project::App::new("tournaments")
        .model::<model::game::Entity>()
        .model::<model::tournament::Entity>()
        .model::<model::custom_field::Entity>()
        .model::<model::tournament_version::Entity>()
        .model::<model::registration::Entity>()
        .model::<model::payment::Entity>()
        .model::<model::bracket::Entity>()
        .model::<model::r#match::Entity>()
        .model::<model::bracket_node::Entity>()
        .model::<model::dispute::Entity>()
        .model::<model::audit_log::Entity>()
        .migrations(seadrift::migrations!())
}
