//! Exchange rates: the installation's table in memory, the rule by which an amount is converted, the file that they are loaded from,
//! and the page that says which there are. Every converted figure shows its rate and the day of it.

mod pages;
pub mod parse;
mod rule;
mod store;

use std::sync::Arc;
use tokio::sync::Mutex;

use crate::kernel::db::ProcessTx;
use crate::kernel::memory::Memory;
use crate::kernel::permit::Permission as P;
use crate::kernel::route::{Access, Routes};
use crate::kernel::state::App;

pub use rule::{Converted, FIXED, Fixed, GAP, How, Rates, Span, Table, UNPUBLISHED, day_of};
pub use store::{Load, loads, newest, table};

pub fn routes(r: &mut Routes) {
    r.get("/{process}/money/rates", Access::Member(P::ActionSeeMoney), pages::page);
}

/// The table in the server's memory, and the load that it is of.
#[derive(Default)]
struct Held(Mutex<Option<(i64, Arc<Table>)>>);

async fn held(connection: &mut sqlx::PgConnection, memory: &Memory) -> sqlx::Result<Arc<Table>> {
    let newest = store::newest(connection).await?;
    let held = memory.of::<Held>();
    // whoever comes while it is read waits, and finds it read
    let mut held = held.0.lock().await;
    if let Some((load, table)) = held.as_ref()
        && *load >= newest
    {
        return Ok(Arc::clone(table));
    }
    let table = Arc::new(store::table(connection).await?);
    *held = Some((newest, Arc::clone(&table)));
    Ok(table)
}

/// The rates of the installation as of today, over a connection of their own: whoever asks may hold a transaction already.
///
/// # Errors
/// The database's own.
pub async fn rates(app: &App) -> sqlx::Result<Arc<Rates>> {
    let mut tx = app.db.installation_aside().await?;
    let table = held(tx.conn(), &app.memory).await?;
    Ok(Arc::new(Rates { table, today: app.clock.today() }))
}

/// The same over the transaction of a page: one statement, where no file was loaded since.
///
/// # Errors
/// The database's own.
pub async fn rates_in(tx: &mut ProcessTx, app: &App) -> sqlx::Result<Rates> {
    let table = held(tx.conn(), &app.memory).await?;
    Ok(Rates { table, today: app.clock.today() })
}
