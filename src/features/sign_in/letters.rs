//! What is written to somebody about their own account. No letter says anything that its reader did not cause or need.

use crate::kernel::db::AccountTx;
use crate::kernel::i18n::{Locale, Message};
use crate::kernel::mail::{self, Letter};
use crate::kernel::state::App;

/// What has happened to an account, told to its owner: whoever did not do it learns of it.
#[derive(Debug, Clone, Copy)]
pub enum Event {
    PasswordChanged,
    FactorSet,
    FactorRemoved,
    /// By whoever runs the installation.
    FactorReset,
    CodesRenewed,
    /// In place of the device's code: whoever found the list signs in with one.
    CodeUsed,
}

impl Event {
    fn text(self) -> &'static str {
        match self {
            Event::PasswordChanged => "letter-password-changed-text",
            Event::FactorSet => "letter-factor-set-text",
            Event::FactorRemoved => "letter-factor-removed-text",
            Event::FactorReset => "letter-factor-reset-text",
            Event::CodesRenewed => "letter-codes-renewed-text",
            Event::CodeUsed => "letter-code-used-text",
        }
    }
}

/// The letter that tells it.
pub fn account_letter(base_url: &str, locale: Locale, email: &str, event: Event) -> Letter {
    let text = Message::new(event.text()).with("link", format!("{base_url}/password/forgotten"));
    Letter::new(locale, email, &Message::new("letter-account-subject"), &text)
}

pub async fn tell(tx: &mut AccountTx, app: &App, locale: Locale, email: &str, event: Event) -> sqlx::Result<()> {
    mail::queue(tx.conn(), None, &account_letter(&app.base_url, locale, email, event)).await
}
