//! What every act of a domain does around its service: one unit of work with the row's history, which tells every value
//! that the service changed, and the refusals in the service's own words.

use economy::{AdjustRefusal, ReverseRefusal, TransferRefusal};
use kernel::Tx;
use serde_json::{Value as Json, json};
use teams::error as team;

use crate::{
    admin::{
        act::{Context, Failure, Outcome},
        field::capital,
        naming,
        save::{Noted, Refusal, Row, current, note_named, told},
        value::Cell,
    },
    pages::desk::stop::Stop,
};

/// The row as it was before the service changed it.
pub(super) struct Before {
    row: Row,
    name: String,
}

impl Before {
    pub(super) async fn read(tx: &Tx, context: Context<'_>) -> Result<Self, Refusal> {
        let (model, key) = (context.model, Cell::Int(context.id));
        let row = current(tx, model, &key, false).await?.ok_or(Refusal::Gone)?;
        let name = naming::name(tx, model, &key).await?.unwrap_or_else(|| naming::nameless(model, &key));
        Ok(Self { row, name })
    }

    /// What a column held that has a number.
    pub(super) fn number(&self, context: Context<'_>, column: &str) -> i64 {
        match context.model.position(column).and_then(|at| self.row.get(&at)) {
            Some(Cell::Int(number)) => *number,
            _ => 0,
        }
    }

    /// What a column held.
    pub(super) fn text(&self, context: Context<'_>, column: &str) -> String {
        context.model.position(column).and_then(|at| self.row.get(&at)).map(Cell::plain).unwrap_or_default()
    }

    /// Notes what has changed, and what was answered. Nothing, where the service left the row as it was.
    pub(super) async fn note(&self, tx: &Tx, context: Context<'_>) -> Result<Outcome, Failure> {
        let Context { shared, staff, model, act, .. } = context;
        let key = Cell::Int(context.id);
        let after = current(tx, model, &key, false).await?;
        let differs = |(at, was): (&usize, &Cell)| -> Option<Noted> {
            let now = after.as_ref().map_or(&Cell::Null, |row| &row[at]);
            (now != was && model.fields[*at].column != "updated_at").then(|| (*at, was.clone(), now.clone()))
        };
        let changes: Vec<Noted> = self.row.iter().filter_map(differs).collect();
        // A row that is only added to never changes: its act has added others.
        if changes.is_empty() && !model.append_only {
            return Ok(Outcome::Same);
        }
        let mut told = told(model, &changes);
        if let Json::Object(told) = &mut told {
            for question in act.questions.iter().filter(|question| !question.is_hidden() && question.kind != "password")
            {
                if let Some(answer) = context.sent.get(question.name) {
                    told.entry(question.name).or_insert_with(|| json!([null, answer]));
                }
            }
        }
        note_named(tx, shared, staff, model, (&key, self.name.clone()), (act.name, told)).await?;
        Ok(Outcome::Done)
    }
}

/// Why a service did not do it, in its words.
pub(super) fn stopped(stop: impl Into<Stop>) -> Failure {
    match stop.into() {
        Stop::Said(text) | Stop::Denied(text) => Failure::Wrong(vec![(None, capital(&text))]),
        Stop::Database(error) => Failure::Refused(Refusal::Database(error)),
    }
}

/// Runs a service on the row: `through!(context, |tx, cx, before| service(tx, cx, …))`.
macro_rules! through {
    ($context:expr, |$tx:ident, $cx:pat_param, $before:pat_param| $call:expr) => {{
        let context: $crate::admin::act::Context<'_> = $context;
        let done = context.shared.db.write(|tx: kernel::Tx| async move {
            let before = $crate::admin::acts::run::Before::read(&tx, context).await?;
            let cx = context.staff.cx(context.shared);
            {
                let ($tx, $cx, $before) = (&tx, &cx, &before);
                $call.await.map_err($crate::admin::acts::run::stopped)?;
            }
            before.note(&tx, context).await
        });
        done.await
    }};
}
pub(super) use through;

macro_rules! stops {
    ($($refusal:ty { $denied:pat, $database:pat => $error:expr })+) => {$(
        impl From<$refusal> for Stop {
            fn from(refusal: $refusal) -> Self {
                let text = refusal.to_string();
                match refusal {
                    $denied => Self::Denied(text),
                    $database => Self::Database($error),
                    #[allow(unreachable_patterns)] // some acts are refused for no other reason
                    _ => Self::Said(text),
                }
            }
        }
    )+};
}

stops! {
    team::DisbandRefusal { team::DisbandRefusal::Denied(_), team::DisbandRefusal::Database(error) => error }
    team::RemoveRefusal { team::RemoveRefusal::Denied(_), team::RemoveRefusal::Database(error) => error }
    team::RoleRefusal { team::RoleRefusal::Denied(_), team::RoleRefusal::Database(error) => error }
    team::BadgeRefusal { team::BadgeRefusal::Denied(_), team::BadgeRefusal::Database(error) => error }
    team::HandOverRefusal { team::HandOverRefusal::Denied(_), team::HandOverRefusal::Database(error) => error }
    team::CancelRefusal { team::CancelRefusal::Denied(_), team::CancelRefusal::Database(error) => error }
    team::ReviewRefusal { team::ReviewRefusal::Denied(_), team::ReviewRefusal::Database(error) => error }
    AdjustRefusal { AdjustRefusal::NotStaff, AdjustRefusal::Transfer(TransferRefusal::Database(error)) => error }
    ReverseRefusal { ReverseRefusal::IsReversal { .. }, ReverseRefusal::Transfer(TransferRefusal::Database(error)) => error }
}
