//! All that a list holds, in its order, a chunk at a time.

use uuid::Uuid;

use super::Allowed;
use crate::features::actions::list::filter::{Filter, Match};
use crate::features::actions::list::sort::{From, Place, Sort};
use crate::features::actions::list::store;
use crate::kernel::db::{Entry, Intent, ProcessTx, Statements};

/// Whoever takes nothing for so long gets nothing more: the rows hold a connection.
pub const PATIENCE: std::time::Duration = std::time::Duration::from_secs(30);

/// A way through a list, over a transaction of its own.
pub struct Run {
    tx: ProcessTx,
    matches: Match,
    order: Sort,
    from: From,
    chunk: i64,
    done: bool,
}

impl Run {
    /// Enters again with the session of an export that was allowed.
    ///
    /// # Errors
    /// The session has ended; the database's own.
    pub async fn begin(allowed: &Allowed, chunk: i64) -> anyhow::Result<Self> {
        let slug = allowed.page.frame().map(|f| f.slug.as_str()).unwrap_or_default();
        let entered =
            allowed.app.db.enter(slug, &allowed.session, Intent::ReadFiltered, &Statements::default()).await?;
        let Entry::In(inside) = entered else { anyhow::bail!("the session ended before its file was begun") };
        let (tx, _) = *inside;
        Ok(Self::through(tx, allowed.filter.matches.clone(), allowed.filter.order(), chunk))
    }

    /// Over a transaction that is open: what it sees of what a filter lets through, by title.
    pub fn by_title(tx: ProcessTx, matches: Match, chunk: i64) -> Self {
        Self::through(tx, matches, Sort::TITLE, chunk)
    }

    /// Over a transaction that is open: what it sees of a list, in its order.
    pub fn in_order(tx: ProcessTx, filter: &Filter, chunk: i64) -> Self {
        Self::through(tx, filter.matches.clone(), filter.order(), chunk)
    }

    fn through(tx: ProcessTx, matches: Match, order: Sort, chunk: i64) -> Self {
        Self { tx, matches, order, from: From::Start, chunk, done: false }
    }

    /// For reading what the rows hold.
    pub fn tx(&mut self) -> &mut ProcessTx {
        &mut self.tx
    }

    /// The ids of the next chunk, in the list's order.
    ///
    /// # Errors
    /// The database's own.
    pub async fn next(&mut self) -> sqlx::Result<Option<Vec<Uuid>>> {
        if self.done {
            return Ok(None);
        }
        let found = store::page(&mut self.tx, &self.matches, self.order, &self.from, self.chunk).await?;
        let Some(last) = found.last() else { return Ok(None) };
        self.done = i64::try_from(found.len()).unwrap_or(i64::MAX) < self.chunk;
        self.from = From::After(Place { key: last.key.clone(), id: last.id });
        Ok(Some(found.into_iter().map(|f| f.id).collect()))
    }
}
