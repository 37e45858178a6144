//! Steps in the life of a report: what each needs, what it will do, and the taking of it, in one transaction that holds the
//! report.

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};

use super::doing::{Doing, Said};
use super::life::{self, Effect, Facts, Guard, Rule, State, Step};
use super::model::{Report, Section};
use super::{id, store, store_write, told};
use crate::features::decisions::{self, SubjectKind};
use crate::kernel::auth::Inside;
use crate::kernel::db::ProcessTx;
use crate::kernel::error::Problem;
use crate::kernel::form::Fields;
use crate::kernel::i18n::Message;
use crate::kernel::life::Condition;
use crate::kernel::page::Page;
use crate::kernel::permit::Member;

#[derive(Template)]
#[template(path = "reports/step.html")]
struct StepPage {
    p: Page,
    f: Fields,
    report: Report,
    rule: &'static Rule,
    /// Each condition, and whether it holds now; what the form itself is to say stands with its fields.
    guards: Vec<(Guard, bool)>,
    decision: Option<decisions::Summary>,
}

impl StepPage {
    fn asks(&self, guard: Guard) -> bool {
        self.rule.guards.contains(&guard)
    }
    fn effects(&self) -> impl Iterator<Item = &'static Effect> + use<> {
        self.rule.effects.iter()
    }
    fn ready(&self) -> bool {
        self.guards.iter().all(|(_, holds)| *holds)
    }
}

/// What a report's steps are judged by, and the Board's latest decision about its text.
pub async fn facts(
    tx: &mut ProcessTx,
    report: &Report,
    sections: &[Section],
) -> Result<(Facts, Option<decisions::Summary>), Problem> {
    let mut facts = Facts {
        sections: sections.len(),
        empty: sections.iter().filter(|s| s.body.trim().is_empty()).count(),
        filled: report.tables.is_some(),
        ..Facts::default()
    };
    let all = decisions::of_subject(tx, SubjectKind::MappingReport, report.id.0).await?;
    let decision = all.into_iter().next();
    // of an earlier text there may be an earlier decision
    facts.board_decided =
        report.state == State::Submitted && decision.as_ref().is_some_and(|d| d.state == decisions::State::Taken);
    Ok((facts, decision))
}

/// The rule of the step in the address, as the report stands; refused where it is not this member's to take.
fn wanted(report: &Report, member: &Member, step: &str) -> Result<&'static Rule, Problem> {
    let step = Step::parse(step).ok_or(Problem::NotFound)?;
    let who = life::TABLE.iter().find(|r| r.step == step).and_then(|r| r.who).ok_or(Problem::NotFound)?;
    member.require(who, &report.scope())?;
    life::rule(step, report.state).ok_or_else(|| Problem::Conflict(Message::new("report-step-not-now")))
}

async fn page(
    tx: &mut ProcessTx,
    p: Page,
    f: Fields,
    report: Report,
    rule: &'static Rule,
) -> Result<StepPage, Problem> {
    let sections = store::sections(tx, report.id, p.today).await?;
    let (facts, decision) = facts(tx, &report, &sections).await?;
    let guards: Vec<(Guard, bool)> =
        rule.guards.iter().filter(|g| !g.is_of_form()).map(|g| (*g, g.holds(&facts, p.today))).collect();
    if guards.iter().any(|(g, holds)| g.is_lost_for_good() && !holds) {
        return Err(Problem::Conflict(Message::new("report-refer-back-taken")));
    }
    Ok(StepPage { p, f, report, rule, guards, decision: decision.filter(|_| rule.from == State::Submitted) })
}

pub async fn form(Path((_, key, step)): Path<(String, String, String)>, inside: Inside) -> Result<Response, Problem> {
    let Inside { mut tx, member, page: p, .. } = inside;
    let report = store::load(&mut tx, id(&key)?, p.today).await?;
    let rule = wanted(&report, &member, &step)?;
    let page = page(&mut tx, p, Fields::default(), report, rule).await?;
    Ok(Html(page.render()?).into_response())
}

fn read(f: &mut Fields, p: &Page, rule: &Rule) -> Said {
    let asks = |g: Guard| rule.guards.contains(&g);
    let why = if asks(Guard::Reason) { f.required("why", 5_000) } else { f.text("why", 5_000) };
    let mut said = Said { why, ..Said::default() };
    if asks(Guard::MeetingDay) {
        said.discussed_on = f.day("discussed_on", p.today);
        match said.discussed_on {
            None if f.error("discussed_on").is_none() => f.fail("discussed_on", Message::new("field-required")),
            Some(day) if day > p.today => f.fail("discussed_on", Message::new("report-error-meeting-ahead")),
            _ => {}
        }
        said.discussed_where = f.text("discussed_where", 300);
    }
    said
}

pub async fn take(Path((_, key, step)): Path<(String, String, String)>, inside: Inside) -> Result<Response, Problem> {
    let Inside { app, mut tx, member, page: p, fields: mut f } = inside;
    let report = store::load(&mut tx, id(&key)?, p.today).await?;
    wanted(&report, &member, &step)?;
    // whoever was first has taken its step when it is our turn
    store_write::hold(&mut tx, report.id).await?;
    let report = store::load(&mut tx, report.id, p.today).await?;
    let rule = wanted(&report, &member, &step)?;
    let by = member.require(rule.who.ok_or(Problem::NotFound)?, &report.scope())?.clone();
    let said = read(&mut f, &p, rule);
    let sections = store::sections(&mut tx, report.id, p.today).await?;
    let (mut facts, decision) = facts(&mut tx, &report, &sections).await?;
    facts.day_given = f.is_valid();
    facts.reason_given = f.is_valid();
    if !f.is_valid() || !rule.unmet(&facts, p.today).is_empty() {
        let page = page(&mut tx, p, f, report, rule).await?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, Html(page.render()?)).into_response());
    }
    let frame = p.frame().cloned().ok_or(Problem::NotFound)?;
    let doing = Doing { frame: &frame, today: p.today, now: app.clock.now(), decision };
    doing.step(&mut tx, &report, rule, &said, &by).await?;
    told::step(&mut tx, &app, &report, rule, &by).await?;
    tx.commit().await?;
    Ok(Redirect::to(&report.link(&p, "?done=report-step-taken")).into_response())
}
