//! What a declaration must keep beyond its grammar: names that exist, values that fit together.

use syn::{DeriveInput, LitStr, Type};

use crate::{
    attribute::{ChoiceValue, ColumnAttribute, ModelAttribute, span_of},
    fields::{ColumnField, ModelFields},
    presentation, sql, words,
};

/// All errors of a declaration at once.
///
/// # Errors
/// When a required word is missing, a name does not exist, or values contradict each other.
pub fn verify(input: &DeriveInput, attribute: &ModelAttribute, fields: &ModelFields) -> syn::Result<()> {
    let mut errors = Errors(None);
    required(input, attribute, &mut errors);
    let columns: Vec<&str> = fields.columns.iter().map(|c| c.name.as_str()).collect();
    let mut shown = columns.clone();
    shown.extend(fields.relations.iter().map(|r| r.field.as_str()));

    let named = attribute.indexes.iter().flat_map(|i| &i.columns).chain(&attribute.ordering);
    for name in named {
        let text = name.value();
        errors.column(name, text.strip_prefix('-').unwrap_or(&text), &columns);
    }
    let named = [&attribute.search, &attribute.filter, &attribute.name].into_iter().flatten().chain(&attribute.date);
    named.for_each(|name| errors.column(name, &name.value(), &columns));
    attribute.list.iter().for_each(|name| errors.column(name, &name.value(), &shown));
    let expressions = attribute.checks.iter().map(|c| &c.sql);
    let expressions = expressions.chain(attribute.indexes.iter().flat_map(|i| i.sql.iter().chain(&i.filter)));
    for expression in expressions {
        for name in sql::columns(&expression.value()) {
            errors.column(expression, &name, &columns);
        }
    }
    for (position, check) in attribute.checks.iter().enumerate() {
        if attribute.checks[..position].iter().any(|c| c.name.value() == check.name.value()) {
            errors.push(words::error(&check.name, format!("two checks are named `{}`", check.name.value())));
        }
    }
    for (position, index) in attribute.indexes.iter().enumerate() {
        let Some(name) = &index.name else { continue };
        let same = |other: &LitStr| other.value() == name.value();
        if attribute.indexes[..position].iter().any(|i| i.name.as_ref().is_some_and(same)) {
            errors.push(words::error(name, format!("two indexes are named `{}`", name.value())));
        }
    }
    fields.columns.iter().for_each(|column| verify_column(column, &columns, &mut errors));
    presentation::verify(attribute, &fields.columns, &mut errors);
    errors.0.map_or(Ok(()), Err)
}

fn required(input: &DeriveInput, attribute: &ModelAttribute, errors: &mut Errors) {
    for (word, value, example) in [("app", &attribute.app, "tournaments"), ("model", &attribute.model, "Registration")]
    {
        match value {
            None => {
                let span = span_of(&input.attrs).unwrap_or(input.ident.span());
                let text = format!("#[seadrift(…)] must say `{word} = \"…\"`, such as {word} = {example:?}");
                errors.push(syn::Error::new(span, text));
            }
            Some(name) if !is_identifier(&name.value()) => {
                let text = format!("`{}` is no name for `{word}`: letters, digits and _ only", name.value());
                errors.push(words::error(name, text));
            }
            Some(_) => {}
        }
    }
}

fn is_identifier(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// The integers that SeaORM cannot write to PostgreSQL or read from it, and what does instead.
const UNPORTABLE: [(&str, &str); 5] = [("i8", "i16"), ("u8", "i16"), ("u16", "i32"), ("u32", "i64"), ("u64", "i64")];

fn verify_type(ty: &Type, errors: &mut Errors) {
    let Type::Path(path) = ty else { return };
    let Some(&(word, instead)) = UNPORTABLE.iter().find(|(word, _)| path.path.is_ident(word)) else { return };
    errors.push(words::error(ty, format!("SeaORM cannot keep `{word}` in PostgreSQL; use `{instead}`")));
}

fn verify_column(column: &ColumnField, columns: &[&str], errors: &mut Errors) {
    verify_type(&column.ty, errors);
    let ColumnAttribute { choices, was, min, max, .. } = &column.attribute;
    let texts = choices.iter().filter(|c| matches!(c.value, ChoiceValue::Text(_))).count();
    for (position, choice) in choices.iter().enumerate() {
        if texts != 0 && texts != choices.len() {
            errors.push(syn::Error::new(choice.span, "choices are either all texts or all whole numbers"));
            break;
        }
        if choices[..position].iter().any(|c| c.value == choice.value) {
            errors.push(syn::Error::new(choice.span, "this choice is there twice"));
        }
    }
    if let (Some(min), Some(max)) = (min, max)
        && min.as_f64() > max.as_f64()
    {
        errors.push(syn::Error::new(column.span, format!("min of `{}` is greater than its max", column.name)));
    }
    if let Some(choice) = choices.first()
        && (min.is_some() || max.is_some())
    {
        errors.push(syn::Error::new(choice.span, "a column has either choices or min and max"));
    }
    for former in was {
        if columns.contains(&former.value().as_str()) {
            let text = format!("`{}` cannot be a former name: the struct still has that column", former.value());
            errors.push(words::error(former, text));
        }
    }
}

/// Errors gathered, so that all are shown at once.
pub struct Errors(Option<syn::Error>);

impl Errors {
    pub fn push(&mut self, error: syn::Error) {
        match &mut self.0 {
            Some(first) => first.combine(error),
            None => self.0 = Some(error),
        }
    }

    pub fn column(&mut self, at: &LitStr, name: &str, columns: &[&str]) {
        if !columns.contains(&name) {
            self.push(words::error(at, words::unknown("column", name, columns)));
        }
    }
}
