//! The organizer's desk: a tournament from its draft to its prizes, by requests alone; what is typed and refused; and
//! every address of the desk for everybody, by what they may do.

use chrono::TimeDelta;
use economy::Holder;
use kernel::{Actor, Clock, DbError, SystemRandom, text::fold_name, upload::NewUpload};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use testkit::{
    TestDatabase,
    http::{Client, Response, Upload},
};
use tournaments::{
    By, Context,
    model::{
        audit_log, custom_field, dispute, game, r#match as meeting, payment, prize_award, registration, staff_member,
        tournament,
    },
    rules::{
        access::{Act, Duty},
        dispute::Reason,
        payment::Submission,
        settings::Method,
    },
    service::{self, enter::Form},
};

use crate::{
    browser,
    served::{Served, migrated, serve, submit, token},
    teams::{contains, goes_to, sign_in_as},
};

/// Runs an act in a unit of work of its own, as somebody.
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

/// A player who is only rows: signing up has its own tests.
pub struct Player {
    pub user: i64,
    pub profile: i64,
}

impl Player {
    fn actor(&self) -> Actor {
        Actor::user(self.user)
    }
}

impl Served {
    async fn a_game(&self) -> i64 {
        let row = &game::ActiveModel {
            name: Set("eFootball".to_owned()),
            slug: Set("efootball".to_owned()),
            code: Set(Some("efootball".to_owned())),
            icon: Set(String::new()),
            profile_id_field: Set("efootball_id".to_owned()),
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

    async fn player(&self, name: &str) -> Player {
        let now = self.clock.now();
        let made: Result<Player, DbError> = self
            .db
            .write(|tx| async move {
                let user = accounts::model::user::ActiveModel {
                    password: Set("unusable".to_owned()),
                    username: Set(name.to_owned()),
                    username_ci: Set(fold_name(name)),
                    email: Set(format!("{name}@example.org")),
                    email_ci: Set(format!("{}@example.org", fold_name(name))),
                    is_active: Set(true),
                    date_joined: Set(now),
                    ..Default::default()
                };
                let user = accounts::model::user::Entity::insert(user).exec_with_returning(&tx).await?;
                let profile = profiles::model::user_profile::ActiveModel {
                    user_id: Set(user.id),
                    display_name: Set(name.to_owned()),
                    efootball_id: Set(format!("{:09}", 100_000_000 + user.id)),
                    created_at: Set(now),
                    ..Default::default()
                };
                let profile = profiles::model::user_profile::Entity::insert(profile).exec_with_returning(&tx).await?;
                Ok(Player { user: user.id, profile: profile.id })
            })
            .await;
        made.expect("it is written")
    }

    async fn enters(&self, player: &Player, cup: i64) -> i64 {
        let games = &games();
        act!(self, player.actor(), |tx, cx| service::enter::enter(tx, cx, games, cup, Form::default())).id
    }

    pub async fn sends_money(&self, player: &Player, entry: i64, reference: &str, amount: i64) -> i64 {
        let new = &NewUpload {
            purpose: "payment_proof".to_owned(),
            content_type: "image/png".to_owned(),
            content: picture(),
            file_name: "receipt.png".to_owned(),
            owner_id: Some(player.user),
        };
        let site = self;
        let stored: Result<String, DbError> = self
            .db
            .write(|tx| async move { kernel::upload::store(&tx, &*site.clock, &SystemRandom, new.clone()).await })
            .await;
        let submission = &Submission {
            method: Method::Bkash,
            amount,
            transaction_id: reference.to_owned(),
            payer_account: "01712345678".to_owned(),
            proof: stored.expect("it is stored"),
        };
        act!(self, player.actor(), |tx, cx| service::payment::submit(tx, cx, entry, submission.clone())).id
    }

    pub async fn coins_for(&self, profile: i64, coins: i64) {
        let site = self;
        let done = self.db.write(|tx| async move {
            let holder = Holder::Player(profile);
            economy::service::adjust(&tx, &*site.clock, &Actor::System, holder, coins, "for a test", None)
                .await
                .map(drop)
        });
        done.await.expect("the treasury gives");
    }

    pub async fn profile_of(&self, username: &str) -> i64 {
        use profiles::model::user_profile::{Column, Entity};
        let id = self.id(username).await;
        Entity::find().filter(Column::UserId.eq(id)).one(self.db.read()).await.expect("readable").expect("there").id
    }

    async fn tournament(&self, slug: &str) -> tournament::Model {
        let found = tournament::Entity::find().filter(tournament::Column::Slug.eq(slug)).one(self.db.read()).await;
        found.expect("readable").expect("there is one")
    }

    async fn entry(&self, id: i64) -> registration::Model {
        registration::Entity::find_by_id(id).one(self.db.read()).await.expect("readable").expect("there is one")
    }

    async fn matches_of(&self, cup: i64) -> Vec<meeting::Model> {
        let found = meeting::Entity::find().filter(meeting::Column::TournamentId.eq(cup));
        let found = found.order_by_asc(meeting::Column::RoundNumber).order_by_asc(meeting::Column::MatchNumber);
        found.all(self.db.read()).await.expect("readable")
    }

    /// Everything of tournaments that acts of the desk change.
    async fn desk_state(&self) -> String {
        let db = self.db.read();
        let tournaments = tournament::Entity::find().all(db).await.expect("readable");
        let entries =
            registration::Entity::find().order_by_asc(registration::Column::Id).all(db).await.expect("readable");
        let payments = payment::Entity::find().order_by_asc(payment::Column::Id).all(db).await.expect("readable");
        let matches = meeting::Entity::find().order_by_asc(meeting::Column::Id).all(db).await.expect("readable");
        let staff =
            staff_member::Entity::find().order_by_asc(staff_member::Column::Id).all(db).await.expect("readable");
        let fields = custom_field::Entity::find().all(db).await.expect("readable");
        let disputes = dispute::Entity::find().all(db).await.expect("readable");
        let prizes = prize_award::Entity::find().all(db).await.expect("readable");
        let audit = audit_log::Entity::find().all(db).await.expect("readable");
        format!("{tournaments:?}{entries:?}{payments:?}{matches:?}{staff:?}{fields:?}{disputes:?}{prizes:?}{audit:?}")
    }
}

fn games() -> kernel::PluginRegistry {
    let games = kernel::PluginRegistry::new();
    for game in ::teams::games() {
        games.register(game).expect("it has a name");
    }
    games
}

/// A small picture.
fn picture() -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    let picture = image::RgbImage::from_fn(48, 64, |x, y| image::Rgb([x as u8 * 4, y as u8 * 3, 120]));
    picture.write_to(&mut bytes, image::ImageFormat::Png).expect("a picture");
    bytes.into_inner()
}

/// A form as a page holds it: every field that it would send.
pub fn form_of(page: &Response, action: &str) -> Vec<(String, String)> {
    page.form(action).fields
}

/// Sends a form of a page as it is, with these changes; a value of `-` takes a field away.
fn fill(visitor: &Client, page: &str, action: &str, changes: &[(&str, &str)]) -> Response {
    let mut fields = form_of(&visitor.get(page).expect(200), action);
    for (name, value) in changes {
        fields.retain(|(other, _)| other != name);
        if *value != "-" {
            fields.push(((*name).to_owned(), (*value).to_owned()));
        }
    }
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    visitor.post(action, &fields)
}

/// Sends the question of a page on, with a reason.
fn confirm(visitor: &Client, page: &Response, action: &str, reason: &str) -> Response {
    let mut fields = form_of(page, action);
    fields.retain(|(name, _)| name != "reason");
    fields.push(("reason".to_owned(), reason.to_owned()));
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    visitor.post(action, &fields)
}

/// What makes the default form a solo cup with a fee and prizes.
const CUP: &[(&str, &str)] = &[
    ("name", "Spring Cup"),
    ("participation_type", "solo"),
    ("max_participants", "4"),
    ("has_entry_fee", "on"),
    ("entry_fee_amount", "500.00"),
    ("pay_bkash", "on"),
    ("account_bkash", "01711111111"),
    ("prize_pool", "1,500.00"),
    ("prize_deltacoin", "300"),
    ("prize_distribution", "1: 200 coins + 1,000.00\n2: 100 coins + 500.00"),
    ("check_in_minutes_before", "30"),
];

fn made(olga: &Client, game: i64, changes: &[(&str, &str)]) -> String {
    let changes = [CUP, changes].concat();
    let answer = fill(olga, &format!("/organize/new?game={game}"), "/organize/new", &changes);
    assert_eq!(answer.status(), 303, "{}", answer.text());
    let path = answer.header("location").unwrap_or_default();
    path.trim_end_matches("?done=made").to_owned()
}

testkit::on_both! {
    from migrated;

    async fn a_tournament_is_held_from_its_draft_to_its_prizes(database: &TestDatabase) {
        let site = serve(database).await;
        let olga = site.member("olga");
        let game = site.a_game().await;
        contains(&olga.get("/organize").expect(200).text(), &["You hold no tournament yet.", "href=\"/organize/new\""]);
        contains(&olga.get("/organize/new").expect(200).text(), &[&format!("href=\"/organize/new?game={game}\""), "eFootball"]);

        // What is wrong stands beside its field, and nothing typed is lost.
        let form = format!("/organize/new?game={game}");
        let wrong = [("name", "Spring <Cup>"), ("max_participants", "many"), ("prize_pool", "1,50"), ("tournament_start", "2026-03-02T18:00"), ("pay_bkash", "on"), ("has_entry_fee", "on"), ("entry_fee_amount", "500.00"), ("prize_distribution", "half")];
        let refused = fill(&olga, &form, "/organize/new", &wrong).expect(422).text();
        contains(&refused, &["fields are not right yet", "Write a whole number.", "Write an amount such as 1,500.00.", "Line 1:", "value=\"Spring &#60;Cup&#62;\"", "value=\"many\"", "value=\"1,50\"", ">half</textarea>", "Say where entrants send money by bKash.", "This must be after"]);
        assert!(tournament::Entity::find().one(site.db.read()).await.expect("readable").is_none());

        let desk = made(&olga, game, &[]);
        assert_eq!(desk, "/organize/spring-cup");
        let cup = site.tournament("spring-cup").await;
        assert_eq!((cup.entry_fee_amount, cup.prize_pool, cup.prize_deltacoin), (50_000, 150_000, 300));
        assert_eq!(cup.prize_distribution, serde_json::json!({ "1": { "coins": 200, "money": 100_000 }, "2": { "coins": 100, "money": 50_000 } }));
        let at = |part: &str| format!("{desk}/{part}");
        contains(&olga.get(&format!("{desk}?done=made")).expect(200).text(), &["is a draft that only you see", "Publish…"]);
        contains(&olga.get("/organize").text(), &["Drafts", "Spring Cup", "then publish it"]);

        // Publishing takes the prize coins; without them it is refused and nothing happens.
        let ask = olga.get(&at("step/publish")).expect(200);
        contains(&ask.text(), &["300 coins leave your wallet"]);
        let broke = confirm(&olga, &ask, &at("step/publish"), "");
        assert_eq!(broke.status(), 422, "{}", broke.text());
        assert_eq!(site.tournament("spring-cup").await.status, "draft");
        site.coins_for(site.profile_of("olga").await, 1_000).await;
        goes_to(&confirm(&olga, &ask, &at("step/publish"), ""), &format!("{desk}?done=publish"));
        assert_eq!(site.tournament("spring-cup").await.status, "registration_open");

        // Entries and payments.
        let mut players = Vec::new();
        for name in ["ann", "=bob", "cyd", "dan", "eve"] {
            let player = site.player(name).await;
            let entry = site.enters(&player, cup.id).await;
            players.push((player, entry));
        }
        contains(&olga.get(&at("entries")).expect(200).text(), &["=bob", "Pending", "place 1", "On the waiting list"]);
        let mut paid = Vec::new();
        for (at, (player, entry)) in players.iter().take(4).enumerate() {
            site.clock.advance(TimeDelta::seconds(60));
            let reference = if at == 3 { "TRX00001".to_owned() } else { format!("TRX0000{}", at + 1) };
            paid.push(site.sends_money(player, *entry, &reference, 50_000).await);
        }
        let queue = olga.get(&at("payments")).expect(200);
        contains(&olga.get("/notifications").text(), &["ann paid for Spring Cup", &format!("href=\"{desk}/payments\"")]);
        contains(&queue.text(), &["id=\"payment\"", "TRX00001", "The same reference stands in other payments", &format!("/entries/{}/receipt/{}", players[0].1, paid[0])]);
        let receipt = olga.get(&at(&format!("entries/{}/receipt/{}", players[0].1, paid[0]))).expect(200);
        assert_eq!(receipt.header("content-type"), Some("image/png"));
        assert_eq!(olga.get(&at(&format!("entries/{}/receipt/{}", players[1].1, paid[0]))).status(), 404);
        let verify = |id: i64| at(&format!("payments/{id}/verify"));
        let first = fill(&olga, &at("payments"), &verify(paid[0]), &[("notes", "seen")]);
        goes_to(&first, &format!("{desk}/payments?show=&done=verified&open={}#payment", paid[1]));
        contains(&olga.follow(first).expect(200).text(), &["The payment is verified.", "TRX00002"]);
        let second = fill(&olga, &at("payments"), &verify(paid[1]), &[]);
        assert_eq!(second.status(), 303);
        let reject = at(&format!("payments/{}/reject", paid[2]));
        let page = fill(&olga, &at("payments"), &reject, &[("reason", " ")]).expect(422).text();
        contains(&page, &["Write why", "TRX00003"]);
        assert_eq!(fill(&olga, &at("payments"), &reject, &[("reason", "not there")]).status(), 303);
        assert_eq!(site.entry(players[2].1).await.status, "pending");
        let again = site.sends_money(&players[2].0, players[2].1, "TRX00009", 50_000).await;
        // The same reference was verified for another entry: only on purpose.
        let double = fill(&olga, &at(&format!("payments?open={}", paid[3])), &verify(paid[3]), &[("notes", "both there")]).expect(422).text();
        contains(&double, &["was verified before, for ann", "There were two transfers", "value=\"both there\""]);
        let fields = [("csrf", &*token(&olga, &at("payments"))), ("although", "on")];
        assert_eq!(olga.post(&verify(paid[3]), &fields).status(), 303);
        assert_eq!(fill(&olga, &at("payments"), &verify(again), &[]).status(), 303);
        contains(&olga.get(&at("payments")).text(), &["No payments here."]);

        // A file that no spreadsheet takes for formulas.
        let file = olga.get(&at("entries.csv?status=confirmed")).expect(200);
        assert_eq!(file.header("content-disposition"), Some("attachment; filename=\"spring-cup-entries.csv\""));
        contains(&file.text(), &["Entry,Name,Status", "'=bob,Confirmed"]);
        assert!(!file.text().contains("eve"), "{}", file.text());
        contains(&olga.get(&at("entries?q=CYD")).text(), &["1 entry", "cyd"]);

        // One goes, who waits gets the place, and it has to be paid.
        let out = at(&format!("entries/{}/do/reject", players[3].1));
        let ask = olga.get(&out).expect(200);
        assert_eq!(confirm(&olga, &ask, &out, "").status(), 422);
        goes_to(&confirm(&olga, &ask, &out, "Two accounts"), &format!("{desk}/entries/{}?done=reject", players[3].1));
        assert_eq!(site.entry(players[4].1).await.status, "pending");
        contains(&olga.get(&at("payments?show=refunds")).text(), &["it is to be given back", "Give it back…"]);
        let refund = at(&format!("payments/{}/refund", paid[3]));
        let ask = olga.get(&refund).expect(200);
        contains(&ask.text(), &["The program moves no money."]);
        assert_eq!(confirm(&olga, &ask, &refund, "sent back").status(), 303);
        let last = site.sends_money(&players[4].0, players[4].1, "TRX00010", 50_000).await;
        assert_eq!(fill(&olga, &at("payments"), &verify(last), &[]).status(), 303);

        // Closed, seeded by numbers and by buttons, checked in, drawn.
        goes_to(&submit(&olga, &desk, &at("step/close_registration"), &[]), &format!("{desk}?done=close_registration"));
        let seed = |at: usize| format!("seed_{}", players[at].1);
        let wrong = fill(&olga, &at("seeding"), &at("seeding"), &[(&seed(0), "1"), (&seed(1), "1")]).expect(422).text();
        contains(&wrong, &["Seed 1 is given twice."]);
        let seeds = [(&*seed(0), "40"), (&*seed(1), "30"), (&*seed(2), "20"), (&*seed(4), "10"), ("up", &*players[0].1.to_string())];
        let saved = fill(&olga, &at("seeding"), &at("seeding"), &[&seeds[..], &[("down", "-")]].concat());
        goes_to(&saved, &format!("{desk}/seeding?done=seeded#entry-{}", players[0].1));
        let mut order = Vec::new();
        for player in [0, 1, 2, 4] {
            order.push(site.entry(players[player].1).await.seed);
        }
        assert_eq!(order, [Some(3), Some(4), Some(2), Some(1)]);
        goes_to(&submit(&olga, &desk, &at("step/open_check_in"), &[]), &format!("{desk}?done=open_check_in"));
        contains(&submit(&olga, &at("draw"), &at("draw"), &[]).expect(422).text(), &["Choose how to seed.", "4 entries can be drawn now."]);
        for player in [0, 1, 2, 4] {
            let check_in = at(&format!("entries/{}/check-in", players[player].1));
            let back = fill(&olga, &at("entries"), &check_in, &[]);
            goes_to(&back, &format!("{desk}/entries?status=&q=&done=checked-in#entry-{}", players[player].1));
        }
        let out = at(&format!("entries/{}/check-out", players[0].1));
        assert_eq!(submit(&olga, &at("entries"), &out, &[]).status(), 303);
        assert!(!site.entry(players[0].1).await.checked_in);
        assert_eq!(submit(&olga, &at("entries"), &at(&format!("entries/{}/check-in", players[0].1)), &[]).status(), 303);
        goes_to(&submit(&olga, &at("draw"), &at("draw"), &[("method", "manual")]), &format!("{desk}/draw?done=drawn#bracket"));
        contains(&olga.get(&at("draw")).expect(200).text(), &["A draft of the bracket", "Publish the bracket…", "by the seeds given by hand", "=bob"]);
        contains(&olga.get(&at("matches")).expect(200).text(), &["There are no matches before the bracket is published."]);
        let ask = olga.get(&at("draw/publish")).expect(200);
        goes_to(&confirm(&olga, &ask, &at("draw/publish"), ""), &format!("{desk}/draw?done=draw-published"));
        let ask = olga.get(&at("step/start")).expect(200);
        goes_to(&confirm(&olga, &ask, &at("step/start"), ""), &format!("{desk}?done=start"));

        // Matches.
        let matches = site.matches_of(cup.id).await;
        assert_eq!(matches.len(), 3);
        contains(&olga.get(&at("matches")).expect(200).text(), &["Round 1", "Round 2", &format!("/matches/{}", matches[0].id)]);
        let page = at(&format!("matches/{}", matches[0].id));
        let on = |act: &str| format!("{page}/{act}");
        let wrong = fill(&olga, &page, &on("schedule"), &[("at", "soon")]).expect(422).text();
        contains(&wrong, &["Write a day and a time", "value=\"soon\""]);
        let later = (site.clock.now() + TimeDelta::hours(1)).format("%Y-%m-%dT%H:%M").to_string();
        goes_to(&fill(&olga, &page, &on("schedule"), &[("at", &later)]), &format!("{page}?done=scheduled"));
        goes_to(&fill(&olga, &page, &on("lobby"), &[("code", "ROOM-7"), ("password", "hush")]), &format!("{page}?done=furnished"));
        contains(&olga.get(&page).text(), &["value=\"ROOM-7\""]);
        let wrong = fill(&olga, &page, &on("stream"), &[("stream", "javascript:alert(1)")]).expect(422).text();
        contains(&wrong, &["must be an address that begins with https://"]);
        goes_to(&fill(&olga, &page, &on("stream"), &[("stream", "https://www.twitch.tv/delta")]), &format!("{page}?done=stream"));
        for side in ["a", "b"] {
            goes_to(&submit(&olga, &page, &on("check-in"), &[("side", side)]), &format!("{page}?done=checked-in"));
        }
        goes_to(&submit(&olga, &page, &on("start"), &[]), &format!("{page}?done=started"));
        let wrong = fill(&olga, &page, &on("decide"), &[("game_1_a", "3")]).expect(422).text();
        contains(&wrong, &["write both scores", "value=\"3\""]);
        let decide = |page: &str, a: &str, b: &str| {
            let action = format!("{page}/decide");
            let ask = fill(&olga, page, &action, &[("game_1_a", a), ("game_1_b", b)]).expect(200);
            (ask, action)
        };
        let (ask, action) = decide(&page, "3", "1");
        contains(&ask.text(), &["beats", "(3:1)"]);
        let refused = confirm(&olga, &ask, &action, "").expect(422).text();
        contains(&refused, &["Say why"]);
        goes_to(&confirm(&olga, &ask, &action, "Both told me"), &format!("{page}?done=decided"));
        let first = site.matches_of(cup.id).await[0].clone();
        assert_eq!((first.participant1_score, first.participant2_score, &*first.state), (1, 0, "completed"));
        let other = at(&format!("matches/{}", matches[1].id));
        let (ask, action) = decide(&other, "0", "2");
        assert_eq!(confirm(&olga, &ask, &action, "Seen").status(), 303);
        // What was looked at has changed: the match is decided already.
        assert_eq!(confirm(&olga, &ask, &action, "Seen").status(), 422);

        // The loser disputes; it is taken up and resolved as it stands.
        let loser = players.iter().find(|(_, entry)| Some(*entry) == first.loser_id).expect("somebody lost");
        let disputed = act!(site, loser.0.actor(), |tx, cx| service::dispute::open(tx, cx, first.id, Reason::Cheating, "They lagged.")).id;
        contains(&olga.get(&desk).text(), &["1 dispute waits."]);
        contains(&olga.get(&at("disputes")).expect(200).text(), &["Cheating", &format!("/disputes/{}/{disputed}", first.id)]);
        let dispute = at(&format!("disputes/{}/{disputed}", first.id));
        contains(&olga.get(&dispute).expect(200).text(), &["They lagged.", "Take it up"]);
        let on = |act: &str| format!("{dispute}/{act}");
        goes_to(&submit(&olga, &dispute, &on("review"), &[]), &format!("{dispute}?done=review"));
        contains(&fill(&olga, &dispute, &on("evidence"), &[("text", "")]).expect(422).text(), &["Write something"]);
        goes_to(&fill(&olga, &dispute, &on("evidence"), &[("text", "I watched it.")]), &format!("{dispute}?done=evidence"));
        let ask = fill(&olga, &dispute, &on("resolve"), &[("kind", "stands")]).expect(200);
        goes_to(&confirm(&olga, &ask, &on("resolve"), "It stands."), &format!("{dispute}?done=resolve"));
        contains(&olga.get(&dispute).text(), &["Resolved", "It stands.", "I watched it."]);

        // A correction shows all that changes, and is bound to what was shown.
        let action = format!("{page}/correct");
        let ask = fill(&olga, &page, &action, &[("kind", "forfeit_a")]).expect(200);
        contains(&ask.text(), &["forfeits", "Everything that changes:", " → ", "seen_revision"]);
        goes_to(&confirm(&olga, &ask, &action, "They left"), &format!("{page}?done=corrected"));
        let corrected = site.matches_of(cup.id).await[0].clone();
        assert_eq!((corrected.winner_id, &*corrected.state), (first.loser_id, "forfeit"));
        let stale = confirm(&olga, &ask, &action, "Again");
        assert_eq!(stale.status(), 422, "{}", stale.text());

        // The final, and the prizes.
        let last = at(&format!("matches/{}", matches[2].id));
        let (ask, action) = decide(&last, "2", "0");
        goes_to(&confirm(&olga, &ask, &action, "Seen by all"), &format!("{last}?done=decided"));
        assert_eq!(site.tournament("spring-cup").await.status, "completed");
        contains(&olga.get(&at("prizes")).expect(200).text(), &["prizes are held until then", "200 coins and 1,000.00 BDT"]);
        let ask = olga.get(&at("prizes/pay")).expect(200);
        contains(&ask.text(), &["gets 200 coins and 1,000.00 BDT"]);
        contains(&confirm(&olga, &ask, &at("prizes/pay"), "").expect(422).text(), &["Results can be disputed until"]);
        site.clock.advance(TimeDelta::hours(2));
        goes_to(&confirm(&olga, &ask, &at("prizes/pay"), ""), &format!("{desk}/prizes?done=paid"));
        let prizes = prize_award::Entity::find().order_by_asc(prize_award::Column::Place).all(site.db.read()).await.expect("readable");
        let hand = at(&format!("prizes/{}/hand-over", prizes[0].id));
        contains(&fill(&olga, &at("prizes"), &hand, &[("reference", "")]).expect(422).text(), &["Say how it was handed over"]);
        goes_to(&fill(&olga, &at("prizes"), &hand, &[("reference", "BKASH-77")]), &format!("{desk}/prizes?done=handed-over"));
        contains(&olga.get(&at("prizes")).text(), &["BKASH-77", "Money to be handed over"]);
        let winner = site.entry(prizes[0].registration_id).await.user_id;
        let winner = players.iter().find(|(player, _)| Some(player.user) == winner).expect("one of them");
        let wallet = economy::service::wallet_of(&site.db, &*site.clock, winner.0.profile).await.expect("a wallet");
        assert!(wallet.cached_balance >= 200, "{}", wallet.cached_balance);

        // All of it stands in the log, whose chain is whole.
        let log = olga.get(&at("audit")).expect(200).text();
        contains(&log, &["Prizes paid", "by olga", "Result", "Check the chain"].map(|text| if text == "Result" { "Dispute resolved" } else { text }));
        contains(&olga.get(&at("audit?action=payment_verify&who=OLGA")).text(), &["Payment verified"]);
        assert!(!olga.get(&at("audit?action=payment_verify")).text().contains("<b>Prizes paid</b>"));
        contains(&olga.get(&at("audit?who=nobody")).text(), &["There is nobody with the name nobody."]);
        let lines = olga.get(&at("audit/export")).expect(200).text();
        let count = audit_log::Entity::find().filter(audit_log::Column::TournamentId.eq(cup.id)).all(site.db.read()).await.expect("readable").len();
        assert_eq!(lines.lines().count(), count);
        contains(&submit(&olga, &at("audit"), &at("audit/verify"), &[]).expect(200).text(), &["The chain is whole"]);
        let damage = audit_log::ActiveModel { action: Set("prize_pay".to_owned()), ..Default::default() };
        let damage = &damage;
        let done: Result<(), DbError> = site.db.write(|tx| async move {
            audit_log::Entity::update_many().set(damage.clone()).filter(audit_log::Column::Action.eq("payment_verify")).exec(&tx).await?;
            Ok(())
        }).await;
        done.expect("it is written");
        contains(&submit(&olga, &at("audit"), &at("audit/verify"), &[]).expect(200).text(), &["The log was tampered with.", "was changed after it was written"]);

        let ask = olga.get(&at("step/archive")).expect(200);
        goes_to(&confirm(&olga, &ask, &at("step/archive"), ""), &format!("{desk}?done=archive"));
        contains(&olga.get("/organize").text(), &["Archived"]);
    }

    async fn settings_are_changed_compared_and_taken_back(database: &TestDatabase) {
        let site = serve(database).await;
        let (olga, cora) = (site.member("olga"), site.member("cora"));
        let game = site.a_game().await;
        let desk = made(&olga, game, &[]);
        let at = |part: &str| format!("{desk}/{part}");
        goes_to(&fill(&olga, &at("settings"), &at("settings"), &[]), &format!("{desk}/settings?done=same"));
        assert_eq!(fill(&olga, &at("staff"), &at("staff"), &[("username", "nobody"), ("role", "referee")]).status(), 422);
        goes_to(&fill(&olga, &at("staff"), &at("staff"), &[("username", "@CORA"), ("role", "co_organizer")]), &format!("{desk}/staff?done=invited"));
        contains(&fill(&olga, &at("staff"), &at("staff"), &[("username", "cora"), ("role", "referee")]).expect(422).text(), &["was asked to help already", "value=\"cora\""]);
        // Asked is not yet agreed.
        assert_eq!(cora.get(&desk).status(), 404);
        goes_to(&cora.get("/tournaments/spring-cup/staff"), "/organize/invitations");
        goes_to(&olga.get("/tournaments/spring-cup/staff"), "/organize/spring-cup/staff");
        goes_to(&olga.get("/tournaments/spring-cup/manage?start=1"), "/organize/spring-cup");
        let asked = cora.get("/organize/invitations").expect(200);
        contains(&asked.text(), &["Spring Cup", "co-organizer"]);
        let member = staff_member::Entity::find().one(site.db.read()).await.expect("readable").expect("one").id;
        assert_eq!(submit(&olga, "/organize", &format!("/organize/invitations/{member}/accept"), &[]).status(), 403);
        goes_to(&submit(&cora, "/organize/invitations", &format!("/organize/invitations/{member}/accept"), &[]), "/organize");
        contains(&cora.get("/organize").expect(200).text(), &["Spring Cup", "Held by olga"]);

        // Two change at once: the second sees both changes and loses nothing.
        let form = form_of(&olga.get(&at("settings")).expect(200), &at("settings"));
        goes_to(&fill(&cora, &at("settings"), &at("settings"), &[("name", "Cora's Cup"), ("max_participants", "8")]), &format!("{desk}/settings?done=saved"));
        let mut mine: Vec<(&str, &str)> = form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        mine.retain(|(name, _)| !["name", "rules_text"].contains(name));
        mine.extend([("name", "Olga's Cup"), ("rules_text", "Be kind.")]);
        let both = olga.post(&at("settings"), &mine);
        assert_eq!(both.status(), 409, "{}", both.text());
        contains(&both.text(), &["What somebody else changed", "Cora&#39;s Cup", "<b>Olga&#39;s Cup</b>", "not changed by you", ">Be kind.</textarea>", "name=\"max_participants\" type=\"number\" value=\"8\""]);
        let again = form_of(&both, &at("settings"));
        let again: Vec<(&str, &str)> = again.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        goes_to(&olga.post(&at("settings"), &again), &format!("{desk}/settings?done=saved"));
        let cup = site.tournament("spring-cup").await;
        assert_eq!((&*cup.name, cup.max_participants, &*cup.rules_text), ("Olga's Cup", 8, "Be kind."));

        // Versions: what changed, and back.
        contains(&olga.get(&at("versions")).expect(200).text(), &["Changed: name, places", "cora"]);
        let newest = cup.current_version;
        contains(&olga.get(&at(&format!("versions/diff?from={}&to={newest}", newest - 1))).expect(200).text(), &["Cora&#39;s Cup", "Olga&#39;s Cup", "Be kind."]);
        assert_eq!(olga.get(&at("versions/diff?from=1&to=99")).status(), 404);
        let back = at(&format!("versions/{}/restore", newest - 2));
        let ask = olga.get(&back).expect(200);
        contains(&ask.text(), &["name: Olga&#39;s Cup → Spring Cup"]);
        goes_to(&confirm(&olga, &ask, &back, ""), &format!("{desk}/versions?done=restored"));
        let cup = site.tournament("spring-cup").await;
        assert_eq!((&*cup.name, cup.max_participants, &*cup.rules_text), ("Spring Cup", 4, ""));
        assert_eq!(confirm(&olga, &ask, &back, "").status(), 422, "somebody has changed it since");

        // Questions of the form.
        contains(&fill(&olga, &at("fields"), &at("fields"), &[("name", "Rank"), ("kind", "dropdown"), ("options", "Gold")]).expect(422).text(), &["at least two different choices", "value=\"Rank\"", ">Gold</textarea>"]);
        goes_to(&fill(&olga, &at("fields"), &at("fields"), &[("name", "Rank"), ("kind", "dropdown"), ("options", "Gold\nSilver"), ("required", "on")]), &format!("{desk}/fields?done=added"));
        goes_to(&fill(&olga, &at("fields"), &at("fields"), &[("name", "Age"), ("kind", "number"), ("min", "16"), ("integer", "on")]), &format!("{desk}/fields?done=added"));
        let all = async || custom_field::Entity::find().order_by_asc(custom_field::Column::Order).all(site.db.read()).await.expect("readable");
        let fields = all().await;
        assert_eq!(fields[1].field_config, serde_json::json!({ "min": 16, "integer": true }));
        let move_up = at(&format!("fields/{}/move", fields[1].id));
        goes_to(&submit(&olga, &at("fields"), &move_up, &[("to", "up")]), &format!("{desk}/fields?done=moved"));
        assert_eq!(all().await.iter().map(|field| &*field.field_name).collect::<Vec<_>>(), ["Age", "Rank"]);
        let change = at(&format!("fields/{}", fields[0].id));
        contains(&olga.get(&change).expect(200).text(), &[">Gold\nSilver</textarea>", "name=\"required\" checked"]);
        goes_to(&fill(&olga, &change, &change, &[("name", "Rank now"), ("required", "-")]), &format!("{desk}/fields?done=saved"));
        let remove = at(&format!("fields/{}/remove", fields[1].id));
        goes_to(&confirm(&olga, &olga.get(&remove).expect(200), &remove, ""), &format!("{desk}/fields?done=removed"));
        let left = all().await;
        assert_eq!((left.len(), &*left[0].field_name, left[0].is_required), (1, "Rank now", false));

        // Pictures.
        let token = token(&olga, &at("pictures"));
        let seen = site.tournament("spring-cup").await.current_version.to_string();
        let fields = [("csrf", token.as_str()), ("seen", seen.as_str())];
        let bytes = picture();
        let bad = Upload { field: "banner_image", name: "a.png", content_type: "image/png", bytes: b"no picture" };
        assert_eq!(olga.upload(&at("pictures"), &fields, bad).status(), 422);
        let good = Upload { field: "banner_image", name: "a.png", content_type: "image/png", bytes: &bytes };
        goes_to(&olga.upload(&at("pictures"), &fields, good), &format!("{desk}/pictures?done=saved"));
        let banner = site.tournament("spring-cup").await.banner_image.expect("it is there");
        contains(&olga.get(&at("pictures")).text(), &[&format!("src=\"/uploads/{banner}\"")]);
        assert_eq!(site.visitor().get(&format!("/uploads/{banner}")).status(), 200);

        // The duty changes, and goes.
        let role = at(&format!("staff/{member}"));
        goes_to(&submit(&olga, &at("staff"), &role, &[("role", "moderator")]), &format!("{desk}/staff?done=changed"));
        assert_eq!(cora.get(&at("settings")).status(), 403);
        let remove = at(&format!("staff/{member}/remove"));
        goes_to(&confirm(&olga, &olga.get(&remove).expect(200), &remove, ""), &format!("{desk}/staff?done=removed"));
        assert_eq!(cora.get(&desk).status(), 404);

        // Cancelled with a reason that those concerned read.
        let cancel = at("step/cancel");
        let ask = olga.get(&cancel).expect(200);
        contains(&confirm(&olga, &ask, &cancel, "").expect(422).text(), &["Write why"]);
        goes_to(&confirm(&olga, &ask, &cancel, "No hall"), &format!("{desk}?done=cancel"));
        contains(&olga.get(&desk).text(), &["It is cancelled: No hall"]);
    }

    async fn every_address_is_for_those_who_may(database: &TestDatabase) {
        let site = serve(database).await;
        let olga = site.member("olga");
        let game = site.a_game().await;
        site.coins_for(site.profile_of("olga").await, 1_000).await;
        let desk = made(&olga, game, &[("has_entry_fee", "-"), ("enable_check_in", "-")]);
        let cup = site.tournament("spring-cup").await;
        let at = |part: &str| format!("{desk}/{part}");
        goes_to(&fill(&olga, &at("fields"), &at("fields"), &[("name", "Rank"), ("kind", "text")]), &format!("{desk}/fields?done=added"));
        let publish = at("step/publish");
        assert_eq!(confirm(&olga, &olga.get(&publish).expect(200), &publish, "").status(), 303);
        let mut entry = 0;
        for name in ["ann", "bob"] {
            let player = site.player(name).await;
            entry = site.enters(&player, cup.id).await;
        }
        let duties = [Duty::CoOrganizer, Duty::Referee, Duty::BracketManager, Duty::PaymentVerifier, Duty::Moderator];
        let mut others: Vec<(Option<Duty>, Client)> = Vec::new();
        let mut member = 0;
        for duty in duties {
            let name = duty.as_str();
            let person = site.member(name);
            let (id, user) = (cup.id, site.id(name).await);
            member = act!(site, Actor::user(cup.organizer_id), |tx, cx| service::staff::invite(tx, cx, id, user, duty)).id;
            act!(site, Actor::user(user), |tx, cx| service::staff::accept(tx, cx, member));
            others.push((Some(duty), person));
        }
        others.push((None, site.member("stranger")));
        let mut people: Vec<(Option<Duty>, &Client)> = vec![(Some(Duty::Organizer), &olga)];
        people.extend(others.iter().map(|(duty, person)| (*duty, person)));
        assert_eq!(submit(&olga, &desk, &at("step/close_registration"), &[]).status(), 303);
        assert_eq!(submit(&olga, &at("draw"), &at("draw"), &[("method", "slot_order")]).status(), 303);
        assert_eq!(submit(&olga, &at("draw/publish"), &at("draw/publish"), &[]).status(), 303);
        let (meeting, field) = (site.matches_of(cup.id).await[0].id, custom_field::Entity::find().one(site.db.read()).await.expect("readable").expect("one").id);
        let before = site.desk_state().await;
        let visitor = site.visitor();
        let mut tried = 0;
        for (pattern, get, post) in routes() {
            let path = pattern
                .replace("{slug}", "spring-cup")
                .replace("{step}", "cancel")
                .replace("{number}", "1")
                .replace("versions/diff", "versions/diff?from=1&to=1")
                .replace("{key}", "rank")
                .replace("{meeting}", &meeting.to_string())
                .replace("{act}", if pattern.contains("/do/") { "reject" } else { "review" })
                .replace("entries/{id}", &format!("entries/{entry}"))
                .replace("matches/{id}", &format!("matches/{meeting}"))
                .replace("fields/{id}", &format!("fields/{field}"))
                .replace("staff/{id}", &format!("staff/{member}"));
            let path = ["{id}", "{payment}", "{report}", "{exhibit}"].iter().fold(path, |path, name| path.replace(name, "1"));
            let acts = needed(&pattern);
            for (duty, person) in &people {
                let may = duty.is_some_and(|duty| acts.is_empty() || acts.iter().any(|act| act.duties().contains(&duty)));
                if get {
                    let status = person.get(&path).status();
                    let fits = if may { [200, 303, 400, 404].contains(&status) } else { status == 403 };
                    assert!(fits, "GET {path} for {duty:?}: {status}");
                    tried += 1;
                }
                // Those who may are tried by the journeys; here nothing may change.
                if post && !may {
                    let answer = submit(person, "/organize/invitations", &path, &[("reason", "x"), ("role", "referee"), ("method", "random"), ("name", "x"), ("kind", "text")]);
                    // A form with a file is another kind of form.
                    assert!(answer.status() == 403 || (path.ends_with("/pictures") && answer.status() == 415), "POST {path} for {duty:?}: {}\n{}", answer.status(), answer.text());
                    tried += 1;
                }
            }
            if get {
                let asked = visitor.get(&path);
                assert_eq!(asked.status(), 303, "GET {path} for a visitor");
                assert!(asked.header("location").is_some_and(|to| to.starts_with("/sign-in?next=/organize")), "{path}");
            }
            if post {
                assert_eq!(olga.post(&path, &[("reason", "x")]).status(), if path.ends_with("/pictures") { 415 } else { 403 }, "POST {path} without its token");
            }
        }
        assert!(tried > 350, "{tried}");
        assert_eq!(site.desk_state().await, before, "nothing has changed");
        // A draft is not there for strangers.
        let draft = made(&olga, game, &[("name", "Hidden Cup")]);
        let (_, stranger) = people.last().expect("there is one");
        assert_eq!(stranger.get(&draft).status(), 404);
        assert_eq!(stranger.get(&format!("{draft}/settings")).status(), 404);
    }
}

/// The addresses of desks as the program has them: pattern, whether it is looked at, whether it takes forms.
fn routes() -> Vec<(String, bool, bool)> {
    let source = include_str!("../../src/pages/desk/mod.rs");
    let mut routes = Vec::new();
    for part in source.split(".route(").skip(1) {
        let pattern = part.split('"').nth(1).unwrap_or_default();
        if !pattern.starts_with("/organize/{slug}") {
            continue;
        }
        // The rest of the call: up to the parenthesis that closes it.
        let mut depth = 1;
        let rest = part.split(pattern).nth(1).unwrap_or_default().chars();
        let handlers: String = rest
            .take_while(|c| {
                depth += i32::from(*c == '(') - i32::from(*c == ')');
                depth > 0
            })
            .collect();
        routes.push((pattern.to_owned(), handlers.contains(" get("), handlers.contains("post(")));
    }
    assert!(routes.len() > 50, "{routes:?}");
    routes
}

/// The acts of which one is needed at an address; none for all who help. Written down a second time.
fn needed(pattern: &str) -> Vec<Act> {
    let part = pattern.trim_start_matches("/organize/{slug}").trim_start_matches('/');
    let first = part.split('/').next().unwrap_or_default();
    match (first, part) {
        ("", _) => vec![],
        ("step", _) => vec![Act::Cancel],
        ("settings" | "pictures" | "versions" | "fields", _) => vec![Act::Edit],
        ("staff", _) => vec![Act::ManageStaff],
        (_, "entries/{id}/check-in" | "entries/{id}/check-out") => vec![Act::CheckInOthers],
        (_, "entries/{id}/do/{act}") => vec![Act::DecideEntries],
        (_, "entries/{id}/receipt/{payment}") => vec![Act::VerifyPayments],
        ("entries" | "entries.csv", _) => vec![Act::SeeEntries],
        ("payments", _) => vec![Act::VerifyPayments],
        ("seeding", _) => vec![Act::Seed],
        ("draw", _) => vec![Act::Draw],
        (_, "matches/{id}/schedule") => vec![Act::Schedule],
        (_, "matches/{id}/check-in") => vec![Act::CheckInOthers],
        (_, "matches/{id}/decide") => vec![Act::DecideMatch],
        (_, "matches/{id}/correct") => vec![Act::CorrectResult],
        (_, "matches/{id}/lobby" | "matches/{id}/stream" | "matches/{id}/start") => vec![Act::RunMatches],
        ("matches", _) => vec![Act::RunMatches, Act::Schedule, Act::DecideMatch],
        (_, "disputes/{meeting}/{id}/{act}") => vec![Act::ReviewDispute, Act::ResolveDispute],
        ("disputes", _) => vec![Act::ReviewDispute],
        ("prizes", _) => vec![Act::PayPrizes],
        ("audit", _) => vec![Act::SeeAudit],
        _ => panic!("{pattern} is at no place that the test knows"),
    }
}

#[test]
fn the_desk_fits_on_a_wide_screen_and_on_a_phone() {
    browser::run(async |site, browser| {
        let (directory, _removed) = browser::pictures();
        let mislaid = std::cell::RefCell::new(Vec::new());
        let look = async |path: &str, name: &str| {
            for (screen, phone) in [("wide", false), ("phone", true)] {
                if phone {
                    browser.be_phone().await
                } else {
                    browser.resize(1280, 900).await
                }
                site.open(browser, path).await;
                browser.shoot(&directory.join(format!("{name}-{screen}.png"))).await;
                // A bracket is swiped through, round by round.
                let script = browser::MISLAID.replace("closest('svg')", "closest('svg, .drawing')");
                for script in [script.as_str(), browser::SMALL] {
                    let found = browser.execute(script, Vec::new()).await.expect("it can be measured").json().clone();
                    if found != serde_json::json!([]) {
                        mislaid.borrow_mut().push(format!("{name} on a {screen} screen: {found}"));
                    }
                }
            }
        };
        let game = site.a_game().await;
        let olga = site.member("olga");
        site.coins_for(site.profile_of("olga").await, 5_000).await;
        sign_in_as(site, browser, "olga").await;
        look("/organize", "desk-home-empty").await;
        look("/organize/new", "desk-game").await;
        look(&format!("/organize/new?game={game}"), "desk-new").await;
        let desk = made(
            &olga,
            game,
            &[("name", "The Great Spring Cup of Efootball in Dhaka 2026"), ("max_participants", "8")],
        );
        let at = |part: &str| format!("{desk}/{part}");
        look(&desk, "desk-draft").await;
        look(&at("step/publish"), "desk-ask").await;
        assert_eq!(confirm(&olga, &olga.get(&at("step/publish")).expect(200), &at("step/publish"), "").status(), 303);
        let cup = site.tournament(desk.trim_start_matches("/organize/")).await;
        let mut paid = Vec::new();
        let mut entries = Vec::new();
        for (number, name) in
            ["ann", "Bartholomew_the_Unreasonably_Long_Named_Player", "cyd", "dan", "eve", "fay", "gus", "hal", "ivy"]
                .iter()
                .enumerate()
        {
            let player = site.player(name).await;
            let entry = site.enters(&player, cup.id).await;
            if number < 8 {
                let reference = if number == 4 { "TRX00001".to_owned() } else { format!("TRX0000{number}") };
                paid.push(site.sends_money(&player, entry, &reference, 50_000).await);
                entries.push((player, entry));
            }
        }
        for name in ["referee_rita", "verifier_vic"] {
            site.player(name).await;
            let role = if name.starts_with("ref") { "referee" } else { "payment_verifier" };
            assert_eq!(fill(&olga, &at("staff"), &at("staff"), &[("username", name), ("role", role)]).status(), 303);
        }
        look(&desk, "desk-open").await;
        look(&at("payments"), "desk-payments").await;
        for id in &paid {
            let token = token(&olga, &at("payments"));
            assert_eq!(
                olga.post(&at(&format!("payments/{id}/verify")), &[("csrf", &token), ("although", "on")]).status(),
                303
            );
        }
        look(&at("entries"), "desk-entries").await;
        look(&at(&format!("entries/{}", entries[1].1)), "desk-entry").await;
        look(&at("settings"), "desk-settings").await;
        look(&at("fields"), "desk-fields").await;
        look(&at("staff"), "desk-staff").await;
        look(&at("versions"), "desk-versions").await;
        look(&at("pictures"), "desk-pictures").await;
        assert_eq!(submit(&olga, &desk, &at("step/close_registration"), &[]).status(), 303);
        assert_eq!(submit(&olga, &at("seeding"), &at("seeding/by"), &[("method", "slot_order")]).status(), 303);
        look(&at("seeding"), "desk-seeding").await;
        assert_eq!(submit(&olga, &desk, &at("step/open_check_in"), &[]).status(), 303);
        for (_, entry) in &entries {
            assert_eq!(submit(&olga, &at("entries"), &at(&format!("entries/{entry}/check-in")), &[]).status(), 303);
        }
        assert_eq!(submit(&olga, &at("draw"), &at("draw"), &[("method", "manual")]).status(), 303);
        look(&at("draw"), "desk-draw").await;
        assert_eq!(submit(&olga, &at("draw/publish"), &at("draw/publish"), &[]).status(), 303);
        assert_eq!(submit(&olga, &at("step/start"), &at("step/start"), &[]).status(), 303);
        look(&at("matches"), "desk-matches").await;
        let first = site.matches_of(cup.id).await[0].id;
        let page = at(&format!("matches/{first}"));
        look(&page, "desk-match").await;
        let action = format!("{page}/decide");
        let ask = fill(&olga, &page, &action, &[("game_1_a", "3"), ("game_1_b", "1")]).expect(200);
        assert_eq!(confirm(&olga, &ask, &action, "Both told me").status(), 303);
        let first = site.matches_of(cup.id).await[0].clone();
        let loser = entries.iter().find(|(_, entry)| Some(*entry) == first.loser_id).expect("somebody lost");
        let (meeting, actor) = (first.id, loser.0.actor());
        let disputed = act!(site, actor, |tx, cx| service::dispute::open(
            tx,
            cx,
            meeting,
            Reason::Cheating,
            "They lagged all the time, and the score was another one."
        ))
        .id;
        look(&at("disputes"), "desk-disputes").await;
        look(&at(&format!("disputes/{meeting}/{disputed}")), "desk-dispute").await;
        look(&desk, "desk-live").await;
        look(&at("prizes"), "desk-prizes").await;
        look(&at("audit"), "desk-audit").await;
        look("/organize", "desk-home").await;
        let errors = browser.console_errors().await;
        assert!(errors.is_empty(), "{errors:?}");
        let mislaid = mislaid.into_inner();
        assert!(mislaid.is_empty(), "{}", mislaid.join("\n"));
    });
}
