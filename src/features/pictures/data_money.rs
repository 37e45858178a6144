//! Money as pictures: every figure is the ledger's, and every mark leads to the total that it is, opened.

use chrono::Datelike;
use rust_decimal::Decimal;
use rust_decimal::prelude::{FromPrimitive, ToPrimitive};
use std::collections::{BTreeMap, HashMap};
use uuid::Uuid;

use super::draw::bars::{self, Bars, Group, Row, Series};
use super::draw::{Shape, colours};
use super::model::{Asked, Choice, Drawn, Figure, Figures, beneficiaries, pillars};
use super::store::{self, Names};
use crate::features::money::{self, Cell, Dimension, Kind, Part, Question, Totals};
use crate::kernel::auth::Inside;
use crate::kernel::error::Problem;
use crate::kernel::fold::fold;
use crate::kernel::form::Fields;
use crate::kernel::money::Currency;
use crate::kernel::page::Page;

/// By what a picture can be parted.
const BY: [Dimension; 6] = [
    Dimension::Donor,
    Dimension::Implementer,
    Dimension::Pillar,
    Dimension::Beneficiary,
    Dimension::Year,
    Dimension::Quarter,
];
/// By quarters a picture has so many years at most.
const YEARS: i32 = 3;
/// So many names stand in a picture; those past them, in the order of the alphabet, are one.
const ROWS: usize = 60;
/// More small pictures than this are no picture.
const GROUPS: usize = 12;

/// How a part is shown and where it stands: places in the order of the process, names in that of the alphabet, what is not
/// stated last. Nothing is put in the order of amounts.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Name {
    last: bool,
    place: usize,
    folded: String,
    pub short: String,
    pub full: String,
}

pub fn name(p: &Page, names: &Names, part: &Part) -> Name {
    let frame = p.frame();
    let (mut last, mut place) = (false, 0);
    let (short, full) = match part {
        // the table says what the picture calls it, too: by that it is put in order
        Part::Organisation(id) => match names.get(&id.0) {
            Some((short, whole)) if short != whole => (short.clone(), format!("{short} – {whole}")),
            Some(both) => both.clone(),
            None => (p.t("not-stated"), p.t("not-stated")),
        },
        Part::Pillar(id) => {
            let found = frame.and_then(|f| f.pillars.iter().enumerate().find(|(_, l)| l.id == *id));
            place = found.map_or(usize::MAX, |f| f.0);
            found.map(|(_, l)| (l.key.clone(), format!("{} – {}", l.key, l.name))).unwrap_or_default()
        }
        Part::Beneficiary(id) => {
            let found = frame.and_then(|f| f.beneficiaries.iter().enumerate().find(|(_, b)| b.id == *id));
            place = found.map_or(usize::MAX, |f| f.0);
            found.map(|(_, b)| (b.name.clone(), b.name.clone())).unwrap_or_default()
        }
        Part::Year(year) => {
            place = usize::try_from(*year).unwrap_or(0);
            (year.to_string(), year.to_string())
        }
        Part::Quarter(q) => {
            place = usize::try_from(q.year * 4 + i32::from(q.n)).unwrap_or(0);
            let text = p.t2("money-quarter", "quarter", q.n, "year", q.year);
            (text.clone(), text)
        }
        Part::Status(status) => (p.t(status.label()), p.t(status.label())),
        // no picture is parted by single actions
        Part::Action(id) => (id.to_string(), id.to_string()),
        Part::NotStated => {
            last = true;
            (p.t("not-stated"), p.t("not-stated"))
        }
    };
    Name { last, place, folded: fold(&short), short, full }
}

/// The organisations that stand among parts.
pub fn organisations<'a>(parts: impl Iterator<Item = &'a Part>) -> Vec<Uuid> {
    let ids = parts.filter_map(|part| match part {
        Part::Organisation(id) => Some(id.0),
        _ => None,
    });
    let mut ids: Vec<Uuid> = ids.collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}

pub fn question(asked: &Asked, f: &Fields) -> Question {
    Question {
        kind: Kind::parse(f.value("kind")).unwrap_or_default(),
        years: asked.years(),
        pillar: asked.pillar.as_ref().map(|p| p.0),
        beneficiary: asked.beneficiary.as_ref().map(|b| b.0),
        ..Question::default()
    }
}

pub fn kinds(p: &Page) -> Choice {
    let mut options = Kind::options(p);
    options.retain(|(value, _)| value != Kind::default().as_str());
    Choice { name: "kind", label: "pictures-kind", first: p.t(Kind::default().label()), options }
}

fn dimensions(p: &Page, name: &'static str, label: &'static str, first: String, without: Option<Dimension>) -> Choice {
    let options = BY.iter().filter(|d| Some(**d) != without);
    let options = options.map(|d| (d.as_str().to_owned(), p.t(d.label()))).collect();
    Choice { name, label, first, options }
}

/// Rows, colours and groups, each another dimension.
fn parted(f: &Fields) -> (Dimension, Dimension, Option<Dimension>) {
    let read = |name: &str| Dimension::parse(f.value(name)).filter(|d| BY.contains(d));
    let rows = read("rows").unwrap_or(Dimension::Donor);
    let other = |d: &Dimension| *d != rows;
    let default = if rows == Dimension::Pillar { Dimension::Beneficiary } else { Dimension::Pillar };
    let split = read("split").filter(other).unwrap_or(default);
    let each = read("each").filter(|d| other(d) && *d != split);
    (rows, split, each)
}

pub fn float(amount: Decimal) -> f64 {
    amount.to_f64().unwrap_or(0.0)
}

/// An amount as it is written, with the sign of an estimate.
pub fn written(p: &Page, amount: Decimal, estimated: Decimal, currency: &Currency) -> String {
    let text = p.locale.amount_short(amount, currency);
    if estimated.is_zero() { text } else { format!("≈\u{a0}{text}") }
}

/// What has to be said of every total.
pub fn caveats(p: &Page, totals: &Totals) -> Vec<String> {
    let mut notes = vec![p.t("pictures-money-rule")];
    if !totals.estimated.is_zero() {
        let amount = p.locale.amount_short(totals.estimated, &totals.currency);
        notes.push(format!("≈ {}", p.t1("pictures-money-estimated", "amount", amount)));
    }
    if let Some((oldest, newest)) = totals.oldest_rate.zip(totals.newest_rate) {
        notes.push(p.t2("pictures-money-rates", "oldest", p.day(&oldest), "newest", p.day(&newest)));
    }
    notes
}

/// The answer in a sentence: how much of this kind there is, and what is not in it since it has no rate.
pub fn whole(p: &Page, totals: &Totals, kind: Kind) -> String {
    let (kind, whole) = (p.t(kind.label()), written(p, totals.whole, totals.estimated, &totals.currency));
    if totals.unconverted.is_empty() {
        return p.t2("pictures-money-said", "kind", kind, "whole", whole);
    }
    let left: Vec<String> = totals.unconverted.iter().map(|u| p.locale.amount_short(u.amount, &u.currency)).collect();
    p.t3("pictures-money-said-without", ("kind", kind), ("whole", whole), ("amounts", left.join(", ")))
}

/// The cells of each row, with what parts them.
type Rows<'a> = BTreeMap<Name, Vec<(&'a Cell, Part, Name)>>;
/// A cell's place: group, row and colour.
type At = (Option<Part>, Part, Part);

fn at(cell: &Cell, grouped: bool) -> Option<At> {
    let mut parts = cell.key.iter().copied();
    let (row, split) = (parts.next()?, parts.next()?);
    let group = if grouped { Some(parts.next()?) } else { None };
    Some((group, row, split))
}

/// Which colour each part has: the first ones their own, the rest one together, what is not stated its own. Of years
/// and quarters the last ones have their own, for it is the present that is asked about; what was earlier is one.
pub fn colouring(p: &Page, splits: &BTreeMap<Name, Part>) -> (Vec<Series>, HashMap<Part, usize>) {
    let mut series: Vec<Series> = Vec::new();
    let mut of = HashMap::new();
    let mut others = None;
    let times = splits.values().any(|part| matches!(part, Part::Year(_) | Part::Quarter(_)));
    let stated = splits.values().filter(|part| **part != Part::NotStated).count();
    let (rest, earlier) = match times {
        true => ("pictures-earlier", stated.saturating_sub(colours::KINDS.len())),
        false => ("pictures-others", 0),
    };
    for (i, (name, part)) in splits.iter().enumerate() {
        let own = i.checked_sub(earlier).filter(|n| *n < colours::KINDS.len());
        if *part == Part::NotStated {
            of.insert(*part, series.len());
            series.push(Series { name: name.short.clone(), class: colours::NOT_STATED });
        } else if let Some(n) = own {
            of.insert(*part, series.len());
            series.push(Series { name: name.short.clone(), class: colours::kind(n) });
        } else {
            let place = *others.get_or_insert(series.len());
            if place == series.len() {
                series.push(Series { name: p.t(rest), class: colours::OTHERS });
            }
            of.insert(*part, place);
        }
    }
    (series, of)
}

/// What a part of a bar, and its cell of the table, say and lead to.
struct Said<'a> {
    p: &'a Page,
    question: &'a Question,
    by: &'a [Dimension],
    currency: &'a Currency,
}

impl Said<'_> {
    fn link(&self, key: &[Part]) -> String {
        let parts = self.by.iter().copied().zip(key.iter().copied()).collect();
        self.p.link(&money::query(&Question { parts, ..self.question.clone() }, self.by))
    }
    fn amount(&self, amount: Decimal, estimated: Decimal) -> String {
        written(self.p, amount, estimated, self.currency)
    }
    fn figure(&self, amount: Decimal, estimated: Decimal) -> Figure {
        Figure::number(self.amount(amount, estimated)).worth(amount, estimated, self.currency)
    }
}

fn bar(
    said: &Said,
    names: (&Name, Option<&Name>),
    cells: &[(&Cell, usize, &Name)],
    series: usize,
) -> (Row, Vec<Figure>) {
    let (row, group) = names;
    let mut parts: Vec<bars::Part> = Vec::new();
    let mut sums = vec![(Decimal::ZERO, Decimal::ZERO, None::<String>, 0usize); series];
    let (mut whole, mut estimated) = (Decimal::ZERO, Decimal::ZERO);
    for (cell, colour, split) in cells {
        whole += cell.amount;
        estimated += cell.estimated;
        let link = said.link(&cell.key);
        let of: Vec<&str> = [group, Some(row), Some(*split)].into_iter().flatten().map(|n| n.full.as_str()).collect();
        parts.push(bars::Part {
            series: *colour,
            value: float(cell.amount),
            title: format!("{}: {}", of.join(", "), said.amount(cell.amount, cell.estimated)),
            href: Some(link.clone()),
        });
        if let Some(sum) = sums.get_mut(*colour) {
            sum.0 += cell.amount;
            sum.1 += cell.estimated;
            sum.2 = Some(link);
            sum.3 += 1;
        }
    }
    parts.sort_by_key(|part| part.series);
    let total = said.amount(whole, estimated);
    let mut figures: Vec<Figure> = sums
        .into_iter()
        .map(|(amount, estimated, link, cells)| match cells {
            0 => Figure::number("–"),
            // what is put together of several cells is no one total that could be opened
            _ => said.figure(amount, estimated).to(link.filter(|_| cells == 1)),
        })
        .collect();
    figures.push(said.figure(whole, estimated));
    (Row { label: row.short.clone(), href: None, parts, total }, figures)
}

pub async fn money(inside: &mut Inside, asked: &Asked) -> Result<Drawn, Problem> {
    let mut question = question(asked, &inside.fields);
    let (rows, split, each) = parted(&inside.fields);
    let by: Vec<Dimension> = [rows, split].into_iter().chain(each).collect();
    let few = by.contains(&Dimension::Quarter).then(|| asked.few_years(YEARS, inside.page.today.year()));
    question.years = few.or(question.years);
    let totals = money::totals(inside, &question, &by).await?;
    let ids = organisations(totals.cells.iter().flat_map(|c| &c.key));
    let names = store::organisations(&mut inside.tx, &ids).await?;
    let p = &inside.page;
    let said = Said { p, question: &question, by: &by, currency: &totals.currency };
    let mut splits: BTreeMap<Name, Part> = BTreeMap::new();
    let mut groups: BTreeMap<Option<Name>, Rows> = BTreeMap::new();
    for cell in &totals.cells {
        let Some((group, row, part)) = at(cell, each.is_some()) else { continue };
        let shown = name(p, &names, &part);
        splits.insert(shown.clone(), part);
        let group = groups.entry(group.map(|g| name(p, &names, &g))).or_default();
        group.entry(name(p, &names, &row)).or_default().push((cell, part, shown));
    }
    let (series, colour) = colouring(p, &splits);
    let mut figures = Figures { heads: vec![p.t(rows.label())], rows: Vec::new() };
    figures.heads.extend(series.iter().map(|s| s.name.clone()));
    figures.heads.push(p.t("pictures-total"));
    let mut cut = groups.len() > GROUPS;
    let mut drawn = Vec::new();
    for (place, (group, names)) in groups.into_iter().enumerate() {
        cut |= names.len() > ROWS;
        let mut of_group = Vec::new();
        for (row, cells) in names {
            let cells: Vec<(&Cell, usize, &Name)> =
                cells.iter().map(|(cell, part, name)| (*cell, colour.get(part).copied().unwrap_or(0), name)).collect();
            let (bar, sums) = bar(&said, (&row, group.as_ref()), &cells, series.len());
            let label = group.as_ref().map_or_else(|| row.full.clone(), |g| format!("{}: {}", g.short, row.full));
            figures.rows.push(std::iter::once(Figure::text(label)).chain(sums).collect());
            // the table has them all, the picture as many as it holds
            if of_group.len() < ROWS {
                of_group.push(bar);
            }
        }
        if place < GROUPS {
            drawn.push(Group { heading: group.map(|g| g.full), rows: of_group });
        }
    }
    let mut bars = Bars { series, groups: drawn, shares: false, axis: Vec::new() };
    bars.axis = bars::axis(bars.most(), |value| {
        p.locale.amount_short(Decimal::from_f64(value).unwrap_or_default(), &totals.currency)
    });
    let mut notes = caveats(p, &totals);
    let mut answer = whole(p, &totals, question.kind);
    // with the figure itself, which has no other years
    if let Some((from, to)) = few.filter(|_| few != asked.years()) {
        answer = format!("{answer} {}", p.t2("pictures-money-quarters", "from", from, "to", to));
    }
    if cut {
        notes.push(p.t("pictures-money-cut"));
    }
    Ok(Drawn {
        said: answer,
        shape: (!bars.is_empty()).then_some(Shape::Bars(bars)),
        notes,
        figures,
        choices: vec![
            kinds(p),
            dimensions(p, "rows", "pictures-rows", p.t(Dimension::Donor.label()), Some(Dimension::Donor)),
            dimensions(p, "split", "pictures-split", p.t("pictures-split-first"), None),
            dimensions(p, "each", "pictures-each", p.t("pictures-each-none"), None),
            pillars(p),
            beneficiaries(p),
        ],
        years: true,
        opened: Some((p.t("pictures-money-opened"), p.link(&money::query(&question, &by)))),
    })
}

#[cfg(test)]
#[path = "data_money_tests.rs"]
mod tests;
