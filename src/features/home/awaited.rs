//! What plans and decisions wait for: a position, a vote, answers, the next step. Whoever may give it is shown it.

use chrono::NaiveDate;
use serde::Deserialize;
use uuid::Uuid;

use super::blocks::{Block, Item, List};
use crate::kernel::ids::{BeneficiaryId, OrganisationId, PillarId};
use crate::kernel::page::Page;
use crate::kernel::permit::{Member, Permission, Scope};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    Position,
    Vote,
    /// The votes are in: the result of a decision.
    Record,
    /// A decision that is prepared and not open yet.
    Open,
    /// Remarks of a consultation that have no answer.
    Answer,
    /// Everybody has answered, and been answered.
    Agree,
    /// The Board has decided about a plan: it is adopted or goes back.
    Adopt,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Awaited {
    pub what: What,
    pub id: Uuid,
    /// The plan or decision.
    pub of: Uuid,
    pub title: String,
    pub due_on: Option<NaiveDate>,
    pub beneficiary: Option<BeneficiaryId>,
    pub organisation: Option<OrganisationId>,
    pub pillar: Option<PillarId>,
    /// How many remarks.
    pub n: Option<i64>,
}

impl Awaited {
    fn permission(&self) -> Permission {
        match self.what {
            What::Position => Permission::PlanPosition,
            What::Vote => Permission::DecisionVote,
            What::Record => Permission::DecisionRecord,
            What::Open => Permission::DecisionPrepare,
            What::Answer => Permission::PlanConsult,
            What::Agree => Permission::PlanAgree,
            What::Adopt => Permission::PlanAdopt,
        }
    }

    fn scope(&self) -> Scope {
        Scope {
            keeper: self.organisation,
            organisations: self.organisation.into_iter().collect(),
            beneficiaries: self.beneficiary.into_iter().collect(),
            pillars: self.pillar.into_iter().collect(),
            ..Scope::default()
        }
    }

    pub fn is_for(&self, member: &Member) -> bool {
        member.may(self.permission(), &self.scope())
    }

    fn link(&self, p: &Page) -> String {
        p.link(&match self.what {
            What::Position => format!("/plans/{}/consultation/positions/{}", self.of, self.id),
            What::Vote => format!("/decisions/{}/vote?seat={}", self.of, self.id),
            What::Record | What::Open => format!("/decisions/{}", self.of),
            What::Answer => format!("/plans/{}/consultation#waiting", self.of),
            What::Agree | What::Adopt => format!("/plans/{}", self.of),
        })
    }

    fn about(&self, p: &Page) -> String {
        let what = match (self.what, self.n) {
            (What::Position, _) => p.t("home-awaited-position"),
            (What::Vote, _) => p.t("home-awaited-vote"),
            (What::Record, _) => p.t("home-awaited-record"),
            (What::Open, _) => p.t("home-awaited-open"),
            (What::Answer, n) => p.tn("home-awaited-answer", n.unwrap_or_default()),
            (What::Agree, _) => p.t("home-awaited-agree"),
            (What::Adopt, _) => p.t("home-awaited-adopt"),
        };
        match self.due_on {
            Some(day) => p.t2("home-awaited-until", "what", what, "day", p.day(&day)),
            None => what,
        }
    }

    fn item(&self, p: &Page) -> Item {
        let late = self.due_on.is_some_and(|day| day < p.today);
        Item {
            text: self.title.clone(),
            link: self.link(p),
            about: self.about(p),
            mark: late.then(|| ("warn", p.t("home-overdue"))),
        }
    }
}

/// The block of what waits for this reader.
pub fn block(p: &Page, awaited: &[&Awaited]) -> Block {
    Block::List(List {
        id: "awaited",
        title: p.t("home-awaited-title"),
        more: None,
        about: String::new(),
        items: awaited.iter().map(|a| a.item(p)).collect(),
        empty: String::new(),
    })
}
