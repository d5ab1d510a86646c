//! The way to a match that somebody acts on: found, locked, and asked for what may be done to it by whom.

use kernel::{DbError, Tx};
use sea_orm::{ActiveValue::Set, ConnectionTrait};

use crate::{
    context::Context,
    error::play::{Present, Unreachable},
    event,
    model::{r#match as row, registration, tournament},
    news, people,
    rules::{
        access::Standing,
        match_state::{Deed, Part, State, permit},
    },
    service::{access, board},
    store,
};

/// A match that is locked until the unit's end, with its tournament, for one person.
#[derive(Clone, Debug)]
pub(crate) struct Reached {
    /// The tournament.
    pub tournament: tournament::Model,
    /// The match.
    pub row: row::Model,
    /// The entries that meet, where they are known.
    pub sides: [Option<registration::Model>; 2],
    /// For which of them this person stands.
    pub mine: [bool; 2],
    /// How this person stands to the tournament.
    pub standing: Standing,
}

/// The match with its tournament, both locked.
pub(crate) async fn reach(tx: &Tx, cx: &Context<'_>, match_id: i64) -> Result<Reached, Unreachable> {
    let unknown = || Unreachable::NoSuchMatch(match_id);
    let found = store::matches::find(tx, match_id).await?.ok_or_else(unknown)?;
    let tournament = store::lock_tournament(tx, found.tournament_id).await.map_err(DbError::from)?;
    let tournament = tournament.ok_or_else(unknown)?;
    let row = store::matches::lock(tx, match_id).await?.ok_or_else(unknown)?;
    look(tx, cx, tournament, row).await.map_err(Unreachable::from)
}

/// Who meets in a match, and what this person is to it.
pub(crate) async fn look(
    db: &impl ConnectionTrait,
    cx: &Context<'_>,
    tournament: tournament::Model,
    row: row::Model,
) -> Result<Reached, DbError> {
    let ids: Vec<i64> = [row.participant1_id, row.participant2_id].into_iter().flatten().collect();
    let entries = if ids.is_empty() { Vec::new() } else { store::matches::entries(db, &ids).await? };
    let side = |id: Option<i64>| entries.iter().find(|entry| Some(entry.id) == id).cloned();
    let sides = [side(row.participant1_id), side(row.participant2_id)];
    let actor = cx.actor();
    let mut mine = [false; 2];
    for (mine, side) in mine.iter_mut().zip(&sides) {
        if let Some(entry) = side {
            *mine = people::stands_for(db, &actor, entry).await?;
        }
    }
    let standing = access::standing(db, &actor, &tournament).await?;
    Ok(Reached { tournament, row, sides, mine, standing })
}

impl Reached {
    /// Where the match stands.
    pub fn state(&self) -> State {
        State::parse(&self.row.state).unwrap_or(State::Cancelled)
    }

    /// What this person is to the match, with regard to a deed.
    pub fn part(&self, deed: Deed) -> Part {
        Part {
            side: self.mine.contains(&true),
            staff: deed.act().is_some_and(|act| self.standing.may(act)) && !self.standing.system,
            clock: self.standing.system,
        }
    }

    /// Passes when this person may do this now.
    pub fn permit(&self, deed: Deed) -> Result<(), Unreachable> {
        permit(self.state(), deed, self.part(deed)).map_err(Unreachable::from)
    }

    /// Passes while the tournament is being played.
    pub fn running(&self) -> Result<(), Unreachable> {
        if self.tournament.status == "live" {
            return Ok(());
        }
        Err(Unreachable::NotRunning { status: self.tournament.status.clone() })
    }

    /// The two that meet.
    pub fn pair(&self) -> Result<[i64; 2], Unreachable> {
        match (self.row.participant1_id, self.row.participant2_id) {
            (Some(one), Some(other)) => Ok([one, other]),
            _ => Err(Unreachable::NoPair),
        }
    }

    /// Passes when the match is as somebody saw it.
    pub fn unchanged(&self, revision: i32, between: [i64; 2]) -> Result<(), Unreachable> {
        if self.row.revision == revision && self.pair().is_ok_and(|pair| pair == between) {
            return Ok(());
        }
        Err(Unreachable::Outdated(Box::new(self.present())))
    }

    /// The match as it stands.
    pub fn present(&self) -> Present {
        present(&self.row)
    }

    /// The match's bracket, locked.
    pub async fn bracket(&self, tx: &Tx) -> Result<board::Drawn, Unreachable> {
        board::lock(tx, self.tournament.id).await?.ok_or(Unreachable::NoBracket)
    }

    /// Changes the match, which is as it was read, and tells those who watch.
    pub async fn change(&mut self, tx: &Tx, cx: &Context<'_>, change: row::ActiveModel) -> Result<(), Unreachable> {
        let change = row::ActiveModel { updated_at: Set(cx.now()), ..change };
        let state = if let Set(state) = &change.state { State::parse(state) } else { None };
        if !store::matches::update(tx, &self.row, change).await? {
            return Err(Unreachable::Outdated(Box::new(self.present())));
        }
        let before = self.row.state.clone();
        self.row = store::matches::find(tx, self.row.id).await?.ok_or(Unreachable::NoSuchMatch(self.row.id))?;
        if let Some(state) = state.filter(|state| state.as_str() != before) {
            let changed =
                news::MatchChanged { match_id: self.row.id, tournament_id: self.tournament.id, state: state.as_str() };
            event::tell(tx, cx, self.tournament.id, changed).await?;
        }
        Ok(())
    }
}

/// A match as it stands.
pub(crate) fn present(row: &row::Model) -> Present {
    Present {
        match_id: row.id,
        revision: row.revision,
        state: row.state.clone(),
        sides: [
            (row.participant1_id, row.participant1_name.clone()),
            (row.participant2_id, row.participant2_name.clone()),
        ],
        score: [row.participant1_score, row.participant2_score],
    }
}
