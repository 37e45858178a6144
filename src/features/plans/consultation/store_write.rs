//! Writing what is said. Whoever writes here holds the plan's row first (`store_tree::hold`), so that a consultation that
//! closes and what is said in it come one after the other.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::types::Json;
use uuid::Uuid;

use super::kept::Kept;
use super::model::{Answer, Stance, Wording};
use crate::features::notices::Mention;
use crate::kernel::db::{MembershipFacts, ProcessTx};
use crate::kernel::ids::{
    AskedId, BeneficiaryId, ConsultationId, MembershipId, OrganisationId, PlanId, PlanNodeId, PlanRemarkId,
};
use crate::kernel::permit::Handling;
use crate::kernel::random;

/// A remark to be made.
#[derive(Debug)]
pub struct New<'a> {
    pub plan: PlanId,
    pub node: Option<PlanNodeId>,
    pub reply_to: Option<PlanRemarkId>,
    pub by: &'a MembershipFacts,
    /// For whom it is said: those alone see it at the level `restricted`.
    pub for_organisation: Option<OrganisationId>,
    pub for_beneficiary: Option<BeneficiaryId>,
    pub handling: Handling,
    pub text: &'a str,
    pub wording: Option<&'a Wording>,
    pub names: &'a [Mention],
    pub now: DateTime<Utc>,
}

/// A remark. While a consultation is open, one by a member of a party that is asked belongs to it; not what is for own side
/// alone, which nobody else could answer, and not a reply.
///
/// # Errors
/// The database's own.
pub async fn add(tx: &mut ProcessTx, r: &New<'_>) -> sqlx::Result<(PlanRemarkId, bool)> {
    let id = PlanRemarkId(random::id());
    let ids = |kind: &str| r.names.iter().filter(|n| n.kind() == kind).map(Mention::id).collect::<Vec<Uuid>>();
    let belongs = sqlx::query_scalar!(
        r#"insert into plan_remark (id, plan_id, plan_node_id, consultation_id, reply_to_id, by_membership_id, for_organisation_id,
            for_beneficiary_id, handling, text, wording_field, wording_from, wording_to, at)
        values ($1, $2, $3, case when $9 <> 'restricted' and $4::uuid is null then (
                select c.id from consultation c join asked_party a on a.process_id = c.process_id and a.consultation_id = c.id -- past the view: what is written follows from all there is
                left join organisation o on o.process_id = a.process_id and o.id = a.organisation_id
                where c.plan_id = $2 and c.closed_at is null
                    and coalesce(a.beneficiary_id, o.merged_into_id, a.organisation_id) in ($7, $8) limit 1) end,
            $4, $5, $6, $7, $9, $10, $11, $12, $13, $14)
        returning consultation_id is not null as "belongs!""#,
        id.0,
        r.plan.0,
        r.node.map(|n| n.0),
        r.reply_to.map(|n| n.0),
        r.by.id.0,
        r.for_organisation.map(|o| o.0),
        r.for_beneficiary.map(|b| b.0),
        r.by.organisation.map(|o| o.0),
        r.handling.as_str(),
        r.text,
        r.wording.map(|w| w.field.as_str()),
        r.wording.map(|w| w.from.as_str()),
        r.wording.map(|w| w.to.as_str()),
        r.now
    )
    .fetch_one(tx.conn())
    .await?;
    if !r.names.is_empty() {
        sqlx::query!(
            "insert into plan_mention (plan_remark_id, membership_id, organisation_id, beneficiary_id)
             select $1::uuid, m, null::uuid, null::uuid from unnest($2::uuid[]) m union all select $1, null, o, null from unnest($3::uuid[]) o
             union all select $1, null, null, b from unnest($4::uuid[]) b",
            id.0,
            &ids("members"),
            &ids("organisations"),
            &ids("beneficiaries")
        )
        .execute(tx.conn())
        .await?;
    }
    Ok((id, belongs))
}

/// Takes a remark back: that it was there stays.
///
/// # Errors
/// The database's own.
pub async fn withdraw(tx: &mut ProcessTx, remark: PlanRemarkId, now: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!("update plan_remark set withdrawn_at = $2 where id = $1 and withdrawn_at is null", remark.0, now)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Settles a remark, or opens it again (`by`: none).
///
/// # Errors
/// The database's own.
pub async fn settle(
    tx: &mut ProcessTx,
    remark: PlanRemarkId,
    by: Option<(MembershipId, DateTime<Utc>)>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update plan_remark set resolved_by_id = $2, resolved_at = $3 where id = $1",
        remark.0,
        by.map(|b| b.0.0),
        by.map(|b| b.1)
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Says of remarks what becomes of them.
///
/// # Errors
/// The database's own.
pub async fn answer(
    tx: &mut ProcessTx,
    remarks: &[PlanRemarkId],
    answer: Answer,
    why: &str,
    by: MembershipId,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    let ids: Vec<Uuid> = remarks.iter().map(|r| r.0).collect();
    sqlx::query!(
        "update plan_remark set answer = $2, answer_text = $3, answered_by_id = $4, answered_at = $5 where id = any($1)",
        &ids,
        answer.as_str(),
        why,
        by.0,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// A party's position; the one before it is kept as replaced.
///
/// # Errors
/// The database's own.
pub async fn state(
    tx: &mut ProcessTx,
    asked: AskedId,
    stance: Stance,
    reason: &str,
    nodes: &[PlanNodeId],
    by: MembershipId,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update party_position set replaced_at = $2 where asked_id = $1 and replaced_at is null",
        asked.0,
        now
    )
    .execute(tx.conn())
    .await?;
    let nodes: Vec<Uuid> = nodes.iter().map(|n| n.0).collect();
    sqlx::query!(
        "with said as (insert into party_position (id, asked_id, stance, reason, by_membership_id, at) values ($1, $2, $3, $4, $5, $6)
            returning id)
         insert into party_position_node (position_id, plan_node_id) select said.id, n from said, unnest($7::uuid[]) n",
        random::id(),
        asked.0,
        stance.as_str(),
        reason,
        by.0,
        now,
        &nodes
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// A party that has just been reminded.
#[derive(Debug)]
pub struct Reminded {
    pub name: String,
    pub beneficiary: Option<BeneficiaryId>,
    pub organisation: Option<OrganisationId>,
}

/// Marks as reminded those of some parties (all, where none is named) that have not answered and were not reminded since
/// `since`.
///
/// # Errors
/// The database's own.
pub async fn remind(
    tx: &mut ProcessTx,
    consultation: ConsultationId,
    parties: &[AskedId],
    since: DateTime<Utc>,
    now: DateTime<Utc>,
) -> sqlx::Result<Vec<Reminded>> {
    let ids: Vec<Uuid> = parties.iter().map(|a| a.0).collect();
    sqlx::query_as!(
        Reminded,
        r#"with told as (
            update asked_party a set reminded_at = $4 where a.consultation_id = $1 and (cardinality($2::uuid[]) = 0 or a.id = any($2))
                and (a.reminded_at is null or a.reminded_at < $3)
                and not exists (select from party_position q where q.process_id = a.process_id and q.asked_id = a.id and q.replaced_at is null) -- past the view: what is written follows from all there is
            returning a.process_id, a.beneficiary_id, a.organisation_id)
        select coalesce(b.name, o.name) as "name!", t.beneficiary_id as "beneficiary: BeneficiaryId", t.organisation_id as "organisation: OrganisationId"
        from told t
        left join beneficiary b on b.process_id = t.process_id and b.id = t.beneficiary_id
        left join organisation o on o.process_id = t.process_id and o.id = t.organisation_id
        order by t.beneficiary_id is null, lower(coalesce(b.name, o.name))"#,
        consultation.0,
        &ids,
        since,
        now
    )
    .fetch_all(tx.conn())
    .await
}

/// Gives the parties more time.
///
/// # Errors
/// The database's own.
pub async fn extend(tx: &mut ProcessTx, consultation: ConsultationId, deadline: NaiveDate) -> sqlx::Result<()> {
    sqlx::query!("update consultation set deadline = $2 where id = $1", consultation.0, deadline)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Keeps the report of a consultation that has just closed.
///
/// # Errors
/// The database's own.
pub async fn keep(
    tx: &mut ProcessTx,
    consultation: ConsultationId,
    kept: &Kept,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into consultation_report (consultation_id, at, content) values ($1, $2, $3)",
        consultation.0,
        now,
        Json(kept) as _
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
