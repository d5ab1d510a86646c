//! Who asks: tokens, cookies, other sites; lists in pages.

use kernel::DbError;
use serde_json::json;
use testkit::{TestDatabase, http::Method};

use crate::served::{migrated, problem, serve};

testkit::on_both! {
    from migrated;

    async fn a_token_is_a_session_and_ends_with_it(database: &TestDatabase) {
        let site = serve(database).await;
        let ann = site.world.person("ann").await.user;
        let (one, other) = (site.by(ann).await, site.by(ann).await);
        assert_eq!(one.get("/me").expect(200).json()["username"], "ann");
        assert_eq!(one.ask("DELETE", "/sessions/current", None).status(), 204);
        let ended = one.get("/me");
        assert_eq!((ended.status(), problem(&ended).as_str()), (401, "bad-token"));
        assert!(ended.header("www-authenticate").is_some_and(|how| how.starts_with("Bearer")));
        assert_eq!(other.get("/me").status(), 200, "each by itself");
        let banned: Result<bool, DbError> =
            site.db.write(|tx| async move { accounts::service::set_active(&tx, ann, false).await }).await;
        assert!(banned.expect("it is written"));
        assert_eq!(other.get("/me").status(), 401, "a ban ends all of them");
        for header in ["Bearer ", "Bearer nonsense", "Basic YW5uOmFubg==", "nonsense"] {
            let answer = site.client().with_header("authorization", header).get("/api/v1/teams");
            assert_eq!((answer.status(), problem(&answer).as_str()), (401, "bad-token"), "{header}");
        }
        let token = site.token(site.world.person("bob").await.user).await;
        for path in [format!("/teams?token={token}"), format!("/teams?access_token={token}")] {
            assert_eq!(site.stranger().get(&path).status(), 422, "no token in an address");
        }
    }

    async fn who_comes_by_cookie_comes_from_here(database: &TestDatabase) {
        let site = serve(database).await;
        let token = site.token(site.world.person("ann").await.user).await;
        let csrf = "0123456789abcdef0123456789abcdef";
        let cookie = format!("session={token}; csrf={csrf}");
        let visitor = site.client().with_header("cookie", &cookie);
        assert_eq!(visitor.get("/api/v1/me").status(), 200);
        let json = ("content-type", "application/json");
        let body: &[u8] = b"{\"bio\":\"I play.\"}";
        let here = ("sec-fetch-site", "same-origin");
        let host = visitor.get("/api/v1/me").url().host_str().map(str::to_owned).unwrap_or_default();
        let cases: &[(&[(&str, &str)], u16)] = &[
            (&[json, here, ("x-csrf-token", csrf)], 200),
            (&[json, ("x-csrf-token", csrf)], 200),
            (&[json, here], 403),
            (&[json, here, ("x-csrf-token", "")], 403),
            (&[json, here, ("x-csrf-token", "0123456789abcdef0123456789abcdee")], 403),
            (&[json, ("sec-fetch-site", "same-site"), ("x-csrf-token", csrf)], 403),
            (&[json, ("sec-fetch-site", "cross-site"), ("x-csrf-token", csrf)], 403),
            (&[json, ("origin", "https://evil.example"), ("x-csrf-token", csrf)], 403),
            (&[json, ("origin", "null"), ("x-csrf-token", csrf)], 403),
            (&[("content-type", "application/x-www-form-urlencoded"), here, ("x-csrf-token", csrf)], 415),
            (&[("content-type", "multipart/form-data; boundary=x"), here, ("x-csrf-token", csrf)], 415),
            (&[("content-type", "text/plain"), here, ("x-csrf-token", csrf)], 415),
        ];
        for (headers, status) in cases {
            let answer = visitor.send(Method::PATCH, "/api/v1/me", headers, Some(body));
            assert_eq!(answer.status(), *status, "{host} {headers:?}\n{}", answer.text());
            if *status != 200 {
                problem(&answer);
            }
        }
        // A program says who it is by a token that no browser sends by itself.
        let program = site.client().with_header("authorization", format!("Bearer {token}"));
        let answer = program.send(Method::PATCH, "/api/v1/me", &[json, ("origin", "https://tool.example")], Some(body));
        assert_eq!(answer.status(), 200);
    }

    async fn lists_are_walked_by_cursors(database: &TestDatabase) {
        let site = serve(database).await;
        let world = &site.world;
        let ann = world.person("ann").await;
        for number in 0..53 {
            world.team_of(&format!("Team {number:02}"), &[]).await;
            let (db, clock, id) = (&site.db, &*site.clock, ann.user);
            let told: Result<_, DbError> = db.write(|tx| async move {
                let notice = notifications::service::Notice {
                    kind: "generic", event: "test", title: format!("Notice {number}"), body: String::new(), url: String::new(),
                };
                notifications::service::notify(&tx, clock, id, notice).await.map(drop)
            }).await;
            told.expect("it is written");
        }
        let caller = site.by(ann.user).await;
        for (list, limit) in [("/teams", 7), ("/teams", 100), ("/notifications", 10), ("/notifications", 53)] {
            let mut seen = std::collections::BTreeSet::new();
            let mut path = format!("{list}?limit={limit}");
            loop {
                let page = caller.get(&path).expect(200).json();
                let items = page["items"].as_array().expect("items").clone();
                assert!(items.len() <= limit && !items.is_empty());
                for item in items {
                    assert!(seen.insert(item["id"].as_i64()), "twice: {item}");
                }
                match page["next"].as_str() {
                    Some(next) => path = format!("{list}?limit={limit}&cursor={next}"),
                    None => break,
                }
            }
            assert_eq!(seen.len(), 53, "{list} by {limit}");
        }
        let teams = caller.get("/teams?limit=1").expect(200).json();
        let foreign = teams["next"].as_str().expect("more");
        for query in [&format!("/notifications?cursor={foreign}"), "/teams?cursor=x", "/teams?limit=0", "/teams?limit=101", "/teams?limit=x", "/teams?limit=1&limit=2", "/teams?nonsense=1", "/teams?recruiting=yes"] {
            let answer = caller.get(query);
            assert_eq!((answer.status(), problem(&answer).as_str()), (422, "invalid"), "{query}");
            assert_eq!(answer.json()["errors"].as_array().map(Vec::len), Some(1), "{query}");
        }
        let found = caller.get("/teams?q=team%2007").expect(200).json();
        assert_eq!(found["items"].as_array().map(Vec::len), Some(1), "{found}");
        assert_eq!(found["items"][0]["name"], json!("Team 07"));
    }
}
