//! The head of a plan: a new one (blank, from a template, from an earlier plan), its title and period, a revision.

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};

use super::edit::{WHY, writer};
use super::model::{Plan, PlanKind};
use super::store::{self, Listed};
use super::store_header::{self, Header};
use super::store_tree;
use super::{id, life};
use crate::kernel::auth::Inside;
use crate::kernel::error::Problem;
use crate::kernel::form::Fields;
use crate::kernel::history::{self, Change, Changes, Entry, Subject};
use crate::kernel::i18n::Message;
use crate::kernel::ids::{PillarId, PlanId};
use crate::kernel::page::Page;
use crate::kernel::permit::{Member, Permission, Scope};

/// The objectives that a needs frame starts with, by the end of their Fluent keys.
const FRAME: [&str; 4] = ["anticipate", "prevent", "protect", "respond"];

/// What a new plan starts from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Start {
    Blank,
    Frame,
    Copy,
}

impl Start {
    fn parse(text: &str) -> Option<Self> {
        match text {
            "blank" => Some(Start::Blank),
            "frame" => Some(Start::Frame),
            "copy" => Some(Start::Copy),
            _ => None,
        }
    }
}

#[derive(Template)]
#[template(path = "plans/new.html")]
struct NewPage {
    p: Page,
    f: Fields,
    pillars: Vec<(String, String)>,
    kinds: Vec<(String, String)>,
    starts: Vec<(String, String)>,
    plans: Vec<(String, String)>,
}

/// The pillars for which this member may write plans; with "across the pillars" for who may write any.
fn pillars(p: &Page, member: &Member) -> Vec<(String, String)> {
    let Some(frame) = p.frame() else { return Vec::new() };
    let own = |l: PillarId| member.may(Permission::PlanWrite, &Scope { pillars: vec![l], ..Scope::default() });
    let mut all: Vec<(String, String)> = frame
        .pillars
        .iter()
        .filter(|l| own(l.id))
        .map(|l| (l.id.to_string(), format!("{} – {}", l.key, l.name)))
        .collect();
    if member.may(Permission::PlanWrite, &Scope::default()) {
        all.push(("all".to_owned(), p.t("plan-pillar-all")));
    }
    all
}

fn new_page(p: Page, f: Fields, member: &Member, plans: Vec<Listed>) -> NewPage {
    NewPage {
        pillars: pillars(&p, member),
        kinds: PlanKind::options(&p),
        starts: ["blank", "frame", "copy"].map(|s| (s.to_owned(), p.t(&format!("plan-start-{s}")))).into(),
        plans: plans.into_iter().map(|l| (l.id.to_string(), l.title)).collect(),
        p,
        f,
    }
}

pub async fn new(inside: Inside) -> Result<Response, Problem> {
    let Inside { mut tx, member, page: p, fields, .. } = inside;
    let plans = store::list(&mut tx).await?;
    let mut f = Fields::default();
    f.set("kind", PlanKind::ActionPlan.as_str());
    f.set("start", "blank");
    // a link from a plan may ask for a copy of it
    if let Some(from) = Some(fields.value("from")).filter(|v| !v.is_empty()) {
        f.set("start", "copy");
        f.set("from", from);
    }
    let page = new_page(p, f, &member, plans);
    if page.pillars.is_empty() {
        member.require(Permission::PlanWrite, &Scope::default())?;
    }
    Ok(Html(page.render()?).into_response())
}

fn read_year(f: &mut Fields, name: &str) -> Option<i16> {
    let typed = f.value(name).trim().to_owned();
    if typed.is_empty() {
        return None;
    }
    let year = typed.parse::<i16>().ok().filter(|y| (1990..=2100).contains(y));
    if year.is_none() {
        f.fail(name, Message::new("plan-error-year"));
    }
    year
}

fn read(f: &mut Fields, kind: PlanKind, pillar: Option<PillarId>) -> Header {
    let title = f.required("title", 300);
    let about = f.text("about", 20_000);
    let (first_year, last_year) = (read_year(f, "first_year"), read_year(f, "last_year"));
    if first_year.zip(last_year).is_some_and(|(a, b)| b < a) {
        f.fail("last_year", Message::new("plan-error-years"));
    }
    let text_note = f.text("text_note", 2_000);
    let source_url = f.web_address("source_url");
    Header { kind, pillar, title, about, first_year, last_year, text_note, source_url }
}

pub async fn create(inside: Inside) -> Result<Response, Problem> {
    let Inside { app, mut tx, member, page: p, fields: mut f } = inside;
    let plans = store::list(&mut tx).await?;
    let kind = f.required_choice("kind", PlanKind::parse);
    let start = f.required_choice("start", Start::parse);
    let known: Vec<String> = pillars(&p, &member).into_iter().map(|(v, _)| v).collect();
    let pillar = f.required_choice("pillar", |v| known.iter().any(|k| k == v).then(|| v.parse::<PillarId>().ok()));
    let from = match start {
        Some(Start::Copy) => f.required_choice("from", |v| plans.iter().map(|l| l.id).find(|i| i.to_string() == v)),
        _ => None,
    };
    let header = read(&mut f, kind.unwrap_or(PlanKind::ActionPlan), pillar.flatten());
    let (Some(pillar), true) = (pillar, f.is_valid()) else {
        let html = new_page(p, f, &member, plans).render()?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, Html(html)).into_response());
    };
    let scope = Scope { pillars: pillar.into_iter().collect(), ..Scope::default() };
    let by = member.require(Permission::PlanWrite, &scope)?;
    let now = app.clock.now();
    let plan = store_header::create(&mut tx, &header, None, from, by.id, now).await?;
    match (start, from) {
        (Some(Start::Frame), _) => {
            let titles = FRAME.map(|f| p.t(&format!("plan-frame-{f}")));
            store_header::start_from(&mut tx, plan, &titles, by.id, now).await?;
        }
        (Some(Start::Copy), Some(from)) => store_header::copy_tree(&mut tx, from, plan, false, by.id, now).await?,
        _ => {}
    }
    let changes: Changes = [("title".to_owned(), Change { from: vec![], to: vec![header.title.clone()] })].into();
    let entry = Entry { subject: Subject::Plan, id: plan.0, event: "plan-created", changes, why: "" };
    history::record(&mut tx, Some(by), entry).await?;
    tx.commit().await?;
    Ok(Redirect::to(&p.link(&format!("/plans/{plan}/edit?done=plan-created"))).into_response())
}

/// Who saved meanwhile, when, and what each field says now that differs from what was typed.
type Overtaken = (String, String, Vec<(&'static str, String)>);

#[derive(Template)]
#[template(path = "plans/header.html")]
struct HeaderPage {
    p: Page,
    f: Fields,
    plan: Plan,
    overtaken: Option<Overtaken>,
}

fn fill(plan: &Plan) -> Fields {
    let mut f = Fields::default();
    let year = |y: Option<i16>| y.map(|y| y.to_string()).unwrap_or_default();
    f.set("title", &plan.title);
    f.set("about", &plan.about);
    f.set("first_year", year(plan.first_year));
    f.set("last_year", year(plan.last_year));
    f.set("text_note", &plan.text_note);
    f.set("source_url", plan.source_url.as_deref().unwrap_or_default());
    f.set("version", plan.version);
    f
}

pub async fn edit(Path((_, key)): Path<(String, String)>, inside: Inside) -> Result<Response, Problem> {
    let Inside { mut tx, member, page: p, .. } = inside;
    let plan = store::load(&mut tx, id(&key)?, p.today).await?;
    writer(&member, &plan)?;
    Ok(Html(HeaderPage { p, f: fill(&plan), plan, overtaken: None }.render()?).into_response())
}

const FIELDS: [&str; 6] = ["title", "about", "first_year", "last_year", "text_note", "source_url"];

pub async fn save(Path((_, key)): Path<(String, String)>, inside: Inside) -> Result<Response, Problem> {
    let Inside { app, mut tx, member, page: p, fields: mut f } = inside;
    let plan: PlanId = id(&key)?;
    let plan = store::load(&mut tx, plan, p.today).await?;
    let by = writer(&member, &plan)?;
    let header = read(&mut f, plan.kind, plan.pillar.as_ref().map(|l| l.id));
    let why = f.text("why", WHY);
    let version = f.integer("version");
    let (Some(version), true) = (version, f.is_valid()) else {
        let html = HeaderPage { p, f, plan, overtaken: None }.render()?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, Html(html)).into_response());
    };
    let (state, _) = store_tree::hold(&mut tx, plan.id).await?;
    if !state.is_open() {
        return Err(Problem::Conflict(Message::new("plan-edit-frozen")));
    }
    let now = app.clock.now();
    let before = fill(&plan);
    if !store_header::save_header(&mut tx, plan.id, version, &header, by.id, now).await? {
        let plan = store::load(&mut tx, plan.id, p.today).await?;
        let theirs = fill(&plan);
        let who = plan.updated_by.as_ref().map(|w| w.shown(&p)).unwrap_or_default();
        let differs = FIELDS
            .iter()
            .filter(|n| theirs.value(n).trim() != f.value(n).trim())
            .map(|n| (*n, theirs.value(n).to_owned()))
            .collect();
        f.set("version", plan.version);
        let overtaken = Some((who, p.time(&plan.updated_at), differs));
        return Ok((StatusCode::CONFLICT, Html(HeaderPage { p, f, plan, overtaken }.render()?)).into_response());
    }
    let side = |v: &str| Some(v.trim().to_owned()).filter(|v| !v.is_empty()).into_iter().collect::<Vec<_>>();
    let changes: Changes = FIELDS
        .iter()
        .filter(|n| before.value(n).trim() != f.value(n).trim())
        .map(|n| ((*n).to_owned(), Change { from: side(before.value(n)), to: side(f.value(n)) }))
        .collect();
    if !changes.is_empty() {
        let entry = Entry { subject: Subject::Plan, id: plan.id.0, event: "plan-edited", changes, why: &why };
        history::record(&mut tx, Some(by), entry).await?;
    }
    tx.commit().await?;
    Ok(Redirect::to(&plan.link(&p, "?done=plan-saved")).into_response())
}

#[derive(Template)]
#[template(path = "plans/revise.html")]
struct RevisePage {
    p: Page,
    plan: Plan,
}

/// Whether a plan can be revised: it is in force, and nobody is at it.
fn revisable(plan: &Plan) -> Result<(), Problem> {
    let other = plan.revised_by.as_ref().is_some_and(|r| r.state != life::State::Superseded && !r.state.is_adopted());
    if plan.state != life::State::InForce || other {
        return Err(Problem::Conflict(Message::new("plan-revise-not-now")));
    }
    Ok(())
}

pub async fn revise_form(Path((_, key)): Path<(String, String)>, inside: Inside) -> Result<Response, Problem> {
    let Inside { mut tx, member, page: p, .. } = inside;
    let plan = store::load(&mut tx, id(&key)?, p.today).await?;
    member.require(Permission::PlanRevise, &plan.scope())?;
    revisable(&plan)?;
    Ok(Html(RevisePage { p, plan }.render()?).into_response())
}

/// A new draft beside the plan in force, node by node the same, with its actions.
pub async fn revise(Path((_, key)): Path<(String, String)>, inside: Inside) -> Result<Response, Problem> {
    let Inside { app, mut tx, member, page: p, fields: mut f } = inside;
    let mut plan = store::load(&mut tx, id(&key)?, p.today).await?;
    let by = member.require(Permission::PlanRevise, &plan.scope())?;
    (plan.state, _) = store_tree::hold(&mut tx, plan.id).await?;
    // who waited for the hold sees what the other has made of it
    plan = store::load(&mut tx, plan.id, p.today).await?;
    revisable(&plan)?;
    let why = f.text("why", 1_000);
    let now = app.clock.now();
    let header = Header {
        kind: plan.kind,
        pillar: plan.pillar.as_ref().map(|l| l.id),
        title: plan.title.clone(),
        about: plan.about.clone(),
        first_year: plan.first_year,
        last_year: plan.last_year,
        text_note: String::new(),
        source_url: None,
    };
    let new = store_header::create(&mut tx, &header, Some(plan.id), Some(plan.id), by.id, now).await?;
    store_header::copy_tree(&mut tx, plan.id, new, true, by.id, now).await?;
    for (subject, event) in [(plan.id, "revision-started"), (new, "plan-created")] {
        let entry = Entry { subject: Subject::Plan, id: subject.0, event, changes: Changes::new(), why: &why };
        history::record(&mut tx, Some(by), entry).await?;
    }
    tx.commit().await?;
    Ok(Redirect::to(&p.link(&format!("/plans/{new}?done=plan-revision-started"))).into_response())
}
