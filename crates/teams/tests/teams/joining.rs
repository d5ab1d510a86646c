//! Invitations and requests: who can be asked, what comes of it, and how many a team takes.

use chrono::TimeDelta;
use kernel::{Random, SystemRandom};
use sea_orm::EntityTrait;
use teams::{
    Role, TeamSettings,
    error::{AcceptRefusal, AskRefusal, DeclineRefusal, InviteRefusal, ReviewRefusal, WithdrawRefusal},
    model::core::team_invite,
    rules::roster::Full,
    service::{
        self,
        invitation::{self, InviteForm},
        query,
        request::Asked,
    },
};
use testkit::TestDatabase;

use crate::{
    support::migrated,
    world::{Person, World, act},
};

impl World {
    async fn ask(&self, by: &Person, team: &teams::Team, message: &str) -> Result<Asked, AskRefusal> {
        let (clock, games, actor) = (&self.clock, &self.games, &by.actor());
        act!(self, |tx| service::request::ask(&tx, clock, games, actor, team.id, message))
    }

    async fn asked(&self, by: &Person, team: &teams::Team) -> i64 {
        match self.ask(by, team, "I play.").await.expect("asked") {
            Asked::Waits(request) => request.id,
            Asked::Joined(_) => panic!("{} is in at once", by.name),
        }
    }

    async fn approve(&self, by: &Person, request: i64) -> Result<teams::JoinRequest, ReviewRefusal> {
        let (clock, games, actor) = (&self.clock, &self.games, &by.actor());
        act!(self, |tx| service::request::approve(&tx, clock, games, actor, request))
    }

    async fn decline(&self, by: &Person, invitation: i64) -> Result<(), DeclineRefusal> {
        let (clock, actor) = (&self.clock, &by.actor());
        act!(self, |tx| invitation::decline(&tx, clock, actor, invitation))
    }

    async fn settings(&self, by: &Person, team: &teams::Team, change: impl Fn(&mut TeamSettings)) -> teams::Team {
        let mut settings = TeamSettings::from(&self.stored(team.id).await);
        change(&mut settings);
        let (clock, actor, settings) = (&self.clock, &by.actor(), &settings);
        act!(self, |tx| service::team::change_settings(&tx, clock, actor, team.id, settings)).expect("changed")
    }
}

testkit::on_both! {
    from migrated;

    async fn an_invitation_makes_a_member_of_the_offered_role(database: &TestDatabase) {
        let world = World::on(database).await;
        let (ann, bob, cyd) = (world.person("ann").await, world.person("bob").await, world.person("cyd").await);
        let team = world.team(&ann, "Lions", "valorant").await;
        let (clock, games, actor) = (&world.clock, &world.games, &ann.actor());
        let form = &InviteForm { username: "BOB".into(), role: Role::Manager, message: " Come! ".into() };
        let sent = act!(world, |tx| invitation::invite(&tx, clock, &SystemRandom, games, actor, team.id, form)).expect("sent");
        assert_eq!(sent.invitation.expires_at - sent.invitation.created_at, TimeDelta::days(7));
        assert_ne!(sent.invitation.token, sent.token, "the secret is nowhere in the database");
        let opened = invitation::by_token(world.db.read(), &sent.token).await.expect("readable");
        assert_eq!(opened.map(|invitation| invitation.id), Some(sent.invitation.id));
        assert_eq!(invitation::by_token(world.db.read(), &SystemRandom.token()).await.expect("readable"), None);
        assert_eq!(invitation::by_token(world.db.read(), &sent.invitation.token).await.expect("readable"), None);
        let notice = ("invite_sent".into(), "Lions invites you to join as manager".into(), "/teams/invitations".into());
        assert_eq!(world.told(&bob).await, [notice]);
        let received = query::invitations_of(world.db.read(), clock, bob.profile).await.expect("readable");
        assert_eq!(received.len(), 1);
        assert_eq!((received[0].team.id, received[0].inviter.as_deref()), (team.id, Some("ann")));
        assert_eq!(received[0].invitation.message, "Come!");
        let open = query::invitations_of_team(world.db.read(), clock, team.id).await.expect("readable");
        assert_eq!(open[0].invited, Some(("bob".into(), "bob".into())));

        let refusal = world.accept(&cyd, sent.invitation.id).await.expect_err("it is not hers");
        assert!(matches!(refusal, AcceptRefusal::NotYours), "{refusal}");
        let accepted = world.accept(&bob, sent.invitation.id).await.expect("accepted");
        assert_eq!(accepted.status, "ACCEPTED");
        assert_eq!(world.role_of(&team, &bob).await, Some(("MANAGER".into(), String::new(), false)));
        let told = world.told(&ann).await;
        assert_eq!(told, [("invite_accepted".into(), "bob joined Lions as manager".into(), "/teams/lions".into())]);
        let refusal = world.accept(&bob, sent.invitation.id).await.expect_err("once");
        assert!(matches!(refusal, AcceptRefusal::Over), "{refusal}");
        let own = query::teams_of(world.db.read(), bob.profile).await.expect("readable");
        assert_eq!(own.iter().map(|own| (own.team.id, own.role)).collect::<Vec<_>>(), [(team.id, Role::Manager)]);
    }

    async fn who_cannot_be_invited_is_said(database: &TestDatabase) {
        let world = World::on(database).await;
        let (ann, bob, cyd, dan) = (world.person("ann").await, world.person("bob").await, world.person("cyd").await, world.person("dan").await);
        let team = world.team(&ann, "Lions", "valorant").await;
        world.join(&ann, &team, &bob, Role::Player).await;
        world.invite(&ann, &team, &cyd, Role::Player).await.expect("invited");
        world.asked(&dan, &team).await;
        let nobody = Person { name: "nobody".into(), profile: 0, user: 0 };
        let refusal = |outcome: Result<teams::Invitation, InviteRefusal>| outcome.expect_err("refused");
        assert!(matches!(refusal(world.invite(&ann, &team, &nobody, Role::Player).await), InviteRefusal::Nobody { username } if username == "NOBODY"));
        assert!(matches!(refusal(world.invite(&ann, &team, &ann, Role::Player).await), InviteRefusal::Yourself));
        assert!(matches!(refusal(world.invite(&ann, &team, &bob, Role::Player).await), InviteRefusal::Member { name } if name == "bob"));
        assert!(matches!(refusal(world.invite(&ann, &team, &cyd, Role::Coach).await), InviteRefusal::Invited { .. }));
        assert!(matches!(refusal(world.invite(&ann, &team, &dan, Role::Player).await), InviteRefusal::Asked { .. }));
        assert_eq!(world.members(team.id).await.len(), 2);
    }

    /// Seven days to the moment; a place that an invitation held is free again after it.
    async fn an_invitation_runs_out(database: &TestDatabase) {
        let world = World::on(database).await;
        let (ann, bob, cyd) = (world.person("ann").await, world.person("bob").await, world.person("cyd").await);
        let team = world.team(&ann, "Keepers", "fc26").await;
        let first = world.invite(&ann, &team, &bob, Role::Player).await.expect("one place");
        let second = world.invite(&ann, &team, &cyd, Role::Player).await.expect("another place");
        let dan = world.person("dan").await;
        let refusal = world.invite(&ann, &team, &dan, Role::Player).await.expect_err("both are held");
        assert!(matches!(refusal, InviteRefusal::Full(Full { capacity: 2, on_roster: 0, pending: 2 })), "{refusal}");
        world.invite(&ann, &team, &dan, Role::Coach).await.expect("a coach takes no place");
        world.clock.advance(TimeDelta::days(7) - TimeDelta::microseconds(1));
        world.accept(&bob, first.id).await.expect("the last moment");
        world.clock.advance(TimeDelta::microseconds(1));
        let refusal = world.accept(&cyd, second.id).await.expect_err("too late");
        assert!(matches!(refusal, AcceptRefusal::Expired), "{refusal}");
        assert!(query::invitations_of(world.db.read(), &world.clock, cyd.profile).await.expect("readable").is_empty());
        world.invite(&ann, &team, &cyd, Role::Substitute).await.expect("the place is free, and so is she to be asked again");
        let clock = &world.clock;
        assert_eq!(act!(world, |tx| invitation::expire(&tx, clock)).expect("run"), 0, "inviting tidied up");
        world.clock.advance(TimeDelta::days(7));
        assert_eq!(act!(world, |tx| invitation::expire(&tx, clock)).expect("run"), 1);
        assert_eq!(act!(world, |tx| invitation::expire(&tx, clock)).expect("run"), 0);
    }

    async fn an_invitation_is_declined_or_cancelled(database: &TestDatabase) {
        let world = World::on(database).await;
        let (ann, bob, cyd) = (world.person("ann").await, world.person("bob").await, world.person("cyd").await);
        let team = world.team(&ann, "Lions", "valorant").await;
        world.join(&ann, &team, &bob, Role::Player).await;
        world.settings(&ann, &team, |settings| settings.members_can_invite = true).await;
        let his = world.invite(&bob, &team, &cyd, Role::Player).await.expect("members may");
        assert!(matches!(world.decline(&ann, his.id).await, Err(DeclineRefusal::NotYours)));
        world.decline(&cyd, his.id).await.expect("declined");
        assert!(matches!(world.decline(&cyd, his.id).await, Err(DeclineRefusal::Over)));
        assert_eq!(world.told(&bob).await.last().expect("told").1, "cyd declined the invitation to Lions");
        let again = world.invite(&bob, &team, &cyd, Role::Player).await.expect("another time");
        let (clock, actor) = (&world.clock, &bob.actor());
        act!(world, |tx| invitation::cancel(&tx, clock, actor, again.id)).expect("his own");
        assert!(matches!(world.accept(&cyd, again.id).await, Err(AcceptRefusal::Over)));
        assert!(act!(world, |tx| invitation::cancel(&tx, clock, actor, again.id)).is_err(), "once");
    }

    /// An invitation of older data went to an address: whoever has it, and has proven it, accepts.
    async fn an_invitation_to_an_address_is_for_its_owner(database: &TestDatabase) {
        let world = World::on(database).await;
        let (ann, bob) = (world.person("ann").await, world.person("bob").await);
        let team = world.team(&ann, "Lions", "valorant").await;
        let row = team_invite::ActiveModel {
            team_id: sea_orm::ActiveValue::Set(team.id),
            invited_email: sea_orm::ActiveValue::Set("Bob@Example.org".into()),
            invited_email_ci: sea_orm::ActiveValue::Set("bob@example.org".into()),
            token: sea_orm::ActiveValue::Set("x".into()),
            expires_at: sea_orm::ActiveValue::Set(crate::support::now() + TimeDelta::days(1)),
            created_at: sea_orm::ActiveValue::Set(crate::support::now()),
            ..Default::default()
        };
        let id = crate::support::insert(&world.db, row).await.expect("sound").id;
        assert!(matches!(world.accept(&bob, id).await, Err(AcceptRefusal::NotYours)), "anybody can write an address");
        let user = bob.user;
        let verified: Result<(), kernel::DbError> = world.db.write(|tx| async move {
            use sea_orm::{ColumnTrait, QueryFilter};
            let row = accounts::model::user::ActiveModel { is_verified: sea_orm::ActiveValue::Set(true), ..Default::default() };
            let this = accounts::model::user::Entity::update_many().set(row);
            this.filter(accounts::model::user::Column::Id.eq(user)).exec(&tx).await?;
            Ok(())
        }).await;
        verified.expect("verified");
        assert_eq!(world.accept(&bob, id).await.expect("his").invited_user_id, Some(bob.profile));
    }

    async fn a_request_waits_for_an_answer(database: &TestDatabase) {
        let world = World::on(database).await;
        let (ann, bob, cyd) = (world.person("ann").await, world.person("bob").await, world.person("cyd").await);
        let team = world.team(&ann, "Lions", "valorant").await;
        let request = world.asked(&bob, &team).await;
        assert_eq!(world.told(&ann).await, [("generic".into(), "bob asks to join Lions".into(), "/teams/lions".into())]);
        let waiting = query::requests_of_team(world.db.read(), &world.games, &team).await.expect("readable");
        assert_eq!((waiting.len(), waiting[0].username.as_str()), (1, "bob"));
        let accepted = world.approve(&ann, request).await.expect("accepted");
        assert_eq!((accepted.status.as_str(), accepted.reviewed_by_id), ("ACCEPTED", Some(ann.profile)));
        assert!(accepted.reviewed_at.is_some());
        assert_eq!(world.role_of(&team, &bob).await, Some(("PLAYER".into(), String::new(), false)));
        assert_eq!(world.told(&bob).await.last().expect("told").1, "You are a member of Lions");
        assert!(matches!(world.approve(&ann, request).await, Err(ReviewRefusal::Over)));

        let request = world.asked(&cyd, &team).await;
        let (clock, theirs, owner) = (&world.clock, &cyd.actor(), &ann.actor());
        act!(world, |tx| service::request::withdraw(&tx, clock, theirs, request)).expect("her own");
        assert!(matches!(world.approve(&ann, request).await, Err(ReviewRefusal::Over)));
        let request = world.asked(&cyd, &team).await;
        act!(world, |tx| service::request::reject(&tx, clock, owner, request)).expect("rejected");
        let over = act!(world, |tx| service::request::withdraw(&tx, clock, theirs, request)).expect_err("over");
        assert!(matches!(over, WithdrawRefusal::Over), "{over}");
        let mine = act!(world, |tx| service::request::withdraw(&tx, clock, owner, request)).expect_err("not hers");
        assert!(matches!(mine, WithdrawRefusal::Over), "{mine}");
        assert_eq!(world.role_of(&team, &cyd).await, None);
    }

    async fn a_team_says_whom_it_hears(database: &TestDatabase) {
        let world = World::on(database).await;
        let (ann, bob, cyd) = (world.person("ann").await, world.person("bob").await, world.person("cyd").await);
        let team = world.team(&ann, "Lions", "valorant").await;
        assert!(matches!(world.ask(&ann, &team, "Me").await, Err(AskRefusal::Member)));
        assert!(matches!(world.ask(&bob, &team, "  ").await, Err(AskRefusal::MessageMissing)));
        assert!(matches!(world.ask(&bob, &team, &"x".repeat(501)).await, Err(AskRefusal::Message(_))));
        world.settings(&ann, &team, |settings| settings.allow_join_requests = false).await;
        assert!(matches!(world.ask(&bob, &team, "Me").await, Err(AskRefusal::Closed)));
        world.settings(&ann, &team, |settings| (settings.is_public, settings.allow_join_requests) = (false, true)).await;
        let hidden = world.ask(&bob, &team, "Me").await.expect_err("hidden");
        assert!(matches!(hidden, AskRefusal::Denied(teams::error::Denied::NoTeam)), "a private team is as good as none: {hidden}");
        world.settings(&ann, &team, |settings| (settings.is_public, settings.require_application_message) = (true, false)).await;
        world.ask(&bob, &team, "").await.expect("no word needed");
        assert!(matches!(world.ask(&bob, &team, "").await, Err(AskRefusal::Asked)));
        world.invite(&ann, &team, &cyd, Role::Player).await.expect("invited");
        assert!(matches!(world.ask(&cyd, &team, "").await, Err(AskRefusal::Invited)));
        let dan = world.person("dan").await;
        world.team(&dan, "Kings", "valorant").await;
        assert!(matches!(world.ask(&dan, &team, "").await, Err(AskRefusal::InAnotherTeam)));
    }

    /// Five players, two substitutes, and then people wait, although the team takes everybody.
    async fn an_open_team_takes_in_until_it_is_full(database: &TestDatabase) {
        let world = World::on(database).await;
        let ann = world.person("ann").await;
        let team = world.team(&ann, "Lions", "valorant").await;
        world.settings(&ann, &team, |settings| settings.auto_accept_join_requests = true).await;
        let mut last = 0;
        for number in 1..=8 {
            let person = world.person(&format!("p{number}")).await;
            match (number, world.ask(&person, &team, "Me").await.expect("heard")) {
                (1..=7, Asked::Joined(request)) => {
                    assert_eq!((request.status.as_str(), request.reviewed_by_id), ("ACCEPTED", None));
                    let role = if number <= 5 { "PLAYER" } else { "SUBSTITUTE" };
                    assert_eq!(world.role_of(&team, &person).await, Some((role.into(), String::new(), false)), "{number}");
                }
                (8, Asked::Waits(request)) => last = request.id,
                (_, asked) => panic!("{number}: {asked:?}"),
            }
        }
        let refusal = world.approve(&ann, last).await.expect_err("full");
        assert!(matches!(refusal, ReviewRefusal::Full(Full { capacity: 7, on_roster: 7, pending: 0 })), "{refusal}");
        assert!(refusal.to_string().contains("7 are in it"), "{refusal}");
        let playing = world.change_game_role(&ann, &team, &ann, "Duelist").await.expect_err("she would be the eighth");
        assert!(playing.contains("no place left"), "{playing}");
    }

    /// Joining one team settles what a person wished of the others of the game, and of no other game.
    async fn joining_settles_other_wishes(database: &TestDatabase) {
        let world = World::on(database).await;
        let (ann, bob, cyd, eve) = (world.person("ann").await, world.person("bob").await, world.person("cyd").await, world.person("eve").await);
        let (lions, kings, tigers) = (world.team(&ann, "Lions", "valorant").await, world.team(&bob, "Kings", "valorant").await, world.team(&cyd, "Tigers", "cs2").await);
        let first = world.asked(&eve, &lions).await;
        let (second, third) = (world.asked(&eve, &kings).await, world.asked(&eve, &tigers).await);
        let offer = world.invite(&ann, &tigers, &eve, Role::Player).await;
        assert!(offer.is_err(), "ann is not of that team");
        assert_eq!(query::requests_of(world.db.read(), eve.profile).await.expect("readable").len(), 3);
        world.approve(&ann, first).await.expect("accepted");
        assert!(matches!(world.approve(&bob, second).await, Err(ReviewRefusal::Over)));
        world.approve(&cyd, third).await.expect("another game");
        let waiting = world.invite(&bob, &kings, &eve, Role::Player).await.expect("she can be asked");
        let refusal = world.accept(&eve, waiting.id).await.expect_err("while she is a lion");
        assert!(matches!(refusal, AcceptRefusal::InAnotherTeam), "{refusal}");
        let (clock, actor) = (&world.clock, &eve.actor());
        act!(world, |tx| service::member::leave(&tx, clock, actor, lions.id)).expect("gone");
        world.accept(&eve, waiting.id).await.expect("free");
        // And back again: the old membership is used.
        act!(world, |tx| service::member::leave(&tx, clock, actor, kings.id)).expect("gone");
        world.join(&ann, &lions, &eve, Role::Substitute).await;
        assert_eq!(world.role_of(&lions, &eve).await, Some(("SUBSTITUTE".into(), String::new(), false)));
    }
}
