//! The names under which people have their columns: English, Bosnian, Croatian and Serbian, Albanian, Macedonian, German and
//! French. Compared by their letters alone, so that accents, capitals and script make no difference.

use super::columns::Column;
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
        "names of pillars", "codes of beneficiaries", "confirmed", "confirmed by its donor", "last changed", "notes to names", "what to do",
        "verdict", "result of the check",
    ]),
];

/// Words that say how far an action is. Compared whole.
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

/// What people write where they state nothing.
#[rustfmt::skip]
pub const NOTHING: &[&str] = &[
    "not stated", "n a", "na", "none", "nil", "tbd", "tbc", "to be determined", "to be confirmed", "unknown", "not available", "not applicable",
    "nije navedeno", "nepoznato", "nuk dihet", "непознато", "не е наведено", "k a", "keine angabe", "unbekannt", "inconnu", "non précisé", "never",
];
