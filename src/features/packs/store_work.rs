//! The rest of what packs are made of: decisions, coordination questions, needs, plans, and what has changed. Each statement
//! reads through the views, in a transaction that was narrowed before.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Deserialize;
use sqlx::types::Json;
use uuid::Uuid;

use super::model::Subject;
use crate::features::needs::{Coverage, Priority};
use crate::kernel::date::PartialDate;
use crate::kernel::db::ProcessTx;
use crate::kernel::ids::BeneficiaryId;

#[derive(Debug, Clone)]
pub struct Decision {
    pub id: Uuid,
    pub title: String,
    pub state: String,
    /// The text that it is on was referred back.
    pub text_back: bool,
    pub subject_kind: String,
    pub subject_label: String,
    pub procedure: Option<String>,
    pub deadline: Option<NaiveDate>,
    pub meeting_on: Option<NaiveDate>,
    pub decided_on: Option<NaiveDate>,
    pub precision: String,
    pub year: Option<i16>,
    pub in_year: Option<i16>,
}

/// Decisions of the Board that are prepared or open, and those that were recorded since; of a pillar those on its plans.
///
/// # Errors
/// The database's own.
pub async fn decisions(
    tx: &mut ProcessTx,
    subject: Subject,
    since: NaiveDate,
    most: i64,
) -> sqlx::Result<Vec<Decision>> {
    sqlx::query_as!(
        Decision,
        r#"select d.id as "id!", d.title as "title!", d.state as "state!", d.text_back_at is not null as "text_back!",
            d.subject_kind as "subject_kind!", d.subject_label as "subject_label!", d.procedure, d.deadline, d.meeting_on, d.decided_on,
            d.decided_on_precision as "precision!", d.number_year as year, d.number_in_year as in_year
        from visible_decision d
        where d.process_id = kernel.process_id()
            and (d.state in ('prepared', 'open') or (d.state in ('taken', 'not_taken', 'referred_back') and d.decided_on >= $2))
            and ($1::uuid is null or d.subject_id = $1 or exists (select from visible_plan p where p.process_id = d.process_id
                and p.id = d.subject_id and p.pillar_id = $1))
        order by d.state in ('prepared', 'open') desc, coalesce(d.deadline, d.meeting_on, d.decided_on) nulls last, d.prepared_at, d.id
        limit $3"#,
        subject.pillar(),
        since,
        most
    )
    .fetch_all(tx.conn())
    .await
}

#[derive(Debug, Clone, Deserialize)]
pub struct Question {
    pub id: Uuid,
    pub state: String,
    /// None: an action of it is not the reader's to see.
    pub kind: Option<String>,
    /// In per cent.
    pub likelihood: Option<i64>,
    pub due: Option<NaiveDate>,
    pub opened_at: DateTime<Utc>,
    pub escalated: bool,
    pub decision: Option<String>,
    pub titles: Vec<Option<String>>,
}

impl Question {
    pub fn is_open(&self) -> bool {
        matches!(self.state.as_str(), "open" | "working")
    }
}

/// Coordination questions that are open, and those that were decided since.
///
/// # Errors
/// The database's own.
pub async fn questions(
    tx: &mut ProcessTx,
    subject: Subject,
    since: DateTime<Utc>,
    most: i64,
) -> sqlx::Result<Vec<Question>> {
    let rows = sqlx::query_scalar!(
        r#"select jsonb_build_object('id', c.id, 'state', c.state, 'kind', c.kind,
            -- what the finder says is never certain
            'likelihood', case when c.likelihood is not null then greatest(1, least(99, round(c.likelihood::numeric * 100)::int)) end,
            'due', c.due_on, 'opened_at', c.opened_at, 'escalated', c.escalated_at is not null, 'decision', c.decision,
            'titles', coalesce((select jsonb_agg(v.title order by v.position, v.action_id) from visible_overlap_action v
                where v.process_id = c.process_id and v.case_id = c.id), '[]')) as "question!: Json<Question>"
        from (select x.* from visible_overlap_case x
            where x.process_id = kernel.process_id()
                and (x.state in ('open', 'working') or (x.state in ('decided', 'closed') and x.decided_at > $4))
                and ($1::uuid is null or $1 = any (x.pillars)) and ($2::uuid is null or $2 = any (x.beneficiaries))
                and ($3::uuid is null or $3 = any (x.organisations))
            order by x.state in ('open', 'working') desc, x.due_on nulls last, x.likelihood desc nulls last, x.id limit $5) c
        order by c.state in ('open', 'working') desc, c.due_on nulls last, c.likelihood desc nulls last, c.id"#,
        subject.pillar(),
        subject.beneficiary(),
        subject.organisation(),
        since,
        most
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|Json(q)| q).collect())
}

#[derive(Debug, Clone, Deserialize)]
pub struct Need {
    pub id: Uuid,
    pub title: String,
    pub beneficiary: BeneficiaryId,
    pub priority: Option<Priority>,
    pub theme: Option<String>,
    pub measure: Option<String>,
    pub pillar: Option<String>,
    /// As it was judged last; none: not judged yet.
    pub coverage: Option<Coverage>,
    pub by_when: Option<PartialDate>,
    pub responses: i64,
}

/// Needs of the latest cycle in which each is stated that are not, or but partly, covered, or not judged yet.
///
/// # Errors
/// The database's own.
pub async fn needs(tx: &mut ProcessTx, subject: Subject, most: i64) -> sqlx::Result<Vec<Need>> {
    let rows = sqlx::query_scalar!(
        r#"select jsonb_build_object('id', n.id, 'title', n.title, 'beneficiary', n.beneficiary_id, 'priority', n.priority,
            'theme', (select t.name from theme t where t.process_id = n.process_id and t.id = n.theme_id), 'measure', k.title,
            'pillar', l.key, 'coverage', j.coverage, 'by_when', kernel.partial_date(n.by_when, n.by_when_precision),
            'responses', (select count(*) from visible_response r where r.process_id = n.process_id and r.need_id = n.id
                and r.state in ('proposed', 'confirmed'))) as "need!: Json<Need>"
        from visible_need n
        join beneficiary b on b.process_id = n.process_id and b.id = n.beneficiary_id
        left join visible_plan_node k on k.process_id = n.process_id and k.id = n.plan_node_id
        left join visible_plan p on p.process_id = k.process_id and p.id = k.plan_id
        left join pillar l on l.process_id = p.process_id and l.id = p.pillar_id
        left join lateral (select y.coverage from visible_judgement y where y.process_id = n.process_id and y.need_id = n.id
            order by y.at desc, y.id desc limit 1) j on true
        where n.process_id = kernel.process_id() and n.state = 'submitted' and coalesce(j.coverage, 'not') in ('not', 'partly')
            and ($1::uuid is null or p.pillar_id = $1) and ($2::uuid is null or n.beneficiary_id = $2)
            and not exists (select from visible_need later where later.process_id = n.process_id and later.copied_from_id = n.id
                and later.state = 'submitted')
        order by case j.coverage when 'not' then 1 when 'partly' then 3 else 2 end,
            case n.priority when 'high' then 1 when 'medium' then 2 when 'low' then 3 else 4 end, b.position, lower(n.title), n.id
        limit $3"#,
        subject.pillar(),
        subject.beneficiary(),
        most
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|Json(n)| n).collect())
}

#[derive(Debug, Clone)]
pub struct Plan {
    pub id: Uuid,
    pub title: String,
    pub state: String,
    pub pillar: Option<String>,
    pub first_year: Option<i16>,
    pub last_year: Option<i16>,
    pub adopted_on: Option<NaiveDate>,
    pub in_force_on: Option<NaiveDate>,
    pub closes_on: Option<NaiveDate>,
    /// Of the consultation that is open.
    pub deadline: Option<NaiveDate>,
    pub measures: i64,
    /// Measures under which an action stands that is seen.
    pub served: i64,
}

/// Plans that are not past; of a pillar its own.
///
/// # Errors
/// The database's own.
pub async fn plans(tx: &mut ProcessTx, subject: Subject) -> sqlx::Result<Vec<Plan>> {
    sqlx::query_as!(
        Plan,
        r#"select p.id as "id!", p.title as "title!", p.state as "state!", l.key as "pillar?", p.first_year, p.last_year,
            p.adopted_on, p.in_force_on, p.closes_on, (select c.deadline from visible_consultation c
                where c.process_id = p.process_id and c.plan_id = p.id and c.closed_at is null limit 1) as deadline,
            (select count(*) from visible_plan_node k where k.process_id = p.process_id and k.plan_id = p.id and k.kind = 'measure') as "measures!",
            (select count(*) from visible_plan_node k where k.process_id = p.process_id and k.plan_id = p.id and k.kind = 'measure'
                and exists (select from plan_node_action x join visible_action a on a.process_id = x.process_id and a.id = x.action_id
                    where x.process_id = k.process_id and x.plan_node_id = k.id)) as "served!"
        from visible_plan p
        left join pillar l on l.process_id = p.process_id and l.id = p.pillar_id
        where p.process_id = kernel.process_id() and p.state not in ('closed', 'superseded') and ($1::uuid is null or p.pillar_id = $1)
        order by l.position nulls first, p.first_year, lower(p.title), p.id limit 500"#,
        subject.pillar()
    )
    .fetch_all(tx.conn())
    .await
}

/// What has happened to one record.
#[derive(Debug, Clone, Deserialize)]
pub struct Changed {
    /// `action`, `plan`, `decision`, `need`.
    pub kind: String,
    pub id: Uuid,
    pub title: String,
    pub last: DateTime<Utc>,
    /// What was done and how often.
    pub events: Vec<(String, i64)>,
    /// Where an action stood, and where it stands now, where that was changed.
    pub was: Option<String>,
    pub is: Option<String>,
}

/// What has changed since, a row a record: of actions, plans, decisions and needs. Who did it and what exactly was written
/// stays in the records' own histories.
///
/// # Errors
/// The database's own.
pub async fn changes(
    tx: &mut ProcessTx,
    subject: Subject,
    since: DateTime<Utc>,
    most: i64,
) -> sqlx::Result<Vec<Changed>> {
    let rows = sqlx::query_scalar!(
        r#"with e as materialized (
            select h.subject_kind, h.subject_id, h.event, count(*) as n, max(h.at) as last
            from history h -- past the view: of records alone that are joined through their views
            where h.process_id = kernel.process_id() and h.at > $4 and h.subject_kind in ('action', 'plan', 'decision', 'need')
                and h.event not in ('suggested', 'suggestion-refused', 'suggestion-withdrawn', 'remark-withdrawn', 'remark-settled',
                    'remark-opened', 'opened', 'closed', 'need-drafted', 'need-taken-over', 'decision-voted',
                    'decision-votes-recorded', 'decision-stated', 'plan-position-stated', 'plan-position-changed')
            group by 1, 2, 3),
        r as (select e.subject_kind as kind, e.subject_id as id, max(e.last) as last, jsonb_agg(jsonb_build_array(e.event, e.n)
                order by e.last desc, e.event) as events from e group by 1, 2),
        seen as (
            select r.*, a.title from r join visible_action a on r.kind = 'action' and a.process_id = kernel.process_id() and a.id = r.id
            where kernel.counts(a.merged_into_id, a.claim)
                and ($1::uuid is null or exists (select from action_pillar x where x.process_id = a.process_id and x.action_id = a.id
                    and x.pillar_id = $1))
                and ($2::uuid is null or exists (select from action_beneficiary x where x.process_id = a.process_id and x.action_id = a.id
                    and x.beneficiary_id = $2))
                and ($3::uuid is null or a.reporting_id = $3 or exists (select from action_party x where x.process_id = a.process_id
                    and x.action_id = a.id and x.organisation_id = $3))
            union all
            select r.*, p.title from r join visible_plan p on r.kind = 'plan' and p.process_id = kernel.process_id() and p.id = r.id
            where $1::uuid is null or p.pillar_id = $1
            union all
            select r.*, d.title from r join visible_decision d on r.kind = 'decision' and d.process_id = kernel.process_id() and d.id = r.id
            where $1::uuid is null or d.subject_id = $1 or exists (select from visible_plan p where p.process_id = d.process_id
                and p.id = d.subject_id and p.pillar_id = $1)
            union all
            select r.*, n.title from r join visible_need n on r.kind = 'need' and n.process_id = kernel.process_id() and n.id = r.id
            where n.state <> 'draft' and $3::uuid is null and ($2::uuid is null or n.beneficiary_id = $2)
                and ($1::uuid is null or exists (select from visible_plan_node k join visible_plan p on p.process_id = k.process_id
                    and p.id = k.plan_id where k.process_id = n.process_id and k.id = n.plan_node_id and p.pillar_id = $1)))
        select jsonb_build_object('kind', s.kind, 'id', s.id, 'title', s.title, 'last', s.last, 'events', s.events,
            'was', case when s.kind = 'action' then (select h.changes -> 'status' -> 'from' ->> 0 from history h -- past the view: of an action that is seen
                where h.process_id = kernel.process_id() and h.subject_kind = 'action' and h.subject_id = s.id and h.at > $4 and h.changes ? 'status'
                order by h.at, h.id limit 1) end,
            'is', case when s.kind = 'action' then (select h.changes -> 'status' -> 'to' ->> 0 from history h -- past the view: of an action that is seen
                where h.process_id = kernel.process_id() and h.subject_kind = 'action' and h.subject_id = s.id and h.at > $4 and h.changes ? 'status'
                order by h.at desc, h.id desc limit 1) end) as "changed!: Json<Changed>"
        from (select * from seen order by case seen.kind when 'decision' then 1 when 'plan' then 2 when 'action' then 3 else 4 end,
            seen.last desc, seen.id limit $5) s
        order by case s.kind when 'decision' then 1 when 'plan' then 2 when 'action' then 3 else 4 end, s.last desc, s.id"#,
        subject.pillar(),
        subject.beneficiary(),
        subject.organisation(),
        since,
        most
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|Json(c)| c).collect())
}
