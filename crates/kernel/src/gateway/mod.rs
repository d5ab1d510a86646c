//! The API gateway: endpoints by name and version, so that parts of the program that must not
//! name each other's crates can call each other, and a version can be served while the next grows.
//!
//! An endpoint declares who may call it, and [`Gateway::call`] sees to it. What goes wrong inside
//! is told to operators in the request log; the caller hears a general text with an incident id.
//!
//! Not here: HTTP and JSON bodies (`web`), and what the endpoints do (their apps).

mod log;

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt;
use std::pin::Pin;
use std::sync::{Arc, Mutex};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use thiserror::Error as ThisError;
use tracing::Instrument;

pub use log::{LOG_LIMIT, LoggedCall, Outcome};

use crate::actor::Actor;
use crate::clock::{Clock, SystemClock};
use crate::random::{Random, SystemRandom};
use crate::sync::lock;
use crate::task::describe_broken;
use log::RequestLog;

/// The version that a [`Request`] asks for unless it says otherwise.
pub const DEFAULT_VERSION: &str = "v1";

/// What a caller wants done with the thing behind the endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// Read it.
    Get,
    /// Make one.
    Create,
    /// Change it.
    Update,
    /// Remove it.
    Delete,
}

/// Who may call an endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Access {
    /// Everybody.
    Public,
    /// Whoever has signed in, and the program itself.
    User,
    /// Staff, and the program itself.
    Staff,
}

/// A call as its maker states it.
#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    /// Name of the endpoint, for example `tournaments.list`.
    pub endpoint: String,
    /// Version of the endpoint.
    pub version: String,
    /// What to do.
    pub method: Method,
    /// The particulars; each endpoint says what it reads.
    pub data: Value,
    /// On whose behalf.
    pub actor: Actor,
    /// By which door it came.
    pub origin: Origin,
}

/// By which door a call came: nothing for one from within the program.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Origin {
    /// Address of the caller.
    pub ip: Option<String>,
    /// The caller's program, in its own words.
    pub user_agent: Option<String>,
    /// Row of the session that the caller acts by.
    pub session: Option<i64>,
    /// What the caller calls this act, so that it is not done twice.
    pub key: Option<String>,
}

impl Request {
    /// Asks version `v1` of an endpoint.
    pub fn new(endpoint: impl Into<String>, method: Method, data: Value, actor: Actor) -> Self {
        let (endpoint, version) = (endpoint.into(), DEFAULT_VERSION.to_owned());
        Self { endpoint, version, method, data, actor, origin: Origin::default() }
    }

    /// Tells by which door it came.
    #[must_use]
    pub fn by_way_of(mut self, origin: Origin) -> Self {
        self.origin = origin;
        self
    }

    /// Asks another version.
    #[must_use]
    pub fn version(mut self, version: impl Into<String>) -> Self {
        self.version = version.into();
        self
    }
}

/// A call as a handler gets it.
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    /// What was asked.
    pub request: Request,
    /// When, UTC.
    pub at: DateTime<Utc>,
}

/// An answer, and what a door makes of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Reply {
    /// The matching HTTP status, for example 201.
    pub status: u16,
    /// What was answered.
    pub data: Value,
    /// Whether it is the answer of an earlier call with the same key: nothing was done this time.
    pub replayed: bool,
}

/// An ordinary answer.
impl From<Value> for Reply {
    fn from(data: Value) -> Self {
        Self { status: 200, data, replayed: false }
    }
}

/// Why a handler gives no answer.
///
/// Any `std::error::Error` turns into [`Failed`](Self::Failed) with `?`; what the caller may read
/// is said with [`refused`](Self::refused), on purpose.
#[derive(Debug)]
pub enum HandlerError {
    /// The caller asked for what cannot be had.
    Refused {
        /// The matching HTTP status, for example 409.
        status: u16,
        /// What is wrong, for the caller.
        message: String,
        /// The same for programs, such as a code and the wrong fields; null when there is no more to say.
        particulars: Value,
    },
    /// Something broke.
    Failed(Box<dyn Error + Send + Sync>),
}

impl HandlerError {
    /// A refusal that the caller may read.
    pub fn refused(status: u16, message: impl Into<String>) -> Self {
        Self::Refused { status, message: message.into(), particulars: Value::Null }
    }
}

impl<E: Error + Send + Sync + 'static> From<E> for HandlerError {
    fn from(error: E) -> Self {
        Self::Failed(Box::new(error))
    }
}

/// Why a call was not answered. The texts are fit for strangers.
#[derive(Debug, Clone, PartialEq, Eq, ThisError)]
pub enum Refusal {
    /// Nothing of that name.
    #[error("there is no endpoint {endpoint}")]
    UnknownEndpoint {
        /// The name that was asked.
        endpoint: String,
    },
    /// The endpoint exists in other versions.
    #[error("endpoint {endpoint} has no version {version}; it has {}", known.join(", "))]
    UnknownVersion {
        /// The endpoint.
        endpoint: String,
        /// The version that was asked.
        version: String,
        /// Those that exist.
        known: Vec<String>,
    },
    /// For people who have signed in.
    #[error("endpoint {endpoint} is for signed-in users: sign in first")]
    SignInRequired {
        /// The endpoint.
        endpoint: String,
    },
    /// For staff.
    #[error("endpoint {endpoint} is for staff only")]
    StaffOnly {
        /// The endpoint.
        endpoint: String,
    },
    /// The endpoint's own refusal.
    #[error("{message}")]
    Refused {
        /// The matching HTTP status.
        status: u16,
        /// What is wrong.
        message: String,
        /// The same for programs.
        particulars: Value,
    },
    /// The endpoint broke. The request log has the cause under the same incident id.
    #[error("something went wrong on our side; please tell us the number {incident}")]
    Failed {
        /// Id of the incident.
        incident: String,
    },
}

impl Refusal {
    /// The matching HTTP status.
    pub fn status(&self) -> u16 {
        match self {
            Self::UnknownEndpoint { .. } | Self::UnknownVersion { .. } => 404,
            Self::SignInRequired { .. } => 401,
            Self::StaffOnly { .. } => 403,
            Self::Refused { status, .. } => *status,
            Self::Failed { .. } => 500,
        }
    }
}

/// Figures of a gateway.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GatewayStatistics {
    /// Endpoints, whatever their versions.
    pub total_endpoints: usize,
    /// Versions of all endpoints.
    pub total_versions: usize,
    /// Calls in the request log.
    pub request_log_size: usize,
    /// Names of the endpoints, sorted.
    pub endpoints: Vec<String>,
}

type Answer = Pin<Box<dyn Future<Output = Result<Reply, HandlerError>> + Send>>;

struct Endpoint {
    access: Access,
    handle: Box<dyn Fn(Call) -> Answer + Send + Sync>,
}

/// Endpoints by name, then by version.
type Endpoints = BTreeMap<String, BTreeMap<String, Arc<Endpoint>>>;

/// Calls endpoints by name. Owned by the program's wiring and shared as an `Arc`.
///
/// No lock is held while a handler runs, so handlers may call on.
pub struct Gateway {
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    endpoints: Mutex<Endpoints>,
    log: RequestLog,
}

/// A gateway with the computer's clock and randomness.
impl Default for Gateway {
    fn default() -> Self {
        Self::new(Arc::new(SystemClock), Arc::new(SystemRandom))
    }
}

impl Gateway {
    /// A gateway without endpoints that stamps calls with `clock` and incidents from `random`.
    pub fn new(clock: Arc<dyn Clock>, random: Arc<dyn Random>) -> Self {
        Self { clock, random, endpoints: Mutex::default(), log: RequestLog::default() }
    }

    /// Serves a version of an endpoint. One that exists is replaced, which is logged; `true` says
    /// so.
    pub fn register<H, F>(
        &self,
        endpoint: impl Into<String>,
        version: impl Into<String>,
        access: Access,
        handler: H,
    ) -> bool
    where
        H: Fn(Call) -> F + Send + Sync + 'static,
        F: Future<Output = Result<Value, HandlerError>> + Send + 'static,
    {
        self.register_replying(endpoint, version, access, move |call| {
            let answer = handler(call);
            async move { answer.await.map(Reply::from) }
        })
    }

    /// [`register`](Self::register) for a handler that has more to say than data.
    pub fn register_replying<H, F>(
        &self,
        endpoint: impl Into<String>,
        version: impl Into<String>,
        access: Access,
        handler: H,
    ) -> bool
    where
        H: Fn(Call) -> F + Send + Sync + 'static,
        F: Future<Output = Result<Reply, HandlerError>> + Send + 'static,
    {
        let (endpoint, version) = (endpoint.into(), version.into());
        let entry = Arc::new(Endpoint { access, handle: Box::new(move |call| Box::pin(handler(call))) });
        let replaced = lock(&self.endpoints).entry(endpoint.clone()).or_default().insert(version.clone(), entry);
        if replaced.is_some() {
            tracing::warn!(endpoint, version, "a registered endpoint was replaced");
        }
        replaced.is_some()
    }

    /// Stops serving one version of an endpoint, or all of them. Answers how many there were.
    /// Calls under way are finished.
    pub fn unregister(&self, endpoint: &str, version: Option<&str>) -> usize {
        let mut endpoints = lock(&self.endpoints);
        let Some(version) = version else {
            let removed = endpoints.remove(endpoint);
            drop(endpoints); // before the handlers, which are others' code
            return removed.map_or(0, |versions| versions.len());
        };
        let Some(versions) = endpoints.get_mut(endpoint) else {
            return 0;
        };
        let removed = versions.remove(version);
        if versions.is_empty() {
            endpoints.remove(endpoint);
        }
        drop(endpoints);
        usize::from(removed.is_some())
    }

    /// Calls an endpoint and waits for its answer. The handler runs in a task of its own: its
    /// panic is a failure like another, and a caller that goes away does not cut it off.
    ///
    /// # Errors
    /// A [`Refusal`] that says which of endpoint, version, rights or handler is in the way.
    pub async fn call(&self, request: Request) -> Result<Value, Refusal> {
        Ok(self.ask(request).await?.data)
    }

    /// [`call`](Self::call) for a door, which wants to know the status too.
    ///
    /// # Errors
    /// As `call`.
    pub async fn ask(&self, request: Request) -> Result<Reply, Refusal> {
        let at = self.clock.now();
        let ticket = self.log.open(&request, at);
        let endpoint = match self.admit(&request) {
            Ok(endpoint) => endpoint,
            Err(refusal) => {
                ticket.refused(refusal.status(), refusal.to_string());
                return Err(refusal);
            }
        };
        let call = Call { request, at };
        let task = tokio::spawn(async move { (endpoint.handle)(call).await }.in_current_span());
        let cause = match task.await {
            Ok(Ok(reply)) => {
                ticket.done();
                return Ok(reply);
            }
            Ok(Err(HandlerError::Refused { status, message, particulars })) => {
                ticket.refused(status, message.clone());
                return Err(Refusal::Refused { status, message, particulars });
            }
            Ok(Err(HandlerError::Failed(error))) => with_causes(error.as_ref()),
            Err(broken) => describe_broken(broken),
        };
        let incident = self.random.token();
        ticket.failed(incident.clone(), cause);
        Err(Refusal::Failed { incident })
    }

    /// Finds the endpoint and asks whether the actor may call it.
    fn admit(&self, request: &Request) -> Result<Arc<Endpoint>, Refusal> {
        let endpoints = lock(&self.endpoints);
        let name = || request.endpoint.clone();
        let Some(versions) = endpoints.get(&request.endpoint) else {
            return Err(Refusal::UnknownEndpoint { endpoint: name() });
        };
        let Some(endpoint) = versions.get(&request.version) else {
            return Err(Refusal::UnknownVersion {
                endpoint: name(),
                version: request.version.clone(),
                known: versions.keys().cloned().collect(),
            });
        };
        match endpoint.access {
            Access::User | Access::Staff if !request.actor.is_authenticated() => {
                Err(Refusal::SignInRequired { endpoint: name() })
            }
            Access::Staff if !request.actor.is_staff() => Err(Refusal::StaffOnly { endpoint: name() }),
            _ => Ok(Arc::clone(endpoint)),
        }
    }

    /// Each endpoint with its versions, sorted.
    pub fn list(&self) -> BTreeMap<String, Vec<String>> {
        let endpoints = lock(&self.endpoints);
        let listed = endpoints.iter();
        listed.map(|(name, versions)| (name.clone(), versions.keys().cloned().collect())).collect()
    }

    /// The newest `count` calls, oldest first. For operators: it holds the causes of failures.
    pub fn request_log(&self, count: usize) -> Vec<LoggedCall> {
        self.log.last(count)
    }

    /// Figures of the gateway.
    pub fn statistics(&self) -> GatewayStatistics {
        let endpoints = self.list();
        GatewayStatistics {
            total_endpoints: endpoints.len(),
            total_versions: endpoints.values().map(Vec::len).sum(),
            request_log_size: self.log.len(),
            endpoints: endpoints.into_keys().collect(),
        }
    }
}

/// An error's text with those of its causes: `could not pay: the wallet is empty`.
fn with_causes(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let more = error.to_string();
        // Many errors repeat their cause in their own text.
        if !text.contains(&more) {
            text = format!("{text}: {more}");
        }
        cause = error.source();
    }
    text
}

impl fmt::Debug for Gateway {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Gateway").field(&self.list()).finish()
    }
}
