//! Acts of the domains that staff runs: each goes through its service, with its words, its log and its notices; and
//! what a service keeps is typed by nobody.

use accounts::Act;
use brackets::Side;
use economy::model::{transfer, wallet};
use kernel::{Actor, Clock, DbError};
use notifications::model::notification;
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
    sea_query::{Expr, ExprTrait, Query},
};
use teams::model::core::{team, team_membership as membership};
use testkit::{
    TestDatabase,
    http::{Client, Response},
};
use tournaments::{
    model::{audit_log, bracket, dispute, r#match as meeting, payment, registration, tournament},
    rules::{
        access::Duty,
        dispute::Reason,
        settings::{Method, Settings},
    },
    service,
};

use super::{grant, promote, staff};
use crate::{
    desk::Player,
    served::{Served, migrated, serve, token},
    teams::found,
    tournaments::{Cup, act, contains, games, held, solo, solo_game},
};

const TOURNAMENT: &str = "/admin/tournaments/tournament";
const ENTRY: &str = "/admin/tournaments/registration";
const PAYMENT: &str = "/admin/tournaments/payment";
const MATCH: &str = "/admin/tournaments/match";
const DISPUTE: &str = "/admin/tournaments/dispute";
const BRACKET: &str = "/admin/tournaments/bracket";
const WALLET: &str = "/admin/economy/deltacrownwallet";
const TRANSFER: &str = "/admin/economy/transfer";
const TEAM: &str = "/admin/teams/team";
const MEMBER: &str = "/admin/teams/teammembership";

/// Opens the page of an act on a row and confirms it, with these answers.
fn run(person: &Client, list: &str, id: i64, act: &str, answers: &[(&str, &str)]) -> Response {
    let path = format!("{list}/{id}/act/{act}");
    confirm(person, &person.get(&path).expect(200), &path, answers)
}

/// Confirms the page of an act: its hidden fields go along.
fn confirm(person: &Client, page: &Response, path: &str, answers: &[(&str, &str)]) -> Response {
    let names = ["csrf", "do", "confirm", "row", "revision", "once"];
    let hidden: Vec<(&str, String)> = names.iter().filter_map(|name| Some((*name, page.hidden(name)?))).collect();
    let mut fields: Vec<(&str, &str)> = hidden.iter().map(|(name, value)| (*name, value.as_str())).collect();
    fields.extend_from_slice(answers);
    person.post(path, &fields)
}

/// It was done, and the row's page says so.
fn done(answer: &Response, list: &str, id: i64) {
    let to = format!("{list}/{id}?done=done");
    assert_eq!((answer.status(), answer.header("location")), (303, Some(to.as_str())), "{}", answer.text());
}

/// It was refused on the page that asked, in these words, and what was typed is still there.
fn refused(answer: &Response, words: &[&str]) {
    assert_eq!(answer.status(), 422, "{}", answer.text());
    contains(&answer.text(), words);
    assert!(answer.text().contains("name=\"confirm\""), "{}", answer.text());
}

/// The acts that the page of a row offers.
fn offered(person: &Client, list: &str, id: i64) -> Vec<String> {
    let page = person.get(&format!("{list}/{id}")).expect(200).text();
    let start = format!("href=\"{list}/{id}/act/");
    page.split(start.as_str()).skip(1).filter_map(|rest| Some(rest.split('"').next()?.to_owned())).collect()
}

impl Served {
    async fn state_of(&self, entry: i64) -> String {
        registration::Entity::find_by_id(entry).one(self.db.read()).await.expect("readable").expect("one").status
    }

    async fn payment_of(&self, id: i64) -> payment::Model {
        payment::Entity::find_by_id(id).one(self.db.read()).await.expect("readable").expect("there is one")
    }

    async fn cup_of(&self, id: i64) -> tournament::Model {
        tournament::Entity::find_by_id(id).one(self.db.read()).await.expect("readable").expect("there is one")
    }

    /// Who did it, by the log of the tournaments.
    async fn logged(&self, action: &str) -> Vec<Option<i64>> {
        let found = audit_log::Entity::find().filter(audit_log::Column::Action.eq(action));
        let found = found.order_by_asc(audit_log::Column::Id).all(self.db.read()).await.expect("readable");
        found.into_iter().map(|line| line.user_id).collect()
    }

    async fn told(&self, user: i64) -> Vec<String> {
        let found = notification::Entity::find().filter(notification::Column::RecipientId.eq(user));
        found.all(self.db.read()).await.expect("readable").into_iter().map(|notice| notice.title).collect()
    }

    /// What a column of a row holds, as text.
    async fn held(&self, table: &'static str, column: &'static str, id: i64) -> String {
        let mut query = Query::select();
        query.expr(Expr::col(column).cast_as("text")).from(table).and_where(Expr::col("id").eq(id));
        let row = self.db.read().query_one(&query).await.expect("readable").expect("there is one");
        row.try_get_by_index::<Option<String>>(0).expect("a text").unwrap_or_default()
    }

    async fn coins(&self, profile: i64) -> i64 {
        economy::service::wallet_of(&self.db, &*self.clock, profile).await.expect("readable").cached_balance
    }
}

fn paid(settings: Settings) -> Settings {
    Settings {
        has_entry_fee: true,
        entry_fee_amount: 50_000,
        payment_methods: vec![Method::Bkash],
        payment_accounts: [(Method::Bkash, "01711111111".to_owned())].into(),
        ..settings
    }
}

testkit::on_both! {
    from migrated;

    async fn payments_and_entries_are_decided_by_their_services(database: &TestDatabase) {
        let site = &serve(database).await;
        let (root, sam) = (staff(site, "root", true).await, staff(site, "sam", false).await);
        grant(site, "sam", &[("tournaments", Act::Change)]).await;
        let sam_id = Some(site.id("sam").await);
        let cup = Cup::new(site, 4, paid).await;
        let mut payments = Vec::new();
        for at in 0..3 {
            let player = Player { user: cup.players[at], profile: 0 };
            payments.push(site.sends_money(&player, cup.entries[at], &format!("TRX0000{at}"), 50_000).await);
        }
        assert_eq!(offered(&sam, PAYMENT, payments[0]), ["verify", "reject"]);
        done(&run(&sam, PAYMENT, payments[0], "verify", &[("remark", "seen in the app")]), PAYMENT, payments[0]);
        assert_eq!((&*site.payment_of(payments[0]).await.status, &*site.state_of(cup.entries[0]).await), ("verified", "confirmed"));
        assert_eq!(site.logged("payment_verify").await, [sam_id]);
        contains(&site.told(cup.players[0]).await.join("|"), &["Your payment for Friday Cup is there"]);
        let history = sam.get(&format!("{PAYMENT}/{}/history", payments[0])).expect(200).text();
        contains(&history, &["did \u{201c}Verify\u{201d} to", "Verified", "seen in the app"]);
        refused(&run(&sam, PAYMENT, payments[0], "verify", &[]), &["Nobody can verify a payment that is in the state \u{201c}Verified\u{201d}".replace(['\u{201c}', '\u{201d}'], "&#34;").as_str()]);
        refused(&run(&sam, PAYMENT, payments[0], "refund", &[("reason", "asked <for>")]), &["withdraw or reject the entry first", "asked &#60;for&#62;"]);
        refused(&run(&sam, PAYMENT, payments[1], "reject", &[("reason", " ")]), &["Write why, in at most 1000 characters"]);
        done(&run(&sam, PAYMENT, payments[1], "reject", &[("reason", "not there")]), PAYMENT, payments[1]);
        assert_eq!(site.state_of(cup.entries[1]).await, "pending");
        assert_eq!(site.logged("payment_reject").await, [sam_id]);

        // From the list, each row by itself: one goes, the other is refused in the service's words.
        let list = [("csrf", &*token(&sam, PAYMENT)), ("do", "verify"), ("row", &*payments[1].to_string()), ("row", &*payments[2].to_string()), ("confirm", "1")];
        let outcome = sam.post(PAYMENT, &list).expect(200).text();
        contains(&outcome, &["Done: 1.", "Refused: 1.", "Nobody can verify a payment that is in the state"]);
        assert_eq!(site.state_of(cup.entries[2]).await, "confirmed");

        // Entries.
        assert_eq!(offered(&sam, ENTRY, cup.entries[0]), ["check_in", "withdraw", "reject", "disqualify"]);
        refused(&run(&sam, ENTRY, cup.entries[0], "reject", &[]), &["Write why, in at most 1000 characters: the entrant reads it."]);
        done(&run(&sam, ENTRY, cup.entries[0], "reject", &[("reason", "two accounts")]), ENTRY, cup.entries[0]);
        assert_eq!(site.state_of(cup.entries[0]).await, "rejected");
        contains(&site.told(cup.players[0]).await.join("|"), &["player1 was not let into Friday Cup"]);
        done(&run(&sam, PAYMENT, payments[0], "refund", &[("reason", "sent back")]), PAYMENT, payments[0]);
        assert_eq!(site.payment_of(payments[0]).await.status, "refunded");
        done(&run(&sam, ENTRY, cup.entries[3], "withdraw", &[("note", "asked by phone")]), ENTRY, cup.entries[3]);
        assert_eq!(site.state_of(cup.entries[3]).await, "cancelled");
        refused(&run(&sam, ENTRY, cup.entries[3], "withdraw", &[]), &["Nobody can withdraw an entry that is in the state"]);
        done(&run(&sam, ENTRY, cup.entries[2], "disqualify", &[("reason", "cheated")]), ENTRY, cup.entries[2]);
        done(&run(&sam, ENTRY, cup.entries[2], "reinstate", &[]), ENTRY, cup.entries[2]);
        assert_eq!(site.state_of(cup.entries[2]).await, "confirmed");
        refused(&run(&sam, ENTRY, cup.entries[2], "check_in", &[]), &["This tournament has no check-in"]);
        assert_eq!(site.logged("registration_override").await, [sam_id, sam_id]);
        assert_eq!(site.logged("admin_ban_participant").await, [sam_id]);

        // Cancelled, with a reason, then put away; what only its own people do is offered to superusers alone.
        assert_eq!(offered(&sam, TOURNAMENT, cup.row.id), ["cancel"]);
        assert_eq!(offered(&root, TOURNAMENT, cup.row.id), ["close_registration", "cancel"]);
        assert_eq!(sam.get(&format!("{TOURNAMENT}/{}/act/close_registration", cup.row.id)).status(), 404);
        done(&run(&root, TOURNAMENT, cup.row.id, "close_registration", &[]), TOURNAMENT, cup.row.id);
        assert_eq!(site.cup_of(cup.row.id).await.status, "registration_closed");
        refused(&run(&root, TOURNAMENT, cup.row.id, "start", &[]), &["of at least 2 entrants are there"]);
        refused(&run(&sam, TOURNAMENT, cup.row.id, "archive", &[]), &["It must be completed or cancelled."]);
        refused(&run(&sam, TOURNAMENT, cup.row.id, "cancel", &[]), &["Write why"]);
        let id = cup.row.id.to_string();
        let cancel = [("csrf", &*token(&sam, TOURNAMENT)), ("do", "cancel"), ("row", &*id), ("confirm", "1"), ("reason", "The venue burnt down.")];
        assert_eq!(sam.post(TOURNAMENT, &cancel).status(), 303);
        let cancelled = site.cup_of(cup.row.id).await;
        assert_eq!((&*cancelled.status, &*cancelled.cancel_reason), ("cancelled", "The venue burnt down."));
        assert_eq!((site.state_of(cup.entries[2]).await, site.logged("admin_cancel_tournament").await), ("cancelled".to_owned(), vec![sam_id]));
        refused(&run(&sam, TOURNAMENT, cup.row.id, "cancel", &[("reason", "again")]), &["What is over stays as it is."]);
        assert_eq!(offered(&sam, TOURNAMENT, cup.row.id), ["archive"]);
        done(&run(&sam, TOURNAMENT, cup.row.id, "archive", &[]), TOURNAMENT, cup.row.id);
        assert_eq!(site.cup_of(cup.row.id).await.status, "archived");
    }

    async fn a_large_tournament_is_approved_or_sent_back(database: &TestDatabase) {
        let site = &serve(database).await;
        let (root, sam) = (staff(site, "root", true).await, staff(site, "sam", false).await);
        grant(site, "sam", &[("tournaments", Act::Change)]).await;
        let (game, olga) = (solo_game(site).await, crate::tournaments::person(site, "olga").await);
        let cup = held(site, olga, &solo("Great Cup", game, 128, site.clock.now()), true).await;
        assert_eq!((&*cup.status, offered(&sam, TOURNAMENT, cup.id)), ("pending_approval", vec!["approve".to_owned(), "send_back".to_owned(), "cancel".to_owned()]));
        refused(&run(&sam, TOURNAMENT, cup.id, "send_back", &[]), &["Write why"]);
        done(&run(&sam, TOURNAMENT, cup.id, "send_back", &[("reason", "Say who pays the prizes.")]), TOURNAMENT, cup.id);
        assert_eq!(site.cup_of(cup.id).await.status, "draft");
        contains(&site.told(olga).await.join("|"), &["Great Cup was sent back"]);
        refused(&run(&sam, TOURNAMENT, cup.id, "approve", &[]), &["That is for tournaments that wait for approval."]);
        let games = &games();
        act!(site, Actor::user(olga), |tx, cx| service::lifecycle::publish(tx, cx, games, cup.id));
        done(&run(&sam, TOURNAMENT, cup.id, "approve", &[]), TOURNAMENT, cup.id);
        assert_eq!(site.cup_of(cup.id).await.status, "registration_open");
        assert_eq!(site.logged("tournament_approve").await, [Some(site.id("sam").await)]);
        // A draft of anybody is published by a superuser, whom the services trust.
        let other = held(site, olga, &solo("Small Cup", game, 8, site.clock.now()), false).await;
        done(&run(&root, TOURNAMENT, other.id, "publish", &[]), TOURNAMENT, other.id);
        assert_eq!(site.cup_of(other.id).await.status, "registration_open");
        // Who helps is asked at the desk; here a duty is taken away.
        let ann = crate::tournaments::person(site, "ann").await;
        let helper = act!(site, Actor::user(olga), |tx, cx| service::staff::invite(tx, cx, cup.id, ann, Duty::Referee)).id;
        let gone = run(&root, "/admin/tournaments/staffmember", helper, "remove", &[]);
        assert_eq!((gone.status(), gone.header("location")), (303, Some("/admin/tournaments/staffmember?done=done")), "{}", gone.text());
        assert_eq!(site.logged("staff_change").await.len(), 2);
    }

    async fn matches_are_decided_and_disputes_settled(database: &TestDatabase) {
        let site = &serve(database).await;
        let (root, sam) = (staff(site, "root", true).await, staff(site, "sam", false).await);
        grant(site, "sam", &[("tournaments", Act::Change)]).await;
        let sam_id = Some(site.id("sam").await);
        let cup = Cup::new(site, 4, |cup| cup).await;
        cup.begin().await;
        let bracket = bracket::Entity::find().one(site.db.read()).await.expect("readable").expect("drawn").id;
        refused(&run(&root, BRACKET, bracket, "publish", &[]), &["The tournament"]);
        assert_eq!(sam.get(&format!("{BRACKET}/{bracket}/act/publish")).status(), 404);

        let first = cup.the("W1.1").await;
        assert_eq!(offered(&sam, MATCH, first.id), ["decide"]);
        for (answers, words) in [
            (&[][..], "Choose how it ends."),
            (&[("how", "ruling"), ("games_1", "1"), ("games_2", "x"), ("why", "seen")], "Write the games that this side is given."),
            (&[("how", "forfeit_2")], "Say why: both sides read it."),
            (&[("how", "ruling"), ("games_1", "0"), ("games_2", "0"), ("why", "seen")], "This decision cannot be"),
        ] {
            refused(&run(&sam, MATCH, first.id, "decide", answers), &[words]);
        }
        let path = format!("{MATCH}/{}/act/decide", first.id);
        let page = sam.get(&path).expect(200);
        let decide = [("how", "forfeit_2"), ("why", "did not come"), ("no_show", "yes")];
        done(&confirm(&sam, &page, &path, &decide), MATCH, first.id);
        let decided = cup.the("W1.1").await;
        assert_eq!((decided.winner_id, &*decided.state), (first.participant1_id, "forfeit"));
        assert_eq!(site.logged("match_force_win").await, [sam_id]);
        let again = confirm(&sam, &page, &path, &decide);
        assert_eq!(again.status(), 422, "what was seen is no longer so\n{}", again.text());

        let second = cup.the("W1.2").await;
        cup.agree(&second, Side::A).await;
        let opened = act!(site, Actor::user(cup.player(second.participant2_id)), |tx, cx| service::dispute::open(tx, cx, second.id, Reason::Cheating, "They lagged.")).id;
        let stands = async || dispute::Entity::find_by_id(opened).one(site.db.read()).await.expect("readable").expect("one").status;
        assert_eq!(offered(&sam, DISPUTE, opened), ["review", "escalate", "uphold", "resolve", "dismiss"]);
        done(&run(&sam, DISPUTE, opened, "review", &[]), DISPUTE, opened);
        assert_eq!(stands().await, "under_review");
        refused(&run(&sam, DISPUTE, opened, "review", &[]), &["The dispute is under review and cannot be taken up any more."]);
        refused(&run(&sam, DISPUTE, opened, "escalate", &[]), &["Say why: both sides read it."]);
        done(&run(&sam, DISPUTE, opened, "escalate", &[("why", "a matter of principle")]), DISPUTE, opened);
        refused(&run(&sam, DISPUTE, opened, "resolve", &[("why", "seen")]), &["Choose how it ends."]);
        done(&run(&sam, DISPUTE, opened, "resolve", &[("how", "forfeit_1"), ("why", "they did cheat")]), DISPUTE, opened);
        let settled = meeting::Entity::find_by_id(second.id).one(site.db.read()).await.expect("readable").expect("one");
        assert_eq!((stands().await.as_str(), settled.winner_id), ("resolved", second.participant2_id));
        assert_eq!((site.logged("dispute_resolve").await, offered(&sam, DISPUTE, opened).len()), (vec![sam_id], 0));
        refused(&run(&sam, DISPUTE, opened, "dismiss", &[("why", "late")]), &["The dispute was resolved and cannot be dismissed any more."]);
    }

    async fn coins_move_through_the_ledger_alone(database: &TestDatabase) {
        let site = &serve(database).await;
        let (root, sam) = (staff(site, "root", true).await, staff(site, "sam", false).await);
        drop(site.member("ann"));
        grant(site, "sam", &[("economy", Act::Change)]).await;
        let profile = site.profile_of("ann").await;
        site.coins_for(profile, 100).await;
        let ann = wallet::Entity::find().filter(wallet::Column::ProfileId.eq(profile)).one(site.db.read()).await.expect("readable").expect("one").id;
        for (answers, words) in [
            (&[("coins", "5")][..], "Please write why."),
            (&[("coins", "5.5"), ("reason", "won")], "Use a whole number."),
            (&[("coins", "0"), ("reason", "won")], "at least 1"),
            (&[("coins", "-101"), ("reason", "won by mistake")], "has 100 coins, and 101 are needed: nothing was moved"),
        ] {
            refused(&run(&sam, WALLET, ann, "adjust", answers), &[words]);
        }
        let path = format!("{WALLET}/{ann}/act/adjust");
        let page = sam.get(&path).expect(200);
        for to in ["done", "same"] {
            let answer = confirm(&sam, &page, &path, &[("coins", "-30"), ("reason", "won by mistake")]);
            assert_eq!(answer.header("location"), Some(&*format!("{WALLET}/{ann}?done={to}")), "a form that is sent twice acts once\n{}", answer.text());
        }
        assert_eq!(site.coins(profile).await, 70);
        let last = transfer::Entity::find().order_by_desc(transfer::Column::Id).one(site.db.read()).await.expect("readable").expect("one");
        assert_eq!((last.amount, &*last.note, last.created_by_id), (30, "won by mistake", Some(site.id("sam").await)));
        contains(&sam.get(&format!("{WALLET}/{ann}/history")).expect(200).text(), &["Adjust", "won by mistake", "100", "70"]);

        done(&run(&sam, TRANSFER, last.id, "reverse", &[("reason", "it was right")]), TRANSFER, last.id);
        assert_eq!(site.coins(profile).await, 100);
        let again = run(&sam, TRANSFER, last.id, "reverse", &[("reason", "again")]);
        assert_eq!(again.header("location"), Some(&*format!("{TRANSFER}/{}?done=same", last.id)), "{}", again.text());
        let back = transfer::Entity::find().order_by_desc(transfer::Column::Id).one(site.db.read()).await.expect("readable").expect("one");
        refused(&run(&sam, TRANSFER, back.id, "reverse", &[("reason", "again")]), &["itself takes transfer"]);
        assert_eq!((site.coins(profile).await, back.reverses_id), (100, Some(last.id)));

        // The coins of a tournament go back through the tournament.
        let fee = site.db.write(|tx| async move { economy::service::pay_entry_fee(&tx, &*site.clock, profile, 1, 7, 40).await });
        let fee = fee.await.expect("it is paid").transfer;
        refused(&run(&sam, TRANSFER, fee, "reverse", &[("reason", "asked for")]), &["These coins are a tournament"]);
        assert_eq!(site.coins(profile).await, 60);
        let report = economy::service::verify(&site.db).await.expect("readable");
        assert!(report.is_sound(), "{report:?}");
        drop(root);
    }

    async fn teams_are_run_in_the_place_of_their_owners(database: &TestDatabase) {
        let site = &serve(database).await;
        let (root, sam) = (staff(site, "root", true).await, staff(site, "sam", false).await);
        grant(site, "sam", &[("teams", Act::Change)]).await;
        let (ann, _bob) = (site.member("ann"), site.member("bob"));
        found(&ann, "Lions", "LION", "valorant", "SA", "Duelist");
        let lions = team::Entity::find().one(site.db.read()).await.expect("readable").expect("one").id;
        let bob = site.profile_of("bob").await;
        let joined: Result<i64, DbError> = site.db.write(|tx| async move {
            let row = membership::ActiveModel {
                team_id: Set(lions),
                profile_id: Set(bob),
                role: Set("PLAYER".to_owned()),
                status: Set("ACTIVE".to_owned()),
                game: Set("valorant".to_owned()),
                joined_at: Set(site.clock.now()),
                ..Default::default()
            };
            Ok(membership::Entity::insert(row).exec_with_returning(&tx).await?.id)
        }).await;
        let member = joined.expect("it is written");
        let now = async || membership::Entity::find_by_id(member).one(site.db.read()).await.expect("readable").expect("one");
        assert_eq!(offered(&sam, MEMBER, member), ["change_role", "make_captain", "hand_over", "remove"]);
        refused(&run(&sam, MEMBER, member, "change_role", &[("new_role", "OWNER")]), &["Choose one of the list."]);
        refused(&run(&sam, MEMBER, member, "take_badge", &[]), &["captain"]);
        done(&run(&sam, MEMBER, member, "make_captain", &[]), MEMBER, member);
        assert!(now().await.is_captain);
        done(&run(&sam, MEMBER, member, "change_role", &[("new_role", "COACH")]), MEMBER, member);
        assert_eq!((&*now().await.role, now().await.is_captain), ("COACH", false), "a coach cannot be captain");
        contains(&site.told(site.id("bob").await).await.join("|"), &["You are coach of Lions"]);
        done(&run(&sam, MEMBER, member, "hand_over", &[]), MEMBER, member);
        assert_eq!(now().await.role, "OWNER");
        refused(&run(&sam, MEMBER, member, "remove", &[]), &["owner"]);

        assert_eq!(offered(&sam, TEAM, lions), ["disband"]);
        done(&run(&sam, TEAM, lions, "disband", &[]), TEAM, lions);
        assert!(!team::Entity::find_by_id(lions).one(site.db.read()).await.expect("readable").expect("one").is_active);
        contains(&site.told(site.id("ann").await).await.join("|"), &["Lions was disbanded"]);
        refused(&run(&sam, TEAM, lions, "disband", &[]), &["This team is gone."]);
        drop(root);
    }

    /// What a service keeps is refused when it is typed all the same, and nothing changes.
    async fn nothing_that_a_service_keeps_is_typed_by_hand(database: &TestDatabase) {
        let site = &serve(database).await;
        let root = staff(site, "root", true).await;
        let cup = Cup::new(site, 4, paid).await;
        let player = Player { user: cup.players[0], profile: 0 };
        let payment = site.sends_money(&player, cup.entries[0], "TRX00001", 50_000).await;
        let ann = site.member("ann");
        found(&ann, "Lions", "LION", "valorant", "SA", "Duelist");
        site.coins_for(site.profile_of("ann").await, 10).await;
        let lions = team::Entity::find().one(site.db.read()).await.expect("readable").expect("a team").id;
        let member = membership::Entity::find().one(site.db.read()).await.expect("readable").expect("a member").id;
        let wallet = wallet::Entity::find().one(site.db.read()).await.expect("readable").expect("a wallet").id;
        let csrf = token(&root, "/admin");
        let (cup_id, entry) = (cup.row.id, cup.entries[0]);
        let mut tried = 0;
        for (list, table, id, status, columns) in [
            (TOURNAMENT, "tournaments_tournament", cup_id, 422, &["status", "prize_deltacoin", "max_participants", "organizer_id", "is_official", "total_registrations", "cancel_reason", "tournament_start"][..]),
            (ENTRY, "tournaments_registration", entry, 422, &["status", "seed", "checked_in", "user_id", "display_name", "has_fee_waiver"]),
            (TEAM, "teams_team", lions, 422, &["is_active", "captain_id", "total_points", "game"]),
            (PAYMENT, "tournaments_payment", payment, 403, &["status", "amount", "transaction_id"]),
            (WALLET, "economy_deltacrownwallet", wallet, 403, &["cached_balance", "allow_overdraft"]),
            (MEMBER, "teams_teammembership", member, 403, &["role", "status", "is_captain"]),
        ] {
            let (path, page) = (format!("{list}/{id}"), root.get(&format!("{list}/{id}")).expect(200));
            let version = page.hidden("version").unwrap_or_else(|| "id:0".to_owned());
            for column in columns {
                assert!(!page.text().contains(&format!("name=\"v.{column}\"")), "{path} asks for {column}");
                let before = site.held(table, column, id).await;
                let name = format!("v.{column}");
                let answer = root.post(&path, &[("csrf", &csrf), ("version", &version), (&name, "1")]);
                assert_eq!(answer.status(), status, "{path} {column}\n{}", answer.text());
                let words = if status == 422 { "is not changed here by hand." } else { "class=\"error\"" };
                assert!(status == 403 || answer.text().contains(words), "{path} {column}\n{}", answer.text());
                assert_eq!(site.held(table, column, id).await, before, "{path} {column}");
                tried += 1;
            }
        }
        assert_eq!(tried, 26);
        for (list, what) in [(PAYMENT, "add"), (MATCH, "add"), (ENTRY, "add"), (WALLET, "add"), (MEMBER, "add")] {
            assert_eq!(root.get(&format!("{list}/{what}")).status(), 403, "{list}");
        }
        assert_eq!(root.get(&format!("{PAYMENT}/{payment}/delete")).status(), 403);
    }

    async fn acts_are_for_those_with_the_right_on_their_app(database: &TestDatabase) {
        let site = &serve(database).await;
        let (root, sam) = (staff(site, "root", true).await, staff(site, "sam", false).await);
        let cup = Cup::new(site, 2, paid).await;
        let player = Player { user: cup.players[0], profile: 0 };
        let payment = site.sends_money(&player, cup.entries[0], "TRX00001", 50_000).await;
        let csrf = token(&root, "/admin");
        let verify = format!("{PAYMENT}/{payment}/act/verify");
        for (grants, status) in [(&[("tournaments", Act::View)][..], 404), (&[("tournaments", Act::Delete)], 404), (&[("economy", Act::Change)], 403)] {
            grant(site, "sam", grants).await;
            let fields = [("csrf", &*token(&sam, "/admin")), ("confirm", "1")];
            assert_eq!((sam.get(&verify).status(), sam.post(&verify, &fields).status()), (status, status), "{grants:?}");
            if status == 404 {
                assert!(offered(&sam, PAYMENT, payment).is_empty(), "{grants:?}");
                assert!(!sam.get(PAYMENT).expect(200).text().contains("value=\"verify\""), "{grants:?}");
            }
        }
        assert_eq!(site.payment_of(payment).await.status, "submitted");
        // Who organizes a tournament is not their own judge, staff or not.
        promote(site, "olga", false).await;
        grant(site, "olga", &[("tournaments", Act::Change)]).await;
        let game = solo_game(site).await;
        let large = held(site, cup.organizer, &solo("Great Cup", game, 128, site.clock.now()), true).await;
        let olga = crate::tournaments::as_(site, cup.organizer).await;
        refused(&run(&olga, TOURNAMENT, large.id, "approve", &[]), &["You may not approve this tournament."]);
        assert_eq!(root.post(&verify, &[("csrf", &csrf), ("confirm", "1")]).status(), 303);
    }
}
