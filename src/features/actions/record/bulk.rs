//! Many actions at once, for who brings them from a file: read as sheets, added, changed, taken back. Whoever calls has
//! asked for the permissions.

use chrono::{DateTime, NaiveDate, Utc};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

use super::fields::{Difference, Field, Sheet};
use super::model::{Choices, Names};
use super::store::{self, BulkLinks, BulkRow};
use super::{rights, sheet_form, show};
use crate::features::actions::ClaimState;
use crate::kernel::db::{MembershipFacts, ProcessTx};
use crate::kernel::history::{self, Changes, Each, Subject};
use crate::kernel::i18n::Message;
use crate::kernel::ids::{ActionId, MembershipId};
use crate::kernel::page::Page;
use crate::kernel::permit::{Member, Permission};
use crate::kernel::random;

/// An action as it stands.
#[derive(Debug, Clone)]
pub struct Standing {
    pub id: ActionId,
    pub version: i32,
    pub claim: ClaimState,
    pub sheet: Sheet,
    /// Names of what the sheet holds as ids.
    pub names: Names,
    /// There is a parent that the reader may not see.
    pub parent_is_hidden: bool,
}

/// These actions as far as the reader sees them, without those that were merged into others.
///
/// # Errors
/// The database's own.
pub async fn standing(tx: &mut ProcessTx, ids: &[Uuid], today: NaiveDate) -> sqlx::Result<Vec<Standing>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let records = store::records(tx, ids, today).await?;
    let stands = records.into_iter().filter(|r| r.merged_into_id.is_none()).map(|r| Standing {
        id: r.id,
        version: r.version,
        claim: r.claim,
        sheet: r.sheet(),
        parent_is_hidden: r.parent_is_hidden(),
        names: Names::default().with_record(&r),
    });
    Ok(stands.collect())
}

/// Organisations with all their names, and themes.
///
/// # Errors
/// The database's own.
pub async fn directory(tx: &mut ProcessTx) -> sqlx::Result<Choices> {
    store::choices(tx, "", None).await
}

/// What a sheet must hold to be saved: a title, a keeper, dates in order, shares that add up.
pub fn check(sheet: &Sheet) -> Vec<(Field, Message)> {
    let mut wrong = sheet_form::check(sheet);
    if sheet.one(Field::Title).is_none() {
        wrong.insert(0, (Field::Title, Message::new("field-required")));
    }
    if sheet.keeper().is_none() {
        wrong.push((Field::Reporting, Message::new("field-required")));
    }
    wrong
}

/// The fields of a record that this member may change.
pub fn editable(member: &Member, record: &Sheet) -> BTreeSet<Field> {
    rights::editable(member, record)
}

/// The fields of a new action that this member may state; of whoever may only report one, those of a report.
pub fn for_new(member: &Member) -> BTreeSet<Field> {
    if member.may_somewhere(Permission::ActionCreate) { rights::for_new(member) } else { rights::for_report() }
}

pub fn would_see(member: &Member, sheet: &Sheet) -> bool {
    rights::would_see(member, sheet)
}

/// The sheet with nothing opened where its level leaves nothing to open.
pub fn settled(mut sheet: Sheet) -> Sheet {
    rights::settle_opening(&mut sheet);
    sheet
}

/// A difference as history keeps it.
pub fn in_words(p: &Page, names: &Names, difference: &Difference) -> Changes {
    show::changes(p, names, difference)
}

/// A difference as a page shows it.
pub fn rows_of(p: &Page, names: &Names, difference: &Difference, money: bool) -> Vec<show::DiffRow> {
    show::rows(p, names, difference, money)
}

/// An action that is added.
pub struct Added<'a> {
    pub sheet: &'a Sheet,
    pub by: &'a MembershipFacts,
    /// A beneficiary reports it, and its donor has not confirmed it yet.
    pub reported: bool,
}

/// An action that is changed from the version that it stands at.
pub struct Changed<'a> {
    pub id: ActionId,
    pub version: i32,
    pub before: &'a Sheet,
    pub sheet: &'a Sheet,
    pub by: &'a MembershipFacts,
    pub names: &'a Names,
    /// What becomes of its claim, if anything.
    pub claim: Option<ClaimState>,
}

/// What came of many changes.
#[derive(Debug, Default)]
pub struct Altered {
    /// Those that had moved on; nothing of them is changed.
    pub moved: Vec<ActionId>,
    /// The others, with the versions at which they stand now.
    pub versions: BTreeMap<ActionId, i32>,
}

/// Whether a membership's organisation keeps the record or is a party: what it states is a confirmation.
fn speaks_for_party(by: &MembershipFacts, sheet: &Sheet) -> bool {
    let scope = sheet.scope();
    by.organisation.is_some_and(|o| scope.keeper == Some(o) || scope.organisations.contains(&o))
}

async fn versions(tx: &mut ProcessTx, ids: &[ActionId]) -> sqlx::Result<BTreeMap<ActionId, i32>> {
    let ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
    Ok(store::versions(tx, &ids).await?.into_iter().map(|(id, version)| (ActionId(id), version)).collect())
}

/// Adds actions with their links and history; answers their ids, in their order, and their versions.
///
/// # Errors
/// The database's own.
pub async fn add_many(
    tx: &mut ProcessTx,
    p: &Page,
    names: &Names,
    added: &[Added<'_>],
    why: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<Vec<(ActionId, i32)>> {
    let Some(first) = added.first() else { return Ok(Vec::new()) };
    let ids: Vec<ActionId> = added.iter().map(|_| ActionId(random::id())).collect();
    let (mut rows, mut links) = (Vec::new(), BulkLinks::default());
    for (a, id) in added.iter().zip(&ids) {
        let claim = if a.reported { ClaimState::Unconfirmed } else { ClaimState::Confirmed };
        let confirmed = !a.reported && speaks_for_party(a.by, a.sheet);
        rows.push(BulkRow::of(*id, 0, a.sheet, a.by.id.0, claim.as_str(), confirmed));
        links.add(*id, a.sheet);
    }
    store::links_wait(tx).await?;
    store::create_rows(tx, &rows, now).await?;
    store::write_many_links(tx, &links, first.by.id.0, now).await?;
    for (event, reported) in [("created", false), ("reported", true)] {
        let of = added.iter().zip(&ids).filter(|(a, _)| a.reported == reported);
        let nothing = Sheet::default();
        let entries: Vec<Each<'_>> = of
            .map(|(a, id)| Each { by: a.by, id: id.0, changes: show::changes(p, names, &nothing.difference(a.sheet)) })
            .collect();
        if !entries.is_empty() {
            history::record_many(tx, Subject::Action, event, why, &entries).await?;
        }
    }
    let versions = versions(tx, &ids).await?;
    Ok(ids.into_iter().map(|id| (id, versions.get(&id).copied().unwrap_or(1))).collect())
}

/// Changes actions with their links and history. Contributions stay as they are.
///
/// # Errors
/// The database's own.
pub async fn change_many(
    tx: &mut ProcessTx,
    p: &Page,
    changed: &[Changed<'_>],
    event: &str,
    why: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<Altered> {
    let Some(first) = changed.first() else { return Ok(Altered::default()) };
    let claim = |c: &Changed<'_>| c.claim.map_or("", ClaimState::as_str);
    let rows: Vec<BulkRow> =
        changed.iter().map(|c| BulkRow::of(c.id, c.version, c.sheet, c.by.id.0, claim(c), false)).collect();
    store::links_wait(tx).await?;
    let done: BTreeSet<Uuid> = store::update_rows(tx, &rows, now).await?.into_iter().collect();
    let mut links = BulkLinks::default();
    let stored = || changed.iter().filter(|c| done.contains(&c.id.0));
    stored().for_each(|c| links.add(c.id, c.sheet));
    store::write_many_links(tx, &links, first.by.id.0, now).await?;
    // a report that is settled says so in its history
    for (event, settled) in [(event, false), ("claim-corrected", true)] {
        let of = stored().filter(|c| (c.claim == Some(ClaimState::Confirmed)) == settled);
        let entries: Vec<Each<'_>> = of
            .map(|c| Each { by: c.by, id: c.id.0, changes: show::changes(p, c.names, &c.before.difference(c.sheet)) })
            .collect();
        if !entries.is_empty() {
            history::record_many(tx, Subject::Action, event, why, &entries).await?;
        }
    }
    let ids: Vec<ActionId> = stored().map(|c| c.id).collect();
    let moved = changed.iter().filter(|c| !done.contains(&c.id.0)).map(|c| c.id).collect();
    Ok(Altered { moved, versions: versions(tx, &ids).await? })
}

/// What becomes of a claim when `by` changes an action that it was made of: a party that corrects what a beneficiary reported has
/// said that it is so.
pub fn settles(standing: &Standing, by: &MembershipFacts) -> Option<ClaimState> {
    let reported = standing.claim == ClaimState::Unconfirmed;
    (reported && speaks_for_party(by, &standing.sheet)).then_some(ClaimState::Confirmed)
}

/// Who reported these actions, as far as somebody did.
///
/// # Errors
/// The database's own.
pub async fn reporters(tx: &mut ProcessTx, ids: &[Uuid]) -> sqlx::Result<Vec<MembershipId>> {
    store::reporters(tx, ids).await
}

/// "Still true": says of actions that they stand as they are, and writes it into the history of each; answers which. What its donor
/// has not confirmed, or was merged into another, is left out.
///
/// # Errors
/// The database's own.
pub async fn confirm_many(
    tx: &mut ProcessTx,
    ids: &[ActionId],
    by: &MembershipFacts,
    now: DateTime<Utc>,
) -> sqlx::Result<Vec<ActionId>> {
    let ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
    let done = store::confirm(tx, &ids, by, now).await?;
    history::record_each(tx, by, Subject::Action, &done, "confirmed", &Changes::new(), "").await?;
    Ok(done.into_iter().map(ActionId).collect())
}

/// What has come to stand on these actions besides their own record, as a word of `import-kept-…` each. `own`: actions that
/// are taken back too, and so hold nothing.
///
/// # Errors
/// The database's own.
pub async fn builds_on(tx: &mut ProcessTx, ids: &[Uuid], own: &[Uuid]) -> sqlx::Result<BTreeMap<ActionId, String>> {
    Ok(store::builds_on(tx, ids, own).await?.into_iter().map(|(id, what)| (ActionId(id), what)).collect())
}

/// Takes actions back that were added by mistake: nobody sees them any more, their history stays.
///
/// # Errors
/// The database's own.
pub async fn withdraw_many(
    tx: &mut ProcessTx,
    withdrawn: &[(ActionId, &MembershipFacts)],
    why: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    let Some((_, by)) = withdrawn.first() else { return Ok(()) };
    let ids: Vec<Uuid> = withdrawn.iter().map(|(id, _)| id.0).collect();
    let entries: Vec<Each<'_>> =
        withdrawn.iter().map(|(id, by)| Each { by, id: id.0, changes: Changes::new() }).collect();
    history::record_many(tx, Subject::Action, "import-undone", why, &entries).await?;
    store::withdraw(tx, &ids, by.id.0, now).await
}
