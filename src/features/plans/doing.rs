//! The doing of a step in the life of a plan: each effect that its row of the table names, in that order, and nothing else.

use chrono::NaiveDate;

use super::life::{self, Effect, Rule, State, Step};
use super::model::Plan;
use super::steps::Said;
use super::text::{DecisionText, PlanText};
use super::{consultation, store, store_awaited, store_life, store_record, store_tree};
use crate::features::decisions::{self, SubjectKind};
use crate::kernel::db::{Frame, MembershipFacts, PUBLISH_PLANS, ProcessTx};
use crate::kernel::error::Problem;
use crate::kernel::history::{self, Change, Changes, Entry, Subject};
use crate::kernel::i18n::{Locale, Message};
use crate::kernel::ids::{MembershipId, PlanId, SnapshotId};
use crate::kernel::page::Page;

/// What every step needs to know.
pub struct Doing<'a> {
    pub frame: &'a Frame,
    pub today: NaiveDate,
    pub now: chrono::DateTime<chrono::Utc>,
    /// The Board's decision that is sought.
    pub decision: Option<decisions::Summary>,
    /// Of a plan that is superseded: the one that takes its place.
    pub revision: Option<PlanId>,
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
        for effect in rule.effects {
            match effect {
                Effect::CodesFixed => {
                    let tree = store::tree(tx, plan.id, self.today).await?;
                    store_life::fix_codes(tx, plan.id, &tree).await?;
                }
                // before the text is frozen: the actions that are carried over are part of it
                Effect::RevisedSuperseded => {
                    if let Some(old) = &plan.revises {
                        self.supersede(tx, plan, old.id, by).await?;
                    }
                }
                Effect::Snapshot => {
                    let by = by.map(|b| b.id);
                    let step = rule.to.as_str();
                    snapshot = Some(freeze(tx, plan.id, step, self.frame, by, &said.why, self.now).await?);
                }
                Effect::Invitations => {
                    let (snapshot, by) = (snapshot.ok_or(Problem::NotFound)?, by.ok_or(Problem::NotFound)?);
                    let deadline = said.deadline.ok_or(Problem::NotFound)?;
                    let (b, o) = (&said.beneficiaries, &said.organisations);
                    store_life::open_consultation(tx, plan.id, snapshot, deadline, &said.letter, b, o, by.id, self.now)
                        .await?;
                }
                Effect::ConsultationClosed => {
                    let by = by.ok_or(Problem::NotFound)?;
                    let outcome = if rule.goes_back() { "stopped" } else { "agreed" };
                    store_life::close_consultation(tx, plan.id, outcome, &said.why, by.id, self.now).await?;
                }
                Effect::Report => consultation::keep_report(tx, plan.id, self.today, self.now).await?,
                Effect::DecisionPrepared => self.prepare(tx, plan, by.ok_or(Problem::NotFound)?).await?,
                Effect::VotesKept => {
                    if let (Some(decision), Some(by)) = (&self.decision, by) {
                        self.keep_votes(tx, plan, decision, by, &said.why).await?;
                    }
                }
                Effect::DaysSet => {
                    let in_force = said.in_force_on.unwrap_or(self.today);
                    store_life::set_days(tx, plan.id, self.today, in_force, said.closes_on).await?;
                }
                Effect::Published => {
                    let public = self.frame.public && self.frame.settings.get(PUBLISH_PLANS).is_some_and(|v| v == true);
                    if public {
                        store_life::publish(tx, plan.id, Some(self.now)).await?;
                    }
                }
                Effect::ActionsCarried => {
                    if let Some(new) = self.revision {
                        store_life::carry_actions(tx, plan.id, new, by.map(|b| b.id), self.now).await?;
                    }
                }
                // by `consultation::told_of_step`, when the step has been taken: it reads the effects, too
                Effect::PartiesTold | Effect::AllTold => {}
            }
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

    /// The decision about a text that goes back is closed with it and keeps its votes; one that the Board has taken stays as it
    /// is, and says that its text went back.
    async fn keep_votes(
        &self,
        tx: &mut ProcessTx,
        plan: &Plan,
        decision: &decisions::Summary,
        by: &MembershipFacts,
        why: &str,
    ) -> Result<(), Problem> {
        if decision.state != decisions::State::Taken {
            decisions::refer_back(tx, by, decision.id, why, self.now).await?;
            return Ok(());
        }
        decisions::text_referred_back(tx, by, decision.id, why, self.now).await?;
        // the last statement that was missing may have come this very moment: from here on the decision is held
        if store_awaited::unstated(tx, plan.id, decision.id).await?.is_empty() {
            return Err(Problem::Conflict(Message::new("plan-refer-back-taken")));
        }
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
        let (frame, today, now) = (self.frame, self.today, self.now);
        let doing = Doing { frame, today, now, decision: None, revision: Some(plan.id) };
        Box::pin(doing.step(tx, &old, rule, &Said::default(), by)).await
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
    let mut record = store_record::record(tx, plan.id, today).await?;
    if step == State::Adopted.as_str() {
        record.decision = decided(tx, plan.id, today).await?;
    }
    // the state of play with which it ends
    if State::parse(step).is_some_and(State::is_past) {
        record.results = store_record::results(tx, plan.id, now).await?;
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
