//! Entering tournaments on the site. Here is what its tests share.

use std::io::Cursor;

use chrono::TimeDelta;
use economy::Holder;
use kernel::{Actor, Clock, DbError};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::json;
use testkit::{
    TestDatabase,
    http::{Client, Response, Upload},
};
use tournaments::{
    model::{audit_log, game, payment, registration, tournament},
    rules::{
        answers::Kind,
        settings::{Entrants, Method, Settings},
    },
    service,
};

use crate::{
    browser,
    served::{Served, migrated, serve, submit, token},
    teams::{contains, found, goes_to, sign_in_as},
    tournaments::{act, games},
};

/// A small picture.
pub fn picture() -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    let picture = image::RgbImage::from_fn(24, 16, |x, y| image::Rgb([x as u8 * 9, y as u8 * 9, 90]));
    picture.write_to(&mut bytes, image::ImageFormat::Png).expect("a picture");
    bytes.into_inner()
}

/// A file that nobody chose, as browsers send it.
const NO_FILE: Upload<'static> =
    Upload { field: "nothing", name: "", content_type: "application/octet-stream", bytes: &[] };

fn receipt(bytes: &[u8]) -> Upload<'_> {
    Upload { field: "payment_proof", name: "receipt.png", content_type: "image/png", bytes }
}

/// Opens a page and sends a form with a file.
fn give(visitor: &Client, page: &str, action: &str, fields: &[(&str, &str)], file: Upload<'_>) -> Response {
    let token = token(visitor, page);
    visitor.upload(action, &[&[("csrf", token.as_str())], fields].concat(), file)
}

/// The hidden fields of a page, to send it on as it is.
fn hidden(page: &Response) -> Vec<(String, String)> {
    let text = page.text();
    let field = |part: &str| {
        let name = part.split("name=\"").nth(1)?.split('"').next()?;
        let value = part.split("value=\"").nth(1)?.split('"').next()?;
        Some((
            name.to_owned(),
            value
                .replace("&#34;", "\"")
                .replace("&#39;", "'")
                .replace("&#60;", "<")
                .replace("&#62;", ">")
                .replace("&#38;", "&"),
        ))
    };
    let main = text.split("<main").nth(1).unwrap_or_default();
    main.split("<input type=\"hidden\"").skip(1).filter_map(|part| field(part.split('>').next()?)).collect()
}

/// Sends what a page for looking it all over holds.
fn send_on(visitor: &Client, page: &Response, action: &str, more: &[(&str, &str)]) -> Response {
    let fields = hidden(page);
    let fields: Vec<(&str, &str)> =
        fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).chain(more.iter().copied()).collect();
    visitor.post(action, &fields)
}

impl Served {
    async fn game(&self, name: &str, code: &str, column: &str) -> i64 {
        let row = &game::ActiveModel {
            name: Set(name.to_owned()),
            slug: Set(code.to_owned()),
            code: Set(Some(code.to_owned())),
            icon: Set(String::new()),
            profile_id_field: Set(column.to_owned()),
            is_active: Set(true),
            created_at: Set(self.clock.now()),
            ..Default::default()
        };
        let made: Result<game::Model, DbError> = self
            .db
            .write(|tx| async move { Ok(game::Entity::insert(row.clone()).exec_with_returning(&tx).await?) })
            .await;
        made.expect("it is written").id
    }

    /// Settings of a free cup of eFootball that takes entries for a day and begins two hours later.
    pub async fn solo(&self, places: i32) -> Settings {
        let game = self.game("eFootball", "efootball", "efootball_id").await;
        let now = self.clock.now();
        Settings {
            participation_type: Entrants::Solo,
            registration_end: now + TimeDelta::days(1),
            tournament_start: now + TimeDelta::hours(26),
            rules_text: "Be on time.\nBe kind.".to_owned(),
            ..Settings::new("Friday Cup", game, places, now)
        }
    }

    /// The same with a fee of 500 BDT by bKash or bank, or 50 coins.
    pub async fn paid(&self, places: i32) -> Settings {
        Settings {
            has_entry_fee: true,
            entry_fee_amount: 50_000,
            entry_fee_deltacoin: 50,
            payment_methods: vec![Method::Deltacoin, Method::Bkash, Method::BankTransfer],
            payment_accounts: [
                (Method::Bkash, "01711111111 (personal)".to_owned()),
                (Method::BankTransfer, "City Bank 1234567890".to_owned()),
            ]
            .into(),
            ..self.solo(places).await
        }
    }

    pub async fn actor(&self, username: &str) -> Actor {
        Actor::user(self.id(username).await)
    }

    /// A published cup, held by somebody who has signed up as `olga`.
    pub async fn cup(&self, settings: &Settings, questions: Vec<service::question::NewQuestion>) -> tournament::Model {
        let (olga, games) = (self.actor("olga").await, &games());
        let made = act!(self, olga, |tx, cx| service::settings::create(tx, cx, games, settings.clone()));
        for question in &questions {
            act!(self, olga, |tx, cx| service::question::add(tx, cx, made.id, question.clone()));
        }
        act!(self, olga, |tx, cx| service::lifecycle::publish(tx, cx, games, made.id))
    }

    async fn entries(&self) -> Vec<registration::Model> {
        let all = registration::Entity::find().order_by_asc(registration::Column::Id);
        all.all(self.db.read()).await.expect("readable")
    }

    async fn states(&self) -> Vec<String> {
        self.entries().await.into_iter().map(|entry| entry.status).collect()
    }

    async fn payments(&self) -> Vec<payment::Model> {
        payment::Entity::find().order_by_asc(payment::Column::Id).all(self.db.read()).await.expect("readable")
    }

    async fn give_coins(&self, username: &str, coins: i64) {
        let id = self.id(username).await;
        let user = accounts::model::user::Entity::find_by_id(id).one(self.db.read()).await;
        let user = user.expect("readable").expect("there is one");
        let profile = profiles::service::of_user(&self.db, &*self.clock, &user).await.expect("readable").id;
        let done = self.db.write(|tx| async move {
            let holder = Holder::Player(profile);
            economy::service::adjust(&tx, &*self.clock, &Actor::System, holder, coins, "for a test", None)
                .await
                .map(drop)
        });
        done.await.expect("the treasury gives");
    }
}

/// Somebody with the id that eFootball needs.
pub fn player(site: &Served, name: &str) -> Client {
    let person = site.member(name);
    let saved = submit(&person, "/profile/game-ids", "/profile/game-ids", &[("efootball_id", "123456789")]);
    assert_eq!(saved.status(), 303, "{}", saved.text());
    person
}

/// Goes through the steps of a cup without questions; answers the last page.
pub fn enter(person: &Client, slug: &str, more: &[(&str, &str)]) -> Response {
    let path = |end: &str| format!("/tournaments/{slug}/enter{end}");
    let review = give(person, &path("/details"), &path("/review"), &[("rules", "on")], NO_FILE).expect(200);
    send_on(person, &review, &path(""), more)
}

fn question(name: &str, kind: Kind, config: serde_json::Value, required: bool) -> service::question::NewQuestion {
    service::question::NewQuestion { name: name.to_owned(), kind, config, required, help: format!("About {name}.") }
}

/// One of each kind.
pub fn questions() -> Vec<service::question::NewQuestion> {
    vec![
        question("Nickname", Kind::Text, json!({ "min_length": 3, "max_length": 20 }), true),
        question("Jersey number", Kind::Number, json!({ "min": 1, "max": 99, "integer": true }), true),
        question("Photo", Kind::Media, json!({ "types": ["image"] }), true),
        question("Adult", Kind::Toggle, json!({ "must_be_on": true }), true),
        question("Birthday", Kind::Date, json!({ "latest": "2010-01-01" }), true),
        question("Channel", Kind::Url, json!({ "hosts": ["twitch.tv"] }), false),
        question("Shirt", Kind::Dropdown, json!({ "options": ["S", "M", "L"] }), true),
    ]
}

const ANSWERS: &[(&str, &str)] = &[
    ("phone", "01700 000000"),
    ("discord", "ann.q"),
    ("q-nickname", "Quick <3"),
    ("q-jersey_number", "7"),
    ("q-adult", "on"),
    ("q-birthday", "2001-02-03"),
    ("q-channel", "https://www.twitch.tv/ann"),
    ("q-shirt", "M"),
    ("rules", "on"),
];

mod place;
mod way;
