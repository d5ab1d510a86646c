//! What operators ask a server: whether it lives, whether it can work, and its figures.

use std::net::SocketAddr;

use axum::{Extension, extract::ConnectInfo};
use testkit::{TestDatabase, http::Client};
use tokio::net::TcpListener;
use web::{Metrics, Site};

use crate::served::{migrated, serve, serve_with};

/// A site whose visitors all come from this address.
async fn seen_from(site: Site, peer: [u8; 4]) -> Client {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("it is bound");
    let router = web::router(site).layer(Extension(ConnectInfo(SocketAddr::from((peer, 50_000)))));
    tokio::spawn(async move { axum::serve(listener, router).await });
    Client::new(address)
}

testkit::on_both! {
    from migrated;

    async fn a_server_lives_and_is_ready(database: &TestDatabase) {
        let site = serve(database).await;
        let visitor = site.visitor();
        assert_eq!(visitor.get("/healthz").expect(200).json(), serde_json::json!({ "status": "ok" }));
        let ready = serde_json::json!({ "status": "ready", "checks": { "database": "ok" } });
        assert_eq!(visitor.get("/readiness").expect(200).json(), ready);
        let robots = visitor.get("/robots.txt").expect(200).text();
        assert!(robots.contains("Disallow: /profile\n"), "{robots}");
    }

    async fn without_its_database_it_lives_and_tells_no_secrets(database: &TestDatabase) {
        let site = serve(database).await;
        let ann = site.member("ann");
        site.db.close().await;
        assert_eq!(ann.get("/healthz").status(), 200);
        let failed = serde_json::json!({ "status": "not_ready", "checks": { "database": "failed" } });
        let readiness = ann.get("/readiness").expect(503);
        assert_eq!(readiness.json(), failed);
        assert_eq!(readiness.header("content-type"), Some("application/json"));
        for path in ["/", "/profile", "/wallet"] {
            let page = ann.get(path).expect(500).text();
            assert!(page.contains("Something on our side is broken. It is noted as "), "{page}");
            for secret in ["postgres", "sqlite", "database", "closed", "shutting", "crates/"] {
                assert!(!page.to_lowercase().contains(secret), "{path} tells {secret}\n{page}");
            }
        }
    }

    async fn figures_are_for_this_machine(database: &TestDatabase) {
        let site = serve(database).await;
        let ann = site.member("ann");
        assert_eq!(ann.get("/nothing/ann@example.org").status(), 404);
        let figures = ann.get("/metrics").expect(200);
        assert!(figures.header("content-type").is_some_and(|kind| kind.starts_with("text/plain; version=0.0.4")));
        let text = figures.text();
        let joined = text.lines().find(|line| {
            line.starts_with("http_requests_total{") && line.contains("route=\"/sign-up\"") && line.contains("method=\"POST\"") && line.contains("status=\"303\"")
        });
        assert!(joined.is_some_and(|line| !line.ends_with(" 0")), "{text}");
        assert!(text.contains("http_request_duration_seconds_bucket{"), "{text}");
        assert!(!text.contains("ann") && !text.contains("/nothing"), "no person and no address is a label\n{text}");
        for header in ["x-forwarded-for", "forwarded"] {
            let proxied = site.visitor().with_header(header, "for=203.0.113.9");
            assert_eq!(proxied.get("/metrics").status(), 404, "{header}");
        }
    }

    async fn who_sees_figures_is_a_setting(database: &TestDatabase) {
        for (metrics, near, far) in [(Metrics::Local, 200, 404), (Metrics::Public, 200, 200), (Metrics::Off, 404, 404)] {
            let mut kept = None;
            let site = serve_with(database, |site| {
                site.metrics = metrics;
                kept = Some(site.clone());
            })
            .await;
            assert_eq!(site.visitor().get("/metrics").status(), near, "{metrics:?}, from this machine");
            let kept = kept.expect("a site");
            let far_away = seen_from(kept.clone(), [203, 0, 113, 9]).await;
            assert_eq!(far_away.get("/metrics").status(), far, "{metrics:?}, from elsewhere");
            let at_home = seen_from(kept, [127, 0, 0, 1]).await;
            assert_eq!(at_home.get("/metrics").status(), near, "{metrics:?}, from this machine");
        }
    }
}
