//! What has changed of actions, plans and needs lately, an entry of the history a line.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::types::Json;
use uuid::Uuid;

use super::super::lately::{About, What};
use super::super::model::Person;
use crate::kernel::db::ProcessTx;
use crate::kernel::history::Changes;
use crate::kernel::window::{Cursor, Window};

/// What the list is narrowed to.
pub struct Since {
    pub from: DateTime<Utc>,
    /// Whether the reader may read every record's history; else `own` are those whose records' they may.
    pub all: bool,
    pub own: Vec<Uuid>,
    /// A pillar, beneficiary or organisation whose records they are about.
    pub within: Option<Uuid>,
    pub what: Option<What>,
    pub about: Option<About>,
}

pub struct Entry {
    pub id: Uuid,
    pub at: DateTime<Utc>,
    pub event: String,
    pub why: String,
    pub about: About,
    /// What it is about; the plan, where that is a part of it.
    pub record: Uuid,
    pub title: String,
    /// The title of the plan of a part.
    pub of: Option<String>,
    pub by: Option<Person>,
    /// For which organisation it was done, where that is not the person's own.
    pub for_name: Option<String>,
    /// The names of the fields that were changed.
    pub fields: Vec<String>,
    /// From what to what: of actions that every member sees.
    pub changes: Option<Changes>,
}

/// One page, the latest first. What people say about an action is not a change of it, and how a need was drafted is its own side's to
/// know. Each kind of record is asked by the rule of its own page: a plan is its pillar's, a need its beneficiary's, its pillar's, and
/// theirs who answer it or are shown it.
///
/// # Errors
/// The database's own.
pub async fn lately(
    tx: &mut ProcessTx,
    since: &Since,
    cursor: Cursor<Uuid>,
    today: NaiveDate,
) -> sqlx::Result<Window<Entry, Uuid>> {
    let rows = sqlx::query!(
        r#"select h.id as "id!", h.at as "at!", h.event as "event!", a.kind as "kind!", a.id as "record!", a.title as "title!",
            a.of as "of?", case when a.open and (h.subject_kind <> 'plan_node' or kernel.told_of_seen(h.changes))
                then h.why else '' end as "why!",
            array(select jsonb_object_keys(h.changes)) as "fields!",
            case when a.kind = 'action' and a.open then kernel.told_changes(h.changes, 'parent') end as "changes: Json<Changes>",
            kernel.person(h.by_membership_id, $1) as "by: Json<Person>", f.name as "for_name?"
        from history h -- past the view: of records that are seen
            -- looked up one by one from the latest on, as the home does
            cross join lateral (
                (select 'action' as kind, v.id, v.title, null::text as of, v.handling in ('public', 'members') as open
                from visible_action v where h.subject_kind = 'action' and v.process_id = h.process_id and v.id = h.subject_id
                    and ($3 or exists (select from action_scope w
                        where w.process_id = h.process_id and w.action_id = v.id and w.within = any ($4::uuid[])))
                    and ($5::uuid is null or exists (select from action_scope w
                        where w.process_id = h.process_id and w.action_id = v.id and w.within = $5)) offset 0)
                union all
                (select 'plan', v.id, v.title, null, true
                from visible_plan v where h.subject_kind = 'plan' and v.process_id = h.process_id and v.id = h.subject_id
                    and ($3 or v.pillar_id = any ($4)) and ($5 is null or v.pillar_id = $5) offset 0)
                union all
                (select 'plan', v.id, x.title, v.title, true
                from plan_node x -- past the view: of a plan that is seen
                    join visible_plan v on v.process_id = x.process_id and v.id = x.plan_id
                where h.subject_kind = 'plan_node' and x.process_id = h.process_id and x.id = h.subject_id
                    and ($3 or v.pillar_id = any ($4)) and ($5 is null or v.pillar_id = $5) offset 0)
                union all
                (select 'need', v.id, v.title, null, v.handling in ('public', 'members')
                from visible_need v where h.subject_kind = 'need' and v.process_id = h.process_id and v.id = h.subject_id
                    and h.at >= v.submitted_at and ($3 or v.beneficiary_id = any ($4) or v.audience && $4)
                    and ($5 is null or v.beneficiary_id = $5 or $5 = any (v.audience)) offset 0)) a
            left join membership m on m.process_id = h.process_id and m.id = h.by_membership_id
            left join organisation f on f.process_id = h.process_id and f.id = h.for_organisation_id
                and h.for_organisation_id is distinct from m.organisation_id
        where h.process_id = kernel.process_id() and h.subject_kind in ('action', 'plan', 'plan_node', 'need') and h.at > $2
            and h.event not in ('suggested', 'suggestion-refused', 'suggestion-withdrawn', 'remark-withdrawn', 'remark-settled',
                'remark-opened')
            and ($10::text is null or $10 = case h.subject_kind when 'plan_node' then 'plan' else h.subject_kind end)
            and ($6::text is null or ($6 = 'changed' and h.changes <> '{}') or ($6 = 'confirmed' and h.event = 'confirmed'))
            and ($7::uuid is null
                or ($8 and (h.at, h.id) > (select c.at, c.id from history c -- past the view: where a page begins
                    where c.process_id = kernel.process_id() and c.id = $7))
                or (not $8 and (h.at, h.id) < (select c.at, c.id from history c -- past the view: where a page begins
                    where c.process_id = kernel.process_id() and c.id = $7)))
        order by case when $8 then h.at end, case when $8 then h.id end,
            case when not $8 then h.at end desc, case when not $8 then h.id end desc
        limit $9"#,
        today,
        since.from,
        since.all,
        &since.own,
        since.within,
        since.what.map(What::as_str),
        cursor.row,
        cursor.back,
        cursor.limit(),
        since.about.map(About::as_str)
    )
    .fetch_all(tx.conn())
    .await?;
    let entries = rows
        .into_iter()
        .map(|r| Entry {
            id: r.id,
            at: r.at,
            event: r.event,
            why: r.why,
            about: About::parse(&r.kind).unwrap_or(About::Actions),
            record: r.record,
            title: r.title,
            of: r.of,
            by: r.by.map(|p| p.0),
            for_name: r.for_name,
            fields: r.fields,
            changes: r.changes.map(|c| c.0),
        })
        .collect();
    Ok(Window::new(entries, &cursor, |e| e.id))
}
