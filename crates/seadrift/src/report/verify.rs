//! Whether a live database is what its record and the history say.
//!
//! Each disagreement is named once, at its root: what follows from an altered migration or from
//! a table that was there too early is told with it, not beside it.

use std::collections::{BTreeMap, BTreeSet};

use sea_orm::sqlx;

use super::{Code, Finding, Report, mend, replaced};
use crate::{
    dialect::{Dialect, postgres, quote, sqlite},
    diff::{Difference, DifferenceKind, difference},
    history::History,
    migration::{
        MigrationId,
        hash::{self, Change},
    },
    operation::Operation,
    run::{
        Connection, Journal, Record, foreign, journal,
        plan::{Direction, Ordered, Plan},
        repair::register,
    },
    schema::Schema,
};

/// What to look at besides the schema.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Also rows whose soft reference leads nowhere.
    pub data: bool,
}

/// Compares record, history and live database.
///
/// # Errors
/// When the database fails while it is read.
pub async fn verify(history: &History, connection: &mut Connection, options: &Options) -> Result<Report, sqlx::Error> {
    let record = Record::read(connection).await?;
    let mut report = record_findings(history, &record);
    let record = without_gaps(history, assumed(history, record));
    let expected = history.schema_of(|id| record.has(id));
    let journal = Journal::read(connection).await?;
    let found = inspect(connection, &expected).await?;
    let mut differences = difference(&expected, &found);
    let foreign = foreign::read(connection).await?;
    differences.retain(|one| one.kind != DifferenceKind::UnexpectedTable || !foreign.contains(&one.table));

    fold_altered(history, &mut report, &mut differences);
    report.findings.extend(half_findings(history, &journal, &mut differences));
    let early = zombie_findings(history, &record, &found, &mut differences);
    report.findings.extend(unapplied(history, &record, &journal, &early));
    report.findings.extend(early.into_values());
    for difference in &differences {
        report.findings.push(finding(difference, &expected));
    }
    if let Connection::Sqlite(sqlite) = connection {
        for broken in sqlite::violations(sqlite).await? {
            let finding = Finding::new(Code::BrokenRows, broken.table.clone())
                .evidence("every row points at a row that exists", broken.to_string())
                .mend("delete or correct these rows");
            report.findings.push(finding);
        }
    }
    report.findings.extend(register::read(connection).await?.iter().map(quarantined));
    if options.data {
        report.findings.extend(dangling(connection, &expected, &found).await?);
    }
    Ok(report)
}

/// What lies in quarantine: nothing disagrees, and somebody should know.
fn quarantined(entry: &register::Entry) -> Finding {
    let kept = match entry.rows - entry.carried.min(entry.rows) {
        0 => "all of them carried into the new table".to_owned(),
        rows => format!("{rows} of them only here"),
    };
    Finding::new(Code::Quarantined, &entry.place)
        .evidence("", format!("{} rows of {}, {kept}", entry.rows, entry.table))
        .cause(format!("moved aside at {}: {}", entry.moved_at, entry.why))
        .mend(format!("look: SELECT * FROM {}; when nobody needs it: DROP TABLE {}", entry.place, entry.place))
}

/// The live schema, with PostgreSQL's spellings of expressions settled against the expected ones.
///
/// # Errors
/// What the database says.
pub async fn inspect(connection: &mut Connection, expected: &Schema) -> Result<Schema, sqlx::Error> {
    match connection {
        Connection::Postgres(c) => {
            let mut found = postgres::inspect(c).await?;
            postgres::settle(c, expected, &mut found).await?;
            Ok(found)
        }
        Connection::Sqlite(c) => sqlite::inspect(c).await,
    }
}

/// The record as if everything that is told of replaced migrations were mended.
fn assumed(history: &History, mut record: Record) -> Record {
    let told = replaced::tell(history, &record);
    record.applied.retain(|id, _| !told.rows.contains(id));
    record.applied.extend(Record::standing_for(told.assumed).applied);
    record
}

/// Whether record and history can belong together at all.
pub fn record_findings(history: &History, record: &Record) -> Report {
    let told = replaced::tell(history, record);
    let mut findings = told.findings;
    let known: BTreeMap<_, _> = history.ordered().into_iter().map(|(m, hash)| (&m.id, (m, hash))).collect();
    for (id, entry) in record.applied.iter().filter(|(id, _)| !told.rows.contains(id)) {
        let Some((migration, hash)) = known.get(id) else {
            findings.push(
                Finding::new(Code::UnknownRecord, id.to_string())
                    .evidence("a migration file of this name", format!("recorded as run at {}", entry.applied_at))
                    .cause("its file was removed, or a newer program has run on this database")
                    .mend(format!(
                        "bring the file back; if it never belonged here: DELETE FROM seadrift_migration \
                         WHERE app = '{}' AND name = '{}'",
                        id.app, id.name
                    )),
            );
            continue;
        };
        // An edge that was added since is no change of meaning.
        if hash::change(&entry.hash, hash) == Change::Operations {
            findings.push(
                Finding::new(Code::AlteredMigration, id.to_string())
                    .evidence(
                        format!("the meaning it had when it ran at {} ({})", entry.applied_at, short(&entry.hash)),
                        format!("another meaning in the file ({})", short(hash)),
                    )
                    .cause("the file was edited after it ran")
                    .mend("put the file back as it was, and write the change as a new migration with makemigrations"),
            );
        }
        for need in migration.dependencies.iter().filter_map(|need| history.resolve(need)) {
            if !record.has(&need) && !told.assumed.contains(&need) {
                findings.push(
                    Finding::new(Code::RecordGap, id.to_string())
                        .evidence(format!("{need} has run before it"), format!("{need} is not recorded"))
                        .cause("a row of the record was removed, or the dependency was added later")
                        .mend(format!(
                            "if all that it makes is there: migrate {} {} --fake; doctor looks, and says so",
                            need.app, need.name
                        )),
                );
            }
        }
    }
    Report { findings }
}

/// One finding for each migration that is half done, with the differences in its tables.
pub(crate) fn half_findings(history: &History, journal: &Journal, differences: &mut Vec<Difference>) -> Vec<Finding> {
    let mut findings = lost_halves(history, journal);
    for (id, entry) in &journal.entries {
        let Some(loaded) = history.graph().get(id) else { continue };
        let operations = &loaded.migration.operations;
        let mut touched = history.tables_of(id);
        touched.extend(operations.iter().filter_map(|operation| match operation {
            Operation::RenameTable { to, .. } => Some(to.clone()),
            _ => None,
        }));
        let (verb, whole) = match entry.direction {
            Direction::Forward => ("done", format!("all of its {} operations", operations.len())),
            Direction::Backward => ("undone", format!("none of its {} operations", operations.len())),
        };
        let mut found = format!("{} are {verb}, since {}", entry.position.operations, entry.changed_at);
        if entry.position.parts > 0 {
            found.push_str("; the next one is begun");
        }
        differences.retain(|one| {
            if !touched.contains(&one.table) {
                return true;
            }
            found.push_str(&format!("\n{one}"));
            false
        });
        findings.push(
            Finding::new(Code::HalfRun, id.to_string())
                .evidence(whole, found)
                .cause("it is not atomic, and its runner stopped or was refused in the middle")
                .mend("migrate, which goes on there and says what keeps it from it"),
        );
    }
    findings
}

/// Migrations that are half done and have no file any more.
pub fn lost_halves(history: &History, journal: &Journal) -> Vec<Finding> {
    let lost = journal.entries.iter().filter(|(id, _)| history.graph().get(id).is_none());
    let finding = |(id, entry): (&MigrationId, &journal::Entry)| {
        Finding::new(Code::HalfRun, id.to_string())
            .evidence(
                "a migration file of this name",
                format!("{} of its operations are done, since {}", entry.position.operations, entry.changed_at),
            )
            .cause("its file was removed while it was half done")
            .mend("bring the file back and migrate")
    };
    lost.map(finding).collect()
}

fn short(hash: &str) -> &str {
    hash.get(..12).unwrap_or(hash)
}

/// Recorded migrations, each with a dependency that is not recorded.
pub fn record_gaps(history: &History, record: &Record) -> Vec<(MigrationId, MigrationId)> {
    let mut gaps = Vec::new();
    for (migration, _) in history.ordered().into_iter().filter(|(migration, _)| record.has(&migration.id)) {
        let needs = migration.dependencies.iter().filter_map(|need| history.resolve(need));
        gaps.extend(needs.filter(|need| !record.has(need)).map(|need| (migration.id.clone(), need)));
    }
    gaps
}

/// The record with what must have run before recorded migrations. The gap is one finding of its own;
/// what these migrations make is expected to be there, or it would all be told as strays.
fn without_gaps(history: &History, mut record: Record) -> Record {
    if !record_gaps(history, &record).is_empty() {
        let before = history.graph().forward(record.applied.keys()).into_iter().cloned();
        let missing: Vec<MigrationId> = before.filter(|id| !record.has(id)).collect();
        record.applied.extend(Record::standing_for(missing).applied);
    }
    record
}

/// Tables that a plan would create and that exist already.
///
/// # Errors
/// What the database says.
pub async fn zombies(history: &History, plan: &Plan, connection: &mut Connection) -> Result<Report, sqlx::Error> {
    let creates: BTreeSet<String> = plan.creates().into_iter().map(|(_, table)| table.to_owned()).collect();
    let live = connection.rows(table_names(connection.dialect())).await?;
    let live: BTreeSet<String> = live.into_iter().filter_map(|row| row.into_iter().next().flatten()).collect();
    if creates.is_disjoint(&live) {
        return Ok(Report::default());
    }
    let record = assumed(history, Record::read(connection).await?);
    let expected = history.schema_of(|id| record.has(id));
    let found = inspect(connection, history.schema()).await?;
    let mut differences = difference(&expected, &found);
    let findings = zombie_findings(history, &record, &found, &mut differences);
    Ok(Report { findings: findings.into_values().collect() })
}

fn table_names(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Postgres => "SELECT CAST(tablename AS text) FROM pg_tables WHERE schemaname = current_schema()",
        Dialect::Sqlite => "SELECT name FROM sqlite_master WHERE type = 'table'",
    }
}

/// Takes out the differences that are tables of migrations which have not run, as one finding a table.
fn zombie_findings(
    history: &History,
    record: &Record,
    found: &Schema,
    differences: &mut Vec<Difference>,
) -> BTreeMap<(MigrationId, String), Finding> {
    let mut zombies = BTreeMap::new();
    differences.retain(|stray| {
        if stray.kind != DifferenceKind::UnexpectedTable {
            return true;
        }
        let Some(id) = history.creator(&stray.table).filter(|id| !record.has(id)) else { return true };
        zombies.insert((id.clone(), stray.table.clone()), zombie(history, &id, &stray.table, found));
        false
    });
    zombies
}

fn zombie(history: &History, id: &MigrationId, table: &str, found: &Schema) -> Finding {
    let only = |schema: &Schema| Schema::of(schema.table(table).cloned());
    let intended = history.schema_after(id);
    let differences = difference(&only(&intended), &only(found));
    let mut text = "exists already".to_owned();
    if differences.is_empty() {
        text.push_str(", and is just as the migration would make it");
    }
    for one in &differences {
        text.push_str(&format!("\n{one}"));
    }
    let mend = if differences.is_empty() {
        format!(
            "if its rows are yours: migrate {} {} --fake; else repair {}, which moves it aside",
            id.app, id.name, id.app
        )
    } else {
        format!(
            "repair {}   (shows what it would do; --yes moves the table aside, runs the migration and carries the rows that fit)",
            id.app
        )
    };
    Finding::new(Code::Zombie, table)
        .evidence(format!("created by {id}, which the database has not run"), text)
        .cause("left by a migration that stopped half-way, or made by another program")
        .mend(mend)
}

fn label(difference: &Difference) -> String {
    match difference.kind.object() {
        "table" | "primary key" => difference.table.clone(),
        _ => format!("{}.{}", difference.table, difference.name),
    }
}

/// One finding for all migrations that have not begun and have no table there too early.
fn unapplied(
    history: &History,
    record: &Record,
    journal: &Journal,
    zombies: &BTreeMap<(MigrationId, String), Finding>,
) -> Option<Finding> {
    let early: BTreeSet<&MigrationId> = zombies.keys().map(|(id, _)| id).collect();
    let missing: Vec<String> = history
        .ordered()
        .into_iter()
        .map(|(migration, _)| &migration.id)
        .filter(|id| !record.has(id) && !early.contains(id) && !journal.entries.contains_key(id))
        .map(ToString::to_string)
        .collect();
    let first = missing.first()?;
    let object = match missing.len() {
        1 => first.clone(),
        n => format!("{first} and {} more", n - 1),
    };
    Some(Finding::new(Code::Unapplied, object).evidence("every migration has run", missing.join("\n")).mend("migrate"))
}

/// Tells differences in the tables of an altered migration with that migration.
fn fold_altered(history: &History, report: &mut Report, differences: &mut Vec<Difference>) {
    let folds = [Code::AlteredMigration, Code::PartlyReplaced];
    for finding in report.findings.iter_mut().filter(|f| folds.contains(&f.code)) {
        let Ok(id) = finding.object.parse::<MigrationId>() else { continue };
        let touched = history.tables_of(&id);
        differences.retain(|one| {
            if !touched.contains(&one.table) {
                return true;
            }
            finding.found.push_str(&format!("\n{one}"));
            false
        });
    }
}

fn code(kind: &DifferenceKind) -> Code {
    match kind {
        DifferenceKind::MissingTable => Code::MissingTable,
        DifferenceKind::UnexpectedTable => Code::UnexpectedTable,
        DifferenceKind::MissingColumn => Code::MissingColumn,
        DifferenceKind::UnexpectedColumn => Code::UnexpectedColumn,
        DifferenceKind::ColumnDiffers { .. } => Code::ColumnDiffers,
        DifferenceKind::PrimaryKeyDiffers => Code::PrimaryKeyDiffers,
        DifferenceKind::MissingIndex => Code::MissingIndex,
        DifferenceKind::UnexpectedIndex => Code::UnexpectedIndex,
        DifferenceKind::IndexDiffers => Code::IndexDiffers,
        DifferenceKind::MissingForeignKey => Code::MissingForeignKey,
        DifferenceKind::UnexpectedForeignKey => Code::UnexpectedForeignKey,
        DifferenceKind::ForeignKeyDiffers => Code::ForeignKeyDiffers,
        DifferenceKind::MissingCheck => Code::MissingCheck,
        DifferenceKind::UnexpectedCheck => Code::UnexpectedCheck,
        DifferenceKind::CheckDiffers => Code::CheckDiffers,
    }
}

fn finding(difference: &Difference, expected: &Schema) -> Finding {
    let nothing = |text: &str| if text.is_empty() { "nothing".to_owned() } else { text.to_owned() };
    let along = if difference.along.is_empty() {
        String::new()
    } else {
        format!("with it went {}", difference.along.join(", "))
    };
    Finding::new(code(&difference.kind), label(difference))
        .evidence(nothing(&difference.expected), nothing(&difference.found))
        .cause(along)
        .mend(mend::mend(difference, expected))
}

/// Soft references of rows that lead nowhere, one finding a column.
async fn dangling(connection: &mut Connection, expected: &Schema, found: &Schema) -> Result<Vec<Finding>, sqlx::Error> {
    let mut findings = Vec::new();
    for table in expected.tables.values().filter(|t| found.table(&t.name).is_some()) {
        for column in &table.columns {
            let Some(target) = column.soft_ref.as_ref().and_then(|soft| expected.model(&soft.0)) else { continue };
            if found.table(&target.name).is_none()
                || found.table(&table.name).is_none_or(|t| t.column(&column.name).is_none())
            {
                continue; // Told as missing; a query for it would only fail.
            }
            let [key] = target.primary_key.as_slice() else { continue };
            let (t, c) = (quote(&table.name), quote(&column.name));
            let sql = format!(
                "SELECT CAST(count(*) AS text), CAST(min(a.{c}) AS text) FROM {t} a WHERE a.{c} IS NOT NULL \
                 AND NOT EXISTS (SELECT 1 FROM {} b WHERE b.{} = a.{c})",
                quote(&target.name),
                quote(key)
            );
            let rows = connection.rows(&sql).await?;
            let count = rows[0][0].clone().unwrap_or_default();
            if count == "0" {
                continue;
            }
            let example = rows[0][1].clone().unwrap_or_default();
            findings.push(
                Finding::new(Code::DanglingSoftReference, format!("{}.{}", table.name, column.name))
                    .evidence(
                        format!("rows of {}", target.label()),
                        format!("{count} rows lead nowhere, such as {example}"),
                    )
                    .cause("the rows they pointed at were deleted; a soft reference allows that"),
            );
        }
    }
    Ok(findings)
}
