use super::*;

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

pub fn sample(many: bool) -> Timeline {
    let run = |label: &str, starts: Option<&str>, ends: Option<&str>| Run {
        label: label.into(),
        starts: starts.map(day),
        ends: ends.map(day),
        title: format!("{label}: {starts:?} – {ends:?}"),
        href: Some("/example/actions/1".into()),
    };
    let content = match many {
        false => Content::Runs(vec![
            run("Training of customs officers", Some("2024-01-01"), Some("2027-02-28")),
            run(
                "Support to the implementation of the integrated border management strategy and its action plan, phase II",
                Some("2022-06-01"),
                Some("2025-12-31"),
            ),
            run("<i>Open</i> & Č", Some("2026-03-01"), None),
        ]),
        true => Content::Density(Density {
            from: day("2021-01-01"),
            days: 30,
            counts: (0..98).map(|i| [120, 300, 480, 260, 90][i / 24]).collect(),
            title: "Borders: 480 actions at most".into(),
            href: Some("/example/actions?pillar=BORDER".into()),
        }),
    };
    Timeline {
        first: day("2021-01-01"),
        last: day("2028-12-31"),
        today: day("2026-11-28"),
        legend: vec![("soon", "the next six and twelve months".into())],
        now: "today".into(),
        groups: vec![
            Group { heading: "Borders".into(), said: "3 actions, one ends within a year".into(), content },
            Group {
                heading: "Crime".into(),
                said: "1 action".into(),
                content: Content::Runs(vec![run("Witnesses", None, Some("2029-01-01"))]),
            },
        ],
    }
}

#[test]
fn a_picture_is_what_it_was() {
    let about = About { title: "What ends?".into(), desc: "A timeline".into(), id: "t".into(), ..About::default() };
    insta::assert_snapshot!("timeline_page", sample(false).svg(Width::Wide, Mode::Page, &about));
}

#[test]
fn days_lie_in_their_order_and_inside() {
    for width in [Width::Wide, Width::Narrow, Width::Paper] {
        let t = sample(false);
        let axis = t.frame(width);
        let days = ["1900-01-01", "2021-01-01", "2024-05-05", "2026-11-28", "2028-12-31", "2999-01-01"];
        let places: Vec<f64> = days.iter().map(|d| axis.x(day(d))).collect();
        assert!(places.windows(2).all(|w| w[0] <= w[1]), "{places:?}");
        assert!(places.iter().all(|x| *x >= axis.from && *x <= axis.from + axis.length + 1e-9));
    }
}

#[test]
fn an_end_ahead_has_its_sign_and_an_open_one_is_dashed() {
    let about = About::default();
    let svg = sample(false).svg(Width::Wide, Mode::Page, &about);
    assert_eq!(svg.matches("class=\"o4\"").count(), 1, "{svg}");
    assert_eq!(svg.matches("class=\"o5\"").count(), 2);
    assert!(svg.contains("&lt;i&gt;Open&lt;/i&gt; &amp; Č") && !svg.contains("<i>"));
    let many = sample(true).svg(Width::Narrow, Mode::File, &about);
    assert!(many.contains("class=\"o3\"") && !many.contains("NaN"));
}

#[test]
fn headings_keep_clear_of_the_lines_that_they_stand_over() {
    let about = About::default();
    let narrow = sample(false).svg(Width::Narrow, Mode::Page, &about);
    for (class, text) in [("ms", "Crime"), ("mq", "1 action")] {
        assert!(narrow.contains(&format!(" class=\"{class}\">{text}</text>")), "{narrow}");
    }
    let file = sample(false).svg(Width::Narrow, Mode::File, &about);
    let drawn = super::super::colours::attributes("mq");
    assert!(drawn.contains("paint-order") && file.contains(&format!("{drawn}>1 action</text>")), "{file}");
}

#[test]
fn a_day_alone_is_a_timeline_too() {
    let mut t = sample(false);
    (t.first, t.last) = (t.today, t.today);
    assert!(!t.svg(Width::Wide, Mode::Page, &About::default()).contains("NaN"));
}
