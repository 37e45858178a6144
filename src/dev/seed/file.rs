//! The shape of a seed file. Its keys are its own; ids are made when it is loaded.

use chrono::NaiveDate;
use serde::Deserialize;
use std::collections::BTreeMap;

use super::directory::Strategy;
use super::needs::{MappingCycle, Need};
use super::plans::Actual;
use super::reports::Report;
use super::rounds::Round;
use crate::features::decisions::{Procedure, Quorum, Rule, State, SubjectKind, Vote};
use crate::features::plans::Method;
use crate::kernel::date::PartialDate;

#[derive(Debug, Deserialize)]
pub struct File {
    pub slug: String,
    pub name: String,
    pub short_name: String,
    pub tagline: String,
    pub about: Vec<String>,
    pub footnotes: serde_json::Value,
    pub example: bool,
    pub pillars: Vec<Pillar>,
    pub beneficiaries: Vec<Beneficiary>,
    pub themes: Vec<Theme>,
    pub organisations: Vec<Organisation>,
    pub contact_points: Vec<ContactPoint>,
    pub members: Vec<Member>,
    pub actions: Vec<Action>,
    pub access_requests: Vec<AccessRequest>,
    pub plans: Vec<Plan>,
    /// How the Board decides; what is left out is not set.
    #[serde(default)]
    pub board: Option<Board>,
    #[serde(default)]
    pub board_decisions: Vec<BoardDecision>,
    #[serde(default)]
    pub mapping_cycles: Vec<MappingCycle>,
    #[serde(default)]
    pub needs: Vec<Need>,
    #[serde(default)]
    pub reports: Vec<Report>,
    #[serde(default)]
    pub rounds: Vec<Round>,
    /// The beneficiaries' own.
    #[serde(default)]
    pub strategies: Vec<Strategy>,
    /// Money of donors that is not tied to an action: in a process of invented donors alone.
    #[serde(default)]
    pub envelopes: Vec<super::envelopes::Envelope>,
}

#[derive(Debug, Deserialize)]
pub struct Pillar {
    pub key: String,
    pub name: String,
    pub about: Option<String>,
    pub leads: Vec<Lead>,
}

#[derive(Debug, Deserialize)]
pub struct Lead {
    pub organisation: String,
    pub from: NaiveDate,
    pub to: Option<NaiveDate>,
    pub note: Option<String>,
    pub source: Option<String>,
}

#[derive(Debug, Deserialize)]
pub struct Beneficiary {
    pub code: String,
    pub name: String,
    pub note: Option<String>,
    pub former_names: Vec<FormerName>,
}

#[derive(Debug, Deserialize)]
pub struct FormerName {
    pub name: String,
    pub until: NaiveDate,
}

#[derive(Debug, Deserialize)]
pub struct Theme {
    pub key: String,
    pub name: String,
    pub dac: Vec<Dac>,
}

#[derive(Debug, Deserialize)]
pub struct Dac {
    pub code: String,
}

#[derive(Debug, Deserialize)]
pub struct Organisation {
    pub key: String,
    pub name: String,
    pub short_name: Option<String>,
    pub kind: String,
    pub level: Option<String>,
    pub seat: Option<String>,
    pub iati: Option<String>,
    pub parent: Option<String>,
    pub aliases: Vec<String>,
    pub note: Option<String>,
    /// A member, also where since when is not stated.
    #[serde(default)]
    pub member: bool,
    pub member_from: Option<NaiveDate>,
    pub member_to: Option<NaiveDate>,
}

#[derive(Debug, Deserialize)]
pub struct ContactPoint {
    pub organisation: String,
    pub name: String,
    pub post: String,
    pub email: String,
    pub phone: String,
    pub about: String,
}

#[derive(Debug, Deserialize)]
pub struct Member {
    pub email: String,
    pub name: String,
    pub post: String,
    pub role: String,
    pub organisation: Option<String>,
    pub pillars: Vec<String>,
    pub beneficiary: Option<String>,
    pub speaks_for: bool,
    pub votes: bool,
    pub from: NaiveDate,
    pub to: Option<NaiveDate>,
}

impl Member {
    /// How the file's other parts name it.
    pub fn key(&self) -> &str {
        self.email.split('@').next().unwrap_or_default()
    }
}

#[derive(Debug, Deserialize)]
pub struct Action {
    pub key: String,
    pub title: String,
    pub description: Option<String>,
    pub pillars: Vec<String>,
    pub themes: Vec<String>,
    pub theme_text: Option<String>,
    pub parties: Vec<Party>,
    pub reporting: String,
    pub beneficiaries: Option<Vec<String>>,
    #[serde(default)]
    pub shares: BTreeMap<String, String>,
    pub start: Dates,
    pub end: Dates,
    pub date_note: Option<String>,
    pub status: Option<String>,
    pub stated_total: Option<Money>,
    pub contributions: Vec<Contribution>,
    pub references: Vec<Reference>,
    pub source_url: Option<String>,
    pub source_note: Option<String>,
    pub parent: Option<String>,
    pub parent_text: Option<String>,
    pub handling: String,
    #[serde(default)]
    pub claim: Option<String>,
    #[serde(default)]
    pub claim_reason: Option<String>,
    #[serde(default)]
    pub reported_by: Option<String>,
    #[serde(default)]
    pub open_to_support_group: bool,
    #[serde(default)]
    pub open_to: Vec<String>,
    #[serde(default)]
    pub last_confirmed: Option<Confirmed>,
    #[serde(default)]
    pub remarks: Vec<Remark>,
    #[serde(default)]
    pub suggestions: Vec<Suggestion>,
}

#[derive(Debug, Deserialize)]
pub struct Party {
    pub organisation: String,
    pub role: String,
    pub as_named: Option<String>,
}

#[derive(Debug, Deserialize)]
pub struct Dates {
    pub planned: Option<PartialDate>,
    pub actual: Option<PartialDate>,
}

#[derive(Debug, Deserialize)]
pub struct Money {
    pub amount: String,
    pub currency: String,
}

#[derive(Debug, Deserialize)]
pub struct Contribution {
    pub key: Option<String>,
    pub supersedes: Option<String>,
    pub provider: Option<String>,
    pub receiver: Option<String>,
    pub kind: String,
    pub amount: String,
    pub currency: String,
    pub date: Option<PartialDate>,
    pub note: Option<String>,
    pub period_start: Option<NaiveDate>,
    pub period_end: Option<NaiveDate>,
}

#[derive(Debug, Deserialize)]
pub struct Reference {
    pub value: String,
}

#[derive(Debug, Deserialize)]
pub struct Confirmed {
    pub date: NaiveDate,
    pub by: String,
}

#[derive(Debug, Deserialize)]
pub struct Remark {
    pub by: String,
    pub text: String,
    pub handling: String,
}

#[derive(Debug, Deserialize)]
pub struct Suggestion {
    pub by: String,
    /// New values by field; keys of the file where the field holds ids.
    pub changes: BTreeMap<String, Vec<String>>,
    pub note: String,
}

#[derive(Debug, Deserialize)]
pub struct AccessRequest {
    pub kind: String,
    pub name: String,
    pub email: String,
    pub organisation_name: String,
    pub organisation: Option<String>,
    pub post: String,
    pub reason: String,
    pub at: NaiveDate,
    pub due_on: NaiveDate,
    pub state: String,
    pub decided_by: Option<String>,
    pub decided_at: Option<NaiveDate>,
    pub answer: String,
}

#[derive(Debug, Deserialize)]
pub struct Plan {
    pub key: String,
    pub kind: String,
    pub pillar: String,
    pub title: String,
    pub about: String,
    pub first_year: i16,
    pub last_year: i16,
    pub state: String,
    /// What the text is where it is not the official one.
    pub text_note: String,
    pub source: Option<String>,
    pub adopted_on: Option<NaiveDate>,
    pub in_force_on: Option<NaiveDate>,
    pub revises: Option<String>,
    pub consultation: Option<Consultation>,
    pub nodes: Vec<Node>,
}

#[derive(Debug, Deserialize)]
pub struct Node {
    /// Of a node that others name, or that is the same in another plan.
    pub key: Option<String>,
    pub kind: String,
    pub title: String,
    pub body: String,
    pub expected_result: String,
    pub note: String,
    pub source: Option<String>,
    pub indicators: Vec<Indicator>,
    pub actions: Vec<String>,
    pub children: Vec<Node>,
}

#[derive(Debug, Deserialize)]
pub struct Indicator {
    pub name: String,
    pub unit: String,
    pub baseline: Option<String>,
    pub baseline_year: Option<String>,
    /// Year, beneficiary or null for all, value.
    pub targets: Vec<(i16, Option<String>, String)>,
    #[serde(default)]
    pub method: Method,
    /// What was stated of it since.
    #[serde(default)]
    pub figures: Vec<Actual>,
}

#[derive(Debug, Deserialize)]
pub struct Consultation {
    /// How many days after the seeding answers are awaited.
    pub days: u64,
    pub letter: String,
    pub beneficiaries: Vec<String>,
    pub organisations: Vec<String>,
    pub positions: Vec<Position>,
    pub remarks: Vec<PlanRemark>,
}

#[derive(Debug, Deserialize)]
pub struct Position {
    pub by: String,
    pub party: String,
    pub stance: String,
    pub reason: String,
    pub nodes: Vec<String>,
}

#[derive(Debug, Deserialize)]
pub struct PlanRemark {
    pub by: String,
    pub node: String,
    pub text: String,
    /// Which text of the node, and what it is to say.
    pub wording: Option<(String, String)>,
    pub answer: Option<(String, String)>,
}

#[derive(Debug, Deserialize)]
pub struct Board {
    pub commission: Option<String>,
    pub rule: Option<Rule>,
    pub quorum: Option<Quorum>,
    pub procedure: Option<Procedure>,
    pub term_days: Option<u16>,
}

/// A decision of the Board. With `source` it is one that public sources tell of; else its steps are taken one after
/// another, each on its day.
#[derive(Debug, Deserialize)]
pub struct BoardDecision {
    pub kind: SubjectKind,
    pub label: String,
    /// The organisation whose membership it is about.
    pub organisation: Option<String>,
    /// The plan it is about; its text is the paper.
    #[serde(default)]
    pub plan: Option<String>,
    /// The mapping report it is about.
    #[serde(default)]
    pub report: Option<String>,
    pub title: String,
    pub procedure: Option<Procedure>,
    pub meeting_on: Option<NaiveDate>,
    #[serde(default)]
    pub meeting_place: String,
    #[serde(default)]
    pub note: String,
    #[serde(default)]
    pub papers: Vec<BoardPaper>,
    pub source: Option<String>,
    #[serde(default)]
    pub source_note: String,
    pub decided_on: Option<PartialDate>,
    /// Days are dates, or days from the day of loading such as -3.
    pub prepared: Option<Day>,
    pub opened: Option<Day>,
    pub deadline: Option<Day>,
    #[serde(default)]
    pub votes: Vec<BoardVote>,
    pub result: Option<BoardResult>,
    #[serde(default)]
    pub statements: Vec<BoardStatement>,
}

#[derive(Debug, Deserialize)]
pub struct BoardPaper {
    pub title: String,
    pub text: String,
}

#[derive(Debug, Deserialize)]
pub struct BoardVote {
    /// The name of the seat.
    pub seat: String,
    pub vote: Vote,
    pub by: String,
    pub on: Day,
    #[serde(default)]
    pub note: String,
}

#[derive(Debug, Deserialize)]
pub struct BoardResult {
    pub state: State,
    pub on: NaiveDate,
    /// When the Chair wrote it down, where that was later.
    pub recorded: Option<Day>,
    #[serde(default)]
    pub reasons: String,
}

#[derive(Debug, Deserialize)]
pub struct BoardStatement {
    pub by: String,
    pub text: String,
    pub on: Day,
}

/// A date, or so many days from the day of loading.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(untagged)]
pub enum Day {
    On(NaiveDate),
    From(i64),
}

impl Day {
    pub fn date(self, today: NaiveDate) -> NaiveDate {
        match self {
            Day::On(day) => day,
            Day::From(days) => today + chrono::TimeDelta::days(days),
        }
    }
}
