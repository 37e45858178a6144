use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::features::exchange::iati::read::{Read, Reader};
use crate::features::exchange::iati::source::Limits;
use crate::features::exchange::iati::write;

const ID: &str = "01990000-0000-7000-8000-000000000001";

fn way(published: bool) -> Way {
    Way {
        address: "https://concert.example/p".into(),
        today: NaiveDate::from_ymd_opt(2026, 11, 24).unwrap(),
        published,
    }
}

fn body(name: &str, iati: Option<&str>) -> Value {
    json!({"id": ID, "name": name, "kind": "ngo", "level": null, "seat": null, "iati": iati})
}

fn record(change: Value) -> Record {
    let mut all = json!({
        "id": ID, "reference": "", "title": "Title", "description": "", "status": null, "handling": "members",
        "keeper": body("Keeper", Some("XM-1")), "planned_start": "2025", "planned_end": "2026-06", "actual_start": null,
        "actual_end": null, "date_note": "", "theme_text": "", "source_url": null, "source_note": "", "parent_text": null,
        "whole": null, "total": null, "currency": null,
        "parties": [{"role": "funding", "body": body("Donor", None), "as_named": null}],
        "places": [], "pillars": [], "themes": [], "money": [], "sees_money": true, "updated_at": "2026-01-01T00:00:00Z",
        "beneficiaries": ["XA"], "kept": null
    });
    for (name, value) in change.as_object().unwrap() {
        all[name] = value.clone();
    }
    serde_json::from_value(all).unwrap()
}

/// Written and read again: by the schema's own table, so a loss would be a breach.
fn again(tree: &Element) -> Element {
    let mut text = write::opening();
    write::activity(tree, &mut text);
    text.push_str(write::TAIL);
    let read = Reader::open(std::io::Cursor::new(text), Limits::default()).unwrap().next();
    let Some(Ok(Read::Activity(activity))) = read else { panic!("{read:?}") };
    assert_eq!(activity.losses, []);
    activity.tree
}

#[test]
fn what_is_required_and_not_stated_follows_the_rules() {
    let tree = again(&compose(&record(json!({})), &way(false)).unwrap());
    let stated = Stated(&tree);
    assert_eq!(stated.identifier(), Some(format!("XM-1-{ID}")));
    assert_eq!(stated.descriptions()[0].1[0].text, "Title");
    assert_eq!(tree.child("description").unwrap().attribute(own::NO_DESCRIPTION), Some(own::NOT_STATED));
    let status = tree.child("activity-status").unwrap();
    assert_eq!((status.attribute("code"), status.attribute(own::STATUS)), (Some("3"), Some(own::NOT_STATED)));
    let day = |of: Milestone| {
        let dates = tree.named("activity-date").find(|e| e.attribute("type") == Some(of.code())).cloned();
        dates.map(|e| (e.attribute("iso-date").unwrap().to_owned(), e.narrative()))
    };
    assert_eq!(day(Milestone::PlannedStart), Some(("2025-01-01".into(), Some("2025".into()))));
    assert_eq!(day(Milestone::PlannedEnd), Some(("2026-06-30".into(), Some("2026-06".into()))));
    assert_eq!(stated.date(Milestone::PlannedEnd).map(|d| d.to_string()), Some("2026-06".into()));
    assert_eq!(tree.named("reporting-org").next().unwrap().attribute("type"), Some("90"));
    assert_eq!(tree.named("participating-org").next().unwrap().attribute("type"), None);
    for (change, without) in
        [(json!({"planned_start": null, "planned_end": null}), Without::Date), (json!({"parties": []}), Without::Party)]
    {
        assert_eq!(compose(&record(change), &way(false)), Err(without));
    }
}

#[test]
fn identifiers_are_made_of_what_is_stated() {
    let of = |change: Value| Stated(&compose(&record(change), &way(false)).unwrap()).identifier().unwrap();
    assert_eq!(of(json!({"reference": "P-7"})), "XM-1-P-7");
    assert_eq!(of(json!({"reference": "XM-1-P-7"})), "XM-1-P-7");
    assert_eq!(of(json!({"reference": "XM-12"})), "XM-1-XM-12");
    assert_eq!(of(json!({"reference": "P-7", "keeper": body("K", None)})), format!("urn:uuid:{ID}"));
    assert_eq!(of(json!({"kept": "<iati-activity><iati-identifier>OLD</iati-identifier></iati-activity>"})), "OLD");
}

#[test]
fn a_total_is_a_budget_where_it_has_a_beginning_and_an_end() {
    let total = json!({"total": "1000000.50", "currency": "EUR"});
    let tree = again(&compose(&record(total.clone()), &way(false)).unwrap());
    assert_eq!(Stated(&tree).total().map(|(n, c)| (n.to_string(), c.code())), Some(("1000000.5".into(), "EUR")));
    let open = record(json!({"total": "5", "currency": "EUR", "planned_end": null}));
    let tree = again(&compose(&open, &way(false)).unwrap());
    assert_eq!(Stated(&tree).budgets(), []);
    assert_eq!(tree.child(own::RECORD).unwrap().attribute(own::TOTAL), Some("5"));
    // of an action that came with budgets, they are said again while they come to it
    let kept = r#"<iati-activity default-currency="EUR"><budget><period-start iso-date="2024-01-01"/><period-end iso-date="2024-12-31"/>
        <value value-date="2024-01-01">400000</value></budget><budget><period-start iso-date="2025-01-01"/><period-end iso-date="2025-12-31"/>
        <value value-date="2025-01-01">600000.5</value></budget></iati-activity>"#;
    let mut with = total;
    with["kept"] = json!(kept);
    let tree = again(&compose(&record(with.clone()), &way(false)).unwrap());
    assert_eq!(Stated(&tree).budgets().len(), 2);
    with["total"] = json!("7");
    let tree = again(&compose(&record(with.clone()), &way(false)).unwrap());
    assert_eq!(Stated(&tree).budgets().len(), 1);
    // nothing of money for who sees none
    with["sees_money"] = json!(false);
    with["total"] = Value::Null;
    with["currency"] = Value::Null;
    let tree = again(&compose(&record(with), &way(false)).unwrap());
    assert_eq!(Stated(&tree).budgets(), []);
}

#[test]
fn a_file_of_ours_that_came_back_is_not_said_twice() {
    let money = json!([
        {"id": ID, "kind": "disbursed", "amount": "7.0", "currency": "EUR", "value_date": "2025", "period_start": null,
            "period_end": null, "provider": body("Donor", None), "receiver": null, "note": "first"},
        {"id": ID, "kind": "planned", "amount": "9", "currency": "EUR", "value_date": null, "period_start": "2026-01-01",
            "period_end": "2026-06-30", "provider": null, "receiver": null, "note": ""},
        {"id": ID, "kind": "spent", "amount": "9", "currency": "EUR", "value_date": null, "period_start": null,
            "period_end": null, "provider": null, "receiver": null, "note": "of no time"}
    ]);
    let change = json!({"money": money, "reference": "R", "keeper": body("K", None), "description": "D", "status": "planned",
        "pillars": [{"key": "P", "name": "Pillar"}], "themes": [{"key": "t", "name": "Theme", "dac": ["15130"]}],
        "places": [{"code": "XA", "name": "Arvania", "share": "40.0"}], "source_url": "https://a.example/x", "total": "16", "currency": "EUR",
        "parties": [{"role": "lead", "body": body("Leader", None), "as_named": null}, {"role": "implementing", "body": body("Leader", None), "as_named": null}]});
    let first = again(&compose(&record(change.clone()), &way(false)).unwrap());
    assert_eq!(Stated(&first).transactions().count(), 1);
    assert_eq!(Stated(&first).parties().iter().map(|(r, _)| *r).collect::<Vec<_>>(), [Role::Lead, Role::Implementing]);
    let mut text = String::new();
    write::activity(&first, &mut text);
    let mut with = change;
    with["kept"] = json!(text);
    let second = again(&compose(&record(with), &way(false)).unwrap());
    assert_eq!(first, second);
}

#[test]
fn an_action_has_a_sector_where_its_themes_stand_for_one() {
    let sectors = |themes: Value| {
        let change = json!({"themes": themes, "parties": [{"role": "implementing", "body": body("Doer", None), "as_named": null}]});
        let tree = again(&compose(&record(change), &way(false)).unwrap());
        let all = tree.named("sector");
        all.map(|e| format!("{} {}", e.attribute("vocabulary").unwrap(), e.attribute("code").unwrap()))
            .collect::<Vec<_>>()
    };
    let theme = |dac: &[&str]| json!({"key": "t", "name": "Theme", "dac": dac});
    assert_eq!(sectors(json!([theme(&["15130"]), theme(&["15130"])])), ["1 15130"]);
    assert_eq!(sectors(json!([theme(&["152"])])), ["2 152"]);
    for several in
        [json!([theme(&["15130"]), theme(&["15137"])]), json!([theme(&["15130", "15137"])]), json!([theme(&[])])]
    {
        assert_eq!(sectors(several), Vec::<String>::new());
    }
}

fn words() -> impl Strategy<Value = String> {
    prop_oneof![
        "\\PC{0,30}",
        Just("</narrative>&<!-- ]]>".to_owned()),
        Just("\u{0}\u{b}".to_owned()),
        Just(String::new())
    ]
}

proptest! {
    /// Whatever a record says, its activity is one.
    #[test]
    fn any_record_fits_the_schema(title in "\\PC{1,30}", words in prop::collection::vec(words(), 8), url in prop::option::of(words()), status in
        prop::option::of(prop::sample::select(vec!["pipeline", "planned", "funded", "ongoing", "suspended", "completed", "cancelled"])),
        share in prop::option::of(0_i64..10_000), published: bool) {
        let record = record(json!({
            "title": title, "reference": words[0], "description": words[1], "status": status, "keeper": body(&words[2], Some(&words[3])),
            "date_note": words[4], "theme_text": words[5], "source_url": url, "source_note": words[6], "parent_text": words[7],
            "places": [{"code": "XA", "name": words[2], "share": share.map(|s| (rust_decimal::Decimal::new(s, 2)).to_string())}],
            "pillars": [{"key": words[3], "name": words[4]}],
            "whole": {"id": ID, "reference": words[5], "iati": words[6], "identifier": null},
        }));
        again(&compose(&record, &way(published)).unwrap());
    }
}
