//! Whatever is sent, the answer is a problem that names what is wrong, and never a fault of ours.

use serde_json::{Value, json};
use testkit::TestDatabase;

use crate::{
    document::{operations, sample},
    served::{migrated, problem, serve},
};

/// Bodies that no operation takes.
fn nonsense() -> Vec<Vec<u8>> {
    let deep = "[".repeat(5_000);
    let nested = format!("{}1{}", "{\"a\":".repeat(500), "}".repeat(500));
    let mut all: Vec<Vec<u8>> = [
        "",
        "{",
        "null",
        "[]",
        "1",
        "\"text\"",
        "{\"a\":1,}",
        "{\"nonsense\":1}",
        "NaN",
        "{\"a\":1e999}",
        &deep,
        &nested,
    ]
    .iter()
    .map(|text| text.as_bytes().to_vec())
    .collect();
    all.push(vec![0xff, 0xfe, b'{', b'}']);
    all.push(b"{\"name\":\"\xc3\x28\"}".to_vec());
    all.push(b"{\"name\":\"\\ud800\"}".to_vec());
    all
}

/// Values that take the place of each field in turn.
fn values() -> Vec<Value> {
    vec![
        json!(null),
        json!(""),
        json!("\u{0}"),
        json!("a\u{202e}b"),
        json!("x".repeat(30_000)),
        json!(-1),
        json!(0),
        json!(i64::MAX),
        json!(i64::MIN),
        json!(u64::MAX),
        json!(1.5),
        json!(1e300),
        json!(true),
        json!([]),
        json!([i64::MAX, i64::MAX]),
        json!({}),
        json!({ "\u{0}": "\u{0}", "a": [[[["deep"]]]] }),
        json!("9999-12-31T23:59:59Z"),
        json!("+262142-01-01T00:00:00Z"),
        json!("0000-01-01T00:00:00Z"),
    ]
}

testkit::on_both! {
    from migrated;

    async fn nothing_that_is_sent_breaks_anything(database: &TestDatabase) {
        let site = serve(database).await;
        let world = &site.world;
        let cup = world.cup(&world.solo(8)).await;
        let team = world.team_of("Alpha", std::slice::from_ref(&world.organizer)).await;
        let (document, operations) = operations(&site);
        let olga = site.by(world.organizer.user).await;
        let mut asked = 0;
        for operation in operations.iter().filter(|one| !one.name.starts_with("sessions.")) {
            let path = operation.path.replace("{tournament}", &cup.slug).replace("{team}", &team.slug);
            let bad = ["0", "-1", "9223372036854775807", "9223372036854775808", "1e3", "x", "%00", "%ff", "1%2F2", "%F0%9F%8F%86"];
            let mut paths = vec![path.replace("{id}", "1").replace("{profile_id}", "1")];
            if path.contains('{') {
                paths.extend(bad.iter().map(|bad| path.replace("{id}", bad).replace("{profile_id}", bad)));
            }
            paths.extend(bad.iter().map(|bad| operation.path.replace("{tournament}", bad).replace("{team}", bad).replace("{id}", bad).replace("{profile_id}", bad)));
            let whole = operation.body.as_ref().map(|schema| sample(&document, schema));
            let mut bodies: Vec<Vec<u8>> = vec![whole.clone().unwrap_or(json!({})).to_string().into_bytes()];
            if operation.method != "GET" {
                bodies.extend(nonsense());
            }
            if let (Some(whole), Some(schema)) = (&whole, &operation.body) {
                for name in schema["properties"].as_object().expect("fields").keys() {
                    for value in values() {
                        let mut body = whole.clone();
                        body[name] = value;
                        bodies.push(body.to_string().into_bytes());
                    }
                }
            }
            let mut answers = Vec::new();
            for path in &paths {
                answers.push(if operation.method == "GET" { olga.get(path) } else { olga.raw(&operation.method, path, "application/json", &bodies[0]) });
            }
            if operation.method != "GET" {
                answers.extend(bodies.iter().map(|body| olga.raw(&operation.method, &paths[0], "application/json", body)));
            } else {
                let queries = ["?nonsense=1", "?limit=-1", "?limit=99999999999999999999", "?cursor=%00", "?cursor=zz", "?q=%00", "?q=%ff&q=", "?=", "?%", "?&&", "?a[]=1"];
                answers.extend(queries.iter().map(|query| olga.get(&format!("{}{query}", paths[0]))));
            }
            for answer in answers {
                asked += 1;
                assert!(answer.status() < 500, "{} {}: {} {}", operation.method, answer.url(), answer.status(), answer.text());
                if answer.status() >= 400 {
                    problem(&answer);
                }
            }
            database.execute("DELETE FROM kernel_ratelimit").await;
        }
        assert!(asked > 5_000, "{asked}");
    }

    async fn addresses_and_methods_that_are_not_there(database: &TestDatabase) {
        let site = serve(database).await;
        let stranger = site.stranger();
        for (method, path, status, code) in [
            ("GET", "/nothing", 404, "not-found"),
            ("POST", "/nothing/at/all", 404, "not-found"),
            ("DELETE", "/teams", 405, "method-not-allowed"),
            ("OPTIONS", "/teams", 405, "method-not-allowed"),
            ("GET", "/teams/nobody", 404, "not-found"),
            ("GET", "/entries/x", 404, "not-found"),
            ("GET", "/me", 401, "sign-in-required"),
        ] {
            let answer = stranger.ask(method, path, None);
            assert_eq!((answer.status(), problem(&answer).as_str()), (status, code), "{method} {path}");
        }
        let methods = stranger.ask("DELETE", "/teams", None);
        assert!(methods.header("allow").is_some_and(|allow| allow.contains("GET") && allow.contains("POST")));
        let long = stranger.raw("POST", "/sessions", "application/json", &vec![b' '; 70_000]);
        assert_eq!((long.status(), problem(&long).as_str()), (413, "too-long"));
        for path in ["/api", "/api/", "/api/v2/teams", "/api/v1"] {
            let answer = site.client().get(path);
            assert_eq!(answer.status(), 404, "{path}");
        }
        let ann = site.by(site.world.person("ann").await.user).await;
        let wrong = ann.post("/teams", &json!({ "name": 7, "tag": "ANN", "nonsense": true }));
        assert_eq!(problem(&wrong), "invalid");
        let errors = wrong.json()["errors"].clone();
        let found: Vec<(&str, &str)> = errors.as_array().expect("a list").iter().map(|error| (error["field"].as_str().unwrap_or(""), error["code"].as_str().unwrap_or(""))).collect();
        assert_eq!(found, [("name", "type"), ("nonsense", "unknown-field"), ("game", "required")]);
        let wrong = ann.post("/teams", &json!({ "name": "Ann", "tag": "!", "game": "chess" }));
        let errors = wrong.json()["errors"].clone();
        let fields: Vec<&str> = errors.as_array().expect("a list").iter().filter_map(|error| error["field"].as_str()).collect();
        assert!(fields.contains(&"tag") && fields.contains(&"game"), "{errors}");
    }
}
