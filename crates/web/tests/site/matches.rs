//! Matches on the site: played by both sides in their room, watched, disputed, given up; and what comes too late.

use std::path::Path;

use brackets::{Outcome, Side};
use kernel::Actor;
use sea_orm::{EntityTrait, QueryOrder};
use testkit::{
    TestDatabase,
    browser::Browser,
    http::{Client, Method, Response, Upload},
};
use tournaments::{
    model::{bracket, dispute, dispute_evidence, r#match as meeting, result_submission as report},
    rules::{access::Duty, settings::Settings},
    service,
};

use crate::{
    browser,
    live::{Heard, hear, next},
    served::{Served, migrated, serve},
    teams::sign_in_as,
    tournaments::{CSRF, Cup, act, as_, contains, person, statements},
};

/// A small picture.
fn picture() -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    let picture = image::RgbImage::from_fn(160, 90, |x, y| image::Rgb([x as u8, y as u8 * 2, 120]));
    picture.write_to(&mut bytes, image::ImageFormat::Png).expect("a picture");
    bytes.into_inner()
}

/// A value of the page's forms.
fn hidden(page: &Response, name: &str) -> String {
    page.hidden(name).unwrap_or_else(|| panic!("no {name}\n{}", page.text()))
}

/// Sends the report of a room with these fields; without a file its part is empty, as a browser sends it.
fn report(visitor: &Client, id: i64, room: &Response, fields: &[(&str, &str)], file: Option<&[u8]>) -> Response {
    let hidden: Vec<(&str, String)> =
        ["revision", "first", "second"].into_iter().map(|name| (name, hidden(room, name))).collect();
    let mut all = vec![("csrf", CSRF)];
    all.extend(hidden.iter().map(|(name, value)| (*name, value.as_str())));
    all.extend_from_slice(fields);
    let (name, content_type) =
        if file.is_some() { ("final.png", "image/png") } else { ("", "application/octet-stream") };
    let file = Upload { field: "screenshot", name, content_type, bytes: file.unwrap_or_default() };
    visitor.upload(&format!("/matches/{id}/report"), &all, file)
}

/// The news that a match went from one state to another.
fn changed(news: &Heard) {
    assert!(news.data.contains("\"type\":\"match.changed\""), "{news:?}");
}

fn goes_to(answer: &Response, path: &str) {
    assert_eq!((answer.status(), answer.header("location")), (303, Some(path)), "{}", answer.text());
}

/// Everything that acts of a room change.
async fn state(site: &Served) -> String {
    let db = site.db.read();
    let matches = meeting::Entity::find().order_by_asc(meeting::Column::Id).all(db).await.expect("readable");
    let reports = report::Entity::find().order_by_asc(report::Column::Id).all(db).await.expect("readable");
    let disputes = dispute::Entity::find().all(db).await.expect("readable");
    let evidence = dispute_evidence::Entity::find().all(db).await.expect("readable");
    format!("{matches:?}{reports:?}{disputes:?}{evidence:?}")
}

testkit::on_both! {
    from migrated;

    async fn both_sides_play_report_and_agree_while_others_watch(database: &TestDatabase) {
        let site = &serve(database).await;
        let cup = Cup::new(site, 2, |cup| Settings { best_of: 3, best_of_final: 3, ..cup }).await;
        cup.begin().await;
        let id = cup.the("W1.1").await.id;
        let room = format!("/matches/{id}");
        let (ann, bob, fan) = (as_(site, cup.players[0]).await, as_(site, cup.players[1]).await, site.visitor());
        let lobby = &service::matches::Lobby { code: "DC-4711".to_owned(), password: "<secret>".to_owned(), ..Default::default() };
        act!(site, Actor::user(cup.organizer), |tx, cx| service::matches::set_lobby(tx, cx, id, lobby));

        // Who only watches sees no room and no form, and hears what happens.
        let page = fan.get(&room).expect(200).text();
        contains(&page, &["player1", "player2", "best of 3", &format!("data-live=\"/live/tournaments/{}\"", cup.row.id), "href=\"/sign-in?next=/matches/"]);
        assert!(!page.contains("DC-4711") && !page.contains("name=\"a1\"") && !page.contains("We begin now"), "{page}");
        let news = hear(fan.stream(&format!("/live/tournaments/{}", cup.row.id)));
        assert_eq!(next(&news).event, "hello");
        contains(&ann.get("/me/matches").expect(200).text(), &["Now", "player2", &room, "Friday Cup · Final"]);
        contains(&ann.get("/").expect(200).text(), &["Waiting for you", &format!("href=\"{room}\""), "Friday Cup · Final"]);
        contains(&ann.get(&room).expect(200).text(), &["<span>Final</span></nav>"]);

        contains(&ann.get(&room).expect(200).text(), &["DC-4711", "&#60;secret&#62;", "Play your match", "We begin now", "name=\"a3\""]);
        goes_to(&ann.post(&format!("{room}/start"), &[("csrf", CSRF)]), &format!("{room}?done=started"));
        changed(&next(&news));
        contains(&fan.get(&room).text(), &["Being played"]);

        // What is wrong stands beside its game, and nothing typed is lost; the picture is kept.
        let page = ann.get(&room).expect(200);
        let wrong = report(&ann, id, &page, &[("a1", "13"), ("b1", ""), ("a2", "13"), ("b2", "x<"), ("note", "Well <played>")], Some(&picture()));
        assert_eq!(wrong.status(), 422);
        let text = wrong.text();
        contains(&text, &["Enter the scores of both sides.", "A score is a whole number", "value=\"13\"", "value=\"x&#60;\"", "Well &#60;played&#62;", "A picture is kept already"]);
        let kept = hidden(&wrong, "kept");
        let undecided = report(&ann, id, &page, &[("a1", "13"), ("b1", "9"), ("kept", &kept)], None);
        assert_eq!(undecided.status(), 422, "one game decides no best of three");
        contains(&undecided.text(), &["This result cannot be:", "id=\"game1-error\""]);
        let games = [("a1", "13"), ("b1", "9"), ("a2", "7"), ("b2", "13"), ("a3", "13"), ("b3", "11"), ("note", "Well <played>"), ("kept", kept.as_str())];
        goes_to(&report(&ann, id, &page, &games, None), &format!("{room}?done=reported"));
        changed(&next(&news));
        contains(&ann.get(&format!("{room}?done=reported")).text(), &["Your report is sent.", "Waiting for player2", "You said", "Change your report", "value=\"11\""]);

        // The other side sees what was said, with its picture, and agrees by one button.
        let page = bob.get(&room).expect(200);
        contains(&page.text(), &["player1 has reported the result", "2 : 1", "13 : 11", "Well &#60;played&#62;", "Agree to 2 : 1", "Report it as you saw it"]);
        let proof = format!("{room}/files/{kept}");
        contains(&page.text(), &[&format!("src=\"{proof}\"")]);
        let shown = bob.get(&proof).expect(200);
        assert_eq!(shown.header("content-type"), Some("image/png"));
        assert_eq!((fan.get(&proof).status(), ann.get(&format!("{room}/files/nothing")).status()), (404, 404));
        let page_of_fan = fan.get(&room).text();
        assert!(page_of_fan.contains("A result is reported") && !page_of_fan.contains("13 : 11"), "{page_of_fan}");
        let fields = ["report", "revision", "first", "second"].map(|name| (name, hidden(&page, name)));
        let mut agreed = vec![("csrf", CSRF)];
        agreed.extend(fields.iter().map(|(name, value)| (*name, value.as_str())));
        goes_to(&bob.post(&format!("{room}/agree"), &agreed), &format!("{room}?done=agreed"));
        assert_eq!(bob.post(&format!("{room}/agree"), &agreed).status(), 409, "that was answered already");
        let kinds: Vec<String> = (0..2).map(|_| next(&news).data).collect();
        assert!(kinds.iter().any(|kind| kind.contains("bracket.updated") || kind.contains("match.")), "{kinds:?}");
        let page = fan.get(&room).expect(200).text();
        contains(&page, &["player1 won", "2 : 1", "Both sides said so.", "<td class=\"num\">11</td>"]);
        contains(&ann.get("/me/matches").text(), &["No match waits for you."]);
    }

    async fn a_report_about_another_meeting_is_refused_with_what_is_so_now(database: &TestDatabase) {
        let site = &serve(database).await;
        let cup = Cup::new(site, 4, |cup| cup).await;
        cup.begin().await;
        for code in ["W1.1", "W1.2"] {
            let row = cup.the(code).await;
            let winner = if row.participant1_id < row.participant2_id { Side::A } else { Side::B };
            cup.agree(&row, winner).await;
        }
        let last = cup.the("W2.1").await;
        let ann = as_(site, cup.players[0]).await;
        let old = ann.get(&format!("/matches/{}", last.id)).expect(200);
        contains(&old.text(), &["player2"]);

        // Meanwhile the other semi-final turns out to have been won by player 3.
        let semi = cup.the("W1.2").await;
        let other = if semi.winner_id == semi.participant1_id { Side::B } else { Side::A };
        let outcome = &Outcome::Played(vec![brackets::Game::won_by(other)]);
        let bracket = bracket::Entity::find().one(site.db.read()).await.expect("readable").expect("it is drawn");
        act!(site, Actor::user(cup.organizer), |tx, cx| service::correction::correct(tx, cx, semi.id, bracket.revision, Some(outcome), false, "The film shows it."));
        let before = state(site).await;
        let stale = report(&ann, last.id, &old, &[("a1", "5"), ("b1", "2"), ("note", "A good match")], None);
        assert_eq!(stale.status(), 409);
        let text = stale.text();
        contains(&text, &["The match has changed meanwhile", "player1 against player3", "A good match"]);
        assert!(!text.contains("value=\"5\""), "scores against somebody else are not kept\n{text}");
        assert_eq!(state(site).await, before, "nothing was written");
        let fresh = ann.get(&format!("/matches/{}", last.id)).expect(200);
        goes_to(&report(&ann, last.id, &fresh, &[("a1", "5"), ("b1", "2")], None), &format!("/matches/{}?done=reported", last.id));
    }

    async fn who_does_not_agree_brings_things_forward(database: &TestDatabase) {
        let site = &serve(database).await;
        let cup = Cup::new(site, 2, |cup| cup).await;
        cup.begin().await;
        let id = cup.the("W1.1").await.id;
        let (room, page) = (format!("/matches/{id}"), format!("/matches/{id}/dispute"));
        let (ann, bob, sven) = (as_(site, cup.players[0]).await, as_(site, cup.players[1]).await, as_(site, person(site, "sven").await).await);
        assert_eq!(site.visitor().get(&page).header("location"), Some(&*format!("/sign-in?next={page}")));
        assert_eq!(sven.get(&page).status(), 403);
        contains(&ann.get(&page).expect(200).text(), &["No dispute is open."]);
        goes_to(&report(&ann, id, &ann.get(&room), &[("a1", "3"), ("b1", "1")], None), &format!("{room}?done=reported"));

        // Bob objects instead of answering; what is wrong stands beside its field.
        let send = |visitor: &Client, path: &str, fields: &[(&str, &str)], file: Option<&[u8]>| {
            let fields = [&[("csrf", CSRF)], fields].concat();
            let (name, kind) = if file.is_some() { ("a.png", "image/png") } else { ("", "application/octet-stream") };
            visitor.upload(path, &fields, Upload { field: "file", name, content_type: kind, bytes: file.unwrap_or_default() })
        };
        let refused = send(&bob, &page, &[("reason", ""), ("description", "It was <1:3>."), ("url", "nothing")], Some(&picture()));
        assert_eq!(refused.status(), 422);
        contains(&refused.text(), &["Choose what it is about.", "It was &#60;1:3&#62;.", "value=\"nothing\"", "A file is kept already"]);
        let kept = hidden(&refused, "kept");
        let refused = send(&bob, &page, &[("reason", "cheating"), ("description", " "), ("kept", &kept)], None);
        contains(&refused.expect(422).text(), &["id=\"description-error\"", "value=\"cheating\" checked"]);
        let refused = send(&bob, &page, &[("reason", "cheating"), ("description", "It was 1:3."), ("url", "http://x"), ("kept", &kept)], None);
        contains(&refused.expect(422).text(), &["The link must be an address"]);
        assert!(dispute::Entity::find().one(site.db.read()).await.expect("readable").is_none(), "all or nothing");
        let opened = send(&bob, &page, &[("reason", "cheating"), ("description", "It was <1:3>."), ("url", "https://example.org/film"), ("kept", &kept)], None);
        goes_to(&opened, &format!("{page}?done=opened"));
        let shown = ann.get(&page).expect(200);
        contains(&shown.text(), &["Waits for a referee", "opened by player2", "It was &#60;1:3&#62;.", "href=\"https://example.org/film\"", &format!("{room}/files/{kept}"), "Add what you know"]);
        assert!(!shown.text().contains("Withdraw the dispute"), "it is not hers");
        contains(&ann.get(&room).text(), &["A referee decides", "Open the dispute"]);
        assert_eq!(ann.get(&format!("{room}/files/{kept}")).status(), 200);
        assert_eq!((sven.get(&page).status(), sven.get(&format!("{room}/files/{kept}")).status()), (403, 404));

        let olga = as_(site, cup.organizer).await;
        let desk = format!("/organize/{}/matches/{id}", cup.row.slug);
        let costs = || [(&ann, &room), (&olga, &desk)].map(|(who, path)| statements(site, who, path));
        let one = costs();
        let number = hidden(&shown, "dispute");
        let add = format!("{page}/evidence");
        contains(&send(&ann, &add, &[("dispute", &number)], None).expect(422).text(), &["Write something, or add a picture or a link."]);
        goes_to(&send(&ann, &add, &[("dispute", &number), ("text", "I have <proof>.")], None), &format!("{page}?done=added"));
        contains(&bob.get(&page).text(), &["I have &#60;proof&#62;.", "player1", "Withdraw the dispute"]);
        assert_eq!(send(&sven, &add, &[("dispute", &number), ("text", "Me too")], None).status(), 403);
        contains(&send(&ann, &add, &[("dispute", "999"), ("text", "Me too")], None).expect(422).text(), &["nothing can be added"]);

        assert_eq!(ann.post(&format!("{page}/withdraw"), &[("csrf", CSRF), ("dispute", &number)]).status(), 422, "only who opened it");
        goes_to(&bob.post(&format!("{page}/withdraw"), &[("csrf", CSRF), ("dispute", &number)]), &format!("{room}?done=withdrawn"));
        contains(&ann.get(&room).text(), &["Waiting for player2"]);

        // Two reports that differ open one by themselves.
        goes_to(&report(&bob, id, &bob.get(&room), &[("a1", "1"), ("b1", "3")], None), &format!("{room}?done=disputed"));
        contains(&ann.get(&page).expect(200).text(), &["Scores do not match", "the platform, because the reports disagree", "Earlier disputes", "Withdrawn", "I have &#60;proof&#62;."]);
        assert_eq!(costs(), one, "a second dispute costs no further statement");

        // Whose duty it is finds it on the home page; who plays does not.
        let user = site.id("sven").await;
        let asked = act!(site, Actor::user(cup.organizer), |tx, cx| service::staff::invite(tx, cx, cup.row.id, user, Duty::Referee));
        act!(site, Actor::user(user), |tx, cx| service::staff::accept(tx, cx, asked.id));
        let home = sven.get("/").expect(200).text();
        let link = home.split("href=\"").find(|part| part.contains("/disputes/")).and_then(|part| part.split('"').next()).expect("a link");
        contains(&home, &["Waiting for you", "player1 against player2", "Scores do not match, in Friday Cup, Final, since"]);
        assert!(!ann.get("/").expect(200).text().contains("Settle a dispute"));

        // A report is found right by a button, which leads to the question that the form leads to.
        let shown = sven.get(link).expect(200);
        contains(&shown.text(), &["What the sides reported", "This report is right…<span class=\"visually-hidden\"> player2</span>"]);
        let resolve = format!("{link}/resolve");
        let before = state(site).await;
        let second = |page: &Response| {
            let text = page.text();
            let form = text.split("<form").find(|form| form.contains("This report is right") && form.contains("> player2<")).expect("a form").to_owned();
            form.split("<input").skip(1).map(|input| {
                let value = |name: &str| input.split(&format!("{name}=\"")).nth(1).and_then(|rest| rest.split('"').next()).expect("it has one").to_owned();
                (value(" name"), value(" value"))
            }).collect::<Vec<_>>()
        };
        let fields = second(&shown);
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let asked = sven.post(&resolve, &fields).expect(200);
        contains(&asked.text(), &["Resolve this dispute?", "player2 beats player1 1:0 (1:3).", "Everything that changes:", "Final: player1 against player2, to be played → player1 against player2 0:1", "Why? Both sides read it."]);
        assert!(!asked.text().contains("What was paired or drawn"), "nothing has followed");
        assert_eq!(state(site).await, before, "nothing is decided by one click");
        let mut answer = asked.form(&resolve).fields;
        answer.retain(|(name, _)| name != "reason");
        let send = |reason: &str| {
            let fields = answer.iter().map(|(name, value)| (name.as_str(), value.as_str()));
            sven.post(&resolve, &fields.chain([("reason", reason)]).collect::<Vec<_>>())
        };
        contains(&send(" ").expect(422).text(), &["Say why", "Resolve this dispute?", "Everything that changes:"]);
        assert_eq!(state(site).await, before, "nothing is decided without a reason");
        goes_to(&send("The film shows it."), &format!("{link}?done=resolve"));
        let row = cup.the("W1.1").await;
        assert_eq!((row.state.as_str(), row.decided_by.as_str(), row.winner_id), ("completed", "dispute", row.participant2_id));
        assert!(!sven.get(link).expect(200).text().contains("This report is right"));
        assert!(!sven.get("/").expect(200).text().contains("Waiting for you"));
    }

    async fn a_match_is_given_up_after_a_question(database: &TestDatabase) {
        let site = &serve(database).await;
        let cup = Cup::new(site, 2, |cup| cup).await;
        cup.begin().await;
        let id = cup.the("W1.1").await.id;
        let give_up = format!("/matches/{id}/give-up");
        let (ann, sven) = (as_(site, cup.players[0]).await, as_(site, person(site, "sven").await).await);
        contains(&ann.get(&format!("/matches/{id}")).text(), &[&format!("href=\"{give_up}\"")]);
        goes_to(&sven.get(&give_up), &format!("/matches/{id}"));
        let asked = ann.get(&give_up).expect(200);
        contains(&asked.text(), &["Give the match up?", "player2"]);
        let revision = hidden(&asked, "revision");
        let before = state(site).await;
        assert_eq!(sven.post(&give_up, &[("csrf", CSRF), ("revision", &revision)]).status(), 403);
        let stale = ann.post(&give_up, &[("csrf", CSRF), ("revision", "99"), ("reason", "I am <ill>")]);
        contains(&stale.expect(409).text(), &["The match has changed meanwhile", "I am &#60;ill&#62;"]);
        assert_eq!(state(site).await, before);
        goes_to(&ann.post(&give_up, &[("csrf", CSRF), ("revision", &revision), ("reason", "I am ill")]), &format!("/matches/{id}?done=given-up"));
        contains(&site.visitor().get(&format!("/matches/{id}")).expect(200).text(), &["player2 won", "The other side gave it up."]);
    }

    async fn nobody_else_acts_in_a_room_and_no_form_works_without_its_token(database: &TestDatabase) {
        let site = &serve(database).await;
        let cup = Cup::new(site, 2, |cup| Settings { enable_check_in: true, ..cup }).await;
        site.clock.set(cup.row.tournament_start - chrono::TimeDelta::minutes(5));
        let tournament = cup.row.id;
        act!(site, Actor::System, |tx, cx| service::clock::advance(tx, cx, tournament));
        for entry in &cup.entries {
            act!(site, Actor::user(cup.player(Some(*entry))), |tx, cx| service::check_in::check_in(tx, cx, *entry));
        }
        cup.begin().await;
        let row = cup.the("W1.1").await;
        let id = row.id;
        act!(site, Actor::System, |tx, cx| service::matches::advance(tx, cx, id));
        let (ann, sven) = (as_(site, cup.players[0]).await, as_(site, person(site, "sven").await).await);
        let before = state(site).await;
        let between = [row.participant1_id, row.participant2_id].map(|side| side.expect("known").to_string());
        let revision = row.revision.to_string();
        let fields = [("revision", revision.as_str()), ("first", &between[0]), ("second", &between[1]), ("report", "1"), ("dispute", "1"), ("a1", "1"), ("b1", "0"), ("reason", "other"), ("description", "x"), ("text", "x")];
        for act in ["check-in", "start", "agree", "give-up", "report", "dispute", "dispute/evidence", "dispute/withdraw"] {
            let path = format!("/matches/{id}/{act}");
            let file = Upload { field: "file", name: "", content_type: "application/octet-stream", bytes: b"" };
            let files = matches!(act, "report" | "dispute" | "dispute/evidence");
            let send = |visitor: &Client, token: Option<&str>, path: &str| {
                let all: Vec<(&str, &str)> = token.map(|token| ("csrf", token)).into_iter().chain(fields).collect();
                if files { visitor.upload(path, &all, file) } else { visitor.post(path, &all) }
            };
            assert_eq!(send(&ann, None, &path).status(), 403, "{act} without a token");
            assert_eq!(send(&ann, Some("x"), &path).status(), 403, "{act} with another token");
            let other = send(&sven, Some(CSRF), &path);
            assert!(matches!(other.status(), 403 | 404 | 409 | 422), "{act} by a stranger: {}", other.status());
            let gone = send(&ann, Some(CSRF), &format!("/matches/999999/{act}"));
            assert_eq!(gone.status(), 404, "{act} of no match");
            let nobody = site.visitor().with_header("cookie", format!("csrf={CSRF}"));
            let away = send(&nobody, Some(CSRF), &path);
            let back = if files { format!("/sign-in?next=/matches/{id}") } else { "/sign-in?next=/".to_owned() };
            assert_eq!((away.status(), away.header("location")), (303, Some(&*back)), "{act} by nobody");
            assert_eq!(state(site).await, before, "{act} changed something");
        }
        assert_eq!(ann.get("/matches/999999").status(), 404);
        assert_eq!(site.visitor().send(Method::PUT, &format!("/matches/{id}"), &[], None).status(), 405);
        contains(&ann.get(&format!("/matches/{id}")).expect(200).text(), &["Check in now", "not there yet"]);
        goes_to(&ann.post(&format!("/matches/{id}/check-in"), &[("csrf", CSRF)]), &format!("/matches/{id}?done=checked-in"));
        contains(&ann.get(&format!("/matches/{id}")).expect(200).text(), &["You are checked in", "there</span>"]);
    }
}

/// Looks at a page on a wide screen and on a phone: nothing lies beyond the edge but what scrolls in a frame of its own.
async fn look(site: &Served, browser: &Browser, path: &str, name: &str, directory: &Path) {
    let mislaid = browser::MISLAID
        .replace("e.closest('svg')", "e.closest('svg, .tree, .rounds, .scroll, .visually-hidden, option')");
    for (screen, phone) in [("wide", false), ("phone", true)] {
        if phone {
            browser.be_phone().await
        } else {
            browser.resize(1280, 900).await
        }
        if !path.is_empty() {
            // The driver takes pictures of the page before, when a live one goes into the browser's memory of pages.
            browser.open("about:blank").await;
            site.open(browser, path).await;
        }
        browser.shoot(&directory.join(format!("{name}-{screen}.png"))).await;
        for script in [mislaid.as_str(), browser::SMALL] {
            let found = browser.execute(script, Vec::new()).await.expect("it can be measured").json().clone();
            assert_eq!(found, serde_json::json!([]), "{name} on a {screen} screen");
        }
    }
}

#[test]
fn tournaments_and_matches_fit_on_a_wide_screen_and_on_a_phone() {
    browser::run(async |site, browser| {
        let (directory, _removed) = browser::pictures();
        let look = async |path: &str, name: &str| look(site, browser, path, name, &directory).await;
        look("/tournaments", "tournaments-empty").await;
        site.member("ann");
        let user = site.id("ann").await;
        let id = format!("{:09}", 200_000_000 + user);
        let filled: Result<(), kernel::DbError> = site
            .db
            .write(|tx| {
                let id = id.clone();
                async move {
                    use profiles::model::user_profile::{ActiveModel, Column, Entity};
                    use sea_orm::{ActiveValue::Set, ColumnTrait, QueryFilter};
                    let row = ActiveModel { efootball_id: Set(id), ..Default::default() };
                    Entity::update_many().set(row).filter(Column::UserId.eq(user)).exec(&tx).await?;
                    Ok(())
                }
            })
            .await;
        filled.expect("written");
        let mut cup = Cup::new(site, 0, |cup| Settings {
            name: "Bartholomew's Unreasonably Long Friday Evening Championship of the World".to_owned(),
            description: "One against one.\nBest of three from the first round.".to_owned(),
            rules_text: "Be there ten minutes before the match.\nBoth sides report.".to_owned(),
            best_of: 3,
            best_of_final: 5,
            prize_pool: 5_000_000,
            prize_distribution: serde_json::json!({ "1": "50%", "2": "30%", "3-4": "10%" }),
            third_place_match: true,
            ..cup
        })
        .await;
        cup.enter(user).await;
        for number in 2..=8 {
            let name =
                if number == 8 { "Ekaterina_of_the_Very_Long_Name".to_owned() } else { format!("player{number}") };
            let player = person(site, &name).await;
            cup.enter(player).await;
        }
        look(&cup.path(""), "cup-open").await;
        cup.begin().await;
        look("/tournaments", "tournaments").await;
        sign_in_as(site, browser, "ann").await;
        let own = cup.the("W1.1").await;
        let room = format!("/matches/{}", own.id);
        let lobby = &service::matches::Lobby {
            code: "DC-4711".to_owned(),
            map: "Old Trafford".to_owned(),
            ..Default::default()
        };
        act!(site, Actor::user(cup.organizer), |tx, cx| service::matches::set_lobby(tx, cx, own.id, lobby));
        look(&room, "room-ready").await;
        browser.click("form[action$='/start'] button").await;
        browser.wait_for_text("[role=status]", "The match has begun.").await;
        browser.fill("input[name=a1]", "3").await;
        browser.click("form[action*='/report'] button").await;
        browser.wait_for_text("#game1-error", "both sides").await;
        look("", "room-wrong").await;
        let told = browser.console_errors().await;
        assert!(told.iter().all(|error| error.contains("422")), "{told:?}");
        for (name, score) in [("a1", "3"), ("b1", "1"), ("a2", "2"), ("b2", "0")] {
            browser.fill(&format!("input[name={name}]"), score).await;
        }
        browser.click("form[action*='/report'] button").await;
        browser.wait_for_text("[role=status]", "Your report is sent.").await;
        look(&room, "room-reported").await;
        // The other side agrees elsewhere: the open page shows it by itself.
        site.open(browser, &cup.path("bracket")).await;
        let other = as_(site, cup.player(own.participant2_id)).await;
        let page = other.get(&room).expect(200);
        let fields = ["report", "revision", "first", "second"].map(|name| (name, hidden(&page, name)));
        let mut agreed = vec![("csrf", CSRF)];
        agreed.extend(fields.iter().map(|(name, value)| (*name, value.as_str())));
        goes_to(&other.post(&format!("{room}/agree"), &agreed), &format!("{room}?done=agreed"));
        browser.wait_for_text("[data-live-part=bracket]", "2").await;
        browser.wait_for_text("[role=status]", "Updated").await;
        for row in cup.matches().await.iter().filter(|row| row.round_number == 1 && row.state == "ready") {
            cup.agree(row, Side::A).await;
        }
        for tab in ["", "rules", "entrants", "bracket", "matches", "standings", "prizes"] {
            look(&cup.path(tab), &format!("cup-{}", if tab.is_empty() { "live" } else { tab })).await;
        }
        look(&room, "room-over").await;
        look(&format!("{room}/dispute"), "dispute-new").await;
        browser.click("input[value=technical_issue]").await;
        browser.fill("#description", "The server went down in game two.").await;
        browser.click("main form button").await;
        browser.wait_for_text("[role=status]", "The result is disputed.").await;
        look("", "dispute-open").await;
        look(&format!("/matches/{}", cup.the("W2.2").await.id), "room-later").await;
        look("/me/matches", "my-matches").await;
        look("/", "home-playing").await;
        look("/tournaments?q=nothing", "tournaments-none").await;
        let errors = browser.console_errors().await;
        assert!(errors.is_empty(), "{errors:?}");
    });
}
