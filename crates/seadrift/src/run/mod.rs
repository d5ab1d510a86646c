//! Running migrations: connection, lock, record, journal, plan, execution.

mod blockers;
pub mod checkpoint;
pub mod connection;
pub mod doctor;
mod error;
pub mod execute;
pub mod foreign;
pub mod journal;
pub mod lock;
pub mod migrate;
pub mod plan;
pub mod proof;
pub mod record;
pub mod repair;
pub mod rerecord;
mod runner;
pub mod scratch;
mod stages;

pub use connection::{ConnectError, Connection, DatabaseUrl};
pub use execute::{Function, FunctionError, FunctionFuture, Functions};
pub use journal::Journal;
pub use lock::{Lock, LockError};
pub use record::Record;
