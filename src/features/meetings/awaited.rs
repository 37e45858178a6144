//! What of meetings waits for a reader, and which come.

use serde::Deserialize;

use super::model::Meeting;
use crate::kernel::awaited::Awaited;
use crate::kernel::ids::{MeetingId, TaskId};
use crate::kernel::page::Page;
use crate::kernel::permit::Member;

/// What `kernel.meetings_waiting` answers.
#[derive(Debug, Default, Deserialize)]
struct Waiting {
    coming: Vec<Meeting>,
    unanswered: Vec<Meeting>,
    unrecorded: Vec<Meeting>,
    tasks: Vec<Due>,
}

#[derive(Debug, Deserialize)]
struct Due {
    id: TaskId,
    meeting: MeetingId,
    title: String,
    due_on: Option<chrono::NaiveDate>,
}

/// A meeting that comes, as a home lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coming {
    pub title: String,
    pub link: String,
    /// When and where, in words.
    pub about: String,
}

/// What a home says of meetings.
#[derive(Debug, Default)]
pub struct OnHome {
    pub awaited: Vec<Awaited>,
    pub coming: Vec<Coming>,
}

/// Whose tasks and answers are looked for: memberships, organisations, and beneficiaries of a member.
pub fn mine(member: &Member) -> Vec<uuid::Uuid> {
    let of = member.memberships().iter();
    of.flat_map(|m| [Some(m.id.0), m.organisation.map(|o| o.0), m.beneficiary.map(|b| b.0)]).flatten().collect()
}

/// What meetings ask of a member, of what `kernel.meetings_waiting` answers.
///
/// # Errors
/// It is not such an answer.
pub fn awaited(waiting: serde_json::Value, member: &Member, p: &Page) -> serde_json::Result<OnHome> {
    let waiting: Waiting = serde_json::from_value(waiting)?;
    let at = |id: MeetingId, end: &str| p.link(&format!("/meetings/{id}{end}"));
    let mut awaited: Vec<Awaited> = waiting
        .tasks
        .iter()
        .map(|t| Awaited {
            text: p.t1("meeting-awaited-task", "title", &t.title),
            link: at(t.meeting, &format!("#task-{}", t.id)),
            by: t.due_on,
        })
        .collect();
    awaited.extend(waiting.unanswered.iter().map(|m| Awaited {
        text: p.t2("meeting-awaited-answer", "title", &m.title, "day", p.day(&m.day())),
        link: at(m.id, "#answer"),
        by: None,
    }));
    awaited.extend(waiting.unrecorded.iter().filter(|m| m.may_run(member)).map(|m| Awaited {
        text: p.t2("meeting-awaited-record", "title", &m.title, "day", p.day(&m.day())),
        link: at(m.id, "/record"),
        by: None,
    }));
    let coming = waiting.coming.iter().map(|m| Coming {
        title: m.title.clone(),
        link: at(m.id, ""),
        about: [m.when(p), m.place.clone()].into_iter().filter(|t| !t.is_empty()).collect::<Vec<_>>().join(", "),
    });
    Ok(OnHome { awaited, coming: coming.collect() })
}
