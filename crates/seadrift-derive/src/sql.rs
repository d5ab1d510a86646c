//! The columns that an SQL expression names: enough of a lexer to find a misspelt one
//! at compile time. Whether the expression is valid SQL is the database's to say.

/// Words that are not columns in an expression.
const KEYWORDS: &[&str] = &[
    "all",
    "and",
    "any",
    "array",
    "as",
    "asc",
    "at",
    "between",
    "case",
    "cast",
    "collate",
    "current_date",
    "current_time",
    "current_timestamp",
    "date",
    "desc",
    "distinct",
    "else",
    "end",
    "escape",
    "exists",
    "false",
    "first",
    "from",
    "glob",
    "ilike",
    "in",
    "interval",
    "is",
    "isnull",
    "last",
    "like",
    "match",
    "not",
    "notnull",
    "null",
    "nulls",
    "or",
    "over",
    "regexp",
    "row",
    "select",
    "similar",
    "some",
    "then",
    "time",
    "timestamp",
    "to",
    "true",
    "unknown",
    "using",
    "when",
    "where",
    "zone",
];

/// The words of `sql` that stand where a column's name does, in order, duplicates removed.
///
/// Skipped are texts in single quotes, numbers, keywords, functions (a word before `(`),
/// collations, and the type names after `::` and inside `CAST(… AS …)`.
pub fn columns(sql: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut rest = sql;
    let mut type_follows = false;
    while let Some(c) = rest.chars().next() {
        let quoted = c == '"';
        if c == '\'' {
            rest = after_quoted(rest, '\'').1;
        } else if c.is_ascii_digit() {
            rest = rest.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '.' || c == '_');
        } else if quoted || c.is_alphabetic() || c == '_' {
            let (word, after) = if quoted {
                after_quoted(rest, '"')
            } else {
                let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '$')).unwrap_or(rest.len());
                (rest[..end].to_owned(), &rest[end..])
            };
            rest = after;
            let lower = word.to_ascii_lowercase();
            let function = !quoted && rest.trim_start().starts_with('(');
            let keyword = !quoted && KEYWORDS.contains(&lower.as_str());
            if !type_follows && !function && !keyword {
                let name = if quoted { word } else { lower.clone() };
                if !found.contains(&name) {
                    found.push(name);
                }
            }
            type_follows = !quoted && (lower == "as" || lower == "collate" || (type_follows && !function));
        } else {
            let cast = rest.strip_prefix("::");
            type_follows = cast.is_some() || (type_follows && c.is_whitespace());
            rest = cast.unwrap_or(&rest[c.len_utf8()..]);
        }
    }
    found
}

/// The text between the quotes that `rest` begins with, doubled quotes undone, and what follows it.
fn after_quoted(rest: &str, quote: char) -> (String, &str) {
    let mut text = String::new();
    let mut chars = rest.char_indices().skip(1).peekable();
    while let Some((at, c)) = chars.next() {
        if c != quote {
            text.push(c);
        } else if chars.next_if(|(_, next)| *next == quote).is_some() {
            text.push(quote);
        } else {
            return (text, &rest[at + 1..]);
        }
    }
    (text, "")
}

#[cfg(test)]
mod tests {
    use super::columns;

    #[test]
    fn finds_the_columns_of_an_expression() {
        for (sql, expected) in [
            ("(user_id IS NULL) <> (team_id IS NULL)", "user_id team_id"),
            ("status IN ('a b', 'it''s') AND amount >= 10.5e3", "status amount"),
            ("lower(name) = \"Odd \"\"Name\"", "name Odd \"Name"),
            ("CAST(score AS double precision) > 0", "score"),
            ("score::double precision > other", "score other"),
            ("name COLLATE nocase = Title", "name title"),
            ("CASE WHEN a THEN b ELSE c END", "a b c"),
            ("length(trim(name)) > 0 and a is not distinct from b", "name a b"),
            ("starts_at < ends_at OR ends_at IS NULL", "starts_at ends_at"),
        ] {
            assert_eq!(columns(sql).join(" "), expected, "{sql}");
        }
    }
}
