//! The columns that remember a row of an app above without a constraint.

use seadrift::schema::{ColumnType, IndexKey};

/// Table, column and target of the nine columns of the Django system that this one replaces. The
/// ranking history's names no model: its kind is in the column beside it.
const NINE: [(&str, &str, Option<&str>); 9] = [
    ("teams_teamachievement", "tournament_id", Some("tournaments.Tournament")),
    ("teams_tournament_registration", "tournament_id", Some("tournaments.Tournament")),
    ("teams_analytics_match_record", "tournament_id", Some("tournaments.Tournament")),
    ("teams_ranking_history", "related_object_id", None),
    ("notifications_notification", "tournament_id", Some("tournaments.Tournament")),
    ("notifications_notification", "match_id", Some("tournaments.Match")),
    ("economy_deltacrowntransaction", "tournament_id", Some("tournaments.Tournament")),
    ("economy_deltacrowntransaction", "registration_id", Some("tournaments.Registration")),
    ("economy_deltacrowntransaction", "match_id", Some("tournaments.Match")),
];

#[test]
fn the_nine_are_wide_indexed_and_say_where_they_lead() {
    let schema = web::project().schema().expect("entities without errors");
    for (table, column, leads) in NINE {
        let table = schema.tables.get(table).unwrap_or_else(|| panic!("{table} is not there"));
        let what = format!("{}.{column}", table.name);
        let found = table.column(column).unwrap_or_else(|| panic!("{what} is not there"));
        assert_eq!(found.ty, ColumnType::BigInt, "{what}");
        assert_eq!(found.soft_ref.as_ref().map(|label| label.0.as_str()), leads, "{what}");
        assert!(table.foreign_keys.iter().all(|key| key.columns != [column]), "{what} has a constraint");
        let served = |keys: &[IndexKey]| match leads {
            Some(_) => keys.first().and_then(IndexKey::column) == Some(column),
            // Looked up only together with the team and the kind.
            None => keys.iter().any(|key| key.column() == Some(column)),
        };
        assert!(table.indexes.iter().any(|index| served(&index.keys)), "{what} has no index");
    }
}

#[test]
fn all_lead_to_models_that_exist() {
    let unresolved = web::project().unresolved_soft_refs();
    assert!(unresolved.is_empty(), "{unresolved:?}");
}
