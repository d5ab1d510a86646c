//! Accounts and sessions: signing up, in and out.

use std::net::{IpAddr, Ipv6Addr};

use accounts::{SignInRefusal, SignUp, SignUpRefusal, service};
use kernel::Tx;

use super::{Nothing, input, output};
use crate::api::{
    ask::Ask,
    limits,
    moment::Moment,
    problem::Problem,
    table::{Operation, delete, post},
};

pub(super) fn operations() -> Vec<Operation> {
    vec![
        post("accounts.create", "/accounts", "Signs up: makes an account, and answers the token of its first session.")
            .public()
            .creates()
            .refuses::<SignUpRefusal>()
            .alone(sign_up),
        post("sessions.create", "/sessions", "Signs in and answers the token of a new session.")
            .public()
            .creates()
            .refuses::<SignInRefusal>()
            .alone(create),
        delete("sessions.end", "/sessions/current", "Signs out: ends the session by which this is asked.").within(end),
        delete("sessions.end_all", "/sessions", "Ends all sessions of this account, this one too.").within(end_all),
    ]
}

input! {
    NewAccount {
        /// The name to sign in with: letters, digits and @ . + - _
        username: String,
        /// Where mail goes.
        email: String,
        /// Password, of 8 characters at least.
        password: String,
    }
    SignIn {
        /// Username or address.
        name: String,
        /// Password.
        password: String,
    }
}

output! {
    /// A new session.
    Session {
        /// What to send as `Authorization: Bearer TOKEN`. It is told only here.
        token: String,
        /// When it ends at the latest; without being used, earlier.
        expires_at: Moment,
    }
}

async fn sign_up(ask: &Ask, input: NewAccount) -> Result<Session, Problem> {
    let agent = ask.origin.user_agent.as_deref().unwrap_or_default();
    let form = SignUp {
        username: input.username,
        email: input.email,
        // Who types it twice does so for a page.
        password_again: input.password.clone(),
        password: input.password,
    };
    let expires_at = (ask.clock().now() + service::SESSION_LIFE).into();
    let token = profiles::service::sign_up(ask.db(), ask.clock(), ask.random(), form, agent).await?;
    Ok(Session { token, expires_at })
}

async fn create(ask: &Ask, input: SignIn) -> Result<Session, Problem> {
    let (db, clock) = (ask.db(), ask.clock());
    let address = ask.origin.ip.as_deref().and_then(|ip| ip.parse().ok()).unwrap_or(IpAddr::V6(Ipv6Addr::UNSPECIFIED));
    limits::sign_in(db, clock, &input.name, address).await?;
    let agent = ask.origin.user_agent.as_deref().unwrap_or_default();
    let expires_at = (clock.now() + service::SESSION_LIFE).into();
    let token = service::sign_in(db, clock, ask.random(), &input.name, &input.password, agent).await?;
    limits::signed_in(db, &input.name, address).await?;
    Ok(Session { token, expires_at })
}

async fn end(tx: &Tx, ask: &Ask, _: Nothing) -> Result<(), Problem> {
    if let Some(session) = ask.origin.session {
        service::end_session(tx, session).await?;
    }
    Ok(())
}

async fn end_all(tx: &Tx, ask: &Ask, _: Nothing) -> Result<(), Problem> {
    service::end_sessions(tx, ask.person()?).await?;
    Ok(())
}
