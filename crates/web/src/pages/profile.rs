//! One's own profile.

use askama::Template;
use axum::{
    extract::{Query, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use profiles::{Profile, ProfileForm, ProfileRefusal, rules::REGIONS};
use serde::Deserialize;

use crate::{
    csrf::{Csrf, Form},
    error::Trouble,
    layout::{Layout, machine, moment},
    session::Person,
    site::Shared,
};

#[derive(Template)]
#[template(path = "profile.html")]
struct Page {
    layout: Layout,
    csrf: String,
    username: String,
    email: String,
    joined: String,
    joined_machine: String,
    form: ProfileForm,
    errors: Vec<(&'static str, String)>,
    saved: bool,
}

impl Page {
    fn error(&self, field: &str) -> Option<&str> {
        self.errors.iter().find(|(name, _)| *name == field).map(|(_, text)| text.as_str())
    }

    fn initial(&self) -> String {
        self.form.display_name.chars().next().map(|c| c.to_uppercase().collect()).unwrap_or_default()
    }

    fn regions(&self) -> &'static [(&'static str, &'static str)] {
        REGIONS
    }
}

#[derive(Deserialize)]
pub(crate) struct Said {
    saved: Option<String>,
}

/// Boxes that are not ticked are not sent.
#[derive(Deserialize)]
pub(crate) struct Fields {
    #[serde(default)]
    display_name: String,
    #[serde(default)]
    region: String,
    #[serde(default)]
    bio: String,
    #[serde(default)]
    youtube_link: String,
    #[serde(default)]
    twitch_link: String,
    is_private: Option<String>,
    show_socials: Option<String>,
}

fn form_of(profile: Profile) -> ProfileForm {
    ProfileForm {
        display_name: profile.display_name,
        region: profile.region,
        bio: profile.bio,
        youtube_link: profile.youtube_link,
        twitch_link: profile.twitch_link,
        is_private: profile.is_private,
        show_socials: profile.show_socials,
    }
}

async fn page(
    shared: &Shared,
    person: &Person,
    csrf: &Csrf,
    form: ProfileForm,
    errors: Vec<(&'static str, String)>,
    saved: bool,
) -> Result<Page, Trouble> {
    let user = &person.0.user;
    Ok(Page {
        layout: Layout::of(shared, Some(person), csrf, "profile").await?,
        csrf: csrf.token().to_owned(),
        username: user.username.clone(),
        email: user.email.clone(),
        joined: moment(&user.date_joined),
        joined_machine: machine(&user.date_joined),
        form,
        errors,
        saved,
    })
}

pub(crate) async fn show(
    State(shared): State<Shared>,
    person: Person,
    csrf: Csrf,
    Query(said): Query<Said>,
) -> Result<Response, Trouble> {
    let profile = profiles::service::of_user(&shared.db, &*shared.clock, &person.0.user).await?;
    let page = page(&shared, &person, &csrf, form_of(profile), Vec::new(), said.saved.is_some()).await?;
    Ok(super::show(&page))
}

pub(crate) async fn edit(
    State(shared): State<Shared>,
    person: Person,
    csrf: Csrf,
    Form(fields): Form<Fields>,
) -> Result<Response, Trouble> {
    let form = ProfileForm {
        display_name: fields.display_name,
        region: fields.region,
        bio: fields.bio,
        youtube_link: fields.youtube_link,
        twitch_link: fields.twitch_link,
        is_private: fields.is_private.is_some(),
        show_socials: fields.show_socials.is_some(),
    };
    match profiles::service::edit(&shared.db, &*shared.clock, &person.0.user, &form).await {
        Ok(_) => Ok(Redirect::to("/profile?saved").into_response()),
        Err(ProfileRefusal::Invalid(wrong)) => {
            let errors = wrong.into_iter().map(|(field, invalid)| (field, invalid.to_string())).collect();
            let page = page(&shared, &person, &csrf, form, errors, false).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, super::show(&page)).into_response())
        }
        Err(ProfileRefusal::Database(error)) => Err(error.into()),
    }
}
