//! Entering by the private address of a calendar: for programs that fetch it, which have no session.

use super::{Db, Frame, Intent, ProcessTx, Statements};
use crate::kernel::random::Token;

impl Db {
    /// Enters a process with the eyes of whose calendar it is, to read. `None`: there is no such address, or its owner is no
    /// member any more.
    ///
    /// # Errors
    /// The database's own.
    pub async fn enter_calendar(
        &self,
        slug: &str,
        token: &Token,
        statements: &Statements,
    ) -> sqlx::Result<Option<(ProcessTx, Frame)>> {
        let mut tx = self.begin(Intent::Read, statements).await?;
        statements.add();
        let frame = sqlx::query_scalar!(
            r#"select kernel.enter_calendar($1, $2, $3) as "frame: sqlx::types::Json<Frame>""#,
            slug,
            token.hash(),
            self.clock.now()
        )
        .fetch_one(&mut *tx)
        .await?;
        Ok(frame.map(|frame| {
            let process = frame.0.id;
            let tx = ProcessTx { tx, process, me: None, account: None, session: None, statements: statements.clone() };
            (tx, frame.0)
        }))
    }
}
