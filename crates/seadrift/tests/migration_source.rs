//! Where files come from: folders, the program itself, and what is refused of both.

use std::{fs, path::Path};

use seadrift::{
    migration::{Migration, MigrationId, MigrationSource, Origin, SourceError},
    operation::Operation,
};

const EMBEDDED: &[(&str, &str)] = &[
    ("0002_more.toml", "app = \"teams\"\ndependencies = [\"teams.0001_initial\"]"),
    ("0001_initial.toml", "app = \"teams\""),
    ("readme.md", "not a migration"),
];

fn source(folder: &Path) -> MigrationSource {
    MigrationSource::new("teams", folder.join("migrations"), EMBEDDED)
}

fn migration(name: &str) -> Migration {
    Migration::new(MigrationId::new("teams", name), vec![Operation::DropTable { table: "teams_team".into() }])
}

fn names(source: &MigrationSource, origin: Origin) -> Vec<String> {
    source.load_from(origin).expect("good files").iter().map(|l| l.id().to_string()).collect()
}

fn put(source: &MigrationSource, name: &str, text: &str) {
    fs::create_dir_all(&source.folder).expect("a folder");
    fs::write(source.folder.join(name), text).expect("a file");
}

fn refused(source: &MigrationSource, origin: Origin) -> Vec<String> {
    let root = format!("{}/", source.folder.display());
    let errors = source.load_from(origin).expect_err("files are wrong");
    for error in &errors {
        assert_eq!(error.finding().code.id(), "SD102");
    }
    errors.iter().map(|e| e.to_string().replace(&root, "")).collect()
}

#[test]
fn folder_and_program() {
    let folder = tempfile::tempdir().expect("a folder");
    let source = source(folder.path());
    assert_eq!(names(&source, Origin::Embedded), ["teams.0001_initial", "teams.0002_more"]);
    assert_eq!(names(&source, Origin::Folder), Vec::<String>::new(), "there is no folder yet");
    assert_eq!(source.load().expect("good files").len(), 2, "without a folder from the program");
    let first = &source.load().expect("good files")[0];
    assert_eq!(first.file, source.folder.join("0001_initial.toml"), "as it was when the program was built");

    put(&source, "0001_start.toml", "app = \"teams\"");
    put(&source, "notes.txt", "not a migration");
    put(&source, ".0002_x.toml.7.draft", "left behind");
    put(&source, ".hidden.toml", "an editor's");
    assert_eq!(names(&source, Origin::Folder), ["teams.0001_start"]);
    let develops = cfg!(debug_assertions);
    assert_eq!(source.load().expect("good files").len(), if develops { 1 } else { 2 });
}

#[test]
fn wrong_files_are_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let source = source(folder.path());
    put(&source, "0001_initial.toml", "app = \"teams\"");
    put(&source, "second.toml", "app = \"teams\"");
    put(&source, "0003_x.toml", "app = \"cups\"\natomic = 1");
    fs::write(source.folder.join("0004_x.toml"), b"app = \"\xff\"").expect("a file");
    fs::create_dir(source.folder.join("0005_x.toml")).expect("a folder");
    let found = refused(&source, Origin::Folder);
    assert_eq!(
        found[..3],
        [
            "0003_x.toml:1: app = \"cups\", but the file lies in the folder of \"teams\"; move the file or write app = \"teams\"",
            "0003_x.toml:2: atomic must be true or false",
            "second.toml: \"second\" is not the name of a migration; write four digits and lower-case words, such as 0002_add_motto",
        ]
    );
    assert!(
        found[3].contains("cannot read") && found[3].contains("0004_x.toml: stream did not contain valid UTF-8"),
        "{}",
        found[3]
    );
    assert!(found[4].contains("cannot read") && found[4].contains("0005_x.toml: "), "{}", found[4]);
    assert_eq!(found.len(), 5);

    let misnamed = MigrationSource::new("Teams", &source.folder, &[]);
    assert!(refused(&misnamed, Origin::Folder)[0].contains("\"Teams\" is not the name of an app"));
    let no_folder = MigrationSource::new("teams", source.folder.join("0001_initial.toml"), &[]);
    assert!(matches!(
        no_folder.load_from(Origin::Folder).expect_err("a file is no folder")[..],
        [SourceError::Read { .. }]
    ));
}

#[test]
fn written_whole_and_never_over_another() {
    let folder = tempfile::tempdir().expect("a folder");
    let source = source(&folder.path().join("new"));
    let path = source.write(&migration("0001_gone")).expect("a new file");
    assert_eq!(path, source.path("0001_gone"));
    let loaded = source.load_from(Origin::Folder).expect("good files");
    assert_eq!(loaded[0].migration, migration("0001_gone"));

    let text = fs::read_to_string(&path).expect("the file");
    let other = Migration { atomic: false, ..migration("0001_gone") };
    let error = source.write(&other).expect_err("the file is there");
    assert!(matches!(&error, SourceError::Exists { path: p } if *p == path), "{error}");
    assert!(error.to_string().ends_with("exists already and is not overwritten; give the new migration another name"));
    assert_eq!(fs::read_to_string(&path).expect("the file"), text);

    let error = source.write(&migration("gone")).expect_err("no name of a migration");
    assert!(error.to_string().contains("\"gone\" is not the name of a migration"), "{error}");
    let foreign = Migration::new(MigrationId::new("cups", "0001_x"), vec![]);
    let error = source.write(&foreign).expect_err("another app's");
    assert!(error.to_string().starts_with("cups.0001_x does not belong to app \"teams\""), "{error}");
    let files: Vec<_> = fs::read_dir(&source.folder).expect("the folder").collect();
    assert_eq!(files.len(), 1, "no draft is left");

    let blocked = MigrationSource::new("teams", path.join("deeper"), &[]);
    assert!(matches!(blocked.write(&migration("0001_x")), Err(SourceError::Write { .. })));
}

#[test]
fn an_edge_is_added_to_the_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let source = source(folder.path());
    put(&source, "0002_x.toml", "# mine\napp = \"teams\"\ndependencies = [\"teams.0001_initial\"] # first\n");
    let (this, edge) = (MigrationId::new("teams", "0002_x"), MigrationId::new("cups", "0001_x"));
    let path = source.add_dependency(&this, &edge).expect("an edit");
    let expected = "# mine\napp = \"teams\"\ndependencies = [\"teams.0001_initial\", \"cups.0001_x\"] # first\n";
    assert_eq!(fs::read_to_string(path).expect("the file"), expected);
    let gone = MigrationId::new("teams", "0009_x");
    assert!(matches!(source.add_dependency(&gone, &edge), Err(SourceError::Read { .. })));
    assert!(matches!(source.add_dependency(&edge, &this), Err(SourceError::ForeignApp { .. })));
}
