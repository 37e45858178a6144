//! A plan's actions as a matrix of measures and beneficiaries, and along the years; each as a page and as files.

use askama::Template;
use axum::extract::Path;
use axum::response::{Html, IntoResponse, Response};
use chrono::{Datelike, NaiveDate};

use super::model::{Line, NodeKind, Plan};
use super::reading::{Filters, NONE, Standing, filtered, group, standing};
use super::tree::{Placed, Tree};
use super::{id, store};
use crate::features::documents::{Figured, List, SheetColumn, SheetFormat, Value, cell, date};
use crate::kernel::auth::Inside;
use crate::kernel::error::Problem;
use crate::kernel::form::Fields;
use crate::kernel::page::Page;
use crate::kernel::permit::{Member, Permission};
use crate::kernel::window::kept_query;

/// The filters of the address with another beneficiary: what a cell of the matrix counts.
fn of_beneficiary(f: &Fields, code: &str) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.append_pair("beneficiary", code);
    for name in ["donor", "status"] {
        if f.is_set(name) {
            query.append_pair(name, f.value(name));
        }
    }
    query.finish()
}

/// A cell of the matrix: how many actions, and its class.
struct Cell {
    n: usize,
    class: &'static str,
    link: String,
}

#[derive(Template)]
#[template(path = "plans/matrix.html")]
struct MatrixPage {
    p: Page,
    f: Fields,
    plan: Plan,
    heads: Vec<String>,
    rows: Vec<(Placed, Vec<Cell>, Cell)>,
    /// What its file is asked for with.
    query: String,
    filters: Filters,
    standing: Standing,
    tab: &'static str,
    writes: bool,
}

/// How dark a cell is.
fn heat(n: usize) -> &'static str {
    match n {
        0 => "gap",
        1..=2 => "h1",
        3..=4 => "h2",
        5..=8 => "h3",
        _ => "h4",
    }
}

impl MatrixPage {
    /// The place of the same as a file, without its ending.
    fn files(&self) -> String {
        format!("/plans/{}/matrix", self.plan.id)
    }
}

/// The columns and the rows of the matrix, as the filters of the address leave them.
type Grid = (Vec<String>, Vec<(Placed, Vec<Cell>, Cell)>);

fn grid(p: &Page, f: &Fields, plan: &Plan, tree: &Tree, lines: Vec<Line>) -> Grid {
    let by_node = group(filtered(p, f, lines));
    // of a filtered matrix the one column that is asked for: another would count what its own page does not
    let code = f.value("beneficiary");
    let mut beneficiaries = p.frame().map(|x| x.beneficiaries.clone()).unwrap_or_default();
    beneficiaries.retain(|b| code.is_empty() || b.code == code);
    let rows = tree
        .nodes()
        .iter()
        .filter(|n| n.node.kind == NodeKind::Measure || n.inside == 0 || by_node.contains_key(&n.node.id))
        .map(|n| {
            let here = by_node.get(&n.node.id).map(Vec::as_slice).unwrap_or_default();
            let cells = beneficiaries
                .iter()
                .map(|b| {
                    let count = here.iter().filter(|l| l.beneficiaries.contains(&b.id)).count();
                    let link = plan.link(p, &format!("?{}#{}", of_beneficiary(f, &b.code), n.anchor()));
                    Cell { n: count, class: heat(count), link }
                })
                .collect();
            let none = here.iter().filter(|l| l.beneficiaries.is_empty()).count();
            let link = plan.link(p, &format!("?{}#{}", of_beneficiary(f, NONE), n.anchor()));
            (n.clone(), cells, Cell { n: none, class: "", link })
        })
        .collect();
    (beneficiaries.into_iter().map(|b| b.name).collect(), rows)
}

pub async fn matrix(Path((_, key)): Path<(String, String)>, inside: Inside) -> Result<Response, Problem> {
    let Inside { mut tx, member, page: p, fields: f, .. } = inside;
    let plan = store::load(&mut tx, id(&key)?, p.today).await?;
    let tree = store::tree(&mut tx, plan.id, p.today).await?;
    let lines = store::lines(&mut tx, plan.id, None).await?;
    let standing = standing(&mut tx, &member, &p, &plan).await?;
    let filters = Filters::of(&p, &lines);
    let (heads, rows) = grid(&p, &f, &plan, &tree, lines);
    let writes = writes(&plan, &member);
    let page = MatrixPage { query: kept_query(&f), p, f, plan, heads, rows, filters, standing, tab: "matrix", writes };
    Ok(Html(page.render()?).into_response())
}

/// The matrix as a file.
pub async fn matrix_file(
    format: SheetFormat,
    Path((_, key)): Path<(String, String)>,
    mut inside: Inside,
) -> Result<Response, Problem> {
    let by = inside.exporter().await?;
    let p = &inside.page;
    let plan = store::load(&mut inside.tx, id(&key)?, p.today).await?;
    let tree = store::tree(&mut inside.tx, plan.id, p.today).await?;
    let lines = store::lines(&mut inside.tx, plan.id, None).await?;
    let (heads, rows) = grid(p, &inside.fields, &plan, &tree, lines);
    let column = |head: String, width: u16| SheetColumn { head, width };
    let mut columns = vec![column(p.t("plan-field-code"), 9), column(p.t("plan-measure"), 60)];
    columns.extend(heads.into_iter().map(|name| column(name, 16)));
    columns.push(column(p.t("not-stated"), 16));
    let number = |c: &Cell| Value::Number(u64::try_from(c.n).unwrap_or(u64::MAX).into());
    let rows = rows.iter().map(|(n, cells, unstated)| {
        let named = [cell(&n.code), Value::Text(n.title(p))];
        named.into_iter().chain(cells.iter().chain(std::iter::once(unstated)).map(number)).collect::<Vec<Value>>()
    });
    let figured = Figured {
        subject_kind: "plan",
        what: "measures-and-beneficiaries",
        title: format!("{}: {}", p.t("plan-tab-matrix"), plan.title),
        notes: vec![p.t("plan-matrix-about"), p.t("plan-file-sight")],
        beside: false,
        columns,
        rows: rows.collect(),
        more: false,
    };
    figured.deliver(inside, &by, format).await
}

/// A bar of the timeline, in percent of its width.
struct Bar {
    x: String,
    width: String,
    open: bool,
}

struct Row {
    line: Line,
    bar: Option<Bar>,
}

#[derive(Template)]
#[template(path = "plans/timeline.html")]
struct TimelinePage {
    p: Page,
    f: Fields,
    plan: Plan,
    years: Vec<(i32, String)>,
    now: Option<String>,
    rows: Vec<(Placed, Vec<Row>)>,
    /// What its file is asked for with.
    query: String,
    filters: Filters,
    standing: Standing,
    tab: &'static str,
    /// The plan has no parts yet.
    empty: bool,
    writes: bool,
    /// Whether the reader may link an action to it.
    links: bool,
}

/// Whether this reader may write the plan's text as it stands.
fn writes(plan: &Plan, member: &Member) -> bool {
    plan.state.is_open() && member.may(Permission::PlanWrite, &plan.scope())
}

impl TimelinePage {
    /// The place of the same as a file, without its ending.
    fn files(&self) -> String {
        format!("/plans/{}/timeline", self.plan.id)
    }
}

/// The years that a timeline shows: the plan's, widened by its actions up to three on either side.
fn span(plan: &Plan, lines: &[Line], today: NaiveDate) -> (i32, i32) {
    let years = |f: fn(&Line) -> Option<NaiveDate>| lines.iter().filter_map(f).map(|d| d.year()).collect::<Vec<_>>();
    let (starts, ends) = (years(|l| l.starts_on), years(|l| l.ends_on));
    let first = plan.first_year.map(i32::from).or(starts.iter().min().copied()).unwrap_or(today.year());
    let last = plan.last_year.map(i32::from).or(ends.iter().max().copied()).unwrap_or(first + 2).max(first);
    let earliest = starts.iter().min().copied().unwrap_or(first).clamp(first - 3, first);
    let latest = ends.iter().max().copied().unwrap_or(last).clamp(last, last + 3);
    (earliest, latest)
}

fn place(day: NaiveDate, (first, last): (i32, i32)) -> f64 {
    let start = NaiveDate::from_ymd_opt(first, 1, 1).unwrap_or(day);
    let end = NaiveDate::from_ymd_opt(last + 1, 1, 1).unwrap_or(day);
    let whole = (end - start).num_days().max(1);
    #[allow(clippy::cast_precision_loss, reason = "days of some years")]
    let share = (day - start).num_days() as f64 / whole as f64;
    (share * 100.0).clamp(0.0, 100.0)
}

fn percent(value: f64) -> String {
    format!("{value:.2}%")
}

fn bar(line: &Line, years: (i32, i32)) -> Option<Bar> {
    let (start, end) = (line.starts_on, line.ends_on);
    if start.is_none() && end.is_none() {
        return None;
    }
    let from = start.map_or(0.0, |d| place(d, years));
    let to = end.map_or(100.0, |d| place(d, years));
    Some(Bar { x: percent(from), width: percent((to - from).max(0.8)), open: start.is_none() || end.is_none() })
}

pub async fn timeline(Path((_, key)): Path<(String, String)>, inside: Inside) -> Result<Response, Problem> {
    let Inside { mut tx, member, page: p, fields: f, .. } = inside;
    let plan = store::load(&mut tx, id(&key)?, p.today).await?;
    let tree = store::tree(&mut tx, plan.id, p.today).await?;
    let lines = store::lines(&mut tx, plan.id, None).await?;
    let standing = standing(&mut tx, &member, &p, &plan).await?;
    let filters = Filters::of(&p, &lines);
    let lines = filtered(&p, &f, lines);
    let range = span(&plan, &lines, p.today);
    let mut by_node = group(lines);
    let rows = tree
        .nodes()
        .iter()
        .filter_map(|n| {
            let here = by_node.remove(&n.node.id)?;
            let rows = here.into_iter().map(|line| Row { bar: bar(&line, range), line }).collect();
            Some((n.clone(), rows))
        })
        .collect();
    let year = |y: i32| NaiveDate::from_ymd_opt(y, 1, 1).map(|d| percent(place(d, range))).unwrap_or_default();
    let years = (range.0..=range.1).map(|y| (y, year(y))).collect();
    let inside = (range.0..=range.1).contains(&p.today.year());
    let now = inside.then(|| percent(place(p.today, range)));
    let page = TimelinePage {
        query: kept_query(&f),
        empty: tree.is_empty(),
        writes: writes(&plan, &member),
        links: !plan.state.is_past() && member.may_somewhere(Permission::PlanLinkActions),
        tab: "timeline",
        p,
        f,
        plan,
        years,
        now,
        rows,
        filters,
        standing,
    };
    Ok(Html(page.render()?).into_response())
}

const COLUMNS: &[(&str, u16)] = &[
    ("plan-field-code", 9),
    ("plan-measure", 50),
    ("plan-action", 60),
    ("plan-filter-donor", 40),
    ("plan-filter-beneficiary", 40),
    ("action-field-status", 14),
    ("plan-field-starts", 12),
    ("plan-field-ends", 12),
    ("plan-file-beside", 16),
    ("directory-field-address", 40),
];

fn cells(p: &Page, base: &str, plan: &Plan, n: &Placed, line: &Line) -> Vec<Value> {
    let donors: Vec<&str> = line.funders.iter().map(|o| o.name.as_str()).collect();
    let unstated = || Value::Text(p.t("not-stated"));
    vec![
        cell(&n.code),
        Value::Text(n.title(p)),
        cell(&line.title),
        cell(&donors.join("; ")),
        cell(&p.beneficiary_names(&line.beneficiaries).join("; ")),
        line.status.map_or_else(unstated, |status| Value::Text(p.t(status.label()))),
        line.starts.map_or_else(unstated, |day| date(Some(day))),
        line.ends.map_or_else(unstated, |day| date(Some(day))),
        Value::Text(p.t(if plan.is_beside(line) { "directory-yes" } else { "directory-no" })),
        Value::Text(format!("{base}{}", p.link(&format!("/actions/{}", line.id)))),
    ]
}

/// The timeline as a file: a row for each action under each part of the plan that it serves.
pub async fn timeline_file(
    format: SheetFormat,
    Path((_, key)): Path<(String, String)>,
    mut inside: Inside,
) -> Result<Response, Problem> {
    let by = inside.exporter().await?;
    let (p, base) = (&inside.page, inside.app.base_url.as_str());
    let plan = store::load(&mut inside.tx, id(&key)?, p.today).await?;
    let tree = store::tree(&mut inside.tx, plan.id, p.today).await?;
    let lines = store::lines(&mut inside.tx, plan.id, None).await?;
    let by_node = group(filtered(p, &inside.fields, lines));
    let mut rows = Vec::new();
    for n in tree.nodes() {
        let here = by_node.get(&n.node.id).map(Vec::as_slice).unwrap_or_default();
        rows.extend(here.iter().map(|line| cells(p, base, &plan, n, line)));
    }
    let list = List {
        subject_kind: "plan",
        what: "timeline",
        title: format!("{}: {}", p.t("plan-tab-timeline"), plan.title),
        notes: vec![p.t("plan-file-rows"), p.t("plan-file-sight")],
        columns: COLUMNS,
        rows,
        more: false,
    };
    list.deliver(inside, &by, format).await
}
