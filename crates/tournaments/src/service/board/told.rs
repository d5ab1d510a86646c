//! What people are told of a change of the bracket: who has won, who meets whom now, and what no longer stands. The
//! teams' record of their matches is kept here too, because it is told them.

use brackets::{How, Side};
use kernel::{DbError, Tx, event::catalogue};
use teams::service::record::{self as records, PlayedMatch};

use super::{Names, Written};
use crate::{
    context::Context,
    event, jobs,
    model::tournament,
    news,
    rules::{
        meeting::{Decided, Meeting, Standing},
        structure::Structure,
    },
    service::notices,
    store,
};

/// What people are told of a change.
pub(super) struct Told<'a> {
    pub(super) cx: &'a Context<'a>,
    pub(super) tournament: &'a tournament::Model,
    pub(super) names: &'a Names,
    /// The bracket as it is now.
    pub(super) after: &'a Structure,
    pub(super) written: Written,
    /// Matches that are decided now.
    pub(super) decided: Vec<(i64, Meeting)>,
    /// Matches whose sides are both known now.
    pub(super) met: Vec<(i64, Meeting)>,
    /// Matches, as they were, with those who do not play them any more, or whose result no longer counts.
    pub(super) undone: Vec<(i64, Meeting, Vec<i64>)>,
}

impl Told<'_> {
    /// Tells watchers, sides and teams.
    pub(super) async fn tell(&self, tx: &Tx) -> Result<(), DbError> {
        let (cx, tournament) = (self.cx, self.tournament);
        let mut matches = self.written.matches.clone();
        matches.sort_unstable();
        let updated = news::BracketUpdated { tournament_id: tournament.id, revision: self.written.revision, matches };
        event::tell(tx, cx, tournament.id, updated).await?;
        let code = match tournament.participation_type.as_str() {
            "team" if !self.decided.is_empty() => store::matches::game_code(tx, tournament.game_id).await?,
            _ => None,
        };
        for (id, meeting) in &self.decided {
            let Standing::Decided(decided) = &meeting.standing else { continue };
            let winner_id = decided.winner.and_then(|side| meeting.sides[side.index()]);
            event::tell(tx, cx, tournament.id, catalogue::MatchCompleted { match_id: *id, winner_id }).await?;
            if let (Some(code), How::Played | How::Ruling) = (&code, decided.how) {
                self.record(tx, *id, meeting, decided, code).await?;
            }
            notices::decided(tx, cx, (tournament, *id, &self.title(meeting)), meeting, decided, self.names).await?;
        }
        // Before it is live nobody counts on a match yet.
        if matches!(tournament.status.as_str(), "live" | "completed") {
            for (id, was, whom) in &self.undone {
                notices::undone(tx, cx, (tournament, *id, &self.title(was)), was, (whom, self.names)).await?;
            }
        }
        if tournament.status == "live" {
            for (id, meeting) in &self.met {
                if meeting.sides.iter().all(Option::is_some) {
                    let scheduled = catalogue::MatchScheduled { match_id: *id, tournament_id: tournament.id };
                    event::tell(tx, cx, tournament.id, scheduled).await?;
                    notices::next_match(tx, cx, (tournament, *id, &self.title(meeting)), meeting, self.names).await?;
                    if tournament.enable_check_in {
                        jobs::at(tx, cx, jobs::MATCH_CLOCK, "match_id", *id, cx.now()).await?;
                    }
                }
            }
        }
        Ok(())
    }

    fn title(&self, meeting: &Meeting) -> String {
        self.after.title(meeting.role).unwrap_or_else(|| format!("Round {}, match {}", meeting.round, meeting.number))
    }

    /// Adds a match to the record of its teams.
    async fn record(&self, tx: &Tx, id: i64, meeting: &Meeting, decided: &Decided, code: &str) -> Result<(), DbError> {
        let team = |side: usize| meeting.sides[side].and_then(|entry| self.names.get(&entry)?.team_id);
        let (Some(one), Some(other)) = (team(0), team(1)) else { return Ok(()) };
        let side = |team_id: i64, side: usize| records::Side { team_id, score: i32::from(decided.score[side]) };
        let played = PlayedMatch {
            match_id: id,
            tournament_id: Some(self.tournament.id),
            game: code.to_owned(),
            played_at: self.cx.now(),
            sides: [side(one, 0), side(other, 1)],
            winner: decided.winner.map(|side| if side == Side::A { one } else { other }),
        };
        records::record_match(tx, self.cx.clock, &played).await.map(drop)
    }
}
