//! What a tournament can be set to, and what may change in which state.

use chrono::TimeDelta;
use sea_orm::{ActiveValue::Set, EntityTrait};
use serde_json::json;
use testkit::TestDatabase;
use tournaments::{
    error::settings::{CreateRefusal, EditRefusal, Field, Invalid},
    model::{game, tournament},
    rules::{
        edit::{changes_in, may_change},
        settings::{Format, Method, Settings, slug},
        status::Status,
    },
    service,
};

use crate::support::{World, act, migrated};

type Change = fn(&mut Settings);

/// A change of good settings, and the fields that it makes wrong.
const WRONG: &[(&str, Change, &[&str])] = &[
    ("no name", |s| s.name = "  ".to_owned(), &["name"]),
    ("a long name", |s| s.name = "x".repeat(201), &["name"]),
    ("a name that turns around", |s| s.name = "Cup\u{202e}".to_owned(), &["name"]),
    ("no such game", |s| s.game_id = 999_999, &["game_id"]),
    ("one place", |s| (s.max_participants, s.min_participants) = (1, 2), &["max_participants", "min_participants"]),
    ("too many places", |s| s.max_participants = 4_097, &["max_participants"]),
    ("more needed than there are places", |s| s.min_participants = 17, &["min_participants"]),
    ("one is enough", |s| s.min_participants = 1, &["min_participants"]),
    ("an even number of games", |s| (s.best_of, s.best_of_final) = (2, 11), &["best_of", "best_of_final"]),
    ("third place in Swiss", |s| (s.format, s.third_place_match) = (Format::Swiss, true), &["third_place_match"]),
    ("Swiss rounds elsewhere", |s| s.swiss_rounds = Some(5), &["swiss_rounds"]),
    ("no Swiss rounds", |s| (s.format, s.swiss_rounds) = (Format::Swiss, Some(0)), &["swiss_rounds"]),
    ("groups elsewhere", |s| s.group_count = Some(2), &["group_count"]),
    ("groups of one", |s| (s.format, s.group_count) = (Format::GroupPlayoff, Some(9)), &["group_count"]),
    ("registration ends as it begins", |s| s.registration_end = s.registration_start, &["registration_end"]),
    ("play begins as registration ends", |s| s.tournament_start = s.registration_end, &["tournament_start"]),
    ("it ends before it begins", |s| s.tournament_end = Some(s.tournament_start), &["tournament_end"]),
    (
        "all is over",
        |s| {
            s.registration_start -= TimeDelta::days(9);
            s.registration_end -= TimeDelta::days(9);
            s.tournament_start -= TimeDelta::days(9);
        },
        &["tournament_start"],
    ),
    ("check-in of no length", |s| s.check_in_minutes_before = 0, &["check_in_minutes_before"]),
    ("rounds of no length", |s| s.round_minutes = 4, &["round_minutes"]),
    ("regions for single players", |s| s.allowed_regions = vec!["SA".to_owned()], &["allowed_regions"]),
    ("points for single players", |s| s.min_ranking_points = Some(5), &["min_ranking_points"]),
    ("a prize of less than nothing", |s| s.prize_pool = -1, &["prize_pool"]),
    ("no currency", |s| s.prize_currency = "Taka".to_owned(), &["prize_currency"]),
    (
        "more than the pool",
        |s| (s.prize_pool, s.prize_distribution) = (100, json!({ "1": "60%", "2": "50%" })),
        &["prize_distribution"],
    ),
    (
        "amounts beyond the pool",
        |s| (s.prize_pool, s.prize_distribution) = (100, json!({ "1": 60, "2": 41 })),
        &["prize_distribution"],
    ),
    (
        "a fee of nothing",
        |s| (s.has_entry_fee, s.payment_methods) = (true, vec![]),
        &["has_entry_fee", "payment_methods"],
    ),
    ("a fee and no way to pay", |s| (s.has_entry_fee, s.entry_fee_amount) = (true, 100), &["payment_methods"]),
    (
        "money and nowhere to send it",
        |s| (s.has_entry_fee, s.entry_fee_amount, s.payment_methods) = (true, 100, vec![Method::Nagad]),
        &["payment_accounts"],
    ),
    (
        "coins without a price in coins",
        |s| {
            (s.has_entry_fee, s.entry_fee_amount) = (true, 100);
            s.payment_methods = vec![Method::Deltacoin, Method::Bkash];
            s.payment_accounts = [(Method::Bkash, "01711111111".to_owned())].into();
        },
        &["payment_methods"],
    ),
    (
        "a price in coins that nobody can pay",
        |s| {
            (s.has_entry_fee, s.entry_fee_amount, s.entry_fee_deltacoin) = (true, 100, 5);
            s.payment_methods = vec![Method::Bkash];
            s.payment_accounts = [(Method::Bkash, "01711111111".to_owned())].into();
        },
        &["payment_methods"],
    ),
    (
        "a waiver of nothing",
        |s| (s.enable_fee_waiver, s.fee_waiver_top_n_teams) = (true, 0),
        &["enable_fee_waiver", "fee_waiver_top_n_teams"],
    ),
    ("a link to nowhere", |s| s.stream_twitch_url = "twitch.tv/x".to_owned(), &["stream_twitch_url"]),
    ("many words", |s| s.meta_keywords = vec!["x".to_owned(); 21], &["meta_keywords"]),
    ("called official by anybody", |s| s.is_official = true, &["is_official"]),
];

testkit::on_both! {
    from migrated;

    /// Every wrong field is told, all at once, and nothing is made.
    async fn wrong_settings_are_told_by_field(database: &TestDatabase) {
        let world = &World::on(database).await;
        let games = &world.games;
        let all = &mut world.solo(16);
        for (case, change, fields) in WRONG {
            let settings = &mut world.solo(16);
            change(settings);
            let settings = &*settings;
            let made = act!(world, world.organizer.actor(), |tx, cx| {
                service::settings::create(tx, cx, games, settings.clone())
            });
            let Err(CreateRefusal::Invalid(wrong)) = made else { panic!("{case}: {made:?}") };
            let told: Vec<&str> = wrong.iter().map(|(field, _)| field.name()).collect();
            assert_eq!(told, *fields, "{case}: {wrong:?}");
        }
        (all.name, all.min_participants, all.best_of) = (String::new(), 0, 4);
        let all = &*all;
        let made = act!(world, world.organizer.actor(), |tx, cx| service::settings::create(tx, cx, games, all.clone()));
        let Err(CreateRefusal::Invalid(wrong)) = made else { panic!("{made:?}") };
        assert_eq!(wrong.len(), 3, "{wrong:?}");
        let made = act!(world, kernel::Actor::Anonymous, |tx, cx| {
            service::settings::create(tx, cx, games, world.solo(4))
        });
        assert!(matches!(made, Err(CreateRefusal::NotSignedIn)));
        let none = tournament::Entity::find().all(world.db.read()).await.expect("readable");
        assert!(none.is_empty());
    }

    async fn an_address_is_made_of_the_name_and_stays_unique(database: &TestDatabase) {
        let world = &World::on(database).await;
        let mut made = Vec::new();
        for _ in 0..3 {
            made.push(world.draft(&world.solo(8)).await.slug);
        }
        let shorter = Settings { name: "Friday".to_owned(), ..world.solo(8) };
        made.push(world.draft(&shorter).await.slug);
        let bangla = Settings { name: "ঢাকা কাপ".to_owned(), ..world.solo(8) };
        made.push(world.draft(&bangla).await.slug);
        // Words that have pages of their own are nobody's.
        for name in ["New", "Invitations", "NEW!"] {
            made.push(world.draft(&Settings { name: name.to_owned(), ..world.solo(8) }).await.slug);
        }
        let expected = ["friday-cup", "friday-cup-2", "friday-cup-3", "friday", "tournament", "new-2", "invitations-2", "new-3"];
        assert_eq!(made, expected);
    }

    async fn an_inactive_game_holds_no_new_tournament_and_keeps_its_old_ones(database: &TestDatabase) {
        let world = &World::on(database).await;
        let (cup, games) = (world.cup(&world.solo(8)).await, &world.games);
        let off = game::ActiveModel { is_active: Set(false), ..Default::default() };
        let off = &off;
        world.db.write(|tx| async move {
            game::Entity::update_many().set(off.clone()).exec(&tx).await?;
            Ok::<_, kernel::DbError>(())
        }).await.expect("off");
        let made = act!(world, world.organizer.actor(), |tx, cx| service::settings::create(tx, cx, games, world.solo(4)));
        assert!(matches!(made, Err(CreateRefusal::Invalid(wrong)) if wrong == [(Field::Game, Invalid::NoSuchGame)]));
        let told = &Settings { description: "All welcome.".to_owned(), ..Settings::from(&cup) };
        let edited = act!(world, world.organizer.actor(), |tx, cx| {
            service::settings::edit(tx, cx, games, cup.id, told.clone(), 2, "")
        });
        assert_eq!(edited.expect("words can change").description, "All welcome.");
    }

    /// For every state and field: a change is made, or refused as too late, as the table says.
    async fn what_may_change_when(database: &TestDatabase) {
        let world = &World::on(database).await;
        let games = &world.games;
        // Registration is not due, so that what is published stays so.
        let later = world.now() + TimeDelta::hours(1);
        let cup = world.cup(&Settings { registration_start: later, ..world.solo(8) }).await;
        let changes: &[(Field, Change)] = &[
            (Field::Name, |s| s.name.push('!')),
            (Field::Description, |s| s.description.push('!')),
            (Field::RoundMinutes, |s| s.round_minutes += 1),
            (Field::MaxParticipants, |s| s.max_participants += 1),
            (Field::BestOf, |s| s.best_of = if s.best_of == 3 { 5 } else { 3 }),
            (Field::PrizePool, |s| s.prize_pool += 1),
            (Field::EntryFeeAmount, |s| s.entry_fee_amount += 1),
            (Field::RegistrationStart, |s| s.registration_start -= TimeDelta::minutes(1)),
            (Field::TournamentStart, |s| s.tournament_start += TimeDelta::minutes(1)),
        ];
        for status in Status::ALL {
            for (field, change) in changes {
                set_status(world, cup.id, *status).await;
                let now = world.tournament(cup.id).await;
                let settings = &mut Settings::from(&now);
                change(settings);
                let settings = &*settings;
                let edited = act!(world, world.organizer.actor(), |tx, cx| {
                    service::settings::edit(tx, cx, games, cup.id, settings.clone(), now.current_version, "")
                });
                let stored = world.tournament(cup.id).await;
                if may_change(*field, *status) {
                    let edited = edited.unwrap_or_else(|refusal| panic!("{field:?} in {status:?}: {refusal:?}"));
                    assert_eq!(edited.current_version, now.current_version + 1);
                    assert_eq!(Settings::from(&stored), *settings, "{field:?} in {status:?}");
                } else {
                    let Err(EditRefusal::Invalid(wrong)) = edited else { panic!("{field:?} in {status:?}") };
                    assert_eq!(wrong, [(*field, Invalid::Locked(*status))], "{field:?} in {status:?}");
                    assert_eq!(stored.current_version, now.current_version);
                }
            }
        }
    }

    async fn a_change_is_refused_when_it_is_stale_or_entries_would_not_fit(database: &TestDatabase) {
        let world = &World::on(database).await;
        let games = &world.games;
        let prize = Settings { prize_pool: 1_000, ..world.solo(4) };
        let cup = world.cup(&prize).await;
        for who in world.people("ann", 3).await {
            world.enter(&who, cup.id).await;
        }
        let now = world.tournament(cup.id).await;
        let version = now.current_version;
        let edit = async |settings: Settings, seen: i32, by: kernel::Actor| {
            let settings = &settings;
            act!(world, by, |tx, cx| service::settings::edit(tx, cx, games, cup.id, settings.clone(), seen, "less"))
        };
        let set = Settings::from(&now);
        let stale = edit(Settings { max_participants: 8, ..set.clone() }, version - 1, world.organizer.actor()).await;
        assert!(matches!(stale, Err(EditRefusal::Stale { current, .. }) if current == version));
        let small = edit(Settings { max_participants: 2, ..set.clone() }, version, world.organizer.actor()).await;
        let expected = (Field::MaxParticipants, Invalid::BelowEntries { held: 3 });
        assert!(matches!(small, Err(EditRefusal::Invalid(wrong)) if wrong == [expected]));
        let poor = edit(Settings { prize_pool: 999, ..set.clone() }, version, world.organizer.actor()).await;
        assert!(matches!(poor, Err(EditRefusal::Invalid(wrong)) if wrong == [(Field::PrizePool, Invalid::Lowered)]));
        let other = world.person("eve").await;
        let foreign = edit(Settings { max_participants: 8, ..set.clone() }, version, other.actor()).await;
        assert!(matches!(foreign, Err(EditRefusal::NotAllowed(_))));
        let same = edit(set.clone(), version, world.organizer.actor()).await.expect("nothing to do");
        assert_eq!(same.current_version, version, "no change, no version");
        let fits = edit(Settings { max_participants: 3, ..set }, version, world.organizer.actor()).await;
        assert_eq!(fits.expect("three fit").max_participants, 3);
    }
}

/// Puts a tournament into a state, whatever led there.
pub async fn set_status(world: &World, cup: i64, status: Status) {
    let row = &tournament::ActiveModel { status: Set(status.as_str().to_owned()), ..Default::default() };
    let done = world.db.write(|tx| async move {
        use sea_orm::{ColumnTrait, QueryFilter};
        tournament::Entity::update_many().set(row.clone()).filter(tournament::Column::Id.eq(cup)).exec(&tx).await?;
        Ok::<_, kernel::DbError>(())
    });
    done.await.expect("set");
}

#[test]
fn nothing_changes_that_is_over() {
    for field in Field::ALL {
        for status in [Status::PendingApproval, Status::Archived, Status::Cancelled] {
            assert!(!may_change(*field, status), "{field:?} in {status:?}");
        }
        assert!(may_change(*field, Status::Draft), "{field:?}");
        // What cannot change in a state cannot in a later one: nothing opens again.
        let order = [
            Status::Draft,
            Status::Published,
            Status::RegistrationOpen,
            Status::RegistrationClosed,
            Status::CheckIn,
            Status::Live,
            Status::Completed,
        ];
        let may: Vec<bool> = order.iter().map(|status| changes_in(*field).contains(status)).collect();
        assert!(may.windows(2).all(|pair| pair[0] || !pair[1]), "{field:?}: {may:?}");
    }
}

#[test]
fn a_word_in_addresses() {
    for (name, word) in [
        ("Friday Cup", "friday-cup"),
        ("  Ｆｒｉｄａｙ -- Cup #3! ", "friday-cup-3"),
        ("ঢাকা", "tournament"),
        ("ঢাকা 2026", "2026"),
    ] {
        assert_eq!(slug(name), word, "{name}");
    }
}
