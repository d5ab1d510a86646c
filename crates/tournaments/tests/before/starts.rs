//! When matches are played that were planned before the start was known, or put off.

use chrono::{DateTime, TimeDelta, Utc};
use kernel::model::job;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use testkit::TestDatabase;
use tournaments::{
    Match,
    model::r#match as meeting,
    rules::settings::{Format, Settings},
    service::{self, lifecycle, matches},
};

use crate::{
    lifecycle::publish_draw,
    support::{Person, World, act, migrated},
};

async fn the(world: &World, cup: i64, code: &str) -> Match {
    let of = meeting::Entity::find().filter(meeting::Column::TournamentId.eq(cup));
    let of = of.filter(meeting::Column::Code.eq(code)).filter(meeting::Column::IsDeleted.eq(false));
    of.one(world.db.read()).await.expect("readable").expect("drawn")
}

async fn times(world: &World, cup: i64, code: &str) -> (Option<DateTime<Utc>>, Option<DateTime<Utc>>) {
    let row = the(world, cup, code).await;
    (row.scheduled_time, row.check_in_deadline)
}

/// A tournament whose four are there and drawn, an hour and a half before its start.
async fn drawn(world: &World, settings: &Settings, name: &str) -> (i64, Vec<Person>) {
    let cup = world.cup(settings).await.id;
    let people = world.people(name, 4).await;
    let mut entries = Vec::new();
    for who in &people {
        entries.push(world.enter(who, cup).await.id);
    }
    world.at(settings.tournament_start - TimeDelta::minutes(90));
    world.tick(cup).await;
    if settings.enable_check_in {
        act!(world, world.organizer.actor(), |tx, cx| lifecycle::open_check_in(tx, cx, cup)).expect("open");
        for (who, entry) in people.iter().zip(&entries) {
            act!(world, who.actor(), |tx, cx| service::check_in::check_in(tx, cx, *entry)).expect("there");
        }
    }
    publish_draw(world, cup).await;
    (cup, people)
}

async fn schedule(world: &World, row: &Match, at: DateTime<Utc>) {
    let (id, revision) = (row.id, row.revision);
    act!(world, world.organizer.actor(), |tx, cx| matches::schedule(tx, cx, id, revision, at, true)).expect("set");
}

testkit::on_both! {
    from migrated;

    /// Play begins when it begins: what was planned moves with it, but leaves the sides the time to check in.
    async fn matches_follow_the_start(database: &TestDatabase) {
        let world = &World::on(database).await;
        // Minutes after the planned start: when play begins, and when the first and the second round are played.
        for (name, (case, check_in, begins, first, second)) in ["a", "b", "c", "d", "e", "f", "g"].into_iter().zip([
            ("early", false, -60, -60, -5),
            ("on time", false, 0, 0, 55),
            ("late", false, 40, 40, 95),
            ("early, with check-in", true, -60, -45, -5),
            ("a little early, with check-in", true, -10, 5, 45),
            ("on time, with check-in", true, 0, 15, 55),
            ("late, with check-in", true, 40, 55, 95),
        ]) {
            let settings = Settings { name: case.to_owned(), enable_check_in: check_in, round_minutes: 55, ..world.solo(4) };
            let start = settings.tournament_start;
            let after = |minutes: i64| start + TimeDelta::minutes(minutes);
            let (cup, people) = drawn(world, &settings, name).await;
            assert_eq!(times(world, cup, "W1.1").await.0, Some(start), "{case}");
            let by_hand = the(world, cup, "W1.2").await;
            schedule(world, &by_hand, after(180)).await;
            world.at(after(begins));
            let live = act!(world, world.organizer.actor(), |tx, cx| lifecycle::start(tx, cx, cup)).expect("live");
            assert_eq!((live.status.as_str(), live.tournament_start), ("live", after(begins)), "{case}");
            for (code, minutes) in [("W1.1", first), ("W2.1", second), ("W1.2", 180)] {
                let expected = (Some(after(minutes)), check_in.then(|| after(minutes)));
                assert_eq!(times(world, cup, code).await, expected, "{case}: {code}");
            }
            let playing = the(world, cup, "W1.1").await;
            let one = people.iter().find(|who| who.name == playing.participant1_name).expect("one of them");
            let title = format!(
                "{} against {}: {} UTC",
                playing.participant1_name,
                playing.participant2_name,
                after(first).format("%-d %B, %H:%M")
            );
            assert_eq!(world.told(one).await.contains(&title), first != 0, "{case}: {:?}", world.told(one).await);
        }
    }

    /// A clock that is a little late is on time.
    async fn seconds_do_not_count(database: &TestDatabase) {
        let world = &World::on(database).await;
        let settings = Settings { enable_check_in: false, ..world.solo(4) };
        let (cup, _) = drawn(world, &settings, "ann").await;
        world.at(settings.tournament_start + TimeDelta::seconds(59));
        let live = world.tick(cup).await;
        assert_eq!((live.status.as_str(), live.tournament_start), ("live", settings.tournament_start));
        assert_eq!(times(world, cup, "W1.1").await.0, Some(settings.tournament_start));
    }

    async fn matches_follow_a_start_that_is_put_off(database: &TestDatabase) {
        let world = &World::on(database).await;
        let settings = Settings { enable_check_in: false, ..world.solo(4) };
        let start = settings.tournament_start;
        let (cup, people) = drawn(world, &settings, "ann").await;
        let told = world.told(&people[0]).await.len();
        let by_hand = the(world, cup, "W1.2").await;
        schedule(world, &by_hand, start + TimeDelta::minutes(180)).await;
        let seen = world.tournament(cup).await.current_version;
        let later = &Settings { tournament_start: start + TimeDelta::minutes(30), round_minutes: 20, ..settings.clone() };
        let games = &world.games;
        act!(world, world.organizer.actor(), |tx, cx| service::settings::edit(tx, cx, games, cup, later.clone(), seen, "")).expect("put off");
        for (code, minutes) in [("W1.1", 30), ("W2.1", 50), ("W1.2", 180)] {
            assert_eq!(times(world, cup, code).await.0, Some(start + TimeDelta::minutes(minutes)), "{code}");
        }
        assert_eq!(world.told(&people[0]).await.len(), told, "nobody counts on a time yet");
    }

    /// During play a shorter round brings later rounds forward, and their check-in with them.
    async fn later_rounds_follow_the_length_of_a_round(database: &TestDatabase) {
        let world = &World::on(database).await;
        let settings = Settings { format: Format::RoundRobin, round_minutes: 55, ..world.solo(4) };
        let start = settings.tournament_start;
        let after = |minutes: i64| start + TimeDelta::minutes(minutes);
        let (cup, people) = drawn(world, &settings, "ann").await;
        world.at(start);
        world.tick(cup).await;
        let of_round = async |round: i32| {
            let of = meeting::Entity::find().filter(meeting::Column::TournamentId.eq(cup));
            let of = of.filter(meeting::Column::RoundNumber.eq(round)).order_by_asc(meeting::Column::Id);
            of.all(world.db.read()).await.expect("readable")
        };
        let planned = async |round| of_round(round).await.iter().map(|row| row.scheduled_time).collect::<Vec<_>>();
        assert_eq!((planned(1).await, planned(2).await), (vec![Some(after(15)); 2], vec![Some(after(55)); 2]));
        let by_hand = of_round(2).await[1].clone();
        schedule(world, &by_hand, after(300)).await;
        let seen = world.tournament(cup).await.current_version;
        let (games, shorter) = (&world.games, &Settings { round_minutes: 40, ..Settings::from(&world.tournament(cup).await) });
        act!(world, world.organizer.actor(), |tx, cx| service::settings::edit(tx, cx, games, cup, shorter.clone(), seen, "")).expect("shorter");
        assert_eq!(planned(1).await, [Some(after(15)); 2]);
        assert_eq!(planned(2).await, [Some(after(40)), Some(after(300))]);
        assert_eq!(planned(3).await, [Some(after(80)); 2]);
        let moved = of_round(2).await[0].clone();
        let key = format!("match.clock:{}", moved.id);
        let job = job::Entity::find().filter(job::Column::DedupeKey.eq(key)).one(world.db.read()).await;
        assert_eq!(job.expect("readable").expect("it is asked for").run_at, after(25), "its check-in opens");
        let one = people.iter().find(|who| who.name == moved.participant1_name).expect("one of them");
        let title = format!("{} against {}: {} UTC", moved.participant1_name, moved.participant2_name, after(40).format("%-d %B, %H:%M"));
        assert!(world.told(one).await.contains(&title), "{:?}", world.told(one).await);
    }
}
