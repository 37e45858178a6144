//! The statements of the public pages. The transaction sees the level `public` and no money; what a beneficiary reported
//! and its donor has not confirmed is not published.

use chrono::{DateTime, NaiveDate, Utc};

use crate::features::actions::{self, ActionRow};
use crate::features::directory::RequestKind;
use crate::kernel::db::ProcessTx;
use crate::kernel::ids::{AccessRequestId, ActionId, MembershipId, PillarId};

/// Who leads a pillar on a day.
#[derive(Debug)]
pub struct Lead {
    pub pillar: PillarId,
    pub name: String,
}

pub async fn leads(tx: &mut ProcessTx, today: NaiveDate) -> sqlx::Result<Vec<Lead>> {
    sqlx::query_as!(
        Lead,
        r#"select l.pillar_id as "pillar: PillarId", o.name
        from pillar_lead l join organisation o on o.process_id = l.process_id and o.id = l.organisation_id
        where l.process_id = (select kernel.process_id()) and l.starts_on <= $1 and coalesce(l.ends_on, $1) >= $1
        order by o.search_text, o.name"#,
        today
    )
    .fetch_all(tx.conn())
    .await
}

/// What is published at the address of a card.
#[derive(Debug)]
pub enum Card {
    Here(Box<ActionRow>),
    /// It was merged into another, which is published as well.
    Merged(ActionId),
}

/// The card of an address, if it is a published one. An address that was passed on leads on after a merge; where the entry that
/// stands is not published, there is nothing.
pub async fn card(tx: &mut ProcessTx, id: ActionId) -> sqlx::Result<Option<Card>> {
    let published = sqlx::query_scalar!(
        r#"select a.merged_into_id as "merged_into: ActionId" from visible_action a
        where a.process_id = (select kernel.process_id()) and a.id = $1 and a.handling = 'public' and a.claim = 'confirmed'
            and (a.merged_into_id is null or exists (select from visible_action k where k.process_id = a.process_id
                and k.id = a.merged_into_id and k.handling = 'public' and k.claim = 'confirmed'))"#,
        id.0
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(match published {
        None => None,
        Some(Some(kept)) => Some(Card::Merged(kept)),
        Some(None) => actions::rows(tx, &[id.0]).await?.pop().map(|row| Card::Here(Box::new(row))),
    })
}

/// A request for access, as it was typed.
pub struct Request<'a> {
    pub kind: RequestKind,
    pub name: &'a str,
    pub email: &'a str,
    pub organisation: &'a str,
    pub post: &'a str,
    pub reason: &'a str,
    pub at: DateTime<Utc>,
    pub due_on: NaiveDate,
}

/// Notes a request, unless too many came from the same address of late: then false.
pub async fn note_request(tx: &mut ProcessTx, subject: &[u8], now: DateTime<Utc>, most: i64) -> sqlx::Result<bool> {
    let noted = sqlx::query_scalar!("select kernel.try_attempt('access_request', $1, $2, $3)", subject, now, most);
    Ok(noted.fetch_one(tx.conn()).await?.is_some())
}

/// Keeps a request. The organisation is found by its exact name, short name or other name, so that its focal point sees
/// the request; who asks learns nothing of it. Asked again while it waits, it stands with the first, which whoever decides on it holds.
/// Answers the request, and the one that it stands with: itself, where it is the first.
pub async fn request(tx: &mut ProcessTx, r: &Request<'_>) -> sqlx::Result<(AccessRequestId, AccessRequestId)> {
    let id = AccessRequestId(crate::kernel::random::id());
    let first = sqlx::query_scalar!(
        r#"insert into access_request (id, kind, name, email, organisation_name, organisation_id, post, reason, at, due_on, first_id)
         select $1, $2, $3, $4, $5, w.id, $6, $7, $8, $9,
            (select e.id from access_request e where e.process_id = (select kernel.process_id()) and e.state = 'open' and e.first_id is null
                and e.kind = $2 and lower(e.email) = lower($4) and e.organisation_id is not distinct from w.id
                order by e.at, e.id limit 1 for share)
         from (select (select min(o.id::text)::uuid from organisation o where o.process_id = (select kernel.process_id())
                and o.merged_into_id is null and (lower(o.name) = lower($5) or lower(o.short_name) = lower($5)
                    or exists (select from organisation_alias n where n.process_id = o.process_id and n.organisation_id = o.id
                        and lower(n.name) = lower($5)))
                -- two of one name: nobody is guessed
                having count(*) = 1) as id) w
         returning coalesce(first_id, id) as "first!: AccessRequestId""#,
        id.0,
        r.kind.as_str(),
        r.name,
        r.email,
        r.organisation,
        r.post,
        r.reason,
        r.at,
        r.due_on
    )
    .fetch_one(tx.conn())
    .await?;
    Ok((id, first))
}

/// Those who answer a request: the focal points whose it is, else the secretariat.
pub async fn answering(tx: &mut ProcessTx, id: AccessRequestId, today: NaiveDate) -> sqlx::Result<Vec<MembershipId>> {
    sqlx::query_scalar!(
        r#"with current as (select m.id, m.role, m.focal_point, m.organisation_id, m.beneficiary_id from membership m
                where m.process_id = kernel.process_id() and m.state = 'active' and m.starts_on <= $2 and coalesce(m.ends_on, $2) >= $2),
            focal as (select m.id from current m join access_request r on r.process_id = kernel.process_id() and r.id = $1
                where m.focal_point and kernel.request_is_of(r.kind, r.organisation_id,
                    case when m.role = 'partner' then array[m.organisation_id] end,
                    case when m.role = 'beneficiary' then array[m.beneficiary_id] end)),
            told as (select f.id from focal f
                union select m.id from current m where m.role = 'support_group' and not exists (select from focal))
        select id as "id!: MembershipId" from told order by 1"#,
        id.0,
        today
    )
    .fetch_all(tx.conn())
    .await
}
