//! One cell of the matrix, or a row, a column or all of it: its needs, its actions, its money, and what is left out.

use askama::Template;
use axum::response::Response;
use rust_decimal::Decimal;

use super::ask::{self, Asked, Counted, Row};
use super::grid;
use super::model::{ActionAt, Cell, Column, Donor, NeedAt, RowKey, Standing, share};
use super::pages::query;
use crate::features::needs::model::Priority;
use crate::features::needs::show::html;
use crate::kernel::auth::Inside;
use crate::kernel::error::Problem;
use crate::kernel::page::Page;

/// An action of the cell, with the part of it that is counted here.
struct Counts {
    action: ActionAt,
    /// Percent of it, where it is not the whole.
    part: Option<String>,
    estimate: bool,
    money: Vec<String>,
    /// Its whole is in the cell: its money is counted there.
    inside: bool,
}

#[derive(Template)]
#[template(path = "needs/cell.html")]
struct CellPage {
    p: Page,
    counted: Counted,
    row: String,
    column: String,
    standing: Standing,
    several: bool,
    needs: Vec<NeedAt>,
    actions: Vec<Counts>,
    donors: Vec<Donor>,
    money: Vec<String>,
    back: String,
    sees_money: bool,
}

/// The row of an address and what it is called; `None` where the address names none.
fn row(counted: &Counted, name: &str) -> Result<Option<(RowKey, String)>, Problem> {
    let wanted = match name {
        "" => return Ok(None),
        "none" => None,
        text => Some(text.parse().map_err(|_| Problem::NotFound)?),
    };
    let found = counted.rows.iter().find_map(|r| match r {
        Row::Of { key, code, title, .. } if *key == wanted => Some(format!("{code} {title}").trim().to_owned()),
        _ => None,
    });
    Ok(Some((wanted, found.ok_or(Problem::NotFound)?)))
}

/// The column of an address and what it is called.
fn column(p: &Page, name: &str) -> Result<Option<(Column, String)>, Problem> {
    match name {
        "" => Ok(None),
        "none" => Ok(Some((None, p.t("not-stated")))),
        code => {
            let all = p.frame().map(|f| f.beneficiaries.as_slice()).unwrap_or_default();
            let found = all.iter().find(|b| b.code == code).ok_or(Problem::NotFound)?;
            Ok(Some((Some(found.id), found.name.clone())))
        }
    }
}

pub async fn page(mut inside: Inside) -> Result<Response, Problem> {
    let mut f = std::mem::take(&mut inside.fields);
    let asked = Asked::read(&inside.page, &mut f);
    let mut counted = ask::count_money(&mut inside, asked, false).await?;
    let row = row(&counted, f.value("row"))?;
    let column = column(&inside.page, f.value("column"))?;
    let chosen = |(r, c): &(RowKey, Column)| {
        row.as_ref().is_none_or(|(wanted, _)| r == wanted) && column.as_ref().is_none_or(|(wanted, _)| c == wanted)
    };
    let cell = counted.matrix.together(chosen);
    if !cell.actions.is_empty() {
        ask::add_money(&mut inside, &mut counted, &cell.actions).await?;
    }
    let (p, matrix) = (inside.page, &counted.matrix);
    let columns: Vec<Column> = match &column {
        Some((one, _)) => vec![*one],
        None => grid::columns(&p, &counted).into_iter().map(|(c, ..)| c).collect(),
    };
    let currency = matrix.currency();
    let money = matrix.money(chosen, &columns);
    let actions = actions(&p, &counted, &cell, chosen, &columns);
    let page = CellPage {
        standing: matrix.standing(&cell),
        several: matrix.several(&cell),
        needs: cell.needs.iter().filter_map(|i| matrix.needs.get(*i)).cloned().collect(),
        donors: matrix.donors(&cell),
        money: grid::amounts(&p, &money, currency),
        actions,
        row: row.map_or_else(|| p.t("matrix-all-rows"), |(_, name)| name),
        column: column.map_or_else(|| p.t("matrix-all-beneficiaries"), |(_, name)| name),
        back: format!("{}?{}", p.link("/coverage"), query(&f)),
        sees_money: p.may(crate::kernel::permit::Permission::ActionSeeMoney),
        counted,
        p,
    };
    html(&page)
}

fn actions(
    p: &Page,
    counted: &Counted,
    cell: &Cell,
    chosen: impl Fn(&(RowKey, Column)) -> bool,
    columns: &[Column],
) -> Vec<Counts> {
    let matrix = &counted.matrix;
    let counts = matrix.counted(&cell.actions);
    let one = |i: &usize| {
        let action = matrix.actions.get(*i)?.clone();
        let (mut part, mut estimate) = (Decimal::ZERO, false);
        for column in columns {
            let (share, guessed) = share(&action, *column);
            part += share;
            estimate |= guessed;
        }
        let whole = columns.len() > 1;
        let own = matrix.money_of(*i, &chosen, columns);
        Some(Counts {
            part: (!whole && part < Decimal::ONE).then(|| p.locale.percent(part)),
            estimate: estimate && !whole,
            money: grid::amounts(p, &own, matrix.currency()),
            inside: !counts.contains(i),
            action,
        })
    };
    cell.actions.iter().filter_map(one).collect()
}

impl CellPage {
    fn status(&self, action: &ActionAt) -> String {
        action.status.as_ref().map_or_else(|| self.p.t("not-stated"), |s| self.p.t(&format!("status-{s}")))
    }
    fn donors_of(&self, action: &ActionAt) -> String {
        action.donors.iter().map(|d| d.name.as_str()).collect::<Vec<_>>().join(", ")
    }
    fn priority(&self, need: &NeedAt) -> Option<&'static str> {
        need.priority.map(Priority::label)
    }
}
