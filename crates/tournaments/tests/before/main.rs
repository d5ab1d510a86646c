//! What happens before play: settings, states, entries, payments, check-in, staff, and the audit log.

mod ahead;
mod audit;
mod check_in;
mod entering;
mod form;
mod lifecycle;
mod pages;
mod payments;
mod places;
mod races;
mod rights;
mod settings;
mod staff;
mod starts;
#[path = "../support/mod.rs"]
mod support;
mod versions;
mod walk;
