//! SQL of the installation's first page.

use crate::kernel::db::AccountTx;

#[derive(Debug)]
pub struct PublicProcess {
    pub slug: String,
    pub name: String,
    pub short_name: String,
    pub tagline: String,
    pub example: bool,
}

/// The processes that have a public page.
pub async fn public_processes(tx: &mut AccountTx) -> sqlx::Result<Vec<PublicProcess>> {
    sqlx::query_as!(
        PublicProcess,
        r#"select slug as "slug!", name as "name!", short_name as "short_name!", tagline as "tagline!", example as "example!"
        from kernel.public_processes()"#
    )
    .fetch_all(tx.conn())
    .await
}
