//! What becomes of a form that was read, whoever sent it: a person from a page, or a program. Rights, checks, the record with its
//! links and money, its history, and who is told.

use std::collections::BTreeSet;

use super::fields::{Field, Sheet};
use super::form::Mode;
use super::model::{Choices, Names, Record};
use super::sheet_fill::fill;
use super::sheet_form::{Reading, check, read};
use super::telling::{self, About};
use super::{parent, rights, show, store};
use crate::features::actions::ClaimState;
use crate::features::overlaps;
use crate::kernel::auth::Inside;
use crate::kernel::db::MembershipFacts;
use crate::kernel::error::Problem;
use crate::kernel::form::Fields;
use crate::kernel::history::{self, Entry, Subject};
use crate::kernel::i18n::Message;
use crate::kernel::ids::ActionId;
use crate::kernel::permit::{Member, Permission};

/// The draft that a program's form stands for: none.
const NO_DRAFT: &str = "action:program";

/// In whose name a new action is stated, and whether a party's own member states it.
fn author<'a>(member: &'a Member, mode: Mode, sheet: &Sheet) -> Result<(&'a MembershipFacts, bool), Message> {
    let scope = sheet.scope();
    let (permission, message) = match mode {
        Mode::Report => (Permission::ActionReport, "action-error-report-not-own"),
        _ => (Permission::ActionCreate, "action-error-not-own"),
    };
    let by = member.granting(permission, &scope).ok_or_else(|| Message::new(message))?;
    Ok((by, speaks_for_party(by, sheet)))
}

/// Whether a membership's organisation keeps the record or is a party to it.
fn speaks_for_party(by: &MembershipFacts, sheet: &Sheet) -> bool {
    let scope = sheet.scope();
    by.organisation.is_some_and(|o| scope.keeper == Some(o) || scope.organisations.contains(&o))
}

/// Reads a new action from a form and stores it. `None`: something is wrong, and stands at its field.
///
/// # Errors
/// The database's own.
pub async fn make(
    inside: &mut Inside,
    mode: Mode,
    choices: &Choices,
    allowed: &BTreeSet<Field>,
    f: &mut Fields,
    draft: &str,
) -> Result<Option<(ActionId, MembershipFacts)>, Problem> {
    let before = Sheet::default();
    let frame = inside.page.frame().ok_or(Problem::NotFound)?;
    let reading = Reading { choices, frame, today: inside.page.today, allowed, record: None, before: &before };
    let mut sheet = read(f, &reading);
    rights::settle_opening(&mut sheet);
    for (field, message) in check(&sheet) {
        f.fail(field.name(), message);
    }
    let why = f.text("why", 1_000);
    if !f.is_valid() {
        return Ok(None);
    }
    let (by, own) = match author(&inside.member, mode, &sheet) {
        Ok((by, own)) => (by.clone(), own),
        Err(message) => {
            f.fail(if mode == Mode::Report { "beneficiaries" } else { "reporting" }, message);
            return Ok(None);
        }
    };
    if !rights::would_see(&inside.member, &sheet) {
        f.fail("handling", Message::new("action-error-would-not-see"));
        return Ok(None);
    }
    let claim = if mode == Mode::Report { ClaimState::Unconfirmed } else { ClaimState::Confirmed };
    let now = inside.app.clock.now();
    let birth = store::Birth { by: &by, claim, confirmed: own && claim == ClaimState::Confirmed, now };
    let id = store::create(&mut inside.tx, &sheet, &birth).await?;
    store::write_links(&mut inside.tx, id, &sheet, &[], &by, draft, now).await?;
    let changes = show::changes(&inside.page, &Names::of(choices), &before.difference(&sheet));
    let event = if mode == Mode::Report { "reported" } else { "created" };
    history::record(&mut inside.tx, Some(&by), Entry { subject: Subject::Action, id: id.0, event, changes, why: &why })
        .await?;
    if mode == Mode::Report {
        let about = About { id, title: sheet.one(Field::Title).unwrap_or_default(), scope: sheet.scope() };
        telling::reported(&mut inside.tx, &inside.app, &by, &about).await?;
    }
    Ok(Some((id, by)))
}

/// What came of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// Something is wrong, and stands at its field.
    Wrong,
    /// Nothing differs.
    Same,
    Saved,
    /// Somebody saved between the reading and the writing.
    Moved,
}

/// Makes the record what the sheet says.
///
/// # Errors
/// What is changed is not the sender's to change; the database's own.
pub async fn keep(
    inside: &mut Inside,
    record: &Record,
    sheet: &mut Sheet,
    choices: &Choices,
    f: &mut Fields,
    why: &str,
    draft: &str,
) -> Result<Kept, Problem> {
    let before = record.sheet();
    rights::settle_opening(sheet);
    for (field, message) in check(sheet) {
        f.fail(field.name(), message);
    }
    if !rights::would_see(&inside.member, sheet) {
        f.fail("handling", Message::new("action-error-would-not-see"));
    }
    if let Some(message) = parent::ring(&mut inside.tx, record, &before, sheet).await? {
        f.fail("parent", message);
    }
    if !f.is_valid() {
        return Ok(Kept::Wrong);
    }
    let difference = before.difference(sheet);
    if difference.is_empty() {
        return Ok(Kept::Same);
    }
    let by = granting(&inside.member, &before, &difference.keys().copied().collect())?.clone();
    // a party that corrects what a beneficiary reported has said that it is so
    let settles = record.claim == ClaimState::Unconfirmed && speaks_for_party(&by, &before);
    let now = inside.app.clock.now();
    if !store::update(&mut inside.tx, record.id, record.version, sheet, &by, settles, now).await? {
        return Ok(Kept::Moved);
    }
    store::write_links(&mut inside.tx, record.id, sheet, &record.contributions, &by, draft, now).await?;
    let names = Names::of(choices).with_record(record);
    let changes = show::changes(&inside.page, &names, &difference);
    let event = if settles { "claim-corrected" } else { "edited" };
    let entry = Entry { subject: Subject::Action, id: record.id.0, event, changes, why };
    history::record(&mut inside.tx, Some(&by), entry).await?;
    if settles {
        telling::claim_answered(&mut inside.tx, &inside.app, &by, &About::of(record), false).await?;
    }
    Ok(Kept::Saved)
}

/// The fields of a record that this member may change, without a parent they may not see.
pub fn allowed(member: &Member, record: &Record) -> BTreeSet<Field> {
    let mut allowed = rights::editable(member, &record.sheet());
    if record.parent_is_hidden() {
        allowed.remove(&Field::Parent);
    }
    allowed
}

/// The membership in whose name these fields are changed.
pub fn granting<'a>(
    member: &'a Member,
    record: &Sheet,
    fields: &BTreeSet<Field>,
) -> Result<&'a MembershipFacts, Problem> {
    let scope = record.scope();
    let links_alone = fields.iter().all(|f| f.is_link());
    // of somebody who leads a pillar and is a party besides, it is the party that states money
    let money = fields.iter().any(|f| f.is_money()).then(|| member.granting(Permission::ActionMoney, &scope)).flatten();
    let by = money.or_else(|| member.granting(Permission::ActionEdit, &scope));
    let by = by.or_else(|| if links_alone { member.granting(Permission::ActionEditLinks, &scope) } else { None });
    match by {
        Some(by) => Ok(by),
        None => Ok(member.require(Permission::ActionEdit, &scope)?),
    }
}

/// Marks fields that were stated and are not the sender's to state.
fn refuse_others(f: &mut Fields, stated: &[Field], allowed: &BTreeSet<Field>) {
    for field in stated.iter().filter(|field| !allowed.contains(field)) {
        f.fail(field.name(), Message::new("action-error-field-not-yours"));
    }
}

/// A new action from what a program sent as the fields of the form; whoever reports for a beneficiary reports one. `stated`:
/// the fields that it speaks of. `None`: something is wrong, and stands at its field.
///
/// # Errors
/// The database's own.
pub async fn create_record(inside: &mut Inside, f: &mut Fields, stated: &[Field]) -> Result<Option<ActionId>, Problem> {
    let mode = if inside.member.may_somewhere(Permission::ActionCreate) { Mode::New } else { Mode::Report };
    let (words, id) = parent::wanted(f);
    let choices = store::choices(&mut inside.tx, &words, id).await?;
    let allowed = if mode == Mode::Report { rights::for_report() } else { rights::for_new(&inside.member) };
    refuse_others(f, stated, &allowed);
    let Some((id, _)) = make(inside, mode, &choices, &allowed, f, NO_DRAFT).await? else { return Ok(None) };
    overlaps::changed(&mut inside.tx).await?;
    Ok(Some(id))
}

/// Changes a record by what a program sent: its form as it stands, with `change` made to the fields. The errors come back with
/// the fields.
///
/// # Errors
/// Nothing of it is the sender's to change; the database's own.
pub async fn change_record(
    inside: &mut Inside,
    record: &Record,
    stated: &[Field],
    change: impl FnOnce(&mut Fields),
) -> Result<(Kept, Fields), Problem> {
    let before = record.sheet();
    let allowed = allowed(&inside.member, record);
    if allowed.is_empty() {
        inside.member.require(Permission::ActionEdit, &before.scope())?;
    }
    let offered = store::choices(&mut inside.tx, "", None).await?;
    let mut f = fill(&inside.page, &offered, Some(record), &before);
    change(&mut f);
    let (words, id) = parent::wanted(&f);
    // a larger action that the change names has to be looked for
    let choices =
        if stated.contains(&Field::Parent) { store::choices(&mut inside.tx, &words, id).await? } else { offered };
    refuse_others(&mut f, stated, &allowed);
    let frame = inside.page.frame().ok_or(Problem::NotFound)?;
    let reading = Reading {
        choices: &choices,
        frame,
        today: inside.page.today,
        allowed: &allowed,
        record: Some(record),
        before: &before,
    };
    let mut sheet = read(&mut f, &reading);
    let why = f.text("why", 1_000);
    let kept = keep(inside, record, &mut sheet, &choices, &mut f, &why, NO_DRAFT).await?;
    if kept == Kept::Saved {
        overlaps::changed(&mut inside.tx).await?;
    }
    Ok((kept, f))
}
