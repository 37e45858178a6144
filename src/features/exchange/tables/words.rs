//! The names under which people have their columns: English, Bosnian, Croatian and Serbian, Albanian, Macedonian, German and
//! French. Compared by their letters alone, so that accents, capitals and script make no difference.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::columns::Column;
use crate::kernel::fold::fold_letters;
use Column as C;

#[rustfmt::skip]
pub const HEADS: &[(Column, &[&str])] = &[
    (C::Title, &[
        "title", "project", "project title", "project name", "name of project", "action", "action title", "activity", "activity title",
        "name", "programme", "name of the action", "name of the project", "intervention",
        "naziv", "naziv projekta", "naziv aktivnosti", "projekat", "projekt", "aktivnost", "naslov", "akcija", "ime projekta", "program",
        "titulli", "titulli i projektit", "emri i projektit", "projekti", "emri", "aktiviteti",
        "наслов", "назив", "назив на проект", "име на проект", "проект", "активност", "назив пројекта", "пројекат",
        "titel", "bezeichnung", "projekttitel", "projektname", "maßnahme", "vorhaben",
        "titre", "intitulé", "nom du projet", "projet", "titre du projet", "activité", "nom",
    ]),
    (C::Description, &[
        "description", "summary", "objective", "objectives", "short description", "project description", "abstract", "about",
        "opis", "opis projekta", "cilj", "ciljevi", "kratak opis", "sažetak",
        "përshkrimi", "përshkrim", "objektivi", "objektivat",
        "опис", "цел", "цели", "циљ", "краток опис",
        "beschreibung", "kurzbeschreibung", "ziel", "ziele", "inhalt",
        "descriptif", "objectif", "objectifs", "résumé",
    ]),
    (C::Reference, &[
        "reference", "ref", "reference number", "project number", "project id", "project code", "id", "code", "iati identifier",
        "iati activity identifier", "identifier", "contract number", "no", "nr", "number", "own reference",
        "referenca", "broj projekta", "šifra", "šifra projekta", "oznaka", "broj", "broj ugovora", "redni broj projekta",
        "numri i projektit", "kodi", "numri", "kodi i projektit",
        "референца", "број на проект", "шифра", "број", "ознака",
        "referenz", "projektnummer", "kennung", "aktenzeichen", "nummer",
        "référence", "numéro", "numéro de projet", "identifiant",
    ]),
    (C::Address, &["address of the record"]),
    (C::AsOf, &["as of the portal"]),
    (C::Keeper, &[
        "keeps the record", "reporting organisation", "reporting organization", "reported by", "owner", "record keeper",
        "izvještajna organizacija", "organizacija koja izvještava", "nosilac evidencije",
        "organizata raportuese", "raportuar nga", "организација што известува", "meldende organisation", "organisation déclarante",
    ]),
    (C::Funding, &[
        "donor", "donors", "funder", "funded by", "funding organisation", "funding organization", "financed by", "funding", "source of funding",
        "financier", "financing",
        "donator", "donatori", "finansijer", "finansira", "izvor finansiranja", "izvor financiranja", "financira", "donatorska organizacija",
        "donatori", "donatorët", "financuesi", "financuar nga", "burimi i financimit",
        "донатор", "донатори", "финансиер", "финансирано од", "извор на финансирање",
        "geber", "geldgeber", "finanziert durch", "finanzierung durch", "mittelgeber",
        "bailleur", "bailleur de fonds", "donateur", "financé par", "source de financement",
    ]),
    (C::Implementing, &[
        "implementer", "implementers", "implementing partner", "implementing partners", "implementing organisation",
        "implementing organization", "implementing agency", "implemented by", "executing agency",
        "implementator", "provodi", "provedbeni partner", "provoditelj", "sprovodi", "partner za implementaciju", "implementacioni partner",
        "implementues", "zbatuesi", "partneri zbatues", "zbatuar nga", "agjencia zbatuese",
        "имплементатор", "спроведува", "спроведувач", "имплементирачки партнер", "спроводи",
        "durchführung", "durchführer", "durchführungsorganisation", "umgesetzt durch", "umsetzungspartner",
        "mise en oeuvre", "agence d'exécution", "partenaire de mise en oeuvre", "mis en oeuvre par", "opérateur",
    ]),
    (C::Accountable, &[
        "accountable", "accountable organisation", "responsible", "responsible organisation", "odgovorna institucija", "odgovorna organizacija",
        "institucioni përgjegjës", "одговорна институција", "verantwortlich", "organisation responsable",
    ]),
    (C::Extending, &["extending", "extending organisation", "intermediary", "managing organisation"]),
    (C::Lead, &["lead", "lead partner", "lead organisation", "lead agency", "vodeći partner", "nositelj", "nosilac", "partneri udhëheqës",
        "водечки партнер", "federführung", "chef de file"]),
    (C::Beneficiaries, &[
        "beneficiary", "beneficiaries", "economy", "economies", "recipient", "recipients", "partner", "country", "countries", "location",
        "jurisdiction", "jurisdictions", "covered", "recipient country", "where",
        "korisnik", "korisnici", "država", "zemlja", "zemlje", "lokacija", "jurisdikcija",
        "përfituesi", "përfituesit", "vendi", "vendet", "shteti",
        "корисник", "корисници", "земја", "земји", "држава", "локација",
        "begünstigte", "begünstigter", "empfänger", "land", "länder", "partnerland",
        "bénéficiaire", "bénéficiaires", "pays", "pays bénéficiaire",
    ]),
    (C::Pillars, &["pillar", "pillars", "stub", "stubovi", "stup", "shtylla", "столб", "столбови", "стуб", "säule", "säulen", "pilier", "piliers"]),
    (C::Themes, &[
        "theme", "themes", "topic", "sector", "sectors", "thematic area", "area", "policy area", "subject",
        "tema", "teme", "oblast", "sektor", "područje", "fusha", "sektori", "temat",
        "тема", "теми", "област", "сектор", "thema", "themen", "bereich", "thème", "thèmes", "secteur", "domaine",
    ]),
    (C::ThemeText, &["theme in the source's words", "theme as the source words it", "theme in words"]),
    (C::Status, &[
        "status", "state", "phase", "stage", "project status", "activity status",
        "stanje", "faza", "status projekta", "statusi", "gjendja", "статус", "состојба", "стање", "stand", "état", "statut",
    ]),
    (C::Start, &[
        "start", "starts", "start date", "from", "begin", "beginning", "date of start", "starting date", "commencement",
        "početak", "datum početka", "od", "počinje", "fillimi", "data e fillimit", "nga", "filloi",
        "почеток", "датум на почеток", "од", "почетак", "датум почетка",
        "beginn", "anfang", "startdatum", "von", "début", "date de début", "du",
    ]),
    (C::End, &[
        "end", "ends", "end date", "until", "to", "finish", "completion", "date of end", "closing date", "completion date", "till",
        "kraj", "datum završetka", "do", "završetak", "završava", "fundi", "data e përfundimit", "deri", "përfundimi", "mbarimi",
        "крај", "датум на завршување", "до", "завршеток", "завршетак",
        "ende", "enddatum", "bis", "abschluss", "fin", "date de fin", "au", "clôture",
    ]),
    (C::Period, &[
        "period", "project period", "implementation period", "period of implementation", "period of performance", "time frame", "timeframe",
        "project dates", "start end", "start and end", "start date end date", "from to", "dates from to",
        "razdoblje", "razdoblje provedbe", "period provedbe", "period provođenja", "period sprovođenja", "period implementacije",
        "vremenski okvir", "početak kraj", "početak i kraj", "od do",
        "periudha", "periudha e zbatimit", "afati kohor",
        "период", "период на имплементација", "период на спроведување", "временска рамка", "период спровођења", "период имплементације",
        "zeitraum", "projektzeitraum", "beginn ende", "von bis", "période", "période de mise en oeuvre", "début fin", "du au",
    ]),
    (C::PlannedStart, &["planned start", "planned start date", "planirani početak", "fillimi i planifikuar", "планиран почеток", "geplanter beginn",
        "début prévu", "starts planned"]),
    (C::PlannedEnd, &["planned end", "planned end date", "planirani kraj", "planirani završetak", "fundi i planifikuar", "планиран крај",
        "geplantes ende", "fin prévue", "ends planned"]),
    (C::ActualStart, &["actual start", "actual start date", "started", "stvarni početak", "fillimi faktik", "вистински почеток",
        "tatsächlicher beginn", "début effectif"]),
    (C::ActualEnd, &["actual end", "actual end date", "ended", "stvarni kraj", "stvarni završetak", "fundi faktik", "вистински крај",
        "tatsächliches ende", "fin effective"]),
    (C::Total, &[
        "total", "stated total", "amount", "budget", "total budget", "value", "total amount", "cost", "funds", "total value",
        "iznos", "budžet", "proračun", "ukupno", "vrijednost", "vrednost", "ukupan iznos", "ukupni budžet",
        "shuma", "buxheti", "vlera", "totali", "износ", "буџет", "вредност", "вкупно", "укупно",
        "betrag", "gesamtbetrag", "summe", "volumen", "mittel", "montant", "montant total", "valeur", "coût",
    ]),
    (C::Currency, &["currency", "valuta", "moneta", "monedha", "валута", "währung", "devise", "monnaie"]),
    (C::Handling, &["handling", "handling level", "visibility", "who sees it", "vidljivost", "niveli", "видливост", "sichtbarkeit", "visibilité"]),
    (C::Parent, &["part of", "parent", "parent project", "larger action", "dio od", "deo", "pjesë e", "дел од", "teil von", "partie de"]),
    (C::Link, &["link", "web address", "website", "url", "web", "internet", "web stranica", "faqja", "веб", "lien", "site"]),
    (C::Source, &["source", "izvor", "burimi", "извор", "quelle"]),
    (C::Ignore, &[
        "names of pillars", "codes of beneficiaries", "confirmed", "confirmed by its donor", "reported by a beneficiary", "last changed",
        "notes to names", "what to do", "verdict", "result of the check",
    ]),
];

/// Words that say how far an action is. Compared whole, or beside a code or a count.
#[rustfmt::skip]
pub const STATUSES: &[(&str, &[&str])] = &[
    ("pipeline", &["pipeline", "identification", "idea", "in preparation", "concept", "pipeline identification", "u pripremi", "priprema",
        "në përgatitje", "во подготовка", "у припреми", "in vorbereitung", "en préparation", "1"]),
    ("planned", &["planned", "planirano", "planiran", "planifikuar", "планирано", "планиран", "geplant", "prévu", "planifié"]),
    ("funded", &["funded", "approved", "committed", "signed", "contracted", "odobreno", "finansirano", "potpisano", "i financuar", "miratuar",
        "финансирано", "одобрено", "finanziert", "bewilligt", "financé", "approuvé"]),
    ("ongoing", &["ongoing", "on going", "in implementation", "implementation", "active", "running", "in progress", "under implementation",
        "u toku", "u tijeku", "aktivno", "provodi se", "sprovodi se", "në vazhdim", "në zbatim", "aktiv",
        "во тек", "активно", "у току", "laufend", "in umsetzung", "en cours", "2"]),
    ("suspended", &["suspended", "on hold", "paused", "obustavljeno", "suspendovano", "pezulluar", "суспендирано", "ausgesetzt", "suspendu", "6"]),
    ("completed", &["completed", "finished", "closed", "ended", "done", "finalisation", "post completion", "završeno", "završen", "zaključeno",
        "përfunduar", "i përfunduar", "завршено", "завршен", "abgeschlossen", "beendet", "terminé", "achevé", "3", "4"]),
    ("cancelled", &["cancelled", "canceled", "terminated", "otkazano", "prekinuto", "anuluar", "откажано", "отказано", "abgebrochen", "annulé", "5"]),
];

#[rustfmt::skip]
pub const HANDLINGS: &[(&str, &[&str])] = &[
    ("public", &["public", "open", "everyone", "javno", "publike", "јавно", "öffentlich"]),
    ("members", &["members", "member", "članovi", "anëtarët", "членови", "чланови", "mitglieder", "membres"]),
    ("parties", &["parties", "parties named", "named parties", "strane", "palët", "страни", "beteiligte", "parties nommées"]),
    ("restricted", &["restricted", "own organisation only", "own organization only", "samo vlastita organizacija", "vetëm organizata jonë",
        "само сопствена организација", "nur eigene organisation", "organisation seulement"]),
];

/// What the line below a table that adds it up is called. Compared whole.
#[rustfmt::skip]
pub const TOTALS: &[&str] = &[
    "total", "totals", "grand total", "subtotal", "sub total", "sum", "total eur", "total budget", "total amount",
    "ukupno", "sveukupno", "ukupan iznos", "zbir", "zbroj", "totali", "gjithsej", "shuma", "вкупно", "укупно", "свеукупно", "збир",
    "summe", "gesamt", "gesamtsumme", "insgesamt", "somme", "total général",
];

/// What a line below a table begins with that explains it: "Note: amounts are estimates".
#[rustfmt::skip]
pub const NOTES: &[&str] = &[
    "note", "notes", "nb", "remark", "remarks", "source", "sources", "legend",
    "napomena", "napomene", "izvor", "izvori", "legenda", "shënim", "shënime", "burimi", "burimet",
    "напомена", "напомене", "забелешка", "забелешки", "извор", "извори", "легенда",
    "anmerkung", "anmerkungen", "hinweis", "quelle", "quellen", "legende", "remarque", "remarques", "légende",
];

/// What people write where they state nothing.
#[rustfmt::skip]
pub const NOTHING: &[&str] = &[
    "not stated", "n a", "na", "none", "nil", "tbd", "tbc", "to be determined", "to be confirmed", "unknown", "not available", "not applicable",
    "nije navedeno", "nepoznato", "nuk dihet", "непознато", "не е наведено", "k a", "keine angabe", "unbekannt", "inconnu", "non précisé", "never",
];

/// All beneficiaries of the process, whichever they are.
#[rustfmt::skip]
pub const ALL: &[&str] = &[
    "all", "all beneficiaries", "all economies", "all jurisdictions", "all countries", "svi", "svi korisnici", "sve", "sve jurisdikcije",
    "të gjithë", "të gjithë përfituesit", "сите", "сите корисници", "сви", "сви корисници", "alle", "alle begünstigten", "tous",
    "tous les bénéficiaires",
];
/// The six of the Western Balkans.
#[rustfmt::skip]
pub const SIX: &[&str] = &[
    "wb6", "wb 6", "western balkans 6", "western balkans six", "western balkan six", "six western balkans", "all six",
    "zapadni balkan 6", "западен балкан 6", "ballkani perëndimor 6",
];
/// Several beneficiaries, and it is not said which.
#[rustfmt::skip]
pub const REGION: &[&str] = &[
    "regional", "region", "the region", "western balkans", "the western balkans", "western balkan", "wb", "multi country",
    "multi beneficiary", "multi country wb", "regionalno", "regija", "zapadni balkan", "regjional", "rajonal", "ballkani perëndimor",
    "регионално", "регионален", "регион", "западен балкан", "западни балкан", "westbalkan", "régional", "balkans occidentaux",
];

type Words = HashMap<String, &'static str>;

fn words(lists: &[(&'static str, &[&str])]) -> Words {
    lists.iter().flat_map(|(value, names)| names.iter().map(|n| (fold_letters(n), *value))).collect()
}

static STATUS: LazyLock<Words> = LazyLock::new(|| words(STATUSES));
static HANDLING: LazyLock<Words> = LazyLock::new(|| words(HANDLINGS));
static TOGETHER: LazyLock<Words> = LazyLock::new(|| words(&[("all", ALL), ("six", SIX), ("region", REGION)]));

static NOT_STATED: LazyLock<Vec<String>> = LazyLock::new(|| NOTHING.iter().map(|n| fold_letters(n)).collect());
static SUMS: LazyLock<Vec<String>> = LazyLock::new(|| TOTALS.iter().map(|n| fold_letters(n)).collect());

static NOTE: LazyLock<Vec<String>> = LazyLock::new(|| NOTES.iter().map(|n| fold_letters(n)).collect());

/// How far an action is, also with a code or a count at either end: "Implementation (2)", "2 - Implementation". Where words stand
/// they decide: whose code the number is, nobody says.
pub fn status(text: &str) -> Option<&'static str> {
    let folded = fold_letters(text);
    if let Some(status) = STATUS.get(&folded) {
        return Some(*status);
    }
    let is_code = |word: &&str| word.len() <= 2 && word.bytes().all(|b| b.is_ascii_digit());
    let words: Vec<&str> = folded.split(' ').collect();
    let first = words.iter().position(|word| !is_code(word))?;
    let last = words.iter().rposition(|word| !is_code(word))?;
    STATUS.get(&words.get(first..=last)?.join(" ")).copied()
}

pub fn handling(text: &str) -> Option<&'static str> {
    HANDLING.get(&fold_letters(text)).copied()
}

/// Whether the text says that nothing is stated.
pub fn is_nothing(text: &str) -> bool {
    let folded = fold_letters(text);
    folded.is_empty() || NOT_STATED.contains(&folded)
}

/// Whether the line that adds up a table is called so.
pub fn is_sum(text: &str) -> bool {
    SUMS.contains(&fold_letters(text))
}

/// Whether a text is worded as what explains a table stands below it.
pub fn is_note(text: &str) -> bool {
    let begins = |word: &str| word.chars().count() <= 20 && NOTE.contains(&fold_letters(word));
    text.starts_with(['*', '†', '¹', '²', '³'])
        || text.starts_with("(*")
        || text.split_once(':').is_some_and(|(w, _)| begins(w))
}

/// Several beneficiaries in one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Together {
    /// All of the process.
    All,
    /// The six of the Western Balkans.
    Six,
    /// It is not said which.
    Region,
}

pub fn together(text: &str) -> Option<Together> {
    let text: String = text.chars().take(80).collect();
    match *TOGETHER.get(&fold_letters(&text))? {
        "all" => Some(Together::All),
        "six" => Some(Together::Six),
        _ => Some(Together::Region),
    }
}
