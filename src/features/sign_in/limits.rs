//! How often something may be tried: per account and per address, in a quarter of an hour.

use chrono::{DateTime, Utc};
use std::net::IpAddr;

use super::store;
use crate::kernel::auth::Visitor;
use crate::kernel::db::AccountTx;
use crate::kernel::ids::AccountId;
use crate::kernel::state::App;

/// What is waited for, as the pages say it.
pub const MINUTES: i64 = 15;

#[derive(Debug, Clone, Copy)]
pub enum Kind {
    SignIn,
    SecondFactor,
    Reset,
}

impl Kind {
    fn as_str(self) -> &'static str {
        match self {
            Kind::SignIn => "sign_in",
            Kind::SecondFactor => "second_factor",
            Kind::Reset => "reset",
        }
    }

    fn per_account(self, app: &App) -> i64 {
        match self {
            Kind::SignIn | Kind::SecondFactor => app.limits.sign_in_per_account,
            Kind::Reset => app.limits.reset_per_account,
        }
    }

    fn per_address(self, app: &App) -> i64 {
        match self {
            Kind::SignIn | Kind::SecondFactor => app.limits.sign_in_per_address,
            Kind::Reset => app.limits.requests_per_address,
        }
    }
}

/// Whose account is tried at. A known one is counted by its id, since an address can be typed in several ways that the
/// database takes for the same.
#[derive(Debug, Clone, Copy)]
pub enum Whose<'a> {
    Known(AccountId),
    Typed(&'a str),
}

/// A try that has been let in, and counts as failed until it is said that it was not.
pub struct Try {
    kind: Kind,
    account: Vec<u8>,
    ids: Vec<i64>,
}

/// Begins a try; nothing where there were too many. The caller commits before it goes on to what takes time. `from`: whose
/// address counts too; nobody's where only a session that lives can try.
///
/// # Errors
/// The database's own.
pub async fn begin(
    tx: &mut AccountTx,
    app: &App,
    kind: Kind,
    whose: Whose<'_>,
    from: Option<&Visitor>,
    now: DateTime<Utc>,
) -> sqlx::Result<Option<Try>> {
    let name = kind.as_str();
    let account = subject(app, whose);
    // always in this order, so that two that wait for one another cannot be
    let Some(by_account) = store::try_attempt(tx, name, &account, now, kind.per_account(app)).await? else {
        return Ok(None);
    };
    let Some(visitor) = from else { return Ok(Some(Try { kind, account, ids: vec![by_account] })) };
    let from = app.secret.blind("attempt from", &place(visitor.address));
    let Some(by_address) = store::try_attempt(tx, name, &from, now, kind.per_address(app)).await? else {
        // whoever is stopped by the address has not tried at the account
        store::attempt_succeeded(tx, by_account).await?;
        return Ok(None);
    };
    Ok(Some(Try { kind, account, ids: vec![by_account, by_address] }))
}

/// It went well: what failed before at this account no longer counts, and this try does not count at its address.
///
/// # Errors
/// The database's own.
pub async fn succeeded(tx: &mut AccountTx, tried: &Try) -> sqlx::Result<()> {
    for id in &tried.ids {
        store::attempt_succeeded(tx, *id).await?;
    }
    store::forget_attempts(tx, tried.kind.as_str(), &tried.account).await
}

/// The owner of an account has proved to be that by other means than its password: what failed there at signing in no longer counts. What
/// failed at an address stays, since others may have tried from it; so does what failed at a second factor, which was not given here.
///
/// # Errors
/// The database's own.
pub async fn owner_proved(tx: &mut AccountTx, app: &App, account: AccountId) -> sqlx::Result<()> {
    store::forget_attempts(tx, Kind::SignIn.as_str(), &subject(app, Whose::Known(account))).await
}

/// What stands for an account in the table of attempts.
fn subject(app: &App, whose: Whose<'_>) -> Vec<u8> {
    match whose {
        Whose::Known(id) => app.secret.blind("attempt at account", &id.to_string()),
        Whose::Typed(email) => app.secret.blind("attempt at address", email),
    }
}

/// A network that one party holds: an IPv6 address is one of 2^64 that they may choose from.
fn place(address: Option<IpAddr>) -> String {
    match address.map(|a| a.to_canonical()) {
        Some(IpAddr::V4(v4)) => v4.to_string(),
        Some(IpAddr::V6(v6)) => v6.segments().iter().take(4).map(|s| format!("{s:x}:")).collect(),
        None => "unknown".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_counts_as_one_place() {
        let at = |text: &str| place(Some(text.parse().unwrap()));
        assert_eq!(at("2001:db8:1:2::1"), at("2001:db8:1:2:ffff::9"));
        assert_ne!(at("2001:db8:1:2::1"), at("2001:db8:1:3::1"));
        assert_ne!(at("192.0.2.1"), at("192.0.2.2"));
        assert_eq!(at("::ffff:192.0.2.1"), at("192.0.2.1"));
    }
}
