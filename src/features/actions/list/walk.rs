//! The list for who walks through it from end to end, a stretch at a time.

use super::filter::Filter;
use super::sort::{From, Place, Sort};
use super::store::{self, Row};
use crate::kernel::db::ProcessTx;

/// One stretch of a list.
pub struct Stretch {
    pub rows: Vec<Row>,
    /// Where the next one begins.
    pub next: Option<String>,
}

/// The order of a walk. Titles change seldom: what is walked in their order is met once. What is looked for by its words comes
/// best match first, unless another order was asked for.
fn order(filter: &Filter) -> Sort {
    filter.sort.unwrap_or(if filter.matches.words.is_some() { Sort::BEST } else { Sort::TITLE })
}

/// The rows after a place. `None`: `after` is no place of this order.
///
/// # Errors
/// The database's own.
pub async fn stretch(
    tx: &mut ProcessTx,
    filter: &Filter,
    after: Option<&str>,
    most: usize,
) -> sqlx::Result<Option<Stretch>> {
    let sort = order(filter);
    let from = match after.map(|text| Place::parse(text, sort.by)) {
        None => From::Start,
        Some(Some(place)) => From::After(place),
        Some(None) => return Ok(None),
    };
    let wanted = i64::try_from(most).unwrap_or(i64::MAX).saturating_add(1);
    let mut found = store::page(tx, &filter.matches, sort, &from, wanted).await?;
    let more = found.len() > most;
    found.truncate(most);
    let next = found.last().filter(|_| more).map(|last| Place { key: last.key.clone(), id: last.id }.value());
    let ids: Vec<_> = found.iter().map(|f| f.id).collect();
    tx.keep_plans().await?;
    Ok(Some(Stretch { rows: store::rows(tx, &ids).await?, next }))
}
