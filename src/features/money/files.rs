//! Totals and what they are made of as files: what is on the screen, with how it was made.

use axum::response::Response;
use rust_decimal::Decimal;
use uuid::Uuid;

use super::answer::ready;
use super::ask::Asked;
use super::model::Part;
use super::opened::{Line, Opened, Which, open, with_rows};
use super::opened_rows::Money;
use super::pages::{grid, plan_title};
use super::show::{self, Names};
use super::store;
use crate::features::documents::{
    self, List, Making, Order, Sheet, SheetColumn, SheetFormat, Value, Workbook, cell, deliver_csv,
};
use crate::kernel::access_log;
use crate::kernel::auth::Inside;
use crate::kernel::db::{Footnote, MembershipFacts};
use crate::kernel::error::Problem;
use crate::kernel::page::Page;
use crate::kernel::window::FILE;

/// What stands above the table of totals.
fn above(p: &Page, by: &MembershipFacts, first: Vec<String>) -> Vec<String> {
    let frame = p.frame();
    let mut all = first;
    if frame.is_some_and(|f| f.example) {
        all.push(p.t("example-banner-text"));
    }
    all.push(p.t2("documents-list-by", "name", &by.name, "day", p.day(&p.today)));
    all.extend(frame.map(|f| f.footnotes.as_slice()).unwrap_or_default().iter().map(Footnote::line));
    all
}

fn lines(said: Vec<(String, String)>) -> impl Iterator<Item = String> {
    said.into_iter().map(|(name, value)| format!("{name}: {value}"))
}

pub async fn totals(format: SheetFormat, mut inside: Inside) -> Result<Response, Problem> {
    let by = inside.exporter().await?;
    let mut f = std::mem::take(&mut inside.fields);
    let asked = Asked::read(&mut f);
    let question = &asked.question;
    let ready = ready(&mut inside, question).await?;
    let totals = ready.scan(question, &asked.by()).await?.0.totals;
    let parts: Vec<Part> = totals.cells.iter().flat_map(|c| c.key.iter().copied()).collect();
    let names = Names::of(&mut inside.tx, &parts, question).await?;
    names.found(question)?;
    let plans = if question.plan.is_some() { store::plans(&mut inside.tx).await? } else { Vec::new() };
    let p = &inside.page;
    let grid = grid(p, &asked, &totals, &names, usize::MAX);
    let said = show::asked(p, &names, question, plan_title(question, &plans).as_deref());
    let code = totals.currency.to_string();
    let head = |name: &str, width: u16| SheetColumn { head: name.to_owned(), width };
    let mut columns = vec![head(&p.t(asked.rows.label()), 40)];
    columns.extend(grid.heads.iter().map(|name| head(&format!("{name} ({code})"), 18)));
    columns.push(head(&format!("{} ({code})", p.t("money-all")), 20));
    columns.push(head(&p.t("money-file-estimated"), 16));
    let cell = |s: &Option<super::pages::Shown>| s.as_ref().map_or(Value::Empty, |s| Value::Number(s.amount));
    let text = |t: &Option<String>| t.clone().map_or(Value::Empty, Value::Text);
    let mut rows: Vec<Vec<Value>> = Vec::new();
    for line in &grid.lines {
        let mut row = vec![Value::Text(line.name.clone())];
        row.extend(line.cells.iter().map(cell));
        row.extend([Value::Number(line.total.amount), text(&line.total.estimate)]);
        rows.push(row);
    }
    let mut last = vec![Value::Text(p.t("money-all"))];
    last.extend(grid.totals.iter().map(cell));
    last.extend([Value::Number(grid.whole.amount), text(&grid.whole.estimate)]);
    rows.push(last);
    let title = format!("{}: {}", p.t("money-title"), p.t(question.kind.label()));
    let notes: Vec<String> = lines(said).chain(show::notes(p, question, &totals)).collect();
    if format == SheetFormat::Csv {
        // there is no place above the table: how it was counted stands in the first row
        columns.push(head(&p.t("money-how"), 60));
        if let Some(first) = rows.first_mut() {
            first.push(Value::Text(notes.join(" ")));
        }
    }
    let sheet = Sheet { name: p.t("money-title"), title: title.clone(), notes: above(p, &by, notes), columns, rows };
    let slug = p.frame().map(|f| f.slug.clone()).unwrap_or_default();
    let file_name = format!("{slug}-money-{}", p.today);
    match format {
        SheetFormat::Csv => deliver_csv(inside, &by, "money", &file_name, &sheet).await,
        SheetFormat::Xlsx => {
            let author = p.frame().map(|f| f.name.clone()).unwrap_or_default();
            let book = Workbook { title, author, date: p.today, sheets: vec![sheet] };
            let order = Order { subject_kind: "money", subject: None, file_name, making: Making::Xlsx(book) };
            documents::deliver(inside, &by, order).await
        }
    }
}

static COLUMNS: [(&str, u16); 16] = [
    ("list-action", 60),
    ("money-file-amount", 18),
    ("money-currency", 10),
    ("money-file-estimated-amount", 18),
    ("money-file-left-rows", 12),
    ("money-file-address", 50),
    ("money-file-row", 40),
    ("money-file-when", 20),
    ("money-file-row-amount", 18),
    ("money-file-row-currency", 12),
    ("money-file-rate", 14),
    ("money-file-rate-day", 14),
    ("money-file-converted", 18),
    ("money-file-counted", 18),
    ("money-file-share", 14),
    // of separated values alone, which have no place above the table
    ("money-how", 60),
];

/// What an action has in the total stands in its first line alone, so that a column adds up; each of its rows has a line.
fn lines_of(p: &Page, base: &str, opened: &Opened, which: Which, l: &Line) -> Vec<Vec<Value>> {
    let rows: Vec<Option<&Money>> = if l.money.is_empty() { vec![None] } else { l.money.iter().map(Some).collect() };
    let figure = |n: Option<Decimal>| n.map_or(Value::Empty, Value::Number);
    let counted: Decimal = l.money.iter().filter_map(|m| m.figures.counted).sum();
    // of its rows as they are, what falls to the beneficiary, the pillar or the years that are asked about
    let share = match which {
        Which::In | Which::Estimated => show::share(p, l.amount, counted),
        Which::Left(_) => None,
    };
    let left = if l.rows > 0 { Value::Number(u64::try_from(l.rows).unwrap_or(u64::MAX).into()) } else { Value::Empty };
    let line = |(i, row): (usize, Option<&Money>)| {
        let once = |value: Value| if i == 0 { value } else { Value::Empty };
        let f = row.map(|m| &m.figures);
        let (rate, day) = f.and_then(|f| f.rate).unzip();
        vec![
            Value::Text(l.title.clone()),
            once(Value::Number(l.amount)),
            once(Value::Text(opened.totals.currency.to_string())),
            once(Value::Number(l.estimated)),
            once(left.clone()),
            Value::Text(format!("{base}{}", p.link(&format!("/actions/{}", l.action)))),
            row.map_or(Value::Empty, |m| cell(&m.way)),
            row.map_or(Value::Empty, |m| cell(&m.when)),
            match row {
                // what is no amount stands as it is written
                Some(m) => m.figures.amount.map_or_else(|| cell(&m.amount), Value::Number),
                None => Value::Empty,
            },
            f.map_or(Value::Empty, |f| cell(&f.currency)),
            rate.map_or(Value::Empty, |rate| Value::Text(p.quantity(&rate))),
            day.map_or(Value::Empty, Value::Date),
            figure(f.and_then(|f| f.converted).map(|n| n.round_dp(2))),
            figure(f.and_then(|f| f.counted).map(|n| n.round_dp(2))),
            once(share.as_deref().map_or(Value::Empty, cell)),
        ]
    };
    rows.into_iter().enumerate().map(line).collect()
}

pub async fn rows(format: SheetFormat, mut inside: Inside) -> Result<Response, Problem> {
    let by = inside.exporter().await?;
    // the fields stay: what was asked for is noted with the file
    let mut f = inside.fields.clone();
    let question = Asked::read(&mut f).question;
    let which = Which::read(f.value("show"));
    let ready = ready(&mut inside, &question).await?;
    let mut opened = open(&mut inside, ready, &question, which, 0, FILE).await?;
    with_rows(&mut inside, &mut opened, &question, which).await?;
    let names = Names::of(&mut inside.tx, &[], &question).await?;
    names.found(&question)?;
    let plans = if question.plan.is_some() { store::plans(&mut inside.tx).await? } else { Vec::new() };
    let p = &inside.page;
    let said = show::asked(p, &names, &question, plan_title(&question, &plans).as_deref());
    let csv = format == SheetFormat::Csv;
    let notes: Vec<String> = lines(said).chain(show::notes(p, &question, &opened.totals)).collect();
    let mut more = opened.all > opened.lines.len();
    let mut rows: Vec<Vec<Value>> = Vec::new();
    let mut written: Vec<Uuid> = Vec::new();
    for l in &opened.lines {
        let of_action = lines_of(p, &inside.app.base_url, &opened, which, l);
        // an action is in the file with all its rows, or not at all
        if !rows.is_empty() && rows.len() + of_action.len() > FILE {
            more = true;
            break;
        }
        rows.extend(of_action);
        written.push(l.action.0);
    }
    if csv {
        for (i, row) in rows.iter_mut().enumerate() {
            row.push(if i == 0 { Value::Text(notes.join(" ")) } else { Value::Empty });
        }
    }
    let why = match which {
        Which::Left(reason) => Some(p.t(reason.text())),
        Which::Estimated => Some(p.t("money-view-estimated-text")),
        Which::In => None,
    };
    let list = List {
        subject_kind: "money",
        what: "money-rows",
        title: format!("{}: {}", p.t("money-rows-title"), p.t(question.kind.label())),
        columns: if csv { &COLUMNS } else { COLUMNS.split_last().map(|(_, others)| others).unwrap_or_default() },
        more,
        rows,
        notes: why.into_iter().chain(notes.iter().cloned()).collect(),
    };
    access_log::tell_keepers_of(&mut inside.tx, &by, "money", Some(&written)).await?;
    list.deliver(inside, &by, format).await
}
