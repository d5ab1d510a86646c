//! What every page of the administration has: head, bar, and the apps and models at the side.

use accounts::Act;
use axum::{
    extract::FromRequestParts,
    http::request::Parts,
    response::{IntoResponse, Redirect, Response},
};
use axum_extra::extract::cookie::{Cookie, CookieJar, SameSite};
use serde::Deserialize;

use super::{
    catalogue::{Model, catalogue},
    staff::Staff,
};
use crate::{assets, csrf::Csrf, csrf::Form, error::Trouble, layout::is_local, site::Shared};

const THEME: &str = "admin-theme";

/// Dark, light, or what the system prefers: remembered in a cookie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Theme(&'static str);

impl Theme {
    const ALL: [&'static str; 3] = ["auto", "light", "dark"];

    fn of(word: &str) -> Self {
        Self(Self::ALL.into_iter().find(|known| *known == word).unwrap_or("auto"))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Theme {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        let jar = CookieJar::from_headers(&parts.headers);
        Ok(Self::of(jar.get(THEME).map_or("", Cookie::value)))
    }
}

/// An app at the side.
pub(crate) struct NavApp {
    pub(crate) name: &'static str,
    pub(crate) label: &'static str,
    pub(crate) open: bool,
    pub(crate) models: Vec<NavModel>,
}

/// A model at the side.
pub(crate) struct NavModel {
    pub(crate) label: &'static str,
    pub(crate) path: String,
    pub(crate) here: bool,
}

/// The frame of a page, as the templates want it.
pub(crate) struct Frame {
    pub(crate) style: &'static str,
    pub(crate) icon: &'static str,
    pub(crate) csrf: String,
    pub(crate) theme: &'static str,
    pub(crate) username: String,
    pub(crate) here: String,
    pub(crate) nav: Vec<NavApp>,
    /// What has just been done, where that is to be said.
    pub(crate) said: Option<&'static str>,
}

impl Frame {
    /// The frame of a page about this model, or about none.
    pub(crate) fn of(staff: &Staff, csrf: &Csrf, theme: Theme, model: Option<&Model>, here: impl Into<String>) -> Self {
        let nav = catalogue().apps.iter().filter(|app| staff.access.may(app.name, Act::View)).map(|app| NavApp {
            name: app.name,
            label: &app.label,
            open: model.is_some_and(|model| model.app == app.name),
            models: app
                .models
                .iter()
                .map(|at| &catalogue().models[*at])
                .map(|m| NavModel {
                    label: &m.plural,
                    path: m.path(),
                    here: model.is_some_and(|model| model.at == m.at),
                })
                .collect(),
        });
        Self {
            style: assets::ADMIN_PATH.as_str(),
            icon: assets::ICON_PATH.as_str(),
            csrf: csrf.token().to_owned(),
            theme: theme.0,
            username: staff.user().username.clone(),
            here: here.into(),
            nav: nav.collect(),
            said: None,
        }
    }

    /// The same, saying what the word in the address stands for.
    pub(crate) fn saying(mut self, done: Option<&str>) -> Self {
        self.said = match done {
            Some("added") => Some("It is added."),
            Some("saved") => Some("It is saved."),
            Some("same") => Some("Nothing was changed, so nothing was saved."),
            Some("deleted") => Some("It is deleted."),
            Some("done") => Some("It is done."),
            _ => None,
        };
        self
    }

    pub(crate) fn themes(&self) -> [(&'static str, &'static str); 3] {
        [("auto", "System"), ("light", "Light"), ("dark", "Dark")]
    }
}

#[derive(Deserialize)]
pub(crate) struct Chosen {
    #[serde(default)]
    theme: String,
    #[serde(default)]
    back: String,
}

/// Remembers the theme in this browser.
pub(crate) async fn choose_theme(
    axum::extract::State(shared): axum::extract::State<Shared>,
    _: Staff,
    jar: CookieJar,
    Form(chosen): Form<Chosen>,
) -> Result<Response, Trouble> {
    let cookie = Cookie::build((THEME, Theme::of(&chosen.theme).0))
        .path("/admin")
        .http_only(true)
        .secure(shared.secure)
        .same_site(SameSite::Lax)
        .max_age(time::Duration::days(365));
    let back = Some(chosen.back).filter(|back| is_local(back) && back.starts_with("/admin"));
    Ok((jar.add(cookie), Redirect::to(back.as_deref().unwrap_or("/admin"))).into_response())
}
