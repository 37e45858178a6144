//! The job: a file is read and judged, taken in, or taken back, as its import's state says. Each step can begin anew, on
//! another instance too.

use anyhow::Context;
use std::io::Write;

use super::check::Means;
use super::model::{Import, State};
use super::{applying, money, reading, store, undoing};
use crate::features::exchange::incoming::Said;
use crate::kernel::db::{Placed, ProcessTx};
use crate::kernel::i18n::{Locale, Message};
use crate::kernel::ids::{AccountId, ImportId, ProcessId};
use crate::kernel::job::Job;
use crate::kernel::page::Page;
use crate::kernel::permit::Member;
use crate::kernel::random;

/// A worker that dies of a file dies of it again.
const ATTEMPTS: i16 = 3;

/// The importer's place in the process, and their import.
pub struct At {
    pub tx: ProcessTx,
    pub placed: Placed,
    pub member: Member,
    pub import: Import,
}

/// Which import, of whom.
#[derive(Debug, Clone, Copy)]
pub struct Whose {
    pub process: ProcessId,
    pub account: AccountId,
    pub id: ImportId,
}

impl Whose {
    /// Enters in the importer's place. `None`: they are no member any more, or the import is gone.
    pub async fn enter(self, means: &Means) -> anyhow::Result<Option<At>> {
        let Some((mut tx, placed)) = means.db.process_for(self.process, self.account).await? else { return Ok(None) };
        let Some(import) = store::import(&mut tx, self.id).await? else { return Ok(None) };
        let member = Member::new(placed.memberships.clone());
        Ok(Some(At { tx, placed, member, import }))
    }
}

/// A page without a reader: the words in which history is kept.
pub fn page(at: &At, means: &Means) -> Page {
    let mut page = Page::bare(Locale::default(), means.clock.today());
    page.process = Some(at.placed.process.clone());
    page.member = Some(at.member.clone());
    page
}

/// Of an import: goes on with it. Of none: what was kept before there were contributions becomes some.
pub async fn run(job: Job) -> anyhow::Result<()> {
    let Ok(id) = job.payload.id("import").map(ImportId) else { return money::catch_up(&job).await };
    let process = job.payload.process()?;
    let mut tx = job.db.process_job(process).await?;
    let Some(account) = store::account_of(&mut tx, id).await? else { return Ok(()) };
    drop(tx);
    let means = Means { db: job.db, memory: job.memory, clock: job.clock, base_url: job.base_url };
    go_on(&means, Whose { process, account: AccountId(account), id }).await
}

/// Does what the import's state asks for.
///
/// # Errors
/// The database's own: it is tried again.
pub async fn go_on(means: &Means, whose: Whose) -> anyhow::Result<()> {
    let Some(mut at) = whose.enter(means).await? else { return let_go(means, whose).await };
    let state = at.import.state;
    if !matches!(state, State::Reading | State::Applying | State::Undoing) {
        return Ok(());
    }
    let attempts = store::attempt(&mut at.tx, whose.id).await?;
    at.tx.commit().await?;
    if attempts > ATTEMPTS {
        // nothing of it is half done: what was being taken in or back was rolled back
        let back = if state == State::Reading { State::Failed } else { before(state) };
        return stop(means, whose, state, back, Message::new("import-failed-often")).await;
    }
    match state {
        State::Reading => reading::read(means, whose).await,
        State::Applying => applying::apply(means, whose).await,
        _ => undoing::undo(means, whose).await,
    }
}

/// Whose import it is, is no member any more: what was to be taken in or back waits as it did before, for the day they are one again.
async fn let_go(means: &Means, whose: Whose) -> anyhow::Result<()> {
    let mut tx = means.db.process_job(whose.process).await?;
    store::let_go(&mut tx, whose.id).await?;
    Ok(tx.commit().await?)
}

fn before(state: State) -> State {
    if state == State::Undoing { State::Applied } else { State::Checked }
}

/// Ends a step with what is to be said of it.
///
/// # Errors
/// The database's own.
pub async fn stop(means: &Means, whose: Whose, from: State, to: State, message: Message) -> anyhow::Result<()> {
    let Some(mut at) = whose.enter(means).await? else { return Ok(()) };
    store::step(&mut at.tx, whose.id, from, to, Some(&Said::from(message))).await?;
    if to == State::Failed {
        // half a file is none
        store::forget_rows(&mut at.tx, whose.id).await?;
    }
    Ok(at.tx.commit().await?)
}

/// The file as it came, put together in one that has no name and goes away with its last reader.
///
/// # Errors
/// There is no room for it; the database's own.
pub async fn spooled(means: &Means, whose: Whose) -> anyhow::Result<std::fs::File> {
    let path = std::env::temp_dir().join(format!("concert-import-{}", random::id()));
    let open = std::fs::File::options().read(true).write(true).create_new(true).open(&path);
    let mut file = open.context("no place for the file")?;
    std::fs::remove_file(&path).context("a file that cannot be let go of")?;
    let mut position = 0;
    loop {
        // each part in a transaction of its own: nothing is held over the whole of a large file
        let Some(mut at) = whose.enter(means).await? else { anyhow::bail!("the import is gone") };
        let Some(bytes) = store::part(&mut at.tx, whose.id, position).await? else { break };
        drop(at);
        file.write_all(&bytes).context("the file cannot be put together")?;
        position += 1;
    }
    Ok(file)
}
