//! What [`fold`](super::fold) knows: letters, spellings, abbreviations, wordings.
//!
//! Rules of these tables, held by tests: what stands on the right is already folded, and no rule
//! applies to it; an abbreviation's words occur in no long form.

/// Latin for one lower-case letter that has no decomposition into a Latin letter and an accent.
///
/// Cyrillic follows the Serbian and Macedonian standard transliteration with the accents left out
/// (ч and ћ → `c` as č and ć, џ → `dz` as dž).
pub(super) fn transliterate(c: char) -> Option<&'static str> {
    Some(match c {
        'а' => "a",
        'б' => "b",
        'в' => "v",
        'г' | 'ґ' => "g",
        'д' => "d",
        // Ð and Ɖ look like Đ and stand for it in many files of the region.
        'ђ' | 'đ' | 'ð' | 'ɖ' => "dj",
        'ѓ' => "gj",
        'е' | 'ѐ' | 'ё' | 'э' | 'є' => "e",
        'ж' | 'з' => "z",
        'ѕ' => "dz",
        'и' | 'ѝ' | 'і' | 'ї' | 'ı' => "i",
        'й' | 'ј' => "j",
        'к' => "k",
        'ќ' => "kj",
        'л' | 'ł' => "l",
        'љ' => "lj",
        'м' => "m",
        'н' | 'ŋ' => "n",
        'њ' => "nj",
        'о' | 'ø' => "o",
        'п' => "p",
        'р' => "r",
        'с' | 'ш' => "s",
        'щ' => "st",
        'т' | 'ŧ' => "t",
        'ћ' | 'ц' | 'ч' => "c",
        'у' => "u",
        'ф' | 'ƒ' => "f",
        'х' | 'ħ' => "h",
        'џ' => "dz",
        'ъ' => "a",
        'ы' => "y",
        'ю' => "ju",
        'я' => "ja",
        'ß' => "ss",
        'æ' => "ae",
        'œ' => "oe",
        'þ' => "th",
        _ => return None,
    })
}

/// Letters that fold to nothing and do not part a word.
pub(super) fn is_silent(c: char) -> bool {
    matches!(c, 'ь' | 'Ь')
}

/// Endings of American spelling and where in them the z stands.
pub(super) const Z_ENDINGS: &[(&str, usize)] = &[
    ("izations", 1),
    ("ization", 1),
    ("izational", 1),
    ("izing", 1),
    ("izers", 1),
    ("izer", 1),
    ("ized", 1),
    ("izes", 1),
    ("ize", 1),
    ("yzing", 1),
    ("yzed", 1),
    ("yzes", 1),
    ("yze", 1),
];

/// Spelling of whole words.
pub(super) const SPELLING_WORDS: &[(&str, &str)] = &[
    ("programme", "program"),
    ("programmes", "programs"),
    ("centre", "center"),
    ("centres", "centers"),
    ("theatre", "theater"),
    ("theatres", "theaters"),
    ("catalogue", "catalog"),
    ("catalogues", "catalogs"),
    ("dialogue", "dialog"),
    ("dialogues", "dialogs"),
    ("judgement", "judgment"),
    ("judgements", "judgments"),
    ("fulfil", "fulfill"),
    ("fulfilment", "fulfillment"),
    ("enrol", "enroll"),
    ("enrolment", "enrollment"),
    ("ageing", "aging"),
    ("cheque", "check"),
    ("cheques", "checks"),
    ("grey", "gray"),
];

/// Spelling at the beginning of a word, its endings left as they are.
pub(super) const SPELLING_PREFIXES: &[(&str, &str)] = &[
    ("behaviour", "behavior"),
    ("neighbour", "neighbor"),
    ("labour", "labor"),
    ("colour", "color"),
    ("honour", "honor"),
    ("harbour", "harbor"),
    ("favour", "favor"),
    ("endeavour", "endeavor"),
    ("rumour", "rumor"),
    ("defence", "defense"),
    ("offence", "offense"),
    ("licence", "license"),
    ("practise", "practice"),
    ("travell", "travel"),
    ("cancell", "cancel"),
    ("labell", "label"),
    ("modell", "model"),
    ("counsell", "counsel"),
    ("paediatr", "pediatr"),
    // by its sound: сајбер in Serbian and Macedonian, and as they are written in Latin
    ("sajber", "cyber"),
];

/// Abbreviations that are other words in lower case (`tip` is "type" in several languages of the
/// region, `moi` is French and Albanian): written out only where they stand in capitals.
pub(super) const CASED_ABBREVIATIONS: &[(&str, &str)] =
    &[("tip", "trafficking in persons"), ("moi", "ministry of interior")];

/// Abbreviations of the field, as words after folding, and what they are written out to.
///
/// Left out on purpose: `rs` (it must not be equated with anything), `ipa` (Integrated Plan of
/// Action, or Instrument for Pre-accession), `soc` (serious organised crime, or a security operations
/// centre), `api` alone (advance passenger information, or an interface of software).
pub(super) const ABBREVIATIONS: &[(&str, &str)] = &[
    ("p cve", "preventing and countering violent extremism"),
    ("pcve", "preventing and countering violent extremism"),
    ("c pve", "preventing and countering violent extremism"),
    ("cve pve", "preventing and countering violent extremism"),
    ("pve cve", "preventing and countering violent extremism"),
    ("pve", "preventing violent extremism"),
    ("cve", "countering violent extremism"),
    ("ct", "counter terrorism"),
    ("ftf", "foreign terrorist fighters"),
    ("ftfs", "foreign terrorist fighters"),
    ("r and r", "rehabilitation and reintegration"),
    ("thb", "trafficking in human beings"),
    ("salw", "small arms and light weapons"),
    ("oc", "organised crime"),
    ("jit", "joint investigation teams"),
    ("jits", "joint investigation teams"),
    ("ilp", "intelligence led policing"),
    ("aml cft", "anti money laundering and countering the financing of terrorism"),
    ("amlcft", "anti money laundering and countering the financing of terrorism"),
    ("aml", "anti money laundering"),
    ("cft", "countering the financing of terrorism"),
    ("ibm", "integrated border management"),
    ("avrr", "assisted voluntary return and reintegration"),
    ("api pnr", "advance passenger information passenger name record"),
    ("api and pnr", "advance passenger information passenger name record"),
    ("pnr", "passenger name record"),
    ("iisg", "integrative internal security governance"),
    ("bih", "bosnia and herzegovina"),
    ("b and h", "bosnia and herzegovina"),
    ("wb", "western balkans"),
    ("wb6", "western balkans six"),
    ("wb 6", "western balkans six"),
    ("fyrom", "north macedonia"),
    ("fyr macedonia", "north macedonia"),
    ("irjm", "maqedonia e veriut"),
    ("bjrm", "severna makedonija"),
    ("pjrm", "severna makedonija"),
];

/// Wordings of one thing to one wording.
pub(super) const WORDINGS: &[(&str, &str)] = &[
    ("former yugoslav republic of macedonia", "north macedonia"),
    ("ish republika jugosllave e maqedonise", "maqedonia e veriut"),
    ("bivsa jugoslovenska republika makedonija", "severna makedonija"),
    ("bivsa jugoslavenska republika makedonija", "severna makedonija"),
    ("poranesna jugoslovenska republika makedonija", "severna makedonija"),
    ("sjeverna makedonija", "severna makedonija"),
    ("bosnia herzegovina", "bosnia and herzegovina"),
    ("western balkan", "western balkans"),
    ("ministry of the interior", "ministry of interior"),
    ("serious and organised crime", "serious organised crime"),
    ("trafficking of human beings", "trafficking in human beings"),
    ("trafficking of persons", "trafficking in persons"),
    ("counterterrorism", "counter terrorism"),
    ("cybercrime", "cyber crime"),
    ("cybersecurity", "cyber security"),
    ("prevention of violent extremism", "preventing violent extremism"),
    ("preventing countering violent extremism", "preventing and countering violent extremism"),
    ("countering and preventing violent extremism", "preventing and countering violent extremism"),
    ("prevention and countering violent extremism", "preventing and countering violent extremism"),
    ("prevention and countering of violent extremism", "preventing and countering violent extremism"),
];
