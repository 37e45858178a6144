//! The traps of the field, and that the index keeps its books.

use chrono::NaiveDate;

use super::*;

fn day(year: i32, month: u32) -> Option<When> {
    NaiveDate::from_ymd_opt(year, month, 1).map(When::day)
}

fn party(name: &str, role: Role) -> Party {
    Party { key: None, reference: None, name: name.to_owned(), role }
}

fn action(title: &str, text: &str, beneficiaries: &[&str]) -> Subject {
    Subject {
        titles: vec![title.to_owned()],
        texts: vec![text.to_owned()],
        beneficiaries: beneficiaries.iter().map(|b| (*b).to_owned()).collect(),
        ..Subject::default()
    }
}

/// A process with something in it, so that words have their worth.
fn process() -> Finder {
    let mut finder = Finder::new();
    for (number, title) in [
        "Strengthening border police training in the Western Balkans",
        "Support to judicial cooperation in criminal matters",
        "Prevention of violent extremism in local communities",
        "Capacity building for forensic laboratories",
        "Witness protection in serious crime proceedings",
        "Small arms and light weapons stockpile management",
        "Cybercrime units: equipment and training",
        "Reintegration of returnees from conflict zones",
    ]
    .iter()
    .enumerate()
    {
        finder.put(1000 + number as u128, &action(title, "", &["AL", "RS"]));
    }
    finder
}

fn assess(a: &Subject, b: &Subject) -> Assessment {
    let mut finder = process();
    finder.put(1, a);
    finder.put(2, b);
    finder.assess(1, 2).unwrap()
}

fn has(assessment: &Assessment, is: impl Fn(&Reason) -> bool) -> bool {
    assessment.parts.iter().any(|part| is(&part.reason))
}

#[test]
fn one_action_entered_twice_is_the_same() {
    let mut a = action(
        "Fight against trafficking in firearms in the Western Balkans",
        "Training of customs officers and police.",
        &["AL", "ME"],
    );
    a.parties =
        vec![party("Ministry of Foreign Affairs of Examplia", Role::Funder), party("Arms Watch", Role::Implementer)];
    (a.start, a.end) = (day(2024, 3), day(2026, 2));
    a.amounts = vec![Amount { value: 1_250_000.0, currency: "EUR".to_owned() }];
    let mut b = a.clone();
    b.titles = vec!["Fight Against the Trafficking of Firearms, Western Balkans".to_owned()];
    let assessment = assess(&a, &b);
    assert!(assessment.likelihood > 0.9 && assessment.same > 0.5, "{assessment:?}");
    assert_eq!(assessment.kind, Kind::Same);
    assert!(has(&assessment, |r| matches!(r, Reason::AmountsEqual { .. })));
}

#[test]
fn what_is_surer_stands_first_however_near_certainty() {
    let of = |likelihood, same| Assessment { likelihood, same, kind: Kind::Overlap, parts: Vec::new() };
    // The one names the other's identifier; the other shares a common title and the months.
    assert!(of(0.998, 0.28).rank() > of(0.94, 0.36).rank());
    assert!(of(0.9, 0.8).rank() > of(0.9, 0.1).rank(), "entered twice before only related");
    assert!(of(1.0, 1.0).rank().is_finite() && of(0.0, 0.0).rank().is_finite());
}

#[test]
fn an_acronym_alone_makes_no_case() {
    let a = action(
        "WB PaCT: partnership against crime and terrorism",
        "Law enforcement training led by an agency.",
        &["AL"],
    );
    let b = action(
        "PaCT - public administration coaching tool",
        "Online coaching of civil servants in budgeting.",
        &["AL"],
    );
    let assessment = assess(&a, &b);
    assert!(assessment.likelihood < CASE_THRESHOLD, "{assessment:?}");
    assert!(has(&assessment, |r| matches!(r, Reason::AcronymOnly { .. })));
}

#[test]
fn phases_follow_one_another() {
    let a = action("Cross-border police cooperation, phase I", "Joint patrols and liaison.", &["AL", "MK"]);
    let b = action("Cross-border police cooperation, phase II", "Joint patrols and liaison, continued.", &["AL", "MK"]);
    let assessment = assess(&a, &b);
    assert_eq!(assessment.kind, Kind::Sequence, "{assessment:?}");
    assert!(has(&assessment, |r| *r == Reason::Phases { first: 1, second: 2 }));
}

#[test]
fn a_grant_is_part_of_its_fund() {
    let fund = action("Trust fund for small arms control", "Pooled fund.", &["AL", "RS"]);
    let mut grant = action("Forensic ballistics laboratory upgrade", "Equipment.", &["RS"]);
    grant.parent = Some(1);
    let assessment = assess(&fund, &grant);
    assert_eq!(assessment.kind, Kind::PartOf);
    assert!(assessment.likelihood >= CASE_THRESHOLD);
    assert!(has(&assessment, |r| *r == Reason::ParentNamed { first_is_parent: true }));
    let mut finder = process();
    finder.put(1, &fund);
    finder.put(2, &grant);
    assert_eq!(finder.near_id(2, 1).first().map(|n| n.id), Some(1), "found though no word is shared");
}

#[test]
fn arms_of_a_consortium_are_not_one_action() {
    let arm = |name: &str, value: f64| {
        let mut arm = action("Joint response to irregular migration", "Consortium of four agencies.", &["BA"]);
        arm.parties = vec![party("Donor Examplia", Role::Funder), party(name, Role::Implementer)];
        (arm.start, arm.end) = (day(2023, 1), day(2024, 12));
        arm.amounts = vec![Amount { value, currency: "EUR".to_owned() }];
        arm.parent = Some(77);
        arm
    };
    let assessment = assess(&arm("Agency North", 400_000.0), &arm("Agency South", 2_900_000.0));
    assert_eq!(assessment.kind, Kind::Synergy, "{assessment:?}");
    assert!(assessment.same < 0.5 && assessment.likelihood >= CASE_THRESHOLD);
}

#[test]
fn one_programme_in_two_places_is_no_double_entry() {
    let at = |code: &str| {
        action("Support to integrated border management", "Equipment and training for border police.", &[code])
    };
    let assessment = assess(&at("AL"), &at("ME"));
    assert_eq!(assessment.kind, Kind::Synergy, "{assessment:?}");
    assert!(has(&assessment, |r| matches!(r, Reason::DifferentBeneficiariesOnly { .. })));
}

#[test]
fn a_deliberate_exclusion_is_told() {
    let mut a = action("Targeted controls at ports and airports", "Container control units.", &["BA", "ME"]);
    a.excluded = vec!["AL".to_owned()];
    let b = action("Controls at ports: container units", "Container control units at the port.", &["AL"]);
    let assessment = assess(&a, &b);
    assert_eq!(assessment.kind, Kind::Synergy);
    assert!(has(&assessment, |r| *r == Reason::DeliberateExclusion { code: "AL".to_owned() }));
}

#[test]
fn what_is_not_stated_is_no_evidence() {
    let a = action("Witness relocation agreements among judiciaries", "", &["AL"]);
    let mut b = action("Witness relocation agreements among judiciaries", "", &[]);
    let without = assess(&a, &b);
    b.beneficiaries = vec!["RS".to_owned()];
    let apart = assess(&a, &b);
    assert!(without.likelihood > apart.likelihood && without.same > apart.same);
}

#[test]
fn scripts_and_spellings_meet() {
    let mut finder = process();
    finder.put(1, &action("Прекогранична полицијска сарадња", "", &[]));
    let near = finder.near(&action("Prekogranična policijska saradnja", "", &[]), 1, None);
    assert_eq!(near.first().map(|n| n.id), Some(1));
    assert!(has(&near[0].assessment, |r| *r == Reason::TitleSame));
}

#[test]
fn new_words_of_two_that_are_held_against_one_another_meet_only_where_they_are_the_same() {
    let finder = process();
    let need = action("Vexillology for quaternions", "Plenipotentiary zymurgy", &["AL"]);
    let nonsense = finder.compare(&action("xqzzy plomf wibble", "", &["AL"]), &need);
    assert!(!has(&nonsense, |r| matches!(r, Reason::WordsShared(_))), "{nonsense:?}");
    let same = finder.compare(&action("Quaternions and vexillology", "", &["AL"]), &need);
    let named = |r: &Reason| matches!(r, Reason::WordsShared(words) if words.iter().any(|w| w == "quaternions"));
    assert!(has(&same, named), "{same:?}");
    assert!(same.likelihood > nonsense.likelihood);
}

#[test]
fn a_word_of_another_language_is_shown_as_it_was_written() {
    let mut finder = process();
    finder.put(1, &action("Обука на граничната полиција", "", &[]));
    let near = finder.near(&action("Обука за полиција", "", &[]), 1, None);
    let of = |start: &str| {
        has(&near[0].assessment, |r| matches!(r, Reason::WordsShared(all) if all.iter().any(|w| w.starts_with(start))))
    };
    assert!(of("polici") && !of("polish"), "{:?}", near[0].assessment);
}

#[test]
fn words_that_say_nothing_are_scored_and_not_named() {
    let mut finder = process();
    finder.put(
        1,
        &action("Patrol boats", "A project of two years. Two crews in the first year, one in the second.", &["AL"]),
    );
    finder.put(
        2,
        &action("Boats for the lake", "Two years; a program in its second year, with one new project.", &["AL"]),
    );
    finder.put(3, &action("Inventory", "A project of two years.", &["AL"]));
    let named = |first, second| {
        let pair = finder.assess(first, second).unwrap();
        let words = pair.parts.iter().find_map(|p| match &p.reason {
            Reason::WordsShared(words) => Some((words.clone(), p.contribution)),
            _ => None,
        });
        words.unwrap_or_default()
    };
    assert_eq!(named(1, 2).0, ["boats"]);
    // what they have in common counts as it did, and is not worth a sentence
    let (words, counted) = named(1, 3);
    assert!(words.is_empty() && counted > 0.0, "{words:?} {counted}");
}

#[test]
fn a_word_is_shown_as_these_two_write_it() {
    let mut finder = process();
    // the form that came first in the process is another's
    finder.put(1, &action("Patrole na granici", "", &[]));
    finder.put(2, &action("Patrol boats for the lake", "", &["AL"]));
    finder.put(3, &action("Crews for patrol boats", "", &["AL"]));
    let pair = finder.assess(2, 3).unwrap();
    let named = |word: &str| has(&pair, |r| matches!(r, Reason::WordsShared(all) if all.iter().any(|w| w == word)));
    assert!(named("patrol") && !named("patrole"), "{pair:?}");
}

#[test]
fn asking_leaves_no_trace() {
    let finder = process();
    let before = finder.bytes();
    let idea = action("Quantum counterfeiting of passports", "Entirely new words: zyxwv, utsrq.", &["XK"]);
    let first = finder.near(&idea, 5, None);
    assert_eq!(finder.bytes(), before);
    assert_eq!(finder.near(&idea, 5, None), first);
}

#[test]
fn putting_again_replaces_and_taking_out_undoes() {
    let mut finder = process();
    let query = action("Witness relocation", "", &[]);
    let before = finder.near(&query, 10, None);
    for round in 0..5 {
        finder.put(1, &action(&format!("Witness relocation {round}"), "", &["AL"]));
    }
    assert_eq!(finder.len(), 9);
    assert_eq!(finder.near(&query, 1, None).first().map(|n| n.id), Some(1));
    assert_eq!(finder.near(&query, 1, Some(1)).first().map(|n| n.id), before.first().map(|n| n.id));
    finder.remove(1);
    finder.remove(1);
    assert_eq!(finder.len(), 8);
    assert!(!finder.contains(1) && finder.assess(1, 1000).is_none());
    let ids = |near: &[Near]| near.iter().map(|n| n.id).collect::<Vec<_>>();
    assert_eq!(ids(&finder.near(&query, 10, None)), ids(&before));
}

#[test]
fn order_does_not_matter() {
    let mut a = action("Asset recovery support", "Confiscation and management of assets", &["AL", "RS"]);
    a.parties = vec![party("UNODC", Role::Implementer)];
    let b = action("From illicit financial flows to asset recovery", "Mutual legal assistance", &["RS"]);
    let (there, back) = (assess(&a, &b), assess(&b, &a));
    assert!((there.likelihood - back.likelihood).abs() < 1e-6 && (there.same - back.same).abs() < 1e-6);
}

#[test]
fn the_shipped_files_can_be_read() {
    let weights = Weights::read(SHIPPED).unwrap();
    assert_eq!(weights.weights.len(), evidence::Feature::ALL.len());
    assert!(lexicon::Lexicon::shipped().len() > 1000);
    fn shared<T: Send + Sync>() {}
    shared::<Finder>();
}
