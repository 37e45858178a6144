//! Plans and their trees.

use axum::extract::Path;
use chrono::{DateTime, NaiveDate, Utc};
use std::collections::HashMap;
use uuid::Uuid;

use super::answer::{self, Answered};
use super::auth::Called;
use super::places::Pillar;
use super::problem::Fault;
use super::shape::{Exact, Listed, Named, One, lists, shapes};
use crate::features::needs::{Coverage, NeedType};
use crate::features::plans::{self, NodeKind, PlanKind, PlanPillar, State};
use crate::kernel::ids::PlanId;

lists!(PlanKind, State, NodeKind, NeedType, Coverage);

shapes! {
    /// A plan, as a list has it.
    PlanLine {
        /// Its id.
        id: Uuid,
        /// Its title.
        title: String,
        /// What kind of plan it is.
        kind: One<PlanKind>,
        /// Where it stands between its first draft and the text that replaces it.
        state: One<State>,
        /// Its pillar; none where it is of several.
        pillar: Option<Pillar>,
        /// The first year of its period.
        first_year: Option<i16>,
        /// The last year of its period.
        last_year: Option<i16>,
        /// What its text is where it is not the official one.
        text_note: String,
    }
    /// What is aimed at for a year.
    Target {
        /// The year.
        year: i16,
        /// The id of the beneficiary; null: all together.
        beneficiary_id: Option<Uuid>,
        /// The value.
        value: Exact,
    }
    /// How it is measured.
    Indicator {
        /// Its id.
        id: Uuid,
        /// What is counted.
        name: String,
        /// In what.
        unit: String,
        /// From where it begins.
        baseline: Option<Exact>,
        /// The year of that.
        baseline_year: Option<i16>,
        /// What is aimed at.
        targets: Vec<Target>,
    }
    /// A need under a node.
    NeedUnder {
        /// Its id.
        id: Uuid,
        /// Its title.
        title: String,
        /// The id of the beneficiary that has it.
        beneficiary_id: Uuid,
        /// What kind of need it is.
        r#type: Option<String>,
        /// How far it is covered, as it was judged last.
        coverage: Option<String>,
    }
    /// An objective, a priority or a measure of a plan.
    PlanNode {
        /// Its id.
        id: Uuid,
        /// What it is.
        kind: One<NodeKind>,
        /// Its number, such as 2.1.3.
        code: String,
        /// Its title.
        title: String,
        /// Its text.
        body: String,
        /// What is to come of it.
        expected_result: String,
        /// How it is measured.
        indicators: Vec<Indicator>,
        /// The needs under it.
        needs: Vec<NeedUnder>,
        /// The actions that serve it.
        actions: Vec<Named>,
        /// What is below it, in order.
        nodes: Vec<PlanNode>,
    }
    /// A plan with its tree.
    Plan {
        /// Its id.
        id: Uuid,
        /// Its title.
        title: String,
        /// What kind of plan it is.
        kind: One<PlanKind>,
        /// Where it stands between its first draft and the text that replaces it.
        state: One<State>,
        /// Its pillar; none where it is of several.
        pillar: Option<Pillar>,
        /// What it is about.
        about: String,
        /// The first year of its period.
        first_year: Option<i16>,
        /// The last year of its period.
        last_year: Option<i16>,
        /// What its text is where it is not the official one.
        text_note: String,
        /// Where its text is from.
        source_url: Option<String>,
        /// The day of its adoption.
        adopted_on: Option<NaiveDate>,
        /// The day from which it is in force.
        in_force_on: Option<NaiveDate>,
        /// The day on which it ends.
        closes_on: Option<NaiveDate>,
        /// Counts its changes.
        edition: i32,
        /// When it was changed last.
        updated_at: DateTime<Utc>,
        /// What stands at its top, in order.
        nodes: Vec<PlanNode>,
    }
}

fn pillar(pillar: Option<PlanPillar>) -> Option<Pillar> {
    pillar.map(|l| Pillar { id: l.id.0, key: l.key, name: l.name })
}

pub async fn list(mut called: Called) -> Answered {
    let all = plans::list(&mut called.inside.tx).await?;
    let line = |l: plans::Listed| PlanLine {
        id: l.id.0,
        title: l.title,
        kind: One::new(l.kind.as_str()),
        state: One::new(l.state.as_str()),
        pillar: pillar(l.pillar),
        first_year: l.first_year,
        last_year: l.last_year,
        text_note: l.text_note,
    };
    answer::json(&Listed { items: all.into_iter().map(line).collect::<Vec<_>>(), next: None })
}

/// What hangs under a parent, with all that is below.
fn below(
    tree: &plans::Tree,
    parent: Option<crate::kernel::ids::PlanNodeId>,
    actions: &HashMap<Uuid, Vec<Named>>,
) -> Vec<PlanNode> {
    let exact = |n: &rust_decimal::Decimal| Exact(n.normalize().to_string());
    tree.children(parent)
        .into_iter()
        .map(|placed| {
            let node = &placed.node;
            PlanNode {
                id: node.id.0,
                kind: One::new(node.kind.as_str()),
                code: placed.code.clone(),
                title: node.title.clone(),
                body: node.body.clone(),
                expected_result: node.expected_result.clone(),
                indicators: node
                    .indicators
                    .iter()
                    .map(|i| Indicator {
                        id: i.id.0,
                        name: i.name.clone(),
                        unit: i.unit.clone(),
                        baseline: i.baseline.as_ref().map(exact),
                        baseline_year: i.baseline_year,
                        targets: i
                            .targets
                            .iter()
                            .map(|t| Target {
                                year: t.year,
                                beneficiary_id: t.beneficiary.map(|b| b.0),
                                value: exact(&t.value),
                            })
                            .collect(),
                    })
                    .collect(),
                needs: node
                    .needs
                    .iter()
                    .map(|n| NeedUnder {
                        id: n.id.0,
                        title: n.title.clone(),
                        beneficiary_id: n.beneficiary.0,
                        r#type: Some(n.need_type.clone()),
                        coverage: n.coverage.clone(),
                    })
                    .collect(),
                actions: actions.get(&node.id.0).cloned().unwrap_or_default(),
                nodes: below(tree, Some(node.id), actions),
            }
        })
        .collect()
}

pub async fn one(Path(id): Path<String>, mut called: Called) -> Answered {
    let id: PlanId = id.parse().map_err(|_| Fault::not_found())?;
    let today = called.inside.page.today;
    let tx = &mut called.inside.tx;
    let plan = plans::load(tx, id, today).await?;
    let tree = plans::tree(tx, id, today).await?;
    let mut actions: HashMap<Uuid, Vec<Named>> = HashMap::new();
    for line in plans::lines(tx, id, None).await? {
        actions.entry(line.node.0).or_default().push(Named { id: line.id.0, name: line.title });
    }
    let plan = Plan {
        id: plan.id.0,
        title: plan.title,
        kind: One::new(plan.kind.as_str()),
        state: One::new(plan.state.as_str()),
        pillar: pillar(plan.pillar),
        about: plan.about,
        first_year: plan.first_year,
        last_year: plan.last_year,
        text_note: plan.text_note,
        source_url: plan.source_url,
        adopted_on: plan.adopted_on,
        in_force_on: plan.in_force_on,
        closes_on: plan.closes_on,
        edition: plan.edition,
        updated_at: plan.updated_at,
        nodes: below(&tree, None, &actions),
    };
    answer::record(&called.headers, &plan)
}
