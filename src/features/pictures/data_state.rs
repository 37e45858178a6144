//! The state of things: the plans' measures, and how long ago records were confirmed.

use chrono::Months;
use rust_decimal::Decimal;
use std::collections::{BTreeMap, HashMap};
use uuid::Uuid;

use super::data_money;
use super::draw::bars::{Bars, Group, Part, Row, Series};
use super::draw::{Shape, colours};
use super::model::{Asked, Choice, Drawn, Figure, Figures, named, pillars};
use super::store::{self, Confirmed, Key};
use crate::features::actions::Status;
use crate::features::plans;
use crate::kernel::auth::Inside;
use crate::kernel::error::Problem;
use crate::kernel::ids::{OrganisationId, PlanId};
use crate::kernel::page::Page;
use crate::kernel::permit::{Permission, Scope};

/// A number of actions as it is drawn.
pub fn float(n: i64) -> f64 {
    data_money::float(Decimal::from(n))
}

/// A bar of shares, each step in its class, and its row of the table. `links`: where each step's rows are.
fn shares(
    p: &Page,
    label: &str,
    href: Option<String>,
    steps: &[(i64, String, Option<String>)],
    total: String,
) -> (Row, Vec<Figure>) {
    let mut parts = Vec::new();
    let mut figures = vec![Figure::text(label).to(href.clone())];
    for (series, (n, name, link)) in steps.iter().enumerate() {
        parts.push(Part {
            series,
            value: float(*n),
            title: format!("{label}: {name}: {}", p.number(*n)),
            href: link.clone(),
        });
        figures.push(Figure::number(p.number(*n)).to(link.clone().filter(|_| *n > 0)));
    }
    figures.push(Figure::number(&total));
    (Row { label: label.to_owned(), href, parts, total }, figures)
}

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

pub async fn plan_progress(inside: &mut Inside, _: &Asked) -> Result<Drawn, Problem> {
    let outlines = plans::outlines(&mut inside.tx).await?;
    let hung = store::hung(&mut inside.tx).await?;
    let needs = match inside.page.may(Permission::NeedSee) {
        true => store::covered(&mut inside.tx).await?,
        false => HashMap::new(),
    };
    let p = &inside.page;
    let chosen: Option<PlanId> = inside.fields.value("plan").parse().ok();
    let steps = [
        "pictures-plan-done",
        "pictures-plan-runs",
        "pictures-plan-ahead",
        "pictures-plan-stopped",
        "pictures-plan-none",
    ]
    .map(|key| p.t(key));
    let mut by_node: HashMap<_, [i64; 5]> = HashMap::new();
    for one in &hung {
        if let Some(n) = by_node.entry(one.node).or_default().get_mut(step_of(one.status.as_deref())) {
            *n += one.n;
        }
    }
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
    let (mut measures, mut empty) = (0usize, 0usize);
    for plan in shown {
        let mut rows = Vec::new();
        for node in plan.nodes.iter().filter(|n| n.last || by_node.contains_key(&n.id)) {
            let counts = by_node.get(&node.id).copied().unwrap_or_default();
            let n: i64 = counts.iter().sum();
            measures += 1;
            empty += usize::from(n == 0);
            let label = if node.code.is_empty() { node.title.clone() } else { format!("{} {}", node.code, node.title) };
            let href = p.link(&format!("/plans/{}/nodes/{}", plan.id, node.id));
            let total = if n == 0 { "○ 0".to_owned() } else { p.number(n) };
            let parts: Vec<_> =
                counts.iter().zip(&steps).map(|(n, name)| (*n, name.clone(), Some(href.clone()))).collect();
            let (row, mut figure) = shares(p, &label, Some(href), &parts, total);
            let of = |(all, covered): &(i64, i64)| p.t2("pictures-of", "n", p.number(*covered), "all", p.number(*all));
            figure.push(Figure::number(needs.get(&node.id).map_or_else(|| "–".to_owned(), of)));
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
    Ok(Drawn {
        said: p.t2("pictures-plans-said", "measures", p.number(measures), "empty", p.number(empty)),
        shape: (!bars.is_empty()).then_some(Shape::Bars(bars)),
        notes: vec![p.t("pictures-plans-rule")],
        figures,
        choices: vec![Choice { name: "plan", label: "pictures-plan", first: p.t("pictures-all"), options }],
        years: false,
        opened: None,
    })
}

/// The values of the list's filter, from fresh to never.
const FRESH: [(&str, &str); 5] = [
    ("3", "list-fresh-3"),
    ("3-6", "list-fresh-3-6"),
    ("6-12", "list-fresh-6-12"),
    ("year", "list-fresh-year"),
    ("never", "list-fresh-never"),
];

/// A group: where it stands, its name, its filter in the list, and its figures.
type Fresh = ((usize, String), String, Vec<(&'static str, String)>, [i64; 5]);

fn fresh(found: &[Confirmed]) -> BTreeMap<Option<Uuid>, [i64; 5]> {
    let mut all: BTreeMap<Option<Uuid>, [i64; 5]> = BTreeMap::new();
    for one in found {
        let place = FRESH.iter().position(|(value, _)| *value == one.when);
        if let Some(n) = place.and_then(|i| all.entry(one.key).or_default().get_mut(i)) {
            *n += one.n;
        }
    }
    all
}

/// Whose records are counted by who keeps them: everybody's for who may see that, else one's own.
fn keepers(inside: &Inside) -> Option<Vec<Uuid>> {
    let may = |scope: &Scope| inside.member.may(Permission::FreshnessSee, scope);
    if may(&Scope::default()) {
        return None;
    }
    let own = inside.member.organisations().into_iter().filter(|id| may(&Scope::organisation(*id)));
    Some(own.map(|id: OrganisationId| id.0).collect())
}

pub async fn freshness(inside: &mut Inside, asked: &Asked) -> Result<Drawn, Problem> {
    let now = inside.app.clock.now();
    let since = [3, 6, 12].map(|months| now.checked_sub_months(Months::new(months)).unwrap_or(now));
    let keepers = keepers(inside);
    let offers = keepers.as_ref().is_none_or(|own| !own.is_empty());
    let by = match inside.fields.value("by") {
        "beneficiary" => Key::Beneficiary,
        "organisation" if offers => Key::Keeper,
        _ => Key::Pillar,
    };
    let only = keepers.as_deref().filter(|_| by == Key::Keeper);
    let found = store::confirmed(&mut inside.tx, by, asked.within(), only, since).await?;
    // each once, whatever it is grouped by
    let once = |what: &str| found.iter().find(|one| one.when == what).map_or(0, |one| one.n);
    let (all, stale) = (once("all"), once("all-stale"));
    let found = fresh(&found);
    let names = match by {
        Key::Keeper => {
            let ids: Vec<Uuid> = found.keys().filter_map(|id| *id).collect();
            store::organisations(&mut inside.tx, &ids).await?
        }
        _ => store::Names::new(),
    };
    let p = &inside.page;
    let steps = FRESH.map(|(_, key)| p.t(key));
    // places in the order of the process, organisations in that of the alphabet: never by how fresh they are
    let mut rows: Vec<Fresh> = found
        .into_iter()
        .filter_map(|(id, counts)| match by {
            Key::Keeper => {
                let full = names.get(&id?)?.1.clone();
                let own = vec![("organisation", id?.to_string()), ("role", "keeper".to_owned())];
                Some(((0, crate::kernel::fold::fold(&full)), full, own, counts))
            }
            _ => {
                let (place, name, value) = named(p, id, by == Key::Pillar)?;
                let filter = if by == Key::Pillar { "pillar" } else { "beneficiary" };
                Some(((place, String::new()), name, vec![(filter, value)], counts))
            }
        })
        .collect();
    rows.sort_by(|a, b| a.0.cmp(&b.0));
    let mut figures = Figures { heads: vec![p.t("pictures-group-one")], rows: Vec::new() };
    figures.heads.extend(steps.iter().cloned());
    figures.heads.push(p.t("pictures-total"));
    let mut group = Group::default();
    for (_, label, own, counts) in &rows {
        let link = |more: Option<&str>| {
            let own = own.iter().map(|(name, value)| (*name, value.as_str()));
            let all: Vec<(&str, &str)> = own.chain(more.map(|value| ("fresh", value))).collect();
            Some(asked.actions(p, &all))
        };
        let parts: Vec<_> = counts
            .iter()
            .zip(steps.iter().zip(FRESH))
            .map(|(n, (name, (value, _)))| (*n, name.clone(), link(Some(value))))
            .collect();
        let total = p.tn("pictures-n-actions", counts.iter().sum::<i64>());
        let (row, figure) = shares(p, label, link(None), &parts, total);
        group.rows.push(row);
        figures.rows.push(figure);
    }
    let bars = Bars {
        series: steps.iter().zip(colours::STEPS).map(|(name, class)| Series { name: name.clone(), class }).collect(),
        groups: vec![group],
        shares: true,
        axis: Vec::new(),
    };
    let mut options = vec![("beneficiary".to_owned(), p.t("pictures-beneficiary"))];
    if offers {
        let key = if keepers.is_none() { "pictures-keeper" } else { "pictures-keeper-own" };
        options.push(("organisation".to_owned(), p.t(key)));
    }
    let mut notes = vec![p.t("pictures-fresh-rule")];
    if by != Key::Keeper {
        notes.push(p.t("pictures-more-than-once"));
    }
    Ok(Drawn {
        said: p.t2("pictures-fresh-said", "all", p.number(all), "stale", p.number(stale)),
        shape: (!bars.is_empty()).then_some(Shape::Bars(bars)),
        notes,
        figures,
        choices: vec![
            Choice { name: "by", label: "pictures-group", first: p.t("pictures-pillar"), options },
            pillars(p),
            super::model::beneficiaries(p),
        ],
        years: false,
        opened: Some((p.t("pictures-fresh-list"), format!("{}?fresh=stale&sort=confirmed", p.link("/actions")))),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_status_has_its_step() {
        for status in Status::ALL {
            assert!(step_of(Some(status.as_str())) < 4, "{status:?}");
        }
        assert_eq!((step_of(None), step_of(Some("x"))), (4, 4));
    }

    #[test]
    fn what_was_confirmed_is_put_into_its_step() {
        let id = Some(Uuid::nil());
        let one = |key, when: &str, n| Confirmed { key, when: when.into(), n };
        let found =
            fresh(&[one(id, "3", 2), one(id, "never", 5), one(None, "6-12", 1), one(id, "3", 1), one(None, "all", 8)]);
        assert_eq!(found.get(&id), Some(&[3, 0, 0, 0, 5]));
        assert_eq!(found.get(&None), Some(&[0, 0, 1, 0, 0]));
    }

    #[test]
    fn the_steps_are_the_lists_own_filter() {
        let today = chrono::NaiveDate::default();
        let p = Page::bare(crate::kernel::i18n::Locale::default(), today);
        let steps: Vec<_> = FRESH.iter().map(|(value, key)| (1, p.t(key), Some((*value).to_owned()))).collect();
        let (row, figures) = shares(&p, "Borders", None, &steps, "5".into());
        assert_eq!((row.parts.len(), figures.len()), (5, 7));
        assert!((row.whole() - 5.0).abs() < 1e-9);
        assert!(figures[1].href.as_deref() == Some("3"));
    }
}
