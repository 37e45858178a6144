//! Words around dates in English, the languages of the region, German and French. Compared by their letters alone
//! ([`fold_letters`](crate::kernel::fold::fold_letters)), so that accents, capitals and script make no difference.

/// What stands for the beginning, the middle or the end of a year or month.
#[rustfmt::skip]
pub const PARTS: &[&str] = &[
    "beginning", "start", "early", "middle", "mid", "end", "late", "anfang", "mitte", "ende", "début", "milieu", "mi", "fin",
    "početak", "početka", "početku", "početkom", "sredina", "sredine", "sredini", "sredinom", "kraj", "kraja", "kraju", "krajem",
    "fillimi", "fillim", "fillimin", "mesi", "mes", "mesin", "fundi", "fund", "fundin",
    "почеток", "почетокот", "средина", "средината", "крај", "крајот", "почетак", "почетка", "почетку", "почетком", "средине", "средини",
    "средином", "краја", "крају", "крајем",
];

/// The quarters of a year in one word, from the first on.
#[rustfmt::skip]
pub const QUARTER: [&[&str]; 4] = [
    &["q1", "1q", "qi", "iq", "t1", "tm1", "k1", "kv1"],
    &["q2", "2q", "qii", "iiq", "t2", "tm2", "k2", "kv2"],
    &["q3", "3q", "qiii", "iiiq", "t3", "tm3", "k3", "kv3"],
    &["q4", "4q", "qiv", "ivq", "t4", "tm4", "k4", "kv4"],
];
/// The halves of a year in one word.
pub const HALF: [&[&str]; 2] = [&["h1", "1h"], &["h2", "2h"]];

/// What is called a quarter beside its number.
#[rustfmt::skip]
pub const QUARTERS: &[&str] = &[
    "q", "quarter", "qtr", "kvartal", "kvartala", "kvartalu", "kv", "tromjesečje", "tromjesečja", "tromjesečju", "tromesečje", "tromesečja",
    "tromesečju", "tremujor", "tremujori", "tremujorin", "tremujorit", "tm", "квартал", "кварталот", "квартала", "кварталу", "тримесечје",
    "тримесечјето", "тромесечје", "тромесечјето", "тромесечја", "тромесечју", "quartal", "quartals", "trimestre",
];
/// What is called a half of a year beside its number.
#[rustfmt::skip]
pub const HALVES: &[&str] = &[
    "h", "half", "polovina", "polovine", "polovini", "polovinu", "polovica", "polovice", "polovici", "polovicu", "polugodište", "polugodišta",
    "polugodištu", "polugođe", "polugođa", "gjysma", "gjysmën", "gjysmës", "gjashtëmujor", "gjashtëmujori", "gjashtëmujorin", "gjashtëmujorit",
    "половина", "половината", "половине", "половини", "половину", "полугодиште", "полугодишта", "полугодишту", "полугодие", "полугодието",
    "полугође", "halbjahr", "hälfte", "semestre", "semester",
];
/// Words of several that are written apart: "3-mujori", "6 mujori", "half-year".
#[rustfmt::skip]
pub const TOGETHER: &[(&str, &str)] = &[
    ("3 mujori", "tremujori"), ("3 mujor", "tremujor"), ("tre mujori", "tremujori"), ("6 mujori", "gjashtemujori"),
    ("6 mujor", "gjashtemujor"), ("gjashte mujori", "gjashtemujori"), ("half year", "half"),
];

/// Numbers of quarters and halves, the first, the second and so on.
#[rustfmt::skip]
pub const ORDINALS: [&[&str]; 4] = [
    &["1", "i", "1st", "first", "prvi", "prva", "prvo", "prvog", "prvom", "prve", "prvoj", "prvu", "први", "прва", "прво", "првог", "првом", "прве",
        "првој", "прву", "прв", "првиот", "првата", "првото", "parë", "erstes", "erste", "ersten", "premier", "1er"],
    &["2", "ii", "2nd", "second", "drugi", "druga", "drugo", "drugog", "drugom", "druge", "drugoj", "drugu", "други", "друга", "друго", "другог",
        "другом", "друге", "другој", "другу", "втор", "втора", "второ", "вториот", "втората", "второто", "dytë", "zweites", "zweite", "zweiten",
        "deuxième", "2e"],
    &["3", "iii", "3rd", "third", "treći", "treće", "trećeg", "trećem", "трећи", "треће", "трећег", "трећем", "трет", "трето", "третиот",
        "третото", "tretë", "drittes", "dritte", "dritten", "troisième", "3e"],
    &["4", "iv", "4th", "fourth", "četvrti", "četvrto", "četvrtog", "četvrtom", "четврти", "четврто", "четвртог", "четвртом", "четврт",
        "четвртиот", "четвртото", "katërt", "viertes", "vierte", "vierten", "quatrième", "4e"],
];
/// Between what is numbered and its number, in Albanian: "tremujori i parë", "gjysma e dytë".
pub const LINKS: &[&str] = &["i", "e", "të"];

/// Words that stand between a part of a year and the year, and add nothing.
#[rustfmt::skip]
pub const BETWEEN: &[&str] = &["of", "the", "in", "at", "by", "na", "во", "u", "i", "e", "të", "rë", "së", "në", "de", "du", "des", "le", "la"];
/// Before the first of two dates, or the one from which something runs.
pub const FROM: &[&str] = &["from", "od", "од", "von", "vom", "nga", "du"];
/// Between two dates, or before the one to which something runs.
pub const TO: &[&str] = &["to", "until", "till", "through", "do", "до", "bis", "deri", "au"];
/// Behind the first of these the Albanian for "to" has another word.
pub const TO_AT: &str = "në";

/// Years that begin and end inside those of the calendar: of schools, of universities, of budgets.
#[rustfmt::skip]
pub const OTHER_YEARS: &[&str] = &[
    "school", "academic", "fiscal", "financial", "fy", "školska", "školske", "školskoj", "školsku", "školski", "šk", "akademska", "akademske",
    "akademskoj", "akademsku", "studijska", "studijske", "nastavna", "nastavne", "budžetska", "budžetske", "fiskalna", "fiskalne", "shkollor",
    "shkollore", "akademik", "akademike", "fiskal", "fiskale", "buxhetor", "учебна", "учебната", "школска", "школске", "школској", "школску", "шк",
    "академска", "академске", "академската", "буџетска", "буџетске", "фискална", "schuljahr", "haushaltsjahr", "scolaire", "universitaire",
];
