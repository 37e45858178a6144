//! The larger action that this one is part of: found by its title or its address, or kept in words where it
//! is not an action here.

use super::fields::{Field, Sheet};
use super::model::{Choices, Record};
use super::sheet_form::{Reading, pasted_id};
use super::store;
use crate::kernel::db::ProcessTx;
use crate::kernel::fold::fold;
use crate::kernel::form::Fields;
use crate::kernel::i18n::Message;
use uuid::Uuid;

/// Titles beyond this are not looked for.
const LONGEST: usize = 500;

/// What to look for: the typed words, folded, and the id in a pasted address.
pub fn wanted(f: &Fields) -> (String, Option<Uuid>) {
    let typed: String = f.value("parent").chars().take(LONGEST).collect();
    match pasted_id(&typed) {
        Some(id) => (String::new(), Some(id)),
        None => (fold(&typed), None),
    }
}

/// What stands in the field.
pub fn shown(choices: &Choices, record: Option<&Record>, value: &str) -> String {
    if let Some(words) = value.strip_prefix("words:") {
        return words.to_owned();
    }
    let own =
        record.filter(|r| r.parent_id.is_some_and(|id| id.to_string() == value)).and_then(|r| r.parent_title.clone());
    own.or_else(|| choices.parents.iter().find(|p| p.id.to_string() == value).map(|p| p.title.clone()))
        .unwrap_or_default()
}

/// What is wrong with a changed parent that the form alone cannot know: it is itself a part of the record.
///
/// # Errors
/// The database's own.
pub async fn ring(tx: &mut ProcessTx, record: &Record, before: &Sheet, after: &Sheet) -> sqlx::Result<Option<Message>> {
    let (was, is) = (before.one(Field::Parent), after.one(Field::Parent));
    let Some(parent) = is.filter(|_| is != was).and_then(|p| p.parse().ok()) else { return Ok(None) };
    let ring = store::is_part_of(tx, parent, record.id).await?;
    Ok(ring.then(|| Message::new("action-error-parent-part")))
}

/// The value of [`Field::Parent`].
pub fn read(f: &mut Fields, reading: &Reading<'_>) -> Vec<String> {
    let typed = f.text("parent", LONGEST);
    if typed.is_empty() {
        return Vec::new();
    }
    // untouched, or taken as it stands
    let before = reading.before.one(Field::Parent).unwrap_or_default();
    if !before.is_empty() && shown(reading.choices, reading.record, before) == typed {
        return vec![before.to_owned()];
    }
    let chosen = f.value("parent_choice").to_owned();
    if chosen == "words" {
        return vec![format!("words:{typed}")];
    }
    let own = reading.record.map(|r| r.id);
    let found = reading.choices.parents.iter().filter(|p| Some(p.id) != own);
    let folded = fold(&typed);
    let pasted = pasted_id(&typed);
    let mut same = found.filter(|p| {
        chosen == p.id.to_string()
            || pasted == Some(p.id.0)
            || (chosen.is_empty() && pasted.is_none() && fold(&p.title) == folded)
    });
    match (same.next(), same.next()) {
        (Some(one), None) => vec![one.id.to_string()],
        _ => {
            f.fail(
                "parent",
                Message::new(if pasted.is_some() { "action-error-parent-address" } else { "action-error-parent" }),
            );
            Vec::new()
        }
    }
}
