//! Teams on the site: founded, found, joined, managed, left and disbanded; and what strangers cannot do.

use kernel::{Clock, DbError, text::fold_name};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use teams::model::core::{team, team_invite, team_join_request, team_membership as membership};
use testkit::{
    TestDatabase,
    browser::Browser,
    http::{Client, Response, Upload},
};

use crate::{
    browser,
    served::{PASSWORD, Served, migrated, serve, submit, token},
};

/// The fields of a Valorant team that is right.
pub const LIONS: &[(&str, &str)] = &[
    ("name", "Dhaka Lions"),
    ("tag", "lion"),
    ("game", "valorant"),
    ("region", "SA"),
    ("game_role", "Duelist"),
    ("tagline", "Hear us roar"),
    ("description", "Two lines.\nThis is the other."),
];

/// Founds a team of this name, tag and game; its address is the name in small letters.
pub fn found(owner: &Client, name: &str, tag: &str, game: &str, region: &str, game_role: &str) {
    let fields = [("name", name), ("tag", tag), ("game", game), ("region", region), ("game_role", game_role)];
    let made = submit(owner, &format!("/teams/new?game={game}"), "/teams/new", &fields);
    assert_eq!(made.status(), 303, "{}", made.text());
}

pub fn goes_to(answer: &Response, path: &str) {
    assert_eq!((answer.status(), answer.header("location")), (303, Some(path)), "{}", answer.text());
}

pub fn contains(page: &str, texts: &[&str]) {
    for text in texts {
        assert!(page.contains(text), "{text}\n{page}");
    }
}

impl Served {
    async fn profile(&self, username: &str) -> i64 {
        use profiles::model::user_profile::{Column, Entity};
        let id = self.id(username).await;
        Entity::find().filter(Column::UserId.eq(id)).one(self.db.read()).await.expect("readable").expect("there").id
    }

    async fn team(&self, slug: &str) -> team::Model {
        let found = team::Entity::find().filter(team::Column::Slug.eq(slug)).one(self.db.read()).await;
        found.expect("readable").expect("there is one")
    }

    /// Role, role in the game and badge of an active member.
    async fn standing(&self, slug: &str, username: &str) -> Option<(String, String, bool)> {
        let (team, profile) = (self.team(slug).await.id, self.profile(username).await);
        let found = membership::Entity::find()
            .filter(membership::Column::TeamId.eq(team))
            .filter(membership::Column::ProfileId.eq(profile))
            .filter(membership::Column::Status.eq("ACTIVE"));
        let found = found.one(self.db.read()).await.expect("readable");
        found.map(|row| (row.role, row.player_role, row.is_captain))
    }

    async fn invitation(&self) -> i64 {
        let found = team_invite::Entity::find().filter(team_invite::Column::Status.eq("PENDING"));
        found.one(self.db.read()).await.expect("readable").expect("one waits").id
    }

    async fn request(&self) -> i64 {
        let found = team_join_request::Entity::find().filter(team_join_request::Column::Status.eq("PENDING"));
        found.one(self.db.read()).await.expect("readable").expect("one waits").id
    }

    /// Everything that acts on teams change.
    async fn teams_state(&self) -> String {
        let db = self.db.read();
        let teams = team::Entity::find().all(db).await.expect("readable");
        let members = membership::Entity::find().all(db).await.expect("readable");
        let invitations = team_invite::Entity::find().all(db).await.expect("readable");
        let requests = team_join_request::Entity::find().all(db).await.expect("readable");
        format!("{teams:?}{members:?}{invitations:?}{requests:?}")
    }
}

fn is(role: &str, game_role: &str, captain: bool) -> Option<(String, String, bool)> {
    Some((role.to_owned(), game_role.to_owned(), captain))
}

testkit::on_both! {
    from migrated;

    async fn a_team_is_founded_and_found(database: &TestDatabase) {
        let site = serve(database).await;
        let ann = site.member("ann");
        contains(&site.visitor().get("/teams").expect(200).text(), &["There is no team yet.", "href=\"/teams/new\""]);
        goes_to(&site.visitor().get("/teams/new"), "/sign-in?next=/teams/new");
        contains(&ann.get("/teams/new").expect(200).text(), &["href=\"/teams/new?game=valorant\"", "eFootball"]);
        let form = ann.get("/teams/new?game=valorant").expect(200).text();
        contains(&form, &["value=\"SA\"", "South Asia", "value=\"Duelist\"", "name=\"plays\" value=\"yes\" checked", "<option value=\"\" selected>Choose one</option><option value=\"Duelist\">"]);
        contains(&ann.get("/teams/new?game=fc26").expect(200).text(), &["name=\"game_role\" aria-describedby=\"game_role-help\"><option value=\"Player\""]);
        assert!(!form.contains("AWPer"), "the roles are the game's");

        let wrong = [("name", "ab"), ("tag", "l-1"), ("game", "valorant"), ("region", ""), ("tagline", "Hear us"), ("description", "Kept <b>"), ("game_role", "IGL")];
        let page = submit(&ann, "/teams/new?game=valorant", "/teams/new", &wrong).expect(422).text();
        contains(&page, &["Use at least 3 characters.", "letters A to Z", "Please fill this in.", "value=\"ab\"", "value=\"l-1\"", "value=\"Hear us\"", "Kept &#60;b&#62;</textarea>", "value=\"IGL\" selected"]);

        let made = submit(&ann, "/teams/new?game=valorant", "/teams/new", LIONS);
        goes_to(&made, "/teams/dhaka-lions/manage?done=founded");
        contains(&ann.follow(made).expect(200).text(), &["Your team is founded.", "1 of at least 5 players", "value=\"Duelist\" selected"]);
        assert_eq!(site.standing("dhaka-lions", "ann").await, is("OWNER", "Duelist", false));

        let page = site.visitor().get("/teams/dhaka-lions").expect(200).text();
        contains(&page, &["<h1>Dhaka Lions</h1>", "LION · Valorant · South Asia", "Hear us roar", "This is the other.", "@ann", "href=\"/sign-in?next=/teams/dhaka-lions\""]);
        assert!(!page.contains("/manage"), "strangers do not manage");

        let again = submit(&ann, "/teams/new?game=valorant", "/teams/new", LIONS).expect(422).text();
        contains(&again, &["Another team has this name", "Another team has this tag", "You are in a team of this game already."]);
        goes_to(&submit(&ann, "/teams/new?game=valorant", "/teams/new", &[("game", "chess")]), "/teams/new");
        assert_eq!(ann.get("/teams/nobody").status(), 404);
    }

    async fn a_founder_says_who_plays(database: &TestDatabase) {
        let site = serve(database).await;
        let (ann, bob) = (site.member("ann"), site.member("bob"));
        let new = "/teams/new?game=valorant";
        let lions = |name: &'static str, tag: &'static str, plays: &'static str, role: &'static str| [("name", name), ("tag", tag), ("game", "valorant"), ("region", "SA"), ("plays", plays), ("game_role", role)];
        let page = submit(&ann, new, "/teams/new", &lions("Lions", "LION", "yes", "")).expect(422).text();
        contains(&page, &["value=\"yes\" checked", "Please fill this in."]);
        goes_to(&submit(&ann, new, "/teams/new", &lions("Lions", "LION", "yes", "Duelist")), "/teams/lions/manage?done=founded");
        assert_eq!(site.standing("lions", "ann").await, is("OWNER", "Duelist", true));
        // Whoever does not play has no role, whatever stands beside it.
        let page = submit(&bob, new, "/teams/new", &lions("T", "TIGER", "no", "Duelist")).expect(422).text();
        contains(&page, &["value=\"no\" checked"]);
        goes_to(&submit(&bob, new, "/teams/new", &lions("Tigers", "TIGER", "no", "Duelist")), "/teams/tigers/manage?done=founded");
        assert_eq!(site.standing("tigers", "bob").await, is("OWNER", "", false));
    }

    async fn the_list_is_read_page_by_page_and_narrowed(database: &TestDatabase) {
        let site = serve(database).await;
        let now = site.clock.now();
        let rows = (1..=30).map(|number| team::ActiveModel {
            name: Set(format!("Team {number:02}")),
            name_ci: Set(fold_name(&format!("Team {number:02}"))),
            tag: Set(format!("T{number:02}")),
            tag_ci: Set(fold_name(&format!("T{number:02}"))),
            slug: Set(format!("team-{number:02}")),
            game: Set(if number % 3 == 0 { "cs2" } else { "valorant" }.to_owned()),
            total_points: Set(number / 2),
            is_recruiting: Set(number == 7),
            is_public: Set(number != 8),
            created_at: Set(now),
            updated_at: Set(now),
            ..Default::default()
        });
        let rows: Vec<team::ActiveModel> = rows.collect();
        let rows = &rows;
        let made: Result<(), DbError> = site
            .db
            .write(|tx| async move {
                team::Entity::insert_many(rows.clone()).exec_without_returning(&tx).await?;
                Ok(())
            })
            .await;
        made.expect("it is written");
        let visitor = site.visitor();
        let (mut path, mut found) = ("/teams".to_owned(), Vec::new());
        loop {
            let page = visitor.get(&path).expect(200).text();
            found.extend(page.match_indices("href=\"/teams/team-").map(|(at, text)| page[at + text.len()..at + text.len() + 2].to_owned()));
            let Some(next) = page.split("href=\"/teams?").nth(1).and_then(|rest| rest.split('"').next()) else { break };
            path = format!("/teams?{}", next.replace("&#38;", "&"));
        }
        let mut expected: Vec<String> = (1..=30).filter(|number| *number != 8).map(|number| format!("{number:02}")).collect();
        expected.sort_by_key(|number| { let number: i32 = number.parse().expect("a number"); (-(number / 2), number) });
        assert_eq!(found, expected, "each once, most points first, without what is not public");
        for (query, count) in [("game=cs2", 10), ("recruiting=1", 1), ("q=team+1", 10), ("q=T07&game=valorant", 1), ("q=T07&game=cs2", 0), ("after=nonsense", 24)] {
            let page = visitor.get(&format!("/teams?{query}")).expect(200).text();
            assert_eq!(page.matches("href=\"/teams/team-").count(), count, "{query}\n{page}");
        }
        contains(&visitor.get("/teams?q=%3Cscript%3E&recruiting=1").expect(200).text(), &["value=\"&#60;script&#62;\"", "checked", "No team fits."]);
    }

    async fn players_are_invited_and_given_roles(database: &TestDatabase) {
        let site = serve(database).await;
        let (ann, bob) = (site.member("ann"), site.member("bob"));
        submit(&ann, "/teams/new?game=valorant", "/teams/new", LIONS);
        let manage = "/teams/dhaka-lions/manage";
        let invite = "/teams/dhaka-lions/invitations";
        for (fields, texts) in [
            (vec![("username", "nobody"), ("role", "COACH"), ("message", "Join us!")], vec!["Nobody here is called nobody.", "value=\"nobody\"", "value=\"COACH\" selected", ">Join us!</textarea>"]),
            (vec![("username", " "), ("role", "PLAYER")], vec!["Write the username"]),
            (vec![("username", "bob"), ("role", "KING")], vec!["Choose one of the list."]),
            (vec![("username", "ann"), ("role", "PLAYER")], vec!["This is you."]),
        ] {
            contains(&submit(&ann, manage, invite, &fields).expect(422).text(), &texts);
        }
        let sent = submit(&ann, manage, invite, &[("username", "BOB"), ("role", "SUBSTITUTE"), ("message", "We need you <3")]);
        goes_to(&sent, "/teams/dhaka-lions/manage?done=invited#invitations");
        contains(&ann.get(manage).text(), &["bob (@bob) as Substitute"]);

        // Whoever is invited is told with a link, and answers there or on the team's page.
        contains(&bob.get("/notifications").text(), &["href=\"/teams/invitations\""]);
        goes_to(&bob.get("/teams/invitations"), "/me/teams");
        let id = site.invitation().await;
        let accept = format!("/me/invitations/{id}/accept");
        contains(&bob.get("/me/teams").expect(200).text(), &["Dhaka Lions", "Substitute", "We need you &#60;3", &accept]);
        contains(&bob.get("/teams/dhaka-lions").text(), &["invites you", &accept]);
        let other = site.member("cyd");
        contains(&submit(&other, "/me/teams", &accept, &[]).expect(422).text(), &["There is no such invitation for you."]);
        goes_to(&submit(&bob, "/me/teams", &accept, &[]), "/teams/dhaka-lions?done=accepted");
        assert_eq!(site.standing("dhaka-lions", "bob").await, is("SUBSTITUTE", "", false));
        contains(&submit(&bob, "/me/teams", &accept, &[]).expect(422).text(), &["This invitation is over"]);

        let profile = site.profile("bob").await;
        let member = format!("/teams/dhaka-lions/members/{profile}");
        let change = |role: &'static str, game_role: &'static str| submit(&ann, manage, &member, &[("role", role), ("game_role", game_role)]);
        goes_to(&change("PLAYER", "Sentinel"), "/teams/dhaka-lions/manage?done=saved#roster");
        assert_eq!(site.standing("dhaka-lions", "bob").await, is("PLAYER", "Sentinel", false));
        let page = change("SUBSTITUTE", "AWPer").expect(422).text();
        contains(&page, &["has no role", "value=\"SUBSTITUTE\" selected"]);
        assert_eq!(site.standing("dhaka-lions", "bob").await, is("PLAYER", "Sentinel", false), "both or neither");
        contains(&change("KING", "").expect(422).text(), &["Choose one of the list."]);
        assert_eq!(change("OWNER", "").status(), 403, "ownership is handed over");
        goes_to(&submit(&ann, manage, &format!("{member}/captain"), &[]), "/teams/dhaka-lions/manage?done=captain#roster");
        assert_eq!(site.standing("dhaka-lions", "bob").await, is("PLAYER", "Sentinel", true));
        contains(&ann.get("/teams/dhaka-lions").text(), &["Captain"]);
        goes_to(&submit(&ann, manage, &format!("{member}/captain/take"), &[]), "/teams/dhaka-lions/manage?done=badge-taken#roster");
        contains(&submit(&ann, manage, &format!("{member}/captain/take"), &[]).expect(422).text(), &["no member of the team any more"]);
        goes_to(&change("COACH", "Sentinel"), "/teams/dhaka-lions/manage?done=saved#roster");
        assert_eq!(site.standing("dhaka-lions", "bob").await, is("COACH", "", false), "a coach plays nothing");
        let own = format!("/teams/dhaka-lions/members/{}", site.profile("ann").await);
        goes_to(&submit(&ann, manage, &own, &[("game_role", "")]), "/teams/dhaka-lions/manage?done=saved#roster");
        contains(&submit(&ann, manage, &format!("{own}/captain"), &[]).expect(422).text(), &["Give the owner a role in the game first."]);
        assert!(!ann.get(manage).text().contains("aria-label=\"Make ann captain\""), "she does not play");
        goes_to(&submit(&ann, manage, &own, &[("game_role", "IGL")]), "/teams/dhaka-lions/manage?done=saved#roster");
        contains(&ann.get(manage).text(), &["aria-label=\"Make ann captain\""]);
        goes_to(&submit(&ann, manage, &format!("{own}/captain"), &[]), "/teams/dhaka-lions/manage?done=captain#roster");
        assert_eq!(site.standing("dhaka-lions", "ann").await, is("OWNER", "IGL", true));
        goes_to(&submit(&ann, manage, &own, &[("game_role", "")]), "/teams/dhaka-lions/manage?done=no-captain#roster");
        contains(&ann.get("/teams/dhaka-lions/manage?done=no-captain").text(), &["the badge was given back"]);
        assert_eq!(site.standing("dhaka-lions", "ann").await, is("OWNER", "", false));
        contains(&submit(&ann, manage, &format!("{member}/captain"), &[]).expect(422).text(), &["A captain plays, and this member is coach."]);

        // Removing asks first.
        let asked = ann.get(&format!("{member}/remove")).expect(200).text();
        contains(&asked, &["Remove bob from Dhaka Lions?", "loses the role of coach"]);
        assert!(site.standing("dhaka-lions", "bob").await.is_some());
        goes_to(&submit(&ann, &format!("{member}/remove"), &format!("{member}/remove"), &[]), "/teams/dhaka-lions/manage?done=removed#roster");
        assert_eq!(site.standing("dhaka-lions", "bob").await, None);
        assert_eq!(ann.get(&format!("{member}/remove")).status(), 404);

        // An invitation can be taken back, once, and declined.
        submit(&ann, manage, invite, &[("username", "bob"), ("role", "PLAYER")]);
        let cancel = format!("{invite}/{}/cancel", site.invitation().await);
        goes_to(&submit(&ann, manage, &cancel, &[]), "/teams/dhaka-lions/manage?done=cancelled#invitations");
        contains(&submit(&ann, manage, &cancel, &[]).expect(422).text(), &["This invitation is over"]);
        submit(&ann, manage, invite, &[("username", "bob"), ("role", "PLAYER")]);
        let decline = format!("/me/invitations/{}/decline", site.invitation().await);
        goes_to(&submit(&bob, "/me/teams", &decline, &[]), "/me/teams?done=declined");
        assert_eq!(site.standing("dhaka-lions", "bob").await, None);
    }

    async fn a_team_shows_its_logo(database: &TestDatabase) {
        let site = serve(database).await;
        let (ann, eve) = (site.member("ann"), site.member("eve"));
        submit(&ann, "/teams/new?game=valorant", "/teams/new", LIONS);
        let (manage, path) = ("/teams/dhaka-lions/manage", "/teams/dhaka-lions/logo");
        goes_to(&ann.get(path), "/teams/dhaka-lions/manage#logo");
        let picture = crate::entry::picture();
        let send = |person: &Client, bytes: &[u8], remove: bool| {
            let token = token(person, if person.get(manage).status() == 200 { manage } else { "/me/teams" });
            let mut fields = vec![("csrf", token.as_str())];
            if remove {
                fields.push(("remove", "on"));
            }
            let file = Upload { field: "logo", name: if bytes.is_empty() { "" } else { "lion.png" }, content_type: "image/png", bytes };
            person.upload(path, &fields, file)
        };
        contains(&send(&ann, b"no picture", false).expect(422).text(), &["id=\"logo-help\"", "class=\"error-text\""]);
        goes_to(&send(&ann, b"", false), "/teams/dhaka-lions/manage?done=same#logo");
        assert_eq!(send(&eve, &picture, false).status(), 403);
        assert_eq!(site.team("dhaka-lions").await.logo, None);
        goes_to(&send(&ann, &picture, false), "/teams/dhaka-lions/manage?done=saved#logo");
        let first = site.team("dhaka-lions").await.logo.expect("it is there");
        let address = format!("src=\"/uploads/{first}\"");
        for page in [manage, "/teams/dhaka-lions", "/teams", "/me/teams"] {
            contains(&ann.get(page).expect(200).text(), &[&address]);
        }
        assert_eq!(site.visitor().get(&format!("/uploads/{first}")).status(), 200, "all see it");
        goes_to(&send(&ann, &picture, false), "/teams/dhaka-lions/manage?done=saved#logo");
        assert_eq!(site.visitor().get(&format!("/uploads/{first}")).status(), 404, "the one before is gone");
        goes_to(&send(&ann, b"", true), "/teams/dhaka-lions/manage?done=saved#logo");
        assert_eq!(site.team("dhaka-lions").await.logo, None);
        assert!(!ann.get("/teams/dhaka-lions").text().contains("/uploads/"));
    }

    async fn who_asks_is_answered(database: &TestDatabase) {
        let site = serve(database).await;
        let (ann, bob) = (site.member("ann"), site.member("bob"));
        submit(&ann, "/teams/new?game=valorant", "/teams/new", LIONS);
        let (page, join, manage) = ("/teams/dhaka-lions", "/teams/dhaka-lions/join", "/teams/dhaka-lions/manage");
        contains(&bob.get(page).text(), &["Ask to join"]);
        contains(&submit(&bob, page, join, &[("message", "")]).expect(422).text(), &["wants a message with a request"]);
        let long = "x".repeat(501);
        contains(&submit(&bob, page, join, &[("message", &long)]).expect(422).text(), &["at most 500", &long]);
        goes_to(&submit(&bob, page, join, &[("message", "I play <Sentinel>.")]), "/teams/dhaka-lions?done=asked");
        let id = site.request().await;
        let withdraw = format!("/me/requests/{id}/withdraw");
        contains(&bob.get(page).text(), &["The team has not answered yet.", &withdraw]);
        contains(&bob.get("/me/teams").text(), &["not answered yet", &withdraw]);
        contains(&ann.get(manage).text(), &["I play &#60;Sentinel&#62;.", "@bob"]);
        goes_to(&submit(&bob, "/me/teams", &withdraw, &[]), "/me/teams?done=withdrawn");
        contains(&submit(&bob, "/me/teams", &withdraw, &[]).expect(422).text(), &["You have no such request"]);

        submit(&bob, page, join, &[("message", "Again.")]);
        let id = site.request().await;
        goes_to(&submit(&ann, manage, &format!("/teams/dhaka-lions/requests/{id}/reject"), &[]), "/teams/dhaka-lions/manage?done=rejected#requests");
        contains(&submit(&ann, manage, &format!("/teams/dhaka-lions/requests/{id}/accept"), &[]).expect(422).text(), &["This request is over"]);
        submit(&bob, page, join, &[("message", "Please.")]);
        let id = site.request().await;
        goes_to(&submit(&ann, manage, &format!("/teams/dhaka-lions/requests/{id}/accept"), &[]), "/teams/dhaka-lions/manage?done=accepted#requests");
        assert_eq!(site.standing("dhaka-lions", "bob").await, is("PLAYER", "", false));
        contains(&bob.get(page).text(), &["You are in this team", "href=\"/teams/dhaka-lions/leave\""]);

        // Who plays this game for one team cannot ask another; a team that is open takes in at once.
        let cyd = site.member("cyd");
        found(&cyd, "Storm", "STM", "valorant", "SA", "");
        contains(&bob.get("/teams/storm").text(), &["Leave it before you join another team"]);
        contains(&submit(&bob, page, "/teams/storm/join", &[("message", "Me too")]).expect(422).text(), &["You are in another team of this game."]);
        let open = [("allow_join_requests", "on"), ("auto_accept_join_requests", "on"), ("is_public", "on"), ("show_roster_publicly", "on")];
        goes_to(&submit(&cyd, "/teams/storm/manage", "/teams/storm/settings", &open), "/teams/storm/manage?done=saved#settings");
        let dan = site.member("dan");
        contains(&dan.get("/teams/storm").text(), &["Join the team"]);
        goes_to(&submit(&dan, "/teams/storm", "/teams/storm/join", &[]), "/teams/storm?done=joined");
        assert_eq!(site.standing("storm", "dan").await, is("PLAYER", "", false));
    }

    async fn page_and_settings_are_changed(database: &TestDatabase) {
        let site = serve(database).await;
        let ann = site.member("ann");
        submit(&ann, "/teams/new?game=valorant", "/teams/new", LIONS);
        let manage = "/teams/dhaka-lions/manage";
        let wrong = [("name", "Dhaka Tigers"), ("tag", "T!"), ("region", "SA"), ("twitch", "twitch.tv/x"), ("game", "cs2")];
        let page = submit(&ann, manage, manage, &wrong).expect(422).text();
        contains(&page, &["letters A to Z", "begins with https://", "value=\"Dhaka Tigers\"", "value=\"twitch.tv/x\""]);
        assert_eq!(site.team("dhaka-lions").await.name, "Dhaka Lions");
        let right = [("name", "Dhaka Tigers"), ("tag", "TIG"), ("region", "PAC"), ("discord", "https://discord.gg/tigers"), ("game", "cs2")];
        goes_to(&submit(&ann, manage, manage, &right), "/teams/dhaka-lions/manage?done=saved#page");
        let team = site.team("dhaka-lions").await;
        assert_eq!((&*team.name, &*team.tag, &*team.region, &*team.game), ("Dhaka Tigers", "TIG", "PAC", "valorant"), "the game stays");
        contains(&site.visitor().get("/teams/dhaka-lions").text(), &["href=\"https://discord.gg/tigers\"", "<h1>Dhaka Tigers</h1>"]);

        let long = "x".repeat(51);
        let page = submit(&ann, manage, "/teams/dhaka-lions/settings", &[("min_rank_requirement", long.as_str()), ("is_recruiting", "on")]).expect(422).text();
        contains(&page, &[&long, "at most 50", "name=\"is_recruiting\" checked"]);
        assert!(!page.contains("name=\"is_public\" checked"), "what was not ticked stays so");
        goes_to(&submit(&ann, manage, "/teams/dhaka-lions/settings", &[("is_public", "on"), ("is_recruiting", "on"), ("min_rank_requirement", "Immortal")]), "/teams/dhaka-lions/manage?done=saved#settings");
        let page = site.visitor().get("/teams/dhaka-lions").expect(200).text();
        contains(&page, &["Looks for players", "The roster is not public."]);
        assert!(!page.contains("@ann"), "{page}");
        submit(&ann, manage, "/teams/dhaka-lions/settings", &[]);
        assert_eq!(site.visitor().get("/teams/dhaka-lions").status(), 404, "only members see it now");
        contains(&ann.get("/teams/dhaka-lions").expect(200).text(), &["Only its members see this page", "@ann"]);
    }

    async fn leaving_handing_over_and_disbanding_ask_first(database: &TestDatabase) {
        let site = serve(database).await;
        let (ann, bob) = (site.member("ann"), site.member("bob"));
        submit(&ann, "/teams/new?game=valorant", "/teams/new", LIONS);
        submit(&ann, "/teams/dhaka-lions/manage", "/teams/dhaka-lions/invitations", &[("username", "bob"), ("role", "PLAYER")]);
        submit(&bob, "/me/teams", &format!("/me/invitations/{}/accept", site.invitation().await), &[]);
        let (leave, hand, disband) = ("/teams/dhaka-lions/leave", "/teams/dhaka-lions/hand-over", "/teams/dhaka-lions/disband");
        assert_eq!(ann.get(leave).status(), 403, "an owner hands over first");
        let bob_id = site.profile("bob").await.to_string();
        let asked = ann.get(&format!("{hand}?to={bob_id}")).expect(200);
        assert_eq!(asked.hidden("to").as_deref(), Some(bob_id.as_str()));
        contains(&asked.text(), &["Hand Dhaka Lions over to bob?"]);
        assert_eq!(site.standing("dhaka-lions", "ann").await, is("OWNER", "Duelist", false), "asking changes nothing");
        goes_to(&ann.get(&format!("{hand}?to=x")), "/teams/dhaka-lions/manage#danger");
        goes_to(&submit(&ann, &format!("{hand}?to={bob_id}"), hand, &[("to", &bob_id)]), "/teams/dhaka-lions?done=handed-over");
        assert_eq!(site.standing("dhaka-lions", "bob").await, is("OWNER", "", false));
        assert_eq!(site.standing("dhaka-lions", "ann").await, is("PLAYER", "Duelist", false));
        assert_eq!(ann.get(disband).status(), 403);

        contains(&ann.get(leave).expect(200).text(), &["Leave Dhaka Lions?"]);
        goes_to(&submit(&ann, leave, leave, &[]), "/me/teams?done=left");
        assert_eq!(site.standing("dhaka-lions", "ann").await, None);

        contains(&submit(&bob, disband, disband, &[("tag", "lio")]).expect(422).text(), &["Write the tag LION", "value=\"lio\""]);
        assert!(site.team("dhaka-lions").await.is_active);
        goes_to(&submit(&bob, disband, disband, &[("tag", " lion ")]), "/me/teams?done=disbanded");
        assert!(!site.team("dhaka-lions").await.is_active);
        assert_eq!(bob.get("/teams/dhaka-lions").status(), 404);
        contains(&bob.get("/me/teams").text(), &["You are in no team."]);
    }

    /// Every address that changes something, for people who may not and for nobody.
    async fn strangers_change_nothing(database: &TestDatabase) {
        let site = serve(database).await;
        let (ann, bob, eve) = (site.member("ann"), site.member("bob"), site.member("eve"));
        submit(&ann, "/teams/new?game=valorant", "/teams/new", LIONS);
        submit(&ann, "/teams/dhaka-lions/manage", "/teams/dhaka-lions/invitations", &[("username", "bob"), ("role", "PLAYER")]);
        submit(&eve, "/teams/dhaka-lions", "/teams/dhaka-lions/join", &[("message", "Me")]);
        let (invitation, request, owner) = (site.invitation().await, site.request().await, site.profile("ann").await);
        let before = site.teams_state().await;
        let team = |rest: &str| format!("/teams/dhaka-lions/{rest}");
        let posts = [
            team("manage"), team("settings"), team("invitations"), team(&format!("invitations/{invitation}/cancel")),
            team(&format!("requests/{request}/accept")), team(&format!("requests/{request}/reject")),
            team(&format!("members/{owner}")), team(&format!("members/{owner}/captain")), team(&format!("members/{owner}/captain/take")),
            team(&format!("members/{owner}/remove")), team("hand-over"), team("disband"), team("leave"),
            format!("/me/invitations/{invitation}/accept"), format!("/me/invitations/{invitation}/decline"),
        ];
        let fields = [("name", "Eve's"), ("tag", "LION"), ("region", "SA"), ("username", "eve"), ("role", "PLAYER"), ("game_role", "IGL"), ("to", &site.profile("eve").await.to_string())].map(|(name, value)| (name, value.to_owned()));
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        for path in &posts {
            let answer = submit(&eve, "/me/teams", path, &fields);
            assert!([403, 422].contains(&answer.status()), "{path}: {}\n{}", answer.status(), answer.text());
            let nobody = submit(&site.visitor(), "/sign-in", path, &fields);
            goes_to(&nobody, "/sign-in?next=/");
            assert_eq!(eve.post(path, &fields).status(), 403, "{path} without its token");
            assert_eq!(site.teams_state().await, before, "{path} changed something");
        }
        let withdraw = format!("/me/requests/{request}/withdraw");
        assert_eq!(submit(&bob, "/me/teams", &withdraw, &[]).status(), 422);
        for page in ["manage", "disband", "hand-over?to=1", "leave"] {
            assert_eq!(eve.get(&team(page)).status(), 403, "{page}");
        }
        assert_eq!(site.teams_state().await, before);
    }

    async fn game_ids_are_saved_or_told(database: &TestDatabase) {
        let site = serve(database).await;
        let ann = site.member("ann");
        let path = "/profile/game-ids";
        contains(&ann.get("/profile").text(), &["href=\"/profile/game-ids\""]);
        let all = ann.get(path).expect(200).text();
        for column in ["riot_id", "steam_id", "efootball_id", "mlbb_server_id", "discord_id"] {
            assert_eq!(all.matches(&format!("name=\"{column}\"")).count(), 1, "{column}\n{all}");
        }
        let page = submit(&ann, path, path, &[("riot_id", "Ann"), ("steam_id", "123"), ("discord_id", "ann.q")]).expect(422).text();
        contains(&page, &["This is no Riot ID", "This is no Steam ID", "value=\"Ann\"", "value=\"123\"", "value=\"ann.q\""]);
        contains(&ann.get(path).text(), &["name=\"discord_id\" type=\"text\" value=\"\""]);
        goes_to(&submit(&ann, path, path, &[("riot_id", " Ann Q#EU1 "), ("steam_id", ""), ("password", "x")]), "/profile/game-ids?saved");
        contains(&ann.get(path).text(), &["value=\"Ann Q#EU1\""]);
        use profiles::model::user_profile::{Column, Entity};
        let id = site.id("ann").await;
        let profile = Entity::find().filter(Column::UserId.eq(id)).one(site.db.read()).await.expect("readable").expect("there");
        assert_eq!((&*profile.riot_id, &*profile.riot_tagline, &*profile.steam_id), ("Ann Q", "EU1", ""));

        let one = ann.get("/profile/game-ids?game=cs2&next=/teams").expect(200);
        assert_eq!(one.hidden("next").as_deref(), Some("/teams"));
        assert!(one.text().contains("name=\"steam_id\"") && !one.text().contains("name=\"riot_id\""));
        goes_to(&submit(&ann, path, path, &[("steam_id", "76561198000000000"), ("next", "/teams")]), "/teams");
        goes_to(&submit(&ann, path, path, &[("steam_id", ""), ("next", "//evil.example")]), "/profile/game-ids?saved");
        contains(&ann.get(path).text(), &["value=\"Ann Q#EU1\""]);
    }
}

/// Goes on in the browser as somebody who has signed up.
pub async fn sign_in_as(site: &Served, browser: &Browser, username: &str) {
    browser.delete_all_cookies().await.expect("cookies can go");
    site.open(browser, "/sign-in").await;
    browser.fill("#name", username).await;
    browser.fill("#password", PASSWORD).await;
    browser.click("main form button").await;
    browser.wait_for_text(".bar", username).await;
}

#[test]
fn team_pages_fit_on_a_wide_screen_and_on_a_phone() {
    browser::run(async |site, browser| {
        let (directory, _removed) = browser::pictures();
        let look = async |path: &str, name: &str| browser::look(site, browser, path, name, &directory).await;
        let owner = site.member("ann");
        submit(&owner, "/teams/new?game=valorant", "/teams/new", LIONS);
        let names = ["bob", "cyd", "Bartholomew_the_Unreasonably_Long_Named_Player", "dan", "eve"];
        let people: Vec<Client> = names.iter().map(|name| site.member(name)).collect();
        for ((name, person), role) in names.iter().zip(&people).zip(["PLAYER", "PLAYER", "SUBSTITUTE", "COACH"]) {
            let fields = [("username", *name), ("role", role), ("message", "Come and play with us on Saturday.")];
            submit(&owner, "/teams/dhaka-lions/manage", "/teams/dhaka-lions/invitations", &fields);
            if role != "COACH" {
                let accept = format!("/me/invitations/{}/accept", site.invitation().await);
                submit(person, "/me/teams", &accept, &[]);
            }
        }
        submit(
            &people[0],
            "/profile/game-ids",
            "/profile/game-ids",
            &[("riot_id", "Bob the Great#EU1"), ("discord_id", "bob.great")],
        );
        let captain = format!("/teams/dhaka-lions/members/{}/captain", site.profile("bob").await);
        submit(&owner, "/teams/dhaka-lions/manage", &captain, &[]);
        submit(
            &people[4],
            "/teams/dhaka-lions",
            "/teams/dhaka-lions/join",
            &[("message", "I have played Sentinel for three years, and would like to try out with you.")],
        );
        found(&site.member("fay"), "The Team With the Longest Name That One Can Get", "LONGESTTAG", "pubg", "SA", "");
        look("/teams", "teams").await;
        look("/teams/dhaka-lions", "team-stranger").await;
        site.sign_up(browser, "gil").await;
        look("/teams/dhaka-lions", "team-visitor").await;
        look("/me/teams", "my-teams-empty").await;
        look("/teams/new", "team-game").await;
        look("/teams/new?game=valorant", "team-new").await;
        look("/profile/game-ids", "game-ids").await;
        sign_in_as(site, browser, "dan").await;
        look("/me/teams", "my-teams-invited").await;
        sign_in_as(site, browser, "ann").await;
        look("/me/teams", "my-teams").await;
        look("/teams/dhaka-lions/manage", "team-manage").await;
        look("/teams/dhaka-lions/disband", "team-disband").await;
        let errors = browser.console_errors().await;
        assert!(errors.is_empty(), "{errors:?}");
    });
}
