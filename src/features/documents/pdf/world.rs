//! What typst can reach: the form, the document as data, our typefaces. No file, no package, no network, no clock.

use std::sync::LazyLock;
use typst::diag::{FileError, FileResult};
use typst::foundations::{Bytes, Datetime, Duration};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Feature, Library, LibraryExt};

use super::fonts::FONTS;

// row headings of tables are still among what typst calls extras
static LIBRARY: LazyLock<LazyHash<Library>> = LazyLock::new(|| {
    LazyHash::new(Library::builder().with_features([Feature::A11yExtras].into_iter().collect()).build())
});

fn id(path: &str) -> Option<FileId> {
    Some(RootedPath::new(VirtualRoot::Project, VirtualPath::new(path).ok()?).intern())
}

static DATA: LazyLock<Option<FileId>> = LazyLock::new(|| id("/document.json"));
static FORM: LazyLock<Option<Source>> =
    LazyLock::new(|| Some(Source::new(id("/form.typ")?, include_str!("form.typ").to_owned())));

pub struct World {
    data: Bytes,
    none: FileId,
}

impl World {
    pub fn new(data: Vec<u8>) -> Self {
        Self { data: Bytes::new(data), none: Source::detached(String::new()).id() }
    }
}

impl typst::World for World {
    fn library(&self) -> &LazyHash<Library> {
        &LIBRARY
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &FONTS.book
    }

    fn main(&self) -> FileId {
        FORM.as_ref().map_or(self.none, Source::id)
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        FORM.as_ref().filter(|s| s.id() == id).cloned().ok_or(FileError::AccessDenied)
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        if *DATA == Some(id) { Ok(self.data.clone()) } else { Err(FileError::AccessDenied) }
    }

    fn font(&self, index: usize) -> Option<Font> {
        FONTS.all.get(index).cloned()
    }

    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}
