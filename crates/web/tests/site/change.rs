//! Nobody but the person changes anything: forms from elsewhere, without a token, or in another
//! format are refused, and no link leads off the site.

use accounts::model::{session, user};
use profiles::model::user_profile as profile;
use sea_orm::EntityTrait;
use testkit::{
    TestDatabase,
    http::{Client, Method, Response},
};

use crate::served::{PASSWORD, PROFILE, Served, migrated, serve, submit, token};

const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

/// Everything that a form of the site could change.
async fn state(site: &Served) -> String {
    let users = user::Entity::find().all(site.db.read()).await.expect("readable");
    let sessions = session::Entity::find().all(site.db.read()).await.expect("readable");
    let profiles = profile::Entity::find().all(site.db.read()).await.expect("readable");
    let notices = notifications::model::notification::Entity::find().all(site.db.read()).await.expect("readable");
    format!("{users:?}{sessions:?}{profiles:?}{notices:?}")
}

fn encode(fields: &[(&str, &str)], token: Option<&str>) -> String {
    let csrf = token.map(|token| ("csrf", token));
    let pairs = csrf.iter().chain(fields).map(|(name, value)| format!("{name}={}", value.replace(' ', "+")));
    pairs.collect::<Vec<_>>().join("&")
}

fn send(visitor: &Client, path: &str, headers: &[(&str, &str)], body: &str) -> Response {
    visitor.send(Method::POST, path, headers, Some(body.as_bytes()))
}

testkit::on_both! {
    from migrated;

    async fn what_comes_from_elsewhere_changes_nothing(database: &TestDatabase) {
        let site = serve(database).await;
        let ann = site.member("ann");
        let notice = site.tell(site.id("ann").await, "Round 1", "", "").await;
        let read = format!("/notifications/{notice}/read");
        let sign_up = [("username", "eve"), ("email", "eve@example.org"), ("password", PASSWORD), ("password_again", PASSWORD)];
        let sign_in = [("name", "ann"), ("password", PASSWORD)];
        let forms: [(&str, &[(&str, &str)]); 6] = [
            ("/sign-up", &sign_up),
            ("/sign-in", &sign_in),
            ("/profile", PROFILE),
            (&read, &[]),
            ("/notifications/read", &[]),
            ("/sign-out", &[]),
        ];
        let (own, others) = (token(&ann, "/profile"), token(&site.visitor(), "/sign-up"));
        let before = state(&site).await;
        for (path, fields) in forms {
            let right = encode(fields, Some(&own));
            let json = format!("{{\"csrf\":\"{own}\"}}");
            for (what, headers, body, status) in [
                ("no token", vec![FORM], encode(fields, None), 403),
                ("an empty token", vec![FORM], encode(fields, Some("")), 403),
                ("another browser's token", vec![FORM], encode(fields, Some(&others)), 403),
                ("a part of the token", vec![FORM], encode(fields, Some(&own[1..])), 403),
                ("a foreign origin", vec![FORM, ("origin", "https://evil.example")], right.clone(), 403),
                ("a hidden origin", vec![FORM, ("origin", "null")], right.clone(), 403),
                ("another site", vec![FORM, ("sec-fetch-site", "cross-site")], right.clone(), 403),
                ("another host of this site", vec![FORM, ("sec-fetch-site", "same-site")], right.clone(), 403),
                ("JSON", vec![("content-type", "application/json")], json, 415),
                ("plain text", vec![("content-type", "text/plain")], right.clone(), 415),
                ("a multipart form", vec![("content-type", "multipart/form-data; boundary=x")], right.clone(), 415),
                ("no format", vec![], right.clone(), 415),
            ] {
                let answer = send(&ann, path, &headers, &body);
                assert_eq!(answer.status(), status, "{path}: {what}\n{}", answer.text());
                assert!(answer.header("set-cookie").is_none(), "{path}: {what}");
            }
            assert_eq!(state(&site).await, before, "{path} changed something");
        }
        // The same forms are taken when they come from here; the last one signs out.
        let host = format!("http://{}", site.address);
        for (path, fields) in forms.into_iter().skip(2) {
            let body = encode(fields, Some(&own));
            for header in [("origin", host.as_str()), ("sec-fetch-site", "same-origin")] {
                assert_eq!(send(&ann, path, &[FORM, header], &body).status(), 303, "{path} {header:?}");
            }
            assert_ne!(state(&site).await, before, "{path} changed nothing");
        }
    }

    async fn a_damaged_token_is_replaced(database: &TestDatabase) {
        let site = serve(database).await;
        for damaged in ["csrf=", "csrf=x", "csrf=\"><script>"] {
            let page = site.visitor().with_header("cookie", damaged).get("/sign-up").expect(200);
            let cookie = page.header("set-cookie").expect("a new one").to_owned();
            let token = page.hidden("csrf").expect("a token");
            assert!(token.len() == 48 && cookie.starts_with(&format!("csrf={token};")), "{damaged}: {cookie}");
        }
    }

    async fn pages_that_need_nobody_are_for_nobody(database: &TestDatabase) {
        let site = serve(database).await;
        let stranger = site.visitor();
        for path in ["/profile", "/wallet", "/notifications"] {
            let answer = stranger.get(path);
            let expected = format!("/sign-in?next={path}");
            assert_eq!((answer.status(), answer.header("location")), (303, Some(expected.as_str())));
        }
        for path in ["/profile", "/notifications/read", "/notifications/1/read"] {
            let answer = submit(&stranger, "/sign-in", path, PROFILE);
            assert_eq!((answer.status(), answer.header("location")), (303, Some("/sign-in?next=/")), "{path}");
        }
    }

    async fn next_cannot_leave_the_site(database: &TestDatabase) {
        let site = serve(database).await;
        let ann = site.member("ann");
        for (next, expected) in [
            ("https://evil.example/", "/"),
            ("//evil.example/", "/"),
            ("/\\evil.example/", "/"),
            ("\\\\evil.example", "/"),
            ("/\t/evil.example", "/"),
            ("javascript:alert(1)", "/"),
            ("evil.example", "/"),
            ("", "/"),
            ("/wallet?after=1-2", "/wallet?after=1-2"),
        ] {
            let encoded = next.bytes().map(|byte| format!("%{byte:02X}")).collect::<String>();
            let already = ann.get(&format!("/sign-in?next={encoded}"));
            assert_eq!((already.status(), already.header("location")), (303, Some(expected)), "{next:?}");
            let page = site.visitor().get(&format!("/sign-in?next={encoded}")).expect(200);
            assert_eq!(page.hidden("next").as_deref(), Some(expected), "{next:?}");
        }
        for next in ["https://evil.example/", "//evil.example/", "/\\evil.example/"] {
            let fields = [("name", "ann"), ("password", PASSWORD), ("next", next)];
            let answer = submit(&ann, "/", "/sign-in", &fields);
            assert_eq!((answer.status(), answer.header("location")), (303, Some("/")), "{next:?}");
        }
    }
}
