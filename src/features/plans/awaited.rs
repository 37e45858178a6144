//! What of plans and decisions waits for a reader: positions, votes, remarks to be answered, steps that can be taken.

use super::consultation::party_scope;
use super::life::{self, Guard, State, Step};
use super::store_awaited::{self as store, OnTheWay};
use crate::features::decisions;
use crate::kernel::awaited::Awaited;
use crate::kernel::db::ProcessTx;
use crate::kernel::page::Page;
use crate::kernel::permit::{Member, Permission};

/// What a member is waited for to do about plans and the Board's decisions: one statement, and none for who has no part in
/// them.
///
/// # Errors
/// The database's own.
pub async fn awaited(tx: &mut ProcessTx, member: &Member, p: &Page) -> sqlx::Result<Vec<Awaited>> {
    if !member.may_somewhere(Permission::PlanRemark) {
        return Ok(Vec::new());
    }
    let (plans, pending) = store::on_the_way(tx).await?;
    let mut all = decisions::awaited(&pending, member, p);
    all.extend(plans.iter().flat_map(|plan| of(plan, member, p)));
    Ok(all)
}

fn of(plan: &OnTheWay, member: &Member, p: &Page) -> Vec<Awaited> {
    let (scope, facts) = (plan.scope(), plan.facts());
    let at = |end: &str| p.link(&format!("/plans/{}{end}", plan.id));
    let mut all = Vec::new();
    if plan.state == State::Consultation {
        let own = plan
            .silent
            .iter()
            .filter(|a| member.may(Permission::PlanPosition, &party_scope(a.beneficiary, a.organisation)));
        all.extend(own.map(|a| Awaited {
            text: p.t2("plan-awaited-position", "party", &a.name, "title", &plan.title),
            link: at(&format!("/consultation/positions/{}", a.asked)),
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
