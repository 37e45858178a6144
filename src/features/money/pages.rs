//! The page of totals: what is asked by two dimensions, and how it was made.

use askama::Template;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use rust_decimal::Decimal;
use std::collections::{HashMap, HashSet};

use super::answer::ready_soon;
use super::ask::{self, Asked};
use super::envelopes::{EnvelopeSum, envelopes_of};
use super::model::{Cell, Dimension, Kind, Part, Question, Totals};
use super::show::{self, Names};
use super::store;
use crate::features::actions::Status;
use crate::kernel::auth::Inside;
use crate::kernel::error::Problem;
use crate::kernel::form::Fields;
use crate::kernel::ids::PlanId;
use crate::kernel::money::Currency;
use crate::kernel::page::Page;
use crate::kernel::permit::Permission;

/// So many rows stand on a page at most; the others are added up in its last row, and stand in the file.
const ROWS: usize = 250;

/// So many cells stand on a page: by quarters there are many columns, and fewer rows.
const CELLS: usize = 6_000;

/// So many columns stand beside one another on paper, with that of all.
const PAPER: usize = 7;

/// So many rows of an answer stand on a page.
fn room(totals: &Totals) -> usize {
    let cols: HashSet<Part> = totals.cells.iter().filter_map(|c| c.key.get(1).copied()).collect();
    (CELLS / cols.len().max(1)).min(ROWS)
}

/// A sum as it is shown.
#[derive(Debug, Clone)]
pub struct Shown {
    pub amount: Decimal,
    pub text: String,
    /// What of it is estimated, in percent.
    pub estimate: Option<String>,
    /// The page that opens it.
    pub link: String,
}

/// A row of the table; none where nothing is in a cell.
#[derive(Debug, Clone)]
pub struct Line {
    pub name: String,
    pub cells: Vec<Option<Shown>>,
    pub total: Shown,
}

/// The table of an answer.
#[derive(Debug, Clone)]
pub struct Grid {
    pub heads: Vec<String>,
    pub lines: Vec<Line>,
    /// How many rows there are beyond, and what they come to.
    pub further: (usize, Decimal),
    pub totals: Vec<Option<Shown>>,
    pub whole: Shown,
}

/// What stands in a cell, or is added up in one.
#[derive(Debug, Clone, Copy, Default)]
struct Sum {
    amount: Decimal,
    estimated: Decimal,
}

impl Sum {
    fn take(&mut self, cell: &Cell) {
        self.amount += cell.amount;
        self.estimated += cell.estimated;
    }
}

struct Maker<'a> {
    p: &'a Page,
    asked: &'a Asked,
    totals: &'a Totals,
}

impl Maker<'_> {
    fn shown(&self, sum: &Sum, parts: &[(Dimension, Part)]) -> Shown {
        let mut question = self.asked.question.clone();
        question.parts.extend_from_slice(parts);
        let estimated = !sum.estimated.is_zero();
        Shown {
            amount: sum.amount,
            text: show::amount(self.p, sum.amount, &self.totals.currency),
            estimate: estimated.then(|| show::share(self.p, sum.estimated, sum.amount)).flatten(),
            link: self.p.link(&ask::query(&question, &[])),
        }
    }
}

/// Where a row or a column stands: its group, a number, its name, and what tells two of one name apart.
type Place = (u8, i64, String, String);

/// Parts in an order that ranks nobody; where each stands is asked once.
fn in_order<T>(p: &Page, names: &Names, all: HashMap<Part, T>) -> Vec<(Part, T)> {
    let place = |part: Part| -> Place {
        let (group, number, text) = names.order(p, part);
        (group, number, text, format!("{part:?}"))
    };
    let mut all: Vec<(Place, Part, T)> = all.into_iter().map(|(part, of)| (place(part), part, of)).collect();
    all.sort_unstable_by(|a, b| a.0.cmp(&b.0));
    all.into_iter().map(|(_, part, of)| (part, of)).collect()
}

/// Lays an answer out, at most so many rows of it. Rows and columns stand in an order that ranks nobody.
pub fn grid(p: &Page, asked: &Asked, totals: &Totals, names: &Names, most: usize) -> Grid {
    let maker = Maker { p, asked, totals };
    let mut rows: HashMap<Part, (Sum, Vec<&Cell>)> = HashMap::new();
    let mut cols: HashMap<Part, Sum> = HashMap::new();
    let mut whole = Sum::default();
    for cell in &totals.cells {
        let Some(row) = cell.key.first() else { continue };
        let line = rows.entry(*row).or_default();
        line.0.take(cell);
        line.1.push(cell);
        if let Some(col) = cell.key.get(1) {
            cols.entry(*col).or_default().take(cell);
        }
        whole.take(cell);
    }
    let mut rows = in_order(p, names, rows);
    let further = rows.split_off(rows.len().min(most));
    let cols = in_order(p, names, cols);
    let lines = rows.into_iter().map(|(part, (sum, cells))| Line {
        name: names.name(p, part),
        cells: cols
            .iter()
            .map(|(col, _)| {
                let cell = cells.iter().find(|c| c.key.get(1) == Some(col))?;
                let mut sum = Sum::default();
                sum.take(cell);
                let both: Vec<_> = [(asked.rows, part)].into_iter().chain(asked.cols.map(|c| (c, *col))).collect();
                Some(maker.shown(&sum, &both))
            })
            .collect(),
        total: maker.shown(&sum, &[(asked.rows, part)]),
    });
    Grid {
        lines: lines.collect(),
        further: (further.len(), further.iter().map(|(_, (sum, _))| sum.amount).sum()),
        heads: cols.iter().map(|(part, _)| names.name(p, *part)).collect(),
        totals: cols.iter().map(|(part, sum)| asked.cols.map(|col| maker.shown(sum, &[(col, *part)]))).collect(),
        whole: maker.shown(&whole, &[]),
    }
}

#[derive(Template)]
#[template(path = "money/page.html")]
struct MoneyPage {
    p: Page,
    f: Fields,
    asked: Asked,
    plans: Vec<(PlanId, String)>,
    said: Vec<(String, String)>,
    totals: Totals,
    grid: Grid,
    notes: Vec<String>,
    /// Rows that only the file has, with what they come to.
    further: Option<(String, String)>,
    checks: bool,
    /// Money that is not tied to an action yet: never added to the rest.
    envelopes: Option<String>,
    /// What of it stands under an open question whether it was entered twice.
    doubled: Option<String>,
}

#[derive(Template)]
#[template(path = "money/waiting.html")]
struct WaitingPage {
    p: Page,
}

/// What is answered while the ledger is being made.
pub fn waiting(p: Page) -> Result<Response, Problem> {
    Ok((StatusCode::OK, Html(WaitingPage { p }.render()?)).into_response())
}

/// The title of the plan that is asked for.
pub fn plan_title(question: &Question, plans: &[(PlanId, String)]) -> Option<String> {
    plans.iter().find(|(id, _)| question.plan == Some(*id)).map(|(_, title)| title.clone())
}

pub async fn page(mut inside: Inside) -> Result<Response, Problem> {
    let mut f = std::mem::take(&mut inside.fields);
    let asked = Asked::read(&mut f);
    let plans = store::plans(&mut inside.tx).await?;
    let Some(ready) = ready_soon(&mut inside, &asked.question).await? else { return waiting(inside.page) };
    let (scanned, ready) = ready.scan(&asked.question, &asked.by()).await?;
    let totals = scanned.totals;
    let doubled = ready.doubled(&asked.question).await?;
    let parts: Vec<Part> = totals.cells.iter().flat_map(|c| c.key.iter().copied()).collect();
    let names = Names::of(&mut inside.tx, &parts, &asked.question).await?;
    names.found(&asked.question)?;
    let envelopes = match inside.page.may(Permission::EnvelopeSee) {
        true => envelopes_of(&mut inside.tx, None).await?,
        false => Vec::new(),
    };
    let p = inside.page;
    let grid = grid(&p, &asked, &totals, &names, room(&totals));
    let (n, sum) = grid.further;
    let further = (n > 0).then(|| (p.tn("money-further", n), show::amount(&p, sum, &totals.currency)));
    let page = MoneyPage {
        said: show::asked(&p, &names, &asked.question, plan_title(&asked.question, &plans).as_deref()),
        notes: show::notes(&p, &asked.question, &totals),
        checks: inside.member.may_somewhere(Permission::ActionMoney),
        envelopes: envelopes_in_words(&p, &envelopes),
        doubled: show::doubled(&p, &doubled, &totals.currency),
        f,
        asked,
        plans,
        totals,
        grid,
        further,
        p,
    };
    Ok((StatusCode::OK, Html(page.render()?)).into_response())
}

/// What the open envelopes that the reader sees come to; nothing where there are none.
fn envelopes_in_words(p: &Page, all: &[EnvelopeSum]) -> Option<String> {
    let n: i64 = all.iter().map(|e| e.envelopes).sum();
    let amounts: Vec<String> = all.iter().map(|e| show::amount(p, e.amount, &e.currency)).collect();
    (n > 0).then(|| p.tn1("envelope-beside", n, "amounts", amounts.join(" + ")))
}

/// The dimensions that rows and columns can be.
pub fn laid(p: &Page) -> Vec<(String, String)> {
    let all = Dimension::ALL.iter().filter(|d| **d != Dimension::Action);
    all.map(|d| (d.as_str().to_owned(), p.t(d.label()))).collect()
}

/// The currencies that totals are usually shown in.
const CURRENCIES: [&str; 4] = ["EUR", "USD", "CHF", "GBP"];

impl MoneyPage {
    fn dimensions(&self) -> Vec<(String, String)> {
        laid(&self.p)
    }
    fn kinds(&self) -> Vec<(String, String)> {
        Kind::options(&self.p)
    }
    fn cols_value(&self) -> &'static str {
        self.asked.cols.map_or("", Dimension::as_str)
    }
    fn pillars(&self) -> Vec<(String, String)> {
        let all = self.p.frame().map(|f| f.pillars.as_slice()).unwrap_or_default();
        all.iter().map(|l| (l.id.to_string(), l.key.clone())).collect()
    }
    fn beneficiaries(&self) -> Vec<(String, String)> {
        let all = self.p.frame().map(|f| f.beneficiaries.as_slice()).unwrap_or_default();
        all.iter().map(|b| (b.id.to_string(), b.name.clone())).collect()
    }
    fn plan_options(&self) -> Vec<(String, String)> {
        self.plans.iter().map(|(id, title)| (id.to_string(), title.clone())).collect()
    }
    fn statuses(&self) -> Vec<(String, String)> {
        Status::ALL.iter().map(|s| (s.as_str().to_owned(), self.p.t(s.label()))).collect()
    }
    fn currencies(&self) -> Vec<(String, String)> {
        let own = self.totals.currency;
        let known = CURRENCIES.iter().filter_map(|c| c.parse::<Currency>().ok());
        let mut all: Vec<Currency> = known.chain([own]).collect();
        all.sort();
        all.dedup();
        all.into_iter().map(|c| (c.to_string(), c.to_string())).collect()
    }
    fn narrowed(&self) -> bool {
        ask::NAMES.iter().any(|n| self.f.is_set(n))
    }
    fn row_head(&self) -> String {
        self.p.t(self.asked.rows.label())
    }
    fn whole(&self) -> String {
        show::amount(&self.p, self.totals.whole, &self.totals.currency)
    }
    /// Whether there are more columns than paper holds: there each row is a line of its amounts, each with the
    /// name of its column.
    fn many(&self) -> bool {
        self.grid.heads.len() > PAPER
    }
    /// What a cell is called where no heading stands above it.
    fn label(&self, column: &usize) -> &str {
        self.grid.heads.get(*column).filter(|_| self.many()).map_or("", String::as_str)
    }
    /// What is not in the sum for want of a rate: said where the sum is read, not only where it is explained.
    fn unconverted(&self) -> Option<String> {
        let left = self.totals.unconverted.iter().map(|u| show::amount(&self.p, u.amount, &u.currency));
        let left: Vec<String> = left.collect();
        (!left.is_empty()).then(|| self.p.t1("money-not-in-it", "amounts", left.join(", ")))
    }
    /// The query of the same question, for its files.
    fn query(&self) -> String {
        ask::text(&self.asked.question, &self.asked.by())
    }
    fn file(&self, ending: &str) -> String {
        format!("{}?{}", self.p.link(&format!("/money.{ending}")), self.query())
    }
    fn exports(&self) -> bool {
        self.p.may(Permission::ExportLists)
    }
    /// What the form has to keep besides its own fields.
    fn kept(&self) -> Vec<(&'static str, String)> {
        let organisation = self.f.value("organisation");
        let mut all: Vec<(&'static str, String)> = Vec::new();
        if !organisation.is_empty() {
            all.push(("organisation", organisation.to_owned()));
        }
        all.extend(self.f.values("is").into_iter().map(|v| ("is", v.to_owned())));
        all
    }
}

#[cfg(test)]
mod tests {
    use super::super::rules::quarters::Quarter;
    use super::*;

    #[test]
    fn by_quarters_of_many_years_fewer_rows_have_room() {
        let totals = |cols: i32| {
            let col = |i: i32| Part::Quarter(Quarter { year: 2000 + i / 4, n: u8::try_from(i % 4 + 1).unwrap_or(1) });
            let cell = |i| Cell {
                key: vec![Part::NotStated, col(i)],
                amount: Decimal::ONE,
                estimated: Decimal::ZERO,
                actions: 1,
            };
            Totals {
                currency: Currency::EUR,
                whole: cols.into(),
                estimated: Decimal::ZERO,
                stated: Decimal::ZERO,
                cells: (0..cols).map(cell).collect(),
                rows_in: 1,
                actions: 1,
                left_out: Vec::new(),
                unconverted: Vec::new(),
                oldest_rate: None,
                newest_rate: None,
            }
        };
        assert_eq!([0, 1, 24, 40, 100].map(|cols| room(&totals(cols))), [250, 250, 250, 150, 60]);
    }
}
