//! "Ask for access": sorted into five kinds, each with its own way and its own day by which it is answered. No answer tells
//! whether an account, a member or an organisation exists.

use askama::Template;
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use chrono::{Datelike, Days, NaiveDate, Weekday};

use super::store::{self, Request};
use crate::features::directory::RequestKind;
use crate::features::notices::{self, Notice, To, Topic};
use crate::kernel::auth::InPublic;
use crate::kernel::db::ProcessTx;
use crate::kernel::error::Problem;
use crate::kernel::form::Fields;
use crate::kernel::history::{self, Changes, Entry, Subject};
use crate::kernel::i18n::Message;
use crate::kernel::ids::AccessRequestId;
use crate::kernel::mail::{self, Letter};
use crate::kernel::page::Page;
use crate::kernel::permit::Role;
use crate::kernel::state::App;

/// The time over which requests from one address are limited (kernel.try_attempt).
const MINUTES: i64 = 15;
/// Letters to one address within that time. Nobody has shown that the address is theirs: more would make us a nuisance
/// in somebody else's name.
const LETTERS: i64 = 3;

/// By when a request is to be answered.
enum Term {
    /// Monday to Friday; public holidays differ between those who answer and are not counted.
    WorkingDays(u32),
    Days(u64),
}

/// A person of a member organisation is confirmed by its focal point, and an EU agency only noted by the Board: both are
/// quick. A new member needs a decision of the Board, which takes a month at least; so long may what is not urgent take.
fn term(kind: RequestKind) -> Term {
    match kind {
        RequestKind::Person | RequestKind::EuAgency => Term::WorkingDays(10),
        RequestKind::Evaluator => Term::Days(15),
        RequestKind::NewMember | RequestKind::Public => Term::Days(30),
    }
}

fn due(kind: RequestKind, today: NaiveDate) -> NaiveDate {
    let mut day = today;
    let next = |day: NaiveDate| day.succ_opt().unwrap_or(day);
    match term(kind) {
        Term::Days(days) => today.checked_add_days(Days::new(days)).unwrap_or(today),
        Term::WorkingDays(mut left) => {
            while left > 0 {
                day = next(day);
                if !matches!(day.weekday(), Weekday::Sat | Weekday::Sun) {
                    left -= 1;
                }
            }
            day
        }
    }
}

/// The Fluent keys of a kind: who may choose it, and the answer.
fn hint(kind: RequestKind) -> &'static str {
    match kind {
        RequestKind::Person => "public-access-person-hint",
        RequestKind::NewMember => "public-access-new-member-hint",
        RequestKind::EuAgency => "public-access-eu-agency-hint",
        RequestKind::Evaluator => "public-access-evaluator-hint",
        RequestKind::Public => "public-access-public-hint",
    }
}

fn reply(kind: RequestKind) -> &'static str {
    match kind {
        RequestKind::Person => "public-access-person-reply",
        RequestKind::NewMember => "public-access-new-member-reply",
        RequestKind::EuAgency => "public-access-eu-agency-reply",
        RequestKind::Evaluator => "public-access-evaluator-reply",
        RequestKind::Public => "public-access-public-reply",
    }
}

#[derive(Template)]
#[template(path = "public_site/access.html")]
struct FormPage {
    p: Page,
    f: Fields,
    kinds: Vec<(&'static str, String, String)>,
}

impl FormPage {
    /// The name of a field, for the list of errors.
    fn label(&self, name: &str) -> String {
        self.p.t(match name {
            "kind" => "public-access-kind",
            "name" => "public-access-name",
            "email" => "public-access-email",
            "organisation" => "public-access-organisation",
            "post" => "public-access-post",
            _ => "public-access-reason",
        })
    }
}

#[derive(Template)]
#[template(path = "public_site/asked.html")]
struct AskedPage {
    p: Page,
    kind: RequestKind,
    due: String,
}

impl AskedPage {
    fn reply(&self) -> String {
        self.p.t1(reply(self.kind), "day", &self.due)
    }
}

fn show(p: Page, f: Fields, status: StatusCode) -> Result<Response, Problem> {
    let kinds = RequestKind::ALL.iter().map(|k| (k.as_str(), p.t(k.label()), p.t(hint(*k)))).collect();
    Ok((status, Html(FormPage { p, f, kinds }.render()?)).into_response())
}

pub async fn form(inside: InPublic) -> Result<Response, Problem> {
    let InPublic { app, page: p, fields, visitor, .. } = inside;
    if let Some(kind) = RequestKind::parse(fields.value("asked")) {
        let due = p.day(&due(kind, app.clock.today()));
        return Ok(Html(AskedPage { p, kind, due }.render()?).into_response());
    }
    let mut f = Fields::default();
    if let Some(kind) = RequestKind::parse(fields.value("kind")) {
        f.set("kind", kind.as_str());
    }
    let mut response = show(p, f, StatusCode::OK)?;
    if let Some(cookie) = visitor.set_cookie(&app) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

pub async fn ask(inside: InPublic) -> Result<Response, Problem> {
    let InPublic { app, mut tx, page: p, fields: mut f, visitor, .. } = inside;
    let kind = f.required_choice("kind", RequestKind::parse);
    let name = f.required("name", 200);
    let email = f.email("email");
    // the interested public need not belong anywhere
    let organisation =
        if kind == Some(RequestKind::Public) { f.text("organisation", 200) } else { f.required("organisation", 200) };
    let post = f.text("post", 200);
    let reason = f.text("reason", 2_000);
    for one_line in ["name", "organisation", "post"] {
        if f.value(one_line).trim().chars().any(char::is_control) {
            f.fail(one_line, Message::new("field-control-character"));
        }
    }
    let Some(kind) = kind.filter(|_| f.is_valid()) else { return show(p, f, StatusCode::UNPROCESSABLE_ENTITY) };

    let now = app.clock.now();
    let subject = app.secret.blind("access_request", &visitor.address.map(|a| a.to_string()).unwrap_or_default());
    if !store::note_request(&mut tx, &subject, now, app.limits.requests_per_address).await? {
        return Err(Problem::TooMany { minutes: MINUTES });
    }
    let due_on = due(kind, now.date_naive());
    let request = Request {
        kind,
        name: &name,
        email: &email,
        organisation: &organisation,
        post: &post,
        reason: &reason,
        at: now,
        due_on,
    };
    let (id, first) = store::request(&mut tx, &request).await?;
    let entry =
        Entry { subject: Subject::AccessRequest, id: id.0, event: "access-asked", changes: Changes::new(), why: "" };
    history::record(&mut tx, None, entry).await?;
    let recipient = app.secret.blind("access_request_letter", &email);
    if store::note_request(&mut tx, &recipient, now, LETTERS).await? {
        let process = tx.process();
        mail::queue(tx.conn(), Some(process), &letter(&p, &email, due_on)).await?;
    }
    notice(&app, &mut tx, &p, kind, first, due_on).await?;
    tx.commit().await?;
    Ok(Redirect::to(&format!("{}?asked={}", p.link("/public/access"), kind.as_str())).into_response())
}

/// Tells those who answer the request that it waits, and by when. Who asks, and what, stands behind sign-in alone. Of many
/// requests at once they are told [`LETTERS`] times, and find all on their home. `id`: of what was asked again the first, of which
/// they are told once as long as it waits.
async fn notice(
    app: &App,
    tx: &mut ProcessTx,
    p: &Page,
    kind: RequestKind,
    id: AccessRequestId,
    due_on: NaiveDate,
) -> Result<(), Problem> {
    if kind == RequestKind::EuAgency {
        // nothing is asked of the Board: its Chair is to know, however many others have asked the secretariat just now
        let chair = app.secret.blind("access_request_notice", &format!("chair {}", tx.process()));
        if store::note_request(tx, &chair, app.clock.now(), LETTERS).await? {
            let subject = notices::Subject::new("access_request", id.0);
            let notice = Notice::new("notices-access-eu-agency", Topic::Requests, subject, "/members".to_owned())
                .once(format!("access-request-eu-agency:{id}"));
            notices::tell(tx, app, &notice, &To::roles(&[Role::Chair])).await?;
        }
    }
    let to = store::answering(tx, id, p.today).await?;
    let names: Vec<String> = to.iter().map(ToString::to_string).collect();
    let subject = app.secret.blind("access_request_notice", &names.join(" "));
    if !store::note_request(tx, &subject, app.clock.now(), LETTERS).await? {
        return Ok(());
    }
    let subject = notices::Subject::new("access_request", id.0);
    let notice = Notice::new("notices-access-asked", Topic::Requests, subject, format!("/access-requests/{id}"))
        .deadline(due_on)
        .once(format!("access-request:{id}"));
    notices::tell(tx, app, &notice, &To::members(to)).await?;
    Ok(())
}

/// Says that the request has come. It repeats nothing of what was typed, or anybody could write to anybody through it.
fn letter(p: &Page, email: &str, due_on: NaiveDate) -> Letter {
    let process = p.frame().map(|f| f.name.clone()).unwrap_or_default();
    let subject = Message::new("public-letter-subject").with("process", &process);
    let body = Message::new("public-letter-body").with("process", &process).with("day", p.day(&due_on));
    Letter::new(p.locale, email, &subject, &body)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn working_days_leave_out_weekends() {
        let tuesday = NaiveDate::from_ymd_opt(2026, 11, 24).unwrap();
        let day = |d: NaiveDate| d.to_string();
        assert_eq!(day(due(RequestKind::Person, tuesday)), "2026-12-08");
        assert_eq!(day(due(RequestKind::EuAgency, tuesday)), "2026-12-08");
        assert_eq!(day(due(RequestKind::Evaluator, tuesday)), "2026-12-09");
        assert_eq!(day(due(RequestKind::NewMember, tuesday)), "2026-12-24");
        assert_eq!(day(due(RequestKind::Public, tuesday)), "2026-12-24");
        let saturday = NaiveDate::from_ymd_opt(2026, 11, 28).unwrap();
        assert_eq!(day(due(RequestKind::Person, saturday)), "2026-12-11");
    }
}
