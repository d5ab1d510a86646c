//! Where a game is played. Codes mean something within one game only.

use kernel::plugin::{GamePlugin, GameRegion};
use thiserror::Error;

/// A region that a game is not played in. The text is for whoever chose it.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{game} is not played in a region {code:?}; choose one of {known}")]
pub struct RegionRefusal {
    /// The game's display name.
    pub game: String,
    /// The code that was chosen.
    pub code: String,
    /// The codes that there are.
    pub known: String,
}

/// The region of this code in this game.
///
/// # Errors
/// When the game has none of that code; the empty code is none.
pub fn region(game: &dyn GamePlugin, code: &str) -> Result<&'static GameRegion, RegionRefusal> {
    let regions = game.regions();
    regions.iter().find(|region| region.code == code).ok_or_else(|| {
        let known: Vec<&str> = regions.iter().map(|region| region.code).collect();
        RegionRefusal { game: game.display_name(), code: code.to_owned(), known: known.join(", ") }
    })
}
