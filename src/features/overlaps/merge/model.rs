//! What a merge takes over: decided here, without the database.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use uuid::Uuid;

/// A fact of an action, and the columns it is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fact {
    pub name: &'static str,
    /// The Fluent key of its name.
    pub label: &'static str,
    pub columns: &'static [&'static str],
}

/// In the order of the form.
pub const FACTS: &[Fact] = &[
    Fact { name: "title", label: "action-field-title", columns: &["title"] },
    Fact { name: "description", label: "action-field-description", columns: &["description"] },
    Fact { name: "status", label: "action-field-status", columns: &["status"] },
    Fact {
        name: "planned_start",
        label: "action-field-planned-start",
        columns: &["planned_start", "planned_start_precision"],
    },
    Fact { name: "planned_end", label: "action-field-planned-end", columns: &["planned_end", "planned_end_precision"] },
    Fact {
        name: "actual_start",
        label: "action-field-actual-start",
        columns: &["actual_start", "actual_start_precision"],
    },
    Fact { name: "actual_end", label: "action-field-actual-end", columns: &["actual_end", "actual_end_precision"] },
    Fact { name: "stated_total", label: "action-field-stated-total", columns: &["stated_total", "stated_currency"] },
    Fact { name: "parent", label: "action-field-parent", columns: &["parent_id", "parent_text"] },
    Fact { name: "theme_text", label: "action-field-theme-text", columns: &["theme_text"] },
    Fact { name: "reference", label: "action-field-reference", columns: &["reference"] },
    Fact { name: "source_url", label: "action-field-source-url", columns: &["source_url"] },
    Fact { name: "source_note", label: "action-field-source-note", columns: &["source_note"] },
    Fact { name: "date_note", label: "action-field-date-note", columns: &["date_note"] },
];

/// An action's columns as the database tells them.
pub type Columns = Map<String, Value>;

fn of(columns: &Columns, fact: &Fact) -> Vec<Value> {
    fact.columns.iter().map(|c| columns.get(*c).cloned().unwrap_or(Value::Null)).collect()
}

fn is_stated(values: &[Value]) -> bool {
    values.iter().any(|v| !v.is_null() && v.as_str() != Some(""))
}

/// What comes of a fact when two entries are merged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Settled {
    /// Both say the same, or neither says anything, or only the one that stays does.
    Kept,
    /// Only the other one states it: it is taken over.
    Filled,
    /// Both state it, and differently: somebody has to choose.
    Differs,
}

pub fn settle(kept: &Columns, gone: &Columns, fact: &Fact) -> Settled {
    let (mine, theirs) = (of(kept, fact), of(gone, fact));
    match (is_stated(&mine), is_stated(&theirs)) {
        (_, false) => Settled::Kept,
        (false, true) => Settled::Filled,
        (true, true) if mine == theirs => Settled::Kept,
        (true, true) => Settled::Differs,
    }
}

/// Levels from the most open to the most closed.
const LEVELS: [&str; 4] = ["public", "members", "parties", "restricted"];

/// The more closed of two levels: what was closed in one entry is not opened by a merge.
pub fn closer(a: &str, b: &str) -> String {
    let place = |level: &str| LEVELS.iter().position(|l| *l == level).unwrap_or(LEVELS.len());
    if place(a) >= place(b) { a.to_owned() } else { b.to_owned() }
}

/// The columns that change in the one that stays: what it was, what it becomes. `theirs`: the facts for which the other's word was
/// chosen.
pub fn patch(kept: &Columns, gone: &Columns, theirs: &[&str]) -> BTreeMap<String, (Value, Value)> {
    let mut changes = BTreeMap::new();
    for fact in FACTS {
        let takes = match settle(kept, gone, fact) {
            Settled::Kept => false,
            Settled::Filled => true,
            Settled::Differs => theirs.contains(&fact.name),
        };
        if takes {
            for column in fact.columns {
                let value = |c: &Columns| c.get(*column).cloned().unwrap_or(Value::Null);
                changes.insert((*column).to_owned(), (value(kept), value(gone)));
            }
        }
    }
    let level = |c: &Columns| c.get("handling").and_then(Value::as_str).unwrap_or("members").to_owned();
    let closed = closer(&level(kept), &level(gone));
    if closed != level(kept) {
        changes.insert("handling".to_owned(), (Value::String(level(kept)), Value::String(closed)));
    }
    // an action is not part of itself
    let own = |c: &Columns| c.get("id").cloned().unwrap_or(Value::Null);
    if changes.get("parent_id").is_some_and(|(_, to)| *to == own(kept) || *to == own(gone)) {
        changes.remove("parent_id");
        changes.remove("parent_text");
    }
    changes
}

/// What undoing puts back: each column that still is what the merge made it.
pub fn unpatch(now: &Columns, changes: &BTreeMap<String, (Value, Value)>) -> Columns {
    changes
        .iter()
        .filter(|(column, (_, after))| now.get(*column).unwrap_or(&Value::Null) == after)
        .map(|(column, (before, _))| (column.clone(), before.clone()))
        .collect()
}

/// Everything a merge did, by table.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Taken {
    pub columns: BTreeMap<String, (Value, Value)>,
    /// `role:organisation` that was added.
    pub parties: Vec<String>,
    pub beneficiaries: Vec<Uuid>,
    pub pillars: Vec<Uuid>,
    pub themes: Vec<Uuid>,
    pub nodes: Vec<Uuid>,
    pub disclosures: Vec<Uuid>,
    pub remarks: Vec<Uuid>,
    pub children: Vec<Uuid>,
    pub contributions: Vec<Uuid>,
    /// Answers to needs.
    pub responses: Vec<Uuid>,
    /// Files that stand on it.
    pub files: Vec<Uuid>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn columns() -> impl Strategy<Value = Columns> {
        let text = || prop::sample::select(vec!["", "a", "b"]);
        let level = prop::sample::select(LEVELS.to_vec());
        (text(), text(), prop::option::of("20[0-9]{2}-01-01"), prop::option::of(1..9u32), level).prop_map(
            |(title, description, start, total, level)| {
                let mut c = Columns::new();
                c.insert("title".into(), format!("t{title}").into());
                c.insert("description".into(), description.into());
                c.insert("planned_start".into(), start.clone().map_or(Value::Null, Value::String));
                c.insert("planned_start_precision".into(), start.map_or(Value::Null, |_| "year".into()));
                c.insert("stated_total".into(), total.map_or(Value::Null, |n| n.to_string().into()));
                c.insert("stated_currency".into(), total.map_or(Value::Null, |_| "EUR".into()));
                c.insert("handling".into(), level.into());
                c
            },
        )
    }

    fn apply(kept: &Columns, changes: &BTreeMap<String, (Value, Value)>) -> Columns {
        let mut after = kept.clone();
        for (column, (_, to)) in changes {
            after.insert(column.clone(), to.clone());
        }
        after
    }

    proptest! {
        #[test]
        fn nothing_stated_is_lost(kept in columns(), gone in columns()) {
            let after = apply(&kept, &patch(&kept, &gone, &[]));
            for fact in FACTS {
                prop_assert!(is_stated(&of(&after, fact)) || !(is_stated(&of(&kept, fact)) || is_stated(&of(&gone, fact))));
            }
        }

        #[test]
        fn undone_it_is_what_it_was(kept in columns(), gone in columns(), theirs in prop::sample::subsequence(vec!["title", "description", "stated_total"], 0..3)) {
            let changes = patch(&kept, &gone, &theirs);
            let after = apply(&kept, &changes);
            let mut back = after.clone();
            back.extend(unpatch(&after, &changes));
            for fact in FACTS {
                prop_assert_eq!(of(&back, fact), of(&kept, fact));
            }
            prop_assert_eq!(back.get("handling"), kept.get("handling"));
        }

        #[test]
        fn what_was_changed_since_stays(kept in columns(), gone in columns()) {
            let changes = patch(&kept, &gone, &["title"]);
            let mut now = apply(&kept, &changes);
            now.insert("title".into(), "since".into());
            prop_assert!(!unpatch(&now, &changes).contains_key("title"));
        }

        #[test]
        fn nothing_is_opened(kept in columns(), gone in columns()) {
            let after = apply(&kept, &patch(&kept, &gone, &[]));
            let level = |c: &Columns| LEVELS.iter().position(|l| Some(*l) == c.get("handling").and_then(Value::as_str));
            prop_assert!(level(&after) >= level(&kept) && level(&after) >= level(&gone));
        }
    }
}
