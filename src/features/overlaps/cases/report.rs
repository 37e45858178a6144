//! A question that somebody reports by hand: two or more actions that they see, and why.

use askama::Template;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use uuid::Uuid;

use super::super::model::{Found, Kind};
use super::super::{finders, store_near};
use super::{page, store, store_write, told};
use crate::kernel::auth::Inside;
use crate::kernel::error::Problem;
use crate::kernel::fold::fold;
use crate::kernel::form::Fields;
use crate::kernel::history::{self, Changes, Entry, Subject};
use crate::kernel::i18n::Message;
use crate::kernel::ids::ActionId;
use crate::kernel::page::{DOT, Page};
use crate::kernel::permit::{Permission, Scope};

/// A question about more would be a plan.
const MOST: usize = 12;

#[derive(Template)]
#[template(path = "overlaps/report.html")]
struct ReportPage {
    p: Page,
    f: Fields,
    /// Chosen already.
    chosen: Vec<store_near::Line>,
    /// Found by the words that were sought.
    found: Vec<(Uuid, String, String)>,
    sought: bool,
}

impl ReportPage {
    fn kinds(&self) -> Vec<(String, String)> {
        Kind::options(&self.p)
    }
    fn meta(&self, line: &store_near::Line) -> String {
        let period = super::super::near::period(&self.p, line);
        period.map_or_else(|| line.keeper.clone(), |period| format!("{}{DOT}{period}", line.keeper))
    }
}

async fn shown(inside: &mut Inside, f: Fields, status: StatusCode) -> Result<Response, Problem> {
    let mut ids: Vec<Uuid> = f.values("action").iter().filter_map(|v| v.parse().ok()).collect();
    ids.truncate(MOST);
    let mut chosen = store_near::lines(&mut inside.tx, &ids).await?;
    chosen.sort_by_key(|l| ids.iter().position(|id| *id == l.id));
    let words: String = f.value("q").chars().take(200).collect();
    let sought = !words.trim().is_empty();
    let found = match sought {
        true => store::search(&mut inside.tx, &fold(&words), 20).await?,
        false => Vec::new(),
    };
    let found = found.into_iter().filter(|(id, ..)| !ids.contains(id)).collect();
    let page = ReportPage { p: inside.page.clone(), f, chosen, found, sought };
    Ok((status, Html(page.render()?)).into_response())
}

pub async fn form(mut inside: Inside) -> Result<Response, Problem> {
    let f = std::mem::take(&mut inside.fields);
    shown(&mut inside, f, StatusCode::OK).await
}

pub async fn save(mut inside: Inside) -> Result<Response, Problem> {
    let mut f = std::mem::take(&mut inside.fields);
    if f.is_set("find") || f.is_set("add") {
        if let Ok(id) = f.value("add").parse::<Uuid>() {
            f.add("action", id);
        }
        return shown(&mut inside, f, StatusCode::OK).await;
    }
    if let Ok(id) = f.value("drop").parse::<Uuid>() {
        let kept: Vec<String> =
            f.values("action").iter().filter(|v| **v != id.to_string()).map(|v| (*v).to_owned()).collect();
        f.remove("action");
        for value in kept {
            f.add("action", value);
        }
        return shown(&mut inside, f, StatusCode::OK).await;
    }
    let ids: Vec<ActionId> = f.ids("action");
    let kind = f.required_choice("kind", Kind::parse);
    let why = f.required("why", 5_000);
    let uuids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
    let seen = store_near::lines(&mut inside.tx, &uuids).await?;
    if seen.len() != ids.len() || ids.len() < 2 || ids.len() > MOST {
        f.fail("action", Message::new("overlap-error-two-actions"));
    }
    let (Some(kind), true) = (kind, f.is_valid()) else {
        return shown(&mut inside, f, StatusCode::UNPROCESSABLE_ENTITY).await;
    };
    let by = inside.member.require(Permission::OverlapReport, &Scope::default())?.clone();
    let mut found = Found { kind, likelihood: 0.0, reasons: Vec::new() };
    let mut scored = false;
    if let [a, b] = uuids[..]
        && let Some(slot) =
            finders::ready_soon(&inside.app.db, &inside.app.memory, &inside.app.clock, inside.tx.process()).await?
        && let Some(assessed) = slot.finder().assess(a.as_u128(), b.as_u128())
    {
        scored = true;
        found = Found { kind, ..Found::from(&assessed) };
    }
    let now = inside.app.clock.now();
    inside.tx.mark().await?;
    let (id, new) = store_write::report(&mut inside.tx, &ids, &found, scored, &why, &by, now).await?;
    let Some(c) = store::load(&mut inside.tx, id, inside.page.today).await? else {
        // of others' actions alone: it is theirs to see
        inside.tx.back().await?;
        f.fail("action", Message::new("overlap-error-not-concerned"));
        return shown(&mut inside, f, StatusCode::UNPROCESSABLE_ENTITY).await;
    };
    if new {
        let entry = Entry {
            subject: Subject::Overlap,
            id: id.0,
            event: "overlap-reported",
            changes: Changes::new(),
            why: &why,
        };
        history::record(&mut inside.tx, Some(&by), entry).await?;
        told::reported(&mut inside.tx, &inside.app, &c, &by).await?;
    } else {
        store_write::remark(&mut inside.tx, id, &by, &why, now).await?;
        told::remarked(&mut inside.tx, &inside.app, &c, &by).await?;
    }
    let done = if new { "overlap-reported" } else { "overlap-there-already" };
    let address = format!("{}?done={done}", page::link(&inside.page, id));
    inside.tx.commit().await?;
    Ok(Redirect::to(&address).into_response())
}
