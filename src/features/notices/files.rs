//! One's own notices as a file.

use axum::response::Response;

use super::pages::{sentence, wanted};
use super::store::{self, Line, Wanted};
use crate::features::documents::{List, SheetFormat, Value, cell};
use crate::kernel::auth::Inside;
use crate::kernel::error::Problem;
use crate::kernel::page::Page;

/// So many go into a file: of each it is asked whether its reader still sees what it is about.
const MOST: usize = 2_000;

const COLUMNS: &[(&str, u16)] = &[
    ("notices-title", 80),
    ("notices-topic", 24),
    ("notices-of", 50),
    ("notices-told", 24),
    ("notices-until", 12),
    ("notices-state", 10),
];

fn cells(p: &Page, line: &Line) -> Vec<Value> {
    vec![
        Value::Text(if line.seen { sentence(p, line) } else { p.t("notices-lost") }),
        Value::Text(p.t(line.topic.label())),
        cell(line.group.as_deref().filter(|_| line.seen).unwrap_or_default()),
        Value::Text(p.time(&line.at)),
        line.deadline.map_or(Value::Empty, Value::Date),
        Value::Text(p.t(match (line.settled, line.unread) {
            (true, _) => "notices-settled",
            (false, true) => "notices-unread",
            (false, false) => "notices-earlier",
        })),
    ]
}

pub async fn file(format: SheetFormat, mut inside: Inside) -> Result<Response, Problem> {
    let by = inside.exporter().await?;
    let wanted = Wanted { after: None, ..wanted(&inside.fields) };
    let mut lines = store::list(&mut inside.tx, &wanted, MOST, inside.page.today).await?;
    let more = lines.len() > MOST;
    lines.truncate(MOST);
    let p = &inside.page;
    let list = List {
        subject_kind: "notice",
        what: "notices",
        title: p.t("notices-title"),
        notes: Vec::new(),
        columns: COLUMNS,
        rows: lines.iter().map(|line| cells(p, line)).collect(),
        more,
    };
    list.deliver(inside, &by, format).await
}
