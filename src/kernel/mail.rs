//! Letters: put among those to be sent in the caller's transaction; a job sends them once it is committed.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use std::fmt::Write;

use super::i18n::{Locale, Message, say};
use super::ids::{AccountId, ProcessId};
use super::random::Token;

/// A letter's line, which names its recipient, goes after so many days where its process sets no other term.
pub const LETTER_DAYS: u16 = 30;

/// One letter: plain text in its reader's language.
pub struct Letter {
    to: String,
    subject: String,
    body: String,
}

impl Letter {
    /// Made from two texts. Names that people typed may stand in either: a subject is one line whatever they hold, so
    /// that none of them adds a header.
    pub fn new(locale: Locale, to: &str, subject: &Message, body: &Message) -> Self {
        Self::plain(to, &say(&locale, subject), say(&locale, body))
    }

    /// Made from what has been put into words already.
    pub fn plain(to: &str, subject: &str, body: String) -> Self {
        Self { to: to.to_owned(), subject: one_line(subject), body }
    }
}

impl std::fmt::Debug for Letter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Letter(…)")
    }
}

/// Text as one line of at most 200 characters, also without the separators that are no control characters but end a line
/// somewhere, and without the marks that turn the direction of what follows.
pub fn one_line(text: &str) -> String {
    let clean =
        text.replace(|c: char| c.is_control() || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}'), " ");
    clean.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(200).collect()
}

/// The address that opens a letter to somebody in their mail program. What means something else there is written as bytes; the "@"
/// between its two parts stays, since not every program reads it otherwise.
pub fn mailto(address: &str) -> String {
    let at = address.rfind('@');
    let mut link = String::from("mailto:");
    for (i, byte) in address.bytes().enumerate() {
        if Some(i) == at || byte.is_ascii_alphanumeric() || b"-._~!$'*+".contains(&byte) {
            link.push(char::from(byte));
        } else {
            // a string takes all that is written to it
            let _ = write!(link, "%{byte:02X}");
        }
    }
    link
}

/// What a link in a letter is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    Reset,
    Invitation,
}

impl Purpose {
    pub fn as_str(self) -> &'static str {
        match self {
            Purpose::Reset => "reset",
            Purpose::Invitation => "invitation",
        }
    }
}

/// Puts a letter among those to be sent; it leaves if the transaction is committed.
///
/// # Errors
/// The database's own.
pub async fn queue(conn: &mut PgConnection, process: Option<ProcessId>, letter: &Letter) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into outgoing_mail (id, process_id, recipient, subject, body) values ($1, $2, $3, $4, $5)",
        super::random::id(),
        process.map(|p| p.0),
        letter.to,
        letter.subject,
        letter.body
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Stores a one-time link to an account. Only the letter holds its token.
///
/// # Errors
/// The database's own.
pub async fn make_link(
    conn: &mut PgConnection,
    account: AccountId,
    purpose: Purpose,
    token: &Token,
    until: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!("select kernel.make_link($1, $2, $3, $4)", account.0, purpose.as_str(), token.hash(), until)
        .fetch_one(conn)
        .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_of_a_letter_keeps_what_parts_it_and_encodes_the_rest() {
        for (address, link) in [
            ("ada.norr@norland.example", "mailto:ada.norr@norland.example"),
            ("o'neil+portal@norland.example", "mailto:o'neil+portal@norland.example"),
            ("a&b?subject=100%#x@norland.example", "mailto:a%26b%3Fsubject%3D100%25%23x@norland.example"),
            ("\"a@b, c\"@norland.example", "mailto:%22a%40b%2C%20c%22@norland.example"),
            ("jürgen@bücher.example", "mailto:j%C3%BCrgen@b%C3%BCcher.example"),
            ("nobody", "mailto:nobody"),
        ] {
            assert_eq!(mailto(address), link);
        }
    }

    #[test]
    fn a_subject_is_one_line_whatever_is_put_into_it() {
        for text in ["a\r\nBcc: eve@example.net", "a\nb", "a\u{2028}b", "a\u{85}b", "a\0b", " a \t b "] {
            let line = one_line(text);
            assert!(!line.chars().any(|c| c.is_control() || c == '\u{2028}'), "{line:?}");
        }
        assert_eq!(one_line("a\r\nBcc: eve@example.net"), "a Bcc: eve@example.net");
        assert_eq!(one_line(&"x".repeat(1000)).len(), 200);
    }
}
