//! Beginning a report, its head, and the filling of its tables.

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};

use super::model::{Report, SectionKind};
use super::store_write::Head;
use super::{id, store, store_write};
use crate::features::needs::{self, Cycle};
use crate::kernel::auth::Inside;
use crate::kernel::db::MembershipFacts;
use crate::kernel::error::Problem;
use crate::kernel::form::Fields;
use crate::kernel::history::{self, Change, Changes, Entry, Subject};
use crate::kernel::i18n::Message;
use crate::kernel::ids::PillarId;
use crate::kernel::page::Page;
use crate::kernel::permit::{Member, Permission, Scope};

#[derive(Template)]
#[template(path = "reports/new.html")]
struct NewPage {
    p: Page,
    f: Fields,
    cycles: Vec<(String, String)>,
    pillars: Vec<(String, String)>,
}

/// The pillars whose reports this member may write.
fn pillars(p: &Page, member: &Member) -> Vec<(PillarId, String)> {
    let all = p.frame().map(|f| f.pillars.as_slice()).unwrap_or_default();
    let own = |l: PillarId| member.may(Permission::ReportWrite, &Scope { pillars: vec![l], ..Scope::default() });
    all.iter().filter(|l| own(l.id)).map(|l| (l.id, format!("{} – {}", l.key, l.name))).collect()
}

fn new_page(p: Page, f: Fields, member: &Member, cycles: &[Cycle]) -> NewPage {
    NewPage {
        cycles: cycles.iter().map(|c| (c.id.to_string(), c.label())).collect(),
        pillars: pillars(&p, member).into_iter().map(|(id, name)| (id.to_string(), name)).collect(),
        p,
        f,
    }
}

pub async fn new(inside: Inside) -> Result<Response, Problem> {
    let Inside { mut tx, member, page: p, fields, .. } = inside;
    let cycles = needs::cycles(&mut tx).await?;
    let mut f = Fields::default();
    let wanted = fields.value("cycle");
    if let Some(cycle) = cycles.iter().find(|c| c.id.to_string() == wanted).or(cycles.first()) {
        f.set("cycle", cycle.id);
        f.set("first_year", cycle.first_year);
        f.set("last_year", cycle.last_year);
    }
    Ok(Html(new_page(p, f, &member, &cycles).render()?).into_response())
}

fn year(f: &mut Fields, name: &str) -> Option<i16> {
    let year = f.value(name).trim().parse::<i16>().ok().filter(|y| (1990..=2100).contains(y));
    if year.is_none() {
        f.fail(name, Message::new("plan-error-year"));
    }
    year
}

/// Reads the head; `None` where a field is wrong.
fn read(f: &mut Fields) -> Option<Head> {
    let title = f.required("title", 300);
    let (first, last) = (year(f, "first_year"), year(f, "last_year"));
    if first.zip(last).is_some_and(|(a, b)| b < a) {
        f.fail("last_year", Message::new("plan-error-years"));
    }
    let (first_year, last_year) = (first?, last?);
    f.is_valid().then_some(Head { title, first_year, last_year })
}

async fn note(
    inside: &mut Inside,
    by: &MembershipFacts,
    report: uuid::Uuid,
    event: &'static str,
    changes: Changes,
) -> sqlx::Result<()> {
    let entry = Entry { subject: Subject::MappingReport, id: report, event, changes, why: "" };
    history::record_at(&mut inside.tx, Some(by), entry, inside.app.clock.now()).await
}

pub async fn create(mut inside: Inside) -> Result<Response, Problem> {
    let cycles = needs::cycles(&mut inside.tx).await?;
    let (p, now) = (inside.page.clone(), inside.app.clock.now());
    let mut f = std::mem::take(&mut inside.fields);
    let cycle = f.required_choice("cycle", |t| cycles.iter().map(|c| c.id).find(|c| c.to_string() == t));
    let known = pillars(&p, &inside.member);
    let pillar = f.required_choice("pillar", |t| known.iter().map(|(id, _)| *id).find(|l| l.to_string() == t));
    let head = read(&mut f);
    if let (Some(cycle), Some(pillar), Some(head)) = (cycle, pillar, head.filter(|_| f.is_valid())) {
        let scope = Scope { pillars: vec![pillar], ..Scope::default() };
        let by = inside.member.require(Permission::ReportWrite, &scope)?.clone();
        let headings = SectionKind::BEGUN.map(|kind| (kind, p.t(kind.label())));
        let made = store_write::create(&mut inside.tx, (cycle, pillar), &head, &headings, by.id, now).await?;
        if let Some(report) = made {
            let title = Change { from: Vec::new(), to: vec![head.title] };
            note(&mut inside, &by, report.0, "report-begun", [("title".to_owned(), title)].into()).await?;
            inside.tx.commit().await?;
            let to = p.link(&format!("/reports/{report}?done=report-begun"));
            return Ok(Redirect::to(&to).into_response());
        }
        f.fail("pillar", Message::new("report-error-there"));
    }
    let html = new_page(p, f, &inside.member, &cycles).render()?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, Html(html)).into_response())
}

type Overtaken = (String, String, Vec<(&'static str, String)>);

#[derive(Template)]
#[template(path = "reports/header.html")]
struct HeaderPage {
    p: Page,
    f: Fields,
    report: Report,
    /// Who saved meanwhile, when, and what each field says now that differs from what was typed.
    overtaken: Option<Overtaken>,
}

const FIELDS: [&str; 3] = ["title", "first_year", "last_year"];

fn fill_in(report: &Report) -> Fields {
    let mut f = Fields::default();
    f.set("title", &report.title);
    f.set("first_year", report.first_year);
    f.set("last_year", report.last_year);
    f.set("version", report.version);
    f
}

/// The report of an address, where this member may write it now.
pub async fn writing(inside: &mut Inside, key: &str) -> Result<(Report, MembershipFacts), Problem> {
    let report = store::load(&mut inside.tx, id(key)?, inside.page.today).await?;
    let by = inside.member.require(Permission::ReportWrite, &report.scope())?.clone();
    if !report.state.is_open() {
        return Err(Problem::Conflict(Message::new("report-frozen")));
    }
    Ok((report, by))
}

/// The same, held until the transaction ends: a step that was taken meanwhile has frozen it.
pub async fn held(inside: &mut Inside, key: &str) -> Result<(Report, MembershipFacts), Problem> {
    let (report, by) = writing(inside, key).await?;
    if !store_write::hold(&mut inside.tx, report.id).await?.is_open() {
        return Err(Problem::Conflict(Message::new("report-frozen")));
    }
    Ok((report, by))
}

pub async fn edit(Path((_, key)): Path<(String, String)>, mut inside: Inside) -> Result<Response, Problem> {
    let (report, _) = writing(&mut inside, &key).await?;
    let f = fill_in(&report);
    Ok(Html(HeaderPage { p: inside.page, f, report, overtaken: None }.render()?).into_response())
}

pub async fn save(Path((_, key)): Path<(String, String)>, mut inside: Inside) -> Result<Response, Problem> {
    let mut f = std::mem::take(&mut inside.fields);
    let (report, by) = held(&mut inside, &key).await?;
    let (p, now) = (inside.page.clone(), inside.app.clock.now());
    let (Some(head), Some(version)) = (read(&mut f), f.integer("version")) else {
        let html = HeaderPage { p, f, report, overtaken: None }.render()?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, Html(html)).into_response());
    };
    if !store_write::save_head(&mut inside.tx, report.id, version, &head, by.id, now).await? {
        let report = store::load(&mut inside.tx, report.id, p.today).await?;
        let theirs = fill_in(&report);
        let who = report.updated_by.as_ref().map(|w| w.shown(&p)).unwrap_or_default();
        let differs = FIELDS.iter().filter(|n| theirs.value(n).trim() != f.value(n).trim());
        let differs = differs.map(|n| (*n, theirs.value(n).to_owned())).collect();
        f.set("version", report.version);
        let overtaken = Some((who, p.time(&report.updated_at), differs));
        return Ok((StatusCode::CONFLICT, Html(HeaderPage { p, f, report, overtaken }.render()?)).into_response());
    }
    let before = fill_in(&report);
    let side = |v: &str| vec![v.trim().to_owned()];
    let changed = FIELDS.iter().filter(|n| before.value(n).trim() != f.value(n).trim());
    let changes: Changes =
        changed.map(|n| ((*n).to_owned(), Change { from: side(before.value(n)), to: side(f.value(n)) })).collect();
    if !changes.is_empty() {
        note(&mut inside, &by, report.id.0, "report-edited", changes).await?;
    }
    inside.tx.commit().await?;
    Ok(Redirect::to(&report.link(&p, "?done=report-saved")).into_response())
}

/// Puts into the tables what the records say now; what they said before stays in the texts that were frozen.
pub async fn fill(Path((_, key)): Path<(String, String)>, mut inside: Inside) -> Result<Response, Problem> {
    let (report, by) = held(&mut inside, &key).await?;
    let (p, now) = (inside.page.clone(), inside.app.clock.now());
    let tables = needs::mapped(&mut inside.tx, &p, &report.pillar_key, report.cycle).await?;
    store_write::fill(&mut inside.tx, report.id, &tables, by.id, now).await?;
    note(&mut inside, &by, report.id.0, "report-filled", Changes::new()).await?;
    inside.tx.commit().await?;
    Ok(Redirect::to(&report.link(&p, "?done=report-filled#tables")).into_response())
}
