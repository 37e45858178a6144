//! Who keeps what a filter lets through: how many rows leave with a list, and who is told of those of the higher levels.

use super::over_filtered;
use crate::features::actions::list::filter::Match;
use crate::kernel::access_log::Told;
use crate::kernel::db::ProcessTx;
use crate::kernel::ids::OrganisationId;
use crate::kernel::permit::Handling;

struct Counted {
    keeper: OrganisationId,
    handling: String,
    n: i64,
}

/// The rows of a list that leaves the portal.
pub struct Leaving {
    pub rows: i64,
    /// Those at `parties` and `restricted`, by keeper and level.
    pub higher: Vec<Told>,
}

/// Counts what a filter lets through.
///
/// # Errors
/// The database's own.
pub async fn leaving(tx: &mut ProcessTx, f: &Match) -> sqlx::Result<Leaving> {
    let counted = over_filtered!(
        Counted,
        f,
        ["select a.reporting_id as \"keeper!: OrganisationId\", a.handling as \"handling!\", count(*) as \"n!\" from "],
        [" where a.in_pillar and a.in_beneficiary and a.in_theme and a.in_status and a.in_handling group by 1, 2"],
    )
    .fetch_all(tx.conn())
    .await?;
    let rows = counted.iter().map(|c| c.n).sum();
    let told = |c: Counted| {
        let handling = Handling::parse(&c.handling)?;
        let higher = matches!(handling, Handling::Parties | Handling::Restricted);
        higher.then_some(Told { keeper: c.keeper, handling, actions: c.n })
    };
    Ok(Leaving { rows, higher: counted.into_iter().filter_map(told).collect() })
}
