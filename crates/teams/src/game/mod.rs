//! The games of this platform, one a file: its rules as a plugin, and the tables of its squads.
//!
//! A further game is a file with [`game_squad!`](crate::game_squad) and a [`Game`], its name in the
//! two lists below, and a generated migration.

pub mod setting;
pub mod spec;
mod squad;

pub mod codm;
pub mod cs2;
pub mod dota2;
pub mod efootball;
pub mod fc26;
pub mod freefire;
pub mod mlbb;
pub mod pubg;
pub mod valorant;

use std::sync::Arc;

pub use kernel::plugin::{GameIdField, GamePlugin, GameRegion, GameRole, RosterRule};
pub use setting::{Rule, Setting};
pub use spec::{Category, Ending, Game, Id, Platform};

pub use crate::rules::id::IdFormat;

/// An id that nobody plays a game without.
const fn required(column: &'static str, label: &'static str, help: &'static str, format: IdFormat) -> Id {
    Id { field: GameIdField { column, label, help, required: true }, format }
}

/// The name on Discord, which every game asks for and none needs.
pub const DISCORD: Id = Id {
    field: GameIdField { column: "discord_id", label: "Discord", help: "name, @name or Name#1234", required: false },
    format: IdFormat::Discord,
};

/// Where those are found who play games on Steam.
const STEAM: Id = required("steam_id", "Steam ID", "the SteamID64, 17 digits", IdFormat::Steam);

/// Five starters and two substitutes, who may have two roles each.
const FIVE: RosterRule =
    RosterRule { min_starters: 5, max_starters: 5, max_substitutes: 2, unique_roles: false, second_role: true };

/// Four starters and two substitutes, who may have two roles each.
const FOUR: RosterRule = RosterRule { min_starters: 4, max_starters: 4, ..FIVE };

macro_rules! games {
    ($($game:ident),+ $(,)?) => {
        /// All games, by their codes' order.
        pub static GAMES: &[&Game] = &[$(&$game::GAME),+];

        /// The app with the tables of all squads.
        pub(crate) fn register(app: seadrift::project::App) -> seadrift::project::App {
            $(let app = $game::register(app);)+
            app
        }
    };
}

games! { codm, cs2, dota2, efootball, fc26, freefire, mlbb, pubg, valorant }

/// The games as plugins, for a registry.
pub fn games() -> Vec<Arc<dyn GamePlugin>> {
    GAMES.iter().map(|game| Arc::new(**game) as Arc<dyn GamePlugin>).collect()
}

/// The game of a code. `csgo`, which older teams play, is the game that followed it.
pub fn by_code(code: &str) -> Option<&'static Game> {
    let code = if code == "csgo" { "cs2" } else { code };
    GAMES.iter().copied().find(|game| game.code == code)
}
