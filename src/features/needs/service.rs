//! What becomes of a need's form that was read, whoever sent it: a person from a page, or a program.

use super::model::Need;
use super::sheet::{self, Choices, Sheet, changes, facts};
use super::{store, store_write, told};
use crate::kernel::auth::Inside;
use crate::kernel::db::MembershipFacts;
use crate::kernel::error::Problem;
use crate::kernel::form::Fields;
use crate::kernel::history::{self, Entry, Subject};
use crate::kernel::i18n::Message;
use crate::kernel::ids::{NeedId, OrganisationId};
use crate::kernel::permit::{Handling, Member, Permission, Refusal, Scope};

/// The organisations of the names that were typed.
async fn named(inside: &mut Inside, f: &Fields) -> Result<Vec<(String, OrganisationId)>, Problem> {
    let typed: Vec<String> = sheet::shown_names(f).into_iter().filter(|n| !n.contains('\0')).collect();
    if typed.is_empty() {
        return Ok(Vec::new());
    }
    Ok(store::organisations_named(&mut inside.tx, &typed).await?)
}

/// Whoever writes on behalf does not write what they would not see.
pub fn unseen(sheet: &Sheet, on_behalf: bool) -> Option<Message> {
    let hidden = on_behalf && sheet.handling == Handling::Restricted;
    hidden.then(|| Message::new("need-error-behalf-restricted"))
}

/// Who may change it: a draft whoever writes for its beneficiary, what was submitted who speaks for it.
pub fn editor<'a>(member: &'a Member, need: &Need) -> Result<&'a MembershipFacts, Refusal> {
    let permission = if need.was_submitted() { Permission::NeedAmend } else { Permission::NeedWrite };
    member.require(permission, &need.scope())
}

/// Reads a new need from a form and stores it as a draft. `None`: something is wrong, and stands at its field.
///
/// # Errors
/// It is not the sender's to write; the database's own.
pub async fn make(inside: &mut Inside, choices: &Choices, f: &mut Fields) -> Result<Option<NeedId>, Problem> {
    let named = named(inside, f).await?;
    let Some(sheet) = sheet::read(f, &inside.page, choices, &named, None) else { return Ok(None) };
    let by = inside.member.require(Permission::NeedWrite, &Scope::beneficiary(sheet.beneficiary))?.clone();
    // no member of the beneficiary's own: the secretariat
    let on_behalf = by.beneficiary != Some(sheet.beneficiary);
    if let Some(message) = unseen(&sheet, on_behalf) {
        f.fail("handling", message);
        return Ok(None);
    }
    let now = inside.app.clock.now();
    let id = store_write::create(&mut inside.tx, &sheet, by.id, on_behalf, now).await?;
    let said = changes(&sheet::Facts::new(), &facts(&inside.page, choices, None, f));
    let entry = Entry { subject: Subject::Need, id: id.0, event: "need-drafted", changes: said, why: "" };
    history::record(&mut inside.tx, Some(&by), entry).await?;
    if on_behalf {
        let about = told::About { id, title: &sheet.title, beneficiary: sheet.beneficiary, discreet: true };
        told::drafted(&mut inside.tx, &inside.app, &by, &about).await?;
    }
    Ok(Some(id))
}

/// What came of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// Something is wrong, and stands at its field.
    Wrong,
    /// Nothing differs: there is nothing to commit, and the version stays what it was.
    Same,
    Saved,
    /// Somebody has saved since the version that the form was made from.
    Moved,
}

/// Makes a need what the form says, which was made from `version` of it.
///
/// # Errors
/// It is not the sender's to change; the database's own.
pub async fn keep(
    inside: &mut Inside,
    need: &Need,
    choices: &Choices,
    f: &mut Fields,
    version: i32,
    why: &str,
) -> Result<Kept, Problem> {
    let by = editor(&inside.member, need)?.clone();
    let named = named(inside, f).await?;
    let Some(sheet) = sheet::read(f, &inside.page, choices, &named, Some(need)) else { return Ok(Kept::Wrong) };
    if let Some(message) = unseen(&sheet, by.beneficiary != Some(sheet.beneficiary)) {
        f.fail("handling", message);
        return Ok(Kept::Wrong);
    }
    let now = inside.app.clock.now();
    if version != need.version {
        return Ok(Kept::Moved);
    }
    if !store_write::save(&mut inside.tx, need.id, version, &sheet, by.id, now).await? {
        return Ok(Kept::Moved);
    }
    let mut theirs = Fields::default();
    sheet::fill(&mut theirs, need);
    let before = facts(&inside.page, choices, Some(need), &theirs);
    let said = changes(&before, &facts(&inside.page, choices, Some(need), f));
    if said.is_empty() {
        return Ok(Kept::Same);
    }
    let entry = Entry { subject: Subject::Need, id: need.id.0, event: "need-changed", changes: said, why };
    history::record(&mut inside.tx, Some(&by), entry).await?;
    if need.was_submitted() {
        told::changed(&mut inside.tx, &inside.app, &by, need).await?;
    }
    Ok(Kept::Saved)
}
