//! The results of a plan as its page and its files have them: node by node, indicator by indicator.

use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::{Decimal, RoundingStrategy};
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

use super::rollup::{Item, LeftOut, Rolled, Rollup, roll_up};
use super::rules::{Figure, Of, Total, Why, counted, effective, total};
use crate::features::plans::{Indicator, Method, Placed, Plan, State, Target, Tree, Who};
use crate::kernel::ids::{ActualId, BeneficiaryId};
use crate::kernel::page::Page;

/// A figure that was stated, with all that is kept of it.
#[derive(Debug, Clone)]
pub struct Stated {
    pub id: ActualId,
    pub beneficiary: Option<BeneficiaryId>,
    pub start: NaiveDate,
    pub end: NaiveDate,
    pub value: Decimal,
    pub source: String,
    pub dated: NaiveDate,
    /// Why it corrects another.
    pub why: String,
    pub at: DateTime<Utc>,
    pub by: Who,
    /// It stands no more: it was corrected, or taken back.
    pub replaced_at: Option<DateTime<Utc>>,
    pub withdrawn_by: Option<Who>,
    pub withdrawn_why: String,
}

/// A plan takes figures from its adoption on, until another takes its place.
pub fn takes_figures(plan: &Plan) -> bool {
    plan.state.is_adopted() && plan.state != State::Superseded
}

/// A total in the reader's words.
pub fn shown(p: &Page, total: &Total) -> String {
    match total {
        Total::Each { only: Some(value), .. } | Total::Latest { only: Some(value), .. } => p.quantity(value),
        Total::Sum { value, .. } => p.quantity(value),
        Total::Each { n, only: None } => p.tn("result-each", *n),
        Total::Latest { n, only: None, .. } => p.tn("result-latest-several", *n),
        Total::Mean { n, .. } => match total.value() {
            Some(value) => p.tn1("result-mean", *n, "value", p.quantity(&readable(value))),
            None => String::new(),
        },
        Total::Yes { yes, of } => p.t2("result-yes", "yes", p.number(*yes), "of", p.number(*of)),
    }
}

/// What was divided, without decimals that nobody measured; files have them all.
fn readable(mean: Decimal) -> Decimal {
    match mean.abs() < Decimal::ONE {
        true => mean,
        false => mean.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero),
    }
}

/// One line of the table: an indicator for all, or for one beneficiary.
#[derive(Debug)]
pub struct Line {
    pub name: String,
    pub targets: Vec<Option<Decimal>>,
    /// One a year of the table.
    pub years: Vec<Option<Total>>,
    pub all: Option<Total>,
}

/// The beneficiaries that an indicator is about: those that its targets name, else all of the process.
fn named(p: &Page, indicator: &Indicator) -> Vec<BeneficiaryId> {
    let of_targets: BTreeSet<BeneficiaryId> = indicator.targets.iter().filter_map(|t| t.beneficiary).collect();
    if of_targets.is_empty() {
        return p.frame().map(|f| f.beneficiaries.iter().map(|b| b.id).collect()).unwrap_or_default();
    }
    of_targets.into_iter().collect()
}

/// An indicator with what came of it.
#[derive(Debug)]
pub struct Measured {
    pub indicator: Indicator,
    /// By which its figures come to one: that of the indicator, unless its unit forbids it.
    pub method: Method,
    pub whole: Line,
    pub beneficiaries: Vec<Line>,
    /// Figures that are not counted in the whole.
    pub left_out: Vec<(Figure, Why)>,
}

impl Measured {
    pub fn new(p: &Page, indicator: &Indicator, figures: &[Figure], years: &[i32]) -> Self {
        let method = effective(indicator.method, &indicator.unit);
        let named = named(p, indicator);
        let line = |name: String, of: Of, whose: Option<BeneficiaryId>| {
            let target = |year: &i32| {
                let found = |t: &&Target| i32::from(t.year) == *year && t.beneficiary == whose;
                indicator.targets.iter().find(found).map(|t| t.value)
            };
            Line {
                name,
                targets: years.iter().map(target).collect(),
                years: years.iter().map(|year| total(method, figures, &named, of, Some(*year))).collect(),
                all: total(method, figures, &named, of, None),
            }
        };
        let known: BTreeSet<BeneficiaryId> = figures
            .iter()
            .filter_map(|f| f.beneficiary)
            .chain(indicator.targets.iter().filter_map(|t| t.beneficiary))
            .collect();
        let frame = p.frame().map(|f| f.beneficiaries.as_slice()).unwrap_or_default();
        let beneficiaries = frame.iter().filter(|b| known.contains(&b.id));
        Self {
            method,
            whole: line(p.t("plan-target-all"), Of::All, None),
            beneficiaries: beneficiaries.map(|b| line(b.name.clone(), Of::One(b.id), Some(b.id))).collect(),
            left_out: counted(figures, &named).left_out.into_iter().map(|(f, why)| (f.clone(), why)).collect(),
            indicator: indicator.clone(),
        }
    }
}

/// A part of the plan with its indicators, and what those of its branch come to together.
#[derive(Debug)]
pub struct Part {
    pub code: String,
    pub title: String,
    pub node: crate::kernel::ids::PlanNodeId,
    pub indicators: Vec<Measured>,
    /// Of a part with others below it.
    pub rollup: Option<Rollup>,
}

/// The results of a plan.
#[derive(Debug)]
pub struct Results {
    pub years: Vec<i32>,
    pub parts: Vec<Part>,
    /// Of all that the plan has.
    pub whole: Rollup,
    pub indicators: usize,
    pub with_figure: usize,
}

/// The years of a plan's table: those that it is for, and those of its targets and figures.
pub fn years(plan: &Plan, tree: &Tree, figures: &HashMap<Uuid, Vec<Figure>>) -> Vec<i32> {
    let mut years: BTreeSet<i32> = match (plan.first_year, plan.last_year) {
        (Some(a), Some(b)) => (i32::from(a)..=i32::from(b)).collect(),
        (a, b) => a.into_iter().chain(b).map(i32::from).collect(),
    };
    let indicators = || tree.nodes().iter().flat_map(|n| &n.node.indicators);
    years.extend(indicators().flat_map(|i| i.targets.iter().map(|t| i32::from(t.year))));
    years.extend(indicators().filter_map(|i| figures.get(&i.lineage)).flatten().map(Figure::year));
    years.into_iter().collect()
}

impl Results {
    /// `figures`: by the lineage of their indicator.
    pub fn new(p: &Page, plan: &Plan, tree: &Tree, figures: &HashMap<Uuid, Vec<Figure>>) -> Self {
        let years = years(plan, tree, figures);
        let of = |i: &Indicator| figures.get(&i.lineage).map(Vec::as_slice).unwrap_or_default();
        let measured: HashMap<Uuid, Option<Total>> = tree
            .nodes()
            .iter()
            .flat_map(|n| &n.node.indicators)
            .map(|i| (i.id.0, total(effective(i.method, &i.unit), of(i), &named(p, i), Of::All, None)))
            .collect();
        let together = |nodes: &[Placed]| {
            let items: Vec<Item<'_>> = nodes
                .iter()
                .flat_map(|n| &n.node.indicators)
                .map(|i| Item {
                    name: &i.name,
                    method: i.method,
                    unit: &i.unit,
                    total: measured.get(&i.id.0).cloned().flatten(),
                })
                .collect();
            (items.len(), roll_up(&items))
        };
        let part = |placed: &Placed| {
            let (below, rollup) = together(tree.branch(placed.node.id));
            let indicators: Vec<Measured> =
                placed.node.indicators.iter().map(|i| Measured::new(p, i, of(i), &years)).collect();
            (below > 0).then(|| Part {
                code: placed.code.clone(),
                title: placed.title(p),
                node: placed.node.id,
                // what a part rolls up is more than its own
                rollup: (below > indicators.len()).then_some(rollup),
                indicators,
            })
        };
        let parts: Vec<Part> = tree.nodes().iter().filter_map(part).collect();
        let (indicators, whole) = together(tree.nodes());
        let with_figure = measured.values().filter(|t| t.is_some()).count();
        Self { years, parts, whole, indicators, with_figure }
    }
}

impl Rolled {
    /// "persons, added up", "yes or no".
    pub fn of_what(&self, p: &Page) -> String {
        match self.unit.as_str() {
            "" => p.t(self.method.label()),
            unit => p.t2("result-rolled", "unit", unit, "method", p.t(self.method.label())),
        }
    }
}

impl Rollup {
    /// What is in none of its groups, reason by reason.
    pub fn reasons(&self) -> Vec<(LeftOut, Vec<&str>)> {
        let mut all: Vec<(LeftOut, Vec<&str>)> = Vec::new();
        for (name, why) in &self.left_out {
            match all.iter_mut().find(|(w, _)| w == why) {
                Some((_, names)) => names.push(name),
                None => all.push((*why, vec![name])),
            }
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::i18n::Locale;

    #[test]
    fn a_mean_is_shown_without_decimals_that_nobody_measured() {
        let p = Page::bare(Locale::English, "2026-11-24".parse().unwrap());
        let mean = |sum: i64, n| shown(&p, &Total::Mean { sum: sum.into(), n });
        for (sum, n, is) in [(53, 3, "17.67 ("), (62, 4, "15.5 ("), (1, 300, "0.003333 (")] {
            assert!(mean(sum, n).starts_with(is), "{}", mean(sum, n));
        }
    }
}
