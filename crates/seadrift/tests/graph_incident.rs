//! The incident: four apps point at `tournaments_tournament` by foreign keys, its table is in the
//! history, and no dependency leads there. Refused before anything runs, with all that is needed to
//! mend it; with the edges added, the history runs.

use std::{
    fs,
    path::{Path, PathBuf},
};

use seadrift::{
    migration::{Graph, HistoryError, MigrationId, MigrationSource, Origin, replay::Cause},
    report::Code,
};
use tempfile::TempDir;

const APPS: [&str; 6] = ["accounts", "economy", "notifications", "teams", "tournaments", "user_profile"];

/// The files of the incident in a folder that a test may change.
fn incident() -> (TempDir, Vec<MigrationSource>) {
    let folder = tempfile::tempdir().expect("a folder");
    let sources = APPS.map(|app| {
        let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/incident").join(app);
        let to = folder.path().join(app);
        fs::create_dir(&to).expect("a folder");
        for entry in fs::read_dir(from).expect("the fixture") {
            let path = entry.expect("the fixture").path();
            fs::copy(&path, to.join(path.file_name().unwrap_or_default())).expect("a copy");
        }
        MigrationSource::new(app, to, &[])
    });
    (folder, sources.to_vec())
}

fn load(sources: &[MigrationSource]) -> Graph {
    let files = sources.iter().flat_map(|s| s.load_from(Origin::Folder).expect("good files")).collect();
    Graph::build(files).expect("a sound graph")
}

fn id(text: &str) -> MigrationId {
    text.parse().expect("an id")
}

#[test]
fn refused_with_every_fact() {
    let (folder, sources) = incident();
    let errors = load(&sources).replay().expect_err("references are unresolved");
    let root = format!("{}/", folder.path().display());
    let found: Vec<String> = errors.iter().map(|e| e.to_string().replace(&root, "")).collect();
    let tournament = "tournaments.0001_initial creates table tournaments_tournament (tournaments/0001_initial.toml:7), and no dependency leads there: the edge";
    let game = "tournaments.0002_match creates table tournaments_match (tournaments/0002_match.toml:7), and no dependency leads there: the edge";
    assert_eq!(
        found,
        [
            format!(
                "economy/0001_initial.toml:32: economy.0001_initial: economy_transaction.tournament_id → tournaments_tournament: {tournament} economy.0001_initial → tournaments.0001_initial is missing"
            ),
            format!(
                "notifications/0003_tournament.toml:15: notifications.0003_tournament: notifications_notification.tournament_id → tournaments_tournament: {tournament} notifications.0003_tournament → tournaments.0001_initial is missing"
            ),
            format!(
                "notifications/0003_tournament.toml:25: notifications.0003_tournament: notifications_notification.match_id → tournaments_match: {game} notifications.0003_tournament → tournaments.0002_match is missing"
            ),
            // teams.0003 points there as well; the edge of 0002, on which it depends, serves both.
            format!(
                "teams/0002_achievement.toml:19: teams.0002_achievement: teams_achievement.tournament_id → tournaments_tournament: {tournament} teams.0002_achievement → tournaments.0001_initial is missing"
            ),
            // By the alphabet, user_profile runs after tournaments: luck, and no dependency.
            format!(
                "user_profile/0001_initial.toml:19: user_profile.0001_initial: user_profile_userprofile.last_tournament_id → tournaments_tournament: {tournament} user_profile.0001_initial → tournaments.0001_initial is missing"
            ),
        ]
    );
}

#[test]
fn the_finding_says_how_to_mend_it() {
    let (_folder, sources) = incident();
    let errors = load(&sources).replay().expect_err("references are unresolved");
    let HistoryError::Unresolved(unresolved) = &errors[1] else { panic!("{errors:?}") };
    assert_eq!(unresolved.migration, id("notifications.0003_tournament"));
    assert_eq!(unresolved.place.file, sources[2].folder.join("0003_tournament.toml"));
    let Cause::MissingEdge { creator, place } = &unresolved.cause else { panic!("{unresolved:?}") };
    assert_eq!((creator, &place.file), (&id("tournaments.0001_initial"), &sources[4].folder.join("0001_initial.toml")));

    let finding = errors[1].finding();
    assert_eq!((finding.code, finding.code.id()), (Code::UnresolvedReference, "SD103"));
    assert_eq!(finding.object, "notifications_notification.tournament_id → tournaments_tournament");
    let file = unresolved.place.file.display().to_string();
    assert_eq!(finding.found, format!("notifications.0003_tournament at {file}:15"));
    assert_eq!(
        finding.mend,
        format!("add \"tournaments.0001_initial\" to dependencies of {file}, or run doctor --fix")
    );
}

#[test]
fn with_the_edges_it_runs() {
    let (_folder, sources) = incident();
    let missing = load(&sources).missing_edges();
    let found: Vec<String> = missing.iter().map(|e| format!("{} → {}", e.migration, e.dependency)).collect();
    assert_eq!(
        found,
        [
            "economy.0001_initial → tournaments.0001_initial",
            // 0002_match needs 0001_initial itself.
            "notifications.0003_tournament → tournaments.0002_match",
            "teams.0002_achievement → tournaments.0001_initial",
            "user_profile.0001_initial → tournaments.0001_initial",
        ]
    );
    let before = read_all(&sources);
    for edge in &missing {
        let source = sources.iter().find(|s| s.app == edge.migration.app).expect("the app");
        let written = source.add_dependency(&edge.migration, &edge.dependency).expect("an edit");
        assert_eq!(written, edge.file);
    }
    // Only the lists of dependencies have grown.
    for ((path, old), (_, new)) in before.iter().zip(read_all(&sources)) {
        let kept: Vec<&str> = new.lines().filter(|line| old.lines().any(|l| l == *line)).collect();
        let added = new.lines().count() - kept.len();
        assert_eq!(kept, old.lines().collect::<Vec<_>>(), "{}", path.display());
        let wanted = missing.iter().filter(|edge| &edge.file == path).count();
        assert_eq!(added, wanted, "{}", path.display());
    }

    let graph = load(&sources);
    assert!(graph.missing_edges().is_empty());
    let replay = graph.replay().expect("the history runs");
    assert_eq!(replay.schema().tables.len(), 10);
    assert_eq!(replay.creator("tournaments_tournament"), Some(&id("tournaments.0001_initial")));
    assert_eq!(replay.schema().table("teams_achievement").map(|t| t.app.as_str()), Some("teams"));
    let order: Vec<String> = graph.order().map(|l| l.id().to_string()).collect();
    let at = |name: &str| order.iter().position(|o| o == name).expect(name);
    for edge in &missing {
        assert!(at(&edge.dependency.to_string()) < at(&edge.migration.to_string()));
    }
}

fn read_all(sources: &[MigrationSource]) -> Vec<(PathBuf, String)> {
    let files = sources.iter().flat_map(|s| s.load_from(Origin::Folder).expect("good files"));
    files.map(|l| (l.file.clone(), fs::read_to_string(&l.file).expect("a file"))).collect()
}
