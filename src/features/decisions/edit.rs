//! What is prepared is changed, opened for votes, or withdrawn.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;

use super::act;
use super::asked::Subject;
use super::model::{Procedure, State};
use super::new::{FormPage, fill_papers, read, reshaped};
use super::settings::BoardSettings;
use super::show::{Refused, again, done, find, html, refused};
use super::store::{self, Decision};
use super::told;
use crate::kernel::auth::Inside;
use crate::kernel::error::Problem;
use crate::kernel::form::Fields;
use crate::kernel::i18n::Message;
use crate::kernel::page::Page;
use crate::kernel::permit::{Permission, Scope};

fn form_page(p: Page, f: Fields, d: &Decision) -> FormPage {
    let title = p.t("decision-edit-title");
    let rest = format!("/decisions/{}", d.id);
    FormPage::new(p, f, title, &format!("{rest}/edit"), &rest, d.is_of_record())
}

pub async fn form(Path((_, key)): Path<(String, String)>, inside: Inside) -> Result<Response, Problem> {
    let Inside { mut tx, page: p, .. } = inside;
    let d = find(&mut tx, &key, p.today).await?;
    if d.state != State::Prepared {
        return Ok(done(&p, d.id, "decision-frozen"));
    }
    let mut f = Fields::default();
    f.set("version", d.version);
    f.set("subject_kind", d.subject_kind.as_str());
    f.set("subject_label", &d.subject_label);
    f.set("title", &d.title);
    f.set("procedure", d.procedure.map(Procedure::as_str).unwrap_or_default());
    f.set("meeting_on", d.meeting_on.map(|day| p.day(&day)).unwrap_or_default());
    f.set("meeting_place", &d.meeting_place);
    f.set("deadline", d.deadline.map(|day| p.day(&day)).unwrap_or_default());
    f.set("note", &d.note);
    if !d.is_of_record() {
        let papers = store::paper_texts(&mut tx, d.id).await?;
        fill_papers(&mut f, &papers);
    }
    html(&form_page(p, f, &d))
}

pub async fn save(Path((_, key)): Path<(String, String)>, inside: Inside) -> Result<Response, Problem> {
    let Inside { app, mut tx, member, page: p, fields: mut f } = inside;
    let d = find(&mut tx, &key, p.today).await?;
    let by = member.require(Permission::DecisionPrepare, &Scope::default())?.clone();
    if reshaped(&mut f) {
        return html(&form_page(p, f, &d));
    }
    let plan =
        d.is_of_record().then(|| Subject { kind: d.subject_kind, id: d.subject_id, label: d.subject_label.clone() });
    let version = f.integer("version").or(Some(0));
    let Some(new) = read(&mut f, &p, plan.as_ref()) else {
        return again(&form_page(p, f, &d));
    };
    match act::amend(&mut tx, &by, d.id, version, &new, plan.is_none(), app.clock.now()).await {
        Ok(()) => {
            tx.commit().await?;
            Ok(done(&p, d.id, "decision-saved"))
        }
        Err(trouble) => match refused(trouble, &mut tx, &p, f, d.id, Some("edit")).await? {
            Refused::Form(f) => again(&form_page(p, f, &d)),
            Refused::Answer(answer) => Ok(answer),
        },
    }
}

#[derive(Template)]
#[template(path = "decisions/open.html")]
struct OpenPage {
    p: Page,
    f: Fields,
    d: Decision,
    board: BoardSettings,
    procedure: Option<Procedure>,
    /// Whether it runs until a deadline.
    has_term: bool,
    seats: Vec<String>,
}

async fn open_page(
    tx: &mut crate::kernel::db::ProcessTx,
    p: Page,
    mut f: Fields,
    d: Decision,
) -> Result<OpenPage, Problem> {
    let board = BoardSettings::of(p.frame().map_or(&serde_json::Value::Null, |frame| &frame.settings));
    let procedure = d.procedure.or(board.procedure);
    let has_term = procedure.is_some_and(|x| x != Procedure::Meeting);
    if has_term && !f.is_set("deadline") {
        let term = board.term_days.map(|days| p.today + chrono::TimeDelta::days(i64::from(days)));
        if let Some(last) = d.deadline.or(term) {
            f.set("deadline", p.day(&last));
        }
    }
    let seats = store::seats_now(tx, &board).await?;
    Ok(OpenPage { procedure, has_term, seats, board, p, f, d })
}

pub async fn open_form(Path((_, key)): Path<(String, String)>, inside: Inside) -> Result<Response, Problem> {
    let Inside { mut tx, page: p, .. } = inside;
    let d = find(&mut tx, &key, p.today).await?;
    if d.state != State::Prepared {
        return Ok(done(&p, d.id, "decision-frozen"));
    }
    let mut f = Fields::default();
    f.set("version", d.version);
    html(&open_page(&mut tx, p, f, d).await?)
}

pub async fn open(Path((_, key)): Path<(String, String)>, inside: Inside) -> Result<Response, Problem> {
    let Inside { app, mut tx, member, page: p, fields: mut f } = inside;
    let d = find(&mut tx, &key, p.today).await?;
    let by = member.require(Permission::DecisionPrepare, &Scope::default())?.clone();
    let deadline = f.day("deadline", p.today);
    let version = f.integer("version").or(Some(0));
    if !f.is_valid() {
        return again(&open_page(&mut tx, p, f, d).await?);
    }
    match act::open(&mut tx, &by, d.id, version, deadline, app.clock.now()).await {
        Ok(()) => {
            let now = find(&mut tx, &key, p.today).await?;
            told::opened(&mut tx, &app, &now, &by).await?;
            tx.commit().await?;
            Ok(done(&p, d.id, "decision-opened"))
        }
        Err(trouble) => match refused(trouble, &mut tx, &p, f, d.id, Some("open")).await? {
            Refused::Form(f) => again(&open_page(&mut tx, p, f, d).await?),
            Refused::Answer(answer) => Ok(answer),
        },
    }
}

#[derive(Template)]
#[template(path = "decisions/withdraw.html")]
struct WithdrawPage {
    p: Page,
    f: Fields,
    d: Decision,
}

pub async fn withdraw_form(Path((_, key)): Path<(String, String)>, inside: Inside) -> Result<Response, Problem> {
    let Inside { mut tx, page: p, .. } = inside;
    let d = find(&mut tx, &key, p.today).await?;
    if d.state.is_final() {
        return Ok(done(&p, d.id, "decision-frozen"));
    }
    let mut f = Fields::default();
    f.set("version", d.version);
    html(&WithdrawPage { p, f, d })
}

pub async fn withdraw(Path((_, key)): Path<(String, String)>, inside: Inside) -> Result<Response, Problem> {
    let Inside { app, mut tx, member, page: p, fields: mut f } = inside;
    let d = find(&mut tx, &key, p.today).await?;
    let by = member.require(Permission::DecisionPrepare, &Scope::default())?.clone();
    let reasons = f.text("reasons", 5000);
    if reasons.is_empty() {
        f.fail("reasons", Message::new("decision-error-reasons"));
    }
    let version = f.integer("version").or(Some(0));
    if !f.is_valid() {
        return again(&WithdrawPage { p, f, d });
    }
    match act::withdraw(&mut tx, &by, d.id, version, &reasons, app.clock.now()).await {
        Ok(()) => {
            let now = find(&mut tx, &key, p.today).await?;
            told::ended(&mut tx, &app, &now, &by).await?;
            tx.commit().await?;
            Ok(done(&p, d.id, "decision-withdrawn"))
        }
        Err(trouble) => match refused(trouble, &mut tx, &p, f, d.id, Some("withdraw")).await? {
            Refused::Form(f) => again(&WithdrawPage { p, f, d }),
            Refused::Answer(answer) => Ok(answer),
        },
    }
}
