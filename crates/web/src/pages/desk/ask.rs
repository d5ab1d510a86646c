//! The page that asks once more before something that cannot simply be undone, and says what will happen.

use askama::Template;
use axum::response::Response;

use super::{
    Desk, Visit,
    frame::{Frame, frame},
};
use crate::{error::Trouble, layout::Layout, pages, site::Shared};

/// What is asked.
#[derive(Default)]
pub(super) struct Question {
    pub(super) title: String,
    /// What will happen, a sentence a paragraph.
    pub(super) text: Vec<String>,
    /// Everything that changes, a line each.
    pub(super) lines: Vec<String>,
    pub(super) action: String,
    pub(super) button: String,
    /// Whether it harms somebody.
    pub(super) danger: bool,
    pub(super) back: String,
    /// Hidden fields, name and value.
    pub(super) hidden: Vec<(String, String)>,
    /// The label of a reason that is asked for, and what was typed.
    pub(super) reason: Option<(&'static str, String)>,
}

#[derive(Template)]
#[template(path = "desk/ask.html")]
struct Page {
    layout: Layout,
    frame: Frame,
    question: Question,
    error: Option<String>,
}

/// The page; with what went wrong when it was answered before.
pub(super) async fn ask(
    shared: &Shared,
    visit: &Visit,
    desk: &Desk,
    part: &'static str,
    question: Question,
    error: Option<String>,
) -> Result<Response, Trouble> {
    let refused = error.is_some();
    let (layout, frame) = frame(shared, visit, desk, part, None).await?;
    let page = pages::show(&Page { layout, frame, question, error });
    Ok(if refused { super::unprocessable(page) } else { page })
}
