//! The life of a plan in the database: what guards are judged by, and what steps leave behind.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::types::Json;
use uuid::Uuid;

use super::life::{Facts, State};
use super::model::Plan;
use super::store_awaited::Waited;
use super::text::{PlanText, Record, checksum};
use super::tree::Tree;
use crate::kernel::db::{Frame, PlatformTx, ProcessTx};
use crate::kernel::ids::{BeneficiaryId, ConsultationId, MembershipId, OrganisationId, PlanId, ProcessId, SnapshotId};
use crate::kernel::random;

/// What the guards of a plan's steps are judged by, and the parties that have not answered. What a remark for own side alone
/// says is nobody else's to answer.
///
/// # Errors
/// The database's own.
pub async fn facts(tx: &mut ProcessTx, plan: &Plan) -> sqlx::Result<(Facts, Vec<Waited>)> {
    let r = sqlx::query!(
        r#"select
            (select count(*) from plan_node n where n.plan_id = $1 and n.removed_at is null) as "nodes!", -- past the view: a step is judged by all there is, and keeps all of it
            (select count(*) from plan_node n where n.plan_id = $1 and n.removed_at is null and btrim(n.title) = '') as "untitled!", -- past the view: a step is judged by all there is, and keeps all of it
            c.deadline as "deadline?", coalesce(a.asked, 0) as "asked!", coalesce(a.answered, 0) as "answered!",
            coalesce(a.silent, '[]') as "silent!: Json<Vec<Waited>>",
            (select count(*) from plan_remark r where r.plan_id = $1 and r.consultation_id is not null and r.reply_to_id is null -- past the view: a step is judged by all there is, and keeps all of it
                and r.withdrawn_at is null and r.answer is null and r.handling <> 'restricted') as "unanswered!"
        from (select 1) one
        left join consultation c on c.plan_id = $1 and c.closed_at is null -- past the view: a step is judged by all there is, and keeps all of it
        left join lateral (
            select count(*) as asked, count(s.id) as answered, jsonb_agg(jsonb_build_object('asked', a.id, 'name', coalesce(b.name, o.name),
                'beneficiary', a.beneficiary_id, 'organisation', coalesce(o.merged_into_id, a.organisation_id))
                order by lower(coalesce(b.name, o.name)), a.id) filter (where s.id is null) as silent
            from asked_party a
            left join beneficiary b on b.process_id = a.process_id and b.id = a.beneficiary_id
            left join organisation o on o.process_id = a.process_id and o.id = a.organisation_id
            left join party_position s on s.process_id = a.process_id and s.asked_id = a.id and s.replaced_at is null -- past the view: a step is judged by all there is, and keeps all of it
            where a.process_id = c.process_id and a.consultation_id = c.id) a on true"#,
        plan.id.0
    )
    .fetch_one(tx.conn())
    .await?;
    let facts = Facts {
        nodes: r.nodes,
        untitled: r.untitled,
        asked: r.asked,
        answered: r.answered,
        deadline: r.deadline,
        unanswered_remarks: r.unanswered,
        ..Facts::default()
    };
    Ok((facts, r.silent.0))
}

/// Takes a plan, held before, from one state to another.
///
/// # Errors
/// The database's own; `RowNotFound` where it is not in that state.
pub async fn set_state(
    tx: &mut ProcessTx,
    plan: PlanId,
    from: State,
    to: State,
    by: Option<MembershipId>,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update plan set state = $3, edition = edition + 1, updated_at = $5, updated_by_id = coalesce($4, updated_by_id)
         where id = $1 and state = $2 returning id",
        plan.0,
        from.as_str(),
        to.as_str(),
        by.map(|b| b.0),
        now
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(())
}

/// Keeps the text of a plan, and the members' record of it, for ever.
///
/// # Errors
/// The database's own; a text that cannot be written down.
#[allow(clippy::too_many_arguments, reason = "one row, each column once")]
pub async fn snapshot(
    tx: &mut ProcessTx,
    plan: PlanId,
    step: &str,
    text: &PlanText,
    record: &Record,
    by: Option<MembershipId>,
    why: &str,
    now: DateTime<Utc>,
) -> anyhow::Result<(SnapshotId, i16)> {
    let (content, public, record) = (text.bytes()?, text.published().bytes()?, record.bytes()?);
    let content_sum = checksum(&[content.as_bytes()]);
    let record_sum = checksum(&[&content_sum, record.as_bytes()]);
    let id = SnapshotId(random::id());
    let number = sqlx::query_scalar!(
        r#"insert into plan_snapshot (id, plan_id, number, step, at, by_membership_id, why, content, content_sha256, public_content,
            public_sha256, record, record_sha256)
        select $1, $2, coalesce(max(s.number), 0) + 1, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12 from plan_snapshot s where s.plan_id = $2 -- past the view: a step is judged by all there is, and keeps all of it
        returning number"#,
        id.0,
        plan.0,
        step,
        now,
        by.map(|b| b.0),
        why,
        content,
        content_sum,
        public,
        checksum(&[public.as_bytes()]),
        record,
        record_sum
    )
    .fetch_one(tx.conn())
    .await?;
    Ok((id, number))
}

/// A party that can be asked.
#[derive(Debug, Clone)]
pub struct Party {
    pub organisation: OrganisationId,
    pub name: String,
    /// It has a current member for the pillar: asked by default.
    pub of_pillar: bool,
}

/// The organisations that take part, those of the plan's pillar marked.
///
/// # Errors
/// The database's own.
pub async fn parties(tx: &mut ProcessTx, plan: &Plan, today: NaiveDate) -> sqlx::Result<Vec<Party>> {
    sqlx::query_as!(
        Party,
        r#"select o.id as "organisation: OrganisationId", o.name,
            bool_or($1::uuid is null or p.pillar_id = $1 or p.pillar_id is null) as "of_pillar!"
        from membership m
        join organisation o on o.process_id = m.process_id and o.id = m.organisation_id
        left join membership_pillar p on p.process_id = m.process_id and p.membership_id = m.id
        where m.role in ('partner', 'lead') and m.state = 'active' and m.starts_on <= $2 and coalesce(m.ends_on, $2) >= $2
            and o.merged_into_id is null
        group by o.id, o.name order by lower(o.name), o.id"#,
        plan.pillar.as_ref().map(|l| l.id.0),
        today
    )
    .fetch_all(tx.conn())
    .await
}

/// Opens a consultation on the text of a snapshot.
///
/// # Errors
/// The database's own.
#[allow(clippy::too_many_arguments, reason = "one row, each column once")]
pub async fn open_consultation(
    tx: &mut ProcessTx,
    plan: PlanId,
    snapshot: SnapshotId,
    deadline: NaiveDate,
    letter: &str,
    beneficiaries: &[BeneficiaryId],
    organisations: &[OrganisationId],
    by: MembershipId,
    now: DateTime<Utc>,
) -> sqlx::Result<ConsultationId> {
    let id = ConsultationId(random::id());
    let b: Vec<Uuid> = beneficiaries.iter().map(|b| b.0).collect();
    let o: Vec<Uuid> = organisations.iter().map(|o| o.0).collect();
    sqlx::query!(
        "insert into consultation (id, plan_id, number, opened_at, opened_by_id, deadline, letter, snapshot_id)
         select $1, $2, coalesce(max(c.number), 0) + 1, $3, $4, $5, $6, $7 from consultation c where c.plan_id = $2 -- past the view: a step is judged by all there is, and keeps all of it",
        id.0,
        plan.0,
        now,
        by.0,
        deadline,
        letter,
        snapshot.0
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "insert into asked_party (consultation_id, beneficiary_id, organisation_id)
         select $1::uuid, u.b, null from unnest($2::uuid[]) u (b) union all select $1::uuid, null, u.o from unnest($3::uuid[]) u (o)",
        id.0,
        &b,
        &o
    )
    .execute(tx.conn())
    .await?;
    Ok(id)
}

/// Closes the consultation that is open, if one is.
///
/// # Errors
/// The database's own.
pub async fn close_consultation(
    tx: &mut ProcessTx,
    plan: PlanId,
    outcome: &str,
    reason: &str,
    by: MembershipId,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update consultation set closed_at = $3, closed_by_id = $4, outcome = $2, reason = $5 where plan_id = $1 and closed_at is null",
        plan.0,
        outcome,
        now,
        by.0,
        reason
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Fixes the codes as they follow from the places now.
///
/// # Errors
/// The database's own.
pub async fn fix_codes(tx: &mut ProcessTx, plan: PlanId, tree: &Tree) -> sqlx::Result<()> {
    let ids: Vec<Uuid> = tree.nodes().iter().map(|n| n.node.id.0).collect();
    let codes: Vec<String> = tree.nodes().iter().map(|n| n.code.clone()).collect();
    sqlx::query!(
        "update plan_node n set code = u.code from unnest($2::uuid[], $3::text[]) u (id, code) where n.plan_id = $1 and n.id = u.id",
        plan.0,
        &ids,
        &codes
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The days of an adoption.
///
/// # Errors
/// The database's own.
pub async fn set_days(
    tx: &mut ProcessTx,
    plan: PlanId,
    adopted_on: NaiveDate,
    in_force_on: NaiveDate,
    closes_on: Option<NaiveDate>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update plan set adopted_on = $2, in_force_on = $3, closes_on = $4 where id = $1",
        plan.0,
        adopted_on,
        in_force_on,
        closes_on
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Publishes a plan's adopted text, or takes it back.
///
/// # Errors
/// The database's own.
pub async fn publish(tx: &mut ProcessTx, plan: PlanId, at: Option<DateTime<Utc>>) -> sqlx::Result<()> {
    sqlx::query!("update plan set published_at = $2 where id = $1", plan.0, at).execute(tx.conn()).await?;
    Ok(())
}

/// Hangs on the nodes of a revision what was hung on the same nodes of the plan it replaces after it was begun. What was
/// there before came with the revision, and who took it off there meant it.
///
/// # Errors
/// The database's own.
pub async fn carry_actions(
    tx: &mut ProcessTx,
    old: PlanId,
    new: PlanId,
    by: Option<MembershipId>,
    now: DateTime<Utc>,
) -> sqlx::Result<u64> {
    let done = sqlx::query!(
        r#"insert into plan_node_action (plan_node_id, action_id, at, by_membership_id)
        select n.id, x.action_id, $3, $4 from plan_node_action x
        join plan_node o on o.process_id = x.process_id and o.id = x.plan_node_id and o.plan_id = $1 -- past the view: a step is judged by all there is, and keeps all of it
        join plan_node n on n.process_id = o.process_id and n.plan_id = $2 and n.lineage_id = o.lineage_id and n.removed_at is null -- past the view: a step is judged by all there is, and keeps all of it
        join plan p on p.process_id = n.process_id and p.id = n.plan_id -- past the view: a step is judged by all there is, and keeps all of it
        where x.at > p.created_at
        on conflict do nothing"#,
        old.0,
        new.0,
        now,
        by.map(|b| b.0)
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected())
}

/// Plans whose day has come: adopted ones to be put in force, and ones in force to be closed.
///
/// # Errors
/// The database's own.
pub async fn due(tx: &mut ProcessTx, today: NaiveDate) -> sqlx::Result<Vec<PlanId>> {
    sqlx::query_scalar!(
        r#"select id as "id: PlanId" from plan -- past the view: the job steps for nobody in particular
        where (state = 'adopted' and in_force_on <= $1) or (state = 'in_force' and closes_on <= $1) order by id"#,
        today
    )
    .fetch_all(tx.conn())
    .await
}

/// The processes in which plans can have their day.
///
/// # Errors
/// The database's own.
pub async fn processes(tx: &mut PlatformTx) -> sqlx::Result<Vec<ProcessId>> {
    sqlx::query_scalar!(r#"select id as "id: ProcessId" from process where state = 'active' order by id"#)
        .fetch_all(tx.conn())
        .await
}

/// The process as pages have it, for a job.
///
/// # Errors
/// The database's own.
pub async fn frame(tx: &mut ProcessTx) -> sqlx::Result<Frame> {
    let frame = sqlx::query_scalar!(
        r#"select kernel.frame(p) as "frame!: Json<Frame>" from process p where p.id = kernel.process_id()"#
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(frame.0)
}
