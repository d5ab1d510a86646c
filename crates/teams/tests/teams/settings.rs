//! The settings of a match: what nobody says, and what each may be.

use serde_json::json;
use teams::game::{
    Rule, Setting,
    setting::{defaults, validate},
};

const ALL: &[Setting] = &[
    Setting { name: "best_of", rule: Rule::Numbers(&[3, 1, 5]) },
    Setting { name: "rounds", rule: Rule::Between(11, 16, 13) },
    Setting { name: "mode", rule: Rule::Words(&["squad", "duo"]) },
    Setting { name: "overtime", rule: Rule::Switch(true) },
    Setting { name: "maps", rule: Rule::Names(&["Ascent", "Bind"]) },
];

#[test]
fn what_nobody_says_is_valid() {
    let config = defaults(ALL);
    let expected = json!({"best_of": 3, "rounds": 13, "mode": "squad", "overtime": true, "maps": ["Ascent", "Bind"]});
    assert_eq!(config, expected);
    assert_eq!(validate(ALL, &config), Ok(()));
}

#[test]
fn every_setting_is_decided_at_its_edges() {
    for (config, wrong) in [
        (json!({}), None),
        (json!({"best_of": 5, "rounds": 11}), None),
        (json!({"rounds": 16, "maps": ["Sunset"]}), None),
        (json!({"mode": "duo", "overtime": false}), None),
        (json!(null), Some("")),
        (json!([]), Some("")),
        (json!({"best_of": 2}), Some("best_of")),
        (json!({"best_of": "3"}), Some("best_of")),
        (json!({"best_of": 3.5}), Some("best_of")),
        (json!({"rounds": 10}), Some("rounds")),
        (json!({"rounds": 17}), Some("rounds")),
        (json!({"mode": "solo"}), Some("mode")),
        (json!({"overtime": "yes"}), Some("overtime")),
        (json!({"maps": []}), Some("maps")),
        (json!({"maps": ["Bind", " bind"]}), Some("maps")),
        (json!({"maps": ["Bind", " "]}), Some("maps")),
        (json!({"maps": "Bind"}), Some("maps")),
        (json!({"map": "Bind"}), Some("map")),
    ] {
        let refusal = validate(ALL, &config).err();
        assert_eq!(refusal.map(|refusal| refusal.field).as_deref(), wrong, "{config}");
    }
}

#[test]
fn a_refusal_says_what_is_allowed() {
    for (config, expected) in [
        (json!({"best_of": 2}), "one of 3, 1, 5"),
        (json!({"rounds": 1}), "from 11 to 16"),
        (json!({"mode": 1}), "one of squad, duo"),
        (json!({"round": 1}), "best_of, rounds, mode, overtime, maps"),
    ] {
        let refusal = validate(ALL, &config).expect_err("it does not fit").to_string();
        assert!(refusal.contains(expected), "{refusal}");
    }
}
