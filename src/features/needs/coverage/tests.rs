//! The laws of counting.

use proptest::prelude::*;
use rust_decimal::Decimal;
use std::collections::{BTreeSet, HashSet};
use uuid::Uuid;

use super::model::*;
use crate::features::money::Within;
use crate::features::needs::model::Coverage;
use crate::kernel::ids::{ActionId, BeneficiaryId, NeedId, OrganisationId};
use crate::kernel::money::Currency;

fn beneficiary(n: u128) -> BeneficiaryId {
    BeneficiaryId(Uuid::from_u128(1_000 + n))
}
fn row(n: u128) -> Uuid {
    Uuid::from_u128(2_000 + n)
}
fn action_id(n: usize) -> ActionId {
    ActionId(Uuid::from_u128(3_000 + n as u128))
}

fn coverage() -> impl Strategy<Value = Option<Coverage>> {
    prop_oneof![
        Just(None),
        Just(Some(Coverage::Not)),
        Just(Some(Coverage::Partly)),
        Just(Some(Coverage::Covered)),
        Just(Some(Coverage::More))
    ]
}

fn needs() -> impl Strategy<Value = Vec<NeedAt>> {
    let one = (0u128..3, prop::option::of(0u128..4), coverage(), prop::collection::vec(0usize..6, 0..3));
    prop::collection::vec(one, 0..8).prop_map(|all| {
        all.into_iter()
            .enumerate()
            .map(|(i, (b, lineage, coverage, answered))| NeedAt {
                id: NeedId(Uuid::from_u128(i as u128)),
                title: format!("need {i}"),
                beneficiary: beneficiary(b),
                cycle: String::new(),
                cycle_year: 2026,
                lineage: lineage.map(row),
                theme: None,
                priority: None,
                by_when: None,
                coverage,
                judged_on: None,
                reason: None,
                answered_by: answered.into_iter().map(action_id).collect(),
            })
            .collect()
    })
}

fn actions() -> impl Strategy<Value = Vec<ActionAt>> {
    let one = (
        prop::collection::btree_set(0u128..3, 0..4),
        prop::collection::btree_set(0u128..4, 0..3),
        prop::option::of(0usize..6),
        prop::collection::btree_set(0u128..5, 0..4),
    );
    prop::collection::vec(one, 0..6).prop_map(|all| {
        all.into_iter()
            .enumerate()
            .map(|(i, (places, lineages, parent, donors))| ActionAt {
                id: action_id(i),
                title: format!("action {i}"),
                status: None,
                ends: None,
                // a part comes after its whole: no ring
                parent: parent.filter(|p| *p < i).map(action_id),
                lineages: lineages.into_iter().map(row).collect(),
                themes: vec![],
                places: places.into_iter().map(|b| Place { beneficiary: beneficiary(b), share: None }).collect(),
                donors: donors
                    .into_iter()
                    .map(|d| Donor { id: OrganisationId(Uuid::from_u128(d)), name: format!("donor {d}") })
                    .collect(),
            })
            .collect()
    })
}

fn rows() -> HashSet<Uuid> {
    (0..3).map(row).collect()
}

fn near(a: Decimal, b: Decimal) -> bool {
    (a - b).abs() < Decimal::new(1, 6)
}

proptest! {
    /// Every need stands in exactly one cell: that of its row, or of none where its row is not shown.
    #[test]
    fn every_need_has_one_cell(needs in needs(), actions in actions()) {
        let m = Matrix::new(needs, actions, By::Measures, &rows());
        for (i, need) in m.needs.iter().enumerate() {
            let cells: Vec<_> = m.cells.iter().filter(|(_, c)| c.needs.contains(&i)).map(|(k, _)| *k).collect();
            let row = need.lineage.filter(|l| rows().contains(l));
            prop_assert_eq!(cells, vec![(row, Some(need.beneficiary))]);
        }
    }

    /// An action that hangs under a row stands in it once for each beneficiary that it names.
    #[test]
    fn an_action_stands_where_it_hangs(needs in needs(), actions in actions()) {
        let m = Matrix::new(needs, actions, By::Measures, &rows());
        for (i, action) in m.actions.iter().enumerate() {
            for lineage in action.lineages.iter().filter(|l| rows().contains(l)) {
                for column in columns(action) {
                    prop_assert!(m.cell(Some(*lineage), column).actions.contains(&i));
                }
            }
        }
    }

    /// What is put together holds each need and each action once, and nothing else.
    #[test]
    fn a_total_is_the_union(needs in needs(), actions in actions()) {
        let m = Matrix::new(needs, actions, By::Measures, &rows());
        let all = m.together(|_| true);
        let needs: BTreeSet<usize> = m.cells.values().flat_map(|c| c.needs.iter().copied()).collect();
        prop_assert_eq!(&all.needs, &needs);
        prop_assert_eq!(all.needs.len(), m.needs.len());
        let one_by_one: usize = m.cells.values().map(|c| c.actions.len()).sum();
        prop_assert!(all.actions.len() <= one_by_one);
    }

    /// A row comes to what its cells come to, and all of it to what its columns come to.
    #[test]
    fn money_of_a_row_is_that_of_its_cells(needs in needs(), actions in actions()) {
        let mut m = Matrix::new(needs, actions, By::Measures, &rows());
        // something of each is of no beneficiary
        let of = |a: &ActionAt| columns(a).chain([None]).map(|c| (a.id, c, 10)).collect::<Vec<_>>();
        let amounts: Vec<_> = m.actions.iter().flat_map(of).collect();
        m.money = Some((Within::of(amounts), Currency::EUR));
        let shown: Vec<Column> = (0..3).map(|b| Some(beneficiary(b))).chain([None]).collect();
        let sum = |of: &dyn Fn(&(RowKey, Column)) -> bool| m.money(of, &shown).amount;
        for row in (0..3).map(|n| Some(row(n))).chain([None]) {
            let cells: Decimal = shown.iter().map(|c| sum(&|key| *key == (row, *c))).sum();
            prop_assert_eq!(sum(&|key| key.0 == row), cells);
        }
        let columns: Decimal = shown.iter().map(|c| sum(&|key| key.1 == *c)).sum();
        prop_assert_eq!(sum(&|_| true), columns);
        for i in 0..m.actions.len() {
            prop_assert!(m.money_of(i, |_| true, &shown).amount <= sum(&|_| true));
        }
    }

    /// The parts of an action come to the whole of it.
    #[test]
    fn shares_come_to_the_whole(actions in actions()) {
        for action in &actions {
            let sum: Decimal = columns(action).map(|c| share(action, c).0).sum();
            prop_assert!(near(sum, Decimal::ONE), "{}", sum);
        }
    }

    /// What is judged not to be covered is not said to be covered in part, whatever is near it.
    #[test]
    fn what_is_judged_uncovered_is_uncovered(needs in needs(), actions in actions()) {
        let m = Matrix::new(needs, actions, By::Measures, &rows());
        for cell in m.cells.values().filter(|c| !c.needs.is_empty()) {
            let all_not = cell.needs.iter().all(|i| m.needs[*i].coverage == Some(Coverage::Not));
            prop_assert!(!all_not || m.standing(cell) == Standing::Uncovered);
        }
    }

    /// One more action never makes a cell look worse, nor a better judgement.
    #[test]
    fn more_support_is_never_less(needs in needs(), actions in actions()) {
        let m = Matrix::new(needs, actions, By::Measures, &rows());
        let rank = |s: Standing| match s {
            Standing::Nothing | Standing::Uncovered => 0,
            Standing::Unasked | Standing::Partly => 1,
            Standing::Covered => 2,
        };
        for cell in m.cells.values() {
            for extra in 0..m.actions.len() {
                let mut more = cell.clone();
                more.actions.insert(extra);
                prop_assert!(rank(m.standing(&more)) >= rank(m.standing(cell)));
            }
        }
    }
}

#[test]
fn stated_shares_are_taken_as_they_are() {
    let place = |n, share: Option<i64>| Place { beneficiary: beneficiary(n), share: share.map(Decimal::from) };
    let mut action = ActionAt {
        id: action_id(0),
        title: String::new(),
        status: None,
        ends: None,
        parent: None,
        lineages: vec![],
        themes: vec![],
        places: vec![place(0, Some(70)), place(1, Some(30))],
        donors: vec![],
    };
    assert_eq!(share(&action, Some(beneficiary(0))), (Decimal::new(7, 1), false));
    assert_eq!(share(&action, Some(beneficiary(2))), (Decimal::ZERO, false));
    action.places = vec![place(0, None), place(1, None)];
    assert_eq!(share(&action, Some(beneficiary(1))), (Decimal::new(5, 1), true));
    assert_eq!(share(&action, None), (Decimal::ZERO, false));
}

#[test]
fn an_action_counts_in_a_row_for_those_alone_whose_needs_it_answers_there() {
    let need = NeedAt {
        id: NeedId(Uuid::from_u128(1)),
        title: String::new(),
        beneficiary: beneficiary(0),
        cycle: String::new(),
        cycle_year: 2026,
        lineage: Some(row(0)),
        theme: None,
        priority: None,
        by_when: None,
        coverage: None,
        judged_on: None,
        reason: None,
        answered_by: vec![action_id(0)],
    };
    let place = |n| Place { beneficiary: beneficiary(n), share: None };
    let action = ActionAt {
        id: action_id(0),
        title: String::new(),
        status: None,
        ends: None,
        parent: None,
        lineages: vec![],
        themes: vec![],
        places: vec![place(0), place(1)],
        donors: vec![],
    };
    let mut m = Matrix::new(vec![need], vec![action], By::Measures, &rows());
    let halves = [0, 1].map(|n| (action_id(0), Some(beneficiary(n)), 50));
    m.money = Some((Within::of(halves), Currency::EUR));
    let shown = [Some(beneficiary(0)), Some(beneficiary(1)), None];
    let money = m.money(|(of, _)| *of == Some(row(0)), &shown);
    assert_eq!(money.amount, Decimal::from(50));
}
