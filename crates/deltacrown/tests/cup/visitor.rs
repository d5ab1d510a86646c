//! A captain without a screen: the same pages and forms, sent as a browser sends them.

use testkit::http::{Client, Response, Upload};

use crate::{CUP, PASSWORD};

pub struct Visitor {
    client: Client,
    pub team: String,
}

/// The number after the first of these words on a page.
pub fn number_after(page: &str, words: &str) -> String {
    let rest = page.split_once(words).unwrap_or_else(|| panic!("no {words}\n{page}")).1;
    rest.chars().take_while(char::is_ascii_digit).collect()
}

impl Visitor {
    pub fn get(&self, path: &str) -> Response {
        self.client.visit(path).expect(200)
    }

    /// Opens a page, sends a form of it with these changes, and answers the page that this leads to.
    pub fn sends(&self, page: &str, action: &str, changes: &[(&str, &str)]) -> Response {
        let page = self.get(page);
        self.went(self.client.submit(&page, action, changes))
    }

    fn went(&self, answer: Response) -> Response {
        assert_eq!(answer.status(), 303, "{} answered\n{}", answer.path(), answer.text());
        self.client.follow(answer).expect(200)
    }

    /// Somebody who signs up, and tells the id in the game.
    fn signed_up(client: Client, name: &str, team: &str, id: usize) -> Self {
        let visitor = Self { client, team: team.to_owned() };
        let email = format!("{name}@example.org");
        let account = [("username", name), ("email", &*email), ("password", PASSWORD), ("password_again", PASSWORD)];
        visitor.sends("/sign-up", "/sign-up", &account);
        let id = format!("{}", 500_000_000 + id);
        visitor.sends("/profile/game-ids?game=efootball", "/profile/game-ids", &[("efootball_id", &id)]);
        visitor
    }

    /// A player with a team of two, who owns it and leads it: the other one is invited and accepts.
    pub fn with_a_team(client: Client, partner: Client, name: &str, team: &str, number: usize) -> [Self; 2] {
        let owner = Self::signed_up(client, name, team, 2 * number);
        let partner_name = format!("{name}_too");
        let partner = Self::signed_up(partner, &partner_name, team, 2 * number + 1);
        let tag = format!("T{number}");
        let fields = [("name", team), ("tag", &*tag), ("region", "ASIA"), ("game_role", "Player")];
        let page = owner.sends("/teams/new?game=efootball", "/teams/new", &fields);
        let manage = page.path().to_owned();
        let slug = manage.trim_end_matches("/manage");
        owner.sends(&manage, &format!("{slug}/invitations"), &[("username", &partner_name), ("role", "PLAYER")]);
        let invitation = number_after(&partner.get("/me/teams").text(), "/me/invitations/");
        partner.sends("/me/teams", &format!("/me/invitations/{invitation}/accept"), &[]);
        [owner, partner]
    }

    /// Somebody who has signed up in a browser, and signs in here.
    pub fn signed_in(client: Client, name: &str, team: &str) -> Self {
        let visitor = Self { client, team: team.to_owned() };
        visitor.sends("/sign-in", "/sign-in", &[("name", name), ("password", PASSWORD)]);
        visitor
    }

    /// Enters the cup with the team; `pay` is `coins` or `later`. Answers the page of the entry.
    pub fn enters(&self, pay: &str) -> Response {
        let who = self.get(&format!("{CUP}/enter")).text();
        assert!(who.contains("Everything is ready."), "{who}");
        let details = format!("{CUP}/enter/details?team={}", number_after(&who, "/enter/players?team="));
        let details = self.get(&details);
        let review = self.client.submit(&details, &format!("{CUP}/enter/review"), &[("rules", "on")]).expect(200);
        let enter = format!("{CUP}/enter");
        self.went(self.client.submit(&review, &enter, &[("pay", pay)]))
    }

    /// Tells that the fee was sent, with a picture of the receipt.
    pub fn pays(&self, reference: &str, receipt: &[u8]) -> Response {
        let page = self.get(&format!("{CUP}/entry/pay"));
        let sent = [("payment_method", "bkash"), ("transaction_id", reference), ("payer_account", "01712345678")];
        let file = Upload { field: "", name: "receipt.png", content_type: "image/png", bytes: receipt };
        self.went(self.client.submit_with(&page, &format!("{CUP}/entry/pay/money"), &sent, file))
    }

    pub fn checks_in(&self) {
        let entry = format!("{CUP}/entry");
        let page = self.sends(&entry, &format!("{entry}/check-in"), &[]).text();
        assert!(page.contains("You are checked in."), "{page}");
    }

    /// Says in the room of a match that the team is there.
    pub fn is_there(&self, meeting: i64) {
        let room = format!("/matches/{meeting}");
        self.sends(&room, &format!("{room}/check-in"), &[]);
    }

    /// Reports games, first side first.
    pub fn reports(&self, meeting: i64, games: &[[u32; 2]]) -> Response {
        let mut scores = Vec::new();
        for (at, [a, b]) in games.iter().enumerate() {
            scores.extend([(format!("a{}", at + 1), a.to_string()), (format!("b{}", at + 1), b.to_string())]);
        }
        let scores: Vec<(&str, &str)> = scores.iter().map(|(name, value)| (&**name, &**value)).collect();
        let room = format!("/matches/{meeting}");
        self.sends(&room, &format!("{room}/report#report"), &scores)
    }

    /// Agrees to what the other side has reported.
    pub fn agrees(&self, meeting: i64) {
        let room = format!("/matches/{meeting}");
        let page = self.sends(&room, &format!("{room}/agree"), &[]).text();
        assert!(page.contains("Both sides agree: the result counts."), "{page}");
    }

    /// The balance that the wallet's page shows, after its statement was added up.
    pub fn coins(&self) -> i64 {
        let page = self.get("/wallet").text();
        let number = |text: &str| -> i64 {
            let text = text.replace(',', "").replace('−', "-").replace('+', "");
            text.trim().parse().unwrap_or_else(|_| panic!("{text:?} is no number\n{page}"))
        };
        let after = |start: &str, end: &str| -> Vec<String> {
            let parts = page.split(start).skip(1);
            parts.filter_map(|part| Some(part.split_once('>')?.1.split(end).next()?.to_owned())).collect()
        };
        let balance = number(&after("<p class=\"coins\"", "<small>")[0]);
        let moved: i64 = after("class=\"right amount", "</td>").iter().map(|amount| number(amount)).sum();
        assert_eq!(moved, balance, "the statement of {} adds up\n{page}", self.team);
        balance
    }
}
