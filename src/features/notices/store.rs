//! Notices in the database.

mod days;
mod reading;

pub use days::*;
pub use reading::*;

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::types::Json;
use uuid::Uuid;

use super::mentions::Mention;
use super::model::Topic;
use super::told::{Subject, To};
use super::words::{Parts, Place};
use crate::kernel::db::{Footnote, ProcessTx};
use crate::kernel::mail::one_line;

/// The process, as letters name it.
pub async fn place(tx: &mut ProcessTx) -> sqlx::Result<Place> {
    let row = sqlx::query!(
        r#"select slug, short_name, footnotes as "footnotes: Json<Vec<Footnote>>" from process where id = kernel.process_id()"#
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(Place { slug: row.slug, short_name: row.short_name, footnotes: row.footnotes.0 })
}

/// What is told, as the database has it.
pub struct Telling<'a> {
    pub topic: Topic,
    pub kind: &'a str,
    pub id: Uuid,
    /// Kind, id and title.
    pub group: Option<(&'a str, Uuid, &'a str)>,
    pub by: Option<Uuid>,
    pub key: &'a str,
    pub args: serde_json::Value,
    pub discreet: bool,
    pub link: &'a str,
    pub deadline: Option<NaiveDate>,
    pub once: &'a str,
}

/// Tells, and writes the letters of those who want one at once, in one statement.
pub async fn tell(
    tx: &mut ProcessTx,
    telling: Telling<'_>,
    to: &To,
    letter: &Parts,
    now: DateTime<Utc>,
) -> sqlx::Result<i64> {
    let group = telling.group;
    sqlx::query_scalar!(
        r#"with told as (
            insert into notice (account_id, membership_id, topic, subject_kind, subject_id, group_kind, group_id, group_title,
                by_membership_id, key, args, discreet, link, deadline, dedupe_key, at, mail, mail_at)
            select r.account_id, r.membership_id, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, h.how,
                case when h.how = 'at_once' then $14::timestamptz end
            from kernel.readers($15, $2, $3, $7, $16) r
                left join notice_choice c on c.process_id = kernel.process_id() and c.account_id = r.account_id and c.topic = $1
                cross join lateral (select coalesce(c.how, $17) as how) h
            on conflict (process_id, account_id, dedupe_key) do nothing
            returning id, membership_id, mail),
        letters as (
            insert into outgoing_mail (process_id, recipient, subject, body)
            select kernel.process_id(), a.email, $18, $19 || t.id || $20
            from told t join kernel.member_addresses() a on a.membership_id = t.membership_id
            where t.mail = 'at_once')
        select count(*) as "n!" from told"#,
        telling.topic.as_str(),
        telling.kind,
        telling.id,
        group.map(|(kind, _, _)| kind),
        group.map(|(_, id, _)| id),
        group.map(|(_, _, title)| one_line(title)).unwrap_or_default(),
        telling.by,
        telling.key,
        telling.args,
        telling.discreet,
        telling.link,
        telling.deadline,
        telling.once,
        now,
        Json(to) as _,
        now.date_naive(),
        telling.topic.by_default().as_str(),
        letter.subject,
        letter.before,
        letter.after
    )
    .fetch_one(tx.conn())
    .await
}

/// Of those named, the ones by whose name nobody who sees the subject would be told, as forms have them.
///
/// # Errors
/// The database's own.
pub async fn blind(
    tx: &mut ProcessTx,
    subject: Subject,
    names: &[Mention],
    today: NaiveDate,
) -> sqlx::Result<Vec<String>> {
    let (kinds, ids): (Vec<String>, Vec<String>) =
        names.iter().map(|n| (n.kind().to_owned(), n.id().to_string())).unzip();
    let rows = sqlx::query!(
        r#"select x.kind as "kind!", x.id as "id!" from unnest($3::text[], $4::text[]) as x (kind, id)
            where not exists (select from kernel.readers(jsonb_build_object(x.kind, jsonb_build_array(x.id)), $1, $2, null, $5))"#,
        subject.kind,
        subject.id,
        &kinds,
        &ids,
        today
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().filter_map(|r| Some(format!("{}:{}", r.kind.chars().next()?, r.id))).collect())
}
