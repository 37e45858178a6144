//! The three handles through which the features reach the database. There is no pool outside this file:
//! whoever holds a handle has been let in by `kernel.enter` and sees one process, one account, or the registry.

mod calendar;
mod facts;
mod frozen;
mod placed;
mod ready;
mod token;

use serde::Deserialize;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{PgConnection, PgPool, Postgres, Transaction};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use super::clock::Clock;
use super::ids::{AccountId, MembershipId, ProcessId, SessionId};
use super::random::Token;
pub use facts::*;
pub use token::TokenEntry;

/// A session ends after this long without a request.
pub const IDLE_MINUTES: i32 = 60;

/// How many statements a request has sent, BEGIN and COMMIT included.
#[derive(Debug, Clone, Default)]
pub struct Statements(Arc<AtomicU32>);

impl Statements {
    fn add(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
    pub fn count(&self) -> u32 {
        self.0.load(Ordering::Relaxed)
    }
}

/// What a transaction is for; decides how it begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Intent {
    Read,
    /// A read with optional filters: the plan must be made for the values at hand.
    ReadFiltered,
    Write,
}

#[derive(Debug, Clone)]
pub struct Db {
    pool: PgPool,
    /// For what a request needs besides its own transaction: were both taken from one pool, as many requests as it has
    /// connections would wait for one another.
    aside: PgPool,
    clock: Clock,
}

impl Db {
    /// Connects as `concert_app`.
    ///
    /// # Errors
    /// The database cannot be reached.
    pub async fn connect(url: &str, connections: u32, clock: Clock) -> anyhow::Result<Self> {
        let options: PgConnectOptions = url.parse()?;
        let options = options.statement_cache_capacity(256).application_name("concert").options([("jit", "off")]);
        let aside = PgPoolOptions::new()
            .max_connections(3)
            .test_before_acquire(false)
            .idle_timeout(Duration::from_secs(60))
            .max_lifetime(Duration::from_secs(1800))
            .acquire_timeout(Duration::from_secs(30))
            .connect_lazy_with(options.clone());
        let pool = PgPoolOptions::new()
            .max_connections(connections)
            // one connection a request: a ping would cost a sixth of the rate; jit 140 ms for a statement that runs in 4
            .test_before_acquire(false)
            .idle_timeout(Duration::from_secs(300))
            .max_lifetime(Duration::from_secs(1800))
            .acquire_timeout(Duration::from_secs(5))
            .connect_with(options)
            .await?;
        Ok(Self { pool, aside, clock })
    }

    async fn begin(&self, intent: Intent, statements: &Statements) -> sqlx::Result<Transaction<'static, Postgres>> {
        statements.add();
        let how = match intent {
            Intent::Read => "BEGIN READ ONLY",
            Intent::ReadFiltered => "BEGIN READ ONLY; SET LOCAL plan_cache_mode = force_custom_plan",
            Intent::Write => "BEGIN",
        };
        // Of a request that goes away while its BEGIN is on the way, sqlx gives the connection back with the transaction
        // open, and whoever is given it next goes on in that one: in its mode, at its time. As a task of its own it is
        // waited for in any case, and rolled back when nobody wants it any more.
        let pool = self.pool.clone();
        tokio::spawn(async move { pool.begin_with(how).await }).await.map_err(|_| sqlx::Error::WorkerCrashed)?
    }

    /// Enters a process as a member.
    ///
    /// # Errors
    /// The database's own; that somebody may not enter is an answer, not an error.
    pub async fn enter(
        &self,
        slug: &str,
        token: &Token,
        intent: Intent,
        statements: &Statements,
    ) -> sqlx::Result<Entry<(ProcessTx, MemberFacts)>> {
        let mut tx = self.begin(intent, statements).await?;
        statements.add();
        let answer = sqlx::query_scalar!(
            r#"select kernel.with_notices(kernel.enter($1, $2, $3, $4)) as "answer!: sqlx::types::Json<Answer<MemberFacts>>""#,
            slug,
            token.hash(),
            self.clock.now(),
            IDLE_MINUTES
        )
        .fetch_one(&mut *tx)
        .await?
        .0;
        Ok(answer.entry(|facts| {
            let me = facts.memberships.first().map(|m| m.id);
            let tx = ProcessTx {
                tx,
                process: facts.process.id,
                me,
                account: Some(facts.account),
                session: Some(token.clone()),
                statements: statements.clone(),
            };
            (tx, facts)
        }))
    }

    /// Enters the public side of a process.
    ///
    /// # Errors
    /// The database's own.
    pub async fn enter_public(
        &self,
        slug: &str,
        intent: Intent,
        statements: &Statements,
    ) -> sqlx::Result<Entry<(ProcessTx, PublicFacts)>> {
        let mut tx = self.begin(intent, statements).await?;
        statements.add();
        let answer = sqlx::query_scalar!(
            r#"select kernel.enter_public($1) as "answer!: sqlx::types::Json<Answer<PublicFacts>>""#,
            slug
        )
        .fetch_one(&mut *tx)
        .await?
        .0;
        Ok(answer.entry(|facts| {
            let tx = ProcessTx {
                tx,
                process: facts.process.id,
                me: None,
                account: None,
                session: None,
                statements: statements.clone(),
            };
            (tx, facts)
        }))
    }

    /// Enters one's own account.
    ///
    /// # Errors
    /// The database's own.
    pub async fn enter_account(
        &self,
        token: &Token,
        intent: Intent,
        statements: &Statements,
    ) -> sqlx::Result<Entry<(AccountTx, AccountFacts)>> {
        let mut tx = self.begin(intent, statements).await?;
        statements.add();
        let answer = sqlx::query_scalar!(
            r#"select kernel.enter_account($1, $2, $3) as "answer!: sqlx::types::Json<Answer<AccountFacts>>""#,
            token.hash(),
            self.clock.now(),
            IDLE_MINUTES
        )
        .fetch_one(&mut *tx)
        .await?
        .0;
        Ok(answer.entry(|facts| {
            let tx = AccountTx { tx, account: Some(facts.account), statements: statements.clone() };
            (tx, facts)
        }))
    }

    /// Enters the registry of processes; only an operator's token sets it.
    ///
    /// # Errors
    /// The database's own.
    pub async fn enter_platform(
        &self,
        token: &Token,
        intent: Intent,
        statements: &Statements,
    ) -> sqlx::Result<Entry<(PlatformTx, AccountFacts)>> {
        let mut tx = self.begin(intent, statements).await?;
        statements.add();
        let answer = sqlx::query_scalar!(
            r#"select kernel.enter_platform($1, $2, $3) as "answer!: sqlx::types::Json<Answer<AccountFacts>>""#,
            token.hash(),
            self.clock.now(),
            IDLE_MINUTES
        )
        .fetch_one(&mut *tx)
        .await?
        .0;
        Ok(answer.entry(|facts| (PlatformTx { tx, statements: statements.clone() }, facts)))
    }

    /// A transaction of nobody: what is open to everyone, and sign-in, through functions of schema kernel.
    ///
    /// # Errors
    /// The database's own.
    pub async fn outside(&self, intent: Intent, statements: &Statements) -> sqlx::Result<AccountTx> {
        Ok(AccountTx { tx: self.begin(intent, statements).await?, account: None, statements: statements.clone() })
    }

    /// A job's own way into one process, without a member: full sight, since its output is for nobody to read.
    ///
    /// # Errors
    /// The database's own.
    pub async fn process_job(&self, process: ProcessId) -> sqlx::Result<ProcessTx> {
        let statements = Statements::default();
        let mut tx = self.begin(Intent::Write, &statements).await?;
        sqlx::query!("select kernel.enter_job($1)", process.0).fetch_one(&mut *tx).await?;
        Ok(ProcessTx { tx, process, me: None, account: None, session: None, statements })
    }

    /// The same for what is kept in the server's memory, over a connection of its own, for reading: its caller may hold a
    /// transaction already. All that it reads is as of one moment, so that of what another transaction wrote it has all or nothing. What
    /// it reads is shown to nobody who does not see it by their own.
    ///
    /// # Errors
    /// The database's own.
    pub async fn process_aside(&self, process: ProcessId) -> sqlx::Result<ProcessTx> {
        let aside = self.aside.clone();
        let how = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
        let begun = tokio::spawn(async move { aside.begin_with(how).await });
        let mut tx = begun.await.map_err(|_| sqlx::Error::WorkerCrashed)??;
        sqlx::query!("select kernel.enter_job($1)", process.0).fetch_one(&mut *tx).await?;
        Ok(ProcessTx { tx, process, me: None, account: None, session: None, statements: Statements::default() })
    }

    /// The scheduler's and the command line's way into the registry.
    ///
    /// # Errors
    /// The database's own.
    pub async fn platform_job(&self) -> sqlx::Result<PlatformTx> {
        let statements = Statements::default();
        let mut tx = self.begin(Intent::Write, &statements).await?;
        sqlx::query!("select set_config('app.platform', 'on', true)").fetch_one(&mut *tx).await?;
        Ok(PlatformTx { tx, statements })
    }

    /// Marks a session as in use; runs beside the request, which is read-only.
    pub fn touch_session(&self, session: SessionId) {
        let (pool, now) = (self.pool.clone(), self.clock.now());
        tokio::spawn(async move {
            let touched = sqlx::query!("select kernel.touch_session($1, $2)", session.0, now).fetch_one(&pool).await;
            if let Err(error) = touched {
                tracing::warn!(%error, "session not marked as in use");
            }
        });
    }

    /// Connections there are, and how many of them wait for work.
    pub fn connections(&self) -> (u32, u32) {
        (self.pool.size(), u32::try_from(self.pool.num_idle()).unwrap_or(u32::MAX))
    }

    pub async fn close(&self) {
        self.pool.close().await;
        self.aside.close().await;
    }
}

/// What came of trying to enter.
pub enum Entry<T> {
    In(Box<T>),
    SignedOut,
    /// No such process, or not for this account: nobody learns which.
    Unknown,
    Suspended {
        name: String,
    },
}

#[derive(Deserialize)]
#[serde(tag = "status", rename_all = "snake_case")]
enum Answer<T> {
    Ok(T),
    SignedOut,
    Unknown,
    Suspended { name: String },
}

impl<T> Answer<T> {
    fn entry<U>(self, make: impl FnOnce(T) -> U) -> Entry<U> {
        match self {
            Answer::Ok(facts) => Entry::In(Box::new(make(facts))),
            Answer::SignedOut => Entry::SignedOut,
            Answer::Unknown => Entry::Unknown,
            Answer::Suspended { name } => Entry::Suspended { name },
        }
    }
}

/// One process, as one member sees it.
pub struct ProcessTx {
    tx: Transaction<'static, Postgres>,
    process: ProcessId,
    me: Option<MembershipId>,
    account: Option<AccountId>,
    session: Option<Token>,
    statements: Statements,
}

/// One account: its own sessions, drafts and memberships.
pub struct AccountTx {
    tx: Transaction<'static, Postgres>,
    account: Option<AccountId>,
    statements: Statements,
}

/// The registry of processes.
pub struct PlatformTx {
    tx: Transaction<'static, Postgres>,
    statements: Statements,
}

macro_rules! handle {
    ($name:ident) => {
        impl $name {
            /// The connection for one statement. Ask anew for each: that is how statements are counted.
            pub fn conn(&mut self) -> &mut PgConnection {
                self.statements.add();
                &mut self.tx
            }

            /// # Errors
            /// The database's own, such as a deferred constraint that fails.
            pub async fn commit(self) -> sqlx::Result<()> {
                self.statements.add();
                self.tx.commit().await
            }
        }
    };
}
handle!(ProcessTx);
handle!(AccountTx);
handle!(PlatformTx);

impl ProcessTx {
    pub fn process(&self) -> ProcessId {
        self.process
    }
    /// The membership in whose name things are written; none for the public and for jobs.
    pub fn me(&self) -> Option<MembershipId> {
        self.me
    }
    pub fn account(&self) -> Option<AccountId> {
        self.account
    }
    /// Marks where the transaction stands, to come [`ProcessTx::back`] to: for what is tried and may turn out to be
    /// refused, while a page still has to be read.
    ///
    /// # Errors
    /// The database's own.
    pub async fn mark(&mut self) -> sqlx::Result<()> {
        sqlx::query!("savepoint mark").execute(self.conn()).await?;
        Ok(())
    }

    /// Undoes what was written since the last [`ProcessTx::mark`].
    ///
    /// # Errors
    /// The database's own; there is no mark.
    pub async fn back(&mut self) -> sqlx::Result<()> {
        sqlx::query!("rollback to savepoint mark").execute(self.conn()).await?;
        Ok(())
    }

    /// From here on a statement's plan is kept, where the transaction began with plans made for the values of each: for
    /// what is planned longer than it runs.
    ///
    /// # Errors
    /// The database's own.
    pub async fn keep_plans(&mut self) -> sqlx::Result<()> {
        sqlx::query!("set local plan_cache_mode = auto").execute(self.conn()).await?;
        Ok(())
    }

    /// What this process was entered with, for work that goes on after this transaction and has to enter again.
    pub fn session(&self) -> Option<&Token> {
        self.session.as_ref()
    }
}

impl PlatformTx {
    /// Leaves the registry for a process that this very transaction has founded; the database refuses any other.
    ///
    /// # Errors
    /// The database's own.
    pub async fn enter_founded(mut self, process: ProcessId) -> sqlx::Result<ProcessTx> {
        sqlx::query!("select kernel.enter_founded($1)", process.0).fetch_one(self.conn()).await?;
        Ok(ProcessTx { tx: self.tx, process, me: None, account: None, session: None, statements: self.statements })
    }
}

impl AccountTx {
    pub fn account(&self) -> Option<AccountId> {
        self.account
    }

    /// Binds the transaction to an account whose password or link has just been verified.
    ///
    /// # Errors
    /// The database's own.
    pub async fn become_account(&mut self, account: AccountId) -> sqlx::Result<()> {
        self.account = Some(account);
        sqlx::query!("select set_config('app.account', $1, true)", account.0.to_string())
            .fetch_one(self.conn())
            .await?;
        Ok(())
    }
}
