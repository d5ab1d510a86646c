//! The site as a whole: what its handlers share, its routes, and serving it.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use axum::{
    Router,
    http::StatusCode,
    middleware,
    routing::{get, post},
};
use kernel::{Clock, Db, Random};
use metrics_exporter_prometheus::PrometheusHandle;
use tokio::net::TcpListener;
use tower_http::{catch_panic::CatchPanicLayer, compression::CompressionLayer, timeout::TimeoutLayer};

use crate::{admin, assets, body, csrf, error, figures, headers, health, pages};

/// How long a request may take.
const REQUEST_LIMIT: Duration = Duration::from_secs(30);
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
}

/// What handlers share: the site and what is made from it once.
#[derive(Clone)]
pub(crate) struct Shared {
    pub(crate) site: Site,
    pub(crate) home: Arc<pages::home::Numbers>,
    pub(crate) figures: Option<PrometheusHandle>,
}

impl std::ops::Deref for Shared {
    type Target = Site;

    fn deref(&self) -> &Site {
        &self.site
    }
}

/// All routes of the site.
pub fn router(site: Site) -> Router {
    let shared = Shared { home: Arc::default(), figures: figures::recorder(), site };
    let pages = Router::new()
        .route("/", get(pages::home::show))
        .route("/sign-up", get(pages::account::sign_up_form).post(pages::account::sign_up))
        .route("/sign-in", get(pages::account::sign_in_form).post(pages::account::sign_in))
        .route("/sign-out", post(pages::account::sign_out))
        .route("/profile", get(pages::profile::show).post(pages::profile::edit))
        .route("/wallet", get(pages::wallet::show))
        .route("/notifications", get(pages::notifications::list))
        .route("/notifications/read", post(pages::notifications::read_all))
        .route("/notifications/{id}/read", post(pages::notifications::read))
        .merge(admin::routes())
        .layer(middleware::from_fn_with_state(shared.clone(), csrf::guard));
    Router::new()
        .merge(pages)
        .route("/healthz", get(health::alive))
        .route("/readiness", get(health::ready))
        .route("/metrics", get(figures::show))
        .route("/assets/{file}", get(assets::serve))
        .route("/favicon.ico", get(assets::favicon))
        .route("/robots.txt", get(assets::robots))
        .fallback(error::not_found)
        .method_not_allowed_fallback(error::method_not_allowed)
        .layer(middleware::from_fn(body::gather))
        .layer(middleware::from_fn(error::dress))
        .layer(CatchPanicLayer::custom(error::panicked))
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, REQUEST_LIMIT))
        .layer(CompressionLayer::new())
        .layer(middleware::from_fn_with_state(shared.clone(), headers::add))
        .layer(middleware::from_fn(figures::count))
        .with_state(shared)
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
    let service = router(site).into_make_service_with_connect_info::<SocketAddr>();
    let (stopping, stopped) = tokio::sync::oneshot::channel::<()>();
    let graceful = axum::serve(listener, service).with_graceful_shutdown(async move {
        stop.await;
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
