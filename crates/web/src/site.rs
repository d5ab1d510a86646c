//! The site as a whole: what its handlers share, its routes, and serving it.

use std::{
    net::SocketAddr,
    sync::Arc,
    time::{Duration, Instant},
};

use axum::{
    Router,
    http::StatusCode,
    middleware,
    routing::{get, post},
};
use kernel::{Clock, Db, PluginRegistry, Random, live::Live};
use metrics_exporter_prometheus::PrometheusHandle;
use quick_cache::sync::Cache;
use tokio::net::TcpListener;
use tower_http::{catch_panic::CatchPanicLayer, compression::CompressionLayer, timeout::TimeoutLayer};

use crate::{
    admin, api, apps, assets, body, csrf, doors::Doors, error, figures, generation::Generation, headers, health, live,
    page_cache, pages, upload,
};

/// How long a request may take.
const REQUEST_LIMIT: Duration = Duration::from_secs(30);
/// How long a request with a file may take: phones send slowly.
const FILE_REQUEST_LIMIT: Duration = Duration::from_secs(180);
/// How many answers to who may watch are kept.
const WATCHED: usize = 1_000;
/// How long open requests may go on after the server was asked to stop.
const GRACE: Duration = Duration::from_secs(8);

/// Who may read `/metrics`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Metrics {
    /// Only callers on this machine.
    Local,
    /// Everybody.
    Public,
    /// Nobody.
    Off,
}

/// What every handler can reach.
#[derive(Clone)]
pub struct Site {
    /// The database.
    pub db: Db,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Chance, for tokens.
    pub random: Arc<dyn Random>,
    /// Whether browsers come over TLS: cookies are then `Secure`, and HTTPS is demanded for a year.
    pub secure: bool,
    /// Who may read `/metrics`.
    pub metrics: Metrics,
    /// News for open pages.
    pub live: Live,
}

/// What handlers share: the site and what is made from it once.
#[derive(Clone)]
pub(crate) struct Shared {
    pub(crate) site: Site,
    pub(crate) doors: Doors,
    pub(crate) seats: Arc<live::Seats>,
    pub(crate) games: Arc<PluginRegistry>,
    pub(crate) home: Arc<pages::home::Numbers>,
    pub(crate) pages: Arc<page_cache::PageCache>,
    pub(crate) drawings: Arc<pages::tournaments::drawing::Drawings>,
    /// Tournaments that everybody may watch, and others.
    pub(crate) watched: Arc<Cache<(i64, Generation), bool>>,
    pub(crate) begun: Instant,
    pub(crate) figures: Option<PrometheusHandle>,
}

impl std::ops::Deref for Shared {
    type Target = Site;

    fn deref(&self) -> &Site {
        &self.site
    }
}

impl Shared {
    pub(crate) fn new(site: Site, doors: Doors) -> Self {
        Self {
            home: Arc::default(),
            pages: Arc::default(),
            drawings: Arc::default(),
            watched: Arc::new(Cache::new(WATCHED)),
            begun: Instant::now(),
            figures: figures::recorder(),
            seats: Arc::default(),
            games: Arc::new(apps::games()),
            doors,
            site,
        }
    }
}

/// All routes of the site.
pub fn router(site: Site) -> Router {
    router_with(site, Doors::standard())
}

/// All routes of the site, with these answers to who may watch and fetch.
pub fn router_with(site: Site, doors: Doors) -> Router {
    assemble(Shared::new(site, doors), taking_files())
}

/// Pages whose forms carry files: their bodies are read as they come, by [`upload::FileForm`] alone.
fn taking_files() -> Router<Shared> {
    Router::new()
        .merge(pages::entry::file_routes())
        .merge(pages::matches::file_routes())
        .merge(pages::desk::taking_files())
        .merge(pages::teams::file_routes())
}

pub(crate) fn assemble(shared: Shared, taking_files: Router<Shared>) -> Router {
    let guard = || middleware::from_fn_with_state(shared.clone(), csrf::guard);
    let pages = Router::new()
        .route("/", get(pages::home::show))
        .route("/sign-up", get(pages::account::sign_up_form).post(pages::account::sign_up))
        .route("/sign-in", get(pages::account::sign_in_form).post(pages::account::sign_in))
        .route("/sign-out", post(pages::account::sign_out))
        .route("/profile", get(pages::profile::show).post(pages::profile::edit))
        .route("/profile/game-ids", get(pages::game_ids::show).post(pages::game_ids::save))
        .merge(pages::teams::routes())
        .merge(pages::desk::routes())
        .merge(pages::entry::routes())
        .merge(pages::tournaments::routes())
        .merge(pages::matches::routes())
        .route("/api/docs", get(api::docs_page))
        .route("/wallet", get(pages::wallet::show))
        .route("/wallet.csv", get(pages::wallet::file))
        .route("/notifications", get(pages::notifications::list))
        .route("/notifications/read", post(pages::notifications::read_all))
        .route("/notifications/{id}/read", post(pages::notifications::read))
        .merge(admin::routes())
        .layer(guard());
    let (operations, with_files) = api::routes(&shared);
    let gathered = Router::new()
        .merge(pages)
        .merge(operations)
        .route("/problems/{code}", get(api::problem_page))
        .route("/live/tournaments/{id}", get(live::tournament))
        .route("/live/me", get(live::me))
        .route("/uploads/{token}", get(upload::serve))
        .route("/healthz", get(health::alive))
        .route("/readiness", get(health::ready))
        .route("/metrics", get(figures::show))
        .route("/assets/{file}", get(assets::serve))
        .route("/favicon.ico", get(assets::favicon))
        .route("/robots.txt", get(assets::robots))
        .fallback(error::not_found)
        .method_not_allowed_fallback(error::method_not_allowed)
        .layer(middleware::from_fn(body::gather));
    let streamed = taking_files.layer(guard()).method_not_allowed_fallback(error::method_not_allowed).merge(with_files);
    within(gathered, REQUEST_LIMIT)
        .merge(within(streamed, FILE_REQUEST_LIMIT))
        .layer(CompressionLayer::new())
        .layer(middleware::from_fn_with_state(shared.clone(), page_cache::keep))
        .layer(middleware::from_fn_with_state(shared.clone(), headers::add))
        .layer(middleware::from_fn(figures::count))
        .with_state(shared)
}

/// Answers in time, whatever a handler does. A stream has answered once it is open.
fn within(router: Router<Shared>, limit: Duration) -> Router<Shared> {
    router
        .layer(middleware::from_fn(error::dress))
        .layer(CatchPanicLayer::custom(error::panicked))
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, limit))
}

/// Serves the site until `stop` ends; open requests may then finish within a few seconds.
///
/// # Errors
/// When the listener fails.
pub async fn serve(
    site: Site,
    listener: TcpListener,
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    serve_with(site, Doors::standard(), listener, stop).await
}

/// [`serve`], with these answers to who may watch and fetch.
///
/// # Errors
/// When the listener fails.
pub async fn serve_with(
    site: Site,
    doors: Doors,
    listener: TcpListener,
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let shared = Shared::new(site, doors);
    let seats = Arc::clone(&shared.seats);
    let service = assemble(shared, taking_files()).into_make_service_with_connect_info::<SocketAddr>();
    let (stopping, stopped) = tokio::sync::oneshot::channel::<()>();
    let graceful = axum::serve(listener, service).with_graceful_shutdown(async move {
        stop.await;
        // Streams would go on for ever; browsers come back to whoever serves next.
        seats.stop();
        let _ = stopping.send(());
    });
    tokio::select! {
        served = graceful => served,
        () = async {
            // Never ends when the sender is dropped unused: then serving has ended by itself.
            if stopped.await.is_err() { std::future::pending::<()>().await; }
            tokio::time::sleep(GRACE).await;
        } => {
            tracing::warn!("open requests did not end within {} s and were cut off", GRACE.as_secs());
            Ok(())
        }
    }
}
