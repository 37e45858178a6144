//! The steps of a meeting: what they change, and what the history keeps of it. They ask nothing about permission.

use chrono::{DateTime, NaiveDate, Utc};

use super::asked::{NewItem, NewMeeting, NewPaper, NewTask, Recorded, WasThere};
use super::model::{Answer, Attendance, Meeting, Party, State, Task, TaskState, Whole};
use super::{store, store_write as write};
use crate::kernel::db::{MembershipFacts, ProcessTx};
use crate::kernel::history::{self, Change, Changes, Entry, Subject};
use crate::kernel::ids::{MeetingId, TaskId};
use crate::kernel::random;

fn change_of(from: impl Into<String>, to: impl Into<String>) -> Change {
    let values = |text: String| if text.is_empty() { Vec::new() } else { vec![text] };
    Change { from: values(from.into()), to: values(to.into()) }
}

/// Writes a line of the history of a meeting.
pub async fn note(
    tx: &mut ProcessTx,
    by: Option<&MembershipFacts>,
    id: MeetingId,
    event: &'static str,
    (changes, why): (Changes, &str),
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    let entry = Entry { subject: Subject::Meeting, id: id.0, event, changes, why };
    history::record_at(tx, by, entry, now).await
}

/// A change of one field.
pub fn one(field: &str, from: impl Into<String>, to: impl Into<String>) -> Changes {
    [(field.to_owned(), change_of(from, to))].into()
}

/// Calls a meeting.
pub async fn call(
    tx: &mut ProcessTx,
    by: Option<&MembershipFacts>,
    new: &NewMeeting,
    now: DateTime<Utc>,
) -> sqlx::Result<MeetingId> {
    let id = MeetingId(random::id());
    write::insert(tx, id, by.map(|m| m.id), new, now).await?;
    let (event, why) = match &new.source {
        Some((address, _)) => ("meeting-sourced", address.as_str()),
        None => ("meeting-called", ""),
    };
    note(tx, by, id, event, (Changes::new(), why), now).await?;
    Ok(id)
}

/// Holds a meeting for a change; `None` where it has moved on since `version`.
pub async fn hold(tx: &mut ProcessTx, id: MeetingId, version: i32, today: NaiveDate) -> sqlx::Result<Option<Whole>> {
    match write::lock(tx, id).await? {
        Some(now) if now == version => store::load(tx, id, today).await,
        Some(_) => Ok(None),
        None => Err(sqlx::Error::RowNotFound),
    }
}

/// What the history keeps of a meeting, field by field.
fn facts(w: &Whole) -> Vec<(&'static str, String)> {
    let m = &w.meeting;
    let hour = |at: DateTime<Utc>| m.zone.local(at).format("%H:%M").to_string();
    let invited: Vec<&str> = w.parties.iter().map(|x| x.name.as_str()).collect();
    vec![
        ("body", m.body.as_str().to_owned()),
        ("pillar", m.pillar.map(|l| l.to_string()).unwrap_or_default()),
        ("title", m.title.clone()),
        ("about", m.about.clone()),
        ("day", m.day().to_string()),
        ("last_day", if m.last_day() > m.day() { m.last_day().to_string() } else { String::new() }),
        ("starts", if m.timed { hour(m.starts_at) } else { String::new() }),
        ("ends", m.ends_at.filter(|_| m.timed).map(hour).unwrap_or_default()),
        ("zone", m.zone.as_str().to_owned()),
        ("place", m.place.clone()),
        ("online", m.online.clone().unwrap_or_default()),
        ("handling", m.handling.as_str().to_owned()),
        ("invited", invited.join("; ")),
    ]
}

/// Whether a calendar would show it otherwise.
fn shows_otherwise(m: &Meeting, new: &NewMeeting) -> bool {
    m.title != new.title
        || m.time() != new.time
        || m.place != new.place
        || m.body != new.body
        || m.pillar != new.pillar
        || m.handling != new.handling
}

/// Changes what is planned; it is held, as `before` has it.
pub async fn change(
    tx: &mut ProcessTx,
    by: &MembershipFacts,
    before: &Whole,
    new: &NewMeeting,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    let id = before.meeting.id;
    write::update(tx, id, new, shows_otherwise(&before.meeting, new), now).await?;
    let after = store::load(tx, id, now.date_naive()).await?.ok_or(sqlx::Error::RowNotFound)?;
    let changes: Changes = facts(before)
        .into_iter()
        .zip(facts(&after))
        .filter(|((_, from), (_, to))| from != to)
        .map(|((name, from), (_, to))| (name.to_owned(), change_of(from, to)))
        .collect();
    if !changes.is_empty() {
        note(tx, Some(by), id, "meeting-edited", (changes, ""), now).await?;
    }
    Ok(())
}

/// Puts agenda and papers in the place of those there were.
pub async fn agenda(
    tx: &mut ProcessTx,
    by: &MembershipFacts,
    before: &Whole,
    (items, papers): (&[NewItem], &[NewPaper]),
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    let id = before.meeting.id;
    write::agenda(tx, id, items, papers).await?;
    let titles = |all: Vec<&str>| all.join("; ");
    let mut changes = Changes::new();
    let (was, is) = (
        titles(before.items.iter().map(|i| i.title.as_str()).collect()),
        titles(items.iter().map(|i| i.title.as_str()).collect()),
    );
    if was != is {
        changes.insert("agenda".to_owned(), change_of(was, is));
    }
    let (was, is) = (
        titles(before.papers.iter().map(|i| i.title.as_str()).collect()),
        titles(papers.iter().map(|i| i.title.as_str()).collect()),
    );
    if was != is {
        changes.insert("papers".to_owned(), change_of(was, is));
    }
    if !changes.is_empty() {
        note(tx, Some(by), id, "meeting-agenda", (changes, ""), now).await?;
    }
    Ok(())
}

/// Who is said to have been there, and what is noted of them, where that is another than before: each party by its name, since who is
/// not invited any more is still spoken of. The attendance itself stands first, by its key; none: it is not recorded.
fn attendance(before: &[Party], now: &[WasThere]) -> Changes {
    let mut changes = Changes::new();
    let mut put = |field: &str, from: Option<String>, to: Option<String>| {
        let one = changes.entry(field.to_owned()).or_insert_with(|| change_of("", ""));
        one.from.extend(from);
        one.to.extend(to);
    };
    for party in before {
        let Some(now) = now.iter().find(|x| x.id == party.id) else { continue };
        let said = |a: Option<Attendance>| format!("{}:{}", a.map(Attendance::as_str).unwrap_or_default(), party.name);
        if party.attendance != now.attendance {
            put("attendance", party.attendance.map(|a| said(Some(a))), Some(said(now.attendance)));
        }
        if party.note != now.note {
            let noted = |note: &str| (!note.is_empty()).then(|| format!("{}: {note}", party.name));
            put("note", noted(&party.note), noted(&now.note));
        }
    }
    changes
}

/// Writes down what came of it; `to`: what it is from then on, where that is a step.
pub async fn record(
    tx: &mut ProcessTx,
    by: &MembershipFacts,
    before: &Whole,
    recorded: &Recorded,
    to: Option<State>,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    let m = &before.meeting;
    write::record(tx, m.id, recorded).await?;
    let mut changes = attendance(&before.parties, &recorded.parties);
    if m.conclusions != recorded.conclusions {
        changes.insert("conclusions".to_owned(), change_of(m.conclusions.clone(), recorded.conclusions.clone()));
    }
    if let Some(to) = to.filter(|to| m.state.leads_to(*to)) {
        write::step(tx, m.id, to, "", now).await?;
        changes.extend(one("state", m.state.as_str(), to.as_str()));
    }
    note(tx, Some(by), m.id, "meeting-recorded", (changes, ""), now).await
}

/// Cancels it, with the reason.
pub async fn cancel(
    tx: &mut ProcessTx,
    by: &MembershipFacts,
    m: &Meeting,
    why: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    write::step(tx, m.id, State::Cancelled, why, now).await?;
    let changes = one("state", m.state.as_str(), State::Cancelled.as_str());
    note(tx, Some(by), m.id, "meeting-cancelled", (changes, why), now).await
}

/// Says for a party whether it comes.
pub async fn answer(
    tx: &mut ProcessTx,
    by: &MembershipFacts,
    meeting: MeetingId,
    party: &Party,
    answer: Answer,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    write::answer(tx, party.id, answer, by.id, now).await?;
    let mut changes = one("answer", party.answer.map(Answer::as_str).unwrap_or_default(), answer.as_str());
    changes.extend(one("party", "", party.name.as_str()));
    note(tx, Some(by), meeting, "meeting-answered", (changes, ""), now).await
}

/// Gives a task; `whose`: its owner in words, for the history.
pub async fn give(
    tx: &mut ProcessTx,
    by: &MembershipFacts,
    meeting: MeetingId,
    (new, whose): (&NewTask, &str),
    now: DateTime<Utc>,
) -> sqlx::Result<TaskId> {
    let id = TaskId(random::id());
    write::new_task(tx, id, meeting, new, now).await?;
    let mut changes = one("task", "", new.title.as_str());
    if !whose.is_empty() {
        changes.extend(one("owner", "", whose));
    }
    note(tx, Some(by), meeting, "meeting-task-given", (changes, ""), now).await?;
    Ok(id)
}

/// Ends a task, or opens it again; `false` where it stands so already.
pub async fn end_task(
    tx: &mut ProcessTx,
    by: &MembershipFacts,
    meeting: MeetingId,
    task: &Task,
    (to, answer): (TaskState, &str),
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    if !write::end_task(tx, task.id, to, answer, by.id, now).await? {
        return Ok(false);
    }
    let mut changes = one("task_state", task.state.as_str(), to.as_str());
    changes.extend(one("task", "", task.title.as_str()));
    note(tx, Some(by), meeting, "meeting-task-ended", (changes, answer), now).await?;
    Ok(true)
}
