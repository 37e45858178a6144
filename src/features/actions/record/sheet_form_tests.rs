use super::fields::{Field, Sheet};
use super::sheet_form::{check, pasted_id, reshape, rows};
use crate::kernel::form::Fields;
use proptest::prelude::*;

fn sheet(pairs: &[(Field, &[&str])]) -> Sheet {
    let mut sheet = Sheet::default();
    for (field, values) in pairs {
        sheet.set(*field, values.iter().copied());
    }
    sheet
}

fn keys(sheet: &Sheet) -> Vec<(Field, &'static str)> {
    check(sheet).into_iter().map(|(f, m)| (f, m.key)).collect()
}

#[test]
fn an_end_surely_before_its_start_is_refused() {
    use Field::{ActualEnd, ActualStart, PlannedEnd, PlannedStart};
    let early = "action-error-end-before-start";
    assert_eq!(keys(&sheet(&[(PlannedStart, &["2028"]), (PlannedEnd, &["2027-12-31"])])), [(PlannedEnd, early)]);
    assert_eq!(keys(&sheet(&[(ActualStart, &["2027-03"]), (ActualEnd, &["2026"])])), [(ActualEnd, early)]);
    // 2027 may end after March 2027: nothing is known against it
    assert!(keys(&sheet(&[(PlannedStart, &["2027-03"]), (PlannedEnd, &["2027"])])).is_empty());
    assert!(keys(&sheet(&[(PlannedEnd, &["2027"])])).is_empty());
}

#[test]
fn shares_make_the_whole_or_leave_something_open() {
    use Field::Beneficiaries as B;
    assert!(keys(&sheet(&[(B, &["a=33.3", "b=33.3", "c=33.4"])])).is_empty());
    assert!(keys(&sheet(&[(B, &["a=60", "b"])])).is_empty());
    assert!(keys(&sheet(&[(B, &["a", "b"])])).is_empty());
    assert_eq!(keys(&sheet(&[(B, &["a=60", "b=30"])])), [(B, "action-error-shares-sum")]);
    assert_eq!(keys(&sheet(&[(B, &["a=60", "b=40.1", "c"])])), [(B, "action-error-shares-exceed")]);
    assert_eq!(keys(&sheet(&[(B, &["a=99.99"])])), [(B, "action-error-shares-sum")]);
}

#[test]
fn an_address_is_read_for_its_id() {
    let id = "01990000-0000-7000-8000-000000000001";
    for text in
        [id.to_owned(), format!("https://x.example/iisg/actions/{id}?done=x"), format!(" /iisg/actions/{id}#money ")]
    {
        assert_eq!(pasted_id(&text).map(|i| i.to_string()).as_deref(), Some(id), "{text}");
    }
    assert_eq!(pasted_id("Boats for the coast"), None);
}

proptest! {
    #[test]
    fn rows_never_lose_what_was_typed(parties in prop::collection::vec("[a-z]{0,4}", 0..6), roles in prop::collection::vec("[a-z]{0,4}", 0..6), add in any::<bool>()) {
        let mut pairs: Vec<(String, String)> = parties.iter().map(|p| ("party".to_owned(), p.clone())).collect();
        pairs.extend(roles.iter().map(|r| ("party_role".to_owned(), r.clone())));
        if add { pairs.push(("add".to_owned(), "party".to_owned())); }
        let mut f = Fields::new(pairs);
        prop_assert_eq!(reshape(&mut f), add);
        let kept = rows(&f, &["party", "party_role"]);
        for (i, party) in parties.iter().enumerate() { prop_assert_eq!(&kept[i][0], party); }
        for (i, role) in roles.iter().enumerate() { prop_assert_eq!(&kept[i][1], role); }
    }
}
