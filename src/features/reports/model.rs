//! What a report is, and what its pages speak of.

use chrono::{DateTime, NaiveDate, Utc};

use super::life::State;
use crate::features::needs::Mapped;
use crate::features::plans::Who;
use crate::kernel::ids::{CycleId, PillarId, ReportId, ReportSectionId};
use crate::kernel::lists::closed_list;
use crate::kernel::page::Page;
use crate::kernel::permit::Scope;

closed_list! {
    /// What a section is about. The first five are there when a report is begun.
    SectionKind {
        Method = "method", "report-section-method";
        Needs = "needs", "report-section-needs";
        Responses = "responses", "report-section-responses";
        Gaps = "gaps", "report-section-gaps";
        FollowUp = "follow_up", "report-section-follow-up";
        Other = "other", "report-section-other";
    }
}

impl SectionKind {
    /// Those that a report is begun with, in order.
    pub const BEGUN: [SectionKind; 5] =
        [SectionKind::Method, SectionKind::Needs, SectionKind::Responses, SectionKind::Gaps, SectionKind::FollowUp];

    /// Needs, responses and their analysis are the members' own, whatever anybody marks.
    pub fn can_be_public(self) -> bool {
        matches!(self, SectionKind::Method | SectionKind::FollowUp | SectionKind::Other)
    }
}

/// A report without its text.
#[derive(Debug, Clone)]
pub struct Report {
    pub id: ReportId,
    pub cycle: CycleId,
    pub cycle_name: String,
    pub pillar: PillarId,
    pub pillar_key: String,
    pub pillar_name: String,
    pub title: String,
    pub first_year: i16,
    pub last_year: i16,
    pub state: State,
    pub discussed_on: Option<NaiveDate>,
    pub discussed_where: String,
    pub adopted_on: Option<NaiveDate>,
    pub decision_number: String,
    pub published_at: Option<DateTime<Utc>>,
    pub version: i32,
    pub updated_at: DateTime<Utc>,
    pub updated_by: Option<Who>,
    pub tables: Option<Mapped>,
    pub tables_at: Option<DateTime<Utc>>,
}

impl Report {
    /// The record that permissions ask about.
    pub fn scope(&self) -> Scope {
        Scope { pillars: vec![self.pillar], ..Scope::default() }
    }

    pub fn years(&self) -> String {
        years(self.first_year, self.last_year)
    }

    pub fn link(&self, p: &Page, rest: &str) -> String {
        p.link(&format!("/reports/{}{rest}", self.id))
    }
}

/// "2026–2027", "2026".
pub fn years(first: i16, last: i16) -> String {
    if first == last { first.to_string() } else { format!("{first}–{last}") }
}

/// A part of the narrative.
#[derive(Debug, Clone)]
pub struct Section {
    pub id: ReportSectionId,
    pub kind: SectionKind,
    pub heading: String,
    pub body: String,
    pub public: bool,
    pub version: i32,
    pub updated_at: DateTime<Utc>,
    pub updated_by: Option<Who>,
}

/// One line of the history.
#[derive(Debug, Clone)]
pub struct Past {
    pub at: DateTime<Utc>,
    pub event: String,
    pub why: String,
    pub by: Option<Who>,
    /// The heading of the section that it is about, where it is about one.
    pub heading: Option<String>,
}

/// A frozen text, as a line.
#[derive(Debug, Clone)]
pub struct Version {
    pub number: i16,
    pub step: String,
    pub at: DateTime<Utc>,
    pub by: Option<Who>,
    pub why: String,
    /// Hexadecimal.
    pub checksum: String,
}
