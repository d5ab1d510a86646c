//! One column as the administration sees it: what it holds, how it is typed, and whether it may be.
//! Not here: values (`value`), and reading what people type (`parse`).

use seadrift::{
    entity::{ChoiceValue, ColumnDeclaration, Format, Number},
    schema::{Column, ColumnType, DefaultValue, Literal},
};

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A whole number of 16, 32 or 64 bits.
    Int(u8),
    /// A 32-bit float.
    Single,
    /// A 64-bit float.
    Double,
    Bool,
    /// Text of at most so many characters.
    Text(Option<u32>),
    Date,
    Time,
    /// A moment in UTC.
    Moment,
    /// Date and time without a zone.
    Local,
    Json,
    /// Shown as the text that the database makes of it, and never edited.
    Opaque,
}

impl Kind {
    fn of(ty: &ColumnType) -> Self {
        match ty {
            ColumnType::SmallInt => Self::Int(16),
            ColumnType::Integer => Self::Int(32),
            ColumnType::BigInt => Self::Int(64),
            ColumnType::Real => Self::Single,
            ColumnType::Double => Self::Double,
            ColumnType::Boolean => Self::Bool,
            ColumnType::Varchar(length) => Self::Text(Some(*length)),
            ColumnType::Text => Self::Text(None),
            ColumnType::Date => Self::Date,
            ColumnType::Time => Self::Time,
            ColumnType::Timestamp => Self::Local,
            ColumnType::TimestampTz => Self::Moment,
            ColumnType::Json => Self::Json,
            ColumnType::Decimal(..) | ColumnType::Bytes | ColumnType::Uuid | ColumnType::Other(_) => Self::Opaque,
        }
    }

    pub(crate) fn is_number(self) -> bool {
        matches!(self, Self::Int(_) | Self::Single | Self::Double)
    }

    pub(crate) fn is_text(self) -> bool {
        matches!(self, Self::Text(_))
    }

    pub(crate) fn is_day(self) -> bool {
        matches!(self, Self::Date | Self::Moment | Self::Local)
    }

    /// Whether rows can be put in the order of such values, alike on both databases.
    pub(crate) fn sorts(self) -> bool {
        !matches!(self, Self::Json | Self::Opaque)
    }
}

/// What a column points at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Target {
    /// Position of the model in the catalogue; none for a model that no app has.
    pub(crate) model: Option<usize>,
    /// `app.Model`.
    pub(crate) label: &'static str,
    /// Whether nothing but our care keeps the row there.
    pub(crate) soft: bool,
}

/// How a folded column comes from the one that people type.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Folded {
    /// Position of the column that it is computed from.
    pub(crate) from: usize,
    /// The folding.
    pub(crate) fold: fn(&str) -> String,
}

/// One column.
#[derive(Debug)]
pub(crate) struct Field {
    /// Name in the database.
    pub(crate) column: &'static str,
    /// What people call it, with a capital.
    pub(crate) label: String,
    pub(crate) help: &'static str,
    pub(crate) kind: Kind,
    pub(crate) nullable: bool,
    /// Whether the database fills it by itself.
    pub(crate) identity: bool,
    /// The text of its default, as it stands in a form.
    pub(crate) default: Option<String>,
    /// The only values allowed, as they stand in a form, with their words.
    pub(crate) choices: Vec<(String, String)>,
    pub(crate) target: Option<Target>,
    pub(crate) folded: Option<Folded>,
    pub(crate) min: Option<Number>,
    pub(crate) max: Option<Number>,
    /// Never shown, exported, searched or edited.
    pub(crate) secret: bool,
    /// Shown, and set by the program alone.
    pub(crate) readonly: bool,
    /// Set with a new row, and then changed by its service alone.
    pub(crate) kept: bool,
    pub(crate) multiline: bool,
    pub(crate) format: Option<Format>,
    /// The column with the currency of this amount of minor units.
    pub(crate) money: Option<&'static str>,
    /// The heading that begins at it in forms.
    pub(crate) section: Option<&'static str>,
    /// Whether an index begins with it.
    pub(crate) indexed: bool,
}

impl Field {
    /// The field of a column. `indexed`: an index of the table begins with it.
    pub(crate) fn of(column: &Column, declared: Option<&'static ColumnDeclaration>, indexed: bool) -> Self {
        let kind = Kind::of(&column.ty);
        let name: &'static str = declared.map_or_else(|| &*column.name.clone().leak(), |d| d.name);
        let label = declared.map_or_else(|| name.replace('_', " "), |d| d.label.to_owned());
        let secret = declared.is_some_and(|d| d.secret);
        let soft = declared.and_then(|d| d.soft_ref).map(|label| Target { model: None, label, soft: true });
        Self {
            column: name,
            label: capital(&label),
            help: declared.map_or("", |d| d.help),
            kind,
            nullable: column.nullable,
            identity: column.identity,
            default: column.default.as_ref().and_then(|default| default_text(default, kind)),
            choices: declared.map(choices).unwrap_or_default(),
            target: soft,
            folded: None,
            min: declared.and_then(|d| d.min),
            max: declared.and_then(|d| d.max),
            secret,
            readonly: kind == Kind::Opaque || declared.is_some_and(|d| d.readonly),
            kept: false,
            multiline: declared.is_some_and(|d| d.multiline) || matches!(kind, Kind::Text(None)),
            format: declared.and_then(|d| d.format),
            money: declared.and_then(|d| d.money),
            section: declared.and_then(|d| d.section),
            indexed,
        }
    }

    /// Whether a form of a row may offer it.
    pub(crate) fn editable(&self) -> bool {
        !(self.secret || self.readonly || self.kept || self.identity || self.folded.is_some())
    }

    /// Whether a form without it is incomplete.
    pub(crate) fn required(&self) -> bool {
        !self.nullable && self.kind != Kind::Bool && !(self.kind.is_text() && self.default.as_deref() == Some(""))
    }

    /// Whether lists can be narrowed by it, through a choice or a pair of dates.
    pub(crate) fn filters(&self) -> bool {
        !self.secret
            && (self.kind == Kind::Bool || !self.choices.is_empty() || self.target.is_some() || self.kind.is_day())
    }

    /// The words of a value where it is one of the choices.
    pub(crate) fn choice(&self, value: &str) -> Option<&str> {
        self.choices.iter().find(|(known, _)| known == value).map(|(_, words)| words.as_str())
    }
}

/// `e-mail` → `E-mail`.
pub(crate) fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

fn choices(declared: &'static ColumnDeclaration) -> Vec<(String, String)> {
    let text = |literal: Literal| match literal {
        Literal::Text(text) => text,
        Literal::Int(number) => number.to_string(),
        Literal::Bool(value) => value.to_string(),
    };
    if declared.choices.is_empty() {
        let values = (declared.enumeration)().into_iter().map(text);
        return values.map(|value| (value.clone(), capital(&value.replace('_', " ")))).collect();
    }
    let value = |value: ChoiceValue| text(value.literal());
    declared.choices.iter().map(|choice| (value(choice.value), choice.label.to_owned())).collect()
}

/// A default as it stands in a form; none when it is an expression that only the database can tell.
fn default_text(default: &DefaultValue, kind: Kind) -> Option<String> {
    match default {
        DefaultValue::Literal(Literal::Bool(value)) => Some(value.to_string()),
        DefaultValue::Literal(Literal::Int(number)) => Some(number.to_string()),
        DefaultValue::Literal(Literal::Text(text)) => Some(text.clone()),
        DefaultValue::Sql { sql } if kind.is_number() => {
            let text = sql.0.trim();
            text.parse::<f64>().is_ok().then(|| text.to_owned())
        }
        DefaultValue::Sql { .. } => None,
    }
}
