//! What the administration may do to a table's rows, whoever asks: the rules of the domains that a
//! bare insert, update or delete would break. What a person may do besides is `accounts::Access`.

use seadrift::entity::Declaration;

/// Why an act is closed to everybody here; nothing when it is open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Closed {
    pub(crate) add: Option<&'static str>,
    pub(crate) change: Option<&'static str>,
    pub(crate) delete: Option<&'static str>,
}

impl Closed {
    const fn all(why: &'static str) -> Self {
        Self { add: Some(why), change: Some(why), delete: Some(why) }
    }

    /// Rows come from elsewhere, but can go.
    const fn only_delete(why: &'static str) -> Self {
        Self { add: Some(why), change: Some(why), delete: None }
    }
}

/// Tables whose rows only their own service may write.
const KEPT: &[(&str, Closed)] = &[
    (
        "accounts_user",
        Closed {
            add: Some(
                "Accounts are made by the act \u{201c}New account\u{201d}, which sets the password and the profile too.",
            ),
            change: None,
            delete: None,
        },
    ),
    (
        "accounts_session",
        Closed::all("Sessions are opened by signing in and ended by the act \u{201c}End session\u{201d}."),
    ),
    ("accounts_emailotp", Closed::only_delete("Codes are made and sent by the program.")),
    ("accounts_pendingsignup", Closed::only_delete("Pending sign-ups are made by the people who sign up.")),
    ("auth_group_permissions", Closed::all("Grants are given on the page \u{201c}Rights\u{201d} of the group.")),
    ("accounts_user_user_permissions", Closed::all("Grants are given on the page \u{201c}Rights\u{201d} of the user.")),
    ("accounts_user_groups", Closed::all("Groups are joined and left on the page \u{201c}Rights\u{201d} of the user.")),
    (
        "economy_deltacrownwallet",
        Closed::all("Wallets are opened by the economy, and only the ledger moves their balance."),
    ),
];

const APPEND_ONLY: &str = "Rows are only ever added, by the program; a mistake is put right by another row.";

/// What nobody does here to this table.
pub(crate) fn closed(table: &str, declaration: Option<&Declaration>) -> Closed {
    match KEPT.iter().find(|(kept, _)| *kept == table) {
        Some((_, closed)) => *closed,
        None if declaration.is_some_and(|d| d.append_only) => Closed::all(APPEND_ONLY),
        None => Closed::default(),
    }
}

#[cfg(test)]
mod tests {
    use super::{super::catalogue::catalogue, *};

    #[test]
    fn every_table_named_here_exists() {
        let model = |table: &str| catalogue().models.iter().find(|model| model.table == table);
        for (table, _) in KEPT {
            assert!(model(table).is_some(), "{table}");
        }
    }

    #[test]
    fn what_is_only_added_to_is_closed_to_everybody() {
        for model in catalogue().models.iter().filter(|model| model.append_only) {
            let Closed { add, change, delete } = model.closed;
            assert!(add.is_some() && change.is_some() && delete.is_some(), "{}", model.table);
        }
        for table in
            ["economy_deltacrowntransaction", "economy_deltacrownwallet", "accounts_session", "accounts_adminentry"]
        {
            let model = catalogue().models.iter().find(|model| model.table == table);
            assert!(
                model.is_some_and(|model| model.closed.change.is_some() && model.closed.delete.is_some()),
                "{table}"
            );
        }
    }

    #[test]
    fn times_of_the_program_are_typed_by_nobody() {
        for model in &catalogue().models {
            for field in model.fields.iter().filter(|field| field.editable()) {
                assert!(!matches!(field.column, "created_at" | "updated_at"), "{}.{}", model.table, field.column);
            }
        }
    }

    #[test]
    fn no_hash_and_no_token_is_open() {
        for (table, column) in [
            ("accounts_user", "password"),
            ("accounts_pendingsignup", "password_hash"),
            ("accounts_emailotp", "code"),
            ("accounts_session", "token_hash"),
        ] {
            let model = catalogue().models.iter().find(|model| model.table == table).expect(table);
            let at = model.position(column).expect(column);
            assert!(model.fields[at].secret && !model.open_fields().any(|open| open == at), "{table}.{column}");
        }
        for model in &catalogue().models {
            for at in model.open_fields() {
                let column = model.fields[at].column;
                let secret = ["password", "token_hash", "secret", "code_hash"].iter().any(|word| column.contains(word));
                assert!(!secret, "{}.{column}", model.table);
            }
        }
    }
}
