//! An import, its rows, and the closed lists of both.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};
use uuid::Uuid;

use crate::features::actions::{Difference, Field, Sheet};
use crate::features::exchange::incoming::{ImportProblem, Said, Severity};
use crate::features::exchange::tables::{Cell, Cells, Column, Found, Kind};
use crate::features::needs::bulk;
use crate::kernel::date::PartialDate;
use crate::kernel::history::Changes;
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

/// What the rows of a file become.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Becomes {
    Actions,
    /// Needs of one beneficiary in one cycle.
    Needs(bulk::Within),
}

/// A file that was brought.
#[derive(Debug, Clone)]
pub struct Import {
    pub id: ImportId,
    pub by: MembershipId,
    pub becomes: Becomes,
    /// For whom it was brought; needs are brought for a beneficiary, and it is the id of none.
    pub organisation: OrganisationId,
    /// Who keeps the new actions: that organisation, or the one that it was merged into since.
    pub keeper: OrganisationId,
    /// Its name, or that of the beneficiary.
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
    /// Of the reading before this one.
    pub mended: Vec<Mended>,
}

/// A cell that somebody typed anew.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mended {
    pub row: i32,
    pub column: u16,
    /// As the file has it.
    pub was: String,
    pub now: String,
}

/// What was mended in two readings of a file, each cell as it was typed last.
pub fn joined(before: &[Mended], now: Vec<Mended>) -> Vec<Mended> {
    let mut all: BTreeMap<(i32, u16), Mended> = before.iter().map(|m| ((m.row, m.column), m.clone())).collect();
    for m in now {
        // what stood there before it was typed once more is no longer what the file says
        let was = all.get(&(m.row, m.column)).map_or_else(|| m.was.clone(), |first| first.was.clone());
        all.insert((m.row, m.column), Mended { was, ..m });
    }
    all.into_values().collect()
}

/// What is kept of a table's shape.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Kept {
    #[serde(default)]
    pub sheets: Vec<String>,
    /// Sheets beside the one that is read which look like tables of actions, too.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub others: Vec<String>,
    #[serde(default)]
    pub heads: Vec<String>,
    /// The first texts of each column.
    #[serde(default)]
    pub samples: Vec<Vec<String>>,
    #[serde(default)]
    pub too_wide: bool,
    /// The sheets of needs, one a pillar.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tables: Vec<Table>,
}

/// A sheet of a file whose every sheet is read.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Table {
    pub sheet: Option<String>,
    pub head_row: u32,
    pub heads: Vec<String>,
}

/// More rows than a sheet can have: a row's number tells its sheet, too.
const A_SHEET: i32 = 1 << 21;

/// The number of a row of one of several sheets.
pub fn numbered(table: usize, row: u32) -> i32 {
    let table = i32::try_from(table).unwrap_or(0);
    table.saturating_mul(A_SHEET).saturating_add(i32::try_from(row).unwrap_or(A_SHEET - 1).min(A_SHEET - 1))
}

impl Import {
    /// The sheet of a row of needs.
    pub fn table(&self, row: i32) -> Option<&Table> {
        self.shape.tables.get(usize::try_from(row / A_SHEET).ok()?)
    }

    /// The headings over a row.
    pub fn heads(&self, row: i32) -> &[String] {
        match self.becomes {
            Becomes::Actions => &self.shape.heads,
            Becomes::Needs(_) => self.table(row).map_or(&[], |t| t.heads.as_slice()),
        }
    }

    /// Where a row stands, as the program that made the file counts: with its sheet, where there are several.
    pub fn place(&self, row: i32) -> String {
        let sheet = self.table(row).and_then(|t| t.sheet.as_deref());
        sheet.map_or_else(|| row.to_string(), |sheet| format!("{sheet} {}", row % A_SHEET))
    }

    /// Puts what was mended into a row that the file still says alike.
    pub fn mend(&self, row: u32, cells: &mut Cells) {
        for m in self.mended.iter().filter(|m| u32::try_from(m.row) == Ok(row)) {
            if cells.get(m.column).text() == m.was {
                cells.set(m.column, Cell::of_text(&m.now));
            }
        }
    }

    /// The headings of columns of which nothing is known: they are left out.
    pub fn unknown_columns(&self) -> Vec<String> {
        let heads = self.shape.heads.iter().zip(&self.columns);
        heads.filter(|(head, found)| found.is_none() && !head.is_empty()).map(|(head, _)| head.clone()).collect()
    }

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
    /// What the action said when the file was written here, as [`crate::features::actions::Base`] has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base: Option<String>,
    /// Title or reference of what it is part of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<String>,
    /// By which an activity file names it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identifier: Option<String>,
    /// Roles in which the file names organisations that are none here: those that the record has stay.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub open_roles: Vec<String>,
}

impl Patch {
    /// With organisations that were merged into others, since it was read, as those others.
    pub fn follow(&mut self, merged: &HashMap<Uuid, Uuid>) {
        let now = |value: &String| {
            let (role, id) = value.split_once(':').map_or((None, value.as_str()), |(role, id)| (Some(role), id));
            let Some(into) = id.parse::<Uuid>().ok().and_then(|id| merged.get(&id)) else { return value.clone() };
            role.map_or_else(|| into.to_string(), |role| format!("{role}:{into}"))
        };
        for field in [Field::Reporting, Field::Parties] {
            let values: Vec<String> = self.sheet.get(field).iter().map(now).collect();
            self.sheet.set(field, values);
        }
    }
}

/// A record as it came, for what has no place here. Of a row that was read before its fingerprint alone is at hand.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Came {
    pub identifier: Option<String>,
    pub content: Option<String>,
    /// SHA-256 of the content, in hexadecimal digits.
    pub hash: String,
}

/// A row as it was read, before it is held against what is there.
#[derive(Debug, Clone)]
pub struct Read {
    pub row: i32,
    pub cells: Option<Cells>,
    pub patch: Patch,
    pub problems: Vec<ImportProblem>,
    pub came: Option<Came>,
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

/// A row as it was judged: what it states, what differs, and what was before are of the kind that it becomes.
#[derive(Debug, Clone)]
pub struct RowOf<P, D, S> {
    pub row: i32,
    pub title: String,
    pub cells: Option<Vec<String>>,
    pub patch: P,
    pub problems: Vec<ImportProblem>,
    pub verdict: Verdict,
    /// The action or the need that it is.
    pub action: Option<Uuid>,
    pub version: Option<i32>,
    pub difference: D,
    pub clashes: Vec<String>,
    pub near: Vec<NearRow>,
    pub decision: Option<Decision>,
    pub target: Option<Uuid>,
    pub result: Option<String>,
    pub applied: Option<Uuid>,
    pub before: Option<S>,
    pub version_after: Option<i32>,
    /// What a beneficiary had reported was settled by it.
    pub settled: bool,
    pub undone: Option<String>,
    pub kept_why: Option<String>,
    /// Of a record that is kept as it came.
    pub kept_hash: Option<String>,
}

/// A row that becomes an action.
pub type Row = RowOf<Patch, Difference, Sheet>;
/// A row that becomes a need.
pub type NeedRow = RowOf<bulk::Asked, Changes, bulk::Form>;

impl NeedRow {
    /// What is the same of every row, whatever it becomes; and what differs.
    pub fn plain(self) -> (Row, Changes) {
        let row = Row {
            row: self.row,
            title: self.title,
            cells: self.cells,
            patch: Patch::default(),
            problems: self.problems,
            verdict: self.verdict,
            action: self.action,
            version: self.version,
            difference: Difference::new(),
            clashes: self.clashes,
            near: self.near,
            decision: self.decision,
            target: self.target,
            result: self.result,
            applied: self.applied,
            before: None,
            version_after: self.version_after,
            settled: self.settled,
            undone: self.undone,
            kept_why: self.kept_why,
            kept_hash: self.kept_hash,
        };
        (row, self.difference)
    }
}

/// How many rows there are of each verdict, and of those how many are decided.
#[derive(Debug, Clone, Default)]
pub struct Counts {
    pub verdicts: BTreeMap<String, (i64, i64)>,
    /// Rows of which there is something to be said.
    pub told: i64,
}

impl Counts {
    pub fn of(&self, verdict: Verdict) -> i64 {
        self.verdicts.get(verdict.as_str()).map_or(0, |(n, _)| *n)
    }
    pub fn all(&self) -> i64 {
        self.verdicts.values().map(|(n, _)| n).sum()
    }
    /// Whether there are rows, and none of them can come in.
    pub fn all_wrong(&self) -> bool {
        self.all() > 0 && self.of(Verdict::Wrong) == self.all()
    }
    /// Rows that somebody has still to decide on.
    pub fn open(&self) -> i64 {
        let of = |v: Verdict| self.verdicts.get(v.as_str()).map_or(0, |(n, decided)| n - decided);
        of(Verdict::Duplicate) + of(Verdict::Conflict)
    }
}
