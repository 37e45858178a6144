//! Who is told of what: every call that tells of a plan's consultation stands here.

use super::super::life::{Effect, Rule, Step};
use super::super::model::Plan;
use super::store::{self, Parties, Said};
use super::store_write::Reminded;
use crate::features::decisions::{self, SubjectKind};
use crate::features::notices::{self, Deadline, Group, Means, Mention, Notice, Subject, To, Topic, mentions};
use crate::kernel::db::{MembershipFacts, ProcessTx};
use crate::kernel::error::Problem;
use crate::kernel::ids::{ConsultationId, MembershipId, PlanNodeId, PlanRemarkId};
use crate::kernel::permit::{Handling, Role};
use crate::kernel::state::App;

/// Which of a consultation's days parties are warned of.
const DAY: &str = "consultation";
/// The same day, as those who lead the consultation are warned of it: while somebody can still be reminded.
const LAST_DAY: &str = "last_day";
/// Which of a plan's own days those who could revise it in time are warned of.
const CLOSING: &str = "closing";

fn page(plan: &Plan) -> String {
    format!("/plans/{}/consultation", plan.id)
}

fn notice<'a>(
    key: &'static str,
    topic: Topic,
    subject: Subject,
    link: String,
    plan: &'a Plan,
    by: &'a MembershipFacts,
) -> Notice<'a> {
    about(key, topic, subject, link, plan).by(by)
}

fn about<'a>(key: &'static str, topic: Topic, subject: Subject, link: String, plan: &'a Plan) -> Notice<'a> {
    Notice::new(key, topic, subject, link).arg("title", &plan.title).group("plan", plan.id.0, &plan.title)
}

impl Parties {
    fn to(&self) -> To {
        To { beneficiaries: self.beneficiaries.clone(), organisations: self.organisations.clone(), ..To::default() }
    }
    fn subject(&self) -> Subject {
        Subject::new("consultation", self.consultation.0)
    }
}

/// Those who lead the plan: its pillar's leads, or the secretariat.
fn leads(plan: &Plan) -> To {
    match &plan.pillar {
        Some(pillar) => To::leads([pillar.id]).or_else(&[Role::SupportGroup]),
        None => To::roles(&[Role::SupportGroup]),
    }
}

/// Says by when whom is waited for: those who have not answered; and to those who lead it when its last day is.
async fn remember(tx: &mut ProcessTx, plan: &Plan) -> Result<(), Problem> {
    let Some(parties) = store::parties(tx, plan.id, true).await? else { return Ok(()) };
    let deadline = Deadline {
        subject: parties.subject(),
        what: DAY,
        due_on: parties.deadline,
        key: "plan-told-deadline",
        args: [("title", notices::Arg::from(&plan.title))].into(),
        group: Some(Group { kind: "plan", id: plan.id.0, title: &plan.title }),
        link: page(plan),
        discreet: false,
    };
    notices::set_deadline(tx, &deadline, &parties.to()).await?;
    let link = format!("{}#parties", page(plan));
    let last_day = Deadline { what: LAST_DAY, key: "plan-told-last-day", link, ..deadline };
    let leads = To {
        roles: vec![Role::SupportGroup],
        leads: plan.pillar.iter().map(|pillar| pillar.id).collect(),
        ..To::default()
    };
    notices::set_deadline(tx, &last_day, &leads).await?;
    Ok(())
}

/// A plan has just been adopted. Of the day on which it closes by itself its leads are warned, and those who could begin a
/// revision; the plan that it replaces waits for no such day any more.
///
/// # Errors
/// The database's own.
pub async fn adopted(tx: &mut ProcessTx, plan: &Plan) -> Result<(), Problem> {
    if let Some(old) = &plan.revises {
        notices::drop_deadline(tx, Subject::new("plan", old.id.0), CLOSING).await?;
    }
    let Some(due_on) = plan.closes_on else { return Ok(()) };
    let deadline = Deadline {
        subject: Subject::new("plan", plan.id.0),
        what: CLOSING,
        due_on,
        key: "plan-told-closing",
        args: [("title", notices::Arg::from(&plan.title))].into(),
        group: Some(Group { kind: "plan", id: plan.id.0, title: &plan.title }),
        link: format!("/plans/{}", plan.id),
        discreet: false,
    };
    let to = To {
        roles: vec![Role::SupportGroup, Role::Chair],
        leads: plan.pillar.iter().map(|pillar| pillar.id).collect(),
        ..To::default()
    };
    notices::set_deadline(tx, &deadline, &to).await?;
    Ok(())
}

/// Whether the Board had taken its decision on the text that has just gone back.
async fn went_back_decided(tx: &mut ProcessTx, plan: &Plan) -> sqlx::Result<bool> {
    let all = decisions::of_subject(tx, SubjectKind::Plan, plan.id.0).await?;
    Ok(all.first().is_some_and(|latest| latest.text_back))
}

/// A step that has just been taken, by somebody or by its day: parties are invited, or told what came of what they said.
///
/// # Errors
/// The database's own.
pub async fn step<'a>(
    tx: &mut ProcessTx,
    means: impl Into<Means<'a>>,
    plan: &Plan,
    rule: &Rule,
    by: Option<&MembershipFacts>,
) -> Result<(), Problem> {
    if rule.step == Step::Close {
        notices::drop_deadline(tx, Subject::new("plan", plan.id.0), CLOSING).await?;
    }
    let tells = |e: &Effect| matches!(e, Effect::Invitations | Effect::PartiesTold | Effect::AllTold);
    let tells = rule.effects.iter().any(tells);
    let Some(parties) = store::parties(tx, plan.id, false).await?.filter(|_| tells) else { return Ok(()) };
    let decided = rule.step == Step::ReferBack && went_back_decided(tx, plan).await?;
    let (key, topic) = match rule.step {
        Step::OpenConsultation => ("plan-told-invited", Topic::Asks),
        Step::StopConsultation => ("plan-told-stopped", Topic::Steps),
        Step::Agree => ("plan-told-agreed", Topic::Steps),
        Step::Adopt => ("plan-told-adopted", Topic::Steps),
        Step::ReferBack if decided => ("plan-told-referred-back-decided", Topic::Steps),
        Step::ReferBack => ("plan-told-referred-back", Topic::Steps),
        Step::Close => ("plan-told-closed", Topic::Steps),
        Step::PutInForce | Step::Supersede => return Ok(()),
    };
    let link = if topic == Topic::Asks { page(plan) } else { format!("/plans/{}", plan.id) };
    let mut told = about(key, topic, parties.subject(), link, plan);
    if let Some(by) = by {
        told = told.by(by);
    }
    if rule.step == Step::OpenConsultation {
        told = told.deadline(parties.deadline);
        remember(tx, plan).await?;
    } else {
        for day in [DAY, LAST_DAY] {
            notices::drop_deadline(tx, parties.subject(), day).await?;
        }
    }
    let mut to = parties.to();
    match rule.step {
        // whose turn it is
        Step::Agree => to.roles.push(Role::Chair),
        Step::Adopt => to.leads.extend(plan.pillar.iter().map(|pillar| pillar.id)),
        Step::ReferBack => {
            to.leads.extend(plan.pillar.iter().map(|pillar| pillar.id));
            // who reworks the text, and who sits on the Board, asked or not: every beneficiary, and the Commission
            to.roles.extend([Role::SupportGroup, Role::Beneficiary]);
            to.organisations.extend(decisions::board(tx).await?.commission);
        }
        _ => {}
    }
    notices::tell(tx, means, &told, &to).await?;
    Ok(())
}

/// Parties that have not answered are asked again.
pub async fn reminded(
    tx: &mut ProcessTx,
    app: &App,
    plan: &Plan,
    consultation: ConsultationId,
    deadline: chrono::NaiveDate,
    parties: &[Reminded],
    by: &MembershipFacts,
) -> Result<(), Problem> {
    let to = To {
        beneficiaries: parties.iter().filter_map(|r| r.beneficiary).collect(),
        organisations: parties.iter().filter_map(|r| r.organisation).collect(),
        ..To::default()
    };
    let subject = Subject::new("consultation", consultation.0);
    let told = notice("plan-told-reminded", Topic::Asks, subject, page(plan), plan, by).deadline(deadline);
    notices::tell(tx, app, &told, &to).await?;
    Ok(())
}

/// There is more time.
pub async fn extended(
    tx: &mut ProcessTx,
    app: &App,
    plan: &Plan,
    deadline: chrono::NaiveDate,
    by: &MembershipFacts,
) -> Result<(), Problem> {
    let Some(parties) = store::parties(tx, plan.id, false).await? else { return Ok(()) };
    let told = notice("plan-told-extended", Topic::Asks, parties.subject(), page(plan), plan, by).deadline(deadline);
    notices::tell(tx, app, &told, &parties.to()).await?;
    remember(tx, plan).await
}

/// A party has stated its position, or changed it.
pub async fn stated(
    tx: &mut ProcessTx,
    app: &App,
    plan: &Plan,
    asking: &store::Asking,
    by: &MembershipFacts,
) -> Result<(), Problem> {
    let subject = Subject::new("consultation", asking.consultation.0);
    let told = notice("plan-told-position", Topic::Positions, subject, page(plan), plan, by).arg("party", &asking.name);
    notices::tell(tx, app, &told, &leads(plan)).await?;
    let done = To {
        beneficiaries: asking.beneficiary.into_iter().collect(),
        organisations: asking.named.into_iter().collect(),
        ..To::default()
    };
    notices::deadline_met(tx, subject, DAY, &done).await?;
    // where all have answered, nobody is left to be reminded
    if store::parties(tx, plan.id, true).await?.is_some_and(|silent| silent.to().is_empty()) {
        notices::drop_deadline(tx, subject, LAST_DAY).await?;
    }
    Ok(())
}

/// A remark that was just made.
#[derive(Debug)]
pub struct Remarked<'a> {
    pub id: PlanRemarkId,
    pub node: Option<PlanNodeId>,
    pub handling: Handling,
    /// Made in answer to the consultation.
    pub belongs: bool,
    pub names: &'a [Mention],
    /// Made by somebody who writes the plan.
    pub by_writer: bool,
    /// Who wrote what it replies to.
    pub replies_to: Option<MembershipId>,
    /// Who has replied to the same.
    pub thread: &'a [MembershipId],
}

/// Where a remark is read.
pub fn place(plan: &Plan, node: Option<PlanNodeId>, remark: PlanRemarkId) -> String {
    match node {
        Some(node) => format!("/plans/{}/nodes/{node}#remark-{remark}", plan.id),
        None => format!("{}#remark-{remark}", page(plan)),
    }
}

/// A remark: those it names, whom it replies to, who has replied to the same, and the leads, who write the text; each once.
pub async fn remarked(
    tx: &mut ProcessTx,
    app: &App,
    plan: &Plan,
    remark: &Remarked<'_>,
    by: &MembershipFacts,
) -> Result<(), Problem> {
    let subject = Subject::new("plan_remark", remark.id.0);
    let (talk, leads) = match (remark.belongs, remark.by_writer) {
        (true, _) => (Topic::Positions, leads(plan)),
        (false, false) => (Topic::Remarks, leads(plan)),
        // where those who write it talk, nobody has to be found to listen
        (false, true) => (Topic::Remarks, leads(plan).or_else(&[])),
    };
    for (key, topic, to) in [
        ("plan-told-named", Topic::Remarks, mentions::to(remark.names)),
        ("plan-told-replied", Topic::Remarks, To::members(remark.replies_to)),
        ("plan-told-replied-too", Topic::Remarks, To::members(remark.thread.iter().copied())),
        ("plan-told-remarked", talk, leads),
    ] {
        let told = notice(key, topic, subject, place(plan, remark.node, remark.id), plan, by)
            .discreet(remark.handling != Handling::Members)
            .once(format!("plan-remark:{}", remark.id));
        notices::tell(tx, app, &told, &to).await?;
    }
    Ok(())
}

/// A remark is settled: whoever made it is told.
pub async fn settled(
    tx: &mut ProcessTx,
    app: &App,
    plan: &Plan,
    said: &Said,
    by: &MembershipFacts,
) -> Result<(), Problem> {
    let subject = Subject::new("plan_remark", said.id.0);
    let told = notice("plan-told-settled", Topic::Remarks, subject, place(plan, said.node, said.id), plan, by)
        .discreet(said.handling != Handling::Members);
    notices::tell(tx, app, &told, &To::members([said.by])).await?;
    Ok(())
}

/// Remarks have their answer: whoever made them is told once, however many they are.
pub async fn answered(
    tx: &mut ProcessTx,
    app: &App,
    plan: &Plan,
    remarks: &[Said],
    by: &MembershipFacts,
) -> Result<(), Problem> {
    let link = match remarks {
        [one] => place(plan, one.node, one.id),
        _ => page(plan),
    };
    let discreet = remarks.iter().any(|r| r.handling != Handling::Members);
    let told = notice("plan-told-answered", Topic::Remarks, Subject::new("plan", plan.id.0), link, plan, by)
        .discreet(discreet);
    notices::tell(tx, app, &told, &To::members(remarks.iter().map(|r| r.by))).await?;
    Ok(())
}
