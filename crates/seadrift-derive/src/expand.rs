//! From the attributes to the implementation of `Declared`.

use heck::ToSnakeCase;
use proc_macro2::TokenStream;
use quote::quote;
use syn::{DeriveInput, LitStr};

use crate::{
    attribute::{Choice, ChoiceValue, IndexAttribute, ModelAttribute, Number, first_paragraph},
    fields::{ColumnField, ModelFields, RelationField, sea_orm_flag},
    presentation, verify, words,
};

/// The implementation of `Declared` for the `Entity` beside this model, or nothing.
///
/// `#[sea_orm::model]` hands every derive both `Model`, marked `model_ex`, and `ModelEx`, which
/// alone has the relations: the answer is given once, for `ModelEx`, or for a plain `Model`.
///
/// # Errors
/// When the declaration is wrong; the errors stand at the words concerned.
pub fn declare(input: &DeriveInput) -> syn::Result<TokenStream> {
    let dense = input.ident == "ModelEx";
    if !dense && input.ident != "Model" {
        let text = "seadrift::Declare goes on the struct `Model` of an entity";
        return Err(words::error(&input.ident, text));
    }
    if !dense && sea_orm_flag(&input.attrs, "model_ex") {
        return Ok(TokenStream::new());
    }
    let attribute = ModelAttribute::parse(&input.attrs)?;
    let fields = ModelFields::read(input)?;
    verify::verify(input, &attribute, &fields)?;
    let declaration = declaration(&attribute, &fields, &first_paragraph(&input.attrs));
    Ok(quote! {
        #[automatically_derived]
        #[allow(unused_qualifications, clippy::all)]
        impl ::seadrift::entity::Declared for Entity {
            fn declaration() -> &'static ::seadrift::entity::Declaration {
                static DECLARATION: ::seadrift::entity::Declaration = #declaration;
                &DECLARATION
            }
        }
    })
}

fn declaration(attribute: &ModelAttribute, fields: &ModelFields, doc: &str) -> TokenStream {
    let app = text(&attribute.app);
    let model = text(&attribute.model);
    let label = attribute.label.as_ref().map_or_else(|| words_of(&model), LitStr::value);
    let plural = attribute.plural.as_ref().map_or_else(|| format!("{label}s"), LitStr::value);
    let ModelAttribute { was, list, search, filter, name, .. } = attribute;
    let date = option(&attribute.date);
    let append_only = attribute.append_only.is_some();
    let ordering = attribute.ordering.iter().map(sort_key);
    let checks = attribute.checks.iter().map(|check| {
        let (name, sql) = (&check.name, &check.sql);
        quote!(::seadrift::entity::CheckDeclaration { name: #name, sql: #sql })
    });
    let indexes = attribute.indexes.iter().map(index);
    let mut section = None;
    let columns = fields.columns.iter().map(|field| {
        section = field.attribute.section.clone().or_else(|| section.take());
        column(field, &section)
    });
    let relations = fields.relations.iter().map(|RelationField { field, columns }| {
        quote!(::seadrift::entity::RelationDeclaration { field: #field, columns: &[#(#columns),*] })
    });
    quote! {
        ::seadrift::entity::Declaration {
            app: #app,
            model: #model,
            label: #label,
            plural: #plural,
            doc: #doc,
            was: &[#(#was),*],
            ordering: &[#(#ordering),*],
            list: &[#(#list),*],
            search: &[#(#search),*],
            filter: &[#(#filter),*],
            naming: &[#(#name),*],
            date: #date,
            append_only: #append_only,
            checks: &[#(#checks),*],
            indexes: &[#(#indexes),*],
            columns: &[#(#columns),*],
            relations: &[#(#relations),*],
        }
    }
}

fn text(literal: &Option<LitStr>) -> String {
    literal.as_ref().map(LitStr::value).unwrap_or_default()
}

/// `TeamMembership` becomes `team membership`.
fn words_of(model: &str) -> String {
    model.to_snake_case().replace('_', " ")
}

fn sort_key(name: &LitStr) -> TokenStream {
    let name = name.value();
    let (column, descending) = match name.strip_prefix('-') {
        Some(column) => (column, true),
        None => (name.as_str(), false),
    };
    quote!(::seadrift::entity::SortKey { column: #column, descending: #descending })
}

fn index(index: &IndexAttribute) -> TokenStream {
    let columns = index.columns.iter().map(sort_key);
    let sql = option(&index.sql);
    let filter = option(&index.filter);
    let name = option(&index.name);
    let unique = index.unique;
    quote! {
        ::seadrift::entity::IndexDeclaration {
            columns: &[#(#columns),*], sql: #sql, unique: #unique, filter: #filter, name: #name,
        }
    }
}

/// A column, in the section that it begins or that began before it.
fn column(column: &ColumnField, section: &Option<LitStr>) -> TokenStream {
    let ColumnField { name, ty, attribute, doc, .. } = column;
    let label = attribute.label.as_ref().map_or_else(|| column_label(name), LitStr::value);
    let help = text(&attribute.help);
    let choices = attribute.choices.iter().map(choice);
    let soft_ref = option(&attribute.soft_ref);
    let was = &attribute.was;
    let min = number(attribute.min);
    let max = number(attribute.max);
    let [secret, readonly, multiline] =
        [attribute.secret, attribute.readonly, attribute.multiline].map(|flag| flag.is_some());
    let format = presentation::format(attribute.format.as_ref());
    let money = option(&attribute.money);
    let section = option(section);
    quote! {
        ::seadrift::entity::ColumnDeclaration {
            name: #name,
            label: #label,
            help: #help,
            doc: #doc,
            choices: &[#(#choices),*],
            soft_ref: #soft_ref,
            was: &[#(#was),*],
            min: #min,
            max: #max,
            secret: #secret,
            readonly: #readonly,
            multiline: #multiline,
            format: #format,
            money: #money,
            section: #section,
            enumeration: || {
                #[allow(unused_imports)]
                use ::seadrift::entity::enumeration::{IsEnumeration as _, IsNoEnumeration as _};
                (&::seadrift::entity::enumeration::Probe::<#ty>::new()).values()
            },
        }
    }
}

/// `created_at` becomes `created at`, `user_id` becomes `user`.
fn column_label(name: &str) -> String {
    name.strip_suffix("_id").filter(|stem| !stem.is_empty()).unwrap_or(name).to_snake_case().replace('_', " ")
}

fn choice(choice: &Choice) -> TokenStream {
    let (value, default) = match &choice.value {
        ChoiceValue::Text(text) => (quote!(::seadrift::entity::ChoiceValue::Text(#text)), choice_label(text)),
        ChoiceValue::Int(number) => (quote!(::seadrift::entity::ChoiceValue::Int(#number)), number.to_string()),
    };
    let label = choice.label.as_ref().map_or(default, LitStr::value);
    quote!(::seadrift::entity::Choice { value: #value, label: #label })
}

/// `checked_in` becomes `Checked in`.
fn choice_label(value: &str) -> String {
    let words = value.replace(['_', '-'], " ");
    let mut chars = words.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

fn option(value: &Option<LitStr>) -> TokenStream {
    value
        .as_ref()
        .map_or_else(|| quote!(::core::option::Option::None), |text| quote!(::core::option::Option::Some(#text)))
}

fn number(value: Option<Number>) -> TokenStream {
    match value {
        None => quote!(::core::option::Option::None),
        Some(Number::Int(number)) => quote!(::core::option::Option::Some(::seadrift::entity::Number::Int(#number))),
        Some(Number::Float(number)) => quote!(::core::option::Option::Some(::seadrift::entity::Number::Float(#number))),
    }
}
