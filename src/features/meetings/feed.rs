//! The calendar of a member at a private address, for programs that show calendars; and one meeting as a file. Whoever has the
//! address reads the calendar: it is shown once, can be made anew or ended, and opens nothing else.

use askama::Template;
use axum::extract::Path;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use chrono::{DateTime, TimeDelta, Utc};

use super::show::find;
use super::{ics, store, store_feed};
use crate::features::api;
use crate::kernel::access_log::{self, Line};
use crate::kernel::auth::{Inside, Outside};
use crate::kernel::error::Problem;
use crate::kernel::history::{self, Changes, Entry, Subject};
use crate::kernel::ids::AccountId;
use crate::kernel::page::Page;
use crate::kernel::permit::{Permission, Scope};
use crate::kernel::random::Token;

/// What is past stays in a calendar for so long.
const PAST_DAYS: i64 = 400;
const MOST: i64 = 500;
/// So often in a minute may one address be fetched: programs ask a few times an hour.
const PER_MINUTE: u32 = 30;

#[derive(Template)]
#[template(path = "meetings/calendar.html")]
struct CalendarPage {
    p: Page,
    /// Since when there is an address.
    made_at: Option<DateTime<Utc>>,
    /// The address that has just been made, shown this once.
    address: Option<String>,
}

fn account(inside: &Inside) -> Result<AccountId, Problem> {
    inside.tx.account().ok_or_else(|| anyhow::anyhow!("a calendar is somebody's").into())
}

pub async fn page(mut inside: Inside) -> Result<Response, Problem> {
    let account = account(&inside)?;
    let made_at = store_feed::made_at(&mut inside.tx, account).await?;
    Ok(Html(CalendarPage { p: inside.page, made_at, address: None }.render()?).into_response())
}

/// A line in the history of the membership whose address it is.
async fn note(inside: &mut Inside, event: &'static str) -> Result<(), Problem> {
    let by = inside.member.require(Permission::MeetingCalendar, &Scope::default())?.clone();
    let entry = Entry { subject: Subject::Membership, id: by.id.0, event, changes: Changes::new(), why: "" };
    history::record(&mut inside.tx, Some(&by), entry).await?;
    Ok(())
}

/// Makes an address, in the place of the one there was.
pub async fn make(mut inside: Inside) -> Result<Response, Problem> {
    let (account, now, token) = (account(&inside)?, inside.app.clock.now(), Token::new());
    store_feed::make(&mut inside.tx, account, &token.hash(), now).await?;
    note(&mut inside, "calendar-made").await?;
    inside.tx.commit().await?;
    let rest = inside.page.link(&format!("/calendar/{}/meetings.ics", token.expose()));
    let address = Some(format!("{}{rest}", inside.app.base_url));
    let page = CalendarPage { p: inside.page, made_at: Some(now), address };
    let mut response = Html(page.render()?).into_response();
    // the page holds a secret: it is not told to where its links lead
    response.headers_mut().insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    Ok(response)
}

pub async fn end(mut inside: Inside) -> Result<Response, Problem> {
    let account = account(&inside)?;
    if store_feed::end(&mut inside.tx, account).await? {
        note(&mut inside, "calendar-ended").await?;
    }
    inside.tx.commit().await?;
    Ok(Redirect::to(&inside.page.link("/meetings/calendar?done=calendar-ended")).into_response())
}

fn answer(text: String, disposition: &'static str) -> Response {
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/calendar; charset=utf-8"));
    headers.insert(header::CONTENT_DISPOSITION, HeaderValue::from_static(disposition));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(HeaderName::from_static("x-robots-tag"), HeaderValue::from_static("noindex, nofollow"));
    (headers, text).into_response()
}

/// The calendar. What is no address of anybody's is not found, whatever it looks like.
pub async fn feed(Path((slug, token)): Path<(String, String)>, outside: Outside) -> Result<Response, Problem> {
    let Outside { app, page, statements, .. } = outside;
    let token = Token::parse(&token).ok_or(Problem::NotFound)?;
    let now = app.clock.now();
    // before the database is asked
    if !api::take(&app.memory, token.hash(), PER_MINUTE, now.timestamp()).allowed {
        let mut response = StatusCode::TOO_MANY_REQUESTS.into_response();
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("60"));
        return Ok(response);
    }
    let entered = app.db.enter_calendar(&slug, &token, &statements).await?;
    let (mut tx, frame) = entered.ok_or(Problem::NotFound)?;
    let meetings = store::since(&mut tx, now - TimeDelta::days(PAST_DAYS), MOST).await?;
    let p = Page { process: Some(frame), ..page };
    Ok(answer(ics::calendar(&p, &app.base_url, &meetings, now), "inline; filename=\"meetings.ics\""))
}

/// One meeting, to be put into a calendar by hand.
pub async fn one(Path((_, key)): Path<(String, String)>, mut inside: Inside) -> Result<Response, Problem> {
    inside.count_export().await?;
    let Inside { app, mut tx, member, page: p, .. } = inside;
    let w = find(&mut tx, &key, p.today).await?;
    if let Some(by) = member.first() {
        access_log::note(&mut tx, by, Line::export("meeting", Some(w.meeting.id.0), "", None)).await?;
    }
    tx.commit().await?;
    let text = ics::calendar(&p, &app.base_url, &[w.meeting], app.clock.now());
    Ok(answer(text, "attachment; filename=\"meeting.ics\""))
}
