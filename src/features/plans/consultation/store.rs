//! Reading consultations and what is said: through the views that know who may see which.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use sqlx::types::Json;
use std::collections::HashMap;
use uuid::Uuid;

use super::super::model::Who;
use super::kept::Kept;
use super::model::{Answer, Asked, Consultation, Field, Position, Stance, Talk, Wording};
use crate::features::notices::Nameable;
use crate::kernel::db::ProcessTx;
use crate::kernel::ids::{
    AskedId, BeneficiaryId, ConsultationId, MembershipId, OrganisationId, PlanId, PlanNodeId, PlanRemarkId,
};
use crate::kernel::permit::Handling;

/// Every consultation of a plan, the latest first, with its parties and all that they have stated.
///
/// # Errors
/// The database's own.
pub async fn consultations(tx: &mut ProcessTx, plan: PlanId, today: NaiveDate) -> sqlx::Result<Vec<Consultation>> {
    let rows = sqlx::query!(
        r#"select c.id as "id!: ConsultationId", c.number as "number!", c.opened_at as "opened_at!",
            kernel.person(c.opened_by_id, $2) as "opened_by!: Json<Who>", c.deadline as "deadline!", c.letter as "letter!",
            s.number as "snapshot!", c.closed_at, kernel.person(c.closed_by_id, $2) as "closed_by?: Json<Who>", c.outcome,
            c.reason as "reason!", coalesce(a.all, '[]') as "parties!: Json<Vec<Asked>>"
        from visible_consultation c
        join plan_snapshot s on s.process_id = c.process_id and s.id = c.snapshot_id -- past the view: of a plan that is seen
        left join lateral (
            select jsonb_agg(jsonb_build_object('id', a.id, 'name', coalesce(b.name, o.name), 'beneficiary', a.beneficiary_id,
                'organisation', coalesce(o.merged_into_id, a.organisation_id), 'reminded_at', a.reminded_at, 'positions', coalesce((
                    select jsonb_agg(jsonb_build_object('stance', q.stance, 'reason', q.reason, 'at', q.at,
                        'by', kernel.person(q.by_membership_id, $2), 'replaced_at', q.replaced_at,
                        'nodes', array(select x.plan_node_id from party_position_node x
                            where x.process_id = q.process_id and x.position_id = q.id)) order by q.at, q.replaced_at nulls last)
                    from visible_position q where q.process_id = a.process_id and q.asked_id = a.id), '[]'))
                order by a.beneficiary_id is null, lower(coalesce(b.name, o.name)), a.id) as all
            from asked_party a
            left join beneficiary b on b.process_id = a.process_id and b.id = a.beneficiary_id
            left join organisation o on o.process_id = a.process_id and o.id = a.organisation_id
            where a.process_id = c.process_id and a.consultation_id = c.id) a on true
        where c.plan_id = $1 order by c.number desc"#,
        plan.0,
        today
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| Consultation {
            id: r.id,
            number: r.number,
            opened_at: r.opened_at,
            opened_by: r.opened_by.0,
            deadline: r.deadline,
            letter: r.letter,
            snapshot: r.snapshot,
            closed_at: r.closed_at,
            closed_by: r.closed_by.map(|w| w.0),
            outcome: r.outcome,
            reason: r.reason,
            parties: r.parties.0,
        })
        .collect())
}

/// What is said of a plan, or of one of its nodes, and whom a remark can name.
///
/// # Errors
/// The database's own.
pub async fn talk(tx: &mut ProcessTx, plan: PlanId, node: Option<PlanNodeId>, today: NaiveDate) -> sqlx::Result<Talk> {
    let found = sqlx::query_scalar!(
        r#"select jsonb_build_object(
            'remarks', coalesce((
                select jsonb_agg(jsonb_build_object('id', r.id, 'node', r.plan_node_id, 'node_title', n.title, 'consultation', c.number,
                    'reply_to', r.reply_to_id, 'by', kernel.person(r.by_membership_id, $3),
                    'party', coalesce(b.name, o.name), 'handling', r.handling,
                    'text', case when r.withdrawn_at is null then r.text else '' end,
                    'wording', case when r.withdrawn_at is null and r.wording_field is not null then jsonb_build_object(
                        'field', r.wording_field, 'from', r.wording_from, 'to', r.wording_to) end,
                    'at', r.at, 'withdrawn_at', r.withdrawn_at, 'resolved_at', r.resolved_at,
                    'resolved_by', case when r.resolved_by_id is not null then kernel.person(r.resolved_by_id, $3) end,
                    'answer', r.answer, 'answer_text', r.answer_text, 'answered_at', r.answered_at,
                    'answered_by', case when r.answered_by_id is not null then kernel.person(r.answered_by_id, $3) end,
                    'mine', m.account_id = kernel.account_id(),
                    'names', case when r.withdrawn_at is not null then '[]' else coalesce((
                        select jsonb_agg(coalesce(xb.name, xo.name, kernel.person(x.membership_id, $3) ->> 'name',
                            kernel.person(x.membership_id, $3) ->> 'of') order by x.id)
                        from plan_mention x
                        left join beneficiary xb on xb.process_id = x.process_id and xb.id = x.beneficiary_id
                        left join organisation xo on xo.process_id = x.process_id and xo.id = x.organisation_id
                        where x.process_id = r.process_id and x.plan_remark_id = r.id), '[]') end) order by r.at, r.id)
                from visible_plan_remark r
                join membership m on m.process_id = r.process_id and m.id = r.by_membership_id
                left join plan_node n on n.process_id = r.process_id and n.id = r.plan_node_id -- past the view: of a plan that is seen
                left join consultation c on c.process_id = r.process_id and c.id = r.consultation_id -- past the view: of a plan that is seen
                left join beneficiary b on b.process_id = r.process_id and b.id = r.for_beneficiary_id
                left join organisation o on o.process_id = r.process_id and o.id = r.for_organisation_id
                where r.plan_id = $1 and ($2::uuid is null or r.plan_node_id = $2)), '[]'),
            'asked', coalesce((
                select jsonb_agg(coalesce(a.beneficiary_id, ao.merged_into_id, a.organisation_id)) from visible_consultation c
                join asked_party a on a.process_id = c.process_id and a.consultation_id = c.id
                left join organisation ao on ao.process_id = a.process_id and ao.id = a.organisation_id
                where c.plan_id = $1 and c.closed_at is null), '[]'),
            'nameable', kernel.mentionable($3)) as "talk!: Json<Talk>""#,
        plan.0,
        node.map(|n| n.0),
        today
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(found.0)
}

/// What the margin of the document says: positions of the latest consultation, and how many remarks are open where.
#[derive(Debug, Default)]
pub struct Margin {
    pub number: Option<i16>,
    pub closed: bool,
    pub parties: Vec<(String, Option<Stance>)>,
    /// By node; none: of the whole.
    pub open: HashMap<Option<PlanNodeId>, i64>,
}

impl Margin {
    /// Open remarks on a node; none: on the whole.
    pub fn open(&self, node: Option<PlanNodeId>) -> i64 {
        self.open.get(&node).copied().unwrap_or(0)
    }
    pub fn whole(&self) -> i64 {
        self.open(None)
    }
}

/// # Errors
/// The database's own.
pub async fn margin(tx: &mut ProcessTx, plan: PlanId) -> sqlx::Result<Margin> {
    type Party = (String, Option<Stance>);
    let r = sqlx::query!(
        r#"select c.number as "number?", coalesce(c.closed_at is not null, false) as "closed!",
            coalesce((select jsonb_agg(jsonb_build_array(coalesce(b.name, o.name), q.stance)
                    order by a.beneficiary_id is null, lower(coalesce(b.name, o.name)), a.id)
                from asked_party a
                left join beneficiary b on b.process_id = a.process_id and b.id = a.beneficiary_id
                left join organisation o on o.process_id = a.process_id and o.id = a.organisation_id
                left join visible_position q on q.process_id = a.process_id and q.asked_id = a.id and q.replaced_at is null
                where a.process_id = c.process_id and a.consultation_id = c.id), '[]') as "parties!: Json<Vec<Party>>",
            coalesce((select jsonb_agg(jsonb_build_array(x.node, x.n)) from (
                select r.plan_node_id as node, count(*) as n from visible_plan_remark r
                where r.plan_id = $1 and r.reply_to_id is null and r.withdrawn_at is null and r.resolved_at is null and r.answer is null
                group by 1) x), '[]') as "open!: Json<Vec<(Option<PlanNodeId>, i64)>>"
        from (select 1) one
        left join lateral (select v.* from visible_consultation v where v.plan_id = $1 order by v.number desc limit 1) c on true"#,
        plan.0
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(Margin { number: r.number, closed: r.closed, parties: r.parties.0, open: r.open.0.into_iter().collect() })
}

/// A party as it is asked now: whether it can still answer, and what it has said.
#[derive(Debug)]
pub struct Asking {
    pub consultation: ConsultationId,
    pub number: i16,
    pub deadline: NaiveDate,
    pub open: bool,
    pub name: String,
    pub beneficiary: Option<BeneficiaryId>,
    /// Who speaks for it now: the one that was asked, or the one that it was merged into since.
    pub organisation: Option<OrganisationId>,
    /// The one that was asked.
    pub named: Option<OrganisationId>,
    pub position: Option<Position>,
}

/// # Errors
/// The database's own; `RowNotFound` where the plan has no such party.
pub async fn asking(tx: &mut ProcessTx, plan: PlanId, asked: AskedId, today: NaiveDate) -> sqlx::Result<Asking> {
    let r = sqlx::query!(
        r#"select c.id as "consultation!: ConsultationId", c.number as "number!", c.deadline as "deadline!", c.closed_at is null as "open!",
            coalesce(b.name, o.name) as "name!", a.beneficiary_id as "beneficiary: BeneficiaryId",
            coalesce(o.merged_into_id, a.organisation_id) as "organisation: OrganisationId", a.organisation_id as "named: OrganisationId",
            (select jsonb_build_object('stance', q.stance, 'reason', q.reason, 'at', q.at, 'by', kernel.person(q.by_membership_id, $3),
                'nodes', array(select x.plan_node_id from party_position_node x where x.process_id = q.process_id and x.position_id = q.id))
                from visible_position q where q.process_id = a.process_id and q.asked_id = a.id and q.replaced_at is null) as "position?: Json<Position>"
        from visible_consultation c
        join asked_party a on a.process_id = c.process_id and a.consultation_id = c.id
        left join beneficiary b on b.process_id = a.process_id and b.id = a.beneficiary_id
        left join organisation o on o.process_id = a.process_id and o.id = a.organisation_id
        where c.plan_id = $1 and a.id = $2"#,
        plan.0,
        asked.0,
        today
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(Asking {
        consultation: r.consultation,
        number: r.number,
        deadline: r.deadline,
        open: r.open,
        name: r.name,
        beneficiary: r.beneficiary,
        organisation: r.organisation,
        named: r.named,
        position: r.position.map(|q| q.0),
    })
}

/// The parties of a plan's latest consultation: whom its steps are told to.
#[derive(Debug)]
pub struct Parties {
    pub consultation: ConsultationId,
    pub deadline: NaiveDate,
    pub beneficiaries: Vec<BeneficiaryId>,
    pub organisations: Vec<OrganisationId>,
}

/// `silent`: of them, those who have not answered.
///
/// # Errors
/// The database's own.
pub async fn parties(tx: &mut ProcessTx, plan: PlanId, silent: bool) -> sqlx::Result<Option<Parties>> {
    sqlx::query_as!(
        Parties,
        r#"select c.id as "consultation!: ConsultationId", c.deadline as "deadline!",
            coalesce(array_agg(a.beneficiary_id) filter (where a.beneficiary_id is not null), '{}') as "beneficiaries!: Vec<BeneficiaryId>",
            coalesce(array_agg(a.organisation_id) filter (where a.organisation_id is not null), '{}') as "organisations!: Vec<OrganisationId>"
        from (select v.* from visible_consultation v where v.plan_id = $1 order by v.number desc limit 1) c
        left join asked_party a on a.process_id = c.process_id and a.consultation_id = c.id
            and not ($2 and exists (select from party_position q where q.process_id = a.process_id and q.asked_id = a.id and q.replaced_at is null)) -- past the view: of a plan that is seen
        group by c.id, c.deadline"#,
        plan.0,
        silent
    )
    .fetch_optional(tx.conn())
    .await
}

/// A remark that is to be answered, settled, taken back or replied to.
#[derive(Debug)]
pub struct Said {
    pub id: PlanRemarkId,
    pub node: Option<PlanNodeId>,
    pub by: MembershipId,
    pub mine: bool,
    pub handling: Handling,
    pub of_consultation: bool,
    pub is_reply: bool,
    pub text: String,
    pub wording: Option<Wording>,
    pub answer: Option<Answer>,
    pub resolved: bool,
    pub for_organisation: Option<OrganisationId>,
    pub for_beneficiary: Option<BeneficiaryId>,
    pub who: Who,
}

/// Of some remarks on a plan those that the reader sees and that were not taken back.
///
/// # Errors
/// The database's own.
pub async fn said(tx: &mut ProcessTx, plan: PlanId, ids: &[PlanRemarkId], today: NaiveDate) -> sqlx::Result<Vec<Said>> {
    let ids: Vec<Uuid> = ids.iter().map(|r| r.0).collect();
    let rows = sqlx::query!(
        r#"select r.id as "id!: PlanRemarkId", r.plan_node_id as "node: PlanNodeId", r.by_membership_id as "by!: MembershipId",
            m.account_id = kernel.account_id() as "mine!", r.handling as "handling!", r.consultation_id is not null as "of_consultation!",
            r.reply_to_id is not null as "is_reply!", r.text as "text!", r.wording_field, r.wording_from, r.wording_to, r.answer,
            r.resolved_at is not null as "resolved!", r.for_organisation_id as "for_organisation: OrganisationId",
            r.for_beneficiary_id as "for_beneficiary: BeneficiaryId", kernel.person(r.by_membership_id, $3) as "who!: Json<Who>"
        from visible_plan_remark r join membership m on m.process_id = r.process_id and m.id = r.by_membership_id
        where r.plan_id = $1 and r.id = any($2) and r.withdrawn_at is null"#,
        plan.0,
        &ids,
        today
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| Said {
            id: r.id,
            node: r.node,
            by: r.by,
            mine: r.mine,
            handling: Handling::parse(&r.handling).unwrap_or(Handling::Restricted),
            of_consultation: r.of_consultation,
            is_reply: r.is_reply,
            text: r.text,
            wording: r
                .wording_field
                .as_deref()
                .and_then(Field::parse)
                .zip(r.wording_from)
                .zip(r.wording_to)
                .map(|((field, from), to)| Wording { field, from, to }),
            answer: r.answer.as_deref().and_then(Answer::parse),
            resolved: r.resolved,
            for_organisation: r.for_organisation,
            for_beneficiary: r.for_beneficiary,
            who: r.who.0,
        })
        .collect())
}

/// Who has replied to a remark, of what the reader sees.
///
/// # Errors
/// The database's own.
pub async fn repliers(tx: &mut ProcessTx, remark: PlanRemarkId) -> sqlx::Result<Vec<MembershipId>> {
    sqlx::query_scalar!(
        r#"select distinct r.by_membership_id as "by!: MembershipId" from visible_plan_remark r
            where r.reply_to_id = $1 and r.withdrawn_at is null"#,
        remark.0
    )
    .fetch_all(tx.conn())
    .await
}

/// Who can be named.
///
/// # Errors
/// The database's own.
pub async fn nameable(tx: &mut ProcessTx, today: NaiveDate) -> sqlx::Result<Vec<Nameable>> {
    let names = sqlx::query_scalar!(r#"select kernel.mentionable($1) as "names!: Json<Vec<Nameable>>""#, today)
        .fetch_one(tx.conn())
        .await?;
    Ok(names.0)
}

/// A part of a plan as it stood in a frozen text.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct InText {
    pub node: PlanNodeId,
    /// Empty where it was not in that text.
    pub code: String,
    pub title: String,
    /// Whether it is in the plan now.
    pub there: bool,
}

/// Every part that a plan has or had, as it stood in one of its frozen texts; those of that text first, in its order.
///
/// # Errors
/// The database's own.
pub async fn in_text(tx: &mut ProcessTx, plan: PlanId, snapshot: i16) -> sqlx::Result<Vec<InText>> {
    sqlx::query_as!(
        InText,
        r#"select n.id as "node!: PlanNodeId", coalesce(t.node ->> 'code', '') as "code!", coalesce(t.node ->> 'title', n.title) as "title!",
            n.removed_at is null as "there!"
        from visible_plan p join plan_node n on n.process_id = p.process_id and n.plan_id = p.id -- past the view: of a plan that is seen
            left join (select e.node, e.place from visible_snapshot s
                    cross join jsonb_array_elements(s.content::jsonb -> 'nodes') with ordinality e (node, place)
                where s.plan_id = $1 and s.number = $2) t on (t.node ->> 'lineage')::uuid = n.lineage_id
        where p.id = $1 order by t.place nulls last, n.position, n.id"#,
        plan.0,
        snapshot
    )
    .fetch_all(tx.conn())
    .await
}

/// The report that was kept when a consultation closed, as far as the reader may read it; none where none was kept.
///
/// # Errors
/// The database's own.
pub async fn kept(tx: &mut ProcessTx, consultation: ConsultationId) -> sqlx::Result<Option<Kept>> {
    let found = sqlx::query_scalar!(
        r#"select content as "content!: Json<Kept>" from visible_consultation_report where consultation_id = $1"#,
        consultation.0
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(found.map(|kept| kept.0))
}
