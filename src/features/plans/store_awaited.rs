//! Plans on their way and decisions before the Board, as far as it takes to say whom they wait for.

use chrono::NaiveDate;
use serde::Deserialize;

use super::life::{Facts, State};
use crate::features::decisions::Pending;
use crate::kernel::db::ProcessTx;
use crate::kernel::ids::{AskedId, BeneficiaryId, DecisionId, OrganisationId, PillarId, PlanId};
use crate::kernel::permit::Scope;

/// What `kernel.plans_on_the_way` answers.
#[derive(Debug, Deserialize)]
pub struct Waiting {
    pub plans: Vec<OnTheWay>,
    pub decisions: Vec<Pending>,
}

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

/// Parties whose reservation stands and who have no statement beside the decision, by name.
///
/// # Errors
/// The database's own.
pub async fn unstated_parties(tx: &mut ProcessTx, plan: PlanId, decision: DecisionId) -> sqlx::Result<Vec<String>> {
    sqlx::query_scalar!(
        r#"select coalesce(b.name, o.name) as "name!" from consultation c -- past the view: of a plan that is seen
        join asked_party a on a.process_id = c.process_id and a.consultation_id = c.id
        join party_position s on s.process_id = a.process_id and s.asked_id = a.id and s.replaced_at is null and s.stance = 'reservation' -- past the view: of a plan that is seen
        left join beneficiary b on b.process_id = a.process_id and b.id = a.beneficiary_id
        left join organisation o on o.process_id = a.process_id and o.id = a.organisation_id
        where c.plan_id = $1 and c.number = (select max(l.number) from consultation l where l.plan_id = $1) -- past the view: of a plan that is seen
            and not exists (select from visible_statement t where t.process_id = a.process_id and t.decision_id = $2
                and t.beneficiary_id is not distinct from a.beneficiary_id and t.organisation_id is not distinct from a.organisation_id)
        order by lower(coalesce(b.name, o.name))"#,
        plan.0,
        decision.0
    )
    .fetch_all(tx.conn())
    .await
}
