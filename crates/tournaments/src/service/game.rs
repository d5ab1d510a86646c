//! The games that tournaments are held in, as rows: those of the plugins are there from the first day.

use kernel::{Clock, Db, DbError};
use sea_orm::ActiveValue::Set;
use teams::game::{Category, Ending, GAMES, Game};

use crate::{model::game, store};

/// Adds the games of the plugins that have no row yet, and answers how many. Rows that are there stay as they are:
/// their names and whether they are active are the operator's.
///
/// # Errors
/// When the database fails.
pub async fn install(db: &Db, clock: &dyn Clock) -> Result<usize, DbError> {
    let known = store::game::codes(db.read()).await?;
    let missing: Vec<&Game> =
        GAMES.iter().copied().filter(|game| !known.iter().any(|code| code == game.code)).collect();
    if missing.is_empty() {
        return Ok(0);
    }
    let now = clock.now();
    let rows: Vec<game::ActiveModel> = missing.into_iter().map(|game| row(game, now)).collect();
    db.write(|tx| {
        let rows = rows.clone();
        async move { Ok(store::game::insert_missing(&tx, rows).await?) }
    })
    .await
}

fn row(game: &Game, now: chrono::DateTime<chrono::Utc>) -> game::ActiveModel {
    let id = game.ids.iter().find(|id| id.field.required);
    let result = match (game.ending, game.category) {
        (Ending::Places, _) => "point_based",
        (Ending::Score, Category::Moba) => "best_of",
        (Ending::Score, _) => "map_score",
    };
    game::ActiveModel {
        name: Set(game.name.to_owned()),
        slug: Set(game.code.to_owned()),
        code: Set(Some(game.code.to_owned())),
        icon: Set(String::new()),
        default_team_size: Set(i32::try_from(game.roster.max_starters).unwrap_or(0)),
        profile_id_field: Set(id.map(|id| id.field.column.to_owned()).unwrap_or_default()),
        default_result_type: Set(result.to_owned()),
        is_active: Set(true),
        description: Set(game.about.to_owned()),
        created_at: Set(now),
        ..Default::default()
    }
}
