//! That actions of the higher levels left with a list is told to those who keep them.

use uuid::Uuid;

use super::over_filtered;
use crate::features::actions::list::filter::Match;
use crate::kernel::access_log::{self, Told};
use crate::kernel::db::{MembershipFacts, ProcessTx};
use crate::kernel::ids::{ActionId, OrganisationId};
use crate::kernel::permit::Handling;

struct Higher {
    keeper: OrganisationId,
    handling: String,
    n: i64,
}

fn told(found: Vec<Higher>) -> Vec<Told> {
    let told = |h: Higher| Some(Told { keeper: h.keeper, handling: Handling::parse(&h.handling)?, actions: h.n });
    found.into_iter().filter_map(told).collect()
}

/// Whose actions of the higher levels a filter lets through, but for those of one organisation.
async fn higher(tx: &mut ProcessTx, f: &Match, but: Option<OrganisationId>) -> sqlx::Result<Vec<Told>> {
    let but = but.map(|o| o.0);
    let found = over_filtered!(
        Higher,
        f,
        ["select a.reporting_id as \"keeper!: OrganisationId\", a.handling as \"handling!\", count(*) as \"n!\" from "],
        [" where a.in_pillar and a.in_beneficiary and a.in_theme and a.in_status and a.in_handling
            and a.handling in ('parties', 'restricted') and a.reporting_id is distinct from $30::uuid
        group by a.reporting_id, a.handling"],
        but as Option<Uuid>,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(told(found))
}

/// Tells those who keep actions of the higher levels that these leave with the list that a filter lets through.
///
/// # Errors
/// The database's own.
pub async fn tell_keepers(tx: &mut ProcessTx, by: &MembershipFacts, subject_kind: &str, f: &Match) -> sqlx::Result<()> {
    let told = higher(tx, f, by.organisation).await?;
    access_log::tell_keepers(tx, by, subject_kind, &told).await
}

/// Tells those who keep actions of the higher levels that these leave with a file that holds them.
///
/// # Errors
/// The database's own.
pub async fn tell_keepers_of(
    tx: &mut ProcessTx,
    by: &MembershipFacts,
    subject_kind: &str,
    actions: impl Iterator<Item = ActionId>,
) -> sqlx::Result<()> {
    let ids: Vec<Uuid> = actions.map(|a| a.0).collect();
    let found = sqlx::query_as!(
        Higher,
        r#"select a.reporting_id as "keeper!: OrganisationId", a.handling as "handling!", count(*) as "n!"
        from visible_action a
        where a.id = any($1) and a.handling in ('parties', 'restricted') and a.reporting_id is distinct from $2::uuid
        group by a.reporting_id, a.handling"#,
        &ids,
        by.organisation.map(|o| o.0) as Option<Uuid>
    )
    .fetch_all(tx.conn())
    .await?;
    access_log::tell_keepers(tx, by, subject_kind, &told(found)).await
}
