//! Days that come near, and the letter of a day.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::types::Json;
use std::collections::BTreeMap;
use uuid::Uuid;

use crate::features::notices::model::{Arg, Mark, Person};
use crate::features::notices::told::{Deadline, Subject, To};
use crate::features::notices::words::DigestLine;
use crate::kernel::db::{PlatformTx, ProcessTx};
use crate::kernel::ids::ProcessId;
use crate::kernel::mail::one_line;

/// Keeps a deadline and whom it asks, in place of what was kept of it before.
pub async fn set_deadline(tx: &mut ProcessTx, d: &Deadline<'_>, to: &To) -> sqlx::Result<()> {
    let (kinds, parties): (Vec<String>, Vec<String>) =
        to.parties().into_iter().map(|(kind, party)| (kind.to_owned(), party)).unzip();
    let id = sqlx::query_scalar!(
        "insert into deadline (subject_kind, subject_id, what, group_kind, group_id, group_title, due_on, key, args, discreet, link)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
            on conflict (process_id, subject_kind, subject_id, what) do update set group_kind = excluded.group_kind,
                group_id = excluded.group_id, group_title = excluded.group_title, due_on = excluded.due_on, key = excluded.key,
                args = excluded.args, discreet = excluded.discreet, link = excluded.link
            returning id",
        d.subject.kind,
        d.subject.id,
        d.what,
        d.group.as_ref().map(|g| g.kind),
        d.group.as_ref().map(|g| g.id),
        d.group.as_ref().map(|g| one_line(g.title)).unwrap_or_default(),
        d.due_on,
        d.key,
        Json(&d.args) as _,
        d.discreet,
        d.link
    )
    .fetch_one(tx.conn())
    .await?;
    sqlx::query!("delete from deadline_asked where process_id = kernel.process_id() and deadline_id = $1", id)
        .execute(tx.conn())
        .await?;
    sqlx::query!(
        "insert into deadline_asked (deadline_id, kind, party, mark)
            select $1, a.kind, a.party, case when a.kind in ('organisations', 'beneficiaries') then $4 end
            from unnest($2::text[], $3::text[]) as a (kind, party) on conflict do nothing",
        id,
        &kinds,
        &parties,
        to.mark.map(Mark::as_str)
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Takes away those who have done it.
pub async fn deadline_met(tx: &mut ProcessTx, subject: Subject, what: &str, done: &To) -> sqlx::Result<()> {
    let (kinds, parties): (Vec<String>, Vec<String>) =
        done.parties().into_iter().map(|(kind, party)| (kind.to_owned(), party)).unzip();
    sqlx::query!(
        "delete from deadline_asked a using deadline d, unnest($4::text[], $5::text[]) as x (kind, party)
            where d.process_id = kernel.process_id() and d.subject_kind = $1 and d.subject_id = $2 and d.what = $3
                and a.process_id = d.process_id and a.deadline_id = d.id and a.kind = x.kind and a.party = x.party",
        subject.kind,
        subject.id,
        what,
        &kinds,
        &parties
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Takes a deadline away.
pub async fn drop_deadline(tx: &mut ProcessTx, subject: Subject, what: &str) -> sqlx::Result<()> {
    sqlx::query!(
        "with gone as (select d.id from deadline d where d.process_id = kernel.process_id() and d.subject_kind = $1
                and d.subject_id = $2 and d.what = $3),
            asked as (delete from deadline_asked a using gone where a.process_id = kernel.process_id() and a.deadline_id = gone.id)
         delete from deadline d using gone where d.process_id = kernel.process_id() and d.id = gone.id",
        subject.kind,
        subject.id,
        what
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// A deadline that comes near, with those it asks who carry one mark, or none.
pub struct Due {
    pub id: Uuid,
    pub subject_kind: String,
    pub subject_id: Uuid,
    pub group_kind: Option<String>,
    pub group_id: Option<Uuid>,
    pub group_title: String,
    pub due_on: NaiveDate,
    pub key: String,
    pub args: Json<BTreeMap<String, Arg>>,
    pub discreet: bool,
    pub link: String,
    pub to: Json<To>,
}

/// Those of the days from `first` to `last`.
pub async fn due(tx: &mut ProcessTx, first: NaiveDate, last: NaiveDate) -> sqlx::Result<Vec<Due>> {
    sqlx::query_as!(
        Due,
        r#"select d.id, d.subject_kind, d.subject_id, d.group_kind, d.group_id, d.group_title, d.due_on, d.key,
            d.args as "args: Json<BTreeMap<String, Arg>>", d.discreet, d.link,
            (select jsonb_object_agg(k.kind, k.parties) || jsonb_strip_nulls(jsonb_build_object('mark', m.mark))
                from (select a.kind, jsonb_agg(a.party) as parties from deadline_asked a where a.process_id = d.process_id
                    and a.deadline_id = d.id and a.mark is not distinct from m.mark group by a.kind) k) as "to!: Json<To>"
        from deadline d join (select distinct x.process_id, x.deadline_id, x.mark from deadline_asked x) m
            on m.process_id = d.process_id and m.deadline_id = d.id
        where d.process_id = kernel.process_id() and d.due_on between $1 and $2
        order by d.due_on, d.id"#,
        first,
        last
    )
    .fetch_all(tx.conn())
    .await
}

/// The processes that are at work.
pub async fn processes(tx: &mut PlatformTx) -> sqlx::Result<Vec<ProcessId>> {
    sqlx::query_scalar!(r#"select id as "id: ProcessId" from process where state = 'active' order by id"#)
        .fetch_all(tx.conn())
        .await
}

/// Those whom the letter of the day waits for.
pub async fn waiting(tx: &mut ProcessTx, day: NaiveDate) -> sqlx::Result<Vec<Uuid>> {
    sqlx::query_scalar!(
        "select distinct n.account_id from notice n where n.process_id = kernel.process_id() and n.mail = 'digest'
            and not exists (select from notice_digest d where d.process_id = n.process_id and d.account_id = n.account_id and d.day = $1)
            order by 1",
        day
    )
    .fetch_all(tx.conn())
    .await
}

/// What waits for a person's letter, locked until it is written: all of it, and the lines to be written. What they have
/// read meanwhile, and what they see no longer, is not among the lines.
pub async fn waiting_lines(
    tx: &mut ProcessTx,
    account: Uuid,
    today: NaiveDate,
) -> sqlx::Result<(Vec<Uuid>, Vec<DigestLine>)> {
    let rows = sqlx::query!(
        r#"select n.id, n.group_title, n.key, n.args as "args: Json<BTreeMap<String, Arg>>",
            kernel.person(n.by_membership_id, $2) as "by?: Json<Person>", n.deadline, n.discreet,
            n.read_at is null and exists (select from kernel.who_sees(n.subject_kind, n.subject_id, array[$1::uuid], $2)) as "good!"
        from notice n where n.process_id = kernel.process_id() and n.account_id = $1 and n.mail = 'digest'
        order by n.at, n.id for update of n"#,
        account,
        today
    )
    .fetch_all(tx.conn())
    .await?;
    let all = rows.iter().map(|r| r.id).collect();
    let lines = rows.into_iter().filter(|r| r.good).map(|r| DigestLine {
        id: r.id,
        group_title: r.group_title,
        key: r.key,
        args: r.args.0,
        by: r.by.map(|p| p.0),
        deadline: r.deadline,
        discreet: r.discreet,
    });
    Ok((all, lines.collect()))
}

/// The address of a person who is a member today.
pub async fn address(tx: &mut ProcessTx, account: Uuid, today: NaiveDate) -> sqlx::Result<Option<String>> {
    sqlx::query_scalar!(
        r#"select a.email as "email!" from membership m join kernel.member_addresses() a on a.membership_id = m.id
            where m.process_id = kernel.process_id() and m.account_id = $1 and m.state = 'active' and m.starts_on <= $2
                and coalesce(m.ends_on, $2) >= $2 limit 1"#,
        account,
        today
    )
    .fetch_optional(tx.conn())
    .await
}

/// Settles what waited for a person's letter: of all of it, what is in the letter is sent, the rest goes by no letter.
pub async fn settle(tx: &mut ProcessTx, all: &[Uuid], sent: &[Uuid], now: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!(
        "update notice set mail = case when id = any ($2) then 'sent' else 'none' end,
                mail_at = case when id = any ($2) then $3::timestamptz end
            where process_id = kernel.process_id() and id = any ($1) and mail = 'digest'",
        all,
        sent,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Notes that a person has the letter of the day; `false` where they had it already.
pub async fn claim_day(tx: &mut ProcessTx, account: Uuid, day: NaiveDate, now: DateTime<Utc>) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "insert into notice_digest (account_id, day, at) values ($1, $2, $3) on conflict do nothing",
        account,
        day,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}
