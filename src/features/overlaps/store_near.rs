//! What is shown of actions that are near: through the reader's views.

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use super::model::{Stance, State};
use crate::kernel::date::PartialDate;
use crate::kernel::db::ProcessTx;

/// An action in a line beside another.
#[derive(Debug, Clone)]
pub struct Line {
    pub id: Uuid,
    pub title: String,
    pub keeper: String,
    pub status: Option<String>,
    pub start: Option<String>,
    pub end: Option<String>,
    pub ends_on: Option<NaiveDate>,
    pub beneficiaries: Vec<Uuid>,
    /// Who gives money to it, in alphabetical order.
    pub donors: Vec<String>,
}

impl Line {
    pub fn dates(&self) -> (Option<PartialDate>, Option<PartialDate>) {
        let read = |text: &Option<String>| text.as_deref().and_then(|t| t.parse().ok());
        (read(&self.start), read(&self.end))
    }
}

/// Those of these actions that the reader may see.
///
/// # Errors
/// The database's own.
pub async fn lines(tx: &mut ProcessTx, ids: &[Uuid]) -> sqlx::Result<Vec<Line>> {
    sqlx::query_as!(
        Line,
        r#"select a.id as "id!", a.title as "title!", o.name as keeper, a.status,
            case when a.actual_start is not null then kernel.partial_date(a.actual_start, a.actual_start_precision)
                else kernel.partial_date(a.planned_start, a.planned_start_precision) end as start,
            case when a.actual_end is not null then kernel.partial_date(a.actual_end, a.actual_end_precision)
                else kernel.partial_date(a.planned_end, a.planned_end_precision) end as "end", a.ends_on,
            array(select b.beneficiary_id from action_beneficiary b where b.process_id = a.process_id and b.action_id = a.id)
                as "beneficiaries!: Vec<Uuid>",
            array(select coalesce(d.short_name, d.name) from action_party f join organisation d on d.process_id = f.process_id and d.id = f.organisation_id
                where f.process_id = a.process_id and f.action_id = a.id and f.role = 'funding' order by d.search_text, d.name) as "donors!: Vec<String>"
        from visible_action a join organisation o on o.process_id = a.process_id and o.id = a.reporting_id
        where a.process_id = kernel.process_id() and a.id = any ($1) and a.merged_into_id is null"#,
        ids
    )
    .fetch_all(tx.conn())
    .await
}

/// What was said of two actions.
#[derive(Debug, Clone)]
pub struct Said {
    pub stance: Stance,
    pub at: DateTime<Utc>,
    /// The question, and the remark on it that holds this.
    pub case: Uuid,
    pub remark: Uuid,
    /// The reader has said it, and can take it back.
    pub mine: bool,
}

/// A question about an action and another.
#[derive(Debug, Clone)]
pub struct Question {
    pub id: Uuid,
    /// None where the reader does not see it.
    pub other: Option<Uuid>,
    pub state: State,
    /// By the reader or their organisation, and nothing that matters has changed since.
    pub said: Option<Said>,
}

/// Questions about pairs of this action, as far as the reader sees them.
///
/// # Errors
/// The database's own.
pub async fn cases_of(tx: &mut ProcessTx, action: Uuid) -> sqlx::Result<Vec<Question>> {
    let rows = sqlx::query!(
        r#"select c.id as "id!", c.state as "state!", o.action_id, s.said as "said?", s.at as "at?", s.id as "remark?", s.mine as "mine?"
            from visible_overlap_action mine
            join visible_overlap_case c on c.process_id = mine.process_id and c.id = mine.case_id
            join visible_overlap_action o on o.process_id = c.process_id and o.case_id = c.id and o.action_id is distinct from $1
            left join lateral (select r.id, r.said, r.at, m.account_id = kernel.account_id() as mine
                from overlap_remark r join membership m on m.process_id = r.process_id and m.id = r.by_membership_id
                join overlap_case k on k.process_id = r.process_id and k.id = r.case_id
                where r.process_id = c.process_id and r.case_id = c.id and r.said is not null and r.withdrawn_at is null
                    and (k.mattered is null or k.mattered = r.said_of or r.at > k.scored_at)
                    and (m.account_id = kernel.account_id()
                        or m.organisation_id = any ((select nullif(current_setting('app.audience', true), ''))::uuid[]))
                order by m.account_id = kernel.account_id() desc, r.at desc, r.id limit 1) s on true
            where mine.process_id = kernel.process_id() and mine.action_id = $1 and c.state <> 'faded'
            order by c.likelihood desc nulls last, c.id limit 100"#,
        action
    )
    .fetch_all(tx.conn())
    .await?;
    let said = |case: Uuid, stance: Option<String>, at, remark, mine: Option<bool>| {
        Some(Said { stance: Stance::parse(&stance?)?, at: at?, case, remark: remark?, mine: mine? })
    };
    Ok(rows
        .into_iter()
        .filter_map(|r| {
            let said = said(r.id, r.said, r.at, r.remark, r.mine);
            Some(Question { id: r.id, other: r.action_id, state: State::parse(&r.state)?, said })
        })
        .collect())
}
