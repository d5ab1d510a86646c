//! Tournaments: from announcement to prize money.
//!
//! An act is `act(tx, cx, …)`: in the caller's unit of work, told the time, chance and who acts by a
//! [`Context`]. Its refusals are one enum with facts and a sentence for people.

pub mod audit;
pub mod context;
pub mod error;
pub mod event;
pub mod jobs;
pub mod model;
pub mod news;
pub mod people;
pub mod rules;
pub mod service;
mod store;

pub use context::{By, Context};
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
        .model::<model::staff_member::Entity>()
        .model::<model::entry_player::Entity>()
        .model::<model::result_submission::Entity>()
        .model::<model::dispute_evidence::Entity>()
        .model::<model::prize_award::Entity>()
        .migrations(seadrift::migrations!())
}
