//! Running migrations: connection, lock, record, plan, execution.

pub mod connection;
pub mod lock;
pub mod record;

pub use connection::{ConnectError, Connection, DatabaseUrl};
pub use lock::{Lock, LockError};
pub use record::Record;
