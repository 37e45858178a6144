//! The text of a report as it is frozen: narrative and tables, by name and not by key. Its checksum is over these very bytes.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::model::{Report, Section, SectionKind, years};
use crate::features::needs::Mapped;
use crate::kernel::db::Frame;
use crate::kernel::page::Page;

/// The form of the text below; one that is read later says which it has.
const FORM: u16 = 1;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportText {
    pub form: u16,
    pub process: String,
    pub title: String,
    pub cycle: String,
    /// Key and name.
    pub pillar: (String, String),
    pub first_year: i16,
    pub last_year: i16,
    pub discussed_on: Option<NaiveDate>,
    pub discussed_where: String,
    /// In the order in which they are read.
    pub sections: Vec<SectionText>,
    pub tables: Option<Mapped>,
    /// The moment as of which the tables are.
    pub tables_at: Option<String>,
    /// What the asterisks stand for.
    pub notes: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SectionText {
    pub kind: SectionKind,
    pub heading: String,
    pub body: String,
    pub public: bool,
}

impl ReportText {
    pub fn new(report: &Report, sections: &[Section], frame: &Frame) -> Self {
        let section = |s: &Section| SectionText {
            kind: s.kind,
            heading: s.heading.clone(),
            body: s.body.clone(),
            public: s.public,
        };
        Self {
            form: FORM,
            process: frame.name.clone(),
            title: report.title.clone(),
            cycle: report.cycle_name.clone(),
            pillar: (report.pillar_key.clone(), report.pillar_name.clone()),
            first_year: report.first_year,
            last_year: report.last_year,
            discussed_on: report.discussed_on,
            discussed_where: report.discussed_where.clone(),
            sections: sections.iter().map(section).collect(),
            tables: report.tables.clone(),
            tables_at: report.tables_at.map(|at| at.to_rfc3339()),
            notes: frame.footnotes.iter().map(|n| n.text.clone()).collect(),
        }
    }

    /// What everybody may read: the parts marked so, and no table.
    pub fn published(&self) -> Self {
        let public = |s: &&SectionText| s.public && s.kind.can_be_public();
        Self {
            sections: self.sections.iter().filter(public).cloned().collect(),
            discussed_on: None,
            discussed_where: String::new(),
            tables: None,
            tables_at: None,
            ..self.clone()
        }
    }

    pub fn years(&self) -> String {
        years(self.first_year, self.last_year)
    }

    /// The bytes that are kept. Field order is that of the structs, so equal texts have equal bytes.
    ///
    /// # Errors
    /// None that a text of ours can cause.
    pub fn bytes(&self) -> serde_json::Result<String> {
        serde_json::to_string(self)
    }

    /// # Errors
    /// The bytes are not such a text.
    pub fn parse(bytes: &str) -> serde_json::Result<Self> {
        serde_json::from_str(bytes)
    }

    /// As plain lines, for a paper of the Board that is read anywhere: the narrative, what the tables come to, and the checksum
    /// by which text and tables are known.
    pub fn plain(&self, p: &Page, checksum: &str) -> String {
        let mut out = format!("{}\n{} – {}\n{}\n", self.title, self.pillar.0, self.pillar.1, self.years());
        for s in &self.sections {
            out.push_str(&format!("\n{}\n\n{}\n", s.heading, s.body));
        }
        if let Some(tables) = &self.tables {
            let uncovered = tables.needs.iter().filter(|n| n.is_uncovered()).count();
            out.push_str(&format!(
                "\n{}\n{}\n{}\n{}\n",
                p.t("report-tables"),
                p.tn("report-n-needs", tables.needs.len()),
                p.tn("report-n-responses", tables.responses.len()),
                p.tn("report-n-uncovered", uncovered)
            ));
        }
        out.push_str(&format!("\n{}: {checksum}\n", p.t("plan-checksum")));
        for note in &self.notes {
            out.push_str(&format!("\n{note}\n"));
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text() -> ReportText {
        let section = |kind, public| SectionText { kind, heading: "Heading".into(), body: "Words".into(), public };
        ReportText {
            form: FORM,
            process: "Example".into(),
            title: "Report".into(),
            cycle: "Cycle".into(),
            pillar: ("ONE".into(), "One".into()),
            first_year: 2025,
            last_year: 2026,
            discussed_on: NaiveDate::from_ymd_opt(2026, 3, 4),
            discussed_where: "Tarvis".into(),
            sections: vec![
                section(SectionKind::Method, true),
                section(SectionKind::FollowUp, false),
                // no form lets this be marked; it is not published all the same
                section(SectionKind::Needs, true),
            ],
            tables: Some(Mapped::default()),
            tables_at: Some("2026-03-01T00:00:00+00:00".into()),
            notes: Vec::new(),
        }
    }

    #[test]
    fn what_is_published_has_no_table_and_no_word_of_needs() {
        let public = text().published();
        assert_eq!(public.sections.len(), 1);
        assert_eq!(public.sections.first().map(|s| s.kind), Some(SectionKind::Method));
        assert!(public.tables.is_none() && public.tables_at.is_none() && public.discussed_on.is_none());
    }

    #[test]
    fn what_is_kept_is_read_again() {
        let text = text();
        assert_eq!(ReportText::parse(&text.bytes().unwrap()).unwrap(), text);
    }
}
