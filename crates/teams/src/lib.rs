//! Teams: rosters, game squads, and what teams do together.

pub mod error;
pub mod game;
pub mod model;
pub mod rules;
pub mod service;
mod store;

pub use game::games;
pub use model::core::{
    team::Model as Team, team_invite::Model as Invitation, team_join_request::Model as JoinRequest,
    team_membership::Model as Membership,
};
use model::{analytics, chat, core, discussion, integration, preset, ranking, social, sponsorship};
pub use rules::{
    form::{TeamForm, TeamSettings},
    permission::{Act, Standing},
    roster::Role,
};
use seadrift::project::App;

/// This app: its entities and its migrations.
pub fn app() -> App {
    let app = App::new("teams")
        .model::<core::team::Entity>()
        .model::<core::team_membership::Entity>()
        .model::<core::team_invite::Entity>()
        .model::<core::team_join_request::Entity>()
        .model::<core::team_achievement::Entity>()
        .model::<core::team_stats::Entity>()
        .model::<preset::efootball_team_preset::Entity>()
        .model::<preset::valorant_team_preset::Entity>()
        .model::<preset::valorant_player_preset::Entity>()
        .model::<ranking::criteria::Entity>()
        .model::<ranking::settings::Entity>()
        .model::<ranking::history::Entity>()
        .model::<ranking::breakdown::Entity>()
        .model::<integration::tournament_registration::Entity>()
        .model::<integration::tournament_participation::Entity>()
        .model::<integration::tournament_roster_lock::Entity>()
        .model::<analytics::team_analytics::Entity>()
        .model::<analytics::player_stats::Entity>()
        .model::<analytics::match_record::Entity>()
        .model::<analytics::match_participation::Entity>()
        .model::<chat::message::Entity>()
        .model::<chat::message_mention::Entity>()
        .model::<chat::reaction::Entity>()
        .model::<chat::read_receipt::Entity>()
        .model::<chat::typing::Entity>()
        .model::<discussion::post::Entity>()
        .model::<discussion::post_like::Entity>()
        .model::<discussion::comment::Entity>()
        .model::<discussion::comment_like::Entity>()
        .model::<discussion::subscription::Entity>()
        .model::<discussion::notification::Entity>()
        .model::<social::follower::Entity>()
        .model::<social::post::Entity>()
        .model::<social::media::Entity>()
        .model::<social::comment::Entity>()
        .model::<social::like::Entity>()
        .model::<social::activity::Entity>()
        .model::<sponsorship::sponsor::Entity>()
        .model::<sponsorship::inquiry::Entity>()
        .model::<sponsorship::merch_item::Entity>()
        .model::<sponsorship::promotion::Entity>()
        .migrations(seadrift::migrations!());
    game::register(app)
}
