//! Signing up, in and out.

use std::net::SocketAddr;

use accounts::{Field, Invalid, SignInRefusal, SignUp, SignUpRefusal};
use askama::Template;
use axum::{
    Extension,
    extract::{ConnectInfo, Query, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use axum_extra::extract::cookie::CookieJar;
use kernel::rate::RateRefusal;
use serde::Deserialize;

use crate::{
    api::limits,
    csrf::{Csrf, Form},
    error::Trouble,
    layout::{Layout, is_local},
    live,
    session::{self, Person},
    site::Shared,
};

/// Where to go afterwards.
#[derive(Deserialize)]
pub(crate) struct Next {
    next: Option<String>,
}

/// A path of this site, or the home page: a link must not lead to somebody else's site.
fn local(next: Option<&str>) -> String {
    next.filter(|next| is_local(next)).unwrap_or("/").to_owned()
}

#[derive(Template)]
#[template(path = "sign_up.html")]
struct SignUpPage {
    layout: Layout,
    csrf: String,
    username: String,
    email: String,
    errors: Errors,
}

/// What stands beside the fields.
#[derive(Default)]
struct Errors {
    username: Option<Invalid>,
    email: Option<Invalid>,
    password: Option<Invalid>,
    password_again: Option<Invalid>,
}

impl Errors {
    fn of(fields: Vec<(Field, Invalid)>) -> Self {
        let mut errors = Self::default();
        for (field, invalid) in fields {
            let place = match field {
                Field::Username => &mut errors.username,
                Field::Email => &mut errors.email,
                Field::Password => &mut errors.password,
                Field::PasswordAgain => &mut errors.password_again,
            };
            place.get_or_insert(invalid);
        }
        errors
    }
}

#[derive(Deserialize)]
pub(crate) struct SignUpFields {
    #[serde(default)]
    username: String,
    #[serde(default)]
    email: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    password_again: String,
}

pub(crate) async fn sign_up_form(
    State(shared): State<Shared>,
    person: Option<Person>,
    csrf: Csrf,
) -> Result<Response, Trouble> {
    if person.is_some() {
        return Ok(Redirect::to("/profile").into_response());
    }
    let page = sign_up_page(&shared, &csrf, String::new(), String::new(), Errors::default()).await?;
    Ok(super::show(&page))
}

async fn sign_up_page(
    shared: &Shared,
    csrf: &Csrf,
    username: String,
    email: String,
    errors: Errors,
) -> Result<SignUpPage, Trouble> {
    let layout = Layout::of(shared, None, csrf, "sign-up").await?;
    Ok(SignUpPage { layout, csrf: csrf.token().to_owned(), username, email, errors })
}

pub(crate) async fn sign_up(
    State(shared): State<Shared>,
    jar: CookieJar,
    csrf: Csrf,
    headers: HeaderMap,
    Form(fields): Form<SignUpFields>,
) -> Result<Response, Trouble> {
    let form = SignUp {
        username: fields.username.clone(),
        email: fields.email.clone(),
        password: fields.password,
        password_again: fields.password_again,
    };
    let agent = session::user_agent(&headers);
    match profiles::service::sign_up(&shared.db, &*shared.clock, &*shared.random, form, agent).await {
        Ok(token) => Ok((session::give(jar, token, shared.secure), Redirect::to("/profile")).into_response()),
        Err(SignUpRefusal::Invalid(wrong)) => {
            let page = sign_up_page(&shared, &csrf, fields.username, fields.email, Errors::of(wrong)).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, super::show(&page)).into_response())
        }
        Err(SignUpRefusal::Busy(busy)) => Err(busy.into()),
        Err(SignUpRefusal::Database(error)) => Err(error.into()),
    }
}

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignInPage {
    layout: Layout,
    csrf: String,
    name: String,
    next: String,
    wrong: Option<String>,
}

#[derive(Deserialize)]
pub(crate) struct SignInFields {
    #[serde(default)]
    name: String,
    #[serde(default)]
    password: String,
    next: Option<String>,
}

pub(crate) async fn sign_in_form(
    State(shared): State<Shared>,
    person: Option<Person>,
    csrf: Csrf,
    Query(Next { next }): Query<Next>,
) -> Result<Response, Trouble> {
    let next = local(next.as_deref());
    if person.is_some() {
        return Ok(Redirect::to(&next).into_response());
    }
    let layout = Layout::of(&shared, None, &csrf, "sign-in").await?;
    let csrf = csrf.token().to_owned();
    Ok(super::show(&SignInPage { layout, csrf, name: String::new(), next, wrong: None }))
}

pub(crate) async fn sign_in(
    State(shared): State<Shared>,
    jar: CookieJar,
    csrf: Csrf,
    peer: Option<Extension<ConnectInfo<SocketAddr>>>,
    headers: HeaderMap,
    Form(fields): Form<SignInFields>,
) -> Result<Response, Trouble> {
    let next = local(fields.next.as_deref());
    let agent = session::user_agent(&headers);
    let (db, clock, random) = (&shared.db, &*shared.clock, &*shared.random);
    let address = live::address(peer.map(|Extension(ConnectInfo(peer))| peer.ip()), &headers);
    match limits::sign_in(db, clock, &fields.name, address).await {
        Ok(()) => {}
        Err(RateRefusal::Db(error)) => return Err(error.into()),
        Err(limited @ RateRefusal::Limited { retry_after }) => {
            let layout = Layout::of(&shared, None, &csrf, "sign-in").await?;
            let (csrf, wrong) = (csrf.token().to_owned(), Some(format!("Tried {limited}.")));
            let page = SignInPage { layout, csrf, name: fields.name, next, wrong };
            let wait = [(header::RETRY_AFTER, retry_after.as_secs().saturating_add(1).to_string())];
            return Ok((StatusCode::TOO_MANY_REQUESTS, wait, super::show(&page)).into_response());
        }
    }
    match accounts::service::sign_in(db, clock, random, &fields.name, &fields.password, agent).await {
        Ok(token) => {
            limits::signed_in(db, &fields.name, address).await?;
            // Whoever was signed in here before is signed out: a session is never handed on.
            if let Some(old) = session::token(&jar, shared.secure) {
                accounts::service::sign_out(db, &old).await?;
            }
            Ok((session::give(jar, token, shared.secure), Redirect::to(&next)).into_response())
        }
        Err(wrong @ SignInRefusal::Wrong) => {
            let layout = Layout::of(&shared, None, &csrf, "sign-in").await?;
            let (csrf, wrong) = (csrf.token().to_owned(), Some(wrong.to_string()));
            let page = SignInPage { layout, csrf, name: fields.name, next, wrong };
            Ok((StatusCode::UNPROCESSABLE_ENTITY, super::show(&page)).into_response())
        }
        Err(SignInRefusal::Busy(busy)) => Err(busy.into()),
        Err(SignInRefusal::Database(error)) => Err(error.into()),
    }
}

#[derive(Deserialize)]
pub(crate) struct Nothing {}

pub(crate) async fn sign_out(
    State(shared): State<Shared>,
    jar: CookieJar,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Trouble> {
    if let Some(token) = session::token(&jar, shared.secure) {
        accounts::service::sign_out(&shared.db, &token).await?;
    }
    Ok((session::take(jar, shared.secure), Redirect::to("/")).into_response())
}
