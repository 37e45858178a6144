//! Notices in the database.

mod days;
mod reading;

pub use days::*;
pub use reading::*;

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use sqlx::types::Json;
use uuid::Uuid;

use super::mentions::Mention;
use super::model::Topic;
use super::told::{Subject, To};
use super::words::{Parts, Place};
use crate::kernel::db::{Footnote, ProcessTx};
use crate::kernel::notes::Notes;

/// The process, as letters name it.
pub async fn place(tx: &mut ProcessTx) -> sqlx::Result<Place> {
    let row = sqlx::query!(
        r#"select p.slug, p.short_name, p.footnotes as "footnotes: Json<Vec<Footnote>>",
            array(select b.name from beneficiary b where b.process_id = p.id) as "names!"
        from process p where p.id = kernel.process_id()"#
    )
    .fetch_one(tx.conn())
    .await?;
    let notes = Notes::of(&row.footnotes.0, row.names.iter().map(String::as_str));
    Ok(Place { slug: row.slug, short_name: row.short_name, notes })
}

/// What is told, to whom, with its letter, as the database has it.
#[derive(Serialize)]
pub struct Telling<'a> {
    pub topic: Topic,
    pub kind: &'a str,
    pub id: Uuid,
    pub group_kind: Option<&'a str>,
    pub group_id: Option<Uuid>,
    pub group_title: String,
    pub by_id: Option<Uuid>,
    pub key: &'a str,
    pub args: serde_json::Value,
    pub discreet: bool,
    pub link: &'a str,
    pub deadline: Option<NaiveDate>,
    pub once: &'a str,
    pub recipients: &'a To,
    #[serde(flatten)]
    pub letter: Parts,
}

/// Tells each, and writes the letters of those who want one at once, in one statement.
pub async fn tell(tx: &mut ProcessTx, tellings: &[Telling<'_>], now: DateTime<Utc>) -> sqlx::Result<i64> {
    let rows: Vec<serde_json::Value> = tellings.iter().map(super::json).collect::<sqlx::Result<_>>()?;
    let hows: Vec<String> = tellings.iter().map(|t| t.topic.by_default().as_str().to_owned()).collect();
    sqlx::query_scalar!(
        r#"with them as materialized (
            select gen_random_uuid() as notice, r.account_id, r.membership_id, coalesce(c.how, u.how) as mail, x.*
            from unnest($1::jsonb[], $2::text[]) as u (telling, how)
                cross join lateral jsonb_to_record(u.telling) as x (topic text, kind text, id uuid, group_kind text, group_id uuid,
                    group_title text, by_id uuid, key text, args jsonb, discreet boolean, link text, deadline date, once text,
                    recipients jsonb, subject text, before text, after text)
                cross join lateral kernel.readers(x.recipients, x.kind, x.id, x.by_id, $3) r
                left join notice_choice c on c.process_id = kernel.process_id() and c.account_id = r.account_id and c.topic = x.topic),
        told as (
            insert into notice (id, account_id, membership_id, topic, subject_kind, subject_id, group_kind, group_id, group_title,
                by_membership_id, key, args, discreet, link, deadline, dedupe_key, at, mail, mail_at)
            select t.notice, t.account_id, t.membership_id, t.topic, t.kind, t.id, t.group_kind, t.group_id, t.group_title,
                t.by_id, t.key, t.args, t.discreet, t.link, t.deadline, t.once, $4, t.mail,
                case when t.mail = 'at_once' then $4::timestamptz end
            from them t
            on conflict (process_id, account_id, dedupe_key) do nothing
            returning id, membership_id, mail),
        letters as (
            insert into outgoing_mail (process_id, recipient, subject, body)
            select kernel.process_id(), a.email, t.subject, t.before || t.notice || t.after
            from told join them t on t.notice = told.id join kernel.member_addresses() a on a.membership_id = told.membership_id
            where told.mail = 'at_once')
        select count(*) as "n!" from told"#,
        &rows as _,
        &hows,
        now.date_naive(),
        now
    )
    .fetch_one(tx.conn())
    .await
}

/// Of things and who is named in each, the places of those by whose name nobody who sees the thing would be told.
///
/// # Errors
/// The database's own.
pub async fn blind(tx: &mut ProcessTx, named: &[(Subject, Mention)], today: NaiveDate) -> sqlx::Result<Vec<usize>> {
    let (subjects, ids): (Vec<String>, Vec<Uuid>) = named.iter().map(|(s, _)| (s.kind.to_owned(), s.id)).unzip();
    let (kinds, parties): (Vec<String>, Vec<String>) =
        named.iter().map(|(_, n)| (n.kind().to_owned(), n.id().to_string())).unzip();
    let places = sqlx::query_scalar!(
        r#"select x.place as "place!" from unnest($1::text[], $2::uuid[], $3::text[], $4::text[])
                with ordinality as x (subject, id, kind, party, place)
            where not exists (select from kernel.readers(jsonb_build_object(x.kind, jsonb_build_array(x.party)), x.subject, x.id, null, $5))
            order by 1"#,
        &subjects,
        &ids,
        &kinds,
        &parties,
        today
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(places.into_iter().filter_map(|place| usize::try_from(place - 1).ok()).collect())
}
