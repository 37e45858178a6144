//! The list as a file: what is on screen, all pages of it, and no more than the reader sees.

use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use chrono::NaiveDate;
use rust_decimal::Decimal;
use rust_decimal::prelude::FromPrimitive;

use super::store::{self, Line};
use super::{list, page};
use crate::features::documents::{self, Sheet, SheetColumn, Value, Workbook};
use crate::kernel::access_log::{self, Line as Logged};
use crate::kernel::auth::Inside;
use crate::kernel::db::Footnote;
use crate::kernel::error::Problem;
use crate::kernel::page::Page;
use crate::kernel::spreadsheet::harmless;

/// More than anybody reads; what is beyond is told in the file.
const MOST: i64 = 20_000;

struct Rows {
    p: Page,
    lines: Vec<Line>,
    name: String,
    today: NaiveDate,
}

async fn rows(mut inside: Inside) -> Result<Rows, Problem> {
    let by = inside.exporter().await?;
    let filter = list::read(&inside.fields, &inside.page);
    let lines = store::list(&mut inside.tx, &filter, inside.app.clock.now(), MOST, 0).await?;
    let detail: String = list::query(&inside.fields).chars().take(1_000).collect();
    let line = Logged::export("overlap_case", None, &detail, Some(lines.len()));
    access_log::note(&mut inside.tx, &by, line).await?;
    inside.tx.commit().await?;
    let today = inside.page.today;
    let slug = inside.page.frame().map(|f| f.slug.clone()).unwrap_or_default();
    Ok(Rows { name: format!("{slug}-coordination-{today}"), p: inside.page, lines, today })
}

const COLUMNS: [(&str, u16); 10] = [
    ("overlap-column-first", 50),
    ("overlap-column-second", 50),
    ("overlap-column-kind", 22),
    ("overlap-column-likelihood", 12),
    ("overlap-column-pillars", 16),
    ("overlap-column-state", 14),
    ("overlap-column-owner", 24),
    ("overlap-column-due", 12),
    ("overlap-column-opened", 12),
    ("overlap-column-address", 40),
];

fn cells(p: &Page, base: &str, line: &Line) -> Vec<Value> {
    let mut titles = list::titles(p, line).into_iter();
    let first = titles.next().unwrap_or_default();
    let second = titles.collect::<Vec<_>>().join("; ");
    let likelihood = line.likelihood.and_then(Decimal::from_f32).map(|d| d.round_dp(2));
    vec![
        Value::Text(first),
        Value::Text(second),
        line.kind.map_or(Value::Empty, |k| Value::Text(p.t(k.label()))),
        likelihood.map_or(Value::Empty, Value::Number),
        Value::Text(line.pillars.join(", ")),
        Value::Text(p.t(line.state.label())),
        line.owner.clone().map_or(Value::Empty, Value::Text),
        line.due_on.map_or(Value::Empty, Value::Date),
        Value::Date(line.opened_at.date_naive()),
        Value::Text(format!("{base}{}", page::link(p, line.id))),
    ]
}

pub async fn xlsx(inside: Inside) -> Result<Response, Problem> {
    let base = inside.app.base_url.clone();
    let Rows { p, lines, name, today } = rows(inside).await?;
    let frame = p.frame();
    let mut notes = vec![p.t("overlap-export-note")];
    notes.extend(frame.map(|f| f.footnotes.as_slice()).unwrap_or_default().iter().map(Footnote::line));
    let book = Workbook {
        title: p.t("overlap-title"),
        author: frame.map(|f| f.name.clone()).unwrap_or_default(),
        date: today,
        sheets: vec![Sheet {
            name: p.t("overlap-sheet"),
            title: p.t("overlap-title"),
            notes,
            columns: COLUMNS.iter().map(|(key, width)| SheetColumn { head: p.t(key), width: *width }).collect(),
            rows: lines.iter().map(|l| cells(&p, &base, l)).collect(),
        }],
    };
    let bytes = tokio::task::spawn_blocking(move || documents::xlsx(&book)).await.map_err(anyhow::Error::from)??;
    Ok(file(bytes, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", &format!("{name}.xlsx")))
}

pub async fn csv(inside: Inside) -> Result<Response, Problem> {
    let base = inside.app.base_url.clone();
    let Rows { p, lines, name, .. } = rows(inside).await?;
    let mut writer = csv::Writer::from_writer(Vec::new());
    let put = |writer: &mut csv::Writer<Vec<u8>>, cells: Vec<String>| {
        writer.write_record(cells.iter().map(|c| harmless(c))).map_err(anyhow::Error::from)
    };
    put(&mut writer, COLUMNS.iter().map(|(key, _)| p.t(key)).collect())?;
    for line in &lines {
        let cells = cells(&p, &base, line).into_iter().map(|v| match v {
            Value::Empty => String::new(),
            Value::Text(text) => text,
            Value::Number(n) => n.to_string(),
            Value::Date(day) => day.to_string(),
        });
        put(&mut writer, cells.collect())?;
    }
    for note in p.frame().map(|f| f.footnotes.as_slice()).unwrap_or_default() {
        let mut row = vec![note.line()];
        row.resize(COLUMNS.len(), String::new());
        put(&mut writer, row)?;
    }
    let mut bytes = "\u{feff}".as_bytes().to_vec();
    bytes.extend(writer.into_inner().map_err(|e| anyhow::anyhow!("{e}"))?);
    Ok(file(bytes, "text/csv; charset=utf-8", &format!("{name}.csv")))
}

fn file(bytes: Vec<u8>, kind: &'static str, name: &str) -> Response {
    let mut response = bytes.into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    // a slug and a day: nothing that would have to be quoted
    if let Ok(value) = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")) {
        response.headers_mut().insert(header::CONTENT_DISPOSITION, value);
    }
    response
}
