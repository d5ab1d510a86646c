//! Teams: rosters, game squads, and what teams do together.

pub mod model;

use model::{analytics, core, integration, preset, ranking};
use seadrift::project::App;

/// This app: its entities and its migrations.
pub fn app() -> App {
    App::new("teams")
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
        .migrations(seadrift::migrations!())
}
