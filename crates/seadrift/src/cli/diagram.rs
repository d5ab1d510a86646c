//! `diagram`: the schema that the history leaves, or the history itself, drawn.

use std::path::Path;

use super::{DiagramArgs, Failure, Format, Outcome, history, known_app, show::read_record, shown};
use crate::{
    diagram::{self, Migrations, Selection},
    history::History,
    project::Project,
    run::{DatabaseUrl, rerecord},
};

pub(super) async fn run(
    args: &DiagramArgs,
    project: &Project,
    url: &DatabaseUrl,
    program: &str,
) -> Result<Outcome, Failure> {
    for app in &args.apps {
        known_app(project, app)?;
    }
    let history = history(project)?;
    let text = draw(args, &history, url, program).await?;
    if let Some(file) = &args.check {
        return check(file, &text, args);
    }
    match &args.output {
        None => print!("{text}"),
        Some(file) => {
            std::fs::write(file, &text)
                .map_err(|e| Failure::refused(format!("cannot write {}: {e}", file.display())))?;
            println!("Wrote {}", shown(file));
        }
    }
    Ok(Outcome::Agree)
}

async fn draw(args: &DiagramArgs, history: &History, url: &DatabaseUrl, program: &str) -> Result<String, Failure> {
    let format = format(args);
    if args.history {
        let record = match args.applied {
            true => Some(rerecord::settle(history, &read_record(url).await?).0),
            false => None,
        };
        let migrations = Migrations { graph: history.graph(), record: record.as_ref(), apps: &args.apps };
        let title = format!("Migrations of {program}");
        return Ok(match format {
            Format::Mermaid => diagram::history_mermaid(&migrations),
            Format::Markdown => format!("# {title}\n\n```mermaid\n{}```\n", diagram::history_mermaid(&migrations)),
            Format::Html => diagram::history_page(&migrations, &title),
        });
    }
    let selection = Selection::of(history.schema(), &args.apps, &args.tables).map_err(Failure::refused)?;
    let title = format!("Schema of {program}");
    Ok(match format {
        Format::Mermaid => diagram::mermaid(&selection),
        Format::Markdown => diagram::markdown(&selection, &title),
        Format::Html => diagram::page(&selection, &title),
    })
}

/// The format asked for, or that of the file's name.
fn format(args: &DiagramArgs) -> Format {
    let file = args.check.as_ref().or(args.output.as_ref());
    let extension = file.and_then(|file| file.extension()).and_then(|extension| extension.to_str());
    args.format.unwrap_or(match extension {
        Some("html" | "htm") => Format::Html,
        Some("md") => Format::Markdown,
        _ => Format::Mermaid,
    })
}

fn check(file: &Path, text: &str, args: &DiagramArgs) -> Result<Outcome, Failure> {
    let committed = std::fs::read_to_string(file)
        .map_err(|error| Failure::unknown(format!("cannot read {}: {error}", file.display())))?;
    if committed == text {
        println!("{} is up to date.", shown(file));
        return Ok(Outcome::Agree);
    }
    let differs = committed.lines().zip(text.lines()).position(|(a, b)| a != b);
    let line = differs.map_or_else(|| committed.lines().count().min(text.lines().count()) + 1, |at| at + 1);
    let mut again = String::from("diagram");
    args.apps.iter().for_each(|app| again.push_str(&format!(" --app {app}")));
    args.tables.iter().for_each(|table| again.push_str(&format!(" --table {table}")));
    if args.history {
        again.push_str(" --history");
    }
    println!("{} is stale from line {line} on; write it anew: {again} --output {}", shown(file), file.display());
    Ok(Outcome::Disagree)
}
