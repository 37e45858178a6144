//! Amounts put right and taken back by whoever asks in another way than by the form: the same checks, the same rows, the same history.

use super::forms::{fill, in_words, note_change, read};
use super::model::Row;
use super::store::{self, Draft, Hand};
use super::views;
use crate::features::actions::Record;
use crate::kernel::auth::Inside;
use crate::kernel::error::Problem;
use crate::kernel::form::Fields;
use crate::kernel::ids::ContributionId;
use crate::kernel::permit::Permission;

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Amended {
    /// It says the same already.
    Same,
    Done,
    /// The fields say what is wrong.
    Wrong,
    /// The amount does not stand any more.
    Moved,
}

/// The rows of an action, and where the one that is meant stands among those that count.
async fn standing(inside: &mut Inside, record: &Record, of: ContributionId) -> sqlx::Result<Option<Row>> {
    let rows = store::rows(&mut inside.tx, record.id, inside.page.today).await?;
    if rows.iter().any(|row| row.supersedes == Some(of)) {
        return Ok(None);
    }
    Ok(rows.into_iter().find(|row| row.id == of && row.withdrawn_at.is_none()))
}

/// Whether what is to be written is what stands.
fn says(row: &Row, draft: &Draft) -> bool {
    row.kind == draft.kind
        && (row.amount, row.currency) == (draft.amount, draft.currency)
        && row.value_date == draft.value_date
        && row.period_start.map(|start| (start, row.period_end)) == draft.period
        && row.provider.as_ref().map(|o| o.id) == draft.provider
        && row.receiver.as_ref().map(|o| o.id) == draft.receiver
        && row.envelope.as_ref().map(|e| e.id) == draft.envelope
        && row.note == draft.note
}

/// Puts an amount right: `change` is made to the fields of its form. Nothing is committed.
///
/// # Errors
/// The member may not write the money of the action; the database's own.
pub async fn correct_amount(
    inside: &mut Inside,
    record: &Record,
    of: ContributionId,
    change: impl FnOnce(&mut Fields),
    why: &str,
) -> Result<(Amended, Fields), Problem> {
    let by = inside.member.require(Permission::ActionMoney, &record.scope())?.clone();
    let mut f = Fields::default();
    let Some(now) = standing(inside, record, of).await? else { return Ok((Amended::Moved, f)) };
    let choices = store::choices(&mut inside.tx, now.envelope.as_ref().map(|e| e.id)).await?;
    fill(&inside.page, &now, &mut f);
    change(&mut f);
    let Some(draft) = read(&inside.page, &mut f, &choices, Some(&now)) else { return Ok((Amended::Wrong, f)) };
    if says(&now, &draft) {
        return Ok((Amended::Same, f));
    }
    let hand = Hand { by: &by, now: inside.app.clock.now(), why };
    if !store::write(&mut inside.tx, record.id, &draft, Some(of), hand).await? {
        return Ok((Amended::Moved, f));
    }
    let (from, to) = (views::line(&inside.page, &now), in_words(&inside.page, &draft, &choices));
    note_change(inside, record, &by, Some(from), Some(to), why).await?;
    Ok((Amended::Done, f))
}

/// Takes an amount back. `false`: it does not stand any more. Nothing is committed.
///
/// # Errors
/// The member may not write the money of the action; the database's own.
pub async fn withdraw_amount(
    inside: &mut Inside,
    record: &Record,
    of: ContributionId,
    why: &str,
) -> Result<bool, Problem> {
    let by = inside.member.require(Permission::ActionMoney, &record.scope())?.clone();
    let Some(now) = standing(inside, record, of).await? else { return Ok(false) };
    let hand = Hand { by: &by, now: inside.app.clock.now(), why };
    if !store::withdraw(&mut inside.tx, record.id, of, hand).await? {
        return Ok(false);
    }
    let from = views::line(&inside.page, &now);
    note_change(inside, record, &by, Some(from), None, why).await?;
    Ok(true)
}
