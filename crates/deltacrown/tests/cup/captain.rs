//! What one captain does in the browser: from the first look at the site to the reports of matches.

use std::path::Path;

use crate::{CUP, PASSWORD, screen::Screen};

/// Signs up from the home page.
pub async fn signs_up(screen: &Screen, name: &str) {
    screen.open("/").await;
    screen.press("Sign up").await;
    screen.look("sign-up").await;
    let email = format!("{name}@example.org");
    for (field, value) in [("username", name), ("email", &email), ("password", PASSWORD), ("password_again", PASSWORD)]
    {
        screen.fill(field, value).await;
    }
    screen.press_at("main form button").await;
    screen.sees(&format!("@{name}")).await;
}

pub async fn signs_out(screen: &Screen) {
    screen.menu("Sign out").await;
}

pub async fn signs_in(screen: &Screen, name: &str) {
    screen.open("/").await;
    screen.press("Sign in").await;
    screen.fill("name", name).await;
    screen.fill("password", PASSWORD).await;
    screen.press_at("main form button").await;
}

/// Finds the cup, hears that it takes a team, founds one and invites a partner.
pub async fn founds_a_team(cara: &Screen, team: &str, partner: &str) {
    cara.open("/").await;
    cara.press("Tournaments").await;
    cara.look("tournaments").await;
    cara.press("Delta Cup").await;
    cara.look("cup-open").await;
    cara.press("Enter").await;
    cara.sees("You are in no team that plays eFootball.").await;
    cara.look("captain-no-team").await;
    cara.press("Found a team").await;
    cara.look("captain-found").await;
    cara.fill("name", team).await;
    cara.fill("tag", "TIDE").await;
    cara.choose("region", "ASIA").await;
    cara.choose("game_role", "Player").await;
    cara.press("Found the team").await;
    cara.look("captain-team").await;
    cara.fill("username", partner).await;
    cara.press("Invite").await;
    cara.sees(&format!("(@{partner}) as Player")).await;
}

/// The partner hears of the invitation, accepts it, and tells the id in the game.
pub async fn accepts(screen: &Screen, team: &str) {
    screen.press_at("a.bell").await;
    screen.look("partner-notices").await;
    screen.press_at(".notices h2 a").await;
    screen.sees(team).await;
    screen.look("partner-invited").await;
    screen.press("Accept").await;
    screen.sees("You are in this team").await;
    screen.menu("Profile").await;
    screen.press("Game ids").await;
    screen.fill("efootball_id", "700000002").await;
    screen.press_at("main form button").await;
    screen.sees("Your game ids are saved.").await;
}

/// Enters with the team; what is in the way is mended from where it is told.
pub async fn enters(cara: &Screen, team: &str) {
    cara.open(CUP).await;
    cara.press("Enter").await;
    cara.sees("One thing is in the way").await;
    cara.look("captain-in-the-way").await;
    cara.press("Your game ids").await;
    cara.fill("efootball_id", "700000001").await;
    cara.press_at("main form button").await;
    cara.press(&format!("Enter with {team}")).await;
    cara.look("captain-players").await;
    cara.press("Continue").await;
    cara.tick("rules").await;
    cara.look("captain-details").await;
    cara.press("Continue").await;
    cara.sees("Is this right?").await;
    cara.look("captain-review").await;
    cara.press("Enter the tournament").await;
    cara.sees("You have a place. Pay the fee to keep it.").await;
    cara.look("captain-entered").await;
}

/// Tells that the fee was sent, with a picture of the receipt.
pub async fn pays(cara: &Screen, reference: &str, receipt: &Path) {
    cara.press("Pay the fee").await;
    cara.look("captain-pay").await;
    cara.fill("transaction_id", reference).await;
    cara.fill("payer_account", "01712 345678").await;
    cara.give("payment_proof", receipt).await;
    cara.press("Send for verification").await;
    cara.sees("Your payment is being checked").await;
}

/// Hears that the payment was not found, and sends it once more with what was wrong put right.
pub async fn pays_again(cara: &Screen, reference: &str) {
    cara.press_at("a.bell").await;
    cara.look("captain-rejected").await;
    cara.press_at(".notices h2 a").await;
    cara.sees("Nothing came from this number.").await;
    cara.press("Pay the fee").await;
    cara.sees("Your last payment was not found.").await;
    cara.fill("transaction_id", reference).await;
    cara.press("Send for verification").await;
    cara.sees("Your payment is being checked").await;
}

pub async fn checks_in(cara: &Screen) {
    cara.open("/").await;
    cara.look("home-check-in").await;
    cara.press_at("main a[href$='/entry'].button").await;
    cara.press("Check in").await;
    cara.sees("You are checked in.").await;
}

/// Goes to the match that waits, says that the team is there, and reports once the other side is there.
pub async fn goes_to_the_match(cara: &Screen) {
    cara.open(CUP).await;
    cara.look("captain-match-waits").await;
    cara.press("Go to your match").await;
    cara.look("captain-room").await;
    cara.press("Check in").await;
    cara.sees("You are checked in.").await;
}

pub async fn reports(cara: &Screen, [a, b]: [u32; 2]) {
    // The room follows the other side by itself.
    cara.sees("Report the result").await;
    cara.fill("a1", &a.to_string()).await;
    cara.fill("b1", &b.to_string()).await;
    cara.look("captain-report").await;
    cara.press("Send the report").await;
    cara.sees("Your report is sent.").await;
}

/// Reads what the other side reported, which comes by itself, and agrees.
pub async fn agrees(cara: &Screen, score: &str, goals: &str) {
    cara.sees("has reported the result").await;
    cara.sees(goals).await;
    cara.look("captain-agree").await;
    cara.press(&format!("Agree to {score}")).await;
    cara.sees("Both sides agree: the result counts.").await;
}
