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

    /// Rows come and go elsewhere, but some of their columns may be changed.
    const fn only_change(why: &'static str) -> Self {
        Self { add: Some(why), change: None, delete: Some(why) }
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
        Closed::all(
            "Wallets are opened by the economy, and only the ledger moves their balance: by the act \u{201c}Adjust \
             balance\u{201d}.",
        ),
    ),
    ("tournaments_registration", Closed::only_change("Entries are made by entering, and end by the acts of an entry.")),
    ("tournaments_entryplayer", Closed::all("Rosters are written when somebody enters.")),
    (
        "tournaments_payment",
        Closed::all("Payments are made by those who enter; they are verified, rejected and given back by acts."),
    ),
    ("tournaments_prizeaward", Closed::all("Prizes are worked out from the results, and paid by acts.")),
    (
        "tournaments_staffmember",
        Closed::all("Helpers are asked at the organizer's desk and accept by themselves; an act takes a duty away."),
    ),
    (
        "tournament_engine_bracket_bracket",
        Closed::all("Brackets are drawn at the organizer's desk, and go on with each result."),
    ),
    ("tournament_engine_bracket_bracketnode", Closed::all("The places of a bracket are made and filled by the draw.")),
    (
        "tournament_engine_match_match",
        Closed::all(
            "Matches are made by the draw; they are played, scheduled and corrected at the organizer's desk, and \
             decided there or by the act \u{201c}Decide\u{201d}.",
        ),
    ),
    ("tournament_engine_match_dispute", Closed::all("Disputes are opened by those who played, and settled by acts.")),
    ("tournaments_resultsubmission", Closed::all("Results are reported by those who played.")),
    (
        "teams_teammembership",
        Closed::all(
            "Members join, change their role and leave through the team; acts do it in the place of its owner.",
        ),
    ),
    ("teams_teaminvite", Closed::only_delete("Invitations are sent and answered by people; an act cancels one.")),
    ("teams_teamjoinrequest", Closed::only_delete("Requests are made by people, and answered by acts.")),
];

/// Columns that only their own service changes once the row is there, though others of the row are open.
const KEPT_COLUMNS: &[(&str, &[&str])] = &[
    (
        // Each change of them is checked against what has happened, and kept as a version; entries, money, dates and
        // the bracket hang on them.
        "tournaments_tournament",
        &[
            "organizer_id",
            "is_official",
            "game_id",
            "format",
            "participation_type",
            "max_participants",
            "min_participants",
            "enable_dynamic_seeding",
            "best_of",
            "best_of_final",
            "third_place_match",
            "grand_final_reset",
            "swiss_rounds",
            "group_count",
            "group_qualifiers",
            "registration_start",
            "registration_end",
            "tournament_start",
            "tournament_end",
            "enable_check_in",
            "check_in_minutes_before",
            "round_minutes",
            "result_confirm_minutes",
            "dispute_window_minutes",
            "allowed_regions",
            "min_ranking_points",
            "max_ranking_points",
            "waitlist_enabled",
            "prize_pool",
            "prize_currency",
            "prize_deltacoin",
            "prize_distribution",
            "has_entry_fee",
            "entry_fee_amount",
            "entry_fee_currency",
            "entry_fee_deltacoin",
            "payment_methods",
            "payment_accounts",
            "payment_deadline_hours",
            "enable_fee_waiver",
            "fee_waiver_top_n_teams",
        ],
    ),
    (
        "tournaments_registration",
        &["tournament_id", "user_id", "team_id", "display_name", "registration_data", "slot_number", "seed"],
    ),
    ("teams_team", &["is_active", "game"]),
];

/// Whether only a service changes this column.
pub(crate) fn keeps(table: &str, column: &str) -> bool {
    KEPT_COLUMNS.iter().any(|(kept, columns)| *kept == table && columns.contains(&column))
}

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
        for (table, columns) in KEPT_COLUMNS {
            for column in *columns {
                let model = model(table).expect(table);
                let field = &model.fields[model.position(column).expect(column)];
                assert!(!field.editable(), "{table}.{column}");
            }
        }
    }

    /// What the services keep: the state of everything that has one, the scores, the money.
    #[test]
    fn what_a_service_decides_is_typed_by_nobody() {
        for (table, columns) in [
            ("tournaments_tournament", &["status", "prize_deltacoin", "cancel_reason", "current_version"][..]),
            ("tournaments_registration", &["status", "checked_in", "seed", "has_fee_waiver"]),
            ("tournaments_payment", &["status", "amount", "coin_amount", "verified_by_id"]),
            ("tournaments_prizeaward", &["status", "coins", "amount"]),
            ("tournament_engine_match_match", &["state", "participant1_score", "winner_id", "participant1_id"]),
            ("tournament_engine_match_dispute", &["status", "final_participant1_score"]),
            ("tournament_engine_bracket_bracket", &["status", "is_finalized", "bracket_structure"]),
            ("economy_deltacrownwallet", &["cached_balance", "version"]),
            ("economy_transfer", &["amount"]),
            ("teams_team", &["is_active", "captain_id", "total_points"]),
            ("teams_teammembership", &["role", "status", "is_captain"]),
        ] {
            let model = catalogue().models.iter().find(|model| model.table == table).expect(table);
            for column in columns {
                let field = &model.fields[model.position(column).expect(column)];
                assert!(model.closed.change.is_some() || !field.editable(), "{table}.{column}");
            }
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
