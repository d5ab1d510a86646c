//! The operations as endpoints of the kernel's gateway: each act in one unit of work with its idempotency key.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex, PoisonError},
};

use accounts::service::idempotency::{self, Answer, Begun};
use kernel::{
    Gateway,
    gateway::{Call, Reply},
};
use serde_json::Value;
use tournaments::By;

use super::{
    ask::{Ask, Tools},
    problem::{Problem, UNDER_WAY},
    table::{Operation, Run},
};

/// Keys whose act is under way in this process. On another node the database makes the second one wait.
#[derive(Default)]
struct UnderWay {
    keys: Mutex<HashSet<(i64, &'static str, String)>>,
}

/// One of them, until it is dropped.
struct Turn {
    all: Arc<UnderWay>,
    key: (i64, &'static str, String),
}

impl UnderWay {
    fn enter(self: &Arc<Self>, key: (i64, &'static str, String)) -> Option<Turn> {
        let new = self.keys.lock().unwrap_or_else(PoisonError::into_inner).insert(key.clone());
        new.then(|| Turn { all: Arc::clone(self), key })
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.all.keys.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.key);
    }
}

/// Serves these operations through the gateway.
pub(crate) fn register(gateway: &Gateway, tools: &Arc<Tools>, operations: &[Arc<Operation>]) {
    let under_way = Arc::<UnderWay>::default();
    for operation in operations {
        let (tools, under_way, row) = (Arc::clone(tools), Arc::clone(&under_way), Arc::clone(operation));
        gateway.register_replying(operation.name, operation.version, operation.access, move |call| {
            let (tools, under_way, row) = (Arc::clone(&tools), Arc::clone(&under_way), Arc::clone(&row));
            async move { run(tools, &under_way, &row, call).await.map_err(Problem::into_handler_error) }
        });
    }
}

async fn run(
    tools: Arc<Tools>,
    under_way: &Arc<UnderWay>,
    operation: &Operation,
    call: Call,
) -> Result<Reply, Problem> {
    let request = call.request;
    let by = By { actor: request.actor, ip: request.origin.ip.clone(), user_agent: request.origin.user_agent.clone() };
    let ask = Ask { tools, by, origin: request.origin };
    (operation.check)(request.data.clone())?;
    let work = match &operation.run {
        Run::Nothing => return Err(Problem::internal("an operation without a body")),
        Run::Alone(work) => {
            let data = work(&ask, request.data).await?;
            return Ok(Reply { status: operation.status, data, replayed: false });
        }
        Run::Within(work) => Arc::clone(work),
        Run::Prepared(prepare) => prepare(&ask, request.data.clone()).await?,
    };
    let key = match (ask.by.actor.user_id(), ask.origin.key.clone()) {
        (Some(person), Some(key)) => Some((person, operation.name, key)),
        _ => None,
    };
    let turn = key.clone().map(|key| under_way.enter(key).ok_or_else(wait)).transpose()?;
    let reply = once(&ask, operation, key.as_ref(), &request.data, &*work).await;
    drop(turn);
    reply
}

fn wait() -> Problem {
    let text = "The first request with this idempotency key is still under way. Try again in a second.";
    Problem::new(UNDER_WAY, text).retry_after(1)
}

type Within = dyn for<'a> Fn(
        &'a kernel::Tx,
        &'a Ask,
        Value,
    ) -> std::pin::Pin<Box<dyn Future<Output = Result<Value, Problem>> + Send + 'a>>
    + Send
    + Sync;

/// The act in one unit of work, or the answer that it had before.
async fn once(
    ask: &Ask,
    operation: &Operation,
    key: Option<&(i64, &'static str, String)>,
    data: &Value,
    work: &Within,
) -> Result<Reply, Problem> {
    let status = operation.status;
    ask.db()
        .write(|tx| async move {
            let tx = &tx;
            let Some((person, scope, key)) = key else {
                let data = work(tx, ask, data.clone()).await?;
                return Ok(Reply { status, data, replayed: false });
            };
            let asked = data.to_string();
            let claim = match idempotency::begin(tx, ask.clock(), *person, scope, key, asked.as_bytes()).await? {
                Begun::New(claim) => claim,
                Begun::Done(Answer { status, body }) => {
                    let data = serde_json::from_str(&body).map_err(Problem::internal)?;
                    return Ok(Reply { status, data, replayed: true });
                }
            };
            let data = work(tx, ask, data.clone()).await?;
            idempotency::finish(tx, claim, &Answer { status, body: data.to_string() }).await?;
            Ok(Reply { status, data, replayed: false })
        })
        .await
}
