//! Money by donor, beneficiary and year: each amount counted once by the rules of the portal's totals, with what they say of it.

use chrono::Datelike;
use rust_decimal::Decimal;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use uuid::Uuid;

use super::super::draft::{Draft, shown};
use super::super::model::Subject;
use super::super::store_facts::SHEET;
use super::maps;
use crate::features::documents::{Block, Cell, Column, Picture, Row, Run, Value, cell};
use crate::features::money::{self, Dimension, Part, Question, Totals};
use crate::features::pictures::{Sums, amounts};
use crate::kernel::fold::fold_letters;
use crate::kernel::ids::OrganisationId;
use crate::kernel::page::Page;

/// What a pack asks the totals for.
pub const BY: &[Dimension] = &[Dimension::Donor, Dimension::Beneficiary, Dimension::Year];

/// Years before and after this one that have a column of their own.
const BEFORE: i32 = 2;
const AFTER: i32 = 2;

/// A column of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Years {
    Earlier,
    One(i32),
    Later,
    NotStated,
}

impl Years {
    fn of(part: Option<&Part>, this: i32) -> Self {
        match part {
            Some(Part::Year(year)) if *year < this - BEFORE => Years::Earlier,
            Some(Part::Year(year)) if *year > this + AFTER => Years::Later,
            Some(Part::Year(year)) => Years::One(*year),
            _ => Years::NotStated,
        }
    }

    fn shown(self, p: &Page) -> String {
        match self {
            Years::Earlier => p.t("pack-years-earlier"),
            Years::One(year) => year.to_string(),
            Years::Later => p.t("pack-years-later"),
            Years::NotStated => p.t("pack-years-not-stated"),
        }
    }
}

/// A donor's money for a beneficiary.
#[derive(Debug, Default)]
struct Line {
    donor: String,
    beneficiary: String,
    years: BTreeMap<Years, Decimal>,
    all: Decimal,
}

/// The organisations among totals, for their names.
pub fn organisations(totals: &Totals) -> Vec<Uuid> {
    let ids: BTreeSet<Uuid> = totals
        .cells
        .iter()
        .flat_map(|c| &c.key)
        .filter_map(|part| if let Part::Organisation(id) = part { Some(id.0) } else { None })
        .collect();
    ids.into_iter().collect()
}

/// The name of a part, and where it stands among others: what is not stated comes last.
fn named(p: &Page, names: &HashMap<OrganisationId, String>, part: &Part) -> (String, String) {
    match part {
        Part::Organisation(id) => {
            let name = names.get(id).cloned().unwrap_or_else(|| p.t("not-stated"));
            (format!("1 {} {}", fold_letters(&name), id), name)
        }
        Part::Beneficiary(id) => {
            let all = p.frame().map(|f| f.beneficiaries.as_slice()).unwrap_or_default();
            let place = all.iter().position(|b| b.id == *id).unwrap_or(all.len());
            (format!("1 {place:04}"), p.beneficiary_name(id))
        }
        _ => ("2".to_owned(), p.t("not-stated")),
    }
}

/// The donors and beneficiaries among totals, each with its place among the others and its name. A name stands in many cells, and
/// folding it takes longer than anything else that is done with one.
struct Parts(HashMap<Part, (usize, String)>);

impl Parts {
    fn of(p: &Page, totals: &Totals, names: &HashMap<OrganisationId, String>) -> Self {
        let parts: HashSet<Part> = totals.cells.iter().flat_map(|c| c.key.iter().take(2)).copied().collect();
        let mut all: Vec<(String, String, Part)> = Vec::with_capacity(parts.len());
        for part in parts {
            let (place, name) = named(p, names, &part);
            all.push((place, name, part));
        }
        all.sort_by(|a, b| a.0.cmp(&b.0));
        Self(all.into_iter().enumerate().map(|(place, (_, name, part))| (part, (place, name))).collect())
    }

    fn get(&self, part: Option<&Part>) -> (usize, &str) {
        let known = part.and_then(|part| self.0.get(part));
        known.map_or((usize::MAX, ""), |(place, name)| (*place, name.as_str()))
    }
}

/// The cells: donors in alphabetical order, beneficiaries in that of the process, years as they follow; what is not stated last.
fn ordered<'a>(totals: &'a Totals, parts: &Parts) -> Vec<&'a money::Cell> {
    let mut all: Vec<(usize, usize, i32, &money::Cell)> = Vec::with_capacity(totals.cells.len());
    for c in &totals.cells {
        let mut key = c.key.iter();
        let (donor, beneficiary, year) = (key.next(), key.next(), key.next());
        let year = match year {
            Some(Part::Year(year)) => *year,
            _ => i32::MAX,
        };
        all.push((parts.get(donor).0, parts.get(beneficiary).0, year, c));
    }
    all.sort_by_key(|(donor, beneficiary, year, _)| (*donor, *beneficiary, *year));
    all.into_iter().map(|(_, _, _, c)| c).collect()
}

/// The cells, in their order, as lines.
fn lines(cells: &[&money::Cell], parts: &Parts, this: i32) -> Vec<Line> {
    let mut found: Vec<Line> = Vec::new();
    let mut last = None;
    for c in cells {
        let mut key = c.key.iter();
        let (donor, beneficiary, year) = (key.next(), key.next(), key.next());
        let ((donor_place, donor), (place, beneficiary)) = (parts.get(donor), parts.get(beneficiary));
        if last.replace((donor_place, place)) != Some((donor_place, place)) {
            let (donor, beneficiary) = (donor.to_owned(), beneficiary.to_owned());
            found.push(Line { donor, beneficiary, ..Line::default() });
        }
        let Some(line) = found.last_mut() else { continue };
        let of = line.years.entry(Years::of(year, this)).or_default();
        *of = of.saturating_add(c.amount);
        line.all = line.all.saturating_add(c.amount);
    }
    found
}

/// A whole amount in a cell; none is left empty.
fn figure(p: &Page, amount: Option<&Decimal>) -> Cell {
    Cell::text(amount.filter(|a| !a.is_zero()).map_or_else(String::new, |a| p.quantity(&a.round_dp(0))))
}

const COLUMNS: &[(&str, u16)] = &[
    ("pack-column-donor", 40),
    ("pack-column-beneficiary", 26),
    ("pack-column-year", 12),
    ("pack-column-amount", 18),
    ("pack-column-estimated", 18),
    ("pack-column-currency", 10),
    ("pack-column-actions", 10),
];

/// `map`: whether it is asked where the money goes.
pub fn write(d: &mut Draft, asked: &Question, totals: &Totals, names: &HashMap<OrganisationId, String>, map: bool) {
    let p = d.p;
    let this = p.today.year();
    d.section("pack-money");
    let parts = Parts::of(p, totals, names);
    let cells = ordered(totals, &parts);
    let all = lines(&cells, &parts, this);
    if all.is_empty() {
        d.say(p.t("pack-money-none"));
        counted(d, asked, totals);
    } else {
        let whole = p.locale.amount(totals.whole, &totals.currency);
        let estimated = p.locale.amount(totals.estimated, &totals.currency);
        let kind = p.t(asked.kind.label());
        d.say(p.t3("pack-money-whole", ("kind", kind), ("whole", whole), ("actions", p.number(totals.actions))));
        if !totals.estimated.is_zero() {
            d.say(p.t1("pack-money-estimated", "amount", estimated));
        }
        // before the figures: after them, where they fill a page, it would stand on the next one alone
        counted(d, asked, totals);
        if let Some(picture) = picture(p, totals, this) {
            d.document.push(Block::Picture(picture));
        }
        if map {
            maps::money(d, totals);
        }
        table(d, asked, totals, &all);
    }
    let not_stated = p.t("not-stated");
    let row = |c: &&money::Cell| {
        let mut key = c.key.iter();
        let (donor, beneficiary, year) = (key.next(), key.next(), key.next());
        vec![
            Value::Text(parts.get(donor).1.to_owned()),
            Value::Text(parts.get(beneficiary).1.to_owned()),
            match year {
                Some(Part::Year(year)) => Value::Text(year.to_string()),
                _ => Value::Text(not_stated.clone()),
            },
            Value::Number(c.amount),
            Value::Number(c.estimated),
            cell(totals.currency.code()),
            Value::Number(Decimal::from(c.actions)),
        ]
    };
    let most = usize::try_from(SHEET).unwrap_or(usize::MAX);
    let rows = cells.iter().take(most).map(row).collect();
    d.sheet("pack-sheet-money", COLUMNS, rows, cells.len() > most);
}

/// The same by year and beneficiary, to be seen at once.
fn picture(p: &Page, totals: &Totals, this: i32) -> Option<Picture> {
    let mut years: BTreeMap<Years, HashMap<Part, (Decimal, Decimal)>> = BTreeMap::new();
    let mut all: HashSet<Part> = HashSet::new();
    for c in &totals.cells {
        let mut key = c.key.iter().skip(1);
        let part = key.next().copied().unwrap_or(Part::NotStated);
        let sum = years.entry(Years::of(key.next(), this)).or_default().entry(part).or_default();
        *sum = (sum.0.saturating_add(c.amount), sum.1.saturating_add(c.estimated));
        all.insert(part);
    }
    let rows = years.into_iter().map(|(year, parts)| Sums {
        name: year.shown(p),
        parts: parts.into_iter().map(|(part, (amount, estimated))| (part, amount, estimated)).collect(),
    });
    let caption = if all.len() > 1 { "pack-money-picture" } else { "pack-money-picture-years" };
    let caption = p.t1(caption, "currency", totals.currency);
    amounts(p, caption, &rows.collect::<Vec<_>>(), &totals.currency)
}

/// Figures that an upright page has room for side by side, and what a cell's edges take of them.
const ROOM: usize = 100;
const EDGES: usize = 2;
/// With more columns of figures, names have no room.
const UPRIGHT: usize = 6;

/// Whether so many columns of figures, the largest of which is written so, have to lie across.
fn is_wide(columns: usize, largest: &str) -> bool {
    let figures = largest.chars().filter(char::is_ascii_digit).count();
    // what stands between thousands is half as wide
    let letters = figures + (largest.chars().count() - figures).div_ceil(2);
    columns > UPRIGHT || letters + EDGES > ROOM * 3 / (9 + 3 * columns)
}

fn table(d: &mut Draft, asked: &Question, totals: &Totals, all: &[Line]) {
    let p = d.p;
    let years: BTreeSet<Years> = all.iter().flat_map(|l| l.years.keys().copied()).collect();
    let mut table = d.table("pack-money", &[("pack-column-donor", 5, false), ("pack-column-beneficiary", 4, false)]);
    table.caption = p.t1("pack-money-table", "currency", totals.currency);
    let heads: Vec<String> = years.iter().map(|y| y.shown(p)).chain([p.t("pack-all")]).collect();
    table.columns.extend(heads.iter().map(|_| Column { share: 3, end: true }));
    if let Some(head) = table.head.first_mut() {
        head.cells.extend(heads.into_iter().map(Cell::text));
    }
    for l in all.iter().take(shown(all.len())) {
        let mut cells = vec![Cell::text(&l.donor), Cell::text(&l.beneficiary)];
        cells.extend(years.iter().map(|y| figure(p, l.years.get(y))));
        cells.push(figure(p, Some(&l.all)));
        table.row(cells);
    }
    let most = all.iter().flat_map(|l| l.years.values().chain([&l.all])).chain([&totals.whole]).map(Decimal::abs).max();
    table.wide = is_wide(years.len() + 1, &p.quantity(&most.unwrap_or_default().round_dp(0)));
    let of = |y: &Years| all.iter().filter_map(|l| l.years.get(y)).fold(Decimal::ZERO, |a, b| a.saturating_add(*b));
    let mut cells = vec![Cell::text(p.t("pack-all")).over(2)];
    cells.extend(years.iter().map(|y| figure(p, Some(&of(y)))));
    cells.push(figure(p, Some(&totals.whole)));
    table.rows.push(Row { cells, strong: true });
    d.put(table);
    let link = d.link(&money::query(asked, BY));
    d.more(all.len(), &link);
}

/// What a pack asks: what was committed, of what it is about.
pub fn asked(subject: Subject) -> Question {
    let question = Question::default();
    match subject {
        Subject::Board => question,
        Subject::Pillar(id) => Question { pillar: Some(id), ..question },
        Subject::Beneficiary(id) => Question { beneficiary: Some(id), ..question },
        Subject::Donor(id) => Question { organisation: Some(id), ..question },
    }
}

/// How it was counted: rows in, what was left out and why, which rates; and where the total can be opened.
fn counted(d: &mut Draft, asked: &Question, totals: &Totals) {
    let p = d.p;
    let mut said = vec![p.tn("pack-money-rows", totals.rows_in)];
    if !totals.stated.is_zero() {
        said.push(p.t1("pack-money-stated", "amount", p.locale.amount(totals.stated, &totals.currency)));
    }
    for left in &totals.left_out {
        let (reason, actions) = (p.t(left.reason.label()), p.number(left.actions));
        if left.amount.is_zero() {
            said.push(p.t2("pack-money-left-without", "reason", reason, "actions", actions));
            continue;
        }
        let amount = p.locale.amount(left.amount, &totals.currency);
        said.push(p.t3("pack-money-left", ("reason", reason), ("actions", actions), ("amount", amount)));
    }
    for none in &totals.unconverted {
        said.push(p.t1("pack-money-unconverted", "amount", p.locale.amount(none.amount, &none.currency)));
    }
    if let (Some(oldest), Some(newest)) = (totals.oldest_rate, totals.newest_rate) {
        said.push(p.t2("pack-money-rates", "from", p.day(&oldest), "to", p.day(&newest)));
    }
    let link = d.link(&money::query(asked, BY));
    let runs = vec![Run::plain(said.join(" ")), Run::plain(" "), Run::link(p.t("pack-money-open"), link)];
    d.document.push(Block::Small { runs });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::documents::Document;
    use crate::kernel::i18n::Locale;
    use crate::kernel::money::Currency;

    fn totals(cells: &[(u128, Option<i32>, i64)]) -> Totals {
        let cell = |(donor, year, amount): &(u128, Option<i32>, i64)| money::Cell {
            key: vec![
                if *donor == 0 { Part::NotStated } else { Part::Organisation(OrganisationId(Uuid::from_u128(*donor))) },
                Part::NotStated,
                year.map_or(Part::NotStated, Part::Year),
            ],
            amount: Decimal::from(*amount),
            estimated: Decimal::ZERO,
            actions: 1,
        };
        Totals {
            currency: Currency::EUR,
            whole: cells.iter().map(|c| Decimal::from(c.2)).sum(),
            estimated: Decimal::ZERO,
            stated: Decimal::ZERO,
            cells: cells.iter().map(cell).collect(),
            rows_in: cells.len(),
            actions: cells.len(),
            left_out: Vec::new(),
            unconverted: Vec::new(),
            oldest_rate: None,
            newest_rate: None,
        }
    }

    #[test]
    fn years_far_off_share_a_column_and_nothing_is_lost() {
        let p = Page::bare(Locale::English, "2026-11-24".parse().unwrap());
        let names: HashMap<OrganisationId, String> =
            [(1, "Žeta"), (2, "Alpha")].map(|(n, name)| (OrganisationId(Uuid::from_u128(n)), name.to_owned())).into();
        let t = totals(&[
            (0, Some(2026), 5),
            (1, Some(2019), 1),
            (1, Some(2023), 2),
            (1, Some(2028), 4),
            (1, Some(2031), 8),
            (1, None, 16),
            (2, Some(2024), 32),
        ]);
        let parts = Parts::of(&p, &t, &names);
        let cells = ordered(&t, &parts);
        let all = lines(&cells, &parts, 2026);
        // alphabetical by what is read, and what is not stated last
        assert_eq!(all.iter().map(|l| l.donor.as_str()).collect::<Vec<_>>(), ["Alpha", "Žeta", "not stated"]);
        let zeta: Vec<(Years, i64)> = all[1].years.iter().map(|(y, a)| (*y, a.to_string().parse().unwrap())).collect();
        assert_eq!(zeta, [(Years::Earlier, 3), (Years::One(2028), 4), (Years::Later, 8), (Years::NotStated, 16)]);
        assert_eq!(all.iter().map(|l| l.all).sum::<Decimal>(), t.whole);
        assert_eq!(organisations(&t).len(), 2);
    }

    #[test]
    fn a_table_lies_across_where_its_figures_have_no_room_upright() {
        assert!(!is_wide(4, "999,999,999") && !is_wide(6, "12,345,678"));
        assert!(is_wide(6, "123,456,789") && is_wide(7, "1"));
    }

    #[test]
    fn how_it_is_counted_stands_before_the_figures() {
        let p = Page::bare(Locale::English, "2026-11-24".parse().unwrap());
        let kinds = |cells: &[(u128, Option<i32>, i64)]| {
            let document = Document::new(Locale::English, "t", "a", p.today);
            let mut d = Draft::new(&p, "https://portal.example", Subject::Board, document, Vec::new());
            write(&mut d, &Question::default(), &totals(cells), &HashMap::new(), false);
            let kind = |b: &Block| match b {
                Block::Small { .. } => 's',
                Block::Table(_) => 't',
                _ => '.',
            };
            d.document.blocks.iter().map(kind).collect::<String>().replace('.', "")
        };
        assert_eq!(kinds(&[(0, Some(2026), 5)]), "st");
        assert_eq!(kinds(&[]), "s");
    }

    #[test]
    fn a_sheet_holds_so_many_lines_by_name_and_says_that_there_are_more() {
        let p = Page::bare(Locale::English, "2026-11-24".parse().unwrap());
        let names: HashMap<OrganisationId, String> =
            [(1, "Žeta"), (2, "Alpha")].map(|(n, name)| (OrganisationId(Uuid::from_u128(n)), name.to_owned())).into();
        let kept = |cells: &[(u128, Option<i32>, i64)]| {
            let document = Document::new(Locale::English, "t", "a", p.today);
            let mut d = Draft::new(&p, "https://portal.example", Subject::Board, document, Vec::new());
            write(&mut d, &Question::default(), &totals(cells), &names, true);
            d.sheets.pop().unwrap()
        };
        let (this, last) = (Some(2026), Some(2025));
        let few = kept(&[(0, this, 1), (1, None, 2), (1, this, 4), (2, last, 8), (1, last, 16)]);
        assert!(few.notes.is_empty(), "{:?}", few.notes);
        let amounts = |row: &Vec<Value>| row[3].clone();
        let expected = [8, 16, 4, 2, 1].map(|n: i64| Value::Number(Decimal::from(n)));
        assert_eq!(few.rows.iter().map(amounts).collect::<Vec<_>>(), expected);
        let most = usize::try_from(SHEET).unwrap();
        let years: Vec<(u128, Option<i32>, i64)> = (0..=most).map(|n| (1, i32::try_from(n).ok(), 1)).collect();
        let many = kept(&years);
        assert_eq!(many.rows.len(), most);
        assert!(many.notes[0].contains("10,000"), "{:?}", many.notes);
    }
}
