//! The actions that a sheet to fill in is made of, and whom organisations that rows name have become.

use std::collections::HashMap;
use uuid::Uuid;

use crate::kernel::db::ProcessTx;
use crate::kernel::ids::ImportId;

/// The actions that these organisations keep or are party to, as far as the reader sees them.
///
/// # Errors
/// The database's own.
pub async fn own_actions(tx: &mut ProcessTx, organisations: &[Uuid], most: i64) -> sqlx::Result<Vec<Uuid>> {
    sqlx::query_scalar!(
        r#"select a.id as "id!" from visible_action a
        where a.process_id = kernel.process_id() and a.merged_into_id is null
            and (a.reporting_id = any ($1) or exists (select from action_party p
                where p.process_id = a.process_id and p.action_id = a.id and p.organisation_id = any ($1)))
        order by a.search_title, a.id limit $2"#,
        organisations,
        most
    )
    .fetch_all(tx.conn())
    .await
}

/// Whether nobody works on it although it is begun: whoever did has given no sign of life, and it is begun anew before long.
///
/// # Errors
/// The database's own.
pub async fn rests(tx: &mut ProcessTx, id: ImportId) -> sqlx::Result<bool> {
    sqlx::query_scalar!(r#"select kernel.import_rests($1) as "rests!""#, id.0).fetch_one(tx.conn()).await
}

/// The organisations that were merged into others, with those others.
///
/// # Errors
/// The database's own.
pub async fn merged(tx: &mut ProcessTx) -> sqlx::Result<HashMap<Uuid, Uuid>> {
    let rows = sqlx::query!(
        r#"select id, merged_into_id as "into!" from organisation
            where process_id = kernel.process_id() and merged_into_id is not null"#
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|r| (r.id, r.into)).collect())
}

/// An import that is neither taken in nor taken back any more, with nothing of it half done.
///
/// # Errors
/// The database's own.
pub async fn let_go(tx: &mut ProcessTx, id: ImportId) -> sqlx::Result<()> {
    sqlx::query!(
        "update import set state = case state when 'applying' then 'checked' else 'applied' end, attempts = 0
         where process_id = kernel.process_id() and id = $1 and state in ('applying', 'undoing')",
        id.0
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
