use chrono::Utc;
use proptest::prelude::*;
use uuid::Uuid;

use super::*;

fn id(n: u128) -> PlanNodeId {
    PlanNodeId(Uuid::from_u128(n))
}

fn node(n: u128, parent: Option<u128>, kind: NodeKind, position: i32) -> Node {
    Node {
        id: id(n),
        parent: parent.map(id),
        kind,
        position,
        fixed_code: None,
        title: format!("node {n}"),
        body: String::new(),
        expected_result: String::new(),
        text_note: String::new(),
        source_url: None,
        lineage: Uuid::from_u128(n),
        version: 1,
        updated_at: chrono::DateTime::<Utc>::default(),
        updated_by: None,
        indicators: Vec::new(),
        needs: Vec::new(),
    }
}

/// 1 (11 (111, 112), 12), 2, 3 (31)
fn small() -> Tree {
    use NodeKind::{Measure, Objective, Priority};
    Tree::new(
        vec![
            node(31, Some(3), Measure, 0),
            node(2, None, Objective, 1),
            node(1, None, Objective, 0),
            node(3, None, Objective, 2),
            node(12, Some(1), Priority, 1),
            node(11, Some(1), Priority, 0),
            node(112, Some(11), Measure, 1),
            node(111, Some(11), Measure, 0),
        ],
        &[],
    )
}

fn order(tree: &Tree) -> Vec<(u128, String)> {
    tree.nodes().iter().map(|n| (n.node.id.0.as_u128(), n.code.clone())).collect()
}

#[test]
fn nodes_are_read_from_the_top_down_and_number_themselves() {
    let codes: Vec<(u128, String)> =
        [(1, "1"), (11, "1.1"), (111, "1.1.1"), (112, "1.1.2"), (12, "1.2"), (2, "2"), (3, "3"), (31, "3.1")]
            .map(|(n, c)| (n, c.to_owned()))
            .into();
    assert_eq!(order(&small()), codes);
    assert_eq!(small().path(id(112)).iter().map(|n| n.code.as_str()).collect::<Vec<_>>(), ["1", "1.1", "1.1.2"]);
    assert_eq!(small().branch(id(1)).len(), 5);
}

#[test]
fn a_code_that_was_fixed_stays_and_is_never_given_again() {
    use NodeKind::Objective;
    let mut first = node(1, None, Objective, 5);
    first.fixed_code = Some("2".to_owned());
    // 1 was removed after the adoption; two are new, before and after what has a code
    let tree = Tree::new(vec![node(8, None, Objective, 0), first, node(9, None, Objective, 9)], &["4".to_owned()]);
    assert_eq!(order(&tree), [(8, "5".to_owned()), (1, "2".to_owned()), (9, "6".to_owned())]);
}

#[test]
fn moves_lead_where_they_say() {
    let tree = small();
    let up = destination(&tree, id(2), Move::Up).unwrap();
    assert_eq!((up.parent, up.order), (None, vec![id(2), id(1), id(3)]));
    let within = destination(&tree, id(2), Move::In).unwrap();
    assert_eq!((within.parent, within.kind), (Some(id(1)), NodeKind::Priority));
    assert_eq!(within.order, [id(11), id(12), id(2)]);
    let out = destination(&tree, id(11), Move::Out).unwrap();
    assert_eq!((out.parent, out.kind, out.order), (None, NodeKind::Objective, vec![id(1), id(11), id(2), id(3)]));
    assert!(out.below.is_empty(), "a measure may hang under an objective");
    assert_eq!(destination(&tree, id(1), Move::Up), Err(Stuck::AlreadyThere));
    assert_eq!(destination(&tree, id(3), Move::Down), Err(Stuck::AlreadyThere));
    assert_eq!(destination(&tree, id(1), Move::Out), Err(Stuck::AlreadyThere));
    assert_eq!(destination(&tree, id(1), Move::To { parent: Some(id(111)), at: 0 }), Err(Stuck::Inside));
    assert_eq!(destination(&tree, id(2), Move::To { parent: Some(id(111)), at: 0 }), Err(Stuck::TooDeep));
    assert_eq!(destination(&tree, id(2), Move::To { parent: Some(id(77)), at: 0 }), Err(Stuck::Unknown));
    // an objective with two levels below it does not fit under another
    assert_eq!(destination(&tree, id(1), Move::To { parent: Some(id(2)), at: 0 }), Err(Stuck::TooDeep));
    // one whose child is a measure does: it becomes a priority, the measure stays one
    let three = destination(&tree, id(3), Move::To { parent: Some(id(2)), at: 9 }).unwrap();
    assert_eq!((three.kind, three.below), (NodeKind::Priority, vec![]));
}

/// Applies a move as the store does.
fn applied(tree: &Tree, moved: PlanNodeId, to: &Destination) -> Tree {
    let mut nodes: Vec<Node> = tree.nodes().iter().map(|n| n.node.clone()).collect();
    for node in &mut nodes {
        if node.id == moved {
            node.parent = to.parent;
            node.kind = to.kind;
        }
        if let Some(at) = to.order.iter().position(|o| *o == node.id) {
            node.position = i32::try_from(at).unwrap();
        }
        if let Some((_, kind)) = to.below.iter().find(|(b, _)| *b == node.id) {
            node.kind = *kind;
        }
    }
    Tree::new(nodes, &[])
}

proptest! {
    #[test]
    fn no_sequence_of_moves_loses_a_node_or_breaks_the_levels(
        moves in prop::collection::vec((0usize..8, 0usize..5, prop::option::of(0usize..8), 0usize..9), 0..60)
    ) {
        let ids: Vec<PlanNodeId> = small().nodes().iter().map(|n| n.node.id).collect();
        let mut tree = small();
        for (who, what, parent, at) in moves {
            let to = match what {
                0 => Move::Up,
                1 => Move::Down,
                2 => Move::In,
                3 => Move::Out,
                _ => Move::To { parent: parent.map(|p| ids[p]), at },
            };
            if let Ok(found) = destination(&tree, ids[who], to) {
                tree = applied(&tree, ids[who], &found);
            }
            prop_assert_eq!(tree.nodes().len(), ids.len());
            let mut codes: Vec<&str> = tree.nodes().iter().map(|n| n.code.as_str()).collect();
            codes.sort_unstable();
            codes.dedup();
            prop_assert_eq!(codes.len(), ids.len(), "each code is given once");
            for n in tree.nodes() {
                prop_assert!(n.node.kind.fits(n.node.parent.and_then(|p| tree.get(p)).map(|n| n.node.kind)));
            }
        }
    }
}
