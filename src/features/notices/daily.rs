//! Once a day, before people come to work: days that come near, then one letter to each who wants one a day.
//!
//! Each warning and each letter is a transaction of its own, so that what was done stays done when the rest is tried again,
//! and one that fails holds nobody else up.

use chrono::{Days, NaiveDate};
use uuid::Uuid;

use super::mentions::Mention;
use super::model::{Topic, reminder, warning};
use super::store::{self, Due, Telling};
use super::told::{self, Means, To};
use super::words;
use crate::kernel::db::{Db, ProcessTx};
use crate::kernel::history::{self, Change, Changes, Entry, Subject};
use crate::kernel::i18n::Locale;
use crate::kernel::ids::ProcessId;
use crate::kernel::job::{self, Job, Task, enqueue};
use crate::kernel::mail::{self, Letter};
use crate::kernel::permit::Role;

/// How far ahead the first warning comes.
const AHEAD: u64 = 7;
/// How long after its day the last reminder may come.
const BEHIND: u64 = 29;
/// What stays open past its day: a task of a meeting. Of anything else the day is all that there is.
const TASK: &str = "meeting_task";
/// Of such a one when its day is over, and when nobody is left who could do it.
const LATE: &str = "meeting-told-task-late";
const NOBODYS: &str = "meeting-told-task-nobodys";

/// Of no process: asks for one job a process. Of a process: does it.
pub async fn run(job: Job) -> anyhow::Result<()> {
    match job.payload.process() {
        Ok(process) => of_process(&job, process).await,
        Err(_) => ask_each(&job.db).await,
    }
}

async fn ask_each(db: &Db) -> anyhow::Result<()> {
    let processes = store::processes(&mut db.platform_job().await?).await?;
    for process in processes {
        let mut tx = db.process_job(process).await?;
        enqueue(&mut tx, Task::Daily).await?;
        tx.commit().await?;
    }
    Ok(())
}

async fn of_process(job: &Job, process: ProcessId) -> anyhow::Result<()> {
    let means = Means::from(job);
    let mut failed = 0;
    let today = means.now.date_naive();
    let last = today.checked_add_days(Days::new(AHEAD)).unwrap_or(today);
    let first = today.checked_sub_days(Days::new(BEHIND)).unwrap_or(today);
    let due = store::due(&mut job.db.process_job(process).await?, first, last).await?;
    for deadline in &due {
        failed += u32::from(noted(warn(&job.db, process, &means, deadline, today).await).is_none());
    }
    let waiting = store::waiting(&mut job.db.process_job(process).await?, today).await?;
    for account in waiting {
        failed += u32::from(noted(letter(&job.db, process, &means, account).await).is_none());
    }
    anyhow::ensure!(failed == 0, "{failed} warnings or letters of the day could not be written");
    Ok(())
}

/// What fails is logged without names, and the next is done all the same.
fn noted(done: anyhow::Result<()>) -> Option<()> {
    done.inspect_err(|error| tracing::warn!(error = job::told(error), "one letter of the day was not written")).ok()
}

/// Whether nobody who is asked is there any more, or may see what it is about.
async fn is_nobodys(tx: &mut ProcessTx, due: &Due, today: NaiveDate) -> sqlx::Result<bool> {
    let to = &due.to.0;
    let members = to.members.iter().map(|id| Mention::Member(*id));
    let organisations = to.organisations.iter().map(|id| Mention::Organisation(*id));
    let beneficiaries = to.beneficiaries.iter().map(|id| Mention::Beneficiary(*id));
    let task = told::Subject::new(TASK, due.subject_id);
    let asked: Vec<_> = members.chain(organisations).chain(beneficiaries).map(|name| (task, name)).collect();
    let blind = store::blind(tx, &asked, today).await?;
    Ok(blind.len() == asked.len())
}

/// Tells those asked of a day that comes near: once a week ahead, once two days ahead, once on the day. After what stays open they are
/// asked once a day, a week and four weeks after it, too; the secretariat, where nobody is left.
async fn warn(db: &Db, process: ProcessId, means: &Means<'_>, due: &Due, today: NaiveDate) -> anyhow::Result<()> {
    let (left, stays_open) = ((due.due_on - today).num_days(), due.subject_kind == TASK);
    let Some(ahead) = warning(left).or_else(|| reminder(left).filter(|_| stays_open)) else { return Ok(()) };
    let mut tx = db.process_job(process).await?;
    let secretariat = To::roles(&[Role::SupportGroup]);
    let nobodys = stays_open && is_nobodys(&mut tx, due, today).await?;
    let (key, to) = match (nobodys, left < 0) {
        (true, _) => (NOBODYS, &secretariat),
        (false, true) => (LATE, &due.to.0),
        (false, false) => (due.key.as_str(), &due.to.0),
    };
    let place = store::place(&mut tx).await?;
    let locale = Locale::default();
    let title = words::sentence(&locale, key, &due.args.0, &words::person(&locale, None));
    let letter = words::at_once(means, &place, (!due.discreet).then_some(title.as_str()), Some(due.due_on));
    let telling = Telling {
        topic: Topic::Deadlines,
        kind: &due.subject_kind,
        id: due.subject_id,
        group_kind: due.group_kind.as_deref(),
        group_id: due.group_id,
        group_title: due.group_title.clone(),
        by_id: None,
        key,
        args: super::json(&due.args.0)?,
        discreet: due.discreet,
        link: &due.link,
        deadline: Some(due.due_on),
        once: &format!("deadline:{}:{}:{ahead}", due.id, due.due_on),
        recipients: to,
        letter,
    };
    let reached = store::tell(&mut tx, &[telling], means.now).await?;
    // whoever runs a round sees that those who had not answered were reminded
    if reached > 0 && due.subject_kind == Subject::Round.as_str() {
        let organisations = due.to.0.organisations.iter().map(ToString::to_string);
        let beneficiaries = due.to.0.beneficiaries.iter().map(ToString::to_string);
        let parties = Change { from: Vec::new(), to: organisations.chain(beneficiaries).collect() };
        let changes: Changes = [("round_parties".to_owned(), parties)].into();
        let entry = Entry { subject: Subject::Round, id: due.subject_id, event: "round-reminded", changes, why: "" };
        history::record_at(&mut tx, None, entry, means.now).await?;
    }
    Ok(tx.commit().await?)
}

/// Writes a person's letter of the day. In one transaction: the letter, that they have it, and that what is in it has been
/// sent; killed in between, nothing of it is done.
async fn letter(db: &Db, process: ProcessId, means: &Means<'_>, account: Uuid) -> anyhow::Result<()> {
    let today = means.now.date_naive();
    let mut tx = db.process_job(process).await?;
    let (all, lines) = store::waiting_lines(&mut tx, account, today).await?;
    // whoever is no member any more is told nothing
    let address = store::address(&mut tx, account, today).await?;
    let lines = if address.is_some() { lines } else { Vec::new() };
    let sent: Vec<Uuid> = lines.iter().map(|l| l.id).collect();
    store::settle(&mut tx, &all, &sent, means.now).await?;
    if let (Some(address), false) = (address, lines.is_empty()) {
        if !store::claim_day(&mut tx, account, today, means.now).await? {
            return Ok(());
        }
        let place = store::place(&mut tx).await?;
        let (subject, body) = words::digest(means, &place, &lines);
        mail::queue(tx.conn(), Some(process), &Letter::plain(&address, &subject, body)).await?;
    }
    Ok(tx.commit().await?)
}
