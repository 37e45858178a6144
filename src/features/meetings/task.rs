//! Tasks that a meeting gives: whose, by when, and what became of them.

use askama::Template;
use axum::extract::Path;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::{DateTime, NaiveDate, Utc};

use super::asked::{NewTask, Owner};
use super::model::{Meeting, Task, TaskState, Whole};
use super::show::{self, Wrong, again, find, html};
use super::store::{self, Choices};
use super::{acts, store_write, told};
use crate::kernel::auth::Inside;
use crate::kernel::error::Problem;
use crate::kernel::form::Fields;
use crate::kernel::i18n::Message;
use crate::kernel::ids::{MeetingId, TaskId};
use crate::kernel::page::Page;
use crate::kernel::permit::{Member, Permission};

#[derive(Template)]
#[template(path = "meetings/task.html")]
struct TaskPage {
    p: Page,
    f: Fields,
    m: Meeting,
    title: String,
    action: String,
    /// Parties that were invited, the others, and people.
    invited: Vec<(String, String)>,
    parties: Vec<(String, String)>,
    people: Vec<(String, String)>,
    /// Somebody else was first: how it stands now.
    stands: Option<String>,
}

/// On to the task in its meeting.
fn done(p: &Page, meeting: MeetingId, task: TaskId, what: &str) -> Response {
    Redirect::to(&p.link(&format!("/meetings/{meeting}?done={what}#task-{task}"))).into_response()
}

fn owners(p: &Page, w: &Whole, choices: &Choices) -> [Vec<(String, String)>; 3] {
    let key = |kind: &str, id: &dyn std::fmt::Display| format!("{kind}:{id}");
    let beneficiaries = p.frame().map(|f| f.beneficiaries.as_slice()).unwrap_or_default();
    let all = beneficiaries
        .iter()
        .map(|b| (key("b", &b.id), b.name.clone()))
        .chain(choices.organisations.iter().map(|o| (key("o", &o.0), o.1.clone())));
    let came = |owner: &str| {
        w.parties.iter().any(|x| {
            x.beneficiary.is_some_and(|b| key("b", &b) == owner)
                || x.organisation.is_some_and(|o| key("o", &o) == owner)
        })
    };
    let (invited, others) = all.partition(|(owner, _)| came(owner.as_str()));
    [invited, others, choices.people.iter().map(|(id, name)| (key("m", id), name.clone())).collect()]
}

fn page(p: Page, f: Fields, w: &Whole, choices: &Choices, task: Option<TaskId>, stands: Option<String>) -> TaskPage {
    let [invited, parties, people] = owners(&p, w, choices);
    let end = task.map_or_else(|| "new".to_owned(), |id| id.to_string());
    TaskPage {
        title: p.t(if task.is_some() { "meeting-task-edit" } else { "meeting-task-new" }),
        action: p.link(&format!("/meetings/{}/tasks/{end}", w.meeting.id)),
        m: w.meeting.clone(),
        invited,
        parties,
        people,
        stands,
        p,
        f,
    }
}

/// Reads the form; `had`: the day that the task has, which may stay.
fn read(
    f: &mut Fields,
    today: NaiveDate,
    (m, had): (&Meeting, Option<NaiveDate>),
    known: &[Vec<(String, String)>; 3],
) -> Option<NewTask> {
    let title = f.required("title", 500);
    let is_known = |text: &str| known.iter().flatten().any(|(key, _)| key == text);
    let owner = f.required_choice("owner", |t| Owner::parse(t).filter(|_| is_known(t)));
    let due_on = f.day("due_on", today);
    // what a meeting gives is not due before it: most likely a year was mistyped, and its owner would be called late at once
    if due_on != had && due_on.is_some_and(|day| day < m.day()) {
        f.fail("due_on", Message::new("meeting-error-due"));
    }
    let owner = owner?;
    f.is_valid().then_some(NewTask { title, owner, due_on })
}

/// A meeting whose record is the member's to keep.
async fn kept(
    inside: &mut Inside,
    key: &str,
    now: DateTime<Utc>,
) -> Result<(Whole, crate::kernel::db::MembershipFacts), Problem> {
    let w = find(&mut inside.tx, key, inside.page.today).await?;
    let by = inside.member.require(Permission::MeetingRun, &w.meeting.scope())?.clone();
    if !w.meeting.may_run(&inside.member) || !w.meeting.takes_record(now) {
        return Err(Problem::Conflict(Message::new("meeting-late-record")));
    }
    Ok((w, by))
}

pub async fn new(Path((_, key)): Path<(String, String)>, mut inside: Inside) -> Result<Response, Problem> {
    let now = inside.app.clock.now();
    let (w, _) = kept(&mut inside, &key, now).await?;
    let choices = store::choices(&mut inside.tx, inside.page.today).await?;
    html(&page(inside.page, Fields::default(), &w, &choices, None, None))
}

pub async fn create(Path((_, key)): Path<(String, String)>, mut inside: Inside) -> Result<Response, Problem> {
    let now = inside.app.clock.now();
    let (w, by) = kept(&mut inside, &key, now).await?;
    let Inside { app, mut tx, page: p, fields: mut f, .. } = inside;
    let choices = store::choices(&mut tx, p.today).await?;
    let known = owners(&p, &w, &choices);
    let Some(new) = read(&mut f, p.today, (&w.meeting, None), &known) else {
        return again(&page(p, f, &w, &choices, None, None));
    };
    let whose = known.iter().flatten().find(|(key, _)| *key == new.owner.key()).map(|(_, name)| name.clone());
    let whose = whose.unwrap_or_default();
    let id = acts::give(&mut tx, &by, w.meeting.id, (&new, &whose), now).await?;
    let (m, task) = one(&mut tx, &key, id, p.today).await?;
    told::task_given(&mut tx, &app, &by, &m, &task).await?;
    tx.commit().await?;
    Ok(done(&p, m.id, id, "meeting-task-given"))
}

/// A task of a meeting as it stands.
async fn one(
    tx: &mut crate::kernel::db::ProcessTx,
    key: &str,
    id: TaskId,
    today: NaiveDate,
) -> Result<(Meeting, Task), Problem> {
    let w = find(tx, key, today).await?;
    let task = w.tasks.into_iter().find(|t| t.id == id).ok_or(Problem::NotFound)?;
    Ok((w.meeting, task))
}

fn task_of(w: &Whole, id: &str) -> Result<Task, Problem> {
    let id: TaskId = id.parse().map_err(|_| Problem::NotFound)?;
    w.tasks.iter().find(|t| t.id == id).cloned().ok_or(Problem::NotFound)
}

fn fill(f: &mut Fields, p: &Page, t: &Task) {
    f.set("version", t.version);
    f.set("title", &t.title);
    f.set("owner", t.owner());
    f.set("due_on", t.due_on.map(|day| p.day(&day)).unwrap_or_default());
}

pub async fn edit(
    Path((_, key, task)): Path<(String, String, String)>,
    mut inside: Inside,
) -> Result<Response, Problem> {
    let now = inside.app.clock.now();
    let (w, _) = kept(&mut inside, &key, now).await?;
    let t = task_of(&w, &task)?;
    let choices = store::choices(&mut inside.tx, inside.page.today).await?;
    let mut f = Fields::default();
    fill(&mut f, &inside.page, &t);
    html(&page(inside.page, f, &w, &choices, Some(t.id), None))
}

pub async fn save(
    Path((_, key, task)): Path<(String, String, String)>,
    mut inside: Inside,
) -> Result<Response, Problem> {
    let now = inside.app.clock.now();
    let (w, by) = kept(&mut inside, &key, now).await?;
    let t = task_of(&w, &task)?;
    let Inside { app, mut tx, page: p, fields: mut f, .. } = inside;
    let choices = store::choices(&mut tx, p.today).await?;
    let version = f.integer("version").unwrap_or(0);
    let mut known = owners(&p, &w, &choices);
    // whoever has it keeps it, whatever has become of them since
    let [_, _, people] = &mut known;
    people.push((t.owner(), t.whose(&p)));
    let Some(new) = read(&mut f, p.today, (&w.meeting, t.due_on), &known) else {
        return again(&page(p, f, &w, &choices, Some(t.id), None));
    };
    if !store_write::task(&mut tx, t.id, version, &new).await? {
        // what was typed stays; how it stands now is said above it, and saving once more replaces that
        let stands = p.t3(
            "meeting-task-stands",
            ("title", &t.title),
            ("owner", t.whose(&p)),
            ("due", t.due_on.map_or_else(|| p.t("not-stated"), |day| p.day(&day))),
        );
        f.set("version", t.version);
        f.fail("title", Message::new("meeting-late-task"));
        return again(&page(p, f, &w, &choices, Some(t.id), Some(stands)));
    }
    let (m, after) = one(&mut tx, &key, t.id, p.today).await?;
    let due = |t: &Task| t.due_on.map(|day| day.to_string()).unwrap_or_default();
    let mut changes = crate::kernel::history::Changes::new();
    for (name, from, to) in [
        ("task", t.title.clone(), after.title.clone()),
        ("owner", t.whose(&p), after.whose(&p)),
        ("due_on", due(&t), due(&after)),
    ] {
        if from != to {
            changes.extend(acts::one(name, from, to));
        }
    }
    if t.owner() == after.owner() {
        told::warn(&mut tx, &m, &after).await?;
    } else {
        told::task_given(&mut tx, &app, &by, &m, &after).await?;
    }
    acts::note(&mut tx, Some(&by), m.id, "meeting-task-edited", (changes, ""), now).await?;
    tx.commit().await?;
    Ok(done(&p, m.id, t.id, "meeting-task-saved"))
}

/// Whether a member may take this step of a task: its owner says that it is done; whoever runs the meeting everything.
fn may_take(member: &Member, m: &Meeting, t: &Task, to: TaskState) -> bool {
    m.may_run(member) || (to == TaskState::Done && t.may_end(member))
}

/// Ends a task or opens it again.
pub async fn end(Path((_, key, task)): Path<(String, String, String)>, inside: Inside) -> Result<Response, Problem> {
    let Inside { app, mut tx, member, page: p, fields: mut f } = inside;
    let w = find(&mut tx, &key, p.today).await?;
    let t = task_of(&w, &task)?;
    let to = f.required_choice("state", TaskState::parse).ok_or(Problem::Bad("state"))?;
    if !may_take(&member, &w.meeting, &t, to) {
        return Err(Problem::Refused(Message::new("refused-meeting-answer")));
    }
    let own = member.memberships().iter().find(|m| Some(m.id) == t.membership);
    let own = own.or_else(|| {
        let scope = super::model::party_scope(t.organisation, t.beneficiary);
        member.granting(Permission::MeetingAnswer, &scope)
    });
    let by = match own.or_else(|| member.granting(Permission::MeetingRun, &w.meeting.scope())) {
        Some(by) => by.clone(),
        None => return Err(Problem::NotFound),
    };
    let answer = f.text("answer", 2000);
    if to == TaskState::Dropped && answer.is_empty() {
        f.fail("answer", Message::new("meeting-error-drop"));
    }
    // what has ended meanwhile has no field for an answer any more
    if !f.is_valid() && t.state == TaskState::Open {
        let inside = Inside { app, tx, member, page: p, fields: Fields::default() };
        return show::show(&key, inside, Some(Wrong { task: t.id, fields: f })).await;
    }
    if !f.is_valid() {
        return Err(Problem::Conflict(Message::new("meeting-late-task")));
    }
    let now = app.clock.now();
    if !acts::end_task(&mut tx, &by, w.meeting.id, &t, (to, &answer), now).await? {
        return Err(Problem::Conflict(Message::new("meeting-late-task")));
    }
    let (m, after) = one(&mut tx, &key, t.id, p.today).await?;
    match to {
        TaskState::Open => told::task_again(&mut tx, &app, &by, &m, &after).await?,
        TaskState::Done => told::task_done(&mut tx, &app, &by, &m, &after).await?,
        TaskState::Dropped => told::task_dropped(&mut tx, &app, &by, &m, &after).await?,
    }
    tx.commit().await?;
    Ok(done(&p, m.id, t.id, "meeting-task-ended"))
}
