//! Resolving a dispute with a result: bound to what the preview told, on both databases.

use serde_json::{Value, json};
use testkit::TestDatabase;
use tournaments::rules::settings::Settings;

use crate::served::{migrated, problem, serve};

testkit::on_both! {
    from migrated;

    async fn a_dispute_is_resolved_as_the_preview_told(database: &TestDatabase) {
        let site = serve(database).await;
        let world = &site.world;
        let settings = Settings { name: "Played Cup".to_owned(), enable_check_in: false, ..world.solo(4) };
        let cup = world.cup(&settings).await;
        let organizer = site.by(world.organizer.user).await;
        let mut players = Vec::new();
        for name in ["ann", "bob", "cyd", "dan"] {
            let player = site.by(world.person(name).await.user).await;
            let entry = player.post(&format!("/tournaments/{}/entries", cup.slug), &json!({})).expect(201).json();
            players.push((entry["id"].clone(), player));
        }
        let step = |path: &str, body: &Value| {
            let answer = organizer.post(&format!("/tournaments/{}/{path}", cup.slug), body);
            assert!(answer.status() < 300, "{path}: {}", answer.text());
        };
        step("close-registration", &json!({}));
        step("bracket", &json!({ "method": "slot_order" }));
        step("bracket/publish", &json!({}));
        site.advance(settings.tournament_start - world.now());
        if organizer.get(&format!("/tournaments/{}", cup.slug)).json()["card"]["tournament"]["status"] != "live" {
            step("start", &json!({}));
        }
        let matches = organizer.get(&format!("/tournaments/{}/matches", cup.slug)).expect(200).json();
        let [one, other] = [0, 1].map(|at| matches["items"][at].clone());
        let won = json!({ "kind": "played", "games": [{ "winner": "a" }] });
        let decide = |meeting: &Value| {
            let body = json!({ "revision": meeting["revision"], "outcome": won, "reason": "Seen." });
            let _ = organizer.post(&format!("/matches/{}/decide", meeting["id"]), &body).expect(204);
        };
        decide(&one);
        let shown = organizer.get(&format!("/matches/{}", one["id"])).expect(200).json();
        assert_eq!(shown["title"], "Semi-final 1");
        let loser = &players.iter().find(|(entry, _)| *entry == shown["match"]["entries"][1]).expect("somebody lost").1;
        let dispute = json!({ "reason": "cheating", "description": "They used a bot." });
        let dispute = loser.post(&format!("/matches/{}/disputes", one["id"]), &dispute).expect(201).json()["id"].clone();

        let path = format!("/disputes/{dispute}/resolve");
        let turned = json!({ "kind": "ruling", "winner": "b", "score": [0, 1] });
        let look = || organizer.post(&format!("{path}/preview"), &json!({ "outcome": turned })).expect(200).json();
        let early = look();
        assert!(early["matches"].to_string().contains("Semi-final 1"), "{early}");
        let resolve = |revision: Option<&Value>| {
            let mut body = json!({ "outcome": turned, "reason": "The film shows it." });
            if let Some(revision) = revision {
                body["revision"] = revision.clone();
            }
            organizer.post(&path, &body)
        };
        let unseen = resolve(None);
        assert_eq!((unseen.status(), problem(&unseen).as_str()), (422, "invalid"), "{}", unseen.text());
        assert_eq!(unseen.json()["errors"][0]["field"], "revision");
        // The bracket moves on between the look and the act.
        decide(&other);
        let stale = resolve(Some(&early["revision"]));
        assert_eq!((stale.status(), problem(&stale).as_str()), (409, "outdated"), "{}", stale.text());
        let now = organizer.get(&format!("/matches/{}", one["id"])).json();
        assert_eq!((&now["match"]["state"], &now["match"]["winner_id"]), (&json!("disputed"), &shown["match"]["winner_id"]));
        let _ = resolve(Some(&look()["revision"])).expect(204);
        let now = organizer.get(&format!("/matches/{}", one["id"])).json();
        assert_eq!((&now["match"]["state"], &now["match"]["winner_id"]), (&json!("completed"), &shown["match"]["entries"][1]));
    }
}
