//! A person at a browser: goes where words lead, fills fields in, reads.
//!
//! Pictures go into the directory that `DELTACROWN_TEST_PICTURES` names, if it is set.

use std::{
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use testkit::browser::{Browser, thirtyfour::prelude::*};

/// How long anything may take; far longer than it takes, for machines that have much to do.
const PATIENCE: Duration = Duration::from_secs(60);
const POLL: Duration = Duration::from_millis(100);

pub struct Screen {
    browser: Browser,
    site: String,
    name: &'static str,
}

impl Screen {
    /// A browser of its own, or nothing where there is none.
    pub async fn start(site: String, name: &'static str) -> Option<Self> {
        Some(Self { browser: Browser::start().await?, site, name })
    }

    pub async fn open(&self, path: &str) {
        self.browser.open(&format!("{}{path}", self.site)).await;
    }

    /// Waits until a script of the page answers yes.
    pub async fn until(&self, what: &str, script: &str) {
        let begun = Instant::now();
        // A page that is just going answers with an error.
        while !self.ask(script).await.is_ok_and(|answer| answer == serde_json::Value::Bool(true)) {
            if begun.elapsed() > PATIENCE {
                let at = self.browser.current_url().await.map_or_else(|error| error.to_string(), |url| url.to_string());
                let shown = self.ask("return document.body.innerText").await.unwrap_or_default();
                panic!("{}: {what} is not so after {PATIENCE:?} on {at}\n{}", self.name, shown.as_str().unwrap_or(""));
            }
            tokio::time::sleep(POLL).await;
        }
    }

    async fn ask(&self, script: &str) -> WebDriverResult<serde_json::Value> {
        Ok(self.browser.execute(script, Vec::new()).await?.json().clone())
    }

    /// Answers what a script of the page says.
    pub async fn read(&self, script: &str) -> String {
        let answer = self.ask(script).await.unwrap_or_else(|error| panic!("{}: {script}: {error}", self.name));
        answer.as_str().unwrap_or_else(|| panic!("{}: {script}: {answer}", self.name)).to_owned()
    }

    /// Waits until these words stand on the page.
    pub async fn sees(&self, words: &str) {
        let script = format!("return document.querySelector('main').innerText.includes({})", text(words));
        self.until(&format!("{words:?}"), &script).await;
    }

    /// Clicks what is found, and waits until the page that it leads to is there.
    async fn follow(&self, by: By) {
        self.ask("window.left = true").await.unwrap_or_else(|error| panic!("{}: {error}", self.name));
        let found = self.browser.query(by.clone()).wait(PATIENCE, POLL).and_clickable().first().await;
        let found = match found {
            Ok(found) => found,
            Err(error) => {
                self.until(&format!("{by} to click ({error})"), "return false").await;
                return;
            }
        };
        // Out from under the bar that stays at the top, as a person would.
        let clicked = async {
            found.scroll_into_view().await?;
            found.click().await
        };
        clicked.await.unwrap_or_else(|error| panic!("{}: {by}: {error}", self.name));
        let script = "return window.left === undefined && document.readyState === 'complete'";
        self.until(&format!("the page behind {by}"), script).await;
    }

    /// Clicks the link or the button with these words, which leads to another page.
    pub async fn press(&self, words: &str) {
        let tags = "(self::a or self::button or self::summary)";
        self.follow(By::XPath(format!("//*[{tags} and normalize-space()={}]", text(words)))).await;
    }

    /// The same, chosen by a selector, where words are not enough.
    pub async fn press_at(&self, selector: &str) {
        self.follow(By::Css(selector)).await;
    }

    /// Opens the menu of whoever is signed in and goes to one of its pages.
    pub async fn menu(&self, words: &str) {
        self.browser.click(".menu summary").await;
        self.press(words).await;
    }

    /// Types into a field, by its name.
    pub async fn fill(&self, name: &str, value: &str) {
        self.browser.fill(&format!("main [name='{name}']"), value).await;
    }

    /// Gives a file to a field, by its name.
    pub async fn give(&self, name: &str, file: &Path) {
        let field = self.browser.find(&format!("main [name='{name}']")).await;
        field.send_keys(file.display().to_string()).await.expect("it takes a file");
    }

    /// Sets a day and a time: keys for it differ between languages.
    pub async fn set(&self, name: &str, value: &str) {
        let script = format!("document.querySelector(\"main [name='{name}']\").value = '{value}'; return ''");
        self.read(&script).await;
    }

    /// Chooses from a list, or one of several: by the name of the field and the value.
    pub async fn choose(&self, name: &str, value: &str) {
        let list = format!("main select[name='{name}'] option[value='{value}']");
        let one = format!("main label:has(input[type=radio][name='{name}'][value='{value}'])");
        self.browser.click(&format!("{list}, {one}")).await;
    }

    /// Ticks or unticks a box.
    pub async fn tick(&self, name: &str) {
        self.browser.click(&format!("main label:has(input[name='{name}'])")).await;
    }

    /// Keeps pictures of the page as it is, on a wide screen and on a phone, where somebody asked for pictures.
    pub async fn look(&self, name: &str) {
        let Some(directory) = std::env::var_os("DELTACROWN_TEST_PICTURES").map(PathBuf::from) else { return };
        self.browser.be_phone().await;
        self.shoot(&directory.join(format!("{name}-phone.png"))).await;
        self.browser.resize(1280, 900).await;
        self.shoot(&directory.join(format!("{name}-wide.png"))).await;
    }

    /// Writes what is seen to a file.
    pub async fn shoot(&self, file: &Path) {
        self.browser.shoot(file).await;
    }

    /// Nothing went wrong in the browser: no script, no file that was not there, nothing that the policy forbids.
    pub async fn is_calm(&self) {
        let errors = self.browser.console_errors().await;
        assert!(errors.is_empty(), "{}: {errors:?}", self.name);
    }
}

/// A text within a script or a path of XPath.
fn text(words: &str) -> String {
    assert!(!words.contains(['"', '\\']), "{words}");
    format!("\"{words}\"")
}
