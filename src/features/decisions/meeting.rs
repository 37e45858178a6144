//! Who keeps the minutes enters the votes of a meeting, all seats at once.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;

use super::act;
use super::asked::AtMeeting;
use super::model::{Procedure, State, Vote};
use super::show::{Refused, again, done, find, html, refused};
use super::store::Decision;
use crate::kernel::auth::Inside;
use crate::kernel::error::Problem;
use crate::kernel::form::Fields;
use crate::kernel::page::Page;
use crate::kernel::permit::{Permission, Scope};

#[derive(Template)]
#[template(path = "decisions/meeting.html")]
struct MeetingPage {
    p: Page,
    f: Fields,
    d: Decision,
    votes: Vec<(String, String)>,
}

fn page(p: Page, f: Fields, d: Decision) -> MeetingPage {
    let votes = Procedure::Meeting.votes().iter().map(|v| (v.as_str().to_owned(), p.t(v.label()))).collect();
    MeetingPage { p, f, d, votes }
}

pub async fn form(Path((_, key)): Path<(String, String)>, inside: Inside) -> Result<Response, Problem> {
    let Inside { mut tx, page: p, .. } = inside;
    let d = find(&mut tx, &key, p.today).await?;
    if d.state != State::Open || d.procedure != Some(Procedure::Meeting) {
        return Ok(done(&p, d.id, "decision-no-votes"));
    }
    let mut f = Fields::default();
    f.set("version", d.version);
    for seat in &d.seats {
        if let Some(stands) = seat.vote() {
            f.set(&format!("vote-{}", seat.id), stands.vote.as_str());
            f.set(&format!("note-{}", seat.id), &stands.note);
        }
    }
    html(&page(p, f, d))
}

pub async fn save(Path((_, key)): Path<(String, String)>, inside: Inside) -> Result<Response, Problem> {
    let Inside { app, mut tx, member, page: p, fields: mut f } = inside;
    let d = find(&mut tx, &key, p.today).await?;
    let by = member.require(Permission::DecisionRecordVotes, &Scope::default())?.clone();
    let parse = |text: &str| Vote::parse(text).filter(|v| Procedure::Meeting.votes().contains(v));
    let mut all = Vec::new();
    for seat in &d.seats {
        let vote = f.choice(&format!("vote-{}", seat.id), parse);
        let note = f.text(&format!("note-{}", seat.id), 2000);
        all.push(AtMeeting { seat: seat.id, note: if vote.is_some() { note } else { String::new() }, vote });
    }
    let version = f.integer("version");
    if !f.is_valid() {
        return again(&page(p, f, d));
    }
    // a form without its version, made by hand, is never newer than what is there
    let version = version.or(Some(0));
    match act::record_votes(&mut tx, &by, d.id, version, &all, app.clock.now()).await {
        Ok(()) => {
            tx.commit().await?;
            Ok(done(&p, d.id, "decision-votes-recorded"))
        }
        Err(trouble) => match refused(trouble, &mut tx, &p, f, d.id, Some("meeting")).await? {
            Refused::Form(f) => again(&page(p, f, d)),
            Refused::Answer(answer) => Ok(answer),
        },
    }
}
