//! Taking the whole process along: what a bundle holds, asking for one, how far it is, and the file.

use askama::Template;
use axum::body::{Body, Bytes};
use axum::extract::Path;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use futures::stream;

use super::store_asked::{self, Asked};
use super::tables::TABLES;
use super::{Level, store};
use crate::kernel::auth::Inside;
use crate::kernel::db::Db;
use crate::kernel::error::Problem;
use crate::kernel::form::Fields;
use crate::kernel::ids::{BundleId, ProcessId};
use crate::kernel::job::{self, Task};
use crate::kernel::page::Page;
use crate::kernel::permit::{Permission, Scope};
use crate::kernel::random;

/// What one account may ask for within a day.
const A_DAY: i64 = 6;
/// How long to wait where one is being made already, in minutes.
const WAIT: i64 = 5;

/// A level, and what a bundle of it holds.
struct Choice {
    level: Level,
    /// The Fluent key of what it holds, in words.
    text: &'static str,
    files: usize,
}

#[derive(Template)]
#[template(path = "bundle/list.html")]
struct ListPage {
    p: Page,
    f: Fields,
    choices: Vec<Choice>,
    asked: Vec<Asked>,
}

#[derive(Template)]
#[template(path = "bundle/show.html")]
struct ShowPage {
    p: Page,
    b: Asked,
    size: String,
    file: String,
}

pub async fn list(mut inside: Inside) -> Result<Response, Problem> {
    let mut f = Fields::default();
    f.set("level", Level::All.as_str());
    page(&mut inside, f, StatusCode::OK).await
}

/// The levels of which a process has anything.
fn choices(p: &Page) -> Vec<Choice> {
    let public = p.frame().is_some_and(|f| f.public);
    let open = Level::ALL.into_iter().filter(|level| *level != Level::Public || public);
    open.map(|level| Choice {
        level,
        text: match level {
            Level::All => "bundle-holds-all",
            Level::Members => "bundle-holds-members",
            Level::Public => "bundle-holds-public",
        },
        files: TABLES.iter().filter(|t| t.is_in(level, false)).count(),
    })
    .collect()
}

async fn page(inside: &mut Inside, f: Fields, status: StatusCode) -> Result<Response, Problem> {
    let asked = store_asked::list(&mut inside.tx).await?;
    let p = inside.page.clone();
    let page = ListPage { choices: choices(&p), asked, f, p };
    Ok((status, Html(page.render()?)).into_response())
}

pub async fn ask(mut inside: Inside) -> Result<Response, Problem> {
    let mut f = std::mem::take(&mut inside.fields);
    let offered = choices(&inside.page);
    let known = |text: &str| Level::parse(text).filter(|level| offered.iter().any(|c| c.level == *level));
    let level = f.required_choice("level", known);
    let (Some(level), true) = (level, f.is_valid()) else {
        return page(&mut inside, f, StatusCode::UNPROCESSABLE_ENTITY).await;
    };
    let by = inside.member.require(Permission::BundleTake, &Scope::default())?.clone();
    let (now, account) = (inside.app.clock.now(), inside.tx.account().ok_or(Problem::NotFound)?);
    let (open, all) = store_asked::of_late(&mut inside.tx, now).await?;
    if open > 0 {
        return Err(Problem::TooMany { minutes: WAIT });
    }
    if all >= A_DAY {
        return Err(Problem::TooMany { minutes: 24 * 60 });
    }
    // an export like the others: it counts to their limit, too
    inside.exporter().await?;
    let id = BundleId(random::id());
    store_asked::ask(&mut inside.tx, id, account, &by, level, now).await?;
    job::enqueue_about(&mut inside.tx, Task::MakeBundle, &[("bundle", id.0)].into()).await?;
    let address = inside.page.link(&format!("/bundles/{id}"));
    inside.tx.commit().await?;
    Ok(Redirect::to(&address).into_response())
}

pub async fn show(Path((_, id)): Path<(String, BundleId)>, inside: Inside) -> Result<Response, Problem> {
    let Inside { mut tx, page: p, .. } = inside;
    let b = store_asked::one(&mut tx, id).await?;
    let size = p.number(usize::try_from(b.size.unwrap_or(0)).unwrap_or(0).div_ceil(1024));
    let file = p.link(&format!("/bundles/{id}/file"));
    let page = ShowPage { size, file, b, p };
    let mut response = Html(page.render()?).into_response();
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

pub async fn file(Path((_, id)): Path<(String, BundleId)>, inside: Inside) -> Result<Response, Problem> {
    let Inside { mut tx, member, app, page: p, .. } = inside;
    let b = store_asked::one(&mut tx, id).await?;
    if !b.ready() {
        return Err(Problem::NotFound);
    }
    let level = Level::parse(&b.level).ok_or(Problem::NotFound)?;
    let by = member.require(Permission::BundleTake, &Scope::default())?;
    store::note(&mut tx, Some(by), level).await?;
    let process = tx.process();
    tx.commit().await?;
    let slug = p.frame().map(|f| f.slug.clone()).unwrap_or_default();
    let day = b.asked_at.date_naive();
    let mut response = Response::new(parts(app.db.clone(), process, id));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/zip"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    if let Some(size) = b.size {
        headers.insert(header::CONTENT_LENGTH, HeaderValue::from(size));
    }
    let name = format!("attachment; filename=\"{slug}-{}-{day}.zip\"", level.as_str());
    if let Ok(value) = HeaderValue::from_str(&name) {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
    Ok(response)
}

/// The archive, a part a transaction: whoever reads slowly holds nothing meanwhile.
fn parts(db: Db, process: ProcessId, id: BundleId) -> Body {
    Body::from_stream(stream::try_unfold(0i32, move |position| {
        let db = db.clone();
        async move {
            let mut tx = db.process_job(process).await?;
            let part = store_asked::part(&mut tx, id, position).await?;
            Ok::<_, sqlx::Error>(part.map(|bytes| (Bytes::from(bytes), position + 1)))
        }
    }))
}
