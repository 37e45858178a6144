use super::*;
use crate::kernel::db::{BeneficiaryFacts, PillarFacts};
use crate::kernel::ids::{BeneficiaryId, PillarId, ProcessId};

fn frame() -> Frame {
    Frame {
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
        pillars: vec![PillarFacts { id: PillarId(Uuid::from_u128(1)), key: "CRIME".into(), name: "Crime".into() }],
        beneficiaries: vec![BeneficiaryFacts {
            id: BeneficiaryId(Uuid::from_u128(2)),
            code: "XA".into(),
            name: "Arvania".into(),
            note: None,
        }],
    }
}

fn read(query: &str) -> (Filter, Fields) {
    let mut fields = Fields::decode(query.as_bytes());
    let now = Utc.with_ymd_and_hms(2026, 11, 24, 9, 0, 0).unwrap();
    let filter = Filter::read(&mut fields, &frame(), &Lookups::default(), now, true);
    (filter, fields)
}

fn day(text: &str) -> Option<NaiveDate> {
    text.parse().ok()
}

#[test]
fn an_address_that_was_read_is_written_the_same() {
    let query = "q=asset+recovery&pillar=CRIME&pillar=none&beneficiary=XA&status=ongoing&status=none&handling=public&from=2026\
        &to=2027-03&ends_from=2026-11-24&ending=6&min=1000&max=2000.5&currency=EUR&total=yes&fresh=stale&claim=unconfirmed\
        &missing=end&sort=-end";
    let (filter, fields) = read(query);
    assert!(fields.is_valid(), "{:?}", fields.errors());
    assert_eq!(filter.query(&[]), query);
    assert!(filter.matches.narrows());
    assert!(!read("q=asset").0.matches.narrows());
}

#[test]
fn dates_reach_as_far_as_they_are_exact() {
    let m = read("from=2026&to=2027-02&starts_from=March+2026&ends_to=2028-02").0.matches;
    assert_eq!((m.active_from, m.active_to), (day("2026-01-01"), day("2027-02-28")));
    assert_eq!((m.starts_from, m.ends_to), (day("2026-03-01"), day("2028-02-29")));
    let m = read("ending=6").0.matches;
    assert_eq!((m.ends_from, m.ends_to), (day("2026-11-24"), day("2027-05-24")));
    // two that speak of the end: what both let through
    let m = read("ending=6&ends_from=2027&ends_to=2027-03").0.matches;
    assert_eq!((m.ends_from, m.ends_to), (day("2027-01-01"), day("2027-03-31")));
}

/// What nobody reported is confirmed by no donor: the filter asks for reports alone.
#[test]
fn confirmed_by_its_donor_is_what_was_reported() {
    let claim = |value: &str| read(&format!("claim={value}")).0.matches.claim;
    assert_eq!(claim("confirmed"), Some("answered"));
    assert_eq!((claim("unconfirmed"), claim("declined")), (Some("unconfirmed"), Some("declined")));
    assert_eq!(read("claim=confirmed").0.query(&[]), "claim=confirmed");
}

#[test]
fn money_needs_its_currency() {
    let (filter, fields) = read("min=5000");
    assert!(fields.error("currency").is_some() && filter.matches.least.is_none() && filter.pairs.is_empty());
    let (filter, fields) = read("min=1.5+M+EUR");
    assert!(fields.is_valid());
    assert_eq!((filter.matches.least, filter.matches.currency), (Some(Decimal::from(1_500_000)), Some("EUR")));
    let (filter, fields) = read("min=10&max=5&currency=EUR");
    assert!(fields.error("max").is_some());
    assert_eq!((filter.matches.least, filter.matches.most), (Some(Decimal::from(10)), None));
}

#[test]
fn one_wrong_value_leaves_the_others_standing() {
    let (filter, fields) = read("pillar=CRIME&pillar=NOWHERE&status=ongoing&fresh=soon");
    assert_eq!(filter.query(&[]), "pillar=CRIME&status=ongoing");
    assert!(fields.error("pillar").is_some() && fields.error("fresh").is_some() && fields.error("status").is_none());
}

#[test]
fn without_one_value_the_rest_stands() {
    let (filter, _) = read("pillar=CRIME&pillar=none&q=x");
    assert_eq!(filter.without("pillar", "none").query(&[]), "q=x&pillar=CRIME");
}

#[test]
fn spans_of_the_last_confirmation_meet_without_a_gap() {
    let of = |fresh: &str| read(&format!("fresh={fresh}")).0.matches;
    let (three, six, twelve) = (of("3"), of("3-6"), of("6-12"));
    assert_eq!(three.confirmed_from, six.confirmed_before);
    assert_eq!(six.confirmed_from, twelve.confirmed_before);
    assert_eq!(twelve.confirmed_from, of("year").confirmed_before);
    assert!(!six.or_never_confirmed && !twelve.or_never_confirmed);
}
