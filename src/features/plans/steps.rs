//! Steps in the life of a plan: what each needs, what it will do, and the doing of it, in one transaction that holds the plan.

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use chrono::{Days, NaiveDate};

use super::life::{self, Effect, Guard, Rule, State, Step};
use super::model::Plan;
use super::store_life::{self, Party};
use super::text::{DecisionText, PlanText};
use super::{consultation, id, store, store_awaited, store_tree};
use crate::features::decisions::{self, SubjectKind};
use crate::kernel::auth::Inside;
use crate::kernel::db::{Frame, MembershipFacts, PUBLISH_PLANS, ProcessTx};
use crate::kernel::error::Problem;
use crate::kernel::form::Fields;
use crate::kernel::history::{self, Change, Changes, Entry, Subject};
use crate::kernel::i18n::{Locale, Message};
use crate::kernel::ids::{BeneficiaryId, MembershipId, OrganisationId, PlanId, SnapshotId};
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
    let (facts, decision) = facts(tx, &plan).await?;
    let guards: Vec<(Guard, bool)> =
        rule.guards.iter().filter(|g| !g.is_of_form()).map(|g| (*g, g.holds(&facts, p.today))).collect();
    if guards.iter().any(|(g, holds)| g.is_lost_for_good() && !holds) {
        return Err(Problem::Conflict(Message::new("plan-refer-back-taken")));
    }
    let parties = match rule.step {
        Step::OpenConsultation => store_life::parties(tx, &plan, p.today).await?,
        _ => Vec::new(),
    };
    let unstated = match &decision {
        Some(decision) if facts.unstated_reservations > 0 => {
            store_awaited::unstated_parties(tx, plan.id, decision.id).await?
        }
        _ => Vec::new(),
    };
    Ok(StepPage { p, f, plan, rule, guards, parties, decision, unstated })
}

/// What the guards are judged by, and the Board's latest decision about the text: the one that is being sought, the one by
/// which it was adopted, or the one that sent it back to be written anew.
pub async fn facts(tx: &mut ProcessTx, plan: &Plan) -> Result<(life::Facts, Option<decisions::Summary>), Problem> {
    let mut facts = store_life::facts(tx, plan).await?;
    let decision = match plan.state {
        // the parties are asked anew: what came of an earlier text is history
        State::Consultation => None,
        // of earlier agreements on other texts there are earlier decisions
        _ => decisions::of_subject(tx, SubjectKind::Plan, plan.id.0).await?.into_iter().next(),
    };
    if let Some(decision) = decision.as_ref().filter(|_| plan.state == State::Agreed) {
        facts.board_decided = decision.state == decisions::State::Taken;
        facts.unstated_reservations = store_life::unstated(tx, plan.id, decision.id).await?;
    }
    Ok((facts, decision))
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
    why: String,
    letter: String,
    deadline: Option<NaiveDate>,
    beneficiaries: Vec<BeneficiaryId>,
    organisations: Vec<OrganisationId>,
    in_force_on: Option<NaiveDate>,
    closes_on: Option<NaiveDate>,
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
    let (mut facts, decision) = facts(&mut tx, &plan).await?;
    facts.parties_named = f.is_valid();
    facts.reason_given = f.is_valid();
    let unmet = life::unmet(rule, &facts, p.today);
    if !f.is_valid() || !unmet.is_empty() {
        let page = page(&mut tx, p, f, plan, rule).await?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, Html(page.render()?)).into_response());
    }
    let frame = p.frame().cloned().ok_or(Problem::NotFound)?;
    let now = app.clock.now();
    let doing = Doing { frame: &frame, today: p.today, now, decision };
    doing.step(&mut tx, &plan, rule, &said, Some(&by)).await?;
    consultation::told_of_step(&mut tx, &app, &plan, rule, Some(&by)).await?;
    // what comes into force today does so today
    if rule.step == Step::Adopt && said.in_force_on.is_some_and(|day| day <= p.today) {
        let adopted = store::load(&mut tx, plan.id, p.today).await?;
        if let Some(next) = life::rule(Step::PutInForce, adopted.state) {
            doing.step(&mut tx, &adopted, next, &Said::default(), Some(&by)).await?;
        }
    }
    tx.commit().await?;
    Ok(Redirect::to(&plan.link(&p, "?done=plan-step-taken")).into_response())
}

/// What every step needs to know.
pub struct Doing<'a> {
    pub frame: &'a Frame,
    pub today: NaiveDate,
    pub now: chrono::DateTime<chrono::Utc>,
    /// The Board's decision that is sought.
    pub decision: Option<decisions::Summary>,
}

impl Doing<'_> {
    /// Takes a step whose conditions hold: the plan is held.
    pub async fn step(
        &self,
        tx: &mut ProcessTx,
        plan: &Plan,
        rule: &'static Rule,
        said: &Said,
        by: Option<&MembershipFacts>,
    ) -> Result<(), Problem> {
        let mut snapshot = None;
        if rule.effects.contains(&Effect::CodesFixed) {
            let tree = store::tree(tx, plan.id, self.today).await?;
            store_life::fix_codes(tx, plan.id, &tree).await?;
        }
        // before the text is frozen: the actions that are carried over are part of it
        if let (true, Some(old)) = (rule.effects.contains(&Effect::RevisedSuperseded), &plan.revises) {
            self.supersede(tx, plan, old.id, by).await?;
        }
        if rule.effects.contains(&Effect::Snapshot) {
            let by = by.map(|b| b.id);
            snapshot = Some(freeze(tx, plan.id, rule.to.as_str(), self.frame, by, &said.why, self.now).await?);
        }
        match (rule.step, by) {
            (Step::OpenConsultation, Some(by)) => {
                let snapshot = snapshot.ok_or(Problem::NotFound)?;
                let deadline = said.deadline.ok_or(Problem::NotFound)?;
                let (b, o) = (&said.beneficiaries, &said.organisations);
                store_life::open_consultation(tx, plan.id, snapshot, deadline, &said.letter, b, o, by.id, self.now)
                    .await?;
            }
            (Step::StopConsultation, Some(by)) => {
                store_life::close_consultation(tx, plan.id, "stopped", &said.why, by.id, self.now).await?;
            }
            (Step::Agree, Some(by)) => {
                store_life::close_consultation(tx, plan.id, "agreed", &said.why, by.id, self.now).await?;
                self.prepare(tx, plan, by).await?;
            }
            (Step::ReferBack, Some(by)) => {
                // the decision about the text is closed with it, its votes are kept
                if let Some(decision) = &self.decision {
                    decisions::refer_back(tx, by, decision.id, &said.why, self.now).await?;
                }
            }
            (Step::Adopt, _) => {
                let in_force = said.in_force_on.unwrap_or(self.today);
                store_life::set_days(tx, plan.id, self.today, in_force, said.closes_on).await?;
            }
            (Step::PutInForce, _) => {
                let public = self.frame.public && self.frame.settings.get(PUBLISH_PLANS).is_some_and(|v| v == true);
                if public {
                    store_life::publish(tx, plan.id, Some(self.now)).await?;
                }
            }
            _ => {}
        }
        store_life::set_state(tx, plan.id, rule.from, rule.to, by.map(|b| b.id), self.now).await?;
        let change = Change { from: vec![rule.from.as_str().to_owned()], to: vec![rule.to.as_str().to_owned()] };
        let changes: Changes = [("plan_state".to_owned(), change)].into();
        let entry = Entry { subject: Subject::Plan, id: plan.id.0, event: event(rule.step), changes, why: &said.why };
        history::record(tx, by, entry).await?;
        Ok(())
    }

    /// The Board's decision on the text that has just been agreed.
    async fn prepare(&self, tx: &mut ProcessTx, plan: &Plan, by: &MembershipFacts) -> Result<(), Problem> {
        let text = paper(tx, plan.id, self.frame, self.today).await?;
        let subject = decisions::Subject { kind: SubjectKind::Plan, id: Some(plan.id.0), label: plan.title.clone() };
        let new = decisions::NewDecision {
            subject,
            title: plan.title.clone(),
            procedure: None,
            meeting_on: None,
            meeting_place: String::new(),
            deadline: None,
            note: String::new(),
            papers: vec![decisions::NewPaper {
                title: plan.title.clone(),
                content: decisions::PaperContent::Text(text),
            }],
        };
        decisions::prepare(tx, by, &new, self.now).await?;
        Ok(())
    }

    /// The plan that this one was made to replace, where it is still in force.
    async fn supersede(
        &self,
        tx: &mut ProcessTx,
        plan: &Plan,
        old: PlanId,
        by: Option<&MembershipFacts>,
    ) -> Result<(), Problem> {
        store_tree::hold(tx, old).await?;
        let old = store::load(tx, old, self.today).await?;
        let Some(rule) = life::rule(Step::Supersede, old.state) else { return Ok(()) };
        store_life::carry_actions(tx, old.id, plan.id, by.map(|b| b.id), self.now).await?;
        Box::pin(self.step(tx, &old, rule, &Said::default(), by)).await
    }
}

/// A plan's text as the Board is given it to decide on: without the actions, which go on changing.
///
/// # Errors
/// The database's own.
pub async fn paper(tx: &mut ProcessTx, plan: PlanId, frame: &Frame, today: chrono::NaiveDate) -> sqlx::Result<String> {
    let plan = store::load(tx, plan, today).await?;
    let tree = store::tree(tx, plan.id, today).await?;
    // it is for all members: in the language of the portal, not in that of whoever takes the step
    let p = Page::bare(Locale::default(), today);
    Ok(PlanText::new(&plan, &tree, &[], frame).plain(&p))
}

/// Keeps a plan's text as it is now, with the members' record of it.
///
/// # Errors
/// The database's own; a text that cannot be written down.
pub async fn freeze(
    tx: &mut ProcessTx,
    plan: PlanId,
    step: &str,
    frame: &Frame,
    by: Option<MembershipId>,
    why: &str,
    now: chrono::DateTime<chrono::Utc>,
) -> anyhow::Result<SnapshotId> {
    let today = now.date_naive();
    let plan = store::load(tx, plan, today).await?;
    // codes may have been fixed a moment ago
    let tree = store::tree(tx, plan.id, today).await?;
    let lines = store::lines(tx, plan.id, None).await?;
    let text = PlanText::new(&plan, &tree, &lines, frame);
    let mut record = store_life::record(tx, plan.id, today).await?;
    if step == State::Adopted.as_str() {
        record.decision = decided(tx, plan.id, today).await?;
    }
    let (id, _) = store_life::snapshot(tx, plan.id, step, &text, &record, by, why, now).await?;
    Ok(id)
}

/// The decision by which a plan is adopted, as its record keeps it.
async fn decided(tx: &mut ProcessTx, plan: PlanId, today: NaiveDate) -> sqlx::Result<Option<DecisionText>> {
    let Some(latest) = decisions::of_subject(tx, SubjectKind::Plan, plan.0).await?.into_iter().next() else {
        return Ok(None);
    };
    let Some(kept) = decisions::kept(tx, latest.id, today).await? else { return Ok(None) };
    let text = |v: Option<decisions::Vote>| v.map_or_else(String::new, |v| v.as_str().to_owned());
    Ok(Some(DecisionText {
        number: kept.summary.number.map(|n| n.to_string()),
        title: kept.summary.title,
        procedure: kept.summary.procedure.map_or_else(String::new, |p| p.as_str().to_owned()),
        outcome: kept.summary.state.as_str().to_owned(),
        decided_on: kept.summary.decided_on.map(|d| d.first_day()),
        votes: kept.votes.into_iter().map(|(seat, vote)| (seat, text(vote))).collect(),
        statements: kept.statements,
    }))
}

/// The end of the key of a step's text in the history.
fn event(step: Step) -> &'static str {
    match step {
        Step::OpenConsultation => "plan-consultation-opened",
        Step::StopConsultation => "plan-consultation-stopped",
        Step::Agree => "plan-agreed",
        Step::Adopt => "plan-adopted",
        Step::ReferBack => "plan-referred-back",
        Step::PutInForce => "plan-put-in-force",
        Step::Close => "plan-closed",
        Step::Supersede => "plan-superseded",
    }
}
