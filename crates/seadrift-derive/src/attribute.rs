//! The grammar of `#[seadrift(…)]`: attributes to values. Whether the columns that they name
//! exist is asked in `verify`.

use proc_macro2::Span;
use syn::{
    Attribute, Lit, LitFloat, LitInt, LitStr, Token, Type, meta::ParseNestedMeta, parenthesized, parse::ParseStream,
    punctuated::Punctuated, spanned::Spanned,
};

use crate::words;

/// What `#[seadrift(…)]` on the struct says.
#[derive(Default)]
pub struct ModelAttribute {
    pub app: Option<LitStr>,
    pub model: Option<LitStr>,
    pub label: Option<LitStr>,
    pub plural: Option<LitStr>,
    pub was: Vec<LitStr>,
    pub ordering: Vec<LitStr>,
    pub list: Vec<LitStr>,
    pub search: Vec<LitStr>,
    pub filter: Vec<LitStr>,
    pub name: Vec<LitStr>,
    pub date: Option<LitStr>,
    pub append_only: Option<Span>,
    pub checks: Vec<CheckAttribute>,
    pub indexes: Vec<IndexAttribute>,
}

/// `check(name = "…", sql = "…")`.
pub struct CheckAttribute {
    pub name: LitStr,
    pub sql: LitStr,
}

/// `index(…)`.
pub struct IndexAttribute {
    pub columns: Vec<LitStr>,
    pub sql: Option<LitStr>,
    pub unique: bool,
    pub filter: Option<LitStr>,
    pub name: Option<LitStr>,
}

/// What `#[seadrift(…)]` on a field says.
#[derive(Default)]
pub struct ColumnAttribute {
    pub label: Option<LitStr>,
    pub help: Option<LitStr>,
    pub choices: Vec<Choice>,
    pub soft_ref: Option<LitStr>,
    pub was: Vec<LitStr>,
    pub min: Option<Number>,
    pub max: Option<Number>,
    pub secret: Option<Span>,
    pub readonly: Option<Span>,
    pub multiline: Option<Span>,
    pub format: Option<LitStr>,
    pub money: Option<LitStr>,
    pub section: Option<LitStr>,
}

/// One allowed value and what people call it.
pub struct Choice {
    pub value: ChoiceValue,
    pub label: Option<LitStr>,
    pub span: Span,
}

/// The value of a choice.
#[derive(Debug, PartialEq, Eq)]
pub enum ChoiceValue {
    Text(String),
    Int(i64),
}

/// A bound.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Number {
    Int(i64),
    Float(f64),
}

impl Number {
    pub fn as_f64(self) -> f64 {
        match self {
            Self::Int(n) => n as f64,
            Self::Float(n) => n,
        }
    }
}

const MODEL_WORDS: &[&str] = &[
    "app",
    "model",
    "label",
    "plural",
    "was",
    "ordering",
    "list",
    "search",
    "filter",
    "name",
    "date",
    "append_only",
    "check",
    "index",
];
const COLUMN_WORDS: &[&str] = &[
    "label",
    "help",
    "choices",
    "soft_ref",
    "was",
    "min",
    "max",
    "secret",
    "readonly",
    "multiline",
    "format",
    "money",
    "section",
];
const CHECK_WORDS: &[&str] = &["name", "sql"];
const INDEX_WORDS: &[&str] = &["columns", "sql", "unique", "filter", "name"];

impl ModelAttribute {
    /// What all `#[seadrift(…)]` among these attributes say together.
    pub fn parse(attributes: &[Attribute]) -> syn::Result<Self> {
        let mut found = Self::default();
        for attribute in attributes.iter().filter(|a| a.path().is_ident("seadrift")) {
            attribute.parse_nested_meta(|meta| found.word(&meta))?;
        }
        Ok(found)
    }

    fn word(&mut self, meta: &ParseNestedMeta) -> syn::Result<()> {
        match word(meta).as_str() {
            "app" => once(&mut self.app, meta, text),
            "model" => once(&mut self.model, meta, text),
            "label" => once(&mut self.label, meta, text),
            "plural" => once(&mut self.plural, meta, text),
            "was" => text(meta).map(|name| self.was.push(name)),
            "ordering" => texts(meta).map(|names| self.ordering.extend(names)),
            "list" => texts(meta).map(|names| self.list.extend(names)),
            "search" => texts(meta).map(|names| self.search.extend(names)),
            "filter" => texts(meta).map(|names| self.filter.extend(names)),
            "name" => texts(meta).map(|names| self.name.extend(names)),
            "date" => once(&mut self.date, meta, text),
            "append_only" => once(&mut self.append_only, meta, flag),
            "check" => CheckAttribute::parse(meta).map(|check| self.checks.push(check)),
            "index" => IndexAttribute::parse(meta).map(|index| self.indexes.push(index)),
            other => Err(meta.error(words::unknown("word", other, MODEL_WORDS))),
        }
    }
}

impl CheckAttribute {
    fn parse(meta: &ParseNestedMeta) -> syn::Result<Self> {
        let (mut name, mut sql) = (None, None);
        meta.parse_nested_meta(|inner| match word(&inner).as_str() {
            "name" => once(&mut name, &inner, text),
            "sql" => once(&mut sql, &inner, text),
            other => Err(inner.error(words::unknown("word of check(…)", other, CHECK_WORDS))),
        })?;
        match (name, sql) {
            (Some(name), Some(sql)) => Ok(Self { name, sql }),
            _ => Err(words::error(&meta.path, "write check(name = \"…\", sql = \"…\")")),
        }
    }
}

impl IndexAttribute {
    fn parse(meta: &ParseNestedMeta) -> syn::Result<Self> {
        let mut index = Self { columns: Vec::new(), sql: None, unique: false, filter: None, name: None };
        meta.parse_nested_meta(|inner| match word(&inner).as_str() {
            "columns" => texts(&inner).map(|names| index.columns.extend(names)),
            "sql" => once(&mut index.sql, &inner, text),
            "filter" => once(&mut index.filter, &inner, text),
            "name" => once(&mut index.name, &inner, text),
            "unique" => {
                index.unique = true;
                Ok(())
            }
            other => Err(inner.error(words::unknown("word of index(…)", other, INDEX_WORDS))),
        })?;
        if index.columns.is_empty() == index.sql.is_none() {
            let advice = "an index has either columns(\"a\", \"-b\") or sql = \"lower(a)\"";
            return Err(words::error(&meta.path, advice));
        }
        Ok(index)
    }
}

impl ColumnAttribute {
    /// What all `#[seadrift(…)]` among these attributes say together.
    pub fn parse(attributes: &[Attribute]) -> syn::Result<Self> {
        let mut found = Self::default();
        for attribute in attributes.iter().filter(|a| a.path().is_ident("seadrift")) {
            attribute.parse_nested_meta(|meta| found.word(&meta))?;
        }
        Ok(found)
    }

    fn word(&mut self, meta: &ParseNestedMeta) -> syn::Result<()> {
        match word(meta).as_str() {
            "label" => once(&mut self.label, meta, text),
            "help" => once(&mut self.help, meta, text),
            "soft_ref" => once(&mut self.soft_ref, meta, soft_reference),
            "was" => text(meta).map(|name| self.was.push(name)),
            "min" => once(&mut self.min, meta, number),
            "max" => once(&mut self.max, meta, number),
            "choices" => choices(meta).map(|choices| self.choices.extend(choices)),
            "secret" => once(&mut self.secret, meta, flag),
            "readonly" => once(&mut self.readonly, meta, flag),
            "multiline" => once(&mut self.multiline, meta, flag),
            "format" => once(&mut self.format, meta, text),
            "money" => once(&mut self.money, meta, text),
            "section" => once(&mut self.section, meta, text),
            other => Err(meta.error(words::unknown("word on a column", other, COLUMN_WORDS))),
        }
    }
}

fn word(meta: &ParseNestedMeta) -> String {
    meta.path.get_ident().map(ToString::to_string).unwrap_or_default()
}

fn once<T>(
    slot: &mut Option<T>,
    meta: &ParseNestedMeta,
    parse: impl FnOnce(&ParseNestedMeta) -> syn::Result<T>,
) -> syn::Result<()> {
    if slot.is_some() {
        return Err(meta.error(format!("`{}` is said twice", word(meta))));
    }
    *slot = Some(parse(meta)?);
    Ok(())
}

/// A word that says all by being there.
fn flag(meta: &ParseNestedMeta) -> syn::Result<Span> {
    if meta.input.peek(Token![=]) {
        return Err(meta.error(format!("`{}` has no value; leave it out when it does not hold", word(meta))));
    }
    Ok(meta.path.span())
}

fn text(meta: &ParseNestedMeta) -> syn::Result<LitStr> {
    let text: LitStr = meta.value()?.parse()?;
    if text.value().trim().is_empty() {
        return Err(words::error(&text, format!("`{}` must not be empty", word(meta))));
    }
    Ok(text)
}

fn texts(meta: &ParseNestedMeta) -> syn::Result<Vec<LitStr>> {
    let content;
    parenthesized!(content in meta.input);
    let names = Punctuated::<LitStr, Token![,]>::parse_terminated(&content)?;
    if names.is_empty() {
        return Err(words::error(&meta.path, format!("write {}(\"first\", \"second\")", word(meta))));
    }
    Ok(names.into_iter().collect())
}

fn soft_reference(meta: &ParseNestedMeta) -> syn::Result<LitStr> {
    let label = text(meta)?;
    let value = label.value();
    match value.split_once('.') {
        Some((app, model)) if is_name(app) && is_name(model) => Ok(label),
        _ => Err(words::error(&label, format!("`{value}` is not a model; write \"app.Model\""))),
    }
}

fn is_name(word: &str) -> bool {
    !word.is_empty() && word.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

fn number(meta: &ParseNestedMeta) -> syn::Result<Number> {
    let input = meta.value()?;
    let negative = input.parse::<Option<Token![-]>>()?.is_some();
    if input.peek(LitFloat) {
        let value: f64 = input.parse::<LitFloat>()?.base10_parse()?;
        return Ok(Number::Float(if negative { -value } else { value }));
    }
    integer(input, negative).map(Number::Int)
}

fn integer(input: ParseStream, negative: bool) -> syn::Result<i64> {
    let literal: LitInt = input.parse()?;
    format!("{}{}", if negative { "-" } else { "" }, literal.base10_digits())
        .parse()
        .map_err(|_| words::error(&literal, "does not fit into 64 bits"))
}

fn choices(meta: &ParseNestedMeta) -> syn::Result<Vec<Choice>> {
    let content;
    parenthesized!(content in meta.input);
    let choices = Punctuated::<Choice, Token![,]>::parse_terminated_with(&content, choice)?;
    if choices.is_empty() {
        return Err(words::error(&meta.path, "write choices(\"value\", \"other\" = \"Label\")"));
    }
    Ok(choices.into_iter().collect())
}

fn choice(input: ParseStream) -> syn::Result<Choice> {
    let span = input.span();
    let value = if input.peek(Token![-]) {
        input.parse::<Token![-]>()?;
        ChoiceValue::Int(integer(input, true)?)
    } else {
        match input.parse::<Lit>()? {
            Lit::Str(text) => ChoiceValue::Text(text.value()),
            Lit::Int(number) => ChoiceValue::Int(number.base10_parse()?),
            other => return Err(words::error(&other, "a choice is a text or a whole number")),
        }
    };
    let label = input.parse::<Option<Token![=]>>()?.map(|_| input.parse()).transpose()?;
    Ok(Choice { value, label, span })
}

/// The type inside `Option<…>`, or the type itself.
pub fn without_option(ty: &Type) -> &Type {
    if let Type::Path(path) = ty
        && let Some(last) = path.path.segments.last()
        && last.ident == "Option"
        && let syn::PathArguments::AngleBracketed(arguments) = &last.arguments
        && let Some(syn::GenericArgument::Type(inner)) = arguments.args.first()
    {
        return inner;
    }
    ty
}

/// The first paragraph of a doc comment, on one line.
pub fn first_paragraph(attributes: &[Attribute]) -> String {
    let mut lines = Vec::new();
    for attribute in attributes.iter().filter(|a| a.path().is_ident("doc")) {
        if let syn::Meta::NameValue(pair) = &attribute.meta
            && let syn::Expr::Lit(literal) = &pair.value
            && let Lit::Str(text) = &literal.lit
        {
            lines.extend(text.value().lines().map(|line| line.trim().to_owned()));
            if text.value().is_empty() {
                lines.push(String::new());
            }
        }
    }
    let paragraph: Vec<_> =
        lines.into_iter().skip_while(String::is_empty).take_while(|line| !line.is_empty()).collect();
    paragraph.join(" ")
}

/// The span of the first `#[seadrift(…)]` here.
pub fn span_of(attributes: &[Attribute]) -> Option<Span> {
    attributes.iter().find(|a| a.path().is_ident("seadrift")).map(Spanned::span)
}
