//! Taking in what was chosen: one transaction, or nothing. Rights are asked again, as they are today.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use uuid::Uuid;

use super::check::{Bench, Means, judge, look_up};
use super::directory::Directory;
use super::model::{Came, Decision, Patch, Read, Row, State};
use super::money;
use super::reading::listed;
use super::store::{self, Filter, Outcome};
use super::verdict::{
    Defaults, Match, OF_THE_RECORD, Seen, author, changeable, changer, find, fresh, joined, key, may_keep, stated,
};
use super::work::{At, Whose, page, stop};
use crate::features::actions::{
    Added, Changed, Names, Sheet, Standing, add_many, change_many, check, for_new, reporters, settles, standing,
    would_see,
};
use crate::features::notices::{self, Notice, Subject, To, Topic};
use crate::features::overlaps;
use crate::kernel::db::MembershipFacts;
use crate::kernel::i18n::{Message, text_with};
use crate::kernel::ids::{ImportId, OrganisationId};
use crate::kernel::page::Page;
use crate::kernel::permit::Member;

/// So many rows are written in one statement.
const CHUNK: i64 = 200;
/// Parts of parts beyond these stay as the file words them.
const DEEPEST: usize = 8;

/// Why nothing was taken in.
enum Stopped {
    /// These rows have moved on since they were looked at.
    Moved(Vec<i32>),
    /// Somebody may not any more what they could when the file was read.
    Refused(i32),
    /// A row is the same action as an earlier one.
    Twice(i32, i32),
}

/// What rows are taken in with.
#[derive(Clone, Copy)]
struct With<'a> {
    means: &'a Means,
    page: &'a Page,
    /// Who is who in the directory.
    who: &'a Directory,
    names: &'a Names,
    defaults: &'a Defaults,
    why: &'a str,
}

/// What has come of the rows so far; nothing of it is kept before all are through.
#[derive(Default)]
struct SoFar {
    added: HashSet<Uuid>,
    seen: Seen,
    /// Rows that have moved on. From the first of them on the others are looked at alone.
    moved: Vec<i32>,
    /// Whose records were added or changed.
    keepers: BTreeSet<OrganisationId>,
    /// What beneficiaries had reported, and is said by its donor now.
    settled: Vec<Uuid>,
}

/// Takes in what was chosen.
///
/// # Errors
/// The database's own: nothing is taken in, and it is tried again.
pub async fn apply(means: &Means, whose: Whose) -> anyhow::Result<()> {
    let Some(mut at) = whose.enter(means).await? else { return Ok(()) };
    let (page, defaults) = (page(&at, means), Defaults::of(&at.import));
    let known = listed(&mut at, means).await?;
    let names = known.names().clone();
    let why = text_with(&page.locale, "import-why", &[("file", at.import.file_name.clone().into())]);
    let with = With { means, page: &page, who: &known, names: &names, defaults: &defaults, why: &why };
    let mut filter = Filter { chosen: true, ..Filter::default() };
    let (mut so_far, mut done) = (SoFar::default(), 0i32);
    let merged = store::merged(&mut at.tx).await?;
    loop {
        let mut rows = store::rows(&mut at.tx, whose.id, &filter, CHUNK).await?;
        rows.iter_mut().for_each(|row| row.patch.follow(&merged));
        let Some(last) = rows.last() else { break };
        filter.after = last.row;
        let n = i32::try_from(rows.len())?;
        if let Err(stopped) = take(&mut at, with, &mut so_far, &rows).await? {
            // nothing is committed
            drop(at);
            return again(means, whose, stopped).await;
        }
        done += n;
        if so_far.moved.is_empty() {
            told(means, whose, done).await?;
        }
    }
    if !so_far.moved.is_empty() {
        drop(at);
        return again(means, whose, Stopped::Moved(so_far.moved)).await;
    }
    link_parts(&mut at, whose.id).await?;
    store::leave_rest(&mut at.tx, whose.id).await?;
    if !store::applied(&mut at.tx, whose.id, means.clock.now()).await? {
        return Ok(());
    }
    overlaps::changed(&mut at.tx).await?;
    tell(&mut at, means, "import-told-taken-in", so_far.keepers).await?;
    tell_reporters(&mut at, means, &so_far.settled).await?;
    match at.tx.commit().await {
        Err(error) if is_ring(&error) => {
            stop(means, whose, State::Applying, State::Checked, Message::new("import-stopped-ring")).await
        }
        committed => Ok(committed?),
    }
}

/// Makes actions of an import parts of others of it that they name by their identifiers: a part may stand before its whole in a
/// file, and in a chunk before it. One level after another: what waits for its own whole is nobody's whole yet, so that no ring
/// comes about. Who waits for whom is worked out here: the database, which counts what an import writes too late, would hold each
/// action against each other one.
async fn link_parts(at: &mut At, id: ImportId) -> sqlx::Result<()> {
    let mut taken = store::taken_in(&mut at.tx, id).await?;
    for _ in 0..DEEPEST {
        let mut wholes: HashMap<&str, Uuid> = HashMap::new();
        for whole in taken.iter().filter(|t| t.waits_for.is_none() && !t.merged) {
            if let Some(identifier) = &whole.identifier {
                wholes.entry(identifier).or_insert(whole.id);
            }
        }
        let whole = |t: &store::Taken| wholes.get(t.waits_for.as_deref()?).copied().filter(|w| *w != t.id);
        let pairs: BTreeMap<Uuid, Uuid> = taken.iter().filter_map(|t| Some((t.id, whole(t)?))).collect();
        let (parts, wholes): (Vec<Uuid>, Vec<Uuid>) = pairs.into_iter().unzip();
        if parts.is_empty() {
            break;
        }
        let linked: HashSet<Uuid> = store::link_parts(&mut at.tx, &parts, &wholes).await?.into_iter().collect();
        if linked.is_empty() {
            break;
        }
        taken.iter_mut().filter(|t| linked.contains(&t.id)).for_each(|t| t.waits_for = None);
    }
    Ok(())
}

/// Two actions would each be a part of the other: found when all rows are written.
fn is_ring(error: &sqlx::Error) -> bool {
    error.as_database_error().and_then(|e| e.constraint()) == Some("action_no_ring")
}

/// Tells the organisations of others whose records were brought in, changed, or put back: once each, whatever the number of rows.
///
/// # Errors
/// The database's own.
pub async fn tell(
    at: &mut At,
    means: &Means,
    key: &'static str,
    mut keepers: BTreeSet<OrganisationId>,
) -> sqlx::Result<()> {
    let by = at.member.memberships().iter().find(|m| m.id == at.import.by).or(at.member.memberships().first());
    let Some(by) = by else { return Ok(()) };
    keepers.retain(|keeper| by.organisation != Some(*keeper));
    let subject = Subject::new("import", at.import.id.0);
    let notice = Notice::new(key, Topic::Actions, subject, "/actions").by(by).once(format!("{key}:{}", at.import.id));
    let means = notices::Means { base_url: &means.base_url, now: means.clock.now() };
    notices::tell(&mut at.tx, means, &notice, &To::organisations(keepers)).await?;
    Ok(())
}

/// Tells those who had reported actions that their donor has brought them in: once each.
async fn tell_reporters(at: &mut At, means: &Means, settled: &[Uuid]) -> sqlx::Result<()> {
    let by = at.member.memberships().iter().find(|m| m.id == at.import.by).or(at.member.memberships().first());
    let Some(by) = by.filter(|_| !settled.is_empty()) else { return Ok(()) };
    let to = To::members(reporters(&mut at.tx, settled).await?);
    let (key, subject) = ("import-told-settled", Subject::new("import", at.import.id.0));
    let notice = Notice::new(key, Topic::Actions, subject, "/actions").by(by).once(format!("{key}:{}", at.import.id));
    let means = notices::Means { base_url: &means.base_url, now: means.clock.now() };
    notices::tell(&mut at.tx, means, &notice, &to).await?;
    Ok(())
}

/// What is said where rows have moved on since they were looked at. What is kept of a message is text, by which no
/// plural is chosen.
pub fn stopped_for(rows: usize) -> Message {
    match rows {
        1 => Message::new("import-stopped-moved-one"),
        n => Message::new("import-stopped-moved").with("n", n),
    }
}

/// How far it is, for whoever watches: in a transaction of its own, since the other is not over.
async fn told(means: &Means, whose: Whose, done: i32) -> anyhow::Result<()> {
    let Some(mut at) = whose.enter(means).await? else { return Ok(()) };
    store::progress(&mut at.tx, whose.id, done, at.import.rows_all).await?;
    Ok(at.tx.commit().await?)
}

/// What a row makes of the action that it is.
fn wanted(row: &Row, standing: &Standing, member: &Member) -> Sheet {
    let mut difference = standing.sheet.difference(&joined(&row.patch, &standing.sheet).0);
    let allowed = changeable(member, standing);
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

/// The action that a row changes; a new one where there is none.
fn target(row: &Row) -> Option<Uuid> {
    match row.decision {
        Some(Decision::Take | Decision::Ours) => row.action,
        Some(Decision::Same) => row.target,
        _ => None,
    }
}

/// Rows that were new when they were looked at, and of which an action has come to be here since: the same file brought twice
/// before either was taken in.
async fn come_since(at: &mut At, with: With<'_>, own: &HashSet<Uuid>, rows: &[Row]) -> sqlx::Result<Vec<i32>> {
    let new: Vec<&Row> = rows.iter().filter(|row| target(row).is_none()).collect();
    if new.is_empty() {
        return Ok(Vec::new());
    }
    let patches: Vec<&Patch> = new.iter().map(|row| &row.patch).collect();
    let mut candidates = look_up(&mut at.tx, &patches).await?;
    candidates.retain(|c| !own.contains(&c.id));
    let is_here = |row: &Row| {
        let asked = |id: &Uuid| row.near.iter().any(|n| n.id == *id);
        match find(&row.patch, with.defaults, &candidates) {
            Match::None => false,
            Match::Known(id) => !asked(&id),
            Match::Doubtful(ids) => !ids.iter().all(asked),
        }
    };
    Ok(new.into_iter().filter(|row| is_here(row)).map(|row| row.row).collect())
}

async fn take(at: &mut At, with: With<'_>, so_far: &mut SoFar, rows: &[Row]) -> anyhow::Result<Result<(), Stopped>> {
    let With { means, page, who, names, defaults, why } = with;
    let now = means.clock.now();
    for row in rows {
        for key in [key(&row.patch, defaults), target(row).map(|id| format!("i:{id}"))] {
            if let Some(first) = so_far.seen.before(key, row.row) {
                return Ok(Err(Stopped::Twice(row.row, first)));
            }
        }
    }
    let mut moved = come_since(at, with, &so_far.added, rows).await?;
    let known: Vec<Uuid> = rows.iter().filter_map(target).collect();
    let stands: HashMap<Uuid, Standing> =
        standing(&mut at.tx, &known, means.clock.today()).await?.into_iter().map(|s| (s.id.0, s)).collect();
    let came = rows.iter().any(|row| row.kept_hash.is_some()) && !known.is_empty();
    let hashes = if came { store::kept_hashes(&mut at.tx, &known).await? } else { HashMap::new() };
    let may_state = for_new(&at.member);
    let (mut new, mut changes) = (Vec::new(), Vec::new());
    for row in rows {
        let Some(id) = target(row) else {
            if moved.contains(&row.row) {
                continue;
            }
            let sheet = fresh(&row.patch, defaults);
            let stands = check(&sheet).is_empty() && sheet.stated().all(|field| may_state.contains(&field));
            match author(&at.member, &sheet).filter(|_| stands && would_see(&at.member, &sheet)) {
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
    so_far.moved.append(&mut moved);
    if !so_far.moved.is_empty() {
        return Ok(Ok(()));
    }
    let added: Vec<Added<'_>> =
        new.iter().map(|(_, sheet, by, reported)| Added { sheet, by, reported: *reported }).collect();
    let ids = add_many(&mut at.tx, page, names, &added, why, now).await?;
    so_far.added.extend(ids.iter().map(|(id, _)| id.0));
    so_far.keepers.extend(new.iter().filter_map(|(_, sheet, ..)| sheet.keeper()));
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
            settled: false,
        })
        .collect();
    // what is as it says already is not written again
    let as_it_is = |c: &&Change<'_>| {
        let kept = c.row.kept_hash.is_none()
            || c.row.kept_hash.as_ref() == hashes.get(&c.standing.id.0)
            || !may_keep(&at.member, &c.standing.sheet);
        kept && c.standing.sheet.difference(&c.sheet).is_empty()
    };
    let (idle, real): (Vec<&Change<'_>>, Vec<&Change<'_>>) = changes.iter().partition(as_it_is);
    let list: Vec<Changed<'_>> = real
        .iter()
        .map(|c| Changed {
            id: c.standing.id,
            version: c.standing.version,
            before: &c.standing.sheet,
            sheet: &c.sheet,
            by: c.by,
            names: &c.names,
            claim: settles(c.standing, c.by),
        })
        .collect();
    let altered = change_many(&mut at.tx, page, &list, "imported", why, now).await?;
    if !altered.moved.is_empty() {
        so_far.moved.extend(real.iter().filter(|c| altered.moved.contains(&c.standing.id)).map(|c| c.row.row));
        return Ok(Ok(()));
    }
    so_far.keepers.extend(real.iter().filter_map(|c| c.standing.sheet.keeper()));
    so_far.settled.extend(list.iter().filter(|c| c.claim.is_some()).map(|c| c.id.0));
    outcomes.extend(real.iter().map(|c| Outcome {
        row: c.row.row,
        result: "changed",
        applied: c.standing.id.0,
        before: Some(c.standing.sheet.clone()),
        version: altered.versions.get(&c.standing.id).copied().unwrap_or(c.standing.version + 1),
        stated: stated(&c.row.patch, &c.sheet),
        settled: settles(c.standing, c.by).is_some(),
    }));
    let rows_of: HashMap<i32, &Row> = rows.iter().map(|row| (row.row, row)).collect();
    let keeps = |id: &Uuid| stands.get(id).is_none_or(|s| may_keep(&at.member, &s.sheet));
    let brings = |o: &&Outcome| rows_of.get(&o.row).is_some_and(|row| row.kept_hash.is_some()) && keeps(&o.applied);
    let came: Vec<(i32, Uuid)> = outcomes.iter().filter(brings).map(|o| (o.row, o.applied)).collect();
    store::keep_came(&mut at.tx, at.import.id, &came, now).await?;
    let renewed: Vec<Uuid> = came.iter().map(|(_, action)| *action).collect();
    money::renew(&mut at.tx, who, &renewed, now).await?;
    outcomes.extend(idle.iter().map(|c| Outcome {
        row: c.row.row,
        result: "left",
        applied: c.standing.id.0,
        before: None,
        version: c.standing.version,
        stated: stated(&c.row.patch, &c.sheet),
        settled: false,
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
        Stopped::Twice(row, first) => {
            let message = Message::new("import-stopped-twice").with("row", row).with("first", first);
            return stop(means, whose, State::Applying, State::Checked, message).await;
        }
        Stopped::Moved(rows) => rows,
    };
    let Some(mut at) = whose.enter(means).await? else { return Ok(()) };
    let directory = listed(&mut at, means).await?;
    let merged = store::merged(&mut at.tx).await?;
    for rows in rows.chunks(CHUNK as usize) {
        let filter = Filter { rows: Some(rows.to_vec()), ..Filter::default() };
        let mut stored = store::rows(&mut at.tx, whose.id, &filter, CHUNK).await?;
        stored.iter_mut().for_each(|row| row.patch.follow(&merged));
        let moved = stored.into_iter().map(|r| Read {
            row: r.row,
            cells: r.cells.map(super::mend::cells),
            patch: r.patch,
            // what was said of the file stays; what is said of the record is said anew
            problems: r.problems.into_iter().filter(|p| !OF_THE_RECORD.contains(&p.what.key.as_str())).collect(),
            came: r.kept_hash.map(|hash| Came { hash, ..Came::default() }),
        });
        let reads: Vec<Read> = moved.collect();
        let bench =
            Bench { means, import: &at.import, directory: &directory, member: &at.member, frame: &at.placed.process };
        judge(&mut at.tx, &bench, reads).await?;
    }
    let said = stopped_for(rows.len());
    store::step(&mut at.tx, whose.id, State::Applying, State::Checked, Some(&said.into())).await?;
    Ok(at.tx.commit().await?)
}
