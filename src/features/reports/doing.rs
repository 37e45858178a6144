//! The doing of a step in the life of a report: each effect that its row of the table names, in that order, and nothing else.

use chrono::{DateTime, NaiveDate, Utc};

use super::life::{Effect, Rule, State, Step};
use super::model::Report;
use super::text::ReportText;
use super::{store, store_write};
use crate::features::decisions::{self, SubjectKind};
use crate::kernel::db::{Frame, MembershipFacts, ProcessTx};
use crate::kernel::error::Problem;
use crate::kernel::history::{self, Change, Changes, Entry, Subject};
use crate::kernel::i18n::Locale;
use crate::kernel::ids::{MembershipId, ReportId};
use crate::kernel::page::Page;

/// What the form of a step says.
#[derive(Debug, Default)]
pub struct Said {
    pub why: String,
    pub discussed_on: Option<NaiveDate>,
    pub discussed_where: String,
}

/// What every step needs to know.
pub struct Doing<'a> {
    pub frame: &'a Frame,
    pub today: NaiveDate,
    pub now: DateTime<Utc>,
    /// The Board's decision that is sought.
    pub decision: Option<decisions::Summary>,
}

impl Doing<'_> {
    /// Takes a step whose conditions hold: the report is held.
    pub async fn step(
        &self,
        tx: &mut ProcessTx,
        report: &Report,
        rule: &'static Rule,
        said: &Said,
        by: &MembershipFacts,
    ) -> Result<(), Problem> {
        let mut frozen = None;
        for effect in rule.effects {
            match effect {
                Effect::MeetingKept => {
                    let on = said.discussed_on.unwrap_or(self.today);
                    store_write::discussed(tx, report.id, on, &said.discussed_where).await?;
                }
                Effect::Snapshot => {
                    let why = said.why.as_str();
                    frozen = Some(freeze(tx, report.id, rule.to, self.frame, by.id, why, self.now).await?);
                }
                Effect::DecisionPrepared => {
                    let (text, sum) = frozen.as_ref().ok_or(Problem::NotFound)?;
                    self.prepare(tx, report, text, sum, by).await?;
                }
                // the decision about the text is closed with it, its votes are kept
                Effect::VotesKept => {
                    if let Some(decision) = &self.decision {
                        decisions::refer_back(tx, by, decision.id, &said.why, self.now).await?;
                    }
                }
                Effect::NumberKept => {
                    let number = self.decision.as_ref().and_then(|d| d.number).map(|n| n.to_string());
                    store_write::number(tx, report.id, &number.unwrap_or_default()).await?;
                }
                // when the step has been taken
                Effect::Told => {}
            }
        }
        let adopted = (rule.to == State::Adopted).then(|| self.adopted_on());
        store_write::set_state(tx, report.id, rule.from, rule.to, adopted, by.id, self.now).await?;
        let change = Change { from: vec![rule.from.as_str().to_owned()], to: vec![rule.to.as_str().to_owned()] };
        let changes: Changes = [("report_state".to_owned(), change)].into();
        let event = event(rule.step);
        let entry = Entry { subject: Subject::MappingReport, id: report.id.0, event, changes, why: &said.why };
        history::record_at(tx, Some(by), entry, self.now).await?;
        Ok(())
    }

    /// The day of the Board's decision, as far as it is known to the day.
    fn adopted_on(&self) -> NaiveDate {
        self.decision.as_ref().and_then(|d| d.decided_on).map_or(self.today, |d| d.first_day())
    }

    /// The Board's decision on the text that has just been frozen.
    async fn prepare(
        &self,
        tx: &mut ProcessTx,
        report: &Report,
        text: &ReportText,
        sum: &str,
        by: &MembershipFacts,
    ) -> Result<(), Problem> {
        // it is for all members: in the language of the portal, not in that of whoever takes the step
        let paper = text.plain(&Page::bare(Locale::default(), self.today), sum);
        let label = report.title.clone();
        let new = decisions::NewDecision {
            subject: decisions::Subject { kind: SubjectKind::MappingReport, id: Some(report.id.0), label },
            title: report.title.clone(),
            procedure: None,
            meeting_on: None,
            meeting_place: String::new(),
            deadline: None,
            note: String::new(),
            papers: vec![decisions::NewPaper {
                title: report.title.clone(),
                content: decisions::PaperContent::Text(paper),
            }],
        };
        decisions::prepare(tx, by, &new, self.now).await?;
        Ok(())
    }
}

/// Keeps a report's text as it is now, with its tables. Answers the text, and its checksum, hexadecimal.
///
/// # Errors
/// The database's own; a text that cannot be written down.
pub async fn freeze(
    tx: &mut ProcessTx,
    report: ReportId,
    step: State,
    frame: &Frame,
    by: MembershipId,
    why: &str,
    now: DateTime<Utc>,
) -> anyhow::Result<(ReportText, String)> {
    let today = now.date_naive();
    let report = store::load(tx, report, today).await?;
    let sections = store::sections(tx, report.id, today).await?;
    let text = ReportText::new(&report, &sections, frame);
    let sum = store_write::snapshot(tx, report.id, step, &text, by, why, now).await?;
    Ok((text, sum))
}

/// The end of the key of a step's text in the history.
fn event(step: Step) -> &'static str {
    match step {
        Step::Discuss => "report-discussed",
        Step::Resume => "report-resumed",
        Step::Submit => "report-submitted",
        Step::Adopt => "report-adopted",
        Step::ReferBack => "report-referred-back",
    }
}
