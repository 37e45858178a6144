//! What the interface reads of rounds, reports, envelopes, files and figures: through the views that the pages read through, a stretch at
//! a time in the order of ids.

use serde::Deserialize;
use sqlx::types::Json;
use uuid::Uuid;

use super::reports::{Figure, FileEntry, Progress, Report, ReportLine, ReportSection, Round};
use super::shape::{Exact, Named, One};
use super::store_records::Stretch;
use crate::kernel::db::ProcessTx;

/// Rounds that are open, or have ended.
///
/// # Errors
/// The database's own.
pub async fn rounds(tx: &mut ProcessTx, from: Stretch) -> sqlx::Result<Vec<Round>> {
    let rows = sqlx::query!(
        r#"select r.id as "id!", r.kind as "kind!", r.title as "title!", r.state as "state!", l.key as "pillar?", r.cycle_id,
            r.period_start as "period_start!", r.period_end as "period_end!", r.deadline as "deadline!", r.opened_at, r.ended_at
        from round r left join pillar l on l.process_id = r.process_id and l.id = r.pillar_id
        where r.process_id = kernel.process_id() and kernel.takes_part() and r.state not in ('opening', 'failed')
            and ($1::uuid is null or r.id > $1)
        order by r.id limit $2"#,
        from.after,
        from.most
    )
    .fetch_all(tx.conn())
    .await?;
    let round = rows.into_iter().map(|r| Round {
        id: r.id,
        kind: r.kind,
        title: r.title,
        state: r.state,
        pillar: r.pillar,
        cycle_id: r.cycle_id,
        period_start: r.period_start,
        period_end: r.period_end,
        deadline: r.deadline,
        opened_at: r.opened_at,
        ended_at: r.ended_at,
    });
    Ok(round.collect())
}

/// What was reported of an action that the reader sees, the latest first.
///
/// # Errors
/// The database's own.
pub async fn progress(tx: &mut ProcessTx, action: Uuid) -> sqlx::Result<Vec<Progress>> {
    let rows = sqlx::query!(
        r#"select p.id as "id!", p.round_id as "round_id!", r.title as "round!", p.state as "state!", p.health as "health!", p.done as "done!",
            p.hinders as "hinders!", p.on_behalf as "on_behalf!", p.reported_at as "reported_at!", p.decided_at
        from visible_progress_report p join round r on r.process_id = p.process_id and r.id = p.round_id
        where p.process_id = kernel.process_id() and p.action_id = $1
        order by p.reported_at desc, p.id limit 200"#,
        action
    )
    .fetch_all(tx.conn())
    .await?;
    let report = rows.into_iter().map(|r| Progress {
        id: r.id,
        round: Named { id: r.round_id, name: r.round },
        state: r.state,
        health: r.health,
        done: r.done,
        hinders: r.hinders,
        on_behalf: r.on_behalf,
        reported_at: r.reported_at,
        decided_at: r.decided_at,
    });
    Ok(report.collect())
}

/// # Errors
/// The database's own.
pub async fn reports(tx: &mut ProcessTx, from: Stretch) -> sqlx::Result<Vec<ReportLine>> {
    let rows = sqlx::query!(
        r#"select r.id as "id!", r.title as "title!", r.cycle_id as "cycle_id!", c.name as "cycle!", l.key as "pillar!",
            r.first_year as "first_year!", r.last_year as "last_year!", r.state as "state!", r.adopted_on,
            r.decision_number as "decision_number!", r.published_at
        from visible_mapping_report r
        join mapping_cycle c on c.process_id = r.process_id and c.id = r.cycle_id
        join pillar l on l.process_id = r.process_id and l.id = r.pillar_id
        where r.process_id = kernel.process_id() and ($1::uuid is null or r.id > $1)
        order by r.id limit $2"#,
        from.after,
        from.most
    )
    .fetch_all(tx.conn())
    .await?;
    let line = rows.into_iter().map(|r| ReportLine {
        id: r.id,
        title: r.title,
        cycle: Named { id: r.cycle_id, name: r.cycle },
        pillar: r.pillar,
        first_year: r.first_year,
        last_year: r.last_year,
        state: r.state,
        adopted_on: r.adopted_on,
        decision_number: Some(r.decision_number).filter(|number| !number.is_empty()),
        published_at: r.published_at,
    });
    Ok(line.collect())
}

#[derive(Debug, Deserialize)]
struct Part {
    kind: String,
    heading: String,
    body: String,
}

/// # Errors
/// The database's own.
pub async fn report(tx: &mut ProcessTx, id: Uuid) -> sqlx::Result<Option<Report>> {
    let row = sqlx::query!(
        r#"select r.id as "id!", r.title as "title!", r.cycle_id as "cycle_id!", c.name as "cycle!", l.key as "pillar!",
            r.first_year as "first_year!", r.last_year as "last_year!", r.state as "state!", r.adopted_on,
            r.decision_number as "decision_number!", r.published_at, r.updated_at as "updated_at!",
            coalesce((select jsonb_agg(jsonb_build_object('kind', s.kind, 'heading', s.heading, 'body', s.body) order by s.position, s.id)
                from visible_mapping_report_section s
                where s.process_id = r.process_id and s.report_id = r.id and s.removed_at is null), '[]') as "sections!: Json<Vec<Part>>"
        from visible_mapping_report r
        join mapping_cycle c on c.process_id = r.process_id and c.id = r.cycle_id
        join pillar l on l.process_id = r.process_id and l.id = r.pillar_id
        where r.process_id = kernel.process_id() and r.id = $1"#,
        id
    )
    .fetch_optional(tx.conn())
    .await?;
    let section = |p: Part| ReportSection { kind: p.kind, heading: p.heading, body: p.body };
    Ok(row.map(|r| Report {
        id: r.id,
        title: r.title,
        cycle: Named { id: r.cycle_id, name: r.cycle },
        pillar: r.pillar,
        first_year: r.first_year,
        last_year: r.last_year,
        state: r.state,
        adopted_on: r.adopted_on,
        decision_number: Some(r.decision_number).filter(|number| !number.is_empty()),
        published_at: r.published_at,
        sections: r.sections.0.into_iter().map(section).collect(),
        updated_at: r.updated_at,
    }))
}

/// An envelope, with its beneficiary by id: its name bears a note that the process has.
pub struct Kept {
    pub id: Uuid,
    pub donor: Named,
    pub title: String,
    pub kind: String,
    pub amount: Exact,
    pub currency: String,
    pub first_year: Option<i32>,
    pub last_year: Option<i32>,
    pub pillar: Option<String>,
    pub beneficiary: Option<Uuid>,
    pub note: String,
    pub handling: String,
    pub closed: bool,
}

/// # Errors
/// The database's own.
pub async fn envelopes(tx: &mut ProcessTx, from: Stretch) -> sqlx::Result<Vec<Kept>> {
    let rows = sqlx::query!(
        r#"select e.id as "id!", e.donor_id as "donor_id!", o.name as "donor!", e.title as "title!", e.kind as "kind!", e.amount as "amount!",
            e.currency as "currency!", e.first_year, e.last_year, l.key as "pillar?", e.beneficiary_id, e.note as "note!",
            e.handling as "handling!", (e.closed_at is not null) as "closed!"
        from visible_envelope e join organisation o on o.process_id = e.process_id and o.id = e.donor_id
            left join pillar l on l.process_id = e.process_id and l.id = e.pillar_id
        where e.process_id = kernel.process_id() and ($1::uuid is null or e.id > $1)
        order by e.id limit $2"#,
        from.after,
        from.most
    )
    .fetch_all(tx.conn())
    .await?;
    let kept = rows.into_iter().map(|r| Kept {
        id: r.id,
        donor: Named { id: r.donor_id, name: r.donor },
        title: r.title,
        kind: r.kind,
        amount: Exact(r.amount.normalize().to_string()),
        currency: r.currency,
        first_year: r.first_year,
        last_year: r.last_year,
        pillar: r.pillar,
        beneficiary: r.beneficiary_id,
        note: r.note,
        handling: r.handling,
        closed: r.closed,
    });
    Ok(kept.collect())
}

/// Files that stand on records, as they are now; `of`: on this record alone.
///
/// # Errors
/// The database's own.
pub async fn files(tx: &mut ProcessTx, of: Option<Uuid>, from: Stretch) -> sqlx::Result<Vec<FileEntry>> {
    let rows = sqlx::query!(
        r#"select f.id as "id!", f.about as "about!", f.level as "level!", f.latest as "latest!", v.name as "name!", v.kind as "kind!",
            v.size as "size!", encode(v.sha256, 'hex') as "sha256!", v.at as "at!",
            case when f.action_id is not null then 'action' when f.plan_id is not null then 'plan'
                when f.meeting_id is not null then 'meeting' else 'progress_report' end as "subject_kind!",
            coalesce(f.action_id, f.plan_id, f.meeting_id, f.report_id) as "subject_id!"
        from visible_stored_file f
        join visible_stored_file_version v on v.process_id = f.process_id and v.file_id = f.id and v.number = f.latest
        where f.process_id = kernel.process_id() and f.taken_at is null and ($1::uuid is null or f.id > $1)
            and ($3::uuid is null or $3 in (f.action_id, f.plan_id, f.meeting_id, f.report_id))
        order by f.id limit $2"#,
        from.after,
        from.most,
        of
    )
    .fetch_all(tx.conn())
    .await?;
    let file = rows.into_iter().map(|r| FileEntry {
        id: r.id,
        name: r.name,
        about: r.about,
        kind: r.kind,
        size: r.size,
        sha256: r.sha256,
        version: r.latest,
        level: One::new(r.level),
        subject_kind: r.subject_kind,
        subject_id: r.subject_id,
        at: r.at,
    });
    Ok(file.collect())
}

/// The figures that stand, of every indicator of a plan that the reader sees, whichever version of it they were stated in.
///
/// # Errors
/// The database's own.
pub async fn figures(tx: &mut ProcessTx, plan: Uuid) -> sqlx::Result<Vec<Figure>> {
    let rows = sqlx::query!(
        r#"select a.id as "id!", own.id as "indicator_id!", own.name as "indicator!", a.beneficiary_id, a.period_start as "period_start!",
            a.period_end as "period_end!", a.value as "value!", a.source as "source!", a.dated as "dated!", a.at as "at!"
        from visible_plan_node n join indicator own on own.process_id = n.process_id and own.plan_node_id = n.id
            join indicator i on i.process_id = own.process_id and i.lineage_id = own.lineage_id
            join visible_actual a on a.process_id = i.process_id and a.indicator_id = i.id
        where n.process_id = kernel.process_id() and n.plan_id = $1 and a.replaced_at is null
        order by own.id, a.period_start, a.beneficiary_id nulls first, a.id"#,
        plan
    )
    .fetch_all(tx.conn())
    .await?;
    let figure = rows.into_iter().map(|r| Figure {
        id: r.id,
        indicator: Named { id: r.indicator_id, name: r.indicator },
        beneficiary_id: r.beneficiary_id,
        period_start: r.period_start,
        period_end: r.period_end,
        value: Exact(r.value.normalize().to_string()),
        source: r.source,
        dated: r.dated,
        at: r.at,
    });
    Ok(figure.collect())
}
