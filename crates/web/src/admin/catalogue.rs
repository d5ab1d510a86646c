//! Every app and model of the platform as the administration sees them: read once from the project.
//! No model has code of its own here; what one needs to say, its declaration says.

use std::sync::LazyLock;

use kernel::text;
use seadrift::{
    entity::Declaration,
    project::{Model as Declared, Project},
    schema::{IndexKey, ReferentialAction, Table},
};

use super::{
    field::{Field, Folded, Kind, Target, capital},
    naming::Naming,
    policy::{self, Closed},
    save::never_complete,
};

static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::of(&crate::project()));

/// All apps and models.
pub(crate) fn catalogue() -> &'static Catalogue {
    &CATALOGUE
}

#[derive(Debug)]
pub(crate) struct Catalogue {
    pub(crate) apps: Vec<App>,
    pub(crate) models: Vec<Model>,
}

/// An app that has models.
#[derive(Debug)]
pub(crate) struct App {
    pub(crate) name: &'static str,
    pub(crate) label: String,
    /// Positions of its models.
    pub(crate) models: Vec<usize>,
}

/// A column and a direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Sort {
    /// Position of the field.
    pub(crate) field: usize,
    pub(crate) descending: bool,
}

/// A table whose foreign key points here.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Child {
    pub(crate) model: usize,
    /// Position of the field that points.
    pub(crate) field: usize,
    pub(crate) on_delete: ReferentialAction,
}

/// A unique index: its name, the positions of its fields, and which rows it compares.
#[derive(Debug)]
pub(crate) struct Unique {
    pub(crate) name: String,
    pub(crate) only: Option<String>,
    pub(crate) fields: Vec<usize>,
}

/// A model.
#[derive(Debug)]
pub(crate) struct Model {
    /// Position in the catalogue.
    pub(crate) at: usize,
    pub(crate) app: &'static str,
    /// The name within the app, e.g. `Registration`.
    pub(crate) name: &'static str,
    /// The name in addresses, e.g. `registration`.
    pub(crate) slug: String,
    pub(crate) table: &'static str,
    pub(crate) label: String,
    /// With a capital.
    pub(crate) plural: String,
    pub(crate) doc: &'static str,
    pub(crate) fields: Vec<Field>,
    /// Position of the primary key.
    pub(crate) key: usize,
    pub(crate) ordering: Vec<Sort>,
    /// Positions of the fields in lists.
    pub(crate) list: Vec<usize>,
    /// Positions of the fields that a search looks into.
    pub(crate) search: Vec<usize>,
    /// Positions of the fields that lists are narrowed by.
    pub(crate) filters: Vec<usize>,
    /// How a row is called where something refers to it.
    pub(crate) naming: Naming,
    /// Position of the field that lists drill down by.
    pub(crate) date: Option<usize>,
    pub(crate) children: Vec<Child>,
    pub(crate) uniques: Vec<Unique>,
    /// Names and rules of the checks.
    pub(crate) checks: Vec<(String, String)>,
    pub(crate) append_only: bool,
    pub(crate) closed: Closed,
}

impl Catalogue {
    fn of(project: &Project) -> Self {
        let mut models: Vec<Model> = Vec::new();
        let mut tables: Vec<Table> = Vec::new();
        for declared in project.models() {
            // A project with unsound entities starts nowhere; its tests say what is wrong.
            let Ok(table) = declared.table() else { continue };
            if let Some(model) = Model::of(models.len(), declared, &table) {
                models.push(model);
                tables.push(table);
            }
        }
        let mut catalogue = Self { apps: Vec::new(), models };
        catalogue.link(&tables);
        for at in 0..catalogue.models.len() {
            catalogue.models[at].naming = Naming::of(&catalogue, at);
        }
        catalogue.gather(project);
        catalogue
    }

    /// Foreign keys and soft references become targets and children.
    fn link(&mut self, tables: &[Table]) {
        for (at, table) in tables.iter().enumerate() {
            for key in &table.foreign_keys {
                let Some(target) = self.by_table(&key.references) else { continue };
                // Of a key of several columns, the one that holds the target's primary key leads there.
                let primary = target.key_field().column;
                let pairs = key.columns.iter().zip(&key.referenced_columns);
                let Some((column, _)) = pairs.into_iter().find(|(_, to)| *to == primary) else { continue };
                let (target_at, label) = (target.at, format!("{}.{}", target.app, target.name));
                let model = &mut self.models[at];
                let Some(field) = model.fields.iter().position(|f| f.column == column) else { continue };
                let target = Target { model: Some(target_at), label: label.leak(), soft: false };
                model.fields[field].target = Some(target);
                self.models[target_at].children.push(Child { model: at, field, on_delete: key.on_delete });
            }
        }
        let labels: Vec<String> = self.models.iter().map(|m| format!("{}.{}", m.app, m.name)).collect();
        for field in self.models.iter_mut().flat_map(|model| &mut model.fields) {
            if let Some(target) = field.target.as_mut().filter(|target| target.soft) {
                target.model = labels.iter().position(|label| label.eq_ignore_ascii_case(target.label));
            }
        }
        for model in &mut self.models {
            model.settle();
        }
    }

    fn gather(&mut self, project: &Project) {
        for app in &project.apps {
            let models: Vec<usize> = self.models.iter().filter(|m| m.app == app.name).map(|m| m.at).collect();
            if !models.is_empty() {
                let name = self.models[models[0]].app;
                self.apps.push(App { name, label: capital(&name.replace('_', " ")), models });
            }
        }
    }

    fn by_table(&self, table: &str) -> Option<&Model> {
        self.models.iter().find(|model| model.table == table)
    }

    /// The app of this name.
    pub(crate) fn app(&self, name: &str) -> Option<&App> {
        self.apps.iter().find(|app| app.name == name)
    }

    /// The model of these words of an address.
    pub(crate) fn model(&self, app: &str, slug: &str) -> Option<&Model> {
        self.models.iter().find(|model| model.app == app && model.slug == slug)
    }

    /// The model of these names, as the history has them.
    pub(crate) fn named(&self, app: &str, name: &str) -> Option<&Model> {
        self.models.iter().find(|model| model.app == app && model.name == name)
    }
}

impl Model {
    fn of(at: usize, declared: &Declared, table: &Table) -> Option<Self> {
        let declaration = declared.declaration;
        let first = |column: &str| {
            table.primary_key.first().is_some_and(|key| key == column)
                || table
                    .indexes
                    .iter()
                    .any(|i| i.predicate.is_none() && i.keys.first().and_then(IndexKey::column) == Some(column))
        };
        let mut fields: Vec<Field> = table
            .columns
            .iter()
            .map(|column| {
                let declared_column = declaration.and_then(|d| d.column(&column.name));
                let field = Field::of(column, declared_column, first(&column.name));
                Field { kept: policy::keeps(declared.table_name, &column.name), ..field }
            })
            .collect();
        let [key] = table.primary_key.as_slice() else { return None };
        let key = fields.iter().position(|field| field.column == key)?;
        fold(&mut fields);
        let find = |name: &str| fields.iter().position(|field| field.column == name);
        let unique = |index: &&seadrift::schema::Index| index.unique;
        let uniques = table.indexes.iter().filter(unique).map(|index| Unique {
            name: index.name.clone(),
            only: index.predicate.as_ref().map(|only| only.0.clone()),
            fields: index.keys.iter().filter_map(|key| find(key.column()?)).collect(),
        });
        let uniques = uniques.collect();
        let name: &'static str = declaration.map_or_else(|| &*declared.name.clone().leak(), |d| d.model);
        let label = declaration.map_or_else(|| name.to_lowercase(), |d| d.label.to_owned());
        let mut model = Self {
            at,
            app: declaration.map_or_else(|| &*declared.app.clone().leak(), |d| d.app),
            name,
            slug: name.to_lowercase(),
            table: declared.table_name,
            plural: capital(declaration.map_or(&format!("{label}s"), |d| d.plural)),
            label,
            doc: declaration.map_or("", |d| d.doc),
            key,
            ordering: Vec::new(),
            list: Vec::new(),
            search: Vec::new(),
            filters: Vec::new(),
            naming: Naming::default(),
            date: None,
            children: Vec::new(),
            uniques,
            checks: table.checks.iter().map(|check| (check.name.clone(), check.expression.0.clone())).collect(),
            append_only: declaration.is_some_and(|d| d.append_only),
            closed: policy::closed(declared.table_name, declaration),
            fields,
        };
        if let Some(declaration) = declaration {
            model.declare(declaration);
        }
        Some(model)
    }

    /// What the declaration says about lists.
    fn declare(&mut self, declaration: &'static Declaration) {
        let shown = |at: &usize| !self.fields[*at].secret;
        // A list may name a belongs-to relation, which is its column.
        let position = |name: &&'static str| {
            let column = match declaration.relation(name) {
                Some(relation) => relation.columns.first()?,
                None => name,
            };
            self.position(column)
        };
        let ordering = declaration.ordering.iter().filter_map(|key| {
            let field = self.position(key.column).filter(|at| self.fields[*at].kind.sorts())?;
            Some(Sort { field, descending: key.descending })
        });
        let ordering = ordering.collect();
        let list = declaration.list.iter().filter_map(position).filter(shown).collect();
        let text = |at: &usize| self.fields[*at].kind.is_text() && !self.fields[*at].secret;
        let search = declaration.search.iter().filter_map(position).filter(text).collect();
        let filters = declaration.filter.iter().filter_map(position).filter(|at| self.fields[*at].filters()).collect();
        let naming: Vec<usize> = declaration.naming.iter().filter_map(position).filter(shown).collect();
        let date = declaration.date.and_then(|date| self.position(date));
        self.naming = Naming::declared(naming);
        (self.ordering, self.list, self.search, self.filters, self.date) = (ordering, list, search, filters, date);
    }

    /// What the declaration leaves out, once it is known what points where.
    fn settle(&mut self) {
        if self.closed.add.is_none() && self.fields.iter().any(never_complete) {
            self.closed.add = Some("Rows hold something that only the program makes.");
        }
        let open: Vec<usize> = (0..self.fields.len()).filter(|at| !self.fields[*at].secret).collect();
        if self.list.is_empty() {
            self.list = open.iter().copied().filter(|at| self.fields[*at].kind != Kind::Json).take(6).collect();
        }
        if self.search.is_empty() {
            let text = |at: &usize| self.fields[*at].kind.is_text() && self.fields[*at].choices.is_empty();
            self.search = self.list.iter().copied().filter(text).collect();
        }
        if self.filters.is_empty() {
            let listed = self.list.clone();
            let wanted = |at: &usize| {
                let field = &self.fields[*at];
                field.filters() && (listed.contains(at) || field.kind == Kind::Bool || !field.choices.is_empty())
            };
            self.filters = open.iter().copied().filter(wanted).take(8).collect();
        }
        if self.date.is_none() {
            let day = |at: &usize| self.fields[*at].kind.is_day();
            let ordered = self.ordering.iter().map(|sort| sort.field);
            self.date =
                ordered.chain(self.list.iter().copied()).find(day).or_else(|| self.position("created_at").filter(day));
        }
    }

    /// Position of the field of this column.
    pub(crate) fn position(&self, column: &str) -> Option<usize> {
        self.fields.iter().position(|field| field.column == column)
    }

    /// The field of this column, unless it is secret.
    pub(crate) fn open_field(&self, column: &str) -> Option<(usize, &Field)> {
        let at = self.position(column)?;
        Some((at, &self.fields[at])).filter(|(_, field)| !field.secret)
    }

    pub(crate) fn key_field(&self) -> &Field {
        &self.fields[self.key]
    }

    /// The address of the list.
    pub(crate) fn path(&self) -> String {
        format!("/admin/{}/{}", self.app, self.slug)
    }

    /// The address of a row.
    pub(crate) fn row_path(&self, key: &str) -> String {
        format!("{}/{}", self.path(), super::link::segment(key))
    }

    /// Positions of the fields that may be shown.
    pub(crate) fn open_fields(&self) -> impl Iterator<Item = usize> {
        (0..self.fields.len()).filter(|at| !self.fields[*at].secret)
    }
}

/// Finds the folded columns: `x_ci` beside `x`. An address folds as an address, a name as a name.
fn fold(fields: &mut [Field]) {
    for at in 0..fields.len() {
        let Some(from) = fields[at].column.strip_suffix("_ci") else { continue };
        let Some(from) = fields.iter().position(|field| field.column == from) else { continue };
        let fold = if fields[from].column.contains("mail") { text::fold } else { text::fold_name };
        fields[at].folded = Some(Folded { from, fold });
    }
}
