//! The money of each process in the server's memory: built when first asked for, caught up with what has changed before every
//! answer, dropped when nobody has asked for a while. One a process and currency that totals are shown in.
//!
//! Every instance reads on by itself from the oldest transaction that was open when it last read, so that no notice can be
//! lost and none need be sent. A contribution that is written marks its action as changed (0310). When other rates are there,
//! or another day has begun, everything is read anew. What has been read is there all at once: no answer holds half of a transaction,
//! or amounts by two days' rates.

mod book;
mod cells;
mod interned;
mod kept;
mod looked;
mod member;
mod rows;
mod scan;
#[cfg(test)]
mod tests;
mod wanted;

use chrono::NaiveDate;
use rust_decimal::Decimal;
use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock, RwLockReadGuard};
use std::time::Duration;
use tokio::sync::Semaphore;
use uuid::Uuid;

use super::rates::{self, How, Rates};
use super::store;
use crate::kernel::ids::ProcessId;
use crate::kernel::money::Currency;
use crate::kernel::state::App;

pub use book::{Book, Convert, Converted};
pub use looked::{Apart, apart, looked_at};
pub use rows::{ActionRow, MoneyRow};
pub use scan::{Scanned, Sight, lineage, scan};

/// What nobody has asked about for so long is read anew when somebody does.
const IDLE_SECONDS: i64 = 30 * 60;
/// So many actions are read at once.
const CHUNK: i64 = 2_000;
/// So many are put into the ledger while readers wait; more into a copy that then takes its place.
const FEW: usize = 200;
/// A process has so many ledgers at once: those in the currencies that totals are usually shown in, and one in its own. Whoever
/// writes one currency after another into an address fills no memory with them.
const CURRENCIES: usize = 5;
/// So many are read from their beginning at the same time.
static MAKING: Semaphore = Semaphore::const_new(2);
/// So long a page waits for a ledger that is being made.
const PATIENCE: Duration = Duration::from_secs(3);

type Slots = HashMap<(ProcessId, Currency), Arc<Slot>>;

#[derive(Default)]
pub struct Ledgers(Mutex<Slots>);

/// Lets go of what was asked for longest ago where a process would have too many.
fn make_room(slots: &mut Slots, wanted: (ProcessId, Currency)) {
    let others = slots.iter().filter(|(id, _)| id.0 == wanted.0 && **id != wanted);
    let mut others: Vec<_> = others.map(|(id, slot)| (slot.used.load(Ordering::Relaxed), *id)).collect();
    others.sort_unstable();
    for (_, id) in others.iter().rev().skip(CURRENCIES - 1) {
        slots.remove(id);
    }
}

/// How far a ledger has read, and by which rates: the newest load and the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Read {
    to: i64,
    rates: (i64, NaiveDate),
}

pub struct Slot {
    currency: Currency,
    book: RwLock<Book>,
    read: tokio::sync::Mutex<Option<Read>>,
    used: AtomicI64,
}

struct At {
    rates: Rates,
    to: Currency,
    /// The first day that has not come: its rate is the newest.
    later: NaiveDate,
}

impl Convert for At {
    fn convert(&self, amount: Decimal, from: Currency, on: Option<NaiveDate>) -> Option<Converted> {
        let made = self.rates.convert(amount, from, self.to, on.unwrap_or(self.later))?;
        let rate_date = (made.how != How::Same).then_some(made.rate_date);
        Some(Converted { amount: made.amount, rate_date, estimated: made.how == How::Newest })
    }
}

fn put(book: &mut Book, actions: &[ActionRow], money: &HashMap<Uuid, Vec<MoneyRow>>, at: &At) {
    for action in actions {
        book.put(action, money.get(&action.id).map(Vec::as_slice).unwrap_or_default(), at);
    }
}

impl Slot {
    fn new(currency: Currency) -> Self {
        Self { currency, book: RwLock::default(), read: tokio::sync::Mutex::new(None), used: AtomicI64::new(0) }
    }

    pub fn book(&self) -> RwLockReadGuard<'_, Book> {
        self.book.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads what has changed since. Whoever comes meanwhile waits and finds it done.
    async fn catch_up(&self, app: &App, process: ProcessId) -> anyhow::Result<()> {
        let mut read = self.read.lock().await;
        // whoever waits here holds no connection
        let _turn = if read.is_none() { Some(MAKING.acquire().await?) } else { None };
        let mut tx = app.db.process_aside(process).await?;
        let today = app.clock.today();
        let by = (rates::newest(tx.conn()).await?, today);
        let since = read.filter(|r| r.rates == by).map(|r| r.to);
        let horizon = store::horizon(&mut tx).await?;
        let later = today.succ_opt().unwrap_or(today);
        let mut at: Option<At> = None;
        let mut next = since.is_none().then(Book::default);
        let mut from = store::From { changed: since.unwrap_or(0), id: Uuid::nil() };
        loop {
            let ids = match since {
                None => store::all(&mut tx, from.id, CHUNK).await?,
                Some(_) => {
                    let changed = store::since(&mut tx, from, horizon.newest, CHUNK).await?;
                    if let Some((last, _)) = changed.last() {
                        from.changed = *last;
                    }
                    changed.into_iter().map(|(_, id)| id).collect()
                }
            };
            let Some(last) = ids.last() else { break };
            from.id = *last;
            let complete = i64::try_from(ids.len())? < CHUNK;
            if at.is_none() {
                at = Some(At { rates: rates::rates_in(&mut tx, app).await?, to: self.currency, later });
            }
            let actions = store::actions(&mut tx, &ids).await?;
            let money = store::money(&mut tx, &ids).await?;
            let Some(at) = &at else { break };
            if complete && next.is_none() && actions.len() <= FEW {
                put(&mut self.book.write().unwrap_or_else(PoisonError::into_inner), &actions, &money, at);
            } else {
                put(next.get_or_insert_with(|| self.book().clone()), &actions, &money, at);
            }
            if complete {
                break;
            }
            tokio::task::yield_now().await;
        }
        if let Some(next) = next {
            *self.book.write().unwrap_or_else(PoisonError::into_inner) = next;
        }
        *read = Some(Read { to: horizon.oldest_open, rates: by });
        Ok(())
    }
}

/// The ledger of a process in a currency, caught up. It goes on being built where the caller gives up.
///
/// # Errors
/// The database's own.
pub async fn ready(app: &App, process: ProcessId, currency: Currency) -> anyhow::Result<Arc<Slot>> {
    let now = app.clock.now().timestamp();
    let slot = {
        let all = app.memory.of::<Ledgers>();
        let mut slots = all.0.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = (process, currency);
        slots.retain(|id, slot| *id == kept || slot.used.load(Ordering::Relaxed) > now - IDLE_SECONDS);
        make_room(&mut slots, kept);
        Arc::clone(slots.entry(kept).or_insert_with(|| Arc::new(Slot::new(currency))))
    };
    slot.used.store(now, Ordering::Relaxed);
    let (task, app) = (Arc::clone(&slot), app.clone());
    tokio::spawn(async move { task.catch_up(&app, process).await }).await??;
    Ok(slot)
}

/// The same, for a page: `None` where it is still being made.
///
/// # Errors
/// The database's own.
pub async fn ready_soon(app: &App, process: ProcessId, currency: Currency) -> anyhow::Result<Option<Arc<Slot>>> {
    match tokio::time::timeout(PATIENCE, ready(app, process, currency)).await {
        Ok(slot) => slot.map(Some),
        Err(_) => Ok(None),
    }
}
