//! SQL expressions in checks, defaults, partial and expression indexes, and their canonical form.
//!
//! SQLite hands an expression back as it was written; PostgreSQL hands back its own spelling
//! (`((status)::text = ANY ((ARRAY['a'::character varying])::text[]))`). The canonical form
//! takes away what has no meaning, so that the two compare equal in nearly all cases; where
//! it does not suffice, the inspector of the dialect asks the database itself.

mod keyword;
mod node;
mod parse;
mod simplify;
mod token;

use std::fmt;

use serde::{Deserialize, Serialize};

use super::Literal;
use node::Node;
use token::{Kind, Token, identifier, tokens};

/// An SQL expression in the portable subset of both databases.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Expression(pub String);

impl Expression {
    /// The text as written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The same expression with meaningless differences removed: case of keywords, spaces, needless
    /// quotes and parentheses, casts that change no value, and PostgreSQL's own spellings of `IN`,
    /// `LIKE`, `BETWEEN` and their like. Text that is not understood only has its spaces evened out.
    pub fn canonical(&self) -> Self {
        match parse::parse(&self.0) {
            Some(parsed) => Self(parsed.root.simplify().print()),
            None => Self(evenly_spaced(&self.0)),
        }
    }

    /// The constant that the expression is, if it is one.
    pub fn literal(&self) -> Option<Literal> {
        match parse::parse(&self.0)?.root.simplify() {
            Node::Text(text) => Some(Literal::Text(text)),
            Node::Number(number) => number.parse().ok().map(Literal::Int),
            Node::Word("true") => Some(Literal::Bool(true)),
            Node::Word("false") => Some(Literal::Bool(false)),
            _ => None,
        }
    }

    /// Whether the expression is the constant NULL.
    pub fn is_null(&self) -> bool {
        parse::parse(&self.0).is_some_and(|parsed| parsed.root.simplify() == Node::Word("NULL"))
    }

    /// Whether the expression names this column.
    pub fn mentions(&self, column: &str) -> bool {
        !self.columns(column).is_empty()
    }

    /// The same expression over the column's new name; everything else stays as it was written.
    pub fn with_column_renamed(&self, from: &str, to: &str) -> Self {
        let mut text = String::with_capacity(self.0.len());
        let mut copied = 0;
        for token in self.columns(from) {
            text.push_str(&self.0[copied..token.start]);
            text.push_str(&identifier(to));
            copied = token.end();
        }
        text.push_str(&self.0[copied..]);
        Self(text)
    }

    /// The tokens that name this column, in order.
    fn columns(&self, column: &str) -> Vec<Token<'_>> {
        let candidates = match parse::parse(&self.0) {
            Some(parsed) => parsed.columns,
            None => likely_columns(&self.0),
        };
        candidates.into_iter().filter(|token| token.names(column)).collect()
    }
}

/// The identifiers that can be columns, where the text as a whole is not understood.
fn likely_columns(text: &str) -> Vec<Token<'_>> {
    let Some(mut tokens) = tokens(text) else { return Vec::new() };
    tokens.retain(|token| token.kind != Kind::Comment);
    let symbol =
        |at: Option<usize>, symbol: &str| at.and_then(|at| tokens.get(at)).is_some_and(|t| t.is_symbol(symbol));
    let column = |(at, token): (usize, &Token<'_>)| match token.kind {
        Kind::Quoted => true,
        Kind::Word => !keyword::is_reserved(&token.name()),
        _ => false,
    } && !symbol(at.checked_sub(1), "::")
        && ["(", "."].iter().all(|next| !symbol(Some(at + 1), next));
    let positions: Vec<usize> = tokens.iter().enumerate().filter(|pair| column(*pair)).map(|(at, _)| at).collect();
    positions.into_iter().map(|at| tokens[at]).collect()
}

fn evenly_spaced(text: &str) -> String {
    match tokens(text) {
        Some(tokens) if tokens.iter().all(|t| t.kind != Kind::Comment) => {
            tokens.iter().map(|t| t.raw).collect::<Vec<_>>().join(" ")
        }
        _ => text.trim().to_owned(),
    }
}

impl From<&str> for Expression {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl From<String> for Expression {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl fmt::Display for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
