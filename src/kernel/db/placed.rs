//! Standing in a member's place.

use super::{AccountTx, Db, Intent, Placed, ProcessTx, Statements};
use crate::kernel::ids::{AccountId, MembershipId, ProcessId};

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

    /// A way into a process in a member's place, for what a job or the command line does for them: what they see, and who they
    /// are today. `None`: the process is not active, or they are no member of it any more.
    ///
    /// # Errors
    /// The database's own.
    pub async fn process_for(
        &self,
        process: ProcessId,
        account: AccountId,
    ) -> sqlx::Result<Option<(ProcessTx, Placed)>> {
        let statements = Statements::default();
        let mut tx = self.begin(Intent::Write, &statements).await?;
        let placed = sqlx::query_scalar!(
            r#"select kernel.enter_for($1, $2, $3) as "placed: sqlx::types::Json<Placed>""#,
            process.0,
            account.0,
            self.clock.now()
        )
        .fetch_one(&mut *tx)
        .await?;
        let Some(placed) = placed.map(|p| p.0) else { return Ok(None) };
        let me = placed.memberships.first().map(|m| m.id);
        let tx = ProcessTx { tx, process, me, account: Some(account), session: None, statements };
        Ok(Some((tx, placed)))
    }

    /// The process of an address and the account of an e-mail, for the command line.
    ///
    /// # Errors
    /// The database's own.
    pub async fn whose(&self, slug: &str, email: &str) -> sqlx::Result<Option<(ProcessId, AccountId)>> {
        let mut tx = self.begin(Intent::Read, &Statements::default()).await?;
        let row = sqlx::query!(
            r#"select process_id as "process!: ProcessId", account_id as "account!: AccountId" from kernel.whose($1, $2)"#,
            slug,
            email
        )
        .fetch_optional(&mut *tx)
        .await?;
        Ok(row.map(|r| (r.process, r.account)))
    }

    /// A transaction of nobody over a connection of its own, for what the whole installation shares and is kept in the server's
    /// memory: its caller may hold a transaction already.
    ///
    /// # Errors
    /// The database's own.
    pub async fn installation_aside(&self) -> sqlx::Result<AccountTx> {
        let aside = self.aside.clone();
        let begun = tokio::spawn(async move { aside.begin_with("BEGIN READ ONLY").await });
        let tx = begun.await.map_err(|_| sqlx::Error::WorkerCrashed)??;
        Ok(AccountTx { tx, account: None, statements: Statements::default() })
    }
}
