//! Every address of the desk for everybody, by what they may do.

use super::*;

testkit::on_both! {
    from migrated;

    async fn every_address_is_for_those_who_may(database: &TestDatabase) {
        let site = serve(database).await;
        let olga = site.member("olga");
        let game = site.a_game().await;
        site.coins_for(site.profile_of("olga").await, 1_000).await;
        let desk = made(&olga, game, &[("has_entry_fee", "-"), ("enable_check_in", "-")]);
        let cup = site.tournament("spring-cup").await;
        let at = |part: &str| format!("{desk}/{part}");
        goes_to(&fill(&olga, &at("fields"), &at("fields"), &[("name", "Rank"), ("kind", "text")]), &format!("{desk}/fields?done=added"));
        let publish = at("step/publish");
        assert_eq!(confirm(&olga, &olga.get(&publish).expect(200), &publish, "").status(), 303);
        let mut entry = 0;
        for name in ["ann", "bob"] {
            let player = site.player(name).await;
            entry = site.enters(&player, cup.id).await;
        }
        let duties = [Duty::CoOrganizer, Duty::Referee, Duty::BracketManager, Duty::PaymentVerifier, Duty::Moderator];
        let mut others: Vec<(Option<Duty>, Client)> = Vec::new();
        let mut member = 0;
        for duty in duties {
            let name = duty.as_str();
            let person = site.member(name);
            let (id, user) = (cup.id, site.id(name).await);
            member = act!(site, Actor::user(cup.organizer_id), |tx, cx| service::staff::invite(tx, cx, id, user, duty)).id;
            act!(site, Actor::user(user), |tx, cx| service::staff::accept(tx, cx, member));
            others.push((Some(duty), person));
        }
        others.push((None, site.member("stranger")));
        let mut people: Vec<(Option<Duty>, &Client)> = vec![(Some(Duty::Organizer), &olga)];
        people.extend(others.iter().map(|(duty, person)| (*duty, person)));
        assert_eq!(submit(&olga, &desk, &at("step/close_registration"), &[]).status(), 303);
        assert_eq!(submit(&olga, &at("draw"), &at("draw"), &[("method", "slot_order")]).status(), 303);
        assert_eq!(submit(&olga, &at("draw/publish"), &at("draw/publish"), &[]).status(), 303);
        let (meeting, field) = (site.matches_of(cup.id).await[0].id, custom_field::Entity::find().one(site.db.read()).await.expect("readable").expect("one").id);
        let before = site.desk_state().await;
        let visitor = site.visitor();
        let mut tried = 0;
        for (pattern, get, post) in routes() {
            let path = pattern
                .replace("{slug}", "spring-cup")
                .replace("{step}", "cancel")
                .replace("{number}", "1")
                .replace("versions/diff", "versions/diff?from=1&to=1")
                .replace("{key}", "rank")
                .replace("{meeting}", &meeting.to_string())
                .replace("{act}", if pattern.contains("/do/") { "reject" } else { "review" })
                .replace("entries/{id}", &format!("entries/{entry}"))
                .replace("matches/{id}", &format!("matches/{meeting}"))
                .replace("fields/{id}", &format!("fields/{field}"))
                .replace("staff/{id}", &format!("staff/{member}"));
            let path = ["{id}", "{payment}", "{report}", "{exhibit}"].iter().fold(path, |path, name| path.replace(name, "1"));
            let acts = needed(&pattern);
            for (duty, person) in &people {
                let may = duty.is_some_and(|duty| acts.is_empty() || acts.iter().any(|act| act.duties().contains(&duty)));
                if get {
                    let status = person.get(&path).status();
                    let fits = if may { [200, 303, 400, 404].contains(&status) } else { status == 403 };
                    assert!(fits, "GET {path} for {duty:?}: {status}");
                    tried += 1;
                }
                // Those who may are tried by the journeys; here nothing may change.
                if post && !may {
                    let answer = submit(person, "/organize/invitations", &path, &[("reason", "x"), ("role", "referee"), ("method", "random"), ("name", "x"), ("kind", "text")]);
                    // A form with a file is another kind of form.
                    assert!(answer.status() == 403 || (path.ends_with("/pictures") && answer.status() == 415), "POST {path} for {duty:?}: {}\n{}", answer.status(), answer.text());
                    tried += 1;
                }
            }
            if get {
                let asked = visitor.get(&path);
                assert_eq!(asked.status(), 303, "GET {path} for a visitor");
                assert!(asked.header("location").is_some_and(|to| to.starts_with("/sign-in?next=/organize")), "{path}");
            }
            if post {
                assert_eq!(olga.post(&path, &[("reason", "x")]).status(), if path.ends_with("/pictures") { 415 } else { 403 }, "POST {path} without its token");
            }
        }
        assert!(tried > 350, "{tried}");
        assert_eq!(site.desk_state().await, before, "nothing has changed");
        // A draft is not there for strangers.
        let draft = made(&olga, game, &[("name", "Hidden Cup")]);
        let (_, stranger) = people.last().expect("there is one");
        assert_eq!(stranger.get(&draft).status(), 404);
        assert_eq!(stranger.get(&format!("{draft}/settings")).status(), 404);
    }
}

/// The addresses of desks as the program has them: pattern, whether it is looked at, whether it takes forms.
fn routes() -> Vec<(String, bool, bool)> {
    let source = include_str!("../../../src/pages/desk/mod.rs");
    let mut routes = Vec::new();
    for part in source.split(".route(").skip(1) {
        let pattern = part.split('"').nth(1).unwrap_or_default();
        if !pattern.starts_with("/organize/{slug}") {
            continue;
        }
        // The rest of the call: up to the parenthesis that closes it.
        let mut depth = 1;
        let rest = part.split(pattern).nth(1).unwrap_or_default().chars();
        let handlers: String = rest
            .take_while(|c| {
                depth += i32::from(*c == '(') - i32::from(*c == ')');
                depth > 0
            })
            .collect();
        routes.push((pattern.to_owned(), handlers.contains(" get("), handlers.contains("post(")));
    }
    assert!(routes.len() > 50, "{routes:?}");
    routes
}

/// The acts of which one is needed at an address; none for all who help. Written down a second time.
fn needed(pattern: &str) -> Vec<Act> {
    let part = pattern.trim_start_matches("/organize/{slug}").trim_start_matches('/');
    let first = part.split('/').next().unwrap_or_default();
    match (first, part) {
        ("", _) => vec![],
        ("step", _) => vec![Act::Cancel],
        ("settings" | "pictures" | "versions" | "fields", _) => vec![Act::Edit],
        ("staff", _) => vec![Act::ManageStaff],
        (_, "entries/{id}/check-in" | "entries/{id}/check-out") => vec![Act::CheckInOthers],
        (_, "entries/{id}/do/{act}") => vec![Act::DecideEntries],
        (_, "entries/{id}/receipt/{payment}") => vec![Act::VerifyPayments],
        ("entries" | "entries.csv", _) => vec![Act::SeeEntries],
        ("payments", _) => vec![Act::VerifyPayments],
        ("seeding", _) => vec![Act::Seed],
        ("draw", _) => vec![Act::Draw],
        (_, "matches/{id}/schedule") => vec![Act::Schedule],
        (_, "matches/{id}/check-in") => vec![Act::CheckInOthers],
        (_, "matches/{id}/decide") => vec![Act::DecideMatch],
        (_, "matches/{id}/correct") => vec![Act::CorrectResult],
        (_, "matches/{id}/lobby" | "matches/{id}/stream" | "matches/{id}/start") => vec![Act::RunMatches],
        ("matches", _) => vec![Act::RunMatches, Act::Schedule, Act::DecideMatch],
        (_, "disputes/{meeting}/{id}/{act}") => vec![Act::ReviewDispute, Act::ResolveDispute],
        ("disputes", _) => vec![Act::ReviewDispute],
        ("prizes", _) => vec![Act::PayPrizes],
        ("audit", _) => vec![Act::SeeAudit],
        _ => panic!("{pattern} is at no place that the test knows"),
    }
}
