//! Who may do what: every operation, asked by everybody about things that are theirs and others'. A refusal
//! changes nothing. An operation without a row here fails the test.

use serde_json::{Value, json};
use testkit::TestDatabase;
use tournaments::{rules::settings::Settings, service::upload::RECEIPT};

use crate::{
    document::{Operation, operations, sample},
    served::{Caller, Served, everything, migrated, problem, serve},
};

/// A visitor, somebody who has nothing to do with it, who plays in it, who holds it, staff of the platform, and
/// the owner of the team.
const ROLES: [char; 6] = ['V', 'S', 'P', 'O', 'T', 'W'];

/// Whom each operation refuses.
const REFUSED: &[(&str, &[&str])] = &[
    (
        "",
        &[
            "accounts.create",
            "sessions.create",
            "teams.list",
            "teams.get",
            "games.list",
            "tournaments.list",
            "tournaments.get",
            "questions.list",
            "entries.list",
            "entries.get",
            "bracket.get",
            "bracket.standings",
            "matches.list",
            "matches.get",
            "prizes.list",
        ],
    ),
    (
        "V",
        &[
            "sessions.end",
            "sessions.end_all",
            "me.get",
            "me.edit",
            "me.game_ids",
            "me.edit_game_ids",
            "uploads.create",
            "wallet.get",
            "wallet.entries",
            "notifications.list",
            "notifications.count",
            "notifications.read_all",
            "teams.mine",
            "teams.create",
            "teams.leave",
            "invitations.mine",
            "requests.mine",
            "requests.create",
            "tournaments.mine",
            "tournaments.create",
            "staff.mine",
            "entries.mine",
            "tournaments.enter",
            "matches.mine",
        ],
    ),
    // The notice is the player's.
    ("VSOTW", &["notifications.read"]),
    (
        "VSPO",
        &[
            "teams.edit",
            "teams.settings",
            "teams.logo",
            "teams.disband",
            "teams.hand_over",
            "teams.remove",
            "teams.role",
            "teams.game_role",
            "teams.captain",
            "teams.no_captain",
            "invitations.of_team",
            "invitations.create",
            "invitations.cancel",
            "requests.of_team",
            "requests.approve",
            "requests.reject",
        ],
    ),
    // They are somebody else's.
    ("VSPOTW", &["invitations.accept", "invitations.decline", "requests.withdraw", "staff.accept", "staff.decline"]),
    (
        "VSPW",
        &[
            "tournaments.archive",
            "tournaments.cancel",
            "entries.reject",
            "entries.disqualify",
            "entries.reinstate",
            "payments.queue",
            "payments.receipt",
            "payments.verify",
            "payments.reject",
            "payments.refund",
            "matches.decide",
            "matches.preview_correction",
            "matches.correct",
            "disputes.of_tournament",
            "disputes.review",
            "disputes.escalate",
            "disputes.preview_resolution",
            "disputes.resolve",
            "disputes.dismiss",
            "audit.of_tournament",
        ],
    ),
    // Staff of the platform judges, but does not hold the tournaments of others.
    (
        "VSPTW",
        &[
            "tournaments.settings",
            "tournaments.edit",
            "tournaments.publish",
            "tournaments.recall",
            "tournaments.open_registration",
            "tournaments.close_registration",
            "tournaments.reopen_registration",
            "tournaments.open_check_in",
            "tournaments.start",
            "versions.list",
            "versions.diff",
            "versions.rollback",
            "questions.add",
            "questions.order",
            "questions.edit",
            "questions.remove",
            "staff.list",
            "staff.invite",
            "staff.duty",
            "staff.remove",
            "bracket.seeds",
            "bracket.draw",
            "bracket.publish",
            "bracket.unpublish",
            "bracket.pair",
            "bracket.break_tie",
            "matches.schedule",
            "matches.lobby",
            "matches.stream",
            "prizes.pay",
            "prizes.hand_over",
        ],
    ),
    ("VSPOW", &["tournaments.approve", "tournaments.send_back", "disputes.all", "audit.all", "wallets.adjust"]),
    (
        "VSW",
        &[
            "entries.withdraw",
            "entries.check_in",
            "entries.undo_check_in",
            "payments.submit",
            "payments.coins",
            "matches.check_in",
            "matches.start",
            "matches.report",
            "matches.forfeit",
            "disputes.open",
            "disputes.evidence",
            "disputes.withdraw",
        ],
    ),
];

fn refused(operation: &str) -> Option<&'static str> {
    REFUSED.iter().find(|(_, names)| names.contains(&operation)).map(|(roles, _)| *roles)
}

/// What the operations are asked about.
struct Things {
    cup: String,
    team: String,
    profile: i64,
    entry: i64,
    payment: i64,
    question: i64,
    helper: i64,
    meeting: i64,
    dispute: i64,
    invitation: i64,
    request: i64,
    notice: i64,
}

#[track_caller]
fn id(answer: &testkit::http::Response) -> i64 {
    assert!(answer.status() < 300, "{}: {} {}", answer.path(), answer.status(), answer.text());
    answer.json()["id"].as_i64().expect("an id")
}

/// A tournament that is played, another one that takes entries, a team, and people around them.
async fn things(site: &Served, callers: &[(char, Caller)]) -> Things {
    let world = &site.world;
    let by = |role: char| &callers.iter().find(|(one, _)| *one == role).expect("somebody").1;
    let (player, organizer, owner) = (by('P'), by('O'), by('W'));
    let paid = world.cup(&world.paid(8)).await;
    let question = json!({ "name": "Shirt", "kind": "text", "required": false });
    let question = id(&organizer.post(&format!("/tournaments/{}/questions", paid.slug), &question));
    let hal = world.person("hal").await;
    let helper = json!({ "user_id": hal.user, "duty": "referee" });
    let helper = id(&organizer.post(&format!("/tournaments/{}/staff", paid.slug), &helper));
    let waits = id(&player.post(&format!("/tournaments/{}/entries", paid.slug), &json!({})));
    let me = player.get("/me").expect(200).json();
    let person = crate::world::Person {
        name: "pia".to_owned(),
        user: me["id"].as_i64().expect("an id"),
        profile: me["profile_id"].as_i64().expect("an id"),
    };
    let proof = world.file(&person, RECEIPT, "image/png").await;
    let payment = json!({
        "method": "bkash", "amount": 50_000, "transaction_id": "8N7A6B5C4D", "payer_account": "01712345678", "proof": proof,
    });
    let payment = id(&player.post(&format!("/entries/{waits}/payments"), &payment));

    let settings = Settings { name: "Played Cup".to_owned(), enable_check_in: false, ..world.solo(4) };
    let cup = world.cup(&settings).await;
    let entry = id(&player.post(&format!("/tournaments/{}/entries", cup.slug), &json!({})));
    let rival = site.by(world.person("rik").await.user).await;
    id(&rival.post(&format!("/tournaments/{}/entries", cup.slug), &json!({})));
    let step = |path: &str, body: &Value| {
        let answer = organizer.post(&format!("/tournaments/{}/{path}", cup.slug), body);
        assert!(answer.status() < 300, "{path}: {}", answer.text());
    };
    step("close-registration", &json!({}));
    step("bracket", &json!({ "method": "slot_order" }));
    step("bracket/publish", &json!({}));
    site.advance(settings.tournament_start - world.now());
    if organizer.get(&format!("/tournaments/{}", cup.slug)).json()["card"]["tournament"]["status"] != "live" {
        step("start", &json!({}));
    }
    let meeting = organizer.get(&format!("/tournaments/{}/matches", cup.slug)).expect(200).json()["items"][0].clone();
    let (match_id, revision) = (meeting["id"].as_i64().expect("an id"), &meeting["revision"]);
    let report = json!({ "revision": revision, "between": meeting["entries"], "games": [{ "winner": "a" }] });
    assert_eq!(player.post(&format!("/matches/{match_id}/report"), &report).expect(200).json()["what"], "waiting");
    let dispute = json!({ "reason": "cheating", "description": "They used a bot." });
    let dispute = id(&rival.post(&format!("/matches/{match_id}/disputes"), &dispute));

    let team = owner
        .post("/teams", &json!({ "name": "Wolves", "tag": "WLF", "game": "valorant", "region": "SA" }))
        .expect(201)
        .json();
    let slug = team["team"]["slug"].as_str().expect("a slug").to_owned();
    let ivy = world.person("ivy").await;
    let invitation = json!({ "username": ivy.name, "role": "SUBSTITUTE" });
    let invitation = id(&owner.post(&format!("/teams/{slug}/invitations"), &invitation));
    let jim = site.by(world.person("jim").await.user).await;
    let request = id(&jim.post(&format!("/teams/{slug}/requests"), &json!({ "message": "Take me." })));
    let notice = player.get("/notifications").expect(200).json()["items"][0]["id"].as_i64().expect("a notice");
    Things {
        cup: cup.slug,
        team: slug,
        profile: ivy.profile,
        entry,
        payment,
        question,
        helper,
        meeting: match_id,
        dispute,
        invitation,
        request,
        notice,
    }
}

/// The address of an operation about these things.
fn address(operation: &Operation, things: &Things) -> String {
    let id = match operation.path.split('/').nth(1).unwrap_or_default() {
        "entries" => things.entry,
        "payments" => things.payment,
        "questions" => things.question,
        "staff" => things.helper,
        "matches" => things.meeting,
        "disputes" => things.dispute,
        "invitations" => things.invitation,
        "requests" => things.request,
        "notifications" => things.notice,
        _ => 1,
    };
    let path = operation.path.replace("{tournament}", &things.cup).replace("{team}", &things.team);
    let path = path.replace("{profile_id}", &things.profile.to_string()).replace("{id}", &id.to_string());
    match operation.name.as_str() {
        "versions.diff" => format!("{path}?before=1&after=1"),
        _ => path,
    }
}

async fn callers(site: &Served) -> Vec<(char, Caller)> {
    let world = &site.world;
    let mut callers = vec![('V', site.from("203.0.113.7"))];
    for (role, name) in [('S', "sam"), ('P', "pia"), ('W', "wes")] {
        callers.push((role, site.by(world.person(name).await.user).await));
    }
    callers.push(('O', site.by(world.organizer.user).await));
    callers.push(('T', site.by(site.staff("stan").await.user).await));
    callers
}

testkit::on_both! {
    from migrated;

    async fn everybody_is_let_in_or_turned_away_as_the_table_says(database: &TestDatabase) {
        let site = serve(database).await;
        let callers = callers(&site).await;
        let things = things(&site, &callers).await;
        let (document, operations) = operations(&site);
        // Their sessions are seen again, and their wallets opened: what happens once is not what is looked for.
        for (_, caller) in callers.iter().filter(|(role, _)| *role != 'V') {
            let _ = (caller.get("/me").expect(200), caller.get("/wallet/entries").expect(200));
        }
        let mut before = everything(database, &site.db).await;
        for operation in &operations {
            database.execute("DELETE FROM kernel_ratelimit").await;
            let name = operation.name.as_str();
            let Some(refused) = refused(name) else { panic!("{name} has no row in the table of rights") };
            let path = address(operation, &things);
            let body = operation.body.as_ref().map(|schema| sample(&document, schema));
            assert_eq!(operation.access == "public", !refused.contains('V'), "{name}");
            for (role, caller) in callers.iter().filter(|(role, _)| refused.contains(*role)) {
                let answer = caller.ask(&operation.method, &path, body.as_ref());
                let turned_away = match (role, name) {
                    ('V', _) => answer.status() == 401,
                    // Somebody else's request is none of one's own.
                    (_, "requests.withdraw") => answer.status() == 409,
                    _ => matches!(answer.status(), 403 | 404),
                };
                assert!(turned_away, "{name} by {role}: {} {}", answer.status(), answer.text());
                problem(&answer);
            }
            let after = everything(database, &site.db).await;
            for (before, after) in before.iter().zip(&after) {
                assert_eq!(before, after, "{name}: a refusal has changed something");
            }
            before = after;
        }
        assert_eq!(ROLES.len(), callers.len());
        // Who may look sees it; looking changes nothing.
        for operation in operations.iter().filter(|one| one.method == "GET") {
            let refused = refused(&operation.name).expect("it has a row");
            for (role, caller) in callers.iter().filter(|(role, _)| !refused.contains(*role)) {
                let answer = caller.get(&address(operation, &things));
                assert_eq!(answer.status(), 200, "{} by {role}: {}", operation.name, answer.text());
            }
            database.execute("DELETE FROM kernel_ratelimit").await;
        }
        let after = everything(database, &site.db).await;
        for (before, after) in before.iter().zip(&after) {
            assert_eq!(before, after, "looking has changed something");
        }
    }

    async fn a_draft_is_its_organizers_alone(database: &TestDatabase) {
        let site = serve(database).await;
        let callers = callers(&site).await;
        let world = &site.world;
        let draft = world.draft(&world.solo(8)).await;
        let (document, operations) = operations(&site);
        for operation in operations.iter().filter(|one| one.path.contains("{tournament}")) {
            let path = operation.path.replace("{tournament}", &draft.slug);
            let path = if operation.name == "versions.diff" { format!("{path}?before=1&after=1") } else { path };
            let body = operation.body.as_ref().map(|schema| sample(&document, schema));
            for (role, caller) in callers.iter().filter(|(role, _)| "VSPW".contains(*role)) {
                let answer = caller.ask(&operation.method, &path, body.as_ref());
                let hidden = answer.status() == 404 || (*role == 'V' && answer.status() == 401);
                assert!(hidden, "{} by {role}: {} {}", operation.name, answer.status(), answer.text());
            }
            database.execute("DELETE FROM kernel_ratelimit").await;
        }
        let seen = callers.iter().find(|(role, _)| *role == 'O').expect("the organizer").1.get(&format!("/tournaments/{}", draft.slug));
        assert_eq!(seen.expect(200).json()["my_duty"], "organizer");
    }

    async fn every_key_that_is_promised_is_honoured(database: &TestDatabase) {
        let site = serve(database).await;
        let (_, operations) = operations(&site);
        for operation in operations {
            let acts = operation.method != "GET" && operation.access != "public" && !operation.name.contains(".preview_");
            assert_eq!(operation.has_key, acts, "{}", operation.name);
        }
    }
}
