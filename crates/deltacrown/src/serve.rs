//! `serve`: an empty database is built, any other one is proven to fit, then the doors open.

use std::{process::ExitCode, sync::Arc, time::Duration};

use kernel::{
    Clock, Db, DbOptions, SystemClock, SystemRandom,
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
    fail, work,
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
    /// Fill a database that nobody has signed up to with a small town of players, teams and cups
    /// [default database then: sqlite://var/demo.db]
    #[arg(long)]
    pub demo: bool,
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
    if let Err(error) = tournaments::service::game::install(&db, &SystemClock).await {
        return fail(&error.to_string());
    }
    if args.demo
        && let Err(text) = fill(&db, config).await
    {
        eprintln!("{PROGRAM}: {text}");
        return ExitCode::from(1);
    }
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
    let worker = match work::worker(&db).await {
        Ok(worker) => worker,
        Err(error) => return fail(&error.to_string()),
    };
    println!("DeltaCrown is open at http://{address}  (database {}; stop with Ctrl-C)", db.label());
    let (stopping, stopped) = tokio::sync::watch::channel(false);
    let until = |mut stopped: tokio::sync::watch::Receiver<bool>| async move {
        // The sender lives until both are done.
        let _ = stopped.wait_for(|stopped| *stopped).await;
    };
    let serving = async {
        let served = web::serve(site, listener, until(stopped.clone())).await;
        // Where the site cannot be served, its jobs end too.
        stopping.send_replace(true);
        served
    };
    let asked = async {
        tokio::select! {
            () = stop() => {}
            () = until(stopped.clone()) => {}
        }
        stopping.send_replace(true);
    };
    let (served, (), ()) = tokio::join!(serving, worker.run(until(stopped.clone())), asked);
    db.close().await;
    match served {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(&format!("the server stopped: {error}")),
    }
}

/// Builds the demo, unless it was built before, and says who can sign in.
async fn fill(db: &Db, config: &Config) -> Result<(), String> {
    if config.is_production() {
        return Err("a demo has made-up people who share a password: it is not for production".to_owned());
    }
    let people = accounts::service::count_people(db).await.map_err(|error| error.to_string())?;
    if people > 0 {
        println!(
            "This database has {people} people already, so no demo was built. If they are an earlier demo's, the password was \
             shown then; for a new one take another database, or delete this one's file."
        );
        return Ok(());
    }
    println!("Building the demo: players, teams and cups …");
    let town = demo::build(db, &SystemRandom, SystemClock.now()).await.map_err(|stuck| stuck.to_string())?;
    println!("\nEverybody's password is: {}\n", town.password);
    for login in &town.logins {
        println!("  {:<10} {}", login.username, login.what);
    }
    println!();
    Ok(())
}

pub(crate) fn log(level: tracing::Level) {
    // Statements are the database's affair: at `info` they would drown everything else.
    let filter = EnvFilter::new(format!("{level},sqlx=warn,sea_orm=warn,hyper=warn,h2=warn"));
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_target(false);
    tracing_subscriber::registry().with(filter).with(lines).init();
}

/// Proves that the database is what the program believes, and changes nothing.
pub(crate) async fn prove(url: &DatabaseUrl) -> Result<(), String> {
    if let Some(file) = url.file().filter(|file| !file.exists()) {
        return Err(format!("database file {} does not exist; create it with `{PROGRAM} migrate`", file.display()));
    }
    let history = History::load(&web::project()).map_err(|report| refusal("the migrations are not sound", &report))?;
    let mut connection = Connection::open(url, false).await.map_err(|e| e.to_string())?;
    let record = Record::read(&mut connection).await.map_err(|e| e.to_string())?;
    let plan = history.plan(&record, &Goal::Everything).map_err(|e| e.to_string())?;
    if let Some(step) = plan.steps.first() {
        return Err(format!("the database has not run {}; run `{PROGRAM} migrate`", step.id));
    }
    verified(&history, connection).await
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
    verified(&history, connection).await
}

async fn verified(history: &History, mut connection: Connection) -> Result<(), String> {
    let options = verify::Options::default();
    let report = verify::verify(history, &mut connection, &options).await.map_err(|e| e.to_string())?;
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
pub(crate) async fn stop() {
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
