//! One cup in real browsers, from its announcement to its prizes, on both databases: the program is served as a user
//! serves it; an organizer, a captain and a spectator click and type, and the other captains send the same forms
//! without a screen. Nothing is done behind the pages but what an operator does with the program's own verbs.

mod captain;
mod organizer;
mod play;
mod screen;
#[path = "../support/mod.rs"]
mod support;
mod visitor;

use std::time::Instant;

use play::{Field, Meeting};
use screen::Screen;
use support::{on, program};
use testkit::{TestDatabase, http::Client, process::Served};
use visitor::Visitor;

const CUP: &str = "/tournaments/delta-cup";
const DESK: &str = "/organize/delta-cup";
const PASSWORD: &str = "river lamp cactus";

/// The captain at a screen, her team and her partner.
const CARA: (&str, &str, &str) = ("cara", "Tidal Wave", "pavel");
/// The captains without a screen and their teams.
const OTHERS: [(&str, &str); 8] = [
    ("ben", "Golden Boot"),
    ("dina", "Silver Whistle"),
    ("eli", "Corner Kings"),
    ("fatima", "Night Owls"),
    ("goran", "Iron Wall"),
    ("hana", "Swift Foxes"),
    ("ivan", "Late Comers"),
    ("june", "Last Minute"),
];

testkit::on_both! {
    async fn a_cup_from_its_announcement_to_its_prizes(database: &TestDatabase) {
        let begun = Instant::now();
        let tell = |what: &str| eprintln!("{:>4} s  {what}", begun.elapsed().as_secs());
        let url = database.url();
        let served = Served::start(program(&["serve", "--bind", "127.0.0.1:0"]).args(["--database", url]));
        let site = served.url("");
        let Some(olga) = Screen::start(site.clone(), "the organizer").await else { return };
        let Some(cara) = Screen::start(site.clone(), "the captain").await else { return };
        let Some(fan) = Screen::start(site, "the spectator").await else { return };
        let client = || Client::new(served.address());
        tell("three browsers and the site are there");

        captain::signs_up(&olga, "olga").await;
        on(url, &["ledger", "adjust", "olga", "1000", "--note", "Season budget"]).success();
        organizer::announces(&olga).await;
        tell("the cup is announced");

        // Everybody enters, with teams of two.
        let (name, team, partner) = CARA;
        captain::signs_up(&cara, partner).await;
        captain::signs_out(&cara).await;
        captain::signs_up(&cara, name).await;
        captain::founds_a_team(&cara, team, partner).await;
        captain::signs_out(&cara).await;
        captain::signs_in(&cara, partner).await;
        captain::accepts(&cara, team).await;
        captain::signs_out(&cara).await;
        captain::signs_in(&cara, name).await;
        captain::enters(&cara, team).await;
        let folder = tempfile::tempdir().expect("a folder");
        let receipt = folder.path().join("receipt.png");
        cara.shoot(&receipt).await;
        captain::pays(&cara, "TRX0000", &receipt).await;
        tell("the captain has entered and paid");
        organizer::finds_nothing(&olga, team).await;
        captain::pays_again(&cara, "TRX00000").await;
        let picture = std::fs::read(&receipt).expect("a picture");
        let others = OTHERS.iter().enumerate();
        let others = others.map(|(number, (name, team))| Visitor::with_a_team(client(), client(), name, team, number));
        let (others, partners): (Vec<Visitor>, Vec<Visitor>) = others.map(|[owner, partner]| (owner, partner)).unzip();
        on(url, &["ledger", "adjust", "ben", "100", "--note", "A gift"]).success();
        let [ben, rest @ .., june] = others.as_slice() else { unreachable!("there are eight") };
        assert!(ben.enters("coins").text().contains("Your place is yours."));
        for (number, visitor) in rest.iter().enumerate() {
            assert!(visitor.enters("later").text().contains("Pay the fee to keep it."));
            visitor.pays(&format!("TRX0001{number}"), &picture);
        }
        assert!(june.enters("later").text().contains("You are number 1 on the waiting list."));
        organizer::verifies(&olga, 7).await;
        cara.open(&format!("{CUP}/entry")).await;
        cara.sees("Confirmed").await;
        tell("all have entered and paid, one waits");

        // Seven come; the eighth place goes to who waits.
        organizer::calls_in(&olga).await;
        captain::checks_in(&cara).await;
        let ivan = &others[6];
        for there in others.iter().filter(|other| other.team != ivan.team) {
            there.checks_in();
        }
        organizer::gives_the_place_on(&olga, &ivan.team, &june.team).await;
        june.pays("TRX00020", &picture);
        organizer::verifies(&olga, 1).await;
        organizer::refunds(&olga, &ivan.team).await;
        assert!(june.get(&format!("{CUP}/entry")).text().contains("You are checked in."));
        tell("all are there");

        // The spectator opens the bracket once, and never again.
        let cara_too = Visitor::signed_in(client(), name, team);
        let mut captains = vec![&cara_too];
        captains.extend(others.iter().filter(|other| other.team != ivan.team));
        let order: Vec<&str> = captains.iter().map(|captain| captain.team.as_str()).collect();
        organizer::draws(&olga, &order).await;
        watches(&fan).await;
        let anonymous = client();
        let field = Field { fan: &anonymous, captains };
        tell("play begins");

        // In the first round one match is disputed and one confirmed the wrong way round.
        let mut first = field.open();
        assert_eq!(first.len(), 4, "{first:?}");
        let at = first.iter().position(|meeting| meeting.sides.contains(&team.to_owned())).expect("she plays");
        let hers = first.remove(at);
        captain::goes_to_the_match(&cara).await;
        field.captain(hers.other(team)).is_there(hers.id);
        captain::reports(&cara, hers.won_by(team)[0]).await;
        field.captain(hers.other(team)).agrees(hers.id);
        cara.sees("Both sides said so.").await;
        cara.until("the form is gone", "return !document.getElementById('report')").await;
        sees_won(&fan, &hers, team).await;
        tell("a match is played in the browser, and the spectator has seen it");

        let [disputed, corrected, plain] = first.as_slice() else { panic!("three are left: {first:?}") };
        let winner = field.winner(disputed);
        field.gather(disputed);
        field.captain(winner).reports(disputed.id, &disputed.won_by(winner));
        let loser = disputed.other(winner);
        let page = field.captain(loser).reports(disputed.id, &disputed.won_by(loser)).text();
        assert!(page.contains("Your reports disagree, so a referee decides."), "{page}");
        shows(&fan, disputed, "Disputed").await;
        organizer::settles(&olga, disputed.won_by(winner)[0]).await;
        sees_won(&fan, disputed, winner).await;
        let winner = field.winner(corrected);
        let loser = corrected.other(winner);
        field.play(corrected, loser);
        sees_won(&fan, corrected, loser).await;
        organizer::corrects(&olga, corrected.id, corrected.won_by(winner)[0], winner).await;
        sees_won(&fan, corrected, winner).await;
        field.play(plain, field.winner(plain));
        tell("a dispute is settled and a result corrected");

        // Her second match she agrees to by one button; everything else is played without a screen.
        let second = field.open().into_iter().find(|meeting| meeting.sides.contains(&team.to_owned())).expect("she goes on");
        captain::goes_to_the_match(&cara).await;
        let other = field.captain(second.other(team));
        other.is_there(second.id);
        let games = second.won_by(team);
        other.reports(second.id, &games);
        let (score, goals) = if games[0] == [3, 1] { ("1 : 0", "3 : 1") } else { ("0 : 1", "1 : 3") };
        captain::agrees(&cara, score, goals).await;
        let mut last = second;
        loop {
            let open = field.open();
            if open.is_empty() {
                break;
            }
            for meeting in open {
                field.play(&meeting, field.winner(&meeting));
                last = meeting;
            }
        }
        assert_eq!(last.code, "GF2", "the losers' champion made a second grand final necessary");
        sees_won(&fan, &last, team).await;
        fan.until("the page says that it is over", "return document.querySelector('.call h2').innerText === 'It is over'").await;
        fan.until("it is the page that was opened", "return window.opened === 'once'").await;
        fan.look("spectator-over").await;
        tell("the last match is played, and the spectator has seen it without opening anything again");

        // Prizes and wallets: 600 coins for the first three, a fee of 50 for the organizer.
        let deadline = Instant::now();
        while !anonymous.get(&format!("{CUP}/prizes")).text().contains("Paid on") {
            assert!(deadline.elapsed().as_secs() < 60, "the prizes are not paid");
            tokio::time::sleep(std::time::Duration::from_millis(200)).await;
        }
        organizer::closes_the_books(&olga).await;
        let organizer = Visitor::signed_in(client(), "olga", "the organizer");
        let partner = Visitor::signed_in(client(), partner, "the partner");
        assert_eq!([organizer.coins(), cara_too.coins(), partner.coins()], [450, 150, 150]);
        let coins = |of: &[Visitor]| -> Vec<i64> { of.iter().map(Visitor::coins).collect() };
        assert_eq!(coins(&others), [50 + 90, 60, 0, 0, 0, 0, 0, 0]);
        assert_eq!(coins(&partners), [90, 60, 0, 0, 0, 0, 0, 0]);
        cara.open("/wallet").await;
        cara.sees("Delta Cup").await;
        cara.look("captain-wallet").await;
        assert!(anonymous.get("/").text().contains("<dt>DeltaCoins in wallets</dt><dd>1,100</dd>"));
        for screen in [&olga, &cara, &fan] {
            screen.is_calm().await;
        }
        let ledger = on(url, &["ledger", "verify"]).success();
        assert!(ledger.stdout.contains("The ledger is sound."), "{ledger}");
        let audit = on(url, &["audit", "verify"]).success();
        assert!(audit.stdout.contains("The log is sound."), "{audit}");
        on(url, &["verify-schema"]).success();
        let stopped = served.stop();
        assert_eq!(stopped.code, 0, "{stopped}");
        assert!(!stopped.stdout.contains("ERROR") && !stopped.stdout.contains("panicked"), "{stopped}");
        tell("the books are closed");
    }
}

/// Opens the bracket in a window that nobody signs in to, and marks the page.
async fn watches(fan: &Screen) {
    fan.open(&format!("{CUP}/bracket")).await;
    fan.until("the page is live", "return document.querySelector('main').dataset.liveState === 'on'").await;
    fan.until("the page is marked", "window.opened = 'once'; return true").await;
    fan.look("spectator-begin").await;
}

/// Waits until the bracket that is open shows who has won a match.
async fn sees_won(fan: &Screen, meeting: &Meeting, winner: &str) {
    let script = format!(
        "return document.getElementById('{}').querySelector('p.w')?.innerText.includes('{winner}')",
        meeting.code
    );
    fan.until(&format!("{winner} has won {}", meeting.code), &script).await;
}

/// Waits until the bracket that is open shows a word at a match.
async fn shows(fan: &Screen, meeting: &Meeting, word: &str) {
    let script = format!("return document.getElementById('{}').innerText.includes('{word}')", meeting.code);
    fan.until(&format!("{word} at {}", meeting.code), &script).await;
}
