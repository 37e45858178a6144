//! Standing in the place of one membership.

use super::{Db, Intent, ProcessTx, Statements};
use crate::kernel::ids::{MembershipId, ProcessId};

impl Db {
    /// A way into a process with the sight of one membership, for what is told to somebody on its behalf. `None`: the process
    /// is not active, or it is nobody's membership today.
    ///
    /// # Errors
    /// The database's own.
    pub async fn process_as(&self, process: ProcessId, membership: MembershipId) -> sqlx::Result<Option<ProcessTx>> {
        let statements = Statements::default();
        let mut tx = self.begin(Intent::Write, &statements).await?;
        let entered = sqlx::query_scalar!(
            r#"select kernel.enter_as($1, $2, $3) as "entered!""#,
            process.0,
            membership.0,
            self.clock.now()
        )
        .fetch_one(&mut *tx)
        .await?;
        let tx = ProcessTx { tx, process, me: None, account: None, session: None, statements };
        Ok(entered.then_some(tx))
    }
}
