//! The fields of a model: columns with the names that SeaORM gives them, and relations.

use heck::{ToKebabCase, ToLowerCamelCase, ToShoutySnakeCase, ToSnakeCase, ToTitleCase, ToUpperCamelCase};
use proc_macro2::{Ident, Span};
use syn::{
    Attribute, Data, DeriveInput, Field, Fields, LitStr, Meta, Token, Type, punctuated::Punctuated, spanned::Spanned,
};

use crate::{
    attribute::{ColumnAttribute, first_paragraph, span_of, without_option},
    words,
};

/// A field that is a column.
pub struct ColumnField {
    /// Name in the database.
    pub name: String,
    /// Where the field stands.
    pub span: Span,
    /// Type without its `Option`.
    pub ty: Type,
    pub attribute: ColumnAttribute,
    pub doc: String,
}

/// A `BelongsTo` field of the dense format.
pub struct RelationField {
    pub field: String,
    /// Names of the columns that point.
    pub columns: Vec<String>,
}

/// All that matters of a struct's fields.
#[derive(Default)]
pub struct ModelFields {
    pub columns: Vec<ColumnField>,
    pub relations: Vec<RelationField>,
}

impl ModelFields {
    /// Reads the fields of a `Model` or a `ModelEx`.
    pub fn read(input: &DeriveInput) -> syn::Result<Self> {
        let Data::Struct(data) = &input.data else {
            return Err(words::error(&input.ident, "seadrift::Declare goes on the struct `Model` of an entity"));
        };
        let Fields::Named(fields) = &data.fields else {
            return Err(words::error(&input.ident, "seadrift::Declare needs named fields"));
        };
        let style = sea_orm_text(&input.attrs, "rename_all")?;
        let mut found = Self::default();
        let mut names = Vec::new();
        for field in &fields.named {
            let name = field.ident.as_ref().map(ToString::to_string).unwrap_or_default();
            let name = name.strip_prefix("r#").unwrap_or(&name).to_owned();
            match relation_kind(&field.ty) {
                Some(kind) => found.relation(field, &name, &kind)?,
                None if sea_orm_flag(&field.attrs, "ignore") => {}
                None => {
                    let column = column_name(&name, style.as_ref(), sea_orm_text(&field.attrs, "column_name")?)?;
                    names.push((name, column.clone()));
                    found.columns.push(ColumnField {
                        name: column,
                        span: field.ident.as_ref().map_or_else(|| field.span(), Ident::span),
                        ty: without_option(&field.ty).clone(),
                        attribute: ColumnAttribute::parse(&field.attrs)?,
                        doc: first_paragraph(&field.attrs),
                    });
                }
            }
        }
        for column in found.relations.iter_mut().flat_map(|r| &mut r.columns) {
            if let Some((_, name)) = names.iter().find(|(field, _)| field == column) {
                column.clone_from(name);
            }
        }
        Ok(found)
    }

    fn relation(&mut self, field: &Field, name: &str, kind: &str) -> syn::Result<()> {
        let from = sea_orm_text(&field.attrs, "from")?;
        let columns: Vec<String> = from
            .map(|text| text.value())
            .unwrap_or_default()
            .split(|c: char| !(c.is_alphanumeric() || c == '_' || c == ':'))
            .map(|path| path.rsplit("::").next().unwrap_or(path).to_snake_case())
            .filter(|column| !column.is_empty())
            .collect();
        if let Some(span) = span_of(&field.attrs) {
            let advice = match columns.as_slice() {
                [] => format!("`{name}` is a relation, not a column: #[seadrift(…)] goes on columns"),
                _ => format!("`{name}` is a relation: put #[seadrift(…)] on its column `{}`", columns.join("`, `")),
            };
            return Err(syn::Error::new(span, advice));
        }
        if kind == "BelongsTo" {
            self.relations.push(RelationField { field: name.to_owned(), columns });
        }
        Ok(())
    }
}

fn relation_kind(ty: &Type) -> Option<String> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last()?.ident.to_string();
    matches!(last.as_str(), "BelongsTo" | "HasOne" | "HasMany").then_some(last)
}

/// The column's name by the rules of `DeriveEntityModel`.
fn column_name(field: &str, style: Option<&LitStr>, explicit: Option<LitStr>) -> syn::Result<String> {
    if let Some(name) = explicit {
        return Ok(name.value());
    }
    let variant = field.to_upper_camel_case();
    let Some(style) = style else { return Ok(variant.to_snake_case()) };
    Ok(match style.value().as_str() {
        "camelCase" | "mixed_case" => variant.to_lower_camel_case(),
        "PascalCase" | "camel_case" => variant.to_upper_camel_case(),
        "snake_case" | "snek_case" => variant.to_snake_case(),
        "kebab-case" | "kebab_case" => variant.to_kebab_case(),
        "SCREAMING_SNAKE_CASE" | "shouty_snake_case" | "shouty_snek_case" => variant.to_shouty_snake_case(),
        "SCREAMING-KEBAB-CASE" => variant.to_kebab_case().to_uppercase(),
        "lowercase" => variant.to_lowercase(),
        "UPPERCASE" => variant.to_uppercase(),
        "title_case" => variant.to_title_case(),
        other => return Err(words::error(style, format!("unknown case style `{other}`"))),
    })
}

fn sea_orm_metas(attributes: &[Attribute]) -> impl Iterator<Item = Meta> {
    attributes
        .iter()
        .filter(|a| a.path().is_ident("sea_orm"))
        .filter_map(|a| a.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated).ok())
        .flatten()
}

/// `word = "…"` among SeaORM's attributes.
fn sea_orm_text(attributes: &[Attribute], word: &str) -> syn::Result<Option<LitStr>> {
    for meta in sea_orm_metas(attributes) {
        if let Meta::NameValue(pair) = meta
            && pair.path.is_ident(word)
        {
            return match pair.value {
                syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) => Ok(Some(text)),
                other => Err(words::error(&other, format!("`{word}` must be a text"))),
            };
        }
    }
    Ok(None)
}

/// Whether the bare `word` is among SeaORM's attributes.
pub fn sea_orm_flag(attributes: &[Attribute], word: &str) -> bool {
    sea_orm_metas(attributes).any(|meta| matches!(&meta, Meta::Path(path) if path.is_ident(word)))
}

#[cfg(test)]
mod tests {
    use syn::parse_quote;

    use super::*;

    fn names(input: &DeriveInput) -> Vec<String> {
        ModelFields::read(input).unwrap().columns.into_iter().map(|c| c.name).collect()
    }

    #[test]
    fn columns_are_named_as_sea_orm_names_them() {
        let input = parse_quote! {
            pub struct Model {
                pub id: i64,
                #[sea_orm(column_name = "NAME")]
                pub name: String,
                pub r#type: String,
                pub type_: String,
                pub userID: i64,
                pub address2: String,
                #[sea_orm(ignore)]
                pub cached: bool,
            }
        };
        assert_eq!(names(&input), ["id", "NAME", "type", "type", "user_id", "address2"]);
        let input = parse_quote! {
            #[sea_orm(table_name = "t", rename_all = "camelCase")]
            pub struct Model { pub created_at: i64, #[sea_orm(column_name = "x")] pub other_one: i64 }
        };
        assert_eq!(names(&input), ["createdAt", "x"]);
    }

    #[test]
    fn relations_know_their_columns() {
        let input = parse_quote! {
            pub struct ModelEx {
                #[sea_orm(column_name = "owner")]
                pub user_id: i64,
                pub a: i64,
                pub b: i64,
                #[sea_orm(belongs_to, from = "user_id", to = "id")]
                pub user: BelongsTo<super::user::Entity>,
                #[sea_orm(belongs_to, from = "(A, Column::B)", to = "(a, b)")]
                pub pair: BelongsTo<Option<super::pair::Entity>>,
                #[sea_orm(has_many)]
                pub parts: HasMany<super::part::Entity>,
            }
        };
        let relations = ModelFields::read(&input).unwrap().relations;
        let found: Vec<_> = relations.iter().map(|r| (r.field.as_str(), r.columns.join(","))).collect();
        assert_eq!(found, [("user", "owner".to_owned()), ("pair", "a,b".to_owned())]);
    }
}
