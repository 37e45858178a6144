//! The history of an action as a file.

use axum::extract::Path;
use axum::response::Response;

use super::model::Event;
use super::{find, note_reading, show, store};
use crate::features::documents::{self, Changed, Making, Order};
use crate::kernel::auth::Inside;
use crate::kernel::error::Problem;
use crate::kernel::page::Page;
use crate::kernel::permit::{Permission, Scope};

/// So many lines go into a file.
const MOST: i32 = 20_000;

pub async fn file(Path((_, id)): Path<(String, String)>, mut inside: Inside) -> Result<Response, Problem> {
    let record = match find(&mut inside, &id, "/history/file").await? {
        Ok(record) => record,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let scope = record.sheet().scope();
    inside.member.require(Permission::HistorySee, &scope)?;
    let money = inside.member.may(Permission::ActionSeeMoney, &scope);
    let by = inside.member.require(Permission::ExportLists, &Scope::default())?.clone();
    // whoever keeps a record of a higher level sees that it was read
    note_reading(&mut inside, &record).await?;
    let p = inside.page.clone();
    let past = store::history(&mut inside.tx, record.id, MOST, p.today).await?;
    let more = i32::try_from(past.len()).is_ok_and(|n| n >= MOST);
    let events: Vec<documents::Event> = past.iter().map(|e| event(&p, e, money)).collect();
    let making = Making::Xlsx(documents::trail(&p, &record.title, &events, more));
    let file_name = format!("{} {}", record.title, p.t("action-part-history"));
    documents::deliver(inside, &by, Order { subject_kind: "action", subject: Some(record.id.0), file_name, making })
        .await
}

fn event(p: &Page, e: &Event, money: bool) -> documents::Event {
    let changed = |row: show::DiffRow| Changed { field: row.label, from: row.from.join("; "), to: row.to.join("; ") };
    documents::Event {
        at: p.time(&e.at),
        who: show::author(p, e),
        whom: e.for_name.clone().unwrap_or_default(),
        what: p.t(&format!("event-{}", e.event)),
        part: e
            .suggested_by
            .as_ref()
            .map(|by| p.t1("action-suggested-by", "by", show::person(p, Some(by))))
            .unwrap_or_default(),
        why: e.why.clone(),
        changes: show::history_rows(p, &e.changes, money).into_iter().map(changed).collect(),
    }
}
