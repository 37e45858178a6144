//! Looks an archive over before anything in it is believed: its names, how large it really is, its checksums.

use anyhow::{Context, bail, ensure};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use zip::ZipArchive;
use zip::read::ZipFile;

use super::manifest::{FILE, FORMAT, Manifest, OBJECTS, Object, Part, VERSION};
use super::rows::Row;
use super::tables;

/// A bundle has about seventy tables.
const MOST_FILES: usize = 500;
/// And what members have brought.
const MOST_OBJECTS: usize = 200_000;
const LONGEST_MANIFEST: u64 = 1 << 20;
/// A row with a frozen text of a plan in it is the longest there is.
const LONGEST_LINE: u64 = 32 << 20;
/// All files together, unpacked.
const MOST_BYTES: u64 = 16 << 30;
/// Rows pack to a tenth of their size; what unpacks to so many times its own is made to burst something.
const MOST_TIMES: u64 = 200;
/// Below this nothing is called a burst.
const SMALL: u64 = 16 << 20;

pub struct Opened {
    archive: ZipArchive<File>,
    pub manifest: Manifest,
}

impl Opened {
    /// # Errors
    /// It is no bundle, not whole, of another version, holds what no bundle holds, or not what it says.
    pub fn open(path: &Path) -> anyhow::Result<Self> {
        let file = File::open(path).with_context(|| format!("{} cannot be opened", path.display()))?;
        Self::of(file, &path.display().to_string(), MOST_BYTES)
    }

    /// The same of a file that is open. `most`: so much may be in it, unpacked.
    ///
    /// # Errors
    /// Those of [`Opened::open`].
    pub fn of(file: File, name: &str, most: u64) -> anyhow::Result<Self> {
        let mut archive = ZipArchive::new(file).with_context(|| format!("{name} is no bundle, or not all of one"))?;
        ensure!(archive.len() <= MOST_FILES + MOST_OBJECTS, "the archive holds more files than any bundle does");
        ensure!(!archive.has_overlapping_files()?, "files of the archive lie over one another");
        let mut names = BTreeSet::new();
        for name in archive.file_names_raw() {
            names.insert(plain(name)?.to_owned());
        }
        let manifest = manifest(&mut archive)?;
        let mut told = BTreeSet::from([FILE.to_owned()]);
        ensure!(manifest.files.len() <= MOST_FILES, "the archive holds more tables than any bundle does");
        let mut bytes = 0u64;
        for part in &manifest.files {
            let table = part.name.strip_suffix(".ndjson").and_then(tables::find);
            ensure!(table.is_some(), "{FILE} names {:?}, which no bundle of this version has", part.name);
            ensure!(told.insert(part.name.clone()), "{FILE} names {} twice", part.name);
            bytes = bytes.saturating_add(part.bytes);
        }
        for object in &manifest.objects {
            ensure!(told.insert(object.name()), "{FILE} names {} twice", object.name());
            bytes = bytes.saturating_add(object.bytes);
        }
        if let Some(missing) = told.difference(&names).next() {
            bail!("the archive does not hold {missing}, which {FILE} names");
        }
        if let Some(more) = names.difference(&told).next() {
            bail!("the archive holds {more:?}, which {FILE} does not name");
        }
        ensure!(bytes <= most, "the bundle is larger than any that is taken in");
        let mut opened = Self { archive, manifest };
        opened.look()?;
        Ok(opened)
    }

    /// Unpacks each file once into nothing: how large it is, and whether it is what the manifest says.
    fn look(&mut self) -> anyhow::Result<()> {
        let mut buffer = vec![0u8; 64 << 10];
        let tables = self.manifest.files.iter().map(|part| (part.name.clone(), part.bytes, part.sha256.as_str()));
        let objects = self.manifest.objects.iter().map(|o| (o.name(), o.bytes, o.sha256.as_str()));
        for (name, bytes, sha256) in tables.chain(objects) {
            let mut file = self.archive.by_name(&name)?;
            let packed = file.compressed_size().max(1);
            let (mut hash, mut size) = (Sha256::new(), 0u64);
            loop {
                let n = file.read(&mut buffer).with_context(|| format!("{name} is damaged"))?;
                if n == 0 {
                    break;
                }
                size += n as u64;
                ensure!(
                    size <= SMALL || size / packed <= MOST_TIMES,
                    "{name} unpacks to far more than a bundle's file does"
                );
                ensure!(size <= bytes, "{name} is longer than {FILE} says");
                hash.update(buffer.get(..n).unwrap_or_default());
            }
            ensure!(size == bytes, "{name} is shorter than {FILE} says");
            let sum = hex::encode(hash.finalize());
            ensure!(sum == sha256, "{name} is not what it was when the bundle was made: its checksum differs");
        }
        Ok(())
    }

    /// The rows of a file, one at a time.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn rows(&mut self, part: &Part) -> anyhow::Result<Rows<'_>> {
        let file = self.archive.by_name(&part.name)?;
        Ok(Rows { from: BufReader::new(file), name: part.name.clone(), line: 0 })
    }

    /// The content of a file that somebody has brought.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn object(&mut self, object: &Object) -> anyhow::Result<ZipFile<'_, File>> {
        Ok(self.archive.by_name(&object.name())?)
    }

    /// What the manifest says of a table's file.
    pub fn part(&self, table: &tables::Table) -> Option<Part> {
        let name = table.file();
        self.manifest.files.iter().find(|part| part.name == name).cloned()
    }
}

/// A file's name as bundles have them; whatever could lead anywhere else is refused.
fn plain(name: &[u8]) -> anyhow::Result<&str> {
    let plain = |b: u8| b.is_ascii_lowercase() || b == b'_' || b == b'.';
    let drawn = |id: &str| id.len() == 36 && id.parse::<uuid::Uuid>().is_ok();
    let object = |text: &str| text.strip_prefix(OBJECTS).is_some_and(drawn);
    let text =
        std::str::from_utf8(name).ok().filter(|text| object(text) || (text.bytes().all(plain) && !text.contains("..")));
    text.with_context(|| {
        format!("the archive holds {:?}: no bundle has a file of such a name", String::from_utf8_lossy(name))
    })
}

fn manifest(archive: &mut ZipArchive<File>) -> anyhow::Result<Manifest> {
    let file = archive.by_name(FILE).with_context(|| format!("the archive has no {FILE}: it is no bundle"))?;
    let mut text = Vec::new();
    file.take(LONGEST_MANIFEST + 1).read_to_end(&mut text).with_context(|| format!("{FILE} is damaged"))?;
    ensure!(text.len() as u64 <= LONGEST_MANIFEST, "{FILE} is longer than any can be");
    let value: serde_json::Value = serde_json::from_slice(&text).with_context(|| format!("{FILE} cannot be read"))?;
    let text_of = |name: &str| value.get(name).and_then(serde_json::Value::as_str).unwrap_or_default();
    ensure!(text_of("format") == FORMAT, "{FILE} is not that of a bundle");
    let version = value.get("version").and_then(serde_json::Value::as_u64).unwrap_or_default();
    ensure!(
        version == u64::from(VERSION),
        "the bundle is of version {version} of the format; this program takes in version {VERSION}"
    );
    serde_json::from_value(value).with_context(|| format!("{FILE} cannot be read"))
}

/// Rows of a file, with the number of each line.
pub struct Rows<'a> {
    from: BufReader<ZipFile<'a, File>>,
    name: String,
    line: u64,
}

impl Rows<'_> {
    /// The next row, and where it stands.
    ///
    /// # Errors
    /// It is no row: where, and why.
    pub fn row(&mut self) -> anyhow::Result<Option<(u64, Row)>> {
        let mut text = Vec::new();
        let read = self.from.by_ref().take(LONGEST_LINE + 1).read_until(b'\n', &mut text);
        let n = read.with_context(|| format!("{} is damaged", self.name))?;
        if n == 0 {
            return Ok(None);
        }
        self.line += 1;
        let at = || format!("{}, line {}", self.name, self.line);
        ensure!(n as u64 <= LONGEST_LINE, "{}: longer than any row", at());
        ensure!(text.ends_with(b"\n"), "{}: the line has no end", at());
        let row = serde_json::from_slice(&text).with_context(|| format!("{}: no row in JSON", at()))?;
        Ok(Some((self.line, row)))
    }
}
