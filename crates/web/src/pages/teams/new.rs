//! Founding a team, in two steps: the game first, because regions and roles are the game's.

use ::teams::{TeamForm, service};
use askama::Template;
use axum::{
    extract::{Query, State},
    response::Response,
};
use kernel::plugin::GamePlugin;
use serde::Deserialize;

use super::{Choice, Errors, Stop, see_other, unprocessable};
use crate::{
    csrf::{Csrf, Form},
    error::Trouble,
    layout::Layout,
    pages,
    session::Person,
    site::Shared,
};

#[derive(Deserialize)]
pub(crate) struct Chosen {
    game: Option<String>,
}

struct Game {
    code: String,
    name: String,
    about: String,
    size: String,
}

#[derive(Template)]
#[template(path = "teams/choose_game.html")]
struct GamesPage {
    layout: Layout,
    games: Vec<Game>,
}

#[derive(Template)]
#[template(path = "teams/new.html")]
struct Page {
    layout: Layout,
    csrf: String,
    game: String,
    form: TeamForm,
    regions: Vec<Choice>,
    roles: Vec<Choice>,
    errors: Errors,
}

/// The fields of a team's page, as they are sent.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(crate) struct Fields {
    name: String,
    tag: String,
    game: String,
    /// Whether the founder plays: yes or no.
    plays: String,
    game_role: String,
    region: String,
    description: String,
    tagline: String,
    twitter: String,
    instagram: String,
    discord: String,
    youtube: String,
    twitch: String,
    linktree: String,
}

impl From<Fields> for TeamForm {
    fn from(fields: Fields) -> Self {
        let Fields { name, tag, game, plays, game_role, region, description, tagline, .. } = fields;
        let Fields { twitter, instagram, discord, youtube, twitch, linktree, .. } = fields;
        Self {
            name,
            tag,
            game,
            captain: plays == "yes",
            game_role: if plays == "no" { String::new() } else { game_role },
            region,
            description,
            tagline,
            twitter,
            instagram,
            discord,
            youtube,
            twitch,
            linktree,
        }
    }
}

/// The regions of a game.
fn known_regions(game: Option<&dyn GamePlugin>, chosen: &str) -> Vec<Choice> {
    let known = game.map(|game| game.regions()).unwrap_or_default();
    known.iter().map(|region| Choice::new(region.code, region.name, chosen)).collect()
}

/// The regions of a game, and what an older team says that its game does not know.
pub(super) fn regions(game: Option<&dyn GamePlugin>, chosen: &str) -> Vec<Choice> {
    let mut regions = known_regions(game, chosen);
    if !chosen.is_empty() && !regions.iter().any(|region| region.chosen) {
        regions.insert(0, Choice::new(chosen, chosen, chosen));
    }
    regions
}

/// The roles of a game; where there is but one, nobody has to choose.
fn roles(game: &dyn GamePlugin, chosen: &str) -> Vec<Choice> {
    let role =
        |role: &kernel::plugin::GameRole| Choice::new(role.name, format!("{}: {}", role.name, role.help), chosen);
    let mut roles: Vec<Choice> = game.roles().iter().map(role).collect();
    if roles.len() > 1 {
        roles.insert(0, Choice::new("", "Choose one", chosen));
    }
    roles
}

pub(crate) async fn form(
    State(shared): State<Shared>,
    person: Person,
    csrf: Csrf,
    Query(chosen): Query<Chosen>,
) -> Result<Response, Trouble> {
    let game = chosen.game.as_deref().and_then(|code| shared.games.get(code));
    let Some(game) = game else { return choose(&shared, &person, &csrf).await };
    let form = TeamForm { game: game.name(), captain: true, ..TeamForm::default() };
    page(&shared, &person, &csrf, &*game, form, Errors::default()).await
}

async fn choose(shared: &Shared, person: &Person, csrf: &Csrf) -> Result<Response, Trouble> {
    let game = |game: std::sync::Arc<dyn GamePlugin>| {
        let rule = game.roster_rule();
        let size = match (rule.min_starters, rule.max_substitutes) {
            (1, 0) => "Played alone".to_owned(),
            (1, substitutes) => format!("Played alone, up to {substitutes} substitutes"),
            (starters, substitutes) => format!("{starters} players, up to {substitutes} substitutes"),
        };
        Game { code: game.name(), name: game.display_name(), about: game.description(), size }
    };
    Ok(pages::show(&GamesPage {
        layout: Layout::of(shared, Some(person), csrf, "teams").await?,
        games: shared.games.list(true).into_iter().map(game).collect(),
    }))
}

async fn page(
    shared: &Shared,
    person: &Person,
    csrf: &Csrf,
    game: &dyn GamePlugin,
    form: TeamForm,
    errors: Errors,
) -> Result<Response, Trouble> {
    let mut regions = known_regions(Some(game), &form.region);
    if !game.regions().is_empty() {
        regions.insert(0, Choice::new("", "Choose one", &form.region));
    }
    Ok(pages::show(&Page {
        layout: Layout::of(shared, Some(person), csrf, "teams").await?,
        csrf: csrf.token().to_owned(),
        game: game.display_name(),
        regions,
        roles: roles(game, &form.game_role),
        form,
        errors,
    }))
}

pub(crate) async fn create(
    State(shared): State<Shared>,
    person: Person,
    csrf: Csrf,
    Form(fields): Form<Fields>,
) -> Result<Response, Trouble> {
    let form = TeamForm::from(fields);
    let Some(game) = shared.games.get(&form.game) else { return Ok(see_other("/teams/new")) };
    let (clock, games, actor, wanted) = (&*shared.clock, &*shared.games, &person.0.actor(), &form);
    let made = shared
        .db
        .write(|tx| async move { service::team::create(&tx, clock, games, actor, wanted).await.map_err(Stop::from) });
    match made.await {
        Ok(team) => Ok(see_other(&format!("/teams/{}/manage?done=founded", team.slug))),
        Err(Stop::Invalid(fields)) => {
            let errors = Errors::of(fields);
            Ok(unprocessable(page(&shared, &person, &csrf, &*game, form, errors).await?))
        }
        Err(stop) => Err(stop.into()),
    }
}
