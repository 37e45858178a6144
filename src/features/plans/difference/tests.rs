//! Nothing of either text is missing, and nothing that differs is called the same.

use super::super::model::Method;
use super::super::text::TargetText;
use super::*;
use crate::kernel::i18n::Locale;
use proptest::prelude::*;

fn node(n: u128, parent: Option<u128>, title: &str) -> NodeText {
    NodeText {
        lineage: Uuid::from_u128(n),
        parent: parent.map(Uuid::from_u128),
        kind: NodeKind::Objective,
        code: String::new(),
        title: title.to_owned(),
        body: String::new(),
        expected_result: String::new(),
        text_note: String::new(),
        indicators: Vec::new(),
        actions: Vec::new(),
    }
}

fn text(nodes: Vec<NodeText>) -> PlanText {
    PlanText {
        form: 1,
        process: "P".into(),
        kind: PlanKind::ActionPlan,
        title: "Plan".into(),
        about: String::new(),
        pillar: None,
        first_year: Some(2027),
        last_year: Some(2029),
        text_note: String::new(),
        source_url: None,
        nodes,
        notes: Vec::new(),
    }
}

#[test]
fn added_removed_moved_and_reworded_are_told_apart() {
    let from = text(vec![node(1, None, "One"), node(2, None, "Two"), node(3, None, "Three"), node(31, Some(3), "Sub")]);
    let to =
        text(vec![node(1, None, "One again"), node(3, None, "Three"), node(4, None, "Four"), node(31, Some(4), "Sub")]);
    let found = compare(&from, &to);
    let fates: Vec<(u128, Fate, Option<&str>)> =
        found.nodes.iter().map(|n| (n.lineage.as_u128(), n.fate, n.moved_from.as_deref())).collect();
    assert_eq!(
        fates,
        [
            (1, Fate::Changed, None),
            (2, Fate::Removed, None),
            (3, Fate::Same, None),
            (4, Fate::Added, None),
            (31, Fate::Changed, Some("Three")),
        ]
    );
    // 31 says what it said: it is moved, and not counted as changed besides
    assert_eq!((found.count(Fate::Changed), found.moved()), (1, 1));
    assert!(found.nodes.iter().all(|n| n.is_moved_alone() == (n.lineage == Uuid::from_u128(31))));
    assert!(compare(&from, &from).is_empty());
}

#[test]
fn one_that_changes_place_is_one_move() {
    let order = |o: [u128; 4]| text(o.map(|n| node(n, None, "x")).into());
    let found = compare(&order([1, 2, 3, 4]), &order([4, 1, 2, 3]));
    let moved: Vec<u128> = found.nodes.iter().filter(|n| n.moved_from.is_some()).map(|n| n.lineage.as_u128()).collect();
    assert_eq!(moved, [4]);
    assert_eq!((found.count(Fate::Changed), found.moved()), (0, 1));
}

proptest! {
    #[test]
    fn nothing_of_either_text_is_missing(
        a in prop::collection::vec(0u128..12, 0..10), b in prop::collection::vec(0u128..12, 0..10)
    ) {
        let unique = |ids: Vec<u128>| {
            let mut seen = HashSet::new();
            text(ids.into_iter().filter(|n| seen.insert(*n)).map(|n| node(n, None, "x")).collect())
        };
        let (from, to) = (unique(a), unique(b));
        let found = compare(&from, &to);
        let kept: Vec<Uuid> = found.nodes.iter().filter(|n| n.fate != Fate::Removed).map(|n| n.lineage).collect();
        prop_assert_eq!(kept, to.nodes.iter().map(|n| n.lineage).collect::<Vec<_>>());
        let removed = found.count(Fate::Removed);
        let gone = from.nodes.iter().filter(|n| to.node(n.lineage).is_none()).count();
        prop_assert_eq!(removed, gone);
    }
}

/// A text that has something of everything.
fn full() -> PlanText {
    let mut part = node(2, Some(1), "Two");
    part.body = "A text.".into();
    part.indicators = vec![IndicatorText {
        lineage: Uuid::from_u128(21),
        name: "Cases".into(),
        unit: "cases".into(),
        method: Method::Sum,
        baseline: Some("12".into()),
        baseline_year: Some(2025),
        targets: vec![TargetText { year: 2027, beneficiary: Some("Arvania".into()), value: "20".into() }],
    }];
    part.actions = vec![ActionText {
        id: Uuid::from_u128(31),
        title: "Training".into(),
        public: true,
        status: Some("planned".into()),
        donors: vec!["Norland".into()],
        implementers: vec!["Assembly".into()],
        beneficiaries: vec!["Arvania".into()],
        starts: Some("2026".into()),
        ends: Some("2027-05".into()),
    }];
    let mut text = text(vec![node(1, None, "One"), part, node(3, None, "Three")]);
    text.pillar = Some(("PREVENT".into(), "Prevention".into()));
    text
}

type Change = (&'static str, fn(&mut PlanText));

/// One change each; together they touch every field of a text.
const CHANGES: &[Change] = &[
    ("process", |t| t.process.push('x')),
    ("kind", |t| t.kind = PlanKind::NeedsFrame),
    ("title", |t| t.title.push('x')),
    ("about", |t| t.about.push('x')),
    ("pillar", |t| t.pillar = None),
    ("name of the pillar", |t| t.pillar = Some(("PREVENT".into(), "Another name".into()))),
    ("first year", |t| t.first_year = None),
    ("last year", |t| t.last_year = Some(2030)),
    ("text note", |t| t.text_note.push('x')),
    ("source", |t| t.source_url = Some("https://example.org".into())),
    ("notes", |t| t.notes.push("* A note".into())),
    ("no part", |t| t.nodes.clear()),
    ("order of parts", |t| t.nodes.rotate_left(2)),
    ("another parent", |t| t.nodes[1].parent = None),
    ("another lineage", |t| t.nodes[1].lineage = Uuid::from_u128(9)),
    ("kind of a part", |t| t.nodes[1].kind = NodeKind::Measure),
    ("code", |t| t.nodes[1].code.push('7')),
    ("title of a part", |t| t.nodes[1].title.push('x')),
    ("body", |t| t.nodes[1].body.push('x')),
    ("expected result", |t| t.nodes[1].expected_result.push('x')),
    ("text note of a part", |t| t.nodes[1].text_note.push('x')),
    ("no indicator", |t| t.nodes[1].indicators.clear()),
    ("another indicator", |t| t.nodes[1].indicators[0].lineage = Uuid::from_u128(9)),
    ("indicator", |t| t.nodes[1].indicators[0].name.push('x')),
    ("unit", |t| t.nodes[1].indicators[0].unit.clear()),
    ("method", |t| t.nodes[1].indicators[0].method = Method::Latest),
    ("baseline", |t| t.nodes[1].indicators[0].baseline = Some("12.00000001".into())),
    ("no baseline", |t| t.nodes[1].indicators[0].baseline = None),
    ("year of the baseline", |t| t.nodes[1].indicators[0].baseline_year = None),
    ("no target", |t| t.nodes[1].indicators[0].targets.clear()),
    ("target", |t| t.nodes[1].indicators[0].targets[0].value = "21".into()),
    ("year of a target", |t| t.nodes[1].indicators[0].targets[0].year = 2028),
    ("whose target", |t| t.nodes[1].indicators[0].targets[0].beneficiary = None),
    ("no action", |t| t.nodes[1].actions.clear()),
    ("another action", |t| t.nodes[1].actions[0].id = Uuid::from_u128(9)),
    ("action renamed", |t| t.nodes[1].actions[0].title.push('x')),
    ("who sees it", |t| t.nodes[1].actions[0].public = false),
    ("status", |t| t.nodes[1].actions[0].status = Some("ongoing".into())),
    ("donors", |t| t.nodes[1].actions[0].donors = vec!["Westmark".into()]),
    ("implementers", |t| t.nodes[1].actions[0].implementers.clear()),
    ("beneficiaries", |t| t.nodes[1].actions[0].beneficiaries.push("Kestria*".into())),
    ("start", |t| t.nodes[1].actions[0].starts = Some("2026-02".into())),
    ("end", |t| t.nodes[1].actions[0].ends = None),
];

/// Every word of a comparison that says that something differs.
fn differing(p: &Page, found: &Comparison) -> usize {
    let changed = |pieces: Vec<Piece>| pieces.iter().filter(|x| !matches!(x, Piece::Same(_))).count();
    let head: usize = found.head.iter().map(|t| changed(t.pieces(p))).sum();
    let nodes = found.nodes.iter().map(|n| {
        usize::from(matches!(n.fate, Fate::Added | Fate::Removed))
            + usize::from(n.code_before.is_some())
            + usize::from(n.moved_from.is_some())
            + n.texts.iter().map(|t| changed(t.pieces(p))).sum::<usize>()
            + n.indicators.iter().map(|i| changed(i.pieces(p))).sum::<usize>()
            + n.actions.iter().filter(|a| a.fate != Fate::Changed).count()
            + n.actions.iter().flat_map(|a| &a.fields).map(|t| changed(t.pieces(p))).sum::<usize>()
    });
    head + nodes.sum::<usize>()
}

#[test]
fn whatever_differs_is_shown() {
    let p = Page::bare(Locale::English, chrono::NaiveDate::default());
    for (what, change) in CHANGES {
        let mut other = full();
        change(&mut other);
        for (from, to) in [(&full(), &other), (&other, &full())] {
            let found = compare(from, to);
            assert!(!found.is_empty() && !found.is_unseen(), "{what}");
            assert!(differing(&p, &found) > 0, "{what}: {found:?}");
        }
    }
}

#[test]
fn a_part_that_is_added_or_removed_brings_all_that_it_holds() {
    let mut less = full();
    less.nodes.remove(1);
    for (from, to, fate) in [(&less, &full(), Fate::Added), (&full(), &less, Fate::Removed)] {
        let found = compare(from, to);
        let part = found.nodes.iter().find(|n| n.fate == fate).expect("the part");
        assert_eq!((part.indicators.len(), part.actions.len()), (1, 1));
        assert_eq!(part.actions[0].fate, fate);
    }
}

proptest! {
    #[test]
    fn texts_that_differ_are_never_the_same(
        a in prop::collection::vec(0..CHANGES.len(), 0..4), b in prop::collection::vec(0..CHANGES.len(), 0..4), turned in any::<bool>()
    ) {
        let made = |changes: &[usize]| {
            let mut text = full();
            // a change of a part that another change has taken away is none
            for i in changes {
                let mut next = text.clone();
                if next.nodes.len() > 1 && next.nodes[1].indicators.len() == 1 && next.nodes[1].actions.len() == 1
                    && next.nodes[1].indicators[0].targets.len() == 1
                {
                    CHANGES[*i].1(&mut next);
                    text = next;
                }
            }
            text
        };
        let (from, mut to) = (made(&a), made(&b));
        if turned {
            to.nodes.iter_mut().for_each(|n| n.actions.extend(n.actions.clone()));
        }
        let found = compare(&from, &to);
        prop_assert_eq!(found.is_empty(), from.bytes().unwrap() == to.bytes().unwrap());
        prop_assert!(!(found.is_empty() && found.is_unseen()));
    }
}
