//! Consultation on a plan: who is asked, by when, what each states, what is remarked on which part and what becomes of it;
//! and the discussion beside the text before and after. It is the record of the members who see drafts: for observers
//! and the public there is none of it.
//!
//! Whoever writes here holds the plan's row first, as the steps of its life do: what is said while a consultation closes
//! comes before the closing, or is refused after it.

mod kept;
mod model;
mod pages;
mod positions;
mod remarks;
mod report;
mod store;
mod store_write;
mod told;
mod wording;

pub use kept::keep as keep_report;
pub use model::{Thread, party_scope};
pub use store::Margin;
pub use told::{adopted as waits_for_its_end, step as told_of_step};

use chrono::NaiveDate;

use super::life::State;
use super::model::Plan;
use super::store as plans;
use super::store_tree;
use crate::features::notices::Nameable;
use crate::kernel::db::ProcessTx;
use crate::kernel::error::Problem;
use crate::kernel::form::Fields;
use crate::kernel::i18n::Message;
use crate::kernel::ids::{PlanId, PlanNodeId};
use crate::kernel::page::Page;
use crate::kernel::permit::{Handling, Member, Permission as P, Scope};
use crate::kernel::route::{Access, Routes};
use model::Talk;

pub fn routes(r: &mut Routes) {
    let (see, remark) = (Access::Member(P::PlanSee), Access::Member(P::PlanRemark));
    let (consult, write) = (Access::Member(P::PlanConsult), Access::Member(P::PlanWrite));
    r.get_filtered("/{process}/plans/{plan}/consultation", see, pages::page);
    r.post("/{process}/plans/{plan}/consultation/remind", consult, pages::remind);
    r.post("/{process}/plans/{plan}/consultation/deadline", consult, pages::extend);
    r.post("/{process}/plans/{plan}/consultation/answers", consult, pages::answer);
    let position = Access::Member(P::PlanPosition);
    r.get("/{process}/plans/{plan}/consultation/positions/{asked}", position, positions::form);
    r.post("/{process}/plans/{plan}/consultation/positions/{asked}", position, positions::state);
    r.get("/{process}/plans/{plan}/consultation/{number}/report", see, report::page);
    // an export is written down in the access log
    r.get_noted("/{process}/plans/{plan}/consultation/{number}/report/file", see, report::file);
    r.post("/{process}/plans/{plan}/remarks", remark, remarks::add);
    r.post("/{process}/plans/{plan}/remarks/{remark}", remark, remarks::act);
    r.get("/{process}/plans/{plan}/remarks/{remark}/wording", write, wording::page);
    r.post("/{process}/plans/{plan}/remarks/{remark}/wording", write, wording::accept);
    r.get("/{process}/plans/{plan}/nodes/{node}/suggest", Access::Member(P::PlanSuggest), wording::form);
    r.post("/{process}/plans/{plan}/nodes/{node}/suggest", Access::Member(P::PlanSuggest), wording::suggest);
}

/// Whether somebody sees drafts, and so what is said of them.
pub fn sees(member: &Member) -> bool {
    member.may(P::PlanSee, &Scope::default())
}

/// The plan, for those who see what is said of it.
async fn load(tx: &mut ProcessTx, member: &Member, key: &str, today: NaiveDate) -> Result<Plan, Problem> {
    if !sees(member) {
        return Err(Problem::NotFound);
    }
    Ok(plans::load(tx, super::id(key)?, today).await?)
}

/// The same, held until the transaction ends, in the state that it then has.
async fn held(tx: &mut ProcessTx, member: &Member, key: &str, today: NaiveDate) -> Result<Plan, Problem> {
    let mut plan = load(tx, member, key, today).await?;
    (plan.state, plan.edition) = store_tree::hold(tx, plan.id).await?;
    Ok(plan)
}

/// What this member may do about what is said.
#[derive(Debug, Clone, Copy, Default)]
pub struct Sight {
    /// Say something, and reply.
    pub remarks: bool,
    pub suggests: bool,
    /// Say what becomes of remarks, and take up wordings.
    pub answers: bool,
    /// Settle what others said.
    pub settles: bool,
}

impl Sight {
    fn of(member: &Member, plan: &Plan) -> Self {
        let scope = plan.scope();
        Self {
            remarks: is_talked_about(plan.state) && member.may(P::PlanRemark, &scope),
            suggests: plan.state.is_open() && member.may(P::PlanSuggest, &scope),
            answers: plan.state.is_open() && member.may(P::PlanConsult, &scope),
            settles: is_talked_about(plan.state) && member.may(P::PlanWrite, &scope),
        }
    }
}

/// What is closed or superseded stays as it is, what was said of it included.
fn is_talked_about(state: State) -> bool {
    !matches!(state, State::Closed | State::Superseded)
}

/// What stands beside a text: what was said, and the form to say more.
#[derive(Debug)]
pub struct Beside {
    pub threads: Vec<Thread>,
    pub say: Say,
    pub sight: Sight,
}

/// What the form of a remark shows.
#[derive(Debug, Default)]
pub struct Say {
    pub f: Fields,
    pub nameable: Vec<Nameable>,
    /// In whose name it can be said, where that is a choice.
    pub voices: Vec<(String, String)>,
    /// A consultation is open, and this member's party is asked.
    pub belongs: bool,
}

impl Say {
    fn new(member: &Member, p: &Page, f: Fields, nameable: Vec<Nameable>, asked: &[uuid::Uuid]) -> Self {
        let belongs = member.memberships().iter().any(|m| {
            m.beneficiary.is_some_and(|b| asked.contains(&b.0)) || m.organisation.is_some_and(|o| asked.contains(&o.0))
        });
        Self { f, nameable, voices: remarks::voices(member, p), belongs }
    }

    pub fn voices(&self) -> &[(String, String)] {
        &self.voices
    }

    pub fn levels(&self, p: &Page) -> Vec<(String, String)> {
        let levels = [Handling::Members, Handling::Parties, Handling::Restricted];
        levels.iter().map(|l| (l.as_str().to_owned(), p.t(&format!("plan-remark-{}", l.as_str())))).collect()
    }

    /// Those who can be named, by what they are.
    pub fn groups(&self) -> Vec<(&'static str, Vec<&Nameable>)> {
        [("m:", "plan-remark-people"), ("b:", "plan-remark-beneficiaries"), ("o:", "plan-remark-organisations")]
            .into_iter()
            .map(|(kind, label)| {
                (label, self.nameable.iter().filter(|n| n.value.starts_with(kind)).collect::<Vec<_>>())
            })
            .filter(|(_, names)| !names.is_empty())
            .collect()
    }
}

/// What is said of a node, for those who see drafts.
///
/// # Errors
/// The database's own.
pub async fn beside(
    tx: &mut ProcessTx,
    member: &Member,
    p: &Page,
    plan: &Plan,
    node: PlanNodeId,
) -> Result<Option<Beside>, Problem> {
    if !sees(member) {
        return Ok(None);
    }
    let Talk { nameable, asked, remarks } = store::talk(tx, plan.id, Some(node), p.today).await?;
    let threads = Talk { remarks, ..Talk::default() }.threads();
    let say = Say::new(member, p, Fields::default(), nameable, &asked);
    Ok(Some(Beside { threads, say, sight: Sight::of(member, plan) }))
}

/// What the margin of a plan's document says, for those who see drafts.
///
/// # Errors
/// The database's own.
pub async fn margin(tx: &mut ProcessTx, member: &Member, plan: PlanId) -> Result<Option<Margin>, Problem> {
    if !sees(member) {
        return Ok(None);
    }
    Ok(Some(store::margin(tx, plan).await?))
}

/// Refused while the text is not being written: nothing said now could change it.
fn while_open(plan: &Plan) -> Result<(), Problem> {
    if plan.state.is_open() { Ok(()) } else { Err(Problem::Conflict(Message::new("plan-consultation-not-now"))) }
}
