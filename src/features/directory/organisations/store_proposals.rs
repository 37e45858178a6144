//! Proposals of organisations in the database.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::types::Json;
use uuid::Uuid;

use super::proposals::ProposalState;
use crate::features::directory::shared::{Cursor, Person, Window};
use crate::kernel::db::ProcessTx;
use crate::kernel::ids::{MembershipId, OrganisationId, ProposalId};

pub struct Proposal {
    pub id: ProposalId,
    /// The one that is to be corrected.
    pub organisation: Option<(OrganisationId, String)>,
    pub fields: Vec<(String, String)>,
    pub why: String,
    pub state: ProposalState,
    pub at: DateTime<Utc>,
    pub by: Person,
    pub by_id: MembershipId,
    pub decided_by: Option<Person>,
    pub decided_at: Option<DateTime<Utc>>,
    pub answer: String,
    pub result: Option<OrganisationId>,
}

impl Proposal {
    pub fn name(&self) -> &str {
        let proposed = self.fields.iter().find(|(n, _)| n == "name").map_or("", |(_, v)| v.as_str());
        self.organisation.as_ref().map_or(proposed, |(_, name)| name)
    }
}

/// All proposals, or those of the reader's own memberships; the latest first.
async fn read(
    tx: &mut ProcessTx,
    mine: Option<&[Uuid]>,
    one: Option<ProposalId>,
    state: Option<ProposalState>,
    cursor: Cursor<ProposalId>,
    today: NaiveDate,
) -> sqlx::Result<Vec<Proposal>> {
    let rows = sqlx::query!(
        r#"select x.id as "id: ProposalId", x.fields as "fields: Json<Vec<(String, String)>>", x.why, x.state, x.at, x.decided_at, x.answer,
            x.by_membership_id as "by_id: MembershipId", x.result_id as "result: OrganisationId",
            o.id as "organisation_id?: OrganisationId", o.name as "organisation?", m.name as "by", coalesce(mo.name, mb.name) as "by_of?",
            coalesce(m.state = 'ended' or m.ends_on < $2, false) as "by_former!", d.name as "decider?",
            coalesce(d.state = 'ended' or d.ends_on < $2, false) as "decider_former!"
        from organisation_proposal x
            join membership m on m.process_id = x.process_id and m.id = x.by_membership_id
            left join organisation o on o.process_id = x.process_id and o.id = x.organisation_id
            left join organisation mo on mo.process_id = m.process_id and mo.id = m.organisation_id
            left join beneficiary mb on mb.process_id = m.process_id and mb.id = m.beneficiary_id
            left join membership d on d.process_id = x.process_id and d.id = x.decided_by_id
        where ($1::uuid[] is null or x.by_membership_id = any($1))
            and ($3::uuid is null or x.id = $3)
            and ($4::text is null or x.state = $4)
            and ($5::uuid is null
                or (not $6 and (x.at, x.id) < (select c.at, c.id from organisation_proposal c where c.id = $5))
                or ($6 and (x.at, x.id) > (select c.at, c.id from organisation_proposal c where c.id = $5)))
        order by case when not $6 then x.at end desc, case when not $6 then x.id end desc, case when $6 then x.at end, case when $6 then x.id end
        limit $7"#,
        mine as Option<&[Uuid]>,
        today,
        one.map(|i| i.0),
        state.map(ProposalState::as_str),
        cursor.row.map(|i| i.0),
        cursor.back,
        cursor.limit()
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| Proposal {
            id: r.id,
            organisation: r.organisation_id.zip(r.organisation),
            fields: r.fields.0,
            why: r.why,
            state: ProposalState::parse(&r.state).unwrap_or(ProposalState::Withdrawn),
            at: r.at,
            by: Person { name: Some(r.by), of: r.by_of, former: r.by_former },
            by_id: r.by_id,
            decided_by: r.decider.map(|name| Person { name: Some(name), of: None, former: r.decider_former }),
            decided_at: r.decided_at,
            answer: r.answer,
            result: r.result,
        })
        .collect())
}

pub async fn list(
    tx: &mut ProcessTx,
    mine: Option<&[Uuid]>,
    state: Option<ProposalState>,
    cursor: Cursor<ProposalId>,
    today: NaiveDate,
) -> sqlx::Result<Window<Proposal, ProposalId>> {
    let rows = read(tx, mine, None, state, cursor, today).await?;
    Ok(Window::new(rows, &cursor, |r| r.id))
}

pub async fn load(
    tx: &mut ProcessTx,
    mine: Option<&[Uuid]>,
    id: ProposalId,
    today: NaiveDate,
) -> sqlx::Result<Proposal> {
    let start = Cursor::start();
    read(tx, mine, Some(id), None, start, today).await?.into_iter().next().ok_or(sqlx::Error::RowNotFound)
}

pub async fn add(
    tx: &mut ProcessTx,
    id: ProposalId,
    organisation: Option<OrganisationId>,
    fields: &[(String, String)],
    why: &str,
    by: MembershipId,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into organisation_proposal (id, organisation_id, fields, why, by_membership_id, at) values ($1, $2, $3, $4, $5, $6)",
        id.0,
        organisation.map(|o| o.0),
        Json(fields) as _,
        why,
        by.0,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Closes an open proposal. False where somebody else was first.
pub async fn decide(
    tx: &mut ProcessTx,
    id: ProposalId,
    by: MembershipId,
    state: ProposalState,
    answer: &str,
    result: Option<OrganisationId>,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let saved = sqlx::query!(
        "update organisation_proposal set state = $2, decided_by_id = $3, decided_at = $4, answer = $5, result_id = $6 where id = $1 and state = 'open'",
        id.0,
        state.as_str(),
        by.0,
        now,
        answer,
        result.map(|o| o.0)
    )
    .execute(tx.conn())
    .await?;
    Ok(saved.rows_affected() > 0)
}
