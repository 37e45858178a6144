//! SQL of the installation's first page.

use chrono::NaiveDate;

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

/// The names of the suspended processes that the account takes part in.
pub async fn suspended(tx: &mut AccountTx, today: NaiveDate) -> sqlx::Result<Vec<String>> {
    sqlx::query_scalar!(
        r#"select distinct name as "name!" from kernel.own_memberships($1) where state = 'suspended' order by 1"#,
        today
    )
    .fetch_all(tx.conn())
    .await
}
