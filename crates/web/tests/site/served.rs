//! A served site with its database at hand, and what visitors of it do often.

use std::{net::SocketAddr, sync::Arc};

use axum::Router;
use economy::model::{transaction, wallet};
use kernel::{
    Clock, Db, DbError, SystemRandom, TestClock,
    live::{Live, LiveOptions},
};
use notifications::service::Notice;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use testkit::{
    Kind, TestDatabase,
    http::{Client, Response},
};
use tokio::{net::TcpListener, sync::oneshot, task::JoinHandle};
use web::{Doors, Metrics, Site};

use crate::support;

/// A password that is good enough.
pub const PASSWORD: &str = "river lamp cactus";

pub async fn migrated(kind: Kind) -> Option<TestDatabase> {
    support::migrated(kind, web::project()).await
}

/// A site that is served until it is dropped.
pub struct Served {
    pub db: Db,
    pub clock: Arc<TestClock>,
    pub address: SocketAddr,
    stop: oneshot::Sender<()>,
    served: JoinHandle<std::io::Result<()>>,
}

pub async fn serve(database: &TestDatabase) -> Served {
    serve_with(database, |_| ()).await
}

/// A site with settings of the test's choice.
pub async fn serve_with(database: &TestDatabase, change: impl FnOnce(&mut Site)) -> Served {
    serve_as(database, change, Doors::standard()).await
}

/// A site with these answers to who may watch and fetch.
pub async fn serve_doors(database: &TestDatabase, doors: Doors) -> Served {
    serve_as(database, |_| (), doors).await
}

/// A site with pages of the test's own beside those of the program.
pub async fn serve_beside(database: &TestDatabase, doors: Doors, pages: Router) -> Served {
    let (site, clock) = site(database).await;
    let db = site.db.clone();
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("it is bound");
    let (stop, stopped) = oneshot::channel::<()>();
    let router = web::router_with(site, doors).merge(pages);
    let graceful = axum::serve(listener, router).with_graceful_shutdown(async move { drop(stopped.await) });
    let served = tokio::spawn(async move { graceful.await });
    Served { db, clock, address, stop, served }
}

async fn serve_as(database: &TestDatabase, change: impl FnOnce(&mut Site), doors: Doors) -> Served {
    let (mut site, clock) = site(database).await;
    change(&mut site);
    let db = site.db.clone();
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("it is bound");
    let (stop, stopped) = oneshot::channel::<()>();
    let served = tokio::spawn(web::serve_with(site, doors, listener, async move { drop(stopped.await) }));
    Served { db, clock, address, stop, served }
}

async fn site(database: &TestDatabase) -> (Site, Arc<TestClock>) {
    let (db, clock) = (support::open(database).await, Arc::new(TestClock::at_text("2026-03-01T18:00:00Z")));
    let site = Site {
        db: db.clone(),
        clock: Arc::<TestClock>::clone(&clock),
        random: Arc::new(SystemRandom),
        secure: false,
        metrics: Metrics::Local,
        live: Live::start(db, LiveOptions::default()).await.expect("the outbox can be read"),
    };
    (site, clock)
}

impl Served {
    /// Asks the site to stop and waits until it has.
    pub async fn stop(self) {
        drop(self.stop);
        self.served.await.expect("it does not panic").expect("it ends in order");
    }

    pub fn visitor(&self) -> Client {
        Client::new(self.address)
    }

    /// Somebody who has just signed up at the site.
    pub fn member(&self, username: &str) -> Client {
        let visitor = self.visitor();
        let email = format!("{username}@example.org");
        let password = [("password", PASSWORD), ("password_again", PASSWORD)];
        let fields = [[("username", username), ("email", &email)], password].concat();
        let answer = submit(&visitor, "/sign-up", "/sign-up", &fields);
        assert_eq!((answer.status(), answer.header("location")), (303, Some("/profile")), "{}", answer.text());
        visitor
    }

    /// The id of a user.
    pub async fn id(&self, username: &str) -> i64 {
        use accounts::model::user::{Column, Entity};
        let found = Entity::find().filter(Column::Username.eq(username)).one(self.db.read()).await;
        found.expect("readable").expect("there is one").id
    }

    pub async fn tell(&self, recipient: i64, title: &str, body: &str, url: &str) -> i64 {
        let told: Result<_, DbError> = self
            .db
            .write(|tx| async move {
                let (title, body, url) = (title.to_owned(), body.to_owned(), url.to_owned());
                let notice = Notice { kind: "generic", event: "test", title, body, url };
                Ok(notifications::service::notify(&tx, &*self.clock, recipient, notice).await?.id)
            })
            .await;
        told.expect("it is written")
    }

    /// Puts entries into a person's wallet, one a row, and sets the balance to their sum.
    pub async fn pay(&self, username: &str, entries: &[(i64, &str, &str)]) {
        let user = accounts::model::user::Entity::find_by_id(self.id(username).await).one(self.db.read()).await;
        let user = user.expect("readable").expect("there is one");
        let profile = profiles::service::of_user(&self.db, &*self.clock, &user).await.expect("readable");
        let wallet = economy::service::wallet_of(&self.db, &*self.clock, profile.id).await.expect("readable").id;
        let now = self.clock.now();
        let paid: Result<(), DbError> = self
            .db
            .write(|tx| async move {
                let rows = entries.iter().map(|(amount, reason, note)| transaction::ActiveModel {
                    wallet_id: Set(wallet),
                    amount: Set(*amount),
                    reason: Set((*reason).to_owned()),
                    note: Set((*note).to_owned()),
                    created_at: Set(now),
                    ..Default::default()
                });
                transaction::Entity::insert_many(rows).exec_without_returning(&tx).await?;
                let balance = entries.iter().map(|(amount, ..)| amount).sum();
                let row = wallet::ActiveModel { cached_balance: Set(balance), ..Default::default() };
                wallet::Entity::update_many().set(row).filter(wallet::Column::Id.eq(wallet)).exec(&tx).await?;
                Ok(())
            })
            .await;
        paid.expect("it is written");
    }
}

/// The token of a page's form.
pub fn token(visitor: &Client, page: &str) -> String {
    visitor.get(page).expect(200).hidden("csrf").expect("a form with a token")
}

/// Opens a page and sends its form, filled like this.
pub fn submit(visitor: &Client, page: &str, action: &str, fields: &[(&str, &str)]) -> Response {
    let token = token(visitor, page);
    visitor.post(action, &[&[("csrf", token.as_str())], fields].concat())
}

/// The fields of a profile that is right.
pub const PROFILE: &[(&str, &str)] =
    &[("display_name", "Ann the Quick"), ("region", "EU"), ("bio", "I play."), ("is_private", "on")];
