//! What an operation is. The table of them is the one source of the routes, the document and the page of
//! the API, and of the tests on who may do what.

use std::{pin::Pin, sync::Arc};

use axum::http::Method;
use kernel::{Tx, gateway::Access};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use super::{
    ask::Ask,
    input,
    limits::Budget,
    problem::{Kind, Problem},
    refusals::Refusal,
};

/// The version of an operation whose maker says nothing else.
const V1: &str = "v1";

type Work<'a> = Pin<Box<dyn Future<Output = Result<Value, Problem>> + Send + 'a>>;
type Read = dyn for<'a> Fn(&'a Ask, Value) -> Work<'a> + Send + Sync;
type Act = dyn for<'a> Fn(&'a Tx, &'a Ask, Value) -> Work<'a> + Send + Sync;
type Ready<'a> = Pin<Box<dyn Future<Output = Result<Arc<Act>, Problem>> + Send + 'a>>;
type Prepare = dyn for<'a> Fn(&'a Ask, Value) -> Ready<'a> + Send + Sync;

/// How an operation is done.
#[derive(Clone)]
pub(crate) enum Run {
    /// Not written yet: such a row is not registered.
    Nothing,
    /// By itself: it looks, or opens units of work of its own.
    Alone(Arc<Read>),
    /// In the caller's unit of work, so that it can have an idempotency key.
    Within(Arc<Act>),
    /// The same, after something that takes long and writes nothing: a unit of work keeps others waiting.
    Prepared(Arc<Prepare>),
}

/// One operation.
#[derive(Clone)]
pub(crate) struct Operation {
    /// Its name in the gateway and in the document, such as `teams.create`.
    pub(crate) name: &'static str,
    pub(crate) version: &'static str,
    pub(crate) method: Method,
    /// Below `/api/v1`; `{name}` is a field of the input.
    pub(crate) path: &'static str,
    pub(crate) access: Access,
    pub(crate) summary: &'static str,
    /// Status of its answer.
    pub(crate) status: u16,
    pub(crate) budget: Budget,
    /// Whether its body carries a file.
    pub(crate) takes_file: bool,
    /// What it may refuse with, beside the general problems.
    pub(crate) kinds: Vec<Kind>,
    /// Schemas of input and output; the latter is `null` when it answers nothing.
    pub(crate) input: fn(&mut SchemaGenerator) -> Schema,
    pub(crate) output: fn(&mut SchemaGenerator) -> Schema,
    pub(crate) run: Run,
    /// Checks an input without doing anything.
    pub(crate) check: fn(Value) -> Result<(), Problem>,
}

fn schema<T: JsonSchema>(generator: &mut SchemaGenerator) -> Schema {
    T::json_schema(generator)
}

fn reference<T: JsonSchema>(generator: &mut SchemaGenerator) -> Schema {
    generator.subschema_for::<T>()
}

fn check<I: DeserializeOwned>(data: Value) -> Result<(), Problem> {
    input::read::<I>(data).map(drop)
}

macro_rules! methods {
    ($($(#[$about:meta])* $name:ident $method:ident $budget:ident;)*) => {$(
        $(#[$about])*
        pub(crate) fn $name(name: &'static str, path: &'static str, summary: &'static str) -> Operation {
            Operation {
                name,
                version: V1,
                method: Method::$method,
                path,
                access: Access::User,
                summary,
                status: 200,
                budget: Budget::$budget,
                takes_file: false,
                kinds: Vec::new(),
                input: schema::<()>,
                output: schema::<()>,
                run: Run::Nothing,
                check: |_| Ok(()),
            }
        }
    )*};
}

methods! {
    /// An operation that looks.
    get GET Read;
    /// An operation that makes or does something.
    post POST Act;
    /// An operation that changes fields.
    patch PATCH Act;
    /// An operation that sets something to what is sent.
    put PUT Act;
    /// An operation that ends something.
    delete DELETE Act;
}

impl Operation {
    /// Everybody may ask; what they see is the service's affair.
    pub(crate) fn public(mut self) -> Self {
        self.access = Access::Public;
        self
    }

    /// Staff of the platform only.
    pub(crate) fn staff(mut self) -> Self {
        self.access = Access::Staff;
        self
    }

    /// It makes something new.
    pub(crate) fn creates(mut self) -> Self {
        self.status = 201;
        self
    }

    /// It draws on this limit.
    pub(crate) fn draws(mut self, budget: Budget) -> Self {
        self.budget = budget;
        self
    }

    /// Its body carries a file, so it may be long.
    pub(crate) fn takes_file(mut self) -> Self {
        self.takes_file = true;
        self
    }

    /// It may refuse as this act does.
    pub(crate) fn refuses<R: Refusal>(mut self) -> Self {
        self.kinds.extend(R::kinds());
        self
    }

    fn typed<I: DeserializeOwned + JsonSchema, O: Serialize + JsonSchema>(mut self, run: Run) -> Self {
        (self.input, self.output, self.check) = (schema::<I>, reference::<O>, check::<I>);
        self.run = run;
        self
    }

    /// It is done by this function, without a unit of work around it.
    pub(crate) fn alone<I, O, F>(self, work: F) -> Self
    where
        I: DeserializeOwned + JsonSchema + Send + 'static,
        O: Serialize + JsonSchema + 'static,
        F: for<'a> Alone<'a, I, O> + 'static,
    {
        let work = Arc::new(work);
        self.typed::<I, O>(Run::Alone(alone(move |ask, data| {
            let work = Arc::clone(&work);
            Box::pin(async move { to_value(&work.call(ask, input::read(data)?).await?) })
        })))
    }

    /// It is done by this function, in a unit of work.
    pub(crate) fn within<I, O, F>(self, work: F) -> Self
    where
        I: DeserializeOwned + JsonSchema + Send + 'static,
        O: Serialize + JsonSchema + 'static,
        F: for<'a> Within<'a, I, O> + 'static,
    {
        let work = Arc::new(work);
        self.typed::<I, O>(Run::Within(within(move |tx, ask, data| {
            let work = Arc::clone(&work);
            Box::pin(async move { to_value(&work.call(tx, ask, input::read(data)?).await?) })
        })))
    }

    /// The first function makes what the second one does in a unit of work, which may be tried more than once.
    pub(crate) fn prepared<I, P, O, F, G>(self, prepare: F, work: G) -> Self
    where
        I: DeserializeOwned + JsonSchema + Send + 'static,
        P: Clone + Send + Sync + 'static,
        O: Serialize + JsonSchema + 'static,
        F: for<'a> Alone<'a, I, P> + 'static,
        G: for<'a> Within<'a, P, O> + 'static,
    {
        let (prepare, work) = (Arc::new(prepare), Arc::new(work));
        self.typed::<I, O>(Run::Prepared(prepared(move |ask, data| {
            let (prepare, work) = (Arc::clone(&prepare), Arc::clone(&work));
            Box::pin(async move {
                let ready = prepare.call(ask, input::read(data)?).await?;
                Ok(within(move |tx, ask, _| {
                    let (work, ready) = (Arc::clone(&work), ready.clone());
                    Box::pin(async move { to_value(&work.call(tx, ask, ready).await?) })
                }))
            })
        })))
    }
}

/// Tells the compiler that the closure takes references of any life.
fn alone(run: impl for<'a> Fn(&'a Ask, Value) -> Work<'a> + Send + Sync + 'static) -> Arc<Read> {
    Arc::new(run)
}

fn within(run: impl for<'a> Fn(&'a Tx, &'a Ask, Value) -> Work<'a> + Send + Sync + 'static) -> Arc<Act> {
    Arc::new(run)
}

fn prepared(run: impl for<'a> Fn(&'a Ask, Value) -> Ready<'a> + Send + Sync + 'static) -> Arc<Prepare> {
    Arc::new(run)
}

fn to_value<O: Serialize>(output: &O) -> Result<Value, Problem> {
    serde_json::to_value(output).map_err(Problem::internal)
}

/// A function `async fn(&Ask, I) -> Result<O, Problem>`.
pub(crate) trait Alone<'a, I, O>: Send + Sync {
    /// Its future.
    type Work: Future<Output = Result<O, Problem>> + Send + 'a;
    fn call(&self, ask: &'a Ask, input: I) -> Self::Work;
}

impl<'a, I, O, F, W> Alone<'a, I, O> for F
where
    F: Fn(&'a Ask, I) -> W + Send + Sync,
    W: Future<Output = Result<O, Problem>> + Send + 'a,
{
    type Work = W;

    fn call(&self, ask: &'a Ask, input: I) -> W {
        self(ask, input)
    }
}

/// A function `async fn(&Tx, &Ask, I) -> Result<O, Problem>`.
pub(crate) trait Within<'a, I, O>: Send + Sync {
    /// Its future.
    type Work: Future<Output = Result<O, Problem>> + Send + 'a;
    fn call(&self, tx: &'a Tx, ask: &'a Ask, input: I) -> Self::Work;
}

impl<'a, I, O, F, W> Within<'a, I, O> for F
where
    F: Fn(&'a Tx, &'a Ask, I) -> W + Send + Sync,
    W: Future<Output = Result<O, Problem>> + Send + 'a,
{
    type Work = W;

    fn call(&self, tx: &'a Tx, ask: &'a Ask, input: I) -> W {
        self(tx, ask, input)
    }
}
