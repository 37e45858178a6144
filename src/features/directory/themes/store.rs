//! Themes in the database.

use chrono::{DateTime, Utc};

use crate::kernel::db::ProcessTx;
use crate::kernel::ids::ThemeId;

pub struct Theme {
    pub id: ThemeId,
    pub key: String,
    pub name: String,
    /// Purposes and sectors of the OECD-DAC.
    pub codes: Vec<String>,
    /// The one of them that was chosen as the main one.
    pub chosen: Option<String>,
    pub retired_at: Option<DateTime<Utc>>,
    pub version: i32,
    /// Actions of it that the reader may see.
    pub actions: i64,
    /// Submitted needs of it that the reader may see.
    pub needs: i64,
}

impl Theme {
    /// The code that it stands for where only one can be named: the one that was chosen, or its only one.
    pub fn main(&self) -> Option<&str> {
        match (&self.chosen, self.codes.as_slice()) {
            (Some(chosen), _) => Some(chosen),
            (None, [only]) => Some(only),
            _ => None,
        }
    }

    /// The others.
    pub fn further(&self) -> Vec<&str> {
        self.codes.iter().map(String::as_str).filter(|code| Some(*code) != self.main()).collect()
    }
}

async fn read(tx: &mut ProcessTx, id: Option<ThemeId>) -> sqlx::Result<Vec<Theme>> {
    sqlx::query_as!(
        Theme,
        r#"select t.id as "id: ThemeId", t.key, t.name, t.dac_codes as codes, t.main_code as chosen, t.retired_at, t.version,
            coalesce(n.n, 0) as "actions!",
            (select count(*) from visible_need x where x.process_id = t.process_id and x.theme_id = t.id and x.state = 'submitted') as "needs!"
        from theme t left join (
            select x.theme_id, count(*) as n from action_theme x join visible_action a on a.process_id = x.process_id and a.id = x.action_id
            where a.merged_into_id is null and a.claim <> 'declined' and ($1::uuid is null or x.theme_id = $1) group by 1) n on n.theme_id = t.id
        where $1::uuid is null or t.id = $1
        order by t.retired_at is not null, lower(t.name), t.id"#,
        id.map(|i| i.0)
    )
    .fetch_all(tx.conn())
    .await
}

/// By name; the retired ones last.
pub async fn list(tx: &mut ProcessTx) -> sqlx::Result<Vec<Theme>> {
    read(tx, None).await
}

pub async fn load(tx: &mut ProcessTx, id: ThemeId) -> sqlx::Result<Theme> {
    read(tx, Some(id)).await?.into_iter().next().ok_or(sqlx::Error::RowNotFound)
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

/// What the form says of a theme.
pub struct Draft {
    pub name: String,
    /// All of its codes, the main one among them.
    pub codes: Vec<String>,
    pub main: Option<String>,
}

pub async fn create(tx: &mut ProcessTx, id: ThemeId, draft: &Draft) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into theme (id, key, name, dac_codes, main_code, position)
         select $1, $2, $3, $4, $5, coalesce(max(position), 0) + 1 from theme",
        id.0,
        id.to_string(),
        draft.name,
        &draft.codes,
        draft.main
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// False where somebody else was first.
pub async fn save(tx: &mut ProcessTx, id: ThemeId, version: i32, draft: &Draft) -> sqlx::Result<bool> {
    let saved = sqlx::query!(
        "update theme set name = $3, dac_codes = $4, main_code = $5, version = version + 1 where id = $1 and version = $2",
        id.0,
        version,
        draft.name,
        &draft.codes,
        draft.main
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
