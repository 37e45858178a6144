//! The calendar: a list of what comes or is past, and a month as a table.

use askama::Template;
use axum::response::Response;
use chrono::{DateTime, NaiveTime, TimeDelta, Utc};

use super::model::{Body, Meeting, scope};
use super::month::{Cell, Month};
use super::show::html;
use super::store::{self, Filter};
use crate::kernel::auth::Inside;
use crate::kernel::error::Problem;
use crate::kernel::form::Fields;
use crate::kernel::ids::{MeetingId, PillarId};
use crate::kernel::page::Page;
use crate::kernel::permit::{Handling, Member, Permission};
use crate::kernel::window::kept_query;
use crate::kernel::zone::Zone;

const SIZE: usize = 50;

/// A row of the list, in the reader's words; the zone of the process is said above it.
pub struct Row {
    pub m: Meeting,
    pub when: String,
    pub pillar: Option<String>,
}

impl Row {
    pub fn new(p: &Page, m: Meeting) -> Self {
        Self { when: m.when_beside(p, Some(zone_of(p))), pillar: m.pillar_key(p), m }
    }
}

#[derive(Template)]
#[template(path = "meetings/list.html")]
struct ListPage {
    p: Page,
    f: Fields,
    rows: Vec<Row>,
    bodies: Vec<(String, String)>,
    pillars: Vec<(String, String)>,
    past: bool,
    filtered: bool,
    begun: bool,
    /// The query of the page that goes on, where there is one.
    next: Option<String>,
    runs: bool,
    query: String,
    zone: String,
}

impl ListPage {
    /// The address of another view of the same filters.
    fn view(&self, view: &str) -> String {
        view_of(&self.p, &self.f, view)
    }
}

/// The address of a view, with the filters of another.
fn view_of(p: &Page, f: &Fields, view: &str) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    for name in ["body", "pillar"] {
        if f.is_set(name) {
            query.append_pair(name, f.value(name));
        }
    }
    for (other, name) in [("past", "when"), ("month", "view")] {
        if view == other {
            query.append_pair(name, other);
        }
    }
    match query.finish() {
        query if query.is_empty() => p.link("/meetings"),
        query => format!("{}?{query}", p.link("/meetings")),
    }
}

#[derive(Template)]
#[template(path = "meetings/month.html")]
struct MonthPage {
    p: Page,
    f: Fields,
    month: Month,
    title: String,
    meetings: Vec<Meeting>,
    bodies: Vec<(String, String)>,
    pillars: Vec<(String, String)>,
    filtered: bool,
    runs: bool,
    zone: String,
}

impl MonthPage {
    fn view(&self, view: &str) -> String {
        view_of(&self.p, &self.f, view)
    }
    fn weeks(&self) -> Vec<Vec<Cell<'_, Meeting>>> {
        self.month.weeks(&self.meetings, |m| (m.day(), m.last_day()))
    }
    fn before(&self) -> String {
        format!("{}&month={}", self.view("month"), self.month.before())
    }
    fn after(&self) -> String {
        format!("{}&month={}", self.view("month"), self.month.next())
    }
    fn hour(&self, m: &Meeting) -> String {
        if m.timed { m.zone.local(m.starts_at).format("%H:%M").to_string() } else { String::new() }
    }
    fn number(&self, cell: &Cell<'_, Meeting>) -> String {
        cell.day.format("%-d").to_string()
    }
    fn weekdays(&self) -> [String; 7] {
        ["mon", "tue", "wed", "thu", "fri", "sat", "sun"].map(|day| self.p.t(&format!("meeting-weekday-{day}")))
    }
    fn is_today(&self, cell: &Cell<'_, Meeting>) -> bool {
        cell.day == self.p.today
    }
}

/// What is chosen in the address; what is of no list chooses nothing.
pub fn asked(f: &Fields, p: &Page) -> Filter {
    let pillars = p.frame().map(|f| f.pillars.as_slice()).unwrap_or_default();
    let pillar: Option<PillarId> = pillars.iter().find(|l| l.key == f.value("pillar")).map(|l| l.id);
    Filter { body: Body::parse(f.value("body")), pillar, past: f.value("when") == "past", after: None }
}

fn pillars(p: &Page) -> Vec<(String, String)> {
    let all = p.frame().map(|f| f.pillars.as_slice()).unwrap_or_default();
    all.iter().map(|l| (l.key.clone(), format!("{} – {}", l.key, l.name))).collect()
}

/// Whether a member can call any meeting.
fn runs(member: &Member) -> bool {
    let own = member.pillars().into_iter().map(Some);
    std::iter::once(None).chain(own).any(|pillar| {
        [Body::Board, Body::Other]
            .into_iter()
            .any(|body| member.may(Permission::MeetingRun, &scope(body, pillar, Handling::Members)))
    })
}

/// In which zone the process states times.
fn zone_of(p: &Page) -> Zone {
    Zone::of(p.frame().map_or(&serde_json::Value::Null, |f| &f.settings))
}

/// The same in words.
pub fn zone_note(p: &Page) -> String {
    p.t1("meeting-zone-note", "zone", p.t(zone_of(p).label()))
}

pub async fn page(inside: Inside) -> Result<Response, Problem> {
    if inside.fields.value("view") == "month" {
        return month(inside).await;
    }
    let Inside { app, mut tx, member, page: p, fields: f, .. } = inside;
    let after: Option<MeetingId> = f.value("after").parse().ok();
    let filter = Filter { after, ..asked(&f, &p) };
    let mut all = store::list(&mut tx, &filter, app.clock.now(), SIZE as i64).await?;
    let more = all.len() > SIZE;
    all.truncate(SIZE);
    let query = kept_query(&f);
    let next = all.last().filter(|_| more).map(|last| {
        let joint = if query.is_empty() { "" } else { "&" };
        format!("{query}{joint}after={}", last.id)
    });
    html(&ListPage {
        rows: all.into_iter().map(|m| Row::new(&p, m)).collect(),
        bodies: Body::options(&p),
        pillars: pillars(&p),
        past: filter.past,
        filtered: filter.body.is_some() || filter.pillar.is_some(),
        begun: after.is_some(),
        runs: runs(&member),
        zone: zone_note(&p),
        query,
        next,
        f,
        p,
    })
}

async fn month(inside: Inside) -> Result<Response, Problem> {
    let Inside { mut tx, member, page: p, fields: f, .. } = inside;
    let month = Month::parse(f.value("month")).unwrap_or_else(|| Month::of(p.today));
    let filter = asked(&f, &p);
    // a day more on either side: a day begins elsewhere when it does not here; the table's own days are those of each meeting
    let begins = |day: chrono::NaiveDate| -> DateTime<Utc> { day.and_time(NaiveTime::MIN).and_utc() };
    let from = begins(month.first_day()) - TimeDelta::days(8);
    let to = begins(month.last_day()) + TimeDelta::days(9);
    let meetings = store::between(&mut tx, &filter, from, to).await?;
    html(&MonthPage {
        title: title(&p, month),
        meetings,
        bodies: Body::options(&p),
        pillars: pillars(&p),
        filtered: filter.body.is_some() || filter.pillar.is_some(),
        runs: runs(&member),
        zone: zone_note(&p),
        month,
        f,
        p,
    })
}

/// A month as the reader's language writes it.
fn title(p: &Page, month: Month) -> String {
    use crate::kernel::date::{PartialDate, Precision};
    PartialDate::from_parts(month.first_day(), Precision::Month)
        .map_or_else(|_| month.to_string(), |date| p.date(&date))
}
