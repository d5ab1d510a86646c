//! Logos: whose files they are, who gives them, and what becomes of those that nothing names.

use chrono::TimeDelta;
use kernel::{DbError, SystemRandom, upload};
use teams::{
    Role, Team,
    error::{Denied, LogoRefusal},
    service::logo::{self, LOGO},
};
use testkit::TestDatabase;

use crate::{
    support::migrated,
    world::{Person, World, act},
};

impl World {
    async fn picture(&self, of: &Person, purpose: &str) -> String {
        let new = &upload::NewUpload {
            purpose: purpose.to_owned(),
            content_type: "image/png".to_owned(),
            content: vec![1, 2, 3],
            file_name: String::new(),
            owner_id: Some(of.user),
        };
        let clock = &self.clock;
        let stored: Result<String, DbError> =
            self.db.write(|tx| async move { upload::store(&tx, clock, &SystemRandom, new.clone()).await }).await;
        stored.expect("stored")
    }

    async fn logo(&self, by: &Person, team: &Team, token: Option<&str>) -> Result<Team, LogoRefusal> {
        let (clock, actor) = (&self.clock, &by.actor());
        act!(self, |tx| logo::change(&tx, clock, actor, team.id, token))
    }

    async fn is_there(&self, token: &str) -> bool {
        upload::head(&self.db, token).await.expect("readable").is_some()
    }
}

testkit::on_both! {
    from migrated;

    async fn who_runs_a_team_gives_it_a_logo(database: &TestDatabase) {
        let world = World::on(database).await;
        let (ann, bob, cyd) = (world.person("ann").await, world.person("bob").await, world.person("cyd").await);
        let team = world.team(&ann, "Lions", "valorant").await;
        world.join(&ann, &team, &bob, Role::Manager).await;
        world.join(&ann, &team, &cyd, Role::Player).await;
        let first = world.picture(&ann, LOGO).await;
        assert_eq!(world.logo(&ann, &team, Some(&first)).await.expect("hers").logo.as_deref(), Some(&*first));
        for (case, token) in [
            ("somebody else's", world.picture(&ann, LOGO).await),
            ("for something else", world.picture(&bob, "payment_proof").await),
            ("not there", "nothing".to_owned()),
        ] {
            assert!(matches!(world.logo(&bob, &team, Some(&token)).await, Err(LogoRefusal::Gone)), "{case}");
        }
        let own = world.picture(&cyd, LOGO).await;
        assert!(matches!(world.logo(&cyd, &team, Some(&own)).await, Err(LogoRefusal::Denied(Denied::NotAllowed(_)))));
        assert!(matches!(world.logo(&cyd, &team, None).await, Err(LogoRefusal::Denied(Denied::NotAllowed(_)))));
        assert_eq!(world.stored(team.id).await.logo, Some(first.clone()), "nothing has changed");
        // The one before goes with its row.
        let second = world.picture(&bob, LOGO).await;
        world.logo(&bob, &team, Some(&second)).await.expect("a manager's");
        assert!(!world.is_there(&first).await);
        world.logo(&bob, &team, Some(&second)).await.expect("the same");
        assert!(world.is_there(&second).await);
        world.logo(&ann, &team, None).await.expect("taken away");
        assert_eq!(world.stored(team.id).await.logo, None);
        assert!(!world.is_there(&second).await);
    }

    async fn pictures_that_no_team_has_are_forgotten(database: &TestDatabase) {
        let world = World::on(database).await;
        let ann = world.person("ann").await;
        let team = world.team(&ann, "Lions", "valorant").await;
        let (used, orphan) = (world.picture(&ann, LOGO).await, world.picture(&ann, LOGO).await);
        world.logo(&ann, &team, Some(&used)).await.expect("hers");
        assert_eq!(logo::forget_orphans(&world.db, &world.clock).await.expect("done"), 0, "it may still be named");
        world.clock.advance(TimeDelta::days(3));
        assert_eq!(logo::forget_orphans(&world.db, &world.clock).await.expect("done"), 1);
        assert!(world.is_there(&used).await && !world.is_there(&orphan).await);
    }
}
