//! Contact points: kept by the organisation's own members, and by the secretariat on its behalf.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;

use super::edit::standing;
use super::store::{Contact, Organisation};
use super::store_write;
use crate::features::directory::shared::{
    Conflict, again, carry, conflict, differences, done, html, id, last_change, remember, settle,
};
use crate::kernel::auth::Inside;
use crate::kernel::error::Problem;
use crate::kernel::form::Fields;
use crate::kernel::history::{self, Change, Changes, Entry, Subject};
use crate::kernel::i18n::Message;
use crate::kernel::ids::ContactPointId;
use crate::kernel::page::Page;
use crate::kernel::permit::{Permission, Scope};
use crate::kernel::random;

const FIELDS: [&str; 5] = ["name", "post", "email", "phone", "about"];

#[derive(Template)]
#[template(path = "directory/contact_form.html")]
struct FormPage {
    p: Page,
    f: Fields,
    organisation: String,
    /// The organisation's page, and where the form goes.
    home: String,
    action: String,
    /// Removes it; empty for a new one.
    removal: String,
}

fn form(p: Page, f: Fields, o: &Organisation, contact: Option<ContactPointId>) -> FormPage {
    let home = p.link(&format!("/organisations/{}", o.id));
    let (action, removal) = match contact {
        Some(c) => (format!("{home}/contacts/{c}"), format!("{home}/contacts/{c}/remove")),
        None => (format!("{home}/contacts/new"), String::new()),
    };
    FormPage { p, f, organisation: o.draft.name.clone(), home, action, removal }
}

fn read(f: &mut Fields, id: ContactPointId) -> Option<Contact> {
    let name = f.required("name", 120);
    let post = f.text("post", 200);
    let email = if f.value("email").trim().is_empty() { String::new() } else { f.email("email") };
    let phone = f.text("phone", 60);
    let about = f.text("about", 500);
    if email.is_empty() && phone.is_empty() {
        f.fail("email", Message::new("directory-error-reach"));
    }
    f.is_valid().then_some(Contact { id, name, post, email, phone, about })
}

fn fill(c: &Contact, f: &mut Fields) {
    for (name, value) in FIELDS.iter().zip([&c.name, &c.post, &c.email, &c.phone, &c.about]) {
        f.set(name, value);
    }
}

fn words(c: Option<&Contact>) -> Vec<String> {
    let Some(c) = c else { return Vec::new() };
    let parts = [&c.name, &c.post, &c.email, &c.phone, &c.about];
    vec![parts.into_iter().filter(|p| !p.is_empty()).cloned().collect::<Vec<_>>().join(", ")]
}

fn changed(before: Option<&Contact>, after: Option<&Contact>) -> Changes {
    let (from, to) = (words(before), words(after));
    if from == to { Changes::new() } else { [("contact".to_owned(), Change { from, to })].into() }
}

pub async fn new(Path((_, key)): Path<(String, String)>, inside: Inside) -> Result<Response, Problem> {
    let Inside { mut tx, member, page: p, .. } = inside;
    let o = standing(&mut tx, id(&key)?).await?;
    member.require(Permission::OrganisationContacts, &Scope::organisation(o.id))?;
    html(&form(p, Fields::default(), &o, None))
}

pub async fn add(Path((_, key)): Path<(String, String)>, inside: Inside) -> Result<Response, Problem> {
    let Inside { mut tx, member, page: p, fields: mut f, .. } = inside;
    let o = standing(&mut tx, id(&key)?).await?;
    let by = member.require(Permission::OrganisationContacts, &Scope::organisation(o.id))?;
    let Some(contact) = read(&mut f, ContactPointId(random::id())) else {
        return again(&form(p, f, &o, None));
    };
    store_write::add_contact(&mut tx, o.id, &contact).await?;
    let changes = changed(None, Some(&contact));
    history::record(
        &mut tx,
        Some(by),
        Entry { subject: Subject::Organisation, id: o.id.0, event: "contact-added", changes, why: "" },
    )
    .await?;
    tx.commit().await?;
    done(&p, &format!("/organisations/{}", o.id), "directory-contact-saved")
}

pub async fn edit(
    Path((_, key, contact)): Path<(String, String, String)>,
    inside: Inside,
) -> Result<Response, Problem> {
    let Inside { mut tx, member, page: p, .. } = inside;
    let o = standing(&mut tx, id(&key)?).await?;
    let (contact, version) = store_write::contact(&mut tx, o.id, id(&contact)?).await?;
    member.require(Permission::OrganisationContacts, &Scope::organisation(o.id))?;
    let mut f = Fields::default();
    fill(&contact, &mut f);
    remember(&mut f, &FIELDS);
    f.set("version", version);
    html(&form(p, f, &o, Some(contact.id)))
}

pub async fn save(
    Path((_, key, contact)): Path<(String, String, String)>,
    inside: Inside,
) -> Result<Response, Problem> {
    let Inside { app, mut tx, member, page: p, fields: mut f } = inside;
    let o = standing(&mut tx, id(&key)?).await?;
    let (before, now) = store_write::contact(&mut tx, o.id, id(&contact)?).await?;
    let by = member.require(Permission::OrganisationContacts, &Scope::organisation(o.id))?;
    settle(&mut f, &FIELDS);
    let (Some(after), Some(version)) = (read(&mut f, before.id), f.integer("version")) else {
        return again(&form(p, f, &o, Some(before.id)));
    };
    if !store_write::save_contact(&mut tx, o.id, &after, version).await? {
        let mut theirs = Fields::default();
        fill(&before, &mut theirs);
        let (who, at) = last_change(&mut tx, Subject::Organisation, o.id.0, p.today).await?;
        let leave = p.link(&format!("/organisations/{}", o.id));
        return conflict(&Conflict {
            differences: differences(&f, &theirs, &FIELDS),
            carried: carry(&f, &theirs, &FIELDS),
            title: o.draft.name.clone(),
            action: format!("{leave}/contacts/{}", before.id),
            leave,
            version: now,
            by: who,
            at: at.unwrap_or_else(|| app.clock.now()),
            names: Vec::new(),
            p,
        });
    }
    let changes = changed(Some(&before), Some(&after));
    if !changes.is_empty() {
        history::record(
            &mut tx,
            Some(by),
            Entry { subject: Subject::Organisation, id: o.id.0, event: "contact-edited", changes, why: "" },
        )
        .await?;
    }
    tx.commit().await?;
    done(&p, &format!("/organisations/{}", o.id), "directory-contact-saved")
}

pub async fn remove(
    Path((_, key, contact)): Path<(String, String, String)>,
    inside: Inside,
) -> Result<Response, Problem> {
    let Inside { mut tx, member, page: p, .. } = inside;
    let o = standing(&mut tx, id(&key)?).await?;
    let (contact, _) = store_write::contact(&mut tx, o.id, id(&contact)?).await?;
    let by = member.require(Permission::OrganisationContacts, &Scope::organisation(o.id))?;
    store_write::remove_contact(&mut tx, o.id, contact.id).await?;
    let changes = changed(Some(&contact), None);
    history::record(
        &mut tx,
        Some(by),
        Entry { subject: Subject::Organisation, id: o.id.0, event: "contact-removed", changes, why: "" },
    )
    .await?;
    tx.commit().await?;
    done(&p, &format!("/organisations/{}", o.id), "directory-contact-removed")
}
