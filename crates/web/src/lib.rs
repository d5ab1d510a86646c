//! The doors: pages, and what a server needs beside them. The only crate that knows HTTP and HTML.
//!
//! Pages are rendered here on the server and work without script. A handler reads the request,
//! calls a service, and turns its answer or refusal into a page; it decides nothing itself.

mod admin;
mod apps;
mod assets;
mod body;
mod csrf;
mod error;
mod figures;
mod headers;
mod health;
mod layout;
mod pages;
mod session;
mod site;

pub use apps::project;
pub use site::{Metrics, Site, router, serve};
