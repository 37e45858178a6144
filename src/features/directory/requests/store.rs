//! Requests for access in the database.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Deserialize;
use sqlx::types::Json;
use uuid::Uuid;

use super::model::{RequestKind, RequestState};
use crate::features::directory::shared::{Cursor, Person, Window};
use crate::kernel::db::ProcessTx;
use crate::kernel::fold::fold;
use crate::kernel::ids::{AccessRequestId, BeneficiaryId, MembershipId, OrganisationId};
use crate::kernel::page::Page;
use crate::kernel::permit::Scope;

/// Whose requests the reader decides.
pub enum Sight {
    All,
    /// Requests of persons of these organisations, or of those whose members coordinate for these beneficiaries: the rule is
    /// the database's, `kernel.request_is_of`.
    Own {
        organisations: Vec<Uuid>,
        beneficiaries: Vec<Uuid>,
    },
}

/// The same asked again before it was answered.
#[derive(Debug, Clone, Deserialize)]
pub struct Again {
    pub at: DateTime<Utc>,
    pub organisation: String,
    pub post: String,
    pub reason: String,
}

pub struct Request {
    pub id: AccessRequestId,
    pub kind: RequestKind,
    pub name: String,
    pub email: String,
    pub organisation_name: String,
    pub organisation: Option<(OrganisationId, String)>,
    /// Of the members of its organisation.
    pub beneficiaries: Vec<BeneficiaryId>,
    pub post: String,
    pub reason: String,
    pub state: RequestState,
    pub at: DateTime<Utc>,
    pub due_on: NaiveDate,
    pub decided_by: Option<Person>,
    pub decided_at: Option<DateTime<Utc>>,
    pub answer: String,
    /// Each time it was asked again, which is decided with it.
    pub again: Vec<Again>,
}

impl Request {
    /// On which days it was asked again; empty where it was asked once.
    pub fn again_on(&self, p: &Page) -> String {
        let mut days: Vec<String> = self.again.iter().map(|a| p.day_of(&a.at)).collect();
        days.dedup();
        days.join(", ")
    }

    /// The record that the permission to decide is asked about: only a person's request is its organisation's.
    pub fn scope(&self) -> Scope {
        match self.kind {
            RequestKind::Person => Scope {
                keeper: self.organisation.as_ref().map(|(id, _)| *id),
                beneficiaries: self.beneficiaries.clone(),
                ..Scope::default()
            },
            _ => Scope::default(),
        }
    }
}

async fn read(
    tx: &mut ProcessTx,
    sight: &Sight,
    one: Option<AccessRequestId>,
    state: Option<RequestState>,
    cursor: Cursor<AccessRequestId>,
    today: NaiveDate,
) -> sqlx::Result<Vec<Request>> {
    let (all, organisations, beneficiaries) = match sight {
        Sight::All => (true, &[][..], &[][..]),
        Sight::Own { organisations, beneficiaries } => (false, &organisations[..], &beneficiaries[..]),
    };
    let rows = sqlx::query!(
        r#"select r.id as "id: AccessRequestId", r.kind, r.name, r.email, r.organisation_name, r.post, r.reason, r.state, r.at, r.due_on,
            r.decided_at, r.answer,
            coalesce((select jsonb_agg(jsonb_build_object('at', l.at, 'organisation', l.organisation_name, 'post', l.post, 'reason', l.reason)
                    order by l.at, l.id)
                from access_request l where l.process_id = r.process_id and l.first_id = r.id), '[]') as "again!: Json<Vec<Again>>",
            o.id as "organisation_id?: OrganisationId", o.name as "organisation?",
            m.name as "decider?", coalesce(mo.name, mb.name) as "decider_of?", coalesce(m.state = 'ended' or m.ends_on < $3, false) as "former!",
            array(select distinct x.beneficiary_id from membership x where x.process_id = r.process_id and x.organisation_id = r.organisation_id
                and x.state = 'active' and x.beneficiary_id is not null) as "beneficiaries!: Vec<BeneficiaryId>"
        from access_request r
            left join organisation o on o.process_id = r.process_id and o.id = r.organisation_id
            left join membership m on m.process_id = r.process_id and m.id = r.decided_by_id
            left join organisation mo on mo.process_id = m.process_id and mo.id = m.organisation_id
            left join beneficiary mb on mb.process_id = m.process_id and mb.id = m.beneficiary_id
        where ($1 or kernel.request_is_of(r.kind, r.organisation_id, $2::uuid[], $4::uuid[]))
            and r.first_id is null
            and ($5::uuid is null or r.id = (select coalesce(c.first_id, c.id) from access_request c where c.process_id = r.process_id and c.id = $5))
            and ($6::text is null or r.state = $6)
            and ($7::uuid is null
                or (not $8 and (r.at, r.id) < (select c.at, c.id from access_request c where c.id = $7))
                or ($8 and (r.at, r.id) > (select c.at, c.id from access_request c where c.id = $7)))
        order by case when not $8 then r.at end desc, case when not $8 then r.id end desc, case when $8 then r.at end, case when $8 then r.id end
        limit $9"#,
        all,
        organisations,
        today,
        beneficiaries,
        one.map(|i| i.0),
        state.map(RequestState::as_str),
        cursor.row.map(|i| i.0),
        cursor.back,
        cursor.limit()
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| Request {
            id: r.id,
            kind: RequestKind::parse(&r.kind).unwrap_or(RequestKind::Public),
            name: r.name,
            email: r.email,
            organisation_name: r.organisation_name,
            organisation: r.organisation_id.zip(r.organisation),
            beneficiaries: r.beneficiaries,
            post: r.post,
            reason: r.reason,
            state: RequestState::parse(&r.state).unwrap_or(RequestState::Withdrawn),
            at: r.at,
            due_on: r.due_on,
            decided_by: r.decider.map(|name| Person { name: Some(name), of: r.decider_of, former: r.former }),
            decided_at: r.decided_at,
            answer: r.answer,
            again: r.again.0,
        })
        .collect())
}

/// The latest first; what was asked again stands with the first time.
pub async fn list(
    tx: &mut ProcessTx,
    sight: &Sight,
    state: Option<RequestState>,
    cursor: Cursor<AccessRequestId>,
    today: NaiveDate,
) -> sqlx::Result<Window<Request, AccessRequestId>> {
    let rows = read(tx, sight, None, state, cursor, today).await?;
    Ok(Window::new(rows, &cursor, |r| r.id))
}

/// One request; where it is one that was asked again, the first.
pub async fn load(tx: &mut ProcessTx, sight: &Sight, id: AccessRequestId, today: NaiveDate) -> sqlx::Result<Request> {
    let start = Cursor::start();
    read(tx, sight, Some(id), None, start, today).await?.into_iter().next().ok_or(sqlx::Error::RowNotFound)
}

/// Whoever takes part, or is to, under the address of a request. A focal point is told of its own organisation alone.
pub async fn member_of(
    tx: &mut ProcessTx,
    sight: &Sight,
    r: &Request,
    today: NaiveDate,
) -> sqlx::Result<Option<(MembershipId, String)>> {
    let row = sqlx::query!(
        r#"select m.id as "id: MembershipId", m.name from membership m join kernel.member_addresses() a on a.membership_id = m.id
        where lower(a.email) = lower($1) and ($2 or m.organisation_id = $3)
            and m.state in ('proposed', 'invited', 'active') and coalesce(m.ends_on, $4) >= $4
        order by m.created_at desc, m.id limit 1"#,
        r.email,
        matches!(sight, Sight::All),
        r.organisation.as_ref().map(|(id, _)| id.0),
        today
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|m| (m.id, m.name)))
}

/// The organisation of the directory that bears a name, be it its short one or another; where several do, none.
pub async fn known_as(tx: &mut ProcessTx, name: &str) -> sqlx::Result<Option<(OrganisationId, String)>> {
    let wanted = fold(name);
    if wanted.is_empty() {
        return Ok(None);
    }
    let rows = sqlx::query!(
        r#"select o.id as "id: OrganisationId", o.name, o.short_name,
            array(select n.name from organisation_alias n where n.process_id = o.process_id and n.organisation_id = o.id) as "others!: Vec<String>"
        from organisation o where o.merged_into_id is null and strpos(' ' || o.search_text || ' ', ' ' || $1 || ' ') > 0"#,
        wanted
    )
    .fetch_all(tx.conn())
    .await?;
    let mut bearing = rows.into_iter().filter(|o| {
        let mut names = [&o.name].into_iter().chain(&o.short_name).chain(&o.others);
        names.any(|n| fold(n) == wanted)
    });
    Ok(bearing.next().filter(|_| bearing.next().is_none()).map(|o| (o.id, o.name)))
}

/// Puts the organisation to a request that has none. False where it has one, or is none of this process.
pub async fn is_of(tx: &mut ProcessTx, id: AccessRequestId, organisation: OrganisationId) -> sqlx::Result<bool> {
    let saved = sqlx::query!(
        "update access_request set organisation_id = $2 where (id = $1 or first_id = $1) and organisation_id is null",
        id.0,
        organisation.0
    )
    .execute(tx.conn())
    .await?;
    Ok(saved.rows_affected() > 0)
}

/// Closes an open request, and each time it was asked again. False where somebody else was first.
pub async fn decide(
    tx: &mut ProcessTx,
    id: AccessRequestId,
    by: MembershipId,
    state: RequestState,
    answer: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    // held first: who asks again at this moment is in time to be seen by what follows, or finds nothing open to stand with
    sqlx::query_scalar!("select id from access_request where id = $1 for update", id.0)
        .fetch_optional(tx.conn())
        .await?;
    let saved = sqlx::query!(
        "update access_request set state = $2, decided_by_id = $3, decided_at = $4, answer = $5
         where (id = $1 or first_id = $1) and state = 'open'",
        id.0,
        state.as_str(),
        by.0,
        now,
        answer
    )
    .execute(tx.conn())
    .await?;
    Ok(saved.rows_affected() > 0)
}
