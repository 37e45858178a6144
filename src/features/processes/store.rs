//! The registry's SQL.

use chrono::{DateTime, Utc};
use sqlx::types::Json;

use super::model::{First, Founding, State};
use crate::features::sign_in::{self, Entrance};
use crate::kernel::clock::Clock;
use crate::kernel::db::{PlatformTx, ProcessTx};
use crate::kernel::history::{self, Changes, Entry, Subject};
use crate::kernel::i18n::{Locale, Message};
use crate::kernel::ids::{AccountId, ProcessId};
use crate::kernel::mail::{self, Letter};
use crate::kernel::random;

/// A process in the registry.
#[derive(Debug, Clone)]
pub struct Listed {
    pub slug: String,
    pub name: String,
    pub short_name: String,
    pub state: String,
    pub public: bool,
    pub example: bool,
    pub suspended_at: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
    /// People who take part.
    pub members: i64,
}

impl Listed {
    pub fn suspended(&self) -> bool {
        State::parse(&self.state) == Some(State::Suspended)
    }
}

/// Every process of the installation.
///
/// # Errors
/// The database's own.
pub async fn listed(tx: &mut PlatformTx) -> sqlx::Result<Vec<Listed>> {
    sqlx::query_as!(
        Listed,
        r#"select slug as "slug!", name as "name!", short_name as "short_name!", state as "state!", public as "public!",
            example as "example!", suspended_at, created_at as "created_at!", members as "members!"
        from kernel.registry()"#
    )
    .fetch_all(tx.conn())
    .await
}

/// One process of the registry.
pub async fn one(tx: &mut PlatformTx, slug: &str) -> sqlx::Result<Listed> {
    sqlx::query_as!(
        Listed,
        r#"select slug as "slug!", name as "name!", short_name as "short_name!", state as "state!", public as "public!",
            example as "example!", suspended_at, created_at as "created_at!", members as "members!"
        from kernel.registry() where slug = $1"#,
        slug
    )
    .fetch_one(tx.conn())
    .await
}

/// What an operator did.
#[derive(Debug)]
pub struct Act {
    pub at: DateTime<Utc>,
    pub event: String,
    /// Nobody: the command line.
    pub by: Option<String>,
    pub slug: Option<String>,
    pub name: Option<String>,
    pub about: Option<String>,
    pub why: String,
}

pub async fn acts(tx: &mut PlatformTx, most: i32) -> sqlx::Result<Vec<Act>> {
    sqlx::query_as!(
        Act,
        r#"select at as "at!", event as "event!", by_email as "by", slug, name, about_email as "about", why as "why!"
        from kernel.operator_acts($1)"#,
        most
    )
    .fetch_all(tx.conn())
    .await
}

pub async fn note(
    tx: &mut PlatformTx,
    by: Option<AccountId>,
    event: &str,
    process: ProcessId,
    why: &str,
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into operator_act (id, account_id, event, about_process_id, why) values ($1, $2, $3, $4, $5)",
        random::id(),
        by.map(|a| a.0),
        event,
        process.0,
        why
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub async fn set_state(
    tx: &mut PlatformTx,
    by: Option<AccountId>,
    slug: &str,
    state: State,
    why: &str,
) -> sqlx::Result<bool> {
    // one that is so already stays as it is, and nothing is noted
    let found = sqlx::query!(
        r#"with it as (select id, state from process where slug = $1 for update),
            changed as (update process p set state = $2, suspended_at = case when $2 = 'suspended' then now() end
                from it where p.id = it.id and it.state <> $2 returning p.id)
        select it.id as "id!: ProcessId", exists (select from changed) as "changed!" from it"#,
        slug,
        state.as_str()
    )
    .fetch_optional(tx.conn())
    .await?;
    let Some(found) = found else { return Ok(false) };
    if found.changed {
        let event = if state == State::Suspended { "suspended" } else { "resumed" };
        note(tx, by, event, found.id, why).await?;
    }
    Ok(true)
}

/// When a process is founded, and how its first member is written to.
#[derive(Clone, Copy)]
pub struct Setting<'a> {
    pub locale: Locale,
    pub base_url: &'a str,
    pub clock: &'a Clock,
}

pub async fn found(
    mut tx: PlatformTx,
    by: Option<AccountId>,
    founding: &Founding,
    setting: Setting<'_>,
) -> anyhow::Result<bool> {
    let made = sqlx::query_scalar!(
        r#"insert into process (slug, name, short_name) values ($1, $2, $3) on conflict (slug) do nothing returning id as "id: ProcessId""#,
        founding.slug,
        founding.name,
        founding.short_name
    )
    .fetch_optional(tx.conn())
    .await?;
    let Some(process) = made else { return Ok(false) };
    note(&mut tx, by, "founded", process, "").await?;

    let mut tx = tx.enter_founded(process).await?;
    structure(&mut tx, founding).await?;
    first_member(&mut tx, &founding.name, &founding.first, setting).await?;
    history::record(
        &mut tx,
        None,
        Entry { subject: Subject::Process, id: process.0, event: "founded", changes: Changes::new(), why: "" },
    )
    .await?;
    tx.commit().await?;
    Ok(true)
}

async fn structure(tx: &mut ProcessTx, founding: &Founding) -> sqlx::Result<()> {
    let pillars = founding.template.pillars();
    if !pillars.is_empty() {
        sqlx::query!(
            "insert into pillar (key, name, about, position)
             select x ->> 0, x ->> 1, x ->> 2, n from jsonb_array_elements($1) with ordinality as e(x, n)",
            Json(pillars) as _
        )
        .execute(tx.conn())
        .await?;
    }
    let themes = founding.template.themes();
    if !themes.is_empty() {
        sqlx::query!(
            "insert into theme (key, name, dac_codes, position)
             select x ->> 0, x ->> 1, array(select jsonb_array_elements_text(x -> 2)), n
             from jsonb_array_elements($1) with ordinality as e(x, n)",
            Json(themes) as _
        )
        .execute(tx.conn())
        .await?;
    }
    Ok(())
}

/// The first member of the secretariat: its membership and the letter. Whoever has an account with a password takes part
/// with that one: no link of ours sets another.
pub async fn first_member(tx: &mut ProcessTx, name: &str, first: &First, setting: Setting<'_>) -> sqlx::Result<()> {
    let Entrance { account, known, link } =
        sign_in::entrance(tx, setting.base_url, setting.clock.now(), &first.email).await?;
    sqlx::query!(
        "insert into membership (account_id, name, role, starts_on, state) values ($1, $2, 'support_group', $3, 'active')",
        account.0,
        first.name,
        setting.clock.today()
    )
    .execute(tx.conn())
    .await?;
    let subject = Message::new("processes-letter-subject").with("process", name);
    let text = if known { "processes-letter-known-text" } else { "processes-letter-text" };
    let text = Message::new(text)
        .with("name", &first.name)
        .with("process", name)
        .with("link", link)
        .with("days", sign_in::INVITATION_DAYS);
    let process = tx.process();
    mail::queue(tx.conn(), Some(process), &Letter::new(setting.locale, &first.email, &subject, &text)).await
}
