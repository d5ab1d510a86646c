//! Results of matches: reported, given up, decided and corrected.

use ::tournaments::{
    error::play::{CorrectRefusal, DecideRefusal, ReportRefusal},
    service::{
        correction::{self, CorrectionPreview},
        result::{self, Report, Reported},
    },
};
use brackets::{Game, Outcome};
use kernel::Tx;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{
    draw::{MatchSide, WaitingFor, waiting},
    input, output,
};
use crate::api::{
    ask::Ask,
    moment::Moment,
    problem::Problem,
    table::{Operation, post},
};

pub(super) fn operations() -> Vec<Operation> {
    vec![
        post("matches.report", "/matches/{id}/report", "Reports the result for one's side.")
            .refuses::<ReportRefusal>()
            .within(report),
        post("matches.forfeit", "/matches/{id}/forfeit", "Gives a match up.")
            .refuses::<DecideRefusal>()
            .within(forfeit),
        post("matches.decide", "/matches/{id}/decide", "Decides a match in the place of those who play it.")
            .refuses::<DecideRefusal>()
            .within(decide),
        post("matches.preview_correction", "/matches/{id}/correction/preview", "What another result would change.")
            .refuses::<CorrectRefusal>()
            .alone(preview),
        post("matches.correct", "/matches/{id}/correction", "Changes a result that stands.")
            .refuses::<CorrectRefusal>()
            .within(correct),
    ]
}

/// A game of a match.
#[derive(Clone, Copy, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct MatchGame {
    /// Who won; null for level.
    winner: Option<MatchSide>,
    /// The points, first side first, where the game has points.
    points: Option<[u32; 2]>,
}

impl From<MatchGame> for Game {
    fn from(game: MatchGame) -> Self {
        Self { winner: game.winner.map(Into::into), points: game.points }
    }
}

/// What is decided about a match.
#[derive(Clone, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum MatchOutcome {
    /// It was played.
    Played {
        /// The games in order.
        games: Vec<MatchGame>,
    },
    /// One side gave it up, or did not appear.
    Forfeit {
        /// The side that loses.
        by: MatchSide,
        /// Whether it never appeared.
        #[serde(default)]
        no_show: bool,
    },
    /// Both lose.
    DoubleForfeit {
        /// Whether both never appeared.
        #[serde(default)]
        no_show: bool,
    },
    /// A referee's decision.
    Ruling {
        /// Who wins; null for level, where that is allowed.
        winner: Option<MatchSide>,
        /// The score, first side first.
        score: [u16; 2],
    },
}

impl From<MatchOutcome> for Outcome {
    fn from(outcome: MatchOutcome) -> Self {
        match outcome {
            MatchOutcome::Played { games } => Self::Played(games.into_iter().map(Into::into).collect()),
            MatchOutcome::Forfeit { by, no_show } => Self::Forfeit { by: by.into(), no_show },
            MatchOutcome::DoubleForfeit { no_show } => Self::DoubleForfeit { no_show },
            MatchOutcome::Ruling { winner, score } => Self::Ruling { winner: winner.map(Into::into), score },
        }
    }
}

input! {
    ReportMatch {
        /// Id of the match.
        id: i64,
        /// Revision of the match that it is about.
        revision: i32,
        /// The entries that met, first side first.
        between: [i64; 2],
        /// The games in order.
        games: Vec<MatchGame>,
        /// Anything else.
        #[serde(default)]
        note: String,
        /// Token of an uploaded picture.
        screenshot: Option<String>,
    }
    ForfeitMatch {
        /// Id of the match.
        id: i64,
        /// Revision of the match that was looked at.
        revision: i32,
        /// Which side; one's own unless said.
        side: Option<MatchSide>,
        /// Why.
        #[serde(default)]
        reason: String,
    }
    DecideMatch {
        /// Id of the match.
        id: i64,
        /// Revision of the match that was looked at.
        revision: i32,
        /// What is decided.
        outcome: MatchOutcome,
        /// Why; both sides read it.
        reason: String,
    }
    PreviewCorrection {
        /// Id of the match.
        id: i64,
        /// The other result; null to play it again.
        outcome: Option<MatchOutcome>,
        /// Whether what was paired or drawn on the old result is made anew.
        #[serde(default)]
        anew: bool,
    }
    CorrectMatch {
        /// Id of the match.
        id: i64,
        /// Revision of the bracket that the preview told.
        revision: i32,
        /// The other result; null to play it again.
        outcome: Option<MatchOutcome>,
        /// Whether what was paired or drawn on the old result is made anew.
        #[serde(default)]
        anew: bool,
        /// Why.
        reason: String,
    }
}

output! {
    /// What became of a report.
    ReportOutcome {
        /// waiting, confirmed or disputed.
        what: String,
        /// Until when the other side can answer.
        until: Option<Moment>,
        /// The dispute that was opened.
        dispute_id: Option<i64>,
    }
    /// What another result would change.
    CorrectionPreviewed {
        /// Revision of the bracket; send it with the correction, or when the dispute is resolved.
        revision: i32,
        /// Matches that change.
        matches: Vec<MatchChanged>,
        /// Places that change.
        places: Vec<PlaceChanged>,
        /// Prizes that change.
        prizes: Vec<PrizeChanged>,
        /// What would wait for a decision.
        waits: Vec<WaitingFor>,
        /// Whether prizes have been paid.
        prizes_paid: bool,
    }
    /// A match that changes.
    MatchChanged {
        /// Id; null for one that would be new.
        match_id: Option<i64>,
        /// What it is called.
        title: String,
        /// What it was.
        before: Option<String>,
        /// What it would be.
        after: Option<String>,
    }
    /// A place that changes.
    PlaceChanged {
        /// The entry.
        entry_id: i64,
        /// Its name.
        name: String,
        /// First and last of the places before.
        before: Option<(u32, u32)>,
        /// First and last of the places after.
        after: Option<(u32, u32)>,
    }
    /// A prize that changes.
    PrizeChanged {
        /// The entry.
        entry_id: i64,
        /// Its name.
        name: String,
        /// Coins and money before.
        before: (i64, i64),
        /// Coins and money after.
        after: (i64, i64),
    }
    /// What a correction has changed.
    CorrectionDone {
        /// Revision of the bracket.
        revision: i32,
        /// Matches that have changed.
        matches: Vec<i64>,
        /// Those of them that are played again.
        reset: Vec<i64>,
    }
}

async fn report(tx: &Tx, ask: &Ask, input: ReportMatch) -> Result<ReportOutcome, Problem> {
    let report = Report {
        revision: input.revision,
        between: input.between,
        games: input.games.into_iter().map(Into::into).collect(),
        note: input.note,
        screenshot: input.screenshot,
    };
    let (what, until, dispute_id) = match result::report(tx, &ask.cx(), input.id, &report).await? {
        Reported::Waiting { until } => ("waiting", Some(until.into()), None),
        Reported::Confirmed => ("confirmed", None, None),
        Reported::Disputed { dispute } => ("disputed", None, Some(dispute)),
    };
    Ok(ReportOutcome { what: what.to_owned(), until, dispute_id })
}

async fn forfeit(tx: &Tx, ask: &Ask, input: ForfeitMatch) -> Result<(), Problem> {
    let side = input.side.map(Into::into);
    Ok(result::forfeit(tx, &ask.cx(), input.id, input.revision, side, &input.reason).await?)
}

async fn decide(tx: &Tx, ask: &Ask, input: DecideMatch) -> Result<(), Problem> {
    let outcome = input.outcome.into();
    Ok(result::decide(tx, &ask.cx(), input.id, input.revision, &outcome, &input.reason).await?)
}

async fn preview(ask: &Ask, input: PreviewCorrection) -> Result<CorrectionPreviewed, Problem> {
    let outcome: Option<Outcome> = input.outcome.map(Into::into);
    let found = correction::preview_correction(ask.db(), &ask.cx(), input.id, outcome.as_ref(), input.anew).await?;
    Ok(previewed(found))
}

pub(super) fn previewed(found: CorrectionPreview) -> CorrectionPreviewed {
    let matches = found.matches.into_iter().map(|one| MatchChanged {
        match_id: one.match_id,
        title: one.title,
        before: one.before,
        after: one.after,
    });
    let places = found.places.into_iter().map(|one| PlaceChanged {
        entry_id: one.registration,
        name: one.name,
        before: one.before,
        after: one.after,
    });
    let prizes = found.prizes.into_iter().map(|one| PrizeChanged {
        entry_id: one.registration,
        name: one.name,
        before: one.before,
        after: one.after,
    });
    CorrectionPreviewed {
        revision: found.revision,
        matches: matches.collect(),
        places: places.collect(),
        prizes: prizes.collect(),
        waits: found.waits.into_iter().map(waiting).collect(),
        prizes_paid: found.prizes_paid,
    }
}

async fn correct(tx: &Tx, ask: &Ask, input: CorrectMatch) -> Result<CorrectionDone, Problem> {
    let CorrectMatch { id, revision, outcome, anew, reason } = input;
    let outcome: Option<Outcome> = outcome.map(Into::into);
    let done = correction::correct(tx, &ask.cx(), id, revision, outcome.as_ref(), anew, &reason).await?;
    Ok(CorrectionDone { revision: done.revision, matches: done.matches, reset: done.reset })
}
