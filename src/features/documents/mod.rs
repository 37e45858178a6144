//! Documents: a plain model of titles, paragraphs and tables, and its making into PDF, DOCX and XLSX. Knows nothing of
//! what the documents are about: other features bring their content in this form, and no more of it than the reader
//! may see.
//!
//! A feature builds a [`Document`] or a [`Workbook`] and hands it to [`deliver`], which answers with the file where it is
//! small and else has a job make it. [`ask`] only asks; [`pdf`], [`docx`] and [`xlsx`] make the bytes on the spot.

mod across;
mod clean;
mod csv;
mod docx;
mod drawing;
mod grid;
mod listed;
mod model;
mod order;
mod pages;
mod pdf;
mod png;
mod published;
#[cfg(test)]
mod sample;
mod sheet;
mod spill;
mod stage;
mod store;
mod store_published;
mod trail;
mod words;

pub use self::csv::deliver_csv;
pub use docx::docx;
pub use drawing::is_drawing;
pub use listed::{Figured, List, SheetFormat, cell, date};
pub use model::{
    Block, Cell, Change, Checksum, Column, CoverLine, Document, Item, Leaf, Note, Picture, Row, Run, Table, Tone, runs,
    words,
};
pub use order::{Format, Making, Order, ask, deliver, file_name};
pub use pages::{as_file, disposition};
pub use pdf::pdf;
pub use png::png;
pub use published::{Published, published};
pub use sheet::{Sheet, SheetColumn, Value, Workbook, xlsx};
pub use store::forget;
pub use trail::{Changed, Event, trail};
pub use words::Words;

use crate::kernel::job::{Jobs, Task};
use crate::kernel::permit::Permission;
use crate::kernel::route::{Access, Routes};

pub fn routes(r: &mut Routes) {
    // whoever could ask for a file may fetch it: who that is was decided when it was asked for
    let access = Access::Member(Permission::HomeSee);
    r.get("/{process}/documents/{id}", access, pages::show);
    r.get_noted("/{process}/documents/{id}/file", access, pages::file);
}

pub fn jobs(jobs: &mut Jobs) {
    jobs.on(Task::MakeDocument, order::work);
}

/// A fingerprint of what a document holds: the same for the same content.
fn fingerprint(document: &Document) -> anyhow::Result<String> {
    use sha2::{Digest, Sha256};
    Ok(hex::encode(Sha256::digest(serde_json::to_vec(document)?)))
}
