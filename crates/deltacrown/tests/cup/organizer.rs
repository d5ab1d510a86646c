//! What the organizer does at the desk, click by click.

use chrono::{TimeDelta, Utc};

use crate::{DESK, screen::Screen};

/// The day and the time in so many hours, as a field for them takes it.
fn in_hours(hours: i64) -> String {
    (Utc::now() + TimeDelta::hours(hours)).format("%Y-%m-%dT%H:%M").to_string()
}

async fn tab(olga: &Screen, part: &str) {
    let path = if part.is_empty() { DESK.to_owned() } else { format!("{DESK}/{part}") };
    olga.press_at(&format!(".desk-tabs a[href='{path}']")).await;
}

/// Writes a tournament down and publishes it; registration opens when she says so.
pub async fn announces(olga: &Screen) {
    olga.menu("Organize").await;
    olga.press("New tournament").await;
    olga.press("eFootball").await;
    olga.look("organizer-new").await;
    olga.fill("name", "Delta Cup").await;
    olga.fill("description", "Eight teams, two lives each, one crown.").await;
    // Registration would open by itself in an hour.
    for (field, hours) in [("registration_start", 1), ("registration_end", 3), ("tournament_start", 5)] {
        olga.set(field, &in_hours(hours)).await;
    }
    olga.fill("max_participants", "8").await;
    olga.choose("format", "double_elimination").await;
    olga.choose("best_of_final", "3").await;
    olga.tick("has_entry_fee").await;
    olga.fill("entry_fee_amount", "500.00").await;
    olga.fill("entry_fee_deltacoin", "50").await;
    olga.tick("pay_deltacoin").await;
    olga.tick("pay_bkash").await;
    olga.fill("account_bkash", "01711000000 (personal)").await;
    olga.fill("prize_pool", "10,000.00").await;
    olga.fill("prize_deltacoin", "600").await;
    olga.fill("prize_distribution", "1: 50%\n2: 30%\n3: 20%").await;
    olga.fill("check_in_minutes_before", "1440").await;
    // Nobody has to wait for the prizes.
    olga.fill("dispute_window_minutes", "0").await;
    olga.fill("rules_text", "Be there in time.\nBe kind.").await;
    olga.press("Make the draft").await;
    olga.sees("is a draft that only you see").await;
    olga.look("organizer-draft").await;
    olga.press("Publish…").await;
    olga.sees("600 coins leave your wallet").await;
    olga.look("organizer-publish").await;
    olga.press("Publish").await;
    olga.sees("It is published").await;
    olga.press("Open registration now").await;
    olga.sees("Registration is open.").await;
    olga.look("organizer-open").await;
}

/// Goes to the payments by way of the notice about one, and says of it that it is not there.
pub async fn finds_nothing(olga: &Screen, team: &str) {
    olga.press_at("a.bell").await;
    olga.press(&format!("{team} paid for Delta Cup")).await;
    olga.sees("It is not there: reject").await;
    olga.look("organizer-payments").await;
    olga.press(team).await;
    olga.fill("reason", "Nothing came from this number.").await;
    olga.press("It is not there: reject").await;
    olga.sees("The payment is rejected").await;
}

/// Says of all payments that wait that they are there.
pub async fn verifies(olga: &Screen, count: usize) {
    olga.open(DESK).await;
    olga.press("Check the payments").await;
    for left in (0..count).rev() {
        olga.press("The money is there: verify").await;
        olga.sees(if left > 0 { "The payment is verified." } else { "No payments here." }).await;
    }
}

/// Closes registration and opens the check-in, before the clock does.
pub async fn calls_in(olga: &Screen) {
    olga.open(DESK).await;
    olga.press("Close registration now").await;
    olga.sees("Registration is closed.").await;
    olga.look("organizer-closed").await;
}

/// Gives the place of a team that does not come to who waits for it.
pub async fn gives_the_place_on(olga: &Screen, gone: &str, next: &str) {
    tab(olga, "entries").await;
    olga.look("organizer-entries").await;
    olga.press(gone).await;
    olga.look("organizer-entry").await;
    olga.press("Withdraw for them…").await;
    olga.fill("reason", "Did not come to the check-in.").await;
    olga.press("Withdraw for them").await;
    olga.sees("The entry is withdrawn.").await;
    olga.press("All entries").await;
    olga.press(next).await;
    olga.sees("To be paid by").await;
}

/// Gives the fee of an entry that is over back.
pub async fn refunds(olga: &Screen, team: &str) {
    tab(olga, "payments").await;
    olga.press("To be given back").await;
    olga.sees(team).await;
    olga.press("Give it back…").await;
    olga.fill("reason", "Sent back by bKash.").await;
    olga.press_at("main .form-page form button").await;
    olga.sees("The payment is refunded.").await;
}

/// Seeds by hand, draws, publishes and starts.
pub async fn draws(olga: &Screen, order: &[&str]) {
    tab(olga, "seeding").await;
    olga.press("In the order of entry").await;
    olga.sees("The seeds are saved.").await;
    for (at, team) in order.iter().enumerate() {
        let field = format!(
            "return [...document.querySelectorAll('.seeding li')].find(row => row.innerText.includes('{team}')).querySelector('input').name"
        );
        let field = olga.read(&field).await;
        olga.fill(&field, &(at + 1).to_string()).await;
    }
    olga.look("organizer-seeding").await;
    olga.press_at(".seeding .actions button").await;
    olga.sees("The seeds are saved.").await;
    olga.press("To the draw").await;
    olga.choose("method", "manual").await;
    olga.press_at(&format!("form[action='{DESK}/draw'] button")).await;
    olga.sees("Only those who draw see it until it is published.").await;
    olga.look("organizer-draw").await;
    olga.press("Publish the bracket…").await;
    olga.press("Publish the bracket").await;
    olga.sees("every entrant has been told").await;
    tab(olga, "").await;
    olga.look("organizer-ready").await;
    olga.press("Start…").await;
    olga.press("Start").await;
    olga.sees("Play has begun.").await;
}

/// Looks into the one dispute that waits, and decides for the report of whoever won by this score.
pub async fn settles(olga: &Screen, [a, b]: [u32; 2]) {
    olga.open(DESK).await;
    olga.sees("1 dispute waits.").await;
    olga.press("See to them").await;
    olga.press_at("main .rows a").await;
    olga.sees(&format!("({a}:{b})")).await;
    olga.look("organizer-dispute").await;
    olga.press("Take it up").await;
    olga.sees("You have taken the dispute up.").await;
    let side = if a > b { 1 } else { 2 };
    olga.press_at(&format!("[data-live-part=reports] li:nth-child({side}) form button")).await;
    olga.look("organizer-resolve").await;
    olga.fill("reason", "The recording shows it.").await;
    olga.press("Resolve it").await;
    olga.sees("The dispute is resolved").await;
}

/// Corrects the result of a match after a look at all that changes.
pub async fn corrects(olga: &Screen, meeting: i64, [a, b]: [u32; 2], winner: &str) {
    tab(olga, "matches").await;
    olga.look("organizer-matches").await;
    olga.press_at(&format!("main a[href='{DESK}/matches/{meeting}']")).await;
    olga.look("organizer-match").await;
    olga.fill("game_1_a", &a.to_string()).await;
    olga.fill("game_1_b", &b.to_string()).await;
    olga.press("See what changes…").await;
    olga.sees("Everything that changes:").await;
    olga.sees(&format!("{winner} beats")).await;
    olga.look("organizer-correction").await;
    olga.fill("reason", "The sides were mixed up.").await;
    olga.press("Correct it").await;
    olga.sees("The result is corrected.").await;
}

/// Sees that the prizes were paid, and notes the money as handed over.
pub async fn closes_the_books(olga: &Screen) {
    olga.open(DESK).await;
    olga.sees("3 prizes in money are to be handed over.").await;
    olga.look("organizer-over").await;
    olga.press("See to the prizes").await;
    for (at, reference) in ["BK-1", "BK-2", "BK-3"].into_iter().enumerate() {
        olga.look(&format!("organizer-prizes-{at}")).await;
        olga.fill("reference", reference).await;
        olga.press("It was handed over").await;
        olga.sees(reference).await;
    }
}
