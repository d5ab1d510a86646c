//! The cup: eight places, nine teams of two, a fee in coins or money, prizes of both.

use serde_json::{Value, json};
use testkit::{TestDatabase, http::Method, process::run_with_input};

use crate::{
    api::{Api, Person, id},
    support::{on, program},
};

/// A picture of one pixel.
const PICTURE: &str =
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
const PASSWORD: &str = "quiet harbour thimble";
/// The fee, in coins and in minor units.
pub const FEE: (i64, i64) = (40, 50_000);
/// What the organizer is given for a season, and what the first captain is given to play with.
pub const GIVEN: (i64, i64) = (1_500, 60);
/// Prize coins of each place; two players share them.
pub const PRIZES: [i64; 4] = [500, 300, 150, 50];
/// Prize money of the first two places, in minor units.
pub const MONEY: [i64; 2] = [70_000, 30_000];

pub struct Team {
    pub name: String,
    pub slug: String,
    pub owner: Person,
    pub captain: Person,
    pub entry: i64,
}

pub struct Cup<'a> {
    pub api: &'a Api,
    pub staff: Person,
    pub organizer: Person,
    pub slug: String,
    /// In the order in which they entered, which is the order of their strength.
    pub teams: Vec<Team>,
}

/// An empty platform with somebody of its staff, as an operator makes it; answers the name.
pub fn found(db: &TestDatabase) -> &'static str {
    on(db.url(), &["migrate"]).success();
    let mut command = program(&["createsuperuser", "--username", "stella", "--email", "stella@example.org"]);
    command.args(["--password-stdin", "--database", db.url()]);
    run_with_input(&mut command, &format!("{PASSWORD}\n")).success();
    "stella"
}

impl<'a> Cup<'a> {
    /// The organizer signs up, gets coins, and announces the cup.
    pub fn announce(api: &'a Api, staff: &str) -> Self {
        let staff = api.sign_in(staff, PASSWORD);
        let organizer = api.sign_up("olga");
        let path = format!("/wallets/{}/adjustments", organizer.profile);
        assert_eq!(api.refused(&organizer, &path, json!({ "amount": 5, "note": "Mine" })), "not-allowed");
        let given = api.post(&staff, &path, json!({ "amount": GIVEN.0, "note": "Season budget" }));
        assert_eq!(given["balance"], GIVEN.0);
        let games = api.list(&organizer, "/games");
        let game = games.iter().find(|game| game["code"] == "efootball").expect("the game");
        let now = chrono::Utc::now();
        let money = MONEY.iter().chain(&[0; 2]);
        let places = PRIZES.iter().zip(money).zip(1..);
        let share = |((coins, money), place): ((&i64, &i64), u32)| {
            (place.to_string(), json!({ "coins": coins, "money": money }))
        };
        let distribution: serde_json::Map<String, Value> = places.map(share).collect();
        let made = api.post(
            &organizer,
            "/tournaments",
            json!({
                "name": "Harbour Cup",
                "game_id": id(game),
                "max_participants": 8,
                "format": "double_elimination",
                "registration_end": now + chrono::TimeDelta::hours(1),
                "tournament_start": now + chrono::TimeDelta::hours(2),
                // So that every match of the day can be checked in to as soon as it is known.
                "check_in_minutes_before": 1_440,
                "dispute_window_minutes": 0,
                "has_entry_fee": true,
                "entry_fee_deltacoin": FEE.0,
                "entry_fee_amount": FEE.1,
                "payment_methods": ["deltacoin", "bkash"],
                "payment_accounts": { "bkash": "01711111111" },
                "prize_deltacoin": PRIZES.iter().sum::<i64>(),
                "prize_pool": MONEY.iter().sum::<i64>(),
                "prize_distribution": distribution,
            }),
        );
        let slug = made["slug"].as_str().expect("a slug").to_owned();
        let shown = api.post(&organizer, &format!("/tournaments/{slug}/publish"), json!({}));
        assert_eq!(shown["status"], "registration_open");
        assert_eq!(
            api.get(&organizer, "/wallet")["balance"],
            GIVEN.0 - shown["prize_deltacoin"].as_i64().expect("coins")
        );
        Self { api, staff, organizer, slug, teams: Vec::new() }
    }

    pub fn path(&self, rest: &str) -> String {
        format!("/tournaments/{}{rest}", self.slug)
    }

    /// An act of the organizer about the cup.
    #[track_caller]
    fn organize(&self, rest: &str, body: Value) -> Value {
        self.api.post(&self.organizer, &self.path(rest), body)
    }

    pub fn status(&self) -> String {
        let shown = self.api.get(&self.organizer, &self.path(""));
        shown["card"]["tournament"]["status"].as_str().expect("a status").to_owned()
    }

    /// Nine teams are founded, enter and pay.
    pub fn gather(&mut self) {
        for number in 1..=9 {
            let team = self.team(number);
            self.teams.push(team);
        }
        let path = format!("/wallets/{}/adjustments", self.teams[0].captain.profile);
        self.api.post(&self.staff, &path, json!({ "amount": GIVEN.1, "note": "Welcome" }));
        for number in 0..9 {
            let team = &self.teams[number];
            let found = self.api.get(&team.captain, &format!("/teams/{}", team.slug))["team"].clone();
            let entry = self.api.post(&team.captain, &self.path("/entries"), json!({ "team_id": id(&found) }));
            let status = if number < 8 { "pending" } else { "waitlisted" };
            assert_eq!(entry["status"], status, "{entry}");
            self.teams[number].entry = id(&entry);
        }
        self.pay_fees();
    }

    /// An owner and a captain sign up, tell their ids in the game, and have a team.
    fn team(&self, number: usize) -> Team {
        let api = self.api;
        let person = |name: &str, digits: usize| {
            let person = api.sign_up(&format!("{name}{number}"));
            let ids = json!({ "ids": { "efootball_id": format!("{:09}", digits + number) } });
            let known = api.act(&person, Method::PATCH, "/me/game-ids", ids);
            assert!(known["items"].as_array().expect("ids").iter().any(|id| id["kind"] == "efootball_id"), "{known}");
            person
        };
        let (owner, captain) = (person("owner", 100_000_000), person("captain", 200_000_000));
        let name = format!("Harbour {number}");
        let form = json!({
            "name": name, "tag": format!("HB{number}"), "game": "efootball", "region": "ASIA", "game_role": "Player",
        });
        let slug = api.post(&owner, "/teams", form)["team"]["slug"].as_str().expect("a slug").to_owned();
        let invited = json!({ "username": captain.name, "role": "PLAYER" });
        let invitation = id(&api.post(&owner, &format!("/teams/{slug}/invitations"), invited));
        api.post(&captain, &format!("/invitations/{invitation}/accept"), json!({}));
        let badge = format!("/teams/{slug}/members/{}/captain", captain.profile);
        let team = api.act(&owner, Method::PUT, &badge, json!({}));
        assert_eq!(team["roster"].as_array().map(Vec::len), Some(2), "{team}");
        Team { name, slug, owner, captain, entry: 0 }
    }

    /// One pays with coins; one is told to look again; the others are found at once.
    fn pay_fees(&self) {
        let coins = self.api.post(
            &self.teams[0].captain,
            &format!("/entries/{}/pay-with-coins", self.teams[0].entry),
            json!({}),
        );
        assert_eq!(coins["status"], "confirmed");
        let wrong = self.send_money(1, "WRONG12345");
        let reason = json!({ "reason": "There is no such transfer." });
        self.api.post(&self.organizer, &format!("/payments/{wrong}/reject"), reason);
        for number in 1..8 {
            let payment = self.send_money(number, &format!("TRX{number}ABCDE"));
            self.verify(payment);
        }
        let queue = self.api.list(&self.organizer, &self.path("/payments"));
        assert!(queue.is_empty(), "{queue:?}");
    }

    /// A captain sends money and a receipt; answers the payment.
    fn send_money(&self, number: usize, reference: &str) -> i64 {
        let team = &self.teams[number];
        let receipt = json!({
            "purpose": "payment_proof", "file_name": "receipt.png", "content_type": "image/png", "content": PICTURE,
        });
        let token = self.api.post(&team.captain, "/uploads", receipt)["token"].clone();
        let payment = json!({
            "method": "bkash",
            "amount": FEE.1,
            "transaction_id": reference,
            "payer_account": format!("0171234567{number}"),
            "proof": token,
        });
        id(&self.api.post(&team.captain, &format!("/entries/{}/payments", team.entry), payment))
    }

    /// The organizer looks at the receipt and finds the money.
    fn verify(&self, payment: i64) {
        let receipt = self.api.get(&self.organizer, &format!("/payments/{payment}/receipt"));
        assert_eq!(receipt["content_type"], "image/png");
        let found = self.api.post(&self.organizer, &format!("/payments/{payment}/verify"), json!({}));
        assert_eq!(found["status"], "verified");
    }

    /// Check-in, in which one team does not come and the one that waits does; then the draw.
    pub fn prepare(&self) {
        self.organize("/close-registration", json!({}));
        assert_eq!(self.status(), "check_in");
        for team in self.teams.iter().filter(|team| team.name != "Harbour 8") {
            self.api.post(&team.captain, &format!("/entries/{}/check-in", team.entry), json!({}));
        }
        let (missing, waiting) = (&self.teams[7], &self.teams[8]);
        let gone = self.api.post(
            &self.organizer,
            &format!("/entries/{}/withdraw", missing.entry),
            json!({ "note": "Nobody came to the check-in." }),
        );
        assert_eq!(gone["status"], "cancelled");
        let due = self.api.list(&self.organizer, &self.path("/payments?filter=refunds_due"));
        assert_eq!(due.len(), 1, "{due:?}");
        let back = json!({ "reason": "You did not play." });
        self.api.post(&self.organizer, &format!("/payments/{}/refund", id(&due[0]["payment"])), back);
        let promoted = self.api.get(&waiting.captain, &format!("/entries/{}", waiting.entry));
        assert_eq!(promoted["next"]["what"], "pay", "{promoted}");
        self.verify(self.send_money(8, "TRX8LATE"));
        let order: Vec<i64> = self.playing().map(|team| team.entry).collect();
        let seeds = json!({ "order": order });
        self.api.act(&self.organizer, Method::PUT, &self.path("/seeds"), seeds);
        let drawn = self.organize("/bracket", json!({ "method": "manual" }));
        assert_eq!(drawn["format"], "double_elimination");
        self.organize("/bracket/publish", json!({}));
        assert_eq!(self.organize("/start", json!({}))["status"], "live");
    }

    /// The teams that play, best first.
    pub fn playing(&self) -> impl Iterator<Item = &Team> {
        self.teams.iter().filter(|team| team.name != "Harbour 8")
    }

    /// The team of an entry.
    pub fn team_of(&self, entry: i64) -> &Team {
        self.teams.iter().find(|team| team.entry == entry).expect("a team of the cup")
    }

    /// The organizer pays the prizes, unless the job was faster.
    pub fn pay_prizes(&self) {
        let paid = self.organize("/prizes/pay", json!({}));
        let (coins, before) = (&paid["coins"], paid["paid_before"].as_bool().expect("yes or no"));
        assert_eq!(*coins, if before { 0 } else { PRIZES.iter().sum() }, "{paid}");
    }

    /// Whether all who won coins know it.
    pub fn winners_were_told(&self) -> bool {
        let told = |who: &Person| {
            let notices = self.api.list(who, "/notifications?limit=100");
            notices.iter().any(|notice| notice["title"] == "Your prize in Harbour Cup")
        };
        self.playing().take(PRIZES.len()).all(|team| told(&team.captain))
    }

    /// The organizer hands the prize money over.
    pub fn hand_over(&self) {
        let prizes = self.api.list(&self.organizer, &self.path("/prizes"));
        for prize in prizes.iter().filter(|prize| prize["status"] == "to_hand_over") {
            let path = format!("/prizes/{}/hand-over", id(prize));
            self.api.post(&self.organizer, &path, json!({ "reference": "bKash 8N7A6B5C" }));
        }
    }
}
