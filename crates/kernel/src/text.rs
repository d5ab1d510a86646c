//! Folding of text, so that names are unique without regard to case or look-alikes.
//!
//! The databases disagree on `lower()` beyond ASCII, so a folded column is computed here and the
//! unique index stands on it. Not here: which characters a name may have (each app's rules).

use caseless::Caseless;
use unicode_normalization::UnicodeNormalization;
use unicode_security::confusable_detection::skeleton;

/// Case and compatibility forms removed: for addresses and searches. `Ａnn@X.org` and `ann@x.org`
/// fold alike.
///
/// Source: Unicode Standard, section 3.13, definition D146 (compatibility caseless matching).
pub fn fold(text: &str) -> String {
    text.trim().nfkc().default_case_fold().nfkc().default_case_fold().nfkc().collect()
}

/// [`fold`], and look-alikes made the same: for names that must not impersonate one another.
/// `Ann1` and `аnnl` (with a Cyrillic а) fold alike. Meant to be compared, not to be shown.
///
/// Source: Unicode Technical Standard 39, section 4 (confusable detection).
pub fn fold_name(name: &str) -> String {
    fold(&skeleton(&fold(name)).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_width_and_look_alikes_fold_away() {
        for (one, other) in [
            ("Ann", "aNN"),
            ("Ａｎｎ", "ann"),
            ("STRASSE", "straße"),
            ("ÅÉ", "åé"),
            ("аnn", "ann"),
            ("p1ayer", "player"),
            ("O0", "oo"),
            (" ann ", "ann"),
        ] {
            assert_eq!(fold_name(one), fold_name(other), "{one} and {other}");
        }
        for (one, other) in [("ann", "anna"), ("b", "d"), ("x-y", "xy"), ("team1", "team2")] {
            assert_ne!(fold_name(one), fold_name(other), "{one} and {other}");
        }
        assert_eq!(fold("Ann.Smith+1@Example.ORG"), "ann.smith+1@example.org");
        assert_ne!(fold("ann1@x.org"), fold("annl@x.org"), "an address is not a look");
    }

    #[test]
    fn folding_twice_changes_nothing() {
        for name in ["Ann1", "ΣΊΣΥΦΟΣ", "İstanbul", "ﬁne", "м1ке", "O'Neil", "ẞ"] {
            assert_eq!(fold_name(&fold_name(name)), fold_name(name), "{name}");
            assert_eq!(fold(&fold(name)), fold(name), "{name}");
        }
    }
}
