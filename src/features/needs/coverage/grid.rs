//! The matrix in words and figures: what the page, the picture and the files all show.

use super::ask::{Counted, Row, Show};
use super::model::{Cell, Column, Money, Standing};
use crate::kernel::money::Currency;
use crate::kernel::page::Page;

/// One cell as it is shown.
#[derive(Debug, Clone)]
pub struct Shown {
    /// What is counted, a line each; empty for nothing.
    pub lines: Vec<String>,
    pub standing: Standing,
    /// Several partners are active.
    pub several: bool,
    /// `gap`, or how much: `h1` to `h4`.
    pub class: &'static str,
    pub needs: usize,
    pub actions: usize,
    pub donors: usize,
    pub money: Money,
    /// The query of the page that opens it; none where nothing is in it.
    pub query: Option<String>,
}

/// One row as it is shown; of a heading the title alone.
#[derive(Debug, Clone)]
pub struct Line {
    pub code: String,
    pub title: String,
    pub link: Option<String>,
    /// A heading over the rows that follow.
    pub heading: bool,
    pub pillar: Option<String>,
    pub cells: Vec<Shown>,
    pub total: Option<Shown>,
}

/// The whole matrix.
#[derive(Debug, Clone)]
pub struct Grid {
    pub heads: Vec<String>,
    pub lines: Vec<Line>,
    /// All rows together, a cell a column, and everything.
    pub totals: Vec<Shown>,
    pub whole: Shown,
    /// Whether a share in it is an equal split that nobody stated.
    pub estimate: bool,
}

/// How dark a figure is.
fn heat(n: usize) -> &'static str {
    match n {
        0 => "",
        1 => "h1",
        2 => "h2",
        3..=4 => "h3",
        _ => "h4",
    }
}

/// An amount of money, short, with a sign before what is estimated; a line, or none where there is nothing.
pub fn amounts(p: &Page, money: &Money, currency: Option<Currency>) -> Vec<String> {
    let Some(currency) = currency.filter(|_| !money.amount.is_zero()) else { return Vec::new() };
    let shown = p.locale.amount_short(money.amount, &currency);
    vec![if money.estimate { format!("≈\u{a0}{shown}") } else { shown }]
}

struct Maker<'a> {
    p: &'a Page,
    counted: &'a Counted,
    currency: Option<Currency>,
    base: String,
}

impl Maker<'_> {
    /// `money`: what its money comes to, where that is shown.
    fn shown(&self, cell: &Cell, money: impl FnOnce() -> Money, query: Option<String>) -> Shown {
        let matrix = &self.counted.matrix;
        let (standing, several) = (matrix.standing(cell), matrix.several(cell));
        let donors = matrix.donors(cell).len();
        let show = self.counted.asked.show;
        let money = match show {
            Show::Money => money(),
            _ => Money::default(),
        };
        let figure = |n: usize| if n > 0 { vec![self.p.number(n)] } else { Vec::new() };
        let lines = match show {
            Show::Needs => figure(cell.needs.len()),
            Show::Actions => figure(cell.actions.len()),
            Show::Donors => figure(donors),
            Show::Money => amounts(self.p, &money, self.currency),
        };
        let class = match (show, standing) {
            (_, Standing::Uncovered) => "gap",
            (Show::Needs, other) => other.class(),
            (Show::Actions, _) => heat(cell.actions.len()),
            (Show::Donors, _) => heat(donors),
            (Show::Money, _) => {
                if lines.is_empty() {
                    ""
                } else {
                    "h1"
                }
            }
        };
        let empty = cell.needs.is_empty() && cell.actions.is_empty();
        Shown {
            lines,
            standing,
            several,
            class,
            needs: cell.needs.len(),
            actions: cell.actions.len(),
            donors,
            money,
            query: query.filter(|_| !empty),
        }
    }

    fn query(&self, row: Option<&str>, column: Option<&str>) -> String {
        let mut query = url::form_urlencoded::Serializer::new(self.base.clone());
        if let Some(row) = row {
            query.append_pair("row", row);
        }
        if let Some(column) = column {
            query.append_pair("column", column);
        }
        query.finish()
    }
}

/// The columns: every beneficiary, and where an action names none a last one.
pub fn columns(p: &Page, counted: &Counted) -> Vec<(Column, String, String)> {
    let all = p.frame().map(|f| f.beneficiaries.as_slice()).unwrap_or_default();
    let mut columns: Vec<_> = all.iter().map(|b| (Some(b.id), b.code.clone(), b.name.clone())).collect();
    if counted.matrix.cells.keys().any(|(_, column)| column.is_none()) {
        columns.push((None, "none".to_owned(), p.t("not-stated")));
    }
    columns
}

/// The matrix that is shown. `base`: the query that every cell's page is asked with.
pub fn grid(p: &Page, counted: &Counted, base: String) -> Grid {
    let maker = Maker { p, counted, currency: counted.matrix.currency(), base };
    let columns = columns(p, counted);
    let of: Vec<Column> = columns.iter().map(|(column, ..)| *column).collect();
    let matrix = &counted.matrix;
    let mut lines = Vec::new();
    for row in &counted.rows {
        match row {
            Row::Heading { title, pillar, plan } => lines.push(Line {
                code: String::new(),
                title: title.clone(),
                link: plan.map(|id| p.link(&format!("/plans/{id}"))),
                heading: true,
                pillar: pillar.clone(),
                cells: Vec::new(),
                total: None,
            }),
            Row::Of { key, code, title, node } => {
                let name = key.map_or_else(|| "none".to_owned(), |k| k.to_string());
                let cell = |(column, code, _): &(Column, String, String)| {
                    let query = maker.query(Some(&name), Some(code));
                    let money = || matrix.money(|(r, c)| r == key && c == column, &of);
                    maker.shown(&matrix.cell(*key, *column), money, Some(query))
                };
                let all = matrix.together(|(row, _)| row == key);
                let money = || matrix.money(|(row, _)| row == key, &of);
                lines.push(Line {
                    code: code.clone(),
                    title: title.clone(),
                    link: node.map(|(plan, id)| p.link(&format!("/plans/{plan}/nodes/{id}"))),
                    heading: false,
                    pillar: None,
                    cells: columns.iter().map(cell).collect(),
                    total: Some(maker.shown(&all, money, Some(maker.query(Some(&name), None)))),
                });
            }
        }
    }
    let total = |(column, code, _): &(Column, String, String)| {
        let all = matrix.together(|(_, c)| c == column);
        maker.shown(&all, || matrix.money(|(_, c)| c == column, &of), Some(maker.query(None, Some(code))))
    };
    let money = || matrix.money(|_| true, &of);
    let whole = maker.shown(&matrix.together(|_| true), money, Some(maker.query(None, None)));
    let totals: Vec<Shown> = columns.iter().map(total).collect();
    let shown = lines.iter().flat_map(|l: &Line| &l.cells).chain(&totals);
    let estimate = shown.clone().any(|s| s.money.estimate);
    Grid { heads: columns.into_iter().map(|(.., name)| name).collect(), lines, totals, whole, estimate }
}

/// When several partners are active, in the process's word for it.
pub fn several_legend(p: &Page) -> String {
    p.t_own("matrix-several", "matrix-several-legend", "matrix-several-legend-own")
}

impl Shown {
    /// What is said of it besides its figure: how it stands, and whether several partners are active.
    pub fn words(&self, p: &Page) -> String {
        let mut words = vec![p.t(self.standing.label())];
        if self.several {
            words.push(p.t("matrix-several"));
        }
        words.join(", ")
    }

    /// Its figure, or a dash.
    pub fn figure(&self) -> String {
        if self.lines.is_empty() { "–".to_owned() } else { self.lines.join(" + ") }
    }
}

impl Grid {
    pub fn is_empty(&self) -> bool {
        self.lines.iter().all(|l| l.heading)
    }
}
