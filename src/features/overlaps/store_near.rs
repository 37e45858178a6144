//! What is shown of actions that are near: through the reader's views.

use chrono::NaiveDate;
use uuid::Uuid;

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

/// Questions about pairs of this action, by the other's id, as far as the reader sees them.
///
/// # Errors
/// The database's own.
pub async fn cases_of(tx: &mut ProcessTx, action: Uuid) -> sqlx::Result<Vec<(Uuid, Option<Uuid>, String)>> {
    let rows = sqlx::query!(
        r#"select c.id as "id!", c.state as "state!", o.action_id from visible_overlap_action mine
            join visible_overlap_case c on c.process_id = mine.process_id and c.id = mine.case_id
            join visible_overlap_action o on o.process_id = c.process_id and o.case_id = c.id and o.action_id is distinct from $1
            where mine.process_id = kernel.process_id() and mine.action_id = $1 and c.state <> 'faded'
            order by c.likelihood desc nulls last, c.id limit 100"#,
        action
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|r| (r.id, r.action_id, r.state)).collect())
}
