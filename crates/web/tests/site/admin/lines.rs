//! Rows that belong to a row are edited on its page, in one form and one unit of work: everything is saved or nothing.

use std::collections::BTreeSet;

use accounts::Act;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use seadrift::schema::ReferentialAction;
use teams::model::core::{team, team_achievement as achievement};
use testkit::{
    TestDatabase,
    http::{Client, Response},
};

use super::{
    grant,
    rows::{declarations, in_order, insert, sample},
    send, staff,
};
use crate::{
    desk::form_of,
    served::{Served, migrated, serve, token},
    teams::found,
    tournaments::{Cup, contains},
};

const LINES: &str = "c.teams_teamachievement.team_id.";
const ACHIEVEMENT: &str = "/admin/teams/teamachievement";

/// Sends the form of a page as it stands there, with these changes.
fn post(person: &Client, path: &str, changes: &[(&str, &str)]) -> Response {
    post_as(person, &person.get(path).expect(200), path, changes)
}

/// Sends the form of a page that was opened before.
fn post_as(person: &Client, page: &Response, path: &str, changes: &[(&str, &str)]) -> Response {
    let mut fields = form_of(page, path);
    for (name, value) in changes {
        fields.retain(|(other, _)| other != name);
        fields.push(((*name).to_owned(), (*value).to_owned()));
    }
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    person.post(path, &fields)
}

fn line(key: impl std::fmt::Display, column: &str) -> String {
    format!("{LINES}{key}.{column}")
}

fn saved(answer: &Response, word: &str) {
    let to = answer.header("location").unwrap_or_default().to_owned();
    assert!(
        answer.status() == 303 && to.ends_with(&format!("?done={word}")),
        "{} {to}\n{}",
        answer.status(),
        answer.text()
    );
}

impl Served {
    /// A team with its founder; the address of its page, and its id.
    async fn lions(&self) -> (String, i64) {
        found(&self.member("ann"), "Lions", "LION", "valorant", "SA", "Duelist");
        let lions = team::Entity::find().one(self.db.read()).await.expect("readable").expect("there is one").id;
        (format!("/admin/teams/team/{lions}"), lions)
    }

    async fn achievements(&self, team: i64) -> Vec<achievement::Model> {
        let found = achievement::Entity::find().filter(achievement::Column::TeamId.eq(team));
        found.order_by_asc(achievement::Column::Id).all(self.db.read()).await.expect("readable")
    }

    async fn tagline(&self, team: i64) -> String {
        team::Entity::find_by_id(team).one(self.db.read()).await.expect("readable").expect("there is one").tagline
    }

    fn page_statements(&self, person: &Client, path: &str) -> u64 {
        let look = |_| {
            let before = self.db.statements();
            drop(person.get(path).expect(200));
            self.db.statements() - before
        };
        (0..4).map(look).min().unwrap_or_default()
    }
}

testkit::on_both! {
    from migrated;

    async fn lines_are_added_changed_and_deleted_with_their_row(database: &TestDatabase) {
        let site = &serve(database).await;
        let root = staff(site, "root", true).await;
        let (path, lions) = site.lions().await;
        saved(&post(&root, &path, &[]), "same");
        saved(&post(&root, &path, &[("v.tagline", "Hear us"), (&line("new", "v.title"), "Dhaka Open"), (&line("new", "v.year"), "2025")]), "saved");
        let [first] = site.achievements(lions).await.try_into().expect("one was added");
        assert_eq!((&*first.title, first.year, &*first.placement, &*site.tagline(lions).await), ("Dhaka Open", Some(2025), "PARTICIPANT", "Hear us"));
        let id = first.id;
        saved(&post(&root, &path, &[]), "same");
        saved(&post(&root, &path, &[(&line(id, "v.title"), "Dhaka Open 2025"), (&line(id, "v.placement"), "WINNER"), (&line("new", "v.title"), "Second")]), "saved");
        let now = site.achievements(lions).await;
        let titles: Vec<(&str, &str)> = now.iter().map(|row| (row.title.as_str(), row.placement.as_str())).collect();
        assert_eq!(titles, [("Dhaka Open 2025", "WINNER"), ("Second", "PARTICIPANT")]);
        saved(&post(&root, &path, &[(&line(id, "delete"), "1"), (&line(id, "v.title"), "of no matter"), (&line(now[1].id, "v.year"), "2026")]), "saved");
        let [last] = site.achievements(lions).await.try_into().expect("one is left");
        assert_eq!((&*last.title, last.year), ("Second", Some(2026)));
        // Each line has its own history, the deleted one too.
        let history = root.get(&format!("{ACHIEVEMENT}/{id}/history")).expect(200).text();
        contains(&history, &["added", "changed", "deleted", "Dhaka Open 2025"]);
        contains(&root.get(&format!("{path}/history")).expect(200).text(), &["Hear us"]);
    }

    async fn one_wrong_cell_and_nothing_is_saved_or_lost(database: &TestDatabase) {
        let site = &serve(database).await;
        let root = staff(site, "root", true).await;
        let (path, lions) = site.lions().await;
        saved(&post(&root, &path, &[(&line("new", "v.title"), "Dhaka Open")]), "saved");
        let before = site.achievements(lions).await;
        let id = before[0].id;
        let wrong = post(&root, &path, &[("v.tagline", "Kept <here>"), (&line(id, "v.title"), "Typed too"), (&line(id, "v.year"), "1900"), (&line("new", "v.year"), "2024")]).expect(422).text();
        let year = line(id, "v.year");
        contains(&wrong, &["2 fields are not right yet. Nothing is saved.", &format!("id=\"{year}-error\">Use a number from 1970 to 9999."), &format!("aria-describedby=\"{year}-error\""), "value=\"1900\"", "value=\"Typed too\"", "value=\"2024\"", "Kept &#60;here&#62;"]);
        contains(&wrong, &[&format!("id=\"{}-error\">Please fill this in.", line("new", "v.title"))]);
        // Also when the row itself is wrong, and when the database finds it.
        drop(post(&root, &path, &[("v.name", ""), (&line(id, "v.title"), "Typed too")]).expect(422));
        assert_eq!((site.achievements(lions).await, site.tagline(lions).await), (before, String::new()));

        let cup = Cup::new(site, 0, |cup| cup).await;
        let (path, prefix) = (format!("/admin/tournaments/tournament/{}", cup.row.id), "c.tournaments_customfield.tournament_id.new.v.");
        let ask = |name: &'static str| [(format!("{prefix}field_name"), name), (format!("{prefix}field_key"), "jersey")];
        let send = |fields: &[(String, &str)]| {
            let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), *value)).collect();
            post(&root, &path, &[&fields[..], &[("v.meta_description", "A cup.")]].concat())
        };
        saved(&send(&ask("Jersey")), "saved");
        let taken = send(&ask("Number")).expect(422).text();
        contains(&taken, &["Another custom field has the same", &format!("id=\"{prefix}field_key-error\""), "value=\"Number\""]);
    }

    async fn what_somebody_else_changed_or_deleted_is_not_overwritten(database: &TestDatabase) {
        let site = &serve(database).await;
        let root = staff(site, "root", true).await;
        let (path, lions) = site.lions().await;
        saved(&post(&root, &path, &[(&line("new", "v.title"), "Dhaka Open")]), "saved");
        saved(&post(&root, &path, &[(&line("new", "v.title"), "Second")]), "saved");
        let ids: Vec<i64> = site.achievements(lions).await.iter().map(|row| row.id).collect();
        let page = root.get(&path).expect(200);
        let own = format!("{ACHIEVEMENT}/{}", ids[0]);
        saved(&send(&root, &own, &own, &[("v.title".to_owned(), "Theirs".to_owned())]), "saved");
        // A line that was not touched is left alone; one that was is shown with both values.
        saved(&post_as(&root, &page, &path, &[(&line(ids[1], "v.year"), "2020")]), "saved");
        let stale = post_as(&root, &page, &path, &[("v.tagline", "Not yet"), (&line(ids[0], "v.title"), "Mine"), (&line(ids[1], "v.year"), "2020")]);
        let text = stale.expect(409);
        contains(&text.text(), &["Somebody else changed this row meanwhile.", "value=\"Mine\"", "\u{201c}Theirs\u{201d}", "Not yet"]);
        assert_eq!(site.tagline(lions).await, "");
        saved(&post_as(&root, &text, &path, &[]), "saved");
        let now = site.achievements(lions).await;
        assert_eq!((&*now[0].title, now[1].year, &*site.tagline(lions).await), ("Mine", Some(2020), "Not yet"));
        // Deleting asks for the row as it was seen, too.
        let page = root.get(&path).expect(200);
        saved(&send(&root, &own, &own, &[("v.title".to_owned(), "Theirs".to_owned())]), "saved");
        drop(post_as(&root, &page, &path, &[(&line(ids[0], "delete"), "1")]).expect(409));
        // Gone, or of somebody else.
        let page = root.get(&path).expect(200);
        saved(&post(&root, &path, &[(&line(ids[0], "delete"), "1")]), "saved");
        let gone = post_as(&root, &page, &path, &[(&line(ids[0], "v.title"), "Mine")]).expect(422).text();
        contains(&gone, &["Achievement", "is not there any more."]);
        found(&site.member("bob"), "Tigers", "TIGR", "valorant", "SA", "Duelist");
        let tigers = team::Entity::find().filter(team::Column::Name.eq("Tigers")).one(site.db.read()).await.expect("readable").expect("one").id;
        for column in ["v.title", "delete"] {
            let other = format!("/admin/teams/team/{tigers}");
            drop(post(&root, &other, &[(&line(ids[1], "version"), "-"), (&line(ids[1], column), "Stolen")]).expect(422));
        }
        let left = site.achievements(lions).await;
        assert_eq!(left.iter().map(|row| row.title.as_str()).collect::<Vec<_>>(), ["Second"]);
    }

    async fn lines_are_for_those_with_the_right(database: &TestDatabase) {
        let site = &serve(database).await;
        let (root, sam) = (staff(site, "root", true).await, staff(site, "sam", false).await);
        let (path, lions) = site.lions().await;
        saved(&post(&root, &path, &[(&line("new", "v.title"), "Dhaka Open")]), "saved");
        let id = site.achievements(lions).await[0].id;
        let fields = |extra: &[(String, &str)]| {
            let csrf = token(&sam, "/admin");
            let mut all = vec![("csrf".to_owned(), csrf), ("version".to_owned(), "name:0".to_owned())];
            all.extend(extra.iter().map(|(name, value)| (name.clone(), (*value).to_owned())));
            all
        };
        let send = |path: &str, extra: &[(String, &str)]| {
            let all = fields(extra);
            let all: Vec<(&str, &str)> = all.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            sam.post(path, &all)
        };
        grant(site, "sam", &[("teams", Act::View)]).await;
        let page = sam.get(&path).expect(200).text();
        assert!(!page.contains(LINES) && page.contains("Dhaka Open"), "only looked at\n{page}");
        assert_eq!(send(&path, &[(line(id, "version"), "-"), (line(id, "v.title"), "Mine")]).status(), 403);
        grant(site, "sam", &[("teams", Act::Change)]).await;
        let page = sam.get(&path).expect(200).text();
        assert!(page.contains(&line(id, "v.title")) && !page.contains(&line("new", "v.title")) && !page.contains(&line(id, "delete")), "{page}");
        let page = sam.get(&path).expect(200);
        for (name, words) in [(line("new", "v.title"), "You may not add rows"), (line(id, "delete"), "You may not delete rows")] {
            let refused = post_as(&sam, &page, &path, &[(&line("new", "version"), "-"), (&name, "1")]).expect(422).text();
            contains(&refused, &[words]);
        }
        saved(&post_as(&sam, &page, &path, &[(&line(id, "v.title"), "Dhaka Open 2025")]), "saved");

        // The profile of a user is a line of another app.
        let user = format!("/admin/accounts/user/{}", site.id("ann").await);
        let profile = site.profile_of("ann").await;
        let name = |column: &str| format!("c.user_profile_userprofile.user_id.{profile}.{column}");
        assert!(root.get(&user).expect(200).text().contains(&name("v.display_name")), "a superuser edits it with the user");
        for grants in [&[("accounts", Act::Change)][..], &[("accounts", Act::Change), ("user_profile", Act::View)]] {
            grant(site, "sam", grants).await;
            let page = sam.get(&user).expect(200);
            assert!(page.text().contains("name=\"version\"") && !page.text().contains(&name("version")), "{grants:?}");
            let sent = post_as(&sam, &page, &user, &[(&name("version"), "-"), (&name("v.display_name"), "Mine")]);
            saved(&sent, "same");
            assert!(!root.get(&user).expect(200).text().contains("value=\"Mine\""), "{grants:?}");
        }
    }

    async fn a_page_costs_as_many_statements_with_many_lines_as_with_few(database: &TestDatabase) {
        let site = &serve(database).await;
        let root = staff(site, "root", true).await;
        let (path, lions) = site.lions().await;
        saved(&post(&root, &path, &[(&line("new", "v.title"), "The first")]), "saved");
        let few = site.page_statements(&root, &path);
        let row = |number: i64| achievement::ActiveModel {
            team_id: sea_orm::ActiveValue::Set(lions),
            title: sea_orm::ActiveValue::Set(format!("Number {number}")),
            placement: sea_orm::ActiveValue::Set("TOP4".to_owned()),
            notes: sea_orm::ActiveValue::Set(String::new()),
            tournament_id: sea_orm::ActiveValue::Set(Some(number)),
            created_at: sea_orm::ActiveValue::Set(kernel::Clock::now(&*site.clock)),
            ..Default::default()
        };
        let done: Result<(), kernel::DbError> = site.db.write(|tx| async move {
            achievement::Entity::insert_many((2..=30).map(row)).exec_without_returning(&tx).await?;
            Ok(())
        }).await;
        done.expect("it is written");
        let many = site.page_statements(&root, &path);
        assert!(many <= few, "{few} statements for one line, {many} for twenty");
        let page = root.get(&path).expect(200).text();
        assert_eq!(page.matches(".version\" value=").count() - page.matches(".new.version").count(), 20, "the rest is linked");
        contains(&page, &["Show all 30"]);
        saved(&post(&root, &path, &[]), "same");
    }

    /// Of every model: what belongs to a row and can be changed by itself is a line of its page, and the page that is
    /// sent as it is changes nothing.
    async fn every_owned_child_is_a_line_and_untouched_stays_the_same(database: &TestDatabase) {
        let site = &serve(database).await;
        let root = staff(site, "root", true).await;
        let project = web::project();
        let (schema, declared) = (project.schema().expect("sound entities"), declarations(&project));
        let tables = in_order(&schema);
        for table in &tables {
            let there = matches!(table.name.as_str(), "accounts_user" | "user_profile_userprofile");
            for number in 1 + i64::from(there)..=3 {
                insert(&site.db, table, &sample(table, declared[table.name.as_str()], number)).await.expect(&table.name);
            }
        }
        let path = |table: &seadrift::schema::Table| format!("/admin/{}/{}/2", table.app, table.model.to_lowercase());
        let (mut lines, mut wrong) = (BTreeSet::new(), Vec::new());
        for table in &tables {
            let page = root.get(&path(table)).expect(200);
            if !page.text().contains("name=\"version\"") {
                continue;
            }
            for child in &tables {
                let of = declared[child.name.as_str()];
                for key in child.foreign_keys.iter().filter(|key| key.references == table.name && key.columns.len() == 1) {
                    let column = child.column(&key.columns[0]).expect("it has the column");
                    let single = child.indexes.iter().any(|index| {
                        index.unique && index.predicate.is_none() && index.keys.len() == 1 && index.keys[0].column() == Some(column.name.as_str())
                    });
                    let owned = key.on_delete == ReferentialAction::Cascade && !column.nullable && !child.primary_key.contains(&column.name);
                    // What stands in the form of its own page, and in lists.
                    let own = root.get(&path(child)).text();
                    let open = own.contains("name=\"version\"") && of.list.iter().any(|name| {
                        let name = of.relation(name).map_or(*name, |relation| relation.columns[0]);
                        name != column.name && own.contains(&format!("name=\"v.{name}\""))
                    });
                    let prefix = format!("c.{}.{}.", child.name, column.name);
                    let shown = page.text().contains(&prefix);
                    if shown != (owned && open && (single || child.app == table.app)) {
                        wrong.push(format!("{} {prefix} {shown}", path(table)));
                    }
                    if shown {
                        lines.insert(prefix);
                    }
                }
            }
            let same = post_as(&root, &page, &path(table), &[]);
            let to = same.header("location").unwrap_or_default().to_owned();
            if !to.ends_with("?done=same") {
                let text = same.text();
                let errors: Vec<&str> = text.split("class=\"error").skip(1).filter_map(|part| part.split('<').next()).collect();
                wrong.push(format!("{}: {} {to} {errors:?}", path(table), same.status()));
            }
        }
        assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
        assert!(lines.len() > 25, "{lines:?}");
    }
}
