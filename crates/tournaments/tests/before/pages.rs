//! What pages show: lists, a tournament, its entries, and what a person has to do next.

use chrono::TimeDelta;
use testkit::TestDatabase;
use tournaments::{
    rules::{
        entry::{EntryStatus, Next},
        settings::{Format, Settings},
    },
    service::{
        self,
        query::{self, Group, Search, There, Waiting},
    },
};

use crate::support::{World, act, migrated};

testkit::on_both! {
    from migrated;

    async fn a_list_is_searched_filtered_and_turned_page_by_page(database: &TestDatabase) {
        let world = &World::on(database).await;
        let now = world.now();
        let mut ids = Vec::new();
        for number in 0..30 {
            let settings = Settings {
                name: format!("Dhaka Cup {number}"),
                tournament_start: now + TimeDelta::hours(26 + number % 3),
                ..world.solo(4)
            };
            ids.push(world.cup(&settings).await.id);
        }
        world.draft(&Settings { name: "Dhaka Secret".to_owned(), ..world.solo(4) }).await;
        let swiss = Settings { name: "ঢাকা ÉLITE_100%".to_owned(), format: Format::Swiss, ..world.paid(4) };
        let swiss = world.cup(&swiss).await.id;
        let found = async |search: Search| {
            let list = query::list(world.db.read(), &search, None).await.expect("readable");
            list.cards.into_iter().map(|card| card.tournament.id).collect::<Vec<i64>>()
        };
        let text = |text: &str| Search { text: text.to_owned(), ..Search::default() };
        assert!(found(text("secret")).await.is_empty());
        assert_eq!(found(text("élite")).await, [swiss]);
        assert_eq!(found(text("ঢাকা")).await, [swiss]);
        assert_eq!(found(text("e_100%")).await, [swiss]);
        assert!(found(text("u_")).await.is_empty(), "signs of searches are text");
        assert_eq!(found(text("CUP 29")).await, [ids[29]]);
        assert_eq!(found(Search { format: Some(Format::Swiss), ..Search::default() }).await, [swiss]);
        assert_eq!(found(Search { free: Some(false), ..Search::default() }).await, [swiss]);
        assert!(found(Search { game: Some(world.game), ..Search::default() }).await.is_empty());
        assert!(found(Search { group: Group::Finished, ..Search::default() }).await.is_empty());
        // Every one once, in order, however the pages are cut.
        let (mut all, mut after) = (Vec::new(), None);
        loop {
            let list = query::list(world.db.read(), &text("dhaka"), after).await.expect("readable");
            all.extend(list.cards.iter().map(|card| (card.tournament.tournament_start, card.tournament.id)));
            after = list.next;
            if after.is_none() {
                break;
            }
        }
        assert_eq!(all.len(), 30);
        assert!(all.is_sorted());
        let ann = world.people("ann", 4).await;
        for who in &ann {
            world.enter(who, ids[0]).await;
        }
        let open = found(Search { open_places: true, text: "cup 0".to_owned(), ..Search::default() }).await;
        assert!(open.is_empty(), "it is full");
        let before = world.db.statements();
        query::list(world.db.read(), &Search::default(), None).await.expect("readable");
        assert_eq!(world.db.statements() - before, 2, "however many there are");
    }

    async fn a_person_reads_what_to_do_next(database: &TestDatabase) {
        let world = &World::on(database).await;
        let cup = world.cup(&world.paid(2)).await;
        let people = world.people("ann", 3).await;
        let mut ids = Vec::new();
        for who in &people {
            ids.push(world.enter(who, cup.id).await.id);
        }
        let ids = &ids;
        let next = async |number: usize| {
            let own = query::own_entries(world.db.read(), people[number].user, world.now(), None).await.expect("readable");
            own.first().map(|own| own.next)
        };
        assert_eq!(next(0).await, Some(Next::Pay { by: Some(cup.tournament_start) }));
        assert_eq!(next(2).await, Some(Next::WaitForPlace));
        crate::payments::pay(world, &people[0], ids[0], "BKASH12345").await.expect("sent");
        assert_eq!(next(0).await, Some(Next::PaymentIsChecked));
        world.give(&people[1], 50).await;
        act!(world, people[1].actor(), |tx, cx| service::payment::pay_with_coins(tx, cx, ids[1])).expect("paid");
        let opens = cup.tournament_start - TimeDelta::minutes(15);
        assert_eq!(next(1).await, Some(Next::CheckInOpens { at: opens }));
        world.at(opens);
        world.tick(cup.id).await;
        assert_eq!(next(1).await, Some(Next::CheckIn { by: cup.tournament_start }));
        let waiting = async || query::waiting(world.db.read(), cup.id).await.expect("readable");
        assert_eq!(waiting().await, Waiting { payments: 1, there: There { there: 0, of: 1 } });
        act!(world, people[1].actor(), |tx, cx| service::check_in::check_in(tx, cx, ids[1])).expect("open");
        assert_eq!(waiting().await, Waiting { payments: 1, there: There { there: 1, of: 1 } });
        assert_eq!(next(1).await, Some(Next::Starts { at: cup.tournament_start }));
        act!(world, people[1].actor(), |tx, cx| service::entry::withdraw(tx, cx, ids[1], "")).expect("hers");
        assert_eq!(next(1).await, Some(Next::Nothing));
        let organized = query::organized_by(world.db.read(), world.organizer.user, None).await.expect("readable");
        assert_eq!(organized.iter().map(|one| one.waiting).collect::<Vec<_>>(), [Waiting { payments: 1, there: There::default() }]);
    }

    async fn what_was_written_in_a_form_is_for_those_who_may_see_it(database: &TestDatabase) {
        let world = &World::on(database).await;
        let cup = world.cup(&world.solo(4)).await;
        let (ann, eve) = (world.person("ann").await, world.person("eve").await);
        let id = world.enter(&ann, cup.id).await.id;
        for (who, sees) in [(ann.actor(), true), (world.organizer.actor(), true), (eve.actor(), false)] {
            let facts = query::entry(world.db.read(), &who, world.now(), id).await.expect("readable").expect("public");
            assert_eq!(!facts.row.entry.registration_data.is_null(), sees, "{who}");
        }
        let facts = query::facts(world.db.read(), &ann.actor(), world.now(), &cup.slug).await.expect("readable");
        let facts = facts.expect("public");
        assert_eq!((facts.own.len(), facts.counts.held, facts.counts.filled), (1, 1, 2_500));
        assert_eq!(facts.counts.by_state.get(&EntryStatus::Confirmed), Some(&1));
        let (rows, next) =
            query::entries(world.db.read(), cup.id, &[EntryStatus::Confirmed], None).await.expect("readable");
        assert_eq!((rows.len(), rows[0].players.len(), next), (1, 1, None));
        let draft = world.draft(&world.solo(4)).await;
        let hidden = query::facts(world.db.read(), &ann.actor(), world.now(), &draft.slug).await.expect("readable");
        assert!(hidden.is_none());
        let own = query::facts(world.db.read(), &world.organizer.actor(), world.now(), &draft.slug).await;
        assert!(own.expect("readable").is_some());
    }
}
