//! Many at once: whoever comes second hears why, and what must hold of teams always holds.

use std::{collections::BTreeMap, sync::Arc};

use chrono::TimeDelta;
use kernel::{Random, SeededRandom, SystemRandom};
use sea_orm::{ActiveValue::Set, EntityTrait};
use teams::{
    Role,
    error::{AcceptRefusal, Field, HandOverRefusal, Invalid, InviteRefusal, TeamRefusal},
    model::core::{team, team_invite, team_membership},
    service::{
        self,
        entry::EntryTeam,
        invitation::InviteForm,
        record::{self, PlayedMatch, Side},
    },
};
use testkit::TestDatabase;
use tokio::{sync::Barrier, task::JoinSet};

use crate::{
    support::{insert, migrated, now},
    world::{Person, World, act, form},
};

/// Runs all at the same moment; answers what came of each, in no order.
async fn at_once<T, W>(world: &Arc<World>, acts: Vec<Box<dyn FnOnce(Arc<World>) -> W + Send>>) -> Vec<T>
where
    T: Send + 'static,
    W: Future<Output = T> + Send + 'static,
{
    let barrier = Arc::new(Barrier::new(acts.len()));
    let mut running = JoinSet::new();
    for act in acts {
        let (work, barrier) = (act(Arc::clone(world)), Arc::clone(&barrier));
        running.spawn(async move {
            barrier.wait().await;
            work.await
        });
    }
    running.join_all().await
}

/// Each of these once, at the same moment.
macro_rules! race {
    ($world:expr, $over:expr, |$one:ident, $item:ident| $call:expr) => {{
        let acts = $over
            .into_iter()
            .map(|$item| {
                let act = move |$one: Arc<World>| async move { $call.await };
                Box::new(act) as Box<dyn FnOnce(Arc<World>) -> _ + Send>
            })
            .collect();
        at_once(&$world, acts).await
    }};
}

fn done<T, E>(outcomes: &[Result<T, E>]) -> usize {
    outcomes.iter().filter(|outcome| outcome.is_ok()).count()
}

testkit::on_both! {
    from migrated;

    /// Two invitations for one place, as older data may have them.
    async fn one_of_two_takes_the_last_place(database: &TestDatabase) {
        let world = Arc::new(World::on(database).await);
        for round in 0..4 {
            let person = |name: &str| { let (world, name) = (Arc::clone(&world), format!("{name}{round}")); async move { world.person(&name).await } };
            let (owner, first, bob, cyd) = (person("owner").await, person("first").await, person("bob").await, person("cyd").await);
            let team = world.team(&owner, &format!("Keepers{round}"), "fc26").await;
            world.join(&owner, &team, &first, Role::Player).await;
            let his = world.invite(&owner, &team, &bob, Role::Substitute).await.expect("the last place").id;
            let row = team_invite::ActiveModel {
                team_id: Set(team.id),
                invited_user_id: Set(Some(cyd.profile)),
                token: Set(format!("older {round}")),
                expires_at: Set(now() + TimeDelta::days(1)),
                created_at: Set(now()),
                ..Default::default()
            };
            let hers = insert(&world.db, row).await.expect("sound").id;
            let outcomes = race!(world, [(bob.clone(), his), (cyd.clone(), hers)], |world, one| world.accept(&one.0, one.1));
            assert_eq!(done(&outcomes), 1, "{outcomes:?}");
            assert!(outcomes.iter().any(|outcome| matches!(outcome, Err(AcceptRefusal::Full(_)))), "{outcomes:?}");
            assert_eq!(world.members(team.id).await.len(), 3);
        }
    }

    async fn one_of_two_invites_into_the_last_place(database: &TestDatabase) {
        let world = Arc::new(World::on(database).await);
        let (owner, manager, first, bob, cyd) = (world.person("owner").await, world.person("manager").await, world.person("first").await, world.person("bob").await, world.person("cyd").await);
        let team = world.team(&owner, "Keepers", "fc26").await;
        world.join(&owner, &team, &manager, Role::Manager).await;
        world.join(&owner, &team, &first, Role::Player).await;
        let pairs = [(owner.clone(), bob, team.clone()), (manager, cyd, team.clone())];
        let outcomes = race!(world, pairs, |world, one| world.invite(&one.0, &one.2, &one.1, Role::Substitute));
        assert_eq!(done(&outcomes), 1, "{outcomes:?}");
        assert!(outcomes.iter().any(|outcome| matches!(outcome, Err(InviteRefusal::Full(_)))), "{outcomes:?}");
    }

    async fn a_person_joins_one_of_two_teams_of_a_game(database: &TestDatabase) {
        let world = Arc::new(World::on(database).await);
        let (ann, bob) = (world.person("ann").await, world.person("bob").await);
        let (lions, kings) = (world.team(&ann, "Lions", "valorant").await, world.team(&bob, "Kings", "valorant").await);
        for round in 0..4 {
            let eve = world.person(&format!("eve{round}")).await;
            let one = world.invite(&ann, &lions, &eve, Role::Player).await.expect("invited").id;
            let other = world.invite(&bob, &kings, &eve, Role::Player).await.expect("invited").id;
            let outcomes = race!(world, [(eve.clone(), one), (eve.clone(), other)], |world, one| world.accept(&one.0, one.1));
            assert_eq!(done(&outcomes), 1, "{outcomes:?}");
            assert!(outcomes.iter().any(|outcome| matches!(outcome, Err(AcceptRefusal::InAnotherTeam))), "{outcomes:?}");
        }
    }

    async fn an_invitation_is_accepted_once(database: &TestDatabase) {
        let world = Arc::new(World::on(database).await);
        let (ann, bob) = (world.person("ann").await, world.person("bob").await);
        let team = world.team(&ann, "Lions", "valorant").await;
        let id = world.invite(&ann, &team, &bob, Role::Player).await.expect("invited").id;
        let outcomes = race!(world, vec![(bob.clone(), id); 6], |world, one| world.accept(&one.0, one.1));
        assert_eq!(done(&outcomes), 1, "{outcomes:?}");
        assert_eq!(world.members(team.id).await.len(), 2);
        assert_eq!(world.told(&ann).await.len(), 1, "told once");
    }

    async fn a_team_is_handed_over_once(database: &TestDatabase) {
        let world = Arc::new(World::on(database).await);
        let (ann, bob, cyd) = (world.person("ann").await, world.person("bob").await, world.person("cyd").await);
        let team = world.team(&ann, "Lions", "valorant").await;
        world.join(&ann, &team, &bob, Role::Player).await;
        world.join(&ann, &team, &cyd, Role::Player).await;
        let heirs = [(ann.clone(), bob, team.id), (ann.clone(), cyd, team.id)];
        let outcomes: Vec<Result<(), HandOverRefusal>> = race!(world, heirs, |world, one| async move {
            let (clock, actor, one) = (&world.clock, &one.0.actor(), &one);
            act!(world, |tx| service::member::hand_over(&tx, clock, actor, one.2, one.1.profile))
        });
        assert_eq!(done(&outcomes), 1, "{outcomes:?}");
        assert!(outcomes.iter().any(|outcome| matches!(outcome, Err(HandOverRefusal::Denied(_)))), "{outcomes:?}");
        let owners: Vec<i64> = world.members(team.id).await.into_iter().filter(|member| member.1 == "OWNER").map(|member| member.0).collect();
        assert_eq!(owners, [world.stored(team.id).await.captain_id.expect("led")]);
    }

    /// Names that differ but make one address; then one name for all.
    async fn teams_made_at_once_have_names_and_addresses_of_their_own(database: &TestDatabase) {
        let world = Arc::new(World::on(database).await);
        let mut makers = Vec::new();
        for number in 0..4 {
            let name = format!("Lions{}", "!".repeat(number));
            makers.push((world.person(&format!("p{number}")).await, form(&name, &format!("L{number}X"), "valorant")));
        }
        let outcomes = race!(world, makers, |world, one| world.create(&one.0, &one.1));
        assert_eq!(done(&outcomes), 4, "{outcomes:?}");
        let mut slugs: Vec<String> = outcomes.into_iter().filter_map(Result::ok).map(|team: teams::Team| team.slug).collect();
        slugs.sort();
        assert_eq!(slugs, ["lions", "lions-2", "lions-3", "lions-4"]);
        let mut makers = Vec::new();
        for number in 0..4 {
            makers.push((world.person(&format!("q{number}")).await, form("Kings", &format!("K{number}X"), "valorant")));
        }
        let outcomes = race!(world, makers, |world, one| world.create(&one.0, &one.1));
        assert_eq!(done(&outcomes), 1, "{outcomes:?}");
        for refusal in outcomes.into_iter().filter_map(Result::err) {
            assert!(matches!(&refusal, TeamRefusal::Invalid(fields) if *fields == [(Field::Name, Invalid::NameTaken)]), "{refusal}");
        }
        let one = world.person("one").await;
        let forms = [(one.clone(), form("Tigers", "TG", "cs2")), (one, form("Wolves", "WV", "cs2"))];
        let outcomes = race!(world, forms, |world, one| world.create(&one.0, &one.1));
        assert_eq!(done(&outcomes), 1, "one team a game: {outcomes:?}");
    }

    async fn a_match_told_by_many_counts_once(database: &TestDatabase) {
        let world = Arc::new(World::on(database).await);
        let (ann, bob) = (world.person("ann").await, world.person("bob").await);
        let (lions, kings) = (world.team(&ann, "Lions", "valorant").await.id, world.team(&bob, "Kings", "valorant").await.id);
        let sides = [Side { team_id: lions, score: 2 }, Side { team_id: kings, score: 1 }];
        let told = PlayedMatch { match_id: 1, tournament_id: None, game: "valorant".into(), played_at: now(), sides, winner: Some(lions) };
        let turned = PlayedMatch { sides: [sides[1], sides[0]], ..told.clone() };
        let outcomes: Vec<Result<bool, kernel::DbError>> = race!(world, [told.clone(), turned.clone(), told, turned], |world, one| async move {
            let (clock, one) = (&world.clock, &one);
            act!(world, |tx| record::record_match(&tx, clock, one))
        });
        let added = outcomes.iter().filter(|outcome| matches!(outcome, Ok(true))).count();
        assert_eq!((done(&outcomes), added), (4, 1), "{outcomes:?}");
        let figures = record::figures_of(world.db.read(), lions, "valorant").await.expect("readable").expect("there");
        assert_eq!((figures.total_matches, figures.matches_won), (1, 1));
    }

    /// Acts at random by people of every kind, three at once: whatever comes of them, the tables stay sound.
    async fn whatever_happens_teams_stay_sound(database: &TestDatabase) {
        let world = Arc::new(World::on(database).await);
        let mut people = Vec::new();
        for number in 0..7 {
            people.push(world.person(&format!("p{number}")).await);
        }
        let (one, other) = (world.team(&people[0], "Keepers", "fc26").await, world.team(&people[1], "Goalies", "fc26").await);
        let random = SeededRandom::new(7);
        let mut counts = BTreeMap::new();
        for _ in 0..60 {
            let draws: Vec<[u64; 4]> = (0..3).map(|_| [random.number(), random.number(), random.number(), random.number()]).collect();
            let turns: Vec<_> = draws.into_iter().map(|draw| (draw, people.clone(), [one.clone(), other.clone()])).collect();
            for (name, went) in race!(world, turns, |world, turn| random_act(world, turn)) {
                *counts.entry((name, went)).or_insert(0) += 1;
            }
            check(&world, [one.id, other.id]).await;
        }
        let went = counts.iter().filter(|((_, went), _)| *went).count();
        assert!(went >= 5, "hardly anything was done: {counts:?}");
    }
}

/// Somebody does something; answers what, and whether it was done.
async fn random_act(
    world: Arc<World>,
    (draw, people, teams): ([u64; 4], Vec<Person>, [team::Model; 2]),
) -> (&'static str, bool) {
    let [kind, by, whom, which] = draw.map(|number| usize::try_from(number % 1_000).unwrap_or_default());
    let team = &teams[which % 2];
    let members: Vec<i64> = world.members(team.id).await.into_iter().map(|member| member.0).collect();
    let leader = world.stored(team.id).await.captain_id;
    // Mostly those act who may, on those who are there; otherwise hardly anything would be done.
    let led = people.iter().find(|person| Some(person.profile) == leader && by % 4 > 0);
    let there = members.get(whom % members.len().max(1)).filter(|_| !matches!(kind % 8, 0 | 1));
    let member = people.iter().find(|person| there == Some(&person.profile));
    let whom = member.unwrap_or(&people[whom % people.len()]);
    let by = if kind % 8 == 4 { whom } else { led.unwrap_or(&people[by % people.len()]) };
    let role = Role::ALL[which % 5];
    let (clock, games, actor, id) = (&world.clock, &world.games, &by.actor(), team.id);
    match kind % 8 {
        0 | 1 => {
            let form = &InviteForm { username: whom.name.clone(), role, message: String::new() };
            let sent = act!(world, |tx| service::invitation::invite(&tx, clock, &SystemRandom, games, actor, id, form));
            ("invite", sent.is_ok())
        }
        2 | 3 => {
            for person in &people {
                let waiting = service::query::invitations_of(world.db.read(), clock, person.profile).await;
                if let Some(first) = waiting.expect("readable").first() {
                    return ("accept", world.accept(person, first.invitation.id).await.is_ok());
                }
            }
            ("accept", false)
        }
        4 => ("leave", act!(world, |tx| service::member::leave(&tx, clock, actor, id)).is_ok()),
        5 => {
            let changed =
                act!(world, |tx| service::member::change_role(&tx, clock, games, actor, id, whom.profile, role));
            ("role", changed.is_ok())
        }
        6 => ("badge", act!(world, |tx| service::member::make_captain(&tx, clock, actor, id, whom.profile)).is_ok()),
        _ => ("hand over", act!(world, |tx| service::member::hand_over(&tx, clock, actor, id, whom.profile)).is_ok()),
    }
}

/// One owner, who leads; at most one captain; no more on the roster than the game allows, invitations counted;
/// nobody in both teams.
async fn check(world: &World, teams: [i64; 2]) {
    let rows = team_membership::Entity::find().all(world.db.read()).await.expect("readable");
    let active = |team: i64| rows.iter().filter(move |row| row.team_id == team && row.status == "ACTIVE");
    for id in teams {
        let owners: Vec<i64> = active(id).filter(|row| row.role == "OWNER").map(|row| row.profile_id).collect();
        assert_eq!(owners, [world.stored(id).await.captain_id.expect("led")]);
        assert!(active(id).filter(|row| row.is_captain).count() <= 1);
        let on_roster = active(id).filter(|row| row.role == "PLAYER" || row.role == "SUBSTITUTE").count();
        let waiting = service::query::invitations_of_team(world.db.read(), &world.clock, id).await.expect("readable");
        let held =
            waiting.iter().filter(|sent| matches!(sent.invitation.role.as_str(), "PLAYER" | "SUBSTITUTE")).count();
        assert!(on_roster + held <= 2, "{on_roster} and {held} of 2");
        let entry: Option<EntryTeam> =
            service::entry::entry_team(world.db.read(), &world.games, id).await.expect("readable");
        assert_eq!(entry.expect("active").members.len(), active(id).count());
    }
    let mut people: Vec<i64> = teams.into_iter().flat_map(|id| active(id).map(|row| row.profile_id)).collect();
    let all = people.len();
    people.sort_unstable();
    people.dedup();
    assert_eq!(people.len(), all, "somebody is in both");
}
