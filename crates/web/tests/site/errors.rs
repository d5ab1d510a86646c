//! What the site says when something is wrong, and that nothing written by people becomes markup.

use accounts::model::user;
use sea_orm::{EntityTrait, PaginatorTrait};
use testkit::{TestDatabase, http::Method};

use crate::served::{PASSWORD, PROFILE, migrated, serve, submit};

const SCRIPT: &str = "<script>alert(1)</script>";

testkit::on_both! {
    from migrated;

    async fn sign_up_errors_stand_beside_their_fields(database: &TestDatabase) {
        let site = serve(database).await;
        let visitor = site.visitor();
        let fields = [("username", "a b"), ("email", "nonsense"), ("password", "s3cret!"), ("password_again", "s3cret?")];
        let page = submit(&visitor, "/sign-up", "/sign-up", &fields).expect(422).text();
        for (field, text) in [
            ("username", "Use letters, digits and @ . + - _ only."),
            ("email", "This is not an e-mail address."),
            ("password", "Use at least 8 characters."),
            ("password_again", "The two passwords differ."),
        ] {
            assert!(page.contains(&format!("id=\"{field}-error\">{text}</p>")), "{field}: {text}\n{page}");
            assert!(page.contains(&format!("aria-describedby=\"{field}-error\"")), "{field}\n{page}");
        }
        assert!(page.contains("value=\"a b\"") && page.contains("value=\"nonsense\""), "what was typed is kept\n{page}");
        assert!(!page.contains("s3cret"), "but no password\n{page}");
        assert_eq!(user::Entity::find().count(site.db.read()).await.expect("countable"), 0);

        site.member("ann");
        let fields = [("username", "ANN"), ("email", "Ann@Example.org"), ("password", PASSWORD), ("password_again", PASSWORD)];
        let page = submit(&visitor, "/sign-up", "/sign-up", &fields).expect(422).text();
        assert!(page.contains("is taken.") && page.contains("has an account already."), "{page}");
        assert!(!page.contains(PASSWORD) && visitor.cookie("session").is_none());
    }

    async fn a_wrong_sign_in_says_no_more_than_that(database: &TestDatabase) {
        let site = serve(database).await;
        site.member("ann");
        let mut pages = Vec::new();
        for name in ["ann", "nobody"] {
            let visitor = site.visitor();
            let fields = [("name", name), ("password", "wrong horse"), ("next", "/wallet")];
            let page = submit(&visitor, "/sign-in", "/sign-in", &fields).expect(422);
            assert_eq!(page.hidden("next").as_deref(), Some("/wallet"));
            let (token, text) = (page.hidden("csrf").expect("a token"), page.text());
            assert!(text.contains("do not belong together") && !text.contains("wrong horse"), "{text}");
            assert!(text.contains(&format!("value=\"{name}\"")) && visitor.cookie("session").is_none(), "{text}");
            pages.push(text.replace(&token, "").replace(name, ""));
        }
        assert_eq!(pages[0], pages[1], "nobody learns whether an account exists");
    }

    async fn profile_errors_keep_what_was_typed(database: &TestDatabase) {
        let site = serve(database).await;
        let ann = site.member("ann");
        assert_eq!(submit(&ann, "/profile", "/profile", PROFILE).status(), 303);
        let fields = [("display_name", " "), ("region", "XX"), ("bio", "new text"), ("twitch_link", "twitch.tv/ann")];
        let page = submit(&ann, "/profile", "/profile", &fields).expect(422).text();
        for text in ["Please fill this in.", "Choose one of the list.", "that begins with https://", ">new text</textarea>", "value=\"twitch.tv/ann\""] {
            assert!(page.contains(text), "{text}\n{page}");
        }
        let kept = ann.get("/profile").expect(200).text();
        assert!(kept.contains("Ann the Quick") && kept.contains(">I play.</textarea>"), "{kept}");
    }

    async fn what_people_write_is_never_markup(database: &TestDatabase) {
        let site = serve(database).await;
        let ann = site.member("ann");
        let name = format!("\"'>{SCRIPT}");
        let fields = [("display_name", name.as_str()), ("region", "BD"), ("bio", "</textarea><script>alert(1)</script>")];
        assert_eq!(submit(&ann, "/profile", "/profile", &fields).status(), 303);
        let id = site.id("ann").await;
        for url in ["javascript:alert(1)", "//evil.example", "/\\evil.example", "\" onclick=\"alert(1)"] {
            site.tell(id, &name, SCRIPT, url).await;
        }
        site.pay("ann", &[(1, "winner", SCRIPT)]).await;
        let fields = [("username", name.as_str()), ("email", SCRIPT)];
        let refused = submit(&site.visitor(), "/sign-up", "/sign-up", &fields).expect(422).text();
        let pages = ["/profile", "/notifications", "/wallet", "/"].map(|path| ann.get(path).expect(200).text());
        for page in pages.iter().chain([&refused]) {
            assert!(!page.contains("<script>"), "{page}");
            assert!(!page.contains("\"'>") && !page.contains("onclick=\"alert"), "{page}");
            assert!(!page.contains("javascript:") && !page.contains("evil.example"), "{page}");
        }
        assert!(pages[0].contains("&#60;script&#62;") && pages[1].contains("&#60;script&#62;"), "it is shown as text");
    }

    async fn every_refusal_is_a_page(database: &TestDatabase) {
        let site = serve(database).await;
        let ann = site.member("ann");
        let form = [("content-type", "application/x-www-form-urlencoded")];
        let token = crate::served::token(&ann, "/profile");
        let body = |length: usize| format!("csrf={token}&bio={}", "x".repeat(length - token.len() - 10)).into_bytes();
        let long = body(64 * 1024 + 1);
        for (answer, status, title) in [
            (ann.get("/nothing"), 404, "This page is not here"),
            (ann.get("/assets/app.000000000000.css"), 404, "This page is not here"),
            (ann.post("/wallet", &[("csrf", &token)]), 405, "This cannot be done here"),
            (ann.get("/sign-out"), 405, "This cannot be done here"),
            (ann.send(Method::DELETE, "/profile", &[], None), 405, "This cannot be done here"),
            (ann.send(Method::POST, "/profile", &form, Some(&long)), 413, "This is too much"),
            (ann.get("/wallet?after=1-1&after=2-2"), 400, "This did not work"),
            (ann.post("/notifications/abc/read", &[("csrf", &token)]), 400, "This did not work"),
            (ann.post("/profile", &[]), 403, "This is not allowed"),
        ] {
            let shown = format!("{} {status}", answer.path());
            assert_eq!(answer.status(), status, "{shown}");
            assert_eq!(answer.header("content-type"), Some("text/html; charset=utf-8"), "{shown}");
            assert!(answer.text().contains(&format!("<h1>{title}</h1>")), "{shown}\n{}", answer.text());
            assert!(answer.text().contains("href=\"/\""), "{shown}: a way out");
            assert_eq!(answer.header("allow").is_some(), status == 405, "{shown}");
        }
        let most = ann.send(Method::POST, "/profile", &form, Some(&body(64 * 1024)));
        assert_eq!(most.status(), 422, "the longest body is read");
        let head = ann.send(Method::HEAD, "/", &[], None);
        assert_eq!((head.status(), head.bytes().len()), (200, 0));
    }

    /// A strange position in a list is its beginning.
    async fn a_broken_cursor_harms_nobody(database: &TestDatabase) {
        let site = serve(database).await;
        let ann = site.member("ann");
        site.pay("ann", &[(1, "winner", "the first")]).await;
        for cursor in ["", "x", "1", "-1", "1-", "99999999999999999999-1", "%00", "1-1-1"] {
            let page = ann.get(&format!("/wallet?after={cursor}"));
            assert_eq!(page.status(), 200, "{cursor}");
            assert_eq!(ann.get(&format!("/notifications?after={cursor}")).status(), 200, "{cursor}");
        }
    }
}
