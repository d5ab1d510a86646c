//! Why a published pair plays: what the rules would have liked, and which rule decided otherwise.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::cost::{CostPart, Parts, Situation};
use super::{Field, Pattern};
use crate::refusal::Refusal;
use crate::slot::EntrantId;
use crate::standings::Decision;

/// Why an entrant does not meet the opponent that the pattern alone would give.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// It does meet that opponent.
    AsWanted,
    /// The two have met before.
    Met {
        /// The opponent that was wanted.
        wanted: EntrantId,
    },
    /// With that pair, no pairing of the others would be possible.
    NoRestPossible {
        /// The opponent that was wanted.
        wanted: EntrantId,
    },
    /// With that pair, the round as a whole would be worse under a weightier rule, or in sum.
    Worse {
        /// The opponent that was wanted.
        wanted: EntrantId,
        /// The rule that decided.
        rule: CostPart,
    },
    /// The round was paired by hand, by the majors' table, for the sake of the next round, or on results
    /// corrected since: that pair would have been possible and no worse.
    OutsideTheRules {
        /// The opponent that was wanted.
        wanted: EntrantId,
    },
}

/// The explanation of one pair, or of the bye.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Explanation {
    /// The round.
    pub round: u16,
    /// The pair, side A first; the second is `None` for the bye.
    pub pair: (EntrantId, Option<EntrantId>),
    /// Points before the round.
    pub points: (i64, Option<i64>),
    /// Place in the score group (from 1) and the group's size.
    pub place: ((usize, usize), Option<(usize, usize)>),
    /// The pattern in use.
    pub pattern: Pattern,
    /// What the pair costs under each rule.
    pub cost: Parts,
    /// For each entrant of the pair: why this opponent.
    pub reasons: Vec<(EntrantId, Reason)>,
}

impl Field {
    /// Explains the pair (or bye) of `who` in a published round.
    pub(crate) fn explain(&self, round: u16, who: EntrantId, decisions: &[Decision]) -> Result<Explanation, Refusal> {
        let missing = || Refusal::BadPairing { round, what: format!("{who} is not paired in it") };
        let data = usize::from(round).checked_sub(1).and_then(|at| self.rounds().get(at)).ok_or_else(missing)?;
        let players: Vec<EntrantId> = data.pairs.iter().flatten().copied().chain(data.bye).collect();
        let mut situation = Situation::new(self, round, &players, data.seed.unwrap_or(0), decisions)?;
        let at = |id: EntrantId| situation.who.iter().position(|w| *w == id);
        let actual: Vec<(usize, usize)> = data
            .pairs
            .iter()
            .filter_map(|pair| Some((at(pair[0])?, at(pair[1])?)))
            .chain(data.bye.and_then(|id| Some((at(id)?, situation.who.len()))))
            .map(|(a, b)| (a.min(b), a.max(b)))
            .collect();
        let own =
            at(who).and_then(|me| actual.iter().find(|(a, b)| *a == me || *b == me)).copied().ok_or_else(missing)?;
        // What was played is what was allowed.
        situation.allow_rematch = actual.iter().any(|(a, b)| *b < situation.who.len() && situation.have_met(*a, *b));
        for (a, _) in actual.iter().filter(|(_, b)| *b == situation.who.len()) {
            situation.bye_allowed[*a] = true;
        }
        let total = situation.total(&actual);
        let pair = match data.pairs.iter().find(|pair| pair.contains(&who)) {
            Some(pair) => (pair[0], Some(pair[1])),
            None => (who, None),
        };
        let positions = (at(pair.0).ok_or_else(missing)?, pair.1.and_then(at));
        let mut reasons = vec![];
        for me in [Some(positions.0), positions.1].into_iter().flatten() {
            let partner = if own.0 == me { own.1 } else { own.0 };
            reasons.push((situation.who[me], situation.reason(me, partner, &total)));
        }
        let place = |index: usize| (situation.position[index] + 1, situation.size[index]);
        Ok(Explanation {
            round,
            pair,
            points: (situation.points[positions.0], positions.1.map(|index| situation.points[index])),
            place: (place(positions.0), positions.1.map(place)),
            pattern: if round == 1 { self.config().first } else { self.config().pattern },
            cost: situation.parts(own.0, own.1),
            reasons,
        })
    }
}

impl Situation {
    fn reason(&self, me: usize, partner: usize, total: &Parts) -> Reason {
        // What the pattern alone wants: scores, then places; not who has met whom, nor the lot.
        let like = |other: usize| {
            let parts = self.parts(me, other);
            (parts.of(CostPart::Crossing), parts.of(CostPart::Pattern))
        };
        let Some(wanted) =
            (0..self.who.len()).filter(|other| *other != me).min_by_key(|other| (like(*other), *other != partner))
        else {
            return Reason::AsWanted;
        };
        if wanted == partner {
            return Reason::AsWanted;
        }
        let id = self.who[wanted];
        if self.have_met(me, wanted) {
            return Reason::Met { wanted: id };
        }
        let Some(other) = self.solve(&[(me.min(wanted), me.max(wanted))], &BTreeSet::new()) else {
            return Reason::NoRestPossible { wanted: id };
        };
        let pairs: Vec<(usize, usize)> = other.pairs().collect();
        let instead = self.total(&pairs);
        match total.first_difference(&instead) {
            Some(rule) if *total < instead => Reason::Worse { wanted: id, rule },
            _ => Reason::OutsideTheRules { wanted: id },
        }
    }
}

impl CostPart {
    /// The rule in words, to follow "because".
    #[must_use]
    pub fn because(self) -> &'static str {
        match self {
            Self::Rematch => "there would be more rematches",
            Self::ByeScore => "the bye would go to a higher score",
            Self::Crossing => "more entrants would meet opponents with another score",
            Self::RepeatedFloat => "someone would be paired up or down again so soon",
            Self::Organisation => "two of one organisation would meet",
            Self::Region => "two of one region would meet",
            Self::Pattern => "the others would stand further from their places in the pattern",
            Self::Side => "someone would be given the same side again",
            Self::Lot => "of equally good pairings the draw's seed chose this one",
        }
    }
}

impl Explanation {
    /// The explanation as sentences a player can read; `name` names an entrant.
    #[must_use]
    pub fn text(&self, name: impl Fn(EntrantId) -> String) -> String {
        let first = name(self.pair.0);
        let mut lines = match (self.pair.1, self.points.1) {
            (Some(second), Some(points)) => {
                let second = name(second);
                let scores = if self.points.0 == points {
                    format!("both have {points} points")
                } else {
                    format!("they have {} and {points} points", self.points.0)
                };
                vec![format!("Round {}: {first} plays {second}; {scores}.", self.round)]
            }
            _ => vec![format!("Round {}: {first} has the bye, on {} points.", self.round, self.points.0)],
        };
        for (who, reason) in &self.reasons {
            let who = name(*who);
            lines.push(match reason {
                Reason::AsWanted => format!("{who}: this is the opponent the {} pattern gives.", self.pattern.label()),
                Reason::Met { wanted } => {
                    format!("{who}: the pattern gives {}, but they have met before.", name(*wanted))
                }
                Reason::NoRestPossible { wanted } => {
                    format!("{who}: the pattern gives {}, but then the others could not be paired.", name(*wanted))
                }
                Reason::Worse { wanted, rule } => {
                    format!("{who}: the pattern gives {}, but then {}.", name(*wanted), rule.because())
                }
                Reason::OutsideTheRules { wanted } => format!(
                    "{who}: the pattern gives {}; the pairing was set otherwise, or results have been corrected since.",
                    name(*wanted)
                ),
            });
        }
        lines.join("\n")
    }
}

impl Pattern {
    /// The pattern in a word or two.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Slide => "top half against bottom half",
            Self::Fold => "best against worst",
            Self::Adjacent => "neighbours",
            Self::Random => "drawn",
            Self::Major => "highest against lowest",
        }
    }
}
