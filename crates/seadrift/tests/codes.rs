//! The index of codes is complete, and the printed one is what the program says.

use std::{collections::BTreeSet, fs, path::Path};

use seadrift::report::{Code, guide};

#[test]
fn every_code_is_explained_once() {
    let ids: BTreeSet<&str> = Code::ALL.iter().map(|code| code.id()).collect();
    assert_eq!(ids.len(), Code::ALL.len(), "a code is taken twice");
    for code in Code::ALL {
        let (example, mend) = code.guide().unwrap_or_else(|| panic!("{code} has no example and no mend in guide.rs"));
        for text in [code.title(), code.about(), example, mend] {
            assert!(!text.is_empty(), "{code}");
        }
        let number = code.id().strip_prefix("SD").and_then(|digits| digits.parse::<u16>().ok());
        assert!(number.is_some_and(|number| (101..900).contains(&number)), "{code}");
    }
}

/// Print it with `WRITE_DOCS=1 cargo test -p seadrift --test codes`.
#[test]
fn the_printed_index_is_the_program_s() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/codes.md");
    if std::env::var_os("WRITE_DOCS").is_some() {
        fs::write(&path, guide::index()).expect("it can be written");
    }
    let printed = fs::read_to_string(&path).unwrap_or_default();
    assert!(printed == guide::index(), "docs/codes.md is not what the program says; print it with WRITE_DOCS=1");
}
