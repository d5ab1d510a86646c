//! A project that evolves, end to end on both databases: entities are declared, migrations are
//! generated into files, run and proven; then code, files and record are made to disagree, and each
//! disagreement is found by name before a statement runs.

use std::{fs, path::Path, time::Duration};

use seadrift::{
    dialect::sqlite,
    diff::{self, Answers},
    history::History,
    project::{App, MigrationFiles, Project},
    report::{Code, Report, check, verify},
    run::{
        Connection, DatabaseUrl,
        migrate::{self, Goal, MigrateError, Options},
    },
    schema::{Column, ColumnType as T},
};
use tempfile::TempDir;
use testkit::TestDatabase;

mod first {
    //! The blog as it began.
    pub mod author {
        use sea_orm::entity::prelude::*;

        #[sea_orm::model]
        #[derive(Clone, Debug, PartialEq, DeriveEntityModel, seadrift::Declare)]
        #[sea_orm(table_name = "blog_author")]
        #[seadrift(app = "blog", model = "Author")]
        pub struct Model {
            #[sea_orm(primary_key)]
            pub id: i64,
            #[sea_orm(unique)]
            pub email: String,
        }
        impl ActiveModelBehavior for ActiveModel {}
    }
    pub mod post {
        use sea_orm::entity::prelude::*;

        #[sea_orm::model]
        #[derive(Clone, Debug, PartialEq, DeriveEntityModel, seadrift::Declare)]
        #[sea_orm(table_name = "blog_post")]
        #[seadrift(app = "blog", model = "Post")]
        pub struct Model {
            #[sea_orm(primary_key)]
            pub id: i64,
            pub title: String,
            pub author_id: i64,
            #[sea_orm(belongs_to, from = "author_id", to = "id", on_delete = "Cascade")]
            pub author: BelongsTo<super::author::Entity>,
        }
        impl ActiveModelBehavior for ActiveModel {}
    }
}

mod second {
    //! The blog a year later: a field more, a field renamed, a foreign key that became a soft reference.
    pub mod post {
        use sea_orm::entity::prelude::*;

        #[sea_orm::model]
        #[derive(Clone, Debug, PartialEq, DeriveEntityModel, seadrift::Declare)]
        #[sea_orm(table_name = "blog_post")]
        #[seadrift(app = "blog", model = "Post")]
        pub struct Model {
            #[sea_orm(primary_key)]
            pub id: i64,
            #[seadrift(was = "title")]
            pub headline: String,
            #[sea_orm(column_type = "String(StringLen::N(10))", default_value = "draft")]
            #[seadrift(choices("draft", "public"))]
            pub status: String,
            #[seadrift(soft_ref = "blog.Author")]
            pub author_id: i64,
        }
        impl ActiveModelBehavior for ActiveModel {}
    }
}

fn files(folder: &TempDir) -> MigrationFiles {
    // A program knows its folder when it is built; a test's folder must live as long.
    MigrationFiles { folder: folder.path().display().to_string().leak(), files: &[] }
}

fn begun(folder: &TempDir) -> Project {
    let blog = App::new("blog").model::<first::author::Entity>().model::<first::post::Entity>();
    Project::new().app(blog.migrations(files(folder)))
}

fn grown(folder: &TempDir) -> Project {
    let blog = App::new("blog").model::<first::author::Entity>().model::<second::post::Entity>();
    Project::new().app(blog.migrations(files(folder)))
}

/// What `makemigrations` does.
fn make_migrations(project: &Project) -> Vec<String> {
    let history = History::load(project).expect("a sound history");
    let code = project.schema().expect("entities that fit");
    let operations = diff::diff(history.schema(), &code, &project.hints(), &Answers::default()).expect("no question");
    let made = history.arrange(operations, None).expect("it can be arranged");
    made.iter().for_each(|migration| drop(project.write(migration).expect("written")));
    made.iter().flat_map(|migration| migration.operations.iter().map(|operation| operation.describe())).collect()
}

async fn migrate(project: &Project, db: &TestDatabase) -> Result<usize, MigrateError> {
    let history = History::load(project).expect("a sound history");
    let (url, options) = (url(db), Options { fake: false, lock_wait: Duration::from_secs(30) });
    let done = migrate::migrate(&history, &project.functions, &url, &Goal::Everything, &options, |_| ()).await?;
    Ok(done.count)
}

async fn verify(project: &Project, db: &TestDatabase) -> Report {
    let history = History::load(project).expect("a sound history");
    let mut connection = Connection::open(&url(db), false).await.expect("it opens");
    let options = verify::Options { data: true };
    verify::verify(&history, &mut connection, &options).await.expect("it can be told")
}

fn url(db: &TestDatabase) -> DatabaseUrl {
    db.url().parse().expect("a URL")
}

fn write(folder: &TempDir, name: &str, text: &str) {
    fs::write(folder.path().join(name), text).expect("written");
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).expect("a file")
}

testkit::on_both! {
    /// Declared, generated, run, changed, generated again, run again: agreement at every station, rows kept.
    async fn a_blog_grows_up(db: &TestDatabase) {
        let folder = tempfile::tempdir().expect("a folder");
        let project = begun(&folder);
        assert!(!check::check(&project).of(Code::PendingChange).is_empty(), "nothing is written yet");
        assert_eq!(make_migrations(&project).len(), 2);
        assert!(make_migrations(&project).is_empty(), "everything is written");
        assert_eq!(migrate(&project, db).await.expect("it runs"), 1);
        assert_eq!(migrate(&project, db).await.expect("it runs"), 0);
        assert_eq!(verify(&project, db).await.findings, []);
        db.execute("INSERT INTO blog_author (id, email) VALUES (7, 'ann@example.org')").await;
        db.execute("INSERT INTO blog_post (title, author_id) VALUES ('Hello', 7)").await;

        let project = grown(&folder);
        let pending = check::check(&project);
        let said = pending.to_string();
        for part in ["Add column status varchar(10) not null", "Rename column title", "Drop foreign key fk_blog_post_author_id"] {
            assert!(said.contains(part), "no {part:?} in {said}");
        }
        make_migrations(&project);
        assert_eq!(check::check(&project).findings, []);
        assert_eq!(migrate(&project, db).await.expect("it runs"), 1);
        assert_eq!(verify(&project, db).await.findings, []);

        // The row is still there, and the soft reference holds nobody back.
        db.execute("DELETE FROM blog_author WHERE id = 7").await;
        let dangling = verify(&project, db).await;
        assert_eq!(dangling.of(Code::DanglingSoftReference).len(), 1, "{dangling}");
        assert!(dangling.to_string().contains("blog_post.author_id"), "{dangling}");
        db.execute("UPDATE blog_post SET status = 'public' WHERE headline = 'Hello' AND author_id = 7").await;
    }

    /// The meaning of an applied migration is changed: found, with what that would have made, and nothing runs.
    async fn an_applied_migration_is_edited(db: &TestDatabase) {
        let folder = tempfile::tempdir().expect("a folder");
        let project = begun(&folder);
        make_migrations(&project);
        migrate(&project, db).await.expect("it runs");
        let path = folder.path().join("0001_initial.toml");
        let text = read(&path);

        fs::write(&path, format!("# A remark changes nothing.\n{}", text.replace("    { name", "        { name"))).expect("written");
        assert_eq!(verify(&project, db).await.findings, []);

        fs::write(&path, text.replace("\"email\", type = \"text\"", "\"email\", type = \"varchar(80)\"")).expect("written");
        let report = verify(&project, db).await;
        assert_eq!(report.findings.len(), 1, "the column is told with the migration, not beside it: {report}");
        assert_eq!(report.findings[0].code, Code::AlteredMigration);
        assert_eq!(report.findings[0].object, "blog.0001_initial");
        assert!(report.to_string().contains("email"), "{report}");
        let refused = migrate(&project, db).await.expect_err("it is refused");
        assert!(refused.to_string().contains("SD203"), "{refused}");
    }

    /// A migration that fails leaves nothing of itself, and says which statement failed and why.
    async fn a_migration_that_fails_half_way(db: &TestDatabase) {
        let folder = tempfile::tempdir().expect("a folder");
        let project = begun(&folder);
        make_migrations(&project);
        migrate(&project, db).await.expect("it runs");
        db.execute("INSERT INTO blog_author (id, email) VALUES (1, 'a')").await;
        db.execute("INSERT INTO blog_author (id, email) VALUES (2, 'b')").await;
        let sql = "[\"UPDATE blog_author SET email = 'same'\"]";
        write(
            &folder,
            "0002_same.toml",
            &format!(
                "app = \"blog\"\ndependencies = [\"blog.0001_initial\"]\n\n\
                 [[operations]]\nop = \"add_column\"\ntable = \"blog_post\"\ncolumn = {{ name = \"views\", type = \"bigint\", default = 0 }}\n\n\
                 [[operations]]\nop = \"run_sql\"\nforward = {{ postgres = {sql}, sqlite = {sql} }}\n"
            ),
        );
        let failed = migrate(&project, db).await.expect_err("two addresses are the same").to_string();
        assert!(failed.contains("blog.0002_same") && failed.contains("SET email = 'same'"), "{failed}");
        fs::remove_file(folder.path().join("0002_same.toml")).expect("removed");
        assert_eq!(verify(&project, db).await.findings, [], "nothing of it was kept");
    }
}

/// One table more than the blog has, with everything that can be damaged.
const THING: &str = "app = \"blog\"\ndependencies = [\"blog.0001_initial\"]\n\n[[operations]]\nop = \"create_table\"\n\
    name = \"thing\"\nmodel = \"Thing\"\nprimary_key = [\"id\"]\ncolumns = [\n    { name = \"id\", type = \"bigint\" },\n    \
    { name = \"other\", type = \"bigint\" },\n    { name = \"author_id\", type = \"bigint\", nullable = true },\n    \
    { name = \"size\", type = \"integer\", default = 5 },\n]\nindexes = [{ name = \"ix_thing_size\", keys = [\"size\"] }]\n\
    foreign_keys = [{ name = \"fk_thing_author_id\", columns = [\"author_id\"], references = \"blog_author\", \
    referenced_columns = [\"id\"] }]\nchecks = [{ name = \"ck_thing_size\", expression = \"size > 0\" }]\n";

testkit::on_both! {
    /// One negative control for each kind of difference: the damage is done, and found by its code.
    /// A table is damaged by making it anew from its own definition with a part replaced.
    async fn every_kind_of_difference_is_noticed(db: &TestDatabase) {
        let folder = tempfile::tempdir().expect("a folder");
        let project = begun(&folder);
        make_migrations(&project);
        write(&folder, "0002_thing.toml", THING);
        migrate(&project, db).await.expect("it runs");
        assert_eq!(verify(&project, db).await.findings, []);
        let plain = [
            "\"id\" bigint NOT NULL", "\"other\" bigint NOT NULL", "\"author_id\" bigint", "\"size\" integer NOT NULL DEFAULT 5",
            "CONSTRAINT pk PRIMARY KEY (\"id\")", "CONSTRAINT ck_thing_size CHECK (size > 0)",
            "CONSTRAINT fk_thing_author_id FOREIGN KEY (author_id) REFERENCES blog_author (id)",
        ];
        let column = |name: &str, ty| Column::new(name, ty);
        let columns = [column("id", T::BigInt), column("other", T::BigInt), column("author_id", T::BigInt), column("size", T::Integer)];
        let checked = |(place, part): (usize, &&str)| match columns.get(place).and_then(sqlite::implied_check) {
            Some(check) if db.kind() == testkit::Kind::Sqlite => format!("{part} CHECK ({check})"),
            _ => (*part).to_owned(),
        };
        let parts: Vec<String> = plain.iter().enumerate().map(checked).collect();
        const INDEX: &str = "CREATE INDEX ix_thing_size ON thing (size)";
        let mut seen = std::collections::BTreeSet::new();
        for (code, part, instead, index) in [
            (None, 0, parts[0].as_str(), INDEX),
            (Some(Code::MissingColumn), 1, "", INDEX),
            (Some(Code::UnexpectedColumn), 4, "more bigint, CONSTRAINT pk PRIMARY KEY (\"id\")", INDEX),
            (Some(Code::ColumnDiffers), 1, "\"other\" varchar(9) NOT NULL", INDEX),
            (Some(Code::ColumnDiffers), 1, "\"other\" bigint", INDEX),
            (Some(Code::ColumnDiffers), 3, "\"size\" integer NOT NULL DEFAULT 6", INDEX),
            (Some(Code::PrimaryKeyDiffers), 4, "CONSTRAINT pk PRIMARY KEY (\"other\")", INDEX),
            (Some(Code::MissingIndex), 0, &parts[0], ""),
            (Some(Code::UnexpectedIndex), 0, &parts[0], "CREATE INDEX ix_thing_size ON thing (size); CREATE INDEX more ON thing (other)"),
            (Some(Code::IndexDiffers), 0, &parts[0], "CREATE UNIQUE INDEX ix_thing_size ON thing (size)"),
            (Some(Code::MissingCheck), 5, "", INDEX),
            (Some(Code::UnexpectedCheck), 5, "CONSTRAINT ck_thing_size CHECK (size > 0), CONSTRAINT ck_more CHECK (size < 9)", INDEX),
            (Some(Code::CheckDiffers), 5, "CONSTRAINT ck_thing_size CHECK (size >= 0)", INDEX),
            (Some(Code::MissingForeignKey), 6, "", INDEX),
            (
                Some(Code::UnexpectedForeignKey),
                6,
                "CONSTRAINT fk_thing_author_id FOREIGN KEY (author_id) REFERENCES blog_author (id), \
                 CONSTRAINT fk_more FOREIGN KEY (other) REFERENCES blog_post (id)",
                INDEX,
            ),
            (
                Some(Code::ForeignKeyDiffers),
                6,
                "CONSTRAINT fk_thing_author_id FOREIGN KEY (author_id) REFERENCES blog_author (id) ON DELETE CASCADE",
                INDEX,
            ),
            (Some(Code::UnexpectedTable), 0, &parts[0], "CREATE INDEX ix_thing_size ON thing (size); CREATE TABLE stray (a bigint)"),
        ] {
            let mut all: Vec<&str> = parts.iter().map(String::as_str).collect();
            all[part] = instead;
            all.retain(|part| !part.is_empty());
            db.execute(&format!("DROP TABLE thing; CREATE TABLE thing ({}); {index}", all.join(", "))).await;
            let report = verify(&project, db).await;
            let codes: Vec<Code> = report.findings.iter().map(|finding| finding.code).collect();
            assert_eq!(codes, code.into_iter().collect::<Vec<_>>(), "{instead} {index}\n{report}");
            seen.extend(codes);
        }
        db.execute("DROP TABLE stray; DROP TABLE thing").await;
        let report = verify(&project, db).await;
        assert_eq!(report.of(Code::MissingTable).len(), 1, "{report}");
        seen.insert(Code::MissingTable);
        let structural: Vec<&Code> = Code::ALL.iter().filter(|code| ("SD301".."SD316").contains(&code.id())).collect();
        assert_eq!(seen.iter().collect::<Vec<_>>(), structural, "a kind of difference without a control");
    }
}

/// Files that are wrong are named with file and line, all at once, and nothing is run.
#[test]
fn wrong_files_are_named() {
    for (name, text, parts) in [
        ("0002_torn.toml", "app = \"blog\"\noperations = [", &["0002_torn.toml:2"][..]),
        (
            "0002_lost.toml",
            "app = \"blog\"\ndependencies = [\"blog.0001_initial\", \"shop.0001_initial\"]\noperations = []\n",
            &["0002_lost.toml:2", "shop"],
        ),
        (
            "0001_again.toml",
            "app = \"blog\"\ndependencies = [\"blog.0001_initial\"]\noperations = []\n",
            &["0001_again", "0001_initial"],
        ),
        (
            "0002_orphan.toml",
            "app = \"blog\"\ndependencies = []\noperations = []\n",
            &["0002_orphan", "0001_initial", "makemigrations"],
        ),
        (
            "0002_key.toml",
            "app = \"blog\"\ndependencies = [\"blog.0001_initial\"]\n\n[[operations]]\nop = \"add_foreign_key\"\n\
             table = \"blog_post\"\nforeign_key = { name = \"fk\", columns = [\"author_id\"], references = \"blog_autor\", \
             referenced_columns = [\"id\"] }\n",
            &["0002_key.toml:", "blog_autor", "blog_author"],
        ),
    ] {
        let folder = tempfile::tempdir().expect("a folder");
        let project = begun(&folder);
        make_migrations(&project);
        write(&folder, name, text);
        let report = History::load(&project).expect_err("it is refused").to_string();
        for part in parts {
            assert!(report.contains(part), "{name}: no {part:?} in\n{report}");
        }
        assert!(!check::check(&project).agrees(), "{name}");
    }
}

/// An entity that points at a table which nobody declares.
#[test]
fn a_reference_to_nobody() {
    let folder = tempfile::tempdir().expect("a folder");
    let project = Project::new().app(App::new("blog").model::<first::post::Entity>().migrations(files(&folder)));
    let report = check::check(&project);
    assert_eq!(report.of(Code::Entities).len(), 1, "{report}");
    assert!(report.to_string().contains("blog_author"), "{report}");
}

/// SQLite does not look at foreign keys while a migration runs; it is looked for it before the commit.
#[test]
fn a_data_step_that_breaks_a_foreign_key() {
    testkit::database::run(testkit::Kind::Sqlite, async |db: &TestDatabase| {
        let folder = tempfile::tempdir().expect("a folder");
        let project = begun(&folder);
        make_migrations(&project);
        migrate(&project, db).await.expect("it runs");
        db.execute("INSERT INTO blog_author (id, email) VALUES (7, 'ann@example.org')").await;
        db.execute("INSERT INTO blog_post (title, author_id) VALUES ('Hello', 7)").await;
        let text = "app = \"blog\"\ndependencies = [\"blog.0001_initial\"]\n\n[[operations]]\nop = \"run_sql\"\n\
                    forward = { postgres = [], sqlite = [\"DELETE FROM blog_author\"] }\n";
        write(&folder, "0002_empty.toml", text);
        let refused = migrate(&project, db).await.expect_err("the post would point at nobody").to_string();
        assert!(refused.contains("blog.0002_empty") && refused.contains("blog_post"), "{refused}");
        db.execute("UPDATE blog_post SET author_id = (SELECT id FROM blog_author)").await;
    });
}
