//! A place in the tokens of a statement.

use thiserror::Error;

use crate::dialect::sqlite::token::{Token, tokens};

/// A definition that does not read as expected.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("cannot read this definition: expected {expected} at …{place}")]
pub(in crate::dialect::sqlite) struct Unreadable {
    /// What should have come.
    pub expected: String,
    /// The text from where it should have come.
    pub place: String,
}

pub(super) struct Cursor<'a> {
    sql: &'a str,
    tokens: Vec<Token<'a>>,
    at: usize,
}

impl<'a> Cursor<'a> {
    pub fn new(sql: &'a str) -> Self {
        Self { sql, tokens: tokens(sql), at: 0 }
    }

    pub fn peek(&self) -> Option<Token<'a>> {
        self.tokens.get(self.at).copied()
    }

    /// The token behind the next one.
    pub fn second(&self) -> Option<Token<'a>> {
        self.tokens.get(self.at + 1).copied()
    }

    pub fn next(&mut self) -> Option<Token<'a>> {
        let token = self.peek()?;
        self.at += 1;
        Some(token)
    }

    /// Byte offset of the next token.
    pub fn offset(&self) -> usize {
        self.peek().map_or(self.sql.len(), |t| t.start)
    }

    /// Byte offset behind the last token.
    fn behind(&self) -> usize {
        self.at.checked_sub(1).and_then(|i| self.tokens.get(i)).map_or(0, Token::end)
    }

    /// What was read since this offset, as written.
    pub fn text_from(&self, start: usize) -> String {
        self.sql.get(start..self.behind()).unwrap_or_default().to_owned()
    }

    /// All that is left, as written, without a comment at the end.
    pub fn rest(&self) -> &'a str {
        let end = self.tokens.last().map_or(0, Token::end);
        self.sql.get(self.offset()..end).unwrap_or_default()
    }

    pub fn take(&mut self, keyword: &str) -> bool {
        let found = self.peek().is_some_and(|t| t.is(keyword));
        self.at += usize::from(found);
        found
    }

    pub fn take_symbol(&mut self, symbol: &str) -> bool {
        let found = self.peek().is_some_and(|t| t.symbol(symbol));
        self.at += usize::from(found);
        found
    }

    pub fn expect(&mut self, keyword: &str) -> Result<(), Unreadable> {
        if self.take(keyword) { Ok(()) } else { Err(self.unreadable(keyword)) }
    }

    pub fn expect_symbol(&mut self, symbol: &str) -> Result<(), Unreadable> {
        if self.take_symbol(symbol) { Ok(()) } else { Err(self.unreadable(symbol)) }
    }

    pub fn name(&mut self) -> Result<String, Unreadable> {
        let name = self.peek().and_then(|t| t.name()).ok_or_else(|| self.unreadable("a name"))?;
        self.at += 1;
        Ok(name)
    }

    /// The text between the parenthesis here and the one that closes it.
    pub fn group(&mut self) -> Result<&'a str, Unreadable> {
        self.expect_symbol("(")?;
        let start = self.behind();
        let mut depth = 1;
        while let Some(token) = self.next() {
            depth += i32::from(token.symbol("(")) - i32::from(token.symbol(")"));
            if depth == 0 {
                return Ok(&self.sql[start..token.start]);
            }
        }
        Err(self.unreadable(")"))
    }

    /// The parts of the group here, split at its own commas.
    pub fn group_parts(&mut self) -> Result<Vec<&'a str>, Unreadable> {
        let inner = self.group()?;
        let (mut parts, mut depth, mut start) = (Vec::new(), 0, 0);
        for token in tokens(inner) {
            depth += i32::from(token.symbol("(")) - i32::from(token.symbol(")"));
            if depth == 0 && token.symbol(",") {
                parts.push(&inner[start..token.start]);
                start = token.end();
            }
        }
        parts.push(&inner[start..]);
        Ok(parts)
    }

    pub fn unreadable(&self, expected: &str) -> Unreadable {
        let place = self.sql.get(self.offset()..).unwrap_or_default().chars().take(60).collect();
        Unreadable { expected: expected.to_owned(), place }
    }
}
