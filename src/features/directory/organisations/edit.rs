//! Adding and editing an organisation.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use chrono::{DateTime, Utc};

use super::model::{Draft, FIELDS, Level, OrganisationKind};
use super::store::{self, Organisation, Related};
use super::store_write;
use crate::features::directory::requests;
use crate::features::directory::shared::{
    Conflict, again, carry, changes, conflict, differences, done, html, id, last_change, organisation_options,
    remember, settle,
};
use crate::kernel::auth::Inside;
use crate::kernel::db::{MembershipFacts, ProcessTx};
use crate::kernel::error::Problem;
use crate::kernel::form::Fields;
use crate::kernel::history::{self, Entry, Subject};
use crate::kernel::i18n::Message;
use crate::kernel::ids::OrganisationId;
use crate::kernel::page::Page;
use crate::kernel::permit::{Permission, Scope};
use crate::kernel::random;

/// What the form is for: decides its title, its button and what surrounds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Purpose {
    New,
    Edit,
    /// A new one, or a correction, that somebody else will decide on.
    Propose,
}

#[derive(Template)]
#[template(path = "directory/organisation_form.html")]
pub struct FormPage {
    pub p: Page,
    pub f: Fields,
    pub purpose: Purpose,
    pub title: String,
    /// Where the form goes, and where one leaves to.
    pub action: String,
    pub leave: String,
    pub choices: Choices,
    /// Others whose names read much like this one.
    pub alike: Vec<Related>,
}

impl FormPage {
    fn n_alike(&self) -> i64 {
        i64::try_from(self.alike.len()).unwrap_or(i64::MAX)
    }
}

/// What the fields of the form choose from.
pub struct Choices {
    pub kinds: Vec<(String, String)>,
    pub levels: Vec<(String, String)>,
    pub parents: Vec<(String, String)>,
}

impl Choices {
    pub async fn load(tx: &mut ProcessTx, p: &Page) -> Result<Self, Problem> {
        Ok(Self {
            kinds: OrganisationKind::options(p),
            levels: Level::options(p),
            parents: organisation_options(tx).await?,
        })
    }

    pub fn name(&self, id: OrganisationId) -> String {
        let id = id.to_string();
        self.parents.iter().find(|(value, _)| *value == id).map(|(_, name)| name.clone()).unwrap_or(id)
    }
}

/// Reads the form and asks the database what the form alone cannot know.
pub async fn read(
    tx: &mut ProcessTx,
    f: &mut Fields,
    p: &Page,
    choices: &Choices,
    own: Option<OrganisationId>,
) -> Result<Option<Draft>, Problem> {
    let Some(draft) = Draft::read(f, p.today) else { return Ok(None) };
    if let Some(parent) = draft.parent {
        if !choices.parents.iter().any(|(value, _)| *value == parent.to_string()) {
            f.fail("parent", Message::new("field-not-in-list"));
        } else if let Some(own) = own
            && store_write::is_above(tx, own, parent).await?
        {
            f.fail("parent", Message::new("directory-error-parent-itself"));
        }
    }
    Ok(f.is_valid().then_some(draft))
}

/// Adds it, with its history.
pub async fn create_in(
    tx: &mut ProcessTx,
    by: &MembershipFacts,
    draft: &Draft,
    choices: &Choices,
    why: &str,
    now: DateTime<Utc>,
) -> Result<OrganisationId, Problem> {
    let id = OrganisationId(random::id());
    store_write::create(tx, id, draft, now).await?;
    let changes = changes(&crate::features::directory::shared::Facts::new(), &draft.facts(|p| choices.name(p)));
    history::record(
        tx,
        Some(by),
        Entry { subject: Subject::Organisation, id: id.0, event: "organisation-created", changes, why },
    )
    .await?;
    Ok(id)
}

/// Saves it over the version that was edited, with its history. False where somebody else was first.
pub async fn update_in(
    tx: &mut ProcessTx,
    by: &MembershipFacts,
    before: &Organisation,
    version: i32,
    draft: &Draft,
    (choices, why): (&Choices, &str),
    now: DateTime<Utc>,
) -> Result<bool, Problem> {
    let named = |p| choices.name(p);
    let changes = changes(&before.draft.facts(named), &draft.facts(named));
    if changes.is_empty() && version == before.version {
        return Ok(true);
    }
    if !store_write::update(tx, before.id, version, draft, now).await? {
        return Ok(false);
    }
    history::record(
        tx,
        Some(by),
        Entry { subject: Subject::Organisation, id: before.id.0, event: "organisation-edited", changes, why },
    )
    .await?;
    Ok(true)
}

/// An organisation that stands by itself; one that was merged has no form.
pub async fn standing(tx: &mut ProcessTx, id: OrganisationId) -> Result<Organisation, Problem> {
    let o = store::load(tx, id).await?;
    match o.merged_into {
        None => Ok(o),
        Some(_) => Err(Problem::Conflict(Message::new("directory-merge-gone"))),
    }
}

/// Which page answers a save that came too late.
pub async fn too_late(
    tx: &mut ProcessTx,
    p: Page,
    f: &Fields,
    o: &Organisation,
    action: String,
    choices: Choices,
) -> Result<Response, Problem> {
    let mut theirs = Fields::default();
    o.draft.fill(&mut theirs);
    let (by, at) = last_change(tx, Subject::Organisation, o.id.0, p.today).await?;
    let leave = p.link(&format!("/organisations/{}", o.id));
    conflict(&Conflict {
        differences: differences(f, &theirs, &FIELDS),
        carried: carry(f, &theirs, &FIELDS),
        title: o.draft.name.clone(),
        action,
        leave,
        version: o.version,
        by,
        at: at.unwrap_or(o.updated_at),
        names: choices.parents,
        p,
    })
}

fn form(p: Page, f: Fields, o: Option<&Organisation>, choices: Choices, alike: Vec<Related>) -> FormPage {
    let (purpose, title, rest) = match o {
        None => (Purpose::New, p.t("directory-organisation-new-title"), "/organisations".to_owned()),
        Some(o) => (
            Purpose::Edit,
            p.t1("directory-organisation-edit-title", "name", &o.draft.name),
            format!("/organisations/{}", o.id),
        ),
    };
    let action = if o.is_some() { format!("{rest}/edit") } else { format!("{rest}/new") };
    FormPage { action: p.link(&action), leave: p.link(&rest), purpose, title, p, f, choices, alike }
}

pub async fn new(inside: Inside) -> Result<Response, Problem> {
    let Inside { mut tx, member, page: p, fields: mut f, .. } = inside;
    let choices = Choices::load(&mut tx, &p).await?;
    requests::prefill_organisation(&mut tx, &member, &mut f, p.today).await?;
    html(&form(p, f, None, choices, Vec::new()))
}

pub async fn create(inside: Inside) -> Result<Response, Problem> {
    let Inside { app, mut tx, member, page: p, fields: mut f } = inside;
    let by = member.require(Permission::OrganisationEdit, &Scope::default())?;
    let choices = Choices::load(&mut tx, &p).await?;
    let Some(draft) = read(&mut tx, &mut f, &p, &choices, None).await? else {
        return again(&form(p, f, None, choices, Vec::new()));
    };
    if !f.is_set("really_new") {
        let alike = store_write::alike(&mut tx, &draft.name).await?;
        if !alike.is_empty() {
            return again(&form(p, f, None, choices, alike));
        }
    }
    let id = create_in(&mut tx, by, &draft, &choices, "", app.clock.now()).await?;
    // whoever came from a request goes on with it
    let request = match f.value("request").parse() {
        Ok(request) => requests::is_of(&mut tx, &member, by, request, (id, &draft.name)).await?.then_some(request),
        Err(_) => None,
    };
    tx.commit().await?;
    if let Some(request) = request {
        return done(&p, &format!("/access-requests/{request}"), "directory-organisation-added");
    }
    done(&p, &format!("/organisations/{id}"), "directory-organisation-added")
}

pub async fn edit(Path((_, key)): Path<(String, String)>, inside: Inside) -> Result<Response, Problem> {
    let Inside { mut tx, member, page: p, .. } = inside;
    let o = standing(&mut tx, id(&key)?).await?;
    member.require(Permission::OrganisationEdit, &Scope::organisation(o.id))?;
    let choices = Choices::load(&mut tx, &p).await?;
    let mut f = Fields::default();
    o.draft.fill(&mut f);
    remember(&mut f, &FIELDS);
    f.set("version", o.version);
    html(&form(p, f, Some(&o), choices, Vec::new()))
}

pub async fn save(Path((_, key)): Path<(String, String)>, inside: Inside) -> Result<Response, Problem> {
    let Inside { app, mut tx, member, page: p, fields: mut f } = inside;
    let o = standing(&mut tx, id(&key)?).await?;
    let by = member.require(Permission::OrganisationEdit, &Scope::organisation(o.id))?;
    let choices = Choices::load(&mut tx, &p).await?;
    settle(&mut f, &FIELDS);
    let (Some(draft), Some(version)) = (read(&mut tx, &mut f, &p, &choices, Some(o.id)).await?, f.integer("version"))
    else {
        return again(&form(p, f, Some(&o), choices, Vec::new()));
    };
    if !update_in(&mut tx, by, &o, version, &draft, (&choices, ""), app.clock.now()).await? {
        let action = p.link(&format!("/organisations/{}/edit", o.id));
        return too_late(&mut tx, p, &f, &o, action, choices).await;
    }
    tx.commit().await?;
    done(&p, &format!("/organisations/{}", o.id), "directory-saved")
}
