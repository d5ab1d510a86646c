//! `ledger`: what an operator asks about coins, and coins that an operator gives. Not here: how they move (`economy`).

use std::process::ExitCode;

use clap::Subcommand;
use economy::{
    AdjustRefusal, Holder,
    service::{LedgerReport, adjust, verify},
};
use kernel::{Actor, Db, DbError, DbOptions, SystemClock};
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
    /// Give a player coins of the treasury, or take them back
    #[command(
        after_help = "Example:\n  deltacrown ledger adjust olga 5000 --note \"Season budget\"\n  deltacrown ledger adjust olga -200   (takes them)\n\nIt is an entry of the ledger, which the player sees with its note. Exit code 0: done; 1: refused; 2: it could not be told."
    )]
    Adjust {
        /// The player's username
        username: String,
        /// How many coins; fewer than none takes them
        #[arg(allow_negative_numbers = true)]
        coins: i64,
        /// What for
        #[arg(long, default_value = "")]
        note: String,
    },
}

pub async fn run(args: &Args, config: &Config) -> ExitCode {
    if let Some(file) = config.database.file().filter(|file| !file.exists()) {
        return fail(&format!("database file {} does not exist; create it with `{PROGRAM} migrate`", file.display()));
    }
    let db = match Db::connect(config.database.secret(), DbOptions::default()).await {
        Ok(db) => db,
        Err(error) => return fail(&error.to_string()),
    };
    let code = match &args.act {
        Act::Verify { json } => prove(&db, *json).await,
        Act::Adjust { username, coins, note } => give(&db, username, *coins, note).await,
    };
    db.close().await;
    code
}

async fn give(db: &Db, username: &str, coins: i64, note: &str) -> ExitCode {
    let unreadable =
        |error: DbError| fail(&format!("{error}. If the tables are missing, run `{PROGRAM} migrate` first"));
    let profile = match accounts::service::people::by_name(db, username).await {
        Ok(Some(user)) => profiles::service::of_user(db, &SystemClock, &user).await,
        Ok(None) => {
            eprintln!("{PROGRAM}: nothing was moved: nobody has the username {username}");
            return ExitCode::from(1);
        }
        Err(error) => return unreadable(error),
    };
    let holder = match profile {
        Ok(profile) => Holder::Player(profile.id),
        Err(error) => return unreadable(error),
    };
    let moved: Result<_, AdjustRefusal> =
        db.write(|tx| async move { adjust(&tx, &SystemClock, &Actor::System, holder, coins, note, None).await }).await;
    match moved {
        Ok(receipt) => {
            let left = if coins < 0 { receipt.from_balance } else { receipt.to_balance };
            println!("{username} has {left} coins now (transfer {}).", receipt.transfer);
            ExitCode::SUCCESS
        }
        Err(AdjustRefusal::Transfer(economy::TransferRefusal::Database(error))) => unreadable(error),
        Err(refusal) => {
            eprintln!("{PROGRAM}: {refusal}");
            ExitCode::from(1)
        }
    }
}

async fn prove(db: &Db, json: bool) -> ExitCode {
    let report = match verify(db).await {
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
