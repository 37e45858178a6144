//! The map: by beneficiary, what runs, which needs nothing answers, or money.

use std::collections::HashMap;
use uuid::Uuid;

use super::data_money;
use super::data_state::float;
use super::data_time::RUNNING;
use super::draw::grid::{Standing, step};
use super::draw::map::{Area, Map};
use super::draw::{Shape, colours};
use super::model::{Asked, Choice, Drawn, Figure, Figures, pillars, steps};
use super::store;
use crate::features::money::{self, Dimension, Part, Question};
use crate::kernel::auth::Inside;
use crate::kernel::error::Problem;
use crate::kernel::lists::closed_list;
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
    /// What is counted; money is not.
    n: Option<i64>,
    figure: Figure,
    href: String,
}

async fn places(
    inside: &mut Inside,
    asked: &Asked,
    show: Show,
) -> Result<(HashMap<Uuid, Place>, Vec<String>, String), Problem> {
    let pillar = asked.within().pillar;
    let today = inside.page.today;
    let mut found = HashMap::new();
    if show == Show::Money {
        let question = data_money::question(asked, &inside.fields);
        let by = [Dimension::Beneficiary];
        let totals = money::totals(inside, &question, &by).await?;
        let p = &inside.page;
        for cell in &totals.cells {
            let Some(Part::Beneficiary(id)) = cell.key.first() else { continue };
            let parts = vec![(Dimension::Beneficiary, Part::Beneficiary(*id))];
            let href = p.link(&money::query(&Question { parts, ..question.clone() }, &by));
            let shown = data_money::written(p, cell.amount, cell.estimated, &totals.currency);
            let figure = Figure::number(shown).worth(cell.amount, cell.estimated, &totals.currency);
            found.insert(id.0, Place { value: data_money::float(cell.amount), n: None, figure, href });
        }
        let mut notes = data_money::caveats(p, &totals);
        // what the map has no place for is of the whole all the same
        let nobodys = totals.cells.iter().find(|cell| cell.key.first() == Some(&Part::NotStated));
        if let Some(cell) = nobodys.filter(|cell| !cell.amount.is_zero()) {
            let amount = data_money::written(p, cell.amount, cell.estimated, &totals.currency);
            notes.push(p.t1("pictures-map-rest", "amount", amount));
        }
        let said = data_money::whole(p, &totals, question.kind);
        return Ok((found, notes, said));
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
            let shown = p.t2("pictures-of", "n", p.number(open), "all", p.number(all));
            Place { value: float(open), n: Some(open), figure: Figure::number(shown), href }
        } else {
            let n = actions.get(&b.id.0).copied().unwrap_or(0);
            let mut rows = vec![("beneficiary", b.code.as_str())];
            rows.extend(RUNNING);
            rows.extend([("from", day.as_str()), ("to", day.as_str())]);
            let figure = Figure::number(p.tn("pictures-n-actions", n)).of(n);
            Place { value: float(n), n: Some(n), figure, href: asked.actions(p, &rows) }
        };
        found.insert(b.id.0, place);
    }
    let rule = if show == Show::Needs { "pictures-needs-rule" } else { "pictures-running-rule" };
    let counts: Vec<i64> = found.values().filter_map(|place| place.n).collect();
    let (least, most) = (counts.iter().min().copied().unwrap_or(0), counts.iter().max().copied().unwrap_or(0));
    let what = p.t(show.label());
    let said = match least == most {
        true => p.t2("pictures-map-said-each", "what", what, "n", p.number(most)),
        false => p.t3("pictures-map-said", ("what", what), ("least", p.number(least)), ("most", p.number(most))),
    };
    Ok((found, vec![p.t(rule), p.t("pictures-more-than-once")], said))
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
    let (found, mut notes, said) = places(inside, asked, show).await?;
    let p = &inside.page;
    let most = found.values().map(|f| f.value).fold(0.0, f64::max);
    let mut figures = Figures { heads: vec![p.t("pictures-beneficiary"), p.t(show.label())], rows: Vec::new() };
    let mut areas = Vec::new();
    let all = p.frame().map(|f| f.beneficiaries.as_slice()).unwrap_or_default();
    for b in all {
        let place = found.get(&b.id.0);
        let value = place.map_or(0.0, |f| f.value);
        let mut figure = place.map_or_else(|| Figure::number("–"), |f| f.figure.clone());
        let href = place.map(|f| f.href.clone());
        // where there is no action something may be missing; where no need is open nothing is
        let standing = match show {
            Show::Actions if value <= 0.0 => Standing::Gap,
            _ => Standing::Step(step(value, most)),
        };
        if standing == Standing::Gap {
            figure.text = format!("○ {}", figure.text);
        }
        let (title, shown) = (format!("{}: {}", b.name, figure.text), figure.text.clone());
        figures.rows.push(vec![Figure::text(&b.name), figure.to(href.clone())]);
        areas.push(Area { code: b.code.clone(), name: b.name.clone(), figure: shown, standing, title, href });
    }
    let counts: Vec<i64> = found.values().filter_map(|place| place.n).collect();
    let mut legend = match show {
        Show::Money => vec![("a1", p.t("pictures-less")), ("a4", p.t("pictures-more"))],
        _ => steps(p, counts.iter().copied(), counts.iter().copied().max().unwrap_or(0)),
    };
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
        said,
        shape: (!map.is_empty()).then_some(Shape::Map(map)),
        notes,
        figures,
        choices,
        years: show == Show::Money,
        opened: None,
    })
}
