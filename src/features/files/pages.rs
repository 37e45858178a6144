//! The files of a record with the form that brings one, and the page of one file.

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};

use super::kinds::Kind;
use super::model::{Event, FileLine, Host, StoredFile, Subject, Version};
use super::{store, store_keep};
use crate::kernel::auth::Inside;
use crate::kernel::db::MembershipFacts;
use crate::kernel::error::Problem;
use crate::kernel::form::Fields;
use crate::kernel::history::{self, Changes, Entry, Subject as About};
use crate::kernel::i18n::Message;
use crate::kernel::ids::FileId;
use crate::kernel::page::Page;
use crate::kernel::permit::Permission;

#[derive(Template)]
#[template(path = "files/of.html")]
struct OfPage {
    p: Page,
    f: Fields,
    host: Host,
    lines: Vec<FileLine>,
    taken: Vec<FileLine>,
    /// Whether the reader may bring some, here and now.
    keeps: bool,
    /// In megabytes.
    most: u64,
    levels: Vec<(String, String)>,
    accepted: String,
}

impl OfPage {
    fn action(&self) -> String {
        self.p.link(&self.host.subject.link())
    }
    fn list(&self, format: &str) -> String {
        format!("{}/list.{format}", self.action())
    }
}

pub async fn of(Path((_, kind, id)): Path<(String, String, String)>, inside: Inside) -> Result<Response, Problem> {
    let subject = Subject::parse(&kind, &id).ok_or(Problem::NotFound)?;
    show(inside, subject, Fields::default(), StatusCode::OK).await
}

pub async fn show(
    mut inside: Inside,
    subject: Subject,
    mut f: Fields,
    status: StatusCode,
) -> Result<Response, Problem> {
    let host = store::host(&mut inside.tx, subject).await?.ok_or(Problem::NotFound)?;
    let lines = store::lines(&mut inside.tx, subject, false).await?;
    let may = host.may_keep(&inside.member);
    let taken = if may { store::lines(&mut inside.tx, subject, true).await? } else { Vec::new() };
    let levels = host.levels();
    if let (true, Some(usual)) = (f.is_empty(), levels.first()) {
        f.set("handling", usual.as_str());
    }
    let p = inside.page;
    let page = OfPage {
        levels: levels.iter().map(|h| (h.as_str().to_owned(), p.t(host.subject.level_label(*h)))).collect(),
        keeps: may && inside.app.files.are_kept(),
        most: inside.app.files.most() >> 20,
        accepted: Kind::accepted(),
        p,
        f,
        host,
        lines,
        taken,
    };
    Ok((status, Html(page.render()?)).into_response())
}

#[derive(Template)]
#[template(path = "files/one.html")]
struct OnePage {
    p: Page,
    f: Fields,
    host: Host,
    file: StoredFile,
    versions: Vec<Version>,
    events: Vec<Event>,
    /// Whether the reader may change it.
    may: bool,
    /// Whether a new version can be brought.
    keeps: bool,
    most: u64,
    accepted: String,
}

impl OnePage {
    fn name(&self) -> &str {
        self.versions.first().map(|v| v.name.as_str()).unwrap_or_default()
    }
    fn link(&self, rest: &str) -> String {
        self.p.link(&format!("/files/{}{rest}", self.file.id))
    }
    /// Whether a version can be had.
    fn is_had(&self, version: &Version) -> bool {
        self.file.taken.is_none() && !version.gone
    }
    fn version_link(&self, version: &Version) -> String {
        self.link(&format!("/versions/{}", version.number))
    }
    fn event(&self, event: &Event) -> String {
        self.p.t(&format!("event-{}", event.event))
    }
    /// Whether it could be put back.
    fn can_return(&self) -> bool {
        self.versions.first().is_some_and(|v| !v.gone)
    }
}

pub async fn one(Path((_, id)): Path<(String, String)>, inside: Inside) -> Result<Response, Problem> {
    let id: FileId = id.parse().map_err(|_| Problem::NotFound)?;
    show_one(inside, id, Fields::default(), StatusCode::OK).await
}

pub async fn show_one(mut inside: Inside, id: FileId, f: Fields, status: StatusCode) -> Result<Response, Problem> {
    let today = inside.page.today;
    let file = store::file(&mut inside.tx, id, today).await?.ok_or(Problem::NotFound)?;
    let host = store::host(&mut inside.tx, file.subject).await?.ok_or(Problem::NotFound)?;
    let versions = store::versions(&mut inside.tx, id, today).await?;
    let events = store::events(&mut inside.tx, id, today).await?;
    let may = host.may_keep(&inside.member);
    let page = OnePage {
        keeps: may && inside.app.files.are_kept() && file.taken.is_none(),
        most: inside.app.files.most() >> 20,
        accepted: Kind::accepted(),
        p: inside.page,
        f,
        host,
        file,
        versions,
        events,
        may,
    };
    Ok((status, Html(page.render()?)).into_response())
}

/// The file of an address, which the member may change.
async fn changeable(inside: &mut Inside, id: &str) -> Result<(StoredFile, MembershipFacts), Problem> {
    let id: FileId = id.parse().map_err(|_| Problem::NotFound)?;
    let file = store::file(&mut inside.tx, id, inside.page.today).await?.ok_or(Problem::NotFound)?;
    let host = store::host(&mut inside.tx, file.subject).await?.ok_or(Problem::NotFound)?;
    if host.closed {
        return Err(Problem::Conflict(Message::new("file-host-closed")));
    }
    let by = inside.member.require(Permission::FileKeep, &host.scope)?.clone();
    Ok((file, by))
}

pub async fn take_away(Path((_, id)): Path<(String, String)>, mut inside: Inside) -> Result<Response, Problem> {
    let (file, by) = changeable(&mut inside, &id).await?;
    let mut f = std::mem::take(&mut inside.fields);
    let why = f.required("why", 2000);
    if !f.is_valid() {
        return show_one(inside, file.id, f, StatusCode::UNPROCESSABLE_ENTITY).await;
    }
    let now = inside.app.clock.now();
    if store_keep::take_away(&mut inside.tx, file.id, by.id, &why, now).await? {
        let entry = Entry {
            subject: About::StoredFile,
            id: file.id.0,
            event: "file-taken",
            changes: Changes::new(),
            why: &why,
        };
        history::record(&mut inside.tx, Some(&by), entry).await?;
        inside.tx.commit().await?;
    }
    Ok(Redirect::to(&inside.page.link(&format!("{}?done=file-taken", file.subject.link()))).into_response())
}

pub async fn restore(Path((_, id)): Path<(String, String)>, mut inside: Inside) -> Result<Response, Problem> {
    let (file, by) = changeable(&mut inside, &id).await?;
    if !store_keep::restore(&mut inside.tx, file.id).await? {
        // it stands, or its bytes are gone: its page says which
        return Ok(Redirect::to(&inside.page.link(&format!("/files/{}", file.id))).into_response());
    }
    let entry =
        Entry { subject: About::StoredFile, id: file.id.0, event: "file-restored", changes: Changes::new(), why: "" };
    history::record(&mut inside.tx, Some(&by), entry).await?;
    inside.tx.commit().await?;
    Ok(Redirect::to(&inside.page.link(&format!("/files/{}?done=file-restored", file.id))).into_response())
}
