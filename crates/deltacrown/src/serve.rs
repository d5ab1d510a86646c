//! `serve`: an empty database is built, any other one is proven to fit, then the doors open.

use std::{process::ExitCode, sync::Arc, time::Duration};

use kernel::{
    Db, DbOptions, SystemClock, SystemRandom,
    live::{Live, LiveOptions},
};
use seadrift::{
    history::History,
    report::{Report, verify},
    run::{
        Connection, DatabaseUrl, Record,
        migrate::{self, Goal, Options, Told},
    },
};
use tokio::net::TcpListener;
use tracing_subscriber::{EnvFilter, layer::SubscriberExt, util::SubscriberInitExt};

use crate::{
    PROGRAM,
    config::{Config, Metrics},
    fail,
};

/// Arguments of `serve`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Address that the server listens on [default: 127.0.0.1:8000]
    #[arg(long, value_name = "ADDRESS:PORT")]
    pub bind: Option<String>,
    /// Run pending migrations of a database that is in use before serving
    #[arg(long)]
    pub migrate: bool,
}

pub async fn run(args: &Args, config: &Config) -> ExitCode {
    log(config.log);
    if let Err(text) = prepare(&config.database, args.migrate).await {
        eprintln!("{PROGRAM}: {text}");
        return ExitCode::from(1);
    }
    let db = match Db::connect(config.database.secret(), DbOptions::default()).await {
        Ok(db) => db,
        Err(error) => return fail(&error.to_string()),
    };
    let listener = match TcpListener::bind(config.bind).await {
        Ok(listener) => listener,
        Err(error) => {
            return fail(&format!(
                "cannot listen on {}: {error}; choose another address with --bind ADDRESS:PORT",
                config.bind
            ));
        }
    };
    let address = listener.local_addr().unwrap_or(config.bind);
    let live = match Live::start(db.clone(), LiveOptions::default()).await {
        Ok(live) => live,
        Err(error) => return fail(&error.to_string()),
    };
    let site = web::Site {
        db: db.clone(),
        live,
        clock: Arc::new(SystemClock),
        random: Arc::new(SystemRandom),
        secure: config.secure(),
        metrics: match config.metrics {
            Metrics::Local => web::Metrics::Local,
            Metrics::Public => web::Metrics::Public,
            Metrics::Off => web::Metrics::Off,
        },
    };
    println!("DeltaCrown is open at http://{address}  (database {}; stop with Ctrl-C)", db.label());
    let served = web::serve(site, listener, stop()).await;
    db.close().await;
    match served {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(&format!("the server stopped: {error}")),
    }
}

fn log(level: tracing::Level) {
    // Statements are the database's affair: at `info` they would drown everything else.
    let filter = EnvFilter::new(format!("{level},sqlx=warn,sea_orm=warn,hyper=warn,h2=warn"));
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_target(false);
    tracing_subscriber::registry().with(filter).with(lines).init();
}

/// Builds an empty database, and proves that any database is what the program believes.
async fn prepare(url: &DatabaseUrl, migrate_in_use: bool) -> Result<(), String> {
    let history = History::load(&web::project()).map_err(|report| refusal("the migrations are not sound", &report))?;
    let mut connection = Connection::open(url, true).await.map_err(|e| e.to_string())?;
    let record = Record::read(&mut connection).await.map_err(|e| e.to_string())?;
    let plan = history.plan(&record, &Goal::Everything).map_err(|e| e.to_string())?;
    if !plan.steps.is_empty() {
        if !record.applied.is_empty() && !migrate_in_use {
            let pending: Vec<String> = plan.steps.iter().map(|step| step.id.to_string()).collect();
            return Err(format!(
                "the database has not run {}; run `{PROGRAM} migrate`, or start with `serve --migrate`",
                pending.join(", ")
            ));
        }
        build(&history, url).await?;
    }
    let options = verify::Options::default();
    let report = verify::verify(&history, &mut connection, &options).await.map_err(|e| e.to_string())?;
    connection.close().await.map_err(|e| e.to_string())?;
    // A stray table or index harms nobody; everything else would fail at run time.
    let errors: Vec<_> =
        report.findings.into_iter().filter(|f| f.severity == seadrift::report::Severity::Error).collect();
    if errors.is_empty() {
        Ok(())
    } else {
        Err(refusal("the database is not what the program believes", &Report { findings: errors }))
    }
}

async fn build(history: &History, url: &DatabaseUrl) -> Result<(), String> {
    let options = Options { fake: false, lock_wait: Duration::from_secs(300) };
    let told = |told: Told<'_>| {
        if let Told::Waiting(holder) = told {
            eprintln!("Waiting for another runner: {holder}");
        }
    };
    let done = migrate::migrate(history, &web::project().functions, url, &Goal::Everything, &options, told)
        .await
        .map_err(|e| e.to_string())?;
    if done.count > 0 {
        println!("Built the database: {} migrations.", done.count);
    }
    Ok(())
}

fn refusal(what: &str, report: &Report) -> String {
    format!("{what}; nothing is served\n\n{report}")
}

/// Ends when the process is asked to stop.
async fn stop() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        let mut terminate = match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(signal) => signal,
            Err(_) => return drop(interrupt.await),
        };
        tokio::select! {
            _ = interrupt => {}
            _ = terminate.recv() => {}
        }
    }
    #[cfg(not(unix))]
    drop(interrupt.await);
}
