//! Meetings of the bodies of a process: when and where, what is on the table (proposed from what is due), who comes, what was
//! concluded, and tasks that are followed up. Decisions are prepared, voted and numbered in their own feature; a meeting names
//! them. A calendar shows them in the portal and, at a private address, in the reader's own program.
//!
//! When a meeting is, is stored as a moment and the name of the time zone in which it is stated ([`crate::kernel::zone`]).

mod acts;
mod agenda;
mod asked;
mod awaited;
mod feed;
mod form;
mod ics;
mod list;
mod listed;
mod minutes;
mod model;
mod month;
mod parts;
mod propose;
mod record;
mod show;
mod store;
mod store_agenda;
mod store_feed;
mod store_write;
mod task;
mod told;
mod when;

pub use acts::{agenda, answer, call, cancel, end_task, give, record};
pub use asked::{NewItem, NewMeeting, NewPaper, NewTask, Owner, Recorded, WasThere};
pub use awaited::{Coming, OnHome, awaited, mine};
pub use model::{Answer, Attendance, Body, ItemKind, Meeting, State, TaskState, Time, Whole};

use chrono::{DateTime, NaiveDate, Utc};

use crate::kernel::db::ProcessTx;
use crate::kernel::ids::{MeetingId, PillarId};
use crate::kernel::page::Page;
use crate::kernel::permit::Permission as P;
use crate::kernel::route::{Access, Routes};

pub fn routes(r: &mut Routes) {
    let see = Access::Member(P::MeetingSee);
    let run = Access::Member(P::MeetingRun);
    let answer = Access::Member(P::MeetingAnswer);
    let own = Access::Member(P::MeetingCalendar);
    r.get_filtered("/{process}/meetings", see, list::page);
    r.get_noted("/{process}/meetings.xlsx", see, listed::file);
    r.get_noted("/{process}/meetings.csv", see, listed::file);
    r.get("/{process}/meetings/new", run, form::new);
    r.post("/{process}/meetings/new", run, form::create);
    r.get("/{process}/meetings/calendar", own, feed::page);
    r.post("/{process}/meetings/calendar", own, feed::make);
    r.post("/{process}/meetings/calendar/end", own, feed::end);
    r.get_noted("/{process}/meetings/{id}", see, show::page);
    r.get_noted("/{process}/meetings/{id}/meeting.ics", see, feed::one);
    r.get_noted("/{process}/meetings/{id}/minutes", see, minutes::file);
    r.get("/{process}/meetings/{id}/edit", run, form::edit);
    r.post("/{process}/meetings/{id}/edit", run, form::save);
    r.get("/{process}/meetings/{id}/agenda", run, agenda::form);
    r.post("/{process}/meetings/{id}/agenda", run, agenda::save);
    r.get("/{process}/meetings/{id}/record", run, record::form);
    r.post("/{process}/meetings/{id}/record", run, record::save);
    r.get("/{process}/meetings/{id}/cancel", run, record::cancel_form);
    r.post("/{process}/meetings/{id}/cancel", run, record::cancel);
    r.post("/{process}/meetings/{id}/answer", answer, record::answer);
    r.get("/{process}/meetings/{id}/tasks/new", run, task::new);
    r.post("/{process}/meetings/{id}/tasks/new", run, task::create);
    r.get("/{process}/meetings/{id}/tasks/{task}", run, task::edit);
    r.post("/{process}/meetings/{id}/tasks/{task}", run, task::save);
    r.post("/{process}/meetings/{id}/tasks/{task}/end", answer, task::end);
    // its address is a secret: whoever has it reads what its owner sees of meetings
    r.get("/{process}/calendar/{token}/meetings.ics", Access::Anyone, feed::feed);
}

/// The meetings that come, the nearest first, as far as the reader sees them: one statement.
///
/// # Errors
/// The database's own.
pub async fn list_upcoming(tx: &mut ProcessTx, now: DateTime<Utc>, most: i64) -> sqlx::Result<Vec<Meeting>> {
    Ok(store::since(tx, now, most).await?.into_iter().filter(|m| m.state == State::Planned).collect())
}

/// A meeting with all that belongs to it: one statement. `None` where there is none that may be seen.
///
/// # Errors
/// The database's own.
pub async fn load(tx: &mut ProcessTx, id: MeetingId, today: NaiveDate) -> sqlx::Result<Option<Whole>> {
    store::load(tx, id, today).await
}

/// The last meeting of a body, of a pillar where one is given, that was held: one statement.
///
/// # Errors
/// The database's own.
pub async fn last_held(tx: &mut ProcessTx, body: Body, pillar: Option<PillarId>) -> sqlx::Result<Option<Meeting>> {
    store::last_held(tx, body, pillar).await
}

/// The name of a field of the forms, or of the history.
pub fn field_label(p: &Page, field: &str) -> String {
    let name = match field.split_once('-') {
        // one for each party
        Some((name @ ("attendance" | "note"), _)) => name,
        _ => field,
    };
    p.t(&format!("meeting-field-{name}"))
}
