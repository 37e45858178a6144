use super::model::{Patch, Verdict};
use super::verdict::*;
use crate::features::actions::{ClaimState, Field, Names, Sheet, Standing};
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
    Standing {
        id: ActionId(id(3)),
        version: 4,
        claim: ClaimState::Confirmed,
        sheet: record(),
        names: Names::default(),
        parent_is_hidden: false,
    }
}

fn candidate(n: u128, reference: &str, title: &str, keeper: u128) -> Candidate {
    let keeper = OrganisationId(id(keeper));
    let (reference, title) = (reference.into(), title.into());
    Candidate { id: id(n), reference, title, keeper, identifier: String::new(), waits: false, merged: false }
}

#[test]
fn what_was_merged_into_another_is_asked_about_and_never_added_by_itself() {
    let row = Patch { identifier: Some("XX-1".into()), ..Patch::default() };
    let gone = Candidate { identifier: "XX-1".into(), merged: true, ..candidate(1, "", "of another name", 8) };
    assert_eq!(find(&row, &defaults(), std::slice::from_ref(&gone)), Match::Doubtful(vec![id(1)]));
    // what is known by the same in its own right comes first
    let own = Candidate { identifier: "XX-1".into(), ..candidate(2, "", "of its own name", 8) };
    assert_eq!(find(&row, &defaults(), &[gone, own]), Match::Known(id(2)));
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

#[test]
fn a_sheet_of_ones_own_changes_what_was_changed_in_it_and_asks_where_both_did() {
    use crate::features::actions::Base;
    let was = record();
    let row = |title: &str| Patch {
        base: Some(Base::of(&was).to_string()),
        ..patch(&[(Field::Title, &[title]), (Field::Status, &["ongoing"])])
    };
    // as it was, changed in the sheet alone
    let (sheet, clashes) = joined(&row("Border training"), &was);
    assert!(was.difference(&sheet).is_empty() && clashes.is_empty());
    let (sheet, clashes) = joined(&row("Border training II"), &was);
    assert_eq!(was.difference(&sheet).keys().copied().collect::<Vec<_>>(), [Field::Title]);
    assert!(clashes.is_empty());
    // edited here since: what the sheet only carries along stays, what both have changed is asked
    let mut now = was.clone();
    now.set(Field::Status, ["suspended"]);
    let (sheet, clashes) = joined(&row("Border training"), &now);
    assert!(now.difference(&sheet).is_empty() && clashes.is_empty());
    now.set(Field::Title, ["Training at the border"]);
    let (sheet, clashes) = joined(&row("Border training II"), &now);
    assert_eq!(sheet.one(Field::Title), Some("Border training II"));
    assert_eq!((sheet.one(Field::Status), clashes), (Some("suspended"), vec![Field::Title]));
    // a base that somebody has spoilt asks rather than overwrites
    let spoilt = Patch { base: Some("x".to_owned()), ..patch(&[(Field::Status, &["planned"])]) };
    assert_eq!(joined(&spoilt, &was).1, [Field::Status]);
}

#[test]
fn an_activity_is_known_by_the_identifier_that_an_action_came_with() {
    let mut named = patch(&[(Field::Title, &["Another title"]), (Field::Reference, &["XX-1"])]);
    named.identifier = Some("XX-1".into());
    let ours = candidate(31, "our own number", "border training", 9);
    let came = Candidate { identifier: "XX-1".into(), ..ours.clone() };
    assert_eq!(find(&named, &defaults(), &[ours, came]), Match::Known(id(31)));
    // and its own number stays
    let record = sheet(&[(Field::Title, &["Another title"]), (Field::Reference, &["our own number"])]);
    assert!(record.difference(&onto(&named, &record)).is_empty());
    let bare = sheet(&[(Field::Title, &["Another title"])]);
    assert_eq!(onto(&named, &bare).one(Field::Reference), Some("XX-1"));
}

#[test]
fn in_a_role_with_organisations_that_are_none_here_nobody_is_taken_away() {
    let mut some = patch(&[(Field::Parties, &["funding:c"])]);
    let parties = |patch: &Patch| onto(patch, &record()).get(Field::Parties).to_vec();
    assert_eq!(parties(&some), ["funding:c", "implementing:b"]);
    some.open_roles = vec!["funding".into()];
    assert_eq!(parties(&some), ["funding:a", "funding:c", "implementing:b"]);
}

#[test]
fn what_has_no_field_makes_an_unchanged_row_a_changed_one() {
    for (before, after) in [
        (Verdict::Unchanged, Verdict::Changed),
        (Verdict::Wrong, Verdict::Wrong),
        (Verdict::Conflict, Verdict::Conflict),
    ] {
        let mut judged = Judged { verdict: Some(before), ..Judged::default() };
        judged.renew();
        assert_eq!((judged.verdict, judged.problems.is_empty()), (Some(after), before != Verdict::Unchanged));
    }
}
