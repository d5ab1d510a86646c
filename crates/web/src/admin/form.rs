//! The form of a row, for a template: a control for each field, what is wrong beside it, and the
//! search for what a field refers to, which works inside of the form, so that nothing typed is lost.

use std::collections::BTreeMap;

use accounts::Act;
use kernel::DbError;
use seadrift::entity::{Format, Number};

use super::{
    catalogue::Model,
    field::{Field, Kind},
    hooks, naming,
    save::{Row, addable},
    select,
    sent::{Sent, is_box, version},
    show::{Names, Shown, currency_field, show, target, wanted},
    staff::Staff,
    value::Cell,
};
use crate::site::Shared;

/// A reference with at most so many rows is chosen from all of them.
pub(crate) const FEW: u64 = 40;
/// Rows that a search for a reference shows.
const FOUND: u64 = 12;

/// How a field is filled in.
pub(crate) enum Control {
    /// One line: the type of the input, the value, and further attributes.
    Input {
        kind: &'static str,
        value: String,
        attributes: String,
    },
    /// Several lines.
    Area {
        value: String,
        rows: usize,
        code: bool,
        attributes: String,
    },
    Box(bool),
    /// One of these: value, words, whether it is chosen.
    Select(Vec<(String, String, bool)>),
    /// The key of another row, with its name, and the search for it where it is open.
    Lookup {
        value: String,
        name: Option<Shown>,
        search: Option<Lookup>,
    },
    /// Shown, not filled in.
    Fixed(Shown),
}

/// An open search for what a field refers to.
pub(crate) struct Lookup {
    pub(crate) text: String,
    /// Keys and names.
    pub(crate) found: Vec<(String, String)>,
    pub(crate) more: bool,
}

/// A field of a form.
pub(crate) struct FieldView {
    pub(crate) column: &'static str,
    pub(crate) label: String,
    pub(crate) help: String,
    pub(crate) required: bool,
    pub(crate) error: Option<String>,
    /// What somebody else has written in the meantime.
    pub(crate) theirs: Option<String>,
    pub(crate) control: Control,
}

impl FieldView {
    /// Whether it takes the whole width of a form.
    pub(crate) fn wide(&self) -> bool {
        matches!(&self.control, Control::Area { .. } | Control::Lookup { search: Some(_), .. })
            || matches!(&self.control, Control::Fixed(shown) if shown.class == "code" || shown.text.len() > 120)
    }

    /// What describes it, for readers of screens.
    pub(crate) fn described(&self) -> String {
        let error = self.error.as_ref().map(|_| format!("{}-error", self.column));
        let theirs = self.theirs.as_ref().map(|_| format!("{}-theirs", self.column));
        let help = (!self.help.is_empty()).then(|| format!("{}-help", self.column));
        [error, theirs, help].into_iter().flatten().collect::<Vec<_>>().join(" ")
    }
}

/// Fields under a heading.
pub(crate) struct Section {
    pub(crate) title: String,
    pub(crate) fields: Vec<FieldView>,
}

/// A whole form.
pub(crate) struct FormView {
    pub(crate) sections: Vec<Section>,
    pub(crate) errors: Vec<String>,
    pub(crate) version: String,
    /// The column whose search is open: Enter searches then, and does not save.
    pub(crate) searching: Option<&'static str>,
    /// Whether there is anything to fill in.
    pub(crate) open: bool,
}

/// What a form is made from.
pub(crate) struct Source<'a> {
    pub(crate) shared: &'a Shared,
    pub(crate) staff: &'a Staff,
    pub(crate) model: &'static Model,
    /// The row; none for a new one.
    pub(crate) row: Option<&'a Row>,
    /// What was typed, where the form comes back.
    pub(crate) sent: Option<&'a Sent>,
    /// Whether anything may be filled in.
    pub(crate) open: bool,
    pub(crate) wrong: Vec<(Option<usize>, String)>,
    /// The prints of the form as it was sent before somebody else changed the row.
    pub(crate) changed: bool,
    /// What several forms on one page share, fetched once for all of them.
    pub(crate) known: Option<Known<'a>>,
}

/// The first rows of what can be referred to, by model, and the names of what the forms refer to.
#[derive(Clone, Copy)]
pub(crate) struct Known<'a> {
    pub(crate) few: &'a Few,
    pub(crate) names: &'a Names,
}

/// Keys and names of at most [`FEW`] and one rows, by the position of their model.
pub(crate) type Few = BTreeMap<usize, Vec<(String, String)>>;

impl Source<'_> {
    fn cell(&self, at: usize) -> Cell {
        self.row.and_then(|row| row.get(&at)).cloned().unwrap_or(Cell::Null)
    }

    /// Whether this field is filled in here.
    fn asks(&self, at: usize) -> bool {
        let field = &self.model.fields[at];
        let fits = if self.row.is_some() { field.editable() } else { addable(field) };
        self.open && fits && !hooks::locked(self.staff, self.model, at)
    }

    /// What the field holds: what was typed, else the row's value, else the default.
    fn text(&self, at: usize) -> String {
        let field = &self.model.fields[at];
        let picked = self.sent.and_then(|sent| sent.get("pick")).and_then(|pick| pick.split_once(':'));
        if let Some((_, key)) = picked.filter(|(column, _)| *column == field.column) {
            return key.to_owned();
        }
        let theirs = self.changed && !self.touched(at);
        if let Some(text) = self.sent.filter(|_| !theirs).and_then(|sent| sent.column(field)) {
            return text;
        }
        match self.row {
            Some(_) => self.cell(at).typed(),
            None => field.default.clone().unwrap_or_default(),
        }
    }

    /// Whether the person has changed this field.
    fn touched(&self, at: usize) -> bool {
        let field = &self.model.fields[at];
        let Some(sent) = self.sent else { return false };
        let typed = sent.column(field).map(|text| super::sent::print(&super::sent::canonical(field, &text)));
        typed.is_some_and(|typed| sent.prints().get(field.column).is_none_or(|was| *was != typed))
    }

    /// What somebody else wrote meanwhile, where it differs from what the form was made from.
    fn theirs(&self, at: usize) -> Option<String> {
        let field = &self.model.fields[at];
        let sent = self.sent.filter(|_| self.changed)?;
        let now = self.cell(at);
        let was = sent.prints().get(field.column).copied()?.to_owned();
        if was == super::sent::print(&now.typed()) {
            return None;
        }
        let text = if now.is_null() {
            "nothing".to_owned()
        } else {
            format!("\u{201c}{}\u{201d}", naming::short(&now.shown(field), 200))
        };
        Some(if self.touched(at) {
            format!("Somebody else set this to {text} in the meantime. Your value stands here; saving keeps yours.")
        } else {
            format!("Somebody else set this to {text} in the meantime. It stands here.")
        })
    }

    /// The form.
    pub(crate) async fn view(&self) -> Result<FormView, DbError> {
        let mut sections = vec![Section { title: String::new(), fields: Vec::new() }];
        let mut kept = Section { title: "Kept by the program".to_owned(), fields: Vec::new() };
        let searching = self.searching();
        let fixed: Vec<usize> = self.model.open_fields().filter(|at| !self.asks(*at)).collect();
        let cells: BTreeMap<usize, Cell> = fixed.iter().map(|at| (*at, self.cell(*at))).collect();
        let wanted = wanted(self.model, cells.iter().map(|(at, cell)| (*at, cell)));
        let names = Names::of(self.shared.db.read(), self.model, wanted).await?;
        for at in 0..self.model.fields.len() {
            let field = &self.model.fields[at];
            // Every column of a section names it; the first of them opens it.
            let open = sections.last().map_or("", |section| section.title.as_str());
            if let Some(section) = field.section.filter(|section| *section != open) {
                sections.push(Section { title: section.to_owned(), fields: Vec::new() });
            }
            if self.asks(at) {
                let view = self.field(at, searching == Some(at)).await?;
                if let Some(section) = sections.last_mut() {
                    section.fields.push(view);
                }
            } else if let Some(cell) = cells.get(&at).filter(|_| self.row.is_some()) {
                let currency = currency_field(self.model, at).map(|at| self.cell(at));
                let shown = show(self.staff, self.model, at, cell, (&names, currency.as_ref()), true);
                let aside = self.open && (field.readonly || field.identity || field.folded.is_some());
                let place = if aside { Some(&mut kept) } else { sections.last_mut() };
                place.into_iter().for_each(|place| place.fields.push(self.fixed(at, shown.clone())));
            }
        }
        sections.push(kept);
        sections.retain(|section| !section.fields.is_empty());
        let asked: Vec<usize> = (0..self.model.fields.len()).filter(|at| self.asks(*at)).collect();
        let unplaced = |at: &Option<usize>| at.is_none_or(|at| !asked.contains(&at));
        Ok(FormView {
            errors: self.wrong.iter().filter(|(at, _)| unplaced(at)).map(|(_, text)| text.clone()).collect(),
            version: self.version(&asked),
            searching: searching.map(|at| self.model.fields[at].column),
            open: !asked.is_empty(),
            sections,
        })
    }

    /// The form as a line of a table: these columns, and the prints of those that are asked for.
    pub(crate) async fn line(&self, columns: &[usize]) -> Result<(Vec<FieldView>, String), DbError> {
        let searching = self.searching();
        let none = Names::default();
        let names = self.known.map_or(&none, |known| known.names);
        let mut cells = Vec::new();
        for at in columns.iter().copied() {
            if self.asks(at) {
                cells.push(self.field(at, searching == Some(at)).await?);
            } else {
                let currency = currency_field(self.model, at).map(|at| self.cell(at));
                let cell = self.cell(at);
                cells.push(self.fixed(at, show(self.staff, self.model, at, &cell, (names, currency.as_ref()), false)));
            }
        }
        let asked: Vec<usize> = columns.iter().copied().filter(|at| self.asks(*at)).collect();
        Ok((cells, if self.row.is_some() { self.version(&asked) } else { "-".to_owned() }))
    }

    /// The prints to come back with: those sent, unless the person is now shown newer values.
    fn version(&self, asked: &[usize]) -> String {
        match (self.row, self.sent) {
            (None, _) => String::new(),
            (Some(_), Some(sent)) if !self.changed => sent.get("version").unwrap_or_default().to_owned(),
            (Some(_), _) => version(self.model, asked, |at| self.cell(at)),
        }
    }

    fn searching(&self) -> Option<usize> {
        let column = self.sent?.get("lookup")?;
        self.model.position(column).filter(|at| self.asks(*at) && target(&self.model.fields[*at]).is_some())
    }

    fn fixed(&self, at: usize, shown: Shown) -> FieldView {
        let field = &self.model.fields[at];
        FieldView {
            column: field.column,
            label: field.label.clone(),
            help: String::new(),
            required: false,
            error: None,
            theirs: None,
            control: Control::Fixed(shown),
        }
    }

    async fn field(&self, at: usize, searching: bool) -> Result<FieldView, DbError> {
        let field = &self.model.fields[at];
        let value = self.text(at);
        let control = match target(field) {
            Some(target) => self.reference(at, target, value, searching).await?,
            None => control(field, value),
        };
        let mut help = field.help.to_owned();
        if let Some(currency) = field.money {
            help = format!("{help} Minor units (cents, poisha) of the currency in {currency}.").trim().to_owned();
        }
        if field.kind == Kind::Moment {
            help = format!("{help} In UTC.").trim().to_owned();
        }
        Ok(FieldView {
            column: field.column,
            label: field.label.clone(),
            help,
            required: field.required(),
            error: self.wrong.iter().find(|(wrong, _)| *wrong == Some(at)).map(|(_, text)| text.clone()),
            theirs: self.theirs(at),
            control,
        })
    }

    async fn reference(
        &self,
        at: usize,
        target: &'static Model,
        value: String,
        searching: bool,
    ) -> Result<Control, DbError> {
        let (field, db) = (&self.model.fields[at], self.shared.db.read());
        let may = self.staff.access.may(target.app, Act::View);
        if may && !searching {
            let rows = match self.known {
                Some(known) => known.few.get(&target.at).cloned().unwrap_or_default(),
                None => naming::find(db, target, |_, _| {}, FEW + 1).await?,
            };
            let known = value.is_empty() || rows.iter().any(|(key, _)| *key == value);
            if rows.len() as u64 <= FEW && known {
                let none = (
                    String::new(),
                    if field.required() { "Choose\u{2026}" } else { "Nothing" }.to_owned(),
                    value.is_empty(),
                );
                let options = rows.into_iter().map(|(key, name)| (key.clone(), name, key == value));
                return Ok(Control::Select([none].into_iter().chain(options).collect()));
            }
        }
        let name = match Cell::from_plain(target.key_field().kind, &value) {
            Some(key) => {
                let found;
                let names = match self.known {
                    Some(known) => known.names,
                    None => {
                        found = Names::of(db, self.model, wanted(self.model, [(at, &key)])).await?;
                        &found
                    }
                };
                Some(show(self.staff, self.model, at, &key, (names, None), false))
            }
            None => None,
        };
        let search = if searching && may { Some(self.found(field, target).await?) } else { None };
        Ok(Control::Lookup { value, name, search })
    }

    async fn found(&self, field: &Field, target: &'static Model) -> Result<Lookup, DbError> {
        let typed = self.sent.and_then(|sent| sent.typed(&format!("find.{}", field.column))).unwrap_or_default();
        let text: String = typed.chars().filter(|c| !c.is_control()).take(100).collect();
        let kind = self.shared.db.kind();
        let narrow = |query: &mut sea_orm::sea_query::SelectStatement, table: &str| {
            for word in text.split_whitespace().take(5) {
                query.cond_where(select::search(kind, target, word, Some(table)));
            }
        };
        let mut found = naming::find(self.shared.db.read(), target, narrow, FOUND + 1).await?;
        let more = found.len() as u64 > FOUND;
        found.truncate(FOUND as usize);
        Ok(Lookup { text, found, more })
    }
}

/// The control of a field that refers to nothing.
fn control(field: &Field, value: String) -> Control {
    if is_box(field) {
        return Control::Box(value == "true");
    }
    if field.kind == Kind::Bool {
        return options(field, &value, &[("true".to_owned(), "Yes".to_owned()), ("false".to_owned(), "No".to_owned())]);
    }
    if !field.choices.is_empty() {
        return options(field, &value, &field.choices);
    }
    let input = |kind, attributes: String| Control::Input { kind, value: value.clone(), attributes };
    match field.kind {
        Kind::Json => Control::Area {
            rows: value.lines().count().clamp(3, 24),
            value,
            code: true,
            attributes: "spellcheck=\"false\"".to_owned(),
        },
        Kind::Text(longest) if field.multiline => {
            let attributes = longest.map(|longest| format!("maxlength=\"{longest}\"")).unwrap_or_default();
            Control::Area { rows: (value.lines().count() + 1).clamp(3, 16), value, code: false, attributes }
        }
        Kind::Text(longest) => {
            let kind = match field.format {
                Some(Format::Email) => "email",
                Some(Format::Url) => "url",
                _ => "text",
            };
            input(kind, longest.map(|longest| format!("maxlength=\"{longest}\"")).unwrap_or_default())
        }
        Kind::Int(_) => input("number", format!("step=\"1\"{}", bounds(field))),
        Kind::Single | Kind::Double => input("number", format!("step=\"any\"{}", bounds(field))),
        Kind::Date => input("date", "min=\"0001-01-01\" max=\"9999-12-31\"".to_owned()),
        Kind::Time => input("time", "step=\"1\"".to_owned()),
        Kind::Moment | Kind::Local => input("datetime-local", "step=\"1\" max=\"9999-12-31T23:59:59\"".to_owned()),
        Kind::Bool | Kind::Opaque => input("text", String::new()),
    }
}

fn bounds(field: &Field) -> String {
    let text = |name: &str, bound: Option<Number>| match bound {
        Some(Number::Int(bound)) => format!(" {name}=\"{bound}\""),
        Some(Number::Float(bound)) => format!(" {name}=\"{bound}\""),
        None => String::new(),
    };
    format!("{}{}", text("min", field.min), text("max", field.max))
}

fn options(field: &Field, value: &str, choices: &[(String, String)]) -> Control {
    let known = choices.iter().any(|(choice, _)| choice == value);
    let mut options = Vec::new();
    if field.nullable || !known {
        let words = if field.nullable { "Nothing" } else { "Choose\u{2026}" };
        options.push((String::new(), words.to_owned(), !known));
    }
    options.extend(choices.iter().map(|(choice, words)| (choice.clone(), words.clone(), choice == value)));
    Control::Select(options)
}
