use super::*;
use proptest::prelude::*;

const EU: u32 = 1;
const BMZ: u32 = 2;
const GIZ: u32 = 3;
const NGO: u32 = 4;

fn piece(of: u32, amount: i64, provider: u32, receiver: u32) -> Piece {
    Piece { of, amount, provider, receiver, year: 2024, quarters: Quarters::of_year(2024), marks: marks::FIRST }
}

fn member(parent: Option<usize>, own: Vec<Piece>) -> Member {
    Member { parent, own: (!own.is_empty()).then_some(own) }
}

fn total(s: &Settled) -> i64 {
    sum(&s.pieces)
}

fn of(s: &Settled, action: u32) -> i64 {
    s.pieces.iter().filter(|p| p.of == action).map(|p| p.amount).sum()
}

fn from(s: &Settled, provider: u32) -> i64 {
    s.pieces.iter().filter(|p| p.provider == provider).map(|p| p.amount).sum()
}

#[test]
fn a_parents_figure_stands_and_its_children_are_parts_of_it() {
    let s = settle(vec![
        member(None, vec![piece(0, 900, EU, GIZ), piece(0, 100, BMZ, GIZ)]),
        // the agency passes on what it was given: it is the donors' money
        member(Some(0), vec![piece(1, 300, GIZ, NGO)]),
        // one donor's own part
        member(Some(0), vec![piece(2, 50, BMZ, NGO)]),
    ]);
    assert_eq!(total(&s), 1000);
    assert_eq!((of(&s, 0), of(&s, 1), of(&s, 2)), (650, 300, 50));
    assert_eq!((from(&s, EU), from(&s, BMZ), from(&s, GIZ)), (900, 100, 0));
    assert!(s.over.is_empty() && s.left.is_empty());
}

#[test]
fn a_parent_without_a_figure_is_the_sum_of_its_children() {
    let s = settle(vec![
        member(None, vec![]),
        member(Some(0), vec![piece(1, 300, NOBODY, NOBODY)]),
        member(Some(0), vec![]),
        member(Some(2), vec![piece(3, 70, EU, NGO)]),
    ]);
    assert_eq!((total(&s), of(&s, 1), of(&s, 3)), (370, 300, 70));
}

#[test]
fn a_parent_that_comes_to_nothing_says_nothing_of_its_children() {
    let s = settle(vec![member(None, vec![piece(0, 0, EU, GIZ)]), member(Some(0), vec![piece(1, 70, EU, NGO)])]);
    assert_eq!((total(&s), s.left.len()), (70, 0));
}

#[test]
fn children_that_come_to_more_are_left_out() {
    let s = settle(vec![
        member(None, vec![piece(0, 100, EU, GIZ)]),
        member(Some(0), vec![piece(1, 80, EU, NGO)]),
        member(Some(0), vec![piece(2, 30, EU, NGO)]),
    ]);
    assert_eq!((total(&s), s.over.clone(), s.left.clone()), (100, vec![0], vec![(1, 80), (2, 30)]));
}

#[test]
fn whose_money_it_is_goes_down_the_chain() {
    let s = settle(vec![
        member(None, vec![piece(0, 600, EU, GIZ), piece(0, 400, BMZ, GIZ)]),
        member(Some(0), vec![piece(1, 200, NOBODY, GIZ)]),
        member(Some(1), vec![piece(2, 50, GIZ, NGO)]),
    ]);
    assert_eq!((total(&s), from(&s, EU), from(&s, BMZ)), (1000, 600, 400));
    assert_eq!((of(&s, 0), of(&s, 1), of(&s, 2)), (800, 150, 50));
    let rows = s.pieces.iter().filter(|p| p.of == 2 && p.marks & marks::FIRST != 0).count();
    assert_eq!(rows, 1, "one row, though of two donors");
}

#[test]
fn another_donor_inside_keeps_its_name() {
    let s = settle(vec![member(None, vec![piece(0, 1000, EU, GIZ)]), member(Some(0), vec![piece(1, 200, BMZ, NGO)])]);
    assert_eq!((total(&s), from(&s, EU), from(&s, BMZ)), (1000, 800, 200));
}

#[test]
fn repayments_among_the_parts_lose_nothing() {
    let s = settle(vec![
        member(None, vec![piece(0, 100, EU, GIZ), piece(0, -10, NOBODY, GIZ)]),
        member(Some(0), vec![piece(1, 100, EU, NGO), piece(1, -50, BMZ, NGO)]),
    ]);
    assert_eq!((total(&s), of(&s, 1)), (90, 50));
}

#[test]
fn what_would_be_its_own_parent_is_counted_once() {
    let s = settle(vec![
        member(Some(1), vec![piece(0, 10, EU, GIZ)]),
        member(Some(0), vec![piece(1, 20, EU, GIZ)]),
        member(Some(2), vec![piece(2, 5, EU, GIZ)]),
    ]);
    assert_eq!(total(&s), 25);
}

/// What a member says: amounts with their providers and receivers.
type Said = Vec<(i64, u32, u32)>;

fn family() -> impl Strategy<Value = Vec<Member>> {
    let pieces = proptest::collection::vec((-20_i64..400, 0_u32..5, 0_u32..5), 0..4);
    proptest::collection::vec((proptest::option::of(0_usize..12), pieces), 1..12).prop_map(|all| {
        let who = |n: u32| if n == 0 { NOBODY } else { n };
        let each = |(i, (parent, rows)): (usize, (Option<usize>, Said))| {
            let of = u32::try_from(i).unwrap();
            // a parent comes before its children: no rings
            let parent = parent.filter(|p| *p < i);
            member(parent, rows.into_iter().map(|(n, p, r)| piece(of, n, who(p), who(r))).collect())
        };
        all.into_iter().enumerate().map(each).collect()
    })
}

proptest! {
    /// Whatever children are put under a parent with a figure, the family comes to that figure.
    #[test]
    fn a_child_never_raises_its_parents_total(mut members in family(), own in 1_i64..2_000) {
        if let Some(first) = members.first_mut() {
            first.own = Some(vec![piece(0, own, EU, GIZ)]);
        }
        for m in members.iter_mut().skip(1) {
            m.parent = m.parent.or(Some(0));
        }
        prop_assert_eq!(total(&settle(members)), own);
    }

    /// A part more never makes a total larger than the sum of what all say, nor loses what roots say.
    #[test]
    fn a_total_is_that_of_its_roots(members in family()) {
        fn worth(members: &[Member], i: usize) -> i64 {
            match &members[i].own {
                Some(own) if own.iter().any(|p| p.amount != 0) => sum(own),
                _ => (0..members.len()).filter(|c| members[*c].parent == Some(i)).map(|c| worth(members, c)).sum(),
            }
        }
        let roots = (0..members.len()).filter(|i| members[*i].parent.is_none());
        let expected: i64 = roots.map(|i| worth(&members, i)).sum();
        prop_assert_eq!(total(&settle(members)), expected);
    }

    /// Members in another order come to the same, action by action.
    #[test]
    fn the_order_of_members_does_not_matter(members in family(), seed in any::<u64>()) {
        let n = members.len();
        let mut order: Vec<usize> = (0..n).collect();
        order.sort_by_key(|i| (u64::try_from(*i).unwrap() + 1).wrapping_mul(seed | 1).rotate_left(17));
        let place: Vec<usize> = (0..n).map(|i| order.iter().position(|o| *o == i).unwrap()).collect();
        let other: Vec<Member> = order
            .iter()
            .map(|i| Member { parent: members[*i].parent.map(|p| place[p]), own: members[*i].own.clone() })
            .collect();
        let (a, b) = (settle(members), settle(other));
        prop_assert_eq!(total(&a), total(&b));
        for action in 0..u32::try_from(n).unwrap() {
            prop_assert_eq!(of(&a, action), of(&b, action));
        }
    }
}
