//! The list of suggestions.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::types::Json;
use uuid::Uuid;

use super::super::model::Person;
use super::super::suggestions::SuggestionState;
use crate::kernel::db::ProcessTx;
use crate::kernel::ids::{ActionId, SuggestionId};
use crate::kernel::window::{Cursor, Window};

/// On which actions somebody decides.
pub struct Deciding {
    pub all: bool,
    /// Where these keep the record, and no money would change.
    pub keeps: Vec<Uuid>,
    /// Where these keep the record, or are a party and neither keeper nor level would change.
    pub organisations: Vec<Uuid>,
    /// In these, where pillars and themes alone would change.
    pub pillars: Vec<Uuid>,
}

/// What the list is narrowed to.
pub struct Sought {
    /// None: any.
    pub state: Option<SuggestionState>,
    /// A pillar, beneficiary or organisation whose actions they are about.
    pub within: Option<Uuid>,
    pub mine: bool,
    pub deciding: Option<Deciding>,
}

/// A suggestion in the list.
pub struct Line {
    pub id: SuggestionId,
    pub action: ActionId,
    pub title: String,
    pub at: DateTime<Utc>,
    pub state: SuggestionState,
    /// The names of the fields that it would change.
    pub fields: Vec<String>,
    pub note: String,
    pub by: Person,
    pub mine: bool,
    pub decided_at: Option<DateTime<Utc>>,
    pub decided_by: Option<Person>,
    pub answer: String,
}

/// One page and how many there are: those that wait longest first, what is answered latest first.
///
/// # Errors
/// The database's own.
pub async fn suggestions(
    tx: &mut ProcessTx,
    sought: &Sought,
    cursor: Cursor<SuggestionId>,
    today: NaiveDate,
) -> sqlx::Result<(Window<Line, SuggestionId>, i64)> {
    let upwards = (sought.state == Some(SuggestionState::Open)) != cursor.back;
    let nowhere = Deciding { all: false, keeps: Vec::new(), organisations: Vec::new(), pillars: Vec::new() };
    let deciding = sought.deciding.as_ref().unwrap_or(&nowhere);
    let rows = sqlx::query!(
        r#"with seen as (
            select s.*, a.title, m.account_id
            from visible_suggestion s
                join visible_action a on a.process_id = s.process_id and a.id = s.action_id
                join membership m on m.process_id = s.process_id and m.id = s.by_membership_id
            where s.process_id = kernel.process_id()
                and ($1::text is null or s.state = $1)
                and ($2::uuid is null or exists (select from action_scope w
                    where w.process_id = s.process_id and w.action_id = a.id and w.within = $2))
                and (not $3 or m.account_id = kernel.account_id())
                and (not $4 or (
                    ($5 or a.reporting_id = any ($6::uuid[])
                        or (not s.changes ?| array['stated_total', 'contributions'] and a.reporting_id = any ($12::uuid[]))
                        or (not s.changes ?| array['reporting', 'handling'] and exists (select from action_party y
                            where y.process_id = s.process_id and y.action_id = a.id and y.organisation_id = any ($6)))
                        or (s.changes - array['pillars', 'themes'] = '{}' and exists (select from action_pillar l
                            where l.process_id = s.process_id and l.action_id = a.id and l.pillar_id = any ($7::uuid[]))))
                    and (not s.changes ? 'parent' or a.parent_id is null or exists (select from visible_action v
                        where v.process_id = a.process_id and v.id = a.parent_id)))))
        select s.id as "id!: SuggestionId", s.action_id as "action!: ActionId", s.title as "title!", s.at as "at!", s.state as "state!",
            array(select jsonb_object_keys(s.changes)) as "fields!", s.note as "note!", s.answer as "answer!", s.decided_at,
            kernel.person(s.by_membership_id, $8) as "by!: Json<Person>", s.account_id = kernel.account_id() as "mine!",
            case when s.decided_by_id is not null then kernel.person(s.decided_by_id, $8) end as "decided_by: Json<Person>",
            (select count(*) from seen) as "total!"
        from seen s
        where $9::uuid is null
            or ($10 and (s.at, s.id) > (select c.at, c.id from visible_suggestion c where c.process_id = kernel.process_id() and c.id = $9))
            or (not $10 and (s.at, s.id) < (select c.at, c.id from visible_suggestion c where c.process_id = kernel.process_id() and c.id = $9))
        order by case when $10 then s.at end, case when $10 then s.id end,
            case when not $10 then s.at end desc, case when not $10 then s.id end desc
        limit $11"#,
        sought.state.map(SuggestionState::as_str),
        sought.within,
        sought.mine,
        sought.deciding.is_some(),
        deciding.all,
        &deciding.organisations,
        &deciding.pillars,
        today,
        cursor.row.map(|i| i.0),
        upwards,
        cursor.limit(),
        &deciding.keeps
    )
    .fetch_all(tx.conn())
    .await?;
    let total = rows.first().map_or(0, |r| r.total);
    let lines = rows
        .into_iter()
        .map(|r| Line {
            id: r.id,
            action: r.action,
            title: r.title,
            at: r.at,
            state: SuggestionState::parse(&r.state).unwrap_or(SuggestionState::Withdrawn),
            fields: r.fields,
            note: r.note,
            by: r.by.0,
            mine: r.mine,
            decided_at: r.decided_at,
            decided_by: r.decided_by.map(|p| p.0),
            answer: r.answer,
        })
        .collect();
    Ok((Window::new(lines, &cursor, |l| l.id), total))
}
