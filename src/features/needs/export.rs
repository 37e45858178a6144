//! The list as a file: the rows of all its pages, in its order.

use axum::response::Response;

use super::filter::{self, Filter};
use super::list::Line;
use super::model::{Coverage, NeedType, Perspective, Priority};
use super::sheet::language;
use super::store_list;
use crate::features::documents::{self, Making, Order, Sheet, SheetColumn, Value, Workbook};
use crate::kernel::auth::Inside;
use crate::kernel::date::{PartialDate, Precision};
use crate::kernel::db::{Footnote, MembershipFacts};
use crate::kernel::error::Problem;
use crate::kernel::page::Page;

/// More needs than a process has.
const MOST: i64 = 20_000;

/// A date as precise as it is; what is no day stands as text.
fn date(date: Option<PartialDate>) -> Value {
    match date {
        Some(d) if d.precision() == Precision::Day => Value::Date(d.first_day()),
        Some(d) => Value::Text(d.to_string()),
        None => Value::Empty,
    }
}

/// What stands above the table of every file of needs.
pub fn notes(p: &Page, by: &MembershipFacts, first: Vec<String>) -> Vec<String> {
    let frame = p.frame();
    let mut all = first;
    if frame.is_some_and(|f| f.example) {
        all.push(p.t("example-banner-text"));
    }
    all.push(p.t2("need-file-by", "name", &by.name, "day", p.day(&p.today)));
    all.push(p.t("need-file-sight"));
    all.extend(frame.map(|f| f.footnotes.as_slice()).unwrap_or_default().iter().map(Footnote::line));
    all
}

const COLUMNS: [(&str, u16); 25] = [
    ("need-one", 50),
    ("need-field-beneficiary", 22),
    ("need-file-code", 8),
    ("need-field-cycle", 22),
    ("need-field-pillar", 12),
    ("need-field-plan", 34),
    ("need-field-node", 44),
    ("need-field-theme", 24),
    ("need-field-type", 14),
    ("need-field-perspective", 14),
    ("need-field-priority", 12),
    ("need-field-by_when", 12),
    ("need-field-coverage", 16),
    ("need-file-judged", 12),
    ("need-file-confirmed", 10),
    ("need-file-proposed", 10),
    ("need-file-actions", 50),
    ("need-field-body", 60),
    ("need-field-own_language", 14),
    ("need-field-own_title", 40),
    ("need-field-own_body", 50),
    ("need-field-exists_already", 40),
    ("need-field-evidence", 40),
    ("need-field-handling", 16),
    ("need-file-address", 40),
];

fn cells(p: &Page, base: &str, line: &Line) -> Vec<Value> {
    let text = |t: &str| if t.is_empty() { Value::Empty } else { Value::Text(t.to_owned()) };
    let label = |key: Option<&'static str>| key.map_or_else(|| Value::Text(p.t("not-stated")), |k| Value::Text(p.t(k)));
    let maybe = |t: &Option<String>| t.as_deref().map_or_else(|| Value::Text(p.t("not-stated")), text);
    let code =
        p.frame().and_then(|f| f.beneficiaries.iter().find(|b| b.id == line.beneficiary)).map(|b| b.code.clone());
    vec![
        text(&line.title),
        text(&line.beneficiary_name),
        text(&code.unwrap_or_default()),
        text(&line.cycle),
        maybe(&line.pillar_key),
        maybe(&line.plan_title),
        maybe(&line.measure),
        maybe(&line.theme),
        label(line.need_type.map(NeedType::label)),
        label(line.perspective.map(Perspective::label)),
        label(line.priority.map(Priority::label)),
        date(line.by_when),
        line.coverage.map_or_else(|| Value::Text(p.t("coverage-unjudged")), |c| Value::Text(p.t(Coverage::label(c)))),
        line.judged_at.map_or(Value::Empty, |at| Value::Date(at.date_naive())),
        Value::Number(line.confirmed.into()),
        Value::Number(line.proposed.into()),
        text(&line.actions.join("; ")),
        text(&line.body),
        text(line.own_language.as_deref().map(language).unwrap_or_default()),
        text(&line.own_title),
        text(&line.own_body),
        text(&line.exists_already),
        text(&line.evidence),
        Value::Text(p.t(line.handling.label())),
        Value::Text(format!("{base}{}", p.link(&format!("/needs/{}", line.id)))),
    ]
}

/// The table, and who asked for it.
async fn table(inside: &mut Inside) -> Result<(Sheet, MembershipFacts), Problem> {
    let by = inside.exporter().await?;
    let filter = Filter { full: true, ..Filter::read(&inside.page, &inside.fields) };
    let lines = store_list::page(&mut inside.tx, &filter, None, MOST).await?;
    let p = &inside.page;
    let query = filter::query(&inside.fields);
    let asked = if query.is_empty() { p.t("need-file-all") } else { p.t1("need-file-filter", "filter", query) };
    let sheet = Sheet {
        name: p.t("need-title"),
        title: p.t("need-title"),
        notes: notes(p, &by, vec![p.tn("need-n", lines.len()), asked]),
        columns: COLUMNS.iter().map(|(key, width)| SheetColumn { head: p.t(key), width: *width }).collect(),
        rows: lines.iter().map(|l| cells(p, &inside.app.base_url, l)).collect(),
    };
    Ok((sheet, by))
}

fn file_name(p: &Page) -> String {
    format!("{}-needs-{}", p.frame().map(|f| f.slug.clone()).unwrap_or_default(), p.today)
}

pub async fn xlsx(mut inside: Inside) -> Result<Response, Problem> {
    let (sheet, by) = table(&mut inside).await?;
    let p = &inside.page;
    let author = p.frame().map(|f| f.name.clone()).unwrap_or_default();
    let book = Workbook { title: p.t("need-title"), author, date: p.today, sheets: vec![sheet] };
    let order = Order { subject_kind: "need", subject: None, file_name: file_name(p), making: Making::Xlsx(book) };
    documents::deliver(inside, &by, order).await
}

pub async fn csv(mut inside: Inside) -> Result<Response, Problem> {
    let (sheet, by) = table(&mut inside).await?;
    let name = file_name(&inside.page);
    documents::deliver_csv(inside, &by, "need", &name, &sheet).await
}
