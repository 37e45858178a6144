//! An import, its rows, and the closed lists of both.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use uuid::Uuid;

use crate::features::actions::{Difference, Sheet};
use crate::features::exchange::incoming::{ImportProblem, Said, Severity};
use crate::features::exchange::tables::{Cells, Column, Found, Kind};
use crate::kernel::date::PartialDate;
use crate::kernel::ids::{ImportId, MembershipId, OrganisationId, PillarId};
use crate::kernel::lists::closed_list;
use crate::kernel::permit::Handling;

closed_list! {
    /// How far an import is.
    State {
        /// The file comes in.
        Receiving = "receiving", "import-state-receiving";
        Reading = "reading", "import-state-reading";
        /// Somebody has to say which column is which.
        Columns = "columns", "import-state-columns";
        /// The preview is there.
        Checked = "checked", "import-state-checked";
        Applying = "applying", "import-state-applying";
        Applied = "applied", "import-state-applied";
        Undoing = "undoing", "import-state-undoing";
        Undone = "undone", "import-state-undone";
        Failed = "failed", "import-state-failed";
        /// Forgotten by its importer before anything came of it.
        Dropped = "dropped", "import-state-dropped";
    }
}

impl State {
    pub fn badge(self) -> &'static str {
        match self {
            State::Receiving | State::Reading | State::Applying | State::Undoing => "info",
            State::Columns | State::Checked => "warn",
            State::Applied => "ok",
            State::Undone | State::Dropped => "plain",
            State::Failed => "bad",
        }
    }

    /// A job is at work.
    pub fn is_busy(self) -> bool {
        matches!(self, State::Receiving | State::Reading | State::Applying | State::Undoing)
    }
}

closed_list! {
    /// What a row would do.
    Verdict {
        Wrong = "wrong", "import-verdict-wrong";
        /// It was edited here since it was last imported, and the file says otherwise.
        Conflict = "conflict", "import-verdict-conflict";
        Duplicate = "duplicate", "import-verdict-duplicate";
        New = "new", "import-verdict-new";
        Changed = "changed", "import-verdict-changed";
        Unchanged = "unchanged", "import-verdict-unchanged";
    }
}

impl Verdict {
    pub fn badge(self) -> &'static str {
        match self {
            Verdict::Wrong => "bad",
            Verdict::Conflict | Verdict::Duplicate => "warn",
            Verdict::New => "ok",
            Verdict::Changed => "info",
            Verdict::Unchanged => "plain",
        }
    }

    /// What becomes of it where nobody says otherwise. `None`: it is asked.
    pub fn usual(self) -> Option<Decision> {
        match self {
            Verdict::New | Verdict::Changed => Some(Decision::Take),
            Verdict::Unchanged | Verdict::Wrong => Some(Decision::Leave),
            Verdict::Conflict | Verdict::Duplicate => None,
        }
    }

    /// What can be said of it.
    pub fn decisions(self) -> &'static [Decision] {
        match self {
            Verdict::New | Verdict::Changed => &[Decision::Take, Decision::Leave],
            Verdict::Conflict => &[Decision::Take, Decision::Ours, Decision::Leave],
            Verdict::Duplicate => &[Decision::Add, Decision::Same, Decision::Leave],
            Verdict::Unchanged | Verdict::Wrong => &[],
        }
    }
}

closed_list! {
    /// What becomes of a row.
    Decision {
        Take = "take", "import-decision-take";
        /// What was edited here stays; the rest is taken.
        Ours = "ours", "import-decision-ours";
        /// It is another action than those that it is like.
        Add = "add", "import-decision-add";
        /// It is one of those.
        Same = "same", "import-decision-same";
        Leave = "leave", "import-decision-leave";
    }
}

/// A file that was brought.
#[derive(Debug, Clone)]
pub struct Import {
    pub id: ImportId,
    pub by: MembershipId,
    pub organisation: OrganisationId,
    pub organisation_name: String,
    pub file_name: String,
    pub kind: Kind,
    pub state: State,
    pub handling: Handling,
    pub pillar: Option<PillarId>,
    pub sheet: Option<String>,
    pub head_row: Option<i32>,
    pub shape: Kept,
    pub columns: Vec<Option<Found>>,
    pub rows_done: i32,
    pub rows_all: Option<i32>,
    pub said: Option<Said>,
    pub uploaded_at: DateTime<Utc>,
}

/// What is kept of a table's shape.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Kept {
    #[serde(default)]
    pub sheets: Vec<String>,
    #[serde(default)]
    pub heads: Vec<String>,
    /// The first texts of each column.
    #[serde(default)]
    pub samples: Vec<Vec<String>>,
    #[serde(default)]
    pub too_wide: bool,
}

impl Import {
    /// What each column holds.
    pub fn chosen(&self) -> Vec<Option<Column>> {
        self.columns.iter().map(|f| f.map(|f| f.column)).collect()
    }
}

/// What a row states, as a sheet holds it: names found in the directory.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Patch {
    pub sheet: Sheet,
    /// A start of which the file does not say whether it is planned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start: Option<PartialDate>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<PartialDate>,
    /// The action's own id, of a file that was written here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<Uuid>,
    /// Title or reference of what it is part of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<String>,
}

/// A row as it was read, before it is held against what is there.
#[derive(Debug, Clone)]
pub struct Read {
    pub row: i32,
    pub cells: Option<Cells>,
    pub patch: Patch,
    pub problems: Vec<ImportProblem>,
}

impl Read {
    pub fn is_wrong(&self) -> bool {
        self.problems.iter().any(|p| p.severity == Severity::Wrong)
    }
}

/// An action that a row may be.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NearRow {
    pub id: Uuid,
    /// None where reference or title say it, not the finder.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub likelihood: Option<f32>,
}

/// A row as it was judged.
#[derive(Debug, Clone)]
pub struct Row {
    pub row: i32,
    pub title: String,
    pub cells: Option<Vec<String>>,
    pub patch: Patch,
    pub problems: Vec<ImportProblem>,
    pub verdict: Verdict,
    pub action: Option<Uuid>,
    pub version: Option<i32>,
    pub difference: Difference,
    pub clashes: Vec<String>,
    pub near: Vec<NearRow>,
    pub decision: Option<Decision>,
    pub target: Option<Uuid>,
    pub result: Option<String>,
    pub applied: Option<Uuid>,
    pub before: Option<Sheet>,
    pub version_after: Option<i32>,
    pub undone: Option<String>,
    pub kept_why: Option<String>,
}

/// How many rows there are of each verdict, and of those how many are decided.
#[derive(Debug, Clone, Default)]
pub struct Counts(pub BTreeMap<String, (i64, i64)>);

impl Counts {
    pub fn of(&self, verdict: Verdict) -> i64 {
        self.0.get(verdict.as_str()).map_or(0, |(n, _)| *n)
    }
    pub fn all(&self) -> i64 {
        self.0.values().map(|(n, _)| n).sum()
    }
    /// Rows that somebody has still to decide on.
    pub fn open(&self) -> i64 {
        let of = |v: Verdict| self.0.get(v.as_str()).map_or(0, |(n, decided)| n - decided);
        of(Verdict::Duplicate) + of(Verdict::Conflict)
    }
}
