//! Decisions that have not ended, as far as it takes to say whom they wait for. They are read together with the plans that
//! are on their way: a home asks for both.

use chrono::NaiveDate;
use serde::Deserialize;

use super::model::{Ballot, Procedure, Quorum, Rule, State, Vote};
use crate::kernel::ids::{BeneficiaryId, DecisionId, OrganisationId, SeatId};
use crate::kernel::permit::Scope;

/// A decision that is prepared or open.
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
