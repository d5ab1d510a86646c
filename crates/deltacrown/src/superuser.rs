//! `createsuperuser`.

use std::{
    io::{BufRead, IsTerminal, Write},
    process::ExitCode,
};

use accounts::{Field, SignUp, SignUpRefusal};
use kernel::{Db, DbOptions, SystemClock};

use crate::{PROGRAM, config::Config, fail};

/// Arguments of `createsuperuser`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The username; asked for when it is left out
    #[arg(long)]
    username: Option<String>,
    /// The e-mail address; asked for when it is left out
    #[arg(long)]
    email: Option<String>,
    /// Read the password from the first line of standard input instead of asking for it
    #[arg(long)]
    password_stdin: bool,
}

pub async fn run(args: &Args, config: &Config) -> ExitCode {
    let form = match fill(args) {
        Ok(form) => form,
        Err(text) => return fail(&text),
    };
    if let Some(file) = config.database.file().filter(|file| !file.exists()) {
        return fail(&format!("database file {} does not exist; create it with `{PROGRAM} migrate`", file.display()));
    }
    let db = match Db::connect(config.database.secret(), DbOptions::default()).await {
        Ok(db) => db,
        Err(error) => return fail(&error.to_string()),
    };
    let result = profiles::service::create_superuser(&db, &SystemClock, form).await;
    db.close().await;
    match result {
        Ok(user) => {
            println!("Superuser {} is ready to sign in.", user.username);
            ExitCode::SUCCESS
        }
        Err(SignUpRefusal::Invalid(fields)) => {
            eprintln!("{PROGRAM}: nothing was made:");
            for (field, invalid) in fields {
                eprintln!("  {}: {invalid}", name(field));
            }
            ExitCode::from(1)
        }
        Err(other) => fail(&format!("{other}. If the tables are missing, run `{PROGRAM} migrate` first")),
    }
}

fn name(field: Field) -> &'static str {
    match field {
        Field::Username => "username",
        Field::Email => "email",
        Field::Password | Field::PasswordAgain => "password",
    }
}

/// What the arguments leave out is asked for.
fn fill(args: &Args) -> Result<SignUp, String> {
    let ask = std::io::stdin().is_terminal();
    let value = |given: &Option<String>, name: &str| match given {
        Some(value) => Ok(value.clone()),
        None if ask => prompt(name),
        None => Err(format!("--{name} is missing, and there is no terminal to ask at")),
    };
    let (username, email) = (value(&args.username, "username")?, value(&args.email, "email")?);
    let (password, password_again) = if args.password_stdin {
        let line = line()?;
        (line.clone(), line)
    } else if ask {
        let hidden =
            |text: &str| rpassword::prompt_password(text).map_err(|e| format!("cannot read the password: {e}"));
        (hidden("password: ")?, hidden("password again: ")?)
    } else {
        return Err("there is no terminal to ask for the password at; pass it with --password-stdin".to_owned());
    };
    Ok(SignUp { username, email, password, password_again })
}

fn prompt(name: &str) -> Result<String, String> {
    eprint!("{name}: ");
    std::io::stderr().flush().map_err(|e| e.to_string())?;
    line()
}

fn line() -> Result<String, String> {
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line).map_err(|e| format!("cannot read standard input: {e}"))?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}
