//! The night's work on the store: what broke off on its way, and what was taken away or replaced longer ago than the process keeps
//! it. What is there without the database knowing of it is not looked for: a place that another installation uses, too, is safe.

use chrono::{DateTime, Utc};
use std::collections::BTreeMap;
use uuid::Uuid;

use super::store_keep;
use crate::kernel::db::Db;
use crate::kernel::files::{Files, Key};
use crate::kernel::ids::ProcessId;

/// # Errors
/// The database's own, or the store does not answer; what is left is taken the next night.
pub async fn sweep(db: &Db, files: &Files, now: DateTime<Utc>) -> anyhow::Result<()> {
    if !files.are_kept() {
        return Ok(());
    }
    let mut tx = db.platform_job().await?;
    let to_go = store_keep::to_go(&mut tx, now).await?;
    tx.commit().await?;
    let mut by_process: BTreeMap<ProcessId, Vec<Uuid>> = BTreeMap::new();
    for (process, object) in to_go {
        by_process.entry(process).or_default().push(object);
    }
    for (process, objects) in by_process {
        for id in &objects {
            files.remove(Key { process, id: *id }).await?;
        }
        let mut tx = db.platform_job().await?;
        store_keep::gone(&mut tx, process, &objects, now).await?;
        tx.commit().await?;
    }
    Ok(())
}
