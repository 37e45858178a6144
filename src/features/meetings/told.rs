//! Who is told of a meeting: every call that tells of one stands here.

use super::model::{Meeting, Party, Task, Whole};
use crate::features::notices::{self, Arg, Deadline, Group, Notice, Subject, To, Topic};
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
    let mut notice = of("meeting-told-task", Topic::Asks, by, m, t).arg("meeting", &m.title);
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
        group: Some(Group { kind: "meeting", id: m.id.0, title: &m.title }),
        link: place(m.id, t.id),
        discreet: m.handling != Handling::Members,
    };
    notices::set_deadline(tx, &deadline, &owner(t)).await
}

/// It is done or dropped: nobody is asked after it any more.
pub async fn waits_no_more(tx: &mut ProcessTx, id: TaskId) -> sqlx::Result<()> {
    notices::drop_deadline(tx, of_task(id), DUE).await
}

/// What became of a task, as those are told whom it concerns.
fn of<'a>(key: &'static str, topic: Topic, by: &'a MembershipFacts, m: &'a Meeting, t: &'a Task) -> Notice<'a> {
    Notice::new(key, topic, of_task(t.id), place(m.id, t.id))
        .arg("title", &t.title)
        .group("meeting", m.id.0, &m.title)
        .by(by)
        .discreet(m.handling != Handling::Members)
}

/// It was said that it is done: who runs the meetings is told, and its owner where somebody else has said so.
pub async fn task_done(tx: &mut ProcessTx, app: &App, by: &MembershipFacts, m: &Meeting, t: &Task) -> sqlx::Result<()> {
    waits_no_more(tx, t.id).await?;
    let (owner, runners) = (owner(t), runners(m));
    let notice = of("meeting-told-done", Topic::Meetings, by, m, t);
    notices::tell(tx, app, &notice, &To { roles: runners.roles, leads: runners.leads, ..owner }).await?;
    Ok(())
}

/// It was dropped: its owner is told, and not asked after it any more.
pub async fn task_dropped(
    tx: &mut ProcessTx,
    app: &App,
    by: &MembershipFacts,
    m: &Meeting,
    t: &Task,
) -> sqlx::Result<()> {
    waits_no_more(tx, t.id).await?;
    notices::tell(tx, app, &of("meeting-told-task-dropped", Topic::Asks, by, m, t), &owner(t)).await?;
    Ok(())
}

/// It was opened again: its owner is told, and asked after it as before.
pub async fn task_again(
    tx: &mut ProcessTx,
    app: &App,
    by: &MembershipFacts,
    m: &Meeting,
    t: &Task,
) -> sqlx::Result<()> {
    let mut notice = of("meeting-told-task-again", Topic::Asks, by, m, t);
    if let Some(day) = t.due_on {
        notice = notice.deadline(day);
    }
    notices::tell(tx, app, &notice, &owner(t)).await?;
    warn(tx, m, t).await
}
