//! Pictures of a document: what another feature has counted by itself, drawn as the pages draw it, for paper.

use chrono::{Datelike, NaiveDate};
use rust_decimal::Decimal;
use rust_decimal::prelude::FromPrimitive;
use std::collections::BTreeMap;

use super::data_money::{colouring, float, name, written};
use super::draw::bars::{self, Bars, Group, Row};
use super::draw::timeline::{self, Content, Run, Timeline};
use super::draw::{About, Mode, Shape, Width};
use super::model::ahead;
use super::store::Names;
use crate::features::documents::Picture;
use crate::features::money::Part;
use crate::kernel::money::Currency;
use crate::kernel::page::Page;

/// A row of amounts, in the order in which it stands.
pub struct Sums {
    pub name: String,
    /// Each part, which has a colour of its own: how much, and how much of it rests on an estimate. Beneficiaries, pillars, years.
    pub parts: Vec<(Part, Decimal, Decimal)>,
}

/// Amounts as bars, a row each. None where there is nothing to be seen beside something else.
pub fn amounts(p: &Page, caption: String, rows: &[Sums], currency: &Currency) -> Option<Picture> {
    let names = Names::new();
    let named = |part: &Part| name(p, &names, part);
    let splits: BTreeMap<_, _> = rows.iter().flat_map(|r| &r.parts).map(|(part, ..)| (named(part), *part)).collect();
    let (series, colour) = colouring(p, &splits);
    let row = |sums: &Sums| {
        let (mut whole, mut estimated) = (Decimal::ZERO, Decimal::ZERO);
        let mut ordered: Vec<_> = sums.parts.iter().map(|sum| (named(&sum.0), sum)).collect();
        ordered.sort_by(|a, b| a.0.cmp(&b.0));
        let mut parts: Vec<bars::Part> = Vec::with_capacity(ordered.len());
        for (shown, (part, amount, of_it)) in ordered {
            whole = whole.saturating_add(*amount);
            estimated = estimated.saturating_add(*of_it);
            parts.push(bars::Part {
                series: colour.get(part).copied().unwrap_or(0),
                value: float(*amount),
                title: format!("{}, {}: {}", sums.name, shown.full, written(p, *amount, *of_it, currency)),
                href: None,
            });
        }
        Row { label: sums.name.clone(), href: None, parts, total: written(p, whole, estimated, currency) }
    };
    let rows: Vec<Row> = rows.iter().map(row).collect();
    let said: Vec<String> = rows.iter().map(|r| format!("{}: {}", r.label, r.total)).collect();
    let drawn = rows.iter().filter(|r| r.whole() > 0.0).count();
    let mut bars = Bars { series, groups: vec![Group { heading: None, rows }], shares: false, axis: Vec::new() };
    bars.axis =
        bars::axis(bars.most(), |value| p.locale.amount_short(Decimal::from_f64(value).unwrap_or_default(), currency));
    (drawn > 1).then(|| picture(p, &Shape::Bars(bars), caption, &said, "sums"))
}

/// Actions under one heading: title, start, end.
pub struct Runs {
    pub heading: String,
    pub actions: Vec<(String, Option<NaiveDate>, Option<NaiveDate>)>,
}

/// More bars than this do not stand on a page with what is said of them.
const BARS: usize = 24;
/// Years before today that are drawn: what began earlier goes back to the edge.
const BACK: i32 = 5;

/// When actions run, in the order in which they are given; those past the last that has room stand in the table alone. None where
/// there is nothing to be seen beside something else.
pub fn times(p: &Page, caption: String, groups: Vec<Runs>) -> Option<Picture> {
    let this = p.today.year();
    let day = |year, month, day| NaiveDate::from_ymd_opt(year, month, day).unwrap_or(p.today);
    let said_day = |day: Option<NaiveDate>| day.map_or_else(|| p.t("not-stated"), |d| p.day(&d));
    let (mut drawn, mut said, mut left) = (Vec::new(), Vec::new(), BARS);
    let (mut first, mut last) = (this - 1, ahead(p.today, 12).year());
    for group in groups {
        let mut runs = Vec::new();
        for (title, starts, ends) in group.actions.into_iter().take(left) {
            first = starts.map_or(first, |d| first.min(d.year())).max(this - BACK);
            last = ends.map_or(last, |d| last.max(d.year())).min(this + BACK);
            let whole = p.t3("pictures-bar", ("title", &title), ("start", said_day(starts)), ("end", said_day(ends)));
            said.push(whole.clone());
            runs.push(Run { label: title, starts, ends, title: whole, href: None });
        }
        left -= runs.len();
        if !runs.is_empty() {
            let (heading, content) = (group.heading, Content::Runs(runs));
            drawn.push(timeline::Group { heading, said: String::new(), content });
        }
    }
    let open = drawn.iter().any(|g| match &g.content {
        Content::Runs(runs) => runs.iter().any(|r| r.starts.is_none() || r.ends.is_none()),
        Content::Density(_) => false,
    });
    let legend =
        [("o2", "pictures-runs"), ("o5", "pictures-open"), ("o4", "pictures-ends-mark"), ("soon", "pictures-window")];
    let shape = Shape::Timeline(Timeline {
        first: day(first, 1, 1),
        last: day(last, 12, 31),
        today: p.today,
        legend: legend.iter().filter(|(class, _)| open || *class != "o5").map(|(c, key)| (*c, p.t(key))).collect(),
        now: p.t("pictures-today"),
        groups: drawn,
    });
    (said.len() > 1).then(|| picture(p, &shape, caption, &said, "times"))
}

/// In the colours of paper, without a title of its own: what it is called stands above it.
pub fn picture(p: &Page, shape: &Shape, caption: String, said: &[String], id: &str) -> Picture {
    let alt = p.t2("pictures-paper", "caption", &caption, "said", said.join("; "));
    let about = About { title: String::new(), desc: alt.clone(), notes: Vec::new(), id: format!("pic-{id}-") };
    Picture { svg: shape.svg(Width::Paper, Mode::File, &about), caption, alt }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::documents::png;
    use crate::kernel::i18n::Locale;

    fn page() -> Page {
        Page::bare(Locale::English, NaiveDate::from_ymd_opt(2026, 11, 24).unwrap())
    }

    fn year(name: &str, amounts: &[i64]) -> Sums {
        let parts = [Part::Year(1), Part::Year(2), Part::NotStated];
        let of = |(part, amount): (&Part, &i64)| (*part, Decimal::from(*amount), Decimal::ZERO);
        Sums { name: name.to_owned(), parts: parts.iter().zip(amounts).map(of).collect() }
    }

    #[test]
    fn amounts_are_drawn_and_said() {
        let rows = [year("2025", &[1_000_000, 0, 200_000]), year("2026", &[500_000]), year("<b>Later", &[250_000, 1])];
        let made = amounts(&page(), "By year, in EUR".into(), &rows, &Currency::EUR).unwrap();
        let said = made.alt.replace('\u{a0}', " ");
        assert!(said.starts_with("By year, in EUR.") && said.contains("2025: 1.2 M EUR; 2026: 500 k EUR;"), "{said}");
        assert!(made.svg.starts_with("<svg xmlns") && !made.svg.contains("<b>") && !made.svg.contains("<a "));
        assert!(png(&made.svg).is_ok());
    }

    #[test]
    fn what_is_alone_is_no_picture() {
        let p = page();
        assert_eq!(amounts(&p, "c".into(), &[year("2025", &[1])], &Currency::EUR), None);
        assert_eq!(amounts(&p, "c".into(), &[year("2025", &[1]), year("2026", &[-1])], &Currency::EUR), None);
        assert_eq!(amounts(&p, "c".into(), &[], &Currency::EUR), None);
        let one = || Runs { heading: "h".into(), actions: vec![("a".into(), None, None)] };
        assert_eq!(times(&p, "c".into(), vec![one()]), None);
        assert!(times(&p, "c".into(), vec![one(), one()]).is_some());
    }

    #[test]
    fn times_stay_on_a_page_and_within_reason() {
        let p = page();
        let long = "Support to the implementation of the integrated border management strategy, phase II";
        let day = |text: &str| text.parse::<NaiveDate>().ok();
        let actions = vec![(long.to_owned(), day("1999-01-01"), day("2027-03-01")); 60];
        let rest = Runs { heading: "rest".into(), actions: actions.clone() };
        let made = times(&p, "When".into(), vec![Runs { heading: "first".into(), actions }, rest]).unwrap();
        assert_eq!(made.svg.matches("<g><title>Support").count(), BARS);
        assert!(!made.svg.contains(">rest<") && !made.svg.contains(">1999<") && made.svg.contains(">2022<"));
        let high: f64 = made.svg.split(" height=\"").nth(1).unwrap().split('"').next().unwrap().parse().unwrap();
        // a sheet has room for 163 mm across and 230 down
        assert!(high / Width::Paper.units() * 163.0 < 190.0, "{high}");
        assert!(png(&made.svg).is_ok());
    }
}
