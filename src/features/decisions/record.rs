//! The Chair records what has come of it.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;

use super::act::{self, can_conclude};
use super::asked::Conclusion;
use super::model::{Number, Outcome, Stage, State};
use super::show::{Refused, again, done, find, html, refused};
use super::store::{self, Decision};
use super::told;
use crate::kernel::auth::Inside;
use crate::kernel::error::Problem;
use crate::kernel::form::Fields;
use crate::kernel::i18n::Message;
use crate::kernel::page::Page;
use crate::kernel::permit::{Permission, Scope};

#[derive(Template)]
#[template(path = "decisions/record.html")]
struct RecordPage {
    p: Page,
    f: Fields,
    d: Decision,
    outcome: Option<Outcome>,
    /// What can be recorded as the votes stand.
    results: Vec<(String, String)>,
    /// Whether it can be adopted, and needs a number.
    numbered: bool,
}

const RESULTS: [State; 3] = [State::Taken, State::NotTaken, State::ReferredBack];

fn page(p: Page, mut f: Fields, d: Decision) -> RecordPage {
    let outcome = d.tally(p.today);
    let can = |to: State| outcome.as_ref().is_none_or(|o| can_conclude(to, o).is_ok());
    let results: Vec<_> =
        RESULTS.into_iter().filter(|to| can(*to)).map(|to| (to.as_str().to_owned(), p.t(to.label()))).collect();
    if let [(only, _)] = &results[..]
        && !f.is_set("result")
    {
        f.set("result", only);
    }
    let numbered = can(State::Taken);
    RecordPage { p, f, d, outcome, results, numbered }
}

pub async fn form(Path((_, key)): Path<(String, String)>, inside: Inside) -> Result<Response, Problem> {
    use chrono::Datelike;
    let Inside { mut tx, page: p, .. } = inside;
    let d = find(&mut tx, &key, p.today).await?;
    if d.state != State::Open {
        return Ok(done(&p, d.id, "decision-no-result"));
    }
    let mut f = Fields::default();
    // a meeting decides on its day; what is written, when it is recorded
    let day = d.meeting_on.filter(|day| *day <= p.today).unwrap_or(p.today);
    let number = store::next_number(&mut tx, i16::try_from(day.year()).unwrap_or(i16::MAX)).await?;
    f.set("version", d.version);
    f.set("decided_on", p.day(&day));
    f.set("number", number);
    if d.tally(p.today).is_some_and(|o| o.carried == Some(true)) {
        f.set("result", State::Taken.as_str());
    }
    html(&page(p, f, d))
}

pub async fn save(Path((_, key)): Path<(String, String)>, inside: Inside) -> Result<Response, Problem> {
    let Inside { app, mut tx, member, page: p, fields: mut f } = inside;
    let d = find(&mut tx, &key, p.today).await?;
    let by = member.require(Permission::DecisionRecord, &Scope::default())?.clone();
    let result = f.required_choice("result", |t| State::parse(t).filter(|s| RESULTS.contains(s)));
    let on = f.day("decided_on", p.today);
    if on.is_none() && f.error("decided_on").is_none() {
        f.fail("decided_on", Message::new("field-required"));
    }
    if let Some(first) = d.first_day().filter(|first| on.is_some_and(|on| on < *first)) {
        f.fail("decided_on", Message::new("decision-error-day-before").with("day", p.day(&first)));
    }
    let taken = result == Some(State::Taken);
    // a number is of no meaning where nothing is taken: what stands in the field then is the one that was offered
    let number = Number::parse(f.value("number")).filter(|_| taken);
    if taken && number.is_none() && !f.value("number").trim().is_empty() {
        f.fail("number", Message::new("decision-error-number-form"));
    }
    let reasons = f.text("reasons", 5000);
    if result.is_some() && !taken && reasons.is_empty() {
        f.fail("reasons", Message::new("decision-error-reasons"));
    }
    let version = f.integer("version").or(Some(0));
    let (Some(result), Some(on)) = (result.filter(|_| f.is_valid()), on) else {
        return again(&page(p, f, d));
    };
    let conclusion = match result {
        State::Taken => Conclusion::Taken { on, number, note: reasons },
        State::NotTaken => Conclusion::NotTaken { on, reasons },
        _ => Conclusion::ReferredBack { on, reasons },
    };
    match act::conclude(&mut tx, &by, d.id, version, &conclusion, app.clock.now()).await {
        Ok(_) => {
            let now = find(&mut tx, &key, p.today).await?;
            told::ended(&mut tx, &app, &now, &by).await?;
            tx.commit().await?;
            Ok(done(&p, d.id, "decision-recorded"))
        }
        Err(trouble) => match refused(trouble, &mut tx, &p, f, d.id, Some("record")).await? {
            Refused::Form(f) => again(&page(p, f, d)),
            Refused::Answer(answer) => Ok(answer),
        },
    }
}
