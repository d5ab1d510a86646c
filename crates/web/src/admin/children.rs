//! The rows that refer to a row, on its page: how many of each kind, and the first of them. What belongs to the row and
//! may be changed stands in its form instead (`inline`).

use accounts::Act;
use sea_orm::sea_query::{Condition, Expr, ExprTrait};

use super::{
    catalogue::{Child, Model, catalogue},
    field::Field,
    inline::Kind,
    lines::Owned,
    list::{Line, lines, with_currencies},
    request::Place,
    select::{self, counted, counting, counts},
    staff::Staff,
    value::Cell,
};
use crate::{error::Trouble, site::Shared};

/// Rows shown of each kind.
const ROWS: usize = 5;
/// Kinds shown with their rows; the rest is linked.
const SHOWN: usize = 6;
/// Columns shown.
const COLUMNS: usize = 5;

/// The rows of one kind.
pub(crate) struct Group {
    pub(crate) label: String,
    pub(crate) count: String,
    /// The list of all of them.
    pub(crate) all: String,
    pub(crate) add: Option<String>,
    pub(crate) heads: Vec<&'static str>,
    pub(crate) lines: Vec<Line>,
    pub(crate) more: bool,
}

/// A kind of which there are none, or too many kinds before it.
pub(crate) struct Linked {
    pub(crate) label: String,
    pub(crate) count: String,
    pub(crate) all: String,
    pub(crate) add: Option<String>,
}

/// What refers to a row.
pub(crate) struct Related {
    /// What belongs to it and is edited in its form.
    pub(crate) kinds: Vec<Kind>,
    pub(crate) groups: Vec<Group>,
    pub(crate) linked: Vec<Linked>,
}

/// All that refers to this row: one statement for the counts, and two or so for each kind shown. `open`: whether the row
/// has a form, so that what belongs to it can stand there.
pub(crate) async fn of(
    shared: &Shared,
    staff: &Staff,
    model: &'static Model,
    key: &Cell,
    open: bool,
) -> Result<Related, Trouble> {
    let children: Vec<(Child, &'static Model)> = model
        .children
        .iter()
        .map(|child| (*child, &catalogue().models[child.model]))
        .filter(|(_, of)| staff.access.may(of.app, Act::View))
        .collect();
    let pointing = |child: &Child, of: &Model| {
        let field = &of.fields[child.field];
        Condition::all().add(Expr::col(field.column).eq(key.bind(field.kind)))
    };
    let queries = children.iter().map(|(child, of)| counting(of.table, pointing(child, of), select::COUNTED)).collect();
    let found = counts(shared.db.read(), queries).await?;
    let (mut kinds, mut groups, mut linked) = (Vec::new(), Vec::new(), Vec::new());
    for ((child, of), count) in children.into_iter().zip(found) {
        let field = &of.fields[child.field];
        let label = label(of, field, model);
        let all = format!("{}?is.{}={}", of.path(), field.column, super::link::segment(&key.plain()));
        if let Some(owned) = Owned::of(staff, model, &child).filter(|_| open) {
            kinds.push(Kind { owned, label, count, all });
            continue;
        }
        let add = staff
            .may(of, Act::Add)
            .then(|| format!("{}/add?v.{}={}", of.path(), field.column, super::link::segment(&key.plain())));
        if count == 0 || groups.len() >= SHOWN {
            linked.push(Linked { label, count: counted(count), all, add });
            continue;
        }
        let shown: Vec<usize> = of.list.iter().copied().filter(|at| *at != child.field).take(COLUMNS).collect();
        let fields = with_currencies(of, &shown);
        let order = select::order(of, None, count > select::COUNTED);
        let page =
            select::page(shared.db.read(), of, &fields, pointing(&child, of), &order, (&Place::First, ROWS)).await?;
        groups.push(Group {
            label,
            count: counted(count),
            all,
            add,
            heads: shown.iter().map(|at| of.fields[*at].label.as_str()).collect(),
            lines: lines(shared, staff, of, &shown, &page).await?,
            more: page.after,
        });
    }
    // What is there comes first.
    kinds.sort_by_key(|kind| kind.count == 0);
    Ok(Related { kinds, groups, linked })
}

/// What a kind is called: with its field where several fields of it point here.
fn label(of: &Model, field: &Field, model: &Model) -> String {
    let several = model.children.iter().filter(|child| child.model == of.at).count() > 1;
    if several { format!("{}, {}", of.plural, field.label.to_lowercase()) } else { of.plural.clone() }
}
