//! The doors: pages, and what a server needs beside them. The only crate that knows HTTP and HTML.
//!
//! Pages are rendered here on the server and work without script; [`bracket`] draws tournaments, `live` tells
//! open pages that something has changed, `upload` takes and serves files. A handler reads the request,
//! calls a service, and turns its answer or refusal into a page; it decides nothing itself.

mod admin;
mod api;
mod apps;
mod assets;
mod body;
pub mod bracket;
mod csrf;
mod doors;
mod error;
mod figures;
mod generation;
mod headers;
mod health;
mod layout;
mod live;
mod page_cache;
mod pages;
mod session;
mod site;
mod upload;

pub use apps::project;
pub use doors::{Answer, Doors, StreamLimits};
pub use site::{Metrics, Site, router, router_with, serve, serve_with};
