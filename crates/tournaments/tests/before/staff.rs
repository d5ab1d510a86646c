//! Who helps: a duty counts once it was accepted, and ends when it is taken away.

use testkit::TestDatabase;
use tournaments::{
    error::lifecycle::StaffRefusal,
    rules::access::{Act, Duty},
    service::{self, access},
};

use crate::support::{Person, World, act, migrated};

/// Somebody new who has agreed to help.
pub async fn helper(world: &World, cup: i64, name: &str, duty: Duty) -> Person {
    let person = world.person(name).await;
    let user = person.user;
    let asked = act!(world, world.organizer.actor(), |tx, cx| service::staff::invite(tx, cx, cup, user, duty));
    let asked = asked.expect("the organizer asks");
    act!(world, person.actor(), |tx, cx| service::staff::accept(tx, cx, asked.id)).expect("agreed");
    person
}

testkit::on_both! {
    from migrated;

    async fn only_accepted_duties_count(database: &TestDatabase) {
        let world = &World::on(database).await;
        let cup = world.cup(&world.solo(4)).await;
        let (rita, eve) = (world.person("rita").await, world.person("eve").await);
        let (id, by, user) = (cup.id, world.organizer.actor(), rita.user);
        let may = async |who: &Person, act: Act| {
            access::standing(world.db.read(), &who.actor(), &cup).await.expect("readable").may(act)
        };
        let asked = act!(world, by, |tx, cx| service::staff::invite(tx, cx, id, user, Duty::Referee)).expect("asked");
        assert!(!may(&rita, Act::DecideMatch).await, "not before she agreed");
        let twice = act!(world, by, |tx, cx| service::staff::invite(tx, cx, id, user, Duty::Moderator));
        assert!(matches!(twice, Err(StaffRefusal::AlreadyAsked { duty: Duty::Referee, .. })));
        let other = act!(world, eve.actor(), |tx, cx| service::staff::accept(tx, cx, asked.id));
        assert!(matches!(other, Err(StaffRefusal::NotYours)));
        act!(world, rita.actor(), |tx, cx| service::staff::accept(tx, cx, asked.id)).expect("hers");
        let again = act!(world, rita.actor(), |tx, cx| service::staff::accept(tx, cx, asked.id));
        assert!(matches!(again, Err(StaffRefusal::AlreadyAccepted)));
        assert!(may(&rita, Act::DecideMatch).await && !may(&rita, Act::VerifyPayments).await);
        act!(world, by, |tx, cx| service::staff::change(tx, cx, asked.id, Duty::PaymentVerifier)).expect("changed");
        assert!(!may(&rita, Act::DecideMatch).await && may(&rita, Act::VerifyPayments).await);
        act!(world, by, |tx, cx| service::staff::remove(tx, cx, asked.id)).expect("removed");
        assert!(!may(&rita, Act::SeeEntries).await);
        let gone = act!(world, by, |tx, cx| service::staff::remove(tx, cx, asked.id));
        assert!(matches!(gone, Err(StaffRefusal::NoSuchMember(_))));
        let told: Vec<(String, Option<i64>)> = world
            .audited(id)
            .await
            .into_iter()
            .filter(|row| row.action == "staff_change")
            .map(|row| (row.metadata["what"].as_str().unwrap_or_default().to_owned(), row.user_id))
            .collect();
        let (olga, rita) = (Some(world.organizer.user), Some(rita.user));
        assert_eq!(told, [
            ("invited".to_owned(), olga),
            ("accepted".to_owned(), rita),
            ("changed".to_owned(), olga),
            ("removed".to_owned(), olga),
        ]);
    }

    async fn only_the_organizer_chooses_who_shares_in_all(database: &TestDatabase) {
        let world = &World::on(database).await;
        let cup = world.cup(&world.solo(4)).await;
        let (id, cora) = (cup.id, helper(world, cup.id, "cora", Duty::CoOrganizer).await);
        let referee = helper(world, cup.id, "rita", Duty::Referee).await;
        let eve = world.person("eve").await;
        let invite = async |by: &Person, user: i64, duty: Duty| {
            act!(world, by.actor(), |tx, cx| service::staff::invite(tx, cx, id, user, duty))
        };
        assert!(matches!(invite(&referee, eve.user, Duty::Moderator).await, Err(StaffRefusal::NotAllowed(_))));
        assert!(matches!(invite(&cora, eve.user, Duty::CoOrganizer).await, Err(StaffRefusal::OrganizersChoice(_))));
        assert!(matches!(invite(&world.organizer, eve.user, Duty::Organizer).await, Err(StaffRefusal::NoSuchDuty)));
        assert!(matches!(invite(&cora, world.organizer.user, Duty::Referee).await, Err(StaffRefusal::IsOrganizer)));
        assert!(matches!(invite(&cora, 999_999, Duty::Referee).await, Err(StaffRefusal::NoSuchPerson)));
        let asked = invite(&cora, eve.user, Duty::Moderator).await.expect("a co-organizer asks");
        act!(world, eve.actor(), |tx, cx| service::staff::decline(tx, cx, asked.id)).expect("declined");
        let all = service::staff::all(world.db.read(), id).await.expect("readable");
        let names: Vec<(&str, bool)> = all.iter().map(|member| (member.username.as_str(), member.accepted)).collect();
        assert_eq!(names, [("cora", true), ("rita", true)]);
        let co = all[0].row.id;
        let gone = act!(world, cora.actor(), |tx, cx| service::staff::remove(tx, cx, co));
        assert!(matches!(gone, Err(StaffRefusal::OrganizersChoice(_))));
        act!(world, cora.actor(), |tx, cx| service::staff::decline(tx, cx, co)).expect("she leaves by herself");
    }
}
