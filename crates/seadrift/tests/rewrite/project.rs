//! A project of migration files alone, in a folder of its own, and what a person does with it.

use std::{fs, path::PathBuf, time::Duration};

use seadrift::{
    history::History,
    migration::{Migration, MigrationId},
    operation::Operation,
    project::{App, MigrationFiles, Project},
    report::{Report, verify},
    run::{
        Connection, DatabaseUrl,
        migrate::{self, Goal, MigrateError, Migrated, Options},
    },
    schema::{Column, ColumnType, ForeignKey, ReferentialAction, Table},
};
use tempfile::TempDir;
use testkit::{Kind, TestDatabase};

/// Migration files of some apps.
pub struct Files {
    pub folder: TempDir,
    pub project: Project,
}

impl Files {
    pub fn of(apps: &[&str], migrations: &[Migration]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let add = |project: Project, app: &&str| {
            let own: &'static str = folder.path().join(app).display().to_string().leak();
            project.app(App::new(*app).migrations(MigrationFiles { folder: own, files: &[] }))
        };
        let project = apps.iter().fold(Project::new(), add);
        for migration in migrations {
            project.write(migration).expect("written");
        }
        Self { folder, project }
    }

    pub fn history(&self) -> History {
        History::load(&self.project).unwrap_or_else(|report| panic!("{report}"))
    }

    pub fn path(&self, id: &str) -> PathBuf {
        self.project.path(&self::id(id))
    }

    pub fn read(&self, id: &str) -> String {
        fs::read_to_string(self.path(id)).expect("a file")
    }

    /// The names of the files of an app.
    pub fn names(&self, app: &str) -> Vec<String> {
        let entries = fs::read_dir(self.folder.path().join(app)).expect("a folder");
        let mut names: Vec<String> = entries
            .map(|entry| entry.expect("an entry"))
            .filter(|entry| entry.path().is_file())
            .map(|entry| entry.file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }

    pub async fn migrate(&self, db: &TestDatabase, goal: Goal) -> Result<Migrated, MigrateError> {
        let options = Options { fake: false, lock_wait: Duration::from_secs(30) };
        migrate::migrate(&self.history(), &self.project.functions, &url(db), &goal, &options, |_| ()).await
    }

    pub async fn verify(&self, db: &TestDatabase) -> Report {
        let mut connection = open(db).await;
        let options = verify::Options { data: false };
        verify::verify(&self.history(), &mut connection, &options).await.expect("it can be told")
    }
}

pub fn id(text: &str) -> MigrationId {
    text.parse().expect("an id")
}

pub fn url(db: &TestDatabase) -> DatabaseUrl {
    db.url().parse().expect("a URL")
}

pub async fn open(db: &TestDatabase) -> Connection {
    Connection::open(&url(db), false).await.expect("it opens")
}

/// Rows as text.
pub async fn rows(db: &TestDatabase, sql: &str) -> Vec<Vec<Option<String>>> {
    open(db).await.rows(sql).await.unwrap_or_else(|error| panic!("{sql}: {error}"))
}

/// The record: app and name.
pub async fn record(db: &TestDatabase) -> Vec<String> {
    let rows = rows(db, "SELECT app || '.' || name FROM seadrift_migration ORDER BY app, name").await;
    rows.into_iter().map(|mut row| row.remove(0).expect("text")).collect()
}

/// What changes whenever a table, index or constraint is made, changed or dropped.
pub async fn touched(db: &TestDatabase) -> Vec<Vec<Option<String>>> {
    let sql = match db.kind() {
        Kind::Sqlite => "SELECT CAST(schema_version AS text) FROM pragma_schema_version",
        Kind::Postgres => {
            "SELECT CAST(oid AS text), CAST(relfilenode AS text), CAST(xmin AS text) FROM pg_class \
             WHERE relnamespace = CAST(current_schema() AS regnamespace) ORDER BY oid"
        }
    };
    rows(db, sql).await
}

pub fn migration(id: &str, dependencies: &[&str], operations: Vec<Operation>) -> Migration {
    let dependencies = dependencies.iter().map(|text| self::id(text)).collect();
    Migration { dependencies, ..Migration::new(self::id(id), operations) }
}

/// A table with an identity key and, for each of these tables, a column that points at it.
pub fn table(app: &str, model: &str, points_at: &[&str]) -> Table {
    let name = format!("{app}_{}", model.to_lowercase());
    let mut table = Table::new(app, model, &name);
    table.primary_key = vec!["id".into()];
    table.columns.push(Column::new("id", ColumnType::BigInt).identity());
    table.columns.push(Column::new("name", ColumnType::Varchar(80)).default(""));
    for target in points_at {
        let column = format!("{target}_id");
        table.columns.push(Column::new(&column, ColumnType::BigInt).null());
        table.foreign_keys.push(foreign_key(&name, &column, target));
    }
    table
}

pub fn create(app: &str, model: &str, points_at: &[&str]) -> Operation {
    Operation::create(table(app, model, points_at))
}

pub fn foreign_key(table: &str, column: &str, target: &str) -> ForeignKey {
    ForeignKey {
        name: format!("fk_{table}_{column}"),
        columns: vec![column.into()],
        references: target.into(),
        referenced_columns: vec!["id".into()],
        on_delete: ReferentialAction::Cascade,
        on_update: ReferentialAction::NoAction,
    }
}

pub fn add(table: &str, column: &str) -> Operation {
    let column = Column::new(column, ColumnType::Integer).default(0);
    Operation::AddColumn { table: table.into(), column, fill: None }
}
