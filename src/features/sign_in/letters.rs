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
    CodesRenewed,
}

impl Event {
    fn text(self) -> &'static str {
        match self {
            Event::PasswordChanged => "letter-password-changed-text",
            Event::FactorSet => "letter-factor-set-text",
            Event::FactorRemoved => "letter-factor-removed-text",
            Event::CodesRenewed => "letter-codes-renewed-text",
        }
    }
}

pub async fn tell(tx: &mut AccountTx, app: &App, locale: Locale, email: &str, event: Event) -> sqlx::Result<()> {
    let link = format!("{}/password/forgotten", app.base_url);
    let letter = Letter::new(
        locale,
        email,
        &Message::new("letter-account-subject"),
        &Message::new(event.text()).with("link", link),
    );
    mail::queue(tx.conn(), None, &letter).await
}
