//! What a model declares about itself beyond SeaORM's attributes, readable at run time.
//!
//! Declared once, by `#[derive(seadrift::Declare)]`, it serves the schema, the admin, forms and
//! documents. Only what concerns the database goes into the [`Schema`](crate::schema::Schema).

use sea_orm::EntityTrait;

use crate::schema::Literal;

/// An entity with a declaration; implemented by `#[derive(seadrift::Declare)]`.
pub trait Declared: EntityTrait {
    /// What the model declares.
    fn declaration() -> &'static Declaration;
}

/// A model: where it belongs, what people call it, and the rules that its rows keep.
#[derive(Clone, Debug)]
pub struct Declaration {
    /// The app that owns the table, e.g. `tournaments`.
    pub app: &'static str,
    /// The model's name within the app, e.g. `Registration`.
    pub model: &'static str,
    /// What people call one, e.g. `registration`.
    pub label: &'static str,
    /// What people call many.
    pub plural: &'static str,
    /// First paragraph of the struct's doc comment.
    pub doc: &'static str,
    /// Former names of the table, the newest last.
    pub was: &'static [&'static str],
    /// The usual order of rows.
    pub ordering: &'static [SortKey],
    /// Columns and relations (fields of [`Declaration::relations`]) shown in lists.
    pub list: &'static [&'static str],
    /// Columns that a search looks into.
    pub search: &'static [&'static str],
    /// Columns that lists can be narrowed by.
    pub filter: &'static [&'static str],
    /// Columns whose values name a row where something refers to it; without any, its label and id do.
    pub naming: &'static [&'static str],
    /// The date column that lists drill down by: year, month, day.
    pub date: Option<&'static str>,
    /// Whether rows are added, and never changed or deleted by anybody.
    pub append_only: bool,
    /// Rules that every row must keep.
    pub checks: &'static [CheckDeclaration],
    /// Indexes beyond those that SeaORM's attributes give.
    pub indexes: &'static [IndexDeclaration],
    /// All columns, in the order of the struct.
    pub columns: &'static [ColumnDeclaration],
    /// The belongs-to relations of the dense format; none for a plain entity.
    pub relations: &'static [RelationDeclaration],
}

impl Declaration {
    /// `app.Model`, as soft references name it.
    pub fn name(&self) -> String {
        format!("{}.{}", self.app, self.model)
    }

    /// The column of this name.
    pub fn column(&self, name: &str) -> Option<&'static ColumnDeclaration> {
        self.columns.iter().find(|c| c.name == name)
    }

    /// The belongs-to relation whose field has this name.
    pub fn relation(&self, field: &str) -> Option<&'static RelationDeclaration> {
        self.relations.iter().find(|r| r.field == field)
    }
}

/// A column and a direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SortKey {
    /// The column's name.
    pub column: &'static str,
    /// Whether it sorts downwards.
    pub descending: bool,
}

/// A named rule over the columns of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CheckDeclaration {
    /// Name of the constraint.
    pub name: &'static str,
    /// The rule, in SQL that both databases understand.
    pub sql: &'static str,
}

/// An index on columns, or on an expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IndexDeclaration {
    /// The columns, in order; empty when it stands on an expression.
    pub columns: &'static [SortKey],
    /// The expression that it stands on instead of columns.
    pub sql: Option<&'static str>,
    /// Whether two rows may not have equal keys.
    pub unique: bool,
    /// Only rows for which this holds are indexed.
    pub filter: Option<&'static str>,
    /// Name; by convention (see [`schema::name`](crate::schema::name)) without it.
    pub name: Option<&'static str>,
}

/// A belongs-to relation of the dense format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RelationDeclaration {
    /// Name of the field.
    pub field: &'static str,
    /// The columns that point; names in the database.
    pub columns: &'static [&'static str],
}

/// What a column declares beyond SeaORM's attributes.
#[derive(Clone, Debug)]
pub struct ColumnDeclaration {
    /// Name in the database.
    pub name: &'static str,
    /// What people call it, e.g. `created at`.
    pub label: &'static str,
    /// What a form explains about it; may be empty.
    pub help: &'static str,
    /// First paragraph of the field's doc comment; may be empty.
    pub doc: &'static str,
    /// The only values allowed; empty when any value is.
    pub choices: &'static [Choice],
    /// The model that the column points at without a constraint.
    pub soft_ref: Option<&'static str>,
    /// Former names, the newest last.
    pub was: &'static [&'static str],
    /// The least value allowed.
    pub min: Option<Number>,
    /// The greatest value allowed.
    pub max: Option<Number>,
    /// Whether it is never shown, exported, searched or edited: hashes, tokens.
    pub secret: bool,
    /// Whether it is shown, but set by the program alone: times, counters, folded names.
    pub readonly: bool,
    /// Whether it is a text of several lines.
    pub multiline: bool,
    /// What its text holds, when that is more than words.
    pub format: Option<Format>,
    /// The column with the ISO code of the currency that this amount of minor units is in.
    pub money: Option<&'static str>,
    /// The heading that it stands under in forms; the columns before the first heading have none.
    pub section: Option<&'static str>,
    /// The values of the field's type when it is an `ActiveEnum`, otherwise none.
    pub enumeration: fn() -> Vec<Literal>,
}

impl ColumnDeclaration {
    /// Whether a form may offer it: it is neither secret nor set by the program alone.
    pub fn editable(&self) -> bool {
        !self.secret && !self.readonly
    }

    /// The only values that the column allows, from its choices or its enumeration;
    /// empty when neither bounds it.
    pub fn allowed(&self) -> Vec<Literal> {
        if self.choices.is_empty() {
            return (self.enumeration)();
        }
        self.choices.iter().map(|choice| choice.value.literal()).collect()
    }
}

/// What a text holds, for the forms that ask for it and the pages that show it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// An e-mail address.
    Email,
    /// An absolute `http` or `https` address.
    Url,
    /// The storage path of a picture.
    Image,
    /// The storage path of any other file.
    File,
}

/// One allowed value of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Choice {
    /// The value in the database.
    pub value: ChoiceValue,
    /// What people read.
    pub label: &'static str,
}

/// A text or a whole number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChoiceValue {
    /// A text.
    Text(&'static str),
    /// A whole number.
    Int(i64),
}

impl ChoiceValue {
    /// The same as a literal of the schema.
    pub fn literal(self) -> Literal {
        match self {
            Self::Text(text) => Literal::Text(text.to_owned()),
            Self::Int(number) => Literal::Int(number),
        }
    }
}

/// A bound of a number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Number {
    /// A whole number.
    Int(i64),
    /// A float.
    Float(f64),
}
