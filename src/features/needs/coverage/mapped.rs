//! What a mapping cycle has brought for a pillar, as it is kept in a report: by name and not by key, and no more of it than
//! every member may see, whoever fills it in.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use uuid::Uuid;

use super::ask::{self, Asked, Counted, Row};
use super::model::{By, NeedAt, Standing};
use crate::features::needs::model::{Coverage, Priority};
use crate::kernel::db::ProcessTx;
use crate::kernel::error::Problem;
use crate::kernel::ids::CycleId;
use crate::kernel::page::Page;

/// The tables of a report.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mapped {
    /// The columns of the matrix.
    pub beneficiaries: Vec<String>,
    pub measures: Vec<MappedMeasure>,
    pub needs: Vec<MappedNeed>,
    pub responses: Vec<MappedResponse>,
}

/// A row of the matrix.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MappedMeasure {
    pub plan: String,
    pub code: String,
    pub title: String,
    pub cells: Vec<MappedCell>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MappedCell {
    pub needs: usize,
    pub actions: usize,
    pub standing: Standing,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MappedNeed {
    /// Of its measure; empty where it has none.
    pub code: String,
    pub measure: String,
    pub beneficiary: String,
    pub title: String,
    pub priority: Option<Priority>,
    /// As it stood: a year, a month or a day.
    pub by_when: Option<String>,
    pub coverage: Option<Coverage>,
    /// How many actions answer it that its beneficiary has confirmed.
    pub answered: usize,
}

impl MappedNeed {
    /// Nothing is known to cover it, even partly.
    pub fn is_uncovered(&self) -> bool {
        self.answered == 0 && !matches!(self.coverage, Some(Coverage::Partly | Coverage::Covered | Coverage::More))
    }
}

/// An action that answers a need.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MappedResponse {
    pub beneficiary: String,
    pub need: String,
    pub action: String,
    pub donors: Vec<String>,
    pub ends: Option<String>,
}

/// The needs, responses and coverage of a cycle under the measures of a pillar as they stand now: three statements. Needs that
/// hang under no measure of the pillar are in none of its tables.
///
/// # Errors
/// The database's own.
pub async fn mapped(tx: &mut ProcessTx, p: &Page, pillar: &str, cycle: CycleId) -> Result<Mapped, Problem> {
    let asked = Asked {
        by: By::Measures,
        show: ask::Show::Needs,
        plan: None,
        pillar: pillar.to_owned(),
        cycle: Some(cycle),
        day: p.today,
        today: p.today,
        open: true,
    };
    let counted = ask::count(tx, p, asked).await?;
    Ok(written(p, &counted))
}

fn written(p: &Page, counted: &Counted) -> Mapped {
    let columns = p.frame().map(|f| f.beneficiaries.as_slice()).unwrap_or_default();
    let matrix = &counted.matrix;
    let mut measures = Vec::new();
    let mut known: BTreeMap<Uuid, (String, String)> = BTreeMap::new();
    let mut plan = String::new();
    for row in &counted.rows {
        match row {
            Row::Heading { title, .. } => plan.clone_from(title),
            Row::Of { key, code, title, .. } => {
                if let Some(key) = key {
                    known.insert(*key, (code.clone(), title.clone()));
                }
                let cell = |column| {
                    let cell = matrix.cell(*key, Some(column));
                    MappedCell {
                        needs: cell.needs.len(),
                        actions: cell.actions.len(),
                        standing: matrix.standing(&cell),
                    }
                };
                let cells = columns.iter().map(|b| cell(b.id)).collect();
                measures.push(MappedMeasure { plan: plan.clone(), code: code.clone(), title: title.clone(), cells });
            }
        }
    }
    let actions: BTreeMap<_, _> = matrix.actions.iter().map(|a| (a.id, a)).collect();
    let need = |n: &NeedAt| {
        let (code, measure) = n.lineage.and_then(|l| known.get(&l)).cloned().unwrap_or_default();
        MappedNeed {
            code,
            measure,
            beneficiary: p.beneficiary_name(&n.beneficiary),
            title: n.title.clone(),
            priority: n.priority,
            by_when: n.by_when.as_ref().map(ToString::to_string),
            coverage: n.coverage,
            answered: n.answered_by.iter().filter(|a| actions.contains_key(*a)).count(),
        }
    };
    let mut needs: Vec<MappedNeed> = matrix.needs.iter().map(need).collect();
    let place = |name: &String| columns.iter().position(|b| b.name == *name);
    // as the measures stand, and the beneficiaries within them; what is equal keeps the order of priority
    let row = |code: &str, measure: &str| measures.iter().position(|m| m.code == code && m.title == measure);
    needs.sort_by_key(|n| (row(&n.code, &n.measure), place(&n.beneficiary)));
    let mut responses = Vec::new();
    for n in &matrix.needs {
        for action in n.answered_by.iter().filter_map(|id| actions.get(id)) {
            responses.push(MappedResponse {
                beneficiary: p.beneficiary_name(&n.beneficiary),
                need: n.title.clone(),
                action: action.title.clone(),
                donors: action.donors.iter().map(|d| d.name.clone()).collect(),
                ends: action.ends.as_ref().map(ToString::to_string),
            });
        }
    }
    responses.sort_by_key(|r| place(&r.beneficiary));
    Mapped { beneficiaries: columns.iter().map(|b| b.name.clone()).collect(), measures, needs, responses }
}
