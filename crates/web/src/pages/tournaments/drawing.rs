//! The bracket as everybody sees it, read and drawn once a [`Generation`] for all who look at it.
//!
//! Not here: how it is drawn (`crate::bracket`), and the pages that show it.

use std::{
    ops::Deref,
    sync::{Arc, OnceLock},
};

use ::tournaments::{
    By, Context,
    service::{play, query::Facts},
};
use kernel::Actor;
use quick_cache::{Weighter, sync::Cache};

use super::{bracket::drawn, frame::own_ids, visit::Visit};
use crate::{bracket::Kind, error::Trouble, generation::Generation, site::Shared};

/// How many bytes are kept, about.
const CAPACITY: u64 = 32 * 1024 * 1024;
/// How many brackets are expected to make these.
const BRACKETS: usize = 200;
/// What an entry or a match weighs in the mathematics, in its row and in the page, in bytes.
const ROW: usize = 2_048;

type Key = (i64, Generation);

/// A bracket that somebody may see, and what was drawn of it.
pub(crate) struct Seen {
    drawing: play::Drawing,
    /// For those who play no part in it.
    html: OnceLock<Arc<Html>>,
}

/// A bracket as a part of a page.
pub(super) struct Html {
    pub(super) text: String,
    /// Whether there is a tree, which arrow keys walk.
    pub(super) tree: bool,
}

impl From<play::Drawing> for Seen {
    fn from(drawing: play::Drawing) -> Self {
        Self { drawing, html: OnceLock::new() }
    }
}

impl Deref for Seen {
    type Target = play::Drawing;

    fn deref(&self) -> &play::Drawing {
        &self.drawing
    }
}

impl Seen {
    /// The bracket for the page, with the visitor's own entries marked.
    pub(super) fn html(&self, facts: &Facts) -> Arc<Html> {
        let own = own_ids(facts);
        let draw = || {
            let view = drawn(self, &facts.card.tournament, &own);
            let tree = view.stages.iter().any(|stage| stage.kind == Kind::Elimination);
            Arc::new(Html { text: view.html(), tree })
        };
        if own.is_empty() { Arc::clone(self.html.get_or_init(draw)) } else { draw() }
    }
}

#[derive(Clone)]
struct Weight;

impl Weighter<Key, Option<Arc<Seen>>> for Weight {
    fn weight(&self, _: &Key, seen: &Option<Arc<Seen>>) -> u64 {
        let rows = seen.as_ref().map_or(0, |seen| seen.entries.len() + seen.matches.len());
        u64::try_from((rows + 1) * ROW).unwrap_or(u64::MAX)
    }
}

/// The brackets of one process.
pub(crate) struct Drawings(Cache<Key, Option<Arc<Seen>>, Weight>);

impl Default for Drawings {
    fn default() -> Self {
        Self(Cache::with_weighter(BRACKETS, CAPACITY, Weight))
    }
}

/// The bracket of a tournament, as far as the visitor may see it.
pub(super) async fn look(shared: &Shared, visit: &Visit, facts: &Facts) -> Result<Option<Arc<Seen>>, Trouble> {
    let tournament = &facts.card.tournament;
    let key = (tournament.id, visit.generation.clone());
    let read = async {
        let everybody = By::from(Actor::Anonymous);
        let cx = Context::new(&*shared.clock, &*shared.random, &everybody);
        let drawing = play::drawing(&shared.db, &cx, tournament).await?;
        Ok::<_, Trouble>(drawing.map(|drawing| Arc::new(Seen::from(drawing))))
    };
    let seen = shared.drawings.0.get_or_insert_async(&key, read).await?;
    if seen.is_some() || visit.person.is_none() {
        return Ok(seen);
    }
    let own = play::drawing(&shared.db, &visit.cx(shared), tournament).await?;
    Ok(own.map(|drawing| Arc::new(Seen::from(drawing))))
}
