//! Taking in the rows of needs that were chosen, and taking them back: in one transaction, with its history, and told of.

use axum::response::{IntoResponse, Redirect, Response};
use std::collections::HashMap;

use super::{MOST, Read, by_title, columns, judge, read_row, titles};
use crate::features::exchange::import::acts::not_now;
use crate::features::exchange::import::applying::stopped_for;
use crate::features::exchange::import::model::{Decision, Import, NeedRow, State};
use crate::features::exchange::import::store::{self, Filter, NeedOutcome, Undone};
use crate::features::exchange::incoming::Said;
use crate::features::exchange::tables::Cells;
use crate::features::needs::Need;
use crate::features::needs::bulk;
use crate::kernel::auth::Inside;
use crate::kernel::error::Problem;
use crate::kernel::fold::fold;
use crate::kernel::i18n::{Message, text_with};
use crate::kernel::ids::NeedId;

fn done(inside: &Inside, import: &Import) -> Response {
    Redirect::to(&inside.page.link(&format!("/imports/{}", import.id))).into_response()
}

/// The rows of an import that are asked for, with the needs that they are.
async fn rows(inside: &mut Inside, import: &Import, filter: Filter) -> Result<(Vec<NeedRow>, Vec<Need>), Problem> {
    let rows = store::need_rows(&mut inside.tx, import.id, &filter, MOST as i64).await?;
    let ids: Vec<NeedId> = rows.iter().filter_map(|r| r.applied.or(r.action)).map(NeedId).collect();
    let needs = bulk::standing(&mut inside.tx, &ids, inside.page.today).await?;
    Ok((rows, needs))
}

fn by_id(needs: &[Need]) -> HashMap<NeedId, &Need> {
    needs.iter().map(|n| (n.id, n)).collect()
}

/// Takes in what was chosen.
pub async fn apply(mut inside: Inside, import: &Import, within: bulk::Within) -> Result<Response, Problem> {
    if !store::step(&mut inside.tx, import.id, State::Checked, State::Applying, None).await? {
        return Err(not_now());
    }
    let (rows, needs) = rows(&mut inside, import, Filter { chosen: true, ..Filter::default() }).await?;
    let known = by_id(&needs);
    let mut desk = bulk::Desk::open(&mut inside.tx, &inside.page, &inside.member).await?;
    let asked: Vec<&bulk::Asked> = rows.iter().map(|r| &r.patch).collect();
    desk.learn(&mut inside.tx, &asked, &needs.iter().collect::<Vec<_>>()).await?;
    let mut weighed: Vec<(&NeedRow, Option<&Need>, bulk::Weighed)> = Vec::with_capacity(rows.len());
    let titles = titles(&mut inside.tx, within).await?;
    let (mut moved, mut refused) = (Vec::new(), None);
    // a row that was mended may have become the same as another
    let (mut seen, mut twice) = (HashMap::new(), None);
    for row in &rows {
        let title = row.patch.stated.get("title").map(|t| fold(t)).filter(|t| !t.is_empty());
        let key = row.action.map(|id| id.to_string()).or(title);
        let first = key.map_or(row.row, |key| *seen.entry(key).or_insert(row.row));
        if first != row.row {
            twice = Some((row.row, first));
        }
        let need = row.action.and_then(|id| known.get(&NeedId(id)).copied());
        // of a new one somebody may have made the same since: the file was brought twice
        let has_come = row.action.is_none() && !matches!(by_title(&titles, &row.patch), Ok(None));
        if has_come || (row.action.is_some() && need.map(|n| n.version) != row.version) {
            moved.push(row);
            continue;
        }
        let one = desk.weigh(within, &row.patch, need, row.decision == Some(Decision::Ours));
        if !one.wrong.is_empty() {
            refused = refused.or(Some(row.row));
        }
        weighed.push((row, need, one));
    }
    if let Some((row, first)) = twice {
        let said =
            Message::new("import-stopped-twice").with("row", import.place(row)).with("first", import.place(first));
        return stopped(inside, import, said).await;
    }
    if let Some(row) = refused {
        let said = Message::new("import-needs-stopped-refused").with("place", import.place(row));
        return stopped(inside, import, said).await;
    }
    if !moved.is_empty() {
        let said = stopped_for(moved.len());
        let reads = moved.into_iter().map(|row| read_again(&desk, import, row)).collect();
        let place = |row: i32| import.place(row);
        let today = inside.page.today;
        judge(&mut inside.tx, &mut desk, import.id, within, today, reads, &place).await?;
        return stopped(inside, import, said).await;
    }
    // what is as it says already is not written again
    let (idle, real): (Vec<_>, Vec<_>) =
        weighed.iter().partition(|(_, need, w)| need.is_some() && w.changes.is_empty());
    let lots: Vec<bulk::Lot<'_>> = real.iter().map(|(_, need, weighed)| bulk::Lot { need: *need, weighed }).collect();
    let why = text_with(&inside.page.locale, "import-why", &[("file", import.file_name.clone().into())]);
    let now = inside.app.clock.now();
    let written = bulk::write(&mut inside.tx, &inside.app, &inside.page, &lots, &why, now).await?;
    // somebody was quicker: nothing is committed
    let written = written.ok_or_else(|| Problem::Conflict(Message::new("import-error-not-now")))?;
    let mut outcomes: Vec<NeedOutcome> = Vec::with_capacity(weighed.len());
    for ((row, need, _), (id, version)) in real.iter().zip(written) {
        let (result, before) = match need {
            Some(need) => ("changed", Some(desk.form(need))),
            None => ("added", None),
        };
        outcomes.push(NeedOutcome { row: row.row, result, applied: id, before, version });
    }
    for (row, need, _) in idle {
        let Some(need) = need else { continue };
        outcomes.push(NeedOutcome {
            row: row.row,
            result: "left",
            applied: need.id,
            before: None,
            version: need.version,
        });
    }
    store::keep_need_outcomes(&mut inside.tx, import.id, &outcomes).await?;
    store::leave_rest(&mut inside.tx, import.id).await?;
    store::applied(&mut inside.tx, import.id, now).await?;
    let answer = done(&inside, import);
    inside.tx.commit().await?;
    Ok(answer)
}

/// Nothing was taken in, and why.
async fn stopped(mut inside: Inside, import: &Import, said: Message) -> Result<Response, Problem> {
    store::step(&mut inside.tx, import.id, State::Applying, State::Checked, Some(&Said::from(said))).await?;
    let answer = done(&inside, import);
    inside.tx.commit().await?;
    Ok(answer)
}

/// A row as its cells have it.
fn read_again(desk: &bulk::Desk, import: &Import, row: &NeedRow) -> Read {
    let cells = crate::features::exchange::import::mend::cells(row.cells.clone().unwrap_or_default());
    let heads = import.heads(row.row);
    read_row(desk, heads, &columns(heads), row.row, &cells)
}

/// Judges rows anew whose cells were typed anew.
pub async fn again(
    inside: &mut Inside,
    import: &Import,
    within: bulk::Within,
    mended: Vec<(i32, Cells)>,
) -> Result<(), Problem> {
    if mended.is_empty() {
        return Ok(());
    }
    let mut desk = bulk::Desk::open(&mut inside.tx, &inside.page, &inside.member).await?;
    let read = |(row, cells): (i32, Cells)| {
        let heads = import.heads(row);
        read_row(&desk, heads, &columns(heads), row, &cells)
    };
    let reads: Vec<Read> = mended.into_iter().map(read).collect();
    let place = |row: i32| import.place(row);
    let today = inside.page.today;
    Ok(judge(&mut inside.tx, &mut desk, import.id, within, today, reads, &place).await?)
}

/// Takes back what can be: what was added is withdrawn as long as it is a draft, what was changed is as it was before. A need that
/// was edited since stays, and says why.
pub async fn undo(mut inside: Inside, import: &Import, within: bulk::Within) -> Result<Response, Problem> {
    if !store::step(&mut inside.tx, import.id, State::Applied, State::Undoing, None).await? {
        return Err(not_now());
    }
    let (rows, needs) = rows(&mut inside, import, Filter::default()).await?;
    let known = by_id(&needs);
    let mut desk = bulk::Desk::open(&mut inside.tx, &inside.page, &inside.member).await?;
    let back = |row: &NeedRow| bulk::Asked { stated: row.before.clone().unwrap_or_default(), ..bulk::Asked::default() };
    let asked: Vec<bulk::Asked> = rows.iter().map(back).collect();
    desk.learn(&mut inside.tx, &asked.iter().collect::<Vec<_>>(), &needs.iter().collect::<Vec<_>>()).await?;
    let (mut undone, mut drafts, mut restored) = (Vec::new(), Vec::new(), Vec::new());
    for (row, asked) in rows.iter().zip(&asked) {
        if !matches!(row.result.as_deref(), Some("added" | "changed")) {
            continue;
        }
        let need = row.applied.and_then(|id| known.get(&NeedId(id)).copied());
        let kept_why = match need {
            None => Some("gone"),
            Some(need) if row.before.is_none() => match bulk::taken_back_by(&inside.member, need) {
                Ok(_) if Some(need.version) != row.version_after => Some("edited"),
                Ok(by) => {
                    drafts.push((need.id, by.clone()));
                    None
                }
                Err(why) => Some(why),
            },
            Some(need) if Some(need.version) != row.version_after => Some("edited"),
            Some(need) => {
                let weighed = desk.weigh(within, asked, Some(need), false);
                let refused = !weighed.wrong.is_empty();
                if !refused && !weighed.changes.is_empty() {
                    restored.push((need, weighed));
                }
                refused.then_some("refused")
            }
        };
        undone.push(Undone { row: row.row, kept_why: kept_why.map(str::to_owned) });
    }
    let why = text_with(&inside.page.locale, "import-undo-why", &[("file", import.file_name.clone().into())]);
    let now = inside.app.clock.now();
    let lots: Vec<bulk::Lot<'_>> =
        restored.iter().map(|(need, weighed)| bulk::Lot { need: Some(*need), weighed }).collect();
    let written = bulk::write(&mut inside.tx, &inside.app, &inside.page, &lots, &why, now).await?;
    written.ok_or_else(|| Problem::Conflict(Message::new("import-error-not-now")))?;
    if let Some((_, by)) = drafts.first() {
        let ids: Vec<NeedId> = drafts.iter().map(|(id, _)| *id).collect();
        bulk::take_back(&mut inside.tx, &ids, by, &why, now).await?;
    }
    store::keep_needs_undone(&mut inside.tx, import.id, &undone).await?;
    store::undone(&mut inside.tx, import.id, now).await?;
    let answer = done(&inside, import);
    inside.tx.commit().await?;
    Ok(answer)
}
