//! What of plans and decisions waits for a reader: positions, votes, remarks to be answered, steps that can be taken.

use super::consultation::party_scope;
use super::life::{self, Guard, State, Step};
use super::store_awaited::{OnTheWay, Waited, Waiting};
use crate::features::decisions;
use crate::kernel::awaited::Awaited;
use crate::kernel::ids::{DecisionId, PlanId};
use crate::kernel::page::Page;
use crate::kernel::permit::{Member, Permission};

/// What a member is waited for to do about plans and the Board's decisions, of what `kernel.plans_on_the_way` answers.
///
/// # Errors
/// It is not such an answer.
pub fn awaited(waiting: serde_json::Value, member: &Member, p: &Page) -> serde_json::Result<Vec<Awaited>> {
    let waiting: Waiting = serde_json::from_value(waiting)?;
    let mut all = decisions::awaited(&waiting.decisions, member, p);
    all.extend(waiting.plans.iter().flat_map(|plan| of(plan, member, p)));
    Ok(all)
}

/// Of the parties that are waited for, those for which this member can do it.
pub fn own<'a>(parties: &'a [Waited], needs: Permission, member: &'a Member) -> impl Iterator<Item = &'a Waited> {
    parties.iter().filter(move |a| member.may(needs, &party_scope(a.beneficiary, a.organisation)))
}

/// Where a party states its position.
pub fn position(p: &Page, plan: PlanId, party: &Waited) -> String {
    p.link(&format!("/plans/{plan}/consultation/positions/{}", party.asked))
}

/// Where a statement is kept beside a decision.
pub fn statement(p: &Page, decision: DecisionId) -> String {
    p.link(&format!("/decisions/{decision}/statement"))
}

fn of(plan: &OnTheWay, member: &Member, p: &Page) -> Vec<Awaited> {
    let (scope, facts) = (plan.scope(), plan.facts());
    let at = |end: &str| p.link(&format!("/plans/{}{end}", plan.id));
    let mut all = Vec::new();
    if plan.state == State::Consultation {
        all.extend(own(&plan.silent, Permission::PlanPosition, member).map(|a| Awaited {
            text: p.t2("plan-awaited-position", "party", &a.name, "title", &plan.title),
            link: position(p, plan.id, a),
            by: plan.deadline,
        }));
        if facts.unanswered_remarks > 0 && member.may(Permission::PlanConsult, &scope) {
            all.push(Awaited {
                text: p.tn1("plan-awaited-remarks", facts.unanswered_remarks, "title", &plan.title),
                link: at("/consultation#waiting"),
                by: None,
            });
        }
    }
    if let Some(decision) = plan.decision {
        all.extend(own(&plan.unstated, Permission::DecisionStatement, member).map(|a| Awaited {
            text: p.t2("plan-awaited-statement", "party", &a.name, "title", &plan.title),
            link: statement(p, decision),
            by: None,
        }));
    }
    // what leads on and could be taken now; a step that waits for its parties' statements is shown all the same
    for offer in life::offers(plan.state, member, &scope, &facts, p.today) {
        let ready = offer.unmet.iter().all(|g| *g == Guard::ReservationsStated);
        if ready && matches!(offer.rule.step, Step::Agree | Step::Adopt) {
            let text = p.t1(&format!("plan-awaited-{}", offer.rule.step.as_str()), "title", &plan.title);
            all.push(Awaited { text, link: at(&format!("/steps/{}", offer.rule.step.as_str())), by: None });
        }
    }
    all
}
