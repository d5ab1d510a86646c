//! Words that are no names, and which names need no quotes.

/// The words that PostgreSQL reserves, so that a bare one is never a column; in order.
const RESERVED: &[&str] = &[
    "all",
    "analyse",
    "analyze",
    "and",
    "any",
    "array",
    "as",
    "asc",
    "asymmetric",
    "authorization",
    "between",
    "binary",
    "both",
    "case",
    "cast",
    "check",
    "collate",
    "collation",
    "column",
    "concurrently",
    "constraint",
    "create",
    "cross",
    "current_catalog",
    "current_date",
    "current_role",
    "current_schema",
    "current_time",
    "current_timestamp",
    "current_user",
    "default",
    "deferrable",
    "desc",
    "distinct",
    "do",
    "else",
    "end",
    "except",
    "exists",
    "false",
    "fetch",
    "for",
    "foreign",
    "freeze",
    "from",
    "full",
    "grant",
    "group",
    "having",
    "ilike",
    "in",
    "initially",
    "inner",
    "intersect",
    "into",
    "is",
    "isnull",
    "join",
    "lateral",
    "leading",
    "left",
    "like",
    "limit",
    "localtime",
    "localtimestamp",
    "natural",
    "not",
    "notnull",
    "null",
    "offset",
    "on",
    "only",
    "or",
    "order",
    "outer",
    "overlaps",
    "placing",
    "primary",
    "references",
    "returning",
    "right",
    "row",
    "select",
    "session_user",
    "similar",
    "some",
    "symmetric",
    "system_user",
    "table",
    "tablesample",
    "then",
    "to",
    "trailing",
    "true",
    "union",
    "unique",
    "user",
    "using",
    "variadic",
    "verbose",
    "when",
    "where",
    "window",
    "with",
];

/// The words that SQLite reserves over and above; in order.
const RESERVED_BY_SQLITE: &[&str] = &[
    "add",
    "alter",
    "autoincrement",
    "commit",
    "delete",
    "drop",
    "escape",
    "glob",
    "index",
    "insert",
    "match",
    "nothing",
    "raise",
    "regexp",
    "set",
    "transaction",
    "update",
    "values",
];

/// Whether PostgreSQL reserves the word, which is in lower case.
pub(super) fn is_reserved(word: &str) -> bool {
    RESERVED.binary_search(&word).is_ok()
}

/// Whether a name needs no quotes in either database.
pub(super) fn is_plain(name: &str) -> bool {
    let starts = name.starts_with(|c: char| c.is_ascii_lowercase() || c == '_');
    let continues = name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    starts && continues && !is_reserved(name) && RESERVED_BY_SQLITE.binary_search(&name).is_err()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lists_are_in_order() {
        assert!(RESERVED.is_sorted());
        assert!(RESERVED_BY_SQLITE.is_sorted());
    }

    #[test]
    fn plain_names() {
        for (name, plain) in [("status", true), ("time", true), ("_a1", true), ("order", false), ("index", false)] {
            assert_eq!(is_plain(name), plain, "{name}");
        }
        for name in ["Status", "1a", "", "ä", "a b", "a\"b", "end"] {
            assert!(!is_plain(name), "{name}");
        }
    }
}
