use super::*;
use proptest::prelude::*;

fn node(label: &str, class: &'static str, last: bool) -> Node {
    Node { label: label.into(), title: label.into(), href: Some("/example/money".into()), class, last }
}

fn flow(from: usize, to: usize, value: f64) -> Flow {
    Flow { from, to, value, title: format!("{from} to {to}: {value}"), href: None }
}

pub fn sample() -> Flows {
    Flows {
        nodes: vec![
            node("Norland", "c1", false),
            node("Union of the Example & <Sons>", "c2", false),
            node("Agency for a very long name that nobody could write in one line of a picture", "c3", false),
            node("Arvania", "c4", true),
            node("Kestria*", "c4", true),
        ],
        flows: vec![
            flow(0, 2, 40.0),
            flow(1, 2, 60.0),
            flow(2, 4, 50.0),
            flow(2, 3, 45.0),
            flow(0, 3, 20.0),
            flow(2, 0, 5.0),
        ],
        heads: ["Donors".into(), "Implementers".into(), "Beneficiaries".into()],
    }
}

#[test]
fn a_picture_is_what_it_was() {
    let about = About { title: "Through whom?".into(), desc: "Flows".into(), id: "f".into(), ..About::default() };
    insta::assert_snapshot!("flows_page", sample().svg(Width::Wide, Mode::Page, &about));
}

#[test]
fn what_runs_back_is_not_drawn_and_is_told() {
    let flows = sample();
    assert_eq!(flows.returned(), [5]);
    let laid = layout(&flows.nodes, &flows.flows, 100.0);
    assert_eq!(laid.layers, 3);
    // straight to the end, past the layer in between
    let long = laid.bands.iter().find(|b| b.flow == 4).expect("the direct one");
    assert_eq!(long.points.iter().map(|p| p.0).collect::<Vec<_>>(), [0, 1, 2]);
}

#[test]
fn crossings_are_undone_where_they_can_be() {
    // between those who give and where it arrives, the alphabet would cross every band with every other
    let nodes: Vec<Node> = (0..12).map(|i| node(&format!("{i}"), "c1", i >= 8)).collect();
    let flows: Vec<Flow> = (0..4).flat_map(|i| [flow(i, 7 - i, 10.0), flow(7 - i, 8 + i, 10.0)]).collect();
    let laid = layout(&nodes, &flows, 100.0);
    assert_eq!(laid.crossings, 0);
    assert!(laid.boxes[7].y < laid.boxes[4].y, "{:?}", laid.boxes);
}

#[test]
fn who_gives_and_where_it_arrives_keep_their_order() {
    // crossed, however it is turned: the order of the alphabet and of the process stands above few crossings
    let nodes: Vec<Node> = (0..8).map(|i| node(&format!("{i}"), "c1", i >= 4)).collect();
    let flows: Vec<Flow> = (0..4).map(|i| flow(i, 7 - i, 10.0 * (i + 1) as f64)).collect();
    let laid = layout(&nodes, &flows, 100.0);
    for pair in laid.boxes[..4].windows(2).chain(laid.boxes[4..].windows(2)) {
        assert!(pair[0].y < pair[1].y, "{:?}", laid.boxes);
    }
}

fn any_flows() -> impl Strategy<Value = (Vec<Node>, Vec<Flow>)> {
    prop::collection::vec((0usize..14, 0usize..14, -10.0..1e7f64), 0..40).prop_map(|all| {
        let nodes = (0..14).map(|i| node(&format!("n{i}"), "c1", i >= 9)).collect();
        let all = all.into_iter().filter(|(from, _, _)| *from < 9);
        (nodes, all.map(|(from, to, value)| flow(from, to, value)).collect())
    })
}

proptest! {
    #[test]
    fn flows_are_conserved_and_nothing_lies_on_another((nodes, flows) in any_flows()) {
        let laid = layout(&nodes, &flows, 300.0);
        for (i, at) in laid.boxes.iter().enumerate() {
            let of = |end: fn(&Flow) -> usize| -> f64 {
                laid.bands.iter().filter(|b| end(&flows[b.flow]) == i).map(|b| b.thick).sum()
            };
            // a box is as high as the greater of what comes in and what goes out
            prop_assert!((at.height - of(|f| f.from).max(of(|f| f.to))).abs() < 1e-6);
            for other in &laid.boxes[i + 1..] {
                let apart = at.y + at.height <= other.y + 1e-6 || other.y + other.height <= at.y + 1e-6;
                prop_assert!(at.layer != other.layer || apart, "{:?} {:?}", at, other);
                if at.layer == other.layer {
                    let middles = (at.y + at.height / 2.0 - other.y - other.height / 2.0).abs();
                    prop_assert!(middles >= super::super::flows_layout::SLOT - 1e-6, "names touch: {}", middles);
                }
            }
        }
        // every flow of something is drawn once or told to run back, and one scale holds for all
        let drawn: Vec<f64> = laid.bands.iter().map(|b| b.thick / flows[b.flow].value).collect();
        prop_assert!(drawn.windows(2).all(|w| (w[0] - w[1]).abs() < 1e-9 * w[0].abs().max(1.0)));
        let fine = flows.iter().filter(|f| f.value > 0.0 && f.from != f.to).count();
        prop_assert_eq!(laid.bands.len() + laid.returned.len(), fine);
        for band in &laid.bands {
            prop_assert!(band.points.windows(2).all(|w| w[0].0 + 1 == w[1].0));
        }
    }
}
