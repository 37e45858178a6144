//! Import from the command line, in the name of an account: the same steps as the pages take, one after the other.

use anyhow::{Context, ensure};
use serde::Serialize;
use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;
use std::time::Instant;

use super::check::Means;
use super::model::{Decision, Import, Row, State, Verdict};
use super::pages::bringer;
use super::preview::said;
use super::store::{self, Filter, Wanted};
use super::work::{Whose, go_on, page};
use crate::kernel::clock::Clock;
use crate::kernel::db::Db;
use crate::kernel::ids::{AccountId, ImportId, OrganisationId, ProcessId};
use crate::kernel::memory::Memory;
use crate::kernel::permit::{Handling, Member, Permission};
use crate::kernel::random;
use sha2::{Digest, Sha256};

const PART: usize = 512 << 10;
/// Of so many rows the report says what is to be said.
const MOST_TOLD: i64 = 2_000;

/// What is to be brought in, and how.
#[derive(Debug, Clone)]
pub struct Asked {
    pub process: ProcessId,
    pub account: AccountId,
    /// Who keeps new actions; the account's own organisation where none is named.
    pub organisation: Option<OrganisationId>,
    /// None: as is usual for the kind of file.
    pub handling: Option<Handling>,
    /// The short name of the pillar of new actions that name none.
    pub pillar: Option<String>,
    /// Shows what would be done, and does nothing.
    pub dry_run: bool,
}

/// What came of it.
#[derive(Debug, Clone, Serialize)]
pub struct Report {
    pub import: String,
    pub state: String,
    /// Rows by what they would do.
    pub rows: BTreeMap<String, i64>,
    /// Rows by what came of them.
    pub results: BTreeMap<String, i64>,
    /// What is to be said of the file as a whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub said: Option<String>,
    /// Headings of columns of which nothing is known: they are left out.
    pub columns_left_out: Vec<String>,
    /// Sheets that look like tables of actions, too, and are not read.
    pub sheets_left_out: Vec<String>,
    /// How long it took to read the file and compare it, and to take it in.
    pub seconds_read: f64,
    pub seconds_applied: f64,
    pub wrong: Vec<Told>,
    /// Rows that come in without something that the file says.
    pub lost: Vec<Told>,
}

impl Report {
    /// Whether what was asked for has been done: the file was read and compared, or taken in too. A row that is wrong
    /// does not undo that: it is told.
    pub fn is_done(&self, dry_run: bool) -> bool {
        let wanted = if dry_run { State::Checked } else { State::Applied };
        self.state == wanted.as_str()
    }
}

/// What is to be said of a row.
#[derive(Debug, Clone, Serialize)]
pub struct Told {
    pub row: i32,
    pub problems: Vec<String>,
}

/// Brings a file in: what somebody would have to decide on stays out and is told.
///
/// # Errors
/// The file cannot be read, the account may not, the database's own.
pub async fn import(db: &Db, clock: &Clock, base_url: &str, asked: &Asked, file: &Path) -> anyhow::Result<Report> {
    let means =
        Means { db: db.clone(), memory: Memory::default(), clock: clock.clone(), base_url: base_url.to_owned() };
    let id = bring(&means, asked, file).await?;
    let whose = Whose { process: asked.process, account: asked.account, id };
    let began = Instant::now();
    go_on(&means, whose).await?;
    let seconds_read = began.elapsed().as_secs_f64();
    let checked = Report { seconds_read, ..reported(&means, whose).await? };
    if asked.dry_run {
        let mut at = whose.enter(&means).await?.context("the import is gone")?;
        store::drop_it(&mut at.tx, id).await?;
        at.tx.commit().await?;
        return Ok(checked);
    }
    if checked.state != State::Checked.as_str() {
        return Ok(checked);
    }
    let mut at = whose.enter(&means).await?.context("the import is gone")?;
    for verdict in [Verdict::Duplicate, Verdict::Conflict] {
        store::decide_all(&mut at.tx, id, verdict, Decision::Leave).await?;
    }
    store::step(&mut at.tx, id, State::Checked, State::Applying, None).await?;
    at.tx.commit().await?;
    let began = Instant::now();
    go_on(&means, whose).await?;
    let seconds_applied = began.elapsed().as_secs_f64();
    Ok(Report { seconds_read, seconds_applied, ..reported(&means, whose).await? })
}

async fn bring(means: &Means, asked: &Asked, file: &Path) -> anyhow::Result<ImportId> {
    let mut from = std::fs::File::open(file).with_context(|| format!("{} cannot be opened", file.display()))?;
    ensure!(!from.metadata()?.is_dir(), "{} is a folder", file.display());
    let entered = means.db.process_for(asked.process, asked.account).await?;
    let (mut tx, placed) = entered.context("the account is no member of the process")?;
    let member = Member::new(placed.memberships.clone());
    ensure!(member.may_somewhere(Permission::ImportActions), "the account may not bring actions into the process");
    let own = member.organisations().first().copied();
    let organisation = asked.organisation.or(own);
    let organisation = organisation.context("name the organisation that keeps the records (--organisation)")?;
    let known = store::organisations(&mut tx).await?.iter().any(|(id, _)| *id == organisation);
    ensure!(known, "the process has no organisation of this id");
    let by = bringer(&member, organisation).ok();
    let by = by.context("the account may not bring in actions that this organisation keeps")?.clone();
    let id = ImportId(random::id());
    let by_key = |key: &String| {
        let found = placed.process.pillars.iter().find(|l| l.key.eq_ignore_ascii_case(key.trim())).map(|l| l.id);
        found.context("there is no pillar of this short name")
    };
    let pillar = asked.pillar.as_ref().map(by_key).transpose()?;
    let wanted = Wanted { organisation, handling: asked.handling, pillar };
    let name = file.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_else(|| "file".to_owned());
    let name: String = name.chars().take(200).collect();
    store::insert(&mut tx, id, asked.account.0, &by, &wanted, &name, means.clock.now()).await?;
    let (mut hash, mut size, mut position) = (Sha256::new(), 0i64, 0);
    loop {
        let mut part = Vec::with_capacity(PART);
        from.by_ref().take(PART as u64).read_to_end(&mut part)?;
        if part.is_empty() {
            break;
        }
        hash.update(&part);
        size += i64::try_from(part.len())?;
        ensure!(u64::try_from(size)? <= super::bring::MOST_BYTES, "the file is larger than any that is taken");
        store::add_part(&mut tx, id, position, &part).await?;
        position += 1;
    }
    store::received(&mut tx, id, size, &hash.finalize()).await?;
    tx.commit().await?;
    Ok(id)
}

async fn reported(means: &Means, whose: Whose) -> anyhow::Result<Report> {
    let mut at = whose.enter(means).await?.context("the import is gone")?;
    let p = page(&at, means);
    let import: &Import = &at.import;
    let said_of_file = import.said.as_ref().map(|s| said(&p, s));
    let (counts, results) = store::counts(&mut at.tx, whose.id).await?;
    let filter = Filter { told: true, ..Filter::default() };
    let rows = store::rows(&mut at.tx, whose.id, &filter, MOST_TOLD).await?;
    let told = |row: &Row| {
        let told = row.problems.iter().map(|problem| super::preview::told(&p, &at.import, row, problem));
        let text =
            |t: super::preview::Told| if t.place.is_empty() { t.text } else { format!("{}: {}", t.place, t.text) };
        Told { row: row.row, problems: told.map(text).collect() }
    };
    let (wrong, lost): (Vec<&Row>, Vec<&Row>) = rows.iter().partition(|row| row.verdict == Verdict::Wrong);
    Ok(Report {
        import: whose.id.to_string(),
        state: at.import.state.as_str().to_owned(),
        rows: counts.verdicts.iter().map(|(verdict, (n, _))| (verdict.clone(), *n)).collect(),
        results: results.into_iter().filter(|(result, _)| !result.is_empty()).collect(),
        said: said_of_file,
        columns_left_out: at.import.unknown_columns(),
        sheets_left_out: at.import.shape.others.clone(),
        seconds_read: 0.0,
        seconds_applied: 0.0,
        wrong: wrong.into_iter().map(told).collect(),
        lost: lost.into_iter().map(told).collect(),
    })
}
