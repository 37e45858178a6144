//! SQL of one's own account; every statement sees its own rows only.

use chrono::{DateTime, Utc};

use crate::kernel::db::AccountTx;
use crate::kernel::ids::{AccountId, SessionId};
use crate::kernel::random::Token;

pub struct Session {
    pub id: SessionId,
    pub created_at: DateTime<Utc>,
    pub last_seen_at: DateTime<Utc>,
    pub user_agent: String,
    pub address: Option<String>,
}

/// Live sessions, the latest first.
pub async fn sessions(tx: &mut AccountTx, now: DateTime<Utc>) -> sqlx::Result<Vec<Session>> {
    sqlx::query_as!(
        Session,
        r#"select id as "id: SessionId", created_at, last_seen_at, user_agent, host(address) as address
        from sign_in_session
        where ended_at is null and ends_at > $1 and last_seen_at > $1 - make_interval(mins => $2)
        order by last_seen_at desc limit 50"#,
        now,
        crate::kernel::db::IDLE_MINUTES
    )
    .fetch_all(tx.conn())
    .await
}

pub async fn end_session(tx: &mut AccountTx, id: SessionId, now: DateTime<Utc>) -> sqlx::Result<bool> {
    let ended = sqlx::query!("update sign_in_session set ended_at = $2 where id = $1 and ended_at is null", id.0, now)
        .execute(tx.conn())
        .await?;
    Ok(ended.rows_affected() == 1)
}

pub async fn end_others(tx: &mut AccountTx, own: SessionId, now: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!("update sign_in_session set ended_at = $2 where id <> $1 and ended_at is null", own.0, now)
        .execute(tx.conn())
        .await?;
    Ok(())
}

pub struct Means {
    pub password_hash: Option<String>,
    pub password_changed_at: Option<DateTime<Utc>>,
    pub totp_secret: Option<Vec<u8>>,
    pub totp_last_step: Option<i64>,
    pub codes_left: i64,
    pub factor_required: bool,
}

pub async fn means(tx: &mut AccountTx) -> sqlx::Result<Means> {
    sqlx::query_as!(
        Means,
        r#"select password_hash, password_changed_at, totp_secret, totp_last_step,
            (select count(*) from recovery_code where used_at is null) as "codes_left!",
            kernel.needs_second_factor() as "factor_required!"
        from account"#
    )
    .fetch_one(tx.conn())
    .await
}

pub async fn set_password(tx: &mut AccountTx, hash: &str, own: SessionId, now: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!("update account set password_hash = $1, password_changed_at = $2", hash, now)
        .execute(tx.conn())
        .await?;
    end_others(tx, own, now).await
}

/// Marks the session as having given its second factor, under a new token.
pub async fn factor_given(tx: &mut AccountTx, session: SessionId, step: Option<i64>) -> sqlx::Result<Token> {
    let token = Token::new();
    sqlx::query!(
        "update sign_in_session set second_factor = true, token_hash = $2 where id = $1",
        session.0,
        token.hash()
    )
    .execute(tx.conn())
    .await?;
    if let Some(step) = step {
        sqlx::query!("update account set totp_last_step = $1", step).execute(tx.conn()).await?;
    }
    Ok(token)
}

/// Uses up a recovery code; no if there is no such unused one.
pub async fn use_code(tx: &mut AccountTx, hash: &[u8], now: DateTime<Utc>) -> sqlx::Result<bool> {
    let used =
        sqlx::query!("update recovery_code set used_at = $2 where code_hash = $1 and used_at is null", hash, now)
            .execute(tx.conn())
            .await?;
    Ok(used.rows_affected() == 1)
}

pub async fn set_factor(tx: &mut AccountTx, sealed: Option<&[u8]>, step: Option<i64>) -> sqlx::Result<()> {
    sqlx::query!("update account set totp_secret = $1, totp_last_step = $2", sealed, step).execute(tx.conn()).await?;
    Ok(())
}

/// Replaces the recovery codes.
pub async fn set_codes(tx: &mut AccountTx, account: AccountId, hashes: &[Vec<u8>]) -> sqlx::Result<()> {
    sqlx::query!("delete from recovery_code where account_id = $1", account.0).execute(tx.conn()).await?;
    sqlx::query!("insert into recovery_code (account_id, code_hash) select $1, unnest($2::bytea[])", account.0, hashes)
        .execute(tx.conn())
        .await?;
    Ok(())
}
