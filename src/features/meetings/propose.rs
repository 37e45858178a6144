//! An agenda from what is due: what is proposed for a meeting, in words, without what is on its agenda already.

use chrono::NaiveDate;
use serde::Deserialize;
use uuid::Uuid;

use super::asked::NewItem;
use super::model::{Item, ItemKind};
use crate::kernel::page::Page;

/// What the database finds due.
#[derive(Debug, Default, Deserialize)]
pub struct Due {
    pub decisions: Vec<Decision>,
    pub plans: Vec<Plan>,
    pub overlaps: Vec<Overlap>,
    /// Needs of the level of members that nothing covers.
    pub uncovered: i64,
    pub cycles: Vec<Titled>,
    /// Of meetings of the same kind before.
    pub tasks: Vec<Task>,
}

#[derive(Debug, Deserialize)]
pub struct Decision {
    pub id: Uuid,
    pub title: String,
    /// It names the day of this meeting; else no day.
    pub on: Option<NaiveDate>,
}

#[derive(Debug, Deserialize)]
pub struct Plan {
    pub id: Uuid,
    pub title: String,
    pub state: String,
}

#[derive(Debug, Deserialize)]
pub struct Overlap {
    pub id: Uuid,
    pub due_on: Option<NaiveDate>,
    pub escalated: bool,
    /// Of its actions, where every member sees them all.
    pub titles: Option<Vec<String>>,
}

#[derive(Debug, Deserialize)]
pub struct Titled {
    pub id: Uuid,
    pub title: String,
}

#[derive(Debug, Deserialize)]
pub struct Task {
    pub id: Uuid,
    pub title: String,
    pub due_on: Option<NaiveDate>,
}

/// One thing that could be on the agenda.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    pub kind: ItemKind,
    pub subject: Option<Uuid>,
    pub title: String,
    /// Why it is proposed.
    pub why: String,
}

impl Proposal {
    /// How the form names it.
    pub fn key(&self) -> String {
        match self.subject {
            Some(id) => format!("{}:{id}", self.kind.as_str()),
            None => self.kind.as_str().to_owned(),
        }
    }

    pub fn item(&self) -> NewItem {
        NewItem { title: self.title.clone(), note: String::new(), kind: self.kind, subject: self.subject }
    }
}

/// What is proposed: decisions first, then plans, questions, needs, and what is left of the meetings before.
pub fn proposals(due: &Due, on_agenda: &[Item], p: &Page) -> Vec<Proposal> {
    let one = |kind, subject, title: String, why: String| Proposal {
        kind,
        subject,
        title: title.chars().take(500).collect(),
        why,
    };
    let mut all = Vec::new();
    for d in &due.decisions {
        let why = if d.on.is_some() { "meeting-why-decision-today" } else { "meeting-why-decision" };
        all.push(one(ItemKind::Decision, Some(d.id), d.title.clone(), p.t(why)));
    }
    for plan in &due.plans {
        let why = if plan.state == "agreed" { "meeting-why-plan-agreed" } else { "meeting-why-plan-consultation" };
        all.push(one(ItemKind::Plan, Some(plan.id), plan.title.clone(), p.t(why)));
    }
    for o in &due.overlaps {
        let title = match o.titles.as_deref() {
            Some(titles) if !titles.is_empty() => p.t1("meeting-item-overlap-of", "titles", titles.join(" – ")),
            _ => p.t("meeting-item-overlap-hidden"),
        };
        let why = match o.due_on {
            _ if o.escalated => p.t("meeting-why-overlap-escalated"),
            Some(day) => p.t1("meeting-why-overlap-due", "day", p.day(&day)),
            None => p.t("meeting-why-overlap"),
        };
        all.push(one(ItemKind::Overlap, Some(o.id), title, why));
    }
    if due.uncovered > 0 {
        let title = p.tn("meeting-item-uncovered", due.uncovered);
        all.push(one(ItemKind::Needs, None, title, p.t("meeting-why-uncovered")));
    }
    for c in &due.cycles {
        all.push(one(ItemKind::Cycle, Some(c.id), c.title.clone(), p.t("meeting-why-cycle")));
    }
    for t in &due.tasks {
        let why = match t.due_on {
            Some(day) => p.t1("meeting-why-task-due", "day", p.day(&day)),
            None => p.t("meeting-why-task"),
        };
        all.push(one(ItemKind::Task, Some(t.id), t.title.clone(), why));
    }
    all.retain(|x| !on_agenda.iter().any(|i| i.kind == x.kind && i.subject == x.subject));
    all
}

/// A row of the agenda as it was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Typed {
    pub item: NewItem,
    /// The number that stands before it.
    pub place: i64,
}

/// The order of the rows by the numbers typed; of two alike the one that stood first comes first.
pub fn in_order(mut rows: Vec<Typed>) -> Vec<NewItem> {
    rows.sort_by_key(|row| row.place);
    rows.into_iter().map(|row| row.item).collect()
}

/// One row a step up or down. What stands at the end stays.
pub fn moved<T>(mut rows: Vec<T>, at: usize, up: bool) -> Vec<T> {
    let other = if up { at.checked_sub(1) } else { at.checked_add(1) };
    if let Some(other) = other.filter(|other| *other < rows.len() && at < rows.len()) {
        rows.swap(at, other);
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::i18n::Locale;
    use proptest::prelude::*;

    fn page() -> Page {
        Page::bare(Locale::default(), "2026-11-24".parse().unwrap())
    }

    fn due() -> Due {
        let id = |n: u128| Uuid::from_u128(n);
        let day = "2026-12-01".parse().ok();
        Due {
            decisions: vec![Decision { id: id(1), title: "Adoption".into(), on: None }],
            plans: vec![Plan { id: id(2), title: "Plan".into(), state: "agreed".into() }],
            overlaps: vec![
                Overlap { id: id(3), due_on: day, escalated: false, titles: Some(vec!["A".into(), "B".into()]) },
                Overlap { id: id(4), due_on: None, escalated: true, titles: None },
            ],
            uncovered: 3,
            cycles: vec![Titled { id: id(5), title: "Needs 2027–2028".into() }],
            tasks: vec![Task { id: id(6), title: "Send the figures".into(), due_on: day }],
        }
    }

    #[test]
    fn what_is_due_is_proposed_in_order_with_its_reason() {
        let all = proposals(&due(), &[], &page());
        let kinds: Vec<_> = all.iter().map(|x| x.kind.as_str()).collect();
        assert_eq!(
            kinds,
            ["decision", "plan", "overlap_case", "overlap_case", "needs", "mapping_cycle", "meeting_task"]
        );
        assert!(all.iter().all(|x| !x.title.is_empty() && !x.why.is_empty() && !x.why.starts_with('[')), "{all:?}");
        // a question of which not every member sees the actions is not named
        let titles: Vec<_> = all.iter().map(|x| x.title.as_str()).collect();
        assert!(titles[2].contains("A – B"), "{titles:?}");
        assert_eq!(titles[3], "A coordination question");
        assert!(titles[4].contains('3'), "{titles:?}");
        assert!(proposals(&Due::default(), &[], &page()).is_empty());
    }

    #[test]
    fn what_is_on_the_agenda_is_not_proposed_again() {
        let on = |kind, subject| Item {
            place: 1,
            title: "Renamed".into(),
            note: String::new(),
            kind,
            subject,
            seen: true,
            of: None,
        };
        let agenda =
            [on(ItemKind::Decision, Some(Uuid::from_u128(1))), on(ItemKind::Needs, None), on(ItemKind::Own, None)];
        let left = proposals(&due(), &agenda, &page());
        assert_eq!(left.len(), 5);
        assert!(!left.iter().any(|x| matches!(x.kind, ItemKind::Decision | ItemKind::Needs)));
    }

    proptest! {
        #[test]
        fn moving_keeps_every_row(rows in proptest::collection::vec(any::<u8>(), 0..8), at in 0usize..10, up: bool) {
            let mut before = rows.clone();
            let mut after = moved(rows, at, up);
            before.sort_unstable();
            after.sort_unstable();
            prop_assert_eq!(before, after);
        }
    }

    #[test]
    fn rows_stand_by_their_numbers() {
        let row = |title: &str, place| Typed {
            item: NewItem { title: title.into(), note: String::new(), kind: ItemKind::Own, subject: None },
            place,
        };
        let rows = in_order(vec![row("a", 2), row("b", 1), row("c", 2), row("d", -5)]);
        assert_eq!(rows.iter().map(|r| r.title.as_str()).collect::<Vec<_>>(), ["d", "b", "a", "c"]);
        assert_eq!(moved(vec![1, 2, 3], 0, true), [1, 2, 3]);
        assert_eq!(moved(vec![1, 2, 3], 2, true), [1, 3, 2]);
    }
}
