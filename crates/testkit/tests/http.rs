//! Requests to a server: what was asked arrives, what was answered is told, cookies are kept.

use std::io::BufRead as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::Command;

use serde_json::json;
use testkit::http::{Client, Method, Upload};
use testkit::process::Served;

fn server() -> Served {
    Served::start(Command::new(env!("CARGO_BIN_EXE_specimen")).arg("serve"))
}

#[test]
fn a_visitor_is_remembered() {
    let server = server();
    let (client, other) = (Client::new(server.address()), Client::new(server.address()));
    let answer = client.post("/login", &[("name", "Ada & Co"), ("ö", "ü")]).expect(303);
    assert_eq!(answer.location().expect("a redirect").path(), "/home");
    assert_eq!(client.cookie("session").as_deref(), Some("name=Ada+%26+Co&%C3%B6=%C3%BC"));
    let home = client.follow(answer).expect(200);
    assert_eq!(home.path(), "/home");
    assert_eq!(home.text(), "cookies: session=name=Ada+%26+Co&%C3%B6=%C3%BC");
    assert_eq!(other.get("/home").text(), "cookies: ");
    assert_eq!(other.cookie("session"), None);
}

#[test]
fn a_page_is_read() {
    let server = server();
    let page = Client::new(server.address()).visit("/").expect(200);
    assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"));
    assert_eq!(page.hidden("csrf_token").as_deref(), Some("x&\"y"));
    assert_eq!(page.hidden("a"), None, "not hidden");
    assert_eq!(page.location(), None);
}

#[test]
fn what_is_sent_arrives() {
    let server = server();
    let client = Client::new(server.address()).with_header("x-key", "k1");
    let form = client.post("/echo", &[("a", "b c")]).json();
    assert_eq!(
        form,
        json!({"method": "POST", "type": "application/x-www-form-urlencoded", "key": "k1", "body": "a=b+c"})
    );
    for method in [Method::PUT, Method::PATCH, Method::POST] {
        let echoed = client.json(method.clone(), "/echo", &json!({"n": 1})).json();
        let body = json!({"method": method.as_str(), "type": "application/json", "key": "k1", "body": "{\"n\":1}"});
        assert_eq!(echoed, body);
    }
    let deleted = client.send(Method::DELETE, "/echo", &[("x-key", "k2")], None).json();
    assert_eq!(deleted["method"], "DELETE");
    let file = Upload { field: "logo", name: "a.png", content_type: "image/png", bytes: b"\x89PNG" };
    let sent = client.upload("/echo", &[("token", "t")], file).json();
    assert_eq!(sent["key"], "k1");
    assert!(sent["type"].as_str().is_some_and(|kind| kind.starts_with("multipart/form-data; boundary=")), "{sent}");
    let body = sent["body"].as_str().expect("a text");
    for part in ["name=\"token\"", "name=\"logo\"; filename=\"a.png\"", "image/png", "PNG"] {
        assert!(body.contains(part), "{part:?} is missing in {body}");
    }
}

#[test]
fn a_stream_is_read_as_it_comes() {
    let server = server();
    let lines = Client::new(server.address()).stream("/events").lines().map_while(Result::ok);
    let news: Vec<String> = lines.filter(|line| !line.is_empty()).take(2).collect();
    assert_eq!(news, ["data: one", "data: two"]);
}

#[test]
fn failures_are_told() {
    let server = server();
    let client = Client::new(server.address());
    for (act, parts) in [
        (&(|| drop(client.visit("/loop"))) as &dyn Fn(), vec!["more than 10 redirects", "/loop"]),
        (&|| drop(client.get("/missing").expect(200)), vec!["expected status 200", "GET", "/missing", "404"]),
        (&|| drop(client.get("/home").json()), vec!["not JSON", "cookies:"]),
        (&|| drop(Client::new(([127, 0, 0, 1], 1).into()).get("/")), vec!["GET http://127.0.0.1:1/"]),
    ] {
        let panic = catch_unwind(AssertUnwindSafe(act)).expect_err("it should have failed");
        let text = panic.downcast_ref::<String>().expect("a text");
        assert!(parts.iter().all(|part| text.contains(part)), "{parts:?} are not all in {text}");
    }
}
