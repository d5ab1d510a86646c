//! An answer of the server, whole: status, headers, body, and what tests read out of a page.
//!
//! Not here: sending.

use std::fmt;

use html5gum::{Token, Tokenizer};
use ureq::Body;
use ureq::http::{self, HeaderMap, Method};
use url::Url;

use super::Form;

/// A page may be larger than any test's; an endless one is an error.
const MOST_BYTES: u64 = 64 * 1024 * 1024;

/// Why there is no whole answer.
#[derive(Debug)]
pub struct Broken {
    /// Method and URL.
    request: Box<str>,
    error: ureq::Error,
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.request, self.error)
    }
}

impl std::error::Error for Broken {}

/// An answer, read to its end.
#[derive(Clone, Debug)]
pub struct Response {
    method: Method,
    url: Url,
    status: u16,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Response {
    pub(super) fn read(
        method: Method,
        url: Url,
        send: impl FnOnce(&Url) -> Result<http::Response<Body>, ureq::Error>,
    ) -> Self {
        Self::try_read(method, url, send).unwrap_or_else(|broken| panic!("{broken}"))
    }

    pub(super) fn try_read(
        method: Method,
        url: Url,
        send: impl FnOnce(&Url) -> Result<http::Response<Body>, ureq::Error>,
    ) -> Result<Self, Broken> {
        let broken = |error| Broken { request: format!("{method} {url}").into(), error };
        let (parts, mut body) = send(&url).map_err(broken)?.into_parts();
        let body = body.with_config().limit(MOST_BYTES).read_to_vec().map_err(broken)?;
        Ok(Self { method, url, status: parts.status.as_u16(), headers: parts.headers, body })
    }

    /// The URL that was asked for.
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// The path that was asked for, without the query.
    pub fn path(&self) -> &str {
        self.url.path()
    }

    /// The status code.
    pub fn status(&self) -> u16 {
        self.status
    }

    /// All headers.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The first value of a header; `None` if it is missing or not text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// Where a redirect (status 3xx with `location`) leads.
    pub fn location(&self) -> Option<Url> {
        let target = self.header("location").filter(|_| (300..400).contains(&self.status))?;
        self.url.join(target).ok()
    }

    /// The body as it came.
    pub fn bytes(&self) -> &[u8] {
        &self.body
    }

    /// The body as text; broken UTF-8 is replaced.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON.
    ///
    /// # Panics
    /// If it is none; the text shows the body.
    #[track_caller]
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("not JSON: {error}\n{}", self.shown()))
    }

    /// The same, if the status is this one.
    ///
    /// # Panics
    /// If it is another; the text shows the answer.
    #[track_caller]
    #[must_use]
    pub fn expect(self, status: u16) -> Self {
        assert!(self.status == status, "expected status {status}\n{}", self.shown());
        self
    }

    /// The value of the first hidden field of a name, for instance a CSRF token; `None` if the page has none.
    pub fn hidden(&self, name: &str) -> Option<String> {
        Tokenizer::new(&self.body[..]).flatten().find_map(|token| {
            let Token::StartTag(tag) = token else { return None };
            let attribute = |key: &str| tag.attributes.get(key.as_bytes()).map(|value| String::from_utf8_lossy(value));
            let is_hidden = attribute("type").is_some_and(|kind| kind.eq_ignore_ascii_case("hidden"));
            let found = *tag.name == *b"input" && is_hidden && attribute("name").as_deref() == Some(name);
            found.then(|| attribute("value").unwrap_or_default().into_owned())
        })
    }

    /// The first form that is sent to this address.
    ///
    /// # Panics
    /// If there is none; the text shows the page.
    #[track_caller]
    pub fn form(&self, action: &str) -> Form {
        Form::read(&self.body, action).unwrap_or_else(|| panic!("no form for {action}\n{}", self.shown()))
    }

    /// The answer as text for a failure.
    fn shown(&self) -> String {
        use std::fmt::Write as _;
        let mut text = format!("{} {} answered {}\n", self.method, self.url, self.status);
        for (name, value) in &self.headers {
            let _ = writeln!(text, "{name}: {}", String::from_utf8_lossy(value.as_bytes()));
        }
        format!("{text}\n{}", self.text())
    }
}
