//! The job that holds what has changed against all other actions, and goes through a whole process once: at first, and when
//! the finder has become another one. It goes on where it was stopped.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use uuid::Uuid;

use super::engine::{self, Assessment, CASE_THRESHOLD, Near, Reason};
use super::finders::{self, Slot};
use super::model::Found;
use super::store::{self, From, Opened, Pair, Progress};
use super::subjects::{TOLD, pair_matters};
use crate::features::notices::{self, Notice, Subject, To, Topic};
use crate::kernel::db::ProcessTx;
use crate::kernel::ids::{OrganisationId, ProcessId};
use crate::kernel::job::{Job, Task, enqueue};
use crate::kernel::permit::Role;

/// So many actions are scored in one transaction.
const CHUNK: i64 = 500;
/// Of one action so many pairs become questions at most: what is below would not be worked on.
const EACH: usize = 10;
/// More new questions than these are told together.
const TOLD_SINGLY: usize = 20;

/// Of no process: asks for one job a process. Of a process: does it.
pub async fn run(job: Job) -> anyhow::Result<()> {
    match job.payload.process() {
        Ok(process) => of_process(&job, process).await,
        Err(_) => {
            for process in store::processes(&mut job.db.platform_job().await?).await? {
                let mut tx = job.db.process_job(process).await?;
                enqueue(&mut tx, Task::Overlaps).await?;
                tx.commit().await?;
            }
            Ok(())
        }
    }
}

async fn of_process(job: &Job, process: ProcessId) -> anyhow::Result<()> {
    // held until the end: two at once would write the same pairs
    let mut lock = job.db.process_job(process).await?;
    if !store::hold(&mut lock).await? {
        // what this one was asked for may have come too late for the one that works: it comes again
        enqueue(&mut lock, Task::Overlaps).await?;
        lock.commit().await?;
        return Ok(());
    }
    let mut tx = job.db.process_job(process).await?;
    // before the index is caught up: it holds at least what is read here
    let horizon = store::horizon(&mut tx).await?;
    let mut progress = store::progress(&mut tx).await?;
    let slot = finders::ready(&job.db, &job.memory, &job.clock, process).await?;
    let finder = format!("{}-{TOLD}", engine::version());
    let scored = progress.scored_to.filter(|to| *to <= horizon.newest && progress.finder == finder);
    if scored.is_none()
        && (progress.pass_from.is_none() || progress.finder != finder || progress.pass_ended_at.is_some())
    {
        progress = Progress {
            finder,
            pass_from: Some(horizon.oldest_open),
            pass_total: store::count(&mut tx).await?,
            pass_began_at: Some(job.clock.now()),
            ..Progress::default()
        };
        store::keep_progress(&mut tx, &progress).await?;
    }
    tx.commit().await?;
    if scored.is_none() {
        pass(job, process, &slot, &mut progress).await?;
    }
    changes(job, process, &slot, &mut progress, horizon).await
}

/// Goes through all actions, from where it was stopped.
async fn pass(job: &Job, process: ProcessId, slot: &Arc<Slot>, progress: &mut Progress) -> anyhow::Result<()> {
    loop {
        let mut tx = job.db.process_job(process).await?;
        let from = progress.pass_after.map_or(From::Beginning, |id| From::After { id, changed: 0 });
        let rows = store::all(&mut tx, &from, CHUNK).await?;
        let ids: Vec<Uuid> = rows.iter().map(|r| r.id).collect();
        if let Some(last) = ids.last() {
            score(&mut tx, job, slot, &ids).await?;
            progress.pass_after = Some(*last);
            progress.pass_done += i32::try_from(ids.len())?;
        }
        let complete = i64::try_from(ids.len())? < CHUNK;
        if complete {
            progress.pass_ended_at = Some(job.clock.now());
            progress.scored_to = progress.pass_from;
            tell_of_pass(&mut tx, job).await?;
        }
        store::keep_progress(&mut tx, progress).await?;
        tx.commit().await?;
        if complete {
            return Ok(());
        }
    }
}

/// Scores what has changed since.
async fn changes(
    job: &Job,
    process: ProcessId,
    slot: &Arc<Slot>,
    progress: &mut Progress,
    horizon: store::Horizon,
) -> anyhow::Result<()> {
    let since = progress.scored_to.unwrap_or_default();
    let mut from = From::Beginning;
    loop {
        let mut tx = job.db.process_job(process).await?;
        let rows = store::since(&mut tx, since, horizon.newest, &from, CHUNK).await?;
        let ids: Vec<Uuid> = rows.iter().map(|r| r.id).collect();
        if let Some(last) = rows.last() {
            let opened = score(&mut tx, job, slot, &ids).await?;
            tell(&mut tx, job, &opened).await?;
            from = From::After { id: last.id, changed: last.changed };
        }
        let complete = i64::try_from(ids.len())? < CHUNK;
        if complete {
            progress.scored_to = Some(horizon.oldest_open);
            store::keep_progress(&mut tx, progress).await?;
        }
        tx.commit().await?;
        if complete {
            return Ok(());
        }
    }
}

/// Scores the neighbourhood of these actions; answers the questions that are newly open.
async fn score(tx: &mut ProcessTx, job: &Job, slot: &Arc<Slot>, ids: &[Uuid]) -> anyhow::Result<Vec<Opened>> {
    let (reader, wanted) = (Arc::clone(slot), ids.to_vec());
    let near = tokio::task::spawn_blocking(move || neighbours(&reader, &wanted)).await?;
    let mut pairs: BTreeMap<(Uuid, Uuid), Found> = BTreeMap::new();
    for (id, near) in near {
        for other in near {
            let other_id = Uuid::from_u128(other.id);
            pairs.entry((id.min(other_id), id.max(other_id))).or_insert_with(|| Found::from(&other.assessment));
        }
    }
    let gone: Vec<(Uuid, Uuid, Option<f32>)> = {
        let earlier = store::earlier(tx, ids).await?;
        let finder = slot.finder();
        let mut gone = Vec::new();
        for (first, second) in earlier {
            if pairs.contains_key(&(first, second)) {
                continue;
            }
            match finder.assess(first.as_u128(), second.as_u128()) {
                // one of many near ones: still found
                Some(a) if asks(&a) => {
                    pairs.insert((first, second), Found::from(&a));
                }
                other => gone.push((first, second, other.map(|a| a.likelihood))),
            }
        }
        gone
    };
    let involved: BTreeSet<Uuid> = pairs.keys().flat_map(|(a, b)| [*a, *b]).collect();
    let involved: Vec<Uuid> = involved.into_iter().collect();
    let rows = store::of(tx, &involved).await?;
    let matters: HashMap<Uuid, [u8; 32]> = rows.iter().filter(|r| !r.gone).map(|r| (r.id, r.matters())).collect();
    let kept: Vec<Pair> = pairs
        .into_iter()
        .filter_map(|((first, second), found)| {
            let matters = pair_matters(*matters.get(&first)?, *matters.get(&second)?);
            Some(Pair { first, second, found, matters })
        })
        .collect();
    let now = job.clock.now();
    let opened = store::keep_pairs(tx, &kept, now).await?;
    if !gone.is_empty() {
        store::fade(tx, &gone, now).await?;
    }
    Ok(opened)
}

/// Whether two actions are worth a question: likely enough, and not what their records say already, that one is part of the
/// other or both of a third, unless they may be the same.
fn asks(a: &Assessment) -> bool {
    let stated = a.parts.iter().any(|p| matches!(p.reason, Reason::ParentNamed { .. } | Reason::SameParent));
    a.likelihood >= CASE_THRESHOLD && (!stated || a.kind == engine::Kind::Same)
}

/// What is near each action, likely enough to be asked about; on two threads.
fn neighbours(slot: &Slot, ids: &[Uuid]) -> Vec<(Uuid, Vec<Near>)> {
    let one = |ids: &[Uuid]| -> Vec<(Uuid, Vec<Near>)> {
        ids.iter()
            .map(|id| {
                let near = slot.finder().near_id(id.as_u128(), 2 * EACH);
                (*id, near.into_iter().filter(|n| asks(&n.assessment)).take(EACH).collect())
            })
            .collect()
    };
    let (left, right) = ids.split_at(ids.len() / 2);
    std::thread::scope(|scope| {
        let other = scope.spawn(|| one(right));
        let mut all = one(left);
        all.extend(other.join().unwrap_or_default());
        all
    })
}

/// Those who keep the actions, and the secretariat, are told of each new question; of many at once, as an import makes them,
/// each keeper is told how many there are.
async fn tell(tx: &mut ProcessTx, job: &Job, opened: &[Opened]) -> anyhow::Result<()> {
    if opened.len() > TOLD_SINGLY {
        return tell_of_pass(tx, job).await;
    }
    for case in opened {
        let notice = Notice::new(
            "notice-overlap-found",
            Topic::Overlaps,
            Subject::new("overlap_case", case.id.0),
            format!("/overlaps/{}", case.id),
        )
        .discreet(case.restricted);
        let to = To { roles: vec![Role::SupportGroup], ..To::organisations(case.keepers.iter().copied()) };
        notices::tell(tx, job, &notice, &to).await?;
    }
    Ok(())
}

/// After a whole pass each organisation is told once how many questions concern its actions.
async fn tell_of_pass(tx: &mut ProcessTx, job: &Job) -> anyhow::Result<()> {
    for (keeper, n) in store::open_by_keeper(tx).await? {
        let notice = Notice::new(
            "notice-overlaps-found",
            Topic::Overlaps,
            Subject::new("overlap_pass", keeper.0),
            "/overlaps?mine=1",
        )
        .arg("n", n)
        .once(format!("overlap-pass:{}:{}", keeper, job.clock.today()));
        notices::tell(tx, job, &notice, &To::organisations([OrganisationId(keeper.0)])).await?;
    }
    Ok(())
}
