//! What the members' record of a frozen text keeps, as the database has it at that moment.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::types::Json;
use uuid::Uuid;

use super::model::Who;
use super::text::{AskedText, NeedText, PositionText, Record, RemarkText, ResultText};
use crate::kernel::db::ProcessTx;
use crate::kernel::ids::PlanId;

/// What the members have said of a plan in its latest consultation: positions, and remarks that all members may read.
///
/// # Errors
/// The database's own.
pub async fn record(tx: &mut ProcessTx, plan: PlanId, today: NaiveDate) -> sqlx::Result<Record> {
    let asked = sqlx::query!(
        r#"select coalesce(b.name, o.name) as "party!", c.deadline, s.stance as "stance?", s.reason as "reason?", s.at as "at?",
            case when s.id is not null then kernel.person(s.by_membership_id, $2) end as "by: Json<Who>",
            array(select n.lineage_id from party_position_node x join plan_node n on n.process_id = x.process_id and n.id = x.plan_node_id -- past the view: a step is judged by all there is, and keeps all of it
                where x.process_id = s.process_id and x.position_id = s.id order by 1) as "nodes!: Vec<Uuid>"
        from consultation c -- past the view: a step is judged by all there is, and keeps all of it
        join asked_party a on a.process_id = c.process_id and a.consultation_id = c.id
        left join beneficiary b on b.process_id = a.process_id and b.id = a.beneficiary_id
        left join organisation o on o.process_id = a.process_id and o.id = a.organisation_id
        left join party_position s on s.process_id = a.process_id and s.asked_id = a.id and s.replaced_at is null -- past the view: a step is judged by all there is, and keeps all of it
        where c.plan_id = $1 and c.number = (select max(l.number) from consultation l where l.plan_id = $1) -- past the view: a step is judged by all there is, and keeps all of it
        order by a.beneficiary_id is null, lower(coalesce(b.name, o.name)), a.id"#,
        plan.0,
        today
    )
    .fetch_all(tx.conn())
    .await?;
    let remarks = sqlx::query!(
        r#"select n.lineage_id as "node?", coalesce(b.name, o.name) as party, kernel.person(r.by_membership_id, $2) as "by!: Json<Who>", r.at, r.text,
            r.wording_from, r.wording_to, r.answer, r.answer_text
        from plan_remark r -- past the view: a step is judged by all there is, and keeps all of it
        left join plan_node n on n.process_id = r.process_id and n.id = r.plan_node_id -- past the view: a step is judged by all there is, and keeps all of it
        left join beneficiary b on b.process_id = r.process_id and b.id = r.for_beneficiary_id
        left join organisation o on o.process_id = r.process_id and o.id = r.for_organisation_id
        where r.plan_id = $1 and r.consultation_id is not null and r.reply_to_id is null and r.withdrawn_at is null and r.handling = 'members'
        order by r.at, r.id"#,
        plan.0,
        today
    )
    .fetch_all(tx.conn())
    .await?;
    let needs = needs(tx, plan).await?;
    let mut record = Record { needs, ..Record::default() };
    for r in asked {
        record.asked.push(AskedText {
            party: r.party.clone(),
            deadline: Some(r.deadline),
            answered: r.stance.is_some(),
        });
        if let (Some(stance), Some(at)) = (r.stance, r.at) {
            record.positions.push(PositionText {
                party: r.party,
                stance,
                reason: r.reason.unwrap_or_default(),
                nodes: r.nodes,
                at: at.to_rfc3339(),
                by: r.by.and_then(|w| w.0.name).unwrap_or_default(),
            });
        }
    }
    record.remarks = remarks
        .into_iter()
        .map(|r| RemarkText {
            node: r.node,
            party: r.party.unwrap_or_default(),
            by: r.by.0.name.unwrap_or_default(),
            at: r.at.to_rfc3339(),
            text: r.text,
            wording: r.wording_from.zip(r.wording_to),
            answer: r.answer.map(|a| (a, r.answer_text)),
        })
        .collect();
    Ok(record)
}

/// The needs under a plan's nodes that are for all members.
async fn needs(tx: &mut ProcessTx, plan: PlanId) -> sqlx::Result<Vec<NeedText>> {
    sqlx::query_as!(
        NeedText,
        r#"select n.lineage_id as "node!", b.name as "beneficiary!", x.title as "title!", x.type as "need_type!",
            (select j.coverage from visible_judgement j where j.process_id = x.process_id and j.need_id = x.id
                order by j.at desc, j.id desc limit 1) as coverage
        from plan_node n -- past the view: a step is judged by all there is, and keeps all of it
        join plan_node k on k.process_id = n.process_id and k.lineage_id = n.lineage_id -- past the view: a step is judged by all there is, and keeps all of it
        join visible_need x on x.process_id = k.process_id and x.plan_node_id = k.id
        join beneficiary b on b.process_id = x.process_id and b.id = x.beneficiary_id
        where n.plan_id = $1 and n.removed_at is null and x.state = 'submitted' and x.handling = 'members'
            and not exists (select from visible_need later where later.process_id = x.process_id
                and later.copied_from_id = x.id and later.state = 'submitted')
        order by n.lineage_id, b.position, x.title, x.id"#,
        plan.0
    )
    .fetch_all(tx.conn())
    .await
}

/// The figures that stood for a plan's indicators at a moment: those that were stated, and those of accepted reports on actions that every
/// member may see.
///
/// # Errors
/// The database's own.
pub async fn results(tx: &mut ProcessTx, plan: PlanId, at: DateTime<Utc>) -> sqlx::Result<Vec<ResultText>> {
    let rows = sqlx::query!(
        r#"with asked as materialized (
            select distinct i.lineage_id
            from indicator i join plan_node n on n.process_id = i.process_id and n.id = i.plan_node_id -- past the view: a step is judged by all there is, and keeps all of it
            where n.plan_id = $1 and n.removed_at is null)
        select i.lineage_id as "indicator!", b.name as "beneficiary?", f.period_start as "from!", f.period_end as "to!", f.value as "value!",
            f.reported as "reported!"
        from asked
        join indicator i on i.process_id = kernel.process_id() and i.lineage_id = asked.lineage_id
        join lateral (
            select a.id, a.beneficiary_id, a.period_start, a.period_end, a.value, false as reported
            from indicator_actual a -- past the view: a step is judged by all there is, and keeps all of it
            where a.process_id = i.process_id and a.indicator_id = i.id and a.at <= $2 and (a.replaced_at is null or a.replaced_at > $2)
            union all
            select v.id, v.beneficiary_id, v.period_start, v.period_end, v.value, true
            from progress_value v -- past the view: a step is judged by all there is, and keeps what is for all members
            join progress_report r on r.process_id = v.process_id and r.id = v.report_id and r.state = 'accepted' and r.decided_at <= $2 -- past the view: as above
            join action x on x.process_id = r.process_id and x.id = r.action_id and x.handling in ('public', 'members') and x.claim <> 'declined' -- past the view: as above
            where v.process_id = i.process_id and v.indicator_id = i.id) f on true
        left join beneficiary b on b.process_id = i.process_id and b.id = f.beneficiary_id
        order by i.lineage_id, f.period_end, f.period_start, b.position nulls first, f.reported, f.id"#,
        plan.0,
        at
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| ResultText {
            indicator: r.indicator,
            beneficiary: r.beneficiary,
            from: r.from,
            to: r.to,
            value: r.value.normalize().to_string(),
            reported: r.reported,
        })
        .collect())
}
