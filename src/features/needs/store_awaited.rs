//! What of needs waits for a reader, and the figures of their home: one statement.

use serde::Deserialize;
use sqlx::types::Json;

use crate::kernel::db::ProcessTx;
use crate::kernel::ids::{BeneficiaryId, PillarId, ResponseId};

/// Proposals that a home lists by name.
const LISTED: i64 = 5;

#[derive(Debug, Clone, Default, Deserialize)]
pub struct Waiting {
    /// Of own beneficiaries.
    pub own: Vec<OwnNeeds>,
    /// Responses that own beneficiaries have not answered, the oldest first.
    pub proposals: Vec<Proposal>,
    /// Submitted needs that wait to be judged, a pillar a row; none: under no measure.
    pub unjudged: Vec<Unjudged>,
    /// Submitted needs that nothing is known to answer.
    pub unanswered: i64,
}

#[derive(Debug, Clone, Deserialize)]
pub struct OwnNeeds {
    pub beneficiary: BeneficiaryId,
    /// In cycles that are open.
    pub drafts: i64,
    pub submitted: i64,
    /// Not judged, or judged not to be covered.
    pub uncovered: i64,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Proposal {
    pub response: ResponseId,
    pub need: crate::kernel::ids::NeedId,
    pub title: String,
    pub action: String,
    pub beneficiary: BeneficiaryId,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Unjudged {
    pub pillar: Option<PillarId>,
    /// Somebody leads the pillar.
    pub led: bool,
    pub n: i64,
}

/// # Errors
/// The database's own.
pub async fn waiting(tx: &mut ProcessTx, own: &[BeneficiaryId], today: chrono::NaiveDate) -> sqlx::Result<Waiting> {
    let own: Vec<_> = own.iter().map(|b| b.0).collect();
    let row = sqlx::query_scalar!(
        r#"with n as materialized (
            select x.id, x.process_id, x.beneficiary_id, x.state, x.title, c.closed_at is null as open, p.pillar_id, j.coverage,
                (select max(r.answered_at) from visible_response r where r.process_id = x.process_id and r.need_id = x.id
                    and r.state = 'confirmed') as answered,
                exists (select from visible_need later where later.process_id = x.process_id and later.copied_from_id = x.id
                    and later.state = 'submitted') as carried_on
            from visible_need x
            join mapping_cycle c on c.process_id = x.process_id and c.id = x.cycle_id
            left join plan_node k on k.process_id = x.process_id and k.id = x.plan_node_id
            left join plan p on p.process_id = k.process_id and p.id = k.plan_id
            left join lateral (select y.coverage from need_judgement y -- past the view: of a need that is seen
                where y.process_id = x.process_id and y.need_id = x.id order by y.at desc, y.id desc limit 1) j on true
            where x.process_id = kernel.process_id() and x.state <> 'withdrawn')
        select jsonb_build_object(
            'own', coalesce((select jsonb_agg(to_jsonb(o)) from (select n.beneficiary_id as beneficiary,
                    count(*) filter (where n.state = 'draft' and n.open) as drafts,
                    count(*) filter (where n.state = 'submitted' and not n.carried_on) as submitted,
                    count(*) filter (where n.state = 'submitted' and not n.carried_on and coalesce(n.coverage, 'not') = 'not') as uncovered
                from n where n.beneficiary_id = any ($1) group by 1) o), '[]'),
            'proposals', coalesce((select jsonb_agg(jsonb_build_object('response', o.id, 'need', o.need_id, 'title', o.title,
                    'action', o.action, 'beneficiary', o.beneficiary_id) order by o.proposed_at)
                from (select r.id, r.need_id, n.title, a.title as action, n.beneficiary_id, r.proposed_at
                    from n join visible_response r on r.process_id = n.process_id and r.need_id = n.id and r.state = 'proposed'
                    join visible_action a on a.process_id = r.process_id and a.id = r.action_id
                    where n.state = 'submitted' and n.beneficiary_id = any ($1)
                    order by r.proposed_at limit $2) o), '[]'),
            'unjudged', coalesce((select jsonb_agg(to_jsonb(o)) from (select n.pillar_id as pillar, count(*) as n,
                    exists (select from membership m join membership_pillar mp on mp.process_id = m.process_id and mp.membership_id = m.id
                        where m.process_id = kernel.process_id() and m.role = 'lead' and m.state = 'active' and m.starts_on <= $3
                            and coalesce(m.ends_on, $3) >= $3 and mp.pillar_id = n.pillar_id) as led
                from n where n.state = 'submitted' and not n.carried_on and n.coverage is null group by 1) o), '[]'),
            'unanswered', (select count(*) from n where n.state = 'submitted' and not n.carried_on and coalesce(n.coverage, 'not') = 'not'
                and n.answered is null)) as "waiting!: Json<Waiting>""#,
        &own,
        LISTED,
        today
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(row.0)
}
