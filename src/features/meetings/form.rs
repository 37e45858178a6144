//! Calling a meeting, and changing what is planned.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use chrono::{DateTime, NaiveDate, Utc};

use super::asked::NewMeeting;
use super::model::{Attendance, Body, Meeting, Party, State, Whole, scope};
use super::show::{Line, again, conflict, done, find, html};
use super::store::{self, Choices};
use super::when::read_time;
use super::{acts, told};
use crate::features::decisions::BoardSettings;
use crate::kernel::auth::Inside;
use crate::kernel::error::Problem;
use crate::kernel::form::Fields;
use crate::kernel::i18n::Message;
use crate::kernel::ids::{BeneficiaryId, MeetingId, OrganisationId, PillarId};
use crate::kernel::page::Page;
use crate::kernel::permit::{Handling, Member, Permission};
use crate::kernel::zone::Zone;

/// Fields of the form; each has its name in the texts.
const FIELDS: [&str; 14] = [
    "body",
    "pillar",
    "title",
    "about",
    "day",
    "starts",
    "ends",
    "last_day",
    "zone",
    "place",
    "online",
    "handling",
    "organisations",
    "beneficiaries",
];

#[derive(Template)]
#[template(path = "meetings/form.html")]
struct FormPage {
    p: Page,
    f: Fields,
    title: String,
    action: String,
    leave: String,
    bodies: Vec<(String, String)>,
    pillars: Vec<(String, String)>,
    zones: Vec<(String, String)>,
    levels: Vec<(String, String)>,
    beneficiaries: Vec<(String, String)>,
    organisations: Vec<(String, String)>,
    /// Those that are no members of the process.
    others: Vec<(String, String)>,
    /// Of a new one: the ways to begin it.
    starts: Vec<(String, String)>,
}

fn settings(p: &Page) -> &serde_json::Value {
    p.frame().map_or(&serde_json::Value::Null, |f| &f.settings)
}

/// What a member may call: each body with the pillars that it may be of; `None`: of no one pillar.
fn may_call(p: &Page, member: &Member) -> Vec<(Body, Vec<Option<PillarId>>)> {
    let pillars: Vec<PillarId> = p.frame().map(|f| f.pillars.iter().map(|l| l.id).collect()).unwrap_or_default();
    let of = |body: Body| -> Vec<Option<PillarId>> {
        let none = (body != Body::Pillar).then_some(None);
        let own = pillars.iter().copied().map(Some).filter(|_| !matches!(body, Body::Board | Body::SupportGroup));
        let may = |l: &Option<PillarId>| member.may(Permission::MeetingRun, &scope(body, *l, Handling::Members));
        none.into_iter().chain(own).filter(may).collect()
    };
    Body::ALL.iter().map(|body| (*body, of(*body))).filter(|(_, pillars)| !pillars.is_empty()).collect()
}

fn form_page(
    p: Page,
    f: Fields,
    member: &Member,
    choices: &Choices,
    parties: &[Party],
    of: Option<MeetingId>,
) -> FormPage {
    let callable = may_call(&p, member);
    let may_be = |l: PillarId| callable.iter().any(|(_, pillars)| pillars.contains(&Some(l)));
    let frame = p.frame();
    let pillars = frame.map(|f| f.pillars.as_slice()).unwrap_or_default();
    let beneficiaries = frame.map(|f| f.beneficiaries.as_slice()).unwrap_or_default();
    let name = |o: &(OrganisationId, String, bool)| (o.0.to_string(), o.1.clone());
    let invited = |id: OrganisationId| parties.iter().any(|x| x.organisation == Some(id));
    let (near, far): (Vec<_>, Vec<_>) =
        choices.organisations.iter().partition(|(id, _, member)| *member || invited(*id));
    let starts = match of {
        Some(_) => Vec::new(),
        None => callable
            .iter()
            .map(|(body, _)| (p.link(&format!("/meetings/new?body={}", body.as_str())), p.t(body.label())))
            .collect(),
    };
    FormPage {
        title: p.t(if of.is_some() { "meeting-edit-title" } else { "meeting-new-title" }),
        action: p.link(&of.map_or_else(|| "/meetings/new".to_owned(), |id| format!("/meetings/{id}/edit"))),
        leave: p.link(&of.map_or_else(|| "/meetings".to_owned(), |id| format!("/meetings/{id}"))),
        bodies: callable.iter().map(|(b, _)| (b.as_str().to_owned(), p.t(b.label()))).collect(),
        pillars: pillars
            .iter()
            .filter(|l| may_be(l.id))
            .map(|l| (l.id.to_string(), format!("{} – {}", l.key, l.name)))
            .collect(),
        zones: Zone::options(&p),
        levels: LEVELS.iter().map(|l| (l.as_str().to_owned(), p.t(l.label()))).collect(),
        beneficiaries: beneficiaries.iter().map(|b| (b.id.to_string(), b.name.clone())).collect(),
        organisations: near.into_iter().map(name).collect(),
        others: far.into_iter().map(name).collect(),
        starts,
        p,
        f,
    }
}

/// The levels that a meeting can have: one of a single organisation is none of the process.
const LEVELS: [Handling; 2] = [Handling::Members, Handling::Parties];

/// Who is invited where nobody has said otherwise: the seats of the Board; all who take part in the Support Group.
fn by_default(p: &Page, body: Body, choices: &Choices) -> (Vec<OrganisationId>, Vec<BeneficiaryId>) {
    let beneficiaries = p.frame().map(|f| f.beneficiaries.iter().map(|b| b.id).collect()).unwrap_or_default();
    match body {
        Body::Board => (BoardSettings::of(settings(p)).commission.into_iter().collect(), beneficiaries),
        Body::Pillar | Body::SupportGroup | Body::Expert => {
            (choices.organisations.iter().filter(|o| o.2).map(|o| o.0).collect(), beneficiaries)
        }
        Body::Consultation | Body::Other => (Vec::new(), Vec::new()),
    }
}

/// Reads the form; `None` where a field is wrong.
fn read(f: &mut Fields, p: &Page, choices: &Choices, parties: &[Party]) -> Option<NewMeeting> {
    let body = f.required_choice("body", Body::parse);
    let known: Vec<PillarId> = p.frame().map(|f| f.pillars.iter().map(|l| l.id).collect()).unwrap_or_default();
    let pillar: Option<PillarId> = f.choice("pillar", |t| t.parse().ok().filter(|l| known.contains(l)));
    match body {
        Some(Body::Pillar) if pillar.is_none() && f.error("pillar").is_none() => {
            f.fail("pillar", Message::new("meeting-error-pillar"));
        }
        Some(Body::Board | Body::SupportGroup) if pillar.is_some() => {
            f.fail("pillar", Message::new("meeting-error-no-pillar"));
        }
        _ => {}
    }
    let title = f.required("title", 300);
    let about = f.text("about", 5000);
    let time = read_time(f, p.today);
    let place = f.text("place", 300);
    let online = f.web_address("online");
    let handling = f.required_choice("handling", |t| Handling::parse(t).filter(|l| LEVELS.contains(l)));
    let organisations: Vec<OrganisationId> = f.ids("organisations");
    let invited = |id: &OrganisationId| parties.iter().any(|x| x.organisation == Some(*id));
    if !organisations.iter().all(|id| choices.organisations.iter().any(|o| o.0 == *id) || invited(id)) {
        f.fail("organisations", Message::new("field-not-in-list"));
    }
    let beneficiaries: Vec<BeneficiaryId> = f.ids("beneficiaries");
    let there: Vec<BeneficiaryId> =
        p.frame().map(|f| f.beneficiaries.iter().map(|b| b.id).collect()).unwrap_or_default();
    if !beneficiaries.iter().all(|id| there.contains(id)) {
        f.fail("beneficiaries", Message::new("field-not-in-list"));
    }
    let (body, time, handling) = (body?, time?, handling?);
    f.is_valid().then_some(NewMeeting {
        body,
        pillar,
        title,
        about,
        time,
        place,
        online,
        handling,
        organisations,
        beneficiaries,
        source: None,
    })
}

/// The form as it stands for a meeting.
fn fill(f: &mut Fields, p: &Page, w: &Whole) {
    let m = &w.meeting;
    f.set("version", m.version);
    f.set("body", m.body.as_str());
    f.set("pillar", m.pillar.map(|l| l.to_string()).unwrap_or_default());
    f.set("title", &m.title);
    f.set("about", &m.about);
    f.set("day", p.day(&m.day()));
    let hour = |at: DateTime<Utc>| m.zone.local(at).format("%H:%M").to_string();
    f.set("starts", if m.timed { hour(m.starts_at) } else { String::new() });
    f.set("ends", m.ends_at.filter(|_| m.timed).map(hour).unwrap_or_default());
    f.set("last_day", if m.last_day() > m.day() { p.day(&m.last_day()) } else { String::new() });
    f.set("zone", m.zone.as_str());
    f.set("place", &m.place);
    f.set("online", m.online.as_deref().unwrap_or_default());
    f.set("handling", m.handling.as_str());
    for party in &w.parties {
        if let Some(id) = party.organisation {
            f.add("organisations", id);
        }
        if let Some(id) = party.beneficiary {
            f.add("beneficiaries", id);
        }
    }
}

/// A value of the form or of the history in the reader's words: closed lists are stored by their keys.
pub fn in_words(p: &Page, field: &str, value: &str) -> String {
    let key = match field {
        "body" => Body::parse(value).map(Body::label),
        "state" => State::parse(value).map(State::label),
        "zone" => Zone::parse(value).map(Zone::label),
        "handling" => Handling::parse(value).map(Handling::label),
        "answer" => super::model::Answer::parse(value).map(super::model::Answer::label),
        "task_state" => super::model::TaskState::parse(value).map(super::model::TaskState::label),
        _ => None,
    };
    if let Some(key) = key {
        return p.t(key);
    }
    if let ("attendance", Some((was, party))) = (field, value.split_once(':')) {
        let was = p.t(Attendance::parse(was).map_or("meeting-attendance-none", Attendance::label));
        return p.t2("meeting-attendance-was", "party", party, "attendance", was);
    }
    if field == "pillar" {
        let known = p.frame().and_then(|f| f.pillars.iter().find(|l| l.id.to_string() == value));
        return known.map_or_else(|| value.to_owned(), |l| l.key.clone());
    }
    match (field, value.parse::<NaiveDate>()) {
        ("day" | "last_day" | "due_on", Ok(day)) => p.day(&day),
        _ => value.to_owned(),
    }
}

pub async fn new(inside: Inside) -> Result<Response, Problem> {
    let Inside { mut tx, member, page: p, fields: query, .. } = inside;
    let choices = store::choices(&mut tx, p.today).await?;
    let callable = may_call(&p, &member);
    let wanted = Body::parse(query.value("body")).filter(|b| callable.iter().any(|(body, _)| body == b));
    let mut f = Fields::default();
    if let Some((first, _)) = callable.first() {
        let body = wanted.unwrap_or(*first);
        f.set("body", body.as_str());
        if let Some((_, pillars)) = callable.iter().find(|(b, _)| *b == body)
            && let [Some(only)] = pillars.as_slice()
        {
            f.set("pillar", only);
        }
        let (organisations, beneficiaries) = by_default(&p, body, &choices);
        for id in organisations {
            f.add("organisations", id);
        }
        for id in beneficiaries {
            f.add("beneficiaries", id);
        }
    }
    f.set("zone", Zone::of(settings(&p)).as_str());
    f.set("handling", Handling::Members.as_str());
    html(&form_page(p, f, &member, &choices, &[], None))
}

pub async fn create(inside: Inside) -> Result<Response, Problem> {
    let Inside { app, mut tx, member, page: p, fields: mut f } = inside;
    let choices = store::choices(&mut tx, p.today).await?;
    let Some(new) = read(&mut f, &p, &choices, &[]) else {
        return again(&form_page(p, f, &member, &choices, &[], None));
    };
    let by = member.require(Permission::MeetingRun, &scope(new.body, new.pillar, new.handling))?.clone();
    let now = app.clock.now();
    let id = acts::call(&mut tx, Some(&by), &new, now).await?;
    let w = find(&mut tx, &id.to_string(), p.today).await?;
    if !w.meeting.is_past(now) {
        told::called(&mut tx, &app, &by, &w).await?;
    }
    tx.commit().await?;
    Ok(done(&p, id, "meeting-called"))
}

pub async fn edit(Path((_, key)): Path<(String, String)>, inside: Inside) -> Result<Response, Problem> {
    let Inside { mut tx, member, page: p, .. } = inside;
    let w = find(&mut tx, &key, p.today).await?;
    member.require(Permission::MeetingRun, &w.meeting.scope())?;
    if !w.meeting.is_open() {
        return Ok(done(&p, w.meeting.id, "meeting-ended"));
    }
    let choices = store::choices(&mut tx, p.today).await?;
    let mut f = Fields::default();
    fill(&mut f, &p, &w);
    html(&form_page(p, f, &member, &choices, &w.parties, Some(w.meeting.id)))
}

/// What two forms say of each field, in words.
fn lines(p: &Page, mine: &Fields, theirs: &Fields, choices: &Choices) -> Vec<Line> {
    let words = |f: &Fields, name: &str| {
        let mut all: Vec<String> = f.values(name).into_iter().map(|v| shown(p, name, v.trim(), choices)).collect();
        all.sort();
        all.join("; ")
    };
    let line = |name: &&'static str| Line {
        label: p.t(&format!("meeting-field-{name}")),
        theirs: words(theirs, name),
        mine: words(mine, name),
    };
    FIELDS.iter().map(line).collect()
}

fn shown(p: &Page, name: &str, value: &str, choices: &Choices) -> String {
    let named = |found: Option<String>| found.unwrap_or_else(|| value.to_owned());
    let frame = p.frame();
    match name {
        "organisations" => named(choices.organisations.iter().find(|o| o.0.to_string() == value).map(|o| o.1.clone())),
        "beneficiaries" => named(
            frame.and_then(|f| f.beneficiaries.iter().find(|b| b.id.to_string() == value)).map(|b| b.name.clone()),
        ),
        _ => in_words(p, name, value),
    }
}

pub async fn save(Path((_, key)): Path<(String, String)>, inside: Inside) -> Result<Response, Problem> {
    let Inside { app, mut tx, member, page: p, fields: mut f } = inside;
    let w = find(&mut tx, &key, p.today).await?;
    let by = member.require(Permission::MeetingRun, &w.meeting.scope())?.clone();
    let choices = store::choices(&mut tx, p.today).await?;
    let version = f.integer("version").unwrap_or(0);
    let Some(new) = read(&mut f, &p, &choices, &w.parties) else {
        return again(&form_page(p, f, &member, &choices, &w.parties, Some(w.meeting.id)));
    };
    // it cannot be made one that is not theirs to run
    member.require(Permission::MeetingRun, &scope(new.body, new.pillar, new.handling))?;
    let now = app.clock.now();
    let Some(before) = acts::hold(&mut tx, w.meeting.id, version, p.today).await? else {
        let w = find(&mut tx, &key, p.today).await?;
        let mut theirs = Fields::default();
        fill(&mut theirs, &p, &w);
        let lines = lines(&p, &f, &theirs, &choices);
        return conflict(p, &w, &f, lines, "/edit");
    };
    if !before.meeting.is_open() {
        return Err(Problem::Conflict(Message::new("meeting-late-ended")));
    }
    acts::change(&mut tx, &by, &before, &new, now).await?;
    let after = find(&mut tx, &key, p.today).await?;
    if moved(&before.meeting, &after.meeting) && !after.meeting.is_past(now) {
        told::moved(&mut tx, &app, &by, &before.meeting, &after).await?;
    }
    tx.commit().await?;
    Ok(done(&p, w.meeting.id, "meeting-saved"))
}

fn moved(before: &Meeting, after: &Meeting) -> bool {
    before.time() != after.time()
}
