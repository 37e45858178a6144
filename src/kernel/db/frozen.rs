//! Reading all of a process as it is at one moment, while people go on working.

use super::{Db, ProcessTx, Statements};
use crate::kernel::ids::ProcessId;

impl Db {
    /// A job's way into one process, for reading alone: every statement sees the process as it was at the first. Times are
    /// told in UTC, whatever the server's own zone.
    ///
    /// # Errors
    /// The database's own.
    pub async fn frozen(&self, process: ProcessId) -> sqlx::Result<ProcessTx> {
        let pool = self.pool.clone();
        let how = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL TIME ZONE 'UTC'";
        // as a task of its own, as each BEGIN of ours (`Db::begin`)
        let begun = tokio::spawn(async move { pool.begin_with(how).await });
        let mut tx = begun.await.map_err(|_| sqlx::Error::WorkerCrashed)??;
        sqlx::query!("select kernel.enter_job($1)", process.0).fetch_one(&mut *tx).await?;
        Ok(ProcessTx { tx, process, me: None, account: None, session: None, statements: Statements::default() })
    }
}
