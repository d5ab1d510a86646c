//! What the words for forms, lists and pages must keep: types that fit them, secrets that stay secret.

use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::{LitStr, Type};

use crate::{
    attribute::{ColumnAttribute, ModelAttribute},
    fields::ColumnField,
    verify::Errors,
    words,
};

const FORMATS: &[&str] = &["email", "url", "image", "file"];

/// The format as a value of `Option<seadrift::entity::Format>`; one of [`FORMATS`], as [`verify`] saw.
pub fn format(format: Option<&LitStr>) -> TokenStream {
    let variant = match format.map(LitStr::value).as_deref() {
        Some("email") => quote!(Email),
        Some("url") => quote!(Url),
        Some("image") => quote!(Image),
        Some("file") => quote!(File),
        _ => return quote!(::core::option::Option::None),
    };
    quote!(::core::option::Option::Some(::seadrift::entity::Format::#variant))
}

/// Adds what is wrong with the words for forms, lists and pages.
pub fn verify(attribute: &ModelAttribute, columns: &[ColumnField], errors: &mut Errors) {
    let find = |name: &str| columns.iter().find(|c| c.name == name);
    if let Some(date) = &attribute.date
        && let Some(column) = find(&date.value())
        && !type_name(&column.ty).contains("Date")
    {
        errors.push(words::error(date, format!("`{}` is not a date; `date` drills down by one", column.name)));
    }
    let ModelAttribute { ordering, list, search, filter, name, .. } = attribute;
    for (word, names) in
        [("ordering", ordering), ("list", list), ("search", search), ("filter", filter), ("name", name)]
    {
        for said in names {
            let text = said.value();
            if find(text.strip_prefix('-').unwrap_or(&text)).is_some_and(|c| c.attribute.secret.is_some()) {
                errors.push(words::error(said, format!("`{text}` is secret and cannot be in {word}(…)")));
            }
        }
    }
    columns.iter().for_each(|column| verify_column(column, columns, errors));
}

fn verify_column(column: &ColumnField, columns: &[ColumnField], errors: &mut Errors) {
    let ColumnAttribute { secret, readonly, multiline, format, money, .. } = &column.attribute;
    if let (Some(_), Some(at)) = (secret, readonly) {
        errors.push(syn::Error::new(*at, format!("`{}` is secret, so nobody edits it anyway", column.name)));
    }
    if let Some(at) = multiline {
        expect_type(column, "String", "multiline", *at, errors);
    }
    if let Some(said) = format {
        if !FORMATS.contains(&said.value().as_str()) {
            errors.push(words::error(said, words::unknown("format", &said.value(), FORMATS)));
        }
        expect_type(column, "String", "format", said.span(), errors);
    }
    if let Some(currency) = money {
        expect_type(column, "i64", "money", currency.span(), errors);
        match columns.iter().find(|c| c.name == currency.value()) {
            Some(found) => expect_type(found, "String", "the currency of money", currency.span(), errors),
            None => {
                let names: Vec<&str> = columns.iter().map(|c| c.name.as_str()).collect();
                errors.column(currency, &currency.value(), &names);
            }
        }
    }
}

fn expect_type(column: &ColumnField, ty: &str, word: &str, at: Span, errors: &mut Errors) {
    if type_name(&column.ty) != ty {
        let text = format!("`{}` must be `{ty}` or `Option<{ty}>` for {word}", column.name);
        errors.push(syn::Error::new(at, text));
    }
}

/// The last word of a type's path.
fn type_name(ty: &Type) -> String {
    match ty {
        Type::Path(path) => path.path.segments.last().map(|last| last.ident.to_string()).unwrap_or_default(),
        _ => String::new(),
    }
}
