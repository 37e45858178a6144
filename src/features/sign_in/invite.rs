//! Inviting a person into a process.

use chrono::TimeDelta;

use super::{links, store};
use crate::kernel::db::ProcessTx;
use crate::kernel::i18n::{Locale, Message, say};
use crate::kernel::ids::AccountId;
use crate::kernel::mail::{self, Letter, Purpose};
use crate::kernel::permit::Role;
use crate::kernel::random::Token;
use crate::kernel::state::App;

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

/// Invites a person in the caller's transaction: makes the account where there is none, and queues a letter, with a link
/// that works for 14 days where there is no password yet, else asking to sign in. It answers alike in both cases, and
/// whoever calls it tells nobody which it was. The caller stores the membership in the state `invited`; it becomes active
/// when its person follows the link, signs in, or says so at their account.
///
/// # Errors
/// The database's own.
pub async fn invite(tx: &mut ProcessTx, app: &App, invitation: &Invitation<'_>) -> sqlx::Result<AccountId> {
    let (account, known) = store::account_of(tx, invitation.email).await?;
    let (link, text) = if known {
        (format!("{}/sign-in", app.base_url), "letter-added-text")
    } else {
        let token = Token::new();
        let until = app.clock.now() + TimeDelta::days(links::INVITATION_DAYS);
        mail::make_link(tx.conn(), account, Purpose::Invitation, &token, until).await?;
        (format!("{}/invitation/{}", app.base_url, token.expose()), "letter-invitation-text")
    };
    let subject = Message::new("letter-invitation-subject").with("process", invitation.process);
    let text = Message::new(text)
        .with("name", invitation.name)
        .with("process", invitation.process)
        .with("role", say(&invitation.locale, &Message::new(invitation.role.label())))
        .with("by", invitation.by)
        .with("days", links::INVITATION_DAYS)
        .with("link", link);
    let process = tx.process();
    mail::queue(tx.conn(), Some(process), &Letter::new(invitation.locale, invitation.email, &subject, &text)).await?;
    Ok(account)
}
