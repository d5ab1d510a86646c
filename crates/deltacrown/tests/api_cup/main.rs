//! A whole cup through the JSON API, against the program as it is served: an organizer, nine teams, fees in coins and
//! money, a no-show, a dispute, a correction, prizes. Then the same once more while the program is killed again and
//! again. Nothing here reaches around the API: no SQL, no service in this process; what an operator does, an operator's
//! verb does.

mod api;
mod crash;
mod play;
mod proof;
mod story;
#[path = "../support/mod.rs"]
mod support;

use std::time::{Duration, Instant};

use api::Api;
use crash::{Crasher, Server};
use story::Cup;
use support::program;
use testkit::{TestDatabase, process::Served};

/// Jobs that were due when the program died are done this long after it is back.
const RESUMED: Duration = Duration::from_secs(10);

testkit::on_both! {
    async fn a_cup_from_signing_up_to_the_prizes(db: &TestDatabase) {
        let staff = story::found(db);
        let served = Served::start(program(&["serve", "--bind", "127.0.0.1:0"]).args(["--database", db.url()]));
        let api = Api::new(served.address());
        let mut cup = Cup::announce(&api, staff);
        cup.gather();
        cup.prepare();
        play::to_the_end(&cup);
        cup.pay_prizes();
        cup.hand_over();
        proof::all_is_well(&cup, db);
        let stopped = served.stop();
        assert_eq!(stopped.code, 0, "{stopped}");
        proof::the_books_are_sound(db);
    }

    /// The program dies at random moments, and the client asks again with the same key until it is answered.
    async fn a_cup_while_the_program_is_killed_again_and_again(db: &TestDatabase) {
        let staff = story::found(db);
        let server = Server::start(db.url());
        let api = Api::patient(server.address());
        let crasher = Crasher::new(&server, &api);
        let cup = crasher.during(|| {
            let mut cup = Cup::announce(&api, staff);
            cup.gather();
            cup.prepare();
            play::to_the_end(&cup);
            cup
        });
        // The last result has made the prizes due: nobody but a job pays them.
        server.crash(Duration::ZERO);
        let back = Instant::now();
        while !cup.winners_were_told() {
            assert!(back.elapsed() < RESUMED, "the prizes are not paid {RESUMED:?} after the program was back");
            std::thread::sleep(Duration::from_millis(50));
        }
        eprintln!("{}, {}; jobs went on {:?} after the last", server.told(), api.told(), back.elapsed());
        assert!(server.crashes() >= 10, "{}: that proves little", server.told());
        cup.hand_over();
        proof::all_is_well(&cup, db);
        server.stop();
        proof::the_books_are_sound(db);
    }
}
