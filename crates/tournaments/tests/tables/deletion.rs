//! What can be deleted, what goes with it, and what holds it.

use accounts::model::user;
use sea_orm::{ActiveValue::Set, EntityTrait, PaginatorTrait};
use teams::model::core::team;
use testkit::TestDatabase;
use tournaments::model::{
    audit_log, bracket, bracket_node as node, dispute, game, r#match as meeting, payment, registration, tournament,
    tournament_version,
};

use crate::scene::{Broken::Reference, Scene, change, delete, insert, json, migrated, now, person};

testkit::on_both! {
    from migrated;

    /// A draft that nobody versioned or paid for goes with all that was drawn for it.
    async fn a_tournament_goes_with_its_matches(database: &TestDatabase) {
        let scene = &Scene::on(database).await;
        let db = &scene.db;
        let played = insert(db, scene.meeting(1)).await.expect("sound").id;
        let first = node::ActiveModel { match_id: Set(Some(played)), participant1_id: Set(Some(scene.anns)), ..scene.node(1) };
        insert(db, first).await.expect("sound");
        insert(db, scene.objection(played)).await.expect("sound");
        assert_eq!(delete::<tournament::Entity>(db, scene.cup).await.expect("nothing holds it"), 1);
        let left = [
            registration::Entity::find().count(db.read()).await.expect("countable"),
            bracket::Entity::find().count(db.read()).await.expect("countable"),
            node::Entity::find().count(db.read()).await.expect("countable"),
            meeting::Entity::find().count(db.read()).await.expect("countable"),
            dispute::Entity::find().count(db.read()).await.expect("countable"),
        ];
        assert_eq!(left, [0; 5]);
    }

    async fn what_is_needed_stays(database: &TestDatabase) {
        let scene = &Scene::on(database).await;
        let db = &scene.db;
        insert(db, scene.meeting(1)).await.expect("sound");
        let paid = insert(db, scene.team_entry()).await.expect("sound").id;
        insert(db, payment::ActiveModel { registration_id: Set(paid), ..scene.payment() }).await.expect("sound");
        let carl = insert(db, person("carl")).await.expect("sound").id;
        let act = audit_log::ActiveModel {
            user_id: Set(Some(carl)),
            action: Set("bracket_finalize".to_owned()),
            timestamp: Set(now()),
            ..Default::default()
        };
        insert(db, act).await.expect("sound");
        for (what, refused) in [
            ("an organizer", delete::<user::Entity>(db, scene.ann).await),
            ("a player with a match", delete::<user::Entity>(db, scene.bob).await),
            ("who is in the audit log", delete::<user::Entity>(db, carl).await),
            ("a team that paid", delete::<team::Entity>(db, scene.team).await),
            ("a game with a tournament", delete::<game::Entity>(db, scene.game).await),
            ("an entry with a match", delete::<registration::Entity>(db, scene.anns).await),
            ("an entry that paid", delete::<registration::Entity>(db, paid).await),
            ("a bracket with matches", delete::<bracket::Entity>(db, scene.bracket).await),
            ("a tournament that was paid for", delete::<tournament::Entity>(db, scene.cup).await),
        ] {
            Reference.by(&refused.expect_err(what), &what);
        }
    }

    /// Every published tournament has versions: it is marked deleted, and its row stays.
    async fn a_tournament_with_a_version_stays(database: &TestDatabase) {
        let scene = &Scene::on(database).await;
        let version = tournament_version::ActiveModel {
            tournament_id: Set(scene.cup),
            version_number: Set(1),
            version_data: Set(json("{}")),
            change_summary: Set("Tournament created".to_owned()),
            changed_by_id: Set(Some(scene.bob)),
            changed_at: Set(now()),
            ..Default::default()
        };
        insert(&scene.db, version).await.expect("sound");
        let refused = delete::<tournament::Entity>(&scene.db, scene.cup).await;
        Reference.by(&refused.expect_err("it has a version"), &"tournament");
        let refused = delete::<user::Entity>(&scene.db, scene.bob).await;
        Reference.by(&refused.expect_err("he made a version"), &"user");
    }

    /// Nobody is kept only because they once checked a payment; the payment stays verified.
    async fn who_verified_a_payment_can_go(database: &TestDatabase) {
        let scene = &Scene::on(database).await;
        let carl = insert(&scene.db, person("carl")).await.expect("sound").id;
        let verified = payment::ActiveModel {
            status: Set("verified".to_owned()),
            verified_by_id: Set(Some(carl)),
            verified_at: Set(Some(now())),
            ..scene.payment()
        };
        let id = insert(&scene.db, verified).await.expect("sound").id;
        assert_eq!(delete::<user::Entity>(&scene.db, carl).await.expect("nothing holds him"), 1);
        let kept = payment::Entity::find_by_id(id).one(scene.db.read()).await.expect("readable").expect("there");
        assert_eq!((kept.status.as_str(), kept.verified_by_id, kept.verified_at), ("verified", None, Some(now())));
    }

    /// Who only entered goes, and so does the entry; a node whose match is deleted waits for another.
    async fn what_nobody_needs_goes(database: &TestDatabase) {
        let scene = &Scene::on(database).await;
        let db = &scene.db;
        let entered = insert(db, scene.team_entry()).await.expect("sound").id;
        assert_eq!(delete::<team::Entity>(db, scene.team).await.expect("nothing holds it"), 1);
        assert!(registration::Entity::find_by_id(entered).one(db.read()).await.expect("readable").is_none());
        let played = insert(db, scene.meeting(1)).await.expect("sound").id;
        let first = insert(db, scene.node(1)).await.expect("sound").id;
        let linked = node::ActiveModel { match_id: Set(Some(played)), ..Default::default() };
        change::<node::Entity>(db, first, node::Column::Id, linked).await.expect("sound");
        delete::<meeting::Entity>(db, played).await.expect("nothing holds it");
        let waiting = node::Entity::find_by_id(first).one(db.read()).await.expect("readable").expect("there");
        assert_eq!(waiting.match_id, None);
    }
}
