//! SQL of signing in: attempts, sessions, links, passwords.

use chrono::{DateTime, TimeDelta, Utc};

use crate::kernel::auth::Visitor;
use crate::kernel::db::{AccountTx, ProcessTx};
use crate::kernel::ids::{AccountId, SessionId};
use crate::kernel::mail::Purpose;
use crate::kernel::random::{self, Token};

/// A session ends at the latest after this, whatever is done in it.
const SESSION_HOURS: i64 = 24;

#[derive(Debug)]
pub struct Credentials {
    pub account: AccountId,
    pub hash: Option<String>,
}

pub async fn credentials(tx: &mut AccountTx, email: &str) -> sqlx::Result<Option<Credentials>> {
    sqlx::query_as!(
        Credentials,
        r#"select account_id as "account!: AccountId", password_hash as hash from kernel.credentials($1)"#,
        email
    )
    .fetch_optional(tx.conn())
    .await
}

pub async fn try_attempt(
    tx: &mut AccountTx,
    kind: &str,
    subject: &[u8],
    now: DateTime<Utc>,
    most: i64,
) -> sqlx::Result<Option<i64>> {
    sqlx::query_scalar!("select kernel.try_attempt($1, $2, $3, $4)", kind, subject, now, most)
        .fetch_one(tx.conn())
        .await
}

pub async fn attempt_succeeded(tx: &mut AccountTx, id: i64) -> sqlx::Result<()> {
    sqlx::query!("select kernel.attempt_succeeded($1)", id).fetch_one(tx.conn()).await?;
    Ok(())
}

pub async fn forget_attempts(tx: &mut AccountTx, kind: &str, subject: &[u8]) -> sqlx::Result<()> {
    sqlx::query!("select kernel.forget_attempts($1, $2)", kind, subject).fetch_one(tx.conn()).await?;
    Ok(())
}

/// Ends the session that a browser brought along, whosever it was.
pub async fn end_brought(tx: &mut AccountTx, token: &Token, now: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!("select kernel.end_session($1, $2)", token.hash(), now).fetch_one(tx.conn()).await?;
    Ok(())
}

/// A new session of the transaction's account; answers its token.
pub async fn open_session(
    tx: &mut AccountTx,
    account: AccountId,
    visitor: &Visitor,
    now: DateTime<Utc>,
) -> sqlx::Result<Token> {
    let token = Token::new();
    sqlx::query!(
        "insert into sign_in_session (id, account_id, token_hash, created_at, last_seen_at, ends_at, user_agent, address)
         values ($1, $2, $3, $4, $4, $5, $6, $7::text::inet)",
        random::id(),
        account.0,
        token.hash(),
        now,
        now + TimeDelta::hours(SESSION_HOURS),
        visitor.agent,
        visitor.address.map(|a| a.to_canonical().to_string())
    )
    .execute(tx.conn())
    .await?;
    Ok(token)
}

/// The same session under another token, which is answered; `factor`: its second factor has just been given.
pub async fn renew_session(tx: &mut AccountTx, session: SessionId, factor: bool) -> sqlx::Result<Token> {
    let token = Token::new();
    sqlx::query!(
        "update sign_in_session set token_hash = $2, second_factor = second_factor or $3 where id = $1 and ended_at is null",
        session.0,
        token.hash(),
        factor
    )
    .execute(tx.conn())
    .await?;
    Ok(token)
}

/// Ends the account's sessions, all but one where that is named, and the private addresses of its calendars with them: whoever has
/// got hold of one has nothing any more.
pub async fn end_sessions(
    tx: &mut AccountTx,
    account: AccountId,
    but: Option<SessionId>,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update sign_in_session set ended_at = $3 where account_id = $1 and ended_at is null and id is distinct from $2",
        account.0,
        but.map(|s| s.0),
        now
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!("delete from calendar_feed where account_id = $1", account.0).execute(tx.conn()).await?;
    Ok(())
}

/// A new password; links that would set another one are of no use any more.
pub async fn set_password(tx: &mut AccountTx, account: AccountId, hash: &str, now: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!("update account set password_hash = $2, password_changed_at = $3 where id = $1", account.0, hash, now)
        .execute(tx.conn())
        .await?;
    sqlx::query!(
        "update one_time_link set used_at = $2 where account_id = $1 and purpose = 'reset' and used_at is null",
        account.0,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Ends the personal tokens for programs of the transaction's account, in every process; answers how many lived. Those of an
/// organisation stay: others depend on them.
pub async fn end_tokens(tx: &mut AccountTx, now: DateTime<Utc>) -> sqlx::Result<i32> {
    sqlx::query_scalar!(r#"select kernel.end_personal_tokens($1, true) as "n!""#, now).fetch_one(tx.conn()).await
}

pub async fn take_up_invitations(tx: &mut AccountTx, now: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!("select kernel.take_up_invitations($1)", now).fetch_one(tx.conn()).await?;
    Ok(())
}

#[derive(Debug)]
pub struct Own {
    pub slug: String,
    pub name: String,
    pub role: String,
    /// The membership's, or `suspended` where its process is.
    pub state: String,
    pub ends_on: Option<chrono::NaiveDate>,
}

/// What the account takes part in, also where it is suspended, or is invited to.
pub async fn own_memberships(tx: &mut AccountTx, today: chrono::NaiveDate) -> sqlx::Result<Vec<Own>> {
    sqlx::query_as!(
        Own,
        r#"select slug as "slug!", name as "name!", role as "role!", state as "state!", ends_on from kernel.own_memberships($1)"#,
        today
    )
    .fetch_all(tx.conn())
    .await
}

/// A link that still works.
#[derive(Debug)]
pub struct Link {
    pub email: String,
    /// Its account has a password already.
    pub has_password: bool,
}

pub async fn link(
    tx: &mut AccountTx,
    token: &Token,
    purpose: Purpose,
    now: DateTime<Utc>,
) -> sqlx::Result<Option<Link>> {
    sqlx::query_as!(
        Link,
        r#"select l.email as "email!", (c.password_hash is not null) as "has_password!"
        from kernel.link_account($1, $3) as l cross join lateral kernel.credentials(l.email) as c where l.purpose = $2"#,
        token.hash(),
        purpose.as_str(),
        now
    )
    .fetch_optional(tx.conn())
    .await
}

/// Uses a link to a new password up.
pub async fn use_reset(tx: &mut AccountTx, token: &Token, now: DateTime<Utc>) -> sqlx::Result<Option<AccountId>> {
    sqlx::query_scalar!(r#"select kernel.use_link($1, 'reset', $2) as "account: AccountId""#, token.hash(), now)
        .fetch_one(tx.conn())
        .await
}

/// Uses an invitation up, and takes up what it invites to.
pub async fn accept_invitations(
    tx: &mut AccountTx,
    token: &Token,
    now: DateTime<Utc>,
) -> sqlx::Result<Option<AccountId>> {
    sqlx::query_scalar!(r#"select kernel.accept_invitations($1, $2) as "account: AccountId""#, token.hash(), now)
        .fetch_one(tx.conn())
        .await
}

/// The account of an address, made where there is none, and whether it has a password.
pub async fn account_of(tx: &mut ProcessTx, email: &str) -> sqlx::Result<(AccountId, bool)> {
    let row = sqlx::query!(
        r#"select kernel.account_of($1) as "account!: AccountId", exists (select from kernel.credentials($1) where password_hash is not null) as "known!""#,
        email
    )
    .fetch_one(tx.conn())
    .await?;
    Ok((row.account, row.known))
}
