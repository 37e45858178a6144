//! Signing in and out, the second factor, forgotten passwords and invitations, one's own account.

mod account;
mod account_store;
mod factor;
mod factor_pages;
mod links;
mod pages;
mod password;
mod store;

use chrono::{DateTime, Utc};

use crate::kernel::db::ProcessTx;
use crate::kernel::i18n::Locale;
use crate::kernel::ids::AccountId;
use crate::kernel::route::{Access, Routes};

pub use password::hash;

pub fn routes(r: &mut Routes) {
    r.get("/", Access::Anyone, pages::start);
    r.get("/help", Access::Anyone, pages::help);
    r.get("/sign-in", Access::Anyone, pages::form);
    r.post("/sign-in", Access::Anyone, pages::sign_in);
    r.post("/sign-out", Access::Anyone, pages::sign_out);
    r.get("/sign-in/second-factor", Access::Account, factor_pages::ask);
    r.post("/sign-in/second-factor", Access::Account, factor_pages::give);
    r.get("/password/forgotten", Access::Anyone, links::forgotten);
    r.post("/password/forgotten", Access::Anyone, links::send);
    r.get("/password/reset/{token}", Access::Anyone, links::reset_form);
    r.post("/password/reset/{token}", Access::Anyone, links::reset);
    r.get("/invitation/{token}", Access::Anyone, links::invitation_form);
    r.post("/invitation/{token}", Access::Anyone, links::accept);
    r.get("/account", Access::Account, account::show);
    r.post("/account/password", Access::Account, account::change_password);
    r.post("/account/sessions/{id}/end", Access::Account, account::end_session);
    r.post("/account/sessions/end-others", Access::Account, account::end_others);
    r.get("/account/second-factor", Access::Account, factor_pages::set_up_form);
    r.post("/account/second-factor", Access::Account, factor_pages::set_up);
    r.post("/account/second-factor/remove", Access::Account, factor_pages::remove);
    r.post("/account/second-factor/codes", Access::Account, factor_pages::new_codes);
}

/// What an invitation says: who invites, into what, as what.
pub struct Invitation<'a> {
    pub email: &'a str,
    pub process: &'a str,
    pub role: &'static str,
    pub by: &'a str,
    /// The address of the portal.
    pub base_url: &'a str,
    pub locale: Locale,
    pub now: DateTime<Utc>,
}

/// Invites a person: their account, made if there is none, and a letter with a link that sets a password. The caller
/// learns nothing of whether the account was there, and stores the membership in state `invited`.
///
/// # Errors
/// The database's own.
pub async fn invite(tx: &mut ProcessTx, invitation: &Invitation<'_>) -> sqlx::Result<AccountId> {
    links::invite(tx, invitation).await
}
