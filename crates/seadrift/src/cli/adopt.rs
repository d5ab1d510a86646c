//! `adopt`: take over a database that another tool made.

use std::{fs, path::Path, sync::Arc, time::Duration};

use super::{AdoptArgs, Failure, Outcome, checkpoint, history, print_json};
use crate::{
    adopt::{self, AdoptError, Answers, Bridge, Open, Options, TableBridge, draft},
    project::Project,
    run::DatabaseUrl,
};

pub(super) async fn run(
    args: &AdoptArgs,
    project: &Project,
    url: &DatabaseUrl,
    program: &str,
) -> Result<Outcome, Failure> {
    let history = Arc::new(history(project)?);
    let answers = match &args.answers {
        Some(path) => read(path)?,
        None => Answers::default(),
    };
    let lock_wait = Duration::from_secs(args.lock_wait);
    let waiting = |holder: &str| eprintln!("Waiting for another runner: {holder}");
    let look = Options { run: args.yes && args.no_checkpoint, lock_wait };
    let mut bridge = adopt::adopt(project, history.clone(), url, &answers, &look, waiting).await.map_err(failure)?;
    if args.yes && !bridge.done && bridge.is_open() {
        let options = checkpoint::options_of(args.folder.as_ref(), args.no_tag, program);
        eprintln!("{}", checkpoint::before(url, &options).await?);
        let act = Options { run: true, lock_wait };
        bridge = adopt::adopt(project, history, url, &answers, &act, waiting).await.map_err(failure)?;
    }
    if let Some(path) = &args.write_answers {
        write(path, args.answers.as_deref(), &bridge, project)?;
        eprintln!("Wrote {}", path.display());
    }
    if args.json {
        print_json(&bridge);
    } else {
        tell(&bridge);
        conclude(&bridge, args.write_answers.as_deref());
    }
    Ok(Outcome::agree_if(bridge.done))
}

fn failure(error: AdoptError) -> Failure {
    match error {
        AdoptError::Connect(_) | AdoptError::Lock(_) | AdoptError::Database(_) => Failure::unknown(error),
        other => Failure::refused(other),
    }
}

fn read(path: &Path) -> Result<Answers, Failure> {
    let failed = |reason: String| Failure::refused(format!("answers file {}: {reason}", path.display()));
    fs::read_to_string(path)
        .map_err(|e| failed(e.to_string()))?
        .parse()
        .map_err(|e: toml::de::Error| failed(e.to_string()))
}

/// Writes the draft behind the answers that were given; never over a file that was not.
fn write(path: &Path, given: Option<&Path>, bridge: &Bridge, project: &Project) -> Result<(), Failure> {
    let failed = |reason: String| Failure::refused(format!("answers file {}: {reason}", path.display()));
    if path.exists() && given != Some(path) {
        return Err(failed(
            "it is there already; pass it with --answers too, and the questions are added to it".to_owned(),
        ));
    }
    let mut text = match given {
        Some(given) => fs::read_to_string(given).map_err(|e| failed(e.to_string()))? + "\n",
        None => String::new(),
    };
    let functions: Vec<String> = project.values.0.keys().cloned().collect();
    text.push_str(&draft::draft(bridge, &functions));
    fs::write(path, text).map_err(|e| failed(e.to_string()))
}

fn tell(bridge: &Bridge) {
    match &bridge.maker {
        Some(maker) => {
            let apps = maker.apps.map(|apps| format!(" of {apps} apps")).unwrap_or_default();
            let last = maker.last.as_ref().map(|last| format!(", the last {last}")).unwrap_or_default();
            println!("Made by {:?} ({}: {} migrations{apps}{last}).\n", maker.tool, maker.record, maker.migrations);
        }
        None => println!("No tool has left its record here; the live tables are compared as they are.\n"),
    }
    let width = bridge.tables.iter().map(|table| table.table.len()).max().unwrap_or(5).max(5);
    println!("{:width$}  {:>9}  what happens", "table", "rows");
    for table in &bridge.tables {
        let rows = if table.from.is_some() { table.rows.to_string() } else { "-".to_owned() };
        println!("{:width$}  {rows:>9}  {}", table.table, summary(table));
    }
    let values: Vec<String> = bridge.tables.iter().flat_map(changes).collect();
    if !values.is_empty() {
        println!("\nValues that change, and columns that go:\n{}", values.join("\n"));
    }
    for (table, (to, rows)) in &bridge.aside {
        println!("\nTable {table} ({rows} rows) is kept as {to}; ours of that name is made new.");
    }
    if !bridge.untouched.is_empty() {
        let names: Vec<String> = bridge.untouched.iter().map(|(table, rows)| format!("{table} ({rows})")).collect();
        println!("\nTables that are not ours stay as they are, with their rows: {}.", names.join(", "));
    }
    for question in &bridge.questions {
        println!("\nTo be answered: {}", prompt(question));
    }
    for misfit in &bridge.misfits {
        println!("\n{misfit}");
    }
}

/// How much of each kind happens to a table.
fn summary(table: &TableBridge) -> String {
    if table.from.is_none() {
        return "made new".to_owned();
    }
    let renamed = table.from.as_deref().filter(|from| *from != table.table).map(|from| format!("was {from}"));
    let mut parts: Vec<String> = renamed.into_iter().collect();
    let parted = |word: &str, verb: &str| {
        table.operations.iter().filter(|text| text.starts_with(verb) && text.split(' ').any(|w| w == word)).count()
    };
    for (word, many) in [("column", "columns"), ("index", "indexes"), ("key", "foreign keys"), ("check", "checks")] {
        let counts = [("Add", "+"), ("Alter", "~"), ("Drop", "-")].map(|(verb, sign)| (parted(word, verb), sign));
        let shown: Vec<String> =
            counts.iter().filter(|(count, _)| *count > 0).map(|(count, sign)| format!("{sign}{count}")).collect();
        if !shown.is_empty() {
            parts.push(format!("{many} {}", shown.join(" ")));
        }
    }
    if parts.is_empty() { "nothing but names".to_owned() } else { parts.join(", ") }
}

fn changes(table: &TableBridge) -> Vec<String> {
    let values = table.values.iter().map(|(column, from)| format!("  {}.{column}: {from}", table.table));
    values.chain(table.gone.iter().map(|(column, what)| format!("  {}.{column}: {what}", table.table))).collect()
}

fn prompt(question: &Open) -> String {
    match question {
        Open::Stray { table, column, ty, perhaps } => {
            let perhaps = match perhaps.as_slice() {
                [] => String::new(),
                names => format!(" Was it renamed, perhaps to {}?", names.join(" or ")),
            };
            format!("column {column} ({ty}) of {table} is not ours.{perhaps} Keep its values aside, or drop them?")
        }
        Open::Fill { question } => question.prompt(),
        Open::Whole { table, column, ty } => {
            format!("column {column} ({ty}) of {table} is a whole number of ours. Of the smallest unit, or rounded?")
        }
        Open::DataStep { migration, does } => {
            format!("{migration} also changes rows ({}). Run that at the end, or skip it?", does.join("; "))
        }
    }
}

fn conclude(bridge: &Bridge, written: Option<&Path>) {
    println!();
    let rows = bridge.tables.iter().map(|table| table.rows).chain(bridge.untouched.values().copied());
    let rows: i64 = rows.chain(bridge.aside.values().map(|(_, rows)| *rows)).sum();
    if bridge.done {
        println!("Adopted, in one transaction: {rows} rows, every one counted before and after.");
        println!("The history is recorded as run, and the database agrees with it.");
    } else if bridge.is_open() {
        println!("Nothing stands in the way. Nothing was changed; do it with --yes, after stopping the other program.");
    } else {
        let (open, misfits) = (bridge.questions.len(), bridge.misfits.len());
        println!("Nothing was changed: {open} to be answered, {misfits} found among {rows} rows.");
        match written {
            Some(path) => println!("Fill in {}, and pass it with --answers.", path.display()),
            None => println!("Write the questions to a file with --write-answers FILE, and fill it in."),
        }
    }
}
