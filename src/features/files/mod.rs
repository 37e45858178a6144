//! Files on actions, plans, meetings and progress reports: brought as a stream, looked at while they pass, kept outside the database
//! under a random key, handed out as downloads that can run nothing. A new version leaves the old one readable; what is taken away
//! stays in the history.
//!
//! `kinds.rs`, `names.rs`, `look.rs` and `parts.rs` decide what is taken, without I/O; `bring.rs` receives, `fetch.rs` hands out,
//! `pages.rs` shows, `listed.rs` is the list as a file, `sweep.rs` is the night's work. Where the bytes lie, `kernel/files/` knows.

mod bring;
mod fetch;
mod kinds;
mod listed;
mod look;
mod model;
mod names;
mod pages;
mod parts;
mod store;
mod store_keep;
mod sweep;

pub use model::{FileLine, Subject};
pub use sweep::sweep;

use crate::kernel::db::ProcessTx;
use crate::kernel::page::Page;
use crate::kernel::permit::{Member, Permission as P, Scope};
use crate::kernel::route::{Access, Routes};
use crate::kernel::state::App;

pub fn routes(r: &mut Routes) {
    let (see, keep) = (Access::Member(P::FileSee), Access::Member(P::FileKeep));
    r.get("/{process}/files/of/{kind}/{id}", see, pages::of);
    r.post("/{process}/files/of/{kind}/{id}", keep, bring::bring);
    r.get_noted("/{process}/files/of/{kind}/{id}/list.xlsx", Access::Member(P::ExportLists), listed::file);
    r.get_noted("/{process}/files/of/{kind}/{id}/list.csv", Access::Member(P::ExportLists), listed::file);
    r.get("/{process}/files/{id}", see, pages::one);
    r.post("/{process}/files/{id}/versions", keep, bring::replace);
    r.get_noted("/{process}/files/{id}/versions/{number}", see, fetch::fetch);
    r.post("/{process}/files/{id}/take-away", keep, pages::take_away);
    r.post("/{process}/files/{id}/restore", keep, pages::restore);
}

/// The files of a record that the reader sees, by name: their latest versions, without those that were taken away.
///
/// # Errors
/// The database's own.
pub async fn of(tx: &mut ProcessTx, subject: Subject) -> sqlx::Result<Vec<FileLine>> {
    store::lines(tx, subject, false).await
}

/// What the page of a record shows of its files: `templates/files/part.html`, included where this is called `files`.
#[derive(Debug, Clone)]
pub struct Part {
    pub subject: Subject,
    pub lines: Vec<FileLine>,
    /// Whether the reader may bring some.
    pub keeps: bool,
}

impl Part {
    pub fn link(&self, p: &Page) -> String {
        p.link(&self.subject.link())
    }
}

/// One statement. `record`: what the record is, as its own page knows it.
///
/// # Errors
/// The database's own.
pub async fn part(
    tx: &mut ProcessTx,
    app: &App,
    member: &Member,
    subject: Subject,
    record: &Scope,
) -> sqlx::Result<Part> {
    let keeps = app.files.are_kept() && member.may(P::FileKeep, &subject.scope(record));
    Ok(Part { subject, lines: of(tx, subject).await?, keeps })
}
