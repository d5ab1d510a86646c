//! Running migrations: connection, lock, record, plan, execution.

pub mod connection;
pub mod execute;
pub mod lock;
pub mod migrate;
pub mod plan;
pub mod proof;
pub mod record;
pub mod repair;
pub mod rerecord;
pub mod scratch;

pub use connection::{ConnectError, Connection, DatabaseUrl};
pub use execute::{Function, FunctionError, FunctionFuture, Functions};
pub use lock::{Lock, LockError};
pub use record::Record;
