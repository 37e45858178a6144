//! Adding and editing a pillar, and the terms of its leads. A term is never deleted: it ends.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use chrono::NaiveDate;

use super::pages::scope;
use super::store::{self, Lead, Pillar, Term};
use crate::features::directory::shared::{
    Conflict, Facts, again, as_read, carry, changes, conflict, differences, done, fact, html, id, last_change,
    organisation_options, remember, settle,
};
use crate::kernel::auth::Inside;
use crate::kernel::db::ProcessTx;
use crate::kernel::error::Problem;
use crate::kernel::form::Fields;
use crate::kernel::history::{self, Change, Changes, Entry, Subject};
use crate::kernel::i18n::Message;
use crate::kernel::ids::{OrganisationId, PillarId, PillarLeadId};
use crate::kernel::page::Page;
use crate::kernel::permit::{Permission, Scope};
use crate::kernel::random;

const FIELDS: [&str; 2] = ["name", "about"];
const LEAD_FIELDS: [&str; 4] = ["starts_on", "ends_on", "note", "source_url"];

#[derive(Template)]
#[template(path = "directory/pillar_form.html")]
struct FormPage {
    p: Page,
    f: Fields,
    /// None where one is added.
    pillar: Option<Pillar>,
    title: String,
    action: String,
    leave: String,
}

fn form(p: Page, f: Fields, pillar: Option<Pillar>) -> FormPage {
    let list = p.link("/pillars");
    let (title, action, leave) = match &pillar {
        Some(l) => (
            p.t1("directory-pillar-edit-title", "name", &l.name),
            format!("{list}/{}/edit", l.key),
            format!("{list}/{}", l.key),
        ),
        None => (p.t("directory-pillar-new-title"), format!("{list}/new"), list),
    };
    FormPage { p, f, pillar, title, action, leave }
}

/// Letters, digits and hyphens, as it stands in addresses and before the name; not the word that adds a pillar.
fn key(f: &mut Fields) -> String {
    let key = f.required("key", 20);
    let fits = key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    if !key.is_empty() && (!fits || key.eq_ignore_ascii_case("new")) {
        f.fail("key", Message::new("directory-error-key"));
    }
    key
}

pub async fn new(inside: Inside) -> Result<Response, Problem> {
    html(&form(inside.page, Fields::default(), None))
}

pub async fn create(inside: Inside) -> Result<Response, Problem> {
    let Inside { mut tx, member, page: p, fields: mut f, .. } = inside;
    let by = member.require(Permission::SettingsEdit, &Scope::default())?;
    let (key, name, about) = (key(&mut f), f.required("name", 150), f.text("about", 4000));
    if f.is_valid() && store::name_taken(&mut tx, &name, None).await? {
        f.fail("name", Message::new("directory-pillar-name-taken"));
    }
    if !f.is_valid() {
        return again(&form(p, f, None));
    }
    let id = PillarId(random::id());
    if !store::create(&mut tx, id, &key, &name, &about).await? {
        f.fail("key", Message::new("directory-error-key-taken"));
        return again(&form(p, f, None));
    }
    let mut after = facts(&name, &about);
    after.insert("key", fact(Some(&key)));
    let changes = changes(&Facts::new(), &after);
    let entry = Entry { subject: Subject::Pillar, id: id.0, event: "pillar-created", changes, why: "" };
    history::record(&mut tx, Some(by), entry).await?;
    tx.commit().await?;
    done(&p, &format!("/pillars/{key}"), "directory-pillar-added")
}

fn facts(name: &str, about: &str) -> Facts {
    [("name", vec![name.to_owned()]), ("about", fact(Some(about)))].into()
}

pub async fn edit(Path((_, key)): Path<(String, String)>, inside: Inside) -> Result<Response, Problem> {
    let Inside { mut tx, member, page: p, .. } = inside;
    let pillar = store::load(&mut tx, &key, p.today).await?;
    member.require(Permission::SettingsEdit, &scope(pillar.id))?;
    let mut f = Fields::default();
    f.set("name", &pillar.name);
    f.set("about", &pillar.about);
    remember(&mut f, &FIELDS);
    f.set("version", pillar.version);
    html(&form(p, f, Some(pillar)))
}

pub async fn save(Path((_, key)): Path<(String, String)>, inside: Inside) -> Result<Response, Problem> {
    let Inside { app, mut tx, member, page: p, fields: mut f } = inside;
    let pillar = store::load(&mut tx, &key, p.today).await?;
    let by = member.require(Permission::SettingsEdit, &scope(pillar.id))?;
    settle(&mut f, &FIELDS);
    let (name, about, version) = (f.required("name", 150), f.text("about", 4000), f.integer("version"));
    let Some(version) = version.filter(|_| f.is_valid()) else {
        return again(&form(p, f, Some(pillar)));
    };
    if store::name_taken(&mut tx, &name, Some(pillar.id)).await? {
        f.fail("name", Message::new("directory-pillar-name-taken"));
        return again(&form(p, f, Some(pillar)));
    }
    if !store::save(&mut tx, pillar.id, version, &name, &about).await? {
        let mut theirs = Fields::default();
        theirs.set("name", &pillar.name);
        theirs.set("about", &pillar.about);
        return too_late(&mut tx, &app, p, &f, &theirs, &pillar, None).await;
    }
    let changes = changes(&facts(&pillar.name, &pillar.about), &facts(&name, &about));
    if !changes.is_empty() {
        let entry = Entry { subject: Subject::Pillar, id: pillar.id.0, event: "pillar-edited", changes, why: "" };
        history::record(&mut tx, Some(by), entry).await?;
    }
    tx.commit().await?;
    done(&p, &format!("/pillars/{}", pillar.key), "directory-saved")
}

async fn too_late(
    tx: &mut ProcessTx,
    app: &crate::kernel::state::App,
    p: Page,
    mine: &Fields,
    theirs: &Fields,
    pillar: &Pillar,
    lead: Option<&Lead>,
) -> Result<Response, Problem> {
    let names: &[&'static str] = if lead.is_some() { &LEAD_FIELDS } else { &FIELDS };
    let (by, at) = last_change(tx, Subject::Pillar, pillar.id.0, p.today).await?;
    let leave = p.link(&format!("/pillars/{}", pillar.key));
    conflict(&Conflict {
        differences: differences(mine, theirs, names),
        carried: carry(mine, theirs, names),
        title: pillar.name.clone(),
        action: lead.map_or_else(|| format!("{leave}/edit"), |l| format!("{leave}/leads/{}", l.id)),
        leave,
        version: lead.map_or(pillar.version, |l| l.version),
        by,
        at: at.unwrap_or_else(|| app.clock.now()),
        names: Vec::new(),
        p,
    })
}

#[derive(Template)]
#[template(path = "directory/lead_form.html")]
struct LeadPage {
    p: Page,
    f: Fields,
    pillar: Pillar,
    lead: Option<Lead>,
    organisations: Vec<(String, String)>,
    title: String,
    action: String,
}

async fn lead_form(
    tx: &mut ProcessTx,
    p: Page,
    f: Fields,
    pillar: Pillar,
    lead: Option<Lead>,
) -> Result<LeadPage, Problem> {
    let rest = format!("/pillars/{}/leads/", pillar.key);
    Ok(match lead {
        Some(lead) => LeadPage {
            title: p.t2("directory-lead-edit-title", "name", &lead.name, "pillar", &pillar.name),
            action: p.link(&format!("{rest}{}", lead.id)),
            organisations: Vec::new(),
            lead: Some(lead),
            p,
            f,
            pillar,
        },
        None => LeadPage {
            title: p.t1("directory-lead-new-title", "pillar", &pillar.name),
            action: p.link(&format!("{rest}new")),
            organisations: organisation_options(tx).await?,
            lead: None,
            p,
            f,
            pillar,
        },
    })
}

/// A term as the form says it.
struct Read {
    starts_on: NaiveDate,
    ends_on: Option<NaiveDate>,
    note: String,
    source_url: Option<String>,
}

impl Read {
    fn term(&self, organisation: OrganisationId) -> Term<'_> {
        Term {
            organisation,
            starts_on: self.starts_on,
            ends_on: self.ends_on,
            note: &self.note,
            source_url: self.source_url.as_deref(),
        }
    }
}

fn read(f: &mut Fields, today: NaiveDate) -> Option<Read> {
    let starts_on = f.day("starts_on", today);
    if starts_on.is_none() && f.error("starts_on").is_none() {
        f.fail("starts_on", Message::new("field-required"));
    }
    let ends_on = f.day("ends_on", today);
    if starts_on.zip(ends_on).is_some_and(|(from, to)| to < from) {
        f.fail("ends_on", Message::new("directory-error-before-start"));
    }
    let note = f.text("note", 1000);
    let source_url = f.web_address("source_url");
    let starts_on = starts_on?;
    f.is_valid().then_some(Read { starts_on, ends_on, note, source_url })
}

const DAYS: [&str; 2] = ["starts_on", "ends_on"];

fn fill(l: &Lead, f: &mut Fields) {
    f.set("starts_on", l.starts_on);
    f.set("ends_on", l.ends_on.map(|d| d.to_string()).unwrap_or_default());
    f.set("note", &l.note);
    f.set("source_url", l.source_url.as_deref().unwrap_or_default());
}

fn words(name: &str, t: &Term<'_>) -> Vec<String> {
    let end = t.ends_on.map(|d| d.to_string()).unwrap_or_default();
    let parts =
        [format!("{name}: {} – {end}", t.starts_on), t.note.to_owned(), t.source_url.unwrap_or_default().to_owned()];
    vec![parts.into_iter().filter(|p| !p.is_empty()).collect::<Vec<_>>().join(" · ")]
}

fn changed(from: Vec<String>, to: Vec<String>) -> Changes {
    if from == to { Changes::new() } else { [("lead".to_owned(), Change { from, to })].into() }
}

pub async fn new_lead(Path((_, key)): Path<(String, String)>, inside: Inside) -> Result<Response, Problem> {
    let Inside { mut tx, member, page: p, .. } = inside;
    let pillar = store::load(&mut tx, &key, p.today).await?;
    member.require(Permission::SettingsEdit, &scope(pillar.id))?;
    html(&lead_form(&mut tx, p, Fields::default(), pillar, None).await?)
}

pub async fn add_lead(Path((_, key)): Path<(String, String)>, inside: Inside) -> Result<Response, Problem> {
    let Inside { mut tx, member, page: p, fields: mut f, .. } = inside;
    let pillar = store::load(&mut tx, &key, p.today).await?;
    let by = member.require(Permission::SettingsEdit, &scope(pillar.id))?;
    let organisation: Option<OrganisationId> = f.required_choice("organisation", |t| t.parse().ok());
    let read = read(&mut f, p.today);
    let page = lead_form(&mut tx, p, f, pillar, None).await?;
    let named = organisation.and_then(|o| {
        page.organisations.iter().find(|(id, _)| *id == o.to_string()).map(|(_, name)| (o, name.clone()))
    });
    let (Some((organisation, name)), Some(read)) = (named, read) else {
        let mut page = page;
        if page.f.is_valid() {
            page.f.fail("organisation", Message::new("field-not-in-list"));
        }
        return again(&page);
    };
    let (p, pillar, term) = (page.p, page.pillar, read.term(organisation));
    store::add_lead(&mut tx, pillar.id, PillarLeadId(random::id()), &term).await?;
    let changes = changed(Vec::new(), words(&name, &term));
    let entry = Entry { subject: Subject::Pillar, id: pillar.id.0, event: "lead-added", changes, why: "" };
    history::record(&mut tx, Some(by), entry).await?;
    tx.commit().await?;
    done(&p, &format!("/pillars/{}", pillar.key), "directory-lead-saved")
}

/// The term of that id, of this pillar.
fn of(pillar: &Pillar, lead: &str) -> Result<Lead, Problem> {
    let lead: PillarLeadId = id(lead)?;
    pillar.leads.iter().find(|l| l.id == lead).cloned().ok_or(Problem::NotFound)
}

pub async fn edit_lead(
    Path((_, key, lead)): Path<(String, String, String)>,
    inside: Inside,
) -> Result<Response, Problem> {
    let Inside { mut tx, member, page: p, .. } = inside;
    let pillar = store::load(&mut tx, &key, p.today).await?;
    let lead = of(&pillar, &lead)?;
    member.require(Permission::SettingsEdit, &scope(pillar.id))?;
    let mut f = Fields::default();
    fill(&lead, &mut f);
    as_read(&p, &mut f, &DAYS);
    remember(&mut f, &LEAD_FIELDS);
    f.set("version", lead.version);
    html(&lead_form(&mut tx, p, f, pillar, Some(lead)).await?)
}

pub async fn save_lead(
    Path((_, key, lead)): Path<(String, String, String)>,
    inside: Inside,
) -> Result<Response, Problem> {
    let Inside { app, mut tx, member, page: p, fields: mut f } = inside;
    let pillar = store::load(&mut tx, &key, p.today).await?;
    let lead = of(&pillar, &lead)?;
    let by = member.require(Permission::SettingsEdit, &scope(pillar.id))?;
    settle(&mut f, &LEAD_FIELDS);
    let (Some(read), Some(version)) = (read(&mut f, p.today), f.integer("version")) else {
        return again(&lead_form(&mut tx, p, f, pillar, Some(lead)).await?);
    };
    let term = read.term(lead.organisation);
    if !store::save_lead(&mut tx, lead.id, version, &term).await? {
        let mut theirs = Fields::default();
        fill(&lead, &mut theirs);
        as_read(&p, &mut theirs, &DAYS);
        return too_late(&mut tx, &app, p, &f, &theirs, &pillar, Some(&lead)).await;
    }
    let was = Term {
        organisation: lead.organisation,
        starts_on: lead.starts_on,
        ends_on: lead.ends_on,
        note: &lead.note,
        source_url: lead.source_url.as_deref(),
    };
    let changes = changed(words(&lead.name, &was), words(&lead.name, &term));
    if !changes.is_empty() {
        let entry = Entry { subject: Subject::Pillar, id: pillar.id.0, event: "lead-edited", changes, why: "" };
        history::record(&mut tx, Some(by), entry).await?;
    }
    tx.commit().await?;
    done(&p, &format!("/pillars/{}", pillar.key), "directory-lead-saved")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_stands_in_addresses() {
        for (typed, fits) in
            [("CT", true), ("WBCTi-2", true), ("", false), ("new", false), ("New", false), ("a b", false), ("ä", false)]
        {
            let mut f = Fields::new(vec![("key".to_owned(), typed.to_owned())]);
            key(&mut f);
            assert_eq!(f.is_valid(), fits, "{typed}");
        }
    }
}
