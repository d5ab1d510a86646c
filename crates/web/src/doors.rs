//! Who may watch and who may fetch: asked of the apps, by functions that the wiring puts in.
//!
//! What nobody has answered for is closed. Not here: the streams (`live`) and the files (`upload`).

use std::{collections::BTreeMap, pin::Pin, sync::Arc};

use ::teams::service::logo::LOGO;
use ::tournaments::service::upload;
use kernel::{Db, DbError, upload::Head};

use crate::pages::tournaments;

/// A yes or no that takes a look into the database.
pub type Answer = Pin<Box<dyn Future<Output = Result<bool, DbError>> + Send>>;
type Watch = dyn Fn(Db, Option<i64>, i64) -> Answer + Send + Sync;
type Fetch = dyn Fn(Db, Option<i64>, Head) -> Answer + Send + Sync;

/// How many streams there may be.
#[derive(Clone, Copy, Debug)]
pub struct StreamLimits {
    /// Of one person.
    pub per_person: usize,
    /// Of one address (of IPv6: one network of 64 bits). A whole event may sit behind one.
    pub per_address: usize,
    /// In all.
    pub total: usize,
}

impl Default for StreamLimits {
    fn default() -> Self {
        Self { per_person: 12, per_address: 256, total: 10_000 }
    }
}

/// The questions of the doors, and what answers them.
#[derive(Clone)]
pub struct Doors {
    watch: Arc<Watch>,
    files: BTreeMap<&'static str, Arc<Fetch>>,
    pub(crate) limits: StreamLimits,
}

impl Default for Doors {
    /// All closed.
    fn default() -> Self {
        Self {
            watch: Arc::new(|_, _, _| Box::pin(async { Ok(false) })),
            files: BTreeMap::new(),
            limits: StreamLimits::default(),
        }
    }
}

impl Doors {
    /// The doors as the site has them: the apps' own rules are named here.
    #[must_use]
    pub fn standard() -> Self {
        // Whoever gave a file sees what they gave.
        let own = |_: Db, who: Option<i64>, head: Head| async move { Ok(who.is_some() && who == head.owner_id) };
        // Pictures of teams and tournaments are for everybody; until one is published nobody else knows their names.
        let all = |_: Db, _: Option<i64>, _: Head| async move { Ok(true) };
        Self::default()
            .watch(tournaments::may_watch)
            .files(upload::ANSWER, own)
            .files(upload::RECEIPT, own)
            .files(upload::PRESENTATION, all)
            .files(LOGO, all)
    }

    /// Says who may watch a tournament: given the account, or nobody, and the tournament.
    #[must_use]
    pub fn watch<F, W>(mut self, may: F) -> Self
    where
        F: Fn(Db, Option<i64>, i64) -> W + Send + Sync + 'static,
        W: Future<Output = Result<bool, DbError>> + Send + 'static,
    {
        self.watch = Arc::new(move |db, who, tournament| Box::pin(may(db, who, tournament)));
        self
    }

    /// Says who may fetch files of a purpose: given the account, or nobody, and what is known of the file.
    #[must_use]
    pub fn files<F, W>(mut self, purpose: &'static str, may: F) -> Self
    where
        F: Fn(Db, Option<i64>, Head) -> W + Send + Sync + 'static,
        W: Future<Output = Result<bool, DbError>> + Send + 'static,
    {
        self.files.insert(purpose, Arc::new(move |db, who, head| Box::pin(may(db, who, head))));
        self
    }

    /// Says how many streams there may be.
    #[must_use]
    pub fn limits(mut self, limits: StreamLimits) -> Self {
        self.limits = limits;
        self
    }

    pub(crate) async fn may_watch(&self, db: &Db, who: Option<i64>, tournament: i64) -> Result<bool, DbError> {
        (self.watch)(db.clone(), who, tournament).await
    }

    pub(crate) async fn may_fetch(&self, db: &Db, who: Option<i64>, head: &Head) -> Result<bool, DbError> {
        match self.files.get(head.purpose.as_str()) {
            Some(may) => may(db.clone(), who, head.clone()).await,
            None => Ok(false),
        }
    }
}
