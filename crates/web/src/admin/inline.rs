//! The lines of a row's page: what belongs to the row, as tables of inputs within its form. One statement a kind for its
//! rows and one for each column that refers to something, however many rows there are.

use std::collections::BTreeMap;

use accounts::Act;
use sea_orm::sea_query::{Condition, Expr, ExprTrait};

use super::{
    field::capital,
    form::{Control, FEW, Few, FieldView, Known, Source},
    lines::{FRESH, Owned, is_blank},
    list::with_currencies,
    naming,
    request::Place,
    save::{Refusal, Row},
    select::{self, counted},
    sent::Sent,
    show::{Names, target, wanted},
    staff::Staff,
    value::Cell,
};
use crate::{error::Trouble, site::Shared};

/// Lines of one kind; the rest is linked.
const LINES: usize = 20;
/// Lines of a page, so that its form stays well below what a request may hold.
const ALL_LINES: usize = 40;

/// The lines of one kind.
pub(crate) struct Inline {
    /// Its place on the page.
    pub(crate) id: String,
    pub(crate) label: String,
    pub(crate) count: String,
    /// The list of all of them.
    pub(crate) all: String,
    pub(crate) more: bool,
    /// Whether it is unfolded.
    pub(crate) open: bool,
    pub(crate) deletes: bool,
    /// Columns, with whether they must be filled in.
    pub(crate) heads: Vec<(&'static str, bool)>,
    pub(crate) lines: Vec<LineView>,
    /// What stands beside no line.
    pub(crate) errors: Vec<String>,
}

/// A line.
pub(crate) struct LineView {
    /// What the names of its fields begin with.
    pub(crate) prefix: String,
    /// What it is called, for those who only hear it.
    pub(crate) name: String,
    /// The key and the page of the row; nothing for a new one.
    pub(crate) row: Option<(String, String)>,
    pub(crate) version: String,
    pub(crate) cells: Vec<FieldView>,
    /// Whether it is to be deleted; nothing where it cannot be.
    pub(crate) delete: Option<bool>,
    /// What is wrong with it as a whole.
    pub(crate) errors: Vec<String>,
}

impl LineView {
    /// How many of its cells are wrong, and itself.
    pub(crate) fn wrong(&self) -> usize {
        self.cells.iter().filter(|cell| cell.error.is_some()).count() + usize::from(!self.errors.is_empty())
    }

    /// The column whose search is open.
    pub(crate) fn searching(&self) -> Option<&'static str> {
        let open = |cell: &&FieldView| matches!(cell.control, Control::Lookup { search: Some(_), .. });
        self.cells.iter().find(open).map(|cell| cell.column)
    }

    /// The name of a cell's field, and what its other ids begin with.
    pub(crate) fn id(&self, cell: &FieldView) -> String {
        format!("{}v.{}", self.prefix, cell.column)
    }

    /// What a cell's input is called and what describes it, for readers of screens. All of it comes from the models.
    pub(crate) fn attributes(&self, cell: &FieldView) -> String {
        let id = self.id(cell);
        let parts = [("error", cell.error.is_some()), ("theirs", cell.theirs.is_some())];
        let by: Vec<String> = parts.iter().filter(|(_, is)| *is).map(|(part, _)| format!("{id}-{part}")).collect();
        let by = if by.is_empty() { String::new() } else { format!(" aria-describedby=\"{}\"", by.join(" ")) };
        let wrong = if cell.error.is_some() { " aria-invalid=\"true\"" } else { "" };
        format!(" aria-label=\"{} of {}\"{wrong}{by}", cell.label, self.name)
    }
}

impl Inline {
    /// How much of it is wrong.
    pub(crate) fn wrong(&self) -> usize {
        self.errors.len() + self.lines.iter().map(LineView::wrong).sum::<usize>()
    }

    /// How many columns its table has.
    pub(crate) fn width(&self) -> usize {
        1 + self.heads.len() + usize::from(self.deletes)
    }
}

/// A kind of which lines are to be shown: how it is called and how many rows there are.
pub(crate) struct Kind {
    pub(crate) owned: Owned,
    pub(crate) label: String,
    pub(crate) count: u64,
    pub(crate) all: String,
}

/// What was typed and what was wrong with it, where the form comes back.
#[derive(Clone, Copy)]
pub(crate) struct Back<'a> {
    pub(crate) sent: Option<&'a Sent>,
    pub(crate) wrong: &'a BTreeMap<String, Refusal>,
}

/// The first rows of a kind, or those that were sent.
struct Rows {
    rows: Vec<(String, Row)>,
    more: bool,
}

/// The lines of these kinds.
pub(crate) async fn views(
    shared: &Shared,
    staff: &Staff,
    key: &Cell,
    kinds: Vec<Kind>,
    back: Back<'_>,
) -> Result<Vec<Inline>, Trouble> {
    let mut few = Few::new();
    for kind in &kinds {
        for target in kind.owned.columns.iter().filter_map(|at| target(&kind.owned.of.fields[*at])) {
            if staff.access.may(target.app, Act::View) && !few.contains_key(&target.at) {
                few.insert(target.at, naming::find(shared.db.read(), target, |_, _| {}, FEW + 1).await?);
            }
        }
    }
    let (mut inlines, mut left) = (Vec::new(), ALL_LINES);
    for kind in kinds {
        let inline = inline(shared, staff, key, kind, (&few, left.min(LINES)), back).await?;
        left = left.saturating_sub(inline.lines.iter().filter(|line| line.row.is_some()).count());
        inlines.push(inline);
    }
    Ok(inlines)
}

async fn inline(
    shared: &Shared,
    staff: &Staff,
    key: &Cell,
    kind: Kind,
    (few, most): (&Few, usize),
    back: Back<'_>,
) -> Result<Inline, Trouble> {
    let Kind { owned, label, count, all } = kind;
    let Rows { rows, more } = rows(shared, &owned, key, (count, most), back.sent).await?;
    let words = back.sent.map(|sent| owned.sent(sent)).unwrap_or_default();
    let names = names(shared, &owned, &rows, &words, back.sent).await?;
    let making = Making { shared, staff, owned: &owned, known: Known { few, names: &names }, back, words: &words };
    let mut lines = Vec::new();
    for (word, row) in &rows {
        lines.push(making.line(word, Some(row)).await?);
    }
    let typed = making.typed(FRESH).is_some_and(|typed| !is_blank(&owned, &typed) || typed.get("lookup").is_some());
    if owned.adds && !(owned.single && count > 0) {
        lines.push(making.line(FRESH, None).await?);
    }
    // What was refused and has no line: its row is gone, or there may be no new one.
    let unplaced = words.iter().map(|word| (word, owned.prefix(word)));
    let unplaced = unplaced.filter(|(_, prefix)| lines.iter().all(|line| line.prefix != *prefix));
    let errors = unplaced.filter_map(|(word, prefix)| match back.wrong.get(&prefix)? {
        Refusal::Wrong(wrong) => wrong.first().map(|(_, text)| text.clone()),
        _ => Some(format!("{} {word} is not there any more.", capital(&owned.of.label))),
    });
    let errors: Vec<String> = errors.collect();
    let head = |at: &usize| (owned.of.fields[*at].label.as_str(), owned.of.fields[*at].required());
    Ok(Inline {
        id: format!("rows-{}-{}", owned.of.table, owned.of.fields[owned.field].column),
        label,
        count: counted(count),
        all,
        more,
        open: count > 0 || typed || !errors.is_empty(),
        deletes: owned.deletes && count > 0,
        heads: owned.columns.iter().map(head).collect(),
        lines,
        errors,
    })
}

/// What the lines of one kind are made from.
struct Making<'a> {
    shared: &'a Shared,
    staff: &'a Staff,
    owned: &'a Owned,
    known: Known<'a>,
    back: Back<'a>,
    /// The keys of the lines that were sent.
    words: &'a [String],
}

impl Making<'_> {
    /// What was typed into a line.
    fn typed(&self, word: &str) -> Option<Sent> {
        let sent = self.back.sent.filter(|_| self.words.iter().any(|sent| sent == word))?;
        Some(sent.within(&self.owned.prefix(word)))
    }

    async fn line(&self, word: &str, row: Option<&Row>) -> Result<LineView, Trouble> {
        let Self { shared, staff, owned, known, back, .. } = *self;
        let (of, prefix, typed) = (owned.of, owned.prefix(word), self.typed(word));
        let (wrong, changed) = told(back.wrong.get(&prefix));
        // Somebody else's values come with the refusal, as they were when it was refused.
        let row = match (back.wrong.get(&prefix), row) {
            (Some(Refusal::Changed(now)), Some(_)) => Some(&**now),
            _ => row,
        };
        let beside = |at: &Option<usize>| at.is_some_and(|at| owned.columns.contains(&at));
        let mut errors: Vec<String> =
            wrong.iter().filter(|(at, _)| !beside(at)).map(|(_, text)| text.clone()).collect();
        if changed {
            errors.push("Somebody else changed this row meanwhile. Look, then save again.".to_owned());
        }
        let delete = typed.as_ref().is_some_and(|typed| typed.get("delete").is_some());
        let sent = if row.is_none() { typed.or_else(|| Some(defaults(owned))) } else { typed };
        let source = Source {
            shared,
            staff,
            model: of,
            row,
            sent: sent.as_ref(),
            open: true,
            wrong,
            changed,
            known: Some(known),
        };
        let (cells, version) = source.line(&owned.columns).await?;
        Ok(LineView {
            name: if row.is_some() { format!("{} {word}", of.label) } else { format!("new {}", of.label) },
            row: row.map(|_| (word.to_owned(), of.row_path(word))),
            delete: (owned.deletes && row.is_some()).then_some(delete),
            prefix,
            version,
            cells,
            errors,
        })
    }
}

/// What is wrong with a line, and whether somebody else changed it.
fn told(refusal: Option<&Refusal>) -> (Vec<(Option<usize>, String)>, bool) {
    match refusal {
        Some(Refusal::Wrong(wrong)) => (wrong.clone(), false),
        Some(Refusal::Changed(_)) => (Vec::new(), true),
        Some(Refusal::Gone) => (vec![(None, "It is not there any more.".to_owned())], false),
        Some(Refusal::Database(_)) | None => (Vec::new(), false),
    }
}

/// An empty line: boxes that are ticked by default are sent, the rest is as the columns have it.
fn defaults(owned: &Owned) -> Sent {
    let ticked = owned.columns.iter().map(|at| &owned.of.fields[*at]);
    let ticked = ticked.filter(|field| super::sent::is_box(field) && field.default.as_deref() == Some("true"));
    Sent(ticked.map(|field| (format!("v.{}", field.column), "true".to_owned())).collect())
}

async fn rows(
    shared: &Shared,
    owned: &Owned,
    key: &Cell,
    (count, most): (u64, usize),
    sent: Option<&Sent>,
) -> Result<Rows, Trouble> {
    let of = owned.of;
    let pointing = &of.fields[owned.field];
    let mut conditions = Condition::all().add(Expr::col(pointing.column).eq(key.bind(pointing.kind)));
    // A form that comes back has the lines that it had, whatever was added meanwhile.
    let kind = of.key_field().kind;
    let sent: Vec<Cell> = sent
        .map(|sent| owned.sent(sent).iter().filter_map(|word| Cell::from_plain(kind, word)).collect())
        .unwrap_or_default();
    let most = if sent.is_empty() { most } else { sent.len() };
    if count == 0 || most == 0 {
        return Ok(Rows { rows: Vec::new(), more: count > 0 });
    }
    if !sent.is_empty() {
        conditions = conditions.add(Expr::col(of.key_field().column).is_in(sent.iter().map(|key| key.bind(kind))));
    }
    let fields: Vec<usize> = of.open_fields().collect();
    let order = select::order(of, None, count > select::COUNTED);
    let fields = with_currencies(of, &fields);
    let page = select::page(shared.db.read(), of, &fields, conditions, &order, (&Place::First, most)).await?;
    let row = |row: &Vec<Cell>| {
        let cells: Row = fields.iter().map(|at| (*at, page.cell(row, *at).clone())).collect();
        (page.cell(row, of.key).plain(), cells)
    };
    let rows: Vec<(String, Row)> = page.rows.iter().map(row).collect();
    Ok(Rows { more: count > rows.len() as u64, rows })
}

/// The names of all that the lines refer to, also of what was typed into them.
async fn names(
    shared: &Shared,
    owned: &Owned,
    rows: &[(String, Row)],
    words: &[String],
    sent: Option<&Sent>,
) -> Result<Names, Trouble> {
    let of = owned.of;
    let mut typed: Vec<(usize, Cell)> = Vec::new();
    if let Some(sent) = sent {
        for word in words {
            let sent = sent.within(&owned.prefix(word));
            for at in &owned.columns {
                let Some(target) = target(&of.fields[*at]) else { continue };
                let picked = sent.get("pick").and_then(|pick| pick.split_once(':'));
                let picked =
                    picked.filter(|(column, _)| *column == of.fields[*at].column).map(|(_, key)| key.to_owned());
                let text = picked.or_else(|| sent.column(&of.fields[*at])).unwrap_or_default();
                typed.extend(Cell::from_plain(target.key_field().kind, &text).map(|cell| (*at, cell)));
            }
        }
    }
    let held = rows.iter().flat_map(|(_, row)| owned.columns.iter().filter_map(|at| Some((*at, row.get(at)?))));
    let wanted = wanted(of, held.chain(typed.iter().map(|(at, cell)| (*at, cell))));
    Ok(Names::of(shared.db.read(), of, wanted).await?)
}
