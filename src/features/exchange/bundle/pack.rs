//! Writes the archive: a file a table, then what the archive says of itself. Nothing is held in memory but a row.

use anyhow::{Context, bail};
use axum::body::Bytes;
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{BufWriter, Seek, Write};
use tokio::sync::mpsc;
use uuid::Uuid;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use super::manifest::{FILE, Manifest, Object, Part};
use super::tables::Table;

/// What is to be written, in order.
pub enum Piece {
    Begin {
        table: &'static Table,
        columns: Vec<String>,
    },
    Line(String),
    /// After all tables: the content of a file, of which the bytes follow.
    Object(Uuid),
    Bytes(Bytes),
    /// All of it has come.
    End,
}

/// Writes what comes to a file that is empty. The same content gives the same bytes, but for the time it was made at.
///
/// # Errors
/// There is no room for it; what comes breaks off.
pub fn pack(mut from: mpsc::Receiver<Piece>, mut manifest: Manifest, to: File) -> anyhow::Result<(Manifest, File)> {
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::default())
        // a file of more than 4 GB is no error
        .large_file(true);
    let mut zip = ZipWriter::new(BufWriter::new(to));
    let mut hash = Sha256::new();
    loop {
        match from.blocking_recv() {
            Some(Piece::Begin { table, columns }) => {
                finish(&mut manifest, &mut hash);
                zip.start_file(table.file(), options)?;
                let (name, about) = (table.file(), table.about.to_owned());
                manifest.files.push(Part { name, about, columns, rows: 0, bytes: 0, sha256: String::new() });
            }
            Some(Piece::Line(mut line)) => {
                line.push('\n');
                zip.write_all(line.as_bytes()).context("the archive cannot be written")?;
                hash.update(line.as_bytes());
                if let Some(part) = manifest.files.last_mut() {
                    part.rows += 1;
                    part.bytes += line.len() as u64;
                }
            }
            Some(Piece::Object(id)) => {
                finish(&mut manifest, &mut hash);
                let object = Object { id, bytes: 0, sha256: String::new() };
                // most of them are packed already
                zip.start_file(object.name(), options.compression_method(CompressionMethod::Stored))?;
                manifest.objects.push(object);
            }
            Some(Piece::Bytes(bytes)) => {
                zip.write_all(&bytes).context("the archive cannot be written")?;
                hash.update(&bytes);
                if let Some(object) = manifest.objects.last_mut() {
                    object.bytes += bytes.len() as u64;
                }
            }
            Some(Piece::End) => break,
            None => bail!("the reading broke off"),
        }
    }
    finish(&mut manifest, &mut hash);
    zip.start_file(FILE, options)?;
    zip.write_all(&serde_json::to_vec_pretty(&manifest)?)?;
    let written = zip.finish().context("the archive cannot be written")?;
    let mut file = written.into_inner().context("the archive cannot be written")?;
    file.rewind()?;
    Ok((manifest, file))
}

/// Ends the file that is being written, if there is one.
fn finish(manifest: &mut Manifest, hash: &mut Sha256) {
    let done = std::mem::take(hash).finalize();
    let sum = match manifest.objects.last_mut() {
        Some(object) => Some(&mut object.sha256),
        None => manifest.files.last_mut().map(|part| &mut part.sha256),
    };
    if let Some(sum) = sum {
        *sum = hex::encode(done);
    }
}
