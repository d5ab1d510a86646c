//! `showmigrations`: the migrations, and which of them have run.

use serde::Serialize;

use super::{Failure, Outcome, ShowArgs, history, known_app, print_json};
use crate::{
    project::Project,
    run::{ConnectError, Connection, DatabaseUrl, Record, plan::Ordered, rerecord},
};

#[derive(Serialize)]
struct Row {
    app: String,
    name: String,
    applied_at: Option<String>,
}

pub(super) async fn run(args: &ShowArgs, project: &Project, url: &DatabaseUrl) -> Result<Outcome, Failure> {
    for app in &args.apps {
        known_app(project, app)?;
    }
    let history = history(project)?;
    let (record, rerecords) = rerecord::settle(&history, &read_record(url).await?);
    let mut rows: Vec<Row> = history
        .ordered()
        .into_iter()
        .map(|(migration, _)| Row {
            app: migration.id.app.clone(),
            name: migration.id.name.clone(),
            applied_at: record.applied.get(&migration.id).map(|entry| entry.applied_at.clone()),
        })
        .filter(|row| args.apps.is_empty() || args.apps.contains(&row.app))
        .collect();
    rows.sort_by(|a, b| (&a.app, &a.name).cmp(&(&b.app, &b.name)));
    if args.json {
        print_json(&rows);
        return Ok(Outcome::Agree);
    }
    let mut app = "";
    for row in &rows {
        if row.app != app {
            println!("{}", row.app);
            app = &row.app;
        }
        match &row.applied_at {
            Some(at) => println!("  [x] {}  {at}", row.name),
            None => println!("  [ ] {}", row.name),
        }
    }
    for change in &rerecords {
        println!("The database still says the names of before: {}; migrate re-records them.", change.describe());
    }
    if rows.is_empty() {
        println!("There are no migrations yet; write them with makemigrations.");
    }
    Ok(Outcome::Agree)
}

/// The record of a database; that of an SQLite file that does not exist yet is empty.
pub(super) async fn read_record(url: &DatabaseUrl) -> Result<Record, Failure> {
    let mut connection = match Connection::open(url, false).await {
        Ok(connection) => connection,
        Err(ConnectError::NoFile(_)) => return Ok(Record::default()),
        Err(error) => return Err(error.into()),
    };
    let record = Record::read(&mut connection).await?;
    connection.close().await?;
    Ok(record)
}
