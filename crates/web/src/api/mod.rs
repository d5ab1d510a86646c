//! The JSON API under `/api/v1`: one table of operations, and everything else made from it.
//!
//! - [`table`]: what an operation is: name, method, path, who may, what it takes and answers.
//! - [`ops`]: the operations, one file a subject; they call the services and decide nothing.
//! - [`gate`]: the table registered in the kernel's gateway, where each act runs in one unit of work,
//!   with its idempotency key.
//! - [`door`]: HTTP: who asks, how often, with what; and back.
//! - [`problem`], [`refusals`]: what is answered when something is wrong (RFC 9457).
//! - [`openapi`], [`docs`]: the table for programs and for people.
//!
//! Decisions. A refusal is never kept under an idempotency key: nothing was done, so the same key may be
//! used again, also with a corrected body. Keys are kept for a day. A bearer token is the token of an
//! ordinary session. An unknown field or query key is refused, so that a misspelt one is not taken for
//! one that was left out.

mod ask;
mod docs;
mod door;
mod gate;
mod input;
pub(crate) mod limits;
mod moment;
mod openapi;
mod ops;
mod page;
mod problem;
mod refusals;
mod table;
mod words;

pub(crate) use docs::{problem as problem_page, show as docs_page};
pub(crate) use door::routes;
pub(crate) use problem::dress;
