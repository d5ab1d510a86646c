//! Signing up, one's ids in games, and coins that staff gives.

use chrono::TimeDelta;
use kernel::Clock;
use serde_json::json;
use testkit::TestDatabase;
use tournaments::rules::settings::Settings;

use crate::served::{migrated, problem, serve};

testkit::on_both! {
    from migrated;

    async fn somebody_signs_up_and_is_in(database: &TestDatabase) {
        let site = serve(database).await;
        let form = |name: &str, password: &str| {
            json!({ "username": name, "email": format!("{name}@example.org"), "password": password })
        };
        let session = site.stranger().post("/accounts", &form("ann", "river lamp cactus")).expect(201).json();
        let token = session["token"].as_str().expect("a token");
        let ann = site.client().with_header("authorization", format!("Bearer {token}"));
        assert_eq!(ann.get("/api/v1/me").expect(200).json()["username"], "ann");
        let again = site.stranger().post("/sessions", &json!({ "name": "ann", "password": "river lamp cactus" }));
        assert_eq!(again.status(), 201);
        let errors = |body: &serde_json::Value| {
            let answer = site.stranger().post("/accounts", body);
            assert_eq!((answer.status(), problem(&answer).as_str()), (422, "invalid"), "{}", answer.text());
            let errors = answer.json()["errors"].clone();
            let pair = |error: &serde_json::Value| (error["field"].as_str().unwrap_or("").to_owned(), error["code"].as_str().unwrap_or("").to_owned());
            errors.as_array().expect("a list").iter().map(pair).collect::<Vec<_>>()
        };
        let both = [("username".to_owned(), "username-taken".to_owned()), ("email".to_owned(), "email-taken".to_owned())];
        assert_eq!(errors(&form("ANN", "river lamp cactus")), both);
        let short = errors(&form("bob", "short"));
        assert!(short.len() == 1 && short[0].0 == "password", "{short:?}");
    }

    async fn ids_of_games_are_told_and_changed(database: &TestDatabase) {
        let site = serve(database).await;
        let ann = site.by(site.world.person("ann").await.user).await;
        let ids = |body: serde_json::Value| ann.ask("PATCH", "/me/game-ids", Some(&body));
        let value = |answer: &testkit::http::Response, kind: &str| {
            let items = answer.json()["items"].clone();
            let all = items.as_array().expect("ids").clone();
            all.iter().find(|id| id["kind"] == kind).unwrap_or_else(|| panic!("no {kind}: {items}"))["value"].clone()
        };
        let riot = value(&ann.get("/me/game-ids").expect(200), "riot_id");
        let changed = ids(json!({ "ids": { "efootball_id": "123456789", "discord_id": "" } })).expect(200);
        assert_eq!(value(&changed, "efootball_id"), "123456789");
        assert_eq!(value(&changed, "riot_id"), riot, "what is left out stays");
        assert_eq!(value(&ids(json!({ "ids": { "riot_id": "Ann#BD1" } })).expect(200), "riot_id"), "Ann#BD1");
        let wrong = ids(json!({ "ids": { "efootball_id": "1", "riot_id": "Bea#BD1", "shoe_size": "42" } }));
        assert_eq!((wrong.status(), problem(&wrong).as_str()), (422, "invalid"));
        let fields: Vec<String> = wrong.json()["errors"].as_array().expect("a list").iter().map(|error| error["field"].as_str().unwrap_or("").to_owned()).collect();
        assert_eq!(fields, ["ids.efootball_id", "ids.shoe_size"]);
        assert_eq!(value(&ann.get("/me/game-ids"), "riot_id"), "Ann#BD1", "of a wrong form nothing is kept");
    }

    async fn staff_gives_coins_and_takes_them(database: &TestDatabase) {
        let site = serve(database).await;
        let ann = site.world.person("ann").await;
        let path = format!("/wallets/{}/adjustments", ann.profile);
        let staff = site.by(site.staff("stan").await.user).await.key("gift-1");
        let gift = json!({ "amount": 60, "note": "Welcome" });
        assert_eq!(staff.post(&path, &gift).expect(201).json()["balance"], 60);
        assert_eq!(staff.post(&path, &gift).expect(201).header("idempotent-replayed"), Some("true"));
        let staff = staff.key("gift-2");
        assert_eq!(staff.post(&path, &json!({ "amount": -20, "note": "Too much" })).expect(201).json()["balance"], 40);
        let more = staff.post(&path, &json!({ "amount": -41, "note": "All" }));
        assert_eq!(problem(&more), "idempotency-key-reused");
        let staff = staff.key("gift-3");
        for (path, amount, code) in [(&*path, -41, "not-enough-coins"), (&path, 0, "bad-transfer"), ("/wallets/999999/adjustments", 5, "no-such-player")] {
            assert_eq!(problem(&staff.post(path, &json!({ "amount": amount, "note": "x" }))), code);
        }
        let own = site.by(ann.user).await;
        let entries = own.get("/wallet/entries").expect(200).json();
        let notes: Vec<(i64, &str)> = entries["items"].as_array().expect("entries").iter().map(|entry| (entry["amount"].as_i64().unwrap_or(0), entry["note"].as_str().unwrap_or(""))).collect();
        assert_eq!(notes, [(-20, "Too much"), (60, "Welcome")]);
        assert_eq!(problem(&own.post(&path, &gift)), "not-allowed");
        site.world.assert_ledger_is_sound().await;
    }

    async fn an_organizer_hears_how_many_are_there(database: &TestDatabase) {
        let site = serve(database).await;
        let world = &site.world;
        let cup = world.cup(&Settings { enable_check_in: true, ..world.solo(8) }).await;
        let people = world.people("ann", 4).await;
        let mut entries = Vec::new();
        for person in &people {
            entries.push(world.enter(person, cup.id).await.id);
        }
        site.advance(cup.tournament_start - site.clock.now() - TimeDelta::minutes(10));
        world.tick(cup.id).await;
        for (person, entry) in people.iter().zip(&entries).take(2) {
            assert_eq!(site.by(person.user).await.post(&format!("/entries/{entry}/check-in"), &json!({})).status(), 200);
        }
        let gone = site.by(people[3].user).await.post(&format!("/entries/{}/withdraw", entries[3]), &json!({}));
        assert_eq!(gone.status(), 200, "{}", gone.text());
        let mine = site.by(world.organizer.user).await.get("/me/tournaments").expect(200).json()["items"].clone();
        assert_eq!((&mine[0]["confirmed"], &mine[0]["checked_in"]), (&json!(3), &json!(2)), "{mine}");
        let theirs = site.by(people[0].user).await.get("/me/tournaments").expect(200).json()["items"].clone();
        assert_eq!(theirs, json!([]), "who only plays holds none");
    }

    async fn a_founder_may_be_captain_at_once(database: &TestDatabase) {
        let site = serve(database).await;
        let form = |name: &str, tag: &str| json!({ "name": name, "tag": tag, "game": "valorant", "region": "SA", "game_role": "Flex" });
        let (ann, bob) = (site.world.person("ann").await.user, site.world.person("bob").await.user);
        let (ann, bob) = (site.by(ann).await, site.by(bob).await);
        let left_out = ann.post("/teams", &form("Ann United", "ANN")).expect(201).json();
        assert_eq!(left_out["roster"][0]["is_captain"], false);
        let mut wanted = form("Bob United", "BOB");
        wanted["captain"] = json!(true);
        wanted["game_role"] = json!("");
        let wrong = bob.post("/teams", &wanted);
        assert_eq!((wrong.status(), &wrong.json()["errors"][0]["field"]), (422, &json!("game_role")));
        wanted["game_role"] = json!("Flex");
        let team = bob.post("/teams", &wanted).expect(201).json();
        assert_eq!(team["roster"][0]["is_captain"], true);
    }
}
