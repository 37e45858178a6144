//! Who is told of a meeting: every call that tells of one stands here.

use super::model::{Meeting, Party, Task, Whole};
use crate::features::notices::{self, Arg, Deadline, Notice, Subject, To, Topic};
use crate::kernel::db::{MembershipFacts, ProcessTx};
use crate::kernel::ids::{MeetingId, TaskId};
use crate::kernel::permit::{Handling, Role};
use crate::kernel::state::App;

/// Which of a task's days its owner is warned of.
const DUE: &str = "due";

fn about<'a>(key: &'static str, topic: Topic, m: &'a Meeting, by: &'a MembershipFacts) -> Notice<'a> {
    Notice::new(key, topic, Subject::new("meeting", m.id.0), format!("/meetings/{}", m.id))
        .arg("title", &m.title)
        .group("meeting", m.id.0, &m.title)
        .by(by)
        .discreet(m.handling != Handling::Members)
}

fn invited(parties: &[Party]) -> To {
    To {
        organisations: parties.iter().filter_map(|p| p.organisation).collect(),
        beneficiaries: parties.iter().filter_map(|p| p.beneficiary).collect(),
        ..To::default()
    }
}

/// Who runs the meetings of its kind.
fn runners(m: &Meeting) -> To {
    To { roles: vec![Role::SupportGroup], ..To::leads(m.pillar) }
}

/// A meeting was called: those invited are asked whether they come.
pub async fn called(tx: &mut ProcessTx, app: &App, by: &MembershipFacts, w: &Whole) -> sqlx::Result<()> {
    let notice = about("meeting-told-called", Topic::Meetings, &w.meeting, by).arg("day", w.meeting.day());
    notices::tell(tx, app, &notice, &invited(&w.parties)).await?;
    Ok(())
}

/// It takes place at another time: those invited are told from when to when.
pub async fn moved(
    tx: &mut ProcessTx,
    app: &App,
    by: &MembershipFacts,
    before: &Meeting,
    w: &Whole,
) -> sqlx::Result<()> {
    let same_day = before.day() == w.meeting.day();
    let key = if same_day { "meeting-told-time" } else { "meeting-told-moved" };
    let notice = about(key, Topic::Meetings, &w.meeting, by).arg("from", before.day()).arg("day", w.meeting.day());
    notices::tell(tx, app, &notice, &invited(&w.parties)).await?;
    Ok(())
}

pub async fn cancelled(tx: &mut ProcessTx, app: &App, by: &MembershipFacts, w: &Whole) -> sqlx::Result<()> {
    let notice = about("meeting-told-cancelled", Topic::Meetings, &w.meeting, by).arg("day", w.meeting.day());
    notices::tell(tx, app, &notice, &invited(&w.parties)).await?;
    Ok(())
}

/// What came of it stands in the portal.
pub async fn recorded(tx: &mut ProcessTx, app: &App, by: &MembershipFacts, w: &Whole) -> sqlx::Result<()> {
    let notice = about("meeting-told-recorded", Topic::Meetings, &w.meeting, by)
        .arg("day", w.meeting.day())
        .once(format!("meeting-recorded:{}", w.meeting.id));
    notices::tell(tx, app, &notice, &invited(&w.parties)).await?;
    Ok(())
}

fn owner(t: &Task) -> To {
    To {
        members: t.membership.into_iter().collect(),
        organisations: t.organisation.into_iter().collect(),
        beneficiaries: t.beneficiary.into_iter().collect(),
        ..To::default()
    }
}

fn of_task(id: TaskId) -> Subject {
    Subject::new("meeting_task", id.0)
}

fn place(meeting: MeetingId, task: TaskId) -> String {
    format!("/meetings/{meeting}#task-{task}")
}

/// A task was given: its owner is told, and warned before its day.
pub async fn task_given(
    tx: &mut ProcessTx,
    app: &App,
    by: &MembershipFacts,
    m: &Meeting,
    t: &Task,
) -> sqlx::Result<()> {
    let mut notice = Notice::new("meeting-told-task", Topic::Asks, of_task(t.id), place(m.id, t.id))
        .arg("title", &t.title)
        .arg("meeting", &m.title)
        .group("meeting", m.id.0, &m.title)
        .by(by)
        .discreet(m.handling != Handling::Members);
    if let Some(day) = t.due_on {
        notice = notice.deadline(day);
    }
    notices::tell(tx, app, &notice, &owner(t)).await?;
    warn(tx, m, t).await
}

/// Keeps the day on which an owner is asked after a task.
pub async fn warn(tx: &mut ProcessTx, m: &Meeting, t: &Task) -> sqlx::Result<()> {
    let Some(due_on) = t.due_on else { return waits_no_more(tx, t.id).await };
    let deadline = Deadline {
        subject: of_task(t.id),
        what: DUE,
        due_on,
        key: "meeting-told-task-near",
        args: [("title", Arg::from(t.title.chars().take(200).collect::<String>()))].into(),
        group: None,
        link: place(m.id, t.id),
        discreet: m.handling != Handling::Members,
    };
    notices::set_deadline(tx, &deadline, &owner(t)).await
}

/// It is done or dropped: nobody is asked after it any more.
pub async fn waits_no_more(tx: &mut ProcessTx, id: TaskId) -> sqlx::Result<()> {
    notices::drop_deadline(tx, of_task(id), DUE).await
}

/// Its owner has said that it is done: who runs the meetings is told.
pub async fn task_done(tx: &mut ProcessTx, app: &App, by: &MembershipFacts, m: &Meeting, t: &Task) -> sqlx::Result<()> {
    waits_no_more(tx, t.id).await?;
    let notice = Notice::new("meeting-told-done", Topic::Meetings, of_task(t.id), place(m.id, t.id))
        .arg("title", &t.title)
        .group("meeting", m.id.0, &m.title)
        .by(by)
        .discreet(m.handling != Handling::Members);
    notices::tell(tx, app, &notice, &runners(m)).await?;
    Ok(())
}
