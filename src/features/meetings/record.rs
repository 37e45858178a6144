//! What came of a meeting: who was there, what was concluded; that it was cancelled; and whether a party comes.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;

use super::asked::{Recorded, WasThere};
use super::model::{Answer, Attendance, Meeting, Party, State, Whole};
use super::show::{Line, again, conflict, done, find, html};
use super::{acts, told};
use crate::kernel::auth::Inside;
use crate::kernel::error::Problem;
use crate::kernel::form::Fields;
use crate::kernel::i18n::Message;
use crate::kernel::ids::AttendanceId;
use crate::kernel::page::Page;
use crate::kernel::permit::Permission;

#[derive(Template)]
#[template(path = "meetings/record.html")]
struct RecordPage {
    p: Page,
    f: Fields,
    m: Meeting,
    when: String,
    parties: Vec<Party>,
    attendances: Vec<(String, String)>,
    /// Whether it has taken place can be said, or taken back.
    asks: bool,
}

fn page(p: Page, f: Fields, w: &Whole) -> RecordPage {
    RecordPage {
        when: w.meeting.when(&p),
        m: w.meeting.clone(),
        parties: w.parties.clone(),
        attendances: Attendance::options(&p),
        asks: asks(w),
        p,
        f,
    }
}

/// Whether it has taken place is the sender's to say.
fn asks(w: &Whole) -> bool {
    w.meeting.state == State::Planned || w.can_be_taken_back()
}

/// What becomes of the meeting: its box was on the form, and is ticked or not.
fn step(f: &Fields, before: &Whole) -> Option<State> {
    match (f.is_set("asks"), f.is_set("held")) {
        (_, true) if before.meeting.state == State::Planned => Some(State::Held),
        (true, false) if before.can_be_taken_back() => Some(State::Planned),
        _ => None,
    }
}

fn fill(f: &mut Fields, w: &Whole) {
    f.set("version", w.meeting.version);
    if w.meeting.state == State::Held {
        f.set("held", "yes");
    }
    f.set("conclusions", &w.meeting.conclusions);
    for party in &w.parties {
        if let Some(attendance) = party.attendance {
            f.set(&format!("attendance-{}", party.id), attendance.as_str());
        }
        f.set(&format!("note-{}", party.id), &party.note);
    }
}

pub async fn form(Path((_, key)): Path<(String, String)>, inside: Inside) -> Result<Response, Problem> {
    let Inside { app, mut tx, member, page: p, .. } = inside;
    let w = find(&mut tx, &key, p.today).await?;
    member.require(Permission::MeetingRun, &w.meeting.scope())?;
    if !w.meeting.may_run(&member) || !w.meeting.takes_record(app.clock.now()) {
        return Ok(done(&p, w.meeting.id, "meeting-no-record"));
    }
    let mut f = Fields::default();
    fill(&mut f, &w);
    // attendance is written down while it lasts, too: only what is over is proposed as such
    if w.meeting.is_past(app.clock.now()) {
        f.set("held", "yes");
    }
    html(&page(p, f, &w))
}

fn lines(p: &Page, mine: &Fields, theirs: &Fields, w: &Whole) -> Vec<Line> {
    let line = |label: String, name: &str, words: &dyn Fn(&str) -> String| Line {
        label,
        theirs: words(theirs.value(name).trim()),
        mine: words(mine.value(name).trim()),
    };
    let same = |text: &str| text.replace("\r\n", "\n");
    let attendance = |text: &str| Attendance::parse(text).map_or_else(String::new, |a| p.t(a.label()));
    let mut all = vec![line(p.t("meeting-field-conclusions"), "conclusions", &same)];
    for x in &w.parties {
        all.push(line(x.name.clone(), &format!("attendance-{}", x.id), &attendance));
        all.push(line(p.t1("meeting-note-of", "party", &x.name), &format!("note-{}", x.id), &same));
    }
    if mine.is_set("asks") {
        let ticked = |text: &str| p.t(if text.is_empty() { "meeting-held-no" } else { "meeting-held-yes" });
        all.push(line(p.t("meeting-field-held"), "held", &ticked));
    }
    all
}

pub async fn save(Path((_, key)): Path<(String, String)>, inside: Inside) -> Result<Response, Problem> {
    let Inside { app, mut tx, member, page: p, fields: mut f } = inside;
    let w = find(&mut tx, &key, p.today).await?;
    let by = member.require(Permission::MeetingRun, &w.meeting.scope())?.clone();
    let now = app.clock.now();
    if !w.meeting.may_run(&member) || !w.meeting.takes_record(now) {
        return Err(Problem::Conflict(Message::new("meeting-late-record")));
    }
    let mut parties = Vec::new();
    for x in &w.parties {
        let attendance = f.choice(&format!("attendance-{}", x.id), Attendance::parse);
        let note = f.text(&format!("note-{}", x.id), 300);
        parties.push(WasThere { id: x.id, attendance, note });
    }
    let conclusions = f.text("conclusions", 50_000);
    let version = f.integer("version").unwrap_or(0);
    if !f.is_valid() {
        return again(&page(p, f, &w));
    }
    let Some(before) = acts::hold(&mut tx, w.meeting.id, version, p.today).await? else {
        let w = find(&mut tx, &key, p.today).await?;
        let mut theirs = Fields::default();
        fill(&mut theirs, &w);
        let lines = lines(&p, &f, &theirs, &w);
        return conflict(p, &w, &f, lines, "/record");
    };
    let to = step(&f, &before);
    acts::record(&mut tx, &by, &before, &Recorded { parties, conclusions }, to, now).await?;
    if to == Some(State::Held) {
        let after = find(&mut tx, &key, p.today).await?;
        told::recorded(&mut tx, &app, &by, &after).await?;
    }
    tx.commit().await?;
    Ok(done(&p, w.meeting.id, "meeting-recorded"))
}

#[derive(Template)]
#[template(path = "meetings/cancel.html")]
struct CancelPage {
    p: Page,
    f: Fields,
    m: Meeting,
    when: String,
}

pub async fn cancel_form(Path((_, key)): Path<(String, String)>, inside: Inside) -> Result<Response, Problem> {
    let Inside { mut tx, member, page: p, .. } = inside;
    let w = find(&mut tx, &key, p.today).await?;
    member.require(Permission::MeetingRun, &w.meeting.scope())?;
    if !w.meeting.state.leads_to(State::Cancelled) {
        return Ok(done(&p, w.meeting.id, "meeting-ended"));
    }
    let mut f = Fields::default();
    f.set("version", w.meeting.version);
    html(&CancelPage { when: w.meeting.when(&p), m: w.meeting, f, p })
}

pub async fn cancel(Path((_, key)): Path<(String, String)>, inside: Inside) -> Result<Response, Problem> {
    let Inside { app, mut tx, member, page: p, fields: mut f } = inside;
    let w = find(&mut tx, &key, p.today).await?;
    let by = member.require(Permission::MeetingRun, &w.meeting.scope())?.clone();
    let why = f.required("why", 2000);
    let version = f.integer("version").unwrap_or(0);
    if !f.is_valid() {
        return again(&CancelPage { when: w.meeting.when(&p), m: w.meeting, f, p });
    }
    let Some(before) = acts::hold(&mut tx, w.meeting.id, version, p.today).await? else {
        let w = find(&mut tx, &key, p.today).await?;
        let line = Line { label: p.t("meeting-field-why"), theirs: w.meeting.cancelled_why.clone(), mine: why };
        return conflict(p, &w, &f, vec![line], "/cancel");
    };
    if !before.meeting.state.leads_to(State::Cancelled) {
        return Err(Problem::Conflict(Message::new("meeting-late-ended")));
    }
    acts::cancel(&mut tx, &by, &before.meeting, &why, app.clock.now()).await?;
    told::cancelled(&mut tx, &app, &by, &before).await?;
    tx.commit().await?;
    Ok(done(&p, w.meeting.id, "meeting-cancelled"))
}

/// Says for a party whether it comes; what was said before is changed.
pub async fn answer(Path((_, key)): Path<(String, String)>, inside: Inside) -> Result<Response, Problem> {
    let Inside { app, mut tx, member, page: p, fields: mut f } = inside;
    let w = find(&mut tx, &key, p.today).await?;
    let party: Option<AttendanceId> = f.id("party");
    let party = w.parties.iter().find(|x| Some(x.id) == party).ok_or(Problem::NotFound)?;
    let by = member.require(Permission::MeetingAnswer, &party.scope())?.clone();
    let now = app.clock.now();
    if w.meeting.state != State::Planned || w.meeting.is_past(now) {
        return Err(Problem::Conflict(Message::new("meeting-late-ended")));
    }
    let Some(answer) = f.required_choice("answer", Answer::parse) else {
        return Ok(done(&p, w.meeting.id, "meeting-answer-none"));
    };
    if party.answer != Some(answer) {
        acts::answer(&mut tx, &by, w.meeting.id, party, answer, now).await?;
        tx.commit().await?;
    }
    Ok(done(&p, w.meeting.id, "meeting-answered"))
}
