//! Figures for Prometheus: requests by method, route and status, and how long they took.
//! A label is a route, never an address or a person.

use std::{net::SocketAddr, sync::LazyLock, time::Instant};

use axum::{
    extract::{ConnectInfo, MatchedPath, Request, State},
    http::{StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};

use crate::site::{Metrics, Shared};

const REQUESTS: &str = "http_requests_total";
const DURATION: &str = "http_request_duration_seconds";
/// Upper bounds of the histogram, in seconds.
const BUCKETS: &[f64] = &[0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0];

/// The one recorder of the process: the facade it serves is global.
static RECORDER: LazyLock<Option<PrometheusHandle>> = LazyLock::new(|| {
    let builder = PrometheusBuilder::new().set_buckets_for_metric(Matcher::Full(DURATION.to_owned()), BUCKETS).ok()?;
    let handle = builder.install_recorder().ok()?;
    metrics::describe_counter!(REQUESTS, "Requests by method, route and status");
    metrics::describe_histogram!(DURATION, metrics::Unit::Seconds, "Time from request to answer");
    Some(handle)
});

pub(crate) fn recorder() -> Option<PrometheusHandle> {
    RECORDER.clone()
}

pub(crate) async fn count(request: Request, next: Next) -> Response {
    let begun = Instant::now();
    let method = request.method().as_str().to_owned();
    let route = request.extensions().get::<MatchedPath>().map_or("none", |path| path.as_str()).to_owned();
    let response = next.run(request).await;
    let status = response.status().as_u16().to_string();
    metrics::counter!(REQUESTS, "method" => method.clone(), "route" => route.clone(), "status" => status).increment(1);
    metrics::histogram!(DURATION, "method" => method, "route" => route).record(begun.elapsed());
    response
}

pub(crate) async fn show(State(shared): State<Shared>, request: Request) -> Response {
    let local = || {
        let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
        // Behind a proxy everybody seems local; a proxy says for whom it asks.
        peer.is_some_and(|ConnectInfo(peer)| peer.ip().is_loopback())
            && !request.headers().contains_key("x-forwarded-for")
            && !request.headers().contains_key(header::FORWARDED)
    };
    let allowed = match shared.site.metrics {
        Metrics::Public => true,
        Metrics::Local => local(),
        Metrics::Off => false,
    };
    match &shared.figures {
        Some(figures) if allowed => {
            ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], figures.render()).into_response()
        }
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}
