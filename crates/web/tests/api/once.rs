//! Idempotency keys: an act happens once, whatever is repeated and however many ask at once.

use chrono::TimeDelta;
use sea_orm::{EntityTrait, PaginatorTrait};
use serde_json::json;
use teams::model::core::team;
use testkit::TestDatabase;

use crate::served::{Caller, Served, migrated, problem, serve};

fn form(name: &str, tag: &str) -> serde_json::Value {
    json!({ "name": name, "tag": tag, "game": "valorant", "region": "SA" })
}

async fn teams(site: &Served) -> u64 {
    team::Entity::find().count(site.db.read()).await.expect("countable")
}

async fn with_key(site: &Served, user: i64, key: &str) -> Caller {
    site.by(user).await.key(key)
}

testkit::on_both! {
    from migrated;

    async fn the_same_request_gets_the_same_answer(database: &TestDatabase) {
        let site = serve(database).await;
        let ann = site.world.person("ann").await.user;
        let body = json!({ "bio": "I play." });
        let caller = with_key(&site, ann, "key-1").await;
        let first = caller.ask("PATCH", "/me", Some(&body)).expect(200);
        assert_eq!(first.header("idempotent-replayed"), None);
        // What happened since does not show: it is the first answer.
        let _ = site.by(ann).await.ask("PATCH", "/me", Some(&json!({ "bio": "Later." }))).expect(200);
        let again = with_key(&site, ann, "key-1").await.ask("PATCH", "/me", Some(&body)).expect(200);
        assert_eq!(again.header("idempotent-replayed"), Some("true"));
        assert_eq!(first.text(), again.text());
        assert_eq!(site.by(ann).await.get("/me").json()["bio"], "Later.");
    }

    async fn another_request_person_or_day_is_not_the_same(database: &TestDatabase) {
        let site = serve(database).await;
        let (ann, bob) = (site.world.person("ann").await.user, site.world.person("bob").await.user);
        let body = json!({ "bio": "I play." });
        let _ = with_key(&site, ann, "key-1").await.ask("PATCH", "/me", Some(&body)).expect(200);
        let other = with_key(&site, ann, "key-1").await.ask("PATCH", "/me", Some(&json!({ "bio": "Else." })));
        assert_eq!((other.status(), problem(&other).as_str()), (422, "idempotency-key-reused"));
        let bobs = with_key(&site, bob, "key-1").await.ask("PATCH", "/me", Some(&body)).expect(200);
        assert_eq!(bobs.header("idempotent-replayed"), None, "keys belong to a person");
        let read = with_key(&site, ann, "key-1").await.post("/notifications/read", &json!({})).expect(200);
        assert_eq!(read.header("idempotent-replayed"), None, "and to an operation");
        site.advance(TimeDelta::hours(25));
        let later = with_key(&site, ann, "key-1").await.ask("PATCH", "/me", Some(&json!({ "bio": "Else." }))).expect(200);
        assert_eq!(later.header("idempotent-replayed"), None, "and to a day");
        for key in ["a b", &"x".repeat(65), "ключ", ""] {
            let answer = site.by(ann).await.key(key).ask("PATCH", "/me", Some(&body));
            assert_eq!((answer.status(), problem(&answer).as_str()), (400, "malformed"), "{key:?}");
        }
    }

    async fn a_refusal_is_not_kept(database: &TestDatabase) {
        let site = serve(database).await;
        let ann = site.world.person("ann").await.user;
        let wrong = with_key(&site, ann, "key-1").await.post("/teams", &form("", "ANN"));
        assert_eq!(wrong.status(), 422);
        let right = with_key(&site, ann, "key-1").await.post("/teams", &form("Ann United", "ANN")).expect(201);
        assert_eq!(right.header("idempotent-replayed"), None);
        assert_eq!(teams(&site).await, 1);
    }

    async fn of_fifty_at_once_one_acts(database: &TestDatabase) {
        let site = serve(database).await;
        let ann = site.world.person("ann").await.user;
        let mut callers = Vec::new();
        for _ in 0..50 {
            callers.push(with_key(&site, ann, "key-race").await);
        }
        let body = form("Ann United", "ANN");
        let answers: Vec<(u16, String)> = std::thread::scope(|scope| {
            let body = &body;
            let asked: Vec<_> = callers.iter().map(|caller| scope.spawn(move || caller.post("/teams", body))).collect();
            asked.into_iter().map(|asked| asked.join().expect("an answer")).map(|it| (it.status(), it.text())).collect()
        });
        let done: Vec<&String> = answers.iter().filter(|(status, _)| *status == 201).map(|(_, text)| text).collect();
        assert!(!done.is_empty() && done.iter().all(|text| *text == done[0]), "{answers:?}");
        assert!(answers.iter().all(|(status, text)| *status == 201 || (*status == 409 && text.contains("request-under-way"))), "{answers:?}");
        assert_eq!(teams(&site).await, 1);
        let after = with_key(&site, ann, "key-race").await.post("/teams", &body).expect(201);
        assert_eq!((after.header("idempotent-replayed"), &after.text()), (Some("true"), done[0]));
    }
}
