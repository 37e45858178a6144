//! Plans on their way and decisions before the Board, as far as it takes to say whom they wait for.

use chrono::NaiveDate;
use serde::Deserialize;
use sqlx::types::Json;

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
    pub silent: Vec<Waited>,
    pub asked: i64,
    pub unanswered: i64,
    /// The Board has taken the decision on the text that was agreed.
    pub decided: bool,
    /// The decision on that text, while statements can be kept beside it.
    pub decision: Option<DecisionId>,
    /// Parties whose reservation has no statement beside it yet.
    pub unstated: Vec<Waited>,
}

/// A party that is waited for: for its position, or for its statement.
#[derive(Debug, Clone, Deserialize)]
pub struct Waited {
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
        let many = |all: &[Waited]| i64::try_from(all.len()).unwrap_or(i64::MAX);
        Facts {
            nodes: 1,
            asked: self.asked,
            answered: self.asked - many(&self.silent),
            deadline: self.deadline,
            unanswered_remarks: self.unanswered,
            board_decided: self.decided,
            unstated_reservations: many(&self.unstated),
            ..Facts::default()
        }
    }
}

/// Parties whose reservation stands and who have no statement beside the decision.
///
/// # Errors
/// The database's own.
pub async fn unstated(tx: &mut ProcessTx, plan: PlanId, decision: DecisionId) -> sqlx::Result<Vec<Waited>> {
    let found = sqlx::query_scalar!(
        r#"select coalesce(kernel.unstated($1, $2), '[]') as "found!: Json<Vec<Waited>>""#,
        plan.0,
        decision.0
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(found.0)
}
