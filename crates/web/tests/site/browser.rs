//! The site in a real browser: used by clicking, and looked at on a wide screen and on a phone.
//!
//! The pictures go into a directory that is removed, or into the one that `DELTACROWN_TEST_PICTURES` names.

use std::path::{Path, PathBuf};

use testkit::{Kind, TestDatabase, browser::Browser};

use crate::served::{PASSWORD, Served, migrated, serve};

/// Where pictures go, and what removes them.
pub fn pictures() -> (PathBuf, Option<tempfile::TempDir>) {
    match std::env::var_os("DELTACROWN_TEST_PICTURES") {
        Some(kept) => (kept.into(), None),
        None => {
            let directory = tempfile::tempdir().expect("a directory");
            (directory.path().to_owned(), Some(directory))
        }
    }
}

/// Runs a body with a served site and a browser; ends without it where there is no browser.
pub fn run(body: impl AsyncFnOnce(&Served, &Browser)) {
    testkit::database::run_on(
        async || migrated(Kind::Sqlite).await,
        async |database: &TestDatabase| {
            let Some(browser) = Browser::start().await else { return };
            let site = serve(database).await;
            body(&site, &browser).await;
        },
    );
}

impl Served {
    pub async fn open(&self, browser: &Browser, path: &str) {
        browser.open(&format!("http://{}{path}", self.address)).await;
    }

    pub async fn sign_up(&self, browser: &Browser, username: &str) {
        self.open(browser, "/").await;
        browser.click("a[href='/sign-up']").await;
        for (field, text) in [
            ("username", username),
            ("email", &format!("{username}@example.org")),
            ("password", PASSWORD),
            ("password_again", PASSWORD),
        ] {
            browser.fill(&format!("input[name={field}]"), text).await;
        }
        browser.click("main form button").await;
        browser.wait_for_text("h1", username).await;
    }
}

#[test]
fn a_person_clicks_through_the_site() {
    run(async |site, browser| {
        let (directory, _removed) = pictures();
        site.sign_up(browser, "ann").await;
        browser.fill("#display_name", "Ann the Quick").await;
        browser.fill("#bio", "I play.").await;
        browser.click("#region option[value=EU]").await;
        browser.click("input[name=is_private]").await;
        browser.click("main form button").await;
        browser.wait_for_text("[role=status]", "Your profile is saved.").await;
        assert_eq!(browser.text("h1").await, "Ann the Quick");
        let picture = directory.join("saved.png");
        browser.shoot(&picture).await;
        assert!(std::fs::metadata(&picture).is_ok_and(|file| file.len() > 10_000));
        browser.click(".menu summary").await;
        browser.click("a[href='/wallet']").await;
        browser.wait_for_text("h1", "Your wallet").await;
        browser.click(".menu summary").await;
        browser.click("form[action='/sign-out'] button").await;
        browser.wait_for_text("nav", "Sign up").await;
        site.open(browser, "/profile").await;
        browser.wait_for_text("h1", "Welcome back").await;
        browser.fill("#name", "ANN@example.org").await;
        browser.fill("#password", PASSWORD).await;
        browser.click("main form button").await;
        browser.wait_for_text("h1", "Ann the Quick").await;
        let errors = browser.console_errors().await;
        assert!(errors.is_empty(), "{errors:?}");
    });
}

/// What lies beyond the right edge, or has no room for its text, as the browser lays it out.
pub const MISLAID: &str = r"
    const mislaid = [];
    if (document.documentElement.scrollWidth > innerWidth) mislaid.push(`page ${document.documentElement.scrollWidth}`);
    for (const e of document.querySelectorAll('body *')) {
        const box = e.getBoundingClientRect();
        if (box.width < 2 || e.closest('svg')) continue;
        if (box.right > innerWidth + 1 || box.left < -1) mislaid.push(`${e.tagName}.${e.className} ${box.left} ${box.right}`);
    }
    const bar = document.querySelector('.bar');
    if (bar && bar.getBoundingClientRect().height > 110) mislaid.push(`bar ${bar.getBoundingClientRect().height}`);
    return mislaid;";

/// Small things to touch: under 24 CSS pixels in height or width (WCAG 2.2, 2.5.8), links in running text aside.
pub const SMALL: &str = r"
    const small = [];
    for (const e of document.querySelectorAll('button, nav a, .button, input:not([type=hidden]):not([type=checkbox]):not([type=radio]):not([type=radio]), select, label.tick, .choices label')) {
        if (!e.checkVisibility()) continue;
        const box = e.getBoundingClientRect();
        if (box.height < 24 || box.width < 24) small.push(`${e.tagName} ${e.textContent} ${box.width} ${box.height}`);
    }
    return small;";

pub async fn look(site: &Served, browser: &Browser, path: &str, name: &str, directory: &Path) {
    for (screen, phone) in [("wide", false), ("phone", true)] {
        if phone {
            browser.be_phone().await
        } else {
            browser.resize(1280, 900).await
        }
        if !path.is_empty() {
            site.open(browser, path).await;
        }
        browser.shoot(&directory.join(format!("{name}-{screen}.png"))).await;
        for script in [MISLAID, SMALL] {
            let found = browser.execute(script, Vec::new()).await.expect("it can be measured").json().clone();
            assert_eq!(found, serde_json::json!([]), "{name} on a {screen} screen");
        }
    }
}

#[test]
fn every_page_fits_on_a_wide_screen_and_on_a_phone() {
    run(async |site, browser| {
        let (directory, _removed) = pictures();
        let look = async |path: &str, name: &str| look(site, browser, path, name, &directory).await;
        look("/", "home").await;
        look("/sign-in", "sign-in").await;
        look("/nothing", "404").await;
        // The browser tells of every answer that is an error; of those two that were asked for.
        let told = browser.console_errors().await;
        assert!(
            told.len() == 2 && told.iter().all(|error| error.contains("/nothing") && error.contains("404")),
            "{told:?}"
        );

        site.open(browser, "/sign-up").await;
        browser.fill("#username", "a b").await;
        browser.fill("#email", "nonsense").await;
        browser.fill("#password", "short").await;
        browser.click("main form button").await;
        browser.wait_for_text("#password-error", "at least 8").await;
        look("", "sign-up-errors").await;
        let told = browser.console_errors().await;
        assert!(told.iter().all(|error| error.contains("422")), "{told:?}");

        let name = "Bartholomew_the_Unreasonably_Long_Named_Player";
        site.sign_up(browser, name).await;
        look("/wallet", "wallet-empty").await;
        look("/notifications", "notifications-empty").await;
        let id = site.id(name).await;
        site.tell(
            id,
            "Your entry into the Spring Cup is confirmed",
            "Check-in opens on Saturday at 17:30 UTC.",
            "/wallet",
        )
        .await;
        site.tell(
            id,
            "Round 1: you play against Team Aurora",
            "Be in the lobby ten minutes before the match begins.",
            "",
        )
        .await;
        site.tell(id, &"W".repeat(140), "https://example.org/a-long-address-without-any-place-to-break-it-in-two/0123456789012345678901234567890123456789", "/profile").await;
        let cups: Vec<String> = (1..=20).map(|number| format!("Spring Cup, round {number}")).collect();
        let mut entries: Vec<(i64, &str, &str)> = cups.iter().map(|cup| (25, "participation", cup.as_str())).collect();
        entries.extend([
            (-150, "entry_fee_debit", "Summer League"),
            (1_250_000, "winner", "Winter Masters"),
            (50, "refund", ""),
        ]);
        site.pay(name, &entries).await;
        for (path, page) in [
            ("/", "home-signed-in"),
            ("/profile", "profile"),
            ("/wallet", "wallet"),
            ("/notifications", "notifications"),
        ] {
            look(path, page).await;
        }
        let errors = browser.console_errors().await;
        assert!(errors.is_empty(), "{errors:?}");
    });
}
