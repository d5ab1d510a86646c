//! Splits the text of an expression into tokens that remember where they stood.
//! What the tokens mean is the parser's business.

use super::keyword::is_plain;

/// What kind of token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// An unquoted word: keyword, column, function or type.
    Word,
    /// An identifier in double quotes.
    Quoted,
    /// A text literal in single quotes.
    Text,
    /// A literal with a prefix such as `E'…'` or `X'…'`, kept as it is.
    Opaque,
    /// A number without a sign.
    Number,
    /// An operator or a punctuation mark.
    Symbol,
    /// A comment.
    Comment,
}

/// A token: its kind, its text and the byte at which it begins.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token<'a> {
    pub kind: Kind,
    pub raw: &'a str,
    pub start: usize,
}

impl Token<'_> {
    /// The byte behind the token.
    pub fn end(&self) -> usize {
        self.start + self.raw.len()
    }

    /// Whether this is the unquoted word, which is given in capitals.
    pub fn is_word(&self, word: &str) -> bool {
        self.kind == Kind::Word && self.raw.eq_ignore_ascii_case(word)
    }

    /// Whether this is the symbol.
    pub fn is_symbol(&self, symbol: &str) -> bool {
        self.kind == Kind::Symbol && self.raw == symbol
    }

    /// The name that an identifier stands for: unquoted ones are folded to lower case.
    pub fn name(&self) -> String {
        match self.kind {
            Kind::Quoted => self.raw[1..self.raw.len() - 1].replace("\"\"", "\""),
            _ => self.raw.to_lowercase(),
        }
    }

    /// Whether the identifier can mean this column. Unquoted ones are compared without regard
    /// to ASCII case, as SQLite does.
    pub fn names(&self, column: &str) -> bool {
        match self.kind {
            Kind::Word => self.raw.eq_ignore_ascii_case(column),
            Kind::Quoted => self.name() == column,
            _ => false,
        }
    }

    /// The value of a text literal.
    pub fn text(&self) -> String {
        self.raw[1..self.raw.len() - 1].replace("''", "'")
    }
}

/// All tokens, or `None` where a quote is not closed or a character has no place in an expression.
pub(super) fn tokens(text: &str) -> Option<Vec<Token<'_>>> {
    let mut found = Vec::new();
    let mut start = 0;
    while let Some(first) = text[start..].chars().next() {
        if first.is_whitespace() {
            start += first.len_utf8();
            continue;
        }
        let (kind, length) = next(&text[start..], first)?;
        found.push(Token { kind, raw: &text[start..start + length], start });
        start += length;
    }
    Some(found)
}

/// Kind and length of the token at the beginning of `rest`.
fn next(rest: &str, first: char) -> Option<(Kind, usize)> {
    if rest.starts_with("--") {
        return Some((Kind::Comment, rest.find('\n').unwrap_or(rest.len())));
    }
    if rest.starts_with("/*") {
        return Some((Kind::Comment, rest.find("*/")? + 2));
    }
    let second = rest[first.len_utf8()..].chars().next();
    match first {
        '\'' => Some((Kind::Text, quoted(rest, '\'', false)?)),
        '"' => Some((Kind::Quoted, quoted(rest, '"', false)?)),
        'e' | 'E' if second == Some('\'') => Some((Kind::Opaque, 1 + quoted(&rest[1..], '\'', true)?)),
        'b' | 'B' | 'n' | 'N' | 'x' | 'X' if second == Some('\'') => {
            Some((Kind::Opaque, 1 + quoted(&rest[1..], '\'', false)?))
        }
        '0'..='9' => Some((Kind::Number, number(rest)?)),
        '.' if second.is_some_and(|c| c.is_ascii_digit()) => Some((Kind::Number, number(rest)?)),
        '(' | ')' | '[' | ']' | ',' | '.' | ';' => Some((Kind::Symbol, 1)),
        ':' if second == Some(':') => Some((Kind::Symbol, 2)),
        _ if starts_word(first) => {
            let length = rest.find(|c| !continues_word(c)).unwrap_or(rest.len());
            // `U&'…'` has escapes of its own.
            (!rest[length..].starts_with("&'") || length > 1).then_some((Kind::Word, length))
        }
        _ if OPERATOR.contains(first) => Some((Kind::Symbol, operator(rest))),
        _ => None,
    }
}

fn starts_word(c: char) -> bool {
    c.is_alphabetic() || c == '_'
}

fn continues_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '$'
}

/// Length of what begins with a quote, up to the quote that is not doubled.
fn quoted(rest: &str, quote: char, backslashes: bool) -> Option<usize> {
    let mut characters = rest.char_indices().skip(1).peekable();
    while let Some((at, c)) = characters.next() {
        if backslashes && c == '\\' {
            characters.next()?;
        } else if c == quote && characters.next_if(|(_, next)| *next == quote).is_none() {
            return Some(at + 1);
        }
    }
    None
}

fn number(rest: &str) -> Option<usize> {
    let bytes = rest.as_bytes();
    let digits = |mut at: usize| {
        while bytes.get(at).is_some_and(u8::is_ascii_digit) {
            at += 1;
        }
        at
    };
    let mut end = digits(0);
    if bytes.get(end) == Some(&b'.') {
        end = digits(end + 1);
    }
    if matches!(bytes.get(end), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
        let exponent = digits(end + 1 + sign);
        if exponent == end + 1 + sign {
            return None;
        }
        end = exponent;
    }
    (!rest[end..].starts_with(continues_word)).then_some(end)
}

const OPERATOR: &str = "+-*/<>=~!@#%^&|?";

/// Length of the operator, by PostgreSQL's rule: it does not end in a sign, unless it holds a
/// character that no comparison or arithmetic has; so `a=-1` is `a = -1`.
fn operator(rest: &str) -> usize {
    let mut end = rest.find(|c| !OPERATOR.contains(c)).unwrap_or(rest.len());
    for comment in ["--", "/*"] {
        end = rest[..end].find(comment).unwrap_or(end);
    }
    while end > 1
        && rest[..end].ends_with(['+', '-'])
        && !rest[..end].contains(['~', '!', '@', '#', '%', '^', '&', '|', '?'])
    {
        end -= 1;
    }
    end
}

/// The identifier as it is written in an expression: bare where it may be, else in double quotes.
pub(super) fn identifier(name: &str) -> String {
    if is_plain(name) { name.to_owned() } else { format!("\"{}\"", name.replace('"', "\"\"")) }
}
