//! What the tables of brackets, matches and disputes refuse, row by row, and what comes close and is sound.

use sea_orm::ActiveValue::Set;
use testkit::TestDatabase;
use tournaments::model::{bracket, bracket_node as node, dispute, r#match as meeting};

use crate::scene::{
    Broken::{Check, Reference, Unique},
    Scene, accepts, insert, later, migrated, now, refuses,
};

fn text(value: &str) -> sea_orm::ActiveValue<String> {
    Set(value.to_owned())
}

testkit::on_both! {
    from migrated;

    async fn wrong_brackets(database: &TestDatabase) {
        use bracket::ActiveModel as Row;
        let scene = &Scene::on(database).await;
        let other = insert(&scene.db, scene.tournament("other")).await.expect("sound").id;
        refuses(&scene.db, [
            (Unique, scene.draw(scene.cup)),
            (Check("ck_tournament_engine_bracket_bracket_format"), Row { format: text("double-elimination"), ..scene.draw(other) }),
            (Check("ck_tournament_engine_bracket_bracket_seeding_method"), Row { seeding_method: text("slot-order"), ..scene.draw(other) }),
            (Check("ck_tournament_engine_bracket_bracket_status"), Row { status: text("ACTIVE"), ..scene.draw(other) }),
            (Check("ck_tournament_engine_bracket_bracket_total_rounds"), Row { total_rounds: Set(-1), ..scene.draw(other) }),
            (Reference, scene.draw(9_999)),
        ]).await;
        accepts(&scene.db, [scene.draw(other)]).await;
    }

    async fn wrong_matches(database: &TestDatabase) {
        use meeting::ActiveModel as Row;
        let scene = &Scene::on(database).await;
        let carl = insert(&scene.db, crate::scene::person("carl")).await.expect("sound").id;
        let (anns, bobs) = (Some(scene.anns), Some(scene.bobs));
        let carls = Some(insert(&scene.db, scene.entry(carl)).await.expect("sound").id);
        let played = || scene.meeting(9);
        let won = || Row { state: text("completed"), winner_id: Set(anns), loser_id: Set(bobs), ..played() };
        let drawn = || Row { state: text("completed"), is_draw: Set(true), ..played() };
        refuses(&scene.db, [
            (Check("chk_match_participants_differ"), Row { participant2_id: Set(anns), ..played() }),
            (Check("chk_match_winner_takes_part"), Row { winner_id: Set(carls), ..won() }),
            (Check("chk_match_winner_takes_part"), Row { participant2_id: Set(None), winner_id: Set(bobs), loser_id: Set(anns), ..won() }),
            (Check("chk_match_loser_takes_part"), Row { loser_id: Set(carls), ..won() }),
            (Check("chk_match_winner_is_not_loser"), Row { loser_id: Set(anns), ..won() }),
            (Check("chk_match_completed_has_winner"), Row { state: text("completed"), ..played() }),
            (Check("chk_match_completed_has_winner"), Row { loser_id: Set(None), ..won() }),
            (Check("chk_match_draw_is_even"), Row { participant1_score: Set(1), ..drawn() }),
            (Check("chk_match_draw_is_even"), Row { winner_id: Set(anns), ..drawn() }),
            (Check("chk_match_completed_after_start"), Row { started_at: Set(Some(later(1))), completed_at: Set(Some(now())), ..won() }),
            (Check("chk_match_check_in_before_start"), Row { check_in_deadline: Set(Some(later(1))), scheduled_time: Set(Some(now())), ..played() }),
            (Check("match_deleted_has_time"), Row { is_deleted: Set(true), ..played() }),
            (Check("ck_tournament_engine_match_match_state"), Row { state: text("VERIFIED"), ..played() }),
            (Check("ck_tournament_engine_match_match_round_number"), Row { round_number: Set(0), ..played() }),
            (Check("ck_tournament_engine_match_match_match_number"), scene.meeting(0)),
            (Check("ck_tournament_engine_match_match_participant1_score"), Row { participant1_score: Set(-1), ..played() }),
            (Reference, Row { participant1_id: Set(Some(9_999)), ..played() }),
            (Reference, Row { bracket_id: Set(Some(9_999)), ..played() }),
        ]).await;
        accepts(&scene.db, [
            won(),
            Row { match_number: Set(10), ..drawn() },
            // One side only: a walkover; nobody at all: both stayed away.
            Row { participant2_id: Set(None), state: text("forfeit"), winner_id: Set(anns), ..scene.meeting(11) },
            Row { state: text("forfeit"), completed_at: Set(Some(now())), ..scene.meeting(12) },
        ]).await;
    }

    /// A number of a round is given once, in the bracket and outside of it; deleted matches give it back.
    async fn a_match_has_its_number_alone(database: &TestDatabase) {
        use meeting::ActiveModel as Row;
        let scene = &Scene::on(database).await;
        let outside = |number: i32| Row { bracket_id: Set(None), ..scene.meeting(number) };
        let gone = |row: Row| Row { is_deleted: Set(true), deleted_at: Set(Some(now())), ..row };
        accepts(&scene.db, [gone(scene.meeting(1)), scene.meeting(1), gone(outside(1)), outside(1)]).await;
        accepts(&scene.db, [Row { round_number: Set(2), ..scene.meeting(1) }]).await;
        refuses(&scene.db, [(Unique, scene.meeting(1)), (Unique, outside(1))]).await;
    }

    async fn wrong_nodes(database: &TestDatabase) {
        use node::ActiveModel as Row;
        let scene = &Scene::on(database).await;
        let (anns, bobs) = (Some(scene.anns), Some(scene.bobs));
        let last = insert(&scene.db, Row { code: text("GF"), ..scene.node(1) }).await.expect("sound").id;
        let played = insert(&scene.db, scene.meeting(1)).await.expect("sound").id;
        let leading = |slot: i16| Row { parent_node_id: Set(Some(last)), parent_slot: Set(Some(slot)), ..scene.node(2) };
        let falling = |slot: i16| Row { loser_node_id: Set(Some(last)), loser_slot: Set(Some(slot)), ..scene.node(3) };
        accepts(&scene.db, [
            Row { code: text("W1.1"), match_id: Set(Some(played)), participant1_id: Set(anns), participant2_id: Set(bobs), winner_id: Set(bobs), ..leading(1) },
            falling(1),
            Row { participant1_id: Set(anns), is_bye: Set(true), winner_id: Set(anns), ..scene.node(4) },
            Row { bracket_type: text("group"), group_number: Set(Some(3)), ..scene.node(5) },
        ]).await;
        let other = || scene.node(9);
        let moved = |row: Row| Row { position: Set(9), ..row };
        refuses(&scene.db, [
            (Unique, scene.node(1)),
            (Unique, Row { code: text("GF"), ..other() }),
            (Unique, moved(leading(1))),
            (Unique, moved(falling(1))),
            (Unique, Row { match_id: Set(Some(played)), ..other() }),
            (Check("ck_tournament_engine_bracket_bracketnode_position"), Row { match_number_in_round: Set(1), ..scene.node(0) }),
            (Check("ck_tournament_engine_bracket_bracketnode_round_number"), Row { round_number: Set(0), ..other() }),
            (Check("ck_tournament_engine_bracket_bracketnode_match_number"), Row { match_number_in_round: Set(0), ..other() }),
            (Check("ck_tournament_engine_bracket_bracketnode_parent_slot"), moved(leading(3))),
            (Check("ck_tournament_engine_bracket_bracketnode_loser_slot"), moved(falling(0))),
            (Check("ck_tournament_engine_bracket_bracketnode_bracket_type"), Row { bracket_type: text("third-place"), ..other() }),
            (Check("chk_bracketnode_parent_has_slot"), moved(Row { parent_slot: Set(None), ..leading(1) })),
            (Check("chk_bracketnode_loser_has_slot"), moved(Row { loser_slot: Set(None), ..falling(1) })),
            (Check("chk_bracketnode_group_has_number"), Row { bracket_type: text("group"), ..other() }),
            (Check("chk_bracketnode_group_has_number"), Row { group_number: Set(Some(1)), ..other() }),
            (Check("chk_bracketnode_parent_is_another"), Row { id: Set(77), parent_node_id: Set(Some(77)), parent_slot: Set(Some(1)), ..other() }),
            (Check("chk_bracketnode_loser_is_another"), Row { id: Set(77), loser_node_id: Set(Some(77)), loser_slot: Set(Some(1)), ..other() }),
            (Check("chk_bracketnode_participants_differ"), Row { participant1_id: Set(anns), participant2_id: Set(anns), ..other() }),
            (Check("chk_bracketnode_winner_takes_part"), Row { participant1_id: Set(anns), winner_id: Set(bobs), ..other() }),
            (Check("chk_bracketnode_bye_is_not_played"), Row { participant1_id: Set(anns), participant2_id: Set(bobs), is_bye: Set(true), ..other() }),
        ]).await;
    }

    async fn wrong_disputes(database: &TestDatabase) {
        use dispute::ActiveModel as Row;
        let scene = &Scene::on(database).await;
        let played = insert(&scene.db, scene.meeting(1)).await.expect("sound").id;
        let objection = || scene.objection(played);
        let closed = |status: &str| Row { status: text(status), resolved_at: Set(Some(now())), ..objection() };
        refuses(&scene.db, [
            (Check("ck_tournament_engine_match_dispute_reason"), Row { reason: text("rude"), ..objection() }),
            (Check("ck_tournament_engine_match_dispute_status"), Row { status: text("done"), ..objection() }),
            (Check("chk_dispute_closed_has_time"), Row { resolved_at: Set(None), ..closed("resolved") }),
            (Check("chk_dispute_closed_has_time"), closed("open")),
            (Check("chk_dispute_final_scores_together"), Row { final_participant1_score: Set(Some(2)), ..objection() }),
            (
                Check("ck_tournament_engine_match_dispute_final_participant2_score"),
                Row { final_participant1_score: Set(Some(2)), final_participant2_score: Set(Some(-1)), ..objection() },
            ),
            (Reference, scene.objection(9_999)),
            (Reference, Row { initiated_by_id: Set(Some(9_999)), ..objection() }),
        ]).await;
        accepts(&scene.db, [closed("resolved"), closed("dismissed"), closed("withdrawn"), closed("resolved")]).await;
        accepts(&scene.db, [Row { initiated_by_id: Set(None), ..objection() }]).await;
        for status in ["open", "under_review", "escalated"] {
            refuses(&scene.db, [(Unique, Row { status: text(status), ..objection() })]).await;
        }
    }
}
