//! How far the measures of the plans are: by the status of the actions under them, or by what was reported of these in rounds.

use std::collections::{BTreeMap, HashMap};

use super::data_state::shares;
use super::draw::bars::{Bars, Group, Series};
use super::draw::{Shape, colours};
use super::model::{Asked, Choice, Drawn, Figure, Figures};
use super::store;
use crate::features::actions::Status;
use crate::features::plans;
use crate::features::rounds::{self, Health, Progress};
use crate::kernel::auth::Inside;
use crate::kernel::error::Problem;
use crate::kernel::ids::{PlanId, PlanNodeId};
use crate::kernel::page::Page;
use crate::kernel::permit::Permission;

/// Which status is drawn in which of the steps.
fn step_of(status: Option<&str>) -> usize {
    match status.and_then(Status::parse) {
        Some(Status::Completed) => 0,
        Some(Status::Ongoing) => 1,
        Some(Status::Funded | Status::Planned | Status::Pipeline) => 2,
        Some(Status::Suspended | Status::Cancelled) => 3,
        None => 4,
    }
}

/// What was reported, in the steps; of what nothing was reported stands last.
fn reported_step(health: Option<&str>) -> usize {
    match health.and_then(Health::parse) {
        Some(Health::Done) => 0,
        Some(Health::OnTrack) => 1,
        Some(Health::AtRisk) => 2,
        Some(Health::Late) => 3,
        None => 4,
    }
}

const BY_STATUS: [&str; 5] =
    ["pictures-plan-done", "pictures-plan-runs", "pictures-plan-ahead", "pictures-plan-stopped", "pictures-plan-none"];

/// The names of the steps: of the status, or of what was reported.
fn steps(p: &Page, reported: bool) -> [String; 5] {
    match reported {
        true => [
            p.t(Health::Done.label()),
            p.t(Health::OnTrack.label()),
            p.t(Health::AtRisk.label()),
            p.t(Health::Late.label()),
            p.t("pictures-plan-unreported"),
        ],
        false => BY_STATUS.map(|key| p.t(key)),
    }
}

/// How many actions under each part of a plan stand in which step.
fn counted(of: impl Iterator<Item = (PlanNodeId, usize, i64)>) -> HashMap<PlanNodeId, [i64; 5]> {
    let mut by_node: HashMap<PlanNodeId, [i64; 5]> = HashMap::new();
    for (node, step, n) in of {
        if let Some(all) = by_node.entry(node).or_default().get_mut(step) {
            *all += n;
        }
    }
    by_node
}

/// Of a measure: of how many of its actions something was reported, of all, in which round last, and on which day.
fn last_reported(p: &Page, of: &[&Progress]) -> Figure {
    let all: i64 = of.iter().map(|x| x.n).sum();
    let latest = of.iter().filter(|x| x.round.is_some()).max_by_key(|x| x.at);
    let Some((latest, round, at)) = latest.and_then(|x| Some((x, x.round?, x.at?))) else {
        return Figure::text("–");
    };
    let reported: i64 = of.iter().filter(|x| x.round.is_some()).map(|x| x.n).sum();
    let share = p.t2("pictures-of", "n", p.number(reported), "all", p.number(all));
    let title = latest.round_title.clone().unwrap_or_default();
    let text = p.t3("pictures-plan-reported", ("of", share), ("day", p.day_of(&at)), ("round", title));
    Figure::text(text).to(Some(p.link(&format!("/rounds/{round}/reports"))))
}

/// In which rounds what is drawn was reported, and on which day last: the latest first.
fn rounds_said(p: &Page, progress: &[Progress]) -> Vec<String> {
    let mut said = BTreeMap::new();
    for one in progress {
        if let (Some(round), Some(at)) = (one.round, one.at) {
            let title = one.round_title.as_deref().unwrap_or_default();
            let last = said.entry(round.0).or_insert((at, title));
            last.0 = last.0.max(at);
        }
    }
    let mut said: Vec<_> = said.into_values().collect();
    said.sort_by(|a, b| b.cmp(a));
    said.into_iter().map(|(at, title)| p.t2("pictures-plans-in", "round", title, "day", p.day_of(&at))).collect()
}

pub async fn plan_progress(inside: &mut Inside, _: &Asked) -> Result<Drawn, Problem> {
    let outlines = plans::outlines(&mut inside.tx).await?;
    // who takes no part in rounds is not told what was reported in them, nor that nothing was
    let told = inside.page.may(Permission::RoundSee);
    let reported = told && inside.fields.value("by") == "progress";
    let progress = match told {
        true => rounds::progress_by_node(&mut inside.tx).await?,
        false => Vec::new(),
    };
    let by_node = match told {
        true if reported => counted(progress.iter().map(|x| (x.node, reported_step(x.health.as_deref()), x.n))),
        true => counted(progress.iter().map(|x| (x.node, step_of(x.status.as_deref()), x.n))),
        false => {
            let hung = store::hung(&mut inside.tx).await?;
            counted(hung.iter().map(|x| (x.node, step_of(x.status.as_deref()), x.n)))
        }
    };
    let needs = match inside.page.may(Permission::NeedSee) {
        true => store::covered(&mut inside.tx).await?,
        false => HashMap::new(),
    };
    let mut of_node: HashMap<PlanNodeId, Vec<&Progress>> = HashMap::new();
    for one in &progress {
        of_node.entry(one.node).or_default().push(one);
    }
    let p = &inside.page;
    let chosen: Option<PlanId> = inside.fields.value("plan").parse().ok();
    let steps = steps(p, reported);
    let mut bars = Bars {
        series: steps.iter().zip(colours::STEPS).map(|(name, class)| Series { name: name.clone(), class }).collect(),
        shares: true,
        ..Bars::default()
    };
    let shown: Vec<_> = outlines.iter().filter(|o| chosen.is_none_or(|id| o.id == id)).collect();
    // the codes of measures begin anew in each plan
    let several = shown.len() > 1;
    let mut figures = Figures { heads: vec![p.t("pictures-measure")], rows: Vec::new() };
    figures.heads.extend(several.then(|| p.t("pictures-plan")));
    figures.heads.extend(steps.iter().cloned());
    figures.heads.extend([p.t("pictures-total"), p.t("pictures-plan-needs")]);
    if reported {
        figures.heads.push(p.t("pictures-plan-open"));
    }
    if told {
        figures.heads.push(p.t("pictures-plan-reported-in"));
    }
    let (mut measures, mut empty) = (0usize, 0usize);
    for plan in shown {
        let mut rows = Vec::new();
        for node in plan.nodes.iter().filter(|n| n.last || by_node.contains_key(&n.id)) {
            let counts = by_node.get(&node.id).copied().unwrap_or_default();
            let said = of_node.get(&node.id).map(Vec::as_slice).unwrap_or_default();
            let n: i64 = counts.iter().sum();
            measures += 1;
            let nothing = if reported { counts.iter().take(4).sum::<i64>() == 0 } else { n == 0 };
            empty += usize::from(nothing);
            let label = if node.code.is_empty() { node.title.clone() } else { format!("{} {}", node.code, node.title) };
            let href = p.link(&format!("/plans/{}/nodes/{}", plan.id, node.id));
            let total = if nothing { format!("○ {}", p.number(n)) } else { p.number(n) };
            let parts: Vec<_> =
                counts.iter().zip(&steps).map(|(n, name)| (*n, name.clone(), Some(href.clone()))).collect();
            let (row, mut figure) = shares(p, &label, Some(href), &parts, total);
            let of = |(all, covered): &(i64, i64)| p.t2("pictures-of", "n", p.number(*covered), "all", p.number(*all));
            figure.push(Figure::number(needs.get(&node.id).map_or_else(|| "–".to_owned(), of)));
            if reported {
                let open = said.iter().map(|x| x.open).sum::<i64>();
                figure.push(Figure::number(p.number(open)).of(open));
            }
            if told {
                figure.push(last_reported(p, said));
            }
            rows.push(row);
            if several {
                figure.insert(1, Figure::text(&plan.title));
            }
            figures.rows.push(figure);
        }
        if !rows.is_empty() {
            bars.groups.push(Group { heading: Some(plan.title.clone()), rows });
        }
    }
    let options = outlines.iter().map(|o| (o.id.to_string(), o.title.clone())).collect();
    let mut choices = vec![Choice { name: "plan", label: "pictures-plan", first: p.t("pictures-all"), options }];
    if told && !outlines.is_empty() {
        let options = vec![("progress".to_owned(), p.t("pictures-plans-by-progress"))];
        choices.insert(
            0,
            Choice { name: "by", label: "pictures-plans-by", first: p.t("pictures-plans-by-status"), options },
        );
    }
    let mut notes = vec![p.t(if reported { "pictures-plans-progress-rule" } else { "pictures-plans-rule" })];
    if reported {
        notes.extend(rounds_said(p, &progress));
    }
    let said = if reported { "pictures-plans-progress-said" } else { "pictures-plans-said" };
    Ok(Drawn {
        said: p.t2(said, "measures", p.number(measures), "empty", p.number(empty)),
        shape: (!bars.is_empty()).then_some(Shape::Bars(bars)),
        notes,
        figures,
        choices,
        years: false,
        opened: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_status_and_every_word_of_a_report_has_its_step() {
        for status in Status::ALL {
            assert!(step_of(Some(status.as_str())) < 4, "{status:?}");
        }
        assert_eq!((step_of(None), step_of(Some("x"))), (4, 4));
        let of = |health: Health| reported_step(Some(health.as_str()));
        assert_eq!([Health::Done, Health::OnTrack, Health::AtRisk, Health::Late].map(of), [0, 1, 2, 3]);
        assert_eq!(reported_step(None), 4);
    }
}
