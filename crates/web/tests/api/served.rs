//! A served API with a world of people, teams and tournaments behind it.

use std::{net::SocketAddr, sync::Arc};

use accounts::model::user;
use kernel::{
    Clock, Db, DbError, SystemRandom, TestClock,
    live::{Live, LiveOptions},
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, JsonValue, QueryFilter, Statement,
};
use serde_json::Value;
use testkit::{
    Kind, TestDatabase,
    http::{Client, Method, Response},
};
use tokio::{net::TcpListener, sync::oneshot};
use web::{Metrics, Site};

use crate::{
    support,
    world::{Person, World},
};

pub async fn migrated(kind: Kind) -> Option<TestDatabase> {
    support::migrated(kind, web::project()).await
}

/// A site that is served until it is dropped.
pub struct Served {
    pub db: Db,
    pub clock: Arc<TestClock>,
    pub world: World,
    address: SocketAddr,
    _stop: oneshot::Sender<()>,
}

pub async fn serve(database: &TestDatabase) -> Served {
    let world = World::on(database).await;
    let (db, clock) = (support::open(database).await, Arc::new(TestClock::at(world.now())));
    let site = Site {
        db: db.clone(),
        clock: Arc::<TestClock>::clone(&clock),
        random: Arc::new(SystemRandom),
        secure: false,
        metrics: Metrics::Off,
        live: Live::start(db.clone(), LiveOptions::default()).await.expect("the outbox can be read"),
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("it is bound");
    let (stop, stopped) = oneshot::channel::<()>();
    tokio::spawn(web::serve(site, listener, async move { drop(stopped.await) }));
    Served { db, clock, world, address, _stop: stop }
}

impl Served {
    /// A program without a token.
    pub fn stranger(&self) -> Caller {
        Caller { client: Client::new(self.address), key: None }
    }

    /// A program that asks from this address, by way of a proxy on this machine.
    pub fn from(&self, address: &str) -> Caller {
        Caller { client: Client::new(self.address).with_header("x-forwarded-for", address), key: None }
    }

    /// A program with a session of this account.
    pub async fn by(&self, user: i64) -> Caller {
        let token = self.token(user).await;
        Caller { client: Client::new(self.address).with_header("authorization", format!("Bearer {token}")), key: None }
    }

    /// The token of a new session.
    pub async fn token(&self, user: i64) -> String {
        let clock = &*self.clock;
        let opened = self
            .db
            .write(|tx| async move { accounts::service::open_session(&tx, clock, &SystemRandom, user, "test").await });
        opened.await.expect("a session")
    }

    pub fn client(&self) -> Client {
        Client::new(self.address)
    }

    /// Makes somebody staff of the platform.
    pub async fn staff(&self, name: &str) -> Person {
        let person = self.world.person(name).await;
        let id = person.user;
        let done: Result<_, DbError> = self
            .db
            .write(|tx| async move {
                let row = user::ActiveModel { is_staff: Set(true), ..Default::default() };
                Ok(user::Entity::update_many().set(row).filter(user::Column::Id.eq(id)).exec(&tx).await?)
            })
            .await;
        done.expect("it is written");
        person
    }

    /// Moves all clocks on.
    pub fn advance(&self, step: chrono::TimeDelta) {
        self.clock.advance(step);
        self.world.clock.set(self.clock.now());
    }
}

/// A program that asks.
pub struct Caller {
    client: Client,
    key: Option<String>,
}

impl Caller {
    pub fn key(mut self, key: &str) -> Self {
        self.key = Some(key.to_owned());
        self
    }

    pub fn get(&self, path: &str) -> Response {
        self.client.get(&format!("/api/v1{path}"))
    }

    pub fn ask(&self, method: &str, path: &str, body: Option<&Value>) -> Response {
        let method: Method = method.parse().expect("a method");
        let mut headers = Vec::new();
        if body.is_some() {
            headers.push(("content-type", "application/json"));
        }
        if let Some(key) = &self.key {
            headers.push(("idempotency-key", key.as_str()));
        }
        let text = body.map(Value::to_string);
        let empty: &[u8] = b"";
        let text = if method == Method::GET { None } else { Some(text.as_ref().map_or(empty, |text| text.as_bytes())) };
        self.client.send(method, &format!("/api/v1{path}"), &headers, text)
    }

    pub fn post(&self, path: &str, body: &Value) -> Response {
        self.ask("POST", path, Some(body))
    }

    /// Sends these bytes as they are.
    pub fn raw(&self, method: &str, path: &str, media: &str, body: &[u8]) -> Response {
        let method: Method = method.parse().expect("a method");
        self.client.send(method, &format!("/api/v1{path}"), &[("content-type", media)], Some(body))
    }
}

/// What every problem has; answers its code.
#[track_caller]
pub fn problem(answer: &Response) -> String {
    let shown = format!("{} {}: {}", answer.path(), answer.status(), answer.text());
    assert_eq!(answer.header("content-type"), Some("application/problem+json"), "{shown}");
    let body = answer.json();
    assert_eq!(body["status"], answer.status(), "{shown}");
    assert_eq!(body["instance"], answer.path(), "{shown}");
    assert!(body["title"].as_str().is_some_and(|title| !title.is_empty()), "{shown}");
    assert!(body["detail"].as_str().is_some_and(|detail| !detail.is_empty()), "{shown}");
    for error in body["errors"].as_array().expect("a list") {
        assert!(error["field"].is_string() && error["code"].is_string() && error["message"].is_string(), "{shown}");
    }
    let kind = body["type"].as_str().and_then(|kind| kind.strip_prefix("/problems/"));
    kind.unwrap_or_else(|| panic!("{shown}")).to_owned()
}

/// All rows of all tables, but for the counts of rate limits.
pub async fn everything(database: &TestDatabase, db: &Db) -> Vec<String> {
    let mut all = Vec::new();
    let backend = db.read().get_database_backend();
    for table in database.tables().await {
        if table == "kernel_ratelimit" {
            continue;
        }
        let rows = JsonValue::find_by_statement(Statement::from_string(backend, format!("SELECT * FROM \"{table}\"")));
        let rows = rows.all(db.read()).await.unwrap_or_else(|error| panic!("{table}: {error}"));
        let mut rows: Vec<String> = rows.iter().map(ToString::to_string).collect();
        rows.sort();
        all.push(format!("{table}: {}", rows.join("\n")));
    }
    all
}
