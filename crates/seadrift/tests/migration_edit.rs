//! Adding a dependency to a file: everything else stays as it is.

use std::path::Path;

use proptest::prelude::*;
use seadrift::migration::{MigrationId, file};

const PATH: &str = "cups/migrations/0003_x.toml";

fn add(text: &str) -> Result<String, String> {
    let edge = MigrationId::new("teams", "0001_initial");
    file::add_dependency(text, Path::new(PATH), &edge).map_err(|e| e.to_string())
}

#[test]
fn added_where_it_belongs() {
    let cases = [
        ("app = \"cups\"\n", "app = \"cups\"\ndependencies = [\n    \"teams.0001_initial\",\n]\n"),
        (
            "# top\napp = \"cups\" # ours\n\n[[operations]]\n",
            "# top\napp = \"cups\" # ours\ndependencies = [\n    \"teams.0001_initial\",\n]\n\n[[operations]]\n",
        ),
        ("app = \"cups\"", "app = \"cups\"\ndependencies = [\n    \"teams.0001_initial\",\n]"),
        (
            "app = \"cups\"\ndependencies = []\natomic = false\n",
            "app = \"cups\"\ndependencies = [\n    \"teams.0001_initial\",\n]\natomic = false\n",
        ),
        (
            "app = \"cups\"\ndependencies = [ # none yet\n]\n",
            "app = \"cups\"\ndependencies = [\n    \"teams.0001_initial\",\n # none yet\n]\n",
        ),
        (
            "app = \"cups\"\ndependencies = [\"a.0001_x\"] # one\n",
            "app = \"cups\"\ndependencies = [\"a.0001_x\", \"teams.0001_initial\"] # one\n",
        ),
        (
            "app = \"cups\"\ndependencies = [\"a.0001_x\",]\n",
            "app = \"cups\"\ndependencies = [\"a.0001_x\", \"teams.0001_initial\",]\n",
        ),
        (
            "app = \"cups\"\ndependencies = [\n    \"a.0001_x\",\n]\n",
            "app = \"cups\"\ndependencies = [\n    \"a.0001_x\",\n    \"teams.0001_initial\",\n]\n",
        ),
        (
            "app = \"cups\"\ndependencies = [\n\t# first\n\t\"a.0001_x\",  # why, oh why\n\t\"b.0001_x\" # and, this\n\t# end\n]\n",
            "app = \"cups\"\ndependencies = [\n\t# first\n\t\"a.0001_x\",  # why, oh why\n\t\"b.0001_x\", # and, this\n\t\"teams.0001_initial\",\n\t# end\n]\n",
        ),
        (
            "app = \"cups\"\ndependencies = [\n  \"a.0001_x\" # one\n  , # odd\n]\n",
            "app = \"cups\"\ndependencies = [\n  \"a.0001_x\" # one\n  , # odd\n  \"teams.0001_initial\",\n]\n",
        ),
        (
            "app = \"cups\"\ndependencies = [\"a.0001_x\",\n    \"b.0001_x\"]\n",
            "app = \"cups\"\ndependencies = [\"a.0001_x\",\n    \"b.0001_x\", \"teams.0001_initial\"]\n",
        ),
        (
            "app = \"cups\"\r\ndependencies = [\r\n    \"a.0001_x\"\r\n]\r\n",
            "app = \"cups\"\r\ndependencies = [\r\n    \"a.0001_x\",\r\n    \"teams.0001_initial\",\r\n]\r\n",
        ),
    ];
    for (before, after) in cases {
        assert_eq!(add(before).as_deref(), Ok(after), "{before}");
        assert_eq!(add(after).as_deref(), Ok(after), "a second time changes nothing");
    }
}

#[test]
fn refused_where_there_is_no_place() {
    let cases = [
        ("app = \"cups\"\ndependencies = 3", "dependencies must be a list of migrations"),
        ("atomic = true", "the key \"app\" is missing"),
        ("app = \"cups\"\n[[", ":2: "),
    ];
    for (text, message) in cases {
        let found = add(text).expect_err(text);
        assert!(found.starts_with(PATH) && found.contains(message), "{found}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// However the list is laid out, one item more is read from it, and no comment is lost.
    #[test]
    fn any_layout(
        items in proptest::collection::vec(("[ \t]{0,2}", "(# [a-z,\\[\\]\" ]{0,5}\n)?", "(\n)?", "( |# c,\n|\n)?"), 0..4),
        comma in any::<bool>(),
        tail in "( |\n|# end, ]\n){0,2}",
    ) {
        let mut list = String::new();
        for (i, (blank, comment, newline, before_comma)) in items.iter().enumerate() {
            let last = i + 1 == items.len();
            let comma = if last && !comma { "" } else { "," };
            list += &format!("{newline}{comment}{blank}\"a.000{i}_x\"{before_comma}{comma}");
        }
        let text = format!("app = \"cups\"\ndependencies = [{list}{tail}]\natomic = false # kept\n");
        let path = Path::new(PATH);
        let before = file::parse(&text, path, "cups").map_err(|e| TestCaseError::fail(format!("{e:?}\n{text}")))?;
        let edited = add(&text).map_err(TestCaseError::fail)?;
        let after = file::parse(&edited, path, "cups").map_err(|e| TestCaseError::fail(format!("{e:?}\n{text}\n{edited}")))?;
        let mut expected = before.migration.clone();
        expected.dependencies.push(MigrationId::new("teams", "0001_initial"));
        prop_assert_eq!(after.migration, expected, "{}\n{}", text, edited);
        let mut kept = edited.as_str();
        for piece in text.split_whitespace().filter(|p| p.starts_with('#')) {
            let at = kept.find(piece);
            prop_assert!(at.is_some(), "{} lost\n{}\n{}", piece, text, edited);
            kept = &kept[at.unwrap_or_default() + piece.len()..];
        }
    }
}
