//! Who takes part, with what the pairing rules want to know of them.
//!
//! Not here: names and rosters (the caller keeps them under the same id).

use serde::{Deserialize, Serialize};

pub use crate::slot::EntrantId;

/// One participant of a stage.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entrant {
    /// The caller's number.
    pub id: EntrantId,
    /// Strength, higher is stronger; only ranked seeding reads it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rating: Option<i64>,
    /// Whoever shares an organisation is kept apart as late as possible.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organisation: Option<u32>,
    /// Whoever shares a region is kept apart, after organisations.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<u32>,
    /// The group of an earlier stage; group-mates are kept apart before anything else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<u32>,
}

impl Entrant {
    /// An entrant of whom nothing but the number is known.
    #[must_use]
    pub fn new(id: u32) -> Self {
        Self { id: EntrantId(id), rating: None, organisation: None, region: None, group: None }
    }

    /// With a rating (higher is stronger).
    #[must_use]
    pub fn rated(mut self, rating: i64) -> Self {
        self.rating = Some(rating);
        self
    }

    /// With an organisation.
    #[must_use]
    pub fn of(mut self, organisation: u32) -> Self {
        self.organisation = Some(organisation);
        self
    }

    /// With a region.
    #[must_use]
    pub fn from_region(mut self, region: u32) -> Self {
        self.region = Some(region);
        self
    }

    /// With the group of an earlier stage.
    #[must_use]
    pub fn in_group(mut self, group: u32) -> Self {
        self.group = Some(group);
        self
    }
}

/// `count` plain entrants numbered from 1, in seed order. Handy in tests and examples.
#[must_use]
pub fn entrants(count: u32) -> Vec<Entrant> {
    (1..=count).map(Entrant::new).collect()
}
