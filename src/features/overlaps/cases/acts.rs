//! The steps on a question. Each is in the history with its author and reason; of two at once the second is shown how it
//! stands now, with what they typed.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use std::collections::BTreeMap;
use uuid::Uuid;

use super::super::model::Decision;
use super::model::Case;
use super::page::{find, link, show};
use super::store_write::{self, Step};
use super::{store, told};
use crate::kernel::auth::Inside;
use crate::kernel::db::MembershipFacts;
use crate::kernel::error::Problem;
use crate::kernel::form::Fields;
use crate::kernel::history::{self, Change, Changes, Entry, Subject};
use crate::kernel::i18n::Message;
use crate::kernel::ids::{ActionId, MembershipId, OrganisationId};
use crate::kernel::permit::Permission;

type Key = Path<(String, String)>;
type Answer = Result<Response, Problem>;

/// The question, the form, and in whose name the step is taken.
async fn begin(
    key: &str,
    inside: &mut Inside,
    permission: Permission,
) -> Result<(Case, Fields, MembershipFacts), Problem> {
    let c = find(&mut inside.tx, key, &inside.page).await?;
    let by = inside.member.require(permission, &c.scope())?.clone();
    Ok((c, std::mem::take(&mut inside.fields), by))
}

async fn again(mut inside: Inside, f: Fields, c: Case, status: StatusCode) -> Answer {
    show(&mut inside.tx, &inside.member, inside.page, f, c, status).await
}

async fn note(
    inside: &mut Inside,
    by: &MembershipFacts,
    c: &Case,
    event: &'static str,
    changes: Changes,
    why: &str,
) -> sqlx::Result<()> {
    let entry = Entry { subject: Subject::Overlap, id: c.id.0, event, changes, why };
    history::record(&mut inside.tx, Some(by), entry).await
}

async fn done(inside: Inside, c: &Case, what: &str) -> Answer {
    let address = format!("{}?done={what}", link(&inside.page, c.id));
    inside.tx.commit().await?;
    Ok(Redirect::to(&address).into_response())
}

fn changed(field: &str, from: impl Into<String>, to: impl Into<String>) -> Changes {
    let list = |text: String| if text.is_empty() { Vec::new() } else { vec![text] };
    BTreeMap::from([(field.to_owned(), Change { from: list(from.into()), to: list(to.into()) })])
}

/// Takes a step that names a version; of another version the page comes back with what was typed.
async fn step(
    mut inside: Inside,
    (c, f, by): (Case, Fields, MembershipFacts),
    step: Step,
    event: &'static str,
    changes: Changes,
    why: &str,
) -> Result<Result<(Inside, Case, MembershipFacts), Response>, Problem> {
    let version = f.value("version").parse().unwrap_or(-1);
    if !store_write::take(&mut inside.tx, c.id, version, &step, &by, inside.app.clock.now()).await? {
        let now = store::load(&mut inside.tx, c.id, inside.page.today).await?.ok_or(Problem::NotFound)?;
        return Ok(Err(again(inside, f, now, StatusCode::CONFLICT).await?));
    }
    note(&mut inside, &by, &c, event, changes, why).await?;
    let now = store::load(&mut inside.tx, c.id, inside.page.today).await?.ok_or(Problem::NotFound)?;
    Ok(Ok((inside, now, by)))
}

pub async fn remark(Path((_, key)): Key, mut inside: Inside) -> Answer {
    let (c, mut f, by) = begin(&key, &mut inside, Permission::OverlapTakePart).await?;
    let text = f.required("remark", 5_000);
    if !f.is_valid() {
        return again(inside, f, c, StatusCode::UNPROCESSABLE_ENTITY).await;
    }
    store_write::remark(&mut inside.tx, c.id, &by, &text, inside.app.clock.now()).await?;
    told::remarked(&mut inside.tx, &inside.app, &c, &by).await?;
    if let Some(keeper) = by.organisation.filter(|keeper| keeps(&c, *keeper)) {
        told::answered(&mut inside.tx, &inside.app, &c, Some(keeper)).await?;
    }
    done(inside, &c, "overlap-remarked").await
}

pub async fn withdraw(Path((_, key)): Key, mut inside: Inside) -> Answer {
    let (c, mut f, _) = begin(&key, &mut inside, Permission::OverlapTakePart).await?;
    let remark: Uuid = f.value("remark").parse().map_err(|_| Problem::NotFound)?;
    if !store_write::withdraw(&mut inside.tx, c.id, remark, inside.app.clock.now()).await? {
        return Err(Problem::NotFound);
    }
    // said on the page of what is near an action, it is taken back there
    if let Some(action) = f.id::<ActionId>("near") {
        let address = inside.page.link(&format!("/actions/{action}/near?done=overlap-remark-withdrawn"));
        inside.tx.commit().await?;
        return Ok(Redirect::to(&address).into_response());
    }
    done(inside, &c, "overlap-remark-withdrawn").await
}

pub async fn assign(Path((_, key)): Key, mut inside: Inside) -> Answer {
    let (c, mut f, by) = begin(&key, &mut inside, Permission::OverlapDecide).await?;
    let owner = f.id::<MembershipId>("owner");
    if owner.is_some_and(|o| !c.assignable.iter().any(|a| a.id == o)) {
        f.fail("owner", Message::new("field-not-in-list"));
    }
    let due = f.day("due", inside.page.today);
    if due.is_some_and(|day| day < inside.page.today) {
        f.fail("due", Message::new("overlap-error-due-past"));
    }
    if due.is_some() && owner.is_none() {
        f.fail("owner", Message::new("overlap-error-due-needs-owner"));
    }
    if !f.is_valid() {
        return again(inside, f, c, StatusCode::UNPROCESSABLE_ENTITY).await;
    }
    let name = |id: Option<MembershipId>| {
        id.and_then(|id| c.assignable.iter().find(|a| a.id == id)).map(|a| a.name.clone()).unwrap_or_default()
    };
    let day = |d: Option<chrono::NaiveDate>| d.map(|d| d.to_string()).unwrap_or_default();
    let mut changes = changed("owner", name(c.owner_id), name(owner));
    changes.extend(changed("due", day(c.due_on), day(due)));
    changes.retain(|_, change| change.from != change.to);
    match step(inside, (c, f, by), Step::Assign { owner, due }, "overlap-assigned", changes, "").await? {
        Err(response) => Ok(response),
        Ok((mut inside, c, by)) => {
            told::assigned(&mut inside.tx, &inside.app, &c, owner, due, &by).await?;
            done(inside, &c, "overlap-assigned").await
        }
    }
}

pub async fn invite(Path((_, key)): Key, mut inside: Inside) -> Answer {
    let (c, mut f, by) = begin(&key, &mut inside, Permission::OverlapDecide).await?;
    let name = f.required("organisation", 500);
    let found = match f.is_valid() {
        true => store::organisation(&mut inside.tx, &name).await?,
        false => None,
    };
    if f.is_valid() && found.is_none() {
        f.fail("organisation", Message::new("action-error-organisation-unknown").with("name", name.clone()));
    }
    let Some(organisation) = found.filter(|_| f.is_valid()) else {
        return again(inside, f, c, StatusCode::UNPROCESSABLE_ENTITY).await;
    };
    if store_write::invite(&mut inside.tx, c.id, organisation, &by, inside.app.clock.now()).await? {
        note(&mut inside, &by, &c, "overlap-invited", changed("organisation", "", name), "").await?;
        told::invited(&mut inside.tx, &inside.app, &c, organisation, &by).await?;
    }
    done(inside, &c, "overlap-invited").await
}

pub async fn decide(Path((_, key)): Key, mut inside: Inside) -> Answer {
    let (c, mut f, by) = begin(&key, &mut inside, Permission::OverlapDecide).await?;
    let decision = f.required_choice("decision", Decision::parse);
    let reason = f.required("reason", 5_000);
    let follow_up = f.text("follow_up", 5_000);
    let Some(decision) = decision.filter(|_| f.is_valid()) else {
        return again(inside, f, c, StatusCode::UNPROCESSABLE_ENTITY).await;
    };
    let before = c.decision.map(|d| inside.page.t(d.label())).unwrap_or_default();
    let changes = changed("decision", before, inside.page.t(decision.label()));
    let taken = Step::Decide { decision, reason: reason.clone(), follow_up };
    match step(inside, (c, f, by), taken, "overlap-decided", changes, &reason).await? {
        Err(response) => Ok(response),
        Ok((mut inside, c, by)) => {
            told::decided(&mut inside.tx, &inside.app, &c, &by).await?;
            done(inside, &c, "overlap-decided").await
        }
    }
}

pub async fn outcome(Path((_, key)): Key, mut inside: Inside) -> Answer {
    let (c, mut f, by) = begin(&key, &mut inside, Permission::OverlapDecide).await?;
    let text = f.required("outcome", 5_000);
    if c.decision.is_none() {
        f.fail("outcome", Message::new("overlap-error-no-decision"));
    }
    if !f.is_valid() {
        return again(inside, f, c, StatusCode::UNPROCESSABLE_ENTITY).await;
    }
    let taken = Step::Outcome(text.clone());
    match step(inside, (c, f, by), taken, "overlap-outcome", Changes::new(), &text).await? {
        Err(response) => Ok(response),
        Ok((mut inside, c, by)) => {
            told::concluded(&mut inside.tx, &inside.app, &c, &by).await?;
            done(inside, &c, "overlap-outcome").await
        }
    }
}

pub async fn escalate(Path((_, key)): Key, mut inside: Inside) -> Answer {
    let (c, mut f, by) = begin(&key, &mut inside, Permission::OverlapTakePart).await?;
    let text = f.required("escalation", 5_000);
    if c.escalated_at.is_some() {
        f.fail("escalation", Message::new("overlap-error-escalated"));
    }
    if !f.is_valid() {
        return again(inside, f, c, StatusCode::UNPROCESSABLE_ENTITY).await;
    }
    let taken = Step::Escalate(text.clone());
    match step(inside, (c, f, by), taken, "overlap-escalated", Changes::new(), &text).await? {
        Err(response) => Ok(response),
        Ok((mut inside, c, by)) => {
            told::escalated(&mut inside.tx, &inside.app, &c, &by).await?;
            done(inside, &c, "overlap-escalated").await
        }
    }
}

pub async fn reopen(Path((_, key)): Key, mut inside: Inside) -> Answer {
    let (c, mut f, by) = begin(&key, &mut inside, Permission::OverlapDecide).await?;
    let why = f.required("why", 2_000);
    if !f.is_valid() {
        return again(inside, f, c, StatusCode::UNPROCESSABLE_ENTITY).await;
    }
    let before = c.decision.map(|d| inside.page.t(d.label())).unwrap_or_default();
    let changes = changed("decision", before, "");
    match step(inside, (c, f, by), Step::Reopen, "overlap-reopened", changes, &why).await? {
        Err(response) => Ok(response),
        Ok((mut inside, c, by)) => {
            told::reopened(&mut inside.tx, &inside.app, &c, &by).await?;
            done(inside, &c, "overlap-reopened").await
        }
    }
}

/// Asks those who keep an action that is not shown here, without learning who they are.
pub async fn ask(Path((_, key)): Key, mut inside: Inside) -> Answer {
    let (c, f, by) = begin(&key, &mut inside, Permission::OverlapTakePart).await?;
    if !c.has_hidden() {
        return again(inside, f, c, StatusCode::UNPROCESSABLE_ENTITY).await;
    }
    let keepers = store_write::ask(&mut inside.tx, c.id, inside.app.clock.now()).await?;
    note(&mut inside, &by, &c, "overlap-asked", Changes::new(), "").await?;
    told::asked(&mut inside.tx, &inside.app, &c, keepers, &by).await?;
    done(inside, &c, "overlap-asked").await
}

/// Whether an organisation of the reader keeps an action that others here do not see.
fn keeps(c: &Case, keeper: OrganisationId) -> bool {
    c.actions.iter().any(|a| a.own && a.restricted && a.keeper_id == Some(keeper))
}

/// The keeper of an action that others here do not see shows its title and contact for this question, or keeps it back.
pub async fn disclose(Path((_, key)): Key, mut inside: Inside) -> Answer {
    let (c, f, _) = begin(&key, &mut inside, Permission::OverlapTakePart).await?;
    let yes = f.value("what") == "show";
    let mut any = false;
    let own: Vec<_> = inside.member.memberships().iter().filter(|m| m.organisation.is_some()).cloned().collect();
    for by in own {
        let Some(keeper) = by.organisation.filter(|keeper| keeps(&c, *keeper)) else { continue };
        if store_write::disclose(&mut inside.tx, c.id, keeper, yes, &by, inside.app.clock.now()).await? {
            any = true;
            told::answered(&mut inside.tx, &inside.app, &c, Some(keeper)).await?;
            if yes {
                note(&mut inside, &by, &c, "overlap-disclosed", Changes::new(), "").await?;
                told::disclosed(&mut inside.tx, &inside.app, &c, &by).await?;
            }
        }
    }
    if !any {
        return Err(Problem::NotFound);
    }
    done(inside, &c, if yes { "overlap-disclosed" } else { "overlap-kept" }).await
}
