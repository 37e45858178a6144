//! What a need is, what answers it, and how far it is covered.

use chrono::{DateTime, Utc};
use serde::Deserialize;

use crate::kernel::date::PartialDate;
use crate::kernel::history::Changes;
use crate::kernel::ids::{
    ActionId, BeneficiaryId, CycleId, NeedId, OrganisationId, PillarId, PlanId, PlanNodeId, ResponseId, ThemeId,
};
use crate::kernel::lists::closed_list;
use crate::kernel::page::Page;
use crate::kernel::permit::{Handling, Member, Permission, Role, Scope};

closed_list! {
    NeedType {
        Legislative = "legislative", "need-type-legislative";
        Institutional = "institutional", "need-type-institutional";
        Operational = "operational", "need-type-operational";
    }
}

closed_list! {
    Perspective {
        Prevention = "prevention", "need-perspective-prevention";
        Response = "response", "need-perspective-response";
    }
}

closed_list! {
    Priority {
        High = "high", "need-priority-high";
        Medium = "medium", "need-priority-medium";
        Low = "low", "need-priority-low";
    }
}

closed_list! {
    State {
        Draft = "draft", "need-state-draft";
        Submitted = "submitted", "need-state-submitted";
        Withdrawn = "withdrawn", "need-state-withdrawn";
    }
}

closed_list! {
    /// How far a need is covered, as it was judged.
    Coverage {
        Not = "not", "coverage-not";
        Partly = "partly", "coverage-partly";
        Covered = "covered", "coverage-covered";
        More = "more", "coverage-more";
    }
}

closed_list! {
    ResponseState {
        Proposed = "proposed", "response-proposed";
        Confirmed = "confirmed", "response-confirmed";
        Declined = "declined", "response-declined";
        Withdrawn = "withdrawn", "response-withdrawn";
    }
}

/// Whether a need that was taken over says the same as before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Carried {
    Confirmed,
    Changed,
}

impl Carried {
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "confirmed" => Some(Carried::Confirmed),
            "changed" => Some(Carried::Changed),
            _ => None,
        }
    }
    /// The Fluent key of its name.
    pub fn label(self) -> &'static str {
        match self {
            Carried::Confirmed => "need-carried-confirmed",
            Carried::Changed => "need-carried-changed",
        }
    }
}

impl State {
    pub fn badge(self) -> &'static str {
        match self {
            State::Draft => "plain",
            State::Submitted => "info",
            State::Withdrawn => "bad",
        }
    }
}

impl Coverage {
    /// The badge that says it, with a sign of its own besides its colour.
    pub fn badge(self) -> &'static str {
        match self {
            Coverage::Not => "bad",
            Coverage::Partly => "warn",
            Coverage::Covered => "ok",
            Coverage::More => "info",
        }
    }
}

impl ResponseState {
    pub fn badge(self) -> &'static str {
        match self {
            ResponseState::Proposed => "warn",
            ResponseState::Confirmed => "ok",
            ResponseState::Declined | ResponseState::Withdrawn => "plain",
        }
    }
}

/// The levels that a need can have.
pub const LEVELS: [Handling; 3] = [Handling::Members, Handling::Parties, Handling::Restricted];

/// Who did a thing; of who has left, only whose member they were is told.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Who {
    pub name: Option<String>,
    pub of: Option<String>,
    pub role: Role,
}

impl Who {
    pub fn shown(&self, p: &Page) -> String {
        let of = self.of.clone().unwrap_or_else(|| p.t(self.role.label()));
        match &self.name {
            Some(name) if name.ends_with(&of) => name.clone(),
            Some(name) => p.t2("need-person", "name", name, "of", of),
            None => p.t1("need-former-member", "of", of),
        }
    }
}

#[derive(Debug, Clone, Deserialize)]
pub struct Named<T> {
    pub id: T,
    pub name: String,
}

/// A mapping cycle.
#[derive(Debug, Clone, Deserialize)]
pub struct Cycle {
    pub id: CycleId,
    pub name: String,
    pub first_year: i16,
    pub last_year: i16,
    pub opened_at: DateTime<Utc>,
    pub closed_at: Option<DateTime<Utc>>,
    /// Submitted needs in it, as far as the reader sees them.
    #[serde(default)]
    pub needs: i64,
}

impl Cycle {
    pub fn is_open(&self) -> bool {
        self.closed_at.is_none()
    }

    /// Its years: "2026–2027".
    pub fn period(&self) -> String {
        match self.first_year == self.last_year {
            true => self.first_year.to_string(),
            false => format!("{}–{}", self.first_year, self.last_year),
        }
    }

    /// Its name, with its years where the name does not say them.
    pub fn label(&self) -> String {
        match self.name.contains(&self.first_year.to_string()) {
            true => self.name.clone(),
            false => format!("{} ({})", self.name, self.period()),
        }
    }
}

/// The node of a plan that a need hangs on.
#[derive(Debug, Clone, Deserialize)]
pub struct Measure {
    pub id: PlanNodeId,
    /// Where the reader can see the node.
    pub title: String,
    pub plan: PlanId,
    pub plan_title: String,
    pub pillar: Option<PillarId>,
    pub pillar_key: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Judgement {
    pub coverage: Coverage,
    pub reason: String,
    pub at: DateTime<Utc>,
    pub by: Who,
}

/// A response on the page of its need.
#[derive(Debug, Clone, Deserialize)]
pub struct Response {
    pub id: ResponseId,
    pub state: ResponseState,
    pub how: String,
    pub proposed_at: DateTime<Utc>,
    pub proposed_by: Option<Who>,
    pub answered_at: Option<DateTime<Utc>>,
    pub answered_by: Option<Who>,
    pub answer: String,
    pub action: ActionId,
    pub title: String,
    pub status: Option<String>,
    pub keeper: OrganisationId,
    pub keeper_name: String,
    /// Every organisation that has a part in the action.
    pub parties: Vec<OrganisationId>,
    pub donors: Vec<String>,
    pub starts: Option<PartialDate>,
    pub ends: Option<PartialDate>,
}

impl Response {
    pub fn is_live(&self) -> bool {
        matches!(self.state, ResponseState::Proposed | ResponseState::Confirmed)
    }

    /// The record that permissions ask about for its action.
    pub fn action_scope(&self) -> Scope {
        Scope { keeper: Some(self.keeper), organisations: self.parties.clone(), ..Scope::default() }
    }
}

#[derive(Debug, Clone, Deserialize)]
pub struct Reading {
    pub at: DateTime<Utc>,
    pub by: Who,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Event {
    pub at: DateTime<Utc>,
    pub event: String,
    pub why: String,
    pub changes: Changes,
    pub by: Option<Who>,
}

/// A need with all that its page shows.
#[derive(Debug, Clone, Deserialize)]
pub struct Need {
    pub id: NeedId,
    pub beneficiary: BeneficiaryId,
    pub beneficiary_name: String,
    pub cycle: Cycle,
    pub measure: Option<Measure>,
    pub theme: Option<Named<ThemeId>>,
    #[serde(rename = "type")]
    pub need_type: Option<NeedType>,
    pub perspective: Option<Perspective>,
    pub priority: Option<Priority>,
    pub by_when: Option<PartialDate>,
    pub title: String,
    pub body: String,
    pub own_language: Option<String>,
    pub own_title: String,
    pub own_body: String,
    pub exists_already: String,
    pub evidence: String,
    pub handling: Handling,
    pub state: State,
    pub on_behalf: bool,
    pub submitted_at: Option<DateTime<Utc>>,
    pub submitted_by: Option<Who>,
    pub withdrawn_at: Option<DateTime<Utc>>,
    pub withdrawn_why: String,
    /// The need it was taken over from, where the reader sees it, with its cycle's name.
    pub copied_from: Option<Named<NeedId>>,
    pub carried: Option<Carried>,
    pub version: i32,
    pub created_at: DateTime<Utc>,
    pub created_by: Option<Who>,
    pub updated_at: DateTime<Utc>,
    pub updated_by: Option<Who>,
    pub shown_to: Vec<Named<OrganisationId>>,
    /// The organisations whose actions answer it: they see it at the level `parties`.
    pub responding: Vec<OrganisationId>,
    /// The latest first.
    pub judgements: Vec<Judgement>,
    pub responses: Vec<Response>,
    /// Needs of later cycles that were taken over from it.
    pub later: Vec<Named<NeedId>>,
    pub history: Vec<Event>,
    /// Who has read it, where its level asks for that to be noted: for its own side.
    pub readings: Vec<Reading>,
}

impl Need {
    /// The record that permissions ask about.
    pub fn scope(&self) -> Scope {
        let shown: Vec<OrganisationId> = self.shown_to.iter().map(|o| o.id).collect();
        Scope {
            handling: Some(self.handling),
            beneficiaries: vec![self.beneficiary],
            pillars: self.measure.iter().filter_map(|m| m.pillar).collect(),
            organisations: self.responding.iter().chain(&shown).copied().collect(),
            opened_to: shown,
            on_behalf: self.on_behalf,
            ..Scope::default()
        }
    }

    pub fn was_submitted(&self) -> bool {
        self.submitted_at.is_some()
    }

    pub fn judgement(&self) -> Option<&Judgement> {
        self.judgements.first()
    }

    /// Whether it can still be written at: its cycle is open, and it was not withdrawn.
    pub fn is_open(&self) -> bool {
        self.cycle.is_open() && self.state != State::Withdrawn
    }

    pub fn may(&self, member: &Member, permission: Permission) -> bool {
        member.may(permission, &self.scope())
    }

    pub fn link(&self, p: &Page, rest: &str) -> String {
        p.link(&format!("/needs/{}{rest}", self.id))
    }

    /// What is asked for before it is submitted and not stated yet: the Fluent keys of the fields.
    pub fn unstated(&self) -> Vec<&'static str> {
        let mut all = Vec::new();
        if self.need_type.is_none() {
            all.push("need-field-type");
        }
        if self.perspective.is_none() {
            all.push("need-field-perspective");
        }
        all
    }
}
