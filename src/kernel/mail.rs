//! Letters: written in the caller's transaction, sent by a job after it is committed.

use super::db::{AccountTx, PlatformTx, ProcessTx};
use super::i18n::{Locale, Message, say};
use super::ids::ProcessId;
use sqlx::PgConnection;

/// One letter, in the reader's language, plain text.
#[derive(Debug)]
pub struct Letter {
    pub to: String,
    pub subject: String,
    pub body: String,
}

impl Letter {
    /// A letter from two texts. What people typed can stand in either: a subject never has a second line.
    pub fn new(locale: Locale, to: &str, subject: &Message, body: &Message) -> Self {
        let subject: String = say(&locale, subject).chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        Self { to: to.to_owned(), subject, body: say(&locale, body) }
    }
}

/// A handle in whose transaction a letter can be written.
pub trait Sends {
    fn connection(&mut self) -> &mut PgConnection;
    /// The process in whose name it is sent.
    fn sender(&self) -> Option<ProcessId>;
}

impl Sends for ProcessTx {
    fn connection(&mut self) -> &mut PgConnection {
        self.conn()
    }
    fn sender(&self) -> Option<ProcessId> {
        Some(self.process())
    }
}

impl Sends for AccountTx {
    fn connection(&mut self) -> &mut PgConnection {
        self.conn()
    }
    fn sender(&self) -> Option<ProcessId> {
        None
    }
}

impl Sends for PlatformTx {
    fn connection(&mut self) -> &mut PgConnection {
        self.conn()
    }
    fn sender(&self) -> Option<ProcessId> {
        None
    }
}

/// Puts a letter among those to be sent, if the transaction is committed.
///
/// # Errors
/// The database's own.
pub async fn queue(tx: &mut impl Sends, letter: &Letter) -> sqlx::Result<()> {
    let process = tx.sender().map(|p| p.0);
    sqlx::query!(
        "insert into outgoing_mail (id, process_id, recipient, subject, body) values ($1, $2, $3, $4, $5)",
        super::random::id(),
        process,
        letter.to,
        letter.subject,
        letter.body
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}
