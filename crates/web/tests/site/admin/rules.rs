//! What the administration never allows: strangers, more than was granted, forged forms, changes
//! that overwrite others', and addresses that break it.

use accounts::Act;
use testkit::{TestDatabase, http::Client};

use super::{grant, send, staff};
use crate::served::{migrated, serve, submit, token};

fn statuses(visitor: &Client, paths: &[&str]) -> Vec<u16> {
    paths.iter().map(|path| visitor.get(path).status()).collect()
}

fn field(name: &str, value: &str) -> (String, String) {
    (name.to_owned(), value.to_owned())
}

testkit::on_both! {
    from migrated;

    async fn it_is_there_for_staff_alone(database: &TestDatabase) {
        let site = serve(database).await;
        let paths = ["/admin", "/admin/map", "/admin/accounts/user", "/admin/accounts/user/1", "/admin/accounts/user/add"];
        let stranger = site.visitor();
        for path in paths {
            let answer = stranger.get(path);
            let back = format!("/sign-in?next={}", path.replace('/', "%2F"));
            assert_eq!((answer.status(), answer.header("location")), (303, Some(back.as_str())), "{path}");
        }
        assert_eq!(statuses(&site.member("pat"), &paths), [404; 5]);
        let root = staff(&site, "root", true).await;
        assert_eq!(statuses(&root, &paths), [200, 200, 200, 200, 403], "accounts are made by an act");
        let sam = staff(&site, "sam", false).await;
        assert!(sam.get("/admin").expect(200).text().contains("Ask a superuser"));
        assert_eq!(statuses(&sam, &paths[2..]), [403; 3]);
    }

    async fn each_act_needs_its_grant(database: &TestDatabase) {
        let site = serve(database).await;
        let (_root, sam) = (staff(&site, "root", true).await, staff(&site, "sam", false).await);
        let list = "/admin/notifications/notification";
        let id = site.tell(site.id("root").await, "Hello", "", "").await;
        let row = format!("{list}/{id}");
        let open = |csrf: &str| {
            let export = sam.post(&format!("{list}/export"), &[("csrf", csrf), ("format", "csv")]).status();
            let change = sam.post(&row, &[("csrf", csrf), ("version", "title:0"), ("v.title", "Hi")]).status();
            [sam.get(list).status(), sam.get(&format!("{list}/add")).status(), change, sam.get(&format!("{row}/delete")).status(), export]
        };
        grant(&site, "sam", &[("notifications", Act::View)]).await;
        let csrf = token(&sam, list);
        assert_eq!(open(&csrf), [200, 403, 403, 403, 403]);
        for (act, expected) in [
            (Act::Add, [200, 200, 403, 403, 403]),
            (Act::Change, [200, 403, 409, 403, 403]),
            (Act::Delete, [200, 403, 403, 200, 403]),
            (Act::Export, [200, 403, 403, 403, 200]),
        ] {
            grant(&site, "sam", &[("notifications", act)]).await;
            assert_eq!(open(&csrf), expected, "{act}");
        }
        grant(&site, "sam", &[("economy", Act::Change)]).await;
        assert_eq!(open(&csrf), [403; 5], "an app is not another");
    }

    async fn no_form_is_taken_from_elsewhere(database: &TestDatabase) {
        let site = serve(database).await;
        let root = staff(&site, "root", true).await;
        for path in [
            "/admin/theme", "/admin/rights/user/1", "/admin/accounts/user", "/admin/accounts/group/add", "/admin/accounts/user/export",
            "/admin/accounts/user/act/new_account", "/admin/accounts/user/1", "/admin/accounts/user/1/delete", "/admin/accounts/user/1/act/sign_out",
        ] {
            assert_eq!(root.post(path, &[("csrf", "0123456789abcdef0123456789abcdef")]).status(), 403, "{path}");
        }
    }

    async fn the_second_of_two_is_told_and_loses_nothing(database: &TestDatabase) {
        let site = serve(database).await;
        let root = staff(&site, "root", true).await;
        let id = site.tell(site.id("root").await, "Hello", "Text", "/wallet").await;
        let path = format!("/admin/notifications/notification/{id}");
        let page = root.get(&path).expect(200);
        let (csrf, version) = (page.hidden("csrf").expect("a token"), page.hidden("version").expect("prints"));
        let first = send(&root, &path, &path, &[field("v.title", "First"), field("v.body", "By the first")]);
        assert_eq!(first.header("location"), Some("/admin/notifications/notification?done=saved"));
        let second = root.post(&path, &[("csrf", &csrf), ("version", &version), ("v.title", "Second")]).expect(409);
        let text = second.text();
        for shown in ["Somebody else changed this meanwhile", "value=\"Second\"", "First", "By the first"] {
            assert!(text.contains(shown), "{shown}\n{text}");
        }
        let version = second.hidden("version").expect("new prints");
        let again = root.post(&path, &[("csrf", &csrf), ("version", &version), ("v.title", "Second")]);
        assert_eq!(again.status(), 303);
        let page = root.get(&path).expect(200).text();
        assert!(page.contains("value=\"Second\"") && page.contains("By the first"), "{page}");
    }

    async fn wrong_fields_are_told_beside_them_and_kept(database: &TestDatabase) {
        let site = serve(database).await;
        let root = staff(&site, "root", true).await;
        let add = "/admin/accounts/group/add";
        for (name, error) in [("", "Please fill this in."), (&*"x".repeat(151), "at most 150 characters"), ("Support", "")] {
            let page = send(&root, add, add, &[field("v.name", name)]);
            let expected = if error.is_empty() { 303 } else { 422 };
            assert_eq!(page.status(), expected, "{name}");
            assert!(page.text().contains(error), "{error}");
        }
        let page = send(&root, add, add, &[field("v.name", "Support")]).expect(422).text();
        assert!(page.contains("Another group has this name already.") && page.contains("value=\"Support\""), "{page}");
        let (id, other) = (site.id("root").await, site.member("ann"));
        drop(other);
        let path = format!("/admin/accounts/user/{id}");
        let page = send(&root, &path, &path, &[field("v.username", "ANN")]).expect(422).text();
        assert!(page.contains("Another user has this username, or one that looks like it."), "{page}");
        let page = send(&root, &path, &path, &[field("v.username", "a b")]).expect(422).text();
        assert!(page.contains("Use letters, digits"), "the rules of accounts hold here too\n{page}");
        let page = root.post(&path, &[("csrf", &token(&root, &path)), ("version", "is_superuser:0"), ("v.is_active", "true"), ("v.is_staff", "true"), ("v.username", "root"), ("v.email", "root@example.org")]);
        assert!(matches!(page.status(), 409 | 422), "a superuser stays one: {}", page.status());
        assert_eq!(root.get("/admin").status(), 200);
    }

    async fn bad_addresses_are_answered_in_words(database: &TestDatabase) {
        let site = serve(database).await;
        let root = staff(&site, "root", true).await;
        let long = format!("/admin/accounts/user?q={}", "x".repeat(300));
        for (path, status, words) in [
            ("/admin/nothing", 404, "no such app"),
            ("/admin/accounts/nothing", 404, "no table"),
            ("/admin/accounts/user/x", 404, "no user x"),
            ("/admin/accounts/user/99999999999999999999", 404, "no user"),
            ("/admin/accounts/user/999", 404, "no user 999"),
            ("/admin/accounts/user/1/act/nothing", 404, "nothing called"),
            ("/admin/accounts/user/%00", 404, "no user"),
            ("/admin/rights/user/x", 404, "no user"),
            ("/admin/rights/thing/1", 404, "Rights belong"),
            ("/admin/accounts/user?sort=nothing", 400, "have no column"),
            ("/admin/accounts/user?sort=password", 400, "have no column"),
            ("/admin/accounts/user?is.password=x", 400, "have no column"),
            ("/admin/accounts/user?is.is_staff=maybe", 400, "true or false"),
            ("/admin/accounts/user?is.id=x", 400, "a whole number"),
            ("/admin/accounts/user?from.date_joined=soon", 400, "a day such as"),
            ("/admin/accounts/user?from.username=2026-01-01", 400, "cannot be narrowed"),
            ("/admin/accounts/user?colour=red", 400, "do not know"),
            ("/admin/accounts/user?day=2026-13", 400, "neither a year"),
            ("/admin/accounts/user?day=x", 400, "neither a year"),
            ("/admin/accounts/user?after=x", 400, "damaged"),
            ("/admin/accounts/user?after=%5B%22a%22%5D", 400, "damaged"),
            ("/admin/accounts/user?after=%5B%22a%22%2C%22b%22%5D", 400, "damaged"),
            ("/admin/accounts/user?q=%00", 400, "Search for"),
            (long.as_str(), 400, "at most 200"),
            ("/admin/notifications/notification?is.type=nothing", 400, "one of its choices"),
        ] {
            let answer = root.get(path);
            assert_eq!(answer.status(), status, "{path}\n{}", answer.text());
            assert!(answer.text().contains(words), "{path}: {words}\n{}", answer.text());
        }
    }

    /// A number finds its row alone; the texts that hold it are one click away, or at once where no row has it.
    async fn a_number_finds_its_row_first(database: &TestDatabase) {
        let site = serve(database).await;
        let root = staff(&site, "root", true).await;
        let id = site.id("root").await;
        for title in ["Round 2", "Second round", "Round 777"] {
            site.tell(id, title, "", "").await;
        }
        const LIST: &str = "/admin/notifications/notification";
        for (query, shown, hidden, note) in [
            ("?q=2", "Second round", "Round 2", true),
            ("?q=2&in=texts", "Round 2", "Round 777", false),
            ("?q=777", "Round 777", "Round 2", false),
            ("?q=round", "Round 2", "nothing", false),
        ] {
            let page = root.get(&format!("{LIST}{query}")).expect(200).text();
            let rows = page.split("<tbody>").nth(1).expect("rows");
            assert!(rows.contains(shown) && !rows.contains(hidden), "{query}\n{page}");
            assert_eq!(page.contains("Found by its number"), note, "{query}");
        }
        let fields = [("csrf", &*token(&root, LIST)), ("format", "json"), ("query", "?q=777&in=texts")];
        assert_eq!(root.post(&format!("{LIST}/export"), &fields).json().as_array().map(Vec::len), Some(1));
        assert!(root.get(&format!("{LIST}?q=777")).text().contains("q=777&#38;in=texts"), "the export asks for what is shown");
    }

    async fn pages_hold_every_row_once_with_equal_keys_and_without(database: &TestDatabase) {
        let site = serve(database).await;
        let root = staff(&site, "root", true).await;
        let id = site.id("root").await;
        for number in 0..130 {
            site.tell(id, &format!("note-{:03}!", number), if number % 3 == 0 { "same" } else { "" }, "").await;
        }
        for sort in ["", "?sort=is_read", "?sort=-is_read", "?sort=created_at", "?sort=tournament_id", "?sort=-tournament_id", "?sort=title"] {
            let (mut found, mut path) = (Vec::new(), format!("/admin/notifications/notification{sort}"));
            let mut pages = 0;
            loop {
                let page = root.get(&path).expect(200).text();
                let rows = page.split("note-").skip(1).filter_map(|part| part.split_once('!')).map(|(number, _)| number.to_owned());
                let before = found.len();
                found.extend(rows);
                found.dedup();
                assert!(found.len() > before, "{path}");
                pages += 1;
                let Some(next) = page.split("rel=\"next\"").next().filter(|_| page.contains("rel=\"next\"")) else {
                    assert!(page.contains("rel=\"prev\""), "the last page leads back");
                    break;
                };
                let query = next.rsplit("href=\"").next().and_then(|rest| rest.split('"').next()).unwrap_or_default();
                path = format!("/admin/notifications/notification{}", query.replace("&amp;", "&").replace("&#38;", "&"));
            }
            let mut unique = found.clone();
            unique.sort();
            unique.dedup();
            assert_eq!((unique.len(), pages), (130, 3), "{sort}");
        }
    }

    async fn acts_run_their_service_and_nobody_reads_a_hash(database: &TestDatabase) {
        let site = serve(database).await;
        let root = staff(&site, "root", true).await;
        let ann = site.member("ann");
        let id = site.id("ann").await;
        let list = "/admin/accounts/user";
        assert!(root.get(&format!("{list}/{id}")).expect(200).text().contains("ann@example.org"));
        for path in [list.to_owned(), format!("{list}/{id}"), format!("{list}/{id}/history")] {
            assert!(!root.get(&path).expect(200).text().contains("$argon2id"), "{path}");
        }
        let csrf = token(&root, list);
        for format in ["csv", "json"] {
            let file = root.post(&format!("{list}/export"), &[("csrf", &csrf), ("format", format)]).expect(200).text();
            assert!(file.contains("ann@example.org") && !file.contains("argon2id") && !file.contains("password"), "{file}");
        }
        let key = id.to_string();
        let asked = root.post(list, &[("csrf", &csrf), ("do", "switch_off"), ("row", &key)]).expect(200).text();
        assert!(asked.contains("Switch off: ann"), "{asked}");
        assert_eq!(ann.get("/profile").status(), 200, "it is asked first");
        let done = root.post(list, &[("csrf", &csrf), ("do", "switch_off"), ("row", &key), ("confirm", "1")]);
        assert_eq!(done.status(), 303, "{}", done.text());
        assert_eq!(ann.get("/profile").status(), 303, "her sessions are over");
        let own = site.id("root").await.to_string();
        let refused = root.post(list, &[("csrf", &csrf), ("do", "switch_off"), ("row", &own), ("confirm", "1")]);
        assert!(refused.text().contains("lock yourself out"), "{}", refused.text());
        let history = root.get(&format!("{list}/{id}/history")).expect(200).text();
        assert!(history.contains("Switch off"), "{history}");
        let fields = [("username", "new"), ("email", "new@example.org"), ("password", "river lamp cactus"), ("password_again", "river lamp cactus")];
        let made = submit(&root, "/admin/accounts/user/act/new_account", "/admin/accounts/user/act/new_account", &fields);
        assert_eq!(made.status(), 303, "{}", made.text());
        let new = site.visitor();
        let signed = submit(&new, "/sign-in", "/sign-in", &[("name", "new"), ("password", "river lamp cactus"), ("next", "/profile")]);
        assert_eq!(signed.header("location"), Some("/profile"));
    }
}
