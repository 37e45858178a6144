//! What of the Board's decisions waits for a reader.

use super::model::{Procedure, Stage, State, tally};
use super::pending::{Pending, PendingSeat};
use super::show::link;
use crate::kernel::awaited::Awaited;
use crate::kernel::page::Page;
use crate::kernel::permit::{Member, Permission, Scope};

/// What a member is waited for to do about these decisions.
pub fn awaited(pending: &[Pending], member: &Member, p: &Page) -> Vec<Awaited> {
    pending.iter().flat_map(|d| of(d, member, p)).collect()
}

fn of(d: &Pending, member: &Member, p: &Page) -> Vec<Awaited> {
    let may = |permission| member.may(permission, &Scope::default());
    let one = |key: &str, end: &str, by| Awaited {
        text: p.t1(key, "title", &d.title),
        link: format!("{}{end}", link(p, d.id)),
        by,
    };
    let stage = d.ballot().map(|b| tally(&b, p.today).stage);
    let mut all = Vec::new();
    match (d.state, d.procedure, stage) {
        (State::Prepared, ..) if may(Permission::DecisionPrepare) => all.push(one("decision-awaited-open", "", None)),
        (State::Open, Some(Procedure::Meeting), Some(Stage::NotBegun)) => {
            let held = d.meeting_on.is_none_or(|day| day <= p.today);
            if held && may(Permission::DecisionRecordVotes) {
                all.push(one("decision-awaited-meeting", "/meeting", None));
            }
        }
        (State::Open, Some(procedure), Some(Stage::Running)) => {
            let own = |s: &&PendingSeat| s.vote.is_none() && member.may(Permission::DecisionVote, &s.scope());
            for seat in d.seats.iter().filter(own) {
                let key = match procedure {
                    Procedure::Silence => "decision-awaited-silence",
                    _ => "decision-awaited-vote",
                };
                let text = p.t2(key, "seat", &seat.label, "title", &d.title);
                let link = format!("{}/vote?seat={}", link(p, d.id), seat.id);
                all.push(Awaited { text, link, by: d.deadline });
            }
        }
        (State::Open, _, Some(_)) if may(Permission::DecisionRecord) => {
            all.push(one("decision-awaited-record", "/record", None));
        }
        _ => {}
    }
    all
}
