//! A program that uses the API as it should be used: every act has an idempotency key, and what was not answered is
//! asked again with the same key.

use std::{
    cell::Cell,
    net::SocketAddr,
    sync::atomic::{AtomicU64, Ordering::Relaxed},
    thread,
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use testkit::http::{Client, Method, Response};

/// Longer than any answer takes, with the program dying on the way.
const PATIENCE: Duration = Duration::from_secs(120);
const PASSWORD: &str = "river lamp cactus";

pub struct Api {
    address: SocketAddr,
    /// Whether an answer that does not come is asked for again.
    patient: bool,
    keys: AtomicU64,
    acts: AtomicU64,
    /// What had to be asked more than once.
    broken: AtomicU64,
    /// Answers that had been lost and came from the key.
    replayed: AtomicU64,
    /// Answers that were asked for once more.
    again: AtomicU64,
}

/// Somebody with a session.
pub struct Person {
    pub name: String,
    pub user: i64,
    pub profile: i64,
    client: Client,
}

impl Api {
    /// A client of a server that stays.
    pub fn new(address: SocketAddr) -> Self {
        Self {
            address,
            patient: false,
            keys: AtomicU64::new(0),
            acts: AtomicU64::new(0),
            broken: AtomicU64::new(0),
            replayed: AtomicU64::new(0),
            again: AtomicU64::new(0),
        }
    }

    /// A client of a server that may die and come back.
    pub fn patient(address: SocketAddr) -> Self {
        Self { patient: true, ..Self::new(address) }
    }

    /// How many acts were sent so far, each as often as it was sent.
    pub fn acts(&self) -> u64 {
        self.acts.load(Relaxed)
    }

    pub fn told(&self) -> String {
        let [keys, broken, replayed, again] =
            [&self.keys, &self.broken, &self.replayed, &self.again].map(|count| count.load(Relaxed));
        format!(
            "{keys} acts; {broken} answers did not come at once, {replayed} of which were of something done; \
             {again} more were asked for again and were the same"
        )
    }

    /// Somebody signs up.
    pub fn sign_up(&self, name: &str) -> Person {
        let account = json!({ "username": name, "email": format!("{name}@example.org"), "password": PASSWORD });
        let stranger = Client::new(self.address);
        let lost = Cell::new(false);
        let answer = self.send(&stranger, Method::POST, "/accounts", Some(&account), || lost.set(true));
        // Without an account there is no key yet. Whether the lost answer was a yes, one's own password tells.
        if lost.get() && answer.status() == 422 {
            assert_eq!(answer.json()["errors"][0]["code"], "username-taken", "{}", answer.text());
            return self.sign_in(name, PASSWORD);
        }
        self.person(name, &told(answer))
    }

    /// Somebody signs in who has an account.
    pub fn sign_in(&self, name: &str, password: &str) -> Person {
        let form = json!({ "name": name, "password": password });
        let answer = self.send(&Client::new(self.address), Method::POST, "/sessions", Some(&form), || ());
        self.person(name, &told(answer))
    }

    fn person(&self, name: &str, session: &Value) -> Person {
        let token = session["token"].as_str().expect("a token");
        let client = Client::new(self.address).with_header("authorization", format!("Bearer {token}"));
        let mut person = Person { name: name.to_owned(), user: 0, profile: 0, client };
        let me = self.get(&person, "/me");
        assert_eq!(me["username"], name);
        (person.user, person.profile) = (id(&me), me["profile_id"].as_i64().expect("a profile"));
        person
    }

    #[track_caller]
    pub fn get(&self, who: &Person, path: &str) -> Value {
        told(self.send(&who.client, Method::GET, path, None, || ()))
    }

    /// All items of a list, over its pages.
    #[track_caller]
    pub fn list(&self, who: &Person, path: &str) -> Vec<Value> {
        let (mut all, mut cursor) = (Vec::new(), String::new());
        let sign = if path.contains('?') { '&' } else { '?' };
        loop {
            let page = self.get(who, &format!("{path}{cursor}"));
            all.extend(page["items"].as_array().expect("items").iter().cloned());
            match page["next"].as_str() {
                Some(next) => cursor = format!("{sign}cursor={next}"),
                None => return all,
            }
        }
    }

    #[track_caller]
    pub fn post(&self, who: &Person, path: &str, body: Value) -> Value {
        self.act(who, Method::POST, path, body)
    }

    #[track_caller]
    pub fn act(&self, who: &Person, method: Method, path: &str, body: Value) -> Value {
        let key = self.key();
        let answer = self.ask(&who.client, method.clone(), path, Some(&body), &key, || ());
        // What looks and does nothing has no key.
        if self.patient && self.keys.load(Relaxed).is_multiple_of(3) && !path.ends_with("/preview") {
            // As if the answer had been lost: whatever died meanwhile, it is there, and the same.
            let again = self.ask(&who.client, method, path, Some(&body), &key, || ());
            assert_eq!((again.status(), again.text()), (answer.status(), answer.text()), "{path}");
            assert_eq!(again.header("idempotent-replayed"), Some("true"), "{path}");
            self.again.fetch_add(1, Relaxed);
        }
        if answer.header("idempotent-replayed").is_some() {
            self.replayed.fetch_add(1, Relaxed);
        }
        told(answer)
    }

    /// An act that is refused; answers the kind of problem.
    #[track_caller]
    pub fn refused(&self, who: &Person, path: &str, body: Value) -> String {
        let answer = self.send(&who.client, Method::POST, path, Some(&body), || ());
        assert!((400..500).contains(&answer.status()), "{path}: {} {}", answer.status(), answer.text());
        answer.json()["type"].as_str().expect("a type").trim_start_matches("/problems/").to_owned()
    }

    fn key(&self) -> String {
        format!("cup-{}", self.keys.fetch_add(1, Relaxed))
    }

    #[track_caller]
    fn send(&self, client: &Client, method: Method, path: &str, body: Option<&Value>, lost: impl Fn()) -> Response {
        self.ask(client, method, path, body, &body.map_or_else(String::new, |_| self.key()), lost)
    }

    /// Asks until there is an answer; `lost` hears of each that did not come.
    #[track_caller]
    fn ask(
        &self,
        client: &Client,
        method: Method,
        path: &str,
        body: Option<&Value>,
        key: &str,
        lost: impl Fn(),
    ) -> Response {
        let (path, text) = (format!("/api/v1{path}"), body.map(Value::to_string));
        let headers: &[(&str, &str)] = match body {
            Some(_) => &[("content-type", "application/json"), ("idempotency-key", key)],
            None => &[],
        };
        let (begun, mut whole) = (Instant::now(), true);
        loop {
            self.acts.fetch_add(u64::from(body.is_some()), Relaxed);
            let sent = client.try_send(method.clone(), &path, headers, text.as_deref().map(str::as_bytes));
            let wait = match sent {
                Ok(answer) => match pause(&answer) {
                    Some(wait) => wait,
                    None => return answer,
                },
                Err(broken) => {
                    assert!(self.patient, "{broken}");
                    self.broken.fetch_add(u64::from(whole), Relaxed);
                    whole = false;
                    lost();
                    Duration::from_millis(20)
                }
            };
            assert!(begun.elapsed() < PATIENCE, "{method} {path} was not answered in {PATIENCE:?}");
            thread::sleep(wait);
        }
    }
}

/// How long to wait before asking again, when the answer is to do so.
fn pause(answer: &Response) -> Option<Duration> {
    let again = matches!(answer.status(), 429 | 503)
        || (answer.status() == 409 && answer.json()["type"] == "/problems/request-under-way");
    let seconds = answer.header("retry-after").and_then(|text| text.parse().ok()).unwrap_or(1);
    again.then(|| Duration::from_secs(seconds))
}

/// What was answered, when all is well.
#[track_caller]
fn told(answer: Response) -> Value {
    let status = answer.status();
    assert!((200..300).contains(&status), "{}: {status} {}", answer.url(), answer.text());
    if status == 204 { Value::Null } else { answer.json() }
}

#[track_caller]
pub fn id(value: &Value) -> i64 {
    value["id"].as_i64().unwrap_or_else(|| panic!("no id: {value}"))
}
