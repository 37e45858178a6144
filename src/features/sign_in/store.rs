//! SQL of signing in: credentials, limits, sessions, links.

use chrono::{DateTime, TimeDelta, Utc};
use std::net::IpAddr;

use crate::kernel::auth::Visitor;
use crate::kernel::db::AccountTx;
use crate::kernel::ids::AccountId;
use crate::kernel::random::{self, Token};

/// A session ends after this long, in use or not.
const DAY: TimeDelta = TimeDelta::hours(24);
/// The window of the limits.
pub const WINDOW: TimeDelta = TimeDelta::minutes(15);

pub struct Credentials {
    pub account: AccountId,
    pub password_hash: Option<String>,
}

pub async fn credentials(tx: &mut AccountTx, email: &str) -> sqlx::Result<Option<Credentials>> {
    sqlx::query_as!(
        Credentials,
        r#"select account_id as "account!: AccountId", password_hash from kernel.credentials($1)"#,
        email
    )
    .fetch_optional(tx.conn())
    .await
}

/// Failures of a kind by a subject (a keyed hash) within the window.
pub async fn failures(tx: &mut AccountTx, kind: &str, subject: &[u8], now: DateTime<Utc>) -> sqlx::Result<i64> {
    sqlx::query_scalar!(r#"select kernel.recent_attempts($1, $2, $3) as "n!""#, kind, subject, now - WINDOW)
        .fetch_one(tx.conn())
        .await
}

pub async fn note_failure(tx: &mut AccountTx, kind: &str, subject: &[u8], now: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!("select kernel.note_attempt($1, $2, $3, true)", kind, subject, now).fetch_one(tx.conn()).await?;
    Ok(())
}

pub async fn forget_failures(tx: &mut AccountTx, kind: &str, subject: &[u8]) -> sqlx::Result<()> {
    sqlx::query!("select kernel.forget_attempts($1, $2)", kind, subject).fetch_one(tx.conn()).await?;
    Ok(())
}

pub async fn end_by_token(tx: &mut AccountTx, token: &Token, now: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!("select kernel.end_session($1, $2)", token.hash(), now).fetch_one(tx.conn()).await?;
    Ok(())
}

/// Starts a session of the account that the transaction has become; an old one that was presented ends.
pub async fn start_session(
    tx: &mut AccountTx,
    account: AccountId,
    visitor: &Visitor,
    second_factor: bool,
    now: DateTime<Utc>,
) -> sqlx::Result<Token> {
    if let Some(old) = &visitor.session {
        end_by_token(tx, old, now).await?;
    }
    let token = Token::new();
    let address = visitor.address.map(|a: IpAddr| a.to_string());
    sqlx::query!(
        "insert into sign_in_session (id, account_id, token_hash, second_factor, created_at, last_seen_at, ends_at, user_agent, address)
         values ($1, $2, $3, $4, $5, $5, $6, $7, $8::text::inet)",
        random::id(),
        account.0,
        token.hash(),
        second_factor,
        now,
        now + DAY,
        visitor.agent,
        address
    )
    .execute(tx.conn())
    .await?;
    Ok(token)
}

pub struct Link {
    pub id: uuid::Uuid,
    pub account: AccountId,
    pub email: String,
    pub purpose: String,
}

/// The account behind a link that still works.
pub async fn link(tx: &mut AccountTx, token: &Token, now: DateTime<Utc>) -> sqlx::Result<Option<Link>> {
    sqlx::query_as!(
        Link,
        r#"select link_id as "id!", account_id as "account!: AccountId", email as "email!", purpose as "purpose!"
        from kernel.link_account($1, $2)"#,
        token.hash(),
        now
    )
    .fetch_optional(tx.conn())
    .await
}

/// Uses a link up; no if another request was faster.
pub async fn use_link(tx: &mut AccountTx, link: &Link, now: DateTime<Utc>) -> sqlx::Result<bool> {
    let used = sqlx::query!("update one_time_link set used_at = $2 where id = $1 and used_at is null", link.id, now)
        .execute(tx.conn())
        .await?;
    Ok(used.rows_affected() == 1)
}

pub async fn make_link(
    conn: &mut sqlx::PgConnection,
    account: AccountId,
    purpose: &str,
    until: DateTime<Utc>,
) -> sqlx::Result<Token> {
    let token = Token::new();
    sqlx::query!("select kernel.make_link($1, $2, $3, $4)", account.0, purpose, token.hash(), until)
        .fetch_one(conn)
        .await?;
    Ok(token)
}

pub async fn account_of(conn: &mut sqlx::PgConnection, email: &str) -> sqlx::Result<AccountId> {
    sqlx::query_scalar!(r#"select kernel.account_of($1) as "id!: AccountId""#, email).fetch_one(conn).await
}

/// Sets the password and ends every session.
pub async fn set_password(tx: &mut AccountTx, account: AccountId, hash: &str, now: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!("update account set password_hash = $2, password_changed_at = $3 where id = $1", account.0, hash, now)
        .execute(tx.conn())
        .await?;
    sqlx::query!("update sign_in_session set ended_at = $2 where account_id = $1 and ended_at is null", account.0, now)
        .execute(tx.conn())
        .await?;
    Ok(())
}

pub async fn accept_invitations(tx: &mut AccountTx) -> sqlx::Result<()> {
    sqlx::query!("select kernel.accept_invitations()").fetch_one(tx.conn()).await?;
    Ok(())
}

pub struct PublicProcess {
    pub slug: String,
    pub name: String,
    pub tagline: String,
    pub example: bool,
}

pub async fn public_processes(tx: &mut AccountTx) -> sqlx::Result<Vec<PublicProcess>> {
    sqlx::query_as!(
        PublicProcess,
        r#"select slug as "slug!", name as "name!", tagline as "tagline!", example as "example!" from kernel.public_processes()"#
    )
    .fetch_all(tx.conn())
    .await
}
