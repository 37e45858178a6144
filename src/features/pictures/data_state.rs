//! The state of things: the map, the plans' measures, and how long ago records were confirmed.

use chrono::Months;
use rust_decimal::Decimal;
use std::collections::{BTreeMap, HashMap};
use uuid::Uuid;

use super::data_money;
use super::data_time::RUNNING;
use super::draw::bars::{Bars, Group, Part, Row, Series};
use super::draw::grid::{Standing, step};
use super::draw::map::{Area, Map};
use super::draw::{Shape, colours};
use super::model::{Asked, Choice, Drawn, Figure, Figures, named, pillars};
use super::store::{self, Confirmed, Key};
use crate::features::actions::Status;
use crate::features::money::{self, Dimension, Part as MoneyPart, Question};
use crate::features::plans;
use crate::kernel::auth::Inside;
use crate::kernel::error::Problem;
use crate::kernel::ids::{OrganisationId, PlanId};
use crate::kernel::lists::closed_list;
use crate::kernel::page::Page;
use crate::kernel::permit::{Permission, Scope};

closed_list! {
    /// What the map shows.
    Show {
        Actions = "actions", "pictures-map-actions";
        Needs = "needs", "pictures-map-needs";
        Money = "money", "pictures-map-money";
    }
}

/// A figure of one beneficiary: how much, as it is written, where its rows are, and whether it is one that asks for something.
struct Place {
    value: f64,
    shown: String,
    href: String,
}

async fn places(inside: &mut Inside, asked: &Asked, show: Show) -> Result<(HashMap<Uuid, Place>, Vec<String>), Problem> {
    let pillar = asked.within().pillar;
    let today = inside.page.today;
    let mut found = HashMap::new();
    if show == Show::Money {
        let question = data_money::question(asked, &inside.fields);
        let by = [Dimension::Beneficiary];
        let totals = money::totals(inside, &question, &by).await?;
        let p = &inside.page;
        for cell in &totals.cells {
            let Some(MoneyPart::Beneficiary(id)) = cell.key.first() else { continue };
            let parts = vec![(Dimension::Beneficiary, MoneyPart::Beneficiary(*id))];
            let href = p.link(&money::query(&Question { parts, ..question.clone() }, &by));
            let shown = data_money::written(p, cell.amount, cell.estimated, &totals.currency);
            found.insert(id.0, Place { value: data_money::float(cell.amount), shown, href });
        }
        return Ok((found, data_money::caveats(p, &totals)));
    }
    let needs = match show {
        Show::Needs => Some(store::unanswered(&mut inside.tx, pillar).await?),
        _ => None,
    };
    let actions = match show {
        Show::Actions => store::by_beneficiary(&mut inside.tx, pillar, today).await?,
        _ => HashMap::new(),
    };
    let p = &inside.page;
    let day = today.to_string();
    for b in p.frame().map(|f| f.beneficiaries.as_slice()).unwrap_or_default() {
        let place = if let Some(needs) = &needs {
            let (all, open) = needs.get(&b.id.0).copied().unwrap_or((0, 0));
            let mut query = url::form_urlencoded::Serializer::new(String::new());
            query.append_pair("beneficiary", &b.code).append_pair("answered", "no");
            if let Some((_, key)) = &asked.pillar {
                query.append_pair("pillar", key);
            }
            let href = format!("{}?{}", p.link("/needs"), query.finish());
            Place { value: float(open), shown: p.t2("pictures-of", "n", p.number(open), "all", p.number(all)), href }
        } else {
            let n = actions.get(&b.id.0).copied().unwrap_or(0);
            let mut rows = vec![("beneficiary", b.code.as_str())];
            rows.extend(RUNNING);
            rows.extend([("from", day.as_str()), ("to", day.as_str())]);
            Place { value: float(n), shown: p.tn("pictures-n-actions", n), href: asked.actions(p, &rows) }
        };
        found.insert(b.id.0, place);
    }
    let rule = if show == Show::Needs { "pictures-needs-rule" } else { "pictures-running-rule" };
    Ok((found, vec![p.t(rule), p.t("pictures-more-than-once")]))
}

fn float(n: i64) -> f64 {
    data_money::float(Decimal::from(n))
}

pub async fn map(inside: &mut Inside, asked: &Asked) -> Result<Drawn, Problem> {
    let may = |show: Show| match show {
        Show::Actions => true,
        Show::Needs => inside.page.may(Permission::NeedSee),
        Show::Money => inside.page.may(Permission::ActionSeeMoney),
    };
    let show = Show::parse(inside.fields.value("show")).unwrap_or(Show::Actions);
    if !may(show) {
        let permission = if show == Show::Money { Permission::ActionSeeMoney } else { Permission::NeedSee };
        inside.member.require(permission, &Scope::default())?;
        return Err(Problem::NotFound);
    }
    let shows: Vec<(String, String)> = Show::ALL
        .iter()
        .filter(|s| **s != Show::Actions && may(**s))
        .map(|s| (s.as_str().to_owned(), inside.page.t(s.label())))
        .collect();
    let (found, mut notes) = places(inside, asked, show).await?;
    let p = &inside.page;
    let most = found.values().map(|f| f.value).fold(0.0, f64::max);
    let mut figures = Figures { heads: vec![p.t("pictures-beneficiary"), p.t(show.label())], rows: Vec::new() };
    let mut areas = Vec::new();
    let all = p.frame().map(|f| f.beneficiaries.as_slice()).unwrap_or_default();
    for b in all {
        let place = found.get(&b.id.0);
        let value = place.map_or(0.0, |f| f.value);
        let shown = place.map_or_else(|| "–".to_owned(), |f| f.shown.clone());
        let href = place.map(|f| f.href.clone());
        // where there is no action something may be missing; where no need is open nothing is
        let standing = match show {
            Show::Actions if value <= 0.0 => Standing::Gap,
            _ => Standing::Step(step(value, most)),
        };
        let figure = if standing == Standing::Gap { format!("○ {shown}") } else { shown };
        figures.rows.push(vec![Figure::text(&b.name), Figure::number(&figure).to(href.clone())]);
        let title = format!("{}: {figure}", b.name);
        areas.push(Area { code: b.code.clone(), name: b.name.clone(), figure, standing, title, href });
    }
    let mut legend = vec![("a1", p.t("pictures-few")), ("a4", p.t("pictures-many"))];
    if show == Show::Actions {
        legend.insert(0, (colours::GAP, format!("○ {}", p.t("pictures-map-none"))));
    }
    let map = Map { areas, legend };
    if map.is_of_the_region() {
        notes.push(p.t("pictures-map-disclaimer"));
        notes.push(p.t("pictures-map-source"));
    } else if !map.is_empty() {
        notes.push(p.t("pictures-map-tiles"));
    }
    let mut choices = vec![
        Choice { name: "show", label: "pictures-show", first: p.t(Show::Actions.label()), options: shows },
        pillars(p),
    ];
    if show == Show::Money {
        choices.push(data_money::kinds(p));
    }
    Ok(Drawn {
        said: p.t1("pictures-map-said", "what", p.t(show.label())),
        shape: (!map.is_empty()).then_some(Shape::Map(map)),
        notes,
        figures,
        choices,
        years: show == Show::Money,
        opened: None,
    })
}

/// A bar of shares, each step in its class, and its row of the table. `links`: where each step's rows are.
fn shares(p: &Page, label: &str, href: Option<String>, steps: &[(i64, String, Option<String>)], total: String) -> (Row, Vec<Figure>) {
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
    let steps = ["pictures-plan-done", "pictures-plan-runs", "pictures-plan-ahead", "pictures-plan-stopped", "pictures-plan-none"]
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
    let mut figures = Figures { heads: vec![p.t("pictures-measure")], rows: Vec::new() };
    figures.heads.extend(steps.iter().cloned());
    figures.heads.push(p.t("pictures-total"));
    let (mut measures, mut empty) = (0usize, 0usize);
    for plan in outlines.iter().filter(|o| chosen.is_none_or(|id| o.id == id)) {
        let mut rows = Vec::new();
        for node in plan.nodes.iter().filter(|n| n.last || by_node.contains_key(&n.id)) {
            let counts = by_node.get(&node.id).copied().unwrap_or_default();
            let n: i64 = counts.iter().sum();
            measures += 1;
            empty += usize::from(n == 0);
            let label = if node.code.is_empty() { node.title.clone() } else { format!("{} {}", node.code, node.title) };
            let href = p.link(&format!("/plans/{}/nodes/{}", plan.id, node.id));
            let mut total = if n == 0 { format!("○ {}", p.t("pictures-plan-no-action")) } else { p.number(n) };
            if let Some((all, covered)) = needs.get(&node.id) {
                let said = p.t2("pictures-plan-needs", "covered", p.number(*covered), "all", p.number(*all));
                total = format!("{total} · {said}");
            }
            let parts: Vec<_> = counts.iter().zip(&steps).map(|(n, name)| (*n, name.clone(), Some(href.clone()))).collect();
            let (row, figure) = shares(p, &label, Some(href), &parts, total);
            rows.push(row);
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
    let mut rows: Vec<((usize, String), String, Vec<(&str, String)>, [i64; 5])> = found
        .into_iter()
        .filter_map(|(id, counts)| match by {
            Key::Keeper => {
                let (short, full) = names.get(&id?)?.clone();
                let own = vec![("organisation", id?.to_string()), ("role", "keeper".to_owned())];
                Some(((0, crate::kernel::fold::fold(&short)), full, own, counts))
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
    let stale: i64 = rows.iter().map(|r| r.3.iter().skip(2).sum::<i64>()).sum();
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
        said: if by == Key::Keeper { p.tn("pictures-fresh-said", stale) } else { p.t("pictures-fresh-lead") },
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
        let found = fresh(&[one(id, "3", 2), one(id, "never", 5), one(None, "6-12", 1), one(id, "3", 1)]);
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
