//! Documents: a plain model of titles, paragraphs and tables, and its making into PDF, DOCX and XLSX. Knows nothing of
//! what the documents are about: other features bring their content in this form.

mod clean;
mod grid;
mod model;
mod pdf;
#[cfg(test)]
mod sample;
mod sheet;
mod stage;
mod words;

pub use model::{Block, Cell, Change, Checksum, Column, CoverLine, Document, Item, Note, Row, Run, Table, words};
pub use sheet::{Sheet, SheetColumn, Value, Workbook};
pub use words::Words;

pub use pdf::pdf;

/// A fingerprint of what a document holds: the same for the same content.
fn fingerprint(document: &Document) -> anyhow::Result<String> {
    use sha2::{Digest, Sha256};
    Ok(hex::encode(Sha256::digest(serde_json::to_vec(document)?)))
}
