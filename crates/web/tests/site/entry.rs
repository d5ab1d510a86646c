//! Entering tournaments on the site: the wizard with all that can be in the way, paying, checking in, withdrawing.

use std::io::Cursor;

use chrono::TimeDelta;
use economy::Holder;
use kernel::{Actor, Clock, DbError, PluginRegistry, SystemRandom};
use sea_orm::{ActiveValue::Set, EntityTrait, QueryOrder};
use serde_json::json;
use testkit::{
    TestDatabase,
    http::{Client, Response, Upload},
};
use tournaments::{
    By, Context,
    model::{game, payment, registration, tournament},
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
};

/// Runs an act of the tournaments in a unit of work of its own, as somebody.
macro_rules! act {
    ($site:expr, $by:expr, |$tx:ident, $cx:ident| $call:expr) => {{
        let (site, by) = (&$site, &By::from($by));
        let done = site.db.write(|$tx| async move {
            let context = Context::new(&*site.clock, &SystemRandom, by);
            let ($tx, $cx) = (&$tx, &context);
            $call.await
        });
        done.await.unwrap_or_else(|refusal| panic!("{refusal}"))
    }};
}

fn games() -> PluginRegistry {
    let games = PluginRegistry::new();
    for game in ::teams::games() {
        games.register(game).expect("it has a name");
    }
    games
}

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

testkit::on_both! {
    from migrated;

    async fn a_player_is_led_from_what_is_missing_to_a_place(database: &TestDatabase) {
        let site = serve(database).await;
        site.member("olga");
        let cup = site.cup(&site.solo(8).await, Vec::new()).await;
        assert_eq!(cup.slug, "friday-cup");
        let ann = site.member("ann");
        goes_to(&site.visitor().get("/tournaments/friday-cup/enter"), "/sign-in?next=/tournaments/friday-cup/enter");
        assert_eq!(ann.get("/tournaments/monday-cup/enter").status(), 404);
        goes_to(&ann.get("/tournaments/friday-cup/enter"), "/tournaments/friday-cup/enter/players");
        let page = ann.get("/tournaments/friday-cup/enter/players").expect(200).text();
        let mend = "/profile/game-ids?game=efootball&next=/tournaments/friday-cup/enter";
        contains(&page, &["One thing is in the way", "User ID is missing", &format!("href=\"{}\"", mend.replace('&', "&#38;"))]);
        assert!(!page.contains("/enter/details"), "there is no way past it");
        // Nor by going there: what is in the way is said again.
        let past = give(&ann, "/tournaments/friday-cup/enter/details", "/tournaments/friday-cup/enter/review", &[("rules", "on")], NO_FILE);
        contains(&past.expect(422).text(), &["User ID is missing"]);
        let form = ann.get(mend).expect(200);
        let next = form.hidden("next").expect("a way back");
        let saved = submit(&ann, mend, "/profile/game-ids", &[("efootball_id", "123456789"), ("next", &next)]);
        goes_to(&saved, "/tournaments/friday-cup/enter");
        contains(&ann.get("/tournaments/friday-cup/enter/players").text(), &["123456789", "href=\"/tournaments/friday-cup/enter/details\""]);

        let details = "/tournaments/friday-cup/enter/details";
        contains(&ann.get(details).expect(200).text(), &["Be kind.", "name=\"rules\""]);
        let long = "x".repeat(101);
        let page = give(&ann, details, "/tournaments/friday-cup/enter/review", &[("phone", &long), ("discord", "ann.q")], NO_FILE).expect(422).text();
        contains(&page, &["Agree to the rules to enter.", "at most 100 visible characters", "value=\"ann.q\"", &long]);
        assert_eq!(ann.post("/tournaments/friday-cup/enter", &[("csrf", &token(&ann, details))]).status(), 422, "the rules are not skipped");
        let review = give(&ann, details, "/tournaments/friday-cup/enter/review", &[("phone", "01700"), ("rules", "on")], NO_FILE).expect(200);
        contains(&review.text(), &["Is this right?", "You get a place at once, and it is yours.", "<dd>01700</dd>"]);
        assert!(site.entries().await.is_empty(), "nothing counts before one enters");
        let back = send_on(&ann, &review, details, &[]).expect(200).text();
        contains(&back, &["value=\"01700\"", "name=\"rules\" value=\"on\" checked"]);

        let entered = send_on(&ann, &review, "/tournaments/friday-cup/enter", &[]);
        goes_to(&entered, "/tournaments/friday-cup/entry?done=entered");
        contains(&ann.follow(entered).expect(200).text(), &["You are in.", "Confirmed", "Check in before play", "123456789", "<dd>01700</dd>"]);
        assert_eq!(site.states().await, ["confirmed"]);
        goes_to(&send_on(&ann, &review, "/tournaments/friday-cup/enter", &[]), "/tournaments/friday-cup/entry");
        goes_to(&ann.get("/tournaments/friday-cup/enter"), "/tournaments/friday-cup/entry");
        assert_eq!(site.entries().await.len(), 1);
        contains(&ann.get("/me/entries").expect(200).text(), &["Friday Cup", "Check in before play", "/tournaments/friday-cup/entry"]);
        // An address without its form leads to where it is.
        goes_to(&site.member("bob").get("/tournaments/friday-cup/enter/review"), "/tournaments/friday-cup/enter");
    }

    async fn every_kind_of_question_is_answered(database: &TestDatabase) {
        let site = serve(database).await;
        site.member("olga");
        let cup = site.cup(&site.solo(8).await, questions()).await;
        let ann = player(&site, "ann");
        let (details, review) = ("/tournaments/friday-cup/enter/details", "/tournaments/friday-cup/enter/review");
        let png = picture();
        let photo = |bytes| Upload { field: "q-photo", name: "me & you.png", content_type: "image/png", bytes };
        contains(&ann.get(details).expect(200).text(), &["type=\"file\"", "type=\"date\"", "type=\"number\"", "<option>M</option>", "About Nickname."]);

        let wrong = [("q-nickname", "ab"), ("q-jersey_number", "100"), ("q-birthday", "2020-01-01"), ("q-channel", "https://evil.example/ann"), ("q-shirt", "XXL")];
        let page = give(&ann, details, review, &wrong, photo(b"no picture at all")).expect(422).text();
        contains(&page, &["Use at least 3 characters.", "Write 99 or less.", "This is no PNG", "Agree to this to enter.", "2010-01-01", "The link must lead to twitch.tv.", "Choose one of the list.", "Agree to the rules"]);
        contains(&page, &[">ab</textarea>", "value=\"100\"", "value=\"2020-01-01\"", "value=\"https://evil.example/ann\"", "8 answers need another look", "href=\"#q-photo\""]);

        // A good file among wrong answers is kept.
        let page = give(&ann, details, review, &wrong, photo(&png)).expect(422);
        contains(&page.text(), &["Given: <b>me  you.png</b>"]);
        let kept = page.hidden("kept-q-photo").expect("its token");
        let mut fields = ANSWERS.to_vec();
        fields.push(("kept-q-photo", &kept));
        let page = give(&ann, details, review, &fields, NO_FILE).expect(200);
        contains(&page.text(), &["<dd>Quick &#60;3</dd>", "<dd>7</dd>", "<dd>me  you.png</dd>", "<dd>Yes</dd>", "<dd>M</dd>", "<dd>ann.q</dd>"]);
        let back = send_on(&ann, &page, details, &[]).expect(200).text();
        contains(&back, &[">Quick &#60;3</textarea>", "Given: <b>me  you.png</b>", "<option selected>M</option>", "name=\"q-adult\" value=\"on\" checked"]);
        goes_to(&send_on(&ann, &page, "/tournaments/friday-cup/enter", &[]), "/tournaments/friday-cup/entry?done=entered");
        let data = &site.entries().await[0].registration_data;
        let expected = json!({ "nickname": "Quick <3", "jersey_number": 7, "photo": kept, "adult": true, "birthday": "2001-02-03", "channel": "https://www.twitch.tv/ann", "shirt": "M" });
        assert_eq!(data["custom_fields"], expected);
        contains(&ann.get("/tournaments/friday-cup/entry").text(), &["<dd>Quick &#60;3</dd>", "A file was given."]);
        assert_eq!(ann.get(&format!("/uploads/{kept}")).status(), 200, "who gave a file sees it");
        assert_eq!(site.member("eve").get(&format!("/uploads/{kept}")).status(), 404);

        // Somebody else's file answers nothing.
        let bob = player(&site, "bob");
        let page = give(&bob, details, review, &fields, NO_FILE).expect(422).text();
        contains(&page, &["Give the file again."]);
        assert!(!page.contains("me  you.png"), "whose it was is not told");
        assert_eq!(cup.max_participants, 8);
    }

    async fn a_team_enters_once_its_roster_is_ready(database: &TestDatabase) {
        let site = serve(database).await;
        site.member("olga");
        let game = site.game("Valorant", "valorant", "riot_id").await;
        let solo = site.solo(4).await;
        site.cup(&Settings { participation_type: Entrants::Team, game_id: game, ..solo }, Vec::new()).await;
        let people: Vec<Client> = ["ann", "bob", "cyd", "dan", "eve"].iter().map(|name| site.member(name)).collect();
        let enter = "/tournaments/friday-cup/enter";
        contains(&people[0].get(enter).expect(200).text(), &["You are in no team that plays Valorant.", "href=\"/teams/new?game=valorant\""]);
        found(&people[0], "Lions", "LION", "valorant", "SA", "Duelist");
        let page = people[0].get(enter).expect(200).text();
        contains(&page, &["3 things are in the way", "1 of at least 5 players", "no captain", "Riot ID is missing", "href=\"/teams/lions/manage#roster\"", "game=valorant"]);
        for (name, person) in ["bob", "cyd", "dan", "eve"].iter().zip(&people[1..]) {
            submit(&people[0], "/teams/lions/manage", "/teams/lions/invitations", &[("username", name), ("role", "PLAYER")]);
            let page = person.get("/me/teams").expect(200).text();
            let id: String = page.split("/me/invitations/").nth(1).expect("one").chars().take_while(char::is_ascii_digit).collect();
            goes_to(&submit(person, "/me/teams", &format!("/me/invitations/{id}/accept"), &[]), "/teams/lions?done=accepted");
        }
        for (number, person) in people.iter().enumerate().skip(1) {
            submit(person, "/profile/game-ids", "/profile/game-ids", &[("riot_id", &format!("Player{number}#SA1"))]);
        }
        let page = people[0].get("/teams/lions/manage").text();
        let bob: String = page.split("captain\"").next().and_then(|before| before.rsplit("/members/").next()).expect("one").chars().take_while(char::is_ascii_digit).collect();
        submit(&people[0], "/teams/lions/manage", &format!("/teams/lions/members/{bob}/captain"), &[]);
        contains(&people[0].get(enter).text(), &["One thing is in the way", "ann: Riot ID is missing"]);
        submit(&people[0], "/profile/game-ids", "/profile/game-ids", &[("riot_id", "Ann#SA1")]);
        let page = people[0].get(enter).text();
        contains(&page, &["Everything is ready."]);
        let players: String = page.split("href=\"").find(|part| part.contains("/enter/players?team=")).expect("a link").split('"').next().expect("it ends").to_owned();
        let team = players.rsplit('=').next().expect("an id").to_owned();
        contains(&people[2].get(enter).text(), &["do not speak for it"]);
        contains(&people[2].get(&players).text(), &["You cannot enter this team."]);
        contains(&people[0].get(&players).expect(200).text(), &["Who plays for Lions?", "Player4#SA1", "Starts", "/enter/details?team="]);

        let details = format!("{enter}/details?team={team}");
        let review = give(&people[0], &details, &format!("{enter}/review"), &[("team", &team), ("rules", "on")], NO_FILE).expect(200);
        contains(&review.text(), &["<dt>Players</dt>", "cyd"]);
        goes_to(&send_on(&people[0], &review, enter, &[]), "/tournaments/friday-cup/entry?done=entered");
        // Its captain speaks for it; a player sees it.
        contains(&people[1].get("/tournaments/friday-cup/entry").expect(200).text(), &["Lions", "/entry/withdraw"]);
        let page = people[2].get("/tournaments/friday-cup/entry").expect(200).text();
        contains(&page, &["Lions", "You play for this entry."]);
        assert!(!page.contains("/entry/withdraw"), "{page}");
        assert_eq!(people[2].get("/tournaments/friday-cup/entry/withdraw").status(), 403);
        assert_eq!(submit(&people[2], "/me/teams", "/tournaments/friday-cup/entry/withdraw", &[]).status(), 403);
        assert_eq!(site.states().await, ["confirmed"]);
        goes_to(&people[1].get(enter), "/tournaments/friday-cup/entry");
    }

    async fn money_is_sent_rejected_sent_again_and_found(database: &TestDatabase) {
        let site = serve(database).await;
        site.member("olga");
        site.cup(&site.paid(4).await, Vec::new()).await;
        let ann = player(&site, "ann");
        let entered = enter(&ann, "friday-cup", &[("pay", "later")]);
        goes_to(&entered, "/tournaments/friday-cup/entry?done=entered");
        contains(&ann.follow(entered).text(), &["You have a place. Pay the fee to keep it.", "href=\"/tournaments/friday-cup/entry/pay\"", "until 2 Mar 2026"]);
        contains(&ann.get("/me/entries").text(), &["To do now", "href=\"/tournaments/friday-cup/entry/pay\""]);
        let (pay, send) = ("/tournaments/friday-cup/entry/pay", "/tournaments/friday-cup/entry/pay/money");
        let id = site.entries().await[0].id;
        contains(&ann.get(pay).expect(200).text(), &["exactly 500 BDT", "01711111111 (personal)", "City Bank 1234567890", &format!("DC-{id}"), "value=\"500\"", "50 are missing"]);
        goes_to(&ann.get(send), pay);

        let png = picture();
        let wrong = [("payment_method", "bkash"), ("amount", "499.99"), ("transaction_id", "12"), ("payer_account", "12345")];
        let page = give(&ann, pay, send, &wrong, receipt(&png)).expect(422);
        contains(&page.text(), &["Send exactly the fee, 500.00.", "at least 6 letters and digits", "01712345678", "value=\"499.99\"", "value=\"12\"", "value=\"12345\"", "value=\"bkash\" checked", "Given: <b>receipt.png</b>"]);
        let kept = page.hidden("kept_proof").expect("its token");
        contains(&give(&ann, pay, send, &[("amount", "500")], NO_FILE).expect(422).text(), &["Choose one of the ways to pay", "Add a picture of the receipt."]);
        contains(&give(&ann, pay, send, &wrong, receipt(b"GIF89a")).expect(422).text(), &["This is no PNG", "Send exactly the fee"]);
        let right = [("payment_method", "bkash"), ("amount", "500.00"), ("transaction_id", "trx9a8b7c"), ("payer_account", "01712 345678"), ("kept_proof", &kept)];
        goes_to(&give(&ann, pay, send, &right, NO_FILE), "/tournaments/friday-cup/entry?done=paid");
        contains(&ann.get("/tournaments/friday-cup/entry").text(), &["Your payment is being checked", "500 BDT by bKash", "TRX9A8B7C"]);
        goes_to(&ann.get(pay), "/tournaments/friday-cup/entry");

        let (olga, first) = (site.actor("olga").await, site.payments().await[0].id);
        act!(site, olga, |tx, cx| service::payment::reject(tx, cx, first, "Nothing came from <this> number."));
        let page = ann.get(pay).expect(200);
        contains(&page.text(), &["Nothing came from &#60;this&#62; number.", "value=\"TRX9A8B7C\"", "value=\"01712345678\"", "value=\"bkash\" checked", "Given: <b>receipt.png</b>"]);
        contains(&ann.get("/tournaments/friday-cup/entry").text(), &["Not found", "Nothing came from"]);
        let mut again = right;
        again[2] = ("transaction_id", "TRX000111");
        goes_to(&give(&ann, pay, send, &again, NO_FILE), "/tournaments/friday-cup/entry?done=paid");
        let second = site.payments().await[1].id;
        act!(site, olga, |tx, cx| service::payment::verify(tx, cx, second, "", false));
        contains(&ann.get("/tournaments/friday-cup/entry").text(), &["Confirmed", "Check in before play"]);
        assert_eq!(site.states().await, ["confirmed"]);

        // A stranger pays for nobody, and sees no receipt.
        let bob = player(&site, "bob");
        goes_to(&bob.get(pay), "/tournaments/friday-cup/enter");
        goes_to(&give(&bob, "/me/teams", send, &right, NO_FILE), "/tournaments/friday-cup/enter");
        assert_eq!(bob.get(&format!("/uploads/{kept}")).status(), 404);
        assert_eq!(site.payments().await.len(), 2);
    }

    async fn coins_are_paid_and_come_back(database: &TestDatabase) {
        let site = serve(database).await;
        site.member("olga");
        site.cup(&site.paid(4).await, Vec::new()).await;
        let ann = player(&site, "ann");
        let (details, review) = ("/tournaments/friday-cup/enter/details", "/tournaments/friday-cup/enter/review");
        let page = give(&ann, details, review, &[("rules", "on")], NO_FILE).expect(200);
        contains(&page.text(), &["You have 0: 50 are missing.", "value=\"coins\" disabled"]);
        // A form that pays all the same is refused, and nothing is kept of it.
        let refused = send_on(&ann, &page, "/tournaments/friday-cup/enter", &[("pay", "coins")]).expect(422).text();
        contains(&refused, &["You have 0 coins; 50 more are needed."]);
        assert!(site.entries().await.is_empty());
        site.give_coins("ann", 120).await;
        let page = give(&ann, details, review, &[("rules", "on")], NO_FILE).expect(200);
        contains(&page.text(), &["You have 120, and 70 afterwards."]);
        goes_to(&send_on(&ann, &page, "/tournaments/friday-cup/enter", &[("pay", "coins")]), "/tournaments/friday-cup/entry?done=entered");
        assert_eq!(site.states().await, ["confirmed"]);
        contains(&ann.get("/wallet").text(), &["70 <small>DeltaCoins"]);

        let withdraw = "/tournaments/friday-cup/entry/withdraw";
        contains(&ann.get(withdraw).expect(200).text(), &["Withdraw ann from Friday Cup?", "The 50 coins that were paid go back"]);
        assert_eq!(site.states().await, ["confirmed"], "asking changes nothing");
        let gone = submit(&ann, withdraw, withdraw, &[("note", "I am ill.")]);
        goes_to(&gone, "/tournaments/friday-cup/entry?done=withdrawn");
        contains(&ann.follow(gone).text(), &["Your entry is withdrawn.", "Withdrawn", "Enter again"]);
        contains(&ann.get("/wallet").text(), &["120 <small>DeltaCoins"]);
        goes_to(&ann.get(withdraw), "/tournaments/friday-cup/entry");
        contains(&submit(&ann, "/me/teams", withdraw, &[]).expect(422).text(), &["Nobody can withdraw an entry"]);

        // Entering again is another entry; this time coins are paid afterwards.
        goes_to(&enter(&ann, "friday-cup", &[("pay", "later")]), "/tournaments/friday-cup/entry?done=entered");
        contains(&ann.get("/tournaments/friday-cup/entry/pay").text(), &["<dd>120</dd>", "<dd>70</dd>", "Pay 50 coins"]);
        let coins = "/tournaments/friday-cup/entry/pay/coins";
        goes_to(&submit(&ann, "/tournaments/friday-cup/entry/pay", coins, &[]), "/tournaments/friday-cup/entry?done=paid");
        goes_to(&submit(&ann, "/me/teams", coins, &[]), "/tournaments/friday-cup/entry");
        assert_eq!(site.states().await, ["cancelled", "confirmed"]);
        contains(&ann.get("/wallet").text(), &["70 <small>DeltaCoins"]);
        contains(&ann.get("/me/entries").text(), &["Over", "Withdrawn", "Confirmed"]);
    }

    async fn who_waits_moves_up_and_checks_in(database: &TestDatabase) {
        let site = serve(database).await;
        site.member("olga");
        let cup = site.cup(&site.solo(2).await, Vec::new()).await;
        let people: Vec<Client> = ["ann", "bob", "cyd", "dan"].iter().map(|name| player(&site, name)).collect();
        for person in &people[..2] {
            enter(person, "friday-cup", &[]);
        }
        let details = "/tournaments/friday-cup/enter/details";
        contains(&give(&people[2], details, "/tournaments/friday-cup/enter/review", &[("rules", "on")], NO_FILE).text(), &["you will be number 1 on the waiting list"]);
        for (person, text) in [(&people[2], "You are number 1 on the waiting list."), (&people[3], "You are number 2 on the waiting list.")] {
            let entered = enter(person, "friday-cup", &[]);
            contains(&person.follow(entered).expect(200).text(), &[text, "You are told as soon as a place is free."]);
        }
        submit(&people[0], "/tournaments/friday-cup/entry/withdraw", "/tournaments/friday-cup/entry/withdraw", &[]);
        assert_eq!(site.states().await, ["cancelled", "confirmed", "confirmed", "waitlisted"]);
        contains(&people[2].get("/tournaments/friday-cup/entry").text(), &["Confirmed"]);
        contains(&people[3].get("/tournaments/friday-cup/entry").text(), &["You are number <b>1</b>"]);

        let check_in = "/tournaments/friday-cup/entry/check-in";
        contains(&submit(&people[1], "/me/teams", check_in, &[]).expect(422).text(), &["Check-in opens on"]);
        site.clock.set(cup.tournament_start - TimeDelta::minutes(10));
        act!(site, Actor::System, |tx, cx| service::clock::advance(tx, cx, cup.id));
        contains(&people[1].get("/me/entries").text(), &["To do now", "Check in now"]);
        contains(&people[1].get("/tournaments/friday-cup/entry").text(), &["Say that you are there", &format!("action=\"{check_in}\"")]);
        goes_to(&submit(&people[1], "/tournaments/friday-cup/entry", check_in, &[]), "/tournaments/friday-cup/entry?done=checked-in");
        assert!(site.entries().await[1].checked_in);
        contains(&people[1].get("/tournaments/friday-cup/entry").text(), &["You are checked in.", "/check-in/undo"]);
        goes_to(&submit(&people[1], "/tournaments/friday-cup/entry", "/tournaments/friday-cup/entry/check-in/undo", &[]), "/tournaments/friday-cup/entry?done=not-checked-in");
        assert!(!site.entries().await[1].checked_in);
        let late = site.member("eve");
        contains(&late.get("/tournaments/friday-cup/enter/players").expect(200).text(), &["You cannot enter Friday Cup now", "Registration is closed"]);
        let blocked = give(&late, details, "/tournaments/friday-cup/enter/review", &[("rules", "on")], NO_FILE).text();
        contains(&blocked, &["Registration is closed"]);
    }

    async fn what_is_not_open_says_so(database: &TestDatabase) {
        let site = serve(database).await;
        site.member("olga");
        let later = site.solo(2).await;
        let now = site.clock.now();
        site.cup(&Settings { registration_start: now + TimeDelta::hours(2), ..later.clone() }, Vec::new()).await;
        let full = Settings { name: "Full Cup".to_owned(), waitlist_enabled: false, ..later };
        site.cup(&full, Vec::new()).await;
        let people: Vec<Client> = ["ann", "bob", "cyd"].iter().map(|name| player(&site, name)).collect();
        contains(&people[0].get("/tournaments/friday-cup/enter/players").expect(200).text(), &["Registration opens on 1 March 2026 at 20:00 UTC"]);
        for person in &people[..2] {
            enter(person, "full-cup", &[]);
        }
        contains(&people[2].get("/tournaments/full-cup/enter/players").text(), &["All 2 places are taken, and there is no waiting list."]);
        goes_to(&people[2].get("/tournaments/full-cup/entry"), "/tournaments/full-cup/enter");
        for path in ["check-in", "check-in/undo", "withdraw", "pay/coins"] {
            goes_to(&submit(&people[2], "/me/teams", &format!("/tournaments/full-cup/entry/{path}"), &[]), "/tournaments/full-cup/enter");
            goes_to(&submit(&site.visitor(), "/sign-in", &format!("/tournaments/full-cup/entry/{path}"), &[]), "/sign-in?next=/");
        }
        assert_eq!(site.states().await, ["confirmed", "confirmed"]);
        contains(&people[2].get("/me/entries").text(), &["You have entered no tournament yet."]);
    }
}

/// The whole way in a browser: what is missing, every kind of question, a file, paying.
#[test]
fn a_player_clicks_through_the_wizard() {
    browser::run(async |site, browser| {
        let (directory, _removed) = browser::pictures();
        let look = async |path: &str, name: &str| browser::look(site, browser, path, name, &directory).await;
        site.member("olga");
        site.give_coins("olga", 1).await;
        let settings = Settings { name: "Dhaka Friday Night Cup of eFootball".to_owned(), ..site.paid(16).await };
        let cup = site.cup(&settings, questions()).await;
        let base = format!("/tournaments/{}", cup.slug);
        let photo = directory.join("photo.png");
        std::fs::create_dir_all(&directory).expect("a directory");
        std::fs::write(&photo, picture()).expect("a file");

        site.sign_up(browser, "ann").await;
        look(&format!("{base}/enter"), "enter-missing").await;
        browser.click(".error-list a").await;
        browser.fill("#efootball_id", "123456789").await;
        look("", "enter-id").await;
        browser.click("main form .actions button").await;
        browser.wait_for_text("h1", "You enter as ann").await;
        look("", "enter-player").await;
        browser.click("main .actions a.button:not(.ghost)").await;
        browser.wait_for_text("h1", "Details").await;
        look("", "enter-details").await;
        browser.fill("#q-nickname", "ab").await;
        browser.click("#rules").await;
        browser.click("main form .actions button").await;
        browser.wait_for_text(".error-list h2", "6 answers").await;
        look("", "enter-errors").await;
        browser.fill("#q-nickname", "Ann the Quick").await;
        browser.fill("#q-jersey_number", "7").await;
        browser.find("#q-photo").await.send_keys(photo.to_string_lossy()).await.expect("a file is chosen");
        browser.click("#q-adult").await;
        let date = "document.querySelector('#q-birthday').value = '2001-02-03'; return 1;";
        browser.execute(date, Vec::new()).await.expect("it can be set");
        browser.click("#q-shirt option:nth-child(3)").await;
        browser.click("main form .actions button").await;
        browser.wait_for_text("h1", "Is this right?").await;
        look("", "enter-review").await;
        browser.click("main form .actions button:not(.ghost)").await;
        browser.wait_for_text("[role=status]", "You have a place.").await;
        look("", "entry-to-pay").await;
        browser.click(".next-step a.button").await;
        browser.wait_for_text("h1", "Pay the entry fee").await;
        look("", "pay").await;
        browser.click("input[value=bkash]").await;
        browser.fill("#transaction_id", "TRX9A8B7C").await;
        browser.fill("#payer_account", "01712345678").await;
        browser.find("#payment_proof").await.send_keys(photo.to_string_lossy()).await.expect("a file is chosen");
        browser.click("form[action$='/pay/money'] button").await;
        browser.wait_for_text("[role=status]", "Your payment is sent.").await;
        look("", "entry-checked").await;
        let (olga, first) = (site.actor("olga").await, site.payments().await[0].id);
        act!(site, olga, |tx, cx| service::payment::reject(
            tx,
            cx,
            first,
            "This reference is not in our statement. Look for the ten letters below the amount."
        ));
        site.give_coins("ann", 1_250).await;
        look(&format!("{base}/entry/pay"), "pay-rejected").await;
        look("/me/entries", "entries").await;
        look(&format!("{base}/entry/withdraw"), "withdraw").await;
        browser.click("main form button.danger").await;
        browser.wait_for_text("[role=status]", "Your entry is withdrawn.").await;
        look("", "entry-withdrawn").await;
        let told = browser.console_errors().await;
        assert!(told.iter().all(|error| error.contains("422")), "{told:?}");

        // A team with much in the way.
        let game = site.game("Valorant", "valorant", "riot_id").await;
        let solo =
            Settings { name: "Team Cup".to_owned(), participation_type: Entrants::Team, game_id: game, ..settings };
        site.cup(
            &Settings {
                has_entry_fee: false,
                entry_fee_amount: 0,
                entry_fee_deltacoin: 0,
                payment_methods: Vec::new(),
                payment_accounts: Default::default(),
                ..solo
            },
            Vec::new(),
        )
        .await;
        let bob = site.member("bob");
        found(&bob, "Lions", "LION", "valorant", "SA", "Duelist");
        sign_in_as(site, browser, "bob").await;
        look("/tournaments/team-cup/enter", "enter-team").await;
        browser.click(".card .actions a.ghost").await;
        browser.wait_for_text("h1", "Who plays for Lions?").await;
        look("", "enter-players").await;
    });
}
