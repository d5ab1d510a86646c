//! What a person does on the site, from the first look to signing out.

use testkit::TestDatabase;

use crate::served::{PASSWORD, PROFILE, migrated, serve, submit};

testkit::on_both! {
    from migrated;

    async fn home_tells_the_true_numbers(database: &TestDatabase) {
        let site = serve(database).await;
        for name in ["ann", "bob"] {
            site.member(name);
        }
        site.pay("ann", &[(1_234_000, "winner", ""), (567, "top4", ""), (-60, "entry_fee_debit", "")]).await;
        site.pay("bob", &[(93, "refund", "")]).await;
        let home = site.visitor().get("/").expect(200).text();
        for (what, number) in [("Players", "2"), ("DeltaCoins in wallets", "1,234,600"), ("Awards paid", "2")] {
            assert!(home.contains(&format!("<dt>{what}</dt><dd>{number}</dd>")), "{what} {number}\n{home}");
        }
        assert!(home.contains("href=\"/sign-up\"") && !home.contains("action=\"/sign-out\""), "{home}");
    }

    async fn from_signing_up_to_signing_out(database: &TestDatabase) {
        let site = serve(database).await;
        let ann = site.member("ann");
        let profile = ann.get("/profile").expect(200).text();
        assert!(profile.contains("ann@example.org") && profile.contains("value=\"ann\""), "{profile}");

        let saved = submit(&ann, "/profile", "/profile", PROFILE);
        assert_eq!((saved.status(), saved.header("location")), (303, Some("/profile?saved")));
        let profile = ann.follow(saved).expect(200).text();
        for shown in ["Your profile is saved.", "<h1>Ann the Quick</h1>", "value=\"EU\" selected", ">I play.</textarea>", "name=\"is_private\" checked"] {
            assert!(profile.contains(shown), "{shown}\n{profile}");
        }
        assert!(!profile.contains("name=\"show_socials\" checked"), "what is not ticked is off");
        assert!(!ann.get("/profile").text().contains("Your profile is saved."), "it is said once");

        assert!(ann.get("/wallet").expect(200).text().contains("Nothing has moved yet."));
        assert!(ann.get("/notifications").expect(200).text().contains("Nothing yet."));
        let home = ann.get("/").expect(200).text();
        assert!(home.contains("<span class=\"who\">ann</span>") && home.contains("action=\"/sign-out\"") && !home.contains("href=\"/sign-up\""), "{home}");

        let old = ann.cookie("session").expect("signed in");
        let out = submit(&ann, "/", "/sign-out", &[]);
        assert_eq!((out.status(), out.header("location")), (303, Some("/")));
        assert_eq!(ann.cookie("session"), None);
        let redirected = ann.get("/profile");
        assert_eq!((redirected.status(), redirected.header("location")), (303, Some("/sign-in?next=/profile")));
        let thief = site.visitor().with_header("cookie", format!("session={old}"));
        assert_eq!(thief.get("/profile").status(), 303, "the session itself is over, not only the cookie");
    }

    async fn signing_in_leads_back_and_ends_the_session_before(database: &TestDatabase) {
        let site = serve(database).await;
        site.member("bob");
        let visitor = site.member("ann");
        let before = visitor.cookie("session").expect("signed in");
        let page = visitor.get("/sign-in");
        assert_eq!((page.status(), page.header("location")), (303, Some("/")), "who is signed in needs no form");
        let fields = [("name", "BOB@example.org"), ("password", PASSWORD), ("next", "/wallet")];
        let answer = submit(&visitor, "/", "/sign-in", &fields);
        assert_eq!((answer.status(), answer.header("location")), (303, Some("/wallet")));
        assert!(visitor.get("/profile").expect(200).text().contains("@bob"));
        let old = site.visitor().with_header("cookie", format!("session={before}"));
        assert_eq!(old.get("/profile").status(), 303);

        let stranger = site.visitor();
        let form = stranger.visit("/wallet");
        assert_eq!(form.hidden("next").as_deref(), Some("/wallet"));
    }

    async fn a_statement_is_read_page_by_page(database: &TestDatabase) {
        let site = serve(database).await;
        let ann = site.member("ann");
        let mut notes: Vec<String> = (1..=45).map(|number| format!("cup-{number:02}")).collect();
        let mut entries: Vec<(i64, &str, &str)> = notes.iter().map(|note| (100, "winner", note.as_str())).collect();
        entries[44] = (-1_500, "entry_fee_debit", "cup-45");
        site.pay("ann", &entries).await;
        let (mut page, mut found) = (ann.get("/wallet").expect(200).text(), Vec::new());
        assert!(page.contains("2,900 <small>DeltaCoins"), "{page}");
        assert!(page.contains("−1,500") && page.contains("+100") && page.contains(">Entry fee</td>"), "{page}");
        loop {
            found.extend(page.match_indices("cup-").map(|(at, _)| page[at..at + 6].to_owned()));
            let Some(at) = page.find("/wallet?after=") else { break };
            let link: String = page[at..].chars().take_while(|c| *c != '"').collect();
            page = ann.get(&link).expect(200).text();
        }
        notes.reverse();
        assert_eq!(found, notes);
        // A note that only says again what it is for is left out.
        let bob = site.member("bob");
        site.pay("bob", &[(100, "winner", "Winner"), (50, "winner", "Of 2019")]).await;
        let page = bob.get("/wallet").expect(200).text();
        let cells = |text: &str| page.matches(&format!(">{text}</td>")).count();
        assert_eq!((cells("Winner"), cells("Of 2019")), (2, 1), "{page}");
    }

    async fn notices_are_read_by_whom_they_are_for(database: &TestDatabase) {
        let site = serve(database).await;
        let (ann, bob) = (site.member("ann"), site.member("bob"));
        let id = site.id("ann").await;
        let mut told = Vec::new();
        for number in 0..20 {
            told.push(site.tell(id, &format!("Round {number:02}"), "", "/wallet").await);
        }
        let page = ann.get("/notifications").expect(200).text();
        assert_eq!(page.matches("<li class=\"unread\">").count(), 15);
        assert!(page.contains("aria-label=\"20 unread\"") && page.contains("<a href=\"/wallet\">Round 19</a>"), "{page}");
        assert!(page.contains("/notifications?after="), "{page}");
        let older = page.split("/notifications?after=").nth(1).and_then(|rest| rest.split('"').next()).expect("a link");
        let older = ann.get(&format!("/notifications?after={older}")).expect(200).text();
        assert_eq!(older.matches("<li class=\"unread\">").count(), 5);

        let action = format!("/notifications/{}/read", told[19]);
        let unread = async || notifications::service::count_unread(&site.db, id).await.expect("countable");
        assert_eq!(submit(&bob, "/profile", &action, &[]).status(), 303);
        assert_eq!(unread().await, 20, "somebody else marks nothing");
        assert_eq!(submit(&ann, "/notifications", &action, &[]).header("location"), Some("/notifications"));
        assert_eq!(unread().await, 19);
        assert_eq!(submit(&ann, "/notifications", "/notifications/read", &[]).status(), 303);
        assert_eq!(unread().await, 0);
        let page = ann.get("/notifications").expect(200).text();
        assert!(!page.contains("Mark all as read") && !page.contains(" unread\""), "{page}");
    }
}
