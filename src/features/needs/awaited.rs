//! What of needs waits for a reader, and the figures of their home.

use super::store_awaited::Waiting;
use crate::kernel::awaited::Awaited;
use crate::kernel::ids::BeneficiaryId;
use crate::kernel::page::Page;
use crate::kernel::permit::{Member, Permission, Scope};

/// A figure that a home shows, with the address of what it counts.
#[derive(Debug, Clone)]
pub struct Figure {
    pub n: i64,
    pub text: String,
    pub link: String,
}

/// What a home says of needs.
#[derive(Debug, Clone, Default)]
pub struct OnHome {
    pub awaited: Vec<Awaited>,
    /// Of each beneficiary of the reader's.
    pub own: Vec<(BeneficiaryId, Figure)>,
    /// For partners: what nothing is known to answer.
    pub missing: Option<Figure>,
}

/// What a member is waited for to do about needs, and the figures of their home, of what `kernel.needs_waiting` answers.
///
/// # Errors
/// It is not such an answer.
pub fn on_home(waiting: serde_json::Value, member: &Member, p: &Page) -> serde_json::Result<OnHome> {
    Ok(say(&serde_json::from_value(waiting)?, member, p))
}

fn code(p: &Page, id: BeneficiaryId) -> String {
    let all = p.frame().map(|f| f.beneficiaries.as_slice()).unwrap_or_default();
    all.iter().find(|b| b.id == id).map(|b| b.code.clone()).unwrap_or_default()
}

fn say(w: &Waiting, member: &Member, p: &Page) -> OnHome {
    let mut awaited = Vec::new();
    for own in w.own.iter().filter(|o| o.drafts > 0) {
        if member.may(Permission::NeedSubmit, &Scope::beneficiary(own.beneficiary)) {
            awaited.push(Awaited {
                text: p.tn("need-awaited-submit", own.drafts),
                link: p.link(&format!("/needs?state=draft&beneficiary={}", code(p, own.beneficiary))),
                by: None,
            });
        }
    }
    for one in &w.proposals {
        if member.may(Permission::ResponseConfirm, &Scope::beneficiary(one.beneficiary)) {
            awaited.push(Awaited {
                text: p.t2("need-awaited-answer", "action", &one.action, "title", &one.title),
                link: p.link(&format!("/needs/{}#response-{}", one.need, one.response)),
                by: None,
            });
        }
    }
    for row in &w.unjudged {
        let pillars = p.frame().map(|f| f.pillars.as_slice()).unwrap_or_default();
        let key = row.pillar.and_then(|id| pillars.iter().find(|l| l.id == id)).map(|l| l.key.clone());
        let scope = Scope { pillars: row.pillar.into_iter().collect(), ..Scope::default() };
        // what a lead judges does not wait for the secretariat
        let asked = match row.pillar {
            Some(id) if row.led => member.pillars().contains(&id),
            _ => true,
        };
        if asked && member.may(Permission::CoverageJudge, &scope) {
            let (text, query) = match key {
                Some(key) => (p.tn1("need-awaited-judge", row.n, "pillar", &key), key),
                None => (p.tn("need-awaited-judge-none", row.n), "none".to_owned()),
            };
            awaited.push(Awaited { text, link: p.link(&format!("/needs?pillar={query}&coverage=none")), by: None });
        }
    }
    let own = w
        .own
        .iter()
        .filter(|o| o.submitted > 0)
        .map(|o| {
            let text = p.tn1("need-home-own", o.uncovered, "all", p.number(o.submitted));
            let link = p.link(&format!("/coverage/answered?beneficiary={}", code(p, o.beneficiary)));
            (o.beneficiary, Figure { n: o.uncovered, text, link })
        })
        .collect();
    let partner = member.may_somewhere(Permission::ResponsePropose) && w.unanswered > 0;
    let missing = partner.then(|| Figure {
        n: w.unanswered,
        text: p.tn("need-home-missing", w.unanswered),
        link: p.link("/coverage/missing"),
    });
    OnHome { awaited, own, missing }
}
