//! What is said in a consultation and beside it, and how it is put together for a page. No database here.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use uuid::Uuid;

use super::super::edit::{BODY, RESULT, TITLE};
use super::super::model::{Node, Who};
use super::super::store_tree::Words;
use super::super::tree::{Placed, Tree};
use crate::features::notices::Nameable;
use crate::kernel::difference::{Piece, words};
use crate::kernel::ids::{AskedId, BeneficiaryId, ConsultationId, OrganisationId, PlanNodeId, PlanRemarkId};
use crate::kernel::lists::closed_list;
use crate::kernel::page::Page;
use crate::kernel::permit::{Handling, Scope};

closed_list! {
    /// What a party says of the whole.
    Stance {
        Agree = "agree", "plan-stance-agree";
        AgreeWithRemarks = "agree_with_remarks", "plan-stance-agree-with-remarks";
        Reservation = "reservation", "plan-stance-reservation";
    }
}

impl Stance {
    pub fn badge(self) -> &'static str {
        match self {
            Stance::Agree => "ok",
            Stance::AgreeWithRemarks => "info",
            Stance::Reservation => "warn",
        }
    }
}

closed_list! {
    /// What became of a remark.
    Answer {
        Accepted = "accepted", "plan-answer-accepted";
        Partly = "partly", "plan-answer-partly";
        Not = "not", "plan-answer-not";
    }
}

impl Answer {
    pub fn badge(self) -> &'static str {
        match self {
            Answer::Accepted => "ok",
            Answer::Partly => "info",
            Answer::Not => "plain",
        }
    }
}

closed_list! {
    /// Which text of a node a wording is suggested for.
    Field {
        Title = "title", "plan-field-title";
        Body = "body", "plan-field-body";
        ExpectedResult = "expected_result", "plan-field-expected-result";
    }
}

impl Field {
    pub fn of(self, node: &Node) -> &str {
        match self {
            Field::Title => &node.title,
            Field::Body => &node.body,
            Field::ExpectedResult => &node.expected_result,
        }
    }

    /// The words of a node with this one of them replaced.
    pub fn put<'a>(self, node: &'a Node, text: &'a str) -> Words<'a> {
        let now = Words::of(node);
        match self {
            Field::Title => Words { title: text, ..now },
            Field::Body => Words { body: text, ..now },
            Field::ExpectedResult => Words { expected_result: text, ..now },
        }
    }

    /// How many characters it can have.
    pub fn most(self) -> usize {
        match self {
            Field::Title => TITLE,
            Field::Body => BODY,
            Field::ExpectedResult => RESULT,
        }
    }
}

/// The levels that a remark on a plan can have.
pub fn level(text: &str) -> Option<Handling> {
    Handling::parse(text).filter(|h| *h != Handling::Public)
}

/// One round of asking.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Consultation {
    pub id: ConsultationId,
    pub number: i16,
    pub opened_at: DateTime<Utc>,
    pub opened_by: Who,
    pub deadline: NaiveDate,
    pub letter: String,
    /// The frozen text that was asked about.
    pub snapshot: i16,
    pub closed_at: Option<DateTime<Utc>>,
    pub closed_by: Option<Who>,
    pub outcome: Option<String>,
    pub reason: String,
    /// In alphabetical order: beneficiaries, then organisations.
    pub parties: Vec<Asked>,
}

impl Consultation {
    pub fn is_open(&self) -> bool {
        self.closed_at.is_none()
    }
    pub fn answered(&self) -> usize {
        self.parties.iter().filter(|a| a.position().is_some()).count()
    }
    pub fn silent(&self) -> impl Iterator<Item = &Asked> {
        self.parties.iter().filter(|a| a.position().is_none())
    }
    /// Those who can be reminded today.
    pub fn forgotten(&self, today: NaiveDate) -> usize {
        self.silent().filter(|a| !a.was_reminded(today)).count()
    }
    pub fn positions(&self) -> impl Iterator<Item = (&Asked, &Position)> {
        self.parties.iter().filter_map(|a| Some((a, a.position()?)))
    }
    /// How it stands, in words.
    pub fn said(&self, p: &Page) -> String {
        match (self.outcome.as_deref(), &self.closed_at) {
            (Some("agreed"), Some(at)) => p.t1("plan-consultation-agreed-on", "day", p.day_of(at)),
            (_, Some(at)) => p.t1("plan-consultation-stopped-on", "day", p.day_of(at)),
            (_, None) if p.today > self.deadline => p.t1("plan-consultation-over", "day", p.day(&self.deadline)),
            (_, None) => p.t1("plan-consultation-runs", "day", p.day(&self.deadline)),
        }
    }
}

/// A party that is asked.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Asked {
    pub id: AskedId,
    pub name: String,
    pub beneficiary: Option<BeneficiaryId>,
    /// The one that was asked, or the one that it was merged into since.
    pub organisation: Option<OrganisationId>,
    pub reminded_at: Option<DateTime<Utc>>,
    /// The earlier ones first; the last one stands, unless it was replaced.
    pub positions: Vec<Position>,
}

impl Asked {
    pub fn position(&self) -> Option<&Position> {
        self.positions.iter().find(|s| s.replaced_at.is_none())
    }
    pub fn earlier(&self) -> impl Iterator<Item = &Position> {
        self.positions.iter().filter(|s| s.replaced_at.is_some())
    }
    /// What the permission to speak for it is asked about.
    pub fn scope(&self) -> Scope {
        party_scope(self.beneficiary, self.organisation)
    }
    /// Reminded today already.
    pub fn was_reminded(&self, today: NaiveDate) -> bool {
        self.reminded_at.is_some_and(|at| at.date_naive() >= today)
    }
}

pub fn party_scope(beneficiary: Option<BeneficiaryId>, organisation: Option<OrganisationId>) -> Scope {
    match (beneficiary, organisation) {
        (Some(b), _) => Scope::beneficiary(b),
        (_, Some(o)) => Scope::organisation(o),
        (None, None) => Scope::default(),
    }
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Position {
    pub stance: Stance,
    pub reason: String,
    pub at: DateTime<Utc>,
    pub by: Who,
    pub nodes: Vec<PlanNodeId>,
    pub replaced_at: Option<DateTime<Utc>>,
}

/// A wording that is suggested for a text of a node.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wording {
    pub field: Field,
    pub from: String,
    pub to: String,
}

impl Wording {
    pub fn pieces(&self) -> Vec<Piece> {
        words(&self.from, &self.to)
    }
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Remark {
    pub id: PlanRemarkId,
    pub node: Option<PlanNodeId>,
    /// The node's title now, also where it is no longer in the plan.
    pub node_title: Option<String>,
    /// The number of the consultation that it answers.
    pub consultation: Option<i16>,
    pub reply_to: Option<PlanRemarkId>,
    pub by: Who,
    /// For whom it is said.
    pub party: Option<String>,
    pub handling: Handling,
    /// Empty where it was taken back.
    pub text: String,
    pub wording: Option<Wording>,
    pub at: DateTime<Utc>,
    pub withdrawn_at: Option<DateTime<Utc>>,
    pub resolved_at: Option<DateTime<Utc>>,
    pub resolved_by: Option<Who>,
    pub answer: Option<Answer>,
    pub answer_text: String,
    pub answered_by: Option<Who>,
    pub answered_at: Option<DateTime<Utc>>,
    pub mine: bool,
    pub names: Vec<String>,
}

impl Remark {
    /// For whom it is said: the party, or whom its author belongs to.
    pub fn voice(&self) -> Option<&str> {
        self.party.as_deref().or(self.by.of.as_deref())
    }
    /// Made in answer to a consultation, or suggesting a wording: somebody is to say what becomes of it.
    pub fn asks(&self) -> bool {
        self.reply_to.is_none()
            && self.withdrawn_at.is_none()
            && (self.consultation.is_some() || self.wording.is_some())
    }
    pub fn waits(&self) -> bool {
        self.asks() && self.answer.is_none() && self.resolved_at.is_none()
    }
    /// A wording that has changed the text.
    pub fn is_taken(&self) -> bool {
        self.wording.is_some() && matches!(self.answer, Some(Answer::Accepted | Answer::Partly))
    }
    pub fn is_discussion(&self) -> bool {
        self.reply_to.is_none() && self.withdrawn_at.is_none() && self.consultation.is_none()
    }
    pub fn class(&self) -> &'static str {
        match (self.mine, self.resolved_at.is_some() || self.answer.is_some() || self.withdrawn_at.is_some()) {
            (true, true) => "own settled",
            (true, false) => "own",
            (false, true) => "settled",
            (false, false) => "",
        }
    }
}

/// A remark with what was said to it.
#[derive(Debug, Clone)]
pub struct Thread {
    pub remark: Remark,
    pub replies: Vec<Remark>,
}

/// All that is said of a plan, as the reader may see it, and what is needed to say more.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Talk {
    pub remarks: Vec<Remark>,
    /// The parties of the consultation that is open.
    pub asked: Vec<Uuid>,
    pub nameable: Vec<Nameable>,
}

impl Talk {
    pub fn threads(&self) -> Vec<Thread> {
        let mut replies: HashMap<PlanRemarkId, Vec<Remark>> = HashMap::new();
        for r in &self.remarks {
            if let Some(to) = r.reply_to {
                replies.entry(to).or_default().push(r.clone());
            }
        }
        let tops = self.remarks.iter().filter(|r| r.reply_to.is_none());
        tops.map(|r| Thread { remark: r.clone(), replies: replies.remove(&r.id).unwrap_or_default() }).collect()
    }
}

/// What is said of one node, or of the whole.
#[derive(Debug, Clone)]
pub struct Group {
    pub node: Option<PlanNodeId>,
    /// Code and title; empty for the whole.
    pub title: String,
    /// Whether it is still in the plan.
    pub there: bool,
    pub threads: Vec<Thread>,
}

/// A node that can have been spoken of.
#[derive(Debug, Clone)]
pub struct Spoken {
    pub node: PlanNodeId,
    /// Code and title.
    pub title: String,
    /// Whether it is still in the plan.
    pub there: bool,
}

/// The nodes of a tree, in the order in which they are read.
pub fn nodes(p: &Page, tree: &Tree) -> Vec<Spoken> {
    let spoken = |placed: &Placed| {
        let title = format!("{} {}", placed.code, placed.title(p));
        Spoken { node: placed.node.id, title, there: true }
    };
    tree.nodes().iter().map(spoken).collect()
}

/// The whole first, then the nodes in their order, then those that are not among them.
pub fn groups(nodes: &[Spoken], threads: Vec<Thread>) -> Vec<Group> {
    let mut by_node: HashMap<Option<PlanNodeId>, Vec<Thread>> = HashMap::new();
    let mut gone: Vec<Option<PlanNodeId>> = Vec::new();
    for thread in threads {
        let node = thread.remark.node;
        if node.is_some_and(|n| nodes.iter().all(|s| s.node != n)) && !gone.contains(&node) {
            gone.push(node);
        }
        by_node.entry(node).or_default().push(thread);
    }
    let mut found = Vec::new();
    if let Some(threads) = by_node.remove(&None) {
        found.push(Group { node: None, title: String::new(), there: true, threads });
    }
    for spoken in nodes {
        if let Some(threads) = by_node.remove(&Some(spoken.node)) {
            found.push(Group { node: Some(spoken.node), title: spoken.title.clone(), there: spoken.there, threads });
        }
    }
    for node in gone {
        if let Some(threads) = by_node.remove(&node) {
            let title = threads.first().and_then(|t| t.remark.node_title.clone()).unwrap_or_default();
            found.push(Group { node, title, there: false, threads });
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn remark(n: u128, reply_to: Option<u128>) -> Remark {
        let id = |n| PlanRemarkId(Uuid::from_u128(n));
        Remark {
            id: id(n),
            node: None,
            node_title: None,
            consultation: None,
            reply_to: reply_to.map(id),
            by: Who { name: None, of: None, role: crate::kernel::permit::Role::Partner },
            party: None,
            handling: Handling::Members,
            text: String::new(),
            wording: None,
            at: DateTime::UNIX_EPOCH,
            withdrawn_at: None,
            resolved_at: None,
            resolved_by: None,
            answer: None,
            answer_text: String::new(),
            answered_by: None,
            answered_at: None,
            mine: false,
            names: Vec::new(),
        }
    }

    #[test]
    fn replies_stand_under_what_they_answer() {
        let talk = Talk {
            remarks: vec![remark(1, None), remark(2, Some(1)), remark(3, None), remark(4, Some(1)), remark(5, Some(9))],
            ..Talk::default()
        };
        let found: Vec<(u128, usize)> =
            talk.threads().iter().map(|t| (t.remark.id.0.as_u128(), t.replies.len())).collect();
        assert_eq!(found, [(1, 2), (3, 0)]);
    }

    #[test]
    fn a_remark_waits_until_it_is_answered_or_taken_back() {
        let mut r = remark(1, None);
        assert!(!r.waits(), "plain discussion waits for nobody");
        r.consultation = Some(1);
        assert!(r.waits());
        r.answer = Some(Answer::Not);
        assert!(!r.waits());
        r = Remark { consultation: Some(1), withdrawn_at: Some(DateTime::UNIX_EPOCH), ..remark(1, None) };
        assert!(!r.waits());
        r = Remark {
            wording: Some(Wording { field: Field::Body, from: "a".into(), to: "b".into() }),
            ..remark(1, None)
        };
        assert!(r.waits());
    }

    #[test]
    fn a_remark_is_never_public() {
        assert_eq!(level("public"), None);
        assert_eq!(level("restricted"), Some(Handling::Restricted));
    }
}
