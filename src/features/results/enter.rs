//! One indicator: every figure that was stated or reported, and the form that states, corrects or takes back one.

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::id;
use super::model::{Measured, Stated, shown, takes_figures};
use super::rules::{Figure, Origin, Total};
use super::store::{self, New};
use super::store_progress::{self, Reported};
use crate::features::plans::{self, Indicator, Method, Placed, Plan, Who};
use crate::kernel::auth::Inside;
use crate::kernel::db::{MembershipFacts, ProcessTx};
use crate::kernel::error::Problem;
use crate::kernel::form::Fields;
use crate::kernel::history::{self, Change, Changes, Entry, Subject};
use crate::kernel::i18n::Message;
use crate::kernel::ids::{ActualId, IndicatorId};
use crate::kernel::money::{Negative, as_typed, parse_amount_with};
use crate::kernel::page::Page;
use crate::kernel::permit::Permission;

#[derive(Template)]
#[template(path = "results/indicator.html")]
struct IndicatorPage {
    p: Page,
    f: Fields,
    plan: Plan,
    placed: Placed,
    measured: Measured,
    years: Vec<i32>,
    stated: Vec<Stated>,
    reported: Vec<Reported>,
    /// The reader states figures here.
    states: bool,
    /// The figure that is corrected.
    corrects: Option<Stated>,
    /// It was corrected or taken back by somebody else meanwhile.
    overtaken: bool,
}

impl IndicatorPage {
    fn shown(&self, total: &Total) -> String {
        shown(&self.p, total)
    }
    fn period(&self, start: &NaiveDate, end: &NaiveDate) -> String {
        plans::span(&self.p, *start, *end)
    }
    fn whose(&self, beneficiary: &Option<crate::kernel::ids::BeneficiaryId>) -> String {
        beneficiary.as_ref().map_or_else(|| self.p.t("plan-target-all"), |b| self.p.beneficiary_name(b))
    }
    fn value(&self, value: &Decimal) -> String {
        said(&self.p, self.measured.indicator.method, value)
    }
    fn targeted(&self, line: &super::model::Line, place: &usize) -> Option<Decimal> {
        line.targets.get(*place).copied().flatten()
    }
    /// The year of a column, which names it where a table is a stack.
    fn year(&self, place: &usize) -> String {
        self.years.get(*place).map(ToString::to_string).unwrap_or_default()
    }
    fn person(&self, who: &Who) -> String {
        who.shown(&self.p)
    }
    fn yes_or_no(&self) -> bool {
        self.measured.indicator.method == Method::CountYes
    }
    fn answers(&self) -> Vec<(String, String)> {
        vec![("1".to_owned(), self.p.t("directory-yes")), ("0".to_owned(), self.p.t("directory-no"))]
    }
    fn beneficiaries(&self) -> Vec<(String, String)> {
        let all = self.p.frame().map(|f| f.beneficiaries.as_slice()).unwrap_or_default();
        all.iter().map(|b| (b.id.to_string(), b.name.clone())).collect()
    }
}

/// A figure in words; where figures say yes or no, so does this.
fn said(p: &Page, method: Method, value: &Decimal) -> String {
    match method {
        Method::CountYes if value.is_zero() => p.t("directory-no"),
        Method::CountYes => p.t("directory-yes"),
        _ => p.quantity(value),
    }
}

/// The indicator of an address, with its part of the plan.
struct Found {
    plan: Plan,
    placed: Placed,
    indicator: Indicator,
}

async fn find(tx: &mut ProcessTx, p: &Page, key: &str, which: &str) -> Result<Found, Problem> {
    let plan = plans::load(tx, id(key)?, p.today).await?;
    let which: IndicatorId = id(which)?;
    let tree = plans::tree(tx, plan.id, p.today).await?;
    let holds = |n: &&Placed| n.node.indicators.iter().any(|i| i.id == which);
    let placed = tree.nodes().iter().find(holds).cloned().ok_or(Problem::NotFound)?;
    let indicator = placed.node.indicators.iter().find(|i| i.id == which).cloned().ok_or(Problem::NotFound)?;
    Ok(Found { plan, placed, indicator })
}

async fn show(
    tx: &mut ProcessTx,
    p: Page,
    f: Fields,
    found: Found,
    states: bool,
    overtaken: bool,
) -> Result<IndicatorPage, Problem> {
    let Found { plan, placed, indicator } = found;
    let stated = store::stated(tx, indicator.lineage, p.today).await?;
    let mut reported = store_progress::reported(tx, plan.id).await?;
    reported.retain(|r| r.lineage == indicator.lineage);
    let mut figures: Vec<Figure> = reported.iter().map(|r| r.figure.clone()).collect();
    figures.extend(stated.iter().filter(|s| s.replaced_at.is_none()).map(|s| Figure {
        id: s.id.0,
        beneficiary: s.beneficiary,
        start: s.start,
        end: s.end,
        value: s.value,
        origin: Origin::Stated,
        dated: s.dated,
    }));
    let mut years: Vec<i32> = figures.iter().map(Figure::year).collect();
    years.extend(indicator.targets.iter().map(|t| i32::from(t.year)));
    years.sort_unstable();
    years.dedup();
    let measured = Measured::new(&p, &indicator, &figures, &years);
    let wanted = f.value("replaces").parse::<ActualId>().ok();
    let corrects = stated.iter().find(|s| Some(s.id) == wanted && s.replaced_at.is_none()).cloned();
    Ok(IndicatorPage { p, f, plan, placed, measured, years, stated, reported, states, corrects, overtaken })
}

pub async fn page(Path((_, key, which)): Path<(String, String, String)>, inside: Inside) -> Result<Response, Problem> {
    let Inside { mut tx, member, page: p, fields, .. } = inside;
    let found = find(&mut tx, &p, &key, &which).await?;
    let states = takes_figures(&found.plan) && member.may(Permission::ResultState, &found.plan.scope());
    let mut f = Fields::default();
    f.set("dated", p.day(&p.today));
    // a figure that is corrected fills the form
    f.set("replaces", fields.value("correct"));
    let mut page = show(&mut tx, p, f, found, states, false).await?;
    if let Some(old) = page.corrects.clone() {
        let day = |day: &NaiveDate| page.p.day(day);
        let filled = [
            ("beneficiary", old.beneficiary.map(|b| b.to_string()).unwrap_or_default()),
            ("from", day(&old.start)),
            ("until", day(&old.end)),
            ("value", as_typed(old.value)),
            ("source", old.source),
            ("dated", day(&old.dated)),
        ];
        for (name, value) in filled {
            page.f.set(name, value);
        }
    }
    Ok(Html(page.render()?).into_response())
}

fn read_value(f: &mut Fields, method: Method) -> Option<Decimal> {
    if method == Method::CountYes {
        return f.required_choice("value", |t| match t {
            "1" => Some(Decimal::ONE),
            "0" => Some(Decimal::ZERO),
            _ => None,
        });
    }
    let typed = f.required("value", 60);
    if typed.is_empty() {
        return None;
    }
    match parse_amount_with(&typed, Negative::Allowed) {
        Ok(value) => Some(value),
        Err(why) => {
            f.fail("value", why.message());
            None
        }
    }
}

/// Reads the form; `None` where a field is wrong.
fn read(f: &mut Fields, p: &Page, method: Method) -> Option<New> {
    let here = p.frame().map(|x| x.beneficiaries.iter().map(|b| b.id).collect::<Vec<_>>()).unwrap_or_default();
    let beneficiary = f.choice("beneficiary", |t| t.parse().ok().filter(|b| here.contains(b)));
    let from = f.date("from", p.today);
    if from.is_none() && f.error("from").is_none() {
        f.fail("from", Message::new("field-required"));
    }
    let until = f.date("until", p.today).or(from);
    let (start, end) = (from.map(|d| d.first_day()), until.map(|d| d.last_day()));
    if start.is_some_and(|day| day > p.today) {
        f.fail("from", Message::new("result-error-ahead"));
    }
    if start.zip(end).is_some_and(|(start, end)| end < start) {
        f.fail("until", Message::new("result-error-until"));
    }
    let years = 1990..=2100;
    let within = |day: NaiveDate| years.contains(&chrono::Datelike::year(&day));
    if start.is_some_and(|day| !within(day)) || end.is_some_and(|day| !within(day)) {
        f.fail("from", Message::new("plan-error-year"));
    }
    let value = read_value(f, method);
    let source = f.required("source", 1_000);
    let dated = f.day("dated", p.today);
    match dated {
        None if f.error("dated").is_none() => f.fail("dated", Message::new("field-required")),
        Some(day) if day > p.today => f.fail("dated", Message::new("result-error-dated")),
        _ => {}
    }
    let replaces: Option<ActualId> = f.id("replaces");
    let why = if replaces.is_some() { f.required("why", 2_000) } else { String::new() };
    let (start, end, value, dated) = (start?, end?, value?, dated?);
    f.is_valid().then_some(New { beneficiary, start, end, value, source, dated, replaces, why })
}

/// A figure as the history has it.
fn line(p: &Page, indicator: &Indicator, s: &New) -> String {
    let whose = s.beneficiary.as_ref().map_or_else(|| p.t("plan-target-all"), |b| p.beneficiary_name(b));
    let value = said(p, indicator.method, &s.value);
    let period = plans::span(p, s.start, s.end);
    let what = p.t3("result-line", ("name", &indicator.name), ("whose", whose), ("period", period));
    p.t3("result-line-said", ("what", what), ("value", value), ("source", &s.source))
}

fn of_stated(p: &Page, indicator: &Indicator, s: &Stated) -> String {
    let Stated { beneficiary, start, end, value, dated, .. } = *s;
    let (source, why) = (s.source.clone(), String::new());
    line(p, indicator, &New { beneficiary, start, end, value, source, dated, replaces: None, why })
}

async fn note(
    tx: &mut ProcessTx,
    by: &MembershipFacts,
    found: &Found,
    event: &'static str,
    (from, to): (Option<String>, Option<String>),
    why: &str,
) -> sqlx::Result<()> {
    let change = Change { from: from.into_iter().collect(), to: to.into_iter().collect() };
    let changes: Changes = [("actual".to_owned(), change)].into();
    let entry = Entry { subject: Subject::PlanNode, id: found.placed.node.id.0, event, changes, why };
    history::record(tx, Some(by), entry).await
}

pub async fn save(Path((_, key, which)): Path<(String, String, String)>, inside: Inside) -> Result<Response, Problem> {
    let Inside { app, mut tx, member, page: p, fields: mut f } = inside;
    let found = find(&mut tx, &p, &key, &which).await?;
    let by = member.require(Permission::ResultState, &found.plan.scope())?.clone();
    if !takes_figures(&found.plan) {
        return Err(Problem::Conflict(Message::new("result-not-now")));
    }
    let now = app.clock.now();
    let there = |what: &str| found.plan.link(&p, &format!("/results/{which}?done={what}"));
    // two who state figures of one indicator come one after the other
    store::hold(&mut tx, found.indicator.lineage).await?;
    let standing = store::stated(&mut tx, found.indicator.lineage, p.today).await?;
    let standing: Vec<&Stated> = standing.iter().filter(|s| s.replaced_at.is_none()).collect();
    let wanted = f.value("replaces").parse::<ActualId>().ok();
    let old = standing.iter().find(|s| Some(s.id) == wanted).copied();
    let mut overtaken = !f.value("replaces").is_empty() && old.is_none();
    if f.value("do") == "withdraw" {
        let why = f.required("why", 2_000);
        if let (Some(old), true, false) = (old, f.is_valid(), overtaken) {
            store::replace(&mut tx, old.id, Some((by.id, &why)), now).await?;
            let was = of_stated(&p, &found.indicator, old);
            note(&mut tx, &by, &found, "actual-withdrawn", (Some(was), None), &why).await?;
            tx.commit().await?;
            return Ok(Redirect::to(&there("actual-withdrawn")).into_response());
        }
        overtaken = overtaken || old.is_none();
    } else if let Some(new) = read(&mut f, &p, found.indicator.method).filter(|_| !overtaken) {
        let clash = standing.iter().find(|s| {
            Some(s.id) != new.replaces && s.beneficiary == new.beneficiary && s.start <= new.end && new.start <= s.end
        });
        match clash {
            Some(s) => {
                let what = Message::new("result-error-period").with("period", plans::span(&p, s.start, s.end));
                f.fail("from", what);
            }
            None => {
                if let Some(old) = old {
                    store::replace(&mut tx, old.id, None, now).await?;
                }
                store::insert(&mut tx, found.indicator.id, &new, by.id, now).await?;
                let to = line(&p, &found.indicator, &new);
                let from = old.map(|old| of_stated(&p, &found.indicator, old));
                let event = if from.is_some() { "actual-corrected" } else { "actual-stated" };
                note(&mut tx, &by, &found, event, (from, Some(to)), &new.why).await?;
                tx.commit().await?;
                return Ok(Redirect::to(&there(event)).into_response());
            }
        }
    }
    let status = if overtaken { StatusCode::CONFLICT } else { StatusCode::UNPROCESSABLE_ENTITY };
    if overtaken {
        // what was typed is kept; sent again it is a figure of its own
        f.remove("replaces");
    }
    let page = show(&mut tx, p, f, found, true, overtaken).await?;
    Ok((status, Html(page.render()?)).into_response())
}
