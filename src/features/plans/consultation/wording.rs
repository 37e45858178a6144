//! A wording that is suggested for a text of a node, and what becomes of it: taken up as it is, taken up in part, or not.

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};

use super::super::edit::{reworded, writer};
use super::super::model::Plan;
use super::super::store_tree::{self, Edit, Words};
use super::super::tree::Placed;
use super::super::{id, store as plans};
use super::model::{Answer, Field, Wording};
use super::remarks::{self, clean};
use super::store::Said;
use super::store_write::{self, New};
use super::told::{self, Remarked};
use super::{Say, held, load, store, while_open};
use crate::kernel::auth::Inside;
use crate::kernel::db::ProcessTx;
use crate::kernel::difference::{Piece, words};
use crate::kernel::error::Problem;
use crate::kernel::form::Fields;
use crate::kernel::history::{self, Change, Entry, Subject};
use crate::kernel::i18n::Message;
use crate::kernel::ids::{PlanNodeId, PlanRemarkId};
use crate::kernel::page::Page;
use crate::kernel::permit::{Handling, Permission};

#[derive(Template)]
#[template(path = "plans/consultation/suggest.html")]
struct SuggestPage {
    p: Page,
    plan: Plan,
    placed: Placed,
    field: Field,
    say: Say,
    /// The text has moved on since the form was made: what it says now against what was typed.
    moved: Option<Vec<Piece>>,
}

impl SuggestPage {
    fn fields(&self) -> Vec<(String, String)> {
        Field::options(&self.p)
    }
}

fn field(f: &mut Fields) -> Field {
    f.choice("field", Field::parse).unwrap_or(Field::Body)
}

pub async fn form(Path((_, key, node)): Path<(String, String, String)>, inside: Inside) -> Result<Response, Problem> {
    let Inside { mut tx, member, page: p, fields: mut f, .. } = inside;
    let plan = load(&mut tx, &member, &key, p.today).await?;
    member.require(Permission::PlanSuggest, &plan.scope())?;
    while_open(&plan)?;
    let field = field(&mut f);
    let tree = plans::tree(&mut tx, plan.id, p.today).await?;
    let placed = tree.get(id(&node)?).ok_or(Problem::NotFound)?.clone();
    let talk = store::talk(&mut tx, plan.id, Some(placed.node.id), p.today).await?;
    let mut f = Fields::default();
    f.set("wording", field.of(&placed.node));
    f.set("version", placed.node.version);
    let say = Say::new(&member, &p, f, talk.nameable, &talk.asked);
    Ok(Html(SuggestPage { p, plan, placed, field, say, moved: None }.render()?).into_response())
}

pub async fn suggest(
    Path((_, key, node)): Path<(String, String, String)>,
    inside: Inside,
) -> Result<Response, Problem> {
    let Inside { app, mut tx, member, page: p, fields: mut f } = inside;
    let plan = held(&mut tx, &member, &key, p.today).await?;
    member.require(Permission::PlanSuggest, &plan.scope())?;
    while_open(&plan)?;
    let field = field(&mut f);
    let node: PlanNodeId = id(&node)?;
    let tree = plans::tree(&mut tx, plan.id, p.today).await?;
    let placed = tree.get(node).ok_or(Problem::NotFound)?.clone();
    let to = clean(&f.text("wording", field.most()));
    if field == Field::Title && to.is_empty() {
        f.fail("wording", Message::new("field-required"));
    }
    let text = clean(&f.text("text", 20_000));
    let from = field.of(&placed.node).to_owned();
    let version = f.integer("version").ok_or(Problem::Bad("version"))?;
    let moved = version != placed.node.version;
    if from == to && !moved {
        f.fail("wording", Message::new("plan-wording-same"));
    }
    let around = remarks::around(&mut tx, &member, &mut f, &text, p.today).await?;
    let wording = Wording { field, from, to };
    let new = New {
        plan: plan.id,
        node: Some(node),
        reply_to: None,
        by: &around.by,
        for_organisation: around.by.organisation,
        for_beneficiary: around.by.beneficiary,
        handling: around.handling,
        text: &text,
        wording: Some(&wording),
        names: &around.names,
        now: app.clock.now(),
    };
    let made = match f.is_valid() && !moved {
        true => remarks::make(&mut tx, &mut f, &new, &around.nameable, p.today).await?,
        false => None,
    };
    let Some((remark, belongs)) = made else {
        let status = if moved { StatusCode::CONFLICT } else { StatusCode::UNPROCESSABLE_ENTITY };
        f.set("version", placed.node.version);
        let say = Say::new(&member, &p, f, around.nameable, &[]);
        let moved = moved.then(|| words(&wording.from, &wording.to));
        return Ok((status, Html(SuggestPage { p, plan, placed, field, say, moved }.render()?)).into_response());
    };
    let said = Remarked {
        id: remark,
        node: Some(node),
        handling: around.handling,
        belongs,
        names: &around.names,
        by_writer: member.may(Permission::PlanWrite, &plan.scope()),
        replies_to: None,
        thread: &[],
    };
    told::remarked(&mut tx, &app, &plan, &said, &around.by).await?;
    tx.commit().await?;
    let done = if belongs { "plan-suggested-consultation" } else { "plan-suggested" };
    Ok(remarks::back(&p, &plan, "", Some(node), remark, done))
}

/// A suggested wording against the text as it is now, and the text that will be taken up.
#[derive(Template)]
#[template(path = "plans/consultation/wording.html")]
struct WordingPage {
    p: Page,
    f: Fields,
    plan: Plan,
    placed: Placed,
    said: Said,
    wording: Wording,
    /// Asked for by whoever wanted to take it up as it is: the text has moved on.
    asked: bool,
}

impl WordingPage {
    fn now(&self) -> &str {
        self.wording.field.of(&self.placed.node)
    }
    fn has_moved(&self) -> bool {
        self.now() != self.wording.from
    }
    /// What has changed since it was suggested.
    fn since(&self) -> Vec<Piece> {
        words(&self.wording.from, self.now())
    }
    /// What taking it up would change.
    fn change(&self) -> Vec<Piece> {
        words(self.now(), &self.wording.to)
    }
}

/// A suggestion that waits, and the node it is about.
async fn waiting(
    tx: &mut ProcessTx,
    plan: &Plan,
    remark: PlanRemarkId,
    today: chrono::NaiveDate,
) -> Result<(Said, Wording, Placed), Problem> {
    let said = store::said(tx, plan.id, &[remark], today).await?.into_iter().next().ok_or(Problem::NotFound)?;
    let wording = said.wording.clone().ok_or(Problem::NotFound)?;
    if said.answer.is_some() {
        return Err(Problem::Conflict(Message::new("plan-remark-answered-already")));
    }
    let tree = plans::tree(tx, plan.id, today).await?;
    let placed = said.node.and_then(|n| tree.get(n)).cloned();
    let placed = placed.ok_or_else(|| Problem::Conflict(Message::new("plan-wording-gone")))?;
    Ok((said, wording, placed))
}

pub async fn page(Path((_, key, remark)): Path<(String, String, String)>, inside: Inside) -> Result<Response, Problem> {
    let Inside { mut tx, member, page: p, .. } = inside;
    let plan = load(&mut tx, &member, &key, p.today).await?;
    writer(&member, &plan)?;
    let (said, wording, placed) = waiting(&mut tx, &plan, id(&remark)?, p.today).await?;
    let mut f = Fields::default();
    f.set("wording", &wording.to);
    f.set("version", placed.node.version);
    Ok(Html(WordingPage { p, f, plan, placed, said, wording, asked: false }.render()?).into_response())
}

/// Takes up a wording: as it was suggested where the text still says what it did, else as the form has it.
pub async fn accept(
    Path((_, key, remark)): Path<(String, String, String)>,
    inside: Inside,
) -> Result<Response, Problem> {
    let Inside { app, mut tx, member, page: p, fields: mut f } = inside;
    let plan = held(&mut tx, &member, &key, p.today).await?;
    let by = writer(&member, &plan)?.clone();
    let (said, wording, placed) = waiting(&mut tx, &plan, id(&remark)?, p.today).await?;
    let now = wording.field.of(&placed.node).to_owned();
    let why = f.text("why", 10_000);
    let edited = f.has("wording");
    let take = if edited { clean(&f.text("wording", wording.field.most())) } else { wording.to.clone() };
    let overtaken = match edited {
        true => f.integer("version").ok_or(Problem::Bad("version"))? != placed.node.version,
        false => now != wording.from && now != wording.to,
    };
    let answer = if take == wording.to { Answer::Accepted } else { Answer::Partly };
    if wording.field == Field::Title && take.is_empty() {
        f.fail("wording", Message::new("field-required"));
    }
    if answer == Answer::Partly && why.is_empty() {
        f.fail("why", Message::new("plan-answer-why-needed"));
    }
    // what changes nothing is no wording taken up in part
    if answer == Answer::Partly && take == now {
        f.fail("wording", Message::new("plan-wording-unchanged"));
    }
    if overtaken || !f.is_valid() {
        let status = if overtaken { StatusCode::CONFLICT } else { StatusCode::UNPROCESSABLE_ENTITY };
        if !edited {
            f.set("wording", &wording.to);
        }
        f.set("version", placed.node.version);
        let page = WordingPage { p, f, plan, placed, said, wording, asked: overtaken };
        return Ok((status, Html(page.render()?)).into_response());
    }
    let at = app.clock.now();
    if take != now {
        let to = wording.field.put(&placed.node, &take);
        let from = Words::of(&placed.node);
        if store_tree::write(&mut tx, placed.node.id, placed.node.version, &to, by.id, at).await?.is_none() {
            return Err(Problem::Conflict(Message::new("plan-wording-gone")));
        }
        let before = Edit::Text {
            title: from.title.to_owned(),
            body: from.body.to_owned(),
            expected_result: from.expected_result.to_owned(),
        };
        store_tree::note(&mut tx, plan.id, placed.node.id, &before, by.id, at).await?;
        let mut changes = reworded(&from, &to);
        // who suggested it is told where everybody may know
        if said.handling == Handling::Members {
            let to = vec![said.who.shown(&p)];
            changes.insert("suggested_by".to_owned(), Change { from: vec![], to });
        }
        let entry =
            Entry { subject: Subject::PlanNode, id: placed.node.id.0, event: "node-reworded", changes, why: &why };
        history::record(&mut tx, Some(&by), entry).await?;
    }
    store_write::answer(&mut tx, &[said.id], answer, &why, by.id, at).await?;
    let changes = [("answer".to_owned(), Change { from: vec![], to: vec![answer.as_str().to_owned()] })].into();
    history::record_each(&mut tx, &by, Subject::PlanRemark, &[said.id.0], "remark-answered", &changes, &why).await?;
    let (remark, node) = (said.id, said.node);
    told::answered(&mut tx, &app, &plan, &[said], &by).await?;
    tx.commit().await?;
    if f.value("from") == "consultation" {
        let place = plan.link(&p, &format!("/consultation?done=plan-wording-taken#remark-{remark}"));
        return Ok(Redirect::to(&place).into_response());
    }
    Ok(remarks::back(&p, &plan, "", node, remark, "plan-wording-taken"))
}
