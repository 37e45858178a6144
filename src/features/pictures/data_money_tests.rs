use super::*;
use crate::features::money::Quarter;
use crate::kernel::i18n::Locale;
use crate::kernel::ids::OrganisationId;

fn page() -> Page {
    Page::bare(Locale::default(), chrono::NaiveDate::default())
}

#[test]
fn rows_colours_and_groups_are_never_the_same() {
    let of = |query: &str| parted(&Fields::decode(query.as_bytes()));
    assert_eq!(of(""), (Dimension::Donor, Dimension::Pillar, None));
    assert_eq!(of("rows=pillar"), (Dimension::Pillar, Dimension::Beneficiary, None));
    assert_eq!(of("rows=year&split=year&each=year"), (Dimension::Year, Dimension::Pillar, None));
    assert_eq!(of("each=pillar"), (Dimension::Donor, Dimension::Pillar, None));
    assert_eq!(of("split=year&each=beneficiary").2, Some(Dimension::Beneficiary));
    assert_eq!(of("rows=quarter").0, Dimension::Quarter);
    assert_eq!(of("rows=action&split=x"), (Dimension::Donor, Dimension::Pillar, None));
}

#[test]
fn names_stand_in_the_order_of_the_alphabet_and_what_is_not_stated_last() {
    let ids = [1u128, 2, 3].map(|n| OrganisationId(Uuid::from_u128(n)));
    let names: Names = ids.iter().zip(["Zeta", "Čelik", "Alpha"]).map(|(id, n)| (id.0, (n.into(), n.into()))).collect();
    let mut parts: Vec<Part> = ids.iter().map(|id| Part::Organisation(*id)).chain([Part::NotStated]).collect();
    parts.reverse();
    let mut shown: Vec<Name> = parts.iter().map(|part| name(&page(), &names, part)).collect();
    shown.sort();
    let short: Vec<&str> = shown.iter().map(|n| n.short.as_str()).collect();
    assert_eq!(short, ["Alpha", "Čelik", "Zeta", "not stated"]);
    // one with a short name stands under it in the picture, and under both in the table
    let names = Names::from([(ids[0].0, ("BMZ".to_owned(), "Federal Ministry".to_owned()))]);
    let shown = name(&page(), &names, &Part::Organisation(ids[0]));
    assert_eq!((shown.short.as_str(), shown.full.as_str()), ("BMZ", "BMZ – Federal Ministry"));
}

#[test]
fn colours_past_the_last_are_one_and_what_is_not_stated_has_its_own() {
    let p = page();
    let ids: Vec<OrganisationId> = (1u128..=12).map(|n| OrganisationId(Uuid::from_u128(n))).collect();
    let names: Names = ids.iter().enumerate().map(|(i, id)| (id.0, named(i))).collect();
    let parts = ids.iter().map(|id| Part::Organisation(*id)).chain([Part::NotStated]);
    let splits: BTreeMap<Name, Part> = parts.map(|part| (name(&p, &names, &part), part)).collect();
    let (series, of) = colouring(&p, &splits);
    assert_eq!((series.len(), of.len()), (colours::KINDS.len() + 2, 13));
    let class = |part: Part| of.get(&part).and_then(|i| series.get(*i)).map(|s| s.class);
    assert_eq!(class(Part::Organisation(ids[0])), Some("c1"));
    assert_eq!(class(Part::Organisation(ids[11])), Some(colours::OTHERS));
    assert_eq!(class(Part::NotStated), Some(colours::NOT_STATED));
}

fn named(i: usize) -> (String, String) {
    let text = format!("Organisation {i:02}");
    (text.clone(), text)
}

#[test]
fn of_years_and_quarters_those_before_the_last_ones_are_one() {
    let p = page();
    let coloured = |parts: Vec<Part>| {
        let parts = parts.into_iter().chain([Part::NotStated]);
        let splits: BTreeMap<Name, Part> = parts.map(|part| (name(&p, &Names::new(), &part), part)).collect();
        colouring(&p, &splits)
    };
    let quarters = ["2025", "2026", "2027"].into_iter().flat_map(|y| (1..=4).map(move |n| format!("{y}-Q{n}")));
    let quarters: Vec<Part> = quarters.filter_map(|text| Quarter::parse(&text)).map(Part::Quarter).collect();
    for parts in [(2016..2028).map(Part::Year).collect::<Vec<Part>>(), quarters] {
        let (series, of) = coloured(parts.clone());
        assert_eq!((series.len(), of.len()), (colours::KINDS.len() + 2, 13));
        let at = |i: usize| parts.get(i).and_then(|part| of.get(part)).copied();
        let class = |i: usize| at(i).and_then(|place| series.get(place)).map(|s| s.class);
        // what was earlier stands before what came later, in the picture and in the table
        assert_eq!((at(0), at(4), at(5)), (Some(0), Some(0), Some(1)));
        assert_eq!((class(0), class(4)), (Some(colours::OTHERS), Some(colours::OTHERS)));
        assert_eq!((class(5), class(11)), (Some("c1"), Some("c7")));
    }
    let (series, _) = coloured((2021..2028).map(Part::Year).collect());
    assert_eq!(series.first().map(|s| s.class), Some("c1"), "as many as there are colours need no other");
}

#[test]
fn a_row_is_the_sum_of_its_parts() {
    let p = page();
    let question = Question::default();
    let by = [Dimension::Donor, Dimension::Pillar];
    let said = Said { p: &p, question: &question, by: &by, currency: &Currency::EUR };
    let names = Names::new();
    let donor = name(&p, &names, &Part::NotStated);
    let cell = |amount: i64| Cell {
        key: vec![Part::NotStated, Part::NotStated],
        amount: amount.into(),
        estimated: Decimal::ZERO,
        actions: 1,
    };
    let cells = [cell(300), cell(200)];
    let placed: Vec<(&Cell, usize, &Name)> = cells.iter().map(|c| (c, 0, &donor)).collect();
    let (row, figures) = bar(&said, (&donor, None), &placed, 2);
    assert!((row.whole() - 500.0).abs() < 1e-9);
    assert!(row.total.starts_with("500"), "{}", row.total);
    // two cells in one colour: their sum, which is no one total to be opened; and the other colour has none
    assert!(figures[0].text.starts_with("500") && figures[0].href.is_none());
    assert_eq!(figures[1].text, "–");
}
