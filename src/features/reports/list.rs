//! The list of reports, as a page and as files.

use askama::Template;
use axum::response::{Html, IntoResponse, Response};

use super::store::{self, Listed};
use crate::features::documents::{List, SheetFormat, Value, cell};
use crate::kernel::auth::Inside;
use crate::kernel::error::Problem;
use crate::kernel::page::Page;
use crate::kernel::permit::Permission;

#[derive(Template)]
#[template(path = "reports/list.html")]
struct ListPage {
    p: Page,
    reports: Vec<Listed>,
    writes: bool,
}

pub async fn page(inside: Inside) -> Result<Response, Problem> {
    let Inside { mut tx, member, page: p, .. } = inside;
    let reports = store::list(&mut tx, false).await?;
    let writes = member.may_somewhere(Permission::ReportWrite);
    Ok(Html(ListPage { p, reports, writes }.render()?).into_response())
}

const COLUMNS: &[(&str, u16)] = &[
    ("report-report", 60),
    ("plan-field-pillar", 16),
    ("need-field-cycle", 40),
    ("report-years", 14),
    ("plan-state", 24),
    ("report-adopted-on", 14),
    ("report-number", 12),
    ("directory-field-address", 40),
];

fn cells(p: &Page, base: &str, r: &Listed) -> Vec<Value> {
    vec![
        cell(&r.title),
        cell(&r.pillar_key),
        cell(&r.cycle),
        Value::Text(r.years()),
        Value::Text(p.t(r.state.label())),
        r.adopted_on.map_or(Value::Empty, Value::Date),
        cell(&r.decision_number),
        Value::Text(format!("{base}{}", p.link(&format!("/reports/{}", r.id)))),
    ]
}

pub async fn file(format: SheetFormat, mut inside: Inside) -> Result<Response, Problem> {
    let by = inside.exporter().await?;
    let all = store::list(&mut inside.tx, false).await?;
    let (p, base) = (&inside.page, inside.app.base_url.as_str());
    let list = List {
        subject_kind: "mapping_report",
        what: "reports",
        title: p.t("report-reports"),
        notes: Vec::new(),
        columns: COLUMNS,
        rows: all.iter().map(|r| cells(p, base, r)).collect(),
        more: false,
    };
    list.deliver(inside, &by, format).await
}
