use super::*;
use proptest::prelude::*;
use quick_xml::events::Event;

pub fn sample(shares: bool) -> Bars {
    let row = |label: &str, values: &[f64]| Row {
        label: label.to_owned(),
        href: Some("/example/money?donor=1&x=\"".to_owned()),
        parts: values
            .iter()
            .enumerate()
            .map(|(series, value)| Part {
                series,
                value: *value,
                title: format!("{label}: {value}"),
                href: Some("/example/money?a=1".to_owned()),
            })
            .collect(),
        total: format!("{} EUR", values.iter().sum::<f64>()),
    };
    let series = ["Crime", "Borders", "Not stated"];
    let classes = ["c1", "c2", "cn"];
    let mut bars = Bars {
        series: series.iter().zip(classes).map(|(name, class)| Series { name: (*name).to_owned(), class }).collect(),
        groups: vec![
            Group {
                heading: Some("2026".to_owned()),
                rows: vec![
                    row("Norland", &[300.0, 120.0, 0.0]),
                    row(
                        "Support to the implementation of the integrated border management strategy and its action plan, phase II",
                        &[10.0, 0.0, 5.0],
                    ),
                ],
            },
            Group {
                heading: Some("<b>2027</b>".to_owned()),
                rows: vec![row("Министерство <x> & Č", &[0.0, -40.0, 90.0])],
            },
        ],
        shares,
        axis: Vec::new(),
    };
    bars.axis = axis(bars.most(), |v| format!("{v}"));
    bars
}

fn about() -> About {
    About { title: "Who pays for what?".into(), desc: "Bars".into(), notes: vec!["A note.".into()], id: "p".into() }
}

#[test]
fn a_picture_is_what_it_was() {
    insta::assert_snapshot!("bars_wide", sample(false).svg(Width::Wide, Mode::Page, &about()));
}

#[test]
fn hostile_titles_stay_text_and_long_ones_are_whole_in_their_title() {
    for (width, mode) in [(Width::Wide, Mode::Page), (Width::Narrow, Mode::File)] {
        let svg = sample(false).svg(width, mode, &about());
        assert!(!svg.contains("<b>") && svg.contains("&lt;b&gt;2027"), "{svg}");
        assert!(svg.contains("<title>Support to the implementation of the integrated border management strategy and its action plan, phase II: "));
        assert_eq!(svg.contains("<a href"), mode == Mode::Page);
        assert!(!svg.contains("style="));
    }
}

/// What stands in a picture's drawing as figures: a text in it may say "NaN" if it likes.
fn numbers(svg: &str) -> Vec<String> {
    const DRAWN: [&[u8]; 10] = [b"x", b"y", b"x1", b"x2", b"y1", b"y2", b"width", b"height", b"d", b"viewBox"];
    let mut xml = quick_xml::Reader::from_str(svg);
    let mut all = Vec::new();
    loop {
        match xml.read_event().expect("a picture is XML") {
            Event::Start(tag) | Event::Empty(tag) => {
                let given = tag.attributes().map(|a| a.expect("an attribute"));
                let drawn = given.filter(|a| DRAWN.contains(&a.key.as_ref()));
                all.extend(drawn.map(|a| String::from_utf8_lossy(&a.value).into_owned()));
            }
            Event::Eof => return all,
            _ => {}
        }
    }
}

proptest! {
    #[test]
    fn parts_lie_side_by_side_and_sum_to_their_row(values in prop::collection::vec(-1e9..1e12f64, 1..9), shares: bool) {
        let parts = values.iter().enumerate().map(|(series, value)| Part { series, value: *value, ..Part::default() });
        let row = Row { parts: parts.collect(), ..Row::default() };
        let bars = Bars { shares, ..Bars::default() };
        let whole = row.whole();
        let laid = bars.laid(&row, 50.0, 400.0, whole);
        for pair in laid.windows(2) {
            prop_assert!((pair[0].x + pair[0].width - pair[1].x).abs() < 1e-6);
        }
        let length: f64 = laid.iter().map(|l| l.width).sum();
        prop_assert!(whole == 0.0 || (length - 400.0).abs() < 1e-6);
        for (laid, value) in laid.iter().zip(&values) {
            prop_assert!(whole == 0.0 || (laid.width / 400.0 - value.max(0.0) / whole).abs() < 1e-9);
        }
    }

    #[test]
    fn any_text_and_figure_gives_a_picture(label in ".{0,300}", total in ".{0,20}", value in prop::num::f64::ANY) {
        let part = Part { value, title: label.clone(), ..Part::default() };
        let row = Row { label: label.clone(), total, parts: vec![part], ..Row::default() };
        let bars = Bars { groups: vec![Group { heading: Some(label), rows: vec![row] }], ..Bars::default() };
        for width in [Width::Wide, Width::Narrow, Width::Paper] {
            let svg = bars.svg(width, Mode::File, &about());
            for number in numbers(&svg) {
                prop_assert!(!number.contains("NaN") && !number.contains("inf"), "{}: {}", number, svg);
            }
        }
    }
}

#[test]
fn ticks_are_round_and_few() {
    assert_eq!(ticks(10.0), [0.0, 2.0, 4.0, 6.0, 8.0, 10.0]);
    assert_eq!(ticks(0.0), [0.0]);
    assert_eq!(ticks(f64::NAN), [0.0]);
    for most in [0.3, 1.0, 7.0, 99.0, 1234.5, 8.7e9] {
        let all = ticks(most);
        assert!((2..=6).contains(&all.len()) && all.iter().all(|t| *t <= most * 1.001), "{most}: {all:?}");
    }
}
