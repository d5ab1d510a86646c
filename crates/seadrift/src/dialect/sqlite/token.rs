//! Tokens of SQLite's SQL: enough to read a definition back and to compare two expressions.
//!
//! No grammar here; see `parse`. Comments and space disappear, every token keeps its place in the text.

/// What kind of token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A keyword or an identifier without quotes.
    Word,
    /// An identifier in `"…"`, `[…]` or backticks.
    Quoted,
    /// A text in single quotes.
    Text,
    /// A number.
    Number,
    /// `x'…'`.
    Blob,
    /// One character of anything else.
    Symbol,
}

/// One token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Token<'a> {
    pub kind: Kind,
    /// As written, quotes included.
    pub text: &'a str,
    /// Byte offset of its beginning.
    pub start: usize,
}

impl Token<'_> {
    /// Byte offset behind it.
    pub fn end(&self) -> usize {
        self.start + self.text.len()
    }

    /// Whether this is the keyword.
    pub fn is(&self, keyword: &str) -> bool {
        self.kind == Kind::Word && self.text.eq_ignore_ascii_case(keyword)
    }

    /// Whether this is the character.
    pub fn symbol(&self, symbol: &str) -> bool {
        self.kind == Kind::Symbol && self.text == symbol
    }

    /// The name it stands for. SQLite takes a text in single quotes for a name where only a name can stand.
    pub fn name(&self) -> Option<String> {
        match self.kind {
            Kind::Word => Some(self.text.to_owned()),
            Kind::Quoted | Kind::Text => Some(self.unquoted()),
            _ => None,
        }
    }

    /// The content between the quotes, doubled quotes made single.
    pub fn unquoted(&self) -> String {
        let Some(quote) = self.text.chars().next() else { return String::new() };
        let close = if quote == '[' { ']' } else { quote };
        let inner = self.text.get(1..).unwrap_or_default();
        let inner = inner.strip_suffix(close).unwrap_or(inner);
        if quote == '[' { inner.to_owned() } else { inner.replace(&format!("{close}{close}"), &close.to_string()) }
    }
}

/// The tokens of a text. Never fails: what is not closed ends with the text.
pub(super) fn tokens(sql: &str) -> Vec<Token<'_>> {
    let bytes = sql.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let start = at;
        let kind = match bytes[at] {
            b if b.is_ascii_whitespace() => {
                at += 1;
                continue;
            }
            b'-' if bytes.get(at + 1) == Some(&b'-') => {
                at = find(bytes, at, b"\n");
                continue;
            }
            b'/' if bytes.get(at + 1) == Some(&b'*') => {
                at = find(bytes, at + 2, b"*/");
                continue;
            }
            b'\'' => {
                at = closed(bytes, at, b'\'');
                Kind::Text
            }
            quote @ (b'"' | b'`') => {
                at = closed(bytes, at, quote);
                Kind::Quoted
            }
            b'[' => {
                at = find(bytes, at, b"]");
                Kind::Quoted
            }
            b'x' | b'X' if bytes.get(at + 1) == Some(&b'\'') => {
                at = closed(bytes, at + 1, b'\'');
                Kind::Blob
            }
            b'0'..=b'9' => {
                at = number(bytes, at);
                Kind::Number
            }
            b'.' if bytes.get(at + 1).is_some_and(u8::is_ascii_digit) => {
                at = number(bytes, at);
                Kind::Number
            }
            b if in_word(b) => {
                at += bytes[at..].iter().take_while(|b| in_word(**b)).count();
                Kind::Word
            }
            _ => {
                at += 1;
                Kind::Symbol
            }
        };
        found.push(Token { kind, text: &sql[start..at], start });
    }
    found
}

fn in_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'$' || byte >= 0x80
}

/// Behind the next `end`, or the end of the text.
fn find(bytes: &[u8], from: usize, end: &[u8]) -> usize {
    let from = from.min(bytes.len());
    bytes[from..].windows(end.len()).position(|w| w == end).map_or(bytes.len(), |i| from + i + end.len())
}

/// Behind the quote that closes the one at `open`; a doubled quote does not close.
fn closed(bytes: &[u8], open: usize, quote: u8) -> usize {
    let mut at = open + 1;
    while at < bytes.len() {
        if bytes[at] == quote {
            if bytes.get(at + 1) != Some(&quote) {
                return at + 1;
            }
            at += 1;
        }
        at += 1;
    }
    bytes.len()
}

fn number(bytes: &[u8], start: usize) -> usize {
    let hex = bytes[start] == b'0' && matches!(bytes.get(start + 1), Some(b'x' | b'X'));
    let mut at = start;
    while at < bytes.len() {
        let sign_of_exponent =
            !hex && at > start && matches!(bytes[at], b'+' | b'-') && matches!(bytes[at - 1], b'e' | b'E');
        if !(bytes[at].is_ascii_alphanumeric() || matches!(bytes[at], b'.' | b'_') || sign_of_exponent) {
            break;
        }
        at += 1;
    }
    at
}

/// The text with everything away that has no meaning: space, comments, case of words, needless quotes.
/// Two texts of equal normal form mean the same to SQLite.
pub(super) fn normal(sql: &str) -> String {
    let mut text = String::with_capacity(sql.len());
    for token in tokens(sql) {
        if !text.is_empty() {
            text.push(' ');
        }
        match token.kind {
            Kind::Quoted => {
                let name = token.unquoted();
                if is_plain(&name) {
                    text.push_str(&name.to_ascii_lowercase());
                } else {
                    text.push_str(&crate::dialect::quote(&name));
                }
            }
            Kind::Text => text.push_str(token.text),
            _ => text.push_str(&token.text.to_ascii_lowercase()),
        }
    }
    text
}

/// Whether this identifier needs no quotes as far as its characters go.
pub(super) fn is_plain(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

/// Whether the text names this column, in quotes or not.
pub(super) fn names(sql: &str, column: &str) -> bool {
    tokens(sql).iter().any(|t| t.kind != Kind::Text && t.name().is_some_and(|n| n.eq_ignore_ascii_case(column)))
}

/// Whether the text stands by itself: one expression, parentheses and quotes closed, no `;`, no comment
/// that could swallow what follows.
pub(super) fn stands_alone(sql: &str) -> bool {
    let found = tokens(sql);
    let mut depth = 0_i32;
    for token in &found {
        match token.text {
            "(" => depth += 1,
            ")" => depth -= 1,
            ";" => return false,
            _ => {}
        }
        if depth < 0 {
            return false;
        }
        let closed = match token.kind {
            Kind::Text | Kind::Quoted | Kind::Blob => {
                let quote = if token.kind == Kind::Blob { 1 } else { 0 };
                let open = token.text.as_bytes()[quote];
                let close = if open == b'[' { b']' } else { open };
                token.text.len() > quote + 1 && closes(&token.text.as_bytes()[quote..], close)
            }
            _ => true,
        };
        if !closed {
            return false;
        }
    }
    let behind = found.last().map_or(0, Token::end);
    depth == 0 && !found.is_empty() && sql[behind..].trim().is_empty() && !sql.contains('\0')
}

/// Whether a quoted token ends with its closing quote rather than with the text.
fn closes(quoted: &[u8], close: u8) -> bool {
    if close == b']' {
        return quoted.last() == Some(&b']');
    }
    quoted.iter().filter(|b| **b == close).count() % 2 == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_every_kind_of_token() {
        let sql = "a \"b\"\"c\" [d e] `f` 'it''s' x'00FF' 0x1F 1.5e-3 .5 >= -- gone\n/* gone ( */ é$1";
        let texts: Vec<_> = tokens(sql).iter().map(|t| t.text).collect();
        let expected =
            ["a", "\"b\"\"c\"", "[d e]", "`f`", "'it''s'", "x'00FF'", "0x1F", "1.5e-3", ".5", ">", "=", "é$1"];
        assert_eq!(texts, expected);
        let names: Vec<_> = tokens(sql).iter().take(5).filter_map(Token::name).collect();
        assert_eq!(names, ["a", "b\"c", "d e", "f", "it's"]);
    }

    #[test]
    fn normal_form_keeps_what_has_meaning() {
        for (a, b, same) in [
            ("length( \"Nick\" )<=3", "LENGTH(nick) <= 3 -- short", true),
            ("[a] = 'X'", "a='X'", true),
            ("a = 'X'", "a = 'x'", false),
            ("\"a b\" > 1", "a b > 1", false),
            ("a > 1", "a > 10", false),
        ] {
            assert_eq!(normal(a) == normal(b), same, "{a} | {b}");
        }
    }

    #[test]
    fn tells_what_stands_alone() {
        for (sql, alone) in [
            ("a > 0", true),
            ("(a) IN ('x;', \")\")", true),
            ("a > 0)", false),
            ("(a > 0", false),
            ("a > 0; drop table t", false),
            ("a > 0 -- b", false),
            ("a > 0 /* b", false),
            ("a /* b */ > 0", true),
            ("a = 'x", false),
            ("a = 'x'''", true),
            ("a = [x", false),
            ("a = x'0", false),
            (" ", false),
        ] {
            assert_eq!(stands_alone(sql), alone, "{sql}");
        }
    }

    #[test]
    fn finds_a_column_by_its_whole_name() {
        for (sql, named) in
            [("length(nick) > 1", true), ("\"NICK\" > 1", true), ("nickname > 1", false), ("status = 'nick'", false)]
        {
            assert_eq!(names(sql, "nick"), named, "{sql}");
        }
    }
}
