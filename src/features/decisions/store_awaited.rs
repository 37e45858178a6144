//! Decisions that have not ended, as far as it takes to say whom they wait for.

use chrono::NaiveDate;
use serde::Deserialize;
use sqlx::types::Json;

use super::model::{Ballot, Procedure, Quorum, Rule, State, Vote};
use crate::kernel::db::ProcessTx;
use crate::kernel::ids::{BeneficiaryId, DecisionId, OrganisationId, SeatId};
use crate::kernel::permit::Scope;

/// More than a Board has before it at once.
const MOST: i64 = 100;

#[derive(Debug, Deserialize)]
pub struct Pending {
    pub id: DecisionId,
    pub title: String,
    pub state: State,
    pub procedure: Option<Procedure>,
    pub meeting_on: Option<NaiveDate>,
    pub deadline: Option<NaiveDate>,
    rule: Option<Rule>,
    quorum: Option<Quorum>,
    /// In alphabetical order; none before it is opened.
    pub seats: Vec<PendingSeat>,
}

#[derive(Debug, Deserialize)]
pub struct PendingSeat {
    pub id: SeatId,
    pub label: String,
    beneficiary: Option<BeneficiaryId>,
    organisation: Option<OrganisationId>,
    pub vote: Option<Vote>,
}

impl PendingSeat {
    /// The record that the permission to vote is asked about.
    pub fn scope(&self) -> Scope {
        Scope { keeper: self.organisation, beneficiaries: self.beneficiary.into_iter().collect(), ..Scope::default() }
    }
}

impl Pending {
    pub fn ballot(&self) -> Option<Ballot> {
        Some(Ballot {
            votes: self.seats.iter().map(|s| s.vote).collect(),
            rule: self.rule?,
            quorum: self.quorum?,
            procedure: self.procedure?,
            deadline: self.deadline,
        })
    }
}

/// Those that are prepared or open, the nearest last day first: one statement.
pub async fn pending(tx: &mut ProcessTx) -> sqlx::Result<Vec<Pending>> {
    let rows = sqlx::query_scalar!(
        r#"select jsonb_build_object('id', d.id, 'title', d.title, 'state', d.state, 'procedure', d.procedure,
            'meeting_on', d.meeting_on, 'deadline', d.deadline, 'rule', d.rule, 'quorum', d.quorum,
            'seats', coalesce((select jsonb_agg(jsonb_build_object('id', s.id, 'label', s.label, 'beneficiary', s.beneficiary_id,
                    'organisation', coalesce(o.merged_into_id, s.organisation_id), 'vote', v.vote) order by lower(s.label), s.id)
                from visible_seat s left join organisation o on o.process_id = s.process_id and o.id = s.organisation_id
                    left join visible_vote v on v.process_id = s.process_id and v.seat_id = s.id and v.replaced_at is null
                where s.process_id = d.process_id and s.decision_id = d.id), '[]')) as "pending!: Json<Pending>"
        from visible_decision d where d.process_id = kernel.process_id() and d.state in ('prepared', 'open')
        order by coalesce(d.deadline, d.meeting_on), d.prepared_at, d.id limit $1"#,
        MOST
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|Json(d)| d).collect())
}
