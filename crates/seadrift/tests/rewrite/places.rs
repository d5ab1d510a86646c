//! Where replaced files are kept: in the repository that holds them, else beside the new ones; and a
//! crash between.

use std::{fs, path::Path, process::Command};

use seadrift::migration::rewrite::{self, Kept};

use super::project::{Files, add, create, migration};

fn files() -> Files {
    let history = [
        migration("a.0001_initial", &[], vec![create("a", "Team", &[])]),
        migration("a.0002_more", &["a.0001_initial"], vec![add("a_team", "more")]),
    ];
    Files::of(&["a"], &history)
}

fn git(folder: &Path, arguments: &[&str]) -> String {
    let who = ["-c", "user.name=Ann", "-c", "user.email=ann@example.org", "-c", "init.defaultBranch=main"];
    let output = Command::new("git").arg("-C").arg(folder).args(who).args(arguments).output().expect("git runs");
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

fn regenerate(files: &Files) -> Kept {
    let done = rewrite::regenerate(&files.history(), &files.project, &["a".to_owned()].into(), false);
    let mut kept = done.expect("it can be").write(&files.project).expect("written");
    kept.remove("a").expect("of a")
}

#[test]
fn a_repository_that_holds_them_keeps_them() {
    let files = files();
    let folder = files.folder.path();
    git(folder, &["init", "-q"]);
    git(folder, &["add", "."]);
    git(folder, &["commit", "-qm", "Begin"]);
    let commit = git(folder, &["rev-parse", "HEAD"]);
    assert_eq!(regenerate(&files), Kept::Commit(commit.clone()));
    assert!(!folder.join("a/replaced").exists());
    assert!(files.read("a.0001_initial").contains(&commit), "the new file says where to look");
    git(folder, &["checkout", "-q", &commit, "--", "a"]);
    assert_eq!(files.names("a"), ["0001_initial.toml", "0002_more.toml"], "there is a way back");
}

#[test]
fn a_repository_that_does_not_hold_them_is_not_trusted() {
    type Change = fn(&Path);
    let changes: [(&str, Change); 3] = [
        ("not committed", |_| ()),
        ("changed since", |folder| {
            git(folder, &["add", "."]);
            git(folder, &["commit", "-qm", "Begin"]);
            let path = folder.join("a/0002_more.toml");
            fs::write(&path, fs::read_to_string(&path).expect("a file") + "# a remark\n").expect("written");
        }),
        ("ignored", |folder| {
            fs::write(folder.join(".gitignore"), "0002_more.toml\n").expect("written");
            git(folder, &["add", "."]);
            git(folder, &["commit", "-qm", "Begin"]);
        }),
    ];
    for (what, change) in changes {
        let files = files();
        git(files.folder.path(), &["init", "-q"]);
        change(files.folder.path());
        assert_eq!(regenerate(&files), Kept::Folder("replaced/1".into()), "{what}");
        assert!(files.folder.path().join("a/replaced/1/0002_more.toml").exists(), "{what}");
    }
}

/// A crash after the decision and before its end: whoever reads the folder next sees the new set.
#[test]
fn a_reader_completes_what_was_decided() {
    let files = files();
    let folder = files.folder.path().join("a");
    let before: Vec<(String, String)> = files
        .names("a")
        .into_iter()
        .map(|name| (name.clone(), fs::read_to_string(folder.join(name)).expect("read")))
        .collect();
    regenerate(&files);
    let new = files.read("a.0001_initial");
    // The moment after the decision: the old files, a draft and the journal.
    for (name, text) in &before {
        fs::write(folder.join(name), text).expect("written");
    }
    let (draft, first) = (folder.join(".0001_initial.toml.1.draft"), folder.join("0001_initial.toml"));
    fs::write(&draft, &new).expect("written");
    let journal =
        format!("{{\"rename\": [[{draft:?}, {first:?}]], \"remove\": [{:?}]}}", folder.join("0002_more.toml"));
    fs::write(folder.join(".swap.json"), journal).expect("written");
    assert_eq!(files.history().graph().len(), 1);
    assert_eq!(files.names("a"), ["0001_initial.toml"]);
    assert_eq!(files.read("a.0001_initial"), new);
}
