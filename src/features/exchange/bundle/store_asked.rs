//! Bundles that were asked for on the page. A member reaches their account's own; the job, which has no account, each.

use chrono::{DateTime, TimeDelta, Utc};

use super::Level;
use super::make::Made;
use crate::kernel::db::{MembershipFacts, ProcessTx};
use crate::kernel::ids::{AccountId, BundleId};

/// A bundle as its page shows it.
#[derive(Debug)]
pub struct Asked {
    pub id: BundleId,
    pub level: String,
    pub state: String,
    /// Files that are written, of how many; of none nothing is known yet.
    pub done: i32,
    pub total: i32,
    pub size: Option<i64>,
    pub sha256: Option<String>,
    pub rows: Option<i64>,
    pub asked_at: DateTime<Utc>,
}

impl Asked {
    pub fn open(&self) -> bool {
        matches!(self.state.as_str(), "waiting" | "working")
    }
    pub fn ready(&self) -> bool {
        self.state == "ready"
    }
    /// The Fluent key of its level's name.
    pub fn label(&self) -> &'static str {
        Level::parse(&self.level).unwrap_or(Level::All).label()
    }
    /// The Fluent key of its state's name.
    pub fn state_label(&self) -> &'static str {
        match self.state.as_str() {
            "waiting" => "bundle-state-waiting",
            "working" => "bundle-state-working",
            "ready" => "bundle-state-ready",
            _ => "bundle-state-failed",
        }
    }
    pub fn badge(&self) -> &'static str {
        match self.state.as_str() {
            "waiting" => "plain",
            "working" => "info",
            "ready" => "ok",
            _ => "warn",
        }
    }
}

/// The account's bundles, the latest first.
pub async fn list(tx: &mut ProcessTx) -> sqlx::Result<Vec<Asked>> {
    sqlx::query_as!(
        Asked,
        r#"select id as "id: BundleId", level, state,
            done::integer as "done!", total::integer as "total!", size, sha256, rows, asked_at
        from bundle where account_id = (select nullif(current_setting('app.account', true), '')::uuid)
        order by asked_at desc, id limit 20"#
    )
    .fetch_all(tx.conn())
    .await
}

/// One of them.
pub async fn one(tx: &mut ProcessTx, id: BundleId) -> sqlx::Result<Asked> {
    sqlx::query_as!(
        Asked,
        r#"select id as "id: BundleId", level, state,
            done::integer as "done!", total::integer as "total!", size, sha256, rows, asked_at
        from bundle where id = $1 and account_id = (select nullif(current_setting('app.account', true), '')::uuid)"#,
        id.0
    )
    .fetch_one(tx.conn())
    .await
}

/// How many of the account's are not done, and how many were asked for within a day.
pub async fn of_late(tx: &mut ProcessTx, now: DateTime<Utc>) -> sqlx::Result<(i64, i64)> {
    let row = sqlx::query!(
        r#"select count(*) filter (where state in ('waiting', 'working') and asked_at > $1) as "open!", count(*) as "all!"
        from bundle where account_id = (select nullif(current_setting('app.account', true), '')::uuid) and asked_at > $2"#,
        now - TimeDelta::hours(1),
        now - TimeDelta::days(1)
    )
    .fetch_one(tx.conn())
    .await?;
    Ok((row.open, row.all))
}

pub async fn ask(
    tx: &mut ProcessTx,
    id: BundleId,
    account: AccountId,
    by: &MembershipFacts,
    level: Level,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into bundle (id, account_id, membership_id, level, asked_at) values ($1, $2, $3, $4, $5)",
        id.0,
        account.0,
        by.id.0,
        level.as_str(),
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Takes an order to work on, from its beginning; also one that a worker which was killed had begun.
pub async fn take(tx: &mut ProcessTx, id: BundleId) -> sqlx::Result<Option<(AccountId, String, i16)>> {
    sqlx::query!("delete from bundle_part where bundle_id = $1", id.0).execute(tx.conn()).await?;
    let row = sqlx::query!(
        r#"update bundle set state = 'working', attempts = attempts + 1, done = 0 where id = $1 and state in ('waiting', 'working')
        returning account_id as "account: AccountId", level, attempts"#,
        id.0
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|r| (r.account, r.level, r.attempts)))
}

pub async fn progress(tx: &mut ProcessTx, id: BundleId, done: i16, total: i16) -> sqlx::Result<()> {
    sqlx::query!("update bundle set done = $2, total = $3 where id = $1 and state = 'working'", id.0, done, total)
        .execute(tx.conn())
        .await?;
    Ok(())
}

pub async fn add_part(tx: &mut ProcessTx, id: BundleId, position: i32, bytes: &[u8]) -> sqlx::Result<()> {
    sqlx::query!("insert into bundle_part (bundle_id, position, bytes) values ($1, $2, $3)", id.0, position, bytes)
        .execute(tx.conn())
        .await?;
    Ok(())
}

pub async fn part(tx: &mut ProcessTx, id: BundleId, position: i32) -> sqlx::Result<Option<Vec<u8>>> {
    sqlx::query_scalar!("select bytes from bundle_part where bundle_id = $1 and position = $2", id.0, position)
        .fetch_optional(tx.conn())
        .await
}

pub async fn ready(
    tx: &mut ProcessTx,
    id: BundleId,
    made: &Made,
    size: i64,
    sha256: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update bundle set state = 'ready', done = total, size = $2, sha256 = $3, rows = $4, ready_at = $5
        where id = $1 and state = 'working'",
        id.0,
        size,
        sha256,
        i64::try_from(made.manifest.rows()).unwrap_or(i64::MAX),
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub async fn failed(tx: &mut ProcessTx, id: BundleId) -> sqlx::Result<()> {
    sqlx::query!("update bundle set state = 'failed' where id = $1 and state in ('waiting', 'working')", id.0)
        .execute(tx.conn())
        .await?;
    Ok(())
}
