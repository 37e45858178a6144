//! A new organisation, or a correction of one, proposed by who may not edit and decided by the secretariat.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use uuid::Uuid;

use super::edit::{Choices, FormPage, Purpose, create_in, read, standing, too_late, update_in};
use super::model::FIELDS;
use super::store::Organisation;
use super::store_proposals::{self as store, Proposal};
use crate::features::directory::shared::{
    Cursor, Window, again, done, html, id, in_words, kept_query, remember, settle,
};
use crate::features::directory::telling::{self, Proposed};
use crate::kernel::auth::Inside;
use crate::kernel::conflict::Difference;
use crate::kernel::error::Problem;
use crate::kernel::form::Fields;
use crate::kernel::history::{self, Changes, Entry, Subject};
use crate::kernel::i18n::Message;
use crate::kernel::ids::{OrganisationId, ProposalId};
use crate::kernel::lists::closed_list;
use crate::kernel::page::Page;
use crate::kernel::permit::{Member, Permission, Scope};
use crate::kernel::random;

closed_list! {
    ProposalState {
        Open = "open", "directory-proposal-open";
        Accepted = "accepted", "directory-proposal-accepted";
        Declined = "declined", "directory-proposal-declined";
        Withdrawn = "withdrawn", "directory-proposal-withdrawn";
    }
}

impl ProposalState {
    pub fn badge(self) -> &'static str {
        match self {
            ProposalState::Open => "info",
            ProposalState::Accepted => "ok",
            ProposalState::Declined | ProposalState::Withdrawn => "plain",
        }
    }
}

/// The memberships whose proposals alone the reader sees; none for whoever decides.
fn mine(member: &Member) -> Option<Vec<Uuid>> {
    let decides = member.may(Permission::OrganisationEdit, &Scope::default());
    (!decides).then(|| member.memberships().iter().map(|m| m.id.0).collect())
}

/// The organisation that a form of a proposal is about, if it is about one.
async fn subject(tx: &mut crate::kernel::db::ProcessTx, f: &Fields) -> Result<Option<Organisation>, Problem> {
    match f.value("organisation") {
        "" => Ok(None),
        key => Ok(Some(standing(tx, id(key)?).await?)),
    }
}

fn form(p: Page, mut f: Fields, o: Option<&Organisation>, choices: Choices) -> FormPage {
    let (title, leave) = match o {
        Some(o) => {
            f.set("organisation", o.id);
            (
                p.t1("directory-proposal-correct-title", "name", &o.draft.name),
                p.link(&format!("/organisations/{}", o.id)),
            )
        }
        None => (p.t("directory-proposal-propose-title"), p.link("/organisations")),
    };
    FormPage {
        action: p.link("/organisations/propose"),
        purpose: Purpose::Propose,
        title,
        leave,
        p,
        f,
        choices,
        alike: Vec::new(),
    }
}

pub async fn new(inside: Inside) -> Result<Response, Problem> {
    let Inside { mut tx, page: p, fields: query, .. } = inside;
    let o = subject(&mut tx, &query).await?;
    let choices = Choices::load(&mut tx, &p).await?;
    let mut f = Fields::default();
    if let Some(o) = &o {
        o.draft.fill(&mut f);
    }
    html(&form(p, f, o.as_ref(), choices))
}

pub async fn send(inside: Inside) -> Result<Response, Problem> {
    let Inside { app, mut tx, member, page: p, fields: mut f } = inside;
    let by = member.require(Permission::OrganisationPropose, &Scope::default())?;
    let o = subject(&mut tx, &f).await?;
    let choices = Choices::load(&mut tx, &p).await?;
    let why = f.text("why", 2000);
    let draft = read(&mut tx, &mut f, &p, &choices, o.as_ref().map(|o| o.id)).await?;
    if let (Some(draft), Some(o)) = (&draft, &o)
        && *draft == o.draft
    {
        f.fail("why", Message::new("directory-proposal-nothing-changed"));
    }
    let Some(draft) = draft.filter(|_| f.is_valid()) else {
        return again(&form(p, f, o.as_ref(), choices));
    };
    let mut proposed = Fields::default();
    draft.fill(&mut proposed);
    let (key, now) = (ProposalId(random::id()), app.clock.now());
    store::add(&mut tx, key, o.as_ref().map(|o| o.id), proposed.pairs(), &why, by.id, now).await?;
    if let Some(o) = &o {
        let entry = Entry {
            subject: Subject::Organisation,
            id: o.id.0,
            event: "organisation-proposed",
            changes: Changes::new(),
            why: &why,
        };
        history::record(&mut tx, Some(by), entry).await?;
    }
    telling::proposed(&mut tx, &app, by, Proposed::Organisation, key.0).await?;
    tx.commit().await?;
    done(&p, &format!("/organisations/proposals/{key}"), "directory-proposed")
}

#[derive(Template)]
#[template(path = "directory/proposals.html")]
struct ListPage {
    p: Page,
    f: Fields,
    query: String,
    list: Window<Proposal, ProposalId>,
    states: Vec<(String, String)>,
    decides: bool,
}

pub async fn list(inside: Inside) -> Result<Response, Problem> {
    let Inside { mut tx, member, page: p, fields: f, .. } = inside;
    let mine = mine(&member);
    let state = ProposalState::parse(f.value("state"));
    let list = store::list(&mut tx, mine.as_deref(), state, Cursor::read(&f), p.today).await?;
    html(&ListPage { query: kept_query(&f), states: ProposalState::options(&p), decides: mine.is_none(), list, p, f })
}

#[derive(Template)]
#[template(path = "directory/proposal.html")]
struct OnePage {
    p: Page,
    x: Proposal,
    /// What would change; for a new organisation, all it says.
    differences: Vec<Difference>,
    /// The form that accepts it.
    f: Fields,
    /// The form that declines it.
    declining: Fields,
    choices: Choices,
    decides: bool,
    own: bool,
}

impl OnePage {
    fn words(&self, name: &str, value: &str) -> String {
        let named = self.choices.parents.iter().find(|(id, _)| id == value).map(|(_, name)| name.clone());
        named.unwrap_or_else(|| in_words(&self.p, name, value))
    }
}

/// What the organisation says now: empty for a new one.
fn now_says(o: Option<&Organisation>) -> Fields {
    let mut f = Fields::default();
    if let Some(o) = o {
        o.draft.fill(&mut f);
    }
    f
}

async fn show(
    tx: &mut crate::kernel::db::ProcessTx,
    p: Page,
    member: &Member,
    x: Proposal,
    (filled, declining): (Option<Fields>, Fields),
) -> Result<OnePage, Problem> {
    let o = match &x.organisation {
        Some((id, _)) => Some(super::store::load(tx, *id).await?),
        None => None,
    };
    let choices = Choices::load(tx, &p).await?;
    let (says, proposed) = (now_says(o.as_ref()), Fields::new(x.fields.clone()));
    let differences = FIELDS
        .iter()
        .map(|name| {
            let values = |f: &Fields| {
                f.values(name).into_iter().filter(|v| !v.is_empty()).map(str::to_owned).collect::<Vec<_>>()
            };
            Difference { name, mine: values(&proposed), theirs: values(&says) }
        })
        .filter(|d| d.mine != d.theirs)
        .collect();
    let f = filled.unwrap_or_else(|| {
        let mut f = proposed;
        if let Some(o) = &o {
            let mut was = says.clone();
            remember(&mut was, &FIELDS);
            for (name, value) in was.pairs().iter().filter(|(n, _)| n.starts_with("was-")) {
                f.add(name, value);
            }
            f.set("version", o.version);
        }
        f
    });
    let own = member.memberships().iter().any(|m| m.id == x.by_id);
    Ok(OnePage {
        differences,
        f,
        declining,
        decides: mine(member).is_none() && x.state == ProposalState::Open,
        own,
        choices,
        x,
        p,
    })
}

pub async fn page(Path((_, key)): Path<(String, String)>, inside: Inside) -> Result<Response, Problem> {
    let Inside { mut tx, member, page: p, .. } = inside;
    let x = store::load(&mut tx, mine(&member).as_deref(), id(&key)?, p.today).await?;
    html(&show(&mut tx, p, &member, x, (None, Fields::default())).await?)
}

fn open(x: &Proposal) -> Result<(), Problem> {
    match x.state {
        ProposalState::Open => Ok(()),
        _ => Err(Problem::Conflict(Message::new("directory-proposal-decided-already"))),
    }
}

pub async fn accept(Path((_, key)): Path<(String, String)>, inside: Inside) -> Result<Response, Problem> {
    let Inside { app, mut tx, member, page: p, fields: mut f } = inside;
    let by = member.require(Permission::OrganisationEdit, &Scope::default())?;
    let x = store::load(&mut tx, None, id(&key)?, p.today).await?;
    open(&x)?;
    let o = match &x.organisation {
        Some((id, _)) => Some(standing(&mut tx, *id).await?),
        None => None,
    };
    let choices = Choices::load(&mut tx, &p).await?;
    settle(&mut f, &FIELDS);
    let Some(draft) = read(&mut tx, &mut f, &p, &choices, o.as_ref().map(|o| o.id)).await? else {
        return again(&show(&mut tx, p, &member, x, (Some(f), Fields::default())).await?);
    };
    let now = app.clock.now();
    let result: OrganisationId = match &o {
        None => create_in(&mut tx, by, &draft, &choices, &x.why, now).await?,
        Some(o) => {
            let version = f.integer("version").unwrap_or_default();
            if !update_in(&mut tx, by, o, version, &draft, (&choices, &x.why), now).await? {
                let action = p.link(&format!("/organisations/proposals/{}/accept", x.id));
                return too_late(&mut tx, p, &f, o, action, choices).await;
            }
            o.id
        }
    };
    if !store::decide(&mut tx, x.id, by.id, ProposalState::Accepted, "", Some(result), now).await? {
        return Err(Problem::Conflict(Message::new("directory-proposal-decided-already")));
    }
    telling::decided(&mut tx, &app, by, (Proposed::Organisation, true), x.id.0, x.by_id).await?;
    tx.commit().await?;
    done(&p, &format!("/organisations/{result}"), "directory-proposal-accepted")
}

pub async fn decline(Path((_, key)): Path<(String, String)>, inside: Inside) -> Result<Response, Problem> {
    let Inside { app, mut tx, member, page: p, fields: mut f } = inside;
    let by = member.require(Permission::OrganisationEdit, &Scope::default())?;
    let x = store::load(&mut tx, None, id(&key)?, p.today).await?;
    open(&x)?;
    let answer = f.text("answer", 1000);
    if !f.is_valid() {
        return again(&show(&mut tx, p, &member, x, (None, f)).await?);
    }
    if !store::decide(&mut tx, x.id, by.id, ProposalState::Declined, &answer, None, app.clock.now()).await? {
        return Err(Problem::Conflict(Message::new("directory-proposal-decided-already")));
    }
    telling::decided(&mut tx, &app, by, (Proposed::Organisation, false), x.id.0, x.by_id).await?;
    tx.commit().await?;
    done(&p, &format!("/organisations/proposals/{}", x.id), "directory-proposal-declined")
}

/// Whoever proposed it takes it back.
pub async fn withdraw(Path((_, key)): Path<(String, String)>, inside: Inside) -> Result<Response, Problem> {
    let Inside { app, mut tx, member, page: p, .. } = inside;
    let own: Vec<Uuid> = member.memberships().iter().map(|m| m.id.0).collect();
    let x = store::load(&mut tx, Some(&own), id(&key)?, p.today).await?;
    open(&x)?;
    store::decide(&mut tx, x.id, x.by_id, ProposalState::Withdrawn, "", None, app.clock.now()).await?;
    telling::settled(&mut tx, &app, Proposed::Organisation, x.id.0).await?;
    tx.commit().await?;
    done(&p, &format!("/organisations/proposals/{}", x.id), "directory-proposal-withdrawn")
}

#[cfg(test)]
mod tests {
    use super::super::model::Draft;
    use super::*;

    #[test]
    fn a_proposal_keeps_what_the_form_says() {
        let mut f = Fields::decode(b"name=New+body&kind=agency&aliases=One%0D%0ATwo&member=yes");
        let today = chrono::NaiveDate::from_ymd_opt(2026, 11, 24).unwrap();
        let draft = Draft::read(&mut f, today).unwrap();
        let mut kept = Fields::default();
        draft.fill(&mut kept);
        let mut again = Fields::new(kept.pairs().to_vec());
        assert_eq!(Draft::read(&mut again, today), Some(draft));
    }
}
