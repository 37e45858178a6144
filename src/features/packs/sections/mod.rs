//! The parts of a pack, in their order: each writes itself into the document and the workbook, and says so where there is
//! nothing.

mod changes;
mod maps;
mod money;
mod state;
mod terms;
mod work;

use std::collections::HashMap;

use super::draft::Draft;
use super::model::{Kind, Sight, Since};
use super::store_facts::{Action, Counts, Days, Reported};
use super::store_work::{Changed, Decision, Need, Plan, Question};
use crate::features::money::{Question as MoneyQuestion, Totals};
use crate::kernel::ids::OrganisationId;

pub use money::{BY, asked, organisations};

/// What a pack is made of.
pub struct Facts {
    pub sight: Sight,
    pub since: Since,
    pub days: Days,
    pub counts: Counts,
    pub all: Vec<Action>,
    pub began: Vec<Action>,
    pub ended: Vec<Action>,
    pub stale: Vec<Action>,
    pub ends: Vec<Action>,
    pub reported: Vec<Reported>,
    pub decisions: Vec<Decision>,
    /// None at a level that has none.
    pub questions: Option<Vec<Question>>,
    pub needs: Vec<Need>,
    pub plans: Vec<Plan>,
    pub asked: MoneyQuestion,
    pub totals: Totals,
    /// Of the organisations among the totals.
    pub names: HashMap<OrganisationId, String>,
    pub changes: Vec<Changed>,
}

/// Writes all of them.
pub fn write(d: &mut Draft, f: Facts) {
    let Facts { sight, since, days, counts, all, began, ended, stale, ends, .. } = f;
    state::write(d, &state::Now { counts: &counts, days: &days, began: &began, ended: &ended, stale: &stale });
    state::reported(d, &f.reported);
    work::decisions(d, f.decisions, &since);
    work::questions(d, f.questions, &since);
    let needs_mapped = work::needs(d, f.needs);
    // where support is missing is asked first; a donor asks where its own is
    let map = match d.subject.kind() {
        Kind::Board => !needs_mapped,
        Kind::Donor => true,
        Kind::Pillar | Kind::Beneficiary => false,
    };
    money::write(d, &f.asked, &f.totals, &f.names, map);
    state::ahead(d, &counts, &days, &ends);
    work::plans(d, &f.plans);
    changes::write(d, f.changes, &since);
    state::sheet(d, all);
    terms::write(d, &sight);
}
