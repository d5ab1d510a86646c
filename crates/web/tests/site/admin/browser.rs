//! The administration in a real browser: from the list to the saved row by clicking, on a desk, a
//! tablet and a phone, in the dark and in the light.

use kernel::{Clock, DbError};
use sea_orm::{ActiveValue::Set, EntityTrait};
use teams::model::core::team_achievement as achievement;
use testkit::browser::Browser;

use super::promote;
use crate::{
    browser::{pictures, run},
    served::Served,
    teams::found,
    tournaments::Cup,
};

/// What makes the page wider than the screen, and what is too small to touch (WCAG 2.2, 2.5.8).
const MISLAID: &str = r"
    const mislaid = [];
    if (document.documentElement.scrollWidth > innerWidth) mislaid.push(`page ${document.documentElement.scrollWidth}`);
    for (const e of document.querySelectorAll('button:not(.hidden), .go, .deed, select, input:not([type=hidden]):not([type=checkbox])')) {
        const box = e.getBoundingClientRect();
        if (box.width > 1 && (box.height < 24 || box.width < 24)) mislaid.push(`${e.tagName} ${e.textContent} ${box.width} ${box.height}`);
    }
    return mislaid;";

async fn fits(browser: &Browser, what: &str) {
    let found = browser.execute(MISLAID, Vec::new()).await.expect("it can be measured").json().clone();
    assert_eq!(found, serde_json::json!([]), "{what}");
}

/// The first team has won these.
async fn won(site: &Served, titles: &[&str]) {
    let row = |title: &&str| achievement::ActiveModel {
        team_id: Set(1),
        title: Set((*title).to_owned()),
        placement: Set("WINNER".to_owned()),
        year: Set(Some(2025)),
        notes: Set(String::new()),
        created_at: Set(site.clock.now()),
        ..Default::default()
    };
    let rows = &titles.iter().map(row).collect::<Vec<_>>();
    let done: Result<(), DbError> = site
        .db
        .write(|tx| async move {
            achievement::Entity::insert_many(rows.clone()).exec_without_returning(&tx).await?;
            Ok(())
        })
        .await;
    done.expect("it is written");
}

#[test]
fn staff_clicks_from_the_list_to_the_saved_row() {
    run(async |site, browser| {
        let (directory, _removed) = pictures();
        site.sign_up(browser, "root").await;
        promote(site, "root", true).await;
        let id = site.id("root").await;
        for number in 0..60 {
            let text = "Check-in opens on Saturday at 17:30 UTC.";
            site.tell(id, &format!("Round {number}: you play against Team Aurora"), text, "/wallet").await;
        }
        found(&site.member("ann"), "Dhaka Lions", "LION", "valorant", "SA", "Duelist");
        won(site, &["Dhaka Open", "Winter Invitational of the South Asian League", "Evening Cup"]).await;
        drop(Cup::new(site, 2, |cup| cup).await);
        for (screen, width, height) in [("desk", 1400, 900), ("tablet", 820, 1180), ("phone", 390, 844)] {
            browser.resize(width, height).await;
            for theme in ["light", "dark"] {
                site.open(browser, "/admin").await;
                browser.click(".menu summary").await;
                browser.click(&format!("button[name=theme][value={theme}]")).await;
                browser.find(&format!("html[data-theme={theme}]")).await;
                for (path, name) in [
                    ("/admin", "index"),
                    ("/admin/map", "map"),
                    ("/admin/notifications/notification?is.is_read=false", "list"),
                    ("/admin/accounts/user/1", "row"),
                    ("/admin/teams/team/add", "form"),
                    ("/admin/rights/user/1", "rights"),
                    ("/admin/teams/team/1#rows-teams_teamachievement-team_id", "lines"),
                    ("/admin/tournaments/tournament/1", "closed"),
                    ("/admin/tournaments/tournament/1/act/cancel", "act"),
                ] {
                    site.open(browser, path).await;
                    browser.shoot(&directory.join(format!("admin-{name}-{screen}-{theme}.png"))).await;
                    fits(browser, &format!("{path} on a {screen}")).await;
                }
            }
            site.open(browser, "/admin/notifications/notification").await;
            browser.click("tbody tr:first-child a.open").await;
            browser.fill("[name='v.title']", &format!("Seen on a {screen}")).await;
            browser.click(".saving button.go").await;
            browser.wait_for_text("[role=status]", "It is saved.").await;
            browser.wait_for_text("h1", &format!("Seen on a {screen}")).await;
            // A line is added on the page of its row, and a wrong one is told beside its cell.
            let line = "c.teams_teamachievement.team_id.new.v";
            site.open(browser, "/admin/teams/team/1").await;
            browser.fill(&format!("[name='{line}.title']"), &format!("Won on a {screen}")).await;
            browser.fill(&format!("[name='{line}.year']"), "1066").await;
            browser.click(".saving button.go").await;
            browser.wait_for_text(".inline .error", "Use a number from 1970 to 9999.").await;
            browser.click(".alert a").await;
            browser.shoot(&directory.join(format!("admin-wrong-line-{screen}.png"))).await;
            fits(browser, &format!("a wrong line on a {screen}")).await;
            browser.fill(&format!("[name='{line}.year']"), "2026").await;
            browser.click(".saving button.go").await;
            browser.wait_for_text("[role=status]", "It is saved.").await;
        }
        // A form that is refused is no error of the page.
        let mut errors = browser.console_errors().await;
        errors.retain(|error| !error.contains("422"));
        assert!(errors.is_empty(), "{errors:?}");
    });
}
