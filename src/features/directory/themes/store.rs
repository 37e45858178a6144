//! Themes in the database.

use chrono::{DateTime, Utc};
use serde::Deserialize;
use sqlx::types::Json;

use crate::kernel::db::ProcessTx;
use crate::kernel::ids::ThemeId;

/// A purpose code; a code that the list does not have stands without a name.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Code {
    pub code: String,
    pub name: Option<String>,
}

pub struct Theme {
    pub id: ThemeId,
    pub key: String,
    pub name: String,
    pub codes: Vec<Code>,
    pub retired_at: Option<DateTime<Utc>>,
    pub version: i32,
    /// Actions of it that the reader may see.
    pub actions: i64,
}

async fn read(tx: &mut ProcessTx, id: Option<ThemeId>) -> sqlx::Result<Vec<Theme>> {
    let rows = sqlx::query!(
        r#"select t.id as "id: ThemeId", t.key, t.name, t.retired_at, t.version,
            coalesce((select jsonb_agg(jsonb_build_object('code', c.code, 'name', d.name) order by c.code)
                from unnest(t.dac_codes) c (code) left join dac_purpose d on d.code = c.code), '[]') as "codes!: Json<Vec<Code>>",
            coalesce(n.n, 0) as "actions!"
        from theme t left join (
            select x.theme_id, count(*) as n from action_theme x join visible_action a on a.process_id = x.process_id and a.id = x.action_id
            where a.merged_into_id is null and a.claim <> 'declined' and ($1::uuid is null or x.theme_id = $1) group by 1) n on n.theme_id = t.id
        where $1::uuid is null or t.id = $1
        order by t.retired_at is not null, lower(t.name), t.id"#,
        id.map(|i| i.0)
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| Theme {
            id: r.id,
            key: r.key,
            name: r.name,
            codes: r.codes.0,
            retired_at: r.retired_at,
            version: r.version,
            actions: r.actions,
        })
        .collect())
}

/// By name; the retired ones last.
pub async fn list(tx: &mut ProcessTx) -> sqlx::Result<Vec<Theme>> {
    read(tx, None).await
}

pub async fn load(tx: &mut ProcessTx, id: ThemeId) -> sqlx::Result<Theme> {
    read(tx, Some(id)).await?.into_iter().next().ok_or(sqlx::Error::RowNotFound)
}

/// Every purpose code with its name.
pub async fn purposes(tx: &mut ProcessTx) -> sqlx::Result<Vec<(String, String)>> {
    let rows = sqlx::query!("select code, name from dac_purpose order by code").fetch_all(tx.conn()).await?;
    Ok(rows.into_iter().map(|r| (r.code, r.name)).collect())
}

/// Whether another theme has this name, however it is written.
pub async fn name_taken(tx: &mut ProcessTx, name: &str, but: Option<ThemeId>) -> sqlx::Result<bool> {
    sqlx::query_scalar!(
        r#"select exists (select from theme where lower(name) = lower($1) and id is distinct from $2) as "taken!""#,
        name,
        but.map(|i| i.0)
    )
    .fetch_one(tx.conn())
    .await
}

pub async fn create(tx: &mut ProcessTx, id: ThemeId, name: &str, codes: &[String]) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into theme (id, key, name, dac_codes, position) select $1, $2, $3, $4, coalesce(max(position), 0) + 1 from theme",
        id.0,
        id.to_string(),
        name,
        codes
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// False where somebody else was first.
pub async fn save(tx: &mut ProcessTx, id: ThemeId, version: i32, name: &str, codes: &[String]) -> sqlx::Result<bool> {
    let saved = sqlx::query!(
        "update theme set name = $3, dac_codes = $4, version = version + 1 where id = $1 and version = $2",
        id.0,
        version,
        name,
        codes
    )
    .execute(tx.conn())
    .await?;
    Ok(saved.rows_affected() > 0)
}

/// A retired theme stays with its actions and is offered to no new one. False where it was so already.
pub async fn set_retired(tx: &mut ProcessTx, id: ThemeId, at: Option<DateTime<Utc>>) -> sqlx::Result<bool> {
    let saved = sqlx::query!(
        "update theme set retired_at = $2, version = version + 1 where id = $1 and (retired_at is null) <> ($2::timestamptz is null)",
        id.0,
        at
    )
    .execute(tx.conn())
    .await?;
    Ok(saved.rows_affected() > 0)
}
