//! SQL of one's own account, under the account's own policies.

use chrono::{DateTime, Utc};

use crate::kernel::db::{AccountTx, IDLE_MINUTES};
use crate::kernel::ids::{AccountId, SessionId};

/// What is stored of somebody's means of sign-in.
pub struct Means {
    pub hash: Option<String>,
    pub changed_at: Option<DateTime<Utc>>,
    pub factor: Option<Vec<u8>>,
    /// Recovery codes that have not been used.
    pub codes: i64,
    pub operator: bool,
}

pub async fn means(tx: &mut AccountTx, account: AccountId) -> sqlx::Result<Means> {
    sqlx::query_as!(
        Means,
        r#"select password_hash as hash, password_changed_at as changed_at, totp_secret as factor, operator,
            (select count(*) from recovery_code c where c.account_id = a.id and c.used_at is null) as "codes!"
        from account a where a.id = $1"#,
        account.0
    )
    .fetch_one(tx.conn())
    .await
}

#[derive(Debug)]
pub struct Session {
    pub id: SessionId,
    pub created_at: DateTime<Utc>,
    pub last_seen_at: DateTime<Utc>,
    pub agent: String,
    pub address: Option<String>,
}

/// The sessions that live, the one last used first.
pub async fn sessions(tx: &mut AccountTx, account: AccountId, now: DateTime<Utc>) -> sqlx::Result<Vec<Session>> {
    sqlx::query_as!(
        Session,
        r#"select id as "id: SessionId", created_at, last_seen_at, user_agent as agent, host(address) as address
        from sign_in_session
        where account_id = $1 and ended_at is null and ends_at > $2 and last_seen_at > $2 - make_interval(mins => $3)
        order by last_seen_at desc, id limit 100"#,
        account.0,
        now,
        IDLE_MINUTES
    )
    .fetch_all(tx.conn())
    .await
}

/// A process into which programs come by tokens that the account has made.
#[derive(Debug)]
pub struct Tokens {
    pub slug: String,
    pub process: String,
    /// How many open something today.
    pub live: i64,
}

pub async fn tokens(tx: &mut AccountTx, now: DateTime<Utc>) -> sqlx::Result<Vec<Tokens>> {
    sqlx::query_as!(
        Tokens,
        r#"select slug as "slug!", name as "process!", tokens as "live!" from kernel.own_tokens($1)"#,
        now
    )
    .fetch_all(tx.conn())
    .await
}

/// Ends one session of the account; answers whether there was one.
pub async fn end_session(
    tx: &mut AccountTx,
    account: AccountId,
    session: SessionId,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let ended = sqlx::query!(
        "update sign_in_session set ended_at = $3 where account_id = $1 and id = $2 and ended_at is null",
        account.0,
        session.0,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(ended.rows_affected() == 1)
}

/// Sets a factor where there is none; `step` is that of the code which confirmed it, and counts as used.
pub async fn set_factor(tx: &mut AccountTx, account: AccountId, sealed: &[u8], step: i64) -> sqlx::Result<bool> {
    let set = sqlx::query!(
        "update account set totp_secret = $2, totp_last_step = $3 where id = $1 and totp_secret is null",
        account.0,
        sealed,
        step
    )
    .execute(tx.conn())
    .await?;
    Ok(set.rows_affected() == 1)
}

pub async fn remove_factor(tx: &mut AccountTx, account: AccountId) -> sqlx::Result<()> {
    sqlx::query!("update account set totp_secret = null, totp_last_step = null where id = $1", account.0)
        .execute(tx.conn())
        .await?;
    sqlx::query!("delete from recovery_code where account_id = $1", account.0).execute(tx.conn()).await?;
    Ok(())
}

/// Uses a time step up: of codes that come in at the same time one counts, and none of an earlier step after it.
pub async fn use_step(tx: &mut AccountTx, account: AccountId, step: i64) -> sqlx::Result<bool> {
    let used = sqlx::query!(
        "update account set totp_last_step = $2 where id = $1 and totp_secret is not null and coalesce(totp_last_step, 0) < $2",
        account.0,
        step
    )
    .execute(tx.conn())
    .await?;
    Ok(used.rows_affected() == 1)
}

pub async fn use_code(tx: &mut AccountTx, account: AccountId, hash: &[u8], now: DateTime<Utc>) -> sqlx::Result<bool> {
    let used = sqlx::query!(
        "update recovery_code set used_at = $3 where account_id = $1 and code_hash = $2 and used_at is null",
        account.0,
        hash,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(used.rows_affected() == 1)
}

/// New recovery codes in place of all there were.
pub async fn set_codes(tx: &mut AccountTx, account: AccountId, hashes: &[Vec<u8>]) -> sqlx::Result<()> {
    sqlx::query!("delete from recovery_code where account_id = $1", account.0).execute(tx.conn()).await?;
    sqlx::query!("insert into recovery_code (account_id, code_hash) select $1, unnest($2::bytea[])", account.0, hashes)
        .execute(tx.conn())
        .await?;
    Ok(())
}
