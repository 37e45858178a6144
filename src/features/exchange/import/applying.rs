//! Taking in what was chosen: one transaction, or nothing. Rights are asked again, as they are today.

use std::collections::HashMap;
use uuid::Uuid;

use super::check::{Bench, Means, judge};
use super::directory::Directory;
use super::model::{Decision, Import, Read, Row, State};
use super::store::{self, Filter, Outcome};
use super::verdict::{Defaults, author, changer, fresh, onto, stated};
use super::work::{At, Whose, page, stop};
use crate::features::actions::{
    Added, Changed, Names, Sheet, Standing, add_many, change_many, check, directory, editable, standing, would_see,
};
use crate::features::overlaps;
use crate::kernel::db::MembershipFacts;
use crate::kernel::i18n::{Message, text_with};
use crate::kernel::page::Page;
use crate::kernel::permit::Member;

/// So many rows are written in one statement.
const CHUNK: i64 = 200;

/// Why nothing was taken in.
enum Stopped {
    /// These rows have moved on since they were looked at.
    Moved(Vec<i32>),
    /// Somebody may not any more what they could when the file was read.
    Refused(i32),
}

/// Takes in what was chosen.
///
/// # Errors
/// The database's own: nothing is taken in, and it is tried again.
pub async fn apply(means: &Means, whose: Whose) -> anyhow::Result<()> {
    let Some(mut at) = whose.enter(means).await? else { return Ok(()) };
    let (page, defaults) = (page(&at, means), defaults(&at.import));
    let choices = directory(&mut at.tx).await?;
    let names = Directory::new(&choices, &at.placed.process, &means.base_url).names().clone();
    let why = text_with(&page.locale, "import-why", &[("file", at.import.file_name.clone().into())]);
    let mut filter = Filter { chosen: true, ..Filter::default() };
    let mut done = 0i32;
    loop {
        let rows = store::rows(&mut at.tx, whose.id, &filter, CHUNK).await?;
        let Some(last) = rows.last() else { break };
        filter.after = last.row;
        let n = i32::try_from(rows.len())?;
        match take(&mut at, means, &page, &names, &defaults, &rows, &why).await? {
            Ok(()) => {}
            Err(stopped) => {
                // nothing is committed
                drop(at);
                return again(means, whose, stopped).await;
            }
        }
        done += n;
        told(means, whose, done).await?;
    }
    store::leave_rest(&mut at.tx, whose.id).await?;
    store::applied(&mut at.tx, whose.id, means.clock.now()).await?;
    overlaps::changed(&mut at.tx).await?;
    Ok(at.tx.commit().await?)
}

fn defaults(import: &Import) -> Defaults {
    Defaults { keeper: import.organisation, handling: import.handling, pillar: import.pillar }
}

/// How far it is, for whoever watches: in a transaction of its own, since the other is not over.
async fn told(means: &Means, whose: Whose, done: i32) -> anyhow::Result<()> {
    let Some(mut at) = whose.enter(means).await? else { return Ok(()) };
    store::progress(&mut at.tx, whose.id, done, at.import.rows_all).await?;
    Ok(at.tx.commit().await?)
}

/// What a row makes of the action that it is.
fn wanted(row: &Row, standing: &Standing, member: &Member) -> Sheet {
    let mut difference = standing.sheet.difference(&onto(&row.patch, &standing.sheet));
    let allowed = editable(member, &standing.sheet);
    difference.retain(|field, _| allowed.contains(field));
    if row.decision == Some(Decision::Ours) {
        difference.retain(|field, _| !row.clashes.iter().any(|c| c == field.name()));
    }
    let mut sheet = standing.sheet.clone();
    sheet.apply(&difference);
    sheet
}

struct Change<'a> {
    row: &'a Row,
    standing: &'a Standing,
    sheet: Sheet,
    by: &'a MembershipFacts,
    names: Names,
}

async fn take(
    at: &mut At,
    means: &Means,
    page: &Page,
    names: &Names,
    defaults: &Defaults,
    rows: &[Row],
    why: &str,
) -> anyhow::Result<Result<(), Stopped>> {
    let now = means.clock.now();
    let target = |row: &Row| match row.decision {
        Some(Decision::Take | Decision::Ours) => row.action,
        Some(Decision::Same) => row.target,
        _ => None,
    };
    let known: Vec<Uuid> = rows.iter().filter_map(target).collect();
    let stands: HashMap<Uuid, Standing> =
        standing(&mut at.tx, &known, means.clock.today()).await?.into_iter().map(|s| (s.id.0, s)).collect();
    let (mut new, mut changes, mut moved) = (Vec::new(), Vec::new(), Vec::new());
    for row in rows {
        let Some(id) = target(row) else {
            if row.action.is_some() && row.decision == Some(Decision::Take) {
                moved.push(row.row);
                continue;
            }
            let sheet = fresh(&row.patch, defaults);
            match author(&at.member, &sheet).filter(|_| check(&sheet).is_empty() && would_see(&at.member, &sheet)) {
                Some((by, reported)) => new.push((row, sheet, by, reported)),
                None => return Ok(Err(Stopped::Refused(row.row))),
            }
            continue;
        };
        // of a target that somebody chose by hand the version of today counts
        let stood = stands.get(&id).filter(|s| row.decision == Some(Decision::Same) || row.version == Some(s.version));
        let Some(standing) = stood else {
            moved.push(row.row);
            continue;
        };
        let sheet = wanted(row, standing, &at.member);
        match changer(&at.member, &standing.sheet).filter(|_| check(&sheet).is_empty() && would_see(&at.member, &sheet))
        {
            Some(by) => {
                let mut all = names.clone();
                all.0.extend(standing.names.0.clone());
                changes.push(Change { row, standing, sheet, by, names: all });
            }
            None => return Ok(Err(Stopped::Refused(row.row))),
        }
    }
    if !moved.is_empty() {
        return Ok(Err(Stopped::Moved(moved)));
    }
    let added: Vec<Added<'_>> =
        new.iter().map(|(_, sheet, by, reported)| Added { sheet, by, reported: *reported }).collect();
    let ids = add_many(&mut at.tx, page, names, &added, why, now).await?;
    let mut outcomes: Vec<Outcome> = new
        .iter()
        .zip(&ids)
        .map(|((row, sheet, ..), (id, version))| Outcome {
            row: row.row,
            result: "added",
            applied: id.0,
            before: None,
            version: *version,
            stated: stated(&row.patch, sheet),
        })
        .collect();
    // what is as it says already is not written again
    let (idle, real): (Vec<&Change<'_>>, Vec<&Change<'_>>) =
        changes.iter().partition(|c| c.standing.sheet.difference(&c.sheet).is_empty());
    let list: Vec<Changed<'_>> = real
        .iter()
        .map(|c| Changed {
            id: c.standing.id,
            version: c.standing.version,
            before: &c.standing.sheet,
            sheet: &c.sheet,
            by: c.by,
            names: &c.names,
        })
        .collect();
    let altered = change_many(&mut at.tx, page, &list, "imported", why, now).await?;
    if !altered.moved.is_empty() {
        let rows = real.iter().filter(|c| altered.moved.contains(&c.standing.id)).map(|c| c.row.row).collect();
        return Ok(Err(Stopped::Moved(rows)));
    }
    outcomes.extend(real.iter().map(|c| Outcome {
        row: c.row.row,
        result: "changed",
        applied: c.standing.id.0,
        before: Some(c.standing.sheet.clone()),
        version: altered.versions.get(&c.standing.id).copied().unwrap_or(c.standing.version + 1),
        stated: stated(&c.row.patch, &c.sheet),
    }));
    outcomes.extend(idle.iter().map(|c| Outcome {
        row: c.row.row,
        result: "left",
        applied: c.standing.id.0,
        before: None,
        version: c.standing.version,
        stated: stated(&c.row.patch, &c.sheet),
    }));
    store::keep_outcomes(&mut at.tx, at.import.id, at.import.organisation, &outcomes, now).await?;
    Ok(Ok(()))
}

/// Nothing was taken in: the rows that have moved on are looked at again.
async fn again(means: &Means, whose: Whose, stopped: Stopped) -> anyhow::Result<()> {
    let rows = match stopped {
        Stopped::Refused(row) => {
            let message = Message::new("import-stopped-refused").with("row", row);
            return stop(means, whose, State::Applying, State::Checked, message).await;
        }
        Stopped::Moved(rows) => rows,
    };
    let Some(mut at) = whose.enter(means).await? else { return Ok(()) };
    let choices = directory(&mut at.tx).await?;
    let directory = Directory::new(&choices, &at.placed.process, &means.base_url);
    // those between the first and the last come with them: one statement
    let (first, last) = (rows.iter().min().copied().unwrap_or(0), rows.iter().max().copied().unwrap_or(0));
    let filter = Filter { after: first.saturating_sub(1), ..Filter::default() };
    let all = store::rows(&mut at.tx, whose.id, &filter, i64::from(last - first) + 1).await?;
    let moved = all.into_iter().filter(|r| rows.contains(&r.row)).map(|r| Read {
        row: r.row,
        cells: r.cells.map(super::mend::cells),
        patch: r.patch,
        problems: Vec::new(),
    });
    let reads: Vec<Read> = moved.collect();
    let bench =
        Bench { means, import: &at.import, directory: &directory, member: &at.member, frame: &at.placed.process };
    judge(&mut at.tx, &bench, reads).await?;
    let said = Message::new("import-stopped-moved").with("n", rows.len());
    store::step(&mut at.tx, whose.id, State::Applying, State::Checked, Some(&said.into())).await?;
    Ok(at.tx.commit().await?)
}
