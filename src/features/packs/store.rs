//! Packs as they are kept: read through `visible_pack`, written once.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::types::Json;
use uuid::Uuid;

use super::model::{ForMeeting, Kind, Level, Line, Sight, Subject, Who};
use crate::kernel::db::{MembershipFacts, ProcessTx};
use crate::kernel::ids::{MeetingId, OrganisationId, PackId, PillarId};
use crate::kernel::permit::Handling;

/// What a list is narrowed to.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    pub kind: Option<Kind>,
    pub level: Option<Level>,
    pub pillar: Option<Uuid>,
    pub beneficiary: Option<Uuid>,
    pub meeting: Option<MeetingId>,
    pub after: Option<PackId>,
}

/// Packs that the reader may read, the latest first.
///
/// # Errors
/// The database's own.
pub async fn list(tx: &mut ProcessTx, filter: &Filter, today: NaiveDate, most: i64) -> sqlx::Result<Vec<Line>> {
    let rows = sqlx::query!(
        r#"select k.id as "id!: PackId", k.kind as "kind!", k.title as "title!", k.handling as "handling!",
            k.meeting_id as "meeting?: MeetingId", k.since as "since!", k.sha256 as "sha256!", k.at as "at!",
            kernel.person(k.by_membership_id, $6) as "by!: Json<Who>",
            coalesce(m.account_id = kernel.account_id(), false) as "mine!"
        from visible_pack k
        join membership m on m.process_id = k.process_id and m.id = k.by_membership_id
        where k.process_id = kernel.process_id()
            and ($1::text is null or k.kind = $1)
            and ($2::boolean is null or $2 = (k.handling = 'members'))
            and ($3::uuid is null or k.pillar_id = $3)
            and ($4::uuid is null or k.beneficiary_id = $4)
            and ($5::uuid is null or k.meeting_id = $5)
            and ($7::uuid is null or (k.at, k.id) < (select x.at, x.id from visible_pack x
                where x.process_id = kernel.process_id() and x.id = $7))
        order by k.at desc, k.id desc limit $8"#,
        filter.kind.map(Kind::as_str),
        filter.level.map(|l| l == Level::Members),
        filter.pillar,
        filter.beneficiary,
        filter.meeting.map(|m| m.0),
        today,
        filter.after.map(|p| p.0),
        most
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .filter_map(|r| {
            Some(Line {
                id: r.id,
                kind: Kind::parse(&r.kind)?,
                title: r.title,
                handling: Handling::parse(&r.handling)?,
                meeting: r.meeting,
                since: r.since,
                sha256: r.sha256,
                at: r.at,
                by: r.by.0,
                mine: r.mine,
            })
        })
        .collect())
}

/// Packs of a meeting that the reader may read.
const OF_MEETING: i64 = 50;

/// The packs that were made for a meeting, the latest first, as far as the reader may read them.
///
/// # Errors
/// The database's own.
pub async fn of_meeting(tx: &mut ProcessTx, meeting: MeetingId, today: NaiveDate) -> sqlx::Result<Vec<Line>> {
    list(tx, &Filter { meeting: Some(meeting), ..Filter::default() }, today, OF_MEETING).await
}

/// A pack with what it holds.
pub struct Kept {
    pub line: Line,
    /// Documents and tables as JSON, byte for byte as they were written.
    pub content: String,
    pub book: String,
}

/// # Errors
/// The database's own; [`sqlx::Error::RowNotFound`] where there is none that the reader may read.
pub async fn one(tx: &mut ProcessTx, id: PackId, today: NaiveDate) -> sqlx::Result<Kept> {
    let r = sqlx::query!(
        r#"select k.id as "id!: PackId", k.kind as "kind!", k.title as "title!", k.handling as "handling!",
            k.meeting_id as "meeting?: MeetingId", k.since as "since!", k.sha256 as "sha256!", k.at as "at!",
            kernel.person(k.by_membership_id, $2) as "by!: Json<Who>",
            coalesce(m.account_id = kernel.account_id(), false) as "mine!", k.content as "content!", k.book as "book!"
        from visible_pack k
        join membership m on m.process_id = k.process_id and m.id = k.by_membership_id
        where k.process_id = kernel.process_id() and k.id = $1"#,
        id.0,
        today
    )
    .fetch_one(tx.conn())
    .await?;
    let unknown = || sqlx::Error::RowNotFound;
    Ok(Kept {
        line: Line {
            id: r.id,
            kind: Kind::parse(&r.kind).ok_or_else(unknown)?,
            title: r.title,
            handling: Handling::parse(&r.handling).ok_or_else(unknown)?,
            meeting: r.meeting,
            since: r.since,
            sha256: r.sha256,
            at: r.at,
            by: r.by.0,
            mine: r.mine,
        },
        content: r.content,
        book: r.book,
    })
}

/// Organisations that fund an action that the reader sees, by name: of these a donor's pack can be made.
const DONORS: i64 = 2_000;

/// # Errors
/// The database's own.
pub async fn donors(tx: &mut ProcessTx) -> sqlx::Result<Vec<(OrganisationId, String)>> {
    let rows = sqlx::query!(
        r#"select o.id as "id: OrganisationId", o.name from organisation o
            where o.process_id = kernel.process_id() and o.merged_into_id is null
                and exists (select from action_party x join visible_action a on a.process_id = x.process_id and a.id = x.action_id
                    where x.process_id = o.process_id and x.organisation_id = o.id and x.role = 'funding')
            order by lower(o.name), o.id limit $1"#,
        DONORS
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|r| (r.id, r.name)).collect())
}

/// The name of an organisation that stands (one that was merged is another).
///
/// # Errors
/// The database's own.
pub async fn organisation(tx: &mut ProcessTx, id: OrganisationId) -> sqlx::Result<Option<String>> {
    sqlx::query_scalar!(
        "select o.name from organisation o where o.process_id = kernel.process_id() and o.id = $1 and o.merged_into_id is null",
        id.0
    )
    .fetch_optional(tx.conn())
    .await
}

/// A meeting that a pack is asked for.
///
/// # Errors
/// The database's own.
pub async fn meeting(tx: &mut ProcessTx, id: MeetingId) -> sqlx::Result<Option<ForMeeting>> {
    let row = sqlx::query!(
        r#"select m.title as "title!", m.pillar_id as "pillar?: PillarId", m.starts_at as "starts_at!", m.handling = 'members' as "open!"
            from visible_meeting m where m.process_id = kernel.process_id() and m.id = $1"#,
        id.0
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|r| ForMeeting { id, title: r.title, pillar: r.pillar, starts_at: r.starts_at, open: r.open }))
}

/// What changes can be told from: the last pack of this kind, subject and level that was made before `today` began, and the
/// last meeting of the pillar or the Board that was held before `until`.
///
/// # Errors
/// The database's own.
pub async fn last(
    tx: &mut ProcessTx,
    subject: Subject,
    handling: Handling,
    today: NaiveDate,
    until: DateTime<Utc>,
) -> sqlx::Result<(Option<DateTime<Utc>>, Option<DateTime<Utc>>)> {
    let row = sqlx::query!(
        r#"select (select max(k.at) from visible_pack k
                left join organisation o on o.process_id = k.process_id and o.id = k.organisation_id
                where k.process_id = kernel.process_id() and k.kind = $1 and k.handling = $2 and k.at < ($3::date)::timestamp at time zone 'UTC'
                    and k.pillar_id is not distinct from $4 and k.beneficiary_id is not distinct from $5
                    and coalesce(o.merged_into_id, k.organisation_id) is not distinct from $6) as pack,
            (select max(m.starts_at) from visible_meeting m
                where m.process_id = kernel.process_id() and m.state = 'held' and m.starts_at < $7
                    and case $1 when 'pillar' then m.body = 'pillar' and m.pillar_id = $4 when 'board' then m.body = 'board' else false end) as meeting"#,
        subject.kind().as_str(),
        handling.as_str(),
        today,
        subject.pillar(),
        subject.beneficiary(),
        subject.organisation(),
        until
    )
    .fetch_one(tx.conn())
    .await?;
    Ok((row.pack, row.meeting))
}

/// Narrows what the transaction sees until it ends.
///
/// # Errors
/// The database's own.
pub async fn narrow(tx: &mut ProcessTx, sight: &Sight) -> sqlx::Result<()> {
    sqlx::query!("select kernel.narrow_sight($1, $2)", &sight.levels, &sight.audience).fetch_one(tx.conn()).await?;
    Ok(())
}

/// What is kept of a pack.
pub struct New<'a> {
    pub subject: Subject,
    pub meeting: Option<MeetingId>,
    pub title: &'a str,
    pub sight: &'a Sight,
    pub since: super::model::Since,
    pub content: &'a str,
    pub book: &'a str,
    pub sha256: &'a str,
    pub by: &'a MembershipFacts,
    pub at: DateTime<Utc>,
}

/// # Errors
/// The database's own.
pub async fn insert(tx: &mut ProcessTx, new: New<'_>) -> sqlx::Result<PackId> {
    let id = PackId(crate::kernel::random::id());
    sqlx::query!(
        "insert into pack (id, kind, pillar_id, beneficiary_id, organisation_id, meeting_id, title, handling, audience, since,
            since_what, content, book, sha256, by_membership_id, at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)",
        id.0,
        new.subject.kind().as_str(),
        new.subject.pillar(),
        new.subject.beneficiary(),
        new.subject.organisation(),
        new.meeting.map(|m| m.0),
        new.title,
        new.sight.handling.as_str(),
        &new.sight.audience,
        new.since.at,
        new.since.what.as_str(),
        new.content,
        new.book,
        new.sha256,
        new.by.id.0,
        new.at
    )
    .execute(tx.conn())
    .await?;
    Ok(id)
}

/// Takes an own pack back; `false` where it is none of one's own, or cannot be read.
///
/// # Errors
/// The database's own.
pub async fn withdraw(tx: &mut ProcessTx, id: PackId, now: DateTime<Utc>) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "update pack k set withdrawn_at = $2 where k.process_id = kernel.process_id() and k.id = $1 and k.withdrawn_at is null
            and exists (select from membership m where m.process_id = k.process_id and m.id = k.by_membership_id
                and m.account_id = kernel.account_id())",
        id.0,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}
