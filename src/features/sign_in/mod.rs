//! Signing in and out, the second factor, one-time links (a forgotten password, an invitation), one's own account.
//!
//! Every decision that must not depend on whether an account exists is made alike, and takes the same time, whether it
//! does. Passwords are checked off the request threads and outside any transaction.

mod account;
mod account_store;
mod agent;
mod factor;
mod factor_pages;
mod invite;
mod letters;
mod limits;
mod links;
mod next;
mod pages;
mod password;
mod store;

use chrono::{DateTime, Utc};

use crate::kernel::db::AccountTx;
use crate::kernel::ids::AccountId;
use crate::kernel::route::{Access, Routes};

pub use invite::{Entrance, INVITATION_DAYS, Invitation, entrance, invite};
pub use letters::{Event, MadeToken, account_letter, token_letter};

/// What is stored of a password, for the accounts that the demo and the command line make.
///
/// # Errors
/// There is no memory for it, or too many wait.
pub async fn hash(password: String) -> anyhow::Result<String> {
    password::hash(&password).await.map_err(anyhow::Error::from)
}

/// Sets what [`hash`] has made of a new password, in a transaction that has become the account's; what was opened with the one before
/// ends: every session, the private addresses of calendars, and personal tokens for programs. Answers how many tokens these were.
///
/// # Errors
/// The database's own.
pub async fn set_password(tx: &mut AccountTx, account: AccountId, hash: &str, now: DateTime<Utc>) -> sqlx::Result<i32> {
    store::set_password(tx, account, hash, now).await?;
    store::end_sessions(tx, account, None, now).await?;
    store::end_tokens(tx, now).await
}

pub fn routes(r: &mut Routes) {
    r.get("/sign-in", Access::Anyone, pages::form);
    r.post("/sign-in", Access::Anyone, pages::sign_in);
    r.post("/sign-out", Access::Account, pages::sign_out);
    r.get("/sign-in/second-factor", Access::Account, factor_pages::ask);
    r.post("/sign-in/second-factor", Access::Account, factor_pages::give);
    r.get("/password/forgotten", Access::Anyone, links::forgotten);
    r.post("/password/forgotten", Access::Anyone, links::send);
    r.get("/password/reset/{token}", Access::Anyone, links::reset_form);
    r.post("/password/reset/{token}", Access::Anyone, links::reset);
    r.get("/invitation/{token}", Access::Anyone, links::invitation_form);
    r.post("/invitation/{token}", Access::Anyone, links::accept);
    r.get("/account", Access::Account, account::show);
    r.post("/account/invitations", Access::Account, account::take_part);
    r.post("/account/password", Access::Account, account::change_password);
    r.post("/account/sessions/{id}/end", Access::Account, account::end_session);
    r.post("/account/sessions/end-others", Access::Account, account::end_others);
    r.get("/account/second-factor", Access::Account, factor_pages::show);
    r.post("/account/second-factor", Access::Account, factor_pages::set_up);
    r.post("/account/second-factor/remove", Access::Account, factor_pages::remove);
    r.post("/account/second-factor/codes", Access::Account, factor_pages::new_codes);
}
