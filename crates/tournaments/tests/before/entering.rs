//! Entering: who may, what keeps somebody out, and what becomes of the form.

use chrono::TimeDelta;
use kernel::{Actor, upload};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};
use teams::{TeamForm, model::core::team};
use testkit::TestDatabase;
use tournaments::{
    error::{
        entry::{AnswerInvalid, EnterRefusal, Ineligible},
        settings::{QuestionInvalid, QuestionRefusal},
    },
    model::entry_player,
    rules::{answers::Kind, settings::Settings, status::Status},
    service::{self, enter::Form, question::NewQuestion},
};

use crate::{
    settings::set_status,
    support::{World, act, migrated},
};

fn question(name: &str, kind: Kind, config: Value, required: bool) -> NewQuestion {
    NewQuestion { name: name.to_owned(), kind, config, required, help: String::new() }
}

testkit::on_both! {
    from migrated;

    async fn registration_is_open_in_its_state_only(database: &TestDatabase) {
        let world = &World::on(database).await;
        let ann = world.person("ann").await;
        let cup = world.cup(&world.solo(4)).await;
        for status in Status::ALL {
            set_status(world, cup.id, *status).await;
            let entered = world.try_enter(&ann, cup.id, &Form::default()).await;
            match status {
                // What is not shown yet is not there for strangers.
                Status::Draft | Status::PendingApproval => {
                    assert!(matches!(entered, Err(EnterRefusal::NoSuchTournament(_))), "{status:?}: {entered:?}");
                }
                // Its registration is due: it opens by itself.
                Status::Published => assert!(entered.is_ok(), "{entered:?}"),
                Status::RegistrationOpen => assert!(matches!(entered, Err(EnterRefusal::AlreadyEntered { .. }))),
                _ => assert!(matches!(entered, Err(EnterRefusal::Closed { status: found }) if found == *status)),
            }
        }
        let settings = Settings { registration_start: world.now() + TimeDelta::hours(1), ..world.solo(4) };
        let later = world.cup(&settings).await;
        let early = world.try_enter(&ann, later.id, &Form::default()).await;
        assert!(matches!(early, Err(EnterRefusal::NotYet { opens }) if opens == settings.registration_start));
        world.at(settings.registration_end);
        let late = world.try_enter(&ann, later.id, &Form::default()).await;
        assert!(matches!(late, Err(EnterRefusal::Closed { status: Status::RegistrationClosed })));
        let nobody = world.try_enter(&ann, 999_999, &Form::default()).await;
        assert!(matches!(nobody, Err(EnterRefusal::NoSuchTournament(999_999))));
        let games = &world.games;
        let visitor = act!(world, Actor::Anonymous, |tx, cx| {
            service::enter::enter(tx, cx, games, cup.id, Form::default())
        });
        assert!(matches!(visitor, Err(EnterRefusal::NotSignedIn)));
    }

    async fn a_player_enters_with_the_ids_of_the_profile(database: &TestDatabase) {
        let world = &World::on(database).await;
        let (ann, cup) = (world.person("ann").await, world.cup(&world.solo(4)).await);
        let bad = Form { game_ids: [("efootball_id".to_owned(), "x".to_owned())].into(), ..Form::default() };
        let refused = world.try_enter(&ann, cup.id, &bad).await;
        let Err(EnterRefusal::Ineligible(reasons)) = refused else { panic!("{refused:?}") };
        assert!(matches!(&reasons[..], [Ineligible::GameId { column, .. }] if column == "efootball_id"), "{reasons:?}");
        let blank = service::enter::blank(world.db.read(), &world.games, &ann.actor(), &cup).await.expect("readable");
        let blank = blank.expect("ann has a profile");
        let filled = blank.form.game_ids.get("efootball_id").cloned();
        let entry = world.try_enter(&ann, cup.id, &Form { phone: "01711".to_owned(), ..blank.form }).await.expect("in");
        assert_eq!((entry.status.as_str(), entry.display_name.as_str()), ("confirmed", "ann"));
        assert_eq!(entry.registration_data["game_ids"]["efootball_id"].as_str().map(str::to_owned), filled);
        assert_eq!(entry.registration_data["contact"]["phone"], "01711");
        let again = service::enter::blank(world.db.read(), &world.games, &ann.actor(), &cup).await.expect("readable");
        assert_eq!(again.and_then(|blank| blank.entered), Some(entry.id));
        assert_eq!(world.tournament(cup.id).await.total_registrations, 1);
        assert_eq!(world.told(&ann).await, ["ann is in Friday Cup"]);
        // The organizer plays as well: nobody is kept out for that.
        assert_eq!(world.enter(&world.organizer, cup.id).await.status, "confirmed");
    }

    /// All that keeps a team out is told at once.
    async fn a_team_that_does_not_fit_reads_every_reason(database: &TestDatabase) {
        let world = &World::on(database).await;
        let settings = Settings {
            allowed_regions: vec!["EMEA".to_owned()],
            min_ranking_points: Some(10),
            ..world.teams(4)
        };
        let cup = world.cup(&settings).await;
        act!(world, world.organizer.actor(), |tx, cx| {
            service::question::add(tx, cx, cup.id, question("Jersey", Kind::Number, json!({}), true))
        })
        .expect("asked");
        let people = world.people("lion", 4).await;
        let team = world.team_of("Lions", &people).await;
        let refused = world.try_enter_team(&people[0], cup.id, team.id).await;
        let Err(EnterRefusal::Ineligible(reasons)) = refused else { panic!("{refused:?}") };
        let has = |wanted: fn(&Ineligible) -> bool| reasons.iter().any(wanted);
        assert!(has(|reason| matches!(reason, Ineligible::Roster(_))), "{reasons:?}");
        assert!(has(|reason| matches!(reason, Ineligible::Region { .. })), "{reasons:?}");
        assert!(has(|reason| matches!(reason, Ineligible::TooFewPoints { points: 0, least: 10 })), "{reasons:?}");
        assert!(has(|reason| matches!(reason, Ineligible::Answer { invalid: AnswerInvalid::Missing, .. })), "{reasons:?}");
        assert_eq!(reasons.len(), 4, "{reasons:?}");
        assert!(world.states(cup.id).await.is_empty());
    }

    async fn who_speaks_for_a_team_enters_it_once(database: &TestDatabase) {
        let world = &World::on(database).await;
        let cup = world.cup(&world.teams(4)).await;
        let (team, people) = world.team("Lions").await;
        let eve = world.person("eve").await;
        for (who, may) in [(&eve, false), (&people[3], false), (&people[1], true)] {
            let entered = world.try_enter_team(who, cup.id, team.id).await;
            match entered {
                Ok(entry) => {
                    assert!(may);
                    assert_eq!((entry.team_id, entry.user_id, entry.registered_by_id), (Some(team.id), None, Some(who.user)));
                }
                Err(refusal) => assert!(!may && matches!(refusal, EnterRefusal::NotRepresentative(_)), "{refusal:?}"),
            }
        }
        let again = world.try_enter_team(&people[0], cup.id, team.id).await;
        assert!(matches!(again, Err(EnterRefusal::AlreadyEntered { .. })));
        assert!(matches!(world.try_enter_team(&eve, cup.id, 999_999).await, Err(EnterRefusal::NoSuchTeam(_))));
        assert!(matches!(world.try_enter(&eve, cup.id, &Form::default()).await, Err(EnterRefusal::TeamsOnly)));
        let solo = world.cup(&world.solo(4)).await;
        assert!(matches!(world.try_enter_team(&people[0], solo.id, team.id).await, Err(EnterRefusal::SoloOnly)));
        let roster = entry_player::Entity::find()
            .filter(entry_player::Column::TournamentId.eq(cup.id))
            .all(world.db.read())
            .await
            .expect("readable");
        assert_eq!(roster.iter().filter(|player| player.is_captain).count(), 1);
        assert_eq!(roster.len(), 5);
        assert!(roster.iter().all(|player| player.game_id.starts_with("Player")), "{roster:?}");
    }

    /// Where one is enough, who founds a team, plays in it and leads it enters it alone.
    async fn an_owner_alone_is_a_team(database: &TestDatabase) {
        let world = &World::on(database).await;
        let cup = world.cup(&Settings { game_id: world.solo_game, ..world.teams(4) }).await;
        let ann = world.person("ann").await;
        let form = &TeamForm {
            name: "Lone Lion".to_owned(),
            tag: "LONE".to_owned(),
            game: "efootball".to_owned(),
            region: "ASIA".to_owned(),
            ..TeamForm::default()
        };
        let (clock, games, actor) = (&world.clock, &world.games, &ann.actor());
        let made = world.db.write(|tx| async move { teams::service::team::create(&tx, clock, games, actor, form).await });
        let team = made.await.expect("founded").id;
        let issues = async || match world.try_enter_team(&ann, cup.id, team).await {
            Err(EnterRefusal::Ineligible(reasons)) => reasons.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "),
            other => panic!("{other:?}"),
        };
        assert!(issues().await.contains("0 of at least 1 players"), "{}", issues().await);
        let play = world.db.write(|tx| async move {
            teams::service::member::change_game_role(&tx, clock, games, actor, team, ann.profile, "Player").await
        });
        play.await.expect("she plays");
        assert!(issues().await.contains("the team has no captain"), "{}", issues().await);
        let lead = world.db.write(|tx| async move {
            teams::service::member::make_captain(&tx, clock, actor, team, ann.profile).await
        });
        lead.await.expect("she leads");
        let entry = world.try_enter_team(&ann, cup.id, team).await.expect("in");
        assert_eq!((entry.status.as_str(), entry.display_name.as_str()), ("confirmed", "Lone Lion"));
        let roster = entry_player::Entity::find().filter(entry_player::Column::RegistrationId.eq(entry.id));
        let roster = roster.all(world.db.read()).await.expect("readable");
        assert_eq!(roster.iter().map(|player| (player.user_id, player.is_captain)).collect::<Vec<_>>(), [(ann.user, true)]);
    }

    /// A player plays for one entry; it is told who and where.
    async fn nobody_plays_for_two_entries(database: &TestDatabase) {
        let world = &World::on(database).await;
        let cup = world.cup(&world.teams(4)).await;
        let (lions, people) = world.team("Lions").await;
        let entry = world.try_enter_team(&people[0], cup.id, lions.id).await.expect("in");
        // Two of the five change teams after that.
        let mut others = world.people("tiger", 3).await;
        for person in people.iter().skip(3) {
            leave(world, person.profile).await;
            others.push(person.clone());
        }
        let tigers = world.team_of("Tigers", &others).await;
        let refused = world.try_enter_team(&others[0], cup.id, tigers.id).await;
        let Err(EnterRefusal::Ineligible(reasons)) = refused else { panic!("{refused:?}") };
        let expected: Vec<Ineligible> = people
            .iter()
            .skip(3)
            .map(|person| Ineligible::PlaysElsewhere {
                player: person.name.clone(),
                entry: "Lions".to_owned(),
                registration: entry.id,
            })
            .collect();
        assert_eq!(reasons, expected);
        // When the first entry is given up, they are free.
        act!(world, people[0].actor(), |tx, cx| service::entry::withdraw(tx, cx, entry.id, "")).expect("withdrawn");
        world.try_enter_team(&others[0], cup.id, tigers.id).await.expect("free now");
    }

    async fn the_best_teams_enter_free(database: &TestDatabase) {
        let world = &World::on(database).await;
        let paid = world.paid(8);
        let settings = Settings {
            enable_fee_waiver: true,
            fee_waiver_top_n_teams: 1,
            game_id: world.game,
            participation_type: world.teams(8).participation_type,
            ..paid
        };
        let cup = world.cup(&settings).await;
        let (best, people) = world.team("Lions").await;
        let (other, others) = world.team("Tigers").await;
        set_points(world, best.id, 100).await;
        let entry = world.try_enter_team(&people[0], cup.id, best.id).await.expect("in");
        assert_eq!((entry.status.as_str(), entry.has_fee_waiver), ("confirmed", true));
        let entry = world.try_enter_team(&others[0], cup.id, other.id).await.expect("in");
        assert_eq!((entry.status.as_str(), entry.has_fee_waiver), ("pending", false));
        assert!(entry.payment_due_at.is_some());
    }

    async fn questions_stay_once_somebody_answered(database: &TestDatabase) {
        let world = &World::on(database).await;
        let cup = world.cup(&world.solo(4)).await;
        let (id, by) = (cup.id, world.organizer.actor());
        let ann = world.person("ann").await;
        let add = async |new: NewQuestion, by: Actor| {
            let new = &new;
            act!(world, by, |tx, cx| service::question::add(tx, cx, id, new.clone()))
        };
        let size = add(question("Shirt size", Kind::Dropdown, json!({ "options": ["S", "M"] }), true), by).await;
        let size = size.expect("asked");
        let same = add(question("SHIRT SIZE", Kind::Text, json!({}), false), by).await;
        assert!(matches!(same, Err(QuestionRefusal::Invalid(QuestionInvalid::Taken))));
        let foreign = add(question("Age", Kind::Number, json!({}), false), ann.actor()).await;
        assert!(matches!(foreign, Err(QuestionRefusal::NotAllowed(_))));
        let age = add(question("Age", Kind::Number, json!({ "min": 16 }), true), by).await.expect("asked");
        let clip = add(question("Clip", Kind::Media, json!({ "types": ["video"] }), false), by).await.expect("asked");
        let wrong = act!(world, by, |tx, cx| service::question::reorder(tx, cx, id, &[age.id, age.id, size.id]));
        assert!(matches!(wrong, Err(QuestionRefusal::Order)));
        act!(world, by, |tx, cx| service::question::reorder(tx, cx, id, &[age.id, clip.id, size.id])).expect("in order");
        let edit = &question("Your age", Kind::Number, json!({ "min": 18 }), true);
        act!(world, by, |tx, cx| service::question::edit(tx, cx, age.id, edit.clone())).expect("changed");
        let all = service::question::all(world.db.read(), id).await.expect("readable");
        let keys: Vec<&str> = all.iter().map(|field| field.field_key.as_str()).collect();
        assert_eq!(keys, ["your_age", "clip", "shirt_size"]);
        let answers = |age: Value, size: &str, clip: &str| Form {
            answers: [("your_age", age), ("shirt_size", json!(size)), ("clip", json!(clip))]
                .map(|(key, answer)| (key.to_owned(), answer))
                .into(),
            ..Form::default()
        };
        let refused = world.try_enter(&ann, id, &answers(json!("17"), "XL", "gone")).await;
        let Err(EnterRefusal::Ineligible(reasons)) = refused else { panic!("{refused:?}") };
        assert_eq!(reasons.len(), 3, "{reasons:?}");
        let film = world.file(&ann, service::upload::ANSWER, "video/mp4").await;
        let never_sent = world.file(&ann, service::upload::ANSWER, "video/mp4").await;
        let entry = world.try_enter(&ann, id, &answers(json!("18"), "M", &film)).await.expect("in");
        let kept = json!({ "your_age": 18, "shirt_size": "M", "clip": film });
        assert_eq!(entry.registration_data["custom_fields"], kept);
        let late = add(question("More", Kind::Text, json!({}), false), by).await;
        assert!(matches!(late, Err(QuestionRefusal::Answered)));
        let late = act!(world, by, |tx, cx| service::question::remove(tx, cx, clip.id));
        assert!(matches!(late, Err(QuestionRefusal::Answered)));
        world.clock.advance(TimeDelta::days(3));
        let forgotten = service::upload::forget_orphans(&world.db, &world.clock).await;
        assert_eq!(forgotten.expect("forgotten"), 1);
        let is_kept = async |token: &str| upload::head(&world.db, token).await.expect("readable").is_some();
        assert!(is_kept(&film).await && !is_kept(&never_sent).await);
    }
}

async fn leave(world: &World, profile: i64) {
    use teams::model::core::team_membership::{ActiveModel, Column, Entity};
    let row = &ActiveModel { status: Set("REMOVED".to_owned()), ..Default::default() };
    let done = world.db.write(|tx| async move {
        Entity::update_many().set(row.clone()).filter(Column::ProfileId.eq(profile)).exec(&tx).await?;
        Ok::<_, kernel::DbError>(())
    });
    done.await.expect("left");
}

async fn set_points(world: &World, id: i64, points: i32) {
    let row = &team::ActiveModel { total_points: Set(points), ..Default::default() };
    let done = world.db.write(|tx| async move {
        team::Entity::update_many().set(row.clone()).filter(team::Column::Id.eq(id)).exec(&tx).await?;
        Ok::<_, kernel::DbError>(())
    });
    done.await.expect("set");
}
