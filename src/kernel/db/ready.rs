//! Whether the database is one that this program can serve from.

use super::{Db, Intent, Statements};

impl Db {
    /// Asks whether a migration, the newest that the program knows, has been made: a database that was put back to an earlier day, or
    /// that a newer program has not migrated yet, lacks it.
    ///
    /// # Errors
    /// The database's own.
    pub async fn has_migration(&self, version: i64) -> sqlx::Result<bool> {
        let mut tx = self.outside(Intent::Read, &Statements::default()).await?;
        sqlx::query_scalar!(
            r#"select exists (select from _sqlx_migrations where version = $1 and success) as "there!""#,
            version
        )
        .fetch_one(tx.conn())
        .await
    }
}
