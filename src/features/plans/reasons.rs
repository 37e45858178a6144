//! Why a text has changed between two of its frozen states: what was written down with the changes, and what was said of a
//! part and what became of it. They are the members' who see drafts and the history, and stand in nobody else's version.

use chrono::{DateTime, NaiveDate, Utc};
use std::collections::HashSet;
use uuid::Uuid;

use super::model::{Plan, Who};
use super::past::Side;
use super::{consultation, store_reasons};
use crate::features::documents::{self, Block, Document, Run};
use crate::kernel::db::ProcessTx;
use crate::kernel::difference::{Piece, words};
use crate::kernel::error::Problem;
use crate::kernel::page::Page;
use crate::kernel::permit::{Member, Permission};

/// A frozen text by its id, and of when it is.
pub type Frozen = (Uuid, DateTime<Utc>);

/// One reason.
#[derive(Debug, Clone)]
pub struct Reason {
    /// The lineage of the part it is about; none for the whole.
    pub node: Option<Uuid>,
    pub at: DateTime<Utc>,
    pub by: Option<Who>,
    /// Of a change or a step: the key of what was done.
    pub key: Option<String>,
    /// Why it was done; of a remark, what it says.
    pub text: String,
    /// Of a suggested wording: what it was to replace, and by what.
    pub wording: Option<(String, String)>,
    /// Of a remark: what became of it, and the word why.
    pub answer: Option<(String, String)>,
}

impl Reason {
    /// Who did it or said it, and when.
    pub fn by_line(&self, p: &Page) -> String {
        let who = self.by.as_ref().map_or_else(|| p.t("plan-by-portal"), |by| by.shown(p));
        format!("{who}, {}", p.day_of(&self.at))
    }

    /// What was done.
    pub fn what(&self, p: &Page) -> String {
        self.key.as_ref().map(|key| p.t(key)).unwrap_or_default()
    }

    pub fn pieces(&self) -> Vec<Piece> {
        self.wording.as_ref().map(|(from, to)| words(from, to)).unwrap_or_default()
    }

    fn runs(&self, p: &Page) -> Vec<Run> {
        let mut runs = Vec::new();
        if let Some((answer, why)) = &self.answer {
            runs.push(Run::strong(format!("{} ({}): ", p.t("plan-remark"), self.by_line(p))));
            runs.push(Run::plain(format!("{} ", self.text)));
            runs.extend(documents::runs(&self.pieces()));
            runs.push(Run::strong(format!(" – {}", p.t(&format!("plan-answer-{answer}")))));
            if !why.is_empty() {
                runs.push(Run::plain(format!(": {why}")));
            }
        } else {
            runs.push(Run::strong(format!("{}: ", p.t("plan-field-why"))));
            runs.push(Run::plain(&self.text));
            runs.push(Run::emphasis(format!(" ({}, {})", self.what(p), self.by_line(p))));
        }
        runs
    }
}

/// The reasons between two texts.
#[derive(Debug, Clone, Default)]
pub struct Reasons(Vec<Reason>);

impl Reasons {
    /// None for those who do not see the history, or what is said of a draft.
    ///
    /// # Errors
    /// The database's own.
    pub async fn between(
        tx: &mut ProcessTx,
        member: &Member,
        plan: &Plan,
        (a, b): (&Side, &Side),
        today: NaiveDate,
    ) -> Result<Self, Problem> {
        if !member.may_somewhere(Permission::HistorySee) || !consultation::sees(member) {
            return Ok(Self::default());
        }
        let Some((first, last)) = ends(a.frozen, b.frozen) else { return Ok(Self::default()) };
        Ok(Self(once(store_reasons::between(tx, plan.id, first, last, today).await?)))
    }

    /// Those of one part, or of the whole.
    pub fn of(&self, node: Option<Uuid>) -> Vec<&Reason> {
        self.0.iter().filter(|r| r.node == node).collect()
    }

    /// Those of one part, or of the whole, in a document.
    pub fn write(&self, d: &mut Document, p: &Page, node: Option<Uuid>) {
        for reason in self.of(node) {
            d.push(Block::Paragraph { runs: reason.runs(p) });
        }
    }
}

/// The earlier of two texts, and the later one where that is frozen, too. None where neither is.
fn ends(a: Option<Frozen>, b: Option<Frozen>) -> Option<(Frozen, Option<Frozen>)> {
    match (a, b) {
        (Some(a), Some(b)) => Some(if a.0 <= b.0 { (a, Some(b)) } else { (b, Some(a)) }),
        (Some(frozen), None) | (None, Some(frozen)) => Some((frozen, None)),
        (None, None) => None,
    }
}

/// The word with which a wording was taken up stands with the change as well: it is told once, with the remark.
fn once(all: Vec<Reason>) -> Vec<Reason> {
    let answers: HashSet<(Option<Uuid>, String)> =
        all.iter().filter_map(|r| Some((r.node, r.answer.as_ref()?.1.clone()))).collect();
    all.into_iter().filter(|r| r.answer.is_some() || !answers.contains(&(r.node, r.text.clone()))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reason(text: &str, answer: Option<&str>) -> Reason {
        Reason {
            node: Some(Uuid::from_u128(1)),
            at: DateTime::UNIX_EPOCH,
            by: None,
            key: None,
            text: text.to_owned(),
            wording: None,
            answer: answer.map(|why| ("partly".to_owned(), why.to_owned())),
        }
    }

    #[test]
    fn what_stands_with_a_remark_is_not_told_again() {
        let all = vec![reason("One line for all", None), reason("Open at night", Some("One line for all"))];
        let texts: Vec<String> = once(all).into_iter().map(|r| r.text).collect();
        assert_eq!(texts, ["Open at night"]);
        let kept = once(vec![reason("Asked by the schools", None), reason("Open at night", Some(""))]);
        assert_eq!(kept.len(), 2);
    }

    #[test]
    fn the_earlier_text_is_the_first_whichever_way_they_are_compared() {
        let (early, late) = ((Uuid::from_u128(1), DateTime::UNIX_EPOCH), (Uuid::from_u128(2), DateTime::UNIX_EPOCH));
        assert_eq!(ends(Some(late), Some(early)), Some((early, Some(late))));
        assert_eq!(ends(Some(early), Some(late)), Some((early, Some(late))));
        assert_eq!(ends(None, Some(early)), Some((early, None)));
        assert_eq!(ends(None, None), None);
    }
}
