//! What of rounds waits for a reader, in words.

use chrono::NaiveDate;
use serde::Deserialize;

use super::model::Kind;
use crate::kernel::awaited::Awaited;
use crate::kernel::ids::{BeneficiaryId, PillarId, RoundAskedId, RoundId};
use crate::kernel::page::Page;
use crate::kernel::permit::{Member, Permission, Scope};

/// What `kernel.rounds_waiting` answers.
#[derive(Debug, Deserialize)]
struct Waiting {
    asked: Vec<Mine>,
    returned: Vec<Returned>,
    confirm: Vec<Unconfirmed>,
    accept: Vec<Unaccepted>,
    over: Vec<Over>,
}

#[derive(Debug, Deserialize)]
struct Mine {
    round: RoundId,
    title: String,
    kind: Kind,
    deadline: NaiveDate,
    asked: RoundAskedId,
    party: String,
    n: i64,
}

#[derive(Debug, Deserialize)]
struct Returned {
    round: RoundId,
    title: String,
    deadline: NaiveDate,
    asked: RoundAskedId,
    n: i64,
}

#[derive(Debug, Deserialize)]
struct Unconfirmed {
    round: RoundId,
    title: String,
    deadline: NaiveDate,
    beneficiary: BeneficiaryId,
    n: i64,
}

#[derive(Debug, Deserialize)]
struct Unaccepted {
    round: RoundId,
    title: String,
    n: i64,
}

#[derive(Debug, Deserialize)]
struct Over {
    round: RoundId,
    title: String,
    pillar: Option<PillarId>,
}

/// What a member is waited for to do in rounds, of what `kernel.rounds_waiting` answers.
///
/// # Errors
/// It is not such an answer.
pub fn awaited(waiting: serde_json::Value, member: &Member, p: &Page) -> serde_json::Result<Vec<Awaited>> {
    let w: Waiting = serde_json::from_value(waiting)?;
    let mut all = Vec::new();
    for m in &w.asked {
        let key = match m.kind {
            Kind::Confirm => "round-awaited-confirm",
            Kind::Progress => "round-awaited-progress",
            Kind::Needs => "round-awaited-needs",
            Kind::Responses => "round-awaited-responses",
        };
        let text = format!("{}: {}", p.tn1(key, m.n, "party", &m.party), m.title);
        all.push(Awaited {
            text,
            link: p.link(&format!("/rounds/{}/mine?asked={}", m.round, m.asked)),
            by: Some(m.deadline),
        });
    }
    for r in &w.returned {
        all.push(Awaited {
            text: p.tn1("round-awaited-returned", r.n, "title", &r.title),
            link: p.link(&format!("/rounds/{}/mine?asked={}", r.round, r.asked)),
            by: Some(r.deadline),
        });
    }
    for c in &w.confirm {
        if member.may(Permission::ProgressConfirm, &Scope::beneficiary(c.beneficiary)) {
            let text = format!(
                "{}: {}",
                p.tn1("round-awaited-said", c.n, "party", p.beneficiary_name(&c.beneficiary)),
                c.title
            );
            all.push(Awaited { text, link: p.link(&format!("/rounds/{}/reports", c.round)), by: Some(c.deadline) });
        }
    }
    for a in &w.accept {
        if member.may_somewhere(Permission::ProgressAccept) {
            all.push(Awaited {
                text: p.tn1("round-awaited-accept", a.n, "title", &a.title),
                link: p.link(&format!("/rounds/{}/reports?state=reported", a.round)),
                by: None,
            });
        }
    }
    for o in &w.over {
        let scope = Scope { pillars: o.pillar.into_iter().collect(), ..Scope::default() };
        if member.may(Permission::RoundRun, &scope) {
            let text = p.t1("round-awaited-lock", "title", &o.title);
            all.push(Awaited { text, link: p.link(&format!("/rounds/{}", o.round)), by: None });
        }
    }
    Ok(all)
}
