//! The text of a plan as it is frozen: everything that is agreed on, by name and not by key, so that it can be read when
//! what it names has been renamed or is gone. Its checksum is over these very bytes.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use uuid::Uuid;

use super::model::{Line, Method, NodeKind, Plan, PlanKind, Who};
use super::tree::Tree;
use crate::kernel::db::Frame;
use crate::kernel::ids::PlanNodeId;
use crate::kernel::page::Page;

/// The form of the text below; one that is read later says which it has.
const FORM: u16 = 1;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanText {
    pub form: u16,
    pub process: String,
    pub kind: PlanKind,
    pub title: String,
    pub about: String,
    /// Key and name.
    pub pillar: Option<(String, String)>,
    pub first_year: Option<i16>,
    pub last_year: Option<i16>,
    pub text_note: String,
    pub source_url: Option<String>,
    /// In the order in which they are read.
    pub nodes: Vec<NodeText>,
    /// What the asterisks stand for.
    pub notes: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NodeText {
    /// The same in every version of a plan.
    pub lineage: Uuid,
    pub parent: Option<Uuid>,
    pub kind: NodeKind,
    pub code: String,
    pub title: String,
    pub body: String,
    pub expected_result: String,
    pub text_note: String,
    pub indicators: Vec<IndicatorText>,
    pub actions: Vec<ActionText>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IndicatorText {
    pub lineage: Uuid,
    pub name: String,
    pub unit: String,
    /// Left out where there is none, so that earlier texts keep their checksums.
    #[serde(default, skip_serializing_if = "Method::is_none")]
    pub method: Method,
    pub baseline: Option<String>,
    pub baseline_year: Option<i16>,
    pub targets: Vec<TargetText>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TargetText {
    pub year: i16,
    /// None: all together.
    pub beneficiary: Option<String>,
    pub value: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActionText {
    pub id: Uuid,
    pub title: String,
    pub public: bool,
    pub status: Option<String>,
    pub donors: Vec<String>,
    pub implementers: Vec<String>,
    pub beneficiaries: Vec<String>,
    pub starts: Option<String>,
    pub ends: Option<String>,
}

impl PlanText {
    /// Of the actions, those that every member may see: one for named parties alone is in nobody's frozen text.
    pub fn new(plan: &Plan, tree: &Tree, lines: &[Line], frame: &Frame) -> Self {
        let beneficiary = |id: &crate::kernel::ids::BeneficiaryId| {
            frame.beneficiaries.iter().find(|b| b.id == *id).map(|b| b.name.clone()).unwrap_or_default()
        };
        let mut by_node: HashMap<PlanNodeId, Vec<ActionText>> = HashMap::new();
        for line in lines.iter().filter(|l| matches!(l.handling.as_str(), "public" | "members")) {
            by_node.entry(line.node).or_default().push(ActionText {
                id: line.id.0,
                title: line.title.clone(),
                public: line.handling == "public",
                status: line.status.map(|s| s.as_str().to_owned()),
                donors: line.funders.iter().map(|o| o.name.clone()).collect(),
                implementers: line.implementers.iter().map(|o| o.name.clone()).collect(),
                beneficiaries: line.beneficiaries.iter().map(beneficiary).collect(),
                starts: line.starts.as_ref().map(ToString::to_string),
                ends: line.ends.as_ref().map(ToString::to_string),
            });
        }
        let nodes = tree
            .nodes()
            .iter()
            .map(|placed| {
                let n = &placed.node;
                NodeText {
                    lineage: n.lineage,
                    parent: n.parent.and_then(|p| tree.get(p)).map(|p| p.node.lineage),
                    kind: n.kind,
                    code: placed.code.clone(),
                    title: n.title.clone(),
                    body: n.body.clone(),
                    expected_result: n.expected_result.clone(),
                    text_note: n.text_note.clone(),
                    indicators: n
                        .indicators
                        .iter()
                        .map(|i| IndicatorText {
                            lineage: i.lineage,
                            name: i.name.clone(),
                            unit: i.unit.clone(),
                            method: i.method,
                            baseline: i.baseline.map(|b| b.normalize().to_string()),
                            baseline_year: i.baseline_year,
                            targets: i
                                .targets
                                .iter()
                                .map(|t| TargetText {
                                    year: t.year,
                                    beneficiary: t.beneficiary.as_ref().map(beneficiary),
                                    value: t.value.normalize().to_string(),
                                })
                                .collect(),
                        })
                        .collect(),
                    actions: by_node.remove(&n.id).unwrap_or_default(),
                }
            })
            .collect();
        Self {
            form: FORM,
            process: frame.name.clone(),
            kind: plan.kind,
            title: plan.title.clone(),
            about: plan.about.clone(),
            pillar: plan.pillar.as_ref().map(|l| (l.key.clone(), l.name.clone())),
            first_year: plan.first_year,
            last_year: plan.last_year,
            text_note: plan.text_note.clone(),
            source_url: plan.source_url.clone(),
            nodes,
            notes: frame.footnotes.iter().map(|n| n.text.clone()).collect(),
        }
    }

    /// The same with public actions alone.
    pub fn published(&self) -> Self {
        let mut text = self.clone();
        for node in &mut text.nodes {
            node.actions.retain(|a| a.public);
        }
        text
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

    /// As plain lines, for a paper that is read anywhere.
    pub fn plain(&self, p: &Page) -> String {
        let mut out = format!("{}\n", self.title);
        for part in [&self.text_note, &self.about] {
            if !part.is_empty() {
                out.push_str(&format!("\n{part}\n"));
            }
        }
        for node in &self.nodes {
            out.push_str(&format!("\n{} {}\n", node.code, node.title));
            for part in [&node.body, &node.expected_result] {
                if !part.is_empty() {
                    out.push_str(&format!("{part}\n"));
                }
            }
            for indicator in &node.indicators {
                out.push_str(&format!("– {}\n", indicator.in_words(p)));
            }
        }
        for note in &self.notes {
            out.push_str(&format!("\n{note}\n"));
        }
        out
    }

    pub fn node(&self, lineage: Uuid) -> Option<&NodeText> {
        self.nodes.iter().find(|n| n.lineage == lineage)
    }

    pub fn depth(&self, node: &NodeText) -> usize {
        std::iter::successors(node.parent, |p| self.node(*p)?.parent).count()
    }
}

/// SHA-256 over bytes, one part after the other.
pub fn checksum(parts: &[&[u8]]) -> Vec<u8> {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part);
    }
    hash.finalize().to_vec()
}

/// A position, remark, vote or statement as the members' record keeps it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    pub asked: Vec<AskedText>,
    pub positions: Vec<PositionText>,
    pub remarks: Vec<RemarkText>,
    pub decision: Option<DecisionText>,
    /// The submitted needs under its nodes that are for all members. Never in the text itself, which observers and the
    /// public read. Left out where there are none, so that earlier records keep their checksums.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub needs: Vec<NeedText>,
    /// Of a plan that has ended: what was known of its indicators then.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub results: Vec<ResultText>,
    /// Names that it keeps are not shown, since those people have left. Of the day on which it is read, never of the record.
    #[serde(skip)]
    pub without_names: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NeedText {
    /// The lineage of its node.
    pub node: Uuid,
    pub beneficiary: String,
    pub title: String,
    #[serde(rename = "type")]
    pub need_type: String,
    /// How far it was covered, where that had been judged.
    pub coverage: Option<String>,
}

/// A figure that stood.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResultText {
    /// The lineage of its indicator.
    pub indicator: Uuid,
    /// None: all together.
    pub beneficiary: Option<String>,
    pub from: NaiveDate,
    pub to: NaiveDate,
    pub value: String,
    /// By an accepted report on an action, for that action; else it was stated for all that is done.
    pub reported: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AskedText {
    pub party: String,
    pub deadline: Option<NaiveDate>,
    pub answered: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PositionText {
    pub party: String,
    pub stance: String,
    pub reason: String,
    pub nodes: Vec<Uuid>,
    pub at: String,
    pub by: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemarkText {
    pub node: Option<Uuid>,
    pub party: String,
    pub by: String,
    pub at: String,
    pub text: String,
    /// Of a suggested wording: what it was to replace, and by what.
    pub wording: Option<(String, String)>,
    pub answer: Option<(String, String)>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DecisionText {
    pub number: Option<String>,
    pub title: String,
    pub procedure: String,
    pub outcome: String,
    pub decided_on: Option<NaiveDate>,
    /// Seat and vote.
    pub votes: Vec<(String, String)>,
    /// Party and text.
    pub statements: Vec<(String, String)>,
}

impl Record {
    /// Nobody was asked, and nothing was said, needed or decided.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// An act in it has a name.
    pub fn names_somebody(&self) -> bool {
        self.positions.iter().any(|q| !q.by.is_empty()) || self.remarks.iter().any(|r| !r.by.is_empty())
    }

    /// Leaves out the names of people who have left, by what is told today of who acted at those moments.
    pub fn forget(&mut self, today: &[(DateTime<Utc>, Who)], p: &Page) {
        let mut acted: HashMap<String, Vec<&Who>> = HashMap::new();
        for (at, who) in today {
            acted.entry(at.to_rfc3339()).or_default().push(who);
        }
        // two may have acted in one moment: then a name stays only where it is theirs who are named today
        let gone = |by: &str, at: &str| -> Option<String> {
            let there = acted.get(at).map_or(&[][..], Vec::as_slice);
            let gone = there.iter().find(|who| who.name.is_none());
            let stays = !there.is_empty() && (gone.is_none() || there.iter().any(|w| w.name.as_deref() == Some(by)));
            // of what is there no more nobody can say whether its author has left
            (!stays && !by.is_empty()).then(|| gone.map(|who| who.shown(p)).unwrap_or_default())
        };
        let acts = self.positions.iter_mut().map(|q| (&mut q.by, &q.at));
        for (by, at) in acts.chain(self.remarks.iter_mut().map(|r| (&mut r.by, &r.at))) {
            if let Some(who) = gone(by, at) {
                *by = who;
                self.without_names = true;
            }
        }
    }

    /// # Errors
    /// None that a record of ours can cause.
    pub fn bytes(&self) -> serde_json::Result<String> {
        serde_json::to_string(self)
    }
}
