//! What a plan is, and what its pages speak of.

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::life::State;
use crate::kernel::ids::{ActionId, BeneficiaryId, IndicatorId, NeedId, PillarId, PlanId, PlanNodeId};
use crate::kernel::lists::closed_list;
use crate::kernel::page::Page;
use crate::kernel::permit::{Role, Scope};

closed_list! {
    PlanKind {
        /// Objectives with measures, and actions under them.
        ActionPlan = "action_plan", "plan-kind-action-plan";
        /// What beneficiaries need, by measure.
        NeedsFrame = "needs_frame", "plan-kind-needs-frame";
    }
}

closed_list! {
    /// The levels of a plan, from the top.
    NodeKind {
        Objective = "objective", "plan-node-objective";
        Priority = "priority", "plan-node-priority";
        Measure = "measure", "plan-node-measure";
    }
}

impl NodeKind {
    /// What may hang under it.
    pub fn below(self) -> &'static [NodeKind] {
        match self {
            NodeKind::Objective => &[NodeKind::Priority, NodeKind::Measure],
            NodeKind::Priority => &[NodeKind::Measure],
            NodeKind::Measure => &[],
        }
    }

    /// What may stand at the top of a plan.
    pub const TOP: &'static [NodeKind] = &[NodeKind::Objective];

    pub fn fits(self, parent: Option<NodeKind>) -> bool {
        parent.map_or(Self::TOP, NodeKind::below).contains(&self)
    }
}

/// Who did a thing; of who has left, only whose member they were is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Who {
    pub name: Option<String>,
    pub of: Option<String>,
    pub role: Role,
}

impl Who {
    pub fn shown(&self, p: &Page) -> String {
        match (&self.name, &self.of) {
            (Some(name), Some(of)) => p.t2("plan-person-of", "name", name, "of", of),
            (Some(name), None) => p.t2("plan-person-of", "name", name, "of", p.t(self.role.label())),
            (None, Some(of)) => p.t1("plan-person-former-of", "of", of),
            (None, None) => p.t1("plan-person-former-of", "of", p.t(self.role.label())),
        }
    }
}

/// A plan without its tree.
#[derive(Debug, Clone)]
pub struct Plan {
    pub id: PlanId,
    pub kind: PlanKind,
    pub state: State,
    pub title: String,
    pub about: String,
    pub pillar: Option<PlanPillar>,
    pub first_year: Option<i16>,
    pub last_year: Option<i16>,
    /// What the text is where it is not the official one.
    pub text_note: String,
    pub source_url: Option<String>,
    pub revises: Option<Other>,
    /// The version that replaces it, or is being made to.
    pub revised_by: Option<Other>,
    pub in_force_on: Option<NaiveDate>,
    pub closes_on: Option<NaiveDate>,
    pub adopted_on: Option<NaiveDate>,
    pub published_at: Option<DateTime<Utc>>,
    pub edition: i32,
    pub version: i32,
    pub updated_at: DateTime<Utc>,
    pub updated_by: Option<Who>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct PlanPillar {
    pub id: PillarId,
    pub key: String,
    pub name: String,
}

/// Another version of a plan, as a link to it.
#[derive(Debug, Clone, Deserialize)]
pub struct Other {
    pub id: PlanId,
    pub title: String,
    pub state: State,
}

impl Plan {
    /// The record that permissions ask about.
    pub fn scope(&self) -> Scope {
        Scope {
            pillars: self.pillar.iter().map(|l| l.id).collect(),
            adopted: self.state.is_adopted(),
            ..Scope::default()
        }
    }

    pub fn period(&self, p: &Page) -> String {
        period(p, self.first_year, self.last_year)
    }

    /// Whether an action lies outside the plan's years altogether, as far as both say when.
    pub fn is_beside(&self, line: &Line) -> bool {
        let before = self.first_year.zip(line.ends_on).is_some_and(|(first, end)| end.year() < i32::from(first));
        let after = self.last_year.zip(line.starts_on).is_some_and(|(last, start)| start.year() > i32::from(last));
        before || after
    }

    pub fn link(&self, p: &Page, rest: &str) -> String {
        p.link(&format!("/plans/{}{rest}", self.id))
    }
}

/// "2027–2029", "2027", or that it is not stated.
pub fn period(p: &Page, first: Option<i16>, last: Option<i16>) -> String {
    match (first, last) {
        (Some(a), Some(b)) if a == b => a.to_string(),
        (Some(a), Some(b)) => format!("{a}–{b}"),
        (Some(a), None) => p.t1("plan-period-from", "year", a),
        (None, Some(b)) => p.t1("plan-period-until", "year", b),
        (None, None) => p.t("not-stated"),
    }
}

/// The days that a figure is for, as people say them: `2025`, or from day to day.
pub fn span(p: &Page, from: NaiveDate, to: NaiveDate) -> String {
    let whole_years = (from.month(), from.day(), to.month(), to.day()) == (1, 1, 12, 31);
    match whole_years {
        true if from.year() == to.year() => from.year().to_string(),
        true => format!("{}–{}", from.year(), to.year()),
        false => p.t2("plan-span", "from", p.day(&from), "to", p.day(&to)),
    }
}

/// One node as it is stored.
#[derive(Debug, Clone)]
pub struct Node {
    pub id: PlanNodeId,
    pub parent: Option<PlanNodeId>,
    pub kind: NodeKind,
    pub position: i32,
    /// The code that was fixed at an adoption.
    pub fixed_code: Option<String>,
    pub title: String,
    pub body: String,
    pub expected_result: String,
    pub text_note: String,
    pub source_url: Option<String>,
    pub lineage: Uuid,
    pub version: i32,
    pub updated_at: DateTime<Utc>,
    pub updated_by: Option<Who>,
    pub indicators: Vec<Indicator>,
    /// Needs under it, those that the reader sees; of one that was taken over the latest.
    pub needs: Vec<NeedLine>,
}

/// A need as a line under its node; the values of its lists as the database has them.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct NeedLine {
    pub id: NeedId,
    pub title: String,
    pub beneficiary: BeneficiaryId,
    #[serde(rename = "type")]
    pub need_type: String,
    pub coverage: Option<String>,
}

closed_list! {
    /// How several figures of an indicator come to one.
    #[derive(Default)]
    Method {
        /// They do not: each stands for itself.
        #[default]
        None = "none", "plan-method-none";
        Sum = "sum", "plan-method-sum";
        Mean = "mean", "plan-method-mean";
        Latest = "latest", "plan-method-latest";
        CountYes = "count_yes", "plan-method-count-yes";
    }
}

impl Method {
    /// An indicator that states none.
    pub fn is_none(&self) -> bool {
        *self == Method::None
    }
}

#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
pub struct Indicator {
    pub id: IndicatorId,
    pub lineage: Uuid,
    pub name: String,
    pub unit: String,
    /// Not in what was kept before there were methods.
    #[serde(default)]
    pub method: Method,
    pub baseline: Option<Decimal>,
    pub baseline_year: Option<i16>,
    pub targets: Vec<Target>,
}

/// What is aimed at for a year, by all together or by one beneficiary.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
pub struct Target {
    pub year: i16,
    pub beneficiary: Option<BeneficiaryId>,
    pub value: Decimal,
}

/// An action that serves a node, as a line under it.
#[derive(Debug, Clone)]
pub struct Line {
    pub node: PlanNodeId,
    pub id: ActionId,
    pub title: String,
    pub status: Option<crate::features::actions::Status>,
    pub handling: String,
    pub funders: Vec<NamedOrganisation>,
    pub implementers: Vec<NamedOrganisation>,
    /// Who keeps it and every party, whatever their part.
    pub parties: Vec<crate::kernel::ids::OrganisationId>,
    pub beneficiaries: Vec<BeneficiaryId>,
    pub starts: Option<crate::kernel::date::PartialDate>,
    pub ends: Option<crate::kernel::date::PartialDate>,
    pub starts_on: Option<NaiveDate>,
    pub ends_on: Option<NaiveDate>,
    /// What was reported of it last in a round; asked for of one part of a plan alone.
    pub reported: Option<Reported>,
}

/// How an action stands by the latest report on it that was not referred back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reported {
    pub health: crate::features::actions::Health,
    pub round: String,
    pub at: DateTime<Utc>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct NamedOrganisation {
    pub id: crate::kernel::ids::OrganisationId,
    pub name: String,
}
