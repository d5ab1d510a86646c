//! HTTP to the gateway and back: who asks, how often, with what.
//!
//! A session cookie or a bearer token says who asks. What a browser sends by itself proves nothing, so
//! whoever comes by cookie and changes something must come from this site and know the token of its forms.

use std::{
    collections::{BTreeMap, HashMap},
    net::IpAddr,
    net::SocketAddr,
    sync::Arc,
    time::Duration,
};

use accounts::SignedIn;
use axum::{
    Router,
    body::{Body, HttpBody as _},
    extract::{ConnectInfo, FromRequestParts, Path, Request},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header, request::Parts},
    response::Response,
    routing::{MethodFilter, MethodRouter, get, on},
};
use axum_extra::extract::cookie::CookieJar;
use kernel::{
    Actor, Gateway,
    gateway::{Access, Method as Doing, Origin, Refusal, Reply, Request as Asked},
};
use serde_json::{Map, Value};
use tower_http::catch_panic::CatchPanicLayer;

use super::{
    ask::Tools,
    gate,
    input::{self, Shape},
    limits::{self, Stand},
    openapi, ops,
    problem::{
        self, BAD_TOKEN, FOREIGN, FieldError, MALFORMED, MEDIA_TYPE, NOT_ALLOWED, Problem, SIGN_IN_REQUIRED, TOO_LONG,
    },
    table::Operation,
};
use crate::{csrf, live, session, site::Shared, upload};

/// How long an operation may take; less than the server gives a request, so that the answer is ours.
const LIMIT: Duration = Duration::from_secs(25);
/// The header that carries the token of this site's forms.
const CSRF: &str = "x-csrf-token";
/// The header that carries a key against doing things twice.
const KEY: &str = "idempotency-key";

/// What the routes share.
struct Door {
    shared: Shared,
    gateway: Gateway,
}

/// One operation with what is made from its row once.
struct Row {
    operation: Arc<Operation>,
    shape: Shape,
}

/// Longest body of an operation that takes a file: the file in Base64, and the rest.
const FILE_BODY: usize = upload::FILE_LIMIT.div_ceil(3) * 4 + 16 * 1024;

/// The routes of the API: those whose bodies are short and were read before, and those that take files.
pub(crate) fn routes(shared: &Shared) -> (Router<Shared>, Router<Shared>) {
    let operations = ops::all();
    let gateway = Gateway::new(Arc::clone(&shared.clock), Arc::clone(&shared.random));
    let tools = Tools {
        db: shared.db.clone(),
        clock: Arc::clone(&shared.clock),
        random: Arc::clone(&shared.random),
        games: Arc::clone(&shared.games),
    };
    gate::register(&gateway, &Arc::new(tools), &operations);
    let door = Arc::new(Door { shared: shared.clone(), gateway });
    // Paths are told apart by whether they take files; no path has operations of both kinds.
    let mut paths: HashMap<(&str, bool), MethodRouter<Shared>> = HashMap::new();
    for operation in &operations {
        let row = Row { shape: openapi::shape(operation), operation: Arc::clone(operation) };
        let (door, row) = (Arc::clone(&door), Arc::new(row));
        let handle = move |request: Request| {
            let (door, row) = (Arc::clone(&door), Arc::clone(&row));
            async move { answer(&door, &row, request).await }
        };
        let filter = MethodFilter::try_from(operation.method.clone()).unwrap_or(MethodFilter::GET);
        let path = (operation.path, operation.takes_file);
        let before = paths.remove(&path).unwrap_or_default();
        paths.insert(path, before.merge(on(filter, handle)));
    }
    let mut short = Router::new()
        .route("/api/v1/openapi.json", get(openapi::serve))
        .route("/api/{*rest}", axum::routing::any(problem::not_found));
    let mut long = Router::new();
    for ((path, takes_file), methods) in paths {
        let router = if takes_file { &mut long } else { &mut short };
        *router = std::mem::take(router).route(&format!("/api/v1{path}"), methods);
    }
    let finish = |router: Router<Shared>| {
        router
            .method_not_allowed_fallback(problem::method_not_allowed)
            .layer(CatchPanicLayer::custom(problem::panicked))
    };
    (finish(short), finish(long))
}

async fn answer(door: &Door, row: &Row, request: Request) -> Response {
    let path = request.uri().path().to_owned();
    let (mut parts, body) = request.into_parts();
    let mut stand = None;
    let mut response = match serve(door, row, &mut parts, body, &mut stand).await {
        Ok(reply) => respond(reply),
        Err(Stop::Here(problem)) => problem.response(&path),
        Err(Stop::There(refusal)) => refuse(refusal, &path),
    };
    if let Some(stand) = stand {
        stand.tell(response.headers_mut());
    }
    response
}

/// Where a request came to an end.
enum Stop {
    Here(Problem),
    There(Refusal),
}

impl From<Problem> for Stop {
    fn from(problem: Problem) -> Self {
        Self::Here(problem)
    }
}

async fn serve(
    door: &Door,
    row: &Row,
    parts: &mut Parts,
    body: Body,
    stand: &mut Option<Stand>,
) -> Result<Reply, Stop> {
    let (shared, operation) = (&door.shared, &row.operation);
    let address = address(parts);
    let safe = parts.method == Method::GET || parts.method == Method::HEAD;
    let caller = caller(shared, &parts.headers).await;
    let person = caller.as_ref().ok().and_then(|caller| caller.person.as_ref());
    let taken = limits::take(&shared.db, &*shared.clock, operation.budget, person.map(|it| it.user.id), address).await;
    match taken {
        Ok(now) => *stand = Some(now),
        Err((problem, now)) => {
            *stand = now;
            return Err(problem.into());
        }
    }
    let caller = caller?;
    if !safe && !caller.by_token {
        from_here(shared, &parts.headers, caller.person.is_some())?;
    }
    let actor = caller.person.as_ref().map_or(Actor::Anonymous, SignedIn::actor);
    // The gateway asks as well; asked here first, a stranger is not told what is wrong with the body.
    match operation.access {
        Access::User if !actor.is_authenticated() => {
            return Err(Problem::new(SIGN_IN_REQUIRED, "Sign in first: send a session's cookie or token.").into());
        }
        _ => {}
    }
    let data = data(row, parts, body, safe).await?;
    let text = |name: &str| parts.headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let key = if safe || !parts.headers.contains_key(KEY) { None } else { Some(text(KEY).unwrap_or_default()) };
    let agent = session::user_agent(&parts.headers).chars().filter(|c| !c.is_control()).take(300).collect();
    let origin = Origin {
        ip: Some(address.to_string()),
        user_agent: Some(agent),
        session: caller.person.as_ref().map(|person| person.session),
        key,
    };
    let doing = match operation.method {
        Method::GET => Doing::Get,
        Method::DELETE => Doing::Delete,
        Method::POST if operation.status == 201 => Doing::Create,
        _ => Doing::Update,
    };
    let asked = Asked::new(operation.name, doing, Value::Object(data), actor).version(operation.version);
    match tokio::time::timeout(LIMIT, door.gateway.ask(asked.by_way_of(origin))).await {
        Ok(answer) => answer.map_err(Stop::There),
        Err(_) => {
            let text = "This takes too long and goes on without you. Ask again with the same idempotency key.";
            Err(Problem::new(problem::TOO_SLOW, text).retry_after(5).into())
        }
    }
}

/// Who asks.
struct Caller {
    person: Option<SignedIn>,
    /// By a token that no browser sends by itself.
    by_token: bool,
}

async fn caller(shared: &Shared, headers: &HeaderMap) -> Result<Caller, Problem> {
    let (token, by_token) = match headers.get(header::AUTHORIZATION) {
        Some(value) => (Some(bearer(value).ok_or_else(bad_token)?), true),
        None => (session::token(&CookieJar::from_headers(headers), shared.secure), false),
    };
    let Some(token) = token else { return Ok(Caller { person: None, by_token: false }) };
    let person = accounts::service::resume(&shared.db, &*shared.clock, &token).await?;
    if person.is_none() && by_token {
        return Err(bad_token());
    }
    Ok(Caller { person, by_token })
}

fn bearer(value: &HeaderValue) -> Option<String> {
    let (scheme, token) = value.to_str().ok()?.split_once(' ')?;
    (scheme.eq_ignore_ascii_case("bearer") && !token.trim().is_empty()).then(|| token.trim().to_owned())
}

fn bad_token() -> Problem {
    let text = "This token is none, or its session has ended. Sign in again: POST /api/v1/sessions.";
    Problem::new(BAD_TOKEN, text)
}

/// Refuses what another site has a browser send.
fn from_here(shared: &Shared, headers: &HeaderMap, signed_in: bool) -> Result<(), Problem> {
    if !csrf::from_here(headers) {
        return Err(Problem::new(FOREIGN, "This request comes from another site. Use a bearer token."));
    }
    let sent = headers.get(CSRF).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if signed_in && !csrf::is_token(shared, headers, sent) {
        let text = "Whoever comes by cookie sends the token of this site's forms in X-CSRF-Token. Programs use a bearer token.";
        return Err(Problem::new(FOREIGN, text));
    }
    Ok(())
}

/// Path, query and body as one object.
async fn data(row: &Row, parts: &mut Parts, body: Body, safe: bool) -> Result<Map<String, Value>, Problem> {
    let malformed = |text: &str| Problem::new(MALFORMED, text);
    let Path(named) = Path::<BTreeMap<String, String>>::from_request_parts(parts, &())
        .await
        .map_err(|_| malformed("The address could not be read."))?;
    let mut errors: Vec<FieldError> = Vec::new();
    let mut fields = Map::new();
    let query = parts.uri.query().unwrap_or_default();
    let pairs: Vec<(String, String)> =
        serde_urlencoded::from_str(query).map_err(|_| malformed("The query could not be read."))?;
    let wrong = |field: &str, code: &str, message: &str| FieldError {
        field: field.chars().take(100).collect(),
        code: code.to_owned(),
        message: message.to_owned(),
    };
    for (name, text) in pairs {
        if !safe || named.contains_key(&name) {
            errors.push(wrong(&name, "unknown-field", "This is not asked for in the query."));
        } else if fields.contains_key(&name) {
            errors.push(wrong(&name, "repeated", "Say this once."));
        } else {
            match row.shape.query(&name, &text) {
                Ok(value) => drop(fields.insert(name, value)),
                Err(error) => errors.push(error),
            }
        }
    }
    if !safe {
        // The others were read within their bound before they came here.
        let limit = if row.operation.takes_file { FILE_BODY } else { usize::MAX };
        if body.size_hint().lower() > limit as u64 {
            return Err(Problem::new(TOO_LONG, "A file may have 5 MiB at most. Send a smaller one."));
        }
        let cut = |_| malformed("The body was cut off, or is longer than it said.");
        let bytes = axum::body::to_bytes(body, limit).await.map_err(cut)?;
        if !bytes.is_empty() && !is_json(&parts.headers) {
            return Err(Problem::new(MEDIA_TYPE, "Send JSON, with the header Content-Type: application/json."));
        }
        fields = input::body(&bytes)?;
        for name in named.keys().filter(|name| fields.contains_key(*name)) {
            errors.push(wrong(name, "unknown-field", "This stands in the address and not in the body."));
        }
    }
    for (name, text) in &named {
        fields.insert(name.clone(), row.shape.path(name, text)?);
    }
    let unread: Vec<String> = errors.iter().map(|error| error.field.clone()).collect();
    errors.extend(row.shape.check(&fields).into_iter().filter(|error| !unread.contains(&error.field)));
    if errors.is_empty() { Ok(fields) } else { Err(Problem::invalid(errors)) }
}

fn is_json(headers: &HeaderMap) -> bool {
    let media = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    media.split(';').next().is_some_and(|media| media.trim().eq_ignore_ascii_case("application/json"))
}

fn address(parts: &Parts) -> IpAddr {
    let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| peer.ip());
    live::address(peer, &parts.headers)
}

fn respond(reply: Reply) -> Response {
    let nothing = reply.data.is_null();
    let status = if nothing { StatusCode::NO_CONTENT.as_u16() } else { reply.status };
    let body = if nothing { Body::empty() } else { Body::from(reply.data.to_string()) };
    let mut response = Response::new(body);
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::OK);
    let headers = response.headers_mut();
    if !nothing {
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    }
    if reply.replayed {
        headers.insert(HeaderName::from_static("idempotent-replayed"), HeaderValue::from_static("true"));
    }
    response
}

fn refuse(refusal: Refusal, path: &str) -> Response {
    match &refusal {
        Refusal::Refused { status, message, particulars } => problem::carried(*status, message, particulars, path),
        Refusal::SignInRequired { .. } => Problem::new(SIGN_IN_REQUIRED, "Sign in first.").response(path),
        Refusal::StaffOnly { .. } => Problem::new(NOT_ALLOWED, "This is for staff only.").response(path),
        Refusal::Failed { incident } => Problem::failed(incident).response(path),
        Refusal::UnknownEndpoint { .. } | Refusal::UnknownVersion { .. } => Problem::internal(refusal).response(path),
    }
}
