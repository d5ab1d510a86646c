//! The town is built by services alone on both databases, and what it shows is true: coins sum, the audit log is
//! chained, a cup is paid, one is in play, some take entries.

#[path = "../../accounts/tests/support/mod.rs"]
mod base;

use chrono::{DateTime, Utc};
use kernel::{Db, SeededRandom, TestClock};
use seadrift::project::Project;
use testkit::{Kind, TestDatabase};
use tournaments::service::{
    self, log,
    play::Filter,
    query::{Group, Search},
};

async fn migrated(kind: Kind) -> Option<TestDatabase> {
    let project = Project::new()
        .app(kernel::app())
        .app(accounts::app())
        .app(profiles::app())
        .app(notifications::app())
        .app(economy::app())
        .app(teams::app())
        .app(tournaments::app());
    base::migrated(kind, project).await
}

async fn states(db: &Db, tournament: i64) -> Vec<String> {
    let filter = Filter { tournament: Some(tournament), ..Filter::default() };
    let list = service::play::matches(db, &filter, None, 100).await.expect("readable");
    list.matches.into_iter().map(|row| row.state).collect()
}

testkit::on_both! {
    from migrated;

    async fn the_town_stands_and_is_true(database: &TestDatabase) {
        let db = base::open(database).await;
        let now: DateTime<Utc> = "2026-11-25T19:30:00Z".parse().expect("a time");
        let town = demo::build(&db, &SeededRandom::new(4), now).await.expect("it is built");
        assert_eq!(town.password.split(' ').count(), 4);
        assert!(town.logins.iter().any(|login| login.username == "olga"), "{:?}", town.logins);

        let ledger = economy::service::verify(&db).await.expect("readable");
        assert!(ledger.is_sound(), "{:?}", ledger.findings);
        // Everybody who took part got coins for it, and the cup that is over paid for four places.
        assert!(economy::service::totals(&db).await.expect("countable").awards > 80);
        let filter = economy::Filter { reason: Some(economy::Reason::Winner), ..economy::Filter::default() };
        let mut titles = 0;
        for profile in 1..=60 {
            titles += match economy::service::balance(&db, economy::Holder::Player(profile)).await.expect("readable") {
                0 => 0,
                _ => economy::service::filtered(&db, &TestClock::at(now), profile, &filter, None).await.expect("readable").entries.len(),
            };
        }
        assert_eq!(titles, 1);
        assert!(log::verify(db.read(), None).await.expect("readable").is_sound());

        let mut cards = Vec::new();
        for group in [Group::Current, Group::Finished] {
            let search = Search { group, ..Search::default() };
            cards.extend(service::query::list(db.read(), &search, None).await.expect("readable").cards);
        }
        let mut shown: Vec<(&str, &str)> =
            cards.iter().map(|card| (&*card.tournament.name, &*card.tournament.status)).collect();
        shown.sort_unstable();
        assert_eq!(shown, [
            ("Chattogram Mobile Legends Series", "published"),
            ("Dhaka Autumn Masters", "completed"),
            ("Friday eFootball Open", "registration_open"),
            ("Monsoon Night Cup", "live"),
            ("Winter Invitational", "registration_open"),
        ]);

        let id = |name: &str| cards.iter().find(|card| card.tournament.name == name).expect("listed").tournament.id;
        let played = states(&db, id("Dhaka Autumn Masters")).await;
        assert!(played.len() >= 14 && played.iter().all(|state| state == "completed"), "{played:?}");
        let prizes = service::play::prizes(&db, id("Dhaka Autumn Masters")).await.expect("readable");
        assert_eq!(prizes.iter().map(|prize| prize.award.coins).sum::<i64>(), 2_000);
        assert!(prizes.iter().all(|prize| prize.award.status == "paid"), "{prizes:?}");
        let running = states(&db, id("Monsoon Night Cup")).await;
        for state in ["completed", "live", "pending_result"] {
            assert!(running.iter().any(|other| other == state), "no {state}: {running:?}");
        }
        let again = demo::build(&db, &SeededRandom::new(5), now).await.expect_err("people are there");
        assert!(again.to_string().contains("--database"), "{again}");
    }
}
