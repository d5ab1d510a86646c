//! Programs under test: what they did is told, and none outlives its test.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use testkit::process::{Served, run, run_with_input};

fn specimen(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_specimen"));
    command.args(arguments);
    command
}

fn panic_text(act: impl FnOnce()) -> String {
    let panic = catch_unwind(AssertUnwindSafe(act)).expect_err("it should have failed");
    panic.downcast_ref::<String>().cloned().expect("a text")
}

#[test]
fn a_command_is_told_whole() {
    let output = run(&mut specimen(&["print", "3", "ö out", "err"]));
    assert_eq!((output.code, output.stdout.as_str(), output.stderr.as_str()), (3, "ö out", "err"));
    let text = panic_text(|| {
        let _ = output.success();
    });
    for part in ["expected exit code 0", "exit code 3", "ö out", "err"] {
        assert!(text.contains(part), "{part:?} is missing in {text}");
    }
    // More than a pipe holds, both ways.
    let long = "0123456789".repeat(50_000);
    assert_eq!(run_with_input(&mut specimen(&["copy"]), &long).success().stdout, long);
    assert_eq!(run(&mut specimen(&["copy"])).success().stdout, "");
}

#[test]
fn a_signal_counts_as_shells_count_it() {
    assert_eq!(run(Command::new("sh").args(["-c", "kill -TERM $$"])).code, 143);
}

#[test]
fn a_server_is_awaited_and_stopped() {
    let server = Served::start(&mut specimen(&["serve"]));
    let id = server.id();
    assert_ne!(server.address().port(), 0);
    assert_eq!(server.url("/x"), format!("http://{}/x", server.address()));
    server.wait_for_print(&format!("pid {id}"), Duration::from_secs(5));
    assert!(server.printed().contains("listening on"));
    let output = server.stop().success();
    assert!(output.stdout.ends_with("goodbye\n"), "{output}");
    assert!(!is_alive(id));
}

#[test]
fn a_server_ends_with_its_test() {
    for end in [drop::<Served>, Served::kill] {
        let server = Served::start(&mut specimen(&["serve"]));
        let id = server.id();
        assert!(is_alive(id));
        end(server);
        assert!(!is_alive(id));
    }
    let mut id = 0;
    panic_text(|| {
        let server = Served::start(&mut specimen(&["serve"]));
        id = server.id();
        panic!("{}", "on purpose");
    });
    assert!(!is_alive(id));
}

#[test]
fn a_server_that_does_not_start_is_told() {
    let text = panic_text(|| drop(Served::start(&mut specimen(&["fail"]))));
    assert!(text.contains("printed no line with http://"), "{text}");
    let text = panic_text(|| drop(Served::start(&mut Command::new("/nonexistent/program"))));
    assert!(text.contains("cannot start") && text.contains("/nonexistent/program"), "{text}");
}

fn is_alive(id: u32) -> bool {
    Path::new("/proc").join(id.to_string()).exists()
}
