//! The public list of teams.

use ::teams::service::query::{self, Search};
use askama::Template;
use axum::{
    extract::{Query, State},
    response::Response,
};
use serde::{Deserialize, Serialize};

use super::{Choice, game_name, initials, logo, region_name};
use crate::{
    csrf::Csrf,
    error::Trouble,
    layout::{Layout, number},
    pages,
    session::Person,
    site::Shared,
};

#[derive(Deserialize, Serialize)]
pub(crate) struct Wanted {
    #[serde(default)]
    q: String,
    #[serde(default)]
    game: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    recruiting: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    after: Option<String>,
}

struct Row {
    slug: String,
    name: String,
    tag: String,
    initials: String,
    logo: Option<String>,
    game: String,
    region: String,
    tagline: String,
    points: String,
    recruiting: bool,
    verified: bool,
}

#[derive(Template)]
#[template(path = "teams/list.html")]
struct Page {
    layout: Layout,
    q: String,
    games: Vec<Choice>,
    recruiting: bool,
    rows: Vec<Row>,
    next: Option<String>,
    first: bool,
    /// Whether anything is looked for.
    narrowed: bool,
}

fn position(after: Option<&str>) -> Option<(i32, i64)> {
    let (points, id) = after?.rsplit_once('-')?;
    Some((points.parse().ok()?, id.parse().ok()?))
}

pub(crate) async fn show(
    State(shared): State<Shared>,
    person: Option<Person>,
    csrf: Csrf,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Trouble> {
    let search = Search {
        game: wanted.game.clone(),
        text: wanted.q.chars().take(100).collect(),
        recruiting_only: wanted.recruiting.is_some(),
    };
    let after = position(wanted.after.as_deref());
    let found = query::list(shared.db.read(), &search, after).await?;
    let next = match found.next {
        Some((points, id)) => {
            let rest = Wanted { after: Some(format!("{points}-{id}")), ..wanted };
            Some(serde_urlencoded::to_string(rest).map_err(Trouble::internal)?)
        }
        None => None,
    };
    let games = shared.games.choices().into_iter().map(|(code, name)| Choice::new(code, name, &search.game));
    let row = |team: ::teams::Team| Row {
        initials: initials(&team.tag),
        logo: logo(&team),
        game: game_name(&shared, &team.game),
        region: region_name(&shared, &team.game, &team.region),
        points: number(team.total_points),
        recruiting: team.is_recruiting,
        verified: team.is_verified,
        slug: team.slug,
        name: team.name,
        tag: team.tag,
        tagline: team.tagline,
    };
    Ok(pages::show(&Page {
        layout: Layout::of(&shared, person.as_ref(), &csrf, "teams").await?,
        games: games.collect(),
        rows: found.teams.into_iter().map(row).collect(),
        next,
        first: after.is_none(),
        narrowed: !search.game.is_empty() || !search.text.trim().is_empty() || search.recruiting_only,
        recruiting: search.recruiting_only,
        q: search.text,
    }))
}
