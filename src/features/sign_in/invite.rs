//! Inviting a person into a process.

use chrono::{DateTime, TimeDelta, Utc};

use super::store;
use crate::kernel::db::ProcessTx;
use crate::kernel::i18n::{Locale, Message, say};
use crate::kernel::ids::AccountId;
use crate::kernel::mail::{self, Letter, Purpose};
use crate::kernel::permit::Role;
use crate::kernel::random::Token;
use crate::kernel::state::App;

/// How long an invitation's link works; whoever sends one often does so before a holiday.
pub const INVITATION_DAYS: i64 = 14;

/// Who is invited, into what, as what, and by whom.
#[derive(Debug, Clone, Copy)]
pub struct Invitation<'a> {
    pub email: &'a str,
    /// The person's name, as whoever invites wrote it.
    pub name: &'a str,
    pub role: Role,
    /// The process's name.
    pub process: &'a str,
    /// Whoever invites: a name and a post.
    pub by: &'a str,
    pub locale: Locale,
}

/// Where somebody who is to take part begins.
pub struct Entrance {
    pub account: AccountId,
    /// There is a password already: the link leads to sign-in and sets none.
    pub known: bool,
    pub link: String,
}

/// The account of an address, made where there is none, with the link that its owner's letter gets: to a first password
/// (once, for [`INVITATION_DAYS`]), or to sign-in for whoever has one. Nobody but that owner is told which.
///
/// # Errors
/// The database's own.
pub async fn entrance(tx: &mut ProcessTx, base_url: &str, now: DateTime<Utc>, email: &str) -> sqlx::Result<Entrance> {
    let (account, known) = store::account_of(tx, email).await?;
    if known {
        return Ok(Entrance { account, known, link: format!("{base_url}/sign-in") });
    }
    let token = Token::new();
    let until = now + TimeDelta::days(INVITATION_DAYS);
    mail::make_link(tx.conn(), account, Purpose::Invitation, &token, until).await?;
    Ok(Entrance { account, known, link: format!("{base_url}/invitation/{}", token.expose()) })
}

/// Invites a person in the caller's transaction: makes the account where there is none, and queues a letter, with a link
/// that works for 14 days where there is no password yet, else asking to sign in. It answers alike in both cases, and
/// whoever calls it tells nobody which it was. The caller stores the membership in the state `invited`; it becomes active
/// when its person follows the link, signs in, or says so at their account.
///
/// # Errors
/// The database's own.
pub async fn invite(tx: &mut ProcessTx, app: &App, invitation: &Invitation<'_>) -> sqlx::Result<AccountId> {
    let Entrance { account, known, link } = entrance(tx, &app.base_url, app.clock.now(), invitation.email).await?;
    let text = if known { "letter-added-text" } else { "letter-invitation-text" };
    let subject = Message::new("letter-invitation-subject").with("process", invitation.process);
    let text = Message::new(text)
        .with("name", invitation.name)
        .with("process", invitation.process)
        .with("role", say(&invitation.locale, &Message::new(invitation.role.label())))
        .with("by", invitation.by)
        .with("days", INVITATION_DAYS)
        .with("link", link);
    let process = tx.process();
    mail::queue(tx.conn(), Some(process), &Letter::new(invitation.locale, invitation.email, &subject, &text)).await?;
    Ok(account)
}
