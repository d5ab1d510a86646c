//! What the tables of announcement, entry and money refuse, row by row, and what comes close and is sound.

use sea_orm::ActiveValue::Set;
use testkit::TestDatabase;
use tournaments::model::{audit_log, custom_field, game, payment, registration, tournament, tournament_version};

use crate::scene::{
    Broken::{Check, Reference, Unique},
    Scene, accepts, game_row, insert, json, later, migrated, now, refuses,
};

fn text(value: &str) -> sea_orm::ActiveValue<String> {
    Set(value.to_owned())
}

testkit::on_both! {
    from migrated;

    async fn wrong_games(database: &TestDatabase) {
        use game::ActiveModel as Row;
        let Scene { db, .. } = &Scene::on(database).await;
        let coded = |name: &str| Row { code: Set(Some("cs2".to_owned())), ..game_row(name) };
        accepts(db, [coded("Counter"), game_row("Without a plugin")]).await;
        accepts(db, [Row { default_team_size: Set(0), ..game_row("Any size") }]).await;
        refuses(db, [
            (Unique, Row { slug: text("another"), ..game_row("Chess") }),
            (Unique, Row { slug: text("chess"), ..game_row("Another") }),
            (Unique, coded("Another")),
            (Check("game_name_not_empty"), Row { slug: text("x"), ..game_row("") }),
            (Check("game_slug_not_empty"), Row { slug: text(""), ..game_row("Another") }),
            (Check("ck_tournaments_game_default_team_size"), Row { default_team_size: Set(6), ..game_row("Six") }),
            (Check("ck_tournaments_game_default_result_type"), Row { default_result_type: text("score"), ..game_row("Six") }),
        ]).await;
    }

    async fn wrong_tournaments(database: &TestDatabase) {
        use tournament::ActiveModel as Row;
        let scene = &Scene::on(database).await;
        let cup = || scene.tournament("another");
        refuses(&scene.db, [
            (Unique, scene.tournament("cup")),
            (Reference, Row { organizer_id: Set(9_999), ..cup() }),
            (Reference, Row { game_id: Set(9_999), ..cup() }),
            (Check("tournament_name_not_empty"), Row { name: text(""), ..cup() }),
            (Check("tournament_slug_not_empty"), scene.tournament("")),
            (Check("ck_tournaments_tournament_min_participants"), Row { min_participants: Set(1), ..cup() }),
            (Check("ck_tournaments_tournament_max_participants"), Row { max_participants: Set(4097), ..cup() }),
            (Check("max_participants_gte_min_participants"), Row { min_participants: Set(9), ..cup() }),
            (Check("tournament_registration_ends_after_start"), Row { registration_end: Set(later(1)), ..cup() }),
            (Check("tournament_starts_after_registration"), Row { tournament_start: Set(later(2)), ..cup() }),
            (Check("tournament_ends_after_start"), Row { tournament_end: Set(Some(later(3))), ..cup() }),
            (Check("ck_tournaments_tournament_prize_pool"), Row { prize_pool: Set(-1), ..cup() }),
            (Check("ck_tournaments_tournament_prize_deltacoin"), Row { prize_deltacoin: Set(-1), ..cup() }),
            (Check("tournament_prize_currency_iso"), Row { prize_currency: text("bdt"), ..cup() }),
            (Check("tournament_entry_fee_currency_iso"), Row { entry_fee_currency: text("TK"), ..cup() }),
            (Check("tournament_entry_fee_has_amount"), Row { has_entry_fee: Set(true), ..cup() }),
            (Check("ck_tournaments_tournament_format"), Row { format: text("single-elimination"), ..cup() }),
            (Check("ck_tournaments_tournament_participation_type"), Row { participation_type: text("duo"), ..cup() }),
            (Check("ck_tournaments_tournament_status"), Row { status: text("PUBLISHED"), ..cup() }),
            (Check("ck_tournaments_tournament_check_in_minutes"), Row { check_in_minutes_before: Set(0), ..cup() }),
            (Check("tournament_completed_matches_exist"), Row { completed_matches: Set(1), ..cup() }),
            (Check("tournament_deleted_has_time"), Row { is_deleted: Set(true), ..cup() }),
            (Check("tournament_deleted_has_time"), Row { deleted_at: Set(Some(now())), ..cup() }),
        ]).await;
        accepts(&scene.db, [
            Row { has_entry_fee: Set(true), entry_fee_deltacoin: Set(50), ..scene.tournament("for-coins") },
            Row { has_entry_fee: Set(true), entry_fee_amount: Set(50_000), ..scene.tournament("for-money") },
            Row { max_participants: Set(4096), min_participants: Set(4096), ..scene.tournament("huge") },
            Row { prize_pool: Set(500_000_000_000), ..scene.tournament("rich") },
        ]).await;
    }

    /// A slug is taken only as long as its tournament is there.
    async fn a_slug_is_free_again_after_deletion(database: &TestDatabase) {
        use tournament::ActiveModel as Row;
        let scene = &Scene::on(database).await;
        let gone = || Row { is_deleted: Set(true), deleted_at: Set(Some(now())), ..scene.tournament("spring") };
        accepts(&scene.db, [gone(), gone(), scene.tournament("spring")]).await;
        refuses(&scene.db, [(Unique, scene.tournament("spring"))]).await;
    }

    async fn wrong_custom_fields(database: &TestDatabase) {
        use custom_field::ActiveModel as Row;
        let scene = &Scene::on(database).await;
        let field = |key: &str| Row {
            tournament_id: Set(scene.cup),
            field_name: text("Jersey"),
            field_key: text(key),
            ..Default::default()
        };
        let other = insert(&scene.db, scene.tournament("other")).await.expect("sound").id;
        accepts(&scene.db, [field("jersey"), Row { tournament_id: Set(other), ..field("jersey") }]).await;
        refuses(&scene.db, [
            (Unique, field("jersey")),
            (Check("customfield_key_not_empty"), field("")),
            (Check("customfield_name_not_empty"), Row { field_name: text(""), ..field("x") }),
            (Check("ck_tournaments_customfield_field_type"), Row { field_type: text("colour"), ..field("x") }),
            (Check("ck_tournaments_customfield_order"), Row { order: Set(-1), ..field("x") }),
        ]).await;
    }

    async fn wrong_versions(database: &TestDatabase) {
        use tournament_version::ActiveModel as Row;
        let scene = &Scene::on(database).await;
        let version = |number: i32| Row {
            tournament_id: Set(scene.cup),
            version_number: Set(number),
            version_data: Set(json("{\"name\": \"Cup\"}")),
            change_summary: text("Tournament created"),
            changed_at: Set(now()),
            ..Default::default()
        };
        let first = insert(&scene.db, version(1)).await.expect("sound").id;
        accepts(&scene.db, [Row { restores_id: Set(Some(first)), ..version(2) }]).await;
        refuses(&scene.db, [
            (Unique, version(2)),
            (Check("ck_tournaments_tournamentversion_version_number"), version(0)),
            (Reference, Row { restores_id: Set(Some(9_999)), ..version(3) }),
        ]).await;
    }

    async fn wrong_registrations(database: &TestDatabase) {
        use registration::ActiveModel as Row;
        let scene = &Scene::on(database).await;
        let carl = insert(&scene.db, crate::scene::person("carl")).await.expect("sound").id;
        accepts(&scene.db, [Row { seed: Set(Some(1)), slot_number: Set(Some(1)), ..scene.team_entry() }]).await;
        let carls = || scene.entry(carl);
        refuses(&scene.db, [
            (Unique, scene.entry(scene.ann)),
            (Unique, scene.team_entry()),
            (Unique, Row { seed: Set(Some(1)), ..carls() }),
            (Unique, Row { slot_number: Set(Some(1)), ..carls() }),
            (Check("registration_user_xor_team"), Row { team_id: Set(Some(scene.team)), ..carls() }),
            (Check("registration_user_xor_team"), Row { user_id: Set(None), ..carls() }),
            (Check("ck_tournaments_registration_seed"), Row { seed: Set(Some(0)), ..carls() }),
            (Check("ck_tournaments_registration_slot_number"), Row { slot_number: Set(Some(0)), ..carls() }),
            (Check("ck_tournaments_registration_status"), Row { status: text("checked_in"), ..carls() }),
            (Check("registration_checked_in_has_time"), Row { checked_in: Set(true), ..carls() }),
            (Check("registration_deleted_has_time"), Row { is_deleted: Set(true), ..carls() }),
            (Reference, Row { tournament_id: Set(9_999), ..carls() }),
            (Reference, Row { user_id: Set(Some(9_999)), ..carls() }),
            (Reference, Row { team_id: Set(Some(9_999)), ..scene.team_entry() }),
        ]).await;
    }

    /// Who withdrew or was rejected can enter again, with the same seed and slot; once.
    async fn an_entry_that_is_not_live_takes_nothing(database: &TestDatabase) {
        use registration::ActiveModel as Row;
        let scene = &Scene::on(database).await;
        let carl = insert(&scene.db, crate::scene::person("carl")).await.expect("sound").id;
        let placed = |row: Row| Row { seed: Set(Some(7)), slot_number: Set(Some(7)), ..row };
        for entry in [scene.entry(carl), scene.team_entry()] {
            let with = |status: &str| Row { status: text(status), ..placed(entry.clone()) };
            let gone = Row { is_deleted: Set(true), deleted_at: Set(Some(now())), ..placed(entry.clone()) };
            accepts(&scene.db, [with("cancelled"), with("rejected"), gone]).await;
        }
        accepts(&scene.db, [placed(scene.entry(carl))]).await;
        refuses(&scene.db, [(Unique, scene.entry(carl)), (Unique, placed(scene.team_entry()))]).await;
        for status in ["pending", "payment_submitted", "confirmed", "waitlisted", "no_show", "disqualified"] {
            refuses(&scene.db, [(Unique, Row { status: text(status), ..scene.entry(carl) })]).await;
        }
    }

    async fn wrong_payments(database: &TestDatabase) {
        use payment::ActiveModel as Row;
        let scene = &Scene::on(database).await;
        let paid = || scene.payment();
        let bobs = || Row { registration_id: Set(scene.bobs), ..paid() };
        let coins = || Row { payment_method: text("deltacoin"), amount: Set(0), coin_amount: Set(50), ..bobs() };
        let verified = || Row { status: text("verified"), verified_at: Set(Some(now())), ..bobs() };
        refuses(&scene.db, [
            (Check("payment_amount_positive"), Row { amount: Set(0), ..paid() }),
            (Check("ck_tournaments_payment_amount"), Row { amount: Set(-1), coin_amount: Set(50), payment_method: text("deltacoin"), ..paid() }),
            (Check("ck_tournaments_payment_coin_amount"), Row { coin_amount: Set(-1), payment_method: text("deltacoin"), ..paid() }),
            (Check("payment_coins_are_deltacoin"), Row { coin_amount: Set(50), ..paid() }),
            (Check("payment_currency_iso"), Row { currency: text("tak"), ..paid() }),
            (Check("ck_tournaments_payment_payment_method"), Row { payment_method: text("bank"), ..paid() }),
            (Check("ck_tournaments_payment_status"), Row { status: text("waived"), ..paid() }),
            (Check("payment_verification_complete"), Row { status: text("verified"), ..paid() }),
            (Reference, Row { registration_id: Set(9_999), ..paid() }),
            (Reference, Row { verified_by_id: Set(Some(9_999)), ..paid() }),
        ]).await;
        // Tried twice and rejected, then submitted; the same reference for another entry; money with coins.
        let rejected = || Row { status: text("rejected"), ..paid() };
        accepts(&scene.db, [rejected(), rejected(), paid(), bobs(), coins()]).await;
        accepts(&scene.db, [Row { payment_method: text("bank_transfer"), amount: Set(5_000_000_000), ..bobs() }]).await;
        refuses(&scene.db, [(Unique, paid()), (Unique, verified()), (Unique, coins())]).await;
    }

    async fn wrong_audit_entries(database: &TestDatabase) {
        use audit_log::ActiveModel as Row;
        let scene = &Scene::on(database).await;
        let hash = |digit: char| Set(Some(digit.to_string().repeat(64)));
        let act = || Row { action: text("payment_verify"), timestamp: Set(now()), ..Default::default() };
        accepts(&scene.db, [act(), act(), Row { hash: hash('a'), ..act() }]).await;
        accepts(&scene.db, [Row { previous_hash: hash('a'), hash: hash('b'), ..act() }]).await;
        refuses(&scene.db, [
            (Check("auditlog_action_not_empty"), Row { action: text(""), ..act() }),
            (Unique, Row { previous_hash: hash('b'), hash: hash('b'), ..act() }),
            (Unique, Row { previous_hash: hash('a'), hash: hash('c'), ..act() }),
            (Reference, Row { user_id: Set(Some(9_999)), ..act() }),
            (Reference, Row { tournament_id: Set(Some(9_999)), ..act() }),
        ]).await;
    }
}
