//! The ids by which games know a person: one form for all games, or for the one that is asked about.

use std::collections::BTreeMap;

use askama::Template;
use axum::{
    extract::{Query, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use kernel::plugin::{GameIdField, GamePlugin};
use profiles::{GameIdsRefusal, Profile};
use serde::Deserialize;

use crate::{
    csrf::{Csrf, Form},
    error::Trouble,
    layout::{Layout, is_local},
    session::Person,
    site::Shared,
};

struct Field {
    column: &'static str,
    label: &'static str,
    help: &'static str,
    required: bool,
    value: String,
    error: Option<String>,
}

/// The ids of one game; an id that several games ask for stands with the first.
struct Group {
    games: String,
    fields: Vec<Field>,
}

#[derive(Template)]
#[template(path = "game_ids.html")]
struct Page {
    layout: Layout,
    csrf: String,
    groups: Vec<Group>,
    game: String,
    next: String,
    wrong: bool,
    saved: bool,
}

/// For which game, and where to go on afterwards.
#[derive(Deserialize)]
pub(crate) struct About {
    #[serde(default)]
    game: String,
    #[serde(default)]
    next: String,
    saved: Option<String>,
}

fn local(next: &str) -> String {
    if is_local(next) { next.to_owned() } else { String::new() }
}

/// What stands in the fields: what was typed, or else what the profile holds.
struct Values<'a> {
    profile: &'a Profile,
    typed: BTreeMap<String, String>,
    errors: BTreeMap<String, String>,
}

impl Values<'_> {
    fn field(&self, shared: &Shared, game: &dyn GamePlugin, field: GameIdField) -> Field {
        let stored = || {
            let ids = teams::service::query::game_ids(&shared.games, &game.name(), self.profile);
            ids.into_iter().find(|id| id.column == field.column).map(|id| id.value).unwrap_or_default()
        };
        Field {
            column: field.column,
            label: field.label,
            help: field.help,
            required: field.required,
            value: self.typed.get(field.column).cloned().unwrap_or_else(stored),
            error: self.errors.get(field.column).cloned(),
        }
    }

    /// All ids of one game; or what each game needs, and then what is asked for besides.
    fn groups(&self, shared: &Shared, game: &str) -> Vec<Group> {
        if let Some(game) = shared.games.get(game) {
            let fields = game.id_fields().into_iter().map(|field| self.field(shared, &*game, field)).collect();
            return vec![Group { games: game.display_name(), fields }];
        }
        let mut groups: Vec<Group> = Vec::new();
        let mut besides = Group { games: "For all games".to_owned(), fields: Vec::new() };
        for game in shared.games.list(true) {
            let (needed, others): (Vec<_>, Vec<_>) = game.id_fields().into_iter().partition(|field| field.required);
            for field in others {
                if !besides.fields.iter().any(|there| there.column == field.column) {
                    besides.fields.push(self.field(shared, &*game, field));
                }
            }
            let shares = |group: &&mut Group| {
                group.fields.iter().any(|there| needed.iter().any(|field| field.column == there.column))
            };
            if let Some(group) = groups.iter_mut().find(shares) {
                group.games = format!("{}, {}", group.games, game.display_name());
            } else {
                let fields = needed.into_iter().map(|field| self.field(shared, &*game, field)).collect();
                groups.push(Group { games: game.display_name(), fields });
            }
        }
        groups.push(besides);
        groups.retain(|group| !group.fields.is_empty());
        groups
    }
}

pub(crate) async fn show(
    State(shared): State<Shared>,
    person: Person,
    csrf: Csrf,
    Query(about): Query<About>,
) -> Result<Response, Trouble> {
    let profile = profiles::service::of_user(&shared.db, &*shared.clock, &person.0.user).await?;
    let values = Values { profile: &profile, typed: BTreeMap::new(), errors: BTreeMap::new() };
    let groups = values.groups(&shared, &about.game);
    let saved = about.saved.is_some();
    page(&shared, &person, &csrf, groups, about, saved).await
}

async fn page(
    shared: &Shared,
    person: &Person,
    csrf: &Csrf,
    groups: Vec<Group>,
    about: About,
    saved: bool,
) -> Result<Response, Trouble> {
    let wrong = groups.iter().any(|group| group.fields.iter().any(|field| field.error.is_some()));
    let page = super::show(&Page {
        layout: Layout::of(shared, Some(person), csrf, "profile").await?,
        csrf: csrf.token().to_owned(),
        groups,
        next: local(&about.next),
        game: about.game,
        wrong,
        saved,
    });
    Ok(if wrong { (StatusCode::UNPROCESSABLE_ENTITY, page).into_response() } else { page })
}

pub(crate) async fn save(
    State(shared): State<Shared>,
    person: Person,
    csrf: Csrf,
    Form(mut fields): Form<BTreeMap<String, String>>,
) -> Result<Response, Trouble> {
    fields.remove("csrf");
    let mut take = |name: &str| fields.remove(name).unwrap_or_default();
    let about = About { game: take("game"), next: take("next"), saved: None };
    let columns: Vec<&str> =
        shared.games.list(true).iter().flat_map(|game| game.id_fields()).map(|field| field.column).collect();
    let ids: Vec<(String, String)> =
        fields.into_iter().filter(|(column, _)| columns.contains(&column.as_str())).collect();
    let user = &person.0.user;
    match profiles::service::change_game_ids(&shared.db, &*shared.clock, &shared.games, user, &ids).await {
        Ok(_) if is_local(&about.next) => Ok(Redirect::to(&about.next).into_response()),
        Ok(_) => Ok(Redirect::to("/profile/game-ids?saved").into_response()),
        Err(GameIdsRefusal::Invalid(wrong)) => {
            let errors = wrong.into_iter().map(|(column, refusal)| (column, sentence(&refusal.to_string()))).collect();
            let profile = profiles::service::of_user(&shared.db, &*shared.clock, user).await?;
            let values = Values { profile: &profile, typed: ids.into_iter().collect(), errors };
            let groups = values.groups(&shared, &about.game);
            page(&shared, &person, &csrf, groups, about, false).await
        }
        Err(GameIdsRefusal::Database(error)) => Err(error.into()),
    }
}

/// A refusal as a sentence of its own.
pub(crate) fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    stopped(&letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect::<String>())
}

/// A text that ends as sentences do.
pub(crate) fn stopped(text: &str) -> String {
    if text.ends_with(['.', '!', '?']) { text.to_owned() } else { format!("{text}.") }
}
