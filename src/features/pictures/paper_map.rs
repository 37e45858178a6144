//! The map of a document: what another feature has counted by beneficiary, for paper.

use rust_decimal::Decimal;

use super::data_money::{float, written};
use super::draw::Shape;
use super::draw::grid::{Standing, step};
use super::draw::map::{Area, Map};
use super::model::steps;
use super::paper::picture;
use crate::features::documents::Picture;
use crate::kernel::ids::BeneficiaryId;
use crate::kernel::money::Currency;
use crate::kernel::page::Page;

/// A map, and what has to be said below it wherever it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mapped {
    pub picture: Picture,
    pub notes: Vec<String>,
}

/// The figure of a beneficiary: how much it is among the others, and how it is written.
struct Spot {
    beneficiary: BeneficiaryId,
    value: f64,
    shown: String,
}

/// So many of something with each beneficiary; who is not named has none. None where there is nothing to be seen beside something
/// else.
pub fn counts(p: &Page, caption: String, all: &[(BeneficiaryId, i64)]) -> Option<Mapped> {
    let most = all.iter().map(|(_, n)| *n).max().unwrap_or(0);
    let spot = |(beneficiary, n): &(BeneficiaryId, i64)| Spot {
        beneficiary: *beneficiary,
        value: float(Decimal::from(*n)),
        shown: p.number(*n),
    };
    let legend = steps(p, all.iter().map(|(_, n)| *n), most);
    mapped(p, caption, all.iter().map(spot).collect(), legend, p.number(0_i64))
}

/// So much money with each beneficiary, and how much of it rests on an estimate.
pub fn money(
    p: &Page,
    caption: String,
    all: &[(BeneficiaryId, Decimal, Decimal)],
    currency: &Currency,
) -> Option<Mapped> {
    let spot = |(beneficiary, amount, estimated): &(BeneficiaryId, Decimal, Decimal)| Spot {
        beneficiary: *beneficiary,
        value: float(*amount),
        shown: written(p, *amount, *estimated, currency),
    };
    let legend = vec![("a1", p.t("pictures-less")), ("a4", p.t("pictures-more"))];
    mapped(p, caption, all.iter().map(spot).collect(), legend, "–".to_owned())
}

fn mapped(
    p: &Page,
    caption: String,
    spots: Vec<Spot>,
    legend: Vec<(&'static str, String)>,
    none: String,
) -> Option<Mapped> {
    let most = spots.iter().map(|s| s.value).fold(0.0, f64::max);
    let all = p.frame().map(|f| f.beneficiaries.as_slice()).unwrap_or_default();
    if all.len() < 2 || most <= 0.0 {
        return None;
    }
    let areas: Vec<Area> = all
        .iter()
        .map(|b| {
            let spot = spots.iter().find(|s| s.beneficiary == b.id);
            let figure = spot.map_or_else(|| none.clone(), |s| s.shown.clone());
            Area {
                code: b.code.clone(),
                name: b.name.clone(),
                title: format!("{}: {figure}", b.name),
                standing: Standing::Step(step(spot.map_or(0.0, |s| s.value), most)),
                figure,
                href: None,
            }
        })
        .collect();
    let said: Vec<String> = areas.iter().map(|a| a.title.clone()).collect();
    let map = Map { areas, legend };
    let notes = match map.is_of_the_region() {
        true => vec![p.t("pictures-map-disclaimer"), p.t("pictures-map-source")],
        false => vec![p.t("pictures-map-tiles")],
    };
    Some(Mapped { picture: picture(p, &Shape::Map(map), caption, &said, "map"), notes })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::documents::{is_drawing, png};
    use crate::kernel::db::{BeneficiaryFacts, Frame};
    use crate::kernel::i18n::Locale;
    use crate::kernel::ids::ProcessId;
    use uuid::Uuid;

    const REGION: [(&str, &str); 3] = [("AL", "Albania"), ("XK", "Kosovo*"), ("RS", "Serbia <b>")];

    fn page(all: &[(&str, &str)]) -> Page {
        let beneficiary = |(place, (code, name)): (usize, &(&str, &str))| BeneficiaryFacts {
            id: id(place),
            code: (*code).to_owned(),
            name: (*name).to_owned(),
            note: None,
        };
        let frame = Frame {
            id: ProcessId(Uuid::nil()),
            slug: "example".into(),
            name: "Example".into(),
            short_name: "Example".into(),
            tagline: String::new(),
            footnotes: Vec::new(),
            words: Default::default(),
            settings: serde_json::json!({}),
            example: true,
            public: true,
            pillars: Vec::new(),
            beneficiaries: all.iter().enumerate().map(beneficiary).collect(),
        };
        let bare = Page::bare(Locale::English, "2026-11-24".parse().unwrap());
        Page { process: Some(frame), ..bare }
    }

    fn id(place: usize) -> BeneficiaryId {
        BeneficiaryId(Uuid::from_u128(place as u128 + 1))
    }

    #[test]
    fn counts_stand_on_the_map_with_its_disclaimer_and_in_words() {
        let p = page(&REGION);
        let made = counts(&p, "Needs".into(), &[(id(0), 12), (id(1), 3)]).unwrap();
        assert!(made.picture.alt.contains("Albania: 12; Kosovo*: 3; Serbia <b>: 0"), "{}", made.picture.alt);
        assert!(made.notes[0].contains("no position on the status"), "{:?}", made.notes);
        assert!(made.picture.svg.contains(">Kosovo*</text>") && made.picture.svg.contains("stroke-dasharray"));
        assert!(is_drawing(&made.picture.svg) && !made.picture.svg.contains("<b>"));
        let high: f64 =
            made.picture.svg.split(" height=\"").nth(1).unwrap().split('"').next().unwrap().parse().unwrap();
        // a sheet has room for 163 mm across and 230 down
        assert!(high / 640.0 * 163.0 < 145.0, "{high}");
        assert!(png(&made.picture.svg).is_ok());
    }

    #[test]
    fn money_says_what_is_estimated_and_who_is_not_on_the_map_gets_tiles() {
        let p = page(&[("XA", "Arvania"), ("XB", "Bergovia")]);
        let amount = |n: i64| Decimal::from(n);
        let made = money(&p, "Money".into(), &[(id(0), amount(1_200_000), amount(5))], &Currency::EUR).unwrap();
        let said = made.picture.alt.replace('\u{a0}', " ");
        assert!(said.contains("Arvania: ≈ 1.2 M EUR; Bergovia: –"), "{said}");
        assert!(made.notes[0].contains("tile") && is_drawing(&made.picture.svg), "{:?}", made.notes);
    }

    #[test]
    fn where_there_is_nothing_beside_something_there_is_no_map() {
        assert_eq!(counts(&page(&REGION), "c".into(), &[]), None);
        assert_eq!(counts(&page(&REGION), "c".into(), &[(id(0), 0)]), None);
        assert_eq!(counts(&page(&REGION[..1]), "c".into(), &[(id(0), 4)]), None);
        let less = [(id(0), Decimal::from(-4), Decimal::ZERO)];
        assert_eq!(money(&page(&REGION), "c".into(), &less, &Currency::EUR), None);
    }
}
