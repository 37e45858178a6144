//! PDF, set by typst from a fixed form: the document is data to it. Tagged, with outline and contents, held to PDF/UA-1
//! and PDF/A-2a: a file that does not conform is not made.

mod fit;
mod fonts;
mod form;
mod world;

use anyhow::bail;
use chrono::Datelike;
use typst::diag::SourceDiagnostic;
use typst::foundations::{Datetime, Smart};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};

use super::model::Document;
use super::stage::Stage;

/// Sets a document. The same document gives the same bytes. Takes seconds for a long one: not for an async task.
///
/// # Errors
/// The document is larger than any can be, or the file would not conform.
pub fn pdf(document: &Document) -> anyhow::Result<Vec<u8>> {
    staged(document, &|_| ())
}

/// The same, telling how far it is.
///
/// # Errors
/// As [`pdf`].
pub fn staged(document: &Document, at: &(dyn Fn(Stage) + Sync)) -> anyhow::Result<Vec<u8>> {
    at(Stage::Setting);
    let form = form::Form::new(&super::spill::spilled(document))?;
    let data = serde_json::to_vec(&form)?;
    let world = world::World::new(data);
    let set = typst::compile::<PagedDocument>(&world);
    for warning in &set.warnings {
        tracing::debug!(warning = %warning.message, "typesetting");
    }
    let paged = told("set", set.output);
    at(Stage::Writing);
    let written = paged.and_then(|paged| {
        let options = options(document)?;
        told("written", typst_pdf::pdf(&paged, &options))
    });
    // what is kept from one document for the next would only grow: no two have much in common
    typst::comemo::evict(0);
    written
}

fn options(document: &Document) -> anyhow::Result<PdfOptions> {
    let standards = PdfStandards::new(&[PdfStandard::A_2a, PdfStandard::Ua_1])
        .map_err(|e| anyhow::anyhow!("the standards exclude one another: {}", e.message()))?;
    let day = document.date;
    let moment = u8::try_from(day.month())
        .ok()
        .zip(u8::try_from(day.day()).ok())
        .and_then(|(month, d)| Datetime::from_ymd_hms(day.year(), month, d, 0, 0, 0));
    Ok(PdfOptions {
        ident: Smart::Custom(super::fingerprint(document)?),
        creator: Smart::Custom(Some("Concert".to_owned())),
        timestamp: moment.map(Timestamp::new_utc),
        standards,
        ..PdfOptions::default()
    })
}

fn told<T>(what: &str, result: Result<T, typst::ecow::EcoVec<SourceDiagnostic>>) -> anyhow::Result<T> {
    match result {
        Ok(done) => Ok(done),
        Err(errors) => {
            // a message can quote the text it stumbled over: kept short, and never the document itself
            let said: Vec<String> = errors.iter().take(3).map(|e| super::clean::short(&e.message, 160)).collect();
            bail!("the document cannot be {what}: {}", said.join("; "))
        }
    }
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
