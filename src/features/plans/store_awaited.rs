//! Plans on their way and decisions before the Board, as far as it takes to say whom they wait for.

use chrono::NaiveDate;
use serde::Deserialize;
use sqlx::types::Json;

use super::life::{Facts, State};
use crate::features::decisions::Pending;
use crate::kernel::db::ProcessTx;
use crate::kernel::ids::{AskedId, BeneficiaryId, DecisionId, OrganisationId, PillarId, PlanId};
use crate::kernel::permit::Scope;

/// Of each, more than a process has on their way at once.
const MOST: i64 = 100;

#[derive(Debug, Deserialize)]
pub struct OnTheWay {
    pub id: PlanId,
    pub title: String,
    pub state: State,
    pub pillar: Option<PillarId>,
    pub deadline: Option<NaiveDate>,
    /// Parties that are asked and have not answered.
    pub silent: Vec<Silent>,
    pub asked: i64,
    pub unanswered: i64,
    /// The Board has taken the decision on the text that was agreed.
    pub decided: bool,
}

#[derive(Debug, Deserialize)]
pub struct Silent {
    pub asked: AskedId,
    pub name: String,
    pub beneficiary: Option<BeneficiaryId>,
    pub organisation: Option<OrganisationId>,
}

impl OnTheWay {
    /// The record that permissions ask about.
    pub fn scope(&self) -> Scope {
        Scope { pillars: self.pillar.into_iter().collect(), ..Scope::default() }
    }

    /// What the guards of the agreement are judged by; texts that lack a title show only on the step's own page.
    pub fn facts(&self) -> Facts {
        let silent = i64::try_from(self.silent.len()).unwrap_or(i64::MAX);
        Facts {
            nodes: 1,
            asked: self.asked,
            answered: self.asked - silent,
            deadline: self.deadline,
            unanswered_remarks: self.unanswered,
            board_decided: self.decided,
            ..Facts::default()
        }
    }
}

/// Plans in consultation or agreed, and decisions that are prepared or open, the nearest day first: one statement.
pub async fn on_the_way(tx: &mut ProcessTx) -> sqlx::Result<(Vec<OnTheWay>, Vec<Pending>)> {
    let r = sqlx::query!(
        r#"select coalesce((select jsonb_agg(to_jsonb(x)) from (
            select p.id, p.title, p.state, p.pillar_id as pillar, c.deadline, coalesce(a.silent, '[]') as silent, coalesce(a.asked, 0) as asked,
                (select count(*) from plan_remark r where r.process_id = p.process_id and r.plan_id = p.id and r.consultation_id is not null
                    and r.reply_to_id is null and r.withdrawn_at is null and r.answer is null and r.handling <> 'restricted') as unanswered,
                exists (select from visible_decision d where d.process_id = p.process_id and d.subject_kind = 'plan' and d.subject_id = p.id
                    and d.state = 'taken') as decided
            from visible_plan p
            left join visible_consultation c on c.process_id = p.process_id and c.plan_id = p.id and c.closed_at is null
            left join lateral (
                select count(*) as asked, jsonb_agg(jsonb_build_object('asked', a.id, 'name', coalesce(b.name, o.name),
                    'beneficiary', a.beneficiary_id, 'organisation', a.organisation_id) order by lower(coalesce(b.name, o.name)), a.id)
                    filter (where not exists (select from party_position q where q.process_id = a.process_id and q.asked_id = a.id
                        and q.replaced_at is null)) as silent
                from asked_party a
                left join beneficiary b on b.process_id = a.process_id and b.id = a.beneficiary_id
                left join organisation o on o.process_id = a.process_id and o.id = a.organisation_id
                where a.process_id = c.process_id and a.consultation_id = c.id) a on true
            where p.process_id = kernel.process_id() and p.state in ('consultation', 'agreed')
            order by c.deadline, p.created_at, p.id limit $1) x), '[]') as "plans!: Json<Vec<OnTheWay>>",
        coalesce((select jsonb_agg(to_jsonb(x)) from (
            select d.id, d.title, d.state, d.procedure, d.meeting_on, d.deadline, d.rule, d.quorum,
                coalesce((select jsonb_agg(jsonb_build_object('id', s.id, 'label', s.label, 'beneficiary', s.beneficiary_id,
                        'organisation', coalesce(o.merged_into_id, s.organisation_id), 'vote', v.vote) order by lower(s.label), s.id)
                    from visible_seat s left join organisation o on o.process_id = s.process_id and o.id = s.organisation_id
                        left join visible_vote v on v.process_id = s.process_id and v.seat_id = s.id and v.replaced_at is null
                    where s.process_id = d.process_id and s.decision_id = d.id), '[]') as seats
            from visible_decision d where d.process_id = kernel.process_id() and d.state in ('prepared', 'open')
            order by coalesce(d.deadline, d.meeting_on), d.prepared_at, d.id limit $1) x), '[]') as "decisions!: Json<Vec<Pending>>""#,
        MOST
    )
    .fetch_one(tx.conn())
    .await?;
    Ok((r.plans.0, r.decisions.0))
}

/// Parties whose reservation stands and who have no statement beside the decision, by name.
///
/// # Errors
/// The database's own.
pub async fn unstated_parties(tx: &mut ProcessTx, plan: PlanId, decision: DecisionId) -> sqlx::Result<Vec<String>> {
    sqlx::query_scalar!(
        r#"select coalesce(b.name, o.name) as "name!" from consultation c
        join asked_party a on a.process_id = c.process_id and a.consultation_id = c.id
        join party_position s on s.process_id = a.process_id and s.asked_id = a.id and s.replaced_at is null and s.stance = 'reservation'
        left join beneficiary b on b.process_id = a.process_id and b.id = a.beneficiary_id
        left join organisation o on o.process_id = a.process_id and o.id = a.organisation_id
        where c.plan_id = $1 and c.number = (select max(l.number) from consultation l where l.plan_id = $1)
            and not exists (select from visible_statement t where t.process_id = a.process_id and t.decision_id = $2
                and t.beneficiary_id is not distinct from a.beneficiary_id and t.organisation_id is not distinct from a.organisation_id)
        order by lower(coalesce(b.name, o.name))"#,
        plan.0,
        decision.0
    )
    .fetch_all(tx.conn())
    .await
}
