//! The locks that operations are said to take are the locks that they take, and what is said to be
//! read or written anew is: each operation is run, and compared with `pg_locks`, the statistics of
//! scans and the files of the tables.

use std::collections::BTreeMap;

use seadrift::{
    dialect::{
        Dialect, Hazard, Lock, Step,
        postgres::{hazards, stages},
        stage::Work,
    },
    operation::Operation as O,
    schema::{Check, Column, ColumnType as T, DefaultValue, ForeignKey, Index, ReferentialAction, Table},
};

use crate::bench::{Bench, on_bench, town};

const ROWS: &str = "INSERT INTO person (name, code, age) SELECT 'n' || i, 'c' || i, 5 FROM generate_series(1, 50) i; \
    INSERT INTO seat (person_id, place, person_code) SELECT i, 1, 'c' || i FROM generate_series(1, 50) i";

fn s(text: &str) -> String {
    text.to_owned()
}

fn add(column: Column, fill: Option<DefaultValue>) -> O {
    O::AddColumn { table: s("person"), column, fill }
}

fn alter(column: Column, fill: Option<DefaultValue>) -> O {
    O::AlterColumn { table: s("person"), column, fill }
}

fn sql(text: &str) -> DefaultValue {
    DefaultValue::Sql { sql: text.into() }
}

fn key(name: &str, column: &str, references: &str, pointed_at: &str) -> ForeignKey {
    ForeignKey {
        name: s(name),
        columns: vec![s(column)],
        references: s(references),
        referenced_columns: vec![s(pointed_at)],
        on_delete: ReferentialAction::NoAction,
        on_update: ReferentialAction::NoAction,
    }
}

fn column(name: &str) -> Column {
    town().table("person").and_then(|t| t.column(name)).expect("a column").clone()
}

fn operations() -> Vec<O> {
    let mut pet = Table::new("pets", "Pet", "pet");
    pet.columns = vec![Column::new("id", T::BigInt), Column::new("owner_id", T::BigInt)];
    pet.primary_key = vec![s("id")];
    let orphan = pet.clone();
    pet.foreign_keys = vec![key("fk_pet_owner_id", "owner_id", "person", "id")];
    vec![
        O::create(orphan),
        O::create(pet),
        O::DropTable { table: s("seat") },
        O::RenameTable { from: s("seat"), to: s("chair") },
        add(Column::new("extra", T::Integer).null(), None),
        add(Column::new("extra", T::Integer).default(5), None),
        add(Column::new("extra", T::Integer), Some(5.into())),
        add(Column::new("extra", T::TimestampTz).default(sql("CURRENT_TIMESTAMP").clone()), None),
        add(Column { default: Some(sql("random()")), ..Column::new("extra", T::Double) }, None),
        add(Column::new("extra", T::Integer).null(), Some(sql("age + 1"))),
        add(Column::new("extra", T::Integer), Some(sql("age + 1"))),
        O::DropColumn { table: s("person"), column: s("data") },
        O::RenameColumn { table: s("person"), from: s("data"), to: s("datum") },
        alter(Column { default: None, ..column("name") }, None),
        alter(Column { ty: T::Varchar(80), ..column("name") }, None),
        alter(Column { ty: T::Varchar(80), ..column("status") }, None),
        alter(Column { ty: T::Text, ..column("code") }, None),
        alter(Column { ty: T::Varchar(39), ..column("name") }, None),
        alter(Column { ty: T::BigInt, ..column("age") }, None),
        alter(Column { nullable: false, ..column("age") }, None),
        alter(Column { nullable: false, ..column("age") }, Some(1.into())),
        alter(Column { nullable: false, default: Some(3.into()), ..column("age") }, Some(sql("1 + 1"))),
        alter(Column { nullable: true, ..column("name") }, None),
        alter(Column { soft_ref: Some(seadrift::schema::SoftReference(s("a.B"))), ..column("name") }, None),
        O::AlterColumn {
            table: s("seat"),
            column: Column {
                ty: T::Decimal(12, 2),
                ..town().table("seat").and_then(|t| t.column("price")).expect("it").clone()
            },
            fill: None,
        },
        O::AlterPrimaryKey { table: s("seat"), columns: vec![s("place"), s("person_id")] },
        O::AddIndex { table: s("person"), index: Index::on("ix_age", ["age"]) },
        O::DropIndex { table: s("person"), index: s("ix_person_lower") },
        O::AddForeignKey { table: s("seat"), foreign_key: key("fk_other", "person_id", "person", "id") },
        O::AddForeignKey { table: s("person"), foreign_key: key("fk_self", "mentor_id", "person", "id") },
        O::DropForeignKey { table: s("seat"), foreign_key: s("fk_seat_person_id") },
        O::DropForeignKey { table: s("person"), foreign_key: s("fk_person_mentor_id") },
        O::AddCheck { table: s("person"), check: Check::new("ck_more", "age < 300") },
        O::DropCheck { table: s("person"), check: s("ck_person_age") },
    ]
}

/// What statements did to the tables of the town, by table.
#[derive(Debug, Default, PartialEq)]
struct Done {
    locks: BTreeMap<String, Lock>,
    scanned: bool,
    rewritten: bool,
}

/// Runs statements in one transaction and looks at what they did before it ends.
async fn watched(bench: &mut Bench, statements: &[String]) -> Done {
    const FILES: &str = "SELECT string_agg(oid || '=' || relfilenode, ' ' ORDER BY oid) FROM pg_class \
        WHERE relnamespace = 'bench'::regnamespace AND relkind = 'r' AND oid = ANY (current_setting('town.tables')::oid[])";
    const LOCKS: &str = "SELECT string_agg(t.name || '=' || l.mode, ' ') FROM pg_locks l \
        JOIN unnest(current_setting('town.tables')::oid[], current_setting('town.names')::text[]) t (id, name) \
        ON t.id = l.relation WHERE l.pid = pg_backend_pid() AND l.locktype = 'relation'";
    // What earlier transactions of the session did is counted too, until it is handed on.
    const READ: &str =
        "SELECT sum(pg_stat_get_xact_numscans(id))::text FROM unnest(current_setting('town.tables')::oid[]) id";
    const WRITTEN: &str =
        "SELECT sum(pg_stat_get_xact_tuples_updated(id))::text FROM unnest(current_setting('town.tables')::oid[]) id";
    bench.sql("SELECT set_config('town.tables', array_agg(oid)::text, false), set_config('town.names', array_agg(relname)::text, false) \
        FROM pg_class WHERE relnamespace = 'bench'::regnamespace AND relkind = 'r'").await;
    let files = bench.text(FILES).await;
    bench.sql("BEGIN").await;
    let (read, written) = (bench.text(READ).await, bench.text(WRITTEN).await);
    for statement in statements {
        bench.sql(statement).await;
    }
    let locks = bench.text(LOCKS).await;
    let gone = bench.text(FILES).await;
    let rewritten = gone.split(' ').any(|file| !files.contains(file)) && gone != "NULL";
    let updated = bench.text(WRITTEN).await != written;
    let scanned = bench.text(READ).await != read;
    bench.sql("COMMIT").await;
    let mut done = Done { locks: BTreeMap::new(), scanned, rewritten: rewritten || updated };
    for one in locks.split(' ').filter(|one| *one != "NULL") {
        let (table, mode) = one.split_once('=').expect("a table and its lock");
        let known = done.locks.entry(s(table)).or_insert(Lock::None);
        *known = lock(mode).max(*known);
    }
    done
}

fn lock(mode: &str) -> Lock {
    match mode {
        // A row share lock is what a read with FOR KEY SHARE takes; nobody waits for it.
        "AccessShareLock" | "RowShareLock" => Lock::None,
        "RowExclusiveLock" => Lock::RowExclusive,
        "ShareUpdateExclusiveLock" => Lock::ShareUpdateExclusive,
        "ShareLock" => Lock::Share,
        "ShareRowExclusiveLock" => Lock::ShareRowExclusive,
        "AccessExclusiveLock" => Lock::AccessExclusive,
        other => panic!("a lock {other}"),
    }
}

fn said(operation: &O, hazard: &Hazard) -> Done {
    let mut locks: BTreeMap<String, Lock> = hazard.others.iter().cloned().collect();
    if let Some(table) = operation.table().filter(|table| town().table(table).is_some()) {
        locks.insert(s(table), hazard.lock);
    }
    Done { locks, scanned: hazard.scans, rewritten: hazard.rewrites }
}

/// Locks that keep nobody waiting are not told.
fn telling(mut done: Done) -> Done {
    done.locks.retain(|_, lock| *lock > Lock::RowExclusive);
    done
}

/// Something to fill, for an operation that does.
async fn make_fillable(bench: &mut Bench, operation: &O) {
    if matches!(operation, O::AlterColumn { fill: Some(_), .. }) {
        bench.sql("UPDATE person SET age = NULL WHERE id < 5").await;
    }
}

fn statements(steps: &[Step]) -> Vec<String> {
    let text = |step: &Step| match step {
        Step::Sql(sql) => sql.clone(),
        other => panic!("not a statement: {other:?}"),
    };
    steps.iter().map(text).collect()
}

#[test]
fn atomic_operations_lock_what_they_say() {
    on_bench(async |bench| {
        let mut wrong = Vec::new();
        for operation in operations() {
            bench.create(&town()).await;
            bench.sql(ROWS).await;
            make_fillable(bench, &operation).await;
            let statements =
                statements(&Dialect::Postgres.render(std::slice::from_ref(&operation), &town()).expect("it"));
            let done = telling(watched(bench, &statements).await);
            let expected = match hazards(&operation, &town(), true).as_slice() {
                [] => Done::default(),
                [one] => telling(said(&operation, one)),
                several => panic!("{several:?} of one transaction"),
            };
            if done != expected {
                wrong.push(format!("{}: is {done:?}, said {expected:?}", operation.describe()));
            }
        }
        assert!(wrong.is_empty(), "{wrong:#?}");
    });
}

/// Stage by stage; what is built concurrently is watched from outside in another test.
#[test]
fn online_operations_lock_what_they_say() {
    on_bench(async |bench| {
        let mut wrong = Vec::new();
        for operation in operations() {
            bench.create(&town()).await;
            bench.sql(ROWS).await;
            make_fillable(bench, &operation).await;
            let stages = stages(std::slice::from_ref(&operation), &town()).expect("it fits");
            let told = hazards(&operation, &town(), false);
            assert!(told.is_empty() || told.len() == stages.len(), "{}: {told:?}", operation.describe());
            for (place, stage) in stages.iter().enumerate() {
                let statements = match &stage.work {
                    Work::Steps(steps) => statements(steps),
                    Work::Batches { update, .. } => vec![update.clone()],
                    Work::Statement(_) | Work::BuildIndex { .. } | Work::DropIndex { .. } => continue,
                };
                let done = telling(watched(bench, &statements).await);
                let expected = told.get(place).map_or_else(Done::default, |one| telling(said(&operation, one)));
                if done != expected {
                    wrong.push(format!("{} stage {}: is {done:?}, said {expected:?}", operation.describe(), place + 1));
                }
            }
        }
        assert!(wrong.is_empty(), "{wrong:#?}");
    });
}

/// No stage of what has an online form keeps others from writing while it goes through all rows.
#[test]
fn online_operations_stop_nobody() {
    let stops = |operation: &O, atomic| hazards(operation, &town(), atomic).iter().any(|hazard| hazard.stops_writes());
    let gentle: Vec<O> = operations().into_iter().filter(|o| stops(o, true) && !stops(o, false)).collect();
    let kinds = gentle.iter().map(|o| o.describe()).collect::<Vec<_>>().join("\n");
    assert_eq!(gentle.len(), 9, "{kinds}");
    let hard: Vec<String> = operations().iter().filter(|o| stops(o, false)).map(|o| o.describe()).collect();
    assert_eq!(
        hard,
        [
            "Add column extra double not null to person",
            "Alter column name varchar(80) not null of person",
            "Alter column status varchar(80) not null of person",
            "Alter column name varchar(39) not null of person",
            "Alter column age bigint null of person",
            "Make (place, person_id) the primary key of seat",
        ]
    );
}
