//! Tournaments as everybody sees them: found, looked at, drawn, played; by those who may, in few statements; and what
//! home and wallet tell of them.

use brackets::{Game, Side};
use chrono::{DateTime, TimeDelta, Utc};
use kernel::{Actor, Clock, DbError, PluginRegistry, SystemRandom, text::fold_name};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use testkit::{TestDatabase, http::Client};
use tournaments::{
    Match, Tournament,
    model::{game, r#match as meeting},
    rules::{
        seeding::Method as Seeding,
        settings::{Entrants, Format, Method, Settings},
    },
    service::{self, enter::Form, result::Report},
};

use crate::served::{Served, migrated, serve};

/// Runs an act in a unit of work of its own, as somebody.
macro_rules! act {
    ($site:expr, $by:expr, |$tx:ident, $cx:ident| $call:expr) => {{
        let (site, by) = (&$site, &tournaments::By::from($by));
        let done = site.db.write(|$tx| async move {
            let context = tournaments::Context::new(&*site.clock, &kernel::SystemRandom, by);
            let ($tx, $cx) = (&$tx, &context);
            $call.await
        });
        done.await.unwrap_or_else(|refusal| panic!("{refusal}"))
    }};
}
pub(crate) use act;

/// The token of every form of [`Cup::as_`].
pub const CSRF: &str = "0123456789abcdef0123456789abcdef0123456789abcdef";

/// A tournament and those who play in it. Its people are rows: signing up has its own tests.
pub struct Cup<'a> {
    pub site: &'a Served,
    pub organizer: i64,
    /// The accounts of the players, in the order of their entries.
    pub players: Vec<i64>,
    pub entries: Vec<i64>,
    pub row: Tournament,
}

pub fn games() -> PluginRegistry {
    let games = PluginRegistry::new();
    for game in ::teams::games() {
        games.register(game).expect("it has a name");
    }
    games
}

/// A game of single players.
pub async fn solo_game(site: &Served) -> i64 {
    if let Some(found) = game::Entity::find().one(site.db.read()).await.expect("readable") {
        return found.id;
    }
    let row = &game::ActiveModel {
        name: Set("eFootball".to_owned()),
        slug: Set("efootball".to_owned()),
        code: Set(Some("efootball".to_owned())),
        icon: Set(String::new()),
        profile_id_field: Set("efootball_id".to_owned()),
        is_active: Set(true),
        created_at: Set(site.clock.now()),
        ..Default::default()
    };
    let made: Result<game::Model, DbError> =
        site.db.write(|tx| async move { Ok(game::Entity::insert(row.clone()).exec_with_returning(&tx).await?) }).await;
    made.expect("it is written").id
}

/// Somebody with an account, a profile and an id in the game.
pub async fn person(site: &Served, name: &str) -> i64 {
    let now = site.clock.now();
    let made: Result<i64, DbError> = site
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
            profiles::model::user_profile::Entity::insert(profile).exec_with_returning(&tx).await?;
            Ok(user.id)
        })
        .await;
    made.expect("it is written")
}

/// The settings of a free tournament of single players that is played tomorrow, without check-in.
pub fn solo(name: &str, game: i64, places: i32, now: DateTime<Utc>) -> Settings {
    Settings {
        participation_type: Entrants::Solo,
        enable_check_in: false,
        registration_end: now + TimeDelta::days(1),
        tournament_start: now + TimeDelta::hours(26),
        ..Settings::new(name, game, places, now)
    }
}

/// A draft; or with `publish` a tournament that all see.
pub async fn held(site: &Served, organizer: i64, settings: &Settings, publish: bool) -> Tournament {
    let games = &games();
    let draft = act!(site, Actor::user(organizer), |tx, cx| service::settings::create(tx, cx, games, settings.clone()));
    if !publish {
        return draft;
    }
    act!(site, Actor::user(organizer), |tx, cx| service::lifecycle::publish(tx, cx, games, draft.id))
}

/// A browser in which somebody is signed in.
pub async fn as_(site: &Served, user: i64) -> Client {
    let opened: Result<String, DbError> = site
        .db
        .write(|tx| async move { accounts::service::open_session(&tx, &*site.clock, &SystemRandom, user, "").await })
        .await;
    let token = opened.expect("it is written");
    site.visitor().with_header("cookie", format!("session={token}; csrf={CSRF}"))
}

impl<'a> Cup<'a> {
    /// A published tournament with so many entries: player1, player2 and so on.
    pub async fn new(site: &'a Served, entries: usize, change: impl FnOnce(Settings) -> Settings) -> Self {
        let organizer = match accounts::model::user::Entity::find()
            .filter(accounts::model::user::Column::Username.eq("olga"))
            .one(site.db.read())
            .await
            .expect("readable")
        {
            Some(olga) => olga.id,
            None => person(site, "olga").await,
        };
        let game = solo_game(site).await;
        let settings = change(solo("Friday Cup", game, 64, site.clock.now()));
        let row = held(site, organizer, &settings, true).await;
        let mut cup = Self { site, organizer, players: Vec::new(), entries: Vec::new(), row };
        for number in 1..=entries {
            let name = format!("player{number}");
            let player = person(site, &name).await;
            cup.enter(player).await;
        }
        cup
    }

    pub async fn enter(&mut self, player: i64) {
        let (id, games) = (self.row.id, &games());
        let entry =
            act!(self.site, Actor::user(player), |tx, cx| service::enter::enter(tx, cx, games, id, Form::default()));
        self.players.push(player);
        self.entries.push(entry.id);
    }

    /// Play is due, the bracket is drawn in the order of the entries, and play begins.
    pub async fn begin(&self) {
        let (site, id, organizer) = (self.site, self.row.id, Actor::user(self.organizer));
        site.clock.set(self.row.tournament_start);
        act!(site, Actor::System, |tx, cx| service::clock::advance(tx, cx, id));
        act!(site, organizer, |tx, cx| service::draw::generate(tx, cx, id, Seeding::SlotOrder));
        act!(site, organizer, |tx, cx| service::draw::publish(tx, cx, id));
        act!(site, organizer, |tx, cx| service::lifecycle::start(tx, cx, id));
    }

    pub fn path(&self, part: &str) -> String {
        let slug = &self.row.slug;
        if part.is_empty() { format!("/tournaments/{slug}") } else { format!("/tournaments/{slug}/{part}") }
    }

    pub async fn matches(&self) -> Vec<Match> {
        meeting::Entity::find()
            .filter(meeting::Column::TournamentId.eq(self.row.id))
            .filter(meeting::Column::IsDeleted.eq(false))
            .order_by_asc(meeting::Column::RoundNumber)
            .order_by_asc(meeting::Column::MatchNumber)
            .all(self.site.db.read())
            .await
            .expect("readable")
    }

    /// The match of this role.
    pub async fn the(&self, code: &str) -> Match {
        self.matches().await.into_iter().find(|row| row.code == code).unwrap_or_else(|| panic!("there is no {code}"))
    }

    pub fn player(&self, entry: Option<i64>) -> i64 {
        let at = self.entries.iter().position(|one| Some(*one) == entry).expect("an entry of the cup");
        self.players[at]
    }

    /// Both sides say that this one won.
    pub async fn agree(&self, row: &Match, winner: Side) {
        for entry in [row.participant1_id, row.participant2_id] {
            self.say(row, entry, winner).await;
        }
    }

    /// This entry says that this side won.
    pub async fn say(&self, row: &Match, entry: Option<i64>, winner: Side) {
        let pair = [row.participant1_id, row.participant2_id];
        let games = vec![Game::won_by(winner); usize::try_from(row.best_of).expect("few") / 2 + 1];
        let between = pair.map(|side| side.expect("both are known"));
        let report = &Report { revision: row.revision, between, games, note: String::new(), screenshot: None };
        let (who, id) = (self.player(entry), row.id);
        act!(self.site, Actor::user(who), |tx, cx| service::result::report(tx, cx, id, report));
    }

    /// The better seed wins every match.
    pub async fn play_all(&self) {
        loop {
            let ready = |row: &Match| {
                row.participant1_id.is_some()
                    && row.participant2_id.is_some()
                    && matches!(row.state.as_str(), "ready" | "live")
            };
            let open: Vec<Match> = self.matches().await.into_iter().filter(ready).collect();
            if open.is_empty() {
                return;
            }
            for row in open {
                let winner = if row.participant1_id < row.participant2_id { Side::A } else { Side::B };
                self.agree(&row, winner).await;
            }
        }
    }
}

pub fn contains(page: &str, texts: &[&str]) {
    for text in texts {
        assert!(page.contains(text), "{text}\n{page}");
    }
}

/// How many statements a look at a page takes that nobody has just looked at. News for open pages is looked for
/// meanwhile, so the least counts.
pub fn statements(site: &Served, visitor: &Client, path: &str) -> u64 {
    let look = |_| {
        site.clock.advance(TimeDelta::seconds(1));
        let before = site.db.statements();
        drop(visitor.get(path).expect(200));
        site.db.statements() - before
    };
    (0..4).map(look).min().unwrap_or_default()
}

const TABS: [&str; 7] = ["", "rules", "entrants", "bracket", "matches", "standings", "prizes"];

testkit::on_both! {
    from migrated;

    async fn the_list_is_narrowed_searched_and_read_page_by_page(database: &TestDatabase) {
        let site = &serve(database).await;
        let visitor = site.visitor();
        contains(&visitor.get("/tournaments").expect(200).text(), &["No tournament is announced.", "href=\"/organize/new\""]);
        contains(&visitor.get("/tournaments?state=live").expect(200).text(), &["There is none at the moment.", "href=\"/tournaments\""]);
        let (olga, game, now) = (person(site, "olga").await, solo_game(site).await, site.clock.now());
        held(site, olga, &solo("Hidden Draft", game, 8, now), false).await;
        held(site, olga, &Settings { has_entry_fee: true, entry_fee_deltacoin: 50, payment_methods: vec![Method::Deltacoin], ..solo("Paid Ünion", game, 8, now) }, true).await;
        held(site, olga, &Settings { format: Format::Swiss, ..solo("Swiss <Evening>", game, 8, now) }, true).await;
        held(site, olga, &Settings { registration_start: now + TimeDelta::hours(5), ..solo("Later Cup", game, 8, now) }, true).await;
        let few = statements(site, &visitor, "/tournaments");
        let shown = |query: &str| {
            let page = visitor.get(&format!("/tournaments?{query}")).expect(200).text();
            ["Hidden Draft", "Paid Ünion", "Swiss &#60;Evening&#62;", "Later Cup"].map(|name| page.contains(name))
        };
        for (query, expected) in [
            ("", [false, true, true, true]),
            ("state=open", [false, true, true, false]),
            ("state=upcoming", [false, false, false, true]),
            ("state=nonsense", [false, true, true, true]),
            ("q=%C3%BCnION", [false, true, false, false]),
            ("q=%25", [false, false, false, false]),
            ("fee=free", [false, false, true, true]),
            ("fee=paid", [false, true, false, false]),
            ("format=swiss", [false, false, true, false]),
            ("who=team", [false, false, false, false]),
            ("who=solo&places=left&state=open", [false, true, true, false]),
            ("state=finished", [false, false, false, false]),
            ("game=999", [false, false, false, false]),
        ] {
            assert_eq!(shown(query), expected, "{query}");
        }
        let page = visitor.get("/tournaments?q=nothing&state=open").expect(200).text();
        contains(&page, &["No tournament fits.", "value=\"nothing\"", "href=\"/tournaments?state=open\""]);

        for number in 0..30 {
            let settings = Settings { tournament_start: now + TimeDelta::hours(30), ..solo(&format!("Many {number:02}"), game, 8, now) };
            held(site, olga, &settings, true).await;
        }
        assert_eq!(statements(site, &visitor, "/tournaments"), few, "however many there are");
        let (mut path, mut found) = ("/tournaments?q=many&state=open".to_owned(), Vec::new());
        loop {
            let page = visitor.get(&path).expect(200).text();
            found.extend(page.match_indices(">Many ").map(|(at, _)| page[at + 1..at + 8].to_owned()));
            let Some(at) = page.find("after=") else { break };
            let begin = page[..at].rfind("href=\"").expect("a link") + 6;
            path = page[begin..].split('"').next().unwrap_or_default().replace("&#38;", "&");
        }
        let all: Vec<String> = (0..30).map(|number| format!("Many {number:02}")).collect();
        assert_eq!(found, all, "each once, in order");
    }

    async fn a_tournament_is_seen_by_those_who_may(database: &TestDatabase) {
        let site = &serve(database).await;
        let (olga, stranger, game, now) = (person(site, "olga").await, person(site, "sven").await, solo_game(site).await, site.clock.now());
        let draft = held(site, olga, &solo("Secret Cup", game, 8, now), false).await;
        let (olga, sven) = (as_(site, olga).await, as_(site, stranger).await);
        for tab in TABS.into_iter().chain(["bracket.svg", "bracket.json"]) {
            let path = format!("/tournaments/{}/{tab}", draft.slug);
            let path = path.trim_end_matches('/');
            for visitor in [&site.visitor(), &sven] {
                assert_eq!(visitor.get(path).status(), 404, "{path}");
            }
            let nothing = format!("/tournaments/nothing/{tab}");
            assert_eq!(site.visitor().get(nothing.trim_end_matches('/')).status(), 404);
            // There is no bracket yet, so there is no picture of it.
            assert_eq!(olga.get(path).status(), if tab.contains('.') { 404 } else { 200 }, "{path}");
        }
        let live = |visitor: &Client| visitor.send(testkit::http::Method::GET, &format!("/live/tournaments/{}", draft.id), &[], None).status();
        assert_eq!((live(&site.visitor()), live(&sven)), (404, 404));
        let page = olga.get(&format!("/tournaments/{}", draft.slug)).expect(200).text();
        contains(&page, &["Hidden", "href=\"/organize/secret-cup\"", "content=\"noindex\""]);
    }

    async fn what_there_is_to_do_follows_the_tournament(database: &TestDatabase) {
        let site = &serve(database).await;
        let mut cup = Cup::new(site, 3, |cup| Settings {
            max_participants: 4,
            waitlist_enabled: true,
            enable_check_in: true,
            description: "A <cup> for all.".to_owned(),
            rules_text: "Be <kind>.".to_owned(),
            prize_pool: 100_000,
            prize_distribution: serde_json::json!({ "1": "60%", "2": "20%", "3-4": "10%" }),
            ..cup
        }).await;
        let visitor = site.visitor();
        let page = visitor.get(&cup.path("")).expect(200).text();
        contains(&page, &[
            "<link rel=\"canonical\" href=\"/tournaments/friday-cup\">", "eFootball tournament for 4 players", "A &#60;cup&#62; for all.",
            "1 place left", "href=\"/tournaments/friday-cup/enter\">Enter</a>", "3 of 4", "1,000 BDT", &format!("data-live=\"/live/tournaments/{}\"", cup.row.id),
            "3–4", "100 BDT",
        ]);
        contains(&visitor.get(&cup.path("rules")).expect(200).text(), &["Be &#60;kind&#62;."]);
        contains(&visitor.get(&cup.path("prizes")).expect(200).text(), &["600 BDT", "200 BDT", "3–4", "100 BDT", "each"]);
        contains(&visitor.get(&cup.path("entrants")).expect(200).text(), &["player1", "player3"]);
        for (tab, says) in [("bracket", "There is no bracket yet."), ("matches", "There are no matches yet."), ("standings", "There are no standings yet.")] {
            contains(&visitor.get(&cup.path(tab)).expect(200).text(), &[says]);
        }
        let late = person(site, "late").await;
        cup.enter(late).await;
        contains(&visitor.get(&cup.path("")).text(), &["All places are taken", "Join the waiting list"]);
        let ann = as_(site, cup.players[0]).await;
        contains(&ann.get(&cup.path("")).text(), &["Check in before play", "href=\"/tournaments/friday-cup/entry\"", "href=\"/tournaments/friday-cup/entry/withdraw\""]);

        // Check-in is one button on the page.
        site.clock.set(cup.row.tournament_start - TimeDelta::minutes(5));
        let id = cup.row.id;
        act!(site, Actor::System, |tx, cx| service::clock::advance(tx, cx, id));
        let page = ann.get(&cup.path("")).expect(200).text();
        contains(&page, &["Check in now", "action=\"/tournaments/friday-cup/entry/check-in\""]);
        let done = ann.post(&cup.path("entry/check-in"), &[("csrf", CSRF)]);
        assert_eq!(done.status(), 303, "{}", done.text());
        let page = ann.get(&cup.path("")).text();
        assert!(page.contains("You are checked in.") && !page.contains("Check in now"), "{page}");
        contains(&visitor.get(&cup.path("entrants")).text(), &["Checked in"]);
        for entry in &cup.entries[1..] {
            act!(site, Actor::user(cup.player(Some(*entry))), |tx, cx| service::check_in::check_in(tx, cx, *entry));
        }
        cup.begin().await;
        let page = ann.get(&cup.path("")).text();
        let own = cup.the("W1.1").await;
        contains(&page, &["Your match against late", &format!("href=\"/matches/{}\"", own.id), "Now and next"]);
        contains(&visitor.get(&cup.path("")).text(), &["Watch the bracket", "Live"]);
    }

    async fn a_bracket_is_drawn_played_and_remembered(database: &TestDatabase) {
        let site = &serve(database).await;
        let cup = Cup::new(site, 4, |cup| cup).await;
        cup.begin().await;
        let visitor = site.visitor();
        let first = cup.the("W1.1").await;
        let bracket = visitor.get(&cup.path("bracket")).expect(200).text();
        contains(&bracket, &["player1", "player4", &format!("/matches/{}", first.id), "data-live-part=\"bracket\""]);
        let svg = visitor.get(&cup.path("bracket.svg")).expect(200);
        assert_eq!(svg.header("content-type"), Some("image/svg+xml"));
        contains(&svg.text(), &["<svg", "player4"]);
        let json = visitor.get(&cup.path("bracket.json")).expect(200).json();
        assert_eq!(json["matches"]["W1.1"]["match"], serde_json::json!(first.id));
        assert_eq!(json["entrants"].as_array().map(Vec::len), Some(4));
        let ann = as_(site, cup.players[0]).await;
        contains(&ann.get(&cup.path("bracket")).text(), &[" me\">"]);
        let matches = visitor.get(&cup.path("matches")).expect(200).text();
        assert_eq!(matches.matches("<li class=\"meeting").count(), 3, "{matches}");
        let second = visitor.get(&cup.path("matches?round=1-2")).expect(200).text();
        assert_eq!(second.matches("<li class=\"meeting").count(), 1, "{second}");
        contains(&second, &["Not known yet"]);
        let mine = ann.get(&cup.path("matches?mine=1")).expect(200).text();
        assert_eq!(mine.matches("<li class=\"meeting").count(), 1, "{mine}");
        contains(&visitor.get(&cup.path("matches?state=over")).text(), &["No match fits."]);
        let led = visitor.get(&cup.path(&format!("matches/{}", first.id)));
        assert_eq!((led.status(), led.header("location")), (308, Some(&*format!("/matches/{}", first.id))));

        cup.play_all().await;
        let page = visitor.get(&cup.path("")).expect(200).text();
        contains(&page, &["The best", "class=\"first\"", "player1", "The last matches"]);
        contains(&visitor.get(&cup.path("standings")).expect(200).text(), &["player1", "player4"]);
        let home = visitor.get("/").expect(200).text();
        contains(&home, &["Just finished", "<span class=\"crowned\">player1</span> won.", "<dt>Tournaments</dt><dd>1</dd>", "<dt>Matches played</dt><dd>3</dd>"]);
        contains(&visitor.get("/tournaments?state=finished").text(), &["Friday Cup"]);
    }

    async fn pages_take_the_same_statements_however_many_play(database: &TestDatabase) {
        let site = &serve(database).await;
        let small = Cup::new(site, 4, |cup| Settings { name: "Small Cup".to_owned(), ..cup }).await;
        small.begin().await;
        // The clock has moved on: the second tournament is held from here.
        let game = solo_game(site).await;
        let now = site.clock.now();
        let row = held(site, small.organizer, &solo("Large Cup", game, 64, now), true).await;
        let mut large = Cup { site, organizer: small.organizer, players: Vec::new(), entries: Vec::new(), row };
        for player in small.players.clone() {
            large.enter(player).await;
        }
        for number in 5..=32 {
            let player = person(site, &format!("player{number}")).await;
            large.enter(player).await;
        }
        large.begin().await;
        let visitor = site.visitor();
        let member = as_(site, person(site, "fan").await).await;
        for tab in TABS.into_iter().chain(["bracket.svg", "bracket.json"]) {
            for (who, visitor) in [("nobody", &visitor), ("a member", &member)] {
                let counts = [statements(site, visitor, &small.path(tab)), statements(site, visitor, &large.path(tab))];
                assert_eq!(counts[0], counts[1], "{tab:?} for {who}");
                assert!(counts[0] <= 18, "{tab:?} for {who}: {}", counts[0]);
            }
        }
        for cup in [&small, &large] {
            let id = cup.the("W1.1").await.id;
            let count = statements(site, &visitor, &format!("/matches/{id}"));
            assert!(count <= 8, "the room: {count}");
        }
        assert_eq!(statements(site, &visitor, "/"), 0, "home is read at most once in a few seconds");
    }

    async fn a_wallet_tells_what_for_and_can_be_narrowed_and_taken_away(database: &TestDatabase) {
        let site = &serve(database).await;
        let cup = Cup::new(site, 0, |cup| Settings { has_entry_fee: true, entry_fee_deltacoin: 40, payment_methods: vec![Method::Deltacoin], ..cup }).await;
        let user = person(site, "ann").await;
        let profile = profiles::model::user_profile::Entity::find().filter(profiles::model::user_profile::Column::UserId.eq(user)).one(site.db.read()).await.expect("readable").expect("there").id;
        let holder = economy::Holder::Player(profile);
        let given = site.db.write(|tx| async move { economy::service::adjust(&tx, &*site.clock, &Actor::System, holder, 100, "=1+1", None).await.map(drop) });
        given.await.expect("the treasury gives");
        site.clock.advance(TimeDelta::hours(12));
        let (id, games) = (cup.row.id, &games());
        let form = &Form { pay_with_coins: true, ..Form::default() };
        act!(site, Actor::user(user), |tx, cx| service::enter::enter(tx, cx, games, id, form.clone()));
        let ann = as_(site, user).await;
        let page = ann.get("/wallet").expect(200).text();
        contains(&page, &["60 <small>DeltaCoins", "href=\"/tournaments/friday-cup\">Friday Cup</a>", "−40", "+100", "href=\"/wallet.csv\""]);
        let fees = ann.get("/wallet?reason=entry_fee_debit").expect(200).text();
        assert!(fees.contains("−40") && !fees.contains("+100") && fees.contains("href=\"/wallet.csv?reason=entry_fee_debit\""), "{fees}");
        let today = site.clock.now().date_naive();
        let days = ann.get(&format!("/wallet?from={today}&until={today}")).expect(200).text();
        assert!(days.contains("−40") && !days.contains("+100"), "{days}");
        contains(&ann.get("/wallet?reason=transfer").expect(200).text(), &["Nothing fits."]);
        let wrong = ann.get("/wallet?from=yesterday&until=x").expect(422).text();
        contains(&wrong, &["id=\"from-error\"", "id=\"until-error\"", "value=\"yesterday\""]);
        contains(&ann.get("/wallet?from=2026-03-05&until=2026-03-04").expect(422).text(), &["cannot be before"]);

        let file = ann.get("/wallet.csv").expect(200);
        assert_eq!(file.header("content-type"), Some("text/csv; charset=utf-8"));
        assert!(file.header("content-disposition").is_some_and(|value| value.starts_with("attachment; filename=\"deltacrown-wallet-")));
        let text = file.text();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), 3, "{text}");
        assert!(lines[0].starts_with("created_at,amount,reason"), "{text}");
        assert!(lines[1].contains(",-40,entry_fee_debit,") && lines[1].contains("Friday Cup"), "{text}");
        assert!(lines[2].contains(",100,") && lines[2].contains("'=1+1"), "{text}");
        assert_eq!(ann.get("/wallet.csv?reason=entry_fee_debit").expect(200).text().lines().count(), 2);
        assert_eq!(ann.get("/wallet.csv?from=x").status(), 422);
        assert_eq!(site.visitor().get("/wallet.csv").header("location"), Some("/sign-in?next=/wallet.csv"));
    }
}
