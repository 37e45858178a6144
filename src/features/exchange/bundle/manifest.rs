//! What an archive says of itself: the first thing that is read of it.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The name of its file.
pub const FILE: &str = "manifest.json";
pub const FORMAT: &str = "concert-bundle";
/// Counted up with whatever an earlier program would misread. A column more is no such thing: it is refused by name.
pub const VERSION: u32 = 1;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    pub format: String,
    pub version: u32,
    /// The portal's version that made it.
    pub portal: String,
    /// The first part of the process's addresses.
    pub process: String,
    pub made_at: DateTime<Utc>,
    /// In whose name, at the level of all; a person's name stands in no other bundle.
    pub made_by: Option<String>,
    pub level: String,
    /// Of the whole process, not of what one member sees.
    pub whole: bool,
    pub files: Vec<Part>,
    /// What members have brought; in a bundle of the whole process alone.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub objects: Vec<Object>,
}

/// A file of the archive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    pub name: String,
    pub about: String,
    pub columns: Vec<String>,
    pub rows: u64,
    /// Unpacked.
    pub bytes: u64,
    /// Of what is unpacked, in small hexadecimal digits.
    pub sha256: String,
}

/// The content of a version of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Object {
    pub id: Uuid,
    pub bytes: u64,
    /// In small hexadecimal digits.
    pub sha256: String,
}

/// The folder of the archive in which they are.
pub const OBJECTS: &str = "files/";

impl Object {
    /// Its name in the archive.
    pub fn name(&self) -> String {
        format!("{OBJECTS}{}", self.id)
    }
}

impl Manifest {
    /// Rows of all its tables.
    pub fn rows(&self) -> u64 {
        self.files.iter().map(|part| part.rows).sum()
    }

    /// One line of each file, for whoever looks at a terminal.
    pub fn lines(&self) -> Vec<String> {
        self.files.iter().map(|part| format!("{:>9}  {}", part.rows, part.name)).collect()
    }
}
