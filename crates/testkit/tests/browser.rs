//! A browser opens pages, acts on them, tells what it saw, and leaves nothing behind.
#![cfg(feature = "browser")]

use std::path::{Path, PathBuf};
use std::process::Command;

use testkit::browser::{Browser, run};
use testkit::process::Served;

#[test]
fn a_page_is_used() {
    run(async |browser: &Browser| {
        let server = Served::start(Command::new(env!("CARGO_BIN_EXE_specimen")).arg("serve"));
        browser.open(&server.url("/script")).await;
        assert_eq!(browser.text("h1").await, "still");
        browser.click("button").await;
        browser.wait_for_text("h1", "moved").await;
        browser.fill("#i", "first").await;
        browser.fill("#i", "second").await;
        assert_eq!(browser.find("#i").await.prop("value").await.expect("a value").as_deref(), Some("second"));
        let errors = browser.console_errors().await;
        assert!(errors.iter().any(|error| error.contains("on purpose")), "{errors:?}");
        assert!(browser.console_errors().await.is_empty(), "they are told once");
    });
}

#[test]
fn a_phone_is_narrow_and_a_screenshot_shows_it() {
    run(async |browser: &Browser| {
        let directory = tempfile::tempdir().expect("a directory");
        let width =
            async || browser.execute("return window.innerWidth", Vec::new()).await.expect("a number").json().clone();
        browser.open("data:text/html,<meta name=viewport content='width=device-width'><p>hello").await;
        assert_eq!(width().await, 1280);
        for (name, pixels) in
            [("desktop.png", (1280, 800)), ("below/phone.png", (780, 1688)), ("wide.png", (1920, 1080))]
        {
            match pixels.0 {
                780 => browser.be_phone().await,
                1920 => browser.resize(1920, 1080).await,
                _ => {}
            }
            let path = directory.path().join(name);
            browser.shoot(&path).await;
            assert_eq!(size(&path), pixels, "{name}");
        }
        browser.be_phone().await;
        assert_eq!(width().await, 390);
        assert!(browser.console_errors().await.is_empty());
    });
}

#[test]
#[cfg(target_os = "linux")]
fn nothing_is_left() {
    let mut profile = PathBuf::new();
    run(async |browser: &Browser| {
        browser.open("data:text/html,<p>hello").await;
        profile = browser.profile().to_owned();
        assert!(profile.is_dir() && !processes(&profile).is_empty());
    });
    if profile.as_os_str().is_empty() {
        return;
    }
    assert!(!profile.exists());
    assert_eq!(processes(&profile), Vec::<String>::new());
}

/// Width and height of a PNG file: the first two numbers of its first chunk.
fn size(path: &Path) -> (u32, u32) {
    let bytes = std::fs::read(path).expect("a screenshot");
    assert!(bytes.starts_with(b"\x89PNG"));
    let number = |at: usize| u32::from_be_bytes(bytes[at..at + 4].try_into().expect("four bytes"));
    (number(16), number(20))
}

/// The command lines of the processes that name a directory; those that have ended and wait for their parent have none.
#[cfg(target_os = "linux")]
fn processes(directory: &Path) -> Vec<String> {
    let directory = directory.to_str().expect("UTF-8");
    let all = std::fs::read_dir("/proc").expect("processes").flatten();
    all.filter_map(|process| std::fs::read_to_string(process.path().join("cmdline")).ok())
        .filter(|line| line.contains(directory))
        .collect()
}
