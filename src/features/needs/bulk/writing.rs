//! The needs that sheets are made of, and writing those that come back.

use chrono::{DateTime, NaiveDate, Utc};

use super::{MOST, Weighed, Within};
use crate::features::needs::model::{Need, State};
use crate::features::needs::sheet::Sheet;
use crate::features::needs::{steps, store, store_bulk, store_write, told};
use crate::kernel::db::{MembershipFacts, ProcessTx};
use crate::kernel::history::{self, Each, Subject};
use crate::kernel::ids::NeedId;
use crate::kernel::page::Page;
use crate::kernel::permit::{Member, Permission};
use crate::kernel::state::App;

/// The needs of a beneficiary in a cycle, drafts among them, with their titles.
///
/// # Errors
/// The database's own.
pub async fn listed(tx: &mut ProcessTx, within: Within) -> sqlx::Result<Vec<(NeedId, String)>> {
    store_bulk::listed(tx, within.beneficiary, within.cycle, MOST).await
}

/// Needs as they stand, as far as the reader sees them.
///
/// # Errors
/// The database's own.
pub async fn standing(tx: &mut ProcessTx, ids: &[NeedId], today: NaiveDate) -> sqlx::Result<Vec<Need>> {
    if ids.is_empty() { Ok(Vec::new()) } else { store::several(tx, ids, today).await }
}

/// The cycles that are open, the latest first: id and name.
///
/// # Errors
/// The database's own.
pub async fn open_cycles(tx: &mut ProcessTx) -> sqlx::Result<Vec<(String, String)>> {
    let all = store::cycles(tx).await?;
    Ok(all.iter().filter(|c| c.is_open()).map(|c| (c.id.to_string(), c.label())).collect())
}

/// A need that is to be written: a new one where there is none yet.
pub struct Lot<'a> {
    pub need: Option<&'a Need>,
    pub weighed: &'a Weighed,
}

/// Writes needs with their history, and tells whom it concerns: all of them, or nothing (`None`) where one cannot be written as it
/// was weighed. Answers id and version of each, in their order.
///
/// # Errors
/// The database's own.
pub async fn write(
    tx: &mut ProcessTx,
    app: &App,
    p: &Page,
    lots: &[Lot<'_>],
    why: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<Option<Vec<(NeedId, i32)>>> {
    let (mut new, mut changed) = (Vec::new(), Vec::new());
    for lot in lots {
        let (Some(sheet), Some(by)) = (&lot.weighed.sheet, &lot.weighed.by) else { return Ok(None) };
        match lot.need {
            None => new.push((sheet, by, lot.weighed)),
            Some(need) => changed.push((need, sheet, by, lot.weighed)),
        }
    }
    let mut added = Vec::new();
    if let Some((first, by, _)) = new.first() {
        let on_behalf = by.beneficiary != Some(first.beneficiary);
        let sheets: Vec<&Sheet> = new.iter().map(|(sheet, ..)| *sheet).collect();
        added = store_write::create_many(tx, &sheets, by.id, on_behalf, now).await?;
        let entries: Vec<Each<'_>> = new
            .iter()
            .zip(&added)
            .map(|((_, by, weighed), id)| Each { by, id: id.0, changes: weighed.changes.clone() })
            .collect();
        history::record_many(tx, Subject::Need, "need-drafted", why, &entries).await?;
        if on_behalf {
            told::drafted_together(tx, app, by, &added, &sheets, p).await?;
        }
    }
    if let Some((_, _, by, _)) = changed.first() {
        let rows: Vec<(NeedId, i32, &Sheet)> = changed.iter().map(|(n, sheet, ..)| (n.id, n.version, *sheet)).collect();
        let saved = store_write::save_many(tx, &rows, by.id, now).await?;
        if saved.len() != rows.len() {
            return Ok(None);
        }
        let entries: Vec<Each<'_>> = changed
            .iter()
            .map(|(need, _, by, weighed)| Each { by, id: need.id.0, changes: weighed.changes.clone() })
            .collect();
        history::record_many(tx, Subject::Need, "need-changed", why, &entries).await?;
        let submitted: Vec<&Need> = changed.iter().map(|(n, ..)| *n).filter(|n| n.was_submitted()).collect();
        told::changed_together(tx, app, by, &submitted, p).await?;
    }
    let mut added = added.into_iter();
    let ids = lots.iter().filter_map(|lot| match lot.need {
        None => added.next().map(|id| (id, 1)),
        Some(need) => Some((need.id, need.version + 1)),
    });
    Ok(Some(ids.collect()))
}

/// In whose name a draft that was brought is taken back; why not, else: the end of a key `import-kept-…`.
///
/// # Errors
/// It was submitted, or is not the member's.
pub fn taken_back_by<'a>(member: &'a Member, need: &Need) -> Result<&'a MembershipFacts, &'static str> {
    match need.state {
        State::Draft => member.granting(Permission::NeedWrite, &need.scope()).ok_or("refused"),
        State::Submitted => Err("submitted"),
        State::Withdrawn => Err("gone"),
    }
}

/// Withdraws drafts that were brought by mistake; their history stays.
///
/// # Errors
/// The database's own.
pub async fn take_back(
    tx: &mut ProcessTx,
    ids: &[NeedId],
    by: &MembershipFacts,
    why: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    store_write::withdraw_many(tx, ids, why, by.id, now).await?;
    let subjects: Vec<_> = ids.iter().map(|n| n.0).collect();
    let said = steps::moved(State::Draft, State::Withdrawn);
    history::record_each(tx, by, Subject::Need, &subjects, "need-withdrawn", &said, why).await
}
