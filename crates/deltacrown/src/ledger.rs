//! `ledger`: what an operator asks about coins. Not here: how it is proven (`economy`).

use std::process::ExitCode;

use clap::Subcommand;
use economy::service::{LedgerReport, verify};
use kernel::{Db, DbOptions};
use serde_json::json;

use crate::{PROGRAM, config::Config, fail};

/// Arguments of `ledger`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    act: Act,
}

#[derive(Debug, Subcommand)]
enum Act {
    /// Compute all balances anew and look for coins that were made, lost or moved behind the program's back
    #[command(
        after_help = "Example:\n  deltacrown ledger verify\n  deltacrown ledger verify --json   (for programs)\n\nChanges nothing, and others may go on working. Exit code 0: the ledger is sound; 1: it is not; 2: it could not be told."
    )]
    Verify {
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
}

pub async fn run(args: &Args, config: &Config) -> ExitCode {
    let Act::Verify { json } = args.act;
    if let Some(file) = config.database.file().filter(|file| !file.exists()) {
        return fail(&format!("database file {} does not exist; create it with `{PROGRAM} migrate`", file.display()));
    }
    let db = match Db::connect(config.database.secret(), DbOptions::default()).await {
        Ok(db) => db,
        Err(error) => return fail(&error.to_string()),
    };
    let report = verify(&db).await;
    db.close().await;
    let report = match report {
        Ok(report) => report,
        Err(error) => {
            return fail(&format!(
                "the ledger could not be read: {error}. If tables or columns are missing, run `{PROGRAM} migrate` first"
            ));
        }
    };
    if json {
        println!("{:#}", machine(&report))
    } else {
        people(&report)
    }
    if report.is_sound() { ExitCode::SUCCESS } else { ExitCode::from(1) }
}

/// The report for people.
fn people(report: &LedgerReport) {
    let LedgerReport { transfers, entries, wallets, held, adopted, findings, more } = report;
    println!("{transfers} transfers with {entries} entries in {wallets} wallets, which hold {held} coins.");
    if adopted.entries > 0 {
        println!("{} entries of the old platform, which kept one side only: {} coins.", adopted.entries, adopted.coins);
    }
    if findings.is_empty() {
        println!("The ledger is sound.");
        return;
    }
    println!();
    findings.iter().for_each(|finding| println!("{}: {finding}", finding.code()));
    println!("\nThe ledger is NOT sound: {} findings.", findings.len() as u64 + more);
    println!("Stop what writes, keep a copy of the database, and compare it with your latest backup.");
    println!("What is right is put in place by further transfers, never by changing rows.");
}

/// The report for programs.
fn machine(report: &LedgerReport) -> serde_json::Value {
    let LedgerReport { transfers, entries, wallets, held, adopted, findings, more } = report;
    let findings: Vec<_> =
        findings.iter().map(|finding| json!({ "code": finding.code(), "text": finding.to_string() })).collect();
    json!({
        "sound": report.is_sound(),
        "transfers": transfers,
        "entries": entries,
        "wallets": wallets,
        // A sum over wallets may be wider than a number of JSON.
        "held": held.to_string(),
        "adopted": { "entries": adopted.entries, "coins": adopted.coins.to_string() },
        "findings": findings,
        "more": more,
    })
}
