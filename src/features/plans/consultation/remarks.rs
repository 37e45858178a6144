//! Remarks on a plan or one of its nodes: said, replied to, settled, taken back.

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};

use super::super::model::Plan;
use super::super::tree::Tree;
use super::super::{id, store as plans};
use super::model::level;
use super::store_write::{self, New};
use super::told::{self, Remarked};
use super::{Say, held, is_talked_about, store};
use crate::features::notices::{self, Mention, Nameable, mentions};
use crate::kernel::auth::Inside;
use crate::kernel::db::{MembershipFacts, ProcessTx};
use crate::kernel::error::Problem;
use crate::kernel::form::Fields;
use crate::kernel::history::{self, Changes, Entry, Subject};
use crate::kernel::i18n::Message;
use crate::kernel::ids::{MembershipId, PlanNodeId, PlanRemarkId};
use crate::kernel::page::Page;
use crate::kernel::permit::{Handling, Member, Permission, Refusal, Scope};

/// A remark names so many at most: more is a letter to everybody.
const MOST_NAMED: usize = 20;
const MOST: usize = 20_000;

/// In whose name a member can speak, where that is a choice: the membership and whose it is.
pub fn voices(member: &Member, p: &Page) -> Vec<(String, String)> {
    let all: Vec<_> = member
        .all_granting(Permission::PlanRemark, &Scope::default())
        .map(|m| {
            let of = m.beneficiary_name.clone().or_else(|| m.organisation_name.clone());
            (m.id.to_string(), of.unwrap_or_else(|| p.t(m.role.label())))
        })
        .collect();
    if all.len() > 1 { all } else { Vec::new() }
}

/// The membership that the form names, or the first that can speak.
pub fn voice(member: &Member, f: &mut Fields) -> Result<MembershipFacts, Problem> {
    let wanted: Option<MembershipId> = f.id("as");
    let scope = Scope::default();
    let found = member.all_granting(Permission::PlanRemark, &scope).find(|m| wanted.is_none_or(|w| w == m.id));
    Ok(found.ok_or(Refusal { permission: Permission::PlanRemark })?.clone())
}

/// Text without control characters: pages, letters and documents show it as it is.
pub fn clean(text: &str) -> String {
    text.chars().filter(|c| !c.is_control() || *c == '\n' || *c == '\t').collect()
}

/// Those whom the form names, in its list or in the text.
fn named(f: &mut Fields, text: &str, all: &[Nameable]) -> Vec<Mention> {
    let chosen: Vec<Mention> = f.values("tell").iter().filter_map(|v| Mention::parse(v)).collect();
    let known = |m: &Mention| all.iter().any(|n| Mention::parse(&n.value) == Some(*m));
    if chosen.len() != f.values("tell").iter().filter(|v| !v.is_empty()).count() || !chosen.iter().all(known) {
        f.fail("tell", Message::new("field-not-in-list"));
    }
    let found = mentions::find(text, &chosen, all);
    if !found.ambiguous.is_empty() {
        f.fail("tell", Message::new("plan-remark-ambiguous").with("names", found.ambiguous.join(", ")));
    }
    if found.names.len() > MOST_NAMED {
        f.fail("tell", Message::new("plan-remark-too-many").with("most", MOST_NAMED));
    }
    found.names
}

/// What a form says besides its text: for whom, to whom it is shown, whom it names.
pub struct Around {
    pub by: MembershipFacts,
    pub handling: Handling,
    pub names: Vec<Mention>,
    pub nameable: Vec<Nameable>,
}

/// Reads what the form of a remark and that of a wording have in common.
pub async fn around(
    tx: &mut ProcessTx,
    member: &Member,
    f: &mut Fields,
    text: &str,
    today: chrono::NaiveDate,
) -> Result<Around, Problem> {
    let by = voice(member, f)?;
    let handling = f.choice("handling", level).unwrap_or(Handling::Members);
    let nameable = store::nameable(tx, today).await?;
    let names = named(f, text, &nameable);
    Ok(Around { by, handling, names, nameable })
}

/// Makes the remark, unless it names somebody who could not see it: then nothing is written, and the form says who.
pub async fn make(
    tx: &mut ProcessTx,
    f: &mut Fields,
    new: &New<'_>,
    nameable: &[Nameable],
    today: chrono::NaiveDate,
) -> Result<Option<(PlanRemarkId, bool)>, Problem> {
    tx.mark().await?;
    let made = store_write::add(tx, new).await?;
    if !new.names.is_empty() {
        let blind = notices::blind(tx, notices::Subject::new("plan_remark", made.0.0), new.names, today).await?;
        if !blind.is_empty() {
            tx.back().await?;
            let names = nameable.iter().filter(|n| blind.contains(&n.value)).map(|n| n.name.as_str());
            let names = names.collect::<Vec<_>>().join(", ");
            f.fail("tell", Message::new("plan-remark-blind").with("names", names));
            return Ok(None);
        }
    }
    Ok(Some(made))
}

/// The form by itself: where a remark cannot be made as it was sent.
#[derive(Template)]
#[template(path = "plans/consultation/remark_form.html")]
struct FormPage {
    p: Page,
    plan: Plan,
    /// What it is about: code and title of a node, or nothing for the whole.
    about: Option<(PlanNodeId, String)>,
    /// What it replies to.
    reply_to: Option<(PlanRemarkId, String)>,
    say: Say,
}

fn about(p: &Page, tree: &Tree, node: Option<PlanNodeId>) -> Option<(PlanNodeId, String)> {
    let placed = tree.get(node?)?;
    Some((placed.node.id, format!("{} {}", placed.code, placed.title(p))))
}

pub async fn add(Path((_, key)): Path<(String, String)>, inside: Inside) -> Result<Response, Problem> {
    let Inside { app, mut tx, member, page: p, fields: mut f } = inside;
    let plan = held(&mut tx, &member, &key, p.today).await?;
    member.require(Permission::PlanRemark, &plan.scope())?;
    if !is_talked_about(plan.state) {
        return Err(Problem::Conflict(Message::new("plan-remark-closed")));
    }
    let tree = plans::tree(&mut tx, plan.id, p.today).await?;
    let reply_to = match f.id::<PlanRemarkId>("reply_to") {
        Some(to) => {
            let found = store::said(&mut tx, plan.id, &[to], p.today).await?;
            // taken back, of another plan, or a reply itself: there is nothing to reply to
            Some(found.into_iter().find(|s| !s.is_reply).ok_or(Problem::NotFound)?)
        }
        None => None,
    };
    let node = match &reply_to {
        Some(said) => said.node,
        None => f.id("node"),
    };
    if reply_to.is_none() && node.is_some_and(|n| tree.get(n).is_none()) {
        return Err(Problem::NotFound);
    }
    let text = clean(&f.required("text", MOST));
    if text.trim().is_empty() {
        f.fail("text", Message::new("field-required"));
    }
    let around = around(&mut tx, &member, &mut f, &text, p.today).await?;
    // a reply is for those for whom the remark is
    let (handling, for_organisation, for_beneficiary) = match &reply_to {
        Some(said) => (said.handling, said.for_organisation, said.for_beneficiary),
        None => (around.handling, around.by.organisation, around.by.beneficiary),
    };
    let new = New {
        plan: plan.id,
        node,
        reply_to: reply_to.as_ref().map(|s| s.id),
        by: &around.by,
        for_organisation,
        for_beneficiary,
        handling,
        text: &text,
        wording: None,
        names: &around.names,
        now: app.clock.now(),
    };
    let made = match f.is_valid() {
        true => make(&mut tx, &mut f, &new, &around.nameable, p.today).await?,
        false => None,
    };
    let Some((remark, belongs)) = made else {
        let say = Say::new(&member, &p, f, around.nameable, &[]);
        let reply_to = reply_to.map(|s| (s.id, s.text));
        let page = FormPage { about: about(&p, &tree, node), p, plan, reply_to, say };
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, Html(page.render()?)).into_response());
    };
    let thread = match &reply_to {
        Some(said) => store::repliers(&mut tx, said.id).await?,
        None => Vec::new(),
    };
    let said = Remarked {
        id: remark,
        node,
        handling,
        belongs,
        names: &around.names,
        by_writer: member.may(Permission::PlanWrite, &plan.scope()),
        replies_to: reply_to.as_ref().map(|s| s.by),
        thread: &thread,
    };
    told::remarked(&mut tx, &app, &plan, &said, &around.by).await?;
    tx.commit().await?;
    let done = if belongs { "plan-remarked-consultation" } else { "plan-remarked" };
    Ok(back(&p, &plan, f.value("from"), node, remark, done))
}

/// Back to where it was said: the node's page, or the consultation's.
pub fn back(p: &Page, plan: &Plan, from: &str, node: Option<PlanNodeId>, remark: PlanRemarkId, done: &str) -> Response {
    let node = node.filter(|_| from != "consultation");
    let place = told::place(plan, node, remark);
    let (path, anchor) = place.split_once('#').unwrap_or((&place, ""));
    Redirect::to(&p.link(&format!("{path}?done={done}#{anchor}"))).into_response()
}

/// Settles a remark, opens it again, or takes it back.
pub async fn act(Path((_, key, remark)): Path<(String, String, String)>, inside: Inside) -> Result<Response, Problem> {
    let Inside { app, mut tx, member, page: p, fields: f } = inside;
    let plan = held(&mut tx, &member, &key, p.today).await?;
    let remark: PlanRemarkId = id(&remark)?;
    let said = store::said(&mut tx, plan.id, &[remark], p.today).await?.into_iter().next().ok_or(Problem::NotFound)?;
    let scope = plan.scope();
    let now = app.clock.now();
    let (event, done) = match f.value("do") {
        "withdraw" => {
            if !said.mine {
                return Err(Problem::Refused(Message::new("plan-remark-not-yours")));
            }
            if !is_talked_about(plan.state) {
                return Err(Problem::Conflict(Message::new("plan-remark-closed")));
            }
            // what was answered is part of the record
            if said.answer.is_some() {
                return Err(Problem::Conflict(Message::new("plan-remark-answered-already")));
            }
            store_write::withdraw(&mut tx, remark, now).await?;
            ("remark-withdrawn", "plan-remark-withdrawn")
        }
        what @ ("resolve" | "reopen") => {
            let needed = if said.mine { Permission::PlanRemark } else { Permission::PlanWrite };
            let Some(by) = member.granting(needed, &scope) else {
                return Err(Problem::Refused(Message::new("plan-remark-settle-refused")));
            };
            if !is_talked_about(plan.state) {
                return Err(Problem::Conflict(Message::new("plan-remark-closed")));
            }
            // what the consultation asked for is settled by its answer
            let resolve = what == "resolve";
            if said.is_reply || said.of_consultation || said.answer.is_some() || said.resolved == resolve {
                return Err(Problem::Conflict(Message::new("plan-remark-settle-not")));
            }
            store_write::settle(&mut tx, remark, resolve.then_some((by.id, now))).await?;
            if resolve {
                told::settled(&mut tx, &app, &plan, &said, by).await?;
                ("remark-settled", "plan-remark-settled")
            } else {
                ("remark-opened", "plan-remark-opened")
            }
        }
        _ => return Err(Problem::Bad("what to do")),
    };
    let entry = Entry { subject: Subject::PlanRemark, id: remark.0, event, changes: Changes::new(), why: "" };
    history::record(&mut tx, member.first(), entry).await?;
    tx.commit().await?;
    Ok(back(&p, &plan, f.value("from"), said.node, remark, done))
}
