//! The index of codes, for people: each with an example and what mends it. `docs/codes.md` is printed from
//! here, and a test holds it.

use super::{Code, Severity};

/// An example of each code, and what mends it.
const GUIDE: &[(Code, &str, &str)] = &[
    (
        Code::Entities,
        "`teams.Team` has a foreign key to `players`, and no app declares such a table.",
        "Correct the entity that is named; `check` says when they fit.",
    ),
    (
        Code::History,
        "`0003_a.toml` and `0003_b.toml` both follow `0002`: two leaves.",
        "Correct the file at the line that is named; branches are joined by `makemigrations --merge`.",
    ),
    (
        Code::UnresolvedReference,
        "`teams.0001_initial` points at `accounts_user` and depends on nothing.",
        "Add the dependency that is named to the file, or run `doctor --fix`.",
    ),
    (
        Code::Replay,
        "`drop_column` names a column that an earlier migration dropped.",
        "Correct the operation at the line that is named.",
    ),
    (Code::PendingChange, "The entity has a field `motto`, and no migration adds it.", "`makemigrations`"),
    (
        Code::SoftReference,
        "`soft_ref = \"teams.Tema\"`: no app declares that model.",
        "Correct the label, or register the entity.",
    ),
    (Code::Unapplied, "`teams.0004_motto` is a file and no row of the record.", "`migrate`"),
    (
        Code::UnknownRecord,
        "The record has `teams.0009_gone`, whose file was deleted.",
        "Bring the file back, or run the newer program; forget the row only if it never belonged here.",
    ),
    (
        Code::AlteredMigration,
        "A column's type was edited in a migration that had run.",
        "Put the file back as it was, and write the change as a new migration.",
    ),
    (
        Code::RecordGap,
        "`teams.0002` is recorded, `accounts.0001`, which it needs, is not.",
        "`migrate` the one that is missing, after a look at `verify-schema`.",
    ),
    (
        Code::Zombie,
        "`teams_team` exists, and the migration that creates it has not run.",
        "`repair`, which moves it aside with its rows, builds it anew and carries them over.",
    ),
    (
        Code::HalfRun,
        "The runner was killed while an index was built concurrently.",
        "`migrate`, which goes on at the step where it stopped.",
    ),
    (Code::MissingTable, "Somebody ran `DROP TABLE teams_team`.", "`repair APP`"),
    (
        Code::UnexpectedTable,
        "Somebody ran `CREATE TABLE left_behind`.",
        "Declare an entity for it, or drop it when nobody needs its rows.",
    ),
    (
        Code::MissingColumn,
        "Somebody dropped a column by hand.",
        "`repair APP`; with `--answers` where rows need a value.",
    ),
    (
        Code::UnexpectedColumn,
        "Somebody added a column by hand.",
        "Declare it on the entity, or drop it when nobody needs its values.",
    ),
    (Code::ColumnDiffers, "The history says `varchar(80)`, the database `varchar(40)`.", "`repair APP`"),
    (Code::PrimaryKeyDiffers, "The history says `(id)`, the database `(team_id, id)`.", "`repair APP`"),
    (Code::MissingIndex, "Somebody ran `DROP INDEX ix_teams_team_game`.", "`repair APP`"),
    (
        Code::UnexpectedIndex,
        "Somebody ran `CREATE INDEX hurry`.",
        "Declare it on the entity, or drop it when no query needs it.",
    ),
    (Code::IndexDiffers, "The index is over `(game)` instead of `(game, points)`.", "`repair APP`"),
    (
        Code::MissingForeignKey,
        "A constraint was dropped for an import and never made again.",
        "`repair APP`, after correcting rows that point nowhere.",
    ),
    (
        Code::UnexpectedForeignKey,
        "Another program points at a table through a key of its own.",
        "`repair APP`, or declare it on the entity.",
    ),
    (Code::ForeignKeyDiffers, "The history says `on delete cascade`, the database `no action`.", "`repair APP`"),
    (Code::MissingCheck, "A check was dropped to let a row in.", "`repair APP`, after correcting the row."),
    (Code::UnexpectedCheck, "A check was added by hand.", "`repair APP`, or declare it on the entity."),
    (Code::CheckDiffers, "The database allows a word that the entity does not know.", "`repair APP`"),
    (
        Code::BrokenRows,
        "SQLite was written to by a program that does not ask for foreign keys.",
        "Delete or correct the rows that are named.",
    ),
    (
        Code::DanglingSoftReference,
        "A tournament was deleted; the ledger still remembers its number.",
        "Nothing, where that is meant; else correct the rows.",
    ),
    (
        Code::Quarantined,
        "`repair` moved a table aside whose rows did not all fit.",
        "Look at what lies there, carry over what is needed, then drop it.",
    ),
    (
        Code::Replaced,
        "`regenerate` put one migration in the place of nine that had run here.",
        "`migrate`, which records it and forgets the nine.",
    ),
    (
        Code::PartlyReplaced,
        "The database had run five of the nine migrations that one replaces now.",
        "Run the rest with the release before, then this one.",
    ),
    (
        Code::BothReplaced,
        "A regenerated migration was recorded by hand beside what it replaces.",
        "Forget the rows that are named, after `verify-schema` agrees.",
    ),
    (
        Code::DropsRows,
        "`drop_table teams_team`, which has 120 rows.",
        "A checkpoint first; or rename it in this release and drop it in the next.",
    ),
    (
        Code::DropsValues,
        "`drop_column motto`, which 35 rows hold.",
        "A checkpoint first; or stop using it in this release and drop it in the next.",
    ),
    (
        Code::LosesPrecision,
        "`decimal(10,2)` becomes `bigint`: 12.50 becomes 13.",
        "Add a column of the new type, fill it in a data step that decides, drop the old one later.",
    ),
    (
        Code::FailsOnRows,
        "A column becomes not null without a fill, and 2 rows hold NULL.",
        "Give the operation a fill.",
    ),
    (
        Code::ValuesMayNotFit,
        "`varchar(40)` becomes `varchar(10)`, and 3 values are longer.",
        "Correct the values in a data step before.",
    ),
    (
        Code::Duplicates,
        "A unique index on `nick`, and two rows share one.",
        "Make the rows distinct in a data step before.",
    ),
    (
        Code::Dangling,
        "A foreign key on `club_id`, and one row names a club that is gone.",
        "Correct the rows in a data step before, or set them to NULL.",
    ),
    (Code::BreaksCheck, "A check `age < 200`, and one row says 70000.", "Correct the rows in a data step before."),
    (
        Code::GoneName,
        "`rename_column nick → name` while the release before still reads `nick`.",
        "Stop the old release first, or go in two releases.",
    ),
    (
        Code::InsertsFail,
        "A new column is not null and has no default.",
        "Give it a default, and drop the default in the next release.",
    ),
    (
        Code::RewritesTable,
        "A new column is filled by an expression in a table of two million rows.",
        "`atomic = false` in the file, and rows are filled some at a time.",
    ),
    (
        Code::ScansUnderLock,
        "An index on a table of two million rows, in a transaction.",
        "`atomic = false` in the file, and the index is built concurrently.",
    ),
    (
        Code::SqliteRebuild,
        "A check is added to a table of 400,000 rows.",
        "Run it when nobody plays; put all changes of the table into one migration.",
    ),
    (
        Code::DataStepUnderLocks,
        "`run_sql` follows `add_column` in one migration.",
        "Put the data step into a migration of its own.",
    ),
    (
        Code::UnindexedForeignKey,
        "`club_id` points at `club` and no index begins with it.",
        "Declare an index on the column.",
    ),
    (
        Code::Irreversible,
        "`run_sql` without `backward`.",
        "Name what undoes it; an empty list says that nothing needs to be.",
    ),
    (
        Code::IdleAcknowledgement,
        "`acknowledged.SD602` in a file that drops no column.",
        "Remove it, or name the object as the lint does.",
    ),
    (
        Code::Disallowed,
        "Status `'ACTIVE'` where ours knows `'active'`.",
        "`map.\"table.column\" = { \"ACTIVE\" = \"active\" }` in the answers.",
    ),
    (
        Code::HoldsNothing,
        "A column of ours is not null and 12 rows hold NULL.",
        "`fill.\"table.column\" = …` in the answers.",
    ),
    (
        Code::TooLarge,
        "A name of 60 characters, where ours has 40.",
        "A `convert` that says how to shorten it, or a longer column of ours.",
    ),
    (
        Code::NotDistinct,
        "`Ajax` and `AJAX` are one name when folded.",
        "Rename one with the old program, or a `convert`.",
    ),
    (
        Code::PointsNowhere,
        "A row names a club that no longer exists, which the old database allowed.",
        "Correct the rows with the old program, or a `convert`.",
    ),
    (
        Code::NotComputed,
        "A function is named that the program does not register.",
        "Correct the answer; it says which functions there are.",
    ),
    (
        Code::NotProven,
        "A check holds an expression that cannot be asked of the rows as they will be.",
        "Nothing; the run proves it, and keeps nothing if it fails.",
    ),
];

impl Code {
    /// An example, and what mends it; nothing for a code that the guide does not have yet.
    pub fn guide(self) -> Option<(&'static str, &'static str)> {
        GUIDE.iter().find(|(code, ..)| *code == self).map(|(_, example, mend)| (*example, *mend))
    }
}

/// The text of `docs/codes.md`.
pub fn index() -> String {
    let mut text = String::from(
        "# Codes\n\nEvery finding has a stable code; scripts may rely on it. `SD1xx` is about entities and history, `SD2xx` \
         about the record,\n`SD3xx` about the live database, `SD4xx` about repairs, `SD5xx` about regenerated histories, \
         `SD6xx` are lints,\n`SD7xx` are found while a database is adopted.\n\nPrinted from the program; a test holds it.\n",
    );
    for code in Code::ALL {
        let severity = match code.severity() {
            Severity::Note => "note",
            Severity::Warning => "warning",
            Severity::Error => "error",
        };
        text.push_str(&format!("\n## {} {}\n\n*{severity}.* {}\n", code.id(), code.title(), code.about()));
        if let Some((example, mend)) = code.guide() {
            text.push_str(&format!("\n- **For example:** {example}\n- **What mends it:** {mend}\n"));
        }
    }
    text
}
