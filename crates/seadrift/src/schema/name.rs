//! Names by convention: of indexes, constraints, and of anything too long for PostgreSQL.
//!
//! index `ix_{table}_{columns}`, unique index `uq_{table}_{columns}`, foreign key
//! `fk_{table}_{columns}`, check `ck_{table}_{column}`.

use super::Expression;

/// The most bytes that PostgreSQL keeps of a name; it cuts the rest off without a word.
pub const LIMIT: usize = 63;

/// The name of an index on these columns.
pub fn index<S: AsRef<str>>(table: &str, columns: &[S]) -> String {
    conventional("ix", table, columns)
}

/// The name of a unique index on these columns.
pub fn unique<S: AsRef<str>>(table: &str, columns: &[S]) -> String {
    conventional("uq", table, columns)
}

/// The name of a foreign key from these columns.
pub fn foreign_key<S: AsRef<str>>(table: &str, columns: &[S]) -> String {
    conventional("fk", table, columns)
}

/// The name of a check on this column.
pub fn check(table: &str, column: &str) -> String {
    conventional("ck", table, &[column])
}

fn conventional<S: AsRef<str>>(kind: &str, table: &str, columns: &[S]) -> String {
    let mut name = format!("{kind}_{table}");
    for column in columns {
        name.push('_');
        name.push_str(column.as_ref());
    }
    fit(name)
}

/// The name itself, or, when it has more than [`LIMIT`] bytes, its beginning and a hash of all of it.
pub fn fit(name: impl Into<String>) -> String {
    let mut name = name.into();
    if name.len() > LIMIT {
        let hash = fnv1a(&name);
        let keep = name.floor_char_boundary(LIMIT - 9);
        name.truncate(keep);
        name.push_str(&format!("_{:08x}", (hash >> 32) ^ (hash & 0xffff_ffff)));
    }
    name
}

/// FNV-1a, 64 bit (Fowler, Noll, Vo; RFC 9923): short, and the same for ever, which names must be.
fn fnv1a(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3))
}

/// A column as it stands in an expression: in double quotes only where it needs them, which is
/// also how PostgreSQL writes it when it hands an expression back.
pub fn in_expression(column: &str) -> String {
    Expression::from("x").with_column_renamed("x", column).0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_follow_the_convention() {
        assert_eq!(index("teams_team", &["game", "slug"]), "ix_teams_team_game_slug");
        assert_eq!(unique("teams_team", &["slug"]), "uq_teams_team_slug");
        assert_eq!(foreign_key("teams_team", &["owner_id"]), "fk_teams_team_owner_id");
        assert_eq!(check("teams_team", "status"), "ck_teams_team_status");
    }

    #[test]
    fn long_names_are_cut_and_stay_apart() {
        let long = |end: &str| format!("{}{end}", "ü".repeat(40));
        let (a, b) = (fit(long("a")), fit(long("b")));
        assert_ne!(a, b);
        assert!(a.len() <= LIMIT && b.len() <= LIMIT);
        assert_eq!(fit(a.clone()), a);
        assert_eq!(fit("x".repeat(LIMIT)), "x".repeat(LIMIT));
        // Written into databases: a change of the hash would rename their constraints.
        assert_eq!(fit("x".repeat(LIMIT + 1)), format!("{}_{}", "x".repeat(54), "0c07e2ee"));
    }

    #[test]
    fn only_reserved_and_odd_columns_are_quoted() {
        for (column, expected) in [
            ("status", "status"),
            ("order", "\"order\""),
            ("Name", "\"Name\""),
            ("1st", "\"1st\""),
            ("a\"b", "\"a\"\"b\""),
        ] {
            assert_eq!(in_expression(column), expected);
        }
    }
}
