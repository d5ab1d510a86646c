//! What every answer tells the browser: what it may do, what it may keep, and what it may read.

use testkit::{
    TestDatabase,
    http::{Client, Method, Response},
};

use crate::served::{PASSWORD, Served, migrated, serve, serve_with, submit, token};

/// The path of the style sheet, as the home page has it.
fn style(visitor: &Client) -> String {
    let home = visitor.get("/").expect(200).text();
    let at = home.find("/assets/app.").expect("a style sheet");
    home[at..].chars().take_while(|c| *c != '"').collect()
}

/// An answer of every kind: found, redirected, refused, file.
fn kinds(site: &Served) -> Vec<Response> {
    let visitor = site.visitor();
    let form = [("content-type", "application/x-www-form-urlencoded")];
    let long = vec![b'x'; 70_000];
    let wrong = submit(&visitor, "/sign-up", "/sign-up", &[]);
    let answers = vec![
        (200, visitor.get("/")),
        (303, visitor.get("/profile")),
        (400, visitor.get("/sign-in?next=/&next=/")),
        (403, visitor.post("/sign-in", &[])),
        (404, visitor.get("/nothing")),
        (405, visitor.get("/sign-out")),
        (413, visitor.send(Method::POST, "/sign-up", &form, Some(&long))),
        (415, visitor.json(Method::POST, "/sign-in", &serde_json::json!({}))),
        (422, wrong),
        (200, visitor.get(&style(&visitor))),
        (200, visitor.get("/favicon.ico")),
        (200, visitor.get("/robots.txt")),
        (200, visitor.get("/healthz")),
        (200, visitor.get("/readiness")),
        (200, visitor.get("/metrics")),
    ];
    for (status, answer) in &answers {
        assert_eq!(answer.status(), *status, "{}", answer.path());
    }
    answers.into_iter().map(|(_, answer)| answer).collect()
}

testkit::on_both! {
    from migrated;

    async fn every_answer_is_guarded(database: &TestDatabase) {
        let site = serve(database).await;
        for answer in kinds(&site) {
            let shown = format!("{} {}", answer.path(), answer.status());
            let policy = answer.header("content-security-policy").unwrap_or_default();
            for rule in ["default-src 'none'", "script-src 'self'", "connect-src 'self'", "object-src 'none'", "style-src 'self'", "form-action 'self'", "frame-ancestors 'none'", "base-uri 'none'"] {
                assert!(policy.split("; ").any(|part| part == rule), "{shown}: {rule} in {policy}");
            }
            assert!(!policy.contains("unsafe") && !policy.contains('*') && !policy.contains("http") && !policy.contains("data:"), "{policy}");
            assert_eq!(policy.matches("-src ").count(), 7, "of one kind each, and no more: {policy}");
            for (name, value) in [
                ("x-content-type-options", "nosniff"),
                ("x-frame-options", "DENY"),
                ("referrer-policy", "same-origin"),
                ("cross-origin-opener-policy", "same-origin"),
                ("cross-origin-resource-policy", "same-origin"),
            ] {
                assert_eq!(answer.header(name), Some(value), "{shown}: {name}");
            }
            assert!(answer.header("permissions-policy").is_some_and(|value| value.contains("camera=()")), "{shown}");
            assert_eq!(answer.header("strict-transport-security"), None, "{shown}: not without TLS");
            let kept = answer.path().starts_with("/assets/") || answer.path() == "/favicon.ico";
            let cache = answer.header("cache-control").expect("said of every answer");
            assert_eq!(cache == "no-store", !kept, "{shown}: {cache}");
        }
    }

    async fn over_tls_cookies_are_bound_to_the_host(database: &TestDatabase) {
        let site = serve_with(database, |site| site.secure = true).await;
        for answer in kinds_over_tls(&site) {
            let demand = answer.header("strict-transport-security");
            assert!(demand.is_some_and(|value| value.starts_with("max-age=31536000")), "{}", answer.path());
        }
        let page = site.visitor().get("/sign-up").expect(200);
        let given = page.header("set-cookie").expect("a token").to_owned();
        let (csrf, rest) = given.split_once("; ").expect("attributes");
        assert!(csrf.starts_with("__Host-csrf="), "{given}");
        assert_attributes(rest, true);

        let token = page.hidden("csrf").expect("a token");
        let browser = site.visitor().with_header("cookie", csrf);
        let fields = [("csrf", &*token), ("username", "ann"), ("email", "ann@example.org"), ("password", PASSWORD), ("password_again", PASSWORD)];
        let joined = browser.post("/sign-up", &fields).expect(303);
        let given = joined.header("set-cookie").expect("a session").to_owned();
        let (session, rest) = given.split_once("; ").expect("attributes");
        assert!(session.starts_with("__Host-session="), "{given}");
        assert_attributes(rest, true);
        let browser = site.visitor().with_header("cookie", format!("{csrf}; {session}"));
        assert_eq!(browser.get("/profile").status(), 200);
        let plain = site.visitor().with_header("cookie", session.replace("__Host-", ""));
        assert_eq!(plain.get("/profile").status(), 303, "a name that another host could set counts for nothing");

        let left = browser.post("/sign-out", &[("csrf", &token)]).expect(303);
        let taken = left.header("set-cookie").expect("the session is taken away").to_owned();
        assert!(taken.starts_with("__Host-session=;") && taken.contains("Secure") && taken.contains("Path=/"), "{taken}");
        assert!(taken.contains("Max-Age=0"), "{taken}");
    }

    async fn cookies_are_out_of_reach_of_scripts_and_other_sites(database: &TestDatabase) {
        let site = serve(database).await;
        let visitor = site.visitor();
        let page = visitor.get("/sign-up");
        let given = page.header("set-cookie").expect("a token").to_owned();
        assert!(given.starts_with("csrf="), "{given}");
        assert_attributes(&given, false);
        assert_eq!(visitor.get("/sign-up").header("set-cookie"), None, "a browser that has one keeps it");
        assert_eq!(site.visitor().get("/").header("set-cookie"), None, "a page without a form needs none");

        let fields = [("csrf", &*token(&visitor, "/sign-up")), ("username", "ann"), ("email", "ann@example.org"), ("password", PASSWORD), ("password_again", PASSWORD)];
        let joined = visitor.post("/sign-up", &fields).expect(303);
        let given = joined.header("set-cookie").expect("a session");
        assert!(given.starts_with("session=") && given.contains("Max-Age=2592000"), "{given}");
        assert_attributes(given, false);
    }

    async fn assets_are_kept_for_ever_under_their_fingerprint(database: &TestDatabase) {
        let site = serve(database).await;
        let visitor = site.visitor();
        let path = style(&visitor);
        let get = |encoding| visitor.send(Method::GET, &path, &[("accept-encoding", encoding)], None).expect(200);
        let plain = get("identity");
        assert_eq!(plain.header("content-type"), Some("text/css; charset=utf-8"));
        assert_eq!(plain.header("cache-control"), Some("public, max-age=31536000, immutable"));
        assert_eq!(plain.header("content-encoding"), None);
        assert!(plain.text().contains(":root"), "{}", plain.text());
        for encoding in ["gzip", "br"] {
            let packed = get(encoding);
            assert_eq!(packed.header("content-encoding"), Some(encoding));
            assert!(packed.header("vary").is_some_and(|vary| vary.contains("accept-encoding")), "{encoding}");
            assert!(packed.bytes().len() * 2 < plain.bytes().len(), "{encoding}: {}", packed.bytes().len());
        }
        let (name, rest) = path.rsplit_once("app.").expect("its name");
        let print = rest.strip_suffix(".css").expect("its kind");
        assert!(print.len() == 12 && print.bytes().all(|byte| byte.is_ascii_hexdigit()), "{path}");
        for other in [format!("{name}app.css"), format!("{name}app.{}.css", "0".repeat(12)), format!("{name}..%2fapp.css")] {
            assert_eq!(visitor.get(&other).status(), 404, "{other}");
        }
        let home = visitor.get("/").text();
        let at = home.find("<script src=\"/assets/live.").expect("a script");
        let script: String = home[at + 13..].chars().take_while(|c| *c != '"').collect();
        assert_eq!(home.matches("<script").count(), 1, "one script, and none within the page");
        let live = visitor.get(&script).expect(200);
        assert_eq!(live.header("content-type"), Some("text/javascript; charset=utf-8"));
        assert_eq!(live.header("cache-control"), Some("public, max-age=31536000, immutable"));
        let icon = visitor.get("/favicon.ico").expect(200);
        assert_eq!((icon.header("content-type"), icon.header("cache-control")), (Some("image/svg+xml"), Some("public, max-age=86400")));
    }
}

fn kinds_over_tls(site: &Served) -> Vec<Response> {
    let visitor = site.visitor();
    ["/", "/profile", "/nothing", "/healthz", "/sign-out", "/favicon.ico"].map(|path| visitor.get(path)).into()
}

#[track_caller]
fn assert_attributes(cookie: &str, secure: bool) {
    let attributes: Vec<&str> = cookie.split("; ").collect();
    for expected in ["HttpOnly", "SameSite=Lax", "Path=/"] {
        assert!(attributes.contains(&expected), "{expected} in {cookie}");
    }
    assert_eq!(attributes.contains(&"Secure"), secure, "{cookie}");
    assert!(!cookie.contains("Domain"), "{cookie}");
}
