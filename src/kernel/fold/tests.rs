use super::*;
use proptest::prelude::*;

#[test]
fn the_same_written_two_ways() {
    for (a, b) in [
        ("Прекогранична полицијска сарадња", "Prekogranična policijska saradnja"),
        ("Гранична безбедност", "Granična bezbednost"),
        ("Борба против корупције и организованог криминала", "Borba protiv korupcije i organizovanog kriminala"),
        ("Министарство унутрашњих послова", "Ministarstvo unutrašnjih poslova"),
        ("Ђорђе Џомић", "Đorđe Džomić"),
        ("Đorđe", "Djordje"),
        ("ÐORÐE", "djordje"), // Icelandic Eth, as old files have it
        ("Ѓорѓе Ќосев", "Gjorgje Kjosev"),
        ("ѓ", "г\u{301}"),
        ("Њемачка, Љубљана", "Njemačka - Ljubljana"),
        ("ǈubljana", "Ljubljana"),
        ("Ѕвезда", "Dzvezda"),
        ("Црна Гора: сјутра, с\u{301}утра", "crna gora sjutra śutra"),
        ("Sigurimi i kufijve, Çështje të brendshme", "sigurimi i kufijve ceshtje te brendshme"),
        ("Straße", "STRASSE"),
        ("Ærø Łódź ırmak İzmir", "aero lodz irmak izmir"),
        ("co\u{ad}operation", "cooperation"),
        ("P/CVE", "preventing and countering violent extremism"),
        ("PCVE", "Preventing and Countering Violent Extremism"),
        ("P-CVE", "P/CVE"),
        ("Preventing/Countering Violent Extremism", "P/CVE"),
        ("prevention of violent extremism", "PVE"),
        ("THB", "Trafficking in Human Beings"),
        ("TIP", "trafficking in persons"),
        ("the TiP report", "the trafficking in persons report"),
        ("SALW control", "Small Arms and Light Weapons control"),
        ("small arms & light weapons", "SALW"),
        ("IBM", "Integrated Border Management"),
        ("AML/CFT", "Anti-Money Laundering and Countering the Financing of Terrorism"),
        ("AML and CFT", "AML/CFT"),
        ("returning FTFs", "returning foreign terrorist fighters"),
        ("JITs", "JIT"),
        ("AVRR", "assisted voluntary return and reintegration"),
        ("R&R of returnees", "Rehabilitation and Reintegration of returnees"),
        ("API/PNR", "Advance Passenger Information - Passenger Name Record"),
        ("ILP", "intelligence-led policing"),
        ("BiH", "Bosnia and Herzegovina"),
        ("Bosnia-Herzegovina", "B&H"),
        ("WB6", "Western Balkans six"),
        ("Western Balkan partners", "Western Balkans partners"),
        ("counter-terrorism", "CT"),
        ("counterterrorism", "CT"),
        ("fight against OC", "fight against organized crime"),
        ("serious and organised crime", "Serious Organized Crime"),
        ("MoI", "Ministry of the Interior"),
        ("IISG", "Integrative Internal Security Governance"),
        ("cybersecurity and cybercrime", "cyber-security & cyber crime"),
        ("Сајбер", "cyber"),
        ("сајбер-криминал, Sajberkriminal", "cyber kriminal cyberkriminal"),
        ("сајберсекјурити", "cybersekjuriti"),
        ("organization programme analyzing", "organisation program analysing"),
        ("neighbourhood, defence, centre", "neighborhood defense center"),
        ("FYROM", "North Macedonia"),
        ("the former Yugoslav Republic of Macedonia", "the North Macedonia"),
        ("Sjeverna Makedonija", "Северна Македонија"),
    ] {
        assert_eq!(fold(a), fold(b), "{a} / {b}");
    }
}

#[test]
fn what_it_gives() {
    for (text, folded) in [
        ("", ""),
        (" … – !", ""),
        ("  Two\t words,\n apart ", "two words apart"),
        ("Прекогранична полицијска сарадња", "prekogranicna policijska saradnja"),
        ("Щит и ъгъл", "stit i agal"),
        ("EUR 1.5m (2024/25)", "eur 1 5m 2024 25"),
        ("Kosovo*", "kosovo"),
        ("Ελλάδα", "ελλαδα"),
        ("½ CO₂", "1 2 co2"),
        ("size, prize, seize", "size prize seize"),
    ] {
        assert_eq!(fold(text), folded, "{text}");
    }
}

#[test]
fn what_is_left_alone() {
    for (text, folded) in [
        ("RS", "rs"),
        ("MUP RS", "mup rs"),
        ("РС", "rs"),
        ("iPA 2025", "ipa 2025"),
        ("IPA III", "ipa iii"),
        ("EU", "eu"),
        ("SOC", "soc"),
        ("open API", "open api"),
        ("tip projekta", "tip projekta"),
        ("TIP PROJEKTA", "tip projekta"),
        ("Tip", "tip"),
        ("moi", "moi"),
        ("CVE-2024-12345", "cve 2024 12345"),
        ("Web, IBMs, THBX", "web ibms thbx"),
        ("Republika Srpska", "republika srpska"),
        ("Republic of Serbia", "republic of serbia"),
    ] {
        assert_eq!(fold(text), folded, "{text}");
    }
}

#[test]
fn the_tables_keep_their_rules() {
    for (from, to) in ABBREVIATIONS.iter().chain(WORDINGS) {
        assert_eq!(fold(from), *to, "{from}");
    }
    let spelled = SPELLING_WORDS.iter().chain(SPELLING_PREFIXES);
    let long = ABBREVIATIONS.iter().chain(WORDINGS).chain(CASED_ABBREVIATIONS);
    for (from, to) in spelled.chain(long.clone()) {
        assert_eq!(fold(to), *to, "what {from} becomes must stay");
    }
    for (from, _) in ABBREVIATIONS {
        let word = from.split(' ').find(|w| !matches!(*w, "and" | "macedonia"));
        assert!(long.clone().all(|(_, to)| to.split(' ').all(|w| Some(w) != word)), "{from}");
    }
}

#[test]
fn tokens_drop_nothing() {
    assert_eq!(fold_tokens(" The PVE of it "), ["the", "preventing", "violent", "extremism", "of", "it"]);
    assert!(fold_tokens("–").is_empty());
}

#[test]
fn a_long_text_takes_no_longer_per_letter() {
    // Not a measurement: a quadratic fold would make this test stand still.
    let text = "P/CVE, organisations and serious and ".repeat(40_000);
    assert!(fold(&text).len() > text.len());
    assert_eq!(fold(&"a\u{301}".repeat(500_000)).len(), 500_000);
    assert_eq!(fold(&"\u{301}".repeat(500_000)), "");
}

fn any_text() -> impl Strategy<Value = String> {
    let words: Vec<&'static str> = ABBREVIATIONS
        .iter()
        .chain(WORDINGS)
        .chain(CASED_ABBREVIATIONS)
        .flat_map(|(from, to)| from.split(' ').chain(to.split(' ')))
        .chain(SPELLING_WORDS.iter().chain(SPELLING_PREFIXES).map(|(from, _)| *from))
        .chain(["TIP", "MoI", "2024", "&", "organize", "Đ", "prevention of"])
        .collect();
    let wording: Vec<&'static str> = WORDINGS.iter().flat_map(|(from, _)| from.split(' ')).collect();
    prop_oneof![
        any::<String>(),
        "\\PC{0,40}",
        "[а-џЀ-Џa-zšđčćžA-Z \u{301}\u{306}\u{ad}&./-]{0,40}",
        proptest::collection::vec(proptest::sample::select(words), 0..14).prop_map(|w| w.join(" ")),
        proptest::collection::vec(proptest::sample::select(wording), 0..14).prop_map(|w| w.join("-")),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn folding_twice_changes_nothing(text in any_text()) {
        let once = fold(&text);
        prop_assert_eq!(fold(&once), once);
    }

    #[test]
    fn only_letters_digits_and_single_spaces(text in any_text()) {
        let folded = fold(&text);
        prop_assert!(!folded.starts_with(' ') && !folded.ends_with(' ') && !folded.contains("  "));
        for c in folded.chars().filter(|c| *c != ' ') {
            prop_assert!(c.is_alphanumeric() && !is_combining_mark(c), "{:?}", c);
            prop_assert!(!c.is_ascii_uppercase(), "{:?}", c);
            prop_assert!(tables::transliterate(c).is_none(), "{:?}", c);
        }
    }

    #[test]
    fn case_and_accents_do_not_matter(text in "[a-zšđčćžëç ]{0,30}") {
        prop_assert_eq!(fold_letters(&text), fold_letters(&text.to_uppercase()));
        let decomposed: String = text.nfd().collect();
        prop_assert_eq!(fold(&decomposed), fold(&text));
    }
}
