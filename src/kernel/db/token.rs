//! Entering by a token: for programs, which have no session.

use serde::Deserialize;

use super::{Db, Intent, ProcessTx, Statements, TokenFacts};
use crate::kernel::ids::{ProcessId, TokenId};
use crate::kernel::random::Token;

/// What came of trying to enter by a token.
pub enum TokenEntry {
    In(Box<(ProcessTx, TokenFacts)>),
    /// There is none such, or it was revoked.
    Unknown,
    Expired,
    /// Whose it was is no member any more, or speaks no longer for the organisation that it is of.
    Ended,
    Suspended {
        name: String,
    },
}

#[derive(Deserialize)]
#[serde(tag = "status", rename_all = "snake_case")]
enum Answer {
    Ok(Box<TokenFacts>),
    Unknown,
    Expired,
    Ended,
    Suspended { name: String },
}

impl Db {
    /// Enters a process by a token, as the one membership that it belongs to.
    ///
    /// # Errors
    /// The database's own; that a token opens nothing is an answer.
    pub async fn enter_token(
        &self,
        slug: &str,
        token: &Token,
        intent: Intent,
        statements: &Statements,
    ) -> sqlx::Result<TokenEntry> {
        let mut tx = self.begin(intent, statements).await?;
        statements.add();
        let answer = sqlx::query_scalar!(
            r#"select kernel.enter_token($1, $2, $3) as "answer!: sqlx::types::Json<Answer>""#,
            slug,
            token.hash(),
            self.clock.now()
        )
        .fetch_one(&mut *tx)
        .await?
        .0;
        Ok(match answer {
            Answer::Ok(facts) => {
                let tx = ProcessTx {
                    tx,
                    process: facts.process.id,
                    me: Some(facts.membership.id),
                    account: Some(facts.account),
                    session: None,
                    statements: statements.clone(),
                };
                TokenEntry::In(Box::new((tx, *facts)))
            }
            Answer::Unknown => TokenEntry::Unknown,
            Answer::Expired => TokenEntry::Expired,
            Answer::Ended => TokenEntry::Ended,
            Answer::Suspended { name } => TokenEntry::Suspended { name },
        })
    }

    /// Marks a token as in use; runs beside the request, which may be read-only.
    pub fn touch_token(&self, process: ProcessId, token: TokenId) {
        let (pool, now) = (self.pool.clone(), self.clock.now());
        tokio::spawn(async move {
            let touched =
                sqlx::query!("select kernel.touch_token($1, $2, $3)", process.0, token.0, now).fetch_one(&pool).await;
            if let Err(error) = touched {
                tracing::warn!(%error, "token not marked as in use");
            }
        });
    }
}
