//! A real browser without a screen: Chromium, driven through chromedriver.
//!
//! The driver's own methods are at hand: a [`Browser`] derefs to [`WebDriver`]. What is here is what most tests do,
//! with failures that say which element of which page was meant.
//!
//! Not here: requests without a browser (`http`), and starting the server (`process`).

mod driver;

pub use thirtyfour;

use std::ops::Deref;
use std::path::Path;
use std::time::Duration;

use thirtyfour::error::WebDriverErrorInner;
use thirtyfour::prelude::*;
use thirtyfour::{ChromeCapabilities, LoggingPrefsLogLevel};

use crate::database::Outcome;
use crate::missing::Missing;
use driver::Driver;

/// How long an element may take to appear; far longer than it takes, for machines that have much to do.
const PATIENCE: Duration = Duration::from_secs(30);
const POLL: Duration = Duration::from_millis(50);

const MISSING: Missing = Missing {
    what: "the tests in a browser",
    remedy: "found no `chromium` and `chromedriver` in PATH. On Debian: `apt-get install chromium chromium-driver`",
};

/// Runs a test body with a fresh browser on a multi-thread runtime of its own.
///
/// Returns without running it where there is no browser, which is then said on standard error.
///
/// # Panics
/// If the body does or returns an error, if the browser does not start, and where `CI` is set and there is none.
pub fn run<O: Outcome>(body: impl AsyncFnOnce(&Browser) -> O) {
    crate::database::on_runtime(async {
        let Some(browser) = Browser::start().await else { return };
        body(&browser).await.check();
    });
}

/// A browser with one window and an empty profile; ended, and its profile removed, when dropped.
#[derive(Debug)]
pub struct Browser {
    web: Option<WebDriver>,
    // Dropped last: the programs end with it.
    driver: Driver,
}

impl Browser {
    /// Starts a browser with a window of 1280 × 800 CSS pixels; `None` where there is none, which has then been said
    /// on standard error.
    ///
    /// # Panics
    /// If it is installed and does not start, and where `CI` is set and it is not installed.
    pub async fn start() -> Option<Self> {
        let Some(programs) = driver::Programs::find() else {
            MISSING.skip();
            return None;
        };
        let driver = Driver::start(&programs);
        let capabilities = capabilities(&programs, &driver).expect("options are plain JSON");
        let client = reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(60)).build();
        let web = WebDriver::builder(driver.url(), capabilities).client(client.expect("a client without TLS")).await;
        let web = web.unwrap_or_else(|error| panic!("Chromium does not start: {error}\n{}", driver.printed()));
        let browser = Self { web: Some(web), driver };
        browser.resize(1280, 800).await;
        Some(browser)
    }

    /// Opens a page and waits until it is loaded.
    ///
    /// # Panics
    /// If it cannot be loaded. An HTTP error is a page like others.
    pub async fn open(&self, url: &str) {
        self.goto(url).await.unwrap_or_else(|error| panic!("cannot open {url}: {error}"));
    }

    /// The first element that a CSS selector finds, waited for as long as half a minute.
    ///
    /// # Panics
    /// If there is none; the text shows the page.
    pub async fn find(&self, selector: &str) -> WebElement {
        let found = self.query(By::Css(selector)).wait(PATIENCE, POLL).first().await;
        self.must(found, "find", selector).await
    }

    /// Clicks an element once it is visible and enabled.
    ///
    /// # Panics
    /// As [`Self::find`], and if something lies over it.
    pub async fn click(&self, selector: &str) {
        let clicked = patiently(async || {
            let element = self.query(By::Css(selector)).wait(PATIENCE, POLL).and_clickable().first().await?;
            element.click().await
        });
        self.must(clicked.await, "click", selector).await;
    }

    /// Empties a field and types a text into it.
    ///
    /// # Panics
    /// As [`Self::find`], and if it is no field.
    pub async fn fill(&self, selector: &str, text: &str) {
        let typed = patiently(async || {
            let element = self.query(By::Css(selector)).wait(PATIENCE, POLL).first().await?;
            element.clear().await?;
            element.send_keys(text).await
        });
        self.must(typed.await, "type into", selector).await;
    }

    /// The visible text of an element.
    ///
    /// # Panics
    /// As [`Self::find`].
    pub async fn text(&self, selector: &str) -> String {
        let text = patiently(async || self.query(By::Css(selector)).wait(PATIENCE, POLL).first().await?.text().await);
        self.must(text.await, "read", selector).await
    }

    /// Waits until an element shows a text.
    ///
    /// # Panics
    /// If it does not within half a minute; the text shows the page.
    pub async fn wait_for_text(&self, selector: &str, text: &str) {
        let found = patiently(async || {
            let text_filter = thirtyfour::stringmatch::StringMatch::new(text).partial();
            self.query(By::Css(selector)).with_text(text_filter).wait(PATIENCE, POLL).first().await
        });
        self.must(found.await, &format!("see {text:?} in"), selector).await;
    }

    /// Sets the size of the page's viewport, in CSS pixels.
    ///
    /// # Panics
    /// If the browser refuses.
    pub async fn resize(&self, width: u32, height: u32) {
        self.set_viewport(width, height, 1.0, false).await;
    }

    /// Makes the viewport that of a phone: 390 × 844 CSS pixels, two device pixels each, mobile layout.
    ///
    /// # Panics
    /// If the browser refuses.
    pub async fn be_phone(&self) {
        self.set_viewport(390, 844, 2.0, true).await;
    }

    /// Emulated, because a window cannot be as narrow as a phone.
    async fn set_viewport(&self, width: u32, height: u32, scale: f64, mobile: bool) {
        let set = self.cdp().emulation().set_device_metrics_override(width, height, scale, mobile).await;
        set.unwrap_or_else(|error| panic!("cannot make the viewport {width} × {height}: {error}"));
    }

    /// Writes what is seen to a PNG file; directories on the way are made.
    ///
    /// # Panics
    /// If it cannot be taken or written.
    pub async fn shoot(&self, path: &Path) {
        let shown = path.display();
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent)
                .unwrap_or_else(|error| panic!("cannot make the directory of {shown}: {error}"));
        }
        // A page that has just gone can take the picture of the next one with it: look again.
        for _ in 0..2 {
            if self.screenshot(path).await.is_ok() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(300)).await;
        }
        self.screenshot(path).await.unwrap_or_else(|error| panic!("cannot write the screenshot {shown}: {error}"));
    }

    /// The errors on the console since the last call: scripts that threw, files that did not load, what the content
    /// security policy forbade, and `console.error`.
    ///
    /// # Panics
    /// If the browser does not answer.
    pub async fn console_errors(&self) -> Vec<String> {
        let entries = self.browser_log().await.unwrap_or_else(|error| panic!("cannot read the console: {error}"));
        entries.into_iter().filter(|entry| entry.level == "SEVERE").map(|entry| entry.message).collect()
    }

    /// The directory of its cookies, cache and settings.
    pub fn profile(&self) -> &Path {
        Path::new(self.driver.profile())
    }

    async fn must<T>(&self, result: WebDriverResult<T>, verb: &str, selector: &str) -> T {
        match result {
            Ok(value) => value,
            Err(error) => {
                let url = self.current_url().await.map_or_else(|error| error.to_string(), |url| url.to_string());
                let source = self.source().await.unwrap_or_default();
                panic!("cannot {verb} {selector:?} on {url}: {error}\n{source}");
            }
        }
    }
}

/// Tries again while the page changes under the attempt: an element that was found on the page before
/// is stale on the next one, or cannot be used because another takes its place just then, and that is no fault of
/// anybody. One that is never usable still fails, later.
async fn patiently<T>(attempt: impl AsyncFn() -> WebDriverResult<T>) -> WebDriverResult<T> {
    let begun = std::time::Instant::now();
    loop {
        match attempt().await {
            Err(error)
                if matches!(
                    error.as_inner(),
                    WebDriverErrorInner::StaleElementReference(_) | WebDriverErrorInner::ElementNotInteractable(_)
                ) && begun.elapsed() < PATIENCE =>
            {
                tokio::time::sleep(POLL).await;
            }
            result => return result,
        }
    }
}

impl Deref for Browser {
    type Target = WebDriver;

    fn deref(&self) -> &WebDriver {
        self.web.as_ref().expect("it is there until dropped")
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // The session need not be closed: the programs are ended with the driver.
        let _ = self.web.take().map(WebDriver::leak);
    }
}

fn capabilities(programs: &driver::Programs, driver: &Driver) -> WebDriverResult<ChromeCapabilities> {
    let mut capabilities = ChromeCapabilities::new();
    capabilities.set_binary(programs.chromium.to_str().expect("a program's path is UTF-8"))?;
    capabilities.set_browser_log_level(LoggingPrefsLogLevel::All)?;
    for argument in [
        "--headless=new",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        // Containers give too little shared memory.
        "--disable-dev-shm-usage",
        "--no-proxy-server",
        "--force-color-profile=srgb",
        "--hide-scrollbars",
    ] {
        capabilities.add_arg(argument)?;
    }
    if rustix::process::geteuid().is_root() {
        capabilities.add_arg("--no-sandbox")?;
    }
    capabilities.add_arg(&format!("--user-data-dir={}", driver.profile()))?;
    Ok(capabilities)
}
