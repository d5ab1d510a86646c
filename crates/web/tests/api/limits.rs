//! How often somebody may ask, and who cannot be shut out.

use chrono::TimeDelta;
use serde_json::json;
use testkit::TestDatabase;

use crate::served::{Served, migrated, problem, serve};

const PASSWORD: &str = "river lamp cactus";

async fn join(site: &Served, name: &str) {
    let form = accounts::SignUp {
        username: name.to_owned(),
        email: format!("{name}@example.org"),
        password: PASSWORD.to_owned(),
        password_again: PASSWORD.to_owned(),
    };
    let joined = profiles::service::sign_up(&site.db, &*site.clock, &kernel::SystemRandom, form, "test").await;
    joined.expect("an account");
}

testkit::on_both! {
    from migrated;

    async fn a_burst_of_strangers_is_cut_to_the_limit(database: &TestDatabase) {
        let site = serve(database).await;
        let callers: Vec<_> = (0..64).map(|_| site.from("203.0.113.7")).collect();
        let statuses: Vec<u16> = std::thread::scope(|scope| {
            let asked: Vec<_> = callers.iter().map(|caller| {
                scope.spawn(move || (0..3).map(|_| caller.get("/games").status()).collect::<Vec<u16>>())
            }).collect();
            asked.into_iter().flat_map(|asked| asked.join().expect("answers")).collect()
        });
        assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 120, "of {}", statuses.len());
        assert_eq!(statuses.iter().filter(|status| **status == 429).count(), 72);
        let refused = site.from("203.0.113.7").get("/games");
        assert_eq!((refused.status(), problem(&refused).as_str()), (429, "too-often"));
        assert_eq!((refused.header("ratelimit-limit"), refused.header("ratelimit-remaining")), (Some("120"), Some("0")));
        assert!(refused.header("retry-after").is_some_and(|wait| wait.parse::<u64>().is_ok_and(|wait| wait >= 1)));
        let other = site.from("203.0.113.8").get("/games").expect(200);
        assert_eq!((other.header("ratelimit-remaining"), other.header("ratelimit-reset")), (Some("119"), Some("1")));
        site.advance(TimeDelta::minutes(1));
        assert_eq!(site.from("203.0.113.7").get("/games").status(), 200, "it is there again");
    }

    async fn entries_have_a_limit_of_their_own(database: &TestDatabase) {
        let site = serve(database).await;
        let ann = site.by(site.world.person("ann").await.user).await;
        for _ in 0..10 {
            assert_eq!(ann.post("/tournaments/nothing/entries", &json!({})).status(), 404);
        }
        assert_eq!(ann.post("/tournaments/nothing/entries", &json!({})).status(), 429);
        assert_eq!(ann.get("/me").status(), 200, "the rest goes on");
    }

    async fn guessing_is_stopped_and_nobody_is_shut_out(database: &TestDatabase) {
        let site = serve(database).await;
        join(&site, "ann").await;
        let sign_in = |from: &str, name: &str, password: &str| {
            site.from(from).post("/sessions", &json!({ "name": name, "password": password }))
        };
        for _ in 0..10 {
            let wrong = sign_in("203.0.113.7", "ann", "wrong horse");
            assert_eq!((wrong.status(), problem(&wrong).as_str()), (401, "wrong-name-or-password"));
        }
        let stopped = sign_in("203.0.113.7", "ANN", PASSWORD);
        assert_eq!((stopped.status(), problem(&stopped).as_str()), (429, "too-often"), "in whatever spelling");
        assert_eq!(sign_in("203.0.113.8", "ann", PASSWORD).status(), 201, "from elsewhere she comes in");
        assert_eq!(sign_in("203.0.113.7", "nobody", "wrong horse").status(), 401, "and others from there");

        // The page counts by the same rows.
        let visitor = site.client().with_header("x-forwarded-for", "203.0.113.7");
        let token = visitor.get("/sign-in").expect(200).hidden("csrf").expect("a token");
        let fields = [("csrf", token.as_str()), ("name", "ann"), ("password", PASSWORD)];
        let page = visitor.post("/sign-in", &fields);
        assert_eq!(page.status(), 429);
        assert!(page.header("retry-after").is_some() && page.text().contains("too often"), "{}", page.text());
        site.advance(TimeDelta::minutes(16));
        assert_eq!(sign_in("203.0.113.7", "ann", PASSWORD).status(), 201);
        for _ in 0..9 {
            assert_eq!(sign_in("203.0.113.7", "ann", "wrong horse").status(), 401, "a right password gives the tries back");
        }
    }
}
