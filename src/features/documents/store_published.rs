//! Files of what is published: one of each form for each published thing.

use chrono::{DateTime, Utc};
use sqlx::types::Json;
use uuid::Uuid;

use super::order::{Format, Making};
use crate::kernel::db::ProcessTx;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    Waiting,
    Ready,
    Failed,
}

/// The file with this content, where it has been asked for before.
pub async fn find(
    tx: &mut ProcessTx,
    subject: Uuid,
    format: Format,
    hash: &[u8],
) -> sqlx::Result<Option<(State, Option<Vec<u8>>)>> {
    let row = sqlx::query!(
        "select state, bytes from published_file where subject_id = $1 and format = $2 and content_hash = $3",
        subject,
        format.as_str(),
        hash
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|r| {
        let state = match r.state.as_str() {
            "ready" => State::Ready,
            "failed" => State::Failed,
            _ => State::Waiting,
        };
        (state, r.bytes)
    }))
}

pub async fn ask(
    tx: &mut ProcessTx,
    subject: Uuid,
    format: Format,
    hash: &[u8],
    making: &Making,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into published_file as f (subject_id, format, content_hash, state, content, asked_at)
         values ($1, $2, $3, 'waiting', $4, $5)
         on conflict (process_id, subject_id, format) do update set content_hash = excluded.content_hash, state = 'waiting',
            content = excluded.content, attempts = 0, bytes = null, asked_at = excluded.asked_at
            where f.content_hash <> excluded.content_hash",
        subject,
        format.as_str(),
        hash,
        Json(making) as _,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub async fn keep(
    tx: &mut ProcessTx,
    subject: Uuid,
    format: Format,
    hash: &[u8],
    bytes: &[u8],
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into published_file (subject_id, format, content_hash, state, bytes, asked_at) values ($1, $2, $3, 'ready', $4, $5)
         on conflict (process_id, subject_id, format) do update set content_hash = excluded.content_hash, state = 'ready',
            content = null, attempts = 0, bytes = excluded.bytes, asked_at = excluded.asked_at",
        subject,
        format.as_str(),
        hash,
        bytes,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// What is to be made, with the fingerprint of it and how often it has been tried.
pub async fn take(tx: &mut ProcessTx, subject: Uuid, format: Format) -> sqlx::Result<Option<(Making, Vec<u8>, i16)>> {
    let row = sqlx::query!(
        r#"update published_file set attempts = attempts + 1 where subject_id = $1 and format = $2 and state = 'waiting'
         returning content as "making!: Json<Making>", content_hash, attempts"#,
        subject,
        format.as_str()
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|r| (r.making.0, r.content_hash, r.attempts)))
}

pub async fn done(tx: &mut ProcessTx, subject: Uuid, format: Format, hash: &[u8], bytes: &[u8]) -> sqlx::Result<()> {
    sqlx::query!(
        "update published_file set state = 'ready', bytes = $4, content = null
         where subject_id = $1 and format = $2 and content_hash = $3 and state = 'waiting'",
        subject,
        format.as_str(),
        hash,
        bytes
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub async fn failed(tx: &mut ProcessTx, subject: Uuid, format: Format, hash: &[u8]) -> sqlx::Result<()> {
    sqlx::query!(
        "update published_file set state = 'failed', content = null
         where subject_id = $1 and format = $2 and content_hash = $3 and state = 'waiting'",
        subject,
        format.as_str(),
        hash
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
