//! Asking for a file, and making it: at once where it is small, by a job where it is long.

use anyhow::Context;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::time::Duration;
use tokio::sync::{Semaphore, watch};
use tokio::task::spawn_blocking;
use uuid::Uuid;

use super::clean::{line, short};
use super::model::Document;
use super::sheet::{Workbook, xlsx};
use super::stage::Stage;
use super::{docx, pages, pdf, store};
use crate::kernel::access_log;
use crate::kernel::auth::Inside;
use crate::kernel::db::{MembershipFacts, ProcessTx};
use crate::kernel::error::Problem;
use crate::kernel::ids::DocumentId;
use crate::kernel::job::{self, Job, Task};
use crate::kernel::random;

/// Up to this size (see [`Document::size`]) a file is made in the request that asks for it: well under a second.
const AT_ONCE: usize = 600;
/// Files that are made at the same time, requests and jobs together: each takes a core.
pub(super) static MAKING: Semaphore = Semaphore::const_new(2);
/// A request waits no longer for its turn; then a job makes the file.
pub(super) const PATIENCE: Duration = Duration::from_secs(2);
/// What one account may have asked for and not yet got.
const OPEN: i64 = 5;
/// A worker that dies of a document dies of it again.
pub(super) const ATTEMPTS: i16 = 3;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    Pdf,
    Docx,
    Xlsx,
}

impl Format {
    pub fn as_str(self) -> &'static str {
        match self {
            Format::Pdf => "pdf",
            Format::Docx => "docx",
            Format::Xlsx => "xlsx",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        [Format::Pdf, Format::Docx, Format::Xlsx].into_iter().find(|f| f.as_str() == text)
    }

    pub fn content_type(self) -> &'static str {
        match self {
            Format::Pdf => "application/pdf",
            Format::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            Format::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        }
    }

    /// The Fluent key of its name.
    pub fn label(self) -> &'static str {
        match self {
            Format::Pdf => "documents-pdf",
            Format::Docx => "documents-docx",
            Format::Xlsx => "documents-xlsx",
        }
    }
}

/// What is to be made, of what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Making {
    Pdf(Document),
    Docx(Document),
    Xlsx(Workbook),
}

impl Making {
    pub fn format(&self) -> Format {
        match self {
            Making::Pdf(_) => Format::Pdf,
            Making::Docx(_) => Format::Docx,
            Making::Xlsx(_) => Format::Xlsx,
        }
    }

    fn title(&self) -> &str {
        match self {
            Making::Pdf(d) | Making::Docx(d) => &d.title,
            Making::Xlsx(book) => &book.title,
        }
    }

    /// Whether it is made in the request that asks for it. Word's files and workbooks take a fiftieth of a PDF's time.
    pub(super) fn small(&self) -> bool {
        match self {
            Making::Pdf(d) => d.size() <= AT_ONCE,
            Making::Docx(d) => d.size() <= AT_ONCE * 20,
            Making::Xlsx(book) => book.sheets.iter().map(|s| s.rows.len()).sum::<usize>() <= AT_ONCE * 20,
        }
    }

    pub(super) fn make(&self, at: &(dyn Fn(Stage) + Sync)) -> anyhow::Result<Vec<u8>> {
        match self {
            Making::Pdf(d) => pdf::staged(d, at),
            Making::Docx(d) => docx::docx(d),
            Making::Xlsx(book) => xlsx(book),
        }
    }
}

/// A file that somebody asks for.
#[derive(Debug, Clone)]
pub struct Order {
    /// What it is about, for the access log: `plan`, `snapshot`, … and its id.
    pub subject_kind: &'static str,
    pub subject: Option<Uuid>,
    /// Without its ending; names of beneficiaries do not stand in it.
    pub file_name: String,
    pub making: Making,
}

impl Order {
    fn is_of_action(&self) -> bool {
        is_of_action(self.subject_kind, self.subject)
    }
}

/// Whether a file is of one action, and not of a list of them.
pub(super) fn is_of_action(subject_kind: &str, subject: Option<Uuid>) -> bool {
    subject_kind == "action" && subject.is_some()
}

/// Makes a file beside the request, when it is its turn.
///
/// # Errors
/// It cannot be made; see [`super::pdf`].
pub(super) async fn made(making: Making) -> anyhow::Result<Vec<u8>> {
    let turn = MAKING.acquire().await?;
    let made = spawn_blocking(move || making.make(&|_| ())).await?;
    drop(turn);
    made
}

/// Asks for a file, in the caller's transaction: there will be one if that is committed. The same file asked for again
/// within a day is the one there is.
///
/// # Errors
/// [`Problem::TooMany`] where the account has several that are not done; the database's own.
pub async fn ask(
    tx: &mut ProcessTx,
    by: &MembershipFacts,
    now: DateTime<Utc>,
    order: &Order,
) -> Result<DocumentId, Problem> {
    let account = tx.account().context("a file is asked for by somebody")?;
    let content = serde_json::to_vec(&order.making).context("a document as data")?;
    let hash = Sha256::digest(&content);
    let (same, open) = store::before(tx, by.id, &hash, now).await?;
    if let Some(same) = same {
        return Ok(same);
    }
    if open >= OPEN {
        return Err(Problem::TooMany { minutes: 5 });
    }
    let id = DocumentId(random::id());
    let new = store::New {
        id,
        membership: by.id,
        account: account.0,
        subject_kind: order.subject_kind,
        subject: order.subject,
        title: &short(order.making.title(), 300),
        file_name: &file_name(&order.file_name),
        format: order.making.format(),
        making: &fit(&order.making, &content)?,
        hash: &hash,
        now,
    };
    store::insert(tx, new).await?;
    job::enqueue_about(tx, Task::MakeDocument, &[("document", id.0)].into()).await?;
    Ok(id)
}

/// What the database can keep: it has no text with a zero in it.
pub(super) fn fit(making: &Making, content: &[u8]) -> anyhow::Result<Making> {
    let text = std::str::from_utf8(content)?;
    if !text.contains("\\u0000") {
        return Ok(making.clone());
    }
    // where it stands after an even number of backslashes it is a zero, else a text about one
    let mut done = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        let (before, from) = rest.split_at(at);
        done.push_str(before);
        let length = if from.starts_with("\\u0000") { 6 } else { 2 };
        if length == 2 {
            done.push_str(from.get(..2).unwrap_or(from));
        }
        rest = from.get(length..).unwrap_or_default();
    }
    done.push_str(rest);
    Ok(serde_json::from_str(&done)?)
}

/// A name that any system can give a file.
pub fn file_name(wanted: &str) -> String {
    let fit: String = line(wanted).chars().map(|c| if "/\\:*?\"<>|".contains(c) { '-' } else { c }).collect();
    let fit = short(fit.trim_matches(['.', ' ']), 120).trim_end_matches('…').to_owned();
    if fit.is_empty() { "document".to_owned() } else { fit }
}

/// Gives the file at once where it is small, and written down in the access log; else asks for it and leads to the page
/// that waits for it. The handler has asked for the permission; its transaction is one that may write.
///
/// # Errors
/// As [`ask`]; the file cannot be made.
pub async fn deliver(inside: Inside, by: &MembershipFacts, order: Order) -> Result<Response, Problem> {
    let format = inside.page.t(order.making.format().label());
    // the log names an action to those who see it: what else is said of a file of one, its history, tells no title
    let detail = match order.is_of_action() {
        true => format!("{} ({format})", inside.page.t("documents-trail")),
        false => format!("{} ({format})", short(order.making.title(), 300)),
    };
    let line = access_log::Line::export(order.subject_kind, order.subject, &detail, None);
    deliver_noted(inside, by, order, line).await
}

/// The same, with what is written down of a file that is given at once.
///
/// # Errors
/// As [`deliver`].
pub(super) async fn deliver_noted(
    inside: Inside,
    by: &MembershipFacts,
    order: Order,
    line: access_log::Line<'_>,
) -> Result<Response, Problem> {
    let Inside { mut tx, app, page, .. } = inside;
    let coded = page.frame().map(|f| f.coded(&order.file_name));
    let order = Order { file_name: coded.unwrap_or_else(|| order.file_name.clone()), ..order };
    let turn = if order.making.small() { tokio::time::timeout(PATIENCE, MAKING.acquire()).await.ok() } else { None };
    let Some(turn) = turn else {
        let id = ask(&mut tx, by, app.clock.now(), &order).await?;
        tx.commit().await?;
        return Ok(Redirect::to(&page.link(&format!("/documents/{id}"))).into_response());
    };
    let turn = turn.context("files are being made")?;
    let (format, name) = (order.making.format(), file_name(&order.file_name));
    let making = order.making;
    let bytes = spawn_blocking(move || making.make(&|_| ())).await.context("the making of a file")??;
    drop(turn);
    access_log::note(&mut tx, by, line).await?;
    tx.commit().await?;
    Ok(pages::as_file(format, &name, bytes))
}

pub(super) async fn note(
    tx: &mut ProcessTx,
    by: &MembershipFacts,
    kind: &str,
    subject: Option<Uuid>,
    detail: &str,
) -> Result<(), Problem> {
    let line = access_log::Line::export(kind, subject, detail, None);
    Ok(access_log::note(tx, by, line).await?)
}

/// The job. A worker that is killed gives it back, and it begins anew.
pub(super) async fn work(job: Job) -> anyhow::Result<()> {
    if let Ok(subject) = job.payload.id("published") {
        return super::published::work(&job, subject).await;
    }
    let (process, id) = (job.payload.process()?, DocumentId(job.payload.id("document")?));
    let mut tx = job.db.process_job(process).await?;
    let taken = store::take(&mut tx, id, job.clock.now()).await?;
    tx.commit().await?;
    let Some((making, attempts)) = taken else { return Ok(()) };
    let made = if attempts > ATTEMPTS {
        Err(anyhow::anyhow!("given up after {ATTEMPTS} attempts"))
    } else {
        watched(&job, id, making).await
    };
    let mut tx = job.db.process_job(process).await?;
    match made {
        Ok(bytes) => {
            let checksum = hex::encode(Sha256::digest(&bytes));
            store::ready(&mut tx, id, &bytes, &checksum, job.clock.now()).await?;
        }
        Err(error) => {
            // made of the same it would fail again: no job repeats it
            tracing::error!(document = %id, error = format!("{error:#}"), "a file cannot be made");
            store::failed(&mut tx, id).await?;
        }
    }
    Ok(tx.commit().await?)
}

/// Makes it and writes down each step that is done.
async fn watched(job: &Job, id: DocumentId, making: Making) -> anyhow::Result<Vec<u8>> {
    let _turn = MAKING.acquire().await?;
    let (tell, mut told) = watch::channel(Stage::Setting);
    let work = spawn_blocking(move || {
        let result = making.make(&|stage| {
            tell.send_replace(stage);
        });
        drop(tell);
        result
    });
    while told.changed().await.is_ok() {
        if *told.borrow_and_update() == Stage::Writing {
            let mut tx = job.db.process_job(job.payload.process()?).await?;
            store::set(&mut tx, id).await?;
            tx.commit().await?;
        }
    }
    work.await?
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::documents::sample;

    #[test]
    fn a_zero_is_left_out_and_a_text_about_one_stays() {
        let mut d = sample::plan(1);
        d.title = "a\0b \\u0000 \\\\u0000 \"\0".to_owned();
        let making = Making::Pdf(d);
        let fitted = fit(&making, &serde_json::to_vec(&making).unwrap()).unwrap();
        assert_eq!(fitted.title(), "ab \\u0000 \\\\u0000 \"");
        let hostile = Making::Docx(sample::hostile());
        let fitted = fit(&hostile, &serde_json::to_vec(&hostile).unwrap()).unwrap();
        assert!(!serde_json::to_string(&fitted).unwrap().replace("\\\\", "").contains("\\u0000"));
    }

    #[test]
    fn a_file_has_a_name_that_any_system_takes() {
        assert_eq!(file_name("../a\\b:c*\"\r\n.pdf"), "-a-b-c-- .pdf");
        assert_eq!(file_name(" . "), "document");
        assert_eq!(file_name("План 2026"), "План 2026");
    }
}
