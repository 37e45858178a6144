//! The page of a plan's consultation, and what its leads do there: remind, give more time, say what becomes of remarks.

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use chrono::{Days, NaiveTime};

use super::super::life::State;
use super::super::model::Plan;
use super::super::reading::{self, Standing};
use super::super::store as plans;
use super::super::tree::Tree;
use super::model::{Answer, Asked, Consultation, Group, Position, Talk, Thread, groups, nodes};
use super::remarks::clean;
use super::{Say, Sight, held, load, store, store_write, told, while_open};
use crate::kernel::auth::Inside;
use crate::kernel::error::Problem;
use crate::kernel::form::Fields;
use crate::kernel::history::{self, Change, Entry, Subject};
use crate::kernel::i18n::Message;
use crate::kernel::ids::{AskedId, PlanRemarkId};
use crate::kernel::page::Page;
use crate::kernel::permit::{Member, Permission};

/// A consultation runs so long at most, from the day on which it is given more time.
const MOST_DAYS: u64 = 366;

#[derive(Template)]
#[template(path = "plans/consultation/page.html")]
struct ConsultationPage {
    p: Page,
    f: Fields,
    plan: Plan,
    tree: Tree,
    standing: Standing,
    tab: &'static str,
    latest: Option<Consultation>,
    earlier: Vec<Consultation>,
    /// Whether this member leads the consultation that is open.
    leads: bool,
    /// The parties that this member speaks for.
    own: Vec<Asked>,
    /// What waits for an answer, for those who give it.
    waiting: Vec<Group>,
    /// The rest: of this consultation, and the discussion beside it.
    said: Vec<Group>,
    /// Whose remarks there are, and whose alone are shown.
    voices: Vec<String>,
    voice: String,
    say: Say,
    sight: Sight,
}

impl ConsultationPage {
    /// The nodes that a position names, as links: those still in the plan.
    fn nodes(&self, position: &Position) -> Vec<(String, String)> {
        let placed = position.nodes.iter().filter_map(|n| self.tree.get(*n));
        placed.map(|n| (n.node.id.to_string(), n.code.clone())).collect()
    }
    fn answers(&self) -> Vec<(String, String)> {
        Answer::options(&self.p)
    }
    fn waits(&self) -> usize {
        self.waiting.iter().map(|g| g.threads.len()).sum()
    }
}

/// What belongs on the page: the latest consultation's, discussion, and whatever still waits.
fn is_current(thread: &Thread, latest: Option<i16>) -> bool {
    let r = &thread.remark;
    r.consultation.is_none() || r.consultation == latest || r.waits()
}

async fn show(
    tx: &mut crate::kernel::db::ProcessTx,
    member: &Member,
    p: Page,
    f: Fields,
    plan: Plan,
) -> Result<ConsultationPage, Problem> {
    let tree = plans::tree(tx, plan.id, p.today).await?;
    let mut standing = reading::standing(tx, member, &p, &plan).await?;
    if plan.state == State::Consultation {
        // what the reader's party is asked for stands with the parties here
        standing.own.clear();
    }
    let mut all = store::consultations(tx, plan.id, p.today).await?;
    let Talk { remarks, asked, nameable } = store::talk(tx, plan.id, None, p.today).await?;
    let threads = Talk { remarks, ..Talk::default() }.threads();
    let latest = if all.is_empty() { None } else { Some(all.remove(0)) };
    let sight = Sight::of(member, &plan);
    let number = latest.as_ref().map(|c| c.number);
    let mut current: Vec<Thread> = threads.into_iter().filter(|t| is_current(t, number)).collect();
    let mut voices: Vec<String> = current.iter().filter_map(|t| t.remark.voice()).map(str::to_owned).collect();
    voices.sort();
    voices.dedup();
    let voice = f.value("party").to_owned();
    current.retain(|t| voice.is_empty() || t.remark.voice() == Some(voice.as_str()));
    let (waiting, said): (Vec<Thread>, Vec<Thread>) =
        current.into_iter().partition(|t| sight.answers && t.remark.waits());
    let nodes = nodes(&p, &tree);
    let (waiting, said) = (groups(&nodes, waiting), groups(&nodes, said));
    let open = latest.as_ref().filter(|c| c.is_open());
    let speaks = |a: &&Asked| member.may(Permission::PlanPosition, &a.scope());
    let own = open.map(|c| c.parties.iter().filter(speaks).cloned().collect()).unwrap_or_default();
    let leads = open.is_some() && member.may(Permission::PlanConsult, &plan.scope());
    let say = Say::new(member, &p, Fields::default(), nameable, &asked);
    Ok(ConsultationPage {
        p,
        f,
        plan,
        tree,
        standing,
        tab: "consultation",
        latest,
        earlier: all,
        leads,
        own,
        waiting,
        said,
        voices,
        voice,
        say,
        sight,
    })
}

pub async fn page(Path((_, key)): Path<(String, String)>, inside: Inside) -> Result<Response, Problem> {
    let Inside { mut tx, member, page: p, fields: f, .. } = inside;
    let plan = load(&mut tx, &member, &key, p.today).await?;
    let mut page = show(&mut tx, &member, p, f, plan).await?;
    if let Some(c) = &page.latest {
        page.f.set("deadline", page.p.day(&c.deadline));
    }
    Ok(Html(page.render()?).into_response())
}

fn to_page(plan: &Plan, p: &Page, done: &str, anchor: &str) -> Response {
    Redirect::to(&plan.link(p, &format!("/consultation?done={done}#{anchor}"))).into_response()
}

/// The consultation that is open, for those who lead it.
async fn open(
    tx: &mut crate::kernel::db::ProcessTx,
    plan: &Plan,
    today: chrono::NaiveDate,
) -> Result<Consultation, Problem> {
    let latest = store::consultations(tx, plan.id, today).await?.into_iter().next();
    latest
        .filter(|c| c.is_open() && plan.state == State::Consultation)
        .ok_or_else(|| Problem::Conflict(Message::new("plan-consultation-not-open")))
}

/// Reminds one party, or all that have not answered: none of them twice a day.
pub async fn remind(Path((_, key)): Path<(String, String)>, inside: Inside) -> Result<Response, Problem> {
    let Inside { app, mut tx, member, page: p, fields: mut f } = inside;
    let plan = held(&mut tx, &member, &key, p.today).await?;
    let by = member.require(Permission::PlanConsult, &plan.scope())?.clone();
    let c = open(&mut tx, &plan, p.today).await?;
    let wanted: Vec<AskedId> = f.ids("asked");
    if !f.is_valid() || !wanted.iter().all(|w| c.parties.iter().any(|a| a.id == *w)) {
        return Err(Problem::NotFound);
    }
    let since = p.today.and_time(NaiveTime::MIN).and_utc();
    let told = store_write::remind(&mut tx, c.id, &wanted, since, app.clock.now()).await?;
    if told.is_empty() {
        return Err(Problem::Conflict(Message::new("plan-remind-none")));
    }
    let names = told.iter().map(|r| r.name.clone()).collect();
    let changes = [("asked_parties".to_owned(), Change { from: vec![], to: names })].into();
    let entry = Entry { subject: Subject::Plan, id: plan.id.0, event: "plan-reminded", changes, why: "" };
    history::record(&mut tx, Some(&by), entry).await?;
    told::reminded(&mut tx, &app, &plan, c.id, c.deadline, &told, &by).await?;
    tx.commit().await?;
    Ok(to_page(&plan, &p, "plan-reminded", "parties"))
}

/// Gives more time, with the reason.
pub async fn extend(Path((_, key)): Path<(String, String)>, inside: Inside) -> Result<Response, Problem> {
    let Inside { app, mut tx, member, page: p, fields: mut f } = inside;
    let plan = held(&mut tx, &member, &key, p.today).await?;
    let by = member.require(Permission::PlanConsult, &plan.scope())?.clone();
    let c = open(&mut tx, &plan, p.today).await?;
    let deadline = f.day("deadline", p.today);
    let most = p.today.checked_add_days(Days::new(MOST_DAYS));
    match deadline {
        None => f.fail("deadline", Message::new("field-required")),
        Some(day) if day <= c.deadline || day <= p.today => {
            f.fail("deadline", Message::new("plan-extend-later").with("day", p.day(&c.deadline.max(p.today))));
        }
        Some(day) if most.is_some_and(|most| day > most) => {
            f.fail("deadline", Message::new("plan-error-deadline-far"));
        }
        Some(_) => {}
    }
    let why = clean(&f.required("why", 5_000));
    let Some(deadline) = deadline.filter(|_| f.is_valid()) else {
        let page = show(&mut tx, &member, p, f, plan).await?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, Html(page.render()?)).into_response());
    };
    store_write::extend(&mut tx, c.id, deadline).await?;
    let change = Change { from: vec![c.deadline.to_string()], to: vec![deadline.to_string()] };
    let changes = [("deadline".to_owned(), change)].into();
    let entry = Entry { subject: Subject::Plan, id: plan.id.0, event: "plan-deadline-extended", changes, why: &why };
    history::record(&mut tx, Some(&by), entry).await?;
    told::extended(&mut tx, &app, &plan, deadline, &by).await?;
    tx.commit().await?;
    Ok(to_page(&plan, &p, "plan-extended", "round"))
}

/// Says of several remarks at once what becomes of them.
pub async fn answer(Path((_, key)): Path<(String, String)>, inside: Inside) -> Result<Response, Problem> {
    let Inside { app, mut tx, member, page: p, fields: mut f } = inside;
    let plan = held(&mut tx, &member, &key, p.today).await?;
    let by = member.require(Permission::PlanConsult, &plan.scope())?.clone();
    while_open(&plan)?;
    let ids: Vec<PlanRemarkId> = f.ids("remark");
    let answer = f.required_choice("answer", Answer::parse);
    let why = clean(&f.text("answer_why", 10_000));
    if ids.is_empty() {
        f.fail("remark", Message::new("plan-answer-none"));
    }
    if matches!(answer, Some(Answer::Partly | Answer::Not)) && why.is_empty() {
        f.fail("answer_why", Message::new("plan-answer-why-needed"));
    }
    let remarks = store::said(&mut tx, plan.id, &ids, p.today).await?;
    let asks = |r: &store::Said| !r.is_reply && (r.of_consultation || r.wording.is_some());
    if !ids.iter().all(|id| remarks.iter().any(|r| r.id == *id && asks(r))) {
        f.fail("remark", Message::new("plan-answer-gone"));
    }
    // a wording is taken up by its own button, which changes the text
    let takes = matches!(answer, Some(Answer::Accepted | Answer::Partly));
    if takes && remarks.iter().any(|r| r.wording.is_some()) {
        f.fail("answer", Message::new("plan-answer-wording"));
    }
    // what was taken up has changed the text: another answer would not change it back
    let taken = |r: &store::Said| r.wording.is_some() && matches!(r.answer, Some(Answer::Accepted | Answer::Partly));
    if remarks.iter().any(taken) {
        f.fail("remark", Message::new("plan-answer-taken"));
    }
    let Some(answer) = answer.filter(|_| f.is_valid()) else {
        let page = show(&mut tx, &member, p, f, plan).await?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, Html(page.render()?)).into_response());
    };
    let ids: Vec<PlanRemarkId> = remarks.iter().map(|r| r.id).collect();
    store_write::answer(&mut tx, &ids, answer, &why, by.id, app.clock.now()).await?;
    let changes = [("answer".to_owned(), Change { from: vec![], to: vec![answer.as_str().to_owned()] })].into();
    let subjects: Vec<uuid::Uuid> = ids.iter().map(|r| r.0).collect();
    history::record_each(&mut tx, &by, Subject::PlanRemark, &subjects, "remark-answered", &changes, &why).await?;
    told::answered(&mut tx, &app, &plan, &remarks, &by).await?;
    tx.commit().await?;
    Ok(to_page(&plan, &p, "plan-answered", "waiting"))
}

#[cfg(test)]
mod tests {
    use crate::kernel::i18n::Locale;
    use crate::kernel::page::Page;

    #[test]
    fn one_has_answered_and_several_have() {
        let p = Page::bare(Locale::default(), "2026-11-24".parse().unwrap());
        for (n, said) in [(0, "0 of 9 have answered."), (1, "1 of 9 has answered."), (2, "2 of 9 have answered.")] {
            assert_eq!(p.tn1("plan-consultation-answered", n, "asked", 9), said);
        }
    }
}
