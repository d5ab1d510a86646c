//! A browser without a screen: requests with a cookie jar to a server on this machine.
//!
//! Blocking: on a runtime it holds the thread of the test, while a server in the same process answers from the
//! others. Redirects are shown, not followed, unless asked for ([`Client::visit`]).
//!
//! Not here: TLS, scripts (`browser`), and starting the server (`process`).

mod form;
mod response;

pub use form::Form;
pub use response::{Broken, Response};
pub use ureq::http::{HeaderMap, Method};

use std::fmt::Display;
use std::io::BufReader;
use std::net::SocketAddr;
use std::time::Duration;

use ureq::http::Request as HttpRequest;
use ureq::unversioned::multipart::{Form as Parts, Part};
use ureq::{Agent, AsSendBody};
use url::{Url, form_urlencoded};

/// How long a request may take; what streams may be silent for as long.
const TIMEOUT: Duration = Duration::from_secs(30);
/// The type of a file that nobody chose.
const NO_TYPE: &str = "application/octet-stream";
const MOST_REDIRECTS: usize = 10;

/// Somebody who visits one server and keeps its cookies.
#[derive(Debug)]
pub struct Client {
    agent: Agent,
    base: Url,
    headers: Vec<(String, String)>,
}

impl Client {
    /// A new visitor without cookies.
    pub fn new(server: SocketAddr) -> Self {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .proxy(None)
            .timeout_connect(Some(TIMEOUT))
            .timeout_recv_response(Some(TIMEOUT))
            .timeout_per_read(Some(TIMEOUT))
            .build();
        let base = Url::parse(&format!("http://{server}/")).expect("an address makes a URL");
        Self { agent: config.into(), base, headers: Vec::new() }
    }

    /// The same with a header that every request carries, for instance `authorization`.
    #[must_use]
    pub fn with_header(mut self, name: &str, value: impl Display) -> Self {
        self.headers.push((name.to_owned(), value.to_string()));
        self
    }

    /// Gets a path.
    ///
    /// # Panics
    /// As every request: if the server does not answer in HTTP within half a minute.
    pub fn get(&self, path: &str) -> Response {
        self.send(Method::GET, path, &[], None)
    }

    /// Gets a path and follows redirects, as a browser does; [`Response::url`] tells where that led.
    ///
    /// # Panics
    /// As [`Self::get`], and after ten redirects.
    pub fn visit(&self, path: &str) -> Response {
        self.follow(self.get(path))
    }

    /// Follows a response's redirects with GET.
    ///
    /// # Panics
    /// As [`Self::visit`].
    pub fn follow(&self, mut response: Response) -> Response {
        for _ in 0..MOST_REDIRECTS {
            let Some(target) = response.location() else { return response };
            response = self.get(target.as_str());
        }
        panic!("more than {MOST_REDIRECTS} redirects, the last to {}", response.url());
    }

    /// Posts the fields of a form, as a browser encodes them.
    ///
    /// # Panics
    /// As [`Self::get`].
    pub fn post(&self, path: &str, fields: &[(&str, &str)]) -> Response {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.send(Method::POST, path, &[("content-type", "application/x-www-form-urlencoded")], Some(body.as_bytes()))
    }

    /// Sends JSON with any method.
    ///
    /// # Panics
    /// As [`Self::get`].
    pub fn json(&self, method: Method, path: &str, body: &serde_json::Value) -> Response {
        self.send(method, path, &[("content-type", "application/json")], Some(body.to_string().as_bytes()))
    }

    /// Posts a form with one file (`multipart/form-data`).
    ///
    /// # Panics
    /// As [`Self::get`], and if the content type is none.
    pub fn upload(&self, path: &str, fields: &[(&str, &str)], file: Upload<'_>) -> Response {
        self.send_parts(path, fields, Some(file))
    }

    fn send_parts(&self, path: &str, fields: &[(&str, &str)], file: Option<Upload<'_>>) -> Response {
        let mut form = fields.iter().fold(Parts::new(), |form, (name, value)| form.text(name, value));
        if let Some(file) = file {
            let part = Part::bytes(file.bytes).file_name(file.name);
            let part =
                part.mime_str(file.content_type).unwrap_or_else(|error| panic!("{}: {error}", file.content_type));
            form = form.part(file.field, part);
        }
        let url = self.url(path);
        let mut request = self.agent.post(url.as_str());
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        Response::read(Method::POST, url, |_| request.send(form))
    }

    /// Sends a form of a page as a browser does: what stands in it with these changes, in parts where it says so, and
    /// without a file where it asks for one.
    ///
    /// # Panics
    /// As [`Self::get`], and if the page has no form for the address.
    #[track_caller]
    pub fn submit(&self, page: &Response, action: &str, changes: &[(&str, &str)]) -> Response {
        self.submit_with(page, action, changes, Upload { field: "", name: "", content_type: NO_TYPE, bytes: &[] })
    }

    /// The same with a file, for the field that the form has for one.
    ///
    /// # Panics
    /// As [`Self::submit`].
    #[track_caller]
    pub fn submit_with(&self, page: &Response, action: &str, changes: &[(&str, &str)], file: Upload<'_>) -> Response {
        let form = page.form(action).with(changes);
        let fields: Vec<(&str, &str)> = form.fields.iter().map(|(name, value)| (&**name, &**value)).collect();
        let target = page.url().join(action).unwrap_or_else(|error| panic!("{action:?} is no address: {error}"));
        if form.multipart {
            let file = form.file.as_deref().map(|field| Upload { field, ..file });
            self.send_parts(target.as_str(), &fields, file)
        } else {
            self.post(target.as_str(), &fields)
        }
    }

    /// Sends anything: method, headers, body.
    ///
    /// # Panics
    /// As [`Self::get`], and if a header is none or the method may not have the body.
    pub fn send(&self, method: Method, path: &str, headers: &[(&str, &str)], body: Option<&[u8]>) -> Response {
        self.try_send(method, path, headers, body).unwrap_or_else(|broken| panic!("{broken}"))
    }

    /// The same for a server that may die meanwhile.
    ///
    /// # Errors
    /// When there is no whole answer in HTTP; whether the server did what was asked is then not known.
    ///
    /// # Panics
    /// If a header is none or the method may not have the body.
    pub fn try_send(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<&[u8]>,
    ) -> Result<Response, Broken> {
        let url = self.url(path);
        Response::try_read(method.clone(), url, |url| match body {
            Some(body) => self.agent.run(self.request(&method, url, headers, body)),
            None => self.agent.run(self.request(&method, url, headers, ())),
        })
    }

    /// Gets a path whose answer does not end, line by line: for server-sent events.
    ///
    /// # Panics
    /// As [`Self::get`], and if the status is not 200. Reading fails after half a minute of silence.
    pub fn stream(&self, path: &str) -> BufReader<impl std::io::Read + 'static> {
        let url = self.url(path);
        let request = self.request(&Method::GET, &url, &[("accept", "text/event-stream")], ());
        let response = self.agent.run(request).unwrap_or_else(|error| panic!("GET {url}: {error}"));
        assert_eq!(response.status(), 200, "GET {url}");
        BufReader::new(response.into_body().into_reader())
    }

    /// The value of a cookie that the server has set.
    pub fn cookie(&self, name: &str) -> Option<String> {
        self.agent.cookie_jar_lock().iter().find(|cookie| cookie.name() == name).map(|cookie| cookie.value().to_owned())
    }

    /// The URL of a path, which may itself be a URL.
    fn url(&self, path: &str) -> Url {
        self.base.join(path).unwrap_or_else(|error| panic!("{path:?} is not a path: {error}"))
    }

    fn request<B: AsSendBody>(&self, method: &Method, url: &Url, headers: &[(&str, &str)], body: B) -> HttpRequest<B> {
        let mut request = HttpRequest::builder().method(method).uri(url.as_str());
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.body(body).unwrap_or_else(|error| panic!("{method} {url}: {error}"))
    }
}

/// A file of a form.
#[derive(Clone, Copy, Debug)]
pub struct Upload<'a> {
    /// The name of the form's field.
    pub field: &'a str,
    /// The file's name, as a browser would send it.
    pub name: &'a str,
    /// The type that the sender claims, for instance `image/png`.
    pub content_type: &'a str,
    /// What is in it.
    pub bytes: &'a [u8],
}
