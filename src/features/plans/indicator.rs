//! The form of one indicator: what is measured, from where, and what is aimed at, by year and beneficiary.

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use rust_decimal::Decimal;

use super::edit::{WHY, writer};
use super::model::{Indicator, Method, Plan, Target};
use super::store_tree::{self, Edit};
use super::tree::Placed;
use super::unit::is_percentage;
use super::{id, store};
use crate::kernel::auth::Inside;
use crate::kernel::error::Problem;
use crate::kernel::form::Fields;
use crate::kernel::history::{self, Change, Changes, Entry, Subject};
use crate::kernel::i18n::Message;
use crate::kernel::ids::{BeneficiaryId, IndicatorId, PlanNodeId};
use crate::kernel::money::{as_typed, parse_amount};
use crate::kernel::page::Page;
use crate::kernel::random;

/// A plan without a stated period offers this many years from now.
const YEARS: i16 = 3;
/// A plan with a longer one offers no more.
const MOST_YEARS: i16 = 12;

/// Stands in the address for the id of one that is not there yet.
const NEW: &str = "new";

#[derive(Template)]
#[template(path = "plans/indicator.html")]
struct FormPage {
    p: Page,
    f: Fields,
    plan: Plan,
    placed: Placed,
    /// "new" or the indicator's id.
    key: String,
    years: Vec<i16>,
    /// The rows of the table of targets: "all" or a beneficiary's code, and its name.
    rows: Vec<(String, String)>,
    methods: Vec<(String, String)>,
    overtaken: Option<Overtaken>,
}

/// Somebody else has saved the node since the form was opened.
struct Overtaken {
    who: String,
    at: String,
    /// The indicator as it stands now, line by line.
    lines: Vec<String>,
    /// It was removed.
    gone: bool,
}

impl Overtaken {
    fn new(p: &Page, placed: &Placed, now: Option<&Indicator>, gone: bool) -> Self {
        Self {
            who: placed.node.updated_by.as_ref().map_or_else(|| p.t("plan-by-portal"), |by| by.shown(p)),
            at: p.time(&placed.node.updated_at),
            lines: now.map(|i| words(p, i)).unwrap_or_default(),
            gone,
        }
    }
}

fn years(plan: &Plan, indicator: Option<&Indicator>, today: chrono::NaiveDate) -> Vec<i16> {
    use chrono::Datelike;
    let now = i16::try_from(today.year()).unwrap_or(2026);
    let first = plan.first_year.or(plan.last_year).unwrap_or(now);
    let last = plan.last_year.unwrap_or(first + YEARS - 1).min(first + MOST_YEARS - 1);
    let mut years: Vec<i16> = (first..=last).collect();
    // what is stated for other years is not lost by opening the form
    years.extend(indicator.iter().flat_map(|i| i.targets.iter().map(|t| t.year)));
    years.sort_unstable();
    years.dedup();
    years
}

fn rows(p: &Page) -> Vec<(String, String)> {
    let mut rows = vec![("all".to_owned(), p.t("plan-target-all"))];
    if let Some(frame) = p.frame() {
        rows.extend(frame.beneficiaries.iter().map(|b| (b.code.clone(), b.name.clone())));
    }
    rows
}

fn code(p: &Page, id: Option<BeneficiaryId>) -> String {
    let found = p.frame().and_then(|f| f.beneficiaries.iter().find(|b| Some(b.id) == id));
    found.map_or_else(|| "all".to_owned(), |b| b.code.clone())
}

fn fill(p: &Page, indicator: Option<&Indicator>, version: i32) -> Fields {
    let mut f = Fields::default();
    f.set("version", version);
    if let Some(i) = indicator {
        f.set("name", &i.name);
        f.set("unit", &i.unit);
        f.set("method", i.method.as_str());
        f.set("baseline", i.baseline.map(as_typed).unwrap_or_default());
        f.set("baseline_year", i.baseline_year.map(|y| y.to_string()).unwrap_or_default());
        for t in &i.targets {
            f.set(&format!("t-{}-{}", t.year, code(p, t.beneficiary)), as_typed(t.value));
        }
    }
    f
}

fn read_number(f: &mut Fields, name: &str) -> Option<Decimal> {
    let typed = f.value(name).trim().to_owned();
    if typed.is_empty() {
        return None;
    }
    match parse_amount(&typed) {
        Ok(value) => Some(value),
        Err(why) => {
            f.fail(name, why.message());
            None
        }
    }
}

fn read(p: &Page, f: &mut Fields, years: &[i16], old: Option<&Indicator>) -> Indicator {
    let name = f.required("name", 500);
    let unit = f.text("unit", 100);
    // a form that does not show it leaves it as it is
    let stays = old.map(|o| o.method).unwrap_or_default();
    let method = if f.has("method") { f.choice("method", Method::parse).unwrap_or_default() } else { stays };
    if matches!(method, Method::Sum | Method::Mean) && is_percentage(&unit) {
        f.fail("method", Message::new("plan-error-method-percent"));
    }
    let baseline = read_number(f, "baseline");
    let baseline_year = f.choice("baseline_year", |t| t.parse::<i16>().ok().filter(|y| (1990..=2100).contains(y)));
    let mut targets = Vec::new();
    for (row, _) in rows(p) {
        let beneficiary = p.frame().and_then(|x| x.beneficiaries.iter().find(|b| b.code == row)).map(|b| b.id);
        for year in years {
            if let Some(value) = read_number(f, &format!("t-{year}-{row}")) {
                targets.push(Target { year: *year, beneficiary, value });
            }
        }
    }
    targets.sort_by_key(|t| t.year);
    Indicator {
        // one that is changed keeps its id: whoever has its form open finds it again
        id: old.map_or_else(|| IndicatorId(random::id()), |o| o.id),
        lineage: old.map_or_else(random::id, |o| o.lineage),
        name,
        unit,
        method,
        baseline,
        baseline_year,
        targets,
    }
}

async fn found(
    inside: &mut Inside,
    key: &str,
    node: &str,
    indicator: &str,
) -> Result<(Plan, Placed, Option<Indicator>), Problem> {
    let plan = store::load(&mut inside.tx, id(key)?, inside.page.today).await?;
    writer(&inside.member, &plan)?;
    let tree = store::tree(&mut inside.tx, plan.id, inside.page.today).await?;
    let placed = tree.get(id::<PlanNodeId>(node)?).ok_or(Problem::NotFound)?.clone();
    let old = match indicator {
        NEW => None,
        given => {
            let given: IndicatorId = id(given)?;
            placed.node.indicators.iter().find(|i| i.id == given).cloned()
        }
    };
    Ok((plan, placed, old))
}

type Keys = Path<(String, String, String, String)>;

pub async fn form(Path((_, key, node, which)): Keys, mut inside: Inside) -> Result<Response, Problem> {
    let (plan, placed, old) = found(&mut inside, &key, &node, &which).await?;
    if old.is_none() && which != NEW {
        return Err(Problem::NotFound);
    }
    let p = inside.page;
    let f = fill(&p, old.as_ref(), placed.node.version);
    let (years, rows) = (years(&plan, old.as_ref(), p.today), rows(&p));
    Ok(Html(
        FormPage { methods: Method::options(&p), p, f, plan, placed, key: which, years, rows, overtaken: None }
            .render()?,
    )
    .into_response())
}

/// An indicator in words, for the history.
fn words(p: &Page, i: &Indicator) -> Vec<String> {
    let mut all = vec![if i.unit.is_empty() { i.name.clone() } else { format!("{} ({})", i.name, i.unit) }];
    if let Some(baseline) = i.baseline {
        let year = i.baseline_year.map(|y| format!(" ({y})")).unwrap_or_default();
        all.push(format!("{}: {}{year}", p.t("plan-field-baseline"), baseline.normalize()));
    }
    if !i.method.is_none() {
        all.push(format!("{}: {}", p.t("plan-field-method"), p.t(i.method.label())));
    }
    all.extend(i.targets.iter().map(|t| {
        let who = if t.beneficiary.is_some() { format!(" {}", code(p, t.beneficiary)) } else { String::new() };
        format!("{}{who}: {}", t.year, t.value.normalize())
    }));
    all
}

pub async fn save(Path((_, key, node, which)): Keys, mut inside: Inside) -> Result<Response, Problem> {
    let (plan, placed, old) = found(&mut inside, &key, &node, &which).await?;
    let Inside { app, mut tx, member, page: p, fields: mut f } = inside;
    let by = writer(&member, &plan)?;
    let years = years(&plan, old.as_ref(), p.today);
    let drop = f.value("do") == "remove";
    let new = if drop { None } else { Some(read(&p, &mut f, &years, old.as_ref())) };
    let why = f.text("why", WHY);
    let version = f.integer("version");
    let (Some(version), true) = (version, f.is_valid()) else {
        let rows = rows(&p);
        let methods = Method::options(&p);
        let html = FormPage { p, f, plan, placed, key: which, years, rows, methods, overtaken: None }.render()?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, Html(html)).into_response());
    };
    let now = app.clock.now();
    let (state, _) = store_tree::hold(&mut tx, plan.id).await?;
    if !state.is_open() {
        return Err(Problem::Conflict(Message::new("plan-edit-frozen")));
    }
    let gone = old.is_none() && which != NEW;
    if gone || !store_tree::touch(&mut tx, placed.node.id, version, by.id, now).await? {
        f.set("version", placed.node.version);
        let rows = rows(&p);
        let overtaken = Some(Overtaken::new(&p, &placed, old.as_ref(), gone));
        // what somebody removed is added by saving it again
        let key = if gone { NEW.to_owned() } else { which };
        let methods = Method::options(&p);
        let html = FormPage { p, f, plan, placed, key, years, rows, methods, overtaken }.render()?;
        return Ok((StatusCode::CONFLICT, Html(html)).into_response());
    }
    let mut all: Vec<Indicator> = placed.node.indicators.clone();
    let at = old.as_ref().and_then(|o| all.iter().position(|i| i.id == o.id));
    match (&new, at) {
        (Some(new), Some(at)) => {
            if let Some(place) = all.get_mut(at) {
                *place = new.clone();
            }
        }
        (Some(new), None) => all.push(new.clone()),
        (None, Some(at)) => {
            all.remove(at);
        }
        (None, None) => {}
    }
    store_tree::indicators(&mut tx, placed.node.id, &all).await?;
    let before = Edit::Indicators { all: placed.node.indicators.clone() };
    store_tree::note(&mut tx, plan.id, placed.node.id, &before, by.id, now).await?;
    let side = |i: Option<&Indicator>| i.map(|i| words(&p, i)).unwrap_or_default();
    let changes: Changes =
        [("indicator".to_owned(), Change { from: side(old.as_ref()), to: side(new.as_ref()) })].into();
    let entry =
        Entry { subject: Subject::PlanNode, id: placed.node.id.0, event: "indicator-changed", changes, why: &why };
    history::record(&mut tx, Some(by), entry).await?;
    tx.commit().await?;
    Ok(Redirect::to(&plan.link(&p, &format!("/nodes/{}?done=plan-node-saved", placed.node.id))).into_response())
}
