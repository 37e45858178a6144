//! What one's own notices say, and how one wants to be told; the letters that have not left.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::types::Json;
use std::collections::BTreeMap;
use uuid::Uuid;

use crate::features::notices::model::{Arg, How, Person, Topic};
use crate::kernel::db::ProcessTx;
use crate::kernel::ids::{NoticeId, OrganisationId};

/// A notice on a page.
pub struct Line {
    pub id: NoticeId,
    pub topic: Topic,
    pub key: String,
    pub args: BTreeMap<String, Arg>,
    pub by: Option<Person>,
    pub group: Option<String>,
    pub deadline: Option<NaiveDate>,
    pub at: DateTime<Utc>,
    pub unread: bool,
    /// What it asks is done.
    pub settled: bool,
    /// Whether the reader still sees what it is about.
    pub seen: bool,
}

/// What a list is narrowed to, and the row it goes on after (as it stood then: unread or read).
#[derive(Debug, Default)]
pub struct Wanted {
    pub topic: Option<Topic>,
    pub unread: bool,
    pub after: Option<(bool, NoticeId)>,
}

/// A page holds so many.
pub const SIZE: usize = 50;

/// One's own notices: unread first, then the newest. One more than `most`, if there is one.
pub async fn list(tx: &mut ProcessTx, wanted: &Wanted, most: usize, today: NaiveDate) -> sqlx::Result<Vec<Line>> {
    let rows = sqlx::query!(
        r#"select n.id as "id!: NoticeId", n.topic as "topic!", n.key as "key!", n.args as "args!: Json<BTreeMap<String, Arg>>",
            kernel.person(n.by_membership_id, $1) as "by?: Json<Person>", n.group_title as "group_title!", n.deadline,
            n.at as "at!", n.read_at is null as "unread!", n.settled_at is not null as "settled!", kernel.sees(n.subject_kind, n.subject_id) as "seen!"
        from (select x.* from notice x
            where x.process_id = kernel.process_id() and x.account_id = kernel.account_id()
                and ($2::text is null or x.topic = $2) and (not $3 or x.read_at is null)
                and ($4::uuid is null or ((x.read_at is null), x.at, x.id) < ($5::boolean,
                    (select c.at from notice c where c.process_id = x.process_id and c.account_id = x.account_id and c.id = $4), $4))
            order by (x.read_at is null) desc, x.at desc, x.id desc limit $6) n
        order by (n.read_at is null) desc, n.at desc, n.id desc"#,
        today,
        wanted.topic.map(Topic::as_str),
        wanted.unread,
        wanted.after.map(|(_, id)| id.0),
        wanted.after.is_some_and(|(unread, _)| unread),
        most as i64 + 1
    )
    .fetch_all(tx.conn())
    .await?;
    let lines = rows.into_iter().map(|r| Line {
        id: r.id,
        topic: Topic::parse(&r.topic).unwrap_or(Topic::Steps),
        key: r.key,
        args: r.args.0,
        by: r.by.map(|p| p.0),
        group: Some(r.group_title).filter(|t| !t.is_empty()),
        deadline: r.deadline,
        at: r.at,
        unread: r.unread,
        settled: r.settled,
        seen: r.seen,
    });
    Ok(lines.collect())
}

/// Marks one's own notices as read: those given, or all.
pub async fn read(tx: &mut ProcessTx, ids: Option<&[Uuid]>, now: DateTime<Utc>) -> sqlx::Result<u64> {
    let done = sqlx::query!(
        "update notice set read_at = $2 where process_id = kernel.process_id() and account_id = kernel.account_id()
            and read_at is null and ($1::uuid[] is null or id = any ($1))",
        ids,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected())
}

/// Where one's own notice leads; it is read from now on.
pub async fn open(tx: &mut ProcessTx, id: NoticeId, now: DateTime<Utc>) -> sqlx::Result<Option<String>> {
    sqlx::query_scalar!(
        "update notice set read_at = coalesce(read_at, $2)
            where process_id = kernel.process_id() and account_id = kernel.account_id() and id = $1 returning link",
        id.0,
        now
    )
    .fetch_optional(tx.conn())
    .await
}

/// What notices of things ask is done: by everybody who was asked, or by those of an organisation alone. Nobody has to read them
/// any more, and what they asked can be asked anew.
pub async fn settle_asked(
    tx: &mut ProcessTx,
    key: &str,
    (kind, ids): (&str, &[Uuid]),
    of: Option<OrganisationId>,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update notice n set settled_at = $5, read_at = coalesce(n.read_at, $5), dedupe_key = left(n.dedupe_key, 163) || ':' || n.id
            where n.process_id = kernel.process_id() and n.subject_kind = $2 and n.subject_id = any ($3) and n.key = $1
                and n.settled_at is null and ($4::uuid is null or exists (select from membership m
                    where m.process_id = n.process_id and m.id = n.membership_id and m.organisation_id = $4))",
        key,
        kind,
        ids,
        of.map(|o| o.0),
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// What one has chosen.
pub async fn choices(tx: &mut ProcessTx) -> sqlx::Result<Vec<(Topic, How)>> {
    let rows = sqlx::query!(
        "select topic, how from notice_choice where process_id = kernel.process_id() and account_id = kernel.account_id()"
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().filter_map(|r| Topic::parse(&r.topic).zip(How::parse(&r.how))).collect())
}

/// Keeps what one chooses. What waits for the day's letter goes by what was chosen when it was told.
pub async fn choose(tx: &mut ProcessTx, chosen: &[(Topic, How)]) -> sqlx::Result<()> {
    let topics: Vec<String> = chosen.iter().map(|(t, _)| t.as_str().to_owned()).collect();
    let hows: Vec<String> = chosen.iter().map(|(_, h)| h.as_str().to_owned()).collect();
    sqlx::query!(
        "insert into notice_choice (account_id, topic, how)
            select kernel.account_id(), c.topic, c.how from unnest($1::text[], $2::text[]) as c (topic, how)
            on conflict (process_id, account_id, topic) do update set how = excluded.how",
        &topics,
        &hows
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// A letter of the process that has not left.
pub struct Unsent {
    pub id: Uuid,
    pub recipient: String,
    pub subject: String,
    pub created_at: DateTime<Utc>,
    pub tries: i16,
    pub last_error: String,
    pub given_up: bool,
}

/// The latest letters that have not left.
pub async fn unsent(tx: &mut ProcessTx, most: i32) -> sqlx::Result<Vec<Unsent>> {
    sqlx::query_as!(
        Unsent,
        r#"select id as "id!", recipient as "recipient!", subject as "subject!", created_at as "created_at!", tries as "tries!",
            last_error as "last_error!", given_up as "given_up!" from kernel.process_letters($1)"#,
        most
    )
    .fetch_all(tx.conn())
    .await
}

/// Tries a letter again; `false` where there is none that could be.
pub async fn again(tx: &mut ProcessTx, id: Uuid) -> sqlx::Result<bool> {
    sqlx::query_scalar!(r#"select kernel.letter_again($1) as "tried!""#, id).fetch_one(tx.conn()).await
}
