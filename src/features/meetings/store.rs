//! Meetings as they are read: through the views of 0350.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::types::Json;

use super::model::{Body, Meeting, Whole};
use crate::kernel::db::ProcessTx;
use crate::kernel::ids::{MeetingId, MembershipId, OrganisationId, PillarId};

/// A feed and a month hold no more than this.
const MOST: i64 = 500;

/// One meeting with all that belongs to it: one statement.
pub async fn load(tx: &mut ProcessTx, id: MeetingId, today: NaiveDate) -> sqlx::Result<Option<Whole>> {
    let row = sqlx::query_scalar!(
        r#"select jsonb_build_object('meeting', kernel.meeting_facts(m),
            'parties', coalesce((select jsonb_agg(jsonb_build_object('id', a.id, 'organisation', coalesce(o.merged_into_id, a.organisation_id),
                    'beneficiary', a.beneficiary_id, 'name', coalesce(b.name, k.name, o.name), 'answer', a.answer,
                    'attendance', a.attendance, 'note', a.note) order by lower(coalesce(b.name, k.name, o.name)), a.id)
                from visible_meeting_attendance a
                    left join beneficiary b on b.process_id = a.process_id and b.id = a.beneficiary_id
                    left join organisation o on o.process_id = a.process_id and o.id = a.organisation_id
                    left join organisation k on k.process_id = o.process_id and k.id = o.merged_into_id
                where a.process_id = m.process_id and a.meeting_id = m.id), '[]'),
            'items', coalesce((select jsonb_agg(jsonb_build_object('place', i.place, 'title', i.title, 'note', i.note,
                    'kind', i.kind, 'subject', i.subject_id, 'seen', i.subject_id is not null and kernel.sees(i.kind, i.subject_id),
                    'of', t.meeting_id) order by i.place)
                from visible_agenda_item i left join visible_meeting_task t on i.kind = 'meeting_task' and t.process_id = i.process_id
                    and t.id = i.subject_id
                where i.process_id = m.process_id and i.meeting_id = m.id), '[]'),
            'papers', coalesce((select jsonb_agg(jsonb_build_object('title', q.title, 'address', q.address) order by q.place)
                from visible_meeting_paper q where q.process_id = m.process_id and q.meeting_id = m.id), '[]'),
            'decisions', coalesce((select jsonb_agg(jsonb_build_object('id', d.id, 'title', d.title, 'state', d.state,
                    'text_back', d.text_back_at is not null,
                    'number', case when d.number_year is not null
                        then jsonb_build_object('year', d.number_year, 'in_year', d.number_in_year) end)
                    order by d.number_year, d.number_in_year, d.prepared_at, d.id)
                from visible_decision d where d.process_id = m.process_id
                    and (exists (select from meeting_decision x where x.process_id = m.process_id and x.meeting_id = m.id and x.decision_id = d.id)
                        or (m.body = 'board' and d.procedure = 'meeting' and d.meeting_on = (m.starts_at at time zone m.zone)::date))), '[]'),
            'tasks', coalesce((select jsonb_agg(jsonb_build_object('id', t.id, 'title', t.title, 'membership', t.membership_id,
                    'organisation', coalesce(o.merged_into_id, t.organisation_id), 'beneficiary', t.beneficiary_id,
                    'party', coalesce(b.name, k.name, o.name), 'person', kernel.person(t.membership_id, $2), 'due_on', t.due_on,
                    'state', t.state, 'answer', t.answer, 'ended_by', kernel.person(t.ended_by_id, $2), 'ended_at', t.ended_at,
                    'version', t.version) order by t.state = 'open' desc, t.due_on nulls last, t.created_at, t.id)
                from visible_meeting_task t
                    left join beneficiary b on b.process_id = t.process_id and b.id = t.beneficiary_id
                    left join organisation o on o.process_id = t.process_id and o.id = t.organisation_id
                    left join organisation k on k.process_id = o.process_id and k.id = o.merged_into_id
                where t.process_id = m.process_id and t.meeting_id = m.id), '[]'),
            'history', coalesce((select jsonb_agg(jsonb_build_object('at', h.at, 'event', h.event, 'changes', h.changes, 'why', h.why,
                    'by', kernel.person(h.by_membership_id, $2)) order by h.at desc, h.id desc)
                from (select x.* from history x where x.process_id = m.process_id and x.subject_kind = 'meeting' -- past the view: of a meeting that is seen
                    and x.subject_id = m.id and kernel.takes_part() order by x.at desc, x.id desc limit 100) h), '[]')
        ) as "whole!: Json<Whole>"
        from visible_meeting m where m.process_id = kernel.process_id() and m.id = $1"#,
        id.0,
        today
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|Json(whole)| whole))
}

/// What a list is narrowed to.
#[derive(Debug, Clone, Copy, Default)]
pub struct Filter {
    pub body: Option<Body>,
    pub pillar: Option<PillarId>,
    /// What is past, the latest first; else what comes, the nearest first.
    pub past: bool,
    /// The list goes on after this meeting.
    pub after: Option<MeetingId>,
}

/// Meetings in the order of the filter; one more than `most` where there are more.
pub async fn list(tx: &mut ProcessTx, filter: &Filter, now: DateTime<Utc>, most: i64) -> sqlx::Result<Vec<Meeting>> {
    let rows = sqlx::query_scalar!(
        r#"with a as (select x.starts_at, x.id from visible_meeting x where x.process_id = kernel.process_id() and x.id = $5)
        select kernel.meeting_facts(m) as "meeting!: Json<Meeting>"
        from visible_meeting m
        where m.process_id = kernel.process_id() and (m.over_at < $1) = $2::boolean
            and ($3::text is null or m.body = $3) and ($4::uuid is null or m.pillar_id = $4)
            and ($5::uuid is null or case when $2 then (m.starts_at, m.id) < (select a.starts_at, a.id from a)
                else (m.starts_at, m.id) > (select a.starts_at, a.id from a) end)
        order by case when $2 then null else m.starts_at end, case when not $2 then m.id end, m.starts_at desc, m.id desc limit $6"#,
        now,
        filter.past,
        filter.body.map(Body::as_str),
        filter.pillar.map(|l| l.0),
        filter.after.map(|m| m.0),
        most.saturating_add(1)
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|Json(m)| m).collect())
}

/// Those that take place, in whole or in part, between two moments.
pub async fn between(
    tx: &mut ProcessTx,
    filter: &Filter,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
) -> sqlx::Result<Vec<Meeting>> {
    let rows = sqlx::query_scalar!(
        r#"select kernel.meeting_facts(m) as "meeting!: Json<Meeting>" from visible_meeting m
        where m.process_id = kernel.process_id() and m.starts_at < $2 and m.over_at > $1
            and ($3::text is null or m.body = $3) and ($4::uuid is null or m.pillar_id = $4)
        order by m.starts_at, m.id limit $5"#,
        from,
        to,
        filter.body.map(Body::as_str),
        filter.pillar.map(|l| l.0),
        MOST
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|Json(m)| m).collect())
}

/// Those that come, the nearest first, and those of the time since `from`: what a calendar shows.
pub async fn since(tx: &mut ProcessTx, from: DateTime<Utc>, most: i64) -> sqlx::Result<Vec<Meeting>> {
    let rows = sqlx::query_scalar!(
        r#"select kernel.meeting_facts(m) as "meeting!: Json<Meeting>" from visible_meeting m
        where m.process_id = kernel.process_id() and m.over_at > $1 order by m.starts_at, m.id limit $2"#,
        from,
        most.min(MOST)
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|Json(m)| m).collect())
}

/// The last one of a body, of a pillar where one is given, that was held.
pub async fn last_held(tx: &mut ProcessTx, body: Body, pillar: Option<PillarId>) -> sqlx::Result<Option<Meeting>> {
    let row = sqlx::query_scalar!(
        r#"select kernel.meeting_facts(m) as "meeting!: Json<Meeting>" from visible_meeting m
        where m.process_id = kernel.process_id() and m.state = 'held' and m.body = $1 and m.pillar_id is not distinct from $2
            order by m.starts_at desc, m.id desc limit 1"#,
        body.as_str(),
        pillar.map(|l| l.0)
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|Json(m)| m))
}

/// Whom a form can invite, or give a task.
#[derive(Debug, Default)]
pub struct Choices {
    /// Organisations by name; the process's members among them.
    pub organisations: Vec<(OrganisationId, String, bool)>,
    /// People who are members today, by name.
    pub people: Vec<(MembershipId, String)>,
}

/// What the forms choose from: one statement.
pub async fn choices(tx: &mut ProcessTx, today: NaiveDate) -> sqlx::Result<Choices> {
    let rows = sqlx::query!(
        r#"select o.id as "organisation?: OrganisationId", null::uuid as "person?: MembershipId", o.name as "name!", o.member as "member!"
            from organisation o where o.process_id = kernel.process_id() and o.merged_into_id is null
        union all
        select null, m.id, m.name || coalesce(', ' || coalesce(b.name, g.short_name, g.name), ''), false
            from membership m
            left join beneficiary b on b.process_id = m.process_id and b.id = m.beneficiary_id
            left join organisation g on g.process_id = m.process_id and g.id = m.organisation_id
            where m.process_id = kernel.process_id() and m.state = 'active' and m.role <> 'observer' and m.starts_on <= $1
                and coalesce(m.ends_on, $1) >= $1"#,
        today
    )
    .fetch_all(tx.conn())
    .await?;
    let mut all = Choices::default();
    for r in rows {
        if let Some(id) = r.organisation {
            all.organisations.push((id, r.name.clone(), r.member));
        }
        if let Some(id) = r.person {
            all.people.push((id, r.name));
        }
    }
    all.organisations.sort_by_key(|(_, name, _)| name.to_lowercase());
    all.people.sort_by_key(|(_, name)| name.to_lowercase());
    Ok(all)
}
