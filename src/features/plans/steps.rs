//! Steps in the life of a plan: what each needs, what it will do, and the taking of it, in one transaction that holds the plan.

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use chrono::{Days, NaiveDate};

use super::doing::Doing;
use super::life::{self, Effect, Guard, Rule, State, Step};
use super::model::Plan;
use super::store_awaited::{self, Waited};
use super::store_life::{self, Party};
use super::{consultation, id, store, store_tree};
use crate::features::decisions::{self, SubjectKind};
use crate::kernel::auth::Inside;
use crate::kernel::db::ProcessTx;
use crate::kernel::error::Problem;
use crate::kernel::form::Fields;
use crate::kernel::i18n::Message;
use crate::kernel::ids::{BeneficiaryId, OrganisationId};
use crate::kernel::page::Page;

/// How long a consultation is by default, and at most.
const DAYS: u64 = 21;
const MOST_DAYS: u64 = 366;

#[derive(Template)]
#[template(path = "plans/step.html")]
struct StepPage {
    p: Page,
    f: Fields,
    plan: Plan,
    rule: &'static Rule,
    /// Each condition, and whether it holds now; what the form itself is to say stands with its fields.
    guards: Vec<(Guard, bool)>,
    parties: Vec<Party>,
    decision: Option<decisions::Summary>,
    /// Whose reservation has no statement beside the decision yet.
    unstated: Vec<String>,
}

impl StepPage {
    fn asks(&self, guard: Guard) -> bool {
        self.rule.guards.contains(&guard)
    }
    fn ready(&self) -> bool {
        self.guards.iter().all(|(_, holds)| *holds)
    }
    /// What happens: of a plan that revises none, no other is superseded.
    fn effects(&self) -> impl Iterator<Item = &'static Effect> {
        let revises = self.plan.revises.is_some();
        self.rule.effects.iter().filter(move |e| revises || **e != Effect::RevisedSuperseded)
    }
    /// What the step is. Of a text that the Board has decided on it is said why it can go back all the same.
    fn text(&self) -> String {
        let taken = self.decision.as_ref().is_some_and(|d| d.state == decisions::State::Taken);
        match self.rule.step {
            Step::ReferBack if taken => {
                self.p.t1("plan-step-refer-back-decided-text", "parties", self.unstated.join(", "))
            }
            step => self.p.t(&format!("plan-step-{}-text", step.as_str())),
        }
    }
    fn adopts(&self) -> bool {
        self.rule.step == Step::Adopt
    }
    fn beneficiaries(&self) -> Vec<(String, String)> {
        let all = self.p.frame().map(|f| f.beneficiaries.as_slice()).unwrap_or_default();
        all.iter().map(|b| (b.id.to_string(), b.name.clone())).collect()
    }
    fn organisations(&self) -> Vec<(String, String)> {
        self.parties.iter().map(|o| (o.organisation.to_string(), o.name.clone())).collect()
    }
}

/// The rule of the step in the address, as the plan stands; refused where it is not this member's to take.
fn wanted(plan: &Plan, member: &crate::kernel::permit::Member, step: &str) -> Result<&'static Rule, Problem> {
    let step = Step::parse(step).ok_or(Problem::NotFound)?;
    let who = life::TABLE.iter().find(|r| r.step == step).and_then(|r| r.who).ok_or(Problem::NotFound)?;
    member.require(who, &plan.scope())?;
    life::rule(step, plan.state).ok_or_else(|| Problem::Conflict(Message::new("plan-step-not-now")))
}

async fn page(tx: &mut ProcessTx, p: Page, f: Fields, plan: Plan, rule: &'static Rule) -> Result<StepPage, Problem> {
    let Judged { facts, decision, unstated, .. } = facts(tx, &plan).await?;
    let guards: Vec<(Guard, bool)> =
        rule.guards.iter().filter(|g| !g.is_of_form()).map(|g| (*g, g.holds(&facts, p.today))).collect();
    if guards.iter().any(|(g, holds)| g.is_lost_for_good() && !holds) {
        return Err(Problem::Conflict(Message::new("plan-refer-back-taken")));
    }
    let parties = match rule.step {
        Step::OpenConsultation => store_life::parties(tx, &plan, p.today).await?,
        _ => Vec::new(),
    };
    let unstated = unstated.into_iter().map(|a| a.name).collect();
    Ok(StepPage { p, f, plan, rule, guards, parties, decision, unstated })
}

/// What a plan's steps are judged by, and whom it waits for.
pub struct Judged {
    pub facts: life::Facts,
    /// The Board's latest decision about the text: the one that is being sought, the one by which it was adopted, or the one
    /// that sent it back to be written anew.
    pub decision: Option<decisions::Summary>,
    /// Parties that are asked and have not answered.
    pub silent: Vec<Waited>,
    /// Parties whose reservation has no statement beside that decision.
    pub unstated: Vec<Waited>,
}

pub async fn facts(tx: &mut ProcessTx, plan: &Plan) -> Result<Judged, Problem> {
    let (mut facts, silent) = store_life::facts(tx, plan).await?;
    let decision = match plan.state {
        // the parties are asked anew: what came of an earlier text is history
        State::Consultation => None,
        // of earlier agreements on other texts there are earlier decisions
        _ => decisions::of_subject(tx, SubjectKind::Plan, plan.id.0).await?.into_iter().next(),
    };
    let mut unstated = Vec::new();
    if let Some(decision) = decision.as_ref().filter(|_| plan.state == State::Agreed) {
        facts.board_decided = decision.state == decisions::State::Taken;
        unstated = store_awaited::unstated(tx, plan.id, decision.id).await?;
        facts.unstated_reservations = i64::try_from(unstated.len()).unwrap_or(i64::MAX);
    }
    Ok(Judged { facts, decision, silent, unstated })
}

pub async fn form(Path((_, key, step)): Path<(String, String, String)>, inside: Inside) -> Result<Response, Problem> {
    let Inside { mut tx, member, page: p, .. } = inside;
    let plan = store::load(&mut tx, id(&key)?, p.today).await?;
    let rule = wanted(&plan, &member, &step)?;
    let mut page = page(&mut tx, p, Fields::default(), plan, rule).await?;
    if rule.step == Step::OpenConsultation {
        let until = page.p.today.checked_add_days(Days::new(DAYS)).unwrap_or(page.p.today);
        page.f.set("deadline", page.p.day(&until));
        for (id, _) in page.beneficiaries() {
            page.f.add("beneficiary", id);
        }
        for party in page.parties.iter().filter(|o| o.of_pillar) {
            page.f.add("organisation", party.organisation);
        }
    }
    if page.adopts() {
        page.f.set("in_force_on", page.p.day(&page.p.today));
    }
    Ok(Html(page.render()?).into_response())
}

/// What the form of a step says.
#[derive(Debug, Default)]
pub struct Said {
    pub why: String,
    pub letter: String,
    pub deadline: Option<NaiveDate>,
    pub beneficiaries: Vec<BeneficiaryId>,
    pub organisations: Vec<OrganisationId>,
    pub in_force_on: Option<NaiveDate>,
    pub closes_on: Option<NaiveDate>,
}

fn read(f: &mut Fields, rule: &Rule, today: NaiveDate) -> Said {
    let asks = |g: Guard| rule.guards.contains(&g);
    let why = if asks(Guard::Reason) { f.required("why", 5_000) } else { f.text("why", 5_000) };
    let mut said = Said { why, ..Said::default() };
    if asks(Guard::PartiesAndDeadline) {
        said.letter = f.text("letter", 10_000);
        said.deadline = f.day("deadline", today);
        match said.deadline {
            None => f.fail("deadline", Message::new("field-required")),
            Some(day) if day <= today => f.fail("deadline", Message::new("plan-error-deadline-past")),
            Some(day) if today.checked_add_days(Days::new(MOST_DAYS)).is_some_and(|most| day > most) => {
                f.fail("deadline", Message::new("plan-error-deadline-far"));
            }
            Some(_) => {}
        }
        (said.beneficiaries, said.organisations) = (f.ids("beneficiary"), f.ids("organisation"));
        if said.beneficiaries.is_empty() && said.organisations.is_empty() {
            f.fail("beneficiary", Message::new("plan-error-parties"));
        }
    }
    if rule.step == Step::Adopt {
        said.in_force_on = f.day("in_force_on", today);
        if said.in_force_on.is_none() {
            f.fail("in_force_on", Message::new("field-required"));
        }
        said.closes_on = f.day("closes_on", today);
        if said.closes_on.zip(said.in_force_on).is_some_and(|(end, start)| end <= start) {
            f.fail("closes_on", Message::new("plan-error-closes-before"));
        }
    }
    said
}

pub async fn take(Path((_, key, step)): Path<(String, String, String)>, inside: Inside) -> Result<Response, Problem> {
    let Inside { app, mut tx, member, page: p, fields: mut f } = inside;
    let plan = store::load(&mut tx, id(&key)?, p.today).await?;
    wanted(&plan, &member, &step)?;
    // whoever was first has taken its step when it is our turn
    store_tree::hold(&mut tx, plan.id).await?;
    let plan = store::load(&mut tx, plan.id, p.today).await?;
    let rule = wanted(&plan, &member, &step)?;
    let by = member.require(rule.who.ok_or(Problem::NotFound)?, &plan.scope())?.clone();
    let mut said = read(&mut f, rule, p.today);
    if rule.step == Step::OpenConsultation {
        // only who takes part can be asked
        let known = store_life::parties(&mut tx, &plan, p.today).await?;
        let here = p.frame().map(|x| x.beneficiaries.iter().map(|b| b.id).collect::<Vec<_>>()).unwrap_or_default();
        let all = said.beneficiaries.iter().all(|b| here.contains(b))
            && said.organisations.iter().all(|o| known.iter().any(|k| k.organisation == *o));
        if !all {
            f.fail("beneficiary", Message::new("field-not-in-list"));
        }
        said.beneficiaries.sort_unstable();
        said.beneficiaries.dedup();
        said.organisations.sort_unstable();
        said.organisations.dedup();
    }
    let Judged { mut facts, decision, .. } = facts(&mut tx, &plan).await?;
    facts.parties_named = f.is_valid();
    facts.reason_given = f.is_valid();
    let unmet = life::unmet(rule, &facts, p.today);
    if !f.is_valid() || !unmet.is_empty() {
        let page = page(&mut tx, p, f, plan, rule).await?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, Html(page.render()?)).into_response());
    }
    let frame = p.frame().cloned().ok_or(Problem::NotFound)?;
    let now = app.clock.now();
    let doing = Doing { frame: &frame, today: p.today, now, decision, revision: None };
    doing.step(&mut tx, &plan, rule, &said, Some(&by)).await?;
    consultation::told_of_step(&mut tx, &app, &plan, rule, Some(&by)).await?;
    if rule.step == Step::Adopt {
        let adopted = store::load(&mut tx, plan.id, p.today).await?;
        consultation::waits_for_its_end(&mut tx, &adopted).await?;
        // what comes into force today does so today
        let comes = life::rule(Step::PutInForce, adopted.state);
        if let Some(next) = comes.filter(|_| said.in_force_on.is_some_and(|day| day <= p.today)) {
            doing.step(&mut tx, &adopted, next, &Said::default(), Some(&by)).await?;
        }
    }
    tx.commit().await?;
    Ok(Redirect::to(&plan.link(&p, "?done=plan-step-taken")).into_response())
}
