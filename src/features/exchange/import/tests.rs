use super::model::{Patch, Verdict};
use super::verdict::*;
use crate::features::actions::{Field, Names, Sheet, Standing};
use crate::kernel::db::MembershipFacts;
use crate::kernel::ids::{ActionId, MembershipId, OrganisationId};
use crate::kernel::permit::{Handling, Member, Role};
use uuid::Uuid;

fn id(n: u128) -> Uuid {
    Uuid::from_u128(n)
}

fn member(role: Role, organisation: u128) -> Member {
    Member::new(vec![MembershipFacts {
        id: MembershipId(id(1)),
        name: "A".into(),
        post: String::new(),
        role,
        organisation: Some(OrganisationId(id(organisation))),
        organisation_name: None,
        organisation_short: None,
        beneficiary: None,
        beneficiary_name: None,
        pillars: vec![],
        ends_on: None,
        focal_point: false,
        speaks_for: false,
        votes: false,
    }])
}

fn defaults() -> Defaults {
    Defaults { keeper: OrganisationId(id(7)), handling: Handling::Members, pillar: None }
}

fn sheet(pairs: &[(Field, &[&str])]) -> Sheet {
    let mut sheet = Sheet::default();
    for (field, values) in pairs {
        sheet.set(*field, values.iter().copied());
    }
    sheet
}

fn patch(pairs: &[(Field, &[&str])]) -> Patch {
    Patch { sheet: sheet(pairs), ..Patch::default() }
}

fn record() -> Sheet {
    let keeper = id(7).to_string();
    let (first, second) = (format!("{}=60", id(21)), format!("{}=40", id(22)));
    sheet(&[
        (Field::Title, &["Border training"]),
        (Field::Reporting, &[&keeper]),
        (Field::Handling, &["members"]),
        (Field::Status, &["ongoing"]),
        (Field::ActualStart, &["2026-03"]),
        (Field::StatedTotal, &["1000000.1 EUR"]),
        (Field::Beneficiaries, &[&first, &second]),
        (Field::Parties, &["funding:a", "implementing:b"]),
    ])
}

fn standing() -> Standing {
    Standing { id: ActionId(id(3)), version: 4, sheet: record(), names: Names::default(), parent_is_hidden: false }
}

fn candidate(n: u128, reference: &str, title: &str, keeper: u128) -> Candidate {
    Candidate { id: id(n), reference: reference.into(), title: title.into(), keeper: OrganisationId(id(keeper)) }
}

#[test]
fn what_a_row_does_not_say_stays_and_what_it_says_the_same_changes_nothing() {
    let (a, b) = (id(21).to_string(), id(22).to_string());
    let mut same = patch(&[
        (Field::Title, &["Border training"]),
        (Field::StatedTotal, &["1000000.10 EUR"]),
        (Field::Beneficiaries, &[&a, &b]),
        (Field::Parties, &["funding:a"]),
    ]);
    same.start = "2026-03".parse().ok();
    let judged = judge_known(&same, &standing(), None, &member(Role::Partner, 7));
    assert_eq!(judged.verdict, Some(Verdict::Unchanged), "{:?}", judged.difference);

    let other =
        patch(&[(Field::Parties, &["funding:c"]), (Field::Beneficiaries, &[&a]), (Field::Status, &["completed"])]);
    let after = onto(&other, &record());
    assert_eq!(after.get(Field::Parties), ["funding:c", "implementing:b"]);
    assert_eq!((after.get(Field::Beneficiaries), after.one(Field::Status)), ([a].as_slice(), Some("completed")));
    assert_eq!(after.one(Field::Title), Some("Border training"));
}

#[test]
fn an_edit_since_the_last_import_is_a_conflict_and_the_files_own_change_is_none() {
    let partner = member(Role::Partner, 7);
    let row = patch(&[(Field::Status, &["completed"])]);
    let last = |status: &str| sheet(&[(Field::Status, &[status])]);
    for (last, verdict) in [
        (None, Verdict::Changed),
        (Some(last("ongoing")), Verdict::Changed),
        // the file still says what it said; somebody has edited it here since
        (Some(last("completed")), Verdict::Conflict),
        // both have changed
        (Some(last("planned")), Verdict::Conflict),
    ] {
        let judged = judge_known(&row, &standing(), last.as_ref(), &partner);
        assert_eq!(judged.verdict, Some(verdict));
        assert_eq!(judged.clashes.is_empty(), verdict == Verdict::Changed);
    }
}

#[test]
fn a_row_is_known_by_reference_then_by_title_and_asked_where_that_is_doubtful() {
    let found = |p: &Patch, c: &[Candidate]| find(p, &defaults(), c);
    let row = patch(&[(Field::Title, &["Border training"]), (Field::Reference, &["X-1"])]);
    assert_eq!(found(&row, &[]), Match::None);
    assert_eq!(found(&row, &[candidate(1, "x-1", "other", 7)]), Match::Known(id(1)));
    // another keeper's, of another title: perhaps a number that two have given
    assert_eq!(found(&row, &[candidate(1, "X-1", "other", 8)]), Match::Doubtful(vec![id(1)]));
    let two = [candidate(1, "X-1", "a", 8), candidate(2, "X-1", "b", 7)];
    assert_eq!(found(&row, &two), Match::Known(id(2)));
    assert_eq!(found(&row, &[candidate(1, "", "border training", 7)]), Match::Known(id(1)));
    assert_eq!(found(&row, &[candidate(1, "X-2", "border training", 7)]), Match::Doubtful(vec![id(1)]));
    assert_eq!(found(&row, &[candidate(1, "", "border training", 8)]), Match::None);
    let untitled = patch(&[(Field::Title, &["Border training"])]);
    let twice = [candidate(1, "", "border training", 7), candidate(2, "", "border training", 7)];
    assert_eq!(found(&untitled, &twice), Match::Doubtful(vec![id(1), id(2)]));
}

#[test]
fn nobody_brings_in_what_is_not_theirs() {
    let row = patch(&[(Field::Title, &["New"])]);
    let verdict = |m: &Member| judge_new(&row, &defaults(), m).verdict;
    assert_eq!(verdict(&member(Role::Partner, 7)), Some(Verdict::New));
    assert_eq!(verdict(&member(Role::SupportGroup, 1)), Some(Verdict::New));
    for role in [Role::Chair, Role::Observer, Role::Beneficiary, Role::Lead] {
        assert_eq!(verdict(&member(role, 7)), Some(Verdict::Wrong), "{role:?}");
    }
    assert_eq!(verdict(&member(Role::Partner, 8)), Some(Verdict::Wrong));
    let change = patch(&[(Field::Status, &["completed"])]);
    let judged = judge_known(&change, &standing(), None, &member(Role::Partner, 8));
    assert_eq!(judged.verdict, Some(Verdict::Wrong));
    // without a title nothing is new
    assert_eq!(judge_new(&patch(&[]), &defaults(), &member(Role::Partner, 7)).verdict, Some(Verdict::Wrong));
}

#[test]
fn the_same_action_twice_in_a_file_is_told() {
    let mut seen = Seen::default();
    let row = |reference: &str| patch(&[(Field::Title, &["A"]), (Field::Reference, &[reference])]);
    let d = defaults();
    assert_eq!(seen.before(key(&row("x"), &d), 2), None);
    assert_eq!(seen.before(key(&row("y"), &d), 3), None);
    assert_eq!(seen.before(key(&row("X"), &d), 4), Some(2));
    assert_eq!(seen.before(key(&patch(&[]), &d), 5), None);
}
