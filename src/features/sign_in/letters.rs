//! What is written to somebody about their own account. No letter says anything that its reader did not cause or need.

use crate::kernel::db::AccountTx;
use crate::kernel::i18n::{Locale, Message, say};
use crate::kernel::mail::{self, Letter};
use crate::kernel::state::App;

/// What has happened to an account, told to its owner: whoever did not do it learns of it.
#[derive(Debug, Clone, Copy)]
pub enum Event {
    PasswordChanged {
        /// Personal tokens for programs ended with it.
        tokens: bool,
    },
    FactorSet,
    FactorRemoved,
    /// By whoever runs the installation.
    FactorReset {
        /// Personal tokens for programs ended with it.
        tokens: bool,
    },
    CodesRenewed,
    /// In place of the device's code: whoever found the list signs in with one.
    CodeUsed,
}

impl Event {
    fn text(self) -> &'static str {
        match self {
            Event::PasswordChanged { .. } => "letter-password-changed-text",
            Event::FactorSet => "letter-factor-set-text",
            Event::FactorRemoved => "letter-factor-removed-text",
            Event::FactorReset { .. } => "letter-factor-reset-text",
            Event::CodesRenewed => "letter-codes-renewed-text",
            Event::CodeUsed => "letter-code-used-text",
        }
    }

    fn ended_tokens(self) -> bool {
        matches!(self, Event::PasswordChanged { tokens: true } | Event::FactorReset { tokens: true })
    }
}

/// The letter that tells it.
pub fn account_letter(base_url: &str, locale: Locale, email: &str, event: Event) -> Letter {
    let text = Message::new(event.text()).with("link", format!("{base_url}/password/forgotten"));
    let mut body = say(&locale, &text);
    if event.ended_tokens() {
        body.push_str("\n\n");
        body.push_str(&say(&locale, &Message::new("letter-tokens-ended-text")));
    }
    Letter::plain(email, &say(&locale, &Message::new("letter-account-subject")), body)
}

/// A token for programs that was just made, as whoever made it is told of it: everything but its text.
#[derive(Debug, Clone, Copy)]
pub struct MadeToken<'a> {
    pub name: &'a str,
    /// The process's name.
    pub process: &'a str,
    /// As whom it acts, what it may do, and until when, in words.
    pub whose: &'a str,
    pub scope: &'a str,
    pub until: &'a str,
    /// The path of the page on which it can be ended.
    pub page: &'a str,
}

/// The letter that tells it: of a token that was made at a desk left open, the owner learns by it.
pub fn token_letter(base_url: &str, locale: Locale, email: &str, made: &MadeToken<'_>) -> Letter {
    let text = Message::new("letter-token-made-text")
        // a line of its own, whatever was typed
        .with("name", mail::one_line(made.name))
        .with("process", made.process)
        .with("whose", made.whose)
        .with("scope", made.scope)
        .with("until", made.until)
        .with("tokens", format!("{base_url}{}", made.page))
        .with("link", format!("{base_url}/password/forgotten"));
    Letter::new(locale, email, &Message::new("letter-account-subject"), &text)
}

pub async fn tell(tx: &mut AccountTx, app: &App, locale: Locale, email: &str, event: Event) -> sqlx::Result<()> {
    mail::queue(tx.conn(), None, &account_letter(&app.base_url, locale, email, event)).await
}
