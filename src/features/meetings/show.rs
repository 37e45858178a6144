//! One meeting, and what the pages of meetings share.

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use chrono::{DateTime, NaiveDate, Utc};

use super::model::{self, Answer, Meeting, Party, State, Task, TaskState, Whole};
use super::store;
use crate::features::{files, packs};
use crate::kernel::access_log;
use crate::kernel::auth::Inside;
use crate::kernel::db::ProcessTx;
use crate::kernel::error::Problem;
use crate::kernel::form::Fields;
use crate::kernel::i18n::Message;
use crate::kernel::ids::{MeetingId, TaskId};
use crate::kernel::page::Page;
use crate::kernel::permit::{Handling, Member, Permission};

pub fn html(page: &impl Template) -> Result<Response, Problem> {
    Ok(Html(page.render()?).into_response())
}

/// A form with errors, as it was sent.
pub fn again(page: &impl Template) -> Result<Response, Problem> {
    Ok((StatusCode::UNPROCESSABLE_ENTITY, Html(page.render()?)).into_response())
}

/// On to the meeting, which says what was done: `what` is the end of a Fluent key `done-…`.
pub fn done(p: &Page, id: MeetingId, what: &str) -> Response {
    Redirect::to(&p.link(&format!("/meetings/{id}?done={what}"))).into_response()
}

/// The meeting of an address; what is none, or may not be seen, is not found.
pub async fn find(tx: &mut ProcessTx, key: &str, today: NaiveDate) -> Result<Whole, Problem> {
    let id: MeetingId = key.parse().map_err(|_| Problem::NotFound)?;
    store::load(tx, id, today).await?.ok_or(Problem::NotFound)
}

/// A field on which two differ: its name, what stands now, what was typed.
pub struct Line {
    pub label: String,
    pub theirs: String,
    pub mine: String,
}

#[derive(Template)]
#[template(path = "meetings/conflict.html")]
struct ConflictPage {
    p: Page,
    m: Meeting,
    /// Who saved last, and when.
    by: String,
    at: Option<DateTime<Utc>>,
    lines: Vec<Line>,
    /// What was typed, to be sent again.
    carried: Vec<(String, String)>,
    action: String,
}

/// Somebody else saved first: both texts beside each other. What was typed can be saved all the same, or left.
pub fn conflict(p: Page, w: &Whole, mine: &Fields, lines: Vec<Line>, end: &str) -> Result<Response, Problem> {
    let last = w.history.first();
    let carried = mine.pairs().iter().filter(|(name, _)| name != "version").cloned().collect();
    let page = ConflictPage {
        by: last.and_then(|h| h.by.as_ref()).map(|by| model::named(&p, by)).unwrap_or_default(),
        at: last.map(|h| h.at),
        action: p.link(&format!("/meetings/{}{end}", w.meeting.id)),
        lines: lines.into_iter().filter(|l| l.theirs != l.mine).collect(),
        carried,
        m: w.meeting.clone(),
        p,
    };
    Ok((StatusCode::CONFLICT, Html(page.render()?)).into_response())
}

/// What the reader can do with a meeting as it stands.
struct May {
    run: bool,
    agenda: bool,
    record: bool,
    cancel: bool,
    /// To take it along: minutes.
    export: bool,
    /// What is inside is shown.
    inside: bool,
    /// To make a pack of the meeting's subject.
    pack: bool,
}

/// An answer to a task that was not taken, as it was sent.
pub struct Wrong {
    pub task: TaskId,
    pub fields: Fields,
}

#[derive(Template)]
#[template(path = "meetings/show.html")]
struct MeetingPage {
    p: Page,
    m: Meeting,
    w: Whole,
    may: May,
    when: String,
    pillar: Option<String>,
    answers: Vec<(String, String)>,
    /// The parties for which the reader can answer.
    own: Vec<Party>,
    /// The tasks of which the reader can say that they are done.
    mine: Vec<Task>,
    files: files::Part,
    packs: Vec<packs::Line>,
    wrong: Option<Wrong>,
}

impl MeetingPage {
    fn is_mine(&self, task: &Task) -> bool {
        task.state == TaskState::Open && self.mine.iter().any(|t| t.id == task.id)
    }
    /// What was wrong with the answer to a task.
    fn wrong_with(&self, task: &Task) -> Option<&Fields> {
        self.wrong.as_ref().filter(|wrong| wrong.task == task.id).map(|wrong| &wrong.fields)
    }
    /// Who runs it and answers for several enters what reached them some other way.
    fn for_others(&self) -> bool {
        self.may.run && self.own.len() > 1
    }
    fn chosen(&self, party: &Party, value: &str) -> bool {
        party.answer.is_some_and(|a| a.as_str() == value)
    }
    fn named(&self, person: &model::Person) -> String {
        model::named(&self.p, person)
    }
    fn in_words(&self, field: &str, value: &str) -> String {
        super::form::in_words(&self.p, field, value)
    }
    /// How many come, of those invited who have answered.
    fn comes(&self) -> String {
        let n = |answer| self.w.parties.iter().filter(|p| p.answer == Some(answer)).count();
        let open = self.w.parties.iter().filter(|p| p.answer.is_none()).count();
        let said = Message::new("meeting-answers").with("coming", n(Answer::Coming)).with("unsure", n(Answer::Unsure));
        self.p.say(&said.with("not", n(Answer::NotComing)).with("open", open))
    }
}

/// A member other than an observer sees what is inside.
fn takes_part(member: &Member) -> bool {
    member.may_somewhere(Permission::DecisionSee)
}

/// Reading one that is for those invited alone leaves a line in the access log.
pub async fn page(Path((_, key)): Path<(String, String)>, inside: Inside) -> Result<Response, Problem> {
    show(&key, inside, None).await
}

/// The page, also after an answer to a task that was not taken.
pub async fn show(key: &str, inside: Inside, wrong: Option<Wrong>) -> Result<Response, Problem> {
    let Inside { app, mut tx, member, page: p, .. } = inside;
    let w = find(&mut tx, key, p.today).await?;
    let (m, now) = (w.meeting.clone(), app.clock.now());
    let run = m.may_run(&member);
    let may = May {
        run: run && m.is_open(),
        agenda: run && m.is_open(),
        record: run && m.takes_record(now),
        cancel: run && m.state == State::Planned,
        export: member.may_somewhere(Permission::ExportLists),
        inside: takes_part(&member),
        pack: m.source_url.is_none()
            && m.state != State::Cancelled
            && member.may(Permission::PackMake, &m.about_whom()),
    };
    let files = files::part(&mut tx, &app, &member, files::Subject::Meeting(m.id.0), &m.scope()).await?;
    let packs = match may.inside {
        true => packs::of_meeting(&mut tx, m.id, p.today).await?,
        false => Vec::new(),
    };
    let noted = m.handling != Handling::Members;
    if let Some(by) = member.granting(Permission::MeetingSee, &m.scope()).or(member.first()).filter(|_| noted) {
        let line = access_log::Line {
            export: false,
            subject_kind: "meeting",
            subject: Some(m.id.0),
            keeper: None,
            handling: Some(m.handling),
            detail: "",
            rows: None,
        };
        access_log::note(&mut tx, by, line).await?;
    }
    let answers = m.state == State::Planned && !m.is_past(now);
    let own = w.parties.iter().filter(|x| answers && member.may(Permission::MeetingAnswer, &x.scope()));
    let mine = w.tasks.iter().filter(|t| t.may_end(&member));
    let status = if wrong.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let body = html(&MeetingPage {
        own: own.cloned().collect(),
        mine: mine.cloned().collect(),
        answers: Answer::options(&p),
        when: m.when(&p),
        pillar: m.pillar_key(&p),
        files,
        packs,
        may,
        wrong,
        m,
        w,
        p,
    })?;
    let response = (status, body).into_response();
    if noted {
        tx.commit().await?;
    }
    Ok(response)
}
